"""Paper that went through a scanner: pages made crooked and noisy, wrapped in a PDF; and other odd pages."""

from __future__ import annotations

import io
import random

import img2pdf
import pikepdf
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from kaoping.core import resources

A4 = (595.28, 841.89)
HAND = ImageFont.truetype(str(resources.fonts() / "NotoSansSC-Regular.otf"), 30)


def scan(pages: list[bytes], name: str, *, bw: bool, ppi: int) -> bytes:
    """Return ``pages`` (PNG) as a scanned PDF: black and white (G4) or grey (JPEG), each a little crooked."""
    dice = random.Random(f"扫描{name}")
    pictures = []
    for page in pages:
        grey = Image.open(io.BytesIO(page)).convert("L")
        angle = dice.uniform(-0.9, 0.9)
        grey = grey.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)
        _edges(grey, dice)
        pictures.append(_bw(grey, ppi) if bw else _grey(grey, dice, ppi))
    return wrap(pictures)


def _edges(image: Image.Image, dice: random.Random) -> None:
    """Draw what a scanner leaves: the sheet's shadow at one edge, two punched holes, a few specks."""
    draw = ImageDraw.Draw(image)
    width, height = image.size
    draw.rectangle((0, 0, dice.randint(2, 5), height), fill=90)
    for y in (height // 2 - height // 9, height // 2 + height // 9):
        x = int(width * 0.045)
        draw.ellipse((x - 9, y - 9, x + 9, y + 9), fill=70)
    for _ in range(14):
        x, y = dice.randrange(width), dice.randrange(height)
        draw.point((x, y), fill=60)


def _bw(grey: Image.Image, ppi: int) -> bytes:
    image = grey.point(lambda value: 255 if value > 150 else 0).convert("1")
    stream = io.BytesIO()
    image.save(stream, "TIFF", compression="group4", dpi=(ppi, ppi))
    return stream.getvalue()


def _grey(grey: Image.Image, dice: random.Random, ppi: int) -> bytes:
    paper = Image.new("L", grey.size, 0)
    low, high = dice.randint(6, 10), dice.randint(14, 24)
    shade = Image.linear_gradient("L").resize(grey.size).point(lambda value: low + value * (high - low) // 255)
    paper = Image.composite(paper, grey, shade).filter(ImageFilter.GaussianBlur(0.4))
    return jpeg(paper, ppi, 42)


def jpeg(image: Image.Image, ppi: int, quality: int, exif: Image.Exif | None = None) -> bytes:
    """Return ``image`` as JPEG."""
    stream = io.BytesIO()
    extra = {"exif": exif.tobytes()} if exif is not None else {}
    image.save(stream, "JPEG", quality=quality, optimize=True, dpi=(ppi, ppi), **extra)
    return stream.getvalue()


def wrap(pictures: list[bytes]) -> bytes:
    """Return a PDF with one picture a page, without clock or random id."""
    raw = img2pdf.convert(pictures, nodate=True, engine=img2pdf.Engine.internal)
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        return _saved(pdf)


def _saved(pdf: pikepdf.Pdf) -> bytes:
    stream = io.BytesIO()
    pdf.save(stream, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return stream.getvalue()


def handwritten(page: bytes, name: str, lines: int) -> bytes:
    """Return the page (PNG) with pen strokes over its table, as a filled-in form has them."""
    dice = random.Random(f"手写{name}")
    image = Image.open(io.BytesIO(page)).convert("RGB")
    draw = ImageDraw.Draw(image)
    width, height = image.size
    for index in range(lines):
        y = int(height * 0.88) + index * 22
        x = int(width * 0.60)
        points = [(x + step * 9, y + dice.randint(-8, 8)) for step in range(12)]
        draw.line(points, fill=(30, 40, 120), width=2, joint="curve")
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def rotated(pdf_bytes: bytes) -> bytes:
    """Return the PDF with its pages lying on their side in the file and turned upright by /Rotate."""
    with pikepdf.open(io.BytesIO(pdf_bytes)) as source, pikepdf.new() as pdf:
        for page in source.pages:
            width, height = float(page.mediabox[2]), float(page.mediabox[3])
            upright = pdf.add_blank_page(page_size=(height, width))
            form = pdf.copy_foreign(page.as_form_xobject())
            name = upright.add_resource(form, pikepdf.Name.XObject, pikepdf.Name("/Side"))
            turn = f"q 0 1 -1 0 {height:.3f} 0 cm {name} Do Q".encode()
            upright.contents_add(pdf.make_stream(turn))
            upright.obj.Rotate = 90
        return _saved(pdf)


def cropped(pdf_bytes: bytes) -> bytes:
    """Return the PDF with a CropBox that shows the text's area alone: smaller than A4, not at the origin."""
    with pikepdf.open(io.BytesIO(pdf_bytes)) as pdf:
        for page in pdf.pages:
            left, bottom, right, top = (float(v) for v in page.mediabox)
            page.obj.CropBox = pikepdf.Array([left + 42, bottom + 60, right - 48, top - 54])
        return _saved(pdf)


def joined(parts: list[bytes]) -> bytes:
    """Return one PDF of several, e.g. upright and landscape pages together."""
    with pikepdf.new() as pdf:
        for part in parts:
            with pikepdf.open(io.BytesIO(part)) as source:
                pdf.pages.extend(source.pages)
        return _saved(pdf)


def damaged(pdf_bytes: bytes) -> bytes:
    """Return the PDF as a broken copy leaves it: its tail, and with it the table of objects, is gone."""
    return pdf_bytes[: len(pdf_bytes) * 2 // 5]

"""Pictures to PDF pages: upright, on A4 the way the picture lies, without re-encoding a JPEG.

ISO 216 A4 is 210 × 297 mm. The margin of 10 mm leaves the foot of the page to the stamp (see outputs/stamp.py).
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

_MM = 72 / 25.4  # points
_SHORT, _LONG = 210 * _MM, 297 * _MM
_MARGIN = 10 * _MM
_COARSEST = 96.0  # dots per inch: a small screenshot is not blown up beyond what a screen shows
_ORIENTATION = 0x0112  # EXIF tag
_TURNED = {1, 3, 6, 8}  # EXIF orientations that a page's /Rotate can say; the others are mirrored
_PRODUCER = "kaoping"


def to_pdf(source: Path) -> bytes:
    """Return the JPEG or PNG at ``source`` as a one-page PDF.

    The picture's data go in unchanged where PDF can hold them (img2pdf); transparency is laid on white, a mirrored or
    unusual picture is drawn anew. Only the first picture of a multi-picture JPEG (MPO) is taken. The same input gives
    the same bytes. Raises OSError or ValueError where the picture can't be decoded.
    """
    import img2pdf
    from PIL import Image

    with Image.open(source, formats=("JPEG", "PNG")) as image:
        lossless = _is_plain(image)
    try:
        if not lossless:
            raise img2pdf.AlphaChannelError
        return _page(source.read_bytes())
    except Exception:  # img2pdf refuses odd profiles, palettes and headers in as many ways as there are cameras
        return _page(_redraw(source))


def _is_plain(image: Any) -> bool:
    turned = image.getexif().get(_ORIENTATION, 1) in _TURNED
    opaque = "A" not in image.getbands() and "transparency" not in image.info
    return turned and opaque and image.mode not in ("CMYK", "I;16", "I", "F")


def _redraw(source: Path) -> bytes:
    """Draw the picture anew as plain RGB or grey, upright, on white; JPEG stays JPEG, at a quality nobody sees."""
    from PIL import Image, ImageOps

    with Image.open(source, formats=("JPEG", "PNG")) as opened:
        was_jpeg = opened.format != "PNG"
        image = ImageOps.exif_transpose(opened)
        if "A" in image.getbands() or "transparency" in image.info:
            picture = image.convert("RGBA")
            image = Image.new("RGB", picture.size, "white")
            image.paste(picture, mask=picture.getchannel("A"))
        elif image.mode.startswith("I"):
            image = image.point(lambda value: value / 256).convert("L")  # 16 bits of grey to 8
        elif image.mode not in ("RGB", "L", "1"):
            image = image.convert("RGB")
    image.info.clear()
    out = io.BytesIO()
    if was_jpeg:
        image.save(out, "JPEG", quality=92)
    else:
        image.save(out, "PNG", compress_level=4)
    return out.getvalue()


def _page(picture: bytes) -> bytes:
    import img2pdf

    content: bytes = img2pdf.convert(
        picture,
        layout_fun=_layout,
        rotation=img2pdf.Rotation.ifvalid,
        engine=img2pdf.Engine.internal,
        first_frame_only=True,
        nodate=True,
        producer=_PRODUCER,
    )
    return content


def _layout(width: int, height: int, _dpi: object) -> tuple[float, float, float, float]:
    """Return (page width, page height, picture width, picture height) in points for a picture in pixels."""
    page = (_LONG, _SHORT) if width > height else (_SHORT, _LONG)
    scale = min((page[0] - 2 * _MARGIN) / width, (page[1] - 2 * _MARGIN) / height, 72 / _COARSEST)
    return (*page, width * scale, height * scale)

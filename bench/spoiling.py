"""What becomes of a page that is scanned, or photographed: turned, bent in perspective, noisy, blurred, badly lit.

Everything comes from the dice that are given: the same seed gives the same pixels.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from PIL import Image, ImageChops, ImageEnhance, ImageFilter

Picture = Image.Image
_SIDE = 512  # pixels of the tile of noise


def drawn(pdf: Path | bytes, dpi: float, *, most: int = 20) -> Iterator[Picture]:
    """Yield the pages of a PDF, ``most`` at most, as pdfium draws them."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        for index in range(min(len(document), most)):
            yield document[index].render(scale=dpi / 72).to_pil().convert("RGB")
    finally:
        document.close()


@dataclass(frozen=True)
class Scan:
    """How a page was scanned."""

    dpi: int
    degrees: float
    noise: float  # grey levels
    blur: float  # pixels
    quality: int  # JPEG
    light: float  # how much darker the dark side is
    grey: bool

    @classmethod
    def thrown(cls, rng: Random) -> Scan:
        return cls(
            dpi=rng.choice([150, 150, 200, 200, 200]),
            degrees=rng.choice([-1, 1]) * rng.random() ** 1.5 * 3,
            noise=rng.choice([2, 4, 8, 12]),
            blur=rng.choice([0.3, 0.5, 0.8, 1.1]),
            quality=rng.choice([45, 60, 75, 85]),
            light=rng.choice([0, 0.05, 0.12, 0.25]),
            grey=rng.random() < 0.35,
        )


def scanned(page: Picture, how: Scan, rng: Random) -> bytes:
    """Return a page, drawn at ``how.dpi``, as a scanner gives it: a JPEG."""
    picture = page.rotate(how.degrees, resample=Image.Resampling.BICUBIC, fillcolor=(238, 238, 236))
    picture = _unevenly_lit(picture, how.light, rng).filter(ImageFilter.GaussianBlur(how.blur))
    picture = noisy(picture, how.noise, rng)
    if how.grey:
        picture = picture.convert("L")
    return jpeg(picture, how.quality, how.dpi)


def photographed(page: Picture, rng: Random) -> Picture:
    """Return a page as a telephone sees it on a desk: in perspective, in a shadow, under a lamp of some colour."""
    width, height = page.size
    border = int(0.06 * width)
    desk = Image.new(
        "RGB",
        (width + 2 * border, height + 2 * border),
        rng.choice([(92, 70, 52), (120, 122, 126), (54, 60, 66), (168, 150, 128)]),
    )
    desk = noisy(desk, 10, rng)
    desk.paste(page, (border, border))
    reach = 0.05
    corners = [(0, 0), (desk.width, 0), (desk.width, desk.height), (0, desk.height)]
    moved = [(x + rng.uniform(-reach, reach) * width, y + rng.uniform(-reach, reach) * width) for x, y in corners]
    picture = desk.transform(
        desk.size,
        Image.Transform.PERSPECTIVE,
        _coefficients(corners, moved),
        Image.Resampling.BICUBIC,
        fillcolor=(70, 66, 60),
    )
    picture = _unevenly_lit(picture, rng.uniform(0.1, 0.4), rng)
    if rng.random() < 0.6:
        picture = _in_shadow(picture, rng)
    cast = rng.choice([(1.0, 0.96, 0.84), (0.92, 0.97, 1.0), (1.0, 0.93, 0.9), (0.97, 1.0, 0.95)])
    bands = [band.point(lambda v, by=by: int(v * by)) for band, by in zip(picture.split(), cast, strict=True)]
    picture = ImageEnhance.Contrast(Image.merge("RGB", bands)).enhance(rng.uniform(0.8, 1.05))
    picture = picture.filter(ImageFilter.GaussianBlur(rng.choice([0.4, 0.7, 1.0])))
    return noisy(picture, rng.choice([3, 5, 8]), rng)


def jpeg(picture: Picture, quality: int, dpi: int = 72, **more: Any) -> bytes:
    """Return ``picture`` as a JPEG."""
    picture.save(out := io.BytesIO(), "JPEG", quality=quality, dpi=(dpi, dpi), **more)
    return out.getvalue()


def as_pdf(pictures: Sequence[bytes], dpi: int) -> bytes:
    """Return a PDF of pages that are pictures, as scanners give it."""
    import img2pdf

    layout = img2pdf.get_fixed_dpi_layout_fun((dpi, dpi))
    pdf: bytes = img2pdf.convert(*pictures, layout_fun=layout, nodate=True, engine=img2pdf.Engine.internal)
    return pdf


@cache
def _tile(seed: int) -> Picture:
    """Return noise around 128, nearly normal: the mean of four even ones."""
    rng = Random(seed)
    layers = [Image.frombytes("L", (_SIDE, _SIDE), rng.randbytes(_SIDE * _SIDE)) for _ in range(4)]
    return ImageChops.blend(
        ImageChops.blend(layers[0], layers[1], 0.5), ImageChops.blend(layers[2], layers[3], 0.5), 0.5
    )


def noisy(picture: Picture, level: float, rng: Random) -> Picture:
    """Return ``picture`` with noise of about ``level`` grey levels."""
    tile, scale = _tile(rng.randrange(4)), level / 37  # 37: its own deviation
    grain = tile.point(lambda v: int(128 + (v - 128) * scale))
    sheet = Image.new("L", picture.size)
    dx, dy = rng.randrange(_SIDE), rng.randrange(_SIDE)
    for x in range(-dx, picture.width, _SIDE):
        for y in range(-dy, picture.height, _SIDE):
            sheet.paste(grain, (x, y))
    return ImageChops.add(picture, Image.merge("RGB", [sheet] * 3), 1, -128)


def _unevenly_lit(picture: Picture, by: float, rng: Random) -> Picture:
    if not by:
        return picture
    ramp = Image.linear_gradient("L").rotate(rng.choice([0, 90, 180, 270])).resize(picture.size)
    if rng.random() < 0.3:
        ramp = Image.radial_gradient("L").resize(picture.size)
    ramp = ramp.point(lambda v: int(255 * (1 - by * v / 255)))
    return ImageChops.multiply(picture, Image.merge("RGB", [ramp] * 3))


def _in_shadow(picture: Picture, rng: Random) -> Picture:
    from PIL import ImageDraw

    mask = Image.new("L", (picture.width // 8, picture.height // 8), 255)
    w, h = mask.size
    edge = [(rng.uniform(0.2, 0.9) * w, 0), (w, 0), (w, h), (rng.uniform(0.2, 0.9) * w, h)]
    ImageDraw.Draw(mask).polygon(edge, fill=rng.randrange(150, 205))
    mask = mask.filter(ImageFilter.GaussianBlur(w / 14)).resize(picture.size)
    return ImageChops.multiply(picture, Image.merge("RGB", [mask] * 3))


def _coefficients(seen: Sequence[tuple[float, float]], given: Sequence[tuple[float, float]]) -> list[float]:
    """Return the eight numbers by which Pillow maps the corners ``given`` to those ``seen`` (a linear system)."""
    rows = []
    for (x, y), (u, v) in zip(given, seen, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for i in range(8):
        pivot = max(range(i, 8), key=lambda r: abs(rows[r][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for r in range(8):
            if r != i:
                rows[r] = [a - rows[r][i] * b for a, b in zip(rows[r], rows[i], strict=True)]
    return [row[8] for row in rows]

"""Photos that a program draws: halls with people, shops, streets; one scene from several places, at several moments.

For what tells pictures apart, and for papers that are photos. Everything comes from seeds.
"""

from __future__ import annotations

from datetime import datetime
from random import Random

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from bench.spoiling import noisy
from kaoping.core import resources

Picture = Image.Image
_SIZE = 1024, 768


def scene(
    place: int, moment: int = 0, *, words: str = "", size: tuple[int, int] = _SIZE, still: bool = False
) -> Picture:
    """Return a photo of ``place`` (a room, its furniture) at ``moment`` (who is there, where one stands).

    ``still``: the camera stands where it stood at every other moment, on its legs.
    """
    of_place, of_moment = Random(f"place {place}"), Random(f"moment {place} {moment}")
    width, height = size
    big = int(width * 1.25), int(height * 1.25)
    picture = Image.new("RGB", big)
    draw = ImageDraw.Draw(picture)
    _walls(draw, big, of_place)
    for _ in range(of_place.randrange(2, 6)):
        _window(draw, big, of_place)
    if of_place.random() < 0.7:
        _banner(draw, big, of_place, words or "文化市场综合执法培训")
    _furniture(draw, big, of_place)
    for _ in range(of_place.randrange(4, 22)):
        _person(draw, big, of_moment)
    picture = picture.filter(ImageFilter.GaussianBlur(1.2))
    stands = of_place if still else of_moment
    left = int((big[0] - width) * stands.random())
    top = int((big[1] - height) * stands.random())
    zoom = stands.uniform(0.85, 1.0)
    picture = picture.crop((left, top, left + int(width * zoom), top + int(height * zoom))).resize(
        size, Image.Resampling.BICUBIC
    )
    return noisy(picture, 6, of_moment)


def with_exif(
    when: datetime | None, phone: str = "", place: tuple[float, float] | None = None, orientation: int = 1
) -> Image.Exif:
    """Return what a telephone writes into a photo: when, by what, where (degrees north, east), how it was held."""
    exif = Image.Exif()
    if orientation != 1:
        exif[0x0112] = orientation
    if phone:
        exif[0x010F], exif[0x0110] = phone.split(" ")[0], phone
    if when is not None:
        stamp = when.strftime("%Y:%m:%d %H:%M:%S")
        exif[0x0132] = stamp
        inner = exif.get_ifd(0x8769)
        inner[0x9003] = inner[0x9004] = stamp
    if place is not None:
        gps = exif.get_ifd(0x8825)
        gps[1], gps[3] = "N", "E"
        gps[2], gps[4] = (tuple(float(part) for part in _dms(value)) for value in place)
    return exif


def _dms(value: float) -> tuple[int, int, float]:
    minutes = (value - int(value)) * 60
    return int(value), int(minutes), round((minutes - int(minutes)) * 60, 2)


def _tone(rng: Random, low: int = 40, high: int = 230) -> tuple[int, int, int]:
    return rng.randrange(low, high), rng.randrange(low, high), rng.randrange(low, high)


def _walls(draw: ImageDraw.ImageDraw, size: tuple[int, int], rng: Random) -> None:
    width, height = size
    top, low = _tone(rng, 90), _tone(rng, 90)
    horizon = int(height * rng.uniform(0.35, 0.65))
    floor_near, floor_far = _tone(rng), _tone(rng)
    for y in range(height):
        a, b, at = (
            (top, low, y / horizon) if y < horizon else (floor_far, floor_near, (y - horizon) / (height - horizon))
        )
        draw.line([(0, y), (width, y)], fill=tuple(int(p + (q - p) * at) for p, q in zip(a, b, strict=True)))
    for _ in range(rng.randrange(0, 4)):
        x = rng.randrange(width)
        draw.rectangle([x, 0, x + rng.randrange(8, 60), horizon], fill=_tone(rng, 60))


def _window(draw: ImageDraw.ImageDraw, size: tuple[int, int], rng: Random) -> None:
    width, height = size
    x, y = rng.randrange(width), rng.randrange(height // 3)
    w, h = rng.randrange(60, 240), rng.randrange(60, 200)
    draw.rectangle([x, y, x + w, y + h], fill=_tone(rng, 120, 255), outline=_tone(rng), width=5)
    draw.line([x + w // 2, y, x + w // 2, y + h], fill=_tone(rng), width=4)


def _banner(draw: ImageDraw.ImageDraw, size: tuple[int, int], rng: Random, words: str) -> None:
    width, height = size
    y, h = rng.randrange(height // 16, height // 5), rng.randrange(50, 90)
    x = rng.randrange(40, width // 4)
    draw.rectangle([x, y, x + int(width * 0.65), y + h], fill=(190 + rng.randrange(40), 20, 28))
    font = ImageFont.truetype(str(resources.fonts() / "NotoSansSC-Regular.otf"), h // 2)
    draw.text((x + 20, y + h // 5), words[:20], font=font, fill=(250, 240, 200))


def _furniture(draw: ImageDraw.ImageDraw, size: tuple[int, int], rng: Random) -> None:
    width, height = size
    rows, wood = rng.randrange(1, 5), _tone(rng, 50, 190)
    for row in range(rows):
        y = int(height * (0.55 + 0.4 * row / rows))
        for _ in range(rng.randrange(1, 5)):
            x, w = rng.randrange(width), rng.randrange(120, 420)
            draw.polygon([(x, y), (x + w, y), (x + w + 30, y + 46), (x - 30, y + 46)], fill=wood, outline=_tone(rng))


def _person(draw: ImageDraw.ImageDraw, size: tuple[int, int], rng: Random) -> None:
    width, height = size
    y = int(height * rng.uniform(0.4, 0.85))
    x, tall = rng.randrange(width), int(40 + 130 * (y / height - 0.3))
    head = tall // 3
    draw.ellipse([x - tall // 2, y + head, x + tall // 2, y + head + tall], fill=_tone(rng, 20, 200))
    skin = rng.randrange(170, 225)
    draw.ellipse([x - head // 2, y, x + head // 2, y + int(head * 1.25)], fill=(skin, skin - 35, skin - 60))
    draw.pieslice([x - head // 2, y - head // 6, x + head // 2, y + head], 180, 360, fill=(30, 26, 24))

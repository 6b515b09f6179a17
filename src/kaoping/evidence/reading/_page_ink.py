"""The ink on the picture of a page: on paper made white, and where at its head something stands that nobody read.

A 密级 marking stands at the head. An engine that finds no line there does not say that nothing is there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

Box = tuple[float, float, float, float]

_CELL = 2.0  # points: the squares in which ink is looked for
_SHADOW = 70  # grey levels by which paper may be darker in one place than in another
_HEAD = 0.2  # of a page's height
_INK, _DARK = 150, 40  # grey levels: ink on white paper; how much of it makes a square one of ink
_APART, _BELOW = 4, 1  # squares between which ink is of one line, in it and across it
_HIGH, _WIDE = (8.0, 48.0), 14.0  # points: as high as a line of text may be; as wide as two characters are, at least
_FULL = 0.2  # share of a line's box that its squares take, at least
_STOUT = 0.3  # of a line's height: thicker than a stroke of bold type
_STRAIGHT = 0.9  # share of a piece's width (or height) that a line from end to end takes
_PAPER, _SHADED = 200, 0.25  # grey levels of paper made white, at least; share of a photo that is darker
_EDGE = 8.0  # points: the shadow of a scan's edge
_LINE = 3.0  # points around a line that was read which are its own
_CROWDED, _MANY = 0.25, 4  # share of a head that is ink, pieces of ink in it: it is a picture


def whitened(grey: Image) -> Image:
    """Return a page's picture in grey on paper made white, however a scanner's light or a camera's fell on it.

    What is darker than the brightest paper by more than a shadow is a picture on the page, and stays dark.
    """
    from PIL import Image as Pictures
    from PIL import ImageChops, ImageFilter, ImageOps

    size = max(grey.width // 16, 1), max(grey.height // 16, 1)
    small = grey.resize(size, Pictures.Resampling.BOX).filter(ImageFilter.MaxFilter(9))
    brightest = max(small.tobytes())
    lit = small.filter(ImageFilter.GaussianBlur(4)).point(lambda level: max(level, brightest - _SHADOW))
    paper = lit.resize(grey.size, Pictures.Resampling.BILINEAR)
    return ImageOps.invert(ImageChops.subtract(paper, grey))


def unread_at_head(picture: Image, scale: float, lines: Sequence[Box]) -> list[Box]:
    """Return where, at the head of an upright page, ink stands as text does and none of the ``lines`` is.

    ``lines`` and what is returned are boxes in pixels of ``picture``, which has ``scale`` pixels a point. Of a photo or
    a screen, which has much at its head, nothing is said.
    """
    from PIL import Image as Pictures
    from PIL import ImageDraw

    per = _CELL * scale
    head = picture.crop((0, 0, picture.width, max(round(picture.height * _HEAD), 1))).convert("L")
    half = head.resize((max(head.width // 2, 1), max(head.height // 2, 1)))
    size = max(int(head.width / per), 1), max(int(head.height / per), 1)
    black = whitened(half).point(lambda grey: 255 if grey < _INK else 0)
    ink = black.resize(size, Pictures.Resampling.BOX)
    if sum(ink.histogram()[_DARK + 1 :]) > _CROWDED * ink.width * ink.height:
        return []
    draw = ImageDraw.Draw(ink)
    for left, top, right, bottom in lines:
        edges = (left - _LINE * scale, top - _LINE * scale, right + _LINE * scale, bottom + _LINE * scale)
        draw.rectangle([edge / per for edge in edges], fill=0)
    wide = picture.width / scale
    boxes = [
        box
        for box in _pieces(ink)
        if box[0] > _EDGE and box[2] < wide - _EDGE and box[1] > _EDGE and not _is_stout(black, box, scale / 2)
    ]
    return [(a * scale, b * scale, c * scale, d * scale) for a, b, c, d in boxes] if len(boxes) < _MANY else []


def _is_stout(black: Image, box: Box, scale: float) -> bool:
    """Whether most of a box's ink is thicker than any stroke of so high a line: a window's buttons, bullets, an emblem.

    ``black`` is the ink with ``scale`` pixels a point.
    """
    from PIL import ImageFilter

    left, top, right, bottom = (round(edge * scale) for edge in box)
    piece = black.crop((left, top, right, bottom))
    thick = max(round(piece.height * _STOUT) // 2, 1) * 2 + 1
    stout = piece.filter(ImageFilter.MinFilter(thick)).filter(ImageFilter.MaxFilter(thick))
    return stout.histogram()[255] > piece.histogram()[255] / 2


def _is_frame(xs: Sequence[int], ys: Sequence[int]) -> bool:
    """Whether the squares at these places are straight lines from end to end, and next to nothing else: a table's."""
    across, down = Counter(ys), Counter(xs)
    lines = {y for y, count in across.items() if count >= _STRAIGHT * len(down)}
    posts = {x for x, count in down.items() if count >= _STRAIGHT * len(across)}
    others = sum(x not in posts and y not in lines for x, y in zip(xs, ys, strict=True))
    return len(lines) <= len(across) / 2 and len(posts) <= len(down) / 2 and others <= (1 - _STRAIGHT) * len(xs)


def is_photo(picture: Image) -> bool:
    """Whether a picture is one of people and rooms: much of it is neither paper nor the little that ink takes."""
    small = picture.convert("L")
    small.thumbnail((256, 256))
    levels = whitened(small).histogram()
    return sum(levels[:_PAPER]) > _SHADED * sum(levels)


def _pieces(ink: Image) -> Iterator[Box]:
    """Yield, in points, the boxes of what hangs together in a line and is as large as text."""
    greys = ink.tobytes()
    dark = {(at % ink.width, at // ink.width) for at, grey in enumerate(greys) if grey > _DARK}
    while dark:
        piece = [dark.pop()]
        for x, y in piece:  # grows while it is gone through
            near = ((x + i, y + j) for i in range(-_APART, _APART + 1) for j in range(-_BELOW, _BELOW + 1))
            for square in near:
                if square in dark:
                    dark.remove(square)
                    piece.append(square)
        xs, ys = [x for x, _ in piece], [y for _, y in piece]
        wide, high = (max(xs) + 1 - min(xs)) * _CELL, (max(ys) + 1 - min(ys)) * _CELL
        full = len(piece) * _CELL**2 / (wide * high)
        if wide >= _WIDE and _HIGH[0] <= high <= _HIGH[1] and full > _FULL and not _is_frame(xs, ys):
            yield min(xs) * _CELL, min(ys) * _CELL, (max(xs) + 1) * _CELL, (max(ys) + 1) * _CELL

"""One page drawn and read: what a worker does. It keeps its engine from page to page."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

from kaoping.evidence._page_pictures import opened_for_drawing
from kaoping.evidence.reading._page_ink import is_photo, unread_at_head, whitened
from kaoping.evidence.reading.ocr_engine import Seen

if TYPE_CHECKING:
    from PIL.Image import Image

_DPI = 172  # an A4 page is 2000 pixels high: more finds no more, and takes longer
_LONGEST = 2830  # pixels of a side: A3. What is larger is drawn smaller
_PAPER = 200  # grey levels of 255: what is darker is ink
_SPECKS = 12  # pixels of ink in a thousand squares of the page that a blank one may have: dust, a hole's edge
_TALL = 1.5  # times its width: a line as high runs down the page
_VOTES = 8  # characters in lines that say which way up the page is
_AS_SURE = 0.9  # times as sure as before, at least, a page is read that was turned
_MOST = 0.6  # share of them that has to agree

_PALE, _STROKE = (0.002, 0.3), 5  # share of a page that a watermark takes; pixels across what is a letter's stroke
_MARGIN, _LARGER = 12.0, 2  # points around ink that was not read, and how many times as large it is read again
_TEXT = 3  # lines that a page of text has at least
_READ = 0.6  # how sure what is read there has to be
_LARGE = 40.0  # points: what is written across a page is as high

#: The four ways in which a page may lie, in degrees clockwise that set it upright.
_UPRIGHT, _LEFT, _HEAD, _RIGHT = 0, 90, 180, 270


def read_page(path: str, page: int, reader: str) -> dict[str, Any]:
    """Read the 1-based ``page`` of the PDF at ``path`` with the engine that ``reader`` names.

    Returns ``lines``, each [text, [x, y, …] of its four corners in whole points from the top left of the page as it is
    displayed, how sure (0 to 1), where along it each character that is no space has its middle, how far ink reaches
    within the corners (both in thousandths, empty where not known)]; ``turn``, the degrees clockwise by which the page
    would stand upright; whether it is ``blank``; its ``size`` as it is displayed; ``across``, what is written
    across it in large and pale letters; and ``unread``, at how many places at its head there is ink in which nothing
    was read.
    """
    with opened_for_drawing(Path(path)) as document:
        sheet = document[page - 1]
        try:
            width, height = sheet.get_size()
            scale = min(_DPI / 72, _LONGEST / max(width, height, 1.0))
            bitmap = sheet.render(scale=scale)
            try:
                picture: Image = bitmap.to_pil().convert("RGB").copy()
            finally:
                bitmap.close()
        finally:
            sheet.close()
    if is_blank(picture):
        return {"lines": [], "across": [], "turn": _UPRIGHT, "blank": True, "size": [width, height], "unread": 0}
    lines, turn, unread = _upright(picture, scale, _reader(reader))
    written = [_written(line, scale) for line in lines]
    across = _across(picture, scale, _reader(reader))
    size = [width, height]
    return {"lines": written, "across": across, "turn": turn, "blank": False, "size": size, "unread": unread}


@cache
def _reader(name: str) -> Callable[[Image], list[Seen]]:
    module, _, function = name.partition(":")
    read: Callable[[Image], list[Seen]] = getattr(import_module(module), function)()
    return read


def is_blank(picture: Image) -> bool:
    """Whether nothing but specks stands on the picture of a page, whatever grey its paper is."""
    from PIL import Image as Pictures
    from PIL import ImageOps

    small = picture.convert("L")
    small.thumbnail((512, 512), Pictures.Resampling.BOX)
    histogram = small.histogram()
    total, paper = sum(histogram), 255
    while paper > 0 and sum(histogram[paper:]) < total / 2:  # the paper's grey is the middle one
        paper -= 1
    inner = ImageOps.crop(small, max(small.width, small.height) // 32)  # the edge of a scan is dark
    ink = sum(inner.histogram()[: max(min(_PAPER, paper - 40), 0)])
    return ink * 1000 <= _SPECKS * max(sum(inner.histogram()), 1) / 100


def _upright(picture: Image, scale: float, read: Callable[[Image], list[Seen]]) -> tuple[list[Seen], int, int]:
    """Return a page's lines, read as it should stand; how it would have to be turned for that; what was not read."""
    lines = read(picture)
    turn = _turn(lines)
    if turn:
        turned = _turned(picture, turn)
        again = read(turned)
        if not _turn(again) and _weight(again) >= _AS_SURE * _weight(lines):  # else each line was set upright by itself
            more, unread = _looked_closer(turned, scale, again, read)
            back = [_turned_back(line, turn, picture.width, picture.height) for line in (*again, *more)]
            return back, turn, unread
    more, unread = _looked_closer(picture, scale, lines, read)
    return [*lines, *more], _UPRIGHT, unread


def _looked_closer(
    picture: Image, scale: float, lines: Sequence[Seen], read: Callable[[Image], list[Seen]]
) -> tuple[list[Seen], int]:
    """Return what is read larger at the head of a page where ink has no line, and in how much of it nothing is.

    A photo of a room has no head: with next to nothing to read on it, what stands there is no marking unread.
    """
    if len(lines) < _TEXT and is_photo(picture):
        return [], 0
    boxes = unread_at_head(picture, scale, [_around(line) for line in lines])
    more: list[Seen] = []
    unread = 0
    for left, top, right, bottom in boxes:
        edge = _MARGIN * scale
        x, y = max(round(left - edge), 0), max(round(top - edge), 0)
        part = picture.crop((x, y, min(round(right + edge), picture.width), min(round(bottom + edge), picture.height)))
        seen = [
            replace(its, corners=tuple((x + a / _LARGER, y + b / _LARGER) for a, b in its.corners))
            for its in read(part.resize((part.width * _LARGER, part.height * _LARGER)))
            if its.sure >= _READ
        ]
        more += [its for its in seen if not any(_is_over(_around(its), _around(line)) for line in lines)]
        unread += not seen
    return more, unread


def _around(line: Seen) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in line.corners], [y for _, y in line.corners]
    return min(xs), min(ys), max(xs), max(ys)


def _is_over(its: Sequence[float], other: Sequence[float]) -> bool:
    """Whether the middle of a box lies in another."""
    x, y = (its[0] + its[2]) / 2, (its[1] + its[3]) / 2
    return other[0] <= x <= other[2] and other[1] <= y <= other[3]


def _across(picture: Image, scale: float, read: Callable[[Image], list[Seen]]) -> list[str]:
    """Return what is written across a page, under its text: that is taken away, which is thinner, and the rest read."""
    from PIL import ImageFilter

    half = whitened(picture.convert("L").resize((max(picture.width // 2, 1), max(picture.height // 2, 1))))
    pale = half.filter(ImageFilter.MaxFilter(_STROKE)).point(lambda grey: 255 if grey > 238 else max(0, 2 * grey - 240))
    share = sum(pale.histogram()[:_PAPER]) / max(pale.width * pale.height, 1)
    if not _PALE[0] <= share <= _PALE[1]:
        return []
    return [line.text for line in read(pale.convert("RGB")) if _height(line) * 2 / scale >= _LARGE]


def _height(line: Seen) -> float:
    (x0, y0), _, _, (x3, y3) = line.corners
    return math.hypot(x3 - x0, y3 - y0)


def _turn(lines: Sequence[Seen]) -> int:
    """Return by how many degrees, clockwise, a page with these lines would stand upright."""
    votes = {_UPRIGHT: 0, _LEFT: 0, _HEAD: 0, _RIGHT: 0}
    for line in lines:
        (x0, y0), (x1, y1), _, (x3, y3) = line.corners
        across, down = abs(x1 - x0) + abs(y1 - y0), abs(x3 - x0) + abs(y3 - y0)
        if len(line.text) < 2:
            continue
        if down > _TALL * across:  # the engine turned it to the left before it read it
            votes[_LEFT if line.is_turned else _RIGHT] += len(line.text)
        else:
            votes[_HEAD if line.is_turned else _UPRIGHT] += len(line.text)
    way, count = max(votes.items(), key=lambda its: its[1])
    return way if count >= _VOTES and count >= _MOST * sum(votes.values()) else _UPRIGHT


def _weight(lines: Sequence[Seen]) -> float:
    return fmean(line.sure for line in lines) if lines else 0.0


def _turned(picture: Image, turn: int) -> Image:
    from PIL.Image import Transpose

    ways = {_LEFT: Transpose.ROTATE_270, _HEAD: Transpose.ROTATE_180, _RIGHT: Transpose.ROTATE_90}
    return picture.transpose(ways[turn])


def _turned_back(line: Seen, turn: int, width: int, height: int) -> Seen:
    """Return a line of the turned picture where it stands in the picture of ``width`` × ``height`` pixels."""
    places = {
        _LEFT: lambda x, y: (y, height - x),
        _HEAD: lambda x, y: (width - x, height - y),
        _RIGHT: lambda x, y: (width - y, x),
    }
    return Seen(line.text, tuple(places[turn](x, y) for x, y in line.corners), line.sure, False, line.marks, line.ink)


def _written(line: Seen, scale: float) -> list[Any]:
    corners = [round(edge / scale) for corner in line.corners for edge in corner]
    marks, ink = ([round(1000 * at) for at in its] for its in (line.marks, line.ink))
    return [line.text, corners, round(line.sure, 2), marks, ink]

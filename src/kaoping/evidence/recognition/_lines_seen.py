"""The lines of pages that are pictures, upright and level however the page was scanned, as recognisers look at them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import atan2, cos, radians, sin
from typing import TYPE_CHECKING

from kaoping.pdf.written import WrittenLine

if TYPE_CHECKING:
    from kaoping.evidence.reading._scanned import PageRead

_SAYS = 0.5  # of the signs that are seen on a page its own text has: one with less is read as it is seen
_ASKEW = radians(15)  # a line that slopes more is no sign of how the page was laid
_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})[日号]")
#: From 年 to 月 in times of the year's own width: with one digit 0.66 to 0.93, with two 0.84 to 1.1.
_WIDE, _RATHER_WIDE = 0.95, 0.86
_CLEAR = 0.98  # how sure a line is read in which a digit may be set rather wide
_DOUBTFUL = 0.5  # times as sure is a line in which a digit may be lacking
_TELLING = 30.0  # points: how a shorter line slopes is as its corners were rounded


def lines_seen(written: Sequence[WrittenLine], read: Mapping[int, PageRead]) -> list[WrittenLine]:
    """Return the ``written`` lines of the pages, and in their place what was ``read`` off those that do not say it."""
    signs = dict.fromkeys(read, 0)
    for line in written:
        if line.page in signs:
            signs[line.page] += len(line.text)
    seen = {page: its for page, its in read.items() if signs[page] < _SAYS * sum(len(line.text) for line in its.lines)}
    lines = [line for line in written if line.page not in seen]
    lines += [line for page, its in seen.items() for line in _level(its.moved(page, its.turn))]
    return sorted(lines, key=lambda line: line.page)


def size_of_first(
    lines: Sequence[WrittenLine], read: Mapping[int, PageRead], written: tuple[float, float]
) -> tuple[float, float]:
    """Return the size of the first page with ``lines``: as it was ``read`` and stands upright, or as ``written``."""
    if not lines or not lines[0].read:
        return written
    its = read[lines[0].page]
    return its.size if its.turn % 180 == 0 else (its.size[1], its.size[0])


def _level(page: PageRead) -> list[WrittenLine]:
    """The lines of a page that stands upright, turned by the little that it was scanned askew.

    A long line that slopes by 3° takes four times its height; so a size could not be told from a slope.
    """
    slope = _slope(page.corners)
    middle = page.size[0] / 2, page.size[1] / 2
    lines = []
    marks = page.marks or ((),) * len(page.lines)
    for line, corners, places in zip(page.lines, page.corners, marks, strict=True):
        points = [_turned(x, y, slope, middle) for x, y in zip(corners[::2], corners[1::2], strict=True)]
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = points
        across, down = sorted(((x0 + x3) / 2, (x1 + x2) / 2)), sorted(((y0 + y1) / 2, (y2 + y3) / 2))
        box = across[0], down[0], across[1], down[1]
        sure = _DOUBTFUL * line.sure if may_lack_a_digit(line.text, places, line.sure) else line.sure
        lines.append(WrittenLine(line.text, line.page, box, sure, read=True))
    return lines


def may_lack_a_digit(text: str, marks: Sequence[int], sure: float) -> bool:
    """Whether a month or a day of one digit is set so wide that it may have had two: a seal hides 1 of 25.

    ``marks`` say where along the line its signs stand; how wide they are is known by the year.
    """
    signs = "".join(text.split())
    if len(marks) != len(signs):
        return False
    wide = _WIDE if sure >= _CLEAR else _RATHER_WIDE
    for match in _DAY.finditer(signs):
        first, year, month, day = (marks[at] for at in (match.start(), match.end(1), match.end(2), match.end(3)))
        for digits, span in ((match[2], month - year), (match[3], day - month)):
            if len(digits) == 1 and span > wide * max(year - first, 1):
                return True
    return False


def _slope(corners: Sequence[Sequence[int]]) -> float:
    """Return the slope of most of a page's lines (radians, clockwise), each as heavy as it is long."""
    slopes = []
    for x0, y0, x1, y1, *_ in corners:
        slope = atan2(y1 - y0, x1 - x0)
        if abs(slope) < _ASKEW and x1 - x0 >= _TELLING:
            slopes.append((slope, x1 - x0))
    half = sum(weight for _, weight in slopes) / 2
    for slope, weight in sorted(slopes):
        half -= weight
        if half <= 0:
            return slope
    return 0.0


def _turned(x: float, y: float, slope: float, middle: tuple[float, float]) -> tuple[float, float]:
    """A point turned back by ``slope`` around the ``middle`` of the page."""
    across, down = x - middle[0], y - middle[1]
    return middle[0] + across * cos(slope) + down * sin(slope), middle[1] - across * sin(slope) + down * cos(slope)

"""The lines of pages that are pictures, upright and level however the page was scanned, as recognisers look at them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import atan2, cos, radians, sin
from typing import TYPE_CHECKING

from kaoping.pdf.written import WrittenLine

if TYPE_CHECKING:
    from kaoping.evidence.reading._scanned import PageRead

_SAYS = 0.5  # of the signs that are seen on a page its own text has: one with less is read as it is seen
_ASKEW = radians(15)  # a line that slopes more is no sign of how the page was laid
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
    for line, corners in zip(page.lines, page.corners, strict=True):
        points = [_turned(x, y, slope, middle) for x, y in zip(corners[::2], corners[1::2], strict=True)]
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = points
        across, down = sorted(((x0 + x3) / 2, (x1 + x2) / 2)), sorted(((y0 + y1) / 2, (y2 + y3) / 2))
        box = across[0], down[0], across[1], down[1]
        lines.append(WrittenLine(line.text, line.page, box, line.sure, read=True))
    return lines


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

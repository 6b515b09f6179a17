"""The lines of a paper as recognisers look at them: without the spaces that set them, with size and place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from kaoping.pdf.written import WrittenLine

_A4 = 595.0, 842.0  # points
_WIDE = "\u3000-\u303f\u3400-\u9fff\uff00-\uffef“”‘’—…"
_SPACE_BESIDE = re.compile(rf"\s+(?=[{_WIDE}])|(?<=[{_WIDE}])\s+")
#: Of the full-width signs only digits and letters are made half: a title keeps its punctuation.
_HALF = {code: code - 0xFEE0 for code in [*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)]}
_TELLING = 3  # lines of text from which a page says what size is usual
_FEW = 2  # characters: a title that is set wide is cut into such pieces
_REACH = 0.5  # times its size: so far the boxes of a line may overlap that a machine read in two pieces
_BENT = 2.2  # times as high as its characters are wide: what runs along a seal's rim, or down the page
_LEVEL = 0.6  # of the lower one's height: that much of two pieces must be beside each other


@dataclass(frozen=True, slots=True)
class Row:
    """A line, or a cell of a table, of a paper."""

    text: str  # without the spaces between Chinese characters
    written: str  # as it stands there
    page: int  # 1-based
    left: float  # points, the origin is the top left
    top: float
    right: float
    bottom: float
    sure: float
    read: bool

    @property
    def size(self) -> float:
        """About the size of its characters, in points."""
        return max(self.bottom - self.top, 1.0)

    @property
    def pitch(self) -> float:
        """How wide a Chinese character of it is, in points: what stands in it does not change that."""
        signs = sum(0.5 if char.isascii() else 1.0 for char in self.text)
        return (self.right - self.left) / max(signs, 1.0)

    @property
    def centre(self) -> float:
        """Its middle, across."""
        return (self.left + self.right) / 2

    def is_level_with(self, other: Row) -> bool:
        """Whether the two stand side by side."""
        shared = min(self.bottom, other.bottom) - max(self.top, other.top)
        return self.page == other.page and shared > _LEVEL * min(self.size, other.size)


def squeezed(text: str) -> str:
    """Return ``text`` without the spaces that only set Chinese, its digits and letters in half width."""
    plain = unicodedata.normalize("NFC", text).translate(_HALF).replace("\u3000", " ")
    return _SPACE_BESIDE.sub("", " ".join(plain.split()))


@dataclass(frozen=True)
class Sheets:
    """All rows of a paper in the order in which they are read, and what is usual among them."""

    rows: Sequence[Row]
    size: tuple[float, float] = (0.0, 0.0)  # of the first page in points; 0 by 0 where nobody knows

    @cached_property
    def first(self) -> Sequence[Row]:
        """The rows of its first page with writing."""
        page = self.rows[0].page if self.rows else 0
        return [row for row in self.rows if row.page == page]

    @cached_property
    def width(self) -> float:
        """How wide the first page is; where nobody knows, about as wide as what stands on it, with margins alike."""
        if self.size[0]:
            return self.size[0]
        reach = min(row.left for row in self.first) + max(row.right for row in self.first) if self.first else 0.0
        wide = max(reach, max((row.right for row in self.first), default=0.0))
        return _A4[0] if _A4[0] * 0.75 < wide < _A4[0] * 1.08 else wide

    @cached_property
    def height(self) -> float:
        """How high the first page is, or about."""
        if self.size[1]:
            return self.size[1]
        low = max((row.bottom for row in self.first), default=0.0)
        return max(low, self.width * _A4[1] / _A4[0] if self.width <= _A4[0] else low)

    @cached_property
    def body(self) -> float:
        """The usual size of its writing."""
        sizes = [row.size for row in self.first if len(row.text) > 10]
        if len(sizes) < _TELLING:  # a cover has none; what lies behind it has
            sizes = [row.size for row in self.rows if len(row.text) > 10]
        if len(sizes) < _TELLING:  # nor has a plaque, and a long line of it may be its title
            sizes = [row.size for row in self.first]
        return median(sizes) if sizes else 1.0

    def is_centred(self, row: Row) -> bool:
        """Whether the row stands in the middle of its page."""
        return abs(row.centre - self.width / 2) < 0.06 * self.width

    def beside(self, row: Row) -> list[Row]:
        """The other rows that stand at the same height."""
        return [other for other in self.rows if other is not row and other.is_level_with(row)]

    def cells_beside(self, row: Row) -> list[Row]:
        """What stands at the same height to the left or right, and not upon the row as a seal does."""
        cells = [its for its in self.beside(row) if len(its.text) > 1 or its.text.isdigit()]
        return [its for its in cells if its.right <= row.left or its.left >= row.right]

    @cached_property
    def text(self) -> str:
        """All of the first page, a line each."""
        return "\n".join(row.text for row in self.first)


def sheets(lines: Iterable[WrittenLine], size: tuple[float, float] = (0.0, 0.0)) -> Sheets:
    """Return the rows of a paper; what stands on one line in single characters, set wide, is one row.

    What is written around a seal is none.
    """
    rows = [Row(squeezed(its.text), its.text, its.page, *its.box, its.sure, its.read) for its in lines]
    joined: list[Row] = []
    for row in _in_order(row for row in rows if row.text and not _is_bent(row)):
        last = joined[-1] if joined else None
        if last is not None and row.is_level_with(last) and _is_set_wide(last, row):
            joined[-1] = _both(last, row)
        else:
            joined.append(row)
    return Sheets(joined, size)


def _is_bent(row: Row) -> bool:
    return len(row.text) > _FEW and row.size > _BENT * row.pitch


def _in_order(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield rows as they are read: downwards, and from left to right where they stand side by side."""
    level: list[Row] = []
    for row in sorted(rows, key=lambda row: (row.page, row.top + row.bottom)):
        if level and not row.is_level_with(level[0]):
            yield from sorted(level, key=lambda its: its.left)
            level = []
        level.append(row)
    yield from sorted(level, key=lambda its: its.left)


def _is_set_wide(this: Row, that: Row) -> bool:
    alike = 0.75 < this.size / that.size < 1.35
    few = len(that.text) <= _FEW and len(this.text) <= 4 * _FEW
    gap = that.left - this.right
    least = -_REACH * this.size if that.read and len(that.text) > _FEW else 0.0
    return alike and least <= gap < (7 * this.size if few else 2 * this.size) and (few or gap < 0.6 * this.size)


def _both(this: Row, that: Row) -> Row:
    return Row(
        squeezed(f"{this.written} {that.written}"),
        f"{this.written} {that.written}",
        this.page,
        min(this.left, that.left),
        min(this.top, that.top),
        max(this.right, that.right),
        max(this.bottom, that.bottom),
        min(this.sure, that.sure),
        this.read or that.read,
    )

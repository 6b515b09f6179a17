"""One worksheet's XML, a piece at a time: where its cells stand, and what calamine does not tell of them.

A piece ends with a row. Patterns, not a parser: 1.5 million cells must be passed over in a fifth of a second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_NAME = rb"(?:[\w.-]+:)?"  # a namespace prefix, which some writers put before every element
WORKSHEET = re.compile(rb"<" + _NAME + rb"worksheet[\s>]")
_TAG = re.compile(rb"<" + _NAME + rb"(row|c)(?=[\s/>])([^>]*)>")
_LAST_ROW, _LAST_COLUMN = 99_998, 25  # of A1:Z99999
#: Any cell but a valueless one and one within A1:Z99999, which are nearly all.
_FAR = re.compile(rb'<c(?! r="[A-Z][0-9]{1,5}")(?=[\s/>])(?![^>]*/>)([^>]*)>')
_ERROR_OR_FORMULA = re.compile(rb"<c(?=\s[^>]*[\"']e[\"']|[^>]*>\s*<f)([^>]*)>")
_HIDDEN_ROW = re.compile(rb"<row(?=\s)([^>]*\shidden\s*=\s*[\"'](?:1|true)[\"'][^>]*)>")
_HIDDEN = re.compile(rb"\shidden\s*=\s*[\"'](?:1|true)[\"']")
_CELL_REF = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]{1,3})([0-9]{1,7})[\"']")
_ROW_REF = re.compile(rb"\sr\s*=\s*[\"']([0-9]{1,7})[\"']")
_ANY_REF = re.compile(rb"\sr\s*=")
_TYPE = re.compile(rb"\st\s*=\s*[\"'](\w+)[\"']")
_INSIDE = re.compile(
    rb"\s*(<" + _NAME + rb"f(?=[\s/>])(?:[^>]*/>|[^>]*>[^<]*</[^>]*>)\s*)?"
    rb"(?:<" + _NAME + rb"(v|is)(?=[\s/>])[^>]*>([^<]*))?"
)
_SHARED = re.compile(rb"\st\s*=\s*[\"']s[\"'][^>]*>\s*<" + _NAME + rb"v[^>]*>\s*([0-9]+)")


class MisplacedError(ValueError):
    """A row or a cell says that it stands where there is none (A99999999999): calamine allocates all up to there."""


@dataclass(slots=True)
class SheetScan:
    """What was found in one worksheet, by 0-based rows and columns."""

    faults: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    lowest: tuple[int, int] = (-1, 0)  # the cell in the last row
    rightmost: tuple[int, int] = (0, -1)  # the cell in the last column
    valued: int = 0

    @property
    def box(self) -> int:
        """The number of cells from A1 to the farthest row and column."""
        return (self.lowest[0] + 1) * (self.rightmost[1] + 1)

    def reach(self, row: int, column: int) -> None:
        """Widen the box to hold a cell with a value."""
        self.valued += 1
        if row > self.lowest[0]:
            self.lowest = (row, column)
        if column > self.rightmost[1]:
            self.rightmost = (row, column)


def is_blank(piece: bytes) -> bool:
    """Whether whole rows, which say their numbers, are without a value: they can be passed over."""
    if b"<v" in piece or b"<is" in piece or b"<f" in piece or b":c" in piece:
        return False
    return piece.startswith(b"<row r=") and piece.count(b"<row") == piece.count(b'<row r="')


def shared_indexes(piece: bytes) -> Iterator[int]:
    """Yield which shared string each cell that has one stands for."""
    return (int(match[1][:9]) for match in _SHARED.finditer(piece))


def look_quickly(piece: bytes, scan: SheetScan) -> bool:
    """Look for what is remarkable alone; False where cells do not say where they stand in the usual way."""
    if b":c" in piece:
        return False
    scan.lowest = max(scan.lowest, (_LAST_ROW, 0))
    scan.rightmost = max(scan.rightmost, (0, _LAST_COLUMN), key=lambda cell: cell[1])
    if b"h" in piece and b"hidden=" in piece:  # to look for one byte takes a tenth of the time, and most have none
        for tag in _HIDDEN_ROW.finditer(piece):
            number = _ROW_REF.search(tag[1])
            if number is None:
                return False
            scan.hidden.add(int(number[1]) - 1)
    patterns = [_FAR]
    if (b"e" in piece and b'"e"' in piece) or (b"f" in piece and b"<f" in piece):
        patterns.append(_ERROR_OR_FORMULA)
    for pattern in patterns:
        for tag in pattern.finditer(piece):
            place = _place(tag[1])
            if place is None:
                return False
            _judge(piece, tag.end(), tag[1], place, scan)
    return True


class Walk:
    """A look at every cell. One that does not say where it stands, stands after the one before."""

    def __init__(self) -> None:
        self.scan = SheetScan()
        self.row, self.column = -1, -1

    def take(self, piece: bytes) -> None:
        """Walk through the next piece."""
        for tag in _TAG.finditer(piece):
            kind, attributes = tag.groups()
            if kind == b"row":
                self._begin_row(attributes)
                continue
            place = _place(attributes)
            if place is None and _ANY_REF.search(attributes):
                raise MisplacedError
            at, self.column = place or (self.row, self.column + 1)
            if not attributes.endswith(b"/"):
                _judge(piece, tag.end(), attributes, (at, self.column), self.scan)

    def skip(self, piece: bytes) -> None:
        """Pass over a blank piece."""
        self._begin_row(piece[piece.rfind(b"<row") :])

    def _begin_row(self, attributes: bytes) -> None:
        number = _ROW_REF.search(attributes)
        if number is None and _ANY_REF.search(attributes):
            raise MisplacedError
        self.row, self.column = int(number[1]) - 1 if number else self.row + 1, -1
        if _HIDDEN.search(attributes):
            self.scan.hidden.add(self.row)


def _judge(piece: bytes, end: int, attributes: bytes, place: tuple[int, int], scan: SheetScan) -> None:
    """Note what a cell holds, whose start tag has ``attributes`` and ends at ``end``."""
    inside = _INSIDE.match(piece, end)
    formula, value, text = inside.groups() if inside else (None, None, b"")
    if formula is None and value is None:
        return
    scan.reach(*place)
    type_ = _TYPE.search(attributes)
    kind = type_[1] if type_ else b"n"
    if kind == b"e":
        scan.faults[place] = (text or b"").decode("utf-8", "replace").strip()
    elif formula is not None and (value is None or (kind != b"str" and not (text or b"").strip())):
        scan.faults[place] = ""


def _place(attributes: bytes) -> tuple[int, int] | None:
    """Return the 0-based row and column that a cell's tag names."""
    ref = _CELL_REF.search(attributes)
    if ref is None:
        return None
    column = 0
    for letter in ref[1].upper():
        column = column * 26 + letter - 64
    return int(ref[2]) - 1, column - 1

"""Sheets as they should be printed: columns as wide, rows as high as what stands in them, pages that can be read.

Otherwise a number shows as ###, a text ends at its neighbour, and a ledger of fifteen columns comes out on two rows of
pages. What is changed are widths, heights, wrapping and the page setup (ECMA-376-1, 18.3.1.13, 63 to 65, 73).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from kaoping.evidence.convert.frozen import _sheet_pages
from kaoping.evidence.convert.frozen._column_unit import digit_width
from kaoping.evidence.convert.frozen._sheet_pages import setting
from kaoping.evidence.convert.frozen._workbook_parts import (
    Cell,
    Workbook,
    area,
    hidden_columns,
    hidden_rows,
    rows,
)

_WIDEST, _WIDE = 60.0, 24.0  # characters: of a number, of a text before it wraps
_DEFAULT = 9.0  # characters: the width of a column that says none
_LATIN = 0.58  # ems: of a Latin letter
_PADDING = 4.0  # points: of a cell, left and right together
_UNEVEN = 1.05  # what a line loses where no word may be broken
_LINE = 1.45  # height of a line by the size of its font
_TALLEST = 1500.0  # points
_LONG = 10**11  # General turns a whole number into 1.23E+12 from here on


def fit_sheet(root: Any, cells: Sequence[Cell], book: Workbook) -> None:
    """Fit columns, rows and pages of the sheet ``root`` to its ``cells``."""
    grid = _Grid(root, cells, book)
    grid.widen()
    grid.heighten()
    _sheet_pages.set_up(root, grid.extent())


def _text_width(text: str, size: float, latin: float) -> float:
    """Return how many points the longest line of ``text`` takes; a Latin letter takes ``latin`` ems."""
    lines = text.split("\n") if "\n" in text else (text,)
    return max((_wide(line) + (len(line) - _wide(line)) * latin) * size for line in lines)


def _wide(line: str) -> float:
    return 0 if line.isascii() else (len(line.encode(errors="replace")) - len(line)) / 2  # three bytes each, in UTF-8


class _Grid:
    """The cells of a sheet with the widths and heights of what they stand in."""

    def __init__(self, root: Any, cells: Sequence[Cell], book: Workbook) -> None:
        self.root, self.book = root, book
        family, size = book.styles.usual_font
        self.digit = digit_width(family)
        self.unit = self.digit * size  # points of a character of width
        self.hidden = hidden_columns(root)
        unseen = hidden_rows(root)
        self.cells = [cell for cell in cells if cell.row not in unseen and cell.column not in self.hidden]
        self.last = max((cell.column for cell in self.cells), default=0)
        self.default = setting(root.find("{*}sheetFormatPr"), "defaultColWidth", _DEFAULT)
        self.widths = dict.fromkeys(range(1, self.last + 1), self.default)
        for column in root.iterfind("{*}cols/{*}col"):
            for number in range(int(column.get("min", "1")), min(int(column.get("max", "1")), self.last) + 1):
                self.widths[number] = setting(column, "width", self.default)
        self.filled = {(cell.row, cell.column) for cell in self.cells}
        self.merged = {}
        for entry in root.iterfind("{*}mergeCells/{*}mergeCell"):
            if corners := area(entry.get("ref", "")):
                self.merged[corners[:2]] = corners

    def widen(self) -> None:
        """Make columns as wide as their numbers and, to a measure, their texts; longer texts wrap."""
        wanted = dict(self.widths)
        for cell in self.cells:
            look = self.book.styles.of(cell.element)
            if (cell.row, cell.column) in self.merged or look.is_turned or look.shrinks:
                continue
            width = self._width(cell) + 1
            if cell.kind == "n":
                limit = _WIDEST
            elif look.wraps or not self._is_cut(cell, width):
                continue
            else:
                limit = max(_WIDE, self.widths[cell.column])
            wanted[cell.column] = max(wanted[cell.column], min(width, limit))
        if wanted != self.widths:
            self.widths = wanted
            self._write_columns()
        for cell in self.cells:
            look = self.book.styles.of(cell.element)
            if cell.kind != "s" or look.wraps or look.is_turned or look.shrinks:
                continue
            if self._is_cut(cell, self._width(cell)):
                self.book.styles.copy(cell.element, "wrap")

    def heighten(self) -> None:
        """Make rows as high as the lines in them."""
        heights: dict[int, float] = {}
        for cell in self.cells:
            look = self.book.styles.of(cell.element)
            corners = self.merged.get((cell.row, cell.column), (cell.row, cell.column, cell.row, cell.column))
            if cell.kind != "s" or look.is_turned or not (look.wraps or "\n" in cell.value):
                continue
            across = sum(self.widths.get(number, self.default) for number in range(corners[1], corners[3] + 1))
            room = across * self.unit - _PADDING
            lines = sum(self._lines(line, look.size, room) for line in cell.value.split("\n"))
            needed = lines * look.size * _LINE + 2
            span = corners[2] - corners[0]
            known = sum(self._height(number) for number in range(corners[0], corners[2])) if 0 < span < 500 else 0.0
            heights[corners[2]] = max(heights.get(corners[2], 0.0), needed - known)
        for number, row in rows(self.root):
            needed = min(heights.get(number, 0.0), _TALLEST)
            if needed > self._height(number):
                row.set("ht", f"{needed:.1f}")
                row.set("customHeight", "1")

    def extent(self) -> _sheet_pages.Extent:
        """Return how much is printed."""
        width = sum(width for number, width in self.widths.items() if number not in self.hidden)
        last = max((cell.row for cell in self.cells), default=0)
        height = sum(self._height(number) for number in range(1, min(last, 20000) + 1))
        sizes = ((self.book.styles.of(cell.element).size, len(cell.value)) for cell in self.cells)
        return _sheet_pages.Extent(self.last, width * self.unit, height, _sheet_pages.smaller_letters(sizes))

    def _lines(self, text: str, size: float, room: float) -> int:
        """Return how many lines of ``room`` points a text takes: Chinese breaks between any two, others at blanks."""
        if not text.isascii():
            room = room // size * size
        width = _text_width(text, size, max(_LATIN, self.digit))
        return max(math.ceil(width * (_UNEVEN if width > room else 1) / max(room, size)), 1)

    def _width(self, cell: Cell) -> float:
        """Return how many characters wide the text of a cell is; a long whole number is given all its digits."""
        book = self.book
        if cell.element.get("width-of-picture"):
            return float(cell.element.attrib["width-of-picture"]) / self.unit
        text = book.shown(cell)
        look = book.styles.of(cell.element)
        if text is None:
            number = float(cell.value)
            if look.code.lower() == "general" and _LONG <= abs(number) < 1e21 and number.is_integer():
                book.styles.copy(cell.element, "digits")
                text = str(int(number))
            else:
                text = "0" * min(len(cell.value), 12)
        return _text_width(text, look.size, max(_LATIN, self.digit)) / self.unit

    def _is_cut(self, cell: Cell, width: float) -> bool:
        """Whether a text of ``width`` that does not wrap ends before its end: at a neighbour, or in merged cells."""
        if corners := self.merged.get((cell.row, cell.column)):
            return width > sum(self.widths.get(number, self.default) for number in range(corners[1], corners[3] + 1))
        room, column = self.widths[cell.column], cell.column + 1
        while room < width:
            if (cell.row, column) in self.filled:
                return True
            if column > self.last:
                return False
            room += 0.0 if column in self.hidden else self.widths[column]
            column += 1
        return False

    def _height(self, number: int) -> float:
        if not hasattr(self, "_heights"):
            default = setting(self.root.find("{*}sheetFormatPr"), "defaultRowHeight", 15.0)
            self._default_height = default
            self._heights = {row: setting(element, "ht", default) for row, element in rows(self.root)}
        return self._heights.get(number, self._default_height)

    def _write_columns(self) -> None:
        """Write the widths: the columns that are used each by itself, those behind as they were."""
        held = self.root.find("{*}cols")
        made = self.root.makeelement(self.root.tag.replace("}worksheet", "}cols"))
        known: dict[int, Any] = {}
        behind = []
        for column in held if held is not None else ():
            first, last = int(column.get("min", "1")), int(column.get("max", "1"))
            known.update(dict.fromkeys(range(first, min(last, self.last) + 1), column))
            if last > self.last:
                column.set("min", str(max(first, self.last + 1)))
                behind.append(column)
        for number in range(1, self.last + 1):
            column = made.makeelement(self.root.tag.replace("}worksheet", "}col"))
            for key, value in known[number].attrib.items() if number in known else ():
                column.set(key, value)
            column.set("min", str(number))
            column.set("max", str(number))
            column.set("width", f"{self.widths[number]:.2f}")
            column.set("customWidth", "1")
            made.append(column)
        for column in behind:
            made.append(column)
        if held is not None:
            self.root.replace(held, made)
        else:
            self.root.find("{*}sheetData").addprevious(made)

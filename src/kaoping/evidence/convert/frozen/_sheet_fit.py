"""Sheets as they should be printed: columns as wide, rows as high as what stands in them, pages that can be read.

Otherwise a number shows as ###, a text ends at its neighbour, and a ledger of fifteen columns comes out on two rows of
pages. What is changed are widths, heights, wrapping and the page setup (ECMA-376-1, 18.3.1.13, 63 to 65, 73).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from kaoping.evidence.convert.frozen._office_zip import drop
from kaoping.evidence.convert.frozen._workbook_parts import (
    Cell,
    Workbook,
    area,
    hidden_columns,
    hidden_rows,
    is_true,
    rows,
)

_WIDEST, _WIDE = 60.0, 24.0  # characters: of a number, of a text before it wraps
_DEFAULT = 9.0  # characters: the width of a column that says none
_POINTS = 5.35  # of a character of width, with the fonts that stand in for Calibri
_LINE = 1.4  # height of a line by the size of its font
_TALLEST = 1500.0  # points
_LONG = 10**11  # General turns a whole number into 1.23E+12 from here on
_SMALLEST = 0.6  # a sheet scaled below this (6.6 points for 11) is hard to read: it is split
_SLACK = 0.1  # pages: a little smaller is better than a page for one column
_ACROSS, _DOWN = (495.0, 742.0), (720.0, 470.0)  # points of a page of A4 that hold cells: upright, lying
_MANY = 8  # columns: more lie across the page
#: What may stand before pageSetup in a sheet (18.3.1.99); all else comes behind it.
_BEFORE = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
    "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
    "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins",
)  # fmt: skip


def fit_sheet(root: Any, cells: Sequence[Cell], book: Workbook) -> None:
    """Fit columns, rows and pages of the sheet ``root`` to its ``cells``."""
    grid = _Grid(root, cells, book)
    grid.widen()
    grid.heighten()
    _set_up(root, grid)


def text_width(text: str, size: float) -> float:
    """Return how many characters of a column's width (digits of 11 points) the longest line of ``text`` takes."""
    return max(_line_width(line, size) for line in text.split("\n")) if "\n" in text else _line_width(text, size)


def _line_width(line: str, size: float) -> float:
    wide = 0 if line.isascii() else (len(line.encode(errors="replace")) - len(line)) / 2  # three bytes each, in UTF-8
    return (wide * 2.1 + (len(line) - wide) * 1.15) * size / 11


class _Grid:
    """The cells of a sheet with the widths and heights of what they stand in."""

    def __init__(self, root: Any, cells: Sequence[Cell], book: Workbook) -> None:
        self.root, self.book = root, book
        self.hidden = hidden_columns(root)
        unseen = hidden_rows(root)
        self.cells = [cell for cell in cells if cell.row not in unseen and cell.column not in self.hidden]
        self.last = max((cell.column for cell in self.cells), default=0)
        self.default = _number(root.find("{*}sheetFormatPr"), "defaultColWidth", _DEFAULT)
        self.widths = dict.fromkeys(range(1, self.last + 1), self.default)
        for column in root.iterfind("{*}cols/{*}col"):
            for number in range(int(column.get("min", "1")), min(int(column.get("max", "1")), self.last) + 1):
                self.widths[number] = _number(column, "width", self.default)
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
            width = _width(self.book, cell) + 1
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
            if self._is_cut(cell, _width(self.book, cell)):
                self.book.styles.copy(cell.element, "wrap")

    def heighten(self) -> None:
        """Make rows as high as the lines in them."""
        heights: dict[int, float] = {}
        for cell in self.cells:
            look = self.book.styles.of(cell.element)
            corners = self.merged.get((cell.row, cell.column), (cell.row, cell.column, cell.row, cell.column))
            if cell.kind != "s" or look.is_turned or not (look.wraps or "\n" in cell.value):
                continue
            room = max(
                sum(self.widths.get(number, self.default) for number in range(corners[1], corners[3] + 1)) - 1, 1
            )
            lines = sum(max(math.ceil(_line_width(line, look.size) / room), 1) for line in cell.value.split("\n"))
            needed = lines * look.size * _LINE + 2
            span = corners[2] - corners[0]
            known = sum(self._height(number) for number in range(corners[0], corners[2])) if 0 < span < 500 else 0.0
            heights[corners[2]] = max(heights.get(corners[2], 0.0), needed - known)
        for number, row in rows(self.root):
            needed = min(heights.get(number, 0.0), _TALLEST)
            if needed > self._height(number):
                row.set("ht", f"{needed:.1f}")
                row.set("customHeight", "1")

    def size(self) -> tuple[float, float]:
        """Return the width and height of what is printed, in points."""
        width = sum(width for number, width in self.widths.items() if number not in self.hidden)
        last = max((cell.row for cell in self.cells), default=0)
        return width * _POINTS, sum(self._height(number) for number in range(1, min(last, 20000) + 1))

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
            default = _number(self.root.find("{*}sheetFormatPr"), "defaultRowHeight", 15.0)
            self._default_height = default
            self._heights = {row: _number(element, "ht", default) for row, element in rows(self.root)}
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


def _width(book: Workbook, cell: Cell) -> float:
    """Return the width that the text of a cell takes; a long whole number is given all its digits."""
    if cell.element.get("width-of-picture"):
        return float(cell.element.attrib["width-of-picture"]) / _POINTS
    text = book.shown(cell)
    if text is None:
        number = float(cell.value)
        if (
            book.styles.of(cell.element).code.lower() == "general"
            and _LONG <= abs(number) < 1e21
            and number.is_integer()
        ):
            book.styles.copy(cell.element, "digits")
            text = str(int(number))
        else:
            text = "0" * min(len(cell.value), 12)
    return text_width(text, book.styles.of(cell.element).size)


def _set_up(root: Any, grid: _Grid) -> None:
    """Fit the pages to the width of the sheet, unless somebody set them up in a way that can be read."""
    setup = root.find("{*}pageSetup")
    fitting = root.find("{*}sheetPr/{*}pageSetUpPr")
    is_fitted = fitting is not None and is_true(fitting, "fitToPage")
    has_breaks = any(root.find(f"{{*}}{name}") is not None for name in ("rowBreaks", "colBreaks"))
    width, height = grid.size()
    if setup is None and not is_fitted and not has_breaks:
        setup = _put_setup(root)
        setup.set("paperSize", "9")
        setup.set("orientation", "landscape" if grid.last > _MANY else "portrait")
    elif setup is None or setup.get("scale", "100") != "100":
        return
    lies = setup.get("orientation") == "landscape"
    if is_fitted:
        down = int(_number(setup, "fitToHeight", 1))
        if down and height * _SMALLEST > _DOWN[lies] * down:  # all on one page, as WPS likes it
            setup.set("fitToHeight", "0")
        return
    if has_breaks or (width <= _ACROSS[lies] and setup.get("fitToHeight") is not None and is_fitted):
        return
    setup.set("fitToWidth", str(max(math.ceil(width * _SMALLEST / _ACROSS[lies] - _SLACK), 1)))
    setup.set("fitToHeight", "0")
    _fit_to_page(root)


def _fit_to_page(root: Any) -> None:
    properties = root.find("{*}sheetPr")
    if properties is None:
        properties = root.makeelement(root.tag.replace("}worksheet", "}sheetPr"))
        root.insert(0, properties)
    fitting = properties.find("{*}pageSetUpPr")
    if fitting is None:
        fitting = properties.makeelement(root.tag.replace("}worksheet", "}pageSetUpPr"))
        properties.append(fitting)
    fitting.set("fitToPage", "1")


def _put_setup(root: Any) -> Any:
    for held in root.findall("{*}pageSetup"):
        drop(held)
    setup = root.makeelement(root.tag.replace("}worksheet", "}pageSetup"))
    before = [inner for inner in root if inner.tag.rpartition("}")[2] in _BEFORE]
    before[-1].addnext(setup)
    return setup


def _number(element: Any, name: str, otherwise: float) -> float:
    try:
        return float(element.get(name)) if element is not None and element.get(name) else otherwise
    except ValueError:
        return otherwise

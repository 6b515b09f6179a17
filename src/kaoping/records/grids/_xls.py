"""Excel 97–2003 workbooks (.xls, .et), read by xlrd: calamine gives "" for an error value and no way to tell.

xlrd keeps no cell that is not in the file, so nothing here can grow beyond the file. It never comes back from a
compound file whose chain of sectors runs in a circle; so olefile, made for files that mean harm, takes the stream out.
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import olefile
import xlrd
from xlrd.biffh import error_text_from_code
from xlrd.sheet import Sheet
from xlrd.xldate import XLDateError, xldate_as_datetime

from kaoping.records.grids import symbol_fonts
from kaoping.records.grids.grid import Grid, GridCell, NumberFormat, Span, SpreadsheetError
from kaoping.records.grids.number_display import is_telling


def read(data: bytes) -> tuple[Grid, ...]:
    """Read the worksheets; raises SpreadsheetError where they have a password or are broken."""
    try:
        stream = _stream(data) if data.startswith(olefile.MAGIC) else data
        book = xlrd.open_workbook(file_contents=stream, formatting_info=True, ragged_rows=True, logfile=io.StringIO())
        return tuple(_grid(sheet, book.datemode) for sheet in book.sheets())
    except MemoryError:
        raise
    except Exception as error:
        if "encrypted" in str(error):
            raise SpreadsheetError("sheet.encrypted") from error
        raise SpreadsheetError("sheet.damaged", why="里面的工作表读不通") from error


def _stream(data: bytes) -> bytes:
    """Return the workbook in a compound file: "Workbook", or "Book" from Excel 95."""
    with olefile.OleFileIO(io.BytesIO(data)) as compound:
        name = next((name for name in ("Workbook", "Book") if compound.exists(name)), "Workbook")
        workbook: bytes = compound.openstream(name).read()
        return workbook


def _grid(sheet: Sheet, datemode: int) -> Grid:
    faults: dict[tuple[int, int], str] = {}
    rows: list[list[GridCell]] = []
    formats: dict[tuple[int, int], NumberFormat] = {}
    styles = _Styles(sheet.book)
    for number in range(sheet.nrows):
        row: list[GridCell] = []
        for column, (kind, value) in enumerate(zip(sheet.row_types(number), sheet.row_values(number), strict=True)):
            if kind == xlrd.XL_CELL_ERROR:
                faults[number, column] = error_text_from_code.get(value, "#ERROR!")
                value = ""
            elif kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE) and (code := styles.code(sheet, number, column)):
                formats[number, column] = NumberFormat(value, code, bool(datemode))
            if kind == xlrd.XL_CELL_DATE:
                value = _date(value, datemode)
            elif kind == xlrd.XL_CELL_BOOLEAN:
                value = bool(value)
            elif kind == xlrd.XL_CELL_TEXT and (font := styles.symbol_font(sheet, number, column)):
                value = symbol_fonts.in_unicode(font, value)
            row.append(value)
        while row and row[-1] == "":
            row.pop()
        rows.append(row)
    struck_rows, struck_cells = styles.struck(sheet)
    return Grid(
        name=sheet.name,
        rows=rows,
        merged=tuple(Span(top, left, below - 1, right - 1) for top, below, left, right in sheet.merged_cells),
        hidden=sheet.visibility != 0,
        hidden_rows=tuple(sorted(row for row, info in sheet.rowinfo_map.items() if info.hidden)),
        struck_rows=struck_rows,
        struck_cells=struck_cells,
        formats=formats,
        faults=faults,
    )


class _Styles:
    """What the styles of a workbook say of its cells; each question is cheap where none of them says anything."""

    def __init__(self, book: Any) -> None:
        codes = {key: form.format_str for key, form in book.format_map.items() if is_telling(form.format_str or "")}
        self._codes = {at: codes[xf.format_key] for at, xf in enumerate(book.xf_list) if xf.format_key in codes}
        fonts = book.font_list
        self._fonts = {
            at: fonts[xf.font_index].name
            for at, xf in enumerate(book.xf_list)
            if xf.font_index < len(fonts) and symbol_fonts.has(fonts[xf.font_index].name)
        }
        self._struck_fonts = {at for at, font in enumerate(fonts) if font.struck_out}
        self._struck = {at for at, xf in enumerate(book.xf_list) if xf.font_index in self._struck_fonts}

    def code(self, sheet: Sheet, row: int, column: int) -> str:
        """Return the number format of a cell, where it says more than the number; "" where it does not."""
        return self._codes.get(sheet.cell_xf_index(row, column), "") if self._codes else ""

    def symbol_font(self, sheet: Sheet, row: int, column: int) -> str:
        """Return the symbol font of a cell; "" where its font is none."""
        return self._fonts.get(sheet.cell_xf_index(row, column), "") if self._fonts else ""

    def struck(self, sheet: Sheet) -> tuple[tuple[int, ...], tuple[tuple[int, int], ...]]:
        """Return the rows with a line through all that stands in them, and the cells of others with one."""
        if not self._struck_fonts:
            return (), ()
        rows: list[int] = []
        cells: list[tuple[int, int]] = []
        for row in range(sheet.nrows):
            kinds = enumerate(sheet.row_types(row))
            filled = [at for at, kind in kinds if kind not in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK)]
            struck = [at for at in filled if sheet.cell_xf_index(row, at) in self._struck]
            if filled and struck == filled:
                rows.append(row)
                continue
            runs = (at for at in filled if any(font in self._struck_fonts for _, font in self._runs(sheet, row, at)))
            cells += [(row, at) for at in sorted({*struck, *runs})]
        return tuple(rows), tuple(cells)

    @staticmethod
    def _runs(sheet: Sheet, row: int, column: int) -> list[tuple[int, int]]:
        runs: list[tuple[int, int]] = sheet.rich_text_runlist_map.get((row, column), [])
        return runs


def _date(serial: float, datemode: int) -> GridCell:
    """Return a date, a time or both, as the number says; the number itself where it is no day of any calendar."""
    try:
        moment: datetime = xldate_as_datetime(serial, datemode)
    except (XLDateError, OverflowError, ValueError):
        return serial
    if serial < 1:
        return moment.time()
    return moment.date() if serial == int(serial) else moment

"""Excel 97–2003 workbooks (.xls, .et), read by xlrd: calamine gives "" for an error value and no way to tell.

xlrd keeps no cell that is not in the file, so nothing here can grow beyond the file. It never comes back from a
compound file whose chain of sectors runs in a circle; so olefile, made for files that mean harm, takes the stream out.
"""

from __future__ import annotations

import io
from datetime import datetime

import olefile
import xlrd
from xlrd.biffh import error_text_from_code
from xlrd.sheet import Sheet
from xlrd.xldate import XLDateError, xldate_as_datetime

from kaoping.records.grids.grid import Grid, GridCell, Span, SpreadsheetError


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
    for number in range(sheet.nrows):
        row: list[GridCell] = []
        for column, (kind, value) in enumerate(zip(sheet.row_types(number), sheet.row_values(number), strict=True)):
            if kind == xlrd.XL_CELL_ERROR:
                faults[number, column] = error_text_from_code.get(value, "#ERROR!")
                value = ""
            elif kind == xlrd.XL_CELL_DATE:
                value = _date(value, datemode)
            elif kind == xlrd.XL_CELL_BOOLEAN:
                value = bool(value)
            row.append(value)
        while row and row[-1] == "":
            row.pop()
        rows.append(row)
    return Grid(
        name=sheet.name,
        rows=rows,
        merged=tuple(Span(top, left, below - 1, right - 1) for top, below, left, right in sheet.merged_cells),
        hidden=sheet.visibility != 0,
        hidden_rows=tuple(sorted(row for row, info in sheet.rowinfo_map.items() if info.hidden)),
        faults=faults,
    )


def _date(serial: float, datemode: int) -> GridCell:
    """Return a date, a time or both, as the number says; the number itself where it is no day of any calendar."""
    try:
        moment: datetime = xldate_as_datetime(serial, datemode)
    except (XLDateError, OverflowError, ValueError):
        return serial
    if serial < 1:
        return moment.time()
    return moment.date() if serial == int(serial) else moment

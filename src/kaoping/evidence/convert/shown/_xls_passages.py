"""The cells of binary workbooks (xls, et, xlsb) as they were saved: no copy of them can be written."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kaoping.evidence.convert._losses import HIDDEN_SHEETS, Losses, excerpt
from kaoping.evidence.convert.frozen._workbook_parts import letters
from kaoping.evidence.convert.shown._passages import Passage
from kaoping.evidence.convert.shown._sheet_passages import guesses
from kaoping.records.grids.number_display import display

_HIDDEN_ROWS = "隐藏、被筛选掉的行没有显示：{}。"
_HIDDEN_COLUMNS = "隐藏的列没有显示：{}。"
_DAY = "页眉页脚里的日期、时间或文件名印的是转换当时的。"
_HEADER, _FOOTER = 0x14, 0x15  # records (MS-XLS, 2.4.136, 2.4.124)
_CODES = re.compile(rb"&(?:[DTFZ]|\0?[DTFZ]\0)", re.I)


def xls_passages(given: Path, losses: Losses) -> Iterator[Passage]:
    """Yield what the cells of the workbook ``given`` show; what of it is hidden is noted."""
    import xlrd

    stream = _stream(given)
    if any(_CODES.search(data) for kind, data in _records(stream) if kind in (_HEADER, _FOOTER)):
        losses.add(_DAY)
    with xlrd.open_workbook(
        file_contents=stream, formatting_info=True, ragged_rows=True, logfile=io.StringIO()
    ) as book:
        for sheet in book.sheets():
            if sheet.visibility:
                if sheet.nrows:
                    losses.add(HIDDEN_SHEETS, excerpt(sheet.name))
                continue
            rows = {row for row, info in sheet.rowinfo_map.items() if info.hidden}
            columns = {column for column, info in sheet.colinfo_map.items() if info.hidden}
            for row in range(sheet.nrows):
                for column, cell in enumerate(sheet.row(row)):
                    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK) or cell.value == "":
                        continue
                    if row in rows:
                        losses.add(_HIDDEN_ROWS, f"“{sheet.name}”第{row + 1}行")
                    elif column in columns:
                        losses.add(_HIDDEN_COLUMNS, f"“{sheet.name}”{letters(column + 1)}列")
                    else:
                        yield _passage(book, cell, f"{sheet.name}!{letters(column + 1)}{row + 1}")


def xlsb_passages(given: Path) -> Iterator[Passage]:
    """Yield what the cells of the workbook ``given`` (xlsb) hold; its number formats are not read."""
    import python_calamine

    with python_calamine.CalamineWorkbook.from_path(given) as book:
        for entry in book.sheets_metadata:
            if entry.visible != python_calamine.SheetVisibleEnum.Visible:
                continue
            sheet = book.get_sheet_by_name(entry.name)
            top, left = sheet.start or (0, 0)
            for row, values in enumerate(sheet.to_python(skip_empty_area=True), top + 1):
                for column, value in enumerate(values, left + 1):
                    place = f"{entry.name}!{letters(column)}{row}"
                    if isinstance(value, bool):
                        yield Passage(place, str(value))
                    elif isinstance(value, int | float):
                        yield Passage(place, str(value), guesses(float(value), "General", False), is_number=True)
                    elif isinstance(value, str) and value:
                        yield Passage(place, value)
                    elif not isinstance(value, str):  # a date or a time
                        yield Passage(
                            place, str(value), (str(getattr(value, "year", "")), str(value)[:2]), is_number=True
                        )


def _passage(book: Any, cell: Any, place: str) -> Passage:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_TEXT:
        return Passage(place, cell.value)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return Passage(place, "TRUE" if cell.value else "FALSE")
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return Passage(place, xlrd.error_text_from_code.get(cell.value, "#"))
    code = book.format_map[book.xf_list[cell.xf_index].format_key].format_str
    text = display(cell.value, code, from_1904=bool(book.datemode))
    if text is not None:
        return Passage(place, text, is_number=True)
    return Passage(place, str(cell.value), guesses(cell.value, code, bool(book.datemode)), is_number=True)


def _stream(given: Path) -> bytes:
    """Return the workbook in a compound file: xlrd hangs on a circular one, olefile does not."""
    import olefile

    data = given.read_bytes()
    if not data.startswith(olefile.MAGIC):
        return data
    with olefile.OleFileIO(io.BytesIO(data)) as compound:
        name = next((name for name in ("Workbook", "Book") if compound.exists(name)), "Workbook")
        workbook: bytes = compound.openstream(name).read()
        return workbook


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        if kind in (_HEADER, _FOOTER):
            yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size

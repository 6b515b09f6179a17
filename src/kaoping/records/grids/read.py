"""Any file that should be a spreadsheet, by its content and not by its name: read, or refused for one reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from kaoping.core import fs
from kaoping.core.errors import why_not_read
from kaoping.core.zipbytes import BROKEN
from kaoping.records.grids import _cell_styles, _xlsx_scan, delimited, symbol_fonts
from kaoping.records.grids._cell_styles import SheetLook
from kaoping.records.grids._sheet_xml import SheetScan
from kaoping.records.grids.grid import Grid, GridCell, Span, Spreadsheet, SpreadsheetError

#: A file larger than this holds pictures, or is no ledger.
MOST_BYTES = 256 << 20
#: Nobody keeps more sheets in one workbook.
MOST_SHEETS = 1_000

#: How many bytes a file may have that is kept as it was read last.
_REREAD = 4 << 20

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00", b"\x09\x08\x10\x00")
#: What Chinese offices' document-protection programs write at the head of every file that leaves the office's machines.
_PROTECTED = (b"%TSD-Header", b"E-SafeNet", b"b\x14#e")
_HEADS = {
    b"%PDF-": "PDF 文件",
    b"{\\rtf": "Word 文件（RTF）",
    b"\xff\xd8\xff": "图片",
    b"\x89PNG": "图片",
    b"GIF8": "图片",
    b"II*\0": "图片",
    b"MM\0*": "图片",
    b"Rar!": "压缩包",
    b"7z\xbc\xaf": "压缩包",
    b"\x1f\x8b": "压缩包",
}
_STREAMS = {"WordDocument": "Word 文件（.doc）", "PowerPoint Document": "演示文件（.ppt）"}
_MEMBERS = {"word/": "Word 文件（.docx）", "ppt/": "演示文件（.pptx）", "OFD.xml": "OFD 文件"}
_NONCHAR = re.compile("_x(FFF[EF])_", re.IGNORECASE)


def read_spreadsheet(path: Path) -> Spreadsheet:
    """Read the file at ``path``, whatever it is called.

    Sources: .xlsx and .xlsm, .xls and .et, .ods and .fods, .csv and other delimited text, and a web page's tables
    (which many systems call .xls). The file's bytes are read once and nothing else is: no other file, no network,
    no macro.

    Raises SpreadsheetError, and nothing else, for whatever can't be read; its code and facts make a finding.
    """
    spreadsheet = read_bytes(_bytes(path))
    if lock_file(path) is None:
        return spreadsheet
    return Spreadsheet(spreadsheet.grids, (*spreadsheet.notes, ("sheet.open_elsewhere", {})))


def read_bytes(data: bytes) -> Spreadsheet:
    """Read a file's bytes as ``read_spreadsheet`` does; raises SpreadsheetError, and nothing else."""
    try:
        return _reread(data) if len(data) <= _REREAD else _read(data)
    except SpreadsheetError:
        raise
    except MemoryError as error:
        raise SpreadsheetError("sheet.too_big", what="读它要的内存超过了这台电脑的") from error
    except Exception as error:
        raise SpreadsheetError("sheet.damaged", why="内容读到一半读不下去") from error


def lock_file(path: Path) -> Path | None:
    """Return the file that Excel, LibreOffice or WPS keeps beside ``path`` while somebody has it open; None if none."""
    names = (f"~${path.name}", f".~lock.{path.name}#", f".~{path.name}")
    return next((lock for name in names if (lock := path.with_name(name)).exists()), None)


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise SpreadsheetError("file.unreadable", reason="这是一个文件夹，不是文件")
        if path.stat().st_size > MOST_BYTES:
            raise SpreadsheetError("sheet.too_big", what=f"文件超过了 {MOST_BYTES >> 20} MB")
        return fs.read(path)
    except PermissionError as error:
        raise SpreadsheetError("sheet.in_use") from error
    except OSError as error:
        raise SpreadsheetError("file.unreadable", reason=why_not_read(error)) from error


def _read(data: bytes) -> Spreadsheet:
    head = data[:1024]
    if not data.strip(b"\0"):
        raise SpreadsheetError("sheet.empty_file")
    if head.startswith(_ZIP):
        return _zip(data)
    if head.startswith((_OLE, *_BIFF)):
        return _ole(data)
    if any(mark in head for mark in _PROTECTED):
        raise SpreadsheetError("sheet.encrypted")
    for mark, what in _HEADS.items():
        if head.startswith(mark):
            raise SpreadsheetError("sheet.not_a_spreadsheet", what=what)
    from kaoping.records.grids import _html_table

    text = delimited.decode(data)
    start = text[:4096].lstrip("\ufeff \t\r\n").lower()
    if start.startswith("mime-version:"):
        raise SpreadsheetError("sheet.other_format", what="单个文件网页（.mht）")
    if start.startswith("id;p"):
        raise SpreadsheetError("sheet.other_format", what="符号链接文件（.slk）")
    if "urn:schemas-microsoft-com:office:spreadsheet" in start and start.startswith("<?xml"):
        raise SpreadsheetError("sheet.other_format", what="XML 表格（2003 年的写法）")
    if "opendocument.spreadsheet" in start and start.startswith("<?xml"):
        from kaoping.records.grids import _ods

        return _ods.read_flat(data)
    if _html_table.is_html(start):
        return _html_table.read(text)
    if start.startswith("<?xml"):
        raise SpreadsheetError("sheet.not_a_spreadsheet", what="XML 文件")
    return delimited.read(text)


@lru_cache(maxsize=2)
def _reread(data: bytes) -> Spreadsheet:
    """A workbook that is written into is read before, after, and by whoever looks next: three times the same bytes."""
    return _read(data)


def _zip(data: bytes) -> Spreadsheet:
    try:
        with ZipFile(BytesIO(data)) as archive:
            names = [name.replace("\\", "/") for name in archive.namelist()]
            locked = any(info.flag_bits & 1 for info in archive.infolist())
    except (*BROKEN, OSError) as error:
        raise SpreadsheetError("sheet.damaged", why="文件不完整，多半是没有下载完或复制时断了") from error
    if locked:
        raise SpreadsheetError("sheet.encrypted")
    lower = {name.lower() for name in names}
    if "xl/workbook.xml" in lower:
        return _xlsx(data)
    if "xl/workbook.bin" in lower:
        raise SpreadsheetError("sheet.other_format", what="Excel 二进制工作簿（.xlsb）")
    if {"mimetype", "content.xml"} <= lower:
        from kaoping.records.grids import _ods

        return _ods.read(data)
    what = next((what for part, what in _MEMBERS.items() if any(name.startswith(part) for name in names)), "压缩包")
    raise SpreadsheetError("sheet.not_a_spreadsheet", what=what)


def _ole(data: bytes) -> Spreadsheet:
    from kaoping.records.grids import _xls

    def has(stream: str) -> bool:
        return stream.encode("utf-16-le") in data  # a name in the directory; not worth a library

    if has("EncryptedPackage"):
        raise SpreadsheetError("sheet.encrypted")
    if data.startswith(_OLE) and not has("Workbook") and not has("Book"):
        what = next((what for stream, what in _STREAMS.items() if has(stream)), "别的程序的文件")
        raise SpreadsheetError("sheet.not_a_spreadsheet", what=what)
    macros = has("_VBA_PROJECT_CUR")
    return Spreadsheet(_xls.read(data), (("sheet.macros", {}),) if macros else ())


def _xlsx(data: bytes) -> Spreadsheet:
    scan = _xlsx_scan.scan(data)
    grids = tuple(_grids(scan))
    notes: list[tuple[str, Mapping[str, str]]] = []
    if scan.macros:
        notes.append(("sheet.macros", {}))
    if scan.external_links:
        notes.append(("sheet.external_links", {}))
    return Spreadsheet(grids, tuple(notes))


def _grids(scan: _xlsx_scan.Scan) -> Iterable[Grid]:
    """Yield the worksheets. What calamine raises, a panic included, is a damaged file: that it fits was seen before."""
    looks = _cell_styles.looks_by_sheet(scan.data, scan.parts, struck_strings=scan.struck_strings)
    try:
        with CalamineWorkbook.from_filelike(BytesIO(scan.data)) as book:
            sheets = [meta for meta in book.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
            if len(sheets) > MOST_SHEETS:
                raise SpreadsheetError("sheet.too_big", what=f"工作簿里有 {len(sheets)} 张工作表")
            for meta in sheets:
                sheet = book.get_sheet_by_name(meta.name)
                seen = scan.sheets.get(meta.name, SheetScan())
                rows: list[list[GridCell]] = sheet.to_python(skip_empty_area=False)
                if scan.nonchars:
                    rows = [[_with_nonchars(cell) for cell in row] for row in rows]
                look = looks.get(meta.name, SheetLook())
                symbol_fonts.replace(rows, look.symbols)
                yield Grid(
                    name=meta.name,
                    rows=rows,
                    merged=tuple(
                        Span(*top_left, *bottom_right) for top_left, bottom_right in sheet.merged_cell_ranges or ()
                    ),
                    hidden=meta.visible != SheetVisibleEnum.Visible,
                    hidden_rows=tuple(sorted(seen.hidden)),
                    struck_rows=look.struck_rows,
                    struck_cells=look.struck_cells,
                    formats=look.formats,
                    faults=seen.faults,
                )
    except (SpreadsheetError, MemoryError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # pyo3's PanicException is no Exception
        raise SpreadsheetError("sheet.damaged", why="里面的工作表读不通") from error


def _with_nonchars(cell: GridCell) -> GridCell:
    """Undo the two escapes that calamine leaves: U+FFFE and U+FFFF may not stand in XML."""
    return _NONCHAR.sub(lambda match: chr(int(match[1], 16)), cell) if isinstance(cell, str) else cell

"""Cells of an .xlsx changed in place: the XML of these cells, and not a byte of anything else in the file.

No library does that: openpyxl writes a workbook anew and drops what it does not know (saved values of formulas, WPS's
pictures in cells, form controls). So the sheet's part is taken out of the zip, its cells changed, and put back. What
can't be done without touching more (a protected sheet, a formula in the cell) is refused, with a reason for the clerk.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from posixpath import join, normpath
from typing import Any

from lxml import etree

from kaoping.core import zipbytes
from kaoping.records.grids.grid import Span, cell_name, cell_place
from kaoping.records.workbook._cell_writing import stored, unwritable

_BOOK = "xl/workbook.xml"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_YES = ("1", "true")


@dataclass(frozen=True, slots=True)
class CellChange:
    """What shall stand in a cell, by 0-based row and column; None empties it. Its look stays."""

    sheet: str
    row: int
    column: int
    value: str | float | date | None


class UnpatchableError(Exception):
    """The workbook can't be changed without changing more than the cells: ``why``, in Chinese."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def patched(data: bytes, changes: Iterable[CellChange]) -> bytes:
    """Return the .xlsx in ``data`` with ``changes`` made: every other part keeps its bytes, every other cell its XML.

    A date is written as its serial number where the cell shows dates, otherwise as text (2017-12-18). What formulas
    show of the changed cells stays as it was saved until a program works it out again.

    Raises UnpatchableError for anything but a plain .xlsx, a protected sheet, and a cell with a formula or merged into
    another.
    """
    by_sheet: dict[str, list[CellChange]] = {}
    for change in changes:
        by_sheet.setdefault(change.sheet, []).append(change)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            book = _Book(archive)
            bodies = dict(book.changed(sheet, its) for sheet, its in by_sheet.items())
        return zipbytes.replaced(data, bodies)
    except (etree.XMLSyntaxError, KeyError, ValueError, TypeError) as error:
        raise UnpatchableError("里面的写法和通常的 xlsx 不同") from error
    except (*zipbytes.BROKEN, OSError) as error:
        raise UnpatchableError("不是普通的 xlsx 文件") from error


class _Book:
    """The parts of a workbook that say where its sheets are and how their cells show."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        names = archive.namelist()
        if not any(name.lower().startswith("xl/") for name in names):  # .ods
            raise UnpatchableError("不是普通的 xlsx 文件")
        if any(name.lower().startswith("_xmlsignatures/") for name in names):
            raise UnpatchableError("它带有数字签名，改了签名就失效")
        self.book = self._tree(_BOOK)
        links = self._tree("xl/_rels/workbook.xml.rels").iter("{*}Relationship")
        self.links = {link.get("Id", ""): (link.get("Type", ""), link.get("Target", "")) for link in links}
        settings = self.book.find("{*}workbookPr")
        self.from_1904 = settings is not None and settings.get("date1904") in _YES
        self.dated = self._dated_styles()

    def changed(self, name: str, changes: Iterable[CellChange]) -> tuple[str, bytes]:
        """Return a sheet's part with ``changes`` made: its name in the zip, and its XML."""
        part = self._part(name)
        root = self._tree(part)
        sheet = _Sheet(name, root)
        for change in changes:
            sheet.put(change.row, change.column, self._written(change, sheet))
        return part, etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True, standalone=True)

    def _written(self, change: CellChange, sheet: _Sheet) -> str | float | None:
        """The value as the cell holds it."""
        if not isinstance(change.value, date):
            return change.value
        if sheet.style(change.row, change.column) not in self.dated:
            return change.value.isoformat()
        from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, to_excel

        epoch = CALENDAR_MAC_1904 if self.from_1904 else CALENDAR_WINDOWS_1900
        days: float = to_excel(datetime.combine(change.value, datetime.min.time()), epoch)  # type: ignore[no-untyped-call]
        return days

    def _part(self, name: str) -> str:
        sheets = [sheet for sheet in self.book.iter("{*}sheet") if sheet.get("name") == name]
        if len(sheets) != 1:
            raise UnpatchableError(f"里面没有工作表“{name}”")
        link = sheets[0].get(_RELATION) or sheets[0].get(_STRICT_RELATION) or ""
        return _path(self.links[link][1])

    def _tree(self, part: str) -> Any:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        return etree.fromstring(self.archive.read(part), parser)

    def _dated_styles(self) -> set[str]:
        """The numbers of the cell formats that show a date."""
        from openpyxl.styles.numbers import builtin_format_code, is_date_format

        part = next((target for type_, target in self.links.values() if type_.endswith("/styles")), "")
        if not part:
            return set()
        styles = self._tree(_path(part))
        codes = {its.get("numFmtId"): its.get("formatCode", "") for its in styles.iter("{*}numFmt")}
        formats = styles.find("{*}cellXfs")
        numbers = [form.get("numFmtId", "0") for form in formats] if formats is not None else []
        shown = (codes.get(number) or builtin_format_code(int(number)) for number in numbers)
        return {str(at) for at, code in enumerate(shown) if is_date_format(code)}


def _path(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))


class _Sheet:
    """The XML of one worksheet, changed cell by cell. ``name`` is for messages; rows and columns are 0-based."""

    def __init__(self, name: str, root: Any) -> None:
        self.name, self.root = name, root
        self.space = root.tag.removesuffix("worksheet")  # "{…/main}", or the strict one
        guard = root.find("{*}sheetProtection")
        if guard is not None and guard.get("sheet") in _YES:
            raise UnpatchableError(f"工作表“{name}”设了保护")
        self.data = root.find(f"{self.space}sheetData")
        if self.data is None:
            raise UnpatchableError(f"“{name}”不是普通的工作表")
        self.rows = _in_order((int(row.get("r")) - 1, row) for row in self.data.iterchildren(f"{self.space}row"))
        self.merged = [_span(span.get("ref", "")) for span in root.iter(f"{self.space}mergeCell")]

    def style(self, row: int, column: int) -> str:
        """Return the number of the format in which a cell shows, whether it is there yet or not."""
        line = self.rows.get(row)
        cell = self._cells(row).get(column)
        if cell is not None:
            return str(cell.get("s", "0"))
        if line is not None and line.get("customFormat") in _YES:
            return str(line.get("s", "0"))
        columns = self.root.iter(f"{self.space}col")
        spanning = (col for col in columns if int(col.get("min")) <= column + 1 <= int(col.get("max")))
        return str(next((col.get("style", "0") for col in spanning), "0"))

    def put(self, row: int, column: int, value: str | float | None) -> None:
        """Put ``value`` in a cell."""
        name = cell_name(row, column)
        if any(span.hides(row, column) for span in self.merged):
            raise UnpatchableError(f"“{self.name}”的 {name} 并在别的格子里")
        cell = self._cells(row).get(column)
        if cell is None:
            if value is None:
                return
            cell = self._new_cell(row, column)
        if cell.find(f"{self.space}f") is not None:
            raise UnpatchableError(f"“{self.name}”的 {name} 里是公式")
        for inner in list(cell):
            if inner.tag != f"{self.space}extLst":
                cell.remove(inner)
        for mark in ("t", "cm", "vm"):  # its type; what tells a picture in the cell from a value
            cell.attrib.pop(mark, None)
        if isinstance(value, str):
            self._write_text(cell, name, value)
        elif value is not None:
            etree.SubElement(cell, f"{self.space}v").text = repr(int(value) if value == int(value) else value)

    def _write_text(self, cell: Any, name: str, text: str) -> None:
        """In the cell itself: the list of shared strings is another part, and stays."""
        if why := unwritable(text):
            raise UnpatchableError(f"要写进 {name} 的文字{why}")
        cell.set("t", "inlineStr")
        inside = etree.SubElement(etree.SubElement(cell, f"{self.space}is"), f"{self.space}t")
        inside.set(_SPACE, "preserve")
        inside.text = stored(text)

    def _cells(self, row: int) -> Mapping[int, Any]:
        line = self.rows.get(row)
        cells = () if line is None else line.iterchildren(f"{self.space}c")
        return _in_order((_column(cell.get("r"), row), cell) for cell in cells)

    def _new_cell(self, row: int, column: int) -> Any:
        style = self.style(row, column)
        if row not in self.rows:
            line = self.data.makeelement(f"{self.space}row", {"r": str(row + 1)})
            self.data.insert(sum(1 for there in self.rows if there < row), line)
            self.rows = {**self.rows, row: line}
        line, cells = self.rows[row], self._cells(row)
        cell = line.makeelement(f"{self.space}c", {"r": cell_name(row, column)})
        if style != "0":
            cell.set("s", style)
        line.insert(sum(1 for there in cells if there < column), cell)
        line.attrib.pop("spans", None)  # says between which columns the row's cells stand, and need not be there
        self._widen(row, column)
        return cell

    def _widen(self, row: int, column: int) -> None:
        """Have the sheet's extent hold a new cell: some readers look no further."""
        extent = self.root.find(f"{self.space}dimension")
        if extent is None:
            return
        span = _span(extent.get("ref", ""))
        first = cell_name(min(span.top, row), min(span.left, column))
        extent.set("ref", f"{first}:{cell_name(max(span.bottom, row), max(span.right, column))}")


def _in_order(numbered: Iterable[tuple[int, Any]]) -> dict[int, Any]:
    """Rows or cells by their 0-based place; raises ValueError where two share one, or they stand in another order."""
    placed = list(numbered)
    places = [place for place, _ in placed]
    if places != sorted(set(places)):
        raise ValueError("rows or cells out of order")
    return dict(placed)


def _column(name: str, row: int) -> int:
    at, column = cell_place(name)
    if at != row:
        raise ValueError(f"{name} stands in row {row + 1}")
    return column


def _span(ref: str) -> Span:
    first, _, last = ref.partition(":")
    return Span(*cell_place(first), *cell_place(last or first))

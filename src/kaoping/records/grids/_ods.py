"""OpenDocument spreadsheets (.ods, and .fods in one XML): values, and beside each what was shown when it was saved.

A cell says its value and its text (ODF 1.3 part 3, 9.1.4), so that a number is shown as it was without its format.
Rows and cells may be repeated: how many there are is known before any of them is made.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from lxml import etree

from kaoping.core.zipbytes import BROKEN
from kaoping.records.grids import symbol_fonts
from kaoping.records.grids.grid import Grid, GridCell, SavedLook, Span, Spreadsheet, SpreadsheetError, cell_name

#: Bytes of content.xml, and cells between A1 and the farthest one of all sheets together.
MOST_BYTES, MOST_CELLS = 200 << 20, 8_000_000
_MOST_SHEETS = 1_000
_ENCRYPTED = b"encryption-data"
_SPREADSHEET = b"opendocument.spreadsheet"
_DURATION = re.compile(r"P(?:(\d+)D)?T(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S")
_ERROR = re.compile(r"#[A-Z/0!?]+[!?]?|(?:Err|错误):\s*\d+")
#: A number, an amount, a share, a whole date: other ways of writing the value alone.
_PLAIN = re.compile(r"[-(]?\s*[¥￥$€]?\s*-?(?:0|[1-9][\d,]*)?(?:\.\d+)?(?:E[+-]?\d+)?\s*%?\)?", re.IGNORECASE)
_WHOLE_DATE = re.compile(r"\D*\d+\D+\d+\D+\d+.*", re.DOTALL)


def read(data: bytes) -> Spreadsheet:
    """Read an .ods; raises SpreadsheetError for one that is locked, broken, another document, or too large."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
            if _SPREADSHEET not in archive.read("mimetype")[:200]:
                raise SpreadsheetError("sheet.not_a_spreadsheet", what="OpenDocument 文件，但不是表格")
            manifest = "META-INF/manifest.xml"
            if manifest in names and _ENCRYPTED in archive.read(manifest):
                raise SpreadsheetError("sheet.encrypted")
            parts = [_whole(archive, part) for part in ("styles.xml", "content.xml") if part in names]
            macros = any(name.startswith(("Basic/", "Scripts/")) and not name.endswith("/") for name in names)
    except (*BROKEN, OSError, KeyError) as error:
        raise SpreadsheetError("sheet.damaged", why="压缩结构读不通") from error
    return _read(parts, macros)


def read_flat(data: bytes) -> Spreadsheet:
    """Read an .fods as ``read`` does."""
    return _read([data], b"<script:module" in data)


def _whole(archive: zipfile.ZipFile, part: str) -> bytes:
    with archive.open(part) as stream:
        content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise SpreadsheetError("sheet.bomb")
    return content


def _read(parts: list[bytes], macros: bool) -> Spreadsheet:
    reader = _Reader()
    try:
        for part in parts:
            reader.take(part)
    except etree.XMLSyntaxError as error:
        raise SpreadsheetError("sheet.damaged", why="内部的 XML 读不通") from error
    notes: list[tuple[str, Mapping[str, str]]] = [("sheet.macros", {})] if macros else []
    if reader.is_linked:
        notes.append(("sheet.external_links", {}))
    return Spreadsheet(tuple(sheet.grid() for sheet in reader.sheets), tuple(notes))


@dataclass(slots=True)
class _Sheet:
    """A sheet as far as it was read."""

    name: str
    hidden: bool
    rows: list[list[GridCell]] = field(default_factory=list)
    width: int = 0  # of the widest row
    valued: int = 0  # cells that hold something
    blank: int = 0  # rows that hold nothing, since the last that does
    merged: list[Span] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    struck_rows: list[int] = field(default_factory=list)
    struck_cells: list[tuple[int, int]] = field(default_factory=list)
    looks: dict[tuple[int, int], SavedLook] = field(default_factory=dict)
    faults: dict[tuple[int, int], str] = field(default_factory=dict)

    def grid(self) -> Grid:
        """Return what was read."""
        return Grid(
            self.name, self.rows, tuple(self.merged), self.hidden, tuple(self.hidden_rows), tuple(self.struck_rows),
            tuple(self.struck_cells), self.looks, self.faults,
        )  # fmt: skip


class _Reader:
    """The walk through the parts of one document."""

    def __init__(self) -> None:
        self.sheets: list[_Sheet] = []
        self.is_linked = False
        self._styles: dict[str, _Style] = {}
        self._wordy: set[str] = set()  # formats of numbers that say more than the number
        self._columns: list[str] = []  # the style that each column of the sheet gives its cells
        self._before = 0  # cells between A1 and the farthest one, of the sheets before

    def take(self, part: bytes) -> None:
        """Read a part: its styles, then its sheets, row by row."""
        depth = 0  # of tables: one in another is no sheet
        sheet: _Sheet | None = None
        events = etree.iterparse(BytesIO(part), events=("start", "end"), resolve_entities=False, no_network=True)
        for event, element in events:
            name = str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""
            if name == "table":
                depth += 1 if event == "start" else -1
                if event == "start" and depth == 1:
                    sheet, self._columns = self._begin(element), []
                elif event == "end" and depth == 0:
                    element.clear()
            elif event == "start":
                continue
            elif name == "style":
                self._style(element)
            elif name.endswith("-style") and _has_words(element):
                self._wordy.add(_attribute(element, "name"))
            elif depth == 1 and sheet is not None and name == "table-source":
                self.sheets.remove(sheet)  # what is kept of another file
                self.is_linked, sheet = True, None
            elif depth == 1 and name == "table-column":
                count = min(_count(element, "number-columns-repeated"), 20_000)
                self._columns += [_attribute(element, "default-cell-style-name")] * count
            elif depth == 1 and sheet is not None and name == "table-row":
                self._row(sheet, element)
                element.clear()

    def _begin(self, element: Any) -> _Sheet:
        style = self._styles.get(_attribute(element, "style-name"))
        self._before += len(self.sheets[-1].rows) * self.sheets[-1].width if self.sheets else 0
        sheet = _Sheet(_attribute(element, "name"), style is not None and style.is_hidden)
        self.sheets.append(sheet)
        if len(self.sheets) > _MOST_SHEETS:
            raise SpreadsheetError("sheet.too_big", what=f"工作簿里有 {len(self.sheets)} 张以上工作表")
        return sheet

    def _style(self, element: Any) -> None:
        base = self._styles.get(_attribute(element, "parent-style-name"), _Style())
        properties = {key.rpartition("}")[2]: value for inner in element for key, value in inner.attrib.items()}
        line = properties.get("text-line-through-style") or properties.get("text-line-through-type")
        self._styles[_attribute(element, "name")] = _Style(
            base.is_struck if line is None else line != "none",
            properties.get("font-name", properties.get("font-family", base.font)).strip("'\""),
            _attribute(element, "data-style-name") or base.format,
            properties.get("display") == "false",
        )

    def _row(self, sheet: _Sheet, element: Any) -> None:
        count = _count(element, "number-rows-repeated")
        cells: list[tuple[Any, int]] = []  # each with how often it stands there
        for cell in element:
            if isinstance(cell.tag, str) and cell.tag.endswith(("}table-cell", "}covered-table-cell")):
                cells.append((cell, _count(cell, "number-columns-repeated")))
        while cells and not _is_filled(cells[-1][0]):
            cells.pop()
        if not cells:
            sheet.blank += count
            return
        sheet.width = max(sheet.width, sum(times for _, times in cells))
        sheet.valued += count * sum(times for cell, times in cells if _is_filled(cell))
        last = len(sheet.rows) + sheet.blank + count
        if self._before + last * sheet.width > MOST_CELLS:
            far = cell_name(last - 1, sheet.width - 1)
            if sheet.valued * 10 < last * sheet.width:
                raise SpreadsheetError("sheet.stray_cell", sheet=sheet.name, cell=far)
            raise SpreadsheetError("sheet.too_big", what=f"工作表“{sheet.name}”一直用到 {far}，超过了一次能读的量")
        sheet.rows += [[] for _ in range(sheet.blank)]
        sheet.blank = 0
        is_hidden = _attribute(element, "visibility") in ("collapse", "filter")
        for _ in range(count):
            if is_hidden:
                sheet.hidden_rows.append(len(sheet.rows))
            self._cells(sheet, cells)

    def _cells(self, sheet: _Sheet, cells: list[tuple[Any, int]]) -> None:
        row, values = len(sheet.rows), list[GridCell]()
        filled: list[int] = []
        struck: list[int] = []  # wholly
        partly: list[int] = []
        for cell, times in cells:
            style = self._style_of(cell, len(values))
            text = _text(cell)
            value, fault = _value(cell, text)
            for _ in range(times):
                place = row, len(values)
                if fault is not None:
                    sheet.faults[place] = fault
                elif isinstance(value, float | date | time | timedelta):
                    self._look(sheet, place, value, text, style)
                elif isinstance(value, str) and symbol_fonts.has(style.font):
                    value = symbol_fonts.in_unicode(style.font, value)
                if value != "":
                    filled.append(place[1])
                    if style.is_struck:
                        struck.append(place[1])
                    elif self._has_struck(cell):
                        partly.append(place[1])
                across, down = _count(cell, "number-columns-spanned"), _count(cell, "number-rows-spanned")
                if across > 1 or down > 1:
                    sheet.merged.append(Span(row, place[1], row + down - 1, place[1] + across - 1))
                values.append(value)
        if filled and struck == filled:
            sheet.struck_rows.append(row)
        else:
            sheet.struck_cells += [(row, column) for column in sorted(struck + partly)]
        sheet.rows.append(values)

    def _style_of(self, cell: Any, column: int) -> _Style:
        name = _attribute(cell, "style-name") or (self._columns[column] if column < len(self._columns) else "")
        return self._styles.get(name, _Style())

    def _has_struck(self, cell: Any) -> bool:
        names = (_attribute(run, "style-name") for run in cell.iterfind(".//{*}span"))
        return any(self._styles[name].is_struck for name in names if name in self._styles)

    def _look(self, sheet: _Sheet, place: tuple[int, int], value: GridCell, text: str, style: _Style) -> None:
        """Keep what a number shows, where that says more than the number; None where nobody saved what it shows."""
        if not text:
            if style.format in self._wordy:
                sheet.looks[place] = SavedLook(None)
        elif not (_PLAIN if isinstance(value, float) else _WHOLE_DATE).fullmatch(text.strip()):
            sheet.looks[place] = SavedLook(text)


@dataclass(frozen=True, slots=True)
class _Style:
    is_struck: bool = False
    font: str = ""
    format: str = ""
    is_hidden: bool = False  # of a table


def _attribute(element: Any, name: str) -> str:
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _count(element: Any, name: str) -> int:
    text = _attribute(element, name)
    return max(int(text[:9]), 1) if text.isdecimal() else 1


def _has_words(style: Any) -> bool:
    """Whether a format of numbers has words, or leading zeros."""
    return any(
        (inner.tag.endswith("}text") and any(char.isalnum() for char in inner.text or ""))
        or _count(inner, "min-integer-digits") > 1
        for inner in style
        if isinstance(inner.tag, str)
    )


def _is_filled(cell: Any) -> bool:
    return bool(_attribute(cell, "value-type") or _attribute(cell, "formula")) or cell.find("{*}p") is not None


def _text(cell: Any) -> str:
    """Return the text of a cell, its comments apart."""
    return "\n".join("".join(_pieces(paragraph)) for paragraph in cell.iterfind("{*}p"))


def _pieces(element: Any) -> Iterator[str]:
    yield element.text or ""
    for inner in element:
        name = str(inner.tag).rpartition("}")[2] if isinstance(inner.tag, str) else ""
        if name == "s":
            yield " " * min(_count(inner, "c"), 1000)
        elif name in ("tab", "line-break"):
            yield "\t" if name == "tab" else "\n"
        elif name in ("span", "a", "ruby", "ruby-base"):
            yield from _pieces(inner)
        yield inner.tail or ""


def _value(cell: Any, text: str) -> tuple[GridCell, str | None]:
    """Return the value of a cell, and its fault as a grid tells it; None where it has none."""
    kind = _attribute(cell, "value-type")
    formula = _attribute(cell, "formula")
    is_error = any(key.endswith("}value-type") and value == "error" for key, value in cell.attrib.items())
    if is_error or (formula and _ERROR.fullmatch(text.strip())):
        return "", text.strip() or "#ERROR!"
    if formula and not kind:
        return "", ""
    try:
        return _typed(cell, kind, text), None
    except (ValueError, OverflowError):
        return text, None


def _typed(cell: Any, kind: str, text: str) -> GridCell:
    if kind in ("float", "percentage", "currency"):
        return float(next(value for key, value in cell.attrib.items() if key.endswith("}value")))
    if kind == "boolean":
        return _attribute(cell, "boolean-value") == "true"
    if kind == "date":
        written = _attribute(cell, "date-value")
        if "T" not in written:
            return date.fromisoformat(written)
        when = datetime.fromisoformat(written[:19])
        return when.date() if when.time() == time() else when
    if kind == "time" and (match := _DURATION.fullmatch(_attribute(cell, "time-value"))):
        days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
        span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        return (datetime.min + span).time() if span < timedelta(days=1) else span
    return text or _attribute(cell, "string-value")

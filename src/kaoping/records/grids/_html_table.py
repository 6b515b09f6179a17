"""Tables of a web page: what many systems hand out as ".xls". Each table without another inside is a sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from kaoping.records.grids.grid import Grid, GridCell, Span, Spreadsheet, SpreadsheetError

MOST_CELLS = 6_000_000
MOST_TAGS = 1_700_000  # and attributes: the parser holds the whole page, 350 bytes for each, and 500 MB is all we take
_MOST_COLUMNS = 1_000  # what the HTML standard allows a cell to span
_BREAK = "\u2028"  # a line separator
_BLANKS = re.compile(r"[ \t\r\n\f]+")
#: What a nested page costs grows with the square of its depth; some versions of the parser take one of any.
_DEEPEST = 500
_TOO_DEEP = etree.XPath(f"boolean({'/*' * _DEEPEST})")


def is_html(start: str) -> bool:
    """Whether a text that starts with ``start`` (lower case, without blanks before it) is a web page."""
    return start.startswith(("<!doctype html", "<html", "<head", "<body", "<meta", "<style", "<div", "<table")) or (
        start.startswith(("<?xml", "<!--", "<")) and ("<html" in start or "<table" in start)
    )


def read(text: str) -> Spreadsheet:
    """Read the tables of a page; raises SpreadsheetError where it has none, or breaks off."""
    lower = text.lower()
    if lower.count("<table") > lower.count("</table"):
        raise SpreadsheetError("sheet.damaged", why="文件不完整，多半是没有下载完或复制时断了")
    if text.count("<") + text.count("=") > MOST_TAGS:
        raise SpreadsheetError("sheet.too_big", what=f"网页有 {MOST_TAGS // 10_000} 万个以上的标记")
    # huge_tree: without it the parser drops, in silence, what is nested deep or very long. Nothing is fetched.
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True, remove_comments=True)
    page = etree.fromstring(text.encode("utf-8", "replace"), parser)
    gave_up = any(entry.level_name == "FATAL" for entry in parser.error_log)  # and handed out what it had
    if gave_up or (page is not None and _TOO_DEEP(page)):
        raise SpreadsheetError("sheet.damaged", why="网页嵌套得太深")
    tables = [] if page is None else [table for table in page.iter("table") if table.find(".//table") is None]
    grids = [grid for grid in _grids(tables) if grid.rows]
    if not grids:
        raise SpreadsheetError("sheet.not_a_spreadsheet", what="网页，里面没有表格")
    return Spreadsheet(tuple(grids))


def _grids(tables: list[etree._Element]) -> Iterator[Grid]:
    left = MOST_CELLS
    for number, table in enumerate(tables, 1):
        grid = _grid(table, f"第{number}个表格" if len(tables) > 1 else "", left)
        left -= sum(len(row) for row in grid.rows)
        yield grid


def _grid(table: etree._Element, name: str, left: int) -> Grid:
    lines = list(table.iter("tr"))
    rows: list[list[GridCell]] = []
    merged, hidden = [], []
    taken: dict[int, int] = {}  # column → the last row down to which a cell above covers it
    for number, line in enumerate(lines):
        row: list[GridCell] = []
        for cell in line.iterchildren("td", "th"):
            covered = len(row)
            while taken.get(len(row), -1) >= number:
                row.append("")
            wide, high = _span(cell, "colspan", _MOST_COLUMNS), _span(cell, "rowspan", len(lines) - number)
            if wide > 1 or high > 1:
                merged.append(Span(number, len(row), number + high - 1, len(row) + wide - 1))
                taken.update({len(row) + i: number + high - 1 for i in range(wide)})
            row += [_text(cell), *[""] * (wide - 1)]
            left -= len(row) - covered
            if left < 0:
                raise SpreadsheetError("sheet.too_big", what=f"表格有 {MOST_CELLS // 10_000} 万格以上")
        if "display:none" in str(line.get("style", "")).lower().replace(" ", ""):
            hidden.append(number)
        rows.append(row)
    return Grid(name, rows, tuple(merged), hidden_rows=tuple(hidden), all_text=True)


def _span(cell: etree._Element, name: str, most: int) -> int:
    text = str(cell.get(name, "1")).strip()
    return max(1, min(int(text), most)) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def _text(cell: etree._Element) -> str:
    """Return what a reader of the page sees in a cell: blanks as one, a line for each <br> and <p>."""
    if len(cell) == 0:  # nearly all, and ten times as fast
        return _BLANKS.sub(" ", cell.text or "").replace("\xa0", " ").strip()
    for node in cell.iter("style", "script"):
        node.text = None
    for node in cell.iter("br", "p", "div"):
        node.text = f"{_BREAK}{node.text or ''}"
    words = _BLANKS.sub(" ", "".join(map(str, cell.itertext()))).replace("\xa0", " ")
    return "\n".join(line.strip() for line in words.split(_BREAK)).strip()

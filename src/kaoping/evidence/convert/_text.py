"""Text and csv files to pages, in the encodings and with the delimiters that Chinese offices' systems write."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kaoping.core.figures import em_width
from kaoping.evidence.convert._conversion import Conversion, NotShownError
from kaoping.pdf import typeset
from kaoping.records.grids import delimited
from kaoping.records.grids.grid import SpreadsheetError

_MOST_TEXT = 1_000_000  # characters: some 700 pages
_MOST_CELLS = 60_000  # Typst lays out some 20,000 a second
_MOST_COLUMNS = 40
_LONG = "文本太长（超过{}），编不进汇编。请只留与考评有关的部分，或导出成 PDF。"
_MOST_NAMED = 10
_HOW = "文本排成页"


def to_pdf(source: Path, target: Path) -> Conversion:
    """Write the text file at ``source`` as pages. Raises NotShownError where it is no text, empty or too long."""
    text = text_of(source)
    if not text.strip():
        raise NotShownError("文件里没有文字。")
    if len(text) > _MOST_TEXT:
        raise NotShownError(_LONG.format(f"{_MOST_TEXT // 10_000}万字"))
    return write("text.typ", {"lines": lines_of(text)}, target, _HOW, text)


def csv_to_pdf(source: Path, target: Path) -> Conversion:
    """Write the csv file at ``source`` as a table. Raises NotShownError where it is none, or is too long or wide."""
    text = text_of(source)
    try:
        rows = [list(map(str, row)) for row in delimited.read(text).grids[0].rows]
    except SpreadsheetError as error:
        raise NotShownError("表格读不出来（引号不成对，或格子太多）。请用 Excel 另存为 xlsx 或 PDF。") from error
    columns = max(map(len, rows), default=0)
    if columns > _MOST_COLUMNS or columns * len(rows) > _MOST_CELLS:
        raise NotShownError(_LONG.format(f"{_MOST_CELLS // 10_000}万格或{_MOST_COLUMNS}列"))
    cells = [[typeset.drawable_text(cell) for cell in row + [""] * (columns - len(row))] for row in rows]
    data = {"columns": columns, "widths": _widths(rows, columns), "head": cells[0], "rows": cells[1:]}
    return write("rows.typ", data, target, "表格排成页", text)


def text_of(source: Path) -> str:
    """Return the text of the file at ``source``; raises NotShownError where it is in no encoding that we know."""
    return decoded(source.read_bytes())


def decoded(content: bytes) -> str:
    """Return ``content`` as text; raises NotShownError where it is in no encoding that we know."""
    try:
        return delimited.decode(content)
    except SpreadsheetError as error:
        raise NotShownError("文本的编码认不出来，或文件太大。请用记事本另存为 UTF-8 编码。") from error


def lines_of(text: str) -> list[str]:
    """Return the lines of ``text`` as they can be drawn, tabs as blanks."""
    return [typeset.drawable_text(line.expandtabs(4).replace("  ", "\u3000").rstrip()) for line in text.splitlines()]


def write(template: str, data: dict[str, Any], target: Path, how: str, text: str) -> Conversion:
    """Typeset ``data`` by ``template`` to ``target``; what our fonts lack of ``text`` is said."""
    import pikepdf

    target.write_bytes(typeset.render(template, data)[0])
    with pikepdf.open(target) as pdf:
        return Conversion(len(pdf.pages), how, _undrawn(text))


def _undrawn(text: str) -> tuple[str, ...]:
    shown = {*typeset.INVISIBLE.sub("", text)} - {*"\r\v\f"}
    lacking = sorted(char for char in shown if not typeset.is_drawable(char))
    if not lacking:
        return ()
    named = "、".join(lacking[:_MOST_NAMED]) + (f"等{len(lacking)}个" if len(lacking) > _MOST_NAMED else "")
    return (f"有的字字体里没有，印成了〓：{named}。",)


def _widths(rows: Sequence[Sequence[str]], columns: int) -> list[float]:
    """Return how wide the columns are to each other: by their longest cells, within reason."""
    longest = [2.0] * columns
    for row in rows[:500]:
        for at, cell in enumerate(row):
            longest[at] = max(longest[at], min(em_width(cell), 24.0))
    return [round(width + 1, 2) for width in longest]

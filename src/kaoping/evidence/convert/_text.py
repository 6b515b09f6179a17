"""Text and csv files to pages, in the encodings and with the delimiters that Chinese offices' systems write."""

from __future__ import annotations

import re
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
_LONG = "文本太长（超过{}），编不进汇编。请只留与考评有关的部分，或导出成 PDF。"
_MOST_NAMED = 10
_WIDEST, _NARROWEST = 24.0, 2.0  # ems: of a column
_WORD, _TOGETHER = re.compile(r"[!-~]+"), 12  # so many of its letters are not broken (typeset.drawable_text)
#: How a table may stand on A4: lying, points of its letters, ems that hold columns (each takes one for its margins).
_SETTINGS = ((False, 8.5, 60.0), (True, 8.5, 89.0), (True, 6.5, 116.0))
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
    if columns * len(rows) > _MOST_CELLS:
        raise NotShownError(_LONG.format(f"{_MOST_CELLS // 10_000}万格"))
    wanted, least = _widths(rows, columns)
    (lies, size, room), parts = _parts(wanted, least)
    cells = [[typeset.drawable_text(cell) for cell in row + [""] * (columns - len(row))] for row in rows]
    shown = [
        {
            "widths": _fitted([wanted[at] for at in part], [least[at] for at in part], room),
            "columns": f"第 {part[1] + 1}—{part[-1] + 1} 列，共 {columns} 列" if len(parts) > 1 else "",
            "head": [cells[0][at] for at in part],
            "rows": [[row[at] for at in part] for row in cells[1:]],
        }
        for part in parts
    ]
    how = f"表格排成页，分成{len(parts)}组列" if len(parts) > 1 else "表格排成页"
    return write("rows.typ", {"lies": lies, "size": size, "parts": shown}, target, how, text)


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


def _widths(rows: Sequence[Sequence[str]], columns: int) -> tuple[list[float], list[float]]:
    """Return how many ems the columns would take, within reason, and how many they must: a number is not broken."""
    wanted, least = [_NARROWEST] * columns, [_NARROWEST] * columns
    for row in rows:
        for at, cell in enumerate(row):
            wanted[at] = max(wanted[at], min(em_width(cell), _WIDEST))
            if len(cell) > 2 * least[at]:
                words = (word[:_TOGETHER] for word in _WORD.findall(cell))
                least[at] = max(least[at], *map(em_width, words), 0.0)
    return [width + 1 for width in wanted], [width + 1 for width in least]


def _parts(
    wanted: Sequence[float], least: Sequence[float]
) -> tuple[tuple[bool, float, float], Sequence[Sequence[int]]]:
    """Return how a table is set (one of ``_SETTINGS``), and its columns, part by part.

    One part where no column need be narrower than half of what it wants; else as many as it takes, each with the first.
    """
    needed = [max(width / 2, narrow) for width, narrow in zip(wanted, least, strict=True)]
    for setting in _SETTINGS:
        if sum(needed) <= setting[2]:
            return setting, [range(len(needed))]
    parts, taken = [[0]], needed[0]
    for at in range(1, len(needed)):
        if taken + needed[at] > setting[2] and len(parts[-1]) > 1:
            parts.append([0])
            taken = needed[0]
        parts[-1].append(at)
        taken += needed[at]
    return setting, parts


def _fitted(wanted: Sequence[float], least: Sequence[float], room: float) -> list[float]:
    """Return the columns' widths: as wanted, or as much narrower as it takes, but none below what it must have."""
    spare = sum(wanted) - sum(least)
    share = min((room - sum(least)) / spare, 1) if spare else 1
    return [round(narrow + (width - narrow) * share, 2) for width, narrow in zip(wanted, least, strict=True)]

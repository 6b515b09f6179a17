"""台账.xlsx of 汀兰市 as its clerk filled it in, written by the words on the sheets.

Days without a year, 42人 in a number's cell, ticks, 同上, merged cells, 合计 and 制表人 below the records, county names
with blanks, 元 where 万元 is asked: what she typed stands in texts/clerk/台账.yaml, and nothing there is as the program
would write it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import yaml
from openpyxl.styles import Font

from kaoping.core import units
from sample_maker import desk
from sample_maker.typeset import HERE

Row = Mapping[str, Any]
TEXTS = HERE / "texts" / "clerk"
CHANNELS = ("平台执法信息", "直报点信息", "执法数据")
FORGOTTEN = 8  # the month that nobody filled in


@cache
def typed() -> Mapping[str, Any]:
    """Return what the clerk typed: 单位, 答复, 评判, 任务, 表 (sheet → its 行, 下面, 合并, 划掉)."""
    found: Mapping[str, Any] = yaml.safe_load((TEXTS / "台账.yaml").read_text(encoding="utf-8"))
    return found


def monthly() -> Iterator[Row]:
    """Yield the monthly reports of January to November but one: three channels each."""
    for month in range(1, 12):
        cells: list[Row] = [
            {"条数": "2条" if month == 2 else f"{3 + month % 2}条"}, {"条数": "8条"}, {"按时": "√", "规范一致": "√"},
        ]  # fmt: skip
        for number, (channel, its) in enumerate(zip(CHANNELS, cells, strict=True), 1):
            if month != FORGOTTEN:
                row = {"编号": f"M{month:02}{number}", "月份": f"2017年{month}月", "渠道": channel, **its}
                yield {**row, "佐证材料": "平台/月报截图.png"}


def write(template: bytes, path: Path) -> None:
    """Write the workbook at ``path``: the empty one ``template``, as `kaoping init` makes it, filled in."""
    book = openpyxl.load_workbook(io.BytesIO(template))
    said = typed()
    _beside(book["填表说明"], said["单位"])
    for code, answer in said["答复"].items():
        _at(book["口径和期限"], "代码", code, {"答复": answer})
    for part in ("评判", "任务"):
        for line, cells in said[part].items():
            _at(book["考评项"], "考评项", line, cells)
    for name, page in said["表"].items():
        _fill(book[name], page, list(monthly()) if name == "月度报送" else page["行"])
    stream = io.BytesIO()
    book.save(stream)
    path.write_bytes(desk.fixed(desk.dated(stream.getvalue())))


def _words(value: object) -> str:
    """The words of a heading, without its mark and its unit."""
    return units.bare(str(value or "").removesuffix("*").strip())


def _beside(sheet: Any, facts: Row) -> None:
    cells = {_words(row[0].value): row[1] for row in sheet.iter_rows(min_row=11)}
    for title, value in facts.items():
        cells[title].value = value


def _heads(sheet: Any) -> tuple[int, dict[str, int]]:
    for number in range(1, 6):
        titles = {_words(cell.value): cell.column for cell in sheet[number] if cell.value is not None}
        if len(titles) > 4:
            return number, titles
    raise ValueError(sheet.title)


def _at(sheet: Any, head: str, wanted: str, values: Row) -> None:
    top, columns = _heads(sheet)
    row = next(r for r in range(top + 1, sheet.max_row + 1) if str(sheet.cell(r, columns[head]).value) == wanted)
    for title, value in values.items():
        sheet.cell(row, columns[title]).value = value


def _fill(sheet: Any, page: Mapping[str, Any], rows: list[Row]) -> None:
    top, columns = _heads(sheet)
    first = top + 2  # below the example
    for number, row in enumerate([*rows, *page.get("下面", [])], first):
        for title, value in row.items():
            sheet.cell(number, columns[title]).value = value
    for title, (start, end) in page.get("合并", {}).items():
        span = first + start - 1, first + end - 1
        for number in range(span[0] + 1, span[1] + 1):
            sheet.cell(number, columns[title]).value = None
        sheet.merge_cells(start_row=span[0], end_row=span[1], start_column=columns[title], end_column=columns[title])
    for cell in sheet[first + page["划掉"] - 1] if "划掉" in page else ():
        if cell.value is not None:
            cell.font = Font(strike=True)

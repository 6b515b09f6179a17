"""The first sheet: half a page on how to fill in the workbook, the unit's own facts, and a directory of the sheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from kaoping.core import resources
from kaoping.core.model import Location
from kaoping.core.schema import Field, Kind
from kaoping.core.worksheets import height_of
from kaoping.records.grids.grid import cell_name
from kaoping.records.layout import UNIT_HEADS, UNIT_SHEET
from kaoping.records.readers.raw import RawCell, RawTable
from kaoping.records.workbook.desk import Desk
from kaoping.records.workbook.kind_sheet import Others, write_head
from kaoping.records.workbook.look import LINES, comment, hint_of
from kaoping.rubric.nodes import Rubric

#: What it is, the value, the hint; a gap; the sheet, how much was filled in, what for.
_WIDTHS = (18.0, 36.0, 50.0, 3.0, 20.0, 9.0, 76.0)
_DIRECTORY_HEADS = ("表", "已填", "填什么")
_NAME, _VALUE, _HINT, _, _SHEET, _COUNT, _PURPOSE = range(7)


@dataclass(frozen=True, slots=True)
class Entry:
    """One sheet in the directory: its name, what it is for, the formula of how much was filled in and its value."""

    sheet: str
    purpose: str
    formula: str
    filled: str | int


@dataclass(frozen=True, slots=True)
class UnitSheet:
    """What the sheet will hold."""

    rubric: Rubric
    kind: Kind
    table: RawTable | None
    others: Others
    entries: Sequence[Entry]

    def value(self, field: Field) -> RawCell:
        """Return what was filled in, or what the rubric itself says where nothing was filled in at all."""
        if self.table is not None and self.table.rows:
            cells = self.table.columns.get(field.name)
            return cells[0] if cells else None
        return _given(self.rubric).get(field.name)


def _given(rubric: Rubric) -> Mapping[str, str]:
    return {"rubric": rubric.id, "year": str(rubric.year)}


def write(desk: Desk, plan: UnitSheet) -> None:
    """Write the sheet."""
    sheet = desk.book.sheet(UNIT_SHEET, _WIDTHS)
    head = _explain(desk, sheet, plan.rubric)
    heights = _facts(desk, sheet, plan, head)
    for row, height in _directory(desk, sheet, plan, head).items():
        heights[row] = max(height, heights.get(row, 0))
    for row, height in heights.items():
        sheet.set_row(row, height)
    sheet.fit_to_pages(1, 1)
    desk.allow_text_numbers(sheet, head, [_VALUE])


def _explain(desk: Desk, sheet: Any, rubric: Rubric) -> int:
    """Write the explanation, a line a row, and return the 0-based row of the heads below it."""
    text = resources.template("sheets", "explain.txt").read_text("utf-8").format(rubric=rubric.title, year=rubric.year)
    title, *lines = text.strip().split("\n")
    sheet.write_string(0, 0, title, desk.look.title)
    sheet.set_row(0, 34)
    width = sum(_WIDTHS)
    for row, line in enumerate(lines, 1):
        sheet.merge_range(row, 0, row, len(_WIDTHS) - 1, line, desk.look.words)
        sheet.set_row(row, height_of([(line, width)], 19))
    head = len(lines) + 3
    for column, words in ((_NAME, "本单位"), (_SHEET, "目录")):
        sheet.write_string(head - 1, column, words, desk.look.heading)
    sheet.set_row(head - 1, 24)
    return head


def _facts(desk: Desk, sheet: Any, plan: UnitSheet, head: int) -> dict[int, float]:
    look, kind = desk.look, plan.kind
    heights = {head: 24.0}
    for column, words in enumerate(UNIT_HEADS):
        sheet.write_string(head, column, words, look.input_head if column == _VALUE else look.head)
    for row, field in enumerate(kind.fields, head + 1):
        write_head(desk, sheet, row, _NAME, field)
        hint = hint_of(field, desk.year)
        comment(sheet, row, _NAME, hint)
        cell = plan.value(field)
        place = partial(plan.table.place, 0, field.name) if plan.table else Location
        desk.pen.write(sheet, row, _VALUE, cell, look.input(field, align="left"), field=field, place=place)
        limit = desk.limits.of(kind, field)
        if limit is not None:
            sheet.data_validation(row, _VALUE, row, _VALUE, limit)
        example = f"如 {field.example}" if field.example and field.type == "string" and not field.options else ""
        shown = "；".join(part for part in (field.hint, example) if part)
        sheet.write_string(row, _HINT, shown, look.info)
        heights[row] = height_of([(shown, _WIDTHS[_HINT]), (str(cell or ""), _WIDTHS[_VALUE])], 22)
    for row, (heading, cells) in enumerate(plan.others, head + 1 + len(kind.fields)):
        desk.pen.write(sheet, row, _NAME, heading, look.other_head)
        desk.pen.write(sheet, row, _VALUE, cells[0] if cells else None, look.input(None))
        sheet.write_string(row, _HINT, "不在本工具的栏目里，原样保留", look.info)
    return heights


def _directory(desk: Desk, sheet: Any, plan: UnitSheet, head: int) -> dict[int, float]:
    look = desk.look
    for column, words in enumerate(_DIRECTORY_HEADS, _SHEET):
        sheet.write_string(head, column, words, look.head)
    heights = {}
    for row, entry in enumerate(plan.entries, head + 1):
        desk.link(sheet, row, _SHEET, entry.sheet, entry.sheet, look.cell_link)
        sheet.write_formula(row, _COUNT, entry.formula, look.counted, entry.filled)
        sheet.write_string(row, _PURPOSE, entry.purpose, look.info)
        heights[row] = height_of([(entry.purpose, _WIDTHS[_PURPOSE])], 22)
    faint = desk.book.workbook.add_format({"font_color": LINES})
    none_yet = {"type": "cell", "criteria": "==", "value": 0, "format": faint}
    last = head + max(len(plan.entries), 1)
    sheet.conditional_format(f"{cell_name(head + 1, _COUNT)}:{cell_name(last, _COUNT)}", none_yet)
    return heights

"""The first sheet: half a page on how to fill in the workbook, the unit's own facts, and a directory of the sheets.

The facts stand one a row: the field's title, its value, a hint. The directory stands beside them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from kaoping.core import resources
from kaoping.core.model import Location
from kaoping.core.schema import Field, Kind
from kaoping.core.worksheets import height_of
from kaoping.records.grids.grid import Grid, cell_name
from kaoping.records.layout import UNIT_SHEET
from kaoping.records.readers._heads import match
from kaoping.records.readers._source_sheet import SourceSheet
from kaoping.records.readers.cells import as_shown, is_shown, reader, text_of
from kaoping.records.readers.raw import UNSAID, RawCell, RawTable
from kaoping.records.workbook._desk import Desk
from kaoping.records.workbook._kind_sheet import Others
from kaoping.records.workbook._look import LINES, comment, hint_of
from kaoping.records.workbook._sheet import Column, FoundSheet
from kaoping.rubric.nodes import Rubric

COLUMNS = (
    Column("项目", 18.0),
    Column("填写", 36.0, input=True),
    Column("说明", 50.0),
    Column("", 3.0),  # between the facts and the directory
    Column("表", 20.0),
    Column("已填", 9.0),
    Column("填什么", 76.0),
)
_TITLE, _VALUE, _HINT, _GAP, _SHEET, _COUNT, _PURPOSE = range(len(COLUMNS))
_WIDTHS = [column.width for column in COLUMNS]


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

    @property
    def explained(self) -> list[str]:
        """The title and the lines of the explanation above all else."""
        text = resources.template("sheets", "explain.txt").read_text("utf-8")
        return text.format(rubric=self.rubric.title, year=self.rubric.year).strip().split("\n")

    @property
    def head(self) -> int:
        """The 0-based row of the headings: below the explanation, a gap and the words over both tables."""
        return len(self.explained) + 2

    def value(self, field: Field) -> RawCell:
        """Return what was filled in, or what the rubric itself says where nothing was filled in at all."""
        if self.table is not None and self.table.rows:
            cells = self.table.columns.get(field.name)
            return cells[0] if cells else None
        given = {"rubric": self.rubric.id, "year": str(self.rubric.year)}
        return given.get(field.name)

    def place(self, field: str) -> tuple[int, int]:
        """Return the 0-based row and column in which the unit's ``field`` will stand."""
        return self.head + 1 + [known.name for known in self.kind.fields].index(field), _VALUE


def write(desk: Desk, plan: UnitSheet) -> None:
    """Write the sheet."""
    page = desk.book.sheet(UNIT_SHEET, _WIDTHS)
    _explain(desk, page, plan)
    heights = _facts(desk, page, plan)
    for row, height in _directory(desk, page, plan).items():
        heights[row] = max(height, heights.get(row, 0))
    for row, height in heights.items():
        page.set_row(row, height)
    page.fit_to_pages(1, 1)
    desk.allow_text_numbers(page, plan.head, [_VALUE])


def _explain(desk: Desk, page: Any, plan: UnitSheet) -> None:
    """Write the explanation, a line a row, and the words over the two tables below it."""
    title, *lines = plan.explained
    page.write_string(0, 0, title, desk.look.title)
    page.set_row(0, 34)
    for row, line in enumerate(lines, 1):
        page.merge_range(row, 0, row, len(COLUMNS) - 1, line, desk.look.words)
        page.set_row(row, height_of([(line, sum(_WIDTHS))], 19))
    for column, words in ((_TITLE, "本单位"), (_SHEET, "目录")):
        page.write_string(plan.head - 1, column, words, desk.look.heading)
    page.set_row(plan.head - 1, 24)


def _heads(desk: Desk, page: Any, row: int, columns: range) -> None:
    for at in columns:
        style = desk.look.input_head if COLUMNS[at].input else desk.look.head
        page.write_string(row, at, COLUMNS[at].heading, style)


def _facts(desk: Desk, page: Any, plan: UnitSheet) -> dict[int, float]:
    look, kind = desk.look, plan.kind
    _heads(desk, page, plan.head, range(_GAP))
    heights = {plan.head: 24.0}
    for row, field in enumerate(kind.fields, plan.head + 1):
        desk.head(page, row, _TITLE, field)
        comment(page, row, _TITLE, hint_of(field, desk.year))
        cell = plan.value(field)
        place = partial(plan.table.place, 0, field.name) if plan.table else Location
        desk.pen.write(page, row, _VALUE, cell, look.input(field, align="left"), field=field, place=place)
        desk.limit(page, row, _VALUE, desk.limits.of(kind, field))
        example = f"如 {field.example}" if field.example and field.type == "string" and not field.options else ""
        hint = "；".join(part for part in (field.hint, example) if part)
        page.write_string(row, _HINT, hint, look.info)
        heights[row] = height_of([(hint, _WIDTHS[_HINT]), (str(cell or ""), _WIDTHS[_VALUE])], 22)
    for row, (heading, cells) in enumerate(plan.others, plan.head + 1 + len(kind.fields)):
        desk.pen.write(page, row, _TITLE, heading, look.other_head)
        desk.pen.write(page, row, _VALUE, cells[0] if cells else None, look.input(None))
        page.write_string(row, _HINT, "不在本工具的栏目里，原样保留", look.info)
    return heights


def _directory(desk: Desk, page: Any, plan: UnitSheet) -> dict[int, float]:
    look = desk.look
    _heads(desk, page, plan.head, range(_SHEET, len(COLUMNS)))
    heights = {}
    for row, entry in enumerate(plan.entries, plan.head + 1):
        desk.link(page, row, _SHEET, entry.sheet, entry.sheet, look.cell_link)
        page.write_formula(row, _COUNT, entry.formula, look.counted, entry.filled)
        page.write_string(row, _PURPOSE, entry.purpose, look.info)
        heights[row] = height_of([(entry.purpose, _WIDTHS[_PURPOSE])], 22)
    faint = desk.book.workbook.add_format({"font_color": LINES})
    none_yet = {"type": "cell", "criteria": "==", "value": 0, "format": faint}
    last = plan.head + max(len(plan.entries), 1)
    page.conditional_format(f"{cell_name(plan.head + 1, _COUNT)}:{cell_name(last, _COUNT)}", none_yet)
    return heights


def read(source: SourceSheet, kind: Kind) -> RawTable:
    """Return the unit's record as the sheet has it; a title that is not there is told where it is needed."""
    cells = unit_cells(source.grid, kind)
    columns: dict[str, Sequence[RawCell]] = {}
    for field in kind.fields:
        if field.name in cells:
            columns[field.name] = [_value(source, *cells[field.name], field)]
            continue
        columns[field.name] = [UNSAID]
        if field.required:
            source.tell("table.missing_column", title=field.title)

    def place(row: int, name: str) -> Location:
        return source.at(*cells[name]) if name in cells else source.place

    return RawTable(kind.name, columns, 1, place)


def places_on(grid: Grid, kind: Kind) -> FoundSheet:
    """Return where the unit's facts stand on the sheet."""
    return FoundSheet(grid.name, {}, cells=unit_cells(grid, kind))


def _value(source: SourceSheet, row: int, column: int, field: Field) -> RawCell:
    grid, at = source.grid, source.at(row, column)
    if (row, column) in grid.faults:
        fault = grid.faults[row, column]
        source.tell_at("cell.error" if fault else "cell.formula_unsaved", row, column, title=field.title, value=fault)
        return UNSAID
    value, form = grid.cell(row, column), grid.formats.get((row, column))
    if form is not None and is_shown(field) and not isinstance(value, str):
        if form.shown is None:
            source.findings.add_alike("cell.format_unknown", [at], 1, title=field.title, value=text_of(value))
        else:
            value = as_shown(field, value, form.shown)
    text, put_right = reader(field)(value)
    if put_right:
        facts = {"title": field.title, "what": f"{put_right}：{at.cell}", "times": 1}
        source.tell_at("cell.corrected", row, column, **facts)
    return text


def unit_cells(grid: Grid, kind: Kind) -> Mapping[str, tuple[int, int]]:
    """Field → the cell of its value, beside its title, in the column in which most of the titles stand."""
    by_column: dict[int, dict[str, tuple[int, int]]] = {}
    for row, values in enumerate(grid.rows):
        headings = {column: text_of(value) for column, value in enumerate(values) if value != ""}
        for column, heading in headings.items():
            (title,) = match({column: heading}, kind)
            if title.field:
                right = next((span.right for span in grid.merged if (span.top, span.left) == (row, column)), column)
                place = (row, right + _VALUE - _TITLE)
                by_column.setdefault(column, {}).setdefault(title.field, place)
    return max(by_column.values(), key=len, default={})

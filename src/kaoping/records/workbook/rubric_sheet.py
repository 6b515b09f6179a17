"""The sheet of the rubric: every line with where its input comes from, whose it is, and the cell in which to choose."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from kaoping.core.figures import number
from kaoping.core.model import Location
from kaoping.core.schema import Field, Kind
from kaoping.core.worksheets import TALLEST, height_of
from kaoping.records.grids.grid import cell_name, column_name
from kaoping.records.layout import LINE_HEAD, PART_HEAD, RUBRIC_SHEET, UNIT_SHEET
from kaoping.records.readers.raw import RawCell, RawTable
from kaoping.records.workbook.desk import Desk
from kaoping.records.workbook.kind_sheet import FIRST as FIRST_RECORD
from kaoping.records.workbook.kind_sheet import Others, quoted
from kaoping.records.workbook.look import comment, hint_of, width_of
from kaoping.records.workbook.rubric_rows import CHOICE, Placed, RubricRow, asks, points_of
from kaoping.rubric.nodes import Rubric

_HEAD, _FIRST = 2, 3
_A3 = 8  # on A4 a line of all that is said about a rubric line would be too small to read
_HEADS = (("部分", 12.5), (LINE_HEAD, 7.0), (PART_HEAD, 6.0), ("内容", 26.0), ("分值", 8.0), ("标准（摘要）", 36.0))
_CENTRED = {LINE_HEAD, PART_HEAD, "分值"}
_SOURCE, _SOURCE_WIDTH = "填哪些表", 13.0
_EVIDENCE, _EVIDENCE_WIDTH = "佐证类型", 18.0
_SHOWN = 60  # characters of a standard that the sheet shows; the rest stands in a comment
_NOTE = "白格是细则原文和去处，不必改；黄格由单位填；灰格不用填。"


@dataclass(frozen=True, slots=True)
class Input:
    """A column to fill in: a field of a kind that stands on this sheet, or what no field takes (field None)."""

    kind: Kind
    field: Field | None
    heading: str
    others: Sequence[str] = ()

    @property
    def width(self) -> float:
        """The width of its column: reasons and paths wrap, for the sheet is wide enough."""
        return min(width_of(self.field), 26.0) if self.field else 14.0


@dataclass(frozen=True, slots=True)
class RubricSheet:
    """What the sheet will hold."""

    rubric: Rubric
    rows: list[RubricRow]
    tables: Mapping[str, RawTable]
    placed: Placed
    others: Mapping[str, Others]

    @property
    def links(self) -> int:
        """How many columns the sources of a line take."""
        return max((len(row.feeds) for row in self.rows), default=1)

    @property
    def inputs(self) -> list[Input]:
        """The columns to fill in, in the order of the schemas."""
        found: list[Input] = []
        for kind in self.rubric.pack.kinds.values():
            found += [Input(kind, kind.field(name), heading) for name, heading in kind.on_rubric.items()]
            if kind.on_rubric:
                found += [Input(kind, None, heading, cells) for heading, cells in self.others.get(kind.name, ())]
        return found

    @property
    def first_input(self) -> int:
        """The 0-based column of the first of them."""
        return len(_HEADS) + self.links + 1

    @property
    def choice(self) -> int | None:
        """The 0-based column in which to choose."""
        columns = enumerate(self.inputs, self.first_input)
        return next((column for column, item in columns if item.field and item.field.name == CHOICE), None)

    @property
    def counted(self) -> tuple[str, int]:
        """The formula of how many choices were made, and its value now."""
        if self.choice is None:
            return "=0", 0
        letter, kind = column_name(self.choice), self.inputs[self.choice - self.first_input].kind
        cells = f"{quoted(RUBRIC_SHEET)}!${letter}${_FIRST + 1}:${letter}${_FIRST + len(self.rows)}"
        chosen = self.tables[kind.name].columns.get(CHOICE, ()) if kind.name in self.tables else ()
        return f"=COUNTA({cells})", sum(1 for record in self.placed.at.get(kind.name, {}).values() if chosen[record])


def write(desk: Desk, plan: RubricSheet) -> None:
    """Write the sheet."""
    look = desk.look
    widths = [width for _, width in _HEADS] + [_SOURCE_WIDTH] * plan.links + [_EVIDENCE_WIDTH]
    widths += [item.width for item in plan.inputs]
    sheet = desk.book.sheet(RUBRIC_SHEET, widths)
    sheet.write_rich_string(0, 0, look.title, RUBRIC_SHEET, look.note, f"　　{plan.rubric.title}", look.title)
    sheet.set_row(0, 30)
    desk.link(sheet, 1, 0, UNIT_SHEET, f"← {UNIT_SHEET}", look.link)
    sheet.write_string(1, 3, _NOTE, look.note)
    sheet.set_row(1, 24)
    _heads(desk, sheet, plan, widths)
    for number_, row in enumerate(plan.rows):
        texts = [*_texts(plan.rubric, row)]
        _words(desk, sheet, plan, _FIRST + number_, row, texts)
        filled = _inputs(desk, sheet, plan, number_, row)
        shown = [
            (text, widths[column])
            for column, text in (*enumerate(texts), (plan.first_input - 1, _proofs(plan.rubric, row)))
        ]
        shown += [(text, widths[column]) for column, text in filled]
        sheet.set_row(_FIRST + number_, min(height_of(shown, 24), TALLEST))
    sheet.set_paper(_A3)
    desk.allow_text_numbers(sheet, _FIRST, range(len(widths)))
    sheet.freeze_panes(_FIRST, 4)
    sheet.repeat_rows(_HEAD)


def _heads(desk: Desk, sheet: Any, plan: RubricSheet, widths: Sequence[float]) -> None:
    look = desk.look
    titles = [title for title, _ in _HEADS]
    titles += [_SOURCE if at == 0 else f"{_SOURCE}（{at + 1}）" for at in range(plan.links)] + [_EVIDENCE]
    for column, title in enumerate(titles):
        sheet.write_string(_HEAD, column, title, look.head)
    for column, item in enumerate(plan.inputs, plan.first_input):
        if item.field:
            sheet.write_string(_HEAD, column, item.heading, look.input_head)
            comment(sheet, _HEAD, column, f"{item.kind.title}：\n{hint_of(item.field, desk.year)}")
        else:
            desk.pen.write(sheet, _HEAD, column, item.heading, look.other_head)
    sheet.set_row(_HEAD, height_of([*zip([*titles, *(item.heading for item in plan.inputs)], widths, strict=True)], 28))


def _texts(rubric: Rubric, row: RubricRow) -> Iterator[str]:
    """The cells of _HEADS."""
    line, part = points_of(row)
    yield f"{line.section} {rubric.section(line.section).title}"
    yield line.id
    yield row.part
    yield "" if row.part else line.title
    group = rubric.group_of(line.id)
    of = part.of if part else None if row.part else line.of
    if group and group.of is not None and not line.of:
        yield f"与第{group.lines[0]}项合计"
    else:
        yield "" if of is None else number(of)
    standard = "" if row.part else line.row.standard.replace("\n", "")
    yield standard if len(standard) <= _SHOWN else f"{standard[: _SHOWN - 1]}…"


def _proofs(rubric: Rubric, row: RubricRow) -> str:
    return "" if row.part else "、".join(rubric.pack.evidence_types[id_].title for id_ in row.line.accepts)


def _words(desk: Desk, sheet: Any, plan: RubricSheet, at: int, row: RubricRow, texts: Sequence[str]) -> None:
    look = desk.look
    for column, ((head, _), text) in enumerate(zip(_HEADS, texts, strict=True)):
        sheet.write_string(at, column, text, look.info_centre if head in _CENTRED else look.info)
    if texts[-1].endswith("…"):
        comment(sheet, at, len(_HEADS) - 1, row.line.row.standard)
    for step in range(plan.links):
        column = len(_HEADS) + step
        if step < len(row.feeds):
            _source(desk, sheet, plan, at, column, row.feeds[step])
        else:
            sheet.write_blank(at, column, None, look.info)
    sheet.write_string(at, plan.first_input - 1, _proofs(plan.rubric, row), look.info)


def _source(desk: Desk, sheet: Any, plan: RubricSheet, at: int, column: int, kind: Kind | None) -> None:
    """A link to the sheet that feeds the line; for a judgement, to its cell on this one."""
    style = desk.look.cell_link
    if kind is None:
        assert plan.choice is not None, "a test checks that judgements stand on the rubric sheet"
        heading = plan.inputs[plan.choice - plan.first_input].heading
        desk.link(sheet, at, column, RUBRIC_SHEET, f"“{heading}”栏 →", style, cell_name(at, plan.choice))
    elif kind.single or kind.on_rubric:
        desk.link(sheet, at, column, UNIT_SHEET if kind.single else RUBRIC_SHEET, kind.title, style)
    else:
        desk.link(sheet, at, column, kind.title, kind.title, style, cell_name(FIRST_RECORD, 0))


def _inputs(desk: Desk, sheet: Any, plan: RubricSheet, number_: int, row: RubricRow) -> list[tuple[int, str]]:
    """Write the cells to fill in and return (column, text) of those that hold something."""
    filled: list[tuple[int, str]] = []
    for column, item in enumerate(plan.inputs, plan.first_input):
        at, kind = _FIRST + number_, item.kind
        if not asks(kind, row):
            sheet.write_blank(at, column, None, desk.look.dead)
            continue
        record = plan.placed.at.get(kind.name, {}).get(number_)
        cell: RawCell = None
        place: Callable[[], Location] = Location
        if record is not None:
            table = plan.tables[kind.name]
            name = item.field.name if item.field else ""
            cells = table.columns.get(name, ()) if item.field else item.others
            cell = cells[record] if record < len(cells) else None
            place = partial(table.place, record, name)
        choice = item.field is not None and item.field.name == CHOICE
        style = desk.look.choice if choice else desk.look.input(item.field)
        desk.pen.write(sheet, at, column, cell, style, field=item.field, place=place)
        if cell:
            filled.append((column, str(cell)))
        if item.field:
            limit = desk.limits.choose(row.options) if choice else desk.limits.of(kind, item.field)
            if limit is not None:
                sheet.data_validation(at, column, at, column, limit)
    return filled

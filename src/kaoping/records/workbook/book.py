"""The whole intake workbook, from the record schemas, the rubric and what was filled in before."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from kaoping.core.schema import Kind, Kinds
from kaoping.core.worksheets import Book, new_book
from kaoping.records.layout import META_FORM, META_SHEET, NOTICE_SHEET, RUBRIC_SHEET
from kaoping.records.readers.raw import RawTable
from kaoping.records.workbook import kind_sheet, notice_sheet, rubric_sheet, unit_sheet
from kaoping.records.workbook.cells import Pen, UnwritableError
from kaoping.records.workbook.desk import Desk
from kaoping.records.workbook.kind_sheet import KindSheet, Others
from kaoping.records.workbook.limits import Limits, Lists
from kaoping.records.workbook.look import INK, Look
from kaoping.records.workbook.notice_sheet import NoticeSheet
from kaoping.records.workbook.rubric_rows import Placed, place, rows_of
from kaoping.records.workbook.rubric_sheet import RubricSheet
from kaoping.records.workbook.unit_sheet import Entry, UnitSheet
from kaoping.rubric.nodes import Rubric

_RUBRIC_PURPOSE = "每个考评项由哪些表得出、归谁、何时之前；要由单位选择的，在这里选。已填的是选了几项。"
_NOTICE_PURPOSE = "细则没有写明、要由通知或考评方答复的口径，和各项期限。已填的是答复了几条。"


@dataclass(frozen=True, slots=True)
class Filling:
    """What was filled in."""

    tables: Mapping[str, RawTable] = field(default_factory=dict)  # kind → records; no rows: declared none (没有)
    answers: Mapping[str, str] = field(default_factory=dict)  # open question (口径) → option
    due: Mapping[str, str] = field(default_factory=dict)  # what → date
    extra: Mapping[str, Others] = field(default_factory=dict)  # kind → columns that no field takes, kept


def write_workbook(rubric: Rubric, offered: Collection[str], filling: Filling | None = None) -> bytes:
    """Return 台账.xlsx for ``rubric`` with ``filling`` in it: the same bytes for the same content.

    The kinds that are ``offered`` have sheets, and those in which something was filled in.

    Raises UnwritableError, naming all of them, where texts are too long for a cell (or no text at all).
    """
    filling = filling or Filling()
    rows = rows_of(rubric)
    rubric_plan = RubricSheet(
        rubric, rows, filling.tables, place(rows, rubric.pack.kinds, filling.tables), filling.extra
    )
    plans = _kind_sheets(rubric.pack.kinds, offered, filling, rubric_plan.placed)
    notice_plan = NoticeSheet(rubric, filling.answers, filling.due)
    unit = rubric.pack.vocabulary.unit
    entries = [
        Entry(RUBRIC_SHEET, _RUBRIC_PURPOSE, *rubric_plan.counted),
        Entry(NOTICE_SHEET, _NOTICE_PURPOSE, *notice_plan.counted),
        *(Entry(plan.kind.title, plan.kind.purpose, *plan.counted) for plan in plans),
    ]
    book, lists, pen = new_book("台账", "", None), Lists(), Pen()
    columns = {(plan.kind.name, known.name): plan.cells(known.name) for plan in plans for known in plan.kind.fields}
    limits = Limits(rubric.year, [line.id for line in rubric.lines], columns, lists)
    desk = Desk(book, Look(book), limits, pen, rubric.year, rubric.pack.kinds)
    unit_plan = UnitSheet(rubric, unit, filling.tables.get(unit.name), filling.extra.get(unit.name, ()), entries)
    unit_sheet.write(desk, unit_plan)
    rubric_sheet.write(desk, rubric_plan)
    notice_sheet.write(desk, notice_plan)
    for sheet in book.workbook.worksheets():
        sheet.set_tab_color(INK)
    for plan in plans:
        kind_sheet.write(desk, plan)
    lists.write(book)
    _meta(book, rubric, [unit, *(plan.kind for plan in plans)], rubric_plan)
    if pen.unwritten:
        raise UnwritableError(tuple(pen.unwritten))
    return book.close()


def _kind_sheets(kinds: Kinds, offered: Collection[str], filling: Filling, placed: Placed) -> list[KindSheet]:
    """The sheets of what is offered, then of what was filled in besides.

    A kind that stands on the rubric sheet has one of its own only for what is left.
    """
    plans = []
    for kind in [*(kinds[name] for name in offered), *(kind for name, kind in kinds.items() if name not in offered)]:
        others = filling.extra.get(kind.name, ())
        table = filling.tables.get(kind.name)
        if kind.single or (kind.on_rubric and kind.name not in placed.rest):
            continue
        if kind.name not in offered and table is None and not others:
            continue
        if kind.on_rubric:
            table, left = placed.rest[kind.name], placed.rows[kind.name]
            others = [(heading, [_cell(cells, row) for row in left]) for heading, cells in others]
        plans.append(KindSheet(kind, table, others))
    return plans


def _cell(cells: Sequence[str], row: int) -> str:
    return cells[row] if row < len(cells) else ""


def _meta(book: Book, rubric: Rubric, kinds: Sequence[Kind], rubric_plan: RubricSheet) -> None:
    """Which field each heading stands for: what a later version reads to find a renamed column."""
    sheet = book.workbook.add_worksheet(META_SHEET)
    sheet.very_hidden()
    rows: list[tuple[str, ...]] = [(META_FORM, rubric.id), ("kind", "field", "heading", "options")]
    rows += [(kind.name, known.name, known.title, *known.options) for kind in kinds for known in kind.fields]
    rows += [
        (item.kind.name, item.field.name, item.heading, *item.field.options)
        for item in rubric_plan.inputs
        if item.field is not None
    ]
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            sheet.write_string(row, column, text)

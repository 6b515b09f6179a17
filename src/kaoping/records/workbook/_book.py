"""The whole intake workbook: planned from the schemas, the rubric and what was filled in before, then written."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kaoping.core.engine import INDICATOR, STATEMENT
from kaoping.core.model import Location
from kaoping.core.schema import Kinds
from kaoping.core.worksheets import new_book
from kaoping.records.grids.grid import cell_name
from kaoping.records.layout import NOTICE_SHEET, RUBRIC_SHEET, UNIT_SHEET, WORKBOOK
from kaoping.records.readers.raw import RawTable
from kaoping.records.workbook import _kind_sheet, _meta_sheet, _notice_sheet, _rubric_sheet, _unit_sheet
from kaoping.records.workbook._cell_writing import Pen, UnwritableError
from kaoping.records.workbook._desk import Desk
from kaoping.records.workbook._kind_sheet import KindSheet, Others
from kaoping.records.workbook._limits import Limits, Lists
from kaoping.records.workbook._look import INK, Look
from kaoping.records.workbook._meta_sheet import MadeColumn, made_column
from kaoping.records.workbook._notice_sheet import NoticeSheet
from kaoping.records.workbook._rubric_sheet import RubricSheet
from kaoping.records.workbook._unit_sheet import Entry, UnitSheet
from kaoping.records.workbook.rubric_rows import Placed, put_in_rows, rows_of
from kaoping.rubric import called
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


@dataclass(frozen=True, slots=True)
class WorkbookPlan:
    """What a workbook will hold, sheet by sheet, and where in it."""

    rubric: Rubric
    unit: UnitSheet
    lines: RubricSheet
    notice: NoticeSheet
    kinds: tuple[KindSheet, ...]  # those with a sheet of their own

    def place(self, kind: str, record: int, field: str) -> Location | None:
        """Return where ``field`` of a kind's ``record`` (0-based, of what was filled in) stands; None without a place.

        On the sheet of a kind it need not have been filled in: the next record goes below the last.
        """
        its = self.rubric.pack.kinds[kind]
        if its.single:
            return _location(UNIT_SHEET, self.unit.place(field))
        if its.on_rubric:
            cell = self.lines.place(its, record, field)
            if cell is not None:
                return _location(RUBRIC_SHEET, cell)
            left = self.lines.placed.left.get(kind, ())
            if record not in left:
                return None
            record = left.index(record)
        kind_plan = next((plan for plan in self.kinds if plan.kind.name == kind), None)
        return _location(its.title, kind_plan.place(record, field)) if kind_plan is not None else None


def _location(sheet: str, cell: tuple[int, int]) -> Location:
    return Location(WORKBOOK, sheet=sheet, cell=cell_name(*cell))


def plan_workbook(rubric: Rubric, offered: Collection[str], filling: Filling) -> WorkbookPlan:
    """Return the workbook for ``rubric`` with ``filling`` in it.

    The kinds that are ``offered`` have sheets, and those in which something was filled in.
    """
    kinds, tables, extra = rubric.pack.kinds, filling.tables, filling.extra
    rows = rows_of(rubric)
    placed = put_in_rows(rows, kinds, tables)
    sources = max((len(row.feeds) for row in rows), default=1)
    lines = RubricSheet(rubric, rows, tables, placed, _rubric_sheet.sheet_of(kinds, sources, extra))
    notice = NoticeSheet(rubric, filling.answers, filling.due)
    kind_plans = tuple(_kind_sheets(kinds, offered, filling, placed))
    unit = rubric.pack.vocabulary.unit
    entries = [
        Entry(RUBRIC_SHEET, _RUBRIC_PURPOSE, *lines.counted),
        Entry(NOTICE_SHEET, _NOTICE_PURPOSE, *notice.counted),
        *(Entry(plan.sheet.title, plan.kind.purpose, *plan.counted) for plan in kind_plans),
    ]
    first = UnitSheet(rubric, unit, tables.get(unit.name), extra.get(unit.name, ()), entries)
    return WorkbookPlan(rubric, first, lines, notice, kind_plans)


def _kind_sheets(kinds: Kinds, offered: Collection[str], filling: Filling, placed: Placed) -> Iterator[KindSheet]:
    """The sheets of what is offered, then of what was filled in besides.

    A kind that stands on the rubric sheet has one of its own only for what is left.
    """
    for kind in [*(kinds[name] for name in offered), *(kind for name, kind in kinds.items() if name not in offered)]:
        others = filling.extra.get(kind.name, ())
        table = filling.tables.get(kind.name)
        if kind.single or (kind.on_rubric and kind.name not in placed.rest):
            continue
        if kind.name not in offered and table is None and not others:
            continue
        if kind.on_rubric:
            table, left = placed.rest[kind.name], placed.left[kind.name]
            others = [(heading, [_cell(cells, row) for row in left]) for heading, cells in others]
        yield KindSheet(kind, table, _kind_sheet.sheet_of(kind, others))


def _cell(cells: Sequence[str], row: int) -> str:
    return cells[row] if row < len(cells) else ""


def write_workbook(rubric: Rubric, offered: Collection[str], filling: Filling | None = None) -> bytes:
    """Return 台账.xlsx as ``plan_workbook`` plans it: the same bytes for the same content.

    Raises UnwritableError, naming all of them, where texts are too long for a cell (or no text at all).
    """
    plan = plan_workbook(rubric, offered, filling or Filling())
    book, lists, pen = new_book("台账", "", None), Lists(), Pen()
    columns = {
        (kind_plan.kind.name, f.name): kind_plan.sheet.cells(f.name)
        for kind_plan in plan.kinds
        for f in kind_plan.kind.fields
    }
    words = {
        (INDICATOR, "id"): list(called.indicators(rubric).values()),
        (STATEMENT, "part"): called.sections(rubric),
    }
    limits = Limits(rubric.year, [line.id for line in rubric.lines], columns, lists, words)
    desk = Desk(book, Look(book), limits, pen, rubric.year, rubric.pack.kinds)
    _unit_sheet.write(desk, plan.unit)
    _rubric_sheet.write(desk, plan.lines)
    _notice_sheet.write(desk, plan.notice)
    for page in book.workbook.worksheets():
        page.set_tab_color(INK)
    for kind_plan in plan.kinds:
        _kind_sheet.write(desk, kind_plan)
    lists.write(book)
    _meta_sheet.write(book, rubric.id, _made_columns(plan))
    if pen.unwritten:
        raise UnwritableError(tuple(pen.unwritten))
    return book.close()


def _made_columns(plan: WorkbookPlan) -> Iterator[MadeColumn]:
    """The columns that are filled in: the unit's facts, those of each kind's sheet, those of the rubric's."""
    for kind in (plan.unit.kind, *(kind_plan.kind for kind_plan in plan.kinds)):
        yield from (made_column(kind, known, known.title if kind.single else known.heading) for known in kind.fields)
    for column in plan.lines.sheet.columns:
        if column.kind is not None and column.field is not None:
            yield made_column(column.kind, column.field, column.heading)

"""The sheet of the rubric: every line with where its input comes from, whose it is, and the cell in which to choose.

Which record kinds stand on it beside their lines, and under which headings, is said by their schemas (``x-on-rubric``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from kaoping.core.figures import number
from kaoping.core.model import Location
from kaoping.core.schema import Field, Kind, Kinds
from kaoping.core.worksheets import TALLEST, height_of
from kaoping.records.grids.grid import cell_name
from kaoping.records.layout import RUBRIC_SHEET, UNIT_SHEET
from kaoping.records.readers._heads import find_head
from kaoping.records.readers._sheet_table import SheetTable, read_table
from kaoping.records.readers._source_sheet import SourceSheet
from kaoping.records.readers.raw import UNSAID, RawCell, RawTable
from kaoping.records.workbook import _kind_sheet
from kaoping.records.workbook._desk import Desk
from kaoping.records.workbook._kind_sheet import Others
from kaoping.records.workbook._limits import LINE
from kaoping.records.workbook._look import comment, hint_of, width_of
from kaoping.records.workbook._sheet import Column, FoundSheet, Sheet, qualified
from kaoping.records.workbook.rubric_rows import CHOICE, PART, Placed, RubricRow, asks, points_of
from kaoping.rubric.nodes import Rubric

LINE_HEAD, PART_HEAD = "考评项", "分项"
_SECTION, _TITLE, _POINTS, _STANDARD = "部分", "内容", "分值", "标准（摘要）"
_SOURCE, _EVIDENCE = "填哪些表", "佐证类型"
_SHARED = (LINE, PART)  # what all kinds of the sheet say in the same columns
_CENTRED = {LINE_HEAD, PART_HEAD, _POINTS}
_WIDEST, _OTHER_WIDTH = 26.0, 14.0  # of a column to fill in: reasons and paths wrap, for the sheet is wide enough
_A3 = 8  # on A4 a line of all that is said about a rubric line would be too small to read
_SHOWN = 60  # characters of a standard that the sheet shows; the rest stands in a comment
_NOTE = "白格是细则原文和去处，不必改；黄格由单位填；灰格不用填。"


def sheet_of(kinds: Kinds, sources: int = 1, others: Mapping[str, Others] | None = None) -> Sheet:
    """Return the sheet: what the rubric says of a line, up to ``sources`` sheets that it comes from, the cells to fill.

    ``others``: kind → the columns that no field of it takes.
    """
    columns = [
        Column(_SECTION, 12.5),
        Column(LINE_HEAD, 7.0, Field(LINE, LINE_HEAD, "string", "", required=True)),
        Column(PART_HEAD, 6.0, Field(PART, PART_HEAD, "string", "")),
        Column(_TITLE, 26.0),
        Column(_POINTS, 8.0),
        Column(_STANDARD, 36.0),
        *(Column(_source_heading(at), 13.0) for at in range(sources)),
        Column(_EVIDENCE, 18.0),
    ]
    for kind in kinds.values():
        for name, heading in kind.on_rubric.items():
            field = kind.field(name)
            assert field is not None, "a test checks that x-on-rubric names fields"
            columns.append(Column(heading, min(width_of(field), _WIDEST), field, kind, input=True))
        for heading, cells in (others or {}).get(kind.name, ()) if kind.on_rubric else ():
            columns.append(Column(heading, _OTHER_WIDTH, None, kind, input=True, kept=cells))
    return Sheet(RUBRIC_SHEET, tuple(columns), head=2, first=3)


def as_kind(kinds: Kinds) -> Kind:
    """Return the sheet as a record kind: the line, its part, and the fields that the kinds keep beside them."""
    return sheet_of(kinds).as_kind(LINE)


def _source_heading(at: int) -> str:
    return _SOURCE if at == 0 else f"{_SOURCE}（{at + 1}）"


@dataclass(frozen=True, slots=True)
class RubricSheet:
    """What the sheet will hold."""

    rubric: Rubric
    rows: Sequence[RubricRow]
    tables: Mapping[str, RawTable]
    placed: Placed
    sheet: Sheet

    @property
    def choice(self) -> Column | None:
        """The column in which to choose."""
        return next((column for column in self.sheet.columns if _is_choice(column)), None)

    @property
    def counted(self) -> tuple[str, int]:
        """The formula of how many choices were made, and its value now."""
        if self.choice is None or self.choice.kind is None:
            return "=0", 0
        kind = self.choice.kind.name
        chosen = self.tables[kind].columns.get(CHOICE, ()) if kind in self.tables else ()
        filled = sum(1 for record in self.placed.at.get(kind, {}).values() if chosen[record])
        return f"=COUNTA({self.sheet.cells(self.choice.name, len(self.rows))})", filled

    def place(self, kind: Kind, record: int, field: str) -> tuple[int, int] | None:
        """Return the 0-based row and column of a cell of the table's ``record``; None where it stands elsewhere."""
        rows = (row for row, placed in self.placed.at.get(kind.name, {}).items() if placed == record)
        row = next(rows, None)
        return None if row is None else (self.sheet.first + row, self.sheet.column(_name(kind, field)))


def _is_choice(column: Column) -> bool:
    return column.input and column.field is not None and column.field.name == CHOICE


def _name(kind: Kind, field: str) -> str:
    """What a kind's field is called among the columns."""
    return field if field in _SHARED else qualified(kind, field)


def write(desk: Desk, plan: RubricSheet) -> None:
    """Write the sheet."""
    sheet = plan.sheet
    page = desk.page(sheet, plan.rubric.title)
    desk.note(page, 3, _NOTE)
    _heads(desk, page, sheet)
    for index, row in enumerate(plan.rows):
        _row(desk, page, plan, index, row)
    page.set_paper(_A3)
    desk.allow_text_numbers(page, sheet.first, range(len(sheet.columns)))
    page.freeze_panes(sheet.first, 4)


def _heads(desk: Desk, page: Any, sheet: Sheet) -> None:
    look = desk.look
    for at, column in enumerate(sheet.columns):
        if not column.input:
            page.write_string(sheet.head, at, column.heading, look.head)
        elif column.field is None:
            desk.pen.write(page, sheet.head, at, column.heading, look.other_head)
        else:
            assert column.kind is not None, "what is filled in on this sheet belongs to a kind"
            page.write_string(sheet.head, at, column.heading, look.input_head)
            comment(page, sheet.head, at, f"{column.kind.title}：\n{hint_of(column.field, desk.year)}")
    page.set_row(sheet.head, height_of([(column.heading, column.width) for column in sheet.columns], 28))


def _row(desk: Desk, page: Any, plan: RubricSheet, index: int, row: RubricRow) -> None:
    """Write what the rubric says of a line, the ways to the sheets that feed it, and its cells to fill in."""
    look, at = desk.look, plan.sheet.first + index
    shown = _shown(plan.rubric, row)
    sources = {_source_heading(step): kind for step, kind in enumerate(row.feeds)}
    texts: list[tuple[str, float]] = []
    for column, described in enumerate(plan.sheet.columns):
        heading = described.heading
        if described.input:
            text = _input(desk, page, plan, index, row, column)
        elif heading in sources:
            _source(desk, page, plan, at, column, sources[heading])
            continue
        elif heading not in shown:
            page.write_blank(at, column, None, look.info)
            continue
        else:
            text = shown[heading]
            page.write_string(at, column, text, look.info_centre if heading in _CENTRED else look.info)
            if heading == _STANDARD and text.endswith("…"):
                comment(page, at, column, row.line.row.standard)
        texts.append((text, described.width))
    page.set_row(at, min(height_of(texts, 24), TALLEST))


def _shown(rubric: Rubric, row: RubricRow) -> dict[str, str]:
    """What the rubric says of a line, by heading; a part's row says only what is its own."""
    line, part = points_of(row)
    group = rubric.group_of(line.id)
    points = part.of if part else None if row.part else line.of
    if group and group.of is not None and not line.of:
        worth = f"与第{group.lines[0]}项合计"
    else:
        worth = "" if points is None else number(points)
    standard = line.row.standard.replace("\n", "")
    proofs = "、".join(rubric.pack.evidence_types[id_].title for id_ in line.accepts)
    return {
        _SECTION: f"{line.section} {rubric.section(line.section).title}",
        LINE_HEAD: line.id,
        PART_HEAD: row.part,
        _TITLE: "" if row.part else line.title,
        _POINTS: worth,
        _STANDARD: "" if row.part else standard if len(standard) <= _SHOWN else f"{standard[: _SHOWN - 1]}…",
        _EVIDENCE: "" if row.part else proofs,
    }


def _source(desk: Desk, page: Any, plan: RubricSheet, at: int, column: int, kind: Kind | None) -> None:
    """A link to the sheet that feeds the line; for a judgement, to its cell on this one."""
    style = desk.look.cell_link
    if kind is None:
        assert plan.choice is not None, "a test checks that judgements stand on the rubric sheet"
        cell = cell_name(at, plan.sheet.column(plan.choice.name))
        desk.link(page, at, column, RUBRIC_SHEET, f"“{plan.choice.heading}”栏 →", style, cell)
    elif kind.single or kind.on_rubric:
        desk.link(page, at, column, UNIT_SHEET if kind.single else RUBRIC_SHEET, kind.title, style)
    else:
        desk.link(page, at, column, kind.title, kind.title, style, cell_name(_kind_sheet.FIRST, 0))


def _input(desk: Desk, page: Any, plan: RubricSheet, index: int, row: RubricRow, column: int) -> str:
    """Write a cell to fill in, and return what it holds."""
    described, at = plan.sheet.columns[column], plan.sheet.first + index
    field, kind = described.field, described.kind
    assert kind is not None, "what is filled in on this sheet belongs to a kind"
    if not asks(kind, row):
        page.write_blank(at, column, None, desk.look.dead)
        return ""
    cell: RawCell = None
    place: Callable[[], Location] = Location
    record = plan.placed.at.get(kind.name, {}).get(index)
    if record is not None:
        table = plan.tables[kind.name]
        cells = table.columns.get(field.name, ()) if field else described.kept
        cell = cells[record] if record < len(cells) else None
        place = partial(table.place, record, field.name if field else "")
    is_choice = _is_choice(described)
    style = desk.look.choice if is_choice else desk.look.input(field)
    desk.pen.write(page, at, column, cell, style, field=field, place=place)
    if field:
        desk.limit(page, at, column, desk.limits.choose(row.options) if is_choice else desk.limits.of(kind, field))
    return str(cell or "")


def read(source: SourceSheet, kinds: Kinds) -> Iterator[tuple[Kind, FoundSheet, RawTable | None]]:
    """Yield every kind that is kept on the sheet, where its cells are, and its records, if there are any."""
    kind_of_rows = as_kind(kinds)
    head = find_head(source.grid, kind_of_rows)
    if head is None or LINE not in head.fields:  # without the column of the lines nobody knows what is judged
        source.tell("workbook.no_head", kind=RUBRIC_SHEET)
        return
    table = read_table(source, head, kind_of_rows)
    lines = _lines(table)
    for kind in kinds.values():
        if kind.on_rubric:
            columns = {
                f.name: head.fields[_name(kind, f.name)] for f in kind.fields if _name(kind, f.name) in head.fields
            }
            its_columns = tuple(column for name, column in columns.items() if name not in _SHARED)
            yield kind, FoundSheet(source.grid.name, columns, its_columns, lines=lines), _records(table.raw, kind)


def _lines(table: SheetTable) -> dict[tuple[str, str], int]:
    """Line, part → the row in which alone it stands."""
    pairs = zip(*(table.raw.columns[name] for name in _SHARED), strict=True)
    named = [tuple(str(cell).strip() if _is_filled(cell) else "" for cell in pair) for pair in pairs]
    return {
        (line, part): row for (line, part), row in zip(named, table.rows, strict=True) if named.count((line, part)) == 1
    }


def _records(whole: RawTable, kind: Kind) -> RawTable | None:
    """The records of ``kind``: the rows in which something stands under its headings; None where there are none."""
    beside = [whole.columns[_name(kind, field)] for field in kind.on_rubric if field != kind.key]
    rows = [row for row in range(whole.rows) if any(_is_filled(cells[row]) for cells in beside)]
    if not rows:
        return None
    columns: dict[str, list[RawCell]] = {}
    for field in kind.fields:
        cells = whole.columns.get(_name(kind, field.name)) or [None] * whole.rows
        columns[field.name] = [cells[row] for row in rows]
    keys = columns[kind.key]
    for index, row in enumerate(rows):
        if not _is_filled(keys[index]):  # one record a line: the line names it
            line, part = (whole.columns[name][row] for name in _SHARED)
            keys[index] = f"第{part if _is_filled(part) else line}项"

    def place(row: int, field: str) -> Location:
        return whole.place(rows[row], _name(kind, field) if field else LINE)

    return RawTable(kind.name, columns, len(rows), place)


def _is_filled(cell: RawCell) -> bool:
    return cell is not UNSAID and cell is not None

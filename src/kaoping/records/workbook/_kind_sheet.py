"""The sheet of one record kind. From the top: what it is for; whether there is none; heads; an example; the records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate
from typing import Any

from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.schema import Kind
from kaoping.core.worksheets import height_of, wide
from kaoping.records.grids.grid import Grid, cell_name, cell_place, column_name
from kaoping.records.layout import EXAMPLE_MARK, REQUIRED_MARK, RUBRIC_SHEET, UNIT_SHEET
from kaoping.records.readers._heads import LIKENESS, Head, HeadColumn, plain
from kaoping.records.readers._rows import EXAMPLE, REMARK, UNMARKED, LeftOut, is_example, told_left, why_no_id
from kaoping.records.readers._sheet_table import SheetTable, read_table, tell_looks, tell_same_headings
from kaoping.records.readers._source_sheet import SourceSheet
from kaoping.records.readers.cells import text_of
from kaoping.records.readers.raw import RawCell, RawTable
from kaoping.records.workbook._cell_writing import Unwritten
from kaoping.records.workbook._desk import Desk
from kaoping.records.workbook._look import LINES, comment, hint_of, width_of
from kaoping.records.workbook._sheet import END, Column, FoundSheet, Sheet, quoted

ASK, HEAD, EXAMPLE_ROW, FIRST = range(1, 5)  # 0-based rows, below that of the title
NONE_LABEL = "本年确实没有的，在右边选“没有”"  # the cell to its right says so
NONE = "没有"

_FIRST_WIDTH, _OTHER_WIDTH = 13.0, 18.0
_OTHER = "这一栏不在本工具的栏目里，原样保留，不参与计算。"
_NONES = (NONE, "无")

#: Columns that no field takes: (heading, cells).
Others = Sequence[tuple[str, Sequence[str]]]


def sheet_of(kind: Kind, others: Others = ()) -> Sheet:
    """Return the sheet of ``kind``: a column for each field, then ``others``."""
    columns = [Column(field.heading, width_of(field), field, input=True) for field in kind.fields]
    columns[0] = replace(columns[0], width=max(columns[0].width, _FIRST_WIDTH))
    kept = (Column(heading, _OTHER_WIDTH, input=True, kept=cells) for heading, cells in others)
    return Sheet(kind.title, (*columns, *kept), HEAD, FIRST)


@dataclass(frozen=True, slots=True)
class KindSheet:
    """What a kind's sheet will hold."""

    kind: Kind
    table: RawTable | None
    sheet: Sheet

    @property
    def none_column(self) -> int:
        """The 0-based column of the cell that says whether there is none: its label needs room to the left of it."""
        widths = self.sheet.widths
        reached = accumulate(widths[1:])  # the first column holds the way back
        return next((at + 2 for at, room in enumerate(reached) if room > wide(NONE_LABEL) + 2), len(widths))

    @property
    def counted(self) -> tuple[str, str | int]:
        """The formula of how many records were filled in, and its value now."""
        names = [field.name for field in self.kind.fields if field.required][:3] or [self.kind.key]
        count = f"MAX({','.join(f'COUNTA({self.sheet.cells(name)})' for name in names)})"
        none_cell = f"{quoted(self.sheet.title)}!{cell_name(ASK, self.none_column)}"
        formula = f'=IF({none_cell}="{NONE}","{NONE}",{count})'
        if self.table is None:
            return formula, 0
        filled = max(sum(1 for cell in self.table.columns.get(name, ()) if cell) for name in names)
        return formula, filled if self.table.rows else NONE

    def cells(self, column: Column) -> Sequence[RawCell]:
        """Return what will stand in a column, record by record."""
        if column.field is None or self.table is None:
            return column.kept
        return self.table.columns.get(column.name, ())

    def place(self, record: int, field: str) -> tuple[int, int]:
        """Return the 0-based row and column in which ``field`` of the table's ``record`` will stand."""
        return FIRST + record, self.sheet.column(field)


def write(desk: Desk, plan: KindSheet) -> None:
    """Write the sheet of one kind."""
    kind, look = plan.kind, desk.look
    page = desk.page(plan.sheet, kind.purpose)
    for at, column in enumerate(plan.sheet.columns):
        page.set_column(at, at, column.width, look.column(column.field))
    _ask(desk, page, plan)
    _heads(desk, page, plan)
    _example(desk, page, plan)
    _records(desk, page, plan)
    _mark_rows(desk, page, plan)
    counted = {column for column, field in enumerate(kind.fields) if field.type in ("integer", "number")}
    desk.allow_text_numbers(page, HEAD, sorted(set(range(len(plan.sheet.columns))) - counted))
    page.freeze_panes(FIRST, 1)


def _ask(desk: Desk, page: Any, plan: KindSheet) -> None:
    """The question whether there is none this year, and the way to the rubric."""
    look, column = desk.look, plan.none_column
    page.write_string(ASK, column - 1, NONE_LABEL, look.label)
    is_declared = plan.table is not None and not plan.table.rows
    desk.pen.write(page, ASK, column, NONE if is_declared else None, look.choice)
    message = f"确实没有的选“{NONE}”；有记录的空着。"
    desk.limit(page, ASK, column, {**desk.limits.choose([NONE]), "input_message": message})
    desk.link(page, ASK, column + 1, RUBRIC_SHEET, f"← {RUBRIC_SHEET}", look.link)


def _heads(desk: Desk, page: Any, plan: KindSheet) -> None:
    foreign = {key.field: key for key in plan.kind.foreign}
    for at, column in enumerate(plan.sheet.columns):
        field = column.field
        if field is None:
            desk.pen.write(page, HEAD, at, column.heading, desk.look.other_head)
            comment(page, HEAD, at, _OTHER)
            continue
        desk.head(page, HEAD, at, field)
        key = foreign.get(field.name)
        comment(page, HEAD, at, hint_of(field, desk.year, key, desk.kinds[key.kind] if key else None))
        desk.limit(page, FIRST, at, desk.limits.of(plan.kind, field), END)
    marked = [f"{column.heading} {REQUIRED_MARK}" if column.field else column.heading for column in plan.sheet.columns]
    page.set_row(HEAD, height_of(list(zip(marked, plan.sheet.widths, strict=True)), 26))


def _example(desk: Desk, page: Any, plan: KindSheet) -> None:
    """The first cell always bears the mark, so that the row is known for what it is wherever it is moved."""
    texts = [field.example for field in plan.kind.fields]
    texts[0] = EXAMPLE_MARK + texts[0]
    for column, (field, text) in enumerate(zip(plan.kind.fields, texts, strict=True)):
        desk.pen.write(page, EXAMPLE_ROW, column, text, desk.look.example(field))
    page.set_row(EXAMPLE_ROW, height_of(list(zip(texts, plan.sheet.widths, strict=False))))


def _records(desk: Desk, page: Any, plan: KindSheet) -> None:
    if plan.table is None:
        return
    columns = [(column, plan.cells(column)) for column in plan.sheet.columns]
    for row in range(plan.table.rows):  # make room for what is there: not every program grows a row of a file it opens
        there = ((cells[row], column.width) for column, cells in columns if row < len(cells))
        page.set_row(FIRST + row, height_of([(str(cell), width) for cell, width in there if cell]))
    for at, (column, cells) in enumerate(columns):
        style = desk.look.column(column.field)
        for row, cell in enumerate(cells):
            if cell is None:
                continue
            place = partial(plan.table.place, row, column.name)
            if column.name == plan.kind.key and (why := why_no_id(str(cell))):
                desk.pen.unwritten.append(Unwritten(place(), why))
            desk.pen.write(page, FIRST + row, at, cell, style, field=column.field, place=place)


def _mark_rows(desk: Desk, page: Any, plan: KindSheet) -> None:
    """Rows that hold something get lines around their cells, and colour where a required one is empty."""
    last = len(plan.sheet.columns) - 1
    begun = f"COUNTA(${column_name(0)}{FIRST + 1}:${column_name(last)}{FIRST + 1})>0"
    workbook = desk.book.workbook
    lacking = workbook.add_format({"bg_color": "#FFE699"})
    twice = workbook.add_format({"font_color": "#C00000"})
    lines = workbook.add_format({"border": 1, "border_color": LINES})
    for column, field in enumerate(plan.kind.fields):
        if field.required:
            criteria = f"=AND(ISBLANK({cell_name(FIRST, column)}),{begun})"
            rule = {"type": "formula", "criteria": criteria, "format": lacking}
            page.conditional_format(FIRST, column, END, column, rule)
        if field.unique:
            page.conditional_format(FIRST, column, END, column, {"type": "duplicate", "format": twice})
    page.conditional_format(FIRST, 0, END, last, {"type": "formula", "criteria": f"={begun}", "format": lines})


def read(source: SourceSheet, head: Head, kind: Kind) -> tuple[RawTable | None, list[tuple[str, list[str]]]]:
    """Return the records below ``head``, and the columns that no field takes: their headings and cells.

    Where there are no records, there is a table only if the sheet says that there was none this year.
    """
    table = read_table(source, head, kind)
    _tell_left(source, head, kind, table)
    tell_looks(source, table)
    others = _others(source, head, kind, table)
    none = _declared_none(source, head)
    if none is not None and table.raw.rows:
        source.findings.add("workbook.none_and_rows", none, kind=kind.title, number=table.raw.rows)
    return table.raw if table.raw.rows or none is not None else None, others


def places_on(source: SourceSheet, head: Head) -> FoundSheet:
    """Return where things stand on the sheet: the next record goes below all that is there, where it is seen."""
    grid = source.grid
    last = next((row for row in reversed(range(len(grid.rows))) if any(value != "" for value in grid.rows[row])), 0)
    used = max(head.bottom, last, *(row for row, _ in grid.faults))
    hidden = set(grid.hidden_rows)
    free = next(row for row in range(used + 1, END + 1) if row not in hidden)
    none = _declared_none(SourceSheet(grid, source.file, Findings()), head)
    headed = tuple(column.index for column in head.columns)
    return FoundSheet(grid.name, head.fields, headed, free, cell_place(none.cell) if none is not None else None)


def _declared_none(source: SourceSheet, head: Head) -> Location | None:
    """Where the sheet says that there was none; None where it does not."""
    rows = source.grid.rows[: head.top]
    cells = ((row, at, value) for row, values in enumerate(rows) for at, value in enumerate(values))
    wanted = plain(NONE_LABEL)
    label = next(((row, at) for row, at, text in cells if isinstance(text, str) and plain(text) == wanted), None)
    if label is None:
        return None
    row, column = label
    beside = ((at, text_of(value).strip()) for at, value in enumerate(rows[row]) if at > column)
    at, answer = next(((at, text) for at, text in beside if text), (column, ""))
    if answer in _NONES:
        return source.at(row, at)
    if answer and not _is_link(answer):
        source.tell_at("workbook.none_unclear", row, at, text=answer)
    return None


def _is_link(text: str) -> bool:
    return text.startswith(("←", "→", "回")) or text in (UNIT_SHEET, RUBRIC_SHEET)


def _tell_left(source: SourceSheet, head: Head, kind: Kind, table: SheetTable) -> None:
    """Say what of the sheet is no record."""
    first = head.columns[0].index
    rest: list[LeftOut] = []
    for left in table.left:
        if left.why == REMARK:
            source.tell_at("table.remark", left.row, first, row=left.row + 1, text=left.text[:40])
        elif left.why == UNMARKED:
            source.tell_at("table.example_unmarked", left.row, first, row=left.row + 1)
        elif left.why != EXAMPLE:
            rest.append(left)
        elif not is_example(source.grid, left.row, head, kind):
            source.tell_at("table.example_changed", left.row, first, row=left.row + 1)
    if rest:
        source.tell("table.left_rows", rows=told_left(rest))


def _others(source: SourceSheet, head: Head, kind: Kind, table: SheetTable) -> list[tuple[str, list[str]]]:
    """Say which columns nobody knows, were guessed or are missing; return those that no field takes."""
    tell_same_headings(source, head)
    known = {plain(column.heading) for column in head.columns if column.field}
    known_otherwise = {*head.fields, *kind.helpers, *kind.implied(head.fields)}
    lacking = [field for field in kind.fields if field.name not in known_otherwise]
    others: list[tuple[str, list[str]]] = []
    for column in (*head.columns, *_headless(source.grid, head, table)):
        cells = [text_of(source.grid.cell(row, column.index)) for row in table.rows] if not column.field else []
        if any(cell.strip() for cell in cells) and plain(column.heading) not in known:
            titles = "、".join(field.title for field in lacking) or "（没有了）"
            facts = {"heading": column.heading, "known": titles}
            source.tell_at("table.unknown_column", head.bottom, column.index, **facts)
            others.append((column.heading, cells))
        elif column.how == LIKENESS and (field := kind.field(column.field)):
            facts = {"heading": column.heading, "title": field.title}
            source.tell_at("table.column_guessed", head.bottom, column.index, **facts)
    for field in lacking if table.raw.rows else ():
        if field.name == kind.key:
            source.tell("table.made_ids", kind=kind.title)
        else:
            source.tell("table.missing_column" if field.required else "table.missing_optional", title=field.title)
    return others


def _headless(grid: Grid, head: Head, table: SheetTable) -> list[HeadColumn]:
    """The columns without a heading in which something stands beside a record."""
    headed = {column.index for column in head.columns}
    width = max((len(grid.rows[row]) for row in table.rows), default=0)
    bare = [at for at in range(width) if at not in headed and any(grid.cell(row, at) != "" for row in table.rows)]
    return [HeadColumn(at, f"（{column_name(at)}列，没有表头）") for at in bare]

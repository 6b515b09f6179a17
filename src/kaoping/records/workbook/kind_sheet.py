"""The sheet of one record kind. From the top: what it is for; whether there is none; heads; an example; the records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from typing import Any

from kaoping.core.schema import Field, Kind
from kaoping.core.worksheets import height_of, wide
from kaoping.records.grids.grid import cell_name, column_name
from kaoping.records.layout import EXAMPLE_MARK, NONE, NONE_LABEL, REQUIRED_MARK, RUBRIC_SHEET, UNIT_SHEET
from kaoping.records.readers.raw import RawTable
from kaoping.records.readers.rows import why_no_id
from kaoping.records.workbook.cells import Unwritten
from kaoping.records.workbook.desk import Desk
from kaoping.records.workbook.limits import whole_column
from kaoping.records.workbook.look import END, LINES, comment, hint_of, width_of

TITLE, ASK, HEAD, EXAMPLE, FIRST = range(5)  # 0-based rows
_FIRST_WIDTH, _OTHER_WIDTH = 13.0, 18.0
_OTHER = "这一栏不在本工具的栏目里，原样保留，不参与计算。"

#: Columns that no field takes: (heading, cells).
Others = Sequence[tuple[str, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class KindSheet:
    """What a kind's sheet will hold, and where in it things will stand."""

    kind: Kind
    table: RawTable | None
    others: Others = ()

    @property
    def widths(self) -> list[float]:
        """The widths of its columns."""
        own = [width_of(field) for field in self.kind.fields]
        return [max(own[0], _FIRST_WIDTH), *own[1:], *(_OTHER_WIDTH for _ in self.others)]

    @property
    def none_column(self) -> int:
        """The 0-based column of the cell that says whether there is none: its label needs room to the left of it."""
        reached = accumulate(self.widths[1:])  # the first column holds the way back
        return next((at + 2 for at, room in enumerate(reached) if room > wide(NONE_LABEL) + 2), len(self.widths))

    @property
    def none_cell(self) -> str:
        """The name of that cell."""
        return cell_name(ASK, self.none_column)

    def cells(self, field: str) -> str:
        """Return the absolute reference to all cells of a field, e.g. ``'会议'!$B$5:$B$1048576``."""
        letter = column_name([known.name for known in self.kind.fields].index(field))
        return f"{quoted(self.kind.title)}!${letter}${FIRST + 1}:${letter}${END + 1}"

    @property
    def counted(self) -> tuple[str, str | int]:
        """The formula of how many records were filled in, and its value now."""
        names = [field.name for field in self.kind.fields if field.required][:3] or [self.kind.key]
        count = f"MAX({','.join(f'COUNTA({self.cells(name)})' for name in names)})"
        formula = f'=IF({quoted(self.kind.title)}!{self.none_cell}="{NONE}","{NONE}",{count})'
        if self.table is None:
            return formula, 0
        filled = max(sum(1 for cell in self.table.columns.get(name, ()) if cell) for name in names)
        return formula, filled if self.table.rows else NONE


def quoted(sheet: str) -> str:
    """Return a sheet's name as a formula or link writes it."""
    return "'" + sheet.replace("'", "''") + "'"


def write(desk: Desk, plan: KindSheet) -> None:
    """Write the sheet of one kind."""
    kind, look = plan.kind, desk.look
    sheet = desk.book.sheet(kind.title, plan.widths)
    for column, (field, width) in enumerate(
        zip([*kind.fields, *(None for _ in plan.others)], plan.widths, strict=True)
    ):
        sheet.set_column(column, column, width, look.column(field))
    sheet.write_rich_string(TITLE, 0, look.title, kind.title, look.note, f"　　{kind.purpose}", look.title)
    sheet.set_row(TITLE, 30)
    _ask(desk, sheet, plan)
    _heads(desk, sheet, plan)
    _example(desk, sheet, plan)
    _records(desk, sheet, plan)
    _mark_rows(desk, sheet, plan)
    counted = {column for column, field in enumerate(kind.fields) if field.type in ("integer", "number")}
    desk.allow_text_numbers(sheet, HEAD, sorted(set(range(len(plan.widths))) - counted))
    sheet.freeze_panes(FIRST, 1)
    sheet.repeat_rows(HEAD)


def _ask(desk: Desk, sheet: Any, plan: KindSheet) -> None:
    """The row with the question whether there is none this year, and the ways back."""
    look, column = desk.look, plan.none_column
    sheet.set_row(ASK, 24)
    sheet.write_string(ASK, column - 1, NONE_LABEL, look.label)
    declared = plan.table is not None and not plan.table.rows
    desk.pen.write(sheet, ASK, column, NONE if declared else None, look.choice)
    said = f"确实没有的选“{NONE}”；有记录的空着。"
    sheet.data_validation(ASK, column, ASK, column, {**desk.limits.choose([NONE]), "input_message": said})
    desk.link(sheet, ASK, 0, UNIT_SHEET, f"← {UNIT_SHEET}", look.link)
    desk.link(sheet, ASK, column + 1, RUBRIC_SHEET, f"← {RUBRIC_SHEET}", look.link)


def _heads(desk: Desk, sheet: Any, plan: KindSheet) -> None:
    look, kind = desk.look, plan.kind
    foreign = {key.field: key for key in kind.foreign}
    for column, field in enumerate(kind.fields):
        write_head(desk, sheet, HEAD, column, field)
        key = foreign.get(field.name)
        comment(sheet, HEAD, column, hint_of(field, desk.year, key, desk.kinds[key.kind] if key else None))
        whole_column(sheet, FIRST, column, desk.limits.of(kind, field))
    for column, (heading, _) in enumerate(plan.others, start=len(kind.fields)):
        desk.pen.write(sheet, HEAD, column, heading, look.other_head)
        comment(sheet, HEAD, column, _OTHER)
    heads = [f"{field.title} {REQUIRED_MARK}" for field in kind.fields] + [heading for heading, _ in plan.others]
    sheet.set_row(HEAD, height_of(list(zip(heads, plan.widths, strict=True)), 26))


def write_head(desk: Desk, sheet: Any, row: int, column: int, field: Field, heading: str = "") -> None:
    """Write a field's heading, with the mark of a required one."""
    heading, look = heading or field.title, desk.look
    if field.required:
        pieces = (look.black, heading, look.star, f" {REQUIRED_MARK}")
        sheet.write_rich_string(row, column, *pieces, look.input_head)
    else:
        sheet.write_string(row, column, heading, look.head)


def _example(desk: Desk, sheet: Any, plan: KindSheet) -> None:
    """The first cell always bears the mark, so that the row is known for what it is wherever it is moved."""
    texts = [field.example for field in plan.kind.fields]
    texts[0] = EXAMPLE_MARK + texts[0]
    for column, (field, text) in enumerate(zip(plan.kind.fields, texts, strict=True)):
        desk.pen.write(sheet, EXAMPLE, column, text, desk.look.example(field))
    sheet.set_row(EXAMPLE, height_of(list(zip(texts, plan.widths, strict=False))))


def _records(desk: Desk, sheet: Any, plan: KindSheet) -> None:
    table = plan.table
    if table is None:
        return
    _row_heights(sheet, plan, table)
    for column, field in enumerate(plan.kind.fields):
        style = desk.look.column(field)
        for row, cell in enumerate(table.columns.get(field.name, ())):
            if cell is not None:
                place = partial(table.place, row, field.name)
                if field.name == plan.kind.key and (why := why_no_id(str(cell))):
                    desk.pen.unwritten.append(Unwritten(place(), why))
                desk.pen.write(sheet, FIRST + row, column, cell, style, field=field, place=place)
    for column, (_, cells) in enumerate(plan.others, start=len(plan.kind.fields)):
        for row, text in enumerate(cells):
            place = partial(table.place, row, "")
            desk.pen.write(sheet, FIRST + row, column, text, desk.look.column(None), place=place)


def _row_heights(sheet: Any, plan: KindSheet, table: RawTable) -> None:
    """Make room for what is there: not every program grows a row when it opens the file."""
    cells = [*(table.columns.get(field.name, ()) for field in plan.kind.fields), *(cells for _, cells in plan.others)]
    for row in range(table.rows):
        there = [(column[row], width) for column, width in zip(cells, plan.widths, strict=True) if row < len(column)]
        texts = [(str(cell), width) for cell, width in there if cell]
        sheet.set_row(FIRST + row, height_of(texts))


def _mark_rows(desk: Desk, sheet: Any, plan: KindSheet) -> None:
    """Rows that hold something get lines around their cells, and colour where a required one is empty."""
    last = len(plan.widths) - 1
    row = f"${column_name(0)}{FIRST + 1}:${column_name(last)}{FIRST + 1}"
    begun = f"COUNTA({row})>0"
    workbook = desk.book.workbook
    lacking = workbook.add_format({"bg_color": "#FFE699"})
    twice = workbook.add_format({"font_color": "#C00000"})
    lines = workbook.add_format({"border": 1, "border_color": LINES})
    for column, field in enumerate(plan.kind.fields):
        cell = cell_name(FIRST, column)
        if field.required:
            rule = {"type": "formula", "criteria": f"=AND(ISBLANK({cell}),{begun})", "format": lacking}
            sheet.conditional_format(FIRST, column, END, column, rule)
        if field.unique:
            sheet.conditional_format(FIRST, column, END, column, {"type": "duplicate", "format": twice})
    sheet.conditional_format(FIRST, 0, END, last, {"type": "formula", "criteria": f"={begun}", "format": lines})

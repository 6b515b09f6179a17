"""The workbook's rubric sheet: one rubric line a row, with the records that name it in columns of their own.

Which kinds stand there, and under which headings, is said by their schemas (``x-on-rubric``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kaoping.core import schema
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.schema import Kind
from kaoping.records import layout
from kaoping.records.grids.grid import Grid
from kaoping.records.readers.heads import find_head
from kaoping.records.readers.raw import UNSAID, RawCell, RawTable
from kaoping.records.readers.sheet_table import read_table

_SHARED = ("line", "part")  # what all kinds of the sheet say in the same column


def read_rubric(grid: Grid, kinds: schema.Kinds, file: str, findings: Findings) -> Iterator[RawTable]:
    """Yield the records of every kind that is kept on the rubric sheet."""
    sheet = rubric_kind(kinds)
    head = find_head(grid, sheet)
    if head is None or sheet.key not in head.fields:  # without the column of the lines nobody knows what is judged
        if any(value != "" for row in grid.rows for value in row):
            findings.add("workbook.no_head", Location(file, sheet=grid.name), kind=layout.RUBRIC_SHEET)
        return
    whole = read_table(grid, head, sheet, file, findings).raw
    for kind in kinds.values():
        raw = _of_kind(whole, kind) if kind.on_rubric else None
        if raw is not None:
            yield raw


def _of_kind(whole: RawTable, kind: Kind) -> RawTable | None:
    """The records of ``kind``: the rows in which something stands under its headings; None where there are none."""
    own = [whole.columns[_column(kind, name)] for name in kind.on_rubric if name != kind.key]
    rows = [row for row in range(whole.rows) if any(_is_filled(cells[row]) for cells in own)]
    if not rows:
        return None
    columns: dict[str, list[RawCell]] = {}
    for field in kind.fields:
        cells = whole.columns.get(_column(kind, field.name)) or [None] * whole.rows
        columns[field.name] = [cells[row] for row in rows]
    keys = columns[kind.key]
    for number, row in enumerate(rows):
        if not _is_filled(keys[number]):  # one record a line: the line names it
            line, part = (whole.columns[name][row] for name in _SHARED)
            keys[number] = f"第{part if _is_filled(part) else line}项"

    def place(row: int, name: str) -> Location:
        return whole.place(rows[row], _column(kind, name) if name else "line")

    return RawTable(kind.name, columns, len(rows), place)


def _column(kind: Kind, name: str) -> str:
    return name if name in _SHARED else f"{kind.name}.{name}"


def rubric_kind(kinds: schema.Kinds) -> Kind:
    """Return the rubric sheet as a kind of its own: the line, its part, and the fields that the kinds keep there."""
    fields = [
        schema.Field("line", layout.LINE_HEAD, "string", "", required=True),
        schema.Field("part", layout.PART_HEAD, "string", ""),
    ]
    for kind in kinds.values():
        for name, heading in kind.on_rubric.items():
            found = kind.field(name)
            assert found is not None, "a test checks that x-on-rubric names fields"
            fields.append(replace(found, name=_column(kind, name), title=heading, titles=(), required=False))
    return Kind(layout.RUBRIC_SHEET, layout.RUBRIC_SHEET, "", "", tuple(fields), "line", ())


def _is_filled(cell: RawCell) -> bool:
    return cell is not UNSAID and cell is not None

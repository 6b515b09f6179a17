"""The rows of the rubric sheet: lines and judged parts, where their input comes from, and the records they take.

A record of a kind with ``on_rubric`` stands beside its line where that says all of it: the line (and part) is there,
asks for it, and has no other record of the kind. What does not fit keeps a sheet of its own, so that nothing is lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kaoping.core.engine import INDICATOR
from kaoping.core.schema import Kind, Kinds
from kaoping.records.readers.raw import RawTable
from kaoping.records.workbook._limits import LINE
from kaoping.rubric.nodes import Line, Rubric
from kaoping.rubric.rules.choices import choices
from kaoping.rubric.rules.combine import Choice, Part
from kaoping.rubric.rules.conditions import Judged, UnitIs
from kaoping.rubric.rules.declared import Indicator, UnitField

PART, CHOICE = "part", "choice"


@dataclass(frozen=True, slots=True)
class RubricRow:
    """A line of the rubric, or a part of one that asks for a judgement of its own."""

    line: Line
    part: str  # "" for the line itself
    options: tuple[str, ...]  # what a judgement may choose; () where none is asked for
    feeds: tuple[Kind | None, ...] = ()  # the kinds it comes from; None, first, for a judgement beside it


@dataclass(frozen=True, slots=True)
class Placed:
    """Which record stands in which row, by kind; and the tables of what found no row."""

    at: Mapping[str, Mapping[int, int]]  # kind → (row of the rubric sheet → row of the kind's table)
    rest: Mapping[str, RawTable]
    left: Mapping[str, tuple[int, ...]]  # kind → the rows of its table that `rest` is made of


def rows_of(rubric: Rubric) -> list[RubricRow]:
    """Return the rows in the rubric's order."""
    rows: list[RubricRow] = []
    for line in rubric.lines:
        rows.append(RubricRow(line, "", choices(line.rule)))
        judged = dict.fromkeys(node.part for node in line.nodes if isinstance(node, Choice | Judged) and node.part)
        rows += [RubricRow(line, part, choices(line.rule, part)) for part in judged]
    return [replace(row, feeds=tuple(_sources(row, rubric.pack.kinds))) for row in rows]


def points_of(row: RubricRow) -> tuple[Line, Part | None]:
    """Return the line and, for the row of a part, the part that has the points."""
    parts = (node for node in row.line.nodes if isinstance(node, Part) and node.id == row.part)
    return row.line, next(parts, None)


def _sources(row: RubricRow, kinds: Kinds) -> list[Kind | None]:
    """The kinds that feed the row, in the order the rule names them; for a judgement alone those that name the line."""
    unit = next(kind for kind in kinds.values() if kind.single)
    feeds: dict[str, Kind] = {}
    for node in row.line.nodes if not row.part else ():
        if isinstance(node, Kind):
            feeds[node.name] = node
        elif isinstance(node, Indicator):
            feeds[INDICATOR] = kinds[INDICATOR]
        elif isinstance(node, UnitIs | UnitField):
            feeds[unit.name] = unit
    if row.options and not feeds:  # nothing but a judgement: what it rests on stands in records that name the line
        feeds.update((kind.name, kind) for kind in about_lines(kinds))
    return [None, *feeds.values()] if row.options else list(feeds.values())


def about_lines(kinds: Kinds) -> list[Kind]:
    """Return the kinds whose records name the line that they are about: a judgement alone rests on them."""
    return [kind for kind in kinds.values() if kind.field(LINE) and kind.proves and not kind.on_rubric]


def asks(kind: Kind, row: RubricRow) -> bool:
    """Whether a record of ``kind`` has its cells in ``row``: a choice where one is asked for, a task for each line."""
    return bool(row.options) if kind.field(CHOICE) else not row.part


def put_in_rows(rows: Sequence[RubricRow], kinds: Kinds, tables: Mapping[str, RawTable]) -> Placed:
    """Put each record of the kinds that stand on the rubric sheet into its row."""
    at: dict[str, dict[int, int]] = {}
    rest: dict[str, RawTable] = {}
    left: dict[str, tuple[int, ...]] = {}
    for kind in kinds.values():
        table = tables.get(kind.name)
        if not kind.on_rubric or table is None:
            continue
        free = {(row.line.id, row.part): number for number, row in enumerate(rows) if asks(kind, row)}
        taken: dict[int, int] = {}
        stay: list[int] = []
        for record in range(table.rows):
            number = free.pop(_names(table, record), None) if _fits(kind, table, record) else None
            if number is None:
                stay.append(record)
            else:
                taken[number] = record
        at[kind.name] = taken
        if stay or not table.rows:
            rest[kind.name] = _only(table, stay)
            left[kind.name] = tuple(stay)
    return Placed(at, rest, left)


def _names(table: RawTable, record: int) -> tuple[str, str]:
    line, part = (table.columns.get(name) for name in (LINE, PART))
    return (str(line[record] or "") if line else "", str(part[record] or "") if part else "")


def _fits(kind: Kind, table: RawTable, record: int) -> bool:
    """Whether the sheet has a cell for all that the record says, and the record says something of its line."""
    filled = {name for name, cells in table.columns.items() if cells[record] and str(cells[record])}
    beside = filled - {LINE, PART, kind.key}
    return kind.key in filled and bool(beside) and filled <= {LINE, PART, *kind.on_rubric}


def _only(table: RawTable, records: list[int]) -> RawTable:
    columns = {name: [cells[record] for record in records] for name, cells in table.columns.items()}
    return replace(table, columns=columns, rows=len(records), place=lambda row, field: table.place(records[row], field))

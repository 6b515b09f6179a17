"""Measures as sides of a comparison: what the whole dossier comes to, and what belongs to each single record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from kaoping.core import schema
from kaoping.core.model import Table, Unreadable, Value
from kaoping.rubric.rules.base import Context, Measure
from kaoping.rubric.rules.counts import Count, Total
from kaoping.rubric.rules.where import comparable
from kaoping.scoring.crosscheck.spans import Cell, Span


@dataclass(frozen=True, slots=True)
class Overall:
    """A measure of the rubric's language, the same for every record."""

    measure: Measure
    sort: str = "数字"

    def cells(self, table: Table, rows: Sequence[int], context: Context) -> Sequence[Cell]:
        """Return what the measure comes to, as often as there are rows; None where it is no number."""
        found = self.measure.evaluate(context)
        return [Span(found.low, found.high) if found.known else None] * len(rows)


@dataclass(slots=True)
class _Group:
    """What belongs to one record: how much for certain, and at most."""

    low: Fraction | int = 0
    high: Fraction | int = 0
    seen: bool = False
    void: bool = False  # something in it has no number


@dataclass(frozen=True, slots=True)
class Counted:
    """`count` or `total` with `by`: of the records that name this one.

    A record that may count, or that may belong to any (its `by` is empty or unreadable), widens the range.
    """

    measure: Count | Total
    by: schema.Field
    key: schema.Field  # of the record that is compared
    needs_record: bool  # none: missing
    refers: bool  # `by` names a record: a name that is nobody's may mean any of them
    sort: str = "数字"

    def cells(self, table: Table, rows: Sequence[int], context: Context) -> Sequence[Cell]:
        """Return the range of each of ``rows``; None where nobody recorded any, or a number in it lacks."""
        children, keys = context.dossier.table(self.measure.kind.name), table.columns.get(self.key.name)
        if children is None or keys is None:
            return [None] * len(rows)
        groups, loose = self._grouped(children, set(keys), context)
        return [self._cell(keys[row], groups, loose) for row in rows]

    def _cell(self, key: Value, groups: Mapping[Value, _Group], loose: _Group) -> Cell:
        group = groups.get(key) or _Group()
        if key is None or isinstance(key, Unreadable) or group.void or loose.void:
            return None
        if self.needs_record and not (group.seen or loose.seen):
            return None
        return Span(Fraction(group.low), Fraction(group.high + loose.high))

    def _grouped(self, children: Table, known: set[Value], context: Context) -> tuple[Mapping[Value, _Group], _Group]:
        """The sums by key, and of the rows that may belong to any."""
        groups: dict[Value, _Group] = {}
        loose = _Group()
        column = children.columns.get(self.by.name, [None] * len(children))
        amounts = self._amounts(children, context)
        months: dict[Value, Value] = {}
        for row, (matches, _) in enumerate(self.measure.where.select(children, context)):
            if matches is False:
                continue
            key = column[row]
            if self.key.type == "yearmonth" and isinstance(key, date):
                key = months.setdefault(key, f"{key.year}-{key.month:02}")
            lost = key is None or isinstance(key, Unreadable) or (self.refers and key not in known)
            group = loose if lost else groups.setdefault(key, _Group())
            amount = amounts[row] if amounts is not None else 1
            group.seen = True
            group.void = group.void or amount is None
            group.high += amount or 0
            group.low += (amount or 0) if matches else 0
        return groups, loose

    def _amounts(self, children: Table, context: Context) -> Sequence[Fraction | None] | None:
        """The number of each row; None where each counts as 1."""
        if isinstance(self.measure, Count):
            return None
        name = str(self.measure.field.resolve(context))
        return [comparable(cell) for cell in children.columns.get(name, [None] * len(children))]

"""Comparing: `rows`, each record's one side against another; `agree`, two numbers that the whole year comes to.

A slip is what is certainly wrong: two values of which no truth would fit both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache, partial
from typing import TypeVar

from kaoping.core import schema
from kaoping.core.engine import INDICATOR
from kaoping.core.model import Location, Table
from kaoping.core.schema import kind_named
from kaoping.core.yamltree import ExpectedError, Fields, Node
from kaoping.rubric.rules.base import Cell, Context, Measure, Measured, walk
from kaoping.rubric.rules.columns import TEXT, Cells, Column, interval, parse_column, sort_of
from kaoping.rubric.rules.conditions import COMPARATORS, compare
from kaoping.rubric.rules.declared import Indicator
from kaoping.rubric.rules.measures import parse_measure
from kaoping.rubric.rules.select import ZERO, match
from kaoping.rubric.rules.where import Where, parse_where, show_value
from kaoping.scoring.crosscheck.base import Facts, Slip, fields_of, settled, squeezed

Limit = TypeVar("Limit", Column, Measure)


def contradicts(op: str, within: Fraction, left: Cell, right: Cell) -> bool:
    """Return whether ``left op right`` is certainly false; what falls short by less than ``within`` is not.

    Never where a side is empty or unreadable. Texts can only be equal, and spaces or widths do not tell them apart.
    """
    if isinstance(left, str) and isinstance(right, str):
        return op == "equals" and squeezed(left) != squeezed(right)
    if not within and type(left) is type(right) and isinstance(left, int | date):  # most of a ledger
        return not COMPARATORS[op](left, right)
    one, other = interval(left), interval(right)
    return one is not None and other is not None and compare(one, op, other, within) is False


@dataclass(frozen=True, slots=True)
class Rows:
    """The records of one kind that match, with a value and what it may be; without a value, none should match."""

    kind: schema.Kind
    where: Where
    value: Column | None
    bounds: tuple[tuple[str, Column], ...]
    within: Fraction
    at: str  # the field at which a slip is told of

    @property
    def names(self) -> frozenset[str]:
        """The record's fields; the kind's title, and both sides of the comparison that fails."""
        sides = {"value", "limit"} if self.value is not None else set()
        return frozenset({"kind"} | sides | {field.name for field in self.kind.fields})

    def find(self, context: Context) -> Iterator[Slip]:
        """Yield the records that certainly contradict themselves, each once."""
        table = context.dossier.table(self.kind.name)
        if table is None:
            return
        rows = match(table, self.where, context).sure
        if self.value is None:
            yield from (self._slip(table, row, None, None) for row in rows)
            return
        values = self.value.column(table, context)
        sides = [
            (cache(partial(contradicts, op, self.within)), side.column(table, context)) for op, side in self.bounds
        ]
        for row in rows:
            for wrong, limits in sides:
                if wrong(values[row], limits[row]):
                    yield self._slip(table, row, values[row], limits[row])
                    break

    def _slip(self, table: Table, row: int, value: Cell, limit: Cell) -> Slip:
        def facts() -> Facts:
            told = {"kind": self.kind.title, "value": show_value(value), "limit": show_value(limit)}
            return fields_of(table.record(row)) | told

        return Slip(self.kind.name, lambda: table.places(row, self.at), facts)


@dataclass(frozen=True, slots=True)
class Agree:
    """A measure and what it may be."""

    measure: Measure
    bounds: tuple[tuple[str, Measure], ...]
    within: Fraction

    @property
    def names(self) -> frozenset[str]:
        """Both numbers, and how each was come by."""
        return frozenset({"value", "limit", "this", "that"})

    def find(self, context: Context) -> Iterator[Slip]:
        """Yield the first comparison that can't hold; nothing where a side was not recorded or gives no number."""
        for op, measure in self.bounds:
            other = measure.evaluate(context)
            if not other.known:  # most often a number that nobody declared: the ledger need not be counted
                continue
            one = self.measure.evaluate(context)
            if one.known and compare(one, op, other, self.within) is False:
                yield Slip("", partial(self._place, measure, context), partial(_words, one, other))
                return

    def _place(self, other: Measure, context: Context) -> Location:
        """The declared number where there is one, for it is a single cell; else the first table that was counted."""
        parts = list(walk((self.measure, other)))
        declared = context.dossier.table(INDICATOR)
        for part in parts:
            if isinstance(part, Indicator) and declared is not None and part.id in declared.ids:
                return declared.places(list(declared.ids).index(part.id), "numerator")
        for part in parts:
            table = context.dossier.table(part.name) if isinstance(part, schema.Kind) else None
            if table:
                at = table.places(0, "")
                return Location(at.file, sheet=at.sheet)
        return Location()


def _words(one: Measured, other: Measured) -> Facts:
    return {"value": str(one), "limit": str(other), "this": one.text, "that": other.text}


def parse_rows(node: Node) -> list[Rows]:
    """Parse `{of: kind or kinds, where, value, a comparison or several, within}`; raises ExpectedError."""
    f = node.fields("of", f"where value within {' '.join(COMPARATORS)}")
    return [_of_kind(node, f, kind_named(item)) for item in f["of"].each()]


def _of_kind(node: Node, f: Fields, kind: schema.Kind) -> Rows:
    where = settled(node, parse_where(f.get("where"), kind))
    if "value" not in f:
        if not where.tests or any(op in f for op in COMPARATORS):
            raise ExpectedError(node, "缺少“value”；不写 value 的，只写 where：符合的就是有问题的")
        return Rows(kind, where, None, (), ZERO, where.tests[-1].field.name)
    value = settled(f["value"], parse_column(f["value"], kind))
    bounds = _bounds(node, f, lambda side: parse_column(side, kind))
    for op, side in bounds:
        if sort_of(side) != sort_of(value):
            raise ExpectedError(f[op], f"{sort_of(value)}不能和{sort_of(side)}比")
        if sort_of(value) == TEXT and op != "equals":
            raise ExpectedError(f[op], "文字只能用 equals 比")
    own = [
        side.field.name
        for side in (value, *(side for _, side in bounds))
        if isinstance(side, Cells) and side.link is None
    ]
    return Rows(kind, where, value, bounds, _tolerance(f), own[0] if own else "")


def parse_agree(node: Node) -> list[Agree]:
    """Parse `{measure, a comparison with another or several, within}`; raises ExpectedError."""
    f = node.fields("measure", f"within {' '.join(COMPARATORS)}")
    measure = settled(f["measure"], parse_measure(f["measure"]))
    return [Agree(measure, _bounds(node, f, parse_measure), _tolerance(f))]


def _bounds(node: Node, f: Fields, parse: Callable[[Node], Limit]) -> tuple[tuple[str, Limit], ...]:
    found = tuple((op, settled(f[op], parse(f[op]))) for op in COMPARATORS if op in f)
    if not found:
        raise ExpectedError(node, f"缺少比较：{'、'.join(COMPARATORS)} 至少写一个")
    return found


def _tolerance(f: Fields) -> Fraction:
    within = f.number("within") or ZERO
    if within < 0:
        raise ExpectedError(f["within"], "不应小于 0")
    return within

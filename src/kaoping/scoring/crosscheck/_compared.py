"""Comparing: `rows`, each record's one side against another; `agree`, two numbers that the whole year comes to.

A slip is what is certainly wrong: two values of which no truth would fit both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache, partial
from typing import Annotated

from kaoping.core import schema
from kaoping.core.decode import Beside, Key, MisfitError, Read
from kaoping.core.engine import INDICATOR
from kaoping.core.model import Location, Table
from kaoping.core.yamltree import ExpectedError, Fields, Node
from kaoping.rubric.rules.columns import TEXT, Cells, Column, interval, parse_column, sort_of
from kaoping.rubric.rules.conditions import COMPARATORS, compare
from kaoping.rubric.rules.declared import Indicator
from kaoping.rubric.rules.evaluation import Cell, Context, Measure, Measured, walk
from kaoping.rubric.rules.measures import parse_measure
from kaoping.rubric.rules.select import ZERO, match
from kaoping.rubric.rules.where import ALL, Where, show_value
from kaoping.scoring.crosscheck._slip import Facts, Slip, fields_of, squeezed


def contradicts(op: str, within: Fraction, left: Cell, right: Cell) -> bool:
    """Return whether ``left op right`` is certainly false; what falls short by less than ``within`` is not.

    Never where a side is empty or unreadable. Texts can only be equal, and spaces or widths do not tell them apart.
    """
    if isinstance(left, str) and isinstance(right, str):
        return op == "equals" and squeezed(left) != squeezed(right)
    if not within and type(left) is type(right) and isinstance(left, int | date):  # most of a ledger
        return not COMPARATORS[op](left, right)
    left_span, right_span = interval(left), interval(right)
    return left_span is not None and right_span is not None and compare(left_span, op, right_span, within) is False


def _columns(fields: Fields, kind: schema.Kind, value: Column | None) -> tuple[tuple[str, Column], ...]:
    columns = tuple((op, parse_column(fields[op], kind)) for op in COMPARATORS if op in fields)
    if value is None:
        return columns
    for op, side in columns:
        if sort_of(side) != sort_of(value):
            raise ExpectedError(fields[op], f"{sort_of(value)}不能和{sort_of(side)}比")
        if sort_of(value) == TEXT and op != "equals":
            raise ExpectedError(fields[op], "文字只能用 equals 比")
    return columns


def _measures(fields: Fields) -> tuple[tuple[str, Measure], ...]:
    return tuple((op, parse_measure(fields[op])) for op in COMPARATORS if op in fields)


def _tolerance(node: Node) -> Fraction:
    if node.number() < 0:
        raise ExpectedError(node, "不应小于 0")
    return node.number()


_OPS = " ".join(COMPARATORS)
_NO_BOUND = f"缺少比较：{'、'.join(COMPARATORS)} 至少写一个"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The records of one kind that match, with a value and what it may be; without a value, none should match."""

    kind: Annotated[schema.Kind, Key("of")]
    where: Where = ALL
    value: Annotated[Column | None, Read(parse_column, "kind")] = None
    bounds: Annotated[tuple[tuple[str, Column], ...], Beside(_columns, "", _OPS, "kind", "value")]
    within: Annotated[Fraction, Read(_tolerance)] = ZERO

    def __post_init__(self) -> None:
        if self.value is None and (self.bounds or not self.where.tests):
            raise MisfitError("缺少“value”；不写 value 的，只写 where：符合的就是有问题的")
        if self.value is not None and not self.bounds:
            raise MisfitError(_NO_BOUND)

    @property
    def at(self) -> str:
        """The field at which a slip is told of; "" where it is about none of the record's own."""
        if self.value is None:
            return self.where.tests[-1].field.name
        sides = (self.value, *(side for _, side in self.bounds))
        cells = [side for side in sides if isinstance(side, Cells)]
        of_record = next((side.field.name for side in cells if side.link is None), "")
        return of_record or next((side.link.field for side in cells if side.link is not None), "")

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
            words = {"kind": self.kind.title, "value": show_value(value), "limit": show_value(limit)}
            return fields_of(table.record(row)) | words

        return Slip(self.kind.name, lambda: table.places(row, self.at), facts)


@dataclass(frozen=True, slots=True)
class Agree:
    """A measure and what it may be."""

    measure: Measure
    bounds: Annotated[tuple[tuple[str, Measure], ...], Beside(_measures, "", _OPS)]
    within: Annotated[Fraction, Read(_tolerance)] = ZERO

    def __post_init__(self) -> None:
        if not self.bounds:
            raise MisfitError(_NO_BOUND)

    @property
    def names(self) -> frozenset[str]:
        """Both numbers, and how each was come by."""
        return frozenset({"value", "limit", "this", "that"})

    def find(self, context: Context) -> Iterator[Slip]:
        """Yield the first comparison that can't hold; nothing where a side was not recorded or gives no number."""
        for op, measure in self.bounds:
            limit = measure.evaluate(context)
            if not limit.known:  # most often a number that nobody declared: the ledger need not be counted
                continue
            value = self.measure.evaluate(context)
            if value.known and compare(value, op, limit, self.within) is False:
                yield Slip("", partial(self._place, measure, context), partial(_words, value, limit))
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


def _words(value: Measured, limit: Measured) -> Facts:
    return {"value": str(value), "limit": str(limit), "this": value.text, "that": limit.text}

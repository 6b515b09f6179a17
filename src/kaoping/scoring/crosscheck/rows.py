"""`rows`: each record by itself, one side of it against another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from kaoping.core import schema
from kaoping.core.model import Table
from kaoping.core.schema import kind_named
from kaoping.core.yamltree import ExpectedError, Fields, Node
from kaoping.rubric.rules.base import Context
from kaoping.rubric.rules.where import Where, parse_where
from kaoping.scoring.crosscheck.base import Facts, Slip, certain, fields_of, settled, shown
from kaoping.scoring.crosscheck.operands import Operand, Own, parse_operand
from kaoping.scoring.crosscheck.spans import COMPARISONS, Cell, Span, bounds, judge, tolerance


@dataclass(frozen=True, slots=True)
class Rows:
    """The records of one kind that match, with a value and what it may be; without a value, none should match."""

    kind: schema.Kind
    where: Where
    value: Operand | None
    bounds: tuple[tuple[str, Operand], ...]
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
        rows = certain(table, self.where, context)
        if self.value is None:
            yield from (self._slip(table, row, None, None) for row in rows)
            return
        left = self.value.cells(table, rows, context)
        sides = [(judge(op, self.within), side.cells(table, rows, context)) for op, side in self.bounds]
        for index, row in enumerate(rows):
            for contradicts, cells in sides:
                if contradicts(left[index], cells[index]):
                    yield self._slip(table, row, left[index], cells[index])
                    break

    def _slip(self, table: Table, row: int, value: Cell, limit: Cell) -> Slip:
        def facts() -> Facts:
            return fields_of(table.record(row)) | {
                "kind": self.kind.title,
                "value": _said(value),
                "limit": _said(limit),
            }

        return Slip(self.kind.name, lambda: table.places(row, self.at), facts)


def _said(cell: Cell) -> str:
    return str(cell) if isinstance(cell, Span) else shown(cell)


def parse_rows(node: Node) -> list[Rows]:
    """Parse `{of: kind or kinds, where, value, equals | at_least | at_most, within}`; raises ExpectedError."""
    f = node.fields("of", f"where value within {' '.join(COMPARISONS)}")
    return [_of_kind(node, f, kind_named(item)) for item in f["of"].each()]


def _of_kind(node: Node, f: Fields, kind: schema.Kind) -> Rows:
    where = parse_where(f.get("where"), kind)
    settled(node, where)
    if "value" not in f:
        if not where.tests or any(op in f for op in COMPARISONS):
            raise ExpectedError(node, "缺少“value”；不写 value 的，只写 where：符合的就是有问题的")
        return Rows(kind, where, None, (), Fraction(0), where.tests[-1].field.name)
    value = parse_operand(f["value"], kind)
    found: list[tuple[str, Operand]] = []
    for op, child in bounds(node, f):
        side = parse_operand(child, kind)
        if side.sort != value.sort:
            raise ExpectedError(child, f"{value.sort}不能和{side.sort}比")
        if value.sort == "文字" and op != "equals":
            raise ExpectedError(child, "文字只能用 equals 比")
        found.append((op, side))
    fields = [side.field.name for side in (value, *(side for _, side in found)) if isinstance(side, Own)]
    return Rows(kind, where, value, tuple(found), tolerance(f), fields[0] if fields else "")

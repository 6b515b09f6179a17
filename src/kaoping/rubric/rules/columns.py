"""Columns: a value for each record of a kind, where a measure gives one for the whole dossier.

A field of the record, of the record that it names or of the unit, a reckoning with other columns, or a measure, the
same for all records or, with `by`, each one's own.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce

from kaoping.core import schema
from kaoping.core.figures import number, quotient
from kaoping.core.model import Table, Value
from kaoping.core.schema import field_named
from kaoping.core.yamltree import ExpectedError, Node, exact_number
from kaoping.rubric.rules import measures
from kaoping.rubric.rules._per_record import PerRecord, parse_per_record
from kaoping.rubric.rules.declared import Constant
from kaoping.rubric.rules.evaluation import Cell, Context, Interval, Measure
from kaoping.rubric.rules.where import comparable

TEXT, NUMBER, DATE = "文字", "数字", "日期"
_SORTS = {"string": TEXT, "yearmonth": TEXT, "integer": NUMBER, "number": NUMBER, "date": DATE}


@dataclass(frozen=True, slots=True)
class Cells:
    """A field of the record itself or, with ``link``, of the record that it names (`person.name`)."""

    field: schema.Field
    link: schema.ForeignKey | None = None

    def column(self, table: Table, context: Context) -> Sequence[Cell]:
        """Return the field's values; None where the name is nobody's or two have it."""
        nothing: Sequence[Cell] = [None] * len(table)
        if self.link is None:
            return table.columns.get(self.field.name, nothing)
        target, names = context.dossier.table(self.link.kind), table.columns.get(self.link.field)
        if target is None or names is None:
            return nothing
        by_name: dict[Value, Value] = {}
        for name, value in zip(target.columns[self.link.target], target.columns[self.field.name], strict=True):
            by_name[name] = None if name in by_name else value
        return [by_name.get(name) for name in names]


@dataclass(frozen=True, slots=True)
class UnitCells:
    """`unit`: what the unit states about itself."""

    field: schema.Field

    def column(self, table: Table, context: Context) -> Sequence[Cell]:
        """Return the unit's value, as often as there are records."""
        return [context.dossier.unit[self.field.name]] * len(table)


@dataclass(frozen=True, slots=True)
class Words:
    """`text`: words that stand in the rule itself."""

    text: str

    def column(self, table: Table, context: Context) -> Sequence[Cell]:
        """Return the words, as often as there are records."""
        return [self.text] * len(table)


@dataclass(frozen=True, slots=True)
class Overall:
    """A measure without `by`: the same for every record."""

    measure: Measure

    def column(self, table: Table, context: Context) -> Sequence[Cell]:
        """Return what the measure comes to, as often as there are records; None where it is no number."""
        measured = self.measure.evaluate(context)
        return [Interval(measured.low, measured.high, write=measured.write) if measured.known else None] * len(table)


@dataclass(frozen=True, slots=True)
class Reckoned:
    """`sum`, `difference`, `product`, `quotient` of other columns; a quotient by what may be 0 is nothing."""

    name: str
    parts: tuple[Column, ...]
    blank: Fraction | None = None  # what an empty part is; where all are empty there is still nothing

    def column(self, table: Table, context: Context) -> Sequence[Cell]:
        """Return the results; None where a part is empty or unreadable."""
        columns = [part.column(table, context) for part in self.parts]
        return [self._of(cells) for cells in zip(*columns, strict=True)]

    def _of(self, cells: Sequence[Cell]) -> Interval | None:
        if self.blank is not None and any(cell is not None for cell in cells):
            cells = [self.blank if cell is None else cell for cell in cells]
        parts = [part for cell in cells if (part := interval(cell)) is not None]
        if len(parts) < len(cells) or (
            self.name == "quotient" and any(part.low <= 0 <= part.high for part in parts[1:])
        ):
            return None
        return reduce(self._together, parts)

    def _together(self, left: Interval, right: Interval) -> Interval:
        ends = itertools.product((left.low, left.high), (right.low, right.high))
        results = [_RECKONINGS[self.name](*pair) for pair in ends]
        return Interval(min(results), max(results), write=quotient if self.name == "quotient" else number)


_RECKONINGS: Mapping[str, Callable[[Fraction, Fraction], Fraction]] = {
    "sum": operator.add,
    "difference": operator.sub,
    "product": operator.mul,
    "quotient": operator.truediv,
}
Column = Cells | UnitCells | Words | Overall | PerRecord | Reckoned


def interval(cell: Cell) -> Interval | None:
    """Return a number or a date as what it is between; None for what is neither."""
    if isinstance(cell, Interval):
        return cell
    exact = comparable(cell)
    return None if exact is None else Interval(exact, exact)


def sort_of(column: Column) -> str:
    """Return what ``column`` holds: TEXT, NUMBER or DATE."""
    if isinstance(column, Words):
        return TEXT
    return _SORTS[column.field.type] if isinstance(column, Cells | UnitCells) else NUMBER


def parse_column(node: Node, kind: schema.Kind) -> Column:
    """Parse a column of values for the records of ``kind``; raises ExpectedError.

    A number, `field`, `field.field of the named record`, `{unit: field}`, `{text: words}`, `{sum: […]}` and its like
    (`blank`: what an empty part is), or a measure, with `by` for what belongs to the record.
    """
    if not isinstance(node.value, dict):
        return _plain(node, kind)
    names = node.value.keys()
    if names == {"unit"}:
        return UnitCells(_comparable(node.value["unit"], node.known().unit))
    if names == {"text"}:
        return Words(node.value["text"].text())
    name = next(iter(names), "")
    if name in _RECKONINGS and names <= {name, "blank"}:
        return _reckoned(name, node.value, kind)
    if not names & set(measures.names()):
        expected = "、".join(("字段名", "数字", "unit", "text", *_RECKONINGS, *measures.names()))
        raise ExpectedError(node, f"比较的一边应为以下之一：{expected}")
    return parse_per_record(node, kind) if "by" in names else Overall(measures.parse_measure(node))


def _plain(node: Node, kind: schema.Kind) -> Column:
    text = node.text()
    exact = exact_number(text)
    if exact is not None:
        return Overall(Constant(exact, ""))
    if "." not in text:
        return Cells(_comparable(node, kind))
    name, _, field = text.partition(".")
    link = next((link for link in kind.foreign if link.field == name), None)
    if link is None:
        raise ExpectedError(node, f"记录“{kind.title}”的“{name}”不引用别的记录")
    return Cells(_comparable(replace(node, value=field), node.known().kinds[link.kind]), link)


def _comparable(node: Node, kind: schema.Kind) -> schema.Field:
    field = field_named(node, kind)
    if field.type not in _SORTS or field.listed:
        raise ExpectedError(node, f"字段“{field.name}”（{field.title}）不能比大小，也不能比异同")
    return field


def _reckoned(name: str, entries: Mapping[str, Node], kind: schema.Kind) -> Reckoned:
    items = entries[name].items()
    parts = tuple(parse_column(item, kind) for item in items)
    if len(parts) < 2:
        raise ExpectedError(entries[name], "至少要有两项")
    for part, item in zip(parts, items, strict=True):
        if sort_of(part) != NUMBER:
            raise ExpectedError(item, f"应为数字，{sort_of(part)}不能算")
    return Reckoned(name, parts, entries["blank"].number() if "blank" in entries else None)

"""The sides of a comparison, as columns: a field, a field of the record that it names, the unit's own, a reckoning."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Protocol

from kaoping.core import schema
from kaoping.core.model import Table, Value
from kaoping.core.schema import field_named
from kaoping.core.yamltree import ExpectedError, Node, exact_number
from kaoping.rubric.rules import measures
from kaoping.rubric.rules.base import Context
from kaoping.rubric.rules.counts import Count, Total
from kaoping.scoring.crosscheck.base import settled
from kaoping.scoring.crosscheck.counted import Counted, Overall
from kaoping.scoring.crosscheck.spans import Cell, is_number

SORTS = {"string": "文字", "yearmonth": "文字", "integer": "数字", "number": "数字", "date": "日期"}
GROUPING = ("by", "key", "none")  # what makes a measure one of each record's own


class Operand(Protocol):
    """One side of a comparison."""

    @property
    def sort(self) -> str:
        """What it gives: 数字, 日期 or 文字."""
        ...

    def cells(self, table: Table, rows: Sequence[int], context: Context) -> Sequence[Cell]:
        """Return its value for each of ``rows``, None where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Own:
    """A field of the record itself."""

    field: schema.Field

    @property
    def sort(self) -> str:
        """What the field holds."""
        return SORTS[self.field.type]

    def cells(self, table: Table, rows: Sequence[int], context: Context) -> Sequence[Cell]:
        """Return the field's values."""
        column = table.columns.get(self.field.name)
        return [None] * len(rows) if column is None else [column[row] for row in rows]


@dataclass(frozen=True, slots=True)
class Named:
    """A field of the record that the record names (`person.name`)."""

    key: schema.ForeignKey
    field: schema.Field

    @property
    def sort(self) -> str:
        """What the field holds."""
        return SORTS[self.field.type]

    def cells(self, table: Table, rows: Sequence[int], context: Context) -> Sequence[Cell]:
        """Return the values of the records that are named; None where a name is nobody's or two have it."""
        target, link = context.dossier.table(self.key.kind), table.columns.get(self.key.field)
        if target is None or link is None:
            return [None] * len(rows)
        found: dict[Value, Value] = {}
        columns = (target.columns[self.key.target], target.columns[self.field.name])
        for name, value in zip(*columns, strict=True):
            found[name] = None if name in found else value
        return [found.get(link[row]) for row in rows]


@dataclass(frozen=True, slots=True)
class UnitsOwn:
    """`unit`: what the unit states about itself."""

    field: schema.Field

    @property
    def sort(self) -> str:
        """What the field holds."""
        return SORTS[self.field.type]

    def cells(self, table: Table, rows: Sequence[int], context: Context) -> Sequence[Cell]:
        """Return the unit's value, as often as there are rows."""
        return [context.dossier.unit[self.field.name]] * len(rows)


@dataclass(frozen=True, slots=True)
class Fixed:
    """A number that stands in the check itself."""

    value: Fraction
    sort: str = "数字"

    def cells(self, table: Table, rows: Sequence[int], context: Context) -> Sequence[Cell]:
        """Return the number, as often as there are rows."""
        return [self.value] * len(rows)


@dataclass(frozen=True, slots=True)
class Reckoned:
    """`sum`, `difference`, `product`, `quotient` of other sides; a quotient by 0 is nothing."""

    name: str
    parts: tuple[Operand, ...]
    blank: Fraction | None = None  # what an empty part is; where all are empty there is still nothing
    sort: str = "数字"

    def cells(self, table: Table, rows: Sequence[int], context: Context) -> Sequence[Cell]:
        """Return the results; None where a part is empty, unreadable or not one exact number."""
        columns = [part.cells(table, rows, context) for part in self.parts]
        return [self._of(cells) for cells in zip(*columns, strict=True)]

    def _of(self, cells: Sequence[Cell]) -> Cell:
        if self.blank is not None and any(cell is not None for cell in cells):
            cells = [self.blank if cell is None else cell for cell in cells]
        numbers = [Fraction(cell) for cell in cells if is_number(cell)]
        if len(numbers) < len(cells) or (self.name == "quotient" and 0 in numbers[1:]):
            return None
        result = numbers[0]
        for one in numbers[1:]:
            result = _RECKONINGS[self.name](result, one)
        return result


_RECKONINGS: Mapping[str, Callable[[Fraction, Fraction], Fraction]] = {
    "sum": operator.add,
    "difference": operator.sub,
    "product": operator.mul,
    "quotient": operator.truediv,
}


def parse_operand(node: Node, kind: schema.Kind) -> Operand:
    """Parse one side of a comparison over records of ``kind``; raises ExpectedError.

    A number, `field`, `field.field of the named record`, `{unit: field}`, `{sum: […]}` and its like (`blank`: what an
    empty part is), or a measure of the rubric's language, with `by` for what belongs to the record.
    """
    if not isinstance(node.value, dict):
        return _plain(node, kind)
    if "unit" in node.value and len(node.value) == 1:
        return UnitsOwn(_comparable(node.value["unit"], node.known().unit))
    name = next(iter(node.value), "")
    if name in _RECKONINGS and node.value.keys() <= {name, "blank"}:
        parts = tuple(parse_operand(item, kind) for item in node.value[name].items())
        if len(parts) < 2:
            raise ExpectedError(node.value[name], "至少要有两项")
        for part, item in zip(parts, node.value[name].items(), strict=True):
            if part.sort != "数字":
                raise ExpectedError(item, f"应为数字，{part.sort}不能算")
        return Reckoned(name, parts, node.value["blank"].number() if "blank" in node.value else None)
    if not node.value.keys() & set(measures.names()):
        expected = "、".join(("字段名", "数字", "unit", *_RECKONINGS, *measures.names()))
        raise ExpectedError(node, f"比较的一边应为以下之一：{expected}")
    return _measure(node, kind)


def _plain(node: Node, kind: schema.Kind) -> Operand:
    text = node.text()
    exact = exact_number(text)
    if exact is not None:
        return Fixed(exact)
    if "." not in text:
        return Own(_comparable(node, kind))
    link, _, name = text.partition(".")
    key = next((key for key in kind.foreign if key.field == link), None)
    if key is None:
        raise ExpectedError(node, f"记录“{kind.title}”的“{link}”不引用别的记录")
    return Named(key, _comparable(replace(node, value=name), node.known().kinds[key.kind]))


def _comparable(node: Node, kind: schema.Kind) -> schema.Field:
    field = field_named(node, kind)
    if field.type not in SORTS or field.listed:
        raise ExpectedError(node, f"字段“{field.name}”（{field.title}）不能比大小，也不能比异同")
    return field


def _measure(node: Node, kind: schema.Kind) -> Operand:
    entries = node.mapping()
    grouped = {name: child for name, child in entries.items() if name in GROUPING}
    if "by" not in grouped:
        overall = Overall(measures.parse_measure(node))
        settled(node, overall)
        return overall
    measure = measures.parse_measure(
        replace(node, value={name: child for name, child in entries.items() if name not in grouped})
    )
    if not isinstance(measure, Count | Total) or (
        isinstance(measure, Count) and (measure.distinct or measure.maybes or measure.once_per_proof)
    ):
        raise ExpectedError(node, "有 by 的只能是 count 或 total，可加 where")
    settled(node, measure)
    by = field_named(grouped["by"], measure.kind)
    key = next((k for k in measure.kind.foreign if k.field == by.name and k.kind == kind.name), None)
    if "key" not in grouped and key is None:
        raise ExpectedError(grouped["by"], f"“{by.name}”不引用“{kind.title}”，要写明 key：对应“{kind.title}”的哪个字段")
    parent = field_named(grouped["key"], kind) if "key" in grouped else kind.field(key.target if key else "")
    assert parent is not None, "a foreign key names a field"
    none = grouped["none"].text() if "none" in grouped else "0"
    if none not in ("missing", "0"):
        raise ExpectedError(grouped["none"], "应为 missing（没有相应记录就是没有填报）或 0（没有相应记录就是零）")
    return Counted(measure, by, parent, none == "missing", "key" not in grouped)

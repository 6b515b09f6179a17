"""Counting and adding up records: `count`, `total`."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated

from kaoping.core import schema
from kaoping.core.decode import Fallback, Key, Read, one_of
from kaoping.core.figures import span_text
from kaoping.core.model import Table
from kaoping.core.schema import field_named
from kaoping.core.yamltree import Node
from kaoping.rubric.rules.base import Context, Measured
from kaoping.rubric.rules.params import Answer, Literal, Param, parse_param
from kaoping.rubric.rules.select import ZERO, Maybe, Selection, absent, known, select, void
from kaoping.rubric.rules.where import ALL, Where, comparable


def _needs_record(node: Node) -> bool:
    return one_of(node, {"missing": "没有相应记录就是没有填报", "0": "没有相应记录就是零"}) == "missing"


def _distinct(node: Node, kind: schema.Kind) -> Param:
    param = parse_param(node)
    if isinstance(param, Literal):
        field_named(node, kind)
    return param


def _summed(node: Node, kind: schema.Kind) -> Param:
    param = parse_param(node)
    if not isinstance(param, Answer):
        field_named(node, kind)
    return param


def _field_title(kind: schema.Kind, param: Param) -> str:
    field = kind.field(param.value) if isinstance(param, Literal) else None
    return field.title if field is not None else kind.title


@dataclass(frozen=True, slots=True, kw_only=True)
class _Matching:
    """What is counted or added up: the records of a kind that match.

    ``needs_record``: where no record matches, nobody looked, and that is not zero (抽查：没有查就没有合格率).
    """

    kind: schema.Kind
    where: Where = ALL
    needs_record: Annotated[bool, Key("none"), Read(_needs_record)] = False
    label: str
    unit: str

    def evaluate(self, context: Context) -> Measured:
        """Return the number over the matching records (an interval where rows are in doubt)."""
        table = context.dossier.table(self.kind.name)
        if table is None:
            return absent(self.kind, self.label)
        chosen = self._chosen(table, context)
        if self.needs_record and not (chosen.sure or chosen.maybe):
            return absent(self.kind, self.label, f"“{self.kind.title}”里没有“{self.label}”的记录")
        return self._measured(table, chosen, context)

    def _chosen(self, table: Table, context: Context) -> Selection:
        return select(table, self.where, context)

    def _measured(self, table: Table, chosen: Selection, context: Context) -> Measured:
        raise NotImplementedError

    def _known(self, low: Fraction, high: Fraction, chosen: Selection, whole: bool) -> Measured:
        text = f"{self.label}{span_text(low, high)}{self.unit}{chosen.doubts}"
        return known(low, high, text, self.label, chosen.tally, whole=whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count(_Matching):
    """`count`: how many records match; with `distinct`, how many different values of a field they have."""

    kind: Annotated[schema.Kind, Key("count")]
    maybes: Annotated[tuple[Maybe, ...], Key("maybe")] = ()
    distinct: Annotated[Param | None, Read(_distinct, "kind")] = None
    once_per_proof: bool = False
    label: Annotated[str, Key("as"), Fallback(operator.attrgetter("title"), "kind")]
    unit: str = "条"

    def _chosen(self, table: Table, context: Context) -> Selection:
        return select(table, self.where, context, self.maybes, self.once_per_proof)

    def _measured(self, table: Table, chosen: Selection, context: Context) -> Measured:
        low, high = self._number(table, chosen.sure, context), self._number(table, chosen.sure + chosen.maybe, context)
        return self._known(low, high, chosen, whole=True)

    def _number(self, table: Table, rows: tuple[int, ...], context: Context) -> Fraction:
        name = self.distinct.resolve(context) if self.distinct else None
        if not isinstance(name, str) or name == self.kind.key:
            return Fraction(len(rows))
        column = table.columns.get(name, [None] * len(table))
        # A record whose field is empty is a matter of its own: merging the unnamed would lose some.
        return Fraction(len({column[row] if column[row] is not None else table.ids[row] for row in rows}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Total(_Matching):
    """`total`: the sum of a field over the matching records; VOID where a counted one leaves it empty."""

    kind: Annotated[schema.Kind, Key("total")]
    field: Annotated[Param, Read(_summed, "kind")]  # an open question may ask which field
    label: Annotated[str, Key("as"), Fallback(_field_title, "kind", "field")]
    unit: str = ""

    def _measured(self, table: Table, chosen: Selection, context: Context) -> Measured:
        name = str(self.field.resolve(context))
        column = table.columns.get(name, [None] * len(table))
        blank = [table.ids[row] for row in chosen.sure + chosen.maybe if comparable(column[row]) is None]
        field = self.kind.field(name)
        if blank:
            title = field.title if field else name
            return void(f"{self.label}：{'、'.join(blank[:3])}的“{title}”未填，合计不出", chosen.tally)
        low = sum((comparable(column[row]) or ZERO for row in chosen.sure), ZERO)
        high = low + sum((comparable(column[row]) or ZERO for row in chosen.maybe), ZERO)
        return self._known(low, high, chosen, whole=field is not None and field.type == "integer")

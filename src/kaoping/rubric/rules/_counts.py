"""Counting and adding up records: `count`, `total`."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated

from kaoping.core import schema
from kaoping.core.decode import Fallback, Key, Read, one_of
from kaoping.core.figures import UNBOUNDED, aside, span_text
from kaoping.core.model import Table
from kaoping.core.schema import field_named
from kaoping.core.yamltree import Node
from kaoping.rubric.rules._cover import Cover
from kaoping.rubric.rules._perhaps import Doubt, doubts_about
from kaoping.rubric.rules.evaluation import Context, Measured, unit_of
from kaoping.rubric.rules.naming import names
from kaoping.rubric.rules.params import Answer, Literal, Param, parse_param
from kaoping.rubric.rules.select import MOST_DOUBTS, ZERO, Maybe, Selection, absent, known, select, unrecorded, void
from kaoping.rubric.rules.where import ALL, Where, comparable, lacking


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
            return absent(self.kind, "", unrecorded(self.kind, self.where, self.label, context))
        return self._measured(table, chosen, context)

    def _chosen(self, table: Table, context: Context) -> Selection:
        return select(table, self.where, context)

    def _measured(self, table: Table, chosen: Selection, context: Context) -> Measured:
        raise NotImplementedError

    def _known(
        self, low: Fraction, high: Fraction, chosen: Selection, whole: bool, why: str = "", unit: str = ""
    ) -> Measured:
        text = f"{self.label}{span_text(low, high)}{unit or self.unit}{why}{chosen.doubts}"
        return known(low, high, text, self.label, chosen.tally, whole=whole, facts=why)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count(_Matching):
    """`count`: how many records match; with `distinct`, how many different values of a field they have."""

    kind: Annotated[schema.Kind, Key("count")]
    or_: Annotated[Where | None, Key("or")] = None  # another sort of records that count as well
    maybes: Annotated[tuple[Maybe, ...], Key("maybe")] = ()
    distinct: Annotated[Param | None, Read(_distinct, "kind")] = None
    once_per_proof: bool = False
    label: Annotated[str, Key("as"), Fallback(operator.attrgetter("title"), "kind")]
    unit: str = "条"

    def _chosen(self, table: Table, context: Context) -> Selection:
        return select(table, self.where, context, self.maybes, self.once_per_proof, self.or_)

    def _measured(self, table: Table, chosen: Selection, context: Context) -> Measured:
        low, _ = self._number(table, chosen.sure, context)
        _, high = self._number(table, chosen.sure + chosen.maybe, context)
        return self._known(low, high, chosen, whole=True)

    def perhaps(self, context: Context) -> Mapping[Doubt, Fraction]:
        """Return 1 for each record that matches perhaps; nothing where records count for one another."""
        plain = not (self.or_ or self.maybes or self.distinct or self.once_per_proof or context.accepts)
        table = context.dossier.table(self.kind.name)
        if table is None or not plain:
            return {}
        return dict.fromkeys(doubts_about(table, self.where, context).values(), Fraction(1))

    def _number(self, table: Table, rows: tuple[int, ...], context: Context) -> tuple[Fraction, Fraction]:
        """How many ``rows`` there are, or different values in them, at least and at most."""
        name = self.distinct.resolve(context) if self.distinct else None
        if not isinstance(name, str) or name == self.kind.key:
            return Fraction(len(rows)), Fraction(len(rows))
        column = table.columns.get(name, [None] * len(table))
        named = {column[row] for row in rows if column[row] is not None}
        unnamed = sum(1 for row in rows if column[row] is None)  # the same as another, or one of its own
        return Fraction(max(len(named), 1 if rows else 0)), Fraction(len(named) + unnamed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Total(_Matching):
    """`total`: the sum of a field over the matching records.

    Where a counted record leaves the field empty, or a place has none (``cover``), only the least of it is known; VOID
    where not even that is, since the field may be negative.
    """

    kind: Annotated[schema.Kind, Key("total")]
    field: Annotated[Param, Read(_summed, "kind")]  # an open question may ask which field
    label: Annotated[str, Key("as"), Fallback(_field_title, "kind", "field")]
    unit: str = ""
    of_one: str = ""  # the unit where it is of one record: one exam has 人, several have 人次
    cover: Annotated[Cover | None, Key("covers")] = None

    def _measured(self, table: Table, chosen: Selection, context: Context) -> Measured:
        name = str(self.field.resolve(context))
        column = table.columns.get(name, [None] * len(table))
        field = self.kind.field(name)
        uncovered = list(self._uncovered(table, chosen, context))
        holes = [*self._blank(table, chosen.sure + chosen.maybe, name, context), *uncovered]
        if holes and (field is None or field.minimum is None or field.minimum < 0):
            return void(f"{self.label}：{'；'.join(holes)}，合计不出", chosen.tally)
        low = sum((comparable(column[row]) or ZERO for row in chosen.sure), ZERO)
        high = self._most(table, chosen.sure + chosen.maybe, field) if not uncovered else UNBOUNDED
        why = aside("；".join(holes)) if holes else ""
        unit = unit_of([chosen.tally], self.unit, self.of_one)
        return self._known(low, high, chosen, field is not None and field.type == "integer", why, unit)

    def perhaps(self, context: Context) -> Mapping[Doubt, Fraction]:
        """Return the number of each record that matches perhaps; nothing of one that has none."""
        table = context.dossier.table(self.kind.name)
        if table is None or context.accepts:
            return {}
        column = table.columns.get(str(self.field.resolve(context)), [None] * len(table))
        doubts = doubts_about(table, self.where, context)
        numbers = {doubt: comparable(column[row]) for row, doubt in doubts.items()}
        return {doubt: number for doubt, number in numbers.items() if number is not None}

    def _most(self, table: Table, rows: tuple[int, ...], field: schema.Field | None) -> Fraction:
        """What the rows come to at most: one without a number is no more than the whole that it is a part of."""
        if field is None:
            return UNBOUNDED
        wholes = table.columns.get(field.at_most, [None] * len(table))
        total = ZERO
        for row in rows:
            number = comparable(table.columns[field.name][row])
            most = comparable(wholes[row]) if number is None else number
            if most is None:
                return UNBOUNDED
            total += most
        return total

    def _blank(self, table: Table, rows: tuple[int, ...], name: str, context: Context) -> Iterator[str]:
        """Say which records give no number, by what is wrong with them."""
        field, column = self.kind.field(name), table.columns.get(name, [None] * len(table))
        by_fault: dict[str, list[str]] = {}
        for row in rows:
            if comparable(column[row]) is None:
                fault = lacking(field, column[row]) if field else f"{name}未填"
                by_fault.setdefault(fault, []).append(names(table, context)[row])
        for fault, blank in by_fault.items():
            more = f"等{len(blank)}条" if len(blank) > MOST_DOUBTS else ""
            yield f"{'、'.join(blank[:MOST_DOUBTS])}{more}的{fault}"

    def _uncovered(self, table: Table, chosen: Selection, context: Context) -> Iterator[str]:
        """Say whose records the whole would need."""
        places = self.cover.lacking(table, chosen.sure, self.where, context) if self.cover else ()
        if places:
            yield f"没有{'、'.join(places)}的"

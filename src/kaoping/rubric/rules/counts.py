"""Counting and adding up records: `count`, `total`."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from kaoping.core import schema
from kaoping.core.figures import span_text
from kaoping.core.model import Table
from kaoping.core.schema import field_named, kind_named
from kaoping.core.yamltree import ExpectedError, Fields, Node
from kaoping.rubric.rules.base import Context, Measured
from kaoping.rubric.rules.params import Answer, Literal, Param, parse_param
from kaoping.rubric.rules.select import ZERO, Maybe, absent, known, select, void
from kaoping.rubric.rules.where import Where, comparable, parse_where

#: What every measure may have: its label, its unit, what absence gives, and the indicator that may stand in for it.
COMMON = "as unit absent absent_text indicator"


@dataclass(frozen=True, slots=True)
class Count:
    """`count`: how many records match; with `distinct`, how many different values of a field they have.

    ``needs_record``: where no record matches, nobody looked, and that is not zero (抽查：没有查就没有合格率).
    """

    kind: schema.Kind
    where: Where
    needs_record: bool
    maybes: tuple[Maybe, ...]
    distinct: Param | None
    once_per_proof: bool
    label: str
    unit: str

    def evaluate(self, context: Context) -> Measured:
        """Return the number of matching records (an interval where rows are in doubt)."""
        table = context.dossier.table(self.kind.name)
        if table is None:
            return absent(self.kind, self.label)
        chosen = select(table, self.where, context, self.maybes, self.once_per_proof)
        if self.needs_record and not (chosen.sure or chosen.maybe):
            return _nobody_looked(self.kind, self.label)
        low, high = self._number(table, chosen.sure, context), self._number(table, chosen.sure + chosen.maybe, context)
        text = f"{self.label}{span_text(low, high)}{self.unit}{chosen.doubts}"
        return known(low, high, text, self.label, chosen.tally, whole=True)

    def _number(self, table: Table, rows: tuple[int, ...], context: Context) -> Fraction:
        name = self.distinct.resolve(context) if self.distinct else None
        if not isinstance(name, str) or name == self.kind.key:
            return Fraction(len(rows))
        column = table.columns.get(name, [None] * len(table))
        # A record whose field is empty is a matter of its own: merging the unnamed would lose some.
        return Fraction(len({column[row] if column[row] is not None else table.ids[row] for row in rows}))


@dataclass(frozen=True, slots=True)
class Total:
    """`total`: the sum of a field over the matching records; ``needs_record`` as for a count."""

    kind: schema.Kind
    field: Param  # an open question may ask which field
    where: Where
    needs_record: bool
    label: str
    unit: str

    def evaluate(self, context: Context) -> Measured:
        """Return the sum; VOID where a counted record leaves the field empty."""
        table = context.dossier.table(self.kind.name)
        if table is None:
            return absent(self.kind, self.label)
        chosen = select(table, self.where, context)
        if self.needs_record and not (chosen.sure or chosen.maybe):
            return _nobody_looked(self.kind, self.label)
        name = str(self.field.resolve(context))
        column = table.columns.get(name, [None] * len(table))
        blank = [table.ids[row] for row in chosen.sure + chosen.maybe if comparable(column[row]) is None]
        if blank:
            field = self.kind.field(name)
            title = field.title if field else name
            return void(f"{self.label}：{'、'.join(blank[:3])}的“{title}”未填，合计不出", chosen.tally)
        low = sum((comparable(column[row]) or ZERO for row in chosen.sure), ZERO)
        high = low + sum((comparable(column[row]) or ZERO for row in chosen.maybe), ZERO)
        text = f"{self.label}{span_text(low, high)}{self.unit}{chosen.doubts}"
        field_type = self.kind.field(name)
        whole = field_type is not None and field_type.type == "integer"
        return known(low, high, text, self.label, chosen.tally, whole=whole)


def _nobody_looked(kind: schema.Kind, label: str) -> Measured:
    return absent(kind, label, f"“{kind.title}”里没有“{label}”的记录")


def _needs_record(f: Fields) -> bool:
    if f.text("none", "0") not in ("missing", "0"):
        raise ExpectedError(f["none"], "应为 missing（没有相应记录就是没有填报）或 0（没有相应记录就是零）")
    return f.text("none") == "missing"


def parse_count(node: Node) -> Count:
    """Parse `{count: kind, where, none: missing, maybe, distinct, once_per_proof}`; raises ExpectedError."""
    f = node.fields("count", f"where none maybe distinct once_per_proof {COMMON}")
    kind = kind_named(f["count"])
    maybes: list[Maybe] = []
    for item in f["maybe"].items() if "maybe" in f else ():
        entry = item.fields("where because")
        maybes.append(Maybe(parse_where(entry["where"], kind), entry.text("because")))
    distinct = parse_param(f["distinct"]) if "distinct" in f else None
    if isinstance(distinct, Literal):
        field_named(f["distinct"], kind)
    return Count(
        kind, parse_where(f.get("where"), kind), _needs_record(f), tuple(maybes), distinct, f.truth("once_per_proof"),
        f.text("as", kind.title), f.text("unit", "条"),
    )  # fmt: skip


def parse_total(node: Node) -> Total:
    """Parse `{total: kind, field, where, none: missing}`; raises ExpectedError."""
    f = node.fields("total field", f"where none {COMMON}")
    kind = kind_named(f["total"])
    param = parse_param(f["field"])
    label = kind.title if isinstance(param, Answer) else field_named(f["field"], kind).title
    return Total(kind, param, parse_where(f.get("where"), kind), _needs_record(f), f.text("as", label), f.text("unit"))

"""Counting and adding up records: `count`, `total`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kaoping.core import schema
from kaoping.core.figures import UNBOUNDED, span_text
from kaoping.core.model import Table, Value
from kaoping.core.schema import field_named, kind_named
from kaoping.core.yamltree import ExpectedError, Fields, Node
from kaoping.rubric.rules.base import Context, Measured
from kaoping.rubric.rules.cover import Cover, parse_cover
from kaoping.rubric.rules.params import Answer, Literal, Param, parse_param
from kaoping.rubric.rules.select import MOST_DOUBTS, ZERO, Maybe, Selection, absent, known, select, void
from kaoping.rubric.rules.where import Where, comparable, lacking, parse_where

#: What every measure may have: its label, its unit, what absence gives, and the indicator that may stand in for it.
COMMON = "as unit absent absent_text indicator"


@dataclass(frozen=True, slots=True)
class Count:
    """`count`: how many records match; with `distinct`, how many different values of a field they have.

    ``needs_record``: where no record matches, nobody looked, and that is not zero (抽查：没有查就没有合格率).
    """

    kind: schema.Kind
    where: Where
    or_: Where | None  # another sort of records that count as well
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
        chosen = select(table, self.where, context, self.maybes, self.once_per_proof, self.or_)
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
    cover: Cover | None = None

    def evaluate(self, context: Context) -> Measured:
        """Return the sum; where a counted record leaves the field empty, or a place has none, only the least of it.

        VOID where not even that is known, since the field may be negative.
        """
        table = context.dossier.table(self.kind.name)
        if table is None:
            return absent(self.kind, self.label)
        chosen = select(table, self.where, context)
        if self.needs_record and not (chosen.sure or chosen.maybe):
            return _nobody_looked(self.kind, self.label)
        name = str(self.field.resolve(context))
        column = table.columns.get(name, [None] * len(table))
        field = self.kind.field(name)
        holes = [
            *self._blank(table, chosen.sure + chosen.maybe, column, name),
            *self._uncovered(table, chosen, context),
        ]
        if holes and (field is None or field.minimum is None or field.minimum < 0):
            return void(f"{self.label}：{'；'.join(holes)}，合计不出", chosen.tally)
        low = sum((comparable(column[row]) or ZERO for row in chosen.sure), ZERO)
        high = UNBOUNDED if holes else low + sum((comparable(column[row]) or ZERO for row in chosen.maybe), ZERO)
        why = f"（{'；'.join(holes)}）" if holes else ""
        text = f"{self.label}{span_text(low, high)}{self.unit}{why}{chosen.doubts}"
        whole = field is not None and field.type == "integer"
        return known(low, high, text, self.label, chosen.tally, whole=whole, facts=why)

    def _blank(self, table: Table, rows: tuple[int, ...], column: Sequence[Value], name: str) -> Iterator[str]:
        """Say which records give no number, by what is wrong with them."""
        field = self.kind.field(name)
        by_fault: dict[str, list[str]] = {}
        for row in rows:
            if comparable(column[row]) is None:
                fault = lacking(field, column[row]) if field else f"{name}未填"
                by_fault.setdefault(fault, []).append(table.ids[row])
        for fault, ids in by_fault.items():
            yield f"{'、'.join(ids[:MOST_DOUBTS])}{f'等{len(ids)}条' if len(ids) > MOST_DOUBTS else ''}的{fault}"

    def _uncovered(self, table: Table, chosen: Selection, context: Context) -> Iterator[str]:
        """Say whose records the whole would need."""
        places = self.cover.lacking(table, chosen.sure, self.where, context) if self.cover else ()
        if places:
            yield f"没有{'、'.join(places)}的"


def _nobody_looked(kind: schema.Kind, label: str) -> Measured:
    return absent(kind, label, f"“{kind.title}”里没有“{label}”的记录")


def _needs_record(f: Fields) -> bool:
    if f.text("none", "0") not in ("missing", "0"):
        raise ExpectedError(f["none"], "应为 missing（没有相应记录就是没有填报）或 0（没有相应记录就是零）")
    return f.text("none") == "missing"


def parse_count(node: Node) -> Count:
    """Parse `{count: kind, where, or, none: missing, maybe, distinct, once_per_proof}`; raises ExpectedError."""
    f = node.fields("count", f"where or none maybe distinct once_per_proof {COMMON}")
    kind = kind_named(f["count"])
    maybes: list[Maybe] = []
    for item in f["maybe"].items() if "maybe" in f else ():
        entry = item.fields("where because")
        maybes.append(Maybe(parse_where(entry["where"], kind), entry.text("because")))
    distinct = parse_param(f["distinct"]) if "distinct" in f else None
    if isinstance(distinct, Literal):
        field_named(f["distinct"], kind)
    return Count(
        kind=kind,
        where=parse_where(f.get("where"), kind),
        or_=parse_where(f["or"], kind) if "or" in f else None,
        needs_record=_needs_record(f),
        maybes=tuple(maybes),
        distinct=distinct,
        once_per_proof=f.truth("once_per_proof"),
        label=f.text("as", kind.title),
        unit=f.text("unit", "条"),
    )


def parse_total(node: Node) -> Total:
    """Parse `{total: kind, field, where, none: missing, covers}`; raises ExpectedError."""
    f = node.fields("total field", f"where none covers {COMMON}")
    kind = kind_named(f["total"])
    param = parse_param(f["field"])
    label = kind.title if isinstance(param, Answer) else field_named(f["field"], kind).title
    return Total(
        kind=kind,
        field=param,
        where=parse_where(f.get("where"), kind),
        needs_record=_needs_record(f),
        label=f.text("as", label),
        unit=f.text("unit"),
        cover=parse_cover(f["covers"], kind) if "covers" in f else None,
    )

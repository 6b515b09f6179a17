"""Measures with `by`: not one number of the whole dossier but one for each record of another kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from kaoping.core import schema
from kaoping.core.model import Table, Unreadable, Value
from kaoping.core.schema import field_named
from kaoping.core.yamltree import ExpectedError, Node
from kaoping.rubric.rules._counts import Count, Total
from kaoping.rubric.rules._sums import NONE, Sum, summed
from kaoping.rubric.rules.evaluation import Context, Interval
from kaoping.rubric.rules.measures import parse_measure
from kaoping.rubric.rules.select import match


@dataclass(frozen=True, slots=True)
class PerRecord:
    """`count` or `total` with `by`: what the records that belong to each record come to.

    One that may match, or that may belong to any (its `by` is empty, unreadable or nobody's), widens the interval.
    """

    measure: Count | Total
    by: schema.Field
    key: schema.Field  # of the record that they belong to
    refers: bool  # `by` names a record: a name that is nobody's may mean any of them

    def column(self, table: Table, context: Context) -> Sequence[Interval | None]:
        """Return the number of each record of ``table``.

        None where it is absent (nobody recorded any) or void (one of those that belong to it has no number).
        """
        records, keys = context.dossier.table(self.measure.kind.name), table.columns.get(self.key.name)
        if records is None or keys is None:
            return [None] * len(table)
        owners = set(keys)
        sums: dict[Value, Sum] = {}
        for name, part in self._summed(records, context).items():
            if self.key.type == "yearmonth" and isinstance(name, date):
                name = name.isoformat()[:7]
            if self.refers and name not in owners:
                name = None
            sums[name] = sums.get(name, NONE) + part
        anyones = sums.get(None, NONE)
        numbers = {owner: self._number(owner, sums.get(owner, NONE), anyones) for owner in owners}
        return [numbers[key] for key in keys]

    def _summed(self, records: Table, context: Context) -> dict[Value, Sum]:
        nothing: Sequence[Value] = [None] * len(records)
        name = None if isinstance(self.measure, Count) else str(self.measure.field.resolve(context))
        matches = match(records, self.measure.where, context)
        return summed(
            records.columns.get(self.by.name, nothing),
            matches.sure,
            matches.possible,
            None if name is None else records.columns.get(name, nothing),
        )

    def _number(self, owner: Value, owners: Sum, anyones: Sum) -> Interval | None:
        absent = self.measure.needs_record and not (owners.records or anyones.records)
        if absent or owners.lacking or anyones.lacking or isinstance(owner, Unreadable | None):
            return None
        return Interval(owners.low, owners.high + anyones.high)


def parse_per_record(node: Node, kind: schema.Kind) -> PerRecord:
    """Parse `{count | total: kind, by, key, …}`, for each record of ``kind``; raises ExpectedError.

    `by` is a foreign key to ``kind``, or `key` says which of its fields has the same values (a month takes dates).
    """
    entries = dict(node.mapping())
    by, key = entries.pop("by"), entries.pop("key", None)
    measure = parse_measure(replace(node, value=entries))
    if not isinstance(measure, Count | Total) or (
        isinstance(measure, Count) and (measure.distinct or measure.maybes or measure.once_per_proof)
    ):
        raise ExpectedError(node, "有 by 的只能是 count 或 total，可加 where")
    field = field_named(by, measure.kind)
    if key is not None:
        return PerRecord(measure, field, field_named(key, kind), refers=False)
    link = next((link for link in measure.kind.foreign if link.field == field.name and link.kind == kind.name), None)
    target = kind.field(link.target) if link else None
    if target is None:
        raise ExpectedError(by, f"“{field.name}”不引用“{kind.title}”，要写明 key：对应“{kind.title}”的哪个字段")
    return PerRecord(measure, field, target, refers=True)

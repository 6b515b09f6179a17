"""`months_between`: how many months lie between two dates of a record (逾期几个月), for all records together."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Annotated

from kaoping.core import schema
from kaoping.core.decode import Key, Of, OneOf, Read
from kaoping.core.figures import UNBOUNDED, span_text
from kaoping.core.model import Table, Value
from kaoping.core.schema import field_named
from kaoping.core.yamltree import ExpectedError, Node
from kaoping.rubric.rules._each import PARTIAL
from kaoping.rubric.rules.evaluation import Context, Interval, Measured
from kaoping.rubric.rules.naming import names
from kaoping.rubric.rules.params import Param, parse_param
from kaoping.rubric.rules.select import ZERO, Doubts, absent, doubt, known, select
from kaoping.rubric.rules.where import ALL, Where, lacking

_TAKE = {"sum": "各条合计", "max": "最长的一条"}


def _day(node: Node, kind: schema.Kind) -> schema.Field | Param:
    """A field of dates of the records, or a day of the notice or the year; raises ExpectedError."""
    if isinstance(node.value, dict):
        return parse_param(node)
    field = field_named(node, kind)
    if field.type != "date":
        raise ExpectedError(node, f"“{field.title}”不是日期")
    return field


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthsBetween:
    """`months_between`: from one date to a later one, in calendar months; what is not later is none.

    The days that are over count in proportion to their month, or for each record as ``partial`` says. A record without
    one of its dates may have any number.
    """

    kind: Annotated[schema.Kind, Key("of")]
    first: Annotated[schema.Field | Param, Key("from"), Read(_day, "kind")]
    last: Annotated[schema.Field | Param, Key("to"), Read(_day, "kind")]
    where: Annotated[Where, Of("kind")] = ALL
    take: Annotated[str, OneOf(_TAKE)] = "sum"
    partial: Annotated[str, OneOf(PARTIAL)] = "proportional"
    label: str
    unit: str

    def evaluate(self, context: Context) -> Measured:
        """Return the months of all records together, or of the one with most."""
        table = context.dossier.table(self.kind.name)
        if table is None:
            return absent(self.kind, self.label)
        chosen = select(table, self.where, context)
        firsts, lasts = (self._days(day, table, context) for day in (self.first, self.last))
        doubts = chosen.doubts
        lows, highs = [ZERO], [ZERO]
        for rows, sure in ((chosen.sure, True), (chosen.maybe, False)):
            for row in rows:
                first, last = firsts[row], lasts[row]
                its = Interval(ZERO, UNBOUNDED)
                if isinstance(first, date) and isinstance(last, date):
                    months = self._counted(months_between(first, last))
                    its = Interval(months, months)
                elif sure:
                    doubts += self._doubt(row, first, last, table, context)
                lows.append(its.low if sure else ZERO)
                highs.append(its.high)
        low, high = (max(lows), max(highs)) if self.take == "max" else (sum(lows, ZERO), sum(highs, ZERO))
        high = min(high, UNBOUNDED)
        unit = self.unit or "个月"
        text = f"{self.label}{span_text(low, high)}{unit}{doubts}"
        facts = f":{self.kind.name}"
        return known(low, high, text, self.label, chosen.tally, whole=self.partial != "proportional", facts=facts)

    def _days(self, day: schema.Field | Param, table: Table, context: Context) -> Sequence[Value]:
        if isinstance(day, schema.Field):
            return table.columns.get(day.name, [None] * len(table))
        value = day.resolve(context)
        try:
            stated = value if isinstance(value, date) else date.fromisoformat(str(value)) if value else None
        except ValueError:
            stated = None
        return [stated] * len(table)

    def _doubt(self, row: int, first: Value, last: Value, table: Table, context: Context) -> Doubts:
        missing = [
            lacking(day, cell)
            for day, cell in ((self.first, first), (self.last, last))
            if isinstance(day, schema.Field) and not isinstance(cell, date)
        ]
        return doubt(names(table, context)[row], "、".join(missing) or "要比的日期没有定")

    def _counted(self, months: Fraction) -> Fraction:
        whole = Fraction(months.__floor__())
        if self.partial == "proportional" or whole == months:
            return months
        return whole + 1 if self.partial == "count" else whole


def months_between(first: date, last: date) -> Fraction:
    """Return the calendar months from ``first`` to ``last``, the days that are over as a part of their month.

    >>> months_between(date(2017, 1, 31), date(2017, 2, 28)), months_between(date(2017, 3, 1), date(2017, 4, 16))
    (Fraction(1, 1), Fraction(3, 2))
    """
    if last <= first:
        return ZERO
    whole = (last.year - first.year) * 12 + last.month - first.month
    if _months_after(first, whole) > last:
        whole -= 1
    begun, end = _months_after(first, whole), _months_after(first, whole + 1)
    return whole + Fraction((last - begun).days, (end - begun).days)


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))

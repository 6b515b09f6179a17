"""Requirements month by month: `months_short` and `months_met`."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated

from kaoping.core import schema
from kaoping.core.decode import Key
from kaoping.core.engine import known_until
from kaoping.core.figures import span_text
from kaoping.core.model import Table, Unreadable
from kaoping.rubric.rules.base import Context, Measured, Tally
from kaoping.rubric.rules.params import Param
from kaoping.rubric.rules.select import Doubts, absent, doubt, known, select, void
from kaoping.rubric.rules.sums import NONE, summed
from kaoping.rubric.rules.where import ALL, Where, comparable, lacking


@dataclass(frozen=True, slots=True)
class Channel:
    """One of the things that a month must show: records of ``where`` that meet ``meets``, or a field's sum of them."""

    title: str
    where: Where
    meets: Where = ALL
    field: schema.Field | None = None  # summed; None: a matching record is enough
    at_least: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class _Found:
    """A channel's months: those that are short for certain, those that may be."""

    short: frozenset[str]
    maybe: frozenset[str]
    tallies: tuple[Tally, ...]
    doubts: Doubts
    recorded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Months:
    """`months_short`: in how many months that were due the requirements were not met; `months_met` = 12 − those.

    Months after the assessment date are not yet due, so they are not short. A month without a record is short, but a
    channel without any record at all, beside others that have some, is one that nobody recorded.
    """

    kind: schema.Kind
    month: schema.Field
    channels: Annotated[tuple[Channel, ...], Key("need")]
    count_by: Param | None = None  # "month": a month is short once; "channel": once per channel
    met: bool
    label: str

    def evaluate(self, context: Context) -> Measured:
        """Return the number of months (or shortfalls)."""
        table = context.dossier.table(self.kind.name)
        if table is None:
            return absent(self.kind, self.label)
        as_of = known_until(context.dossier)
        months = schema.month_range(context.dossier.year)
        due = [m for m in months if as_of is None or schema.month_end(m) <= as_of]
        if not due:
            return void(f"{self.label}：到{as_of}为止还没有到期的月份")
        found = [self._channel(channel, table, due, context) for channel in self.channels]
        if not any(channel.recorded for channel in found):
            titles = "、".join(channel.title for channel in self.channels)
            return absent(self.kind, self.label, f"“{self.kind.title}”里没有{titles}的记录")
        per_channel = self.count_by is not None and self.count_by.resolve(context) == "channel"
        least = Fraction(_number([c.short for c in found], per_channel))
        most = Fraction(_number([c.short | c.maybe for c in found], per_channel))
        low, high = (len(months) - most, len(months) - least) if self.met else (least, most)
        short = sorted(frozenset().union(*(c.short for c in found)))
        names = "、".join(f"{int(m[5:])}月" for m in short)
        later = f"，{len(months) - len(due)}个月未到期不计" if len(due) < len(months) else ""
        said = f"不足的月份：{names}" if names else "到期月份均达到要求" if least == most else "尚无确定不足的月份"
        shown = span_text(Fraction(len(due) - most), Fraction(len(due) - least)) if self.met else span_text(least, most)
        text = f"{self.label}{shown}个月（到期{len(due)}个月，{said}{later}）"
        text += str(sum((channel.doubts for channel in found), Doubts()))
        tallies = tuple(tally for c in found for tally in c.tallies)
        return known(low, high, text, self.label, *tallies, whole=True, facts=f":{names}")

    def _channel(self, channel: Channel, table: Table, due: list[str], context: Context) -> _Found:
        own = select(table, channel.where, context)
        if len(table) and not (own.sure or own.maybe):
            return _Found(frozenset(), frozenset(due), (own.tally,), Doubts(1, (f"没有填报{channel.title}",)), False)
        chosen = select(table, Where(channel.where.tests + channel.meets.tests), context)
        months, doubts = table.columns[self.month.name], chosen.doubts
        numbers = table.columns[channel.field.name] if channel.field else None
        for row in chosen.sure + chosen.maybe:
            if isinstance(months[row], Unreadable | None):
                doubts += doubt(table.ids[row], lacking(self.month, months[row]))
            if channel.field and numbers and comparable(numbers[row]) is None:
                doubts += doubt(table.ids[row], lacking(channel.field, numbers[row]))
        sums = summed(months, chosen.sure, chosen.maybe, numbers)
        loose = sums.get(None, NONE).most(channel.at_least)  # may belong to any month
        low = {month: sums.get(month, NONE).low for month in due}
        high = {month: sums.get(month, NONE).most(channel.at_least) + loose for month in due}
        short = frozenset(month for month in due if high[month] < channel.at_least)
        maybe = frozenset(month for month in due if low[month] < channel.at_least) - short
        return _Found(short, maybe, (chosen.tally,), doubts, True)


def _number(short: list[frozenset[str]], per_channel: bool) -> int:
    return sum(map(len, short)) if per_channel else len(frozenset().union(*short))

"""Requirements month by month: `months_short` and `months_met`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated

from kaoping.core import schema
from kaoping.core.decode import Key, Read
from kaoping.core.engine import known_until
from kaoping.core.figures import span_text
from kaoping.core.model import Table, Unreadable
from kaoping.rubric.rules._sums import NONE, summed
from kaoping.rubric.rules.evaluation import Context, Measured, Tally
from kaoping.rubric.rules.naming import names
from kaoping.rubric.rules.params import Param, level_named
from kaoping.rubric.rules.select import Doubts, absent, doubt, known, select, void
from kaoping.rubric.rules.where import ALL, Where, comparable, lacking


@dataclass(frozen=True, slots=True)
class Channel:
    """One of the things that a month must show: records of ``where`` that meet ``meets``, or a field's sum of them.

    Of several records of a month that must meet something, one that does not leaves open which of them holds.
    """

    title: str
    where: Where
    meets: Where = ALL
    field: schema.Field | None = None  # summed; None: a matching record is enough
    at_least: Fraction = Fraction(1)
    levels: tuple[Annotated[str, Read(level_named)], ...] = ()  # of units of which it is asked; () for all


@dataclass(frozen=True, slots=True)
class _Shortfall:
    """A channel's months: those that are short for certain, those that may be, those that nobody recorded."""

    short: frozenset[str]
    maybe: frozenset[str]  # the unrecorded among them
    unrecorded: frozenset[str]
    tally: Tally
    doubts: Doubts


@dataclass(frozen=True, slots=True, kw_only=True)
class Months:
    """`months_short`: in how many months of the year the requirements were not met; `months_met` = 12 − those.

    A month that nobody recorded is neither short nor met, and one that is not yet due (it ends after 数据截至日期) may
    still become either: so until the year is over there is a range.
    """

    kind: schema.Kind
    month: schema.Field
    channels: Annotated[tuple[Channel, ...], Key("need")]
    count_by: Param | None = None  # "month": a month is short once; "channel": once per channel
    met: bool
    label: str

    def per_month(self, context: Context) -> int:
        """Return how often a month may count."""
        return len(self._asked(context)) if self._per_channel(context) else 1

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
        asked = self._asked(context)
        channels = [self._channel(channel, table, due, context) for channel in asked]
        if all(channel.unrecorded == frozenset(due) for channel in channels):
            titles = "、".join(channel.title for channel in asked)
            return absent(self.kind, self.label, f"“{self.kind.title}”里没有{titles}的记录")
        later = frozenset(months) - frozenset(due)
        per_channel = self._per_channel(context)
        least = Fraction(_number([channel.short for channel in channels], per_channel))
        most = Fraction(_number([channel.short | channel.maybe | later for channel in channels], per_channel))
        low, high = (len(months) - most, len(months) - least) if self.met else (least, most)
        short = _names(channel.short for channel in channels)
        unrecorded = [f"没有记录的：{names}" for names in [_names(channel.unrecorded for channel in channels)] if names]
        state = (
            f"不足的：{short}"
            if short
            else "都达到要求"
            if not any(channel.maybe for channel in channels)
            else "尚无确定不足的"
        )
        open_ = [f"未到期的：{_names([later])}"] if later else []
        text = (
            f"{self.label}{span_text(low, high)}个月（到期的{len(due)}个月里{'，'.join([state, *unrecorded, *open_])}）"
        )
        text += str(sum((channel.doubts for channel in channels), Doubts()))
        return known(
            low, high, text, self.label, *(channel.tally for channel in channels), whole=True, facts=f":{short}"
        )

    def _asked(self, context: Context) -> list[Channel]:
        return [its for its in self.channels if not its.levels or context.dossier.level in its.levels]

    def _per_channel(self, context: Context) -> bool:
        return self.count_by is not None and self.count_by.resolve(context) == "channel"

    def _channel(self, channel: Channel, table: Table, due: list[str], context: Context) -> _Shortfall:
        months = table.columns[self.month.name]
        matching = select(table, channel.where, context)
        chosen = select(table, Where(channel.where.tests + channel.meets.tests), context)
        doubts = chosen.doubts
        numbers = table.columns[channel.field.name] if channel.field else None
        for row in chosen.sure + chosen.maybe:
            if isinstance(months[row], Unreadable | None):
                doubts += doubt(names(table, context)[row], lacking(self.month, months[row]))
            if channel.field and numbers and comparable(numbers[row]) is None:
                doubts += doubt(names(table, context)[row], lacking(channel.field, numbers[row]))
        sums = summed(months, chosen.sure, chosen.maybe, numbers)
        loose = sums.get(None, NONE).most(channel.at_least)  # may belong to any month
        low = {month: sums.get(month, NONE).low for month in due}
        high = {month: sums.get(month, NONE).most(channel.at_least) + loose for month in due}
        recorded = {months[row] for row in matching.sure} if len(table) else set(due)  # declared empty: there was none
        unrecorded = frozenset(month for month in due if month not in recorded and low[month] < channel.at_least)
        short = frozenset(month for month in due if high[month] < channel.at_least) - unrecorded
        otherwise = set(matching.sure) - set(chosen.sure + chosen.maybe) if channel.field is None else set()
        contradicted = {months[row] for row in otherwise}
        maybe = frozenset(m for m in due if low[m] < channel.at_least or m in contradicted) - short
        both = _names([[m for m in maybe & contradicted if low[m] >= channel.at_least]])
        if both:
            doubts += doubt(both, "有的记录达到要求，有的没有")
        return _Shortfall(short, maybe, unrecorded, chosen.tally, doubts)


def _names(months: Iterable[Collection[str]]) -> str:
    """The months as people name them: 2月、5月."""
    return "、".join(f"{int(month[5:])}月" for month in sorted(frozenset[str]().union(*months)))


def _number(short: list[frozenset[str]], per_channel: bool) -> int:
    return sum(map(len, short)) if per_channel else len(frozenset().union(*short))

"""`per_matter` (同一事项就高计一次): each matter gives the points of its highest level, once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated

from kaoping.core import schema
from kaoping.core.decode import Key, MisfitError, Of
from kaoping.core.figures import UNBOUNDED, aside
from kaoping.core.model import Table, Unreadable, Value
from kaoping.rubric.rules._bounds import Limit, limited, reach_within
from kaoping.rubric.rules._points import ZERO, Points
from kaoping.rubric.rules._spans import scaled
from kaoping.rubric.rules.evaluation import Context, Interval, Outcome, Possible, Trace
from kaoping.rubric.rules.select import Selection, absent, select
from kaoping.rubric.rules.where import ALL, Where, show_value

_NOTHING = Interval(ZERO, ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class PerMatter:
    """`per_matter`: the records of each matter count once, by the one that gives most (or takes most off).

    A record without its matter may be another of any, one without its level of any level.
    """

    kind: Annotated[schema.Kind, Key("of")]
    matter: Annotated[schema.Field, Of("kind")]
    level: Annotated[schema.Field, Of("kind")]
    points: Mapping[str, Fraction]  # level → what it gives; a level that is not there gives nothing
    label: Annotated[str, Key("as")]
    where: Annotated[Where, Of("kind")] = ALL
    unit: str = "项"
    cap: Limit | None = None
    floor: Limit | None = None
    text: str = ""

    def __post_init__(self) -> None:
        for name in self.points:
            try:
                self.level.parse(name)
            except schema.CellError as error:
                raise MisfitError(f"“{self.level.title}”不会是“{name}”：{error}", "points") from None
        if not self.points or (min(self.points.values()) < 0 < max(self.points.values())):
            raise MisfitError("每一级写多少分；要么都加，要么都扣", "points")

    def evaluate(self, context: Context) -> Outcome:
        """Return the sum over the matters, between floor and cap."""
        table = context.dossier.table(self.kind.name)
        if table is None:
            missing = absent(self.kind, self.label)
            reached, _ = limited(self._endless(), self.cap, self.floor, context)
            return Outcome(reached.low, reached.high, (missing.text,), missing.trace)
        chosen = select(table, self.where, context)
        sign = self._sign()
        sums = self._sums(table, chosen)
        total = scaled(sums, Interval(sign, sign))
        points, cuts = limited(total, self.cap, self.floor, context)
        levels, matters = self._columns(table)
        number_of = len({matters[row] for row in chosen.sure} - {None})
        by_level = Counter(str(show_value(levels[row])) for row in chosen.sure if levels[row] is not None)
        counted = [f"{level}{times}次" for level, times in by_level.items()]
        counted += [
            f"{times}次没有写{field.title}"
            for field, column in ((self.level, levels), (self.matter, matters))
            if (times := sum(isinstance(column[row], Unreadable | None) for row in chosen.sure))
        ]
        text = f"{self.label}{number_of}{self.unit}" + aside("、".join(counted)) * bool(counted) + str(chosen.doubts)
        facts = (
            f"{self.label}={total.low}..{total.high}",
            f"{self.kind.name}:{','.join(sorted(chosen.tally.counted))}",
        )
        trace = Trace((chosen.tally,), facts, inputs=1)
        quote = self.text if points.high or points.low else ""
        return Points(points.low, points.high, quote, "数目不能确定").outcome(context, trace, text, *cuts)

    def reach(self, possible: Possible) -> Interval:
        """Return the points for no matter, and for as many as there can be."""
        return reach_within(self._endless(), self.cap, self.floor, possible)

    def _endless(self) -> Interval:
        return Interval(ZERO, UNBOUNDED) if self._sign() > 0 else Interval(-UNBOUNDED, ZERO)

    def _sign(self) -> Fraction:
        return Fraction(-1 if min(self.points.values()) < 0 else 1)

    def _columns(self, table: Table) -> tuple[Sequence[Value], Sequence[Value]]:
        nothing: Sequence[Value] = [None] * len(table)
        return table.columns.get(self.level.name, nothing), table.columns.get(self.matter.name, nothing)

    def _sums(self, table: Table, chosen: Selection) -> Interval:
        """The least and the most that the matters come to, without their sign."""
        worth = {name: abs(value) for name, value in self.points.items()}
        anything = Interval(ZERO, max(worth.values()))
        levels, matters = self._columns(table)
        low: dict[object, Fraction] = defaultdict(Fraction)
        high: dict[object, Fraction] = defaultdict(Fraction)
        loose: list[Interval] = []
        for rows, sure in ((chosen.sure, True), (chosen.maybe, False)):
            for row in rows:
                level = levels[row]
                its = anything
                if not isinstance(level, Unreadable | None):
                    value = worth.get(str(show_value(level)), ZERO)
                    its = Interval(value, value)
                if not sure:
                    its = Interval(ZERO, its.high)
                matter = matters[row]
                if isinstance(matter, Unreadable | None):
                    loose.append(its)
                    continue
                low[matter] = max(low[matter], its.low)
                high[matter] = max(high[matter], its.high)
        # All that name no matter may be one more record of the greatest; or each a matter of its own.
        greatest = max(low.values(), default=ZERO)
        more = max((its.low for its in loose), default=ZERO)
        return Interval(sum(low.values(), ZERO) + max(ZERO, more - greatest), sum(high.values(), ZERO) + _added(loose))


def _added(parts: Sequence[Interval]) -> Fraction:
    return sum((part.high for part in parts), ZERO)

"""Quotients: `share` (a percentage) and `ratio` (so many times)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial

from kaoping.core.figures import UNBOUNDED, aside, percent, quotient, span_text
from kaoping.core.model import Value
from kaoping.rubric.rules._perhaps import Additive, divided
from kaoping.rubric.rules.evaluation import Context, Measure, Measured, State, Tally
from kaoping.rubric.rules.select import ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """`share` (a percentage) and `ratio` (so many times): part ÷ whole. A share of zero is no number.

    Evidence of records that are only divided by (the posts, of cases per post) proves nothing of the part; where both
    sides count records of one kind (the counties that are done, of all counties), each of them is what it is about.
    """

    part: Measure
    whole: Measure
    over_100: bool = False  # the part may be more than the whole (超额完成)
    match: str = ""  # a field: what the part counts of it, the whole must have too (县级的案件要有县级的编制)

    label: str
    unit: str
    as_percent: bool

    def evaluate(self, context: Context) -> Measured:
        """Return the quotient as an exact fraction; ABSENT where a side is, VOID where the whole is or may be 0."""
        part, whole = self.part.evaluate(context), self.whole.evaluate(replace(context, accepts=None))
        trace = part.trace + whole.trace.unproving(but={tally.kind for tally in part.trace.tallies})
        for state in (State.ABSENT, State.VOID):
            for side in (part, whole):
                if side.state is state:
                    return Measured(ZERO, ZERO, state, f"{self.label}：{side.text}", trace)
        if whole.low <= 0:
            zero = "分母为0" if whole.high <= 0 else "分母可能为0"
            return Measured(ZERO, ZERO, State.VOID, f"{self.label}：{whole.text}，{zero}，算不出比例", trace)
        if self.match and (alone := _values(part, self.match, context) - _values(whole, self.match, context)):
            names = "、".join(sorted(map(str, alone)))
            text = f"{self.label}：{part.text}，其中有{names}的，而{whole.text}里没有{names}的，算不出"
            return Measured(ZERO, ZERO, State.VOID, text, trace)
        low, high = self._ends(part, whole, context)
        if self._ends_at_whole and low > 1:
            text = f"{self.label}：{part.text}，比{whole.text}还多，数据有误，算不出比例"
            return Measured(ZERO, ZERO, State.VOID, text, trace)
        is_open = not (part.bounded and whole.bounded)
        if is_open and self._ends_at_whole:
            high = min(high, Fraction(1))
        write = written_as(self.as_percent, context)
        shown = "不能确定" if is_open else f"{span_text(low, high, write)}{self.unit}"
        text = f"{self.label}{shown}{aside(f'{part.text}，{whole.text}')}"
        trace = replace(trace, facts=(*trace.facts, f"{self.label}={low}..{high}"))
        return Measured(low, high, State.KNOWN, text, trace, write=write)

    @property
    def _ends_at_whole(self) -> bool:
        return self.as_percent and not self.over_100

    def _ends(self, part: Measured, whole: Measured, context: Context) -> tuple[Fraction, Fraction]:
        both = (self.part, self.whole)
        if part.low < part.high and part.bounded and whole.bounded and all(isinstance(m, Additive) for m in both):
            in_part, in_whole = (m.perhaps(context) for m in both if isinstance(m, Additive))
            ends = divided(part, whole, in_part, in_whole)
            return ends.low, ends.high
        return part.low / whole.high if whole.bounded else ZERO, part.high / whole.low if part.bounded else UNBOUNDED


def _values(side: Measured, name: str, context: Context) -> set[Value]:
    """The values of a field in the records that a side counted."""
    return set().union(*(_counted(tally, name, context) for tally in side.trace.tallies))


def _counted(tally: Tally, name: str, context: Context) -> set[Value]:
    def made() -> set[Value]:
        table, counted = context.dossier.table(tally.kind), set(tally.counted)
        if table is None or name not in table.columns:
            return set()
        return {value for id_, value in zip(table.ids, table.columns[name], strict=True) if id_ in counted}

    return context.once(tally.kind, ("values", name, tally.counted), made)


def written_as(as_percent: bool, context: Context) -> Callable[[Fraction], str]:
    """Return how a quotient is written: `89.94%` or `3.2`, on its side of what it is compared with."""
    return partial(percent if as_percent else quotient, edges=context.edges)

"""Rules made of rules, and those that rest on a judgement: sum, veto, scale, highest, lowest, choice, met, points."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Annotated

from kaoping.core.decode import WHOLE, Key, MisfitError, decode
from kaoping.core.figures import number
from kaoping.core.yamltree import Node
from kaoping.rubric.rules._bounds import Limit, limited, reach_within
from kaoping.rubric.rules._points import ZERO, Points, Stated, hull
from kaoping.rubric.rules._spans import hull_of, plus, scaled
from kaoping.rubric.rules.conditions import conjoined, judgement
from kaoping.rubric.rules.evaluation import Condition, Context, Interval, Outcome, Possible, Rule, Trace, Truth, joined


@dataclass(frozen=True, slots=True)
class Met:
    """`met`: the conditions of a line whose points stand on its group; it has none of its own."""

    conditions: Annotated[tuple[Condition, ...], WHOLE]

    def truth(self, context: Context) -> Truth:
        """Return whether the line's conditions are met."""
        return conjoined(self.conditions, context)

    def evaluate(self, context: Context) -> Outcome:
        """Return no points, with the conditions' trace."""
        truth = self.truth(context)
        return Outcome(ZERO, ZERO, (truth.text,), truth.trace)

    def reach(self, possible: Possible) -> Interval:
        """Return no points."""
        return Interval(ZERO, ZERO)


@dataclass(frozen=True, slots=True)
class Part:
    """A named part of a line (7a)."""

    id: Annotated[str, Key("part")]
    of: Fraction
    rule: Rule


@dataclass(frozen=True, slots=True)
class Sum:
    """`sum`: the parts' points added up, between floor and cap."""

    parts: tuple[Part, ...]
    cap: Limit | None = None
    floor: Limit | None = None

    def __post_init__(self) -> None:
        if not self.parts:
            raise MisfitError("至少要有一个分项", "parts")

    def evaluate(self, context: Context) -> Outcome:
        """Return the sum of the parts."""
        outcomes = [(part, part.rule.evaluate(replace(context, of=part.of))) for part in self.parts]
        because = tuple(f"{part.id}：{'；'.join(o.because)}" for part, o in outcomes)
        points, cuts = self.limited([o for _, o in outcomes], context)
        return Outcome(points.low, points.high, (*because, *cuts), joined(o.trace for _, o in outcomes))

    def limited(self, outcomes: Iterable[Interval | Outcome], context: Context) -> tuple[Interval, tuple[str, ...]]:
        """Return what the parts' ``outcomes`` come to together, and a sentence for each limit that cut it off."""
        total = Interval(ZERO, ZERO)
        for its in outcomes:
            total = plus(total, Interval(its.low, its.high))
        return limited(total, self.cap, self.floor, context, "各分项合计")

    def reach(self, possible: Possible) -> Interval:
        """Return what the parts can come to together."""
        total = Interval(ZERO, ZERO)
        for part in self.parts:
            total = plus(total, part.rule.reach(possible))
        return reach_within(total, self.cap, self.floor, possible)


def parse_sum(node: Node) -> Sum:
    """Parse a list of parts, or `{parts: […], cap: …, floor: …}`; raises ExpectedError."""
    return decode(Sum, replace(node, value={"parts": node}) if isinstance(node.value, list) else node)


@dataclass(frozen=True, slots=True)
class Choice:
    """`choice`: a judgement with named outcomes (成效良好 / 一般 / 未组织)."""

    outcomes: Mapping[str, Points]
    part: str = ""

    def __post_init__(self) -> None:
        if len(self.outcomes) < 2:
            raise MisfitError("至少要有两个可选的评判", "outcomes")

    def evaluate(self, context: Context) -> Outcome:
        """Return the points of the recorded choice; nothing is known until there is one."""
        choice, text, trace = judgement(context, self.part)
        low, high = min(p.low for p in self.outcomes.values()), max(p.high for p in self.outcomes.values())
        if choice is None:
            return Outcome(low, high, (text,), trace)
        points = self.outcomes.get(choice)
        if points is None:
            return Outcome(low, high, (text, f"细则没有“{choice}”这一档，可选：{'、'.join(self.outcomes)}"), trace)
        return points.outcome(context, trace, text)

    def reach(self, possible: Possible) -> Interval:
        """Return the points of all outcomes."""
        return hull_of(*(Interval(its.low, its.high) for its in self.outcomes.values()))


@dataclass(frozen=True, slots=True)
class Veto:
    """`veto`: where the condition holds the points are these, whatever the rule says (一票否决)."""

    when: Condition
    points: Stated
    rule: Rule

    def evaluate(self, context: Context) -> Outcome:
        """Return the veto's points, the rule's, or both as a range where the condition is unknown."""
        truth = self.when.evaluate(context)
        inner = self.rule.evaluate(context)
        trace = truth.trace + inner.trace
        return _where(truth, self.points.outcome(context, trace, truth.text), inner, "适用否决")

    def reach(self, possible: Possible) -> Interval:
        """Return the veto's points and the rule's."""
        return hull_of(Interval(self.points.low, self.points.high), self.rule.reach(possible))


@dataclass(frozen=True, slots=True)
class Scale:
    """`scale`: where the condition holds only a part of the points stands (减半计分)."""

    when: Condition
    times: Fraction
    rule: Rule
    text: str = ""

    def evaluate(self, context: Context) -> Outcome:
        """Return the rule's points, times the factor where the condition holds."""
        truth = self.when.evaluate(context)
        inner = self.rule.evaluate(context)
        trace = truth.trace + inner.trace
        ends = sorted((inner.low * self.times, inner.high * self.times))
        why = (*inner.because, truth.text, f"“{self.text}”，按{number(self.times)}倍计")
        return _where(truth, Outcome(ends[0], ends[1], why, trace), inner, f"“{self.text}”")

    def reach(self, possible: Possible) -> Interval:
        """Return the rule's points, whole and in part."""
        whole = self.rule.reach(possible)
        return hull_of(whole, scaled(whole, Interval(self.times, self.times)))


def _where(truth: Truth, then: Outcome, otherwise: Outcome, what: str) -> Outcome:
    """One outcome where the truth holds, the other where it does not, both as a range where it is unknown."""
    if truth.value:
        return then
    if truth.value is False:
        return replace(otherwise, trace=then.trace)
    return hull([then, otherwise], then.trace, *otherwise.because, f"是否{what}不明：{truth.text}")


@dataclass(frozen=True, slots=True)
class Pick:
    """`highest` / `lowest`: the best or worst of several rules (就高不就低)."""

    rules: Annotated[tuple[Rule, ...], WHOLE]
    highest: bool

    def evaluate(self, context: Context) -> Outcome:
        """Return the extreme of the rules' outcomes; an interval keeps both of its ends."""
        outcomes = [rule.evaluate(context) for rule in self.rules]
        take = max if self.highest else min
        low, high = take(o.low for o in outcomes), take(o.high for o in outcomes)
        best = take(outcomes, key=lambda o: (o.low, o.high))
        word = "取最高的一项" if self.highest else "取最低的一项"
        others = [o for o in outcomes if o is not best and (o.low, o.high) != (ZERO, ZERO)]
        why = (*best.because, word) if others or not self.highest else best.because
        return Outcome(low, high, why, joined(o.trace for o in outcomes))

    def reach(self, possible: Possible) -> Interval:
        """Return the extremes of what the rules can give."""
        reaches, take = [rule.reach(possible) for rule in self.rules], max if self.highest else min
        return Interval(take(its.low for its in reaches), take(its.high for its in reaches))


@dataclass(frozen=True, slots=True)
class Fixed:
    """`points`: a stated number or range, whatever the records say."""

    points: Stated

    def evaluate(self, context: Context) -> Outcome:
        """Return the stated points."""
        return self.points.outcome(context, Trace(inputs=1))

    def reach(self, possible: Possible) -> Interval:
        """Return the stated points."""
        return Interval(self.points.low, self.points.high)

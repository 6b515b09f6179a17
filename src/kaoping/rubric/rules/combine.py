"""Rules made of rules, and those that rest on a judgement: sum, veto, scale, highest, lowest, choice, met, points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from kaoping.core.figures import number
from kaoping.core.yamltree import ExpectedError, Node
from kaoping.rubric.rules.base import Condition, Context, Outcome, Rule, Trace, Truth, joined
from kaoping.rubric.rules.conditions import All, judgement, parse_condition
from kaoping.rubric.rules.points import ZERO, Points, hull, parse_points, points_of

Parse = Callable[[Node], Rule]


@dataclass(frozen=True, slots=True)
class Met:
    """`met`: the conditions of a line whose points stand on its group; it has none of its own."""

    condition: Condition

    def truth(self, context: Context) -> Truth:
        """Return whether the line's conditions are met."""
        return self.condition.evaluate(context)

    def evaluate(self, context: Context) -> Outcome:
        """Return no points, with the conditions' trace."""
        truth = self.truth(context)
        return Outcome(ZERO, ZERO, (truth.text,), truth.trace)


@dataclass(frozen=True, slots=True)
class Part:
    """A named part of a line (7a)."""

    id: str
    of: Fraction
    rule: Rule


@dataclass(frozen=True, slots=True)
class Sum:
    """`sum`: the parts' points added up."""

    parts: tuple[Part, ...]

    def evaluate(self, context: Context) -> Outcome:
        """Return the sum of the parts."""
        outcomes = [(part, part.rule.evaluate(replace(context, of=part.of))) for part in self.parts]
        because = tuple(f"{part.id}：{'；'.join(o.because)}" for part, o in outcomes)
        low, high = sum((o.low for _, o in outcomes), ZERO), sum((o.high for _, o in outcomes), ZERO)
        return Outcome(low, high, because, joined(o.trace for _, o in outcomes))


@dataclass(frozen=True, slots=True)
class Choice:
    """`choice`: a judgement with named outcomes (成效良好 / 一般 / 未组织)."""

    outcomes: dict[str, Points]
    part: str

    def evaluate(self, context: Context) -> Outcome:
        """Return the points of the recorded choice; nothing is known until there is one."""
        choice, text, trace = judgement(context, self.part)
        low, high = min(p.low for p in self.outcomes.values()), max(p.high for p in self.outcomes.values())
        if choice is None:
            return Outcome(low, high, (text,), trace)
        points = self.outcomes.get(choice)
        if points is None:
            return Outcome(low, high, (text, f"细则没有“{choice}”这一档，可选：{'、'.join(self.outcomes)}"), trace)
        return points.outcome(trace, text)


@dataclass(frozen=True, slots=True)
class Veto:
    """`veto`: where the condition holds the points are these, whatever the rule says (一票否决)."""

    when: Condition
    points: Points
    rule: Rule

    def evaluate(self, context: Context) -> Outcome:
        """Return the veto's points, the rule's, or both as a range where the condition is unknown."""
        truth = self.when.evaluate(context)
        inner = self.rule.evaluate(context)
        trace = truth.trace + inner.trace
        vetoed = self.points.outcome(trace, truth.text)
        if truth.value:
            return vetoed
        if truth.value is False:
            return replace(inner, trace=trace)
        return hull([vetoed, inner], trace, *inner.because, f"是否适用否决不明：{truth.text}")


@dataclass(frozen=True, slots=True)
class Scale:
    """`scale`: where the condition holds only a part of the points stands (减半计分)."""

    when: Condition
    times: Fraction
    text: str
    rule: Rule

    def evaluate(self, context: Context) -> Outcome:
        """Return the rule's points, times the factor where the condition holds."""
        truth = self.when.evaluate(context)
        inner = self.rule.evaluate(context)
        trace = truth.trace + inner.trace
        ends = sorted((inner.low * self.times, inner.high * self.times))
        why = (*inner.because, truth.text, f"“{self.text}”，按{number(self.times)}倍计")
        scaled = Outcome(ends[0], ends[1], why, trace)
        if truth.value:
            return scaled
        if truth.value is False:
            return replace(inner, trace=trace)
        return hull([scaled, inner], trace, *inner.because, f"是否“{self.text}”不明：{truth.text}")


@dataclass(frozen=True, slots=True)
class Pick:
    """`highest` / `lowest`: the best or worst of several rules (就高不就低)."""

    rules: tuple[Rule, ...]
    highest: bool

    def evaluate(self, context: Context) -> Outcome:
        """Return the extreme of the rules' outcomes; an interval keeps both of its ends."""
        outcomes = [rule.evaluate(context) for rule in self.rules]
        take = max if self.highest else min
        low, high = take(o.low for o in outcomes), take(o.high for o in outcomes)
        best = take(outcomes, key=lambda o: (o.low, o.high))
        word = "取最高的一项" if self.highest else "取最低的一项"
        return Outcome(low, high, (*best.because, word), joined(o.trace for o in outcomes))


@dataclass(frozen=True, slots=True)
class Fixed:
    """`points`: a stated number or range, whatever the records say."""

    points: Points

    def evaluate(self, context: Context) -> Outcome:
        """Return the stated points."""
        return self.points.outcome(Trace(inputs=1))


def parse_met(node: Node) -> Met:
    """Parse a list of conditions that must all hold; raises ExpectedError."""
    return Met(All(tuple(parse_condition(item) for item in node.items())))


def parse_sum(node: Node, parse: Parse) -> Sum:
    """Parse `[{part, of, rule}, …]`; raises ExpectedError."""
    parts = []
    for item in node.items():
        p = item.fields("part of rule")
        parts.append(Part(p.text("part"), p["of"].number(), parse(p["rule"])))
    return Sum(tuple(parts))


def parse_choice(node: Node) -> Choice:
    """Parse `{outcomes: {良好: {points, text}, …}}`; raises ExpectedError."""
    f = node.fields("outcomes", "part")
    found = f["outcomes"].mapping()
    outcomes = {name: points_of(item.fields("points", "text because")) for name, item in found.items()}
    if len(outcomes) < 2:
        raise ExpectedError(f["outcomes"], "至少要有两个可选的评判")
    return Choice(outcomes, f.text("part"))


def parse_veto(node: Node, parse: Parse) -> Veto:
    """Parse `{when, points, text, rule}`; raises ExpectedError."""
    f = node.fields("when points rule", "text")
    return Veto(parse_condition(f["when"]), parse_points(f["points"], f.text("text")), parse(f["rule"]))


def parse_scale(node: Node, parse: Parse) -> Scale:
    """Parse `{when, times, text, rule}`; raises ExpectedError."""
    f = node.fields("when times rule", "text")
    return Scale(parse_condition(f["when"]), f["times"].number(), f.text("text"), parse(f["rule"]))


def parse_pick(node: Node, highest: bool, parse: Parse) -> Pick:
    """Parse a list of rules; raises ExpectedError."""
    return Pick(tuple(parse(item) for item in node.items()), highest)


def parse_fixed(node: Node) -> Fixed:
    """Parse `{points, text, because}`; raises ExpectedError."""
    return Fixed(points_of(node.fields("points", "text because")))

"""Rule kinds (计分方式). They compose; each gives an interval of points and says why.

What no clause covers is undecided: the rule then reaches from its lowest to its highest still possible points.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from kaoping import schema
from kaoping.rules.base import Condition, Context, Measure, Outcome, Rule, Trace, Truth, joined, show, span
from kaoping.rules.conditions import All, judgement, parse_condition, split_edges
from kaoping.rules.measures import parse_measure
from kaoping.rules.params import Param, as_number, parse_param
from kaoping.rules.select import absent, select
from kaoping.rules.where import Where, kind_named, parse_where
from kaoping.yamltree import ExpectedError, Node

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Points:
    """What a clause gives: a number, or a range where the clause itself is not clear, with the words it came from."""

    low: Fraction
    high: Fraction
    text: str  # the clause, letter by letter ("" for what the rubric leaves to its reader)
    because: str  # why a range

    def outcome(self, trace: Trace, *why: str) -> Outcome:
        """Return the outcome of this clause, with its reasons."""
        quote = f"“{self.text}”" if self.text else ""
        if self.low == self.high:
            verdict = f"{quote}，得{show(self.low)}分" if quote else f"得{show(self.low)}分"
        else:
            verdict = f"{quote}{'：' if quote else ''}{self.because}，得分待定（{span(self.low, self.high)}分）"
        return Outcome(self.low, self.high, (*(w for w in why if w), verdict), trace)


def full(context: Context) -> Fraction:
    """Return how high a silence can reach: the line's points."""
    return context.of if context.of is not None else ZERO


def hull(outcomes: list[Outcome], trace: Trace, *because: str) -> Outcome:
    """Return the outcome that leaves every one of ``outcomes`` possible."""
    low, high = min(o.low for o in outcomes), max(o.high for o in outcomes)
    return Outcome(low, high, because, trace)


@dataclass(frozen=True, slots=True)
class Step:
    """One tier: `{at_least: 2, points: 1}`."""

    op: str
    edge: Param
    points: Points


@dataclass(frozen=True, slots=True)
class Tiers:
    """`tiers`: points by steps of one measure (分档).

    Steps of one direction (以上…, 以上…) read as tiers: the strictest that holds. Where an upper and a lower tier meet at
    one number the higher points stand, and the trace says so (this toolkit's convention); any other overlap, and any gap,
    is undecided. `equals` steps are explicit and win.
    """

    measure: Measure
    steps: tuple[Step, ...]

    def evaluate(self, context: Context) -> Outcome:
        """Return the points of the tier that the measure falls into."""
        measured = self.measure.evaluate(context)
        if not measured.known:
            low, high = min(s.points.low for s in self.steps), max(s.points.high for s in self.steps)
            return Outcome(low, high, (measured.text,), measured.trace)
        edges = [(step, as_number(step.edge.resolve(context))) for step in self.steps]
        if any(edge is None for _, edge in edges):
            return Outcome(ZERO, full(context), (measured.text, "标准所在的口径未定"), measured.trace)
        known = [(step, edge) for step, edge in edges if edge is not None]
        if measured.low == measured.high:
            return self._at(measured.low, known, context, measured.trace, measured.text)
        # Points change only at edges, so the ends and the edges inside the range (and just beside them) tell all.
        tiny = Fraction(1, 10**9)
        spots = {measured.low, measured.high}
        for _, edge in known:
            spots |= {e for e in (edge - tiny, edge, edge + tiny) if measured.low <= e <= measured.high}
        found = [self._at(spot, known, context, measured.trace, measured.text) for spot in sorted(spots)]
        merged = hull(found, measured.trace)
        if merged.low == merged.high:
            return found[0]
        return replace(
            merged, because=(measured.text, f"数值在这个范围内时得分不同，待定（{span(merged.low, merged.high)}分）")
        )

    def _at(
        self, value: Fraction, steps: list[tuple[Step, Fraction]], context: Context, trace: Trace, text: str
    ) -> Outcome:
        exact = [s for s, edge in steps if s.op == "equals" and value == edge]
        if exact:
            return exact[0].points.outcome(trace, text)
        up = [
            (s, e)
            for s, e in steps
            if s.op in ("at_least", "above") and (value >= e if s.op == "at_least" else value > e)
        ]
        down = [
            (s, e)
            for s, e in steps
            if s.op in ("at_most", "below") and (value <= e if s.op == "at_most" else value < e)
        ]
        best_up = max(up, key=lambda pair: (pair[1], pair[0].op == "above"), default=None)
        best_down = min(down, key=lambda pair: (pair[1], pair[0].op != "below"), default=None)
        if best_up and best_down:
            first, second = best_up[0].points, best_down[0].points
            if best_up[1] == best_down[1] == value:
                higher = max(first, second, key=lambda p: p.high)
                return higher.outcome(trace, text, "两档在此数相接（以上、以下均含本数），按就高一档计（本工具的约定）")
            low, high = min(first.low, second.low), max(first.high, second.high)
            return Points(low, high, "", f"“{first.text}”与“{second.text}”同时适用").outcome(trace, text)
        if best := best_up or best_down:
            return best[0].points.outcome(trace, text)
        return self._silent(value, steps, context).outcome(trace, text)

    def _silent(self, value: Fraction, steps: list[tuple[Step, Fraction]], context: Context) -> Points:
        """Between two tiers the points lie between theirs; outside all tiers nothing is known."""
        above = [(e, s.points) for s, e in steps if e >= value and s.op in ("at_least", "above")]
        below = [(e, s.points) for s, e in steps if e <= value and s.op in ("at_most", "below")]
        if above and below:
            near = [min(above, key=lambda p: p[0])[1], max(below, key=lambda p: p[0])[1]]
            low, high = min(p.low for p in near), max(p.high for p in near)
        else:
            low, high = ZERO, full(context)
        return Points(low, high, "", "细则没有写明此数如何计分")


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: `{when: condition, points: 1}`."""

    when: Condition
    points: Points


@dataclass(frozen=True, slots=True)
class Clauses:
    """`clauses`: points by conditions. One that holds gives its points; several that differ overlap; none is silence."""

    clauses: tuple[Clause, ...]
    silent: Points | None  # a silence that the rubric's reader has thought about

    def evaluate(self, context: Context) -> Outcome:
        """Return the points of the clauses that hold or may hold."""
        truths = [(clause, clause.when.evaluate(context)) for clause in self.clauses]
        trace = joined(truth.trace for _, truth in truths)
        return settle_clauses([(c.points, t) for c, t in truths], self.silent, full(context), trace)


def settle_clauses(found: list[tuple[Points, Truth]], silent: Points | None, most: Fraction, trace: Trace) -> Outcome:
    """Return what clauses give together: one, an overlap, a silence, or all that an unknown leaves open."""
    hold = [(points, truth) for points, truth in found if truth.value]
    open_ = [(points, truth) for points, truth in found if truth.value is None]
    nothing = silent or Points(ZERO, most, "", "细则没有写明这种情形如何计分")
    if not hold and not open_:
        texts = tuple(dict.fromkeys(truth.text for _, truth in found if truth.text))
        return nothing.outcome(trace, *texts)
    possible = [points for points, _ in hold + open_]
    if not hold and silent is not None:
        possible.append(silent)
    low, high = min(p.low for p in possible), max(p.high for p in possible)
    if open_ and low < high:
        texts = tuple(dict.fromkeys(truth.text for _, truth in open_ if truth.text))
        return Outcome(low, high, (*texts, f"以上情况不明，得分待定（{span(low, high)}分）"), trace)
    chosen = hold or open_
    if low == high or len(chosen) == 1:
        return chosen[0][0].outcome(trace, chosen[0][1].text)
    ranged = [points for points, _ in chosen if points.because]
    because = ranged[0].because if ranged else "与".join(f"“{p.text}”" for p, _ in chosen) + "同时适用"
    return Points(low, high, "", because).outcome(trace, *dict.fromkeys(truth.text for _, truth in chosen))


@dataclass(frozen=True, slots=True)
class Worst:
    """`worst`: every record of a kind is scored by itself, and the worst one decides."""

    kind: schema.Kind
    where: Where
    clauses: tuple[tuple[Where, Points], ...]
    none: Points | None  # what no record gives; None: nobody looked, so nothing is known
    label: str

    def evaluate(self, context: Context) -> Outcome:
        """Return the least points over the records."""
        table = context.dossier.table(self.kind.name)
        chosen = select(table, self.where, context) if table is not None else None
        if table is None or chosen is None or not (chosen.sure or chosen.maybe):
            if self.none:
                trace = Trace((chosen.tally,) if chosen else (), ("none",), 1)
                return self.none.outcome(trace, f"没有登记{self.label}")
            gap = f"没有填报{self.label}的记录（没有查到问题不等于没有检查）"
            trace = absent(self.kind, self.label).trace if table is None else Trace((chosen.tally,) if chosen else ())
            return Outcome(ZERO, full(context), (gap,), replace(trace, gaps=(gap,)))
        outcomes: list[Outcome] = []
        results = [(where.select(table, context), points) for where, points in self.clauses]
        trace = Trace((chosen.tally,), (f"{self.kind.name}:{','.join(chosen.tally.counted)}",), 1)
        for row in chosen.sure + chosen.maybe:
            truths = [
                (points, Truth(rows[row][0], f"{table.ids[row]} {rows[row][1]}".strip())) for rows, points in results
            ]
            outcomes.append(settle_clauses(truths, None, full(context), trace))
        merged = Outcome(min(o.low for o in outcomes), min(o.high for o in outcomes), (), trace)
        deciding = [o for o in outcomes if o.low == merged.low or o.high == merged.high]
        texts = tuple(dict.fromkeys(text for o in deciding for text in o.because))
        number = f"{self.label}{len(outcomes)}次" + ("，以最差的一次为准" if len(outcomes) > 1 else "")
        facts = tuple(f"{o.low}..{o.high}" for o in outcomes)
        return replace(merged, because=(number, *texts[:6]), trace=replace(trace, facts=trace.facts + facts))


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
class Each:
    """`each`: so many points for every unit of a measure (每…加/扣…分), from a start, with a cap and a floor."""

    measure: Measure
    per: Fraction
    points: Fraction
    start: Fraction
    cap: Param | None
    floor: Param | None
    partial: str  # of a unit: ignore | count | proportional
    text: str

    def evaluate(self, context: Context) -> Outcome:
        """Return start + units × points, between floor and cap."""
        measured = self.measure.evaluate(context)
        if not measured.known:
            low, high = self._limit(ZERO, context), self._limit(full(context), context)
            return Outcome(min(low, high), max(low, high), (measured.text,), measured.trace)
        ends = sorted(
            self._limit(self.start + self._units(v) * self.points, context) for v in (measured.low, measured.high)
        )
        points = Points(ends[0], ends[1], self.text, "数目不能确定")
        return points.outcome(measured.trace, measured.text)

    def _units(self, value: Fraction) -> Fraction:
        units = value / self.per
        if self.partial == "proportional":
            return units
        whole = Fraction(units.numerator // units.denominator)
        return whole if self.partial == "ignore" or whole == units else whole + 1

    def _limit(self, points: Fraction, context: Context) -> Fraction:
        for limit, clip in ((self.cap, min), (self.floor, max)):
            edge = as_number(limit.resolve(context)) if limit else None
            points = points if edge is None else clip(points, edge)
        return points


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
        ends = (inner.low * self.times, inner.high * self.times)
        scaled = Outcome(
            min(ends), max(ends), (*inner.because, truth.text, f"“{self.text}”，按{show(self.times)}倍计"), trace
        )
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
    """`undecided` and `points`: a stated number or range, whatever the records say."""

    points: Points

    def evaluate(self, context: Context) -> Outcome:
        """Return the stated points."""
        return self.points.outcome(Trace(inputs=1))


def parse_points(node: Node, words: str = "", because: str = "") -> Points:
    """Parse `2` or `[0, 2]`; a range asks for a `because`. Raises ExpectedError."""
    if isinstance(node.value, list):
        ends = [item.number() for item in node.value]
        if len(ends) != 2 or ends[0] > ends[1]:
            raise ExpectedError(node, "范围应写作 [最低, 最高]")
        if not because:
            raise ExpectedError(node, "得分是一个范围时，要用 because 写明原因")
        return Points(ends[0], ends[1], words, because)
    number = node.number()
    return Points(number, number, words, because)


def parse_rule(node: Node) -> Rule:
    """Parse a rule; raises ExpectedError with the place and what was expected."""
    entries = node.mapping()
    names = [name for name in entries if name in _PARSERS]
    if len(names) != 1 or len(entries) != 1:
        raise ExpectedError(node, f"应为一种计分方式：{'、'.join(_PARSERS)}")
    return _PARSERS[names[0]](entries[names[0]])


def _tiers(node: Node) -> Rule:
    f = node.fields("measure steps")
    steps: list[Step] = []
    for item in f["steps"].items():
        rest, edges = split_edges(item)
        s = rest.fields("points", "text because")
        if len(edges) != 1:
            raise ExpectedError(item, "每一档写一个 at_least、above、at_most、below 或 equals")
        steps.append(
            Step(edges[0][0], parse_param(edges[0][1]), parse_points(s["points"], s.text("text"), s.text("because")))
        )
    if not steps:
        raise ExpectedError(f["steps"], "至少要有一档")
    return Tiers(parse_measure(f["measure"]), tuple(steps))


def _clauses(node: Node) -> Rule:
    clauses: list[Clause] = []
    silent: Points | None = None
    for item in node.items():
        if "silent" in item.mapping():
            s = item.fields("silent because")
            silent = parse_points(s["silent"], "", s.text("because"))
            continue
        c = item.fields("when points", "text because")
        clauses.append(Clause(parse_condition(c["when"]), parse_points(c["points"], c.text("text"), c.text("because"))))
    if not clauses:
        raise ExpectedError(node, "至少要有一条 when、points")
    return Clauses(tuple(clauses), silent)


def _worst(node: Node) -> Rule:
    f = node.fields("of clauses as", "where none")
    kind = kind_named(f["of"])
    clauses: list[tuple[Where, Points]] = []
    for item in f["clauses"].items():
        c = item.fields("when points", "text because")
        clauses.append((parse_where(c["when"], kind), parse_points(c["points"], c.text("text"), c.text("because"))))
    none = None
    if "none" in f:
        n = f["none"].fields("points", "text because")
        none = parse_points(n["points"], n.text("text"), n.text("because"))
    return Worst(kind, parse_where(f.get("where"), kind), tuple(clauses), none, f.text("as"))


def _sum(node: Node) -> Rule:
    parts = []
    for item in node.items():
        p = item.fields("part of rule")
        parts.append(Part(p.text("part"), p["of"].number(), parse_rule(p["rule"])))
    return Sum(tuple(parts))


def _each(node: Node) -> Rule:
    f = node.fields("measure points", "per start cap floor partial text")
    partial = f.text("partial", "ignore")
    if partial not in ("ignore", "count", "proportional"):
        raise ExpectedError(f["partial"], "应为 ignore（不足一个单位不计）、count（按一个计）或 proportional（按比例）")
    cap = parse_param(f["cap"]) if "cap" in f else None
    floor = parse_param(f["floor"]) if "floor" in f else None
    per = f.number("per") or Fraction(1)
    start = f.number("start") or ZERO
    return Each(parse_measure(f["measure"]), per, f["points"].number(), start, cap, floor, partial, f.text("text"))


def _choice(node: Node) -> Rule:
    outcomes: dict[str, Points] = {}
    f = node.fields("outcomes", "part")
    for name, item in f["outcomes"].mapping().items():
        o = item.fields("points", "text because")
        outcomes[name] = parse_points(o["points"], o.text("text"), o.text("because"))
    return Choice(outcomes, f.text("part"))


def _veto(node: Node) -> Rule:
    f = node.fields("when points rule", "text")
    return Veto(parse_condition(f["when"]), parse_points(f["points"], f.text("text")), parse_rule(f["rule"]))


def _scale(node: Node) -> Rule:
    f = node.fields("when times rule", "text")
    return Scale(parse_condition(f["when"]), f["times"].number(), f.text("text"), parse_rule(f["rule"]))


def _pick(highest: bool) -> Callable[[Node], Rule]:
    return lambda node: Pick(tuple(parse_rule(item) for item in node.items()), highest)


def _fixed(node: Node) -> Rule:
    f = node.fields("points", "text because")
    return Fixed(parse_points(f["points"], f.text("text"), f.text("because")))


def _met(node: Node) -> Rule:
    return Met(All(tuple(parse_condition(item) for item in node.items())))


_PARSERS: dict[str, Callable[[Node], Rule]] = {
    "tiers": _tiers,
    "clauses": _clauses,
    "worst": _worst,
    "met": _met,
    "sum": _sum,
    "each": _each,
    "choice": _choice,
    "veto": _veto,
    "scale": _scale,
    "highest": _pick(True),
    "lowest": _pick(False),
    "points": _fixed,
}

"""`tiers` (分档): points by steps of one measure."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Annotated

from kaoping.core.decode import Beside, MisfitError
from kaoping.core.figures import open_text
from kaoping.core.yamltree import ExpectedError, Fields
from kaoping.rubric.rules._points import Points, Stated, anything, hull, unearned
from kaoping.rubric.rules._spans import hull_of, span_of
from kaoping.rubric.rules.conditions import COMPARATORS
from kaoping.rubric.rules.evaluation import Context, Interval, Measure, Measured, Outcome, Possible, Trace, joined
from kaoping.rubric.rules.params import EdgeParam, edge_of, parse_edge

_UP: dict[str, Callable[[Fraction, Fraction], bool]] = {"at_least": Fraction.__ge__, "above": Fraction.__gt__}
_DOWN: dict[str, Callable[[Fraction, Fraction], bool]] = {"at_most": Fraction.__le__, "below": Fraction.__lt__}
_OPS = " ".join((*COMPARATORS, "between"))
#: Edges that are ranges themselves are looked at in every way they may lie: of more than this nobody can say anything.
_MOST_OPEN_EDGES = 3
_TINY = Fraction(1, 10**9)


@dataclass(frozen=True, slots=True)
class _Edges:
    """What each edge is taken to be; two that are written alike are one."""

    params: Sequence[EdgeParam]
    values: Sequence[Fraction]

    def __getitem__(self, param: EdgeParam) -> Fraction:
        return self.values[self.params.index(param)]


def _sides(fields: Fields) -> tuple[tuple[str, EdgeParam], ...]:
    """The edges of a tier: one, or both of `between: [80%, 90%]`, `between: {at_least: 80%, below: 90%}`."""
    ops = [op for op in (*COMPARATORS, "between") if op in fields]
    if len(ops) != 1:
        raise MisfitError("每一档写一个 at_least、above、at_most、below、equals 或 between")
    node = fields[ops[0]]
    if ops[0] != "between":
        return ((ops[0], parse_edge(node)),)
    if isinstance(node.value, list):
        if len(node.value) != 2:
            raise ExpectedError(node, "两头都有的一档写作 [最小, 最大]，两头都算在内")
        return tuple(zip(("at_least", "at_most"), map(parse_edge, node.value), strict=True))
    sides = tuple((name, parse_edge(child)) for name, child in node.mapping().items())
    if (
        len(sides) != 2
        or [name in _UP for name, _ in sides].count(True) != 1
        or any(name not in _UP and name not in _DOWN for name, _ in sides)
    ):
        raise ExpectedError(node, "写两头：at_least 或 above 一个，at_most 或 below 一个")
    return sides if sides[0][0] in _UP else sides[::-1]


@dataclass(frozen=True, slots=True)
class Step:
    """One tier: `{at_least: 2, points: 1}`, `{between: [80%, 90%], points: 1}`."""

    sides: Annotated[tuple[tuple[str, EdgeParam], ...], Beside(_sides, "", _OPS)]
    points: Stated

    def holds(self, value: Fraction, edges: _Edges) -> bool:
        """Whether ``value`` lies in the tier."""
        return all(COMPARATORS[op](value, edges[edge]) for op, edge in self.sides)

    def side(self, ops: Mapping[str, object], edges: _Edges) -> tuple[Fraction, bool] | None:
        """Return its edge on one side (``ops``: from below, or from above), and whether that is in the tier."""
        return next(((edges[edge], op in ("at_least", "at_most")) for op, edge in self.sides if op in ops), None)


@dataclass(frozen=True, slots=True)
class Tiers:
    """`tiers`: points by steps of one measure.

    Steps of one direction (以上…, 以上…) read as tiers: the strictest that holds. Where an upper and a lower tier meet
    at one number the higher points stand, and the trace says so (this toolkit's convention); any other overlap, and any
    gap, is undecided. `equals` steps are explicit and win.
    """

    measure: Measure
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        if not self.steps:
            raise MisfitError("至少要有一档", "steps")

    def evaluate(self, context: Context) -> Outcome:
        """Return the points of the tier that the measure falls into."""
        params: list[EdgeParam] = []
        for param in (edge for step in self.steps for _, edge in step.sides):
            if param not in params:
                params.append(param)
        against = [edge_of(param, context) for param in params]
        measured = self.measure.evaluate(context.facing(end for edge in against for end in edge.facing))
        trace = joined([measured.trace, *(edge.trace for edge in against)])
        texts = tuple(dict.fromkeys((measured.text, *(text for edge in against for text in edge.texts))))
        if not measured.known:  # it may be any number there is, one that no tier speaks of too
            span = span_of(self.measure)
            measured = replace(measured, low=span.low, high=span.high)
        ends = [edge.ends for edge in against if edge.ends is not None]
        open_edges = [its for its in ends if its.low < its.high]
        if len(ends) < len(params) or len(open_edges) > _MOST_OPEN_EDGES:
            is_measured = any(edge.texts for edge in against if edge.ends is None)
            why = "和它比的数没有定" if is_measured or open_edges else "标准所在的口径未定"
            return anything(context, why).outcome(context, trace, *texts)
        outcomes = [
            self._at(spot, edges, context, trace, texts)
            for spot in _spots(measured, [end for its in ends for end in (its.low, its.high)])
            for edges in _ways(params, ends, spot)
        ]
        merged = hull(outcomes, trace)
        if not measured.known:
            return replace(merged, because=texts)
        if merged.low == merged.high or len(outcomes) == 1:
            return outcomes[0]
        because = (*texts, f"数值在这个范围内时得分不同，{open_text(merged.low, merged.high, context.role)}")
        return replace(merged, because=because)

    def reach(self, possible: Possible) -> Interval:
        """Return the points of all tiers."""
        return hull_of(*(Interval(step.points.low, step.points.high) for step in self.steps))

    def _at(self, value: Fraction, edges: _Edges, context: Context, trace: Trace, texts: tuple[str, ...]) -> Outcome:
        held = [step for step in self.steps if step.holds(value, edges)]
        if exact := [step for step in held if step.sides[0][0] == "equals"]:
            return exact[0].points.outcome(context, trace, *texts)
        chosen = self._strictest(held, edges)
        if not chosen:
            return self._silent(value, edges, context).outcome(context, trace, *texts)
        if len(chosen) == 1:
            return chosen[0].points.outcome(context, trace, *texts)
        if all(value in (edges[edge] for _, edge in step.sides) for step in chosen):
            higher = max((step.points for step in chosen), key=lambda p: p.high)
            return higher.outcome(
                context, trace, *texts, "两档在此数相接（以上、以下均含本数），按就高一档计（本工具的约定）"
            )
        low, high = min(s.points.low for s in chosen), max(s.points.high for s in chosen)
        both = "与".join(f"“{step.points.text}”" for step in chosen)
        return Points(low, high, "", f"{both}同时适用").outcome(context, trace, *texts)

    def _strictest(self, held: Sequence[Step], edges: _Edges) -> list[Step]:
        """Return the tiers that stand: of 以上…, 以上… the highest, and a 至… before one that goes on past it."""
        up = [(step, step.side(_UP, edges)) for step in held if len(step.sides) == 1]
        down = [(step, step.side(_DOWN, edges)) for step in held if len(step.sides) == 1]
        best_up = max(((s, e) for s, e in up if e), key=lambda pair: (pair[1][0], not pair[1][1]), default=None)
        best_down = min(((s, e) for s, e in down if e), key=lambda pair: (pair[1][0], pair[1][1]), default=None)
        between = [step for step in held if len(step.sides) == 2]
        lows = [side[0] for step in between if (side := step.side(_UP, edges))]
        highs = [side[0] for step in between if (side := step.side(_DOWN, edges))]
        chosen = [*between]
        if best_up and not any(best_up[1][0] < low for low in lows):
            chosen.append(best_up[0])
        if best_down and not any(best_down[1][0] > high for high in highs):
            chosen.append(best_down[0])
        return chosen

    def _silent(self, value: Fraction, edges: _Edges, context: Context) -> Points:
        """Between two tiers the points lie between theirs; outside all tiers nothing is known."""
        ups = [(side[0], s.points) for s in self.steps if (side := s.side(_UP, edges)) and side[0] >= value]
        downs = [(side[0], s.points) for s in self.steps if (side := s.side(_DOWN, edges)) and side[0] <= value]
        because = "细则没有写明此数如何计分"
        if not (ups and downs):
            return unearned(context, because)
        near = [min(ups, key=lambda p: p[0])[1], max(downs, key=lambda p: p[0])[1]]
        return Points(min(p.low for p in near), max(p.high for p in near), "", because)


def _ways(params: Sequence[EdgeParam], ends: Sequence[Interval], value: Fraction) -> Iterator[_Edges]:
    """Yield the edges in every way they may lie: below, at and above ``value``, and one another."""
    places = []
    for its in ends:
        near = {value - _TINY, value, value + _TINY, its.low, its.high}
        places.append(sorted(place for place in near if its.low <= place <= its.high))
    for chosen in itertools.product(*places):
        yield _Edges(params, chosen)


def _spots(measured: Measured, edges: list[Fraction]) -> list[Fraction]:
    """Where to look: points change only at edges, so a range's ends and what lies at and beside the edges tell all."""
    low, high = measured.low, measured.high
    spots = {low, high}
    for edge in edges:
        if measured.whole:
            floor = edge.numerator // edge.denominator
            near = {Fraction(floor + step) for step in (-1, 0, 1)}
        else:
            near = {edge - _TINY, edge, edge + _TINY}
        spots |= {spot for spot in near if low <= spot <= high}
    return sorted(spots)

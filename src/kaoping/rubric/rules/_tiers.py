"""`tiers` (分档): points by steps of one measure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Annotated

from kaoping.core.decode import Beside, MisfitError
from kaoping.core.figures import open_text
from kaoping.core.yamltree import Fields
from kaoping.rubric.rules._points import Points, Stated, anything, hull
from kaoping.rubric.rules.conditions import COMPARATORS
from kaoping.rubric.rules.evaluation import Context, Measure, Measured, Outcome, Trace
from kaoping.rubric.rules.params import Param, as_number, parse_edge

_UP: dict[str, Callable[[Fraction, Fraction], bool]] = {"at_least": Fraction.__ge__, "above": Fraction.__gt__}
_DOWN: dict[str, Callable[[Fraction, Fraction], bool]] = {"at_most": Fraction.__le__, "below": Fraction.__lt__}
_OPS = " ".join(COMPARATORS)
_TINY = Fraction(1, 10**9)


def _op(fields: Fields) -> str:
    ops = [op for op in COMPARATORS if op in fields]
    if len(ops) != 1:
        raise MisfitError("每一档写一个 at_least、above、at_most、below 或 equals")
    return ops[0]


def _edge(fields: Fields, op: str) -> Param:
    return parse_edge(fields[op])


@dataclass(frozen=True, slots=True)
class Step:
    """One tier: `{at_least: 2, points: 1}`."""

    op: Annotated[str, Beside(_op, "", _OPS)]
    edge: Annotated[Param, Beside(_edge, "", _OPS, "op")]
    points: Stated


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
        edges = [(step, as_number(step.edge.resolve(context))) for step in self.steps]
        measured = self.measure.evaluate(context.facing(edge for _, edge in edges))
        if not measured.known:
            low, high = min(s.points.low for s in self.steps), max(s.points.high for s in self.steps)
            return Outcome(low, high, (measured.text,), measured.trace)
        if any(edge is None for _, edge in edges):
            return anything(context, "标准所在的口径未定").outcome(context, measured.trace, measured.text)
        steps = [(step, edge) for step, edge in edges if edge is not None]
        spots = _spots(measured, [edge for _, edge in steps])
        outcomes = [self._at(spot, steps, context, measured.trace, measured.text) for spot in spots]
        merged = hull(outcomes, measured.trace)
        if merged.low == merged.high:
            return outcomes[0]
        if len(outcomes) == 1:
            return outcomes[0]
        because = (measured.text, f"数值在这个范围内时得分不同，{open_text(merged.low, merged.high, context.role)}")
        return replace(merged, because=because)

    def _at(
        self, value: Fraction, steps: list[tuple[Step, Fraction]], context: Context, trace: Trace, text: str
    ) -> Outcome:
        exact = [s for s, edge in steps if s.op == "equals" and value == edge]
        if exact:
            return exact[0].points.outcome(context, trace, text)
        up = [(s, e) for s, e in steps if s.op in _UP and _UP[s.op](value, e)]
        down = [(s, e) for s, e in steps if s.op in _DOWN and _DOWN[s.op](value, e)]
        best_up = max(up, key=lambda pair: (pair[1], pair[0].op == "above"), default=None)
        best_down = min(down, key=lambda pair: (pair[1], pair[0].op != "below"), default=None)
        if best_up and best_down:
            first, second = best_up[0].points, best_down[0].points
            if best_up[1] == best_down[1] == value:
                higher = max(first, second, key=lambda p: p.high)
                return higher.outcome(
                    context, trace, text, "两档在此数相接（以上、以下均含本数），按就高一档计（本工具的约定）"
                )
            low, high = min(first.low, second.low), max(first.high, second.high)
            return Points(low, high, "", f"“{first.text}”与“{second.text}”同时适用").outcome(context, trace, text)
        if best := best_up or best_down:
            return best[0].points.outcome(context, trace, text)
        return self._silent(value, steps, context).outcome(context, trace, text)

    def _silent(self, value: Fraction, steps: list[tuple[Step, Fraction]], context: Context) -> Points:
        """Between two tiers the points lie between theirs; outside all tiers nothing is known."""
        above = [(e, s.points) for s, e in steps if e >= value and s.op in _UP]
        below = [(e, s.points) for s, e in steps if e <= value and s.op in _DOWN]
        because = "细则没有写明此数如何计分"
        if not (above and below):
            return anything(context, because)
        near = [min(above, key=lambda p: p[0])[1], max(below, key=lambda p: p[0])[1]]
        return Points(min(p.low for p in near), max(p.high for p in near), "", because)


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

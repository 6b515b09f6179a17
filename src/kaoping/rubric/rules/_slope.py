"""`slope` (按比例计分): points in proportion between two ends, as of a share that is reached or of a rank."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated

from kaoping.core.decode import Key, MisfitError, Read
from kaoping.core.figures import number, span_text
from kaoping.core.yamltree import ExpectedError, Node
from kaoping.rubric.rules._points import Points, anything
from kaoping.rubric.rules._spans import hull_of
from kaoping.rubric.rules.evaluation import Context, Interval, Measure, Outcome, Possible, joined
from kaoping.rubric.rules.params import EdgeParam, edge_of

_MOST_PLACES = 4


def _places(node: Node) -> int:
    places = node.number()
    if places.denominator != 1 or not 0 <= places <= _MOST_PLACES:
        raise ExpectedError(node, f"保留几位小数：0 到 {_MOST_PLACES}")
    return int(places)


@dataclass(frozen=True, slots=True)
class End:
    """One end: where it lies, what it gives, and whether what lies beyond it gives the same (超额的得满分)."""

    at: EdgeParam
    points: Fraction
    beyond: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Slope:
    """`slope`: between two ends in proportion, exactly or rounded half up; what lies outside them is undecided."""

    measure: Measure
    first: Annotated[End, Key("from")]
    last: Annotated[End, Key("to")]
    places: Annotated[int | None, Read(_places)] = None
    text: str = ""

    def __post_init__(self) -> None:
        if self.first.points == self.last.points:
            raise MisfitError("两头的分一样，不是按比例；用 points", "last")

    def evaluate(self, context: Context) -> Outcome:
        """Return the points of the place between the ends; a range where the number or an end is one."""
        edges = [edge_of(end.at, context) for end in (self.first, self.last)]
        measured = self.measure.evaluate(context.facing(end for edge in edges for end in edge.facing))
        trace = joined([measured.trace, *(edge.trace for edge in edges)])
        texts = tuple(dict.fromkeys((measured.text, *(text for edge in edges for text in edge.texts))))
        first, last = edges[0].ends, edges[1].ends
        everything = self._everything(context)
        if not (measured.known and measured.bounded) or first is None or last is None:
            return Outcome(everything.low, everything.high, texts, trace)
        if first.low <= last.high and last.low <= first.high:
            points = Points(everything.low, everything.high, self.text, "两头分不开，算不出比例")
            return points.outcome(context, trace, *texts)
        corners = list(itertools.product((measured.low, measured.high), (first.low, first.high), (last.low, last.high)))
        places = [(value - low) / (high - low) for value, low, high in corners]
        outside = (min(places) < 0 and not self.first.beyond) or (max(places) > 1 and not self.last.beyond)
        reached = [self._points(min(max(place, Fraction(0)), Fraction(1))) for place in places]
        low, high = min(reached), max(reached)
        if outside:
            low, high = min(low, everything.low), max(high, everything.high)
        because = "在两头以外的，原文没有写怎样计" if outside else "数目不能确定"
        unit = getattr(self.measure, "unit", "")
        scale = "，".join(
            f"{span_text(ends.low, ends.high, measured.write)}{unit}的{number(end.points)}分"
            for ends, end in ((first, self.first), (last, self.last))
        )
        return Points(low, high, self.text, because).outcome(context, trace, *texts, f"{scale}，其间按比例")

    def reach(self, possible: Possible) -> Interval:
        """Return the points of both ends."""
        return hull_of(*(Interval(end.points, end.points) for end in (self.first, self.last)))

    def _points(self, place: Fraction) -> Fraction:
        exact = self.first.points + place * (self.last.points - self.first.points)
        if self.places is None:
            return exact
        unit = 10**self.places
        rounded = Fraction((2 * abs(exact) * unit + 1).__floor__() // 2, unit)
        return -rounded if exact < 0 else rounded

    def _everything(self, context: Context) -> Interval:
        """What is possible where the place is not known; outside ends that say nothing of it, whatever a line has."""
        ends = self.reach(lambda param: ())
        if self.first.beyond and self.last.beyond:
            return ends
        most = anything(context, "")
        return hull_of(ends, Interval(most.low, most.high))

"""`each` (每…加/扣…分): so many points for every unit of a measure, from a start, with a cap and a floor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated

from kaoping.core.decode import Beside, MisfitError, OneOf, Read, positive
from kaoping.core.figures import UNBOUNDED, number
from kaoping.core.yamltree import ExpectedError, Fields, Node
from kaoping.rubric.rules._bounds import Limit, limited, reach_within
from kaoping.rubric.rules._points import ZERO, Points, anything
from kaoping.rubric.rules._spans import endless, hull_of, plus, scaled, span_of
from kaoping.rubric.rules.declared import bare
from kaoping.rubric.rules.evaluation import Context, Interval, Measure, Measured, Outcome, Possible
from kaoping.rubric.rules.params import EdgeParam, MeasuredEdge, edge_of, parse_edge

PARTIAL = {"ignore": "不足一个单位不计", "count": "按一个计", "proportional": "按比例"}
_NOTHING = Interval(ZERO, ZERO)


def _edge(fields: Fields) -> tuple[str, EdgeParam] | None:
    sides = [name for name in ("below", "above") if name in fields]
    if len(sides) > 1:
        raise MisfitError("below 和 above 只能写一个")
    return (sides[0], parse_edge(fields[sides[0]])) if sides else None


#: The side (`below`, `above`) on which units are counted, and the edge from which.
Distance = Annotated[tuple[str, EdgeParam] | None, Beside(_edge, "", "below above")]


def parse_amount(node: Node) -> Interval:
    """Parse `2` or `[1, 2]`, what each is worth where the text leaves it to discretion; raises ExpectedError."""
    if not isinstance(node.value, list):
        return Interval(node.number(), node.number())
    ends = [item.number() for item in node.value]
    if len(ends) != 2 or ends[0] > ends[1]:
        raise ExpectedError(node, "范围应写作 [最低, 最高]")
    return Interval(ends[0], ends[1])


@dataclass(frozen=True, slots=True)
class Each:
    """`each`: start + units × points, between floor and cap.

    With ``edge`` the units are those of the distance from it on one side (每低于90%一个百分点…); on the other there are
    none. What is left over of a unit is undecided unless the text says what it counts (``partial``).
    """

    measure: Measure
    points: Annotated[Interval, Read(parse_amount)]
    per: Annotated[Fraction, Read(positive)] = Fraction(1)
    start: Fraction = ZERO
    cap: Limit | None = None
    floor: Limit | None = None
    partial: Annotated[str, OneOf(PARTIAL)] = ""
    edge: Distance = None
    text: str = ""
    because: str = ""  # why a range of points

    def __post_init__(self) -> None:
        if self.points.low < self.points.high and not self.because:
            raise MisfitError("得分是一个范围时，要用 because 写明原因", "points")

    def evaluate(self, context: Context) -> Outcome:
        """Return the points for what was measured."""
        edge = edge_of(self.edge[1], context) if self.edge else None
        ends = edge.ends if edge else None
        measured = self.measure.evaluate(context.facing(edge.facing if edge else ()))
        trace = measured.trace + edge.trace if edge else measured.trace
        texts = (measured.text, *(edge.texts if edge else ()))
        start = Interval(self.start, self.start)
        unsettled = self.edge is not None and ends is None
        if unsettled or not measured.known:
            if unsettled and not (edge and edge.texts):
                texts = (*texts, "标准所在的口径未定")
            most = self._most_units([ends.low, ends.high] if ends else [])
            points, _ = limited(plus(start, scaled(most, self.points)), self.cap, self.floor, context)
            points = within_line(points, context)
            return Outcome(points.low, points.high, texts, trace)
        distance = self._distance(measured, ends)
        units = Interval(self._units(distance.low).low, self._units(distance.high).high)
        reckoned = plus(start, scaled(units, self.points))
        if not measured.bounded:  # many enough for whatever limit there is
            without_end = plus(start, scaled(Interval(units.low, UNBOUNDED), self.points))
            reckoned = ended(limited(without_end, self.cap, self.floor, context)[0], context)
        points, cuts = limited(reckoned, self.cap, self.floor, context)
        # Where there is nothing to count the clause is about nothing: it is not quoted for 0 points.
        text = "" if self.start == points.high == measured.high == 0 else self.text
        because = self._why_open(measured, distance)
        stated = Points(points.low, points.high, text, because)
        return stated.outcome(context, trace, *texts, *cuts)

    def reach(self, possible: Possible) -> Interval:
        """Return the points for no unit, for as many as there can be, and for those between."""
        start = Interval(self.start, self.start)
        edges = possible(self.edge[1]) if self.edge and not isinstance(self.edge[1], MeasuredEdge) else ()
        most = self._most_units([edge for edge in edges if edge is not None])
        return reach_within(plus(start, scaled(most, self.points)), self.cap, self.floor, possible)

    def _most_units(self, edges: Sequence[Fraction]) -> Interval:
        """How many units there can be at most from any of ``edges``: few of a share, no end of what is counted."""
        span = span_of(self.measure)
        if self.edge is not None and edges:
            span = hull_of(*(self._distance(span, Interval(edge, edge)) for edge in edges))
        elif self.edge is not None:
            span = Interval(ZERO, max(abs(span.low), abs(span.high)))
        return hull_of(_NOTHING, Interval(self._units(span.low).low, self._units(span.high).high))

    def _distance(self, value: Interval, edge: Interval | None) -> Interval:
        if self.edge is None or edge is None:
            return value
        above = plus(value, Interval(-edge.high, -edge.low))
        side = above if self.edge[0] == "above" else Interval(-above.high, -above.low)
        return Interval(max(ZERO, side.low), max(ZERO, side.high))

    def _units(self, value: Fraction) -> Interval:
        """The units in ``value``; between two numbers where nobody says what counts of the last one."""
        if endless(value):
            return Interval(value, value)
        units = value / self.per
        whole = Fraction(units.numerator // units.denominator)
        if self.partial == "proportional" or whole == units:
            return Interval(units, units)
        low = whole + 1 if self.partial == "count" else whole
        return Interval(low, whole if self.partial == "ignore" else whole + 1)

    def _why_open(self, measured: Measured, distance: Interval) -> str:
        if distance.low < distance.high:
            return "数目不能确定"
        units = self._units(distance.low)
        if units.low < units.high:
            return f"不足{self._unit_words()}的部分怎样计，原文没有写"
        return self.because

    def _unit_words(self) -> str:
        measure = bare(self.measure)
        if getattr(measure, "as_percent", False):
            return f"{number(self.per * 100)}个百分点"
        return f"{number(self.per)}{getattr(measure, 'unit', '') or '个单位'}"


def ended(points: Interval, context: Context) -> Interval:
    """Return ``points``, where an end that they do not have is that of their line; a line may have none itself."""
    if context.of is None or context.beyond:
        return points
    most = anything(context, "")
    low = most.low if endless(points.low) else points.low
    high = most.high if endless(points.high) else points.high
    return Interval(min(low, high), max(low, high))


def within_line(points: Interval, context: Context) -> Interval:
    """Return what of ``points`` a line can have, where nothing is known but that."""
    if context.of is None or context.beyond:
        return points
    most = anything(context, "")
    low, high = max(points.low, most.low), min(points.high, most.high)
    return Interval(low, high) if low <= high else points

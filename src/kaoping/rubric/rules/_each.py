"""`each` (每…加/扣…分): so many points for every unit of a measure, from a start, with a cap and a floor."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated

from kaoping.core.decode import Beside, MisfitError, OneOf, Read, positive
from kaoping.core.yamltree import Fields
from kaoping.rubric.rules._points import ZERO, Points, anything
from kaoping.rubric.rules.evaluation import Context, Measure, Outcome
from kaoping.rubric.rules.params import Param, as_number, parse_edge

_PARTIAL = {"ignore": "不足一个单位不计", "count": "按一个计", "proportional": "按比例"}


def _edge(fields: Fields) -> tuple[str, Param] | None:
    sides = [name for name in ("below", "above") if name in fields]
    if len(sides) > 1:
        raise MisfitError("below 和 above 只能写一个")
    return (sides[0], parse_edge(fields[sides[0]])) if sides else None


@dataclass(frozen=True, slots=True)
class Each:
    """`each`: start + units × points, between floor and cap.

    With ``edge`` the units are those of the distance from it on one side (每低于90%一个百分点…); on the other there are
    none.
    """

    measure: Measure
    points: Fraction
    per: Annotated[Fraction, Read(positive)] = Fraction(1)
    start: Fraction = ZERO
    cap: Annotated[Param | None, Read(parse_edge)] = None
    floor: Annotated[Param | None, Read(parse_edge)] = None
    partial: Annotated[str, OneOf(_PARTIAL)] = "ignore"
    edge: Annotated[tuple[str, Param] | None, Beside(_edge, "", "below above")] = None
    text: str = ""

    def evaluate(self, context: Context) -> Outcome:
        """Return the points for what was measured."""
        edge = as_number(self.edge[1].resolve(context)) if self.edge else None
        measured = self.measure.evaluate(context.facing([edge]))
        if not measured.known or (self.edge and edge is None) or not (measured.bounded or self._has_end(context)):
            most = anything(context, "")
            low, high = sorted((self._limit(most.low, context), self._limit(most.high, context)))
            why = (measured.text, "标准所在的口径未定") if self.edge and edge is None else (measured.text,)
            return Outcome(low, high, why, measured.trace)
        ends = sorted(
            self._limit(self.start + self._units(self._distance(value, edge)) * self.points, context)
            for value in (measured.low, measured.high)
        )
        # Where there is nothing to count the clause is about nothing: it is not quoted for 0 points.
        text = "" if self.start == ends[1] == measured.high == 0 else self.text
        return Points(ends[0], ends[1], text, "数目不能确定").outcome(context, measured.trace, measured.text)

    def _has_end(self, context: Context) -> bool:
        """Whether there are most (or least) points, however many units there are."""
        limit = self.cap if self.points > 0 else self.floor
        return limit is not None and as_number(limit.resolve(context)) is not None

    def _distance(self, value: Fraction, edge: Fraction | None) -> Fraction:
        if self.edge is None or edge is None:
            return value
        return max(ZERO, edge - value if self.edge[0] == "below" else value - edge)

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

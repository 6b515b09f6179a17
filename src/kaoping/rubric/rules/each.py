"""`each` (每…加/扣…分): so many points for every unit of a measure, from a start, with a cap and a floor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from kaoping.core.yamltree import ExpectedError, Node
from kaoping.rubric.rules.base import Context, Measure, Outcome
from kaoping.rubric.rules.params import Param, as_number, parse_param
from kaoping.rubric.rules.points import ZERO, Points, anything

_PARTIAL = {"ignore": "不足一个单位不计", "count": "按一个计", "proportional": "按比例"}


@dataclass(frozen=True, slots=True)
class Each:
    """`each`: start + units × points, between floor and cap.

    With ``edge`` the units are those of the distance from it on one side (每低于90%一个百分点…); on the other there are
    none.
    """

    measure: Measure
    per: Fraction
    points: Fraction
    start: Fraction
    cap: Param | None
    floor: Param | None
    partial: str  # of a unit: ignore | count | proportional
    edge: tuple[str, Param] | None  # below | above
    text: str

    def evaluate(self, context: Context) -> Outcome:
        """Return the points for what was measured."""
        measured = self.measure.evaluate(context)
        edge = as_number(self.edge[1].resolve(context)) if self.edge else None
        if not measured.known or (self.edge and edge is None) or not (measured.bounded or self._has_end(context)):
            most = anything(context, "")
            low, high = sorted((self._limit(most.low, context), self._limit(most.high, context)))
            why = (measured.text, "标准所在的口径未定") if self.edge and edge is None else (measured.text,)
            return Outcome(low, high, why, measured.trace)
        ends = sorted(
            self._limit(self.start + self._units(self._distance(value, edge)) * self.points, context)
            for value in (measured.low, measured.high)
        )
        return Points(ends[0], ends[1], self.text, "数目不能确定").outcome(measured.trace, measured.text)

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


def parse_each(node: Node, parse_measure: Callable[[Node], Measure]) -> Each:
    """Parse `{measure, points, per, start, cap, floor, partial, below | above, text}`; raises ExpectedError."""
    f = node.fields("measure points", "per start cap floor partial below above text")
    partial = f.text("partial", "ignore")
    if partial not in _PARTIAL:
        said = "、".join(f"{name}（{words}）" for name, words in _PARTIAL.items())
        raise ExpectedError(f["partial"], f"应为 {said}")
    sides = [name for name in ("below", "above") if name in f]
    if len(sides) > 1:
        raise ExpectedError(node, "below 和 above 只能写一个")
    per = f.number("per")
    if per is not None and per <= 0:
        raise ExpectedError(f["per"], "应大于 0")
    return Each(
        measure=parse_measure(f["measure"]),
        per=Fraction(1) if per is None else per,
        points=f["points"].number(),
        start=f.number("start") or ZERO,
        cap=parse_param(f["cap"]) if "cap" in f else None,
        floor=parse_param(f["floor"]) if "floor" in f else None,
        partial=partial,
        edge=(sides[0], parse_param(f[sides[0]])) if sides else None,
        text=f.text("text"),
    )

"""The registry of measures (计量): which key of a rule names which, and what each of them may have beside it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from kaoping.core.decode import decode, reads
from kaoping.core.yamltree import ExpectedError, Fields, Node
from kaoping.rubric.rules._added import Added
from kaoping.rubric.rules._between import MonthsBetween
from kaoping.rubric.rules._counts import Count, Total
from kaoping.rubric.rules._months import Months
from kaoping.rubric.rules._per_group import GroupsMeeting, PerGroup
from kaoping.rubric.rules._shares import Share
from kaoping.rubric.rules.declared import Constant, Indicator, IndicatorSide, Otherwise, StandIn, UnitField
from kaoping.rubric.rules.evaluation import Measure

#: What a measure may have beside it: what its absence gives, and the indicator that may stand in for it.
_BESIDE = ("absent", "absent_text", "indicator")


def names() -> tuple[str, ...]:
    """Return the names of all measures."""
    return tuple(_MEASURES)


@reads(Measure)
def parse_measure(node: Node) -> Measure:
    """Parse a measure; raises ExpectedError. Its key names it (count, total, share …)."""
    entries = node.mapping()
    for name, read in _MEASURES.items():
        if name in entries:
            return _wrapped(Fields(entries), read(node, name))
    raise ExpectedError(node, f"应为一种计量：{'、'.join(_MEASURES)}")


def _wrapped(f: Fields, measure: Measure) -> Measure:
    if "indicator" in f and not isinstance(measure, Indicator):
        measure = StandIn(measure, _indicator(f, measure))
    value = f.number("absent")
    return measure if value is None else Otherwise(measure, value, f.text("absent_text", "未申报"))


def _indicator(f: Fields, measure: Measure) -> Indicator | IndicatorSide:
    """What stands in for ``measure``: a declared number, or one side of a declared quotient."""
    if isinstance(f["indicator"].value, dict):
        sides = f["indicator"].fields("", "numerator denominator")
        if len(sides) != 1:
            raise ExpectedError(f["indicator"], "写 numerator 或 denominator 一个")
        ((side, id_),) = sides.items()
        return IndicatorSide(Indicator(id_.text(), f.text("as"), f.text("unit"), quotient=True), side)
    return Indicator(
        id=f.text("indicator"),
        label=f.text("as"),
        unit=f.text("unit"),
        as_percent=isinstance(measure, Share) and measure.as_percent,
        over_100=isinstance(measure, Share) and measure.over_100,
        quotient=isinstance(measure, Share),
        months=measure if isinstance(measure, Months) else None,
    )


def _plain(cls: type[Measure], also: Collection[str] = _BESIDE) -> Callable[[Node, str], Measure]:
    return lambda node, _: decode(cls, node, also=also)


def _inside(cls: type[Measure], **given: Any) -> Callable[[Node, str], Measure]:
    """A measure whose parts stand below its name, its label and unit beside it."""

    def read(node: Node, name: str) -> Measure:
        f = Fields(node.checked((name,), ("as", "unit", *_BESIDE)))
        return decode(cls, f[name], label=f.text("as"), unit=f.text("unit"), **given)

    return read


_MEASURES: Mapping[str, Callable[[Node, str], Measure]] = {
    "count": _plain(Count),
    "total": _plain(Total),
    "added": _plain(Added),
    "share": _inside(Share, as_percent=True),
    "ratio": _inside(Share, as_percent=False),
    "per_group": _inside(PerGroup),
    "months_short": _inside(Months, met=False),
    "months_met": _inside(Months, met=True),
    "months_between": _inside(MonthsBetween),
    "groups_meeting": _inside(GroupsMeeting),
    "field": _plain(UnitField),
    "constant": _plain(Constant, ()),
    "indicator": _plain(Indicator, ("absent", "absent_text")),  # last: it also stands beside other measures
}

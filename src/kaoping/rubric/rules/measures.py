"""The registry of measures (计量): which key of a rule names which, and what each of them may have beside it."""

from __future__ import annotations

from collections.abc import Callable

from kaoping.core.yamltree import ExpectedError, Fields, Node
from kaoping.rubric.rules.added import parse_added
from kaoping.rubric.rules.base import Measure
from kaoping.rubric.rules.counts import parse_count, parse_total
from kaoping.rubric.rules.declared import (
    Indicator,
    Otherwise,
    StandIn,
    parse_constant,
    parse_indicator,
    parse_unit_field,
)
from kaoping.rubric.rules.groups import parse_groups_meeting, parse_per_group
from kaoping.rubric.rules.months import parse_months
from kaoping.rubric.rules.shares import Share, parse_share


def names() -> tuple[str, ...]:
    """Return the names of all measures."""
    return tuple(_PARSERS)


def parse_measure(node: Node) -> Measure:
    """Parse a measure; raises ExpectedError. Its key names it (count, total, share …)."""
    entries = node.mapping()
    for name, parse in _PARSERS.items():
        if name in entries:
            return _wrapped(Fields(entries), parse(node))
    raise ExpectedError(node, f"应为一种计量：{'、'.join(_PARSERS)}")


def _wrapped(f: Fields, measure: Measure) -> Measure:
    if "indicator" in f and not isinstance(measure, Indicator):
        quotient = isinstance(measure, Share)
        is_share = isinstance(measure, Share) and measure.as_percent
        measure = StandIn(measure, Indicator(f.text("indicator"), f.text("as"), f.text("unit"), is_share, quotient))
    value = f.number("absent")
    return measure if value is None else Otherwise(measure, value, f.text("absent_text", "未申报"))


_PARSERS: dict[str, Callable[[Node], Measure]] = {
    "count": parse_count,
    "total": parse_total,
    "share": lambda node: parse_share(node, parse_measure),
    "ratio": lambda node: parse_share(node, parse_measure),
    "added": lambda node: parse_added(node, parse_measure),
    "per_group": parse_per_group,
    "months_short": parse_months,
    "months_met": parse_months,
    "groups_meeting": parse_groups_meeting,
    "field": parse_unit_field,
    "constant": parse_constant,
    "indicator": parse_indicator,  # last: it also stands beside other measures
}

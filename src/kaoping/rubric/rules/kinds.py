"""The registry of rule kinds (计分方式): which key of a rubric's `rule` names which.

They compose; each gives an interval of points and says why. What no clause covers is undecided: the rule then reaches
from its lowest to its highest still possible points.
"""

from __future__ import annotations

from collections.abc import Callable

from kaoping.core.yamltree import ExpectedError, Node
from kaoping.rubric.rules.base import Rule
from kaoping.rubric.rules.clauses import parse_clauses, parse_worst
from kaoping.rubric.rules.combine import (
    parse_choice,
    parse_fixed,
    parse_met,
    parse_pick,
    parse_scale,
    parse_sum,
    parse_veto,
)
from kaoping.rubric.rules.each import parse_each
from kaoping.rubric.rules.measures import parse_measure
from kaoping.rubric.rules.tiers import parse_tiers


def names() -> tuple[str, ...]:
    """Return the names of all rule kinds."""
    return tuple(_PARSERS)


def parse_rule(node: Node) -> Rule:
    """Parse a rule; raises ExpectedError with the place and what was expected."""
    entries = node.mapping()
    names = [name for name in entries if name in _PARSERS]
    if len(names) != 1 or len(entries) != 1:
        raise ExpectedError(node, f"应为一种计分方式：{'、'.join(_PARSERS)}")
    return _PARSERS[names[0]](entries[names[0]])


_PARSERS: dict[str, Callable[[Node], Rule]] = {
    "tiers": lambda node: parse_tiers(node, parse_measure),
    "clauses": parse_clauses,
    "worst": parse_worst,
    "met": parse_met,
    "sum": lambda node: parse_sum(node, parse_rule),
    "each": lambda node: parse_each(node, parse_measure),
    "choice": parse_choice,
    "veto": lambda node: parse_veto(node, parse_rule),
    "scale": lambda node: parse_scale(node, parse_rule),
    "highest": lambda node: parse_pick(node, True, parse_rule),
    "lowest": lambda node: parse_pick(node, False, parse_rule),
    "points": parse_fixed,
}

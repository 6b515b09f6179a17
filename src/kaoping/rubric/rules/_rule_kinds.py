"""The registry of rule kinds (计分方式): which key of a rubric's `rule` names which.

They compose; each gives an interval of points and says why. What no clause covers is undecided: the rule then reaches
from its lowest to its highest still possible points.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from kaoping.core.decode import decode, reads
from kaoping.core.yamltree import ExpectedError, Node
from kaoping.rubric.rules._clauses import Clauses, Worst
from kaoping.rubric.rules._deduct import Deduct
from kaoping.rubric.rules._each import Each
from kaoping.rubric.rules._matters import PerMatter
from kaoping.rubric.rules._slope import Slope
from kaoping.rubric.rules._tiers import Tiers
from kaoping.rubric.rules.combine import Choice, Fixed, Met, Pick, Scale, Veto, parse_sum
from kaoping.rubric.rules.evaluation import Rule


def names() -> tuple[str, ...]:
    """Return the names of all rule kinds."""
    return tuple(_RULES)


@reads(Rule)
def parse_rule(node: Node) -> Rule:
    """Parse a rule; raises ExpectedError with the place and what was expected."""
    entries = node.mapping()
    (name, child), *rest = entries.items() or [("", node)]
    if name not in _RULES or rest:
        raise ExpectedError(node, f"应为一种计分方式：{'、'.join(_RULES)}")
    return _RULES[name](child)


_RULES: Mapping[str, Callable[[Node], Rule]] = {
    "tiers": partial(decode, Tiers),
    "clauses": partial(decode, Clauses),
    "worst": partial(decode, Worst),
    "met": partial(decode, Met),
    "sum": parse_sum,
    "each": partial(decode, Each),
    "deduct": partial(decode, Deduct),
    "slope": partial(decode, Slope),
    "per_matter": partial(decode, PerMatter),
    "choice": partial(decode, Choice),
    "veto": partial(decode, Veto),
    "scale": partial(decode, Scale),
    "highest": partial(decode, Pick, highest=True),
    "lowest": partial(decode, Pick, highest=False),
    "points": partial(decode, Fixed),
}

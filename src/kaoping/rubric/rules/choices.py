"""Which words a judgement (主观评判) on a rule may name."""

from __future__ import annotations

from typing import Any

from kaoping.rubric.rules.combine import Choice
from kaoping.rubric.rules.conditions import Judged
from kaoping.rubric.rules.evaluation import walk


def choices(rule: Any, part: str = "") -> tuple[str, ...]:
    """Return the options that a judgement on this rule (or on its part) may name; () where it asks for none."""
    options: dict[str, None] = {}
    for node in walk(rule):
        if isinstance(node, Choice) and node.part == part:
            options.update(dict.fromkeys(node.outcomes))
        elif isinstance(node, Judged) and not node.line and node.part == part:
            options.update(dict.fromkeys(node.wanted + node.others))
    return tuple(options)

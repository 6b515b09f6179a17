"""A rule that was read off a text, checked by machine before anybody sees it, whatever made it.

Every number of the text must stand in the rule, and every number of the rule in the text, its requirement or its
points. What fails is no rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from kaoping.codification.clauses._plain import plain
from kaoping.codification.clauses._tokens import LIMIT, PERIOD, QUANTITY, WORTH, sentences, tokens
from kaoping.core.figures import number
from kaoping.core.yamltree import exact_number

_ONE = Fraction(1)
#: Entries of a rule that hold words, or names.
_WORDS = {
    "text",
    "because",
    "as",
    "unit",
    "part",
    "indicator",
    "judged",
    "others",
    "percent",
    "over_100",
    "partial",
    "day_of_year",
}


def fault(text: str, requirement: str, points: Fraction, rule: Mapping[str, Any]) -> str:
    """Return why ``rule`` can't be that of ``text``, in Chinese; "" where nothing speaks against it."""
    stated, held = set(_stated(text)), {abs(value) for value in _held(rule)}
    allowed = {Fraction(0), _ONE, abs(points), *stated, *_stated(requirement)}
    if lost := sorted(stated - held - {_ONE}):
        return f"原文的数{'、'.join(map(number, lost))}没有写进规则"
    if made := sorted(held - allowed):
        return f"规则里的数{'、'.join(map(number, made))}原文没有写"
    return ""


def _stated(text: str) -> Iterator[Fraction]:
    """The numbers of a text, but how many times a period asks for (每季度1次)."""
    whole = plain(text)
    for start, end in sentences(whole):
        in_period = False
        for token in tokens(whole, start, end):
            if token.kind == PERIOD:
                in_period = True
            elif token.kind in ("below", "above") or (
                token.kind == QUANTITY and in_period
            ):  # 每周少于42小时 is a number of each week
                in_period = False
            elif (token.kind == QUANTITY and not token.implicit) or token.kind == LIMIT:
                yield token.low
            elif token.kind in WORTH and token.unit != "whole":
                yield token.low
                yield token.high


def _held(value: Any) -> Iterator[Fraction]:
    if isinstance(value, Mapping):
        for name, child in value.items():
            if name == "outcomes":
                for its in child.values():
                    yield from _held(its)
            elif name not in _WORDS:
                yield from _held(child)
    elif isinstance(value, list):
        for child in value:
            yield from _held(child)
    elif (its_number := exact_number(str(value))) is not None:
        yield its_number

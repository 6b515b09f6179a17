"""A rule that was read off a text, checked by machine before anybody sees it, whatever made it.

Every number of the text must stand in the rule, and every number of the rule in the text, its requirement or its
points; and the rule's own sentence, read anew, must give the same rule. What fails is no rule.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

from kaoping.codification.clauses._composed import Composed, NotUnderstoodError
from kaoping.codification.clauses._composer import compose
from kaoping.codification.clauses._frames import RANK
from kaoping.codification.clauses._plain import plain
from kaoping.codification.clauses._sentence_reading import read
from kaoping.codification.clauses._tokens import (
    DISCRETION,
    LESS,
    LIMIT,
    PERIOD,
    QUANTITY,
    SHARE,
    SPENT,
    WHOLE,
    WORTH,
    sentences,
    tokens,
)
from kaoping.codification.clauses._wording import ASSUMED, clauses
from kaoping.core.figures import number
from kaoping.core.yamltree import exact_number

_ONE = Fraction(1)
_FIGURES = re.compile(r"[0-9]+(?:\.[0-9]+)?")
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


def fault(
    text: str,
    requirement: str,
    points: Fraction,
    rule: Mapping[str, Any],
    spare: Collection[Fraction] = (),
    derived: Collection[Fraction] = (),
) -> str:
    """Return why ``rule`` can't be that of ``text``, in Chinese; "" where nothing speaks against it.

    ``spare`` numbers need not stand in the rule: they only say what is counted; ``derived`` ones need not in the text.
    """
    stated, held = set(_stated(text)), {abs(value) for value in _held(rule)}
    allowed = {Fraction(0), _ONE, abs(points), *stated, *_stated(requirement), *_ranks_between(text)}
    allowed |= set(derived)
    allowed |= {Fraction(figure) for figure in _FIGURES.findall(plain(requirement).text)}
    if lost := sorted(stated - held - {_ONE, *spare}):
        return f"原文的数{'、'.join(map(number, lost))}没有写进规则"
    if made := sorted(held - allowed):
        return f"规则里的数{'、'.join(map(number, made))}原文没有写"
    return ""


def differs(composed: Composed, points: Fraction, *, is_bonus: bool = False) -> str:
    """Return why the rule's own sentence gives another rule; "" where it gives the same.

    Of a sum each part has a sentence of its own. What no sentence says (``unspoken``) is not read anew.
    """
    if composed.unspoken:
        return ""
    its = composed.rule.get("sum")
    parts = its["parts"] if isinstance(its, Mapping) else its or [{"rule": composed.rule, "of": points}]
    for part in parts:
        text = "；".join(clauses(part["rule"], composed.role)).replace(ASSUMED, "")
        worth = Fraction(part["of"])
        try:
            again = compose(read(text, worth), worth, None, is_bonus=is_bonus)
        except NotUnderstoodError as error:
            if any(measure.day for measure in composed.measures):
                continue  # a day has no sentence that says what of the day itself
            return f"规则说回去（{text}）读不懂：{error}"
        if _bones(again.rule) != _bones(part["rule"]):
            return f"规则说回去（{text}）读成另一种规则"
    return ""


def _bones(value: Any) -> Any:
    """What of a rule counts: its kinds, comparisons and numbers, no words, and not who says a limit."""
    if isinstance(value, Mapping):
        if value.keys() & {"said", "assumed"}:
            return str(next(iter(value.values())))
        if "outcomes" in value:
            return [_bones(its["points"]) for its in value["outcomes"].values()]
        steps = value.get("steps")
        if steps is not None:  # what takes nothing off may be left unsaid
            taking = any(str(step["points"]).startswith("-") for step in steps)
            kept = [step for step in steps if not (taking and str(step["points"]) == "0")]
            return [_bones(step) for step in kept]
        return {name: _bones(its) for name, its in value.items() if name not in _WORDS or name == "partial"}
    return [_bones(its) for its in value] if isinstance(value, list) else str(value)


def _ranks_between(text: str) -> Iterator[Fraction]:
    """The ranks that a span has between its ends (第1—5名)."""
    whole = plain(text)
    for start, end in sentences(whole) if RANK in whole.text else ():
        ranks = [token.low for token in tokens(whole, start, end) if token.kind == QUANTITY and token.unit == RANK]
        for first, last in pairwise(ranks):
            yield from map(Fraction, range(int(first), int(last)))


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
            elif token.kind in (LESS, DISCRETION, SPENT) or (token.kind in WORTH and token.unit not in (WHOLE, SHARE)):
                yield token.low
                yield token.high


def _held(value: Any) -> Iterator[Fraction]:
    if isinstance(value, Mapping):
        least = Fraction(value["floor"].get("said", "0")) if "items" in value else Fraction(0)
        if least > 0:  # 合计最多扣4分 of 6: the floor is 2
            yield Fraction(next(iter(value["from"].values()))) - least
            value = {name: child for name, child in value.items() if name != "floor"}
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

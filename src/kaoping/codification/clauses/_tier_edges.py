"""The edges of tiers: which numbers each takes in, and what two of them claim at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

from kaoping.codification.clauses._clause_words import words
from kaoping.codification.clauses._composed import NotUnderstoodError
from kaoping.codification.clauses._frames import RANK, Amount, Side, Tier


def holds(sides: Sequence[Side], value: Fraction) -> bool:
    tests = {
        "at_least": Fraction.__ge__,
        "above": Fraction.__gt__,
        "at_most": Fraction.__le__,
        "below": Fraction.__lt__,
        "equals": Fraction.__eq__,
    }
    return all(bool(tests[side.op](value, side.edge)) for side in sides)


def is_whole(case: Tier) -> bool:
    """Whether it is all of it: 100%, or 100% and more."""
    (side, *more) = case.sides
    return not more and case.amount.percent and side.edge == 1 and side.op in ("at_least", "equals")


def is_under_all(cases: Sequence[Tier]) -> bool:
    """Whether the tiers leave 100% to another: 全部完成得5分，完成80%以上得3分."""
    return not any(side.edge == 1 for case in cases for side in case.sides)


def _is_named(subject: str) -> bool:
    """Whether a subject says what a number is of, and holds no bound apart from it (高于上年的3次)."""
    bounds = [word for act in ("at_least", "at_most", "above", "below") for word in words().acts[act]]
    return bool(subject) and not any(word in subject for word in (*bounds, *words().worse))


def is_first_ranks(amount: Amount, tiers: Sequence[Sequence[Side]]) -> bool:
    """Whether the tiers are the first rank or ranks, the next, and so on without a gap."""
    spans = []
    for sides in tiers:
        edges = {side.op: side.edge for side in sides}
        if not edges.keys() <= {"equals", "at_least", "at_most"}:
            return False
        low = edges.get("equals", edges.get("at_least", Fraction(1)))
        high = edges.get("equals", edges.get("at_most"))
        if high is None:
            return False
        spans.append((low, high))
    spans.sort()
    return (
        amount.unit == RANK and bool(spans) and spans[0][0] == 1 and all(a[1] + 1 == b[0] for a, b in pairwise(spans))
    )


def _wins(side: Side, other: Side) -> bool:
    """Whether the number is the first tier's: where both take it in, only 含 says so."""
    return side.firm > other.firm and side.firm == 2


def shared_edges(steps: Sequence[Mapping[str, Any]]) -> dict[str, tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Return the numbers at which one of ``steps`` ends and another begins, and neither has them: the two steps.

    A step is as a rule has it. 90%以上得5分，90%以下得3分: at 90% nobody knows.
    """
    over, under, exact = {}, {}, set()
    for step in steps:
        edges = step.get("between", step)
        if isinstance(edge := edges.get("above"), str):
            over[edge] = step
        if isinstance(edge := edges.get("below"), str):
            under[edge] = step
        exact |= {edges[op] for op in ("equals", "at_least", "at_most") if isinstance(edges.get(op), str)}
    return {edge: (over[edge], under[edge]) for edge in over if edge in under and edge not in exact}


def settled(cases: Sequence[Tier], frames: int) -> list[tuple[Side, ...]]:
    """Return each tier's sides with what two of them claim at one number settled, or left to neither.

    95%以上 and 90%—95% both take 95% in: nobody knows whose it is, and a gap is left there, which is undecided.
    """
    out: list[tuple[Side, ...]] = []
    for case in cases:
        sides = case.sides
        if case.bare:
            (side,) = sides
            if case.amount.percent and side.edge == 1:
                sides = (Side("at_least", side.edge),)
            elif case.amount.percent or (frames < 2 and case.amount.unit != RANK and not _is_named(case.subject)):
                raise NotUnderstoodError("一个数前后没有写以上、以下")
        out.append(sides)
    ends = [(place, side) for place, sides in enumerate(out) for side in sides]
    strict = {"at_least": "above", "at_most": "below"}
    result = []
    for place, sides in enumerate(out):
        mended = []
        for side in sides:
            others = [
                other for where, other in ends if where != place and other.edge == side.edge and other.op != side.op
            ]
            rivals = [other for other in others if {other.op, side.op} == {"at_least", "at_most"}]
            if rivals and not all(_wins(side, other) for other in rivals):
                side = replace(side, op=strict[side.op])
            mended.append(side)
        result.append(tuple(mended))
    return result

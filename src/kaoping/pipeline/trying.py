"""A clause of a rubric tried on values: what the program understands of words that nobody has turned into data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from kaoping.codification.clauses.tryout import points_in, tried
from kaoping.core.yamltree import exact_number
from kaoping.pipeline import contract

_KEYS = {"text", "points", "given", "requirement"}
_MARK = "分"


def try_clause(text: str, points: Fraction, given: Sequence[str], requirement: str = "") -> dict[str, Any]:
    """Return what ``text``, worth ``points``, gives for ``given``, as the contract has it."""
    return contract.trial(tried(text, points, given, requirement))


def points_of(text: str) -> Fraction | None:
    """Return the points that somebody wrote (5, 5分, －5, 2.5); None where that is no number, or nothing."""
    points = exact_number(text.strip().replace("－", "-").removesuffix(_MARK))
    return None if points is None or text.strip().endswith("%") else points


def try_lines(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Return the answer to each line of JSON (``text points given requirement``), be it that it can't be read.

    ``points`` of null are none: those that the text says in so many words (本项5分), or nobody knows.
    """
    return map(_answer, lines)


def _answer(line: str) -> dict[str, Any]:
    try:
        asked = json.loads(line)
    except ValueError as error:
        return _unread(f"不是一行 JSON：{error}")
    if not isinstance(asked, dict) or not isinstance(asked.get("text"), str) or not asked["text"].strip():
        return _unread("应有 text：细则的原文，一段文字")
    points = points_of(str(asked.get("points", "")))
    has_none = "points" in asked and asked["points"] is None
    if (points is None and not has_none) or isinstance(asked.get("points"), bool):
        return _unread("应有 points：本项的分值，一个数；原文没有写分值的写 null")
    given = asked.get("given", [])
    if isinstance(given, str | int | float):
        given = [given]
    if not isinstance(given, list) or not all(isinstance(its, str | int | float) for its in given):
        return _unread('given 应是一列值，如 ["72%"]')
    requirement = asked.get("requirement") or ""
    if not isinstance(requirement, str):
        return _unread("requirement 应是一段文字")
    if unknown := sorted(asked.keys() - _KEYS):
        return _unread(f"不认识“{'、'.join(unknown)}”，可写 text、points、given、requirement")
    points = points_in(asked["text"]) if points is None else points
    if points is None:
        return _without_points("undecided", "没有给分值，原文也没有写本项一共几分，不知道从几分算起")
    return try_clause(asked["text"], points, [str(its) for its in given], requirement)


def _unread(why: str) -> dict[str, Any]:
    return _without_points("error", why)


def _without_points(status: str, why: str) -> dict[str, Any]:
    return {"points": None, "status": status, "rule": "", "because": why, "min": None, "max": None}

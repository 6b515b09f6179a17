"""Frames to one rule of the line: a pool that is deducted from, tiers, units, choices; or none, and why.

The rule is a mapping as rubric.yaml has it, over measures that it declares: numbers are indicators, facts judgements.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from kaoping.codification.clauses._composed import Composed, NotUnderstoodError
from kaoping.codification.clauses._day_rules import by_day
from kaoping.codification.clauses._fact_rules import facts, is_told_twice, several_conditions
from kaoping.codification.clauses._frames import ByDay, Fact, Frame, Per, Reading, Several, Tier
from kaoping.codification.clauses._pool_rules import pool
from kaoping.codification.clauses._slope_rules import formula, linear, scaled, slope
from kaoping.codification.clauses._tier_rules import tiers
from kaoping.codification.clauses._tokens import PERIOD, QUANTITY
from kaoping.codification.clauses._unit_rules import base_and_more, is_base_and_more, units
from kaoping.codification.clauses._workbench import Workbench
from kaoping.core.figures import number


def compose(reading: Reading, points: Fraction, requirement: Reading | None, *, is_bonus: bool = False) -> Composed:
    """Return the rule that the frames make; raises NotUnderstoodError where they make none for certain."""
    if reading.unread:
        raise NotUnderstoodError("这些话没有读懂：" + "、".join(f"“{text}”" for text in reading.unread))
    if not reading.frames:
        raise NotUnderstoodError("没有读出怎样计分")
    if reading.highest and any(isinstance(frame.case, Per) for frame in reading.frames):
        raise NotUnderstoodError(f"“{reading.highest}”：哪些算同一件没有写")
    if points == 0:
        raise NotUnderstoodError("分值是0，不知道从几分算起")
    bench = Workbench(reading, points, requirement, is_bonus=is_bonus)
    _compose(bench)
    if reading.spent is not None:
        _, all_points, text = reading.spent
        items = bench.out.rule.get("deduct", {}).get("items", [])
        if all_points not in (0, points) or not any("spent" in item for item in items):
            raise NotUnderstoodError(f"“{text}”和别的话怎样合计没有读懂")
    if reading.may_be_of_all is not None and bench.out.other is None:
        raise NotUnderstoodError(f"“{reading.may_be_of_all[1]}”管哪几句没有读懂")
    _check_limits(bench)
    return bench.out


def _compose(bench: Workbench) -> None:
    """Make the rule by the one form that all frames together have."""
    acts = _acts(bench)
    if any(isinstance(frame.case, Several) for frame in bench.frames):
        several_conditions(bench)
    elif acts & {"formula", "complement"}:
        formula(bench)
    elif "scaled" in acts:
        scaled(bench)
    elif "linear" in acts:
        linear(bench)
    elif is_base_and_more(bench):
        base_and_more(bench)
    elif "in_proportion" in acts:
        slope(bench)
    elif "give" in acts and acts & {"take", "extra"} and (pools := _pools(bench)):
        _sum_of_sentences(bench, pools)
    elif acts & {"take", "extra"} or acts <= {"none", "veto"} or is_told_twice(bench):
        pool(bench)
    elif acts <= {"give", "none"} and (groups := _sentences(bench) or _subjects(bench)):
        _sum_of_sentences(bench, groups)
    elif any(isinstance(frame.case, ByDay) for frame in bench.frames):
        by_day(bench)
    elif any(isinstance(frame.case, Per) for frame in bench.frames):
        units(bench)
    elif any(isinstance(frame.case, Tier) for frame in bench.frames):
        tiers(bench)
    else:
        facts(bench)


def _acts(bench: Workbench) -> set[str]:
    """What the frames do, and with it the line's role; raises where that does not go together."""
    if any(worth != abs(bench.points) for worth, _ in bench.reading.in_all):
        raise NotUnderstoodError(f"“{bench.reading.in_all[0][1]}”和本项的{number(abs(bench.points))}分对不上")
    acts = {frame.act for frame in bench.frames}
    if bench.points < 0:
        bench.out.role = "deduction"
    elif "add" in acts and acts <= {"add", "none"}:
        bench.out.role = "bonus"
    rhythms = [frame for frame in bench.frames if isinstance(frame.case, Fact) and frame.case.rhythm]
    fewer = [frame for frame in bench.frames if isinstance(frame.case, Per) and frame.case.direction == "fewer"]
    if rhythms and (rhythms != bench.frames[:1] or not fewer):
        raise NotUnderstoodError(f"“{rhythms[0].text}”一共要做多少没有写")
    more = acts == {"add", "give"} and is_base_and_more(bench)
    if "add" in acts and acts & {"take", "extra", "give", "in_proportion"} and not more:
        raise NotUnderstoodError("又加分又扣分（得分），不知道怎样合计")
    first = bench.frames[0]
    keeps = [frame for frame in bench.frames if frame.act == "keep"]
    if keeps and (keeps != [first] or not isinstance(first.case, Tier)):
        raise NotUnderstoodError("“不扣分”的情形和别的话怎样合计没有读懂")
    return acts - {"keep"}


def _check_limits(bench: Workbench) -> None:
    """A limit that belongs to no one clause is the line's own, where it says no other number than its points."""
    for token, text, _ in bench.reading.limits:
        if token.low != abs(bench.points):
            raise NotUnderstoodError(f"“{text}”管哪几句没有读懂")


def _sentences(bench: Workbench) -> dict[int, list[Frame]]:
    """The frames of each sentence, where each gives all that it gives, and all together the line's points."""
    groups: dict[int, list[Frame]] = {}
    for frame in bench.frames:
        groups.setdefault(frame.sentence, []).append(frame)
    of = [max(frame.high for frame in frames) for frames in groups.values()]
    is_whole = any(frame.whole for frame in bench.frames) or bench.reading.limits or bench.reading.prose
    numbers = any(isinstance(frame.case, Tier | Per) for frame in bench.frames)
    answers = all(len(frames) > 1 and frames[-1].act == "none" for frames in groups.values())  # 已报得1分，未报不得分
    is_apart = numbers or answers
    is_sum = len(groups) > 1 and sum(of) == bench.points and min(of) > 0 and not is_whole and is_apart
    return groups if is_sum else {}


def _pools(bench: Workbench) -> dict[int, list[Frame]]:
    """签订责任书得2分，少一份扣1分；建立台账得1分，漏一处扣1分: what each clause gives is its own to be taken from."""
    groups: dict[int, list[Frame]] = {}
    gives = {frame.sentence for frame in bench.frames if frame.act == "give"}
    for frame in bench.frames:
        if frame.act == "give":
            groups[len(groups)] = []
        elif not groups or (frame.sentence in bench.reading.numbered and frame.sentence not in gives):
            return {}  # 3.每发现一例扣2分: of which?
        groups[len(groups) - 1].append(frame)
    firsts = [frames[0] for frames in groups.values()]
    is_sum = (
        len(groups) > 1 and sum(its.high for its in firsts) == bench.points and not any(its.whole for its in firsts)
    )
    asks = bench.prose_with(QUANTITY) or bench.prose_with(PERIOD) or bench.reading.limits
    return groups if is_sum and not asks and all(its.low == its.high for its in firsts) else {}


def _subjects(bench: Workbench) -> dict[int, list[Frame]]:
    """免疫密度达到90%得2分，合格率达到70%得2分: each of its own number or fact, all together the line's points."""
    names = []
    for frame in bench.frames:
        case = frame.case
        is_number = isinstance(case, Tier) and [side.op for side in case.sides] in (["at_least"], ["above"])
        if not (is_number or isinstance(case, Fact)) or frame.act != "give" or frame.whole:
            return {}
        names.append(case.subject if isinstance(case, Tier) else case.words if isinstance(case, Fact) else "")
    numbers = any(isinstance(frame.case, Tier) for frame in bench.frames)
    is_sum = len(names) > 1 and numbers and sum(frame.high for frame in bench.frames) == bench.points
    apart = all(names) and not any(a in b for at, a in enumerate(names) for b in names[:at] + names[at + 1 :])
    is_plain = not bench.reading.limits and not bench.reading.prose
    return {place: [frame] for place, frame in enumerate(bench.frames)} if is_sum and apart and is_plain else {}


def _sum_of_sentences(bench: Workbench, groups: dict[int, list[Frame]]) -> None:
    parts: list[dict[str, Any]] = []
    for frames in groups.values():
        worth = max(frame.high for frame in frames if frame.act not in ("take", "extra"))
        reading = Reading(frames, large=bench.out.large, floor_text=bench.reading.floor_text)
        inner = Workbench(reading, worth, None, is_bonus=bench.is_bonus)
        inner.out.measures = bench.out.measures
        inner.is_part = True
        _compose(inner)
        for question in inner.out.questions:
            bench.ask(question)
        bench.out.assumed += [text for text in inner.out.assumed if text not in bench.out.assumed]
        bench.out.unspoken = bench.out.unspoken or inner.out.unspoken
        parts.append({"part": f"p{len(parts) + 1}", "of": number(worth), "rule": inner.out.rule})
    bench.out.rule = {"sum": parts}

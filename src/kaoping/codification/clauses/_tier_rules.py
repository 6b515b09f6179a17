"""Tiers: a number between edges gives so many points (90%以上得5分, 逾期3天以内扣1分), or a day does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from kaoping.codification.clauses._clause_words import words
from kaoping.codification.clauses._composed import EDGE, HIGHER, LOWER, Measured, NotUnderstoodError, Question
from kaoping.codification.clauses._denials import around
from kaoping.codification.clauses._frames import (
    Fact,
    Frame,
    Rest,
    Tier,
)
from kaoping.codification.clauses._tier_edges import holds, is_first_ranks, is_under_all, settled, shared_edges
from kaoping.codification.clauses._token_runs import DOWN, OPPOSITE, UP
from kaoping.codification.clauses._workbench import Workbench, edge_text, is_nothing_of
from kaoping.core.figures import number


def tiers(bench: Workbench) -> None:
    """Make the rule of tiers that give points, with what is said of none of it, and of the rest."""
    its = [frame for frame in bench.frames if isinstance(frame.case, Tier)]
    facts = [frame for frame in bench.frames if isinstance(frame.case, Fact)]
    rests = [frame for frame in bench.frames if isinstance(frame.case, Rest)]
    steps, measure = steps_of(bench, its)
    cases = [frame.case for frame in its if isinstance(frame.case, Tier)]
    amount, subject = cases[0].amount, measure.name
    for frame in facts:
        assert isinstance(frame.case, Fact)
        text = frame.case.words
        is_late = text in words().late and amount.unit in words().days
        if text in words().all_done and amount.percent and frame.act == "give" and is_under_all(cases):
            steps.append({"at_least": "100%", "points": bench.given(frame), "text": frame.text})
        elif (text in words().fails or is_late) and frame.act == "none" and len(facts) == 1 and not rests:
            rests.append(frame)
        elif frame.act in ("none", "give") and is_nothing_of(text, subject) and not amount.percent:
            for step in steps:  # 3次以下得1分，未开展不得分: none of it is the second, which says just that
                _without_none(step)
            steps.append({"equals": "0", "points": bench.given(frame), "text": frame.text})
        elif frame.act == "none" and not amount.percent and _is_all_that_is_left(text, subject, cases):
            steps.append({"equals": "0", "points": "0", "text": frame.text})
        elif frame.act in ("none", "give") and not amount.percent and _is_none_bad(text, subject):
            for step in steps:
                _without_none(step)
            steps.append({"equals": "0", "points": bench.given(frame), "text": frame.text})
        elif frame.act == "none" and len(facts) == 1 and not rests and _is_all_or_nothing(bench, its, text):
            steps.append({"equals": "0%", "points": "0", "text": frame.text})
        else:
            raise NotUnderstoodError(f"“{frame.text}”和几档的数是什么关系没有读懂")
    if len(rests) > 1:
        raise NotUnderstoodError("“其余”指哪些情形没有读懂")
    if rests:
        steps.append(rest_step(bench, cases, rests[0]))
    elif bench.is_bonus and not facts and (free := _free_side(cases)):
        steps += free
        bench.out.assumed.append("没有达到的，不加分（假定）")
    ask_of_edges(bench, steps)
    bench.out.rule = {"tiers": {"measure": bench.indicator(measure), "steps": steps}}


def ask_of_edges(bench: Workbench, steps: Sequence[dict[str, Any]]) -> None:
    """Ask whose the numbers are at which one step ends and another begins."""
    for edge, (over, under) in shared_edges(steps).items():
        if over["points"] != under["points"]:
            bench.ask(Question(EDGE, f"正好{edge}的算哪一档没有写清", (HIGHER, LOWER, "待定")))


def steps_of(
    bench: Workbench, frames: Sequence[Frame], *, taking: bool = False
) -> tuple[list[dict[str, Any]], Measured]:
    """Return the steps of tiers of one number, and its measure; ``taking`` where they take points off."""
    cases = [frame.case for frame in frames if isinstance(frame.case, Tier)]
    subject = max((case.subject for case in cases), key=len)
    directions = {case.direction for case in cases if case.direction}
    alike = all(case.subject in subject and case.amount.fits(cases[0].amount) for case in cases)
    if len(directions) > 1 or not alike:
        raise NotUnderstoodError("几档说的是不是同一个数没有读懂")
    direction = next(iter(directions), "")
    measure = bench.measure_of(replace(cases[0], subject=subject, direction=direction))
    steps = []
    for frame, sides in zip(frames, settled(cases, len(frames)), strict=True):
        case = frame.case
        assert isinstance(case, Tier)
        points = bench.given(frame)
        if taking:
            points = "0" if frame.act == "keep" else number(abs(bench.points)) if frame.act == "none" else points
            if not isinstance(points, str) and not frame.doubt:
                raise NotUnderstoodError("一档的扣分是一个范围")
            ends = points if isinstance(points, list) else [points]
            ends = [f"-{end}" if end != "0" else end for end in ends][::-1]
            points = ends if isinstance(points, list) else ends[0]
        edges = {side.op: edge_text(side.edge, case.amount) for side in sides}
        step: dict[str, Any] = edges if len(edges) == 1 else {"between": edges}
        steps.append(step | {"points": points, "text": frame.text} | bench.in_doubt(frame))
    return steps, measure


def _is_all_that_is_left(text: str, subject: str, cases: Sequence[Tier]) -> bool:
    """Whether 没有办案 is none of 办结案件, whose tiers begin at one: the subject has its words."""
    denial = next((word for word in words().denials if text.startswith(word)), "")
    rest = iter(subject)
    thing = text.removeprefix(denial) if denial else ""
    least = min((side.edge for case in cases for side in case.sides if side.op in (*UP, "equals")), default=None)
    return len(thing) > 1 and least == 1 and all(char in rest for char in thing)


def _is_all_or_nothing(bench: Workbench, its: Sequence[Frame], text: str) -> bool:
    """化解率达100%得5分，未化解不得分: of a part of it, nobody says."""
    (first, *others) = its
    case, denial = first.case, around(text)
    if not isinstance(case, Tier) or not case.amount.percent or others or not bench.is_full(first):
        return False
    is_whole = [(side.op, side.edge) for side in case.sides] == [("at_least", Fraction(1))]
    more = any(word in denial.core and word not in case.subject for word in words().degrees)
    return is_whole and denial.of_deed and not denial.before and not more  # 未及时化解 is more than 未化解


def _is_none_bad(text: str, subject: str) -> bool:
    """Whether ``text`` says of all what ``subject`` denies: 完全达到要求 beside 3个月以上未达到要求."""
    denied = around(subject)
    return denied.denied and denied.whole and not around(text).denied and denied.core == around(text).core


def _without_none(step: dict[str, Any]) -> None:
    """Leave 0 to another step."""
    for op in DOWN:
        if op in step:
            step["between"] = {"above": "0", op: step.pop(op)}
    if step.get("equals") == "0" or ("at_least" in step and step["at_least"] == "0"):
        raise NotUnderstoodError(f"“{step['text']}”和另一档怎样分没有读懂")


def rest_step(bench: Workbench, cases: Sequence[Tier], frame: Frame) -> dict[str, Any]:
    """Everything on the open side of tiers that go on without end on the other."""
    each = settled(cases, len(cases) + 1)
    sides = [side for its in each for side in its]
    singles = [its[0] for its in each if len(its) == 1]
    if is_first_ranks(cases[0].amount, each):
        edge = edge_text(max(side.edge for side in sides), cases[0].amount)
        return {"above": edge, "points": bench.given(frame), "text": frame.text}
    ups = all(side.op in UP for side in singles)
    downs = all(side.op in DOWN for side in singles)
    if not singles or ups == downs:
        raise NotUnderstoodError("“其余”指哪些数没有读懂")
    end = min(sides, key=lambda s: s.edge) if ups else max(sides, key=lambda s: s.edge)
    if end.op not in OPPOSITE or ups != (end.op in UP):
        raise NotUnderstoodError("“其余”指哪些数没有读懂")
    edge = edge_text(end.edge, cases[0].amount)
    return {OPPOSITE[end.op]: edge, "points": bench.given(frame), "text": frame.text}


def taking_tiers(bench: Workbench, frames: list[Frame]) -> dict[str, Any]:
    """Return what is taken off by tiers; what lies on the other side of all of them takes nothing."""
    frames = _in_turn(bench, frames)
    cases = [frame.case for frame in frames if isinstance(frame.case, Tier)]
    #: 逾期3天以内扣1分: nothing for no day, and nobody says what for more.
    is_worse = any(word in case.subject for case in cases for word in words().worse)
    is_worse = is_worse or any(case.direction for case in cases)
    until = is_worse and any(side.op == "at_most" for case in cases for side in case.sides)
    if len(frames) == 1 and frames[0].act == "take" and not until:
        (frame,), (case,) = frames, cases
        fixed = {"when": bench.compared(case), "off": bench.worth(frame), "text": frame.text}
        return {"fixed": fixed | bench.in_doubt(frame)}
    steps, measure = steps_of(bench, frames, taking=True)
    if until:
        none = "0%" if measure.percent else "0"
        for step in steps:
            if "at_most" in step:
                step["between"] = {"above": none, "at_most": step.pop("at_most")}
        steps.append({"equals": none, "points": "0"})
    elif any(case.bare for case in cases):
        has_none = any(holds(its, Fraction(0)) for its in settled(cases, len(cases)))
        steps += [] if has_none else [{"equals": "0", "points": "0"}]
    else:
        steps += _free_side(cases)
    ask_of_edges(bench, steps)
    return {"rule": {"tiers": {"measure": bench.indicator(measure), "steps": steps}}}


def _in_turn(bench: Workbench, frames: list[Frame]) -> list[Frame]:
    """第一次扣1分，第二次扣2分: two of them take 2 or 3, for the text does not say whether each is added."""
    if not any(isinstance(frame.case, Tier) and frame.case.nth for frame in frames):
        return frames
    out, sum_ = list[Frame](), Fraction(0)
    for at, frame in enumerate(frames, 1):
        case = frame.case
        (side, *others) = case.sides if isinstance(case, Tier) else ()
        if not isinstance(case, Tier) or others or side.edge != at or frame.act not in ("take", "none") or frame.whole:
            raise NotUnderstoodError(f"“{frame.text}”是第几次没有读懂")
        sum_ += frame.high
        goes_on = side.op != "equals"
        high = abs(bench.points) if goes_on else min(sum_, abs(bench.points))
        is_open = frame.act == "take" and (at > 1 or goes_on)
        bench.out.derived.add(high)
        out.append(replace(frame, high=high, doubt="是不是和前几次的加起来扣，原文没有写") if is_open else frame)
    return out


def _free_side(cases: Sequence[Tier]) -> list[dict[str, Any]]:
    """What takes nothing off: the other side of tiers that go on without end on one."""
    each = settled(cases, len(cases))
    sides = [side for its in each for side in its]
    singles = [its[0] for its in each if len(its) == 1]
    ups = [side for side in singles if side.op in UP]
    downs = [side for side in singles if side.op in DOWN]
    if bool(ups) == bool(downs):
        return []
    end = max(sides, key=lambda its: its.edge) if downs else min(sides, key=lambda its: its.edge)
    is_end = end.op in (DOWN if downs else UP)
    return [{OPPOSITE[end.op]: edge_text(end.edge, cases[0].amount), "points": "0"}] if is_end else []

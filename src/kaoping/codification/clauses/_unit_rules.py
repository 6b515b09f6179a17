"""So many units of something: points for each (每…得), or off for each (每…扣)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from kaoping.codification.clauses._clause_words import words
from kaoping.codification.clauses._composed import NotUnderstoodError, Question
from kaoping.codification.clauses._denials import is_lack
from kaoping.codification.clauses._frames import (
    Fact,
    Frame,
    Per,
    Side,
    Tier,
)
from kaoping.codification.clauses._tier_rules import steps_of
from kaoping.codification.clauses._workbench import UNNAMED, Workbench, edge_text, things_in
from kaoping.core.figures import number


def units(bench: Workbench) -> None:
    if len(bench.frames) > 1 and _several_units(bench):
        return
    if len(bench.frames) != 1:
        raise NotUnderstoodError("每…得（加）分和别的话怎样合计没有读懂")
    (frame,) = bench.frames
    case = frame.case
    assert isinstance(case, Per)
    if frame.act == "none" or frame.whole or case.direction == "fewer" or case.targets or case.topic:
        raise NotUnderstoodError(f"“{frame.text}”没有读懂")
    its = unit_rule(bench, frame, case) | {"points": bench.worth(frame)}
    cap = abs(bench.points)
    if frame.cap is not None:
        if frame.cap > cap:
            raise NotUnderstoodError(f"“{frame.cap_text}”多于本项的分")
        its["cap"] = {"said": number(frame.cap), "text": frame.cap_text}
    elif frame.high >= cap:
        raise NotUnderstoodError("每一个就有本项的全部分，封顶没有写")
    else:
        its["cap"] = {"assumed": number(cap)}
        bench.out.assumed.append(f"封顶没有写，按本项的{number(cap)}分算（假定）")
    bench.out.rule = {"each": its | {"text": frame.text} | bench.in_doubt(frame)}


def _several_units(bench: Workbench) -> bool:
    """省级每篇加2分，市级每篇加1分，最高加5分: each is counted by itself, together no more than the line."""
    names, parts = [], list[dict[str, Any]]()
    for frame in bench.frames:
        case, cap = frame.case, frame.cap
        if (
            not isinstance(case, Per)
            or case.topic
            or case.direction
            or case.target is not None
            or case.period
            or frame.whole
        ):
            return False
        if frame.act not in ("give", "add") or not case.subject or frame.high > abs(bench.points):
            return False
        if cap is not None and cap != abs(bench.points):  # whether 最高3分 is of the last or of all, nobody says
            return False
        names.append(case.subject)
    if len(set(names)) < len(names) or any(a != b and a in b for a in names for b in names):
        return False
    of = number(abs(bench.points))
    for frame in bench.frames:
        assert isinstance(frame.case, Per), "looked at before"
        its = unit_rule(bench, frame, frame.case) | {"points": bench.worth(frame), "cap": {"assumed": of}}
        rule = {"each": its | {"text": frame.text} | bench.in_doubt(frame)}
        parts.append({"part": f"p{len(parts) + 1}", "of": of, "rule": rule})
    bench.out.rule = {"sum": {"parts": parts, "cap": {"assumed": of}}}
    return True


def unit_rule(bench: Workbench, frame: Frame, case: Per) -> dict[str, Any]:
    """The measure of units, from where they are counted, and what is left over of one."""
    target, period = case.target, case.period
    if target is None and case.direction and not period:
        target = bench.required(case.direction, case.amount, case.subject)
        in_rhythm = case.direction == "fewer" and any(word in case.subject for word in words().rhythm)
        period = target is None and (bench.vague or in_rhythm)
    if is_lack(case.subject) and target is None:  # 按月报送得2分，少报一次扣0.5分
        full = "".join(its.case.words for its in bench.frames if isinstance(its.case, Fact) and its.act == "give")
        period = period or bench.vague or bool(bench.targets) or any(word in full for word in words().rhythm)
    subject = (target.subject if target is not None else "") or case.subject
    edge: Fraction | None = target.sides[0].edge if target is not None else None
    measure = bench.out.declare(
        name=subject or UNNAMED,
        unit="" if case.amount.percent else case.amount.unit,
        percent=case.amount.percent,
        short=case.direction or "units" if edge is None else "",
        period=period,
        day=case.day,
        also=case.subject if target is not None and case.target is None else "",
        edge=edge,
        needs="words" if case.alike else "unit" if case.topic and edge is None else "",
        listed=things_in(frame.text) if edge is None and case.amount.unit in words().of_things else (),
    )
    its: dict[str, Any] = {"measure": bench.indicator(measure)}
    if edge is not None:
        its["below" if case.direction == "fewer" else "above"] = edge_text(edge, case.amount)
    if case.per != 1 or case.amount.percent:
        its["per"] = edge_text(case.per, case.amount)
    if frame.partial or case.full:
        its["partial"] = frame.partial or "ignore"
    elif case.amount.percent or case.per != 1:
        unit = f"{number(case.per * 100)}个百分点" if case.amount.percent else f"{number(case.per)}{case.amount.unit}"
        bench.out.questions.append(
            Question("partial", f"不足{unit}的部分怎样计没有写", ("不计", "按比例", "按一个计", "待定"))
        )
    return its


def taken(bench: Workbench, frame: Frame, case: Per) -> dict[str, Any]:
    its = unit_rule(bench, frame, case) | {"off": bench.worth(frame)}
    bench.out.measures[-1] = replace(bench.out.measures[-1], bad=True)
    if frame.cap is not None:
        its["cap"] = {"said": number(frame.cap), "text": frame.cap_text}
    return its | {"text": frame.text} | bench.in_doubt(frame)


def is_base_and_more(bench: Workbench) -> bool:
    """覆盖率达到80%得2分，每提高5个百分点加0.5分，最高加1分: both together are the line."""
    if len(bench.frames) != 2 or bench.points < 0:
        return False
    base, more = bench.frames
    if not (isinstance(base.case, Tier) and isinstance(more.case, Per)) or base.whole or base.act != "give":
        return False
    (side, *others) = base.case.sides
    is_least = not others and side.op in ("at_least", "equals") and not base.case.direction
    target, amount = more.case.target, more.case.amount
    same_edge = target is None or (target.sides[0].edge == side.edge and len(target.sides) == 1)
    goes_on = more.case.direction == "more" and same_edge and not more.case.period and amount.fits(base.case.amount)
    whole = base.low == base.high and more.cap is not None and base.low + more.cap == bench.points
    return is_least and goes_on and whole and more.act in ("add", "give") and more.case.subject in base.case.subject


def base_and_more(bench: Workbench) -> None:
    """Make the sum of what a tier gives, and of what is added for each unit over its edge."""
    base, more = bench.frames
    assert isinstance(base.case, Tier) and isinstance(more.case, Per) and more.cap is not None, "looked at before"
    edge = Side("at_least", base.case.sides[0].edge)
    steps, measure = steps_of(bench, [replace(base, case=replace(base.case, sides=(edge,), bare=False))])
    each = unit_rule(bench, more, replace(more.case, target=replace(base.case, bare=True)))
    bench.out.measures.pop()
    each |= {"measure": bench.indicator(measure), "points": bench.worth(more), "text": more.text}
    each |= {"cap": {"said": number(more.cap), "text": more.cap_text}}
    tiers = {"tiers": {"measure": bench.indicator(measure), "steps": steps}}
    bench.out.rule = {
        "sum": [
            {"part": "p1", "of": number(base.low), "rule": tiers},
            {"part": "p2", "of": number(more.cap), "rule": {"each": each}},
        ]
    }

"""What is so or not: a choice between facts, or several conditions of one clause."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from fractions import Fraction
from typing import Any

from kaoping.codification.clauses._agreement import agrees
from kaoping.codification.clauses._clause_words import words
from kaoping.codification.clauses._composed import NotUnderstoodError
from kaoping.codification.clauses._denials import around
from kaoping.codification.clauses._frames import (
    Fact,
    Frame,
    Rest,
    Several,
    Side,
    Tier,
)
from kaoping.codification.clauses._tier_rules import rest_step, steps_of
from kaoping.codification.clauses._wording import ABSENT
from kaoping.codification.clauses._workbench import Workbench, is_undone, of_one, things_in
from kaoping.core.figures import number

_ELSE = "其他情况"


def facts(bench: Workbench) -> None:
    """Make the choice between the facts that give points, or the sum of them."""
    its = [frame for frame in bench.frames if isinstance(frame.case, Fact)]
    rests = [frame for frame in bench.frames if isinstance(frame.case, Rest)]
    texts = [frame.case.words for frame in its if isinstance(frame.case, Fact)]
    if not all(texts) or len(set(texts)) < len(texts) or len(rests) > 1:
        raise NotUnderstoodError("说的是什么情形没有读懂")
    if _met_requirement(bench, its, rests):
        return
    if (bench.targets or bench.vague) and any(text in (*words().fails, *words().meets) for text in texts):
        raise NotUnderstoodError("说的是哪个目标没有读懂")
    values = [bench.given(frame) for frame in its]
    gives = [frame for frame in its if frame.act in ("give", "add")]
    if _says_that_undone_is_nothing(bench, its, gives):
        its, texts, values = its[:-1], texts[:-1], values[:-1]
    if len(gives) > 1 and not rests and len(gives) == len(its):
        total = sum((frame.low for frame in gives), Fraction(0))
        top = max(frame.high for frame in gives)
        if total == bench.points and top < bench.points and _exclude_each_other(texts):
            raise NotUnderstoodError("几句的分是选一样还是加起来没有读懂")
        if total == bench.points and top < bench.points:
            _sum_of(bench, its, values)
            return
        if top != bench.points:
            raise NotUnderstoodError("几句的分是选一样还是加起来没有读懂")
    if len(gives) > 1 and not rests and max(frame.high for frame in gives) < bench.points and not gives[0].whole:
        raise NotUnderstoodError("几句的分是选一样还是加起来没有读懂")
    outcomes: dict[str, Any] = {}
    for frame, text, value in zip(its, texts, values, strict=True):
        outcomes[text] = {"points": value, "text": frame.text} | bench.in_doubt(frame)
    otherwise = ""
    if rests:
        otherwise = _ELSE
        outcomes[_ELSE] = {"points": bench.given(rests[0]), "text": rests[0].text}
    elif len(its) == 1:
        otherwise = ABSENT
        outcomes[ABSENT] = {"points": "0"}
        if texts[0].startswith(words().graded):  # some of it may have been done
            most = values[0] if isinstance(values[0], str) else values[0][1]
            outcomes[ABSENT] = {"points": ["0", most], "because": "没有做到的得几分，原文没有写"}
    measure = bench.out.declare(name=texts[0], options=tuple(texts), otherwise=otherwise, once=True)
    bench.out.rule = {"choice": {"outcomes": outcomes, "part": measure.part}}


def _exclude_each_other(texts: Sequence[str]) -> bool:
    """Whether two facts can't both be so: 台账规范, 不规范."""
    return any(agrees(a, b) is False for at, a in enumerate(texts) for b in texts[at + 1 :])


def _says_that_undone_is_nothing(bench: Workbench, its: Sequence[Frame], gives: Sequence[Frame]) -> bool:
    """设立专栏得1分；开展活动得1分；没有开展的不计分: the last says of each part what a part that is not done gives."""
    last = its[-1]
    assert isinstance(last.case, Fact), "looked at before"
    total = sum((frame.low for frame in gives), Fraction(0))
    is_last = [*gives, last] == [*its] and last.act == "none" and len(gives) > 1
    deed = around(last.case.words).core if around(last.case.words).of_deed else ""
    made = deed in words().makes and all(isinstance(its.case, Fact) and deed in its.case.words for its in gives)
    return is_last and total == bench.points and (made or is_undone(last.case.words))


def _sum_of(bench: Workbench, facts: Sequence[Frame], values: Sequence[Any]) -> None:
    parts = []
    for frame, value in zip(facts, values, strict=True):
        assert isinstance(frame.case, Fact)
        text = frame.case.words
        measure = bench.out.declare(name=text, options=(text,), otherwise=ABSENT, once=True)
        outcomes = {text: {"points": value, "text": frame.text} | bench.in_doubt(frame), ABSENT: {"points": "0"}}
        rule = {"choice": {"outcomes": outcomes, "part": measure.part}}
        parts.append({"part": measure.part, "of": number(frame.high), "rule": rule})
    bench.out.rule = {"sum": parts}


def _met_requirement(bench: Workbench, facts: Sequence[Frame], rests: Sequence[Frame]) -> bool:
    """达标得1分: the one number that is required is the edge."""
    gives = [f for f in facts if isinstance(f.case, Fact) and f.case.words in words().meets]
    fails = [f for f in facts if isinstance(f.case, Fact) and f.case.words in words().fails]
    if len(gives) != 1 or len(gives) + len(fails) != len(facts) or len(fails) + len(rests) > 1:
        return False
    if len(bench.targets) != 1:
        return False
    ((target, _),) = bench.targets
    if len(target.sides) != 1:
        return False
    if target.bare:
        target = replace(target, sides=(Side("at_least", target.sides[0].edge),), bare=False)
    frame = replace(gives[0], case=target)
    steps, measure = steps_of(bench, [frame])
    rest = [*fails, *rests]
    if rest:
        steps.append(rest_step(bench, [target], rest[0]))
    bench.out.rule = {"tiers": {"measure": bench.indicator(measure), "steps": steps}}
    return True


def several_conditions(bench: Workbench) -> None:
    """藏书1万册以上、座位50个以上得3分: all of it gives all, nothing of it nothing; part of it, nobody says."""
    frame, *rest = bench.frames
    otherwise = all(its.act == "none" and isinstance(its.case, Rest | Fact) for its in rest) and len(rest) == 1
    otherwise = otherwise and all(not isinstance(its.case, Fact) or its.case.words in words().fails for its in rest)
    is_full = frame.act == "give" and bench.is_full(frame)
    if not isinstance(frame.case, Several) or not is_full or (rest and not otherwise):
        raise NotUnderstoodError("几个条件和别的话怎样合计没有读懂")
    fails = []
    for case in frame.case.cases:
        holds = bench.compared(case) if isinstance(case, Tier) else bench.judged(case)
        fails.append({"not": holds})
    bench.out.unspoken = True
    none = {"zero": {"when": {"any" if otherwise or frame.case.joined else "all": fails}, "text": frame.text}}
    items: list[dict[str, Any]] = [none]
    if not (otherwise or frame.case.joined):
        part = {"when": {"any": deepcopy(fails)}, "off": ["0", number(bench.points)], "text": frame.text}
        items = [{"fixed": part | {"because": "只做到几样的得几分，原文没有写"}}, none]
    start = {"said": number(bench.points), "text": frame.text}
    bench.out.rule = {"deduct": {"from": start, "floor": {"assumed": "0"}, "items": items}}


def is_told_twice(bench: Workbench) -> bool:
    """未发生事故的得满分；发生一起的不得分: one condition, told twice."""
    if len(bench.frames) != 2 or bench.points < 0:
        return False
    full, fails = bench.frames
    if not (isinstance(full.case, Fact) and isinstance(fails.case, Fact)):
        return False
    is_full = full.act == "give" and bench.is_full(full)
    denial = next((word for word in words().denials if word in full.case.words), "")
    bare = full.case.words.replace(denial, "", 1)
    fails_one = fails.case.counted or of_one(fails.case.words)
    if is_full and fails.act == "none" and fails_one and things_in(full.case.words):
        return not things_in(fails.case.words)  # 甲、乙、丙齐全得2分，三者缺其一不得分
    return is_full and fails.act == "none" and bool(denial) and (fails.case.counted or bare == fails.case.words)

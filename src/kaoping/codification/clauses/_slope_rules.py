"""Points in proportion: to a share, or up to a number that has them all."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from kaoping.codification.clauses._clause_words import words
from kaoping.codification.clauses._composed import NotUnderstoodError
from kaoping.codification.clauses._frames import (
    Fact,
    Frame,
    Rest,
    Tier,
)
from kaoping.codification.clauses._tier_edges import is_whole
from kaoping.codification.clauses._workbench import UNNAMED, Workbench, edge_text
from kaoping.core.figures import number


def slope(bench: Workbench) -> None:
    """完成100%得5分，未完成的按完成比例得分: in proportion up to the whole, which has all points."""
    unclear = NotUnderstoodError("按比例计分的两头没有读懂")
    (frame, *others) = [its for its in bench.frames if its.act == "in_proportion"]
    fulls = [its for its in bench.frames if its.act == "give"]
    if others or len(fulls) > 1 or len(fulls) + 1 != len(bench.frames) or bench.points < 0:
        raise unclear
    if frame.of_formula and not frame.whole and frame.low != bench.points:
        raise unclear
    target = fulls[0].case if fulls and isinstance(fulls[0].case, Tier) else None
    if target is not None and not target.amount.percent:
        _sloping_to(bench, target, frame, fulls[0])
        return
    case = frame.case
    name = ""
    if isinstance(case, Fact):
        if case.words and case.words not in (*words().fails, *words().meets):
            raise unclear
    elif not isinstance(case, Rest):
        raise unclear
    if fulls:
        full = fulls[0]
        if not bench.is_full(full):
            raise unclear
        if isinstance(full.case, Fact):  # 完成目标任务的得满分，未完成的按完成比例得分
            is_done = full.case.words in words().meets or full.case.words.startswith(words().done)
            if not is_done or any(word in full.case.words for word in words().denials):
                raise unclear
        elif not isinstance(full.case, Tier) or not full.case.amount.percent or not is_whole(full.case):
            raise unclear
        else:
            name = full.case.subject
    elif not any(word in frame.text for word in words().in_proportion_of):
        raise unclear
    _sloping(bench, frame.of_formula or name or "完成率", bench.points, frame.text, beyond=bool(fulls))


def _sloping_to(bench: Workbench, target: Tier, share: Frame, full: Frame) -> None:
    """10件以上得满分，不足10件的按比例得分: from 0 to the number that has all points."""
    unclear = NotUnderstoodError("按比例计分的两头没有读懂")
    (side, *more) = target.sides
    if more or side.edge <= 0 or side.op not in ("at_least", "equals") or not bench.is_full(full) or share.of_formula:
        raise unclear
    case = share.case
    if isinstance(case, Tier):
        (edge, *others) = case.sides
        if others or edge.op != "below" or edge.edge != side.edge or not case.amount.fits(target.amount):
            raise unclear
    elif not isinstance(case, Fact | Rest) or (isinstance(case, Fact) and case.words not in ("", *words().fails)):
        raise unclear
    measure = bench.out.declare(name=target.subject or UNNAMED, unit=target.amount.unit)
    last = {"at": edge_text(side.edge, target.amount), "points": number(bench.points), "beyond": "true"}
    first = {"at": "0", "points": "0"}
    bench.out.rule = {"slope": {"measure": bench.indicator(measure), "from": first, "to": last, "text": share.text}}


def formula(bench: Workbench) -> None:
    """得分=完成率×5."""
    (frame, *others) = bench.frames
    assert isinstance(frame.case, Fact)
    worth = bench.points if frame.whole else frame.low
    if others or worth != bench.points:
        raise NotUnderstoodError(f"“{frame.text}”和本项的分对不上")
    if frame.act == "formula":
        _sloping(bench, frame.case.words, worth, frame.text, beyond=bool(bench.reading.limits))
        return
    measure = bench.out.declare(name=frame.case.words, percent=True)  # 得分=（1-逾期率）×5
    ends = {"from": {"at": "0", "points": number(worth)}, "to": {"at": "100%", "points": "0"}}
    bench.out.rule = {"slope": {"measure": bench.indicator(measure)} | ends | {"text": frame.text}}


def scaled(bench: Workbench) -> None:
    """满意度测评得分×10%: of a hundred marks there as many here."""
    (frame, *others) = bench.frames
    assert isinstance(frame.case, Fact)
    if others or frame.low != bench.points:
        raise NotUnderstoodError(f"“{frame.text}”和本项的分对不上")
    measure = bench.out.declare(name=frame.case.words, unit="分")
    bench.out.derived.add(Fraction(100))
    first, last = {"at": "0", "points": "0"}, {"at": "100", "points": number(bench.points)}
    bench.out.rule = {"slope": {"measure": bench.indicator(measure), "from": first, "to": last, "text": frame.text}}


def linear(bench: Workbench) -> None:
    """得分=70×达标率-63: from where it is 0 to 100%, which has all points; under that nobody says."""
    (frame, *others) = bench.frames
    assert isinstance(frame.case, Fact)
    if others or not 0 < frame.less < frame.low or frame.low - frame.less != bench.points:
        raise NotUnderstoodError(f"“{frame.text}”和本项的分对不上")
    measure = bench.out.declare(name=frame.case.words, percent=True)
    zero = frame.less / frame.low
    bench.out.derived.add(zero)
    last = {"at": "100%", "points": number(bench.points)}
    first = {"at": f"{number(zero * 100)}%", "points": "0"}
    bench.out.rule = {"slope": {"measure": bench.indicator(measure), "from": first, "to": last, "text": frame.text}}


def _sloping(bench: Workbench, name: str, worth: Fraction, text: str, *, beyond: bool) -> None:
    measure = bench.out.declare(name=name, percent=True)
    last: dict[str, Any] = {"at": "100%", "points": number(worth)} | ({"beyond": "true"} if beyond else {})
    first = {"at": "0", "points": "0"}
    bench.out.rule = {"slope": {"measure": bench.indicator(measure), "from": first, "to": last, "text": text}}

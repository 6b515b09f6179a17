"""What is done before a day (12月5日前报送得2分)."""

from __future__ import annotations

from typing import Any

from kaoping.codification.clauses._clause_words import words
from kaoping.codification.clauses._composed import NotUnderstoodError
from kaoping.codification.clauses._frames import ByDay, Fact, Rest
from kaoping.codification.clauses._workbench import Workbench


def by_day(bench: Workbench) -> None:
    """12月5日前报送得2分，逾期不得分: the day itself is left open, for 前 may mean it or not."""
    (frame, *rest) = bench.frames
    case = frame.case
    texts = [its.case.words for its in rest if isinstance(its.case, Fact)]
    is_late = all(text.startswith(words().late) for text in texts) and all(its.act == "none" for its in rest)
    if not isinstance(case, ByDay) or frame.act != "give" or len(rest) > 1 or not is_late:
        raise NotUnderstoodError("几个日期、几句话怎样合计没有读懂")
    if any(not isinstance(its.case, Fact | Rest) for its in rest):
        raise NotUnderstoodError("几个日期、几句话怎样合计没有读懂")
    measure = bench.out.declare(name=case.subject or "日期", day=case.day)
    day = {"day_of_year": case.day} if len(case.day) == len("12-05") else case.day
    before = "at_most" if case.inside else "below"
    steps: list[dict[str, Any]] = [{before: day, "points": bench.given(frame), "text": frame.text}]
    steps += [{"above": day, "points": "0", "text": its.text} for its in rest]
    bench.out.rule = {"tiers": {"measure": {"indicator": measure.id, "as": measure.name}, "steps": steps}}

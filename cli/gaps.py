"""`kaoping gaps`: what is missing, what it costs, by when, whose it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from pathlib import Path

import click

from kaoping import api
from kaoping.core.figures import number
from kaoping.pipeline import contract
from kaoping.rubric.nodes import Rubric

from . import console
from .chinese import Command
from .options import folder, json_option


@click.command("gaps", cls=Command)
@folder
@json_option
def command(folder: Path, as_json: bool) -> int:
    """列出还有哪些期限、剩几天（过期的在前），还缺什么：涉及几分、归哪个科室谁办、怎么办。"""
    assessment = api.assess(folder, progress=console.Progress())
    today = console.today()
    sent = api.handed_in(assessment, today)
    if as_json:
        console.as_json(contract.gaps(assessment.gaps, assessment.deadlines, sent))
    else:
        _show_deadlines(api.pending(assessment, today), len(assessment.deadlines), today, assessment.rubric)
        _show(assessment.gaps, today, sent)
    return 1 if assessment.findings.errors else 0


def _show_deadlines(deadlines: Sequence[api.Deadline], of: int, today: date, rubric: Rubric) -> None:
    """By date, so that those that are over come first; on screen, unlike in a package, the days left may be told."""
    if deadlines:
        console.say(f"== 期限（今天是 {today.isoformat()}）")
    for deadline in _together(deadlines, rubric):
        facts = (deadline.title, deadline.about, deadline.department, deadline.person)
        words = "　".join(text for text in facts if text)
        console.say(f"{_when(deadline, today)}　{words}" if deadline.day else f"没有日期　{words}　通知未载明")
    if settled := of - len(deadlines):
        console.say(f"另有 {settled} 个期限已经报送，或者过了而考评项没有缺项，不列。")
    if unsaid := api.years_unsaid([d.day for d in deadlines if d.day], today):
        console.say(unsaid)
    if of:
        console.say()


def _together(deadlines: Sequence[api.Deadline], rubric: Rubric) -> list[api.Deadline]:
    """Show in one row what the same people have to finish by the same day."""
    rows: list[api.Deadline] = []
    for (_, is_task, *_), group in groupby(sorted(deadlines, key=_whose), _whose):
        same = list(group)
        called = rubric.called_together([line for deadline in same for line in deadline.lines])
        rows += [replace(same[0], title="任务分解", called=called)] if is_task and len(same) > 1 else same
    return rows


def _whose(deadline: api.Deadline) -> tuple[date, bool, str, str]:
    return deadline.day or date.max, deadline.kind == api.TASK, deadline.department, deadline.person


def _when(deadline: api.Deadline, today: date) -> str:
    day = deadline.day or today
    rest = api.rest_day(day) if day >= today else ""
    return f"{api.remaining(deadline, today, {})}　{day.isoformat()}（{api.weekday(day)}" + (
        f"；{rest}）" if rest else "）"
    )


def _show(gaps: Sequence[api.Gap], today: date, sent: Mapping[str, str]) -> None:
    """Group by department, what is due first in front."""
    by_department = sorted(gaps, key=lambda gap: (gap.department or "\uffff", gap.due or date.max))
    for department, group in groupby(by_department, key=lambda gap: gap.department):
        console.say(f"== {department or '（未分解到科室）'}")
        for gap in group:
            who = f"　{gap.person}" if gap.person else ""
            stake = f"　{number(gap.stake)} 分" if gap.stake else ""
            console.say(f"{gap.called} {gap.title}　{gap.label}{stake}{who}")
            console.say(f"    {gap.what}")
            console.say(f"    怎么办：{gap.mend}")
            if gap.dues:
                console.say(f"    期限：{'；'.join(_due(due, today, sent) for due in gap.dues)}")
    console.say(f"{api.tally(gaps)}。")


def _due(due: api.Deadline, today: date, sent: Mapping[str, str]) -> str:
    if due.day is None and due.key not in sent:
        return f"{due.source}，{due.undated if due.unread else '通知未载明日期'}"
    day = f"{due.day.isoformat()} " if due.day else ""
    return f"{day}{due.source}，{api.remaining(due, today, sent)}"

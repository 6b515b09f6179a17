"""`kaoping gaps`: what is missing, what it costs, by when, whose it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from itertools import groupby
from pathlib import Path

import click

from kaoping import api, contract
from kaoping.figures import number

from . import console
from .chinese import Command
from .options import folder, json_option


@click.command("gaps", cls=Command)
@folder
@json_option
def command(folder: Path, as_json: bool) -> int:
    """列出还缺什么：涉及几分、什么期限、归哪个科室谁办、怎么办。"""
    assessment = api.assess(folder, progress=console.Progress())
    if as_json:
        console.as_json(contract.gaps(assessment.gaps))
    else:
        _show(assessment.gaps)
    return 1 if assessment.findings.errors else 0


def _show(gaps: Sequence[api.Gap]) -> None:
    """Group by department; on screen, unlike in a package, the days left may be told."""
    by_department = sorted(gaps, key=lambda gap: gap.department or "\uffff")
    for department, group in groupby(by_department, key=lambda gap: gap.department):
        console.say(f"== {department or '（未分解到科室）'}")
        for gap in group:
            who = f"　{gap.person}" if gap.person else ""
            stake = f"　{number(gap.stake)} 分" if gap.stake else ""
            console.say(f"第{gap.line}项 {gap.title}　{gap.label}{stake}{who}{_due(gap.due)}")
            console.say(f"    {gap.what}")
            console.say(f"    怎么办：{gap.mend}")
    total = sum((gap.stake for gap in gaps), Fraction(0))
    console.say(f"共 {len(gaps)} 项，涉及 {number(total)} 分。" if gaps else "没有缺项。")


def _due(due: date | None) -> str:
    if due is None:
        return ""
    left = (due - date.today()).days
    return f"　{due.isoformat()} 止" + (f"（还有 {left} 天）" if left >= 0 else "（已过期）")

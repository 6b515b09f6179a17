"""`kaoping score`: the score card with its reasons."""

from __future__ import annotations

from pathlib import Path

import click

from kaoping import api
from kaoping.core.figures import UNBOUNDED, number, span_text
from kaoping.core.model import LineScore, ScoreCard, Status, Total
from kaoping.pipeline import contract

from . import console
from .chinese import Command
from .options import folder, json_option

_WORDS = {Status.SCORED: "", Status.UNDECIDED: "待定", Status.MISSING: "缺项", Status.NOT_APPLICABLE: "不适用"}


@click.command("score", cls=Command)
@folder
@json_option
def command(folder: Path, as_json: bool) -> int:
    """按考评细则评分：每一项得几分、为什么、用了哪些佐证；说不准的给出范围和原因。"""
    assessment = api.assess(folder, progress=console.Progress())
    if as_json:
        console.as_json(contract.scorecard(assessment.card, assessment.plan.numbers(), assessment.origins))
    else:
        _show(assessment.card, assessment.plan.numbers())
        _count(assessment.findings.errors)
    return 1 if assessment.findings.errors else 0


def _show(card: ScoreCard, numbers: dict[str, str]) -> None:
    console.say(f"{card.unit}　{card.year}年度（{card.level}）")
    for line in card.lines:
        console.say()
        console.say(f"{line.section}  {line.line}  {line.title}")
        console.say(f"    {_points(line)}")
        for because in line.because:
            console.say(f"    · {because}")
        proofs = [numbers[path] for path in line.evidence if path in numbers]
        if proofs:
            console.say(f"    佐证：{'、'.join(proofs)}")
    console.say()
    for title, total in (("基础分", card.base), ("加分", card.bonus), ("扣分", card.deduction), ("总计", card.total)):
        console.say(f"{title}：{_total(total)}")
    if card.graded is not None:
        console.say(f"等次：{card.graded.text}")
    if card.unsupported:
        console.say(f"其中 {number(card.unsupported)} 分还没有合要求的佐证材料。")


def _points(line: LineScore) -> str:
    marks = [
        _WORDS[line.status],
        "缺佐证" if line.unsupported else "",
        *line.marks,
    ]
    of = f" / {number(line.of)}" if line.of is not None else ""
    return "　".join(filter(None, [f"{span_text(line.low, line.high)}{of} 分", *marks]))


def _total(total: Total) -> str:
    of = f"（满分 {number(total.of)}）" if total.of is not None else ""
    if total.high >= UNBOUNDED:
        unsure = "，另有分待定，没有上限"
    elif total.high > total.low:
        unsure = f"，另有 {number(total.high - total.low)} 分待定，最高 {number(total.high)} 分"
    else:
        unsure = ""
    return f"{number(total.low)} 分{of}{unsure}"


def _count(errors: list[api.Finding]) -> None:
    if errors:
        console.say(f"记录里有 {len(errors)} 处错误，评分可能不全；请运行 kaoping check 查看。")

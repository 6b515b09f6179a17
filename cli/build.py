"""`kaoping build`: a package, or single drafts."""

from __future__ import annotations

from pathlib import Path

import click

from kaoping import api
from kaoping.figures import number
from kaoping.findings import Severity

from . import console
from .chinese import Command
from .options import folder


@click.command("build", cls=Command)
@folder
@click.option("--final", is_flag=True, help="生成报送稿；还有待定、缺项或空白时不生成，列出原因。")
@click.option("--out", metavar="路径", type=click.Path(path_type=Path), help="成果放在哪里；不写就放在 成果/ 下。")
@click.option("--only", metavar="文稿名", multiple=True, help="只出某一份文稿，不打包。")
def command(folder: Path, final: bool, out: Path | None, only: tuple[str, ...]) -> int:
    """生成考评包：自评分表、佐证材料汇编、自评报告、缺项清单，放在 成果/送审稿 或 成果/报送稿。"""
    if only:
        paths, assessment = api.build_only(folder, only, final=final, out=out)
        for path in paths:
            console.say(f"已生成：{path}")
        return 1 if assessment.findings.errors else 0
    built = api.build(folder, final=final, out=out, progress=console.Progress())
    return report(built)


def report(built: api.Built) -> int:
    """Say where the package stands and what it holds; return the exit status."""
    card, plan = built.assessment.card, built.assessment.plan
    total = card.total
    unsure = f"～{number(total.high)}" if total.high > total.low else ""
    console.say(f"{plan.form}已生成：{built.package}")
    console.say(f"  先看 {built.package / api.GUIDE}")
    open_ = [gap for gap in built.assessment.gaps if gap.is_open]
    told = f"；缺项和待定 {len(open_)} 项" if open_ else ""
    console.say(f"  自评 {number(total.low)}{unsure} 分；佐证 {len(plan.pieces)} 件{told}。")
    bare = [f"第{line.line}项{number(line.unsupported)}分" for line in card.lines if line.unsupported]
    if bare:
        console.say(f"  没有佐证材料支撑的得分：{'、'.join(bare)}。")
    for note in built.notes:
        console.say(f"  {note.problem}{note.mend}")
    counts: dict[str, int] = {}
    for finding in built.assessment.findings:
        counts[finding.severity.label] = counts.get(finding.severity.label, 0) + 1
    if counts:
        told = "，".join(f"{label} {number} 条" for label, number in counts.items())
        listed = any(f.severity is not Severity.NOTE for f in built.assessment.findings)  # notes stay out of packages
        where = "见缺项清单，或" if plan.form == api.DRAFT and listed else ""
        console.say(f"  另有{told}，{where}运行 kaoping check 查看。")
    return 1 if built.findings.errors else 0

"""`kaoping calendar`: the deadlines as a file for a calendar program."""

from __future__ import annotations

from pathlib import Path

import click

from kaoping import api

from . import console
from .chinese import Command
from .options import PATH, folder


@click.command("calendar", cls=Command)
@folder
@click.option("--out", metavar="文件", type=PATH, help="写到哪里（.ics）；不写就是 成果/期限.ics。")
def command(folder: Path, out: Path | None) -> int:
    """把通知、文稿和任务分解表的期限写成日历文件，到期前一周和前一个工作日9时提醒；任务分解表里同一天到期的合成一条。"""
    if out is not None and out.suffix.lower() != ".ics":
        raise click.UsageError("--out 要写一个以 .ics 结尾的文件名")
    path, assessment = api.calendar(folder, out, progress=console.Progress())
    undated = [deadline for deadline in assessment.deadlines if not deadline.day]
    console.say(f"已写：{path}（{len(assessment.deadlines) - len(undated)} 个期限）")
    for deadline in undated:
        about = f"（{deadline.about}）" if deadline.about else ""
        console.say(f"没有写进去：{deadline.title}{about}，通知没有载明日期。")
    if wrong := len(assessment.findings.errors):
        console.say(f"记录有 {wrong} 处错误，期限可能不全：运行 kaoping check 看是哪几处。")
        return 1
    return 0

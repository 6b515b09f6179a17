"""`kaoping decide`: records a decision on an undecided line, with the facts it was made on, or takes one back."""

from __future__ import annotations

from pathlib import Path

import click

from kaoping import api

from . import console
from .chinese import Command, argument
from .options import folder


@click.command("decide", cls=Command, context_settings={"ignore_unknown_options": True})  # -2 is a number of points
@folder
@argument("line", "考评项", "考评项或分项的编号，如 9、7b。")
@argument("points", "分值", "定为几分，要在可能的范围之内；撤销时不写。", required=False)
@click.option("--reason", metavar="理由", help="为什么这样定（记裁定时必须写）。")
@click.option("--who", metavar="裁定人", help="谁定的，如：局长办公会（记裁定时必须写）。")
@click.option(
    "--when", "--date", "when", metavar="日期", help="哪一天定的，如 2017-12-18、12月18日（记裁定时必须写）。"
)
@click.option("--undo", is_flag=True, help="撤销这一项的裁定，不论记在台账里还是 records 里。")
def command(
    folder: Path, line: str, points: str | None, reason: str | None, who: str | None, when: str | None, undo: bool
) -> int:
    """为一个待定的考评项（或分项）记下裁定，或撤销；记在台账的“待定裁定”表里，原来的台账另存。事实变了，裁定自动失效。"""
    if undo:
        if points or reason or who or when:
            raise click.UsageError("撤销裁定只写单位文件夹、考评项和 --undo")
        undone = api.undecide(folder, line)
        for id_, at in zip(undone.ids, undone.places, strict=True):
            console.say(f"已撤销第{line}项的裁定 {id_}（原在 {at}）。")
        console.tell_earlier(undone.earlier)
        if len(undone.findings):
            console.show_findings(undone.findings.sorted())
        return 0
    if points is None or reason is None or who is None or when is None:
        lacking = {"points": points, "reason": reason, "who": who, "when": when}
        name = next(name for name, value in lacking.items() if value is None)
        params = click.get_current_context().command.params
        raise click.MissingParameter(param=next(param for param in params if param.name == name))
    done = api.decide(folder, line, points, reason=reason, who=who, when=when)
    console.say(f"已记入 {done.places[0]}（编号 {done.ids[0]}）。")
    console.tell_earlier(done.earlier)
    console.say("要撤销：" + console.typed("kaoping", "decide", folder, line, "--undo"))
    if len(done.findings):
        console.show_findings(done.findings.sorted())
    return 1 if done.findings.errors else 0

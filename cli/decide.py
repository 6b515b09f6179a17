"""`kaoping decide`: records a decision on an undecided line, with the facts it was made on."""

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
@argument("points", "分值", "定为几分，要在可能的范围之内。")
@click.option("--reason", metavar="理由", required=True, help="为什么这样定。")
@click.option("--who", metavar="裁定人", required=True, help="谁定的（如：局长办公会）。")
@click.option("--when", metavar="日期", required=True, help="哪一天定的，如 2017-12-18。")
def command(folder: Path, line: str, points: str, reason: str, who: str, when: str) -> int:
    """为一个待定的考评项（或分项，如 7b）记下裁定；事实以后有变化，裁定会自动失效。"""
    path = api.decide(folder, line, points, reason=reason, who=who, when=when)
    console.say(f"已记入 {path}。")
    return 0

"""`kaoping export`: the unit's records in the other form."""

from __future__ import annotations

from pathlib import Path

import click

from kaoping import api

from . import console
from .chinese import Command
from .options import PATH, folder


@click.command("export", cls=Command)
@folder
@click.option("--to", "form", metavar="yaml|xlsx", type=click.Choice(["yaml", "xlsx"]), help="不写就转成另一种形式。")
@click.option("--out", metavar="文件夹", type=PATH, help="放在哪里；不写就放在 导出/ 下。")
def command(folder: Path, form: str | None, out: Path | None) -> int:
    """把单位的记录从台账.xlsx 转成 YAML，或从 YAML 转成台账.xlsx，一条不少；导入的外部台账仍是原来的文件。"""
    written, findings = api.export(folder, out, form or "")
    for path in written:
        console.say(f"已写：{path}")
    if len(findings):
        console.show_findings(findings.sorted())
    return 1 if findings.errors else 0

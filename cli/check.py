"""`kaoping check`: every finding, with its place and its mend."""

from __future__ import annotations

from pathlib import Path

import click

from kaoping import api, contract

from . import console
from .chinese import Command
from .options import folder, json_option


@click.command("check", cls=Command)
@folder
@json_option
def command(folder: Path, as_json: bool) -> int:
    """检查单位文件夹里的记录和材料，一次列出全部问题：在哪里、有什么影响、怎么改。"""
    findings = api.check(folder)
    if as_json:
        console.as_json(contract.findings(findings.sorted()))
    else:
        console.show_findings(findings.sorted())
    return 1 if findings.errors else 0

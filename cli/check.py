"""`kaoping check`: every finding, with its place and its mend."""

from __future__ import annotations

from pathlib import Path

import click

from kaoping import api
from kaoping.pipeline import contract

from . import console
from .chinese import Command
from .options import folder, follow_links, json_option, no_cache


@click.command("check", cls=Command)
@folder
@json_option
@click.option("--mark", is_flag=True, help="另存一份标注过的台账：有问题的单元格涂色、加批注，不动原来的台账。")
@follow_links
@no_cache
def command(folder: Path, as_json: bool, mark: bool, follow_links: bool, cache: bool) -> int:
    """检查单位文件夹里的记录和材料，一次列出全部问题：在哪里、有什么影响、怎么改。"""
    findings = api.check(folder, cache=cache, follow_links=follow_links, progress=console.Progress())
    if as_json:
        console.as_json(contract.findings(findings.sorted()))
    else:
        console.show_findings(findings.sorted())
    if mark:
        marked = api.mark(folder, findings.sorted())
        if not as_json:
            console.say(f"标注过的台账：{marked.path}（标了 {marked.cells} 格；改还是在原来的台账里改）")
    return 1 if findings.errors else 0

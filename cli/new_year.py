"""`kaoping new-year`: a new year's folder that goes on from last year's."""

from __future__ import annotations

from pathlib import Path

import click

from kaoping import api

from . import console
from .chinese import Command, argument
from .options import PATH


@click.command("new-year", cls=Command)
@argument("before", "去年的单位文件夹", "只读，不改动。", type=PATH)
@argument("folder", "新的单位文件夹", "要新建的文件夹。", type=PATH)
@click.option("--year", metavar="年度", type=click.IntRange(2000, 2100), required=True, help="新的考评年度。")
@click.option("--pack", metavar="规则包", default="", help="新的考评细则；不写沿用去年的。")
def command(before: Path, folder: Path, year: int, pack: str) -> int:
    """接着去年的建新一年的文件夹：带过来机构、人员、经营单位和设置，办的案、开的会这些从零记起。"""
    new = api.new_year(before, folder, year, pack)
    console.say(f"已建：{new.folder}（{year}年度）")
    for its in new.carried:
        emptied = f"；清空待填：{'、'.join(its.emptied)}" if its.emptied else ""
        console.say(f"  带过来 {its.kind} {its.records} 条{emptied}")
    for name in new.settings:
        console.say(f"  带过来 {name}")
    if new.left:
        console.say(f"  没有带，从零记起：{'、'.join(f'{title} {records} 条' for title, records in new.left)}")
    if len(new.findings):
        console.show_findings(new.findings.sorted())
    console.say("下一步：核对带过来的人和单位，材料放进 材料 文件夹；随时运行 kaoping check。")
    return 0

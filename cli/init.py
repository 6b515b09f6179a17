"""`kaoping init`: a new unit folder with its workbook, or the workbook made anew."""

from __future__ import annotations

from pathlib import Path

import click

from kaoping import api

from . import console
from .chinese import Command, argument
from .options import PATH


@click.command("init", cls=Command)
@argument("folder", "单位文件夹", "要新建的文件夹。", type=PATH)
@click.option("--pack", "--rubric", "pack", metavar="规则包", default="", help="编号或文件夹；不写用默认的。")
@click.option("--with", "extra", metavar="名称", multiple=True, help="另外要填的文稿、副翼或记录。")
@click.option("--update", is_flag=True, help="文件夹已在使用：按新的细则、新的栏目重新生成台账，填过的照搬。")
def command(folder: Path, pack: str, extra: tuple[str, ...], update: bool) -> int:
    """新建单位文件夹：台账.xlsx（按考评细则生成，每一栏都有说明和例子）和材料文件夹。"""
    if update:
        return _update(folder, pack, extra)
    for path in api.init(folder, pack, extra):
        console.say(f"已建：{path}")
    console.say(
        "下一步：用 Excel 或 WPS 打开 台账.xlsx，从第一张表填起；材料放进 材料 文件夹；随时运行 kaoping check。"
    )
    return 0


def _update(folder: Path, pack: str, extra: tuple[str, ...]) -> int:
    renewed = api.renew(folder, pack, extra)
    if renewed.kept is None:
        console.say(f"{renewed.workbook} 已经是最新的，没有改动。")
        return 0
    console.say(f"已重新生成：{renewed.workbook}（填过的内容照搬）")
    console.say(f"原来的原样保留在：{renewed.kept}（公式、颜色、自己写的批注都在里面）")
    for change in renewed.changes or ("细则和栏目没有变化。",):
        console.say(f"  · {change}")
    if len(renewed.findings):
        console.show_findings(renewed.findings.sorted())
    return 1 if renewed.findings.errors else 0

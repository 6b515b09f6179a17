"""`kaoping init`: a new unit folder."""

from __future__ import annotations

from pathlib import Path

import click

from kaoping import api

from . import console
from .chinese import Command, argument


@click.command("init", cls=Command)
@argument("folder", "单位文件夹", "要新建的文件夹。", type=click.Path(path_type=Path))
@click.option("--rubric", metavar="细则编号", default="", help="按哪一个考评细则；不写用默认的。")
def command(folder: Path, rubric: str) -> int:
    """新建单位文件夹：记录的空白文件（每一种都有说明和例子）、材料文件夹、通知。"""
    for path in api.init(folder, rubric):
        console.say(f"已建：{path}")
    console.say("下一步：打开 records 文件夹，从 unit.yaml 填起；材料放进 材料 文件夹；随时运行 kaoping check。")
    return 0

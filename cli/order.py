"""`kaoping order`: puts the files of a line in an order of the unit's; lists and undoes it."""

from __future__ import annotations

from pathlib import Path

import click

from kaoping import api

from . import console
from .chinese import Command, argument
from .options import folder


@click.command("order", cls=Command)
@folder
@argument("files", "文件", "材料文件夹里的路径，按要排的先后写；不写就列出排过的。", nargs=-1, required=False)
@click.option("--reason", metavar="理由", default="", help="为什么这样排。")
@click.option("--who", metavar="经手人", default="", help="谁排的。")
@click.option("--when", "--date", "when", metavar="日期", default="", help="哪一天，如 2017-12-18、12月18日。")
@click.option("--undo", is_flag=True, help="撤销这些文件的（不写文件就是全部的）先后。")
def command(folder: Path, files: tuple[str, ...], reason: str, who: str, when: str, undo: bool) -> int:
    """同一考评项的几件材料，排定在汇编里的先后；记在“材料次序”里。没有写到的，照记录里的先后排在后面。"""
    if undo:
        undone = api.undo_order(folder, files)
        console.say(f"已撤销 {'、'.join(undone.ids)}。")
        console.tell_earlier(undone.earlier)
        return 0
    if not files:
        orders = api.piece_orders(api.assess(folder).dossier.tables)
        for its in orders:
            console.say(f"{its.id}　{'；'.join(its.files)}")
        if not orders:
            console.say("还没有排过先后。")
        return 0
    done = api.set_order(folder, files, api.Note(reason, who, when))
    console.say(f"已记入 {done.places[-1]}（编号 {done.ids[-1]}）。")
    console.tell_earlier(done.earlier)
    return 0

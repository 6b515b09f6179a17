"""`kaoping history`: what the workbook and the files of records were before the program wrote to them."""

from __future__ import annotations

from pathlib import Path

import click

from kaoping import api

from . import console
from .chinese import Command, argument
from .options import folder


@click.command("history", cls=Command)
@folder
@argument("version", "版本", "哪一份：列出的编号，或文件名；不写就列出全部。", required=False)
@click.option("--restore", is_flag=True, help="用这一份换下现在的文件；现在的也留作一份以前的版本。")
def command(folder: Path, version: str | None, restore: bool) -> int:
    """程序每次改台账或 records 里的文件，都先留一份原来的，各留最后10份；列出它们、和现在对照、换回来。"""
    kept = api.versions(folder)
    if version is None:
        if restore:
            raise click.UsageError("换回来要写明是哪一份")
        for number, its in enumerate(kept, 1):
            console.say(f"{number}　{its.file}　{its.saved:%Y-%m-%d %H:%M:%S} 存的　{its.path.name}")
        console.say(f"共 {len(kept)} 份，在“{kept[0].path.parent}”。" if kept else "还没有以前的版本。")
        return 0
    name = kept[int(version) - 1].path.name if version.isdecimal() and 0 < int(version) <= len(kept) else version
    if restore:
        console.say(f"已换回：{api.bring_back(folder, name)}。")
        return 0
    listed = api.compare_version(folder, name)
    for each in listed:
        state = "那时没有" if not each.is_there else "现在没有" if not each.is_now else "不同"
        console.say(f"{each.kind} {each.id}：{state}")
        for title, (before, now) in each.fields.items() if each.is_there and each.is_now else ():
            console.say(f"　　{title}：那时“{before}”，现在“{now}”")
    console.say(f"和现在相比，{len(listed)} 条记录不同。" if listed else "和现在的记录一样。")
    return 0

"""`kaoping edits`: takes in what people changed in drafts, lists it, and lets somebody choose or undo."""

from __future__ import annotations

from pathlib import Path

import click

from kaoping import api

from . import console
from .chinese import Command, argument
from .options import PATH, folder

_STATES = {
    "": "已用上",
    "changed": "待选定：记录变了",
    "rival": "待选定：两份稿子改了同一处",
    "gone": "没有地方放：这一段程序不写了",
}


@click.command("edits", cls=Command)
@folder
@argument(
    "files",
    "文件.docx",
    "改过的文稿，可以是邮件发回来的；不写就收 成果 文件夹里改过的。",
    nargs=-1,
    required=False,
    type=PATH,
)
@click.option("--as", "document", metavar="文稿名", default="", help="这些文件是哪一份文稿；一般不用写，看文字就知道。")
@click.option("--list", "listing", is_flag=True, help="列出收进来的全部修改，各自用上了没有。")
@click.option("--keep", metavar="编号", multiple=True, help="待选定的修改：用修改的文字。")
@click.option("--drop", metavar="编号", multiple=True, help="撤销一处修改，用程序写的文字。")
def command(
    folder: Path, files: tuple[Path, ...], document: str, listing: bool, keep: tuple[str, ...], drop: tuple[str, ...]
) -> int:
    """把在 Word、WPS 里改过的文稿收进来，以后生成的文稿都带着这些修改；数据仍随记录更新，不能在文稿里改。"""
    if files and (listing or keep or drop):
        raise click.UsageError("收文件时不能同时用 --list、--keep、--drop")
    if keep or drop:
        findings = api.choose(folder, keep, drop)
        console.show_findings(findings.sorted())
        console.say(f"已选定 {len(keep)} 处，撤销 {len(drop)} 处；重新生成以后见效。")
        return 0
    if listing:
        return _list(folder)
    findings = api.take_in(folder, files, document)
    console.show_findings(findings.sorted())
    return 1 if findings.errors else 0


def _list(folder: Path) -> int:
    listed = api.list_edits(folder)
    if not listed:
        console.say("还没有收进什么修改。")
    for each in listed:
        edit = each.outcome.edit
        console.say(f"{edit.id}　{each.document}　{_STATES[each.outcome.trouble]}　（收自 {edit.source}）")
        for title, words in each.sides.items():
            console.say(f"  {title}：{words}")
    return 1 if any(each.outcome.trouble for each in listed) else 0

"""`kaoping template`: Word templates, looked through before they are used, and built from their sources."""

from __future__ import annotations

from pathlib import Path

import click

from kaoping import api
from kaoping.pipeline import contract

from . import console
from .chinese import Command, Group, argument
from .options import PATH, json_option


@click.group("template", cls=Group)
def command() -> None:
    """检查单位自己的文稿模板（放在单位文件夹的 模板/<文稿名>.docx，优先于自带的模板），或由源文件生成模板。"""


@command.command("check", cls=Command)
@argument("file", "模板.docx", "要检查的模板；只读，不改动。", type=PATH)
@click.option("--document", metavar="文稿名", default="", help="是哪份文稿的模板；不写就看文件名。")
@json_option
def check_command(file: Path, document: str, as_json: bool) -> int:
    """检查一个模板，一次列出全部问题：在第几段、哪个标签、有什么影响、怎么改；并用各种数据试填一遍。"""
    findings = api.check_template(file, document)
    if as_json:
        console.as_json(contract.findings(findings))
    elif len(findings):
        console.show_findings(findings)
    else:
        console.say("模板没有问题。")
    return 1 if findings.errors else 0


@command.command("build", cls=Command)
@argument(
    "sources",
    "源文件…",
    "源文件（.txt）或文件夹，可写几个；不写就是当前文件夹。文件夹里有 templates 的，取那里面的。",
    required=False,
    nargs=-1,
    type=PATH,
)
@click.option("--out", metavar="文件夹", type=PATH, help="放在哪里；不写就放在源文件旁边。")
def build_command(sources: tuple[Path, ...], out: Path | None) -> int:
    """由源文件生成 Word 模板，写法见 docs/word-templates.md；有错的在第几行、怎么改，一次列出，一个也不写。"""
    for path in api.build_templates(sources or [Path()], out):
        console.say(f"已生成：{path}")
    return 0

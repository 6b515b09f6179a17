"""`kaoping template`: a unit's own Word templates, looked through before they are used."""

from __future__ import annotations

from pathlib import Path

import click

from kaoping import api
from kaoping.pipeline import contract

from . import console
from .chinese import Command, Group, argument
from .options import json_option


@click.group("template", cls=Group)
def command() -> None:
    """检查单位自己的文稿模板（放在单位文件夹的 模板/<文稿名>.docx，优先于自带的模板）。"""


@command.command("check", cls=Command)
@argument("file", "模板.docx", "要检查的模板；只读，不改动。", type=click.Path(path_type=Path))
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

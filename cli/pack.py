"""`kaoping pack`: packs (规则包), one domain each: list, show, new, check."""

from __future__ import annotations

from pathlib import Path

import click

from kaoping import api
from kaoping.pipeline import contract

from . import console
from .chinese import Command, Group, argument
from .options import PATH, json_option

name = argument("name", "规则包", "编号，或规则包文件夹的路径；不写就是默认的。", required=False, default="")
unit = click.option(
    "--unit",
    metavar="单位文件夹",
    type=PATH,
    help="先找这个单位自己的和旁边的“规则包”。",
)


@click.group("pack", cls=Group)
def command() -> None:
    """规则包：一个考评领域的细则、记录种类、文稿、核对，全是数据。"""


@command.command("list", cls=Command)
@unit
def list_command(unit: Path | None) -> int:
    """列出找得到的规则包，近的在前；同名的，用最前面的一个。"""
    seen: set[str] = set()
    for place in api.packs_known(unit):
        title = place.description.title if place.description is not None else "（pack.yaml 读不出）"
        hidden = "　被前面同名的遮住，不用" if place.id in seen else ""
        console.say(f"{place.id}  {title}（{place.origin}）{hidden}")
        console.say(f"    {place.folder}")
        seen.add(place.id)
    return 0


@command.command("show", cls=Command)
@name
@click.option("--merged", is_flag=True, help="显示合并以后的全部内容（扩展别的规则包的）。")
@unit
def show_command(name: str, merged: bool, unit: Path | None) -> int:
    """显示一个规则包：从哪里来，有哪些考评项、记录种类和文稿。"""
    for line in api.pack_lines(name, unit, whole=merged):
        console.say(line)
    return 0


@command.command("new", cls=Command)
@argument("folder", "文件夹", "文件夹名就是编号，如 规则包/safety-2018。", type=PATH)
@click.option("--title", metavar="名称", default="", help="规则包的名称；不写用编号。")
@click.option("--year", metavar="年度", type=int, default=0, help="考评年度；不写用今年。")
@click.option("--extends", metavar="规则包", default="", help="在哪一个规则包上改；写了就只写不同的地方。")
def new_command(folder: Path, title: str, year: int, extends: str) -> int:
    """新建一个规则包：几个写好的小例子，照着改。"""
    for path in api.new_pack(folder, title or folder.name, year or console.today().year, extends):
        console.say(f"已建：{path}")
    console.say(f"下一步：照着里面的例子改，改完运行 {console.typed('kaoping', 'pack', 'check', folder)} 。")
    return 0


@command.command("check", cls=Command)
@name
@unit
@json_option
def check_command(name: str, unit: Path | None, as_json: bool) -> int:
    """检查一个规则包，一次列出全部问题：在哪个文件、哪一行、怎么改；并把算例都算一遍。"""
    findings = api.check_pack(name, unit)
    if as_json:
        console.as_json(contract.findings(findings.sorted()))
    elif len(findings):
        console.show_findings(findings.sorted())
    else:
        console.say("规则包没有问题，算例全部相符。")
    return 1 if findings.errors else 0

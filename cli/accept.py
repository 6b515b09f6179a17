"""`kaoping accept`: records that the unit hands something in as it is, which else keeps the 报送稿 back; undoes it."""

from __future__ import annotations

from pathlib import Path

import click

from kaoping import api

from . import console
from .chinese import Command, argument
from .options import folder


@click.command("accept", cls=Command)
@folder
@argument("what", "事项", "认可哪一种：个人信息、没有佐证、佐证不在、说明页（也可以写代码）。")
@click.option("--for", "about", metavar="对象", required=True, help="材料的路径、考评项的编号，或记录种类和编号。")
@click.option("--reason", metavar="理由", help="为什么照样报送（记认可时必须写）。")
@click.option("--who", metavar="认可人", help="谁同意的，如：分管副局长（记认可时必须写）。")
@click.option("--when", "--date", "when", metavar="日期", help="哪一天同意的，如 2017-12-18、12月18日；不写就是今天。")
@click.option("--undo", is_flag=True, help="撤销认可，不论记在台账里还是 records 里。")
def command(
    folder: Path, what: str, about: str, reason: str | None, who: str | None, when: str | None, undo: bool
) -> int:
    """认可一处照样报送：报送稿不再因它停下；记在台账的“报送认可”表里。内容变了，认可自动失效；报送稿里不出现。"""
    if undo:
        if reason or who or when:
            raise click.UsageError("撤销认可只写单位文件夹、事项、--for 和 --undo")
        undone = api.unaccept(folder, what, about)
        for id_, at in zip(undone.ids, undone.places, strict=True):
            console.say(f"已撤销认可 {id_}（原在 {at}）。")
        console.tell_earlier(undone.earlier)
        return 0
    for name, value in (("reason", reason), ("who", who)):
        if value is None:
            params = click.get_current_context().command.params
            raise click.MissingParameter(param=next(param for param in params if param.name == name))
    return record(folder, what, about, reason or "", who or "", when)


def record(folder: Path, what: str, about: str, reason: str, who: str, when: str | None) -> int:
    """Record one acceptance and say where it stands; return the exit status."""
    done = api.accept(folder, what, about, reason=reason, who=who, when=when or console.today().isoformat())
    console.say(f"已记入 {done.places[0]}（编号 {done.ids[0]}）。")
    console.tell_earlier(done.earlier)
    console.say("要撤销：" + console.typed("kaoping", "accept", folder, what, "--for", about, "--undo"))
    if len(done.findings):
        console.show_findings(done.findings.sorted())
    return 1 if done.findings.errors else 0

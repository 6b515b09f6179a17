"""`kaoping pages`: turns, leaves out, masks pages of a file among the evidence; lists what was done, undoes it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import click

from kaoping import api

from . import console
from .chinese import Command, argument
from .options import folder

_MASK = re.compile(r"(?P<pages>[^:：]+)[:：](?P<edges>\d+(?:[,，]\d+){3})")


@click.command("pages", cls=Command)
@folder
@argument("file", "文件", "材料文件夹里的路径，如 培训/签到表.pdf；不写就列出全部处理。", required=False)
@click.option("--turn", metavar="度数", type=click.Choice(["0", "90", "180", "270"]), help="顺时针转几度，0 是转回来。")
@click.option("--pages", metavar="页", help="转哪几页，如 2、1-3,5；从材料的第一页数起。")
@click.option("--leave-out", metavar="页", help="哪几页不收进汇编。")
@click.option(
    "--mask",
    "masks",
    metavar="页:左,上,宽,高",
    multiple=True,
    help="遮盖一处：从没有转以前的页面的左上角量起，毫米，如 2:20,30,60,8；可以写几次。",
)
@click.option("--reason", metavar="理由", default="", help="为什么，如：参加人员的手机号。")
@click.option("--who", metavar="经手人", default="", help="谁处理的。")
@click.option("--when", "--date", "when", metavar="日期", default="", help="哪一天，如 2017-12-18、12月18日。")
@click.option("--confirm", is_flag=True, help="材料变了（或没有填指纹）以后，看过，照样处理。")
@click.option("--undo", is_flag=True, help="撤销这份材料的处理；遮盖、不收的会重新显示。")
@click.option("--id", "ids", metavar="编号", multiple=True, help="只撤销这一条；可以写几次。")
def command(
    folder: Path,
    file: str | None,
    turn: str | None,
    pages: str | None,
    leave_out: str | None,
    masks: tuple[str, ...],
    reason: str,
    who: str,
    when: str,
    confirm: bool,
    undo: bool,
    ids: tuple[str, ...],
) -> int:
    """材料里的页：转正、不收进汇编、遮盖手机号等；记在“页面处理”里，原件不动。遮盖过、有页不收的，原件不放进成果。"""
    asked = [name for name, value in _asked(turn, leave_out, masks, confirm, undo) if value]
    if not asked:
        return _list(folder, file or "")
    if file is None or len(asked) > 1:
        raise click.UsageError("写一个文件，和 --turn、--leave-out、--mask、--confirm、--undo 里的一种")
    if bool(pages) != (turn is not None) or (ids and not undo):
        raise click.UsageError("--pages 和 --turn 一起写，--id 和 --undo 一起写")
    note = api.Note(reason, who, when)
    if turn is not None:
        done = api.turn_pages(folder, file, pages or "", int(turn), note)
    elif leave_out:
        done = api.leave_out_pages(folder, file, leave_out, note)
    elif masks:
        return _mask(folder, file, [_region(mask) for mask in masks], note)
    elif confirm:
        done = api.confirm_page_changes(folder, file)
    else:
        done = api.undo_page_changes(folder, file, ids)
        console.say(f"已撤销 {'、'.join(done.ids)}。")
        console.tell_earlier(done.earlier)
        return 0
    return _tell(folder, file, done)


def _asked(
    turn: str | None, leave_out: str | None, masks: tuple[str, ...], confirm: bool, undo: bool
) -> Iterable[tuple[str, object]]:
    return {"turn": turn, "leave_out": leave_out, "mask": masks, "confirm": confirm, "undo": undo}.items()


def _region(mask: str) -> tuple[str, api.Region]:
    """Return the pages and the region of a `2:20,30,60,8`; raises UsageError."""
    match = _MASK.fullmatch(mask.strip())
    if match is None:
        raise click.UsageError(f"--mask 写作 页:左,上,宽,高，如 2:20,30,60,8；看不懂“{mask}”")
    return match["pages"], api.Region(*map(int, re.split("[,，]", match["edges"])))


def _mask(folder: Path, file: str, masks: list[tuple[str, api.Region]], note: api.Note) -> int:
    """Mask what is on the same pages in one go."""
    by_pages: dict[str, list[api.Region]] = {}
    for pages, region in masks:
        by_pages.setdefault(pages, []).append(region)
    for pages, regions in by_pages.items():
        _tell(folder, file, api.mask_pages(folder, file, pages, regions, note))
    return 0


def _tell(folder: Path, file: str, done: api.Recorded) -> int:
    console.say(f"已记入 {done.places[0]}（编号 {'、'.join(done.ids)}）。" if done.ids else "已转回原来的方向。")
    console.tell_earlier(done.earlier)
    console.say(f"要撤销：{console.typed('kaoping', 'pages', folder, file, '--undo')}")
    if len(done.findings):
        console.show_findings(done.findings.sorted())
    return 0


def _list(folder: Path, file: str) -> int:
    """List what was done to pages, file by file."""
    assessment = api.assess(folder)
    changes = api.page_changes(assessment, file)
    if not changes:
        console.say("还没有处理过页。" if not file else f"“{file}”还没有处理过页。")
    for path in dict.fromkeys(its.file for its in changes):
        shown = assessment.dossier.evidence.get(path)
        state = "材料不在" if shown is None else f"原有{(shown.unchanged or shown).pages}页，汇编里{shown.pages}页"
        console.say(f"{path}（{state}）")
        for its in (its for its in changes if its.file == path):
            where = f"（{its.left}，{its.top}，{its.width}×{its.height}毫米）" if its.left is not None else ""
            turned = f"{its.turn}度" if its.turn else ""
            note = "，".join(filter(None, (its.reason, its.who, its.when)))
            console.say(f"  {its.id}　第{its.pages}页{its.action}{turned}{where}{'：' + note if note else ''}")
    findings = [its for its in assessment.findings.sorted() if its.code.startswith("pages.")]
    if findings:
        console.show_findings(findings)
    return 1 if any(its.severity == "error" for its in findings) else 0

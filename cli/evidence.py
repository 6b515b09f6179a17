"""`kaoping evidence`: what is registered of a file among the evidence, and which record it proves; lists both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kaoping import api

from . import console
from .chinese import Command, argument
from .options import folder


@click.command("evidence", cls=Command)
@folder
@argument("file", "文件", "材料文件夹里的路径，如 培训/签到表.pdf；不写就列出全部材料。", required=False)
@click.option(
    "--set",
    "stated",
    metavar="栏=内容",
    multiple=True,
    help="登记一栏，如 题名=签到表、日期=5月2日；空着就是去掉。",
)
@click.option("--to", "bearer", metavar="记录", help="挂到这条记录，写种类和编号，中间空一格。")
@click.option("--off", "former", metavar="记录", help="从这条记录取下。")
def command(folder: Path, file: str | None, stated: tuple[str, ...], bearer: str | None, former: str | None) -> int:
    """材料：登记题名、文号、责任者、日期、类型，挂到它证明的记录；记在台账里，文件不动。不写别的就列出来。"""
    assessment = api.assess(folder)
    if file is None or not (stated or bearer or former):
        if stated or bearer or former:
            raise click.UsageError("要写是哪一个文件")
        return _list(assessment, file)
    if stated:
        values = dict(_statement(assessment, words) for words in stated)
        for done in api.register_files(assessment.dossier, {file: values}):
            _tell(done)
    if bearer:
        _tell(api.attach(_now(folder, assessment, stated), *_record(assessment, bearer), [file]))
    if former:
        _tell(api.detach(_now(folder, assessment, (*stated, bearer)), *_record(assessment, former), file))
    return 0


def _now(folder: Path, before: api.Assessment, written: tuple[str | None, ...]) -> Any:
    """Return the unit's records as they are now: read again where something was ``written`` since."""
    return api.assess(folder).dossier if any(written) else before.dossier


def _record(assessment: api.Assessment, words: str) -> tuple[str, str]:
    """Return kind and id of the record that `words` name: its kind's title and its id."""
    title, _, id_ = words.strip().partition(" ")
    names = {its.title: name for name, its in assessment.rubric.pack.kinds.items()}
    return names.get(title, title), id_.strip()


def _statement(assessment: api.Assessment, words: str) -> tuple[str, str]:
    """Return the field and what it shall say of a `题名=签到表`; raises UsageError."""
    title, sign, text = words.partition("=")
    fields = {name: its for its in api.registrable(assessment.dossier) for name in (its.title, its.name)}
    if not sign or title.strip() not in fields:
        known = "、".join(its.title for its in api.registrable(assessment.dossier))
        raise click.UsageError(f"--set 写作 栏=内容，栏是 {known} 里的一个；看不懂“{words}”")
    field = fields[title.strip()]
    return field.name, api.read_as(field, text, assessment.dossier.year)[0]


def _list(assessment: api.Assessment, file: str | None) -> int:
    """List all files, or tell all of one."""
    held = api.holdings(assessment)
    if file is None:
        for its in held.files.values():
            number = its.piece.number if its.piece is not None else "未编号"
            console.say(f"{number}　{its.path}　{its.file.title}　{'、'.join(its.lines) or '不属于任何一项'}")
        for path in held.missing:
            console.say(f"没有这个文件　{path}")
        return 0
    if file not in held.files:
        raise click.UsageError(f"材料里没有“{file}”")
    its = held.files[file]
    for field in api.registrable(assessment.dossier):
        if text := its.stated(field.name):
            console.say(f"{field.title}：{text}")
    for naming in its.named_by:
        console.say(f"证明：{naming.title} {naming.id}　{naming.called}".rstrip("　"))
    console.show_findings(its.findings)
    return 0


def _tell(done: api.Recorded) -> None:
    console.show_findings(done.findings, err=True)
    console.say(f"已记入 {done.places[-1]}。")
    console.tell_earlier(done.earlier)

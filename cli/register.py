"""`kaoping register`: proposes what files of the evidence are, as they say themselves, and registers what was taken."""

from __future__ import annotations

from pathlib import Path

import click

from kaoping import api

from . import console
from .chinese import Command
from .options import folder


@click.command("register", cls=Command)
@folder
@click.option("--all", "every", is_flag=True, help="记录引用了、还没有登记的材料也提建议。")
@click.option("--take", "path", metavar="文件", multiple=True, help="照建议采用这个文件的；可以写几次。")
@click.option("--take-all", is_flag=True, help="还没有看的建议，全部照样采用。")
@click.option("--refuse", metavar="文件", multiple=True, help="不采用这个文件的建议；可以写几次。")
def command(folder: Path, every: bool, path: tuple[str, ...], take_all: bool, refuse: tuple[str, ...]) -> int:
    """从没有登记的材料上读出题名、文号、责任者、日期、类型和归属，写进“登记建议”；“采用”里写了是、改的，登记到台账里。建议本身不计分。"""
    with api.Session(folder) as session:
        assessment = session.assess()
        if path or refuse or take_all:
            answers = {its: {"take": "是"} for its in path} | {its: {"take": "否"} for its in refuse}
            if take_all:
                waiting = api.open_proposals(api.proposals(assessment.dossier.tables))
                answers = {its.path: {"take": "是"} for its in waiting if not its.take} | answers
            api.answer(assessment, answers)
            assessment = session.assess()
        taken = session.take_proposals(assessment)
        _tell_taken(taken)
        if taken.files:
            assessment = session.assess()
        done = session.propose(assessment, every=every)
        waiting = api.open_proposals(api.proposals(session.assess().dossier.tables))
    _tell(done.findings)
    for its in waiting:
        if its.take:
            continue
        facts = (its.type, its.title, its.doc_no, its.issuer, its.date)
        console.say(f"{its.path}　{'，'.join(filter(None, facts)) or '读不出什么'}　{its.belongs or '不归入记录'}")
    unread = sum(bool(file.unread) for file in assessment.dossier.evidence.values())
    if unread:
        console.say(f"有{unread}件扫描件、照片还没有识别，只能按名称提建议：先运行 kaoping read，再运行一次。")
    if waiting:
        console.say(f"有{len(waiting)}件登记建议（新的{done.new}件）。在“登记建议”的“采用”里填是、改、否，再运行一次。")
        if done.is_beside:
            console.say(
                "台账里没有“登记建议”表，建议先记在 records/proposals.yaml 里："
                "运行 kaoping init --update --with 登记建议，再运行一次，就在台账里填。"
            )
    else:
        console.say("没有要登记的材料。")
    return 0


def _tell_taken(taken: api.Taken) -> None:
    if taken.files:
        console.say(f"已登记{len(taken.files)}件材料。")
    for title, id_ in taken.attached:
        console.say(f"“{title}”的 {id_} 引用了新登记的材料。")
    for title, id_, lacking in taken.made:
        rest = f"，还要填：{'、'.join(lacking)}" if lacking else ""
        console.say(f"新记了一条“{title}”（{id_}）{rest}。")
    for path, why in taken.refused:
        console.say(f"没有登记：{path}，{why}。")
    _tell(taken.findings)


def _tell(findings: api.Findings) -> None:
    if list(findings):
        console.show_findings(findings)

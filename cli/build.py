"""`kaoping build`: a package, or single drafts."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from kaoping import api
from kaoping.core.figures import number, span_text
from kaoping.core.findings import Finding, Severity, counted
from kaoping.core.supplement import Supplement

from . import accept, console
from .chinese import Command
from .options import PATH, folder, follow_links, no_cache


@click.command("build", cls=Command)
@folder
@click.option("--final", is_flag=True, help="生成报送稿；还有待定、缺项或空白时不生成，列出原因。")
@click.option("--out", metavar="路径", type=PATH, help="成果放在哪里；不写就放在 成果/ 下。")
@click.option("--only", metavar="文稿名", multiple=True, help="只出某一份文稿，不打包。")
@click.option(
    "--supplement",
    is_flag=True,
    help="报送以后又有了材料：没报过的编成补充册，附修订的自评分表和说明变动的报告；已报的编号不动。",
)
@click.option(
    "--base",
    metavar="路径",
    type=PATH,
    help="补充哪一份报送稿；不写就是 成果/报送稿。",
)
@click.option("--max-mb", metavar="兆字节", type=click.FloatRange(min=0), help="汇编每册最大多少MB，超过就分册。")
@click.option("--max-pages", metavar="页数", type=click.IntRange(min=0), help="汇编每册最多多少页，超过就分册。")
@click.option("--with-originals", is_flag=True, help="成果里另放一份全部材料的原件，一个字节不改。")
@click.option("--accept", "what", metavar="事项", help="先认可一处照样报送，再生成；同 kaoping accept。")
@click.option("--for", "about", metavar="对象", help="认可的对象：材料的路径、考评项的编号，或记录种类和编号。")
@click.option("--reason", metavar="理由", help="认可的理由。")
@click.option("--who", metavar="认可人", help="谁认可的。")
@follow_links
@no_cache
def command(
    folder: Path,
    final: bool,
    out: Path | None,
    only: tuple[str, ...],
    supplement: bool,
    base: Path | None,
    max_mb: float | None,
    max_pages: int | None,
    with_originals: bool,
    what: str | None,
    about: str | None,
    reason: str | None,
    who: str | None,
    follow_links: bool,
    cache: bool,
) -> int:
    """生成考评包：自评分表、佐证材料汇编、自评报告、缺项清单，放在 成果/送审稿 或 成果/报送稿。"""
    if supplement and (final or only):
        raise click.UsageError("--supplement 不能和 --final、--only 一起用")
    if base is not None and not supplement:
        raise click.UsageError("--base 要和 --supplement 一起用")
    if any((what, about, reason, who)):
        if not (what and about and reason and who):
            raise click.UsageError("认可要写全 --accept、--for、--reason、--who")
        accept.record(folder, what, about, reason, who, None)
    limits = api.Limits(max_pages, None if max_mb is None else int(max_mb * 1_000_000))
    progress = console.Progress()
    if supplement:
        return report(
            api.build_supplement(
                folder,
                base=base,
                out=out,
                limits=limits,
                with_originals=with_originals,
                cache=cache,
                follow_links=follow_links,
                progress=progress,
            )
        )
    if only:
        paths, assessment = api.build_only(folder, only, final=final, out=out, cache=cache, follow_links=follow_links)
        for path in paths:
            console.say(f"已生成：{path}")
        for finding in assessment.findings:  # what became of somebody's changes no check tells again
            if finding.code.startswith("edits."):
                console.say(f"  {finding.problem}{finding.mend}")
        _tell_findings([its for its in assessment.findings if not its.code.startswith("edits.")])
        return 1 if assessment.findings.errors else 0
    return report(
        api.build(
            folder,
            final=final,
            out=out,
            limits=limits,
            with_originals=with_originals,
            cache=cache,
            follow_links=follow_links,
            progress=progress,
        )
    )


def report(built: api.Built) -> int:
    """Say where the package stands and what it holds; return the exit status."""
    plan = built.assessment.plan
    console.say(f"{'补充材料' if plan.prefix else plan.form}已生成：{built.package}")
    console.say(f"  先看 {built.package / api.GUIDE}")
    if built.assessment.supplement is not None:
        _tell_changes(built, built.assessment.supplement)
    else:
        _tell_scores(built)
    for note in built.notes:
        console.say(f"  {note.problem}{note.mend}")
    is_draft = plan.form == api.DRAFT and built.assessment.supplement is None
    _tell_findings(built.assessment.findings, f"（列在缺项清单的“{api.FINDINGS_SHEET}”表里）" if is_draft else "")
    return 1 if built.findings.errors else 0


def _tell_changes(built: api.Built, its: Supplement) -> None:
    """Say what a supplement changes of what was handed in."""
    total = built.assessment.card.total
    if its.rescored:
        moved = "、".join(f"第{line.line}项{line.before or '没有'}→{line.after}" for line in its.rescored)
        after = span_text(total.low, total.high)
        before = its.totals.get("total", "")
        outcome = f"仍为 {after} 分" if before == after else f"由 {before} 分改为 {after} 分"
        console.say(f"  自评总分{outcome}（{moved}）。")
    else:
        console.say("  自评分没有变动。")
    swapped = "、".join(f"{each.old.number}由{each.new.number}替换" for each in its.replaced)
    gone = "、".join(piece.number for piece in its.withdrawn)
    console.say(
        f"  新增佐证 {len(its.added)} 件，替换 {len(its.replaced)} 件{f'（{swapped}）' if swapped else ''}，"
        f"撤下 {len(its.withdrawn)} 件{f'（{gone}）' if gone else ''}；已报送的编号、页码不变。"
    )


def _tell_scores(built: api.Built) -> None:
    card, plan = built.assessment.card, built.assessment.plan
    total = card.total
    unsure = f"～{number(total.high)}" if total.high > total.low else ""
    open_ = [gap for gap in built.assessment.gaps if gap.is_open]
    unsettled = f"；缺项和待定 {len(open_)} 项" if open_ else ""
    console.say(f"  自评 {number(total.low)}{unsure} 分；佐证 {len(plan.pieces)} 件{unsettled}。")
    bare = [f"第{line.line}项{number(line.unsupported)}分" for line in card.lines if line.unsupported]
    if bare:
        console.say(f"  没有佐证材料支撑的得分：{'、'.join(bare)}。")
    if built.held:
        console.say(f"  报送前要处理或认可的还有 {built.held} 处，列在缺项清单的“{api.HELD_SHEET}”表里。")


def _tell_findings(findings: Iterable[Finding], listed: str = "") -> None:
    """Tell how many findings there are, and where they are listed: as many as `kaoping check` lists."""
    notes: list[Finding] = []
    others: list[Finding] = []
    for finding in findings:
        (notes if finding.severity is Severity.NOTE else others).append(finding)
    where = listed if others else ""  # notes stay out of packages
    if counts := "，".join(filter(None, (counted(others) + where, counted(notes)))):
        console.say(f"  另有{counts}；运行 kaoping check 查看。")

"""`kaoping format`: any Word file against the national standard for official documents, and a copy that is mended."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kaoping.core.findings import Findings
from kaoping.pipeline import contract

from . import console
from .chinese import Command, argument
from .options import PATH, json_option

if TYPE_CHECKING:
    from kaoping.wings.official.fix import Change, Fixed


@click.command("format", cls=Command)
@argument(
    "files",
    "Word文件…",
    "要检查的 .docx，可写几个，不一定是考评包做的。",
    nargs=-1,
    type=PATH,
)
@click.option(
    "--fix",
    "mends",
    is_flag=True,
    help="另写一份副本，改好字体、字号、行距、缩进、页边距、加粗、底色、颜色；一个字也不改，原件不动。",
)
@click.option(
    "--text", is_flag=True, help="副本里的文字也改（标点、全角数字、序号的写法……），改了哪里逐条列出；和 --fix 一起用。"
)
@click.option(
    "-o",
    "--out",
    "copy",
    metavar="副本",
    type=PATH,
    help="副本写到哪里；不写就放在原件旁边，叫“原名（已改格式）.docx”。已有的文件不覆盖。",
)
@json_option
def command(files: tuple[Path, ...], mends: bool, text: bool, copy: Path | None, as_json: bool) -> int:
    """检查公文格式（GB/T 9704—2012）：页边距、字体字号、行距、层次序号、主送机关、附件说明、日期、页码、文号、标点。"""
    if not files:
        raise click.UsageError("要写明检查哪个 Word 文件")
    if not mends and (text or copy is not None):
        raise click.UsageError("--text 和 -o 要和 --fix 一起用")
    if copy is not None and len(files) > 1:
        raise click.UsageError("用 -o 时只能写一个 Word 文件")
    if not mends:
        from kaoping.wings.official.format_check import check

        return _show(Findings(finding for path in files for finding in check(path)), as_json)
    from kaoping.wings.official.fix import fix

    fixed = [(path, fix(path, copy, text=text)) for path in files]
    left = Findings(finding for _, its in fixed for finding in its.left)
    if as_json:
        copies = [_entry(path, its) for path, its in fixed]
        console.as_json(contract.findings(left.sorted()) | {"copies": copies})
        return 1 if left.errors else 0
    for path, its in fixed:
        _tell(path, its)
    return _show(left, as_json)


def _show(findings: Findings, as_json: bool) -> int:
    if as_json:
        console.as_json(contract.findings(findings.sorted()))
    else:
        console.show_findings(findings.sorted())
    return 1 if findings.errors else 0


def _tell(path: Path, fixed: Fixed) -> None:
    """Say what was written, mended and changed, and what could be."""
    console.say(f"已写：{fixed.copy}" if fixed.copy is not None else f"{path.name}：没有可以改的，没有写副本。")
    for finding in fixed.mended.sorted():
        console.say(f"  改好了：{finding.at}：{finding.problem}")
    _list("改了文字", fixed.changed)
    _list("没有改的文字", fixed.proposed)


def _list(title: str, changes: Iterable[Change]) -> None:
    for change in changes:
        console.say(f"  {title}：{change.at}：{change.before} → {change.after}")


def _entry(path: Path, fixed: Fixed) -> dict[str, Any]:
    def listed(changes: Iterable[Change]) -> list[dict[str, Any]]:
        return [
            {"paragraph": change.at.paragraph, "before": change.before, "after": change.after} for change in changes
        ]

    return {
        "file": path.name,
        "copy": str(fixed.copy) if fixed.copy is not None else None,
        "mended": contract.findings(fixed.mended.sorted())["findings"],
        "changed": listed(fixed.changed),
        "proposed": listed(fixed.proposed),
    }

"""`kaoping lint`: any PDF bundle looked through as its reviewers will find it."""

from __future__ import annotations

from pathlib import Path

import click

from kaoping.core import seam
from kaoping.pipeline import contract

from . import console
from .chinese import Command, argument
from .options import PATH, json_option


@click.command("lint", cls=Command)
@argument("files", "PDF文件…", "要体检的 PDF，可写几个，不一定是考评包做的。", nargs=-1, type=PATH)
@json_option
def command(files: tuple[Path, ...], as_json: bool) -> int:
    """给 PDF 汇编体检：链接、页码、书签、横倒页、空白页、扫描质量、字体、个人信息、密级标志。"""
    if not files:
        raise click.UsageError("要写明给哪个 PDF 体检")
    with seam.aside([(path.name, path) for path in files]) as looked_through:
        findings = looked_through()
    if as_json:
        console.as_json(contract.findings(findings.sorted()))
    else:
        console.show_findings(findings.sorted())
    return 1 if findings.errors else 0

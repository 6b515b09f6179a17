"""`kaoping format`: any Word file against the national standard for official documents."""

from __future__ import annotations

from pathlib import Path

import click

from kaoping.core.findings import Findings
from kaoping.pipeline import contract

from . import console
from .chinese import Command, argument
from .options import json_option


@click.command("format", cls=Command)
@argument(
    "files",
    "Word文件…",
    "要检查的 .docx，可写几个，不一定是考评包做的。",
    nargs=-1,
    type=click.Path(path_type=Path),
)
@json_option
def command(files: tuple[Path, ...], as_json: bool) -> int:
    """检查公文格式（GB/T 9704—2012）：页边距、字体字号、行距、层次序号、主送机关、附件说明、日期、页码、文号。"""
    if not files:
        raise click.UsageError("要写明检查哪个 Word 文件")
    from kaoping.wings.official.check import check

    findings = Findings(finding for path in files for finding in check(path))
    if as_json:
        console.as_json(contract.findings(findings.sorted()))
    else:
        console.show_findings(findings.sorted())
    return 1 if findings.errors else 0

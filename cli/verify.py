"""`kaoping verify`: a package checked against its manifest and itself."""

from __future__ import annotations

from pathlib import Path

import click

from kaoping import api
from kaoping.pipeline import contract

from . import console
from .chinese import Command, argument
from .options import PATH, json_option


@click.command("verify", cls=Command)
@argument("package", "考评包", "“成果”文件夹下的“送审稿”或“报送稿”文件夹。", type=PATH)
@json_option
def command(package: Path, as_json: bool) -> int:
    """核对考评包：文件是否齐全未改、页码与目录是否一致、各处分数是否相同、报送稿是否带有内部内容。"""
    findings = api.verify(package)
    if as_json:
        console.as_json(contract.findings(findings.sorted()))
    elif len(findings):
        console.show_findings(findings.sorted())
    undone = sum(finding.code == api.CHECK_FAILED for finding in findings)
    if not as_json and not findings.errors:
        if undone:
            console.say(f"没有发现错误，但有 {undone} 项没有核对成，不能算核对无误。")
        else:
            console.say("核对无误。" if not len(findings) else "核对无误：没有错误，以上是给汇编体检的提醒。")
    return 1 if findings.errors or undone else 0

"""`kaoping demo`: the sample unit, copied and built."""

from __future__ import annotations

from pathlib import Path

import click

from kaoping import api

from . import console
from .build import report
from .chinese import Command, argument
from .options import PATH

DEFAULT = Path("kaoping-demo")


@click.command("demo", cls=Command)
@argument("folder", "文件夹", f"样例放在哪里；不写就放在 {DEFAULT}。", required=False, type=PATH)
def command(folder: Path | None) -> int:
    """复制样例单位（虚构的澜川市），生成它的送审稿，并告诉您成果在哪里。"""
    target = folder or DEFAULT
    api.copy_sample(target)
    console.say(f"样例单位已复制到：{target.resolve()}")
    return report(api.build(target, progress=console.Progress()))

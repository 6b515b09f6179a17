"""`kaoping compare`: what changed between two packages."""

from __future__ import annotations

from pathlib import Path

import click

from kaoping import api

from . import console
from .chinese import Command, argument
from .options import PATH


@click.command("compare", cls=Command)
@argument("before", "旧的", "“成果”下的一份成果，如 成果/报送稿_2017-12-05。", type=PATH)
@argument("after", "新的", "另一份成果，如 成果/报送稿。", type=PATH)
def command(before: Path, after: Path) -> int:
    """对比两份成果：分数、佐证材料、文稿文字各有什么变动。"""
    for line in api.compare(before, after).lines():
        console.say(line)
    return 0

"""Arguments and options that several commands share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from kaoping.core import fs

from .chinese import argument


class _ReachablePath(click.Path):
    """A path as somebody gives it, which Windows opens however long it is, and what is in it."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        return fs.reachable_below(Path(os.fsdecode(super().convert(value, param, ctx))))


PATH = _ReachablePath(path_type=Path)
folder = argument("folder", "单位文件夹", "放 台账.xlsx（或 records）和材料的文件夹。", type=PATH)
json_option = click.option("--json", "as_json", is_flag=True, help="输出一份 UTF-8 的 JSON，供程序读取。")
follow_links = click.option(
    "--follow-links",
    is_flag=True,
    help="材料里的链接指向材料文件夹以外的，也跟过去；不写就只提示，不打开。",
)
no_cache = click.option(
    "--no-cache", "cache", is_flag=True, flag_value=False, default=True, help="不用以前看过的结果，每个材料重新看一遍。"
)

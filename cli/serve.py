"""`kaoping serve`: the local page, in the browser of whoever asks for it."""

from __future__ import annotations

from pathlib import Path

import click

from kaoping import api

from . import console
from .chinese import Command, argument
from .options import PATH


@click.command("serve", cls=Command)
@argument("folder", "单位文件夹", "不写就在页面里选，或者新建。", required=False, type=PATH)
@click.option("--open/--no-open", "open_", default=True, help="在浏览器里打开；不打开的，只写出地址。")
@click.option("--port", metavar="端口", type=click.IntRange(0, 65535), default=0, help="打开页用的；不写就用空着的。")
def command(folder: Path | None, open_: bool, port: int) -> int:
    """在浏览器里做：一个只在本机的页面。网页都关了，过几分钟自己结束；也可以按 Ctrl-C。"""
    from kaoping.page import serve

    unit = api.unit_at(str(folder.absolute())) if folder is not None else None

    def on_ready(address: str, lasting: str) -> None:
        opened = open_ and _opened(address)
        if not lasting:
            console.say("页面已经开着，在浏览器里打开。" if opened else f"页面已经开着，地址（用一次）：{address}")
            return
        console.say("考评包在浏览器里打开。这个窗口不要关，做完再关。" if opened else "考评包的页面开着。")
        console.say(f"浏览器没有打开的，把这个地址贴进去：{lasting}")

    try:
        serve(unit, on_ready=on_ready, port=port)
    except OSError as error:
        console.complain(f"页面开不了（{error.strerror or error}）。{'换一个端口。' if port else '再试一次。'}")
        return 3
    return 0


def _opened(address: str) -> bool:
    """Have the system's browser open ``address``; whether it took it."""
    import shutil
    import sys

    if sys.platform == "linux" and shutil.which("xdg-open") is None:
        return False
    return click.launch(address) == 0

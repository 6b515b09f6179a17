"""`kaoping read`: the words on scans, photos and screenshots."""

from __future__ import annotations

from pathlib import Path

import click

from kaoping import api

from . import console
from .chinese import Command
from .options import folder, follow_links


@click.command("read", cls=Command)
@folder
@follow_links
def command(folder: Path, follow_links: bool) -> int:
    """识别材料里扫描件、照片、截图上的文字，读完为止；随时可以停（Ctrl-C），下次接着读。"""
    scans = api.read_scans(folder, follow_links=follow_links, progress=console.Progress())
    if not scans.pages:
        console.say("材料里没有要识别的页：每一页都有自己的文字。")
        return 0
    console.say(f"扫描件、照片、截图共 {scans.pages} 页，已识别 {scans.pages - scans.unread} 页。")
    console.say(f"  识别用的是 {scans.reader}。")
    if scans.unread:
        console.say(f"  还有 {scans.unread} 页读不了：再运行一次试试；仍读不了的，由人看过。")
    console.say("  上面有没有个人信息、疑似密级标志，有没有倒着的页，运行 kaoping check 查看。")
    return 1 if scans.unread else 0

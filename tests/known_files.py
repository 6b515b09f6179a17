"""What is known of an Office file of the corpus (office_corpus)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc000000301010018dd8db0"
    "0000000049454e44ae426082"
)
LONG = "这是一段很长很长的说明文字，写明检查的时间、地点、人员、经过和处理结果，不换行就会被右边的单元格挡住后一半"
WIDE = '<cols><col min="1" max="3" width="14" customWidth="1"/></cols>'
SAVED = "2017年5月16日"


@dataclass(frozen=True, slots=True)
class Known:
    """A file: the texts that its pages show, those that are told as not shown, and what else is told."""

    name: str
    make: Callable[[Path], object]
    shown: tuple[str, ...]
    told: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    like: str = ""  # the suffix of what is made, where LibreOffice makes the file of it
    aged: bool = False  # this year in it, as LibreOffice computed it, is written over: the file was saved in 2017

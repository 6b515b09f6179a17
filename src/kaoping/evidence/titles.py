"""Titles (题名) of files that nobody gave one: the file's name, or one of our own where a camera made that up."""

from __future__ import annotations

import re
from functools import cache
from pathlib import PurePosixPath

from kaoping.core import resources


def title_of(path: str, called: str, type_title: str, within: str = "") -> str:
    """Return the title of the file ``path`` that is not registered with one.

    A name that says nothing (IMG_2017) is no title: it is made up of what the record is ``called`` that names the file
    and of the type that the file was registered with, "" for none, in 〔〕 (DA/T 22-2015). What came in another,
    the one at ``within``, has the name of its folder there as a hint: 通知（一季度）.
    """
    stem = PurePosixPath(path).stem
    folder = _folder(path, within)
    if _untitled().fullmatch(stem.strip()):
        return f"〔{folder or called}{type_title or _ANY}〕"
    return f"{stem}（{folder}）" if folder and folder not in stem else stem


def _folder(path: str, within: str) -> str:
    """Return the name of the folder of ``path`` in the file ``within``; "" where there is none, or it says nothing."""
    folder = PurePosixPath(path.removeprefix(f"{within}/")).parent.name.strip() if within else ""
    return "" if folder == PurePosixPath(within).stem or _untitled().fullmatch(folder) else folder


_ANY = "佐证材料"


@cache
def _untitled() -> re.Pattern[str]:
    patterns = resources.load_yaml(resources.schema("untitled.yaml"))["patterns"]
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)

"""Titles (题名) of files that nobody gave one: the file's name, or one of our own where a camera made that up."""

from __future__ import annotations

import re
from functools import cache
from pathlib import PurePosixPath

from kaoping.core import resources


def title_of(path: str, called: str, type_title: str) -> str:
    """Return the title of the file ``path`` that is not registered with one.

    A name that says nothing (IMG_2017) is no title: it is made up of what the record is ``called`` that names the file
    and of the type that the file was registered with, "" for none, in 〔〕, as DA/T 22-2015 has it.
    """
    stem = PurePosixPath(path).stem
    return f"〔{called}{type_title or _ANY}〕" if _untitled().fullmatch(stem.strip()) else stem


_ANY = "佐证材料"


@cache
def _untitled() -> re.Pattern[str]:
    patterns = resources.load_yaml(resources.schema("untitled.yaml"))["patterns"]
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)

"""How wide a character of a column's width is: a digit of the workbook's font, as this machine draws it (18.3.1.13).

LibreOffice measures it with the font that stands in for one that is not there: DejaVu Sans makes the columns of a
workbook in Calibri a quarter wider, and lines, rows and pages come out otherwise than with any fixed number.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache

_USUAL = 0.52  # ems: of a digit in Calibri, 宋体 and their like, where nobody can be asked
_NAME = re.compile(r"\w[\w ]*")
_SECONDS = 10.0


@cache
def digit_width(family: str) -> float:
    """Return how many ems wide a digit is in the font that this machine has for ``family``."""
    program = shutil.which("fc-match")
    if program is None or not _NAME.fullmatch(family):
        return _USUAL
    try:
        command = [program, "-f", "%{index} %{file}", family]
        named = subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS).stdout.decode()
        index, _, path = named.partition(" ")
        return _digit_in(path, int(index))
    except (OSError, subprocess.SubprocessError, ValueError, KeyError):
        return _USUAL


def _digit_in(path: str, index: int) -> float:
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(path, fontNumber=index & 0xFFFF, lazy=True) as font:
            return float(font["hmtx"][font.getBestCmap()[ord("0")]][0] / font["head"].unitsPerEm)
    except TTLibError as error:
        raise ValueError(path) from error

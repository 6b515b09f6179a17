"""The codes in headers and footers of sheets (ECMA-376-1, 18.3.1.46): &P stays, &D goes, &F is the file's name."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Stands where the file's name belongs: a copy is made before it is known under which name it is looked at.
NAME = "\u27e6kaoping-name\u27e7"
_CODE = re.compile(r'&("[^"]*"|\d+|K(?:[0-9A-Fa-f]{6}|\d\d[+-]\d{3})|.)', re.S)


@dataclass(frozen=True, slots=True)
class PrintCodes:
    """A header without what depends on the day."""

    text: str
    has_day: bool  # it had a date or a time
    is_named: bool


def without_day(text: str) -> PrintCodes:
    """Return the header ``text`` without dates and paths, with :data:`NAME` for the file's name."""
    has_day = is_named = after_size = False
    parts = []
    at = 0
    for match in _CODE.finditer(text):
        parts.append(text[at : match.start()])
        code, at = match[1].upper(), match.end()
        if code in ("D", "T", "Z"):
            has_day = has_day or code != "Z"
        elif code == "F":
            parts.append(f" {NAME}" if after_size and not parts[-1] else NAME)  # a size would take its digits
            is_named = True
        else:
            parts.append(match[0])
        after_size = code.isdigit()
    return PrintCodes("".join([*parts, text[at:]]), has_day, is_named)


def printed_texts(text: str) -> list[str]:
    """Return the texts of a header between its codes; what layout fills parts them."""
    pieces = _CODE.sub(lambda match: "&" if match[1] == "&" else "\n" if match[1].isalpha() else "", text).split("\n")
    return [piece for piece in pieces if piece.strip()]

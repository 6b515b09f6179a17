"""Characters of symbol fonts (Wingdings, Symbol) as Unicode has them: not every computer has those fonts.

The fonts are data: ``evidence_schema/symbol_fonts.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from kaoping.core import resources

if TYPE_CHECKING:
    from kaoping.records.grids.grid import GridCell

FILE = "symbol_fonts.yaml"
_FIRST = 0x20
_PRIVATE = 0xF000  # where Windows puts the characters of a symbol font


def has(font: str) -> bool:
    """Whether ``font`` is a symbol font that is known."""
    return font.strip().lower() in _fonts()


def is_private(char: str) -> bool:
    """Whether ``char`` is where Windows puts the characters of a symbol font."""
    return _PRIVATE <= ord(char) < _PRIVATE + 0x100


def in_unicode(font: str, text: str) -> str:
    """Return ``text``, in a symbol font, as Unicode has it; what the font lacks stays."""
    return "".join(_character(font.strip().lower(), char) for char in text)


def replace(rows: Sequence[list[GridCell]], fonts: Mapping[tuple[int, int], str]) -> None:
    """Put the texts in ``rows`` that are in a symbol font as Unicode has them; ``fonts``: (row, column) → its font."""
    for (row, column), font in fonts.items():
        if row < len(rows) and column < len(rows[row]) and isinstance(text := rows[row][column], str):
            rows[row][column] = in_unicode(font, text)


def _character(font: str, char: str) -> str:
    code = ord(char)
    code = code - _PRIVATE if is_private(char) else code
    row = _fonts().get(font, "")
    known = row[code - _FIRST] if _FIRST <= code < _FIRST + len(row) else " "
    return known if known != " " else char


@cache
def _fonts() -> Mapping[str, str]:
    data: Mapping[str, Any] = resources.load_yaml(resources.schema(FILE))
    instead = str.maketrans(data["instead"])
    return {font.lower(): "".join(rows).translate(instead) for font, rows in data["fonts"].items()}

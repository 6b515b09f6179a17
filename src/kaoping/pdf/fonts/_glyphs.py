"""Which characters a font holds, read straight from its ``cmap``: two CJK fonts as dictionaries would take 40 MB."""

from __future__ import annotations

import struct
from bisect import bisect_right
from functools import cache
from pathlib import Path

MISSING = "〓"  # 缺字号: stands for a character that a font lacks


class Coverage:
    """The characters of one OpenType font, and the glyph of each."""

    def __init__(self, path: Path) -> None:
        """Read the full-Unicode subtable (format 12, OpenType 1.9 ``cmap``) of the font at ``path``.

        Raises ValueError where it has none; OSError where it can't be read.
        """
        with path.open("rb") as stream:
            table = _table(stream.read(4096), b"cmap")
            stream.seek(table[0])
            data = stream.read(table[1])
        starts = [struct.unpack_from(">I", data, 8 + 8 * i)[0] for i in range(struct.unpack_from(">H", data, 2)[0])]
        full = next((start for start in starts if data[start : start + 2] == b"\x00\x0c"), None)
        if full is None:
            raise ValueError(f"no full-Unicode character map: {path.name}")
        count = struct.unpack_from(">I", data, full + 12)[0]
        self._groups: list[tuple[int, int, int]] = list(
            struct.iter_unpack(">III", data[full + 16 : full + 16 + 12 * count])
        )
        self._first = [group[0] for group in self._groups]

    def glyph(self, char: str) -> int:
        """Return the glyph index of ``char``; 0 where the font lacks it."""
        code = ord(char)
        at = bisect_right(self._first, code) - 1
        if at < 0:
            return 0
        start, end, glyph = self._groups[at]
        return glyph + code - start if code <= end else 0

    def __contains__(self, char: str) -> bool:
        return self.glyph(char) != 0


@cache
def coverage(path: Path) -> Coverage:
    """Return the characters of the font at ``path``, read once."""
    return Coverage(path)


def _table(head: bytes, tag: bytes) -> tuple[int, int]:
    """Return (offset, length) of a table in the font's directory."""
    for row in range(struct.unpack_from(">H", head, 4)[0]):
        name, _, offset, length = struct.unpack_from(">4sIII", head, 12 + 16 * row)
        if name == tag:
            return offset, length
    raise ValueError("no character map")

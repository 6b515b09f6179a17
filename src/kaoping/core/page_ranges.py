"""Page numbers as people write them: 2, 1-3, 1-3,5."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_BETWEEN = re.compile(r"[,、;\s]+")
_RANGE = re.compile(r"第?(\d{1,6})页?(?:[-–—~～至到]第?(\d{1,6})页?)?")
_MOST = 100_000  # no file has more pages


def page_numbers(text: str) -> tuple[int, ...] | None:
    """Return the 1-based pages that ``text`` names, each once, in order; None where that can't be read.

    >>> page_numbers("1-3、5")
    (1, 2, 3, 5)
    """
    pages: set[int] = set()
    for part in _BETWEEN.split(_folded(text)):
        match = _RANGE.fullmatch(part)
        if match is None:
            return None
        first, last = int(match[1]), int(match[2] or match[1])
        if not 1 <= first <= last <= _MOST:
            return None
        pages.update(range(first, last + 1))
    return tuple(sorted(pages))


def page_text(pages: Iterable[int]) -> str:
    """Return 1-based ``pages`` as people write them, which :func:`page_numbers` reads.

    >>> page_text([5, 1, 2, 3])
    '1-3,5'
    """
    runs: list[list[int]] = []
    for page in sorted(set(pages)):
        if runs and page == runs[-1][1] + 1:
            runs[-1][1] = page
        else:
            runs.append([page, page])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def _folded(text: str) -> str:
    """The text without blanks around its marks, in half-width characters."""
    return re.sub(r"\s*([-–—~～至到])\s*", r"\1", unicodedata.normalize("NFKC", text).strip())

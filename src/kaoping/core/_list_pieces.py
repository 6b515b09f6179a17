"""A long YAML list as the texts of its items: who reads it again after a change parses the changed ones alone.

A reader of YAML that comes to a "-" at the very edge of the text, in a list that stands there, has nothing open: no
quote, no bracket, no deeper indentation. So an item's text reads the same whatever stands before and behind it, as
long as no name (&, *) and no mark of a document binds it to the rest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise, takewhile
from operator import eq

#: Shorter texts are read as fast as they are compared (characters).
LONG = 20_000
_BEGINS = re.compile(r"^-(?=[ \r\n])", re.MULTILINE)
#: What ends or begins a document, and line ends that programs count otherwise.
_BINDS = re.compile("^(?:---|\\.\\.\\.|%)|\r(?!\n)|[\x85\u2028\u2029]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Pieces:
    """What stands above a list (comments), and the text of each of its items."""

    head: str
    items: Sequence[str]

    @classmethod
    def of(cls, text: str) -> Pieces | None:
        """Cut ``text`` up; None where it is short, no such list, or a part may bear upon another."""
        if len(text) < LONG or _BINDS.search(text):
            return None
        begins = [begin.start() for begin in _BEGINS.finditer(text)]
        if not begins:
            return None
        return cls(text[: begins[0]], [text[begin:end] for begin, end in pairwise([*begins, len(text)])])

    @property
    def lines(self) -> list[int]:
        """The 0-based line on which each item begins, and the one behind the last."""
        return list(accumulate((item.count("\n") for item in self.items), initial=self.head.count("\n")))

    def alike(self, before: Pieces) -> tuple[int, int] | None:
        """Return how many items at the start, and how many at the end, are those of ``before`` in the same places.

        None where what stands above them is another.
        """
        if self.head != before.head:
            return None
        first = _same(self.items, before.items)
        last = min(
            _same(self.items[::-1], before.items[::-1]), len(self.items) - first, len(before.items) - first
        )  # fmt: skip
        is_shifted = len(self.items) != len(before.items) or self.lines[-1] != before.lines[-1]
        return first, 0 if is_shifted else last


def _same(these: Sequence[str], those: Sequence[str]) -> int:
    return sum(1 for _ in takewhile(bool, map(eq, these, those)))

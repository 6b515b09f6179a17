"""A round through what keeps the 报送稿 back: one after the other, and on from there whatever was mended meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(slots=True)
class BlockerRound:
    """Where somebody stands in the round: the 1-based place among how many, and what stood there; 0 for no round."""

    at: int = 0
    of: int = 0
    what: str = ""

    def go_on(self, blockers: Sequence[str], at: int = 0) -> int | None:
        """Go to the blocker ``at`` (from 1), else to the next; return its index, None where there is none any more.

        ``blockers`` are the sentences of all that there are now: where that which was stood at is gone, what follows it
        has taken its place.
        """
        if not at:
            is_there = 0 < self.at <= len(blockers) and blockers[self.at - 1] == self.what
            at = self.at + 1 if is_there else max(self.at, 1)
        if not 1 <= at <= len(blockers):
            self.end()
            return None
        self.at, self.of, self.what = at, len(blockers), blockers[at - 1]
        return at - 1

    def end(self) -> None:
        """Go no further."""
        self.at, self.of, self.what = 0, 0, ""

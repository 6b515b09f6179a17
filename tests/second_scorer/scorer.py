"""All lines together: unit → points of each line of the score card."""

from __future__ import annotations

from . import bonus, cases, market, order, platform, reform, supervision, team
from .facts import Unit
from .spans import Span

#: Line → its scorer. Lines 2 to 5 have no points of their own: their 20 stand with line 1.
LINES = {
    **reform.LINES, **team.LINES, **order.LINES, **market.LINES, **cases.LINES, **supervision.LINES, **platform.LINES,
    **bonus.LINES,
}  # fmt: skip


def points(unit: Unit) -> dict[str, Span]:
    """Return the points of each line, as the text and the records have them."""
    return {line: score(unit) for line, score in LINES.items()}

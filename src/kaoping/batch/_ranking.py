"""Places among units whose points may still be ranges: the best and the worst that each may come to, and no guess."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Span:
    """The points that a unit may come to, both ends included; ±UNBOUNDED for an end that nobody knows."""

    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class Standing:
    """The places, 1-based, that a unit may have; ``shared`` where it is certain that another has the same one.

    Units of equal points share the better place, and the next one is left out (1, 1, 3).
    """

    best: int
    worst: int
    shared: bool


def rank(spans: Sequence[Span]) -> list[Standing]:
    """Return the standing of each of ``spans``, in their order: each may come to any points of its own span."""
    lows, highs = sorted(span.low for span in spans), sorted(span.high for span in spans)
    settled = Counter(span.low for span in spans if span.low == span.high)
    standings: list[Standing] = []
    for span in spans:
        before = len(spans) - bisect_right(lows, span.high)  # whose least is more than its most
        perhaps = len(spans) - bisect_right(
            highs, span.low
        )  # whose most is more than its least, itself where it is wide
        is_wide = span.high > span.low
        standings.append(Standing(1 + before, 1 + perhaps - is_wide, not is_wide and settled[span.low] > 1))
    return standings

"""Numbers and answers that may be known in part: a span from lowest to highest, and yes, no or perhaps (None)."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any


@dataclass(frozen=True)
class Span:
    """Everything from ``low`` to ``high``; points, counts and shares."""

    low: Fraction
    high: Fraction

    def __str__(self) -> str:
        return f"{float(self.low):g}" if self.low == self.high else f"{float(self.low):g}～{float(self.high):g}"

    @property
    def single(self) -> bool:
        return self.low == self.high

    def holds(self, other: Span) -> bool:
        return self.low <= other.low and other.high <= self.high


def span(low: Fraction | int | str, high: Fraction | int | str | None = None) -> Span:
    """Return the span from ``low`` to ``high``, or the single number ``low``."""
    return Span(Fraction(low), Fraction(low if high is None else high))


def hull(spans: Iterable[Span]) -> Span:
    """Return the smallest span that holds all of them; there must be one."""
    all_of = list(spans)
    return Span(min(s.low for s in all_of), max(s.high for s in all_of))


def total(spans: Iterable[Span]) -> Span:
    all_of = list(spans)
    return Span(sum((s.low for s in all_of), Fraction(0)), sum((s.high for s in all_of), Fraction(0)))


def tiers(value: Span, points: Callable[[Fraction], Span]) -> Span:
    """Return the points of a value that is only known as a span: they rise or fall with it, so its ends tell."""
    return hull([points(value.low), points(value.high)])


def count(answers: Iterable[bool | None]) -> Span:
    """Return how many are true: those that surely are, and those besides that perhaps are."""
    all_of = list(answers)
    return span(all_of.count(True), len(all_of) - all_of.count(False))


def every(answers: Iterable[bool | None]) -> bool | None:
    all_of = list(answers)
    return False if False in all_of else None if None in all_of else True


def some(answers: Iterable[bool | None]) -> bool | None:
    all_of = list(answers)
    return True if True in all_of else None if None in all_of else False


def selections(rows: list[tuple[Any, bool | None]]) -> Iterator[list[Any]]:
    """Give the rows that count, in each way in which those that perhaps count do or do not."""
    for counts in itertools.product(*((True, False) if sure is None else (sure,) for _, sure in rows)):
        yield [row for (row, _), it_counts in zip(rows, counts, strict=True) if it_counts]


def opposite(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def at_least(value: Span, limit: Fraction | int) -> bool | None:
    return True if value.low >= limit else False if value.high < limit else None


def which(answer: bool | None, yes: Span, no: Span) -> Span:
    """Return ``yes`` where the answer is true, ``no`` where it is false, and what holds both where nobody knows."""
    return yes if answer else no if answer is False else hull([yes, no])

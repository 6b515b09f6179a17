"""Ranks by exact scores. A tie that a prize or an honour depends on is broken by the recorded answer, or stays open.

Nothing here knows of records: entries in, places out. A place is the range of positions that an entry may still have:
one position where it is settled, several where a tie has not been broken.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from kaoping.wings.contest._rules import Award, Option

NOWHERE = 0  # the position of who is not ranked


@dataclass(frozen=True, slots=True)
class Entry:
    """A person or a team with a score."""

    key: str
    name: str
    team: str
    score: Fraction
    trace: tuple[str, ...]  # records and calculation, in Chinese
    by: Mapping[str, Fraction]  # what a tie may be compared by: subject or total → score


@dataclass(frozen=True, slots=True)
class TieRule:
    """How ties are broken: the recorded answer, None where there is none, and the orders that play-offs gave."""

    option: Option | None = None
    orders: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """The positions ``first`` … ``last`` (1-based) that an entry shares with those of the same score."""

    entry: Entry
    first: int
    last: int
    shared: bool = False  # all of them stand at ``first``, by the recorded answer

    @property
    def positions(self) -> frozenset[int]:
        """The positions that the entry may come to stand at."""
        return frozenset([self.first] if self.shared else range(self.first, self.last + 1))


def rank(entries: Collection[Entry], bounds: Collection[int], tie: TieRule) -> list[Place]:
    """Rank the entries, the highest score first; of equal ones the next stands after all of them (1、2、2、4).

    ``bounds`` are the last positions of prizes and honours: a tie on both sides of one is broken by ``tie``, where that
    can tell; a tie that touches none stays a tie.
    """
    ordered = sorted(entries, key=lambda entry: (-entry.score, entry.key))
    places: list[Place] = []
    for _, group in groupby(ordered, key=lambda entry: entry.score):
        places += _placed(list(group), len(places) + 1, bounds, tie)
    return places


def straddles(first: int, last: int, bounds: Collection[int]) -> bool:
    """Whether some of the positions lie on one side of a bound and some on the other."""
    return any(first <= bound < last for bound in bounds)


def _placed(group: Sequence[Entry], first: int, bounds: Collection[int], tie: TieRule) -> Iterator[Place]:
    shared = tie.option is not None and tie.option.rule == "share"
    parts = [list(group)]
    if straddles(first, first + len(group) - 1, bounds) and not shared:
        parts = _broken(group, tie)
    for part in parts:
        last = first + len(part) - 1
        yield from (Place(entry, first, last, shared) for entry in part)
        first = last + 1


def _broken(group: Sequence[Entry], tie: TieRule) -> list[list[Entry]]:
    """Return the tied entries in parts, the best first; one part where the answer can't tell them apart."""
    if tie.option is None:
        return [list(group)]
    if tie.option.rule == "playoff":
        for order in tie.orders:
            if all(entry.key in order for entry in group):
                return [[entry] for entry in sorted(group, key=lambda entry: order.index(entry.key))]
        return [list(group)]
    return _compared(list(group), tie.option.by)


def _compared(group: list[Entry], by: Sequence[str]) -> list[list[Entry]]:
    """Split by the first of ``by``, what is still tied by the next; who lacks a score there can't be compared."""
    if len(group) == 1 or not by or any(by[0] not in entry.by for entry in group):
        return [group]
    ordered = sorted(group, key=lambda entry: (-entry.by[by[0]], entry.key))
    parts = [list(part) for _, part in groupby(ordered, key=lambda entry: entry.by[by[0]])]
    return [finer for part in parts for finer in _compared(part, by[1:])]


@dataclass(frozen=True, slots=True)
class Ranked:
    """An entry with all that is known of its place, under every reading of what is still open."""

    entry: Entry
    rank: int | None  # None where the readings differ, or a tie that matters is open
    tied: bool
    positions: frozenset[int]  # NOWHERE among them where a reading does not rank it
    score: Fraction | None  # None where the readings differ

    def prizes(self, award: Award) -> tuple[str, ...]:
        """Return the prizes that the entry may get, the highest first, "" for none: one where that is settled."""
        ordered = sorted(self.positions, key=lambda position: (position == NOWHERE, position))
        return tuple(dict.fromkeys(award.prize_of(position) for position in ordered))

    def within(self, first: int) -> bool | None:
        """Return whether the entry is among the ``first`` places; None where that is open."""
        answers = {NOWHERE < position <= first for position in self.positions}
        return answers.pop() if len(answers) == 1 else None


def merged(readings: Sequence[Sequence[Place]], bounds: Collection[int]) -> list[Ranked]:
    """Lay several readings of the same scores over one another: what they agree on is settled."""
    by_entry: dict[str, list[Place]] = {}
    for reading in readings:
        for place in reading:
            by_entry.setdefault(place.entry.key, []).append(place)
    ranked: list[Ranked] = []
    for places in by_entry.values():
        everywhere = len(places) == len(readings)
        positions = frozenset().union(*(place.positions for place in places), [] if everywhere else [NOWHERE])
        spans = {(place.first, place.last, place.shared) for place in places}
        first, last, shared = spans.pop()
        settled = everywhere and not spans and (shared or not straddles(first, last, bounds))
        scores = {place.entry.score for place in places}
        score = places[0].entry.score if len(scores) == 1 else None
        ranked.append(Ranked(places[0].entry, first if settled else None, last > first, positions, score))
    return sorted(ranked, key=lambda contender: (min(contender.positions - {NOWHERE}), contender.entry.key))

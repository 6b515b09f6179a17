"""What rules are made of: the context they run in, and the results they give (intervals, never guesses)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import StrEnum
from fractions import Fraction
from functools import cache, cached_property
from typing import Any, Protocol, TypeVar

from kaoping.core.figures import UNBOUNDED, number, span_text
from kaoping.core.model import Dossier, Use, Value
from kaoping.core.schema import Field, Kind
from kaoping.core.workings import Workings

T = TypeVar("T")

#: What a parameter may come to, by level and by answer: each number, None where one of them says that there is none.
Possible = Callable[[Any], Sequence[Fraction | None]]

#: A ledger has 100,000 rows; a trace that a person reads does not. Counting is exact, only the listing stops here.
MOST_USES = 400


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule may look at."""

    dossier: Dossier
    line: str  # "" where no line of a rubric is scored (a document, a cross-check)
    of: Fraction | None  # the line's (or part's) full points: how far a silence can reach
    answers: Mapping[str, Any]  # question id → the chosen option's value
    notice: Callable[[str], Any]  # dotted path → value
    accepts: Callable[[Sequence[str]], bool] | None = None  # set: only records with acceptable evidence count
    proofs: dict[str, str] = field(default_factory=dict)  # evidence already counted for a bonus → record id
    workings: Workings = field(default_factory=Workings)  # what was looked up in this dossier's tables before
    role: str = "base"  # of the line: what it gives is 得, 加 or 扣
    beyond: bool = False  # the text lets its points pass zero, or those of the line
    edges: tuple[Fraction, ...] = ()  # what the number being measured will be compared with: rounding must not reach it

    def facing(self, edges: Iterable[Fraction | None]) -> Context:
        """Return the context for a number that will be compared with ``edges``; None is one that is not settled."""
        return replace(self, edges=tuple(edge for edge in edges if edge is not None))

    def once(self, kind: str, key: Hashable, make: Callable[[], T]) -> T:
        """Return what ``make`` looks up in the table of ``kind`` and others, remembered by ``key``."""
        return self.workings.recall((kind, key), make, kind)


class State(StrEnum):
    """How a measure came out."""

    KNOWN = "known"
    ABSENT = "absent"  # nobody recorded anything: that is not zero
    VOID = "void"  # recorded, but it gives no number (a share of zero, an empty field)


@dataclass(frozen=True)
class Tally:
    """Which records a count took, and which it left out and why."""

    kind: str
    counted: tuple[str, ...] = ()
    left: tuple[tuple[str, str], ...] = ()  # (record id, why): the first MOST_USES
    proofs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # record id → evidence paths
    seen: str = ""  # fingerprint of what the filter read in the records that it may be about
    doubtful: tuple[str, ...] = ()  # records that may count
    proving: bool = True  # false where the records are only divided by, or read for another matter

    @cached_property
    def listed(self) -> str:
        """The ids that were counted, in order: once for all measures that count the same records."""
        return ",".join(sorted(self.counted))

    def uses(self) -> Iterator[Use]:
        """Return the trace entries, at most MOST_USES of the counted and as many of the others."""
        for id_ in self.counted[:MOST_USES]:
            yield Use(self.kind, id_, True, "", self.proofs.get(id_, ()) if self.proving else ())
        for id_, why in self.left[:MOST_USES]:
            yield Use(self.kind, id_, False, why, self.proofs.get(id_, ()) if self.proving else ())

    def doubted(self) -> Tally:
        """Return the tally of records that may count all the same, those alone on which something hangs."""
        ids = {*self.counted, *self.doubtful}
        return replace(self, counted=(), left=(), doubtful=tuple(id_ for id_ in self.proofs if id_ in ids))


@dataclass(frozen=True, slots=True)
class Trace:
    """What a result rests on. ``facts`` are what a decision remembers: values and counted ids, no wording."""

    tallies: tuple[Tally, ...] = ()
    facts: tuple[str, ...] = ()
    inputs: int = 0  # how many measures had something to look at
    gaps: tuple[str, ...] = ()  # what nobody recorded, in Chinese

    def __add__(self, other: Trace) -> Trace:
        return Trace(
            self.tallies + other.tallies,
            self.facts + other.facts,
            self.inputs + other.inputs,
            self.gaps + tuple(gap for gap in other.gaps if gap not in self.gaps),
        )

    def unproving(self, but: Collection[str] = ()) -> Trace:
        """Return the trace of what is read, and proves nothing here; records of the kinds ``but`` still prove."""
        tallies = (t if t.kind in but else replace(t, proving=False) for t in self.tallies)
        return replace(self, tallies=tuple(tallies))


NOTHING = Trace()


def unit_of(tallies: Iterable[Tally], unit: str, of_one: str) -> str:
    """Return the unit of a sum: ``of_one``, if there is such, where no more than one record may be in it."""
    return of_one if of_one and sum(len(t.counted) + len(t.doubtful) for t in tallies) == 1 else unit


def joined(traces: Iterable[Trace]) -> Trace:
    """Return the sum of ``traces``."""
    total = NOTHING
    for trace in traces:
        total = total + trace
    return total


@dataclass(frozen=True, slots=True)
class Interval:
    """A number (or a date, as its ordinal) with what is not known about it: ``low`` ≤ the truth ≤ ``high``."""

    low: Fraction
    high: Fraction
    write: Callable[[Fraction], str] = field(default=number, kw_only=True, compare=False)  # how its ends are written

    def __str__(self) -> str:
        return span_text(self.low, self.high, self.write)


#: What is compared: a cell, or a number that is not known exactly.
Cell = Value | Interval


@dataclass(frozen=True, slots=True)
class Measured(Interval):
    """What a measure comes to, in words too, and what it rests on."""

    state: State
    text: str
    trace: Trace = NOTHING
    whole: bool = False  # only whole numbers are possible: a range of 1～2 has nothing between

    @property
    def known(self) -> bool:
        """Whether there is a number at all, be it a range."""
        return self.state is State.KNOWN

    @property
    def bounded(self) -> bool:
        """Whether more is known than the least that it comes to."""
        return self.high < UNBOUNDED


@dataclass(frozen=True, slots=True)
class Truth:
    """A condition's value: true, false, or None where it is not known."""

    value: bool | None
    texts: tuple[str, ...]  # what it found, one fact each
    trace: Trace = NOTHING

    @property
    def text(self) -> str:
        """What it found, as one sentence that says nothing twice."""
        return "；".join(dict.fromkeys(text for text in self.texts if text))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule gives: all points between ``low`` and ``high`` are still possible."""

    low: Fraction
    high: Fraction
    because: tuple[str, ...] = ()
    trace: Trace = NOTHING

    @property
    def absent(self) -> bool:
        """Whether the rule found no input at all."""
        return self.low < self.high and self.trace.inputs == 0 and bool(self.trace.gaps)

    def add(self, *because: str) -> Outcome:
        """Return the outcome with further reasons."""
        return replace(self, because=self.because + because)


class Rule(Protocol):
    """Anything that turns a dossier into points."""

    def evaluate(self, context: Context) -> Outcome:
        """Return the outcome in ``context``; never raises for any input."""
        ...

    def reach(self, possible: Possible) -> Interval:
        """Return the fewest and the most points that its clauses can give, whatever is recorded.

        What no clause is about is left out: there the line's own points are the limit.
        """
        ...


class Measure(Protocol):
    """Anything that turns a dossier into a number."""

    def evaluate(self, context: Context) -> Measured:
        """Return the number in ``context``."""
        ...


class Condition(Protocol):
    """Anything that is true, false or unknown of a dossier."""

    def evaluate(self, context: Context) -> Truth:
        """Return the truth in ``context``."""
        ...


def walk(node: Any) -> Iterator[Any]:
    """Yield every part of a parsed rule: what it asks, counts and quotes can be found without evaluating it."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        yield part
        if isinstance(part, tuple | list):
            waiting.extend(reversed(part))
        elif isinstance(part, dict):
            waiting.extend(reversed(part.values()))
        else:
            cls: Any = type(part)
            waiting.extend(getattr(part, name) for name in _attributes(cls))


@cache
def _attributes(cls: Any) -> tuple[str, ...]:
    """The attributes of a part, the last one first. A record kind is named by a rule, not a part of it."""
    is_part = is_dataclass(cls) and cls not in (Kind, Field)
    return tuple(item.name for item in reversed(fields(cls))) if is_part else ()

"""What cross-checks are made of: a check with its words, the ways of looking, and the slips that they find."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from kaoping.core.figures import number
from kaoping.core.findings import FindingKind
from kaoping.core.model import Location, Record, Table, Value
from kaoping.core.yamltree import ExpectedError, Node
from kaoping.rubric.rules.base import Context, walk
from kaoping.rubric.rules.params import Answer, FromNotice
from kaoping.rubric.rules.where import Where, show_value

#: Record ids that a sentence names; the rest are counted.
MOST_NAMED = 5

Facts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Slip:
    """Something that does not fit. Its place and its words are made when someone tells of it: there may be 100,000."""

    kind: str  # of the records that it is about: alike slips of one table are told together
    place: Callable[[], Location]
    facts: Callable[[], Facts]


class Way(Protocol):
    """A way of looking for slips (rows, agree, twice, shared)."""

    @property
    def names(self) -> frozenset[str]:
        """What the check's sentences may name in braces."""
        ...

    def find(self, context: Context) -> Iterator[Slip]:
        """Yield what does not fit; nothing where it can't be told."""
        ...


@dataclass(frozen=True, slots=True)
class Check:
    """One cross-check of ``checks.yaml``: its words, and where it looks."""

    words: FindingKind
    ways: tuple[Way, ...]


def certain(table: Table, where: Where, context: Context) -> Sequence[int]:
    """Return the rows that match for certain; of those that count for nobody, or perhaps, more was said already."""
    if not where.tests and not table.standing:
        return range(len(table))
    return [row for row, (matches, _) in enumerate(where.select(table, context)) if matches]


def named(ids: Sequence[str]) -> str:
    """Return the first few of ``ids``, and how many there are where that is not all."""
    shown = "、".join(ids[:MOST_NAMED])
    return shown if len(ids) <= MOST_NAMED else f"{shown}等{len(ids)}条"


def fields_of(record: Record) -> dict[str, str]:
    """Return a record's cells as a clerk wrote them, by field: what every sentence about a record may name."""
    return {name: show_value(value) for name, value in record.values.items()} | {"id": record.id}


def shown(value: Value) -> str:
    """Return a cell or a number, whole or with its decimals, as a sentence has it."""
    return number(value) if isinstance(value, Fraction) else show_value(value)


def settled(node: Node, parts: object) -> None:
    """Raise ExpectedError where ``parts`` ask for an open question or a notice: a check serves every rubric."""
    if any(isinstance(part, Answer | FromNotice) for part in walk(parts)):
        raise ExpectedError(node, "核对不能用 answer 或 notice：核对对每个细则都一样")

"""What a cross-check finds, and what its sentences say of it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kaoping.core.model import Location, Record
from kaoping.core.yamltree import ExpectedError, Node
from kaoping.rubric.rules.evaluation import walk
from kaoping.rubric.rules.params import Answer, FromNotice
from kaoping.rubric.rules.where import show_value

#: Record ids that a sentence names; the rest are counted.
MOST_NAMED = 5

Facts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Slip:
    """Something that does not fit. Its place and its words are made when someone tells of it: there may be 100,000."""

    kind: str  # of the records that it is about: alike slips of one table are told together
    place: Callable[[], Location]
    facts: Callable[[], Facts]


def named(ids: Sequence[str]) -> str:
    """Return the first few of ``ids``, and how many there are where that is not all."""
    shown = "、".join(ids[:MOST_NAMED])
    return shown if len(ids) <= MOST_NAMED else f"{shown}等{len(ids)}条"


def fields_of(record: Record) -> dict[str, str]:
    """Return a record's cells as a clerk wrote them, by field: what every sentence about a record may name."""
    return {name: show_value(value) for name, value in record.values.items()} | {"id": record.id}


def squeezed(text: str) -> str:
    """Return ``text`` as it is compared: full-width is half-width, spaces and letter case do not matter."""
    plain = text if unicodedata.is_normalized("NFKC", text) else unicodedata.normalize("NFKC", text)
    return "".join(plain.split()).casefold()


def check_settled(node: Node, way: object) -> None:
    """Raise ExpectedError where ``way`` asks for an open question or a notice: a check serves every rubric."""
    if any(isinstance(inner, Answer | FromNotice) for inner in walk(way)):
        raise ExpectedError(_asking(node) or node, "核对不能用 answer 或 notice：核对对每个细则都一样")


def _asking(node: Node) -> Node | None:
    if not isinstance(node.value, dict):
        return next(filter(None, map(_asking, node.value)), None) if isinstance(node.value, list) else None
    if node.value.keys() in ({"answer"}, {"notice"}):
        return node
    return next(filter(None, map(_asking, node.value.values())), None)

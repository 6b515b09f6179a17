"""Remedies: what would put a slip right, as data. Rules name them beside what they find; ``mending`` carries them out.

A ``Look``, a ``Shape`` and a ``Page`` change how something looks and no character; a ``Wording`` changes characters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kaoping.wings.official._norms import norms
from kaoping.wings.official._paragraphs import Paragraph, Run, Section

_AROUND = 6  # characters beside a change that are shown with it


@dataclass(frozen=True, slots=True)
class Look:
    """How characters are to look: east, latin, marks (fonts), size (points), bold, colour, plain (emphasis to end)."""

    runs: tuple[Run, ...]
    props: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shape:
    """How a paragraph is to stand: align; first, left, right (characters); line, before, after (points); breaks."""

    paragraph: Paragraph
    props: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """What a section's page is to measure, in millimetres: width, height, top, bottom, left, right."""

    section: Section
    props: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Wording:
    """What is to stand for the characters from ``start`` to ``end`` of what is typed in a paragraph."""

    paragraph: Paragraph
    start: int
    end: int
    text: str

    @property
    def pieces(self) -> list[Run]:
        """The pieces of runs that it changes; where it only puts characters in, the character beside them."""
        beside = max(self.start - 1, 0)
        return self.paragraph.runs_within(self.start, self.end) or self.paragraph.runs_within(beside, beside + 1)

    @property
    def is_free(self) -> bool:
        """Whether its characters are ours to change: none is a field's, nor in a tracked change; and some are left."""
        pieces, typed = self.pieces, self.paragraph.typed
        is_left = bool((typed[: self.start] + self.text + typed[self.end :]).strip())
        return bool(pieces) and is_left and not any(run.is_kept for run in pieces)

    @property
    def shown(self) -> tuple[str, str]:
        """The words before and after the change, with a few beside them."""
        typed = self.paragraph.typed
        before, after = typed[max(self.start - _AROUND, 0) : self.start], typed[self.end : self.end + _AROUND]
        return f"{before}{typed[self.start : self.end]}{after}", f"{before}{self.text}{after}"


Remedy = Look | Shape | Page | Wording


def put_for(paragraph: Paragraph, old: str, new: str, *, last: bool = False) -> list[Wording]:
    """Return the change of ``old``, where it first (or last) stands, to ``new``; none where it is not typed there."""
    typed = paragraph.typed
    at = typed.rfind(old) if last else typed.find(old)
    return [Wording(paragraph, at, at + len(old), new)] if at >= 0 and old else []


def put_at_end(paragraph: Paragraph, new: str, instead: str = "") -> list[Wording]:
    """Return the change that ends a paragraph in ``new``, ``instead`` of one of these characters."""
    end = len(paragraph.typed.rstrip())
    start = end - (end > 0 and paragraph.typed[end - 1] in instead)
    return [Wording(paragraph, start, end, new)]


def room_above(paragraph: Paragraph) -> list[Shape]:
    """Return the room of one line above a paragraph: no character, and no empty paragraph either."""
    return [Shape(paragraph, {"before": norms().page["line"]})]


def looks(runs: Sequence[Run], **props: Any) -> list[Look]:
    """Return the look that all of ``runs`` are to have; none for none."""
    return [Look(tuple(runs), props)] if runs else []

"""A rubric as it was read off a paper, before any of its words is understood: lines, sections, stipulations, rows.

This is what the rest of the room works on: a line has its exact text, its points, its place, and the document's own
rules that govern it. Nothing of a table is left out: every row has its fate.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Literal

from kaoping.core.model import Location

Role = Literal["base", "bonus", "deduction"]


@dataclass(frozen=True, slots=True)
class Stipulation:
    """A rule that the document itself states for many lines, in a note or a heading (扣完为止, 就高不就低).

    ``kind`` is an entry of ``stipulations`` in ``rubric_tables.yaml``; ``points`` is the number it names, if any.
    """

    kind: str
    text: str  # its sentence, letter by letter
    at: Location
    points: Fraction | None = None
    section: str = ""  # the section that it stands in; "" where it governs the whole rubric


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLine:
    """One line of the rubric as the paper has it.

    ``content``, ``basis``, ``points`` and ``standard`` are the cells letter by letter, "" where the cell above spans
    down; what a further column said stands in ``requirement``, ``under`` (headings between section and line) and
    ``others``.
    """

    id: str
    section: str
    number: str = ""  # as the paper counts it, "" where it does not
    title: str
    under: tuple[str, ...] = ()
    content: str = ""
    requirement: str = ""
    basis: str = ""
    points: str = ""
    standard: str = ""
    others: Mapping[str, str] = field(default_factory=dict)  # heading of a column → what stands in it
    of: Fraction | None = None  # None where the paper states no points for it
    role: Role = "base"
    shares_points_with: str = ""  # the line above whose points are this one's too
    at: Location  # its first cell
    places: Mapping[str, Location] = field(default_factory=dict)  # cell by role → its place
    notes: tuple[Stipulation, ...] = ()  # that govern it, those of its section before the document's

    @property
    def text(self) -> str:
        """The words that say how it is scored: the standard, or where that is empty the content."""
        return self.standard or self.content

    @property
    def fingerprint(self) -> str:
        """What tells whether its words or points are those of another year: eight characters, blanks aside."""
        words = (*self.under, self.content, self.requirement, self.points, self.standard, str(self.of), self.role)
        governed = sorted({f"{note.kind}{note.points}" for note in self.notes})
        return hashlib.sha256("\n".join(re.sub(r"\s", "", word) for word in (*words, *governed)).encode()).hexdigest()[
            :8
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSection:
    """A part of the rubric: its heading letter by letter, and the points that it states for its lines together."""

    id: str
    title: str
    heading: str
    points: Fraction | None = None
    role: Role = "base"
    at: Location


class Fate(StrEnum):
    """What became of a row of a table."""

    TITLE = "title"  # above the head
    HEAD = "head"  # the columns' names, also where a page repeats them
    SECTION = "section"
    LINE = "line"
    CONTINUED = "continued"  # more of the line above
    TOTAL = "total"
    NOTE = "note"
    EMPTY = "empty"
    LEFT_OUT = "left out"  # hidden or struck out, told
    UNREAD = "unread"  # fits nothing, told
    OTHER = "other"  # of a table that is no rubric


@dataclass(frozen=True, slots=True)
class RowFate:
    """A row of a table, and what became of it; ``line`` where it is one or belongs to one.

    ``text`` are its words where they stand in no line.
    """

    at: Location
    fate: Fate
    line: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A whole rubric as read: its lines in order, and the account of every row."""

    file: str
    title: str = ""
    year: int | None = None
    total: Fraction | None = None  # that the paper states for its base part
    sections: Sequence[DraftSection] = ()
    lines: Sequence[DraftLine] = ()
    stipulations: Sequence[Stipulation] = ()
    rows: Sequence[RowFate] = ()

    def of_section(self, name: str) -> list[DraftLine]:
        """Return the lines of the section ``name``, in order."""
        return [line for line in self.lines if line.section == name]

    def ruled(self) -> list[tuple[str, Location]]:
        """Return the sentences that state the document's own rules, each once however many rules it states."""
        return list(dict.fromkeys((note.text, note.at) for note in self.stipulations))

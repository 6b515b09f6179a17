"""The nouns of edits: what somebody changed, where, and what was generated when they did."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kaoping.documents.edits.phrases import Refusal, Words, holes, plain, skeleton, written

#: What the paragraph begins with that shows both sides of an open edit in a 送审稿.
OPEN_MARK = "【修改待选定"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a generated paragraph stands: the headings above it, and which of those alike below them (from 1)."""

    under: str = ""
    nth: int = 1


@dataclass(frozen=True, slots=True)
class Anchor:
    """The generated paragraph that others stand behind; one without words is the beginning of the document."""

    words: Words = ()
    place: Place = Place()


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: table, row and column count from 1; ``beside`` are the row's other words, without figures."""

    table: int
    row: int
    column: int
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """What stands in place of generated paragraphs (``before``), known by their words: ``after``, which may be nothing.

    Figures in ``after`` are those of ``before``, by number. Where there is something that they follow (``follows``),
    the paragraphs stand behind that: they were inserted there, or moved.
    """

    id: str
    before: tuple[Words, ...]
    after: tuple[Words, ...]
    place: Place = Place()
    follows: Anchor | None = None
    level: int = 0  # of a heading that was inserted; 0 for running text
    cell: Cell | None = None
    source: str = ""  # the file that it was taken from

    @property
    def state(self) -> str:
        """What tells its words from those that it had at another time."""
        return hashlib.sha256("\n".join(map(written, self.after)).encode()).hexdigest()[:8]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is changed by it: somebody wrote again what is generated."""
        return self.follows is None and list(map(plain, self.before)) == list(map(plain, self.after))

    def is_about(self, other: Edit) -> bool:
        """Whether both change the same generated paragraphs."""
        mine, theirs = ([skeleton(words) for words in edit.before] for edit in (self, other))
        return bool(mine) and (mine, self.place, self.cell) == (theirs, other.place, other.cell)

    def says(self, other: Edit) -> bool:
        """Whether the other's words are the same."""
        mine, theirs = ([skeleton(words) for words in edit.after] for edit in (self, other))
        return mine == theirs and (self.follows is None) == (other.follows is None)


@dataclass(frozen=True, slots=True)
class Unit:
    """Paragraphs of a generated document that belong together: as they were generated, and as they are shown.

    Both are one paragraph and the same, unless edits made something else of it.
    """

    generated: tuple[Words, ...]
    shown: tuple[Words, ...]
    place: Place
    edits: tuple[str, ...] = ()
    follows: Anchor | None = None  # as the edit has it, where it stands elsewhere than it was generated
    level: int = 0  # of a heading
    cell: Cell | None = None
    fixed: bool = False  # it holds more than words, which an edit would lose

    @property
    def sources(self) -> list[str]:
        """The sources of its figures, by number."""
        return [figure.source for figure in holes(self.generated)]


@dataclass(frozen=True, slots=True)
class Kept:
    """What was generated for a document, to compare a draft of it with."""

    document: str
    units: Sequence[Unit]
    tables: Sequence[Sequence[Sequence[Unit]]] = ()  # table → row → cell, one paragraph a cell
    margins: Sequence[str] = ()  # texts in headers, footers and text boxes
    extras: Mapping[str, int] = field(default_factory=dict)  # what else stands in it, and how many of each
    states: Mapping[str, str] = field(default_factory=dict)  # the edits that were put in, and what they said

    def cells(self) -> Iterator[Unit]:
        """Yield the cells of all tables."""
        yield from (cell for table in self.tables for row in table for cell in row)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a draft says otherwise than it was made."""

    document: str
    edits: Sequence[Edit]
    undone: Sequence[str] = ()  # ids of edits that somebody took back in the draft
    replaced: Sequence[str] = ()  # ids of edits that those of ``edits`` stand for
    refused: Sequence[Refusal] = ()
    left_out: Sequence[str] = ()  # changes that are not taken in, in words
    comments: Sequence[tuple[str, str, str]] = ()  # (who, what, about which words)
    tracked: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an edit: "" where it stands in the document; else why not (``changed``, ``rival``, ``gone``)."""

    edit: Edit
    trouble: str = ""
    now: tuple[Words, ...] = field(default=())  # what is generated in its place now

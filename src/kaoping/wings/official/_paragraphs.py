"""What the reading of a Word file hands on: paragraphs with what they look like, sections with their page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kaoping.wings.official._styles import Props

#: Stands for a field that prints the number of its page.
PAGE = "\x01"
#: Points, where nobody said a size (ECMA-376 part 1, 17.3.2.38).
WORDS_DEFAULT_SIZE = 10.0
_HAN = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Run:
    """Characters that look alike. A font is "" where nobody says which."""

    text: str
    east: str  # the font of Chinese characters
    latin: str
    size: float  # points
    bold: bool
    colour: str  # RRGGBB; "" for black
    marks: str = ""  # the font of quotes, dashes and dots, which stand in both kinds of script
    emphasis: frozenset[str] = frozenset()  # underline, italic, dots, highlight, struck
    source: Any = field(default=None, compare=False, repr=False)  # the w:r that it was read from
    start: int = field(default=0, compare=False)  # characters of its w:r that stand before it
    is_kept: bool = False  # its words are not ours to change: what a field prints, a tracked change

    def part(self, start: int, end: int | None = None) -> Run:
        """Return the run of its characters from ``start`` to ``end``."""
        return replace(self, text=self.text[start:end], start=self.start + start)

    @property
    def han(self) -> int:
        """How many Chinese characters it has."""
        return len(_HAN.findall(self.text))


@dataclass(slots=True)
class Paragraph:
    """A paragraph. ``number`` counts those with text outside tables and boxes, as the reader would; 0 for others."""

    runs: list[Run]
    props: Props
    label: str | None = ""  # the automatic number before it; None where it can't be told which
    place: str = "body"  # body | table | box | footer
    style: str = ""
    number: int = 0
    section: int = 0
    blank_before: bool = False  # an empty paragraph, or a gap as high as one, stands before it
    new_page: bool = False  # it begins a page, and somebody said so
    breaks_page: bool = False  # a page break stands in it or at its end
    has_picture: bool = False
    is_framed: bool = False  # it stands where a frame puts it, not where its alignment does
    gap: int = 0  # empty paragraphs that stand before it, with nothing else between it and the one above
    source: Any = field(default=None, compare=False, repr=False)  # its w:p

    @property
    def text(self) -> str:
        """Its text, with the automatic number."""
        return (self.label or "") + self.typed

    @property
    def typed(self) -> str:
        """Its text without the automatic number."""
        return "".join(run.text for run in self.runs)

    @property
    def words(self) -> str:
        """Its text without the spaces around it."""
        return self.text.strip()

    @property
    def size(self) -> float:
        """The size of most of its characters, in points."""
        sizes: Counter[float] = Counter()
        for run in self.runs:
            sizes[run.size] += len(run.text.strip())
        return sizes.most_common(1)[0][0] if sizes else WORDS_DEFAULT_SIZE

    @property
    def align(self) -> str:
        """One of left, right, center, both; what spreads (distribute) is both."""
        alignment = str(self.props.get("align") or "left")
        return {"start": "left", "end": "right", "left": "left", "right": "right", "center": "center"}.get(
            alignment, "both"
        )

    def indent(self, side: str) -> float:
        """Return an indent (first, left, right) in characters of its own size."""
        unit, amount = self.props.get(side, ("chars", 0.0))
        return float(amount) if unit == "chars" else float(amount) / (self.size or 1)

    @property
    def leading(self) -> float:
        """How many characters' width of spaces it begins with."""
        typed = self.typed
        spaces = typed[: len(typed) - len(typed.lstrip())]
        return sum(1 if char == "\u3000" else 2 if char == "\t" else 0.5 for char in spaces)

    @property
    def sources(self) -> list[Run]:
        """The elements that it is made of, each as a run without words: a field's own, which no run shows, too."""
        runs = self.source.iter("{*}r") if self.source is not None else ()
        return [replace(self.runs[0], text="", source=element, start=0) for element in runs if self.runs]

    def runs_within(self, start: int, end: int) -> list[Run]:
        """Return the pieces of its runs that hold the characters from ``start`` to ``end`` of what is typed."""
        return split(split(self.runs, end)[0], start)[1]


def split(runs: Sequence[Run], at: int) -> tuple[list[Run], list[Run]]:
    """Part runs before the character ``at``; none of the parts is empty."""
    first: list[Run] = []
    rest: list[Run] = []
    for run in runs:
        cut = min(max(at, 0), len(run.text))
        first += [run.part(0, cut)] if cut else []
        rest += [run.part(cut)] if cut < len(run.text) else []
        at -= len(run.text)
    return first, rest


@dataclass(slots=True)
class Section:
    """A section's page, in millimetres; None where the file does not say."""

    width: float | None = None
    height: float | None = None
    margins: dict[str, float] = field(default_factory=dict)  # top, right, bottom, left (with the gutter)
    pitch: float | None = None  # points between the lines of its grid
    footers: dict[str, list[Paragraph]] = field(default_factory=dict)  # default | even | first
    has_first: bool = False  # its first page has a footer of its own
    source: Any = field(default=None, compare=False, repr=False)  # its w:sectPr

    @property
    def is_turned(self) -> bool:
        """Whether the page lies on its side."""
        return bool(self.width and self.height and self.width > self.height)


@dataclass(slots=True)
class Reading:
    """A whole document."""

    paragraphs: list[Paragraph]
    sections: list[Section]
    odd_and_even: bool  # the footers of odd and even pages differ
    changes: int  # tracked changes that nobody has accepted or refused

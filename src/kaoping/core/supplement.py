"""What a supplement (补充材料) says besides its new evidence: what was handed in before, and what became of it.

Planned from the packages that were handed in; told by the revised score sheet, the letter, 打开说明 and kaoping.json.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kaoping.core.model import Piece

#: What a score sheet is called that takes the place of one handed in, and what stands beside points that moved.
REVISED = "修订"


@dataclass(frozen=True, slots=True)
class SubmittedPiece:
    """A piece of evidence as it was handed in; its number and page stay whatever becomes of it."""

    number: str  # 编号
    path: str  # below 材料/
    title: str
    sha256: str
    line: str  # the line that it stands under; "" in the tail
    also: tuple[str, ...]  # the other lines that it proved
    folio: str  # where it is printed: 第2册第128页, 补充第1册第3页
    verdict: str
    how: str
    fate: str = ""  # 由Ⅱ-10-05替换, 已撤下; "" while it stands


@dataclass(frozen=True, slots=True)
class Rescored:
    """A line whose points are others than those handed in, as both are written (2, or 0～2 in a 送审稿)."""

    line: str
    called: str  # by the rubric's own words: 第10项
    title: str
    before: str
    after: str
    why: tuple[str, ...]  # how the points come about now


@dataclass(frozen=True, slots=True)
class Replaced:
    """A piece that was handed in, and the one that takes its place: the same file, with other content."""

    old: SubmittedPiece
    new: Piece


@dataclass(frozen=True, slots=True)
class Supplement:
    """All that one supplement tells; ``before`` and ``totals`` are the points of the score sheet last handed in."""

    form: str  # of the package that it supplements
    base: str  # the sha256 of that package's kaoping.json
    first_dated: date | None  # when that was handed in
    last_dated: date | None  # when the score sheet was that this one takes the place of
    before: Mapping[str, str]  # line → its points there
    totals: Mapping[str, str]  # base, bonus, deduction, total → the points there
    rescored: tuple[Rescored, ...]
    added: tuple[Piece, ...]
    replaced: tuple[Replaced, ...]
    withdrawn: tuple[SubmittedPiece, ...]  # handed in, and no longer among the evidence
    pieces: tuple[SubmittedPiece, ...]  # all that was handed in, in its order, each with its fate
    lines: Mapping[str, tuple[str, ...]]  # number of a piece that stands → the lines that it proves today
    numbers: Mapping[str, str]  # path of a file that was handed in as it is → its number
    concerned: frozenset[str]  # lines whose points or evidence are others
    as_before: tuple[str, ...] = ()  # lines that only a later program reads otherwise: they stand as handed in

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to hand in."""
        return not (self.rescored or self.added or self.replaced or self.withdrawn)

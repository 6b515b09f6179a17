"""The nouns of the house: where a value stands, what a unit recorded, what it scored, how the bundle is laid out.

Everything here is immutable data without behaviour beyond simple look-ups; no module of the engine is imported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from kaoping.core.packs import Pack


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell that holds something its field can't take: neither a value nor empty, so nothing follows from it."""

    text: str

    def __str__(self) -> str:
        return self.text


#: A typed cell of a record. Numbers are exact; a list field (several values joined by ；) is a tuple of strings.
Value = str | int | Fraction | bool | date | tuple[str, ...] | Unreadable | None

#: Whether a row may count by itself: False no, None nobody can tell; and why, in Chinese.
Standing = tuple[Literal[False] | None, str]


@dataclass(frozen=True, slots=True)
class Location:
    """Where a value stands, so that a message can send its reader there.

    ``file`` is relative to the unit's folder (or to the rubric's), always with ``/``; the rest says where inside the
    file: a YAML ``path`` and 1-based ``line``, a ``sheet`` and ``cell``, a 1-based ``page``, or the ``paragraph`` of a
    text (1-based; empty ones and tables do not count). ``record`` names the record and field in words: what a package
    may say, whose bytes must not depend on the file that a record stands in.
    """

    file: str = ""
    path: str = ""
    line: int = 0
    sheet: str = ""
    cell: str = ""
    page: int = 0
    record: str = ""
    paragraph: int = 0

    def __str__(self) -> str:
        inside = [
            f"{self.sheet}!{self.cell}" if self.cell else self.sheet,
            f"第{self.line}行" if self.line else "",
            f"第{self.page}页" if self.page else "",
            f"第{self.paragraph}段" if self.paragraph else "",
            f"（{self.path}）" if self.path else "",
        ]
        return " ".join(part for part in (self.file, *inside) if part) or "（整个单位文件夹）"

    def at(self, path: str) -> Location:
        """Return the same place, narrowed to ``path`` inside it."""
        inner = f"{self.path}.{path}" if self.path else path
        return replace(self, path=inner)

    @property
    def short(self) -> str:
        """The place within its file, for a list of several: D14, 第14行 or 第14段."""
        inside = f"第{self.line}行" if self.line else f"第{self.paragraph}段" if self.paragraph else ""
        return self.cell or inside or str(self)

    @property
    def lasting(self) -> str:
        """The place by its record, where it has one: the same in whatever form the records were written."""
        return self.record or str(self)


@dataclass(frozen=True, slots=True)
class Record:
    """One record (记录): a row of a table, with the place it was read from."""

    kind: str
    id: str
    values: Mapping[str, Value]
    at: Location
    places: Callable[[str], Location] | None = field(default=None, compare=False)  # where each of its fields stands

    def __getitem__(self, name: str) -> Value:
        return self.values.get(name)

    def place(self, name: str) -> Location:
        """Return where its field ``name`` stands: the cell, or the line of the file."""
        return self.places(name) if self.places is not None else self.at.at(name)

    @property
    def evidence(self) -> tuple[str, ...]:
        """Paths of the evidence files the record points at, relative to 材料/."""
        paths = self.values.get("evidence")
        return paths if isinstance(paths, tuple) else ()


@dataclass(frozen=True, slots=True)
class Table:
    """All records of one kind, kept as columns: a ledger of 100,000 rows must not become 100,000 objects.

    ``places`` works out where a row's field ("" for the whole row) stands only when someone asks.
    """

    kind: str
    ids: Sequence[str]
    columns: Mapping[str, Sequence[Value]]
    places: Callable[[int, str], Location]
    standing: Mapping[int, Standing] = field(default_factory=dict)  # rows that count for nobody, or perhaps

    def __len__(self) -> int:
        return len(self.ids)

    def record(self, row: int) -> Record:
        """Return the record in 0-based ``row``."""
        values = {name: column[row] for name, column in self.columns.items()}
        return Record(self.kind, self.ids[row], values, self.places(row, ""), partial(self.places, row))

    def only(self, rows: Sequence[int]) -> Table:
        """Return the table of the given 0-based ``rows`` alone, which keep their places and their standing."""
        kept = list(rows)
        return Table(
            self.kind,
            [self.ids[row] for row in kept],
            {name: [column[row] for row in kept] for name, column in self.columns.items()},
            lambda row, field: self.places(kept[row], field),
            {new: self.standing[row] for new, row in enumerate(kept) if row in self.standing},
        )

    def __iter__(self) -> Iterator[Record]:
        return (self.record(row) for row in range(len(self)))


class Verdict(StrEnum):
    """What became of an evidence file: how it will stand in the bundle."""

    READY = "ready"  # its pages go in as they are
    CONVERTED = "converted"  # turned into PDF first
    REPAIRED = "repaired"  # damaged, and written anew without a loss
    UNPACKED = "unpacked"  # a page that lists its members, which are evidence files themselves
    SLIP_SHEET = "slip_sheet"  # a page that names it, the file itself under 附件/

    @property
    def has_sheet(self) -> bool:
        """Whether a page of our own (说明页) stands for the file."""
        return self in (Verdict.UNPACKED, Verdict.SLIP_SHEET)


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A bookmark of a source PDF: where it leads is a 0-based page of the source."""

    title: str
    page: int
    below: tuple[Bookmark, ...] = ()


#: Of a source PDF: (name | string, the name) → (0-based page, how to show it). Names and strings are two name spaces
#: (ISO 32000-1, 12.3.2.3).
Destinations = Mapping[tuple[str, str], tuple[int, tuple[str | float | None, ...]]]


@dataclass(frozen=True, slots=True)
class Sheets:
    """The PDF whose pages stand in the bundle for a file, and all that the merge must know of it beforehand."""

    path: Path
    size: int  # bytes of ``path``, and its time in ns: a source that changes before the merge ends is noticed
    time: int
    weight: int  # bytes that its pages take in a bundle
    names: Destinations = field(default_factory=dict)
    bookmarks: tuple[Bookmark, ...] = ()
    leaky: frozenset[int] = frozenset()  # 0-based pages that leave a graphics state open, or close one too many
    dark: frozenset[int] = frozenset()  # pages with a picture where the stamp comes: it needs a ground
    full: frozenset[int] = frozenset()  # pages with writing where the stamp comes: they make room
    layers: bool = False  # optional content (ISO 32000-1, 8.11), some of it hidden


#: What stands behind the name of a program that pages would have come from.
NOT_INSTALLED = "（没有装）"


@dataclass(frozen=True, slots=True)
class Shot:
    """A photo in a file: what it looks like (see :mod:`kaoping.evidence.looks`), and the day it says it was taken."""

    look: str
    taken: date | None = None
    page: int = 1  # 1-based, of its file


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A file under 材料/ (佐证材料), what the unit says about it and what was found in it."""

    path: str  # the key: relative to 材料/, with "/", Unicode NFC; a zip's member follows it: 培训.zip/签到.pdf
    source: Path
    sha256: str
    size: int  # bytes
    type: str  # id in evidence_schema/evidence_types.yaml; "" where nobody said
    title: str
    doc_no: str = ""
    issuer: str = ""
    dated: date | None = None
    media: str = ""  # by content: id in evidence_schema/media.yaml; "" where nobody could look
    verdict: Verdict = Verdict.SLIP_SHEET
    why: str = ""  # for a slip sheet: the reason, in Chinese
    how: str = ""  # for a converted or repaired file: how, or what, in Chinese
    program: str = ""  # whose work its pages are, or would be: another's program, with its version or NOT_INSTALLED
    lost: tuple[str, ...] = ()  # what its pages do not show: whole Chinese sentences
    pages: int = 1  # pages it takes in the bundle; a slip sheet is one
    sheets: Sheets | None = None  # None where a page of our own stands for it
    keep: bool = False  # the original goes under 附件/ too
    within: str = ""  # the key of the file it came in: a zip, a mail, a PDF with attachments
    members: tuple[str, ...] = ()  # the keys of what came in it
    personal: tuple[str, ...] = ()  # personal data found in it, made unrecognisable
    unexamined: bool = False  # some of it could not be read: nobody knows whether it is marked as secret
    withheld: bool = False  # its original is not handed on, for that reason, before somebody accepted it
    misnamed: str = ""  # what it is by content, in Chinese, where its suffix says that it is another kind
    programs: tuple[str, ...] = ()  # names of programs: itself, or those that it carries and that have no key
    carries_program: bool = False  # it is, or something in it is: its original is handed on to nobody
    album: bool = False  # it may share a page with others: a photo, by its content or its type
    proves: bool = True  # false where its type asks for facts (账号、查询条件、时间) that are not recorded
    unchanged: EvidenceFile | None = None  # as it was before the unit changed its pages (页面处理)
    changes: tuple[str, ...] = ()  # what its pages lack by the unit's will, in short: 第2页遮盖1处
    masked: tuple[int, ...] = ()  # those of its pages (1-based, as they stand in the bundle) with something masked
    hides: bool = False  # it, or what came in it, holds what was masked or left out: its original goes to nobody
    shown_sha256: str = ""  # of the pages that stand for it, where the unit changed them
    scans: tuple[int, ...] = ()  # its pages (1-based) on which there is more to be seen than their text says
    unread: tuple[int, ...] = ()  # those of them that nothing has read so far
    doubts: tuple[str, ...] = ()  # what stands on them and may be a 密级 marking, with its page
    askew: tuple[tuple[int, int], ...] = ()  # those of them that lie on a side or on their head; degrees to turn them
    blank: tuple[int, ...] = ()  # those of them on which nothing is to be seen
    readings: str = ""  # under which the store has what was read off its pages
    reader: str = ""  # what read the words that stand, unseen, on its pages
    bare: Sheets | None = None  # its pages without these words
    from_pages: tuple[tuple[int, int], ...] = ()  # where the unit changed its pages: the page each was, and its turn
    rank: int = 0  # where it stands among the pieces of its line, by the unit's will; 0 for after those that have one
    shots: tuple[Shot, ...] = ()  # the photos in it, each a page to itself
    tags: tuple[str, ...] = ()  # what its photos told beside what they show (a place, a device): its pages do not
    may_change: bool = (
        False  # the machine kept its judge from a verdict (time, memory, a lock): the next may come to one
    )

    @property
    def may_be_copied(self) -> bool:
        """Whether it can be read, nothing in it runs where somebody opens it, and it shows no more than its pages."""
        return bool(self.sha256) and not self.carries_program and not self.hides

    @property
    def digest(self) -> str:
        """The sha256 by which a package knows it: where its pages were changed theirs, which tells nothing else."""
        return self.shown_sha256 or self.sha256

    @property
    def is_needed(self) -> bool:
        """Whether its pages leave something to be wished: its original should go along, if it may be copied."""
        return self.may_be_copied and (self.keep or self.verdict is Verdict.SLIP_SHEET)

    @property
    def is_attached(self) -> bool:
        """Whether its original goes under 附件/."""
        return self.is_needed and not self.withheld


@dataclass(frozen=True, slots=True)
class Dossier:
    """A unit's year, read and validated: its own facts, its tables and its evidence."""

    folder: Path
    unit: Record
    year: int
    level: str
    tables: Mapping[str, Table]
    evidence: Mapping[str, EvidenceFile]
    pack: Pack  # the domain by which it was read

    def table(self, kind: str) -> Table | None:
        """Return the table of ``kind``; None where nobody recorded any: that is not the same as an empty one."""
        return self.tables.get(kind)

    def records(self, kind: str) -> Sequence[Record]:
        """Return the records of ``kind`` but for those that count for nobody; none where there is no such table."""
        table = self.tables.get(kind)
        rows = range(len(table)) if table else ()
        return [table.record(row) for row in rows if table and table.standing.get(row, (None, ""))[0] is not False]


class Status(StrEnum):
    """How far a line is decided (see the command-line contract)."""

    SCORED = "scored"
    UNDECIDED = "undecided"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Use:
    """One record's part in a score: counted, or left out and why."""

    kind: str
    id: str
    counted: bool
    why: str = ""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PartScore:
    """The score of a named part of a line (7a, 28b …), for lines that are sums."""

    part: str
    low: Fraction
    high: Fraction
    status: Status
    because: tuple[str, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class LineScore:
    """One line's result with its whole trace (得分理由)."""

    line: str
    section: str
    role: str  # base | bonus | deduction
    title: str
    of: Fraction | None  # None where the rubric states no cap
    low: Fraction
    high: Fraction
    status: Status
    because: tuple[str, ...]
    uses: tuple[Use, ...] = ()
    parts: tuple[PartScore, ...] = ()
    evidence: tuple[str, ...] = ()  # paths under 材料/ of what supports the points
    unsupported: Fraction = Fraction(0)  # how many of the points no acceptable evidence stands behind
    lacking: tuple[str, ...] = ()  # where it tells of a whole group: the lines of it that lack that evidence
    held_by_examiner: bool = False  # 考评方掌握
    visit: bool = False  # 实地查看
    digest: str = ""  # of the facts the result rests on: a decision remembers it
    decided_by: str = ""  # who settled it, where a recorded decision did

    @property
    def points(self) -> Fraction:
        """The decided points: the minimum where the line is not scored."""
        return self.low

    @property
    def supported(self) -> bool:
        """Whether all of its points have evidence of a type that the 依据 names."""
        return self.unsupported == 0

    @property
    def marks(self) -> tuple[str, ...]:
        """What else its reader must know: who holds the facts, and whether somebody will come and look."""
        return tuple(word for word, true in (("考评方掌握", self.held_by_examiner), ("实地查看", self.visit)) if true)


@dataclass(frozen=True, slots=True)
class Total:
    """A sum of lines: decided points and the range they may still reach."""

    low: Fraction
    high: Fraction
    of: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Graded:
    """The grades (等次) that a total may still come to, the best first; "" for points that no grade names."""

    possible: tuple[str, ...]
    low: Fraction  # the total that it is judged by, converted where the rubric says so
    high: Fraction
    by: str  # total | base
    out_of: Fraction | None = None

    @property
    def grade(self) -> str:
        """The grade, where the whole range has it; else ""."""
        return self.possible[0] if len(self.possible) == 1 else ""

    @property
    def text(self) -> str:
        """The grade, or between which it is undecided."""
        named = [its or "没有写的等次" for its in self.possible]
        return named[0] if len(named) == 1 else f"待定（{'、'.join(named)}）"


@dataclass(frozen=True, slots=True)
class ScoreCard:
    """All line scores with their totals (自评得分)."""

    rubric: str
    unit: str
    level: str
    year: int
    lines: tuple[LineScore, ...]
    base: Total
    bonus: Total
    deduction: Total
    total: Total
    unsupported: Fraction
    graded: Graded | None = None  # None where the rubric has no grades

    def line(self, name: str) -> LineScore:
        """Return the score of the line ``name``; raises KeyError for an unknown one."""
        for score in self.lines:
            if score.line == name:
                return score
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of evidence (一件佐证) in its place in the bundle."""

    number: str  # 编号, e.g. Ⅱ-10-01, by the notice's pattern
    evidence: EvidenceFile
    line: str  # the line it stands under; "" in the tail of material that no line counted
    also: tuple[str, ...]  # the other lines it proves
    volume: int  # 1-based
    first: int  # 1-based printed number of its first page, in its volume
    note: str = ""  # 备注
    album: tuple[str, ...] = ()  # the 编号 of the photos that share its page, itself among them
    replaces: str = ""  # the 编号 of the piece that was handed in before, and whose place it takes

    @property
    def last(self) -> int:
        """The printed number of its last page."""
        return self.first + self.evidence.pages - 1


@dataclass(frozen=True, slots=True)
class Divider:
    """The page before a line's evidence: clause, and in the 送审稿 score and reason."""

    line: str  # "" for the tail
    section: str
    heading: str  # the line's id and title
    clause: str
    score: str  # "" in a 报送稿
    because: tuple[str, ...]  # empty in a 报送稿
    volume: int
    page: int  # 1-based printed number
    pieces: tuple[Piece, ...]
    refers: tuple[Piece, ...] = ()  # pieces that prove this line too but stand under an earlier one
    lacking: tuple[str, ...] = ()  # evidence that records name but that is not there; empty in a 报送稿
    of: str = ""  # 分值 as the reader sees it, e.g. "2分"; "" where the rubric states none
    basis: str = ""  # the rubric's 依据: what a line without evidence still needs
    continued: bool = False  # the line began in the volume before
    number: str = ""  # that the rubric's own text gives the line: what its pieces are numbered by

    @property
    def run(self) -> tuple[str, str]:
        """Its section and number: lines that share them (40a and 40b are both 40) number their pieces in one run."""
        return self.section, self.number


@dataclass(frozen=True, slots=True)
class SectionHead:
    """A section of the rubric, as a bookmark over its lines."""

    id: str
    title: str


#: The two forms a package comes in (成果形式): the office works on a draft, with reasons, sources, blanks and undecided
#: ranges; what is handed in holds only what the notice asks for.
DRAFT, FINAL = "送审稿", "报送稿"


@dataclass(frozen=True, slots=True)
class BundlePlan:
    """The whole bundle, computed before a byte is written: order, numbers, pages, volumes."""

    title: str  # 佐证材料汇编
    unit: str
    year: int
    rubric: str  # the rubric's full title
    form: str  # DRAFT | FINAL
    dated: date | None  # 报送日期: the only date that may enter the package
    sections: tuple[SectionHead, ...]
    dividers: tuple[Divider, ...]
    volumes: tuple[int, ...] = (1,)  # their numbers
    prefix: str = ""  # 补充: what the numbers of its volumes are called by
    max_pages: int = 0  # of a volume, all its sheets counted; 0 is no limit
    max_size: int = 0  # bytes of a volume
    record_sheet: bool = False  # 备考表, an archive's option
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """All pieces in the order they stand in."""
        return tuple(piece for divider in self.dividers for piece in divider.pieces)

    def in_volume(self, volume: int) -> tuple[Divider, ...]:
        """Return the dividers of ``volume``."""
        return tuple(divider for divider in self.dividers if divider.volume == volume)

    def volume_name(self, volume: int) -> str:
        """Return what ``volume`` is called, 第2册; "" where there is only one."""
        return f"{self.prefix}第{volume}册" if self.prefix or len(self.volumes) > 1 else ""

    def folio(self, volume: int, page: int) -> str:
        """Return how a printed page is referred to: 第128页, 第2册第128页."""
        return f"{self.volume_name(volume)}第{page}页"

    def numbers(self) -> dict[str, str]:
        """Return evidence path → 编号."""
        return {piece.evidence.path: piece.number for piece in self.pieces}

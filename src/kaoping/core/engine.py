"""The engine's own record kinds (``evidence_schema/engine/``), each as what it is and no more a row of a table.

A domain's kinds are known from its pack alone. These the engine itself works with, whatever the domain: the unit, what
it decided, judged, assigned and stated, its declared numbers, and what it says of its evidence.
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

from kaoping.core.decode import Key
from kaoping.core.model import Dossier, Location, Record, Table, Value

T = TypeVar("T")
_BETWEEN_PLACES, _PERHAPS_BETWEEN = re.compile(r"[、，,；;/\s]+"), re.compile("和|及")
UNIT = "unit"
INDICATOR = "indicator"
STATEMENT = "statement"
JUDGEMENT = "judgement"
DECISION = "decision"
ACCEPTANCE = "acceptance"
ASSIGNMENT = "assignment"
EVIDENCE = "evidence"
PAGE_CHANGE = "page_change"
PIECE_ORDER = "piece_order"
PROPOSAL = "proposal"

#: The unit's level: which of a rubric's words apply to it.
LEVEL = "level"

#: The unit's days that the engine asks for: until when its data go, and when it reports.
DATA_END, REPORT_DATE = "as_of", "submit_date"

#: All of them: the unit comes first in a workbook, the others last.
KINDS = (
    UNIT,
    INDICATOR,
    STATEMENT,
    JUDGEMENT,
    DECISION,
    ACCEPTANCE,
    ASSIGNMENT,
    EVIDENCE,
    PAGE_CHANGE,
    PIECE_ORDER,
    PROPOSAL,
)


def _text(value: Value) -> str:
    """The cell as text: "" where it is empty, what was written where it can't be read."""
    return "" if value is None or value == () else str(value)


def _day(value: Value) -> date | None:
    return value if isinstance(value, date) else None


@dataclass(frozen=True, slots=True)
class Judgement:
    """A choice that the unit made on a line or part (主观评判); None where it chose nothing that the line offers."""

    id: str
    line: str
    part: str
    choice: str | None
    written: Annotated[str, Key("choice")]  # what stands in the cell, whatever it is
    reason: str
    who: str
    when: str
    evidence: tuple[str, ...]
    at: Location
    place: Callable[[str], Location]  # of each field


@dataclass(frozen=True, slots=True)
class Decision:
    """How the unit settled an undecided line or part (待定裁定)."""

    id: str
    line: str
    part: str
    points: Fraction | None  # None where they are missing or can't be read
    reason: str
    who: str
    when: str
    facts: Annotated[str, Key("facts_digest")]  # what it was decided on; "" where it was not confirmed
    at: Location
    place: Callable[[str], Location]  # of each field


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Something that the unit hands in as it is, though the program would keep it back (报送认可)."""

    id: str
    code: str  # what is accepted: a finding's code, or what its catalogue calls it
    about: str  # a file's path, a line's id, a record's kind and id
    reason: str
    who: str
    when: str
    seal: str  # of the content that was accepted; "" where it was not confirmed
    at: Location


#: What may be done to pages (处理).
TURN, LEAVE_OUT, MASK = "旋转", "不收", "遮盖"


@dataclass(frozen=True, slots=True)
class PageChange:
    """What the unit did to pages of one of its files, before they go into the bundle (页面处理)."""

    id: str
    file: str
    pages: str  # as people write them: 1-3,5
    action: str  # TURN, LEAVE_OUT or MASK; what was written, where it is none of them
    turn: str  # degrees, clockwise
    left: int | None  # mm, from the upper left of the page as it is seen before it is turned
    top: int | None
    width: int | None
    height: int | None
    reason: str
    who: str
    when: str
    seal: str  # of the content that was looked at; "" where it was not confirmed
    at: Location


@dataclass(frozen=True, slots=True)
class PieceOrder:
    """Files that stand in this order in the bundle, where they stand under one line (材料次序)."""

    id: str
    files: tuple[str, ...]  # as their cell names them
    at: Location


#: What a clerk says of a proposal (采用): as it is, as corrected, not at all.
TAKEN, CORRECTED, REFUSED = "是", "改", "否"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the program read off a file of evidence, for somebody to take, correct or refuse (登记建议)."""

    path: str
    take: str  # TAKEN, CORRECTED, REFUSED; "" where nobody has looked at it
    type: str  # by its title
    title: str
    doc_no: str
    issuer: str
    date: str
    belongs: str  # 培训记录 P03; 新记 培训记录：全市业务培训班; ""
    lines: tuple[str, ...]
    words: str
    read: str  # the fields as they were proposed
    look: str  # by what alike files are known
    done: str  # TAKEN once it is registered
    at: Location

    @property
    def people(self) -> int | None:
        """How many were there by the file, a list of those who signed, as it was read; None where it does not say."""
        try:
            read = json.loads(self.read or "{}")
        except ValueError:  # somebody wrote into it
            return None
        written = str(read.get("people", "")) if isinstance(read, dict) else ""
        return int(written) if written.isdecimal() else None


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who works on a line, and until when (任务分解)."""

    id: str
    line: str
    department: str
    person: str
    due: date | None


@dataclass(frozen=True, slots=True)
class Statement:
    """A text that only the office can write, for one of its documents (文字材料)."""

    id: str
    document: str
    topic: str
    part: str
    text: str
    at: Location
    place: Callable[[str], Location]  # of each field


@dataclass(frozen=True, slots=True)
class Registered:
    """What the unit says of a file among its evidence (佐证材料登记)."""

    path: str
    type: str  # by its title
    title: str
    doc_no: str
    issuer: str
    dated: Annotated[date | None, Key("date")]
    stated: Mapping[str, str]  # every field that is filled in, as text


def judgements(dossier: Dossier, *, every: bool = False) -> list[Judgement]:
    """Return the unit's judgements as they were recorded; those of a day that had not come with ``every`` alone."""
    table = dossier.table(JUDGEMENT)
    rows = [row for row in range(len(table)) if every or row not in table.standing] if table is not None else []
    return [_typed(Judgement, table.record(row)) for row in rows if table is not None]


def decisions(dossier: Dossier) -> list[Decision]:
    """Return the unit's decisions as they were recorded."""
    return [_typed(Decision, record) for record in dossier.records(DECISION)]


def acceptances(dossier: Dossier) -> list[Acceptance]:
    """Return what the unit accepted, as it was recorded."""
    return [_typed(Acceptance, record) for record in dossier.records(ACCEPTANCE)]


def page_changes(tables: Mapping[str, Table]) -> list[PageChange]:
    """Return what the unit did to pages: every record that there is, whatever else is the matter with it."""
    return [_typed(PageChange, record) for record in tables.get(PAGE_CHANGE) or ()]


def piece_orders(tables: Mapping[str, Table]) -> list[PieceOrder]:
    """Return in which order the unit wants files to stand."""
    return [_typed(PieceOrder, record) for record in tables.get(PIECE_ORDER) or ()]


def proposals(tables: Mapping[str, Table]) -> list[Proposal]:
    """Return what was proposed of files, with what the clerk said of it."""
    return [_typed(Proposal, record) for record in tables.get(PROPOSAL) or ()]


def assignments(dossier: Dossier) -> list[Assignment]:
    """Return the unit's assignments as they were recorded."""
    return [_typed(Assignment, record) for record in dossier.records(ASSIGNMENT)]


def statements(dossier: Dossier) -> list[Statement]:
    """Return the texts that the unit wrote for its documents."""
    return [_typed(Statement, record) for record in dossier.records(STATEMENT)]


def registered(tables: Mapping[str, Table]) -> list[Registered]:
    """Return what the unit says of its evidence."""
    return [_typed(Registered, record) for record in tables.get(EVIDENCE) or ()]


def _typed(cls: Callable[..., T], record: Record) -> T:
    """What ``record`` says, by the types of the class: text is what was written, `X | None` an X that could be read."""
    return cls(*(read(record) for read in _readers(cls)))


@cache
def _readers(cls: Any) -> tuple[Callable[[Record], Any], ...]:
    hints = get_type_hints(cls, include_extras=True)
    return tuple(_reader(field.name, hints[field.name]) for field in fields(cls))


def _reader(name: str, hint: Any) -> Callable[[Record], Any]:
    if name in ("id", "at", "place", "evidence"):
        return operator.attrgetter(name)
    if get_origin(hint) is Annotated:
        hint, key = get_args(hint)
        name = key.name
    if hint is str:
        return lambda record: _text(record[name])
    if get_origin(hint) is Mapping:
        return lambda record: {key: text for key, value in record.values.items() if (text := _text(value))}
    if get_origin(hint) is tuple:
        return lambda record: value if isinstance(value := record[name], tuple) else ()
    kind, _ = get_args(hint)
    return lambda record: value if isinstance(value := record[name], kind) else None


def submitted_on(dossier: Dossier) -> date | None:
    """Return the 报送日期 of the unit; None where it has none, or none that can be read."""
    return _day(dossier.unit[REPORT_DATE])


def known_until(dossier: Dossier) -> date | None:
    """Return the day until which the unit's data go (数据截至日期)."""
    return _day(dossier.unit[DATA_END])


def places_named(text: str) -> set[str]:
    """Return the places that a cell names, which may be several: 东屏区、云渚区; 和 may be part of a name (和平区)."""
    whole = {part for part in _BETWEEN_PLACES.split(text) if part}
    return whole | {part for its in whole for part in _PERHAPS_BETWEEN.split(its) if part}


def unit_region(dossier: Dossier) -> str:
    """Return the name of the city or county that the unit is of."""
    return _text(dossier.unit["region"])


def unit_name(dossier: Dossier) -> str:
    """Return the unit's full name."""
    return _text(dossier.unit["name"])

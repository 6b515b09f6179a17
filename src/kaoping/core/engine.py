"""The engine's own record kinds (``evidence_schema/engine/``), each as what it is and no more a row of a table.

A domain's kinds are known from its pack alone. These the engine itself works with, whatever the domain: the unit, what
it decided, judged, assigned and stated, its declared numbers, and what it says of its evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from kaoping.core.model import Dossier, Location, Record, Table, Value

UNIT = "unit"
INDICATOR = "indicator"
STATEMENT = "statement"
JUDGEMENT = "judgement"
DECISION = "decision"
ASSIGNMENT = "assignment"
EVIDENCE = "evidence"

#: The unit's days that the engine asks for: until when its data go, and when it reports.
DATA_END, REPORT_DATE = "as_of", "submit_date"

#: All of them: the unit comes first in a workbook, the others last.
KINDS = (UNIT, INDICATOR, STATEMENT, JUDGEMENT, DECISION, ASSIGNMENT, EVIDENCE)


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
    written: str  # what stands in the cell, whatever it is
    reason: str
    who: str
    when: str
    evidence: tuple[str, ...]
    at: Location

    @classmethod
    def of(cls, record: Record) -> Judgement:
        """Return what ``record`` says."""
        choice = record["choice"]
        names = ("line", "part", "choice", "reason", "who", "when")
        line, part, written, reason, who, when = (_text(record[name]) for name in names)
        chosen = choice if isinstance(choice, str) else None
        return cls(record.id, line, part, chosen, written, reason, who, when, record.evidence, record.at)


def judgements(dossier: Dossier) -> list[Judgement]:
    """Return the unit's judgements as they were recorded."""
    return [Judgement.of(record) for record in dossier.records(JUDGEMENT)]


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
    facts: str  # the fingerprint of what it was decided on; "" where it was not confirmed
    at: Location

    @classmethod
    def of(cls, record: Record) -> Decision:
        """Return what ``record`` says."""
        points = record["points"]
        names = ("line", "part", "reason", "who", "when", "facts_digest")
        line, part, reason, who, when, facts = (_text(record[name]) for name in names)
        exact = points if isinstance(points, Fraction) else None
        return cls(record.id, line, part, exact, reason, who, when, facts, record.at)


def decisions(dossier: Dossier) -> list[Decision]:
    """Return the unit's decisions as they were recorded."""
    return [Decision.of(record) for record in dossier.records(DECISION)]


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who works on a line, and until when (任务分解)."""

    id: str
    line: str
    department: str
    person: str
    due: date | None

    @classmethod
    def of(cls, record: Record) -> Assignment:
        """Return what ``record`` says."""
        line, department, person = (_text(record[name]) for name in ("line", "department", "person"))
        return cls(record.id, line, department, person, _day(record["due"]))


def assignments(dossier: Dossier) -> list[Assignment]:
    """Return the unit's assignments as they were recorded."""
    return [Assignment.of(record) for record in dossier.records(ASSIGNMENT)]


@dataclass(frozen=True, slots=True)
class Statement:
    """A text that only the office can write, for one of its documents (文字材料)."""

    id: str
    document: str
    topic: str
    part: str
    text: str
    at: Location

    @classmethod
    def of(cls, record: Record) -> Statement:
        """Return what ``record`` says."""
        document, topic, part, text = (_text(record[name]) for name in ("document", "topic", "part", "text"))
        return cls(record.id, document, topic, part, text, record.at)


def statements(dossier: Dossier) -> list[Statement]:
    """Return the texts that the unit wrote for its documents."""
    return [Statement.of(record) for record in dossier.records(STATEMENT)]


@dataclass(frozen=True, slots=True)
class Registered:
    """What the unit says of a file among its evidence (佐证材料登记)."""

    path: str
    type: str  # by its title
    title: str
    doc_no: str
    issuer: str
    dated: date | None
    stated: Mapping[str, str]  # every field that is filled in, as text

    @classmethod
    def of(cls, record: Record) -> Registered:
        """Return what ``record`` says."""
        stated = {name: text for name, value in record.values.items() if (text := _text(value))}
        path, type_, title, doc_no, issuer = (
            stated.get(name, "") for name in ("path", "type", "title", "doc_no", "issuer")
        )
        return cls(path, type_, title, doc_no, issuer, _day(record["date"]), stated)


def registered(tables: Mapping[str, Table]) -> list[Registered]:
    """Return what the unit says of its evidence."""
    return [Registered.of(record) for record in tables.get(EVIDENCE) or ()]


def submitted_on(dossier: Dossier) -> date | None:
    """Return the 报送日期 of the unit; None where it has none, or none that can be read."""
    return _day(dossier.unit[REPORT_DATE])


def known_until(dossier: Dossier) -> date | None:
    """Return the day until which the unit's data go (数据截至日期)."""
    return _day(dossier.unit[DATA_END])


def unit_region(dossier: Dossier) -> str:
    """Return the name of the city or county that the unit is of."""
    return _text(dossier.unit["region"])


def unit_name(dossier: Dossier) -> str:
    """Return the unit's full name."""
    return _text(dossier.unit["name"])

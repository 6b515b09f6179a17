"""岗位练兵: what was done in each of its fields and phases, and who reached the standards (达标)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from kaoping.core.findings import Findings
from kaoping.core.model import Dossier, Record
from kaoping.wings.contest._rules import Competition


@dataclass(frozen=True, slots=True)
class Reached:
    """How many persons of one body reached both standards, did not, or can't be told about."""

    body: str
    both: int
    short: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Drills:
    """The drills of a year: activities by field and by phase, persons by body."""

    by_drill: tuple[tuple[str, tuple[Record, ...]], ...]
    by_phase: tuple[tuple[str, tuple[Record, ...]], ...]  # "" last: in no phase
    bodies: tuple[Reached, ...]


def drills_of(dossier: Dossier, rules: Competition, findings: Findings) -> Drills:
    """Sort out the drills; a phase or field that the rules do not have, and a field without any drill, are told."""
    records = dossier.records("drill")
    phases = {record.id: _phase(record, rules, dossier.year, findings) for record in records}
    names, titles = [phase.title for phase in rules.phases], [drill.title for drill in rules.drills]
    by_drill = [(title, tuple(r for r in records if r["drill"] == title)) for title in titles]
    by_phase = [(title, tuple(r for r in records if phases[r.id] == title)) for title in [*names, ""]]
    for record in records:
        if isinstance(record["drill"], str) and record["drill"] not in titles:
            why = f"没有“{record['drill']}”这一方面，可用：{'、'.join(titles)}"
            findings.add("contest.unknown_drill", record.place("drill"), id=record.id, why=why)
    lacking = [title for title, activities in by_drill if not activities]
    if records and lacking:
        findings.add("contest.drill_lacking", drills="、".join(lacking))
    return Drills(tuple(by_drill), tuple(by_phase), tuple(_bodies(dossier.records("drill_person"), rules)))


def _phase(record: Record, rules: Competition, year: int, findings: Findings) -> str:
    """Return the phase that a drill names, or else the one that its day lies in; "" for none."""
    named, day = record["phase"], record["date"]
    if named:
        if any(phase.title == named for phase in rules.phases):
            return str(named)
        why = f"没有“{named}”这个阶段，可用：{'、'.join(phase.title for phase in rules.phases)}"
        findings.add("contest.unknown_drill", record.place("phase"), id=record.id, why=why)
    elif isinstance(day, date):
        return next((p.title for p in rules.phases if p.first.of(year) <= day <= p.last.of(year)), "")
    return ""


def _bodies(people: Sequence[Record], rules: Competition) -> list[Reached]:
    by_body: dict[str, list[bool | None]] = {}
    for person in people:
        by_body.setdefault(str(person["body"] or ""), []).append(reached(person, rules))
    return [Reached(body, of.count(True), of.count(False), of.count(None)) for body, of in by_body.items()]


def reached(person: Record, rules: Competition) -> bool | None:
    """Return whether a person (练兵达标) reached every standard; None where what is lacking would decide."""
    held = [
        value >= standard.least if isinstance(value := person[standard.field], int | Fraction) else None
        for standard in rules.standards.each
    ]
    return False if False in held else None if None in held else True

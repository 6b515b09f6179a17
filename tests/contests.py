"""Contests for tests: a dossier from plain records, as a unit's folder would give it, without a folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from culture import CULTURE
from kaoping.core.findings import Findings
from kaoping.core.model import Dossier, Location, Record
from kaoping.records import validate
from kaoping.records.readers.raw import RawTable

Rows = Sequence[Mapping[str, str]]
HERE = Location("records/unit.yaml")


def dossier(records: Mapping[str, Rows], year: int = 2017) -> Dossier:
    """Return the dossier that holds ``records`` (kind → rows of texts), typed and checked as always."""
    findings = Findings()
    raws = {kind: _raw(kind, rows) for kind, rows in records.items()}
    tables = {kind: validate.typed(raw, CULTURE.kinds[kind], findings) for kind, raw in raws.items()}
    tables = validate.check_references(tables, raws, CULTURE.kinds, Findings())
    assert [f.problem for f in findings.errors] == []
    unit = Record("unit", "U", {"name": "甲市支队", "region": "甲市", "level": "设区市", "year": year}, HERE)
    return Dossier(Path(), unit, year, "设区市", tables, {}, CULTURE)


def _raw(kind: str, rows: Rows) -> RawTable:
    found = CULTURE.kinds[kind]
    names = [field.name for field in found.fields]
    assert not {name for row in rows for name in row} - set(names)
    columns = {name: [row.get(name) or None for row in rows] for name in names}
    return RawTable(
        kind, columns, len(rows), lambda row, field: Location(f"records/{found.file}", f"[{row + 1}]{field}")
    )


def contest(
    marks: Mapping[str, Sequence[str]], subjects: Sequence[str], teams: Mapping[str, str] | None = None
) -> dict[str, Rows]:
    """Return the records of a contest: ``marks`` gives each person's marks (or states, "" for none at all) in turn."""
    people = [{"id": name, "name": name, "team": (teams or {}).get(name, "甲队")} for name in marks]
    scores = [
        {"id": f"{name}-{subject}", "contestant": name, "subject": subject, "state": "到考", "score": mark}
        if mark[0].isdigit()
        else {"id": f"{name}-{subject}", "contestant": name, "subject": subject, "state": mark}
        for name, row in marks.items()
        for subject, mark in zip(subjects, row, strict=True)
        if mark
    ]
    held = {"id": "JS", "title": "岗位练兵竞赛", "start": "2017-09-26", "end": "2017-09-27"}
    return {"contest": [held], "contestant": people, "contest_score": scores}


def ruling(question: str, answer: str, scope: str = "", order: str = "") -> dict[str, str]:
    """Return a recorded answer."""
    told = {"id": f"{question}{scope}{answer}{order}", "question": question, "answer": answer, "scope": scope}
    return {**told, "order": order, "who": "组委会", "when": "2017-09-20"}

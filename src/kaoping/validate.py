"""From raw text to a typed dossier: every cell against its schema, every reference against what it names.

A cell that can't be typed is left empty, with an error: the record stays, so that nothing vanishes, and whatever asks for
the cell finds it unknown instead of guessing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date

from kaoping import schema
from kaoping.findings import Findings
from kaoping.model import EvidenceFile, Location, Record, Table, Value
from kaoping.readers.raw import RawTable

MATERIALS = "材料"


def nfc(path: str) -> str:
    """Return an evidence path as the key it is compared by: "/" and Unicode NFC (macOS writes NFD)."""
    return unicodedata.normalize("NFC", path.replace("\\", "/").removeprefix(f"{MATERIALS}/").strip("/"))


def typed(raw: RawTable, kind: schema.Kind, findings: Findings, *, strict: bool = True) -> Table:
    """Type every cell of ``raw``. With ``strict`` false (worked cases) required fields may be empty and ids are made up."""
    columns: dict[str, list[Value]] = {}
    for field in kind.fields:
        cells = raw.columns.get(field.name) or [None] * raw.rows
        columns[field.name] = _column(raw, field, list(cells), findings, strict)
    if "evidence" in columns:
        columns["evidence"] = [
            tuple(nfc(p) for p in cell) if isinstance(cell, tuple) else () for cell in columns["evidence"]
        ]
    ids = [str(value) if value is not None else f"第{row}条" for row, value in enumerate(columns[kind.key], 1)]
    ids = _distinct(ids, raw, kind, findings)
    return Table(kind.name, ids, columns, lambda row: raw.place(row, ""))


def _column(
    raw: RawTable, field: schema.Field, cells: list[str | None], findings: Findings, strict: bool
) -> list[Value]:
    memo: dict[str | None, Value] = {}
    result: list[Value] = []
    for row, text in enumerate(cells):
        if text not in memo or (field.required and not text):
            memo[text] = _parse(raw, row, field, text, findings, strict)
        result.append(memo[text])
    return result


def _parse(raw: RawTable, row: int, field: schema.Field, text: str | None, findings: Findings, strict: bool) -> Value:
    if field.required and strict and not (text or "").strip():
        findings.add("value.missing", raw.place(row, field.name), title=field.title)
        return () if field.listed else None
    try:
        return field.parse(text)
    except schema.CellError as error:
        findings.add("value.unfit", raw.place(row, field.name), title=field.title, text=text, expected=str(error))
        return () if field.listed else None


def _distinct(ids: list[str], raw: RawTable, kind: schema.Kind, findings: Findings) -> list[str]:
    first: dict[str, int] = {}
    result: list[str] = []
    for row, id_ in enumerate(ids):
        if id_ in first:
            where = raw.place(first[id_], kind.key)
            findings.add("record.id_twice", raw.place(row, kind.key), id=id_, kind=kind.title, first=str(where))
            result.append(f"{id_}（重复，第{row + 1}条）")
        else:
            first[id_] = row
            result.append(id_)
    return result


def check_years(
    tables: Mapping[str, Table], raws: Mapping[str, RawTable], year: int, findings: Findings
) -> dict[str, Table]:
    """Check the fields whose dates must lie in ``year``; such a date is emptied, so that the record can't count by it."""
    checked: dict[str, Table] = {}
    for name, table in tables.items():
        kind = schema.kinds()[name]
        columns = dict(table.columns)
        for field in kind.fields:
            if not field.in_year:
                continue
            cells = list(columns[field.name])
            for row, value in enumerate(cells):
                found = value.year if isinstance(value, date) else int(value[:4]) if isinstance(value, str) else year
                if found != year:
                    at = raws[name].place(row, field.name)
                    findings.add("value.out_of_year", at, title=field.title, value=str(value), year=year)
                    cells[row] = None
            columns[field.name] = cells
        checked[name] = Table(table.kind, table.ids, columns, table.places)
    return checked


def check_references(tables: Mapping[str, Table], raws: Mapping[str, RawTable], findings: Findings) -> None:
    """Check that every foreign key names a record that is there."""
    for name, table in tables.items():
        for key in schema.kinds()[name].foreign:
            target = tables.get(key.kind)
            known = set(target.ids) if target else set()
            for row, value in enumerate(table.columns[key.field]):
                if value is not None and value not in known:
                    title = schema.kinds()[key.kind].title
                    findings.add("value.unknown_reference", raws[name].place(row, key.field), value=value, kind=title)


def check_evidence(tables: Mapping[str, Table], evidence: Mapping[str, EvidenceFile], findings: Findings) -> None:
    """Check evidence both ways: named by a record but not there, there but named by none; typed, and saying what it must."""
    named: dict[str, Record] = {}
    for table in tables.values():
        for row, cell in enumerate(table.columns.get("evidence", ())):
            for path in cell if isinstance(cell, tuple) else ():
                if path not in evidence:
                    record = table.record(row)
                    at = record.at.at("evidence")
                    findings.add("evidence.missing", at, path=path, id=record.id, kind=schema.kinds()[table.kind].title)
                named.setdefault(path, table.record(row))
    registered = tables.get("evidence")
    for record in registered or ():
        path = nfc(str(record["path"] or ""))
        if path and path not in evidence:
            findings.add("evidence.registered_missing", record.at, path=path)
    for path, file in evidence.items():
        at = Location(f"{MATERIALS}/{path}")
        if path not in named:
            findings.add("evidence.unreferenced", at, path=path)
        elif not file.type:
            findings.add("evidence.untyped", at, path=path)
        elif not file.proves:
            kind = schema.evidence_types()[file.type]
            fields = {f.name: f.title for f in schema.kinds()["evidence"].fields}
            needs = "、".join(fields.get(need, need) for need in kind.needs)
            if kind.needs:
                findings.add("evidence.incomplete", at, path=path, type=kind.title, needs=needs)
            else:
                findings.add("evidence.proves_nothing", at, path=path, type=kind.title)
        if file.why:
            findings.add("evidence.not_shown", at, path=path, reason=file.why)

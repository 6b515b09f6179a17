"""From raw text to a typed dossier: every cell against its schema, every reference against what it names.

A cell that can't be typed becomes Unreadable, with an error: the record stays, so that nothing vanishes, and whatever
asks for the cell finds it unknown instead of guessing. A record that is another year's counts for nobody; one that may
be a second writing of another, or whose date can't be told, counts perhaps: see ``Table.standing``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

from kaoping import schema
from kaoping.findings import Findings
from kaoping.model import EvidenceFile, Location, Standing, Table, Unreadable, Value
from kaoping.readers.raw import RawTable

MATERIALS = "材料"


def nfc(path: str) -> str:
    """Return an evidence path as the key it is compared by: "/" and Unicode NFC (macOS writes NFD)."""
    parts = [part for part in unicodedata.normalize("NFC", path).replace("\\", "/").split("/") if part not in ("", ".")]
    return "/".join(parts[1:] if parts[0:1] == [MATERIALS] else parts)


def typed(raw: RawTable, kind: schema.Kind, findings: Findings, *, strict: bool = True) -> Table:
    """Type every cell of ``raw``; with ``strict`` false (worked cases) required fields may be empty."""
    columns: dict[str, list[Value]] = {}
    for field in kind.fields:
        cells = raw.columns.get(field.name) or [None] * raw.rows
        columns[field.name] = _column(raw, field, list(cells), findings, strict)
    if "evidence" in columns:
        columns["evidence"] = [
            tuple(nfc(p) for p in cell) if isinstance(cell, tuple) else () for cell in columns["evidence"]
        ]
    standing: dict[int, Standing] = {}
    for field in kind.fields:
        if field.unique and field.name != kind.key:
            _check_unique(raw, field, columns[field.name], findings, standing)
        if field.at_most:
            _check_limit(raw, field, kind, columns, findings)
        if field.in_year and field.required and strict:
            unknown = (row for row, value in enumerate(columns[field.name]) if value is None)
            standing |= dict.fromkeys(unknown, (None, f"{field.title}未填，不知道是不是本年度的"))
    ids = [str(value) if value is not None else f"第{row}条" for row, value in enumerate(columns[kind.key], 1)]
    ids = _distinct(ids, raw, kind, findings, standing)
    return Table(kind.name, ids, columns, lambda row: raw.place(row, ""), standing)


def _column(
    raw: RawTable, field: schema.Field, cells: list[str | None], findings: Findings, strict: bool
) -> list[Value]:
    memo: dict[str | None, Value] = {}
    result: list[Value] = []
    for row, text in enumerate(cells):
        if text in memo:
            result.append(memo[text])
            continue
        found = len(findings)
        value = _parse(raw, row, field, text, findings, strict)
        if len(findings) == found and (row, field.name) not in raw.spoiled:
            memo[text] = value  # a ledger repeats its values; what is wrong is told at every place
        result.append(value)
    return result


def _parse(raw: RawTable, row: int, field: schema.Field, text: str | None, findings: Findings, strict: bool) -> Value:
    if (row, field.name) in raw.spoiled:
        return () if field.listed else Unreadable("")
    if field.required and strict and not (text or "").strip():
        findings.add("value.missing", raw.place(row, field.name), title=field.title)
        return () if field.listed else None
    try:
        return field.parse(text)
    except schema.CellError as error:
        findings.add("value.unfit", raw.place(row, field.name), title=field.title, text=text, expected=str(error))
        return () if field.listed else Unreadable(text or "")


def _check_limit(
    raw: RawTable, field: schema.Field, kind: schema.Kind, columns: dict[str, list[Value]], findings: Findings
) -> None:
    """A part can't be more than its whole (x-at-most): which of the two is wrong nobody knows, so neither counts."""
    other = kind.field(field.at_most)
    assert other is not None, "a test checks that x-at-most names a field"
    parts, wholes = columns[field.name], columns[other.name]
    for row, (part, whole) in enumerate(zip(parts, wholes, strict=True)):
        if isinstance(part, int | Fraction) and isinstance(whole, int | Fraction) and part > whole:
            at = raw.place(row, field.name)
            findings.add("value.exceeds", at, title=field.title, value=part, other=other.title, limit=whole)
            parts[row], wholes[row] = Unreadable(str(part)), Unreadable(str(whole))


def _check_unique(
    raw: RawTable, field: schema.Field, column: list[Value], findings: Findings, standing: dict[int, Standing]
) -> None:
    first: dict[Value, int] = {}
    for row, value in enumerate(column):
        if value is not None and first.setdefault(value, row) != row:
            where = raw.place(first[value], field.name)
            findings.add("value.twice", raw.place(row, field.name), title=field.title, value=value, first=str(where))
            for one in (first[value], row):  # which of the two holds nobody knows
                standing[one] = (None, f"{field.title}“{value}”写了两次，以哪一条为准不清楚")


def _distinct(
    ids: list[str], raw: RawTable, kind: schema.Kind, findings: Findings, standing: dict[int, Standing]
) -> list[str]:
    first: dict[str, int] = {}
    result: list[str] = []
    for row, id_ in enumerate(ids):
        if id_ in first:
            where = raw.place(first[id_], kind.key)
            findings.add("record.id_twice", raw.place(row, kind.key), id=id_, kind=kind.title, first=str(where))
            standing[row] = (None, f"编号“{id_}”重复，可能是同一件事")
            result.append(f"{id_}（重复，第{row + 1}条）")
        else:
            first[id_] = row
            result.append(id_)
    return result


def check_years(
    tables: Mapping[str, Table], raws: Mapping[str, RawTable], year: int, findings: Findings
) -> dict[str, Table]:
    """Check the fields whose dates must lie in ``year``; a record of another year counts for nobody."""
    checked: dict[str, Table] = {}
    for name, table in tables.items():
        kind = schema.kinds()[name]
        standing = dict(table.standing)
        for field in kind.fields:
            for row, value in enumerate(table.columns[field.name] if field.in_year else ()):
                found = value.year if isinstance(value, date) else int(value[:4]) if isinstance(value, str) else year
                if found != year:
                    at = raws[name].place(row, field.name)
                    findings.add("value.out_of_year", at, title=field.title, value=str(value), year=year)
                    standing[row] = (False, f"{field.title}是{value}，不在{year}年内")
                elif isinstance(value, Unreadable):
                    standing.setdefault(row, (None, f"{field.title}填得不对，不知道是不是本年度的"))
        checked[name] = replace(table, standing=standing)
    return checked


def check_references(tables: Mapping[str, Table], raws: Mapping[str, RawTable], findings: Findings) -> None:
    """Check that every foreign key names a record that is there."""
    for name, table in tables.items():
        for key in schema.kinds()[name].foreign:
            target = tables.get(key.kind)
            known = set(target.columns[key.target]) if target else set()
            for row, value in enumerate(table.columns[key.field]):
                if isinstance(value, str) and value not in known:
                    title = schema.kinds()[key.kind].title
                    findings.add("value.unknown_reference", raws[name].place(row, key.field), value=value, kind=title)


def check_evidence(
    tables: Mapping[str, Table], raws: Mapping[str, RawTable], evidence: Mapping[str, EvidenceFile], findings: Findings
) -> None:
    """Check evidence both ways: named but not there, there but named by none; typed, and saying what it must."""
    named: set[str] = set()
    for table in tables.values():
        for row, cell in enumerate(table.columns.get("evidence", ())):
            for path in cell if isinstance(cell, tuple) else ():
                if path not in evidence:
                    at, title = raws[table.kind].place(row, "evidence"), schema.kinds()[table.kind].title
                    findings.add("evidence.missing", at, path=path, id=table.ids[row], kind=title)
                named.add(path)
    registered = tables.get("evidence")
    for row, record in enumerate(registered or ()):
        path = nfc(str(record["path"] or ""))
        if path and path not in evidence and path not in named:
            findings.add("evidence.registered_missing", raws["evidence"].place(row, "path"), path=path)
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

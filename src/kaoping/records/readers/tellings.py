"""Cells that a record leaves out and another of its cells tells (x-tells): 办案机构 says whose case it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kaoping.core.findings import Findings
from kaoping.core.schema import Kind, Kinds, Telling
from kaoping.records.readers.heads import plain
from kaoping.records.readers.raw import RawCell, RawTable

_NAMED = 5  # names that are told where many are unknown


def told(
    table: RawTable, kind: Kind, others: Mapping[str, RawTable | None], kinds: Kinds, findings: Findings
) -> RawTable:
    """Return the table with the cells that others tell; what is written holds, and an unknown name tells nothing.

    ``others``: kind → its records. A name that is unknown where a required cell waits for it gets a finding.
    """
    for telling in kind.tellings:
        if (telling.field in table.columns) and any(isinstance(cell, str) for cell in table.columns[telling.field]):
            table = _told_by(table, kind, telling, others.get(telling.kind), kinds, findings)
    return table


def _told_by(
    table: RawTable, kind: Kind, telling: Telling, other: RawTable | None, kinds: Kinds, findings: Findings
) -> RawTable:
    said = table.columns[telling.field]
    known = _records(other, telling)
    columns: dict[str, Sequence[RawCell]] = dict(table.columns)
    waiting: set[int] = set()
    for name, own in telling.gives.items():
        cells = list(columns.get(name) or [None] * table.rows)
        field = kind.field(name)
        for row, text in enumerate(said):
            if not isinstance(text, str) or (isinstance(cells[row], str) and str(cells[row]).strip()):
                continue
            record = known.get(plain(text))
            if record is not None and other is not None:
                cells[row] = other.columns[own][record]
            elif record is None and field is not None and field.required:
                waiting.add(row)
        columns[name] = cells
    if waiting:
        rows = sorted(waiting)
        names = list(dict.fromkeys(str(said[row]) for row in rows))
        shown = "、".join(f"“{name}”" for name in names[:_NAMED]) + ("等" if len(names) > _NAMED else "")
        titles = "、".join(field.title for field in kind.fields if field.name in telling.gives)
        places = [table.place(row, telling.field) for row in rows[:_NAMED]]
        findings.add_alike(
            "record.untold", places, len(rows), names=shown, titles=titles, kind=kinds[telling.kind].title
        )
    return replace(table, columns=columns)


def _records(other: RawTable | None, telling: Telling) -> dict[str, int]:
    """Name → the one record that bears it."""
    rows: dict[str, list[int]] = {}
    for row, cell in enumerate(other.columns.get(telling.by, ()) if other is not None else ()):
        if isinstance(cell, str):
            rows.setdefault(plain(cell), []).append(row)
    return {name: found[0] for name, found in rows.items() if len(found) == 1}

"""Cells that a record leaves out and another of its cells tells (x-tells): 办案机构 says whose case it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from kaoping.core.findings import Findings
from kaoping.core.schema import Kind, Kinds, Telling
from kaoping.records.readers._heads import plain
from kaoping.records.readers.raw import RawCell, RawTable

_NAMED = 5  # names that are told where many are unknown


def completed(
    table: RawTable, kind: Kind, others: Mapping[str, RawTable | None], kinds: Kinds, findings: Findings,
    own_names: Collection[str] = (),
) -> RawTable:  # fmt: skip
    """Return the table with the cells that others tell; what is written holds, and an unknown name tells nothing.

    ``others``: kind → its records; ``own_names``: what the unit itself is called, in full and in short: one means the
    other. A name that is unknown where a required cell waits for it gets a finding.
    """
    for telling in kind.tellings:
        if (telling.field in table.columns) and any(isinstance(cell, str) for cell in table.columns[telling.field]):
            known = _records(others.get(telling.kind), telling, own_names)
            table = _completed_by(table, kind, telling, known, others.get(telling.kind), kinds, findings)
    return table


def _completed_by(
    table: RawTable, kind: Kind, telling: Telling, known: Mapping[str, int], other: RawTable | None, kinds: Kinds,
    findings: Findings,
) -> RawTable:  # fmt: skip
    name_cells = table.columns[telling.field]
    columns: dict[str, Sequence[RawCell]] = dict(table.columns)
    waiting: set[int] = set()
    for name, source in telling.gives.items():
        cells = list(columns.get(name) or [None] * table.rows)
        field = kind.field(name)
        for row, text in enumerate(name_cells):
            if not isinstance(text, str) or (isinstance(cells[row], str) and str(cells[row]).strip()):
                continue
            record = known.get(plain(text))
            if record is not None and other is not None:
                cells[row] = other.columns[source][record]
            elif record is None and field is not None and field.required:
                waiting.add(row)
        columns[name] = cells
    if waiting:
        rows = sorted(waiting)
        names = list(dict.fromkeys(str(name_cells[row]) for row in rows))
        shown = "、".join(f"“{name}”" for name in names[:_NAMED]) + ("等" if len(names) > _NAMED else "")
        titles = "、".join(field.title for field in kind.fields if field.name in telling.gives)
        places = [table.place(row, telling.field) for row in rows[:_NAMED]]
        findings.add_alike(
            "record.untold", places, len(rows), names=shown, titles=titles, kind=kinds[telling.kind].title
        )
    return replace(table, columns=columns)


def _records(other: RawTable | None, telling: Telling, own_names: Collection[str]) -> dict[str, int]:
    """Name → the one record that bears it; the unit's own under each of its names."""
    rows: dict[str, list[int]] = {}
    for row, cell in enumerate(other.columns.get(telling.by, ()) if other is not None else ()):
        if isinstance(cell, str):
            rows.setdefault(plain(cell), []).append(row)
    unit_names = {plain(name) for name in own_names}
    its = [row for name in unit_names for row in rows.get(name, ())]
    rows |= {name: its for name in unit_names if its}
    return {name: bearers[0] for name, bearers in rows.items() if len(bearers) == 1}

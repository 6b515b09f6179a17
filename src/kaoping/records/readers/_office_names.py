"""What one office is called in a column (x-office): 市支队 and 汀兰市支队 are one; what may be one is asked about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import combinations

from kaoping.core.findings import Findings
from kaoping.core.schema import Field, Kind
from kaoping.records.readers._heads import plain
from kaoping.records.readers.raw import RawTable

_ENDS = 2  # characters that a short name has of the full one, at its beginning and at its end


def unified(table: RawTable, kind: Kind, own_names: Collection[str], region: str, findings: Findings) -> RawTable:
    """Return the table in which the unit itself has one name in each column of offices, the one that is used most.

    It is known by ``own_names`` (in full and in short), and by these without the ``region`` that they begin with.
    Of other names that are alike (乙区大队, 乙区文化市场综合行政执法大队) nobody can be sure: they are told.
    """
    for field in kind.fields:
        if field.office and field.name in table.columns:
            table = _with_one_name(table, field, _known(own_names, region), findings)
            _tell_alike(table, kind, field, findings)
    return table


def _known(own_names: Collection[str], region: str) -> set[str]:
    names = {plain(name) for name in own_names}
    parts = [plain(region[:end]) for end in range(1, len(region) + 1)]
    return names | {name.removeprefix(part) for name in names for part in parts if name.startswith(part)}


def _with_one_name(table: RawTable, field: Field, known: Collection[str], findings: Findings) -> RawTable:
    cells = table.columns[field.name]
    unit_cells = {row: cell.strip() for row, cell in enumerate(cells) if isinstance(cell, str) and plain(cell) in known}
    times = Counter(unit_cells.values())
    if len(times) < 2:
        return table
    ((name, _),) = times.most_common(1)
    others = [row for row, cell in unit_cells.items() if cell != name]
    written = "、".join(f"“{cell}”" for cell in dict.fromkeys(unit_cells[row] for row in others))
    findings.add(
        "value.own_office", table.place(others[0], field.name), title=field.title, rows=len(others), names=written,
        name=name,
    )  # fmt: skip
    changed = [name if row in unit_cells else cell for row, cell in enumerate(cells)]
    return replace(table, columns={**table.columns, field.name: changed})


def _tell_alike(table: RawTable, kind: Kind, field: Field, findings: Findings) -> None:
    rows: dict[str, list[int]] = {}
    for row, cell in enumerate(table.columns[field.name]):
        if isinstance(cell, str) and cell.strip():
            rows.setdefault(cell.strip(), []).append(row)
    for few, many in _alike(rows):
        findings.add(
            "value.office_alike", table.place(rows[few][0], field.name), title=field.title, few=few, many=many,
            rows=len(rows[few]), kind=kind.title,
        )  # fmt: skip


def _alike(rows: dict[str, list[int]]) -> Iterator[tuple[str, str]]:
    """Yield pairs of names of which one is the other without words in its middle; the one that is used less first."""
    for pair in combinations(rows, 2):
        short, full = sorted(pair, key=len)
        cuts = range(_ENDS, len(short) - _ENDS + 1)
        if len(short) < len(full) and any(full.startswith(short[:at]) and full.endswith(short[at:]) for at in cuts):
            few, many = sorted(pair, key=lambda name: len(rows[name]))
            yield few, many

"""The workbook's first sheet: the unit's own facts, one a row: its title, what it is, and a hint."""

from __future__ import annotations

from collections.abc import Sequence

from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.schema import Field, Kind
from kaoping.records.grids.grid import Grid, cell_name
from kaoping.records.readers.cells import reader, text_of
from kaoping.records.readers.heads import match
from kaoping.records.readers.raw import UNSAID, RawCell, RawTable

Place = tuple[int, int]


def read_unit(grid: Grid, kind: Kind, file: str, findings: Findings) -> RawTable:
    """Return the unit's record as the sheet has it; a title that is not there is told where it is needed."""
    cells = unit_cells(grid, kind)
    columns: dict[str, Sequence[RawCell]] = {}
    for wanted in kind.fields:
        if wanted.name in cells:
            columns[wanted.name] = [_value(grid, cells[wanted.name], wanted, file, findings)]
            continue
        columns[wanted.name] = [UNSAID]
        if wanted.required:
            findings.add("table.missing_column", Location(file, sheet=grid.name), title=wanted.title)

    def place(row: int, name: str) -> Location:
        return Location(file, sheet=grid.name, cell=cell_name(*cells[name]) if name in cells else "")

    return RawTable(kind.name, columns, 1, place)


def _value(grid: Grid, at: Place, wanted: Field, file: str, findings: Findings) -> RawCell:
    place = Location(file, sheet=grid.name, cell=cell_name(*at))
    if at in grid.faults:
        code = "cell.error" if grid.faults[at] else "cell.formula_unsaved"
        findings.add(code, place, title=wanted.title, value=grid.faults[at])
        return UNSAID
    text, put_right = reader(wanted)(grid.cell(*at))
    if put_right:
        findings.add("cell.corrected", place, title=wanted.title, what=put_right, times=1, cells=place.cell)
    return text


def unit_cells(grid: Grid, kind: Kind) -> dict[str, Place]:
    """Field → the cell right of its title, in the column in which most of the titles stand."""
    found: dict[int, dict[str, Place]] = {}
    for row, values in enumerate(grid.rows):
        headings = {column: text_of(value) for column, value in enumerate(values) if value != ""}
        for column, heading in headings.items():
            (hit,) = match({column: heading}, kind)
            if hit.field:
                right = next((s.right for s in grid.merged if s.top == row and s.left == column), column)
                found.setdefault(column, {}).setdefault(hit.field, (row, right + 1))
    return max(found.values(), key=len, default={})

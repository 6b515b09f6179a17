"""The values of a workbook, whatever its columns show of them: row by row, each under its head."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import TYPE_CHECKING

from kaoping.evidence.source_text._passage import Passage, SourceText
from kaoping.evidence.source_text._tags import is_head

if TYPE_CHECKING:
    from kaoping.records.grids.grid import Grid, GridCell

_MOST_CELLS = 20_000  # characters of a cell's text that count
_HEAD = 12  # rows


def read_cells(data: bytes, source: SourceText) -> None:
    """Read a workbook's values, whatever its columns show of them: row by row, and beneath each other."""
    from kaoping.records.grids.grid import SpreadsheetError
    from kaoping.records.grids.read import read_bytes

    try:
        grids = read_bytes(data).grids
    except SpreadsheetError:
        source.whole = False
        return
    for grid in grids:
        source.names(grid.name)
        source.passages += _of_grid(grid)


def _of_grid(grid: Grid) -> Iterator[Passage]:
    rows = [[_shown(cell) for cell in row] for row in grid.rows]
    sheet = f"“{grid.name}”" if grid.name else ""
    head = next((row for row in rows[:_HEAD] if is_head(row)), [])
    below = False
    for number, row in enumerate(rows, start=1):
        if row is head:
            below = True
        elif below:
            row = [
                f"{title}：{cell}" if title and cell else cell for title, cell in zip_longest(head, row, fillvalue="")
            ]
        if any(row):
            yield Passage("\t".join(row), f"{sheet}第{number}行", is_first=False)
    yield Passage("\n".join("\t".join(row) for row in rows[:_HEAD]))  # together: below a head, a cell is no head
    for column in range(max(map(len, rows[:_HEAD]), default=0)):  # a label may stand above its value
        cells = (row[column] for row in rows[:_HEAD] if column < len(row) and row[column])
        yield Passage("\n".join(cells), is_first=False)


def _shown(cell: GridCell) -> str:
    """Return a value as text; a number that is whole without a point, for it may be a telephone's."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e16:
        return str(int(cell))
    return " ".join(str(cell)[:_MOST_CELLS].split("\n")) if not isinstance(cell, bool) else ""

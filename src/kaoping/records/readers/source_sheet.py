"""A sheet that is being read: its cells, the file it stands in, and where what is odd about it goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.records.grids.grid import Grid, cell_name


@dataclass(frozen=True, slots=True)
class SourceSheet:
    """A grid with its place in the world."""

    grid: Grid
    file: str  # as messages call it
    findings: Findings

    @property
    def place(self) -> Location:
        """Where the whole sheet stands."""
        return Location(self.file, sheet=self.grid.name)

    def at(self, row: int, column: int) -> Location:
        """Return where the cell at 0-based ``row`` and ``column`` stands."""
        return Location(self.file, sheet=self.grid.name, cell=cell_name(row, column))

    def tell(self, code: str, /, **facts: Any) -> None:
        """Add a finding about the whole sheet."""
        self.findings.add(code, self.place, **facts)

    def tell_at(self, code: str, row: int, column: int, /, **facts: Any) -> None:
        """Add a finding about one cell."""
        self.findings.add(code, self.at(row, column), **facts)

"""A sheet that is being read: its cells, the file it stands in, and where what is odd about it goes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.numerals import days_in_digits
from kaoping.records.grids.grid import Grid, cell_name

_YEAR = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})(?:年|(?![0-9]))")


@dataclass(frozen=True, slots=True)
class SourceSheet:
    """A grid with its place in the world."""

    grid: Grid
    file: str  # as messages call it
    findings: Findings
    year: int | None = None  # of the unit, as far as it is known

    def own_year(self, head: int) -> int | None:
        """Return the year that the file, the sheet or the rows above the ``head`` name; None for none or several."""
        texts = [self.file.rpartition("/")[2], self.grid.name]
        texts += [value for row in self.grid.rows[:head] for value in row if isinstance(value, str)]
        years = {int(year) for text in texts for year in _YEAR.findall(days_in_digits(text))}
        return years.pop() if len(years) == 1 else None

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

"""A sheet as its writer and its reader both know it: its title, its columns, the rows from which its records stand.

The writer puts a cell where the description says. The reader looks for the same headings, wherever people moved them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kaoping.core.schema import Field, Kind
from kaoping.records.grids.grid import column_name

#: The last row of an Excel sheet, 0-based: what holds for a column holds to its end.
END = 1_048_575


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, and the field whose values stand in it, if it does not only show something."""

    heading: str
    width: float  # half-width characters
    field: Field | None = None  # what its reader takes its cells for; None where no reader asks for them
    kind: Kind | None = None  # whose records the cells belong to, on a sheet that holds records of several kinds
    input: bool = False  # whether the unit fills it in
    kept: Sequence[str] = ()  # the cells of a column that no field takes

    @property
    def name(self) -> str:
        """What its reader calls it; "" where none asks for it."""
        if self.field is None:
            return ""
        return qualified(self.kind, self.field.name) if self.kind is not None else self.field.name


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where things stand on a sheet of records, one a row. Rows and columns are 0-based."""

    title: str
    columns: tuple[Column, ...]
    head: int  # the row of the headings
    first: int  # the row of the first record

    @property
    def widths(self) -> list[float]:
        """The widths of its columns."""
        return [column.width for column in self.columns]

    def column(self, name: str) -> int:
        """Return the column that its reader calls ``name``; raises StopIteration where there is none."""
        return next(at for at, column in enumerate(self.columns) if column.name == name)

    def cells(self, name: str, rows: int | None = None) -> str:
        """Return the absolute reference to a column's cells: its first ``rows``, or all to the end of the sheet.

        E.g. ``'会议'!$B$5:$B$1048576``.
        """
        letter = column_name(self.column(name))
        last = END + 1 if rows is None else self.first + rows
        return f"{quoted(self.title)}!${letter}${self.first + 1}:${letter}${last}"

    def as_kind(self, key: str) -> Kind:
        """Return the sheet as a record kind of its own, which is how its reader finds its head and reads its cells."""
        fields = (_as_read(column, column.field) for column in self.columns if column.field is not None)
        return Kind(self.title, self.title, "", "", tuple(fields), key, ())


@dataclass(frozen=True, slots=True)
class FoundSheet:
    """A kind's sheet as it stands in somebody's workbook, wherever its columns were moved. 0-based."""

    title: str  # what the sheet is called there
    columns: Mapping[str, int]  # field → column
    headed: tuple[int, ...] = ()  # the columns of a record, a field's or not: all with a heading, unless it shares them
    free: int = 0  # the row in which the next record goes
    none: tuple[int, int] | None = None  # the cell that says 没有, where it does
    cells: Mapping[str, tuple[int, int]] | None = None  # of the one record that stands a field a row: field → cell
    lines: Mapping[tuple[str, str], int] | None = None  # where each line or part has a row: line, part → row

    def has(self, field: str) -> bool:
        """Whether it has a place for a field."""
        return field in (self.columns if self.cells is None else self.cells)

    def place(self, row: int, field: str) -> tuple[int, int]:
        """Return the row and column in which a field of the record in ``row`` stands; raises KeyError."""
        return (row, self.columns[field]) if self.cells is None else self.cells[field]


def _as_read(column: Column, field: Field) -> Field:
    if column.kind is None:
        return field
    return replace(field, name=column.name, title=column.heading, titles=(), required=False)


def qualified(kind: Kind, field: str) -> str:
    """Return what a kind's field is called on a sheet that holds several kinds."""
    return f"{kind.name}.{field}"


def quoted(sheet: str) -> str:
    """Return a sheet's name as a formula or link writes it."""
    return "'" + sheet.replace("'", "''") + "'"

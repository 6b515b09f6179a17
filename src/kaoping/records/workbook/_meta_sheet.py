"""The hidden sheet that says what the workbook was made with: a later version reads it to find a renamed column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kaoping.core.schema import Field, Kind
from kaoping.core.worksheets import Book
from kaoping.records.grids.grid import Grid
from kaoping.records.layout import META_SHEET
from kaoping.records.readers.cells import text_of

FORM = "kaoping.workbook/2"  # A1 of the sheet, beside it the rubric
FORM_ALL = "kaoping.workbook/1"  # of a workbook that had a sheet for every kind, asked for or not
_HEADS = ("kind", "field", "heading", "options")


@dataclass(frozen=True, slots=True)
class MadeColumn:
    """A column that was written: the field that it was for, its heading, and what it could hold."""

    kind: str
    field: str
    heading: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MadeWith:
    """What a workbook was made with."""

    form: str
    rubric: str  # its id
    columns: tuple[MadeColumn, ...]

    @property
    def kinds(self) -> list[str]:
        """The record kinds that had columns, in their order."""
        return list(dict.fromkeys(column.kind for column in self.columns))

    def columns_of(self, kind: str) -> Mapping[str, MadeColumn]:
        """Return the columns of a kind by field; a field that stood on two sheets was last on the rubric's."""
        return {column.field: column for column in self.columns if column.kind == kind}

    def fields_of(self, kind: Kind) -> dict[str, str]:
        """Return heading → field for the columns whose fields ``kind`` still has."""
        return {c.heading: c.field for c in self.columns if c.kind == kind.name and kind.field(c.field)}


def made_column(kind: Kind, field: Field, heading: str) -> MadeColumn:
    """Return a column of ``kind`` as this version writes it."""
    return MadeColumn(kind.name, field.name, heading, field.options)


def write(book: Book, rubric: str, columns: Iterable[MadeColumn]) -> None:
    """Write the sheet."""
    page = book.workbook.add_worksheet(META_SHEET)
    page.very_hidden()
    rows = [(FORM, rubric), _HEADS, *((c.kind, c.field, c.heading, *c.options) for c in columns)]
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            page.write_string(row, column, text)


def read(grids: Iterable[Grid]) -> MadeWith | None:
    """Return what the sheet says; None where a workbook has none."""
    grid = next((grid for grid in grids if grid.name == META_SHEET), None)
    if grid is None or not grid.rows:
        return None
    form, rubric, *_ = (*map(text_of, grid.rows[0]), "", "")
    rows = (list(map(text_of, row)) for row in grid.rows[2:])
    columns = (MadeColumn(row[0], row[1], row[2], tuple(filter(None, row[3:]))) for row in rows if len(row) > 2)
    return MadeWith(form, rubric, tuple(columns))

"""Intake workbooks for tests: the small good unit as 台账.xlsx, with what people do to workbooks done to it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from culture import CULTURE, RUBRIC
from kaoping.core import units
from kaoping.core.findings import Findings
from kaoping.records import layout
from kaoping.records.readers.raw import UNSAID, RawTable
from kaoping.records.readers.sources import open_sources, read_sources
from kaoping.records.readers.yaml_records import read_folder
from kaoping.records.workbook._book import Filling, write_workbook
from units import PROOF, TRAINING, good_unit

Edit = Callable[[Any], None]

_WORKBOOKS: dict[str, bytes] = {}  # what was written for the same records before


def book_unit(
    folder: Path, records: Mapping[str, str] | None = None, edit: Edit | None = None, offered: Collection[str] = ()
) -> Path:
    """Make the good unit at ``folder`` with a workbook in place of its records; ``edit`` gets the openpyxl workbook.

    It has the sheets of what is recorded and of the kinds ``offered``: each costs an edit some ten milliseconds.
    """
    good_unit(folder, {"trainings.yaml": TRAINING + PROOF, **(records or {})})
    written = {path.name: path.read_bytes() for path in sorted((folder / "records").iterdir())}
    if (key := repr((written, sorted(offered)))) not in _WORKBOOKS:
        filling = Filling(read_folder(folder, CULTURE.kinds, Findings()))
        _WORKBOOKS[key] = write_workbook(RUBRIC, offered, filling)
    shutil.rmtree(folder / "records")
    (folder / layout.WORKBOOK).write_bytes(_WORKBOOKS[key])
    if edit is not None:
        change(folder, edit)
    return folder


def change(folder: Path, edit: Edit) -> None:
    """Edit the unit's workbook as a person would, with a program that drops the values of formulas."""
    path = folder / layout.WORKBOOK
    book = load_workbook(path)
    edit(book)
    book.save(path)


def sheet_of(kind: str) -> str:
    """The name of a kind's sheet."""
    return CULTURE.kinds[kind].title


def cell_at(sheet: Any, title: str, record: int = 1) -> Any:
    """The cell of the column headed ``title`` in the ``record``-th row below the example."""
    head, columns = heads(sheet)
    return sheet.cell(head + 1 + record, columns[title])


def heads(sheet: Any) -> tuple[int, dict[str, int]]:
    """The sheet's head row and its titles, without the units of numbers, → columns, 1-based."""
    for row in range(1, 10):
        columns = {
            units.bare(str(sheet.cell(row, column).value).removesuffix(layout.REQUIRED_MARK).strip()): column
            for column in range(1, sheet.max_column + 1)
            if sheet.cell(row, column).value is not None
        }
        if len(columns) > 3:
            return row, columns
    raise AssertionError("no head")


def tables_of(folder: Path) -> dict[str, RawTable]:
    """The unit's raw tables, whatever is found."""
    return read_sources(open_sources(folder, Findings()), CULTURE.kinds, Findings()).tables


def values(table: RawTable) -> list[dict[str, object]]:
    """The table's records, without what is empty or not known."""
    columns = table.columns.items()
    rows = range(table.rows)
    return [{name: cells[row] for name, cells in columns if cells[row] not in (None, UNSAID)} for row in rows]

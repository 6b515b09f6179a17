"""Records written into the unit's own workbook, and taken out of it: cells of one sheet, and nothing else of the file.

This is the one way in which 台账.xlsx is written to once it is a clerk's: opened as its reader opens it, changed where
that found things to stand, read back, and put in place whole, the earlier version kept.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from kaoping.core import fs
from kaoping.core.errors import why_not_read, why_not_written
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.schema import Kind, Kinds
from kaoping.records._earlier import put_in_place
from kaoping.records.grids.grid import GridCell, Spreadsheet, SpreadsheetError, cell_name, cell_place
from kaoping.records.readers.cells import text_of
from kaoping.records.readers.sources import workbooks
from kaoping.records.workbook._cell_writing import exact
from kaoping.records.workbook._patch import CellChange, UnpatchableError, patched
from kaoping.records.workbook._sheet import FoundSheet
from kaoping.records.workbook._workbook_reader import Filled, read_workbook


class UnamendedError(Exception):
    """Nothing was written into the workbook: ``why``, in Chinese, as the end of a sentence."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(slots=True)
class Amendment:
    """The unit's workbook as it stands, and what shall become of its cells."""

    path: Path
    _data: bytes
    _book: Spreadsheet
    _filled: Filled
    _changes: dict[tuple[str, int, int], CellChange] = field(default_factory=dict)

    @classmethod
    def open(cls, folder: Path, kinds: Kinds) -> Amendment | None:
        """Open the unit's workbook; None where it has none. Raises UnamendedError where it can't be written now."""
        from kaoping.records.grids.read import lock_file, read_bytes

        files = workbooks(folder)
        if not files:
            return None
        path = files[0]
        if len(files) > 1:
            raise UnamendedError("单位文件夹里有不止一个台账")
        if lock_file(path) is not None:
            raise UnamendedError("它正在 Excel、WPS 或 LibreOffice 里打开着")
        try:
            if not path.stat().st_mode & stat.S_IWRITE:
                raise UnamendedError("它是只读的")
            data = fs.read(path)
            book = read_bytes(data)
        except OSError as error:
            raise UnamendedError(why_not_read(error)) from error
        except SpreadsheetError as error:
            raise UnamendedError("现在读不了它") from error
        return cls(path, data, book, read_workbook(book, kinds, path.name, Findings()))

    def add(self, kind: Kind, values: Mapping[str, str]) -> Location:
        """Write a record of ``kind`` below the others; return where it starts. ``values``: field → its text.

        Raises UnamendedError where the workbook has no sheet for it, or the sheet no column for one of the values.
        """
        sheet = self._sheet(kind)
        lacking = [f.title for f in kind.fields if values.get(f.name) and f.name not in sheet.columns]
        if lacking:
            raise UnamendedError(f"“{sheet.title}”表里没有“{'、'.join(lacking)}”栏")
        taken = {row for name, row, _ in self._changes if name == sheet.title}
        row = max([sheet.free, *(at + 1 for at in taken)])
        for f in kind.fields:
            if text := values.get(f.name):
                number = exact(f, text)
                self._set(sheet.title, row, sheet.columns[f.name], text if number is None else number)
        if sheet.none is not None:
            self._set(sheet.title, *sheet.none, None)
        return Location(self.path.name, sheet=sheet.title, cell=cell_name(row, sheet.columns[kind.key]))

    def take_out(self, kind: Kind, at: Location) -> None:
        """Empty the row of the record at ``at``, under all headings. Raises UnamendedError."""
        sheet = self._sheet(kind, at.sheet)
        row, _ = cell_place(at.cell)
        for column in sheet.headed:
            if self._cell(sheet.title, row, column) != "":
                self._set(sheet.title, row, column, None)

    def save(self) -> Path:
        """Put the changed workbook in place; return where the earlier version is kept.

        Raises UnamendedError, all as it was, where it can't be changed, does not read back as it should, or the disk
        refuses.
        """
        from kaoping.records.grids.read import read_bytes

        try:
            data = patched(self._data, self._changes.values())
            self._compare(read_bytes(data))
            return put_in_place(data, self.path, self.path)
        except UnpatchableError as error:
            raise UnamendedError(error.why) from error
        except SpreadsheetError as error:
            raise UnamendedError("写出来的读不回来") from error
        except OSError as error:
            raise UnamendedError(why_not_written(error)) from error

    def _sheet(self, kind: Kind, title: str = "") -> FoundSheet:
        sheets = [sheet for sheet in self._filled.sheets.get(kind.name, ()) if title in ("", sheet.title)]
        if len(sheets) != 1:
            raise UnamendedError(f"它有不止一张“{kind.title}”表" if sheets else f"它没有“{kind.title}”表，或认不出表头")
        if kind.key not in sheets[0].columns:
            raise UnamendedError(f"“{sheets[0].title}”表里没有“{kind.fields[0].title}”栏")
        return sheets[0]

    def _set(self, sheet: str, row: int, column: int, value: str | float | date | None) -> None:
        self._changes[sheet, row, column] = CellChange(sheet, row, column, value)

    def _cell(self, sheet: str, row: int, column: int) -> GridCell:
        return next(grid.cell(row, column) for grid in self._book.grids if grid.name == sheet)

    def _compare(self, after: Spreadsheet) -> None:
        """Refuse where reading back shows more, or less, than what was to be changed."""
        grids = {grid.name: grid for grid in after.grids}
        is_there = all(
            text_of(grids[sheet].cell(row, column)) == ("" if change.value is None else text_of(change.value))
            for (sheet, row, column), change in self._changes.items()
        )
        if not is_there or not set(_unlike(self._book, after)) <= self._changes.keys():
            raise UnamendedError("写出来的读回来和原来的对不上")


def _unlike(before: Spreadsheet, after: Spreadsheet) -> Iterator[tuple[str, int, int]]:
    """The cells (sheet, row, column) in which two readings of a workbook of the same sheets differ."""
    for old, new in zip(before.grids, after.grids, strict=True):
        yield from ((old.name, *place) for place, _ in old.faults.items() ^ new.faults.items())
        for row in range(max(len(old.rows), len(new.rows))):
            cells = [grid.rows[row] if row < len(grid.rows) else () for grid in (old, new)]
            for column in range(max(map(len, cells))) if cells[0] != cells[1] else ():
                if old.cell(row, column) != new.cell(row, column):
                    yield old.name, row, column

"""Records written into the unit's own workbook, changed there and taken out of it: cells, and nothing else of the file.

This is the one way in which 台账.xlsx is written to once it is a clerk's: opened as its reader opens it, changed where
that found things to stand, read back, and put in place whole, the earlier version kept.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from kaoping.core import fs
from kaoping.core.errors import refused, why_not_read
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.schema import Kind, Kinds
from kaoping.records._read_back import Records, is_as_meant, records_of
from kaoping.records.grids.grid import GridCell, Spreadsheet, SpreadsheetError, cell_name, cell_place
from kaoping.records.readers.cells import text_of
from kaoping.records.readers.sources import workbooks
from kaoping.records.workbook._cell_writing import exact
from kaoping.records.workbook._notice_sheet import place_of_answer as notice_place
from kaoping.records.workbook._patch import CellChange, UnpatchableError, patched
from kaoping.records.workbook._sheet import FoundSheet
from kaoping.records.workbook._workbook_reader import Filled, read_workbook


class UnamendedError(Exception):
    """Nothing was written into the workbook: ``why``, in Chinese, as the end of a sentence.

    ``passing``: somebody holds it for now, and when they let it go it can be written to.
    """

    def __init__(self, why: str, *, passing: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.passing = passing


@dataclass
class Amendment:
    """The unit's workbook as it stands, and what shall become of its cells."""

    path: Path
    kinds: Kinds
    _data: bytes
    _book: Spreadsheet
    _filled: Filled
    _changes: dict[tuple[str, int, int], CellChange] = field(default_factory=dict)
    _meant: dict[Location, tuple[Kind, Mapping[str, str] | None]] = field(default_factory=dict)

    @classmethod
    def open(cls, folder: Path, kinds: Kinds) -> Amendment | None:
        """Open the unit's workbook; None where it has none. Raises UnamendedError where it can't be written now."""
        from kaoping.records.grids.read import read_bytes

        path = cls.refuse_held(folder)
        if path is None:
            return None
        try:
            data = fs.read(path)
            book = read_bytes(data)
        except OSError as error:
            raise UnamendedError(why_not_read(error), passing=True) from error
        except SpreadsheetError as error:
            raise UnamendedError("现在读不了它") from error
        return cls(path, kinds, data, book, read_workbook(book, kinds, path.name, Findings()))

    @staticmethod
    def refuse_held(folder: Path) -> Path | None:
        """Return the unit's workbook; None where it has none. Raises UnamendedError where somebody keeps it from us."""
        from kaoping.records.grids.read import lock_file

        files = workbooks(folder)
        if not files:
            return None
        if len(files) > 1:
            raise UnamendedError("单位文件夹里有不止一个台账")
        if lock_file(files[0]) is not None:
            raise UnamendedError("它正在 Excel、WPS 或 LibreOffice 里打开着", passing=True)
        try:
            if not files[0].stat().st_mode & stat.S_IWRITE:
                raise UnamendedError("它是只读的", passing=True)
        except OSError as error:
            raise UnamendedError(why_not_read(error), passing=True) from error
        return files[0]

    def add(self, kind: Kind, values: Mapping[str, str]) -> Location:
        """Write a record of ``kind`` below the others, or beside its line; return where it starts.

        ``values``: field → its text. Raises UnamendedError where the workbook has no sheet for it, the sheet no column
        for one of the values; KaopingError where its line has another record.
        """
        sheet = self._sheet_for(kind, values)
        row = self._row_for(kind, sheet, values)
        filled = {name: text for name, text in values.items() if text}
        if sheet.lines is not None:  # the row says of which line it is
            filled = {name: text for name, text in filled.items() if sheet.columns.get(name, -1) in sheet.headed}
        self._write(kind, sheet, row, filled)
        if sheet.none is not None:
            self._set(sheet.title, *sheet.none, None)
        first = sheet.columns["line"] if sheet.lines is not None else sheet.columns[kind.key]
        at = Location(self.path.name, sheet=sheet.title, cell=cell_name(row, first))
        self._meant[at] = kind, filled
        return at

    def change(self, kind: Kind, id_: str, at: Location, values: Mapping[str, str]) -> None:
        """Have fields of the record ``id_`` at ``at`` say ``values``; "" empties one. Raises UnamendedError."""
        sheet, at = self._there(kind, id_, at)
        row = cell_place(at.cell)[0] if at.cell else 0
        self._write(kind, sheet, row, values)
        self._meant[at] = kind, values

    def answer(self, part: str, code: str, text: str) -> bool:
        """Have the notice sheet say ``text`` of ``code``, one of the ``part`` "answers" or "due"; "" empties the cell.

        False where the workbook has no such sheet, or no row for it.
        """
        place = notice_place(self._book, part, code)
        if place is None:
            return False
        self._set(*place, text or None)
        return True

    def take_out(self, kind: Kind, id_: str, at: Location) -> None:
        """Empty the row of the record ``id_`` at ``at``, under all headings that are its own. Raises UnamendedError."""
        sheet, at = self._there(kind, id_, at)
        row, _ = cell_place(at.cell)
        for column in sheet.headed:
            if self._cell(sheet.title, row, column) != "":
                self._set(sheet.title, row, column, None)
        self._meant[at] = kind, None

    def written(self) -> bytes:
        """Return the changed workbook.

        Raises UnamendedError where it can't be changed, or does not read back as it should.
        """
        from kaoping.records.grids.read import read_bytes

        try:
            data = patched(self._data, self._changes.values())
            after = read_bytes(data)
        except UnpatchableError as error:
            raise UnamendedError(error.why) from error
        except SpreadsheetError as error:
            raise UnamendedError("写出来的读不回来") from error
        self._compare(after)
        return data

    @cached_property
    def _records(self) -> Records:
        return records_of(self._filled)

    def _sheet_for(self, kind: Kind, values: Mapping[str, str]) -> FoundSheet:
        """The sheet that takes a new record: the rubric's, where its line has room for it, or the kind's own."""
        sheets = self._filled.sheets.get(kind.name, [])
        line = values.get("line", ""), values.get("part", "")
        beside = [sheet for sheet in sheets if sheet.lines is not None and line in sheet.lines]
        return self._only(kind, beside if beside else [sheet for sheet in sheets if sheet.lines is None])

    def _row_for(self, kind: Kind, sheet: FoundSheet, values: Mapping[str, str]) -> int:
        if sheet.lines is None:
            taken = {row for name, row, _ in self._changes if name == sheet.title}
            return max([sheet.free, *(at + 1 for at in taken)])
        row = sheet.lines[values.get("line", ""), values.get("part", "")]
        if any(self._cell(sheet.title, row, column) != "" for column in sheet.headed):
            at = Location(self.path.name, sheet=sheet.title, cell=cell_name(row, sheet.columns["line"]))
            raise refused("entry.line_taken", at, kind=kind.title)
        return row

    def _there(self, kind: Kind, id_: str, at: Location) -> tuple[FoundSheet, Location]:
        """The sheet of a record that is there, and its place there; raises UnamendedError where it is not the one."""
        at = replace(at, record="")
        sheet = self._only(kind, [its for its in self._filled.sheets.get(kind.name, []) if its.title == at.sheet])
        record = self._records.get((kind.name, at))
        if record is None or str(record.get(kind.key) or "").strip() != id_.strip():
            raise UnamendedError(f"“{at.sheet}”的 {at.cell} 现在不是“{id_}”这一条", passing=True)
        return sheet, at

    def _only(self, kind: Kind, sheets: list[FoundSheet]) -> FoundSheet:
        if len(sheets) != 1:
            raise UnamendedError(f"它有不止一张“{kind.title}”表" if sheets else f"它没有“{kind.title}”表，或认不出表头")
        sheet = sheets[0]
        if sheet.cells is None and sheet.lines is None and kind.key not in sheet.columns:
            raise UnamendedError(f"“{sheet.title}”表里没有“{kind.fields[0].title}”栏")
        return sheet

    def _write(self, kind: Kind, sheet: FoundSheet, row: int, values: Mapping[str, str]) -> None:
        lacking = [f.title for f in kind.shown_fields if values.get(f.name) and not sheet.has(f.name)]
        if lacking:
            raise UnamendedError(f"“{sheet.title}”表里没有“{'、'.join(lacking)}”栏")
        for f in kind.fields:
            if f.name in values and sheet.has(f.name):
                self._refuse_shared(sheet.title, *sheet.place(row, f.name))
                text = values[f.name]
                number = exact(f, text)
                self._set(sheet.title, *sheet.place(row, f.name), (text or None) if number is None else number)

    def _refuse_shared(self, title: str, row: int, column: int) -> None:
        """Raise UnamendedError for a cell that says the same of several records."""
        spans = (span for grid in self._book.grids if grid.name == title for span in grid.merged)
        if any(s.top <= row <= s.bottom and s.left <= column <= s.right and s.bottom > s.top for s in spans):
            raise UnamendedError(f"“{title}”的 {cell_name(row, column)} 是几行并成的一格，改了就改了几条")

    def _set(self, sheet: str, row: int, column: int, value: str | float | date | None) -> None:
        self._changes[sheet, row, column] = CellChange(sheet, row, column, value)

    def _cell(self, sheet: str, row: int, column: int) -> GridCell:
        return next(grid.cell(row, column) for grid in self._book.grids if grid.name == sheet)

    def _compare(self, after: Spreadsheet) -> None:
        """Refuse where reading back shows more, or less, than what was to be changed: cell by cell, and as records."""
        grids = {grid.name: grid for grid in after.grids}
        is_there = all(
            text_of(grids[sheet].cell(row, column)) == ("" if change.value is None else text_of(change.value))
            for (sheet, row, column), change in self._changes.items()
        )
        if not is_there or not set(_unlike(self._book, after)) <= self._changes.keys():
            raise UnamendedError("写出来的读回来和原来的对不上")
        reading = records_of(read_workbook(after, self.kinds, self.path.name, Findings()))
        meant = {(kind.name, at): (kind, values) for at, (kind, values) in self._meant.items()}
        if not is_as_meant(self._records, reading, meant):
            raise UnamendedError("改了这几格，别的记录也会跟着变，或这一行就不再是一条记录")


def _unlike(before: Spreadsheet, after: Spreadsheet) -> Iterator[tuple[str, int, int]]:
    """The cells (sheet, row, column) in which two readings of a workbook of the same sheets differ."""
    for old, new in zip(before.grids, after.grids, strict=True):
        yield from ((old.name, *place) for place, _ in old.faults.items() ^ new.faults.items())
        for row in range(max(len(old.rows), len(new.rows))):
            cells = [grid.rows[row] if row < len(grid.rows) else () for grid in (old, new)]
            for column in range(max(map(len, cells))) if cells[0] != cells[1] else ():
                if old.cell(row, column) != new.cell(row, column):
                    yield old.name, row, column

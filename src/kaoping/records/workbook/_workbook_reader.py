"""The intake workbook (台账.xlsx) to raw tables: every sheet by its name or, where somebody renamed it, by its heads.

A sheet without records says nothing; one whose 没有 is chosen says that there was none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.schema import Kind, Kinds
from kaoping.core.yamltree import Node
from kaoping.records import layout
from kaoping.records.grids.grid import Spreadsheet
from kaoping.records.readers._heads import find_head, plain
from kaoping.records.readers._source_sheet import SourceSheet
from kaoping.records.readers.raw import RawTable, joined
from kaoping.records.workbook import _kind_sheet, _meta_sheet, _notice_sheet, _rubric_sheet, _unit_sheet
from kaoping.records.workbook._meta_sheet import MadeWith
from kaoping.records.workbook._sheet import FoundSheet

#: What takes a sheet in.
Take = Callable[[SourceSheet], None]

_OURS = (layout.META_SHEET, layout.LISTS_SHEET, layout.FINDINGS_SHEET)  # sheets that hold nothing to be read
_FEWEST = 4  # fields that a renamed sheet must show before it is taken for a kind's


@dataclass(frozen=True, slots=True)
class Filled:
    """What a workbook holds."""

    tables: dict[str, RawTable] = field(default_factory=dict)
    notice: Node | None = None  # what the unit answers on the notice sheet, to be laid over its notice
    #: kind → columns that no field takes: their headings and cells, row by row of the kind's table
    extra: dict[str, list[tuple[str, list[str]]]] = field(default_factory=dict)
    made_with: MadeWith | None = None
    sheets: dict[str, list[FoundSheet]] = field(
        default_factory=dict
    )  # kind → its sheets: several after somebody copied one


def read_workbook(book: Spreadsheet, kinds: Kinds, file: str, findings: Findings, year: int | None = None) -> Filled:
    """Read the workbook ``file``, already opened; what is odd about it goes to ``findings``.

    ``year`` is that of days which are written without one.
    """
    return _Reader(book, kinds, file, findings, year).read()


class _Reader:
    def __init__(self, book: Spreadsheet, kinds: Kinds, file: str, findings: Findings, year: int | None) -> None:
        self.book, self.kinds, self.file, self.findings, self.year = book, kinds, file, findings, year
        self.made_with = _meta_sheet.read(book.grids)
        self.notice: Node | None = None
        self.seen: set[str] = set()  # the kinds whose sheets were there
        self.parts: dict[str, list[RawTable]] = {}
        self.extra: dict[str, list[tuple[str, list[str]]]] = {}
        self.sheets: dict[str, list[FoundSheet]] = {}

    def read(self) -> Filled:
        takes: dict[str, Take] = {
            plain(layout.UNIT_SHEET): self._unit,
            plain(layout.RUBRIC_SHEET): self._rubric,
            plain(layout.NOTICE_SHEET): self._notice,
        }
        takes |= {plain(kind.title): partial(self._kind, kind=kind) for kind in self.kinds.values() if not kind.single}
        for grid in self.book.grids:
            if grid.name in _OURS or not any(value != "" for row in grid.rows for value in row):
                continue
            source = SourceSheet(grid, self.file, self.findings, self.year)
            if grid.hidden:
                source.tell("workbook.hidden_sheet", sheet=grid.name)
            takes.get(plain(grid.name), self._unknown)(source)
        made = self.made_with.kinds if self.made_with else ()
        for kind in self.kinds.values():
            if kind.name in made and kind.name not in self.seen and not kind.single and not kind.on_rubric:
                self.findings.add("workbook.sheet_gone", Location(self.file), kind=kind.title)
        tables = {kind: joined(self.parts[kind]) for kind in self.kinds if kind in self.parts}
        return Filled(tables, self.notice, self.extra, self.made_with, self.sheets)

    def _unknown(self, source: SourceSheet) -> None:
        if not self._guess(source):
            source.tell("workbook.unknown_sheet", sheet=source.grid.name)

    def _guess(self, source: SourceSheet) -> bool:
        """Take a sheet under a wrong name for the one whose words it has, where that is clear; return whether it is."""
        grid = source.grid
        likely: list[tuple[int, str, Take]] = []
        for kind in self.kinds.values():
            if kind.single:
                likely.append((len(_unit_sheet.unit_cells(grid, kind)), layout.UNIT_SHEET, self._unit))
            elif (head := find_head(grid, kind, self._headings(kind), surely=True)) is not None:
                likely.append((len(head.fields), kind.title, partial(self._kind, kind=kind)))
        special: tuple[tuple[Kind, Take], ...] = (
            (_rubric_sheet.as_kind(self.kinds), self._rubric),
            (_notice_sheet.KIND, self._notice),
        )
        for sheet, take in special:
            head = find_head(grid, sheet, surely=True)
            if head is not None and len(head.fields) == len(sheet.fields):
                likely.append((len(sheet.fields) + _FEWEST, sheet.title, take))
        most = max((fields for fields, _, _ in likely), default=0)
        fitting = [(title, take) for fields, title, take in likely if fields == most]
        if most < _FEWEST or len(fitting) > 1:
            return False
        ((title, take),) = fitting
        source.tell("workbook.sheet_guessed", sheet=grid.name, kind=title)
        take(source)
        return True

    def _unit(self, source: SourceSheet) -> None:
        kind = next(kind for kind in self.kinds.values() if kind.single)
        self.sheets.setdefault(kind.name, []).append(_unit_sheet.places_on(source.grid, kind))
        self._add(_unit_sheet.read(source, kind))

    def _rubric(self, source: SourceSheet) -> None:
        for kind, sheet, table in _rubric_sheet.read(source, self.kinds):
            self.sheets.setdefault(kind.name, []).append(sheet)
            if table is not None:
                self._add(table)

    def _notice(self, source: SourceSheet) -> None:
        self.notice = _notice_sheet.read(source)

    def _kind(self, source: SourceSheet, kind: Kind) -> None:
        self.seen.add(kind.name)
        head = find_head(source.grid, kind, self._headings(kind))
        if head is None:
            if not self._guess(source):
                source.tell("workbook.no_head", kind=kind.title)
            return
        self.sheets.setdefault(kind.name, []).append(_kind_sheet.places_on(source, head))
        table, others = _kind_sheet.read(source, head, kind)
        if table is not None:
            self._add(table)
        if others:
            self.extra.setdefault(kind.name, []).extend(others)

    def _add(self, table: RawTable) -> None:
        self.parts.setdefault(table.kind, []).append(table)

    def _headings(self, kind: Kind) -> dict[str, str]:
        """Heading → field, as it was when the workbook was made: a later version may call the column otherwise."""
        return self.made_with.fields_of(kind) if self.made_with else {}

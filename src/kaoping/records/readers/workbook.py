"""The intake workbook (台账.xlsx) to raw tables: every sheet by its name or, where somebody renamed it, by its heads.

A sheet without records says nothing; one whose 没有 is chosen says that there was none. Nothing is written here: a
clerk's workbook stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.schema import Kind, Kinds
from kaoping.core.yamltree import Node
from kaoping.records import layout
from kaoping.records.grids.grid import Grid, Spreadsheet, cell_name, column_name
from kaoping.records.readers.cells import text_of
from kaoping.records.readers.heads import LIKENESS, Column, Head, find_head, plain
from kaoping.records.readers.notice_sheet import NOTICE_KIND, read_notice
from kaoping.records.readers.raw import RawTable, joined
from kaoping.records.readers.rows import EXAMPLE, REMARK, UNMARKED, is_example, told_left
from kaoping.records.readers.rubric_sheet import read_rubric, rubric_kind
from kaoping.records.readers.sheet_table import SheetTable, read_table, tell_same_headings
from kaoping.records.readers.unit_sheet import read_unit, unit_cells

#: What takes a sheet in.
Take = Callable[[Grid], None]

_NONES = (layout.NONE, "无")
_OURS = (layout.META_SHEET, layout.LISTS_SHEET, layout.FINDINGS_SHEET)  # sheets that hold nothing to be read
_FEWEST = 4  # fields that a renamed sheet must show before it is taken for a kind's


@dataclass(frozen=True, slots=True)
class Filled:
    """What a workbook holds."""

    tables: dict[str, RawTable] = field(default_factory=dict)
    notice: Node | None = None  # what the unit answers on the notice sheet, to be laid over its notice
    #: kind → columns that no field takes: their headings and cells, row by row of the kind's table
    extra: dict[str, list[tuple[str, list[str]]]] = field(default_factory=dict)
    made_with: tuple[tuple[str, ...], ...] = ()  # the rows of the sheet that says what it was made with


def read_workbook(book: Spreadsheet, kinds: Kinds, file: str, findings: Findings) -> Filled:
    """Read the workbook ``file``, already opened; what is odd about it goes to ``findings``."""
    return _Reader(book, kinds, file, findings).read()


class _Reader:
    def __init__(self, book: Spreadsheet, kinds: Kinds, file: str, findings: Findings) -> None:
        self.book, self.kinds, self.file, self.findings = book, kinds, file, findings
        self.made_with = _made_with(book)
        self.notice: Node | None = None
        self.seen: set[str] = set()  # the kinds whose sheets were there
        self.parts: dict[str, list[RawTable]] = {}
        self.extra: dict[str, list[tuple[str, list[str]]]] = {}

    def read(self) -> Filled:
        own: dict[str, Take] = {
            plain(layout.UNIT_SHEET): self._unit,
            plain(layout.RUBRIC_SHEET): self._rubric,
            plain(layout.NOTICE_SHEET): self._notice,
        }
        own |= {plain(kind.title): partial(self._kind, kind=kind) for kind in self.kinds.values() if not kind.single}
        for grid in self.book.grids:
            if grid.name in _OURS or not _has_content(grid):
                continue
            if grid.hidden:
                self.findings.add("workbook.hidden_sheet", self._at(grid), sheet=grid.name)
            own.get(plain(grid.name), self._unknown)(grid)
        made = {row[0] for row in self.made_with if len(row) > 2}
        for kind in self.kinds.values():
            if kind.name in made - self.seen and not kind.single and not kind.on_rubric:
                self.findings.add("workbook.sheet_gone", Location(self.file), kind=kind.title)
        tables = {kind: joined(self.parts[kind]) for kind in self.kinds if kind in self.parts}
        return Filled(tables, self.notice, self.extra, self.made_with)

    def _at(self, grid: Grid, cell: str = "") -> Location:
        return Location(self.file, sheet=grid.name, cell=cell)

    def _unknown(self, grid: Grid) -> None:
        if not self._guess(grid):
            self.findings.add("workbook.unknown_sheet", self._at(grid), sheet=grid.name)

    def _guess(self, grid: Grid) -> bool:
        """Take a sheet under a wrong name for the one whose words it has, where that is clear; return whether it is."""
        found: list[tuple[int, str, Take]] = []
        for kind in self.kinds.values():
            if kind.single:
                found.append((len(unit_cells(grid, kind)), layout.UNIT_SHEET, self._unit))
            elif (head := find_head(grid, kind, self._said(kind), surely=True)) is not None:
                found.append((len(head.fields), kind.title, partial(self._kind, kind=kind)))
        others: list[tuple[Kind, Take]] = [(rubric_kind(self.kinds), self._rubric), (NOTICE_KIND, self._notice)]
        for sheet, read in others:
            head = find_head(grid, sheet, surely=True)
            if head is not None and len(head.fields) == len(sheet.fields):
                found.append((len(sheet.fields) + _FEWEST, sheet.title, read))
        best = max((count for count, _, _ in found), default=0)
        fitting = [(title, take) for count, title, take in found if count == best]
        if best < _FEWEST or len(fitting) > 1:
            return False
        ((title, take),) = fitting
        self.findings.add("workbook.sheet_guessed", self._at(grid), sheet=grid.name, kind=title)
        take(grid)
        return True

    def _unit(self, grid: Grid) -> None:
        kind = next(kind for kind in self.kinds.values() if kind.single)
        self._add(read_unit(grid, kind, self.file, self.findings))

    def _rubric(self, grid: Grid) -> None:
        for raw in read_rubric(grid, self.kinds, self.file, self.findings):
            self._add(raw)

    def _notice(self, grid: Grid) -> None:
        self.notice = read_notice(grid, self.file, self.findings)

    def _add(self, raw: RawTable) -> None:
        self.parts.setdefault(raw.kind, []).append(raw)

    def _kind(self, grid: Grid, kind: Kind) -> None:
        self.seen.add(kind.name)
        head = find_head(grid, kind, self._said(kind))
        if head is None:
            if not self._guess(grid):
                self.findings.add("workbook.no_head", self._at(grid), kind=kind.title)
            return
        table = read_table(grid, head, kind, self.file, self.findings)
        self._tell(grid, head, kind, table)
        none = self._declared_none(grid, head)
        if table.raw.rows:
            if none:
                self.findings.add("workbook.none_and_rows", none, kind=kind.title, number=table.raw.rows)
            self._add(table.raw)
        elif none:
            self._add(table.raw)

    def _said(self, kind: Kind) -> dict[str, str]:
        """Heading → field, as it was when the workbook was made: a later version may call the column otherwise."""
        return {row[2]: row[1] for row in self.made_with if len(row) > 2 and row[0] == kind.name and kind.field(row[1])}

    def _declared_none(self, grid: Grid, head: Head) -> Location | None:
        wanted = plain(layout.NONE_LABEL)
        for row in range(head.top):
            for column, value in enumerate(grid.rows[row]):
                if isinstance(value, str) and plain(value) == wanted:
                    said = [c for c in range(column + 1, len(grid.rows[row])) if text_of(grid.cell(row, c)).strip()]
                    if not said:
                        return None
                    at = self._at(grid, cell_name(row, said[0]))
                    answer = text_of(grid.cell(row, said[0])).strip()
                    if answer in _NONES:
                        return at
                    if not _is_link(answer):
                        self.findings.add("workbook.none_unclear", at, text=answer)
                    return None
        return None

    def _tell(self, grid: Grid, head: Head, kind: Kind, table: SheetTable) -> None:
        """Say what of the sheet is no record, and which columns nobody knows or misses."""
        for one in table.left:
            if one.why == REMARK:
                at = self._at(grid, cell_name(one.row, head.columns[0].index))
                self.findings.add("table.remark", at, row=one.row + 1, text=one.text[:40])
            elif one.why == EXAMPLE and not is_example(grid, one.row, head, kind):
                at = self._at(grid, cell_name(one.row, head.columns[0].index))
                self.findings.add("table.example_changed", at, row=one.row + 1)
            elif one.why == UNMARKED:
                at = self._at(grid, cell_name(one.row, head.columns[0].index))
                self.findings.add("table.example_unmarked", at, row=one.row + 1)
        others = [one for one in table.left if one.why not in (REMARK, EXAMPLE, UNMARKED)]
        if others:
            self.findings.add("table.left_rows", self._at(grid), rows=told_left(others))
        hidden = set(grid.hidden_rows).intersection(table.rows)
        if hidden:
            self.findings.add("table.hidden_rows", self._at(grid), number=len(hidden))
        self._tell_columns(grid, head, kind, table)

    def _all_columns(self, grid: Grid, head: Head, table: SheetTable) -> list[Column]:
        """The head's columns, and those without a heading in which something stands beside a record."""
        headed = {column.index for column in head.columns}
        width = max((len(grid.rows[row]) for row in table.rows), default=0)
        bare = [c for c in range(width) if c not in headed and any(grid.cell(row, c) != "" for row in table.rows)]
        return [*head.columns, *(Column(c, f"（{column_name(c)}列，没有表头）") for c in bare)]

    def _tell_columns(self, grid: Grid, head: Head, kind: Kind, table: SheetTable) -> None:
        tell_same_headings(grid, head, self.file, self.findings)
        known = {plain(column.heading) for column in head.columns if column.field}
        for column in self._all_columns(grid, head, table):
            cells = [text_of(grid.cell(row, column.index)) for row in table.rows] if not column.field else []
            if any(cell.strip() for cell in cells) and plain(column.heading) not in known:
                lacking = "、".join(f.title for f in kind.fields if f.name not in head.fields) or "（没有了）"
                at = self._at(grid, cell_name(head.bottom, column.index))
                self.findings.add("table.unknown_column", at, heading=column.heading, known=lacking)
                self.extra.setdefault(kind.name, []).append((column.heading, cells))
            if column.how == LIKENESS:
                wanted = kind.field(column.field)
                at = self._at(grid, cell_name(head.bottom, column.index))
                title = wanted.title if wanted else column.field
                self.findings.add("table.column_guessed", at, heading=column.heading, title=title)
        for wanted in kind.fields if table.raw.rows else ():
            if wanted.name not in head.fields and wanted.name != kind.key:
                code = "table.missing_column" if wanted.required else "table.missing_optional"
                self.findings.add(code, self._at(grid), title=wanted.title)
        if kind.key not in head.fields and table.raw.rows:
            self.findings.add("table.made_ids", self._at(grid), kind=kind.title)


def _has_content(grid: Grid) -> bool:
    return any(value != "" for row in grid.rows for value in row)


def _is_link(text: str) -> bool:
    return text.startswith(("←", "→", "回")) or text in (layout.UNIT_SHEET, layout.RUBRIC_SHEET)


def _made_with(book: Spreadsheet) -> tuple[tuple[str, ...], ...]:
    for grid in book.grids:
        if grid.name == layout.META_SHEET:
            return tuple(tuple(text_of(value) for value in row) for row in grid.rows)
    return ()


def facts_of(made_with: Sequence[Sequence[str]]) -> Mapping[str, Mapping[str, str]]:
    """Kind → field → heading, as the workbook was made."""
    found: dict[str, dict[str, str]] = {}
    for row in made_with[1:]:
        if len(row) > 2:
            found.setdefault(row[0], {})[row[1]] = row[2]
    return found

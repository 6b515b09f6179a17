"""What somebody types into a form, or pastes from a table: read as the workbook's cells are, checked field by field.

The same readers and the same checks as for what stands in a file, so that nothing is taken here that is refused there.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kaoping.core.findings import Finding, Findings, Severity
from kaoping.core.model import Location, Table, Unreadable
from kaoping.core.schema import Kind, Kinds
from kaoping.records import validate
from kaoping.records.grids.grid import Grid
from kaoping.records.readers._heads import Head, HeadColumn, find_head
from kaoping.records.readers._rows import why_no_id
from kaoping.records.readers._sheet_table import read_table
from kaoping.records.readers._source_sheet import SourceSheet
from kaoping.records.readers.cells import Surroundings, reader
from kaoping.records.readers.raw import UNSAID, RawCell, RawTable
from kaoping.records.validate import Span

MOST_ROWS = 5_000  # that may be pasted at once
_NUMBERED = re.compile(r"(.*?)([0-9]+)")
_SUBJECT = "填的内容"  # what messages call the form


@dataclass(frozen=True, slots=True)
class About:
    """What there is beside what is typed: the unit's days, its other records, the ids that are taken, its evidence."""

    span: Span
    kinds: Kinds
    tables: Mapping[str, Table]
    files: Collection[str] | None = None  # None where nobody looked
    taken: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Typed:
    """A record as it was typed: what will be written, what was put right, what is wrong, by field."""

    values: Mapping[str, str]
    notes: Mapping[str, str]
    wrong: Mapping[str, Sequence[Finding]]
    lacking: frozenset[str] = frozenset()  # required fields that are empty: it may be written, and counts as it can

    @property
    def is_fit(self) -> bool:
        """Whether every field that is filled in can be taken."""
        slips = (its for name, all_ in self.wrong.items() if name not in self.lacking for its in all_)
        return not any(its.severity is Severity.ERROR for its in slips)


@dataclass(frozen=True, slots=True)
class PastedColumn:
    """A column of a pasted table: its heading, the field it is for ("" for none), and what stands in it first."""

    heading: str
    field: str
    sample: str


@dataclass(frozen=True, slots=True)
class Pasted:
    """A pasted table: its columns and its records; ``left`` says what of it is no record."""

    columns: tuple[PastedColumn, ...]
    rows: tuple[Typed, ...]
    findings: Findings
    has_head: bool


def read_typed(kind: Kind, typed: Mapping[str, str], about: About) -> Typed:
    """Read what was typed into the fields of one record of ``kind``; a day without its year is one of the unit's."""
    around = Surroundings(all_text=True, year=about.span.year)
    readings = {f.name: reader(f, around)(typed.get(f.name, "")) for f in kind.fields}
    columns: dict[str, Sequence[RawCell]] = {name: [cell] for name, (cell, _) in readings.items()}
    raw = RawTable(kind.name, columns, 1, _place)
    (checked,) = _checked(kind, raw, about)
    return replace(checked, notes={name: note for name, (_, note) in readings.items() if note})


def read_pasted(kind: Kind, text: str, about: About, columns: Mapping[int, str] | None = None) -> Pasted:
    """Read rows as Excel and WPS put them on the clipboard: tabs between cells, a head above or none.

    ``columns`` says of a column (0-based) which field it is for, where somebody did.
    """
    rows = [row for row in _cells(text) if any(cell.strip() for cell in row)]
    findings = Findings()
    grid = Grid("", [tuple(cell.strip() for cell in row) for row in rows[: MOST_ROWS + 1]], all_text=True)
    head = find_head(grid, kind)
    assigned = columns or {}
    width = max(map(len, grid.rows), default=0)
    known = {column.index: column for column in head.columns} if head is not None else {}
    matched = [known.get(at) or HeadColumn(at, "", "", "") for at in range(width)]
    matched = [replace(column, field=assigned.get(column.index, column.field)) for column in matched]
    top, bottom = (head.top, head.bottom) if head is not None else (-1, -1)
    first = grid.rows[bottom + 1] if bottom + 1 < len(grid.rows) else ()
    shown = tuple(
        PastedColumn(c.heading, c.field, str(first[c.index]) if c.index < len(first) else "") for c in matched
    )
    if not any(column.field for column in matched):
        return Pasted(shown, (), findings, head is not None)
    source = SourceSheet(grid, _SUBJECT, findings, about.span.year)
    table = read_table(source, Head(top, bottom, tuple(c for c in matched if c.heading or c.field)), kind)
    raw = replace(table.raw, place=_place)
    if not any(column.field == kind.key for column in matched):
        raw = replace(raw, columns={**raw.columns, kind.key: [None] * raw.rows})
    unread, findings = _by_cell(findings, kind, table.raw)
    return Pasted(shown, tuple(_checked(kind, raw, about, unread)), findings, head is not None)


def _by_cell(findings: Findings, kind: Kind, table: RawTable) -> tuple[list[tuple[int, str, Finding]], Findings]:
    """Part what reading found into what keeps one cell from being read, as (row, field, finding), and the rest."""
    if not findings.errors:
        return [], findings
    cells = {table.place(row, f.name): (row, f.name) for f in kind.fields for row in range(table.rows)}
    unread = [(*cells[its.at], its) for its in findings.errors if its.at in cells]
    known = {id(its) for _, _, its in unread}
    return unread, Findings(its for its in findings if id(its) not in known)


def _cells(text: str) -> list[list[str]]:
    """The rows of a pasted text; a cell that holds several lines stands in quotation marks."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        return list(csv.reader(io.StringIO(plain), delimiter="\t"))
    except csv.Error:  # a quotation mark that is none of Excel's
        return [line.split("\t") for line in plain.split("\n")]


def next_ids(ids: Iterable[str], example: str, number: int) -> list[str]:
    """Return ``number`` ids that follow those that there are: AJ069 after AJ068; like the example where there is none.

    >>> next_ids(["AJ007", "AJ009", "甲1"], "AJ001", 2)
    ['AJ010', 'AJ011']
    """
    there = list(ids)
    numbered = [match for id_ in there if (match := _NUMBERED.fullmatch(id_))]
    model = _NUMBERED.fullmatch(example)
    stem, width, last = (model[1], len(model[2]), 0) if model else ("", 2, 0)
    if numbered:
        stem = Counter(match[1] for match in numbered).most_common(1)[0][0]
        its = [match[2] for match in numbered if match[1] == stem]
        width, last = len(its[-1]), max(map(int, its))
    return [f"{stem}{last + step:0{width}}" for step in range(1, number + 1)]


def _place(row: int, name: str) -> Location:
    return Location(_SUBJECT, name, row + 1)


def _checked(kind: Kind, raw: RawTable, about: About, unread: Sequence[tuple[int, str, Finding]] = ()) -> list[Typed]:
    """The records of ``raw``, whose places name row and field, each with what is wrong with its fields.

    ``unread`` is what reading found of cells (row, field). A cell that can't be read is never fit, whoever tells it.
    """
    findings = Findings()
    raw = replace(raw, columns={name: [_known(cell) for cell in cells] for name, cells in raw.columns.items()})
    tables, raws = {kind.name: validate.typed(raw, kind, findings)}, {kind.name: raw}
    tables = validate.check_dates(tables, raws, {kind.name: kind}, about.span, findings)
    validate.check_references({**about.tables, **tables}, raws, about.kinds, findings, asked=raws)
    for row in range(raw.rows):
        id_ = _text(raw.columns[kind.key][row])
        if why := why_no_id(id_):
            findings.add("entry.no_id", raw.place(row, kind.key), why=why)
        elif id_ in about.taken:
            findings.add("record.id_twice", raw.place(row, kind.key), id=id_, kind=kind.title, first="台账里")
        for path in _paths(tables[kind.name], row):
            if about.files is not None and path not in about.files:
                facts = {"kind": kind.title, "id": id_, "path": path, "why": "材料文件夹里没有这个文件"}
                findings.add("evidence.missing", raw.place(row, "evidence"), **facts)
    wrong: list[dict[str, list[Finding]]] = [{} for _ in range(raw.rows)]
    for row, name, its in unread:
        findings.extend([replace(its, at=raw.place(row, name))])
    untold = {(row, name) for name, cells in raw.columns.items() for row in range(raw.rows) if _is_unread(cells[row])}
    for row, name in untold - {(its.at.line - 1, its.at.path) for its in findings.errors}:
        facts = {"text": _text(raw.columns[name][row]), "expected": "这样写读不出是多少"}
        findings.add("value.unfit", raw.place(row, name), title=_title(kind, name), **facts)
    for its in findings:
        wrong[its.at.line - 1].setdefault(its.at.path, []).append(its)
    return [_record(kind, raw, row, slips) for row, slips in enumerate(wrong)]


def _record(kind: Kind, raw: RawTable, row: int, wrong: Mapping[str, Sequence[Finding]]) -> Typed:
    values = {f.name: _text(raw.columns[f.name][row]) for f in kind.fields if f.name in raw.columns}
    lacking = frozenset(f.name for f in kind.fields if f.required and not values.get(f.name) and f.name != kind.key)
    return Typed(
        values, {}, {name: all_ for name, all_ in wrong.items() if name != kind.key or values.get(name)}, lacking
    )


def _known(cell: RawCell) -> RawCell:
    """A cell for which there is no column is empty: nothing else will say it."""
    return None if cell is UNSAID else cell


def _is_unread(cell: RawCell) -> bool:
    return isinstance(cell, Unreadable)


def _title(kind: Kind, name: str) -> str:
    field = kind.field(name)
    return field.title if field is not None else name


def _text(cell: RawCell) -> str:
    return "" if cell is None else str(cell).strip()


def _paths(table: Table, row: int) -> Sequence[str]:
    cells = table.columns.get("evidence")
    cell = cells[row] if cells is not None else None
    return cell if isinstance(cell, tuple) else ()

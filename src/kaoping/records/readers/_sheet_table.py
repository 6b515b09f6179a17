"""A sheet with a known head to records of one kind: which rows are records, and every cell as its field takes it.

Worked column by column, and a value that repeats is read once: a ledger has 100,000 rows.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

from kaoping.core import units
from kaoping.core.findings import Findings
from kaoping.core.model import Location, Unreadable
from kaoping.core.schema import Field, Kind
from kaoping.records.grids.grid import Grid, GridCell, cell_name, column_name, column_values
from kaoping.records.readers._heads import ASSIGNED, Head, bare_heading, plain
from kaoping.records.readers._rows import LeftOut, records
from kaoping.records.readers._source_sheet import SourceSheet
from kaoping.records.readers._unit_questions import is_doubtful, is_large, question
from kaoping.records.readers.cells import (
    Reading,
    Surroundings,
    as_shown,
    figure_of,
    is_free,
    is_shown,
    reader,
    text_of,
)
from kaoping.records.readers.raw import UNSAID, RawCell, RawTable

#: How people write that the record above says the same.
_DITTO = frozenset(
    f"{before}{mark}{after}"
    for mark in ("同上", "同上。", "（同上）", "(同上)", "同前", "〃", "〃〃", "″", "—〃—", "－〃－")
    for before in ("", " ")
    for after in ("", " ", "\u3000")
)
#: The same where it can be nothing else: in a field that takes any text it may be one.
_QUOTATION_MARKS = frozenset({'"', "“", "”", "＂", "''"})
_NAMED = 5  # cells that are named where many were put right in the same way


@dataclass(frozen=True, slots=True)
class SheetTable:
    """What one sheet gave."""

    raw: RawTable
    rows: Sequence[int]  # where each record stands on the sheet, 0-based
    left: tuple[LeftOut, ...]


def read_table(
    source: SourceSheet, head: Head, kind: Kind, *, ledger: bool = False,
    words: Mapping[str, Mapping[str, str]] | None = None,
) -> SheetTable:  # fmt: skip
    """Read the records of ``kind`` below ``head``; what was put right or can't be read goes to the findings.

    ``words`` says what a ledger's own words mean: field → word → option. A column that the sheet lacks is unknown, not
    empty. Without a key column the ids are made from the rows' content, so that they do not change with the order.
    """
    grid = source.grid
    kept, left = records(grid, head, kind)
    first = head.fields.get(kind.key, head.columns[0].index if head.columns else 0)
    by_name = {
        key.field: key.named for key in kind.foreign if key.named in head.fields and key.field not in head.fields
    }
    where = head.fields | {field: head.fields[named] for field, named in by_name.items()}
    place = _Places(source.file, grid.name, grid.all_text, kept, where, first).place
    rows = list(map(grid.rows.__getitem__, kept))
    table = _Table(source, head, kept, rows, place, source.own_year(head.top), ledger)
    columns = {field.name: table.column(field, (words or {}).get(field.name, {})) for field in kind.fields}
    for key in kind.foreign:  # a row without the id is known by the name beside it
        if key.named in head.fields and key.field in head.fields:
            pairs = zip(columns[key.field], columns[key.named], strict=True)
            columns[key.field] = [name if id_ is None else id_ for id_, name in pairs]
    columns |= {field: columns[named] for field, named in by_name.items()}  # without ids the names are the reference
    if kind.key not in head.fields:
        columns[kind.key] = _made_ids({its: c for its, c in columns.items() if its not in by_name.values()}, len(kept))
    return SheetTable(RawTable(kind.name, columns, len(kept), place, ledger), kept, tuple(left))


def tell_same_headings(source: SourceSheet, head: Head) -> None:
    """Tell of columns that bear one heading: the first is read, and the others are somebody's to say."""
    first: dict[str, int] = {}
    for column in head.columns:
        heading = bare_heading(column)
        index = first.setdefault(plain(heading), column.index)
        if index != column.index and not column.field and column.how != ASSIGNED:
            facts = {"heading": heading, "first": column_name(index), "other": column_name(column.index)}
            source.tell_at("table.same_heading", head.bottom, column.index, **facts)


def tell_looks(source: SourceSheet, table: SheetTable) -> None:
    """Tell of records in rows that nobody sees, hidden or left out by a filter, and in rows that are struck out."""
    hidden = set(source.grid.hidden_rows).intersection(table.rows)
    if hidden:
        source.tell("table.hidden_rows", number=len(hidden))
    if struck := sorted(set(source.grid.struck_rows).intersection(table.rows)):
        shown = "、".join(str(row + 1) for row in struck[:_NAMED]) + ("等" if len(struck) > _NAMED else "")
        source.tell_at("table.struck_rows", struck[0], 0, rows=shown, number=len(struck))
    rows = frozenset(table.rows)
    if cells := [place for place in source.grid.struck_cells if place[0] in rows]:
        names = "、".join(cell_name(*place) for place in cells[:_NAMED]) + ("等" if len(cells) > _NAMED else "")
        source.tell_at("table.struck_cells", *cells[0], cells=names, number=len(cells))


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the records' cells stand on their sheet. Asked long after the sheet was read, so it does not hold it."""

    file: str
    sheet: str
    all_text: bool
    kept: Sequence[int]
    columns: Mapping[str, int]  # field → 0-based column
    first: int  # the column that stands for the whole record

    def place(self, row: int, field: str) -> Location:
        """Return where the cell of the record ``row`` stands; that of its key (or first cell) for the whole record."""
        column = self.columns.get(field, self.first)
        if self.all_text:
            return Location(self.file, f"{column_name(column)}列", self.kept[row] + 1)
        return Location(self.file, sheet=self.sheet, cell=cell_name(self.kept[row], column))


@dataclass(frozen=True, slots=True)
class _Table:
    """The records' rows (``kept``, 0-based on the sheet), read column by column."""

    source: SourceSheet
    head: Head
    kept: Sequence[int]
    rows: Sequence[Sequence[GridCell]]  # the kept ones
    place: Callable[[int, str], Location]
    own_year: int | None  # that the table itself names
    ledger: bool

    @property
    def grid(self) -> Grid:
        return self.source.grid

    @property
    def findings(self) -> Findings:
        return self.source.findings

    def around(self, field: Field) -> Surroundings:
        """Return what stands around the field's cells; the unit's year is that of days that must lie in it alone."""
        year = self.source.year if self.own_year is None and field.in_year else self.own_year
        return Surroundings(self.grid.all_text, self.head.units.get(field.name, ""), year)

    def column(self, field: Field, words: Mapping[str, str]) -> list[RawCell]:
        """Return the field's cells as texts."""
        index = self.head.fields.get(field.name)
        if index is None:
            return [UNSAID] * len(self.kept)
        cells = self._as_shown(field, index, self._filled_down(field, index))
        texts, put_right = texts_of(cells, field, words, self.around(field))
        marks = _DITTO if is_free(field) else _DITTO | _QUOTATION_MARKS
        ditto = [] if marks.isdisjoint(cells) else [row for row, cell in enumerate(cells) if row and cell in marks]
        if ditto:
            put_right = {"“同上”，照上一条读": ditto, **put_right}
        if field.usual is not None:
            self._ask_unit(field, cells, texts)
        if put_right:
            self._tell_put_right(field, put_right)
        self._spoil(field, index, texts)
        for row in ditto:
            texts[row] = texts[row - 1]
        return texts

    def _as_shown(self, field: Field, index: int, cells: list[GridCell]) -> list[GridCell]:
        """The column's cells, those as they are shown whose number format says more than the number.

        A text is what is shown (云文综立字〔2017〕7号, 012); a number is the number, with the unit that is shown.
        """
        formats = {row: form for (row, column), form in self.grid.formats.items() if column == index}
        if not formats or not is_shown(field):
            return cells
        unknown = []
        for number, row in enumerate(self.kept):
            form = formats.get(row)
            if form is None or isinstance(cells[number], str):
                continue
            shown = form.shown
            if shown is None:
                unknown.append(number)
            else:
                cells[number] = as_shown(field, cells[number], shown)
        if unknown:
            places = [self.place(row, field.name) for row in unknown[:_NAMED]]
            value = text_of(cells[unknown[0]])
            self.findings.add_alike("cell.format_unknown", places, len(unknown), title=field.title, value=value)
        return cells

    def _tell_put_right(self, field: Field, put_right: Mapping[str, Sequence[int]]) -> None:
        """Tell, once for the column, in which ways its cells were written otherwise and read as they were meant."""
        rows = sorted({row for rows in put_right.values() for row in rows})
        ways = {way: self._cells(field, its) for way, its in list(put_right.items())[:_NAMED]}
        what = "；".join(f"{way}（{cells}）" for way, cells in ways.items())
        if len(put_right) == 1:
            what = "：".join(*ways.items())
        elif len(put_right) > _NAMED:
            what += f"等{len(put_right)}种写法"
        self.findings.add(
            "cell.corrected", self.place(rows[0], field.name), title=field.title, what=what, times=len(rows)
        )

    def _cells(self, field: Field, rows: Sequence[int]) -> str:
        places = (self.place(row, field.name).short for row in sorted(rows)[:_NAMED])
        return "、".join(places) + ("等" if len(rows) > _NAMED else "")

    def _ask_unit(self, field: Field, values: Sequence[GridCell], texts: list[RawCell]) -> None:
        """Ask in which unit numbers are that nobody states one of, or that only the heading does and can't well be.

        A column of a ledger is in one unit: where one number is doubtful, none without its unit counts.
        """
        stated = self.head.units.get(field.name, "")
        known = {value: units.quantity(figure_of(value)) for value in set(values)}
        bare = {row: its.figure for row, value in enumerate(values) if (its := known[value]) and not its.unit}
        asked = {row: figure for row, figure in bare.items() if is_doubtful(field, figure, stated)}
        large = {row: figure for row, figure in bare.items() if row not in asked and is_large(field, figure, stated)}
        for code, rows in (("value.unit_asked", asked), ("value.unusual", large)):
            for row, figure in list(rows.items())[: 1 if self.ledger else None]:
                places = [self.place(at, field.name) for at in (rows if self.ledger else [row])]
                facts = {"title": field.title, **question(field, figure, stated)}
                self.findings.add_alike(code, places[:_NAMED], len(places), **facts)
        for row in bare if asked and self.ledger and not stated else asked:
            texts[row] = Unreadable(bare[row])

    def _filled_down(self, field: Field, index: int) -> list[GridCell]:
        """The column's cells; one that is merged over several records says the same of each."""
        cells = column_values(self.rows, index)
        spans = [s for s in self.grid.merged if s.left <= index <= s.right and s.bottom > max(s.top, self.head.bottom)]
        at = {row: number for number, row in enumerate(self.kept)} if spans else {}
        for span in spans:
            inside = [at[row] for row in range(span.top, span.bottom + 1) if row in at]
            value = self.grid.cell(span.top, span.left)
            if len(inside) > 1 and value != "":
                for number in inside:
                    cells[number] = value
                at_first = self.place(inside[0], field.name)
                self.findings.add("table.filled_down", at_first, text=text_of(value), number=len(inside))
        return cells

    def _spoil(self, field: Field, index: int, texts: list[RawCell]) -> None:
        """Mark the cells that show an error, or a formula whose value nobody saved."""
        faults = {row: fault for (row, column), fault in self.grid.faults.items() if column == index}
        for number, row in enumerate(self.kept) if faults else ():
            if row in faults:
                at, value = self.place(number, field.name), faults[row]
                if value:
                    self.findings.add("cell.error", at, title=field.title, value=value)
                else:
                    self.findings.add("cell.formula_unsaved", at, title=field.title)
                texts[number] = Unreadable(value)


def texts_of(
    cells: Sequence[GridCell], field: Field, words: Mapping[str, str], around: Surroundings | None = None
) -> tuple[list[RawCell], dict[str, list[int]]]:
    """Return the cells as the texts that ``field`` takes, and what was put right → in which of them.

    ``words`` are a ledger's own: what each means.
    """
    if is_free(field) and not words:  # texts of which no two are alike need no memory of them
        with suppress(AttributeError):  # a number or a date among them
            return [cell if cell.strip() else None for cell in cast("Sequence[str]", cells)], {}
    read = reader(field, around)
    distinct = set(cells)
    if not distinct.isdisjoint((0, 1)) and bool in set(map(type, cells)):  # True, 1 and 1.0 are one key
        readings = [_reading(cell, words, read) for cell in cells]
    else:
        known = {cell: _reading(cell, words, read) for cell in distinct}
        if not any(note for _, note in known.values()):
            texts = {cell: text for cell, (text, _) in known.items()}
            return list(map(texts.__getitem__, cells)), {}
        readings = list(map(known.__getitem__, cells))
    put_right: dict[str, list[int]] = {}
    for row, (_, note) in enumerate(readings):
        if note:
            put_right.setdefault(note, []).append(row)
    return [text for text, _ in readings], dict(sorted(put_right.items()))


def _reading(value: GridCell, words: Mapping[str, str], read: Callable[[GridCell], Reading]) -> Reading:
    meant = words.get(value.strip()) if words and isinstance(value, str) else None
    return read(value) if meant is None else (meant, "")  # somebody said so: nothing was put right


def _made_ids(columns: Mapping[str, Sequence[RawCell]], rows: int) -> list[RawCell]:
    """Ids for rows that have none: from their content, so that a row keeps its id wherever it stands."""
    known = [cells for cells in columns.values() if any(cell is not UNSAID for cell in cells[:1])]
    seen: Counter[str] = Counter()
    ids: list[RawCell] = []
    for cells in zip(*known, strict=True) if known else ():
        digest = hashlib.sha256("\x1f".join(str(cell or "") for cell in cells).encode(errors="replace"))
        id_ = f"自编{digest.hexdigest()[:12]}"
        seen[id_] += 1
        ids.append(id_ if seen[id_] == 1 else f"{id_}-{seen[id_]}")
    return ids or [None] * rows

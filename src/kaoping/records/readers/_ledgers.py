"""Imported ledgers (外部台账/): files of the offices' systems, read where they lie, as the register says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kaoping.core import schema
from kaoping.core.file_names import is_nobodys
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.records import layout
from kaoping.records.grids.grid import Grid, Spreadsheet
from kaoping.records.readers import _register
from kaoping.records.readers._heads import Head, find_head
from kaoping.records.readers._opening import opened
from kaoping.records.readers._register import Ledger
from kaoping.records.readers._sheet_table import SheetTable, read_table, tell_looks, tell_same_headings
from kaoping.records.readers._source_sheet import SourceSheet
from kaoping.records.readers.raw import RawTable, without


def read_ledgers(folder: Path, kinds: schema.Kinds, findings: Findings, year: int | None = None) -> list[RawTable]:
    """Read all registered ledgers of the unit in ``folder``; a row whose id a later ledger has too is that one's.

    ``year`` is that of days which are written without one.
    """
    registered = _register.read(folder, kinds, findings)
    tables: list[tuple[Ledger, RawTable]] = []
    for ledger in registered.ledgers:
        path = folder / layout.LEDGERS / ledger.file
        name = f"{layout.LEDGERS}/{ledger.file}"
        if not path.is_file():
            findings.add("ledger.missing", Location(name), kind=kinds[ledger.kind].title)
            continue
        book = opened(path, name, findings)
        if book is not None:
            sheets = tables_of(book, ledger, kinds[ledger.kind], name, findings, year)
            read = [(ledger, table.raw) for _, table, _ in sheets]
            if not read:
                findings.add("ledger.no_head", Location(name), kind=kinds[ledger.kind].title)
            tables += read
    _tell_unregistered(folder, {ledger.file for ledger in registered.ledgers}, findings)
    return list(_latest(tables, kinds, findings))


def tables_of(
    book: Spreadsheet, ledger: Ledger, kind: schema.Kind, name: str, findings: Findings, year: int | None = None
) -> Iterator[tuple[Head, SheetTable, Grid]]:
    """Yield head, table and sheet, for the ledger's sheets in which its head is found."""
    for grid in book.grids:
        if ledger.sheets and grid.name not in ledger.sheets:
            continue
        head = find_head(grid, kind, ledger.columns, apart=True)
        if head is None:
            continue
        source = SourceSheet(grid, name, findings, year)
        table = read_table(source, head, kind, ledger=True, words=ledger.words)
        tell_same_headings(source, head)
        tell_looks(source, table)
        known = {*head.fields, *kind.implied(head.fields), kind.key}
        missing = [f for f in kind.fields if f.required and f.name not in known]
        if missing and table.raw.rows:
            titles = "、".join(f.title for f in missing)
            source.tell("ledger.missing_column", titles=titles)
        yield head, table, grid


def _latest(tables: list[tuple[Ledger, RawTable]], kinds: schema.Kinds, findings: Findings) -> Iterator[RawTable]:
    """Within a kind a corrected ledger's rows stand for those of the same id in the ledgers before it."""
    for number, (ledger, raw) in enumerate(tables):
        key = kinds[raw.kind].key
        after = [table for file, table in tables[number + 1 :] if file is not ledger]
        later = [table for table in after if table.kind == raw.kind]
        newer = {id_ for table in later for id_ in table.columns[key] if isinstance(id_, str)}
        rows = {row for row, id_ in enumerate(raw.columns[key]) if id_ in newer} if newer else set()
        if rows:
            at = raw.place(min(rows), key)
            findings.add("ledger.replaced_rows", at, file=ledger.file, number=len(rows), rest=raw.rows - len(rows))
        yield without(raw, rows) if rows else raw


def _tell_unregistered(folder: Path, known: set[str], findings: Findings) -> None:
    place = folder / layout.LEDGERS
    for path in sorted(place.iterdir()) if place.is_dir() else ():
        if path.is_file() and path.name not in {*known, _register.FILE} and not is_nobodys(path.name):
            findings.add("ledger.unregistered", Location(f"{layout.LEDGERS}/{path.name}"))

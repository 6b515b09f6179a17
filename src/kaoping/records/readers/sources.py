"""All that a unit's folder says, in whatever form: the workbook, records/*.yaml, imported ledgers.

A kind's records may come from several of them (cases typed by hand beside those of a ledger); the unit's own facts from
one alone. The folder is opened first: which pack the unit names stands in it, and only the pack says what its records
are.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kaoping.core import packs, yamltree
from kaoping.core.engine import UNIT
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Findings
from kaoping.core.memory import Memory, below
from kaoping.core.model import Location
from kaoping.core.packs import Pack
from kaoping.core.packs.vocabulary import unit_kind
from kaoping.core.schema import Kind, Kinds
from kaoping.core.yamltree import Node
from kaoping.records import layout
from kaoping.records.readers import yaml_records
from kaoping.records.readers._office_names import unified
from kaoping.records.readers._tellings import completed
from kaoping.records.readers.raw import RawTable, alike, joined
from kaoping.records.readers.uncollected import uncollected

if TYPE_CHECKING:
    from kaoping.records.grids.grid import Spreadsheet
    from kaoping.records.workbook._workbook_reader import Filled

#: What programs and people call a second copy: 台账 (1), 台账 - 副本, 副本台账, 台账2, 台账最新.
_COPY = re.compile(
    r"(?:副本|复件|新|最新)?[\s_—-]*台账[\s_—-]*"
    r"(?:[(（]\d+[)）]|\d{1,2}|(?:副本|复件|复制|copy|冲突|新|最新|最终|定稿|终稿|修改|更正|[(（](?:副本|新|最新|修改|更正)).*)?",
    re.IGNORECASE,
)

#: The fields of the unit that say what it is called.
_NAMES = ("name", "short_name")

#: What a workbook may be called besides 台账.xlsx: saved by an older Excel, by WPS, by LibreOffice.
_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".et", ".ods")


@dataclass(frozen=True, slots=True)
class Opened:
    """A unit's folder, its workbook opened and nothing of it read."""

    folder: Path
    book: Spreadsheet | None = None  # None where there is none, or it can't be opened
    name: str = ""  # of the workbook


@dataclass(frozen=True, slots=True)
class Sources:
    """The records of a unit's folder by kind, and what its workbook answers of the notice."""

    tables: dict[str, RawTable] = field(default_factory=dict)
    notice: Node | None = None
    filled: Filled | None = None  # all that the workbook holds; None where there is none that can be read


def is_unit(folder: Path) -> bool:
    """Whether ``folder`` holds a unit's records, in any form."""
    return (folder / yaml_records.FOLDER).is_dir() or bool(workbooks(folder))


def workbooks(folder: Path) -> list[Path]:
    """Return the unit's workbook, 台账.xlsx before its other forms; more than one is for its reader to complain of."""
    stem = Path(layout.WORKBOOK).stem
    candidates = [folder / f"{stem}{suffix}" for suffix in _SUFFIXES]
    return [path for path in candidates if path.is_file()]


def copies(folder: Path) -> list[Path]:
    """Return what lies beside the unit's workbook and is called like another copy of it."""
    there = sorted(folder.iterdir()) if folder.is_dir() else []
    stem = Path(layout.WORKBOOK).stem
    return [
        path for path in there
        if path.suffix.lower() in _SUFFIXES and path.stem != stem and _COPY.fullmatch(path.stem) and path.is_file()
    ]  # fmt: skip


@uncollected()
def open_sources(folder: Path, findings: Findings) -> Opened:
    """Open the unit's folder; a workbook that can't be opened gets a finding."""
    files = workbooks(folder)
    if not files:
        return Opened(folder)
    if beside := copies(folder):
        findings.add("workbook.copy", Location(files[0].name), others="、".join(path.name for path in beside))
    if len(files) > 1:
        others = "、".join(path.name for path in files[1:])
        findings.add("workbook.several", Location(files[0].name), others=others)
    from kaoping.records.readers._opening import opened

    book = opened(files[0], files[0].name, findings)
    if book is not None and all(grid.all_text for grid in book.grids):
        # One table of texts can't be a workbook of many sheets.
        findings.add("workbook.only_text", Location(files[0].name))
        book = None
    return Opened(folder, book, files[0].name)


def pack_of(source: Opened, findings: Findings) -> Pack:
    """Return the pack that the unit names (考评细则), or the default; one that hides another is told.

    Raises KaopingError with all that is wrong with the pack, placed where the unit names it if it has no other place.
    """
    return find_pack(source.folder, named_pack(source), findings)


def find_pack(folder: Path, named: NamedPack, findings: Findings) -> Pack:
    """Return the pack that the unit in ``folder`` calls so; else as :func:`pack_of`."""
    try:
        return packs.find(named.name or packs.default(folder), folder, findings)
    except KaopingError as error:
        raise KaopingError([replace(f, at=named.at) if f.at == Location() else f for f in error.findings]) from None


class NamedPack(NamedTuple):
    """What a unit calls its pack, "" where it does not say, and where that stands."""

    name: str
    at: Location


def named_pack(source: Opened) -> NamedPack:
    """Return what the unit calls its pack."""
    named = _named_in_book(source.book, source.name) if source.book is not None else None
    if named is not None:
        return NamedPack(*named)
    path = source.folder / yaml_records.FOLDER / unit_kind().file
    name = f"{yaml_records.FOLDER}/{path.name}"
    node = yamltree.read(path, name, Findings()) if path.is_file() else None
    if node is not None and isinstance(node.value, dict):
        answer = node.value.get("rubric")
        if answer is not None and isinstance(answer.value, str):
            return NamedPack(answer.value.strip(), answer.at)
    return NamedPack("", Location(name if path.is_file() else source.name))


def _named_in_book(book: Spreadsheet, name: str) -> tuple[str, Location] | None:
    from kaoping.records.grids.grid import cell_name
    from kaoping.records.readers._heads import plain
    from kaoping.records.readers.cells import text_of
    from kaoping.records.workbook._unit_sheet import unit_cells

    for grid in sorted(book.grids, key=lambda grid: plain(grid.name) != plain(layout.UNIT_SHEET)):
        cells = unit_cells(grid, unit_kind())
        if "rubric" in cells and len(cells) > 1:
            row, column = cells["rubric"]
            place = Location(name, sheet=grid.name, cell=cell_name(row, column))
            return text_of(grid.cell(row, column)).strip(), place
    return None


@uncollected()
def read_sources(
    source: Opened, kinds: Kinds, findings: Findings, memory: Memory | None = None, year: int | None = None
) -> Sources:
    """Read everything but what ``memory`` knows of files that are the same; what can't be read gets a finding.

    ``year`` is the pack's: that of days which are written without one.
    """
    memory = memory or Memory()
    parts: dict[str, list[RawTable]] = {}
    notice = filled = None
    if source.book is not None:
        filled = memory.recall(
            "workbook", (), lambda into: read_filled(source, kinds, into, year), findings, (source, kinds, year)
        )
        # One cell of the workbook was changed: what was made of its other sheets stands.
        parts |= {kind: [memory.steady(f"filled {kind}", its, alike)] for kind, its in filled.tables.items()}
        notice = memory.steady("filled notice", filled.notice, operator.eq)
    files = yaml_records.read_folder(source.folder, kinds, findings, memory)
    both = "unit" in files and bool(source.name)
    if both:  # two whole years side by side: adding them up would count everything twice
        findings.add("unit.two_forms", files["unit"].place(0, ""), workbook=source.name)
    for kind, table in files.items() if not both else ():
        parts.setdefault(kind, []).append(table)
    ledgers = source.folder / layout.LEDGERS
    if ledgers.is_dir():  # who has none need not load what reads them
        from kaoping.records.readers._ledgers import read_ledgers

        for table in memory.recall(
            layout.LEDGERS, below(ledgers), lambda into: read_ledgers(source.folder, kinds, into, year), findings,
            (kinds, year),
        ):  # fmt: skip
            parts.setdefault(table.kind, []).append(table)
    tables = {kind: _joined(parts[kind], kinds[kind], findings, memory) for kind in kinds if kind in parts}
    for name in [name for name in tables if kinds[name].tellings]:
        tables[name] = _completed(tables, kinds[name], kinds, findings, memory)
    for name in [name for name in tables if any(its.office for its in kinds[name].fields)]:
        tables[name] = _unified(tables, kinds[name], findings, memory)
    return Sources(tables, notice, filled)


def _unified(tables: Mapping[str, RawTable], kind: Kind, findings: Findings, memory: Memory) -> RawTable:
    table, unit = tables[kind.name], tables.get(UNIT)

    def make(into: Findings) -> RawTable:
        region = next(iter(unit.columns.get("region", ())), "") if unit is not None else ""
        return unified(table, kind, _own_names(unit), region if isinstance(region, str) else "", into)

    return memory.recall(f"unified {kind.name}", (), make, findings, (table, kind, unit))


def _completed(tables: dict[str, RawTable], kind: Kind, kinds: Kinds, findings: Findings, memory: Memory) -> RawTable:
    others = {telling.kind: tables.get(telling.kind) for telling in kind.tellings}
    unit = tables.get(UNIT)
    known = (tables[kind.name], kind, *others.values(), unit)

    def make(into: Findings) -> RawTable:
        return completed(tables[kind.name], kind, others, kinds, into, _own_names(unit))

    return memory.recall(f"completed {kind.name}", (), make, findings, known)


def _own_names(unit: RawTable | None) -> tuple[str, ...]:
    """What the unit is called, in full and in short."""
    columns = [unit.columns.get(name, ()) for name in _NAMES] if unit is not None else []
    return tuple(cell.strip() for cells in columns for cell in cells[:1] if isinstance(cell, str) and cell.strip())


def _joined(parts: list[RawTable], kind: Kind, findings: Findings, memory: Memory) -> RawTable:
    return memory.recall(f"joined {kind.name}", (), lambda _: joined(parts).named(kind), findings, (*parts, kind))


def read_filled(source: Opened, kinds: Kinds, findings: Findings, year: int | None = None) -> Filled:
    """Read the unit's workbook, if it has one and it can be read; ``year``: of days that are written without one."""
    from kaoping.records.workbook._workbook_reader import Filled, read_workbook

    return Filled() if source.book is None else read_workbook(source.book, kinds, source.name, findings, year)

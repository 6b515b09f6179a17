"""A new year's folder that goes on from last year's: who and what there is goes on, what was done begins anew.

What of a record goes on its kind says (``x-carried``): whom it is about, never what was counted. Last year's folder is
read and never written to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from kaoping.core import fs, yamltree
from kaoping.core.engine import UNIT
from kaoping.core.errors import KaopingError, refused
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.schema import Kind, Kinds
from kaoping.records import layout
from kaoping.records.readers import _register
from kaoping.records.readers.raw import RawTable
from kaoping.records.readers.sources import NamedPack, find_pack, is_unit, open_sources, pack_of, read_sources
from kaoping.records.renewal import Offer, workbook_bytes
from kaoping.records.starter import not_made, refuse_used
from kaoping.records.validate import MATERIALS
from kaoping.records.workbook._book import Filling
from kaoping.rubric.layers import NOTICE
from kaoping.rubric.load import load
from kaoping.rubric.nodes import Rubric

#: What the register of ledgers tells of each kind of them.
_PROFILES = "导入台账时怎样对列、对词"
#: Of the notice what belongs to its year: what was answered, and when what was due.
_OF_ITS_YEAR = ("answers", "due")


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of one kind of records: how many went on, with which fields, and which of their fields are empty."""

    kind: str  # its title
    records: int
    emptied: tuple[str, ...] = ()  # titles of fields in which something stood


@dataclass(frozen=True, slots=True)
class NewYear:
    """A new year's folder, and what of last year's stands in it."""

    folder: Path
    carried: tuple[Carried, ...]
    settings: tuple[str, ...]  # files and folders of settings, by their names
    left: tuple[tuple[str, int], ...]  # (title, records) of what begins anew
    findings: Findings  # about last year's folder


def begin_year(before: Path, folder: Path, year: int, offer: Offer, pack_name: str, copied: Sequence[str]) -> NewYear:
    """Make ``folder`` for ``year`` from last year's ``before``, for the pack ``pack_name`` or last year's own.

    ``offer`` says which kinds have a sheet though nothing was filled in; ``copied`` are folders of settings that are
    copied as they are. Raises KaopingError, making nothing, where last year's records can't be read, or ``folder``
    holds anything already.
    """
    if not is_unit(before):
        raise refused("unit.no_folder", Location(before.name))
    refuse_used(folder)
    if folder.is_dir() and any(folder.iterdir()):
        raise refused("init.exists", Location(folder.name), name=folder.name, what="别的文件")
    findings = Findings()
    source = open_sources(before, findings)
    pack = pack_of(source, findings)
    read = read_sources(source, pack.kinds, findings, year=pack.year)
    if findings.errors:  # what can't be read now would not go on, and nobody would miss it
        raise KaopingError(findings.sorted())
    rubric = load(find_pack(before, NamedPack(pack_name, Location()), findings) if pack_name else pack)
    kinds = rubric.pack.kinds
    tables = {name: _going_on(table, kinds[name]) for name, table in read.tables.items() if name in kinds}
    tables = {name: table for name, table in tables.items() if table.columns and table.rows}
    tables[UNIT] = _of_year(tables.get(UNIT), year, rubric)
    files = {layout.WORKBOOK: workbook_bytes(rubric, offer(rubric), Filling(tables))}
    if settings := _settings(before, findings):
        files[NOTICE] = settings
    profiles = _profiles(before, kinds)
    if profiles:
        files[f"{layout.LEDGERS}/{_register.FILE}"] = profiles
    _write(folder, files, [before / name for name in copied if (before / name).is_dir()])
    carried = [_became(table, read.tables[name], kinds[name]) for name, table in tables.items() if name in read.tables]
    left = [(pack.kinds[name].title, table.rows) for name, table in read.tables.items() if name not in tables]
    named = [
        *(["通知里的设置"] if NOTICE in files else []),
        *([_PROFILES] if profiles else []),
        *(name for name in copied if (before / name).is_dir()),
    ]
    return NewYear(folder, tuple(carried), tuple(named), tuple(its for its in left if its[1]), findings)


def _going_on(table: RawTable, kind: Kind) -> RawTable:
    """Return what of the records goes on; no column where the kind begins anew."""
    columns = {
        name: [cell if isinstance(cell, str) else None for cell in table.columns[name]]
        for name in kind.carried
        if name in table.columns
    }
    return replace(table, columns=columns)


def _of_year(unit: RawTable | None, year: int, rubric: Rubric) -> RawTable:
    """Return the unit's own record for ``year``."""
    columns: Mapping[str, Any] = unit.columns if unit is not None else {}
    named = {"year": [str(year)], "rubric": [rubric.pack.id]}
    return RawTable(UNIT, {**columns, **named}, 1, lambda *_: Location())


def _became(table: RawTable, before: RawTable, kind: Kind) -> Carried:
    emptied = [
        field.title
        for field in kind.fields
        if field.name not in table.columns
        and any(isinstance(cell, str) and cell.strip() for cell in before.columns.get(field.name, ()))
    ]
    return Carried(kind.title, table.rows, tuple(emptied))


def _settings(before: Path, findings: Findings) -> bytes:
    """Return last year's notice without what belongs to its year; nothing where nothing is left."""
    path = before / NOTICE
    node = yamltree.read(path, NOTICE, findings) if path.is_file() else None
    plain = node.plain() if node is not None else None
    kept = {name: value for name, value in plain.items() if name not in _OF_ITS_YEAR} if isinstance(plain, dict) else {}
    return yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=10**6).encode() if kept else b""


def _profiles(before: Path, kinds: Kinds) -> bytes:
    """Return what was said of last year's ledgers, as a register without any of them; nothing where nothing was."""
    profiles = _register.read(before, kinds, Findings()).profiles()
    known = tuple(its for its in profiles if its.columns or its.words)
    return _register.written(_register.Register((), known)) if known else b""


def _write(folder: Path, files: Mapping[str, bytes], copied: Sequence[Path]) -> None:
    """Write the new folder, whole or not at all."""
    half = folder.with_name(f".{folder.name}.新")
    try:
        fs.remove(half)  # of a start that was broken off
        fs.mkdir(half / MATERIALS)
        for name, content in files.items():
            fs.mkdir((half / name).parent)
            fs.write_bytes(half / name, content)
        for source in copied:
            for file in sorted(source.rglob("*")):
                if file.is_file() and not file.is_symlink():
                    target = half / source.name / file.relative_to(source)
                    fs.mkdir(target.parent)
                    fs.copy(file, target)
        if folder.is_dir():
            folder.rmdir()
        fs.rename(half, folder)
    except OSError as error:
        raise not_made(folder, error) from None
    finally:
        fs.remove(half)

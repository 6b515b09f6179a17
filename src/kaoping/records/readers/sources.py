"""All that a unit's folder says, in whatever form: the workbook, records/*.yaml, imported ledgers.

A kind's records may come from several of them (cases typed by hand beside those of a ledger); the unit's own facts from
one alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from kaoping.core import schema
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.yamltree import Node
from kaoping.records import layout
from kaoping.records.readers import yaml_records
from kaoping.records.readers.ledgers import read_ledgers
from kaoping.records.readers.opening import opened
from kaoping.records.readers.raw import RawTable, joined
from kaoping.records.readers.uncollected import uncollected
from kaoping.records.readers.workbook import Filled, read_workbook

#: What a workbook may be called besides 台账.xlsx: saved by an older Excel, by WPS, by LibreOffice.
_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".et", ".ods")


@dataclass(frozen=True, slots=True)
class Sources:
    """The records of a unit's folder by kind, and what its workbook answers of the notice."""

    tables: dict[str, RawTable] = field(default_factory=dict)
    notice: Node | None = None


def is_unit(folder: Path) -> bool:
    """Whether ``folder`` holds a unit's records, in any form."""
    return (folder / yaml_records.FOLDER).is_dir() or bool(workbooks(folder))


def workbooks(folder: Path) -> list[Path]:
    """Return the unit's workbook, 台账.xlsx before its other forms; more than one is for its reader to complain of."""
    stem = Path(layout.WORKBOOK).stem
    found = [folder / f"{stem}{suffix}" for suffix in _SUFFIXES]
    return [path for path in found if path.is_file()]


@uncollected()
def read_sources(folder: Path, findings: Findings) -> Sources:
    """Read everything; what can't be read gets a finding."""
    filled = read_filled(folder, findings)
    parts: dict[str, list[RawTable]] = {kind: [table] for kind, table in filled.tables.items()}
    files = yaml_records.read_folder(folder, findings)
    both = "unit" in files and bool(workbooks(folder))
    if both:  # two whole years side by side: adding them up would count everything twice
        findings.add("unit.two_forms", files["unit"].place(0, ""), workbook=workbooks(folder)[0].name)
    for kind, table in files.items() if not both else ():
        parts.setdefault(kind, []).append(table)
    for table in read_ledgers(folder, findings):
        parts.setdefault(table.kind, []).append(table)
    kinds = schema.kinds()
    return Sources({kind: joined(parts[kind]).named(kinds[kind]) for kind in kinds if kind in parts}, filled.notice)


def read_filled(folder: Path, findings: Findings) -> Filled:
    """Read the unit's workbook, if it has one and it can be read."""
    found = workbooks(folder)
    if not found:
        return Filled()
    if len(found) > 1:
        others = "、".join(path.name for path in found[1:])
        findings.add("workbook.several", Location(found[0].name), others=others)
    book = opened(found[0], found[0].name, findings)
    if book is None:
        return Filled()
    if all(grid.all_text for grid in book.grids):  # one table of texts can't be a workbook of many sheets
        findings.add("workbook.only_text", Location(found[0].name))
        return Filled()
    return read_workbook(book, found[0].name, findings)

"""A new unit folder: the intake workbook, made from the schemas and the rubric, and the folder for the material."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from kaoping.core import fs
from kaoping.core.errors import KaopingError, refused, why_not_written
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.schema import CellError, Kind
from kaoping.records import layout
from kaoping.records.readers.raw import RawTable
from kaoping.records.readers.sources import workbooks
from kaoping.records.readers.yaml_records import FOLDER
from kaoping.records.validate import MATERIALS
from kaoping.records.workbook._book import Filling, write_workbook
from kaoping.rubric.layers import NOTICE
from kaoping.rubric.nodes import Rubric


def start(folder: Path, rubric: Rubric, offered: Collection[str], facts: Mapping[str, str] | None = None) -> list[Path]:
    """Make a unit folder at ``folder`` for ``rubric``, with sheets of the kinds ``offered``; return what was made.

    ``facts`` are what is known of the unit (field → text). Raises KaopingError, touching nothing, where the folder
    already holds a unit, and for a fact that its field can't take.
    """
    refuse_used(folder)
    filling = _filling(rubric.pack.vocabulary.unit, facts or {})
    book, materials = folder / layout.WORKBOOK, folder / MATERIALS
    try:
        fs.mkdir(materials)
        fs.write_bytes(book, write_workbook(rubric, offered, filling))
    except OSError as error:  # half a unit would only stand in the way of the next try
        for path in (book, materials):
            fs.remove(path)
        raise not_made(folder, error) from None
    return [book, materials]


def refuse_used(folder: Path) -> None:
    """Raise KaopingError where ``folder`` holds a unit already, or something of one."""
    there = [name for name in (FOLDER, MATERIALS, NOTICE) if (folder / name).exists()]
    there += [path.name for path in workbooks(folder)]
    if there:
        raise refused("init.exists", Location(folder.name), name=folder.name, what="、".join(there))


def _filling(kind: Kind, facts: Mapping[str, str]) -> Filling:
    """Return the facts as what is filled in; raises KaopingError with all that a field can't take."""
    findings = Findings()
    for name, text in facts.items():
        field = kind.field(name)
        if field is None:
            continue
        try:
            field.parse(text)
        except CellError as error:
            findings.add("init.fact_unfit", Location(field.title), field=field.title, value=text, why=str(error))
    if findings.errors:
        raise KaopingError(findings)
    columns = {name: [text] for name, text in facts.items() if text and kind.field(name) is not None}
    if not columns:
        return Filling()
    return Filling({kind.name: RawTable(kind.name, columns, 1, lambda *_: Location())})


def not_made(folder: Path, error: OSError) -> KaopingError:
    """Return the error for a unit folder that the disk did not take."""
    return refused("init.cannot_make", Location(folder.name), name=str(folder), why=why_not_written(error))

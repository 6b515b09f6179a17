"""A new unit folder: the intake workbook, made from the schemas and the rubric, and the folder for the material."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from kaoping.core import fs
from kaoping.core.errors import KaopingError, refused, why_not_written
from kaoping.core.model import Location
from kaoping.records import layout
from kaoping.records.readers.sources import workbooks
from kaoping.records.readers.yaml_records import FOLDER
from kaoping.records.validate import MATERIALS
from kaoping.records.workbook._book import write_workbook
from kaoping.rubric.layers import NOTICE
from kaoping.rubric.nodes import Rubric


def start(folder: Path, rubric: Rubric, offered: Collection[str]) -> list[Path]:
    """Make a unit folder at ``folder`` for ``rubric``, with sheets of the kinds ``offered``; return what was made.

    Raises KaopingError, touching nothing, where the folder already holds a unit.
    """
    there = [name for name in (FOLDER, MATERIALS, NOTICE) if (folder / name).exists()]
    there += [path.name for path in workbooks(folder)]
    if there:
        raise refused("init.exists", Location(folder.name), name=folder.name, what="、".join(there))
    book, materials = folder / layout.WORKBOOK, folder / MATERIALS
    try:
        fs.mkdir(materials)
        fs.write_bytes(book, write_workbook(rubric, offered))
    except OSError as error:  # half a unit would only stand in the way of the next try
        for path in (book, materials):
            fs.remove(path)
        raise not_made(folder, error) from None
    return [book, materials]


def not_made(folder: Path, error: OSError) -> KaopingError:
    """Return the error for a unit folder that the disk did not take."""
    return refused("init.cannot_make", Location(folder.name), name=str(folder), why=why_not_written(error))

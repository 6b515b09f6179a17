"""Which folders below one are units' folders, whatever lies in between."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kaoping.core import fs, packs
from kaoping.core.errors import why_not_read
from kaoping.core.file_names import is_nobodys
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.documents.edits import keeping
from kaoping.documents.kinds import OWN_TEMPLATES
from kaoping.pipeline.building import RESULTS
from kaoping.records.layout import LEDGERS, SUBORDINATES
from kaoping.records.readers import yaml_records
from kaoping.records.readers.sources import is_unit
from kaoping.records.validate import MATERIALS

SUMMARY = "汇总"  # in the batch's folder: what is made of all units
#: What is a unit's own in its folder: what lies in there is no unit beside it, whatever it looks like.
_OF_A_UNIT = {
    MATERIALS,
    RESULTS,
    LEDGERS,
    SUBORDINATES,
    OWN_TEMPLATES,
    yaml_records.FOLDER,
    keeping.FOLDER,
    packs.FOLDER,
}
_EARLIER = "以前的"  # how folders of earlier versions begin


@dataclass(frozen=True, slots=True)
class UnitFolders:
    """The units below a folder, by their paths from there (with "/"; "." for itself), and what could not be entered."""

    names: tuple[str, ...]
    findings: Findings


def units_below(folder: Path) -> UnitFolders:
    """Return every unit's folder below ``folder``, itself among them; links are not followed, but told."""
    findings = Findings()
    names = tuple(sorted(_units(folder, "", findings)))
    return UnitFolders(names, findings)


def is_of_the_unit(name: str) -> bool:
    """Whether the folder ``name`` in a unit's folder is part of the unit, and not another unit's or none's."""
    return name in _OF_A_UNIT or name.startswith(_EARLIER)


def _units(folder: Path, name: str, findings: Findings) -> Iterator[str]:
    its = is_unit(folder)
    if its:
        yield name or "."
    try:
        with os.scandir(fs.reachable_at_any_depth(folder)) as entries:
            below = sorted((entry for entry in entries if not is_nobodys(entry.name)), key=lambda entry: entry.name)
    except OSError as error:
        findings.add("batch.not_entered", Location(name or folder.name), name=name or ".", why=why_not_read(error))
        return
    for entry in below:
        if not entry.is_dir() or entry.name in (SUMMARY, packs.FOLDER) or (its and is_of_the_unit(entry.name)):
            continue
        inner = f"{name}/{entry.name}" if name else entry.name
        if fs.is_link(entry):
            if is_unit(folder / entry.name):
                findings.add("batch.not_entered", Location(inner), name=inner, why="它是指向别处的链接")
            continue
        yield from _units(folder / entry.name, inner, findings)

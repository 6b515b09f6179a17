"""Packs and their rubrics: what there is, what one holds, whether it is right, a new one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from kaoping.core import packs
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Findings
from kaoping.core.packs import Place
from kaoping.pipeline._pack_check import check_pack as look_through
from kaoping.pipeline._pack_new import new_pack as write_new
from kaoping.pipeline._pack_show import rubric_lines, summary_lines
from kaoping.rubric.load import load
from kaoping.rubric.nodes import Rubric
from kaoping.scoring import cases


def packs_known(unit: Path | None = None) -> list[Place]:
    """Return every pack that a unit in the folder ``unit`` can name, the nearest first."""
    return packs.known(unit)


def pack_lines(name: str = "", unit: Path | None = None, *, whole: bool = False) -> Iterator[str]:
    """Yield what a pack holds, with ``whole`` all of its rubric. Raises KaopingError where it can't be used."""
    pack = packs.asked(name, unit)
    return rubric_lines(pack) if whole else summary_lines(pack)


def check_pack(name: str = "", unit: Path | None = None) -> Findings:
    """Return all that is wrong with a pack, what keeps it from being loaded included."""
    findings = Findings()
    try:
        pack = packs.asked(name, unit, findings)
    except KaopingError as error:
        return Findings(error.findings)
    findings.extend(look_through(pack))
    return findings


def new_pack(folder: Path, title: str, year: int, extends: str = "") -> list[Path]:
    """Write a new pack into ``folder``, on ``extends`` or by itself; returns the files. Raises KaopingError."""
    base = packs.asked(extends, folder.absolute().parent.parent) if extends else None
    return write_new(folder, title, year, base)


def rubrics() -> Iterator[Rubric]:
    """Load the rubric of every pack that can be found without a unit; a broken one is left out."""
    for place in packs.known():
        with suppress(KaopingError):
            yield load(packs.named(place.id))


def rubric(name: str = "") -> Rubric:
    """Load the rubric of one pack; raises KaopingError with all that is wrong with it."""
    return load(packs.asked(name))


def rubric_test(name: str = "") -> Iterator[cases.Result]:
    """Run a rubric's own worked cases."""
    pack = packs.asked(name)
    return cases.run(load(pack), cases.read(pack))

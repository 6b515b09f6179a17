"""Writes a judgement (主观评判) into the unit's records: a new one, or what the one that is there says now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kaoping.core.engine import JUDGEMENT, Judgement
from kaoping.core.errors import KaopingError, refused
from kaoping.core.findings import Findings
from kaoping.core.schema import Kinds
from kaoping.records import history
from kaoping.records.entry import Change, Recorded, Register
from kaoping.records.readers.cells import day_in
from kaoping.rubric.explanation import judgings
from kaoping.rubric.nodes import Line


@dataclass(frozen=True, slots=True)
class Wanted:
    """A judgement as it was asked for: on which line and part ("" for the whole), the choice, what is said of it."""

    line: str
    part: str
    choice: str
    reason: str
    who: str
    when: str  # as people write it


def record_judgement(
    folder: Path, kinds: Kinds, recorded: Sequence[Judgement], line: Line, year: int, wanted: Wanted
) -> Recorded:
    """Write the judgement in the place of the one of the line and part, where ``recorded`` has one.

    A day without its year is one of ``year``. Raises KaopingError, writing nothing, for a choice that the line does not
    offer, where there are several already, or a field is unfit.
    """
    register = _register(folder, kinds)
    options = [option.name for its in judgings(line) if its.part == wanted.part for option in its.options]
    if not options:
        raise refused("judgement.not_asked", register.at, line=wanted.part or wanted.line)
    if wanted.choice not in options:
        facts = {"choice": wanted.choice, "options": "、".join(options)}
        unfit = Findings()
        unfit.add_about("choice", "judgement.not_an_option", register.at, line=wanted.line, **facts)
        raise KaopingError(unfit)
    values = {
        "line": wanted.line, "part": wanted.part, "choice": wanted.choice, "reason": wanted.reason.strip(),
        "who": wanted.who.strip(), "when": day_in(wanted.when, year) if wanted.when else "",
    }  # fmt: skip
    register.refuse_unfit(values, Findings())
    there = [its for its in recorded if (its.line, its.part) == (wanted.line, wanted.part)]
    if not there:
        return register.enter({its.id for its in recorded}, values)
    chosen = {key: values[key] for key in ("choice", "reason", "who", "when")}
    return register.change([Change(there[0].id, there[0].at, chosen)])


def take_back(folder: Path, kinds: Kinds, recorded: Sequence[Judgement], line: str, part: str) -> Recorded:
    """Undo the judgement on the line and part: what was chosen before stands again, which is told; else it goes.

    Raises KaopingError where there is none, or its place can't be written to.
    """
    undone = [its for its in recorded if (its.line, its.part) == (line, part)]
    register = _register(folder, kinds)
    if not undone:
        raise refused("judgement.nothing_to_undo", register.at, line=line)
    first, about = undone[0], {"line": line, "part": part}
    earlier = history.before(folder, first.at.file, kinds, JUDGEMENT, about) if len(undone) == 1 else None
    if earlier is None:
        return register.take_out([(its.id, its.at) for its in undone])
    values = {key: earlier.get(key, "") for key in ("choice", "reason", "who", "when")}
    done = register.change([Change(first.id, first.at, values)])
    done.findings.add("judgement.earlier_back", done.places[0], line=part or line, **values)
    return done


def _register(folder: Path, kinds: Kinds) -> Register:
    return Register(folder, kinds, kinds[JUDGEMENT], "PD", "kaoping serve 单位文件夹", waits=True)

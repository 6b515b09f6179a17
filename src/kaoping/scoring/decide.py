"""Writes a decision (待定裁定) into the unit's records, with the fingerprint of its facts; takes it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kaoping.core import yamltree
from kaoping.core.engine import DECISION, Decision
from kaoping.core.errors import refused
from kaoping.core.figures import number, span_text
from kaoping.core.findings import Findings
from kaoping.core.model import Location, ScoreCard, Status
from kaoping.core.schema import Kinds
from kaoping.records import history
from kaoping.records.entry import Change, Recorded, Register
from kaoping.records.readers.cells import day_in


@dataclass(frozen=True, slots=True)
class Wanted:
    """A decision as it was asked for: on which line or part (7b), how many points, and what is said of it."""

    name: str
    points: str
    reason: str
    who: str
    when: str  # as people write it: 2017-12-18, 2017.12.18, 12月18日
    anew: bool = False  # in the place of the one that is there


def record_decision(
    folder: Path, card: ScoreCard, kinds: Kinds, recorded: Sequence[Decision], year: int, wanted: Wanted
) -> Recorded:
    """Write the decision; ``recorded`` are those that there are. What stands there stays, unless it is made ``anew``.

    A day without its year is one of ``year``. Raises KaopingError, writing nothing, where the line is not undecided,
    the points are no number within its range, or a field is unfit.
    """
    register = _register(folder, kinds)
    values = _values(card, register, recorded, wanted, day_in(wanted.when, year))
    there = [its for its in recorded if (its.line, its.part) == (values["line"], values["part"])]
    if there:
        done = register.change([Change(its.id, its.at, values) for its in there[:1]])
    else:
        done = register.enter({its.id for its in recorded}, values)
    if values["when"] != wanted.when.strip():
        done.findings.add("decide.day", done.places[0], text=wanted.when.strip(), day=values["when"])
    return done


def take_back(folder: Path, kinds: Kinds, recorded: Sequence[Decision], name: str) -> Recorded:
    """Undo the decision on the line or part ``name``: what it stood in the place of stands there again, which is told.

    Where it stood in the place of none, it goes; where there are two, both. Raises KaopingError, touching nothing,
    where there is none, it stands in an imported ledger, or its place can't be written to.
    """
    undone = [its for its in recorded if (its.part or its.line) == name]
    if not undone:
        others = "、".join(dict.fromkeys(its.part or its.line for its in recorded))
        raise refused("decide.nothing_to_undo", Location(folder.name), line=name, others=others or "（一条也没有）")
    register, first = _register(folder, kinds), undone[0]
    about = {"line": first.line, "part": first.part}
    earlier = history.before(folder, first.at.file, kinds, DECISION, about) if len(undone) == 1 else None
    if earlier is None:
        return register.take_out([(its.id, its.at) for its in undone])
    values = {key: earlier.get(key, "") for key in (*about, "points", "reason", "who", "when", "facts_digest")}
    done = register.change([Change(first.id, first.at, values)])
    facts = {key: values[key] for key in ("points", "who", "when", "reason")}
    done.findings.add("decide.earlier_back", done.places[0], line=name, **facts)
    return done


def _register(folder: Path, kinds: Kinds) -> Register:
    return Register(folder, kinds, kinds[DECISION], "CD", "kaoping decide 单位文件夹 考评项 --undo")


def tell_open(card: ScoreCard, name: str, done: Recorded) -> None:
    """Tell, on the ``card`` as it is after a decision on ``name``, which other parts of its line are open."""
    line = next(s for s in card.lines if name == s.line or name in [p.part for p in s.parts])
    for its in line.parts:
        facts = {"line": its.part, "range": span_text(its.low, its.high), "why": "；".join(its.because)}
        if its.part != name and its.status in (Status.UNDECIDED, Status.MISSING):
            code = "decide.part_open" if its.status is Status.UNDECIDED else "decide.part_missing"
            done.findings.add(code, done.places[0], **facts)


def _values(
    card: ScoreCard, register: Register, recorded: Sequence[Decision], wanted: Wanted, when: str
) -> dict[str, str]:
    """The record's fields but its id; raises KaopingError where the decision can't stand."""
    findings = Findings()
    name, at = wanted.name, register.at
    targets = {s.line: (s.line, "", s.low, s.high, s.status, s.digest) for s in card.lines if not s.parts}
    for s in card.lines:
        targets |= {p.part: (s.line, p.part, p.low, p.high, p.status, p.digest) for p in s.parts}
    parts = [part.part for score in card.lines if score.line == name for part in score.parts]
    if parts:
        raise refused("decide.name_part", at, line=name, parts="、".join(parts))
    if name not in targets:
        raise refused("judgement.unknown_line", at, wrong=f"细则里没有考评项“{name}”")
    line, part, low, high, status, digest = targets[name]
    there = next((d for d in recorded if (d.line, d.part) == (line, part)), None)
    if there is not None and not wanted.anew:
        raise refused("decide.already", there.at, line=name, at=str(there.at), id=there.id, digest=digest)
    if status is not Status.UNDECIDED:
        raise refused("decide.not_undecided", at, line=name, points=span_text(low, high))
    asked = yamltree.exact_number(wanted.points.strip())
    if asked is not None and not low <= asked <= high:
        facts = {"points": number(asked), "range": span_text(low, high)}
        findings.add_about("points", "decision.out_of_range", at, line=name, **facts)
    values = {
        "line": line, "part": part, "points": wanted.points.strip(), "reason": wanted.reason, "who": wanted.who,
        "when": when,
    }  # fmt: skip
    register.refuse_unfit(values, findings)
    return {**values, "facts_digest": digest}

"""Writes a decision (待定裁定) into the unit's records, with the fingerprint of its facts; takes it back.

It goes where the unit fills in its records: the workbook's sheet, so that whoever decided sees it there. A workbook
that can't be written to (open, protected, an .xls, a layout not ours) is left alone, and the decision stands in
records/, as it does where a unit has no workbook.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kaoping.core import yamltree
from kaoping.core.engine import Decision
from kaoping.core.errors import KaopingError, refused
from kaoping.core.figures import number, span_text
from kaoping.core.findings import Findings
from kaoping.core.model import Location, ScoreCard, Status
from kaoping.core.schema import CellError, Kind, Kinds
from kaoping.records.amend import Amendment, UnamendedError
from kaoping.records.readers.cells import day_in
from kaoping.records.readers.sources import workbooks
from kaoping.records.readers.yaml_records import FOLDER
from kaoping.records.yaml_list import YamlList


@dataclass(frozen=True, slots=True)
class Recorded:
    """A decision that was written, or decisions that were taken back, and what of it the clerk should know."""

    ids: tuple[str, ...]
    places: tuple[Location, ...]
    earlier: Path | None = None  # the workbook as it was before, where it was written to
    findings: Findings = field(default_factory=Findings)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A decision as it was asked for: on which line or part (7b), how many points, and what is said of it."""

    name: str
    points: str
    reason: str
    who: str
    when: str  # as people write it: 2017-12-18, 2017.12.18, 12月18日


def record_decision(
    folder: Path, card: ScoreCard, kinds: Kinds, kind: Kind, recorded: Sequence[Decision], year: int, wanted: Wanted
) -> Recorded:
    """Write the decision as one of ``kind``; ``recorded`` are those that there are. What stands there stays as it is.

    A day without its year is one of ``year``. Raises KaopingError, writing nothing, where the line is not undecided,
    the points are no number within its range, or a field is unfit.
    """
    values = _values(card, kind, recorded, wanted, day_in(wanted.when, year))
    done = _recorded(folder, kinds, kind, {its.id for its in recorded}, values)
    if values["when"] != wanted.when.strip():
        done.findings.add("decide.day", done.places[0], text=wanted.when.strip(), day=values["when"])
    return done


def _recorded(folder: Path, kinds: Kinds, kind: Kind, taken: set[str], values: dict[str, str]) -> Recorded:
    """Write the record under an id that is not ``taken``: into the workbook, or where that can't be beside it."""
    notices = Findings()
    try:
        book = Amendment.open(folder, kinds)
        if book is not None:
            id_ = _free(taken)
            at = book.add(kind, {"id": id_, **values})
            return Recorded((id_,), (at,), book.save(), notices)
    except UnamendedError as error:
        there = Location(workbooks(folder)[0].name)
        notices.add("decide.beside", there, why=error.why, file=f"{FOLDER}/{kind.file}", kind=kind.title)
    try:
        kept = _file(folder, kind)
        id_ = _free(taken | {_text(item, "id") for item in kept.items})
        kept.append(id_, values)
    except KaopingError as error:
        raise KaopingError([*notices, *error.findings]) from None
    return Recorded((id_,), (kept.at,), None, notices)


def take_back(folder: Path, kinds: Kinds, kind: Kind, recorded: Sequence[Decision], name: str) -> Recorded:
    """Take the decision on the line or part ``name`` out of the place where it stands; where there are two, both.

    Raises KaopingError, touching nothing, where there is none, it stands in an imported ledger, or its place can't be
    written to.
    """
    undone = [its for its in recorded if (its.part or its.line) == name]
    if not undone:
        others = "、".join(dict.fromkeys(its.part or its.line for its in recorded))
        raise refused("decide.nothing_to_undo", Location(folder.name), line=name, others=others or "（一条也没有）")
    file = f"{FOLDER}/{kind.file}"
    books = {path.name for path in workbooks(folder)}
    for its in undone:
        if its.at.file not in {file, *books}:
            raise refused("decide.undo_elsewhere", its.at, line=name, id=its.id, file=its.at.file)
    lines = [its.at.line for its in undone if its.at.file == file]
    kept = _file(folder, kind) if lines else None
    earlier = None
    in_book = [its for its in undone if its.at.file in books]
    try:
        book = Amendment.open(folder, kinds) if in_book else None
        if book is not None:
            for its in in_book:
                book.take_out(kind, its.at)
            earlier = book.save()
    except UnamendedError as error:
        raise refused("decide.not_undone", in_book[0].at, line=name, id=in_book[0].id, why=error.why) from None
    if kept is not None:
        kept.take_out(lines)
    return Recorded(tuple(its.id for its in undone), tuple(its.at for its in undone), earlier)


def tell_open(card: ScoreCard, name: str, done: Recorded) -> None:
    """Tell, on the ``card`` as it is after a decision on ``name``, which other parts of its line are open."""
    line = next(s for s in card.lines if name == s.line or name in [p.part for p in s.parts])
    for its in line.parts:
        facts = {"line": its.part, "range": span_text(its.low, its.high), "why": "；".join(its.because)}
        if its.part != name and its.status in (Status.UNDECIDED, Status.MISSING):
            code = "decide.part_open" if its.status is Status.UNDECIDED else "decide.part_missing"
            done.findings.add(code, done.places[0], **facts)


def _values(card: ScoreCard, kind: Kind, recorded: Sequence[Decision], wanted: Wanted, when: str) -> dict[str, str]:
    """The record's fields but its id; raises KaopingError where the decision can't stand."""
    findings = Findings()
    name, at = wanted.name, Location(f"{FOLDER}/{kind.file}")
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
    if there is not None:
        raise refused("decide.already", there.at, line=name, at=str(there.at), id=there.id, digest=digest)
    if status is not Status.UNDECIDED:
        raise refused("decide.not_undecided", at, line=name, points=span_text(low, high))
    asked = yamltree.exact_number(wanted.points.strip())
    if asked is not None and not low <= asked <= high:
        findings.add("decision.out_of_range", at, line=name, points=number(asked), range=span_text(low, high))
    values = {
        "line": line, "part": part, "points": wanted.points.strip(), "reason": wanted.reason, "who": wanted.who,
        "when": when,
    }  # fmt: skip
    for key, text in values.items():
        its = kind.field(key)
        assert its is not None, "decisions have these fields"
        try:
            if its.parse(text) is None and its.required:
                findings.add("value.missing", at, title=its.title)
        except CellError as error:
            findings.add("value.unfit", at, title=its.title, text=text, expected=str(error))
    if findings.errors:
        raise KaopingError(findings)
    return {**values, "facts_digest": digest}


def _file(folder: Path, kind: Kind) -> YamlList:
    return YamlList.read(folder / FOLDER / kind.file, Location(f"{FOLDER}/{kind.file}"))


def _free(taken: set[str]) -> str:
    """The first id that is not taken."""
    return next(id_ for n in range(1, len(taken) + 2) if (id_ := f"CD{n:02}") not in taken)


def _text(record: yamltree.Node, name: str) -> str:
    node = record.mapping().get(name)
    return node.value if node is not None and isinstance(node.value, str) else ""

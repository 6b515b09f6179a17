"""A copy of a Word file in which its looks, and on demand its text, are put right.

The file is checked, what would put its slips right is carried out, and so again until nothing is left to do: a mended
file has nothing to mend, so that a second copy would be the first.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from lxml import etree

from kaoping.core.errors import why_not_written
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.wings.official._mending import mend, reword
from kaoping.wings.official._parts import Parts, UnreadableError, copy_with, open_parts
from kaoping.wings.official._remedies import Wording
from kaoping.wings.official._report import Report
from kaoping.wings.official.format_check import examine

_ROUNDS = 8  # one remedy may show what another has hidden; more than three were never seen
_ADDED = "（已改格式）"


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the text: where, and the words before and after it."""

    at: Location
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Fixed:
    """What became of one file; ``copy`` is None where none was written, because nothing could be mended or written."""

    copy: Path | None = None
    mended: Findings = field(default_factory=Findings)  # what the copy no longer has
    left: Findings = field(default_factory=Findings)  # what it still has, or why there is none
    changed: tuple[Change, ...] = ()
    proposed: tuple[Change, ...] = ()  # changes of the text that were not made


def copy_of(path: Path) -> Path:
    """Return where the mended copy of a file belongs: beside it."""
    return path.with_name(f"{path.stem}{_ADDED}{path.suffix}")


def fix(path: Path, target: Path | None = None, *, text: bool = False, name: str = "") -> Fixed:
    """Write a copy of the Word file at ``path`` to ``target`` (beside it) in which its looks are mended.

    It is called ``name`` in what is said. Every character stays, unless ``text`` is set: then the text is put right too
    where it is clear how, and each change is told. Nothing is written over. What can't be done is a finding; nothing is
    raised for what is in the file.
    """
    name, target = name or path.name, target or copy_of(path)
    try:
        parts = open_parts(path)
        if parts.is_strict:
            raise UnreadableError("format.strict")
        before = _as_bytes(parts)
        first = examine(parts, name)
        last, changed = _mended(parts, first, target.name, text=text)
        roots = {key: parts.files[key] for key, data in _as_bytes(parts).items() if data != before[key]}
        if not roots:
            return Fixed(left=first.findings(), proposed=_proposals(first))
        left = last.findings()
        if parts.is_signed:
            left.add("format.signed", Location(target.name))
        _write(path, target, roots)
    except UnreadableError as error:
        refused = Findings()
        refused.add(error.code, Location(name), name=name, **error.facts)
        return Fixed(left=refused)
    return Fixed(target, first.findings(but=last.marks), left, changed, _proposals(last))


def _mended(parts: Parts, report: Report, copy: str, *, text: bool) -> tuple[Report, tuple[Change, ...]]:
    """Carry out what the report asks for, look again, and so on; return the last report and the changes of the text."""
    changes: list[Change] = []
    for _ in range(_ROUNDS):
        made = reword(_wordings(report)) if text else []
        changes += _as_changes(report, made)
        if not made and not mend(report.remedies):
            break
        report = examine(parts, copy)
    return report, tuple(changes)


def _wordings(report: Report) -> list[Wording]:
    return [remedy for remedy in report.remedies if isinstance(remedy, Wording)]


def _as_changes(report: Report, wordings: Iterable[Wording]) -> list[Change]:
    by_place = sorted(wordings, key=lambda wording: (wording.paragraph.number, wording.start))
    return [Change(report.place(wording.paragraph), *wording.shown) for wording in by_place]


def _proposals(report: Report) -> tuple[Change, ...]:
    return tuple(_as_changes(report, _wordings(report)))


def _as_bytes(parts: Parts) -> dict[str, bytes]:
    return {key: etree.tostring(root) for key, root in parts.files.items()}


def _write(path: Path, target: Path, roots: dict[str, object]) -> None:
    """Write the copy; raises UnreadableError where it can't be, and leaves nothing half written."""
    try:
        with target.open("xb") as stream:
            _fill(path, target, roots, stream)
    except FileExistsError as error:
        raise UnreadableError("format.copy_exists", copy=target.name) from error
    except OSError as error:
        raise UnreadableError("format.copy_not_written", copy=target.name, why=why_not_written(error)) from error


def _fill(path: Path, target: Path, roots: dict[str, object], stream: BinaryIO) -> None:
    try:
        copy_with(path, roots, stream)
    except BaseException:
        stream.close()  # Windows removes no file that is open
        with suppress(OSError):
            target.unlink()
        raise

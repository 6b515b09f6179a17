"""What an office hands in as it is, though the program would keep it back (报送认可): named, sealed, recorded.

What may be accepted is data: the rows of findings.yaml that have ``accept``. Whoever finds such a thing makes a
:class:`Target` of it. An acceptance holds for the content that it was given for and for no other: of a file its bytes,
of a line the facts that its points rest on, of a record what it says.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kaoping.core.engine import ACCEPTANCE, Acceptance
from kaoping.core.errors import refused
from kaoping.core.figures import number
from kaoping.core.findings import Findings, catalogue
from kaoping.core.model import EvidenceFile, LineScore, Location, Record
from kaoping.core.schema import Kinds
from kaoping.records.entry import Recorded, Register
from kaoping.records.readers.cells import day_in
from kaoping.records.validate import nfc

_LENGTH = 12  # characters of a seal


@dataclass(frozen=True, slots=True)
class Target:
    """Something that may be accepted: what is the matter with it, what it is called, and a seal of its content."""

    code: str
    about: str
    seal: str
    also: tuple[str, ...] = ()  # what people may call it besides, where nothing else is called so

    def is_called(self, name: str) -> bool:
        """Whether somebody who says ``name`` means it."""
        return _plain(name) == _plain(self.about)

    def is_meant_by(self, acceptance: Acceptance) -> bool:
        """Whether the acceptance is about it, whatever its content was then."""
        return acceptance.code in (self.code, catalogue()[self.code].accept) and self.is_called(acceptance.about)


@dataclass(frozen=True, slots=True)
class Wanted:
    """An acceptance as it was asked for."""

    code: str
    about: str
    reason: str
    who: str
    when: str = ""  # as people write it; "" where nobody said


def of_file(code: str, file: EvidenceFile, *facts: str) -> Target:
    """Return what would be accepted of a file: its bytes, or where nobody could read them all that is known of it.

    Where the unit masked or left out some of it, what is shown of it. ``facts`` are what it is about besides.
    """
    content = file.digest if file.hides else file.sha256
    seal = content[:_LENGTH] or _seal(file.path, str(file.size), file.why)
    if facts:
        seal = _seal(content, *facts)
    return Target(code, file.path, seal, (file.path.rsplit("/", 1)[-1],))


def of_line(code: str, score: LineScore) -> Target:
    """Return what would be accepted of a line: so many points without support, on these facts."""
    return Target(code, score.line, _seal(score.digest, number(score.unsupported)), (f"第{score.line}项",))


def of_record(code: str, title: str, record: Record) -> Target:
    """Return what would be accepted of a record of the kind called ``title``: what it says now."""
    values = (f"{name}={value}" for name, value in sorted(record.values.items()) if value not in (None, ()))
    return Target(code, f"{title} {record.id}", _seal(*values), (record.id,))


def standing(target: Target, acceptances: Iterable[Acceptance]) -> Acceptance | None:
    """Return the acceptance that holds for the target as it is; None where there is none."""
    return next((its for its in acceptances if target.is_meant_by(its) and its.seal == target.seal), None)


def acceptable() -> dict[str, str]:
    """Return all that may be accepted: what it is called → its code."""
    return {kind.accept: code for code, kind in catalogue().items() if kind.accept}


def code_named(name: str) -> str:
    """Return the code that ``name`` (a code, or what the catalogue calls it) stands for.

    Raises KaopingError for what nobody may accept: secrets, open lines, errors.
    """
    names = acceptable()
    if name in names or name in names.values():
        return names.get(name, name)
    can = "、".join(names)
    for kind in catalogue().values():
        if name in (kind.code, kind.title, kind.group):
            raise refused("accept.not_allowed", Location(), name=name, title=kind.title, can=can)
    raise refused("accept.unknown", Location(), name=name, can=can)


def record_acceptance(
    folder: Path, kinds: Kinds, targets: Sequence[Target], recorded: Sequence[Acceptance], year: int, wanted: Wanted
) -> Recorded:
    """Write an acceptance of the one of ``targets`` that is wanted; ``recorded`` are those that there are.

    A day without its year is one of ``year``. Raises KaopingError, writing nothing, where nothing is the matter with
    what is named, it is accepted already, or a field is unfit.
    """
    code = code_named(wanted.code)
    name = catalogue()[code].accept
    target = _named([its for its in targets if its.code == code], wanted.about, name)
    register = _register(folder, kinds)
    if there := standing(target, recorded):
        raise refused("accept.already", there.at, name=name, about=target.about, id=there.id, who=there.who)
    values = {
        "code": name, "about": target.about, "reason": wanted.reason.strip(), "who": wanted.who.strip(),
        "when": day_in(wanted.when, year) if wanted.when else "", "seal": target.seal,
    }  # fmt: skip
    register.refuse_unfit(values, Findings())
    return register.enter({its.id for its in recorded}, values)


def take_back(folder: Path, kinds: Kinds, recorded: Sequence[Acceptance], code: str, about: str) -> Recorded:
    """Take out all acceptances of ``code`` for what is called ``about``, those of an earlier content too.

    Raises KaopingError, touching nothing, where there is none, or its place can't be written to.
    """
    name = catalogue()[code_named(code)].accept
    of_kind = [its for its in recorded if its.code in (name, code_named(code))]
    undone = [its for its in of_kind if _plain(its.about) == _plain(about)]
    undone = undone or [its for its in of_kind if _plain(about) in _shorter(its.about)]
    if not undone:
        listed = "、".join(dict.fromkeys(f"{its.code}“{its.about}”" for its in recorded)) or "（一条也没有）"
        raise refused("accept.nothing_to_undo", Location(folder.name), name=name, about=about, others=listed)
    return _register(folder, kinds).take_out([(its.id, its.at) for its in undone])


def _register(folder: Path, kinds: Kinds) -> Register:
    return Register(folder, kinds, kinds[ACCEPTANCE], "RK", "kaoping accept 单位文件夹 事项 --for 对象 --undo")


def _named(targets: Sequence[Target], about: str, name: str) -> Target:
    """Return the target that is called ``about``, or that alone is called so besides; raises KaopingError."""
    meant = [its for its in targets if its.is_called(about)]
    meant = meant or [its for its in targets if _plain(about) in map(_plain, its.also)]
    if len(meant) != 1:
        listed = "、".join(f"“{its.about}”" for its in meant or targets) or "（一处也没有）"
        raise refused("accept.which" if meant else "accept.no_target", Location(), name=name, about=about, there=listed)
    return meant[0]


def _plain(name: str) -> str:
    """A name as it is compared: a path from 材料/ on, without the mark of a record's or line's."""
    return nfc(" ".join(name.split()).removeprefix("./"))


def _shorter(about: str) -> set[str]:
    """What an acceptance's subject may be called for short: a file's name, a record's id, 第10项."""
    return {_plain(about.rsplit("/", 1)[-1]), _plain(about.rsplit(" ", 1)[-1]), f"第{about}项"}


def _seal(*facts: str) -> str:
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:_LENGTH]

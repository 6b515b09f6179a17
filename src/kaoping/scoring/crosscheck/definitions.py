"""Reads the cross-checks of a pack. All that is wrong with them is found at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from string import Formatter

from kaoping.core import resources, yamltree
from kaoping.core.decode import decode
from kaoping.core.errors import KaopingError
from kaoping.core.findings import FindingKind, Findings
from kaoping.core.packs import Pack
from kaoping.core.packs.overlay import Named
from kaoping.core.packs.vocabulary import wider
from kaoping.core.schema import Vocabulary
from kaoping.core.yamltree import ExpectedError, Node
from kaoping.rubric.rules.declared import Indicator
from kaoping.rubric.rules.evaluation import walk
from kaoping.scoring.crosscheck._alike import Shared, Twice
from kaoping.scoring.crosscheck._compared import Agree, Rows
from kaoping.scoring.crosscheck._photos import SameShot, Taken
from kaoping.scoring.crosscheck._slip import check_settled
from kaoping.scoring.crosscheck._stated import Stated

#: A way of looking for slips: ``find`` yields them, and the check's sentences may name what is in ``names``.
Way = Rows | Agree | Twice | Shared | SameShot | Taken | Stated

ROOT = "checks"
FILE = f"{ROOT}.yaml"
ROOM = "check"  # a finding's code is check.<id>
_ID = re.compile("[a-z][a-z0-9_]*")
_SENTENCES = ("problem", "effect", "mend")
_WAYS: Mapping[str, type[Way]] = {
    "rows": Rows,
    "agree": Agree,
    "twice": Twice,
    "shared": Shared,
    "same_shot": SameShot,
    "taken": Taken,
    "stated": Stated,
}


@dataclass(frozen=True, slots=True)
class Check:
    """One cross-check: its words, and where it looks."""

    words: FindingKind
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Checks:
    """The cross-checks of a pack."""

    checks: tuple[Check, ...]
    unfit: Mapping[str, str]  # checks of the common stock that the pack's kinds have no place for: id → why


def checks_of(pack: Pack) -> tuple[Check, ...]:
    """Return the checks of ``pack``: the common stock's and its own; raises KaopingError with all that is wrong."""
    return checks_in(pack).checks


def checks_in(pack: Pack) -> Checks:
    """Return the checks of ``pack`` and which of the common stock do not fit it; raises KaopingError."""
    return pack.part("checks", _checks)


def _checks(pack: Pack) -> Checks:
    """The common stock's checks speak of kinds that the pack may lack: of those it has no records."""
    unfit: dict[str, str] = {}
    with _raised_together() as findings:
        stock = yamltree.read(resources.schema(FILE), FILE, findings, wider(pack.vocabulary))
        assert stock is not None, "the common stock can be read"
        merged = pack.merged(FILE, {ROOT: Named()}, findings, Node({ROOT: stock}, stock.at, stock.vocabulary))
        checks = _parsed(merged.mapping()[ROOT], findings, unfit) if merged is not None else ()
    return Checks(checks, unfit)


def load(path: Path, vocabulary: Vocabulary) -> tuple[Check, ...]:
    """Return the checks in the file at ``path``; raises KaopingError with all that is wrong with them."""
    checks: list[Check] = []
    with _raised_together() as findings:
        node = yamltree.read(path, path.name, findings, vocabulary)
        if node is not None and node.value is not None:
            checks += _parsed(node, findings)
    return tuple(checks)


@contextmanager
def _raised_together() -> Iterator[Findings]:
    """Collect what is wrong; raises KaopingError with all of it at the end."""
    findings = Findings()
    try:
        yield findings
    except ExpectedError as error:
        _expect(error, findings)
    if findings.errors:
        raise KaopingError(findings.sorted())


def _parsed(node: Node, findings: Findings, unfit: dict[str, str] | None = None) -> tuple[Check, ...]:
    """The checks of ``node``; of those of the common stock that can't be read, ``unfit`` takes the reason."""
    checks: list[Check] = []
    for id_, entry in node.mapping().items():
        try:
            checks.append(_check(id_, entry))
        except ExpectedError as error:
            if unfit is not None and entry.at.file == FILE:
                unfit[id_] = error.what
            else:
                _expect(error, findings)
    return tuple(checks)


def indicators(pack: Pack) -> Mapping[str, str]:
    """Return the declared numbers (数据指标) that the pack's checks ask for: id → what it is called."""
    return pack.part("indicators of checks", _indicators)


def _indicators(pack: Pack) -> Mapping[str, str]:
    return {node.id: node.label for check in checks_of(pack) for node in walk(check) if isinstance(node, Indicator)}


def _expect(error: ExpectedError, findings: Findings) -> None:
    at = error.node.at
    findings.add("crosscheck.expected", at, path=at.path or "开头", expected=error.what)


def _check(id_: str, node: Node) -> Check:
    if not _ID.fullmatch(id_):
        raise ExpectedError(node, f"核对的编号“{id_}”只能用小写字母、数字和下划线，以字母开头")
    words = decode(FindingKind, node, also=tuple(_WAYS), code=f"{ROOM}.{id_}")
    used = [(_WAYS[name], child) for name, child in node.mapping().items() if name in _WAYS]
    if len(used) != 1:
        raise ExpectedError(node, f"应为一种核对：{'、'.join(_WAYS)}")
    (cls, looked), *_ = used
    ways = tuple(way for item in looked.each() for way in _ways(cls, item))  # they share one set of words
    if not ways:
        raise ExpectedError(looked, "至少要写一条")
    known = frozenset.intersection(*(way.names for way in ways))
    for name in _SENTENCES:
        _check_blanks(node.mapping()[name], known)
    return Check(words, ways)


def _ways(cls: type[Way], node: Node) -> Iterator[Way]:
    """The way of looking that ``node`` describes; where it names several kinds of records, one for each."""
    kinds = node.mapping().get("of") if cls is Rows else None
    for kind in kinds.each() if kinds is not None else (None,):
        single = node if kind is None else replace(node, value={**node.mapping(), "of": kind})
        way = decode(cls, single)
        check_settled(single, way)
        yield way


def _check_blanks(node: Node, known: frozenset[str]) -> None:
    """A blank that nothing fills would stop the check in the middle of somebody's year."""
    try:
        parts = list(Formatter().parse(node.text()))
    except ValueError:
        raise ExpectedError(node, "花括号不成对；要写花括号本身时写两遍") from None
    for _, name, form, conversion in parts:
        if name is not None and (name not in known or form or conversion):
            raise ExpectedError(node, f"不认识“{{{name}}}”，可用：{'、'.join(sorted(known))}")

"""Reads the cross-checks from ``evidence_schema/checks.yaml``. All that is wrong with the file is found at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from string import Formatter

from kaoping.core import resources, yamltree
from kaoping.core.errors import KaopingError
from kaoping.core.findings import FindingKind, Findings, Severity
from kaoping.core.yamltree import ExpectedError, Node
from kaoping.rubric.rules.base import walk
from kaoping.rubric.rules.declared import Indicator
from kaoping.scoring.crosscheck.agree import parse_agree
from kaoping.scoring.crosscheck.alike import parse_shared, parse_twice
from kaoping.scoring.crosscheck.base import Check, Way
from kaoping.scoring.crosscheck.rows import parse_rows

FILE = "checks.yaml"
ROOM = "check"  # a finding's code is check.<id>
_ID = re.compile("[a-z][a-z0-9_]*")
_SENTENCES = ("problem", "effect", "mend")
_PARSERS: Mapping[str, Callable[[Node], Sequence[Way]]] = {
    "rows": parse_rows,
    "agree": parse_agree,
    "twice": parse_twice,
    "shared": parse_shared,
}


@cache
def checks() -> tuple[Check, ...]:
    """Return the checks that come with the tool; raises KaopingError with all that is wrong with them."""
    return load(resources.schema(FILE))


def load(path: Path) -> tuple[Check, ...]:
    """Return the checks in the file at ``path``; raises KaopingError with all that is wrong with them."""
    findings = Findings()
    node = yamltree.read(path, path.name, findings)
    found: list[Check] = []
    try:
        entries = node.mapping() if node is not None and node.value is not None else {}
    except ExpectedError as error:
        entries = {}
        _expect(error, findings)
    for id_, entry in entries.items():
        try:
            found.append(_check(id_, entry))
        except ExpectedError as error:
            _expect(error, findings)
    if findings.errors:
        raise KaopingError(findings.sorted())
    return tuple(found)


@cache
def indicators() -> Mapping[str, str]:
    """Return the declared numbers (数据指标) that the checks ask for: id → what it is called."""
    return {node.id: node.label for check in checks() for node in walk(check) if isinstance(node, Indicator)}


def _expect(error: ExpectedError, findings: Findings) -> None:
    at = error.node.at
    findings.add("crosscheck.expected", at, path=at.path or "开头", expected=error.what)


def _check(id_: str, node: Node) -> Check:
    if not _ID.fullmatch(id_):
        raise ExpectedError(node, f"核对的编号“{id_}”只能用小写字母、数字和下划线，以字母开头")
    f = node.fields(f"severity title {' '.join(_SENTENCES)}", " ".join(_PARSERS))
    used = [name for name in _PARSERS if name in f]
    if len(used) != 1:
        raise ExpectedError(node, f"应为一种核对：{'、'.join(_PARSERS)}")
    if f.text("severity") not in list(Severity):
        raise ExpectedError(f["severity"], f"应为 {'、'.join(Severity)} 之一，现为“{f.text('severity')}”")
    # Several of the same way share one set of words.
    ways = tuple(way for item in f[used[0]].each() for way in _PARSERS[used[0]](item))
    if not ways:
        raise ExpectedError(f[used[0]], "至少要写一条")
    known = frozenset.intersection(*(way.names for way in ways))
    for name in _SENTENCES:
        _check_blanks(f[name], known)
    words = FindingKind(
        f"{ROOM}.{id_}", Severity(f.text("severity")), f.text("title"), *(f.text(name) for name in _SENTENCES)
    )
    return Check(words, ways)


def _check_blanks(node: Node, known: frozenset[str]) -> None:
    """A blank that nothing fills would stop the check in the middle of somebody's year."""
    try:
        parts = list(Formatter().parse(node.text()))
    except ValueError:
        raise ExpectedError(node, "花括号不成对；要写花括号本身时写两遍") from None
    for _, name, form, conversion in parts:
        if name is not None and (name not in known or form or conversion):
            raise ExpectedError(node, f"不认识“{{{name}}}”，可用：{'、'.join(sorted(known))}")

"""Reads a competition's rules from ``competitions/<id>.yaml`` of a pack. All that is wrong is found at once."""

from __future__ import annotations

from pathlib import Path

from kaoping.core import yamltree
from kaoping.core.decode import decode
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Findings
from kaoping.core.packs import Pack
from kaoping.core.schema import Vocabulary
from kaoping.core.yamltree import ExpectedError, Node
from kaoping.wings.contest._rules import Competition

FOLDER = "competitions"


def known(pack: Pack) -> list[str]:
    """Return the ids of the competitions that the pack has rules for."""
    return list(pack.files(FOLDER))


def load(pack: Pack, id_: str) -> Competition:
    """Load the pack's competition ``id_``, or with "" its only one.

    Raises KaopingError for an unknown one, or with all that is wrong with it.
    """
    if not id_ and len(known(pack)) == 1:
        (id_,) = known(pack)
    if id_ not in known(pack):
        findings = Findings()
        findings.add("contest.unknown_rules", id=id_ or "（没有写）", known="、".join(known(pack)) or "（没有）")
        raise KaopingError(list(findings))
    return pack.part(f"{FOLDER}/{id_}", lambda _: _load(pack, id_))


def _load(pack: Pack, id_: str) -> Competition:
    findings = Findings()
    layer, name = pack.files(FOLDER)[id_]
    return _competition(layer.read(name, findings, pack.vocabulary), findings)


def check_all(pack: Pack) -> None:
    """Load all competitions of the pack; raises KaopingError with all that is wrong with the first broken one."""
    for id_ in known(pack):
        load(pack, id_)


def load_file(path: Path, vocabulary: Vocabulary) -> Competition:
    """Load the competition in the file at ``path``; raises KaopingError with all that is wrong with it."""
    findings = Findings()
    return _competition(yamltree.read(path, f"{FOLDER}/{path.name}", findings, vocabulary), findings)


def _competition(node: Node | None, findings: Findings) -> Competition:
    def tell(error: ExpectedError) -> None:
        at = error.node.at
        findings.add("contest.rules_expected", at, path=at.path or "开头", expected=error.what)

    competition: Competition | None = None
    try:
        competition = decode(Competition, node, tell=tell) if node is not None else None
    except ExpectedError as error:
        tell(error)
    if competition is None or findings.errors:
        raise KaopingError(findings.sorted())
    return competition

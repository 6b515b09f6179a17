"""What a pack's own ``pack.yaml`` says of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kaoping.core import yamltree
from kaoping.core.findings import Findings
from kaoping.core.names import why_not_portable
from kaoping.core.yamltree import ExpectedError, Node

FILE = "pack.yaml"
ID_HINT = "编号只用字母、数字、汉字和 . - _，如 safety-2018"
_ID = re.compile(r"\w[\w.-]*")
_DROPPED = "kinds fields documents checks sections lines questions groups due evidence_types"
_OPTIONAL = "also default matter title year levels extends kinds documents wings samples drop"


@dataclass(frozen=True, slots=True)
class Description:
    """A pack as it describes itself. What an extending pack leaves out is the extended one's."""

    id: str
    title: str
    matter: str  # what documents call it that a unit is scored on, without the year: 安全生产工作考评
    year: int | None
    levels: tuple[str, ...]
    extends: Node | None  # the pack that it lies on
    also: tuple[str, ...] = ()  # other names that units may have written
    default: bool = False  # the pack of a unit that names none; of the stock alone
    kinds: tuple[Node, ...] = ()  # names of record kinds, its own and the common stock's, in the order of the work
    documents: tuple[Node, ...] = ()  # names of documents of the common stock
    wings: tuple[Node, ...] = ()  # products of their own that it switches on
    samples: tuple[str, ...] = ()
    drop: Mapping[str, tuple[Node, ...]] | None = None  # of what it extends: collection → ids


def read_description(folder: Path, findings: Findings) -> Description | None:
    """Read the pack.yaml of the pack in ``folder``; None where it can't be used, for the reasons in ``findings``."""
    node = yamltree.read(folder / FILE, f"{folder.name}/{FILE}", findings)
    if node is None:
        return None
    try:
        return _description(node)
    except ExpectedError as error:
        tell(error, findings)
        return None


def is_id(text: str) -> bool:
    """Whether a pack may be called so: it is the name of a folder too."""
    return _ID.fullmatch(text) is not None and not why_not_portable(text)


def tell(error: ExpectedError, findings: Findings) -> None:
    """Add what a file of a pack should have had, and where."""
    at = error.node.at
    findings.add("pack.expected", at, path=at.path or "开头", expected=error.what)


def _description(node: Node) -> Description:
    f = node.fields("id", _OPTIONAL)
    extends = f.get("extends")
    if extends is not None and extends.value is None:
        extends = None
    if extends is not None:
        extends.text()
    if not is_id(f.text("id")):
        raise ExpectedError(f["id"], ID_HINT)
    if extends is None:
        node.fields("id title year levels", _OPTIONAL)
    year = f.number("year")
    if year is not None and year.denominator != 1:
        raise ExpectedError(f["year"], "应为年度，如 2018")
    if (extends is None or "levels" in f) and not f.texts("levels"):
        raise ExpectedError(f["levels"], "至少写一个单位级别")
    drop = f["drop"].fields("", _DROPPED) if "drop" in f else {}
    return Description(
        id=f.text("id"),
        title=f.text("title"),
        matter=f.text("matter"),
        year=int(year) if year is not None else None,
        levels=f.texts("levels"),
        extends=extends,
        also=f.texts("also"),
        default=f.truth("default"),
        kinds=_names(f.get("kinds")),
        documents=_names(f.get("documents")),
        wings=_names(f.get("wings")),
        samples=f.texts("samples"),
        drop={name: _names(child) for name, child in drop.items()},
    )


def _names(node: Node | None) -> tuple[Node, ...]:
    if node is None or node.value is None:
        return ()
    for child in node.each():
        child.text()
    return tuple(node.each())

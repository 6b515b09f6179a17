"""What a pack's own ``pack.yaml`` says of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from kaoping.core import yamltree
from kaoping.core.decode import Read, decode
from kaoping.core.file_names import why_not_portable
from kaoping.core.findings import Findings
from kaoping.core.yamltree import ExpectedError, Node

FILE = "pack.yaml"
ID_HINT = "编号只用字母、数字、汉字和 . - _，如 safety-2018"
_ID = re.compile(r"\w[\w.-]*")
DROPPED = "kinds fields documents checks sections lines questions groups due evidence_types take"
_OF_ITS_OWN = ("title", "year", "levels")  # what a pack has to say that extends none


def _word(node: Node) -> Node:
    node.text()
    return node


_Words = tuple[Annotated[Node, Read(_word)], ...]


@dataclass(frozen=True, slots=True)
class Description:
    """A pack as it describes itself. What an extending pack leaves out is the extended one's."""

    id: Annotated[str, Read(_id)]
    title: str = ""
    matter: str = ""  # what documents call it that a unit is scored on, without the year: 安全生产工作考评
    year: Annotated[int | None, Read(_year)] = None
    levels: tuple[str, ...] = ()
    extends: Annotated[Node | None, Read(_word)] = None  # the pack that it lies on
    also: tuple[str, ...] = ()  # other names that units may have written
    default: bool = False  # the pack of a unit that names none; of the stock alone
    kinds: _Words = ()  # names of record kinds, its own and the common stock's, in the order of the work
    documents: _Words = ()  # names of documents of the common stock
    wings: _Words = ()  # products of their own that it switches on
    samples: tuple[str, ...] = ()
    #: Of what it extends: collection → ids.
    drop: Annotated[Mapping[str, tuple[Node, ...]], Read(_dropped)] = field(default_factory=dict)


def read_description(folder: Path, findings: Findings) -> Description | None:
    """Read the pack.yaml of the pack in ``folder``; None where it can't be used, for the reasons in ``findings``."""
    node = yamltree.read(folder / FILE, f"{folder.name}/{FILE}", findings)
    if node is None:
        return None
    try:
        description = decode(Description, node)
        if description.extends is None:
            node.checked(_OF_ITS_OWN, tuple(node.mapping()))
        if not description.levels and (description.extends is None or "levels" in node.mapping()):
            raise ExpectedError(node.mapping()["levels"], "至少写一个单位级别")
        return description
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


def _id(node: Node) -> str:
    if not is_id(node.text()):
        raise ExpectedError(node, ID_HINT)
    return node.text()


def _year(node: Node) -> int:
    year = node.number()
    if year.denominator != 1:
        raise ExpectedError(node, "应为年度，如 2018")
    return int(year)


def _dropped(node: Node) -> dict[str, tuple[Node, ...]]:
    f = node.fields("", DROPPED)
    return {name: tuple(map(_word, child.each())) if child.value is not None else () for name, child in f.items()}

"""The seam on which wings stand: products of their own, which a pack switches on by name.

What a wing is to the others stands in ``evidence_schema/wings/<id>.yaml``; its code is the package
``kaoping.wings.<id>`` and is imported by name when it is needed, so that no room names a wing.
"""

from __future__ import annotations

from dataclasses import dataclass

from kaoping.core import resources, yamltree
from kaoping.core.findings import Findings

FOLDER = "wings"


@dataclass(frozen=True, slots=True)
class Wing:
    """What a wing brings."""

    id: str
    title: str
    kinds: tuple[str, ...]  # record kinds of the common stock that it works with
    documents: tuple[str, ...]  # documents of the common stock that it writes


def known() -> list[str]:
    """Return the ids of the wings that a pack may switch on."""
    return sorted(path.stem for path in resources.schema(FOLDER).glob("*.yaml"))


def wing(id_: str) -> Wing:
    """Return the description of the wing ``id_``; raises KeyError for an unknown one."""
    path = resources.schema(FOLDER, f"{id_}.yaml")
    node = yamltree.read(path, f"{FOLDER}/{path.name}", Findings()) if path.is_file() else None
    if node is None:
        raise KeyError(id_)
    f = node.fields("title", "kinds documents")
    return Wing(id_, f.text("title"), f.texts("kinds"), f.texts("documents"))

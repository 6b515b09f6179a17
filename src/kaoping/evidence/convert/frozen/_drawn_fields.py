"""Fields in drawn text (DrawingML, ECMA-376-1, 21.1.2.2.4) as their saved text; numbers of slides stay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kaoping.evidence.convert.frozen._office_zip import OfficeZip, elements, sibling_name

_KEPT = ("slidenum",)


def freeze_drawn(archive: OfficeZip, parts: Sequence[str]) -> None:
    """Turn the fields in ``parts`` into runs with the text that was saved."""
    for part in parts:
        root = archive.tree(part)
        for drawn in list(elements(root, "fld")) if root is not None else ():
            if drawn.get("type", "") not in _KEPT:
                _to_run(drawn)
                archive.changed(part)


def _to_run(drawn: Any) -> None:
    run = drawn.makeelement(sibling_name(drawn, "r"))
    for inner in list(drawn):
        if inner.tag.endswith(("}rPr", "}t")):  # a run has no paragraph properties
            run.append(inner)
    run.tail = drawn.tail
    drawn.getparent().replace(drawn, run)

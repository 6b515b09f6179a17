"""Fields in drawn text (DrawingML, ECMA-376-1, 21.1.2.2.4) as their saved text; numbers of slides stay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kaoping.evidence.convert._losses import Losses
from kaoping.evidence.convert.frozen._office_zip import OfficeZip, elements, sibling_name

_KEPT = ("slidenum",)
_COMPUTED = "没有保存结果的域按转换时算出的显示：{}。"


def freeze_drawn(archive: OfficeZip, parts: Sequence[str], losses: Losses) -> None:
    """Turn the fields in ``parts`` into runs with the text that was saved; what has none is computed, and told."""
    for part in parts:
        root = archive.tree(part)
        for drawn in list(elements(root, "fld")) if root is not None else ():
            kind = drawn.get("type", "")
            if kind in _KEPT:
                continue
            if kind and not (drawn.findtext("{*}t") or "").strip():
                losses.add(_COMPUTED, kind)
                continue
            _to_run(drawn)
            archive.changed(part)


def _to_run(drawn: Any) -> None:
    run = drawn.makeelement(sibling_name(drawn, "r"))
    for inner in list(drawn):
        if inner.tag.endswith(("}rPr", "}t")):  # a run has no paragraph properties
            run.append(inner)
    run.tail = drawn.tail
    drawn.getparent().replace(drawn, run)

"""Fields in drawn text (DrawingML, ECMA-376-1, 21.1.2.2.4) as their saved text; numbers of slides stay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kaoping.evidence.convert._losses import Losses
from kaoping.evidence.convert.frozen._office_zip import OfficeZip, drop, elements, sibling_name
from kaoping.records.grids import symbol_fonts

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
        if root is not None and _map_symbols(root):
            archive.changed(part)


def _map_symbols(root: Any) -> bool:
    """Write the runs in a symbol font as Unicode; returns whether there were any."""
    has_changed = False
    for run in elements(root, "r"):
        for name in ("latin", "sym"):
            font = run.find(f"{{*}}rPr/{{*}}{name}")
            text = run.find("{*}t")
            if font is None or text is None or not symbol_fonts.has(font.get("typeface", "")):
                continue
            plain = text.text or ""
            if name == "latin" or all(symbol_fonts.is_private(char) for char in plain):
                text.text = symbol_fonts.in_unicode(font.get("typeface", ""), plain)
                drop(font)
                has_changed = True
    return has_changed


def _to_run(drawn: Any) -> None:
    run = drawn.makeelement(sibling_name(drawn, "r"))
    for inner in list(drawn):
        if inner.tag.endswith(("}rPr", "}t")):  # a run has no paragraph properties
            run.append(inner)
    run.tail = drawn.tail
    drawn.getparent().replace(drawn, run)

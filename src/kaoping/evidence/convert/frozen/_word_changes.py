"""Tracked changes of a Word file (ECMA-376-1, 17.13.5) resolved: what was put in stays, what was struck out goes."""

from __future__ import annotations

from typing import Any

from kaoping.evidence.convert.frozen._office_zip import drop, elements, local, unwrap

_GONE, _STAYS = ("del", "moveFrom"), ("ins", "moveTo")
_FORMER = (
    "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "trPrChange", "tcPrChange", "tblGridChange",
    "tblPrExChange", "numberingChange", "cellIns", "cellMerge",
)  # fmt: skip
_PROPERTIES = ("rPr", "trPr", "tcPr", "ctrlPr")  # where a change is a mark, and holds nothing


def accept_changes(root: Any) -> int:
    """Resolve the changes below ``root`` to the final text; returns how many there were."""
    count = sum(1 for _ in elements(root, *_GONE, *_STAYS, *_FORMER))
    if not count:
        return 0
    for row in [row for row in elements(root, "tr") if _is_marked(row.find("{*}trPr"), *_GONE)]:
        drop(row)
    for cell in [cell for cell in elements(root, "tc") if _is_marked(cell.find("{*}tcPr"), "cellDel")]:
        drop(cell)
    for table in [table for table in elements(root, "tbl") if table.find("{*}tr") is None]:
        drop(table)
    joined = [p for p in elements(root, "p") if _is_marked(p.find("{*}pPr/{*}rPr"), *_GONE)]
    for change in list(elements(root, *_GONE, *_FORMER)):
        drop(change)
    for change in list(elements(root, *_STAYS)):
        if local(change.getparent()) in _PROPERTIES:
            drop(change)
        else:
            unwrap(change)
    for paragraph in joined:
        _join(paragraph)
    return count


def _is_marked(properties: Any, *names: str) -> bool:
    return properties is not None and any(properties.find(f"{{*}}{name}") is not None for name in names)


def _join(paragraph: Any) -> None:
    """Put what is left of a paragraph whose mark was struck out before what follows it."""
    after = paragraph.getnext()
    left = [inner for inner in paragraph if local(inner) != "pPr"]
    if after is None or local(after) != "p":
        if not left and after is not None and local(after) != "sectPr":
            drop(paragraph)  # a cell and a body need a last one
        return
    at = 1 if after.find("{*}pPr") is not None else 0
    for inner in reversed(left):
        after.insert(at, inner)
    drop(paragraph)

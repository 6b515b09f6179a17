"""The paragraphs of drawn text (DrawingML): slides, text boxes on sheets, diagrams."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kaoping.evidence.convert.frozen._office_zip import OfficeZip, elements, local
from kaoping.evidence.convert.shown._passages import Passage


def drawn_passages(archive: OfficeZip, part: str, place: str) -> Iterator[Passage]:
    """Yield the paragraphs that are drawn in ``part``, all at ``place``; letters that are drawn as shapes are none."""
    root = archive.tree(part)
    for paragraph in elements(root, "p") if root is not None else ():
        if not paragraph.tag.endswith("drawingml/2006/main}p") and "drawingml/main}p" not in paragraph.tag:
            continue
        if _is_shaped(paragraph.getparent()) or any(
            local(holder) == "Fallback" for holder in paragraph.iterancestors()
        ):
            continue
        texts = [""]
        for inner in paragraph:
            if local(inner) == "r":
                texts[-1] += inner.findtext("{*}t") or ""
            elif local(inner) == "fld":
                texts.append("")
            elif local(inner) == "br":
                texts[-1] += " "
        yield from (Passage(place, text) for text in texts if text.strip())


def _is_shaped(body: Any) -> bool:
    """Whether the text of a shape is bent: it is drawn as outlines then, and no text on the page."""
    warp = body.find("{*}bodyPr/{*}prstTxWarp") if body is not None else None
    return warp is not None and warp.get("prst", "textNoShape") != "textNoShape"

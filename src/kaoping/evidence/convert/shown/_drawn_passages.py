"""The paragraphs of drawn text (DrawingML): slides, text boxes on sheets, diagrams."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kaoping.evidence.convert.frozen._office_zip import OfficeZip, elements, local
from kaoping.evidence.convert.frozen._slide_copy import is_hidden_slide, slides
from kaoping.evidence.convert.shown._passages import Passage


def drawn_passages(archive: OfficeZip, part: str, place: str) -> Iterator[Passage]:
    """Yield the paragraphs that are drawn in ``part``, all at ``place``; letters that are drawn as shapes are none."""
    root = archive.tree(part)
    for paragraph in elements(root, "p") if root is not None else ():
        if not paragraph.tag.endswith("drawingml/2006/main}p") and "drawingml/main}p" not in paragraph.tag:
            continue
        if (
            _is_shaped(paragraph.getparent())
            or _is_hidden(paragraph)
            or any(local(holder) == "Fallback" for holder in paragraph.iterancestors())
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


def slide_passages(archive: OfficeZip) -> Iterator[Passage]:
    """Yield what the slides of ``archive``, frozen, say, and the diagrams on them."""
    for number, part, root in slides(archive):
        if not is_hidden_slide(root):
            yield from drawn_passages(archive, part, f"第{number}张")
            yield from diagram_passages(archive, part, f"第{number}张")
            yield from chart_passages(archive, part, f"第{number}张")


def chart_passages(archive: OfficeZip, part: str, place: str) -> Iterator[Passage]:
    """Yield the titles of the charts on ``part``; their numbers are those of a table, or of their own data."""
    for kind, target, outside in archive.related(part).values():
        root = archive.tree(target) if kind == "chart" and not outside else None
        for title in elements(root, "title") if root is not None else ():
            for paragraph in elements(title, "p"):
                text = "".join(piece.text or "" for piece in elements(paragraph, "t"))
                if text.strip():
                    yield Passage(place, text)


def diagram_passages(archive: OfficeZip, part: str, place: str) -> Iterator[Passage]:
    """Yield the paragraphs of the diagrams (SmartArt) on ``part``: as they were drawn, else as they were written."""
    related = archive.related(part).values()
    for kind in ("diagramDrawing", "diagramData"):
        targets = [
            target for its, target, outside in related if its == kind and not outside and target in archive.names
        ]
        for target in targets:
            yield from drawn_passages(archive, target, place)
        if targets:
            return


def _is_hidden(paragraph: Any) -> bool:
    """Whether the shape that holds a paragraph is not shown."""
    return any(
        properties.get("hidden") in ("1", "true")
        for holder in paragraph.iterancestors()
        for properties in holder.iterfind("{*}nvSpPr/{*}cNvPr")
    )


def _is_shaped(body: Any) -> bool:
    """Whether the text of a shape is bent: it is drawn as outlines then, and no text on the page."""
    warp = body.find("{*}bodyPr/{*}prstTxWarp") if body is not None else None
    return warp is not None and warp.get("prst", "textNoShape") != "textNoShape"

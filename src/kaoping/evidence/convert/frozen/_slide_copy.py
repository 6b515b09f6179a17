"""Slides (pptx, ECMA-376-1, 19) as they were saved: no date is filled in anew."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kaoping.evidence.convert._losses import Losses
from kaoping.evidence.convert.frozen._drawn_fields import freeze_drawn
from kaoping.evidence.convert.frozen._office_zip import OfficeZip, attribute, elements

_SHOW = ("presentation.main+xml", "slideshow.main+xml", "presentation.macroEnabled.main+xml", "template.main+xml")
_DRAWN = ("slide+xml", "slideLayout+xml", "slideMaster+xml", "drawingml.diagramData+xml", "drawing+xml")
_HIDDEN = "隐藏的幻灯片没有显示：{}。"
_HIDDEN_SHAPE = "隐藏的图形没有显示：{}。"
_LINKED = "只存了链接的图片没有显示：{}。"


def freeze_slides(archive: OfficeZip, losses: Losses) -> None:
    """Change what depends on the day in the slides of ``archive``, and tell what they don't show."""
    freeze_drawn(archive, archive.typed(*_DRAWN), losses)
    for number, part, root in slides(archive):
        if is_hidden_slide(root):
            losses.add(_HIDDEN, f"第{number}张")
            continue
        if any(shape.get("hidden") in ("1", "true") for shape in elements(root, "cNvPr")):
            losses.add(_HIDDEN_SHAPE, f"第{number}张")
        outside = {id_ for id_, (kind, _, is_out) in archive.related(part).items() if kind == "image" and is_out}
        if any(attribute(blip, "link") in outside and not attribute(blip, "embed") for blip in elements(root, "blip")):
            losses.add(_LINKED, f"第{number}张")


def slides(archive: OfficeZip) -> Iterator[tuple[int, str, Any]]:
    """Yield the number (from 1), part and root element of each slide, in their order."""
    for main in archive.typed(*_SHOW)[:1]:
        related, root = archive.related(main), archive.tree(main)
        entries = elements(root, "sldId") if root is not None else ()
        for number, entry in enumerate(entries, 1):
            names = [value for key, value in entry.attrib.items() if key.startswith("{") and key.endswith("}id")]
            _, part, outside = related.get(names[0] if names else "", ("", "", True))
            slide = archive.tree(part) if not outside else None
            if slide is not None:
                yield number, part, slide


def is_hidden_slide(root: Any) -> bool:
    """Whether a slide is left out of the show."""
    return attribute(root, "show", "1") in ("0", "false")

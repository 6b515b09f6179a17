"""Drawings (SVG) to pages, drawn by Typst: it runs nothing in them and fetches nothing for them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kaoping.evidence.convert._conversion import Conversion, NotShownError
from kaoping.evidence.convert._losses import Losses, excerpt

_MOST = 20_000_000  # bytes
_HOW = "矢量图排成页"
_DAMAGED = "矢量图读不出来。请用浏览器打开后打印成 PDF，换掉它。"
_NOT_FETCHED = "矢量图里引用的外部图片没有取来。"
_NOT_SHOWN = "矢量图里的脚本、动画、网页没有显示。"
_ACTING = ("script", "foreignObject", "animate", "animateTransform", "animateMotion", "set", "handler", "iframe")
_NO_TEXT = "矢量图里有的字没有显示：{}。"
_FAMILY = "Noto Sans SC"  # the drawing's own fonts are not at hand, and without one its text would vanish
_FAMILIES = re.compile(r"(font-family\s*:)[^;}]*", re.I)
_TEMPLATE = """\
#set page("a4", margin: 15mm)
#image("drawing.svg", width: 100%, height: 100%, fit: "contain")
"""


def to_pdf(source: Path, target: Path, work: Path) -> Conversion:
    """Draw the SVG at ``source`` on a page, working in the folder ``work``. Raises NotShownError where it can't."""
    import typst

    from kaoping.core import resources

    lost, texts = _harmless(source, work / "drawing.svg")
    template = work / "drawing.typ"
    template.write_text(_TEMPLATE, encoding="utf-8")
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[resources.fonts()])
    try:
        pdf = typst.Compiler(template, root=work, font_paths=fonts).compile(format="pdf", timestamp=0)
    except typst.TypstError as error:
        raise NotShownError(_DAMAGED) from error
    finally:
        for path in (template, work / "drawing.svg"):
            path.unlink()
    assert isinstance(pdf, bytes)
    target.write_bytes(pdf)
    return Conversion(1, _HOW, (*lost, *_unseen(texts, target)))


def _unseen(texts: Sequence[str], pages: Path) -> tuple[str, ...]:
    """Return which of ``texts`` the PDF ``pages`` lacks, as Chinese sentences."""
    import pypdfium2

    with pypdfium2.PdfDocument(pages) as opened:
        shown = "".join("".join(page.get_textpage().get_text_range().split()) for page in opened)
    losses = Losses()
    for text in texts:
        if "".join(text.split()) not in shown:
            losses.add(_NO_TEXT, excerpt(text))
    return losses.sentences()


def _harmless(source: Path, target: Path) -> tuple[tuple[str, ...], list[str]]:
    """Write the drawing without what acts or leads out.

    Returns what is lost by it, as Chinese sentences, and the texts that it should show.
    """
    from lxml import etree

    from kaoping.evidence.convert.frozen._office_zip import attribute, drop, elements, parse

    root = parse(source.read_bytes()) if source.stat().st_size <= _MOST else None
    if root is None:
        raise NotShownError(_DAMAGED)
    lost = []
    for element in list(elements(root, *_ACTING)):
        lost.append(_NOT_SHOWN)
        drop(element)
    for element in list(elements(root, "image", "use", "feImage")):
        if not _is_inside(attribute(element, "href")):
            lost.append(_NOT_FETCHED)
            drop(element)
    root.set("font-family", _FAMILY)
    for element in root.iter(etree.Element):
        if "font-family" in element.attrib:
            element.set("font-family", _FAMILY)
        if "style" in element.attrib:
            element.set("style", _FAMILIES.sub(rf"\1'{_FAMILY}'", element.get("style", "")))
    for sheet in elements(root, "style"):
        sheet.text = _FAMILIES.sub(rf"\1'{_FAMILY}'", sheet.text or "")
    target.write_bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))
    return tuple(dict.fromkeys(lost)), ["".join(text.itertext()) for text in elements(root, "text")]


def _is_inside(link: Any) -> bool:
    return not link or link.startswith(("#", "data:"))

"""The paragraphs of a Word file (docx), as its pages should show them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kaoping.evidence.convert.frozen._office_zip import OfficeZip, attribute, elements, local
from kaoping.evidence.convert.frozen._word_copy import BODY, hidden_styles, is_hidden, is_styled_hidden
from kaoping.evidence.convert.frozen._word_fields import kind_of
from kaoping.evidence.convert.shown._drawn_passages import chart_passages, diagram_passages
from kaoping.evidence.convert.shown._passages import Passage

_LAID_OUT = ("PAGE", "NUMPAGES", "SECTIONPAGES", "SECTION")
_NOTES = {"footnotes+xml": ("footnote", "脚注"), "endnotes+xml": ("endnote", "尾注")}
_SIDES = {"header": "页眉", "footer": "页脚"}
_MATH = "officeDocument/2006/math"
#: What is not read as a part of its paragraph.
_SKIPPED = frozenset({"p", "Fallback", "instrText", "delText", "pPr", "rPr", "rubyPr", "sdtPr", "binData"})
_BREAKS = frozenset(
    {"ruby", "rt", "rubyBase", "drawing", "pict", "object", "AlternateContent", "oMath", "footnoteReference"}
)


def word_passages(archive: OfficeZip, pages: int) -> Iterator[Passage]:
    """Yield what the Word file ``archive``, frozen, says on its ``pages``."""
    hidden = hidden_styles(archive)
    number = 0
    for part in archive.typed(*BODY):
        root = archive.tree(part)
        for paragraph in elements(root, "p") if root is not None else ():
            texts = _texts(paragraph, hidden)
            number += bool(texts)
            yield from (Passage(f"第{number}段", text) for text in texts)
        if root is not None:
            yield from _sides(archive, part, root, pages, hidden)
            yield from _notes(archive, root, hidden)
            yield from diagram_passages(archive, part, "图示")
            yield from chart_passages(archive, part, "图表")


def _sides(archive: OfficeZip, part: str, root: Any, pages: int, hidden: set[str]) -> Iterator[Passage]:
    """Yield the headers and footers that a page surely has: the first section's, unless its first page has others."""
    related = archive.related(part)
    section = next(elements(root, "sectPr"), None)
    if section is None or (section.find("{*}titlePg") is not None and pages < 2):
        return
    for name, title in _SIDES.items():
        for reference in section.iterfind(f"{{*}}{name}Reference"):
            _, target, _ = related.get(attribute(reference, "id"), ("", "", True))
            beside = archive.tree(target) if attribute(reference, "type") == "default" else None
            for paragraph in elements(beside, "p") if beside is not None else ():
                yield from (Passage(title, text) for text in _texts(paragraph, hidden))


def _notes(archive: OfficeZip, root: Any, hidden: set[str]) -> Iterator[Passage]:
    for kind, (name, title) in _NOTES.items():
        used = {attribute(reference, "id") for reference in elements(root, f"{name}Reference")}
        for part in archive.typed(kind):
            notes = archive.tree(part)
            for note in elements(notes, name) if notes is not None else ():
                if attribute(note, "id") in used:
                    for paragraph in elements(note, "p"):
                        yield from (Passage(title, text) for text in _texts(paragraph, hidden))


def _texts(paragraph: Any, hidden: set[str]) -> list[str]:
    """Return the texts of a paragraph: what layout fills, and what stands beside its text, parts them."""
    if any(local(holder) == "Fallback" for holder in paragraph.iterancestors()) or is_styled_hidden(
        paragraph, "p", hidden
    ):
        return []
    texts = [""]
    _gather(paragraph, texts, [], hidden)
    return [text for text in texts if text.strip()]


def _gather(holder: Any, texts: list[str], fields: list[str], hidden: set[str]) -> None:
    for inner in holder:
        name = local(inner)
        if name == "r" and (is_hidden(inner) or is_styled_hidden(inner, "r", hidden)):
            continue
        if name == "fldChar":
            _field(inner, texts, fields)
        elif name == "instrText" and fields:
            fields[-1] += inner.text or ""
        elif name in _SKIPPED or (name == "fldSimple" and kind_of(attribute(inner, "instr")) in _LAID_OUT):
            if name == "fldSimple":
                texts.append("")
        elif name == "t" and _MATH in inner.tag:  # above, below and beside one another: no page has them in this order
            texts += [inner.text or "", ""]
        elif name == "t":
            if not any(kind_of(field) in _LAID_OUT for field in fields):
                texts[-1] += inner.text or ""
        elif name in _BREAKS:
            texts.append("")
            _gather(inner, texts, fields, hidden)
            texts.append("")
        elif name in ("tab", "br", "cr", "ptab"):
            texts[-1] += " "
        else:
            _gather(inner, texts, fields, hidden)


def _field(mark: Any, texts: list[str], fields: list[str]) -> None:
    sort = attribute(mark, "fldCharType")
    if sort == "begin":
        fields.append("")
    elif fields and sort == "separate" and kind_of(fields[-1]) in _LAID_OUT:
        texts.append("")
    elif fields and sort == "end":
        fields.pop()

"""The paragraphs of a Word file (docx), as its pages should show them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kaoping.evidence.convert.frozen._office_zip import OfficeZip, attribute, elements, local
from kaoping.evidence.convert.frozen._word_copy import BODY, hidden_styles, is_hidden, is_styled_hidden
from kaoping.evidence.convert.frozen._word_fields import LAID_OUT_FIELDS, kind_of
from kaoping.evidence.convert.shown._drawn_passages import chart_passages, diagram_passages
from kaoping.evidence.convert.shown._page_sides import (
    EVEN,
    FIRST,
    ON_A_PAGE,
    ON_AN_EVEN_PAGE,
    ON_AN_ODD_PAGE,
    ON_THE_SAME_PAGE,
    OTHERS,
    TITLES,
    Section,
    sure_sides,
)
from kaoping.evidence.convert.shown._passages import Passage

_NOTES = {"footnotes+xml": ("footnote", "脚注"), "endnotes+xml": ("endnote", "尾注")}
_KINDS = {"first": FIRST, "even": EVEN}
_BEGINNINGS = {"continuous": ON_THE_SAME_PAGE, "evenPage": ON_AN_EVEN_PAGE, "oddPage": ON_AN_ODD_PAGE}
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
    """Yield the headers and footers that a page surely has."""
    related = archive.related(part)
    settings = next((archive.tree(target) for kind, target, _ in related.values() if kind == "settings"), None)
    even_differs = settings is not None and _is_on(settings, "evenAndOddHeaders")
    marks = [mark for mark in elements(root, "sectPr") if local(mark.getparent()) != "sectPrChange"]
    for side in ("header", "footer"):
        beside = [_references(mark, side) for mark in marks]
        sections = [
            Section(_begins(mark), _is_on(mark, "titlePg"), targets)
            for mark, targets in zip(marks, beside, strict=True)
        ]
        for index, kind in sure_sides(sections, pages, even_differs=even_differs):
            _, target, _ = related.get(beside[index][kind], ("", "", True))
            tree = archive.tree(target)
            for paragraph in elements(tree, "p") if tree is not None else ():
                yield from (Passage(TITLES[side, kind], text) for text in _texts(paragraph, hidden))


def _references(mark: Any, side: str) -> dict[str, str]:
    """Return the relations of a section's headers, or footers, by the pages that have them."""
    references = mark.iterfind(f"{{*}}{side}Reference")
    return {_KINDS.get(attribute(it, "type"), OTHERS): attribute(it, "id") for it in references}


def _begins(mark: Any) -> str:
    sort = mark.find("{*}type")
    return _BEGINNINGS.get(attribute(sort, "val") if sort is not None else "", ON_A_PAGE)


def _is_on(holder: Any, name: str) -> bool:
    switch = holder.find(f"{{*}}{name}")
    return switch is not None and attribute(switch, "val", "1") not in ("0", "false", "off")


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
        elif name in _SKIPPED or (name == "fldSimple" and kind_of(attribute(inner, "instr")) in LAID_OUT_FIELDS):
            if name == "fldSimple":
                texts.append("")
        elif name == "t" and _MATH in inner.tag:  # above, below and beside one another: no page has them in this order
            texts += [inner.text or "", ""]
        elif name == "t":
            if not any(kind_of(field) in LAID_OUT_FIELDS for field in fields):
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
    elif fields and sort == "separate" and kind_of(fields[-1]) in LAID_OUT_FIELDS:
        texts.append("")
    elif fields and sort == "end":
        fields.pop()

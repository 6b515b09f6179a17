"""The paragraphs and cells of OpenDocument files, as their pages should show them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kaoping.evidence.convert.frozen._odf_copy import TEXT, hidden_styles
from kaoping.evidence.convert.frozen._odf_tables import odf_cells
from kaoping.evidence.convert.frozen._office_zip import attribute, elements, local
from kaoping.evidence.convert.shown._passages import Passage

_BLANKS = frozenset({"s", "tab", "line-break"})
_APART = frozenset(
    {"note", "frame", "ruby", "page-number", "page-count", "custom-shape", "g", "page-continuation", "chapter"}
)
_UNREAD = frozenset({"annotation", "placeholder", "p", "h", "hidden-text", "note-citation", "soft-page-break"})
#: Holders whose paragraphs are on no page.
_UNSEEN = frozenset({"annotation", "notes", "tracked-changes", "forms", "settings", "title", "desc"})


def odf_passages(root: Any) -> Iterator[Passage]:
    """Yield what ``root`` (a content.xml, or a flat file) says: cells, paragraphs, slides."""
    body = next(elements(root, "body"), None)
    if body is None:
        return
    if next(elements(body, "spreadsheet"), None) is not None:
        for cell in odf_cells(root):
            if not cell.why:
                text = " ".join(_plain(paragraph) for paragraph in cell.element.iterfind("{*}p"))
                yield Passage(cell.place, text)
        return
    hidden = hidden_styles(root)
    number = 0
    pages = {id(page): at for at, page in enumerate(elements(body, "page"), 1)}
    for paragraph in body.iter(f"{{{TEXT}}}p", f"{{{TEXT}}}h"):
        if _is_unseen(paragraph, hidden):
            continue
        texts = [""]
        _gather(paragraph, texts, hidden)
        texts = [text for text in texts if text.strip()]
        number += bool(texts)
        page = next((pages[id(holder)] for holder in paragraph.iterancestors() if id(holder) in pages), 0)
        yield from (Passage(f"第{page}张" if page else f"第{number}段", text) for text in texts)


def _gather(holder: Any, texts: list[str], hidden: set[str]) -> None:
    texts[-1] += holder.text or ""
    for inner in holder:
        name = local(inner)
        if name in _BLANKS:
            texts[-1] += " "
        elif name in _APART:
            texts.append("")
        elif name not in _UNREAD and attribute(inner, "style-name") not in hidden:
            _gather(inner, texts, hidden)
        texts[-1] += inner.tail or ""


def _plain(paragraph: Any) -> str:
    texts = [""]
    _gather(paragraph, texts, set())
    return "".join(texts)


def _is_unseen(paragraph: Any, hidden: set[str]) -> bool:
    if attribute(paragraph, "style-name") in hidden or next(elements(paragraph, "hidden-paragraph"), None) is not None:
        return True
    return any(
        local(holder) in _UNSEEN or attribute(holder, "display") == "none" for holder in paragraph.iterancestors()
    )

"""The paragraphs and cells of OpenDocument files, as their pages should show them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kaoping.evidence.convert.frozen._odf_copy import TEXT, hidden_styles
from kaoping.evidence.convert.frozen._odf_tables import odf_cells
from kaoping.evidence.convert.frozen._office_zip import attribute, elements, local
from kaoping.evidence.convert.shown._page_sides import EVEN, FIRST, ON_A_PAGE, OTHERS, TITLES, Section, sure_sides
from kaoping.evidence.convert.shown._passages import Passage

_BLANKS = frozenset({"s", "tab", "line-break"})
_APART = frozenset(
    {"note", "frame", "ruby", "page-number", "page-count", "custom-shape", "g", "page-continuation", "chapter"}
)
_UNREAD = frozenset({"annotation", "placeholder", "p", "h", "hidden-text", "note-citation", "soft-page-break"})
#: Holders whose paragraphs are on no page.
_UNSEEN = frozenset({"annotation", "notes", "tracked-changes", "forms", "settings", "title", "desc"})


def odf_passages(root: Any, styles: Any = None, pages: int = 1) -> Iterator[Passage]:
    """Yield what ``root`` (a content.xml, or a flat file) says: cells, paragraphs, slides; headers of its ``pages``.

    ``styles`` is the styles.xml that lies beside a content.xml.
    """
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
    slides = {id(page): at for at, page in enumerate(elements(body, "page"), 1)}
    for paragraph in body.iter(f"{{{TEXT}}}p", f"{{{TEXT}}}h"):
        if _is_unseen(paragraph, hidden):
            continue
        texts = [""]
        _gather(paragraph, texts, hidden)
        texts = [text for text in texts if text.strip()]
        number += bool(texts)
        slide = next((slides[id(holder)] for holder in paragraph.iterancestors() if id(holder) in slides), 0)
        yield from (Passage(f"第{slide}张" if slide else f"第{number}段", text) for text in texts)
    if body.find("{*}text") is not None:
        yield from _sides(root, root if styles is None else styles, pages)


def _sides(root: Any, styles: Any, pages: int) -> Iterator[Passage]:
    """Yield the headers and footers that a page of a text surely has."""
    masters = {attribute(master, "name"): master for master in elements(styles, "master-page")}
    named = _masters_used(root)
    first = masters.get(named[0] if named and named[0] else "Standard")
    used = [first, *(masters.get(name) for name in named[1:] if name)] if first is not None else []
    hidden = hidden_styles(styles)
    seen: set[int] = set()
    for index, master in enumerate(used):
        goes_on = master is not None and not attribute(master, "next-style-name") and len(used) == 1
        for side in ("header", "footer") if master is not None and id(master) not in seen else ():
            texts = {kind: _shown_side(master, f"{side}{suffix}") for kind, suffix in _SUFFIXES.items()}
            has = [kind for kind, holder in texts.items() if holder is not None]
            section = Section(ON_A_PAGE, FIRST in has, has)
            before = [Section()] * (1 if index else 0)  # of a later one the number of its page is not known
            sure = sure_sides([*before, section], pages if goes_on else 1, even_differs=EVEN in has)
            for _, kind in sure:
                for paragraph in texts[kind].iter(f"{{{TEXT}}}p", f"{{{TEXT}}}h"):
                    if not _is_unseen(paragraph, hidden):
                        parts = [""]
                        _gather(paragraph, parts, hidden)
                        yield from (Passage(TITLES[side, kind], text) for text in parts if text.strip())
        seen.add(id(master))


_SUFFIXES = {OTHERS: "", EVEN: "-left", FIRST: "-first"}


def _shown_side(master: Any, name: str) -> Any:
    """Return the header ``name`` of a master page; None where it has none, or hides it."""
    holder = next((it for it in master if local(it) == name), None)
    return None if holder is None or attribute(holder, "display") == "false" else holder


def _masters_used(root: Any) -> list[str]:
    """Return the master pages that the paragraphs of the text begin with: the first one's, "" for none, then others."""
    by_style = {attribute(it, "name"): attribute(it, "master-page-name") for it in elements(root, "style")}
    text = next(elements(root, "body")).find("{*}text")
    holders = [it for it in text if attribute(it, "style-name")]
    names = [by_style.get(attribute(holder, "style-name"), "") for holder in holders]
    return [names[0], *filter(None, names[1:])] if names else []


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

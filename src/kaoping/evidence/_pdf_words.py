"""What a PDF says besides the text of its pages: properties, bookmarks, notes, fields, layers, labels of pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from kaoping.evidence._source_text import Passage
from kaoping.pdf.content import decoded
from kaoping.pdf.interactive import form_fields, is_new, page_notes
from kaoping.pdf.plain_text import text_of

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

_MOST = 20_000  # of each sort
_DEEPEST = 30
_TAG = re.compile(r"<[^>]{0,2000}>")
_OF_NOTES = ("/Contents", "/RC", "/Subj", "/T", "/TU", "/V", "/DV", "/Alt")
_OF_FIELDS = ("/V", "/DV", "/TU", "/T")
_OF_BUTTONS = ("/CA", "/RC", "/AC")


def names_in(pdf: Pdf) -> Iterator[Passage]:
    """Yield what the document says about itself and calls its parts by."""
    if pdf.trailer.get("/Info") is not None:
        yield from map(_name, pdf.docinfo.values())
    yield from islice(map(_name, _bookmark_titles(pdf.Root.get("/Outlines"))), _MOST)
    for layer in _each(pdf.Root.get("/OCProperties"), "/OCGs"):
        yield _name(layer.get("/Name"))
    yield from islice(map(_name, _page_labels(pdf.Root.get("/PageLabels"))), _MOST)
    xmp = pdf.Root.get("/Metadata")
    if xmp is not None and (metadata := decoded(xmp)) is not None:
        yield from (
            Passage(line.strip(), is_name=True)
            for line in _TAG.sub("\n", metadata.decode(errors="replace")).splitlines()
            if line.strip()
        )


def notes_in(pdf: Pdf) -> Iterator[tuple[int, Passage]]:
    """Yield 0-based page and text of each note and field: what it says, which need not be what is drawn of it."""
    for index, page in enumerate(pdf.pages):
        for note in page_notes(page.obj):
            yield from ((index, passage) for passage in _texts_of(note, _OF_NOTES))
            yield from ((index, passage) for passage in _texts_of(note.get("/MK"), _OF_BUTTONS))
    for field in islice(form_fields(pdf.Root.get("/AcroForm")), _MOST):
        yield from ((0, passage) for passage in _texts_of(field, _OF_FIELDS))


def _texts_of(holder: Object | None, keys: tuple[str, ...]) -> Iterator[Passage]:
    from pikepdf import Array, Dictionary, Stream, String

    if not isinstance(holder, Dictionary):
        return
    for key in keys:
        value = holder.get(key)
        if isinstance(value, String):
            yield Passage(_TAG.sub("", text_of(value)))
        elif isinstance(value, Stream):
            yield Passage(_TAG.sub("", (decoded(value) or b"").decode(errors="replace")))
        elif isinstance(value, Array):
            yield Passage("\n".join(text_of(entry) for entry in islice(value, _MOST) if isinstance(entry, String)))


def _name(value: Any) -> Passage:
    return Passage(text_of(value), is_name=True)


def _each(holder: Object | None, key: str) -> Iterator[Object]:
    from pikepdf import Array, Dictionary

    entries = holder.get(key) if isinstance(holder, Dictionary) else None
    if isinstance(entries, Array):
        yield from (entry for entry in islice(entries, _MOST) if isinstance(entry, Dictionary))


def _bookmark_titles(outline: Object | None) -> Iterator[Object | None]:
    """Yield the titles of all bookmarks, those that lead nowhere too, each once."""
    from pikepdf import Dictionary

    seen: set[tuple[int, int]] = set()
    todo = [(outline, 0)]
    while todo:
        entry, depth = todo.pop()
        if isinstance(entry, Dictionary) and depth < _MOST and is_new(entry, seen):
            yield entry.get("/Title")
            todo += [(entry.get("/Next"), depth + 1), (entry.get("/First"), depth + 1)]


def _page_labels(tree: Object | None) -> Iterator[Object | None]:
    """Yield the prefixes of the pages' labels (ISO 32000-1, 12.4.2)."""
    from pikepdf import Array, Dictionary

    seen: set[tuple[int, int]] = set()
    todo: list[Any] = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, Dictionary) and is_new(node, seen):
            for key in ("/Kids", "/Nums"):
                todo += list(islice(entries, _MOST)) if isinstance(entries := node.get(key), Array) else []
            yield node.get("/P")

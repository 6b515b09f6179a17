"""What is on a page besides its content (ISO 32000-1, 12): its annotations, and the fields of the form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kaoping.pdf.plain_text import text_of

if TYPE_CHECKING:
    from pikepdf import Object

_HIDDEN = 0x22  # flags of an annotation: hidden, or not to be seen on a screen (12.5.3)
_DEEPEST = 50  # levels from a field up to what states its type: a loop must end


def page_notes(page: Object) -> Iterator[Object]:
    """Yield the annotations of ``page`` (12.5) that are dictionaries, as they should be."""
    from pikepdf import Array, Dictionary

    notes = page.get("/Annots")
    if isinstance(notes, Array):
        yield from (note for note in notes if isinstance(note, Dictionary))


def form_fields(form: Object | None) -> Iterator[Object]:
    """Yield the fields of a form, those within fields too (12.7.3.1), each once; none where there is no form."""
    from pikepdf import Array, Dictionary

    todo: list[Any] = [form.get("/Fields")] if isinstance(form, Dictionary) else []
    seen: set[tuple[int, int]] = set()
    while todo:
        entry = todo.pop()
        if isinstance(entry, Array):
            if is_new(entry, seen):
                todo += reversed(list(entry))
        elif isinstance(entry, Dictionary) and is_new(entry, seen):
            yield entry
            todo.append(entry.get("/Kids"))


def untangle(form: Object | None) -> bool:
    """Let each field stand in ``form`` once, and no deeper than people make them; returns whether one did not.

    A tree of fields it is by the standard (12.7.3.1). Where a field stands within several others, or within itself,
    readers that take every way to it never come to an end, with all other pages of the bundle too.
    """
    from pikepdf import Array, Dictionary

    seen: set[tuple[int, int]] = set()
    todo = [(form, "/Fields", 0)] if isinstance(form, Dictionary) else []
    is_tangled = False
    while todo:
        holder, key, level = todo.pop()
        entries = holder.get(key)
        if entries is None:
            continue
        if not isinstance(entries, Array) or not is_new(entries, seen) or level > _DEEPEST:
            is_tangled = True
            del holder[key]
            continue
        fields = [entry for entry in entries if isinstance(entry, Dictionary) and is_new(entry, seen)]
        if len(fields) != len(entries):
            is_tangled = True
            holder[key] = Array(fields)
        todo += [(field, "/Kids", level + 1) for field in fields]
    return is_tangled


def is_new(entry: Object, seen: set[tuple[int, int]]) -> bool:
    """Whether a walk that has come by ``seen`` comes by ``entry`` for the first time, which is noted.

    What stands in a file by itself is found again by its number; what stands within another is found once, with it.
    """
    number = entry.objgen
    if number in seen:
        return False
    if number != (0, 0):
        seen.add(number)
    return True


def field_type(field: Object) -> str:
    """Return a field's type (/Sig …), which its parent may state; "" where none does."""
    from pikepdf import Name

    return next((text_of(kind) for kind in _stated(field, "/FT") if isinstance(kind, Name)), "")


def lacks_look(note: Object) -> bool:
    """Whether an annotation says something in words of which no look is stored: each reader draws them in its own way.

    Those are text fields and choices that are filled in (12.7.4), and text that stands freely on the page (12.5.6.6).
    """
    if "/AP" in note or int(note.get("/F", 0)) & _HIDDEN:
        return False
    kind = text_of(note.get("/Subtype"))
    if kind == "/FreeText":
        return bool(text_of(note.get("/Contents")).strip())
    return kind == "/Widget" and field_type(note) in ("/Tx", "/Ch") and any(map(text_of, _stated(note, "/V")))


def _stated(field: Object, key: str) -> Iterator[Any]:
    """Yield what a field, and those that it belongs to, state under ``key``: the nearest first."""
    from pikepdf import Dictionary

    holder: Object | None = field
    for _ in range(_DEEPEST):
        if not isinstance(holder, Dictionary):
            return
        if (value := holder.get(key)) is not None:
            yield value
        holder = holder.get("/Parent")

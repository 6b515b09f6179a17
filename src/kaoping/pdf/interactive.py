"""What is on a page besides its content (ISO 32000-1, 12): its annotations, and the fields of the form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pikepdf import Object

_DEEPEST = 50  # levels of form fields: a loop must end


def page_notes(page: Object) -> Iterator[Object]:
    """Yield the annotations of ``page`` (12.5) that are dictionaries, as they should be."""
    from pikepdf import Array, Dictionary

    notes = page.get("/Annots")
    if isinstance(notes, Array):
        yield from (note for note in notes if isinstance(note, Dictionary))


def form_fields(form: Object | None) -> Iterator[Object]:
    """Yield the fields of a form, those within fields too (12.7.3.1); none where there is no form."""
    return _fields(form.get("/Fields"), 0) if form is not None else iter(())


def field_type(field: Object) -> str:
    """Return a field's type (/Sig …), which its parent may state; "" where none does."""
    for _ in range(_DEEPEST):
        if "/FT" in field:
            return str(field.FT)
        if "/Parent" not in field:
            break
        field = field.Parent
    return ""


def _fields(fields: Object | None, depth: int) -> Iterator[Object]:
    from pikepdf import Array, Dictionary

    if isinstance(fields, Array) and depth < _DEEPEST:
        for field in fields:
            if isinstance(field, Dictionary):
                yield field
                yield from _fields(field.get("/Kids"), depth + 1)

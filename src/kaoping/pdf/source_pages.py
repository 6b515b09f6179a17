"""What evidence PDFs bring along that must not act, or must not land wrong, once their pages stand in the bundle.

qpdf merges pages, not documents: destinations by name, scripts and structure trees stay behind or lose their hold.
What is needed of a source is known before the merge (see evidence/_pdf_facts.py); its pages are put right after it, and
on trial when it is judged. No page content is touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kaoping.core.model import Destinations
from kaoping.pdf.interactive import form_fields
from kaoping.pdf.plain_text import text_of

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

#: Actions that run a program, send data or open another file: a bundle that is handed in does none of that.
_ACTIVE = frozenset(
    {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/ResetForm", "/GoToE", "/Rendition", "/Movie", "/Sound"}
)

#: Of a page: what the structure tree, scripts and article threads hold on to, and what its editor kept for itself.
_LEFT_BEHIND = ("/StructParents", "/AA", "/B", "/PieceInfo", "/Thumb", "/Metadata")


def settle_pages(pages: Sequence[Object], names: Destinations) -> None:
    """Put the pages of one source right, in the merged file; ``names`` are its named destinations.

    Links by name become explicit destinations, links that lead nowhere and active content go, and so do the keys of a
    structure tree that stayed behind (ISO 32000-1, 14.7.4.4).
    """
    from pikepdf import Array, Dictionary

    page_ids = {page.objgen for page in pages}
    for page in pages:
        for key in _LEFT_BEHIND:
            if key in page:
                del page[key]
        notes = page.get("/Annots")
        if not isinstance(notes, Array):
            continue
        kept = [note for note in notes if isinstance(note, Dictionary) and _settle_note(note, pages, page_ids, names)]
        if len(kept) != len(notes):
            page.Annots = Array(kept)


def disarm_forms(pdf: Pdf) -> None:
    """Take the scripts out of the merged form fields, and the XFA that would stand in for them."""
    form = pdf.Root.get("/AcroForm")
    if form is None:
        return
    for key in ("/XFA", "/CO"):
        if key in form:
            del form[key]
    for field in form_fields(form):
        if "/AA" in field:
            del field["/AA"]


def _settle_note(note: Object, pages: Sequence[Object], page_ids: set[tuple[int, int]], names: Destinations) -> bool:
    """Put one annotation right; False where it is a link that leads nowhere any more."""
    from pikepdf import Dictionary

    for key in ("/StructParent", "/AA"):
        if key in note:
            del note[key]
    action = note.get("/A")
    if action is not None and not isinstance(action, Dictionary):
        del note["/A"]
    elif isinstance(action, Dictionary):
        if "/Next" in action:
            del action["/Next"]
        if text_of(action.get("/S")) in _ACTIVE:
            del note["/A"]
        elif action.get("/S") == "/GoTo":
            del note["/A"]
            if (there := action.get("/D")) is not None:
                note["/Dest"] = there
    if "/Dest" not in note:
        return note.get("/Subtype") != "/Link" or "/A" in note
    place = _destination(note["/Dest"], pages, page_ids, names)
    if place is None:
        del note["/Dest"]
        return note.get("/Subtype") != "/Link"
    note["/Dest"] = place
    return True


def _destination(
    value: Object, pages: Sequence[Object], page_ids: set[tuple[int, int]], names: Destinations
) -> Object | None:
    """Return ``value`` as an explicit destination on a page of the same source, or None."""
    from pikepdf import Array, Name, String

    if isinstance(value, (Name, String)):
        named = names.get(("name" if isinstance(value, Name) else "string", text_of(value)))
        if named is None or named[0] >= len(pages):
            return None
        return Array([pages[named[0]], *(Name(how) if isinstance(how, str) else how for how in named[1])])
    if not isinstance(value, Array) or not len(value):
        return None
    first: Any = value[0]
    if isinstance(first, int):  # a page number: meant for other files, but it is met with
        return Array([pages[first], *list(value)[1:]]) if 0 <= first < len(pages) else None
    return value if getattr(first, "objgen", None) in page_ids else None

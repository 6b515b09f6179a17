"""A copy of a file's pages with what the unit did to them: turned, some left out, some with regions burnt in black.

Where something is to be hidden, the copy is put together of nothing but what each page that stays shows: no catalogue,
no form, no field's value, no earlier revision comes along, and no resource that the page does not use. A page with a
masked region is a picture of itself; so is one that shares what it draws with a page that is hidden or masked (sheets
cut from one long page do), and one of which that can't be told. Runs in a process that can be killed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaoping.core import fs
from kaoping.core.errors import is_machines
from kaoping.evidence._appraisal import PAGES
from kaoping.evidence._page_contents import PageContents
from kaoping.evidence._page_pictures import draw_on, opened_for_drawing
from kaoping.evidence._pdf_facts import marks_of
from kaoping.evidence._pdf_judge import Copy, appraisal_of
from kaoping.evidence.words import Words
from kaoping.pdf import merge, optional_content
from kaoping.pdf.source_pages import settle_pages

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

_MM = 72 / 25.4  # points
_SLACK = 2.0  # mm that a region may stick out of its page: sizes are rounded
#: What is kept of a page that stays as it is, and of its annotations; their looks and links are put in besides.
_OF_PAGE = ("/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Group")
_OF_NOTE = ("/Type", "/Rect", "/F", "/OC", "/Border", "/BS", "/C", "/H", "/QuadPoints")

#: [page (1-based), degrees clockwise, [[left, top, width, height] in mm …]]
Wanted = Sequence[Any]


def copy_pages(
    path: str, folder: str, pages: Sequence[Wanted], hides: bool, layers: bool, added: Mapping[str, Any]
) -> dict[str, Any]:
    """Write the copy of the PDF at ``path`` to ``folder`` / PAGES, with the ``pages`` that stay, in their order.

    Returns ``outside``, the pages that a region lies outside of (nothing is made then), or ``appraisal``, the verdict
    on the copy as JSON has it. ``hides`` says that something is masked or left out, ``layers`` is as in :class:`Facts`.
    """
    import pikepdf

    source, target = Path(path), Path(folder) / PAGES
    with opened_for_drawing(source) as drawing:
        if outside := [
            page for page, _, boxes in pages if not all(_is_inside(drawing[page - 1], box) for box in boxes)
        ]:
            return {"outside": outside}
        with pikepdf.open(source) as pdf:
            marks: list[Any] | None = None
            if hides:
                marks = _copy_shown(pdf, drawing, pages, target, layers=layers)
            else:
                for page, turn, _ in pages:
                    _turn(pdf.pages[page - 1].obj, turn)
                merge.write(pdf, target)
    appraisal = appraisal_of(target, Path(folder), Words(added), Copy(needed=True, layered=layers))
    if marks is not None and appraisal.facts is not None:
        appraisal = replace(appraisal, facts=replace(appraisal.facts, bookmarks=tuple(marks)))
    return {"outside": [], "appraisal": replace(appraisal, digest=fs.sha256(target)).to_json()}


def _is_inside(page: Any, box: Sequence[int]) -> bool:
    left, top, width, height = box
    wide, high = (float(points) / _MM for points in page.get_size())
    return left + width <= wide + _SLACK and top + height <= high + _SLACK


def _turn(page: Object, degrees: int) -> None:
    if degrees:
        page.Rotate = (round(float(page.get("/Rotate", 0))) + degrees) % 360


def _copy_shown(pdf: Pdf, drawing: Any, pages: Sequence[Wanted], target: Path, *, layers: bool) -> list[Any]:
    """Write the copy; returns its bookmarks, those that lead to a page of which something is hidden left out."""
    import pikepdf

    sheets = [page.obj for page in pdf.pages]
    names, bookmarks = marks_of(pdf, {sheet.objgen: index for index, sheet in enumerate(sheets)})
    settle_pages(sheets, names)
    masked = {page for page, _, boxes in pages if boxes}
    plain = {page for page, _, _ in pages} - masked
    contents = _separate(pdf, sheets, plain)
    with pikepdf.new() as made:
        places: dict[tuple[int, int], Object] = {}
        links: list[tuple[Object, Object]] = []
        for page, turn, boxes in pages:
            sheet = sheets[page - 1]
            if page in contents:
                bare, leads = _bare(sheet, contents[page])
                copied = made.copy_foreign(pdf.make_indirect(bare))
                copied.Type = pikepdf.Name.Page
                made.pages.append(pikepdf.Page(copied))
                notes = zip(made.pages[-1].obj.get("/Annots", ()), leads, strict=True)
                links += [(note, there) for note, there in notes if there is not None]
            else:
                made.add_blank_page()
                regions = [(left * _MM, top * _MM, wide * _MM, high * _MM) for left, top, wide, high in boxes]
                draw_on(made, made.pages[-1].obj, drawing[page - 1], regions)
            _turn(made.pages[-1].obj, turn)
            places[sheet.objgen] = made.pages[-1].obj
        for note, there in links:
            _lead(note, there, places)
        if layers:  # their switches stand in the catalogue
            optional_content.restore(made, list(places.values()))
            optional_content.remember(made)
        merge.write(made, target)
    numbers = {page - 1: at for at, (page, _, boxes) in enumerate(pages) if not boxes}
    return _remaining(bookmarks, numbers)


def _separate(pdf: Pdf, sheets: Sequence[Object], plain: set[int]) -> dict[int, PageContents]:
    """Return what those of the ``plain`` pages (1-based) show that can stay what they are, by page."""
    hidden: set[bytes] = set()
    contents: dict[int, PageContents] = {}
    for page, sheet in enumerate(sheets, 1):
        try:
            its = PageContents.of(pdf, sheet)
        except Exception as error:  # an odd content: nobody can tell what is in it
            if is_machines(error):
                raise
            if page not in plain:
                return {}  # it may share with any
            continue
        if page in plain:
            contents[page] = its
        else:
            hidden |= its.drawn
    return {page: its for page, its in contents.items() if not its.drawn & hidden}


def _bare(sheet: Object, contents: PageContents) -> tuple[Object, list[Object | None]]:
    """Return the page with what it shows and nothing else, and where each of its annotations leads.

    A form field becomes a stamp (12.5.6.12) that looks like it; of a link what stays is that it leads to a page.
    """
    from pikepdf import Array, Dictionary, Name

    notes: list[Object] = []
    leads: list[Object | None] = []
    for note, look in contents.notes:
        there = note.get("/Dest")
        is_link = note.get("/Subtype") == "/Link"
        if look is None and not (is_link and isinstance(there, Array)):
            continue
        bare_note = Dictionary({key: note[key] for key in _OF_NOTE if key in note})
        bare_note.Subtype = Name.Link if is_link else Name.Stamp
        if look is not None:
            bare_note.AP = Dictionary(N=look)
        notes.append(bare_note)
        leads.append(there if isinstance(there, Array) else None)
    bare = Dictionary({key: sheet[key] for key in _OF_PAGE if key in sheet})
    bare.Resources = contents.resources
    bare[Name.Contents] = contents.content
    if notes:
        bare.Annots = Array(notes)
    return bare, leads


def _lead(note: Object, there: Object, places: Mapping[tuple[int, int], Object]) -> None:
    """Let a copied link lead where its original did, if that page stays; else nowhere."""
    from pikepdf import Array

    first: Any = there[0]
    if first.objgen in places:
        note["/Dest"] = Array([places[first.objgen], *(_plain(how) for how in list(there)[1:])])


def _plain(how: Any) -> Any:
    """Part of a destination: a name, a number, or nothing."""
    from pikepdf import Name

    return Name(str(how)) if isinstance(how, Name) else how if how is None or isinstance(how, int) else float(how)


def _remaining(bookmarks: Sequence[Any], numbers: Mapping[int, int]) -> list[Any]:
    """Return the bookmarks that lead to one of the pages ``numbers`` (old → new, 0-based), by their new numbers."""
    remaining: list[Any] = []
    for title, page, below in bookmarks:
        inner = _remaining(below, numbers)
        remaining += [[title, numbers[page], inner]] if page in numbers else inner
    return remaining

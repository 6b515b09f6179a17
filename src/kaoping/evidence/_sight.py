"""Looking at the pages of a PDF as a reader does: what is written on them, and what stands where the stamp comes."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaoping.evidence._scans import is_scan
from kaoping.evidence.words import Words
from kaoping.pdf import visible

if TYPE_CHECKING:
    from kaoping.evidence._personal import Hit

_PAPER = 235  # grey levels of 255: lighter is paper
_LARGE = 40.0  # points: larger than any heading
_TURNED = 0.2  # the tangent of the angle by which writing is no line of the page's
_PICTURE, _WRITING = 0.5, 0.002  # shares of what is not paper
_PHOTO, _MOST_PHOTOS = 500, 50  # pixels of the longer side that a photo is drawn with; pages of one file


@dataclass(slots=True)
class Sight:
    """What was seen of a PDF; pages are 0-based."""

    secret: str = ""
    personal: list[tuple[Hit, str]] = field(default_factory=list)  # each with its page: 第3页
    dark: list[int] = field(default_factory=list)
    full: list[int] = field(default_factory=list)
    noted: list[int] = field(default_factory=list)  # with annotations, which are drawn over all else
    scans: list[int] = field(default_factory=list)  # on which there is more to be seen than their text says
    shows: bool = False
    looks: list[tuple[int, str]] = field(default_factory=list)  # of each page that is a photo


def look_at(path: Path, pages: int, words: Words, drawn: Collection[int] = ()) -> Sight:
    """Look at each of the ``pages`` of the PDF at ``path``, for ``words``; notes are ``drawn`` on some (0-based).

    A page that pdfium can't open or draw may show anything. Raises what pdfium raises where it can't open the file:
    the third reader is pickier than the first.
    """
    import pypdfium2

    sight = Sight()
    document = pypdfium2.PdfDocument(path)
    try:
        for index in range(min(pages, len(document))):
            try:
                page = document[index]
            except pypdfium2.PdfiumError:
                sight.shows = True
                continue
            try:
                _look_at_page(page, index, sight, words)
            finally:
                page.close()
            if index in drawn:
                with suppress(pypdfium2.PdfiumError):
                    _read(_text_with_notes(document, index), index, sight, words)
    finally:
        document.close()
    return sight


def page_place(index: int) -> str:
    """Return what a 0-based page is called where something was found on it."""
    return f"第{index + 1}页"


def _read(text: str, index: int, sight: Sight, words: Words) -> None:
    """Look through the text of a page; what was found on it before is not found again."""
    sight.secret = sight.secret or words.marking(text, first_page=index == 0)
    hits = ((hit, page_place(index)) for hit in words.personal_data(text))
    sight.personal += [hit for hit in hits if hit not in sight.personal]


def _text_with_notes(document: Any, index: int) -> str:
    """Return the text of a page as its notes and fields are drawn on it: they become its content, in memory."""
    import pypdfium2.raw

    page = document[index]
    pypdfium2.raw.FPDFPage_Flatten(page, pypdfium2.raw.FLAT_NORMALDISPLAY)
    page.close()
    page = document[index]
    try:
        return _text(page)
    finally:
        page.close()


def _text(page: Any) -> str:
    writing = page.get_textpage()
    try:
        return str(writing.get_text_range())
    finally:
        writing.close()


def _look_at_page(page: Any, index: int, sight: Sight, words: Words) -> None:
    import pypdfium2

    try:
        writing = page.get_textpage()
        try:
            text = str(writing.get_text_range())
            scan = is_scan(page, text, writing)
        finally:
            writing.close()
    except pypdfium2.PdfiumError:
        sight.shows, text, scan = True, "", True
    if scan:
        sight.scans.append(index)
    _read(text, index, sight, words)
    if not sight.secret and words.may_be_marked(text):
        sight.secret = words.in_name(_written_large(page))
    sight.shows = sight.shows or bool(text.strip()) or next(page.get_objects(max_depth=1), None) is not None
    with suppress(pypdfium2.PdfiumError, ValueError, OverflowError):  # can't be drawn: as if it were paper
        _look_at_foot(page, index, sight)
    if not text.strip() and len(sight.looks) < _MOST_PHOTOS:
        with suppress(pypdfium2.PdfiumError, ValueError, OverflowError):
            _look_at_photo(page, index, sight)


def _written_large(page: Any) -> str:
    """Return what is written across the page (a watermark): in large letters, or turned."""
    import pypdfium2.raw

    letters = []
    with suppress(pypdfium2.PdfiumError):
        writing = page.get_textpage()
        try:
            for piece in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT], textpage=writing):
                a, b, c, d, _, _ = piece.get_matrix().get()
                if abs(b) > _TURNED * abs(a) or piece.get_font_size() * max(abs(d), abs(c)) > _LARGE:
                    letters.append(piece.extract().strip())
        finally:
            writing.close()
    return "".join(letters)


def _look_at_foot(page: Any, index: int, sight: Sight) -> None:
    import pypdfium2.raw

    is_noted = pypdfium2.raw.FPDFPage_GetAnnotCount(page) > 0
    if is_noted:
        sight.noted.append(index)
    share = _share_at_foot(page, notes=True)
    if share > _PICTURE and not (is_noted and _share_at_foot(page, notes=False) <= _PICTURE):
        sight.dark.append(index)
    elif share > _WRITING:  # an annotation too: it is drawn over all else, and no ground helps
        sight.full.append(index)


def _look_at_photo(page: Any, index: int, sight: Sight) -> None:
    """Note what a page looks like that is one photo and nothing else."""
    import pypdfium2.raw

    from kaoping.evidence.convert._scene import is_taken
    from kaoping.evidence.looks import look_of

    pieces = list(islice(page.get_objects(max_depth=1), 2))
    if len(pieces) != 1 or pieces[0].type != pypdfium2.raw.FPDF_PAGEOBJ_IMAGE:
        return
    width, height = page.get_size()
    left, bottom, right, top = pieces[0].get_bounds()
    crop = max(left, 0), max(bottom, 0), max(width - right, 0), max(height - top, 0)
    if page.get_rotation() or crop[0] + crop[2] >= width or crop[1] + crop[3] >= height:
        crop = (0, 0, 0, 0)  # what lies around a turned photo is white: it is looked at with it
    scale = _PHOTO / max(width - crop[0] - crop[2], height - crop[1] - crop[3])
    bitmap = page.render(scale=scale, crop=crop, may_draw_forms=False, draw_annots=False)
    try:
        picture = bitmap.to_pil().convert("RGB")
    finally:
        bitmap.close()
    if is_taken(picture):
        sight.looks.append((index, look_of(picture)))


def _share_at_foot(page: Any, *, notes: bool) -> float:
    """Return which share of the place of the stamp is not paper."""
    drawn = visible.place_of_stamp(page, notes=notes)
    if drawn is None:
        return 0.0
    histogram = drawn.histogram()
    return float(sum(histogram[:_PAPER]) / max(sum(histogram), 1))

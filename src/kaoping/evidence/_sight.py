"""Looking at the pages of a PDF as a reader does: what is written on them, and what stands where the stamp comes."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaoping.evidence.words import Words
from kaoping.pdf import visible

if TYPE_CHECKING:
    from kaoping.evidence._personal import Hit

_PAPER = 235  # grey levels of 255: lighter is paper
_PICTURE, _WRITING = 0.5, 0.002  # shares of what is not paper


@dataclass(slots=True)
class Sight:
    """What was seen of a PDF; pages are 0-based."""

    secret: str = ""
    personal: list[tuple[Hit, int]] = field(default_factory=list)  # each with its 1-based page
    dark: list[int] = field(default_factory=list)
    full: list[int] = field(default_factory=list)
    noted: list[int] = field(default_factory=list)  # with annotations, which are drawn over all else
    shows: bool = False


def look_at(path: Path, pages: int, words: Words) -> Sight:
    """Look at each of the ``pages`` of the PDF at ``path``, for ``words``.

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
    finally:
        document.close()
    return sight


def _look_at_page(page: Any, index: int, sight: Sight, words: Words) -> None:
    import pypdfium2

    try:
        writing = page.get_textpage()
        try:
            text = writing.get_text_bounded()
        finally:
            writing.close()
    except pypdfium2.PdfiumError:
        sight.shows, text = True, ""
    sight.secret = sight.secret or words.marking(text, first_page=index == 0)
    sight.personal += [(hit, index + 1) for hit in words.personal_data(text)]
    sight.shows = sight.shows or bool(text.strip()) or next(page.get_objects(max_depth=1), None) is not None
    with suppress(pypdfium2.PdfiumError, ValueError, OverflowError):  # can't be drawn: as if it were paper
        _look_at_foot(page, index, sight)


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


def _share_at_foot(page: Any, *, notes: bool) -> float:
    """Return which share of the place of the stamp is not paper."""
    drawn = visible.place_of_stamp(page, notes=notes)
    if drawn is None:
        return 0.0
    histogram = drawn.histogram()
    return float(sum(histogram[:_PAPER]) / max(sum(histogram), 1))

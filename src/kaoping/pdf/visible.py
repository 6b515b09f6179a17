"""Whether a stamp can be seen: drawn by pdfium, and looked for at the foot of the page as a reader does."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from kaoping.pdf.geometry import BASELINE, FOOT, SIZE, stamp_scale

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfPage

_EM = 20.0  # half of the longest stamp, in em
_MIDDLE = 0.3  # of the width of a page: no stamp goes further from the middle
_ACROSS = 240  # pixels of an A4 page: enough to tell writing from paper
_FINE = 4.0  # times that: enough to see the letters
_CONTRAST = 60  # grey levels of 255 between a stamp and what it stands on


def foot_of(page: PdfPage) -> tuple[float, float, float, float]:
    """Return the strip at the foot of ``page`` as it is displayed, as a box of the page's own space."""
    left, bottom, right, top = page.get_bbox()
    high = FOOT * stamp_scale(right - left, top - bottom)
    return {
        0: (left, bottom, right, bottom + high),
        90: (right - high, bottom, right, top),
        180: (left, top - high, right, top),
        270: (left, bottom, left + high, top),
    }[page.get_rotation()]


def place_of_stamp(page: PdfPage, *, notes: bool = True, fine: bool = False) -> Image | None:
    """Return what stands where the stamp comes, in grey, with or without annotations; None on a page too low for it."""
    width, height = page.get_size()
    if not (width > 0 and height > 0):
        return None
    points = stamp_scale(width, height)
    half = min(_MIDDLE * width, _EM * SIZE * points)
    bottom, top = (BASELINE - SIZE / 3) * points, height - (BASELINE + SIZE) * points
    if bottom + top >= height:
        return None
    scale = 2 * _MIDDLE * _ACROSS / (2 * half) * (_FINE if fine else 1)
    crop = (width / 2 - half, bottom, width / 2 - half, top)
    bitmap = page.render(scale=scale, crop=crop, grayscale=True, may_draw_forms=notes, draw_annots=notes)
    try:
        drawn: Image = bitmap.to_pil().copy()
    finally:
        bitmap.close()
    return drawn


def shows(page: PdfPage, text: str) -> bool:
    """Whether ``text`` can be read at the foot of ``page``: it is written there, and stands out from its ground.

    Raises PdfiumError where pdfium can't tell what is written there.
    """
    writing = page.get_textpage()
    try:
        read = writing.get_text_bounded(*foot_of(page))
    finally:
        writing.close()
    if _squeezed(text) not in _squeezed(read):
        return False
    try:
        drawn = place_of_stamp(page, fine=True)
    except (ValueError, OverflowError):
        drawn = None
    if drawn is None:  # too low a page to look closer
        return True
    levels = [level for level, pixels in enumerate(drawn.histogram()) if pixels]
    return levels[-1] - levels[0] >= _CONTRAST


def _squeezed(text: str) -> str:
    return unicodedata.normalize("NFKC", "".join(text.split()))

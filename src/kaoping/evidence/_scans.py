"""Which pages of a PDF are to be read off their pictures: what is written there stands in no text of theirs."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

    from kaoping.pdf.geometry import Box

_SMALLEST = 0.005  # share of the page that pictures take together: less is an icon, a line, a seal's rim
_THIN = 6.0  # points: a picture as low or as narrow is a rule
_FEW, _MANY = 4, 40  # characters that may stand on a picture that is no ground for them: any; for a whole page more
_OUTLINES = 24  # shapes on a page without a text: its letters may be drawn
_MOST, _DEEPEST = 50_000, 8  # objects of a page that are looked at, forms within forms


def is_scan(page: PdfPage, text: str, writing: Any) -> bool:
    """Whether a reader sees something on ``page`` that its ``text`` does not say; ``writing`` is its open text page.

    A picture with the page's text upon it (a scan that was read, a letterhead) is none.
    """
    import pypdfium2.raw as raw

    width, height = page.get_size()
    area = max(width * height, 1.0)
    share, shapes = 0.0, 0
    for kind, box in _objects(page):
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            share += _unsaid(box, area, writing)
        elif kind in (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_SHADING):
            shapes += 1
    if share >= _SMALLEST:
        return True
    is_mute = len("".join(text.split())) < _FEW
    return is_mute and (shapes >= _OUTLINES or raw.FPDFPage_GetAnnotCount(page) > 0)


def _unsaid(box: Box, area: float, writing: Any) -> float:
    """Return which share of a page of ``area`` a picture takes; 0 where text stands upon it."""
    left, bottom, right, top = box
    if right - left < _THIN or top - bottom < _THIN:
        return 0.0
    share = min((right - left) * (top - bottom) / area, 1.0)
    text = writing.get_text_bounded(left, bottom, right, top) if writing is not None else ""
    return share if len("".join(text.split())) < _FEW + _MANY * share else 0.0


def _objects(page: PdfPage) -> Iterator[tuple[int, Box]]:
    """Yield the kind of each object of a page, and its box: of what stands in a form, the form's."""
    import pypdfium2.raw as raw

    for index in range(min(raw.FPDFPage_CountObjects(page), _MOST)):
        piece = raw.FPDFPage_GetObject(page, index)
        edges = [ctypes.c_float() for _ in range(4)]
        box = (0.0, 0.0, 0.0, 0.0)
        kind = raw.FPDFPageObj_GetType(piece)
        if kind in (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM) and raw.FPDFPageObj_GetBounds(
            piece, *(ctypes.byref(edge) for edge in edges)
        ):
            box = edges[0].value, edges[1].value, edges[2].value, edges[3].value
        yield from ((its, box) for its in _kinds(piece, kind, 0))


def _kinds(piece: Any, kind: int, depth: int) -> Iterator[int]:
    """Yield the kind of an object; of a form, of all that stands in it, a picture once."""
    import pypdfium2.raw as raw

    if kind != raw.FPDF_PAGEOBJ_FORM or depth > _DEEPEST:
        yield kind
        return
    pictured = False
    for index in range(min(raw.FPDFFormObj_CountObjects(piece), _MOST)):
        inner = raw.FPDFFormObj_GetObject(piece, index)
        for its in _kinds(inner, raw.FPDFPageObj_GetType(inner), depth + 1):
            if its != raw.FPDF_PAGEOBJ_IMAGE or not pictured:
                pictured = pictured or its == raw.FPDF_PAGEOBJ_IMAGE
                yield its

"""The words that were read, put under the pictures of their pages in a copy that stands for the file: a worker's."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kaoping.evidence._appraisal import PAGES
from kaoping.evidence._pdf_judge import Copy, appraisal_of
from kaoping.evidence.words import Words
from kaoping.pdf import merge
from kaoping.pdf.unseen_text import UnseenFont
from kaoping.pdf.written import lines_on, opened

_OFF = 0.1  # of its height: so far the box of a line that was read stands off its letters, where no ink is told
_HAN, _FIGURES = 0.92, 0.74  # of the type's body, the ink of a line of characters, or of figures
_LOWEST = 0.45  # of the box of a line: type that is lower is a stroke, or dust
_APART = 1.6  # of its height: further from middle to middle, two characters of a line belong to other words
_COVERED = 0.5  # share of a line that was read on which the page's own text stands: it is that

#: Words, and the corners of where they stand, as the font takes them.
Piece = tuple[str, Sequence[float]]


def write_words(
    path: str, folder: str, pages: Sequence[Any], layers: bool, added: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Write the PDF at ``path`` to ``folder`` / PAGES with the words of ``pages``.

    These are [page, [[text, corners, marks, ink] …]] each, as they were read. Returns the verdict on the copy as JSON
    has it; None where no page takes its words. ``layers`` as in :class:`Facts`.
    """
    import pikepdf

    source, target = Path(path), Path(folder) / PAGES
    written = 0
    with opened(source) as document, pikepdf.open(source) as pdf:
        font = UnseenFont(pdf)
        sheets = [page.obj for page in pdf.pages]
        for page, lines in pages:
            there = [line.box for line in lines_on(document, page)]
            missing = [its for its in lines if not _is_there(its[1], there)]
            written += font.write(sheets[page - 1], [piece for line in missing for piece in _pieces(*line)])
        if not written:
            return None
        merge.write(pdf, target)
    return appraisal_of(target, Path(folder), Words(added), Copy(needed=True, layered=layers)).to_json()


def _pieces(text: str, corners: Sequence[int], marks: Sequence[int], ink: Sequence[int]) -> list[Piece]:
    """Return a line as its words stand apart (cells may be read as one line), each close to its letters.

    ``marks`` and ``ink`` say where in the box of ``corners`` the characters of ``text`` stand, in thousandths.
    """
    x, y = corners[::2], corners[1::2]
    long, high = math.hypot(x[1] - x[0], y[1] - y[0]), math.hypot(x[3] - x[0], y[3] - y[0])
    if not long or not high or (not ink and long <= high):
        return [(text, [float(edge) for edge in corners])]
    left, top, right, bottom = (
        [its / 1000 for its in ink] if ink else (_OFF * high / long, _OFF, 1 - _OFF * high / long, 1 - _OFF)
    )
    if ink:
        top, bottom = _as_high_as_type(text, top, bottom)
    high *= bottom - top
    signs = [at for at, sign in enumerate(text) if not sign.isspace()]
    places = [mark / 1000 for mark in marks] if len(marks) == len(signs) else [0.0] * len(signs)
    gaps = [at for at in range(1, len(signs)) if (places[at] - places[at - 1]) * long > _APART * high]
    pieces: list[Piece] = []
    for first, after in zip([0, *gaps], [*gaps, len(signs)], strict=True):
        word = text[signs[first] : signs[after - 1] + 1]
        begin = max(places[first] - _half(word[0], high / long), left) if first else left
        end = min(places[after - 1] + _half(word[-1], high / long), right) if after < len(signs) else right
        pieces.append((word, _within(x, y, begin, top, end, bottom)))
    return pieces


def _as_high_as_type(text: str, top: float, bottom: float) -> tuple[float, float]:
    """Return where the body of the type begins and ends whose letters' ink does: a stroke alone says little."""
    wide = any(unicodedata.east_asian_width(sign) in "WF" and sign.isalnum() for sign in text)
    high, middle = (bottom - top) / (_HAN if wide else _FIGURES), (top + bottom) / 2
    return (middle - high / 2, middle + high / 2) if high > _LOWEST else (_OFF, 1 - _OFF)


def _half(sign: str, em: float) -> float:
    return em / 4 if sign.isascii() else em / 2


def _within(
    x: Sequence[float], y: Sequence[float], left: float, top: float, right: float, bottom: float
) -> Sequence[float]:
    """Return the corners of what reaches from ``left`` to ``right`` and ``top`` to ``bottom`` of a line's box."""
    edges: list[float] = []
    for across, down in ((left, top), (right, top), (right, bottom), (left, bottom)):
        edges += (its[0] + (its[1] - its[0]) * across + (its[3] - its[0]) * down for its in (x, y))
    return edges


def _is_there(corners: Sequence[int], boxes: Sequence[tuple[float, float, float, float]]) -> bool:
    left, right = min(corners[::2]), max(corners[::2])
    top, bottom = min(corners[1::2]), max(corners[1::2])
    area = max((right - left) * (bottom - top), 1)
    shared = (
        max(min(right, box[2]) - max(left, box[0]), 0) * max(min(bottom, box[3]) - max(top, box[1]), 0) for box in boxes
    )
    return sum(shared) > _COVERED * area

"""The words that were read, put under the pictures of their pages in a copy that stands for the file: a worker's."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kaoping.evidence._appraisal import PAGES
from kaoping.evidence._pdf_judge import Copy, appraisal_of
from kaoping.evidence.words import Words
from kaoping.pdf import merge
from kaoping.pdf.unseen_text import UnseenFont
from kaoping.pdf.written import lines_on, opened

_OFF = 0.1  # of its height: so far the box of a line that was read stands off its letters, on each side
_COVERED = 0.5  # share of a line that was read on which the page's own text stands: it is that


def write_words(
    path: str, folder: str, pages: Sequence[Any], layers: bool, added: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Write the PDF at ``path`` to ``folder`` / PAGES with the words of ``pages``: [page, [[text, corners] …]] each.

    Returns the verdict on the copy as JSON has it; None where no page takes its words. ``layers`` as in :class:`Facts`.
    """
    import pikepdf

    source, target = Path(path), Path(folder) / PAGES
    written = 0
    with opened(source) as document, pikepdf.open(source) as pdf:
        font = UnseenFont(pdf)
        sheets = [page.obj for page in pdf.pages]
        for page, lines in pages:
            there = [line.box for line in lines_on(document, page)]
            missing = [(text, _close_to(corners)) for text, corners in lines if not _is_there(corners, there)]
            written += font.write(sheets[page - 1], missing)
        if not written:
            return None
        merge.write(pdf, target)
    return appraisal_of(target, Path(folder), Words(added), Copy(needed=True, layered=layers)).to_json()


def _close_to(corners: Sequence[int]) -> list[float]:
    """Return the corners of a line close to its letters: an engine's stand off them."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = zip(corners[::2], corners[1::2], strict=True)
    long, high = math.hypot(x1 - x0, y1 - y0), math.hypot(x3 - x0, y3 - y0)
    if long <= high or not high:
        return [float(edge) for edge in corners]
    across, down = _OFF * high / long, _OFF
    dx, dy = ((x1 - x0) * across, (y1 - y0) * across), ((x3 - x0) * down, (y3 - y0) * down)
    return [
        x0 + dx[0] + dy[0], y0 + dx[1] + dy[1], x1 - dx[0] + dy[0], y1 - dx[1] + dy[1],
        x2 - dx[0] - dy[0], y2 - dx[1] - dy[1], x3 + dx[0] - dy[0], y3 + dx[1] - dy[1],
    ]  # fmt: skip


def _is_there(corners: Sequence[int], boxes: Sequence[tuple[float, float, float, float]]) -> bool:
    left, right = min(corners[::2]), max(corners[::2])
    top, bottom = min(corners[1::2]), max(corners[1::2])
    area = max((right - left) * (bottom - top), 1)
    shared = (
        max(min(right, box[2]) - max(left, box[0]), 0) * max(min(bottom, box[3]) - max(top, box[1]), 0) for box in boxes
    )
    return sum(shared) > _COVERED * area

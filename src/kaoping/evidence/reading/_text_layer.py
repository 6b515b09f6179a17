"""The words that were read, put under the pictures of their pages in a copy that stands for the file: a worker's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kaoping.evidence._appraisal import PAGES
from kaoping.evidence._pdf_judge import Copy, appraisal_of
from kaoping.evidence.words import Words
from kaoping.pdf import merge
from kaoping.pdf.unseen_text import UnseenFont
from kaoping.pdf.written import lines_on, opened

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
            missing = [(text, corners) for text, corners in lines if not _is_there(corners, there)]
            written += font.write(sheets[page - 1], missing)
        if not written:
            return None
        merge.write(pdf, target)
    return appraisal_of(target, Path(folder), Words(added), Copy(needed=True, layered=layers)).to_json()


def _is_there(corners: Sequence[int], boxes: Sequence[tuple[float, float, float, float]]) -> bool:
    left, right = min(corners[::2]), max(corners[::2])
    top, bottom = min(corners[1::2]), max(corners[1::2])
    area = max((right - left) * (bottom - top), 1)
    shared = (
        max(min(right, box[2]) - max(left, box[0]), 0) * max(min(bottom, box[3]) - max(top, box[1]), 0) for box in boxes
    )
    return sum(shared) > _COVERED * area

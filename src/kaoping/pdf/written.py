"""What is written on pages, line by line, where it stands: by the pages' own text, or as a machine read it off them."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaoping.core import fs
from kaoping.pdf.geometry import Box

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

_BREAKS = frozenset("\r\n\ufffe\uffff\0")
_APART = 3.0  # times its height: a gap in a line that wide parts two (the cells of a table)
_OTHER = 1.7  # times as large: what follows in such a size is another line, a newspaper's date beside its name
_STEP = 0.8  # times its size: what stands beside the last sign and as far up or down is on no line with it
_CAPITAL = 0.72  # times a character's square: as high is a letter or a digit of its size
_FINE = 100  # steps of a point: pdfium gives places on a screen, in whole numbers


@dataclass(frozen=True, slots=True)
class WrittenLine:
    """A line as it is written on a page: of a table, what stands in a cell."""

    text: str
    page: int  # 1-based
    box: Box  # left, top, right, bottom in points; the origin is the top left of the page as it is displayed
    sure: float = 1.0  # from 0 to 1; the page's own text is sure
    read: bool = False  # by a machine, off the picture of the page


def written_lines(path: Path) -> list[WrittenLine]:
    """Return the lines of the own text of the PDF at ``path``, page by page, in the order in which they are written.

    What is invisible (a scanner's text layer) is text too. A page that can't be read has none. Raises PdfiumError where
    the PDF can't be opened.
    """
    with opened(path) as document:
        return [line for page in range(1, len(document) + 1) for line in lines_on(document, page)]


@contextmanager
def opened(path: Path) -> Iterator[PdfDocument]:
    """Open the PDF at ``path`` for :func:`lines_on`; raises what pdfium raises."""
    import pypdfium2

    with fs.open_file(path) as stream:
        document = pypdfium2.PdfDocument(stream)
        try:
            yield document
        finally:
            document.close()


def lines_on(document: PdfDocument, page: int) -> list[WrittenLine]:
    """Return the lines of the own text of the 1-based ``page`` of an open PDF; none where it can't be read."""
    import pypdfium2

    with suppress(pypdfium2.PdfiumError):
        its = document[page - 1]
        try:
            return [WrittenLine(text, page, box) for text, box in _lines(its)]
        finally:
            its.close()
    return []


@dataclass(slots=True)
class _Sign:
    """A character and its box in the page's own space: left, bottom, right, top."""

    text: str
    box: Box


def _lines(page: PdfPage) -> Iterator[tuple[str, Box]]:
    writing = page.get_textpage()
    try:
        for signs in _parted(_signs(writing)):
            text = "".join(sign.text for sign in signs).strip()
            boxes = [sign.box for sign in signs if sign.text.strip()]
            if text and boxes:
                yield text, _displayed(page, _around(boxes))
    finally:
        writing.close()


def _signs(writing: Any) -> Iterator[_Sign | None]:
    """Yield each character; None where a line ends."""
    import pypdfium2.raw

    edges = [ctypes.c_double() for _ in range(4)]
    left, right, bottom, top = edges
    high = 0  # the first half of a character beyond the 16 bits
    for index in range(writing.count_chars()):
        code = pypdfium2.raw.FPDFText_GetUnicode(writing, index)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            if not high:
                continue
            code, high = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00, 0
        if chr(code) in _BREAKS:
            yield None
        elif pypdfium2.raw.FPDFText_GetCharBox(writing, index, *(ctypes.byref(edge) for edge in edges)):
            yield _Sign(chr(code), (left.value, bottom.value, right.value, top.value))


def _parted(signs: Iterable[_Sign | None]) -> Iterator[list[_Sign]]:
    """Yield the lines: a wide gap parts two, as does another size, and what goes back to where the line was."""
    line: list[_Sign] = []
    last: Box | None = None  # of the last character that shows
    size = 0.0  # of the last that tells it
    for sign in signs:
        if sign is None:
            yield line
            line, last, size = [], None, 0.0
            continue
        if sign.text.strip():
            its = _size(sign)
            if last is not None and (_is_apart(last, sign.box) or (size and its and _is_other(size, its))):
                yield line
                line, size = [], 0.0
            last, size = sign.box, its or size
        line.append(sign)
    yield line


def _size(sign: _Sign) -> float:
    """Return about the size in which a sign is set; 0 for one that does not tell."""
    left, bottom, right, top = sign.box
    if sign.text.isascii():
        return (top - bottom) / _CAPITAL if sign.text.isalnum() else 0.0
    return max(right - left, top - bottom) if sign.text.isalpha() or sign.text in "★☆■●" else 0.0


def _is_other(size: float, its: float) -> bool:
    return max(size, its) > _OTHER * min(size, its)


def _is_apart(last: Box, box: Box) -> bool:
    high = max(last[3] - last[1], box[3] - box[1], last[2] - last[0], box[2] - box[0], 1.0)
    is_beside = box[0] >= last[2] or box[2] <= last[0]
    if is_beside and abs(box[1] + box[3] - last[1] - last[3]) / 2 > _STEP * high:
        return True  # a seal's letters, after the words that it stands upon
    return max(box[0] - last[2], last[0] - box[2], box[1] - last[3], last[1] - box[3]) > _APART * high


def _around(boxes: Iterable[Box]) -> Box:
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def _displayed(page: PdfPage, box: Box) -> Box:
    """Return a box of the page's own space as one of the page as it is displayed."""
    import pypdfium2.raw

    width, height = (round(side * _FINE) for side in page.get_size())
    x, y = ctypes.c_int(), ctypes.c_int()
    corners = []
    for across, up in ((box[0], box[1]), (box[2], box[3])):
        pypdfium2.raw.FPDF_PageToDevice(page, 0, 0, width, height, 0, across, up, ctypes.byref(x), ctypes.byref(y))
        corners.append((x.value / _FINE, y.value / _FINE))
    (x0, y0), (x1, y1) = corners
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)

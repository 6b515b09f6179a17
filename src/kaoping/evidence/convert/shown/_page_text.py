"""The text of pages, in which passages are looked for: each character serves one passage.

Pages and files write the same text differently: lines, hyphens, full and half width, ligatures. All that is put aside.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

#: What no comparison minds: blanks, dashes, what has no shape of its own.
_IGNORED = re.compile(
    r"[\s\-\u00ad\u2010-\u2015\u2212\u2500\u2501\ufffd\ufffe\ufe00-\ufe0f\ue000-\uf8ff\x00-\x1f\x7f-\x9f]+"
)
_GRAM, _SHORT_GRAM = 4, 2
_MOST = 3_000_000  # characters that are indexed; more take too much memory
_SAME_LINE = 0.6  # points
_LONGEST = 200  # characters of a piece that is looked for at once
_PIECE = 4  # characters: a part of a passage that stands apart from the others on a page is as long at least


def plain(text: str) -> str:
    """Return ``text`` as it is compared."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    shaped = "".join(char for char in folded if char.isascii() or unicodedata.category(char) not in ("Cf", "Cc"))
    return _IGNORED.sub("", shaped)


class PageText:
    """The text of pages, of which passages are taken; ``pages`` are as :func:`read_pages` gives them."""

    def __init__(self, pages: Iterable[str]) -> None:
        words = [word for page in pages for part in page.split() if (word := plain(part))]
        self.text = "".join(words)
        self._starts = bytearray(len(self.text) + 1)  # 1 where a word starts, and at the end
        at = 0
        for word in words:
            self._starts[at] = 1
            at += len(word)
        self._starts[at] = 1
        self._taken = bytearray(len(self.text))
        self._grams: dict[str, list[int]] = defaultdict(list)
        self._left: dict[tuple[str, bool], Iterator[int]] = {}
        for size in (_GRAM, _SHORT_GRAM, 1) if len(self.text) <= _MOST else ():
            for at in range(len(self.text) - size + 1):
                self._grams[self.text[at : at + size]].append(at)

    def take(self, text: str, *, whole_words: bool) -> bool:
        """Whether the plain ``text`` stands on the pages, once more than it was taken before; it is taken.

        ``whole_words`` counts only where words begin and end with it: 120 does not stand in W1 20.
        """
        if not self._grams:
            return text in self.text
        for at in self._left.setdefault((text, whole_words), iter(self._places(text))):
            end = at + len(text)
            if whole_words and not (self._starts[at] and self._starts[end : end + 1] == b"\1"):
                continue
            if self.text.startswith(text, at) and not any(self._taken[at:end]):
                self._taken[at:end] = b"\1" * len(text)
                return True
        return False

    def gaps_of(self, text: str) -> list[tuple[int, int]]:
        """Return what of the plain ``text`` is not on the pages, were it in pieces, as starts and ends.

        Pieces come about where a page ends, or a picture stands between.
        """
        at, gaps = 0, []
        while at < len(text):
            size = self._longest(text, at)
            if size >= min(_PIECE, len(text) - at):
                at += size
                continue
            end = at + 1
            while end < len(text) and self._longest(text, end) < min(_PIECE, len(text) - end):
                end += 1
            gaps.append((at, end))
            at = end
        return gaps

    def _longest(self, text: str, start: int) -> int:
        """Return how much of ``text`` from ``start`` stands on the pages in one piece."""
        low, high = 0, min(len(text) - start, _LONGEST)
        while low < high:
            middle = (low + high + 1) // 2
            if text[start : start + middle] in self.text:
                low = middle
            else:
                high = middle - 1
        return low

    def _places(self, text: str) -> list[int]:
        """Return where ``text`` may stand."""
        size = _GRAM if len(text) >= _GRAM else min(len(text), _SHORT_GRAM)
        grams = [(self._grams.get(text[at : at + size], []), at) for at in range(len(text) - size + 1)]
        places, offset = min(grams, key=lambda gram: len(gram[0]), default=([], 0))
        return [place - offset for place in places if place >= offset]


def read_pages(path: Path) -> list[str]:
    """Return the text that each page of the PDF at ``path`` shows within its borders, in words."""
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document:
        texts = []
        for page in document:
            writing = page.get_textpage()
            text = "".join(_in_order(_letters(writing, page.get_bbox())))
            texts.append(text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"))  # halves of one
            writing.close()
            page.close()
        return texts


def _letters(writing: Any, borders: tuple[float, float, float, float]) -> Iterator[tuple[str, float, float]]:
    """Yield the characters of a page as they are drawn, with where each begins; those beyond its borders apart.

    The first of a word comes with the blank before it.
    """
    import ctypes

    import pypdfium2.raw as pdfium

    x, y = ctypes.c_double(), ctypes.c_double()
    left, bottom, right, top = borders
    blank = ""
    for index in range(pdfium.FPDFText_CountChars(writing)):
        char = chr(pdfium.FPDFText_GetUnicode(writing, index))
        if char.isspace():
            blank = " "
        elif pdfium.FPDFText_GetCharOrigin(writing, index, x, y):
            if left <= x.value <= right and bottom <= y.value <= top:
                yield blank + char, x.value, y.value
            blank = ""


def _in_order(letters: Iterator[tuple[str, float, float]]) -> Iterator[str]:
    """Yield the characters line by line from left to right: of a line, what another font has is drawn after the rest.

    Lines are taken as they come, since cells that stand side by side are drawn one after the other.
    """
    line: list[tuple[float, int, str]] = []
    height = 0.0
    for char, x, y in letters:
        if line and abs(y - height) > _SAME_LINE:
            yield from (char for _, _, char in sorted(line))
            yield " "
            line = []
        height = y
        line.append((x, len(line), char))
    yield from (char for _, _, char in sorted(line))

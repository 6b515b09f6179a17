"""A volume of the bundle opened for checking: its pages, their labels, and what is printed on them.

Two readers open it, neither of which wrote it: pypdf tells the structure, pdfium where each text stands, which takes it
a fifth of the time.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader
    from pypdfium2 import PdfDocument

#: Typst is given these so that it may break long words.
_INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff]")


def open_pdf(path: Path) -> PdfReader:
    """Open a PDF for reading; the caller closes its ``stream``. Raises what pypdf raises for a damaged one."""
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it says in English what is a finding, in Chinese, here
    stream = path.open("rb")  # given a path, pypdf would read all of it into memory
    try:
        reader = PdfReader(stream)
        len(reader.pages)
    except BaseException:
        stream.close()
        raise
    return reader


class Volume:
    """One PDF of the bundle, at ``path``, called ``name`` in what is said."""

    def __init__(self, path: Path, name: str) -> None:
        """Open the file; raises what pypdf raises for a damaged one."""
        self.name = name
        self.reader = open_pdf(path)
        self._path = path

    def close(self) -> None:
        """Let go of the file."""
        self.reader.stream.close()
        if "_drawn" in self.__dict__:
            self._drawn.close()

    @cached_property
    def pages(self) -> list[PageObject]:
        """The sheets, in their order."""
        return list(self.reader.pages)

    @cached_property
    def labels(self) -> list[str]:
        """The page label of each sheet."""
        return page_labels(self.reader, len(self.pages))

    @cached_property
    def front(self) -> int:
        """How many sheets there are before the page numbered 1."""
        return next((index for index, label in enumerate(self.labels) if label.isdigit()), len(self.labels))

    @cached_property
    def _drawn(self) -> PdfDocument:
        from pypdfium2 import PdfDocument

        return PdfDocument(self._path)

    def sheet(self, printed: int) -> int:
        """Return the 0-based sheet on which the page numbered ``printed`` must be."""
        return self.front + printed - 1

    def label(self, sheet: int) -> str:
        """Return the page label of a 0-based sheet."""
        return self.labels[sheet] if 0 <= sheet < len(self.labels) else "（没有这一页）"

    def runs(self, sheet: int) -> list[tuple[float, float, str]]:
        """Return (x, y, text) of each run of text on a 0-based sheet; x and y are where it begins, in points."""
        from pypdfium2.raw import FPDF_PAGEOBJ_TEXT

        page = self._drawn[sheet]
        writing = page.get_textpage()
        try:
            found: list[tuple[float, float, str]] = []
            for run in page.get_objects(filter=[FPDF_PAGEOBJ_TEXT], textpage=writing):
                if text := _INVISIBLE.sub("", run.extract()).strip():
                    *_, x, y = run.get_matrix().get()
                    found.append((x, y, text))
            return found
        finally:
            writing.close()
            page.close()


def page_labels(reader: PdfReader, count: int) -> list[str]:
    """Return the label of each page (ISO 32000-1 section 12.4.2); digits only where they are decimal without prefix.

    pypdf's own list walks the number tree anew for each page; and letters are told from numbers here, no more.
    """
    tree = reader.root_object.get("/PageLabels")
    starts = sorted(_numbers(tree.get_object()), key=lambda entry: entry[0]) if tree is not None else []
    if not starts:
        return [f"（无标签）{sheet + 1}" for sheet in range(count)]
    labels: list[str] = ["（无标签）"] * min(starts[0][0], count)
    for (start, entry), (end, _) in zip(starts, [*starts[1:], (count, {})], strict=True):
        prefix, style, first = str(entry.get("/P", "")), entry.get("/S"), int(entry.get("/St", 1))
        for offset in range(min(end, count) - start):
            value = first + offset
            letter = chr(ord("A") + (value - 1) % 26) * ((value - 1) // 26 + 1)
            labels.append(prefix + {"/D": str(value), "/A": letter, "/a": letter.lower()}.get(str(style), ""))
    return labels


def _numbers(node: Any, depth: int = 0) -> Iterator[tuple[int, Any]]:
    if depth > 16:
        raise ValueError("页码标签的树套得太深")
    pairs = node.get("/Nums", [])
    for at in range(0, len(pairs) - 1, 2):
        yield int(pairs[at]), pairs[at + 1].get_object()
    for kid in node.get("/Kids", []):
        yield from _numbers(kid.get_object(), depth + 1)

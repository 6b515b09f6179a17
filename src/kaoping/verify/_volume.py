"""A volume of the bundle opened for checking: its pages, their labels, and what is printed on them.

Two readers open it, neither of which wrote it: pypdf tells the structure, pdfium where each text stands and what can be
seen. To draw a page takes pdfium ten times as long as pikepdf to see that nothing on it can hide what is drawn on it.
"""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kaoping.pdf import visible
from kaoping.pdf.content import decoded, is_closed, streams_of
from kaoping.pdf.geometry import is_usual
from kaoping.pdf.interactive import page_notes
from kaoping.pdf.second_reader import open_pdf, page_labels

if TYPE_CHECKING:
    from pikepdf import Object, Pdf
    from pypdf import PageObject
    from pypdfium2 import PdfDocument

#: Typst is given these so that it may break long words.
_INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff]")


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
        for name in ("_drawn", "_written"):
            if name in self.__dict__:
                getattr(self, name).close()

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

    @cached_property
    def _written(self) -> Pdf:
        import pikepdf

        return pikepdf.open(self._path)

    @cached_property
    def _contents(self) -> list[Object]:
        return [page.obj for page in self._written.pages]

    def may_hide(self, sheet: int) -> bool:
        """Whether a 0-based sheet may hide what is drawn on it.

        By a content that leaves something open, by annotations, by being of a size or turn that viewers differ on.
        """
        page = self._contents[sheet]
        if not is_usual(page) or any(note.get("/Subtype") != "/Link" for note in page_notes(page)):
            return True
        parts = [decoded(stream) for stream in streams_of(page)]
        return any(part is None for part in parts) or not is_closed(b"\n".join(part or b"" for part in parts))

    def shows(self, sheet: int, text: str) -> bool:
        """Whether ``text`` can be seen at the foot of a 0-based sheet."""
        from pypdfium2 import PdfiumError

        try:
            page = self._drawn[sheet]
        except PdfiumError:
            return False
        try:
            return visible.shows(page, text)
        except PdfiumError:
            return False
        finally:
            page.close()

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
            texts: list[tuple[float, float, str]] = []
            for run in page.get_objects(filter=[FPDF_PAGEOBJ_TEXT], textpage=writing):
                if text := _INVISIBLE.sub("", run.extract()).strip():
                    *_, x, y = run.get_matrix().get()
                    texts.append((x, y, text))
            return texts
        finally:
            writing.close()
            page.close()

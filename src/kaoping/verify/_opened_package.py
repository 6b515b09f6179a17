"""A package opened for checking: its manifest and where its files are."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from kaoping.core.findings import Findings
from kaoping.core.model import FINAL, Location
from kaoping.verify import _docx_text
from kaoping.verify._volume import Volume

if TYPE_CHECKING:
    from docx.document import Document

Row = Mapping[str, Any]
T = TypeVar("T")
_LONGEST = 200  # characters of what a library says


class OpenedPackage:
    """A package whose names have been found safe and whose kaoping.json has its shape.

    What one check opens, the next finds open; all of it is closed at the end of the ``with`` block.
    """

    def __init__(self, root: Path, document: Mapping[str, Any]) -> None:
        self.root, self.document = root, document
        self._volumes: dict[str, Volume] = {}
        self._papers: dict[str, Document] = {}

    def __enter__(self) -> OpenedPackage:
        return self

    def __exit__(self, *_: object) -> None:
        for volume in self._volumes.values():
            volume.close()

    @property
    def is_final(self) -> bool:
        """Whether it is a 报送稿."""
        return bool(self.document["form"] == FINAL)

    def files(self, *roles: str) -> Iterator[Row]:
        """Yield the rows of ``files`` with one of ``roles`` (all without) that are there; absent ones are told."""
        for row in self.document["files"]:
            if (not roles or row["role"] in roles) and (self.root / row["path"]).is_file():
                yield row

    def volume(self, row: Row) -> Volume:
        """Open a PDF of the bundle; raises what pypdf raises for a damaged one."""
        name = row["path"]
        if name not in self._volumes:
            self._volumes[name] = Volume(self.root / name, name)
        return self._volumes[name]

    def paper(self, row: Row) -> Document:
        """Open a Word document; raises what python-docx raises for a damaged one."""
        name = row["path"]
        if name not in self._papers:
            self._papers[name] = _docx_text.document(self.root / name)
        return self._papers[name]

    def look(self, row: Row, look: Callable[[Row], T], findings: Findings) -> T | None:
        """Look at a file; what ``look`` raises is a finding, and None comes back.

        Where another reader opens the file, it is our look that failed, and not the file.
        """
        try:
            return look(row)
        except Exception as error:
            name = row["path"]
            why = f"{type(error).__name__}：{error}".replace(str(self.root), "").strip("：")[:_LONGEST]
            if _is_sound(self.root / name):
                findings.add("verify.check_failed", Location(name), check=f"“{name}”里的内容", why=why)
            else:
                findings.add("verify.unreadable", Location(name), name=name, why=why)
            return None


def _is_sound(path: Path) -> bool:
    """Whether a reader that takes nearly anything opens the file: pdfium a PDF, zipfile all else."""
    import pypdfium2

    try:
        if path.suffix.lower() == ".pdf":
            with pypdfium2.PdfDocument(path) as document:
                return len(document) > 0
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except Exception:  # in whatever way
        return False

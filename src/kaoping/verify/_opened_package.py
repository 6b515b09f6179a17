"""A package opened for checking: its manifest and where its files are."""

from __future__ import annotations

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
        """Look at a file; whatever ``look`` raises on a damaged one is a finding, and None comes back."""
        try:
            return look(row)
        except Exception as error:
            why = f"{type(error).__name__}：{error}".replace(str(self.root), "").strip("：")
            findings.add("verify.unreadable", Location(row["path"]), name=row["path"], why=why)
            return None

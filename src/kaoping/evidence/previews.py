"""Pages as pictures, for whoever looks at them on a screen: drawn by a worker, as files are anybody's, and kept."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from kaoping.core import fs
from kaoping.core.model import EvidenceFile, Sheets
from kaoping.evidence.store import Identity, Store
from kaoping.evidence.workers import Job, Worker

NARROWEST, WIDEST = 40, 2400  # pixels
_MEMORY, _SECONDS = 800_000_000, 30.0


@dataclass(frozen=True, slots=True)
class PagePicture:
    """One page as it is seen, as a JPEG, and how large the page is in whole millimetres."""

    jpeg: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class OutlineMark:
    """A bookmark of a PDF: how deep it stands (from 0), what it says, the 1-based page that it leads to."""

    level: int
    title: str
    page: int


@dataclass(frozen=True, slots=True)
class Outline:
    """How many pages a PDF has, its bookmarks in their order, and its pages' labels: the numbers printed on them."""

    pages: int
    marks: tuple[OutlineMark, ...]
    labels: tuple[str, ...] = ()  # none where it has no labels

    def label(self, page: int) -> str:
        """Return what the 1-based ``page`` is called: by its label, else by its place."""
        return self.labels[page - 1] if self.labels and self.labels[page - 1] else str(page)

    def page_called(self, label: str) -> int:
        """Return the 1-based page that is called so; 0 for none."""
        words = label.strip().casefold()
        return next((page for page in range(1, self.pages + 1) if self.label(page).casefold() == words), 0)


class _UndrawnError(Exception):
    """Nothing came of it."""


@dataclass(slots=True)
class Previews:
    """The pictures of a store's pages; may be asked from any thread, one after the other."""

    store: Store
    _worker: Worker = field(default_factory=lambda: Worker(_MEMORY))
    _turn: Lock = field(default_factory=Lock)

    def page(self, file: EvidenceFile, page: int, width: int) -> PagePicture | None:
        """Return the 1-based ``page`` of what is shown of ``file``, ``width`` pixels wide (40 to 2400).

        None where it shows no such page (a slip sheet has none) or it can't be drawn.
        """
        sheets = file.sheets
        if sheets is None or not 1 <= page <= file.pages:
            return None
        width = min(max(width, NARROWEST), WIDEST)
        return self._kept(self._key(file, sheets, page, width), sheets.path, page, width)

    def _kept(self, key: str, path: Path, page: int, width: int) -> PagePicture | None:
        with self._turn:
            try:
                kept = self.store.bytes_of(key, lambda: self._draw(path, page, width))
            except _UndrawnError:
                return None
        size, _, jpeg = kept.partition(b"\n")
        return PagePicture(jpeg, *json.loads(size))

    def volume_page(self, path: Path, page: int, width: int) -> PagePicture | None:
        """Return the 1-based ``page`` of the PDF at ``path``, ``width`` pixels wide; None where it can't be drawn."""
        width = min(max(width, NARROWEST), WIDEST)
        try:
            stat = fs.reachable(path).stat()
        except OSError:
            return None
        place = hashlib.sha256(f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}".encode(errors="surrogatepass"))
        key = self.store.key(Identity(place.hexdigest(), 0, 0), "", "volume", str(page), str(width))
        return self._kept(key, path, page, width)

    def outline(self, path: Path) -> Outline | None:
        """Return how many pages the PDF at ``path`` has, and its bookmarks; None where it can't be read."""
        with self._turn:
            outcome = self._worker.do(Job("kaoping.evidence._page_pictures:outline_of", {"path": str(path)}, _SECONDS))
        if outcome.failure:
            return None
        pages, marks, labels = outcome.result
        return Outline(pages, tuple(OutlineMark(*mark) for mark in marks), tuple(labels))

    def close(self) -> None:
        """Let the worker go."""
        with self._turn:
            self._worker.end()

    def _key(self, file: EvidenceFile, sheets: Sheets, page: int, width: int) -> str:
        """Return what stands for the picture: the verdict that made the pages, or the file whose pages they are."""
        made = sheets.path.parent.name if sheets.path != file.source else ""
        return self.store.key(Identity(file.sha256, 0, 0), "", "preview", made, str(page), str(width))

    def _draw(self, path: Path, page: int, width: int) -> bytes:
        arguments: dict[str, Any] = {"path": str(path), "page": page, "width": width}
        outcome = self._worker.do(Job("kaoping.evidence._page_pictures:draw_preview", arguments, _SECONDS))
        if outcome.failure:
            raise _UndrawnError
        size, jpeg = outcome.result
        return json.dumps(size).encode() + b"\n" + base64.b64decode(jpeg)

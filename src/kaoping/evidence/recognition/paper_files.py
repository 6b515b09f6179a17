"""Files of evidence read as papers, one after the other by a worker; what was read stays in the store."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from kaoping.core.model import EvidenceFile
from kaoping.evidence import media
from kaoping.evidence.reading.searchable import pages_read
from kaoping.evidence.recognition._lines_of_file import PAGES
from kaoping.evidence.recognition._lines_seen import lines_seen, size_of_first
from kaoping.evidence.recognition.paper_reading import Hints, Paper, read_paper
from kaoping.evidence.recognition.paper_words import Vocabulary
from kaoping.evidence.store import Identity, Store
from kaoping.evidence.workers import Job, Worker
from kaoping.pdf.written import WrittenLine

_MEMORY, _SECONDS = 800_000_000, 30.0
_NOTHING: Mapping[str, Any] = {"lines": [], "size": [0.0, 0.0], "taken": "", "place": ""}


@dataclass(slots=True)
class PaperFiles:
    """Reads files of one survey; use :func:`paper_files`."""

    store: Store
    words: Vocabulary
    _worker: Worker = field(default_factory=lambda: Worker(_MEMORY))

    def read(self, file: EvidenceFile) -> Paper:
        """Return what the file says of itself, by what was read off its pages too; of one unread what its name says."""
        sheets = file.bare or file.sheets  # words that were put under a page are as sure as they were read
        shown = sheets.path if sheets is not None else None
        is_picture = media.kinds().get(file.media, media.UNKNOWN).family == "picture"
        kept = self._looked_up(file, shown, is_picture=is_picture)
        written = [WrittenLine(text, page, tuple(box), sure, read) for text, page, box, sure, read in kept["lines"]]
        read = {page: its for page, its in pages_read(file, self.store).items() if page <= PAGES}
        taken = date.fromisoformat(kept["taken"]) if kept["taken"] else None
        seen = lines_seen(written, read)
        width, height = size_of_first(seen, read, (kept["size"][0], kept["size"][1]))
        hints = Hints(file.path, is_picture, taken, kept["place"], (width, height))
        return read_paper(seen, hints, self.words)

    def end(self) -> None:
        """Let the worker go."""
        self._worker.end()

    def _looked_up(self, file: EvidenceFile, shown: Path | None, *, is_picture: bool) -> Mapping[str, Any]:
        if shown is None and not is_picture:
            return _NOTHING
        made = shown.parent.name if shown is not None and shown != file.source else ""
        key = self.store.key(Identity(file.sha256, 0, 0), "", "lines, size", made, str(PAGES))
        arguments = {"pages": str(shown or ""), "source": str(file.source), "is_picture": is_picture}

        def look_up() -> bytes:
            outcome = self._worker.do(Job("kaoping.evidence.recognition._lines_of_file:lines_of", arguments, _SECONDS))
            if outcome.failure or outcome.errno:
                raise _UnreadError
            return json.dumps(outcome.result, ensure_ascii=False).encode()

        try:
            looked_up: Mapping[str, Any] = json.loads(self.store.bytes_of(key, look_up))
        except _UnreadError:
            return _NOTHING
        return looked_up


class _UnreadError(Exception):
    """Nothing came of it."""


@contextmanager
def paper_files(store: Store, words: Vocabulary) -> Iterator[PaperFiles]:
    """Give what reads files as papers, with the verdicts' ``store`` open."""
    reading = PaperFiles(store, words)
    try:
        yield reading
    finally:
        reading.end()

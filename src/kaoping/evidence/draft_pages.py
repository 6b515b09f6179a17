"""Word files of our own as pages, for whoever looks at them on a screen: made in the background, kept for one run.

The program that converts evidence makes them: LibreOffice, or an office suite of the clerk's. It takes seconds, so
that nobody waits for it: who asks is told how far it is, and asks again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from kaoping.core import fs
from kaoping.evidence.convert import Conversion, _chosen_program
from kaoping.evidence.convert._office_program import OfficeFile, OfficeProgram
from kaoping.evidence.workers import Budget

_SECONDS = 600.0  # of a processor, for what is asked for at once


@dataclass(frozen=True, slots=True)
class DraftPages:
    """How far the pages of a file are: a PDF, or on their way (``is_coming``), or neither, where none can be made."""

    pdf: Path | None = None
    is_coming: bool = False


@dataclass(slots=True)
class DraftPrinter:
    """Makes pages of Word files in a thread of its own; may be asked from any thread."""

    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "drafts"))
    _known: dict[str, DraftPages] = field(default_factory=dict)  # by content
    _lock: Lock = field(default_factory=Lock)
    _folder: TemporaryDirectory[str] | None = None

    def pages(self, path: Path, others: Sequence[Path] = ()) -> DraftPages:
        """Return how far the pages of the file at ``path`` are, and begin with them; then with those of ``others``."""
        program = _chosen_program.find()
        if program is None:
            return DraftPages()
        wanted = {digest: its for its in (path, *others) for digest in _digest(its)}
        with self._lock:
            new = {digest: its for digest, its in wanted.items() if digest not in self._known}
            self._known |= dict.fromkeys(new, DraftPages(is_coming=True))
            asked = next((digest for digest, its in wanted.items() if its == path), "")
            if asked in new:
                self._thread.submit(self._make, {asked: new.pop(asked)}, program)
            if new:
                self._thread.submit(self._make, new, program)
            return self._known.get(asked, DraftPages())

    def close(self) -> None:
        """Let go of what was made; what is being made is waited for."""
        self._thread.shutdown(cancel_futures=True)
        if self._folder is not None:
            self._folder.cleanup()

    def _make(self, files: dict[str, Path], program: OfficeProgram) -> None:
        try:
            if self._folder is None:
                self._folder = TemporaryDirectory(prefix="kaoping-drafts-", ignore_cleanup_errors=True)
            folder = Path(self._folder.name)
            keys = {OfficeFile(path, ".docx", folder / f"{digest}.pdf"): digest for digest, path in files.items()}
            with TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as work:
                for its, outcome in program.convert(list(keys), Path(work), Budget(_SECONDS)):
                    is_made = isinstance(outcome, Conversion)
                    self._known[keys[its]] = DraftPages(its.target if is_made else None)
        finally:  # whatever went wrong: nobody waits for it, and its words are shown
            for digest in files:
                if self._known[digest].is_coming:
                    self._known[digest] = DraftPages()


def _digest(path: Path) -> Iterator[str]:
    """Yield what tells a file's content from others; nothing where it can't be read."""
    try:
        yield fs.sha256(path)
    except OSError:
        return

"""A unit's folder that is asked for again and again in one process: what has not changed is not read again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from kaoping.core.memory import Memory, Stamp, below, stamp_of
from kaoping.core.model import DRAFT, FINAL, EvidenceFile
from kaoping.core.schema import Kind
from kaoping.evidence.draft_pages import DraftPages, DraftPrinter
from kaoping.evidence.previews import Outline, PagePicture, Previews
from kaoping.evidence.store import Store
from kaoping.pipeline._intake import as_written
from kaoping.pipeline.assessment import Assessment, Progress, assess_folder, verdict_store
from kaoping.pipeline.books import Books
from kaoping.pipeline.following import follows_links
from kaoping.pipeline.proposing import Proposed, Taken, propose, take
from kaoping.pipeline.record_keeping import foreseen
from kaoping.records.validate import MATERIALS


@dataclass(slots=True)
class Session:
    """The unit in ``folder``, as a context: ``with Session(folder) as session``; for one thread, pictures apart.

    It remembers what was taken in by file, size and time, and keeps the store of verdicts open.
    """

    folder: Path
    cache: bool = True
    _memory: Memory = field(default_factory=Memory)
    _open: ExitStack = field(default_factory=ExitStack)
    _store: Store | None = None
    _previews: Previews | None = None
    _printer: DraftPrinter = field(default_factory=DraftPrinter)

    def __enter__(self) -> Session:
        """Open the store; raises KaopingError where the disk that it is on stands in the way."""
        self._store = self._open.enter_context(verdict_store(lasting=self.cache))
        self._previews = Previews(self._store)
        self._open.callback(self._previews.close)
        self._open.callback(self._printer.close)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.__exit__(kind, error, trace)

    def assess(self, *, final: bool = False, progress: Progress | None = None) -> Assessment:
        """Return the unit's assessment as its files are now; raises KaopingError as :func:`assess` does.

        Nothing is read off pages that are pictures: that takes its time. What was read elsewhere is known.
        """
        assert self._store is not None, "a session is a context"
        form = FINAL if final else DRAFT
        return assess_folder(self.folder, self._store, form, progress=progress, memory=self._memory, read_for=0.0)

    def behind_links(self) -> Stamp:
        """Return what tells the evidence, with what its links lead to, from what it was; () where none is followed."""
        followed = follows_links(self.folder, self._memory)
        return stamp_of(below(self.folder / MATERIALS, follow_links=True)) if followed else ()

    def books(self) -> Books:
        """Return the records of a unit that can't be scored (:func:`~kaoping.pipeline._intake.as_written`)."""
        return as_written(self.folder, self._memory)

    def propose(self, assessment: Assessment, *, every: bool = False) -> Proposed:
        """Propose of each file that no record knows what it is (:func:`~kaoping.pipeline.proposing.propose`)."""
        assert self._store is not None, "a session is a context"
        return propose(assessment, self._store, every=every)

    def take_proposals(self, assessment: Assessment) -> Taken:
        """Register what was taken of the proposals (:func:`~kaoping.pipeline.proposing.take`)."""
        assert self._store is not None, "a session is a context"
        return take(assessment, self._store)

    def foreseen(
        self, assessment: Assessment, kind: Kind, id_: str | None, values: Mapping[str, str]
    ) -> Assessment | None:
        """Return what ``assessment``, this session's latest, would be with ``values`` written (:func:`foreseen`)."""
        return foreseen(assessment, kind, id_, values, self._memory)

    def volume_page(self, path: Path, page: int, width: int) -> PagePicture | None:
        """Return the 1-based ``page`` of a PDF of a package as a picture (:meth:`Previews.volume_page`)."""
        assert self._previews is not None, "a session is a context"
        return self._previews.volume_page(path, page, width)

    def draft_pages(self, path: Path, others: Sequence[Path] = ()) -> DraftPages:
        """Return how far the pages of a Word file of a package are (:meth:`DraftPrinter.pages`)."""
        return self._printer.pages(path, others)

    def outline(self, path: Path) -> Outline | None:
        """Return how many pages a PDF of a package has, and its bookmarks (:meth:`Previews.outline`)."""
        assert self._previews is not None, "a session is a context"
        return self._previews.outline(path)

    def page_picture(self, file: EvidenceFile, page: int, width: int) -> PagePicture | None:
        """Return the 1-based ``page`` of what is shown of ``file`` as a picture (:meth:`Previews.page`).

        ``file`` is of an assessment of this session; this may be asked for from any thread.
        """
        assert self._previews is not None, "a session is a context"
        return self._previews.page(file, page, width)

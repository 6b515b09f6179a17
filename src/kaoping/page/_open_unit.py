"""The unit that the page shows: its assessment, made anew only where a file of its folder has changed."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from starlette.concurrency import run_in_threadpool

from kaoping import api
from kaoping.page._jobs import Job, Jobs, Step

P = ParamSpec("P")
T = TypeVar("T")
U = TypeVar("U")

#: What a build writes is none of the inputs, nor are files on their way into 材料/.
_NO_INPUTS = ("成果", api.ARRIVING)
_MATERIALS, _SECRET = "材料", "evidence.secret"
#: Seconds that a reader waits for what is being made, before a page says how far it is.
_PATIENCE = 0.3


class StillWorkingError(Exception):
    """What was asked for is not there yet; the unit's thread goes on with it, and :attr:`OpenUnit.step` is how far."""


class _ClosingError(Exception):
    """The page ends: what its thread is doing is broken off where it may be."""


@dataclass(slots=True)
class _Known:
    """What came of the folder as it was: its assessment, or why there is none; and what views made of that."""

    state: object
    outcome: api.Assessment | api.KaopingError
    books: api.Books | None = None  # of a unit that can't be scored: its records, where they may be shown
    made: dict[Callable[..., Any], Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Marked:
    """A reading that was refused, and the files of evidence as they were when somebody looked first after it."""

    job: Job
    files: frozenset[tuple[str, int, int]]


class OpenUnit:
    """The unit in ``folder``, as a context; one thread does its work, since a session is for one.

    Builds are made by a process of their own (:attr:`jobs`), scans are read by another (:attr:`readings`), so that the
    views answer meanwhile.
    """

    def __init__(self, folder: Path, patience: float = _PATIENCE) -> None:
        """``patience`` is how many seconds a reader waits before a page says how far the work is."""
        self.folder = folder
        self.patience = patience
        self.jobs = Jobs(folder)
        self.readings = Jobs(folder)
        self.step = Step("读记录")
        self._thread = ThreadPoolExecutor(1, "unit")
        self._entering: Future[api.Session] | None = None
        self._known: _Known | None = None
        self._pending: dict[tuple[Callable[..., Any], ...], Future[Any]] = {}
        self._marked: _Marked | None = None
        self._is_closing = False

    def __enter__(self) -> OpenUnit:
        """Begin with the work: what it takes to score, and the first survey, need not keep the browser waiting."""
        api.clear_arrivals(self.folder)
        self._entering = self._thread.submit(self._enter)
        self._begun()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_closing = True
        self.jobs.close()
        self.readings.close()
        with suppress(api.KaopingError):
            self._thread.submit(self._session.__exit__, None, None, None).result()
        self._thread.shutdown()

    @property
    def _session(self) -> api.Session:
        """The session, once it is there. Raises KaopingError where the disk that its store is on stands in the way."""
        assert self._entering is not None, "an open unit is a context"
        return self._entering.result()

    @property
    def is_busy(self) -> bool:
        """Whether a package is being built, or scans are being read."""
        return self.jobs.is_running or self.readings.is_running

    def remember(self) -> None:
        """Put the unit first among those that were worked on, with what it was like when somebody looked last."""
        outcome = self._known.outcome if self._known is not None else None
        if isinstance(outcome, api.Assessment):
            card = outcome.card
            total = api.span_text(card.total.low, card.total.high)
            api.remember_unit(self.folder, unit=card.unit, year=str(card.year), total=total)
        else:
            api.remember_unit(self.folder)

    async def assessment(self, patience: float | None = None) -> api.Assessment:
        """Return the assessment of the folder as it is now. Raises KaopingError where it can't be scored at all.

        With ``patience``, in seconds, StillWorkingError where it takes longer than that.
        """
        return (await self._awaited(patience))[0]  # type: ignore[no-any-return]

    async def made(self, make: Callable[[api.Assessment], T], patience: float | None = None) -> T:
        """Return what ``make``, a function of some module, makes of the assessment, once for each state of the folder.

        For what takes long: the unit's thread does it. Raises what ``make`` and :meth:`assessment` raise.
        """
        return (await self.assessed(make, patience))[1]

    async def assessed(
        self, make: Callable[[api.Assessment], T], patience: float | None = None
    ) -> tuple[api.Assessment, T]:
        """Return the assessment and what ``make`` made of it (:meth:`made`), with one look at the folder."""
        return await self._awaited(patience, make)  # type: ignore[no-any-return]

    async def assessed_with(
        self, first: Callable[[api.Assessment], T], second: Callable[[api.Assessment], U], patience: float | None = None
    ) -> tuple[api.Assessment, T, U]:
        """Return the assessment and what both made of it (:meth:`made`), with one look at the folder."""
        return await self._awaited(patience, first, second)  # type: ignore[no-any-return]

    async def books(self) -> api.Books | None:
        """Return the records of the unit, which can't be scored; None where there are none that may be shown."""
        return await self.do(lambda: self._looked().books)

    def latest(self, make: Callable[[api.Assessment], T]) -> T | None:
        """Return what ``make`` made of the last state that was looked at, without another look; None for nothing."""
        return self._known.made.get(make) if self._known is not None else None

    async def picture(self, file: Any, page: int, width: int) -> api.PagePicture | None:
        """Return a page of a file of evidence as a picture (:meth:`api.Session.page_picture`)."""
        return await run_in_threadpool(self._session.page_picture, file, page, width)

    async def volume_page(self, path: Path, page: int, width: int) -> api.PagePicture | None:
        """Return a page of a PDF of a package as a picture (:meth:`api.Session.volume_page`)."""
        return await run_in_threadpool(self._session.volume_page, path, page, width)

    async def draft_pages(self, path: Path, others: Sequence[Path] = ()) -> api.DraftPages:
        """Return how far the pages of a Word file of a package are (:meth:`api.Session.draft_pages`)."""
        return await run_in_threadpool(self._session.draft_pages, path, others)

    async def outline(self, path: Path) -> api.Outline | None:
        """Return how many pages a PDF of a package has, and its bookmarks (:meth:`api.Session.outline`)."""
        return await run_in_threadpool(self._session.outline, path)

    async def do(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Have the unit's thread do ``work``, after all that it was given before; raises what that raises."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, partial(work, *args, **kwargs))

    def propose(self) -> api.Proposed:
        """Propose what files are (:meth:`api.Session.propose`); for what the unit's thread is doing."""
        return self._session.propose(self.look())

    def take_proposals(self, answers: Mapping[str, Mapping[str, str]]) -> api.Taken:
        """Write down ``answers`` to proposals, and register what was taken; for what the unit's thread is doing."""
        api.answer(self.look(), answers)
        return self._session.take_proposals(self.look())

    async def foreseen(
        self, assessment: api.Assessment, kind: Any, id_: str | None, values: Mapping[str, str]
    ) -> api.Assessment | None:
        """Return what ``assessment`` would be with ``values`` written; None where nobody can tell (api.foreseen)."""
        return await self.do(self._session.foreseen, assessment, kind, id_, values)

    def look(self) -> api.Assessment:
        """Return the assessment as the folder is now: for what the unit's thread is doing. Raises KaopingError."""
        outcome = self._looked().outcome
        if isinstance(outcome, api.KaopingError):
            raise outcome
        return outcome

    def look_rubric(self) -> Any:
        """Return the rubric with the notice as it is now, of a unit that can't be scored, too; as :meth:`look` does."""
        known = self._looked()
        if known.books is not None and known.books.rubric is not None:
            return known.books.rubric
        return self.look().rubric

    def look_anew(self) -> None:
        """Let the next look begin anew: what the unit is scored by has changed, and it need not lie in its folder."""
        self._known = None

    async def _awaited(self, patience: float | None, *makes: Callable[..., Any]) -> Any:
        """Return the assessment and what each of ``makes`` made of it."""
        future = asyncio.wrap_future(self._begun(*makes))
        future.add_done_callback(lambda its: its.cancelled() or its.exception())  # nobody may be waiting any more
        try:
            return await asyncio.wait_for(asyncio.shield(future), patience)
        except TimeoutError:
            raise StillWorkingError from None

    def _begun(self, *makes: Callable[..., Any]) -> Future[Any]:
        """Let the thread begin with it; who asks again while it still works waits for the same."""
        begun = self._pending.get(makes)
        if begun is None or begun.done():
            begun = self._pending[makes] = self._thread.submit(self._make, *makes)
        return begun

    def _make(self, *makes: Callable[[api.Assessment], Any]) -> tuple[Any, ...]:
        known = self._looked()
        if isinstance(known.outcome, api.KaopingError):
            raise known.outcome
        for make in makes:
            if make not in known.made:
                self.step = Step("核对")
                known.made[make] = make(known.outcome)
        return known.outcome, *(known.made[make] for make in makes)

    def _enter(self) -> api.Session:
        return api.Session(self.folder).__enter__()

    def _looked(self) -> _Known:
        assert self._entering is not None, "an open unit is a context"
        if isinstance(self._entering.exception(), api.KaopingError):  # there may be room by now
            self._entering = Future()
            try:
                self._entering.set_result(self._enter())
            except api.KaopingError as error:
                self._entering.set_exception(error)
                return _Known((), error)
        state = (date.today(), self.readings.ended, tuple(self._files()))
        if self._known is None or self._known.state != state:
            self.step = Step("读记录")
            outcome: api.Assessment | api.KaopingError
            try:
                outcome = self._still_marked() or self._session.assess(progress=self._tell)
            except api.KaopingError as error:
                outcome = error
            books = self._books(outcome) if isinstance(outcome, api.KaopingError) else None
            self._known = _Known(state, outcome, books)
        return self._known

    def _files(self) -> Iterator[tuple[str, int, int]]:
        """What tells whether the folder is as it was, and what its links lead to, where they are followed."""
        yield from _state(self.folder, _NO_INPUTS)
        yield from self._session.behind_links()

    def _books(self, error: api.KaopingError) -> api.Books | None:
        """The records of a unit that can't be scored, with why; None where they can't be told, or may name a secret."""
        if any(its.code == "evidence.secret" for its in error.findings):
            return None
        try:
            return replace(self._session.books(), findings=error.findings)
        except api.KaopingError:
            return None

    def _still_marked(self) -> api.KaopingError | None:
        """Return what the latest reading was stopped by, as long as the files that it read are all there.

        Nothing is kept of a marking that was read, so that nobody else knows of it.
        """
        latest = self.readings.latest
        if latest is None or not any(its.code == _SECRET for its in latest.findings):
            return None
        files = frozenset(_state(self.folder / _MATERIALS, _NO_INPUTS))
        if self._marked is None or self._marked.job != latest:
            self._marked = _Marked(latest, files)
        return api.KaopingError(latest.findings) if self._marked.files <= files else None

    def _tell(self, done: int, of: int, what: str) -> None:
        if self._is_closing:
            raise _ClosingError
        self.step = Step(what, done, of)


def _state(folder: Path, without: Collection[str] = ()) -> Iterator[tuple[str, int, int]]:
    """Yield name, size and time of each file below ``folder``, but for those in its folders ``without``."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield str(error), 0, 0
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in without:
                yield from _state(Path(entry.path))
        elif entry.is_file():
            stat = entry.stat()
            yield entry.path, stat.st_size, stat.st_mtime_ns

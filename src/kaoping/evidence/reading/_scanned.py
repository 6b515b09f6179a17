"""The pages of files that are pictures, read in stages: kept page by page, and what they say of each file.

Readings are kept by the content that is read and the engine that reads, beside verdicts, and like these only after the
survey found nothing secret: of a file with a marking nothing stays, pages that were read earlier included.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psutil

from kaoping.core.errors import NO_SPACE
from kaoping.evidence import workers
from kaoping.evidence._personal import Hit
from kaoping.evidence._sight import page_place
from kaoping.evidence.rates import READ
from kaoping.evidence.reading._likeness import doubts_in, level_in
from kaoping.evidence.reading.ocr_engine import Engine
from kaoping.evidence.store import Store
from kaoping.evidence.words import Words
from kaoping.evidence.workers import Budget, Job, Outcome
from kaoping.pdf.written import WrittenLine

_MEMORY = 2_500_000_000  # bytes that an engine may take: an A3 page needs 1.6 GB
_SECONDS = 240.0  # of a processor, for one page: ten times what a full one takes
_READING = "识别扫描页"

#: Told how many pages have been read, of how many, and what is done with them.
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class PageRead:
    """What was read of one page. ``lines`` stand as they are read, top to bottom; ``corners`` are those of each."""

    lines: tuple[WrittenLine, ...] = ()
    corners: tuple[tuple[int, ...], ...] = ()  # x, y of four, in points, clockwise from where the text begins
    turn: int = 0  # degrees clockwise that would set the page upright
    blank: bool = False
    size: tuple[float, float] = (0.0, 0.0)  # points of the page as it is displayed
    across: tuple[str, ...] = ()  # what is written across it: a watermark
    marks: tuple[tuple[int, ...], ...] = ()  # of each line, where along it its characters stand (thousandths), if known
    ink: tuple[
        tuple[int, ...], ...
    ] = ()  # of each line, how far ink reaches within its corners (thousandths), if known
    unread: int = 0  # places at its head with ink in which nothing was read

    def moved(self, page: int, turn: int) -> PageRead:
        """Return the same as the 1-based ``page``, turned by ``turn`` degrees clockwise."""
        width, height = self.size
        corners = tuple(tuple(round(edge) for edge in _turned(its, turn, width, height)) for its in self.corners)
        lines = tuple(replace(its, page=page, box=_box(at)) for its, at in zip(self.lines, corners, strict=True))
        size = self.size if turn % 180 == 0 else (height, width)
        turn = (self.turn - turn) % 360
        return PageRead(lines, corners, turn, self.blank, size, self.across, self.marks, self.ink, self.unread)


@dataclass(frozen=True, slots=True)
class Scanned:
    """A PDF with pages to be read: where it is, what it is known by, and which pages (1-based)."""

    path: Path
    digest: str  # sha256 of its bytes
    pages: Sequence[int]

    def key(self, engine: Engine) -> str:
        """Return what its readings are kept under."""
        return hashlib.sha256(f"read\\0{self.digest}\\0{engine.key}".encode()).hexdigest()[:40]


@dataclass(frozen=True, slots=True)
class PagesSay:
    """What the pages that were read say of their file."""

    secret: str = ""  # the 密级 that it is marked with
    doubts: tuple[str, ...] = ()  # what may be such a marking, in words: 第1页“机蜜★10年”
    personal: tuple[tuple[Hit, str], ...] = ()  # each with its page
    turned: Mapping[int, int] = field(default_factory=dict)  # page → degrees clockwise that would set it upright
    blank: tuple[int, ...] = ()


def read_pages(
    files: Iterable[Scanned],
    store: Store,
    engine: Engine,
    words: Words,
    budget: Budget,
    progress: Progress | None = None,
) -> dict[str, dict[int, PageRead]]:
    """Read the pages of ``files`` as far as ``budget`` goes, first pages first; return what is known by now.

    By :meth:`Scanned.key`, then by page. As soon as one is marked by ``words``, nobody goes on from here. A page that
    can't be read (time, memory, a crash) is not among them, and is tried again next time. Raises OSError where no
    worker can be started, or the disk of the store is full.
    """
    known: dict[str, dict[int, PageRead]] = {}
    todo: list[tuple[int, Scanned]] = []
    for file in files:
        key = file.key(engine)
        if key not in known:
            known[key] = read_before(store, key)
            todo += [(page, file) for page in file.pages if page not in known[key]]
    todo.sort(key=lambda its: its[0])  # markings stand at the head, and what a paper is
    done = itertools.count(1)

    def on_done(index: int, outcome: Outcome) -> None:
        page, file = todo[index]
        if outcome.errno in NO_SPACE:
            raise OSError(outcome.errno, "no space for what is read of the evidence", str(store.work))
        if not outcome.failure:
            key = file.key(engine)
            store.took(READ, outcome.seconds)
            store.put_part(key, f"{page:05}", json.dumps(outcome.result).encode())
            known[key][page] = its = _page_read(page, outcome.result)
            if level_in(its.lines, words, first_page=page == 1, across=its.across):
                store.forget()
        if progress is not None and outcome.failure != "budget":
            progress(next(done), len(todo), _READING)

    if todo and budget.left > 0:
        if progress is not None:
            progress(0, len(todo), _READING)
        arguments = [{"path": str(file.path), "page": page, "reader": engine.reader} for page, file in todo]
        jobs = [Job("kaoping.evidence.reading._page_reader:read_page", its, _SECONDS) for its in arguments]
        workers.run(jobs, memory=_MEMORY, most=_most(), budget=budget, on_done=on_done)
    return known


def _most() -> int:
    """Return how many engines have room at a time."""
    return max(int(psutil.virtual_memory().available // _MEMORY), 1)


def read_before(store: Store, key: str) -> dict[int, PageRead]:
    """Return what is kept under ``key`` by page."""
    return {int(name): _page_read(int(name), json.loads(data)) for name, data in store.parts_of(key).items()}


def _page_read(page: int, entry: Mapping[str, Any]) -> PageRead:
    lines = tuple(WrittenLine(text, page, _box(corners), sure, True) for text, corners, sure, *_ in entry["lines"])
    corners, marks, ink = (tuple(tuple(its[at]) for its in entry["lines"]) for at in (1, 3, 4))
    turn, blank, size, across = int(entry["turn"]), bool(entry["blank"]), tuple(entry["size"]), tuple(entry["across"])
    return PageRead(lines, corners, turn, blank, size, across, marks, ink, int(entry["unread"]))


def _turned(corners: Sequence[int], turn: int, width: float, height: float) -> Iterator[float]:
    """Yield the corners as they stand on a page of ``width`` × ``height`` points that was turned."""
    for x, y in zip(corners[::2], corners[1::2], strict=True):
        yield from {0: (x, y), 90: (height - y, x), 180: (width - x, height - y), 270: (y, width - x)}[turn]


def _box(corners: Sequence[int]) -> tuple[float, float, float, float]:
    xs, ys = corners[::2], corners[1::2]
    return float(min(xs)), float(min(ys)), float(max(xs)), float(max(ys))


def what_pages_say(pages: Mapping[int, PageRead], words: Words) -> PagesSay:
    """Return what ``pages`` that were read say of their file."""
    secret = ""
    doubts: list[str] = []
    hits: dict[tuple[Hit, str], None] = {}
    for number, page in sorted(pages.items()):
        secret = secret or level_in(page.lines, words, first_page=number == 1, across=page.across)
        doubts += doubts_in(page.lines, words, page=number, across=page.across)
        if page.unread:
            doubts.append(f"第{number}页页首（有 {page.unread} 处字迹没认出来）")
        text = "\n".join(line.text for line in page.lines)
        hits |= dict.fromkeys((hit, page_place(number - 1)) for hit in words.personal_data(text))
    turned = {number: page.turn for number, page in sorted(pages.items()) if page.turn}
    blank = tuple(number for number, page in sorted(pages.items()) if page.blank)
    return PagesSay(secret, tuple(dict.fromkeys(doubts)), tuple(hits), turned, blank)

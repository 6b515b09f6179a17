"""The survey: every file below 材料/, and every file within those, hashed and judged; none is left out in silence.

Verdicts come from the store, or from workers that may be killed; what only LibreOffice can show is gathered and handed
to it in one go. Files within a file (a zip's members, a mail's attachments) make the next round.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path, PurePosixPath

from kaoping.core.errors import NO_SPACE
from kaoping.core.model import EvidenceFile, Verdict
from kaoping.evidence import workers
from kaoping.evidence.judged import PAGES, Judged, slip
from kaoping.evidence.store import Identity, Store, is_full
from kaoping.evidence.walk import walk
from kaoping.evidence.words import STOCK, Words
from kaoping.evidence.workers import Job, Worker

_DEEPEST = 3  # a zip within a zip within a zip
_SECONDS, _SECONDS_PER_MB = 60.0, 2.0
MEMORY = 1_500_000_000  # bytes that the judging of one file may take
_NEEDED = ("kaoping.evidence.judge", "kaoping.evidence.pdf", "pypdfium2", "PIL.Image")
_NOT_READ = "文件读不出来，可能没有权限、正被别的程序占用，或所在的盘出了问题。"
_CHANGING = "读取时文件正在改动，请关闭正在编辑它的程序后重新生成。"
_TOO_DEEP = "压缩包一层套一层，超过三层，里面的没有展开。请解压后把需要的文件放进材料文件夹。"
_FAILED = {
    "time": "打开它用时太久，中途停下了：文件可能有损坏。请用生成它的程序另存一份，或导出成 PDF。",
    "memory": "打开它要占用太多内存，中途停下了：文件可能有损坏，或大得超出常理。请拆成几份，或导出成 PDF。",
}
_CRASHED = "打开它的程序出了错：文件可能有损坏。请用生成它的程序另存一份，或导出成 PDF。"

#: Told how many files have been judged, and of how many.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Secret:
    """A file that is marked as a state secret: where to find it, or the file that it came in, without its name."""

    names: tuple[str, ...]  # its own and those of what it came in, for whoever must leave them out; never printed
    is_within: bool  # it came in another file, and that one is told
    folder: str
    suffix: str
    size: int
    changed: datetime
    level: str


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found: the files by key, in the order of the keys; and those that must not be handled at all."""

    files: Mapping[str, EvidenceFile]
    secret: Sequence[Secret] = ()
    without_office: int = 0  # files that wait for a LibreOffice


@dataclass(frozen=True, slots=True)
class _Desk:
    """What the files of a survey are judged with."""

    store: Store
    words: Words
    told: Progress | None


@dataclass(slots=True, eq=False)
class _Found:
    """A file on its way through the survey."""

    key: str
    place: Path  # where it lies, or the name it has in the folder of its holder's verdict
    holder: _Found | None = None  # the file that it came in
    depth: int = 0
    identity: Identity | None = None  # None where it could not be read
    entries: list[str] = field(default_factory=list)  # the keys of its verdicts in the store, the last in force
    judged: Judged = field(default_factory=lambda: slip("", _NOT_READ))

    def path(self, store: Store) -> Path:
        """Return where the file is now: verdicts move when they are kept."""
        return self.place if self.holder is None else self.holder.folder(store) / self.place

    def folder(self, store: Store) -> Path:
        """Return the folder of the verdict in force."""
        known = store.find(self.entries[-1])
        assert known is not None
        return known[1]

    def fails(self, judged: Judged) -> None:
        """Take a verdict that the next survey may not come to: it is not kept."""
        self.judged, self.entries = judged, []


def survey(materials: Path, store: Store, told: Progress | None = None, words: Words = STOCK) -> Survey:
    """Return every file below ``materials`` (材料/); titles are the file names, and none where the folder is missing.

    ``words`` are what they are looked through for. A file that can't be read, takes its judge down or changes while it
    is judged is there all the same: with a slip sheet that says so. Raises OSError where no worker can be started, or
    the disk of the store is full.
    """
    desk = _Desk(store, words, told)
    index = store.remember(materials)
    found: list[_Found] = []
    current = [_Found(key, path) for key, path in sorted(walk(materials))]
    with Worker(MEMORY) as first:
        if not all(store.knows(one.place) for one in current):
            first.start(*_NEEDED)  # before it is known what for: it gets ready meanwhile
        while current:
            _judge([one for one in current if not _level(one, words)], desk, first)  # a secret one is not even opened
            found += current
            current = [inner for one in current for inner in _members(one)]
    secret = [one for one in found if _level(one, words)]
    tainted = {key for one in secret for key in _with_containers(one.key, found)}
    for one in found:
        if one.key not in tainted:
            for entry in one.entries:
                store.keep(entry)
    store.close(index, {str(one.place) for one in found if one.key in tainted})
    waiting = sum(bool(one.judged.office) for one in found)
    clear = sorted((one for one in found if one.key not in tainted), key=lambda one: one.key)
    files = {one.key: _file(one, store) for one in clear}
    return Survey(files, tuple(_secret(one, words) for one in secret), waiting)


def _judge(found: Sequence[_Found], desk: _Desk, first: Worker) -> None:
    """Give each of ``found`` its verdict."""
    store = desk.store
    for one in found:
        try:
            one.identity = store.identify(one.path(store))
        except OSError:
            continue
        one.entries = [store.key(one.identity, PurePosixPath(one.key).suffix, *desk.words.key)]
    _settle(found, store, _judge_new(found, desk, first))
    if any(one.judged.office for one in found):
        _settle(found, store, _make_pages(found, desk))
    for one in found:
        if one.holder is None and one.identity is not None and _has_changed(one.place, one.identity):
            one.fails(slip(one.judged.media, _CHANGING))


def _judge_new(found: Sequence[_Found], desk: _Desk, first: Worker) -> dict[str, Judged]:
    """Have those judged that the store lacks; returns the verdicts that are not kept."""
    store = desk.store
    entries = {one.entries[0]: one for one in found if one.entries}
    new = {entry: _job(one, desk) for entry, one in entries.items() if not store.has(entry)}
    with ThreadPoolExecutor(1) as aside:  # while judges look at what is new, what is known is read
        reading = aside.submit(lambda: [entry for entry in entries if entry not in new and store.find(entry) is None])
        failed = _do(new, desk, first)
        damaged = reading.result()
    return failed | _do({entry: _job(entries[entry], desk) for entry in damaged}, desk)


def _make_pages(found: Sequence[_Found], desk: _Desk) -> dict[str, Judged]:
    """Have LibreOffice make the pages that the store lacks; returns the verdicts that are not kept."""
    from kaoping.evidence import office

    store = desk.store
    waiting: dict[str, tuple[Path, Judged]] = {}
    for one in found:
        if not one.judged.office or one.judged.secret:
            continue
        if office.tells():  # a page of LibreOffice's is a second verdict, under a key of its own
            one.entries.append(office.entry_of(one.entries[0]))
        first, last = store.find(one.entries[0]), store.find(one.entries[-1])
        if first is not None and (last is None or len(one.entries) == 1):
            stand_in = one.judged.stand_in
            waiting[one.entries[-1]] = (first[1] / stand_in if stand_in else one.path(store), one.judged)
    failed, jobs = office.convert(waiting, store, desk.words)
    return failed | _do(jobs, desk)


def _job(one: _Found, desk: _Desk) -> Job:
    assert one.identity is not None
    path, folder = one.path(desk.store), desk.store.fresh(one.entries[0])
    arguments = {"path": str(path), "folder": str(folder), "added": desk.words.added}
    return Job("kaoping.evidence.judge:judge", arguments, _SECONDS + _SECONDS_PER_MB * one.identity.size / 1e6)


def _do(jobs: Mapping[str, Job], desk: _Desk, first: Worker | None = None) -> dict[str, Judged]:
    """Have the verdicts made and put into the store; returns those that no judge came to, which are not kept."""
    store, told = desk.store, desk.told
    report = (lambda count: told(count, len(jobs))) if told else None
    failed: dict[str, Judged] = {}
    for entry, outcome in zip(
        jobs, workers.run(list(jobs.values()), memory=MEMORY, first=first, told=report), strict=True
    ):
        if outcome.errno in NO_SPACE or (outcome.failure == "crash" and is_full(store.work)):
            raise OSError(outcome.errno or errno.ENOSPC, "no space for what is made of the evidence", str(store.work))
        if outcome.errno:
            failed[entry] = slip("", _NOT_READ)
        elif outcome.failure:
            failed[entry] = slip("", _FAILED.get(outcome.failure, _CRASHED))
        else:
            store.put(entry, Judged.from_json(outcome.result))
    return failed


def _settle(found: Sequence[_Found], store: Store, failed: Mapping[str, Judged]) -> None:
    """Give each file the verdict that was made, or found, under its last key."""
    for one in found:
        if one.entries:
            known = store.find(one.entries[-1])
            if one.entries[-1] in failed:
                one.fails(failed[one.entries[-1]])
            elif known is not None:
                one.judged = known[0]


def _members(one: _Found) -> list[_Found]:
    """Return the files within ``one``; where they are too deep, its verdict says so."""
    if not one.judged.members:
        return []
    if one.depth >= _DEEPEST:
        one.judged = replace(one.judged, members=(), lost=(*one.judged.lost, _TOO_DEEP), keep=True)
        if one.judged.verdict is Verdict.UNPACKED:
            one.judged = slip(one.judged.media, _TOO_DEEP)
        return []
    return [_Found(f"{one.key}/{name}", Path(file), one, one.depth + 1) for name, file in one.judged.members]


def _has_changed(path: Path, identity: Identity) -> bool:
    try:
        stat = path.stat()
    except OSError:
        return True
    return (stat.st_size, stat.st_mtime_ns) != (identity.size, identity.time)


def _with_containers(key: str, found: Iterable[_Found]) -> set[str]:
    """Return ``key``, what it contains and what contains it."""
    keys = (one.key for one in found)
    return {other for other in keys if f"{key}/".startswith(f"{other}/") or other.startswith(f"{key}/")}


def _level(one: _Found, words: Words) -> str:
    """Return the 密级 that the file is marked with, inside or in its name."""
    return one.judged.secret or words.in_name(PurePosixPath(one.key).name)


def _secret(one: _Found, words: Words) -> Secret:
    outer, names = one, [PurePosixPath(one.key).stem]
    while outer.holder is not None:
        outer = outer.holder
        names.append(PurePosixPath(outer.key).stem)
    where, stat = PurePosixPath(outer.key), outer.place.stat()
    changed = datetime.fromtimestamp(stat.st_mtime)
    folder, level = where.parent.as_posix(), _level(one, words)
    return Secret(tuple(names), outer is not one, folder, where.suffix, stat.st_size, changed, level)


def _file(one: _Found, store: Store) -> EvidenceFile:
    judged = one.judged
    source = one.path(store)
    path = one.folder(store) / PAGES if judged.made else source
    identity = one.identity or Identity("", 0, 0)
    size, time = identity.size, identity.time
    if judged.made:
        stat = path.stat()
        size, time = stat.st_size, stat.st_mtime_ns
    return EvidenceFile(
        path=one.key,
        source=source,
        sha256=identity.sha256,
        size=identity.size,
        type="",
        title=PurePosixPath(one.key).stem,
        media=judged.media,
        verdict=judged.verdict,
        why=judged.why,
        how=judged.how,
        lost=judged.lost,
        pages=judged.pages,
        sheets=judged.sheets(path, size, time),
        keep=judged.keep,
        within=one.holder.key if one.holder is not None else "",
        members=tuple(f"{one.key}/{name}" for name, _ in judged.members),
        personal=judged.personal,
    )

"""The survey: every file below 材料/, and every file within those, hashed and judged; none is left out in silence.

Verdicts come from the store, or from workers that may be killed; what only LibreOffice can show is gathered and handed
to it in one go. Files within a file (a zip's members, a mail's attachments) make the next round.
"""

from __future__ import annotations

import errno
import itertools
import math
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import takewhile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from kaoping.core import fs
from kaoping.core.errors import NO_SPACE
from kaoping.core.model import EvidenceFile, Shot, Verdict
from kaoping.evidence import media, workers
from kaoping.evidence._appraisal import NOT_REACHED, PAGES, Appraisal, slip
from kaoping.evidence._companions import companions
from kaoping.evidence._personal import listed
from kaoping.evidence._walk import walk
from kaoping.evidence.rates import CONVERT, LOOK
from kaoping.evidence.store import Identity, Store, is_full
from kaoping.evidence.words import STOCK, Words
from kaoping.evidence.workers import Budget, Job, Outcome, Worker

if TYPE_CHECKING:
    from kaoping.evidence.reading._scanned import PagesSay
    from kaoping.evidence.reading.ocr_engine import Engine

_DEEPEST, _MOST_WITHIN = 3, 10_000  # a zip within a zip within a zip; files within one file, all levels together
_SECONDS, _SECONDS_PER_MB = 60.0, 2.0  # of a processor, for one file
#: Of a processor, and bytes of what is made: what comes after that is looked at by the next survey.
_SECONDS_FOR_ALL, _BYTES_FOR_ALL = 7200.0, 10_000_000_000
MEMORY = 1_500_000_000  # bytes that the judging of one file may take
_NEEDED = ("kaoping.evidence._judge", "kaoping.evidence._pdf_judge", "pypdfium2", "pypdf", "PIL.Image")
_NOT_READ = "文件读不出来，可能没有权限、正被别的程序占用，或所在的盘出了问题。"
_CHANGING = "读取时文件正在改动，请关闭正在编辑它的程序后重新生成。"
_TOO_DEEP = "压缩包一层套一层，超过三层，里面的没有展开。请解压后把需要的文件放进材料文件夹。"
_TOO_MANY = (
    f"压缩包一层套一层，里面的文件超过{_MOST_WITHIN}个，疑似压缩炸弹，没有展开。请解压后把需要的文件放进材料文件夹。"
)
_FAILED = {
    "time": "打开它用时太久，中途停下了。请用生成它的程序另存一份，或导出成 PDF。",
    "memory": "打开它要占用太多内存，中途停下了。请拆成几份，或导出成 PDF。",
    "budget": NOT_REACHED,
}
_CRASHED = "打开它的程序出了错，中途停下了。请用生成它的程序另存一份，或导出成 PDF。"
_LOOKING, _CONVERTING = "查看材料", "转换 Office 文件"

#: Told how many files have been judged, of how many, and what is done with them.
Progress = Callable[[int, int, str], None]


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
    not_entered: Mapping[str, str] = field(default_factory=dict)  # folders by key, and why: a whole Chinese sentence
    without_office: int = 0  # files that wait for a LibreOffice
    links: Sequence[str] = ()  # those that lead elsewhere, by key: followed, or left alone


@dataclass(frozen=True, slots=True)
class Reading:
    """What pages that are pictures are read with, and for how long: what is not read by then is told."""

    engine: Engine
    budget: Budget


@dataclass(frozen=True, slots=True)
class _Desk:
    """What the files of a survey are judged with."""

    store: Store
    words: Words
    progress: Progress | None
    reading: Reading | None = None
    unopened: Container[str] = ()  # the keys of files that take down whoever opens them
    budget: Budget = field(default_factory=lambda: Budget(_SECONDS_FOR_ALL))


@dataclass(slots=True, eq=False)
class _File:
    """A file on its way through the survey."""

    key: str
    place: Path  # where it lies, or the name it has in the folder of its holder's verdict
    holder: _File | None = None  # the file that it came in
    depth: int = 0
    why: str = ""  # it is not opened: a whole Chinese sentence
    identity: Identity | None = None  # None where it could not be read
    beside: dict[str, _File] = field(default_factory=dict)  # what was saved with a web page, by the path from it
    entries: list[str] = field(default_factory=list)  # the keys of its verdicts in the store, the last in force
    appraisal: Appraisal = field(default_factory=lambda: slip("", _NOT_READ))
    readings: str = ""  # under which the store has what was read off its pages
    read: frozenset[int] = frozenset()  # the pages that were, 1-based
    says: PagesSay | None = None  # what they say of it
    failed: bool = False  # no judge came to a verdict that may be kept

    @property
    def outer(self) -> _File:
        """The file of the folder that this one came in, at whatever level; itself where it lies there."""
        return self if self.holder is None else self.holder.outer

    @property
    def chain(self) -> tuple[_File, ...]:
        """The file, what it came in, and so on outwards."""
        return (self,) if self.holder is None else (self, *self.holder.chain)

    def path(self, store: Store) -> Path:
        """Return where the file is now: verdicts move when they are kept."""
        return self.place if self.holder is None else self.holder.folder(store) / self.place

    def folder(self, store: Store) -> Path:
        """Return the folder of the verdict in force."""
        known = store.find(self.entries[-1])
        assert known is not None
        return known[1]

    def fails(self, appraisal: Appraisal) -> None:
        """Take a verdict that the next survey may not come to: it is not kept."""
        self.appraisal, self.entries, self.failed = appraisal, [], True


def survey(
    materials: Path,
    store: Store,
    progress: Progress | None = None,
    words: Words = STOCK,
    *,
    follow_links: bool = False,
    reading: Reading | None = None,
    share: Container[str] | None = None,
    unopened: Container[str] = (),
) -> Survey:
    """Return every file below ``materials`` (材料/); titles are the file names, and none where the folder is missing.

    With a ``share`` of the keys, only those files and what came with them: what is found out of them is kept, for a
    survey of all. The files of the keys ``unopened`` took down the very process that surveys: none opens them, and they
    count as those that take their judge down.

    ``words`` are what they are looked through for. Links that lead out are followed with ``follow_links`` alone, and
    only regular files are opened: what else lies there has a slip sheet. A file that can't be read, takes its judge
    down or changes while it is judged is there all the same: with a slip sheet that says so. Pages that are pictures
    are read by ``reading``, as far as that goes. Raises OSError where no worker can be started, or the disk of the
    store is full.
    """
    desk = _Desk(store, words, progress, reading, unopened)
    index = store.remember(materials)
    files: list[_File] = []
    within: Counter[str] = Counter()  # files that came in each of the folder's own
    entries = list(walk(materials, follow_links=follow_links))
    current = [
        _File(entry.key, store.plain_path(entry.path), why=entry.why) for entry in entries if not entry.is_folder
    ]
    current = [file for file in _with_saved_pages(current, words) if share is None or file.key in share]
    with workers.hired(MEMORY) as first:
        while current:
            _judge(
                [file for file in current if not _level(file, words)], desk, first
            )  # a secret one is not even opened
            files += current
            current = _with_saved_pages([inner for file in current for inner in _members(file, within)], words)
    _read_scans([file for file in files if not _level(file, words)], desk)
    secret = [file for file in files if _level(file, words)]
    tainted = {key for file in secret for key in _with_containers(file.key, files)}
    for file in files:
        if file.key not in tainted:
            for entry in file.entries:
                store.keep(entry)
            if file.readings:
                store.keep_parts(file.readings)
    _drop(tainted, files, store)
    of_secrets = (part for file in files if file.key in tainted for part in (file, *file.beside.values()))
    if share is None:
        store.close(index, {str(part.place) for part in of_secrets})
    store.forget()  # it is over: nobody goes on from it
    waiting = sum(bool(file.appraisal.office) for file in files)
    clear = sorted((file for file in files if file.key not in tainted), key=lambda file: file.key)
    carriers = {holder for file in clear if _programs(file) for holder in file.chain}
    evidence = {file.key: _evidence_file(file, store, carries_program=file in carriers) for file in clear}
    not_entered = {entry.key: entry.why for entry in entries if entry.is_folder and entry.why}
    links = tuple(dict.fromkeys(entry.link for entry in entries if entry.link))
    return Survey(evidence, tuple(_secret(file, words) for file in secret), not_entered, waiting, links)


def sizes(materials: Path, *, follow_links: bool = False) -> dict[str, int]:
    """Return the bytes of each file that a survey would open, by its key, in the order of the keys; none is opened.

    What was saved with a web page is part of the page.
    """
    paths = {its.key: its.path for its in walk(materials, follow_links=follow_links) if not (its.why or its.is_folder)}
    pages = companions(paths)
    listed = dict.fromkeys(sorted(paths.keys() - pages.keys()), 0)
    for key, path in paths.items():
        with suppress(OSError):
            listed[pages.get(key, key)] += fs.reachable(path).stat().st_size
    return listed


def _with_saved_pages(files: Sequence[_File], words: Words) -> list[_File]:
    """Return ``files`` without what was saved with a web page among them: that is part of the page.

    What is not to be opened, or is marked as secret by its name, stays by itself.
    """
    plain = {file.key: file for file in files if not file.why and not _level(file, words)}
    pages = companions(plain)
    for key, page in pages.items():
        plain[page].beside[PurePosixPath(key).relative_to(PurePosixPath(page).parent).as_posix()] = plain[key]
    return [file for file in files if file.key not in pages]


def _judge(files: Sequence[_File], desk: _Desk, first: Worker) -> None:
    """Give each of ``files`` its verdict."""
    store = desk.store
    for file in files:
        if file.why:
            file.appraisal = slip("", file.why)
            continue
        try:
            file.identity = store.identify(file.path(store))
            for part in file.beside.values():
                part.identity = store.identify(part.path(store))
        except OSError:
            file.identity = None
            continue
        if file.key in desk.unopened:
            file.fails(slip("", _CRASHED))
            continue
        parts = (f"{name} {part.identity.sha256}" for name, part in file.beside.items() if part.identity is not None)
        file.entries = [store.key(file.identity, PurePosixPath(file.key).suffix, *desk.words.key, *parts)]
        if first.process is None and not store.has(file.entries[0]):
            first.start(*_NEEDED)  # it gets ready while the others are identified; a copy of what is known needs none
    _settle(files, store, _judge_new(files, desk, first))
    if any(file.appraisal.office for file in files):
        _settle(files, store, _make_pages(files, desk))
    for file in files:
        looked_at = (file, *file.beside.values()) if file.holder is None else ()
        if any(its.identity is not None and _has_changed(its.place, its.identity) for its in looked_at):
            file.fails(slip(file.appraisal.media, _CHANGING))


def _judge_new(files: Sequence[_File], desk: _Desk, first: Worker) -> dict[str, Appraisal]:
    """Have those judged that the store lacks; returns the verdicts that are not kept."""
    store = desk.store
    entries = {file.entries[0]: file for file in files if file.entries}
    new = {entry: _job(file, desk) for entry, file in entries.items() if not store.has(entry)}
    with ThreadPoolExecutor(1) as aside:  # while judges look at what is new, what is known is read
        reading = aside.submit(lambda: [entry for entry in entries if entry not in new and store.find(entry) is None])
        failed = _do(new, desk, first)
        damaged = workers.awaited(reading)
    return failed | _do({entry: _job(entries[entry], desk) for entry in damaged}, desk)


def _make_pages(files: Sequence[_File], desk: _Desk) -> dict[str, Appraisal]:
    """Have LibreOffice make the pages that the store lacks; returns the verdicts that are not kept."""
    from kaoping.evidence import _office_pages

    store = desk.store
    waiting: dict[str, _office_pages.Waiting] = {}
    for file in files:
        if not file.appraisal.office or file.appraisal.secret:
            continue
        name = PurePosixPath(file.key).name
        if _office_pages.tells():  # a page of LibreOffice's is a second verdict, under a key of its own
            file.entries.append(_office_pages.entry_of(file.entries[0], file.appraisal, name))
        first, last = store.find(file.entries[0]), store.find(file.entries[-1])
        if first is not None and (last is None or len(file.entries) == 1):
            stand_in = file.appraisal.stand_in
            given = first[1] / stand_in if stand_in else file.path(store)
            waiting[file.entries[-1]] = _office_pages.Waiting(given, file.appraisal, name)
    progress = desk.progress
    on_file = (lambda done: progress(done, len(waiting), _CONVERTING)) if progress else None
    before = desk.budget.left
    failed, jobs = _office_pages.convert(waiting, store, desk.words, desk.budget, on_file)
    if waiting and before < math.inf:
        store.took(CONVERT, before - desk.budget.left, len(waiting))
    return failed | _do(jobs, desk, number=0)


def _job(file: _File, desk: _Desk) -> Job:
    assert file.identity is not None
    path, folder = file.path(desk.store), desk.store.fresh(file.entries[0])
    beside = {name: str(part.path(desk.store)) for name, part in file.beside.items()}
    arguments = {"path": str(path), "folder": str(folder), "added": desk.words.added, "beside": beside}
    return Job("kaoping.evidence._judge:judge", arguments, _SECONDS + _SECONDS_PER_MB * file.identity.size / 1e6)


def _do(jobs: Mapping[str, Job], desk: _Desk, first: Worker | None = None, *, number: int = 1) -> dict[str, Appraisal]:
    """Have the verdicts made and put into the store; returns those that no judge came to, which are not kept.

    Each counts as ``number`` files that were looked at (0: of what another program made of one).
    """
    store, entries, done = desk.store, list(jobs), itertools.count(1)
    failed: dict[str, Appraisal] = {}

    def on_done(index: int, outcome: Outcome) -> None:
        if outcome.errno in NO_SPACE or (outcome.failure == "crash" and is_full(store.work)):
            raise OSError(outcome.errno or errno.ENOSPC, "no space for what is made of the evidence", str(store.work))
        if outcome.errno:
            failed[entries[index]] = slip("", _NOT_READ)
        elif outcome.failure:
            failed[entries[index]] = slip("", _FAILED.get(outcome.failure, _CRASHED))
        else:
            appraisal = Appraisal.from_json(outcome.result)
            store.put(entries[index], appraisal)
            store.took(LOOK, outcome.seconds, number)
            if appraisal.secret or any(desk.words.in_name(PurePosixPath(name).name) for name, _ in appraisal.members):
                store.forget()
            if store.made > _BYTES_FOR_ALL:
                desk.budget.left = 0.0
        if desk.progress:
            desk.progress(next(done), len(jobs), _LOOKING)

    workers.run(list(jobs.values()), memory=MEMORY, first=first, budget=desk.budget, on_done=on_done)
    return failed


def _settle(files: Sequence[_File], store: Store, failed: Mapping[str, Appraisal]) -> None:
    """Give each file the verdict that was made, or found, under its last key."""
    for file in files:
        if file.entries:
            known = store.find(file.entries[-1])
            if file.entries[-1] in failed:
                file.fails(failed[file.entries[-1]])
            elif known is not None:
                file.appraisal = known[0]


def _members(file: _File, within: Counter[str]) -> list[_File]:
    """Return the files within ``file``; where they are too deep or too many, its verdict says so.

    ``within`` counts those of each file of the folder, whatever level they are at.
    """
    if not file.appraisal.members:
        return []
    outer = file.outer.key
    within[outer] += len(file.appraisal.members)
    if why := _TOO_DEEP if file.depth >= _DEEPEST else _TOO_MANY if within[outer] > _MOST_WITHIN else "":
        lost = (*file.appraisal.lost, why)
        file.appraisal = replace(file.appraisal, members=(), lost=lost, keep=True, unexamined=True)
        if file.appraisal.verdict is Verdict.UNPACKED:
            file.appraisal = slip(file.appraisal.media, why)
        return []
    return [_File(f"{file.key}/{name}", Path(place), file, file.depth + 1) for name, place in file.appraisal.members]


def _drop(tainted: Container[str], files: Iterable[_File], store: Store) -> None:
    """Keep nothing of ``tainted`` files that an earlier survey kept, for it had not read as far."""
    entries: dict[bool, set[str]] = {True: set(), False: set()}
    for file in files:
        entries[file.key in tainted].update(filter(None, (*file.entries, file.readings)))
    for entry in entries[True] - entries[False]:  # another file of the same content may be called otherwise
        store.drop(entry)


def _read_scans(files: Iterable[_File], desk: _Desk) -> None:
    """Have the pages of ``files`` read that are pictures, as far as there is time; each knows then what they say."""
    if desk.reading is None:
        return
    from kaoping.evidence.reading._scanned import Scanned, read_pages, what_pages_say

    engine, store = desk.reading.engine, desk.store
    scanned: dict[str, Scanned] = {}
    for file in files:
        if file.appraisal.scans and file.appraisal.facts is not None and file.identity is not None:
            made = file.folder(store) / PAGES if file.appraisal.made else None
            digest = fs.sha256(made) if made is not None else file.identity.sha256
            scanned[file.key] = its = Scanned(made or file.path(store), digest, file.appraisal.scans)
            file.readings = its.key(engine)
    known = read_pages(scanned.values(), store, engine, desk.words, desk.reading.budget, desk.progress)
    for file in files:
        if file.key in scanned:
            pages = {page: its for page, its in known[file.readings].items() if page in file.appraisal.scans}
            file.read, file.says = frozenset(pages), what_pages_say(pages, desk.words)


def _has_changed(path: Path, identity: Identity) -> bool:
    try:
        stat = path.stat()
    except OSError:
        return True
    return (stat.st_size, stat.st_mtime_ns) != (identity.size, identity.time)


def _with_containers(key: str, files: Iterable[_File]) -> set[str]:
    """Return ``key``, what it contains and what contains it."""
    keys = (file.key for file in files)
    return {other for other in keys if f"{key}/".startswith(f"{other}/") or other.startswith(f"{key}/")}


def _level(file: _File, words: Words) -> str:
    """Return the 密级 that the file is marked with, inside, in its name or in that of a folder that it lies in."""
    inside = file.appraisal.secret or (file.says.secret if file.says is not None else "")
    return inside or next(filter(None, map(words.in_name, PurePosixPath(file.key).parts)), "")


def _secret(file: _File, words: Words) -> Secret:
    outer, names = file, [PurePosixPath(file.key).stem]
    while outer.holder is not None:
        outer = outer.holder
        names.append(PurePosixPath(outer.key).stem)
    where = PurePosixPath(outer.key)
    stat = outer.place.stat() if outer.place.exists() else outer.place.lstat()  # a link that leads nowhere
    changed = datetime.fromtimestamp(stat.st_mtime)
    unmarked = takewhile(lambda part: not words.in_name(part), where.parent.parts)  # what a folder is called may tell
    folder, level = PurePosixPath(*unmarked).as_posix(), _level(file, words)
    names += [part for part in PurePosixPath(file.key).parts if words.in_name(part)]
    return Secret(tuple(names), outer is not file, folder, where.suffix, stat.st_size, changed, level)


def _program(file: _File) -> str:
    """Return the program that made, or would have to make, the file's pages; "" where that is ours."""
    if not file.appraisal.office and len(file.entries) < 2:
        return ""
    from kaoping.evidence import _office_pages

    return _office_pages.program()


def _programs(file: _File) -> tuple[str, ...]:
    """Return the names of the programs that the file is, or carries without giving them out as members."""
    name = PurePosixPath(file.key).name
    kind = media.kinds().get(file.appraisal.media, media.UNKNOWN)
    return (name,) if kind.is_program or media.runs(name) else file.appraisal.programs


def _evidence_file(file: _File, store: Store, *, carries_program: bool) -> EvidenceFile:
    appraisal, says = file.appraisal, file.says
    source = file.path(store)
    path = file.folder(store) / PAGES if appraisal.made else source
    identity = file.identity or Identity("", 0, 0)
    size, time = identity.size, identity.time
    if appraisal.made:
        stat = path.stat()
        size, time = stat.st_size, stat.st_mtime_ns
    return EvidenceFile(
        path=file.key,
        source=source,
        sha256=identity.sha256,
        size=identity.size,
        type="",
        title=PurePosixPath(file.key).stem,
        media=appraisal.media,
        verdict=appraisal.verdict,
        why=appraisal.why,
        may_change=file.failed or appraisal.why == _NOT_READ,
        how=appraisal.how,
        program=_program(file),
        lost=appraisal.lost,
        pages=appraisal.pages,
        sheets=appraisal.sheets(path, size, time),
        keep=appraisal.keep,
        within=file.holder.key if file.holder is not None else "",
        members=tuple(f"{file.key}/{name}" for name, _ in appraisal.members),
        personal=(*appraisal.personal, *listed(says.personal)) if says is not None else appraisal.personal,
        scans=appraisal.scans,
        unread=tuple(page for page in appraisal.scans if page not in file.read),
        doubts=says.doubts if says is not None else (),
        askew=tuple(says.turned.items()) if says is not None else (),
        blank=says.blank if says is not None else (),
        readings=file.readings,
        unexamined=appraisal.unexamined,
        misnamed=media.contradiction(appraisal.media, PurePosixPath(file.key).suffix),
        programs=_programs(file),
        carries_program=carries_program,
        album=appraisal.is_photo,
        shots=tuple(
            Shot(look, date.fromisoformat(taken) if taken else None, page) for look, taken, page in appraisal.shots
        ),
        tags=appraisal.tags,
    )


def made_with() -> str:
    """Return what tells this machine from another that makes other pages or readings of the same files."""
    from kaoping.evidence import _office_pages
    from kaoping.evidence.reading.ocr_engine import engine

    reader = engine()
    return f"{_office_pages.program()} {_office_pages.tells()} {reader.key if reader is not None else ''}"

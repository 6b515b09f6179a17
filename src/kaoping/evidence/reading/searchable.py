"""What was read, and the pages as they stand in the bundle: of pages that the unit changed, and as words to search for.

Of a masked page that is read which is left of it; what was read of another goes along as it was turned. So nothing that
is hidden is searched for, or told.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kaoping.core import fs
from kaoping.core.model import EvidenceFile, Verdict
from kaoping.evidence import workers
from kaoping.evidence._appraisal import PAGES, Appraisal
from kaoping.evidence._personal import listed
from kaoping.evidence.reading._scanned import PageRead, Progress, Scanned, read_before, read_pages, what_pages_say
from kaoping.evidence.reading.ocr_engine import Engine
from kaoping.evidence.store import Identity, Store
from kaoping.evidence.survey import MEMORY, Reading
from kaoping.evidence.words import Words
from kaoping.evidence.workers import Job, Outcome
from kaoping.pdf.written import WrittenLine

_SECONDS, _SECONDS_PER_MB, _SECONDS_PER_PAGE = 60.0, 2.0, 1.0
_HOW = "识别出的文字放在页面下面，看不见，可以搜索"


@dataclass(frozen=True, slots=True)
class Shown:
    """The files with what was read of the pages that are shown; and the levels of those that turned out secret."""

    files: Mapping[str, EvidenceFile]
    secret: Mapping[str, str]


def lines_read(file: EvidenceFile, store: Store) -> list[WrittenLine]:
    """Return the lines that were read off the pages that are shown of ``file``, page by page."""
    return [line for _, page in sorted(pages_read(file, store).items()) for line in page.lines]


def pages_read(file: EvidenceFile, store: Store) -> dict[int, PageRead]:
    """Return what was read off the pages that are shown of ``file``, by page; where it was changed, as it is now."""
    pages = read_before(store, file.readings) if file.readings else {}
    if not file.from_pages or file.unchanged is None:
        return {page: its for page, its in pages.items() if page in file.scans}
    before = pages_read(file.unchanged, store)
    for page, (old, turn) in enumerate(file.from_pages, 1):
        if page not in file.masked and old in before:
            pages[page] = before[old].moved(page, turn)
    return pages


def with_changed_read(
    files: Mapping[str, EvidenceFile], store: Store, reading: Reading, words: Words, progress: Progress | None = None
) -> Shown:
    """Return ``files`` with what was read of the pages that the unit changed: masked ones are read anew."""
    result, secret = dict(files), dict[str, str]()
    anew: dict[str, Scanned] = {}
    for path, file in files.items():
        if file.from_pages and file.sheets is not None and (masked := sorted({*file.masked} & {*file.scans})):
            its = Scanned(file.sheets.path, fs.sha256(file.sheets.path), masked)
            anew[path] = its
            result[path] = replace(file, readings=its.key(reading.engine))
    read_pages(anew.values(), store, reading.engine, words, reading.budget, progress)
    for path, file in result.items():
        if not file.from_pages:
            continue
        pages = pages_read(file, store)
        says = what_pages_say(pages, words)
        if says.secret:
            secret[path] = says.secret
            store.drop(file.readings or "-")
            continue
        if file.readings:
            store.keep_parts(file.readings)
        result[path] = replace(
            file,
            unread=tuple(page for page in file.scans if page not in pages),
            doubts=says.doubts,
            askew=tuple(says.turned.items()),
            blank=says.blank,
            personal=(*file.personal, *listed(says.personal)) if file.hides else file.personal,
        )
    return Shown(result, secret)


def with_words(
    files: Mapping[str, EvidenceFile], store: Store, engine: Engine, words: Words
) -> Mapping[str, EvidenceFile]:
    """Return ``files`` with the words that were read under their pages: copies, made by workers and kept."""
    wanted: dict[str, tuple[str, list[object]]] = {}  # by path: the key of the copy, and what stands on its pages
    for path, file in files.items():
        if file.scans and file.sheets is not None and file.verdict is not Verdict.SLIP_SHEET:
            pages: list[object] = [
                [
                    page,
                    [
                        [line.text, *places]
                        for line, *places in zip(its.lines, its.corners, its.marks, its.ink, strict=True)
                    ],
                ]
                for page, its in sorted(pages_read(file, store).items())
                if its.lines
            ]
            if pages:
                wanted[path] = _entry(file, pages, store, words), pages
    refused = _make({key: (files[path], pages) for path, (key, pages) in wanted.items()}, store, words)
    result = dict(files)
    for path, (key, _) in wanted.items():
        known = store.find(key)
        if key in refused or known is None:
            continue
        store.keep(key)
        result[path] = _worded(files[path], key, engine, store)
    return result


def _entry(file: EvidenceFile, pages: Sequence[object], store: Store, words: Words) -> str:
    assert file.sheets is not None
    made = file.sheets.path.parent.name if file.sheets.path != file.source else ""
    digest = hashlib.sha256(json.dumps(pages).encode()).hexdigest()
    return store.key(Identity(file.sha256, 0, 0), "", "words", made, digest, *words.key)


def _make(copies: Mapping[str, tuple[EvidenceFile, list[object]]], store: Store, words: Words) -> set[str]:
    """Have the copies made that the store lacks; returns those that can't be made: their pages stay as they are."""
    new = [key for key in copies if not store.has(key)]
    refused: set[str] = set()

    def on_done(index: int, outcome: Outcome) -> None:
        key = new[index]
        appraisal = Appraisal.from_json(outcome.result) if not outcome.failure and outcome.result else None
        if appraisal is None or appraisal.lost or appraisal.pages != copies[key][0].pages:
            refused.add(key)
        else:
            store.put(key, appraisal)

    jobs = [_job(key, *copies[key], store, words) for key in new]
    if jobs:
        workers.run(jobs, memory=MEMORY, on_done=on_done)
    return refused


def _job(key: str, file: EvidenceFile, pages: list[object], store: Store, words: Words) -> Job:
    assert file.sheets is not None
    arguments = {
        "path": str(file.sheets.path), "folder": str(store.fresh(key)), "pages": pages,
        "layers": file.sheets.layers, "added": words.added,
    }  # fmt: skip
    seconds = _SECONDS + _SECONDS_PER_MB * file.sheets.size / 1e6 + _SECONDS_PER_PAGE * file.pages
    return Job("kaoping.evidence.reading._text_layer:write_words", arguments, seconds)


def _worded(file: EvidenceFile, key: str, engine: Engine, store: Store) -> EvidenceFile:
    known = store.find(key)
    assert known is not None and file.sheets is not None
    appraisal, folder = known
    stat = (folder / PAGES).stat()
    sheets = appraisal.sheets(folder / PAGES, stat.st_size, stat.st_mtime_ns)
    assert sheets is not None
    if file.from_pages and file.hides:  # those that lead to a hidden page were left out
        sheets = replace(sheets, bookmarks=file.sheets.bookmarks)
    return replace(
        file,
        verdict=Verdict.CONVERTED if file.verdict is Verdict.READY else file.verdict,
        how="；".join(filter(None, (file.how, _HOW))),
        sheets=sheets,
        bare=file.sheets,
        reader=engine.name,
    )

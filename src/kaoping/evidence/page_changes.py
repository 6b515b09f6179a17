"""What a unit did to pages of its files (页面处理): turned, left out, masked. A copy of the pages stands for the file.

The copy is made and judged by a worker, and kept in the store, like any verdict. A record holds for the content that
somebody looked at when it was made. Where one can't be carried out, and would hide something, the file is not shown at
all: a slip sheet stands for it, and its original goes to nobody.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from kaoping.core import fs
from kaoping.core.engine import LEAVE_OUT, MASK, TURN, PageChange
from kaoping.core.findings import Findings
from kaoping.core.model import EvidenceFile, Location, Verdict
from kaoping.core.page_ranges import page_numbers, page_text
from kaoping.evidence import workers
from kaoping.evidence._appraisal import PAGES, Appraisal
from kaoping.evidence.store import Identity, Store
from kaoping.evidence.survey import MEMORY, Secret
from kaoping.evidence.words import Words
from kaoping.evidence.workers import Job, Outcome

_HIDING = (LEAVE_OUT, MASK)
_SEAL = 12  # characters of a seal that are the file's, and of one that are its pages'
_OF_PAGES = 8
_SECONDS, _SECONDS_PER_MB, _SECONDS_PER_PICTURE = 60.0, 2.0, 5.0
_NOT_DONE = "单位要遮盖或不收其中的页，现在做不到，所以整份不显示。请照问题清单改好。"
_TWIN = "它和一份有遮盖、有页不收的材料内容相同，显示它等于没有遮盖，所以不显示。"
_MORE_LOST = "原来还有没有编进汇编的内容，因为有遮盖、不收的页，这里不逐条写。"


@dataclass(frozen=True, slots=True)
class Pages:
    """What shall become of a file's pages, all records about it put together; pages are 1-based, as they are there."""

    turns: Mapping[int, int] = field(default_factory=dict)  # page → degrees clockwise
    left_out: frozenset[int] = frozenset()
    masks: Mapping[int, tuple[tuple[int, int, int, int], ...]] = field(default_factory=dict)  # left, top, … in mm

    @property
    def hides(self) -> bool:
        """Whether something of the file is not to be seen any more."""
        return bool(self.left_out or self.masks)

    def kept(self, count: int) -> list[int]:
        """Return the pages of ``count`` that stay."""
        return [page for page in range(1, count + 1) if page not in self.left_out]

    def lacking(self) -> tuple[str, ...]:
        """Say in short what is not to be seen: 第3-4页不收, 第2页遮盖2处."""
        left_out = [f"第{page_text(self.left_out)}页不收"] if self.left_out else []
        return (*left_out, *(f"第{page}页遮盖{len(boxes)}处" for page, boxes in sorted(self.masks.items())))

    def summary(self) -> str:
        """Say all of it."""
        by_turn: dict[int, list[int]] = {}
        for page, turn in self.turns.items():
            by_turn.setdefault(turn, []).append(page)
        turned = [f"第{page_text(pages)}页转{turn}度" for turn, pages in sorted(by_turn.items())]
        return "，".join([*turned, *self.lacking()])


def seal_of(file: EvidenceFile) -> str:
    """Return what tells the content of ``file`` that its pages were changed for; "" where it could not be read.

    Pages that another's program made are part of it: with another version of that they may look different.
    """
    file = file.unchanged or file
    sheets = file.bare or file.sheets
    if not (file.program and sheets is not None):
        return file.sha256[:_SEAL]
    return f"{file.sha256[:_SEAL]}-{fs.sha256(sheets.path)[:_OF_PAGES]}"


def with_changes(
    files: Mapping[str, EvidenceFile], changes: Sequence[PageChange], store: Store, words: Words, findings: Findings
) -> tuple[dict[str, EvidenceFile], list[Secret]]:
    """Return ``files`` as they are shown with ``changes`` carried out; what can't be is told, and hides the file.

    And those whose changed pages are marked as a state secret: they are not shown.

    The pages that are shown are looked through for ``words`` anew: personal data that were masked are none any more.
    """
    by_file: dict[str, list[PageChange]] = {}
    for change in changes:
        by_file.setdefault(change.file, []).append(change)
    result = dict(files)
    wanted: dict[str, Pages] = {}
    for path, its in by_file.items():
        file = files.get(path)
        if file is None:
            findings.add("pages.no_file", its[0].at, path=path, ids=_ids(its))
            continue
        pages = _put_together(file, its, findings)
        if pages is not None:
            wanted[path] = pages
        elif any(change.action != TURN for change in its):  # one that can't be read may be meant to hide something
            result[path] = _hidden(file, _NOT_DONE)
    secret = _carry_out(wanted, files, by_file, result, store, words, findings)
    _hide_twins(changes, by_file, result, findings)
    _guard_holders(result)
    return result, secret


def _put_together(file: EvidenceFile, changes: Sequence[PageChange], findings: Findings) -> Pages | None:
    """Return what shall become of the pages of ``file``; None where that can't be told, which is told."""
    before = len(findings.errors)
    turns: dict[int, int] = {}
    left_out: set[int] = set()
    masks: dict[int, list[tuple[int, int, int, int]]] = {}
    unread = False
    if file.sheets is None:
        why = file.why or "它只有一页说明"
        findings.add("pages.no_pages", changes[0].at, path=file.path, ids=_ids(changes), why=why)
        return None
    seal = seal_of(file)
    for change in changes:
        pages = page_numbers(change.pages) or ()
        if change.action not in (TURN, *_HIDING) or not change.pages:
            unread = True  # its cell is told
            continue
        facts: dict[str, Any] = {"id": change.id, "path": file.path, "pages": change.pages, "count": file.pages}
        if change.seal != seal:
            code = "pages.other_content" if change.seal else "pages.unconfirmed"
            findings.add(code, change.at, **facts, seal=seal, old=change.seal)
        elif not pages or pages[-1] > file.pages:
            findings.add("pages.bad_pages", change.at, **facts)
        elif (why := _misfit(change)) or (twice := _twice(change, pages, turns, left_out)):
            findings.add("pages.unfit", change.at, **facts, why=why or twice)
        elif change.action == TURN:
            turns |= dict.fromkeys(pages, int(change.turn))
        elif change.action == LEAVE_OUT:
            left_out.update(pages)
        else:
            box = _box(change)
            for page in pages:
                masks.setdefault(page, []).append(box)
    if len(left_out) == file.pages:
        findings.add("pages.all_left_out", changes[0].at, path=file.path, count=file.pages)
    if unread or len(findings.errors) > before:
        return None
    boxes = {page: tuple(sorted(set(its))) for page, its in masks.items() if page not in left_out}
    return Pages({page: turn for page, turn in turns.items() if page not in left_out}, frozenset(left_out), boxes)


def _box(change: PageChange) -> tuple[int, int, int, int]:
    return change.left or 0, change.top or 0, change.width or 0, change.height or 0


def _misfit(change: PageChange) -> str:
    """Say which cells a change lacks, or has without a use; "" where it is as it should be."""
    region = (change.left, change.top, change.width, change.height)
    has_turn, edges = bool(change.turn), sum(edge is not None for edge in region)
    if change.action == TURN:
        if change.turn not in ("90", "180", "270"):
            return "没有写明转几度"
        return "旋转的不填遮盖的位置" if edges else ""
    if has_turn:
        return f"{change.action}的不填转几度"
    if change.action == MASK:
        return "" if edges == len(region) else "遮盖的位置没有写全"
    return "不收的不填遮盖的位置" if edges else ""


def _twice(change: PageChange, pages: Iterable[int], turns: Mapping[int, int], left_out: Iterable[int]) -> str:
    """Say where a change contradicts another, or repeats it; "" where it does not."""
    known: Iterable[int] = {TURN: turns, LEAVE_OUT: left_out}.get(change.action, ())
    both = sorted(set(pages) & set(known))
    return f"第{page_text(both)}页在别的一条里已经{change.action}" if both else ""


def _carry_out(
    wanted: Mapping[str, Pages],
    files: Mapping[str, EvidenceFile],
    by_file: Mapping[str, Sequence[PageChange]],
    result: dict[str, EvidenceFile],
    store: Store,
    words: Words,
    findings: Findings,
) -> list[Secret]:
    """Put the copies into ``result``; returns those that are marked as secret."""
    entries = {path: _entry(files[path], pages, store, words) for path, pages in wanted.items()}
    failed = _make({entries[path]: (files[path], pages) for path, pages in wanted.items()}, store, words)
    secret: list[Secret] = []
    for path, pages in wanted.items():
        file, entry, changes = files[path], entries[path], by_file[path]
        known = store.find(entry)
        if known is None:
            if outside := failed.get(entry, ()):
                off = [its for its in changes if its.action == MASK and set(page_numbers(its.pages) or ()) & {*outside}]
                pages_off = page_text(outside)
                findings.add("pages.outside", off[-1].at, path=path, ids=_ids(off), pages=pages_off)
            else:
                findings.add("pages.failed", changes[0].at, path=path, ids=_ids(changes))
            result[path] = _hidden(file, _NOT_DONE) if pages.hides else file
            continue
        appraisal = known[0]
        if appraisal.secret:
            secret.append(secret_of(file, appraisal.secret))
            continue
        store.keep(entry)
        result[path] = _shown(file, pages, entry, appraisal, store)
    return secret


def _entry(file: EvidenceFile, pages: Pages, store: Store, words: Words) -> str:
    """Return the key of the copy in the store."""
    assert file.sheets is not None
    made = file.sheets.path.parent.name if file.sheets.path != file.source else ""
    facts = [sorted(pages.turns.items()), sorted(pages.left_out), sorted(pages.masks.items())]
    return store.key(Identity(file.sha256, 0, 0), "", "page changes", made, json.dumps(facts), *words.key)


def _make(copies: Mapping[str, tuple[EvidenceFile, Pages]], store: Store, words: Words) -> dict[str, tuple[int, ...]]:
    """Have the copies made that the store lacks; returns, by entry, the pages that a region lies outside of."""
    new = {entry: copy for entry, copy in copies.items() if store.find(entry) is None}
    outside: dict[str, tuple[int, ...]] = {}

    def on_done(index: int, outcome: Outcome) -> None:
        entry = list(new)[index]
        if outcome.failure:
            outside[entry] = ()
        elif outcome.result["outside"]:
            outside[entry] = tuple(outcome.result["outside"])
        else:
            store.put(entry, Appraisal.from_json(outcome.result["appraisal"]))

    jobs = [_job(entry, *copy, store, words) for entry, copy in new.items()]
    if jobs:
        workers.run(jobs, memory=MEMORY, on_done=on_done)
    return outside


def _job(entry: str, file: EvidenceFile, pages: Pages, store: Store, words: Words) -> Job:
    assert file.sheets is not None
    arguments: dict[str, Any] = {
        "path": str(file.sheets.path),
        "folder": str(store.fresh(entry)),
        "pages": [[page, pages.turns.get(page, 0), pages.masks.get(page, ())] for page in pages.kept(file.pages)],
        "hides": pages.hides,
        "layers": file.sheets.layers,
        "added": words.added,
    }
    seconds = _SECONDS + _SECONDS_PER_MB * file.sheets.size / 1e6 + _SECONDS_PER_PICTURE * file.pages
    return Job("kaoping.evidence._page_copy:copy_pages", arguments, seconds)


def _shown(file: EvidenceFile, pages: Pages, entry: str, appraisal: Appraisal, store: Store) -> EvidenceFile:
    """Return the file as its copy shows it."""
    known = store.find(entry)
    assert known is not None
    copy = known[1] / PAGES
    stat, kept = copy.stat(), pages.kept(file.pages)
    masked = tuple(place for place, page in enumerate(kept, 1) if page in pages.masks)
    lost = (*((_MORE_LOST,) if file.lost else ()), *appraisal.lost) if pages.hides else file.lost
    return replace(
        file,
        verdict=Verdict.CONVERTED if file.verdict is Verdict.READY else file.verdict,
        how="；".join(filter(None, (file.how, pages.summary()))),
        lost=lost,
        pages=appraisal.pages,
        sheets=appraisal.sheets(copy, stat.st_size, stat.st_mtime_ns),
        personal=appraisal.personal if pages.hides else file.personal,
        unchanged=file,
        changes=pages.lacking(),
        masked=masked,
        hides=pages.hides,
        shown_sha256=appraisal.digest,
        scans=appraisal.scans,
        unread=appraisal.scans,
        doubts=(),
        askew=(),
        blank=(),
        readings="",
        from_pages=tuple((page, pages.turns.get(page, 0)) for page in kept),
    )


def _hidden(file: EvidenceFile, why: str) -> EvidenceFile:
    """Return the file with a slip sheet for it, which tells nothing of what is in it."""
    return replace(
        file, verdict=Verdict.SLIP_SHEET, why=why, how="", lost=(), pages=1, sheets=None, keep=False, personal=(),
        unchanged=file.unchanged or file, changes=(), masked=(), hides=True, album=False,
        shown_sha256=_digest(file.path, why), scans=(), unread=(), doubts=(), askew=(), blank=(), readings="",
    )  # fmt: skip


def _hide_twins(
    changes: Sequence[PageChange],
    by_file: Mapping[str, Sequence[PageChange]],
    result: dict[str, EvidenceFile],
    findings: Findings,
) -> None:
    """Show no other file of the same content as one of which something is to be hidden, whatever it is called."""
    hidden: dict[str, PageChange] = {}
    for change in changes:
        if change.action != TURN and len(change.seal) >= _SEAL:
            hidden.setdefault(change.seal[:_SEAL], change)
    hidden |= {file.sha256[:_SEAL]: by_file[path][0] for path, file in result.items() if path in by_file and file.hides}
    for path, file in list(result.items()):
        change_ = hidden.get(file.sha256[:_SEAL]) if file.sha256 else None
        if change_ is not None and not file.hides:
            facts = {"path": path, "other": change_.file, "id": change_.id}
            findings.add("pages.twin", Location(f"材料/{path}"), **facts)
            result[path] = _hidden(file, _TWIN)


def _guard_holders(result: dict[str, EvidenceFile]) -> None:
    """Hand on no original that holds one of which something is hidden: a zip, a mail, a PDF with attachments."""
    for file in list(result.values()):
        holder = file.within if file.hides else ""
        while holder in result and not result[holder].hides:
            its = result[holder]
            digest = _digest(its.path, *its.members) if its.verdict is Verdict.UNPACKED else its.shown_sha256
            result[holder] = replace(its, hides=True, shown_sha256=digest)
            holder = its.within


def _digest(*facts: str) -> str:
    """Return what a package may know a file by of whose content it is to tell nothing."""
    return hashlib.sha256("\n".join(facts).encode(errors="surrogatepass")).hexdigest()


def secret_of(file: EvidenceFile, level: str) -> Secret:
    """Return what is told of ``file``, whose pages are marked with ``level``."""
    where = PurePosixPath(file.path)
    changed = datetime.fromtimestamp(file.source.stat().st_mtime)
    return Secret((where.stem,), bool(file.within), where.parent.as_posix(), where.suffix, file.size, changed, level)


def _ids(changes: Iterable[PageChange]) -> str:
    return "、".join(change.id for change in changes)

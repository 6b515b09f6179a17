"""What a unit does to pages of its evidence (页面处理), and how it orders its files (材料次序): recorded, undone.

Each change is carried out before it is recorded: one that can't be is refused, with the reason, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kaoping.core import engine
from kaoping.core.engine import LEAVE_OUT, MASK, PAGE_CHANGE, PIECE_ORDER, TURN, PageChange
from kaoping.core.errors import KaopingError, refused
from kaoping.core.findings import Findings
from kaoping.core.model import EvidenceFile, Location
from kaoping.core.page_ranges import page_numbers, page_text
from kaoping.evidence.pack_words import words_of
from kaoping.evidence.page_changes import seal_of, with_changes
from kaoping.pipeline.assessment import Assessment, assess, verdict_store
from kaoping.records.entry import Change, Recorded, Register
from kaoping.records.readers.cells import day_in
from kaoping.records.validate import MATERIALS, nfc

_NEW = "（这一条）"  # the id of what is not recorded yet, in what is told of it
_STRAIGHT = (0, 90, 180, 270)


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a page in whole millimetres, from its upper left as it is seen before it is turned."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Note:
    """What is said of a change: why, by whom, and on which day as people write it; all may be ""."""

    reason: str = ""
    who: str = ""
    when: str = ""


def page_changes(assessment: Assessment, path: str = "") -> list[PageChange]:
    """Return what was done to pages, as it was recorded: of the file at ``path``, or of all files."""
    changes = [replace(its, file=nfc(its.file)) for its in engine.page_changes(assessment.dossier.tables)]
    return [its for its in changes if its.file == nfc(path)] if path else changes


def turn_pages(
    folder: Path, path: str, pages: str, degrees: int, note: Note | None = None, known: Assessment | None = None
) -> Recorded:
    """Have the ``pages`` (1-3,5) of a file stand turned by ``degrees`` clockwise: 90, 180 or 270, or 0 as they are.

    ``known`` is the unit's assessment as it is now, where somebody has it. Raises KaopingError, writing nothing, where
    that can't be done; ValueError for other ``degrees``.
    """
    if degrees not in _STRAIGHT:
        raise ValueError(f"{degrees} is no quarter of a turn")
    work = _Work.on(folder, path, known)
    asked = work.pages(pages)
    records = [its for its in work.recorded if its.action == TURN]
    before = {page: its.turn for its in records for page in page_numbers(its.pages) or ()}
    after = {page: turn for page, turn in (before | dict.fromkeys(asked, str(degrees))).items() if turn != "0"}
    if after == before:
        raise work.already(asked, f"转了{degrees}度" if degrees else "是原来的方向")
    turns = sorted(set(after.values()), key=int)
    rows = [work.row(TURN, [page for page in after if after[page] == turn], note, turn=turn) for turn in turns]
    return work.write(rows, undone=[(its.id, its.at) for its in records])


def leave_out_pages(
    folder: Path, path: str, pages: str, note: Note | None = None, known: Assessment | None = None
) -> Recorded:
    """Leave the ``pages`` (1-3,5) of a file out of the bundle; ``known`` and errors as in :func:`turn_pages`."""
    work = _Work.on(folder, path, known)
    asked = set(work.pages(pages))
    before = {page for its in work.recorded if its.action == LEAVE_OUT for page in page_numbers(its.pages) or ()}
    if asked <= before:
        raise work.already(asked, "不收")
    return work.write([work.row(LEAVE_OUT, asked - before, note)])


def mask_pages(
    folder: Path,
    path: str,
    pages: str,
    regions: Sequence[Region],
    note: Note | None = None,
    known: Assessment | None = None,
) -> Recorded:
    """Mask the ``regions`` on each of the ``pages`` (1-3,5) of a file; the rest as in :func:`turn_pages`."""
    work = _Work.on(folder, path, known)
    asked = work.pages(pages)
    rows = [work.row(MASK, asked, note, region=region) for region in dict.fromkeys(regions)]
    return work.write(rows)


def undo_page_changes(folder: Path, path: str, ids: Collection[str] = (), known: Assessment | None = None) -> Recorded:
    """Take back what was done to pages of a file: the changes ``ids``, or all. What was hidden is shown again.

    Raises KaopingError, touching nothing, where there is no such change, or its place can't be written to.
    """
    a = known or assess(folder)
    recorded = page_changes(a, path)
    undone = [its for its in recorded if not ids or its.id in ids]
    if not undone or not set(ids) <= {its.id for its in undone}:
        there = "、".join(f"{its.id}（{its.file} 第{its.pages}页{its.action}）" for its in page_changes(a))
        what = f"编号是 {'、'.join(ids)} " if ids else "记下"
        at = Location(f"{MATERIALS}/{nfc(path)}")
        raise refused("pages.nothing_to_undo", at, path=path, what=what, there=there or "（一条也没有）")
    return _register(folder, a, PAGE_CHANGE).take_out([(its.id, its.at) for its in undone])


def confirm_page_changes(folder: Path, path: str, known: Assessment | None = None) -> Recorded:
    """Say that what was done to pages of a file is meant for the content that it has now.

    Raises KaopingError, touching nothing, where all of it is already, or it can't be carried out so.
    """
    work = _Work.on(folder, path, known)
    seal = seal_of(work.file)
    stale = [its for its in work.recorded if its.seal != seal]
    if not stale:
        raise refused("pages.confirmed", work.at, path=work.file.path)
    return work.write([], [Change(its.id, its.at, {"seal": seal}) for its in stale])


def set_order(
    folder: Path, paths: Sequence[str], note: Note | None = None, known: Assessment | None = None
) -> Recorded:
    """Have the files at ``paths`` stand in this order wherever they stand under one line, before all others there.

    What was recorded of them before is replaced. Raises KaopingError, touching nothing, for a file that is not there,
    or where it can't be written.
    """
    a = known or assess(folder)
    keys = list(dict.fromkeys(map(nfc, paths)))
    for key in keys:
        if key not in a.dossier.evidence:
            raise refused("pages.unknown_file", Location(f"{MATERIALS}/{key}"), path=key)
    register, wanted = _register(folder, a, PIECE_ORDER), {"files": _listed(keys), **_noted(note, a)}
    register.refuse_unfit(wanted, Findings())
    before = engine.piece_orders(a.dossier.tables)
    changed: list[Change] = []
    gone: list[tuple[str, Location]] = []
    place: Change | None = None
    for its in before:
        files = [nfc(path) for path in its.files]
        rest = [path for path in files if path not in keys]
        if len(rest) == len(files):
            continue
        if not rest and place is None:
            place = Change(its.id, its.at, wanted)
        elif rest:
            changed.append(Change(its.id, its.at, {"files": _listed(rest)}))
        else:
            gone.append((its.id, its.at))
    if place is not None:
        changed.append(place)
    done = Recorded((), ())
    if gone:
        done = register.take_out(gone)
    if changed:
        done = register.change(changed)
    if place is None:
        done = register.enter({its.id for its in before}, wanted)
    return done


def undo_order(folder: Path, paths: Collection[str] = (), known: Assessment | None = None) -> Recorded:
    """Take back the orders that name one of ``paths``, or all. Raises KaopingError where there is none."""
    a = known or assess(folder)
    keys = set(map(nfc, paths))
    orders = engine.piece_orders(a.dossier.tables)
    undone = [its for its in orders if not keys or keys.intersection(map(nfc, its.files))]
    if not undone:
        raise refused("order.nothing_to_undo", Location(folder.name))
    return _register(folder, a, PIECE_ORDER).take_out([(its.id, its.at) for its in undone])


def _listed(paths: Sequence[str]) -> str:
    return "；".join(paths)


def _noted(note: Note | None, a: Assessment) -> dict[str, str]:
    """The fields that a note fills in; a day without its year is one of the unit's."""
    note = note or Note()
    day = day_in(note.when, a.dossier.year) if note.when else ""
    return {"reason": note.reason.strip(), "who": note.who.strip(), "when": day}


def _register(folder: Path, a: Assessment, kind: str) -> Register:
    undo = "kaoping pages 单位文件夹 文件 --undo" if kind == PAGE_CHANGE else "kaoping order 单位文件夹 --undo"
    kinds = a.rubric.pack.kinds
    return Register(folder, kinds, kinds[kind], "YM" if kind == PAGE_CHANGE else "CX", undo)


@dataclass(frozen=True, slots=True)
class _Work:
    """A file whose pages are to be changed."""

    folder: Path
    a: Assessment
    file: EvidenceFile  # as it was before all changes
    recorded: Sequence[PageChange]

    @classmethod
    def on(cls, folder: Path, path: str, known: Assessment | None) -> _Work:
        """Begin work on the file at ``path``; raises KaopingError where there is none."""
        a = known or assess(folder)
        file = a.dossier.evidence.get(nfc(path))
        if file is None:
            raise refused("pages.unknown_file", Location(f"{MATERIALS}/{nfc(path)}"), path=path)
        return cls(folder, a, file.unchanged or file, page_changes(a, path))

    @property
    def at(self) -> Location:
        return Location(f"{MATERIALS}/{self.file.path}")

    def pages(self, text: str) -> tuple[int, ...]:
        """Return the pages that ``text`` names; raises KaopingError where there are no such."""
        pages = page_numbers(text) or ()
        if self.file.sheets is None:
            facts = {"path": self.file.path, "ids": _NEW, "why": self.file.why or "它只有一页说明"}
            raise refused("pages.no_pages", self.at, **facts)
        if not pages or pages[-1] > self.file.pages:
            facts = {"path": self.file.path, "id": _NEW, "pages": text, "count": str(self.file.pages)}
            raise refused("pages.bad_pages", self.at, **facts)
        return pages

    def row(
        self, action: str, pages: Collection[int], note: Note | None, *, turn: str = "", region: Region | None = None
    ) -> dict[str, str]:
        """Return a new record's fields, its id apart."""
        edges = {} if region is None else {edge: str(getattr(region, edge)) for edge in Region.__slots__}
        its = {"file": self.file.path, "pages": page_text(pages), "action": action, "turn": turn}
        return {**its, **edges, **_noted(note, self.a), "seal": seal_of(self.file)}

    def already(self, pages: Collection[int], what: str) -> KaopingError:
        return refused("pages.already", self.at, path=self.file.path, pages=page_text(pages), what=what)

    def write(
        self,
        rows: Sequence[Mapping[str, str]],
        changed: Sequence[Change] = (),
        undone: Sequence[tuple[str, Location]] = (),
    ) -> Recorded:
        """Write what was tried and can be carried out; raises KaopingError, writing nothing, where it can't."""
        register = _register(self.folder, self.a, PAGE_CHANGE)
        for row in rows:
            register.refuse_unfit(row, Findings())
        self._try(list(self._after(rows, changed, undone)))
        done = Recorded((), ())
        if undone:
            done = register.take_out(undone)
        if changed:
            done = register.change(changed)
        if rows:
            taken = {its.id for its in page_changes(self.a)}
            done = register.enter_all(taken, rows)
        return done

    def _after(
        self, rows: Sequence[Mapping[str, str]], changed: Sequence[Change], undone: Sequence[tuple[str, Location]]
    ) -> Iterator[PageChange]:
        """Yield the changes of the file as they would be recorded then."""
        gone, amended = {at for _, at in undone}, {its.at: its.values for its in changed}
        for its in self.recorded:
            if its.at not in gone:
                yield replace(its, **amended.get(its.at, {}))  # type: ignore[arg-type]
        for row in rows:
            edges = {edge: int(row[edge]) if edge in row else None for edge in Region.__slots__}
            others = {key: value for key, value in row.items() if key not in edges}
            yield PageChange(id=_NEW, at=self.at, **others, **edges)  # type: ignore[arg-type]

    def _try(self, changes: Sequence[PageChange]) -> None:
        findings = Findings()
        with verdict_store(lasting=True) as store:
            with_changes({self.file.path: self.file}, changes, store, words_of(self.a.rubric.pack), findings)
        if findings.errors:
            refusal = Findings()
            for its in findings.errors:
                facts = {"path": self.file.path, "why": its.problem, "mend": its.mend}
                refusal.add("pages.not_recorded", its.at, **facts)
            raise KaopingError(refusal)

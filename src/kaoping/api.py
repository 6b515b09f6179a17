"""The engine's front door: what the command line and the page may ask for."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kaoping import documents
from kaoping.bundle.plan import Limits, PatternError, Submitted, plan_bundle
from kaoping.core import packs, seam
from kaoping.core.errors import KaopingError, is_machines, why_not_written
from kaoping.core.findings import Finding, Findings
from kaoping.core.forms import DRAFT, FINAL
from kaoping.core.model import Dossier, Location
from kaoping.core.packs import Pack, Place
from kaoping.documents import policy
from kaoping.evidence.store import Store, opened
from kaoping.pipeline.intake import take_in
from kaoping.records import imports
from kaoping.records.imports import Preview as ImportPreview
from kaoping.records.imports import Request as ImportRequest
from kaoping.records.imports import SheetPreview
from kaoping.records.readers.sources import open_sources, pack_of
from kaoping.records.validate import MATERIALS
from kaoping.rubric.load import NOTICE, load
from kaoping.rubric.nodes import Rubric
from kaoping.scoring import cases, deadlines, score
from kaoping.scoring.crosscheck.run import cross_check
from kaoping.scoring.deadlines import TASK, Deadline, left, rest_day, weekday, years_unsaid
from kaoping.scoring.gaps import Gap, find_gaps

if TYPE_CHECKING:
    from kaoping.pipeline import Assessment, Progress
    from kaoping.records.mark import Marked
    from kaoping.records.renewal import Renewed

RESULTS = "成果"
DRAFTS = "单独文稿"
EXPORTS = "导出"
GUIDE = "打开说明.txt"
SAMPLE = "city-2017"

__all__ = [
    "DRAFT",
    "FINAL",
    "GUIDE",
    "TASK",
    "Built",
    "Deadline",
    "Finding",
    "Findings",
    "Gap",
    "ImportPreview",
    "ImportRequest",
    "Limits",
    "SheetPreview",
    "assess",
    "build",
    "build_only",
    "build_supplement",
    "calendar",
    "carry_out_import",
    "check",
    "check_pack",
    "check_template",
    "copy_sample",
    "decide",
    "export",

    "init",
    "is_unit",
    "left",

    "mark",
    "new_pack",
    "pack_lines",
    "packs_known",
    "pending",
    "preview_import",
    "renew",
    "rest_day",
    "rubric",
    "rubric_test",
    "rubrics",
    "verify",
    "weekday",
    "withdraw_ledger",
    "years_unsaid",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Built:
    """Where the package stands, and everything found on the way."""

    package: Path
    assessment: Assessment
    findings: Findings
    notes: Findings  # about the swap: what became of the package that stood there before


def assess(folder: Path, *, final: bool = False, cache: bool = True, progress: Progress | None = None) -> Assessment:
    """Read, validate, score and lay out the unit in ``folder``; writes nothing there.

    Verdicts on evidence are found in the store of the user's cache folder, or (``cache`` false) all made anew. Raises
    KaopingError where it can't be scored at all.
    """
    with _store(lasting=cache) as store:
        return _assessed(folder, store, FINAL if final else DRAFT, progress=progress)


@contextmanager
def _store(*, lasting: bool) -> Iterator[Store]:
    """Open the store of verdicts; raises KaopingError where the disk that it is on stands in the way."""
    try:
        with opened(lasting=lasting) as store:
            yield store
    except OSError as error:  # a delivery's own are DeliveryErrors by now
        if not is_machines(error):
            raise
        findings = Findings()
        where = os.fsdecode(error.filename) if error.filename else "系统的临时文件夹"
        findings.add("evidence.no_room", Location(MATERIALS), where=where, why=why_not_written(error))
        raise KaopingError(findings) from error


def _assessed(
    folder: Path,
    store: Store,
    form: str,
    limits: Limits | None = None,
    submitted: Submitted | None = None,
    progress: Progress | None = None,
) -> Assessment:
    from kaoping.pipeline import Assessment

    told = (lambda done, of: progress(done, of, "查看材料")) if progress else None
    taken = take_in(folder, store, told)
    cross_check(taken.dossier, taken.findings)
    seam.check(taken.dossier, taken.findings)
    card = score(taken.rubric, taken.dossier, taken.findings)
    try:
        plan = plan_bundle(taken.rubric, card, taken.dossier, form, limits, submitted)
    except PatternError as error:
        taken.findings.add("notice.bad_pattern", Location("notice.yaml", "patterns"), why=str(error))
        raise KaopingError(taken.findings.sorted()) from None
    asked = documents.asked_for(taken.rubric, taken.findings)
    for kind, kinds in documents.lacking(taken.rubric, taken.dossier):
        taken.findings.add("document.no_records", Location(NOTICE, "documents"), name=kind.name, kinds="、".join(kinds))
    policy.check_records(taken.dossier, taken.findings)
    papers = _documents_due(taken.rubric, taken.dossier, asked)
    due = deadlines.collect(taken.rubric, taken.dossier, papers, seam.deadlines(taken.dossier))
    gaps = find_gaps(taken.rubric, taken.dossier, card, due)
    return Assessment(taken.dossier, taken.rubric, card, plan, gaps, taken.findings, due)


def _documents_due(rubric: Rubric, dossier: Dossier, asked: Sequence[str]) -> list[tuple[str, str]]:
    """Name, and key in the notice's due dates, of each document ``asked`` for or that the records suffice for."""
    stems = dict.fromkeys([*asked, *documents.wanted(rubric, dossier, DRAFT)])
    known = documents.documents_of(rubric.pack)
    return [(kind.name, kind.due) for kind in (known[stem] for stem in stems) if kind.due]


def check(folder: Path, *, cache: bool = True, progress: Progress | None = None) -> Findings:
    """Return everything found in the unit's folder, what stops the scoring included."""
    from kaoping.documents.templating import check_own

    try:
        found = assess(folder, cache=cache, progress=progress).findings
    except KaopingError as error:
        found = Findings(error.findings)
    with suppress(KaopingError):  # whatever keeps the pack from being found has been told
        found.extend(check_own(folder, pack_of(open_sources(folder, Findings()), Findings())))
    return found


def check_template(path: Path, document: str = "", pack: str = "") -> Findings:
    """Check a template of the document that ``document``, or else the file's name, names; writes nothing.

    Raises KaopingError, with the names that there are, for an unknown one.
    """
    from kaoping.documents import templating

    name = document or path.stem
    its = _pack(pack, path.absolute().parent.parent)
    names = templating.own_names(its)
    stem = next((stem for stem, title in names.items() if name in (stem, title)), None)
    if stem is None:
        findings = Findings()
        known_names = "、".join(names.values())
        findings.add("template.unknown_document", Location(path.name), name=name, known=known_names)
        raise KaopingError(findings)
    return templating.check(path, stem, its)


def build(
    folder: Path,
    *,
    final: bool = False,
    out: Path | None = None,
    limits: Limits | None = None,
    with_originals: bool = False,
    cache: bool = True,
    progress: Progress | None = None,
) -> Built:
    """Build the unit's package, at ``out`` or below 成果/, after mending what a killed build left.

    ``limits`` stand for the notice's; ``with_originals`` puts the sources of all evidence into it. Raises KaopingError
    (DeliveryError for the disk) where nothing could be delivered.
    """
    from kaoping.documents.templating import check_own
    from kaoping.pipeline import build_package

    found = _recovered(folder)
    with _store(lasting=cache) as store:
        assessment = _assessed(folder, store, FINAL if final else DRAFT, limits, progress=progress)
        assessment.findings.extend(check_own(folder, assessment.rubric.pack))
        target = out or folder / RESULTS / assessment.form
        notes = build_package(assessment, target, progress, with_originals=with_originals)
    notes.extend(found)
    return Built(target, assessment, Findings([*assessment.findings, *notes]), notes)


def build_supplement(
    folder: Path,
    *,
    base: Path | None = None,
    out: Path | None = None,
    limits: Limits | None = None,
    with_originals: bool = False,
    cache: bool = True,
    progress: Progress | None = None,
) -> Built:
    """Build a package of the evidence that was not in ``base`` (the unit's 报送稿 or else 送审稿), nor in a supplement.

    Its numbers go on where those ended, and nothing is renumbered. Raises KaopingError where there is no such package,
    or nothing new, and as :func:`build` does.
    """
    from kaoping.package.handed_in import handed_in
    from kaoping.pipeline import build_package

    found = _recovered(folder)
    before = handed_in(folder / RESULTS, base)
    with _store(lasting=cache) as store:
        assessment = _assessed(folder, store, before.form, limits, before.pieces, progress)
        if not assessment.plan.pieces:
            raise before.nothing_late()
        target = out or before.next
        notes = build_package(assessment, target, progress, with_originals=with_originals)
    notes.extend(found)
    return Built(target, assessment, Findings([*assessment.findings, *notes]), notes)


def build_only(
    folder: Path, names: Sequence[str], *, final: bool = False, out: Path | None = None, cache: bool = True
) -> tuple[list[Path], Assessment]:
    """Write single drafts to ``out`` or 成果/单独文稿/."""
    from kaoping.documents.templating import check_own
    from kaoping.pipeline import build_drafts

    with _store(lasting=cache) as store:
        assessment = _assessed(folder, store, FINAL if final else DRAFT)
        assessment.findings.extend(check_own(folder, assessment.rubric.pack))
        return build_drafts(assessment, out or folder / RESULTS / DRAFTS, names), assessment


def _recovered(folder: Path) -> list[Finding]:
    from kaoping.package.staging import recover

    return [*recover(folder / RESULTS), *recover(folder / RESULTS / DRAFTS)]


def verify(package: Path) -> Findings:
    """Re-open a package and check it against its manifest and itself; returns what is wrong, nothing if all is well.

    What a killed build left beside it is mended first: the package may stand aside, waiting to be put back. Its bundle
    is looked through too, as its reviewers will.
    """
    from kaoping.package.staging import recover
    from kaoping.verify import bundles
    from kaoping.verify import verify as check_package

    found = Findings([*recover(package.absolute().parent), *check_package(package)])
    for name, path in bundles(package):
        for look in seam.looks():
            found.extend(look(path, name))
    return found


def init(folder: Path, pack: str = "", extra: Sequence[str] = ()) -> list[Path]:
    """Make a new unit folder, its workbook in it; returns what was made. Raises KaopingError where there is one.

    ``pack`` names its pack (or is the path of one); ``extra`` the documents, wings and kinds whose sheets it shall have
    besides those that the pack's lines need.
    """
    from kaoping.pipeline.offer import offered
    from kaoping.records.starter import start

    its = load(_pack(pack, folder))
    return start(folder, its, offered(its, extra))


def renew(folder: Path, pack: str = "", extra: Sequence[str] = ()) -> Renewed:
    """Make the unit's workbook anew for its (or another) pack, keeping what was filled in. Raises KaopingError."""
    from kaoping.pipeline.offer import offered
    from kaoping.records.renewal import renew as make_anew

    return make_anew(folder, lambda its: offered(its, extra), pack)


def export(folder: Path, target: Path | None = None, form: str = "") -> tuple[list[Path], Findings]:
    """Write the unit's records in the other form, to ``target`` or 导出/; returns the files. Raises KaopingError."""
    from kaoping.pipeline.offer import offered
    from kaoping.records.export import export as write_out

    return write_out(folder, target or folder / EXPORTS, offered, form)


def mark(folder: Path, findings: Sequence[Finding]) -> Marked:
    """Write a copy of the unit's workbook with ``findings`` in its cells. Raises KaopingError."""
    from kaoping.records.mark import mark as write_marked

    return write_marked(folder, findings)


def pending(assessment: Assessment, today: date) -> list[Deadline]:
    """Return the deadlines by date, undated ones last, without those that are over and whose lines lack nothing."""
    return deadlines.pending(assessment.deadlines, {gap.line for gap in assessment.gaps}, today)


def calendar(
    folder: Path, out: Path | None = None, *, cache: bool = True, progress: Progress | None = None
) -> tuple[Path, Assessment]:
    """Write the unit's deadlines that have a date as iCalendar, to ``out`` or 成果/期限.ics. Raises KaopingError."""
    from kaoping.sheets.ics import NAME, write_calendar

    a = assess(folder, cache=cache, progress=progress)
    target = out or folder / RESULTS / NAME
    write_calendar(target, [deadline for deadline in a.deadlines if deadline.day], a.dossier.unit, a.rubric.id)
    return target, a


def is_unit(folder: Path) -> bool:
    """Whether ``folder`` holds a unit's records, in any form."""
    from kaoping.records.readers.sources import is_unit as holds_records

    return holds_records(folder)


def preview_import(folder: Path, request: ImportRequest) -> ImportPreview:
    """Return what importing a ledger would do, writing nothing. Raises KaopingError where it can't be imported."""
    return imports.preview(folder, request)


def carry_out_import(found: ImportPreview) -> Path:
    """Import what ``found`` shows; returns where the copy stands. Raises KaopingError where too much is unclear."""
    return imports.carry_out(found)


def withdraw_ledger(folder: Path, name: str) -> Path:
    """Take an imported ledger back; returns where its file went. Raises KaopingError for an unknown one."""
    return imports.withdraw(folder, name)


def copy_sample(target: Path, name: str = SAMPLE) -> None:
    """Copy a sample unit to ``target``; raises KaopingError where something is already there."""
    from kaoping.pipeline.demo import copy_sample as copy

    copy(name, target)


def decide(folder: Path, line: str, points: str, *, reason: str, who: str, when: str) -> Path:
    """Record a decision on an undecided line or part; returns the file it stands in. Raises KaopingError."""
    from kaoping.scoring.decide import record_decision

    a = assess(folder)
    recorded = a.dossier.records("decision")
    return record_decision(
        folder, a.card, a.rubric.pack.kinds["decision"], recorded, line, points, reason=reason, who=who, when=when
    )


def _pack(name: str, unit: Path | None = None) -> Pack:
    """Find the pack called ``name``, or the default one, as a unit in the folder ``unit`` would."""
    return packs.find(name or packs.default(unit), unit)


def packs_known(unit: Path | None = None) -> list[Place]:
    """Return every pack that a unit in the folder ``unit`` can name, the nearest first."""
    return packs.known(unit)


def pack_lines(name: str = "", unit: Path | None = None, *, whole: bool = False) -> Iterator[str]:
    """Yield what a pack holds, with ``whole`` all of its rubric. Raises KaopingError where it can't be used."""
    from kaoping.pipeline.pack_show import merged, shown

    pack = _pack(name, unit)
    return merged(pack) if whole else shown(pack)


def check_pack(name: str = "", unit: Path | None = None) -> Findings:
    """Return all that is wrong with a pack, what keeps it from being loaded included."""
    from kaoping.pipeline.pack_check import check_pack as look_through

    findings = Findings()
    try:
        pack = packs.find(name or packs.default(unit), unit, findings)
    except KaopingError as error:
        return Findings(error.findings)
    findings.extend(look_through(pack))
    return findings


def new_pack(folder: Path, title: str, year: int, extends: str = "") -> list[Path]:
    """Write a new pack into ``folder``, on ``extends`` or by itself; returns the files. Raises KaopingError."""
    from kaoping.pipeline.pack_new import new_pack as write_new

    base = packs.find(extends, folder.absolute().parent.parent) if extends else None
    return write_new(folder, title, year, base)


def rubrics() -> Iterator[Rubric]:
    """Load the rubric of every pack that can be found without a unit; a broken one is left out."""
    for place in packs.known():
        with suppress(KaopingError):
            yield load(_pack(place.id))


def rubric(name: str = "") -> Rubric:
    """Load the rubric of one pack; raises KaopingError with all that is wrong with it."""
    return load(_pack(name))


def rubric_test(name: str = "") -> Iterator[cases.Result]:
    """Run a rubric's own worked cases."""
    pack = _pack(name)
    return cases.run(load(pack), cases.read(pack))

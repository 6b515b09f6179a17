"""The engine's front door: what the command line and the page may ask for."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaoping.core.errors import KaopingError, is_machines, why_not_written
from kaoping.core.findings import Finding, Findings
from kaoping.core.forms import DRAFT, FINAL
from kaoping.core.model import Location

if TYPE_CHECKING:
    from kaoping.bundle.plan import Limits, Submitted
    from kaoping.core.model import Dossier
    from kaoping.evidence.store import Store
    from kaoping.pipeline import Assessment, Progress
    from kaoping.records.imports import Preview as ImportPreview
    from kaoping.records.imports import Request as ImportRequest
    from kaoping.records.imports import SheetPreview
    from kaoping.records.mark import Marked
    from kaoping.records.renewal import Renewed
    from kaoping.rubric.load import DEFAULT as DEFAULT_RUBRIC
    from kaoping.rubric.nodes import Rubric
    from kaoping.scoring import cases
    from kaoping.scoring.deadlines import TASK, Deadline, left, rest_day, weekday, years_unsaid
    from kaoping.scoring.gaps import Gap

RESULTS = "成果"
DRAFTS = "单独文稿"
EXPORTS = "导出"
GUIDE = "打开说明.txt"
SAMPLE = "city-2017"

__all__ = [
    "DEFAULT_RUBRIC", "DRAFT", "FINAL", "GUIDE", "TASK", "Built", "Deadline", "Finding", "Findings",
    "Gap", "ImportPreview", "ImportRequest", "Limits", "SheetPreview", "assess", "build", "build_only",
    "build_supplement", "calendar", "carry_out_import", "check", "check_template", "copy_sample", "decide", "export",
    "format_check", "init", "is_unit", "left", "lint", "mark", "pending", "preview_import", "renew", "rest_day",
    "rubric", "rubric_test", "rubrics", "verify", "weekday", "withdraw_ledger", "years_unsaid",
]  # fmt: skip

#: Where the names live that are only given on from here: a command loads the rooms that it asks for, and no others.
_GIVEN_ON = {
    "DEFAULT_RUBRIC": "kaoping.rubric.load:DEFAULT",
    "Deadline": "kaoping.scoring.deadlines:Deadline",
    "Gap": "kaoping.scoring.gaps:Gap",
    "ImportPreview": "kaoping.records.imports:Preview",
    "ImportRequest": "kaoping.records.imports:Request",
    "Limits": "kaoping.bundle.plan:Limits",
    "SheetPreview": "kaoping.records.imports:SheetPreview",
    "TASK": "kaoping.scoring.deadlines:TASK",
    "left": "kaoping.scoring.deadlines:left",
    "rest_day": "kaoping.scoring.deadlines:rest_day",
    "weekday": "kaoping.scoring.deadlines:weekday",
    "years_unsaid": "kaoping.scoring.deadlines:years_unsaid",
}


def __getattr__(name: str) -> Any:
    """Return a name that is given on from here (PEP 562)."""
    if name not in _GIVEN_ON:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, _, its = _GIVEN_ON[name].partition(":")
    return getattr(importlib.import_module(module), its)


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
    from kaoping.evidence.store import opened

    try:
        with opened(lasting=lasting) as store:
            yield store
    except OSError as error:  # a delivery's own are DeliveryErrors by now
        if not is_machines(error):
            raise
        from kaoping.records.validate import MATERIALS

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
    from kaoping import documents
    from kaoping.bundle.plan import PatternError, plan_bundle
    from kaoping.documents import policy
    from kaoping.pipeline import Assessment
    from kaoping.pipeline.intake import NOTICE, take_in
    from kaoping.scoring import deadlines, score
    from kaoping.scoring.crosscheck.run import cross_check
    from kaoping.scoring.gaps import find_gaps
    from kaoping.wings.contest.check import check_contest, summary_due
    from kaoping.wings.contest.season import Season

    told = (lambda done, of: progress(done, of, "查看材料")) if progress else None
    taken = take_in(folder, store, told)
    cross_check(taken.dossier, taken.findings)
    season = Season(taken.dossier)
    check_contest(season, taken.findings)
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
    due = deadlines.collect(taken.rubric, taken.dossier, papers, summary_due(season))
    gaps = find_gaps(taken.rubric, taken.dossier, card, due)
    return Assessment(taken.dossier, taken.rubric, card, plan, gaps, taken.findings, due, season)


def _documents_due(rubric: Rubric, dossier: Dossier, asked: Sequence[str]) -> list[tuple[str, str]]:
    """Name, and key in the notice's due dates, of each document ``asked`` for or that the records suffice for."""
    from kaoping import documents

    stems = dict.fromkeys([*asked, *documents.wanted(rubric, dossier, DRAFT)])
    return [(kind.name, kind.due) for kind in map(documents.load, stems) if kind.due]


def check(folder: Path, *, cache: bool = True, progress: Progress | None = None) -> Findings:
    """Return everything found in the unit's folder, what stops the scoring included."""
    from kaoping.documents.templating import check_own

    try:
        found = assess(folder, cache=cache, progress=progress).findings
    except KaopingError as error:
        found = Findings(error.findings)
    found.extend(check_own(folder))
    return found


def check_template(path: Path, document: str = "") -> Findings:
    """Check a template of the document that ``document``, or else the file's name, names; writes nothing.

    Raises KaopingError, with the names that there are, for an unknown one.
    """
    from kaoping.documents import templating

    name = document or path.stem
    names = templating.own_names()
    stem = next((stem for stem, its in names.items() if name in (stem, its)), None)
    if stem is None:
        findings = Findings()
        known_names = "、".join(names.values())
        findings.add("template.unknown_document", Location(path.name), name=name, known=known_names)
        raise KaopingError(findings)
    return templating.check(path, stem)


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
        assessment.findings.extend(check_own(folder))
        target = out or folder / RESULTS / assessment.form
        notes = build_package(assessment, target, progress, with_originals=with_originals, keep=store.bytes_of)
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
        notes = build_package(assessment, target, progress, with_originals=with_originals, keep=store.bytes_of)
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
        assessment.findings.extend(check_own(folder))
        target = out or folder / RESULTS / DRAFTS
        return build_drafts(assessment, target, names, keep=store.bytes_of), assessment


def _recovered(folder: Path) -> list[Finding]:
    from kaoping.package.staging import recover

    return [*recover(folder / RESULTS), *recover(folder / RESULTS / DRAFTS)]


def verify(package: Path) -> Findings:
    """Re-open a package and check it against its manifest and itself; returns what is wrong, nothing if all is well.

    What a killed build left beside it is mended first: the package may stand aside, waiting to be put back. Its bundle
    is looked through too, as :func:`lint` does.
    """
    from kaoping.package.staging import recover
    from kaoping.verify import bundles
    from kaoping.verify import verify as check_package
    from kaoping.wings.lint import aside

    found = Findings(recover(package.absolute().parent))
    with aside(bundles(package)) as looked_through:
        found.extend(check_package(package))
        found.extend(looked_through())
    return found


def lint(files: Iterable[Path]) -> Findings:
    """Look through PDF bundles, whoever made them; returns what their reviewers will stumble over."""
    from kaoping.wings.lint import lint as look_through

    return Findings(finding for path in files for finding in look_through(path))


def format_check(files: Iterable[Path]) -> Findings:
    """Check Word files, whoever made them, against GB/T 9704—2012 (党政机关公文格式); returns what is wrong."""
    from kaoping.wings.official import check as check_format

    return Findings(finding for path in files for finding in check_format(path))


def init(folder: Path, rubric_id: str = "") -> list[Path]:
    """Make a new unit folder, its workbook in it; returns what was made. Raises KaopingError where there is one."""
    from kaoping.records.starter import start

    return start(folder, rubric_id)


def renew(folder: Path, rubric_id: str = "") -> Renewed:
    """Make the unit's workbook anew for its (or another) rubric, keeping what was filled in. Raises KaopingError."""
    from kaoping.records.renewal import renew as make_anew

    return make_anew(folder, rubric_id)


def export(folder: Path, target: Path | None = None, form: str = "") -> tuple[list[Path], Findings]:
    """Write the unit's records in the other form, to ``target`` or 导出/; returns the files. Raises KaopingError."""
    from kaoping.records.export import export as write_out

    return write_out(folder, target or folder / EXPORTS, form)


def mark(folder: Path, findings: Sequence[Finding]) -> Marked:
    """Write a copy of the unit's workbook with ``findings`` in its cells. Raises KaopingError."""
    from kaoping.records.mark import mark as write_marked

    return write_marked(folder, findings)


def pending(assessment: Assessment, today: date) -> list[Deadline]:
    """Return the deadlines by date, undated ones last, without those that are over and whose lines lack nothing."""
    from kaoping.scoring import deadlines

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
    from kaoping.records import imports

    return imports.preview(folder, request)


def carry_out_import(found: ImportPreview) -> Path:
    """Import what ``found`` shows; returns where the copy stands. Raises KaopingError where too much is unclear."""
    from kaoping.records import imports

    return imports.carry_out(found)


def withdraw_ledger(folder: Path, name: str) -> Path:
    """Take an imported ledger back; returns where its file went. Raises KaopingError for an unknown one."""
    from kaoping.records import imports

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
    return record_decision(folder, a.card, recorded, line, points, reason=reason, who=who, when=when)


def rubrics() -> Iterator[Rubric]:
    """Load every rubric that comes with the tool."""
    from kaoping.rubric.load import known, load

    return (load(id_) for id_ in known())


def rubric(id_: str = "") -> Rubric:
    """Load one rubric, the default one where none is named; raises KaopingError with all that is wrong with it."""
    from kaoping.rubric.load import DEFAULT, load

    return load(id_ or DEFAULT)


def rubric_test(id_: str = "") -> Iterator[cases.Result]:
    """Run the worked cases of a rubric, the default one where none is named."""
    from kaoping.core import resources
    from kaoping.rubric.load import DEFAULT
    from kaoping.scoring import cases

    return cases.run(rubric(id_), cases.read(resources.schema("rubrics", id_ or DEFAULT)))

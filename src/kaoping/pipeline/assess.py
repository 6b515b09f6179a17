"""From a unit's folder to its assessment, step by step: the picture in ARCHITECTURE.md as code."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from kaoping import documents
from kaoping.bundle.plan import Limits, PatternError, Submitted, plan_bundle
from kaoping.core.errors import KaopingError, is_machines, why_not_written
from kaoping.core.findings import Findings
from kaoping.core.memory import Memory
from kaoping.core.model import DRAFT, FINAL, BundlePlan, Dossier, Location, ScoreCard
from kaoping.core.seam import Seasons
from kaoping.documents import policy
from kaoping.evidence.store import Store, opened
from kaoping.pipeline.assessment import Assessment, Progress
from kaoping.pipeline.intake import Intake, take_in
from kaoping.records.validate import MATERIALS
from kaoping.rubric.layers import NOTICE
from kaoping.rubric.nodes import Rubric
from kaoping.scoring import deadlines, score
from kaoping.scoring.crosscheck.run import cross_check
from kaoping.scoring.gaps import find_gaps


def assess(folder: Path, *, final: bool = False, cache: bool = True, progress: Progress | None = None) -> Assessment:
    """Read, validate, score and lay out the unit in ``folder``; writes nothing there.

    Verdicts on evidence are found in the store of the user's cache folder, or (``cache`` false) all made anew. Raises
    KaopingError where it can't be scored at all.
    """
    with opened_store(lasting=cache) as store:
        return assessed(folder, store, FINAL if final else DRAFT, progress=progress)


@contextmanager
def opened_store(*, lasting: bool) -> Iterator[Store]:
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


def assessed(
    folder: Path,
    store: Store,
    form: str,
    limits: Limits | None = None,
    submitted: Submitted | None = None,
    progress: Progress | None = None,
    memory: Memory | None = None,
) -> Assessment:
    """Assess the unit in ``folder`` for a package of ``form``.

    ``limits`` stand for the notice's; ``submitted`` is what was handed in already: the plan is of a supplement then.
    Raises KaopingError where it can't be scored at all.
    """
    told = (lambda done, of: progress(done, of, "查看材料")) if progress else None
    taken = take_in(folder, store, told, memory)
    return assessment_of(taken, form, limits, submitted)


def assessment_of(
    taken: Intake, form: str, limits: Limits | None = None, submitted: Submitted | None = None
) -> Assessment:
    """Check, score and lay out what was taken in; what is found on the way goes to its findings."""
    dossier, rubric, findings = taken.dossier, taken.rubric, taken.findings
    documents.refuse_unknown_questions(rubric)
    cross_check(dossier, findings)
    seasons = Seasons(dossier)
    seasons.check(findings)
    policy.check_records(dossier, findings)
    card = score(rubric, dossier, findings)
    plan = _planned(taken, card, form, limits, submitted)
    due = deadlines.collect(rubric, dossier, _documents_due(rubric, dossier, findings), seasons.deadlines())
    gaps = find_gaps(rubric, dossier, card, due)
    return Assessment(dossier, rubric, card, plan, gaps, findings, due, seasons)


def _planned(
    taken: Intake, card: ScoreCard, form: str, limits: Limits | None, submitted: Submitted | None
) -> BundlePlan:
    try:
        return plan_bundle(taken.rubric, card, taken.dossier, form, limits, submitted)
    except PatternError as error:
        taken.findings.add("notice.bad_pattern", Location(NOTICE, "patterns"), why=str(error))
        raise KaopingError(taken.findings.sorted()) from None


def _documents_due(rubric: Rubric, dossier: Dossier, findings: Findings) -> list[tuple[str, str]]:
    """Name, and key in the notice's due dates, of each document asked for or that the records suffice for.

    One that the notice asks for, and that is not there or can't be written, is told.
    """
    asked: Sequence[str] = documents.asked_for(rubric, findings)
    for kind, kinds in documents.lacking(rubric, dossier):
        findings.add("document.no_records", Location(NOTICE, "documents"), name=kind.name, kinds="、".join(kinds))
    known = documents.documents_of(rubric.pack)
    stems = dict.fromkeys([*asked, *documents.wanted(rubric, dossier, DRAFT)])
    return [(known[stem].name, known[stem].due) for stem in stems if known[stem].due]

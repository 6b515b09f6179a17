"""A unit's year, scored and laid out: how it comes about, step by step, and what every output is drawn from.

It is the picture in ARCHITECTURE.md as code.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from kaoping import documents
from kaoping.bundle.plan import Limits, PatternError, SubmittedPieces, plan_bundle
from kaoping.core.engine import assignments
from kaoping.core.errors import KaopingError, is_machines, why_not_written
from kaoping.core.findings import Findings
from kaoping.core.memory import Memory
from kaoping.core.model import DRAFT, FINAL, BundlePlan, Dossier, Location, ScoreCard, Verdict
from kaoping.core.seam import Seasons
from kaoping.core.supplement import Supplement
from kaoping.core.workings import Workings
from kaoping.documents import policy
from kaoping.evidence.store import Store, open_store
from kaoping.pipeline._intake import Intake, take_in
from kaoping.pipeline._last_year import tell_last_years
from kaoping.pipeline._origins import with_origins
from kaoping.pipeline.books import Books
from kaoping.records.readers.raw import RawTable
from kaoping.records.readers.sources import Sources
from kaoping.records.rollup import Origins
from kaoping.records.validate import MATERIALS
from kaoping.rubric.layers import NOTICE
from kaoping.rubric.nodes import Rubric
from kaoping.scoring import deadlines, score
from kaoping.scoring.crosscheck.run import cross_check
from kaoping.scoring.deadlines import Deadline
from kaoping.scoring.gaps import Gap, find_gaps

_REPRINT = "请用阅读器打开它，打印成新的 PDF 后换掉。"

#: Seconds of a processor in which pages that are pictures are read at a time: some sixty pages. The next run goes on.
STAGE = 600.0
#: Told as each step is begun: how many are done, how many there are, and what comes next.
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Assessment:
    """A unit's year, scored and laid out for one form of package."""

    dossier: Dossier
    rubric: Rubric
    card: ScoreCard
    plan: BundlePlan
    gaps: Sequence[Gap]
    findings: Findings
    deadlines: Sequence[Deadline]
    seasons: Seasons  # the year as the wings see it
    supplement: Supplement | None = None  # what it says of the package that it follows, where it is one
    limits: Limits | None = None  # that stand for the notice's
    submitted: SubmittedPieces | None = None  # what was handed in before: the plan is of a supplement then
    raws: Mapping[str, RawTable] = field(default_factory=dict)  # the records as they are written
    sources: Sources = field(default_factory=Sources)  # all that was read of them
    origins: Origins = field(default_factory=dict)  # of the records that come from packages of subordinates

    @property
    def form(self) -> str:
        """送审稿 or 报送稿."""
        return self.plan.form

    @property
    def dated(self) -> date | None:
        """The 报送日期, the only date that enters an output."""
        return self.plan.dated

    @property
    def books(self) -> Books:
        """The records that it comes from."""
        its = self.dossier
        return Books(
            its.folder, its.pack, self.raws, its.tables, its.evidence, its.unit, its.year, self.findings, self.rubric,
            self.sources, self.origins,
        )  # fmt: skip

    def numbers(self) -> dict[str, str]:
        """Return evidence path → 编号, of what was handed in before too."""
        before = self.supplement.numbers if self.supplement is not None else {}
        return {**before, **self.plan.numbers()}

    def departments(self) -> dict[str, str]:
        """Return line → 责任科室."""
        return {task.line: task.department for task in assignments(self.dossier)}

    def in_form(self, form: str) -> Assessment:
        """Return the same, laid out for a package of ``form``; raises KaopingError where its numbers can't be made."""
        findings = Findings(self.findings)
        plan = _plan_of(self.rubric, self.card, self.dossier, findings, form, self.limits, self.submitted)
        return replace(self, plan=plan, findings=findings)

    def without(self, reasons: Mapping[str, str]) -> Assessment:
        """Return the same with a slip sheet for each file that can't be merged (path → why), all planned anew."""
        evidence = dict(self.dossier.evidence)
        findings = Findings(self.findings)
        for path, why in reasons.items():
            evidence[path] = replace(
                evidence[path], verdict=Verdict.SLIP_SHEET, why=why + _REPRINT, how="", pages=1, sheets=None
            )
            findings.add("evidence.not_merged", Location(f"{MATERIALS}/{path}"), path=path, reason=why)
        dossier = replace(self.dossier, evidence=evidence)
        plan = _plan_of(self.rubric, self.card, dossier, findings, self.form, self.limits, self.submitted)
        return replace(self, dossier=dossier, plan=plan, findings=findings)


def assess(
    folder: Path,
    *,
    final: bool = False,
    cache: bool = True,
    follow_links: bool = False,
    unopened: Sequence[str] = (),
    progress: Progress | None = None,
) -> Assessment:
    """Read, validate, score and lay out the unit in ``folder``; writes nothing there.

    Verdicts on evidence are found in the store of the user's cache folder, or (``cache`` false) all made anew. Links
    among the evidence that lead out of it are told, and not followed without ``follow_links``. Of the files
    ``unopened``, by their keys, there are slip sheets, as of damaged ones. Raises KaopingError where it can't be scored
    at all.
    """
    with verdict_store(lasting=cache) as store:
        form = FINAL if final else DRAFT
        return assess_folder(folder, store, form, progress=progress, follow_links=follow_links, unopened=unopened)


@contextmanager
def verdict_store(*, lasting: bool) -> Iterator[Store]:
    """Open the store of verdicts; raises KaopingError where the disk that it is on stands in the way."""
    try:
        with open_store(lasting=lasting) as store:
            yield store
    except OSError as error:  # a delivery's own are DeliveryErrors by now
        if not is_machines(error):
            raise
        findings = Findings()
        where = os.fsdecode(error.filename) if error.filename else "系统的临时文件夹"
        findings.add("evidence.no_room", Location(MATERIALS), where=where, why=why_not_written(error))
        raise KaopingError(findings) from error


def assess_folder(
    folder: Path,
    store: Store,
    form: str,
    limits: Limits | None = None,
    submitted: SubmittedPieces | None = None,
    progress: Progress | None = None,
    memory: Memory | None = None,
    *,
    follow_links: bool = False,
    read_for: float = STAGE,
    unopened: Sequence[str] = (),
) -> Assessment:
    """Assess the unit in ``folder`` for a package of ``form``.

    ``limits`` stand for the notice's; ``submitted`` is what was handed in already: the plan is of a supplement then.
    ``follow_links`` and ``unopened`` as in :func:`assess`; pages that are pictures are read for ``read_for`` seconds of
    a processor. Raises KaopingError where it can't be scored at all.
    """
    intake = take_in(folder, store, progress, memory, follow_links=follow_links, read_for=read_for, unopened=unopened)
    tell_last_years(folder, intake.dossier, intake.findings)
    return assess_intake(intake, form, limits, submitted, memory)


def assess_intake(
    intake: Intake,
    form: str,
    limits: Limits | None = None,
    submitted: SubmittedPieces | None = None,
    memory: Memory | None = None,
) -> Assessment:
    """Check, score and lay out what was taken in; what is found on the way goes to its findings."""
    workings = (memory or Memory()).workings
    dossier, rubric, findings = intake.dossier, intake.rubric, intake.findings
    documents.refuse_unknown_questions(rubric)
    cross_check(dossier, findings, workings=workings["checks"])
    seasons, amiss = _seasons(dossier, workings["wings"])
    findings.extend(amiss)
    policy.check_records(dossier, findings)
    documents.check_printed(rubric, dossier, findings)
    card = with_origins(score(rubric, dossier, findings, workings=workings["score"]), intake.origins)
    plan = _plan_of(rubric, card, dossier, findings, form, limits, submitted)
    due = deadlines.collect(rubric, dossier, _documents_due(rubric, dossier, findings), seasons.deadlines())
    gaps = find_gaps(rubric, dossier, card, due)
    return Assessment(
        dossier, rubric, card, plan, gaps, findings, due, seasons,
        limits=limits, submitted=submitted, raws=intake.raws, sources=intake.sources, origins=intake.origins,
    )  # fmt: skip


def _seasons(dossier: Dossier, workings: Workings) -> tuple[Seasons, Findings]:
    """The wings, and what they find in the records: that once for the tables that they looked at."""
    seasons = Seasons(workings.on(dossier))

    def checked() -> Findings:
        findings = Findings()
        seasons.check(findings)
        return findings

    return seasons, workings.recall("checked", checked)


def _plan_of(
    rubric: Rubric,
    card: ScoreCard,
    dossier: Dossier,
    findings: Findings,
    form: str,
    limits: Limits | None,
    submitted: SubmittedPieces | None,
) -> BundlePlan:
    try:
        return plan_bundle(rubric, card, dossier, form, limits, submitted)
    except PatternError as error:
        findings.add("notice.bad_pattern", Location(NOTICE, "patterns"), why=str(error))
        raise KaopingError(findings.sorted()) from None


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

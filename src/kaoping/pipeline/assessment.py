"""A unit's year, scored and laid out: what every output is drawn from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from kaoping import documents
from kaoping.core.engine import assignments
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Findings, Severity
from kaoping.core.model import BundlePlan, Dossier, ScoreCard, Status
from kaoping.core.seam import Seasons
from kaoping.rubric.nodes import Rubric
from kaoping.scoring import deadlines
from kaoping.scoring.deadlines import Deadline
from kaoping.scoring.gaps import Gap

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

    @property
    def form(self) -> str:
        """送审稿 or 报送稿."""
        return self.plan.form

    @property
    def dated(self) -> date | None:
        """The 报送日期, the only date that enters an output."""
        return self.plan.dated

    def departments(self) -> dict[str, str]:
        """Return line → 责任科室."""
        return {task.line: task.department for task in assignments(self.dossier)}


def refuse_final(assessment: Assessment) -> None:
    """Raise KaopingError, with the whole list, where anything keeps a 报送稿 from being handed in."""
    findings = Findings(f for f in assessment.findings if f.severity is Severity.ERROR)
    for score in assessment.card.lines:
        if score.status in (Status.UNDECIDED, Status.MISSING):
            word = "待定" if score.status is Status.UNDECIDED else "缺项"
            why = "；".join(score.because)
            findings.add("final.open_line", line=score.line, title=score.title, word=word, why=why)
    for kind, kinds in documents.lacking(assessment.rubric, assessment.dossier):
        findings.add("final.no_document", name=kind.name, kinds="、".join(kinds))
    if assessment.dated is None:
        findings.add("final.no_date")
    if findings.errors:
        raise KaopingError(findings)


def pending(assessment: Assessment, today: date) -> list[Deadline]:
    """Return the deadlines by date, undated ones last, without those that are over and whose lines lack nothing."""
    return deadlines.pending(assessment.deadlines, {gap.line for gap in assessment.gaps}, today)

"""What is due still, and what was handed in by now: told on the screen alone, for no package knows of another one."""

from __future__ import annotations

from datetime import date

from kaoping.core.findings import Findings
from kaoping.core.model import FINAL
from kaoping.package import shape
from kaoping.pipeline.assessment import Assessment
from kaoping.pipeline.building import RESULTS
from kaoping.scoring import deadlines
from kaoping.scoring.deadlines import Deadline


def handed_in(assessment: Assessment, today: date) -> dict[str, str]:
    """Return which deadlines were met by ``today``: key → what tells so, the unit's records or its 报送稿."""
    a = assessment
    sent = deadlines.sent_by_records(a.rubric, a.dossier)
    package = a.dossier.folder / RESULTS / FINAL
    document = shape.load(package, Findings()) if package.is_dir() else None
    if document is None or document["year"] != a.dossier.year or document["form"] != FINAL:
        return sent
    day = document["dated"]
    if not day or date.fromisoformat(day) > today:
        return sent
    titles = {row["title"] for row in document["files"]}
    still_open = {gap.line for gap in a.gaps if gap.is_open}  # of what was recorded since
    for its in a.deadlines:
        has_lines = bool(its.lines) and still_open.isdisjoint(its.lines)
        if its.is_whole or has_lines or (its.documents and titles.issuperset(its.documents)):
            sent.setdefault(its.key, f"报送稿已生成，报送日期 {day}")
    return sent


def pending(assessment: Assessment, today: date) -> list[Deadline]:
    """Return the deadlines by date, undated ones last, but for what was handed in or is over and lacks nothing."""
    open_lines = {gap.line for gap in assessment.gaps}
    return deadlines.pending(assessment.deadlines, open_lines, today, handed_in(assessment, today))

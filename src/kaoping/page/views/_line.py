"""考评项: a line's clause, its points and why, the records and the evidence that they come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kaoping import api


@dataclass(frozen=True, slots=True)
class Used:
    """A record's part in the line's score."""

    kind: str  # its title
    id: str
    title: str
    counted: bool
    why: str


def facts(assessment: api.Assessment, line: str) -> dict[str, Any]:
    """Return what the template line.html shows; raises KeyError for a line that the rubric has not."""
    rubric, card = assessment.rubric, assessment.card
    its, score = rubric.line(line), card.line(line)
    names = [other.id for other in rubric.lines]
    at = names.index(line)
    pieces = {piece.evidence.path: piece for piece in assessment.plan.pieces}
    return {
        "line": its,
        "score": score,
        "called": rubric.called(line) or f"第{line}项",
        "section": rubric.section(its.section),
        "lines": [(section, [card.line(other.id) for other in section.lines]) for section in rubric.sections],
        "gaps": [gap for gap in assessment.gaps if gap.line == line],
        "uses": _uses(assessment, score.uses),
        "proofs": [pieces[path] for path in score.evidence if path in pieces],
        "findings": [finding for finding in assessment.findings.sorted() if finding.line == line],
        "before": names[at - 1] if at else "",
        "after": names[at + 1] if at + 1 < len(names) else "",
    }


def _uses(assessment: api.Assessment, uses: Sequence[Any]) -> list[Used]:
    """Say each record by its kind's title, and by what its title column says."""
    used = []
    for use in uses:
        kind = assessment.rubric.pack.kinds[use.kind]
        record = next((its for its in assessment.dossier.records(use.kind) if its.id == use.id), None)
        title = str(record.values.get("title") or record.values.get("name") or "") if record is not None else ""
        used.append(Used(kind.title, use.id, title, use.counted, use.why))
    return used

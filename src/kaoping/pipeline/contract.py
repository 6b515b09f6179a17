"""The JSON that others may rely on: score card, findings, gaps. Field names and types are a contract.

Points are decimal strings without trailing zeros: JSON numbers are binary floats to most readers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kaoping.codification.clauses.tryout import Tried
from kaoping.codification.tables.draft import Draft
from kaoping.codification.year_on_year import Sided, change_text
from kaoping.core.figures import number, span_text
from kaoping.core.findings import Finding, Severity
from kaoping.core.model import Graded, LineScore, ScoreCard, Total, Use
from kaoping.core.workdays import is_workday
from kaoping.records.rollup import Origin, Origins
from kaoping.scoring.deadlines import Deadline
from kaoping.scoring.gaps import Gap

if TYPE_CHECKING:
    from kaoping.pipeline.codifying import RubricDiff

SCORECARD = "kaoping.scorecard/1"
FINDINGS = "kaoping.findings/1"
GAPS = "kaoping.gaps/1"
DRAFT = "kaoping.rubric-draft/1"
RUBRIC_DIFF = "kaoping.rubric-diff/1"


def scorecard(card: ScoreCard, numbers: Mapping[str, str], origins: Origins | None = None) -> dict[str, Any]:
    """Return the score card; ``numbers`` gives each evidence path its 编号.

    ``origins`` tells which records come from packages of subordinates.
    """
    return {
        "schema": SCORECARD,
        "rubric": card.rubric,
        "unit": card.unit,
        "level": card.level,
        "year": card.year,
        "totals": {
            "base": _total(card.base) | {"of": _points(card.base.of)},
            "bonus": _total(card.bonus),
            "deduction": _total(card.deduction),
            "total": _total(card.total),
            "unsupported": number(card.unsupported),
        },
        **({"grade": graded(card.graded)} if card.graded is not None else {}),
        "lines": [_line(score, numbers, origins or {}) for score in card.lines],
    }


def graded(its: Graded) -> dict[str, Any]:
    """Return the grade, null while the total may still come to several, and all that it may come to, the best first."""
    return {"grade": its.grade or None, "possible": list(its.possible)}


def _sources(use: Use, line: str, origins: Origins) -> list[dict[str, Any]]:
    return [_origin(its) for its in origins.get((use.kind, use.id), ()) if its.is_of(line)]


def _origin(its: Origin) -> dict[str, Any]:
    """Return where a record comes from: the subordinate's package, and its record, lines and pieces in there."""
    return {
        "unit": its.unit.name, "region": its.unit.region, "package": its.unit.folder, "sha256": its.unit.sha256,
        "kind": its.kind, "record": its.record.id, "lines": list(its.record.lines), "pieces": list(its.record.pieces),
    }  # fmt: skip


def _points(value: Fraction | None) -> str | None:
    return None if value is None else number(value)


def _total(total: Total) -> dict[str, Any]:
    return {"points": number(total.low), "min": number(total.low), "max": number(total.high)}


def _line(score: LineScore, numbers: Mapping[str, str], origins: Origins) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "line": score.line,
        "section": score.section,
        "of": _points(score.of),
        "points": number(score.points),
        "min": number(score.low),
        "max": number(score.high),
        "status": str(score.status),
        "supported": score.supported,
        "because": list(score.because),
        "evidence": [numbers[path] for path in score.evidence if path in numbers],
        "title": score.title,
        "role": score.role,
        "unsupported": number(score.unsupported),
        "held_by_examiner": score.held_by_examiner,
        "visit": score.visit,
        "digest": score.digest,
        "decided_by": score.decided_by,
        "records": [
            {"kind": use.kind, "id": use.id, "counted": use.counted}
            | ({"why": use.why} if use.why else {})
            | ({"from": sources} if (sources := _sources(use, score.line, origins)) else {})
            for use in score.uses
        ],
    }
    if score.parts:
        entry["parts"] = [
            {"part": p.part, "min": number(p.low), "max": number(p.high), "status": str(p.status), "digest": p.digest}
            for p in score.parts
        ]
    return entry


def draft(read: Draft, findings_: Iterable[Finding]) -> dict[str, Any]:
    """Return a rubric that was read off a paper: its sections and lines, the document's own rules, all findings."""
    return {
        "schema": DRAFT,
        "file": read.file,
        "title": read.title,
        "year": read.year,
        "total": _stated(read.total),
        "sections": [
            {"id": its.id, "title": its.title, "heading": its.heading, "points": _stated(its.points), "role": its.role}
            for its in read.sections
        ],
        "lines": [
            {
                "id": line.id, "section": line.section, "role": line.role, "title": line.title,
                "under": list(line.under), "content": line.content, "requirement": line.requirement,
                "basis": line.basis, "points": line.points, "standard": line.standard, "others": dict(line.others),
                "of": _stated(line.of), "shares_points_with": line.shares_points_with, "at": str(line.at),
                "fingerprint": line.fingerprint,
            }
            for line in read.lines
        ],
        "stipulations": [
            {
                "kind": its.kind, "text": its.text, "section": its.section, "points": _stated(its.points),
                "at": str(its.at),
            }
            for its in read.stipulations
        ],
        "rows": [{"at": str(row.at), "fate": row.fate.value, "line": row.line} for row in read.rows],
        "findings": findings(findings_)["findings"],
    }  # fmt: skip


def _stated(points: Fraction | None) -> str | None:
    return number(points) if points is not None else None


def rubric_diff(diff: RubricDiff) -> dict[str, Any]:
    """Return two rubrics compared: every change, the record kinds that still serve, a unit's points under both."""

    def side(its: Sided) -> dict[str, Any]:
        return {"id": its.id, "title": its.title, "section": its.section, "of": _stated(its.of)}

    return {
        "schema": RUBRIC_DIFF,
        "before": diff.titles[0],
        "after": diff.titles[1],
        "same": diff.compared.same,
        "changes": [
            {
                "what": list(its.what), "before": list(map(side, its.before)), "after": list(map(side, its.after)),
                "words": [list(pair) for pair in its.words], "edges": [list(pair) for pair in its.edges],
            }
            for its in diff.compared.changes
        ],
        "kinds": [
            {"kind": kind, "title": diff.kinds.get(kind, kind), "before": list(asked), "after": list(still)}
            for kind, (asked, still) in diff.compared.kinds.items()
        ],
        "totals": [_total(card.total) for card in diff.cards] if diff.cards is not None else None,
    }  # fmt: skip


def diff_lines(diff: RubricDiff) -> Iterator[str]:
    """Yield two rubrics compared as lines for people."""
    compared = diff.compared
    yield f"{diff.titles[0]} → {diff.titles[1]}"
    yield f"一样的 {compared.same} 项，不一样的 {len(compared.changes)} 处。"
    yield from (f"  {change_text(change)}" for change in compared.changes)
    gone = [kind for kind, (_, still) in compared.kinds.items() if not still]
    kept = [kind for kind, (asked, still) in compared.kinds.items() if asked and still]
    new = [kind for kind, (asked, _) in compared.kinds.items() if not asked]
    if kept:
        yield f"去年的记录还用得上的：{'、'.join(diff.kinds.get(kind, kind) for kind in kept)}。"
    if gone:
        yield f"没有考评项再用的：{'、'.join(diff.kinds.get(kind, kind) for kind in gone)}。"
    if new:
        yield f"今年才要的：{'、'.join(diff.kinds.get(kind, kind) for kind in new)}。"
    if diff.cards is not None:
        for title, card in zip(diff.titles, diff.cards, strict=True):
            yield f"同样的记录按“{title}”：总分{span_text(card.total.low, card.total.high)}分。"


def findings(reported: Iterable[Finding]) -> dict[str, Any]:
    """Return findings with their places and mends, and how many there are of each severity."""
    listed = [_finding(finding) for finding in reported]
    counts = {str(severity): sum(its["severity"] == str(severity) for its in listed) for severity in Severity}
    return {"schema": FINDINGS, "findings": listed, "counts": counts}


def _finding(finding: Finding) -> dict[str, Any]:
    at = finding.at
    place = {"file": at.file, "path": at.path, "line": at.line, "sheet": at.sheet, "cell": at.cell, "page": at.page}
    place["paragraph"] = at.paragraph
    return {
        "code": finding.code,
        "severity": str(finding.severity),
        "at": {key: value for key, value in place.items() if value},
        "problem": finding.problem,
        "effect": finding.effect,
        "mend": finding.mend,
        "line": finding.line,
    }


def gaps(
    open_gaps: Sequence[Gap], deadlines: Sequence[Deadline], sent: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return what is missing, and all deadlines (days left are not in it: they change by the day).

    A gap's ``due`` is the first date of its line, ``dues`` are all of them. ``sent`` tells which deadlines were met, by
    their keys, and what says so.
    """
    return {
        "schema": GAPS,
        "gaps": [
            {
                "line": gap.line,
                "title": gap.title,
                "kind": gap.kind,
                "stake": number(gap.stake),
                "what": gap.what,
                "mend": gap.mend,
                "due": _day(gap.due),
                "due_title": gap.due_title,
                "department": gap.department,
                "person": gap.person,
                "digest": gap.digest,
                "dues": [{"due": _day(d.day), "title": d.source, "kind": d.kind} for d in gap.dues],
            }
            for gap in open_gaps
        ],
        "counts": {"gaps": len(open_gaps), "open": sum(gap.is_open for gap in open_gaps)},
        "deadlines": [_deadline(its, (sent or {}).get(its.key)) for its in deadlines],
    }


def _deadline(deadline: Deadline, sent: str | None) -> dict[str, Any]:
    return {
        "key": deadline.key,
        "kind": deadline.kind,
        "title": deadline.title,
        "due": _day(deadline.day),
        "workday": is_workday(deadline.day) if deadline.day else None,  # null too where the year is unknown
        "lines": list(deadline.lines),
        "documents": list(deadline.documents),
        "department": deadline.department,
        "person": deadline.person,
        "sent": sent,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def trial(its: Tried) -> dict[str, Any]:
    """Return what a text gave for values; where that is undecided, the points are the fewest."""
    return {
        "points": number(its.low),
        "status": "scored" if its.scored else "undecided",
        "rule": its.rule,
        "because": its.because,
        "min": number(its.low),
        "max": number(its.high),
    }

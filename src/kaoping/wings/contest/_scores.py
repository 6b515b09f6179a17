"""The scores as they were recorded: who sat what, and what of it can't be used. Everything wrong gets its finding.

A score that is not there, can't be read, or was written twice is *lacking*: with it any ranking could come out
differently, so that nobody is given a place in that subject until it is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from kaoping.core.figures import in_a_line, number
from kaoping.core.findings import Findings
from kaoping.core.model import Dossier, Record, Table
from kaoping.wings.contest._rules import Competition, Subject

SAT, CANCELLED = "到考", "违纪取消"


@dataclass(frozen=True, slots=True)
class Mark:
    """One contestant in one subject; ``score`` is None where he or she did not sit it."""

    record: str
    state: str
    score: Fraction | None

    @property
    def text(self) -> str:
        """What a sheet shows: the score, or why there is none."""
        return self.state if self.score is None else number(self.score)


@dataclass(frozen=True, slots=True)
class Scores:
    """All contestants and their marks."""

    contestants: Mapping[str, Record]
    marks: Mapping[tuple[str, str], Mark]  # (contestant, subject id)
    cancelled: frozenset[str]  # contestants who rank nowhere
    lacking: Mapping[str, tuple[str, ...]]  # subject id → contestants whose mark is not known

    def mark(self, contestant: str, subject: Subject) -> Mark | None:
        """Return the mark, or None where it is not known."""
        return self.marks.get((contestant, subject.id))

    def name(self, contestant: str) -> str:
        """Return the contestant's name."""
        return str(self.contestants[contestant]["name"] or contestant)

    def team(self, contestant: str) -> str:
        """Return the contestant's team."""
        return str(self.contestants[contestant]["team"] or "")


def read_scores(dossier: Dossier, rules: Competition, full_mark: Fraction | None, findings: Findings) -> Scores:
    """Return the recorded scores; whatever can't be used is lacking, and told."""
    contestants = {record.id: record for record in sorted(dossier.records("contestant"), key=lambda r: r.id)}
    table = dossier.table("contest_score")
    marks: dict[tuple[str, str], Mark | None] = {}
    for row in range(len(table)) if table is not None else ():
        assert table is not None
        record = table.record(row)
        who = str(record["contestant"] or "")
        subject = rules.subject(str(record["subject"] or ""))
        if subject is None:
            known = "、".join(s.title for s in rules.subjects)
            at = table.places(row, "subject")
            findings.add("contest.unknown_subject", at, id=record.id, name=record["subject"] or "", known=known)
        if subject is None or who not in contestants:  # a contestant that there is not was told with the references
            continue
        if (who, subject.id) in marks:
            name = str(contestants[who]["name"])
            at = table.places(row, "contestant")
            findings.add("contest.score_twice", at, id=record.id, name=name, subject=subject.title)
            marks[who, subject.id] = None
        else:
            marks[who, subject.id] = _mark(table, row, record, full_mark, findings)
    cancelled = frozenset(who for (who, _), mark in marks.items() if mark is not None and mark.state == CANCELLED)
    lacking = {
        subject.id: tuple(who for who in contestants if who not in cancelled and marks.get((who, subject.id)) is None)
        for subject in rules.subjects
    }
    known_marks = {key: mark for key, mark in marks.items() if mark is not None}
    scores = Scores(contestants, known_marks, cancelled, lacking)
    for subject in rules.subjects:
        if absent := [who for who in lacking[subject.id] if (who, subject.id) not in marks]:
            names = "、".join(in_a_line(scores.name(who)) for who in absent)
            findings.add("contest.score_missing", subject=subject.title, names=names)
    return scores


def _mark(table: Table, row: int, record: Record, full_mark: Fraction | None, findings: Findings) -> Mark | None:
    """Return the mark, or None where state and score contradict one another or the score can't be."""
    state, score = record["state"], record["score"]
    if isinstance(score, int):
        score = Fraction(score)
    if not isinstance(state, str) or not (score is None or isinstance(score, Fraction)):
        return None  # unreadable: told with the cell
    at = table.places(row, "score")
    if (state == SAT) != (score is not None):
        contradiction = "没有成绩" if state == SAT else f"又有成绩{number(score or 0)}"
        findings.add("contest.score_state", at, id=record.id, state=state, contradiction=contradiction)
        return None
    if score is not None and full_mark is not None and score > full_mark:
        findings.add("contest.score_range", at, id=record.id, score=number(score), full=number(full_mark))
        return None
    return Mark(record.id, state, score)

"""The recorded answers (竞赛裁定) to what the rules leave open: for all awards, for one, or for one subject."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kaoping.core.figures import date_text, joined
from kaoping.core.findings import Findings
from kaoping.core.model import Dossier, Record, Value
from kaoping.wings.contest._rules import ABSENT, TEAM, TIES, Award, Competition, Option, Question, Subject, bare
from kaoping.wings.contest._scores import Scores
from kaoping.wings.contest._standings import TieRule


@dataclass(frozen=True, slots=True)
class Ruling:
    """One recorded answer."""

    question: Question
    answer: str
    scope: str  # as it was written; "" for all awards
    order: tuple[str, ...]  # of a play-off: contestants' ids or teams, the best first
    by: str  # who decided it, when
    record: str

    @property
    def option(self) -> Option | None:
        """What the engine makes of the answer; None for a question that it computes nothing from."""
        return self.question.options.get(self.answer)


@dataclass(frozen=True, slots=True)
class Rulings:
    """All recorded answers that can be used."""

    rules: Competition
    given: tuple[Ruling, ...]

    def on(self, about: str, award: Award, subject: Subject | None) -> list[Ruling]:
        """Return the answers that hold for an award: those for it and its subject, else for it, else for all."""
        mine = [ruling for ruling in self.given if ruling.question.about == about]
        for scope in (*scopes(award, subject), ""):
            if rulings := [ruling for ruling in mine if bare(ruling.scope) == bare(scope)]:
                return rulings
        return []

    def tie_rule(self, award: Award, subject: Subject | None) -> TieRule:
        """Return how ties in an award are broken."""
        rulings = self.on(TIES, award, subject)
        return TieRule(rulings[0].option, tuple(r.order for r in rulings if r.order)) if rulings else TieRule()

    def team_rule(self, award: Award, subject: Subject | None) -> Option | None:
        """Return how a team's score is made up."""
        rulings = self.on(TEAM, award, subject)
        return rulings[0].option if rulings else None

    def absent_rules(self, award: Award, subject: Subject | None) -> Sequence[str]:
        """Return how totals may be counted where a subject was not sat: all ways that are open."""
        rulings = self.on(ABSENT, award, subject)
        if rulings and rulings[0].option is not None:
            return [rulings[0].option.rule]
        question = self.rules.about(ABSENT)
        return [option.rule for option in question.options.values()] if question is not None else ["zero", "unranked"]


def scopes(award: Award, subject: Subject | None) -> list[str]:
    """Return what an award may be called where an answer is for it alone, the narrowest first."""
    narrow = [f"{award.title}{name}" for name in (subject.title, *subject.also)] if subject is not None else []
    return [*narrow, award.title]


def read_rulings(dossier: Dossier, rules: Competition, scores: Scores, findings: Findings) -> Rulings:
    """Return the recorded answers; one that is unknown, or contradicts another, does not hold and is told."""
    given: list[Ruling] = []
    for record in dossier.records("contest_ruling"):
        if (ruling := _ruling(record, rules, scores, findings)) is not None:
            given.append(ruling)
    holding: list[Ruling] = []
    for ruling in given:
        same = [r for r in given if (r.question, bare(r.scope)) == (ruling.question, bare(ruling.scope))]
        if all(other.answer == ruling.answer for other in same):
            holding.append(ruling)
        elif same[0] is ruling:
            ids, answers = "、".join(r.record for r in same), "、".join(dict.fromkeys(r.answer for r in same))
            findings.add("contest.ruling_twice", question=ruling.question.title, ids=ids, answers=answers)
    return Rulings(rules, tuple(holding))


def _ruling(record: Record, rules: Competition, scores: Scores, findings: Findings) -> Ruling | None:
    question = rules.question(str(record["question"] or ""))
    if question is None:
        known = "、".join(q.title for q in rules.questions.values())
        _refuse(findings, record, "question", f"没有“{record['question'] or ''}”这件待定的事，可用：{known}")
        return None
    answer, scope = str(record["answer"] or ""), str(record["scope"] or "")
    if question.options and answer not in question.options:
        _refuse(
            findings, record, "answer", f"“{question.title}”没有“{answer}”这个答复，可用：{'、'.join(question.options)}"
        )
        return None
    known_scopes = [
        name for award in rules.awards for subject in rules.subjects for name in scopes(award, _of(award, subject))
    ]
    if scope and bare(scope) not in map(bare, known_scopes):
        _refuse(findings, record, "scope", f"没有“{scope}”这个奖项，可用：{'、'.join(dict.fromkeys(known_scopes))}")
        return None
    order = _order(record["order"], scores)
    if unknown := [name for name in order if name not in scores.contestants and name not in _teams(scores)]:
        _refuse(
            findings, record, "order", f"“加赛名次”里的{'、'.join(unknown)}不是参赛人员，也不是代表队，或者有人同名"
        )
        return None
    when = record["when"]
    day = date_text(when) if isinstance(when, date) else ""
    return Ruling(question, answer, scope, order, joined([record["who"], day], "\n"), record.id)


def _of(award: Award, subject: Subject) -> Subject | None:
    return None if award.by_total else subject


def _refuse(findings: Findings, record: Record, field: str, why: str) -> None:
    findings.add("contest.unknown_ruling", record.place(field), id=record.id, why=why)


def _teams(scores: Scores) -> set[str]:
    return {scores.team(who) for who in scores.contestants}


def _order(value: Value, scores: Scores) -> tuple[str, ...]:
    """Return a play-off's order by keys: a name that only one contestant has stands for his or her id."""
    keys: list[str] = []
    for name in value if isinstance(value, tuple) else ():
        named = [who for who in scores.contestants if scores.name(who) == name]
        keys.append(named[0] if len(named) == 1 else name)
    return tuple(keys)

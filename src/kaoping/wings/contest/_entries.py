"""From marks to what is ranked: a person's or a team's score in one subject or in all, with its calculation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from kaoping.core.figures import number
from kaoping.wings.contest._rules import TOTAL, Competition, Option, Subject
from kaoping.wings.contest._scores import Scores
from kaoping.wings.contest._standings import Entry


@dataclass(frozen=True, slots=True)
class Reading:
    """Marks under one way to count the total of who did not sit a subject."""

    rules: Competition
    scores: Scores
    absent: str  # zero | unranked

    def people(self, subject: Subject | None) -> dict[str, Entry]:
        """Return contestant → entry in ``subject``, or in the total; who ranks nowhere has none."""
        entries: dict[str, Entry] = {}
        for who in self.scores.contestants:
            known = {} if who in self.scores.cancelled else self._known(who)
            score = known.get(_key(subject))
            if score is not None:
                name, team = self.scores.name(who), self.scores.team(who)
                entries[who] = Entry(who, name, team, score, self._trace(who, subject, score), known)
        return entries

    def teams(self, subject: Subject | None, rule: Option) -> dict[str, Entry]:
        """Return team → entry, its score made up from its members' by ``rule``."""
        scores = {_key(each): self._team_scores(each, rule) for each in (*self.rules.subjects, None)}
        entries: dict[str, Entry] = {}
        for team, (score, trace) in scores[_key(subject)].items():
            by = {key: of[team][0] for key, of in scores.items() if team in of and self._is_whole(key)}
            entries[team] = Entry(team, team, team, score, trace, by)
        return entries

    def incomplete(self) -> list[str]:
        """Return the names of those who sat some subjects and not others: their total depends on how it is counted."""
        names: list[str] = []
        for who in self.scores.contestants:
            sat = [self._sat(who, subject) for subject in self.rules.subjects]
            if who not in self.scores.cancelled and any(s is not None for s in sat) and None in sat:
                names.append(self.scores.name(who))
        return names

    def _is_whole(self, key: str) -> bool:
        """Whether all scores of a subject, or of all for the total, are known: teams are compared by no other."""
        return not any(who for subject, who in self.scores.lacking.items() if key in (subject, TOTAL))

    def _sat(self, who: str, subject: Subject) -> Fraction | None:
        mark = self.scores.mark(who, subject)
        return mark.score if mark is not None else None

    def _known(self, who: str) -> dict[str, Fraction]:
        """Return subject → score of what was sat, and the total where there is one and all of it is known."""
        sat = {s.id: score for s in self.rules.subjects if (score := self._sat(who, s)) is not None}
        lacks = any(who in lacking for lacking in self.scores.lacking.values())
        if sat and not lacks and (len(sat) == len(self.rules.subjects) or self.absent == "zero"):
            return {**sat, TOTAL: sum(sat.values(), Fraction(0))}
        return sat

    def _trace(self, who: str, subject: Subject | None, score: Fraction) -> tuple[str, ...]:
        marks: list[str] = []
        for counted in self.rules.behind(subject):
            if (mark := self.scores.mark(who, counted)) is not None:
                marks.append(f"{counted.title}{mark.text}（{mark.record}）")
        return (*marks, f"合计{number(score)}") if subject is None else tuple(marks)

    def _team_scores(self, subject: Subject | None, rule: Option) -> Mapping[str, tuple[Fraction, tuple[str, ...]]]:
        members: dict[str, list[Entry]] = {}
        for entry in self.people(subject).values():
            members.setdefault(entry.team, []).append(entry)
        return {team: _made_up(entries, rule) for team, entries in members.items()}


def _key(subject: Subject | None) -> str:
    return TOTAL if subject is None else subject.id


def _made_up(members: list[Entry], rule: Option) -> tuple[Fraction, tuple[str, ...]]:
    """Return a team's score from its members', and how it comes about."""
    ordered = sorted(members, key=lambda entry: (-entry.score, entry.key))
    if rule.rule == "best":
        ordered = ordered[: rule.of]
    total = sum((entry.score for entry in ordered), Fraction(0))
    addends = "＋".join(f"{entry.name}{number(entry.score)}" for entry in ordered)
    score = total / len(ordered) if rule.rule == "mean" else total
    sum_text = f"（{addends}）÷{len(ordered)}" if rule.rule == "mean" else addends
    equals = "＝" if Fraction(number(score)) == score else "≈"
    return score, (f"{rule.name}：{sum_text}{equals}{number(score)}", "参赛人员 " + "、".join(e.key for e in ordered))

"""The results (竞赛结果): rankings, prizes, honours to be applied for, candidates for the next contest, what is open.

Plain data with traces, for a sheet or a document to print. What a recorded answer does not settle is open: the names
that it concerns are told, and nobody is given the prize.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, groupby

from kaoping.core.figures import number
from kaoping.core.findings import Findings
from kaoping.core.model import Dossier, Record
from kaoping.wings.contest._awarding import Candidate, HonourCase, candidates, honours
from kaoping.wings.contest._competition_file import load
from kaoping.wings.contest._entries import Reading
from kaoping.wings.contest._rankings import Ranking
from kaoping.wings.contest._rules import GROUP, TEAM, TIES, Award, Competition, Subject
from kaoping.wings.contest._rulings import Ruling, Rulings, read_rulings
from kaoping.wings.contest._scores import Scores, read_scores
from kaoping.wings.contest._standings import Entry, Place, merged, rank, straddles


@dataclass(frozen=True, slots=True)
class Results:
    """All results of one contest."""

    rules: Competition
    title: str
    contest: Record | None
    scores: Scores
    rankings: tuple[Ranking, ...]
    honours: tuple[HonourCase, ...]
    candidates: tuple[Candidate, ...]
    rulings: tuple[Ruling, ...]

    def ranking(self, award: str, subject: str = "") -> Ranking:
        """Return the ranking for an award (and subject) by their ids; raises KeyError."""
        for ranking in self.rankings:
            if ranking.award.id == award and (ranking.subject.id if ranking.subject else "") == subject:
                return ranking
        raise KeyError((award, subject))

    def of(self, level: str) -> Iterator[Ranking]:
        """Yield the rankings of persons or of teams, in the rules' order."""
        yield from (ranking for ranking in self.rankings if ranking.award.level == level)


def rules_of(dossier: Dossier) -> Competition:
    """Return the rules that the unit's contest names; raises KaopingError for unknown or broken ones."""
    contests = dossier.records("contest")
    return load(dossier.pack, str(contests[0]["competition"] or "") if contests else "")


def has_scores(dossier: Dossier) -> bool:
    """Whether the unit recorded any score of a contest."""
    table = dossier.table("contest_score")
    return table is not None and len(table) > 0


def compute(dossier: Dossier, rules: Competition, findings: Findings) -> Results | None:
    """Compute the results; None where no scores were recorded, or several contests without saying whose they are.

    Whatever in the records can't be used is told in ``findings``.
    """
    contests = dossier.records("contest")
    if not has_scores(dossier) or len(contests) > 1:
        return None
    contest = contests[0] if contests else None
    full = contest["full_mark"] if contest is not None else None
    scores = read_scores(dossier, rules, Fraction(full) if isinstance(full, int | Fraction) else None, findings)
    rulings = read_rulings(dossier, rules, scores, findings)
    rankings: list[Ranking] = []
    for award in rules.awards:
        subjects: Sequence[Subject | None] = (None,) if award.by_total else rules.subjects
        rankings += [_ranking(award, subject, rules, scores, rulings) for subject in subjects]
    recorded_title = contest["title"] if contest is not None else None
    title = recorded_title if isinstance(recorded_title, str) else f"{dossier.year}年{rules.title}"
    return Results(
        rules, title, contest, scores, tuple(rankings),
        honours(rules, rankings, dossier, scores), candidates(rules, rankings, dossier, scores), rulings.given,
    )  # fmt: skip


def _bounds(rules: Competition, award: Award) -> frozenset[int]:
    """Return the last position of each prize class, and of each honour that goes by positions."""
    firsts = {g.first for honour in rules.honours for g in honour.grounds if g.award == award.id and g.first}
    return frozenset(accumulate(award.prizes.values())) | firsts


def _ranking(award: Award, subject: Subject | None, rules: Competition, scores: Scores, rulings: Rulings) -> Ranking:
    bounds, tie = _bounds(rules, award), rulings.tie_rule(award, subject)
    readings: list[list[Place]] = []
    open_: list[str] = []
    incomplete: list[str] = []
    team_rule = rulings.team_rule(award, subject)
    lacking = _lacking(subject, rules, scores)
    for absent in rulings.absent_rules(award, subject):
        reading = Reading(rules, scores, absent)
        incomplete = reading.incomplete()
        if award.level != GROUP:
            entries = reading.people(subject)
        elif team_rule is not None:
            entries = reading.teams(subject, team_rule)
        else:
            question = rules.about(TEAM)
            ask = question.ask if question is not None else "代表队的成绩怎么算？"
            return Ranking(award, subject, (), _unranked(award, scores, ()), lacking, (f"{ask}还没有裁定",), ())
        places = rank(entries.values(), bounds, tie)
        open_ += [
            open_tie for open_tie in _ties(places, award, bounds, rules, rulings, subject) if open_tie not in open_
        ]
        readings.append(places)
    ranked = merged(readings, bounds)
    if _differ(readings, award, bounds):
        open_.append(f"{'、'.join(incomplete)}有科目没有成绩，总成绩怎么算没有裁定，奖次因此不同")
    keys = {contender.entry.key for contender in ranked}
    ties = () if lacking else tuple(open_)  # a score that is still to come may do away with them
    return Ranking(award, subject, tuple(ranked), _unranked(award, scores, keys), lacking, (), ties)


def _lacking(subject: Subject | None, rules: Competition, scores: Scores) -> tuple[str, ...]:
    """Why no place can be given: a score that is not known could change any of them."""
    reasons: list[str] = []
    for counted in rules.behind(subject):
        if who := scores.lacking[counted.id]:
            reasons.append(f"{counted.title}的成绩没有登记齐：{'、'.join(map(scores.name, who))}")
    return tuple(reasons)


def _unranked(award: Award, scores: Scores, ranked: Collection[str]) -> tuple[str, ...]:
    """Return the names of those who have no place."""
    if award.level == GROUP:
        teams = dict.fromkeys(scores.team(who) for who in scores.contestants)
        return tuple(team for team in teams if team not in ranked)
    return tuple(scores.name(who) for who in scores.contestants if who not in ranked)


def _differ(readings: Sequence[Sequence[Place]], award: Award, bounds: Collection[int]) -> bool:
    """Whether the readings give anybody another prize, or put anybody on another side of a bound."""
    outcomes: list[set[tuple[str, tuple[str, ...], tuple[bool | None, ...]]]] = []
    for reading in readings:
        ranked = merged([reading], bounds)
        # Who has no prize in any reading may as well not be ranked at all.
        outcome = {
            (contender.entry.key, contender.prizes(award), tuple(contender.within(b) for b in sorted(bounds)))
            for contender in ranked
        }
        outcomes.append({o for o in outcome if o[1] != ("",) or any(o[2])})
    return any(outcome != outcomes[0] for outcome in outcomes)


def _ties(
    places: Sequence[Place], award: Award, bounds: Collection[int], rules: Competition, rulings: Rulings,
    subject: Subject | None,
) -> Iterator[str]:  # fmt: skip
    """Tell of each tie that lies across a bound and is not broken: who, where, and what is lacking."""
    for (first, last, shared), group in groupby(places, key=lambda place: (place.first, place.last, place.shared)):
        if shared or not straddles(first, last, bounds):
            continue
        entries = [place.entry for place in group]
        prizes = dict.fromkeys(award.prize_of(position) or "不得奖" for position in range(first, last + 1))
        between = f"{'还是'.join(prizes)}没有定" if len(prizes) > 1 else "称号够不够名次没有定"
        names, score = "、".join(_named(entry, entries) for entry in entries), number(entries[0].score)
        yield f"{names}同为{score}分，并列第{first}～{last}名，{between}：{_why_tied(rules, rulings, award, subject)}"


def _named(entry: Entry, among: Sequence[Entry]) -> str:
    """Return the name, with the team where two of the tied have the same name."""
    twice = sum(other.name == entry.name for other in among) > 1
    return f"{entry.name}（{entry.team}）" if twice else entry.name


def _why_tied(rules: Competition, rulings: Rulings, award: Award, subject: Subject | None) -> str:
    option = rulings.tie_rule(award, subject).option
    if option is None:
        question = rules.about(TIES)
        return f"{question.ask if question is not None else '并列怎么定？'}还没有裁定"
    if option.rule == "playoff":
        return f"已裁定“{option.name}”，还没有填这几名的加赛名次"
    return f"照“{option.name}”比过，仍然相同"

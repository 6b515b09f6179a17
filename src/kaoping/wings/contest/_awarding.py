"""What follows from the rankings: honours that others give, and who may be sent to the next contest.

An honour is never passed down and never promised: whoever is entitled by place or prize still needs the condition
checked, and the approval of who gives it. Whom to send is decided by people; the candidates are listed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kaoping.core.figures import date_text, joined
from kaoping.core.model import Dossier, Record
from kaoping.core.schema import Kinds
from kaoping.wings.contest._rankings import Ranking
from kaoping.wings.contest._rules import APPROVED, PERSON, Competition, Ground, Honour
from kaoping.wings.contest._scores import Scores
from kaoping.wings.contest._standings import Ranked


@dataclass(frozen=True, slots=True)
class HonourCase:
    """One contestant and one honour."""

    honour: Honour
    title: str  # in full, with the place's name
    key: str
    name: str
    team: str
    entitled: bool | None  # by place or prize; None while that is open, False for who was recorded without either
    grounds: tuple[str, ...]
    eligible: bool | None  # the condition, as it was checked; None where nobody has recorded it
    reason: str
    outcome: str
    record: str

    @property
    def state(self) -> str:
        """Where it stands, in words."""
        if self.entitled is False:
            return "名次、奖次不符合"
        if self.outcome:
            return self.outcome
        if self.eligible is False:
            return "不符合条件，不再递补"
        if self.entitled is None:
            return "名次待定"
        if self.eligible is None:
            return "条件待核"
        return f"待{self.honour.by}核准" if self.honour.how == APPROVED else f"拟向{self.honour.by}申报"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A strong performer, and what was decided about sending him or her."""

    key: str
    name: str
    team: str
    rank: str  # in the total, as a sheet shows it
    prizes: tuple[str, ...]
    strong: bool  # whether prizes that make a candidate are there, or possible
    role: str  # 参赛 | 备份 | ""
    reason: str
    decided: str  # by whom, when
    record: str


def honours(
    rules: Competition, rankings: Sequence[Ranking], dossier: Dossier, scores: Scores
) -> tuple[HonourCase, ...]:
    """Return every honour with everybody who is, or may be, entitled to it, and with what was recorded besides."""
    recorded = {(str(r["contestant"]), h.id): r for r in dossier.records("honour") if (h := _honour(rules, r))}
    region = str(dossier.unit["region"] or "")
    cases: list[HonourCase] = []
    for honour in rules.honours:
        entitled = _entitled(honour, rankings)
        others = [
            who for who, id_ in recorded if id_ == honour.id and who not in entitled and who in scores.contestants
        ]
        awards = {ground.award for ground in honour.grounds}
        unknown = None if any(r.blocked and r.award.id in awards for r in rankings) else False
        for key in [*entitled, *others]:
            sure, grounds = entitled.get(key, (unknown, ()))
            record = recorded.get((key, honour.id))
            eligible = record["eligible"] if record is not None else None
            unfit = _unfit(honour, scores.contestants[key], dossier.pack.kinds)
            cases.append(
                HonourCase(
                    honour, honour.full.replace("{region}", region), key, scores.name(key), scores.team(key), sure,
                    grounds, False if unfit else eligible if isinstance(eligible, bool) else None,
                    unfit or _text(record, "reason"),
                    _text(record, "outcome"), record.id if record is not None else "",
                )
            )  # fmt: skip
    return tuple(cases)


def _unfit(honour: Honour, contestant: Record, kinds: Kinds) -> str:
    """Say what is recorded of a contestant that puts the honour out of the question; "" where nothing does."""
    fields = {field.name: field.title for field in kinds[contestant.kind].fields}
    recorded = {name: contestant[name] for name in honour.only}
    return "；".join(
        f"登记的{fields[name]}是{value}" for name, value in recorded.items() if value not in (None, honour.only[name])
    )


def _honour(rules: Competition, record: Record) -> Honour | None:
    return rules.honour(str(record["honour"] or ""))


def _text(record: Record | None, name: str) -> str:
    return str(record[name] or "") if record is not None else ""


def _entitled(honour: Honour, rankings: Sequence[Ranking]) -> dict[str, tuple[bool | None, tuple[str, ...]]]:
    """Return contestant → (whether surely, on which grounds), those whom an open tie may yet entitle among them.

    A ranking in which no place can be told yet names nobody: that would be all contestants.
    """
    by_contestant: dict[str, list[tuple[bool | None, str]]] = {}
    for ground in honour.grounds:
        for ranking in rankings:
            for contender in ranking.ranked if ranking.award.id == ground.award and not ranking.blocked else ():
                holds = _holds(ground, ranking, contender)
                if holds is not False:
                    by_contestant.setdefault(contender.entry.key, []).append(
                        (holds, _ground_text(ground, ranking, contender))
                    )
    return {
        key: (True if any(holds for holds, _ in several) else None, tuple(text for _, text in several))
        for key, several in by_contestant.items()
    }


def _holds(ground: Ground, ranking: Ranking, contender: Ranked) -> bool | None:
    if ground.first:
        return contender.within(ground.first)
    answers = {prize in ground.prizes for prize in ranking.prizes(contender)}
    return answers.pop() if len(answers) == 1 else None


def _ground_text(ground: Ground, ranking: Ranking, contender: Ranked) -> str:
    if ground.first and ranking.rank_text(contender).isdigit():
        return f"{ranking.title}第{ranking.rank_text(contender)}名"
    return f"{ranking.title}{'或'.join(prize or '不得奖' for prize in ranking.prizes(contender))}"


def candidates(
    rules: Competition, rankings: Sequence[Ranking], dossier: Dossier, scores: Scores
) -> tuple[Candidate, ...]:
    """Return the candidates in the order of their totals, then whoever was chosen without being one."""
    delegates = {str(record["contestant"]): record for record in dossier.records("delegate")}
    total = next((r for r in rankings if r.award.by_total and r.award.level == PERSON), None)
    order = {contender.entry.key: n for n, contender in enumerate(total.ranked)} if total is not None else {}
    ranks = {contender.entry.key: total.rank_text(contender) for contender in total.ranked} if total is not None else {}
    prizes: dict[str, list[str]] = {}
    for ranking in rankings:
        for contender in (
            ranking.ranked if ranking.award.id in rules.delegation.candidates and not ranking.blocked else ()
        ):
            if any(ranking.prizes(contender)):
                prize_text = "或".join(prize or "不得奖" for prize in ranking.prizes(contender))
                prizes.setdefault(contender.entry.key, []).append(f"{ranking.title}{prize_text}")
    strong = sorted(prizes, key=lambda key: (order.get(key, len(order)), key))
    chosen = [key for key in delegates if key not in prizes and key in scores.contestants]
    return tuple(_candidates([*strong, *chosen], prizes, ranks, delegates, scores))


def _candidates(
    keys: Sequence[str], prizes: Mapping[str, Sequence[str]], ranks: Mapping[str, str],
    delegates: Mapping[str, Record], scores: Scores,
) -> Iterator[Candidate]:  # fmt: skip
    for key in keys:
        record = delegates.get(key)
        when = record["when"] if record is not None else None
        decided = joined([_text(record, "who"), date_text(when) if isinstance(when, date) else ""], "\n")
        yield Candidate(
            key, scores.name(key), scores.team(key), ranks.get(key, "—"), tuple(prizes.get(key, ())), key in prizes,
            _text(record, "role"), _text(record, "reason"), decided, record.id if record is not None else "",
        )  # fmt: skip

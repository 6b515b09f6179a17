"""Drills and contest (岗位练兵、技能竞赛) as a document's template sees them: every number a figure with its source."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from kaoping.core.figures import Figure, Missing, days_text, number, percent, rounding
from kaoping.core.model import Record
from kaoping.core.seam import Waits
from kaoping.documents.facts import MOST_SOURCES, written
from kaoping.wings.contest._drills import reached
from kaoping.wings.contest._results import Results
from kaoping.wings.contest._rules import Standards
from kaoping.wings.contest._season import Season

#: The title of a record kind, by its name.
Title = Callable[[str], str]


def contest_context(season: Season, numbers: Mapping[str, str], waits: Waits) -> dict[str, Any]:
    """Return ``drills`` and ``contest`` for a template; ``numbers`` gives each evidence path its 编号.

    ``contest`` is None where the unit recorded no scores. What ``waits`` for a later document is left out. Raises
    KaopingError where the contest's rules can't be read.
    """
    dossier, rules, results = season.dossier, season.rules, season.results
    drills = season.drills
    over = results is None or results.contest is None or not waits("contest", (results.contest.id,))

    def held(records: Iterable[Record]) -> list[Record]:
        return [record for record in records if not waits("drill", (record.id,))]

    def name_of(kind: str) -> str:
        return dossier.pack.kinds[kind].title

    called = rules.standards.called
    people = dossier.records("drill_person")
    standards = [reached(person, rules) for person in people]
    return {
        "drills": {
            **{
                standard.field: number(standard.least) for standard in rules.standards.each
            },  # as templates of 0.1.0 name them
            "called": called,
            "drilled": rules.drilled,
            "standards": [
                {
                    "title": standard.title,
                    "least": number(standard.least),
                    "unit": standard.unit,
                    "result": standard.result,
                }
                for standard in rules.standards.each
            ],
            "number": _count(name_of, held(dossier.records("drill")), numbers),
            "phases": [
                {"title": title or "其他时间", "number": _count(name_of, held(records), numbers)}
                for title, records in drills.by_phase
            ],
            "fields": [
                {
                    "title": title,
                    "number": _count(name_of, records, numbers),
                    "people": _people(name_of, records, numbers),
                    "activities": [_activity(name_of, record, numbers) for record in records],
                }
                for title, records in ((title, held(its)) for title, its in drills.by_drill)
            ],
            "people": _figure(len(people), name_of("drill_person")),
            "both": _reached(name_of, rules.standards, standards.count(True), standards.count(None), len(people)),
            "short": _figure(standards.count(False), f"{name_of('drill_person')}：没有{called}"),
            "unknown": _figure(standards.count(None), f"{name_of('drill_person')}：没有查到{rules.standards.results}"),
            "share": _share(name_of, rules.standards, standards),
            "rounded": rounding(percent(both := Fraction(standards.count(True), len(people))), both)
            if people and None not in standards
            else "",
            "bodies": [
                {
                    "name": Figure(body.body or "没有填写机构", f"{name_of('drill_person')}“所在机构”"),
                    "people": _figure(body.both + body.short + body.unknown, f"{name_of('drill_person')} {body.body}"),
                    "both": _figure(body.both, f"{name_of('drill_person')} {body.body}：{called}"),
                    "short": _figure(body.short, f"{name_of('drill_person')} {body.body}：没有{called}"),
                    "unknown": _figure(body.unknown, f"{name_of('drill_person')} {body.body}：没有查到"),
                }
                for body in drills.bodies
            ],
        },
        "contest": _results(name_of, results, dossier.year, waits) if results is not None and over else None,
    }


def _results(name_of: Title, results: Results, year: int, waits: Waits) -> dict[str, Any]:
    teams = {results.scores.team(who) for who in results.scores.contestants}
    return {
        "title": results.title,
        "days": _days(results, year),
        "people": _figure(len(results.scores.contestants), name_of("contestant")),
        "teams": _figure(len(teams), f"{name_of('contestant')}“代表队”"),
        "subjects": [subject.title for subject in results.rules.subjects],
        "rankings": [
            {
                "title": ranking.title,
                "prizes": [
                    {
                        "name": prize,
                        "winners": [
                            _named(results, contender.entry.name, contender.entry.team) for contender in winners
                        ],
                    }
                    for prize, winners in _by_prize(ranking.winners()).items()
                ],
                "open": list(ranking.open),
            }
            for ranking in results.rankings
        ],
        "honours": [
            {
                "title": case.title,
                "name": Figure(case.name, f"{name_of('honour')} {case.record or case.name}"),
                "state": case.state,
                "by": case.honour.by,
                "how": case.honour.how,
                "open": case.entitled is None or case.eligible is None,
            }
            for case in results.honours
            if case.entitled is not False and case.eligible is not False and not waits("honour", (case.record,))
        ],
        "delegation": results.rules.delegation.title,
        "delegates": [
            {"name": Figure(c.name, f"{name_of('delegate')} {c.record}"), "role": c.role}
            for c in sorted(results.candidates, key=lambda its: _order(its.role, results))
            if c.role and not waits("delegate", (c.record,))
        ],
    }


def _order(role: str, results: Results) -> int:
    """Return where a role stands among those that the rules name: the reserve comes last."""
    roles = list(results.rules.delegation.roles)
    return roles.index(role) if role in roles else len(roles)


def _days(results: Results, year: int) -> str:
    start, end = (results.contest[name] if results.contest is not None else None for name in ("start", "end"))
    return days_text(start, end if isinstance(end, date) else start, year) if isinstance(start, date) else ""


def _by_prize(winners: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    by_prize: dict[str, list[Any]] = {}
    for prize, winner in winners:
        by_prize.setdefault(prize, []).append(winner)
    return by_prize


def _named(results: Results, name: str, team: str) -> Figure:
    shown = f"{name}（{team}）" if team and name != team else name
    return Figure(shown, f"成绩册 {results.title}")


def _figure(count: int, source: str) -> Figure:
    return Figure(str(count), source, count)


def _reached(name_of: Title, standards: Standards, both: int, unknown: int, people: int) -> Figure | Missing:
    if unknown:
        why = f"{people}人里有{unknown}人没有查到{standards.results}，人数是{both}～{both + unknown}"
        return Missing(f"{standards.called}人数", f"{name_of('drill_person')}：{why}")
    return _figure(both, f"{name_of('drill_person')}：{standards.titles}都达标")


def _share(name_of: Title, standards: Standards, reached: Sequence[bool | None]) -> Figure | Missing:
    lacking = "、".join(standard.result for standard in standards.each)
    if not reached or None in reached:
        return Missing(f"{standards.called}比例", f"{name_of('drill_person')}：没有填报，或有人没有查到{lacking}")
    share = Fraction(reached.count(True), len(reached))
    rounded = rounding(percent(share), share)
    source = f"{standards.called}{reached.count(True)}人÷{len(reached)}人" + (f"，{rounded}" if rounded else "")
    return Figure(percent(share), source, share, rounded)


def _source(name_of: Title, records: Sequence[Record], numbers: Mapping[str, str]) -> str:
    ids = "、".join(record.id for record in records[:MOST_SOURCES])
    more = f"等{len(records)}条" if len(records) > MOST_SOURCES else ""
    proofs = dict.fromkeys(numbers[path] for record in records for path in record.evidence if path in numbers)
    return f"{name_of('drill')}：{ids}{more}" + (f"\n佐证：{'、'.join(proofs)}" if proofs else "")


def _count(name_of: Title, records: Sequence[Record], numbers: Mapping[str, str]) -> Figure:
    return Figure(str(len(records)), _source(name_of, records, numbers), len(records))


def _people(name_of: Title, records: Sequence[Record], numbers: Mapping[str, str]) -> Figure | Missing:
    counts = [count for record in records if isinstance(count := record["people"], int)]
    if len(counts) < len(records):
        lacking = "、".join(record.id for record in records if not isinstance(record["people"], int))
        return Missing("参加人次", f"{name_of('drill')}：{lacking}没有填参加人数，或读不出")
    total = sum(counts)
    return Figure(str(total), _source(name_of, records, numbers), total)


def _activity(name_of: Title, record: Record, numbers: Mapping[str, str]) -> dict[str, Any]:
    source = _source(name_of, [record], numbers)
    return {name: Figure(written(record[name]), source) for name in ("title", "date", "summary")}

"""Tells what is wrong with a contest and what is still open in it; a unit that recorded none hears nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from kaoping.core.errors import KaopingError
from kaoping.core.figures import date_text
from kaoping.core.findings import Findings
from kaoping.core.model import Dossier, Location
from kaoping.wings.contest._results import Results, has_scores
from kaoping.wings.contest._rules import Competition
from kaoping.wings.contest._season import Season

#: What a notice calls the day by which the summary of the drills is due, and the documents that are due with it.
SUMMARY = "drill-summary"
_KINDS = ("contest", "contest_score", "contest_ruling", "drill", "drill_person", "honour", "delegate")


def summary_due(season: Season) -> dict[str, date]:
    """Return when the rules want the summary of the drills, by its key in a notice's due dates; none for broken rules.

    A notice of the unit's own that names the key comes first.
    """
    try:
        return {SUMMARY: season.rules.summary.due.of(season.dossier.year)}
    except KaopingError:
        return {}


def check_contest(season: Season, findings: Findings) -> None:
    """Add what is wrong or open in the unit's contest and drills to ``findings``."""
    dossier = season.dossier
    if not any(dossier.records(kind) for kind in _KINDS):
        return
    contests = dossier.table("contest")
    at = contests.places(0, "competition") if contests is not None and len(contests) else Location()
    try:
        rules = season.rules
    except KaopingError as error:
        findings.extend(replace(f, at=at) if f.at == Location() else f for f in error.findings)
        return
    findings.extend(season.checked_drills[1])
    if contests is not None and len(contests) > 1:
        findings.add("contest.several", contests.places(1, ""), ids="、".join(contests.ids))
    elif has_scores(dossier) and not contests:
        findings.add("contest.missing")
    _check_late(dossier, rules, findings)
    _check_nobody(dossier, findings)
    results, faults = season.checked_results
    findings.extend(faults)
    if results is not None:
        _check_few(results, findings)
        _check_open(results, findings)
        _check_honours(results, dossier, findings)
        _check_delegation(results, findings)


def _check_nobody(dossier: Dossier, findings: Findings) -> None:
    """Tell a contest that was held and has no contestants, and people who reached a standard where nobody drilled."""
    table, people = dossier.table("contest"), dossier.table("drill_person")
    held = [row for row in range(len(table)) if row not in table.standing] if table is not None else []
    if table is not None and not dossier.records("contestant"):
        for row in held:
            findings.add("contest.no_contestants", table.places(row, ""), title=table.record(row)["title"])
    if people and not dossier.records("drill"):
        findings.add("contest.no_drills", people.places(0, ""), number=len(people))


def _check_late(dossier: Dossier, rules: Competition, findings: Findings) -> None:
    table, latest = dossier.table("contest"), rules.latest.date.of(dossier.year)
    for record in table or ():
        days = [day for day in (record["start"], record["end"]) if isinstance(day, date)]
        if days and max(days) > latest:
            held = date_text(max(days))
            findings.add(
                "contest.late",
                record.place("end" if record["end"] else "start"),
                title=record["title"],
                held=held,
                latest=date_text(latest),
            )


def _check_few(results: Results, findings: Findings) -> None:
    few = [r for r in results.rankings if not r.blocked and len(r.ranked) < r.award.number]
    if few:
        awards = "；".join(f"{r.title}设{r.award.number}个奖，有成绩的只有{len(r.ranked)}个" for r in few)
        findings.add("contest.few", awards=awards)


def _check_open(results: Results, findings: Findings) -> None:
    """One finding for each thing that is open, with all awards that it concerns; lacking scores were told as such."""
    concerned: dict[str, list[str]] = {}
    for ranking in results.rankings:
        for why in (*ranking.unruled, *ranking.ties):
            concerned.setdefault(why, []).append(ranking.title)
    for why, titles in concerned.items():
        findings.add("contest.open", awards="、".join(titles), why=why)


def _check_honours(results: Results, dossier: Dossier, findings: Findings) -> None:
    known = "、".join(honour.title for honour in results.rules.honours)
    for record in dossier.records("honour"):
        if results.rules.honour(str(record["honour"] or "")) is None:
            findings.add(
                "contest.unknown_honour", record.place("honour"), id=record.id, name=record["honour"] or "", known=known
            )
    for case in results.honours:
        if case.entitled is False:
            findings.add(
                "contest.not_entitled", _place(dossier, "honour", case.record), name=case.name, title=case.title
            )


def _check_delegation(results: Results, findings: Findings) -> None:
    roles = results.rules.delegation.roles
    chosen = [c for c in results.candidates if c.role]
    if not chosen:
        return
    wrong = [
        f"{role}应为{wanted}人，记了{number}人"
        for role, wanted in roles.items()
        if (number := sum(c.role == role for c in chosen)) != wanted
    ]
    if wrong:
        findings.add("contest.delegation", roles="；".join(wrong))
    blocked = any(r.blocked for r in results.rankings if r.award.id in results.rules.delegation.candidates)
    if not blocked and (others := [c.name for c in chosen if not c.strong]):
        findings.add("contest.not_candidate", names="、".join(others))


def _place(dossier: Dossier, kind: str, id_: str) -> Location:
    records: Iterable[Location] = (record.at for record in dossier.records(kind) if record.id == id_)
    return next(iter(records), Location())

"""成绩册.xlsx: each mark, sum, mean, rank and prize counted again from the contest's records, by the notice's words.

专业考试成绩前6名的个人，各设一等奖1个、二等奖2个、三等奖3个; 前3名的代表队，一、二、三等奖各1个.
The unit's rulings: 平均成绩, 按零分计.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

Row = Sequence[str]
Marks = dict[str, Fraction]
SUBJECTS = ("政策法规考试", "文书制作（案卷纠错）", "平台应用及网络案件证据固定")
_PERSONS = ("一等奖", "二等奖", "二等奖", "三等奖", "三等奖", "三等奖")
_TEAMS = ("一等奖", "二等奖", "三等奖")


def wrong(records: Path, sheets: Mapping[str, list[Row]]) -> Iterator[str]:
    """Yield what is wrong with the sheets, by the records in a folder of YAML."""
    people = {row["id"]: row for row in _rows(records, "contestants")}
    marks = {subject: _marks(records, subject) for subject in SUBJECTS}
    totals = {id_: sum((its.get(id_, Fraction(0)) for its in marks.values()), Fraction(0)) for id_ in people}
    teams = list(dict.fromkeys(row["team"] for row in people.values()))
    (contest,) = _rows(records, "contests")
    first, last = contest["start"], contest["end"]
    days = f"{first.year}年{first.month}月{first.day}日至{last.day}日"
    for name in ("总成绩", *SUBJECTS, "团体", "获奖名单"):
        if f"时间：{days}　" not in sheets[name][1][0] or f"{len(teams)}队{len(people)}人" not in sheets[name][1][0]:
            yield f"{name}: {sheets[name][1][0]}"
    won: list[tuple[str, ...]] = []
    yield from _overall(sheets["总成绩"], people, marks, totals)
    for subject in SUBJECTS:
        yield from _subject(sheets[subject], people, marks[subject], subject)
        won += _prizes(f"个人单项奖·{subject}", marks[subject], _PERSONS, people)
    won += _prizes("个人全能奖", totals, _PERSONS, people)
    by_team = {f"团体单项奖·{subject}": _means(people, marks[subject]) for subject in SUBJECTS}
    by_team["团体全能奖"] = _means(people, totals)
    for award, its in by_team.items():
        won += _prizes(award, its, _TEAMS, {})
    yield from _teams(sheets["团体"], by_team)
    told = sorted((row[0], row[1], row[2], row[3], _shown(row[4]), row[5]) for row in sheets["获奖名单"][3:])
    yield from (f"获奖名单: {its}" for its in set(told).symmetric_difference(won))
    yield from _chosen(sheets["参赛队选拔"], records, people, totals, won)
    yield from _drilled(sheets, records)


def _rows(records: Path, name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load((records / f"{name}.yaml").read_text("utf-8")))


def _marks(records: Path, subject: str) -> Marks:
    rows = [row for row in _rows(records, "contest_scores") if row["subject"] == subject and row["state"] == "到考"]
    return {row["contestant"]: Fraction(str(row["score"])) for row in rows}


def _ranks(values: Marks) -> dict[str, str]:
    counts: dict[Fraction, int] = defaultdict(int)
    for value in values.values():
        counts[value] += 1
    place = {value: 1 + sum(number for other, number in counts.items() if other > value) for value in counts}
    return {id_: f"并列{place[value]}" if counts[value] > 1 else str(place[value]) for id_, value in values.items()}


def _prizes(
    award: str, values: Marks, each: Sequence[str], people: Mapping[str, Mapping[str, Any]]
) -> list[tuple[str, ...]]:
    """The prizes in the order of the marks; a tie is harmless where both get the same."""
    ordered = sorted(values, key=lambda id_: -values[id_])[: len(each)]
    ranks = _ranks(values)
    return [
        (award, prize, people[id_]["name"] if people else id_, people[id_]["team"] if people else "—",
         _shown(str(float(values[id_]))), ranks[id_])
        for id_, prize in zip(ordered, each, strict=False)
    ]  # fmt: skip


def _shown(number: str) -> str:
    return f"{float(number):.6f}"


def _means(people: Mapping[str, Mapping[str, Any]], values: Marks) -> Marks:
    team: dict[str, list[Fraction]] = defaultdict(list)
    for id_, value in values.items():
        team[people[id_]["team"]].append(value)
    return {name: sum(its, Fraction(0)) / len(its) for name, its in team.items()}


def _overall(rows: list[Row], people: Mapping[str, Any], marks: Mapping[str, Marks], totals: Marks) -> Iterator[str]:
    ranks = _ranks(totals)
    won = {its[2]: its[1] for its in _prizes("", totals, _PERSONS, people)}
    seen = set()
    for number, row in enumerate(rows[3:], 1):
        id_ = row[1]
        seen.add(id_)
        sat = [_mark(marks[subject].get(id_)) for subject in SUBJECTS]
        wanted = [
            str(number),
            id_,
            people[id_]["name"],
            people[id_]["team"],
            *sat,
            f"=SUM(E{number + 3}:G{number + 3})",
        ]
        if list(row) != [*wanted, ranks[id_], won.get(people[id_]["name"], "")]:
            yield f"总成绩: {row}, {wanted} {ranks[id_]} by the records"
    if seen != set(people):
        yield "总成绩 lacks somebody"


def _mark(value: Fraction | None) -> str:
    return "缺考" if value is None else f"{float(value):g}"


def _subject(rows: list[Row], people: Mapping[str, Any], marks: Marks, subject: str) -> Iterator[str]:
    ranks = _ranks(marks)
    won = {its[2]: its[1] for its in _prizes("", marks, _PERSONS, people)}
    for row in rows[3:]:
        its = people[row[1]]
        wanted = [ranks.get(row[1], "—"), row[1], its["name"], its["team"], _mark(marks.get(row[1]))]
        if list(row) != [*wanted, won.get(its["name"], "")]:
            yield f"{subject}: {row}, {wanted} by the records"
    if {row[1] for row in rows[3:]} != set(people):
        yield f"{subject} lacks somebody"


def _teams(rows: list[Row], by_team: Mapping[str, Marks]) -> Iterator[str]:
    wanted = {
        (award, _ranks(means)[team], team, _shown(str(float(mean))))
        for award, means in by_team.items()
        for team, mean in means.items()
    }
    told = {(row[0], row[1], row[2], _shown(row[3])) for row in rows[3:]}
    yield from (f"团体: {its}" for its in wanted.symmetric_difference(told))
    for row in rows[3:]:
        terms, _, rest = row[5].split("\n")[0].removeprefix("平均成绩：（").partition("）÷")
        number, _, shown = rest.replace("≈", "＝").partition("＝")
        added = sum(
            Fraction(term.lstrip("".join(c for c in term if not c.isdigit() and c != ".")))
            for term in terms.split("＋")
        )
        if abs(added / int(number) - Fraction(row[3])) > Fraction(1, 10**6) or abs(
            Fraction(shown) - Fraction(row[3])
        ) > Fraction(5, 1000):
            yield f"团体: {row[5]} is not {row[3]}"


def _chosen(
    rows: list[Row], records: Path, people: Mapping[str, Any], totals: Marks, won: list[tuple[str, ...]]
) -> Iterator[str]:
    prizes: dict[str, list[str]] = defaultdict(list)
    for award, prize, name, *_ in won:
        if award.startswith("个人"):
            prizes[name].append(f"{award}{prize}")
    roles = {people[row["contestant"]]["name"]: row for row in _rows(records, "delegates")}
    ranks = {people[id_]["name"]: rank for id_, rank in _ranks(totals).items()}
    for row in rows[3:]:
        its = roles.get(row[1])
        day = its["when"] if its else None
        who = f"{its['who']}\n{day.year}年{day.month}月{day.day}日" if its and day else ""
        if (row[3], sorted(row[4].split("\n")), row[5], row[7]) != (
            ranks[row[1]], sorted(prizes[row[1]]), its["role"] if its else "—", who,
        ):  # fmt: skip
            yield f"参赛队选拔: {row}"
    if {row[1] for row in rows[3:]} != set(prizes):
        yield "参赛队选拔 lacks somebody with a prize"


def _drilled(sheets: Mapping[str, list[Row]], records: Path) -> Iterator[str]:
    drills = _rows(records, "drills")
    for row in sheets["岗位练兵"][3:]:
        its = [drill for drill in drills if drill["drill"] == row[0]]
        if (int(row[1]), int(row[2])) != (len(its), sum(drill["people"] for drill in its)):
            yield f"岗位练兵: {row}"
    people = _rows(records, "drill_people")
    for row in sheets["练兵达标"][3:]:
        its = [person for person in people if person["body"] == row[0]]
        met = sum(person["credits"] >= 80 and person["self_test"] >= 60 for person in its)
        share = f"{float(Fraction(met * 100, len(its))):g}%" if its else ""
        if list(row[1:]) != [str(len(its)), str(met), str(len(its) - met), "0", share]:
            yield f"练兵达标: {row}, {len(its)} and {met} by the records"
    if {row[0] for row in sheets["练兵达标"][3:]} != {person["body"] for person in people}:
        yield "练兵达标 lacks a body"

"""岗位练兵活动总结, with the report that carries it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby

from second_scorer.facts import Row
from second_scorer.spans import count, every

from .claims import Claim, Known, Rows, known, quotes, says
from .counting import share
from .samples import Told
from .self_report import if_any
from .training import as_of_its_day, carried, statements

NAME = "岗位练兵活动总结"
#: 自学、自测达标标准分别为80学分、60分（tests/data/contest-2022.txt）.
CREDITS, TEST = 80, 60
#: 宣传动员阶段（至7月20日）, 岗位练兵阶段（7月21日至9月20日）, 技能竞赛阶段（9月下旬）.
PHASES = (("宣传动员阶段", (7, 20)), ("岗位练兵阶段", (9, 20)), ("技能竞赛阶段", (12, 31)))
#: 单项和全能各设一等奖1个、二等奖2个、三等奖3个；代表队各1个.
PRIZES = {"个人": (1, 2, 3), "团体": (1, 1, 1)}
DEGREES = ("一等奖", "二等奖", "三等奖")


def claims(told: Told) -> list[Claim]:
    """Return all that a unit's 岗位练兵活动总结 may say."""
    return list(_claims(as_of_its_day(told, NAME)))


def _claims(told: Told) -> Iterator[Claim]:
    yield from carried(told)
    drills = [row for row in told.rows("drill") if told.unit.in_year(row["date"])]
    yield from if_any("开展岗位练兵活动{n}次", n=Fraction(len(drills)))
    for phase, rows in groupby(sorted(drills, key=lambda row: row["date"]), _phase):
        yield from says(f"{phase}开展活动{{n}}次", n=len(list(rows)))
    for row in drills:
        yield from quotes([row["title"], row.get("summary", "")])
        title = re.escape(row["title"])
        yield from says(f"{{day}}组织{title}[，。]", day=row["date"])
        if "people" in row:
            yield from says(f"组织{title}，{{n}}人参加", n=row["people"])
    yield from _standards(told)
    yield from _contest(told)
    yield from quotes(row["text"] for row in statements(told, NAME, "主要做法", "存在的主要问题", "下一步打算"))


def _phase(row: Row) -> str:
    day = (row["date"].month, row["date"].day)
    return str(row.get("phase") or next(phase for phase, end in PHASES if day <= end))


def _reached(row: Row) -> bool | None:
    return every(
        [row[name] >= least if name in row else None for name, least in (("credits", CREDITS), ("self_test", TEST))]
    )


def _standards(told: Told) -> Iterator[Claim]:
    people = told.unit.table("drill_person")
    if not people:
        return
    reached = count(map(_reached, people))
    yield from says("自学{c}学分、自测{t}分", c=CREDITS, t=TEST)
    yield from says("{n}名执法人员中{m}人双达标", n=len(people), m=reached)
    yield from says(
        "应达标{n}人，双达标{m}人，双达标比例{s}",
        n=len(people),
        m=reached,
        s=share(reached, count([True] * len(people))),
    )
    if known(reached) != len(people):
        yield from says("未达到双达标的{n}人", n=len(people) - (known(reached) or 0))  # type: ignore[operator]
    bodies = list(dict.fromkeys(row.get("body", "") for row in people))
    if len(bodies) > 1:
        yield Rows(("机构", "应达标", "双达标", "未达标", "无记录"), [_of_body(body, people) for body in bodies])


def _of_body(body: str, people: list[Row]) -> list[Known | None]:
    found = [_reached(row) for row in people if row.get("body", "") == body]
    return [body, len(found), found.count(True), found.count(False), found.count(None)]


def _contest(told: Told) -> Iterator[Claim]:
    held = [row for row in told.rows("contest") if told.unit.had_come(row["start"])]
    contestants = told.rows("contestant")
    if not held or not contestants:
        return
    contest = held[0]
    subjects = list(dict.fromkeys(row["subject"] for row in told.rows("contest_score")))
    yield from quotes([contest["title"]])
    if "end" in contest:
        last = contest["end"]
        yield from says(f"{{day}}至{last.day}日，举办", day=contest["start"])
        yield from quotes([f"至{last.day}日，举办"] if last.month == contest["start"].month else [])
    yield from says("{n}门专业考试", n=len(subjects))
    teams = list(dict.fromkeys(row["team"] for row in contestants))
    yield from says("{t}个代表队{n}人参赛", t=len(teams), n=len(contestants))
    yield Rows(("奖项", "等次", "获奖代表队或个人"), list(_prizes(told, contestants, subjects, teams)))


def _prizes(told: Told, contestants: list[Row], subjects: list[str], teams: list[str]) -> Iterator[list[Known | None]]:
    """The winners by their marks.

    As the 竞赛裁定 have it, a team's mark is the mean of those who have one (平均成绩), and a subject missed is nothing
    in somebody's total (按零分计).
    """
    scores = {(row["contestant"], row["subject"]): row["score"] for row in told.rows("contest_score") if "score" in row}

    def mark(row: Row, *of: str) -> Fraction:
        return sum((Fraction(scores.get((row["id"], subject), 0)) for subject in of), Fraction(0))

    def team_mark(team: str, *of: str) -> Fraction:
        there = [row for row in contestants if row["team"] == team and (len(of) > 1 or (row["id"], of[0]) in scores)]
        return sum((mark(row, *of) for row in there), Fraction(0)) / len(there)

    single = [(f"单项奖·{subject}", (subject,)) for subject in subjects]
    for sort, among in (("团体", "team"), ("个人", "person")):
        for award, of in [*single, ("全能奖", tuple(subjects))]:
            ranked: list[tuple[Fraction, str]] = (
                [(team_mark(team, *of), team) for team in teams]
                if among == "team"
                else [(mark(row, *of), f"{row['name']}（{row['team']}）") for row in contestants]
            )
            ranked.sort(key=lambda pair: -pair[0])
            at = 0
            for degree, many in zip(DEGREES, PRIZES[sort], strict=True):
                yield [f"{sort}{award}", degree, "、".join(name for _, name in ranked[at : at + many])]
                at += many

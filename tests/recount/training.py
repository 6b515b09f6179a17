"""培训总结, with the report that carries it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction

from second_scorer.facts import Row, Unit
from second_scorer.spans import Span, count, span

from .claims import Claim, Known, Rows, known, quotes, says
from .counting import number, people_word, share, total_of
from .samples import Told
from .self_report import exams, if_any, until

NAME = "培训总结"
TABLE = ("日期", "名称", "方式", "范围", "主办", "人数", "学时")
BODIES = ("机构", "在岗人数", "达标人数", "人均学分", "考试人次", "达标人次")


def statements(told: Told, document: str, *topics: str) -> list[Row]:
    return [row for row in told.rows("statement") if row["document"] == document and row["topic"] in topics]


def as_of_its_day(told: Told, document: str) -> Told:
    """Return the unit as the document's own day shows it: what came later it can't tell."""
    stated = [row["text"] for row in statements(told, document, "成文日期")]
    if not stated:
        return told
    day = date(*map(int, re.findall(r"\d+", str(stated[0]))))
    ends = [its for its in (day, told.facts.get("as_of")) if its]
    facts = {**told.facts, "as_of": min(ends), "submit_date": day, "dated": day}
    return replace(told, unit=Unit(facts, told.unit.tables, told.unit.due, told.unit.answers))


def claims(told: Told) -> list[Claim]:
    """Return all that a unit's 培训总结 may say."""
    return list(_claims(as_of_its_day(told, NAME)))


def carried(told: Told) -> Iterator[Claim]:
    """The report that carries a summary: its title, its day, whom to call."""
    yield from says("{year}年(?:度|岗位|文化|，)", year=told.year)
    if "dated" in told.facts:
        yield from says("^{day}$", day=told.facts["dated"])
    if "phone" in told.facts:
        yield from quotes([f"联系电话：{told.facts['phone']}"])


def _ours(row: Row) -> bool:
    return bool(row["host"] != "省级")


def _claims(told: Told) -> Iterator[Claim]:
    yield from carried(told)
    yield from until(told)
    yield from quotes((row["title"] for row in told.rows("training_plan")), needed=False)
    done, people = number(told, "training", _ours), total_of(told, "training", "people", _ours)
    yield from if_any("举办培训{n}场", n=done)
    yield from if_any(f"举办培训{{m}}场，参训{{n}}{people_word(done)}(?!次)", n=people, m=done)
    plans = [row for row in told.rows("training_plan") if "sessions" in row]
    if plans:
        planned = {name: span(sum(row.get(name, 0) for row in plans)) for name in ("sessions", "people")}
        yield from says("安排培训{n}场", n=planned["sessions"])
        if all("people" in row for row in plans):
            yield from says(
                f"安排培训{{m}}场、{{n}}{people_word(planned['sessions'])}(?!次)",
                m=planned["sessions"],
                n=planned["people"],
            )
    others = number(told, "training", lambda row: not _ours(row))
    yield from if_any("省级组织的培训{n}场", n=others)
    yield from if_any(
        f"省级组织的培训{{m}}场、{{n}}{people_word(others)}(?!次)",
        n=total_of(told, "training", "people", lambda r: not _ours(r)),
        m=others,
    )
    for words, test in (
        (
            "全市范围线下培训{n}场",
            lambda row: row["mode"] == "线下" and row["scope"] == "全市" and row["host"] == "市级",
        ),
        ("开展线上培训{n}场", lambda row: row["mode"] == "线上" and _ours(row)),
        ("开展以案施训{n}次", lambda row: row["case_based"] and _ours(row)),
    ):
        held = number(told, "training", test)
        yield from if_any(words, n=held)
        if known(held):
            of = words.replace("{n}", r"\d+") + r"(，(即|分别是)[^。]*?')?，参训{p}" + f"{people_word(held)}(?!次)"
            yield from if_any(of, p=total_of(told, "training", "people", test))
    yield from quotes((row["title"] for row in told.rows("training") if row["case_based"] and _ours(row)), "以案施训")
    yield Rows(TABLE, list(_trainings(told)))
    yield from _staff(told)
    yield from exams(told, with_people=False)
    for row in told.rows("exam"):
        if told.unit.in_year(row["date"]):
            verb = "参加" if row["host"] == "省级" else "组织"
            yield from quotes([f"{verb}{row['title']}"])
            words = f"{{day}}{verb}{row['title']}，应考{{n}}人，达标{{p}}人"
            yield from says(words, day=row["date"], n=row.get("expected"), p=row.get("passed"))
    yield from quotes(row["text"] for row in statements(told, NAME, "主要做法", "存在的主要问题", "下一步打算"))


def _trainings(told: Told) -> Iterator[list[Known | None]]:
    rows = [row for row in told.rows("training") if told.unit.in_year(row["date"]) is not False]
    for row in sorted(rows, key=lambda row: (row["date"], row["id"])):
        yield [
            row["date"], row["title"], row["mode"], row["scope"], row["host"], row.get("people"), row.get("hours", ""),
        ]  # fmt: skip


def _staff(told: Told) -> Iterator[Claim]:
    people = told.unit.table("staff")
    if people is None:
        return
    on_duty = [row for row in people if row["on_duty"]]
    qualified = count(row.get("qualified") for row in on_duty)
    yield from if_any("在岗执法人员{n}人，培训达标{q}人", n=span(len(on_duty)), q=qualified)
    yield from if_any("在岗执法人员[^。]*达标比例{share}", share=share(qualified, span(len(on_duty))))
    mean = _mean(on_duty)
    yield from if_any("取得学分{t}分，人均{n}分", n=mean, t=span(mean.low * len(on_duty)) if mean else None)
    bodies = list(dict.fromkeys(_office(told, row) for row in people))
    if any(bodies):
        results = told.unit.table("exam_result")
        rows = [_of_body(told, body, on_duty, results) for body in bodies]
        yield Rows(BODIES, [row for row in rows if row[1]])


def _mean(people: list[Row]) -> Span | None:
    if not people or any("credits" not in row for row in people):
        return None
    return span(sum(Fraction(row["credits"]) for row in people) / len(people))


def _office(told: Told, row: Row) -> str:
    """What an office is called: the unit's own full name, and its short one without the city, mean the short one."""
    name = " ".join(row.get("body", "").split())
    short = told.facts.get("short_name", "")
    region = told.facts["region"]
    same = {told.facts["name"], short.removeprefix(region), short.removeprefix(region[:-1])}
    return short if short and name in same else name


def _of_body(told: Told, body: str, on_duty: list[Row], results: list[Row] | None) -> list[Known | None]:
    people = [row for row in on_duty if _office(told, row) == body]
    ids = {row["id"] for row in people}
    marks = [row for row in results or [] if row.get("person") in ids]
    passed = None if results is None else known(count(row.get("passed") for row in marks))
    qualified = known(count(row.get("qualified") for row in people))
    examined = None if results is None else len(marks)
    return [body, len(people), qualified, known(_mean(people)), examined, passed]

"""Ⅴ 执法办案（20分）."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from .facts import Row, Unit
from .spans import Span, at_least, count, every, hull, span, tiers, which

_BY_ANSWER = {
    "警告并罚款": "warning-and-fine", "不予处罚": "not-punished", "撤案": "withdrawn", "移送": "transferred",
}  # fmt: skip


def closed(unit: Unit, row: Row) -> bool | None:
    """Tell whether a case was closed in the year; one that has 结案方式 without 结案日期, or the reverse, perhaps."""
    when = unit.in_year(row.get("closed"))
    if "outcome" in row and "closed" in row:
        return when
    return False if ("outcome" not in row and "closed" not in row) or when is False else None


def in_scope(row: Row, scope: str) -> bool:
    return scope == "全市" or bool(row["level"] == "本级")


def _counted(unit: Unit, row: Row, reading: Mapping[str, str]) -> bool | None:
    """简易程序和一般程序的警告的案卷除外."""
    outcome = row.get("outcome")
    if row["procedure"] == "简易程序" or outcome == "警告":
        return False
    if outcome in _BY_ANSWER and reading[_BY_ANSWER[outcome]] == "不计入":
        return False
    return closed(unit, row)


def heads(unit: Unit, field: str, scope: str) -> Span | None:
    """Return the posts, or those in post, of the bodies on file; None where the unit's own is not among them.

    How many there will be some day (截止日期 after the records were closed) is not how many there are.
    """
    bodies = unit.table("establishment")
    own = [row for row in bodies or [] if in_scope(row, scope)]
    if any("as_of" in row and unit.had_come(row["as_of"]) is not True for row in own):
        return None
    if not any(row["level"] == "本级" for row in own):
        return None
    return span(sum(row[field] for row in own))


def per_head(unit: Unit, number: Span, field: str, scope: str) -> Span | None:
    """Return ``number`` for each head; from 0 where a county's heads are not on file; None where nobody knows."""
    base = heads(unit, field, scope)
    if base is None or base.low == 0:
        return span(0) if number.high == 0 and base is None else None
    if scope == "全市":
        places = unit.places()
        known = {unit.facts["region"], *(row.get("county") for row in unit.table("establishment") or [])}
        if places is None or not places <= known:
            return span(0, number.high / base.low)
    return span(number.low / base.low, number.high / base.low)


# 人均办案数达到3倍以上的得20分， 2倍以上的得10分，2倍以下的得0分。其中，设区市办结网络文化案件不少于3件，
# 省管县（市）办结网络文化案件1件
# 以上；设区市办结禁止内容类案件2件以上，省管县（市）办结禁止内容类案件1件以上。没有违法行为的，不扣分另加5分。
def line_26(unit: Unit) -> Span:
    cases = unit.table("case")
    by_cases = hull(_by_reading(unit, cases, reading) for reading in unit.readings("case-scope", *_BY_ANSWER.values()))
    # 没有违法行为的，不扣分: who has none, and what that spares, is not said.
    return span(by_cases.low, 20) if unit.choice("26+") == "申报" else by_cases


def _by_reading(unit: Unit, cases: list[Row] | None, reading: Mapping[str, str]) -> Span:
    def points(times: Fraction) -> Span:
        return span(20 if times >= 3 else 10 if times >= 2 else 0)

    if cases is None:
        times = unit.ratio("cases-per-post")
        numbers = [unit.declared(name) for name in ("online-culture-cases", "prohibited-content-cases")]
        online, prohibited = (None if number is None else span(number) for number in numbers)
    else:
        rows = [row for row in cases if in_scope(row, reading["case-scope"])]
        counts = [(row, _counted(unit, row, reading)) for row in rows]
        times = per_head(unit, count(sure for _, sure in counts), "posts", reading["case-scope"])
        online = count(sure for row, sure in counts if row["category"] == "网络文化")
        prohibited = count(every([sure, row.get("prohibited")]) for row, sure in counts)
    least = (3, 2) if unit.is_city else (1, 1)
    met = every(None if n is None else at_least(n, few) for n, few in zip((online, prohibited), least, strict=True))
    reached = tiers(times, points) if times else span(0, 20)
    # Without the cases that must be among them the text takes nothing away and gives nothing: not more than with them.
    return which(met, reached, span(0, reached.high))


# 没有违法行为的，不扣分另加5分。
def line_26_bonus(unit: Unit) -> Span:
    return span(0, 5) if unit.choice("26+") == "申报" else span(0)  # whose offences, and on top of 20, is not said


LINES = {"26": line_26, "26+": line_26_bonus}

"""Ⅷ 加减分项目."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from .cases import in_scope, per_head
from .facts import Row, Unit
from .reform import done
from .spans import Span, at_least, count, every, hull, span, tiers, total, which


def _each_half(number: Fraction) -> Span:
    return span(min(number / 2, Fraction(2)))


# 获得中央、省新闻媒体宣传报道，每报道一件加0.5分（不含短讯），加满2分为止。
def line_b1(unit: Unit) -> Span:
    reports = unit.table("media_report")
    if reports is None:  # 以相关证明材料为主要依据: what nobody claims adds nothing; so in all of Ⅷ but the deduction
        return span(0)
    rows = [
        (row, unit.in_year(row["date"])) for row in reports if row["level"] in ("中央", "省级") and not row["brief"]
    ]
    answers = []
    for reading in unit.readings("same-matter"):
        number = count(sure for _, sure in rows)
        if reading["same-matter"] == "按事项算一件":
            named = {row["matter"] for row, sure in rows if sure and "matter" in row}
            fewest = max(len(named), 1 if number.low else 0)  # a report without its matter may be about any of them
            perhaps = {row.get("matter", row["id"]) for row, sure in rows if sure is not False}
            number = span(fewest, len(perhaps))
        answers.append(tiers(number, _each_half))
    return hull(answers)


# 获得国家级或省级扫黄办、文化（部门）、新闻出版广电、版权、文物部门等有关部门表彰的；部门或个人获得表彰，
# 每次加0.5分，加满2分为止。
def line_b2(unit: Unit) -> Span:
    commendations = unit.table("commendation")
    if commendations is None:
        return span(0)
    return tiers(count(_commended(unit, row) for row in commendations), _each_half)


def _commended(unit: Unit, row: Row) -> bool | None:
    if row["level"] == "市级":
        return False
    recognized = row.get("recognized") if row["department"] == "其他部门" else True  # 认定 is asked of 其他部门 alone
    return every([unit.in_year(row["date"]), recognized])


# 设区市完成同城一支队伍改革，按5至6名执法人员配备驻队执法车辆到位的　2
def line_b3(unit: Unit) -> Span:
    if unit.choice("B3") != "申报":
        return span(0)
    own = [row for row in unit.table("establishment") or [] if row["level"] == "本级"]
    if not own or any("vehicles" not in row for row in own):
        enough = None
    else:
        vehicles = sum(row["vehicles"] for row in own)
        enough = vehicles * 6 >= sum(row["in_post"] for row in own)
    named = True if unit.is_city else None  # as in 1 to 5: the text says nothing of a county
    return which(every([named, done(unit, "同城一支队伍"), enough]), span(2), span(0))


# 设区市综合执法机构增加10名以上执法人员编制的　5　合同制用工和体育、旅游等部门划转人员不在统计之列。
def line_b4(unit: Unit) -> Span:
    changes = unit.table("establishment_change")
    if changes is None:
        return span(0)
    added = _added(unit, [row for row in changes if row["level"] == "本级"])
    enough = at_least(added, 10)
    return which(
        enough if unit.is_city else every([None, enough]), span(5), span(0)
    )  # the text says nothing of a county


def _added(unit: Unit, changes: list[Row]) -> Span:
    return total(
        which(unit.in_year(row["date"]), span(row["added"]), span(0))
        for row in changes
        if row["nature"] == "新增执法编制"
    )


# 县级综合执法机构增加5名以上执法人员编制的　合同制用工和体育、旅游等部门划转人员不在统计之列，
# 每有一地区符合条件的加2分。
def line_b5(unit: Unit) -> Span:
    changes = unit.table("establishment_change")
    if changes is None:
        return span(0)
    rows = [row for row in changes if row["level"] == "县级" or not unit.is_city]
    names = sorted({row["county"] for row in rows if "county" in row})
    unplaced = [row for row in rows if "county" not in row]
    # A row that does not say its county may belong to any of them, or to one more.
    placings = itertools.product([*names, *range(len(unplaced))], repeat=len(unplaced))
    reached = hull(_counties_with_five(unit, rows, placing) for placing in placings)
    if not unit.is_city:  # a county of its own is 县级, but whether it is 一地区 of anybody is not said
        reached = span(0, min(reached.high, 1))
    city = line_b4(unit) if unit.is_city else span(0)
    capped = []
    for reading in unit.readings("posts-bonus-cap"):
        for number, of_city in ((reached.low, city.high), (reached.high, city.low)):
            room = 5 - of_city if reading["posts-bonus-cap"] == "合计不超过5分" else number * 2
            capped.append(span(min(number * 2, room)))
    return hull(capped)


def _counties_with_five(unit: Unit, rows: list[Row], placing: tuple[str | int, ...]) -> Span:
    by_county: dict[str | int, list[Row]] = {}
    rest = iter(placing)
    for row in rows:
        by_county.setdefault(row.get("county") or next(rest), []).append(row)
    return total(tiers(_added(unit, own), lambda number: span(1 if number >= 5 else 0)) for own in by_county.values())


# 以10月30日平台录入办结案件数为依据　10月份期间，人均办结案件2件以上的得4分，
# 人均办结案件1件以上的得2分（包括简易程序案件）。
def line_b6(unit: Unit) -> Span:
    cases = unit.table("case")
    if cases is None:
        return span(0)
    questions = ("case-scope", "october-denominator", "not-punished", "withdrawn", "transferred")
    return hull(_by_reading(unit, cases, reading) for reading in unit.readings(*questions))


def _by_reading(unit: Unit, cases: list[Row], reading: Mapping[str, str]) -> Span:
    def points(times: Fraction) -> Span:
        return span(4 if times >= 2 else 2 if times >= 1 else 0)

    left_out = {
        outcome
        for outcome, question in (("不予处罚", "not-punished"), ("撤案", "withdrawn"), ("移送", "transferred"))
        if reading[question] == "不计入"
    }
    number = count(
        _in_october(unit, row)
        for row in cases
        if in_scope(row, reading["case-scope"]) and row.get("outcome") not in left_out
    )
    if number.high == 0:  # nothing closed is none for each, however many they are
        return span(0)
    field = "posts" if reading["october-denominator"] == "编制人数" else "in_post"
    times = per_head(unit, number, field, reading["case-scope"])
    return tiers(times, points) if times else span(0, 4)


def _in_october(unit: Unit, row: Row) -> bool | None:
    """Closed in October, and in the platform by the 30th."""
    if ("closed" in row) != ("outcome" in row):
        closed: bool | None = None if row.get("closed", date(2017, 10, 1)).strftime("%Y-%m") == "2017-10" else False
    else:
        closed = "closed" in row and row["closed"].strftime("%Y-%m") == "2017-10"
    if closed:
        closed = unit.in_year(row["closed"])
    if "entered" in row and unit.had_come(row["entered"]) is not False:
        by_then: bool | None = row["entered"] <= date(2017, 10, 30)  # 以平台录入为依据, whatever else the row says
    else:  # not filled in, or with a day that can't be
        by_then = None if row["on_platform"] else False
    begun = None if unit.had_come(row["filed"]) is False else True  # closed before it began: one of the days is wrong
    return every([closed, by_then, begun])


# 完成综合执法机构和人员参公管理　2　截止时间为2017年12月20日。
def line_b7(unit: Unit) -> Span:
    return which(every(_by_the_day(unit, item) for item in ("机构参公管理", "人员参公管理")), span(2), span(0))


def _by_the_day(unit: Unit, item: str) -> bool | None:
    rows = [row for row in unit.table("reform_item") or [] if row["item"] == item]
    if not rows or rows[0]["state"] != "已完成":
        return False
    if "date" not in rows[0]:
        return None
    return unit.had_come(rows[0]["date"]) if rows[0]["date"] <= date(2017, 12, 20) else False


# 文化市场秩序混乱，造成严重负面影响的　－5
def line_b8(unit: Unit) -> Span:
    incidents = unit.table("incident")
    if incidents is None:
        return span(-5, 0)
    grave = at_least(count(unit.in_year(row["date"]) for row in incidents if row["grave"]), 1)
    return which(grave, span(-5), span(0))


LINES = {
    "B1": line_b1, "B2": line_b2, "B3": line_b3, "B4": line_b4,
    "B5": line_b5, "B6": line_b6, "B7": line_b7, "B8": line_b8,
}  # fmt: skip

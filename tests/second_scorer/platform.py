"""Ⅶ 监管平台（6分）."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from .cases import closed, in_scope
from .facts import Row, Unit
from .spans import Span, count, every, hull, selections, span, tiers, which


# 市、县（区）全部上线的得1分，有未上线的地区的得0分。
def line_38(unit: Unit) -> Span:
    counties = unit.table("county")
    online = [unit.facts.get("platform_online"), *(row.get("platform_online") for row in counties or [])]
    if counties is None and unit.is_city:
        online.append(None)
    return which(every(online), span(1), span(0))


# 通过平台办案数量高于实际办案数量90%的得2分，高于80%的得1分，低于80%的得0分。
def line_39(unit: Unit) -> Span:
    cases = unit.table("case")
    if cases is None:
        declared = unit.share("platform-cases")
        return tiers(declared, _over) if declared else span(0, 2)
    readings = unit.readings("platform-scope", "platform-cases")  # whose cases is not said here either
    return hull(_by_reading(unit, cases, reading["platform-scope"], reading) for reading in readings)


def _over(share: Fraction) -> Span:
    """高于90%, 高于80%, 低于80%: at 90% the second holds, at 80% none does."""
    if share > Fraction(90, 100):
        return span(2)
    return span(1) if share > Fraction(80, 100) else span(0, 1) if share == Fraction(80, 100) else span(0)


def _by_reading(unit: Unit, cases: list[Row], scope: str, reading: dict[str, str]) -> Span:
    shares: list[Fraction] = []
    counts = []
    for row in cases:
        if not in_scope(row, scope):
            continue
        sure = closed(unit, row)
        if reading["platform-cases"] == "立案都算" and sure is not True:
            still_open = "closed" not in row and "outcome" not in row
            sure = unit.had_come(row["filed"]) if still_open or row["filed"].year == unit.facts["year"] else sure
        counts.append((sure, row["on_platform"]))
    on = [sure for sure, on_platform in counts if on_platform]
    off = [sure for sure, on_platform in counts if not on_platform]
    for part, rest in ((count(on).low, count(off).high), (count(on).high, count(off).low)):
        if part + rest == 0:
            return span(0, 2)
        shares.append(part / (part + rest))
    return tiers(span(min(shares), max(shares)), _over)


def _approvals(unit: Unit) -> list[tuple[Row, bool | None]] | None:
    """Return the rows that are this year's with how sure each is; None where nobody recorded any."""
    table = unit.table("approval")
    if table is None:
        return None
    rows = [(row, unit.in_year(_first_day(row["month"])) if "month" in row else True) for row in table]
    return [(row, sure) for row, sure in rows if sure is not False]


def _first_day(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


# 新设立主体未使用新版许可证的每发现一起扣0.1分。
def line_40a(unit: Unit) -> Span:
    rows = _approvals(unit)
    if rows is None:
        return span(0, 1)
    declared_none = unit.table("approval") == []
    return hull(
        _licences(unit, some_rows) if some_rows or declared_none else span(0, 1) for some_rows in selections(rows)
    )


def _licences(unit: Unit, rows: list[Row]) -> Span:
    found = Fraction(0)
    most: Fraction | None = Fraction(0)  # None: no end to it
    for row in rows:
        new, old = row.get("new_entities"), row.get("old_licence")
        found += old or 0
        most = None if most is None or (old is None and new is None) else most + (new if old is None else old)
    if rows and not unit.covers(rows):
        most = None

    def points(number: Fraction) -> Span:
        return span(max(Fraction(0), 1 - number / 10))

    return span(0, points(found).high) if most is None else tiers(span(found, most), points)


# 通过平台办理审批活动数量高于实际发生数90%以上的得2分，高于80%的得1分，低于80%的得0分。
def line_40b(unit: Unit) -> Span:
    rows = _approvals(unit)
    if rows is None:
        declared = unit.share("platform-approvals")
        return tiers(declared, _over_or_at) if declared else span(0, 2)
    return hull(_by_platform(unit, some_rows) for some_rows in selections(rows))


def _by_platform(unit: Unit, rows: list[Row]) -> Span:
    whole = sum(row["total"] for row in rows)
    if not whole or not unit.covers(rows):
        return span(0, 2)
    return _over_or_at(Fraction(sum(row["on_platform"] for row in rows), whole))


def _over_or_at(share: Fraction) -> Span:
    return span(1, 2) if share == Fraction(90, 100) else _over(share)  # 高于 leaves 90% out, 以上 takes it in


LINES = {"38": line_38, "39": line_39, "40a": line_40a, "40b": line_40b}

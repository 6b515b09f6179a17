"""Ⅱ 队伍建设（8分）."""

from __future__ import annotations

from fractions import Fraction

from .facts import Row, Unit
from .spans import Span, at_least, count, every, hull, opposite, selections, some, span, tiers, total, which


def _submitted(unit: Unit, row: Row) -> bool | None:
    """没有报送的留空."""
    return unit.had_come(row["submitted"]) if "submitted" in row else False


# 按时上报培训计划的得1分，未上报的得0分
def line_7a(unit: Unit) -> Span:
    plans = unit.table("training_plan")
    if plans is None:
        return span(0, 1)
    due = unit.due.get("training-plan")
    points = [span(0)]
    for row in plans:
        sent = _submitted(unit, row)
        on_time = due is not None and "submitted" in row and row["submitted"] <= due
        points.append(which(sent, span(1) if on_time else span(0, 1), span(0)))  # the text is silent about a late one
    return _best(points)


# 按时上报市培训总结及《训练考核大纲》落实情况的得1分，未上报总结的得0分。（于2017年12月5日前上报…培训总结）
def line_7b(unit: Unit) -> Span:
    summaries = unit.table("training_summary")
    if summaries is None:
        return span(0, 1)
    due = unit.due["training-summary"]
    points = [span(0)]
    for row in summaries:
        sent = _submitted(unit, row)
        whole = row.get("covers_outline") is True and "submitted" in row and row["submitted"] <= due
        points.append(which(sent, span(1) if whole else span(0, 1), span(0)))
    return _best(points)


def _best(points: list[Span]) -> Span:
    """One that was sent in is enough."""
    return span(max(p.low for p in points), max(p.high for p in points))


def line_7(unit: Unit) -> Span:
    return total([line_7a(unit), line_7b(unit)])


# 达标比例90%以上的得1分， 50%以上的得0.5分，50%以下的得0分。
def line_8(unit: Unit) -> Span:
    def points(share: Fraction) -> Span:
        return span(1 if share >= Fraction(90, 100) else "1/2" if share >= Fraction(50, 100) else 0)

    staff = unit.table("staff")
    if staff is None:
        declared = unit.share("training-qualified")
        return tiers(declared, points) if declared else span(0, 1)
    on_duty = [row for row in staff if row["on_duty"]]
    if not on_duty:
        return span(0, 1)
    qualified = count(row.get("qualified") for row in on_duty)
    return tiers(span(qualified.low / len(on_duty), qualified.high / len(on_duty)), points)


# （参加省厅组织考试，市级组织应用培训考试系统不少于1场考试）达标比例90%以上的得1分。80%以上的得0.5分，80%以下的得0分。
def line_9(unit: Unit) -> Span:
    def points(share: Fraction) -> Span:
        return span(1 if share >= Fraction(90, 100) else "1/2" if share >= Fraction(80, 100) else 0)

    exams = unit.table("exam")
    if exams is None:
        declared = unit.share("exam-qualified")
        held = every(
            None if (number := unit.declared(name)) is None else number >= 1
            for name in ("province-exams", "city-exams")
        )
        ratio = tiers(declared, points) if declared else span(0, 1)
    else:
        when = [(row, unit.in_year(row["date"])) for row in exams]
        province = [(row, sure) for row, sure in when if row["host"] == "省级" and sure is not False]
        city = [(row, sure) for row, sure in when if row["host"] == "市级" and row["on_system"] and sure is not False]
        held = every(at_least(count(sure for _, sure in some_of), 1) for some_of in (province, city))
        shares = []
        for reading in unit.readings("exam-scope"):
            among = province if reading["exam-scope"] == "只看省厅考试" else province + city
            shares += [_share(rows) for rows in selections(among)]
        ratio = hull(span(0, 1) if share is None else points(share) for share in shares)
    # Where one of the two exams lacks, the text does not say what the share is worth: not more than with both.
    return which(held, ratio, span(0, ratio.high))


def _share(exams: list[Row]) -> Fraction | None:
    expected = sum(row["expected"] for row in exams)
    return Fraction(sum(row["passed"] for row in exams), expected) if expected else None


# 各市组织2场及以上线下培训的得2分，组织1场的得1分，未组织的得0分。（组织全市范围线下培训不少于2场）
def line_10(unit: Unit) -> Span:
    trainings = unit.table("training")
    if not unit.is_city or trainings is None:  # 各市、全市：whether a county is meant is not said
        return span(0, 2)
    held = count(
        unit.in_year(row["date"])
        for row in trainings
        if row["mode"] == "线下" and row["scope"] == "全市" and row["host"] == "市级"
    )
    return tiers(held, lambda number: span(min(number, 2)))


# 开展以案施训的得1分，未开展的得0分。（不含省文化厅组织的以案施训）
def line_11(unit: Unit) -> Span:
    trainings = unit.table("training")
    if trainings is None:
        return span(0, 1)
    held = some(unit.in_year(row["date"]) for row in trainings if row["case_based"] and row["host"] != "省级")
    return which(held, span(1), span(0))


# 执法人员未发生违法、违纪行为的得1分，发生违法违纪行为的得0分。
def line_12(unit: Unit) -> Span:
    checks = [row for row in unit.table("spot_check") or [] if row["area"] == "队伍纪律"]
    looked = some(unit.in_year(row["date"]) for row in checks)
    found = some(every([unit.in_year(row["date"]), row["found"]]) for row in checks)
    if not looked:  # nobody looked, or not yet: 没有抽查记录不等于没有问题
        return span(0, 1)
    return which(opposite(found), span(1), span(0))


LINES = {"7": line_7, "8": line_8, "9": line_9, "10": line_10, "11": line_11, "12": line_12}

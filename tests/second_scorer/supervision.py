"""Ⅵ 日常监管（14分）."""

from __future__ import annotations

from fractions import Fraction

from .facts import Row, Unit
from .market import judged, qualified
from .spans import Span, count, every, hull, span, tiers, total, which

_THREE = {"一般": span("1/2")}


# 落实文化部《…》较好的得1分，落实一般的得0.5分，落实不力的得0分。（随机抽查事项达到文化市场监管执法事项的100%）
def line_27(unit: Unit) -> Span:
    # Where what is asked was not reached, or nobody knows, the text does not say whether it can be 较好 all the same.
    well = span(1) if unit.share("random-check-coverage") == span(1) else span(0, 1)
    return judged("27", {"较好": well, **_THREE, "不力": span(0)})(unit)


# 每年对各家文化市场经营单位日常检查2次以上的得1分，1次的得0.5分，1次以下的得0分。
def line_28a(unit: Unit) -> Span:
    def points(times: Fraction) -> Span:
        return span(1 if times >= 2 else "1/2" if times >= 1 else 0)

    venues, inspections = unit.table("venue"), unit.table("inspection")
    if inspections is None or venues is None:
        declared = unit.declared("least-daily-checks")
        return points(declared) if declared is not None else span(0, 1)
    answers = []
    for reading in unit.readings("part-year-venues"):
        least = [
            count(
                unit.in_year(row["date"])
                for row in inspections
                if row["venue"] == venue["id"] and row["type"] == "日常检查"
            )
            for venue in _among(venues, reading)
        ]
        answers.append(
            tiers(span(min(s.low for s in least), min(s.high for s in least)), points) if least else span(0, 1)
        )
    return hull(answers)


# 平均检查次数每年12次以上的得1分， 6次以上的得0.5分，6次以下的得0分。
def line_28b(unit: Unit) -> Span:
    def points(times: Fraction) -> Span:
        return span(1 if times >= 12 else "1/2" if times >= 6 else 0)

    venues, inspections = unit.table("venue"), unit.table("inspection")
    if inspections is None or venues is None:
        declared = unit.ratio("average-checks")
        return tiers(declared, points) if declared else span(0, 1)
    answers = []
    for reading in unit.readings("part-year-venues"):
        among = {venue["id"] for venue in _among(venues, reading)}
        number = count(unit.in_year(row["date"]) for row in inspections if row["venue"] in among)
        answers.append(tiers(span(number.low / len(among), number.high / len(among)), points) if among else span(0, 1))
    return hull(answers)


def _among(venues: list[Row], reading: dict[str, str]) -> list[Row]:
    return [row for row in venues if reading["part-year-venues"] == "计入" or row["operation"] == "全年营业"]


def line_28(unit: Unit) -> Span:
    return total([line_28a(unit), line_28b(unit)])


# 未发生或已发生但处置得当的得1分，及时报告但未妥善处置的得0.5分，未及时报告的得0分。
def line_32(unit: Unit) -> Span:
    incidents = unit.table("incident")
    if incidents is None:
        return span(0, 1)
    points = [span(1)]
    for row in incidents:
        in_time = row["reported"] == "及时报告"
        of_it = (span(1) if in_time else span(0, 1)) if row["handled"] else span("1/2") if in_time else span(0)
        points.append(which(unit.in_year(row["date"]), of_it, span(1)))
    return span(min(p.low for p in points), min(p.high for p in points))


# 抽查合格率达100%的得1分，100%以下得0分。
def line_33(unit: Unit) -> Span:
    checks = [row for row in unit.table("spot_check") or [] if row["area"] == "12318举报"]
    return qualified(unit, checks, 1)


# 能按时完成统计上报工作的得1分，对问题及时整改的得0.5分，不整改或整改不及时的得0分。
def line_34(unit: Unit) -> Span:
    submissions = unit.table("submission")
    if submissions is None:
        return span(0, 1)
    points = [_statistics(unit, row) for row in submissions if row["item"] == "年度文化统计"]
    return hull(points) if points else span(0, "1/2")  # only 按时 gives 1


def _statistics(unit: Unit, row: Row) -> Span:
    on_time: bool | None = row.get("on_time")
    if "submitted" not in row:  # 没有报送的留空
        on_time = None if on_time else False
    elif row["submitted"].year != unit.facts["year"]:
        return span(0, 1)  # whether another year's report is meant nobody knows
    elif not unit.had_come(row["submitted"]):
        on_time = None
    mended = {"无": None, "及时整改": span("1/2"), "未整改": span(0), "整改不及时": span(0)}
    if "problems" not in row:
        return span(0, 1)
    after = mended[row["problems"]]
    if after is None:  # late, and nothing to mend: the text gives such a report nothing, and takes nothing away
        return which(on_time, span(1), span(0, "1/2"))
    return which(on_time, hull([span(1), after]), after)


# 服务器在线率达85%的得2分，客户在线率达75%的得1分，低于75%的得0分。
def line_35(unit: Unit) -> Span:
    server, client = unit.share("server-online"), unit.share("client-online")
    by_server = None if server is None else server.low >= Fraction(85, 100)
    by_client = None if client is None else client.low >= Fraction(75, 100)
    below = which(by_client, span(1), span(0))
    above = which(by_client, span(2), span(0, 2))  # 2 by the server, 0 by the clients: both are written
    return which(by_server, above, below)


# 完全达到要求的得1分，3个月以下未达到要求的得0.5分，3个月以上未达到要求的得0分。
# 通过平台信息报送系统每月报送执法信息不少于3条；市级综合执法机构文化市场信息直报点每月通过信息直报系统报送信息不少于8条
def line_36(unit: Unit) -> Span:
    def points(months: Fraction) -> Span:
        return span(1 if months == 0 else "1/2" if months <= 3 else 0)

    reports = unit.table("monthly_report")
    wanted = {"平台执法信息": 3, "直报点信息": 8} if unit.is_city else {"平台执法信息": 3}
    answers = []
    if reports is None:
        for reading in unit.readings("both-channels-short"):
            per_month = len(wanted) if reading["both-channels-short"] == "算两个月" else 1
            months = unit.months_declared("months-short", per_month)
            answers.append(tiers(months, points) if months is not None else span(0, 1))
        return hull(answers)
    for reading in unit.readings("both-channels-short"):
        short = []
        for month in unit.months():
            lacking = count(_short(unit, reports, month, channel, least) for channel, least in wanted.items())
            short.append(
                span(min(lacking.low, 1), min(lacking.high, 1))
                if reading["both-channels-short"] == "算一个月"
                else lacking
            )
        answers.append(tiers(total(short), points))
    return hull(answers)


def _short(unit: Unit, reports: list[Row], month: str, channel: str, least: int) -> bool | None:
    """Tell whether a month's reports fall short; unknown where it has no row, unless there is no row at all.

    What is not due yet is open until the year is over.
    """
    if month not in unit.months_due():
        return None
    rows = [row for row in reports if row["month"] == month and row["channel"] == channel]
    if not rows:
        return None if reports else True
    numbers = [row["items"] for row in rows if "items" in row]
    if any(number >= least for number in numbers):
        return False
    return (
        True if len(numbers) == len(rows) and sum(numbers) < least else None
    )  # several rows: parts of a month, or one twice


# 按月及时规范报送数据的得1，10个月以上及时规范报送得0.5分，10个月以下的得0分。
def line_37(unit: Unit) -> Span:
    reports = unit.table("monthly_report")

    def points(months: Fraction) -> Span:
        return span(1 if months == 12 else "1/2" if months >= 10 else 0)

    if reports is None:
        declared = unit.months_declared("months-reported")
        return tiers(declared, points) if declared is not None else span(0, 1)
    return tiers(count(_sound(unit, reports, month) for month in unit.months()), points)


def _sound(unit: Unit, reports: list[Row], month: str) -> bool | None:
    if month not in unit.months_due():
        return None
    rows = [row for row in reports if row["month"] == month and row["channel"] == "执法数据"]
    if not rows:
        return None if reports else False
    answers = {every([row.get("on_time"), row.get("sound")]) for row in rows}
    if len(answers) > 1:
        answers.discard(None)
    return answers.pop() if len(answers) == 1 else None


# 29 工作有力的得1分，组织工作一般的得0.5分，不得力的得0分。
# 30 组织专项整治行动取得良好效果的得2，成效一般的得1，为组织的得0分。
# 31 组织专项行动取得良好成效的得1分，成效一般的得0.5分，未组织的得0分。
LINES = {
    "27": line_27,
    "28": line_28,
    "29": judged("29", {"有力": span(1), **_THREE, "不得力": span(0)}),
    "30": judged("30", {"良好": span(2), "一般": span(1), "未组织": span(0)}),
    "31": judged("31", {"良好": span(1), **_THREE, "未组织": span(0)}),
    "32": line_32,
    "33": line_33,
    "34": line_34,
    "35": line_35,
    "36": line_36,
    "37": line_37,
}

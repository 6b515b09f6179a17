"""Ⅲ 市场秩序（平安文化市场创建活动）（12分）."""

from __future__ import annotations

from collections.abc import Callable

from .facts import Row, Unit
from .spans import Span, every, hull, some, span, which


# 重视社会治安综合治理工作，列入全年工作计划，每年至少召开一次综治工作会议，召开会议的得2分，未召开会议的得0分。
def line_13(unit: Unit) -> Span:
    meetings = unit.table("meeting")
    if meetings is None:
        return span(0, 2)
    held = [(unit.in_year(row["date"]), row.get("in_plan")) for row in meetings if row["topic"] == "综治平安创建"]
    # A meeting without the plan does a part of what is asked: the text gives points for neither this nor that.
    met = some(every([when, True if in_plan else None]) for when, in_plan in held)
    return which(met, span(2), span(0))


def _checked(unit: Unit, area: str, clean: int, fixed: Span) -> Span:
    """Return the points of spot checks of an area: nothing found, found and ``fixed`` in time, or not (0)."""
    checks = [row for row in unit.table("spot_check") or [] if row["area"] == area]
    sure = [row for row in checks if unit.in_year(row["date"])]
    perhaps = [row for row in checks if unit.in_year(row["date"]) is None]
    if not sure:
        return span(0, clean)  # 没有抽查记录不等于没有问题

    def points(row: Row) -> Span:
        if row["found"]:
            outcome = {"及时解决": fixed, "未及时解决": span(0), None: hull([span(0), fixed])}
            return outcome[row.get("fixed")]
        if "fixed" in row:  # nothing found, yet it was mended or not: one of the two is wrong
            return hull([span(clean), fixed, span(0)] if row["fixed"] == "未及时解决" else [span(clean), fixed])
        return span(clean)

    surely = [points(row) for row in sure]
    worst = span(min(p.low for p in surely), min(p.high for p in surely))
    return hull([worst, *(span(min(worst.low, p.low), min(worst.high, p.high)) for p in map(points, perhaps))])


# 暗访抽查未发现问题的得2分，发现问题并在通报后及时解决的得1分，发现问题但在通报后未及时解决的得0分。
def line_14(unit: Unit) -> Span:
    return _checked(unit, "上网服务场所", 2, span(1))


def _silent_about_mended(area: str, clean: int) -> Callable[[Unit], Span]:
    return lambda unit: _checked(unit, area, clean, span(0, clean))


# 15 巡查未发现问题的得2分，发现问题但在通报后未及时解决的得0分。
# 16 抽查未发现问题的得2分，通报后未及时解决的得0分。
# 17 抽查未发现问题的得1分，通报后未及时解决的得0分。
# 18 抽查未发现问题的得2分，通报后未及时查处的得0分。
# 19 暗访、抽查未发现问题的得1分，通报后未及时查处的得0分。
LINES = {
    "13": line_13,
    "14": line_14,
    "15": _silent_about_mended("网络文化单位", 2),
    "16": _silent_about_mended("娱乐演出艺术品", 2),
    "17": _silent_about_mended("文物经营", 1),
    "18": _silent_about_mended("广电影视卫星", 2),
    "19": _silent_about_mended("出版印刷", 1),
}

"""Ⅳ 市场管理（10分）."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .facts import Row, Unit
from .spans import Span, hull, span


def judged(line: str, points: Mapping[str, Span]) -> Callable[[Unit], Span]:
    """Return the scorer of a line that is left to judgement; what nobody judged is open."""
    return lambda unit: points[choice] if (choice := unit.choice(line)) else hull(points.values())


_WELL = {"良好": span(2), "一般": span(1), "未组织": span(0)}


# 抽查行政审批案卷，合格的得2分，不合格的得0分。
def line_24(unit: Unit) -> Span:
    checks = [row for row in unit.table("spot_check") or [] if row["area"] == "审批案卷"]
    return qualified(unit, checks, 2)


def qualified(unit: Unit, checks: list[Row], full: int) -> Span:
    sure = [_good(row, full) for row in checks if unit.in_year(row["date"])]
    perhaps = [_good(row, full) for row in checks if unit.in_year(row["date"]) is None]
    if not sure:
        return span(0, full)
    worst = span(min(p.low for p in sure), min(p.high for p in sure))
    return hull([worst, *(span(min(worst.low, p.low), min(worst.high, p.high)) for p in perhaps)])


def _good(row: Row, full: int) -> Span:
    """Return the points of one check: by its numbers, and where those and 发现问题 contradict each other, both."""
    sampled, qualified = row.get("sampled"), row.get("qualified")
    found = row["found"] or "fixed" in row  # what was dealt with was found
    if not sampled or qualified is None or qualified > sampled:
        return span(0, full)
    by_number = span(full if qualified == sampled else 0)
    by_finding = span(0) if found else span(full)
    return hull([by_number, by_finding])


# 政务窜专人负责，许可项目全部公开的得1分，未公开的得0分（提供报刊、网站等媒体公开信息资料、图片）。
def line_25(unit: Unit) -> Span:
    windows = unit.table("approval_window")
    if windows is None:
        return span(0, 1)
    if windows and all(row["items"] and not row["published"] for row in windows):
        return span(0)
    whole = unit.covers(windows)  # 市、县级政务窗口: what nobody recorded may be published or not
    public = all(row["items"] and row["published"] == row["items"] and row["staffed"] for row in windows)
    return span(1) if whole and public and windows else span(0, 1)  # between 全部公开 and 未公开 the text is silent


# 20 … 取得良好成效的得2分，成效一般的得1分，未组织的得0分。　21、23 同
# 22 文化市场信用监管取得良好成效的得1，未组织的得0分。
LINES = {
    "20": judged("20", _WELL),
    "21": judged("21", _WELL),
    "22": judged("22", {"良好": span(1), "一般": span(0, 1), "未组织": span(0)}),
    "23": judged("23", _WELL),
    "24": line_24,
    "25": line_25,
}

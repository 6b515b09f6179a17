"""The screenshots of 霁溪县, the small sample of a county that the province leads directly."""

from __future__ import annotations

from sample_maker import registers
from sample_maker.pictures import Screen

UNIT = "霁溪县文化市场综合行政执法大队"


def screens() -> tuple[Screen, ...]:
    """Return the screenshots; their numbers come from the ledgers."""
    found = registers.county()
    people = [p for p in found.staff if p["on_duty"] == "是"]
    months: dict[str, list[str]] = {}
    for row in found.monthly:
        months.setdefault(row["month"], []).append(row.get("items") or "按时、通过")
    closed = [c for c in found.cases if c["closed"]]
    return (
        Screen(
            "培训/培训考试系统截图.png",
            "文化市场综合执法培训考试系统",
            "统计 > 学分和考试达标情况",
            "2017-12-11",
            [
                ["姓名", "学分", "学分达标", "省厅考试"],
                *([p["name"], p["credits"], p["qualified"], "达标"] for p in people),
            ],
            "jxpx01",
            "机构=霁溪县大队；年度=2017",
            "2017-12-11 10:05",
            issuer=UNIT,
        ),
        Screen(
            "平台/月度报送情况截图.png",
            "全国文化市场技术监管与服务平台",
            "信息报送 > 月度统计",
            "2017-12-11",
            [["月份", "执法信息", "直报点信息", "执法数据"], *([month, *cells] for month, cells in months.items())],
            "jxzd01",
            "单位=霁溪县大队；2017-01 至 2017-11",
            "2017-12-11 10:12",
            issuer=UNIT,
        ),
        Screen(
            "平台/平台办案和审批数据截图.png",
            "全国文化市场技术监管与服务平台",
            "统计 > 办案和审批",
            "2017-12-11",
            [
                ["业务", "实际数", "平台办理数"],
                ["执法办案", str(len(closed)), str(sum(c["on_platform"] == "是" for c in closed))],
                ["行政审批", "31", "30"],
            ],
            "jxzd01",
            "单位=霁溪县；2017-01-01 至 2017-11-30",
            "2017-12-11 10:20",
            issuer=UNIT,
        ),
    )

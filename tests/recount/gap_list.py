"""缺项清单.xlsx: each gap's points by the second scorer, its task and dates by the records, and all deadlines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

from second_scorer import team
from second_scorer.spans import Span

from . import reckoning, scores
from .samples import Told

Row = Sequence[str]
#: 国务院办公厅关于2017年部分节假日安排的通知, read by eye: rest on weekdays, work on weekends.
_REST = {
    date(2017, month, day)
    for month, days in {1: (2, 27, 30, 31), 2: (1, 2), 4: (3, 4), 5: (1, 29, 30), 10: (2, 3, 4, 5, 6)}.items()
    for day in days
}
_WORKED = {date(2017, 1, 22), date(2017, 2, 4), date(2017, 4, 1), date(2017, 5, 27), date(2017, 9, 30)}
#: What the source itself dates: 于2017年12月5日前上报, 10月30日前录入平台, 截止时间为2017年12月20日.
SOURCE_DAYS = {
    "报送年度培训总结（12月5日前）": (date(2017, 12, 4), ["7"]),
    "10月份办结案件录入平台": (date(2017, 10, 30), ["B6"]),
    "完成机构和人员参公管理": (date(2017, 12, 20), ["B7"]),
}
#: Lines whose judgement is filled in and can't be read: what is there is not missing.
UNREADABLE = "judgement that can't be read"
_OPEN = ("待定", "缺材料或未填")


def called(line: str) -> str:
    """What the source calls a line: 加减分项目 begins anew, and 40) holds two."""
    if line == "26+":
        return "第26项"
    return f"加减分项目第{line[1:]}项" if line[0] == "B" else f"第{line.rstrip('ab')}项"


#: A day; what somebody wrote instead of one; nothing.
Day = date | str | None


def wrong(
    told: Told, lacking: Mapping[str, str], notice: Mapping[str, tuple[Day, list[str]]],
    whole: date | None, sheets: Mapping[str, list[Row]],
) -> Iterator[str]:  # fmt: skip
    """Yield what is wrong. ``notice``: what the unit's notice dates → day, lines; ``whole``: when all is due."""
    expected = sorted(_gaps(told, lacking, notice, whole))
    rows = sheets["缺项清单"]
    listed = sorted((row[2], row[3], row[4], row[5], row[0], row[1], row[8]) for row in rows[3:])
    yield from (f"not listed: {its}" for its in expected if its not in listed)
    yield from (f"not by the records: {its}" for its in listed if its not in expected)
    still_open = sum(row[4] in _OPEN for row in rows[3:])
    stake = sum(Fraction(row[5]) for row in rows[3:])
    if f"共 {len(rows) - 3} 项，其中缺项和待定 {still_open} 项；涉及 {float(stake):g} 分" not in rows[1][0]:
        yield f"{rows[1][0]}: {len(rows) - 3}, {still_open}, {stake}"
    yield from _deadlines(told, notice, whole, sheets["期限"])


def _gaps(
    told: Told, lacking: Mapping[str, str], notice: Mapping[str, tuple[Day, list[str]]], whole: date | None
) -> Iterator[tuple[str, ...]]:
    points, titles = scores.points(told), scores.titles()
    tasks = {row["line"]: row for row in told.rows("assignment")}
    for line, title in titles.items():
        if line not in points or line == "26+":
            continue
        its, full = points[line], scores.FULL.get(line)
        task = tasks.get(line, {})
        dues = [(day, name) for name, (day, lines) in notice.items() if line in lines]
        dues += [(task["due"], "任务分解表")] if "due" in task else []
        if not any(isinstance(day, date) for day, _ in dues):
            dues += [(whole, "报送自评材料")] if whole else []
        told_dues = "\n".join(
            f"{_called(day)} {name}" for day, name in sorted(dues, key=lambda due: _sorted_by(due[0]))
        )
        who = (str(task.get("department") or "（未分解）"), str(task.get("person") or ""), told_dues)
        pieces = _halves(told, line) or [its]
        for piece in pieces:
            if not piece.single:
                kind = _OPEN[1] if line in _unfiled(told) else _OPEN[0]
                yield called(line), title, kind, _number(piece.high - piece.low), *who
        if line in lacking:
            yield called(line), title, "缺佐证", lacking[line], *who
        elif full is not None and all(piece.single for piece in pieces) and its.high < full:
            yield called(line), title, "未得满分", _number(full - its.high), *who


def _called(day: Day) -> str:
    return f"写的是“{day}”，读不成日期，请写明年、月、日" if isinstance(day, str) else str(day or "通知未载明")


def _sorted_by(day: Day) -> date:
    return day if isinstance(day, date) else date.max


def _halves(told: Told, line: str) -> list[Span]:
    if line == "7":
        halves = {"71": team.line_7a(told.unit), "72": team.line_7b(told.unit)}
        return [told.by_eye.get(name, its) for name, its in halves.items()]
    return [reckoning.line_28a(told.unit), reckoning.line_28b(told.unit)] if line == "28" else []


def _unfiled(told: Told) -> set[str]:
    """The lines of which nobody filed anything: no judgement, no record of their own."""
    judged = {row["line"] for kind in ("judgement", UNREADABLE) for row in told.rows(kind)}
    areas = {row["area"] for row in told.rows("spot_check")}
    declared = {row["id"] for row in told.rows("indicator")}
    lines = {line for line in ("20", "21", "22", "23", "29", "30", "31") if line not in judged}
    lines |= {
        line
        for line, area in {
            "14": "上网服务场所", "15": "网络文化单位", "16": "娱乐演出艺术品", "17": "文物经营", "18": "广电影视卫星",
            "19": "出版印刷", "24": "审批案卷", "33": "12318举报",
        }.items()
        if area not in areas
    }  # fmt: skip
    lines |= {"25"} if not told.rows("approval_window") else set()
    return lines | ({"27"} if "27" not in judged and "random-check-coverage" not in declared else set())


def _deadlines(
    told: Told, notice: Mapping[str, tuple[Day, list[str]]], whole: date | None, rows: list[Row]
) -> Iterator[str]:
    titles = scores.titles()
    expected = {name: (day, _joined(lines)) for name, (day, lines) in notice.items()}
    expected["报送自评材料"] = (whole, "")
    for row in told.rows("assignment"):
        if "due" in row:
            expected[f"完成：{titles[row['line']]}"] = (row["due"], called(row["line"]))
    listed = {row[3]: row for row in rows[3:]}
    if f"共{len(rows) - 3}个期限" not in rows[1][0] or len(listed) != len(rows) - 3:
        yield f"{rows[1][0]}, {len(rows) - 3} are listed"
    for name, (day, lines) in expected.items():
        row = listed.pop(name, None)
        if row is None or row[0] != _called(day) or row[5] != lines:
            yield f"{name}: {row}, {day} and {lines} by the records"
        elif isinstance(day, date):
            yield from _day(row, day)
    for name, row in listed.items():
        if row[4] != "报送" or row[5] or not row[6]:  # a document that the records suffice for
            yield f"{name}: nobody set this"


def _day(row: Row, day: date) -> Iterator[str]:
    if row[1] != "星期" + "一二三四五六日"[day.weekday()]:
        yield f"{day} is no {row[1]}"
    last = day
    while not _worked(last):
        last -= timedelta(1)
    rest = f"否：{day.month}月{day.day}日是休息日，最后一个工作日是{last.month}月{last.day}日"
    if row[2] != ("是" if last == day else rest):
        yield f"{day}: {row[2]}"


def _worked(day: date) -> bool:
    return day in _WORKED or (day.weekday() < 5 and day not in _REST)


def _joined(lines: list[str]) -> str:
    return "、".join(called(line) for line in lines)


def _number(points: Fraction) -> str:
    return f"{float(points):g}"


def sheet_rows(grid: Sequence[Sequence[object]]) -> list[Row]:
    """Return the rows of a sheet as texts; empty cells are ""."""
    return [["" if cell is None else str(cell) for cell in row] for row in grid]

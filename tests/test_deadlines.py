"""Deadlines (期限): working days with 调休, what is due by when, the screen, 缺项清单 and the calendar file."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from kaoping.cli.main import run

from kaoping import api
from kaoping.core import workdays
from kaoping.core.errors import KaopingError
from kaoping.core.model import Location, Record
from kaoping.core.workdays import calendar, is_workday, last_workday, workdays_between
from kaoping.pipeline import contract
from kaoping.scoring.deadlines import Deadline, collect, left, of_line, rest_day, weekday, years_unsaid
from kaoping.sheets.gaps_sheet import gaps_sheet
from kaoping.sheets.ics import calendar_bytes, write_calendar
from units import PROOF, TRAINING, good_unit, only

FIRST, LAST = date(2017, 1, 1), date(2026, 12, 31)
KNOWN = st.dates(FIRST, LAST)
NOTICE = """\
due:
  training-plan: {date: 2017-03-10}
  self-assessment: {date: 2017-12-25}
"""
TASKS = """\
- {id: F01, line: "8", department: 综合科, person: 沈芷言, due: 2017-12-16}
- {id: F02, line: "7", department: 综合科, person: 沈芷言}
- {id: F03, line: "17", department: 执法大队, person: 高屿, due: 2017-12-16}
- {id: F04, line: "22", department: 执法大队, person: 高屿, due: 2017-12-16}
"""
DOCUMENTS = "报送报告、自评报告、审签页"  # what is due with the self-assessment
UNIT = Record("unit", "JSZD", {"id": "JSZD", "name": "甲市文化市场综合执法支队", "year": 2017}, Location())


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    folder = good_unit(tmp_path / "甲市", {"assignments.yaml": TASKS})
    (folder / "notice.yaml").write_text(NOTICE, encoding="utf-8")
    return folder


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    """Set the day on which somebody reads the screen."""
    return lambda day: monkeypatch.setattr("kaoping.cli.console.today", lambda: day)


def _days(year: int, month: int, text: str) -> dict[date, bool]:
    """`1休 2班` → whether each day of a month is worked, as the notice prints it."""
    return {date(year, month, int(word[:-1])): word[-1] == "班" for word in text.split()}


# Working days


@pytest.mark.parametrize(
    ("days", "what"),
    [
        (_days(2017, 1, "20班 21休 22班 26班 27休 28休 29休 30休 31休"), "春节：1月27日至2月2日，1月22日、2月4日上班"),
        (_days(2017, 2, "1休 2休 3班 4班 5休 6班"), "春节：1月27日至2月2日，1月22日、2月4日上班"),
        (_days(2017, 9, "29班 30班"), "国庆节：10月1日至8日，9月30日上班"),
        (_days(2017, 10, "1休 2休 3休 4休 5休 6休 7休 8休 9班"), "国庆节：10月1日至8日，9月30日上班"),
        (_days(2018, 2, "11班 14班 15休 16休 17休 18休 19休 20休 21休 22班 24班 25休"), "春节：2月15日至21日"),
        (_days(2018, 9, "28班 29班 30班"), "国庆节：10月1日至7日，9月29日、30日上班"),
        (_days(2018, 12, "28班 29班 30休 31休"), "2019年元旦：12月30日至1月1日，12月29日上班"),
        (_days(2020, 1, "19班 23班 24休 27休 30休 31休"), "春节延长至2月2日"),
        (_days(2020, 2, "1休 2休 3班"), "春节延长至2月2日，2月1日不再上班"),
        (_days(2023, 1, "2休 3班 20班 23休 24休 25休 26休 27休 28班 29班 30班"), "春节：1月21日至27日"),
        (_days(2023, 10, "1休 2休 3休 4休 5休 6休 7班 8班 9班"), "国庆节：9月29日至10月6日，10月7日、8日上班"),
        (_days(2026, 2, "13班 14班 15休 16休 20休 23休 24班 28班"), "春节：2月15日至23日，14日、28日上班"),
        (_days(2026, 9, "20班 24班 25休 26休 27休 28班"), "中秋节：9月25日至27日；9月20日上班"),
        (_days(2026, 10, "1休 7休 8班 10班 11休"), "国庆节：10月1日至7日，10月10日上班"),
    ],
)
def test_days_off_and_days_worked_are_those_of_the_notice(days: dict[date, bool], what: str) -> None:
    assert {day: is_workday(day) for day in days} == days, what


def test_the_file_lists_weekdays_off_and_weekends_worked_each_in_its_year() -> None:
    raw = workdays.resources.load_yaml(workdays.resources.schema("workdays.yaml"))
    assert list(raw) == list(range(FIRST.year, LAST.year + 1))
    for year, entry in raw.items():
        assert list(entry) == ["rest", "work"]
        for what, weekend in (("rest", False), ("work", True)):
            days = [day for listed in entry[what].values() for day in listed]
            assert all(day.year == year and (day.weekday() >= 5) is weekend for day in days), (year, what)
            assert len(days) == len(set(days))
        assert {"元旦", "春节", "清明节", "劳动节", "端午节", "国庆节"} <= set(entry["rest"]) | {"元旦"}
        assert all(isinstance(day, date) for what in entry.values() for listed in what.values() for day in listed)


def test_what_is_worked_instead_is_never_more_than_what_is_off() -> None:
    """调休 moves days, and the holidays themselves are off on top: at least the three days of 国庆 and 春节 each."""
    for year in calendar().years:
        off = sum(day.year == year for day in calendar().rest)
        worked = sum(day.year == year for day in calendar().work)
        assert 247 <= sum(bool(is_workday(date(year, 1, 1) + timedelta(n))) for n in range(365)) <= 252
        assert off - worked >= 9


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        (date(2017, 9, 29), date(2017, 10, 9), 2),  # Saturday the 30th is worked, then eight days off
        (date(2017, 1, 20), date(2017, 2, 6), 8),
        (date(2018, 2, 9), date(2018, 2, 26), 8),
        (date(2026, 2, 13), date(2026, 2, 28), 6),
        (date(2017, 12, 4), date(2017, 12, 4), 0),
        (date(2017, 12, 5), date(2017, 12, 4), 0),
        (date(2017, 12, 29), date(2018, 1, 2), 1),
    ],
)
def test_working_days_after_one_day_up_to_another(start: date, end: date, count: int) -> None:
    assert workdays_between(start, end) == count


def test_a_year_that_is_not_on_file_is_unknown_and_never_monday_to_friday() -> None:
    wednesday, sunday = date(2027, 3, 10), date(2027, 3, 14)
    assert is_workday(wednesday) is None and is_workday(sunday) is None and is_workday(date(2016, 12, 31)) is None
    assert workdays_between(date(2026, 12, 30), date(2027, 1, 4)) is None
    assert last_workday(sunday) is None
    assert last_workday(FIRST) is None, "the last working day before New Year's Day 2017 is in a year not on file"
    assert left(wednesday, date(2026, 12, 30)) == "还有 70 天", "no working days are claimed"
    assert rest_day(sunday) == ""


@given(KNOWN, KNOWN, KNOWN)
def test_working_days_add_up_over_adjacent_spans_and_are_never_negative(a: date, b: date, c: date) -> None:
    a, b, c = sorted((a, b, c))
    parts = workdays_between(a, b), workdays_between(b, c)
    assert parts[0] is not None and parts[1] is not None
    assert workdays_between(a, c) == sum(part for part in parts if part)
    assert all(0 <= part <= (LAST - FIRST).days for part in parts if part is not None)
    assert workdays_between(c, a) == 0


@given(st.dates(date(2017, 2, 1), LAST))
def test_no_working_day_lies_between_the_last_one_and_the_day_itself(day: date) -> None:
    last = last_workday(day)
    assert last is not None and is_workday(last) and last <= day
    assert workdays_between(last, day) == 0


# What is said of a day


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2017, 12, 4), "还有 5 天（3 个工作日）"),
        (date(2017, 11, 30), "还有 1 天（1 个工作日）"),
        (date(2017, 11, 29), "今天截止"),
        (date(2017, 11, 26), "已过期 3 天"),
        (date(2016, 11, 28), "已过期 366 天"),
        (date(2016, 11, 27), "早已过期"),
    ],
)
def test_days_left(day: date, said: str) -> None:
    assert left(day, date(2017, 11, 29)) == said


def test_a_due_date_on_a_rest_day_names_the_last_working_day() -> None:
    assert rest_day(date(2021, 12, 5)) == "12月5日是休息日，最后一个工作日是12月3日"
    assert rest_day(date(2017, 10, 8)) == "10月8日是休息日，最后一个工作日是9月30日"
    assert rest_day(date(2017, 9, 30)) == "", "a Saturday that is worked"
    assert [weekday(date(2017, 12, n)) for n in (4, 10)] == ["星期一", "星期日"]


def test_unknown_years_are_said_once_and_only_those_that_matter() -> None:
    today = date(2026, 11, 28)
    assert years_unsaid([date(2026, 12, 5), date(2020, 1, 1)], today) == ""
    said = years_unsaid([date(2026, 12, 5), date(2027, 3, 1), date(2027, 4, 1)], today)
    assert said == "2027年的放假安排还没有公布或没有收录，只能按日历天算。"
    assert years_unsaid([date(2126, 1, 1)], today).startswith("2027、2028、2029等年的")
    assert years_unsaid([date(2027, 3, 1)], date(2027, 3, 2)) == "", "over: no working days are counted"


# What is due


def test_deadlines_come_from_the_notice_the_documents_and_the_offices_tasks(unit: Path) -> None:
    found = {deadline.key: deadline for deadline in api.assess(unit).deadlines}
    assert next(iter(found)) == "notice/training-plan" and list(found)[-1] == "notice/self-assessment"
    plan, whole, task = (found[key] for key in ("notice/training-plan", "notice/self-assessment", "task/F01"))
    assert (plan.kind, plan.day, plan.lines) == ("line", date(2017, 3, 10), ("7",))
    assert (plan.department, plan.person) == ("综合科", "沈芷言"), "whose line 7 is"
    assert (whole.kind, whole.documents, whole.about) == ("document", tuple(DOCUMENTS.split("、")), DOCUMENTS)
    assert (task.kind, task.day, task.lines, task.person) == ("task", date(2017, 12, 16), ("8",), "沈芷言")
    assert "task/F02" not in found, "an assignment without a date makes none"


def test_a_document_that_the_notice_has_no_entry_for_is_due_on_no_known_day(unit: Path) -> None:
    assessment = api.assess(unit)
    found = collect(
        assessment.rubric, assessment.dossier, [("整改报告", "rectification"), ("整改通报", "rectification")]
    )
    assert [(d.key, d.kind, d.title, d.day, d.documents) for d in found[-2:]] == [
        ("document/整改报告", "document", "报送整改报告", None, ("整改报告",)),
        ("document/整改通报", "document", "报送整改通报", None, ("整改通报",)),
    ]


def test_a_line_that_is_due_twice_keeps_both_dates_on_screen_in_json_and_in_the_list(unit: Path) -> None:
    assessment = api.assess(unit)
    gap = next(gap for gap in assessment.gaps if gap.line == "7")
    both = [(date(2017, 3, 10), "报送年度培训计划"), (date(2017, 12, 4), "报送年度培训总结（12月5日前）")]
    assert [(due.day, due.title) for due in gap.dues] == both
    assert (gap.due, gap.due_title) == both[0]
    told = contract.gaps(assessment.gaps, assessment.deadlines)
    entry = next(entry for entry in told["gaps"] if entry["line"] == "7")
    assert [(due["due"], due["title"]) for due in entry["dues"]] == [(day.isoformat(), title) for day, title in both]
    cells = [row[8] for row in _rows(assessment, "缺项清单") if row[2] == "第7项"]
    assert cells[0] == "2017-03-10 报送年度培训计划\n2017-12-04 报送年度培训总结（12月5日前）"


def test_a_date_that_the_notice_leaves_open_is_said_and_the_whole_packages_holds_too(unit: Path) -> None:
    (unit / "notice.yaml").write_text(
        "due:\n  training-summary: {date: }\n  site: {title: 现场核查, lines: '22'}\n"
        "  self-assessment: {date: 2017-12-25}\n",
        encoding="utf-8",
    )
    (unit / "records/assignments.yaml").unlink()
    deadlines = api.assess(unit).deadlines
    assert [d.title for d in deadlines if d.day is None] == ["报送年度培训计划", "现场核查"]
    assert [(d.title, d.day) for d in of_line("22", deadlines)] == [
        ("报送自评材料", date(2017, 12, 25)),
        ("现场核查", None),
    ]
    assert [d.title for d in of_line("7", deadlines)] == ["报送年度培训总结（12月5日前）", "报送年度培训计划"]


def test_a_date_for_a_line_that_the_rubric_lacks_is_told(unit: Path) -> None:
    (unit / "notice.yaml").write_text("due:\n  site: {title: 现场核查, lines: [7a]}\n", encoding="utf-8")
    finding = only(api.check(unit), "notice.misshapen")
    assert finding.at.path == "due.site.lines" and "没有第7a项" in finding.problem + finding.mend


# The screen


def _screen(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, list[str]]:
    status = run([str(argument) for argument in arguments])
    return status, capsys.readouterr().out.splitlines()


def test_what_is_over_comes_first_then_by_date(
    unit: Path, capsys: pytest.CaptureFixture[str], on: Callable[[date], None]
) -> None:
    on(date(2017, 12, 4))
    _, lines = _screen(capsys, "gaps", unit)
    end = lines.index("")
    assert lines[0] == "== 期限（今天是 2017-12-04）"
    told = [line for line in lines[1:end] if not line.startswith("另有")]
    assert "另有 1 个期限已经报送，或者过了而考评项没有缺项，不列。" in lines[:end], (
        "10月份办结案件: nothing to take off"
    )
    assert told[0] == "已过期 269 天　2017-03-10（星期五）　报送年度培训计划　第7项　综合科　沈芷言"
    assert [line.split("　")[0] for line in told] == [
        "已过期 269 天", "今天截止", "还有 12 天（9 个工作日）", "还有 12 天（9 个工作日）",
        "还有 16 天（12 个工作日）", "还有 21 天（15 个工作日）",
    ]  # fmt: skip
    rest = "2017-12-16（星期六；12月16日是休息日，最后一个工作日是12月15日）"
    assert f"还有 12 天（9 个工作日）　{rest}　任务分解　第17、22项　执法大队　高屿" in told, "one row for one person"
    line = next(n for n, line in enumerate(lines) if line.startswith("第7项 "))
    shown = next(text for text in lines[line:] if "期限：" in text)
    assert shown == (
        "    期限：2017-03-10 报送年度培训计划，已过期 269 天；2017-12-04 报送年度培训总结（12月5日前），今天截止"
    )
    department = lines[lines.index("== 执法大队") : lines.index("== 综合科")]
    assert [text[:3] for text in department if text.startswith("第")] == ["第17", "第22"]


def test_what_has_no_date_is_said_and_nothing_of_a_settled_line_is_called_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], on: Callable[[date], None]
) -> None:
    on(date(2018, 2, 1))
    settled = '- {id: F01, line: "10", department: 综合科, due: 2017-12-16}\n'
    twice = TRAINING + PROOF + TRAINING.replace("P01", "P02") + PROOF
    folder = good_unit(tmp_path / "甲市", {"assignments.yaml": settled, "trainings.yaml": twice})
    assessment = api.assess(folder)
    assert "10" not in {gap.line for gap in assessment.gaps}
    _, lines = _screen(capsys, "gaps", folder)
    head = lines[: lines.index("")]
    assert "没有日期　报送年度培训计划　第7项　通知未载明" in head
    assert f"没有日期　报送自评材料　{DOCUMENTS}　通知未载明" in head
    assert not [line for line in head if "第10项" in line]
    assert "另有 3 个期限已经报送，或者过了而考评项没有缺项，不列。" in head
    on(date(2017, 12, 16))
    _, lines = _screen(capsys, "gaps", folder)
    assert [line for line in lines if line.startswith("今天截止　2017-12-16") and "第10项" in line], "not over yet"


PLAN = "- {id: JH1, title: 年度培训计划, submitted: 2017-03-06}\n"
SUMMARY = "- {id: ZJ1, title: 年度培训总结, submitted: 2017-12-08, covers_outline: 是}\n"


def test_what_was_sent_is_not_called_overdue_however_late(
    unit: Path, capsys: pytest.CaptureFixture[str], on: Callable[[date], None]
) -> None:
    """Line 7 is still open: its summary came after the day. But it came, and so did the plan."""
    on(date(2017, 12, 20))
    (unit / "records/training_plans.yaml").write_text(PLAN, encoding="utf-8")
    (unit / "records/training_summaries.yaml").write_text(SUMMARY, encoding="utf-8")
    _, lines = _screen(capsys, "gaps", unit)
    head = lines[: lines.index("")]
    assert not [line for line in head if "报送年度培训" in line]
    line = next(n for n, line in enumerate(lines) if line.startswith("第7项 "))
    assert next(text for text in lines[line:] if "期限：" in text) == (
        "    期限：2017-03-10 报送年度培训计划，报送日期 2017-03-06；"
        "2017-12-04 报送年度培训总结（12月5日前），报送日期 2017-12-08"
    )
    a = api.assess(unit)
    told = contract.gaps(a.gaps, a.deadlines, api.handed_in(a, date(2017, 12, 20)))["deadlines"]
    assert {entry["key"]: entry["sent"] for entry in told if entry["sent"]} == {
        "notice/training-plan": "报送日期 2017-03-06", "notice/training-summary": "报送日期 2017-12-08",
    }  # fmt: skip


def test_a_summary_that_was_not_sent_is_overdue(
    unit: Path, capsys: pytest.CaptureFixture[str], on: Callable[[date], None]
) -> None:
    on(date(2017, 12, 20))
    unsent = SUMMARY + SUMMARY.replace("ZJ1", "ZJ2").replace("submitted: 2017-12-08, ", "")
    (unit / "records/training_summaries.yaml").write_text(unsent, encoding="utf-8")
    _, lines = _screen(capsys, "gaps", unit)
    assert [line for line in lines if line.startswith("已过期 16 天") and "培训总结" in line]


def test_of_a_document_nobody_knows_whether_it_was_sent(
    unit: Path, capsys: pytest.CaptureFixture[str], on: Callable[[date], None]
) -> None:
    on(date(2018, 1, 1))
    _, lines = _screen(capsys, "gaps", unit)
    assert f"已过期 7 天，报没报没有记录　2017-12-25（星期一）　报送自评材料　{DOCUMENTS}" in lines


def test_a_final_that_stands_and_whose_day_has_come_was_handed_in(
    settled: Path, final: api.Built, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(settled, tmp_path / "unit", ignore=shutil.ignore_patterns("成果", "修改")))
    a = api.assess(folder)
    day = date(2018, 1, 1)
    before = [its.key for its in api.pending(a, day)]
    assert "notice/self-assessment" in before and "task/F09" in before
    shutil.copytree(final.package, folder / "成果" / "报送稿")
    pending = [its.key for its in api.pending(a, day)]
    assert "notice/self-assessment" not in pending and not [key for key in pending if key.startswith("task/")]
    assert "document/整改进展情况报告" in pending, "the 报送稿 does not hold it"
    assert a.dated is not None
    earlier = a.dated - timedelta(days=1)
    assert "notice/self-assessment" in [its.key for its in api.pending(a, earlier)], "built, and not yet sent"


def test_an_unknown_year_is_said_once_on_screen(
    unit: Path, capsys: pytest.CaptureFixture[str], on: Callable[[date], None]
) -> None:
    on(date(2026, 12, 28))
    (unit / "notice.yaml").write_text("due:\n  self-assessment: {date: 2027-01-15}\n", encoding="utf-8")
    _, lines = _screen(capsys, "gaps", unit)
    assert lines.count("2027年的放假安排还没有公布或没有收录，只能按日历天算。") == 1
    assert f"还有 18 天　2027-01-15（星期五）　报送自评材料　{DOCUMENTS}" in lines


# 缺项清单


def _rows(assessment: Any, sheet: str) -> list[tuple[Any, ...]]:
    data = gaps_sheet(assessment.gaps, assessment.deadlines, [], [], "甲市", None)
    book = openpyxl.load_workbook(io.BytesIO(data))
    return [tuple(cell.value or "" for cell in row) for row in book[sheet].iter_rows(min_row=4)]


def test_the_list_has_a_sheet_of_all_deadlines_by_date_and_no_days_left(unit: Path) -> None:
    assessment = api.assess(unit)
    rows = _rows(assessment, "期限")
    assert [row[0] for row in rows] == [d.day.isoformat() for d in assessment.deadlines if d.day]
    assert rows[0] == (
        "2017-03-10", "星期五", "是", "报送年度培训计划", "通知要求", "第7项", "", "综合科", "沈芷言",
    )  # fmt: skip
    (task,) = (row for row in rows if row[5] == "第8项")
    assert task[1:3] == ("星期六", "否：12月16日是休息日，最后一个工作日是12月15日")
    assert rows[-1][3:7] == ("报送自评材料", "报送", "", DOCUMENTS)
    assert not [cell for row in rows for cell in row if "还有" in cell or "过期" in cell]


def test_the_list_says_what_has_no_date_and_whose_year_is_unknown(unit: Path) -> None:
    (unit / "notice.yaml").write_text("due:\n  self-assessment: {date: 2027-01-15}\n", encoding="utf-8")
    rows = _rows(api.assess(unit), "期限")
    assert rows[-1][:4] == ("通知未载明", "", "", "报送年度培训计划")
    assert rows[-2][:3] == ("2027-01-15", "星期五", "不知道：2027年的放假安排还没有公布或没有收录")


# 期限.ics


def _read(data: bytes) -> tuple[Any, list[Any]]:
    found: Any = Calendar.from_ical(data)
    return found, list(found.walk("VEVENT"))


def _deadline(day: date, title: str = "报送自评材料", key: str = "notice/self-assessment") -> Deadline:
    return Deadline(key, "document", title, day, ("7", "9"), ("自评报告",), "综合科", "沈芷言", "第7、9项")


def _alarm_days(event: Any) -> list[date]:
    start = datetime.combine(event.decoded("dtstart"), time())
    times = [start + alarm.decoded("trigger") for alarm in event.walk("VALARM")]
    assert {moment.time() for moment in times} == {time(9)}
    return [moment.date() for moment in times]


def test_the_calendar_read_back_has_every_dated_deadline(unit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, lines = _screen(capsys, "calendar", unit)
    path = unit / "成果" / "期限.ics"
    dated = [d for d in api.assess(unit).deadlines if d.day]
    assert (status, lines) == (0, [f"已写：{path}（{len(dated)} 个期限）"])
    _, events = _read(path.read_bytes())
    assert [(event.decoded("dtstart"), str(event["summary"])) for event in events] == [
        (date(2017, 3, 10), "【考评】报送年度培训计划"),
        (date(2017, 10, 30), "【考评】10月份办结案件录入平台"),
        (date(2017, 12, 4), "【考评】报送年度培训总结（12月5日前）"),
        (date(2017, 12, 16), "【考评】完成3项考评任务"),
        (date(2017, 12, 20), "【考评】完成机构和人员参公管理"),
        (date(2017, 12, 25), "【考评】报送自评材料"),
    ]
    assert [file.name for file in path.parent.iterdir()] == ["期限.ics"]
    first = events[0]
    assert first["dtstart"].params == {"VALUE": "DATE"}, "all day"
    assert str(first["description"]) == "涉及：第7项\n责任：综合科　沈芷言"
    assert [str(category) for category in first["categories"].cats] == ["考评", "通知要求"]
    saturday = next(event for event in events if event.decoded("dtstart") == date(2017, 12, 16))
    assert str(saturday["description"]).split("\n") == [
        "12月16日是休息日，最后一个工作日是12月15日",
        "第8项 综合执法人员培训达标比例（综合科，沈芷言）",
        "第17项 文物经营单位依法从事文物经营活动（执法大队，高屿）",
        "第22项 加强文化市场信用监管（执法大队，高屿）",
    ]


def test_a_task_for_every_line_makes_an_entry_a_day_and_two_reminders_each(unit: Path, tmp_path: Path) -> None:
    """Fifty tasks on two days, beside five deadlines: it was an entry each, and 110 reminders."""
    lines = [line.id for line in api.assess(unit).rubric.lines]
    tasks = "".join(f'- {{id: T{n}, line: "{line}", due: 2017-12-{11 + n % 2}}}\n' for n, line in enumerate(lines))
    (unit / "records" / "assignments.yaml").write_text(tasks, encoding="utf-8")
    path, _ = api.calendar(unit, tmp_path / "期限.ics")
    _, events = _read(path.read_bytes())
    days = [event.decoded("dtstart") for event in events]
    assert (len(lines), len(events)) == (50, 7)
    assert days.count(date(2017, 12, 11)) == days.count(date(2017, 12, 12)) == 1
    assert max(len(event.walk("VALARM")) for event in events) == 2
    listed = "\n".join(str(event["description"]) for event in events)
    rubric = api.assess(unit).rubric
    assert all(f"{rubric.called(line)} {rubric.line(line).title}" in listed for line in lines)


def test_two_runs_give_the_same_bytes(unit: Path, tmp_path: Path) -> None:
    paths = [api.calendar(unit, tmp_path / name)[0] for name in ("甲.ics", "乙.ics")]
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert path_text(paths[0]).count("DTSTAMP:20171225T000000Z") == 1, "the day that is due: no clock"


def path_text(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


def test_a_moved_date_keeps_its_uid_and_no_other_has_it(unit: Path) -> None:
    def uids(records: Record, rubric: str, day: date, key: str) -> str:
        return str(_read(calendar_bytes([_deadline(day, key=key)], records, rubric))[1][0]["uid"])

    one, other = date(2017, 12, 25), date(2017, 12, 28)
    elsewhere = Record("unit", "YSZD", {**UNIT.values}, Location())
    next_year = Record("unit", "JSZD", {**UNIT.values, "year": 2018}, Location())
    base = uids(UNIT, "a", one, "x")
    assert uids(UNIT, "a", other, "x") == base
    others = [
        uids(UNIT, "a", one, "y"), uids(UNIT, "b", one, "x"), uids(elsewhere, "a", one, "x"),
        uids(next_year, "a", one, "x"),
    ]  # fmt: skip
    assert len({base, *others}) == 5


def test_lines_end_in_crlf_and_long_chinese_ones_are_folded_between_characters() -> None:
    """RFC 5545, 3.1: no line longer than 75 octets, and none cut inside a character; commas and breaks escaped."""
    title = "报送年度培训总结、以案施训情况、线上考试达标情况,以及" * 6 + "；完"
    data = calendar_bytes([_deadline(date(2017, 12, 4), title)], UNIT, "r")
    assert data.endswith(b"END:VCALENDAR\r\n") and data.count(b"\n") == data.count(b"\r\n")
    folded = data.split(b"\r\n")
    assert max(len(line) for line in folded) <= 75 and sum(line.startswith(b" ") for line in folded) > 5
    assert all(line.decode("utf-8") is not None for line in folded), "each line is whole characters"
    _, (event,) = _read(data)
    assert str(event["summary"]) == f"【考评】{title}"


@pytest.mark.parametrize(
    ("day", "alarms", "why"),
    [
        (date(2017, 12, 15), [date(2017, 12, 8), date(2017, 12, 14)], "a week and a working day before"),
        (date(2017, 12, 4), [date(2017, 11, 27), date(2017, 12, 1)], "the day before is a Sunday"),
        (date(2017, 10, 15), [date(2017, 9, 30), date(2017, 10, 13)], "a week before is in 国庆: the Saturday worked"),
        (date(2017, 10, 8), [date(2017, 9, 30)], "both on the last working day: one is enough"),
        (date(2018, 2, 24), [date(2018, 2, 14), date(2018, 2, 23)], "over 春节"),
        (date(2027, 3, 15), [date(2027, 3, 8), date(2027, 3, 14)], "an unknown year: plain days"),
        (date(2027, 1, 3), [date(2026, 12, 25), date(2027, 1, 2)], "known as far as it goes"),
    ],
)
def test_reminders_stand_on_working_days(day: date, alarms: list[date], why: str) -> None:
    _, (event,) = _read(calendar_bytes([_deadline(day)], UNIT, "r"))
    assert _alarm_days(event) == alarms, why
    assert all(str(alarm["action"]) == "DISPLAY" and alarm["description"] for alarm in event.walk("VALARM"))
    assert ("放假安排" in event["description"]) is (day.year == 2027)


def test_what_has_no_date_is_told_and_not_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = good_unit(tmp_path / "甲市")
    status, lines = _screen(capsys, "calendar", folder, "--out", tmp_path / "a.ics")
    assert status == 0 and lines[1:] == [
        "没有写进去：报送年度培训计划（第7项），通知没有载明日期。",
        f"没有写进去：报送自评材料（{DOCUMENTS}），通知没有载明日期。",
    ]
    assert "报送自评材料" not in path_text(tmp_path / "a.ics")


def test_without_any_date_no_empty_calendar_is_written(tmp_path: Path) -> None:
    with pytest.raises(KaopingError) as refused:
        write_calendar(tmp_path / "期限.ics", [], UNIT, "r")
    assert "没有载明日期" in only(refused.value.findings, "calendar.no_dates").problem
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("step", "number", "said"),
    [("write_bytes", 28, "磁盘空间不够"), ("replace", 13, "正被别的程序占用"), ("mkdir", 30, "只读")],
)
def test_a_disk_or_lock_in_the_way_keeps_the_last_calendar(
    unit: Path, monkeypatch: pytest.MonkeyPatch, step: str, number: int, said: str
) -> None:
    path, _ = api.calendar(unit)
    before = path.read_bytes()
    (unit / "notice.yaml").write_text(NOTICE.replace("12-25", "12-28"), encoding="utf-8")

    def refuse(*_: object) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(f"kaoping.core.fs.{step}", refuse)
    with pytest.raises(KaopingError) as refused:
        api.calendar(unit)
    finding = only(refused.value.findings, "calendar.not_written")
    assert said in finding.problem and finding.at.file == "期限.ics"
    assert path.read_bytes() == before and [file.name for file in path.parent.iterdir()] == ["期限.ics"]


def test_nothing_but_an_ics_file_is_ever_written_over(unit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["calendar", str(unit), "--out", str(unit / "台账.xlsx")]) == 2
    assert "以 .ics 结尾" in capsys.readouterr().err and not (unit / "台账.xlsx").exists()

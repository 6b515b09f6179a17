"""缺项清单.xlsx: what is missing, undecided or unsupported, by department and person (任务分解表); and all deadlines.

No days left: they change by the day, and a package has no clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kaoping.core.figures import number
from kaoping.core.findings import Finding, counted
from kaoping.core.listing import Column, listing
from kaoping.core.named_commands import placed
from kaoping.core.workdays import is_workday
from kaoping.core.worksheets import Book, new_book
from kaoping.scoring.deadlines import UNSAID, Deadline, rest_day, weekday
from kaoping.scoring.gaps import Gap, tally
from kaoping.sheets.score_table import in_words

NOBODY = "（未分解）"
FINDINGS_SHEET, HELD_SHEET = "材料和记录的问题", "报送认可"
_TASKS = (
    Column("责任科室", 13),
    Column("责任人", 10),
    Column("考评项", 14),
    Column("内容", 28, left=True),
    Column("类别", 12),
    Column("涉及分值", 9),
    Column("情况", 48, left=True),
    Column("怎么办", 38, left=True),
    Column("期限", 24, left=True),
)
_DEADLINES = (
    Column("日期", 16),
    Column("星期", 9),
    Column("是否工作日", 28),
    Column("事项", 40, left=True),
    Column("类别", 11),
    Column("考评项", 16),
    Column("文稿", 18),
    Column("责任科室", 18),
    Column("责任人", 14),
)
_FINDINGS = (
    Column("程度", 8),
    Column("位置", 34, left=True),
    Column("问题", 46, left=True),
    Column("影响", 36, left=True),
    Column("怎么改", 46, left=True),
)


_HELD = (
    Column("事项", 11),
    Column("对象", 30, left=True),
    Column("情况", 52, left=True),
    Column("是否认可", 10),
    Column("认可人", 16),
    Column("日期", 13),
    Column("理由", 36, left=True),
)


@dataclass(frozen=True, slots=True)
class HeldRow:
    """Something that keeps the 报送稿 back unless it is accepted, as the sheet shows it."""

    what: str  # 个人信息 …
    about: str
    problem: str
    who: str = ""  # accepted it; "" where nobody did
    when: str = ""
    reason: str = ""


def gaps_sheet(
    gaps: Sequence[Gap],
    deadlines: Sequence[Deadline],
    findings: Sequence[Finding],
    held: Sequence[HeldRow],
    unit: str,
    dated: date | None,
) -> bytes:
    """Write the workbook: a sheet of tasks, one of deadlines, of findings in the input, of what may be accepted."""
    book = new_book("缺项清单", unit, dated)
    tasks = sorted(gaps, key=lambda gap: (gap.department or "\uffff", gap.person or "\uffff"))
    rows = [
        (
            gap.department or NOBODY, gap.person, gap.called, gap.title, gap.label,
            number(gap.stake) if gap.stake else "—", in_words(gap.what), gap.mend,
            "\n".join(_due(due) for due in gap.dues) or UNSAID,
        )
        for gap in tasks
    ]  # fmt: skip
    note = f"单位：{unit}　　{tally(gaps)}。按责任科室、责任人排列。"
    _listing(book, "缺项清单", note, _TASKS, rows)
    note = f"单位：{unit}　　共{len(deadlines)}个期限，按日期排列。工作日按国务院办公厅公布的放假和调休安排。"
    listing(book, "期限", note, _DEADLINES, [_row(deadline) for deadline in deadlines])
    notes = [(f.severity.label, f.at.lasting, f.problem, f.effect, f.mend) for f in findings]
    note = f"单位：{unit}　　{counted(findings) or '没有问题'}。"
    _listing(book, FINDINGS_SHEET, note, _FINDINGS, notes)
    if held:
        accepted = sum(bool(its.who) for its in held)
        note = f"单位：{unit}　　共{len(held)}处，已认可{accepted}处。没有认可的，不能生成报送稿；报送稿里不写认可。"
        _listing(book, HELD_SHEET, note, _HELD, [_held_row(its) for its in held])
    return book.close()


def _listing(book: Book, name: str, note: str, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    """Write a sheet, with the commands that its texts name as the places on the page where that is done."""
    here = [[placed(text) for text in row] for row in rows]
    if here != [list(row) for row in rows]:
        note += "“在‘…’里”说的是考评包页面上的地方。"
    listing(book, name, note, columns, here)


def _held_row(its: HeldRow) -> tuple[str, ...]:
    return its.what, its.about, its.problem, "已认可" if its.who else "没有认可", its.who, its.when, its.reason


def _due(deadline: Deadline) -> str:
    day = deadline.day.isoformat() if deadline.day else deadline.undated
    return f"{day} {deadline.source}"


def _row(deadline: Deadline) -> tuple[str, ...]:
    day = deadline.day
    when = (day.isoformat(), weekday(day), _workday(day)) if day else (deadline.undated, "", "")
    who = deadline.department.replace("、", "\n"), deadline.person.replace("、", "\n")
    return (
        *when, deadline.title, deadline.label, deadline.called, "、".join(deadline.documents), *who,
    )  # fmt: skip


def _workday(day: date) -> str:
    works = is_workday(day)
    if works is None:
        return f"不知道：{day.year}年的放假安排还没有公布或没有收录"
    return "是" if works else f"否：{rest_day(day)}"

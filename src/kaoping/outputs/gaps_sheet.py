"""缺项清单.xlsx: what is missing, undecided or unsupported, by department and person (任务分解表); and all deadlines.

No days left: they change by the day, and a package has no clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from kaoping.deadlines import UNSAID, Deadline, rest_day, weekday
from kaoping.figures import number
from kaoping.findings import Finding
from kaoping.gaps import Gap
from kaoping.outputs.sheets import HEAD_FONT, Book, height_of, new_book
from kaoping.workdays import is_workday

NOBODY = "（未分解）"
_TASKS = (
    ("责任科室", 13),
    ("责任人", 10),
    ("考评项", 8),
    ("内容", 28),
    ("类别", 12),
    ("涉及分值", 9),
    ("情况", 48),
    ("怎么办", 38),
    ("期限", 24),
)
_DEADLINES = (
    ("日期", 16),
    ("星期", 9),
    ("是否工作日", 28),
    ("事项", 40),
    ("类别", 11),
    ("考评项", 12),
    ("文稿", 18),
    ("责任科室", 18),
    ("责任人", 14),
)
_FINDINGS = (("程度", 8), ("位置", 34), ("问题", 46), ("影响", 36), ("怎么改", 46))
_LEFT = {"内容", "情况", "怎么办", "期限", "事项", "位置", "问题", "影响", "怎么改"}


def gaps_sheet(
    gaps: Sequence[Gap], deadlines: Sequence[Deadline], findings: Sequence[Finding], unit: str, dated: date | None
) -> bytes:
    """Write the workbook: one sheet of tasks, one of deadlines, one of findings in the input."""
    book = new_book("缺项清单", unit, dated)
    tasks = sorted(gaps, key=lambda gap: (gap.department or "\uffff", gap.person or "\uffff"))
    total = sum((gap.stake for gap in gaps), Fraction(0))
    rows = [
        (
            gap.department or NOBODY, gap.person, gap.line, gap.title, gap.label,
            number(gap.stake) if gap.stake else "—", gap.what, gap.mend,
            "\n".join(_due(due) for due in gap.dues) or UNSAID,
        )
        for gap in tasks
    ]  # fmt: skip
    note = f"单位：{unit}　　共{len(gaps)}项，涉及{number(total)}分。按责任科室、责任人排列。"
    _draw(book, "缺项清单", note, _TASKS, rows)
    note = f"单位：{unit}　　共{len(deadlines)}个期限，按日期排列。工作日按国务院办公厅公布的放假和调休安排。"
    _draw(book, "期限", note, _DEADLINES, [_row(deadline) for deadline in deadlines])
    notes = [(f.severity.label, f.at.lasting, f.problem, f.effect, f.mend) for f in findings]
    _draw(book, "材料和记录的问题", f"单位：{unit}　　共{len(notes)}条。", _FINDINGS, notes)
    return book.close()


def _due(deadline: Deadline) -> str:
    day = deadline.day.isoformat() if deadline.day else UNSAID
    return f"{day} {deadline.source}"


def _row(deadline: Deadline) -> tuple[str, ...]:
    day = deadline.day
    when = (day.isoformat(), weekday(day), _workday(day)) if day else (UNSAID, "", "")
    who = deadline.department.replace("、", "\n"), deadline.person.replace("、", "\n")
    return (
        *when, deadline.title, deadline.label, "、".join(deadline.lines), "、".join(deadline.documents), *who,
    )  # fmt: skip


def _workday(day: date) -> str:
    works = is_workday(day)
    if works is None:
        return f"不知道：{day.year}年的放假安排还没有公布或没有收录"
    return "是" if works else f"否：{rest_day(day)}"


def _draw(book: Book, title: str, note: str, heads: Sequence[tuple[str, int]], rows: Sequence[tuple[str, ...]]) -> None:
    sheet = book.sheet(title, [float(width) for _, width in heads])
    last = len(heads) - 1
    sheet.merge_range(0, 0, 0, last, title, book.format(border=0, align="center", font_name=HEAD_FONT, font_size=18))
    sheet.merge_range(1, 0, 1, last, note, book.format(border=0, align="left"))
    sheet.set_row(0, 34)
    head_format = book.format(font_name=HEAD_FONT, align="center", bg_color="#F2F2F2")
    for column, (head, _) in enumerate(heads):
        sheet.write_string(2, column, head, head_format)
    sheet.set_row(2, 24)
    sheet.repeat_rows(2)
    sheet.freeze_panes(3, 0)
    left, centre = book.format(align="left"), book.format(align="center")
    for index, row in enumerate(rows or [("无", *("" for _ in range(last)))]):
        for column, text in enumerate(row):
            sheet.write_string(3 + index, column, text, left if heads[column][0] in _LEFT else centre)
        sheet.set_row(3 + index, height_of([(text, heads[c][1]) for c, text in enumerate(row)]))
    if rows:
        sheet.autofilter(2, 0, 2 + len(rows), last)

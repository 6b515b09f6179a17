"""缺项清单.xlsx: what is missing, undecided or unsupported, by department and person (任务分解表)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from kaoping.figures import number
from kaoping.findings import Finding
from kaoping.gaps import Gap
from kaoping.outputs.listing import Column, listing
from kaoping.outputs.sheets import new_book

NOBODY = "（未分解）"
_TASKS = (
    Column("责任科室", 13),
    Column("责任人", 10),
    Column("考评项", 8),
    Column("内容", 28, left=True),
    Column("类别", 12),
    Column("涉及分值", 9),
    Column("情况", 48, left=True),
    Column("怎么办", 38, left=True),
    Column("期限", 16),
)
_FINDINGS = (
    Column("程度", 8),
    Column("位置", 34, left=True),
    Column("问题", 46, left=True),
    Column("影响", 36, left=True),
    Column("怎么改", 46, left=True),
)


def gaps_sheet(gaps: Sequence[Gap], findings: Sequence[Finding], unit: str, dated: date | None) -> bytes:
    """Write the workbook: one sheet of tasks, one of findings in the input."""
    book = new_book("缺项清单", unit, dated)
    tasks = sorted(gaps, key=lambda gap: (gap.department or "\uffff", gap.person or "\uffff"))
    total = sum((gap.stake for gap in gaps), Fraction(0))
    rows = [
        (
            gap.department or NOBODY, gap.person, gap.line, gap.title, gap.label,
            number(gap.stake) if gap.stake else "—", gap.what, gap.mend,
            f"{gap.due.isoformat()}\n{gap.due_title}".strip() if gap.due else "通知未载明",
        )
        for gap in tasks
    ]  # fmt: skip
    note = f"单位：{unit}　　共{len(gaps)}项，涉及{number(total)}分。按责任科室、责任人排列。"
    listing(book, "缺项清单", note, _TASKS, rows)
    notes = [(f.severity.label, f.at.lasting, f.problem, f.effect, f.mend) for f in findings]
    listing(book, "材料和记录的问题", f"单位：{unit}　　共{len(notes)}条。", _FINDINGS, notes)
    return book.close()

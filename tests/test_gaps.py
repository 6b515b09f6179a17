"""`kaoping gaps`: what is missing, what it may cost, by when, and whose it is."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from openpyxl import load_workbook

from kaoping import api
from kaoping.core.model import Status
from kaoping.scoring.gaps import LABELS
from units import PROOF, TRAINING, good_unit

LATE = "- id: ZJ01\n  title: 年度培训总结\n  submitted: 2017-12-08\n  covers_outline: 是\n"
TWO = TRAINING + PROOF + TRAINING.replace("P01", "P02")


def _gaps(folder: Path, line: str = "") -> list[api.Gap]:
    return [gap for gap in api.assess(folder).gaps if line in ("", gap.line)]


def _unit(tmp_path: Path, notice: str = "", **records: str) -> Path:
    folder = good_unit(tmp_path / "甲市", {f"{name}.yaml": text for name, text in records.items()})
    if notice:
        (folder / "notice.yaml").write_text(notice, encoding="utf-8")
    return folder


def test_every_line_that_is_not_settled_has_a_gap_and_no_other_has_one_for_nothing(tmp_path: Path) -> None:
    assessment = api.assess(_unit(tmp_path, training_summaries=LATE))
    unsettled = [s for s in assessment.card.lines if s.status in (Status.MISSING, Status.UNDECIDED)]
    open_lines = [s.line for s in unsettled if s.of != 0]  # lines 2 to 5 have their points on line 1
    assert [line for line in dict.fromkeys(g.line for g in assessment.gaps) if line in open_lines] == open_lines
    for gap in assessment.gaps:
        score = assessment.card.line(gap.line)
        assert gap.kind in LABELS and gap.label == LABELS[gap.kind]
        assert gap.what and gap.mend
        assert 0 <= gap.stake <= max(score.high - score.low, score.high, (score.of or Fraction(0)) - score.low)
    order = [line.id for line in assessment.rubric.lines]
    assert [g.line for g in assessment.gaps] == sorted((g.line for g in assessment.gaps), key=order.index)


def test_a_line_nobody_filled_in_may_cost_all_of_its_points(tmp_path: Path) -> None:
    (gap,) = _gaps(_unit(tmp_path), "8")
    assert (gap.kind, gap.stake, gap.digest != "") == ("missing", 1, True)
    assert "补填" in gap.mend


def test_an_undecided_part_says_which_and_gives_the_fingerprint_for_a_decision(tmp_path: Path) -> None:
    gaps = _gaps(_unit(tmp_path, training_summaries=LATE), "7")
    assert [(gap.kind, gap.stake, gap.what[:3]) for gap in gaps] == [("missing", 1, "（1）"), ("undecided", 1, "（2）")]
    assert gaps[1].digest in gaps[1].mend and len(gaps[1].digest) == 8


def test_points_without_proof_are_at_stake_and_the_basis_is_told(tmp_path: Path) -> None:
    (gap,) = _gaps(_unit(tmp_path, trainings=TWO), "10")
    assert (gap.kind, gap.stake) == ("unsupported", 1)
    assert "1分没有细则“依据”所列类型的佐证材料" in gap.what
    assert "培训计划、通知、照片、会议指南" in gap.mend


def test_points_without_proof_in_one_part_are_told_as_such(tmp_path: Path) -> None:
    """The line's last sentence belongs to another part: the gap must not repeat that one."""
    plan = "- id: JH01\n  title: 年度培训计划\n  submitted: 2017-03-01\n"
    summary = LATE.replace("12-08", "12-01") + "  evidence: 培训/通知.pdf\n"
    evidence = "- path: 培训/通知.pdf\n  type: 工作总结\n"
    notice = "due:\n  training-plan: {date: 2017-03-31}\n"
    folder = _unit(tmp_path, notice, training_plans=plan, training_summaries=summary, evidence=evidence)
    unsupported = [gap for gap in _gaps(folder, "7") if gap.kind == "unsupported"]
    assert all("没有细则“依据”所列类型的佐证材料" in gap.what for gap in unsupported)
    assert [gap.stake for gap in unsupported] == [api.assess(folder).card.line("7").unsupported]


def test_a_settled_line_below_full_points_is_told_as_short(tmp_path: Path) -> None:
    (gap,) = _gaps(_unit(tmp_path), "10")
    assert (gap.kind, gap.stake, gap.label) == ("short", 1, "未得满分")


def test_a_line_with_full_and_proven_points_is_no_gap(tmp_path: Path) -> None:
    folder = _unit(tmp_path, trainings=TWO + PROOF)
    assert api.assess(folder).card.line("10").low == 2
    assert _gaps(folder, "10") == []


@pytest.mark.parametrize(
    ("own", "due", "title"),
    [
        ("", date(2017, 12, 4), "报送年度培训总结（12月5日前）"),
        ("2017-11-30", date(2017, 11, 30), "任务分解表"),
        ("2017-12-31", date(2017, 12, 4), "报送年度培训总结（12月5日前）"),
    ],
)
def test_the_earlier_of_the_notices_date_and_the_offices_own_counts(
    tmp_path: Path, own: str, due: date, title: str
) -> None:
    assigned = f"- id: F01\n  line: '7'\n  department: 政策法规科\n  person: 周敏\n  due: {own}\n"
    gaps = _gaps(_unit(tmp_path, assignments=assigned), "7")
    assert {(gap.due, gap.due_title, gap.department, gap.person) for gap in gaps} == {
        (due, title, "政策法规科", "周敏")
    }


def test_a_line_without_a_date_of_its_own_has_the_whole_self_assessments(tmp_path: Path) -> None:
    (gap,) = _gaps(_unit(tmp_path, "due:\n  self-assessment: {date: 2017-12-25}\n"), "8")
    assert (gap.due, gap.due_title) == (date(2017, 12, 25), "报送自评材料")


def test_without_any_date_none_is_made_up(tmp_path: Path) -> None:
    (gap,) = _gaps(_unit(tmp_path), "8")
    assert (gap.due, gap.due_title, gap.department, gap.person) == (None, "", "", "")


def test_of_a_group_the_basis_of_each_line_that_lacks_it_is_named(clerk: api.Built) -> None:
    """It was the 依据 of the group's first line, whichever lacked its evidence."""
    gaps = [gap for gap in clerk.assessment.gaps if (gap.line, gap.kind) == ("1", "unsupported")]
    assert [gap.mend for gap in gaps] == ["补上细则“依据”所列类型的佐证材料：第4项以编办文件为依据"]
    sheet = load_workbook(clerk.package / "data" / "缺项清单.xlsx")["报送认可"]
    held = [row[2] for row in sheet.iter_rows(min_row=4, values_only=True) if row[:2] == ("没有佐证", "第1项")]
    assert ["；依据是：第4项以编办文件为依据。" in str(problem) for problem in held] == [True]


def test_the_list_calls_lines_as_the_rubrics_text_does(draft: api.Built) -> None:
    """40a and B1 are ours alone: who reads the list looks for 40） and for 1） among the 加减分项目."""
    book = load_workbook(draft.package / "data" / "缺项清单.xlsx")
    rows = [row for sheet in book for row in sheet.iter_rows(min_row=4, values_only=True)]
    column = {sheet.title: [cell.value for cell in sheet[3]] for sheet in book}
    shown = {
        str(row[column[sheet.title].index("考评项")])
        for sheet in book
        if "考评项" in column[sheet.title]
        for row in sheet.iter_rows(min_row=4, values_only=True)
    }
    rubric = draft.assessment.rubric
    assert shown <= {rubric.called(line.id) for line in rubric.lines} | {"", "None"}
    assert {"第40项", "加减分项目第1项"} <= shown
    told = {str(cell) for row in rows for cell in row if cell}
    assert any("考评项填7，分项填7b，事实指纹填" in text for text in told), "what is to be typed is named there"
    assert "加减分项目第1项（B1）" in told

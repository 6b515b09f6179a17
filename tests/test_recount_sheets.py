"""The workbooks of a package, counted again from the records: 缺项清单 and 成绩册."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from kaoping import api
from recount import gap_list, inputs, results, samples
from test_recount import LACKING, UNREAD, _drafted

#: What a notice in the sample's folder dates besides the source, read by eye; 报送自评材料 is the whole's day.
PLAN = {"报送年度培训计划": (date(2017, 3, 10), ["7"])}

#: What stands on the clerk's rubric sheet beside its lines, read by eye. For 第22项 it has √, none of the words.
TASKS = [
    {"line": "6", "department": "综合科", "person": "余清和", "due": date(2017, 12, 10)},
    {"line": "26", "department": "市场执法大队", "person": "程晚舟", "due": date(2017, 12, 10)},
    {"line": "30", "department": "市场执法大队", "person": "程晚舟", "due": date(2017, 12, 10)},
    {"line": "31", "department": "综合科"},
]


def _sheets(built: api.Built, name: str) -> dict[str, list[gap_list.Row]]:
    book = load_workbook(built.package / "data" / f"{name}.xlsx")
    return {sheet.title: gap_list.sheet_rows(list(sheet.iter_rows(values_only=True))) for sheet in book}


def test_the_citys_gaps_and_deadlines(draft: api.Built) -> None:
    told = samples.load(draft.assessment.dossier.folder)
    notice = {**gap_list.SOURCE_DAYS, **PLAN, "上报岗位练兵活动总结（9月30日前）": (date(2017, 9, 29), [])}
    sheets = _sheets(draft, "缺项清单")
    assert list(gap_list.wrong(told, LACKING["city"], notice, date(2017, 12, 25), sheets)) == []


def test_the_countys_gaps_and_deadlines(tmp_path: Path) -> None:
    built = _drafted("county-2017", tmp_path)
    told = samples.load(built.assessment.dossier.folder)
    sheets = _sheets(built, "缺项清单")
    notice = {**gap_list.SOURCE_DAYS, **PLAN}
    assert list(gap_list.wrong(told, LACKING["county"], notice, date(2017, 12, 25), sheets)) == []


def test_the_clerks_gaps_and_deadlines(clerk: api.Built) -> None:
    told = replace(inputs.load(clerk.assessment.dossier.folder), by_eye=UNREAD)
    told.unit.tables["assignment"] = TASKS
    told.unit.tables[gap_list.UNREADABLE] = [{"line": "22"}]
    notice = {**gap_list.SOURCE_DAYS, "报送年度培训计划": ("3月1日", ["7"])}  # of which year, nobody knows
    sheets = _sheets(clerk, "缺项清单")
    assert list(gap_list.wrong(told, LACKING["clerk"], notice, date(2017, 12, 15), sheets)) == []


def test_a_unit_that_filed_nothing_of_the_rubric(tmp_path: Path) -> None:
    """rectification-2022: each line is open for all that the source gives it, and nothing has a day."""
    sheets = _sheets(_drafted("rectification-2022", tmp_path), "缺项清单")
    rows = sheets["缺项清单"][3:]
    assert sum(float(row[5]) for row in rows if row[2][0] == "第") == 100


def test_the_results_of_the_contest(draft: api.Built) -> None:
    folder = draft.assessment.dossier.folder
    assert list(results.wrong(folder / "records", _sheets(draft, "成绩册"))) == []


@pytest.mark.parametrize("sheet", ["总成绩", "团体", "获奖名单", "练兵达标"])
def test_a_changed_number_of_the_results_is_found(sheet: str, draft: api.Built) -> None:
    sheets = _sheets(draft, "成绩册")
    row = list(sheets[sheet][3])
    at = {"总成绩": 4, "团体": 3, "获奖名单": 4, "练兵达标": 1}[sheet]
    row[at] = str(float(row[at]) + 1)
    sheets[sheet][3] = row
    assert list(results.wrong(draft.assessment.dossier.folder / "records", sheets))


def test_a_changed_gap_is_found(draft: api.Built) -> None:
    sheets = _sheets(draft, "缺项清单")
    told = samples.load(draft.assessment.dossier.folder)
    notice = {**gap_list.SOURCE_DAYS, **PLAN, "上报岗位练兵活动总结（9月30日前）": (date(2017, 9, 29), [])}
    for sheet, at in (("缺项清单", 5), ("期限", 0)):
        changed = dict(sheets)
        row = list(changed[sheet][3])
        row[at] = "9"
        changed[sheet] = [*sheets[sheet][:3], row, *sheets[sheet][4:]]
        assert list(gap_list.wrong(told, LACKING["city"], notice, date(2017, 12, 25), changed))

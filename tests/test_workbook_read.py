"""Reading the intake workbook back: what people really do to workbooks must work, and what can't be read is told."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from culture import CULTURE
from examples import sampled, without
from hostile_sheets import HEAVY, HOSTILE, renamed_csv
from kaoping import api
from kaoping.core import fs
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Severity
from kaoping.records import layout
from kaoping.records.readers.cells import reader
from kaoping.records.workbook import _kind_sheet, _notice_sheet, _rubric_sheet
from units import TRAINING, only
from workbooks import book_unit, cell_at, change, heads, sheet_of, tables_of, values

SHEET = sheet_of("training")
SECOND = TRAINING.replace("P01", "P02").replace("业务培训班", "法制培训班")
THIRD = TRAINING.replace("P01", "P03").replace("业务培训班", "骨干培训班")
TWO = TRAINING + "  evidence: 培训/通知.pdf\n" + SECOND
THREE = TWO + THIRD
GOOD = {
    "id": "P01", "title": "全市业务培训班", "date": "2017-05-16", "mode": "线下", "scope": "全市", "host": "市级",
    "case_based": "否", "evidence": "培训/通知.pdf",
}  # fmt: skip


def _unit(tmp_path: Path, edit: Any = None, **records: str) -> Path:
    named = {f"{name}.yaml": text for name, text in records.items()}
    return book_unit(tmp_path / "甲市", named, None if edit is None else lambda book: edit(book[SHEET]))


def _first(folder: Path) -> dict[str, object]:
    return values(tables_of(folder)["training"])[0]


def _codes(folder: Path) -> list[tuple[str, str]]:
    return [(f.code, str(f.at)) for f in api.check(folder).sorted()]


def _place(cell: Any) -> str:
    return f"台账.xlsx {SHEET}!{cell.coordinate}"


# -- as it was written -----------------------------------------------------------------------------------------------


def test_the_good_unit_reads_back_without_a_word(tmp_path: Path) -> None:
    folder = _unit(tmp_path)
    assert _codes(folder) == []
    assert _first(folder) == GOOD
    assert api.assess(folder).card.line("10").low == 1


def test_a_problem_names_sheet_and_cell(tmp_path: Path) -> None:
    folder = _unit(tmp_path, lambda sheet: setattr(cell_at(sheet, "方式"), "value", "混合"))
    finding = only(api.check(folder), "value.unfit")
    assert str(finding.at) == f"台账.xlsx {SHEET}!D5"
    assert "混合" in finding.problem and "线上、线下" in finding.problem


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    def spoil(sheet: Any) -> None:
        cell_at(sheet, "方式").value = "混合"
        cell_at(sheet, "日期").value = "5月36日"
        cell_at(sheet, "参训人数").value = "86卷"
        cell_at(sheet, "主办").value = None

    folder = _unit(tmp_path, spoil)
    cells = [(f.code, f.at.cell) for f in api.check(folder).sorted()]
    assert cells == [("value.unfit", "C5"), ("value.unfit", "D5"), ("value.missing", "F5"), ("value.unfit", "H5")]


# -- what people do --------------------------------------------------------------------------------------------------


def test_columns_in_another_order(tmp_path: Path) -> None:
    def reorder(sheet: Any) -> None:
        head, columns = heads(sheet)
        width = max(columns.values())
        for row in range(head, head + 3):
            cells = [sheet.cell(row, column).value for column in range(1, width + 1)]
            for column, value in enumerate(reversed(cells), 1):
                sheet.cell(row, column).value = value

    folder = _unit(tmp_path, reorder)
    assert _codes(folder) == [] and _first(folder) == GOOD


@pytest.mark.parametrize(
    ("title", "called", "code"),
    sampled(
        2,
        [
            ("名称", "培训名称", None),  # a synonym
            ("参训人数", "参训人数量", "table.column_guessed"),
            ("日期", " 日　期 ", None),
            ("方式", "方式（线上/线下）", None),
            ("以案施训", "以案施训？", "table.column_guessed"),
        ],
    ),
)
def test_a_column_that_somebody_renamed(tmp_path: Path, title: str, called: str, code: str | None) -> None:
    def rename(sheet: Any) -> None:
        head, columns = heads(sheet)
        sheet.cell(head, columns[title]).value = called

    folder = _unit(tmp_path, rename)
    assert _first(folder) == GOOD
    assert [found for found, _ in _codes(folder)] == ([code] if code else [])


def test_blank_rows_and_remarks_between_the_records(tmp_path: Path) -> None:
    def insert(sheet: Any) -> None:
        head, _ = heads(sheet)
        sheet.insert_rows(head + 3, amount=3)
        sheet.cell(head + 4, 2).value = "以下为下半年的培训"

    folder = _unit(tmp_path, insert, trainings=TWO)
    assert [record["id"] for record in values(tables_of(folder)["training"])] == ["P01", "P02"]
    finding = only(api.check(folder), "table.remark")
    assert "以下为下半年的培训" in finding.problem and finding.severity is Severity.WARNING


def test_rows_above_the_head(tmp_path: Path) -> None:
    folder = _unit(tmp_path, lambda sheet: sheet.insert_rows(1, amount=4))
    assert _codes(folder) == [] and _first(folder) == GOOD


def test_a_cell_merged_over_several_records_says_the_same_of_each(tmp_path: Path) -> None:
    def merge(sheet: Any) -> None:
        head, columns = heads(sheet)
        letter = sheet.cell(head, columns["主办"]).column_letter
        sheet.merge_cells(f"{letter}{head + 2}:{letter}{head + 4}")

    folder = _unit(tmp_path, merge, trainings=THREE)
    assert [record["host"] for record in values(tables_of(folder)["training"])] == ["市级"] * 3
    finding = only(api.check(folder), "table.filled_down")
    assert "市级" in finding.problem and finding.severity is Severity.NOTE


@pytest.mark.parametrize(
    "written",
    sampled(4, [
        "2017年5月16日", 20170516, 42871, "2017-05-16 09:30", "2017.5.16", "2017年05月16号", "2017/5/16", "2017-5-16",
        "20170516", "２０１７年５月１６日", "2017—5—16", "二〇一七年五月十六日",
    ]),
)  # fmt: skip
def test_a_date_as_people_write_it(tmp_path: Path, written: object) -> None:
    def write(sheet: Any) -> None:
        cell = cell_at(sheet, "日期")
        cell.value, cell.number_format = written, "General"

    folder = _unit(tmp_path, write)
    assert _first(folder) == GOOD
    finding = only(api.check(folder), "cell.corrected")
    assert finding.severity is Severity.NOTE and "“日期”" in finding.problem and "C5" in finding.problem
    assert api.assess(folder).card.line("10").low == 1


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("5月16日", "没有写年份的日期，按2017年计"),
        ("５月１６号", "没有写年份的日期，按2017年计"),
        ("5月16日至18日", "几天的日期，按第一天计（年份按2017年）"),
        ("2017年5月16日-5月18日", "几天的日期，按第一天计"),
        ("2017-05-16至2017-05-18", "几天的日期，按第一天计"),
        ("2017.5.16—18", "几天的日期，按第一天计"),
        ("五月十六日", "用中文数字写的日期，没有写年份的日期，按2017年计"),
        ("二O一七年五月十六日至十八日", "用中文数字写的日期，几天的日期，按第一天计"),
    ],
)
def test_a_date_that_says_less_or_more_than_one_day(tmp_path: Path, written: str, what: str) -> None:
    def write(sheet: Any) -> None:
        cell_at(sheet, "日期").value = written

    folder = _unit(tmp_path, write)
    assert what in only(api.check(folder), "cell.corrected").problem
    assert [str(r["date"]) for r in api.assess(folder).dossier.records("training")] == ["2017-05-16"]


@pytest.mark.parametrize(
    ("written", "text", "what"),
    [("26项", "26", "带单位“项”的数"), ("３家", "3", "带单位“家”的数"), ("0.5万元", "0.5万元", "")],
)
def test_a_number_without_a_unit_of_its_own_may_say_what_it_counts(written: str, text: str, what: str) -> None:
    field = CULTURE.kinds["indicator"].field("numerator")
    assert field is not None and reader(field)(written) == (text, what)


@pytest.mark.parametrize("written", ["2016年12月30日至2017年1月2日", "5月18日至16日", "5月16日至33日"])
def test_days_that_are_not_of_one_year_or_run_backwards_are_not_guessed(tmp_path: Path, written: str) -> None:
    def write(sheet: Any) -> None:
        cell_at(sheet, "日期").value = written

    assert only(api.check(_unit(tmp_path, write)), "value.unfit").at.cell == "C5"


@pytest.mark.parametrize(
    "written",
    sampled(3, ["5.16", "17.5.16", 516, "二〇一七年五月三十二日", "2017-13-01", "2017年2月30日", "2017年5月", 0.5]),
)
def test_what_is_no_whole_date_is_not_guessed(tmp_path: Path, written: object) -> None:
    def write(sheet: Any) -> None:
        cell = cell_at(sheet, "日期")
        cell.value, cell.number_format = written, "General"

    folder = _unit(tmp_path, write)
    assert only(api.check(folder), "value.unfit").at.cell == "C5"
    line = api.assess(folder).card.line("10")
    assert (line.low, line.high) == (0, 1)


@pytest.mark.parametrize(
    ("title", "written", "name", "read"),
    sampled(
        4,
        [
            ("参训人数", " 1,086 ", "people", "1086"),
            ("以案施训", "×", "case_based", "否"),
            ("方式", "线 下", "mode", "线 下"),
            ("方式", "线下 ", "mode", "线下 "),
            ("参训人数", "86", "people", "86"),
            ("参训人数", "８６", "people", "86"),
            ("学时", "１２．５", "hours", "12.5"),
            ("以案施训", False, "case_based", "否"),
            ("以案施训", "N", "case_based", "否"),
        ],
    ),
)
def test_a_value_as_people_write_it(tmp_path: Path, title: str, written: object, name: str, read: str) -> None:
    folder = _unit(tmp_path, lambda sheet: setattr(cell_at(sheet, title), "value", written))
    assert _first(folder)[name] == read
    fits = written != "线 下"
    assert [f.code for f in api.check(folder).errors] == ([] if fits else ["value.unfit"])
    if fits and written != "线下 ":
        assert only(api.check(folder), "cell.corrected").at.cell


def test_a_number_too_long_for_excel_is_no_number(tmp_path: Path) -> None:
    folder = _unit(tmp_path, lambda sheet: setattr(cell_at(sheet, "编号"), "value", 1234567890123456789))
    finding = only(api.check(folder), "cell.corrected")
    assert "超过15位" in finding.problem


def test_hidden_and_filtered_rows_count_and_are_told(tmp_path: Path) -> None:
    def hide(sheet: Any) -> None:
        head, _ = heads(sheet)
        sheet.auto_filter.ref = f"A{head}:J{head + 4}"
        sheet.row_dimensions[head + 3].hidden = True

    folder = _unit(tmp_path, hide, trainings=THREE)
    assert tables_of(folder)["training"].rows == 3
    assert "有 1 条记录在隐藏的行里" in only(api.check(folder), "table.hidden_rows").problem


def test_a_hidden_sheet_counts_and_is_told(tmp_path: Path) -> None:
    folder = _unit(tmp_path, lambda sheet: setattr(sheet, "sheet_state", "hidden"))
    assert _first(folder) == GOOD
    assert only(api.check(folder), "workbook.hidden_sheet").at.sheet == SHEET


def test_a_formula_without_its_value_is_told_and_counts_as_unknown(tmp_path: Path) -> None:
    folder = _unit(tmp_path, lambda sheet: setattr(cell_at(sheet, "日期"), "value", "=DATE(2017,5,16)"))
    finding = only(api.check(folder), "cell.formula_unsaved")
    assert finding.at.cell == "C5" and "保存一次" in finding.mend
    line = api.assess(folder).card.line("10")
    assert (line.low, line.high) == (0, 1)


def test_an_error_value_is_told_with_what_it_shows(tmp_path: Path) -> None:
    def break_it(sheet: Any) -> None:
        cell = cell_at(sheet, "参训人数")
        cell.value, cell.data_type = "#REF!", "e"

    folder = _unit(tmp_path, break_it)
    assert "#REF!" in only(api.check(folder), "cell.error").problem


def test_the_example_is_not_read_wherever_it_stands(tmp_path: Path) -> None:
    def move(sheet: Any) -> None:
        head, columns = heads(sheet)
        for column in range(1, max(columns.values()) + 1):
            sheet.cell(head + 6, column).value = sheet.cell(head + 1, column).value
            sheet.cell(head + 1, column).value = None

    folder = _unit(tmp_path, move)
    assert _codes(folder) == [] and tables_of(folder)["training"].rows == 1


def test_an_example_that_was_written_over_is_told(tmp_path: Path) -> None:
    folder = _unit(tmp_path, lambda sheet: setattr(cell_at(sheet, "名称", 0), "value", "全市安全培训"))
    finding = only(api.check(folder), "table.example_changed")
    assert finding.severity is Severity.WARNING and "第4行" in finding.problem
    assert tables_of(folder)["training"].rows == 1


@pytest.mark.parametrize("title", ["编号", "名称"])
def test_an_example_whose_mark_is_gone_is_still_the_example(tmp_path: Path, title: str) -> None:
    """Somebody deleted the column with 例： in it, or the two signs: what it shows never happened."""

    def unmark(sheet: Any) -> None:
        cell_at(sheet, "编号", 0).value = CULTURE.kinds["training"].fields[0].example
        if title != "编号":
            _without("编号")(sheet)

    folder = _unit(tmp_path, unmark, trainings=SECOND)
    assert tables_of(folder)["training"].rows == 1
    assert "第4行" in only(api.check(folder), "table.example_unmarked").problem


def test_subtotals_are_no_records(tmp_path: Path) -> None:
    def add(sheet: Any) -> None:
        head, columns = heads(sheet)
        sheet.cell(head + 3, 1).value = "合计"
        sheet.cell(head + 3, columns["参训人数"]).value = 86

    folder = _unit(tmp_path, add)
    assert "合计" in only(api.check(folder), "table.left_rows").problem
    assert tables_of(folder)["training"].rows == 1


# -- sheets and columns ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("called", sampled(1, ["Sheet7", "培训", "2017培训记录"]))
def test_a_renamed_sheet_is_known_by_its_heads(tmp_path: Path, called: str) -> None:
    folder = _unit(tmp_path, lambda sheet: setattr(sheet, "title", called))
    assert _first(folder) == GOOD
    assert SHEET in only(api.check(folder), "workbook.sheet_guessed").problem


@pytest.mark.slow
def test_all_sheets_renamed_are_known_by_their_words(tmp_path: Path) -> None:
    def rename(book: Any) -> None:
        _answer(book, "case-scope", "本级")
        for number, sheet in enumerate(book.worksheets):
            if not sheet.title.startswith("_"):
                sheet.title = f"表{number}"

    judged = "- {id: PD1, line: '20', choice: 良好, reason: 齐全, who: 办公会, when: 2017-12-15}\n"
    folder = book_unit(tmp_path / "甲市", {"judgements.yaml": judged}, rename)
    tables = tables_of(folder)
    assert values(tables["training"]) == [GOOD] and tables["judgement"].rows == 1
    assert api.assess(folder).rubric.notice.answers["case-scope"] == "本级"
    assert not api.check(folder).errors


def test_a_hidden_notice_sheet_is_read_too(tmp_path: Path) -> None:
    def hide(book: Any) -> None:
        _answer(book, "case-scope", "本级")
        book[layout.NOTICE_SHEET].sheet_state = "hidden"

    folder = book_unit(tmp_path / "甲市", edit=hide)
    assert api.assess(folder).rubric.notice.answers["case-scope"] == "本级"
    assert only(api.check(folder), "workbook.hidden_sheet").at.sheet == layout.NOTICE_SHEET


def test_a_rubric_sheet_without_its_lines_is_told(tmp_path: Path) -> None:
    def cut(book: Any) -> None:
        book[layout.RUBRIC_SHEET].delete_cols(2)

    assert only(api.check(book_unit(tmp_path / "甲市", edit=cut)), "workbook.no_head").at.sheet == layout.RUBRIC_SHEET


def test_a_head_that_is_repeated_on_every_page_is_no_record(tmp_path: Path) -> None:
    def repeat(sheet: Any) -> None:
        head, columns = heads(sheet)
        for column in columns.values():
            sheet.cell(head + 3, column).value = sheet.cell(head, column).value
            sheet.cell(head + 4, column).value = sheet.cell(head + 2, column).value
        sheet.cell(head + 4, 1).value = "P02"

    folder = _unit(tmp_path, repeat)
    assert [record["id"] for record in values(tables_of(folder)["training"])] == ["P01", "P02"]
    assert "重复的表头：第6行" in only(api.check(folder), "table.left_rows").problem


@pytest.mark.parametrize("mark", sampled(1, ["例 ： P01", "例:P01", "例如：P01"]))
def test_a_mark_of_the_example_that_somebody_retyped(tmp_path: Path, mark: str) -> None:
    folder = _unit(tmp_path, lambda sheet: setattr(cell_at(sheet, "编号", 0), "value", mark))
    assert tables_of(folder)["training"].rows == 1


def test_a_sheet_that_is_gone_is_told(tmp_path: Path) -> None:
    def drop(book: Any) -> None:
        del book[SHEET]

    assert SHEET in only(api.check(book_unit(tmp_path / "甲市", edit=drop)), "workbook.sheet_gone").problem


def test_two_sheets_whose_names_were_swapped_are_read_by_their_heads(tmp_path: Path) -> None:
    def swap(book: Any) -> None:
        one, other = book[SHEET], book[sheet_of("case")]
        one.title, other.title = "换", SHEET
        one.title = sheet_of("case")

    folder = book_unit(tmp_path / "甲市", edit=swap, offered=["case"])
    assert _first(folder) == GOOD
    assert {f.code for f in api.check(folder)} == {"workbook.sheet_guessed"}


def test_what_stands_beside_the_records_without_a_heading_is_told(tmp_path: Path) -> None:
    folder = _unit(tmp_path, lambda sheet: setattr(sheet["Q5"], "value", "旁注"))
    assert "Q列" in only(api.check(folder), "table.unknown_column").problem


def test_two_sheets_of_one_kind_are_both_read(tmp_path: Path) -> None:
    def copy(book: Any) -> None:
        other = book.copy_worksheet(book[SHEET])
        other.title = f"{SHEET} (2)"
        cell_at(other, "编号").value = "P09"

    folder = book_unit(tmp_path / "甲市", edit=copy)
    assert [record["id"] for record in values(tables_of(folder)["training"])] == ["P01", "P09"]


def test_a_sheet_of_somebodys_own_is_passed_over_with_a_word(tmp_path: Path) -> None:
    def add(book: Any) -> None:
        book.create_sheet("草稿")["B2"] = "随便写写"

    folder = book_unit(tmp_path / "甲市", edit=add)
    assert only(api.check(folder), "workbook.unknown_sheet").at.sheet == "草稿"


def test_a_sheet_without_its_head_is_an_error(tmp_path: Path) -> None:
    folder = _unit(tmp_path, lambda sheet: sheet.delete_rows(heads(sheet)[0]))
    assert only(api.check(folder), "workbook.no_head").severity is Severity.ERROR


def test_a_column_of_somebodys_own_is_told(tmp_path: Path) -> None:
    def add(sheet: Any) -> None:
        head, columns = heads(sheet)
        sheet.cell(head, max(columns.values()) + 1).value = "经办人心得"
        sheet.cell(head + 2, max(columns.values()) + 1).value = "很好"

    folder = _unit(tmp_path, add)
    assert "经办人心得" in only(api.check(folder), "table.unknown_column").problem


def _without(title: str) -> Any:
    def remove(sheet: Any) -> None:
        _, columns = heads(sheet)
        sheet.delete_cols(columns[title])

    return remove


def test_a_column_that_is_gone_is_unknown_not_empty(tmp_path: Path) -> None:
    """Without 方式 nobody can tell whether the training counts: a range, not a zero."""
    folder = _unit(tmp_path, _without("方式"))
    assert "方式" in only(api.check(folder), "table.missing_column").problem
    line = api.assess(folder).card.line("10")
    assert (line.low, line.high) == (0, 1)


def test_an_optional_column_that_is_gone_is_a_warning(tmp_path: Path) -> None:
    folder = _unit(tmp_path, _without("学时"))
    assert only(api.check(folder), "table.missing_optional").severity is Severity.WARNING


def test_ids_are_made_where_their_column_is_gone(tmp_path: Path) -> None:
    folder = _unit(tmp_path, _without("编号"), trainings=THREE)
    assert only(api.check(folder), "table.made_ids").severity is Severity.NOTE
    ids = [record["id"] for record in values(tables_of(folder)["training"])]
    assert len(set(ids)) == 3 and all(str(id_).startswith("自编") for id_ in ids)


# -- none this year --------------------------------------------------------------------------------------------------


def _say_none(sheet: Any, word: str = _kind_sheet.NONE) -> None:
    for row in sheet.iter_rows(min_row=1, max_row=3):
        for cell in row:
            if cell.value == _kind_sheet.NONE_LABEL:
                sheet.cell(cell.row, cell.column + _step(sheet, cell)).value = word
                return
    raise AssertionError("no place to say so")


def _step(sheet: Any, cell: Any) -> int:
    span = next((s for s in sheet.merged_cells.ranges if cell.coordinate in s), None)
    return 1 if span is None else span.max_col - cell.column + 1


def test_an_empty_sheet_says_nothing_and_one_that_says_none_says_none(tmp_path: Path) -> None:
    kind = sheet_of("county")
    assert "county" not in tables_of(book_unit(tmp_path / "a", offered=["county"]))
    folder = book_unit(tmp_path / "b", edit=lambda book: _say_none(book[kind]), offered=["county"])
    assert tables_of(folder)["county"].rows == 0 and _codes(folder) == []


def test_none_and_records_contradict_each_other(tmp_path: Path) -> None:
    folder = _unit(tmp_path, _say_none)
    assert only(api.check(folder), "workbook.none_and_rows").severity is Severity.ERROR
    assert tables_of(folder)["training"].rows == 1


def test_something_else_in_the_cell_for_none(tmp_path: Path) -> None:
    folder = _unit(tmp_path, lambda sheet: _say_none(sheet, "见附件"))
    assert "见附件" in only(api.check(folder), "workbook.none_unclear").problem


# -- the first sheet, the rubric sheet, the notice sheet -------------------------------------------------------------


def _find(sheet: Any, text: str) -> Any:
    for row in sheet.iter_rows():
        for cell in row:
            if str(cell.value or "").removesuffix(layout.REQUIRED_MARK).strip() == text:
                return cell
    raise AssertionError(f"no {text}")


def _below(sheet: Any, heading: str, line: str) -> Any:
    head = _find(sheet, heading)
    ids = _find(sheet, _rubric_sheet.LINE_HEAD)
    row = next(r for r in range(ids.row + 1, sheet.max_row + 1) if str(sheet.cell(r, ids.column).value) == line)
    return sheet.cell(row, head.column)


def test_a_unit_without_its_name_is_told_at_the_cell(tmp_path: Path) -> None:
    def clear(book: Any) -> None:
        cell = _find(book[layout.UNIT_SHEET], "单位名称")
        book[layout.UNIT_SHEET].cell(cell.row, cell.column + 1).value = None

    folder = book_unit(tmp_path / "甲市", edit=clear)
    finding = only(api.check(folder), "value.missing")
    assert finding.at.sheet == layout.UNIT_SHEET and "单位名称" in finding.problem


def test_choosing_and_assigning_on_the_rubric_sheet(tmp_path: Path) -> None:
    judged, shared = CULTURE.kinds["judgement"].on_rubric, CULTURE.kinds["assignment"].on_rubric

    def choose(book: Any) -> None:
        sheet = book[layout.RUBRIC_SHEET]
        _below(sheet, judged["choice"], "20").value = "良好"
        _below(sheet, judged["reason"], "20").value = "覆盖全部县（市、区）"
        _below(sheet, judged["who"], "20").value = "支队长办公会"
        _below(sheet, judged["when"], "20").value = "2017.12.15"
        _below(sheet, shared["department"], "10").value = "法规科"
        _below(sheet, shared["due"], "10").value = "2017-12-01"

    folder = book_unit(tmp_path / "甲市", edit=choose)
    tables = tables_of(folder)
    (judgement,) = values(tables["judgement"])
    assert judgement == {
        "id": "第20项", "line": "20", "choice": "良好", "reason": "覆盖全部县（市、区）", "who": "支队长办公会",
        "when": "2017-12-15",
    }  # fmt: skip
    assert values(tables["assignment"]) == [{"id": "第10项", "line": "10", "department": "法规科", "due": "2017-12-01"}]
    assert (api.assess(folder).card.line("20").low, api.check(folder).errors) == (2, [])


def test_a_choice_that_the_line_does_not_offer_is_told_at_its_cell(tmp_path: Path) -> None:
    head = CULTURE.kinds["judgement"].on_rubric["choice"]
    cells: list[Any] = []

    def choose(book: Any) -> None:
        cells.append(_below(book[layout.RUBRIC_SHEET], head, "20"))
        cells[0].value = "优秀"

    finding = only(api.check(book_unit(tmp_path / "甲市", edit=choose)), "judgement.not_an_option")
    assert (finding.at.sheet, finding.at.cell) == (layout.RUBRIC_SHEET, cells[0].coordinate)
    assert finding.at.record.endswith(f" {head}"), "the field as the sheet calls it"


def test_what_is_left_out_on_the_rubric_sheet_is_told_by_its_heading(tmp_path: Path) -> None:
    """理由 stands nowhere on the sheet: the heading is 评判理由."""
    judged = CULTURE.kinds["judgement"].on_rubric
    assert judged["reason"] != CULTURE.kinds["judgement"].field("reason").title

    def choose(book: Any) -> None:
        for name, value in (("choice", "良好"), ("who", "支队长办公会"), ("when", "2017-12-15")):
            _below(book[layout.RUBRIC_SHEET], judged[name], "20").value = value

    finding = only(api.check(book_unit(tmp_path / "甲市", edit=choose)), "value.missing")
    assert finding.problem == f"“{judged['reason']}”没有填。"
    assert finding.at.record.endswith(f" {judged['reason']}")


def _answer(book: Any, code: str, value: object) -> None:
    sheet = book[layout.NOTICE_SHEET]
    codes, answers = _find(sheet, _notice_sheet.CODE_HEAD), _find(sheet, _notice_sheet.ANSWER_HEAD)
    row = next(r for r in range(1, sheet.max_row + 1) if sheet.cell(r, codes.column).value == code)
    sheet.cell(row, answers.column).value = value


def test_questions_and_dates_are_answered_on_the_notice_sheet(tmp_path: Path) -> None:
    def answer(book: Any) -> None:
        _answer(book, "case-scope", "本级")
        _answer(book, "training-plan", "2017年3月10日")

    notice = api.assess(book_unit(tmp_path / "甲市", edit=answer)).rubric.notice
    assert notice.answers["case-scope"] == "本级" and str(notice.due["training-plan"]) == "2017-03-10"


def test_an_answer_that_is_no_option_is_told_at_its_cell(tmp_path: Path) -> None:
    folder = book_unit(tmp_path / "甲市", edit=lambda book: _answer(book, "case-scope", "看情况"))
    finding = only(api.check(folder), "notice.unknown_answer")
    assert (finding.at.file, finding.at.sheet) == (layout.WORKBOOK, layout.NOTICE_SHEET) and finding.at.cell


def test_a_row_of_the_notice_sheet_that_lost_its_code(tmp_path: Path) -> None:
    def spoil(book: Any) -> None:
        _answer(book, "case-scope", "本级")
        cell = _find(book[layout.NOTICE_SHEET], "case-scope")
        cell.value = None

    assert "本级" in only(api.check(book_unit(tmp_path / "甲市", edit=spoil)), "workbook.answer_lost").problem


@pytest.mark.parametrize(("typed", "said"), [("3月1日", "哪一年"), ("三月初", "应为日期")])
def test_a_deadline_that_is_no_day_is_asked_about_and_stops_nothing(tmp_path: Path, typed: str, said: str) -> None:
    folder = book_unit(tmp_path / "甲市", edit=lambda book: _answer(book, "training-plan", typed))
    told = only(api.check(folder), "workbook.no_day")
    assert typed in told.problem and said in told.problem and "报送年度培训计划" in told.problem
    assert told.severity is Severity.ERROR and "F" in str(told.at.cell)
    assert api.assess(folder).card.line("7").status


def test_a_question_answered_twice_and_differently(tmp_path: Path) -> None:
    folder = book_unit(tmp_path / "甲市", edit=lambda book: _answer(book, "case-scope", "本级"))
    (folder / "notice.yaml").write_text("answers:\n  case-scope: 全市\n", encoding="utf-8")
    finding = only(api.check(folder), "notice.told_twice")
    assert "本级" in finding.problem and "全市" in finding.problem
    (folder / "notice.yaml").write_text("answers:\n  case-scope: 本级\n", encoding="utf-8")
    assert not api.check(folder).errors


# -- files -----------------------------------------------------------------------------------------------------------


def test_a_whole_year_in_both_forms_is_not_added_up(tmp_path: Path) -> None:
    folder = _unit(tmp_path)
    api.export(folder, tmp_path / "out")
    (tmp_path / "out" / "records").rename(folder / "records")
    assert "只读了 台账.xlsx" in only(api.check(folder), "unit.two_forms").effect
    assert tables_of(folder)["training"].rows == 1


def test_records_of_another_kind_may_stand_beside_the_workbook(tmp_path: Path) -> None:
    folder = _unit(tmp_path)
    (folder / "records").mkdir()
    (folder / "records" / "trainings.yaml").write_text(SECOND, encoding="utf-8")
    assert [record["id"] for record in values(tables_of(folder)["training"])] == ["P01", "P02"]


def test_several_workbooks_are_told(tmp_path: Path) -> None:
    folder = _unit(tmp_path)
    (folder / "台账.xls").write_bytes((folder / layout.WORKBOOK).read_bytes())
    finding = only(api.check(folder), "workbook.several")
    assert "台账.xls" in finding.problem and finding.at.file == layout.WORKBOOK


@pytest.mark.parametrize("lock", ["~$台账.xlsx", ".~lock.台账.xlsx#"])
def test_a_workbook_open_elsewhere_is_read_as_it_was_saved_last(tmp_path: Path, lock: str) -> None:
    folder = _unit(tmp_path)
    (folder / lock).write_bytes(b"\x05clerk")
    assert only(api.check(folder), "sheet.open_elsewhere").severity is Severity.NOTE
    assert _first(folder) == GOOD


def test_a_workbook_that_another_program_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = _unit(tmp_path)
    real = fs.open_file

    def refuse(path: Path) -> BinaryIO:
        if path.name == layout.WORKBOOK:
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(fs, "open_file", refuse)
    findings = api.check(folder)
    assert [f.code for f in findings.errors] == ["sheet.in_use"]


def test_checking_never_touches_the_workbook(tmp_path: Path) -> None:
    folder = _unit(tmp_path)
    before = (folder / layout.WORKBOOK).read_bytes(), (folder / layout.WORKBOOK).stat().st_mtime_ns
    api.check(folder)
    api.assess(folder)
    assert before == ((folder / layout.WORKBOOK).read_bytes(), (folder / layout.WORKBOOK).stat().st_mtime_ns)


def test_a_workbook_without_the_sheet_it_was_made_with(tmp_path: Path) -> None:
    def forget(book: Any) -> None:
        del book[layout.META_SHEET]

    folder = _unit(tmp_path)
    change(folder, forget)
    assert _codes(folder) == [] and _first(folder) == GOOD


@pytest.mark.parametrize("name", without(HEAVY, [name for name, (_, code) in HOSTILE.items() if code]))
def test_a_hostile_workbook_ends_in_one_finding(tmp_path: Path, name: str) -> None:
    make, code = HOSTILE[name]
    (tmp_path / layout.WORKBOOK).write_bytes(make())
    assert _codes(tmp_path) == [(code, layout.WORKBOOK)]


def test_a_csv_renamed_is_no_workbook(tmp_path: Path) -> None:
    (tmp_path / layout.WORKBOOK).write_bytes(renamed_csv())
    assert _codes(tmp_path) == [("workbook.only_text", layout.WORKBOOK)]


def _with_parts(folder: Path, change: Callable[[str, bytes], bytes], **added: bytes) -> None:
    """Write the unit's workbook anew, each part changed, and parts added."""
    path = folder / layout.WORKBOOK
    stream = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, change(name, source.read(name)))
        for name, data in added.items():
            target.writestr(name, data)
    path.write_bytes(stream.getvalue())


def test_a_workbook_with_macros_and_with_links_is_read_with_a_word(tmp_path: Path) -> None:
    folder = _unit(tmp_path)
    _with_parts(
        folder,
        lambda _, data: data,
        **{"xl/vbaProject.bin": b"\xd0\xcf", "xl/externalLinks/externalLink1.xml": b"<a/>"},
    )
    assert [code for code, _ in _codes(folder)] == ["sheet.external_links", "sheet.macros"] and _first(folder) == GOOD


@pytest.mark.parametrize("last", sampled(1, [100_000, 1_000_000]))
def test_a_million_blank_rows_below_the_records_do_no_harm(tmp_path: Path, last: int) -> None:
    folder = _unit(tmp_path)
    blank = b"".join(b'<row r="%d" spans="1:1"/>' % row for row in range(1000, last))
    titled = SHEET.encode()

    def pad(name: str, data: bytes) -> bytes:
        own = name.startswith("xl/worksheets/sheet") and b"</sheetData>" in data and name.endswith(f"{number}.xml")
        return data.replace(b"</sheetData>", blank + b"</sheetData>") if own else data

    with zipfile.ZipFile(folder / layout.WORKBOOK) as book:
        sheets = re.findall(rb'<sheet name="([^"]+)"', book.read("xl/workbook.xml"))
    number = sheets.index(titled) + 1
    _with_parts(folder, pad)
    assert _codes(folder) == [] and _first(folder) == GOOD


def test_a_folder_with_nothing_of_a_unit(tmp_path: Path) -> None:
    with pytest.raises(KaopingError) as refused:
        api.assess(tmp_path)
    assert "台账.xlsx" in only(refused.value.findings, "unit.no_folder").problem


@pytest.mark.parametrize(
    "name", ["台账 (1).xlsx", "台账（2）.xlsx", "台账 - 副本.xlsx", "副本台账.xls", "台账最新.xlsx"]
)
def test_a_second_copy_beside_the_workbook_is_told(tmp_path: Path, name: str) -> None:
    folder = _unit(tmp_path)
    (folder / name).write_bytes((folder / layout.WORKBOOK).read_bytes())
    finding = only(api.check(folder), "workbook.copy")
    assert name in finding.problem and str(finding.at) == layout.WORKBOOK


@pytest.mark.parametrize("name", ["台账（标注）.xlsx", "台账（更新前）.xlsx", "案件台账.xlsx", "通讯录.xlsx"])
def test_what_is_no_copy_of_the_workbook_is_not_taken_for_one(tmp_path: Path, name: str) -> None:
    folder = _unit(tmp_path)
    (folder / name).write_bytes((folder / layout.WORKBOOK).read_bytes())
    assert "workbook.copy" not in _codes(folder)

"""`kaoping import`: ledgers as the offices' systems export them, previewed, matched, remembered."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.styles import Font

from kaoping import api
from kaoping.api import Preview, Request
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Finding, Severity
from kaoping.core.model import Unreadable
from kaoping.records import layout
from kaoping.records.readers._register import path_of
from units import good_unit, only
from workbooks import tables_of, values

PLAIN = "cell.corrected"  # a date as text: told, and not what these tests are about
HEADS = [
    "案件编号",
    "案件名称",
    "违法主体",
    "办理层级",
    "案件类别",
    "含禁止内容",
    "程序类型",
    "结案方式",
    "立案时间",
    "结案时间",
    "平台办理",
]
ROWS: list[list[Any]] = [
    ["A001", "未成年人案", "星河网吧", "本级", "上网服务", "否", "普通程序", "罚款", "2017-03-02", "2017-04-18", "是"],
    ["A002", "擅自演出案", "某演艺公司", "本级", "演出", "否", "简易程序", "警告", "2017.5.1", "2017年5月9日", "是"],
    ["A003", "非法出版物案", "某书店", "县级", "出版物", "是", "一般程序", "没收", "20170601", "20170630", "是"],
]  # fmt: skip


def _xlsx(path: Path, sheets: dict[str, Sequence[Sequence[Any]]], merge: Sequence[str] = ()) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for span in merge:
            sheet.merge_cells(span)
    book.save(path)
    return path


def _ledger(tmp_path: Path, name: str = "案件台账.xlsx", rows: Sequence[Sequence[Any]] = ROWS) -> Path:
    return _xlsx(tmp_path / name, {"Sheet1": [HEADS, *rows]})


def _unit(tmp_path: Path) -> Path:
    return good_unit(tmp_path / "甲市")


def _take(folder: Path, ledger: Path, kind: str = "case", **said: Any) -> Preview:
    found = api.preview(folder, Request(ledger, kind, **said))
    api.carry_out(found)
    return found


def _refused(folder: Path, ledger: Path, code: str, kind: str = "case", **said: Any) -> Finding:
    with pytest.raises(KaopingError) as caught:
        _take(folder, ledger, kind, **said)
    return only(caught.value.findings, code)


def _ids(folder: Path, kind: str = "case") -> list[object]:
    table = tables_of(folder).get(kind)
    return list(table.columns["id"]) if table else []


# -- reading ---------------------------------------------------------------------------------------------------------


def test_a_ledger_is_read_by_the_names_that_systems_use(tmp_path: Path) -> None:
    folder = _unit(tmp_path)
    found = _take(folder, _ledger(tmp_path))
    assert found.sheets[0].rows == 3 and not found.open_columns
    cases = values(tables_of(folder)["case"])
    assert cases[0] == {
        "id": "A001", "title": "未成年人案", "party": "星河网吧", "level": "本级", "category": "上网服务",
        "prohibited": "否", "procedure": "一般程序", "outcome": "罚款", "filed": "2017-03-02", "closed": "2017-04-18",
        "on_platform": "是",
    }  # fmt: skip
    assert [case["closed"] for case in cases] == ["2017-04-18", "2017-05-09", "2017-06-30"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_a_csv_in_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    text = "\r\n".join(",".join(map(str, row)) for row in [HEADS, *ROWS])
    ledger = tmp_path / "案件.csv"
    ledger.write_bytes(text.encode(encoding))
    folder = _unit(tmp_path)
    _take(folder, ledger)
    assert _ids(folder) == ["A001", "A002", "A003"]
    assert not api.check(folder).errors


def test_a_title_a_two_row_head_and_subtotals(tmp_path: Path) -> None:
    top = [
        "案件编号",
        "案件名称",
        "违法主体",
        "办理",
        None,
        "含禁止内容",
        "办理情况",
        None,
        "立案时间",
        "结案时间",
        "平台办理",
    ]
    low = [None, None, None, "层级", "类别", None, "程序类型", "结案方式", None, None, None]
    title = ["2017年度行政处罚案件台账", *[None] * 10]
    total = ["合计", None, None, None, None, None, None, "3件", None, None, None]
    foot = ["填表人：某某", *[None] * 10]
    merge = ["A1:K1", "D2:E2", "G2:H2", *(f"{letter}2:{letter}3" for letter in "ABCFIJK")]
    ledger = _xlsx(tmp_path / "台账.xlsx", {"案件": [title, top, low, *ROWS, total, foot]}, merge)
    folder = _unit(tmp_path)
    found = _take(folder, ledger)
    assert _ids(folder) == ["A001", "A002", "A003"]
    assert found.sheets[0].head == 2
    assert [(one.row + 1, one.why) for one in found.sheets[0].left] == [(7, "小计、合计行"), (8, "制表人、审核人的行")]
    assert values(tables_of(folder)["case"])[0]["procedure"] == "一般程序"


def test_a_total_under_the_number_of_the_row_is_no_record(tmp_path: Path) -> None:
    rows = [["序号", *HEADS], *([n, *row] for n, row in enumerate(ROWS, 1)), ["合计", "3件", *[None] * 10]]
    folder = _unit(tmp_path)
    _take(folder, _xlsx(tmp_path / "台账.xlsx", {"a": rows}))
    assert _ids(folder) == ["A001", "A002", "A003"]


def test_several_sheets_are_read_and_the_others_named(tmp_path: Path) -> None:
    sheets = {"上半年": [HEADS, ROWS[0]], "下半年": [HEADS, *ROWS[1:]], "说明": [["本台账由系统导出"], ["共两张"]]}
    folder = _unit(tmp_path)
    found = _take(folder, _xlsx(tmp_path / "台账.xlsx", sheets))
    assert [(s.name, s.rows) for s in found.sheets] == [("上半年", 1), ("下半年", 2)] and found.unread == ("说明",)
    assert _ids(folder) == ["A001", "A002", "A003"]


def test_one_sheet_alone_where_it_is_asked_for(tmp_path: Path) -> None:
    sheets = {"上半年": [HEADS, ROWS[0]], "下半年": [HEADS, *ROWS[1:]]}
    folder = _unit(tmp_path)
    _take(folder, _xlsx(tmp_path / "台账.xlsx", sheets), sheets=("下半年",))
    assert _ids(folder) == ["A002", "A003"]


def test_formulas_count_with_the_values_they_were_saved_with(tmp_path: Path) -> None:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("案件")
    sheet.write_row(0, 0, HEADS)
    for number, row in enumerate(ROWS, 1):
        sheet.write_row(number, 0, row)
        sheet.write_formula(number, 0, f'="A"&TEXT({number},"000")', None, f"A{number:03}")
    book.close()
    ledger = tmp_path / "案件.xlsx"
    ledger.write_bytes(stream.getvalue())
    folder = _unit(tmp_path)
    _take(folder, ledger)
    assert _ids(folder) == ["A001", "A002", "A003"]


def test_closed_cases_come_from_outcome_and_procedure_not_from_rows(tmp_path: Path) -> None:
    """Three rows, but one was a 简易程序: the rubric leaves it out (and asks what per head they come to)."""
    folder = _unit(tmp_path)
    staff = "- {id: B1, body: 支队, level: 本级, posts: 1, in_post: 1}\n"
    (folder / "records" / "establishments.yaml").write_text(staff, encoding="utf-8")
    (folder / "notice.yaml").write_text("answers: {case-scope: 全市}\n", encoding="utf-8")
    _take(folder, _ledger(tmp_path))
    line = api.assess(folder).card.line("26")
    counted = {use.id for use in line.uses if use.kind == "case" and use.counted}
    assert counted == {"A001", "A003"}


def test_a_column_that_the_ledger_lacks_is_unknown_not_empty(tmp_path: Path) -> None:
    """Without 结案方式 nobody knows which cases are closed: that is a range, not a confident zero."""
    at = HEADS.index("结案方式")
    rows = [[cell for column, cell in enumerate(row) if column != at] for row in [HEADS, *ROWS]]
    folder = _unit(tmp_path)
    (folder / "records" / "establishments.yaml").write_text(
        "- {id: B1, body: 支队, level: 本级, posts: 1, in_post: 1}\n", encoding="utf-8"
    )
    found = _take(folder, _xlsx(tmp_path / "台账.xlsx", {"a": rows}))
    assert "outcome" in [field.name for field in found.open_fields]
    line = api.assess(folder).card.line("26")
    assert line.low < line.high


# -- matching, asking, remembering -----------------------------------------------------------------------------------


def _renamed(tmp_path: Path, name: str = "台账.xlsx") -> Path:
    heads = ["甲栏" if head == "程序类型" else head for head in HEADS]
    return _xlsx(tmp_path / name, {"a": [heads, *ROWS]})


def test_a_required_column_that_nobody_knows_is_asked_for(tmp_path: Path) -> None:
    folder = _unit(tmp_path)
    finding = _refused(folder, _renamed(tmp_path), "ledger.unmatched")
    assert "程序" in finding.problem and "甲栏" in finding.problem and "--map" in finding.mend
    assert not (folder / layout.LEDGERS).exists()


@pytest.mark.parametrize("field", ["procedure", "程序"])
def test_what_was_said_once_is_remembered(tmp_path: Path, field: str) -> None:
    folder = _unit(tmp_path)
    _take(folder, _renamed(tmp_path), columns={"甲栏": field})
    assert values(tables_of(folder)["case"])[0]["procedure"] == "一般程序"
    again = _take(folder, _renamed(tmp_path, "二季度.xlsx"))
    assert [column.how for column in again.sheets[0].columns if column.heading == "甲栏"] == ["照以前"]


def test_a_column_that_is_said_to_be_none_is_not_asked_for_again(tmp_path: Path) -> None:
    folder = _unit(tmp_path)
    found = _take(folder, _renamed(tmp_path), columns={"甲栏": ""})
    assert not found.open_columns
    assert not api.preview(folder, Request(_renamed(tmp_path, "b.xlsx"), "case")).open_columns
    assert "程序" in only(api.check(folder), "ledger.missing_column").problem


def test_a_word_that_is_no_option_is_shown_and_its_meaning_remembered(tmp_path: Path) -> None:
    rows = [[*row] for row in ROWS]
    for row in rows:
        row[HEADS.index("案件类别")] = "网吧类"
    folder = _unit(tmp_path)
    ledger = _ledger(tmp_path, rows=rows)
    found = api.preview(folder, Request(ledger, "case"))
    assert found.open_words == {"category": {"网吧类": 3}}
    _take(folder, ledger, words={"类别": {"网吧类": "上网服务"}})
    assert {case["category"] for case in values(tables_of(folder)["case"])} == {"上网服务"}
    assert not api.check(folder).errors


def test_alike_slips_of_a_ledger_are_one_finding(tmp_path: Path) -> None:
    rows = [[f"A{n:03}", *ROWS[0][1:]] for n in range(200)]
    for row in rows:
        row[HEADS.index("结案方式")] = "其他结案"
    folder = _unit(tmp_path)
    _take(folder, _ledger(tmp_path, rows=rows))
    finding = only(api.check(folder), "value.unfit")
    assert "同样的共 200 处：H2、H3、H4、H5、H6等" in finding.problem
    assert str(finding.at) == f"{layout.LEDGERS}/案件台账.xlsx Sheet1!H2"


def test_two_columns_of_one_name_are_told(tmp_path: Path) -> None:
    ledger = _xlsx(tmp_path / "台账.xlsx", {"a": [[*HEADS, "立案时间"], *([*row, "2016-01-01"] for row in ROWS)]})
    found = api.preview(_unit(tmp_path), Request(ledger, "case"))
    assert "读的是 I 列，L 列没有读" in only(found.findings, "table.same_heading").problem
    assert "filed" not in [field.name for field in found.open_fields]


def test_a_ledger_of_nothing_but_its_head_is_told(tmp_path: Path) -> None:
    found = api.preview(_unit(tmp_path), Request(_ledger(tmp_path, rows=[]), "case"))
    assert only(found.findings, "ledger.no_rows").severity is Severity.WARNING


def test_a_ledger_without_numbers_says_what_that_means(tmp_path: Path) -> None:
    ledger = _xlsx(tmp_path / "台账.xlsx", {"a": [row[1:] for row in [HEADS, *ROWS]]})
    found = api.preview(_unit(tmp_path), Request(ledger, "case"))
    assert "--replace" in only(found.findings, "ledger.made_ids").mend


def test_similar_names_match_only_where_they_are_alike_enough(tmp_path: Path) -> None:
    """立案日期 and 结案日期 differ in one sign, and in everything that matters."""
    heads = ["移案日期" if head == "结案时间" else head for head in HEADS]
    ledger = _xlsx(tmp_path / "台账.xlsx", {"a": [heads, *ROWS]})
    found = api.preview(_unit(tmp_path), Request(ledger, "case"))
    assert {c.heading: c.field for c in found.sheets[0].columns}["移案日期"] == ""


def test_a_venue_is_found_by_its_name(tmp_path: Path) -> None:
    folder = _unit(tmp_path)
    venues = "- {id: C01, name: 星河网吧, category: 上网服务, operation: 全年营业}\n"
    (folder / "records" / "venues.yaml").write_text(venues, encoding="utf-8")
    rows = [["检查编号", "被检查单位", "检查日期", "检查类型"], ["J1", "星河网吧", "2017-03-01", "日常检查"]]
    _take(folder, _xlsx(tmp_path / "检查.xlsx", {"a": rows}), "inspection")
    assert not api.check(folder).errors
    (record,) = api.assess(folder).dossier.records("inspection")
    assert record["venue"] == "C01"


def test_rows_without_a_number_keep_their_ids_in_any_order(tmp_path: Path) -> None:
    folder = _unit(tmp_path)
    rows = [row[1:] for row in [HEADS, *ROWS]]
    _take(folder, _xlsx(tmp_path / "台账.xlsx", {"a": rows}))
    before = _ids(folder)
    _take(folder, _xlsx(tmp_path / "台账.xlsx", {"a": [rows[0], *reversed(rows[1:])]}))
    assert len(set(before)) == 3 and sorted(map(str, before)) == sorted(map(str, _ids(folder)))


# -- again, corrected, withdrawn -------------------------------------------------------------------------------------


def _bytes(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_preview_writes_nothing(tmp_path: Path) -> None:
    folder = _unit(tmp_path)
    before = _bytes(folder)
    api.preview(folder, Request(_ledger(tmp_path), "case"))
    assert _bytes(folder) == before


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    folder = _unit(tmp_path)
    _take(folder, _ledger(tmp_path))
    before = _bytes(folder)
    assert _take(folder, _ledger_copy(tmp_path, folder)).unchanged
    assert _bytes(folder) == before


def _ledger_copy(tmp_path: Path, folder: Path) -> Path:
    copy = tmp_path / "再来" / "案件台账.xlsx"
    copy.parent.mkdir()
    copy.write_bytes((folder / layout.LEDGERS / "案件台账.xlsx").read_bytes())
    return copy


def test_a_corrected_ledger_replaces_the_earlier_rows(tmp_path: Path) -> None:
    folder = _unit(tmp_path)
    _take(folder, _ledger(tmp_path))
    corrected = [[*ROWS[0][:2], "新月网吧", *ROWS[0][3:]], ROWS[1], ["A004", *ROWS[2][1:]]]
    found = _take(folder, _ledger(tmp_path, rows=corrected))
    assert (found.stands_for, found.added, found.removed, found.changed) == ("案件台账.xlsx", 1, 1, 1)
    assert _ids(folder) == ["A001", "A002", "A004"]
    assert values(tables_of(folder)["case"])[0]["party"] == "新月网吧"


def test_a_later_ledgers_rows_stand_for_those_of_the_same_number(tmp_path: Path) -> None:
    folder = _unit(tmp_path)
    _take(folder, _ledger(tmp_path))
    _take(folder, _ledger(tmp_path, "更正.xlsx", [[*ROWS[1][:2], "更正后的公司", *ROWS[1][3:]]]))
    cases = {case["id"]: case["party"] for case in values(tables_of(folder)["case"])}
    assert cases == {"A001": "星河网吧", "A003": "某书店", "A002": "更正后的公司"}
    assert "有 1 行的编号" in only(api.check(folder), "ledger.replaced_rows").problem


def test_a_corrected_ledger_under_another_name(tmp_path: Path) -> None:
    folder = _unit(tmp_path)
    _take(folder, _ledger(tmp_path))
    _take(folder, _ledger(tmp_path, "新台账.xlsx", ROWS[:2]), replaces="案件台账.xlsx")
    assert _ids(folder) == ["A001", "A002"]
    assert (folder / layout.LEDGERS / "已撤下" / "案件台账.xlsx").is_file()
    assert {f.code for f in api.check(folder)} == {PLAIN}


def test_a_ledger_that_overlaps_an_earlier_one_is_asked_about(tmp_path: Path) -> None:
    """A corrected ledger under a new name once kept the withdrawn cases, and said 不用处理."""
    folder = _unit(tmp_path)
    _take(folder, _ledger(tmp_path))
    before = _bytes(folder)
    finding = _refused(folder, _ledger(tmp_path, "更正后.xlsx", ROWS[:2]), "ledger.overlaps")
    assert "“案件台账.xlsx”有 2 行" in finding.problem and "A003" in finding.problem
    assert '--replace "案件台账.xlsx"' in finding.mend and "--beside" in finding.mend
    assert _bytes(folder) == before
    _take(folder, _ledger(tmp_path, "更正后.xlsx", ROWS[:2]), replaces="案件台账.xlsx")
    assert _ids(folder) == ["A001", "A002"]


def test_ledgers_that_overlap_may_both_stand(tmp_path: Path) -> None:
    folder = _unit(tmp_path)
    _take(folder, _ledger(tmp_path))
    _take(folder, _ledger(tmp_path, "另一份.xlsx", ROWS[:2]), beside=True)
    assert sorted(map(str, _ids(folder))) == ["A001", "A002", "A003"]
    assert "另有 1 行后来的台账里没有" in only(api.check(folder), "ledger.replaced_rows").problem


def test_a_ledger_with_all_the_rows_of_an_earlier_one_leaves_nothing_to_ask(tmp_path: Path) -> None:
    folder = _unit(tmp_path)
    _take(folder, _ledger(tmp_path, rows=ROWS[:2]))
    _take(folder, _ledger(tmp_path, "全年.xlsx"))
    assert _ids(folder) == ["A001", "A002", "A003"]


def test_a_ledger_is_taken_back(tmp_path: Path) -> None:
    folder = _unit(tmp_path)
    _take(folder, _ledger(tmp_path))
    assert api.withdraw(folder, "案件台账.xlsx").is_file()
    assert _ids(folder) == [] and [f.code for f in api.check(folder)] == []
    with pytest.raises(KaopingError) as caught:
        api.withdraw(folder, "案件台账.xlsx")
    assert "案件台账.xlsx" in only(caught.value.findings, "ledger.unknown").problem


def test_one_file_may_hold_two_kinds(tmp_path: Path) -> None:
    people = [["执法证号", "姓名", "在岗", "学分"], ["R1", "林晓岚", "是", 86]]
    folder = _unit(tmp_path)
    ledger = _xlsx(tmp_path / "汇总.xlsx", {"案件": [HEADS, *ROWS], "人员": people})
    _take(folder, ledger)
    _take(folder, ledger, "staff")
    assert _ids(folder) == ["A001", "A002", "A003"] and _ids(folder, "staff") == ["R1"]


def test_another_file_of_the_same_name_does_not_take_the_first_ones_place(tmp_path: Path) -> None:
    folder = _unit(tmp_path)
    _take(folder, _xlsx(tmp_path / "导出.xlsx", {"a": [HEADS, *ROWS]}))
    _take(folder, _xlsx(tmp_path / "导出.xlsx", {"a": [["执法证号", "姓名", "在岗"], ["R1", "林晓岚", "是"]]}), "staff")
    assert _ids(folder) == ["A001", "A002", "A003"] and _ids(folder, "staff") == ["R1"]
    assert (folder / layout.LEDGERS / "导出（执法人员）.xlsx").is_file()


def test_typed_records_and_a_ledger_add_up(tmp_path: Path) -> None:
    folder = _unit(tmp_path)
    (folder / "records" / "cases.yaml").write_text("- {id: A900, title: 手填的案件}\n", encoding="utf-8")
    _take(folder, _ledger(tmp_path))
    assert _ids(folder) == ["A900", "A001", "A002", "A003"]


# -- refusals and what is wrong with the folder ----------------------------------------------------------------------


def test_what_can_not_be_imported_is_told(tmp_path: Path) -> None:
    folder, ledger = _unit(tmp_path), _ledger(tmp_path)
    assert "cases" in _refused(folder, ledger, "ledger.unknown_kind", "cases").problem
    assert "单位情况" not in _refused(folder, ledger, "ledger.unknown_kind", "unit").mend
    assert "颜色" in _refused(folder, ledger, "ledger.unknown_field", columns={"案件名称": "颜色"}).problem
    assert "甲" in _refused(folder, ledger, "ledger.unknown_heading", columns={"甲": "title"}).problem
    assert "飞机" in _refused(folder, ledger, "ledger.unknown_option", words={"类别": {"演出": "飞机"}}).problem
    assert "经营单位" in _refused(folder, ledger, "ledger.not_this_kind", "venue").problem
    assert "旧.xlsx" in _refused(folder, ledger, "ledger.unknown", replaces="旧.xlsx").problem
    assert "没有.xlsx" in _refused(folder, tmp_path / "没有.xlsx", "ledger.no_file").problem
    assert _refused(tmp_path, ledger, "unit.no_folder")
    assert not (folder / layout.LEDGERS).exists()


def test_a_disk_that_refuses_leaves_the_earlier_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = _unit(tmp_path)
    _take(folder, _ledger(tmp_path))
    before = _bytes(folder)

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kaoping.core.fs.write_bytes", full)
    finding = _refused(folder, _ledger(tmp_path, rows=ROWS[:1]), "ledger.not_written")
    assert "磁盘空间不够" in finding.problem and _bytes(folder) == before


def test_a_ledger_whose_file_is_gone_or_never_came(tmp_path: Path) -> None:
    folder = _unit(tmp_path)
    _take(folder, _ledger(tmp_path))
    (folder / layout.LEDGERS / "案件台账.xlsx").rename(folder / layout.LEDGERS / "别的.xlsx")
    findings = api.check(folder)
    assert only(findings, "ledger.missing").severity is Severity.WARNING
    assert "别的.xlsx" in str(only(findings, "ledger.unregistered").at)


def test_a_ledger_that_lost_its_head(tmp_path: Path) -> None:
    folder = _unit(tmp_path)
    _take(folder, _ledger(tmp_path))
    _xlsx(folder / layout.LEDGERS / "案件台账.xlsx", {"a": [["一", "二"], ["三", "四"]]})
    assert only(api.check(folder), "ledger.no_head").severity is Severity.ERROR


@pytest.mark.parametrize(
    "text", ["- file: a.xlsx\n", "- {file: a.xlsx, kind: nope}\n", "- {file: a, kind: case, columns: {甲: 颜色}}\n"]
)
def test_a_register_that_somebody_changed(tmp_path: Path, text: str) -> None:
    folder = _unit(tmp_path)
    path_of(folder).parent.mkdir()
    path_of(folder).write_text(text, encoding="utf-8")
    assert "导入登记.yaml" in str(only(api.check(folder), "ledger.register").at)


# -- without retyping ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "footer",
    [
        ["制表人：张某", None, "审核人：李某"],
        ["制表人", "张某", "审核人", "李某", "日期", "2017-12-10"],
        ["单位负责人：", None, None, "填表人：", None, None, "联系电话：", "0571-0000000"],
        [None, "审核人：李某", None, None, None, "日期：2017年12月10日"],
        ["制表人：张某", None, None, "审核人：李某", None, None, "2017年12月6日"],
        ["填报人", "张某", None, None, datetime(2017, 12, 6)],
    ],
)
def test_who_made_the_table_is_no_record(tmp_path: Path, footer: list[Any]) -> None:
    folder = _unit(tmp_path)
    found = _take(folder, _ledger(tmp_path, rows=[*ROWS, footer + [None] * (len(HEADS) - len(footer))]))
    assert _ids(folder) == ["A001", "A002", "A003"] and [one.why for one in found.sheets[0].left] == [
        "制表人、审核人的行"
    ]


def test_how_many_there_are_is_no_record(tmp_path: Path) -> None:
    folder = _unit(tmp_path)
    found = _take(folder, _ledger(tmp_path, rows=[*ROWS, ["共3件", *[None] * (len(HEADS) - 1)]]))
    assert _ids(folder) == ["A001", "A002", "A003"] and [one.why for one in found.sheets[0].left] == ["小计、合计行"]


@pytest.mark.parametrize("mark", ["同上", "（同上）", "〃", "同上 "])
def test_a_ditto_mark_says_what_stands_above_and_that_is_told(tmp_path: Path, mark: str) -> None:
    rows = [list(row) for row in ROWS]
    rows[1][HEADS.index("违法主体")] = rows[2][HEADS.index("违法主体")] = mark
    rows[1][HEADS.index("程序类型")] = mark
    folder = _unit(tmp_path)
    _take(folder, _ledger(tmp_path, rows=rows))
    cases = values(tables_of(folder)["case"])
    assert [case["party"] for case in cases] == ["星河网吧"] * 3
    assert [case["procedure"] for case in cases] == ["一般程序"] * 3
    told = [finding.problem for finding in api.check(folder) if finding.code == PLAIN and "同上" in finding.problem]
    assert any("“当事人”有 2 格" in problem and "照上一条读" in problem for problem in told) and len(told) == 2


def test_a_ditto_mark_below_what_cant_be_read_cant_be_read(tmp_path: Path) -> None:
    rows = [list(row) for row in ROWS]
    rows[0][HEADS.index("立案时间")], rows[1][HEADS.index("立案时间")] = "三月初", "同上"
    folder = _unit(tmp_path)
    _take(folder, _ledger(tmp_path, rows=rows))
    assert [case["filed"] for case in values(tables_of(folder)["case"])][:2] == ["三月初", "三月初"]
    assert "三月初" in only(api.check(folder), "value.unfit").problem


def test_rows_that_a_filter_hides_count_and_are_told(tmp_path: Path) -> None:
    ledger = _ledger(tmp_path)
    book = openpyxl.load_workbook(ledger)
    book.worksheets[0].auto_filter.ref = "A1:K4"
    book.worksheets[0].row_dimensions[3].hidden = True
    book.save(ledger)
    folder = _unit(tmp_path)
    found = _take(folder, ledger)
    assert "1 条" in only(found.findings, "table.hidden_rows").problem
    assert _ids(folder) == ["A001", "A002", "A003"]
    assert only(api.check(folder), "table.hidden_rows").at.sheet == "Sheet1"


def test_a_row_that_is_struck_out_counts_and_is_asked_about(tmp_path: Path) -> None:
    """One struck cell says nothing of its row."""
    ledger = _ledger(tmp_path)
    book = openpyxl.load_workbook(ledger)
    for cell in book.worksheets[0][3]:
        cell.font = Font(strike=True)
    book.worksheets[0]["B4"].font = Font(strike=True)
    book.save(ledger)
    folder = _unit(tmp_path)
    assert "第3行" in only(_take(folder, ledger).findings, "table.struck_rows").problem
    told = only(api.check(folder), "table.struck_rows")
    assert told.severity is Severity.WARNING and told.at.cell == "A3"
    assert _ids(folder) == ["A001", "A002", "A003"]


def test_a_row_of_a_record_that_begins_like_a_footer_stays_one(tmp_path: Path) -> None:
    row = ["审核", *ROWS[0][1:]]
    folder = _unit(tmp_path)
    _take(folder, _ledger(tmp_path, rows=[*ROWS, row]))
    assert _ids(folder) == ["A001", "A002", "A003", "审核"]


def test_a_csv_whose_head_has_two_rows(tmp_path: Path) -> None:
    """What is merged in a workbook is an empty cell here."""
    top = "案件编号,案件名称,违法主体,办理,,含禁止内容,办理情况,,立案时间,结案时间,平台办理"
    low = ",,,层级,类别,,程序类型,结案方式,,,"
    ledger = tmp_path / "案件.csv"
    ledger.write_text("\n".join([top, low, *(",".join(map(str, row)) for row in ROWS)]), encoding="utf-8")
    folder = _unit(tmp_path)
    found = _take(folder, ledger)
    assert _ids(folder) == ["A001", "A002", "A003"] and not found.open_columns
    assert "办理·层级" in [column.heading for column in found.sheets[0].columns]


def test_the_unit_is_known_by_its_full_and_its_short_name(tmp_path: Path) -> None:
    rows = [
        [*row[:3], body, *row[4:]]
        for row, body in zip(ROWS, ["甲市文化执法支队", "甲市支队 ", "外地支队"], strict=True)
    ]
    heads = ["办案机构" if head == "办理层级" else head for head in HEADS]
    folder = _unit(tmp_path)
    unit = folder / "records/unit.yaml"
    text = re.sub(r"(?m)^(name|short_name):.*\n", "", unit.read_text("utf-8"))
    unit.write_text(f"{text}name: 甲市文化执法支队\nshort_name: 甲市支队\n", encoding="utf-8")
    (folder / "records/establishments.yaml").write_text(
        "- {id: B1, body: 甲市支队, level: 本级, posts: 1, in_post: 1}\n", encoding="utf-8"
    )
    _take(folder, _xlsx(tmp_path / "台账.xlsx", {"a": [heads, *rows]}))
    assert [case.get("level") for case in values(tables_of(folder)["case"])] == ["本级", "本级", None]
    assert "外地支队" in only(api.check(folder), "record.untold").problem


@pytest.mark.parametrize("word", ["未结", "未结案", "在办", "办理中", "—", "/"])
def test_a_case_that_is_not_closed_is_said_in_many_words(tmp_path: Path, word: str) -> None:
    row = list(ROWS[0])
    row[HEADS.index("结案方式")] = row[HEADS.index("结案时间")] = word
    folder = _unit(tmp_path)
    _take(folder, _ledger(tmp_path, rows=[row, *ROWS[1:]]))
    assert not api.check(folder).errors
    first, *_ = api.assess(folder).dossier.records("case")
    assert first["outcome"] is None and first["closed"] is None


@pytest.mark.parametrize("word", ["罚款、没收", "没收违法所得并处罚款", "罚款；没收非法财物"])
def test_a_fine_together_with_a_confiscation(tmp_path: Path, word: str) -> None:
    row = list(ROWS[0])
    row[HEADS.index("结案方式")] = word
    folder = _unit(tmp_path)
    _take(folder, _ledger(tmp_path, rows=[row]))
    assert not api.check(folder).errors
    assert [record["outcome"] for record in api.assess(folder).dossier.records("case")] == ["罚款并没收"]


def test_a_case_that_nobody_says_the_content_of_is_no_mistake(tmp_path: Path) -> None:
    at = HEADS.index("含禁止内容")
    folder = _unit(tmp_path)
    rows = [[*row[:at], *row[at + 1 :]] for row in [HEADS, *ROWS]]
    _take(folder, _xlsx(tmp_path / "台账.xlsx", {"a": rows}))
    assert {f.code for f in api.check(folder)} == {PLAIN}


def test_dates_without_a_year_are_of_the_year_that_the_table_names(tmp_path: Path) -> None:
    row = list(ROWS[0])
    row[HEADS.index("立案时间")], row[HEADS.index("结案时间")] = "3月2日", "4月18日"
    folder = _unit(tmp_path)
    _take(folder, _xlsx(tmp_path / "台账.xlsx", {"a": [["2017年案件台账"], HEADS, row]}))
    assert "按2017年计" in only([f for f in api.check(folder) if "立案" in f.problem], PLAIN).problem
    (case,) = api.assess(folder).dossier.records("case")
    assert (str(case["filed"]), str(case["closed"])) == ("2017-03-02", "2017-04-18")


def test_a_day_that_may_be_of_another_year_is_not_guessed(tmp_path: Path) -> None:
    """A case may have been filed in the year before; it was closed in the unit's, or does not count."""
    row = list(ROWS[0])
    row[HEADS.index("立案时间")], row[HEADS.index("结案时间")] = "3月2日", "4月18日"
    folder = _unit(tmp_path)
    _take(folder, _ledger(tmp_path, rows=[row]))
    assert "立案日期" in only(api.check(folder), "value.unfit").problem


VENUES = "".join(
    f"- {{id: C{n:02}, name: 第{n}网吧（普通合伙）, category: 上网服务, operation: 全年营业}}\n" for n in range(1, 31)
)


def _inspected(tmp_path: Path, heads: Sequence[str], *venues: Sequence[str]) -> Path:
    folder = _unit(tmp_path)
    (folder / "records" / "venues.yaml").write_text(VENUES, encoding="utf-8")
    rows = [[f"J{n}", *venue, "2017-03-01", "日常检查"] for n, venue in enumerate(venues)]
    ledger = _xlsx(tmp_path / "检查.xlsx", {"a": [["检查编号", *heads, "检查日期", "检查类型"], *rows]})
    _take(folder, ledger, "inspection")
    return folder


def _venues(folder: Path) -> list[object]:
    return [record["venue"] for record in api.assess(folder).dossier.records("inspection")]


def test_where_an_id_and_a_name_are_given_the_id_decides(tmp_path: Path) -> None:
    venues = [(f"C{n:02}", f"某{n}网络会所") for n in range(1, 29)]
    folder = _inspected(
        tmp_path, ["单位编号", "被检查单位"], *venues, ("C29", "第29网吧(普通合伙)"), ("", "第30网吧（普通合伙）")
    )
    assert _venues(folder) == [f"C{n:02}" for n in range(1, 31)]
    finding = only(api.check(folder), "value.other_name")
    assert "28 处" in finding.problem and "C01：“某1网络会所”，登记的是“第1网吧（普通合伙）”" in finding.problem


def test_a_name_is_known_in_half_width_brackets_too(tmp_path: Path) -> None:
    assert _venues(_inspected(tmp_path, ["被检查单位"], ["第7网吧(普通合伙)"], [" 第8网吧（普通合伙）"])) == [
        "C07",
        "C08",
    ]


def test_names_that_nobody_knows_are_one_finding(tmp_path: Path) -> None:
    folder = _inspected(tmp_path, ["被检查单位"], *([f"某{n}网吧"] for n in range(231)))
    finding = only(api.check(folder), "value.unknown_reference")
    assert "“某0网吧”、“某1网吧”" in finding.problem and "等231个" in finding.problem


BODIES = (
    "- {id: B1, body: 甲市文化市场综合执法支队, level: 本级, posts: 1, in_post: 1}\n"
    "- {id: B2, body: 东屏区文化市场综合执法大队, level: 县级, county: 东屏区, posts: 1, in_post: 1}\n"
)


def _by_agency(tmp_path: Path, *agencies: str) -> Path:
    heads = ["办案单位" if head == "办理层级" else head for head in HEADS]
    rows = [
        [agency if c == 3 else cell for c, cell in enumerate(row)] for row, agency in zip(ROWS, agencies, strict=True)
    ]
    folder = _unit(tmp_path)
    (folder / "records" / "establishments.yaml").write_text(BODIES, encoding="utf-8")
    county = "- {id: X1, name: 东屏区}\n"
    (folder / "records" / "counties.yaml").write_text(county, encoding="utf-8")
    _take(folder, _xlsx(tmp_path / "台账.xlsx", {"a": [heads, *rows]}))
    return folder


def test_who_handled_a_case_says_its_level_and_county(tmp_path: Path) -> None:
    one, other = "甲市文化市场综合执法支队", "东屏区文化市场综合执法大队"
    folder = _by_agency(tmp_path, one, other, other)
    assert {f.code for f in api.check(folder)} == {PLAIN}
    cases = [(case["level"], case["county"]) for case in api.assess(folder).dossier.records("case")]
    assert cases == [("本级", None), ("县级", "东屏区"), ("县级", "东屏区")]


def test_an_office_that_nobody_knows_tells_nothing(tmp_path: Path) -> None:
    folder = _by_agency(tmp_path, "甲市文化市场综合执法支队", "某局", "某局")
    finding = only(api.check(folder), "record.untold")
    assert "“某局”" in finding.problem and "办理层级、县（市、区）" in finding.problem and "共 2 处" in finding.problem
    levels = [case["level"] for case in api.assess(folder).dossier.records("case")]
    assert levels[0] == "本级" and all(isinstance(level, Unreadable) for level in levels[1:])


def test_a_column_that_is_asked_for_is_not_told_as_missing_too(tmp_path: Path) -> None:
    found = api.preview(_unit(tmp_path), Request(_renamed(tmp_path), "case"))
    assert {f.code for f in found.findings} == {PLAIN, "ledger.unmatched"}


# -- units -----------------------------------------------------------------------------------------------------------


def _fined(tmp_path: Path, heading: str, *fines: object, above: Sequence[Sequence[Any]] = ()) -> Path:
    rows = ([*row, fine] for row, fine in zip(ROWS, fines, strict=True))
    return _xlsx(tmp_path / "台账.xlsx", {"a": [*above, [*HEADS, heading], *rows]})


def _fines(folder: Path) -> list[object]:
    return [str(case["fine"]) for case in api.assess(folder).dossier.records("case")]


@pytest.mark.parametrize(
    ("heading", "fines"),
    [
        ("罚款金额（元）", (5000, "15,000", 1734)),
        ("罚款金额(元)", (5000, 15000, 1734)),
        ("罚款金额/元", (5000, 15000, 1734)),
        ("罚款（元）", (5000, 15000, 1734)),
        ("处罚金额（元）", (5000, 15000, 1734)),
        ("罚款金额（千元）", (5, 15, 1.734)),
        ("罚款金额（万元）", (0.5, 1.5, "0.1734")),
        ("罚款金额", ("5000元", "15000元整", "¥1734")),
        ("罚款金额（万元）", ("5000元", "1.5万", "0.1734")),
        ("罚款金额", ("伍仟元整", "人民币壹万伍仟元整", "一千七百三十四元")),
    ],
)
def test_a_fine_is_converted_exactly_from_the_unit_that_is_stated(
    tmp_path: Path, heading: str, fines: tuple[object, ...]
) -> None:
    folder = _unit(tmp_path)
    _take(folder, _fined(tmp_path, heading, *fines))
    assert _fines(folder) == ["1/2", "3/2", "867/5000"]
    assert {f.code for f in api.check(folder)} == {PLAIN}


def test_a_line_above_the_table_states_the_unit(tmp_path: Path) -> None:
    folder = _unit(tmp_path)
    _take(folder, _fined(tmp_path, "罚款金额", 5000, 15000, 1734, above=[["2017年案件台账"], ["单位：元"]]))
    assert _fines(folder) == ["1/2", "3/2", "867/5000"]


@pytest.mark.parametrize("said", ["处罚数（元）=罚款金额", "处罚数=罚款金额（元）", "处罚数（元）=fine"])
def test_map_states_the_unit_and_it_is_remembered(tmp_path: Path, said: str) -> None:
    heading, _, field = said.partition("=")
    folder = _unit(tmp_path)
    found = _take(folder, _fined(tmp_path, "处罚数", 5000, 15000, 1734), columns={heading: field})
    assert _fines(folder) == ["1/2", "3/2", "867/5000"]
    assert [column.unit for column in found.sheets[0].columns if column.field == "fine"] == ["元"]
    again = api.preview(folder, Request(_fined(tmp_path, "处罚数", 1, 2, 3), "case"))
    assert [column.unit for column in again.sheets[0].columns if column.field == "fine"] == ["元"]


def test_map_can_not_state_another_unit_than_the_heading(tmp_path: Path) -> None:
    folder, ledger = _unit(tmp_path), _fined(tmp_path, "处罚数（万元）", 0.5, 1.5, 2)
    assert (
        "处罚数（元）" in _refused(folder, ledger, "ledger.unknown_heading", columns={"处罚数（元）": "fine"}).problem
    )
    dollars = _fined(tmp_path, "处罚数（美元）", 1, 2, 3)
    assert "美元" in _refused(folder, dollars, "ledger.unit_unfit", columns={"处罚数（美元）": "fine"}).problem


def test_a_number_that_may_be_in_another_unit_is_asked_about(tmp_path: Path) -> None:
    """The final report once said 罚款1734000万元; one doubtful number makes its whole column so."""
    folder = _unit(tmp_path)
    _take(folder, _fined(tmp_path, "罚款金额", 1734000, 20, "3000元"))
    finding = only(api.check(folder), "value.unit_asked")
    assert str(finding.at).endswith("a!L2") and finding.severity is Severity.ERROR
    assert "按元计是173.4万元；按万元计是1734000万元" in finding.problem
    assert "“1734000元”或“1734000万元”" in finding.mend and "列名（元）=罚款金额" in finding.mend
    _, other, third = api.assess(folder).dossier.records("case")
    assert isinstance(other["fine"], Unreadable) and third["fine"] == Fraction(3, 10)


def test_a_large_number_in_a_stated_unit_counts_and_is_told(tmp_path: Path) -> None:
    folder = _unit(tmp_path)
    _take(folder, _fined(tmp_path, "罚款金额（元）", 1734000, 20000, 3000))
    assert "1734000" in only(api.check(folder), "value.unusual").problem
    assert _fines(folder) == ["867/5", "2", "3/10"]
    beside = _unit(tmp_path / "b")
    _take(beside, _fined(tmp_path, "罚款金额", "173.4万元", 2, 0.3))
    assert _fines(beside) == ["867/5", "2", "3/10"] and {f.code for f in api.check(beside)} == {PLAIN}


@pytest.mark.parametrize(
    ("typed", "codes"), [(5000, {"value.unit_asked"}), (60, {"value.unusual"}), ("5000万元", set())]
)
def test_yuan_typed_under_wanyuan_is_asked_about(tmp_path: Path, typed: object, codes: set[str]) -> None:
    """What a heading of ours or of a ledger says does not hold for a number a hundred times too large."""
    folder = _unit(tmp_path)
    _take(folder, _fined(tmp_path, "罚款金额（万元）", typed, 2, 0.3))
    found = api.check(folder)
    assert {f.code for f in found} - {PLAIN} == codes
    fines = [case["fine"] for case in api.assess(folder).dossier.records("case")]
    assert isinstance(fines[0], Unreadable) == (typed == 5000) and fines[1:] == [2, Fraction(3, 10)]
    if typed == 5000:
        assert "按元计是0.5万元" in only(found, "value.unit_asked").problem


@pytest.mark.parametrize("heading", ["罚款金额（美元）", "罚款金额（港元）"])
def test_a_column_of_another_currency_is_not_taken(tmp_path: Path, heading: str) -> None:
    found = api.preview(_unit(tmp_path), Request(_fined(tmp_path, heading, 1, 2, 3), "case"))
    assert {c.heading: c.field for c in found.sheets[0].columns}[heading] == ""


def _shares(tmp_path: Path, heading: str, *cells: object) -> tuple[Path, list[Finding]]:
    rows = [["编号", "抽查内容", "抽查户数", heading], *([f"S{n}", "安全", 7, cell] for n, cell in enumerate(cells))]
    folder = _unit(tmp_path)
    _take(folder, _xlsx(tmp_path / "抽查.xlsx", {"a": rows}), "random_check")
    return folder, [f for f in api.check(folder) if f.severity is Severity.ERROR]


@pytest.mark.parametrize(
    ("heading", "cell"),
    [("完成率", 0.944), ("完成率", "94.4%"), ("完成率（%）", 94.4), ("完成率%", "94.4"), ("完成率（‰）", 944)],
)
def test_a_share_is_read_from_its_unit(tmp_path: Path, heading: str, cell: object) -> None:
    folder, errors = _shares(tmp_path, heading, cell)
    assert errors == []
    assert [r["completion"] for r in api.assess(folder).dossier.records("random_check")] == [Fraction(944, 1000)]


@pytest.mark.parametrize(("heading", "cell"), [("完成率", 94.4), ("完成率（%）", 0.944), ("完成率（%）", 1)])
def test_a_share_that_may_be_a_hundred_times_another_is_asked_about(tmp_path: Path, heading: str, cell: object) -> None:
    _, errors = _shares(tmp_path, heading, cell)
    assert [finding.code for finding in errors] == ["value.unit_asked"]


@pytest.mark.parametrize("cell", ["42人", "42 名", "42人次", "４２人"])
def test_people_are_counted_with_their_word(tmp_path: Path, cell: str) -> None:
    heads = ["编号", "名称", "日期", "方式", "范围", "主办", "以案施训", "参训人数"]
    rows = [heads, ["P02", "培训", "2017-03-05", "线下", "全市", "市级", "否", cell]]
    folder = _unit(tmp_path)
    _take(folder, _xlsx(tmp_path / "培训.xlsx", {"a": rows}), "training")
    assert [record["people"] for record in api.assess(folder).dossier.records("training")] == [None, 42]

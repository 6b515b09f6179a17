"""What Excel shows is what is read, in a ledger and in the workbook: number formats, ticks, struck words, dittos."""

from __future__ import annotations

import json
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from culture import CULTURE
from examples import sampled
from kaoping import api
from kaoping.core.findings import Finding, Findings
from kaoping.records.grids.grid import Grid, NumberFormat
from kaoping.records.grids.number_display import is_telling
from kaoping.records.grids.read import read_bytes
from kaoping.records.readers._heads import find_head
from kaoping.records.readers._sheet_table import read_table, tell_looks
from kaoping.records.readers._source_sheet import SourceSheet
from units import good_unit, only
from workbooks import book_unit, cell_at, sheet_of, tables_of

SHEETS = Path(__file__).parent / "data/sheets"
HEADS = ["案号", "案由", "当事人", "含禁止内容", "结案方式", "立案日期", "罚款金额（万元）", "处罚决定书文号"]
CASE_NO, DOC_NO = '"云文综立字〔2017〕"0"号"', '"云文综罚字〔2017〕第"000"号"'


def ledger() -> bytes:
    """A ledger as somebody keeps it who knows Excel: case numbers are numbers, ticks are Wingdings."""
    with xlsxwriter.Workbook(out := BytesIO(), {"in_memory": True}) as book:
        sheet = book.add_worksheet("案件")
        looks = {name: book.add_format(its) for name, its in {
            "no": {"num_format": CASE_NO}, "doc": {"num_format": DOC_NO}, "money": {"num_format": '#,##0.00"万元"'},
            "day": {"num_format": 'm"月"d"日"'}, "wing": {"font_name": "Wingdings"},
            "wing2": {"font_name": "Wingdings 2"},
            "struck": {"font_strikeout": True}, "plain": {},
        }.items()}  # fmt: skip
        sheet.write_row(0, 0, HEADS)
        for row, (number, tick, font) in enumerate(((7, "ü", "wing"), (8, "û", "wing"), (9, "P", "wing2")), start=1):
            sheet.write(row, 0, number, looks["no"])
            sheet.write(row, 1, "未成年人案")
            sheet.write(row, 2, "星河网吧" if row != 3 else "″")
            sheet.write(row, 3, tick, looks[font])
            sheet.write(row, 4, "罚款")
            sheet.write(row, 5, 42796, looks["day"])  # 2017-03-02
            sheet.write(row, 6, 1.5, looks["money"])
            sheet.write(row, 7, 11 + row, looks["doc"])
        sheet.write_rich_string(2, 1, "擅自", looks["struck"], "销售", looks["plain"], "演出案")
    return out.getvalue()


def _read(data: bytes, kind: str = "case") -> tuple[dict[str, Sequence[Any]], list[Finding]]:
    """The table and what was told of it."""
    findings = Findings()
    source = SourceSheet(read_bytes(data).grids[0], "台账", findings, 2017)
    head = find_head(source.grid, CULTURE.kinds[kind])
    assert head is not None
    table = read_table(source, head, CULTURE.kinds[kind])
    tell_looks(source, table)
    return dict(table.raw.columns), list(findings)


@pytest.mark.parametrize("form", ["xlsx", "xls", "ods"])
def test_a_ledger_is_read_as_it_is_shown(form: str) -> None:
    columns, told = _read(ledger() if form == "xlsx" else (SHEETS / f"格式.{form}").read_bytes())
    assert columns["id"] == [f"云文综立字〔2017〕{number}号" for number in (7, 8, 9)]
    assert columns["doc_no"] == [f"云文综罚字〔2017〕第{number:03}号" for number in (12, 13, 14)]
    assert columns["prohibited"] == ["是", "否", "是"]
    assert columns["filed"] == ["2017-03-02"] * 3 and columns["fine"] == ["1.5"] * 3
    assert columns["party"] == ["星河网吧"] * 3
    assert only(told, "table.struck_cells").at.cell == "B3"


@pytest.mark.parametrize("form", ["xls", "ods"])
def test_a_row_that_is_struck_out_is_told_of_other_workbooks_too(form: str) -> None:
    grid = read_bytes((SHEETS / f"格式.{form}").read_bytes()).grids[1]
    assert grid.struck_rows == (2,) and grid.struck_cells == ((3, 0),)


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (7, CASE_NO, "云文综立字〔2017〕7号"), (12, "000", "012"), (5, '"P"00', "P05"), (7, "00-00", None),
        (42796, 'yyyy"年"m"月"', "2017年3月"), (42796, 'm"月"d"日"', "3月2日"), (3, '"第"0"次"', "第3次"),
        (-2, "000;[红色]-000", "-002"), (7, 'G/通用格式"号"', "7号"), (7.5, 'General"号"', "7.5号"),
    ],
)  # fmt: skip
def test_what_a_format_shows(value: float, code: str, shown: str | None) -> None:
    assert is_telling(code) and NumberFormat(value, code).shown == shown


@pytest.mark.parametrize(
    "code", ["General", "@", "0", "0.00", "#,##0", "#,##0.00_ ", "0%", "¥#,##0.00", '_(* "-"??_)', "yyyy-mm-dd",
             'yyyy"年"m"月"d"日"', "yyyy/m/d h:mm", "0.00E+00", "#,##0_);[Red](#,##0)", "[$-804]yyyy-m-d"],
)  # fmt: skip
def test_formats_that_say_no_more_than_the_number_cost_nothing(code: str) -> None:
    assert not is_telling(code)


def _column(heading: str, values: Sequence[Any], code: str = "", title: str = "案号") -> bytes:
    with xlsxwriter.Workbook(out := BytesIO(), {"in_memory": True}) as book:
        sheet = book.add_worksheet("案件")
        look = book.add_format({"num_format": code} if code else {})
        sheet.write_row(0, 0, [title, "案由", "当事人", "结案方式", heading])
        for row, value in enumerate(values, start=1):
            sheet.write_row(row, 0, [f"A{row}", "未成年人案", "星河网吧", "罚款"])
            sheet.write(row, 4, value, look)
    return out.getvalue()


def test_money_shown_with_its_unit_is_in_that_unit() -> None:
    columns, told = _read(_column("罚款金额", [15000, 5000], '0"元"'))
    assert columns["fine"] == ["1.5", "0.5"]
    assert not [its for its in told if its.code == "value.unit_asked"]


def test_a_number_keeps_its_number_whatever_is_shown() -> None:
    columns, _ = _read(_column("罚款金额（万元）", [1.25, 30], '"罚"0.0'))
    assert columns["fine"] == ["1.25", "30"]


def test_a_format_that_can_not_be_told_is_told() -> None:
    columns, told = _read(_column("处罚决定书文号", [12, 13], '[>10]"罚字"0"号";"无"'))
    assert columns["doc_no"] == ["12", "13"]
    finding = only(told, "cell.format_unknown")
    assert finding.at.cell == "E2" and "“12”" in finding.problem and "同样的共 2 处" in finding.problem


@pytest.mark.parametrize("mark", ["同上", "同前", "〃", "〃〃", "″", '"', "”", "＂"])
def test_ditto_marks(mark: str) -> None:
    columns, told = _read(_column("立案日期", ["2017-03-02", mark]))
    assert columns["filed"] == ["2017-03-02"] * 2
    assert "照上一条读" in only(told, "cell.corrected").problem


@pytest.mark.parametrize(("mark", "read"), [("〃", "云文综罚〔2017〕1号"), ("″", "云文综罚〔2017〕1号"), ('"', '"')])
def test_a_lone_quotation_mark_may_be_a_text(mark: str, read: str) -> None:
    columns, _ = _read(_column("处罚决定书文号", ["云文综罚〔2017〕1号", mark]))
    assert columns["doc_no"] == ["云文综罚〔2017〕1号", read]


def test_the_workbook_is_read_as_it_is_shown_too(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        number = cell_at(book[sheet_of("training")], "编号")
        number.value, number.number_format = 7, '"P"000'

    folder = book_unit(tmp_path / "甲市", edit=edit)
    assert "P007" in list(tables_of(folder)["training"].columns["id"])


def test_a_large_sheet_has_its_formats_too() -> None:
    """It is only looked at quickly."""
    grid: Grid = read_bytes(_column("备注", list(range(30_000)), '"编"0')).grids[0]
    assert len(grid.formats) == 30_000 and grid.formats[29_999, 4].shown == "编29998"


def test_no_style_no_look() -> None:
    grid = read_bytes(_column("备注", ["a", "b"])).grids[0]
    assert (grid.formats, grid.struck_cells, grid.struck_rows) == ({}, (), ())


# -- what is told of it fits on a line -------------------------------------------------------------------------------

LONG = "".join(f"第{number}家网吧" for number in range(600))
#: Without its rules nothing of a contest can be looked at.
STOPS = ("competition",)


@pytest.mark.parametrize("value", sampled(1, [LONG, f"2017-02-30 {LONG}", f"12 {LONG}", "\n".join([LONG[:30]] * 90)]))
def test_no_finding_repeats_more_than_a_line_of_what_was_written(value: str, tmp_path: Path) -> None:
    """Whatever field it stands in, of whatever kind, in records and in the workbook."""
    records = {
        kind.file: json.dumps([{its.name: value for its in kind.fields if its.name not in STOPS}], ensure_ascii=False)
        for kind in CULTURE.kinds.values()
        if not kind.single
    }
    told = list(api.check(good_unit(tmp_path / "甲市", records)))
    assert len({its.code for its in told}) > 3
    repeated = "".join(value.split())[:60]
    for finding in told:
        for sentence in (finding.problem, finding.effect, finding.mend):
            assert repeated not in "".join(sentence.split()), finding.code


def test_a_long_cell_of_a_ledger_is_cut_too() -> None:
    data = _column("罚款金额（万元）", [LONG, 1], title="案号")
    _, told = _read(data)
    assert all(LONG[:60] not in its.problem for its in told)

"""Two years' rubrics compared as a workbook that a domain expert reads: 差异表.xlsx."""

from __future__ import annotations

import io
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from kaoping.cli.main import cli

from kaoping.codification.year_book import LINES, POINTS, RECORDS, book_of_years
from kaoping.codification.year_on_year import Sided, compare_years
from kaoping.core.model import LineScore, ScoreCard, Status, Total

TITLES = ("甲细则（去年）", "乙细则（今年）")


def _side(id_: str, title: str, words: str, of: int, kinds: tuple[str, ...] = ()) -> Sided:
    return Sided(id_, title, "一、日常", int(id_) / 10, words, Fraction(of), kinds, (id_,))


BEFORE = [
    _side("1", "工作例会", "按时召开工作例会，全年召开例会12次，每少1次扣0.5分。", 5, ("meeting",)),
    _side("2", "隐患整改", "隐患整改率90%以上的得10分，不足90%的得0分。", 10),
    _side(
        "3",
        "组织业务培训并开展宣传活动",
        "组织业务培训并开展宣传活动全年业务培训4次，每少1次扣1分；宣传活动6次，每少1次扣0.5分。",
        8,
        ("training",),
    ),
    _side("4", "入户走访", "每季度入户走访一次，没有走访的不得分。", 4, ("visit",)),
]
AFTER = [
    BEFORE[0],
    replace(BEFORE[1], words="隐患整改率95%以上的得10分，不足95%的得0分。"),
    _side("3", "组织业务培训", "组织业务培训全年业务培训4次，每少1次扣1分。", 4, ("training",)),
    _side("4", "开展宣传活动", "开展宣传活动宣传活动6次，每少1次扣0.5分。", 4),
    _side("5", "应急演练", "制定应急预案，组织演练。", 5, ("drill",)),
]


def _card(*scores: tuple[str, str, str, str]) -> ScoreCard:
    lines = [
        LineScore(line, "1", "base", title, Fraction(20), Fraction(low), Fraction(high), Status.SCORED, ())
        for line, title, low, high in scores
    ]
    total = Total(sum((its.low for its in lines), Fraction(0)), sum((its.high for its in lines), Fraction(0)))
    none = Total(Fraction(0), Fraction(0))
    return ScoreCard("r", "某单位", "county", 2017, tuple(lines), total, none, none, total, Fraction(0))


def _rows(book: openpyxl.Workbook, name: str) -> list[list[str]]:
    return [[str(cell or "") for cell in row] for row in book[name].iter_rows(min_row=4, values_only=True)]


def _book(cards: tuple[ScoreCard, ScoreCard] | None = None) -> openpyxl.Workbook:
    kinds = {"meeting": "会议", "training": "培训", "visit": "走访", "drill": "演练"}
    return openpyxl.load_workbook(io.BytesIO(book_of_years(TITLES, compare_years(BEFORE, AFTER), kinds, cards)))


def test_each_change_has_its_row_with_both_texts() -> None:
    book = _book()
    rows = _rows(book, LINES)
    assert [row[0] for row in rows] == ["线动了", "拆成几项", "拆成几项", "删去", "新增"]
    assert rows[0][7] == "90%→95%；90%→95%"
    assert "90%" in rows[0][2] and "95%" in rows[0][5]
    assert [row[4].split("\n")[0] for row in rows[1:3]] == ["第3项 组织业务培训", "第4项 开展宣传活动"]
    assert rows[3][1].startswith("第4项 入户走访") and rows[3][4] == ""
    assert rows[4][1] == "" and rows[4][4].startswith("第5项 应急演练")
    assert "一样的1项没有列出；不一样的4处" in book[LINES]["A2"].value
    assert POINTS not in book.sheetnames


def test_which_records_still_serve() -> None:
    assert {row[0]: row[3] for row in _rows(_book(), RECORDS)} == {
        "会议": "还用得上",
        "培训": "还用得上",
        "走访": "没有考评项再用",
        "演练": "今年才要，去年没有记",
    }


def test_the_same_records_points_under_both_with_the_parts_of_a_split_line_together() -> None:
    before = _card(("1", "工作例会", "4", "4"), ("2", "隐患整改", "10", "10"), ("3", "培训宣传", "7", "7"),
                   ("4", "入户走访", "4", "4"))  # fmt: skip
    after = _card(("1", "工作例会", "4", "4"), ("2", "隐患整改", "0", "0"), ("3", "业务培训", "4", "4"),
                  ("4", "宣传活动", "2", "2"), ("5", "应急演练", "0", "5"))  # fmt: skip
    rows = _rows(_book((before, after)), POINTS)
    assert [row[4] for row in rows] == ["一样", "少10分", "少1分", "", "", "待定"]
    split = rows[2]
    assert split[0] == "第3项 业务培训\n第4项 宣传活动"
    assert split[1] == "4\n2"
    assert split[2:4] == ["第3项 培训宣传", "7"]
    assert sorted(row[2] for row in rows[3:5]) == ["第4项 入户走访", "（去年没有）"]
    assert [row[0] for row in rows if row[2] == "第4项 入户走访"] == ["（今年没有）"]
    assert rows[-1] == ["总分", "10～15", "总分", "25", "待定"]


def test_a_line_that_is_open_under_both_is_not_the_same_though_its_range_is() -> None:
    lines = (("1", "工作例会", "4", "5"), ("2", "隐患整改", "10", "10"), ("3", "培训宣传", "7", "7"),
             ("4", "入户走访", "4", "4"), ("5", "应急演练", "5", "5"))  # fmt: skip
    rows = {row[0]: row[4] for row in _rows(_book((_card(*lines[:4]), _card(*lines))), POINTS)}
    assert rows["第1项 工作例会"] == rows["总分"] == "待定"
    assert rows["第2项 隐患整改"] == "一样"


@pytest.mark.slow
def test_the_command_writes_it_where_it_was_asked_to(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["rubric", "diff", "culture-2017", "culture-2017", "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert f"差异表：{tmp_path / '差异表.xlsx'}" in result.output
    assert openpyxl.load_workbook(tmp_path / "差异表.xlsx").sheetnames == [LINES, RECORDS]

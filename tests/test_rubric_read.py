"""A rubric as an office sent it, read into a draft: the same from every form, every row accounted for, slips told."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import groupby

import pytest

from culture import RUBRIC
from kaoping.codification.tables.draft import Draft, DraftLine, Fate
from kaoping.core.findings import Finding
from rubric_papers import HEAD, SEED, as_docx, as_xlsx, read, read_rows, seed_rows

LINE = ["一、组织领导（10分）", "1.成立领导小组", "查文件", "10", "成立的得10分，未成立的得0分。"]


def _said(draft: Draft) -> list[tuple[object, ...]]:
    """What a draft says of its lines, wherever they stand."""
    return [
        (line.id, line.section, line.title, line.content, line.basis, line.points, line.standard, line.of, line.role,
         line.shares_points_with)
        for line in draft.lines
    ]  # fmt: skip


def _codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


@pytest.fixture(scope="module")
def seed() -> tuple[Draft, list[Finding]]:
    return read(SEED.name, SEED.read_bytes())


# -- the province's rubric of 2017 ------------------------------------------------------------------------------------


def test_the_flattened_rubric_is_the_one_that_was_made_by_hand(seed: tuple[Draft, list[Finding]]) -> None:
    draft, _ = seed
    by_hand = [line for line in RUBRIC.lines if not line.shares_row_with]
    assert [line.id for line in draft.lines] == [line.id for line in by_hand]
    for line, wanted in zip(draft.lines, by_hand, strict=True):
        cells = (line.content, line.basis, line.points, line.standard)
        assert cells == (wanted.row.content, wanted.row.basis, wanted.row.points, wanted.row.standard)
        assert (line.of, line.role) == (wanted.of, wanted.role)
    sections = [(its.id, its.heading, its.points, its.role) for its in draft.sections]
    assert sections == [(its.id, its.heading, its.points, its.role) for its in RUBRIC.sections]
    assert (draft.title, draft.year) == (RUBRIC.title, 2017)
    assert [line.section for line in draft.lines] == [line.section for line in by_hand]


def test_every_row_of_it_is_accounted_for(seed: tuple[Draft, list[Finding]]) -> None:
    draft, findings = seed
    assert [fate.fate for fate in draft.rows] == [Fate.HEAD, *[Fate.LINE] * 49]
    assert [fate.line for fate in draft.rows[1:]] == [line.id for line in draft.lines]
    assert {code: len(list(its)) for code, its in groupby(sorted(_codes(findings)))} == {
        "codification.corrected": 1,  # －5
        "codification.no_unit": 4,  # 得1，
        "codification.points_maybe_shared": 1,  # B5
        "codification.points_shared": 4,  # 2 to 5
        "codification.row_cells": 1,  # B8 has four cells
    }


def test_the_same_rubric_in_word_and_excel_gives_the_same_draft(seed: tuple[Draft, list[Finding]]) -> None:
    title, rows = seed_rows()
    spans = [
        (top, column, bottom, column) for column in (0, 3) for top, bottom in _blank_runs([row[column] for row in rows])
    ]
    for name, data in [
        ("细则.docx", as_docx(rows, title, spans)),
        ("细则.xlsx", as_xlsx([[title], *rows], [(t + 1, left, b + 1, right) for t, left, b, right in spans])),
        ("没有合并.xlsx", as_xlsx([[title], *rows])),
    ]:
        draft, findings = read(name, data)
        assert _said(draft) == _said(seed[0]), name
        assert [(its.id, its.heading, its.points) for its in draft.sections] == [
            (its.id, its.heading, its.points) for its in seed[0].sections
        ]
        assert {"codification.corrected", "codification.no_unit"} <= set(_codes(findings))
        assert draft.year == 2017


def _blank_runs(column: list[str]) -> list[tuple[int, int]]:
    runs, start = [], 1
    for row in range(2, len(column) + 1):
        if row == len(column) or column[row]:
            if row - 1 > start and column[start]:
                runs.append((start, row - 1))
            start = row
    return runs


# -- other forms ------------------------------------------------------------------------------------------------------


def _one(draft: Draft) -> DraftLine:
    (line,) = draft.lines
    return line


def test_a_table_drawn_with_characters() -> None:
    drawn = """2024年考核细则
┌────────┬──────────────┬────┬──────────────────┐
│项目    │内容          │分值│标准              │
├────────┼──────────────┼────┼──────────────────┤
│一、领导│1.成立领导    │ 5  │成立的得5分，     │
│（8分） │小组          │    │未成立的得0分。   │
│        ├──────────────┼────┼──────────────────┤
│        │2.召开会议    │ 3  │每少一次扣1分。   │
└────────┴──────────────┴────┴──────────────────┘
注：各项扣完为止。
"""
    draft, findings = read("细则.txt", drawn)
    assert [(line.content, line.of, line.standard) for line in draft.lines] == [
        ("1.成立领导\n小组", 5, "成立的得5分，\n未成立的得0分。"),
        ("2.召开会议", 3, "每少一次扣1分。"),
    ]
    assert [(its.id, its.points) for its in draft.sections] == [("一", 8)]
    assert [its.kind for its in draft.lines[0].notes] == ["floor_zero"]
    assert findings == []


def test_a_table_of_plain_bars() -> None:
    rows = [
        "| 内容 | 分值 | 标准 |",
        "|---|---|---|",
        "| 1.会议 | 5 | 每少一次扣1分 |",
        "| 2.培训 | 3 | 每少一次扣1分 |",
    ]
    draft, _ = read("细则.md", "\n".join(["2024年", *rows, ""]))
    assert [(line.id, line.of) for line in draft.lines] == [("1", 5), ("2", 3)]


def test_a_web_page_and_tab_separated_text() -> None:
    cells = "".join(f"<td>{text}</td>" for text in LINE[1:])
    head = "".join(f"<td>{text}</td>" for text in HEAD[1:])
    page = f"<html><body><table><tr>{head}</tr><tr>{cells}</tr></table></body></html>"
    tabs = "\t".join(HEAD[1:]) + "\n" + "\t".join(LINE[1:]) + "\n"
    for name, text in [("细则.html", page), ("细则.tsv", tabs)]:
        line = _one(read(name, text)[0])
        assert (line.content, line.basis, line.of, line.standard) == (LINE[1], LINE[2], 10, LINE[4])


def test_numbers_that_word_makes_itself_are_part_of_the_text() -> None:
    import io

    import docx

    document = docx.Document()
    table = document.add_table(3, 3)
    for column, text in enumerate(["内容", "分值", "标准"]):
        table.cell(0, column).text = text
    for row, text in [(1, "会议"), (2, "培训")]:
        table.cell(row, 0).paragraphs[0].style = document.styles["List Number"]
        table.cell(row, 0).paragraphs[0].add_run(text)
        number = document.styles["List Number"].element.pPr.numPr
        table.cell(row, 0).paragraphs[0]._p.get_or_add_pPr().append(__import__("copy").deepcopy(number))
        table.cell(row, 1).text, table.cell(row, 2).text = "5", "每少一次扣1分。"
    stream = io.BytesIO()
    document.save(stream)
    draft, _ = read("细则.docx", stream.getvalue())
    assert [line.content for line in draft.lines] == ["1.会议", "2.培训"]


# -- what stands in a table -------------------------------------------------------------------------------------------


def test_the_standard_is_where_points_are_given_whatever_the_heads_say() -> None:
    """评分标准 may be the requirement, and the rule may stand in two cells."""
    draft, _ = read_rows(
        ["考核项目", "评分标准", "分值", "考核办法"],
        ["学习", "全年集中学习12次", "5", "每少一次扣1分，扣完为止。"],
        ["宣传", "全年宣传4次", "5", "每少一次扣2分。"],
    )
    assert [(line.requirement, line.standard) for line in draft.lines] == [
        ("全年集中学习12次", "每少一次扣1分，扣完为止。"),
        ("全年宣传4次", "每少一次扣2分。"),
    ]
    draft, _ = read_rows(
        ["序号", "指标", "评估内容", "分值", "评分标准"],
        ["1", "流通人次", "≥3400人次", "1", "达标得1分"],
        ["2", "藏书", "≥2万册", "1", "达标得1分"],
    )
    assert [(line.content, line.requirement, line.standard) for line in draft.lines] == [
        ("流通人次", "≥3400人次", "达标得1分"),
        ("藏书", "≥2万册", "达标得1分"),
    ]


def test_sections_lines_totals_bonus_and_notes() -> None:
    draft, findings = read_rows(
        HEAD,
        ["一、日常工作（8分）", "", "", "", ""],
        ["", "1.会议（5分）", "查记录", "", "每少一次扣1分。"],
        ["", "2.培训", "查记录", "3分", "每少一次扣1分。"],
        ["小计", "", "", "8", ""],
        HEAD,
        ["二、加分项", "3.创新", "", "最高2", "每项加1分。"],
        ["三、扣分项", "4.事故", "", "－5", "每起扣5分。"],
        ["合计", "", "", "8", ""],
        ["注：1.各项扣完为止，不计负分。2.同一事项不重复计分，就高不就低。每条线不超过15分。", "", "", "", ""],
        merged=[(1, 0, 1, 4), (9, 0, 9, 4)],
    )
    assert [(line.id, line.section, line.of, line.role) for line in draft.lines] == [
        ("1", "一", 5, "base"), ("2", "一", 3, "base"), ("3", "二", 2, "bonus"), ("4", "三", -5, "deduction"),
    ]  # fmt: skip
    assert {its.kind for its in draft.stipulations} >= {"floor_zero", "highest_only", "same_matter_once", "cap"}
    assert next(its for its in draft.stipulations if its.kind == "cap").points == 15
    assert [row.fate for row in draft.rows] == [
        Fate.TITLE, Fate.HEAD, Fate.SECTION, Fate.LINE, Fate.LINE, Fate.TOTAL, Fate.HEAD, Fate.LINE, Fate.LINE,
        Fate.TOTAL, Fate.NOTE,
    ]  # fmt: skip
    assert set(_codes(findings)) == {"codification.points_in_text", "codification.corrected"}


def test_criteria_below_a_merged_line_are_one_line() -> None:
    draft, findings = read_rows(
        HEAD,
        ["一、日常工作（8分）", "1.会议", "查记录", "8", "每少一次扣1分。"],
        ["", "", "", "", "没有记录的扣2分。"],
        merged=[(1, 0, 2, 0), (1, 1, 2, 1), (1, 3, 2, 3)],
    )
    assert _one(draft).standard == "每少一次扣1分。\n没有记录的扣2分。"
    assert _codes(findings) == ["codification.continued"]


def test_two_heads_above_one_another_and_an_outer_table() -> None:
    draft, findings = read_rows(
        ["序号", "考核内容", "", "分值", "评分标准"],
        ["", "项目", "内容", "", ""],
        ["1", "学习", "集中学习", "5", "每少一次扣1分。"],
        ["2", "", "自学笔记", "5", "没有笔记的扣2分。"],
        merged=[(0, 1, 0, 2), (2, 1, 3, 1)],
    )
    assert [(line.id, line.content, line.of) for line in draft.lines] == [("1", "集中学习", 5), ("2", "自学笔记", 5)]
    assert draft.sections[0].title == "学习"
    assert "codification.sum" not in _codes(findings)


def test_a_part_that_is_a_line_itself() -> None:
    draft, _ = read_rows(
        HEAD[:2] + HEAD[3:],
        ["一、学习", "1.集中学习", "5", "每少一次扣1分。"],
        ["二、信访工作", "", "3", "每发生一起扣1分。"],
    )
    assert [(line.content, line.of, line.section) for line in draft.lines] == [
        ("1.集中学习", 5, "一"), ("二、信访工作", 3, "二"),
    ]  # fmt: skip


def test_one_column_may_be_content_and_standard() -> None:
    draft, findings = read_rows(
        ["考核项目", "考核内容及评分标准", "分值"],
        ["党建工作（20分）", "1.每月开展主题党日，少一次扣1分。", "10"],
        ["", "2.党费收缴及时，不及时每次扣0.5分。", "10"],
        ["业务工作（80分）", "3.完成年度目标任务得50分。", "50"],
        ["", "4.材料报送及时（30分），每迟报一次扣2分。", ""],
        ["总分", "", "100"],
    )
    assert [(line.id, line.of, line.text) for line in draft.lines] == [
        ("1", 10, "1.每月开展主题党日，少一次扣1分。"),
        ("2", 10, "2.党费收缴及时，不及时每次扣0.5分。"),
        ("3", 50, "3.完成年度目标任务得50分。"),
        ("4", 30, "4.材料报送及时（30分），每迟报一次扣2分。"),
    ]
    assert [(its.title, its.points) for its in draft.sections] == [("党建工作", 20), ("业务工作", 80)]
    assert _codes(findings) == ["codification.points_in_text"]


def test_a_part_named_by_a_row_and_again_in_its_column_is_one_part() -> None:
    """As Word tables have it: 一、组织管理（20分） across the table, 组织管理 beside its lines."""
    wide = ["", "", "", ""]
    rows = [
        ["一、组织管理（5分）", *wide],
        ["组织管理", "1.成立委员会", "查文件", "2", "未成立的不得分"],
        ["", "2.开会", "查记录", "3", "每少1次扣1分"],
        ["二、加分项（10分）", *wide],
        ["加分项", "3.论文", "查原件", "2", "每发表1篇加1分"],
    ]
    draft, findings = read_rows(HEAD, *rows, merged=[(1, 0, 1, 4), (2, 0, 3, 0), (4, 0, 4, 4)])
    assert [(its.title, its.points, its.role) for its in draft.sections] == [
        ("组织管理", 5, "base"),
        ("加分项", None, "bonus"),
    ]
    assert [(line.id, line.section, line.under, line.role) for line in draft.lines] == [
        ("1", "一", (), "base"),
        ("2", "一", (), "base"),
        ("3", "二", (), "bonus"),
    ]
    assert not [its for its in _codes(findings) if its == "codification.sum"]


def test_parts_below_a_row_that_states_points_stand_under_it() -> None:
    """Their own points are compared too; a part that has no contents is a line, and bonuses stay bonuses."""
    wide = ["", "", "", ""]
    rows = [
        ["第一部分 基础工作（10分）", *wide],
        ["一、组织领导（6分）", "1.成立小组", "查文件", "2", "未成立的不得分"],
        ["", "2.开会", "查记录", "3", "每少1次扣1分"],
        ["二、队伍建设（5分）", "", "查记录", "5", "每少1人扣1分"],
        ["第二部分 加分项", *wide],
        ["信息报送", "3.被采用", "查原件", "2", "每篇加1分"],
    ]
    draft, findings = read_rows(HEAD, *rows, merged=[(1, 0, 1, 4), (2, 0, 3, 0), (5, 0, 5, 4)])
    assert [(its.title, its.role) for its in draft.sections] == [("基础工作", "base"), ("加分项", "bonus")]
    assert [(line.under, line.of, line.role) for line in draft.lines] == [
        (("一、组织领导（6分）",), 2, "base"),
        (("一、组织领导（6分）",), 3, "base"),
        (("二、队伍建设（5分）",), 5, "base"),
        (("信息报送",), 2, "bonus"),
    ]
    assert draft.lines[2].content == "二、队伍建设（5分）"
    sums = [its for its in findings if its.code == "codification.sum"]
    assert ["组织领导" in its.problem and "6分" in its.problem for its in sums] == [True]


def test_three_levels_of_headings() -> None:
    draft, _ = read_rows(
        ["一级指标", "二级指标", "三级指标", "分值", "评分标准", "责任单位"],
        ["安全责任（15分）", "组织领导", "1.专题研究", "5", "少1次扣1分", "办公室"],
        ["", "", "2.责任清单", "10", "未制定清单不得分", "安委办"],
        merged=[(1, 0, 2, 0), (1, 1, 2, 1)],
    )
    assert [(line.content, line.under, dict(line.others)) for line in draft.lines] == [
        ("1.专题研究", ("组织领导",), {"责任单位": "办公室"}),
        ("2.责任清单", ("组织领导",), {"责任单位": "安委办"}),
    ]


# -- one slip, one finding --------------------------------------------------------------------------------------------

SECOND = ["", "2.会议", "查记录", "", "每少一次扣1分。"]


@pytest.mark.parametrize(
    ("code", "make"),
    [
        ("codification.no_rubric", lambda: read("信.txt", "2024年\n没有表\n")),
        (
            "codification.other_table",
            lambda: read(
                "细则.xlsx", as_xlsx([["2024年"], HEAD, LINE], sheets=[("名单", [["单位", "联系人"], ["甲", "乙"]])])
            ),
        ),
        ("codification.row_unread", lambda: read_rows(HEAD, ["", "", "见附件", "", ""], LINE)),
        (
            "codification.row_cells",
            lambda: read("细则.tsv", "2024年\t\t\n内容\t分值\t标准\n1.会议\t5\n2.学习\t5\t缺的扣1分\n"),
        ),
        ("codification.points_unclear", lambda: read_rows(HEAD, [*LINE[:3], "若干", LINE[4]])),
        ("codification.points_missing", lambda: read_rows(HEAD, [*LINE[:3], "", LINE[4]])),
        ("codification.points_shared", lambda: read_rows(HEAD, LINE, [*SECOND[:4], "按时召开。"])),
        ("codification.points_maybe_shared", lambda: read_rows(HEAD, LINE, SECOND)),
        (
            "codification.points_in_text",
            lambda: read_rows(HEAD, ["一、会议", "1.会议（5分）", "", "", "每少一次扣1分。"]),
        ),
        ("codification.corrected", lambda: read_rows(HEAD, [*LINE[:3], "１０", LINE[4]])),
        ("codification.taken", lambda: read_rows(HEAD, LINE, ["二、扣分项", "2.事故", "", "5", "每起扣1分。"])),
        ("codification.no_unit", lambda: read_rows(HEAD, [*LINE[:4], "成立的得10，未成立的得0分。"])),
        ("codification.continued", lambda: read_rows(HEAD, LINE, ["", "", "", "", "撤销的扣5分。"])),
        ("codification.sum", lambda: read_rows(HEAD, [*LINE[:3], "9", LINE[4]])),
        ("codification.number_gap", lambda: read_rows(HEAD, LINE, ["二、会议", "4.会议", "", "5", "每少一次扣1分。"])),
        ("codification.column_unknown", lambda: read_rows([*HEAD, "天干地支"], [*LINE, "甲子"])),
        ("codification.no_year", lambda: read_rows(HEAD, LINE, above="考核细则")),
    ],
)
def test_every_slip_is_told_with_its_place(code: str, make: Callable[[], tuple[Draft, list[Finding]]]) -> None:
    _, findings = make()
    told = [finding for finding in findings if finding.code == code]
    assert told, _codes(findings)
    assert told[0].at.file and "{" not in told[0].problem


def test_hidden_and_struck_rows_count_for_nothing_and_are_told() -> None:
    rows = [
        ["2024年"],
        HEAD,
        LINE,
        ["二、会议", "2.会议", "", "5", "缺的扣1分。"],
        ["三、学习", "3.学习", "", "无", "缺的扣1分。"],
    ]
    draft, findings = read("细则.xlsx", as_xlsx(rows, hidden=3, struck=4))
    assert [line.id for line in draft.lines] == ["1"]
    assert [(its.code, its.at.cell) for its in findings] == [
        ("codification.left_out", "A4"),
        ("codification.left_out", "A5"),
    ]


def test_struck_words_in_a_cell_of_word_are_told() -> None:
    import io

    import docx

    document = docx.Document(io.BytesIO(as_docx([HEAD, LINE], "2024年细则")))
    document.tables[0].cell(1, 4).paragraphs[0].add_run("（作废）").font.strike = True
    stream = io.BytesIO()
    document.save(stream)
    assert _codes(read("细则.docx", stream.getvalue())[1]) == ["codification.struck"]


def test_totals_that_agree_are_not_told() -> None:
    draft, findings = read_rows(HEAD, LINE, above="2024年考核细则（满分10分）")
    assert draft.total == Fraction(10)
    assert findings == []

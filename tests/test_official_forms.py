"""The forms that numbers, dates, signatures and addressees take in real documents: right ones are let alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from docx.shared import RGBColor

from kaoping.wings.official.format_check import check as format_check
from official_docs import CENTRE, RIGHT, numbered_footer, plain

Line = tuple[str, dict[str, Any]]

TITLE: dict[str, Any] = {"font": "方正小标宋简体", "size": 22, "align": CENTRE, "first": 0}
MARK: dict[str, Any] = TITLE | {"size": 40}
MIDDLE: dict[str, Any] = {"align": CENTRE, "first": 0}
SIGNED: dict[str, Any] = {"align": RIGHT, "right": 2, "first": 0}
HEI: dict[str, Any] = {"font": "黑体"}
BODY: list[Line] = [
    ("", {}),
    ("各县（市、区）文化局：", {"first": 0}),
    ("现将有关事项通知如下。", {}),
    ("一、工作目标", HEI),
    ("全面排查，消除隐患。", {}),
]
END: list[Line] = [("", {}), ("澜川市文化广电局", SIGNED), ("2017年3月5日", SIGNED)]


def told(tmp_path: Path, lines: list[Line]) -> set[tuple[str, int]]:
    """Return what is found in a document of these lines; a line in MARK is red, 附件… begins a page."""
    path = tmp_path / "公文.docx"
    document = plain(lines, path)
    numbered_footer(document)
    for paragraph, (words, look) in zip(document.paragraphs, lines, strict=True):
        if look is MARK:
            paragraph.runs[0].font.color.rgb = RGBColor(255, 0, 0)
        paragraph.paragraph_format.page_break_before = words.startswith("附件") and "：" not in words
    document.save(str(path))
    return {(finding.code, finding.at.paragraph) for finding in format_check(path)}


@pytest.mark.parametrize(
    "number", ["XX发〔20XX〕XX号", "×文〔20××〕×号", "澜文发〔2021〕  号", "＊＊函〔2021〕15号", "澜文纪要〔2021〕3号"]
)
def test_a_number_that_is_still_blank_is_no_slip(tmp_path: Path, number: str) -> None:
    lines = [("澜川市文化广电局文件", MARK), (number, MIDDLE), ("", {}), ("关于××的通知", TITLE), *BODY, *END]
    assert told(tmp_path, lines) == set()


@pytest.mark.parametrize("number", ["第15号", "第十五号", "第××号"])
def test_the_number_of_an_order_is_neither_title_nor_slip(tmp_path: Path, number: str) -> None:
    """An order has a mark, a number and no title (10.2); where its name is set as a title, that is one."""
    order: list[Line] = [
        (number, MIDDLE),
        ("", {}),
        ("《澜川市文化市场管理办法》现予公布，自2017年5月1日起施行。", {}),
        ("", {}),
        ("市长　王某某", SIGNED),
        ("2017年3月5日", SIGNED),
    ]
    assert told(tmp_path, [("澜川市人民政府令", MARK), *order]) == set()
    assert told(tmp_path, [("澜川市人民政府令", TITLE), *order]) == set()


@pytest.mark.parametrize(
    "number",
    [
        "第15号",
        "2021年第15号",
        "〔2021〕第15号",
        "（2021年第15号）",
        "第3期",
        "（总第3期）",
        "2021年第3期（总第15期）",
        "〔2021〕3号",
    ],
)
@pytest.mark.parametrize("genre", ["公告", "会议纪要"])
def test_a_number_in_a_series_stands_under_the_title(tmp_path: Path, number: str, genre: str) -> None:
    lines = [
        (f"澜川市文化广电局{genre}", TITLE),
        (number, TITLE),
        ("", {}),
        ("现将有关事项公告如下。", {}),
        ("一、范围", HEI),
        ("全市。", {}),
        ("特此公告。", {}),
        *END,
    ]
    wanted = {("format.closing_wrong", 6)} if genre == "会议纪要" else set()
    assert told(tmp_path, lines) == wanted, "a number of the title's own size is not the title"


def test_a_serial_word_is_right_for_a_proclamation_and_not_for_a_notice(tmp_path: Path) -> None:
    def lines(code: str, genre: str) -> list[Line]:
        return [
            ("澜川市文化广电局文件", MARK),
            (f"{code}〔2021〕第15号", MIDDLE),
            ("", {}),
            (f"关于检查的{genre}", TITLE),
            ("", {}),
            ("现将有关事项告知如下。", {}),
            (f"特此{genre}。", {}),
            *END,
        ]

    assert told(tmp_path, lines("澜川公告", "公告")) == set()
    assert told(tmp_path, lines("澜文", "公告")) == set()
    assert told(tmp_path, lines("澜文", "通知")) == {("format.doc_number", 2)}


def test_quoted_numbers_of_orders_and_legal_instruments(tmp_path: Path) -> None:
    right = "依照文化部公告〔2021〕第15号、文化部令第15号、公告2021年第15号、澜文综罚字（2017）第5号，通知如下。"
    lines = [("关于检查的通知", TITLE), *BODY[:2], (right, {}), ("照澜文综（2017）5号办理。", {}), *END]
    assert told(tmp_path, lines) == {("format.doc_number_quoted", 4)}


@pytest.mark.parametrize("first", ["附件1（可选）", "附件1（公开）"])
def test_a_remark_after_a_marker_is_no_slip(tmp_path: Path, first: str) -> None:
    lines = [
        ("关于申报的通知", TITLE),
        *BODY,
        ("", {}),
        ("附件：1.申报表（可选）", {}),
        ("2.汇总表", {"first": 5}),
        *END,
        (first, HEI | {"first": 0}),
        ("申报表", TITLE),
        ("表由单位填写。", {}),
        ("附件1（续）", HEI | {"first": 0}),
        ("附件1-1", HEI | {"first": 0}),
        ("附件2", HEI | {"first": 0}),
        ("汇总表", TITLE),
        ("表由县局填写。", {}),
    ]
    assert told(tmp_path, lines) == set()


@pytest.mark.parametrize(
    "signature",
    [
        "XXX",
        "×××单位（印章）",
        "（单位盖章）",
        "署名：XXX",
        "发文机关署名",
        "单位名称：",
        "【待补：署名】",
        "＿＿＿＿",
        "______________",
    ],
)
@pytest.mark.parametrize(
    "date", ["20XX年X月X日", "××××年××月××日", "    年  月  日", "2017年×月×日", "【待补：成文日期】"]
)
def test_a_signature_and_a_date_that_are_still_blank(tmp_path: Path, signature: str, date: str) -> None:
    lines = [
        ("关于检查的通知", TITLE),
        *BODY,
        ("", {}),
        (signature, SIGNED),
        (date, SIGNED),
        ("（盖章）", {"first": 0}),
    ]
    assert told(tmp_path, lines) == set()


def test_offices_that_sign_together(tmp_path: Path) -> None:
    offices = [
        "澜川市文化广电局",
        "中共澜川市委宣传部",
        "澜川市司法局",
        "澜川市总工会",
        "共青团澜川市委",
        "澜川市妇女联合会",
    ]
    signed: list[Line] = [(office, SIGNED) for office in offices]
    assert told(tmp_path, [("关于竞赛的通知", TITLE), *BODY, ("", {}), *signed, ("2017年3月5日", SIGNED)]) == set()
    assert ("format.blank_line", 6) in told(
        tmp_path, [("关于竞赛的通知", TITLE), *BODY, *signed, ("2017年3月5日", SIGNED)]
    )


@pytest.mark.parametrize(
    ("addressee", "many"),
    [
        ("省文化厅（省文物局）：", False),
        ("各市、县（市、区）文化局：", False),
        ("市委（市政府）：", False),
        ("省文化厅（省公安厅、省司法厅）：", True),
        ("（省文化厅、省公安厅）：", True),
        ("省文化厅（并报省公安厅）：", True),
    ],
)
def test_addressees_in_brackets(tmp_path: Path, addressee: str, many: bool) -> None:
    lines = [
        ("关于检查的请示", TITLE),
        ("", {}),
        (addressee, {"first": 0}),
        ("现将有关事项请示如下。", {}),
        ("妥否，请批示。", {}),
        *END,
    ]
    assert told(tmp_path, lines) == ({("format.addressee_many", 2)} if many else set())

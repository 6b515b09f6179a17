"""What is read off papers that a machine saw: boxes of uneven height, cells read as one line, digits under a seal.

A field that is not sure stays blank: half a title, one of two offices or a day without its second digit is worse.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from kaoping.evidence.reading._scanned import PageRead
from kaoping.evidence.recognition._dates import day_alone, days_in
from kaoping.evidence.recognition._lines_seen import lines_seen
from kaoping.evidence.recognition.paper_reading import Hints, Paper, read_paper
from kaoping.pdf.written import WrittenLine

#: Text, left, top, right, bottom in points, and how sure it was read.
Seen = tuple[Any, ...]
_BODY = "要严格落实执法责任制，做到严格规范公正文明执法，坚决防止不作为。"
TEXT: list[Seen] = [(_BODY, 79, 440 + 25 * row, 523, 459 + 25 * row) for row in range(5)]
SCREEN: list[Seen] = [
    ("文化市场综合执法应用系统", 15, 6, 224, 27),
    ("欢迎您，qczd13", 615, 12, 695, 29),
    ("首页", 10, 53, 40, 73),
    ("培训达标情况", 12, 82, 83, 98),
    ("统计时间：2017-01-01至2017-04-21", 145, 125, 316, 140),
    ("查询", 661, 124, 689, 142),
    ("地区应训达标", 218, 156, 478, 176),  # three heads of columns
    ("比例", 631, 156, 661, 176),
    ("金斗区", 214, 174, 253, 192),
    ("241", 357, 174, 384, 193),
    ("93%", 631, 174, 661, 193),
    *[(f"说明{row}：数据每日零时更新，以上报为准", 140, 300 + 20 * row, 340, 315 + 20 * row) for row in range(6)],
]


def _read(*seen: Seen, size: tuple[float, float] = (595.0, 842.0)) -> Paper:
    lines = [
        WrittenLine(text, 1, (left, top, right, bottom), *(sure or (1.0,)), True)
        for text, left, top, right, bottom, *sure in seen
    ]
    return read_paper(lines, Hints(size=size))


def test_the_heads_of_a_screens_columns_are_no_title() -> None:
    heads = _read(*SCREEN, size=(709.0, 426.0))
    assert (heads.form, heads.says("title")) == ("screen", "")
    titled = _read(*SCREEN, ("培训达标情况统计", 140, 83, 265, 105), size=(709.0, 426.0))
    assert titled.says("title") == "培训达标情况统计"


def test_lines_of_a_screens_menu_are_no_title() -> None:
    menu = [("统计分析", 10, 196, 74, 217), ("案件管理", 10, 218, 74, 239)]
    assert _read(*SCREEN[:6], *menu, size=(709.0, 426.0)).says("title") == ""


def _cover(*title: Seen) -> Paper:
    head: list[Seen] = [("澜川市文化局", 223, 102, 371, 130), ("行政处罚案卷", 204, 164, 390, 201)]
    rest: list[Seen] = [("案号", 105, 342, 174, 365), ("澜文罚案〔2017〕42号", 209, 343, 372, 364)]
    return _read(*head, ("案件名称", 107, 286, 172, 307), *title, *rest)


_FIRST = ("飞宇网络会所未按规定核对登记上网消费者", 210, 276, 499, 295)
_SECOND = ("有效身份证件案", 209, 298, 319, 316)  # a point further left, as boxes are rounded


def test_a_title_of_two_lines_in_a_cell_is_read_whole_or_not_at_all() -> None:
    assert _cover(_FIRST, _SECOND).says("title") == "飞宇网络会所未按规定核对登记上网消费者有效身份证件案"
    assert _cover(_SECOND).says("title") == "", "its first line was not read"
    assert _cover(_FIRST).says("title") == "", "nor its second"
    middle = ("飞宇网络会所未按规定核对", 210, 287, 430, 306)
    assert _cover(middle).says("title") == "飞宇网络会所未按规定核对"
    upper, lower = ("飞宇网络会所未按规定核对登记上网消费者", 210, 265, 499, 284), ("身份证件案", 210, 309, 300, 328)
    three = _cover(upper, ("及其陪同人员有效的、经过了公安机关核发的", 210, 287, 499, 306), lower)
    assert three.says("title").startswith("飞宇网络") and three.says("title").endswith("核发的身份证件案")


@pytest.mark.parametrize("height", [25, 30, 31])
def test_a_titles_lines_go_together_by_their_width_whatever_height_their_boxes_have(height: int) -> None:
    title = [("研究文化市场综合执法改革有关问题的会", 84, 81, 518, 106), ("议纪要", 262, 108, 339, 108 + height)]
    assert _read(*title, *TEXT).says("title") == "研究文化市场综合执法改革有关问题的会议纪要"


def test_a_title_beside_which_another_line_as_large_stands_is_not_whole() -> None:
    title = [("研究文化市场综合执法改革有关问题的会", 84, 81, 518, 106), ("议纪要一", 225, 108, 377, 133)]
    assert _read(*title, *TEXT).says("title") == ""


JOINT: list[Seen] = [
    ("澜川市文化市场管理工作领导小组", 119, 98, 388, 124),
    ("文件", 391, 103, 472, 149),
    ("澜川市教育局", 182, 124, 328, 152),
    ("澜文市组〔2017〕5号", 233, 168, 362, 184),
    ("澜川市文化市场综合行政执法支队关于印发", 86, 244, 514, 267),
    ("《2017年督查工作方案》的通知", 138, 270, 462, 293),
    *TEXT,
]
_DAY = ("2017年4月19日", 300, 670, 420, 688)


def test_two_offices_in_the_head_issue_a_paper_together() -> None:
    assert _read(*JOINT).says("issuer") == "澜川市文化市场管理工作领导小组、澜川市教育局"
    first, second = ("澜川市文化市场管理工作领导小组", 260, 620, 500, 638), ("澜川市教育局", 300, 645, 420, 663)
    assert _read(*JOINT, first, second, _DAY).says("issuer") == "澜川市文化市场管理工作领导小组、澜川市教育局"
    assert _read(*JOINT, second, _DAY).says("issuer") == "", "the other signature was not read"
    unsure = [(*line[:5], 0.7) if line[0] == "澜川市教育局" else line for line in JOINT]
    assert _read(*unsure).says("issuer") == ""


def test_an_office_that_a_title_begins_with_is_no_head() -> None:
    head: list[Seen] = [
        ("澜川市文化体育新闻出版局文件", 76, 97, 524, 138),
        ("澜文体新函〔2017〕116号", 89, 181, 281, 200),
        ("澜川市文化广播影视新闻出版局", 146, 269, 454, 293),
        ("关于印发《上网服务行业转型升", 145, 298, 454, 321),
        ("级示范创建实施方案》的通知", 156, 326, 445, 350),
    ]
    assert _read(*head, *TEXT).says("issuer") == "澜川市文化体育新闻出版局"


def test_a_signature_that_the_head_has_with_another_character_was_misread() -> None:
    head: list[Seen] = [("澜川市文化局", 236, 75, 357, 97), ("行政处罚决定书", 204, 125, 390, 154)]
    signed, misread = ("澜川市文化局", 282, 617, 382, 638), ("澜洲市文化局", 282, 617, 382, 638)
    assert _read(*head, *TEXT, signed, _DAY).says("issuer") == "澜川市文化局"
    assert _read(*head, *TEXT, misread, _DAY).says("issuer") == ""


def test_whose_meeting_it_was_need_not_be_who_wrote_the_minutes() -> None:
    title = ("澜川市文化市场管理工作领导小组第三次会议纪要", 80, 82, 515, 104)
    assert _read(title, *TEXT).says("issuer") == ""


def test_a_line_that_is_read_with_little_surety_says_nothing() -> None:
    head: list[Seen] = [("关于举办培训班的通知", 180, 125, 410, 150)]
    signed = ("澜川市文化局", 282, 617, 382, 638)
    assert _read(*head, *TEXT, (*signed, 0.95), _DAY).says("issuer") == "澜川市文化局"
    assert _read(*head, *TEXT, (*signed, 0.91), _DAY).says("issuer") == ""


@pytest.mark.parametrize("last", [("级", 286, 288, 316, 315), ("改革", 272, 288, 332, 314)])
def test_a_last_line_of_a_sign_or_two_belongs_to_its_title(last: Seen) -> None:
    head: list[Seen] = [("工作简报", 198, 67, 402, 122), ("第51期", 270, 165, 331, 185)]
    title = ("东屏区多措并举抓好文化娱乐行业转型升", 120, 261, 481, 283)
    assert _read(*head, title, last, *TEXT).says("title") == f"{title[0]}{last[0]}"


def test_a_headline_that_was_read_in_two_pieces_is_whole_or_not_there() -> None:
    page: list[Seen] = [("澜川新闻网", 45, 48, 140, 71), ("当前位置:首页>正文", 39, 85, 176, 98)]
    page += [("2017-04-03 09:55", 184, 184, 260, 197), ("来源：澜川新闻网", 272, 184, 349, 197), *TEXT]
    first = ("澜川市开展“扫黄打非”", 115, 132, 389, 161)
    read = _read(*page, first, ("成效显著", 378, 132, 480, 161))
    assert (read.form, read.says("title")) == ("news", "澜川市开展“扫黄打非”成效显著")
    assert _read(*page, first, ("成效显著", 410, 132, 512, 161)).says("title") == ""


def test_the_end_of_a_menus_line_is_no_title_of_a_screen() -> None:
    menu: list[Seen] = [("平台应用(上线)", 11, 81, 98, 97), ("情况", 10, 98, 40, 117)]
    assert _read(*SCREEN[:3], *SCREEN[4:6], *SCREEN[8:], *menu, size=(709.0, 426.0)).says("title") == ""


# -------------------------------------------------------------------------------- days whose digits are not certain


def _seen_day(text: str, marks: Sequence[int], sure: float = 1.0) -> float:
    """How sure a line with ``text`` is held for, whose signs stand at ``marks``."""
    line = WrittenLine(text, 1, (241.0, 538.0, 375.0, 563.0), sure, True)
    page = PageRead((line,), ((241, 538, 375, 538, 375, 563, 241, 563),), 0, False, (595.0, 842.0), (), (tuple(marks),))
    (level,) = lines_seen([], {1: page})
    return level.sure


@pytest.mark.parametrize(
    ("text", "marks", "sure", "is_doubtful"),
    [
        ("2017年1月5日", (30, 95, 160, 225, 330, 420, 530, 680, 780), 1.0, False),
        ("2017年1月5日", (30, 95, 160, 225, 310, 425, 540, 710, 850), 0.99, True),  # 25 under a seal
        ("2017年1月5日", (30, 95, 160, 225, 310, 400, 555, 690, 790), 0.96, True),  # 11, and not quite sure
        ("2017年1月5日", (30, 95, 160, 225, 310, 400, 555, 690, 790), 1.0, False),
        ("2017年11月25日", (30, 95, 160, 225, 310, 400, 450, 590, 690, 740, 880), 1.0, False),
        ("2017年1月5日", (), 0.99, False),
    ],
)
def test_a_digit_that_is_set_as_wide_as_two_is_not_sure(
    text: str, marks: Sequence[int], sure: float, is_doubtful: bool
) -> None:
    assert _seen_day(text, marks, sure) == pytest.approx(sure / 2 if is_doubtful else sure)


def test_a_day_and_a_time_that_were_read_without_the_space_between_them_are_two() -> None:
    assert [str(day) for day, _ in days_in("2017-02-1318:20")] == ["2017-02-13"]
    assert not list(days_in("2017-02-13188")) and not list(days_in("2017-2-111:20"))
    assert day_alone("2017-02-1318:20") is None


_PRINTED = ("澜川市文化局办公室", 92, 725, 248, 742), ("2017年4月22日印发", 365, 725, 510, 742)


@pytest.mark.parametrize(
    ("day", "is_read"),
    [("2017年4月19日", True), ("2017年4月22日", True), ("2017年4月29日", False), ("2017年4月1日", False)],
)
def test_a_day_is_held_against_that_on_which_the_paper_was_printed(day: str, is_read: bool) -> None:
    head: list[Seen] = [("澜川市文化局文件", 150, 67, 445, 112), ("澜文〔2017〕5号", 233, 168, 362, 184)]
    title = ("关于举办培训班的通知", 190, 244, 405, 267)
    signed = (day, 300, 670, 420, 688)
    read = _read(*head, title, *TEXT, ("澜川市文化局", 310, 640, 410, 658), signed, *_PRINTED)
    assert (read.says("date") != "") is is_read
    assert (_read(*head, title, *TEXT, signed, *_PRINTED).says("date") != "") is is_read, "its office was not read"


def test_of_a_printed_page_the_day_beside_its_source_counts() -> None:
    page: list[Seen] = [("2017/6/9", 37, 22, 75, 35), ("澜川新闻网", 45, 48, 140, 71)]
    page += [("当前位置:首页>正文", 39, 85, 176, 98), ("2017年4月3日", 184, 184, 260, 197)]
    page += [("来源：澜川新闻网", 272, 184, 349, 197), *TEXT]
    assert _read(*page).says("date") == "2017-04-03"


def test_a_circular_about_calls_is_a_circular() -> None:
    title = ("关于12318举报电话拨测情况的通报", 120, 125, 475, 150)
    assert _read(title, *TEXT).type == "bulletin"


@pytest.mark.parametrize(
    ("subject", "type_"), [("报送澜川市农村文化市场专项整治信息", "briefing"), ("报送澜川市行政处罚信息", "")]
)
def test_news_that_an_office_sends_of_its_work_is_a_briefing(subject: str, type_: str) -> None:
    mail: list[Seen] = [(subject, 75, 75, 75 + 20 * len(subject), 97)]
    mail += [("发件人：澜川市文化局", 75, 110, 240, 125), ("收件人：云中省文化厅", 75, 130, 240, 145)]
    mail += [("发送时间：2017年5月2日 9:00", 75, 150, 280, 165)]
    read = _read(*mail, *TEXT)
    assert (read.form, read.says("title"), read.type) == ("mail", subject, type_)


# ------------------------------------------------------------------------------------------- who signed, row by row

_PEOPLE = ("钱雪梅", "周建国", "许春兰", "赵玉珍", "李思远")


def _sheet(
    signed: Sequence[int],
    *,
    heads: Sequence[str] = ("签名",),
    read: bool,
    lost: Sequence[int] = (),
    photo: bool = False,
) -> str:
    """How many are proposed of a sheet of five people and an empty row of whom those ``signed``."""
    seen: list[Seen] = [
        ("业务培训班签到表", 200, 47, 390, 70),
        ("序号", 76, 130, 100, 147),
        ("姓名", 180, 130, 204, 147),
    ]
    seen += [(head, 290 + 120 * at, 130, 350 + 120 * at, 147) for at, head in enumerate(heads)]
    for row, name in enumerate((*_PEOPLE, "")):
        top = 155 + 22 * row
        if row in lost:
            continue
        seen.append((str(row + 1), 85, top, 95, top + 16))
        if name:
            seen.append((name, 180, top, 221, top + 17))
        if row in signed:  # nobody signs in the middle, or of the height that is printed
            seen += [(name, 290 + 120 * at, top - 2, 340 + 120 * at, top + 19) for at in range(len(heads))]
    lines = [WrittenLine(text, 1, tuple(box), 1.0, read) for text, *box in seen]
    return read_paper(lines, Hints(is_picture=photo, size=(595.0, 842.0))).says("people")


def test_the_rows_of_a_sheet_that_are_signed_are_counted() -> None:
    assert _sheet(range(5), read=False) == "5"
    assert _sheet([0, 1, 3, 4], read=False) == "4"
    assert _sheet([0, 1, 3, 4], heads=("上午签到", "下午签到"), read=False) == "4"
    assert _sheet(range(5), heads=("备注",), read=False) == "", "nobody signs there"


def test_of_a_scanned_sheet_only_one_that_all_signed_is_counted() -> None:
    assert _sheet(range(5), read=True) == "5"
    assert _sheet([0, 1, 3, 4], read=True) == "", "a machine misses handwriting"
    assert _sheet(range(5), read=True, lost=[2]) == "", "it missed a whole row"
    assert _sheet(range(5), read=True, photo=True) == "", "a photo may show one sheet of several"


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        ("增编批复", "establishment_doc"),
        ("内设机构批复", "establishment_doc"),
        ("组建支队的批复", "establishment_doc"),
        ("经费批复", ""),
        ("改革任务完成情况", ""),
    ],
)
def test_of_a_scan_that_nobody_read_its_name_says_whose_approval_it_is(name: str, type_: str) -> None:
    assert read_paper([], Hints(f"改革/{name}.pdf")).type == type_

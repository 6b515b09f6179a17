"""What a paper says of itself, read off its lines: title, number, issuer, date, and what sort of proof it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from math import cos, radians, sin
from pathlib import Path
from typing import Any

import pytest
import yaml

from kaoping.evidence.reading._scanned import PageRead
from kaoping.evidence.recognition._lines_seen import lines_seen
from kaoping.evidence.recognition.paper_reading import Hints, read_paper
from kaoping.evidence.recognition.paper_words import with_added
from kaoping.pdf.written import WrittenLine

PAPERS = yaml.load((Path(__file__).parent / "data/papers.yaml").read_text("utf-8"), yaml.CSafeLoader)
_LINE = re.compile(r"([CRL])(\d+)(\??) (.*)")
WIDTH, MARGIN = 595.0, 75.0


def set_lines(lines: list[str]) -> list[WrittenLine]:
    """The lines of a page of A4 that is set as ``lines`` say: place, size, words."""
    top, page = 80.0, []
    for line in lines:
        match = _LINE.fullmatch(line)
        if match is None:
            top += 30
            continue
        side, size, doubt, words = match[1], float(match[2]), match[3], match[4]
        cells = words.split(" | ")
        for at, cell in enumerate(cells):
            wide = min(len(cell) * size, WIDTH - 2 * MARGIN)
            left = {"C": (WIDTH - wide) / 2, "R": WIDTH - MARGIN - wide, "L": MARGIN}[side]
            if len(cells) > 1:
                left = MARGIN + at * (WIDTH - 2 * MARGIN) / len(cells)
                wide = min(wide, (WIDTH - 2 * MARGIN) / len(cells) - 5)
            box = (left, top, left + wide, top + size)
            page.append(WrittenLine(cell, 1, box, 0.5 if doubt else 1.0, bool(doubt)))
        top += 1.5 * size
    return page


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper["paper"])
def test_what_a_reader_knows_of_a_paper_is_read(paper: dict[str, Any]) -> None:
    read = read_paper(set_lines(paper["lines"]))
    knows = {name: str(value) for name, value in paper["knows"].items()}
    assert {name: read.type if name == "type" else read.says(name) for name in knows} == knows


@pytest.mark.parametrize(
    "lines",
    [
        ["C22 关于批复澜川市文化市场综合执法支队", "C22 办公经费的函", "L16 澜川市文化局：", "L16 来函收悉。"],
        ["C22 关于举办培训班的通知", "L16 各科室：", "L16 定于近期举办。", "R16 澜川市文化局局"],
        ["C22 关于举办培训班的通知", "L16 各科室：", "L16 定于近期举办。", "R16 澜川市“扫黄打非”办公室办公室"],
    ],
)
def test_a_titles_first_line_and_a_name_read_twice_are_no_issuer(lines: list[str]) -> None:
    assert read_paper(set_lines([*lines, "R16 2017年8月31日"])).says("issuer") == ""


def test_a_year_that_no_paper_is_of_was_misread() -> None:
    lines = [
        "C22 关于表扬先进集体的通报",
        "L16 各县：",
        "L16 予以表扬。",
        "R16 澜川市文化局",
        "R16 〇二〇七年二月十二日",
    ]
    assert read_paper(set_lines(lines)).says("date") == ""


NOTICE = [
    "C22 关于举办网吧执法培训班的通知",
    "L16 各县区文化局：",
    "L16 　　定于2017年7月20日举办培训班。",
    "R16 澜川市文化局",
    "R16 2017年7月5日",
]
BODY = [
    f"L16 　　{text}"
    for text in ("现将有关情况报告如下，请审阅。", "一年来共检查场所三千余家次。", "下一步继续抓好落实。")
]
HEADED = ["C40 澜川市文化局文件", "", "C16 澜文〔2017〕21号", "", "C22 关于开展专项整治的通报", "L16 各县区：", *BODY]


def _bound(*pages: list[str]) -> list[WrittenLine]:
    """The lines of a file of several pages."""
    return [replace(line, page=at) for at, page in enumerate(pages, 1) for line in set_lines(page)]


@pytest.mark.parametrize(
    ("pages", "page", "title"),
    [
        ([NOTICE, HEADED], 2, "关于开展专项整治的通报"),
        ([NOTICE[:3], ["L16 　　请各单位按时参加。", *NOTICE[3:]], HEADED], 3, "关于开展专项整治的通报"),
        ([NOTICE, ["C22 关于召开年终会议的通知", "L16 各科室：", *BODY]], 2, "关于召开年终会议的通知"),
        ([NOTICE, ["C22 安全生产会议签到表", "L16 单位 | 姓名 | 签名"]], 2, "安全生产会议签到表"),
        ([[*NOTICE, "L16 附件：课程表"], ["L16 附件", "C22 课程表", *BODY], HEADED], 3, "关于开展专项整治的通报"),
    ],
)
def test_where_another_paper_begins_in_a_file_is_said(pages: list[list[str]], page: int, title: str) -> None:
    read = read_paper(_bound(*pages))
    assert read.further is not None and (read.further.page, read.further.title) == (page, title)
    assert (read.says("title"), read.says("date")) == ("关于举办网吧执法培训班的通知", "2017-07-05")


def test_what_only_the_second_paper_says_is_not_said_of_the_first() -> None:
    unsigned, signed = ["C22 执法工作总结", *BODY], [*HEADED, "R16 澜川市文化局", "R16 2017年9月1日"]
    alone, both = read_paper(_bound(unsigned)), read_paper(_bound(unsigned, signed))
    assert both.further is not None and both.further.page == 2
    assert (both.says("title"), both.says("date"), both.says("doc_no")) == ("执法工作总结", "", "")
    assert both.fields == alone.fields


@pytest.mark.parametrize(
    "pages",
    [
        [[*NOTICE, "L16 附件：通报"], ["L16 附件1", *HEADED]],  # an attachment has what head it likes
        [["C22 澜川市文化局转发省文化厅关于开展专项整治的通知", *NOTICE[1:]], HEADED],
        [["C22 关于印发培训方案的通知", *NOTICE[1:]], ["C22 培训方案", *BODY]],
        [NOTICE, ["C22 先进集体名单", *BODY]],  # nobody wrote 附件 above it
        [HEADED, ["L12 澜文〔2017〕21号", *BODY, "R16 澜川市文化局", "R16 2017年9月1日"]],  # a running head
        [["C22 业务培训班签到表", "L16 单位 | 姓名 | 签名"], ["C22 业务培训班签到表", "L16 单位 | 姓名 | 签名"]],
        [NOTICE[:3], ["L16 澜川市文化局文件规定的各项要求", *BODY, *NOTICE[3:]]],
    ],
)
def test_what_a_paper_brings_along_is_no_second_one(pages: list[list[str]]) -> None:
    assert read_paper(_bound(*pages)).further is None


def _scan(lines: Sequence[WrittenLine], degrees: float = 0.0, turn: int = 0) -> PageRead:
    """What an engine reads off a page with these lines that was laid ``degrees`` askew, and maybe on its side."""
    corners = []
    for its in lines:
        left, top, right, bottom = its.box
        slope, edges = radians(degrees), list[int]()
        for x, y in ((left, top), (right, top), (right, bottom), (left, bottom)):
            across, down = x - WIDTH / 2, y - 421
            edges += [
                round(WIDTH / 2 + across * cos(slope) - down * sin(slope)),
                round(421 + across * sin(slope) + down * cos(slope)),
            ]
        corners.append(tuple(edges))
    read = PageRead(tuple(lines), tuple(corners), size=(WIDTH, 842.0)).moved(1, -turn % 360)
    assert read.turn == turn
    return read


@pytest.mark.parametrize(("degrees", "turn"), [(0, 0), (3, 0), (-3, 0), (2, 90), (-1.5, 180)])
def test_a_scan_is_read_as_the_paper_is_however_it_lay_on_the_glass(degrees: float, turn: int) -> None:
    for paper in PAPERS:
        paper_lines = set_lines(paper["lines"])
        read = read_paper(lines_seen([], {1: _scan(paper_lines, degrees, turn)}))
        knows = {name: str(value) for name, value in paper["knows"].items()}
        assert {name: read.type if name == "type" else read.says(name) for name in knows} == knows, paper["paper"]


def test_where_a_page_has_words_of_its_own_they_count_and_a_stamped_page_number_is_none() -> None:
    seen = _scan(set_lines(PAPERS[1]["lines"]))
    own = [WrittenLine("关于另一件事的通知", 1, (100, 80, 300, 100)), WrittenLine("第二页", 2, (0, 0, 9, 9))]
    assert lines_seen(own * 40, {1: seen}) == own[:1] * 40 + own[1:] * 40
    assert [line.text for line in lines_seen([WrittenLine("- 7 -", 1, (280, 800, 310, 812))], {1: seen})] == [
        line.text for line in seen.lines
    ]


def test_each_field_names_the_words_that_it_was_read_from() -> None:
    read = read_paper(set_lines(PAPERS[1]["lines"]))
    assert read.fields["date"].words == "二〇一七年七月五日"
    assert read.fields["doc_no"].words == "澜文综〔2017〕9号"


def test_of_a_photo_the_day_and_of_an_unread_scan_only_the_type_that_its_name_says() -> None:
    photo = read_paper([], Hints("会议/IMG_20170320.jpg", is_picture=True, taken=date(2017, 3, 20)))
    assert (photo.type, photo.says("date"), photo.says("title")) == ("photo", "2017-03-20", "")
    scan = read_paper([], Hints("培训/业务培训班签到(1).pdf"))
    assert (scan.type, scan.fields) == ("signin", {})
    assert read_paper([], Hints("改革/扫描0001.pdf")).type == ""


def test_a_pack_adds_words_of_its_own() -> None:
    words = with_added({"types": [{"type": "bulletin", "title": ["督导函$"]}], "endings": ["督导函"]})
    lines = set_lines(["C22 关于青梧区的督导函", "L16 　　现将有关情况函告如下。"])
    assert (read_paper(lines).type, read_paper(lines, words=words).type) != ("bulletin", "bulletin")
    assert read_paper(lines, words=words).type == "bulletin"


@pytest.mark.parametrize("added", [{"mistyped": []}, {"numbers": ["("]}, {"types": [{"title": ["x"]}]}])
def test_what_a_pack_says_wrongly_is_refused(added: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"没有|type|position"):
        with_added(added)

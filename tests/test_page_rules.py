"""核对规则: a rubric that was read is reviewed on the page, and in its workbook: one truth, and conflicts refuse."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import openpyxl
import pytest

from kaoping import api
from kaoping.codification.draft_file import read_draft
from kaoping.codification.line_rules import Answered
from kaoping.codification.review_answers import read_review
from kaoping.codification.review_book import BOOK, LINES
from kaoping.core import packs
from kaoping.core.errors import KaopingError
from kaoping.pipeline import codifying
from kaoping.rubric.load import load
from pages import Answer, Browser, opened
from rubric_papers import HEAD, as_docx

ROWS = [
    ["一、组织管理（13分）", "1.设施齐全", "现场看", "5", "一处不齐全扣0.5分"],
    ["", "2.上报率", "查报表", "5", "上报率比95%每降低1个百分点扣1分，扣完为止。"],
    ["", "3.氛围", "现场看", "3", "氛围浓厚<b>亮点</b>纷呈的酌情给分"],
]
WHO = {"who": "李某", "when": "2024-03-01"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("made")
    (home / "细则.docx").write_bytes(as_docx([HEAD, *ROWS], "2024年医院感染防控考核细则"))
    api.read_rubric(home / "细则.docx", home / "规则包" / "ward-2024")
    records = home / "甲医院" / "records"
    records.mkdir(parents=True)
    unit = {"id": "A", "name": "甲医院", "region": "甲县", "level": "不分级", "year": 2024, "rubric": "ward-2024"}
    (records / "unit.yaml").write_text(json.dumps(unit, ensure_ascii=False), "utf-8")
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def pack(home: Path) -> Path:
    return home / "规则包" / "ward-2024"


@pytest.fixture
def browser(home: Path, pack: Path) -> Iterator[Browser]:
    with opened(home / "甲医院") as its:
        yield its


def marks(pack: Path) -> dict[str, str]:
    return {line.id: line.fingerprint for line in read_draft(pack).lines}


def saved(browser: Browser, seal: str = "", **fields: str) -> Answer:
    """Send the form with all that it has, and what is changed in it; ``n1_verdict`` is that of line 1."""
    page = browser.ask("/rules").text
    by_line = {id_: name for name, id_ in re.findall(r'id="h-(\w+)">第 (\w+) 项', page)}
    its = re.search(r'name="seal" value="([^"]+)"', page)
    assert its is not None
    form = dict.fromkeys(re.findall(r'<input id="([^"]+)" name="\1"', page), "") | {
        unescape(name): unescape(value)
        for name, value in re.findall(r'<input type="radio" name="([^"]+)" value="([^"]*)" checked', page)
    }
    for name, options in re.findall(r'<select id="[^"]+" name="([^"]+)"[^>]*>(.*?)</select>', page):
        chosen = re.search(r'value="([^"]*)" selected', options)
        form[name] = unescape(chosen[1]) if chosen is not None else ""
    for name, value in fields.items():
        line, _, rest = name.partition("_")
        form[f"{by_line[line[1:]]}-{rest.replace('_', '-')}" if line[1:] in by_line else name.replace("_", "-")] = value
    body = urlencode({**form, "seal": seal or its[1]}).encode()
    return browser.ask(f"/rules?csrf={browser.keys.csrf}", "POST", body, X_CSRF_Token=None)


def scored(pack: Path) -> set[str]:
    return {line.id for line in load(packs.at(pack)).lines if type(line.rule).__name__ != "Fixed"}


def test_a_second_look_reads_neither_the_draft_nor_the_rubric(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 500 lines that took longer than all the rest of the view."""
    first = browser.ask("/rules").text

    def read(*_: object) -> None:
        raise AssertionError("read anew, though nothing changed")

    monkeypatch.setattr(codifying, "read_draft", read)
    known = codifying._scored.cache_info().misses
    assert browser.ask("/rules").text == first
    assert codifying._scored.cache_info().misses == known


def test_each_line_is_shown_with_its_words_what_was_read_and_what_it_gives(browser: Browser) -> None:
    page = browser.ask("/rules").text
    assert "共 3 项" in page and "还没有核对的 <b>3</b> 项" in page
    assert "<mark>酌情" in page and "&lt;b&gt;亮点&lt;/b&gt;" in page.replace("<mark>", "").replace("</mark>", "")
    assert "从5分扣起" in page and '<th scope="row">1</th><td>4.5分</td>' in page
    assert "许多项共同的问题" in page and "扣到几分为止（1 项）" in page and "零头怎样计（1 项）" in page
    assert 'href="/rules"' in browser.ask("/settings").text
    assert "没有这样的项" in browser.ask("/rules?show=unfit").text
    assert len(re.findall("<section", browser.ask("/rules?show=unread&page=9").text)) == 2


@pytest.mark.slow
def test_what_is_confirmed_is_scored_and_stands_in_the_workbook_too(browser: Browser, pack: Path) -> None:
    answer = saved(browser, shared_floor="扣到0分为止", n1_verdict="确认", n3_verdict="人工打分", **WHO)
    assert answer.status == 303 and scored(pack) == {"1"}
    page = browser.ask("/rules").text
    assert "由程序算的 <b>1</b> 项，定了由人打分的 <b>1</b> 项" in page and "李某　2024-03-01" in page
    sheet = openpyxl.load_workbook(pack / BOOK)[LINES]
    head = [cell.value for cell in sheet[1]]
    assert [sheet.cell(row, head.index("处理") + 1).value or "" for row in (2, 3, 4)] == ["确认", "", "人工打分"]
    assert browser.ask("/lines/1").text.count("人工打分") == 0, "the unit is scored by the rule at once"
    assert saved(browser, n1_verdict="", **WHO).status == 303 and scored(pack) == set(), "taken back"


@pytest.mark.slow
def test_a_rule_that_does_not_stand_is_told_at_its_line(browser: Browser, pack: Path) -> None:
    assert saved(browser, n1_verdict="确认", **WHO).status == 303
    page = browser.ask("/rules?show=unfit").text
    assert "还不能用：扣到几分为止还没有定" in page and scored(pack) == set()


@pytest.mark.slow
def test_what_can_not_stand_is_told_beside_its_field_and_nothing_is_kept(browser: Browser, pack: Path) -> None:
    before = (pack / "review.yaml").read_bytes()
    for fields, words in (
        ({"n1_verdict": "确认", "who": ""}, "答复要写明是谁、哪天定的"),
        ({"n1_verdict": "改", **WHO}, "写一句程序读得懂的话"),
        ({"n1_verdict": "随便", **WHO}, "只能选：确认、改、人工打分"),
        ({"n1_words": "每少1次扣1分", "n1_verdict": "确认", **WHO}, "处理要选“改”"),
        ({"shared_floor": "随便", **WHO}, "答复从列出的里选"),
    ):
        answer = saved(browser, **fields)  # type: ignore[arg-type]
        assert answer.status == 422 and words in answer.text and "没有保存" in answer.text
    assert (pack / "review.yaml").read_bytes() == before


@pytest.mark.slow
def test_answers_given_elsewhere_meanwhile_are_not_overwritten(browser: Browser, pack: Path) -> None:
    seal = api.open_review(pack).seal
    api.take_answers(pack, seal, {}, {marks(pack)["3"]: Answered("人工打分", who="王某", when="2024-02-01")})
    with pytest.raises(KaopingError) as refused:
        api.take_answers(pack, seal, {}, {})
    assert [its.code for its in refused.value.findings] == ["codification.review_moved"]
    answer = saved(browser, seal=seal, n1_verdict="确认", **WHO)
    assert answer.status == 422 and "在别处改过了" in answer.text
    assert read_review(pack).lines.keys() == {marks(pack)["3"]}


def _fill(pack: Path, source: Path, line: int, verdict: str) -> None:
    book = openpyxl.load_workbook(source, rich_text=True)
    sheet = book[LINES]
    columns = {str(cell.value): cell.column for cell in sheet[1]}
    for name, text in (("处理", verdict), ("谁定的", "王某"), ("日期", "2024-03-02")):
        sheet.cell(line + 1, columns[name]).value = text
    book.save(pack / BOOK)


@pytest.mark.slow
def test_a_workbook_that_was_filled_in_is_taken_in_before_anything_is_saved_here(browser: Browser, pack: Path) -> None:
    _fill(pack, pack / BOOK, 3, "人工打分")
    assert "填过了，答复还没有记进来" in browser.ask("/rules").text
    with pytest.raises(KaopingError) as refused:
        api.take_answers(pack, api.open_review(pack).seal, {}, {})
    assert [its.code for its in refused.value.findings] == ["codification.book_waiting"]
    answer = saved(browser, n1_verdict="确认", **WHO)
    assert answer.status == 422 and "还没有记进规则包" in answer.text and not read_review(pack).lines
    assert browser.ask(f"/rules/book?csrf={browser.keys.csrf}", "POST", X_CSRF_Token=None).status == 303
    assert saved(browser, n1_verdict="人工打分", **WHO).status == 303
    assert read_review(pack).lines.keys() == {marks(pack)["1"], marks(pack)["3"]}


@pytest.mark.slow
def test_an_older_workbook_takes_back_nothing_and_contradictions_are_told(pack: Path, tmp_path: Path) -> None:
    """Somebody fills in a copy while others answer on the page: blanks there are no answers taken back."""
    copy = tmp_path / "旧.xlsx"
    shutil.copy(pack / BOOK, copy)
    by_hand = Answered("人工打分", who="李某", when="2024-03-01")
    api.take_answers(pack, api.open_review(pack).seal, {}, dict.fromkeys(marks(pack).values(), by_hand))
    _fill(pack, copy, 1, "确认")
    done = api.review_rubric(pack)
    assert [its.code for its in done.findings] == ["codification.answered_elsewhere"]
    assert "“确认”" in done.findings.sorted()[0].problem and "“人工打分”" in done.findings.sorted()[0].problem
    assert list(read_review(pack).lines.values()) == [by_hand] * 3 and done.by_hand == 3


@pytest.mark.slow
def test_a_pack_that_nobody_read_from_a_paper_has_nothing_to_review(home: Path, pack: Path) -> None:
    (pack / "draft.yaml").unlink()
    with opened(home / "甲医院") as browser:
        assert "没有要核对的规则" in browser.ask("/rules").text
        assert 'href="/rules"' not in browser.ask("/settings").text
    with pytest.raises(KaopingError):
        api.open_review(pack)


def test_the_rules_of_a_unit_that_can_t_be_scored_are_shown_and_answered(home: Path, browser: Browser) -> None:
    """What keeps it from being scored is a record of its own; the rubric reads."""
    scored = browser.ask("/rules").text
    records = home / "甲医院" / "records"
    unit = json.loads((records / "unit.yaml").read_text("utf-8"))
    (records / "unit.yaml").write_text(json.dumps(unit | {"year": "那一年"}, ensure_ascii=False), "utf-8")
    shown = browser.ask("/rules").text
    assert "还不能评分" in shown and "还不能评分" not in scored
    assert re.findall(r'<section class="panel" id="l-[^"]+"', shown) == re.findall(
        r'<section class="panel" id="l-[^"]+"', scored
    )
    seal = re.search(r'name="seal" value="([^"]+)"', shown)
    assert seal is not None
    answer = browser.ask(
        f"/rules?csrf={browser.keys.csrf}", "POST", urlencode({"seal": seal[1], **WHO}).encode(), X_CSRF_Token=None
    )
    assert answer.status == 303

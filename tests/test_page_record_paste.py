"""Rows pasted from Excel: shown as they would be written, all of them or none; and earlier versions on the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaoping.records import history, layout
from pages import Browser, opened
from test_entry import FILE, MORE, said
from test_page_records import EVIL, TABLE, save, send
from units import TRAINING
from workbooks import book_unit

PASTE, VERSIONS = f"{TABLE}/-/paste", "/records/-/versions"
HEAD = "名称\t日期\t方式\t范围\t主办\t以案施训\n"
GOOD = "甲班\t2017.5.2\t线下\t全市\t市级\t√\n乙班\t6月3日\t线上\t全市\t市级\t否\n"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return book_unit(tmp_path / "甲市", {FILE: TRAINING + MORE})


@pytest.fixture
def browser(book: Path) -> Iterator[Browser]:
    with opened(book) as its:
        yield its


def test_rows_are_shown_first_and_then_all_written(browser: Browser, book: Path) -> None:
    assert browser.ask(PASTE).status == 200
    raw = (book / layout.WORKBOOK).read_bytes()
    preview = send(browser, PASTE, text=HEAD + GOOD)
    assert (
        preview.status == 200 and "会写入 2 条" in preview.text and "都可以" in preview.text and "P05" in preview.text
    )
    assert "2017-06-03" in preview.text and (book / layout.WORKBOOK).read_bytes() == raw
    done = send(browser, PASTE, text=HEAD + GOOD, act="write")
    assert done.headers["location"] == f"{TABLE}?done=1"
    assert said(book)["P04"]["date"] == "2017-05-02" and said(book)["P05"]["title"] == "乙班"
    assert len(list((book / "以前的台账").iterdir())) == 1
    send(browser, "/records/-/undo")
    assert (book / layout.WORKBOOK).read_bytes() == raw


@pytest.mark.parametrize("act", ["write", "wait"])
def test_where_one_row_is_wrong_none_is_written(browser: Browser, book: Path, act: str) -> None:
    raw = (book / layout.WORKBOOK).read_bytes()
    answer = send(browser, PASTE, text=HEAD + GOOD.replace("2017.5.2", "2017-11-31"), act=act)
    assert answer.status == 422 and "1 条有错" in answer.text and "2017年11月没有31日" in answer.text
    assert (book / layout.WORKBOOK).read_bytes() == raw


def test_rows_without_all_that_is_required_wait_if_that_is_said(browser: Browser, book: Path) -> None:
    text = "名称\t日期\t方式\n甲班\t2017-05-02\t线下\n"
    assert send(browser, PASTE, text=text, act="write").status == 422 and "P04" not in said(book)
    assert send(browser, PASTE, text=text, act="wait").status == 303 and said(book)["P04"]["title"] == "甲班"


def test_rows_without_a_head_are_asked_about(browser: Browser, book: Path) -> None:
    assert "没有认出表头" in send(browser, PASTE, text=GOOD).text
    names = ("title", "date", "mode", "scope", "host", "case_based")
    columns = {f"column-{at}": name for at, name in enumerate(names)}
    assert send(browser, PASTE, text=GOOD, act="write", **columns).status == 303 and len(said(book)) == 5


def test_an_id_that_is_there_is_not_written_twice(browser: Browser, book: Path) -> None:
    text = "编号\t" + HEAD + "P02\t" + GOOD.split("\n")[0]
    assert send(browser, PASTE, text=text, act="wait").status == 422


def test_a_workbook_that_is_open_takes_no_rows(browser: Browser, book: Path) -> None:
    (book / "~$台账.xlsx").write_bytes(b"")
    assert "打开着" in send(browser, PASTE, text=HEAD + GOOD, act="write").text and len(said(book)) == 3


@given(st.text('\t\n"<>&;编号名称日期2017甲=+-@', max_size=60), st.sampled_from(["", "write", "wait"]))
def test_nothing_that_is_pasted_breaks_the_page(fuzzed: Browser, text: str, act: str) -> None:
    assert send(fuzzed, PASTE, text=text, act=act, **{"column-0": "nothing", "column-x": "title"}).status in (
        200,
        303,
        409,
        422,
    )


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with opened(book_unit(tmp_path_factory.mktemp("f") / "甲市", {FILE: TRAINING})) as its:
        yield its


def test_what_is_pasted_is_shown_as_words(browser: Browser) -> None:
    text = send(browser, PASTE, text=f"{HEAD.replace('范围', EVIL)}{EVIL}\t{EVIL}\t{EVIL}\n").text
    assert "<script>alert" not in text and "&lt;script&gt;" in text


def test_versions_are_listed_compared_handed_out_and_brought_back(browser: Browser, book: Path) -> None:
    assert "还没有" in browser.ask(VERSIONS).text
    first = (book / layout.WORKBOOK).read_bytes()
    save(browser, "P02", title=EVIL)
    (version,) = history.versions(book)
    name = quote(version.path.name)
    text = browser.ask(f"{VERSIONS}?look={name}").text
    assert "1 条记录不同" in text and "<del>第2期</del>" in text and "<script>alert" not in text
    sent = browser.ask(f"{VERSIONS}/file?name={name}")
    assert sent.body == first and sent.headers["content-disposition"].startswith("attachment")
    assert send(browser, VERSIONS, name=version.path.name).headers["location"] == f"{VERSIONS}?done=1"
    assert (book / layout.WORKBOOK).read_bytes() == first
    send(browser, "/records/-/undo")
    assert said(book)["P02"]["title"] == EVIL


@pytest.mark.parametrize("name", ["../台账.xlsx", "..%2F台账.xlsx", "", "没有.xlsx"])
def test_no_other_file_is_handed_out_or_brought_back(browser: Browser, name: str) -> None:
    assert browser.ask(f"{VERSIONS}/file?name={quote(name)}").status == 404
    assert send(browser, VERSIONS, name=name).status == 409
    assert browser.ask(f"{VERSIONS}?look={quote(name)}").status in (200, 409)

"""What does not count is marked: alike in paste, form, table and list, with one number; each link leads to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pages import Browser, opened
from test_page_imports import bring, chosen
from test_page_records import send
from workbooks import book_unit, cell_at, change, sheet_of

HEAD = "案号\t案由\t当事人\t办理层级\t类别\t程序\t立案日期\t平台办理\t罚款金额\n"
ROW = "云文综立字〔2017〕{n}号\t无证经营\t某网吧{n}\t本级\t上网服务\t一般程序\t2017-03-0{n}\t是\t{fine}\n"
TABLE = "/records/case"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return book_unit(tmp_path / "甲市", offered=["case"])


@pytest.fixture
def browser(book: Path) -> Iterator[Browser]:
    with opened(book) as its:
        yield its


def pasted(browser: Browser, *fines: str, act: str = "look") -> tuple[int, str]:
    rows = "".join(ROW.format(n=n, fine=fine) for n, fine in enumerate(fines, 1))
    answer = send(browser, f"{TABLE}/-/paste", text=HEAD + rows, act=act)
    return answer.status, answer.text


def counts(browser: Browser) -> tuple[int, int]:
    """What the head of every view and the table's filter say of the records that are to be looked at."""
    text = browser.ask(TABLE).text
    head = re.search(r"，(\d+) 条要看</span>", text)
    here = re.search(r"只看有问题的（(\d+)）", text)
    return int(head[1]) if head else 0, int(here[1]) if here else -1


def test_a_number_whose_unit_must_be_asked_is_not_pasted(browser: Browser) -> None:
    status, text = pasted(browser, '"5,000"', "0.5", '"5,000"')
    assert status == 200 and "会写入 3 条" not in text and "认出 3 条，现在一条也不写" in text
    assert text.count("不写：罚款金额不行") == 2 and text.count("可以写") == 1 and "2 条有错" in text
    assert "5000元" in text and "--map" not in text
    assert pasted(browser, '"5,000"', "0.5", act="write")[0] == 422 and counts(browser) == (0, 0)
    assert pasted(browser, "5000元", "0.5", act="write")[0] == 303 and counts(browser) == (0, 0)


def test_what_a_workbook_holds_that_does_not_count_is_marked_everywhere(browser: Browser, book: Path) -> None:
    pasted(browser, "0.5", "0.6", "0.7", act="write")

    def spoil(its: object) -> None:
        sheet = its[sheet_of("case")]  # type: ignore[index]
        cell_at(sheet, "罚款金额", 1).value = 5000
        cell_at(sheet, "罚款金额", 2).value = 7000

    change(book, spoil)
    assert counts(browser) == (2, 2)
    table = browser.ask(f"{TABLE}?wrong=1").text
    assert table.count("没有计入：</span>") == 2 and "某网吧3" not in table
    id_ = "云文综立字〔2017〕1号"
    form = browser.ask(f"{TABLE}/{id_}").text
    field = form[form.index('id="v-fine"') :]
    assert 'aria-invalid="true"' in field[:400] and "没有写单位" in field


def test_alike_slips_of_a_ledger_are_each_marked(browser: Browser) -> None:
    head = HEAD.replace("\t", ",")
    rows = "".join(ROW.format(n=n, fine="5000").replace("\t", ",") for n in range(1, 6))
    address = bring(browser, ("案件.csv", head + rows), kind="case").headers["location"]
    text = browser.ask(address).text
    assert send(browser, address, **chosen(text), act="write").status == 303
    assert counts(browser) == (5, 5)
    assert browser.ask(f"{TABLE}?wrong=fine").text.count("没有计入：</span>") == 5
    assert "没有计入" in browser.ask(f"{TABLE}?wrong=fine").text
    seen = browser.ask(f"{TABLE}/云文综立字〔2017〕4号").text
    assert "没有写单位" in seen[seen.index('id="v-fine"') :]
    built = browser.ask("/build").text
    assert (
        "看这 5 条" in built
        and f'href="{TABLE}?wrong=fine"' in built
        and "云文综立字〔2017〕1号“无证经营”等 5 条" in built
    )


def test_a_finding_leads_to_its_field_and_names_its_record(browser: Browser, book: Path) -> None:
    pasted(browser, "0.5", "0.6", act="write")
    change(book, lambda its: setattr(cell_at(its[sheet_of("case")], "罚款金额", 2), "value", 5000))
    built = browser.ask("/build").text
    (href,) = set(re.findall(r'href="([^"]*#v-fine)"', built))
    assert "<b>案件 云文综立字〔2017〕2号“无证经营”</b>" in built
    form = browser.ask(href.partition("#")[0]).text
    assert re.search(r'<input id="v-fine"', form) and "某网吧2" in form

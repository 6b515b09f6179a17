"""What a page shows of records that a subordinate handed up: whose they are, and that they are not changed here."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from pages import Browser, opened
from rollups import FOLDER, lay_out_district, lay_out_pack, lay_out_town, packed
from test_page_records import filled, send


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    folder = tmp_path_factory.mktemp("district")
    lay_out_pack(folder)
    district = lay_out_district(folder / "澜川区")
    shutil.copytree(packed(lay_out_town(folder / "东屏镇", "东屏镇"), folder / "包"), district / FOLDER / "东屏镇")
    with opened(district) as its:
        yield its


def test_the_table_and_the_line_say_whose_a_record_is(browser: Browser) -> None:
    text = browser.ask("/records/matter").text
    assert "1 条取自下级的考评包，在这里只能看" in text
    assert 'title="这一条取自东屏镇的考评包">取自东屏镇</span>' in text
    assert text.count("取自东屏镇</span>") == 1, "the district's own is its own"
    assert "部分取自东屏镇</span>" in browser.ask("/records/town").text
    assert "东屏镇的考评包</span>" in browser.ask("/lines/1").text


def test_a_record_of_a_package_can_only_be_looked_at(browser: Browser) -> None:
    address = f"/records/matter/{quote('东屏镇 S1', safe='')}"
    text = browser.ask(address).text
    assert "这一条取自东屏镇的考评包（下级考评包/东屏镇）：事项 S1，第1项，没有佐证。程序不改它。" in text
    assert "东办〔2017〕1号" in text and 'id="rec"' not in text
    own = filled(browser.ask("/records/matter/S1").text)
    assert send(browser, address, **{**own, "act": "remove"}).status == 409
    assert "这一条取自东屏镇" in browser.ask(address).text


def test_cells_of_a_package_in_ones_own_record_are_named(browser: Browser) -> None:
    text = browser.ask("/records/town/X1").text
    assert "自己没有填的几栏，取自东屏镇的考评包（下级考评包/东屏镇）：单位情况 T，没有佐证" in text
    assert 'id="rec"' in text
    assert "取自" not in browser.ask("/records/town/X2").text.partition('id="h-form"')[2]

"""The page as a clerk's browser shows it: real clicks, keys and files; no console may have a word to say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from browsing import chromium, focused, is_wider_than_the_screen, served, tab, tab_to, violations
from kaoping import api
from units import small_unit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["chromium", "tab"]  # fixtures
pytestmark = pytest.mark.slow

#: The views of a unit: each is looked through whole.
VIEWS = ("/", "/lines/22", "/lines/10", "/build")


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    return small_unit(tmp_path / "甲市")


@pytest.fixture
def page(tab: Page, unit: Path, tmp_path: Path) -> Iterator[Page]:
    """A tab with the page of a small unit in it."""
    with served(unit, tmp_path / "user") as address:
        tab.goto(address)
        tab.wait_for_selector("#total")
        yield tab


def _go(page: Page, path: str) -> None:
    """Go to a view, and wait until the unit has been read."""
    page.goto(page.evaluate("location.origin") + path)
    page.wait_for_selector("#total")


def test_axe_finds_nothing_wrong_with_any_view_and_none_is_too_wide(page: Page) -> None:
    wrong = {}
    for view in VIEWS:
        _go(page, view)
        page.evaluate("document.querySelectorAll('details').forEach(its => its.open = true)")
        wrong[view] = violations(page)
        for width in (1366, 640):  # a clerk's screen, and the same at twice the size of its letters
            page.set_viewport_size({"width": width, "height": 768})
            wrong[view] += [f"wider than {width}"] if is_wider_than_the_screen(page) else []
    assert wrong == {view: [] for view in VIEWS}


def test_axe_finds_nothing_wrong_with_the_start_page(tab: Page, unit: Path, tmp_path: Path) -> None:
    with served(None, tmp_path / "user") as address:
        api.remember_unit(unit, unit="甲市支队", year="2017", total="95～104")
        tab.goto(address)
        start = tab.url
        assert violations(tab) == [] and not is_wider_than_the_screen(tab)
        tab.click("text=找一找")
        assert violations(tab) == []
        tab.goto(start)
        tab.click("text=建好并打开")
        tab.wait_for_function("document.activeElement.textContent.includes('栏要改')")  # what is wrong has the focus
        assert violations(tab) == []
        tab.goto(f"{start}open?folder=/nowhere")
        assert violations(tab) == []


def test_a_new_unit_is_made_and_opened_and_the_way_leads_back(tab: Page, tmp_path: Path) -> None:
    with served(None, tmp_path / "user") as address:
        tab.goto(address)
        start = tab.url
        tab.fill("#new-name", "澜川市支队")
        tab.fill("#new-region", "澜川市")
        tab.fill("#new-parent", str(tmp_path))
        tab.click("text=建好并打开")
        tab.wait_for_selector("#total")  # by a page that leads on by itself, to another port
        assert (
            "澜川市支队　2017年度" in tab.inner_text(".unit") and (tmp_path / "澜川市支队2017" / "台账.xlsx").is_file()
        )
        tab.click(".unit")
        tab.wait_for_url(start)
        assert "澜川市支队" in tab.inner_text("#main tbody")


def test_a_line_is_settled_by_keyboard_alone(page: Page) -> None:
    """From the first page to the record, by Tab, arrows, letters and Enter."""
    before = page.inner_text("#total")
    page.keyboard.press("Tab")
    assert focused(page) == "跳到正文"
    page.keyboard.press("Enter")
    tab_to(page, lambda its: its.startswith("看") and "22" in its)
    page.keyboard.press("Enter")
    page.wait_for_url("**/lines/22")
    tab_to(page, lambda _: page.evaluate("document.activeElement.type") == "radio")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    for name, text in (("reason", "内容齐全"), ("who", "支队长办公会"), ("when", "12月18日")):
        tab_to(page, lambda _, name=name: page.evaluate("document.activeElement.name") == name)
        page.keyboard.press("Control+a")
        page.keyboard.type(text)
    tab_to(page, lambda its: "记下" in its)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=支队长办公会")
    assert page.inner_text("#total") != before
    tab_to(page, lambda its: "撤" in its)
    page.keyboard.press("Enter")
    page.wait_for_function("before => document.getElementById('total').innerText == before", arg=before)


def test_an_error_stands_on_the_page_and_what_was_typed_stays(page: Page) -> None:
    _go(page, "/lines/22")
    page.check("[name=points] >> nth=0")
    page.fill("[name=reason]", "内容<齐全>")
    page.fill("[name=who]", "办公会")
    page.fill("[name=when]", "13月40日")
    page.click("button:has-text('记下')")
    page.wait_for_selector("text=没有记下")
    assert page.input_value("[name=reason]") == "内容<齐全>"
    assert violations(page) == []


def test_a_page_whose_program_has_ended_says_so(chromium: Browser, unit: Path, tmp_path: Path) -> None:
    tab = chromium.new_page()
    with served(unit, tmp_path / "user") as address:
        tab.goto(address)
        tab.wait_for_selector("#total")
        assert not tab.is_visible("#presence")
    noted = tab.evaluate("speak().then(() => document.getElementById('presence').hidden)")
    assert noted is False and tab.is_visible("text=考评包已经关了")

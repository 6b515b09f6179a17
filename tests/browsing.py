"""The page in a real browser: served as `kaoping serve` does, looked at with Debian's Chromium through Playwright.

A test module takes the fixtures from here by name: ``from browsing import chromium, page, tab``; ``page`` asks for a
``unit`` of the module's own. What a page writes to its console is no joke: a test in which anything was written there
fails.
"""

from __future__ import annotations

import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kaoping.core import fs
from kaoping.page import serve
from kaoping.page._presence import Presence

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_NEEDED = "KAOPING_TEST_BROWSER"  # set where a missing browser is a failure
_PATIENCE = 20_000  # milliseconds that a page may take under a full load of tests


def _skip(why: str) -> None:
    (pytest.fail if os.environ.get(_NEEDED) else pytest.skip)(why)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One Chromium for a module; skips where there is none."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _skip("没有安装 playwright，看不了浏览器里的页面")
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        _skip("没有安装 Chromium，看不了浏览器里的页面")
    with sync_playwright() as playwright:
        # No sandbox: tests run as root in containers, and see nothing but our own pages.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--lang=zh-CN"])
        yield browser
        browser.close()


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Page]:
    """A tab of a clerk's screen, nothing stored from before; fails where its console has anything in it afterwards."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", accept_downloads=True)
    context.set_default_timeout(_PATIENCE)
    page = context.new_page()
    wrong: list[str] = []
    listen_to(page, wrong)
    yield page
    context.close()
    assert not wrong, wrong


@pytest.fixture
def page(tab: Page, unit: Path, tmp_path: Path) -> Iterator[Page]:
    """A tab with the page of the test's ``unit`` in it."""
    with served(unit, tmp_path / "user", tab) as address:
        tab.goto(address)
        tab.wait_for_selector("#total")
        yield tab


def go(page: Page, path: str) -> None:
    """Go to a view, and wait until the unit has been read."""
    page.goto(page.evaluate("location.origin") + path)
    page.wait_for_selector("#total")


def listen_to(page: Page, wrong: list[str]) -> None:
    """Collect what goes wrong on ``page``: errors and warnings of its console, scripts that break off."""

    def written(message: Any) -> None:
        # The browser itself notes each answer that is an error; a form with something wrong in it is answered so.
        if message.type in ("error", "warning") and not re.search(r"status of (409|422)", message.text):
            wrong.append(message.text)

    page.on("console", written)
    page.on("pageerror", lambda error: wrong.append(str(error)))


@contextmanager
def served(folder: Path | None, cache: Path, *tabs: Page) -> Iterator[str]:
    """Serve the page of ``folder`` (None: the start page), and yield an address that opens it again and again.

    ``cache`` stands for the user's own folders, lists and all. The ``tabs`` leave it before it ends: what they still
    ask for would find nobody, and say so in their consoles.
    """
    ready, ended = threading.Event(), Presence()
    addresses: list[str] = []
    errors: list[BaseException] = []

    def on_ready(_: str, lasting: str) -> None:
        addresses.append(lasting)
        ready.set()

    def run() -> None:
        try:
            serve(folder, on_ready=on_ready, presence=ended)
        except BaseException as error:
            errors.append(error)
            ready.set()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fs, "of_user", lambda kind: cache / kind)
        thread = threading.Thread(target=run)
        thread.start()
        try:
            assert ready.wait(30) and not errors, errors
            yield addresses[0]
            for tab in tabs:
                tab.goto("about:blank")
        finally:
            ended.end()
            thread.join(60)
        assert not thread.is_alive() and not errors, errors


def violations(page: Page) -> list[str]:
    """Return what axe-core finds wrong with the page as it is, but for what is minor."""
    from axe_playwright_python.sync_playwright import Axe

    results = Axe().run(page)
    return [
        f"{its['id']} ({its['impact']}): {node['html'][:200]}"
        for its in results.response["violations"]
        for node in its["nodes"]
        if its["impact"] != "minor"
    ]


def is_wider_than_the_screen(page: Page) -> bool:
    """Whether the page itself scrolls sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def on_paper(page: Page) -> list[str]:
    """Return what does not fit on the page as it is printed on A4: what is too wide, what is cut off."""
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 960})  # A4 between its margins
    wrong = ["wider than paper"] if is_wider_than_the_screen(page) else []
    wrong += [f"cut off on paper: {its}" for its in page.evaluate(_CUT_OFF)]
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1366, "height": 768})
    return wrong


#: What does not show all of its content, and can't be scrolled on paper.
_CUT_OFF = """
[...document.querySelectorAll("main *")]
  .filter(e => ["auto", "scroll", "hidden"].includes(getComputedStyle(e).overflowX))
  .filter(e => !e.closest(".sr, .shot, svg, details:not([open])"))  // a picture in small shows a part of its page
  .filter(e => e.clientWidth > 1 && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1))
  .filter(e => !["INPUT", "TEXTAREA", "SELECT"].includes(e.tagName))
  .map(e => `${e.tagName}.${e.className} ${e.scrollWidth}>${e.clientWidth} ${e.scrollHeight}>${e.clientHeight}`)
"""


def focused(page: Page) -> str:
    """Return what the focus is on, as a few words: for runs by keyboard alone."""
    script = "(e => e.id || e.getAttribute('aria-label') || e.textContent.trim().slice(0, 40))(document.activeElement)"
    return str(page.evaluate(script))


def tab_to(page: Page, is_there: Callable[[str], bool], most: int = 150) -> None:
    """Press Tab until the focus is where it shall be; fails after ``most`` times."""
    seen = []
    for _ in range(most):
        page.keyboard.press("Tab")
        seen.append(focused(page))
        if is_there(seen[-1]):
            return
    raise AssertionError(f"not reached by keyboard: {seen}")

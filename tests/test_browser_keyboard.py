"""The whole year's job in a real browser by keyboard alone: no mouse moves, no field is filled by script.

Tab leads from one control to the next, letters and arrows fill it, Space ticks, Enter sends; files are chosen in the
dialog that a key opened.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
import yaml
from pypdf import PdfReader

from browsing import chromium, served, tab, tab_to
from bundles import pdf
from kaoping import api
from kaoping.page.views._start import what_is_offered
from tiny import FILES, MEETINGS, PACK, RUBRIC, TRAININGS, UNIT, put

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["chromium", "tab"]  # fixtures
pytestmark = pytest.mark.slow

_BUILT = 120_000  # milliseconds that a build of the small unit may take on a busy machine


class Keyboard:
    """What somebody does who has no mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, css: str) -> None:
        """Tab to the control that ``css`` names."""
        tab_to(self.page, lambda _: bool(self.page.evaluate("css => document.activeElement.matches(css)", css)), 300)

    def press(self, words: str) -> None:
        """Tab to the link or button that begins with ``words``, and press it."""
        tab_to(self.page, lambda its: its.startswith(words), 300)
        self.page.keyboard.press("Enter")

    def fill(self, css: str, text: str) -> None:
        """Tab to a field and write ``text`` in place of what stands there; of a list, step to it."""
        self.to(css)
        if self.page.evaluate("document.activeElement.tagName") == "SELECT":
            self._choose(text)
            return
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def _choose(self, text: str) -> None:
        self.page.keyboard.press("Home")
        for _ in range(100):
            if text in self.page.evaluate("(its => [its.value, its.selectedOptions[0].text])(document.activeElement)"):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{text} is not to be chosen")

    def bring(self, css: str, files: list[Path]) -> None:
        """Open the dialog of a field for files by a key, and choose."""
        self.to(css)
        with self.page.expect_file_chooser() as dialog:
            self.page.keyboard.press("Space")
        dialog.value.set_files([str(its) for its in files])

    def arrive(self, css: str) -> None:
        """Wait for what the next view is known by."""
        self.page.wait_for_selector(css)


def test_from_the_start_page_to_a_downloaded_package_by_keyboard_alone(
    tab: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packs = tmp_path / "packs"
    put(packs / "tiny-2017", {"pack.yaml": PACK.replace("documents: [covering-letter]\n", ""), "rubric.yaml": RUBRIC})
    monkeypatch.setenv("KAOPING_PACKS", str(packs))
    what_is_offered.cache_clear()
    papers = [pdf(tmp_path / "桌面" / name, [text, "what nobody needs"]) for name, text in FILES.items()]
    facts, keys = yaml.safe_load(UNIT), Keyboard(tab)
    with served(None, tmp_path / "user", tab) as address:
        tab.goto(address)
        for name in ("id", "name", "region"):
            keys.fill(f"#new-{name}", facts[name])
        keys.fill("#new-pack", "tiny-2017")
        keys.fill("#new-parent", str(tmp_path))
        keys.press("建好并打开")
        keys.arrive("#total")
        unit = tmp_path / f"{facts['name']}2017"
        _the_units_facts(keys, facts)
        _files(keys, papers)
        for kind, records in (("培训记录", TRAININGS), ("会议", MEETINGS)):
            (record,) = yaml.safe_load(records)
            _a_record(keys, kind, {name: str(value) for name, value in record.items()})
        _pages_of_a_piece(keys, unit)
        assert tab.inner_text("#total").split()[-1] == "4"
        keys.press("生成")
        keys.arrive("#h-final")
        keys.press("生成报送稿")
        tab.wait_for_selector("text=看报送稿", timeout=_BUILT)
        keys.press("看报送稿")
        keys.arrive("text=份文件")
        with tab.expect_download() as download:
            keys.press("全部下载")
        assert download.value.path().stat().st_size > 0
    package = unit / "成果" / "报送稿"
    bundle = PdfReader(package / "data" / "佐证材料汇编.pdf")
    words = [sheet.extract_text() for sheet in bundle.pages]
    assert sum("what nobody needs" in its for its in words) == 2, "of three, one page was left out"
    (minutes,) = (sheet for sheet, its in zip(bundle.pages, words, strict=True) if "minutes" in its)
    assert minutes.rotation == 90 or minutes.mediabox.width > minutes.mediabox.height
    assert not api.verify(package).errors


def _the_units_facts(keys: Keyboard, facts: dict[str, object]) -> None:
    keys.press("设置")
    keys.arrive("#main h1:has-text('设置')")
    keys.press("单位情况")
    keys.arrive("#v-addressee")
    for name in ("addressee", "contact", "submit_date"):
        keys.fill(f"#v-{name}", str(facts[name]))
    keys.press("保存")
    keys.arrive(".banner.ok")


def _files(keys: Keyboard, papers: list[Path]) -> None:
    keys.press("材料")
    keys.arrive("form.dropping")
    keys.bring("form.dropping .drop input[type=file]", papers)
    keys.arrive(f"text=放进来 {len(papers)} 个文件")


def _a_record(keys: Keyboard, title: str, record: dict[str, str]) -> None:
    keys.press("记录")
    keys.arrive("#h-lines")
    keys.press(title)
    keys.arrive("text=新增一条")
    keys.press("新增一条")
    keys.arrive("#v-id")
    for name, value in record.items():
        keys.fill(f"#v-{name}", value)
    keys.press("保存")
    keys.arrive(".banner.ok")


def _pages_of_a_piece(keys: Keyboard, unit: Path) -> None:
    """Turn a page, leave one out: each stands as a record."""
    for name, turns, button in (("纪要.pdf", 0, "右转"), ("签到表.pdf", 1, "这页不收")):
        keys.press("材料")
        keys.arrive("#h-list")
        keys.press("全部")
        at = f"a[href*='{quote(name)}']"
        keys.arrive(at)
        keys.to(at)
        keys.page.keyboard.press("Enter")
        keys.arrive("#h-page")
        for _ in range(turns):
            keys.press("下一页")
            keys.arrive("#h-page:has-text('第 2 页')")
        keys.press(button)
        keys.arrive("#h-changes")
    assessment = api.assess(unit)
    (turned,), (left_out,) = (api.page_changes(assessment, name) for name in ("纪要.pdf", "签到表.pdf"))
    assert (turned.pages, turned.turn) == ("1", "90") and (left_out.pages, left_out.action) == ("2", "不收")

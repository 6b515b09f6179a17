"""Where a clerk begins and what they meet on the way: a new unit, a unit that can't be scored yet."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from kaoping import api
from kaoping.page._mend_link import next_step
from page_forms import filled
from pages import Browser, opened, sent
from test_page_imports import AT, HEAD, ROWS, bring, chosen
from units import small_unit


def bare(folder: Path) -> Path:
    """A unit of which nothing is recorded but what it is."""
    small_unit(folder)
    shutil.rmtree(folder / "材料", ignore_errors=True)
    for path in folder.rglob("*.yaml"):
        if path.name != "unit.yaml":
            path.unlink()
    return folder


def test_a_new_unit_says_where_to_begin_until_something_is_there(tmp_path: Path) -> None:
    unit = bare(tmp_path / "甲市")
    with opened(unit) as browser:
        text = browser.ask("/").text
        begin = text[text.index("从这里开始") :].partition("</section>")[0]
        links = re.findall(r'href="([^"]+)"', begin)
        assert links[:2] == ["/records/unit", "/evidence"] and 'id="h-next"' in text
        assert all(browser.ask(link).status == 200 for link in links if link.startswith("/"))
        (unit / "材料").mkdir()
        (unit / "材料" / "通知.txt").write_text("通知", "utf-8")
        assert "从这里开始" not in browser.ask("/").text


def test_the_rubric_is_chosen_by_its_title(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    with opened(unit) as browser:
        (options,) = re.findall(r'<select[^>]*name="v-rubric"[^>]*>(.*?)</select>', browser.ask("/records/unit").text)
        shown = dict(re.findall(r'<option value="([^"]*)"[^>]*>([^<]+)</option>', options))
        (its,) = (place for place in api.packs_known(unit) if place.answers("province-2017"))
        assert its.description is not None and its.id != "province-2017", "an earlier name of it, kept as it is"
        assert shown == {"province-2017": its.description.title}


def test_a_ledger_is_imported_into_a_unit_that_cannot_be_scored(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    (unit / "notice.yaml").write_text("due: [", "utf-8")
    with opened(unit) as browser:
        assert "还不能评分" in browser.ask("/").text
        assert f'href="{AT}"' in browser.ask("/records").text and "选文件" in browser.ask(AT).text
        _imported(browser)
        assert list(api.imported(unit)) and "已经导入的" in browser.ask(AT).text
        withdrawn = sent(browser, f"{AT}/-/withdraw", name="培训台账.csv")
        assert withdrawn.status == 303 and not list(api.imported(unit))


def _imported(browser: Browser) -> None:
    address = bring(browser, ("培训台账.csv", HEAD + ROWS)).headers["location"]
    text = browser.ask(address).text
    assert "甲班；乙班" in text, "its columns are shown"
    form = chosen(text)
    for name, value in form.items():
        if name.startswith("column-") and not value:
            form[name] = "-"
    text = sent(browser, address, **form, act="look").text
    form = chosen(text)
    for name, value in form.items():
        if name.startswith("option-") and not value:
            form[name] = "线下"
    answer = sent(browser, address, **form, act="write")
    assert answer.status == 303, re.sub(r"<[^>]+>|\s+", " ", answer.text)


def test_settings_of_a_unit_that_cannot_be_scored_are_shown_and_saved(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    records = unit / "records" / "unit.yaml"
    records.write_text(re.sub(r"(?m)^year:.*$", "year: 那一年", records.read_text("utf-8")), "utf-8")
    with opened(unit) as browser:
        assert "还不能评分" in browser.ask("/").text
        form = filled(browser.ask("/settings").text, "/settings")
        assert sent(browser, "/settings", **form | {"title": "关于报送的通知"}).status == 303
        assert "关于报送的通知" in (unit / "notice.yaml").read_text("utf-8")
        (unit / "notice.yaml").write_text("due: [", "utf-8")
        for answer in (browser.ask("/settings"), sent(browser, "/settings", **form)):
            assert answer.status == 200 and "还不能评分" in answer.text and "notice.yaml" in answer.text


def test_what_is_said_to_be_missing_is_what_the_button_enters(tmp_path: Path) -> None:
    unit = bare(tmp_path / "甲市")
    with api.Session(unit) as session:
        assessment = session.assess()
    missing = {its.part: its for its in assessment.gaps if its.line == "28" and its.kind == "missing"}
    steps = {part: next_step(gap, assessment).address for part, gap in missing.items()}
    assert set(steps) == {"28a", "28b"} and all(step.startswith("/records/venue?new=1") for step in steps.values())

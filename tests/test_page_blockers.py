"""What keeps the 报送稿 back: gone through one by one, told with its other places, accepted several at once."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest

from kaoping import api
from kaoping.page._blocker_round import BlockerRound
from pages import opened
from units import small_unit

_LISTED = re.compile(r'<li id="(b-\d+-\d+)">.*?<a class="btn s" href="([^"]+)" aria-label', re.DOTALL)


def test_a_round_goes_on_with_what_took_the_place_of_what_was_mended() -> None:
    its = BlockerRound()
    assert its.go_on(["甲", "乙", "丙"], 1) == 0 and (its.at, its.of) == (1, 3)
    assert its.go_on(["甲", "乙", "丙"]) == 1, "nothing was mended: the next"
    assert its.go_on(["甲", "丙"]) == 1 and its.what == "丙", "乙 was mended"
    assert its.go_on(["甲", "丙"]) is None and its.at == 0, "the end"
    assert its.go_on([]) is None and its.go_on(["甲"], 7) is None


@pytest.mark.slow
def test_blockers_are_gone_through_and_accepted_together(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    (unit / "材料" / "会议" / "会议纪要.pdf").unlink()
    (unit / "材料" / "培训" / "二期通知.pdf").unlink()
    with opened(unit) as browser:
        page = browser.ask("/build").text
        listed = [unescape(address) for _, address in _LISTED.findall(page)]
        assert 'aria-label="挡着报送稿的"' not in page
        first = browser.ask("/build/next?at=1")
        assert first.status == 303 and unescape(first.headers["location"]) == listed[0]
        assert f"挡着报送稿的第 1 处，共 {len(listed)} 处" in browser.ask("/lines/20").text, "in every view"
        assert browser.ask("/build/next").headers["location"] == listed[1]
        assert "挡着报送稿的第" not in browser.ask("/build").text + browser.ask("/lines/20").text, "back at the list"
        assert browser.ask("/build/next?at=999").headers["location"] == "/build"
        each = [unescape(its) for its in re.findall(r'name="each" value="([^"]+)"', page)]
        assert len(each) > 1
        body = urlencode({"each": each, "reason": "另交原件", "who": "局长", "when": "2017-12-18"}, doseq=True)
        address = f"/build/acceptance?csrf={browser.keys.csrf}"
        assert browser.ask(address, "POST", body.encode(), X_CSRF_Token=None).status == 303
        after = browser.ask("/build").text
        assert after.count("另交原件") == len(each) and 'name="each"' not in after
    assert len(_LISTED.findall(after)) == len(listed) - len(each)


@pytest.mark.slow
def test_one_cause_in_two_places_names_the_other(tmp_path: Path) -> None:
    """A question that nobody answered leaves a line open, and a figure of a document."""
    unit = tmp_path / "乙市"
    api.copy_sample(unit, "city-2017")
    for path in (unit / "材料").rglob("*"):
        if path.is_file():
            path.unlink()
    with opened(unit) as browser:
        page = browser.ask("/build").text
    linked = re.findall(r'和 <a href="#(b-\d+-\d+)">([^<]+)</a>[^<]*是同一个原因', page)
    assert linked and all(f'<li id="{name}">' in page for name, _ in linked)
    assert any("待补" in words and words.endswith("】") for _, words in linked) and any(
        "待定" in words for _, words in linked
    )

"""识别扫描页 on the page: what is unread is told, read in the background, stopped, gone on with, and shown."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.page._jobs import READING, Job, Jobs
from pages import Browser, opened, sent
from reading_stand_in import Papers
from tiny import put
from units import small_unit

UNIT = "id: U\nname: 甲市支队\nregion: 甲市\nlevel: 设区市\nyear: 2017\n"
MEETING = "- {id: H01, title: 会, date: 2017-03-01, topic: 综合执法改革, evidence: 像.pdf}\n"


@pytest.fixture
def papers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Papers:
    monkeypatch.setenv("KAOPING_CACHE", str(tmp_path / "store"))
    return Papers(monkeypatch, tmp_path / "known.json")


@pytest.fixture
def mine(tmp_path: Path, papers: Papers) -> Iterator[tuple[Browser, Path]]:
    unit = tmp_path / "甲市"
    put(unit / "records", {"unit.yaml": UNIT, "meetings.yaml": MEETING})
    papers.scan(unit / "材料" / "纪要.pdf", papers.page("培训会议纪要", "参加人员见签到表"))
    papers.scan(unit / "材料" / "倒着.pdf", papers.page("会议纪要正文在这里").rotate(180))
    papers.scan(unit / "材料" / "像.pdf", papers.page("机蜜★10年", "会议纪要"))
    with opened(unit) as browser:
        yield browser, unit


def over(jobs: Jobs) -> Job:
    """Wait for the end of the reading under way."""
    for _ in range(2400):
        if jobs.latest is not None and jobs.latest.is_over:
            return jobs.latest
        time.sleep(0.05)
    raise AssertionError(f"still {jobs.latest}")


def test_without_the_extra_it_says_what_cant_be_seen_and_what_to_install(tmp_path: Path) -> None:
    with opened(small_unit(tmp_path / "甲市")) as browser:
        listed, page = browser.ask("/evidence").text, browser.ask("/evidence/reading").text
    assert "程序还看不到" in listed and "/evidence/reading/start" not in listed
    assert "没有装识别文字的组件" in page and "密级标志" in page and "“文字识别”压缩包" in page
    assert "/evidence/reading/start" not in page and "kaoping" not in page.partition("<main")[2]


@pytest.mark.slow
def test_unread_pages_are_read_in_the_background_stopped_and_gone_on_with(
    mine: tuple[Browser, Path], papers: Papers
) -> None:
    browser, _ = mine
    assert browser.unit is not None
    jobs = browser.unit.readings
    assert "有 3 页是扫描件" in browser.ask("/evidence").text
    papers.hold()
    assert sent(browser, "/evidence/reading/start").headers["location"] == "/evidence/reading"
    deadline = time.monotonic() + 120
    while jobs.latest is None or jobs.latest.steps[-1].done != 1 or jobs.latest.steps[-1].of != 3:
        assert jobs.is_running and time.monotonic() < deadline
        time.sleep(0.02)
    page = browser.ask("/evidence/reading").text
    assert "正在识别" in page and "2／3" in page and "停下" in page
    assert browser.unit.is_busy and "正在识别" in browser.ask("/evidence").text
    assert sent(browser, "/evidence/reading/stop").status == 303
    assert over(jobs).state == "stopped" and papers.pages == 1  # whichever of the workers was first
    papers.let_go()
    page = browser.ask("/evidence/reading").text
    assert "还有 2 页没有识别" in page and "接着识别这 2 页" in page
    sent(browser, "/evidence/reading/start")
    assert over(jobs).state == "done" and papers.read == 4  # the one on its head twice
    page = browser.ask("/evidence/reading").text
    assert "都识别了" in page and "替身 1.0" in page
    assert "第1页“机蜜★10年”" in page and "倒着</span>第1页" in page
    assert "2 个文件上有要人看的" in browser.ask("/evidence").text
    build = browser.ask("/build").text
    assert "送审稿也不能生成" in build and 'value="送审稿"' not in build, "nothing is offered that would be refused"
    (place,) = re.findall(r'id="h-held">[^<]*<a href="#([^"]+)"', build)
    assert f'<li id="{place}">' in build
    (about,) = re.findall(r'name="what" value="疑似密级"><input type="hidden" name="about" value="([^"]+)"', build)
    words = {"what": "疑似密级", "about": about, "reason": "不涉密", "who": "局长", "when": "2017-12-18"}
    assert sent(browser, "/build/acceptance", **words).status == 303
    build = browser.ask("/build").text
    assert "送审稿也不能生成" not in build and 'value="送审稿"' in build
    assert "event: over" in browser.ask("/evidence/reading/events").text


def test_a_marking_that_was_read_stops_the_page_until_the_file_is_gone(tmp_path: Path) -> None:
    unit = tmp_path / "甲市"
    put(unit / "records", {"unit.yaml": UNIT})
    put(unit / "材料", {"会议.txt": "一", "通知.txt": "二"})
    findings = Findings()
    facts = {"level": "机密", "where": "材料", "what": "一个文件", "suffix": ".pdf", "size": "9", "changed": "昨天"}
    findings.add("evidence.secret", Location("材料"), **facts)
    with opened(unit) as browser:
        assert browser.unit is not None
        assert "机密" not in browser.ask("/evidence").text
        browser.unit.readings.latest = Job(READING, state="refused", findings=list(findings), version=7)
        for address in ("/evidence", "/", "/evidence/reading"):
            assert "“机密”标志" in browser.ask(address).text
        put(unit / "材料", {"后来.txt": "三"})
        assert "机密" in browser.ask("/evidence").text, "what comes later changes nothing about it"
        (unit / "材料" / "会议.txt").unlink()
        assert "机密" not in browser.ask("/evidence").text

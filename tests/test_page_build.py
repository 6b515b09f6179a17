"""The page's builds: told step by step, stopped, refused; what keeps the 报送稿 back; the packages looked at."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest

from kaoping import api
from kaoping.page._jobs import Job, Jobs, Step
from packages import tree
from pages import Answer, Browser, opened
from units import small_unit


def sent(browser: Browser, address: str, **fields: str) -> Answer:
    """Send a form, as its page does."""
    return browser.ask(f"{address}?csrf={browser.keys.csrf}", "POST", urlencode(fields).encode(), X_CSRF_Token=None)


def over(jobs: Jobs, seconds: float = 60) -> Job:
    """Wait for the end of the build under way."""
    for _ in range(round(seconds / 0.05)):
        assert jobs.latest is not None
        if jobs.latest.is_over:
            return jobs.latest
        time.sleep(0.05)
    raise AssertionError(f"still {jobs.latest}")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browser, Path]]:
    """A unit whose 送审稿 was built by its page."""
    unit = small_unit(tmp_path_factory.mktemp("build") / "甲市")
    with opened(unit) as browser:
        assert sent(browser, "/build/start", form="送审稿").status == 303
        assert over(browser.unit.jobs).state == "done"
        yield browser, unit


def test_a_build_by_the_page_is_the_one_by_the_command(built: tuple[Browser, Path], tmp_path: Path) -> None:
    by_command = small_unit(tmp_path / "甲市")
    api.build(by_command)
    assert tree(built[1] / "成果") == tree(by_command / "成果")


def test_its_steps_are_told_as_they_come_and_again_to_who_comes_back(built: tuple[Browser, Path]) -> None:
    browser, _ = built
    told = browser.ask("/build/events")
    assert told.headers["content-type"].startswith("text/event-stream")
    assert "佐证材料汇编.pdf" in told.text and "打包核对" in told.text and told.text.count("event: over") == 1
    last = re.findall(r"id: (\d+)", told.text)[-1]
    again = browser.ask("/build/events", Last_Event_ID=last)
    assert "event: step" not in again.text and "event: over" in again.text
    assert browser.ask("/build/events", Last_Event_ID="１x").status == 200


@pytest.mark.slow
def test_what_keeps_the_final_back_is_what_the_command_refuses_with_each_with_a_link(
    built: tuple[Browser, Path],
) -> None:
    browser, unit = built
    with pytest.raises(api.HeldBackError) as refused:
        api.build(unit, final=True)
    page = browser.ask("/build").text
    assert f"还有 {len(refused.value.findings)} 处" in page
    listed = page[page.index("h-final") :]
    assert listed.count('<a class="btn s" href="/') == len(refused.value.findings)
    assert sent(browser, "/build/start", form="报送稿").status == 303
    job = over(browser.unit.jobs)
    assert job.state == "refused" and len(job.findings) == len(refused.value.findings)
    assert not (unit / "成果" / "报送稿").exists()


def test_an_unknown_form_is_refused(built: tuple[Browser, Path]) -> None:
    assert sent(built[0], "/build/start", form="../../x").status == 422


@pytest.mark.slow
def test_what_may_be_accepted_is_accepted_by_a_form_and_taken_back(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    next((unit / "材料").rglob("*.pdf")).unlink()
    with opened(unit) as browser:
        before = browser.ask("/build").text
        what, about = re.findall(
            r'name="what" value="([^"]+)"><input type="hidden" name="about" value="([^"]+)"', before
        )[0]
        wrong = sent(browser, "/build/acceptance", what=what, about=about, reason="", who="局长", when="2017-12-18")
        assert wrong.status == 422 and "没有记下" in wrong.text and 'value="局长"' in wrong.text
        words = {"reason": "有<原>件", "who": "局长", "when": "2017-12-18"}
        noted = sent(browser, "/build/acceptance", what=what, about=about, **words)
        assert noted.status == 303 and "已存：认可照样报送" in browser.ask(noted.headers["location"]).text
        page = browser.ask("/build").text
        assert "有&lt;原&gt;件" in page and _count(page) == _count(before) - 1
        taken = sent(browser, "/build/acceptance/undo", what=what, about=about)
        assert taken.status == 303 and "已撤销：认可照样报送" in browser.ask(taken.headers["location"]).text
        assert _count(browser.ask("/build").text) == _count(before)


def _count(page: str) -> int:
    return int(re.findall(r"还有 (\d+) 处，办完", page)[0])


@pytest.mark.slow
def test_a_build_that_is_stopped_leaves_nothing_half_written(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    before = tree(unit)
    jobs = Jobs(unit)
    assert jobs.start("送审稿") and not jobs.start("报送稿"), "one at a time"
    while jobs.latest is None or len(jobs.latest.steps) < 2:
        time.sleep(0.005)
    jobs.stop()
    assert over(jobs).state == "stopped"
    left = {name for name in tree(unit) if name not in before}
    assert not any(name.startswith("成果") for name in left), left
    assert jobs.start("送审稿") and over(jobs).state == "done", "and the next one is as any"


@pytest.mark.slow
def test_a_second_build_tells_what_changed(built: tuple[Browser, Path]) -> None:
    browser, unit = built
    words = {"reason": "研究过了", "who": "办公会", "when": "2017-12-18"}
    api.decide(unit, "22", "1", **words)
    sent(browser, "/build/start", form="送审稿")
    job = over(browser.unit.jobs)
    assert job.outcome is not None and job.outcome.changes is not None
    assert any(change.what.startswith("第22项") for change in job.outcome.changes.scores)
    api.undecide(unit, "22")


def test_the_overview_tells_what_changed_since_the_last_build(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    api.build(unit)
    with opened(unit) as browser:
        assert "得分和材料都没有变" in browser.ask("/").text
        gone = next((unit / "材料").rglob("*.jpg"))
        gone.rename(gone.with_name("新名字.jpg"))
        api.decide(unit, "22", "1", reason="研究过了", who="办公会", when="2017-12-18")
        page = browser.ask("/").text
    since = page[page.index("h-since") :]
    assert "第22项　<del>0～1分</del> → <ins>1分</ins>" in since and "送审稿旧了" in since
    assert "材料多了 1 件：培训/新名字.jpg" in since and "材料少了 1 件：培训/现场照片.jpg" in since


def test_what_no_line_counts_is_not_missing_in_a_package_that_takes_no_such(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    api.build(unit)
    (unit / "材料/没有人引用.txt").write_text("没有人引用", "utf-8")
    (package,), assessment = api.shelved(unit), api.assess(unit)
    assert api.since(package, assessment).added == ["没有人引用.txt"]
    rows = [row for row in package.document["pieces"] if row["line"]]
    final = replace(package, document={**package.document, "form": "报送稿", "pieces": rows})
    assert (api.since(final, assessment).added, api.since(final, assessment).gone) == ([], [])


# -- while the unit's thread still works -------------------------------------------------------------------------------


def test_a_page_that_is_not_there_yet_says_how_far_the_work_is_and_asks_again(tmp_path: Path) -> None:
    with opened(small_unit(tmp_path / "甲市")) as browser:
        browser.ask("/")
        hold, free = threading.Event(), threading.Event()

        def work() -> None:
            hold.set()
            free.wait(30)

        browser.unit._thread.submit(work)
        hold.wait(30)
        browser.unit.patience, browser.unit.step = 0.0, Step("查看材料", 132, 400)
        for address in ("/", "/lines/10", "/build"):
            waiting = browser.ask(address)
            assert waiting.status == 200 and "正在查看材料　132／400" in waiting.text
            # Not by a header: to "/lines/10#settle-10" it would go nowhere, and the clerk would wait for ever.
            assert f'content="1; url={address}"' in waiting.text and "refresh" not in waiting.headers
            assert "waiting.js" in waiting.text
        free.set()
        browser.unit.patience = 60.0
        assert "总览" in browser.ask("/").text and "waiting.js" not in browser.ask("/").text

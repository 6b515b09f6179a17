"""The local page: who may ask, and what its views say."""

from __future__ import annotations

import errno
import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from markupsafe import escape

from kaoping import api
from kaoping.evidence import store
from kaoping.page._admission import Keys
from kaoping.page._app import application
from kaoping.page._open_unit import OpenUnit
from kaoping.page._presence import Presence
from kaoping.pipeline import assessment
from packages import tree
from page_views import views
from pages import HOST, PORT, Browser, opened, sent
from units import good_unit, small_unit

COOKIE = f"kaoping-{PORT}"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with opened(small_unit(tmp_path_factory.mktemp("page") / "甲市")) as browser:
        yield browser


# -- who may ask -------------------------------------------------------------------------------------------------------


def test_a_launch_gives_the_browser_its_cookie_and_nothing_else_does(browser: Browser) -> None:
    launched = browser.ask(urlsplit(browser.keys.address)._replace(scheme="", netloc="").geturl(), Cookie=None)
    assert (launched.status, launched.headers["location"]) == (303, "/")
    cookie = launched.headers["set-cookie"]
    assert browser.keys.session in cookie and "HttpOnly" in cookie and "SameSite=strict" in cookie
    assert cookie.startswith(f"{COOKIE}="), "a host's cookies go to all of its ports"
    assert browser.ask("/launch?key=guess", Cookie=None).status == 403
    assert browser.ask("/launch", Cookie=None).status == 403
    assert browser.ask("/").status == 200


def test_a_ticket_opens_the_page_once(browser: Browser) -> None:
    """A browser's command line can be read by others, who come too late."""
    ticket = urlsplit(browser.keys.ticket())._replace(scheme="", netloc="").geturl()
    assert browser.keys.launch not in ticket
    assert [browser.ask(ticket, Cookie=None).status for _ in range(2)] == [303, 403]


@pytest.mark.parametrize("cookie", [None, "", f"{COOKIE}=", f"{COOKIE}=guess", "kaoping=1", COOKIE, "é=é; ;;="])
def test_without_the_cookie_nothing_is_shown(browser: Browser, cookie: str | None) -> None:
    for address in ("/", "/lines/10", "/static/style.css", "/nothing"):
        answer = browser.ask(address, Cookie=cookie)
        assert answer.status == 401 and "甲市" not in answer.text


@pytest.mark.parametrize(
    "host",
    [None, "", "evil.example", "127.0.0.1", "127.0.0.1:1", f"127.0.0.1.evil.example:{HOST[-5:]}", f"{HOST}@evil"],
)
def test_another_host_is_refused(browser: Browser, host: str | None) -> None:
    """DNS rebinding: a site whose name leads to this computer."""
    assert browser.ask("/", Host=host).status == 421
    assert browser.ask(f"/launch?key={browser.keys.launch}", Host=host).status == 421


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_what_changes_anything_comes_from_our_own_pages(browser: Browser, method: str) -> None:
    for origin in (None, "null", "http://evil.example", f"https://{HOST}", f"http://{HOST}.evil.example"):
        assert browser.ask("/", method, Origin=origin).status == 403
    for token in (None, "", "guess", browser.keys.session):
        assert browser.ask("/", method, X_CSRF_Token=token).status == 403
    assert browser.ask("/", method).status == 405, "let through, and no view takes it"
    assert browser.ask(f"/?csrf={browser.keys.csrf}", method, X_CSRF_Token=None).status == 405


@pytest.mark.parametrize("address", ["/", "/lines/10", "/nothing", "/static/style.css", "/launch?key=guess"])
def test_every_answer_forbids_frames_scripts_and_foreign_sources(browser: Browser, address: str) -> None:
    headers = browser.ask(address).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff" and headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize(
    "address",
    [
        "/static/../frame.html",
        "/static/%2e%2e/frame.html",
        "/static/..%2fframe.html",
        "/static//etc/passwd",
        "/lines/../..",
    ],
)
def test_no_file_but_our_own_is_served(browser: Browser, address: str) -> None:
    assert browser.ask(address).status == 404


def test_keys_are_in_no_page(browser: Browser) -> None:
    for address in ("/", "/lines/10"):
        text = browser.ask(address).text
        assert browser.keys.session not in text and browser.keys.launch not in text
    assert browser.keys.launch not in repr(browser.keys)


# -- what it says ------------------------------------------------------------------------------------------------------


def test_the_overview_says_what_the_score_card_says(browser: Browser, tmp_path: Path) -> None:
    assessment = api.assess(small_unit(tmp_path / "甲市"))
    text = browser.ask("/").text
    total = assessment.card.total
    assert api.span_text(total.low, total.high) in text
    for section in assessment.rubric.sections:
        assert section.title in text
    open_gaps = [gap for gap in assessment.gaps if gap.kind != "short"]
    assert text.count('class="act"') == len(open_gaps)
    links = dict(re.findall(r'<h3><a href="/lines/([^"]+)">.*?class="btn" href="([^"]+)"', text, re.DOTALL))
    assert links.keys() == {gap.line for gap in open_gaps}
    for address in links.values():
        page, _, place = address.partition("#")
        assert not page.startswith("/lines/") or f'id="{place}"' in browser.ask(page).text, address


def test_every_view_has_the_same_head(tmp_path: Path) -> None:
    """The total and how much is to be done: no fact of a view takes the place of one of the head."""
    unit = small_unit(tmp_path / "甲市")
    trainings = unit / "records" / "trainings.yaml"
    trainings.write_text(trainings.read_text("utf-8").replace("2017-", "2016-", 1), "utf-8")
    with opened(unit) as browser:
        heads = {
            view: re.findall(r'<span class="n" aria-hidden="true">(\d+)</span>|id="total"[^>]*>(.*)</div>', answer.text)
            for view in itertools.chain(*views(unit, only_kinds=("training", "unit"), most=1).values())
            if (answer := browser.ask(view)).status == 200 or pytest.fail(view)
        }
    head = heads["/"]
    assert len(head) == 3, "what is to be done, what is to be looked at, the total"
    assert {view: its for view, its in heads.items() if its != head} == {}


def test_every_line_has_its_page_with_the_rubric_s_own_words(browser: Browser, tmp_path: Path) -> None:
    assessment = api.assess(small_unit(tmp_path / "甲市"))
    for line in assessment.rubric.lines:
        answer = browser.ask(f"/lines/{line.id}")
        assert answer.status == 200
        score = assessment.card.line(line.id)
        text = re.sub("<mark>| <sup>.</sup></mark>", "", answer.text)
        for words in (line.title, line.basis, line.row.standard, *score.because):
            assert _escaped(words) in text, (line.id, words)
    assert browser.ask("/lines/nothing").status == 404


def test_what_people_wrote_is_shown_and_never_run(tmp_path: Path) -> None:
    row = f"- {{id: P01, title: '{SCRIPT}', date: 2017-05-16, mode: 线下, scope: 全市, host: 市级, case_based: 否}}\n"
    unit = good_unit(tmp_path / "甲市", {"trainings.yaml": row})
    with opened(unit) as browser:
        pages = [browser.ask("/").text, *(browser.ask(f"/lines/{name}").text for name in ("7", "8", "9", "10", "11"))]
    assert any(_escaped(SCRIPT) in page for page in pages)
    assert not any(SCRIPT in page for page in pages)


def test_no_page_has_a_style_or_a_script_of_its_own(browser: Browser) -> None:
    for address in ("/", "/lines/10"):
        text = browser.ask(address).text
        assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:|<script(?! src=\"/static/)", text)
        assert not re.search(r"(?:src|href)=\"(?:https?:)?//", text)


def test_a_change_in_the_folder_is_seen(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    with opened(unit) as browser:
        before = browser.ask("/").text
        assert browser.ask("/").text == before
        (unit / "records" / "meetings.yaml").unlink()
        assert browser.ask("/").text != before


def test_a_unit_that_can_t_be_scored_says_what_is_wrong(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    (unit / "records" / "unit.yaml").write_text("a: [", encoding="utf-8")
    with opened(unit) as browser:
        answer = browser.ask("/")
    assert answer.status == 200 and "还不能评分" in answer.text and "unit.yaml" in answer.text


# -- what it changes ---------------------------------------------------------------------------------------------------


def test_an_undecided_line_is_settled_and_the_total_moves_and_it_is_undone(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    card = api.assess(unit).card
    low, high = card.total.low, card.total.high
    with opened(unit) as browser:
        page = browser.ask("/lines/22").text
        would = re.findall(r"总分将是 ([^<]+)<", page[page.index('id="settle-22"') :])
        assert would[0] == api.span_text(low, high - 1) and would[-1] == api.span_text(low + 1, high)
        words = {"reason": "研究过了", "who": "支队长办公会", "when": "2017-12-18"}
        assert sent(browser, "/lines/22/decision", name="22", points="1", **words).status == 303
        page = browser.ask("/lines/22").text
        assert f"<b>{api.span_text(low + 1, high)}</b>" in page and "支队长办公会" in page and "记下裁定" not in page
        assert sent(browser, "/lines/22/decision/undo", name="22").status == 303
        assert f"<b>{api.span_text(low, high)}</b>" in browser.ask("/lines/22").text


def test_a_decision_is_the_one_that_the_command_makes(tmp_path: Path) -> None:
    """Never a second truth: the folder has the same bytes, whichever door was used."""
    by_page, by_command = small_unit(tmp_path / "a" / "甲市"), small_unit(tmp_path / "b" / "甲市")
    words = {"reason": "研究过了", "who": "支队长办公会", "when": "2017-12-18"}
    with opened(by_page) as browser:
        sent(browser, "/lines/22/decision", name="22", points="0.5", **words)
    api.decide(by_command, "22", "0.5", **words)
    assert tree(by_page) == tree(by_command)


@pytest.mark.parametrize(
    "changed", [{"points": "7"}, {"points": "x"}, {"reason": ""}, {"who": ""}, {"when": "13月40日"}, {"name": "10"}]
)
def test_what_can_t_stand_is_said_and_nothing_is_lost(changed: dict[str, str], tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    before = tree(unit)
    given = {"name": "22", "points": "1", "reason": "研究过<了>", "who": "办公会", "when": "2017-12-18"} | changed
    with opened(unit) as browser:
        answer = sent(browser, "/lines/22/decision", **given)
    assert answer.status == 422 and "没有记下" in answer.text and tree(unit) == before
    if changed.keys() <= {"points", "when"}:
        assert "研究过&lt;了&gt;</textarea>" in answer.text, "what was typed is there still"


def test_a_form_has_a_limit(browser: Browser) -> None:
    assert sent(browser, "/lines/22/decision", name="22", reason="长" * 1_000_000).status == 413
    assert browser.ask("/lines/22/decision").status == 405


def _escaped(text: str) -> str:
    return str(escape(text))


def test_a_store_without_room_is_told_on_the_page_and_looked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page is there before the store is: what stands in the way is a sentence in it, until it is mended."""
    unit = small_unit(tmp_path / "甲市")
    monkeypatch.setenv(store.PLACE, str(tmp_path / "store"))
    is_full = True

    def filled(*_: object, **__: object) -> object:
        raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "store"))

    really = assessment.open_store
    monkeypatch.setattr(assessment, "open_store", lambda **its: filled() if is_full else really(**its))
    with OpenUnit(unit, patience=60) as open_unit:
        keys = Keys(PORT)
        browser = Browser(application(open_unit, keys, Presence()), keys, open_unit)
        for at in ("/", "/evidence", "/records"):
            page = browser.ask(at).text
            assert "还不能评分" in page and str(tmp_path / "store") in page, at
        is_full = False
        assert 'id="total"' in browser.ask("/").text

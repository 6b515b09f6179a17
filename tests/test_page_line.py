"""A line's view: why its points, and what may be done about it: a judgement, an open case, what would win."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlencode

import pytest

from kaoping import api
from packages import tree
from pages import Answer, Browser, opened
from units import only, small_unit


def sent(browser: Browser, address: str, **fields: str) -> Answer:
    """Send a form, as its page does."""
    return browser.ask(f"{address}?csrf={browser.keys.csrf}", "POST", urlencode(fields).encode(), X_CSRF_Token=None)


WORDS = {"part": "", "choice": "良好", "reason": "补了<第二批>", "who": "支队长办公会", "when": "12月15日"}


def test_a_judgement_moves_the_total_as_was_foretold_and_is_undone(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    before = tree(unit)
    with opened(unit) as browser:
        page = browser.ask("/lines/22").text
        section = page[page.index('id="judge"') : page.index('id="settle-22"')]
        foretold = dict(re.findall(r'value="(良好|一般|未组织)".*?总分将是 ([^<]+)<', section))
        assert set(foretold) == {"良好", "一般", "未组织"} and "一般</b>（现在选的）" in section
        for choice, total in foretold.items():
            assert sent(browser, "/lines/22/judgement", **WORDS | {"choice": choice}).status == 303
            page = browser.ask("/lines/22").text
            assert f'id="total" aria-live="polite"><span class="soft">总分</span> <b>{total}</b>' in page
        assert "补了&lt;第二批&gt;" in page and "2017-12-15" in page
        assert sent(browser, "/lines/22/judgement/undo", part="").status == 303
        assert "没有作出主观评判" in browser.ask("/lines/22").text
        assert sent(browser, "/lines/22/judgement/undo", part="").status == 422
    with pytest.raises(api.KaopingError) as refused:
        api.unjudge(unit, "22", "")
    assert only(refused.value.findings, "judgement.nothing_to_undo")
    assert {name for name in tree(unit) if before.get(name) != tree(unit)[name]} >= {"records/judgements.yaml"}


@pytest.mark.parametrize(
    "changed", [{"choice": "极好"}, {"reason": ""}, {"who": " "}, {"when": "昨天"}, {"part": "9z"}]
)
def test_a_judgement_that_can_t_stand_is_said_and_nothing_is_lost(changed: dict[str, str], tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    before = tree(unit)
    with opened(unit) as browser:
        answer = sent(browser, "/lines/22/judgement", **WORDS | changed)
        assert answer.status == 422 and "没有记下" in answer.text and tree(unit) == before
        if "part" not in changed and "reason" not in changed:
            assert "补了&lt;第二批&gt;</textarea>" in answer.text, "what was typed is there still"
        assert sent(browser, "/lines/10/judgement", **WORDS).status == 422, "a line that asks for none"
        assert sent(browser, "/lines/nothing/judgement", **WORDS).status == 404


def test_a_decision_gone_stale_is_told_and_made_anew_in_its_place(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    words = {"reason": "研究过了", "who": "支队长办公会", "when": "2017-12-18"}
    api.decide(unit, "22", "0.5", **words)
    made = unit / "records" / "decisions.yaml"
    made.write_text(re.sub("facts_digest: .*", "facts_digest: 0123abcd", made.read_text("utf-8")), "utf-8")
    with opened(unit) as browser:
        page = browser.ask("/lines/22").text
        assert "原来的裁定失效了" in page and "研究过了" in page
        words = {
            "name": "22",
            "points": "1",
            "source": "unit",
            "reason": "又研究过了",
            "who": "办公会",
            "when": "2017-12-20",
        }
        assert sent(browser, "/lines/22/decision", **words).status == 303
        page = browser.ask("/lines/22").text
        assert "失效了" not in page and "又研究过了" in page and "作出裁定" not in page
    assert (unit / "records" / "decisions.yaml").read_text("utf-8").count("CD0") == 1


def test_what_the_examiner_said_stands_in_the_decision(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    words = {"name": "22", "points": "1", "reason": "良好以上都算", "who": "省厅考评办", "when": "2017-12-18"}
    with opened(unit) as browser:
        assert sent(browser, "/lines/22/decision", **words, source="examiner").status == 303
        assert "考评方答复：良好以上都算" in browser.ask("/lines/22").text


def test_the_words_that_decided_are_marked_with_the_number_of_their_reason(tmp_path: Path) -> None:
    with opened(small_unit(tmp_path / "甲市")) as browser:
        page = browser.ask("/lines/7").text
    marks = dict(re.findall(r"<mark>([^<]+) <sup>(.)</sup></mark>", page))
    assert marks
    for words, number in marks.items():
        assert re.search(rf"<td>[^<]*{number}[^<]*</td><td colspan=\"3\">[^<]*“{re.escape(words)}”", page), words


def test_every_open_line_says_what_would_win_with_a_link(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    gaps = api.assess(unit).gaps
    with opened(unit) as browser:
        for line in {gap.line for gap in gaps if gap.kind != "short"}:
            page = browser.ask(f"/lines/{line}").text
            section = page[page.index('id="h-win"') :]
            address = re.search(r'<a class="btn s" href="([^"]+)"', section)
            assert address is not None
            if address[1].startswith("#"):
                assert f'id="{address[1][1:]}"' in page


def test_a_sum_on_paper_comes_out(tmp_path: Path) -> None:
    with opened(small_unit(tmp_path / "甲市")) as browser:
        page = browser.ask("/lines/10").text
    rows = re.findall(r"<tr[^>]*><td>(.?)</td><td>([^<]*)</td><td class=\"v\">(\d+) 条", page)
    assert rows
    total = 0
    for sign, _, number in rows:
        if sign == "＝":
            assert total == int(number)
            total = 0
        else:
            total += -int(number) if sign == "−" else int(number)

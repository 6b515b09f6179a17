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
from workbooks import book_unit, cell_at, change, sheet_of


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
        for stands in list(foretold)[-2::-1][:2]:  # what was chosen before, the last first
            answer = sent(browser, "/lines/22/judgement/undo", part="")
            assert answer.headers["location"] == "/lines/22?done=1"
            page = browser.ask("/lines/22?done=1").text
            assert f"第22项现在的评判是“{stands}”" in page and "原来的评判又在了" in page
        assert sent(browser, "/lines/22/judgement/undo", part="").status == 303
        assert "第22项现在的评判是“一般”" in browser.ask("/lines/22?done=1").text, "what somebody wrote by hand"
        assert sent(browser, "/lines/22/judgement/undo", part="").status == 303
        assert "没有作出主观评判" in browser.ask("/lines/22").text
        assert "第22项现在没有评判" in browser.ask("/lines/22?done=1").text
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


DECIDED = {"name": "22", "points": "1", "source": "unit", "reason": "研究过了", "who": "办公会", "when": "12月20日"}


def test_each_write_says_what_it_did_and_is_undone_by_a_button(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    before = tree(unit / "records")
    with opened(unit) as browser:
        answer = sent(browser, "/lines/22/decision", **DECIDED)
        assert answer.headers["location"] == "/lines/22?done=1"
        page = browser.ask("/lines/22?done=1").text
        banner = page[page.index('class="banner ok"') : page.index('id="h-clause"')]
        total = re.search(r'id="total".*?<b>([^<]+)</b>', page)
        assert total is not None and total[1] in banner
        assert "已存：裁定第22项，定为 1 分" in banner and "第22项现在照办公会 2017-12-20 的裁定，1 分" in banner
        assert 'action="/records/-/undo' in banner and 'value="/lines/22"' in banner
        assert sent(browser, "/records/-/undo", **{"return": "/lines/22"}).headers["location"] == "/lines/22?undone=1"
        page = browser.ask("/lines/22?undone=1").text
        assert "已撤销：裁定第22项" in page and re.search("第22项现在没有裁定，待定，[^ ]+ 分", page)
        assert tree(unit / "records") == before


def test_undoing_a_decision_says_what_stands_and_brings_back_the_one_before(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    with opened(unit) as browser:
        assert sent(browser, "/lines/22/decision", **DECIDED | {"points": "0.5", "reason": "第一次"}).status == 303
        again = DECIDED | {"reason": "第二次"}
        made = unit / "records" / "decisions.yaml"
        made.write_text(re.sub("facts_digest: .*", "facts_digest: 0123abcd", made.read_text("utf-8")), "utf-8")
        assert sent(browser, "/lines/22/decision", **again).status == 303
        undone = sent(browser, "/lines/22/decision/undo", name="22")
        page = browser.ask(undone.headers["location"]).text
        assert "原来的裁定又在了：办公会 2017-12-20 定为0.5分，第一次" in page
        assert "依据的事实变了，待定" in page and "第二次" not in made.read_text("utf-8")
        undone = sent(browser, "/lines/22/decision/undo", name="22")
        assert "第22项现在没有裁定，待定" in browser.ask(undone.headers["location"]).text
        assert sent(browser, "/lines/22/decision/undo", name="22").status == 422


def test_what_is_brought_back_is_told_to_whoever_asks(tmp_path: Path) -> None:
    unit, words = small_unit(tmp_path / "甲市"), {"reason": "研究过了", "who": "办公会", "when": "2017-12-18"}
    api.decide(unit, "22", "0.5", **words)
    made = unit / "records" / "decisions.yaml"
    made.write_text(re.sub("facts_digest: .*", "facts_digest: 0123abcd", made.read_text("utf-8")), "utf-8")
    api.decide(unit, "22", "1", **words, anew=True)
    assert "定为0.5分" in only(api.undecide(unit, "22").findings, "decide.earlier_back").problem
    api.judge(unit, "22", "", "良好", **words)
    assert "选的“一般”" in only(api.unjudge(unit, "22", "").findings, "judgement.earlier_back").problem


def test_what_is_wrong_with_a_decision_stands_beside_its_field_and_nothing_typed_is_lost(tmp_path: Path) -> None:
    with opened(small_unit(tmp_path / "甲市")) as browser:
        for field, text, key in (
            ("when", "十三月二日", "when-22"),
            ("who", "", "who-22"),
            ("points", "7", "points-22"),
        ):
            answer = sent(browser, "/lines/22/decision", **DECIDED | {field: text})
            assert (
                answer.status == 422 and f'id="{key}-e"' in answer.text and f'aria-describedby="{key}-e' in answer.text
            )
            banner = answer.text[answer.text.index('class="banner error"') : answer.text.index('id="h-clause"')]
            assert "要改的写在各栏下面" in banner and "十三月" not in banner
            assert "研究过了</textarea>" in answer.text
            for other in {"who": "办公会", "when": "12月20日", field: text}.values():
                assert f'value="{other}"' in answer.text or field == "points"
        answer = sent(browser, "/lines/22/judgement", **WORDS | {"when": "昨天"})
        assert 'id="judge-when-e"' in answer.text and 'value="昨天"' in answer.text


def test_a_stale_decision_is_prefilled_beside_what_changed_since_then(tmp_path: Path) -> None:
    late = "- id: ZJ01\n  title: 年度培训总结\n  submitted: 2017-12-08\n  covers_outline: 是\n"
    unit = book_unit(tmp_path / "甲市", {"training_summaries.yaml": late}, offered=["decision"])
    api.decide(unit, "7b", "0.5", reason="逾期三天，内容齐全", who="支队长办公会", when="2017-12-18")
    change(unit, lambda its: setattr(cell_at(its[sheet_of("training_summary")], "报送日期"), "value", "2017-12-20"))
    with opened(unit) as browser:
        page = browser.ask("/lines/7").text
        section = page[page.index('id="settle-7b"') : page.index("</section>", page.index('id="settle-7b"'))]
        assert "按新的情况重新裁定" in section and "逾期三天，内容齐全</textarea>" in section
        assert re.search(r'value="0.5"[^>]* checked', section) and 'value="支队长办公会"' in section
        assert "<del>2017-12-08</del>" in section and "<ins>2017-12-20</ins>" in section
        finding = page[page.index('id="h-findings"') :]
        assert "点“按新的情况重新裁定”" in finding and "把“事实指纹”改为" not in page
        assert '#settle-7b">去重新裁定</a>' in finding
        words = {
            "name": "7b",
            "points": "0",
            "source": "unit",
            "reason": "逾期十五天",
            "who": "办公会",
            "when": "12月25日",
        }
        assert sent(browser, "/lines/7/decision", **words).status == 303
        page = browser.ask("/lines/7?done=1").text
        assert "第7b项现在照办公会 2017-12-25 的裁定，0 分" in page and "失效" not in page


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


def test_a_line_says_what_its_reckoning_rests_on_and_what_was_assumed(tmp_path: Path) -> None:
    with opened(small_unit(tmp_path / "甲市")) as browser:
        page = browser.ask("/lines/40a").text
    assert "新设立主体未使用新版许可证，每起扣0.1分" in page and "扣到0分为止（原文没有写，这样假定）" in page


def test_a_line_without_points_of_its_own_is_not_shown_as_won(tmp_path: Path) -> None:
    with opened(small_unit(tmp_path / "甲市")) as browser:
        page = browser.ask("/lines/2").text
    shown = re.search(r'<a href="/lines/2".*?</a>', page)
    assert shown is not None and "不单独计分" in shown[0] and "已定" not in shown[0]
    assert '<span class="badge">不单独计分</span>' in page


@pytest.mark.slow
def test_the_readings_of_an_open_line_stand_side_by_side_with_their_points(city: Path) -> None:
    """Each answer to what nobody answered, what comes out with it, and where the answer is recorded."""
    with opened(city) as browser:
        page = browser.ask("/lines/B6").text
    listed = page.partition('class="readings"')[2]
    readings = re.findall(r'<li><b>([^<]+)</b>(?:<p class="small">([^<]+)</p>)?', listed)
    answers = {"".join(its) for its in readings[:2]}
    assert any("编制人数" in its and "0.92件" in its for its in answers), answers
    assert any("在岗人数" in its and "人均办结案件1件" in its for its in answers), answers
    asked = re.findall(r'href="(/settings#q-[^"]+)"', page)
    assert asked
    with opened(city) as browser:
        settings = browser.ask("/settings").text
    assert all(f'id="{address.partition("#")[2]}"' in settings for address in asked)


#: What costs least first: words on paper, a choice, a paper that is there, a record, something still to be done.
COSTS = ("请考评方答复口径|作出裁定", "够得上", "补上佐证", "填|补", "做到")


def test_what_would_win_points_is_listed_the_cheapest_first_and_once(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    orders = set()
    with opened(unit) as browser:
        for line in api.assess(unit).rubric.lines:
            page = browser.ask(f"/lines/{line.id}").text
            wins = page.partition('id="h-win"')[2]
            ways = re.findall(r'<li class="act">.*?<h3>(.*?)</h3>.*?href="(.*?)"', wins, re.S)
            costs = [next(n for n, words in enumerate(COSTS) if re.match(words, way)) for way, _ in ways]
            assert costs == sorted(costs), (line.id, ways)
            judged = [address for _, address in ways if address.startswith("#judge")]
            assert len(judged) == len(set(judged)), "one choice is one way"
            orders.add(tuple(dict.fromkeys(costs)))
    assert {(0, 1), (1, 3)} <= orders, "there was something to be put in order"

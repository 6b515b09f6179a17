"""Every link to what is to be done leads to the very place where it is done, and that place knows what it is for."""

from __future__ import annotations

import asyncio
import re
import shutil
from datetime import date
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import pytest

from kaoping import api
from kaoping.core import resources
from kaoping.page._mend_link import link_of, next_step, winning_record
from kaoping.page._record_table import registers
from kaoping.page.views._overview import _meter, facts
from kaoping.page.views._settling import wins
from pages import opened, sent
from units import small_unit

SAMPLE = resources.sample("city-2017")
#: Views that say of nothing in particular what is to be done.
GENERAL = {"/", "/records", "/evidence", "/build", "/settings", "/records/statement"}


def bare_sample(folder: Path) -> Path:
    """The sample without its files of evidence, which take long to look through."""
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("材料"))
    return folder


@pytest.fixture(scope="module")
def emptied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample as far as somebody gets who fills in nothing but the unit."""
    unit = bare_sample(tmp_path_factory.mktemp("emptied") / "单位")
    for path in (unit / "records").iterdir():
        if path.name not in ("unit.yaml", "statements.yaml"):
            path.unlink()
    facts = (unit / "records/unit.yaml").read_text("utf-8")
    (unit / "records/unit.yaml").write_text(re.sub(r"(?m)^(addressee|submit_date):.*\n", "", facts), "utf-8")
    (unit / "records/statements.yaml").write_text("[]\n", "utf-8")
    return unit


@pytest.mark.slow
def test_every_blank_of_a_report_links_to_where_it_is_filled_in(emptied: Path) -> None:
    with opened(emptied) as browser:
        assert browser.unit is not None
        assessment = asyncio.run(browser.unit.assessment())
        all_ = registers(assessment)
        obstacles = [its for group in api.readiness(assessment).obstacles.values() for its in group]
        blanks = [its.finding for its in obstacles if its.finding.code == "final.blank"]
        assert len(blanks) > 10
        for its in blanks:
            link = link_of(its, all_)
            assert link.address not in GENERAL, (its.problem, link)
            page = browser.ask(link.address.partition("#")[0])
            assert page.status == 200 and page.text.count("autofocus") == 1, (its.problem, link)
        links = {re.findall("【待补：.*】", its.problem)[0]: link_of(its, all_).address for its in blanks}
        assert links["【待补：主送机关】"] == "/records/unit?field=addressee#v-addressee"
        assert links["【待补：报送日期】"] == "/records/unit?field=submit_date#v-submit_date"
        words = parse_qs(urlsplit(links["【待补：下一步工作打算】"]).query)
        assert {key: words[key] for key in ("v-document", "v-topic", "v-part", "field")} == {
            "v-document": ["自评报告"], "v-topic": ["下一步打算"], "v-part": ["总体"], "field": ["text"],
        }  # fmt: skip


def test_a_link_to_a_field_marks_it_and_puts_the_cursor_there(emptied: Path) -> None:
    with opened(emptied) as browser:
        page = browser.ask("/records/unit?field=submit_date").text
        field = re.search(r'<div class="field[^"]*asked[^"]*">.*?</div>', page, re.DOTALL)
        assert field is not None and 'id="v-submit_date"' in field[0] and "autofocus" in field[0]
        assert page.count("autofocus") == 1 and page.count(" asked") == 1


def test_a_statement_that_is_asked_for_begins_with_its_document_and_place(emptied: Path) -> None:
    with opened(emptied) as browser:
        asked = {"new": "1", "v-document": "自评报告", "v-topic": "下一步打算", "v-part": "总体", "field": "text"}
        page = browser.ask(f"/records/statement?{urlencode(asked)}").text
        assert "<option selected>自评报告</option>" in page and 'value="总体"' in page


def test_each_blank_of_the_stock_templates_names_what_it_lacks() -> None:
    """But for what no record holds: the day of the submission that a supplement follows.

    A circular is of many units, and no page is theirs: what is blank in it is written in Word.
    """
    nameless = [
        tag
        for source in resources.template().rglob("*.txt")
        if source.stem != "circular"
        for tag in re.findall(r"blank\((?:[^()]|\([^()]*\))*\)", source.read_text("utf-8"))
        if "', '" not in tag
    ]
    assert nameless == ["blank('原报送日期')"]


# -- the overview and the lines --------------------------------------------------------------------------------------


def all_actions(assessment: api.Assessment) -> list[tuple[str, str]]:
    """What the overview and every line offer to do next: (what it is about, where it leads)."""
    actions = [(f"{gap.line} {gap.kind}", next_step(gap, assessment).address) for gap in assessment.gaps]
    for line in assessment.rubric.lines:
        gaps = [gap for gap in assessment.gaps if gap.line == line.id]
        offered = wins(assessment, line, assessment.card.line(line.id), gaps, date(2017, 11, 1))
        actions += [(f"{line.id} {win.what}", urljoin(f"/lines/{line.id}", win.address)) for win in offered]
        actions.append((line.id, winning_record(assessment, line).address))
    return actions


@pytest.mark.parametrize("which", [pytest.param("whole", marks=pytest.mark.slow), "emptied"])
def test_no_action_leads_to_a_view_of_nothing_in_particular(which: str, emptied: Path, tmp_path: Path) -> None:
    unit = emptied if which == "emptied" else bare_sample(tmp_path / "单位")
    assessment = api.assess(unit)
    known, actions = assessment.rubric, all_actions(assessment)
    assert len(actions) > 100
    for about, address in actions:
        place = urlsplit(address)
        assert place.path not in GENERAL or place.fragment, (about, address)
        if place.path.startswith("/records/"):
            kind = known.pack.kinds[place.path.split("/")[2]]
            fields = parse_qs(place.query)
            is_form = "new" in fields or kind.single or place.path.count("/") == 3
            assert is_form and f"v-{fields['field'][0]}" == place.fragment, (about, address)
        else:
            assert place.fragment, (about, address)


@pytest.fixture(scope="module")
def assessed(emptied: Path) -> api.Assessment:
    return api.assess(emptied)


def test_a_part_of_a_line_asks_for_its_own_kind(assessed: api.Assessment) -> None:
    """7b is about the 培训总结: what it lacks is no 培训计划."""
    steps = {gap.part: next_step(gap, assessed) for gap in assessed.gaps if gap.line == "7"}
    assert (steps["7a"].words, steps["7b"].words) == ("填培训计划", "填培训总结")


def test_nothing_is_claimed_to_be_done_by_a_form_that_a_link_opens(assessed: api.Assessment) -> None:
    for about, address in all_actions(assessed):
        assert not {"是", "否"}.intersection(*parse_qs(urlsplit(address).query).values() or [[]]), (about, address)


def test_what_is_worth_most_comes_first_of_the_same_what_is_due_first(assessed: api.Assessment) -> None:
    shown = facts(assessed, date(2017, 11, 1))["next"]
    order = [(-gap.stake, gap.due or date.max) for gap, _, _ in shown]
    assert order == sorted(order) and len({stake for stake, _ in order}) > 3


def test_what_is_due_says_how_many_days_and_working_days_are_left(assessed: api.Assessment) -> None:
    """From Friday the 15th to Monday the 25th of December there are ten days, six of them working days."""
    shown = facts(assessed, date(2017, 12, 15))
    left = {due.day: words for due, words in shown["dues"] if due.day}
    assert left[date(2017, 12, 25)] == "还有 10 天（6 个工作日）" == shown["whole"][1]
    assert all("个工作日" in words for day, words in left.items() if day > date(2017, 12, 15))


def test_a_day_of_another_year_has_its_year(emptied: Path) -> None:
    with opened(emptied) as browser:
        text = browser.ask("/").text
    assert "2017年12月25日" in text and not re.findall(r"(?<!年)(?<!\d)12月25日", text)


# -- what a write did to the points ----------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_loss_that_is_settled_is_told_as_a_loss(tmp_path: Path) -> None:
    unit = bare_sample(tmp_path / "单位")
    with opened(unit) as browser:
        before = browser.unit and asyncio.run(browser.unit.assessment()).card.line("B8")
        assert before is not None and before.high == 0
        fields = {"v-title": "哄抢演出票", "v-date": "2017-08-08", "v-handled": "否", "v-grave": "是", "act": "wait"}
        answer = sent(browser, "/records/incident", **fields)
        assert answer.status == 303, answer.text
        text = browser.ask(answer.headers["location"]).text
    banner = re.search(r'<div class="banner (\w+)[^>]*>.*?</div>', text, re.DOTALL)
    assert banner is not None and banner[1] == "warn" and "#i-warn" in banner[0]
    assert re.search(r"失去 \d+ 分（−\d+）", banner[0]), banner[0]


# -- a unit that cannot be scored -------------------------------------------------------------------------------------


def test_a_unit_that_cannot_be_scored_shows_what_it_has_and_the_way_back(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    facts_of_unit = unit / "records/unit.yaml"
    good = facts_of_unit.read_text("utf-8")
    with opened(unit) as browser:
        sent(browser, "/records/unit/" + re.findall(r"(?m)^id: (\S+)", good)[0], **{"v-phone": "0000-1"})
        facts_of_unit.write_text(re.sub(r"(?m)^rubric:.*$", "rubric: nobodys-2017", good), "utf-8")
        for address in ("/", "/build"):
            text = browser.ask(address).text
            assert "还不能评分" in text and "nobodys-2017" in text, address
            assert "records/unit.yaml" in text and "h-files" in text and 'href="/units"' in text
        assert browser.ask("/records/-/versions").status == 200
        assert "以前的版本" in browser.ask("/records/-/versions").text


def test_records_of_a_unit_that_cannot_be_scored_are_looked_at_and_mended(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    facts_of_unit = unit / "records/unit.yaml"
    good = facts_of_unit.read_text("utf-8")
    facts_of_unit.write_text(re.sub(r"(?m)^level:.*$", "level: 天下第一市", good), "utf-8")
    (unit / "notice.yaml").write_text("due: [", "utf-8")
    id_ = re.findall(r"(?m)^id: (\S+)", good)[0]
    with opened(unit) as browser:
        page = browser.ask("/").text
        assert "还不能评分" in page and f'class="btn s" href="/records/unit/{id_}?field=level#v-level"' in page
        assert 'href="/records/meeting"' in page and 'href="/records/meeting"' in browser.ask("/records").text
        form = browser.ask(f"/records/unit/{id_}?field=level").text
        assert "天下第一市" in form and 'name="v-level"' in form
        assert browser.ask("/records/meeting").status == 200 and browser.ask("/records/meeting/-/paste").status == 200
        assert browser.ask("/records/meeting/没有").status == 404
        seal = re.findall(r'name="seal" value="(\w+)"', form)[0]
        answer = sent(browser, f"/records/unit/{id_}", **{"v-level": "设区市", "seal": seal, "act": "save"})
        assert answer.status == 303 and 'level: "设区市"' in facts_of_unit.read_text("utf-8")
        assert "天下第一市" not in browser.ask("/").text
        sent(browser, "/records/-/undo", **{"return": "/records/unit"})
        assert "天下第一市" in facts_of_unit.read_text("utf-8")
        (unit / "notice.yaml").unlink()
        sent(browser, "/records/-/redo", **{"return": "/records/unit"})
        assert "还不能评分" not in browser.ask("/").text


def test_a_deduction_is_a_part_of_its_bar_and_nothing_begins_left_of_it() -> None:
    def line(role: str, low: int, high: int, status: str = "scored") -> Any:
        return SimpleNamespace(
            role=role, low=Fraction(low), high=Fraction(high), status=status, unsupported=Fraction(0)
        )

    taken = _meter([line("deduction", -5, -5), line("deduction", -3, 0, "undecided")], None)
    assert [(name, int(at), int(size)) for name, at, size in taken.parts] == [("open", 0, 3), ("taken", 3, 5)]
    assert (taken.of, taken.decided, taken.open) == (8, -8, 3)
    mixed = _meter([line("base", 6, 8, "undecided"), line("deduction", -2, -2)], Fraction(10))
    assert [(name, int(at), int(size)) for name, at, size in mixed.parts] == [
        ("won", 0, 4), ("open", 4, 2), ("taken", 6, 2), ("lost", 8, 2),
    ]  # fmt: skip
    assert mixed.decided == 4

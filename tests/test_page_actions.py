"""Every link to what is to be done leads to the very place where it is done, and that place knows what it is for."""

from __future__ import annotations

import asyncio
import re
import shutil
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from kaoping import api
from kaoping.core import resources
from kaoping.page._mend_link import link_of
from pages import opened

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


def test_every_blank_of_a_report_links_to_where_it_is_filled_in(emptied: Path) -> None:
    with opened(emptied) as browser:
        assert browser.unit is not None
        assessment = asyncio.run(browser.unit.assessment())
        obstacles = [its for group in api.readiness(assessment).obstacles.values() for its in group]
        blanks = [its.finding for its in obstacles if its.finding.code == "final.blank"]
        assert len(blanks) > 10
        for its in blanks:
            link = link_of(its, assessment)
            assert link.address not in GENERAL, (its.problem, link)
            page = browser.ask(link.address.partition("#")[0])
            assert page.status == 200 and page.text.count("autofocus") == 1, (its.problem, link)
        links = {re.findall("【待补：.*】", its.problem)[0]: link_of(its, assessment).address for its in blanks}
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
    """But for what no record holds: the day of the submission that a supplement follows."""
    nameless = [
        tag
        for source in resources.template().rglob("*.txt")
        for tag in re.findall(r"blank\((?:[^()]|\([^()]*\))*\)", source.read_text("utf-8"))
        if "', '" not in tag
    ]
    assert nameless == ["blank('原报送日期')"]

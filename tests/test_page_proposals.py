"""登记建议 on the page: looked through, corrected, taken, refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaoping import api
from pages import opened
from test_page_evidence import fields_of, send
from test_proposals import NOTICE
from units import good_unit

pytestmark = pytest.mark.slow


def test_proposals_are_taken_corrected_and_refused_in_the_table(tmp_path: Path) -> None:
    unit = good_unit(tmp_path / "甲市", {})
    (unit / "材料/培训/一.txt").write_text(NOTICE.format(title="全市网吧执法业务培训班", month=7), "utf-8")
    (unit / "材料/培训/随手.txt").write_text("今天开会。", "utf-8")
    with opened(unit) as browser:
        assert "材料还没有看过：按上面的“把材料看一遍”" in browser.ask("/evidence/proposals").text
        looked = send(browser, "/evidence/proposals/renewal", {})
        assert "已存：材料看过了，新的建议 2 件" in browser.ask(looked.headers["location"]).text
        page = browser.ask("/evidence/proposals").text
        fields = fields_of(page, "/evidence/proposals/answers")
        (number,) = (name.removeprefix("path.") for name, value in fields.items() if value == "培训/一.txt")
        other = "2" if number == "1" else "1"
        assert fields[f"title.{number}"] == "关于举办全市网吧执法业务培训班的通知"
        bad = fields | {f"take.{number}": "是", f"date.{number}": "后天", f"belongs.{number}": "培训记录 P99"}
        answer = send(browser, "/evidence/proposals/answers", bad)
        assert answer.status == 422 and "没有存盘" in answer.text and "P99" in answer.text
        good = fields | {f"take.{number}": "是", f"date.{number}": "7月3日", f"take.{other}": "否"}
        taken = send(browser, "/evidence/proposals/answers", good)
        # A record that nobody saw coming is told of, with what it lacks: it may cost points.
        said = browser.ask(taken.headers["location"]).text
        assert "已存：登记 1 件材料；新记 1 条记录：培训记录 " in said and "还要补填" in said
        page = browser.ask("/evidence/proposals").text
        assert "材料还没有看过" not in page
        assert "已登记 1 件，不采用 1 件" in page and "没有等着看的建议" in page
    its = api.holdings(api.assess(unit)).files["培训/一.txt"]
    assert its.stated("date") == "2017-07-03" and [naming.kind for naming in its.named_by] == ["training"]
    (row,) = (its for its in api.proposals(api.assess(unit).dossier.tables) if its.path == "培训/一.txt")
    assert (row.take, row.done) == ("改", "是")

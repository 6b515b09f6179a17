"""`kaoping register`: what files are is proposed; what the clerk takes of it, and nothing else, is registered."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from bench.papers import kinds
from bench.papers._world import World
from bench.papers.typesetting import typeset
from kaoping.cli.main import run

from kaoping import api
from kaoping.core.engine import Proposal, proposals
from kaoping.core.model import Location
from kaoping.pipeline.proposing import _Memory
from reading_stand_in import Papers
from units import good_unit
from workbooks import book_unit, cell_at, change, sheet_of

NOTICE = """关于举办{title}的通知

各大队：
　　经研究，决定举办{title}。
　　一、培训时间：2017年{month}月16日

                                          澜川市文化执法支队
                                          2017年{month}月2日
"""

CIRCULAR = """澜川市文化市场综合执法支队
澜文综执〔2017〕31号
关于举办全市网络文化执法培训班的通知
各大队：
　　为提高网络文化案件的办理水平，经研究，决定举办全市网络文化执法培训班。现将有关事项通知如下。
　　一、时间：2017年10月18日，半天。
澜川市文化市场综合执法支队
2017年10月11日
"""

pytestmark = pytest.mark.slow


def _proposals(unit: Path) -> dict[str, dict[str, str]]:
    rows = yaml.safe_load((unit / "records/proposals.yaml").read_text("utf-8"))
    return {row["path"]: row for row in rows}


def _answer(unit: Path, path: str, **fields: str) -> None:
    rows = _proposals(unit)
    rows[path].update(fields)
    text = yaml.safe_dump(list(rows.values()), allow_unicode=True)
    (unit / "records/proposals.yaml").write_text(text, "utf-8")


def test_a_circular_kept_as_plain_text_is_known_by_its_title_below_its_number(tmp_path: Path) -> None:
    """In plain text all stands in one size, at the left: the title is where a paper has it."""
    unit = good_unit(tmp_path / "甲市", {})
    (unit / "材料/培训/通知稿.txt").write_text(CIRCULAR, "utf-8")
    assert run(["register", str(unit)]) == 0
    its = _proposals(unit)["培训/通知稿.txt"]
    assert {name: its[name] for name in ("type", "title", "doc_no", "belongs")} == {
        "type": "通知", "title": "关于举办全市网络文化执法培训班的通知", "doc_no": "澜文综执〔2017〕31号",
        "belongs": "新记 培训记录：全市网络文化执法培训班",
    }  # fmt: skip


def test_files_are_proposed_taken_corrected_and_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    unit = good_unit(tmp_path / "甲市", {})
    bring = {"一.txt": ("全市网吧执法业务培训班", 7), "二.txt": ("全市法制业务学习班", 6)}
    for name, (title, month) in bring.items():
        (unit / "材料/培训" / name).write_text(NOTICE.format(title=title, month=month), "utf-8")
    (unit / "材料/培训/随手.txt").write_text("今天开会。", "utf-8")
    before = api.assess(unit)
    assert run(["register", str(unit)]) == 0
    proposed = _proposals(unit)["培训/一.txt"]
    assert {name: str(proposed[name]) for name in ("type", "title", "issuer", "date", "belongs")} == {
        "type": "通知", "title": "关于举办全市网吧执法业务培训班的通知", "issuer": "澜川市文化执法支队",
        "date": "2017-07-02",
        "belongs": "新记 培训记录：全市网吧执法业务培训班",
    }  # fmt: skip
    assert "2017年7月2日" in proposed["words"] and proposed["lines"].split("；")[0] in ("10", "11")
    after = api.assess(unit)  # nothing is scored from a proposal, and no record names the file
    assert after.card.lines == before.card.lines
    assert not api.holdings(after).files["培训/一.txt"].named_by

    _answer(unit, "培训/一.txt", take="改", issuer="澜川市文化市场综合行政执法支队")
    _answer(unit, "培训/随手.txt", take="否")
    capsys.readouterr()
    assert run(["register", str(unit)]) == 0
    printed = capsys.readouterr().out
    assert "已登记1件材料" in printed and "新记了一条“培训记录”" in printed and "还要填" in printed
    its = api.holdings(api.assess(unit)).files["培训/一.txt"]
    assert (its.stated("issuer"), its.stated("date")) == ("澜川市文化市场综合行政执法支队", "2017-07-02")
    (naming,) = its.named_by
    assert (naming.kind, naming.called) == ("training", "全市网吧执法业务培训班")
    assert (
        _proposals(unit)["培训/二.txt"]["issuer"] == "澜川市文化市场综合行政执法支队"
    )  # as it was corrected on its like

    assert run(["register", str(unit), "--take-all"]) == 0
    assert {path: str(row.get("done", "")) for path, row in _proposals(unit).items()} == {
        "培训/一.txt": "是", "培训/二.txt": "是", "培训/随手.txt": "",
    }  # fmt: skip
    capsys.readouterr()
    assert run(["register", str(unit)]) == 0  # what was refused is not proposed again
    assert "没有要登记的材料" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("became", "expected"), [(["甲局"], "甲局"), (["甲局", "甲局"], "甲局"), (["甲局", "乙局"], "支队"), ([], "支队")]
)
def test_a_correction_is_remembered_where_people_agree(became: list[str], expected: str) -> None:
    rows = [
        Proposal(
            "一.pdf", "改", "通知", "", "", issuer, "", "", (), "", '{"issuer": "支队"}', "支队文件", "是", Location()
        )
        for issuer in became
    ]
    memory = _Memory.of(rows)
    assert memory.corrected("issuer", "支队", "支队文件") == expected
    assert memory.corrected("issuer", "支队", "另一家文件") == "支队"
    assert memory.corrected("title", "支队", "支队文件") == "支队"


def test_what_stands_on_a_scan_is_proposed_once_it_is_read_and_what_was_read_in_doubt_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KAOPING_CACHE", str(tmp_path / "store"))
    papers = Papers(monkeypatch, tmp_path / "known.json")
    unit = good_unit(tmp_path / "甲市", {})
    head, foot = "关于举办网吧执法培训班的通知", ("澜川市文化执法支队", "2017年7月2日")
    papers.scan(unit / "材料/清.pdf", papers.page(head, "", "", "", "", "", "", "", *foot))
    papers.scan(unit / "材料/糊.pdf", papers.page((head, 0.6), "", "", "", "", "", "", "", *foot))
    second = papers.page("关于召开年终会议的通知", "各科室：", "定于年底召开会议，请准时参加。")
    papers.scan(unit / "材料/两份.pdf", papers.page(head, "", "", "", "", "", "", "", *foot), second)
    papers.scan(unit / "材料/没读.pdf", papers.page(head, known=False))
    assert run(["read", str(unit)]) == 1
    capsys.readouterr()
    assert run(["register", str(unit)]) == 0
    assert "有1件扫描件、照片还没有识别" in capsys.readouterr().out
    rows = _proposals(unit)
    assert (rows["清.pdf"]["title"], rows["清.pdf"]["type"], str(rows["清.pdf"]["date"])) == (
        head,
        "通知",
        "2017-07-02",
    )
    assert (rows["两份.pdf"]["title"], "另一份材料" in rows["清.pdf"]["words"]) == (head, False)
    assert rows["两份.pdf"]["words"].startswith("第2页起像是另一份材料《关于召开年终会议的通知》，")
    assert (rows["糊.pdf"].get("title", ""), rows["糊.pdf"]["issuer"]) == ("", foot[0])
    assert rows["没读.pdf"].get("title", "") == ""


def test_proposals_wait_beside_a_workbook_without_their_sheet_and_move_into_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An older workbook has no sheet for them: the clerk is told how it gets one, and what was answered moves along."""
    unit = book_unit(tmp_path / "甲市", {})
    (unit / "材料/培训").mkdir(parents=True, exist_ok=True)
    for name, month in (("一.txt", 7), ("二.txt", 6)):
        title = f"全市第{month}期执法业务培训班"
        (unit / "材料/培训" / name).write_text(NOTICE.format(title=title, month=month), "utf-8")
    assert run(["register", str(unit)]) == 0
    said = capsys.readouterr().out
    assert "records/proposals.yaml" in said and "kaoping init --update --with 登记建议" in said
    _answer(unit, "培训/二.txt", take="否")
    assert run(["init", str(unit), "--update", "--with", "登记建议"]) == 0
    capsys.readouterr()
    assert run(["register", str(unit)]) == 0
    assert "records/proposals.yaml" not in capsys.readouterr().out
    assert not (unit / "records/proposals.yaml").exists() or not _proposals(unit)
    rows = {its.path: its for its in proposals(api.assess(unit).dossier.tables)}
    assert {path: (its.at.sheet, its.take) for path, its in rows.items()} == {
        "培训/一.txt": ("登记建议", ""), "培训/二.txt": ("登记建议", "否"),
    }  # fmt: skip
    assert rows["培训/一.txt"].title == "关于举办全市第7期执法业务培训班的通知"


CASE = """\
- id: AJ01
  title: 清风网络会所接纳未成年人案
  party: 清风网络会所
  level: 本级
  category: 上网服务
  procedure: 一般程序
  filed: 2017-02-01
  on_platform: 是
  doc_no: {doc_no}
"""


def _points(unit: Path) -> dict[str, tuple[float, float]]:
    """What each line of the unit scores, at least and at most."""
    return {its.line: (float(its.low), float(its.high)) for its in api.assess(unit).card.lines}


def test_what_is_taken_becomes_a_record_of_the_workbook_and_counts_from_then_on(tmp_path: Path) -> None:
    """A media report, a commendation, a case file and a paper to be filed, as offices lay them out."""
    drawn = {"报道": "newspaper", "表彰": "commendation", "案卷": "decision", "方案": "plan"}
    papers = {name: kinds.KINDS[kind][1](World(Random("accepted 3"))) for name, kind in drawn.items()}
    case = CASE.format(doc_no=papers["案卷"].truth.doc_no)
    offered = ("proposal", "evidence", "media_report", "commendation", "work")
    unit = book_unit(tmp_path / "甲市", {"cases.yaml": case}, offered=offered)
    for name, its in papers.items():
        national = {"outlet": "法治日报"} if name == "报道" else {}
        (unit / f"材料/{name}.pdf").write_bytes(typeset(its.layout, {**its.data, **national}))
    before = _points(unit)
    assert run(["register", str(unit)]) == 0
    title = {name: its.truth.title for name, its in papers.items()}
    assert {its.path: its.belongs for its in proposals(api.assess(unit).dossier.tables)} == {
        "报道.pdf": f"新记 媒体报道：{title['报道']}", "表彰.pdf": f"新记 表彰：{title['表彰']}",
        "案卷.pdf": "案件 AJ01", "方案.pdf": f"新记 工作材料：{title['方案']}",
    }  # fmt: skip
    assert _points(unit) == before

    assert run(["register", str(unit), "--take-all"]) == 0
    assessment = api.assess(unit)
    named = {path: its.named_by for path, its in api.holdings(assessment).files.items()}
    assert {path: named[f"{path}.pdf"][0].kind for path in drawn} == {
        "报道": "media_report", "表彰": "commendation", "案卷": "case", "方案": "work",
    }  # fmt: skip
    made = {
        name: next(iter(assessment.dossier.tables[name])).values for name in ("media_report", "commendation", "work")
    }
    assert {name: its["title"] for name, its in made.items()} == {
        "media_report": title["报道"], "commendation": title["表彰"], "work": title["方案"],
    }  # fmt: skip
    assert (made["media_report"]["outlet"], made["media_report"]["level"]) == ("法治日报", "中央")
    assert (made["commendation"]["level"], made["work"]["line"]) == ("省级", papers["方案"].truth.lines[0])
    after = _points(unit)  # what nobody can read off a paper is still to be filled in
    assert (before["B1"], after["B1"], after["B2"]) == ((0, 0), (0, 0.5), (0, 0.5))

    def fill(book: Any) -> None:
        cell_at(book[sheet_of("media_report")], "短讯").value = "否"
        cell_at(book[sheet_of("commendation")], "表彰部门类别").value = "文化部门"

    change(unit, fill)
    filled = _points(unit)
    assert (filled["B1"], filled["B2"]) == ((0.5, 0.5), (0.5, 0.5))

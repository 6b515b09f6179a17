"""A rubric that was just read is a pack: it loads, is looked through, and scores a unit the same day by hand."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from kaoping.cli.main import cli

from kaoping import api
from kaoping.codification.draft_file import read_draft
from kaoping.core import packs
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Findings
from kaoping.core.model import Status
from kaoping.pipeline._intake import dossier_under
from kaoping.rubric.load import load
from kaoping.scoring import score
from rubric_papers import HEAD, SEED, as_xlsx, read, read_rows


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home") / "规则包" / "province-2018"
    api.read_rubric(SEED, folder)
    return folder


def test_the_pack_is_sound(pack: Path) -> None:
    assert [its.code for its in api.check_pack(str(pack))] == ["pack.no_cases"]
    rubric = load(packs.at(pack))
    assert [line.id for line in rubric.lines][:6] == ["1", "2", "3", "4", "5", "6"]
    assert [(its.id, its.points) for its in rubric.sections][:2] == [("Ⅰ", 30), ("Ⅱ", 8)]
    assert {name: list(its.options) for name, its in rubric.questions.items()} == {
        "shared-B4": ["合计不超过5分", "不封顶"]
    }


def test_a_unit_is_scored_by_hand_within_each_lines_points(pack: Path, tmp_path: Path) -> None:
    """A line stays open between nothing and all of its points until somebody decides, with a reason."""
    its = packs.at(pack)
    records = tmp_path / "records"
    records.mkdir()
    unit = {
        "id": "JS",
        "name": "甲市支队",
        "region": "甲市",
        "level": "不分级",
        "year": 2017,
        "rubric": "province-2018",
    }
    (records / "unit.yaml").write_text(json.dumps(unit), "utf-8")
    before = score(load(its), dossier_under(tmp_path, its), Findings())
    assert [(its.low, its.high, its.status) for its in map(before.line, ("12", "13"))] == [
        (0, 1, Status.UNDECIDED),
        (0, 2, Status.UNDECIDED),
    ]
    decided = [
        {"id": f"CD{line}", "line": line, "points": points, "reason": "没有违纪", "who": "办公会", "when": "2017-12-18",
         "facts_digest": before.line(line).digest}
        for line, points in (("12", 1), ("13", 3))
    ]  # fmt: skip
    (records / "decisions.yaml").write_text(json.dumps(decided), "utf-8")
    findings = Findings()
    after = score(load(its), dossier_under(tmp_path, its), findings)
    assert (after.line("12").low, after.line("12").status) == (1, Status.SCORED)
    assert "没有违纪" in "；".join(after.line("12").because)
    assert after.line("13").status is Status.UNDECIDED, "more than its points are not taken"
    assert [its.code for its in findings] == ["decision.out_of_range"]


def test_the_draft_comes_back_as_it_was_written(pack: Path) -> None:
    draft, _ = read(SEED.name, SEED.read_bytes())
    assert read_draft(pack) == draft


def test_sums_that_do_not_agree_leave_a_pack_that_loads(tmp_path: Path) -> None:
    rows = [["2024年考核细则（满分100分）"], HEAD, ["一、会议（9分）", "1.会议", "", "5", "每少一次扣1分。"]]
    paper = tmp_path / "细则.xlsx"
    paper.write_bytes(as_xlsx(rows))
    done = api.read_rubric(paper, tmp_path / "hall-2024")
    assert [its.code for its in done.findings.sorted()] == ["codification.sum", "codification.sum"]
    rubric = load(packs.at(tmp_path / "hall-2024"))
    assert (rubric.total, rubric.sections[0].points, rubric.line("1").of) == (None, None, 5)


def test_a_limit_of_all_bonuses_in_the_heading_is_a_limit_of_the_pack(tmp_path: Path) -> None:
    rows = [
        ["2024年考核细则"],
        HEAD,
        ["一、加分项（合计不超过3分）", "1.创新", "", "2", "每项加1分。"],
        ["", "2.表彰", "", "2", "每次加1分。"],
    ]
    (tmp_path / "细则.xlsx").write_bytes(as_xlsx(rows))
    api.read_rubric(tmp_path / "细则.xlsx", tmp_path / "hall-2024")
    (group,) = load(packs.at(tmp_path / "hall-2024")).groups
    assert (group.lines, group.cap is not None) == (("1", "2"), True)


def test_a_folder_with_something_in_it_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("一")
    with pytest.raises(KaopingError) as refused:
        api.read_rubric(SEED, tmp_path)
    assert [its.code for its in refused.value.findings] == ["pack.exists"]
    assert [its.name for its in tmp_path.iterdir()] == ["kept.txt"]


@pytest.mark.parametrize(("name", "data"), [("没有.docx", None), ("坏的.docx", b"PK\x03\x04"), ("图.png", b"\x89PNG")])
def test_a_file_that_is_none_is_told(tmp_path: Path, name: str, data: bytes | None) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(KaopingError) as refused:
        api.read_rubric(tmp_path / name)
    code = "codification.unreadable" if data is None else refused.value.findings[0].code
    assert [its.code for its in refused.value.findings] == [code]


def test_a_pack_without_a_draft_is_told(tmp_path: Path) -> None:
    with pytest.raises(KaopingError) as refused:
        read_draft(tmp_path)
    assert [its.code for its in refused.value.findings] == ["codification.no_draft"]


def test_the_command_says_what_it_read(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["rubric", "read", str(SEED)])
    assert result.exit_code == 0, result.output
    assert "8个部分，49项。" in result.output
    assert "Ⅰ  深化改革（30分）：6项" in result.output
    document = json.loads(CliRunner().invoke(cli, ["rubric", "read", str(SEED), "--json"]).output)
    assert [len(document[name]) for name in ("sections", "lines", "rows")] == [8, 49, 50]


def test_five_hundred_lines_take_no_time() -> None:
    rows = [
        [
            f"第{at // 50}部分" if at % 50 == 0 else "",
            f"{at + 1}.工作{at}",
            "查资料",
            "1",
            f"每少{at % 7 + 1}次扣0.5分。",
        ]
        for at in range(500)
    ]
    begun = time.process_time()
    draft, _ = read_rows(HEAD, *rows)
    assert len(draft.lines) == 500
    assert time.process_time() - begun < 3


def test_a_pack_of_another_field_has_no_words_of_ours(tmp_path: Path) -> None:
    """What is assessed is called as its paper calls it; levels that the paper does not speak of are none."""
    row = ["一、组织管理（2分）", "1.成立委员会", "查文件", "2", "未成立的不得分"]
    source = tmp_path / "细则.xlsx"
    source.write_bytes(as_xlsx([["2026年清河县医院感染防控工作考核评分细则（试行）"], HEAD, row]))
    api.read_rubric(source, tmp_path / "ward-2026")
    pack = packs.at(tmp_path / "ward-2026")
    assert (pack.matter, pack.levels) == ("清河县医院感染防控工作考核", ("不分级",))
    written = "".join(path.read_text("utf-8") for path in (tmp_path / "ward-2026").glob("*.yaml"))
    assert not [word for word in ("文化", "执法", "市场") if word in written]


@pytest.mark.slow
def test_a_report_is_written_though_a_line_has_no_points_of_its_own(tmp_path: Path) -> None:
    """A line that shares a cell of points with the one above, open until somebody asks, stands in the self-report."""
    rows = [
        ["一、隔离（2分）", "1.发热门诊设置规范", "现场看", "2", "不规范扣2分"],
        ["", "2.预检分诊全天开展", "现场看", "", "未全天开展扣1分"],
    ]
    (tmp_path / "细则.xlsx").write_bytes(as_xlsx([["2024年医院考核细则"], HEAD, *rows]))
    api.read_rubric(tmp_path / "细则.xlsx", tmp_path / "规则包" / "ward-2024")
    records = tmp_path / "甲医院" / "records"
    records.mkdir(parents=True)
    unit = {"id": "A", "name": "甲医院", "region": "甲县", "level": "不分级", "year": 2024, "rubric": "ward-2024"}
    (records / "unit.yaml").write_text(json.dumps(unit), "utf-8")
    assert [its.code for its in api.check(tmp_path / "甲医院") if its.code.startswith("document.")] == []
    assert [its.of for its in api.assess(tmp_path / "甲医院").card.lines] == [2, None]

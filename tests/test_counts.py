"""What is counted is listed, and there is one count: check, build, the list in the package, its guide, JSON agree."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import openpyxl
import pytest
from kaoping.cli import main as command_line

from examples import sampled
from kaoping import api
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Finding, Findings, Severity, counted
from kaoping.pipeline import contract
from workbooks import heads

#: A document tells a number, and another sentence, which people wrote, tells another.
CONTRADICTION = "- {id: W9, document: 自评报告, topic: 下一步打算, part: 总体, text: 组织全市范围线下培训99场}\n"


def _told(findings: Findings | list[Finding]) -> list[tuple[str, str, str]]:
    return sorted((finding.code, str(finding.at), finding.problem) for finding in findings)


def _rows(package: Path, sheet: str) -> int:
    page = openpyxl.load_workbook(package / "data" / "缺项清单.xlsx")[sheet]
    head, _ = heads(page)
    return sum(page.cell(row, 1).value is not None for row in range(head + 1, page.max_row + 1))


@pytest.mark.parametrize("name", sampled(1, ["county-2017", "city-2017"]))
def test_what_a_build_counts_is_listed_wherever_it_is_told(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "unit"
    api.copy_sample(folder, name)
    checked = api.check(folder)
    capsys.readouterr()
    assert command_line.run(["build", str(folder)]) == (1 if checked.errors else 0)
    out = capsys.readouterr().out
    package = folder / "成果" / "送审稿"
    warnings = [its for its in checked if its.severity is Severity.WARNING]
    notes = [its for its in checked if its.severity is Severity.NOTE]
    assert warnings, "or nothing is compared"
    assert f"另有提醒 {len(warnings)} 条" in out and (f"说明 {len(notes)} 条" in out) == bool(notes)
    assert _rows(package, "材料和记录的问题") == len(warnings)
    guide = (package / api.GUIDE).read_text("utf-8-sig")
    gaps = api.assess(folder).gaps
    still_open = [gap for gap in gaps if gap.is_open]
    assert f"提醒 {len(warnings)} 条：“材料和记录的问题”表" in guide
    assert f"缺项和待定 {len(still_open)} 项" in guide and f"缺项和待定 {len(still_open)} 项" in out
    assert _rows(package, "缺项清单") == len(gaps)
    assert command_line.run(["check", str(folder)]) == (1 if checked.errors else 0)
    assert capsys.readouterr().out.endswith(f"共 {len(checked)} 条：{counted(checked)}。\n")
    counts = contract.findings(checked)["counts"]
    assert counts == {"error": len(checked.errors), "warning": len(warnings), "note": len(notes)}
    document = json.loads((package / "kaoping.json").read_text("utf-8"))
    assert document["tally"] == {
        "open": len(still_open), "gaps": len(gaps), "errors": 0, "warnings": len(warnings),
        "held": _rows(package, "报送认可"), "accepted": document["tally"]["accepted"],
    }  # fmt: skip
    command_line.run(["gaps", str(folder)])
    assert f"共 {len(gaps)} 项，其中缺项和待定 {len(still_open)} 项；" in capsys.readouterr().out
    command_line.run(["gaps", str(folder), "--json"])
    assert json.loads(capsys.readouterr().out)["counts"] == {"gaps": len(gaps), "open": len(still_open)}


@pytest.mark.slow
def test_a_check_a_draft_and_a_final_tell_the_same(settled: Path, final: api.Built, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(settled, tmp_path / "unit", ignore=shutil.ignore_patterns("成果", "修改")))
    checked = api.check(folder)
    assert "document.withheld" in [its.code for its in checked], "a document that the 报送稿 does not hold has a note"
    handed_in = list(final.findings)
    for note in final.notes:
        handed_in.remove(note)
    assert _told(checked) == _told(api.build(folder).assessment.findings) == _told(handed_in)
    assert "tally" not in json.loads((final.package / "kaoping.json").read_text("utf-8"))


def test_documents_that_contradict_one_another_are_told_by_a_check(settled: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(settled, tmp_path / "unit", ignore=shutil.ignore_patterns("成果", "修改")))
    path = folder / "records/statements.yaml"
    path.write_text(path.read_text("utf-8") + CONTRADICTION, encoding="utf-8")
    [told] = [its for its in api.check(folder) if its.code == "document.contradicts"]
    assert "99场" in told.problem
    with pytest.raises(KaopingError) as refused:
        api.build(folder)
    assert told.problem in str(refused.value)

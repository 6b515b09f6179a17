"""`kaoping pack new / check`: a new pack works as it is, and whatever is forgotten in one is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from kaoping import api
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Findings
from units import only


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """A pack as `kaoping pack new` writes it."""
    folder = tmp_path / "规则包" / "safety-2018"
    api.new_pack(folder, "2018年安全生产考评", 2018)
    return folder


@pytest.fixture
def extension(tmp_path: Path) -> Path:
    """A pack that extends the one that comes with the program."""
    folder = tmp_path / "规则包" / "culture-2018"
    api.new_pack(folder, "2018年考评", 2018, "culture-2017")
    return folder


def codes(folder: Path) -> list[str]:
    return sorted({finding.code for finding in api.check_pack(str(folder))})


def rewritten(path: Path, change: Callable[[str], str]) -> None:
    before = path.read_text("utf-8")
    path.write_text(change(before), encoding="utf-8")
    assert path.read_text("utf-8") != before


def test_a_new_pack_is_sound_and_a_unit_can_use_it(new: Path) -> None:
    assert codes(new) == []
    unit = new.parents[1] / "单位"
    api.init(unit, "safety-2018")
    assert [line.id for line in api.rubric(str(new)).lines] == ["1", "2"]
    assert "2018年安全生产考评（safety-2018，2018年）" in list(api.pack_lines(str(new)))


def test_nothing_is_written_over(new: Path) -> None:
    with pytest.raises(KaopingError) as refused:
        api.new_pack(new, "又一个", 2019)
    only(Findings(refused.value.findings), "pack.exists")


def test_a_worked_case_that_differs_is_told_at_its_place(new: Path) -> None:
    cases = next((new / "cases").glob("*.yaml"))
    rewritten(cases, lambda text: text.replace("expect: {points: 3}", "expect: {points: 2}"))
    found = only(api.check_pack(str(new)), "pack.case_differs")
    assert "培训两场" in found.problem and "应为2，实为3" in found.problem
    assert found.at.file.endswith(cases.name) and found.at.line


def test_lines_without_cases_are_told(new: Path) -> None:
    cases = next((new / "cases").glob("*.yaml"))
    rewritten(cases, lambda text: text[: text.index("- name: 评判为良好")])
    assert "：2。" in only(api.check_pack(str(new)), "pack.no_cases").problem


def test_a_document_without_its_template_is_told(new: Path) -> None:
    (new / "documents").mkdir()
    text = "name: 安全总结\ngenre: 报告\ntemplate: safety.docx\nfacts: {}\n"
    (new / "documents" / "safety.yaml").write_text(text, encoding="utf-8")
    found = only(api.check_pack(str(new)), "pack.no_template")
    assert "“安全总结”" in found.problem and "safety.docx" in found.problem


def test_a_common_check_that_does_not_fit_is_left_out_and_told(new: Path) -> None:
    kind = "x-title: 培训\nx-file: trainings.yaml\nx-purpose: 培训\nprimaryKey: id\nfields:\n" + "".join(
        f"- {{name: {name}, title: {title}, type: {type_}}}\n"
        for name, title, type_ in (("id", "编号", "string"), ("title", "名称", "string"), ("date", "日期", "date"))
    )
    (new / "records").mkdir()
    (new / "records" / "training.yaml").write_text(kind, encoding="utf-8")
    found = api.check_pack(str(new))
    assert "training_signed" in {f.problem.split("“")[1].split("”")[0] for f in found if f.code == "pack.check_unfit"}
    assert found.errors == []


def test_dates_of_another_year_that_an_extension_takes_over_are_told(extension: Path) -> None:
    told = [finding.problem for finding in api.check_pack(str(extension)).errors]
    assert [re.match("第(.+?)项是从2017年的规则包来的", problem)[1] for problem in told] == ["7", "B6", "B7"]  # type: ignore[index]


def test_an_unknown_wing_is_told(new: Path) -> None:
    rewritten(new / "pack.yaml", lambda text: text + "wings: [no-such]\n")
    assert "“no-such”" in only(api.check_pack(str(new)), "pack.missing_id").problem


def test_all_that_is_wrong_is_told_at_once(new: Path) -> None:
    rewritten(new / "rubric.yaml", lambda text: text.replace("count: training", "count: trainings"))
    rewritten(new / "notice.yaml", lambda text: text.replace("photos_per_page: 1", "photos_per_page: 许多"))
    assert codes(new) == ["notice.misshapen", "rubric.expected"]


def test_a_pack_can_not_have_links_followed_on_the_computer_of_a_unit(new: Path) -> None:
    rewritten(new / "notice.yaml", lambda text: text + "\nmaterials: {follow_links: 是}\n")
    assert "单位自己的 notice.yaml" in only(api.check_pack(str(new)), "notice.misshapen").problem

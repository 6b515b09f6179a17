"""Broken rubric files: each has one mistake, and gets one finding that says where it is and what was expected.

A file under ``broken/rubric`` names in its head what it shows; the mistake's own line ends in 错在这里. A
``….notice.yaml`` beside it is the notice of that rubric.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kaoping.core import packs
from kaoping.core.errors import KaopingError
from kaoping.rubric import load
from kaoping.rubric.nodes import Rubric

BROKEN = Path(__file__).parent / "broken" / "rubric"
MARK = "# 错在这里"
FILES = sorted(
    path for path in BROKEN.glob("*.yaml") if not path.name.endswith(".notice.yaml") and path.stem != "sound"
)


#: The pack around each of them.
PACK = "id: tiny\ntitle: 试用考核\nyear: 2024\nlevels: [设区市, 省管县]\nkinds: [training]\n"


def _loaded(folder: Path) -> Rubric:
    return load.load(packs.find(str(folder)))


def _laid_out(path: Path, folder: Path) -> Path:
    folder.mkdir()
    (folder / "pack.yaml").write_text(PACK, encoding="utf-8")
    shutil.copyfile(path, folder / "rubric.yaml")
    notice = path.with_suffix(".notice.yaml")
    if notice.is_file():
        shutil.copyfile(notice, folder / "notice.yaml")
    return folder


def test_the_rubric_they_differ_from_is_sound(tmp_path: Path) -> None:
    rubric = _loaded(_laid_out(BROKEN / "sound.yaml", tmp_path / "细则"))
    assert [line.id for line in rubric.lines] == ["1", "2"]


def test_every_code_that_a_rubric_can_get_is_among_them() -> None:
    said = {line for path in FILES for line in path.read_text("utf-8").splitlines() if line.startswith("# code: ")}
    codes = {"rubric.expected", "rubric.sum", "rubric.words", "notice.unknown_answer", "notice.misshapen"}
    assert said == {f"# code: {code}" for code in codes | {"yaml.unreadable", "yaml.duplicate_key"}}
    assert len(FILES) >= 35


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_one_mistake_one_finding(path: Path, tmp_path: Path) -> None:
    folder = _laid_out(path, tmp_path / "细则")
    head = [line.removeprefix("# ") for line in path.read_text("utf-8").splitlines() if line.startswith("# ")]
    said = dict(line.split(": ", 1) if ": " in line else (line.rstrip(":"), "") for line in head[1:])
    marked = [
        (file.name, number)
        for file in folder.iterdir()
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if line.endswith(MARK)
    ]
    with pytest.raises(KaopingError) as error:
        _loaded(folder)
    (finding,) = error.value.findings
    assert finding.code == said["code"]
    assert said["expected"] in finding.problem
    assert (finding.at.file, finding.at.path) == (f"细则/{marked[0][0]}", said["path"])
    assert [(marked[0][0], finding.at.line)] == marked
    assert finding.effect and finding.mend


def test_all_mistakes_are_found_at_once(tmp_path: Path) -> None:
    text = (BROKEN / "sound.yaml").read_text("utf-8")
    text = text.replace("count: training", "count: trainings").replace("points: 1, text", "points: 一分, text")
    folder = tmp_path / "细则"
    folder.mkdir()
    (folder / "pack.yaml").write_text(PACK, encoding="utf-8")
    (folder / "rubric.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(KaopingError) as error:
        _loaded(folder)
    assert [finding.code for finding in error.value.findings] == ["rubric.expected", "rubric.expected"]


@pytest.mark.parametrize("id_", ["没有这个", "../province-2017", "../culture-2017", "province 2017", ""])
def test_a_rubric_that_there_is_not(id_: str) -> None:
    with pytest.raises(KaopingError) as error:
        packs.find(id_)
    (finding,) = error.value.findings
    assert finding.code == "rubric.unknown" and "culture-2017" in finding.problem

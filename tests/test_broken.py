"""Every finding has a broken input that shows it: one mistake, one finding, at its place, in words to act on."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, BinaryIO

import pytest
import yaml

from examples import without
from kaoping import api
from kaoping.core import fs
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Finding, Severity, catalogue
from units import BASE, BROKEN, TRAINING, found, good_unit, lay_over, only

TESTS = Path(__file__).parent
SOURCE = TESTS.parent / "src" / "kaoping"
CLI = TESTS.parent / "cli"
#: Rooms whose codes have tests of their own, with inputs that no small folder can be: packages, rubrics, bundles.
ELSEWHERE = {"package", "verify", "rubric"}
CASE = "case.yaml"
CASES = sorted(path.parent for path in BROKEN.glob(f"*.*/*/{CASE}"))
#: All but the first of each code.
FURTHER = [case for last, case in itertools.pairwise(CASES) if last.parent == case.parent]


def _name(folder: Path) -> str:
    return folder.relative_to(BROKEN).as_posix()


def _findings(run: Sequence[str], folder: Path, out: Path) -> list[Finding]:
    """What the command finds, whether it goes on or stops there."""
    try:
        match run:
            case ["check"]:
                return list(api.check(folder))
            case ["final"]:
                return list(api.build(folder, final=True, out=out).findings)
            case ["only", name]:
                return list(api.build_only(folder, [name], out=out)[1].findings)
            case ["pack", name]:
                return list(api.check_pack(name, folder))
            case ["init", "with", name]:
                api.init(folder, extra=[name])
            case ["init", *inner]:
                api.init(folder.joinpath(*inner))
            case ["decide", line, points]:
                api.decide(folder, line, points, reason="内容齐全", who="办公会", when="2017-12-18")
            case ["edits", *names]:
                return list(api.take_in(folder, [folder / name for name in names]))
            case ["drop", id_]:
                api.choose(folder, drop=[id_])
            case ["accept", what, about]:
                api.accept(folder, what, about, reason="通知要求附原件", who="办公会")
            case ["unaccept", what, about]:
                api.unaccept(folder, what, about)
            case ["mask", path, pages, edges]:
                api.mask_pages(folder, path, pages, [api.Region(*map(int, edges.split(",")))])
            case ["turn", path, pages, degrees]:
                api.turn_pages(folder, path, pages, int(degrees))
            case ["undo-pages", path]:
                api.undo_page_changes(folder, path)
            case ["confirm", path]:
                api.confirm_page_changes(folder, path)
            case ["undo-order"]:
                api.undo_order(folder)
            case ["undo", line]:
                api.undecide(folder, line)
            case ["demo"]:
                api.copy_sample(folder)
            case _:
                raise AssertionError(f"no such run: {run}")
    except KaopingError as error:
        return error.findings
    return []


def _digest(folder: Path, part: str) -> str:
    return next(p.digest for line in api.assess(folder).card.lines for p in line.parts if p.part == part)


def _lay_out(case: Path, said: dict[str, Any], folder: Path) -> Path:
    good_unit(folder)
    lay_over(folder, case, said.get("without", ()), ignore=[CASE])
    decisions = folder / "records" / "decisions.yaml"
    if "digest_of" in said:  # a fingerprint in the file would break with every new way to make one
        text = decisions.read_text("utf-8")
        decisions.write_text(text.replace("当前", _digest(folder, said["digest_of"])), encoding="utf-8")
    return folder


def test_the_unit_they_are_laid_over_is_without_fault(tmp_path: Path) -> None:
    assert found(good_unit(tmp_path / "甲市")) == []


@pytest.mark.parametrize("case", without(FURTHER, CASES), ids=_name)
def test_one_mistake_one_finding(case: Path, tmp_path: Path) -> None:
    code = case.parent.name
    said: dict[str, Any] = yaml.load((case / CASE).read_text("utf-8"), Loader=yaml.CBaseLoader)
    folder = _lay_out(case, said, tmp_path / "甲市")
    before = _bytes(folder)
    findings = _findings(said.get("run", ["check"]), folder, tmp_path / "out")
    finding = only(findings, code)
    others = {f.code for f in findings} - {code}
    assert others <= set(said.get("also", ())), "what is wrong is told once, and nothing else with it"
    assert str(finding.at) == said["at"]
    assert said.get("says", "") in getattr(finding, said.get("sentence", "problem"))
    assert finding.severity is catalogue()[code].severity
    _assert_readable(finding)
    assert _bytes(folder) == before, "a refusal touches nothing"


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _assert_readable(finding: Finding) -> None:
    for sentence in (finding.problem, finding.effect, finding.mend):
        assert re.search(r"[\u4e00-\u9fff]", sentence), f"no Chinese in {sentence!r}"
        assert "None" not in sentence and "Traceback" not in sentence
        assert not re.search(r"[a-z]+\.[a-z]+Error", sentence)
    kind = catalogue()[finding.code]
    for wording, sentence in (
        (kind.problem, finding.problem),
        (kind.effect, finding.effect),
        (kind.mend, finding.mend),
    ):
        blanks = {name for _, name, _, _ in Formatter().parse(wording) if name}
        assert not [name for name in blanks if f"{{{name}}}" in sentence], "an unfilled placeholder"
    assert finding.mend.endswith("。") and finding.effect.endswith("。")


def test_five_mistakes_are_told_in_one_run(tmp_path: Path) -> None:
    folder = good_unit(
        tmp_path / "甲市",
        {
            "trainings.yaml": TRAINING.replace("2017-05-16", "5月16日") + TRAINING.replace("线下", "面授"),
            "meetings.yaml": "- id: H01\n\ttitle: 专题会\n",
            "counties.yaml": "- id: X01\n  nmae: 东屏区\n",
            "inspections.yaml": "- id: J01\n  venue: C99\n  date: 2017-03-01\n  type: 日常检查\n",
        },
    )
    assert found(folder) == [
        ("value.missing", "records/counties.yaml 第1行 （[1]）"),
        ("record.unknown_field", "records/counties.yaml 第2行 （[1].nmae）"),
        ("value.unknown_reference", "records/inspections.yaml 第2行 （[1].venue）"),
        ("yaml.unreadable", "records/meetings.yaml 第2行"),
        ("value.unfit", "records/trainings.yaml 第3行 （[1].date）"),
        ("record.id_twice", "records/trainings.yaml 第8行 （[2].id）"),
        ("value.unfit", "records/trainings.yaml 第11行 （[2].mode）"),
        ("evidence.unreferenced", "材料/培训/通知.pdf"),
    ]


def test_a_unit_that_can_not_be_scored_still_hears_of_the_rest(tmp_path: Path) -> None:
    """Level and rubric are wrong, so nothing is scored; the records' mistakes are told all the same."""
    folder = good_unit(
        tmp_path / "甲市",
        {
            "unit.yaml": "id: U\nname: 甲市支队\nregion: 甲市\nlevel: 地级市\nyear: 2017\nrubric: province-1999\n",
            "trainings.yaml": TRAINING.replace("2017", "2016") + "  evidence: 培训/签到表.pdf\n",
        },
    )
    codes = [code for code, _ in found(folder)]
    assert codes == [
        "value.out_of_year", "value.unfit", "rubric.unknown", "evidence.missing", "evidence.unreferenced",
    ]  # fmt: skip
    assert ("rubric.unknown", "records/unit.yaml 第6行 （rubric）") in found(folder)


def test_the_same_slip_in_two_rows_is_told_twice(tmp_path: Path) -> None:
    twice = TRAINING.replace("线下", "面授") + TRAINING.replace("线下", "面授").replace("P01", "P02")
    folder = good_unit(tmp_path / "甲市", {"trainings.yaml": twice})
    places = [place for code, place in found(folder) if code == "value.unfit"]
    assert places == ["records/trainings.yaml 第4行 （[1].mode）", "records/trainings.yaml 第11行 （[2].mode）"]


def test_a_record_file_that_nobody_may_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`chmod` does not keep root out, so the system's refusal is played."""
    folder = good_unit(tmp_path / "甲市")
    real = fs.open_file

    def refuse(path: Path) -> BinaryIO:
        if path.name == "trainings.yaml":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(fs, "open_file", refuse)
    finding = only(api.check(folder), "file.unreadable")
    assert str(finding.at) == "records/trainings.yaml"
    assert "没有读取权限" in finding.problem and "Permission" not in finding.problem


def test_a_records_folder_that_nobody_may_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = good_unit(tmp_path / "甲市")
    real = Path.iterdir

    def refuse(self: Path) -> Iterator[Path]:
        if self.name == "records":
            raise PermissionError(13, "Permission denied")
        return real(self)

    monkeypatch.setattr(Path, "iterdir", refuse)
    assert ("file.unreadable", "records") in found(folder)


# -- the catalogue itself --------------------------------------------------------------------------------------------


def _codes_in(folder: Path) -> set[str]:
    text = "\n".join(path.read_text("utf-8") for path in folder.rglob("*.py"))
    return set(re.findall(r'"([a-z]+\.[a-z_]+)"', text))


def test_every_code_is_used_and_every_used_code_is_in_the_catalogue() -> None:
    used = _codes_in(SOURCE) | _codes_in(CLI)
    rooms = {code.split(".")[0] for code in catalogue()}
    files = {"rubric.yaml", "notice.yaml", "pack.yaml", "unit.yaml", "pages.pdf", "rollup.yaml"}
    assert set(catalogue()) - used == set(), "in the catalogue, but nothing in the engine says it"
    assert {name for name in used if name.split(".")[0] in rooms} - files - set(catalogue()) == set()


@pytest.mark.parametrize("code", catalogue())
def test_every_code_has_a_broken_input_or_a_test_of_its_own(code: str) -> None:
    room = code.split(".")[0]
    if room not in ELSEWHERE and any(case.parent.name == code for case in CASES):
        return
    assert f'"{code}"' in _other_tests() or code in _inputs(room), "nobody has seen this finding yet"


@cache
def _other_tests() -> str:
    return "\n".join(path.read_text("utf-8") for path in TESTS.glob("test_*.py") if path.name != Path(__file__).name)


@cache
def _inputs(room: str) -> set[str]:
    """The names of all files and folders of the broken inputs of a room."""
    return {name for path in (BROKEN / room).rglob("*") for name in path.relative_to(BROKEN / room).parts}


def test_no_broken_input_is_left_out() -> None:
    """A folder without case.yaml, or named after a code that is gone, would be skipped without a word."""
    folders = {path for path in BROKEN.iterdir() if path not in (BASE, BROKEN / "rubric")}
    assert {path.name for path in folders} <= set(catalogue())
    assert sorted(path for folder in folders for path in folder.iterdir()) == CASES


@pytest.mark.parametrize("code", catalogue())
def test_the_catalogue_speaks_to_clerks(code: str) -> None:
    kind = catalogue()[code]
    assert kind.title and not kind.title.endswith("。")
    for sentence in (kind.problem, kind.effect, kind.mend):
        assert re.search(r"[\u4e00-\u9fff]", sentence) or re.search(r"\{(why|how)\}", sentence)
        assert re.search(r"[。}]$", sentence), "a whole sentence"
    assert kind.severity in Severity

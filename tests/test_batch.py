"""Many units at once: each as if it were alone, and all of them put side by side."""

from __future__ import annotations

import gc
import io
import json
import os
import shutil
import weakref
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from bench.scenes import scene
from kaoping.cli.main import run

import tiny
from kaoping import api
from kaoping.batch import _same_photos, _unit_task, batches
from kaoping.batch._summary import summary
from kaoping.batch._summary_sheet import place_text, summary_sheet
from kaoping.batch._unit_folders import units_below
from kaoping.batch._unit_state import package_stamp, program_digest, state_of
from kaoping.batch._unit_task import Outcome, fault
from kaoping.core import fs
from kaoping.core.errors import KaopingError
from kaoping.evidence.looks import alike, look_of
from kaoping.pipeline import contract
from units import good_unit, only

UNREADABLE = "id: [\n"


def _files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def _unit_at(folder: Path) -> Path:
    (folder / "records").mkdir(parents=True)
    return folder


# -- which folders are units ----------------------------------------------------------------------------------------


def test_units_are_looked_for_however_deep_and_in_one_another(tmp_path: Path) -> None:
    for name in ("甲市", "甲市/各县/乙县", "省直/丙处", "丁市"):
        _unit_at(tmp_path / name)
    for name in (
        "甲市/材料/往年",
        "甲市/成果/送审稿",
        "甲市/以前的台账/去年",
        "规则包/某包/samples/样例",
        "汇总/各单位",
    ):
        _unit_at(tmp_path / name)
    units = units_below(tmp_path)
    assert units.names == ("丁市", "甲市", "甲市/各县/乙县", "省直/丙处")
    assert not len(units.findings)


def test_a_folder_that_is_a_unit_is_one_of_its_batch(tmp_path: Path) -> None:
    assert units_below(_unit_at(tmp_path / "甲市")).names == (".",)


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_to_a_unit_is_not_followed_but_told(tmp_path: Path) -> None:
    _unit_at(tmp_path / "别处/乙县")
    (tmp_path / "全省").mkdir()
    (tmp_path / "全省/乙县").symlink_to(tmp_path / "别处/乙县")
    units = units_below(tmp_path / "全省")
    assert units.names == ()
    assert "乙县" in only(units.findings, "batch.not_entered").problem


def test_a_folder_without_units_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KaopingError) as caught:
        api.run_batch(tmp_path)
    only(caught.value.findings, "batch.no_units")
    assert list(tmp_path.iterdir()) == []


# -- what a unit was made of ----------------------------------------------------------------------------------------


def test_a_state_changes_with_what_a_package_is_made_of_and_with_nothing_else(tmp_path: Path) -> None:
    tiny.lay_out_pack(tmp_path)
    unit, other = good_unit(tmp_path / "甲市"), _unit_at(tmp_path / "乙市")

    def state() -> str:
        return state_of(unit, final=False, follow_links=False)

    before = state()
    for made in ("成果/送审稿/data/自评报告.docx", "修改/底稿/报告.docx", "下属/丙县/records/unit.yaml"):
        (unit / made).parent.mkdir(parents=True)
        (unit / made).write_text("x")
    (other / "records/unit.yaml").write_text("x")
    assert state() == before
    states = {before, state_of(unit, final=True, follow_links=False), state_of(unit, final=False, follow_links=True)}
    for changed in (unit / "records/unit.yaml", unit / "材料/新.pdf", tmp_path / "规则包/tiny-2017/rubric.yaml"):
        with changed.open("a") as stream:
            stream.write("\n")
        states.add(state())
    assert len(states) == 6


def test_rubbish_is_looked_for_between_units_and_as_ever_afterwards() -> None:
    usual = gc.get_threshold()
    with _unit_task.units_in_a_row():
        assert gc.get_threshold()[0] > 100 * usual[0]
        with _unit_task.units_in_a_row(1):
            assert gc.get_threshold()[0] > 100 * usual[0]
    assert gc.get_threshold() == usual


# -- side by side, without a build ------------------------------------------------------------------------------------


def _outcome(unit: str, low: str, high: str = "", **more: Any) -> Outcome:
    """What came of a unit of two parts whose second holds all that is open."""
    high = high or low
    total = {"points": low, "min": low, "max": high}
    none = {"points": "0", "min": "0", "max": "0"}
    line = {"line": "2", "role": "base", "title": "会议", "of": "3", "status": "scored" if low == high else "undecided"}
    return {
        "schema": _unit_task.SCHEMA, "form": "送审稿", "status": "built", "exit": 0, "total": [low, high],
        "rubric": {"id": "tiny", "title": "小考核办法", "sha256": "1"},
        "scorecard": {
            "unit": unit, "year": 2017, "level": "设区市", "rubric": "tiny",
            "totals": {"base": total, "bonus": none, "deduction": none, "total": total, "unsupported": "0"},
            "lines": [line | {"min": low, "max": high, "unsupported": "0"}],
        },
        "sections": [
            {"section": "一", "title": "培训", "of": "2", "min": "0", "max": "0"},
            {"section": "二", "title": "会议", "of": "3", "min": low, "max": high},
        ],
        "gaps": contract.gaps([], []), "findings": contract.findings([]), "held": 0,
        "evidence": {"pieces": 3, "pages": 9}, "package": {"folder": "成果/送审稿", "sha256": "2", "stamp": "3"},
    } | more  # fmt: skip


def _sheets(document: dict[str, Any]) -> dict[str, list[list[Any]]]:
    book = openpyxl.load_workbook(io.BytesIO(summary_sheet(document)))
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


def test_places_leave_open_what_is_open() -> None:
    units = {
        "a": _outcome("甲", "1", "3"),
        "b": _outcome("乙", "2"),
        "c": _outcome("丙", "2"),
        "d": _outcome("丁", "5"),
    }
    (group,) = summary(units, "送审稿")["groups"]
    assert [(row["unit"], place_text(row["place"])) for row in group["rows"]] == [
        ("丁", "第1名"), ("乙", "第2～3名"), ("丙", "第2～3名"), ("甲", "第2～4名"),
    ]  # fmt: skip
    rows = _sheets(summary(units, "送审稿"))["汇总"]
    assert rows[2][:4] == ["名次", "单位", "最低分", "最高分"]
    assert [row[:4] for row in rows[3:]] == [
        ["第1名", "丁", 5, 5], ["第2～3名", "乙", 2, 2], ["第2～3名", "丙", 2, 2], ["第2～4名", "甲", 1, 3],
    ]  # fmt: skip


def test_the_sheet_of_parts_is_read_on_a_page_and_says_how_units_of_a_place_stand() -> None:
    units = {"b": _outcome("乙", "1", "3"), "a": _outcome("甲", "1", "3")}
    document = summary(units, "送审稿")
    sheets = _sheets(document)
    assert [its[:5] for its in sheets["各部分"][2:]] == [
        ["名次", "单位", "一　培训（2分）", "二　会议（3分）", "总分"],
        ["第1～2名", "甲", 0, "1～3", "1～3"],
        ["第1～2名", "乙", 0, "1～3", "1～3"],
    ]
    assert "按文件夹名先后列，不分高下" in sheets["汇总"][1][0]
    (group,) = document["groups"]
    for row in (group, *group["rows"]):
        row["sections"] = row["sections"] * 10
    book = openpyxl.load_workbook(io.BytesIO(summary_sheet(document)))
    sheet = book["各部分"]
    assert [its.id for its in sheet.col_breaks.brk] == [11, 20] and sheet.page_setup.scale == 85
    assert sheet.print_title_cols == "$A:$B" and sheet.print_title_rows == "$3:$3", "the names stand on each page"
    charts = book["图"]._charts
    assert charts and all(chart.y_axis.scaling.min == 0 for chart in charts), "bars begin at nothing"


def test_what_a_unit_leaves_behind_is_let_go_before_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Rubbish:
        def __init__(self) -> None:
            self.itself = self

    left: list[weakref.ref[Rubbish]] = []

    def build(folder: str, **_: Any) -> Outcome:
        alive.append(sum(its() is not None for its in left))
        left.append(weakref.ref(Rubbish()))
        return _outcome(Path(folder).name, "1")

    alive: list[int] = []
    monkeypatch.setattr(batches, "build_unit", build)
    for name in "甲乙丙":
        (tmp_path / name / "records").mkdir(parents=True)
    gc.disable()
    try:
        api.run_batch(tmp_path)
    finally:
        gc.enable()
    assert alive == [0, 0, 0]


def test_equal_units_share_a_place_and_thirds_are_no_hundredths() -> None:
    thirds = {"total": ["1/3", "1/3"]}
    units = {"a": _outcome("甲", "0.33", **thirds), "b": _outcome("乙", "0.33", **thirds), "c": _outcome("丙", "0.33")}
    (group,) = summary(units, "送审稿")["groups"]
    assert [(row["unit"], place_text(row["place"])) for row in group["rows"]] == [
        ("甲", "并列第1名"), ("乙", "并列第1名"), ("丙", "第3名"),
    ]  # fmt: skip


def test_units_that_can_not_be_compared_are_not() -> None:
    other = {"rubric": {"id": "tiny", "title": "小考核办法", "sha256": "changed"}}
    document = summary({"a": _outcome("甲", "1"), "b": _outcome("乙", "2", **other)}, "送审稿")
    assert [[place_text(row["place"]) for row in group["rows"]] for group in document["groups"]] == [["第1名"]] * 2
    assert {"汇总（1）", "汇总（2）", "图（1）", "图（2）"} <= _sheets(document).keys()


def test_a_unit_without_points_is_told_and_may_have_any_place() -> None:
    document = summary({"a": _outcome("甲", "1"), "b": fault("batch.fault", "坏了")}, "送审稿")
    (group,) = document["groups"]
    assert [place_text(row["place"]) for row in group["rows"]] == ["第1～2名"]
    sheets = _sheets(document)
    assert "另有1家没有算出分" in sheets["汇总"][1][0]
    assert sheets["没有分数的"][3][:2] == ["b", "程序出错，没有生成"] and "坏了" in sheets["没有分数的"][3][2]


def test_every_part_has_its_chart_and_the_chart_its_figures() -> None:
    units = {"a": _outcome("甲", "1", "3"), "b": _outcome("乙", "-2", "-1")}
    document = summary(units, "送审稿")
    book = openpyxl.load_workbook(io.BytesIO(summary_sheet(document)))
    assert len(book["图"]._charts) == 3, "the total and two parts"
    figures = [[cell.value for cell in row[19:]] for row in book["图"].iter_rows(min_row=2, max_row=4)]
    assert figures[0][:4] == ["单位", "总分 已定", "总分 可能再高", "总分 可能再低"]
    assert figures[1][:4] == ["甲", 1, 2, 0] and figures[2][:4] == ["乙", -1, 0, -1]


def test_a_summary_of_nobody_is_a_workbook_still() -> None:
    sheets = _sheets(summary({"a": fault("batch.fault", "坏了")}, "送审稿"))
    assert sheets["没有分数的"][3][0] == "a" and "汇总" not in sheets


# -- all of it, with the builds played --------------------------------------------------------------------------------


@pytest.fixture
def played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two units below a folder, and the names of those that are built, in place of builds."""
    for name in ("甲市", "乙市"):
        _unit_at(tmp_path / name)
    built: list[str] = []

    def build_unit(folder: str, **asked: Any) -> Outcome:
        built.append(Path(folder).name)
        return _outcome(Path(folder).name, "1")

    monkeypatch.setattr(batches, "build_unit", build_unit)
    return built


def test_only_what_changed_is_built_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, played: list[str]) -> None:
    may_change = {"甲市": False, "乙市": False}

    def build_unit(folder: str, **asked: Any) -> Outcome:
        unit = Path(folder)
        played.append(unit.name)
        package = unit / "成果/送审稿"
        package.mkdir(parents=True, exist_ok=True)
        (package / "kaoping.json").write_text("{}")
        entry = {"folder": "成果/送审稿", "sha256": "", "stamp": package_stamp(package)}
        state = state_of(unit, final=False, follow_links=False)
        return _outcome(unit.name, "1", package=entry, state=state, may_change=may_change[unit.name])

    def built() -> list[str]:
        played.clear()
        api.run_batch(tmp_path)
        return played

    monkeypatch.setattr(batches, "build_unit", build_unit)
    may_change["甲市"] = True  # the machine failed at a file
    assert built() == ["乙市", "甲市"]
    may_change["甲市"] = False
    assert built() == ["甲市"]
    before = _files(tmp_path)
    assert built() == [] and _files(tmp_path) == before
    (tmp_path / "乙市/records/unit.yaml").write_text("x")
    assert built() == ["乙市"]
    (tmp_path / "乙市/成果/送审稿/自评报告.docx").write_text("edited in Word")
    assert built() == ["乙市"]
    next((tmp_path / "汇总/各单位").glob("送审稿/甲市-*.json")).write_text("{")
    assert built() == ["甲市"]


def test_a_summary_of_the_same_is_not_even_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, played: list[str]
) -> None:
    made: list[str] = []

    def noted(name: str, make: Any) -> None:
        monkeypatch.setattr(batches, name, lambda *args: made.append(name) or make(*args))

    noted("summary_sheet", batches.summary_sheet)
    noted("circular", batches.circular)

    def run_again() -> list[str]:
        made.clear()
        api.run_batch(tmp_path)
        return sorted(made)

    everything = ["circular", "summary_sheet"]
    assert run_again() == everything
    before = _files(tmp_path)
    assert run_again() == [] and _files(tmp_path) == before
    for name in ("汇总表.xlsx", "汇总表.json", "通报稿.docx"):
        (tmp_path / "汇总" / name).unlink()
        assert run_again() == everything and _files(tmp_path) == before
    (tmp_path / "汇总/汇总表.xlsx").write_bytes(b"sorted in Excel")
    assert run_again() == everything and _files(tmp_path) == before
    (tmp_path / "汇总/各单位/汇总.json").write_text("[]")
    assert run_again() == everything and _files(tmp_path) == before
    changed = {"state": "a word of the pack's circular"}
    monkeypatch.setattr(batches, "build_unit", lambda folder, **_: _outcome(Path(folder).name, "1", **changed))
    assert run_again() == everything, "what it is made of is more than its figures"
    monkeypatch.setattr(batches, "program_digest", lambda: "another program")
    assert run_again() == everything and run_again() == []
    (tmp_path / "汇总/通报稿.docx").write_bytes(b"edited in Word")
    for _ in range(2):
        only(api.run_batch(tmp_path).findings, "batch.circular_kept")


def test_one_unit_in_two_folders_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, played: list[str]) -> None:
    monkeypatch.setattr(batches, "build_unit", lambda folder, **_: _outcome("甲市", "1"))
    finding = only(api.run_batch(tmp_path).findings, "batch.same_unit")
    assert "乙市、甲市" in finding.problem


def _photo(look: str, record: str, file: str = "现场.jpg", **more: Any) -> dict[str, Any]:
    return {"file": file, "page": 1, "record": record, "look": look, "day": "2017-05-16"} | more


def test_one_photo_under_two_units_is_told_to_whoever_runs_the_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, played: list[str]
) -> None:
    """Cut and saved anew, or the very same; once as long as nothing changed; never among what is said of a unit."""
    room = scene(5, 1, size=(480, 360))
    shot, copy, other = (
        look_of(its) for its in (room, room.crop((20, 10, 470, 350)), scene(5, 2, size=(480, 360), still=True))
    )
    shown = {
        "甲市": [
            _photo(shot, "业务培训 P01"),
            _photo(shot, "业务培训 P02", "又.jpg"),
            _photo(other, "会议 M01", "会.jpg"),
        ],
        "乙市": [_photo(copy, "会议 M07", "扫描.pdf", page=3, day="")],
        "丙市": [_photo(shot, "业务培训 P09")],
    }
    _unit_at(tmp_path / "丙市")
    compared: list[int] = []

    def compare(looks: list[str]) -> Any:
        compared.append(len(looks))
        return alike(looks)

    monkeypatch.setattr(_same_photos, "alike", compare)
    monkeypatch.setattr(
        batches, "build_unit", lambda folder, **_: _outcome(Path(folder).name, "1", photos=shown[Path(folder).name])
    )
    for _ in range(2):
        batch = api.run_batch(tmp_path)
        told = [its for its in batch.findings if its.code == "batch.same_photo"]
        assert [(str(its.at), its.problem) for its in told] == [
            ("甲市/材料/现场.jpg", told[0].problem), ("甲市/材料/又.jpg", told[1].problem),
            ("乙市/材料/扫描.pdf", told[2].problem),
        ]  # fmt: skip
        assert "“丙市”的“现场.jpg”（业务培训 P09，2017-05-16）和“甲市”的“现场.jpg”（业务培训 P01" in told[0].problem
        assert "“扫描.pdf”第3页（会议 M07）" in told[2].problem
        assert batch.exit_status == 0
    assert compared == [3], "which looks are one shot is kept"
    document = json.loads((tmp_path / "汇总/汇总表.json").read_bytes())
    assert [its["problem"] for its in document["same_photos"]["findings"]] == [its.problem for its in told]
    assert "look" not in document["groups"][0]["rows"][0] and shot not in (tmp_path / "汇总/汇总表.json").read_text(
        "utf-8"
    )
    rows = [row for row in _sheets(document)["问题"] if row[0] == "各单位之间"]
    assert [row[3] for row in rows] == [its.problem for its in told]
    (tmp_path / "汇总/各单位/同一张照片.json").write_text("[]")
    assert len(_same_photo_findings(api.run_batch(tmp_path).findings)) == 3 and compared == [3, 3]


def _same_photo_findings(findings: Any) -> list[str]:
    return [its.code for its in findings if its.code == "batch.same_photo"]


def test_one_photo_in_two_years_of_a_unit_is_told_and_in_two_folders_of_one_year_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, played: list[str]
) -> None:
    look = look_of(scene(7, 1, size=(480, 360)))

    def told(year: int) -> list[str]:
        def build_unit(folder: str, **_: Any) -> Outcome:
            outcome = _outcome("甲市", "1", photos=[_photo(look, "业务培训 P01")])
            outcome["scorecard"]["year"] = 2017 if Path(folder).name == "甲市" else year
            return outcome

        monkeypatch.setattr(batches, "build_unit", build_unit)
        return _same_photo_findings(api.run_batch(tmp_path).findings)

    assert told(2018) == ["batch.same_photo"]
    assert told(2017) == []


def test_a_unit_that_another_program_built_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, played: list[str]
) -> None:
    programs = {"甲市": "another", "乙市": program_digest()}

    def build_unit(folder: str, **asked: Any) -> Outcome:
        name = Path(folder).name
        return _outcome(name, "1", program=programs[name])

    monkeypatch.setattr(batches, "build_unit", build_unit)
    assert "甲市" in only(api.run_batch(tmp_path).findings, "batch.other_program").problem


def test_what_can_not_be_kept_is_told_and_the_batch_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, played: list[str]
) -> None:
    real = fs.write_whole

    def full(path: Path, content: bytes) -> None:
        if path.parent.parent.name == batches.OUTCOMES and "甲市" in path.name:
            raise OSError(28, "No space left on device")
        real(path, content)

    monkeypatch.setattr(fs, "write_whole", full)
    batch = api.run_batch(tmp_path)
    assert sorted(played) == ["乙市", "甲市"] and list(batch.outcomes) == ["乙市", "甲市"]
    finding = only(batch.findings, "batch.not_kept")
    assert "甲市" in finding.problem and "磁盘空间不够" in finding.problem


def test_a_fault_in_one_unit_is_that_units(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise ZeroDivisionError("of no use")

    monkeypatch.setattr(_unit_task, "build", break_down)
    outcome = _unit_task.build_unit(str(_unit_at(tmp_path / "甲市")))
    assert outcome["status"] == "failed" and outcome["exit"] == 4 and "break_down" in outcome["detail"]
    assert [its["code"] for its in outcome["findings"]["findings"]] == ["batch.fault"]


def test_a_batch_that_is_stopped_says_what_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], played: list[str]
) -> None:
    def stop_at_the_second(folder: str, **_: Any) -> Outcome:
        if Path(folder).name == "甲市":
            raise KeyboardInterrupt
        return _outcome("乙市", "1")

    monkeypatch.setattr(batches, "build_unit", stop_at_the_second)
    assert run(["batch", str(tmp_path)]) == 1
    told = capsys.readouterr()
    assert "[1/2] 乙市　已生成：送审稿，自评 1 分" in told.out
    assert "做完了 1 个单位" in told.err
    assert len(list((tmp_path / "汇总" / batches.OUTCOMES / "送审稿").iterdir())) == 1


# -- all of it, as it is ----------------------------------------------------------------------------------------------


def _province(folder: Path) -> Path:
    """Three units, one with an error in a record, one whose records can't be read; their pack beside them."""
    tiny.lay_out_pack(folder)
    tiny.lay_out(folder / "甲市", "甲市", trainings=tiny.TRAININGS.replace("线下", "面授"))
    tiny.lay_out(folder / "乙市", "乙市")
    tiny.lay_out(folder / "丙市", "丙市", unit=UNREADABLE)
    return folder


@pytest.mark.slow
def test_a_batch_builds_what_a_build_builds_and_touches_only_what_changed(tmp_path: Path) -> None:
    folder = _province(tmp_path / "省")
    alone = shutil.copytree(folder, tmp_path / "单独")
    assert run(["batch", str(folder)]) == 1
    api.build(alone / "甲市")
    assert _files(folder / "甲市") == _files(alone / "甲市")
    assert _files(folder / "丙市") == _files(alone / "丙市"), "what can't be scored is left as it is"
    document = json.loads((folder / "汇总/汇总表.json").read_bytes())
    (group,) = document["groups"]
    by_folder = {row["folder"]: row for row in group["rows"]}
    manifest = json.loads((folder / "乙市/成果/送审稿/kaoping.json").read_bytes())
    pages = sum(row["pages"] for row in manifest["files"] if row["role"] == "bundle")
    totals = by_folder["乙市"]["totals"]["total"]
    assert {key: totals[key] for key in ("min", "max")} == {k: manifest["totals"]["total"][k] for k in ("min", "max")}
    assert by_folder["乙市"]["evidence"] == {"pieces": len(manifest["pieces"]), "pages": pages}
    assert [its["folder"] for its in document["without_points"]] == ["丙市"]
    assert by_folder["甲市"]["findings"]["counts"]["error"] == 1 and by_folder["甲市"]["exit"] == 1

    before, ended = _files(folder), list[tuple[str, bool]]()
    again = api.run_batch(folder, on_unit=lambda name, outcome, stood, done, of: ended.append((name, stood)))
    assert again.untouched == ("乙市", "甲市") and ended[-1] == ("丙市", False)
    assert _files(folder) == before


@pytest.mark.slow
@pytest.mark.parametrize("workers", [0, 2])
def test_a_photo_that_two_units_hand_in_is_told_of_neither(tmp_path: Path, workers: int) -> None:
    """With their packages untouched, too; each unit's package is the one that it has alone."""
    folder = tmp_path / "省"
    tiny.lay_out_pack(folder)
    for name, place in {"甲市": (0, 0, 480, 360), "乙市": (20, 10, 470, 350)}.items():
        unit = tiny.lay_out(
            folder / name, name, trainings=tiny.TRAININGS.replace("甲班通知.pdf", "甲班通知.pdf；会场.jpg")
        )
        scene(5, 1, size=(480, 360)).crop(place).save(unit / "材料/会场.jpg", quality=60)
    alone = shutil.copytree(folder, tmp_path / "单独")
    for again in (False, True):
        batch = api.run_batch(folder, workers=workers)
        assert batch.untouched == (("乙市", "甲市") if again else ())
        assert "会场.jpg”（" in only(batch.findings, "batch.same_photo").problem
    for name in ("甲市", "乙市"):
        api.build(alone / name)
        assert _files(folder / name) == _files(alone / name)
        assert b"batch.same_photo" not in (folder / name / "成果/送审稿/kaoping.json").read_bytes()


def test_a_folder_is_left_to_the_batch_that_is_at_work_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one touches nothing, and says who is there; when the first has ended it goes on."""
    (tmp_path / "甲市" / "records").mkdir(parents=True)
    refused: list[KaopingError] = []

    def build(folder: str, **_: Any) -> Outcome:
        if not refused:
            with pytest.raises(KaopingError) as caught:
                api.run_batch(tmp_path)
            refused.append(caught.value)
        return fault("batch.fault", "nothing")

    monkeypatch.setattr(batches, "build_unit", build)
    api.run_batch(tmp_path)
    assert f"进程 {os.getpid()}）" in only(refused[0].findings, "batch.under_way").problem
    assert set(api.run_batch(tmp_path).outcomes) == {"甲市"}
    assert [path.name for path in (tmp_path / "汇总").iterdir() if path.suffix == ".lock"] == []

"""`kaoping init`: a workbook that explains itself; nothing in it counts until somebody fills it in. Made anew later."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from culture import CULTURE, RUBRIC
from kaoping import api
from kaoping.core import packs, schema, seam
from kaoping.core.engine import KINDS as ENGINE
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Findings
from kaoping.core.model import Status
from kaoping.pipeline._offer import offered_kinds
from kaoping.pipeline.assessment import Assessment
from kaoping.records import layout
from kaoping.records.workbook import _meta_sheet
from kaoping.scoring.crosscheck.run import cross_check
from units import found, only
from workbooks import book_unit, cell_at, change, heads, sheet_of, tables_of, values


@pytest.fixture(scope="module")
def new_unit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("new") / "甲市"
    api.init(folder)
    return folder


@pytest.fixture
def started(new_unit: Path, tmp_path: Path) -> Path:
    """What `init` makes, for this test alone."""
    return shutil.copytree(new_unit, tmp_path / "甲市")


def _fill_unit(book: Any) -> None:
    sheet = book[layout.UNIT_SHEET]
    wanted = {"单位代码": "U", "单位名称": "甲市支队", "地区": "甲市", "级别": "设区市"}
    for row in sheet.iter_rows():
        for cell in row:
            title = str(cell.value or "").removesuffix(layout.REQUIRED_MARK).strip()
            if title in wanted:
                sheet.cell(cell.row, cell.column + 1).value = wanted.pop(title)
    assert not wanted


def test_it_makes_the_workbook_and_the_folder_and_says_so(tmp_path: Path) -> None:
    made = api.init(tmp_path / "甲市")
    assert [path.name for path in made] == ["台账.xlsx", "材料"]
    assert sorted(path.name for path in (tmp_path / "甲市").iterdir()) == sorted(path.name for path in made)


def _titles(kinds: Iterable[str]) -> list[str]:
    """The sheets of these kinds."""
    its = [CULTURE.kinds[name] for name in kinds]
    return [kind.title for kind in its if not kind.single and not kind.on_rubric]


def _visible(folder: Path) -> list[str]:
    book = load_workbook(folder / layout.WORKBOOK)
    return [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]


def test_it_has_the_sheets_that_the_lines_need_in_their_order_and_no_others(started: Path) -> None:
    names = _visible(started)
    assert names[:3] == [layout.UNIT_SHEET, layout.RUBRIC_SHEET, layout.NOTICE_SHEET]
    assert len(names) <= 33
    assert names[3:] == _titles(offered_kinds(RUBRIC))
    counted = [node.name for line in RUBRIC.lines for node in line.nodes if isinstance(node, schema.Kind)]
    lines = [name for name in _titles(dict.fromkeys(counted)) if name not in _titles(ENGINE)]
    assert [name for name in names if name in lines] == lines, "in the order of the lines"
    usual = _titles(name for name in ENGINE if not CULTURE.kinds[name].on_demand)
    assert names[-len(usual) :] == usual, "the engine's own last, without those that few need"
    assert not {"技能竞赛", "竞赛成绩", "巡视整改", "12318举报"} & set(names)


def test_every_sheet_that_another_refers_to_is_there(started: Path) -> None:
    names = {"单位情况", *_visible(started)}
    for kind in CULTURE.kinds.values():
        if kind.title in names:
            assert {CULTURE.kinds[key.kind].title for key in kind.foreign} <= names, kind.title


def test_as_it_is_made_it_says_nothing(started: Path) -> None:
    """A forgotten example must never become a record; the unit alone has its year and rubric filled in."""
    tables = tables_of(started)
    assert list(tables) == ["unit"]
    assert values(tables["unit"]) == [{"year": "2017", "rubric": "province-2017"}]


CONTEST = ["岗位练兵", "练兵达标", "技能竞赛", "参赛人员", "竞赛成绩", "竞赛裁定", "称号申报", "选拔参赛"]


@pytest.mark.parametrize(
    ("extra", "more"),
    [
        (["contest"], CONTEST),
        (["岗位练兵和技能竞赛"], CONTEST),
        (["key-tasks"], ["重点任务落实"]),
        (["重点任务落实情况对照表", "random_check"], ["重点任务落实", "双随机抽查"]),
        (["12318举报"], ["12318举报"]),
        (["自评报告", "培训记录"], []),
    ],
    ids=lambda names: "+".join(names)[:40],
)  # fmt: skip
def test_what_is_asked_for_besides_has_its_sheets_too(tmp_path: Path, extra: list[str], more: list[str]) -> None:
    api.init(tmp_path / "甲市", extra=extra)
    wanted = _titles(offered_kinds(RUBRIC))
    assert set(_visible(tmp_path / "甲市")[3:]) == {*wanted, *more}
    assert [name for name in _visible(tmp_path / "甲市")[3:] if name in wanted] == wanted


def test_an_extra_that_there_is_not_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(KaopingError) as refused:
        api.init(tmp_path / "甲市", extra=["contest", "技能比赛"])
    problem = only(refused.value.findings, "init.unknown_extra")
    assert "“技能比赛”" in problem.problem
    assert {"自评报告", "岗位练兵和技能竞赛", "培训记录"} <= set(re.split("[：、。]", problem.mend))
    assert not (tmp_path / "甲市").exists()


SHEETS = [kind for kind in CULTURE.kinds.values() if not kind.single and not kind.on_rubric]


@pytest.fixture(scope="module")
def examples_filled_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A unit in whose workbook every example was copied down, without its mark."""

    def copy_down(book: Any) -> None:
        for kind in SHEETS:
            sheet = book[kind.title]
            head, columns = heads(sheet)
            for column in columns.values():
                sheet.cell(head + 2, column).value = sheet.cell(head + 1, column).value
            key = sheet.cell(head + 2, 1)
            key.value = str(key.value).removeprefix(layout.EXAMPLE_MARK)

    return book_unit(tmp_path_factory.mktemp("examples") / "甲市", edit=copy_down, offered=CULTURE.kinds)


@pytest.fixture(scope="module")
def example_unit(examples_filled_in: Path) -> Assessment:
    return api.assess(examples_filled_in)


@pytest.mark.parametrize("kind", SHEETS, ids=lambda kind: kind.name)
def test_every_example_is_a_record_without_fault(example_unit: Assessment, kind: schema.Kind) -> None:
    """It is read, and nothing is wrong with it but that it is about another unit than the others."""
    wrong = {f.code for f in example_unit.findings if f.at.sheet == kind.title and not f.code.startswith("check.")}
    alone = Findings()
    cross_check(replace(example_unit.dossier, tables={kind.name: example_unit.dossier.tables[kind.name]}), alone)
    assert wrong | {f.code for f in alone} <= {
        "cell.corrected", "pages.no_file", "order.no_file", "evidence.missing",
        "evidence.registered_missing", "value.unknown_reference",
        "judgement.unknown_line", "decision.unconfirmed", "decision.not_needed", "indicator.unknown",
        "indicator.disagrees",
    }  # fmt: skip


def test_every_example_is_one_record(examples_filled_in: Path) -> None:
    tables = tables_of(examples_filled_in)
    assert {kind.name: tables[kind.name].rows for kind in SHEETS} == {kind.name: 1 for kind in SHEETS}


def test_check_then_says_what_to_fill_in_and_where(started: Path) -> None:
    findings = api.check(started)
    assert {f.code for f in findings} == {"value.missing"}
    told = " ".join(f.problem for f in findings)
    for title in ("单位名称", "级别", "地区"):
        assert title in told
    assert all(f.at.sheet == layout.UNIT_SHEET and f.at.cell for f in findings)


def test_filled_in_it_is_scored_and_nearly_everything_is_missing(started: Path) -> None:
    change(started, _fill_unit)
    assert found(started) == []
    card = api.assess(started).card
    assert (card.base.high, card.bonus.high) == (100, 0)
    assert sum(line.status is Status.MISSING for line in card.lines) > 30


def test_a_second_init_refuses_and_touches_nothing(started: Path) -> None:
    change(started, _fill_unit)
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in started.rglob("*") if path.is_file()}
    with pytest.raises(KaopingError) as refused:
        api.init(started)
    assert "台账.xlsx" in only(refused.value.findings, "init.exists").problem
    assert {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in started.rglob("*") if p.is_file()} == before


def test_a_folder_with_other_things_in_it_may_become_a_unit(tmp_path: Path) -> None:
    (tmp_path / "扫描件.pdf").write_bytes(b"%PDF-")
    api.init(tmp_path)
    assert (tmp_path / "扫描件.pdf").read_bytes() == b"%PDF-" and (tmp_path / layout.WORKBOOK).is_file()


def test_an_unknown_rubric_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(KaopingError) as refused:
        api.init(tmp_path / "甲市", "province-1999")
    assert "culture-2017" in only(refused.value.findings, "rubric.unknown").problem
    assert not (tmp_path / "甲市").exists()


def test_a_place_where_nothing_may_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, *args: object, **kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(KaopingError) as refused:
        api.init(tmp_path / "甲市")
    assert "没有写入权限" in only(refused.value.findings, "init.cannot_make").problem


# -- made anew -------------------------------------------------------------------------------------------------------


def test_made_anew_without_a_change_nothing_happens(started: Path) -> None:
    before = (started / layout.WORKBOOK).read_bytes()
    renewed = api.renew(started)
    assert renewed.kept is None and (started / layout.WORKBOOK).read_bytes() == before
    assert sorted(path.name for path in started.iterdir()) == ["台账.xlsx", "材料"]


def test_made_anew_it_keeps_what_was_filled_in_and_the_old_file(tmp_path: Path) -> None:
    folder = book_unit(tmp_path / "甲市", edit=lambda book: None, offered=CULTURE.kinds)
    old, records = (folder / layout.WORKBOOK).read_bytes(), {k: values(t) for k, t in tables_of(folder).items()}
    renewed = api.renew(folder)
    assert renewed.kept is not None and renewed.kept.read_bytes() == old
    assert {kind: values(table) for kind, table in tables_of(folder).items()} == records
    assert found(folder) == []


def _as_made_before(book: Any) -> None:
    """The workbook as an older version would have made it: another heading, a column since gone, one not yet there."""
    sheet, meta = book[sheet_of("training")], book[layout.META_SHEET]
    head, columns = heads(sheet)
    sheet.cell(head, columns["学时"]).value = "课时数"
    sheet.cell(head + 2, columns["学时"]).value = 16
    sheet.cell(head, columns["签到人数"]).value = "主讲人"
    sheet.cell(head + 2, columns["签到人数"]).value = "某教授"
    for row in list(meta.iter_rows()):
        if row[0].value == "training" and row[1].value == "hours":
            row[2].value = "课时数"
        if row[0].value == "training" and row[1].value == "signed":
            row[1].value, row[2].value = "speaker", "主讲人"
        if row[0].value == "training" and row[1].value == "mode":
            row[4].value = "面授"


def test_made_anew_for_newer_schemas_it_says_what_changed_and_loses_nothing(tmp_path: Path) -> None:
    folder = book_unit(tmp_path / "甲市", edit=_as_made_before, offered=CULTURE.kinds)
    renewed = api.renew(folder)
    told = "\n".join(renewed.changes)
    assert "“培训记录”的“课时数”改名为“学时”，填过的内容照搬。" in told
    assert "“培训记录”新增一栏“签到人数”。" in told
    assert "“培训记录”不再有“主讲人”一栏" in told
    assert "“培训记录”的“方式”可选项改为：线上、线下。" in told
    assert values(tables_of(folder)["training"])[0]["hours"] == "16"
    sheet = load_workbook(folder / layout.WORKBOOK)[sheet_of("training")]
    assert cell_at(sheet, "主讲人").value == "某教授"


def test_made_anew_with_what_is_asked_for_besides(started: Path) -> None:
    before = _visible(started)
    renewed = api.renew(started, extra=["contest"])
    assert set(_visible(started)) - set(before) == set(_titles(seam.wings()["contest"].kinds))
    assert any(change.startswith("新增工作表“技能竞赛”：") for change in renewed.changes)
    assert api.renew(started).kept is None, "what was asked for stays"


def test_a_sheet_that_is_filled_in_never_disappears(tmp_path: Path) -> None:
    """0.1.0 made a sheet for every kind; one of those that no line needs is filled in, one declared empty."""

    def of_before(book: Any) -> None:
        book[layout.META_SHEET]["A1"].value = _meta_sheet.FORM_ALL

    rows = {"contests.yaml": "- {id: JS, title: 技能竞赛, start: 2017-09-26}\n", "hotlines.yaml": "[]\n"}
    folder = book_unit(tmp_path / "甲市", rows, of_before, offered=CULTURE.kinds)
    renewed = api.renew(folder)
    assert set(_visible(folder)[3:]) == {*_titles(offered_kinds(RUBRIC)), "技能竞赛", "12318举报"}
    assert not [change for change in renewed.changes if "“技能竞赛”" in change or "“12318举报”" in change]
    assert values(tables_of(folder)["contest"]) == [{"id": "JS", "title": "技能竞赛", "start": "2017-09-26"}]
    assert tables_of(folder)["hotline"].rows == 0


def test_made_anew_for_another_rubric(tmp_path: Path) -> None:
    shutil.copytree(Path(__file__).parent / "data" / "packs", tmp_path / packs.FOLDER)
    folder = book_unit(
        tmp_path / "甲市", {"works.yaml": "- {id: W1, line: '20', title: 方案}\n"}, offered=CULTURE.kinds
    )
    renewed = api.renew(folder, "parks-2024")
    told = "\n".join(renewed.changes)
    assert "考评细则换成了“" in told and "parks-2024" not in told and "“20”在这个细则里没有" in told
    assert values(tables_of(folder)["work"]) == [{"id": "W1", "line": "20", "title": "方案"}]
    assert values(tables_of(folder)["unit"])[0]["rubric"] == "parks-2024"


def test_nothing_is_made_anew_where_the_old_can_not_be_read(started: Path) -> None:
    (started / layout.WORKBOOK).write_bytes(b"")
    with pytest.raises(KaopingError) as refused:
        api.renew(started)
    assert only(refused.value.findings, "sheet.empty_file")
    assert (started / layout.WORKBOOK).read_bytes() == b""


def test_nothing_is_made_anew_where_a_sheet_can_not_be_read(tmp_path: Path) -> None:
    folder = book_unit(
        tmp_path / "甲市", edit=lambda book: book[sheet_of("training")].delete_rows(3), offered=CULTURE.kinds
    )
    old = (folder / layout.WORKBOOK).read_bytes()
    with pytest.raises(KaopingError) as refused:
        api.renew(folder)
    assert only(refused.value.findings, "workbook.no_head")
    assert (folder / layout.WORKBOOK).read_bytes() == old


def test_a_folder_without_a_workbook_has_nothing_to_make_anew(tmp_path: Path) -> None:
    with pytest.raises(KaopingError) as refused:
        api.renew(tmp_path)
    assert only(refused.value.findings, "unit.missing")


def test_a_disk_that_refuses_leaves_the_old_workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = book_unit(tmp_path / "甲市", edit=lambda book: None, offered=CULTURE.kinds)
    old, real, calls = (folder / layout.WORKBOOK).read_bytes(), Path.replace, []

    def refuse_the_second(self: Path, target: Path) -> Path:
        calls.append(target)
        if len(calls) == 2:
            raise PermissionError(13, "Permission denied")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", refuse_the_second)
    with pytest.raises(KaopingError) as refused:
        api.renew(folder)
    assert "正被别的程序占用" in only(refused.value.findings, "workbook.not_written").problem
    assert [path.name for path in folder.iterdir() if path.is_file()] == [layout.WORKBOOK]
    assert (folder / layout.WORKBOOK).read_bytes() == old


def test_a_sheet_that_was_asked_for_stays_without_being_asked_for_again(tmp_path: Path) -> None:
    folder = tmp_path / "甲市"
    api.init(folder, extra=["12318举报"])
    assert api.renew(folder).kept is None
    assert "12318举报" in _visible(folder)
    assert "双随机抽查" not in _visible(folder)
    api.renew(folder, extra=["random_check"])
    assert {"12318举报", "双随机抽查"} <= set(_visible(folder))


def test_an_empty_sheet_that_nobody_asked_for_goes_and_that_is_told(tmp_path: Path) -> None:
    def of_before(book: Any) -> None:
        book[layout.META_SHEET]["A1"].value = _meta_sheet.FORM_ALL

    folder = book_unit(tmp_path / "甲市", edit=of_before, offered=CULTURE.kinds)
    renewed = api.renew(folder)
    assert _visible(folder)[3:] == _titles(offered_kinds(RUBRIC))
    (told,) = [change for change in renewed.changes if "“技能竞赛”" in change]
    assert "空着" in told and "kaoping init 单位文件夹 --update --with 技能竞赛" in told

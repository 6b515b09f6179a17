"""A new year that goes on from last year's folder: who is there goes on, what was counted begins anew."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from bench.scenes import scene
from click.testing import CliRunner
from kaoping.cli.main import cli

from kaoping import api
from kaoping.core import packs
from kaoping.core.errors import KaopingError
from packages import tree
from units import TRAINING, good_unit, small_unit

STAFF = "- {id: R1, name: 林晓岚, body: 甲市支队, on_duty: 是, credits: 86, qualified: 是}\n"
VENUES = "- {id: C1, name: 星河网络会所, category: 上网服务, operation: 在营, evidence: 场所/台账.pdf}\n"


@pytest.fixture
def before(tmp_path: Path) -> Path:
    unit = good_unit(tmp_path / "甲市2017", {"staff.yaml": STAFF, "venues.yaml": VENUES})
    (unit / "notice.yaml").write_text(
        "patterns: {piece: '{line}-{n}'}\ndue: {training-plan: {date: 2017-03-01}}\nanswers: {}\n", encoding="utf-8"
    )
    (unit / "模板").mkdir()
    (unit / "模板" / "说明.txt").write_text("自己的", encoding="utf-8")
    return unit


def test_people_and_places_go_on_and_what_was_counted_does_not(before: Path, tmp_path: Path) -> None:
    kept = tree(before)
    new = api.new_year(before, tmp_path / "甲市2018", 2018)
    assert tree(before) == kept, "last year's folder is read alone"
    dossier = api.assess(new.folder).dossier
    assert (dossier.unit["year"], dossier.unit["name"]) == (2018, api.assess(before).dossier.unit["name"])
    (person,), (venue,) = dossier.tables["staff"], dossier.tables["venue"]
    assert (person["id"], person["name"], person["on_duty"]) == ("R1", "林晓岚", True)
    assert (person["credits"], person["qualified"], venue["evidence"]) == (None, None, ())
    assert venue["name"] == "星河网络会所"
    assert "training" not in dossier.tables and not list((new.folder / "材料").iterdir())
    notice = (new.folder / "notice.yaml").read_text("utf-8")
    assert "{line}-{n}" in notice and "due" not in notice and "answers" not in notice
    assert (new.folder / "模板" / "说明.txt").read_text("utf-8") == "自己的"


def test_it_is_told_what_went_on_and_what_did_not(before: Path, tmp_path: Path) -> None:
    new = api.new_year(before, tmp_path / "甲市2018", 2018)
    told = {its.kind: (its.records, set(its.emptied)) for its in new.carried}
    assert told["执法人员"] == (1, {"学分", "培训达标"}) and told["经营单位"] == (1, {"佐证材料"})
    assert "考评年度" not in told["单位情况"][1]
    assert ("培训记录", 1) in new.left and new.settings == ("通知里的设置", "模板")
    ran = CliRunner().invoke(cli, ["new-year", str(before), str(tmp_path / "又一个"), "--year", "2018"])
    assert ran.exit_code == 0 and "带过来 执法人员 1 条；清空待填：学分、培训达标" in ran.output
    assert "从零记起：" in ran.output and "培训记录 1 条" in ran.output


@pytest.mark.slow
def test_records_of_a_workbook_and_of_a_ledger_go_on_too(tmp_path: Path) -> None:
    before = tmp_path / "甲市2017"
    api.copy_sample(before, "city-2017-workbook")
    new = api.new_year(before, tmp_path / "甲市2018", 2018)
    was, now = api.assess(before).dossier, api.assess(new.folder).dossier
    for kind in ("venue", "staff", "county"):
        assert [its["id"] for its in now.tables[kind]] == [its["id"] for its in was.tables[kind]]
        assert [its["name"] for its in now.tables[kind]] == [its["name"] for its in was.tables[kind]]
    assert "case" not in now.tables and "inspection" not in now.tables


def test_nothing_is_made_where_it_can_t_be_whole(before: Path, tmp_path: Path) -> None:
    (before / "records" / "staff.yaml").write_text("- id: [\n", encoding="utf-8")
    with pytest.raises(KaopingError):
        api.new_year(before, tmp_path / "新", 2018)
    assert not (tmp_path / "新").exists()
    (before / "records" / "staff.yaml").write_text(STAFF, encoding="utf-8")
    for target in (before, small_unit(tmp_path / "乙市")):
        there = tree(target)
        with pytest.raises(KaopingError):
            api.new_year(before, target, 2018)
        assert tree(target) == there
    with pytest.raises(KaopingError):
        api.new_year(tmp_path / "nowhere", tmp_path / "新", 2018)
    (tmp_path / "别的").mkdir()
    (tmp_path / "别的" / "文件.txt").touch()
    with pytest.raises(KaopingError):
        api.new_year(before, tmp_path / "别的", 2018)


def test_a_pack_of_the_unit_s_own_goes_on(before: Path, tmp_path: Path) -> None:
    source = packs.named("culture-2017").folder
    shutil.copytree(source, before / "规则包" / "culture-2017")
    new = api.new_year(before, tmp_path / "甲市2018", 2018)
    assert (new.folder / "规则包" / "culture-2017" / "pack.yaml").is_file() and "规则包" in new.settings


def test_no_kind_carries_what_is_counted() -> None:
    """Numbers, days and evidence are of their year: only who, where and what kind of thing goes on."""
    carried = {
        (kind.name, name): kind.field(name)
        for place in packs.known(None)
        for kind in packs.named(place.id).kinds.values()
        for name in kind.carried
    }
    assert carried
    for (kind, name), field in carried.items():
        assert field is not None and field.type in ("string", "boolean") and name != "evidence", (kind, name)
        assert not field.is_day and not field.unit, (kind, name)


def test_what_was_said_of_last_years_ledgers_goes_on_and_no_ledger_does(before: Path, tmp_path: Path) -> None:
    head = "编号,班的叫法,开班日期,怎样办,范围,主办,以案施训\n"
    ledger = tmp_path / "培训.csv"
    ledger.write_text(head + "L1,甲班,2017-05-02,手把手,全市,市级,是\n", encoding="utf-8")
    columns = {"班的叫法": "title", "怎样办": "mode"}
    asked = api.Request(ledger, "training", columns, {"mode": {"手把手": "线下"}})
    api.carry_out(api.preview(before, asked))
    new = api.new_year(before, tmp_path / "甲市2018", 2018)
    assert "导入台账时怎样对列、对词" in new.settings
    assert [path.name for path in (new.folder / "外部台账").iterdir()] == ["导入登记.yaml"]
    assert not api.imported(new.folder)
    assert "培训.csv" not in (new.folder / "外部台账" / "导入登记.yaml").read_text("utf-8")
    assert "training" not in api.assess(new.folder).dossier.tables
    again = api.preview(new.folder, api.Request(ledger, "training"))
    assert not again.open_columns and not again.open_words and not again.refused
    assert api.new_year(new.folder, tmp_path / "甲市2019", 2019).settings[1] == "导入台账时怎样对列、对词"


# -- last year's photos -----------------------------------------------------------------------------------------------


@pytest.fixture
def with_photo(tmp_path: Path) -> Path:
    """Last year's unit, whose training has a photo that nobody has looked at yet."""
    unit = good_unit(tmp_path / "甲市2017", {"trainings.yaml": TRAINING + "  evidence: 会场.jpg\n"})
    scene(5, 1, size=(480, 360)).save(unit / "材料/会场.jpg")
    return unit


def _this_year(before: Path, folder: Path, moment: int = 1) -> Path:
    """Make the next year's folder, with a training whose photo is last year's, cut and saved anew, or another."""
    api.new_year(before, folder, 2018)
    api.export(folder, folder.with_name("导出"), "yaml")
    shutil.copytree(folder.with_name("导出") / "records", folder / "records")
    (folder / "台账.xlsx").unlink()
    text = TRAINING.replace("2017-05-16", "2018-05-16") + "  evidence: 新会场.jpg\n"
    (folder / "records/trainings.yaml").write_text(text, encoding="utf-8")
    photo = scene(5, moment, size=(480, 360), still=moment > 1).crop((20, 10, 470, 350))
    photo.save(folder / "材料/新会场.jpg", quality=60)
    return folder


def _checked(unit: Path) -> list[api.Finding]:
    return [its for its in api.check(unit) if its.code.startswith("evidence.last_year")]


def test_a_photo_of_last_year_is_told_where_it_is_handed_in_again(with_photo: Path, tmp_path: Path) -> None:
    kept = tree(with_photo)
    unit = _this_year(with_photo, tmp_path / "甲市2018")
    assert tree(with_photo) == kept
    (finding,) = _checked(unit)
    assert finding.code == "evidence.last_years_photo" and str(finding.at).endswith("材料/新会场.jpg")
    assert (
        "今年的“新会场.jpg”（培训记录 P01，2018-05-16）和2017年度的“会场.jpg”（培训记录 P01，2017-05-16）"
        in finding.problem
    )
    file = unit / "去年的照片.json"
    for damaged in (b"{", b"[]", b"\xff", file.read_bytes().replace(b'"look": "', b'"look": "!!'), b'{"year": 1}'):
        file.write_bytes(damaged)
        assert [its.code for its in _checked(unit)] == ["evidence.last_year_unread"], damaged[:20]
    file.unlink()
    assert _checked(unit) == []


def test_another_photo_of_the_same_room_is_not_last_years(with_photo: Path, tmp_path: Path) -> None:
    assert _checked(_this_year(with_photo, tmp_path / "甲市2018", moment=2)) == []


def test_photos_that_can_t_be_looked_at_keep_no_year_from_beginning(
    with_photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kaoping.pipeline.folder.carry_photos", full)
    new = api.new_year(with_photo, tmp_path / "甲市2018", 2018)
    assert [its.code for its in new.findings] == ["init.photos_left"] and (new.folder / "台账.xlsx").is_file()
    (with_photo / "材料/会场.txt").write_text("机密★10年\n", encoding="utf-8")
    monkeypatch.undo()
    new = api.new_year(with_photo, tmp_path / "又一个", 2018)
    assert [its.code for its in new.findings] == ["init.photos_left"] and not (new.folder / "去年的照片.json").exists()

"""The roll-up (汇总): what a unit takes of the packages that its subordinates handed up, and what it does not."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from kaoping import api
from kaoping.core import packs
from kaoping.core.findings import Finding
from kaoping.core.model import DRAFT
from kaoping.pipeline import contract
from kaoping.pipeline._intake import Intake, without_evidence
from kaoping.pipeline._origins import manifest_entry
from kaoping.pipeline.assessment import Assessment, assess_intake
from rollups import FOLDER, ROLLUP, TOWNS, lay_out_district, lay_out_pack, lay_out_town, matter, packed, records_of
from rollups import repacked as _repacked
from units import only

ALL = ("东屏镇", "云渚乡", "和平乡")
Repack = Callable[..., Path]
_TOTALS = {name: {"points": "0"} for name in ("base", "bonus", "deduction", "total")}


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of one town, from which those of others are made."""
    folder = tmp_path_factory.mktemp("towns")
    lay_out_pack(folder)
    return packed(lay_out_town(folder / "东屏镇", "东屏镇"), folder / "包")


@pytest.fixture
def district(tmp_path: Path) -> Path:
    """The district's folder, without any package."""
    lay_out_pack(tmp_path)
    return lay_out_district(tmp_path / "澜川区")


@pytest.fixture
def hand_up(origin: Path, district: Path) -> Repack:
    """Hand up the package of a town: its records changed by keyword, its manifest by ``over``."""

    def put(region: str, name: str = "", over: dict[str, Any] | None = None, **kinds: Any) -> Path:
        records = records_of(origin)
        records["region"], records["unit"] = region, f"{region}办公室"
        for entry in records["records"]["matter"]:
            entry["values"] |= {"title": f"{region[0]}事1", "doc_no": f"{region[0]}办〔2017〕1号"}
        for kind, entries in kinds.items():
            if entries is None:
                del records["records"][kind]
            else:
                records["records"][kind] = entries
        target = district / FOLDER / (name or region)
        facts = {"unit": f"{region}办公室", "form": "报送稿", "lines": [], "totals": _TOTALS}
        return _repacked(origin, target, records, **{**facts, **(over or {})})

    return put


def _entry(id_: str, **values: str | None) -> dict[str, Any]:
    return {"id": id_, "lines": ["1"], "pieces": [], "values": {"level": "本级", **values}}


def _station(word: str) -> list[dict[str, Any]]:
    return [{"id": "T", "lines": [], "pieces": [], "values": {"station": word}}]


def _write(district: Path, stem: str, text: str) -> None:
    (district / "records" / f"{stem}.yaml").write_text(text, encoding="utf-8")


def _assessed(intake: Intake) -> Assessment:
    return assess_intake(intake, DRAFT)


def _range(a: Assessment, line: str) -> tuple[str, str]:
    its = a.card.line(line)
    return str(its.low), str(its.high)


def _codes(findings: Sequence[Finding]) -> list[str]:
    return [its.code for its in findings if its.code.startswith("rollup.")]


def test_three_towns_become_records_of_the_district(district: Path, hand_up: Repack) -> None:
    before = _assessed(without_evidence(district))
    for region in ALL:
        hand_up(region)
    a = _assessed(without_evidence(district))
    assert (_range(before, "1"), _range(a, "1")) == (("0", "0"), ("3", "3"))
    assert before.card.line("2").status == "undecided" and _range(a, "2") == ("2", "2")
    assert _codes(list(a.findings)) == []
    table = a.dossier.tables["matter"]
    assert table.ids == ["S1", "东屏镇 S1", "云渚乡 S1", "和平乡 S1"]
    assert table.columns["level"] == ["本级", "乡镇", "乡镇", "乡镇"]
    assert table.record(1)["town"] == "东屏镇"


def test_every_figure_leads_to_the_package_and_its_record(district: Path, hand_up: Repack) -> None:
    for region in ALL:
        hand_up(region, matter=[_entry("S1", title="事", doc_no=f"{region}1号", done="2017-05-08")
                                | {"pieces": ["一-1-01（第3页）"]}])  # fmt: skip
    a = _assessed(without_evidence(district))
    assert "其中东屏镇的取自它的考评包：事项S1（第1项，佐证一-1-01（第3页））" in a.card.line("1").because
    assert "其中云渚乡的取自它的考评包：单位情况T（没有佐证）" in a.card.line("2").because
    assert not any("单位情况" in text for text in a.card.line("1").because)
    records = contract.scorecard(a.card, {}, a.origins)["lines"][0]["records"]
    (source,) = next(its["from"] for its in records if its["id"] == "东屏镇 S1")
    assert (source["package"], source["kind"], source["record"]) == (f"{FOLDER}/东屏镇", "事项", "S1")
    assert "from" not in next(its for its in records if its["id"] == "S1")
    place = a.dossier.tables["matter"].record(1).place("done")
    assert (place.file, place.path) == (f"{FOLDER}/东屏镇/data/上报记录.json", "S1.done")
    entry = manifest_entry(a)
    assert entry is not None and [its["region"] for its in entry["units"]] == sorted(ALL)
    assert contract.scorecard(a.card, {}, a.origins)["lines"][0]["records"][0] == {
        "kind": "matter", "id": "S1", "counted": True
    }  # fmt: skip


def test_what_the_district_wrote_stands_and_the_difference_is_told(district: Path, hand_up: Repack) -> None:
    _write(district, "towns", TOWNS.replace("东屏镇}", "东屏镇, station: 否}"))
    there = matter(2, "东", ", town: 东屏镇, done: 2017-06-09", level="乡镇").replace("〔2017〕2号", "（2017） 1 号")
    _write(district, "matters", matter(1, "澜") + there)
    for region in ALL:
        hand_up(region)
    a = _assessed(without_evidence(district))
    told = [its for its in a.findings if its.code == "rollup.contradicts"]
    assert [str(its.at).split(" ")[0] for its in told] == ["records/towns.yaml", "records/matters.yaml"]
    assert "本单位写的是“否”，东屏镇写的是“是”" in told[0].problem
    assert "办结日期本单位写的是“2017-06-09”，东屏镇写的是“2017-05-08”" in told[1].problem
    assert "东屏镇 S1" not in a.dossier.tables["matter"].ids and len(a.dossier.tables["matter"]) == 4
    assert _range(a, "2") == ("0", "0")


def test_the_same_record_in_both_counts_once(district: Path, hand_up: Repack) -> None:
    there = matter(1, "东", ", town: 东屏镇", level="乡镇").replace("id: S1", "id: S9")
    _write(district, "matters", matter(1, "澜") + there)
    for region in ALL:
        hand_up(region)
    a = _assessed(without_evidence(district))
    assert len(a.dossier.tables["matter"]) == 4 and _codes(list(a.findings)) == []


@pytest.mark.parametrize(
    ("more", "doubted"),
    [
        (", town: 东屏镇, doc_no: ", True),  # without its number
        (", doc_no: ", True),  # nor is written whose it is
        (", town: 东屏镇, doc_no: 东办〔2017〕01号", True),  # all the same but for the number
        (", town: 云渚乡, doc_no: ", False),
    ],
)
def test_what_may_be_the_same_counts_perhaps(district: Path, hand_up: Repack, more: str, doubted: bool) -> None:
    _write(district, "matters", matter(1, "东", more, level="乡镇"))
    hand_up("东屏镇")
    a = _assessed(without_evidence(district))
    assert _codes(list(a.findings)) == ["rollup.lacking", *["rollup.perhaps_twice"] * doubted]
    assert _range(a, "1") == (("0", "1") if doubted else ("1", "1"))


def test_a_record_about_several_towns_is_not_set_against_one_of_them(district: Path, hand_up: Repack) -> None:
    rules = ROLLUP.replace("same: [doc_no]", "same: [town]")
    lay_out_pack(district.parent, rules)
    _write(district, "matters", matter(1, "澜", ", town: 东屏镇、云渚乡", level="乡镇"))
    for region in ALL:
        hand_up(region)
    a = _assessed(without_evidence(district))
    assert a.dossier.tables["matter"].ids == ["S1", "和平乡 S1"]
    assert _codes(list(a.findings)) == ["rollup.not_compared"] * 2


def test_what_a_town_leaves_open_stays_open(district: Path, hand_up: Repack) -> None:
    hand_up("东屏镇", unit=_station("不用建"), matter=None)
    hand_up("云渚乡", matter=[_entry("S1", title="事", doc_no="1号", done="2017-05-08") | {"doubt": "可能写了两次"}])
    hand_up("和平乡", matter=[{**_entry("S1", title="事", doc_no="2号", done="2017-05-08", level=None)}])
    a = _assessed(without_evidence(district))
    assert "写的是“不用建”" in only(a.findings, "rollup.no_word").problem
    assert "没有“事项”" in only(a.findings, "rollup.silent").problem
    assert a.card.line("2").status == "undecided"
    assert _range(a, "1") == ("0", "1")
    assert [why for _, why in a.dossier.tables["matter"].standing.values()] == [
        "可能写了两次", "和平乡没有写明它的层级"
    ]  # fmt: skip


def test_the_districts_silence_is_not_made_a_zero(district: Path, hand_up: Repack) -> None:
    (district / "records" / "matters.yaml").unlink()
    hand_up("东屏镇")
    intake = without_evidence(district)
    assert "rollup.no_records_above" in _codes(list(intake.findings))
    assert "matter" not in intake.dossier.tables
    _write(district, "matters", "[]\n")
    assert without_evidence(district).dossier.tables["matter"].ids == ["东屏镇 S1"]


def test_towns_that_lack_and_drafts_are_told(district: Path, hand_up: Repack) -> None:
    hand_up("东屏镇", over={"form": "送审稿"})
    findings = without_evidence(district).findings
    assert _codes(findings.sorted()) == ["rollup.lacking", "rollup.draft"]
    assert "云渚乡、和平乡" in only(findings, "rollup.lacking").problem


@pytest.mark.parametrize(
    ("over", "kinds", "code"),
    [
        ({"year": 2016}, {}, "rollup.other_rubric"),
        ({"pack": {"id": "other-2017"}}, {}, "rollup.other_rubric"),
        ({"supplement": True}, {}, "rollup.supplement"),
        ({"unit": "别的办公室"}, {}, "rollup.misshapen"),
        ({}, {"matter": [{"id": "S1"}]}, "rollup.misshapen"),
        ({}, {"matter": [_entry("S1") | {"values": {"level": 1}}]}, "rollup.misshapen"),
    ],
)
def test_a_package_that_can_t_be_taken(
    district: Path, hand_up: Repack, over: dict[str, Any], kinds: dict[str, Any], code: str
) -> None:
    hand_up("东屏镇", over=over, **kinds)
    intake = without_evidence(district)
    finding = only(intake.findings, code)
    assert finding.severity == "error" and finding.at.file.startswith(f"{FOLDER}/东屏镇")
    assert intake.dossier.tables["matter"].ids == ["S1"] and not intake.origins


def test_packages_that_are_none_of_the_towns_or_damaged(district: Path, hand_up: Repack, origin: Path) -> None:
    hand_up("东屏镇", "一")
    hand_up("东屏镇", "二/成果/报送稿")
    hand_up("别乡")
    damaged = hand_up("云渚乡") / "data" / "上报记录.json"
    damaged.write_bytes(damaged.read_bytes().replace(b"2017-05-08", b"2017-05-09"))
    _repacked(origin, district / FOLDER / "和平乡", None)
    (district / FOLDER / "东屏镇.zip").write_bytes(b"PK")
    (district / FOLDER / "Thumbs.db").write_bytes(b"")
    intake = without_evidence(district)
    assert sorted(_codes(list(intake.findings))) == [
        "rollup.lacking", "rollup.no_package", "rollup.no_records", "rollup.not_listed", "rollup.twice",
        "rollup.unsound",
    ]  # fmt: skip
    assert "上报记录.json" in only(intake.findings, "rollup.unsound").problem
    assert intake.dossier.tables["matter"].ids == ["S1"] and not intake.origins


def test_without_a_list_or_without_rules_nothing_is_taken(district: Path, hand_up: Repack) -> None:
    hand_up("东屏镇")
    _write(district, "towns", "[]\n")
    intake = without_evidence(district)
    assert _codes(list(intake.findings)) == ["rollup.no_list"]
    assert intake.dossier.tables["matter"].ids == ["S1"]
    (district.parent / "规则包" / "towns-2017" / "rollup.yaml").unlink()
    assert _codes(list(without_evidence(district).findings)) == ["rollup.no_rules"]


def test_who_has_nothing_of_it_hears_nothing_of_it(district: Path) -> None:
    a = _assessed(without_evidence(district))
    assert manifest_entry(a) is None and _codes(list(a.findings)) == []
    assert "from" not in str(contract.scorecard(a.card, {}, a.origins))
    pack = district.parent / "规则包" / "towns-2017"
    digest = packs.find("towns-2017", district).digest()
    (pack / "rollup.yaml").unlink()
    assert packs.find("towns-2017", district).digest() == digest


def test_a_package_carries_what_is_asked_for_and_no_more(origin: Path) -> None:
    records = records_of(origin)["records"]
    assert {kind: [set(its["values"]) for its in entries] for kind, entries in records.items()} == {
        "unit": [{"station"}],
        "matter": [{"level", "title", "doc_no", "filed", "done"}],
    }
    assert records["matter"][0]["lines"] == ["1"]


@pytest.mark.parametrize(
    ("change", "path", "expected"),
    [
        (("from: matter", "from: mater"), "take[2].from", "没有“mater”这种记录"),
        (("copy: [title,", "copy: [titel,"), "take[2].copy[1]", "没有字段“titel”"),
        (("where: {level: 本级}", "where: {level: 市级}"), "take[2].where.level", "只能是：本级、乡镇"),
        (("  same: [doc_no]\n", ""), "take[2]", "没有写 same"),
        (("不用建", "不用建"), "", ""),
        (("在建: 否", "在造: 否"), "take[1].turn.station.values.在造", "只能是：建成、在建、不用建"),
        (('"1": 全区办结4件以上的得3分', '"1": 办结的都得3分'), "take[2].lines", "原文里没有"),
    ],
)
def test_rules_that_are_wrong_are_told_with_their_place(
    tmp_path: Path, change: tuple[str, str], path: str, expected: str
) -> None:
    lay_out_pack(tmp_path, ROLLUP.replace(*change))
    told = [its for its in api.check_pack("towns-2017", tmp_path) if its.at.file.endswith("rollup.yaml")]
    assert [(its.code, its.at.path) for its in told] == ([("pack.expected", path)] if path else [])
    assert all(expected in its.problem and its.at.line for its in told)


def test_a_line_that_the_rubric_has_not(tmp_path: Path) -> None:
    lay_out_pack(tmp_path, ROLLUP.replace('"1": 全区', '"9": 全区'))
    told = [its.code for its in api.check_pack("towns-2017", tmp_path) if its.at.file.endswith("rollup.yaml")]
    assert told == ["pack.no_line"]


def test_the_notice_says_yes_or_no(tmp_path: Path) -> None:
    lay_out_pack(tmp_path)
    town = lay_out_town(tmp_path / "东屏镇", "东屏镇")
    (town / "notice.yaml").write_text("records: 都要\n", encoding="utf-8")
    with pytest.raises(api.KaopingError) as refused:
        without_evidence(town)
    assert only(refused.value.findings, "notice.misshapen").at.path == "records"


def test_a_page_that_asks_again_sees_a_package_that_came(district: Path, hand_up: Repack) -> None:
    with api.Session(district, cache=False) as session:
        before = session.assess()
        hand_up("东屏镇")
        after = session.assess()
        again = session.assess()
        shutil.rmtree(district / FOLDER)
        assert session.assess().dossier.tables["matter"].ids == before.dossier.tables["matter"].ids == ["S1"]
    assert after.dossier.tables["matter"].ids == ["S1", "东屏镇 S1"]
    assert again.dossier.tables["matter"] is after.dossier.tables["matter"]

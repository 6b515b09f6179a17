"""From the unit's folder to a dossier: what clerks and their computers write must be understood."""

from __future__ import annotations

import unicodedata
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from culture import CULTURE
from kaoping import api
from kaoping.core import resources, schema
from kaoping.core.model import Dossier, Unreadable
from kaoping.evidence.store import open_store
from kaoping.pipeline._intake import take_in
from kaoping.records import validate
from units import PROOF, TRAINING, found, good_unit, only

TYPE = "type: 通知"


def _unit(tmp_path: Path, **records: str) -> Path:
    return good_unit(tmp_path / "甲市", {f"{name}.yaml": text for name, text in records.items()})


def _dossier(folder: Path) -> Dossier:
    with open_store() as store:
        return take_in(folder, store).dossier


# -- evidence paths --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "培训/通知.pdf",
        "培训\\通知.pdf",
        "材料/培训/通知.pdf",
        "材料\\培训\\通知.pdf",
        "./培训/通知.pdf",
        "/材料/培训/通知.pdf",
        "培训/通知.pdf；",
        " 培训/通知.pdf ; ",
        "[培训/通知.pdf]",
        "\n  - 培训/通知.pdf",
        '"培训/通知.pdf"',
    ],
)
def test_a_path_is_found_however_it_is_written(tmp_path: Path, written: str) -> None:
    folder = _unit(tmp_path, trainings=f"{TRAINING}  evidence: {written}\n")
    assert found(folder) == []
    assert _dossier(folder).records("training")[0].evidence == ("培训/通知.pdf",)


@pytest.mark.parametrize(("on_disk", "in_record"), [("NFD", "NFC"), ("NFC", "NFD"), ("NFD", "NFD")])
def test_a_name_from_a_mac_matches_what_was_typed(tmp_path: Path, on_disk: str, in_record: str) -> None:
    name = "培训/Café がんばれ 通知.pdf"
    form = {"NFC": unicodedata.normalize("NFC", name), "NFD": unicodedata.normalize("NFD", name)}
    folder = _unit(tmp_path, trainings=f"{TRAINING}  evidence: {form[in_record]}\n")
    (folder / "材料/培训/通知.pdf").rename(folder / "材料" / form[on_disk])
    assert found(folder) == []
    assert list(_dossier(folder).evidence) == [form["NFC"]]


@pytest.mark.parametrize(
    "joined", ["培训/通知.pdf；培训/手册.pdf", "培训/通知.pdf; 培训/手册.pdf", "[培训/通知.pdf, 培训/手册.pdf]"]
)
def test_several_files_prove_one_record(tmp_path: Path, joined: str) -> None:
    folder = _unit(tmp_path, trainings=f"{TRAINING}  evidence: {joined}\n")
    (folder / "材料/培训/手册.pdf").write_bytes((folder / "材料/培训/通知.pdf").read_bytes() + b"\n% another")
    assert found(folder) == []
    assert _dossier(folder).records("training")[0].evidence == ("培训/通知.pdf", "培训/手册.pdf")


@given(st.text("培训/\\. é", max_size=20))
def test_a_path_made_a_key_stays_that_key(path: str) -> None:
    key = validate.nfc(path)
    assert validate.nfc(key) == validate.nfc(f"材料/{path}") == key
    assert not key.startswith("/") and "\\" not in key


def test_a_file_takes_its_type_from_the_register_before_the_record(tmp_path: Path) -> None:
    register = (
        f"- path: 培训\\通知.pdf\n  {TYPE.replace('通知', '照片')}\n  title: 培训现场\n  doc_no: 甲文〔2017〕1号\n"
    )
    evidence = _dossier(_unit(tmp_path, evidence=register)).evidence["培训/通知.pdf"]
    assert (evidence.type, evidence.title, evidence.doc_no) == ("photo", "培训现场", "甲文〔2017〕1号")


def test_a_file_nobody_registered_takes_its_records_type(tmp_path: Path) -> None:
    evidence = _dossier(_unit(tmp_path)).evidence["培训/通知.pdf"]
    assert (evidence.type, evidence.title, evidence.proves) == ("notice", "通知", True)


@pytest.mark.parametrize(
    ("records", "title"),
    [
        ({"reform_items": "- {id: G1, item: 办公用房, state: 已完成, evidence: IMG_2017.jpg}\n"},
         "〔办公用房佐证材料〕"),
        ({"meetings": "- {id: H01, title: 综治会议, topic: 其他, date: 2017-03-05, evidence: IMG_2017.jpg}\n"},
         "〔综治会议佐证材料〕"),
        ({"establishment_changes": "- {id: Z1, level: 县级, county: 甲区, added: 5, nature: 新增执法编制, "
          "date: 2017-06-02, evidence: IMG_2017.jpg}\n"}, "〔编制增加佐证材料〕"),
    ],
)  # fmt: skip
def test_a_camera_s_name_is_no_title_nor_is_a_record_s_number(
    tmp_path: Path, records: dict[str, str], title: str
) -> None:
    folder = _unit(tmp_path, **records)
    (folder / "材料/IMG_2017.jpg").write_bytes((folder / "材料/培训/通知.pdf").read_bytes())
    assert _dossier(folder).evidence["IMG_2017.jpg"].title == title


def test_a_missing_file_that_is_also_registered_is_told_once(tmp_path: Path) -> None:
    register = "- path: 培训/签到表.pdf\n  type: 签到表\n"
    folder = _unit(tmp_path, trainings=f"{TRAINING}  evidence: 培训/通知.pdf；培训/签到表.pdf\n", evidence=register)
    assert found(folder) == [("evidence.missing", "records/trainings.yaml 第8行 （[1].evidence）")]


@pytest.mark.parametrize(
    ("written", "paths"),
    [
        ("培训/通知.PDF", ["培训/通知.pdf"]),  # Windows knows no capitals
        ("培训/通知", ["培训/通知.pdf"]),  # and hides the ending
        ("通知.pdf", ["培训/通知.pdf"]),
        ("培训/通知.pdf、培训/手册.pdf", ["培训/通知.pdf", "培训/手册.pdf"]),
        ("培训/通知.pdf，手册", ["培训/通知.pdf", "培训/手册.pdf"]),
        ("培训／通知．ＰＤＦ", ["培训/通知.pdf"]),  # full width
        ("《通知》", ["培训/通知.pdf"]),
        ("通 知", ["培训/通知.pdf"]),
        (r"培训\手册.PDF", ["培训/手册.pdf"]),
        (r"D:\考评\材料\培训\手册.pdf", ["培训/手册.pdf"]),
        ("培训", ["培训/手册.pdf", "培训/通知.pdf"]),  # all of a folder
    ],
)
def test_a_file_is_known_however_people_name_it(tmp_path: Path, written: str, paths: list[str]) -> None:
    folder = _unit(tmp_path, trainings=f"{TRAINING}  evidence: '{written}'\n")
    (folder / "材料/培训/手册.pdf").write_bytes((folder / "材料/培训/通知.pdf").read_bytes())
    told = only(api.check(folder), "evidence.meant")
    assert written.replace("\\", "/") in told.problem
    assert list(_dossier(folder).records("training")[0].evidence) == paths


@pytest.mark.parametrize("written", ["见附件", "通知.pdf", "培训/通知.pdf、培训/签到表.pdf"])
def test_a_name_that_may_mean_several_files_or_none_stays_missing(tmp_path: Path, written: str) -> None:
    folder = _unit(tmp_path, trainings=f"{TRAINING}  evidence: {written}\n")
    (folder / "材料/另一处").mkdir()
    (folder / "材料/另一处/通知.pdf").write_bytes((folder / "材料/培训/通知.pdf").read_bytes())
    assert written in only(api.check(folder), "evidence.missing").problem


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("/etc/passwd", "说佐证材料在“/etc/passwd”，但那不在“材料”文件夹里。"),
        ("D:\\考评\\通知.pdf", "说佐证材料在“D:\\考评\\通知.pdf”，但那不在“材料”文件夹里。"),
        ("\\\\服务器\\考评\\表.pdf", "说佐证材料在“\\\\服务器\\考评\\表.pdf”，但那不在“材料”文件夹里。"),
        ("培训/~$签到表.docx", "说佐证材料在“培训/~$签到表.docx”，但它是程序开着文件或下载时留下的临时文件"),
        ("案卷/7号.docx", "说佐证材料在“案卷/7号.docx”，但材料文件夹里没有这个文件。"),
        ("培训/通如.pdf", "但材料文件夹里没有这个文件；最像的是“培训/通知.pdf”。"),
        ("通知.doc", "但材料文件夹里没有这个文件；最像的是“培训/通知.pdf”。"),
        ("手册", "但材料文件夹里没有这个文件；可以这样称呼的有2个：“培训/手册.docx”、“手册.pdf”，写明是哪一个。"),
        ("培训/通知.pdf、手册", "可以这样称呼的有2个：“培训/手册.docx”、“手册.pdf”，写明是哪一个。"),
    ],
)
def test_why_a_file_is_not_there_is_said(tmp_path: Path, written: str, why: str) -> None:
    folder = _unit(tmp_path, trainings=f"{TRAINING}  evidence: '{written}'\n")
    (folder / "材料/培训/~$签到表.docx").write_bytes(b"lock")
    for name in ("手册.pdf", "培训/手册.docx"):
        (folder / "材料" / name).write_bytes((folder / "材料/培训/通知.pdf").read_bytes())
    assert why in only(api.check(folder), "evidence.missing").problem


def test_a_file_is_registered_under_the_name_that_people_give_it(tmp_path: Path) -> None:
    evidence = _dossier(_unit(tmp_path, evidence="- {path: 通知.PDF, type: 照片, title: 培训现场}\n")).evidence
    assert evidence["培训/通知.pdf"].title == "培训现场"


@pytest.mark.parametrize("written", ["第20项", "20）", "２０"])
def test_a_line_is_known_however_people_number_it(tmp_path: Path, written: str) -> None:
    works = f"- {{id: W1, line: '{written}', title: 评定方案, evidence: 培训/通知.pdf}}\n"
    assert "judgement.unknown_line" not in {code for code, _ in found(_unit(tmp_path, works=works))}
    assert _dossier(tmp_path / "甲市").records("work")[0]["line"] == "20"


def test_a_unit_without_a_materials_folder(tmp_path: Path) -> None:
    folder = _unit(tmp_path)
    (folder / "材料/培训/通知.pdf").unlink()
    (folder / "材料/培训").rmdir()
    (folder / "材料").rmdir()
    assert [code for code, _ in found(folder)] == ["evidence.missing"]


def test_the_type_names_a_clerk_may_choose_are_the_types_there_are() -> None:
    field = CULTURE.kinds["evidence"].field("type")
    assert field is not None
    assert list(field.options) == [type_.title for type_ in CULTURE.evidence_types.values()]
    named = {kind.evidence_type for kind in CULTURE.kinds.values()} - {""}
    assert named <= set(CULTURE.evidence_types)


# -- record files ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_what_notepad_saves_is_read_without_a_word(tmp_path: Path, encoding: str, newline: str) -> None:
    folder = _unit(tmp_path)
    text = (TRAINING + PROOF).replace("\n", newline)
    (folder / "records/trainings.yaml").write_bytes(text.encode(encoding))
    assert found(folder) == []
    assert _dossier(folder).records("training")[0]["mode"] == "线下"


def test_an_old_notepad_is_read_with_a_note_and_counts(tmp_path: Path) -> None:
    folder = _unit(tmp_path)
    (folder / "records/trainings.yaml").write_bytes((TRAINING + PROOF).encode("gbk"))
    findings = api.check(folder)
    assert only(findings, "yaml.gbk").severity == "note" and not findings.errors
    assert _dossier(folder).records("training")[0]["title"] == "全市业务培训班"


@pytest.mark.parametrize("text", ["", "# 还没有填\n", "---\n"])
def test_an_empty_file_says_nothing_and_an_empty_list_says_none(tmp_path: Path, text: str) -> None:
    """Nobody recorded a county: unknown. There is none: known. The rules treat the two differently."""
    assert _dossier(_unit(tmp_path / "1", counties=text)).table("county") is None
    table = _dossier(_unit(tmp_path / "2", counties="[]\n")).table("county")
    assert table is not None and len(table) == 0


def test_files_that_programs_leave_behind_are_passed_over(tmp_path: Path) -> None:
    folder = _unit(tmp_path)
    for name in ("~$台账.xlsx", ".trainings.yaml.swp"):
        (folder / "records" / name).write_bytes(b"\0")
    assert found(folder) == []


def test_a_cell_that_can_not_be_typed_is_neither_empty_nor_a_value(tmp_path: Path) -> None:
    folder = _unit(tmp_path, trainings=TRAINING.replace("线下", "面授") + PROOF)
    (record,) = _dossier(folder).records("training")
    assert record["mode"] == Unreadable("面授") and record["title"] == "全市业务培训班"


def _line_10(folder: Path) -> tuple[int, int]:
    line = api.assess(folder).card.line("10")
    return int(line.low), int(line.high)


def test_a_record_of_another_year_counts_for_nobody(tmp_path: Path) -> None:
    second = TRAINING.replace("P01", "P02")
    assert _line_10(_unit(tmp_path / "a", trainings=TRAINING + PROOF + second + PROOF)) == (2, 2)
    assert _line_10(_unit(tmp_path / "b", trainings=TRAINING + PROOF + second.replace("2017", "2016") + PROOF)) == (
        1,
        1,
    )


def test_a_record_whose_date_can_not_be_read_counts_perhaps(tmp_path: Path) -> None:
    second = TRAINING.replace("P01", "P02").replace("2017-", "2017.")
    assert _line_10(_unit(tmp_path, trainings=TRAINING + PROOF + second + PROOF)) == (1, 2)


def test_a_record_written_twice_counts_perhaps_twice(tmp_path: Path) -> None:
    assert _line_10(_unit(tmp_path, trainings=(TRAINING + PROOF) * 2)) == (1, 2)


def test_two_records_of_one_id_both_stay(tmp_path: Path) -> None:
    folder = _unit(tmp_path, trainings=(TRAINING + PROOF) * 2)
    assert len(_dossier(folder).records("training")) == 2


def test_a_wrong_shape_of_a_required_cell_is_one_mistake_not_two(tmp_path: Path) -> None:
    folder = _unit(tmp_path, trainings=TRAINING.replace("线下", "{现场: 是}") + PROOF)
    assert found(folder) == [("record.not_a_scalar", "records/trainings.yaml 第4行 （[1].mode）")]


def test_a_large_ledger_repeats_its_values_and_is_read_all_the_same(tmp_path: Path) -> None:
    rows = "".join(TRAINING.replace("P01", f"P{n:04}").replace("业务", f"第{n}期") for n in range(500)) + PROOF
    folder = _unit(tmp_path, trainings=rows)
    assert found(folder) == []
    assert {record["mode"] for record in _dossier(folder).records("training")} == {"线下"}


# -- single values ---------------------------------------------------------------------------------------------------


def _field(kind: str, name: str) -> schema.Field:
    field = CULTURE.kinds[kind].field(name)
    assert field is not None
    return field


@pytest.mark.parametrize(("text", "value"), [("16", 16), ("0.5", Fraction(1, 2)), ("50%", Fraction(1, 2)), ("", None)])
def test_numbers_are_exact(text: str, value: Fraction | None) -> None:
    assert _field("indicator", "numerator").parse(text) == value


@pytest.mark.parametrize("text", ["1e9", "十六", "１６", "1_0", "16学时", "nan", "-1", "1/0", "9" * 5000])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(schema.CellError):
        _field("indicator", "numerator").parse(text)


@pytest.mark.parametrize("text", ["2017-5-6", "2017/05/06", "２０１７-05-06", "2017-05-06 09:00", "5月6日"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(schema.CellError, match="2017-03-05"):
        _field("training", "date").parse(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [("2017-02-29", "2017年2月没有29日"), ("2017-11-31", "2017年11月没有31日"), ("2017-13-01", "没有13月")],
)
def test_a_day_that_there_is_not_is_named(text: str, why: str) -> None:
    with pytest.raises(schema.CellError, match=why):
        _field("training", "date").parse(text)


@pytest.mark.parametrize(
    ("text", "why"), [("2017-13", "一年里没有13月"), *((its, "2017-03") for its in ("2017-3", "２０１７-03", "201703"))]
)
def test_what_is_no_month_is_refused(text: str, why: str) -> None:
    with pytest.raises(schema.CellError, match=why):
        _field("monthly_report", "month").parse(text)


def test_limits_are_told_in_plain_numbers() -> None:
    with pytest.raises(schema.CellError, match="不应大于2100"):
        _field("unit", "year").parse("2999")


def test_every_reference_between_kinds_names_a_kind() -> None:
    for kind in CULTURE.kinds.values():
        assert kind.field(kind.key) is not None
        for key in kind.foreign:
            assert key.kind in CULTURE.kinds and kind.field(key.field) is not None


def test_no_record_file_is_left_out_of_the_order() -> None:
    folders = (resources.schema("records"), resources.schema("engine"), CULTURE.folder / "records")
    assert {path.stem for folder in folders for path in folder.glob("*.yaml")} == set(CULTURE.kinds)


# -- what people call it ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("called", ["training-qualified", "培训达标比例"])
def test_an_indicator_is_known_by_its_name(tmp_path: Path, called: str) -> None:
    indicator = f"- {{id: {called}, name: 达标, numerator: 114, denominator: 120, source: 系统, as_of: 2017-12-10}}\n"
    folder = good_unit(tmp_path / "甲市", {"indicators.yaml": indicator})
    assert [code for code, _ in found(folder)] == []
    uses = [use for line in api.assess(folder).card.lines for use in line.uses if use.kind == "indicator"]
    assert {use.id for use in uses} == {"training-qualified"}


def test_an_indicator_by_its_name_and_its_id_is_not_made_one(tmp_path: Path) -> None:
    rest = "name: 达标, numerator: 114, denominator: 120, source: 系统, as_of: 2017-12-10"
    twice = f"- {{id: training-qualified, {rest}}}\n- {{id: 培训达标比例, {rest}}}\n"
    folder = good_unit(tmp_path / "甲市", {"indicators.yaml": twice})
    assert [code for code, _ in found(folder)] == ["indicator.unknown"]


@pytest.mark.parametrize("part", ["Ⅲ", "III", "iii", "三", "3", "市场秩序", "Ⅲ 市场秩序", "三、市场秩序", "第三部分"])
def test_a_section_is_known_however_it_is_numbered(tmp_path: Path, part: str) -> None:
    text = f"- {{id: S1, document: 自评报告, topic: 下一步打算, part: {part}, text: 落实暗访}}\n"
    text += "- {id: S2, document: 巡视整改进展情况, topic: 总体情况, part: 三, text: 立行立改}\n"
    folder = good_unit(tmp_path / "甲市", {"statements.yaml": text})
    assert [its["part"] for its in api.assess(folder).dossier.records("statement")] == ["Ⅲ", "三"]

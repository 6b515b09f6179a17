"""Records entered, changed and taken out: in the workbook and in records/*.yaml, all of a write or nothing of it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from culture import CULTURE
from kaoping.core.errors import KaopingError
from kaoping.core.model import Location
from kaoping.records import layout
from kaoping.records._yaml_list import YamlList
from kaoping.records.entry import Change, Recorded, Register
from test_patch import members
from units import TRAINING, good_unit, only
from workbooks import book_unit, cell_at, change, heads, sheet_of, tables_of, values

OLD = "以前的台账"
MORE = "".join(
    f"- id: P0{n}\n  title: 第{n}期\n  date: 2017-0{n}-11\n  mode: 线下\n  scope: 全市\n  host: 市级\n" for n in (2, 3)
)
FILE = "trainings.yaml"


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """A unit with a workbook and three trainings in it."""
    return book_unit(tmp_path / "甲市", {FILE: TRAINING + MORE}, offered=["judgement", "evidence"])


def register(folder: Path, kind: str = "training", prefix: str = "P", waits: bool = False) -> Register:
    return Register(folder, CULTURE.kinds, CULTURE.kinds[kind], prefix, "", waits)


def place(folder: Path, id_: str, kind: str = "training") -> Location:
    table = tables_of(folder)[kind]
    return table.place(list(table.columns[CULTURE.kinds[kind].key]).index(id_), "")


def altered(folder: Path, id_: str, kind: str = "training", **fields: str) -> Recorded:
    return register(folder, kind).change([Change(id_, place(folder, id_, kind), fields)])


def said(folder: Path, kind: str = "training") -> dict[str, dict[str, object]]:
    return {str(its["id"]): its for its in values(tables_of(folder)[kind])}


def refusal(folder: Path, code: str, **fields: str) -> str:
    before = (folder / layout.WORKBOOK).read_bytes()
    with pytest.raises(KaopingError) as refused:
        altered(folder, "P02", **fields)
    assert (folder / layout.WORKBOOK).read_bytes() == before
    return only(refused.value.findings, code).problem


# -- in the workbook -------------------------------------------------------------------------------------------------


def test_fields_of_a_record_say_something_else_and_nothing_else_does(unit: Path) -> None:
    before, raw = said(unit), (unit / layout.WORKBOOK).read_bytes()
    done = altered(unit, "P02", title="第二期（补）", date="2017-06-01", people="42")
    changed = {"title": "第二期（补）", "date": "2017-06-01", "people": "42"}
    assert said(unit) == {**before, "P02": {**before["P02"], **changed}}
    assert done.earlier is not None and done.earlier.parent == unit / OLD and done.earlier.read_bytes() == raw
    old, now = members(raw), members((unit / layout.WORKBOOK).read_bytes())
    assert list(old) == list(now) and len([name for name in old if old[name] != now[name]]) == 1
    sheet = sheet_of("training")
    assert f"{cell_at(_book(unit)[sheet], '日期', 2).value:%Y-%m-%d}" == "2017-06-01"
    assert cell_at(_book(unit)[sheet], "参训人数", 2).value == 42


def test_a_field_is_emptied(unit: Path) -> None:
    altered(unit, "P02", host="")
    assert "host" not in said(unit)["P02"]


def test_many_records_change_in_one_write(unit: Path) -> None:
    places = [(id_, place(unit, id_)) for id_ in ("P01", "P02", "P03")]
    done = register(unit).change([Change(id_, at, {"title": f"改{id_}"}) for id_, at in places])
    assert [said(unit)[id_]["title"] for id_, _ in places] == ["改P01", "改P02", "改P03"]
    assert done.ids == ("P01", "P02", "P03") and len(list((unit / OLD).iterdir())) == 1


def test_many_records_are_added_in_one_write(unit: Path) -> None:
    rows = [{"title": f"新{n}", "date": "2017-09-01", "mode": "线下", "scope": "全市"} for n in range(3)]
    done = register(unit).enter_all({"P01", "P02", "P03"}, [*rows[:2], {**rows[2], "id": "P77"}])
    assert done.ids == ("P04", "P05", "P77") and len(list((unit / OLD).iterdir())) == 1
    assert list(said(unit)) == ["P01", "P02", "P03", "P04", "P05", "P77"] and said(unit)["P77"]["title"] == "新2"


def test_the_units_own_facts_change(unit: Path) -> None:
    at = tables_of(unit)["unit"].place(0, "")
    id_ = str(tables_of(unit)["unit"].columns["id"][0])
    register(unit, "unit").change([Change(id_, at, {"signer": "李四", "submit_date": "2017-12-20"})])
    (now,) = values(tables_of(unit)["unit"])
    assert now["signer"] == "李四" and now["submit_date"] == "2017-12-20"


def test_a_judgement_stands_beside_its_line(unit: Path) -> None:
    of_lines = register(unit, "judgement", "PD")
    wanted = {"line": "22", "choice": "有特色", "reason": "两项", "who": "党组", "when": "2017-12-01"}
    done = of_lines.enter(set(), wanted)
    assert done.places[0].sheet == layout.RUBRIC_SHEET and not (unit / "records").exists()
    assert said(unit, "judgement") == {"PD01": {"id": "PD01", **wanted}}
    altered(unit, "PD01", "judgement", choice="无特色", reason="")
    now = {name: text for name, text in wanted.items() if name != "reason"}
    assert said(unit, "judgement")["PD01"] == {"id": "PD01", **now, "choice": "无特色"}
    with pytest.raises(KaopingError) as refused:
        of_lines.enter({"PD01"}, wanted)
    assert only(refused.value.findings, "entry.line_taken") and not (unit / "records").exists()
    of_lines.take_out([("PD01", done.places[0])])
    assert "judgement" not in tables_of(unit) and cell_at(_book(unit)[layout.RUBRIC_SHEET], "考评项").value


# -- what would change more than was asked for -----------------------------------------------------------------------


def _merged(sheet: Any) -> None:
    column = heads(sheet)[1]["方式"]
    sheet.merge_cells(
        start_row=heads(sheet)[0] + 3, end_row=heads(sheet)[0] + 4, start_column=column, end_column=column
    )


def test_a_cell_that_several_records_share_is_left_alone(unit: Path) -> None:
    change(unit, lambda book: _merged(book[sheet_of("training")]))
    assert "几行并成" in refusal(unit, "entry.not_changed", mode="线上")


def test_a_cell_that_the_next_record_repeats_is_left_alone(unit: Path) -> None:
    change(unit, lambda book: setattr(cell_at(book[sheet_of("training")], "方式", 3), "value", "同上"))
    assert "别的记录也会跟着变" in refusal(unit, "entry.not_changed", mode="线上")


def test_a_record_that_would_be_none_any_more_is_left_alone(unit: Path) -> None:
    assert "不再是一条记录" in refusal(unit, "entry.not_changed", id="合计")


def test_a_formula_is_left_alone(unit: Path) -> None:
    change(unit, lambda book: setattr(cell_at(book[sheet_of("training")], "参训人数", 2), "value", "=1+1"))
    assert "公式" in refusal(unit, "entry.not_changed", people="3")


def test_a_record_that_is_not_there_any_more_is_left_alone(unit: Path) -> None:
    at = place(unit, "P02")
    change(unit, lambda book: book[sheet_of("training")].delete_rows(heads(book[sheet_of("training")])[0] + 2))
    with pytest.raises(KaopingError) as refused:
        register(unit).change([Change("P02", at, {"title": "别的"})])
    assert "不是“P02”" in only(refused.value.findings, "entry.not_changed").problem
    with pytest.raises(KaopingError) as refused:
        register(unit).take_out([("P02", at)])
    assert "不是“P02”" in only(refused.value.findings, "entry.not_undone").problem


def test_a_record_of_a_ledger_is_not_changed(unit: Path) -> None:
    with pytest.raises(KaopingError) as refused:
        register(unit).change([Change("A1", Location("外部台账/执法.csv", line=3), {"title": "别的"})])
    assert "导入" in only(refused.value.findings, "entry.in_ledger").problem


def test_a_new_record_waits_for_a_workbook_that_is_open_where_it_is_asked_to(unit: Path) -> None:
    (unit / "~$台账.xlsx").write_bytes(b"")
    with pytest.raises(KaopingError) as refused:
        register(unit, waits=True).enter({"P01"}, {"title": "新"})
    assert "打开着" in only(refused.value.findings, "entry.held").problem and not (unit / "records").exists()
    assert "打开着" in refusal(unit, "entry.not_changed", title="新")


# -- in records/*.yaml -----------------------------------------------------------------------------------------------

TEXT = """\
# 培训，张三记
- id: P01   # 第一期
  title: 培训班  # 名称
  date: 2017-05-16
  mode: >
    线下

# 下面是第二期
- {id: P02, title: 第二期, date: 2017-06-01}
- title: "第三期"
  id: P03
  evidence:
    - 培训/通知.pdf   # 通知
    - 培训/签到.jpg
  people:
# 完
"""


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    return good_unit(tmp_path / "甲市", {FILE: TEXT})


@pytest.mark.parametrize(
    ("id_", "fields", "before", "after"),
    [
        ("P01", {"title": "新班"}, "  title: 培训班  # 名称", '  title: "新班"  # 名称'),
        ("P01", {"title": ""}, "  title: 培训班  # 名称", "  title:  # 名称"),
        ("P01", {"mode": "线上"}, "  mode: >\n    线下\n", '  mode: "线上"\n'),
        ("P01", {"scope": "全市"}, "  mode: >\n    线下\n", '  mode: >\n    线下\n  scope: "全市"\n'),
        ("P02", {"title": "二", "mode": "线上"}, "title: 第二期, date: 2017-06-01}",
         'title: "二", date: 2017-06-01, mode: "线上"}'),
        ("P03", {"evidence": "a.pdf；b.pdf"}, "\n    - 培训/通知.pdf   # 通知\n    - 培训/签到.jpg\n",
         ' "a.pdf；b.pdf"\n'),
        ("P03", {"people": "12"}, "  people:\n", '  people: "12"\n'),
        ("P03", {"title": "一\n二"}, '"第三期"', '"一\\n二"'),
        ("P03", {"host": ""}, "", ""),
    ],
)  # fmt: skip
def test_its_entries_change_and_no_other_letter(
    listed: Path, id_: str, fields: Mapping[str, str], before: str, after: str
) -> None:
    path = listed / "records" / FILE
    was = said(listed)
    altered(listed, id_, **fields)
    assert TEXT.count(before) == 1 or not before
    assert path.read_text("utf-8") == TEXT.replace(before, after)
    now = {**was[id_], **{name: text for name, text in fields.items() if text}}
    for name in [name for name, text in fields.items() if not text]:
        now.pop(name, None)
    assert said(listed) == {**was, id_: now}
    (kept,) = (listed / OLD).iterdir()
    assert kept.read_text("utf-8") == TEXT and kept.name.startswith("trainings ")


def test_the_units_own_file_changes(listed: Path) -> None:
    at = tables_of(listed)["unit"].place(0, "")
    before = (listed / "records" / "unit.yaml").read_text("utf-8")
    register(listed, "unit").change([Change("", at, {"signer": "李四"})])
    now = (listed / "records" / "unit.yaml").read_text("utf-8")
    assert now != before and values(tables_of(listed)["unit"])[0]["signer"] == "李四"


def test_several_change_go_and_come_in_one_text(listed: Path) -> None:
    kept = YamlList.read(listed / "records" / FILE, Location(FILE), CULTURE.kinds["training"])
    lines = {item.mapping()["id"].text(): item.at.line for item in kept.items}
    kept.change(lines["P01"], "P01", {"title": "一"})
    kept.take_out(lines["P02"], "P02")
    kept.change(lines["P03"], "P03", {"title": "三", "host": "市级"})
    kept.add("P9", {"title": "九"})
    data = kept.written()
    assert data is not None
    read = {its["id"]: its for its in yaml.safe_load(data)}
    assert list(read) == ["P01", "P03", "P9"] and read["P01"]["title"] == "一" and read["P03"]["host"] == "市级"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "- {id: P01, title: 甲}\n- {id: P02, title: 乙}".replace("\n- ", ", ").replace("- {", "[{", 1) + "]\n",
            "同一行",
        ),
        ("- &a {id: P01, title: 甲}\n- id: P02\n  <<: *a\n", "互相引用"),
    ],
)
def test_a_text_that_can_t_be_changed_field_by_field_is_left_alone(tmp_path: Path, text: str, why: str) -> None:
    folder = good_unit(tmp_path / "甲市", {FILE: text})
    with pytest.raises(KaopingError) as refused:
        altered(folder, "P02", title="丙")
    assert why in only(refused.value.findings, "entry.file_unfit").problem
    assert (folder / "records" / FILE).read_text("utf-8") == text


WORDS = st.text("ab甲乙：:#-\"'{}[],&*!|>%@`\\ \n\t是否0123", min_size=1, max_size=12).filter(lambda text: text.strip())
FIELDS = ["title", "date", "mode", "scope", "people", "evidence"]


@given(
    st.lists(st.dictionaries(st.sampled_from(FIELDS), WORDS, min_size=1), min_size=1, max_size=4),
    st.dictionaries(st.sampled_from(FIELDS), WORDS | st.just(""), min_size=1),
    st.booleans(),
    st.integers(0, 3),
)
def test_whatever_stands_there_one_record_changes(
    tmp_path_factory: pytest.TempPathFactory, records: list[dict[str, str]], wanted: dict[str, str], flow: bool, at: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    whole = [{"id": f"P{n}", **its} for n, its in enumerate(records)]
    path.write_text(yaml.safe_dump(whole, allow_unicode=True, default_flow_style=flow, sort_keys=False), "utf-8")
    kept = YamlList.read(path, Location("any.yaml"), CULTURE.kinds["training"])
    if flow:  # PyYAML writes a list of this style on as few lines as it can
        return
    at = min(at, len(whole) - 1)
    kept.change(kept.items[at].at.line, f"P{at}", wanted)
    data = kept.written()
    assert data is not None
    now = YamlList.read(_written(path, data), Location("any.yaml"), CULTURE.kinds["training"])
    meant = {**whole[at], **{name: text or None for name, text in wanted.items() if text or name in whole[at]}}
    assert [item.plain() for item in now.items] == [*whole[:at], meant, *whole[at + 1 :]]


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@given(st.dictionaries(st.sampled_from(["title", "mode", "host", "evidence"]), WORDS | st.just(""), min_size=1))
def test_whatever_is_written_into_the_workbook_reads_back_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory, wanted: dict[str, str]
) -> None:
    folder = tmp_path_factory.mktemp("u") / "甲市"
    book_unit(folder, {FILE: TRAINING + MORE})
    before, raw = said(folder), (folder / layout.WORKBOOK).read_bytes()
    try:
        altered(folder, "P02", **wanted)
    except KaopingError:
        assert (folder / layout.WORKBOOK).read_bytes() == raw
        return
    now = said(folder)
    assert {id_: its for id_, its in now.items() if id_ != "P02"} == {i: r for i, r in before.items() if i != "P02"}
    for name in before["P02"].keys() | wanted:
        text = wanted.get(name, str(before["P02"].get(name, "")))
        assert "".join(str(now["P02"].get(name, "")).split()) == "".join(text.split())


# -- earlier versions ------------------------------------------------------------------------------------------------


def test_the_last_ten_versions_of_a_file_are_kept(unit: Path) -> None:
    theirs = unit / OLD / "台账 2016-01-01 080000.xlsx"
    theirs.parent.mkdir()
    theirs.write_bytes(b"somebody's")
    for n in range(12):
        altered(unit, "P02", title=f"改{n}")
    kept = sorted(path.name for path in theirs.parent.iterdir() if path != theirs)
    assert theirs.read_bytes() == b"somebody's" and len(kept) == 10


def test_a_version_that_somebody_changed_is_nobody_elses_to_remove(unit: Path) -> None:
    altered(unit, "P02", title="改")
    (first,) = (unit / OLD).iterdir()
    first.write_bytes(b"noted in it")
    os.utime(first, (1, 1))
    for n in range(12):
        altered(unit, "P02", title=f"改{n}")
    assert first.read_bytes() == b"noted in it" and len(list((unit / OLD).iterdir())) == 11


def test_where_the_second_of_two_files_can_t_be_written_the_first_is_as_it_was(
    unit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(unit).enter({"P01", "P02", "P03"}, {"title": "在台账里"})
    (unit / "records").mkdir()
    (unit / "records" / FILE).write_text("- id: P50\n  title: 在文件里\n", encoding="utf-8")
    before, real = (unit / layout.WORKBOOK).read_bytes(), Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if target.name == FILE:
            raise PermissionError(13, "Permission denied")
        return real(self, target)

    kept = len(list((unit / OLD).iterdir()))
    monkeypatch.setattr(Path, "replace", refuse)
    changes = [Change(id_, place(unit, id_), {"title": "新"}) for id_ in ("P02", "P50")]
    with pytest.raises(KaopingError) as refused:
        register(unit).change(changes)
    assert only(refused.value.findings, "entry.not_changed")
    assert (unit / layout.WORKBOOK).read_bytes() == before and len(list((unit / OLD).iterdir())) == kept
    assert (unit / "records" / FILE).read_text("utf-8") == "- id: P50\n  title: 在文件里\n"
    monkeypatch.undo()
    register(unit).change(changes)
    assert said(unit)["P02"]["title"] == said(unit)["P50"]["title"] == "新"


def _book(folder: Path) -> Any:
    from openpyxl import load_workbook

    return load_workbook(folder / layout.WORKBOOK)

"""What an extending pack may take over of the one below, what it may not, and what a pack takes of the common stock."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl import load_workbook

from kaoping import api
from kaoping.core import packs
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Finding
from kaoping.core.packs import Pack
from kaoping.documents import documents_of
from kaoping.records import layout
from kaoping.rubric.load import load
from kaoping.rubric.nodes import Rubric
from units import only
from workbooks import heads

DATA = Path(__file__).parent / "data" / "packs"
Files = dict[str, Any]


def line(id_: str, basis: str = "以通知为依据", points: str = "1", **more: Any) -> Files:
    """A line that counts trainings; its cells may span."""
    said = f"做了第{id_}件的得1分"
    tiers = {
        "measure": {"count": "training", "as": "培训", "unit": "场"},
        "steps": [{"at_least": 1, "points": 1, "text": said}, {"equals": 0, "points": 0}],
    }
    row = {"content": f"第{id_}件", "basis": basis, "points": points, "standard": said}
    return {"line": id_, "title": f"第{id_}件事", "of": 1, "row": row, "rule": {"tiers": tiers}} | more


def rubric(*lines: Files, **more: Any) -> Files:
    section = {"id": "一", "title": "培训", "heading": "一、培训", "role": "bonus", "lines": list(lines)}
    return {"title": "2017年细则", "sections": [section]} | more


def asking(*names: str) -> Files:
    """Open questions."""
    return {"questions": {name: {"ask": "哪个？", "options": {"线上": "线上", "线下": "线下"}} for name in names}}


BASE: Files = {
    "pack.yaml": {"id": "base-2017", "title": "2017年考评", "year": 2017, "levels": ["市级"], "kinds": ["training"]},
    "rubric.yaml": rubric(line("1"), line("2", ""), line("3", "", ""), line("4")),
    "notice.yaml": {
        "title": "2017年通知",
        "due": {"plan": {"title": "报计划", "date": "2017-03-01", "lines": ["1"]}, "early": {"title": "早报"}},
        "files": {"sheet": "自评表"},
    },
}  # fmt: skip
OVER: Files = {"pack.yaml": {"id": "over-2018", "title": "2018年考评", "year": 2018, "extends": "base-2017"}}


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Path]:
    """Write packs into one folder, each file by what it holds; returns the folder of the last one."""

    def write(*described: Files) -> Path:
        for files in described:
            folder = tmp_path / packs.FOLDER / files["pack.yaml"]["id"]
            for name, content in files.items():
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
        return folder

    return write


def over(**files: Any) -> Files:
    """The extending pack, with more in its pack.yaml (``pack``), its lines, its notice, its kinds."""
    made = OVER | {"pack.yaml": OVER["pack.yaml"] | files.pop("pack", {})}
    if "lines" in files:
        made["rubric.yaml"] = {"sections": [{"id": "一", "lines": files.pop("lines")}]}
    return made | {f"{name.replace('__', '/')}.yaml": content for name, content in files.items()}


def pack_of(folder: Path) -> Pack:
    return packs.at(folder)


def rubric_of(folder: Path) -> Rubric:
    return load(pack_of(folder))


def refused(folder: Path) -> list[Finding]:
    """What keeps the pack from being used."""
    try:
        rubric = rubric_of(folder)
        documents_of(rubric.pack)
    except KaopingError as error:
        return error.findings
    return []


# ---------------------------------------------------------------- merged cells


@pytest.mark.parametrize(
    ("lines", "pack", "told"),
    [
        ([], {"drop": {"lines": ["1"]}}, [("2", "依据", "没有了"), ("3", "依据", "没有了")]),
        ([line("1+", after="1")], {}, [("2", "依据", "成了第1+项"), ("3", "依据", "成了第1+项")]),
        ([line("2+", points="", after="2")], {}, [("3", "依据", "成了第2+项")]),
        ([line("2", after="4")], {}, [("3", "分值", "成了第1项")]),
        ([], {"drop": {"lines": ["2"]}}, [("3", "分值", "成了第1项")]),
        ([line("2", "", "")], {}, [("3", "分值", "成了第1项")]),
    ],
    ids=["dropped above", "put between", "put between, spanning itself", "moved away", "dropped", "spans now itself"],
)
def test_a_merged_cell_does_not_pass_to_another_line(
    made: Callable[..., Path], lines: list[Files], pack: Files, told: list[tuple[str, str, str]]
) -> None:
    found = refused(made(BASE, over(lines=lines, pack=pack)))
    assert [finding.code for finding in found] == ["pack.spanning_cell"] * len(told)
    for finding, (id_, cell, now) in zip(found, told, strict=True):
        assert f"第{id_}项的“{cell}”格" in finding.problem and now in finding.problem, finding.problem


@pytest.mark.parametrize(
    ("lines", "pack"),
    [
        ([line("2+", "", after="2"), line("3", "", "1")], {}),  # 3 is written anew
        ([line("2", "", "1", title="改了")], {}),
        ([line("3+", after="3"), line("5")], {}),
        ([line("2", "以照片为依据"), line("3", "", "")], {}),
        ([line("2", ""), line("3", "")], {"drop": {"lines": ["1"], "due": ["plan"]}}),
        ([], {"drop": {"lines": ["3", "4"]}}),
    ],
)
def test_a_line_that_the_extension_wrote_spans_as_it_stands_there(
    made: Callable[..., Path], lines: list[Files], pack: Files
) -> None:
    assert refused(made(BASE, over(lines=lines, pack=pack))) == []


# ---------------------------------------------------------------- what names a year


def test_dates_and_answers_of_another_year_are_not_taken_over(made: Callable[..., Path]) -> None:
    base = BASE | {
        "rubric.yaml": BASE["rubric.yaml"] | asking("which"),
        "notice.yaml": BASE["notice.yaml"] | {"answers": {"which": "线上"}},
    }
    same = rubric_of(made(base, over(pack={"id": "same-2017", "year": 2017}))).notice
    assert same.due == {"plan": date(2017, 3, 1)} and same.answers == {"which": "线上"}
    other = rubric_of(made(base, over())).notice
    assert (other.due, other.answers) == ({}, {}) and other.due_titles == {"plan": "报计划", "early": "早报"}
    assert other.get("files.sheet") == "自评表"


def test_an_entry_of_the_notice_is_replaced_whole_or_dropped(made: Callable[..., Path]) -> None:
    written = {"due": {"plan": {"title": "报计划", "date": None}, "late": {"title": "晚报", "date": "2017-12-01"}}}
    same = {"id": "same-2017", "year": 2017}
    notice = rubric_of(made(BASE, over(pack=same, notice=written))).notice
    assert notice.due == {"late": date(2017, 12, 1)} and notice.due_lines("plan") == ()
    notice = rubric_of(made(BASE, over(pack={"id": "less-2017", "year": 2017, "drop": {"due": ["plan"]}}))).notice
    assert list(notice.due_titles) == ["early"]


def test_a_line_does_not_count_by_the_dates_of_another_year(made: Callable[..., Path]) -> None:
    dated = line("1")
    dated["rule"]["tiers"]["measure"]["where"] = {"date": {"by": "2017-12-05"}}
    base = BASE | {"rubric.yaml": rubric(dated)}
    (finding,) = refused(made(base, over()))
    assert (finding.code, finding.at.file) == ("pack.old_date", "base-2017/rubric.yaml")
    assert refused(made(base, over(pack={"id": "same-2017", "year": 2017}))) == []
    assert refused(made(base, over(lines=[line("1")]))) == []


def test_words_that_name_another_year_are_told(made: Callable[..., Path]) -> None:
    said = line("1", basis="以2017年的通知为依据")
    base = BASE | {"rubric.yaml": rubric(said)}
    finding = only(api.check_pack(str(made(base, over()))), "pack.other_year")
    assert "第1项" in finding.problem and "2017年" in finding.problem
    assert not [f for f in api.check_pack(str(made(base, over(lines=[said])))) if f.code == "pack.other_year"]


def test_a_rubric_is_not_called_by_the_name_of_another(made: Callable[..., Path]) -> None:
    named = BASE | {
        "pack.yaml": BASE["pack.yaml"] | {"also": ["old-name"]},
        "rubric.yaml": BASE["rubric.yaml"] | {"id": "old-name", "year": 2017},
    }
    assert rubric_of(made(named)).id == "old-name"
    other = rubric_of(made(named, over()))
    assert (other.id, other.year, other.title) == ("over-2018", 2018, "2018年考评")
    (finding,) = refused(made(named, over(pack={"title": ""})))
    assert finding.code == "pack.expected" and "title" in finding.problem
    (finding,) = refused(made(named, over(rubric={"id": "anything", "title": "细则", "sections": []})))
    assert finding.code == "rubric.expected" and "over-2018" in finding.problem


def test_examples_speak_of_the_packs_own_year(made: Callable[..., Path]) -> None:
    kinds = pack_of(made(BASE | {"pack.yaml": BASE["pack.yaml"] | {"year": 2031}})).kinds
    assert (kinds["training"].example or {})["date"] == "2031-05-16"
    assert (kinds["unit"].example or {})["year"] == "2031" and (kinds["unit"].example or {})["rubric"] == "base-2017"


# ---------------------------------------------------------------- the common stock


def test_a_pack_drops_what_it_does_not_need_of_the_common_stock(made: Callable[..., Path]) -> None:
    pack = BASE["pack.yaml"] | {
        "kinds": ["training", "establishment"],
        "drop": {
            "fields": ["training.scope", "establishment.county"],
            "checks": ["training_signed"],
            "evidence_types": ["medal"],
        },
    }
    folder = made(BASE | {"pack.yaml": pack})
    its = pack_of(folder)
    assert its.kinds["training"].field("scope") is None and its.kinds["establishment"].foreign == ()
    assert "medal" not in its.evidence_types
    kept = its.kinds["evidence"].field("type")
    assert kept is not None and "奖牌、奖杯" not in kept.options and "奖牌" not in kept.words
    assert not [f for f in api.check_pack(str(folder)) if "training_signed" in f.problem]


@pytest.mark.parametrize(
    ("drop", "id_"),
    [
        ({"fields": ["training.no_such"]}, "training.no_such"),
        ({"fields": ["no_such.field"]}, "no_such.field"),
        ({"checks": ["no_such"]}, "no_such"),
        ({"documents": ["no-such"]}, "no-such"),
        ({"lines": ["99"]}, "99"),
        ({"due": ["no-such"]}, "no-such"),
    ],
)
def test_what_is_dropped_and_not_there_is_told_once(made: Callable[..., Path], drop: Files, id_: str) -> None:
    for described in ([BASE | {"pack.yaml": BASE["pack.yaml"] | {"drop": drop}}], [BASE, over(pack={"drop": drop})]):
        found = list(api.check_pack(str(made(*described))))
        assert f"“{id_}”" in only(found, "pack.missing_id").problem


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"pack": {"drop": {"fields": ["judgement.choice"]}}}, "程序要用"),
        ({"records__unit": {"fields": [{"name": "year", "title": "年", "type": "string"}]}}, "程序要用"),
        ({"records__indicator": {"x-title": "指标", "x-file": "i.yaml", "x-purpose": "数", "primaryKey": "no",
                                 "fields": [{"name": "no", "title": "号", "type": "string"}]}}, "程序要用"),
        ({"records__training": {"fields": [{"name": "mode", "title": "方式", "type": "string",
                                            "x-values": {"线上": ["网上"]}}]}}, "x-values"),
        ({"evidence_types": {"own": {"title": "通知"}}}, "“通知”"),
    ],
)  # fmt: skip
def test_what_the_engine_or_a_reader_would_stumble_over_is_told(
    made: Callable[..., Path], change: Files, told: str
) -> None:
    found = refused(made(BASE, over(**change)))
    assert {finding.code for finding in found} == {"pack.expected"}
    assert all(told in finding.problem for finding in found)


def test_an_example_of_an_earlier_version_is_no_record_even_without_its_mark(tmp_path: Path) -> None:
    """A workbook that 0.1.0 made, whose clerk took the 例： away."""
    folder = tmp_path / "unit"
    api.init(folder)
    book = load_workbook(folder / layout.WORKBOOK)
    sheet = book["培训记录"]
    top, columns = heads(sheet)
    sheet.cell(top + 1, columns["编号"]).value = "P01"
    sheet.cell(top + 1, columns["名称"]).value = "全市文化市场综合执法业务培训班"
    book.save(folder / layout.WORKBOOK)
    _facts(folder, level="设区市")
    assert "training" not in api.assess(folder).dossier.tables
    assert len(api.assess(folder).dossier.records("training")) == 0


# ---------------------------------------------------------------- what names something that is not there


def counting(question: str) -> Files:
    """Facts that ask an open question."""
    measure = {"count": "training", "where": {"mode": {"answer": question}}, "as": "培训"}
    return {"facts": {"n": {"title": "数", "measure": measure}}}


def document(**more: Any) -> Files:
    return {"name": "总结", "genre": "报告", "template": "pledge.docx", "facts": {}} | more


@pytest.mark.parametrize(
    ("written", "code", "told"),
    [
        (document(framework="no-such"), "rubric.expected", "policies"),
        (document(wing="contest"), "rubric.expected", "wings"),
        (document(lines=["1", "98", "99"]), "pack.no_line", "98、99"),
        (document(**counting("gone")), "rubric.expected", "gone"),
    ],
)  # fmt: skip
def test_a_document_that_names_what_is_not_there_is_told(
    made: Callable[..., Path], written: Files, code: str, told: str
) -> None:
    folder = made(BASE | {"documents/summary.yaml": written})
    assert told in only(api.check_pack(str(folder)), code).problem


def test_a_question_that_only_a_document_asks_does_not_end_a_build_in_the_middle(made: Callable[..., Path]) -> None:
    base = BASE | {
        "rubric.yaml": BASE["rubric.yaml"] | asking("which"),
        "documents/summary.yaml": document(**counting("which")),
    }
    folder = made(base, over(pack={"drop": {"questions": ["which"]}}))
    unit = folder.parents[1] / "某单位"
    api.init(unit, "over-2018")
    _facts(unit)
    with pytest.raises(KaopingError) as told:
        api.build(unit)
    assert "which" in only(told.value.findings, "rubric.expected").problem


def _facts(unit: Path, level: str = "市级") -> None:
    """Fill in what every unit must say of itself."""
    book = load_workbook(unit / layout.WORKBOOK)
    said = {"单位代码": "U", "单位名称": "甲局", "地区": "甲市", "级别": level}
    for row in book[layout.UNIT_SHEET].iter_rows():
        if (title := str(row[0].value or "").removesuffix(layout.REQUIRED_MARK).strip()) in said:
            row[1].value = said[title]
    book.save(unit / layout.WORKBOOK)


# ---------------------------------------------------------------- templates


@pytest.fixture
def safety(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA / "safety-2018", tmp_path / packs.FOLDER / "safety-2018"))


def test_a_template_in_a_packs_folder_is_checked_by_that_pack(safety: Path) -> None:
    template = safety / "templates" / "safety-summary.docx"
    assert list(api.check_template(template)) == []
    with pytest.raises(KaopingError) as told:
        api.check_template(template, "培训总结")
    assert "年度安全生产工作总结" in only(told.value.findings, "template.unknown_document").mend


def test_pack_check_tries_a_packs_own_templates(safety: Path) -> None:
    source = safety / "templates" / "safety-summary.txt"
    text = source.read_text("utf-8").replace("fact.visits", "fact.visitors")
    source.write_text(text, encoding="utf-8")
    api.build_templates([source])
    found = only(api.check_pack(str(safety)), "template.unknown_name")
    assert found.at.file == "safety-2018/templates/safety-summary.docx" and "visitors" in found.problem


# ---------------------------------------------------------------- from the command line


def test_a_pack_from_elsewhere_comes_along_with_what_it_extends(made: Callable[..., Path], tmp_path: Path) -> None:
    folder = made(BASE, over())
    unit = tmp_path / "别处" / "某单位"
    unit.parent.mkdir()
    written = api.init(unit, str(folder))
    assert [path.name for path in written if path.parent.name == packs.FOLDER] == ["base-2017", "over-2018"]
    assert packs.default(unit) == "over-2018"
    shutil.rmtree(folder.parent)
    _facts(unit)
    assert api.check(unit).errors == []


def test_a_pack_that_the_unit_finds_is_left_where_it_is(made: Callable[..., Path]) -> None:
    folder = made(BASE)
    unit = folder.parents[1] / "某单位"
    api.init(unit, str(folder))
    assert not (unit / packs.FOLDER).exists()


def test_nothing_is_written_over_by_a_pack_that_comes_along(made: Callable[..., Path], tmp_path: Path) -> None:
    folder = made(BASE)
    unit = tmp_path / "别处" / "某单位"
    (unit / packs.FOLDER / "base-2017").mkdir(parents=True)
    with pytest.raises(KaopingError) as told:
        api.init(unit, str(folder))
    only(told.value.findings, "pack.exists")
    assert sorted(path.name for path in unit.rglob("*")) == ["base-2017", packs.FOLDER]


def test_another_pack_for_a_unit_comes_along_too(made: Callable[..., Path], tmp_path: Path) -> None:
    folder = made(BASE)
    unit = tmp_path / "别处" / "某单位"
    unit.parent.mkdir()
    api.init(unit)
    _facts(unit)
    renewed = api.renew(unit, str(folder))
    assert any("2017年细则" in change for change in renewed.changes)
    assert (unit / packs.FOLDER / "base-2017" / "pack.yaml").is_file()


def test_a_folder_right_here_may_be_called_by_its_name(
    made: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = made(BASE)
    monkeypatch.chdir(folder.parent)
    assert api.rubric("base-2017").title == "2017年细则"
    monkeypatch.chdir(folder)
    assert [finding.at.file.split("/")[0] for finding in api.check_pack(".")] == ["base-2017"]  # no cases


@pytest.mark.parametrize("title", ['2019年"双控"考评：#1', "a: b", "'", "甲\\乙", "- 甲"])
def test_a_new_pack_takes_any_title(tmp_path: Path, title: str) -> None:
    for name, extends in (("新-2019", ""), ("扩展-2017", "culture-2017")):
        folder = tmp_path / name
        api.new_pack(folder, title, 2017, extends)
        assert rubric_of(folder).title == f"{title}细则" and pack_of(folder).title == title


@pytest.mark.parametrize("name", ["安 全", "a:b", ".hidden", "CON"])
def test_a_name_that_no_pack_can_have_makes_nothing(tmp_path: Path, name: str) -> None:
    with pytest.raises(KaopingError) as told:
        api.new_pack(tmp_path / name, "考评", 2018)
    only(told.value.findings, "pack.expected")
    assert not (tmp_path / name).exists()

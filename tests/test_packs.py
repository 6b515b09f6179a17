"""Packs: where they are looked for, what an extension changes and what it leaves alone, and two of them at once."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kaoping import api
from kaoping.core import packs, yamltree
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Finding, Findings
from kaoping.core.packs import Pack
from kaoping.core.packs.overlay import Keyed, Named, Shape, laid_over, without
from kaoping.core.yamltree import ExpectedError, Node
from kaoping.documents import documents_of
from kaoping.rubric.load import load
from kaoping.rubric.nodes import Rubric
from kaoping.scoring.crosscheck.definitions import checks_of
from units import good_unit, only

PARKS = Path(__file__).parent / "data" / "packs" / "parks-2024"

# -- laid over one another: each case by itself -----------------------------------------------------------------------

SHAPES: Mapping[str, Shape] = {
    "questions": Named(),
    "groups": Keyed("id"),
    "sections": Keyed("id", {"lines": Keyed("line")}),
}
BASE = """\
title: 旧的
source: [甲, 乙]
questions: {a: {ask: 甲？}, b: {ask: 乙？}}
groups: [{id: g, lines: ["1"]}]
sections:
- {id: 一, points: 3, lines: [{line: "1", of: 1}, {line: "2", of: 2}, {line: "3", of: 3}]}
- {id: 二, points: 4, lines: [{line: "4", of: 4}]}
"""


def tree(text: str, name: str = "下/细则.yaml") -> Node:
    findings = Findings()
    node = yamltree.parse(text, name, findings)
    assert node is not None and not list(findings)
    return node


def laid(over: str, base: str = BASE) -> tuple[Any, list[Finding]]:
    """What comes out, without places, and what is told; the base is as it was."""
    findings, under = Findings(), tree(base)
    result = laid_over(under, tree(over, "上/细则.yaml"), SHAPES, findings)
    assert under == tree(base), "what is laid over stays as it was"
    return result.plain(), list(findings)


def lines_of(said: Any, section: int = 0) -> dict[str, str]:
    """Line → its points."""
    return {line["line"]: line["of"] for line in said["sections"][section]["lines"]}


def section(*lines: str) -> str:
    return f"sections: [{{id: 一, lines: [{', '.join(lines)}]}}]"


def test_nothing_laid_over_changes_nothing() -> None:
    assert laid("{}") == (tree(BASE).plain(), [])


def test_a_node_stands_in_the_place_of_the_one_with_its_id_and_is_taken_whole() -> None:
    said, told = laid(section('{line: "2", title: 新的}'))
    assert said["sections"][0]["lines"] == [
        {"line": "1", "of": "1"},
        {"line": "2", "title": "新的"},
        {"line": "3", "of": "3"},
    ]
    assert told == []


def test_a_new_node_comes_last() -> None:
    said, told = laid(section('{line: "9", of: 9}', '{line: "0", of: 0}'))
    assert (list(lines_of(said)), told) == (["1", "2", "3", "9", "0"], [])


@pytest.mark.parametrize(("behind", "order"), [("1", "1923"), ("2", "1293"), ("3", "1239")])
def test_a_new_node_comes_behind_the_one_it_names(behind: str, order: str) -> None:
    said, told = laid(section(f'{{line: "9", of: 9, after: "{behind}"}}'))
    assert ("".join(lines_of(said)), told) == (order, [])
    assert all("after" not in line for line in said["sections"][0]["lines"]), "the word itself is no entry"


@pytest.mark.parametrize(
    ("moved", "behind", "order"), [("1", "3", "231"), ("3", "1", "132"), ("2", "1", "123"), ("1", "2", "213")]
)
def test_a_node_that_there_is_moves_behind_the_one_it_names(moved: str, behind: str, order: str) -> None:
    said, told = laid(section(f'{{line: "{moved}", of: 7, after: "{behind}"}}'))
    assert ("".join(lines_of(said)), lines_of(said)[moved], told) == (order, "7", [])


def test_a_new_node_may_follow_another_new_one() -> None:
    said, told = laid(section('{line: "8", of: 8, after: "1"}', '{line: "9", of: 9, after: "8"}'))
    assert ("".join(lines_of(said)), told) == ("18923", [])


@pytest.mark.parametrize("behind", ["7", "4", "9"], ids=["nowhere", "in another section", "itself"])
def test_what_is_to_be_followed_and_is_not_there_is_told(behind: str) -> None:
    said, (told,) = laid(section(f'{{line: "9", of: 9, after: "{behind}"}}'))
    assert "".join(lines_of(said)) == "1239"
    assert (told.code, str(told.at)) == ("pack.missing_id", "上/细则.yaml 第1行 （sections[1].lines[1].after）")
    assert f"“{behind}”" in told.problem and "1、2、3" in told.mend


def test_a_container_says_only_what_differs() -> None:
    said, told = laid("sections: [{id: 二, points: 5, lines: []}, {id: 三, points: 6, lines: [], after: 一}]")
    assert [(s["id"], s["points"]) for s in said["sections"]] == [("一", "3"), ("三", "6"), ("二", "5")]
    assert (lines_of(said, 2), told) == ({"4": "4"}, [])


def test_a_container_may_move_and_keeps_what_is_in_it() -> None:
    said, told = laid("sections: [{id: 一, after: 二}]")
    assert [(s["id"], s["points"]) for s in said["sections"]] == [("二", "4"), ("一", "3")]
    assert (lines_of(said, 1), told) == ({"1": "1", "2": "2", "3": "3"}, [])


def test_named_nodes_are_replaced_in_their_place_or_come_last() -> None:
    said, told = laid("questions: {c: {ask: 丙？}, a: {ask: 改？, options: {}}}")
    assert list(said["questions"].items()) == [
        ("a", {"ask": "改？", "options": {}}), ("b", {"ask": "乙？"}), ("c", {"ask": "丙？"}),
    ]  # fmt: skip
    assert told == []


def test_no_list_is_mixed_and_what_is_no_collection_is_taken_whole() -> None:
    said, _ = laid('title: 新的\nsource: [丙]\ngroups: [{id: g, lines: ["2"]}]')
    assert (said["title"], said["source"]) == ("新的", ["丙"])
    assert said["groups"] == [{"id": "g", "lines": ["2"]}]


def test_on_nothing_it_stands_as_it_is() -> None:
    for base in ("{title: 旧的}", "{title: 旧的, groups: }"):
        said, told = laid("groups: [{id: h, lines: []}]", base)
        assert (said, told) == ({"title": "旧的", "groups": [{"id": "h", "lines": []}]}, [])


@pytest.mark.parametrize(
    ("over", "place", "expected"),
    [
        ("[]", "", "一组内容"),
        ("sections: {一: {}}", "sections", "一个列表"),
        ("questions: [a]", "questions", "一组内容"),
        ("sections: [{lines: []}]", "sections[1]", "缺少“id”"),
        ("sections: [一]", "sections[1]", "一组内容"),
        ("sections: [{id: 一, lines: [{of: 1}]}]", "sections[1].lines[1]", "缺少“line”"),
        ("sections: [{id: [一]}]", "sections[1].id", "一段文字"),
        ("sections: [{id: 三, after: [一]}]", "sections[1].after", "一段文字"),
    ],
)
def test_another_shape_than_that_of_what_it_lies_on_is_refused_at_its_place(
    over: str, place: str, expected: str
) -> None:
    with pytest.raises(ExpectedError, match=expected) as refused:
        laid(over)
    assert (refused.value.node.at.file, refused.value.node.at.path) == ("上/细则.yaml", place)


def dropped(drop: str, base: str = BASE) -> tuple[Any, list[Finding]]:
    findings = Findings()
    names = {name: child.items() for name, child in tree(drop, "上/pack.yaml").mapping().items()}
    return without(tree(base), names, SHAPES, findings).plain(), list(findings)


def test_what_is_dropped_is_gone_at_any_depth_and_nothing_else() -> None:
    said, told = dropped('{lines: ["2", "4"], questions: [a], groups: [g]}')
    assert (lines_of(said), lines_of(said, 1)) == ({"1": "1", "3": "3"}, {})
    assert (said["questions"], said["groups"], told) == ({"b": {"ask": "乙？"}}, [], [])
    rest = {name: child for name, child in said.items() if name in ("title", "source")}
    assert rest == {"title": "旧的", "source": ["甲", "乙"]}
    assert [(s["id"], s["points"]) for s in said["sections"]] == [("一", "3"), ("二", "4")]


def test_a_container_that_is_dropped_takes_what_is_in_it_along() -> None:
    said, told = dropped('{sections: [一], lines: ["4"]}')
    assert (said["sections"], told) == ([{"id": "二", "points": "4", "lines": []}], [])


def test_what_is_dropped_and_not_there_is_told_where_it_is_written() -> None:
    said, told = dropped('lines: ["9", "2"]\nquestions: [c]\ngroups: ["1"]')
    assert [(f.code, f.at.path, f.at.line) for f in told] == [
        ("pack.missing_id", "lines[1]", 1), ("pack.missing_id", "questions[1]", 2), ("pack.missing_id", "groups[1]", 3),
    ]  # fmt: skip
    assert "1、2、3、4" in told[0].mend and list(lines_of(said)) == ["1", "3"]


# -- whatever is laid over whatever -----------------------------------------------------------------------------------

IDS = list("甲乙丙丁戊己")
Lines = list[dict[str, str]]


@st.composite
def lists(draw: st.DrawFn, what: str, *, after: bool = False) -> Lines:
    """Nodes with ids of their own, each with a text that tells where it comes from."""
    ids = draw(st.lists(st.sampled_from(IDS), unique=True))
    found = [{"line": id_, "of": f"{what}{id_}"} for id_ in ids]
    for node in found if after else ():
        if (behind := draw(st.sampled_from([*IDS, ""]))) and behind != node["line"]:
            node["after"] = behind
    return found


def overlaid(base: Lines, over: Lines) -> tuple[dict[str, str], list[Finding]]:
    """Id → text in the order that comes out; lists that stand in a section, as lines do."""
    texts = [yaml.safe_dump({"sections": [{"id": "一", "lines": lines}]}, allow_unicode=True) for lines in (base, over)]
    said, told = laid(texts[1], texts[0])
    return lines_of(said), told


@given(lists("旧"), lists("新"))
def test_whatever_is_laid_over_nothing_else_changes(base: Lines, over: Lines) -> None:
    was, new = ({node["line"]: node["of"] for node in nodes} for nodes in (base, over))
    said, told = overlaid(base, over)
    assert said == was | new
    assert list(said) == [*was, *(id_ for id_ in new if id_ not in was)], "in its place, or last"
    assert told == []
    assert overlaid([{"line": id_, "of": text} for id_, text in said.items()], over) == (said, []), "twice is once"


@given(lists("旧"), lists("新", after=True))
def test_wherever_nodes_are_put_none_is_lost_and_the_others_keep_their_order(base: Lines, over: Lines) -> None:
    was, new = ({node["line"]: node["of"] for node in nodes} for nodes in (base, over))
    moved = {node["line"] for node in over if "after" in node}
    said, told = overlaid(base, over)
    assert said == was | new
    assert [id_ for id_ in said if id_ not in moved] == [id_ for id_ in was | new if id_ not in moved]
    lacking: list[str] = []
    there = set(was)
    for node in over:  # one after the other, as they are written
        if "after" in node and node["after"] not in there:
            lacking.append(node["after"])
        there.add(node["line"])
    assert [f"“{id_}”" in f.problem for id_, f in zip(lacking, told, strict=True)] == [True] * len(lacking)


@given(lists("旧"), lists("新", after=True).filter(bool))
def test_the_last_one_put_somewhere_stands_right_behind_what_it_names(base: Lines, over: Lines) -> None:
    said, told = overlaid(base, over)
    last, order = over[-1], list(said)
    behind = last.get("after")
    if behind in order:
        assert order[order.index(last["line"]) - 1] == behind
    elif behind is not None:
        assert order[-1] == last["line"]
        assert [f.problem for f in told if f"“{behind}”" in f.problem]


@given(lists("旧"), st.lists(st.sampled_from(IDS), unique=True))
def test_whatever_is_dropped_the_others_stay_and_what_was_not_there_is_told(base: Lines, drop: list[str]) -> None:
    text = yaml.safe_dump({"sections": [{"id": "一", "lines": base}]}, allow_unicode=True)
    said, told = dropped(yaml.safe_dump({"lines": drop}, allow_unicode=True), text)
    assert said["sections"][0]["lines"] == [node for node in base if node["line"] not in drop]
    lacking = [at for at, id_ in enumerate(drop, 1) if id_ not in [node["line"] for node in base]]
    assert [f.at.path for f in told] == [f"lines[{at}]" for at in lacking]


@given(lists("旧"), lists("新"))
def test_every_node_says_the_file_that_it_stands_in(base: Lines, over: Lines) -> None:
    under, upper = (
        tree(yaml.safe_dump({"groups": [{**node, "id": node["line"]} for node in nodes]}), name)
        for nodes, name in ((base, "下/细则.yaml"), (over, "上/细则.yaml"))
    )
    merged = laid_over(under, upper, SHAPES, Findings()).mapping()["groups"].items()
    files = {node.mapping()["id"].text(): node.at.file for node in merged}
    news = {node["line"] for node in over}
    assert files == {id_: "上/细则.yaml" if id_ in news else "下/细则.yaml" for id_ in files}


# -- where packs are looked for ---------------------------------------------------------------------------------------

RUBRIC = """\
title: 试用考核办法
total: 6
questions:
  scope: {ask: 县级组织的算不算？, options: {算: [市级, 县级], 不算: [市级]}}
sections:
- id: 一
  title: 培训
  heading: 一、培训（4分）
  points: 4
  lines:
  - line: "1"
    title: 培训场次
    of: 2
    row: {content: 培训场次, basis: 以通知为依据, points: "2", standard: 组织2场以上的得2分，不足2场的得0分。}
    accepts: [notice]
    rule:
      tiers:
        measure: {count: training, where: {host: {answer: scope}}, as: 培训, unit: 场}
        steps:
        - {at_least: 2, points: 2, text: 组织2场以上的得2分}
        - {below: 2, points: 0, text: 不足2场的得0分}
  - line: "2"
    title: 会议场次
    of: 2
    row: {content: 会议场次, basis: 以台账为依据, points: "2", standard: 召开1次以上的得2分，没有召开的得0分。}
    rule:
      tiers:
        measure: {count: meeting, as: 会议, unit: 次}
        steps:
        - {at_least: 1, points: 2, text: 召开1次以上的得2分}
        - {below: 1, points: 0, text: 没有召开的得0分}
- id: 二
  title: 走访
  heading: 二、走访（2分）
  points: 2
  lines:
  - line: "3"
    title: 走访企业
    of: 2
    row: {content: 走访企业, basis: 以台账为依据, points: "2", standard: 走访10家以上的得2分，不足10家的得0分。}
    rule:
      tiers:
        measure: {count: visit, as: 走访, unit: 家}
        steps:
        - {at_least: 10, points: 2, text: 走访10家以上的得2分}
        - {below: 10, points: 0, text: 不足10家的得0分}
"""
VISIT = """\
x-title: 走访
x-file: visits.yaml
x-purpose: 走访企业
primaryKey: id
fields:
- {name: id, title: 编号, type: string, constraints: {required: true}}
- {name: date, title: 日期, type: date}
- {name: firm, title: 企业, type: string}
"""
CHECK = """\
visit_twice:
  severity: warning
  title: 走访填了两次
  problem: 走访{ids}的{agree}都一样。
  effect: 多算了一次。
  mend: 删去多余的。
  twice: {of: visit, same: [date, firm]}
"""
DOCUMENT = "name: 走访小结\ngenre: 报告\ntemplate: visits.docx\nneeds: [visit]\nfacts: {}\n"
PACK = """\
id: base-2017
title: 试用考核
year: 2017
levels: [设区市, 省管县]
kinds: [training, meeting, visit]
documents: [covering-letter, sign-off]
"""
WHOLE = {
    "pack.yaml": PACK,
    "rubric.yaml": RUBRIC,
    "records/visit.yaml": VISIT,
    "checks.yaml": CHECK,
    "documents/visits.yaml": DOCUMENT,
}


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Write a pack's files."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def whole(folder: Path, title: str = "试用考核", id_: str = "base-2017") -> Path:
    """Write the whole small pack."""
    return write(folder, WHOLE | {"pack.yaml": PACK.replace("试用考核", title).replace("base-2017", id_)})


@pytest.fixture
def users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the user named for packs."""
    monkeypatch.setenv("KAOPING_PACKS", str(tmp_path / "用户的"))
    return tmp_path / "用户的"


def test_the_nearest_is_used_and_each_that_it_hides_is_told(tmp_path: Path, users: Path) -> None:
    unit = tmp_path / "单位"
    unit.mkdir()
    places = {
        "单位文件夹": unit / packs.FOLDER / "某包",
        "单位旁边的文件夹": tmp_path / packs.FOLDER / "某包",
        "用户的文件夹": users / "某包",
        "随程序的规则包": None,
    }
    for origin, folder in places.items():
        if folder is not None:
            whole(folder, origin, "culture-2017")
    left = list(places)
    for origin, folder in places.items():
        findings = Findings()
        pack = packs.find("culture-2017", unit, findings)
        left.remove(origin)
        assert [f"，{hidden}里的没有用" in f.problem for hidden, f in zip(left, findings, strict=True)] == [True] * len(
            left
        )
        assert {(f.code, str(f.at)) for f in findings} == ({("pack.hides", "某包/pack.yaml")} if left else set())
        assert [place.origin for place in packs.known(unit) if place.id == "culture-2017"] == [origin, *left]
        if folder is None:
            assert pack.folder == packs.stock()[0].folder
            break
        assert (pack.title, pack.folder) == (origin, folder)
        assert all(f"用的是{origin}里的" in f.problem for f in findings)
        (folder / "pack.yaml").unlink()


def test_without_a_unit_only_the_users_and_what_is_installed_are_found(tmp_path: Path, users: Path) -> None:
    whole(tmp_path / "单位" / packs.FOLDER / "near", id_="near-2017")
    whole(users / "mine", id_="mine-2017")
    assert {place.id for place in packs.known()} >= {"mine-2017", "culture-2017"}
    assert "near-2017" not in {place.id for place in packs.known()}
    with pytest.raises(KaopingError) as refused:
        packs.find("near-2017")
    problem = only(refused.value.findings, "rubric.unknown").problem
    assert "（mine-2017）、" in problem and "（culture-2017）" in problem


def test_a_folder_of_packs_may_be_one_itself(tmp_path: Path, users: Path) -> None:
    whole(users, id_="mine-2017")
    whole(tmp_path / "单位" / packs.FOLDER, id_="near-2017")
    assert packs.find("mine-2017").folder == users
    assert packs.find("near-2017", tmp_path / "单位").folder == tmp_path / "单位" / packs.FOLDER


def test_an_installed_package_is_found_and_nothing_of_it_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole(tmp_path / "their_pack", id_="their-2017")
    (tmp_path / "their_pack" / "__init__.py").write_text("raise SystemExit('a pack holds no Python')", encoding="utf-8")
    info = {
        "METADATA": "Metadata-Version: 2.1\nName: their-pack\nVersion: 1\n",
        "entry_points.txt": f"[{packs._search.GROUP}]\ntheirs = their_pack\ngone = no_such_package\n",
    }
    write(tmp_path / "their_pack-1.dist-info", info)
    monkeypatch.syspath_prepend(tmp_path)
    assert packs.find("their-2017").folder == tmp_path / "their_pack"
    assert [place.origin for place in packs.known() if place.id == "their-2017"] == ["安装的规则包"]
    assert "their_pack" not in sys.modules


def test_another_name_finds_it_but_one_that_is_really_called_so_comes_first(tmp_path: Path) -> None:
    assert packs.find("province-2017", tmp_path).id == "culture-2017"
    whole(tmp_path / packs.FOLDER / "x", id_="province-2017")
    assert packs.find("province-2017", tmp_path).id == "province-2017"
    assert packs.find("culture-2017", tmp_path).id == "culture-2017"


def test_a_path_names_the_pack_that_stands_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = whole(tmp_path / "别处" / "随便叫什么")
    assert packs.find(str(folder)).id == "base-2017"
    assert packs.find("别处/随便叫什么", tmp_path).id == "base-2017", "below the unit"
    monkeypatch.chdir(tmp_path)
    assert packs.find("别处/随便叫什么").id == "base-2017", "below where one is"
    monkeypatch.chdir(folder)
    assert packs.find(".").id == "base-2017"


def test_a_path_that_a_unit_names_is_the_same_wherever_one_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unit = tmp_path / "单位"
    whole(unit / "考核" / "一", "单位的")
    whole(tmp_path / "考核" / "一", "此处的")
    whole(tmp_path / "考核" / "二", "此处的")
    monkeypatch.chdir(tmp_path)
    assert packs.find("考核/一", unit).title == "单位的"
    with pytest.raises(KaopingError):
        packs.find("考核/二", unit)


@pytest.mark.parametrize(("here", "unit"), [("单位", "."), ("单位/材料", ".."), (".", "单位"), ("单位", "../单位")])
def test_what_lies_beside_a_unit_is_found_however_the_unit_is_written(
    here: str, unit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole(tmp_path / packs.FOLDER / "x")
    (tmp_path / "单位" / "材料").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / here)
    assert packs.find("base-2017", Path(unit)).title == "试用考核"


def test_a_unit_that_names_none_has_the_one_in_its_own_folder(tmp_path: Path) -> None:
    assert packs.default(tmp_path) == packs.default() == "culture-2017"
    whole(tmp_path.parent / packs.FOLDER / "beside", id_="beside-2017")
    assert packs.default(tmp_path) == "culture-2017", "what lies beside is for whoever names it"
    whole(tmp_path / packs.FOLDER / "own")
    assert packs.default(tmp_path) == "base-2017"
    write(tmp_path / packs.FOLDER / "over", {"pack.yaml": "id: over-2017\nextends: base-2017\n"})
    assert packs.default(tmp_path) == "over-2017", "the one that the other lies below"
    whole(tmp_path / packs.FOLDER / "third", id_="third-2017")
    with pytest.raises(KaopingError) as refused:
        packs.default(tmp_path)
    assert "over-2017、third-2017" in only(refused.value.findings, "pack.several").problem


def test_a_unit_with_one_broken_pack_of_its_own_is_not_scored_by_another(tmp_path: Path) -> None:
    """The unit names none: what lies in its own folder is meant, whatever state it is in."""
    unit = good_unit(tmp_path / "甲市")
    text = (unit / "records" / "unit.yaml").read_text("utf-8").replace("rubric: province-2017\n", "")
    (unit / "records" / "unit.yaml").write_text(text, encoding="utf-8")
    whole(unit / packs.FOLDER / "own")
    (unit / packs.FOLDER / "own" / "pack.yaml").write_text("id: base-2017\nyear: [\n", encoding="utf-8")
    with pytest.raises(KaopingError) as refused:
        api.assess(unit)
    assert only(refused.value.findings, "yaml.unreadable").at.file == "own/pack.yaml"


def test_a_pack_that_can_not_be_read_may_be_the_one_that_is_meant(tmp_path: Path) -> None:
    """Its folder is called something else than the pack: what is wrong with it is told where it is missed."""
    write(tmp_path / packs.FOLDER / "某包", {"pack.yaml": "id: base-2017\ntitle: 考核\nyear: 今年\nlevels: [市]\n"})
    with pytest.raises(KaopingError) as refused:
        packs.find("base-2017", tmp_path)
    assert {(f.code, f.at.path) for f in refused.value.findings} == {("rubric.unknown", ""), ("pack.expected", "year")}


# -- one that extends another -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """All that a pack says, by what it is: "line 1" → the line."""

    pack: Pack
    rubric: Rubric

    @property
    def said(self) -> dict[str, object]:
        pack, rubric = self.pack, self.rubric
        groups: list[tuple[str, Iterable[tuple[str, object]]]] = [
            ("kind", pack.kinds.items()),
            ("type", pack.evidence_types.items()),
            ("line", ((line.id, line) for line in rubric.lines)),
            ("section", ((section.id, (section.title, section.points)) for section in rubric.sections)),
            ("question", rubric.questions.items()),
            ("document", documents_of(pack).items()),
            ("check", ((check.words.code.split(".")[1], check) for check in checks_of(pack))),
        ]
        found = {f"{what} {name}": value for what, members in groups for name, value in members}
        return found | {what: getattr(pack, what) for what in ("title", "year", "levels", "wings")}


def told(folder: Path) -> Told:
    pack = packs.find(str(folder))
    return Told(pack, load(pack))


@pytest.fixture
def base(tmp_path: Path) -> Told:
    return told(whole(tmp_path / "base-2017"))


@pytest.fixture
def over(tmp_path: Path, base: Told) -> Callable[..., Told]:
    """Lays a pack with these files and these words in its pack.yaml over the small one."""

    def lay(files: Mapping[str, str] | None = None, words: str = "") -> Told:
        text = f"id: over-2017\nextends: base-2017\n{words}"
        return told(write(tmp_path / "over-2017", {"pack.yaml": text} | dict(files or {})))

    return lay


def changed(base: Told, over: Told) -> set[str]:
    """What is not the same in both, or only in one."""
    before, after = base.said, over.said
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def names(told: Told, what: str) -> list[str]:
    return [name.split(" ")[1] for name in told.said if name.startswith(f"{what} ")]


def test_one_that_says_nothing_of_its_own_is_the_other(base: Told, over: Callable[..., Told]) -> None:
    made = over()
    # The engine's own example names the pack itself.
    assert changed(base, made) == {"kind unit"} and made.pack.vocabulary.unit.field("rubric") is not None
    assert list(made.said) == list(base.said)
    assert (made.pack.id, made.rubric.id, [layer.folder.name for layer in made.pack.layers]) == (
        "over-2017", "over-2017", ["base-2017", "over-2017"],
    )  # fmt: skip
    assert made.pack.digest() != base.pack.digest()


def test_what_a_pack_says_of_itself_takes_the_place_of_what_the_other_says(
    base: Told, over: Callable[..., Told]
) -> None:
    made = over(words="title: 另一个考核\nyear: 2018\nlevels: [镇街]\nwings: [lint]\n")
    assert changed(base, made) >= {"title", "year", "levels", "wings"}
    assert (made.pack.title, made.pack.year, made.pack.levels) == ("另一个考核", 2018, ("镇街",))
    level = made.pack.vocabulary.unit.field("level")
    assert level is not None and (level.options, level.example) == (("镇街",), "镇街")
    assert (made.rubric.year, base.pack.year, base.pack.levels) == (2018, 2017, ("设区市", "省管县"))


def test_a_wing_without_what_it_reads_is_told_when_the_pack_is_loaded(over: Callable[..., Told]) -> None:
    with pytest.raises(KaopingError) as refused:
        over(words="wings: [contest, quiz]\n")
    told = {(f.code, f.at.path) for f in refused.value.findings}
    assert told == {("pack.expected", "wings[1]"), ("pack.missing_id", "wings[2]")}


LINE = """\
  - line: "{id}"
    title: {title}
    of: {of}
    row: {{content: {title}, basis: 以台账为依据, points: "{of}", standard: 做到的得{of}分，没有做到的得0分。}}
    rule:
      tiers:
        measure: {{count: {kind}, as: 培训, unit: 场}}
        steps:
        - {{at_least: 1, points: {of}, text: 做到的得{of}分}}
        - {{below: 1, points: 0, text: 没有做到的得0分}}
"""


def line(id_: str, title: str = "新的要求", of: int = 2, kind: str = "training", after: str = "") -> str:
    text = LINE.format(id=id_, title=title, of=of, kind=kind)
    return text + (f'    after: "{after}"\n' if after else "")


def in_section(*lines: str, points: int = 4, total: int = 6) -> dict[str, str]:
    own = f"  lines:\n{''.join(lines)}" if lines else ""
    return {"rubric.yaml": f"total: {total}\nsections:\n- id: 一\n  points: {points}\n{own}"}


def test_a_line_is_replaced_in_its_place(base: Told, over: Callable[..., Told]) -> None:
    made = over(in_section(line("1")))
    assert changed(base, made) - {"kind unit"} == {"line 1"}
    assert names(made, "line") == ["1", "2", "3"]
    assert made.rubric.line("1").title == "新的要求"
    assert made.rubric.line("1").accepts == (), "taken whole: nothing of the old one is left in it"


def test_a_line_is_added_last_or_behind_another(base: Told, over: Callable[..., Told]) -> None:
    made = over(in_section(line("8", of=1), line("9", of=1, after="1"), points=6, total=8))
    assert changed(base, made) - {"kind unit"} == {"line 8", "line 9", "section 一"}
    assert names(made, "line") == ["1", "9", "2", "8", "3"]
    assert made.rubric.line("9").section == "一"


def test_a_line_is_dropped(base: Told, over: Callable[..., Told]) -> None:
    made = over(in_section(points=2, total=4), 'drop: {lines: ["1"], questions: [scope]}\n')
    assert changed(base, made) - {"kind unit"} == {"line 1", "question scope", "section 一"}
    assert names(made, "line") == ["2", "3"]


def test_points_that_no_longer_add_up_are_told(over: Callable[..., Told]) -> None:
    with pytest.raises(KaopingError) as refused:
        over(words='drop: {lines: ["2"]}\n')
    assert {finding.code for finding in refused.value.findings} == {"rubric.sum"}


def test_a_whole_section_is_added_and_another_dropped(base: Told, over: Callable[..., Told]) -> None:
    own = "sections:\n- id: 三\n  title: 新的\n  heading: 三、新的（2分）\n  points: 2\n  after: 一\n  lines:\n"
    made = over({"rubric.yaml": own + line("7")}, "drop: {sections: [二]}\n")
    assert changed(base, made) - {"kind unit"} == {"line 3", "line 7", "section 二", "section 三"}
    assert names(made, "section") == ["一", "三"]


def test_a_question_is_replaced_added_and_dropped(base: Told, over: Callable[..., Told]) -> None:
    own = "questions:\n  scope: {ask: 算哪几级？, options: {市县: [市级, 县级], 只市: [市级]}}\n"
    more = "  late: {ask: 迟了算不算？, options: {算: 1, 不算: 2}}\n"
    made = over({"rubric.yaml": own + more})
    assert changed(base, made) - {"kind unit"} == {"question scope", "question late"}
    assert (names(made, "question"), list(made.rubric.questions["scope"].options)) == (
        ["scope", "late"],
        ["市县", "只市"],
    )


def test_a_question_that_a_line_still_asks_is_missed(over: Callable[..., Told]) -> None:
    with pytest.raises(KaopingError) as refused:
        over(words="drop: {questions: [scope]}\n")
    finding = only(refused.value.findings, "rubric.expected")
    assert "引用了没有列出的口径“scope”" in finding.problem and finding.at.file == "base-2017/rubric.yaml"


def fields_of(told: Told, kind: str) -> list[str]:
    return [field.name for field in told.pack.kinds[kind].fields]


def test_a_kinds_field_is_replaced_added_and_dropped(base: Told, over: Callable[..., Told]) -> None:
    own = """\
fields:
- {name: date, title: 走访日期, type: date, constraints: {required: true}}
- {name: people, title: 人数, type: integer, after: id}
- {name: note, title: 说明, type: string}
"""
    made = over(
        {"records/visit.yaml": own, "checks.yaml": CHECK.replace(", firm]", "]")}, "drop: {fields: [visit.firm]}\n"
    )
    assert fields_of(made, "visit") == ["id", "people", "date", "note"]
    date = made.pack.kinds["visit"].field("date")
    assert date is not None and (date.title, date.required) == ("走访日期", True)
    # What counts the kind counts the one that it is now.
    assert changed(base, made) - {"kind unit"} == {"kind visit", "check visit_twice", "line 3"}
    assert fields_of(base, "visit") == ["id", "date", "firm"], "the one below is as it was"


def test_a_field_that_a_check_still_names_is_missed_where_the_check_stands(over: Callable[..., Told]) -> None:
    made = over(words="drop: {fields: [visit.firm]}\n")
    with pytest.raises(KaopingError) as refused:
        checks_of(made.pack)
    finding = only(refused.value.findings, "crosscheck.expected")
    assert "没有字段“firm”" in finding.problem and finding.at.file == "base-2017/checks.yaml"


def test_a_kind_is_replaced_whole_added_from_the_stock_and_of_its_own(base: Told, over: Callable[..., Told]) -> None:
    again = VISIT.replace("走访企业", "走访和慰问").replace("\n- {name: firm, title: 企业, type: string}", "")
    files = {
        "records/visit.yaml": again,
        "records/gift.yaml": VISIT.replace("走访", "慰问").replace("visits.yaml", "gifts.yaml"),
        "checks.yaml": CHECK.replace(", firm]", "]"),
    }
    made = over(files, "kinds: [exam]\n")
    assert fields_of(made, "visit") == ["id", "date"]
    assert changed(base, made) - {"kind unit"} == {
        "kind visit",
        "kind gift",
        "kind exam",
        "check visit_twice",
        "line 3",
    }
    own = [name for name in names(made, "kind") if name in ("training", "meeting", "visit", "exam", "gift")]
    assert own == ["training", "meeting", "visit", "exam", "gift"], "new ones behind the others"


NO_VISITS = "drop: {kinds: [visit], sections: [二], checks: [visit_twice], documents: [visits]}\n"


def test_a_kind_is_dropped_with_all_that_is_about_it(base: Told, over: Callable[..., Told]) -> None:
    made = over({"rubric.yaml": "total: 4\n"}, NO_VISITS)
    gone = {"kind visit", "section 二", "line 3", "check visit_twice", "document visits"}
    assert changed(base, made) - {"kind unit"} == gone
    assert not gone & made.said.keys()


def test_a_kind_that_a_line_still_counts_is_missed(over: Callable[..., Told]) -> None:
    with pytest.raises(KaopingError) as refused:
        over(words="drop: {kinds: [visit], checks: [visit_twice], documents: [visits]}\n")
    finding = only(refused.value.findings, "rubric.expected")
    assert "没有“visit”这种记录" in finding.problem and finding.at.file == "base-2017/rubric.yaml"


def test_what_the_engine_needs_can_not_be_dropped(over: Callable[..., Told]) -> None:
    with pytest.raises(KaopingError) as refused:
        over(words="drop: {fields: [unit.year], kinds: [evidence]}\n")
    assert {(f.code, f.at.path) for f in refused.value.findings} == {
        ("pack.missing_id", "drop.kinds[1]"),
        ("pack.expected", "drop.fields[1]"),
    }
    with pytest.raises(KaopingError) as refused:
        over(words="drop: {fields: [unit.year]}\n")
    finding = only(refused.value.findings, "pack.expected")
    assert "“考评年度”（year）程序要用" in finding.problem and finding.at.path == "drop.fields[1]"


def test_a_document_is_replaced_added_and_dropped(base: Told, over: Callable[..., Told]) -> None:
    files = {
        "documents/visits.yaml": DOCUMENT.replace("小结", "总结"),
        "documents/gifts.yaml": DOCUMENT.replace("走访", "慰问"),
        "documents/sign-off.yaml": DOCUMENT.replace("走访小结", "审批页"),
    }
    made = over(files, "documents: [pledge]\ndrop: {documents: [covering-letter]}\n")
    new = {"document visits", "document gifts", "document sign-off", "document pledge", "document covering-letter"}
    new.add("document supplement-letter")  # it goes with the covering letter
    assert changed(base, made) - {"kind unit"} == new
    assert names(made, "document") == ["gifts", "pledge", "sign-off", "visits"]
    assert (documents_of(made.pack)["visits"].name, documents_of(base.pack)["visits"].name) == ("走访总结", "走访小结")


def test_a_template_is_the_nearest_layers(base: Told, over: Callable[..., Told]) -> None:
    write(base.pack.folder, {"templates/visits.docx": "下", "templates/other.docx": "下"})
    made = over({"templates/visits.docx": "上"})
    paths = [made.pack.template(name) for name in ("visits.docx", "other.docx", "none.docx")]
    assert [path and path.parents[1].name for path in paths] == ["over-2017", "base-2017", None]


def test_a_check_is_replaced_added_and_dropped(base: Told, over: Callable[..., Told]) -> None:
    more = CHECK.replace("visit_twice", "visit_again").replace(
        "twice: {of: visit, same: [date, firm]}", "twice: {of: visit, same: firm}"
    )
    own = CHECK.replace("severity: warning", "severity: error") + more
    made = over({"checks.yaml": own}, "drop: {checks: [training_signed]}\n")
    assert changed(base, made) - {"kind unit"} == {"check visit_twice", "check visit_again", "check training_signed"}
    assert names(made, "check")[-2:] == ["visit_twice", "visit_again"]
    assert names(base, "check")[0] == "training_signed", "one of the common stock"


def test_evidence_types_are_replaced_added_and_dropped(base: Told, over: Callable[..., Told]) -> None:
    own = "notice: {title: 通知和函}\nletter: {title: 感谢信}\n"
    made = over({"evidence_types.yaml": own}, "drop: {evidence_types: [budget]}\n")
    types = made.pack.evidence_types
    assert (types["notice"].title, types["letter"].title, "budget" in types) == ("通知和函", "感谢信", False)
    offered = made.pack.kinds["evidence"].field("type")
    assert offered is not None and offered.options == tuple(type_.title for type_ in types.values())
    new = {"type notice", "type letter", "type budget"}
    assert changed(base, made) >= new and list(types)[-1] == "letter"


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("drop: {kinds: [visits]}", "drop.kinds[1]"),
        ("drop: {fields: [visit.name]}", "drop.fields[1]"),
        ("drop: {fields: [visits.firm]}", "drop.fields[1]"),
        ("drop: {fields: [firm]}", "drop.fields[1]"),
        ("drop: {documents: [visits, pledge]}", "drop.documents[2]"),
        ("drop: {checks: [visit_again]}", "drop.checks[1]"),
        ("drop: {sections: [一, 三]}", "drop.sections[2]"),
        ('drop: {lines: ["9"]}', "drop.lines[1]"),
        ("drop: {questions: [late]}", "drop.questions[1]"),
        ("drop: {groups: [late]}", "drop.groups[1]"),
        ("drop: {evidence_types: [letters]}", "drop.evidence_types[1]"),
        ("kinds: [exam, exams]", "kinds[2]"),
        ("documents: [pledges]", "documents[1]"),
    ],
)
def test_every_id_that_is_named_and_not_there_is_told_at_its_place(
    over: Callable[..., Told], words: str, place: str
) -> None:
    with pytest.raises(KaopingError) as refused:
        checks_of(over(words=f"{words}\n").pack)
    told = [finding for finding in refused.value.findings if finding.code == "pack.missing_id"]
    assert [str(finding.at) for finding in told] == [f"over-2017/pack.yaml 第3行 （{place}）"]


def test_three_lie_on_one_another_and_the_last_word_holds(tmp_path: Path, over: Callable[..., Told]) -> None:
    over(in_section(line("1", "第二层"), line("9", "第二层", of=1), points=5, total=7))
    own = {"pack.yaml": "id: top-2017\nextends: over-2017\n"} | in_section(line("1", "第三层"), points=5, total=7)
    made = told(write(tmp_path / "top-2017", own))
    assert [layer.folder.name for layer in made.pack.layers] == ["base-2017", "over-2017", "top-2017"]
    assert [(line.id, line.title) for line in made.rubric.lines] == [
        ("1", "第三层"), ("2", "会议场次"), ("9", "第二层"), ("3", "走访企业"),
    ]  # fmt: skip


def test_what_is_dropped_in_between_may_come_back(base: Told, tmp_path: Path, over: Callable[..., Told]) -> None:
    over(
        {"rubric.yaml": "total: 4\n"},
        "drop: {kinds: [visit], sections: [二], checks: [visit_twice], documents: [visits]}\n",
    )
    again = {name: text for name, text in WHOLE.items() if "visit" in name or name == "checks.yaml"}
    section_2 = "total: 6\nsections:\n" + RUBRIC[RUBRIC.index("- id: 二") :]
    own = {"pack.yaml": "id: top-2017\nextends: over-2017\n", "rubric.yaml": section_2} | again
    made = told(write(tmp_path / "top-2017", own))
    assert made.said.keys() == base.said.keys()
    assert changed(base, made) == {"kind unit", "line 3"}, "the line stands in another file now"


def test_the_digest_is_that_of_what_is_said(tmp_path: Path, base: Told) -> None:
    digest = base.pack.digest()
    remarks = {name: f"# 说明\n\n{text}" for name, text in WHOLE.items()}
    aside = {"cases/一.yaml": "[]\n", "templates/visits.docx": "x", "samples/a/unit.yaml": "id: U\n", "说明.txt": "x"}
    assert told(write(tmp_path / "别处", remarks | aside)).pack.digest() == digest
    others = [
        {"checks.yaml": CHECK.replace("多算了", "多记了")},
        {"rubric.yaml": RUBRIC.replace("组织2场", "组织3场")},
        {"records/visit.yaml": VISIT.replace("走访企业", "走访")},
        {"notice.yaml": "title: 通知\n"},
        {"pack.yaml": PACK.replace("设区市, ", "")},
    ]
    digests = [packs.find(str(write(tmp_path / str(n), WHOLE | own))).digest() for n, own in enumerate(others)]
    assert len({digest, *digests}) == 1 + len(others)


def test_the_digest_of_an_extension_is_of_all_that_it_lies_on(base: Told, over: Callable[..., Told]) -> None:
    before = over().pack.digest()
    write(base.pack.folder, {"checks.yaml": CHECK.replace("多算了", "多记了")})
    assert over().pack.digest() != before


def test_two_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    for own, other in (("a", "b"), ("b", "c"), ("c", "a")):
        write(tmp_path / own, {"pack.yaml": f"id: {own}\nextends: {other}\n"})
    for own, closing in (("a", "c"), ("b", "a"), ("c", "b")):
        with pytest.raises(KaopingError) as refused:
            packs.find(str(tmp_path / own))
        finding = only(refused.value.findings, "pack.cycle")
        assert (str(finding.at), f"“{own}”" in finding.problem) == (f"{closing}/pack.yaml 第2行 （extends）", True)


def test_one_that_extends_itself_or_nothing_that_there_is_has_no_base(tmp_path: Path) -> None:
    for other in ("own-2017", "nobody-2017"):
        write(tmp_path / "own-2017", {"pack.yaml": f"id: own-2017\nextends: {other}\n"})
        with pytest.raises(KaopingError) as refused:
            packs.find(str(tmp_path / "own-2017"))
        finding = only(refused.value.findings, "pack.no_base")
        assert (str(finding.at), f"“{other}”" in finding.problem) == ("own-2017/pack.yaml 第2行 （extends）", True)


def test_what_it_extends_is_looked_for_beside_it_first(tmp_path: Path, users: Path) -> None:
    whole(users / "x", "用户的")
    over = write(tmp_path / "别处" / "over", {"pack.yaml": "id: over-2017\nextends: base-2017\n"})
    assert packs.find(str(over)).title == "用户的"
    unit = tmp_path / "单位"
    whole(unit / packs.FOLDER / "x", "单位的")
    assert packs.find(str(over), unit).title == "单位的"
    whole(over.parent / "x", "旁边的")
    assert packs.find(str(over), unit).title == "旁边的"


def test_one_may_extend_the_one_that_it_hides(tmp_path: Path) -> None:
    write(tmp_path / packs.FOLDER / "own", {"pack.yaml": "id: culture-2017\ntitle: 本市的\nextends: culture-2017\n"})
    pack = packs.find("culture-2017", tmp_path)
    assert [layer.folder.name for layer in pack.layers] == ["own", "culture-2017"][::-1]
    assert pack.title == "本市的" and len(load(pack).lines) > 40


# -- two at once ------------------------------------------------------------------------------------------------------

#: Prints the score card and the findings of each unit, one after the other in one process.
ASSESS = """
import json, sys
from pathlib import Path
from kaoping import api
from kaoping.pipeline import contract
for name in sys.argv[1:]:
    assessed = api.assess(Path(name), cache=False)
    card = contract.scorecard(assessed.card, assessed.plan.numbers())
    print(json.dumps([card, contract.findings(assessed.findings.sorted())]))
"""


def unit_of(folder: Path, pack: str, records: Mapping[str, str], year: int = 2017) -> Path:
    """A unit with these records."""
    unit = f"id: U\nname: {folder.name}\nregion: 甲市\nlevel: 设区市\nyear: {year}\nrubric: {pack}\n"
    return write(folder, {"records/unit.yaml": unit} | {f"records/{name}": text for name, text in records.items()})


@pytest.mark.slow
def test_packs_in_one_process_in_any_order_give_what_each_gives_alone(tmp_path: Path) -> None:
    """Two of them even have one id, and kinds and checks of one name that mean something else."""
    visits = "- {id: Z1, date: 2017-03-01, firm: 甲}\n- {id: Z2, date: 2017-03-01, firm: 甲}\n"
    own = {"visits.yaml": visits, "meetings.yaml": "[]\n"}
    first = unit_of(tmp_path / "甲" / "单位", "base-2017", own)
    whole(first / packs.FOLDER / "base")
    second = unit_of(tmp_path / "乙" / "单位", "base-2017", own)
    other = whole(second / packs.FOLDER / "base")
    write(other, {"rubric.yaml": RUBRIC.replace("10", "2"), "checks.yaml": CHECK.replace("[date, firm]", "date")})
    write(other, {"records/visit.yaml": VISIT.replace("title: 企业,", "title: 单位,")})
    third = unit_of(
        tmp_path / "丙" / "单位", str(PARKS), {"meetings.yaml": "- {id: H, title: 会, date: 2024-05-06}\n"}, 2024
    )
    fourth = good_unit(tmp_path / "丁")

    def results(*units: Path) -> list[Any]:
        command = [sys.executable, "-c", ASSESS, *map(str, units)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=tmp_path)
        return [json.loads(line) for line in done.stdout.splitlines()]

    units = [first, second, third, fourth]
    alone = [results(unit)[0] for unit in units]
    assert len({json.dumps(one) for one in alone}) == 4
    points = [next(line["min"] for line in one[0]["lines"] if line["line"] == "3") for one in alone[:2]]
    assert points == ["0", "2"], "the same records, by what each pack says"
    assert results(*units, *units) == [*alone, *alone]
    assert results(*units[::-1]) == alone[::-1]


# -- kept from one unit to the next -----------------------------------------------------------------------------------


def test_packs_are_kept_within_a_block_for_as_long_as_their_files_stay(tmp_path: Path) -> None:
    folder = tmp_path / "park"
    shutil.copytree(PARKS, folder)
    assert packs.at(folder) is not packs.at(folder), "nobody asked for it"
    with packs.keeping():
        first = packs.at(folder)
        with packs.keeping():
            assert packs.at(folder) is first
        assert packs.at(folder, tmp_path) is first and packs.at(PARKS) is not first
        rubric = folder / "rubric.yaml"
        rubric.write_text(rubric.read_text("utf-8") + "\n# 改过\n", encoding="utf-8")
        changed = packs.at(folder)
        assert changed is not first and packs.at(folder) is changed
        description = folder / "pack.yaml"
        description.write_text("id: 5\n", encoding="utf-8")
        for _ in range(2):
            with pytest.raises(KaopingError):
                packs.at(folder)
    assert packs.at(PARKS) is not packs.at(PARKS)


def test_no_more_packs_are_kept_than_a_few(tmp_path: Path) -> None:
    folders = [tmp_path / f"park-{number}" for number in range(6)]
    for folder in folders:
        shutil.copytree(PARKS, folder)
    with packs.keeping():
        loaded = [packs.at(folder) for folder in folders]
        assert [packs.at(folder) is pack for folder, pack in zip(folders[2:], loaded[2:], strict=True)] == [True] * 4
        assert packs.at(folders[0]) is not loaded[0]

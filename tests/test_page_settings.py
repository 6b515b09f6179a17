"""The notice as a form: written where the unit keeps it, all else of its files as it was."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from kaoping import api
from kaoping.records._yaml_values import UnplacedError, with_values
from packages import tree
from pages import Answer, Browser, opened
from units import only, small_unit

SCRIPT = "<script>alert(1)</script>"


def sent(browser: Browser, changed: Mapping[str, str | list[str]], seal: str = "") -> Answer:
    """Send the settings, as the page's form does."""
    page = browser.ask("/settings").text
    its = re.search(r'name="seal" value="([^"]+)"', page)
    assert its is not None
    fields = {"seal": seal or its[1], **changed}
    body = urlencode(fields, doseq=True).encode()
    return browser.ask(f"/settings?csrf={browser.keys.csrf}", "POST", body, X_CSRF_Token=None)


def notice(unit: Path) -> api.Assessment:
    return api.assess(unit)


def test_settings_are_written_and_comments_stay(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    file = unit / "notice.yaml"
    before = "# 省厅电话\nanswers:\n  case-scope:   # 还没有问\n\nbundle: {max_mb: 20}  # 系统限 20\n"
    file.write_text(before, "utf-8")
    rubric = api.assess(unit).rubric
    option = next(iter(rubric.questions["case-scope"].options))
    with opened(unit) as browser:
        changed = {
            "answers.case-scope": option, "answered.case-scope.who": "省厅<考评办>",
            "answered.case-scope.when": "2017-12-04", "answered.case-scope.reason": "电话答复",
            "bundle.max_mb": "5", "bundle.photos_per_page": "4",
            "bundle.record_sheet": "true", "title": f"关于{SCRIPT}的通知", "columns.extra": "核查分、意见",
            "due.self-assessment.date": "2017-12-25", "documents": ["自评报告", ""],
        }  # fmt: skip
        assert sent(browser, changed).status == 303
        page = browser.ask("/settings").text
    assert SCRIPT not in page and "关于&lt;script&gt;" in page
    after = file.read_text("utf-8")
    assert "# 省厅电话" in after and "# 还没有问" in after and "# 系统限 20" in after
    its = api.assess(unit).rubric.notice
    assert its.answers["case-scope"] == option and str(its.get("bundle.max_mb")) == "5"
    assert its.get("columns.extra") == ["核查分", "意见"] and its.due["self-assessment"].isoformat() == "2017-12-25"
    assert its.get("documents") == ["自评报告"]
    given = its.given("case-scope")
    assert given is not None and (given.who, given.when, given.reason) == ("省厅<考评办>", "2017-12-04", "电话答复")


def test_an_answer_says_who_gave_it_and_its_line_shows_that(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    rubric = api.assess(unit).rubric
    name, line = next(
        (its.path.removeprefix("answers."), its.lines[0]) for its in api.settings_of(rubric)[0].settings
        if its.lines and not its.value
    )  # fmt: skip
    option, other = list(rubric.questions[name].options)[:2]
    with opened(unit) as browser:
        refused = sent(browser, {f"answers.{name}": option, f"answered.{name}.who": "李某某"})
        assert refused.status == 422 and "要写明哪天答复的" in refused.text and "要写明怎么答的" in refused.text
        assert 'value="李某某"' in refused.text and not (unit / "notice.yaml").is_file()
        empty = {f"answered.{name}.{key}": "" for key in ("when", "reason")}  # as a browser sends the form
        refused = sent(browser, {f"answers.{name}": option, f"answered.{name}.who": "李某某"} | empty)
        linked = re.findall(r'<li><a href="#([^"]+)">[^<]*：(?:哪天|怎么)', refused.text)
        assert linked and all(f'id="{its}"' in refused.text for its in linked), "what is wrong is a click away"
        assert refused.text.count('<details class="field wide" open>') == 1
        words = {f"answered.{name}.{key}": text for key, text in (("who", "李某某"), ("when", "2017-12-04"))}
        words[f"answered.{name}.reason"] = "电话里说的"
        saved = sent(browser, {f"answers.{name}": option} | words)
        assert saved.status == 303 and "已存：设置" in browser.ask(saved.headers["location"]).text
        shown = browser.ask(f"/lines/{line}").text
        assert option in shown and "李某某，2017-12-04：电话里说的" in shown
        assert sent(browser, {f"answers.{name}": ""} | words).status == 303
        assert "李某某" not in browser.ask(f"/lines/{line}").text and "李某某" not in browser.ask("/settings").text
        assert sent(browser, {f"answers.{name}": other} | words).status == 303
    notice = unit / "notice.yaml"
    notice.write_text(
        notice.read_text("utf-8").replace(f"answer: {json.dumps(other, ensure_ascii=False)}", f"answer: {option}"),
        "utf-8",
    )
    assert api.assess(unit).rubric.notice.given(name) is None, "it was given to another answer"


def test_nothing_is_written_where_nothing_changed(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    before = tree(unit)
    with opened(unit) as browser:
        values = {its.path: its.value for group in api.settings_of(api.assess(unit).rubric) for its in group.settings}
        assert sent(browser, values).status == 303
    assert tree(unit) == before


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("bundle.max_mb", "很大"), ("bundle.max_pages", "-3"), ("answers.case-scope", "随便"),
        ("due.self-assessment.date", "12月底"), ("patterns.evidence_number", "{unknown}"), ("files.sheet", "a/b"),
    ],
)  # fmt: skip
def test_what_is_unfit_is_said_beside_its_field_and_nothing_is_written(path: str, text: str, tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    before = tree(unit)
    with opened(unit) as browser:
        answer = sent(browser, {path: text})
    assert answer.status == 422 and "没有保存" in answer.text and tree(unit) == before
    assert text in answer.text or path == "answers.case-scope"
    if not path.startswith("patterns"):
        assert 'class="err"' in answer.text and 'aria-invalid="true"' in answer.text
    assert "notice.yaml" not in answer.text and f"“{path}”" not in answer.text, "a file that its user never sees"


def test_settings_that_were_changed_elsewhere_meanwhile_are_not_overwritten(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    with opened(unit) as browser:
        its = re.search(r'name="seal" value="([^"]+)"', browser.ask("/settings").text)
        assert its is not None
        (unit / "notice.yaml").write_text("bundle: {max_mb: 7}\n", "utf-8")
        answer = sent(browser, {"bundle.max_mb": "9"}, seal=its[1])
        assert answer.status == 422 and "在别处改过了" in answer.text
    assert "7" in (unit / "notice.yaml").read_text("utf-8")


def test_answers_of_a_unit_with_a_workbook_stand_on_its_sheet(tmp_path: Path) -> None:
    unit = tmp_path / "乙市"
    api.init(unit)
    from openpyxl import load_workbook

    rubric = api.rubric()
    name, question = next(iter(rubric.questions.items()))
    option = list(question.options)[1]
    api.write_notice(
        unit, rubric.pack.kinds, {("answers", name): option, ("due", "self-assessment", "date"): "2017-12-25"}, str
    )
    book = load_workbook(unit / "台账.xlsx", read_only=True)
    shown = [[cell.value for cell in row] for sheet in book for row in sheet.iter_rows() if "口径" in sheet.title]
    assert any(option in row and name in row for row in shown)
    assert any("self-assessment" in row and any(str(cell).startswith("2017-12-25") for cell in row) for row in shown)
    assert not (unit / "notice.yaml").exists()


@pytest.mark.parametrize(
    ("text", "values", "after"),
    [
        ("", {("a",): "1"}, "a: 1\n"),
        ("# 注\n", {("a", "b"): "甲"}, '# 注\na: {b: "甲"}\n'),
        ("a: 1 # 注\nb: 2\n", {("a",): "3"}, "a: 3 # 注\nb: 2\n"),
        ("a:\n  b: 1\n", {("a", "c"): "2"}, "a:\n  c: 2\n  b: 1\n"),
        ("a: {b: 1}\n", {("a", "c"): "2"}, "a: {c: 2, b: 1}\n"),
        ("a: {}\n", {("a", "c"): "2"}, "a: {c: 2}\n"),
        ("a:\nb: 1\n", {("a", "c"): "2"}, "a: {c: 2}\nb: 1\n"),
        ("a:\n- x\n- y\n# 注\nb: 1\n", {("a",): ["z"]}, 'a:\n  ["z"]\n# 注\nb: 1\n'),
        ("a:\n  - x\nb: 1\n", {("a",): []}, "a:\n  []\nb: 1\n"),
        ("a: 旧\n", {("a",): None}, "a: \n"),
    ],
)
def test_a_value_is_put_in_and_all_else_stays(
    text: str, values: Mapping[tuple[str, ...], str | list[str] | None], after: str
) -> None:
    assert with_values(text, values) == after


@pytest.mark.parametrize("text", ["- a\n", "x\n", "a: [1\n", "&x a: 1\nb: *x\n"])
def test_a_file_that_is_written_otherwise_is_left_alone(text: str) -> None:
    with pytest.raises(UnplacedError):
        with_values(text, {("a", "b"): "1"})


def test_a_notice_that_can_t_be_changed_is_told(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    (unit / "notice.yaml").write_text("patterns: &x {}\nbundle: *x\n", "utf-8")
    with pytest.raises(api.KaopingError) as refused:
        api.change_settings(unit, {"bundle.max_mb": "9"}, lambda: api.assess(unit).rubric)
    assert only(refused.value.findings, "notice.unplaced")


def test_links_among_the_evidence_are_followed_where_the_clerk_says_so(tmp_path: Path) -> None:
    """The choice stands in the unit's folder: command and page take in the same files for it."""
    unit, outside = small_unit(tmp_path / "甲市"), tmp_path / "别处"
    outside.mkdir()
    (outside / "外.txt").write_text("培训通知", encoding="utf-8")
    try:
        (unit / "材料").mkdir(exist_ok=True)
        (unit / "材料" / "外面").symlink_to(outside, target_is_directory=True)
    except OSError:
        pytest.skip("no links may be made here")
    with opened(unit) as browser:
        told = browser.ask("/evidence").text
        assert "材料里有1个链接指向别处，没有跟着走：“外面”" in told
        link = re.search(r'href="/settings#(p-materials\.follow_links)"', told)
        assert link is not None
        form = browser.ask("/settings").text
        assert f'id="{link[1]}"' in form
        assert browser.ask("/evidence/file/%E5%A4%96%E9%9D%A2/%E5%A4%96.txt").status == 404
        assert sent(browser, {"materials.follow_links": "true"}).status == 303
        assert "跟着走了：“外面”" in browser.ask("/evidence").text
        assert browser.ask("/evidence/file/%E5%A4%96%E9%9D%A2/%E5%A4%96.txt").status == 200
        by_command = api.assess(unit)
        assert "外面/外.txt" in by_command.dossier.evidence
        assert "evidence.links_followed" in {its.code for its in by_command.findings}
        (outside / "又一份.txt").write_text("会议纪要", encoding="utf-8")
        assert browser.ask("/evidence/file/%E5%A4%96%E9%9D%A2/%E5%8F%88%E4%B8%80%E4%BB%BD.txt").status == 200


def test_a_folder_that_nobody_may_open_is_told_where_the_files_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit, real = small_unit(tmp_path / "甲市"), os.scandir
    (unit / "材料" / "锁着").mkdir(parents=True)

    def refuse(path: Any = ".") -> Any:
        if str(path).endswith("锁着"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert only(api.check(unit), "evidence.not_entered").at.file == "材料/锁着"
    with opened(unit) as browser:
        assert "材料里的文件夹“锁着”没有进去看" in browser.ask("/evidence").text

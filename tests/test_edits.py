"""Edits made in Word survive: what somebody changed in a draft stands in every later one, its figures renewed."""

from __future__ import annotations

import copy
import re
import shutil
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from hypothesis import given
from hypothesis import strategies as st
from kaoping.cli import main as command_line

from kaoping import api
from kaoping.core import fs
from kaoping.core.errors import KaopingError
from kaoping.core.figures import Figure
from kaoping.core.findings import Finding
from kaoping.documents.edits import keeping
from kaoping.documents.edits.phrases import Words, holes, parsed, plain, rewritten, told_apart, written
from units import only, small_unit

REPORT = "自评报告"
TRAINED = "组织全市范围线下培训2场，参训78人次。开展以案施训1次。"
PLANS = "健全案件会审和信用分类两项机制。"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small unit with its 送审稿; tests copy it."""
    unit = small_unit(tmp_path_factory.mktemp("edits") / "unit")
    api.build(unit)
    return unit


@pytest.fixture
def unit(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "unit"))


def draft_of(unit: Path, name: str = REPORT) -> Path:
    return unit / "成果" / "送审稿" / "data" / f"{name}.docx"


class Office:
    """Somebody who works in a Word file; it is saved when the ``with`` block ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.document = docx.Document(str(path))

    def __enter__(self) -> Office:
        return self

    def __exit__(self, *_: object) -> None:
        self.document.save(str(self.path))

    def find(self, words: str) -> Paragraph:
        body = self.document.element.body
        return next(p for p in (Paragraph(e, None) for e in body.iter(qn("w:p"))) if words in p.text)  # type: ignore[arg-type]

    def replace(self, old: str, new: str) -> None:
        """Change words as Word does it: within the runs that they stand in, wherever those begin and end."""
        paragraph = self.find(old)
        start = paragraph.text.index(old)
        end, at = start + len(old), 0
        for run in paragraph.runs:
            low, high = max(start - at, 0), min(end - at, len(run.text))
            at += len(run.text)
            if low < high:
                run.text = run.text[:low] + new + run.text[high:]
                new = ""

    def remove(self, words: str) -> None:
        element: Any = self.find(words)._p
        element.getparent().remove(element)

    def insert_after(self, words: str, text: str) -> Paragraph:
        above: Any = self.find(words)._p
        element = copy.deepcopy(above)
        above.addnext(element)
        made = Paragraph(element, self.find(words)._parent)
        for child in list(element):
            if child.tag != qn("w:pPr"):
                element.remove(child)
        made.add_run(text)
        return made

    def move_after(self, words: str, other: str) -> None:
        there: Any = self.find(other)._p
        there.addnext(self.find(words)._p)


def texts(path: Path) -> list[str]:
    """The paragraphs of a Word file, those of its tables too."""
    body = docx.Document(str(path)).element.body
    return [text for e in body.iter(qn("w:p")) if (text := Paragraph(e, None).text.strip())]  # type: ignore[arg-type]


def with_words(path: Path, words: str) -> str:
    found = [text for text in texts(path) if words in text]
    assert len(found) == 1, found
    return found[0]


def codes(findings: Any) -> set[str]:
    return {finding.code for finding in findings if finding.code.startswith(("edits.", "final."))}


def record(unit: Path, name: str, old: str, new: str) -> None:
    path = unit / "records" / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


# -- words -----------------------------------------------------------------------------------------------


def test_changed_words_stand_in_the_next_draft_and_the_build_says_so(unit: Path) -> None:
    with Office(draft_of(unit)) as office:
        office.replace("组织全市范围线下培训", "全年举办线下培训")
    again = api.build(unit)
    assert "全年举办线下培训2场，参训78人次" in "".join(texts(draft_of(unit)))
    taken = only(again.notes, "edits.taken")
    assert "自评报告" in taken.problem and "1处" in taken.problem
    assert only(again.findings, "edits.standing").severity == "note"


def test_a_figure_within_changed_words_is_renewed(unit: Path) -> None:
    with Office(draft_of(unit)) as office:
        office.replace("组织全市范围线下培训", "全年举办线下培训")
    api.build(unit)
    record(unit, "trainings.yaml", "people: 40", "people: 45")
    api.build(unit)
    assert "全年举办线下培训2场，参训83人次" in "".join(texts(draft_of(unit)))


def test_a_figure_in_an_edit_keeps_its_source_and_the_edit_says_what_was_there(unit: Path) -> None:
    with Office(draft_of(unit)) as office:
        office.replace("组织全市范围线下培训", "全年举办线下培训")
    api.build(unit)
    document = docx.Document(str(draft_of(unit)))
    notes = [comment.text for comment in document.comments]
    assert any(note.startswith("修改 X01") and TRAINED in note for note in notes)
    paragraph = next(p for p in document.paragraphs if "全年举办" in p.text)
    marked = paragraph._p.xpath("./w:commentRangeStart/following-sibling::w:r[1]/w:t")
    assert {"2", "78"} <= {node.text for node in marked}
    referenced = document.element.body.xpath("count(.//w:commentReference)")
    assert referenced == len(notes), "no comment is left without its place"


def test_two_builds_with_an_edit_are_byte_identical(unit: Path, tmp_path: Path) -> None:
    with Office(draft_of(unit)) as office:
        office.replace("组织全市范围线下培训", "全年举办线下培训")
        office.insert_after(PLANS, "新的一年还要做好两件事。")
    api.build(unit)
    first = files(unit / "成果" / "送审稿")
    other = Path(shutil.copytree(unit, tmp_path / "另一处" / "单位"))
    shutil.rmtree(other / "成果")
    assert files(api.build(other).package) == first
    assert files(api.build(unit).package) == first


def test_a_figure_changed_by_hand_is_refused_with_its_source_and_the_rest_is_kept(unit: Path) -> None:
    with Office(draft_of(unit)) as office:
        office.replace("组织全市范围线下培训", "全年举办线下培训")
        office.replace("参训78人次", "参训80人次")
    again = api.build(unit)
    assert "全年举办线下培训2场，参训78人次" in "".join(texts(draft_of(unit)))
    refused = only(again.notes, "edits.figure")
    assert "“78”改成了“80”" in refused.problem and "培训" in refused.problem.split("来源是")[1]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("参训78人次", "参训约80人次"),
        ("培训2场", "培训两场"),
        ("培训2场，参训78人次", "培训3场，参训81人次"),
        ("可得100分", "可得110分"),
        ("2017年12月22日", "2017年12月25日"),
    ],
)
def test_no_number_of_the_program_can_be_changed_in_word(unit: Path, old: str, new: str) -> None:
    with Office(draft_of(unit)) as office:
        office.replace(old, new)
    again = api.build(unit)
    assert "edits.figure" in codes(again.notes)
    assert not any(
        number in "".join(texts(draft_of(unit))) for number in ("80人", "两场", "3场", "81", "110分", "25日")
    )


def test_a_blank_is_filled_with_words_but_not_with_a_number(unit: Path) -> None:
    with Office(draft_of(unit)) as office:
        office.replace("【待补：信用监管工作情况】", "建立了120家经营单位的信用档案")
        office.replace("【待补：检查次数】", "36")
    again = api.build(unit)
    words = "".join(texts(draft_of(unit)))
    assert "加强文化市场信用监管，建立了120家经营单位的信用档案。" in words
    assert "【待补：检查次数】" in words
    assert "“【待补：检查次数】”改成了“36”" in only(again.notes, "edits.figure").problem


def test_words_that_an_office_wrote_are_its_own_whatever_numbers_are_in_them(unit: Path) -> None:
    record(unit, "statements.yaml", "两项机制", "2项机制")
    api.build(unit)
    with Office(draft_of(unit)) as office:
        office.replace("2项机制", "3项机制")
    again = api.build(unit)
    assert "edits.figure" not in codes(again.findings)
    assert "健全案件会审和信用分类3项机制。" in texts(draft_of(unit))


# -- paragraphs ------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_inserted_paragraphs_stay_behind_their_neighbour_in_the_looks_of_the_template(unit: Path) -> None:
    with Office(draft_of(unit)) as office:
        made = office.insert_after("组织全市范围线下培训", "此外，还选派骨干参加了省里的师资班。")
        office.insert_after("还选派骨干", "骨干回来以后都讲了课。")
        made.runs[0].font.bold = True
        made.runs[0].font.size = 500_000
    api.build(unit)
    record(unit, "trainings.yaml", "people: 40", "people: 45")
    api.build(unit)
    document = docx.Document(str(draft_of(unit)))
    words = [p.text for p in document.paragraphs]
    at = words.index("此外，还选派骨干参加了省里的师资班。")
    assert words[at - 1].startswith("组织全市范围线下培训2场，参训83人次")
    assert words[at + 1] == "骨干回来以后都讲了课。"
    made = document.paragraphs[at]
    assert made.style is not None and made.style.name == document.paragraphs[at - 1].style.name  # type: ignore[union-attr]
    assert made.runs[0].font.bold is None and made.runs[0].font.size == document.paragraphs[at - 1].runs[0].font.size


def test_a_deleted_paragraph_stays_away_and_that_is_told(unit: Path) -> None:
    with Office(draft_of(unit)) as office:
        office.remove("推动上网服务行业转型升级，评定")
    api.build(unit)
    again = api.build(unit)
    assert not any(text.startswith("推动上网服务行业转型升级，评定") for text in texts(draft_of(unit)))
    assert "推动上网服务行业转型升级" in only(again.findings, "edits.deleted").problem


@pytest.mark.slow
def test_a_moved_paragraph_keeps_its_figures(unit: Path) -> None:
    with Office(draft_of(unit)) as office:
        office.move_after("组织全市范围线下培训", PLANS)
    api.build(unit)
    record(unit, "trainings.yaml", "people: 40", "people: 45")
    api.build(unit)
    words = texts(draft_of(unit))
    assert words[words.index(PLANS) + 1] == TRAINED.replace("78", "83")
    assert sum("线下培训2场" in text for text in words) == 1


@pytest.mark.slow
def test_paragraphs_in_another_order_keep_their_edits(unit: Path) -> None:
    with Office(draft_of(unit)) as office:
        office.move_after("开展政策督查", "推动文化娱乐行业转型升级，")
        office.replace("开展政策督查和行政审批规范化建设", "抓好政策督查")
    api.build(unit)
    words = texts(draft_of(unit))
    at = next(i for i, text in enumerate(words) if text.startswith("抓好政策督查"))
    assert words[at - 1].startswith("推动文化娱乐行业转型升级，")
    assert words[at + 1].startswith("加强文化市场信用监管")
    assert not any(text.startswith("开展政策督查和行政") for text in words)


def test_a_paragraph_cut_in_two_and_two_made_one_keep_their_figures(unit: Path) -> None:
    with Office(draft_of(unit)) as office:
        office.replace("开展以案施训1次。", "")
        office.insert_after("组织全市范围线下培训", "开展以案施训1次。")
        office.replace("召开综治工作会议。", "召开综治工作会议。" + "特此说明。")
    api.build(unit)
    record(unit, "trainings.yaml", "people: 40", "people: 45")
    api.build(unit)
    words = texts(draft_of(unit))
    at = words.index("组织全市范围线下培训2场，参训83人次。")
    assert words[at + 1] == "开展以案施训1次。"
    text = (unit / "修改" / f"{REPORT}.yaml").read_text("utf-8")
    assert "开展以案施训⟦3=1⟧次。" in text, "the figure is the program's in the second paragraph too"


@pytest.mark.slow
def test_an_inserted_heading_is_numbered_with_the_others(unit: Path) -> None:
    numbers = "一二三四五六七八"
    last = next(text for text in texts(draft_of(unit)) if text.endswith("、下一步打算"))
    with Office(draft_of(unit)) as office:
        body: Any = office.insert_after("现将有关情况报告如下", "今年的工作有三个特点。")._p
        heading: Any = office.insert_after("一、自评情况", "二、工作的特点")._p
        body.addprevious(heading)
    api.build(unit)
    words = texts(draft_of(unit))
    at = words.index("一、工作的特点")
    assert words[at + 1] == "今年的工作有三个特点。"
    assert "二、自评情况" in words
    assert f"{numbers[numbers.index(last[0]) + 1]}、下一步打算" in words


@pytest.mark.slow
def test_a_heading_is_changed_without_its_number(unit: Path) -> None:
    before = next(text for text in texts(draft_of(unit)) if text.endswith("、下一步打算"))
    with Office(draft_of(unit)) as office:
        office.replace("下一步打算", "明年的打算")
    api.build(unit)
    assert before.replace("下一步打算", "明年的打算") in texts(draft_of(unit))


# -- an edit of an edit ----------------------------------------------------------------------------------


def test_an_edit_is_edited_again_and_taken_back(unit: Path) -> None:
    with Office(draft_of(unit)) as office:
        office.replace("组织全市范围线下培训", "全年举办线下培训")
        office.insert_after(PLANS, "还要做好两件事。")
    api.build(unit)
    with Office(draft_of(unit)) as office:
        office.replace("全年举办线下培训", "一年来举办线下培训")
        office.replace("还要做好两件事。", "还要做好三件事。")
    api.build(unit)
    words = "".join(texts(draft_of(unit)))
    assert "一年来举办线下培训2场" in words and "全年举办" not in words
    assert "还要做好三件事。" in words and "两件事" not in words
    assert [each.outcome.edit.id for each in api.list_edits(unit)] == ["X01", "X02"]
    with Office(draft_of(unit)) as office:
        office.replace("一年来举办线下培训", "组织全市范围线下培训")
        office.remove("还要做好三件事。")
    again = api.build(unit)
    assert only(again.notes, "edits.undone")
    assert api.list_edits(unit) == [] and not (unit / "修改" / f"{REPORT}.yaml").exists()


@pytest.mark.slow
def test_dropping_an_edit_or_its_entry_undoes_it_and_the_draft_set_aside_does_not_bring_it_back(unit: Path) -> None:
    with Office(draft_of(unit)) as office:
        office.replace("组织全市范围线下培训", "全年举办线下培训")
    api.build(unit)
    api.choose(unit, drop=["X01"])
    again = api.build(unit)
    assert TRAINED in texts(draft_of(unit))
    assert codes(again.findings) == set()
    assert (unit / "成果" / "送审稿（改过1）").is_dir(), "what somebody worked in is never removed"


@pytest.mark.slow
def test_a_draft_set_aside_by_an_older_build_is_taken_in(unit: Path) -> None:
    with Office(draft_of(unit)) as office:
        office.replace("组织全市范围线下培训", "全年举办线下培训")
    package = unit / "成果" / "送审稿"
    package.rename(package.with_name("送审稿（改过1）"))
    api.build(unit)
    assert "全年举办线下培训2场" in "".join(texts(draft_of(unit)))


# -- two drafts, changed records -------------------------------------------------------------------------


def _copy(unit: Path, folder: Path, name: str) -> Path:
    folder.mkdir(exist_ok=True)
    return Path(shutil.copyfile(draft_of(unit), folder / name))


@pytest.mark.slow
def test_two_drafts_with_different_edits_are_both_taken_in(unit: Path, tmp_path: Path) -> None:
    for name, old, new in (("自评报告-张.docx", "组织全市", "举办全市"), ("自评报告(1).docx", "健全案件", "完善案件")):
        with Office(_copy(unit, tmp_path / "邮件", name)) as office:
            office.replace(old, new)
        api.take_in(unit, [office.path])
    api.build(unit)
    words = "".join(texts(draft_of(unit)))
    assert "举办全市范围线下培训" in words and "完善案件会审" in words


def test_two_drafts_that_change_the_same_words_wait_for_somebody_to_choose(unit: Path, tmp_path: Path) -> None:
    for name, new in (("甲.docx", "全年举办线下培训"), ("乙.docx", "年内开办线下培训")):
        with Office(_copy(unit, tmp_path / "邮件", name)) as office:
            office.replace("组织全市范围线下培训", new)
        api.take_in(unit, [office.path])
    again = api.build(unit)
    words = texts(draft_of(unit))
    at = words.index(TRAINED)
    assert "X01" in words[at + 1] and "全年举办线下培训" in words[at + 1]
    assert "X02" in words[at + 2] and "年内开办线下培训" in words[at + 2]
    assert len([f for f in again.findings if f.code == "edits.rival"]) == 2
    api.choose(unit, keep=["X02"])
    api.build(unit)
    words = texts(draft_of(unit))
    assert "年内开办线下培训2场" in "".join(words) and "全年举办" not in "".join(words)
    assert not any("待选定" in text for text in words)


def test_records_that_change_the_replaced_words_show_both_until_somebody_chooses(unit: Path) -> None:
    with Office(draft_of(unit)) as office:
        office.replace(PLANS, "健全案件会审、信用分类和联合惩戒三项机制。")
    api.build(unit)
    record(unit, "statements.yaml", "健全案件会审和信用分类两项机制", "健全案件会审机制")
    again = api.build(unit)
    told = only(again.findings, "edits.changed")
    for words in (PLANS.rstrip("。"), "健全案件会审机制", "联合惩戒三项机制"):
        assert words in told.problem
    words = texts(draft_of(unit))
    at = words.index("健全案件会审机制。")
    assert "待选定" in words[at + 1] and "联合惩戒三项机制" in words[at + 1]
    assert [each.outcome.trouble for each in api.list_edits(unit)] == ["changed"]


@pytest.mark.slow
def test_an_edit_chosen_after_the_records_changed_stands(unit: Path) -> None:
    with Office(draft_of(unit)) as office:
        office.replace(PLANS, "健全案件会审、信用分类和联合惩戒三项机制。")
    api.build(unit)
    record(unit, "statements.yaml", "健全案件会审和信用分类两项机制", "健全案件会审机制")
    api.build(unit)
    api.choose(unit, keep=["X01"])
    again = api.build(unit)
    assert "健全案件会审、信用分类和联合惩戒三项机制。" in texts(draft_of(unit))
    assert codes(again.findings) == {"edits.standing"}


@pytest.mark.slow
def test_a_conflict_is_settled_in_word_as_well(unit: Path) -> None:
    with Office(draft_of(unit)) as office:
        office.replace(PLANS, "健全案件会审、信用分类和联合惩戒三项机制。")
    api.build(unit)
    record(unit, "statements.yaml", "健全案件会审和信用分类两项机制", "健全案件会审机制")
    api.build(unit)
    with Office(draft_of(unit)) as office:
        office.replace("健全案件会审机制。", "健全案件会审和联合惩戒机制。")
    again = api.build(unit)
    assert "健全案件会审和联合惩戒机制。" in texts(draft_of(unit))
    assert "edits.changed" not in codes(again.findings)
    assert not any("待选定" in text for text in texts(draft_of(unit)))


@pytest.mark.slow
def test_records_that_change_other_sentences_of_the_paragraph_are_no_conflict(unit: Path) -> None:
    with Office(draft_of(unit)) as office:
        office.replace("组织全市范围线下培训", "全年举办线下培训")
    api.build(unit)
    record(unit, "trainings.yaml", "case_based: 是", "case_based: 否")
    record(unit, "trainings.yaml", "people: 40", "people: 45")
    again = api.build(unit)
    assert codes(again.findings) == {"edits.standing"}
    assert any(text.startswith("全年举办线下培训2场，参训83人次。") for text in texts(draft_of(unit)))
    assert not any("以案施训1次" in text for text in texts(draft_of(unit)))


@pytest.mark.slow
def test_a_figure_that_is_no_longer_generated_is_told_when_the_edit_is_kept(unit: Path) -> None:
    with Office(draft_of(unit)) as office:
        office.replace("开展以案施训1次", "还搞了以案施训1次")
    api.build(unit)
    record(unit, "trainings.yaml", "case_based: 是", "case_based: 否")
    assert "edits.changed" in codes(api.build(unit).findings)
    assert codes(api.choose(unit, keep=["X01"])) == {"edits.figure_loose"}
    api.build(unit)
    assert any("还搞了以案施训1次" in text for text in texts(draft_of(unit)))


def test_an_edit_whose_paragraph_is_gone_is_shown_and_never_lost(unit: Path) -> None:
    with Office(draft_of(unit)) as office:
        office.replace("重视社会治安综合治理工作", "高度重视社会治安综合治理工作")
    api.build(unit)
    (unit / "records" / "meetings.yaml").write_text("[]\n", encoding="utf-8")
    again = api.build(unit)
    found = codes(again.findings) & {"edits.gone", "edits.changed"}
    assert found
    assert any("待选定" in text and "高度重视" in text for text in texts(draft_of(unit)))
    if found == {"edits.gone"}:
        with pytest.raises(KaopingError) as refused:
            api.choose(unit, keep=["X01"])
        assert codes(refused.value.findings) == {"edits.cannot_keep"}


# -- how Word and others write ---------------------------------------------------------------------------


def _as_word_saves(path: Path) -> None:
    """Cut runs anywhere, with ids of the session and proofing marks between them; drop all comments, as WPS may."""
    document = docx.Document(str(path))
    for paragraph in document.element.body.iter(qn("w:p")):
        paragraph.set(qn("w:rsidR"), "00A1B2C3")
        for mark in list(paragraph.iter(qn("w:commentRangeStart"), qn("w:commentRangeEnd"))):
            mark.getparent().remove(mark)
        for run in list(paragraph.iter(qn("w:r"))):
            if run.find(qn("w:commentReference")) is not None:
                run.getparent().remove(run)
                continue
            run.set(qn("w:rsidR"), "00D4E5F6")
            text = Run(run, None).text  # type: ignore[arg-type]
            if len(text) > 3 and "\n" not in text:
                other = copy.deepcopy(run)
                Run(run, None).text, Run(other, None).text = text[: len(text) // 2], text[len(text) // 2 :]  # type: ignore[arg-type]
                run.addnext(other)
                run.addnext(OxmlElement("w:proofErr"))
    document.save(str(path))


def test_a_draft_that_was_only_saved_again_has_no_edits(unit: Path) -> None:
    for name in (REPORT, "培训总结", "审签页", "报送报告"):
        _as_word_saves(draft_of(unit, name))
    again = api.build(unit)
    assert codes(again.findings) == {"edits.unchanged"}


def test_runs_cut_anywhere_do_not_matter(unit: Path) -> None:
    _as_word_saves(draft_of(unit))
    with Office(draft_of(unit)) as office:
        office.replace("组织全市范围线下培训", "全年举办线下培训")
    api.build(unit)
    assert "全年举办线下培训2场，参训78人次。开展以案施训1次。" in texts(draft_of(unit))


@pytest.mark.slow
def test_a_draft_saved_by_libreoffice(unit: Path, tmp_path: Path, to_pdf: Callable[..., dict[str, Path]]) -> None:
    plain = to_pdf(draft_of(unit), draft_of(unit, "审签页"), to="docx")
    for path in plain.values():
        told = api.take_in(unit, [path])
        assert codes(told) == {"edits.unchanged"}, [f.problem for f in told]
    with Office(plain[f"{REPORT}.docx"]) as office:
        office.replace("组织全市范围线下培训", "全年举办线下培训")
        office.insert_after("健全案件会审", "还要做好两件事。")
    api.take_in(unit, [office.path])
    api.build(unit)
    words = texts(draft_of(unit))
    assert "全年举办线下培训2场，参训78人次。开展以案施训1次。" in words
    assert words[words.index(PLANS) + 1] == "还要做好两件事。"


def _tracked(tag: str, *runs: Any) -> Any:
    element = OxmlElement(tag)
    element.set(qn("w:id"), "900")
    element.set(qn("w:author"), "张三")
    for run in runs:
        element.append(run)
    return element


def test_tracked_changes_count_as_accepted_and_are_told(unit: Path) -> None:
    with Office(draft_of(unit)) as office:
        run: Any = office.find("组织全市范围线下培训").runs[0]._r
        deleted = copy.deepcopy(run)
        for node in deleted.iter(qn("w:t")):
            node.tag = qn("w:delText")
        inserted = copy.deepcopy(run)
        Run(inserted, None).text = "全年举办线下培训"  # type: ignore[arg-type]
        run.addnext(_tracked("w:ins", inserted))
        run.addnext(_tracked("w:del", deleted))
        run.getparent().remove(run)
        gone: Any = office.find("推动上网服务行业转型升级，评定")._p
        for run in list(gone.iter(qn("w:r"))):
            for node in run.iter(qn("w:t")):
                node.tag = qn("w:delText")
            wrapper = _tracked("w:del")
            run.addprevious(wrapper)
            wrapper.append(run)
        mark = OxmlElement("w:rPr")
        mark.append(_tracked("w:del"))
        gone.get_or_add_pPr().append(mark)
    again = api.build(unit)
    words = texts(draft_of(unit))
    assert "全年举办线下培训2场，参训78人次。开展以案施训1次。" in words
    assert not any(text.startswith("推动上网服务行业转型升级，评定") for text in words)
    assert only(again.notes, "edits.tracked")


def test_comments_of_people_are_told_and_ours_are_not(unit: Path) -> None:
    with Office(draft_of(unit)) as office:
        office.document.add_comment(office.find(PLANS).runs, "这里再具体一点", author="李四", initials="李")
    again = api.build(unit)
    told = only(again.notes, "edits.comment")
    assert "李四" in told.problem and "这里再具体一点" in told.problem and "健全案件会审" in told.problem


# -- tables and margins ----------------------------------------------------------------------------------


def test_a_table_cell_is_edited_like_a_paragraph(unit: Path) -> None:
    with Office(draft_of(unit, "审签页")) as office:
        office.replace("自评总分", "自评得分共")
        table = office.document.tables[1]
        table.rows[1].cells[1].text = "情况属实，同意上报。"
    api.build(unit)
    path = draft_of(unit, "审签页")
    assert with_words(path, "自评得分共")
    assert docx.Document(str(path)).tables[1].rows[1].cells[1].text == "情况属实，同意上报。"
    assert docx.Document(str(path)).tables[1].rows[2].cells[1].text == ""


@pytest.mark.slow
def test_a_row_put_in_by_hand_is_told_and_not_taken_in(unit: Path) -> None:
    with Office(draft_of(unit, "审签页")) as office:
        row = office.document.tables[0].rows[1]._tr
        other = copy.deepcopy(row)
        row.addnext(other)
        next(other.iter(qn("w:t"))).text = "补充说明"
    again = api.build(unit)
    assert "补充说明" in only(again.notes, "edits.left_out").problem
    assert not any("补充说明" in text for text in texts(draft_of(unit, "审签页")))


@pytest.mark.slow
def test_a_header_is_told_and_not_taken_in(unit: Path) -> None:
    with Office(draft_of(unit)) as office:
        office.document.sections[0].header.paragraphs[0].text = "内部资料"
    assert "内部资料" in only(api.build(unit).notes, "edits.left_out").problem


# -- which file is what ----------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_score_sheet_is_told_once_and_never_taken_in(unit: Path) -> None:
    path = unit / "成果" / "送审稿" / "data" / "自评分表.xlsx"
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["A1"] = "改了"
    book.save(path)
    with Office(draft_of(unit, "自评分表")) as office:
        office.document.tables[0].rows[1].cells[0].text = "改了"
    again = api.build(unit)
    told = [f.problem for f in again.notes if f.code == "edits.sheet"]
    assert len(told) == 2 and any("自评分表.xlsx" in words for words in told)
    assert "edits.sheet" not in codes(api.build(unit).notes)
    assert codes(api.take_in(unit, [path])) == {"edits.sheet"}


def test_a_file_that_is_none_of_ours(unit: Path, tmp_path: Path) -> None:
    other = docx.Document()
    other.add_paragraph("关于召开会议的通知")
    other.save(str(tmp_path / "通知.docx"))
    (tmp_path / "坏.docx").write_bytes(b"not a zip")
    assert codes(api.take_in(unit, [tmp_path / "通知.docx"])) == {"edits.not_ours"}
    assert codes(api.take_in(unit, [tmp_path / "坏.docx"])) == {"edits.not_word"}
    assert codes(api.take_in(unit, [tmp_path / "没有.docx"])) == {"edits.unreadable"}


def test_a_draft_from_before_this_version_is_told(unit: Path, tmp_path: Path) -> None:
    shutil.rmtree(unit / "修改")
    with Office(draft_of(unit)) as office:
        office.replace("组织全市范围线下培训", "全年举办线下培训")
    again = api.build(unit)
    assert codes(again.findings) == {"edits.no_generated"}
    assert (unit / "成果" / "送审稿（改过1）").is_dir()


@pytest.mark.slow
def test_a_draft_of_another_day_that_nobody_kept_is_never_compared_with_today_s(unit: Path, tmp_path: Path) -> None:
    """Its older figures would look as if somebody had changed them by hand, and its older words like edits."""
    path = _copy(unit, tmp_path / "邮件", "发回.docx")
    with Office(path) as office:
        office.document.core_properties.identifier = ""
    shutil.rmtree(unit / "修改")
    shutil.rmtree(unit / "成果")
    record(unit, "trainings.yaml", "people: 40", "people: 45")
    record(unit, "trainings.yaml", "mode: 线下", "mode: 线上")
    record(unit, "unit.yaml", "2017-12-22", "2017-12-29")
    api.build(unit)
    assert codes(api.take_in(unit, [path])) == {"edits.stale"}
    assert api.list_edits(unit) == []


@pytest.mark.slow
def test_an_older_draft_does_not_overwrite_what_was_edited_since(unit: Path, tmp_path: Path) -> None:
    with Office(draft_of(unit)) as office:
        office.replace("组织全市范围线下培训", "全年举办线下培训")
    api.build(unit)
    older = _copy(unit, tmp_path / "邮件", "乙.docx")
    with Office(draft_of(unit)) as office:
        office.replace("全年举办线下培训", "一年来举办线下培训")
    api.build(unit)
    with Office(older) as office:
        office.replace("全年举办线下培训", "年内举办线下培训")
    api.take_in(unit, [older])
    assert [f.code for f in api.build(unit).findings if f.code == "edits.rival"] == ["edits.rival"] * 2


@pytest.mark.slow
def test_a_picture_is_told_and_not_taken_in(unit: Path) -> None:
    photo = next((unit / "材料").rglob("*.jpg"))
    with Office(draft_of(unit)) as office:
        office.document.add_picture(str(photo))
    assert "图片" in only(api.build(unit).notes, "edits.left_out").problem


def test_nobody_guesses_between_two_documents(unit: Path, tmp_path: Path) -> None:
    """A unit may have two reports of nearly the same words; a file without its title could be either."""
    kept = sorted((unit / "修改" / "底稿").glob("自评报告-*.json"))[0]
    twin = kept.read_text("utf-8").replace('"document": "自评报告"', '"document": "半年报告"')
    kept.with_name("半年报告-000000000000.json").write_text(twin, encoding="utf-8")
    path = _copy(unit, tmp_path / "邮件", "报告.docx")
    with Office(path) as office:
        office.replace("组织全市范围线下培训", "全年举办线下培训")
        office.document.core_properties.title = office.document.core_properties.identifier = ""
    assert codes(api.take_in(unit, [path])) == {"edits.which"}
    assert codes(api.take_in(unit, [path], "月报")) == {"edits.unknown_document"}
    assert codes(api.take_in(unit, [path], REPORT)) == {"edits.taken"}


@pytest.mark.slow
def test_a_copy_of_an_earlier_draft_is_compared_with_what_was_generated_then(unit: Path, tmp_path: Path) -> None:
    path = _copy(unit, tmp_path / "邮件", "发回.docx")
    record(unit, "trainings.yaml", "people: 40", "people: 45")
    record(unit, "statements.yaml", "健全案件会审和信用分类两项机制", "健全案件会审机制")
    api.build(unit)
    with Office(path) as office:
        office.replace("组织全市范围线下培训", "全年举办线下培训")
    assert codes(api.take_in(unit, [path])) == {"edits.taken"}
    api.build(unit)
    words = texts(draft_of(unit))
    assert "全年举办线下培训2场，参训83人次。开展以案施训1次。" in words
    assert "健全案件会审机制。" in words


@pytest.mark.parametrize("lock", ["~$评报告.docx", ".~lock.自评报告.docx#", ".~自评报告.docx"])
def test_a_draft_that_is_open_is_told_and_taken_as_it_was_saved(unit: Path, lock: str) -> None:
    with Office(draft_of(unit)) as office:
        office.replace("组织全市范围线下培训", "全年举办线下培训")
    draft_of(unit).with_name(lock.replace("~$评", "~$自评")).write_bytes(b"x")
    assert codes(api.take_in(unit)) == {"edits.in_use", "edits.taken"}


def test_a_draft_that_can_t_be_read_is_told(unit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = draft_of(unit)
    real = fs.read

    def refuse(file: Path) -> bytes:
        if file == path:
            raise PermissionError(13, "Permission denied")
        return real(file)

    monkeypatch.setattr(fs, "read", refuse)
    told: Finding = only(api.take_in(unit, [path]), "edits.unreadable")
    assert "正被别的程序占用" in told.problem


@pytest.mark.slow
def test_single_drafts_are_taken_in_before_they_are_written_again(unit: Path) -> None:
    [path], _ = api.build_only(unit, [REPORT])
    with Office(path) as office:
        office.replace("组织全市范围线下培训", "全年举办线下培训")
    [path], assessment = api.build_only(unit, [REPORT])
    assert "全年举办线下培训2场，参训78人次。开展以案施训1次。" in texts(path)
    assert only(assessment.findings, "edits.taken")


def test_single_drafts_say_what_became_of_changes_and_how_many_findings_there_are(
    unit: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    [path], _ = api.build_only(unit, [REPORT])
    with Office(path) as office:
        office.replace("组织全市范围线下培训", "全年举办线下培训")
    (unit / "材料" / "没有记录引用的.txt").write_text("记事", encoding="utf-8")
    capsys.readouterr()
    assert command_line.run(["build", str(unit), "--only", REPORT]) in (0, 1)
    printed = capsys.readouterr().out
    assert f"收进“{REPORT}”的1处修改" in printed
    assert re.search(r"另有.*[1-9]\d* 条.*；运行 kaoping check 查看。", printed)


@pytest.mark.slow
def test_edits_of_a_document_that_is_no_longer_made_are_told(unit: Path) -> None:
    """They lay in 修改/ and nobody heard of them."""
    name = "培训总结"
    with Office(draft_of(unit, name)) as office:
        office.insert_after("特此报告。", "请予审核。")
    api.build(unit)
    assert "edits.not_made" not in codes(api.check(unit))
    for kind in ("trainings", "training_plans"):
        (unit / "records" / f"{kind}.yaml").unlink(missing_ok=True)
    finding = only(api.check(unit), "edits.not_made")
    assert name in finding.problem and "--drop" in finding.mend
    [edit] = keeping.edits_of(unit, name)
    api.choose(unit, drop=[edit.id])
    assert "edits.not_made" not in codes(api.check(unit))


def test_nothing_to_take_in(unit: Path) -> None:
    assert codes(api.take_in(unit)) == {"edits.none"}
    with pytest.raises(KaopingError) as refused:
        api.choose(unit, keep=["X09"])
    assert codes(refused.value.findings) == {"edits.unknown_id"}


def test_edits_that_can_t_be_written_or_kept_are_told(unit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kaoping.documents.edits import keeping

    def refuse(path: Path, data: bytes) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    with Office(draft_of(unit)) as office:
        office.replace("组织全市范围线下培训", "全年举办线下培训")
    monkeypatch.setattr(keeping, "_write", refuse)
    with pytest.raises(KaopingError) as refused:
        api.take_in(unit)
    assert codes(refused.value.findings) == {"edits.not_written"}
    shutil.rmtree(unit / "成果")
    shutil.rmtree(unit / "修改")
    assert only(api.build(unit).notes, "edits.not_kept")


# -- what a check tells of them -----------------------------------------------------------------------------


@pytest.mark.slow
def test_a_check_tells_drafts_that_wait_and_edits_that_are_open_as_a_build_does(unit: Path, tmp_path: Path) -> None:
    assert "edits.waiting" not in codes(api.check(unit)), "a draft that nobody touched"
    other = Path(shutil.copyfile(draft_of(unit), tmp_path / "发回.docx"))
    with Office(draft_of(unit)) as office:
        office.replace(PLANS, "健全案件会审机制。")
    told = only(api.check(unit), "edits.waiting")
    assert str(told.at) == f"送审稿/{REPORT}.docx"
    api.take_in(unit)
    assert "edits.standing" in codes(api.check(unit)) and "edits.waiting" not in codes(api.check(unit))
    with Office(other) as office:
        office.replace(PLANS, "健全信用分类机制。")
    api.take_in(unit, [other])
    checked = api.check(unit)
    built = api.build(unit).assessment.findings
    assert "edits.rival" in codes(checked)
    assert sorted((f.code, f.problem) for f in checked) == sorted((f.code, f.problem) for f in built)


# -- the 报送稿 ---------------------------------------------------------------------------------------------


@pytest.fixture
def settled_unit(settled: Path, tmp_path: Path) -> Iterator[Path]:
    yield Path(shutil.copytree(settled, tmp_path / "settled", ignore=shutil.ignore_patterns("成果", "修改")))


@pytest.mark.slow
def test_an_edit_of_the_draft_stands_in_the_final_clean(settled_unit: Path, tmp_path: Path) -> None:
    [path], _ = api.build_only(settled_unit, [REPORT], out=tmp_path / "稿")
    with Office(path) as office:
        old = next(p.text for p in office.document.paragraphs if p.text.startswith("推动上网服务行业转型升级"))
        office.replace("推动上网服务行业转型升级", "大力推动上网服务行业转型升级")
    assert codes(api.take_in(settled_unit, [path])) == {"edits.taken"}
    [final], _ = api.build_only(settled_unit, [REPORT], final=True, out=tmp_path / "报送")
    document = docx.Document(str(final))
    assert f"大力{old}" in [p.text for p in document.paragraphs]
    assert not list(document.comments)


@pytest.mark.slow
def test_a_final_is_refused_while_an_edit_is_open(settled_unit: Path, tmp_path: Path) -> None:
    [path], _ = api.build_only(settled_unit, [REPORT], out=tmp_path / "稿")
    plans = next(p.text for p in docx.Document(str(path)).paragraphs if "机制" in p.text)
    for name in ("甲", "乙"):
        other = shutil.copyfile(path, tmp_path / f"{name}.docx")
        with Office(other) as office:
            office.replace(plans, f"{plans}（{name}加的）")
        api.take_in(settled_unit, [other])
    with pytest.raises(KaopingError) as refused:
        api.build_only(settled_unit, [REPORT], final=True, out=tmp_path / "报送")
    assert codes(refused.value.findings) == {"final.edit_open"}
    api.choose(settled_unit, keep=["X01"])
    [final], _ = api.build_only(settled_unit, [REPORT], final=True, out=tmp_path / "报送")
    assert any("甲加的" in text for text in texts(final)) and not any("乙加的" in text for text in texts(final))


# -- the command line, and words by themselves -----------------------------------------------------------


def test_the_command_takes_in_lists_chooses_and_drops(unit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def say(*arguments: str) -> tuple[int, str]:
        return command_line.run(["edits", str(unit), *arguments]), capsys.readouterr().out

    assert say("--list") == (0, "还没有收进什么修改。\n")
    with Office(draft_of(unit)) as office:
        office.replace("组织全市范围线下培训", "全年举办线下培训")
    status, told = say()
    assert status == 0 and "X01" in told and "全年举办线下培训" in told
    status, told = say("--list")
    assert status == 0 and "X01　自评报告　已用上" in told and f"原来：{TRAINED}" in told
    assert say("--drop", "X01")[0] == 0
    assert say("--list") == (0, "还没有收进什么修改。\n")
    assert command_line.run(["edits", str(unit), str(draft_of(unit)), "--list"]) == 2


TEXT = st.text("全年培训场，人次。⟦⟧=1一 ", min_size=1, max_size=6)
PIECES = st.lists(TEXT | st.sampled_from(["78", "2017年12月5日", "93.33%", "【待补：人数】"]), max_size=8)


def _words_of(pieces: list[str]) -> Words:
    """Words in which each piece that looks like a figure of the records is one."""
    facts = [Figure(p, "来源", Fraction(1)) if p[-1] in "8日%】" else None for p in pieces]
    return told_apart(zip(pieces, facts, strict=True))


@given(PIECES)
def test_words_come_back_from_their_file_as_they_were(pieces: list[str]) -> None:
    words = _words_of(pieces)
    assert parsed(written(words), [figure.source for figure in holes([words])]) == words


@given(PIECES)
def test_words_that_nobody_changed_keep_all_their_figures(pieces: list[str]) -> None:
    words = _words_of(pieces)
    same, refused = rewritten(words, plain(words))
    assert plain(same) == plain(words) and refused == []


@given(PIECES, PIECES)
def test_a_rewritten_paragraph_holds_each_figure_once_at_most(pieces: list[str], others: list[str]) -> None:
    words = _words_of(pieces)
    after, refused = rewritten(words, "".join(others))
    numbers = [figure.number for figure in holes([after])]
    assert len(numbers) == len(set(numbers)) <= len(holes([words]))
    assert {refusal.figure.number for refusal in refused} <= set(numbers), "a figure that is refused stands again"


@pytest.mark.slow
def test_a_second_final_keeps_the_first_and_lists_what_changed(settled_unit: Path) -> None:
    api.build(settled_unit, final=True)
    path = settled_unit / "成果" / "报送稿" / "data" / f"{REPORT}.docx"
    copy_ = Path(shutil.copyfile(path, settled_unit.parent / "发回.docx"))
    with Office(copy_) as office:
        office.replace("推动上网服务行业转型升级", "大力推动上网服务行业转型升级")
    api.take_in(settled_unit, [copy_])
    again = api.build(settled_unit, final=True)
    told = only(again.notes, "build.changes")
    assert only(again.notes, "package.archived")
    first, *_ = settled_unit.joinpath("成果").glob("报送稿_*")
    assert not api.verify(first).errors
    listed = (settled_unit / "成果" / told.at.file).read_text("utf-8-sig")
    assert "分数：没有变动" in listed and "文稿文字：1处变动" in listed and "大力推动上网服务行业转型升级" in listed
    assert [f.code for f in api.verify(again.package) if f.severity == "error"] == []

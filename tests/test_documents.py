"""The documents an office signs and sends: which ones a package holds, what they say, and that they agree."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import docx
import pytest

from kaoping import api, documents
from kaoping.documents import Statement, contradictions
from kaoping.errors import KaopingError
from kaoping.resources import sample
from units import found, good_unit, only

DATA = Path(__file__).parent / "data"


def draft_of(folder: Path, *names: str) -> dict[str, list[str]]:
    """Build single drafts; return name → the words of each paragraph, those of tables too."""
    paths, _ = api.build_only(folder, names)
    return {path.stem: paragraphs(path) for path in paths}


def paragraphs(path: Path) -> list[str]:
    """Return the words of each paragraph, those of tables too."""
    document = docx.Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [text for text in (*(p.text for p in document.paragraphs), *cells) if text.strip()]


def say(folder: Path, text: str, document: str = "自评报告", part: str = "Ⅰ") -> Path:
    """Record a 文字材料."""
    line = f"- {{id: W1, document: {document}, topic: 下一步打算, part: {part}, text: {text}}}\n"
    (folder / "records" / "statements.yaml").write_text(line, encoding="utf-8")
    return folder


def names_of(folder: Path, form: str, notice: str = "") -> list[str]:
    if notice:
        (folder / "notice.yaml").write_text(notice, encoding="utf-8")
    a = api.assess(folder)
    return [documents.load(stem).name for stem in documents.wanted(a.rubric, a.dossier, form)]


# ------------------------------------------------------------------------------------------- which documents


def test_a_draft_has_what_its_records_suffice_for_and_a_final_what_the_notice_asks(tmp_path: Path) -> None:
    folder = good_unit(tmp_path / "unit")
    assert names_of(folder, api.DRAFT) == ["报送报告", "自评报告", "审签页", "培训总结"]
    assert names_of(folder, api.FINAL) == ["报送报告", "自评报告"]
    (folder / "records" / "trainings.yaml").unlink()
    assert "培训总结" not in names_of(folder, api.DRAFT)


def test_a_pledge_is_made_where_the_notice_asks_by_name_or_by_file(tmp_path: Path) -> None:
    folder = good_unit(tmp_path / "unit")
    asked = names_of(folder, api.FINAL, "documents: [真实性承诺书, self-report]\n")
    assert asked == ["真实性承诺书", "自评报告"]
    assert "真实性承诺书" in names_of(folder, api.DRAFT)


def test_a_document_that_there_is_not_is_told(tmp_path: Path) -> None:
    folder = good_unit(tmp_path / "unit")
    (folder / "notice.yaml").write_text("documents: [自评报告, 述职报告]\n", encoding="utf-8")
    finding = only(api.check(folder), "notice.misshapen")
    assert "述职报告" in finding.problem and "培训总结" in finding.problem


def test_the_covering_letter_lists_what_the_package_holds(city: Path) -> None:
    letter = draft_of_copy(city, "报送报告")
    assert [text for text in letter if text.startswith(("附件", "2.", "3."))] == [
        "附件：1.自评报告", "2.自评分表", "3.佐证材料汇编",
    ]  # fmt: skip


def draft_of_copy(folder: Path, name: str) -> list[str]:
    copied = folder.parent / f"copy-{name}"
    if not copied.exists():
        shutil.copytree(folder, copied, ignore=shutil.ignore_patterns("成果"))
    return draft_of(copied, name)[name]


def test_one_enclosure_has_no_number(tmp_path: Path) -> None:
    folder = good_unit(tmp_path / "unit")
    (folder / "notice.yaml").write_text("documents: [covering-letter]\n", encoding="utf-8")
    assert [text for text in draft_of(folder, "培训总结")["培训总结"] if "附件：" in text] == ["附件：2017年度培训总结"]


def test_the_sign_off_page_leaves_the_lines_to_sign_blank(city: Path) -> None:
    words = draft_of_copy(city, "审签页")
    for role in ("填报人", "科室负责人", "分管领导", "主要负责人"):
        assert role in words
    assert {"意见", "签名", "日期"} <= set(words)


# ------------------------------------------------------------------------------------------- what they say


def test_the_training_summary_tells_plan_and_deed(city: Path) -> None:
    text = "\n".join(draft_of_copy(city, "培训总结"))
    assert "《2017年全市文化市场综合执法培训计划》安排培训6场、260人次" in text
    assert "举办培训4场，参训135人次，场次没有达到计划，人次没有达到计划" in text
    assert "另参加省级组织的培训1场、6人次" in text
    assert "培训达标34人，达标比例94.44%" in text
    assert "东屏区大队" in text and "开展以案施训1次，参训19人次" in text
    assert not re.search(r"[，、；。：]{2}|共0|（）|“”|《》|\{|None|nan", text), text


def test_a_rounded_share_says_so_where_its_source_stands(city: Path) -> None:
    copied = city.parent / "copy-培训总结"
    draft_of_copy(city, "培训总结")
    document = docx.Document(str(copied / "成果" / "单独文稿" / "培训总结.docx"))
    notes = [comment.text for comment in document.comments]
    assert any("四舍五入，保留两位小数" in note and "培训达标" in note for note in notes)


# ------------------------------------------------------------------------------------------- that they agree


def test_words_that_contradict_the_score_sheet_stop_the_build(tmp_path: Path) -> None:
    folder = say(good_unit(tmp_path / "unit"), "巩固自评总分98.5分的成绩，再上台阶")
    with pytest.raises(KaopingError) as refused:
        api.build_only(folder, ["自评报告"])
    finding = only(refused.value.findings, "document.contradicts")
    assert "自评总分98.5分" in finding.problem and "自评报告" in finding.problem
    assert not (folder / "成果" / "单独文稿" / "自评报告.docx").exists()


def test_words_in_one_document_that_contradict_another_stop_the_build(tmp_path: Path) -> None:
    folder = say(good_unit(tmp_path / "unit"), "在组织全市范围线下培训7场的基础上加场")
    with pytest.raises(KaopingError) as refused:
        api.build_only(folder, ["自评报告", "培训总结"])
    problem = only(refused.value.findings, "document.contradicts").problem
    assert "组织全市范围线下培训7场" in problem and "组织全市范围线下培训1场" in problem


def test_words_that_agree_are_left_alone(tmp_path: Path) -> None:
    folder = say(good_unit(tmp_path / "unit"), "在组织全市范围线下培训1场的基础上加场")
    api.build_only(folder, ["自评报告", "培训总结"])


def test_two_documents_that_count_one_thing_differently_are_found() -> None:
    one = Statement("自评报告", "线下培训场次", {"value": "2"})
    other = Statement("培训总结", "线下培训场次", {"value": "3"})
    assert [f.code for f in contradictions([one, one], {})] == []
    finding = only(contradictions([one, other], {}), "document.differ")
    assert "《自评报告》里是2" in finding.problem and "《培训总结》里是3" in finding.problem


# ------------------------------------------------------------------------------------------- 巡视整改


@pytest.fixture(scope="module")
def rectified(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rectified") / "unit"
    shutil.copytree(sample("rectification-2022"), folder, copy_function=shutil.copyfile)
    return folder


def test_the_real_report_comes_out_of_its_records_letter_by_letter(rectified: Path) -> None:
    source = "".join((DATA / "rectification-source.txt").read_text(encoding="utf-8").split())
    made = draft_of(rectified, "巡视整改进展情况通报")["巡视整改进展情况通报"]
    body = ["".join(text.split()) for text in made[1:-2]]  # without title, signature and date
    # A heading of its own line has no full stop, the run-in heading of the source has one.
    for text in body:
        where = source.find(text)
        assert where == 0 or (source[:1] == "。" and where == 1), text[:40]
        source = source[where + len(text) :]
    assert source == ""


def test_the_real_reports_headings_and_declared_counts_stand(rectified: Path) -> None:
    made = draft_of(rectified, "巡视整改进展情况报告")["巡视整改进展情况报告"]
    joint = [text for text in made if re.match(r"（.+）关于“.+”问题和“.+”整改意见$", text)]
    assert len(joint) == 7
    assert len([text for text in made if re.match(r"（.+）关于“.+”问题", text)]) == 14
    text = "\n".join(made)
    assert "共指出具体问题34个，目前已完成整改10个，阶段性完成20个，基本完成4个；提出整改意见4条，已落实4条" in text
    assert "整改事项28个，目前已完成整改12个，阶段性完成13个，基本完成3个" in text
    assert "深度整改任务2个，目前未完成2个" in text
    assert "报告列出的整改事项60项，原文未载明状态60项" in text
    assert made.count("原文未载明") == 60  # nobody's status is made up


def test_every_difference_between_declared_and_listed_is_told_and_nothing_adjusted(rectified: Path) -> None:
    problems = [f.problem for f in api.check(rectified) if f.code == "check.rectification_listed"]
    assert problems == [
        "“问题表现”声明34项，清单里列出33项。",
        "“举一反三”声明28项，清单里列出25项。",
        "“整改意见”声明4项，清单里列出7项。",
    ]
    codes = [code for code, _ in found(rectified)]
    assert "check.rectification_sum" not in codes and "unit.other_year" not in codes
    assert "unit.no_rubric_year" in codes


RECTIFICATION = {
    "rectification.yaml": "- {id: X1, by: 八届市委第三轮, issuer: 中共某支部, phone: 0000-1, email: a@b.c}\n",
    "rectification_focuses.yaml": "- {id: Z1, title: 管理松散}\n",
    "rectification_items.yaml": """\
- {id: G1, class: 问题表现, focus: Z1, title: 考勤不严, status: 完成, person: 林晓岚, due: 2017-10-01}
- {id: G2, class: 问题表现, focus: Z1, title: 台账不全, status: 未完成, due: 2017-10-31}
- {id: G3, class: 举一反三, under: G2, title: 档案不齐, status: 阶段性完成, person: 高屿, due: 2017-12-31}
""",
    "rectification_measures.yaml": """\
- {id: C1, item: G1, text: 张三补扣年休假5天, not_public: 是, public_text: 对1名干部的问题作了处理}
- {id: C2, item: G1, text: 修订考勤制度。}
- {id: C3, item: G2, text: 约谈李四, not_public: 是}
- {id: C4, item: G2, text: 逐本补齐台账}
- {id: C5, item: G3, text: 档案全部重新立卷}
""",
    "statements.yaml": """\
- {id: W1, document: 巡视整改进展情况, topic: 存在的主要问题, part: 总体, text: 个别事项逾期}
- {id: W2, document: 巡视整改进展情况, topic: 下一步打算, part: 总体, text: 年底前全部完成}
""",
}


def test_the_public_version_generalises_or_leaves_out_what_is_not_public(tmp_path: Path) -> None:
    folder = good_unit(tmp_path / "unit", RECTIFICATION)
    paths, assessment = api.build_only(folder, ["巡视整改进展情况报告", "巡视整改进展情况通报"])
    inner, public = ("\n".join(paragraphs(path)) for path in paths)
    assert "一是张三补扣年休假5天。二是修订考勤制度。" in inner and "一是约谈李四。二是逐本补齐台账。" in inner
    assert "一是对1名干部的问题作了处理。二是修订考勤制度。" in public
    assert "\n逐本补齐台账。" in public  # one is left: it has no number
    assert not re.search(r"张三|李四|\*\*|责任人", public)
    assert "联系电话：0000-1；电子邮箱：a@b.c。" in public
    note = only(assessment.findings, "document.withheld")
    assert "整改措施 C1（用公开写法）" in note.problem and "整改措施 C3（略去）" in note.problem


def test_overdue_items_and_those_without_a_person_are_found_and_stand_in_the_ledger(tmp_path: Path) -> None:
    folder = good_unit(tmp_path / "unit", RECTIFICATION)
    with (folder / "records" / "unit.yaml").open("a", encoding="utf-8") as unit:
        unit.write("as_of: 2017-11-30\n")
    checked = api.check(folder)
    assert "台账不全" in only(checked, "check.rectification_overdue").problem
    assert "台账不全" in only(checked, "check.rectification_nobody").problem
    words = draft_of(folder, "巡视整改进展情况报告")["巡视整改进展情况报告"]
    assert words.count("逾期") == 1 and words.count("未到期") == 1


def test_declared_states_that_do_not_add_up_or_differ_from_the_ledger_are_found(tmp_path: Path) -> None:
    counts = "- {id: S1, item: 问题表现, total: 2, done: 2, open: 1}\n"
    folder = good_unit(tmp_path / "unit", RECTIFICATION | {"rectification_counts.yaml": counts})
    checked = api.check(folder)
    assert "声明总数2" in only(checked, "check.rectification_sum").problem
    assert (
        "“问题表现”声明完成情况里的2项，按清单里写明的状态数出来是1项"
        in only(checked, "check.rectification_done").problem
    )

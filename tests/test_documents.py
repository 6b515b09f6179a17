"""The documents an office signs and sends: which ones a package holds, what they say, and that they agree."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import docx
import pytest

from culture import DOCUMENTS, POLICIES, RUBRIC
from kaoping import api, documents
from kaoping.core.errors import KaopingError
from kaoping.core.resources import sample
from kaoping.documents import Statement, contradictions
from kaoping.wings.official.format_check import check as format_check
from second_scorer.units import INSTEAD, declared, write
from second_scorer.units import city as city_at_random
from units import PROOF, TRAINING, found, good_unit, only

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
    return [DOCUMENTS[stem].name for stem in documents.wanted(a.rubric, a.dossier, form)]


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


def test_a_document_that_is_asked_for_and_lacks_its_records_is_told_and_keeps_a_final_back(tmp_path: Path) -> None:
    folder = good_unit(tmp_path / "unit")
    (folder / "notice.yaml").write_text("documents: [自评报告, 岗位练兵活动总结]\n", encoding="utf-8")
    assert "没有填报岗位练兵" in only(api.check(folder), "document.no_records").problem
    with pytest.raises(KaopingError) as refused:
        api.build(folder, final=True)
    assert "岗位练兵活动总结" in only(refused.value.findings, "final.no_document").problem


def test_words_that_no_document_prints_are_told(tmp_path: Path) -> None:
    folder = say(good_unit(tmp_path / "unit"), "下一步加强队伍建设", part="九")
    built = api.build(folder)
    finding = only(built.assessment.findings, "document.words_unused")
    assert "W1" in finding.problem and "自评报告·下一步打算·九" in finding.problem
    again = api.build(say(folder, "下一步加强队伍建设", part="总体"))
    assert "document.words_unused" not in [f.code for f in again.assessment.findings]


def test_a_document_without_points_may_be_final_before_they_are(tmp_path: Path) -> None:
    folder = good_unit(tmp_path / "unit", RECTIFICATION | {"statements.yaml": RECTIFICATION["statements.yaml"] + DATED})
    (path,) = api.build_only(folder, ["巡视整改进展情况通报"], final=True)[0]
    assert "2017年11月30日" in paragraphs(path) and not list(docx.Document(str(path)).comments)
    with pytest.raises(KaopingError) as refused:
        api.build_only(folder, ["自评报告"], final=True)
    assert "final.open_line" in [f.code for f in refused.value.findings]


def test_a_date_that_cannot_be_read_is_a_blank(tmp_path: Path) -> None:
    folder = good_unit(tmp_path / "unit")
    path = folder / "records" / "unit.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("2017-12-22", "年底"), encoding="utf-8")
    assert "【待补：报送日期】" in draft_of(folder, "报送报告")["报送报告"]


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
    for role in ("填报人", "科室负责人", "核稿", "分管领导审核", "主要负责人\n签发"):
        assert role in words
    assert {"意见", "签名", "日期"} <= set(words)


# ------------------------------------------------------------------------------------------- what they say


def test_the_training_summary_tells_plan_and_deed(city: Path) -> None:
    text = "\n".join(draft_of_copy(city, "培训总结"))
    assert "《2017年全市文化市场综合执法培训计划》安排培训6场、260人次" in text
    assert "举办培训4场，参训135人次，场次和人次均未达到计划" in text
    assert "另参加省级组织的培训1场、6人。" in text
    assert "培训达标34人，达标比例94.44%" in text
    assert "东屏区大队" in text and "开展以案施训1次，即“东屏、云渚片区网吧案件以案施训”，参训19人。" in text
    assert not re.search(r"[，、；。：]{2}|共0|（）|“”|《》|\{|None|nan", text), text


DECLARED = """\
- id: training-qualified
  name: 培训达标比例
  numerator: 108
  denominator: 118
  source: 培训考试系统
  as_of: 2017-11-30
- {id: exam-qualified, name: 线上考试达标比例, numerator: 112, denominator: 118, source: 系统, as_of: 2017-11-30}
"""
WORDS = """\
- {id: W1, document: 培训总结, topic: 成文日期, part: 总体, text: 2017年12月4日}
- {id: W2, document: 培训总结, topic: 存在的主要问题, part: 总体, text: 线上学习进度不均衡}
- {id: W3, document: 培训总结, topic: 下一步打算, part: 总体, text: 按季通报学习进度}
"""
PLANNED = "- {id: L1, title: 2017年度培训计划, submitted: 2017-03-01, sessions: 1, people: 40}\n"
ONE_TRAINING = TRAINING + "  people: 42\n"


def without_lists(folder: Path, indicators: str) -> Path:
    """A unit that keeps no list of its people: it declares what the training system shows."""
    records = {"indicators.yaml": indicators, "statements.yaml": WORDS, "training_plans.yaml": PLANNED}
    made = good_unit(folder, records | {"trainings.yaml": ONE_TRAINING + PROOF})
    with (made / "records" / "unit.yaml").open("a", encoding="utf-8") as unit:
        unit.write("addressee: 省文化厅\n")
    return made


def test_an_office_without_lists_finalises_its_training_summary_from_declared_numbers(tmp_path: Path) -> None:
    words = draft_of(without_lists(tmp_path / "unit", DECLARED), "培训总结")["培训总结"]
    text = "\n".join(words)
    assert "在岗执法人员118人，培训达标108人，达标比例91.53%。" in text
    assert "；在岗执法人员118人，培训达标108人。现将" in text, "the opening too"
    assert "人均" not in text, "nobody declared it, and the text does not ask for it"
    assert "达标比例94.92%" in text
    assert "待补" not in text


def test_a_share_alone_is_told_without_people(tmp_path: Path) -> None:
    alone = DECLARED.replace("  numerator: 108\n  denominator: 118\n", "  numerator: 0.9153\n")
    text = "\n".join(draft_of(without_lists(tmp_path / "unit", alone), "培训总结")["培训总结"])
    assert "在岗执法人员培训达标比例91.53%。" in text
    assert "待补" not in text


def test_an_office_without_ledgers_tells_in_its_report_what_it_declared(tmp_path: Path) -> None:
    """Neither cases nor approvals, checks or monthly reports: the declared quotients say how many of how many."""
    unit = city_at_random()
    for kind, names in INSTEAD.items():
        unit.tables.pop(kind, None)
        unit.tables["indicator"] += [declared(name) for name in names]
    write(unit, tmp_path / "unit")
    text = "\n".join(draft_of(tmp_path / "unit", "自评报告")["自评报告"])
    for sentence in (
        "截至12月15日，市、县两级办理行政审批100件。",
        "按本级统计，截至12月15日，办结案件12件（简易程序和一般程序警告案件除外），执法人员编制4名，人均办结3件。",
        "本级办结案件100件，通过平台办理91件，占91%。",
        "市、县两级办理审批100件，通过平台办理91件，占91%。",
        "按时规范报送综合执法数据10个月。",
        "平均每家检查12次。",
    ):
        assert sentence in text, sentence
    blanks = re.findall("【待补：(.*?)】", text)
    assert not [name for name in blanks if re.search("件数|次数|月数|条数", name)], blanks


def test_a_rounded_share_says_so_where_its_source_stands(city: Path) -> None:
    copied = city.parent / "copy-培训总结"
    draft_of_copy(city, "培训总结")
    document = docx.Document(str(copied / "成果" / "单独文稿" / "培训总结.docx"))
    notes = [comment.text for comment in document.comments]
    assert any("这个数四舍五入，保留两位小数" in note and "培训达标" in note for note in notes)


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
    assert [f.code for f in contradictions([one, one], {}, 2017)] == []
    finding = only(contradictions([one, other], {}, 2017), "document.differ")
    assert "《自评报告》里是2" in finding.problem and "《培训总结》里是3" in finding.problem


SAID = Statement("自评报告", "培训场次", {"value": "1200"}, "举办培训{value}场")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("全年举办培训1200场。", False),
        ("全年举办培训1,200.0场。", False),
        ("全年举办培训１２００场。", False),
        ("2018年计划举办培训3场。", False),
        ("上一年度举办培训900场。", False),
        ("2016年举办培训900场。", False),
        ("上年度工作扎实；今年举办培训900场。", True),
        ("2017年举办培训900场。", True),
        ("举办培训９００场。", True),
        ("举办培训\n900场。", False),
    ],
)
def test_a_sentence_is_compared_where_it_is_about_this_years_result(text: str, wrong: bool) -> None:
    assert bool(list(contradictions([SAID], {"自评报告": text}, 2017))) == wrong


def test_one_title_is_one_measure_in_all_documents_that_come_with_the_tool() -> None:
    """So that no two of them can count one thing differently."""
    measures: dict[str, Any] = {}
    for stem in DOCUMENTS:
        kind = DOCUMENTS[stem]
        for name, title in documents.titles(kind).items():
            how = kind.facts[name].how
            assert measures.setdefault(title, how) == how, title


# ------------------------------------------------------------------------------------------- 巡视整改


@pytest.fixture(scope="module")
def rectified(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rectified") / "unit"
    shutil.copytree(sample("rectification-2022"), folder, copy_function=shutil.copyfile)
    return folder


def test_the_real_report_comes_out_of_its_records_letter_by_letter(rectified: Path) -> None:
    source = "".join((DATA / "rectification-source.txt").read_text(encoding="utf-8").split())
    made = draft_of(rectified, "整改进展情况通报")["整改进展情况通报"]
    body = ["".join(text.split()) for text in made[1:-2]]  # without title, signature and date
    # A heading of its own line has no full stop, the run-in heading of the source has one.
    for text in body:
        where = source.find(text)
        assert where == 0 or (source[:1] == "。" and where == 1), text[:40]
        source = source[where + len(text) :]
    assert source == ""


def test_the_real_reports_headings_and_declared_counts_stand(rectified: Path) -> None:
    made = draft_of(rectified, "整改进展情况报告")["整改进展情况报告"]
    joint = [text for text in made if re.match(r"（.+）关于“.+”问题和“.+”整改意见$", text)]
    assert len(joint) == 7
    assert len([text for text in made if re.match(r"（.+）关于“.+”问题", text)]) == 14
    text = "\n".join(made)
    assert "共指出具体问题34个，目前已完成整改10个，阶段性完成20个，基本完成4个；提出整改意见4条，已落实4条" in text
    assert "整改事项28个，目前已完成整改12个，阶段性完成13个，基本完成3个" in text
    assert "深度整改任务2个，目前未完成2个" in text
    assert "共列整改事项60项：未载明状态60项。" in text
    assert made[made.index("是否逾期") :].count("未载明") == 60 * 4  # nobody's status is made up


@pytest.mark.slow
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
    "rectification.yaml": "- {id: X1, work: 巡察, by: 八届市委第三轮, issuer: 中共某支部, phone: 0000-1, email: a@b}\n",
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
- {id: W1, document: 巡察整改进展情况, topic: 存在的主要问题, part: 总体, text: 个别事项逾期}
- {id: W2, document: 巡察整改进展情况, topic: 下一步打算, part: 总体, text: 年底前全部完成}
""",
}


DATED = "- {id: W3, document: 巡察整改进展情况, topic: 成文日期, part: 总体, text: 2017年11月30日}\n"


def test_what_cannot_be_read_as_public_or_not_is_not_public(tmp_path: Path) -> None:
    measures = RECTIFICATION["rectification_measures.yaml"].replace("not_public: 是}", "not_public: 对}")
    folder = good_unit(tmp_path / "unit", RECTIFICATION | {"rectification_measures.yaml": measures})
    assert "李四" not in "\n".join(draft_of(folder, "整改进展情况通报")["整改进展情况通报"])


def test_an_item_of_which_nothing_is_public_is_left_out(tmp_path: Path) -> None:
    hidden = {"齐台账}": "齐台账, not_public: 是}", "新立卷}": "新立卷, not_public: 是}"}
    measures = RECTIFICATION["rectification_measures.yaml"]
    for old, new in hidden.items():
        measures = measures.replace(old, new)
    folder = good_unit(tmp_path / "unit", RECTIFICATION | {"rectification_measures.yaml": measures})
    made = "\n".join(draft_of(folder, "整改进展情况通报")["整改进展情况通报"])
    assert "台账不全" not in made and "【待补：整改措施】" not in made and "考勤不严" in made


def test_the_public_version_generalises_or_leaves_out_what_is_not_public(tmp_path: Path) -> None:
    folder = good_unit(tmp_path / "unit", RECTIFICATION)
    paths, assessment = api.build_only(folder, ["巡视整改进展情况报告", "巡视整改进展情况通报"])
    inner, public = ("\n".join(paragraphs(path)) for path in paths)
    assert "一是张三补扣年休假5天。二是修订考勤制度。" in inner and "一是约谈李四。二是逐本补齐台账。" in inner
    assert "一是对1名干部的问题作了处理。二是修订考勤制度。" in public
    assert "\n逐本补齐台账。" in public  # one is left: it has no number
    assert not re.search(r"张三|李四|\*\*|责任人", public)
    assert "联系电话：0000-1；电子邮箱：a@b。" in public
    note = only(assessment.findings, "document.withheld")
    assert "整改措施 C1（用公开写法）" in note.problem and "整改措施 C3（略去）" in note.problem


def test_overdue_items_and_those_without_a_person_are_found_and_stand_in_the_ledger(tmp_path: Path) -> None:
    folder = good_unit(tmp_path / "unit", RECTIFICATION)
    with (folder / "records" / "unit.yaml").open("a", encoding="utf-8") as unit:
        unit.write("as_of: 2017-11-30\n")
    checked = api.check(folder)
    assert "台账不全" in only(checked, "check.rectification_overdue").problem
    assert "台账不全" in only(checked, "check.rectification_nobody").problem
    words = draft_of(folder, "整改进展情况报告")["整改进展情况报告"]
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


# ------------------------------------------------------------------------------------------- 重点任务


def test_the_frameworks_points_are_its_source_letter_by_letter() -> None:
    loaded = POLICIES["key-tasks"]
    source = (DATA / "key-tasks-source.txt").read_text(encoding="utf-8")
    made = [f"{t.title}。{t.lead}{''.join(p.text for p in t.commitments)}" for t in loaded.tasks]
    assert made == re.findall(r"^（.）(.+)$", source, re.M)
    assert len(loaded.tasks) == 6
    lines = {line.id for line in RUBRIC.lines}
    assert {line for point in loaded.commitments for line in point.lines} <= lines


def test_each_point_stands_with_its_lines_evidence_and_state(city: Path) -> None:
    made = draft_of_copy(city, "重点任务落实情况对照表")
    text = "\n".join(made)
    assert "分解为31条；已落实24条，正在推进3条，尚未启动1条，不涉及1条，未填报2条。" in text
    assert not re.search(r"\b[1-6]-[0-9]\b|第(40a|40b|B[0-9])项", text)  # ids are ours alone
    assert "第40项 新设立主体使用新版许可证（0.9/1）" in text and "加减分项目第3项 完成同城一支队伍改革" in text
    row = (
        next(at for at, its in enumerate(made) if its.startswith("健全执法人员培训机制，实施业务技能训练考核大纲")) - 1
    )
    assert made[row] == "3"
    assert made[row + 3] == "已落实"
    assert "第10项 组织全市范围线下培训不少于2场（2/2）" in made[row + 4]
    assert re.search(r"Ⅱ-10-\d\d\n", made[row + 5])
    untold = next(at for at, its in enumerate(made) if its.startswith("建立文化市场跨部门、跨区域执法协作联动机制"))
    assert made[untold + 1 :][:2] == ["未填报", "未填报"]


def test_a_point_that_there_is_not_is_told(tmp_path: Path) -> None:
    folder = good_unit(tmp_path / "unit", {"commitments.yaml": "- {id: 9-9, state: 已落实}\n"})
    finding = only(api.check(folder), "record.no_commitment")
    assert "9-9" in finding.problem and "2-3" in finding.mend


# ------------------------------------------------------------------------------------------- 版头和版记


@pytest.mark.parametrize("asked", [True, False])
def test_red_head_and_imprint_stand_where_the_unit_asks_for_them(tmp_path: Path, asked: bool) -> None:
    folder = good_unit(tmp_path / "unit")
    with (folder / "records" / "unit.yaml").open("a", encoding="utf-8") as unit:
        unit.write("copies_to: 市政府办公室；市委宣传部\n" + ("letterhead: 是\n" if asked else ""))
    words = draft_of(folder, "培训总结")["培训总结"]
    assert ("甲市文化市场综合执法支队文件" in words) == asked
    assert any("〔　　　　〕" in text and text.endswith("签发人：　　　") for text in words) == asked  # until signed
    assert ("　抄送：市政府办公室，市委宣传部。" in words) == asked


# ------------------------------------------------------------------------------------------- 岗位练兵


def test_the_citys_drill_summary_tells_drills_standards_and_prizes(city: Path) -> None:
    text = "\n".join(draft_of_copy(city, "岗位练兵活动总结"))
    assert "宣传动员阶段开展活动1次；岗位练兵阶段开展活动4次。" in text
    for field in ("（一）政治练兵", "（二）法治练兵", "（三）业务练兵", "（四）实战练兵", "（五）科技练兵"):
        assert field in text
    assert "按照自学80学分、自测60分的标准，应达标36人，双达标34人，双达标比例94.44%；未达到双达标的2人。" in text
    assert "9月26日至27日，举办2017年全市" in text and "6个代表队16人参赛" in text
    assert "个人全能奖\n一等奖\n顾之远（澜川市支队）" in text  # prizes stand in a table
    assert "7月18日组织岗位练兵动员会暨纪律作风教育，36人参加，部署全年岗位练兵" in text
    assert not re.search(r"[，、；。：]{2}|共0|（）|“”|\{|None|nan", text), text


def test_a_countys_drill_summary_has_no_contest_and_says_what_is_unknown(tmp_path: Path) -> None:
    records = {
        "drills.yaml": "- {id: L1, drill: 政治练兵, date: 2017-07-18, title: 动员会, people: 6}\n",
        "drill_people.yaml": "- {id: D1, name: 甲, credits: 90, self_test: 70}\n- {id: D2, name: 乙, credits: 90}\n",
    }
    text = "\n".join(draft_of(good_unit(tmp_path / "unit", records), "岗位练兵活动总结")["岗位练兵活动总结"])
    assert "双达标【待补：双达标人数】人，双达标比例【待补：双达标比例】；没有查到学分或自测分的1人" in text
    assert "【待补：法治练兵开展情况】" in text and "技能竞赛情况" not in text


# ------------------------------------------------------------------------------------------- 公文格式


def test_no_document_of_ours_breaks_the_official_format(draft: api.Built, rectified: Path) -> None:
    """But for a half-width comma that the real report has, and that is taken over as it stands."""
    paths = sorted((draft.package / "data").glob("*.docx"))
    dated = rectified.parent / "dated"
    shutil.copytree(rectified, dated, ignore=shutil.ignore_patterns("成果"))
    with (dated / "records" / "unit.yaml").open("a", encoding="utf-8") as unit:
        unit.write("submit_date: 2022-08-01\n")
    paths += api.build_only(dated, ["整改进展情况报告", "整改进展情况通报"])[0]
    assert len(paths) >= 9
    wrong = [f"{f.at.file} {f.problem}" for path in paths for f in format_check(path) if str(f.severity) != "note"]
    assert wrong == [f"整改进展情况{kind}.docx 中文里用了半角的“,”。" for kind in ("报告", "通报")]


def test_a_red_head_that_waits_for_its_number_and_date_is_in_order(tmp_path: Path) -> None:
    folder = good_unit(tmp_path / "unit")
    path = folder / "records" / "unit.yaml"
    text = path.read_text(encoding="utf-8").replace(
        "submit_date: 2017-12-22\n", "addressee: 省文化厅\nletterhead: 是\n"
    )
    path.write_text(text, encoding="utf-8")
    paths = api.build_only(folder, ["报送报告", "自评报告", "培训总结"])[0]
    assert [f"{f.at} {f.problem}" for path in paths for f in format_check(path) if str(f.severity) != "note"] == []


def test_each_document_is_the_same_bytes_twice(rectified: Path, tmp_path: Path) -> None:
    made = [api.build_only(rectified, ["巡视整改进展情况通报"], out=tmp_path / name)[0][0] for name in ("one", "two")]
    assert made[0].read_bytes() == made[1].read_bytes()

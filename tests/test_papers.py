"""The documents as a superior reads them: each wording that was once wrong, in the text that comes out."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn

import bundles
from examples import without
from kaoping import api
from kaoping.bundle.front import data_of
from kaoping.bundle.plan import plan_bundle
from kaoping.core.figures import days_text, em_width
from kaoping.core.model import Verdict
from kaoping.documents.breaking import broken
from kaoping.evidence.titles import title_of
from kaoping.rubric.nodes import reflowed
from units import good_unit, only

#: Brackets within brackets of one form (文号 〔2017〕 apart), a mark behind a mark.
_TWICE = re.compile(r"（[^（）]*（|〔[^〔〕]*〔(?!\d{4}〕)|[，。；：、]{2}")


def text_of(path: Path) -> str:
    body = docx.Document(str(path)).element.body
    return "\n".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in body.iter(qn("w:p")))


@pytest.fixture(scope="module")
def report(final: api.Built) -> str:
    """The self-report of the settled city's 报送稿."""
    return text_of(final.package / "data" / "自评报告.docx")


@pytest.fixture
def copied(city: Path, tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "unit"
    shutil.copytree(city, folder, ignore=shutil.ignore_patterns("成果"))
    yield folder


# ------------------------------------------------------------------------------------------- 自评报告


def test_the_self_report_goes_from_results_to_deeds_to_problems_to_plans(report: str) -> None:
    assert re.findall(r"^[一二三四五]、.+$", report, re.M) == [
        "一、自评情况", "二、主要做法", "三、存在的主要问题", "四、下一步打算",
    ]  # fmt: skip
    deeds = report[report.index("二、主要做法") : report.index("三、存在的主要问题")]
    assert "可得" not in deeds and "未得满分" not in deeds, "lost points stand together"


def test_the_notice_is_cited_with_its_number(report: str) -> None:
    assert "根据《关于开展2017年度全省文化市场管理执法考评工作的通知》（文市发〔2017〕52号）要求" in report


def test_reforms_are_told_with_verbs_days_and_numbers(report: str) -> None:
    assert "2016年11月8日成立文化市场管理工作领导小组（澜委办〔2016〕73号）；2017年2月27日将工作经费列入" in report
    assert "4月28日组建同城一支执法队伍、统一执法机构名称、明确综合执法机构相对独立设置（澜编办〔2017〕12号）" in report
    assert "改革事项已完成" not in report
    reform = report[report.index("（一）深化改革") : report.index("（二）队伍建设")]
    assert "参公管理" not in reform, "a bonus is no matter of 深化改革"


def test_all_is_said_as_all(report: str) -> None:
    assert "发现问题2次，均在通报后及时解决" in report
    assert "本级和所辖5个县（市、区）全部上线应用" in report
    assert "许可项目69项，全部向社会公开" in report
    assert not re.search(r"其中2次|已有5个|其中应用培训考试系统", report)


def test_no_whole_year_before_the_year_is_over(report: str, copied: Path) -> None:
    assert "全年" not in report.replace("全年营业", "") and "截至12月15日，办结案件53件" in report
    unit = copied / "records" / "unit.yaml"
    whole = unit.read_text("utf-8").replace("as_of: 2017-12-15", "as_of: 2017-12-31")
    unit.write_text(whole.replace("submit_date: 2017-12-22", "submit_date: 2018-01-05"), encoding="utf-8")
    [path] = api.build_only(copied, ["自评报告"])[0]
    assert "全年办结案件53件" in text_of(path)


def test_what_is_told_reconciles_on_a_pocket_calculator(report: str) -> None:
    cases = re.search(
        r"办结案件(\d+)件.*?扣除简易程序(\d+)件和一般程序案件中的警告(\d+)件、不予处罚(\d+)件、撤案(\d+)件、移送(\d+)件，"
        r"按案件(\d+)件、执法人员编制(\d+)名计算，人均办结([\d.]+)件",
        report, re.S,
    )  # fmt: skip
    assert cases is not None
    closed, *less, counted, posts = map(int, cases.groups()[:-1])
    assert closed - sum(less) == counted and Fraction(counted, posts) == Fraction(cases[9])
    checks = re.search(
        r"检查文化市场经营单位(\d+)次.*?扣除部分时段营业的(\d+)家、检查(\d+)次，"
        r"全年营业的经营单位(\d+)家，检查(\d+)次，平均每家检查([\d.]+)次",
        report,
    )
    assert checks is not None
    whole, venues_left, left, venues, counted = map(int, checks.groups()[:-1])
    assert whole - left == counted and venues + venues_left == 40
    assert abs(Fraction(counted, venues) - Fraction(checks[6])) <= Fraction("0.005")
    lost = [Fraction(of) - Fraction(own) for of, own in re.findall(r"”可得([\d.]+)分，自评([\d.]+)分", report)]
    said = re.search(r"基础分失([\d.]+)分", report)
    assert said is not None and sum(lost) == Fraction(said[1]) == 100 - Fraction("92.9")


def test_a_mean_is_told_with_its_sum_and_its_people(copied: Path) -> None:
    text = text_of(api.build_only(copied, ["培训总结"])[0][0])
    told = re.search(r"在岗执法人员(\d+)人，.*?取得学分(\d+)分，人均([\d.]+)分", text)
    assert told is not None
    assert abs(Fraction(int(told[2]), int(told[1])) - Fraction(told[3])) <= Fraction("0.005")


def test_lacking_evidence_is_listed_once_whatever_its_section(draft: api.Built) -> None:
    text = text_of(draft.package / "data" / "自评报告.docx")
    assert text.count("佐证材料尚不符合依据要求的项目") == 1
    assert "“开展辖区内文化市场以案施训工作”1分、“执法业务办理情况”2分、“媒体宣传报道”0.5分。" in text


def test_evidence_is_numbered_as_the_text_numbers_its_lines(settled: Path) -> None:
    """Ids such as 40a and B3 are ours: the text says 40 for both halves, and counts its bonus lines anew."""
    pieces = api.assess(settled).plan.pieces
    numbers = [piece.number for piece in pieces]
    assert [number for number in numbers if not re.fullmatch(r"[Ⅰ-Ⅷ]-\d+-\d{2}|其他-\d{2}", number)] == []
    assert len(set(numbers)) == len(numbers)
    assert {piece.number.rpartition("-")[0] for piece in pieces if piece.line in ("40a", "40b")} == {"Ⅶ-40"}
    assert {piece.number.rpartition("-")[0] for piece in pieces if piece.line == "B3"} == {"Ⅷ-3"}


def test_the_score_sheet_names_the_scope_of_both_counts(settled: Path) -> None:
    """The report tells 63 of 67 in city and counties; the sheet told 52 of 53 as if there were no other count."""
    because = "\n".join(api.assess(settled).card.line("39").because)
    assert re.search("“本级”：.*52件，实际办案53件", because)
    assert re.search("“全市”：.*63件，实际办案67件", because)


def test_another_scope_is_named(report: str) -> None:
    assert "按本级统计，截至12月15日，办结案件53件" in report
    assert "市、县两级办结案件67件，通过平台办理63件，占94.03%" in report


def test_marks_of_rounding_and_quotation(report: str, draft: api.Built) -> None:
    assert report.rstrip().endswith("（注：文中除不尽的数四舍五入，保留两位小数。）")
    assert not re.search("“[^”]*“", report), "inner quotation marks are ‘’"


# ------------------------------------------------------------------------------------------- 总结


def test_a_document_does_not_tell_what_lies_after_its_day(copied: Path) -> None:
    paths, assessment = api.build_only(copied, ["岗位练兵活动总结"])
    early = text_of(paths[0])
    assert "2017年9月28日" in early and "9月26日至27日，举办" in early
    assert not re.search("授予|申报|核准|参加全省竞赛的队伍", early)
    told = [f.problem for f in assessment.findings if f.code == "document.later"]
    assert any("称号申报CH01" in problem and "2017年9月28日" in problem for problem in told)
    assert any("选拔参赛XB01" in problem for problem in told)


def test_a_later_summary_tells_it_in_sentences(copied: Path) -> None:
    said = copied / "records" / "statements.yaml"
    said.write_text(said.read_text("utf-8").replace("2017年9月28日", "2017年12月1日"), encoding="utf-8")
    paths, assessment = api.build_only(copied, ["岗位练兵活动总结"])
    late = text_of(paths[0])
    assert "经市总工会核准，授予顾之远“澜川市技术操作能手”称号" in late
    assert "拟向团市委申报顾之远为“澜川市青年岗位能手”" in late
    assert "由顾之远、林晓岚、江子衿、柳知行（参赛）和江承平（备份）组成。" in late, "the reserve comes last"
    assert "document.later" not in [f.code for f in assessment.findings]


def test_a_figure_that_counts_what_came_later_waits(tmp_path: Path) -> None:
    records = {
        "statements.yaml": "- {id: W1, document: 培训总结, topic: 成文日期, part: 总体, text: 2017年1月5日}\n",
    }
    paths, assessment = api.build_only(good_unit(tmp_path / "unit", records), ["培训总结"])
    assert "【待补：市、县级举办培训场次】" in text_of(paths[0])
    assert "培训总结" in only(assessment.findings, "document.later").problem


def test_the_training_summary_opens_with_the_years_work(copied: Path) -> None:
    text = text_of(api.build_only(copied, ["培训总结"])[0][0])
    assert (
        "截至12月7日，市、县两级举办培训4场，参训135人次；在岗执法人员36人，培训达标34人。现将有关情况总结如下。"
        in text
    )
    assert not re.search("：$", text.split("年度培训总结\n", 1)[1], re.M)


# ------------------------------------------------------------------------------------------- 整改、审签、标题


def test_a_city_is_inspected_by_its_own_word_and_what_is_alone_has_no_number(copied: Path) -> None:
    for path in api.build_only(copied, ["整改进展情况报告", "整改进展情况通报"])[0]:
        text = text_of(path)
        assert "市委第二轮巡察工作部署要求" in text and "本轮巡察反馈意见" in text and "巡视" not in text
        assert "\n针对“推动改革促进发展”深度整改任务“探索" in text and "\n1.深层次" not in text
    inner = text_of(api.build_only(copied, ["巡视整改进展情况报告"])[0][0])  # as it was called in 0.1.0
    assert "共列整改事项5项：完成2项，阶段性完成1项，基本完成1项，未完成1项。" in inner and "写明" not in inner


def test_which_inspection_it_was_is_never_guessed(copied: Path) -> None:
    record = copied / "records" / "rectification.yaml"
    record.write_text(record.read_text("utf-8").replace("  work: 巡察\n", ""), encoding="utf-8")
    assert "关于【待补：巡视还是巡察】整改进展情况的报告" in text_of(api.build_only(copied, ["整改进展情况报告"])[0][0])


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("关于巡察整改进展情况的报告", ["关于巡察整改进展情况的报告"]),
        ("中共澜川市文化市场综合行政执法支队支部委员会", ["中共澜川市文化市场", "综合行政执法支队支部委员会"]),
    ],
)
def test_titles_break_by_sense(line: str, lines: list[str]) -> None:
    assert broken(line, 20) == lines


def test_a_long_title_and_a_long_head_are_broken_in_the_document(copied: Path) -> None:
    unit = copied / "records" / "unit.yaml"
    long = "新疆维吾尔自治区伊犁哈萨克自治州文化体育广播电视和旅游局文化市场综合行政执法支队"
    told = unit.read_text("utf-8").replace("name: 澜川市文化市场综合行政执法支队", f"name: {long}", 1)
    unit.write_text(told + "letterhead: 是\n", encoding="utf-8")
    document = docx.Document(str(api.build_only(copied, ["报送报告"])[0][0]))
    head = next(p for p in document.paragraphs if p.style.name == "发文机关标志")
    assert head.text.replace("\n", "") == f"{long}文件" and head.text.count("\n") == 2
    assert min(run.font.size.pt for run in head.runs) >= 26, "it stays readable"
    title = next(p for p in document.paragraphs if p.style.name == "公文标题")
    assert title.text.split("\n")[:2] == [
        "新疆维吾尔自治区伊犁哈萨克自治州文化体育",
        "广播电视和旅游局文化市场综合行政执法支队",
    ]


# ------------------------------------------------------------------------------------------- 报送稿


def test_each_score_stands_with_its_account_and_evidence_and_what_is_checked_is_summed(final: api.Built) -> None:
    book = openpyxl.load_workbook(final.package / "data" / "自评分表.xlsx")
    assert book.sheetnames == ["自评分表", "佐证索引", "考评项索引"]
    rows = list(book["自评分表"].iter_rows(min_row=3, values_only=True))
    assert rows[0] == ("项目", "内容", "依据", "分值", "标准", "自评分", "自评说明", "佐证编号", "核查分", "核查意见")
    cases = next(row for row in rows if str(row[1]).startswith("26）"))
    assert "42件，编制12人" in cases[6] and "Ⅴ-26-01" in cases[7]
    checks = next(row for row in rows if str(row[1]).startswith("28）"))
    assert checks[6].startswith("（1）") and "最少的是澜川市拾光网咖" in checks[6], "no ids: neither 28a nor C0008"
    assert not re.search(r"\bCC[0-9]+|[0-9]+[ab]：|[0-9]{4}-[0-9]{2}-[0-9]{2}", "\n".join(str(row[6]) for row in rows))
    total = rows[-1]
    assert str(total[8]).startswith("=IF(COUNT(I4,") and "SUM(I4," in str(total[8])


def test_the_guide_of_what_is_handed_in_says_nothing_to_the_office_itself(final: api.Built) -> None:
    guide = (final.package / "打开说明.txt").read_text("utf-8-sig")
    assert "kaoping verify" not in guide and "重新生成" not in guide and "报送日期：2017年12月22日" in guide


@pytest.mark.parametrize(
    ("form", "said"), [(api.DRAFT, "请装好 LibreOffice 再生成"), (api.FINAL, "本件为录音，不便编成页面")]
)
def test_a_slip_sheet_that_is_handed_in_is_neutral(form: str, said: str) -> None:
    line = bundles.line("1", "Ⅰ")
    file = bundles.evidence("录音.mp3", verdict=Verdict.SLIP_SHEET, media="mp3", why="请装好 LibreOffice 再生成")
    scored = bundles.card([bundles.score(line, ["录音.mp3"])])
    plan = plan_bundle(bundles.rubric({"Ⅰ": [line]}), scored, bundles.dossier({"录音.mp3": file}), form)
    [slip] = data_of(plan, 1)["slips"]
    assert slip["why"] == said


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("以会议纪要、工作简报、文件等材料为\n依据", "以会议纪要、工作简报、文件等材料为依据"),
        ("以相关文件为依据\n\n实地查看", "以相关文件为依据\n实地查看"),
        ("通过平台办理\n审批活动数量高于90%的得2分。", "通过平台办理审批活动数量高于90%的得2分。"),
        ("20\n（其中任何一项未完成的得0分。）", "20\n（其中任何一项未完成的得0分。）"),
        ("会议纪要\n签到表\n照片", "会议纪要\n签到表\n照片"),
    ],
)
def test_line_breaks_inside_sentences_go(text: str, printed: str) -> None:
    assert reflowed(text) == printed


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("培训/IMG_2017.jpg", "〔业务培训班佐证材料〕"),
        ("培训/微信图片_20171208.png", "〔业务培训班佐证材料〕"),
        ("培训/001.pdf", "〔业务培训班佐证材料〕"),
        ("培训/2017年度培训计划.pdf", "2017年度培训计划"),
        ("培训/照片.jpg", "照片"),
    ],
)
def test_a_cameras_file_name_is_no_title(path: str, title: str) -> None:
    assert title_of(path, "业务培训班", "") == title
    assert title_of("培训/IMG_2017.jpg", "业务培训班", "照片") == "〔业务培训班照片〕"


@pytest.mark.parametrize(
    ("inside", "title"),
    [
        ("一季度/通知.pdf", "通知（一季度）"),
        ("材料/一季度/一季度通知.pdf", "一季度通知"),  # said already
        ("例会材料/通知.pdf", "通知"),  # the folder that the zip itself is called after
        ("新建文件夹/通知.pdf", "通知"),
        ("DCIM/100APPLE/IMG_2017.jpg", "〔例会佐证材料〕"),
        ("五月现场会/IMG_2017.jpg", "〔五月现场会佐证材料〕"),
        ("通知.pdf", "通知"),
    ],
)
def test_what_came_in_a_zip_keeps_its_folder_as_a_hint(inside: str, title: str) -> None:
    zipped = "会议/例会材料.zip"
    assert title_of(f"{zipped}/{inside}", "例会", "", zipped) == title


def test_days_of_one_event_are_not_told_twice() -> None:
    assert days_text(date(2017, 9, 26), date(2017, 9, 27), 2017) == "9月26日至27日"
    assert days_text(date(2017, 9, 30), date(2017, 10, 1)) == "2017年9月30日至10月1日"
    assert days_text(date(2017, 12, 31), date(2018, 1, 1), 2017) == "12月31日至2018年1月1日"
    assert days_text(date(2017, 9, 26), date(2017, 9, 26), 2017) == "9月26日"


def test_titles_of_the_draft_are_broken_between_words_too(draft: api.Built) -> None:
    """A figure in a title carries a comment: 支部委员会 was broken inside 委员会 all the same."""
    for path in sorted((draft.package / "data").glob("*.docx")):
        document = docx.Document(str(path))
        titles = [p.text for p in document.paragraphs if p.style is not None and p.style.name == "公文标题"]
        assert all(em_width(line) <= 20 for title in titles for line in title.split("\n")), titles
    document = docx.Document(str(draft.package / "data" / "整改进展情况报告.docx"))
    assert document.paragraphs[0].text == ("中共澜川市文化市场\n综合行政执法支队支部委员会\n关于巡察整改进展情况的报告")
    assert document.paragraphs[0]._p.xpath(".//w:commentReference"), "and its figure keeps where it comes from"


def test_what_is_not_done_is_a_problem_and_no_deed(city: Path, tmp_path: Path) -> None:
    unit = Path(shutil.copytree(city, tmp_path / "unit", ignore=shutil.ignore_patterns("成果*")))
    items = unit / "records" / "reform_items.yaml"
    text = items.read_text("utf-8")
    at = text.index("办公用房")
    items.write_text(text[:at] + text[at:].replace("state: 已完成", "state: 未完成", 1), "utf-8")
    report = text_of(api.build_only(unit, ["自评报告"])[0][0])
    deeds, problems = report.split("三、存在的主要问题")
    assert "尚未完成" not in deeds
    assert "（一）深化改革方面\n办公用房尚未完成。“建立健全文化市场管理工作领导小组”可得20分" in problems


def test_the_guide_says_of_a_file_what_its_name_does_not(draft: api.Built) -> None:
    lines = [line.strip() for line in (draft.package / "打开说明.txt").read_text("utf-8-sig").splitlines()]
    assert "自评报告.docx" in lines and "自评报告" not in lines
    assert lines[lines.index("自评分表.docx") + 1] == "自评分表（Word）"


def test_reasons_are_sentences_and_no_form(final: api.Built) -> None:
    rows = docx.Document(str(final.package / "data" / "自评分表.docx")).tables[0]
    column = [cell.text for cell in rows.rows[0].cells].index("自评说明")
    told = "\n".join(cell.text for cell in rows.columns[column].cells)
    assert "年度文化统计按时上报\n" in told and "：是" not in told
    assert "取最高的一项" not in told, "there is but one"
    assert not re.search("未申报\n“", told), "a clause about nothing is not quoted"


def test_what_proves_is_called_one_word(final: api.Built, draft: api.Built) -> None:
    """佐证 everywhere; 证据 stands in the source's own words (网络案件证据固定) and in what the office wrote."""
    for built in (final, draft):
        texts = [(built.package / "打开说明.txt").read_text("utf-8-sig")]
        for path in (built.package / "data").glob("*.xlsx"):
            cells = (cell for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for cell in row)
            texts += [str(cell.value) for cell in cells if cell.value is not None]
        for path in (built.package / "data").glob("*.docx"):
            texts += [text for element in docx.Document(str(path)).element.iter() if (text := element.text or "")]
        assert not [text for text in texts if "证据" in text.replace("证据固定", "").replace("网页证据", "")]


@pytest.mark.parametrize("sample", without({"clerk"}, ["draft", "final", "clerk"]))
def test_no_brackets_within_brackets_and_no_mark_twice(sample: str, request: pytest.FixtureRequest) -> None:
    built: api.Built = request.getfixturevalue(sample)
    for path in sorted((built.package / "data").iterdir()):
        texts: list[str] = []
        if path.suffix == ".docx":
            document = docx.Document(str(path))
            texts = [paragraph.text for paragraph in document.paragraphs]
            texts += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        elif path.suffix == ".xlsx":
            cells = (cell.value for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for cell in row)
            texts = [value for value in cells if isinstance(value, str)]
        assert not [(path.name, text) for text in texts if _TWICE.search(text)]


def test_the_pieces_and_the_lines_have_an_index_each(final: api.Built) -> None:
    book = openpyxl.load_workbook(final.package / "data" / "自评分表.xlsx")
    assert {"佐证索引", "考评项索引"} <= set(book.sheetnames)
    heads = [cell.value for row in book["佐证索引"].iter_rows(max_row=4) for cell in row]
    assert "文件" in heads and "处理" in heads, "with the path, and what was done"

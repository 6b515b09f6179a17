"""Whole domains from end to end, as a clerk meets them: each a pack, and no Python knows of any.

From an empty folder to a 报送稿: the workbook that `init` makes, filled in, checked, scored, judged and decided, both
packages built and verified, and their words read.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import docx
import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from clerks import answer, fill, fill_unit, hand_in, judge, opened
from kaoping import api
from kaoping.core import packs
from kaoping.core.findings import Findings
from kaoping.records import layout

PACKS = Path(__file__).parent / "data" / "packs"
#: The sheets of every workbook: the engine's own, before and after those of the domain.
FIRST = ["填表说明", "考评项", "口径和期限"]
LAST = ["数据指标", "文字材料", "待定裁定", "佐证材料"]


@dataclass(frozen=True)
class Domain:
    """A domain, and one year of a unit of it."""

    pack: str
    sheets: list[str]  # of the domain, in the order of its lines
    fill_in: Callable[[Path], None]
    decisions: Mapping[str, str]  # undecided line → points decided on
    points: Mapping[str, str]  # line → points in the end
    documents: list[str]  # of the 报送稿
    own: list[str]  # words that must stand in the package
    foreign: list[str]  # words of other domains


# ---------------------------------------------------------------- the safety office


def _safety_year(folder: Path) -> None:
    hand_in(
        folder,
        *(f"责任/{number}季度例会纪要.pdf" for number in "一二三四"),
        "责任/企业名录和责任书.pdf", "责任/监督检查计划.pdf", "责任/人员名册.pdf",
        "隐患/整改指令书.pdf", "隐患/检查记录.pdf", "隐患/处罚案卷.pdf",
        "应急/综合演练评估.pdf", "应急/桌面推演评估.pdf", "应急/培训通知.pdf", "应急/月报系统截图.pdf",
        "应急/安全生产月总结.pdf", "加分/一级标准化公告.pdf", "加分/省报报道.pdf", "加分/表彰决定.pdf",
        "扣分/事故通报.pdf",
    )  # fmt: skip
    with opened(folder) as book:
        fill_unit(
            book,
            {
                "单位代码": "YXAJ", "单位名称": "云溪县安全生产监督管理局", "单位简称": "云溪县安监局", "地区": "云溪县",
                "级别": "县（市、区）", "主送机关": "云泽市安全生产委员会办公室", "联系人": "周宁", "联系电话": "0000-1234567",
                "报送日期": "2019-01-08", "数据截至日期": "2018-12-31",
            },
        )  # fmt: skip
        answer(book, "hazards-not-due", "计入")
        fill(
            book, "会议",
            [
                {"编号": f"H{n}", "会议名称": f"{name}季度安全生产例会", "议题": "安全生产", "日期": day,
                 "佐证材料": f"责任/{name}季度例会纪要.pdf"}
                for n, name, day in ((1, "一", "2018-01-12"), (2, "二", "2018-04-11"), (3, "三", "2018-07-12"), (4, "四", "2018-10-12"))
            ],
        )  # fmt: skip
        roll = "责任/企业名录和责任书.pdf"
        fill(
            book, "企业名录",
            [
                {"编号": "Q1", "企业名称": "东方化工公司", "行业": "危险化学品", "重点企业": "是", "签订责任书": "是", "预案已备案": "是",
                 "标准化等级": "一级", "本年新达标": "是", "佐证材料": f"{roll}；加分/一级标准化公告.pdf"},
                {"编号": "Q2", "企业名称": "云溪机械厂", "行业": "工贸", "重点企业": "是", "签订责任书": "是", "标准化等级": "二级",
                 "本年新达标": "否", "佐证材料": roll},
                {"编号": "Q3", "企业名称": "溪山建筑公司", "行业": "建筑施工", "重点企业": "是", "签订责任书": "是",
                 "本年新达标": "否", "佐证材料": roll},
                {"编号": "Q4", "企业名称": "便民超市", "行业": "其他", "重点企业": "否", "本年新达标": "否", "佐证材料": roll},
            ],
        )  # fmt: skip
        fill(
            book, "报送事项",
            [{"编号": "B1", "事项": "监督检查计划", "报送日期": "2018-03-31", "佐证材料": "责任/监督检查计划.pdf"}],
        )  # fmt: skip
        fill(
            book, "数据指标",
            [
                {"指标": "full-time-share", "名称": "专职安全监管人员占比", "分子": 72, "分母": 100, "来源": "人员名册",
                 "截至日期": "2018-12-20", "佐证材料": "责任/人员名册.pdf"},
            ],
        )  # fmt: skip
        hazards = [
            {"编号": f"Y{n}", "企业": f"Q{n % 3 + 1}", "隐患内容": f"第{n}处隐患", "隐患等级": "一般隐患", "发现日期": "2018-03-05",
             "整改情况": "已整改", "整改日期": "2018-04-05", "佐证材料": "隐患/整改指令书.pdf"}
            for n in range(1, 10)
        ]  # fmt: skip
        grave = {
            "编号": "Y10", "企业": "东方化工公司", "隐患内容": "储罐区报警器失效", "隐患等级": "重大隐患", "发现日期": "2018-11-20",
            "整改期限": "2019-02-28", "整改情况": "正在整改", "佐证材料": "隐患/整改指令书.pdf",
        }  # fmt: skip
        fill(book, "隐患排查", [*hazards, grave])
        visits = [("Q1", 4), ("Q2", 2), ("Q3", 6)]
        fill(
            book, "监督检查",
            [
                {"编号": f"J{q}-{n}", "企业": q, "检查日期": f"2018-{n + 2:02}-10", "佐证材料": "隐患/检查记录.pdf"}
                for q, number in visits for n in range(1, number + 1)
            ],
        )  # fmt: skip
        fill(
            book, "案件",
            [
                {"案号": f"A{n}", "案由": f"未落实安全培训案{n}", "类别": "工贸", "程序": "一般程序", "结案方式": "罚款",
                 "立案日期": "2018-02-01", "结案日期": "2018-05-01", "佐证材料": "隐患/处罚案卷.pdf"}
                for n in (1, 2, 3)
            ],
        )  # fmt: skip
        fill(
            book, "应急演练",
            [
                {"编号": "L1", "演练名称": "危险化学品泄漏综合演练", "日期": "2018-06-15", "形式": "实战演练", "参演人数": 120,
                 "佐证材料": "应急/综合演练评估.pdf"},
                {"编号": "L2", "演练名称": "建筑坍塌桌面推演", "日期": "2018-09-15", "形式": "桌面推演", "佐证材料": "应急/桌面推演评估.pdf"},
            ],
        )  # fmt: skip
        fill(
            book, "培训记录",
            [
                {"编号": "P1", "名称": "企业负责人安全培训班", "日期": "2018-05-16", "方式": "线下", "主办": "县级", "参训人数": 260,
                 "佐证材料": "应急/培训通知.pdf"},
            ],
        )  # fmt: skip
        found = {3: 9, 11: 1}  # hazards by month, as the ledger has them
        fill(
            book, "统计月报",
            [
                {"编号": f"M{n:02}", "月份": f"2018-{n:02}", "按时报送": "是", "本月排查隐患数": found.get(n, 0),
                 "佐证材料": "应急/月报系统截图.pdf"}
                for n in range(1, 13)
            ],
        )  # fmt: skip
        fill(
            book, "工作材料",
            [{"编号": "W1", "考评项": "13", "名称": "安全生产月总结", "佐证材料": "应急/安全生产月总结.pdf"}],
        )  # fmt: skip
        judge(book, "13", 评判="良好", 评判理由="活动覆盖全部乡镇", 评判人="局长办公会", 评判日期="2018-12-20")
        fill(
            book, "媒体报道",
            [
                {"编号": "MT1", "标题": "云溪县隐患清零行动", "媒体": "省报", "媒体级别": "省级", "日期": "2018-06-18", "短讯": "否",
                 "佐证材料": "加分/省报报道.pdf"},
            ],
        )  # fmt: skip
        fill(
            book, "表彰",
            [
                {"编号": "BZ1", "名称": "全省安全生产先进集体", "表彰机关": "省人民政府", "级别": "省级", "日期": "2018-03-05",
                 "佐证材料": "加分/表彰决定.pdf"},
            ],
        )  # fmt: skip
        fill(
            book, "生产安全事故",
            [
                {"编号": "SG1", "事故名称": "8·3物体打击事故", "企业": "云溪机械厂", "发生日期": "2018-08-03", "事故等级": "一般事故",
                 "死亡人数": 1, "报告情况": "按时报告", "佐证材料": "扣分/事故通报.pdf"},
            ],
        )  # fmt: skip
        fill(
            book, "佐证材料",
            [
                {"文件": "应急/月报系统截图.pdf", "材料类型": "平台数据截图", "账号": "yxaj01", "查询条件": "2018年1月至12月",
                 "截取时间": "2018-12-31 09:00"},
                {"文件": "责任/人员名册.pdf", "材料类型": "数据台账"},
                {"文件": "加分/一级标准化公告.pdf", "材料类型": "文件", "题名": "2018年一级标准化企业公告"},
                {"文件": "应急/综合演练评估.pdf", "材料类型": "演练评估报告", "题名": "综合演练评估报告"},
                {"文件": "应急/安全生产月总结.pdf", "材料类型": "工作总结"},
            ],
        )  # fmt: skip
        parts = {
            "一": "配强专职安全监管人员",
            "二": "挂牌督办重大隐患",
            "三": "办好企业负责人培训",
            "总体": "抓好双重预防机制建设",
        }
        report = [("自评报告", "下一步打算", part, text) for part, text in parts.items()]
        report += [
            ("年度安全生产工作总结", topic, "总体", text)
            for topic, text in (
                ("主要做法", "层层签订责任书"), ("主要做法", "全面排查隐患"), ("存在的问题", "专职监管人员不足"),
                ("下一步打算", "推进标准化达标"), ("成文日期", "2018年12月28日"),
            )
        ]  # fmt: skip
        fill(
            book, "文字材料",
            [
                {"编号": f"S{n:02}", "文稿": document, "内容": topic, "部分": part, "文字": text}
                for n, (document, topic, part, text) in enumerate(report, 1)
            ],
        )  # fmt: skip


SAFETY = Domain(
    pack="safety-2018",
    sheets=[
        "会议", "企业名录", "报送事项", "隐患排查", "监督检查", "案件", "应急演练", "培训记录", "统计月报", "工作材料", "媒体报道", "表彰",
        "生产安全事故",
    ],
    fill_in=_safety_year,
    decisions={"6": "5"},  # nobody wrote whether the grave hazard is on the list
    points={
        "1": "8",  # four meetings
        "2": "7",  # all three
        "3": "5",  # on the very day
        "4": "4.4",  # 72 %: 3 points short of 75, 0.2 each
        "5": "10",  # 9 of 10, those not yet due counted
        "6": "5",
        "7": "10",  # 4, 2 and 6 visits: at least 2 each, 4 on average
        "8": "5",
        "9": "10",
        "10": "8",
        "11": "2",  # 260
        "12": "5",
        "13": "5",
        "J1": "1",
        "J2": "0.5",
        "J3": "1",
        "K1": "-2",
        "K2": "0",
    },
    documents=["报送报告.docx", "自评报告.docx", "年度安全生产工作总结.docx"],
    own=["安全生产工作考评", "隐患整改率", "云溪县安全生产监督管理局", "演练评估报告", "储罐区报警器失效", "危险化学品"],
    foreign=["文化", "网吧", "公园", "执法支队", "澜川"],
)  # fmt: skip

DOMAINS = [SAFETY]


# ---------------------------------------------------------------- from an empty folder to a 报送稿


def beside(folder: Path, pack: str) -> None:
    """Put the pack, and what it extends of ours, into the 规则包 beside the unit's folder."""
    shutil.copytree(PACKS / pack, folder.parent / packs.FOLDER / pack)


def words_of(package: Path) -> dict[str, str]:
    """All words of a package, file by file."""
    found: dict[str, str] = {}
    for path in sorted(package.rglob("*")):
        name = path.relative_to(package).as_posix()
        if path.suffix == ".docx":
            found[name] = docx.Document(str(path)).element.xml
        elif path.suffix == ".xlsx":
            cells = [str(cell.value) for sheet in load_workbook(path) for row in sheet.iter_rows() for cell in row]
            found[name] = "\n".join(cells)
        elif path.suffix == ".pdf" and "汇编" in path.name:
            found[name] = "\n".join(page.extract_text() for page in PdfReader(path).pages)
        elif path.suffix in (".txt", ".json"):
            found[name] = path.read_text("utf-8")
    return found


@pytest.mark.parametrize("domain", DOMAINS, ids=lambda domain: domain.pack)
def test_a_year_of_a_domain(domain: Domain, tmp_path: Path) -> None:
    folder = tmp_path / "某单位"
    beside(folder, domain.pack)
    api.init(folder, domain.pack)
    assert load_workbook(folder / layout.WORKBOOK).sheetnames[:-1] == [*FIRST, *domain.sheets, *LAST]
    domain.fill_in(folder)
    assert _errors(api.check(folder)) == []

    before = {line.line: line for line in api.assess(folder).card.lines}
    assert {line for line, score in before.items() if score.status == "undecided"} == set(domain.decisions)
    for line, points in domain.decisions.items():
        api.decide(folder, line, points, reason="对照条文研究", who="局长办公会", when="2018-12-25")
    card = api.assess(folder).card
    assert {line.line: line.low for line in card.lines} == {k: Fraction(v) for k, v in domain.points.items()}
    assert [line.line for line in card.lines if line.low != line.high or line.unsupported] == []

    for final in (False, True):
        built = api.build(folder, final=final)
        assert _errors(built.findings) == []
        assert _errors(api.verify(built.package)) == []
        words = words_of(built.package)
        text = "\n".join(words.values())
        assert [word for word in domain.own if word not in text] == []
        assert [(name, word) for word in domain.foreign for name, said in words.items() if word in said] == []
    assert sorted(path.name for path in (built.package / "data").glob("*.docx")) == sorted(
        ["自评分表.docx", *domain.documents]
    )


def _errors(findings: Findings) -> list[Any]:
    return [(finding.code, str(finding.at), finding.problem) for finding in findings if finding.severity == "error"]

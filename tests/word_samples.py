"""A small rubric and its score card, made by hand: what the sheet and the report are tried on."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, cast

from culture import CULTURE
from kaoping.core.model import LineScore, Location, ScoreCard, Status, Total
from kaoping.rubric.nodes import Group, Line, Notice, Row, Rubric, Section

#: id, role, of, shares_row_with, content, basis, points, standard
LINES: dict[str, list[tuple[str, str, str | None, str, str, str, str, str]]] = {
    "Ⅰ": [
        (
            "1", "base", "20", "", "1）建立健全文化市场管理工作领导小组", "以会议纪要、工作简报、文件等材料为\n依据",
            "20\n（其中任何一项未完成的得0分。）", "设区市成立文化市场管理工作领导小组，年内召开会议专题研究。",
        ),
        ("2", "base", "0", "", "2）综合执法改革《实施方案》", "以文件材料等为依据", "", "及时出台《实施方案》。"),
        ("3", "base", "0", "", "3）同城一支队伍", "以编办文件等材料为依据", "", "设区市实现同城一支队伍。"),
        ("6", "base", "10", "", "6）推进县级完成改革任务", "以编办文件为依据\n实地查看", "10", "全部完成的得10分。"),
    ],
    "Ⅱ": [
        ("8", "base", "1", "", "8）培训达标比例", "以培训考试系统数据为依据", "1", "90%以上的得1分。"),
        ("9", "base", "1", "", "9）线上考试达标比例", "", "1", "90%以上的得1分。"),
        ("10", "base", "2", "", "10）组织全市范围线下培训不少于2场", "以通知、照片为依据", "2", "2场及以上的得2分。"),
    ],
    "Ⅴ": [
        ("26", "base", "20", "", "26）人均办结案件数量", "以平台数据为依据", "20", "3倍以上的得20分。\n另加5分。"),
        ("26+", "bonus", None, "26", "", "", "", ""),
    ],
    "Ⅷ": [
        ("B2", "bonus", "2", "", "2）获得表彰的", "以相关证明材料为依据", "2", "每次加0.5分。"),
        ("B3", "bonus", "2", "", "3）配备驻队执法车辆", "以相关文件为依据\n\n实地查看", "2", ""),
        ("B4", "bonus", "5", "", "4）市级增加编制", "以编办文件为依据", "5", "合同制用工不在统计之列。"),
        ("B5", "bonus", None, "", "5)县级增加编制", "以编办文件为依据", "", "每有一地区符合条件的加2分。"),
        ("B8", "deduction", "0", "", "8）市场秩序混乱", "以媒体报道为依据", "－5", ""),
    ],
}  # fmt: skip
HEADS = {"Ⅰ": ("深化改革", "30"), "Ⅱ": ("队伍建设", "4"), "Ⅴ": ("执法办案", "20"), "Ⅷ": ("加减分项目", None)}
#: line: low, high, status, reasons
SCORES: dict[str, tuple[str, str, Status, tuple[str, ...]]] = {
    "1": ("20", "20", Status.SCORED, ("1至5项要求的条件全部满足",)),
    "2": ("0", "0", Status.SCORED, ()),
    "3": ("0", "0", Status.SCORED, ()),
    "6": ("8", "8", Status.SCORED, ("5个县（市、区）中4个完成，占80%。",)),
    "8": ("0", "1", Status.MISSING, ("没有填报“执法人员”",)),
    "9": ("0.5", "1", Status.UNDECIDED, ("达标比例够，市级没有组织考试：细则没有规定",)),
    "10": ("2", "2", Status.SCORED, ("全市范围线下培训2场",)),
    "26": ("20", "20", Status.SCORED, ("人均办结3.2件",)),
    "26+": ("0", "0", Status.SCORED, ("未申报",)),
    "B2": ("0.5", "0.5", Status.SCORED, ("省级表彰1次",)),
    "B3": ("2", "2", Status.SCORED, ()),
    "B4": ("0", "0", Status.SCORED, ()),
    "B5": ("0", "0", Status.NOT_APPLICABLE, ()),
    "B8": ("0", "0", Status.SCORED, ("未记录此类事件",)),
}


def line(section: str, row: tuple[str, str, str | None, str, str, str, str, str]) -> Line:
    id_, role, of, shared, content, basis, points, standard = row
    title = content.partition("）")[2] or content or "没有违法行为的加分"
    return Line(
        id=id_, section=section, role=cast(Any, role), title=title, of=None if of is None else Fraction(of),
        row=Row(content, basis, points, standard), shares_row_with=shared, rule=cast(Any, None), at=Location(),
        basis="",
    )  # fmt: skip


def rubric(**notice: Any) -> Rubric:
    sections = tuple(
        Section(
            id=id_, title=HEADS[id_][0], heading=f"{id_}\n{HEADS[id_][0]}",
            points=None if HEADS[id_][1] is None else Fraction(HEADS[id_][1]),
            lines=tuple(line(id_, row) for row in rows),
        )
        for id_, rows in LINES.items()
    )  # fmt: skip
    groups = (
        Group("reform", "改革", ("1", "2", "3"), Fraction(20), all_met=True),
        Group("posts", "编制", ("B4", "B5"), cap=Fraction(5)),
    )
    return Rubric(
        id="tiny",
        title="2017年全省文化市场管理执法考评细则",
        year=2017,
        sections=sections,
        groups=groups,
        notice=Notice({}, {}, {}, notice),
        sha256="0",
        pack=CULTURE,
    )


def card(of: Rubric | None = None) -> ScoreCard:
    of = of or rubric()
    scores = []
    for its in of.lines:
        low, high, status, because = SCORES[its.id]
        evidence = ("培训/通知.pdf", "培训/照片.jpg") if its.id == "10" else ()
        scores.append(
            LineScore(
                its.id, its.section, its.role, its.title, its.of, Fraction(low), Fraction(high), status, because,
                evidence=evidence, unsupported=Fraction("0.5") if its.id == "B2" else Fraction(0),
            )
        )  # fmt: skip

    def total(*roles: str, full: str | None = None) -> Total:
        mine = [score for score in scores if score.role in roles]
        low, high = sum((s.low for s in mine), Fraction(0)), sum((s.high for s in mine), Fraction(0))
        return Total(low, high, None if full is None else Fraction(full))

    return ScoreCard(
        of.id, "澜川市支队", "设区市", 2017, tuple(scores), total("base", full="54"), total("bonus"),
        total("deduction"), total("base", "bonus", "deduction"), Fraction("0.5"),
    )  # fmt: skip

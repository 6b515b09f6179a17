"""Ⅰ 深化改革（30分）."""

from __future__ import annotations

from fractions import Fraction

from .facts import Unit
from .spans import Span, at_least, count, every, span, tiers, which

_REQUIRED = (
    "成立领导小组", "印发实施方案", "同城一支队伍", "人员整合", "新入职新上岗培训", "混岗借用清理", "统一机构名称",
    "技术监管与服务指挥机构", "网络文化执法机构", "机构相对独立", "办公用房", "经费列入预算",
)  # fmt: skip
#: Those that bind only where the case arises: 对新入职和新上岗人员进行培训；完成混岗和借用人员清理工作.
_WHERE_IT_ARISES = ("新入职新上岗培训", "混岗借用清理")
_COUNTY_TASKS = ("leading_group", "staff_cleared", "premises", "departments", "trained", "name_unified", "budget")


def done(unit: Unit, item: str) -> bool | None:
    """Tell whether a requirement of the reform is met; an item that nobody recorded is unknown."""
    table = unit.table("reform_item")
    if table is None:
        return None
    for row in table:
        if row["item"] == item:
            if row["state"] == "未完成":
                return False
            if row["state"] == "无此情形":
                return True if item in _WHERE_IT_ARISES else None
            return unit.had_come(row["date"]) if "date" in row else True
    return None


# 其中任何一项未完成的得0分。
# 设区市成立文化市场管理工作领导小组，年内召开会议专题研究文化市场综合执法改革相关工作，运行机制正常。
# 设区市按照中央和省两办文件精神要求及时出台《实施方案》。
# 设区市实现同城一支队伍，人员整合到位；对新入职和新上岗人员进行培训；完成混岗和借用人员清理工作；统一机构名称。
# 设区市按照中央和省两办文件要求合理设置机构，增设技术监管与服务指挥、网络文化执法等内设机构，
# 文化市场综合执法机构相对独立。
# 设区市综合执法机构办公用房落实到位；工作经费等列入同级政府财政预算。
def line_1(unit: Unit) -> Span:
    """Lines 1 to 5, which have their 20 points together."""
    if not unit.is_city:  # each sentence begins with 设区市: the text does not say what a county gets
        return span(0, 20)
    meetings = unit.table("meeting")
    held = None if meetings is None else at_least(
        count(unit.in_year(row["date"]) for row in meetings if row["topic"] == "综合执法改革"), 1
    )  # fmt: skip
    choices = {"运行正常": True, "运行不正常": False, "及时": True, "不及时": False, None: None}
    whole = every(
        [held, choices[unit.choice("1")], choices[unit.choice("2")], *(done(unit, item) for item in _REQUIRED)]
    )
    return which(whole, span(20), span(0))


# 推进所辖所有县级文化市场综合执法机构完成改革任务（…）的得10分；80%以上地区完成的得8分;50%以上地区完成的得5分；
# 50%以下地区完成的得0分。
def line_6(unit: Unit) -> Span:
    counties = unit.table("county")
    if not counties:  # a share of none
        return span(0, 10)
    finished = count(every(row.get(task) for task in _COUNTY_TASKS) for row in counties)

    def points(number: Fraction) -> Span:
        share = number / len(counties)
        return span(10 if share == 1 else 8 if share >= Fraction(80, 100) else 5 if share >= Fraction(50, 100) else 0)

    return tiers(finished, points)


LINES = {"1": line_1, "6": line_6}

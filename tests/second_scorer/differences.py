"""Where the two scorers differed: faults of the program that are mended, and what it leaves wider for a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from .facts import Row, Unit
from .units import DECLARED

Change = Callable[[Unit], None]


@dataclass(frozen=True)
class Shown:
    """Where a difference shows: a line, what is changed in the good city, what both say of it then."""

    line: str
    words: str  # of the source
    change: Change
    program: str
    second: str


@dataclass(frozen=True)
class Fault:
    """What the program once had wrong, on each line that had it: both scorers say the same now, and must go on to."""

    name: str
    reason: str
    shown: tuple[Shown, ...]


@dataclass(frozen=True)
class OpenReading:
    """Where the program gives a wider range than the second scorer, which holds it, and why that may stand."""

    name: str
    reason: str
    applies: Callable[[Unit], bool]
    shown: tuple[Shown, ...]


# ---------------------------------------------------------------------------------------------------- changes of a unit
def _all(*changes: Change) -> Change:
    def change(unit: Unit) -> None:
        for one in changes:
            one(unit)

    return change


def _rows(unit: Unit, kind: str, **by: Any) -> list[Row]:
    return [row for row in unit.tables.get(kind, []) if all(row.get(name) == value for name, value in by.items())]


def _put(kind: str, by: Row, **values: Any) -> Change:
    """Put values into the rows that ``by`` finds; None leaves a field blank."""

    def change(unit: Unit) -> None:
        for row in _rows(unit, kind, **by):
            row |= values
            for name in [name for name, value in values.items() if value is None]:
                del row[name]

    return change


def _take(kind: str, **by: Any) -> Change:
    """Take the rows that ``by`` finds away; all of them where nothing is said, which leaves a table declared empty."""

    def change(unit: Unit) -> None:
        unit.tables[kind] = [row for row in unit.tables[kind] if row not in _rows(unit, kind, **by)]

    return change


def _add(kind: str, **values: Any) -> Change:
    """Add a row that is like the first."""
    return lambda unit: unit.tables[kind].append({**unit.tables[kind][0], "id": "新", **values})


def _never_filed(*kinds: str) -> Change:
    def change(unit: Unit) -> None:
        for kind in kinds:
            del unit.tables[kind]

    return change


def _fact(**values: Any) -> Change:
    return lambda unit: unit.facts.update(values)


def _county(unit: Unit) -> None:
    """Make the city a 省管县 with nothing below it."""
    unit.facts["level"] = "省管县"
    unit.tables["county"] = []
    for kind in ("establishment", "case", "establishment_change"):
        unit.tables[kind] = _rows(unit, kind, level="本级")
    for kind in ("approval", "approval_window"):
        unit.tables[kind] = unit.tables[kind][:1]


# -------------------------------------------------------------------------------------- changes of several lines
def _all_filed(unit: Unit) -> None:
    unit.answers["platform-cases"] = "立案都算"


def _uncapped(unit: Unit) -> None:
    unit.answers["posts-bonus-cap"] = "不封顶"


def _whole_area(unit: Unit) -> None:
    unit.answers["case-scope"] = "全市"


def _declare(
    indicator: str, numerator: int, denominator: int | None = None, as_of: date = date(2017, 10, 31)
) -> Change:
    """Declare a number, in place of what was declared under its name."""

    def change(unit: Unit) -> None:
        row = {"id": indicator, "name": indicator, "numerator": numerator, "source": "系统", "as_of": as_of}
        others = [row for row in unit.tables["indicator"] if row["id"] != indicator]
        unit.tables["indicator"] = [*others, row | ({} if denominator is None else {"denominator": denominator})]

    return change


def _last_years(indicator: str) -> Change:
    """Declare the number that gives full marks, as of the year before."""
    numerator, denominator = DECLARED[indicator]
    return _declare(indicator, numerator, denominator, date(2016, 12, 31))


_LATER = date(2017, 12, 28)  # after 报送日期, the 22nd
_MAYBE = date(2017, 12, 18)  # after 数据截至日期, the 15th


def _waiting(unit: Unit) -> None:
    """Add a month of approvals that begins after 数据截至日期."""
    unit.facts["as_of"] = date(2017, 11, 30)
    _add("approval", month="2017-12")(unit)


def _add_month(unit: Unit) -> None:
    """Add a row to a month of data that says otherwise."""
    row = _rows(unit, "monthly_report", channel="执法数据", month="2017-06")[0]
    unit.tables["monthly_report"].append({**row, "id": "新", "sound": False})


def _later(line: str, words: str, kind: str, identity: str, program: str, second: str, field: str = "date") -> Shown:
    return Shown(line, words, _put(kind, {"id": identity}, **{field: _LATER}), program, second)


_OFF = (_put("case", {"id": "AJ04"}, on_platform=False), _put("case", {"id": "AJ24"}, on_platform=False))
_CLEAN = "抽查未发现问题的得{}分"

MENDED = (
    Fault(
        "ahead",
        "What is dated after 报送日期 cannot have been done when the unit handed in, and what is dated between "
        "数据截至日期 and 报送日期 may be a plan: the first counts for nothing, the second perhaps. The program "
        "counts both as done (check only warns: 日期晚于报送日期).",
        (
            _later("1", "年内召开会议专题研究文化市场综合执法改革相关工作", "meeting", "H1", "20", "0"),
            _later("7", "未上报的得0分", "training_plan", "L1", "1～2", "1", "submitted"),
            Shown("20", "取得良好成效的得2分", _put("judgement", {"line": "20"}, when=_LATER), "2", "0～2"),
            Shown(
                "26",
                "人均办案数达到3倍以上的得20分",
                _put("establishment", {"level": "本级"}, as_of=_LATER),
                "20",
                "0～20",
            ),
            _later("9", "参加省厅组织考试", "exam", "K1", "1", "0～1"),
            _later("10", "组织1场的得1分", "training", "P1", "2", "1"),
            _later("11", "未开展的得0分", "training", "P3", "1", "0"),
            _later("12", "执法人员未发生违法、违纪行为的得1分", "spot_check", "S8", "1", "0～1"),
            _later("13", "每年至少召开一次综治工作会议", "meeting", "H2", "2", "0"),
            _later("14", "暗访抽查未发现问题的得2分", "spot_check", "S0", "2", "0～2"),
            _later("15", "巡查未发现问题的得2分", "spot_check", "S1", "2", "0～2"),
            _later("16", _CLEAN.format(2), "spot_check", "S2", "2", "0～2"),
            _later("17", _CLEAN.format(1), "spot_check", "S3", "1", "0～1"),
            _later("18", _CLEAN.format(2), "spot_check", "S4", "2", "0～2"),
            _later("19", "暗访、抽查未发现问题的得1分", "spot_check", "S5", "1", "0～1"),
            _later("24", "抽查行政审批案卷，合格的得2分", "spot_check", "S6", "2", "0～2"),
            Shown("26", "2倍以下的得0分", _put("case", {"level": "本级"}, closed=_LATER), "20", "0"),
            _later("28", "平均检查次数每年12次以上的得1分", "inspection", "J112", "2", "1.5"),
            Shown(
                "32",
                "未及时报告的得0分",
                _put("incident", {}, date=_LATER, handled=False, reported="未及时报告"),
                "0",
                "1",
            ),
            _later("33", "抽查合格率达100%的得1分", "spot_check", "S7", "1", "0～1"),
            _later("34", "能按时完成统计上报工作的得1分", "submission", "D1", "1", "0～1", "submitted"),
            Shown("39", "高于80%的得1分", _all(*_OFF, _put("case", {"on_platform": False}, closed=_LATER)), "1", "2"),
            Shown(
                "40a",
                "每发现一起扣0.1分",
                _all(_fact(as_of=date(2017, 11, 30)), _put("approval", {"id": "A0"}, month="2017-12", old_licence=1)),
                "0.9",
                "0～1",
            ),
            Shown(
                "40b",
                "高于实际发生数90%以上的得2分",
                _all(_fact(as_of=date(2017, 11, 30)), _put("approval", {"id": "A0"}, month="2017-12")),
                "2",
                "0～2",
            ),
            _later("B1", "每报道一件加0.5分", "media_report", "N3", "1.5", "1"),
            _later("B2", "每次加0.5分", "commendation", "T3", "1.5", "1"),
            _later("B4", "设区市综合执法机构增加10名以上执法人员编制的", "establishment_change", "Z0", "5", "0"),
            Shown(
                "B5",
                "每有一地区符合条件的加2分",
                _all(_uncapped, _put("establishment_change", {"id": "Z2"}, date=_LATER)),
                "4",
                "2",
            ),
            Shown(
                "B6",
                "人均办结案件2件以上的得4分",
                _fact(as_of=date(2017, 9, 30), submit_date=date(2017, 10, 1)),
                "4",
                "0",
            ),
            Shown(
                "B7",
                "截止时间为2017年12月20日",
                _put("reform_item", {"item": "人员参公管理"}, date=date(2017, 12, 18)),
                "2",
                "0～2",
            ),
            Shown(
                "B8", "文化市场秩序混乱，造成严重负面影响的", _put("incident", {}, date=_LATER, grave=True), "-5", "0"
            ),
        ),
    ),
    Fault(
        "missing month",
        "A month without a row is one that nobody wrote down: it may have been reported in full. The program "
        "takes it for one that fell short. (A table that is declared empty says that there were none.)",
        (
            Shown("36", "3个月以下未达到要求的得0.5分", _take("monthly_report", id="M50"), "0.5", "0.5～1"),
            Shown("37", "10个月以上及时规范报送得0.5分", _take("monthly_report", id="M52"), "0.5", "0.5～1"),
        ),
    ),
    Fault(
        "month twice",
        "Two rows of one month that contradict each other: one good, one late. The program takes the better one.",
        (
            Shown(
                "37",
                "按月及时规范报送数据的得1",
                _add("monthly_report", channel="执法数据", on_time=False, sound=True),
                "1",
                "0.5～1",
            ),
        ),
    ),
    Fault(
        "months declared",
        "10 months declared on 10-31 say nothing of the two that were not due yet.",
        (
            Shown(
                "37",
                "按月及时规范报送数据的得1",
                _all(_never_filed("monthly_report"), _fact(as_of=date(2017, 10, 31)), _declare("months-reported", 10)),
                "0.5",
                "0.5～1",
            ),
        ),
    ),
    Fault(
        "part for the whole",
        "Rows of some places only, though the counties on file (or nobody knows which there are) have theirs too: "
        "what was not recorded may be unpublished, off the platform, without the new licence. The program takes "
        "what is there for all.",
        (
            Shown("25", "许可项目全部公开的得1分", _take("approval_window", id="W5"), "1", "0～1"),
            Shown("40a", "每发现一起扣0.1分", _take("approval", id="A5"), "1", "0～1"),
            Shown("40b", "通过平台办理", _take("approval", id="A5"), "2", "0～2"),
        ),
    ),
    Fault(
        "bodies for the whole",
        "With 口径 全市 the cases of all counties are divided by the posts on file, though a county's are not "
        "among them: the number for each post comes out too high.",
        (
            Shown(
                "26",
                "2倍以上的得10分",
                _all(
                    _whole_area, _put("case", {"county": "乙区"}, outcome="警告"), _take("establishment", county="乙区")
                ),
                "20",
                "0～20",
            ),
            Shown(
                "B6",
                "人均办结案件1件以上的得2分",
                _all(_whole_area, _take("establishment", county="乙区")),
                "2",
                "0～2",
            ),
        ),
    ),
    Fault(
        "scope of 39",
        "口径 asks whose cases 人均办案数 means, the unit's own body's or the whole area's; whose 实际办案数量 "
        "means is as open, and was not asked: 39 took all cases, whatever was answered for 26.",
        (Shown("39", "高于实际办案数量90%的得2分", _OFF[1], "1", "2"),),
    ),
    Fault(
        "spared",
        "没有违法行为的，不扣分: for 26+ the program says itself that this may spare the whole line or only the "
        "cases that must be among them; yet where too few cases for each cost ten points, it takes those for "
        "certain.",
        (
            Shown(
                "26",
                "没有违法行为的，不扣分另加5分",
                _all(
                    _put("establishment", {"level": "本级"}, posts=6), _put("judgement", {"line": "26+"}, choice="申报")
                ),
                "10",
                "10～20",
            ),
        ),
    ),
    Fault(
        "closed next year",
        "With 口径 立案都算 a case filed in the year counts, whenever it was closed. The program leaves out the one "
        "that was closed in another year, and counts the one that is still open.",
        (
            Shown(
                "39",
                "高于80%的得1分",
                _all(_all_filed, _put("case", {"id": "AJ04"}, on_platform=False, closed=date(2018, 1, 5))),
                "2",
                "1",
            ),
        ),
    ),
    Fault(
        "half closed",
        "结案日期 without 结案方式: closed or not, one of the two is wrong. For 26 the program counts such a case "
        "perhaps, for 39 surely.",
        (Shown("39", "高于80%的得1分", _all(_OFF[0], _put("case", {"id": "AJ04"}, outcome=None)), "1", "1～2"),),
    ),
    Fault(
        "fixed unread",
        "发现问题：否 with 通报后处理：未及时解决 contradict each other; the program reads the second only after 是.",
        (
            Shown("14", "暗访抽查未发现问题的得2分", _put("spot_check", {"id": "S0"}, fixed="未及时解决"), "2", "0～2"),
            Shown("15", "巡查未发现问题的得2分", _put("spot_check", {"id": "S1"}, fixed="未及时解决"), "2", "0～2"),
            Shown("16", "抽查未发现问题的得2分", _put("spot_check", {"id": "S2"}, fixed="未及时解决"), "2", "0～2"),
            Shown("17", "抽查未发现问题的得1分", _put("spot_check", {"id": "S3"}, fixed="未及时解决"), "1", "0～1"),
            Shown("18", "抽查未发现问题的得2分", _put("spot_check", {"id": "S4"}, fixed="未及时解决"), "2", "0～2"),
            Shown(
                "19", "暗访、抽查未发现问题的得1分", _put("spot_check", {"id": "S5"}, fixed="未及时解决"), "1", "0～1"
            ),
        ),
    ),
    Fault(
        "numbers alone",
        "合格数＝抽查数 with 发现问题：是 (or 未及时解决), or fewer with 否, contradict each other; the program "
        "reads the numbers alone.",
        (
            Shown("24", "抽查行政审批案卷，合格的得2分", _put("spot_check", {"id": "S6"}, found=True), "2", "0～2"),
            Shown(
                "33",
                "抽查合格率达100%的得1分",
                _put("spot_check", {"id": "S7"}, found=True, fixed="未及时解决"),
                "1",
                "0～1",
            ),
        ),
    ),
    Fault(
        "not mended",
        "按时：是 with 及时整改 is open to the program (0.5～1), as both clauses hold. With 未整改 or 整改不及时 "
        "both hold too, and it gives 0.",
        (Shown("34", "不整改或整改不及时的得0分", _put("submission", {}, problems="未整改"), "0", "0～1"),),
    ),
    Fault(
        "not sent",
        "按时：是 without 报送日期, which is left blank where nothing was sent: the program does not read it.",
        (Shown("34", "能按时完成统计上报工作的得1分", _put("submission", {}, submitted=None), "1", "0～1"),),
    ),
    Fault(
        "blank report",
        "Of two reports one has a blank: what it would say is unknown. The program scores the other alone.",
        (
            Shown(
                "34",
                "对问题及时整改的得0.5分",
                _all(_add("submission"), _put("submission", {"id": "新"}, problems=None)),
                "1",
                "0～1",
            ),
        ),
    ),
    Fault(
        "nobody new",
        "对新入职和新上岗人员进行培训 asks nothing where there is nobody new (无此情形, as its field says): met. "
        "The program: unknown.",
        (
            Shown(
                "1",
                "对新入职和新上岗人员进行培训",
                _put("reform_item", {"item": "新入职新上岗培训"}, state="无此情形", date=None),
                "0～20",
                "20",
            ),
        ),
    ),
    Fault(
        "no such case",
        "无此情形 makes no sense for what each city must do (成立领导小组, 统一机构名称 …): whoever wrote it "
        "meant something else. The program takes it for 未完成, and all 20 points away.",
        (
            Shown(
                "1",
                "统一机构名称",
                _put("reform_item", {"item": "统一机构名称"}, state="无此情形", date=None),
                "0",
                "0～20",
            ),
            Shown(
                "B3",
                "设区市完成同城一支队伍改革",
                _put("reform_item", {"item": "同城一支队伍"}, state="无此情形", date=None),
                "0",
                "0～2",
            ),
        ),
    ),
    Fault(
        "any year's number",
        "A declared number as of another year says nothing about this one; the program counts it.",
        (
            Shown(
                "8",
                "达标比例90%以上的得1分",
                _all(_never_filed("staff"), _last_years("training-qualified")),
                "1",
                "0～1",
            ),
            Shown(
                "26",
                "人均办案数达到3倍以上的得20分",
                _all(
                    _never_filed("case"),
                    _declare("online-culture-cases", 3),
                    _declare("prohibited-content-cases", 2),
                    _last_years("cases-per-post"),
                ),
                "20",
                "0～20",
            ),
            Shown(
                "27",
                "随机抽查事项达到文化市场监管执法事项的100%",
                _all(_last_years("random-check-coverage")),
                "1",
                "0～1",
            ),
            Shown(
                "28",
                "平均检查次数每年12次以上的得1分",
                _all(_never_filed("inspection"), _last_years("average-checks")),
                "1～2",
                "0～2",
            ),
            Shown("35", "服务器在线率达85%的得2分", _all(_last_years("server-online")), "2", "1～2"),
            Shown(
                "36",
                "3个月以下未达到要求的得0.5分",
                _all(_never_filed("monthly_report"), _last_years("months-short")),
                "0.5",
                "0～1",
            ),
            Shown(
                "37",
                "10个月以上及时规范报送得0.5分",
                _all(_never_filed("monthly_report"), _last_years("months-reported")),
                "0.5",
                "0～1",
            ),
            Shown(
                "39",
                "通过平台办案数量高于实际办案数量90%的得2分",
                _all(_never_filed("case"), _last_years("platform-cases")),
                "2",
                "0～2",
            ),
            Shown(
                "40b",
                "高于实际发生数90%以上的得2分",
                _all(_never_filed("approval"), _last_years("platform-approvals")),
                "2",
                "0～2",
            ),
            Shown(
                "9",
                "达标比例90%以上的得1分",
                _all(
                    _never_filed("exam"),
                    _declare("province-exams", 1),
                    _declare("city-exams", 1),
                    _last_years("exam-qualified"),
                ),
                "1",
                "0～1",
            ),
        ),
    ),
    Fault(
        "licences blank",
        "A blank 未用新版许可证 lies between none and 新设立主体, and what others found is found: the program "
        "gives 0～1.",
        (Shown("40a", "每发现一起扣0.1分", _put("approval", {"id": "A1"}, old_licence=None), "0～1", "0.8～1"),),
    ),
    Fault(
        "matter blank",
        "A report without 事项 may be of the same as another; the program takes it for one more.",
        (Shown("B1", "每报道一件加0.5分", _put("media_report", {"id": "N3"}, matter=None), "1.5", "1～1.5"),),
    ),
    Fault(
        "no incidents filed",
        "Nobody filed incidents: line 32 is 缺项 for it, and B8, on the same table, a sure 0. Nobody looked is "
        "not none.",
        (Shown("B8", "文化市场秩序混乱，造成严重负面影响的", _never_filed("incident"), "0", "-5～0"),),
    ),
    Fault(
        "no counties",
        "A unit with no county below it (declared, or a 省管县, which has none) is online when it is itself; the "
        "program leaves it open.",
        (Shown("38", "市、县（区）全部上线的得1分", _county, "0～1", "1"),),
    ),
    Fault(
        "not in the platform",
        "以平台录入为依据: the day of entry tells, even beside 平台办理：否.",
        (Shown("B6", "以10月30日平台录入办结案件数为依据", _put("case", {"id": "AJ07"}, on_platform=False), "2", "4"),),
    ),
    Fault(
        "recognition unasked",
        "认定为“等有关部门” is asked of 其他部门 alone: a department that the text names counts.",
        (Shown("B2", "每次加0.5分", _put("commendation", {"id": "T3"}, recognized=False), "1", "1.5"),),
    ),
    Fault(
        "exams elsewhere",
        "应用培训考试系统 is asked of the city's exam. The program counts the province's without it as held, and "
        "not in the share.",
        (
            Shown(
                "9",
                "市级组织应用培训考试系统不少于1场考试",
                _put("exam", {"host": "省级"}, on_system=False),
                "0～1",
                "1",
            ),
        ),
    ),
    Fault(
        "trained as a city",
        "各市组织, 全市范围: as in 1 to 5 the text does not say what a county gets. There the program leaves it "
        "open, here it scores.",
        (Shown("10", "各市组织2场及以上线下培训的得2分", _county, "2", "0～2"),),
    ),
    Fault(
        "informed as a city",
        "直报点 is asked of 市级综合执法机构 alone; the program asks it of a 省管县 too.",
        (
            Shown(
                "36",
                "市级综合执法机构文化市场信息直报点",
                _all(_county, _put("monthly_report", {"id": "M51"}, items=0)),
                "0.5",
                "0.5～1",
            ),
        ),
    ),
    Fault(
        "county's own posts",
        "A 省管县 is itself 县级; whether its own posts are those of 一地区 is not said. The program gives a sure "
        "0, and leaves B3 and B4 open.",
        (Shown("B5", "县级综合执法机构增加5名以上执法人员编制的", _county, "0", "0～2"),),
    ),
    Fault(
        "in both or in neither",
        "A record that counts perhaps is in both sides of a share or in neither; the program lets them differ.",
        (
            Shown("39", "高于80%的得1分", _all(_OFF[0], _put("case", {"id": "AJ05"}, outcome=None)), "0～2", "1"),
            Shown("40b", "高于80%的得1分", _all(_put("approval", {"id": "A1"}, on_platform=11), _waiting), "0～2", "1"),
            Shown("9", "达标比例90%以上的得1分", _add("exam", date=_MAYBE), "0～1", "1"),
        ),
    ),
    Fault(
        "nobody looked perhaps",
        "The one check lies between 数据截至日期 and 报送日期: perhaps nobody looked. The program goes by it alone.",
        (
            Shown(
                "12", "执法人员未发生违法、违纪行为的得1分", _put("spot_check", {"id": "S8"}, date=_MAYBE), "1", "0～1"
            ),
            Shown("17", _CLEAN.format(1), _put("spot_check", {"id": "S3"}, date=_MAYBE), "1", "0～1"),
            Shown("18", _CLEAN.format(2), _put("spot_check", {"id": "S4"}, date=_MAYBE), "2", "0～2"),
        ),
    ),
    Fault(
        "month with two answers",
        "Of two rows of a month one is sound and one is not; the program takes the month for sound.",
        (Shown("37", "按月及时规范报送数据的得1", _add_month, "1", "0.5～1"),),
    ),
    Fault(
        "more months than there are",
        "A number of months that had not ended on its own day is a slip; the program takes it as it stands.",
        (
            Shown(
                "37",
                "按月及时规范报送数据的得1",
                _all(_never_filed("monthly_report"), _declare("months-reported", 12)),
                "1",
                "0～1",
            ),
            Shown(
                "36",
                "3个月以上未达到要求的得0分",
                _all(_never_filed("monthly_report"), _declare("months-short", 40)),
                "0",
                "0～1",
            ),
        ),
    ),
    Fault(
        "report of another year",
        "年度文化统计 that was sent in another year may be another year's; the program takes it for this one's.",
        (
            Shown(
                "34",
                "每年通过全国文化市场统计直报系统报送年度文化统计数据",
                _put("submission", {}, submitted=date(2016, 12, 31)),
                "1",
                "0～1",
            ),
        ),
    ),
    Fault(
        "not sent, and mended",
        "按时 without a day of sending is unclear, 及时整改 gives 0.5 at least; the program leaves the line open.",
        (
            Shown(
                "34",
                "对问题及时整改的得0.5分",
                _put("submission", {}, submitted=None, problems="及时整改"),
                "0～1",
                "0.5～1",
            ),
        ),
    ),
    Fault(
        "closed before it began",
        "A case that was closed in October and filed after 报送日期 has a wrong day; the program counts it for nobody.",
        (Shown("B6", "人均办结案件2件以上的得4分", _put("case", {"id": "AJ07"}, filed=_LATER), "2", "2～4"),),
    ),
)


def _is_county(unit: Unit) -> bool:
    return not unit.is_city


def _sent_but_not_as_asked(unit: Unit) -> bool:
    rows = _rows(unit, "submission", item="年度文化统计")
    return not rows or len(rows) > 1 or any(row.get("on_time") is not True for row in rows)


OPEN_READINGS = (
    OpenReading(
        "reform of a later day",
        "已完成 with a day after 报送日期 was not done when the unit reported. The program takes such a record for "
        "none, and a fact without a record is unknown to it.",
        lambda unit: any(unit.had_come(row.get("date")) is False for row in _rows(unit, "reform_item")),
        (
            Shown(
                "B3",
                "设区市完成同城一支队伍改革",
                _put("reform_item", {"item": "同城一支队伍"}, date=_LATER),
                "0～2",
                "0",
            ),
            Shown("1", "统一机构名称", _put("reform_item", {"item": "统一机构名称"}, date=_LATER), "0～20", "0"),
        ),
    ),
    OpenReading(
        "not in time",
        "1 is for 按时 alone, so that a report that was late or never sent has 0.5 at most; the text has no "
        "clause for it, and the program leaves a line without a clause as wide as it is.",
        _sent_but_not_as_asked,
        (
            Shown("34", "能按时完成统计上报工作的得1分", _put("submission", {}, on_time=False), "0～1", "0～0.5"),
            Shown("34", "能按时完成统计上报工作的得1分", _take("submission"), "0～1", "0～0.5"),
        ),
    ),
    OpenReading(
        "a county claims nothing",
        "Whatever 设区市 means for a county, one that claims nothing or adds fewer than ten posts gets nothing; "
        "the program leaves the line to whoever tells what a county gets.",
        _is_county,
        (
            Shown(
                "B3",
                "设区市完成同城一支队伍改革",
                _all(_county, _put("judgement", {"line": "B3"}, choice="不申报")),
                "0～2",
                "0",
            ),
            Shown(
                "B4",
                "设区市综合执法机构增加10名以上执法人员编制的",
                _all(_county, _put("establishment_change", {}, added=9)),
                "0～5",
                "0",
            ),
        ),
    ),
    OpenReading(
        "posts of an unnamed county",
        "Five posts of a county that the row does not name are those of one county at least; the program lets "
        "each such row count or not, which holds that.",
        lambda unit: any("county" not in row for row in _rows(unit, "establishment_change", level="县级")),
        (
            Shown(
                "B5",
                "每有一地区符合条件的加2分",
                _all(_uncapped, _put("establishment_change", {"level": "县级"}, county=None)),
                "0～4",
                "2～4",
            ),
        ),
    ),
    OpenReading(
        "no case and no posts",
        "No case at all is fewer than two for each, however many posts; the program divides by what it knows.",
        lambda unit: unit.tables.get("case") == [] and not _rows(unit, "establishment", level="本级"),
        (Shown("26", "2倍以下的得0分", _all(_take("case"), _never_filed("establishment")), "0～20", "0"),),
    ),
    OpenReading(
        "县级 in a county",
        "A 省管县 has one body; whether a row of it that says 县级 means that body or another, only who wrote it "
        "knows.",
        lambda unit: _is_county(unit) and any(_rows(unit, kind, level="县级") for kind in ("case", "establishment")),
        (
            Shown(
                "26",
                "人均办案数达到3倍以上的得20分",
                _all(_county, _whole_area, _put("case", {"id": "AJ01"}, level="县级")),
                "0～20",
                "20",
            ),
            Shown(
                "B6",
                "人均办结案件2件以上的得4分",
                _all(_county, _whole_area, _put("case", {"id": "AJ07"}, level="县级")),
                "0～4",
                "4",
            ),
        ),
    ),
)

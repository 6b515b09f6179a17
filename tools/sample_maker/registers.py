"""The numbers of the two sample units: how many officers, venues, cases. Turned into ``records/*.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sample_maker import contest, derived, ledgers
from sample_maker.derived import Campaign
from sample_maker.ledgers import CITY, COUNTY, Plan, Row

CITY_BODIES = (
    ("澜川市支队", 11),
    ("东屏区大队", 6),
    ("云渚区大队", 5),
    ("石泠县大队", 4),
    ("枫汀县大队", 5),
    ("禾濑市大队", 5),
)
CITY_NAMED = (
    "邵启衡",
    "柳静川",
    "顾之远",
    "林晓岚",
    "高屿",
    "沈芷言",
    "江望舒",
    "潘承平",
    "苏若谷",
    "叶知行",
    "方建业",
)
COUNTY_NAMED = ("周行简", "许念慈", "何长青", "谢雨桐", "黄承平")

# 本级：照办结案件的口径，罚款、没收、停业整顿共38件，另有各种口径未定的
CITY_CASES = (
    Plan("未成年", "罚款", 6, "1.0", october=2),
    Plan("登记", "罚款", 4, "0.5", october=1),
    Plan("登记", "罚款", 1, "0.5", story=("澜川市山海网咖", "2017-07-15", "2017-08-10")),
    Plan("超时", "罚款", 3, "0.5", october=1),
    Plan("监控", "罚款", 2, "0.3"),
    Plan("曲目", "罚款", 2, "1.0", october=1),
    Plan("娱乐", "责令停业整顿", 2),
    Plan("消费", "罚款", 2, "0.5"),
    Plan("游艺", "没收", 1),
    Plan("直播", "罚款", 1, "2.0", story=("澜川市声浪直播文化有限公司", "2017-09-04", "2017-10-20")),
    Plan("无证", "没收", 1),
    Plan("公示", "罚款", 1, "0.2", story=("澜川市九宫格游戏有限公司", "2017-08-22", "2017-09-14")),
    Plan("公示", "罚款", 1, "0.2", story=("澜川市澜网动漫科技有限公司", "2017-04-06", "2017-05-05")),
    Plan("盗版", "没收", 2),
    Plan("非法", "罚款", 1, "1.5", october=1),
    Plan("来源", "罚款", 3, "0.3", october=1),
    Plan("印刷", "罚款", 2, "0.4"),
    Plan("演出", "罚款", 1, "2.0"),
    Plan("卫星", "没收", 2, off_platform=1),
    Plan("登记", "警告并罚款", 3, "0.3", october=1),
    Plan("来源", "警告并罚款", 1, "0.2"),
    Plan("登记", "警告", 3),
    Plan("影片", "不予处罚", 1),
    Plan("文物", "撤案", 1, story=("澜川市古渡文物商店", "2017-04-12", "2017-05-09")),
    Plan("盗版", "移送", 1),
    Plan("登记", "警告", 5, october=2, simple=True),
    Plan("未成年", "罚款", 3, "1.0", county="东屏区"),
    Plan("登记", "罚款", 2, "0.5", county="东屏区"),
    Plan("登记", "罚款", 3, "0.5", county="云渚区", off_platform=1),
    Plan("来源", "警告", 1, county="石泠县"),
    Plan("超时", "罚款", 2, "0.5", county="枫汀县", off_platform=1),
    Plan("登记", "罚款", 2, "0.3", county="禾濑市"),
    Plan("盗版", "没收", 1, county="禾濑市", off_platform=1),
)
COUNTY_CASES = (
    Plan("未成年", "罚款", 4, "1.0", october=1),
    Plan("登记", "罚款", 5, "0.5", october=1),
    Plan("超时", "罚款", 2, "0.5"),
    Plan("曲目", "罚款", 1, "1.0"),
    Plan("公示", "罚款", 1, "0.2"),
    Plan("来源", "罚款", 3, "0.3"),
    Plan("盗版", "没收", 2),
    Plan("卫星", "没收", 1),
    Plan("登记", "警告", 2, simple=True),
    Plan("登记", "警告", 1),
)

# 两场考试各有谁没有达标；培训达标的人，至少有一场达标
CITY_FAILED = {"K01": ("R019", "R023", "R035"), "K02": ("R008", "R020", "R023", "R033")}

CITY_CAMPAIGNS = (
    Campaign("娱乐场所经营情况检查", ("歌舞娱乐", "游艺娱乐"), 3, 7),
    Campaign("出版物经营和印刷情况检查", ("出版物", "印刷"), 4, 7),
    Campaign("上网服务场所经营情况检查", ("上网服务",), 7, 10),
    Campaign("演出市场和艺术品市场检查", ("演出", "艺术品"), 4, 11),
    Campaign("电影放映情况检查", ("电影",), 9, 11),
)
COUNTY_CAMPAIGNS = (
    Campaign("娱乐场所经营情况检查", ("歌舞娱乐", "游艺娱乐"), 4, 8),
    Campaign("上网服务场所经营情况检查", ("上网服务",), 4, 10),
)


@dataclass(frozen=True)
class Registers:
    """The generated tables of one unit."""

    staff: list[Row]
    venues: list[Row]
    inspections: list[Row]
    cases: list[Row]
    monthly: list[Row]
    exam_results: list[Row]
    random_checks: list[Row]
    hotlines: list[Row]
    drill_people: list[Row]
    contestants: list[Row]
    contest_scores: list[Row]


@cache
def city() -> Registers:
    """Return the ledgers of 澜川市."""
    people = ledgers.staff(CITY, CITY_BODIES, 2, CITY_NAMED)
    places = ledgers.venues(CITY, ledgers.CITY_VENUES, "归帆网咖")
    cases = ledgers.cases(CITY, CITY_CASES, 1)
    ledgers.parties(cases, places, CITY)
    proofs = {
        "平台执法信息": "平台/执法信息报送情况截图.png",
        "直报点信息": "平台/信息直报系统报送情况截图.png",
        "执法数据": "平台/综合执法数据报送情况截图.png",
    }
    short = {(2, "平台执法信息"): 2, (2, "直报点信息"): 6}
    months = ledgers.monthly(CITY, 11, short, proofs)
    for row in cases:
        if row["title"].startswith("提供含有禁止内容"):
            row["evidence"] = "办案/声浪直播公司网络表演案卷.pdf"
        elif row["title"].startswith("发行含有禁止内容"):
            row["evidence"] = "办案/非法出版物案卷.pdf"
    first = next(row for row in cases if row["title"].startswith("接纳未成年人") and row["level"] == "本级")
    first["evidence"] = "办案/接纳未成年人案卷.pdf"
    checks = ledgers.inspections(CITY, places, people)
    return Registers(
        people,
        places,
        checks,
        cases,
        derived.with_sums(months, cases, checks),
        derived.exam_results(people, CITY_FAILED),
        derived.random_checks(places, checks, CITY_CAMPAIGNS),
        derived.hotlines(42, CITY),
        contest.drill_people(people),
        contest.contestants(people),
        contest.scores(),
    )


@cache
def county() -> Registers:
    """Return the ledgers of 霁溪县."""
    people = ledgers.staff(COUNTY, (("霁溪县大队", 6),), 0, COUNTY_NAMED)
    places = ledgers.venues(COUNTY, ledgers.COUNTY_VENUES, "")
    cases = ledgers.cases(COUNTY, COUNTY_CASES, 0)
    ledgers.parties(cases, places, COUNTY)
    proofs = dict.fromkeys(("平台执法信息", "直报点信息", "执法数据"), "平台/月度报送情况截图.png")
    months = ledgers.monthly(COUNTY, 11, {}, proofs)
    checks = ledgers.inspections(COUNTY, places, people)
    return Registers(
        people,
        places,
        checks,
        cases,
        derived.with_sums(months, cases, checks),
        derived.exam_results(people, {"K01": ()}),
        derived.random_checks(places, checks, COUNTY_CAMPAIGNS),
        derived.hotlines(8, COUNTY),
        contest.drill_people(people),
        [],
        [],
    )


def write(found: Registers, folder: Path) -> None:
    """Write the ledgers of one unit into its ``records/``."""
    records = folder / "records"
    ledgers.write(records / "staff.yaml", found.staff, "执法人员名册（培训考试系统导出；R 编号自编）")
    ledgers.write(records / "venues.yaml", found.venues, "辖区文化市场经营单位名册")
    ledgers.write(records / "inspections.yaml", found.inspections, "日常检查台账（综合执法数据导出）")
    ledgers.write(records / "cases.yaml", found.cases, "案件台账：未结案的没有结案方式和结案日期；金额单位万元")
    ledgers.write(records / "monthly_reports.yaml", found.monthly, "月度报送：12月份在数据截至日期之后，未到期")
    ledgers.write(records / "exam_results.yaml", found.exam_results, "考试成绩（培训考试系统导出）")
    ledgers.write(records / "random_checks.yaml", found.random_checks, "双随机抽查统计")
    ledgers.write(records / "hotlines.yaml", found.hotlines, "12318举报台账：不记举报人")
    ledgers.write(records / "drill_people.yaml", found.drill_people, "岗位练兵自学、自测（平台专题栏目导出）")
    if found.contestants:
        ledgers.write(records / "contestants.yaml", found.contestants, "技能竞赛参赛人员")
        ledgers.write(records / "contest_scores.yaml", found.contest_scores, "技能竞赛成绩（阅卷组登记）")

"""The ledger-like records of the sample units: venues, inspections, cases, staff and monthly reports.

Everything comes from ``random.Random`` with a fixed seed, so that two runs give the same bytes.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

Row = dict[str, str]


def _words(text: str) -> list[str]:
    return text.split()


SURNAMES = "陈林黄郑吴周许谢沈高顾柳方叶潘江邵苏"
GIVEN = _words(
    "晓岚 志远 静川 思齐 文博 雨桐 建业 明哲 海若 子衿 景行 若谷 云帆 长青 一诺 怀瑾 望舒 知行 承平 秋实 念慈 清和 立言"
)


@dataclass(frozen=True)
class City:
    """What the dice need to know of a unit."""

    region: str
    body: str  # short name of its own body
    code: str  # 机关代字
    counties: tuple[str, ...]
    last_day: date  # no record after it


CITY = City("澜川市", "澜川市支队", "澜文综", ("东屏区", "云渚区", "石泠县", "枫汀县", "禾濑市"), date(2017, 12, 14))
COUNTY = City("霁溪县", "霁溪县大队", "霁文综", (), date(2017, 12, 14))

# 类别、字号、数目；每一家的检查次数大致每月一次
CITY_VENUES = (
    (
        "上网服务",
        _words(
            "星河网络会所 蓝鲸网咖 云上网吧 时光网络会所 领航网咖 飞鱼网吧 极光电竞馆 拾光网咖 听潮网吧 "
            "橙子网咖 知己网络会所 新元素网吧 山海网咖"
        ),
    ),
    ("歌舞娱乐", _words("金嗓子量贩歌城 海韵音乐会所 唱响时代KTV 星光大道歌城 悦动量贩KTV 半山音乐汇 夜莺歌舞厅")),
    ("游艺娱乐", _words("欢乐岛电玩城 梦想家游艺厅 大玩家动漫城")),
    ("演出", _words("澜江大剧院 逐浪演艺有限公司")),
    ("艺术品", _words("墨缘斋画廊 听松艺术馆")),
    ("互联网文化", _words("澜网动漫科技有限公司 声浪直播文化有限公司 九宫格游戏有限公司")),
    ("文物", ["古渡文物商店"]),
    ("电影", _words("澜川影城 星幕国际影城")),
    ("出版物", _words("晨光书店 学海书城 启明文具书刊店 新世纪音像书店")),
    ("印刷", _words("永昌印务有限公司 宏图彩印厂")),
)
COUNTY_VENUES = (
    ("上网服务", _words("霁光网吧 小满网咖 溪畔网络会所 新天地网吧")),
    ("歌舞娱乐", _words("好声音歌城 溪山音乐会所")),
    ("游艺娱乐", ["童趣游艺厅"]),
    ("互联网文化", ["溪客网络科技有限公司"]),
    ("出版物", _words("文心书店 学子书屋")),
    ("印刷", ["霁溪印刷厂"]),
    ("电影", ["霁溪影剧院"]),
)


def staff(unit: City, bodies: Sequence[tuple[str, int]], not_qualified: int, named: Sequence[str]) -> list[Row]:
    """Return the register of officers, ``not_qualified`` of those on duty short of the standard, and one retired."""
    dice = random.Random(f"{unit.region}人员")
    names = list(named)
    while len(names) < sum(number for _, number in bodies) + 1:
        name = dice.choice(SURNAMES) + dice.choice(GIVEN)
        if name not in names:
            names.append(name)
    places = [body for body, number in bodies for _ in range(number)]
    short = set(dice.sample(range(len(named), len(places)), not_qualified))
    rows: list[Row] = []
    for index, body in enumerate(places):
        credits = dice.randint(41, 66) if index in short else dice.randint(80, 128)
        qualified = "否" if index in short else "是"
        rows.append(
            {
                "id": f"R{index + 1:03}",
                "name": names[index],
                "body": body,
                "on_duty": "是",
                "credits": str(credits),
                "qualified": qualified,
            }
        )
    rows.append(
        {
            "id": f"R{len(places) + 1:03}",
            "name": names[len(places)],
            "body": bodies[0][0],
            "on_duty": "否",
            "credits": "12",
            "qualified": "否",
        }
    )
    return rows


def venues(unit: City, catalogue: Iterable[tuple[str, Sequence[str]]], late: str) -> list[Row]:
    """Return the register of venues; ``late`` names one that opened in October."""
    dice = random.Random(f"{unit.region}场所")
    regions = unit.counties[:2] if unit.counties else (unit.region,)
    rows: list[Row] = []
    for category, names in catalogue:
        for name in names:
            region = "东屏区" if name == "山海网咖" else dice.choice(regions)
            rows.append(
                {
                    "id": f"C{len(rows) + 1:04}",
                    "name": unit.region + name,
                    "category": category,
                    "region": region,
                    "operation": "全年营业",
                }
            )
    if late:
        rows.append(
            {
                "id": f"C{len(rows) + 1:04}",
                "name": unit.region + late,
                "category": "上网服务",
                "region": regions[0],
                "operation": "部分时段营业",
            }
        )
    return rows


def inspections(unit: City, places: Sequence[Row], people: Sequence[Row]) -> list[Row]:
    """Return 12 or 13 checks for every venue that was open all year, and three for the one that opened late."""
    dice = random.Random(f"{unit.region}检查")
    officers = [p["name"] for p in people if p["body"] == unit.body and p["on_duty"] == "是"]
    found: list[tuple[date, str, str]] = []
    for venue in places:
        if venue["operation"] != "全年营业":
            found += [
                (date(2017, 10, 27), venue["id"], "日常检查"),
                (date(2017, 11, 16), venue["id"], "专项检查"),
                (date(2017, 12, 5), venue["id"], "专项检查"),
            ]
            continue
        for month in range(1, 13):
            date_in_month = date(2017, month, dice.randint(3, 13 if month == 12 else 28))
            found.append((_working(date_in_month), venue["id"], _check_type(month, dice)))
        if dice.random() < 0.75:
            found.append((_working(date(2017, dice.randint(4, 11), dice.randint(3, 26))), venue["id"], "双随机抽查"))
    found.sort()
    rows: list[Row] = []
    for day, venue_id, kind in found:
        pair = "、".join(dice.sample(officers, 2))
        result = dice.choices(["未发现问题", "责令当场改正", "移交立案"], [90, 7, 3])[0]
        rows.append(
            {
                "id": f"JC{len(rows) + 1:05}",
                "venue": venue_id,
                "date": day.isoformat(),
                "type": kind,
                "inspectors": pair,
                "result": result,
            }
        )
    return rows


def _check_type(month: int, dice: random.Random) -> str:
    if month in (6, 9, 10):  # 护苗、开学季、十九大前后
        return dice.choices(["日常检查", "专项检查"], [55, 45])[0]
    return dice.choices(["日常检查", "双随机抽查"], [85, 15])[0]


def _working(day: date) -> date:
    """Move a weekend to the Friday before: most checks are on working days."""
    return day - timedelta(days=max(0, day.weekday() - 4))


# 案由、类别、含禁止内容
MATTERS = {
    "未成年": ("接纳未成年人进入互联网上网服务营业场所案", "上网服务", "否"),
    "登记": ("未按规定核对、登记上网消费者有效身份证件案", "上网服务", "否"),
    "超时": ("互联网上网服务营业场所在规定的营业时间以外营业案", "上网服务", "否"),
    "监控": ("未按规定实施经营管理技术措施案", "上网服务", "否"),
    "曲目": ("歌舞娱乐场所播放含有禁止内容的曲目案", "娱乐", "是"),
    "娱乐": ("歌舞娱乐场所未按规定建立从业人员名簿和营业日志案", "娱乐", "否"),
    "消费": ("娱乐场所在规定时间以外营业案", "娱乐", "否"),
    "游艺": ("游艺娱乐场所设置未经文化主管部门内容核查的游戏设备案", "娱乐", "否"),
    "直播": ("提供含有禁止内容的网络表演案", "网络文化", "是"),
    "无证": ("未经批准擅自从事经营性互联网文化活动案", "网络文化", "否"),
    "公示": ("经营性互联网文化单位未在网站主页显著位置标明许可证编号案", "网络文化", "否"),
    "盗版": ("发行侵犯他人著作权的出版物案", "版权", "否"),
    "非法": ("发行含有禁止内容的出版物案", "出版物", "是"),
    "来源": ("出版物经营单位不能提供进货清单案", "出版物", "否"),
    "印刷": ("印刷企业未建立承印验证、登记制度案", "出版物", "否"),
    "演出": ("未经批准擅自举办营业性演出案", "演出", "否"),
    "卫星": ("擅自安装和使用卫星地面接收设施案", "广播电视", "否"),
    "影片": ("未按规定填报电影票房、虚报瞒报销售收入案", "电影", "否"),
    "文物": ("文物商店未按规定记录文物购销信息案", "文物", "否"),
}


@dataclass(frozen=True)
class Plan:
    """So many cases of one sort: matter, procedure, outcome, fine in 万元, and how many of them closed in October."""

    matter: str
    outcome: str
    number: int
    fine: str = ""
    october: int = 0
    simple: bool = False
    county: str = ""
    off_platform: int = 0
    story: tuple[str, str, str] = ("", "", "")  # party, filed, closed: cases that other papers tell of


def cases(unit: City, plans: Sequence[Plan], unclosed: int) -> list[Row]:
    """Return the cases, numbered by the day they were filed; the last ``unclosed`` are still open."""
    dice = random.Random(f"{unit.region}案件")
    rows: list[Row] = []
    for plan in plans:
        for index in range(plan.number):
            rows.append(_case(plan, index, dice, unit))
    for index in range(unclosed):
        open_case = _case(Plan("超时", "", 1), 0, dice, unit)
        day = date(2017, 12, 4 + index)
        rows.append(open_case | {"filed": day.isoformat(), "closed": "", "entered": day.isoformat(), "fine": ""})
    rows.sort(key=lambda row: (row["filed"], row["title"], row["closed"]))
    for number, row in enumerate(rows, 1):
        row["id"] = f"AJ{number:03}"
    return _numbered(rows, unit)


def _case(plan: Plan, index: int, dice: random.Random, unit: City) -> Row:
    title, category, prohibited = MATTERS[plan.matter]
    if index < plan.october:
        closed = date(2017, 10, dice.randint(9, 27))
    else:
        closed = date(2017, dice.choice([3, 4, 4, 5, 6, 7, 8, 9, 11, 11, 12]), dice.randint(1, 12))
    closed = _working(closed)
    filed = closed if plan.simple else max(date(2017, 1, 4), closed - timedelta(days=dice.randint(20, 55)))
    entered = closed + timedelta(days=dice.randint(0, 2))
    if plan.simple:
        title = "未按规定悬挂许可证或者警示标志案" if category == "上网服务" else title
    off = index >= plan.number - plan.off_platform
    party, told, ended = plan.story
    if told:
        filed, closed = date.fromisoformat(told), date.fromisoformat(ended)
        entered = closed + timedelta(days=1)
    return {
        "id": "",
        "title": title,
        "party": dice.choice(SURNAMES) + "某" if plan.matter in ("卫星", "无证") else party,
        "level": "县级" if plan.county else "本级",
        "county": plan.county,
        "category": category,
        "prohibited": prohibited,
        "procedure": "简易程序" if plan.simple else "一般程序",
        "outcome": plan.outcome,
        "filed": filed.isoformat(),
        "closed": closed.isoformat(),
        "on_platform": "否" if off else "是",
        "entered": "" if off else entered.isoformat(),
        "doc_no": "",
        "fine": plan.fine or "0",
    }


def _numbered(rows: list[Row], unit: City) -> list[Row]:
    """Give each penalty its decision number, in the order of the decisions, per issuing body."""
    counters: dict[str, int] = {}
    fined = {"罚款", "警告", "警告并罚款", "没收", "吊销许可证", "责令停业整顿"}
    for row in sorted(rows, key=lambda r: (r["closed"] or "9", r["id"])):
        if row["outcome"] in fined and row["closed"]:
            word = f"{row['county'][0]}文综" if row["county"] else unit.code
            counters[word] = counters.get(word, 0) + 1
            kind = "当罚" if row["procedure"] == "简易程序" else "罚"
            row["doc_no"] = f"{word}{kind}字〔2017〕第{counters[word]}号"
    return rows


def parties(rows: list[Row], places: Sequence[Row], unit: City) -> None:
    """Name the party of each case after a venue of its category (县级案件用县里的店名)."""
    dice = random.Random(f"{unit.region}当事人")
    by_category: dict[str, list[str]] = {}
    same = {"歌舞娱乐": "娱乐", "游艺娱乐": "娱乐", "互联网文化": "网络文化", "印刷": "出版物"}
    for venue in places:
        by_category.setdefault(same.get(venue["category"], venue["category"]), []).append(venue["name"])
    for row in rows:
        if row["party"]:
            continue
        if row["county"]:
            row["party"] = row["county"] + dice.choice(["顺达", "兴隆", "新世界", "四季", "百汇", "锦程"]) + _shop(row)
        else:
            row["party"] = dice.choice(by_category.get(row["category"], by_category["出版物"]))


def _shop(row: Row) -> str:
    return {"上网服务": "网吧", "娱乐": "歌城", "出版物": "书店", "版权": "书店", "演出": "演艺中心"}.get(
        row["category"], "商行"
    )


def write(path: Path, rows: Sequence[Row], comment: str) -> None:
    """Write ``rows`` as a YAML list, one record a line; empty cells are left out."""
    lines = [f"# {text}" for text in comment.splitlines()]
    for row in rows:
        cells = ", ".join(f"{name}: {_scalar(value)}" for name, value in row.items() if value != "")
        lines.append(f"- {{{cells}}}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _scalar(text: str) -> str:
    return f'"{text}"' if any(mark in text for mark in ",:{}[]#\"'") else text


def monthly(unit: City, months: int, short: dict[tuple[int, str], int], evidence: dict[str, str]) -> list[Row]:
    """Return the monthly reports up to ``months``; ``short`` sets numbers, ``evidence`` the proof per channel."""
    dice = random.Random(f"{unit.region}月报")
    channels = {"平台执法信息": (3, 7), "直报点信息": (8, 13), "执法数据": (0, 0)}
    rows: list[Row] = []
    for month in range(1, months + 1):
        for index, (channel, (least, most)) in enumerate(channels.items(), 1):
            row = {"id": f"M{month:02}{index:02}", "month": f"2017-{month:02}", "channel": channel}
            if most:
                row["items"] = str(short.get((month, channel), dice.randint(least, most)))
            else:
                row |= {"on_time": "是", "sound": "是"}
            rows.append(row | {"evidence": evidence[channel]})
    return rows

"""What the systems of 汀兰市 export, and what somebody did to it then: six ledgers in five formats."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from html import escape
from typing import Any

import xlsxwriter

from sample_maker import biff, desk
from sample_maker.typeset import HERE

CASES = "2017年案件台账（平台导出）.xlsx"
DISTRICT = "青梧区案件（区里报的）.csv"
VENUES = "经营单位名册.xls"
CHECKS = "日常检查台账1-11月.xlsx"
HOTLINE = "12318举报导出.xls"
STAFF = "培训考试系统学员导出.csv"

UNIT = "汀兰市文化市场综合行政执法支队"
#: 编号、名称、类别（系统里的说法）、地区、营业情况
VENUE_ROWS = (
    ("TL001", "汀兰市蓝鲸网吧", "网吧", "青梧区", "全年营业"),
    ("TL002", "汀兰市星河网络会所", "网吧", "青梧区", "全年营业"),
    ("TL003", "白苎县时光网咖", "网吧", "白苎县", "全年营业"),
    ("TL004", "鹿鸣县云上网吧", "网吧", "鹿鸣县", "全年营业"),
    ("TL005", "汀兰市金嗓子量贩歌城", "KTV", "青梧区", "全年营业"),
    ("TL006", "白苎县好声音歌厅", "歌舞娱乐场所", "白苎县", "全年营业"),
    ("TL007", "汀兰市欢乐园电玩城（中山路店）", "电玩城", "青梧区", "全年营业"),
    ("TL008", "汀兰市兰苑剧场", "演出场所", "青梧区", "全年营业"),
    ("TL009", "汀兰市拾光画廊", "美术品", "青梧区", "全年营业"),
    ("TL010", "汀兰市声浪网络科技有限公司", "互联网文化单位", "青梧区", "全年营业"),
    ("TL011", "汀兰市汀古文物商店", "文物商店", "青梧区", "全年营业"),
    ("TL012", "汀兰市星幕影城", "影院", "青梧区", "全年营业"),
    ("TL013", "白苎县新知书店", "书店", "白苎县", "全年营业"),
    ("TL014", "鹿鸣县宏彩印刷厂", "印刷企业", "鹿鸣县", "年内开业"),
)
#: 编号、姓名、所属机构（各人各写法）、在岗、学分、达标
STAFF_ROWS = (
    ("TL01", "陆望川", UNIT, "在岗", "96", "达标"),
    ("TL02", "程晚舟", "汀兰市支队", "在岗", "102", "达标"),
    ("TL03", "姜扶苏", "市支队", "在岗", "88", "达标"),
    ("TL04", "苏晚亭", "汀兰市支队 ", "在岗", "91", "达标"),
    ("TL05", "秦怀远", "汀兰市支队", "在岗", "85", "达标"),
    ("TL06", "余清和", UNIT, "在岗", "80", "达标"),
    ("TL07", "韩听雨", "汀兰市支队", "在岗", "64", "未达标"),
    ("TL08", "杜若溪", "汀兰市支队", "在岗", "93", "达标"),
    ("TL09", "曹伯年", "汀兰市支队", "退休", "12", "未达标"),
    ("TL10", "白千帆", "青梧区大队", "在岗", "90", "达标"),
    ("TL11", "孟知微", "青梧区大队", "在岗", "87", "达标"),
    ("TL12", "傅长河", "青梧区文化市场综合行政执法大队", "在岗", "83", "达标"),
    ("TL13", "岑小满", "青梧区大队", "在岗", "71", "未达标"),
    ("TL14", "尹书航", "白苎县大队", "在岗", "99", "达标"),
    ("TL15", "卓一鸣", "白苎县大队", "在岗", "84", "达标"),
    ("TL16", "邢秋水", "白苎县大队　", "在岗", "81", "达标"),
    ("TL17", "宁采石", "白苎县大队", "在岗", "86", "达标"),
    ("TL18", "施云帆", "鹿鸣县大队", "在岗", "92", "达标"),
    ("TL19", "路遥知", "鹿鸣县大队", "在岗", "80", "达标"),
    ("TL20", "温故之", "鹿鸣县大队", "在岗", "95", "达标"),
)
#: 月、案由、当事人编号、办案单位、程序、处罚种类、罚款（元）；没有处罚种类的没有结案
CASE_ROWS = (
    (1, "未按规定核对、登记上网消费者有效身份证件案", "TL001", "汀兰市支队", "普通程序", "罚款", 5000),
    (1, "未建立场内巡查制度案", "TL002", "汀兰市支队", "简易程序", "警告", 0),
    (2, "接纳未成年人进入互联网上网服务营业场所案", "TL002", UNIT, "普通程序", "罚款", 8000),
    (2, "擅自变更营业场所名称案", "TL005", "汀兰市支队", "普通程序", "警告，罚款", 3000),
    (3, "播放含有禁止内容的曲目案", "TL005", "汀兰市支队", "普通程序", "罚款、没收违法所得", 15000),
    (3, "未在营业场所显著位置悬挂许可证案", "TL007", "同上", "普通程序", "警告", 0),
    (3, "未按规定核对、登记上网消费者有效身份证件案", "TL001", "汀兰市支队", "一般", "罚款", 5000),
    (4, "提供含有禁止内容的网络表演案", "TL010", "汀兰市支队", "普通程序", "罚款", 20000),
    (4, "未在网站主页标明许可证编号案", "TL010", "汀兰市支队", "普通程序", "罚款", 2000),
    (5, "设置未经内容核查的游戏游艺设备案", "TL007", "汀兰市支队", "普通程序", "没收", 0),
    (5, "擅自从事营业性演出活动案", "TL008", "汀兰市支队", "普通程序", "罚款", 10000),
    (5, "未建立艺术品来源证明制度案", "TL009", "汀兰市支队", "普通程序", "警告", 0),
    (6, "接纳未成年人进入互联网上网服务营业场所案", "TL003", "白苎县大队", "普通程序", "罚款", 5000),
    (6, "超时营业案", "TL006", "白苎县大队", "普通程序", "罚款", 3000),
    (6, "提供未经备案的网络游戏案", "TL010", "汀兰市支队", "普通程序", "罚款", 5000),
    (7, "未按规定核对、登记上网消费者有效身份证件案", "TL002", "汀兰市支队", "普通程序", "罚款", 5000),
    (7, "零售来源不明出版物案", "TL013", "白苎县大队", "普通程序", "没收", 0),
    (7, "未按规定记录文物购销信息案", "TL011", "汀兰市支队", "普通程序", "不予处罚", 0),
    (8, "虚报瞒报电影票房案", "TL012", "汀兰市支队", "普通程序", "罚款", 20000),
    (8, "接纳未成年人进入互联网上网服务营业场所案", "TL004", "鹿鸣县大队", "普通程序", "罚款", 5000),
    (9, "超时营业案", "TL005", "汀兰市支队", "普通程序", "罚款", 3000),
    (9, "未按规定核对、登记上网消费者有效身份证件案", "TL001", "汀兰市支队", "普通程序", "罚款", 5000),
    (9, "印刷他人注册商标案", "TL014", "鹿鸣县大队", "普通程序", "移送公安机关", 0),
    (10, "未按规定核对、登记上网消费者有效身份证件案", "TL002", "汀兰市支队", "普通程序", "罚款", 5000),
    (10, "播放侵权曲目案", "TL005", "汀兰市支队", "普通程序", "罚款", 5000),
    (10, "未按规定核对、登记上网消费者有效身份证件案", "TL001", "汀兰市支队", "普通程序", "罚款", 6000),
    (10, "设置未经内容核查的游戏游艺设备案", "TL007", "汀兰市支队", "普通程序", "罚款", 8000),
    (11, "未按规定核对、登记上网消费者有效身份证件案", "TL002", "汀兰市支队", "普通程序", "未结", 0),
    (11, "擅自从事营业性演出活动案", "TL008", "汀兰市支队", "普通程序", "未结", 0),
)
_STRUCK = (11,)  # 划掉的：领导说这一件不算了
_OFF_PLATFORM = (12, 17)
_CATEGORIES = {
    "网吧": "网吧",
    "KTV": "娱乐场所",
    "歌舞娱乐场所": "娱乐场所",
    "电玩城": "娱乐场所",
    "演出场所": "演出市场",
    "美术品": "艺术品市场",
    "互联网文化单位": "网络文化",
    "文物商店": "文物市场",
    "影院": "电影市场",
    "书店": "出版物市场",
    "印刷企业": "印刷",
}
#: 人们怎样写经营单位的名称：简称、全角、多空格
_SPELT: Mapping[str, Sequence[str]] = {
    "TL001": ("汀兰市蓝鲸网吧", "蓝鲸网吧", "汀兰市蓝鲸网吧 "),
    "TL002": ("汀兰市星河网络会所", "星河网络会所", "汀兰市星河网络会所　"),
    "TL005": ("汀兰市金嗓子量贩歌城", "金嗓子", "金嗓子量贩歌城"),
    "TL007": ("汀兰市欢乐园电玩城（中山路店）", "汀兰市欢乐园电玩城(中山路店)", "欢乐园电玩城"),
    "TL010": ("汀兰市声浪网络科技有限公司", "声浪公司", "汀兰市声浪网络科技有限公司"),
}
_TYPES = ("日常检查", "日常巡查", "双随机抽查", "专项检查")
_WHO = 5  # the column of who inspected
_RESULTS = ("未发现问题", "未发现问题", "未发现问题", "责令改正")


def _day(value: date) -> datetime:
    return datetime(value.year, value.month, value.day)


def cases() -> bytes:
    """The platform's export, in 元: a row struck out, 同上, a filter that hides three rows, a footer."""
    names = {row[0]: row for row in VENUE_ROWS}
    heads = [
        "序号", "案件编号", "案件名称", "当事人名称", "办案单位", "案件类别", "程序类型", "处罚种类", "立案时间",
        "结案时间", "是否平台办理", "录入时间", "决定书文号", "处罚金额（元）",
    ]  # fmt: skip
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "default_date_format": "yyyy/m/d"})
    book.set_properties({"created": datetime(2017, 12, 6, 9)})
    page = book.add_worksheet("案件")
    page.merge_range(0, 0, 0, len(heads) - 1, "汀兰市2017年行政处罚案件台账", book.add_format({"bold": True}))
    page.write_row(1, 0, heads, book.add_format({"border": 1}))
    struck = book.add_format({"font_strikeout": True})
    struck_day = book.add_format({"font_strikeout": True, "num_format": "yyyy/m/d"})
    for number, (month, title, venue, agency, procedure, outcome, fine) in enumerate(CASE_ROWS, 1):
        filed = date(2017, month, 3 + number % 20)
        is_open = outcome == "未结"
        closed = min(filed + timedelta(26), date(2017, month, 28)) if month in (10, 11) else filed + timedelta(26)
        is_off = number in _OFF_PLATFORM
        row: list[Any] = [
            number, f"汀文综案〔2017〕{number}号", title, names[venue][1], agency, _CATEGORIES[names[venue][2]],
            procedure, outcome, filed, "未结" if is_open else closed, "×" if is_off else "√",
            "" if is_off or is_open else closed,
            "" if is_open else f"汀文综罚字〔2017〕第{number}号", "" if is_open else fine,
        ]  # fmt: skip
        for at, value in enumerate(row):
            if isinstance(value, date):
                page.write_datetime(1 + number, at, _day(value), struck_day if number in _STRUCK else None)
            else:
                page.write(1 + number, at, value, struck if number in _STRUCK else None)
    last = len(CASE_ROWS) + 1
    page.autofilter(1, 0, last, len(heads) - 1)
    page.filter_column("E", "x != 鹿鸣县大队")
    for number, row_ in enumerate(CASE_ROWS, 1):
        if row_[3] == "鹿鸣县大队":
            page.set_row(1 + number, options={"hidden": True})
    page.write_row(last + 1, 0, ["合计", f"{len(CASE_ROWS)}件", *[""] * 11, sum(row_[6] for row_ in CASE_ROWS)])
    page.write_row(last + 2, 0, ["制表人：余清和", "", "", "审核人：程晚舟", "", "", "2017年12月6日"])
    page.set_column(1, len(heads) - 1, 14)
    book.close()
    return desk.fixed(stream.getvalue())


def district() -> bytes:
    """What a district typed by hand and sent as csv in GBK: days without a year, 5000元, level and county given."""
    lines = (HERE / "texts" / "clerk" / "青梧区案件.csv").read_text(encoding="utf-8").splitlines()
    return "".join(f"{line}\r\n" for line in lines).encode("gbk")


def staff() -> bytes:
    """The training system's list of learners, csv in GBK; everybody wrote his own office as he liked."""
    heads = ["学员编号", "学员姓名", "所属机构", "在岗情况", "累计学分", "是否达标"]
    rows = [heads, *STAFF_ROWS, ["导出时间：2017-12-05 10:22", "", "", "", "", ""]]
    return "".join(",".join(row) + "\r\n" for row in rows).encode("gbk")


def venues() -> bytes:
    """The licence system's list, a true .xls, with a title and a footer."""
    rows: list[Sequence[str | int | float]] = [
        ["汀兰市文化市场经营单位名册"],
        ["序号", "单位编号", "单位名称", "经营类别", "所属地区", "营业状况", "备注"],
    ]
    rows += [[number, *row, ""] for number, row in enumerate(VENUE_ROWS, 1)]
    rows += [
        ["合计", f"{len(VENUE_ROWS)}家", "", "", "", "", ""],
        ["制表人", "余清和", "审核人", "程晚舟", "", "", ""],
    ]
    return biff.workbook("名册", rows)


@cache
def check_rows() -> Sequence[Sequence[Any]]:
    """The inspections: number, venue's id, its name as somebody wrote it, day, type, who, result."""
    dice = random.Random("汀兰市检查")
    names = {row[0]: row[1] for row in VENUE_ROWS}
    days: list[tuple[date, str]] = []
    for venue in names:
        if venue != "TL014":
            start = date(2017, 1, 5 + dice.randrange(20))
            days += [(start + timedelta(36 * turn + dice.randrange(9)), venue) for turn in range(9)]
    days += [(date(2017, 10, 18), "TL014"), (date(2017, 11, 15), "TL014")]
    rows: list[list[Any]] = []
    for number, (day, venue) in enumerate(sorted(days), 1):
        name = dice.choice(_SPELT.get(venue, (names[venue],)))
        written: Any = day
        if number % 11 == 0:
            written = f"{day.month}月{day.day}日"
        elif number % 13 == 0:
            written = f"{day.year}.{day.month}.{day.day}"
        rows.append(
            [f"JC{number:04}", venue, name, written, dice.choice(_TYPES), "余清和、杜若溪", dice.choice(_RESULTS)]
        )
    rows[20][1:3] = ["", "汀兰市兰苑剧场"]  # 只写了名称的
    rows[47][1:3] = ["TL099", "汀兰市老街棋牌室"]  # 名册里没有的
    return rows


def checks() -> bytes:
    """The inspections' ledger: a head of two rows, merged cells, both id and name, sheets of two halves, sums."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    book.set_properties({"created": datetime(2017, 12, 1, 9)})
    lines, day = book.add_format({"border": 1}), book.add_format({"border": 1, "num_format": "yyyy-mm-dd"})
    rows = check_rows()
    half = next(at for at, row in enumerate(rows) if row[0] == "JC0060")
    for name, part in (("上半年", rows[:half]), ("下半年", rows[half:])):
        page = book.add_worksheet(name)
        page.merge_range(0, 0, 0, 6, f"2017年{name}日常检查台账", lines)
        for column, head in ((0, "检查编号"), (5, "检查人员"), (6, "检查结果")):
            page.merge_range(1, column, 2, column, head, lines)
        page.merge_range(1, 1, 1, 2, "检查对象", lines)
        page.merge_range(1, 3, 1, 4, "检查情况", lines)
        page.write_row(2, 1, ["单位编号", "单位名称", "检查日期", "检查类型"], lines)
        for number, row in enumerate(part, 3):
            for at, value in enumerate(row):
                if isinstance(value, date):
                    page.write_datetime(number, at, _day(value), day)
                elif at != _WHO:
                    page.write(number, at, value, lines)
        for start in range(3, 3 + len(part), 20):  # 人员合并着写
            end = min(start + 19, 2 + len(part))
            page.merge_range(start, _WHO, end, _WHO, "余清和、杜若溪", lines)
        page.write_row(3 + len(part), 0, ["小计", f"{len(part)}家次"])
        page.write_row(4 + len(part), 0, ["填表人：余清和", "", "", "审核人：程晚舟"])
        page.set_column(0, 6, 16)
    book.close()
    return desk.fixed(stream.getvalue())


def hotline() -> bytes:
    """The hotline's export: a web page that calls itself .xls; who reported is masked by the system."""
    heads = [
        "工单编号", "举报主题", "所在区域", "举报渠道", "举报分类", "来电时间", "被举报单位", "举报人", "联系电话",
        "处理结果", "答复情况",
    ]  # fmt: skip
    kinds = ("网吧", "KTV", "出版物", "游艺", "影院", "网吧", "网游", "盗版", "演出")
    rows = []
    dice = random.Random("汀兰12318")
    for number, kind in enumerate(kinds, 1):
        rows.append(
            [
                f"17{number:04}", f"反映{kind}问题", dice.choice(("青梧区", "白苎县", "鹿鸣县")),
                dice.choice(("来电", "网上举报", "微信")), kind,
                f"2017-{1 + number:02}-{dice.randint(3, 25):02} 1{number}:20", "", "*", "***********",
                dice.choice(("查实，责令改正", "未查实", "查实，立案处罚")), f"{dice.randint(2, 6)}日内回复",
            ]
        )  # fmt: skip
    cells = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>\r\n" for row in [heads, *rows]
    )
    head = '<head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"></head>'
    page = f'<html>{head}<body>\r\n<table border="1">\r\n{cells}</table>\r\n</body></html>'
    return page.encode("gbk")


LEDGERS: Mapping[str, tuple[str, Callable[[], bytes]]] = {
    VENUES: ("venue", venues),
    CHECKS: ("inspection", checks),
    CASES: ("case", cases),
    DISTRICT: ("case", district),
    STAFF: ("staff", staff),
    HOTLINE: ("hotline", hotline),
}

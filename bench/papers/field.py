"""Forty forms of papers as an office keeps them, drawn before the rules of that day were mended: what to expect at
first sight.

Many of them have days that are not their own, heads that say nothing, or no title at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from bench.papers._world import World, words, written
from bench.papers.kinds import Paper, Truth
from bench.papers.others import Pieces, paper, signed, title_piece, words_piece

_DOCUMENT = ["document", "notice", "summary", "plan"]
_REPORT = ["summary", "document"]
_LIST = ["ledger", "other"]
_CHECK = ["check_record", "ledger"]
_MARKET = {
    "网吧": ["14"], "网络文化": ["15"], "歌舞娱乐": ["16"], "出版物": ["19"], "文物经营": ["17"], "卫星电视地面接收设施": ["18"],
}  # fmt: skip


def _iso(day: date) -> str:
    return day.isoformat()


def _before(world: World, most: int = 60) -> date:
    return world.day - timedelta(days=world.rng.randrange(2, most))


def _ahead(world: World, most: int = 20) -> date:
    return world.day + timedelta(days=world.rng.randrange(3, most))


def _said(text: str, size: float = 14, **more: Any) -> dict[str, Any]:
    return {"prose": [text], "size": size, **more}


def _team(world: World) -> str:
    return f"{world.city}市文化市场综合执法支队"


def _ask(world: World) -> Paper:
    """请示: the number at the left and 签发人 at the right, signed, with who to ask in brackets below."""
    rng = world.rng
    office = world.office()
    number = world.number(office.code)
    title = rng.choice(
        [
            "关于解决执法办案装备经费的请示",
            "关于补充文化市场综合执法人员编制的请示",
            f"关于举办{world.matter('training')[0]}的请示",
        ]
    )
    lines = ["5"] if "经费" in title else ["B4", "4"] if "编制" in title else ["10"]
    pieces: Pieces = [
        words_piece(office.name + "文件", 30, "center", red=True, bold=True, gap=18),
        {"across": [number, f"签发人：{world.person()}"], "size": 14, "gap": 8},
        {"rule": 2, "red": True},
        title_piece(rng, title, 18, 22, gap=10),
        words_piece(f"{world.city}市人民政府：", 15, gap=5),
        {"prose": [*world.prose(2), "妥否，请批示。"]},
        *signed(world, [office.name]),
        words_piece(f"（联系人：{world.person()}，电话：{rng.randrange(2000000, 8999999)}）", 14, gap=5, indent=10),
    ]
    kind = ["document", "establishment_doc", "plan", "notice"]
    return paper(pieces, Truth(title, number, [office.name], _iso(world.day), kind, lines))


def _approved(world: World) -> Paper:
    """批复, no red head (the copy of a scanned paper that was typed off): number under the title, signed at the left."""
    rng = world.rng
    office = world.office("higher")
    number = world.number(office.code)
    county = world.county()
    title = f"{office.name}关于同意{county}设立文化市场综合执法大队的批复"
    asked = _before(world)
    pieces: Pieces = [
        title_piece(rng, title, 20, 18, gap=6, bold=True),
        words_piece(number, 12, "center", gap=3),
        words_piece(f"{county}人民政府：", 14, gap=6),
        _said(
            f"你县{written(asked, 'ar')}报来的请示收悉。经研究，同意设立{county}文化市场综合执法大队，为副科级事业单位。"
        ),
        words_piece("此复。", 14, indent=10),
        words_piece(office.name, 14, gap=14, indent=90),
        words_piece(written(world.day, "ar"), 14, indent=100),
    ]
    kind = ["establishment_doc", "document"]
    return paper(pieces, Truth(title, number, [office.name], _iso(world.day), kind, ["6", "3", "B5"]))


def _letter(world: World) -> Paper:
    """函: the office in small letters above a red line, no number, a request with a day by which to answer."""
    rng = world.rng
    office = world.office().name
    title = rng.choice(["关于协助查处无证网吧的函", "关于商请派员参加联合检查的函", "关于提供有关当事人信息的函"])
    pieces: Pieces = [
        words_piece(office, 26, "center", red=True, tracking=6),
        {"rule": 1.5, "red": True},
        title_piece(rng, title, 20, 20, gap=14),
        words_piece(f"{world.office('others').name}：", 15, gap=5),
        {"prose": [*world.prose(1), f"请于{written(_ahead(world), 'ar')}前函复我局。"]},
        *signed(world, [office], "cn"),
        {"seal": office},
    ]
    return paper(pieces, Truth(title, None, [office], _iso(world.day), ["document", "other"], []))


def _duty(world: World) -> Paper:
    """值班表: a table of days, each with names; who made it below at the left."""
    rng = world.rng
    title = rng.choice(["2017年国庆节、中秋节值班安排表", "支队五一假期值班表", "12318举报电话值班表"])
    start = _ahead(world)
    rows = [["日期", "星期", "带班领导", "值班人员", "电话"]] + [
        [
            f"{(day := start + timedelta(days=n)).month}月{day.day}日",
            "一二三四五六日"[day.weekday()],
            world.person(),
            world.person(),
            "12318",
        ]
        for n in range(7)
    ]
    pieces: Pieces = [
        title_piece(rng, title, 24, 22),
        {"rows": rows, "widths": [2, 1, 2, 2, 2], "gap": 5},
        words_piece("注：值班人员须24小时保持电话畅通。", 12, gap=4),
        words_piece(f"制表：{world.person()}", 12, gap=2),
    ]
    return paper(pieces, Truth(title, None, [], None, _LIST, ["33"] if "12318" in title else []))


def _checked(world: World) -> Paper:
    """现场检查笔录: labels with underlined blanks, times from and to, signatures below."""
    rng = world.rng
    what = rng.choice(list(_MARKET))
    office = _team(world)
    day = written(world.day, "ar")
    pieces: Pieces = [
        words_piece(office, 16, "center"),
        title_piece(rng, rng.choice(["现场检查（勘验）笔录", "现场检查笔录"]), 20, 22),
        words_piece(f"检查时间：{day}9时10分至{day}10时25分", 13, gap=4),
        words_piece(f"检查地点：{world.county()}{rng.choice(words()['venues'])}", 13),
        words_piece(f"检查人：{world.person()}  执法证号：{rng.randrange(10**5, 10**6)}", 13),
        words_piece(f"当事人：{rng.choice(words()['venues'])}（{what}）", 13),
        {"prose": ["检查情况：执法人员出示证件后对该场所进行检查。" + world.sentence(), world.sentence()], "size": 13},
        words_piece(f"当事人签名：{world.person()}        {day}", 13, gap=10),
        words_piece(f"检查人签名：{world.person()}、{world.person()}    {day}", 13),
    ]
    title = pieces[1]["text"]
    return paper(
        pieces, Truth(title, None, [office], _iso(world.day), [*_CHECK, "case_file"], [*_MARKET[what], "28", "12"])
    )


def _round(world: World) -> Paper:
    """巡查登记: a landscape form by which one venue after another was looked at, on several days."""
    rng = world.rng
    what = rng.choice(list(_MARKET))
    title = f"{what}市场日常巡查登记表"
    rows = [["序号", "巡查时间", "场所名称", "发现问题", "处理情况", "巡查人"]] + [
        [str(n), written(_before(world), "dot"), rng.choice(words()["venues"]), "无", "—", world.person()]
        for n in range(1, 10)
    ]
    pieces: Pieces = [
        title_piece(rng, title, 30, 20),
        words_piece(f"单位：{world.county()}文化市场综合执法大队", 11, gap=2),
        {"rows": rows, "widths": [1, 2, 3, 2, 2, 2], "size": 10.5},
    ]
    truth = Truth(title, None, [f"{world.county()}文化市场综合执法大队"], None, _CHECK, [*_MARKET[what], "28"])
    pieces[1]["text"] = f"单位：{truth.issuer[0]}"
    return paper(pieces, truth, width=297, height=210)


def _contract(world: World) -> Paper:
    """合同: 甲方, 乙方; signed by two, each with a day."""
    rng = world.rng
    other = _before(world, 9)
    title = rng.choice(["执法记录仪采购合同", "12318平台运行维护服务合同", "办公用房租赁合同"])
    pieces: Pieces = [
        words_piece(f"合同编号：{rng.randrange(1000, 9999)}", 12, "right"),
        title_piece(rng, title, 20, 24, gap=6),
        words_piece(f"甲方：{_team(world)}", 14, gap=8),
        words_piece("乙方：" + rng.choice(["海岳省恒远科技有限公司", "云中市安信电子有限公司"]), 14),
        {"prose": [f"第{n}条 {world.sentence()}" for n in "一二三四"], "size": 13},
        {"across": ["甲方（盖章）：", "乙方（盖章）："], "size": 13, "gap": 12},
        {"across": [f"{written(other, 'ar')}", f"{written(world.day, 'ar')}"], "size": 13},
    ]
    truth = Truth(title, None, [_team(world)], None, ["document", "other"], [])
    return paper(pieces, truth)


def _slides(world: World) -> Paper:
    """培训课件: the first page of slides: what it is about, large, who speaks and when."""
    rng = world.rng
    title = rng.choice(
        ["网络文化市场执法办案实务", "新《著作权法》与版权执法", "行政处罚程序中的证据规则", "娱乐场所检查要点"]
    )
    pieces: Pieces = [
        words_piece(
            rng.choice(["2017年全市文化市场综合执法培训", "以案施训专题讲座"]), 20, "center", sans=True, gap=20
        ),
        words_piece(title, 40, "center", sans=True, bold=True, gap=16, ink="#003366"),
        words_piece(f"主讲人：{world.person()}", 20, "center", sans=True, gap=24),
        words_piece(f"{world.day.year}年{world.day.month}月", 18, "center", sans=True),
    ]
    truth = Truth(title, None, [], None, ["guide", "other"], ["10", "11"])
    return paper(pieces, truth, width=254, height=190, margin=(15, 12))


def _facts(world: World) -> Paper:
    """情况说明: plain, its title bold and not large, what it tells has a day of its own."""
    rng = world.rng
    office = _team(world)
    title = rng.choice(["情况说明", "关于案件数量的情况说明", "关于平台数据与上报数据不一致的说明"])
    pieces: Pieces = [
        title_piece(rng, title, 24, 16, gap=10, bold=True),
        words_piece(f"{world.province}文化厅：", 14, gap=4),
        _said(
            f"{written(_before(world), 'ar')}，我支队在数据核对中发现有关数据不一致，现说明如下。" + world.sentence()
        ),
        {"prose": ["特此说明。"], "size": 14},
        *signed(world, [office]),
    ]
    lines = ["26", "37"] if "案件" in title else ["37", "38"] if "平台" in title else []
    return paper(pieces, Truth(title, None, [office], _iso(world.day), ["document", "summary", "other"], lines))


def _proof(world: World) -> Paper:
    """证明: one word for a title, a sentence, a seal."""
    rng = world.rng
    office = world.office("others").name
    title = "证　明"
    pieces: Pieces = [
        words_piece(title, 32, "center", bold=True, gap=30),
        _said(f"兹证明{_team(world)}自{written(_before(world, 300), 'ar')}以来，未发生违法违纪案件。", 18, gap=10),
        words_piece("特此证明。", 18, indent=12),
        *signed(world, [office], rng.choice(["ar", "cn"])),
        {"seal": office},
    ]
    truth = Truth("证明", None, [office], _iso(world.day), ["document", "other", "bulletin"], ["12", "26+"])
    return paper(pieces, truth)


def _assessment(world: World) -> Paper:
    """考核表: a table of items and points with a sum, the day of the check in a cell at the foot."""
    rng = world.rng
    title = rng.choice(
        ["县（市、区）文化市场综合执法工作考核评分表", "2017年度执法人员考核表", "行政执法案卷评查评分表"]
    )
    rows = [["考核项目", "分值", "评分标准", "得分"]] + [
        [
            rng.choice(words()["headings"]),
            str(rng.choice([5, 10, 15])),
            world.sentence()[:18],
            str(rng.randrange(3, 15)),
        ]
        for _ in range(7)
    ]
    rows.append(["被考核单位", world.county(), "考核日期", written(world.day, "dot")])
    pieces: Pieces = [title_piece(rng, title, 22, 20), {"rows": rows, "widths": [2, 1, 4, 1], "size": 11, "gap": 4}]
    truth = Truth(title, None, [], _iso(world.day), [*_LIST, "check_record"], ["26", "28"])
    return paper(pieces, truth)


def _cover(world: World) -> Paper:
    """案卷封面: what it is called is a line of the form; from one day to another, kept for years."""
    rng = world.rng
    office = _team(world)
    what = rng.choice(words()["violations"])
    party = rng.choice(words()["venues"])
    number = f"{world.city[0]}文综罚字〔2017〕第{rng.randrange(1, 90)}号"
    pieces: Pieces = [
        words_piece(office, 24, "center", gap=16),
        words_piece("行 政 处 罚 案 卷", 34, "center", bold=True, gap=10),
        {"rows": [
            ["案　　由", what], ["当 事 人", party], ["处罚文号", number], ["立案日期", written(_before(world), "ar")],
            ["结案日期", written(world.day, "ar")], ["归档日期", written(_ahead(world), "ar")], ["保管期限", "30年"],
        ], "widths": [2, 6], "size": 15, "inset": 11, "gap": 14},
    ]  # fmt: skip
    return paper(pieces, Truth(what, number, [office], None, ["case_file"], ["26", "24"]))


def _inside(world: World) -> Paper:
    """卷内目录: a table of papers, each with its number and day."""
    rng = world.rng
    names = [
        "立案审批表",
        "现场检查笔录",
        "询问笔录",
        "证据先行登记保存通知书",
        "行政处罚事先告知书",
        "行政处罚决定书",
        "送达回证",
    ]
    rows = [["序号", "文书名称", "文号", "日期", "页次"]] + [
        [str(n), name, f"{world.city[0]}文综罚字〔2017〕第{n}号", written(_before(world), "dot"), str(n * 3)]
        for n, name in enumerate(names, 1)
    ]
    pieces: Pieces = [title_piece(rng, "卷内文件目录", 22, 22), {"rows": rows, "widths": [1, 4, 4, 2, 1], "size": 11}]
    return paper(pieces, Truth("卷内文件目录", None, [], None, ["case_file", "ledger"], ["26", "24"]))


def _penalty(world: World) -> Paper:
    """行政处罚决定书: the office and the sort above the number at the right; found on one day, decided on another."""
    rng = world.rng
    office = world.office().name
    number = f"（{world.city[0]}）文罚字〔2017〕第{rng.randrange(1, 90)}号"
    party = rng.choice(words()["venues"])
    pieces: Pieces = [
        words_piece(office, 22, "center", bold=True, gap=6),
        words_piece("行政处罚决定书", 26, "center", bold=True),
        words_piece(number, 13, "right", gap=4),
        words_piece(f"当事人：{party}", 14, gap=5),
        words_piece(f"地址：{world.county()}人民路{rng.randrange(1, 200)}号", 14),
        _said(f"{written(_before(world), 'ar')}，本机关执法人员对你单位进行检查时，发现你单位涉嫌违法经营。"
              f"现决定给予警告，并处罚款人民币{rng.randrange(2, 20)}000元。"),
        *signed(world, [office]),
        {"seal": office},
    ]  # fmt: skip
    return paper(pieces, Truth("行政处罚决定书", number, [office], _iso(world.day), ["case_file", "document"], ["26"]))


def _inquiry(world: World) -> Paper:
    """调查询问笔录: who was asked by whom, from what time to what time, questions and answers."""
    rng = world.rng
    pieces: Pieces = [
        title_piece(rng, "调查询问笔录", 20, 22),
        words_piece(f"询问时间：{written(world.day, 'ar')}14时20分至15时10分", 13, gap=4),
        words_piece("询问地点：支队询问室", 13),
        words_piece(f"被询问人：{world.person()}  性别：男  出生日期：{written(date(1983, 5, 1), 'ar')}", 13),
        words_piece(f"询问人：{world.person()}  记录人：{world.person()}", 13),
        {"prose": ["问：我们是文化市场综合执法人员，这是我们的执法证件，你看清楚了吗？", "答：看清楚了。", "问：请介绍你单位经营情况。",
                   f"答：我店从{written(_before(world, 200), 'ar')}开业。"], "size": 13},
        words_piece(f"被询问人签名：{world.person()}", 13, gap=12),
    ]  # fmt: skip
    return paper(
        pieces, Truth("调查询问笔录", None, [], _iso(world.day), ["case_file", "check_record", "other"], ["26"])
    )


def _mailed(world: World) -> Paper:
    """A mail printed from a web mailbox: the subject in large letters, then who sent it and when."""
    rng = world.rng
    office = world.office().name
    matter, lines = world.matter("special", "porn", "campus", "credit")
    title = f"{world.city}市{matter}{rng.choice(['工作总结', '情况报告'])}"
    pieces: Pieces = [
        words_piece(title, 16, bold=True, sans=True),
        words_piece(f"发件人：{office} <whzf@example.cn>", 10, sans=True, gap=3),
        words_piece(f"时　间：{written(world.day, 'ar')}（星期三）下午4:12", 10, sans=True),
        words_piece("收件人：省厅执法处 <zfc@example.cn>", 10, sans=True),
        words_piece(f"附　件：1个（{title}.doc）", 10, sans=True),
        {"rule": 0.5},
        _said(f"省厅：现将材料报来，请查收。我局{written(_before(world), 'ar')}已报纸质件。", 12),
    ]
    return paper(
        pieces, Truth(title, None, [office], _iso(world.day), ["summary", "document", "other", "screenshot"], lines)
    )


def _chat(world: World) -> Paper:
    """A chat on a phone: a group's name, bubbles with clocks, a day in the middle."""
    rng = world.rng
    group = rng.choice(["文化执法工作群", "全市执法信息报送群"])
    pieces: Pieces = [
        {"across": ["9:41", "中国移动 4G"], "size": 8},
        words_piece(f"{group}({rng.randrange(20, 90)})", 13, "center", sans=True, bold=True),
        words_piece(f"{world.day.month}月{world.day.day}日 上午10:12", 8, "center", ink="#888888", gap=5),
        words_piece(world.person(), 8, ink="#888888", gap=4),
        words_piece("请各大队今天下班前报送本月执法信息", 12, fill="#eeeeee", indent=4, gap=3),
        words_piece(world.person(), 8, ink="#888888", gap=4),
        words_piece("收到", 12, fill="#eeeeee", indent=4, gap=3),
        words_piece("关于报送执法信息的通知.docx", 11, fill="#eeeeee", indent=4, gap=6),
    ]
    truth = Truth("", None, [], None, ["screenshot", "other"], ["36"])
    return paper(pieces, truth, width=110, height=200, margin=(6, 6))


def _uploaded(world: World) -> Paper:
    """The page of a system where reports are handed in: a form with labels, and a table of what was handed in."""
    rng = world.rng
    system = rng.choice(["文化市场信息报送系统", "全国文化市场技术监管与服务平台"])
    rows = [["序号", "信息标题", "报送时间", "状态"]] + [
        [str(n), f"{world.city}市{world.matter()[0]}"[:18], f"{written(_before(world), 'dash')} 10:0{n}", "已采用"]
        for n in range(1, 7)
    ]
    pieces: Pieces = [
        words_piece(system, 18, sans=True, bold=True, fill="#2266aa", ink="#ffffff"),
        {"across": ["信息报送", "信息统计", "系统设置"], "size": 10, "sans": True, "gap": 4},
        words_piece("信息报送列表", 12, sans=True, gap=4),
        {"rows": rows, "widths": [1, 6, 4, 2], "size": 9, "gap": 3},
        words_piece("共 6 条，每页 20 条", 9, gap=3),
    ]
    truth = Truth("信息报送列表", None, [], None, ["screenshot"], ["36"], figure="6条")
    return paper(pieces, truth, width=300, height=180, margin=(10, 10))


def _exam(world: World) -> Paper:
    """A list of marks printed from a system, with the day of the exam and the day of the print."""
    rng = world.rng
    title = rng.choice(["文化市场综合执法人员考试成绩单", "执法人员网上考试成绩汇总表"])
    rows = [["准考证号", "姓名", "单位", "成绩", "是否合格"]] + [
        [str(20170000 + n), world.person(), world.county(), str(rng.randrange(60, 100)), "合格"] for n in range(1, 13)
    ]
    pieces: Pieces = [
        title_piece(rng, title, 24, 18),
        {
            "across": [f"考试日期：{written(_before(world), 'dash')}", f"打印日期：{written(world.day, 'dash')}"],
            "size": 10,
        },
        {"rows": rows, "widths": [2, 2, 3, 1, 2], "size": 10},
    ]
    return paper(pieces, Truth(title, None, [], _iso(world.day), ["ledger", "screenshot"], ["9", "8"]))


def _article(world: World) -> Paper:
    """A web article: crumbs, the headline at the left, day and source below, other headlines at the right foot."""
    rng = world.rng
    outlet = rng.choice(["海岳新闻网", "云中文明网", "碧崖在线"])
    matter, _ = world.matter("special", "campus", "porn")
    title = rng.choice(
        [
            f"{world.city}：{matter}进行时",
            f"{world.city}市文化执法支队查处一起网络侵权案",
            f"为孩子撑起一片蓝天——{matter}见闻",
        ]
    )
    pieces: Pieces = [
        words_piece("新闻中心  >  本地  >  正文", 9, sans=True),
        words_piece(title, 22, sans=True, bold=True, gap=4),
        words_piece(
            f"{written(world.day, 'dash')} 08:30   来源：{outlet}   字号：大 中 小", 9, sans=True, ink="#777777"
        ),
        {
            "prose": [f"本网讯 {written(_before(world), 'ar')}，执法人员来到" + world.sentence(), *world.prose(3)],
            "size": 12,
        },
        words_piece(f"[责任编辑：{world.person()}]", 9, "right"),
        words_piece("相关新闻", 13, sans=True, bold=True, gap=5),
        words_piece(f"· 我市启动秋季文明创建活动 {written(_before(world), 'dash')}", 10, sans=True),
        words_piece(f"· 全市重点工程集中开工 {written(_before(world), 'dash')}", 10, sans=True),
    ]
    return paper(
        pieces, Truth(title, None, [outlet], _iso(world.day), ["news"], ["B1"]), foot="http://www.example.cn/a/1.html"
    )


def _clipping(world: World) -> Paper:
    """A cutting from a newspaper, glued on a sheet: the headline over two lines, above it what was written by hand."""
    rng = world.rng
    outlet = rng.choice(["墨阳日报", "海岳日报", "鹤坪晚报"])
    upper, title = rng.choice([
        ("严查严管 守护平安", f"{world.city}开展文化市场专项检查"), ("护苗在行动", f"{world.city}市净化校园周边文化环境"),
    ])  # fmt: skip
    pieces: Pieces = [
        {"across": [f"剪报：{outlet}", f"{written(world.day, 'dot')}", "第3版"], "size": 11},
        {"rule": 0.5},
        words_piece(upper, 14, "center", gap=8),
        words_piece(title, 24, "center", bold=True),
        {"prose": [f"本报讯（记者 {world.person()}）" + world.sentence(), *world.prose(3)], "columns": 2, "gap": 4},
    ]
    truth = Truth(title, None, [outlet], _iso(world.day), ["news"], ["B1"], edition="3版", also=[f"{outlet}社"])
    return paper(pieces, truth)


def _bulletin_info(world: World) -> Paper:
    """An 信息快报 without red: its name in a box, number and day in one row, two pieces with headings of the same size."""
    rng = world.rng
    office = world.office().name
    matter, lines = world.matter("porn", "special", "campus")
    title = f"{world.city}市迅速部署{matter}"
    pieces: Pieces = [
        words_piece(rng.choice(["文化市场综合执法信息", "执法工作快报"]), 36, "center", bold=True, gap=8),
        {"across": [f"第{rng.randrange(2, 60)}期", office, written(world.day, "ar")], "size": 13, "gap": 4},
        {"rule": 1},
        title_piece(rng, title, 20, 20, gap=6),
        {"prose": [f"{written(_before(world, 5), 'ar')}，" + world.sentence(), *world.prose(2)]},
        words_piece("报：省文化厅，市委宣传部    送：各县（市、区）文化局", 12, gap=8),
    ]
    return paper(pieces, Truth(title, None, [office], _iso(world.day), ["briefing"], lines, also=[f"{office}办公室"]))


def _minuted(world: World) -> Paper:
    """会议纪要 typed plainly: a number and a day in brackets below the title, who was there at the end."""
    rng = world.rng
    what, lines = rng.choice(
        [("文化市场管理工作领导小组联席会议", ["1"]), ("综治和平安建设专题会议", ["13"]), ("支队队务会", [])]
    )
    title = f"{what}纪要"
    pieces: Pieces = [
        title_piece(rng, title, 20, 22, gap=8),
        words_piece(f"（{written(world.day, 'ar')}）", 14, "center"),
        {"prose": world.prose(4), "size": 15},
        words_piece("出　席：" + "　".join(world.person() for _ in range(5)), 14, gap=5),
        words_piece("记　录：" + world.person(), 14),
    ]
    return paper(pieces, Truth(title, None, [], _iso(world.day), ["minutes"], lines))


def _awarded(world: World) -> Paper:
    """表彰决定 of two offices: no number, the list of who is praised follows, and names are in bold."""
    rng = world.rng
    names = [world.office("higher").name, world.office("others").name]
    title = rng.choice(
        ["关于表彰2016年度“扫黄打非”工作先进集体的决定", "关于给予全市文化市场行政执法先进单位通报表扬的决定"]
    )
    pieces: Pieces = [
        title_piece(rng, "\n".join([*names]), 30, 22, bold=True, gap=8),
        title_piece(rng, title, 17, 22, bold=True, gap=0),
        words_piece("各县（市、区）人民政府，市直各单位：", 15, gap=6),
        {"prose": [world.sentence(), f"决定授予{_team(world)}“先进集体”称号。"]},
        *signed(world, names),
        title_piece(rng, "先进集体名单", 20, 20, **{"break": True}),
        {"prose": [_team(world), f"{world.county()}文化市场综合执法大队"]},
    ]
    whole = "".join(names) + title
    return paper(pieces, Truth(whole, None, names, _iso(world.day), ["certificate", "document", "bulletin"], ["B2"]))


def _plaque(world: World) -> Paper:
    """A plaque: what was awarded in very large letters, by whom and in which month."""
    rng = world.rng
    office = world.office("higher").name
    title = rng.choice(["全省文化市场综合执法先进集体", "“扫黄打非”工作先进单位"])
    pieces: Pieces = [
        words_piece(title, 34, "center", bold=True, gap=40, ink="#b8860b"),
        words_piece(office, 18, "center", gap=40),
        words_piece(f"二〇一七年{rng.choice('一二三四五六')}月", 16, "center"),
    ]
    return paper(pieces, Truth(title, None, [office], None, ["medal", "certificate"], ["B2"]), width=280, height=190)


def _present(world: World) -> Paper:
    """签到表 that is headed only 签到表, the meeting and day in the first cells, names written into two columns."""
    rng = world.rng
    what, lines = rng.choice(
        [("以案施训培训", ["11", "10"]), ("综治工作例会", []), ("全市执法业务培训班", ["11", "10"])]
    )
    rows = [["会议名称", what, "时间", written(world.day, "dot")], ["单位", "姓名", "单位", "姓名"]]
    rows += [[world.county(), world.person(), world.county(), world.person()] for _ in range(rng.randrange(6, 12))]
    pieces: Pieces = [
        words_piece("签 到 表", 26, "center", bold=True),
        {"rows": rows, "widths": [2, 3, 2, 3], "gap": 5},
    ]
    return paper(pieces, Truth("签到表", None, [], _iso(world.day), ["signin"], lines))


def _called(world: World) -> Paper:
    """会议通知 as a slip of an office system: labels at the left, the text in cells, a sender and a day in the last row."""
    rng = world.rng
    office = world.office().name
    what = rng.choice(["全市文化市场综合执法工作会议", "行政执法培训班", "以案施训现场会"])
    title = f"关于召开{what}的通知" if "会" in what[-2:] else f"关于举办{what}的通知"
    rows = [
        ["标题", title], ["会议时间", written(_ahead(world), "ar") + "上午9:00"], ["会议地点", "市文化馆报告厅"], ["参加人员", "各大队负责人"],
        ["发布单位", office], ["发布时间", written(world.day, "dash") + " 16:20"],
    ]  # fmt: skip
    pieces: Pieces = [
        words_piece("通知公告", 14, sans=True, bold=True),
        {"rows": rows, "widths": [2, 7], "size": 12, "gap": 3},
    ]
    lines = ["11"] if "以案" in what else ["10"] if "培训" in what else []
    return paper(pieces, Truth(title, None, [office], _iso(world.day), ["notice", "screenshot"], lines))


def _scheme(world: World) -> Paper:
    """方案 as an attachment: 附件1 at the left, its title in two lines; neither signed nor dated."""
    rng = world.rng
    matter, lines = world.matter("special", "campus", "random", "credit", "porn")
    title = f"{world.city}市2017年{matter}{rng.choice(['工作方案', '实施方案'])}"
    end = written(_ahead(world), "ar")
    pieces: Pieces = [
        words_piece("附件1", 15, sans=True),
        title_piece(rng, title, rng.choice([12, 16]), 22, gap=8),
        {"prose": [*world.prose(4, headings=False), f"第一阶段（即日起至{end}）为自查阶段。"]},
    ]
    return paper(pieces, Truth(title, None, [], None, ["plan"], lines))


def _yearly(world: World) -> Paper:
    """总结 with a subtitle behind a dash, whose it is in brackets, and the day there as well."""
    rng = world.rng
    office = _team(world)
    matter, lines = world.matter("special", "campus", "porn", "credit")
    main = rng.choice(["真抓实干 开创文化市场综合执法新局面", "强化监管 促进繁荣"])
    title = f"{main}——2017年{matter}工作总结"
    pieces: Pieces = [
        words_piece(main, 22, "center", bold=True, gap=8),
        words_piece(f"——2017年{matter}工作总结", 16, "center"),
        words_piece(office, 15, "center", gap=4),
        words_piece(f"（{written(world.day, 'ar')}）", 15, "center"),
        {"prose": world.prose(5, headings=False), "gap": 4},
    ]
    return paper(pieces, Truth(title, None, [office], _iso(world.day), ["summary"], lines))


def _ledger(world: World) -> Paper:
    """台账: landscape, its title above, 更新至 a day at the right; the columns have days."""
    rng = world.rng
    title, lines, heads = rng.choice([
        ("文化市场日常检查台账", ["28"], ["序号", "检查日期", "场所", "检查人员", "备注"]), ("12318举报受理办理台账", ["33"], ["序号", "举报时间", "举报内容", "承办人", "办结时间"]),
        ("行政处罚案件办理台账", ["26"], ["序号", "立案时间", "当事人", "承办人", "结案时间"]),
    ])  # fmt: skip
    rows = [heads] + [
        [
            str(n),
            written(_before(world), "dot"),
            rng.choice(words()["venues"]),
            world.person(),
            written(_before(world), "dot"),
        ]
        for n in range(1, 12)
    ]
    pieces: Pieces = [
        title_piece(rng, title, 30, 22),
        words_piece(f"（更新至{written(world.day, 'ar')}）", 11, "right"),
        {"rows": rows, "widths": [1, 2, 4, 2, 2], "size": 10.5},
    ]
    return paper(pieces, Truth(title, None, [], _iso(world.day), _CHECK, lines), width=297, height=210)


def _promise(world: World) -> Paper:
    """承诺书: what a venue promises, signed by it; two labels with blanks."""
    rng = world.rng
    title = rng.choice(["互联网上网服务营业场所守法经营承诺书", "出版物经营单位诚信经营承诺书"])
    party = rng.choice(words()["venues"])
    pieces: Pieces = [
        title_piece(rng, title, 16, 24, gap=8),
        {"prose": [f"{n}、不接纳未成年人，不经营非法出版物，落实实名登记。" for n in "一二三"], "gap": 5},
        words_piece(f"承诺单位（盖章）：{party}", 14, gap=12, indent=70),
        words_piece(f"负责人：{world.person()}", 14, indent=70),
        words_piece(written(world.day, "ar"), 14, indent=90),
    ]
    return paper(pieces, Truth(title, None, [party], _iso(world.day), ["document", "other"], ["20", "22", "14", "19"]))


def _duty_book(world: World) -> Paper:
    """责任书: two sides, one year; signed by both on a day."""
    rng = world.rng
    office = world.office().name
    title = rng.choice(["2017年文化市场综治工作目标管理责任书", "文化市场安全生产责任书"])
    pieces: Pieces = [
        title_piece(rng, title, 18, 24, gap=8),
        {"prose": [*world.prose(2), "本责任书一式两份，自签订之日起生效。"], "gap": 4},
        {"across": [f"责任单位：{world.county()}文化局", f"监管单位：{office}"], "size": 13, "gap": 10},
        {"across": [f"负责人：{world.person()}", f"负责人：{world.person()}"], "size": 13},
        words_piece(written(world.day, "ar"), 13, "center", gap=6),
    ]
    return paper(pieces, Truth(title, None, [office], _iso(world.day), ["document", "other"], ["13"]))


def _agenda(world: World) -> Paper:
    """会议议程: hours at the left, what and who; the day and place below the title."""
    rng = world.rng
    what, lines = rng.choice([("全市文化市场综合执法培训班", ["10", "11"]), ("以案施训培训", ["11", "10"])])
    title = f"{what}{rng.choice(['日程安排', '议程', '课程表'])}"
    rows = [["时间", "内容", "主讲人"]] + [
        [f"{8 + n}:30—{9 + n}:20", world.sentence()[:14], world.person()] for n in range(5)
    ]
    pieces: Pieces = [
        title_piece(rng, title, 22, 22),
        words_piece(f"时间：{written(world.day, 'ar')}　　地点：市委党校", 13, "center"),
        {"rows": rows, "widths": [2, 5, 2], "gap": 3},
    ]
    return paper(pieces, Truth(title, None, [], _iso(world.day), ["guide", "other"], lines))


def _handbook(world: World) -> Paper:
    """会议手册's cover: the year, what, 会议手册, whose, where and a month."""
    rng = world.rng
    what, lines = rng.choice([("全市文化市场综合执法业务培训班", ["10", "11"]), ("文化市场以案施训活动", ["11", "10"])])
    tail = rng.choice(["学员手册", "活动手册"])
    office = world.office().name
    pieces: Pieces = [
        words_piece("2017年", 20, "center", gap=30),
        words_piece(what, 28, "center", bold=True),
        words_piece(" ".join(tail), 36, "center", bold=True, gap=16),
        words_piece(office, 18, "center", gap=60),
        words_piece(f"{world.city}·{world.day.month}月", 16, "center"),
    ]
    return paper(pieces, Truth(f"{what}{tail}", None, [office], None, ["guide"], lines))


def _public(world: World) -> Paper:
    """公示 on a site: a title, from one day to another it may be objected to, signed by the office, the clicks above."""
    rng = world.rng
    office = world.office().name
    title = rng.choice(["关于拟命名“绿色网吧”名单的公示", "文化市场黑名单公示", "双随机抽查结果公示"])
    start = _before(world, 4)
    pieces: Pieces = [
        words_piece(title, 20, "center", bold=True, sans=True, gap=4),
        words_piece(
            f"发布时间：{written(start + timedelta(days=1), 'dash')}   浏览次数：{rng.randrange(20, 900)}",
            9,
            "center",
            sans=True,
        ),
        {
            "prose": [world.sentence(), f"公示期：{written(start, 'ar')}至{written(_ahead(world, 9), 'ar')}。"],
            "size": 13,
        },
        *signed(world, [office]),
    ]
    lines = ["20"] if "网吧" in title else ["22"] if "黑名单" in title else ["27"]
    kind = ["publicity", "document", "notice", "ledger"]
    return paper(pieces, Truth(title, None, [office], _iso(world.day), kind, lines))


def _circular(world: World) -> Paper:
    """通报 of checks by phone calls (拨测), its number in a corner, its table in the middle."""
    rng = world.rng
    office = world.office("higher")
    number = world.number(office.code)
    title, lines = rng.choice([("关于12318举报电话拨测情况的通报", ["33"]), ("关于第三季度网吧暗访情况的通报", ["14"])])
    rows = [["单位", "拨测时间", "是否接听"]] + [
        [world.county(), written(_before(world), "dot"), "是"] for _ in range(5)
    ]
    pieces: Pieces = [
        words_piece(number, 13, "left"),
        title_piece(rng, title, 16, 22, gap=12),
        words_piece("各县（市、区）文化局：", 15, gap=5),
        {"prose": world.prose(1)},
        {"rows": rows, "widths": [3, 3, 2], "gap": 3},
        {"prose": world.prose(1)},
        *signed(world, [office.name]),
    ]
    return paper(pieces, Truth(title, number, [office.name], _iso(world.day), ["bulletin", "document"], lines))


def _staff(world: World) -> Paper:
    """编制 list: 人员编制情况表 with 截至 a day, its unit in the line above the table."""
    rng = world.rng
    title = rng.choice(["文化市场综合执法机构人员编制情况表", "执法人员花名册"])
    end = written(_before(world), "ar")
    rows = [["序号", "单位", "编制数", "在编人数"]] + [
        [str(n), f"{world.county()}文化市场综合执法大队", str(rng.randrange(5, 20)), str(rng.randrange(4, 20))]
        for n in range(1, 8)
    ]
    pieces: Pieces = [
        title_piece(rng, title, 22, 20),
        {"across": [f"填报单位：{_team(world)}", f"（截至{end}）", "单位：人"], "size": 11},
        {"rows": rows, "widths": [1, 5, 2, 2]},
    ]
    kind = ["ledger", "establishment_doc", "other"]
    return paper(pieces, Truth(title, None, [_team(world)], None, kind, ["4", "8", "26", "B4", "B5", "6"]))


def _budget(world: World) -> Paper:
    """A table of the year's budget printed from a system: 公开01表, the unit and 单位：万元 above it."""
    rng = world.rng
    title = rng.choice(["部门收支预算总表", "一般公共预算支出表"])
    rows = [["项目", "预算数", "项目", "预算数"]] + [
        ["财政拨款", f"{rng.randrange(90, 900)}.00", "基本支出", f"{rng.randrange(90, 900)}.00"] for _ in range(6)
    ]
    pieces: Pieces = [
        words_piece("公开01表", 10, "right"),
        title_piece(rng, title, 20, 20, gap=1),
        {"across": [f"部门：{_team(world)}", "2017年", "单位：万元"], "size": 11},
        {"rows": rows, "widths": [3, 2, 3, 2], "size": 11},
    ]
    return paper(pieces, Truth(title, None, [_team(world)], None, ["budget", "ledger"], ["5"]))


def _speech(world: World) -> Paper:
    """A speech: on which meeting in the title, by whom and when below it."""
    rng = world.rng
    title = rng.choice(["在全市文化市场综合执法工作会议上的讲话", "在“扫黄打非”工作电视电话会议上的发言"])
    pieces: Pieces = [
        title_piece(rng, title, 14, 24, gap=10),
        words_piece(world.person(), 16, "center"),
        words_piece(f"（{written(world.day, 'cn')}）", 15, "center"),
        words_piece("同志们：", 15, gap=4),
        {"prose": world.prose(4)},
    ]
    lines = ["29"] if "扫黄" in title else []
    return paper(pieces, Truth(title, None, [], _iso(world.day), ["document", "other"], lines))


def _complaint(world: World) -> Paper:
    """举报受理登记表: who rang when, what was done by when, all in cells, a number above them at the right."""
    rng = world.rng
    office = _team(world)
    title = rng.choice(["12318举报受理登记表", "文化市场举报转办单"])
    rows = [
        ["举报时间", written(_before(world), "ar") + "20时", "举报方式", "电话"], ["举报内容", world.sentence()[:30], "被举报人", rng.choice(words()["venues"])],
        ["受理人", world.person(), "承办单位", f"{world.county()}文化市场综合执法大队"], ["办理结果", "查无实据", "办结时间", written(world.day, "ar")],
    ]  # fmt: skip
    pieces: Pieces = [
        title_piece(rng, f"{office}{title}", 16, 20, bold=True),
        words_piece(f"编号：{world.year}{rng.randrange(100, 999)}", 12, "right"),
        {"rows": rows, "widths": [2, 4, 2, 4], "inset": 10},
    ]
    return paper(pieces, Truth(f"{office}{title}", None, [office], None, [*_CHECK, "document"], ["33"]))


KINDS: Mapping[str, tuple[int, Callable[[World], Paper]]] = {
    make.__name__.strip("_"): (1, make)
    for make in (
        _ask, _approved, _letter, _duty, _checked, _round, _contract, _slides, _facts, _proof, _assessment, _cover, _inside, _penalty, _inquiry,
        _mailed, _chat, _uploaded, _exam, _article, _clipping, _bulletin_info, _minuted, _awarded, _plaque, _present, _called, _scheme, _yearly,
        _ledger, _promise, _duty_book, _agenda, _handbook, _public, _circular, _staff, _budget, _speech, _complaint,
    )
}  # fmt: skip

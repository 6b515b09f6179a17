"""Papers of other forms than those of ``kinds``: held out, to see whether the rules know papers, or layouts.

They were drawn before the rules were mended by the wrong answers that ``kinds`` had shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from random import Random
from typing import Any

from bench.papers._world import World, words, written
from bench.papers.kinds import Paper, Truth, _broken

Pieces = list[dict[str, Any]]


def words_piece(text: str, size: float = 12, at: str = "left", **more: Any) -> dict[str, Any]:
    return {"text": text, "size": size, "at": at, **more}


def title_piece(rng: Random, title: str, most: int = 17, size: float = 22, **more: Any) -> dict[str, Any]:
    bold = more.pop("bold", rng.random() < 0.7)
    return words_piece("\n".join(_broken(rng, title, most)), size, "center", bold=bold, **more)


def paper(pieces: Pieces, truth: Truth, **more: Any) -> Paper:
    return Paper("pieces", {"fonts": "full", "pieces": pieces, **more}, truth)


def signed(world: World, names: list[str], how: str = "ar") -> Pieces:
    offices = [words_piece(name, 15, "right", gap=1 if at else 12, inset=14) for at, name in enumerate(names)]
    return [*offices, words_piece(written(world.day, how), 15, "right", gap=1, inset=18)]


def _site(world: World) -> Paper:
    """A paper of an office on its site, under the table that such sites have (索引号, 发布机构, 名称, 文号)."""
    rng = world.rng
    matter, lines = world.matter("credit", "random", "special", "approval")
    office = world.office()
    number = world.number(office.code)
    title = rng.choice([f"关于印发《{world.city}市{matter}实施办法》的通知", f"关于公布{matter}名单的通告"])
    shown = world.day + timedelta(days=rng.choice([1, 2, 6]))
    rows = [
        [
            "索引号",
            f"0{rng.randrange(10**6, 10**7)}/2017-{rng.randrange(100, 999):05d}",
            "主题分类",
            "文化、广电、新闻出版",
        ],
        ["发布机构", office.name, "发布日期", written(shown, "dash")],
        ["名　　称", title, "文　　号", number],
    ]
    pieces: Pieces = [
        words_piece(f"{world.city}市人民政府门户网站", 16, sans=True, ink="#ffffff", fill="#1b4f9c"),
        words_piece("您现在的位置：首页 > 信息公开 > 公开目录", 9, sans=True, gap=4),
        {"rows": rows, "widths": [2, 5, 2, 4], "size": 9, "gap": 3},
        title_piece(rng, title, 20, 18, gap=6),
        words_piece(number, 12, "center"),
        words_piece("各县（市、区）文化广电新闻出版局：", 12, gap=4),
        {"prose": world.prose(3), "size": 12},
        *signed(world, [office.name]),
    ]
    truth = Truth(
        title, number, [office.name], world.day.isoformat(), ["document", "notice", "publicity", "plan"], lines
    )
    return paper(pieces, truth, head=f"{world.city}市人民政府", foot="http://www.example.gov.cn/xxgk/")


def _paper_page(world: World) -> Paper:
    """A page of a newspaper with the name in its middle, headlines that begin at the left, and a box of small news."""
    rng = world.rng
    outlet = rng.choice(["霁州日报", "泠江晚报", "云中法制报", "海岳文化报", "鹤坪时报"])
    matter, _ = world.matter("special", "campus", "porn")
    title = rng.choice(
        [
            f"{matter}不留死角",
            f"守护成长的天空——{world.city}市{matter}纪实",
            f"我市{matter}取得阶段性成果",
            f"净化文化市场 {world.city}在行动",
        ]
    )
    side = rng.choice(["城区供暖今日启动", "晚稻收割过半", "两座人行天桥建成", "社区义诊暖人心"])
    week = "星期" + "一二三四五六日"[world.day.weekday()]
    masthead = words_piece(outlet, rng.choice([34, 42]), "center", bold=True, red=rng.random() < 0.6)
    page = rng.randrange(2, 9)
    pieces: Pieces = [
        masthead,
        {"across": [f"第{page}版  {rng.choice(['要闻', '社会', '法治'])}", f"{written(world.day, 'ar')}  {week}", f"责编：{world.person()}  电话：{rng.randrange(2000000, 8999999)}"], "size": 10},
        {"rule": 1},
        words_piece("\n".join(_broken(rng, title, 18)), rng.choice([24, 28, 32]), "left", bold=True, sans=rng.random() < 0.5, gap=4),
        words_piece(rng.choice([f"□ 本报记者 {world.person()}", f"本报记者 {world.person()} 通讯员 {world.person()}"]), 10),
        {"prose": world.prose(6), "columns": rng.choice([2, 3]), "gap": 2},
        {"rule": 0.5},
        words_piece(side, 17, "left", bold=True),
        {"prose": [f"本报讯（{world.person()}）" + world.sentence(), *world.prose(2)], "columns": 3},
    ]  # fmt: skip
    truth = Truth(title, None, [outlet], world.day.isoformat(), ["news"], ["B1"], edition=f"{page}版")
    return paper(pieces, truth, width=260, height=330, margin=(14, 14))


def _app(world: World) -> Paper:
    """An article of a 公众号 as a phone shows it: title, account, day."""
    rng = world.rng
    account = rng.choice(["霁州发布", "泠江文化执法", "鹤坪发布", "海岳新闻网"])
    matter, _ = world.matter("special", "campus", "porn")
    title = rng.choice([f"{world.city}市{matter}“回头看”来了！", f"一图读懂{matter}", f"{world.county()}开展{matter}"])
    clock = f"{rng.randrange(7, 22):02d}:{rng.randrange(60):02d}"
    pieces: Pieces = [
        {"across": [clock, "4G  ▮▮▮"], "size": 9},
        words_piece("\n".join(_broken(rng, title, 15)), 20, bold=True, sans=True, gap=5),
        words_piece(rng.choice([f"{written(world.day, 'dash')}  {account}", f"{account}  {written(world.day, 'ar')}"]), 10, sans=True, ink="#777777"),
        {"prose": world.prose(3), "size": 13},
        words_piece(f"来源：{account}", 10, gap=3),
        words_piece(f"阅读 {rng.randrange(100, 5000)}　　在看 {rng.randrange(2, 60)}", 9, gap=8),
    ]  # fmt: skip
    return paper(
        pieces, Truth(title, None, [account], world.day.isoformat(), ["news", "screenshot"], ["B1"]), width=120, height=213,
        margin=(6, 6),
    )  # fmt: skip


def _cover_summary(world: World) -> Paper:
    """A summary behind a cover: the title large in its middle, whose it is and a month below."""
    rng = world.rng
    matter, lines = world.matter("porn", "special", "campus", "random", "cybercafe")
    office = world.office().name
    title = f"{world.city}市2017年{matter}{rng.choice(['工作总结', '自查报告', '实施方案'])}"
    kind = ["plan"] if title.endswith("方案") else ["summary"]
    pieces: Pieces = [
        title_piece(rng, title, 12, 30, gap=60),
        words_piece(office, 18, "center", gap=90),
        words_piece(written(world.day, rng.choice(["ar", "cn"])), 18, "center"),
        title_piece(rng, title, 18, 20, gap=0, **{"break": True}),
        {"prose": world.prose(6, headings=False), "gap": 5},
    ]
    return paper(pieces, Truth(title, None, [office], world.day.isoformat(), kind, lines))


def _record(world: World) -> Paper:
    """The record of a meeting in a form: its labels stand in cells."""
    rng = world.rng
    office = world.office().name
    what, lines = rng.choice(
        [("文化市场管理工作领导小组会议", ["1"]), ("综合治理和平安建设工作例会", ["13"]), ("支队全体人员会议", [])]
    )
    title = rng.choice(["会议记录", f"{what}记录", f"{office}会议记录"])
    rows = [
        ["会议名称", what, "会议时间", written(world.day, "ar") + "上午"],
        ["会议地点", rng.choice(["三楼会议室", "支队会议室"]), "主 持 人", world.person()],
        ["参加人员", "、".join(world.person() for _ in range(6)), "记 录 人", world.person()],
    ]
    pieces: Pieces = [
        title_piece(rng, title, 22),
        {"rows": rows, "widths": [2, 5, 2, 4], "gap": 4},
        words_piece("会议内容：", 14, gap=3),
        {"prose": world.prose(4), "size": 14},
    ]
    issuer = [office] if office in title else []
    return paper(pieces, Truth(title, None, issuer, world.day.isoformat(), ["minutes", "check_record", "other"], lines))


def _register(world: World) -> Paper:
    """A list with the day and who made it at its foot, in one row."""
    rng = world.rng
    what, lines, heads = rng.choice([
        ("12318举报办理情况统计表", ["33"], ["序号", "月份", "受理", "办结", "按期办结率"]),
        ("文化市场案件办理情况一览表", ["26"], ["序号", "立案日期", "当事人", "案由", "罚款（元）"]),
        ("出版物经营单位检查情况登记表", ["19", "28"], ["序号", "检查日期", "单位名称", "检查人员", "结果"]),
        ("执法人员培训学时登记表", ["8"], ["序号", "姓名", "单位", "学时", "是否达标"]),
    ])  # fmt: skip
    title = rng.choice(["", "2017年", f"{world.city}市"]) + what
    office = world.office().name
    cell: dict[str, Callable[[int], str]] = {
        "月份": lambda n: f"{n}月", "立案日期": lambda n: f"2017-0{n % 9 + 1}-1{n % 9}", "检查日期": lambda n: f"2017.{n % 11 + 1}.{n + 3}",
        "当事人": lambda n: rng.choice(words()["venues"]), "单位名称": lambda n: rng.choice(words()["venues"]),
        "案由": lambda n: rng.choice(words()["violations"])[:10], "检查人员": lambda n: world.person(), "姓名": lambda n: world.person(),
        "单位": lambda n: f"{world.county()}文化市场综合执法大队", "结果": lambda n: "合格", "是否达标": lambda n: "是", "按期办结率": lambda n: "100%",
    }  # fmt: skip
    rows = [heads] + [
        [str(n), *(cell[head](n) if head in cell else str(rng.randrange(1, 90)) for head in heads[1:])]
        for n in range(1, rng.randrange(6, 12))
    ]
    foot = rng.choice([
        [f"填报单位（盖章）：{office}", f"填表人：{world.person()}", f"填报日期：{written(world.day, 'ar')}"],
        [f"制表单位：{office}", f"审核：{world.person()}", f"制表日期：{written(world.day, 'dash')}"],
    ])  # fmt: skip
    tag = [words_piece("附件" + rng.choice(["", "2", "3"]), 14, sans=True)] if rng.random() < 0.5 else []
    pieces: Pieces = [
        *tag,
        title_piece(rng, title, 24, 20),
        {"rows": rows, "widths": [1, 2, 4, 3, 2], "gap": 4},
        {"across": foot, "size": 11, "gap": 3},
    ]
    return paper(
        pieces,
        Truth(
            title,
            None,
            [office],
            world.day.isoformat(),
            ["ledger", *(["check_record"] if "检查" in what else [])],
            lines,
        ),
    )


def _grid(world: World) -> Paper:
    """A case's approval form, or a form of a check, where all stands in cells."""
    rng = world.rng
    office = world.office().name
    party, what = rng.choice(words()["venues"]), rng.choice(words()["violations"])
    number = f"{world.city[0]}文立字〔2017〕第{rng.randrange(1, 90)}号"
    form = rng.choice(["立案审批表", "结案审批表"])
    title = f"行政处罚{form}"
    other = world.day - timedelta(days=rng.randrange(3, 40))
    rows = [
        ["案由", what, "案件来源", "日常检查"],
        ["当事人", party, "发案时间", written(other, "ar")],
        ["简要案情", world.sentence()[:40], "承办人", world.person()],
        ["承办人意见", f"建议{form[:2]}。{written(other, 'ar')}", "负责人意见", f"同意。{written(world.day, 'ar')}"],
    ]
    pieces: Pieces = [
        words_piece(office, 16, "center", tracking=2),
        title_piece(rng, title, 20, 24),
        words_piece(number, 13, rng.choice(["right", "center"])),
        {"rows": rows, "widths": [2, 5, 2, 4], "size": 12, "inset": 12, "gap": 3},
    ]
    return paper(pieces, Truth(title, number, [office], None, ["case_file"], ["26"]))


def _reply_scanned(world: World) -> Paper:
    """A reply of 编办 with its number at the right, both sign-offs flush right, and 附件 before them."""
    rng = world.rng
    office = world.office(rng.choice(["establishment", "establishment_full"]))
    number = world.number(office.code)
    title = rng.choice([
        f"关于{world.city}市文化市场综合执法支队机构编制有关事项的通知", f"关于核定{world.county()}文化市场综合执法大队人员编制的批复",
        f"关于{world.county()}文化市场执法大队更名的批复",
    ])  # fmt: skip
    pieces: Pieces = [
        words_piece(office.name + rng.choice(["文件", ""]), 28, "center", red=True, bold=True, gap=14),
        words_piece(number, 15, rng.choice(["right", "center"]), gap=6),
        {"rule": 2, "red": True},
        title_piece(rng, title, rng.choice([14, 18]), 21, gap=8),
        words_piece(f"{world.city}市文化广电新闻出版局：", 15, gap=6),
        {"prose": world.prose(rng.choice([1, 2, 5]))},
        words_piece("附件：机构编制核定表", 15, gap=6, indent=10),
        *signed(world, [office.name], rng.choice(["ar", "cn"])),
        *([{"seal": office.name}] if rng.random() < 0.5 else []),
        words_piece("（此件公开发布）", 13, gap=6),
    ]
    lines = ["4", "5", "6", "B4", "B5", "3"]
    return paper(
        pieces,
        Truth(title, number, [office.name], world.day.isoformat(), ["establishment_doc", "document", "notice"], lines),
    )


def _praise(world: World) -> Paper:
    """A certificate that lies on its side."""
    rng = world.rng
    office = world.office("higher").name
    head = rng.choice(["荣誉证书", "表彰证书"])
    pieces: Pieces = [
        words_piece(head, 40, "center", red=True, bold=True, tracking=10, gap=10),
        words_piece(f"{world.city}市文化市场综合执法支队：", 20, gap=10),
        words_piece(
            f"　　在2017年度文化市场综合执法工作中成绩显著，被评为“{rng.choice(['先进集体', '优秀单位', '示范支队'])}”。",
            20,
            gap=5,
        ),
        words_piece("　　特发此证，以资鼓励。", 20),
        *signed(world, [office], "cn"),
    ]
    return paper(
        pieces,
        Truth(head, None, [office], world.day.isoformat(), ["certificate", "medal"], ["B2"]),
        width=297,
        height=210,
    )


def _portal(world: World) -> Paper:
    """A page of a system with its menu at the left, the query above a table, and a clock at the foot."""
    rng = world.rng
    what, lines = rng.choice(
        [
            ("案件信息查询", ["26", "39"]),
            ("检查任务完成情况", ["28"]),
            ("学员学时统计", ["8"]),
            ("举报件办理查询", ["33"]),
        ]
    )
    site = rng.choice(["文化市场综合执法办案平台", "云中省行政执法监督平台", "文化执法在线学习平台"])
    rows = [["序号", "名称", "办理单位", "状态"]] + [
        [str(n), rng.choice(words()["venues"]), world.county(), "已办结"] for n in range(1, rng.randrange(5, 9))
    ]
    clock = f"{rng.randrange(8, 18):02d}:{rng.randrange(60):02d}:{rng.randrange(60):02d}"
    pieces: Pieces = [
        {"across": [site, f"{world.person()}，您好　退出登录"], "size": 15, "sans": True},
        {"rule": 1},
        words_piece(f"首页 > 业务管理 > {what}", 9, sans=True),
        words_piece(what, rng.choice([14, 17]), rng.choice(["left", "center"]), bold=True, sans=True, gap=3),
        {
            "across": ["开始日期：2017-01-01", f"结束日期：{written(world.day, 'dash')}", "查询　导出"],
            "size": 10,
            "gap": 3,
        },
        {"rows": rows, "widths": [1, 4, 3, 2], "size": 10, "gap": 3},
        {"across": [f"共{len(rows) - 1}条记录", f"导出时间：{written(world.day, 'dash')} {clock}"], "size": 9},
    ]
    return paper(
        pieces,
        Truth(what, None, [], world.day.isoformat(), ["screenshot"], lines, figure=f"{len(rows) - 1}条"),
        width=320,
        height=190,
        margin=(12, 12),
    )


def _decree(world: World) -> Paper:
    """A notice of commendation or a 通报 without a number, by two offices, that names a day ahead in its text."""
    rng = world.rng
    names = [world.office().name, world.office("others").name]
    matter, lines = world.matter("special", "campus", "porn", "random")
    title, kind = rng.choice([
        (f"关于{matter}情况的通报", ["bulletin"]), (f"关于开展{matter}的通知", ["notice", "document", "plan"]), (f"关于做好{matter}工作的意见", ["document"]),
    ])  # fmt: skip
    ahead = world.day + timedelta(days=20)
    pieces: Pieces = [
        title_piece(rng, title, rng.choice([14, 18]), 22, gap=10),
        words_piece("各县（市、区）文化广电新闻出版局、公安局，各有关单位：", 15, gap=5),
        {"prose": [*world.prose(2), f"请于{written(ahead, 'ar')}前将工作情况报送市局。"]},
        *signed(world, names, rng.choice(["ar", "cn"])),
    ]
    return paper(pieces, Truth(title, None, names, world.day.isoformat(), kind, lines))


def _book(world: World) -> Paper:
    """Who was there, in a book with the matter, the place and the day as labels above the table."""
    rng = world.rng
    matter, _ = world.matter("training", "case_training")
    title = rng.choice(["会议（培训）签到簿", "参训人员签到表", f"{matter}签到表"])
    count = rng.randrange(10, 24)
    rows = [["序号", "单位", "姓名", "签名"]] + [
        [str(n + 1), f"{world.county()}文化执法大队", name, name]
        for n, name in enumerate(world.person() for _ in range(count))
    ]
    pieces: Pieces = [
        title_piece(rng, title, 22, 22),
        words_piece(f"培训名称：{matter}", 13, gap=4),
        {"across": [f"时间：{written(world.day, rng.choice(['ar', 'dash']))}", "地点：支队会议室"], "size": 13},
        {"rows": rows, "widths": [1, 4, 2, 3], "size": 12, "gap": 3},
    ]
    return paper(pieces, Truth(title, None, [], world.day.isoformat(), ["signin"], ["10", "11"], count))


KINDS: Mapping[str, tuple[int, Callable[[World], Paper]]] = {
    "site": (8, _site), "paper_page": (8, _paper_page), "app": (6, _app), "cover_summary": (8, _cover_summary), "record": (6, _record),
    "register": (8, _register), "grid": (6, _grid), "reply": (10, _reply_scanned), "praise": (4, _praise), "portal": (6, _portal),
    "decree": (8, _decree), "book": (6, _book),
}  # fmt: skip

"""The kinds of papers: what each says, laid out by a template of ``layouts/``, and what a reader knows of it.

A truth's ``kind`` are the evidence types that a reader would let pass, ``lines`` the items of culture-2017 that it
could be held against; a field that a paper does not have is None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from bench.papers._world import World, words, written


@dataclass(frozen=True)
class Truth:
    """What a reader knows of a paper."""

    title: str
    doc_no: str | None
    issuer: list[str]
    date: str | None  # ISO
    kind: list[str]
    lines: list[str] = field(default_factory=list)
    headcount: int | None = None
    edition: str | None = None  # which page of a newspaper: 3版
    figure: str | None = None  # how many there are, as the page says: 6条
    also: list[str] = field(default_factory=list)  # other words for the issuer that a reader would let pass


@dataclass(frozen=True)
class Paper:
    """A paper: its template with the data for it (for a mail or a photo none), and its truth."""

    layout: str
    data: Mapping[str, Any]
    truth: Truth


def _broken(rng: Random, title: str, most: int) -> list[str]:
    """Break a title into lines of at most ``most`` characters, as a typist would: evenly, or as it comes."""
    count = -(-len(title) // most)
    if count == 1:
        return [title]
    even = -(-len(title) // count)
    sizes = [even] * count if rng.random() < 0.6 else [most] * count
    lines, at = [], 0
    for size in sizes:
        lines.append(title[at : at + size])
        at += size
    return [line for line in lines if line]


def _look(rng: Random) -> dict[str, Any]:
    return {
        "fonts": rng.choice(["stock", "full", "full"]),
        "face": rng.choice(["serif", "serif", "sans"]),
        "size": rng.choice([14, 15, 16, 16]),
        "leading": rng.choice([10, 12, 14, 16]),
        "paging": rng.choice(["dash", "dash", "plain", "of", "none"]),
        "inset": rng.choice([1, 2, 4, 4, 6]),
        "gap": rng.choice([16, 30, 44]),
        "red": rng.choice(["#d8141c", "#e60012", "#c4161c", "#ff0000"]),
        "title_size": rng.choice([20, 22, 22, 24]),
        "title_face": rng.choice(["serif", "serif", "serif", "sans"]),
        "align": rng.choice(["right", "right", "flush"]),
    }


def _signed(world: World, names: list[str], *, how: str = "") -> dict[str, Any]:
    rng = world.rng
    how = how or rng.choices(["ar", "cn", "dot"], weights=[6, 3, 1])[0]
    return {"names": names, "date": written(world.day, how)}


def _official(
    world: World, title: str, kind: list[str], lines: list[str], *, office: str = "offices", head: str = "", **more: Any
) -> Paper:
    """A paper with a red head."""
    rng = world.rng
    first = world.office(office)
    names = [first.name]
    head = head or rng.choices(["one", "one", "two", "bare", "letter", "joint"], weights=[4, 4, 2, 2, 1, 2])[0]
    if head == "joint":
        names += list(dict.fromkeys(world.office("others").name for _ in range(rng.choice([1, 1, 2]))))
    number = world.number(first.code)
    is_letter = head == "letter"
    data = _look(rng) | {
        "head": head,
        "heads": names if head != "bare" else [first.name],
        "number": number,
        "number_at": rng.choice(["center", "center", "left"]),
        "drop": rng.choice([0, 6, 14, 22]),
        "below": rng.choice([4, 8, 14]),
        "above": rng.choice([6, 10, 14]),
        "rule": rng.choice([1, 2, 3]),
        "star": rng.random() < 0.25,
        "tracking": rng.choice([0, 0, 3, 6]),
        "title": _broken(rng, title, rng.choice([15, 17, 18])),
        "to": rng.choice([
            "各县（市、区）文化广电新闻出版局", "各县（市、区）文化市场综合执法大队，支队各科室", "各有关单位",
            f"{world.city}市文化市场综合执法支队", "机关各科室、直属各单位",
        ]),
        "paragraphs": world.prose(rng.choice([2, 3, 4, 7, 10]), headings=rng.random() < 0.4),
        "signed": _signed(world, names if not is_letter else names[:1]),
        "seal": first.name if rng.random() < 0.55 else "",
    }  # fmt: skip
    if rng.random() < 0.2:
        data["corner"] = [f"{rng.randrange(1, 200):06d}", *rng.choice([[], ["特急"], ["平急"]])]
    if rng.random() < 0.3:
        data["attached"] = rng.sample(
            [f"{world.city}市工作任务分解表", "联系人名单", "有关数据汇总表", "回执"], k=rng.choice([1, 2])
        )
    if rng.random() < 0.4:
        data["contact"] = (
            f"联系人：{world.person()}，联系电话：0{rng.randrange(500, 999)}-{rng.randrange(2000000, 8999999)}"
        )
    if not is_letter and rng.random() < 0.6:
        printed = world.day + timedelta(days=rng.choice([0, 1, 2, 3]))
        data["imprint"] = {
            "copies": rng.choice(
                ["", f"{world.province}文化厅，市委宣传部，市政府办公室。", "市委办公室，市人大办公室，市政协办公室。"]
            ),
            "office": first.name + "办公室",
            "printed": written(printed, "ar") + "印发",
        }
    data |= more
    return Paper("official", data, Truth(title, number, names, world.day.isoformat(), kind, lines))


def _event_notice(world: World) -> Paper:
    which = world.rng.choice(["training", "case_training"])
    matter, lines = world.matter(which)
    verb = world.rng.choice(["举办", "组织开展", "召开"] if which == "training" else ["举办", "开展"])
    return _official(world, f"关于{verb}{matter}的通知", ["notice"], lines)


def _plan(world: World) -> Paper:
    matter, lines = world.matter("porn", "special", "campus", "cybercafe", "amusement", "credit", "approval", "random")
    year = world.rng.choice(["2017年", "", ""])
    inner = world.rng.choice([f"{world.city}市{year}{matter}工作方案", f"{year}{matter}实施方案"])
    title = f"关于印发《{inner}》的通知"
    more: dict[str, Any] = {}
    if world.rng.random() < 0.35:
        rows = [["序号", "工作任务", "责任单位", "完成时限"]]
        rows += [[str(n), world.sentence()[:16], world.county(), f"{n + 2}月底前"] for n in range(1, 7)]
        more["table"] = {"title": "工作任务分解表", "widths": [1, 4, 2, 2], "rows": rows}
    office = world.office().name if world.rng.random() < 0.5 else ""
    return _official(world, office + title, ["plan", "notice", "document"], lines, **more)


def _committee(world: World) -> Paper:
    matter, lines = world.matter("committee", "reform")
    title = f"关于{matter}的通知" if "小组" in matter else f"关于印发{world.city}市{matter}实施方案的通知"
    return _official(world, title, ["document", "notice", "plan"], lines, office="higher")


def _reply(world: World) -> Paper:
    rng = world.rng
    county = world.county()
    titles = {
        f"关于同意{world.city}市文化市场综合执法支队增设内设机构的批复": ["4"],
        "关于调整市文化市场综合执法支队人员编制的批复": ["B4", "4"],
        f"关于{county}文化市场综合执法大队增加编制的批复": ["B5", "6"],
        f"关于组建{world.city}市文化市场综合行政执法支队有关问题的批复": ["3", "4"],
        "关于市文化市场综合执法支队参照公务员法管理有关事项的函": ["B7"],
    }
    title, lines = rng.choice(list(titles.items()))
    office = rng.choice(["establishment", "establishment_full"])
    head = "letter" if title.endswith("函") else ""
    return _official(world, title, ["establishment_doc", "document"], lines, office=office, head=head)


def _budget(world: World) -> Paper:
    title = f"关于批复{world.city}市文化市场综合执法支队2017年部门预算的通知"
    return _official(world, title, ["budget", "document", "notice"], ["5"], office="finance")


def _upward(world: World) -> Paper:
    matter, lines = world.matter("porn", "special", "campus", "credit", "training", "cybercafe")
    title = f"关于{world.rng.choice(['2017年', '全市', ''])}{matter}{world.rng.choice(['工作情况', '开展情况', '工作总结'])}的报告"
    lines = ["7"] if "培训" in matter else lines
    return _official(
        world, title, ["summary", "document"], lines, head=world.rng.choice(["one", "two"]), signer=world.person(),
        to=world.province + "文化厅",
    )  # fmt: skip


def _commendation(world: World) -> Paper:
    rng = world.rng
    what = rng.choice(
        [
            "2016年度全省文化市场综合执法先进集体和先进个人",
            "全省“扫黄打非”工作先进集体",
            "全省文化市场行政处罚优秀案卷",
            "全国文化市场重大案件有功集体",
        ]
    )
    title = rng.choice([f"关于表彰{what}的决定", f"关于表扬{what}的通报"])
    rows = [["序号", "名称", "备注"]] + [
        [str(n), f"{rng.choice(words()['cities'])}市文化市场综合执法支队", ""] for n in range(1, rng.randrange(6, 16))
    ]
    return _official(
        world,
        title,
        ["certificate", "document", "bulletin"],
        ["B2"],
        office="higher",
        table={"title": "名单", "widths": [1, 5, 2], "rows": rows},
    )


def _bulletin(world: World) -> Paper:
    matter, lines = {
        "网吧": ("互联网上网服务营业场所暗访抽查情况", ["14"]),
        "网络": ("网络文化经营单位巡查情况", ["15"]),
        "娱乐": ("娱乐、演出市场抽查情况", ["16"]),
        "监管": ("文化市场技术监管平台在线率情况", ["35"]),
    }[world.rng.choice(["网吧", "网络", "娱乐", "监管"])]
    return _official(world, f"关于全市{matter}的通报", ["bulletin", "document"], lines)


def _briefing(world: World) -> Paper:
    rng = world.rng
    matter, lines = world.matter("porn", "special", "campus", "committee", "cybercafe", "amusement")
    office = world.office().name
    titles = [
        f"{world.city}市扎实推进{matter}",
        f"{world.city}市{matter}取得明显成效",
        f"{world.county()}多措并举抓好{matter}",
        f"我市召开会议部署{matter}工作",
    ]
    title = rng.choice(titles)
    issue = rng.choice(["第{n}期", "2017年第{n}期", "〔2017〕第{n}期", "第{n}期（总第{m}期）"]).format(
        n=rng.randrange(1, 60), m=rng.randrange(90, 300)
    )
    data = _look(rng) | {
        "head": rng.choice(["工作简报", "文化市场简报", "简　报", "文化执法信息", "“扫黄打非”工作简报", "综合执法动态"]),
        "head_size": rng.choice([36, 44, 52]),
        "issue": issue, "office": office + rng.choice(["", "编", "办公室编"]), "date": written(world.day, rng.choice(["ar", "ar", "cn"])),
        "order": rng.choice(["office-first", "date-first"]),
        "note": rng.choice(["", "", "【按】现将有关做法刊发，供各地参考。"]),
        "title": _broken(rng, title, 18), "paragraphs": world.prose(rng.choice([3, 5, 8])),
    }  # fmt: skip
    if rng.random() < 0.5:
        data["imprint"] = {
            "copies": "市委宣传部，市政府办公室。",
            "office": office,
            "printed": written(world.day, "ar") + "印发",
        }
    # who edits is an office of the office: 市文化局办公室编
    date, also = world.day.isoformat(), [f"{office}办公室"]
    return Paper("briefing", data, Truth(title, None, [office], date, ["briefing"], lines, also=also))


def _minutes(world: World) -> Paper:
    rng = world.rng
    office = world.office()
    ordinal = rng.choice("一二三四")
    what, lines = rng.choice([
        (f"{world.city}市文化市场管理工作领导小组第{ordinal}次会议", ["1"]),
        ("文化市场综治暨平安建设工作会议", ["13"]),
        ("研究文化市场综合执法改革有关问题的会议", ["1", "2"]),
        ("社会治安综合治理工作专题会议", ["13"]),
    ])  # fmt: skip
    title = rng.choice([f"{what}纪要", f"{what}会议纪要".replace("会议会议", "会议")])
    headed = rng.random() < 0.6
    count = rng.randrange(8, 60)
    facts = [
        ("时　间", written(world.day, "ar") + rng.choice(["上午9:00", "下午", "下午3时"])),
        ("地　点", rng.choice(["局三楼会议室", "市政府第二会议室", "支队会议室"])),
        ("主持人", world.person()),
        ("参加人员", "、".join(world.person() for _ in range(rng.randrange(4, 12))) + rng.choice(["", f"等{count}人"])),
    ]
    number = rng.choice([None, f"〔2017〕{rng.randrange(1, 30)}号", f"第{rng.randrange(1, 30)}期"]) if headed else None
    # the minutes are of the meeting's day or some days later; the head says the later
    later = world.day + timedelta(days=rng.choice([0, 2, 5]))
    inline = rng.random() < 0.5
    opening = f"{written(world.day, 'ar')}，{world.person()}主持召开{what}。" if inline else ""
    data = _look(rng) | {
        "head": rng.choice(["会议纪要", "专题会议纪要", f"{office.name}会议纪要"]) if headed else "",
        "head_size": rng.choice([28, 34]), "issue": number or f"第{rng.randrange(1, 30)}号", "office": office.name, "date": written(later, "ar"),
        "title": _broken(rng, title, 18), "facts": [] if inline else facts,
        "paragraphs": [*([opening] if opening else []), *world.prose(rng.choice([3, 5, 7]), headings=rng.random() < 0.5)],
    }  # fmt: skip
    if not headed:
        data["signed"] = _signed(world, [office.name]) if rng.random() < 0.5 else None
    date = later.isoformat() if headed else world.day.isoformat()
    doc_no = number if headed and number and number.startswith("〔") else None
    issuer = [office.name] if headed or data["signed"] else []  # one that is neither headed nor signed names none
    return Paper("minutes", data, Truth(title, doc_no, issuer, date, ["minutes"], lines))


def _meeting_notice(world: World) -> Paper:
    rng = world.rng
    which = rng.choice(["training", "case_training", "order"])
    matter, lines = world.matter(which)
    title = rng.choice(
        [
            f"关于召开{matter}会议的通知" if which == "order" else f"关于举办{matter}的通知",
            "会议通知" if which == "order" else "培训通知",
        ]
    )
    office = world.office().name
    when = world.day + timedelta(days=rng.randrange(3, 15))
    data = _look(rng) | {
        "title": _broken(rng, title, 18), "to": "各有关单位",
        "paragraphs": [f"经研究，定于{written(when, 'ar')}{'召开' if which == 'order' else '举办'}{matter}，现将有关事项通知如下：", "#一、时间地点", f"时间：{written(when, 'ar')}（星期{'一二三四五六日'[when.weekday()]}）上午9:00；地点：支队四楼会议室。", "#二、参加人员", *world.prose(2)],
        "signed": _signed(world, [office]), "seal": office if rng.random() < 0.4 else "",
        "top": rng.choice([20, 30, 40]), "side": rng.choice([22, 28, 32]),
    }  # fmt: skip
    return Paper(
        "plain",
        data,
        Truth(title, None, [office], world.day.isoformat(), ["notice"], [] if which == "order" else lines),
    )


def _summary(world: World) -> Paper:
    rng = world.rng
    matter, lines = world.matter("porn", "special", "campus", "credit", "random", "training", "amusement")
    lines = ["7"] if "培训" in matter else lines
    form = rng.choice(["summary", "plan"])
    title = f"{rng.choice(['', world.city + '市'])}2017年{matter}{'工作总结' if form == 'summary' else '工作计划'}"
    office = world.office().name
    by = rng.random()
    data = _look(rng) | {
        "title": _broken(rng, title, 18), "paragraphs": world.prose(rng.choice([4, 8, 12]), headings=True),
        "byline": f"（{written(world.day, 'ar')}）" if by < 0.25 else office if by < 0.5 else "",
        "signed": None if by < 0.25 else _signed(world, [office]), "seal": office if rng.random() < 0.3 and by >= 0.25 else "",
        "running": rng.choice(["", f"{world.city}市文化市场综合执法"]),
    }  # fmt: skip
    issuer = [office] if by >= 0.25 else []
    return Paper("plain", data, Truth(title, None, issuer, world.day.isoformat(), [form], lines))


def _signin(world: World) -> Paper:
    rng = world.rng
    which = rng.choice(["case_training", "case_training", "training", "order"])
    matter, _ = world.matter(which)
    title = f"{matter}{rng.choice(['签到表', '签到册', '参会人员签到表' if which == 'order' else '学员签到表'])}"
    heads = list(rng.choice(words()["signin_heads"]))
    rows_count = rng.randrange(8, 46)
    absent = set(rng.sample(range(rows_count), k=rng.choice([0, 0, 1, 3]))) if rng.random() < 0.6 else set()
    blank = rng.choice([0, 0, 3, 6])
    rows, signed = [], 0
    sign_at = max(i for i, head in enumerate(heads) if "签" in head)
    for n in range(rows_count + blank):
        is_blank = n >= rows_count
        name = world.person()
        row: list[dict[str, Any]] = []
        for i, head in enumerate(heads):
            if head in ("序号", "编号"):
                row.append({"text": str(n + 1)})
            elif is_blank:
                row.append({"text": ""})
            elif "签" in head:
                there = n not in absent
                signed += there and i == sign_at
                row.append({"text": name if there else "", "hand": there})
            elif head == "姓名":
                row.append({"text": name})
            elif head in ("单位", "工作单位"):
                row.append({"text": f"{world.county()}执法大队"})
            elif head == "县（市、区）":
                row.append({"text": world.county()})
            elif head == "职务":
                row.append({"text": rng.choice(["科员", "中队长", "副大队长", "大队长"])})
            elif head == "联系电话":
                row.append(
                    {
                        "text": f"1{rng.choice('3578')}{rng.randrange(10**8, 10**9)}"[:3]
                        + "****"
                        + f"{rng.randrange(1000, 9999)}"
                    }
                )
            else:
                row.append({"text": ""})
        rows.append(row)
    facts = rng.choice(
        [
            [f"时间：{written(world.day, 'ar')}　　地点：支队会议室"],
            [f"时间：{written(world.day, 'dot')}"],
            [written(world.day, "ar")],
        ]
    )
    two = len(heads) <= 4 and rng.random() < 0.5
    data = _look(rng) | {
        "title": _broken(rng, title, 22), "facts": facts, "heads": heads, "rows": rows, "columns": 2 if two else 1,
        "widths": [{"序号": 1, "编号": 1, "姓名": 2, "单位": 3, "工作单位": 3}.get(head, 2) for head in heads],
        "high": rng.choice([20, 24, 28]), "flipped": rng.random() < 0.25 and not two,
        "total": f"应到{rows_count}人，实到{signed}人" if rng.random() < 0.3 else "",
    }  # fmt: skip
    return Paper(
        "signin",
        data,
        Truth(title, None, [], world.day.isoformat(), ["signin"], ["11"] if which == "case_training" else [], signed),
    )


def _headline(world: World) -> tuple[str, list[str]]:
    rng = world.rng
    matter, _ = world.matter("special", "campus", "porn", "cybercafe")
    return rng.choice([
        (f"{world.city}：{matter}守护清朗空间", ["B1"]),
        (f"{world.city}市开展{matter}成效显著", ["B1"]),
        (f"{world.county()}文化执法“亮剑”校园周边", ["B1"]),
        (f"{rng.randrange(20, 90)}家网吧完成转型升级 {world.city}上网服务业焕新颜", ["B1"]),
    ])  # fmt: skip


def _newspaper(world: World) -> Paper:
    rng = world.rng
    outlet = rng.choice([name for name in words()["outlets"] if name[-1] in "报刊"])
    title, lines = _headline(world)
    main = {
        "title": _broken(rng, title, rng.choice([12, 16])), "paragraphs": [f"本报讯（记者 {world.person()} 通讯员 {world.person()}）" + world.sentence(), *world.prose(rng.choice([4, 6]))],
        "columns": rng.choice([2, 3, 4]), "size": 30, "face": rng.choice(["sans", "serif"]),
        "kicker": rng.choice(["", f"护航文化市场 {world.city}在行动"]), "sub": rng.choice(["", "全年检查经营场所逾千家次"]),
    }  # fmt: skip
    others = [
        {
            "title": [f"{world.county()}{what}"],
            "paragraphs": world.prose(3),
            "columns": 3,
            "size": rng.choice([16, 20]),
            "face": "serif",
        }
        for what in rng.sample(
            ["春耕生产有序推进", "新建三条公交线路", "举行广场舞比赛", "气温回升市民踏青", "图书馆延长开放时间"], k=2
        )
    ]
    stories = [main, *others] if rng.random() < 0.7 else [others[0], main, others[1]]
    week = "星期" + "一二三四五六日"[world.day.weekday()]
    page, edition = rng.choice([("A02", "A02版"), ("3版", "3版"), ("第4版 综合", "4版"), ("B1 法治", "B1版")])
    data = {
        "fonts": "full", "outlet": outlet, "page": page, "colour": rng.random() < 0.7, "stories": stories,
        "head_size": rng.choice([36, 44, 56]), "red": "#c4161c",
        "dateline": f"{written(world.day, 'ar')} {week}  责任编辑：{world.person()}  版式：{world.person()}  国内统一刊号 CN{rng.randrange(10, 66)}-00{rng.randrange(10, 99)}",
    }  # fmt: skip
    truth = Truth(title, None, [outlet], world.day.isoformat(), ["news"], lines, edition=edition)
    return Paper("newspaper", data, truth)


def _web(world: World) -> Paper:
    rng = world.rng
    is_press = rng.random() < 0.7
    title, lines = _headline(world) if is_press else (f"{world.city}市文化市场行政许可事项公开目录（2017年版）", ["25"])
    site = rng.choice(["清沅新闻网", "岚洲发布", "碧崖在线", "海岳新闻网"]) if is_press else world.office().name
    clock = f"{rng.randrange(8, 20):02d}:{rng.randrange(60):02d}"
    printed = world.day + timedelta(days=rng.randrange(3, 100))
    source = rng.choice([
        [f"{world.day.isoformat()} {clock}", f"来源：{site}", f"作者：{world.person()}"],
        [f"发布时间：{written(world.day, 'ar')} {clock}", f"信息来源：{site}", f"浏览次数：{rng.randrange(10, 4000)}"],
        [f"来源：{site}", f"{written(world.day, 'ar')}", "字体：大 中 小"],
    ])  # fmt: skip
    data = {
        "fonts": "full", "printed": f"{printed.year}/{printed.month}/{printed.day}", "tab": title[:20], "address": f"http://www.example.cn/n/{rng.randrange(10**6)}.html",
        "site": site, "menu": ["首页", "要闻", "本地", "法治", "文化", "专题"], "crumb": rng.choice(["本地新闻", "工作动态", "政务公开"]), "bar": rng.choice(["#1b4f9c", "#b3141b", "#2a6e4f"]),
        "title": _broken(rng, title, 20), "title_size": rng.choice([18, 20, 24]), "source": source, "paragraphs": world.prose(rng.choice([3, 5, 8])),
        "picture": rng.random() < 0.5, "caption": "图为执法人员在检查。", "editor": f"（责任编辑：{world.person()}）",
        "related": [f"{world.county()}{world.matter('special')[0]}动员会召开", f"{world.city}市图书馆开展阅读活动"],
    }  # fmt: skip
    return Paper(
        "web", data, Truth(title, None, [site], world.day.isoformat(), ["news"] if is_press else ["publicity"], lines)
    )


def _platform(world: World) -> Paper:
    rng = world.rng
    what, lines, heads = rng.choice([
        ("执法信息报送情况统计", ["36"], ["月份", "应报", "已报", "按时", "采用"]),
        ("综合执法数据月报", ["37"], ["月份", "检查次数", "办结案件", "罚款（元）", "状态"]),
        ("平台应用（上线）情况", ["38"], ["地区", "是否上线", "用户数", "最近登录", "备注"]),
        ("行政处罚案件办理统计", ["26", "39"], ["地区", "立案", "办结", "平台办理", "占比"]),
        ("审批业务办理情况统计", ["40b"], ["事项", "受理", "办结", "平台办理", "占比"]),
        ("培训达标情况", ["8"], ["地区", "应训", "达标", "学时", "比例"]),
        ("考试成绩统计", ["9"], ["地区", "应考", "参考", "达标", "比例"]),
        ("日常检查情况统计", ["28"], ["地区", "经营单位", "检查次数", "家均", "备注"]),
    ])  # fmt: skip
    rows = [heads]
    for n in range(rng.randrange(5, 12)):
        first = (
            f"{n + 1}月"
            if heads[0] == "月份"
            else world.county()
            if heads[0] == "地区"
            else rng.choice(["网吧设立", "娱乐场所变更", "演出备案"])
        )
        rows.append(
            [
                first,
                *(str(rng.randrange(1, 900)) for _ in heads[1:-1]),
                rng.choice(["已上报", "正常", f"{rng.randrange(60, 100)}%"]),
            ]
        )
    clock = f"{rng.randrange(8, 18):02d}:{rng.randrange(60):02d}"
    site = rng.choice(words()["platform_names"])
    shown = rng.random() < 0.75
    data = {
        "fonts": "full", "site": site, "account": rng.choice(["欢迎您，{a}", "当前用户：{a}", "{a} | 退出"]).format(a=f"{rng.choice(['qc', 'my', 'lz'])}zd{rng.randrange(1, 30):02d}"),
        "menu": ["首页", what, "案件管理", "检查管理", "统计报表", "系统设置"], "crumb": what, "accent": rng.choice(["#1f6fb5", "#b52a1f", "#217a55"]),
        "title": [what] if shown else [], "query": [f"统计时间：2017-01-01 至 {world.day.isoformat()}", f"地区：{world.city}市"],
        "widths": [2] + [1] * (len(heads) - 1), "rows": rows, "total": f"共{len(rows) - 1}条", "captured": f"{world.day.isoformat()} {clock}",
    }  # fmt: skip
    truth = Truth(what, None, [], world.day.isoformat(), ["screenshot"], lines, figure=f"{len(rows) - 1}条")
    return Paper("platform", data, truth)


def _statistics(world: World) -> Paper:
    rng = world.rng
    what, lines, heads = rng.choice([
        ("文化市场行政处罚案件台账", ["26"], ["序号", "立案日期", "当事人", "案由", "处罚结果", "结案日期"]),
        ("文化市场经营单位日常检查情况汇总表", ["28"], ["序号", "地区", "单位数", "检查次数", "平均次数", "备注"]),
        ("12318举报受理办理台账", ["33"], ["序号", "受理时间", "举报内容", "办理单位", "办理结果", "办结时间"]),
        ("随机抽查对象及结果登记台账", ["27"], ["序号", "抽查日期", "抽查对象", "检查人员", "抽查结果", "公示日期"]),
    ])  # fmt: skip
    title = rng.choice(["", f"{world.city}市"]) + rng.choice(["", "2017年"]) + what
    rows = [heads]
    for n in range(1, rng.randrange(8, 26)):
        day = f"2017.{rng.randrange(1, 12)}.{rng.randrange(1, 28)}"
        cells = {"立案日期": day, "当事人": rng.choice(words()["venues"]), "案由": rng.choice(words()["violations"])[:14], "处罚结果": rng.choice(["罚款", "警告"]), "结案日期": day,
                 "地区": world.county(), "受理时间": day, "举报内容": "接纳未成年人", "办理单位": "直属大队", "办理结果": "已办结", "办结时间": day,
                 "抽查日期": day, "抽查对象": rng.choice(words()["venues"]), "检查人员": world.person(), "抽查结果": "未发现问题", "公示日期": day, "备注": ""}  # fmt: skip
        rows.append([str(n), *(cells.get(head, str(rng.randrange(2, 300))) for head in heads[1:])])
    office = world.office().name
    how = rng.choice(["ar", "dot", "dash"])
    data = _look(rng) | {
        "title": _broken(rng, title, 24), "above": [f"填报单位：{office}", f"填表日期：{written(world.day, how)}", rng.choice(["单位：家、次", ""])],
        "widths": [1, 2, 3, 3, 2, 2], "rows": rows, "below": [f"单位负责人：{world.person()}", f"填表人：{world.person()}", ""], "flipped": rng.random() < 0.6, "seal": office if rng.random() < 0.3 else "",
    }  # fmt: skip
    return Paper("statistics", data, Truth(title, None, [office], world.day.isoformat(), ["ledger"], lines))


def _case(world: World) -> Paper:
    rng = world.rng
    office = world.office().name
    party, what = rng.choice(words()["venues"]), rng.choice(words()["violations"])
    number = (
        f"（{world.city[0]}）文罚字〔2017〕第{rng.randrange(1, 90)}号"
        if rng.random() < 0.5
        else f"{world.city[0]}文罚决字〔2017〕{rng.randrange(1, 90)}号"
    )
    title = "行政处罚决定书"
    data = _look(rng) | {
        "what": "decision", "office": office, "title": [title], "number": number, "number_at": rng.choice(["right", "center"]),
        "party": [f"当事人：{party}", f"法定代表人（负责人）：{world.person()}", f"地址：{world.city}市{world.county()}人民路{rng.randrange(1, 300)}号"],
        "paragraphs": [f"经查，当事人于2017年{rng.randrange(1, 6)}月{rng.randrange(1, 28)}日{what[:-1]}，上述事实有现场检查笔录、询问笔录等证据为证。", f"依据有关规定，决定给予罚款人民币{rng.randrange(1, 20)}000元的行政处罚。", "当事人应当自收到本决定书之日起十五日内缴纳罚款。逾期不缴纳的，每日按罚款数额的百分之三加处罚款。", *world.prose(1)],
        "signed": _signed(world, [office]), "seal": office,
    }  # fmt: skip
    return Paper("casefile", data, Truth(title, number, [office], world.day.isoformat(), ["case_file"], ["26"]))


def _case_cover(world: World) -> Paper:
    rng = world.rng
    office = world.office().name
    what = f"{rng.choice(words()['venues'])}{rng.choice(words()['violations'])}"
    title = rng.choice(["行政处罚案卷", "行政处罚案件卷宗", "执法案卷"])
    number = f"{world.city[0]}文罚案〔2017〕{rng.randrange(1, 90)}号"
    closed = world.day
    filed = closed - timedelta(days=rng.randrange(20, 80))
    rows = [
        ["案件名称", what],
        ["案　　号", number],
        ["立案日期", written(filed, "ar")],
        ["结案日期", written(closed, "ar")],
        ["承办人", f"{world.person()}　{world.person()}"],
        ["归档日期", written(closed + timedelta(days=9), "ar")],
        ["保管期限", "长期"],
    ]
    data = _look(rng) | {"what": "cover", "office": office, "title": [title], "rows": rows[: rng.choice([5, 6, 7])]}
    return Paper("casefile", data, Truth(what, number, [office], None, ["case_file"], ["26"]))


def _guide(world: World) -> Paper:
    rng = world.rng
    which = rng.choice(["training", "case_training"])
    matter, lines = world.matter(which)
    word = rng.choice(["会议指南", "培训手册", "学员手册", "活动手册"])
    office = world.office().name
    rows = [["日期", "时间", "内容", "主讲人"]] + [
        [
            f"{world.day.month}月{world.day.day + n % 2}日",
            f"{8 + n}:30",
            rng.choice(["行政处罚法解读", "案例研讨", "网络执法实务", "开班仪式"]),
            world.person(),
        ]
        for n in range(1, 7)
    ]
    data = _look(rng) | {
        "title": _broken(rng, matter, 12),
        "word": word,
        "issuer": office,
        "date": f"{world.day.year}年{world.day.month}月",
        "inner": "日程安排",
        "rows": rows,
        "paragraphs": world.prose(2),
        "ink": rng.choice(["#103a7a", "#7a1010", "#000000"]),
    }
    return Paper("guide", data, Truth(f"{matter}{word}", None, [office], None, ["guide"], lines))


def _checkform(world: World) -> Paper:
    rng = world.rng
    what, lines = rng.choice(
        [
            ("互联网上网服务营业场所现场检查记录", ["14"]),
            ("娱乐场所现场检查记录表", ["16"]),
            ("出版物市场检查记录", ["19"]),
            ("文物经营单位抽查记录表", ["17"]),
        ]
    )
    day = written(world.day, "ar")
    rows = [
        ["被检查单位", rng.choice(words()["venues"]), "地址", f"{world.county()}中山路{rng.randrange(1, 200)}号"],
        ["检查时间", day, "负责人", world.person()],
        ["证照情况", "齐全", "检查方式", rng.choice(["日常检查", "随机抽查", "暗访"])],
    ]
    data = _look(rng) | {
        "title": [what],
        "number": rng.choice(["", f"编号：{rng.randrange(1, 999):04d}"]),
        "rows": rows,
        "label": "检查情况",
        "findings": world.sentence() + rng.choice(["未发现违法违规行为。", "已当场责令改正。"]),
        "who": [world.person() for _ in range(3)],
        "date": day,
    }
    return Paper("checkform", data, Truth(what, None, [], world.day.isoformat(), ["check_record"], lines))


def _certificate(world: World) -> Paper:
    rng = world.rng
    office = world.office("higher").name
    honour = rng.choice(["先进集体", "优秀组织奖", "优秀案卷奖"])
    data = _look(rng) | {
        "head": rng.choice(["荣誉证书", "奖　状", "证　书"]),
        "to": f"{world.city}市文化市场综合执法支队：",
        "words": "在2017年度全省文化市场综合执法工作中成绩突出，特授予：",
        "honour": honour,
        "signed": _signed(world, [office]),
        "seal": office,
    }
    return Paper(
        "certificate",
        data,
        Truth(data["head"].replace("　", ""), None, [office], world.day.isoformat(), ["certificate", "medal"], ["B2"]),
    )


#: The kinds by name, with how often each comes among a hundred.
KINDS: Mapping[str, tuple[int, Callable[[World], Paper]]] = {
    "event_notice": (7, _event_notice),
    "plan": (9, _plan),
    "committee": (4, _committee),
    "reply": (6, _reply),
    "budget": (2, _budget),
    "upward_report": (6, _upward),
    "commendation": (5, _commendation),
    "bulletin": (5, _bulletin),
    "briefing": (6, _briefing),
    "minutes": (7, _minutes),
    "meeting_notice": (5, _meeting_notice),
    "summary": (6, _summary),
    "signin": (6, _signin),
    "newspaper": (4, _newspaper),
    "web": (5, _web),
    "platform": (5, _platform),
    "statistics": (4, _statistics),
    "decision": (3, _case),
    "case_cover": (2, _case_cover),
    "guide": (3, _guide),
    "check_form": (3, _checkform),
    "certificate": (2, _certificate),
}

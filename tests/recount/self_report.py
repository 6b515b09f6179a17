"""自评报告, and what the letter and the sign-off page tell of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

from second_scorer.cases import heads, in_scope
from second_scorer.facts import Row
from second_scorer.platform import _approvals, _first_day
from second_scorer.spans import Span, count, every, hull, span

from . import scores
from .claims import Claim, known, quotes, says
from .counting import closed_cases, days, first_words, happened, number, people_word, share, total_of
from .samples import Told

MARKET = ("上网服务场所", "网络文化单位", "娱乐演出艺术品", "文物经营", "广电影视卫星", "出版印刷")
TASKS = ("leading_group", "staff_cleared", "premises", "departments", "trained", "name_unified", "budget")
#: What a reform item is known by in a sentence.
ITEMS = {
    "成立领导小组": "成立文化市场管理工作领导小组", "印发实施方案": "实施方案", "同城一支队伍": "同城一支",
    "人员整合": "人员整合", "新入职新上岗培训": "新上岗", "混岗借用清理": "混岗", "统一机构名称": "统一执法机构名称",
    "技术监管与服务指挥机构": "技术监管与服务指挥机构", "网络文化执法机构": "网络文化执法机构",
    "机构相对独立": "相对独立", "办公用房": "落实办公用房", "经费列入预算": "财政预算",
}  # fmt: skip


def claims(told: Told, unsupported: dict[str, str]) -> list[Claim]:
    """Return all that a unit's 自评报告 may say; ``unsupported``: line → points that no evidence stands behind."""
    own = [
        *opening(told), *results(told), *_reform(told), *_team(told), *_order(told), *_market(told), *_cases(told),
        *_supervision(told), *_platform(told), *_bonus(told), *_shortfalls(told, unsupported), *_own_words(told),
    ]  # fmt: skip
    return [*own, *closing(told)]


def opening(told: Told) -> Iterator[Claim]:
    """The title, the notice and the rubric."""
    yield from says("关于(?:报送)?{year}年度", year=told.year)
    yield from quotes([scores.TITLE])
    if "title" in told.notice:
        yield from quotes([told.notice["title"], told.notice["doc_no"]])


def closing(told: Told) -> Iterator[Claim]:
    yield from says("^{day}$", day=told.facts.get("submit_date"))
    if "phone" in told.facts:
        yield from quotes([f"联系电话：{told.facts['phone']}"])


def results(told: Told) -> Iterator[Claim]:
    """一、自评情况."""
    points, whole = scores.points(told), scores.whole(told)
    yield from says("{year}年度，基础分", year=told.year)
    yield from says("基础分可得{full}分，自评{base}分", full=sum(scores.FULL.values()), base=scores.base(told).low)
    if added := scores.bonus(told).low:
        yield from says("加分项目加{added}分", added=added)
    lost = -points["B8"].low
    if lost and points["B8"].single:
        yield from says("；扣分项目扣{lost}分", lost=lost)
        yield from says(f"“{quoted('B8')}”扣{{lost}}分。", lost=lost)
    elif lost:
        yield from says("；扣分项目待定，先按扣{lost}分计", lost=lost)
        yield from says(f"“{quoted('B8')}”扣{{lost}}分（(?:尚缺填报数据，填报以前|得分待定，)先这样计）", lost=lost)
    yield from says("自评总分{total}分", total=whole.low)
    if not whole.single:
        yield from says("全部落实后可得上限为{most}分", most=whole.high)
    for section, lines in scores.SECTIONS.items():
        name, full = scores.headings()[section]
        own = sum(points[line].low for line in lines)
        yield from says(f"{name}{{own}}分（可得{{full}}分）", own=own, full=full)
    gained = {line: points[line].low for line in scores.BONUS if points[line].low > 0}
    if gained:
        yield from says("加分的项目有{number}个", number=len(gained))
    for line, its in gained.items():
        yield from says(f"“{quoted(line)}”加{{its}}分", its=its)
    yield from quotes([f"“{scores.titles()[line]}”" for line in (*scores.FULL, *scores.BONUS)], needed=False)


def quoted(line: str) -> str:
    """A line's title within quotation marks, as a pattern: a number in it (增加5名) is its own."""
    return re.escape(scores.titles()[line])


def _reform(told: Told) -> Iterator[Claim]:
    yield from if_any("专题会议{n}次", n=number(told, "meeting", lambda row: row["topic"] == "综合执法改革"))
    done = [
        row for row in told.rows("reform_item")
        if row["state"] == "已完成" and row["item"] in ITEMS
        and ("date" not in row or told.unit.had_come(row["date"]) is not False)
    ]  # fmt: skip
    for row in done:
        if "date" in row:
            sure = told.unit.had_come(row["date"]) is True
            yield from says(f"{{day}}[^；。]*{ITEMS[row['item']]}", under="深化改革", needed=sure, day=row["date"])
    yield from quotes({row["doc_no"] for row in done if "doc_no" in row}, "深化改革")
    counties = told.unit.table("county")
    if counties:
        finished = count(every(row.get(task) for task in TASKS) for row in counties)
        yield from says("推进县级改革，所辖{n}个县（市、区）", n=len(counties))
        if known(finished) not in (0, len(counties)):
            yield from says("中，{n}个全面完成县级", n=finished)


def if_any(words: str, under: str = "", **values: Span | Fraction | str | None) -> Iterator[Claim]:
    """A sentence that stands there where its first number is known and not none."""
    first = known(next(iter(values.values())))
    if first:
        yield from says(words, under, **values)


def _team(told: Told) -> Iterator[Claim]:
    for kind, words in (("training_plan", "报送{year}年培训计划"), ("training_summary", "上报年度培训总结")):
        sent = [row["submitted"] for row in told.rows(kind) if "submitted" in row]
        surely = [day for day in sent if told.unit.had_come(day)]
        perhaps = [day for day in sent if told.unit.had_come(day) is not False]
        for days_of in (surely, perhaps) if surely != perhaps else (surely,):
            listed = "、".join(f"{d.year}年" * (d.year != told.year) + f"{d.month}月{d.day}日" for d in days_of)
            text = f"{listed}{words.format(year=told.year)}"
            yield from quotes([text] if days_of else [], needed=surely == perhaps)

    def held(row: Row) -> bool:
        return row["mode"] == "线下" and row["scope"] == "全市" and row["host"] == "市级"

    yield from if_any("组织全市范围线下培训{n}场", n=number(told, "training", held))
    of = people_word(number(told, "training", held))
    yield from if_any(
        f"线下培训[^，。]*，参训{{n}}{of}(?!次)", "队伍建设", n=total_of(told, "training", "people", held)
    )
    taught = number(told, "training", lambda row: row["case_based"] and row["host"] != "省级")
    yield from if_any("开展以案施训{n}次", n=taught)
    yield from staff(told)
    city = number(told, "exam", lambda row: row["host"] == "市级" and row["on_system"])
    yield from if_any("组织市级考试{n}场", n=city)
    yield from exams(told)


def staff(told: Told) -> Iterator[Claim]:
    """Who is on duty and has what the outline asks."""
    people = told.unit.table("staff")
    if people is None:
        return
    on_duty = [row for row in people if row["on_duty"]]
    qualified = count(row.get("qualified") for row in on_duty)
    yield from if_any("在岗执法人员{n}人，培训达标{q}人", n=span(len(on_duty)), q=qualified)
    yield from if_any(
        "在岗执法人员[^。]*达标比例{share}", n=span(len(on_duty)), share=share(qualified, span(len(on_duty)))
    )


def counts_as_exam(row: Row) -> bool:
    """市级组织应用培训考试系统: the system is asked of the city's exams alone."""
    return bool(row["host"] == "省级" or row["on_system"])


def exams(told: Told, *, with_people: bool = True) -> Iterator[Claim]:
    """The online exams, of whomever the notice counts: where that is open, one number that all readings give."""
    of = {"只看省厅考试": ("省级",), "省市一起看": ("省级", "市级")}
    asked = [of[reading["exam-scope"]] for reading in told.unit.readings("exam-scope")]
    ways = [
        tuple(
            total_of(told, "exam", field, lambda row, hosts=hosts: row["host"] in hosts and counts_as_exam(row))
            for field in ("expected", "passed")
        )
        for hosts in asked
    ]  # fmt: skip
    if not ways or any(its is None or not its.single for way in ways for its in way):
        return
    if with_people and len({(way[0], way[1]) for way in ways}) == 1:
        sat = [
            number(told, "exam", lambda row, hosts=hosts: row["host"] in hosts and counts_as_exam(row))
            for hosts in asked
        ]
        by = people_word(sat[0] if all(its == sat[0] for its in sat) else None)
        yield from if_any(f"应考{{n}}{by}，达标{{p}}{by}，", n=ways[0][0], p=ways[0][1])
    shares = {share(way[1], way[0]) for way in ways}
    if len(shares) == 1 and (its := shares.pop()):
        yield from says("线上考试[^。]*达标比例{share}", share=its)


def _order(told: Told) -> Iterator[Claim]:
    held = number(told, "meeting", lambda row: row["topic"] == "综治平安创建")
    meetings = [row for row in told.rows("meeting") if row["topic"] == "综治平安创建" and happened(told, row)]
    if known(held) == 1:
        yield from says("{day}召开综治工作会议。", day=meetings[0]["date"])
    else:
        listed = "、".join(f"{day.month}月{day.day}日" for day in days(meetings, "date"))
        yield from if_any("召开综治工作会议{n}次（{listed}）", n=held, listed=listed)
    yield from _works(told, "13")
    looked = number(told, "spot_check", lambda row: row["area"] in MARKET)
    found = number(told, "spot_check", lambda row: row["area"] in MARKET and row["found"])
    yield from if_any("抽查、巡查{n}次", n=looked)
    yield from if_any("发现问题{n}次", "市场秩序", n=found)
    yield from until(told)


def until(told: Told) -> Iterator[Claim]:
    ends = [told.facts[name] for name in ("as_of", "submit_date") if name in told.facts]
    if ends:  # nobody can tell of what lies after his own paper
        yield from says("截至{day}", needed=False, day=min(ends))


def _works(told: Told, line: str) -> Iterator[Claim]:
    works = [row for row in told.rows("work") if row["line"] == line]
    yield from quotes(first_words(works, "summary", "title"))


def _market(told: Told) -> Iterator[Claim]:
    for line in ("20", "21", "22", "23"):
        yield from _works(told, line)
    yield from if_any(f"{told.whole}办理行政审批{{n}}件", n=_approved(told, "total"))
    for field, words in (("items", "政务窗口许可项目{n}项"), ("published", "已向社会公开{n}项")):
        windows = told.unit.table("approval_window")
        its = total_of(told, "approval_window", field, day="") if windows and told.unit.covers(windows) else None
        everything = field == "published" and its == total_of(told, "approval_window", "items", day="")
        if not everything:
            yield from if_any(words, n=its)


def _approved(told: Told, field: str) -> Span | None:
    """All approvals of the year, of the unit and of each county: a part of them is not the whole."""
    rows = [(row, sure) for row, sure in _approvals(told.unit) or [] if sure is not False]
    if not rows or not told.unit.covers([row for row, _ in rows]):
        return None
    if any(sure is None or field not in row for row, sure in rows):
        return None
    return span(sum(row[field] for row, _ in rows))


OUTCOMES = {"警告并罚款": "warning-and-fine", "不予处罚": "not-punished", "撤案": "withdrawn", "移送": "transferred"}


def _scopes(told: Told, *more: str) -> list[dict[str, str]]:
    return list(told.unit.readings("case-scope", *more))


def _same(values: list[Span | None]) -> Span | None:
    """What all readings of an open question give; None where they differ or one is not known."""
    if not values or any(value is None for value in values):
        return None
    whole = hull([value for value in values if value is not None])
    return whole if whole.single else None


def _cases(told: Told) -> Iterator[Claim]:
    scopes = [reading["case-scope"] for reading in _scopes(told)]

    def closed_by(test: object) -> Span | None:
        return _same([closed_cases(told, lambda row, s=s: in_scope(row, s) and test(row)) for s in scopes])  # type: ignore[operator]

    everything = closed_by(lambda row: True)
    simple = closed_by(lambda row: row["procedure"] == "简易程序")
    general = closed_by(lambda row: row["procedure"] == "一般程序")
    yield from if_any("办结案件{n}件", "执法办案", n=everything)
    if known(simple) and known(general):
        yield from says("其中一般程序{g}件、简易程序{s}件", g=general, s=simple)
    yield from says("、简易程序{s}件", needed=False, s=simple)
    yield from if_any("罚款合计{n}万元", n=_same([_fines(told, scope) for scope in scopes]))
    readings = _scopes(told, *OUTCOMES.values())
    counted = _same([closed_cases(told, lambda row, r=r: counts(row, r)) for r in readings])
    posts = _same([heads(told.unit, "posts", scope) for scope in scopes])
    each = _same([per_head(told, reading) for reading in readings])
    if known(counted) and known(posts) and known(each):
        yield from says("按案件{n}件、执法人员编制{p}名计算，人均办结{h}件", n=counted, p=posts, h=each)
        if known(simple) and known(counted) != known(everything):
            yield from says("扣除简易程序{n}件", n=simple)
        for outcome in ("警告", *OUTCOMES):
            if outcome == "警告" or all(reading[OUTCOMES[outcome]] == "不计入" for reading in readings):
                its = closed_by(lambda row, o=outcome: row["procedure"] == "一般程序" and row.get("outcome") == o)
                yield from if_any(f"[的、]{outcome}{{n}}件", "执法办案", n=its)
    else:
        yield from says("人均办结{h}件", needed=bool(known(each)), h=each)
    for words, test in (
        ("网络文化案件{n}件", lambda row: row["category"] == "网络文化"),
        ("禁止内容类案件{n}件", lambda row: row.get("prohibited")),
    ):
        its = _same([closed_cases(told, lambda row, r=r, t=test: every([counts(row, r), t(row)])) for r in readings])
        yield from if_any(words, n=its)


def counts(row: Row, reading: dict[str, str]) -> bool:
    """简易程序和一般程序的警告的案卷除外."""
    if row["procedure"] == "简易程序" or row.get("outcome") == "警告" or not in_scope(row, reading["case-scope"]):
        return False
    question = OUTCOMES.get(row.get("outcome", ""))
    return question is None or reading[question] == "计入"


def per_head(told: Told, reading: dict[str, str]) -> Span | None:
    number, base = (
        closed_cases(told, lambda row: counts(row, reading)),
        heads(told.unit, "posts", reading["case-scope"]),
    )
    if number is None or base is None or not base.low:
        return None
    if reading["case-scope"] == "全市":
        places = told.unit.places()
        rows = told.rows("establishment")
        if places is None or not places <= {told.facts["region"], *(row.get("county") for row in rows)}:
            return None
    return span(number.low / base.low, number.high / base.low)


def _fines(told: Told, scope: str) -> Span | None:
    """The fines of closed cases; what was not filled in is none, what can't be read is not known."""
    rows = told.unit.table("case")
    if rows is None:
        return None
    total = Fraction(0)
    for row in rows:
        its = every([in_scope(row, scope), _is_closed(told, row)])
        if its is None or (its and row.get("fine") is Ellipsis):
            return None
        total += Fraction(row.get("fine", 0)) if its else 0
    return span(total)


def _is_closed(told: Told, row: Row) -> bool | None:
    from second_scorer.cases import closed

    return closed(told.unit, row)


def _supervision(told: Told) -> Iterator[Claim]:
    yield from if_any("检查文化市场经营单位{n}次", n=number(told, "inspection"))
    yield from if_any("双随机抽查{n}次", n=number(told, "inspection", lambda row: row["type"] == "双随机抽查"))
    yield from _mean_checks(told)
    for line in ("27", "29", "30", "31"):
        yield from _works(told, line)
    yield from if_any("突发事件{n}起", n=number(told, "incident"))
    handled = number(told, "incident", lambda row: row["handled"])
    yield from says("妥善处置{n}起", needed=False, n=handled)
    for channel, words in (("平台执法信息", "报送执法信息{n}条"), ("直报点信息", "直报系统报送信息{n}条")):
        rows = [row for row in told.rows("monthly_report") if row["channel"] == channel]
        begun = [told.unit.in_year(_first_day(row["month"])) for row in rows]
        rows = [row for row, sure in zip(rows, begun, strict=True) if sure]
        if rows and None not in begun and all("items" in row for row in rows):
            yield from if_any(words, n=span(sum(row["items"] for row in rows)))
    sent = [row for row in told.rows("monthly_report") if row["channel"] == "执法数据"]
    ended = [told.unit.had_come(_last_day(row["month"])) is True for row in sent]  # no month is reported before it ends
    sound = count(every([over, row.get("on_time"), row.get("sound")]) for row, over in zip(sent, ended, strict=True))
    yield from if_any("报送综合执法数据{n}个月", n=sound)


def _last_day(month: str) -> date:
    first = _first_day(month)
    return (first + timedelta(31)).replace(day=1) - timedelta(1)


def _mean_checks(told: Told) -> Iterator[Claim]:
    """平均每家: whose checks, and how many venues, by each reading of who counts."""
    venues, checks = told.unit.table("venue"), told.unit.table("inspection")
    if not venues or checks is None:
        return
    ways = []
    for reading in told.unit.readings("part-year-venues"):
        among = {v["id"] for v in venues if reading["part-year-venues"] == "计入" or v["operation"] == "全年营业"}
        strange = [row for row in checks if row["venue"] not in {v["id"] for v in venues}]
        made = count(happened(told, row) for row in checks if row["venue"] in among)
        perhaps = span(made.low, made.high + len(strange))
        if "part-year-venues" in told.unit.answers and len(among) < len(venues) and not strange:
            apart = count(happened(told, row) for row in checks if row["venue"] not in among)
            yield from says("扣除部分时段营业的{v}家、检查{c}次", v=len(venues) - len(among), c=apart)
        ways.append((span(len(among)), perhaps, span(perhaps.low / len(among), perhaps.high / len(among))))
    number_of, made, mean = (_same([way[at] for way in ways]) for at in range(3))
    if known(made) is not None and known(made) == known(number(told, "inspection")):  # told once, of all
        yield from says("按经营单位{n}家计算", needed=bool(known(number_of) and known(mean)), n=number_of)
    else:
        yield from says("经营单位{n}家，检查{c}次", needed=bool(known(number_of) and known(made)), n=number_of, c=made)
    yield from says("平均每家检查{m}次", needed=bool(known(mean)), m=mean)


def _platform(told: Told) -> Iterator[Claim]:
    counties = told.unit.table("county") or []
    online = count(row.get("platform_online") for row in counties)
    if counties and known(online) == len(counties):
        yield from says("所辖{n}个县（市、区）全部上线", n=len(counties))
    elif counties and known(online) is None:
        yield from says("所辖{n}个县（市、区）中，【待补", needed=False, n=len(counties))
    elif counties and known(online):
        yield from says("所辖{n}个县（市、区）中，{o}个上线", n=len(counties), o=online)
    answers = told.unit.answers  # what nobody answered is told of all closed cases, and says so
    counts_open = answers.get("platform-cases") == "立案都算"
    places = ("本级",) if answers.get("platform-scope") == "本级" else ("本级", "县级")
    cases = [row for row in told.unit.table("case") or [] if row["level"] in places]
    ends = [True if counts_open else _is_closed(told, row) for row in cases]
    everything = count(ends)
    through = count(every([end, row["on_platform"]]) for end, row in zip(ends, cases, strict=True))
    if known(everything):
        words = f"{'本级' if len(places) == 1 else told.whole}{'办理' if counts_open else '办结'}案件{{n}}件"
        of = share(through, everything)
        yield from says(f"{words}，通过平台办理{{p}}件，占{{s}}", n=everything, p=through, s=of)
    approved, on_platform = _approved(told, "total"), _approved(told, "on_platform")
    if known(approved):
        of = share(on_platform, approved)
        yield from says("办理审批{n}件，通过平台办理{p}件，占{s}", n=approved, p=on_platform, s=of)


def _bonus(told: Told) -> Iterator[Claim]:
    yield from if_any("媒体宣传报道{n}件", n=_reports(told))
    from second_scorer.bonus import _commended  # which commendations the text means

    rows = told.unit.table("commendation")
    if rows is not None:
        yield from if_any("有关部门表彰{n}次", n=count(_commended(told.unit, row) for row in rows))
    added = total_of(
        told, "establishment_change", "added", lambda row: row["level"] == "本级" and row["nature"] == "新增执法编制"
    )
    yield from if_any("增加执法人员编制{n}名", n=added)
    for row in told.rows("reform_item"):
        if "参公管理" in row["item"] and row["state"] == "已完成" and "date" in row:
            yield from says(
                f"{{day}}完成{row['item']}", needed=told.unit.had_come(row["date"]) is True, day=row["date"]
            )


def _reports(told: Told) -> Span | None:
    rows = told.unit.table("media_report")
    if rows is None:
        return None
    good = [row for row in rows if row["level"] in ("中央", "省级") and not row["brief"]]
    ways: list[Span | None] = []
    for reading in told.unit.readings("same-matter"):
        sure = [row for row in good if happened(told, row)]
        if any(happened(told, row) is None for row in good):
            return None
        by_matter = reading["same-matter"] == "按事项算一件"
        if by_matter and len(sure) > 1 and any("matter" not in row for row in sure):
            return None
        ways.append(span(len({row.get("matter", row["id"]) if by_matter else row["id"] for row in sure})))
    return _same(ways)


def _shortfalls(told: Told, unsupported: dict[str, str]) -> Iterator[Claim]:
    """三、存在的主要问题: what each line lacks, and what they lack together."""
    points, missed = scores.points(told), sum(scores.FULL.values()) - scores.base(told).low
    if missed:
        yield from says("基础分失{n}分", n=missed)
    for line, full in scores.FULL.items():
        if points[line].low < full:
            yield from says(f"“{quoted(line)}”可得{{full}}分，自评{{own}}分", full=full, own=points[line].low)
    for line, lacking in unsupported.items():
        yield from says(f"“{quoted(line)}”{{lacking}}分", "存在的主要问题", lacking=Fraction(lacking))
    yield from quotes([row["text"] for row in _statements(told, "存在的主要问题")])


def _statements(told: Told, *topics: str) -> list[Row]:
    return [row for row in told.rows("statement") if row["document"] == "自评报告" and row["topic"] in topics]


def _own_words(told: Told) -> Iterator[Claim]:
    yield from quotes([row["text"] for row in _statements(told, "工作亮点", "下一步打算")])

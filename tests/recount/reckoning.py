"""What the reasons of each line of the rubric may say: words with holes, and what the records give for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction

from second_scorer.bonus import _added, _commended, _in_october
from second_scorer.cases import _counted, closed, heads, in_scope, per_head
from second_scorer.facts import Row, Unit
from second_scorer.platform import _approvals
from second_scorer.reform import _COUNTY_TASKS
from second_scorer.spans import Span, count, every, span, total, which
from second_scorer.supervision import _among, _short, _sound, line_28a, line_28b
from second_scorer.team import _submitted

__all__ = ["FACTS", "line_28a", "line_28b"]
Said = tuple[str, Mapping[str, Span | int | Fraction | date | str | None]]


def _share(words: str, part: Span | None, whole: Span | None, names: tuple[str, str]) -> Iterator[Said]:
    """比例94.44%（达标34人，在岗36人）."""
    if part is None or whole is None or not whole.low:
        return
    of = span(part.low / whole.high, part.high / whole.low)
    yield f"{words}{{s}}（{names[0]}，{names[1]}）", {"s": of, "p": part, "n": whole}


def _n(words: str, answers: Iterable[bool | None]) -> Said:
    return words, {"n": count(answers)}


def _rows(unit: Unit, kind: str, **where: object) -> list[Row]:
    return [row for row in unit.table(kind) or [] if all(row.get(name) == its for name, its in where.items())]


def _dated(unit: Unit, rows: Iterable[Row]) -> list[bool | None]:
    return [unit.in_year(row.get("date")) for row in rows]


def _reform(unit: Unit) -> Iterator[Said]:
    yield _n("年内专题研究综合执法改革的会议{n}次", _dated(unit, _rows(unit, "meeting", topic="综合执法改革")))


def _counties(unit: Unit) -> Iterator[Said]:
    rows = unit.table("county") or []
    done = count(every(row.get(task) for task in _COUNTY_TASKS) for row in rows)
    names = ("完成七项改革任务的县（市、区）{p}个", "所辖县（市、区）{n}个")
    yield from _share("完成改革任务的县级地区占比", done, span(len(rows)), names)
    yield "所辖县（市、区）{n}个，分母为0", {"n": len(rows)}


def _plans(unit: Unit) -> Iterator[Said]:
    due = unit.due.get("training-plan")
    plans = unit.table("training_plan") or []
    yield _n(
        "按时报送的培训计划{n}份",
        [every([_sent(unit, row), None if due is None else _by(row, due)]) for row in plans],
    )
    summaries = unit.table("training_summary") or []
    whole = [
        every([_sent(unit, row), _by(row, unit.due["training-summary"]), row.get("covers_outline") is True])
        for row in summaries
    ]
    yield _n("且含《训练考核大纲》落实情况的总结{n}份", whole)
    yield _n("已上报的培训总结{n}份", [_sent(unit, row) for row in summaries])


def _sent(unit: Unit, row: Row) -> bool | None:
    """Whether it was sent; what is written and can't be read says nothing of it."""
    return None if "submitted" in row.get("unread", ()) else _submitted(unit, row)


def _by(row: Row, day: date) -> bool | None:
    its = row.get("submitted")
    return its <= day if isinstance(its, date) else None


def _staff(unit: Unit) -> Iterator[Said]:
    on_duty = _rows(unit, "staff", on_duty=True)
    names = ("培训达标{p}人", "在岗执法人员{n}人")
    yield from _share("培训达标比例", count(row.get("qualified") for row in on_duty), span(len(on_duty)), names)


def _exams(unit: Unit) -> Iterator[Said]:
    for reading in unit.readings("exam-scope"):
        hosts = ("省级",) if reading["exam-scope"] == "只看省厅考试" else ("省级", "市级")
        rows = [
            r
            for r in unit.table("exam") or []
            if r["host"] in hosts and (r["host"] == "省级" or r["on_system"]) and unit.in_year(r["date"])
        ]
        sums = [span(sum(row[name] for row in rows)) for name in ("passed", "expected")]
        heads = "人" if len(rows) == 1 else "人次"
        yield from _share("线上考试达标比例", *sums, (f"达标{{p}}{heads}", f"应考{{n}}{heads}"))
    yield _n("省厅组织的考试{n}场", _dated(unit, _rows(unit, "exam", host="省级")))
    yield _n("市级应用培训考试系统组织的考试{n}场", _dated(unit, _rows(unit, "exam", host="市级", on_system=True)))


def _offline(unit: Unit) -> Iterator[Said]:
    rows = _rows(unit, "training", mode="线下", scope="全市", host="市级")
    yield _n("组织全市范围线下培训{n}场", _dated(unit, rows))


def _taught(unit: Unit) -> Iterator[Said]:
    rows = [row for row in _rows(unit, "training", case_based=True) if row["host"] != "省级"]
    yield _n("以案施训（省文化厅组织的不计）{n}场", _dated(unit, rows))


def _checked(area: str, words: str) -> Callable[[Unit], Iterator[Said]]:
    def facts(unit: Unit) -> Iterator[Said]:
        rows = _rows(unit, "spot_check", area=area)
        yield _n(f"{words}{{n}}次", _dated(unit, rows))
        worst = [row["id"] for row in rows if row["found"]]
        if worst:
            yield "^{id}：", {"id": worst[0]}

    return facts


def _meetings(unit: Unit) -> Iterator[Said]:
    yield _n("综治工作会议{n}次", _dated(unit, _rows(unit, "meeting", topic="综治平安创建")))


def _sampled(area: str, words: str, names: tuple[str, str]) -> Callable[[Unit], Iterator[Said]]:
    def facts(unit: Unit) -> Iterator[Said]:
        rows = [row for row in _rows(unit, "spot_check", area=area) if unit.in_year(row["date"])]
        if all("qualified" in row and "sampled" in row for row in rows):
            sums = [span(sum(row[name] for row in rows)) for name in ("qualified", "sampled")]
            yield from _share(words, *sums, names)

    return facts


def _windows(unit: Unit) -> Iterator[Said]:
    rows = unit.table("approval_window") or []
    if unit.covers(rows):
        sums = [span(sum(row[name] for row in rows)) for name in ("published", "items")]
        yield from _share("许可项目公开比例", *sums, ("已公开许可项目{p}项", "许可项目{n}项"))


_BY_ANSWER = ("warning-and-fine", "not-punished", "withdrawn", "transferred")


def _cases(unit: Unit) -> Iterator[Said]:
    for reading in unit.readings("case-scope", *_BY_ANSWER):
        rows = [row for row in unit.table("case") or [] if in_scope(row, reading["case-scope"])]
        sure = [_counted(unit, row, reading) for row in rows]
        posts, number = heads(unit, "posts", reading["case-scope"]), count(sure)
        each = per_head(unit, number, "posts", reading["case-scope"])
        if posts and each:
            words = "人均办结案件{h}件（办结案件（简易程序和一般程序的警告除外）{n}件，编制{p}人）"
            yield words, {"h": each, "n": number, "p": posts}
        online = [every([its, row["category"] == "网络文化"]) for row, its in zip(rows, sure, strict=True)]
        yield _n("办结网络文化案件{n}件", online)
        prohibited = [every([its, row.get("prohibited")]) for row, its in zip(rows, sure, strict=True)]
        yield _n("办结禁止内容类案件{n}件", prohibited)


def _declared(name: str, words: str) -> Callable[[Unit], Iterator[Said]]:
    def facts(unit: Unit) -> Iterator[Said]:
        for row in _rows(unit, "indicator", id=name):
            if row.get("denominator"):
                of = Fraction(row["numerator"], row["denominator"])
                values = {"a": row["numerator"], "b": row["denominator"], "s": of}
                yield f"{words}{{a}}÷{{b}}[＝≈]{{s}}", values
                yield "（{source}，截至{day}）", {"source": str(row["source"]), "day": row["as_of"]}

    return facts


def _both(*each: Callable[[Unit], Iterable[Said]]) -> Callable[[Unit], Iterator[Said]]:
    return lambda unit: (said for facts in each for said in facts(unit))


def _checks(unit: Unit) -> Iterator[Said]:
    venues, checks = unit.table("venue") or [], unit.table("inspection") or []
    strange = [row for row in checks if row["venue"] not in {venue["id"] for venue in venues}]
    yield "；{n}条的经营单位编号对不上经营单位", {"n": len(strange)}
    for reading in unit.readings("part-year-venues"):
        among = _among(venues, reading)
        if not among:
            continue
        each = [
            count(unit.in_year(r["date"]) for r in checks if r["venue"] == v["id"] and r["type"] == "日常检查")
            for v in among
        ]
        yield "最少{n}次（经营单位{v}家", {"n": span(min(its.low for its in each)), "v": len(among)}
        ids = {venue["id"] for venue in among}
        made = count(unit.in_year(row["date"]) for row in checks if row["venue"] in ids)
        mean = span(made.low / len(among), (made.high + len(strange)) / len(among))
        yield "平均检查次数{m}次（经营单位{v}家，共{c}次", {"m": mean, "v": len(among), "c": made}


def _incidents(unit: Unit) -> Iterator[Said]:
    yield _n("突发事件{n}次", _dated(unit, unit.table("incident") or []))


def _informed(unit: Unit) -> Iterator[Said]:
    reports = unit.table("monthly_report") or []
    wanted = {"平台执法信息": 3, "直报点信息": 8} if unit.is_city else {"平台执法信息": 3}
    of = {m: [_short(unit, reports, m, channel, few) for channel, few in wanted.items()] for m in unit.months()}
    for reading in unit.readings("both-channels-short"):
        counts = [count(answers) for answers in of.values()]
        if reading["both-channels-short"] == "算一个月":
            counts = [span(min(its.low, 1), min(its.high, 1)) for its in counts]
        yield "未达到要求的月份{n}个月", {"n": total(counts)}
    channels = {
        month: [[r for r in reports if r["month"] == month and r["channel"] == its] for its in wanted] for month in of
    }
    lacking = {month for month, answers in of.items() if True in answers}
    unsaid = {month for month, rows in channels.items() if not all(rows)} - lacking
    yield from _months(unit, lacking, unsaid)


def _regular(unit: Unit) -> Iterator[Said]:
    reports = unit.table("monthly_report") or []
    sound = {month: _sound(unit, reports, month) for month in unit.months()}
    yield _n("及时规范报送数据的月份{n}个月", sound.values())
    there = {row["month"] for row in _rows(unit, "monthly_report", channel="执法数据")}
    yield from _months(unit, {month for month, its in sound.items() if its is False}, set(sound) - there)


def _months(unit: Unit, lacking: set[str], unsaid: set[str]) -> Iterator[Said]:
    due = unit.months_due()
    yield "到期的{n}个月里", {"n": len(due)}
    for words, months in (
        ("不足的：", lacking & set(due)),
        ("没有记录的：", unsaid & set(due)),
        ("未到期的：", set(unit.months()) - set(due)),
    ):
        if months:
            yield f"{words}{{l}}(?=[，）])", {"l": "、".join(f"{int(month[-2:])}月" for month in sorted(months))}


def _online(unit: Unit) -> Iterator[Said]:
    yield "所辖县（市、区）{n}个", {"n": len(unit.table("county") or [])}


def _platform(unit: Unit) -> Iterator[Said]:
    for reading in unit.readings("platform-scope", "platform-cases"):
        rows = [row for row in unit.table("case") or [] if in_scope(row, reading["platform-scope"])]
        sure = [_is_done(unit, row, reading["platform-cases"]) for row in rows]
        through = count(every([its, row["on_platform"]]) for row, its in zip(rows, sure, strict=True))
        yield from _share("平台办案比例", through, count(sure), ("通过平台办案{p}件", "实际办案{n}件"))


def _is_done(unit: Unit, row: Row, reading: str) -> bool | None:
    sure = closed(unit, row)
    if reading == "立案都算" and sure is not True:
        still_open = "closed" not in row and "outcome" not in row
        return unit.had_come(row["filed"]) if still_open or row["filed"].year == unit.facts["year"] else sure
    return sure


def _approved(unit: Unit) -> Iterator[Said]:
    rows = [row for row, sure in _approvals(unit) or [] if sure]
    if rows and unit.covers(rows):
        yield "新设立主体未使用新版许可证{n}起", {"n": sum(row.get("old_licence", 0) for row in rows)}
        sums = [span(sum(row[name] for row in rows)) for name in ("on_platform", "total")]
        yield from _share("平台审批比例", *sums, ("通过平台办理审批{p}件", "实际审批{n}件"))


def _reported(unit: Unit) -> Iterator[Said]:
    rows = [r for r in unit.table("media_report") or [] if r["level"] in ("中央", "省级") and not r["brief"]]
    for reading in unit.readings("same-matter"):
        sure = [row for row in rows if unit.in_year(row["date"])]
        n = (
            len({row.get("matter", row["id"]) for row in sure})
            if reading["same-matter"] == "按事项算一件"
            else len(sure)
        )
        yield "中央、省新闻媒体宣传报道（短讯不计）{n}件", {"n": n}


def _praised(unit: Unit) -> Iterator[Said]:
    yield _n("国家级或省级表彰{n}次", [_commended(unit, row) for row in unit.table("commendation") or []])


def _vehicles(unit: Unit) -> Iterator[Said]:
    own = _rows(unit, "establishment", level="本级")
    if own and all("vehicles" in row for row in own):
        people, cars = (sum(row[name] for row in own) for name in ("in_post", "vehicles"))
        yield "驻队执法车辆{n}辆", {"n": cars}
        if cars:
            words = "每车执法人员{m}人（在岗执法人员{a}人，驻队执法车辆{b}辆）"
            yield words, {"m": Fraction(people, cars), "a": people, "b": cars}


def _posts(unit: Unit) -> Iterator[Said]:
    yield "新增执法人员编制{n}名", {"n": _added(unit, _rows(unit, "establishment_change", level="本级"))}


def _county_posts(unit: Unit) -> Iterator[Said]:
    rows = _rows(unit, "establishment_change", level="县级")
    added = {row["county"]: _added(unit, _rows(unit, "establishment_change", county=row["county"])) for row in rows}
    reached = [which(its.low >= 5 or (None if its.high >= 5 else False), span(1), span(0)) for its in added.values()]
    yield "执法人员编制的县级地区{n}个", {"n": total(reached)}


def _october(unit: Unit) -> Iterator[Said]:
    for reading in unit.readings("case-scope", "october-denominator", "not-punished", "withdrawn", "transferred"):
        rows = [row for row in unit.table("case") or [] if in_scope(row, reading["case-scope"])]
        number = count(_in_october(unit, row) for row in rows)
        field = "posts" if reading["october-denominator"] == "编制人数" else "in_post"
        people, each = heads(unit, field, reading["case-scope"]), per_head(unit, number, field, reading["case-scope"])
        yield "人均办结案件{h}件（", {"h": each}
        yield "的案件（含简易程序）{n}件，人数{p}人）", {"n": number, "p": people}


def _managed(unit: Unit) -> Iterator[Said]:
    for item in ("机构参公管理", "人员参公管理"):
        rows = _rows(unit, "reform_item", item=item, state="已完成")
        done = [unit.had_come(row["date"]) if row["date"] <= date(2017, 12, 20) else False for row in rows]
        yield _n(f"完成的{item}{{n}}项", done)


#: Line → what its reasons may say. What stands here twice is said under one answer each.
FACTS: Mapping[str, Callable[[Unit], Iterable[Said]]] = {
    "1": _reform, "6": _counties, "7": _plans, "8": _staff, "9": _exams, "10": _offline, "11": _taught,
    "12": _checked("队伍纪律", "违法违纪情况核查"), "13": _meetings,
    "14": _checked("上网服务场所", "上网服务场所暗访抽查"), "15": _checked("网络文化单位", "网络文化单位巡查"),
    "16": _checked("娱乐演出艺术品", "娱乐、演出、艺术品市场抽查"), "17": _checked("文物经营", "文物经营单位抽查"),
    "18": _checked("广电影视卫星", "广电、影视、卫星设施抽查"), "19": _checked("出版印刷", "出版物市场暗访、抽查"),
    "24": _sampled("审批案卷", "审批案卷合格率", ("合格的审批案卷{p}件", "抽查的审批案卷{n}件")),
    "25": _windows, "26": _cases, "27": _declared("random-check-coverage", "随机抽查事项占执法事项比例"),
    "28": _checks, "32": _incidents,
    "33": _sampled("12318举报", "抽查合格率", ("合格的{p}件", "抽查的{n}件")),
    "35": _both(_declared("server-online", "服务器在线率"), _declared("client-online", "客户在线率")),
    "36": _informed, "37": _regular, "38": _online, "39": _platform, "40a": _approved, "40b": _approved,
    "B1": _reported, "B2": _praised, "B3": _vehicles, "B4": _posts, "B5": _county_posts, "B6": _october, "B7": _managed,
}  # fmt: skip

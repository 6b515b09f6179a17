"""Units at random, each made anew from its number: a small good one, some of its cells, rows and tables changed."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from kaoping.core import resources

from .facts import QUESTIONS, Row, Unit

YEAR = 2017
_CITY, _COUNTIES = "甲市", ("乙区", "丙区", "丁县", "戊县", "己市")
_REFORM = (
    "成立领导小组", "印发实施方案", "同城一支队伍", "人员整合", "新入职新上岗培训", "混岗借用清理", "统一机构名称",
    "技术监管与服务指挥机构", "网络文化执法机构", "机构相对独立", "办公用房", "经费列入预算",
    "机构参公管理", "人员参公管理",
)  # fmt: skip
_TASKS = (
    "leading_group",
    "staff_cleared",
    "premises",
    "departments",
    "trained",
    "name_unified",
    "budget",
    "platform_online",
)
_AREAS = (
    "上网服务场所",
    "网络文化单位",
    "娱乐演出艺术品",
    "文物经营",
    "广电影视卫星",
    "出版印刷",
    "审批案卷",
    "12318举报",
    "队伍纪律",
)
_CHOICES = {
    "1": ("运行正常", "运行不正常"), "2": ("及时", "不及时"),
    **dict.fromkeys(("20", "21", "22", "23", "30", "31"), ("良好", "一般", "未组织")),
    "27": ("较好", "一般", "不力"), "29": ("有力", "一般", "不得力"),
    "26+": ("不申报", "申报"), "B3": ("申报", "不申报"),
}  # fmt: skip
#: What a unit may declare in place of a table: a number for its share, or (no denominator) the number itself.
DECLARED: dict[str, tuple[int, int | None]] = {
    "training-qualified": (9, 10), "province-exams": (1, None), "city-exams": (1, None), "exam-qualified": (9, 10),
    "cases-per-post": (12, 4), "online-culture-cases": (3, None), "prohibited-content-cases": (2, None),
    "random-check-coverage": (29, 29), "least-daily-checks": (2, None), "average-checks": (12, 1),
    "server-online": (85, 100), "client-online": (75, 100), "months-short": (3, None), "months-reported": (10, None),
    "platform-cases": (91, 100), "platform-approvals": (91, 100),
}  # fmt: skip
#: Which of them belong to the unit whose own tables stand for the others.
_BESIDE_TABLES = ("random-check-coverage", "server-online", "client-online")
#: Fields that say which record it is or whom it is about; to change them makes another error, which the reader tells.
_KEPT = {
    "id",
    "name",
    "title",
    "body",
    "item",
    "line",
    "choice",
    "reason",
    "who",
    "when",
    "source",
    "evidence",
    "venue",
    "region",
    "level",
}
_MUST_BE_CHANGED = {("training", "level"), ("case", "level"), ("commendation", "level"), ("media_report", "level")}


def _day(month: int, day: int) -> date:
    return date(YEAR, month, day)


def city() -> Unit:
    """Return the good unit that the others are made from: every kind of record, and full marks nearly everywhere."""
    reform = [
        {"id": f"G{i:02}", "item": item, "state": "已完成", "date": _day(3 + i % 6, 10)}
        for i, item in enumerate(_REFORM)
    ]
    counties = [{"id": f"X{i}", "name": name, **dict.fromkeys(_TASKS, True)} for i, name in enumerate(_COUNTIES)]
    bodies = [{"id": "B0", "body": f"{_CITY}支队", "level": "本级", "posts": 4, "in_post": 4, "vehicles": 1}]
    bodies += [
        {"id": f"B{i}", "body": f"{name}大队", "level": "县级", "county": name, "posts": 1, "in_post": 1}
        for i, name in enumerate(_COUNTIES, 1)
    ]
    changes = [{"id": "Z0", "level": "本级", "added": 10, "nature": "新增执法编制", "date": _day(6, 1)}]
    changes += [
        {
            "id": f"Z{i}",
            "level": "县级",
            "county": _COUNTIES[i],
            "added": 5,
            "nature": "新增执法编制",
            "date": _day(6, 1),
        }
        for i in (1, 2)
    ]
    meetings: list[Row] = [
        {"id": "H1", "title": "领导小组会议", "topic": "综合执法改革", "date": _day(3, 16)},
        {"id": "H2", "title": "综治工作会议", "topic": "综治平安创建", "date": _day(2, 22), "in_plan": True},
    ]
    trainings = [
        {
            "id": f"P{i}",
            "title": f"第{i}期",
            "date": _day(5, i),
            "mode": "线下",
            "scope": scope,
            "host": host,
            "case_based": based,
        }
        for i, scope, host, based in (
            (1, "全市", "市级", False),
            (2, "全市", "市级", False),
            (3, "本级", "市级", True),
            (4, "本级", "省级", True),
        )
    ]
    exams = [
        {
            "id": f"K{i}",
            "title": f"考试{i}",
            "date": _day(9, i),
            "host": host,
            "on_system": True,
            "expected": 10,
            "passed": 9,
        }
        for i, host in ((1, "省级"), (2, "市级"))
    ]
    staff = [{"id": f"R{i}", "name": f"某{i}", "on_duty": True, "qualified": i > 0} for i in range(10)]
    venues = [
        {"id": f"C{i}", "name": f"场所{i}", "category": "上网服务", "region": _CITY, "operation": "全年营业"}
        for i in (1, 2)
    ]
    inspections = [
        {"id": f"J{v}{n:02}", "venue": f"C{v}", "date": _day(n, 8), "type": "日常检查" if n < 3 else "双随机抽查"}
        for v in (1, 2)
        for n in range(1, 12)
    ] + [{"id": f"J{v}12", "venue": f"C{v}", "date": _day(11, 20), "type": "专项检查"} for v in (1, 2)]
    checks: list[Row] = [
        {"id": f"S{i}", "area": area, "date": _day(7, i + 1), "by": "省厅", "found": False}
        for i, area in enumerate(_AREAS)
    ]
    for row in checks:
        if row["area"] in ("审批案卷", "12318举报"):
            row |= {"sampled": 20, "qualified": 20}
    cases = [_case(i, "本级", None, _day(3, 1) if i < 7 else _day(10, 9)) for i in range(15)]
    cases += [_case(20 + i, "县级", _COUNTIES[i % 5], _day(4, 1) if i < 8 else _day(10, 9)) for i in range(14)]
    reports = [
        {"id": f"M{month}{i}", "month": f"{YEAR}-{month:02}", "channel": channel, **rest}
        for month in range(1, 12)
        for i, (channel, rest) in enumerate(
            (
                ("平台执法信息", {"items": 3}),
                ("直报点信息", {"items": 8}),
                ("执法数据", {"on_time": True, "sound": True}),
            )
        )
    ]
    approvals = [
        {"id": f"A{i}", "region": name, "total": 20, "on_platform": 19, "new_entities": 2, "old_licence": 0}
        for i, name in enumerate((_CITY, *_COUNTIES))
    ]
    windows = [
        {"id": f"W{i}", "region": name, "staffed": True, "items": 9, "published": 9}
        for i, name in enumerate((_CITY, *_COUNTIES))
    ]
    praise = [
        {"id": f"T{i}", "title": f"先进{i}", "date": _day(4, i)}
        | {"department": "文化部门", "issuer": "省厅", "level": "省级"}
        for i in (1, 2, 3)
    ]
    news = [
        {"id": f"N{i}", "title": f"报道{i}", "date": _day(6, i), "matter": f"事项{i}"}
        | {"outlet": "省报", "level": "省级", "brief": False}
        for i in (1, 2, 3)
    ]
    incidents = [
        {"id": "I1", "title": "滞留", "date": _day(8, 5), "reported": "及时报告", "handled": True, "grave": False}
    ]
    statistics = [{"id": "D1", "item": "年度文化统计", "submitted": _day(1, 18), "on_time": True, "problems": "无"}]
    return Unit(
        {
            "id": "U", "name": f"{_CITY}支队", "region": _CITY, "level": "设区市", "year": YEAR,
            "rubric": "culture-2017", "as_of": _day(12, 15), "submit_date": _day(12, 22), "platform_online": True,
        },
        {
            "reform_item": reform, "county": counties, "establishment": bodies, "establishment_change": changes,
            "meeting": meetings, "training": trainings, "exam": exams, "staff": staff, "venue": venues,
            "inspection": inspections, "spot_check": checks, "case": cases, "monthly_report": reports,
            "approval": approvals, "approval_window": windows, "commendation": praise, "media_report": news,
            "training_plan": [{"id": "L1", "title": "计划", "submitted": _day(2, 24)}],
            "training_summary": [{"id": "L2", "title": "总结", "submitted": _day(12, 4), "covers_outline": True}],
            "incident": incidents, "submission": statistics,
            "hotline": [{"id": "JB1", "date": _day(5, 8)}], "work": [{"id": "GZ1", "line": "20", "title": "方案"}],
            "random_check": [{"id": "SJ1", "content": "经营情况", "base": 14, "sampled": 7, "published": 7}],
            "judgement": [_judgement(line, options[0]) for line, options in _CHOICES.items()],
            "indicator": [declared(name) for name in _BESIDE_TABLES],
        },
        {"training-plan": _day(3, 10), "training-summary": _day(12, 4)},
        {question: options[0] for question, options in QUESTIONS.items()},
    )  # fmt: skip


def _case(number: int, level: str, county: str | None, closed: date) -> Row:
    row = {
        "id": f"AJ{number:02}", "title": "案", "level": level, "category": "网络文化" if number % 5 == 0 else "娱乐",
        "prohibited": number % 7 == 0, "procedure": "一般程序", "outcome": "罚款", "filed": closed - timedelta(20),
        "closed": closed, "on_platform": number not in (3, 23), "entered": closed + timedelta(2),
    }  # fmt: skip
    return row | ({"county": county} if county else {})


def _judgement(line: str, choice: str) -> Row:
    return {"id": f"Y{line}", "line": line, "choice": choice, "reason": "理由", "who": "会议", "when": _day(12, 14)}


def declared(name: str) -> Row:
    top, bottom = DECLARED[name]
    row = {"id": name, "name": name, "numerator": top, "source": "系统", "as_of": _day(11, 30)}
    return row | ({} if bottom is None else {"denominator": bottom})


def county() -> Unit:
    """Return the city as a 省管县: no county below it, and its own records alone."""
    unit = city()
    unit.facts["level"] = "省管县"
    tables = unit.tables
    tables["county"] = []
    for kind in ("establishment", "case", "establishment_change"):
        tables[kind] = [row for row in tables[kind] if row["level"] == "本级"]
    for kind in ("approval", "approval_window"):
        tables[kind] = tables[kind][:1]
    return unit


def unit_of(number: int) -> Unit:
    """Return the unit of that number, always the same: numbers after one another differ in everything."""
    chance = random.Random(number)
    unit = county() if chance.random() < 0.15 else city()
    unit.answers = {q: chance.choice(options) for q, options in QUESTIONS.items() if chance.random() < 0.7}
    if chance.random() < 0.2:
        unit.due.pop("training-plan")
    if chance.random() < 0.4:
        _another_end(unit, chance)
    for _ in range(chance.choice((0, 0, 1, 2, 3))):
        _table_gone(unit, chance)
    for _ in range(chance.randint(1, 40)):
        chance.choices(_CHANGES, _WEIGHTS)[0](unit, chance)
    return unit


def _another_end(unit: Unit, chance: random.Random) -> None:
    for name, days in (
        ("as_of", (None, _day(11, 30), _day(12, 31), _day(10, 31))),
        ("submit_date", (None, _day(12, 15), date(YEAR + 1, 1, 8))),
    ):
        if (day := chance.choice(days)) is None:
            unit.facts.pop(name, None)
        else:
            unit.facts[name] = day


INSTEAD = {  # which numbers a unit declares where it has no such table
    "staff": ("training-qualified",), "exam": ("province-exams", "city-exams", "exam-qualified"),
    "case": ("cases-per-post", "online-culture-cases", "prohibited-content-cases", "platform-cases"),
    "inspection": ("least-daily-checks", "average-checks"), "monthly_report": ("months-short", "months-reported"),
    "approval": ("platform-approvals",),
}  # fmt: skip


def _table_gone(unit: Unit, chance: random.Random) -> None:
    """A table that nobody filed, or that was declared empty; a declared number may stand in its place."""
    kind = chance.choice(sorted(unit.tables))
    if kind == "county":  # what refers to a county that is not on file is another error
        for other in ("establishment", "establishment_change"):
            for row in unit.tables.get(other, []):
                row.pop("county", None)
    if kind == "venue":
        unit.tables.pop("inspection", None)
    if chance.random() < 0.4:
        unit.tables[kind] = []
        return
    del unit.tables[kind]
    if kind in INSTEAD and "indicator" in unit.tables and chance.random() < 0.7:
        unit.tables["indicator"] += [declared(name) for name in INSTEAD[kind]]


def _a_row(unit: Unit, chance: random.Random) -> tuple[str, Row] | None:
    kind = chance.choice(sorted(unit.tables))
    rows = unit.tables[kind]
    return (kind, chance.choice(rows)) if rows else None


def _row_gone(unit: Unit, chance: random.Random) -> None:
    if (found := _a_row(unit, chance)) is None:
        return
    kind, row = found
    unit.tables[kind].remove(row)
    if kind == "county":
        for other in ("establishment", "establishment_change"):
            unit.tables[other] = [r for r in unit.tables.get(other, []) if r.get("county") != row["name"]]
    if kind == "venue":
        unit.tables["inspection"] = [r for r in unit.tables.get("inspection", []) if r["venue"] != row["id"]]


def _row_again(unit: Unit, chance: random.Random) -> None:
    """One more of the same, another day: it may count, and may not."""
    if (found := _a_row(unit, chance)) is None or found[0] in (
        "reform_item",
        "county",
        "judgement",
        "indicator",
        "venue",
        "establishment",
    ):
        return
    kind, row = found
    again = {**row, "id": f"{row['id']}再{len(unit.tables[kind])}"}
    unit.tables[kind].append(again)
    _another_value(unit, kind, again, chance)


def _cell(unit: Unit, chance: random.Random) -> None:
    if (found := _a_row(unit, chance)) is not None:
        _another_value(unit, *found, chance)


def _fact(unit: Unit, chance: random.Random) -> None:
    if "platform_online" in unit.facts:
        unit.facts["platform_online"] = chance.choice((True, False))
        if chance.random() < 0.3:
            del unit.facts["platform_online"]


def _choice(unit: Unit, chance: random.Random) -> None:
    if rows := unit.tables.get("judgement"):
        row = chance.choice(rows)
        row["choice"] = chance.choice(_CHOICES[row["line"]])


_CHANGES: tuple[Callable[[Unit, random.Random], None], ...] = (_cell, _row_gone, _row_again, _fact, _choice)
_WEIGHTS = (24, 4, 3, 1, 3)


@cache
def fields_of(kind: str) -> dict[str, Row]:
    """Return the fields of a record kind as its file has them: the common one's, the pack's own laid over them."""
    packs = resources.schema("packs", "culture-2017", "records", f"{kind}.yaml")
    fields: dict[str, Row] = {}
    for path in (resources.schema("records", f"{kind}.yaml"), resources.schema("engine", f"{kind}.yaml"), packs):
        if path.is_file():
            fields |= {f["name"]: f for f in yaml.load(path.read_text("utf-8"), yaml.CBaseLoader)["fields"]}
    return fields


def _another_value(unit: Unit, kind: str, row: Row, chance: random.Random) -> None:
    """Give one field of a row another value that it may have, or none where it may be left blank."""
    fields = [
        f
        for name, f in fields_of(kind).items()
        if (name not in _KEPT or (kind, name) in _MUST_BE_CHANGED)
        and (name != "county" or kind == "establishment_change")
    ]
    weighty = [
        f
        for f in fields
        if f["name"] in row or f["type"] in ("boolean", "yearmonth") or "enum" in f.get("constraints", {})
    ]
    if not weighty:
        return
    field = chance.choice(weighty)
    name, needed = field["name"], field.get("constraints", {}).get("required") == "true"
    if name in row and not needed and chance.random() < 0.25:
        del row[name]
        return
    if name == "county":
        names = [c["name"] for c in unit.tables.get("county", [])]
        if names and row["level"] == "县级":
            row[name] = chance.choice(names)
        return
    value = _value(unit, field, row.get(name), chance)
    if value is None or ((whole := field.get("x-at-most")) and whole in row and value > row[whole]):
        return
    if any(f.get("x-at-most") == name and f["name"] in row and row[f["name"]] > value for f in fields):
        return
    row[name] = value


def _value(unit: Unit, field: Row, old: Any, chance: random.Random) -> Any:
    kind, among = field["type"], field.get("constraints", {}).get("enum")
    if among:
        return chance.choice(among)
    if kind == "boolean":
        return chance.random() < 0.5
    if kind in ("integer", "number"):
        old = old or 0
        return max(
            0, chance.choice((old - 1, old + 1, old - 2, old + 2, 0, old * 2, chance.randint(0, 2 * int(old) + 2)))
        )
    if kind == "date":
        return chance.choice(list(_edges(unit)))
    if kind == "yearmonth":
        return f"{chance.choice((YEAR - 1, YEAR, YEAR))}-{chance.randint(1, 12):02}"
    return chance.choice((f"{old}", "同一事项")) if field["name"] == "matter" else None


def _edges(unit: Unit) -> Iterator[date]:
    """Give the days about which something changes: the year's, the unit's own, those of the text and the notice."""
    named = [_day(10, 1), _day(10, 30), _day(10, 31), _day(12, 4), _day(12, 20), _day(3, 10)]
    for day in (*named, unit.facts.get("as_of"), unit.facts.get("submit_date")):
        if day is not None:
            yield from (day - timedelta(1), day, day + timedelta(1))
    yield from (date(YEAR - 1, 12, 31), _day(1, 1), _day(12, 31), date(YEAR + 1, 1, 1))


def changed(base: Unit, change: Callable[[Unit], None]) -> Unit:
    """Return a copy of a unit with ``change`` made to it."""
    unit = copy.deepcopy(base)
    change(unit)
    return unit


def write(unit: Unit, folder: Path) -> None:
    """Write the unit's folder as `kaoping` reads it; a file of JSON is YAML too, and written ten times as fast."""
    records = folder / "records"
    records.mkdir(parents=True, exist_ok=True)
    for path in records.iterdir():
        path.unlink()
    _dump(records / "unit.yaml", unit.facts)
    for kind, rows in unit.tables.items():
        _dump(records / _file_of(kind), rows)
    _dump(folder / "notice.yaml", {"due": {k: {"date": v} for k, v in unit.due.items()}, "answers": unit.answers})


@cache
def _file_of(kind: str) -> str:
    for parts in (("records",), ("engine",), ("packs", "culture-2017", "records")):
        path = resources.schema(*parts, f"{kind}.yaml")
        if path.is_file() and (name := yaml.load(path.read_text("utf-8"), yaml.CBaseLoader).get("x-file")):
            return str(name)
    raise LookupError(kind)


def _dump(path: Path, value: Any) -> None:
    path.write_text(json.dumps(_said(value), ensure_ascii=False, indent=0), encoding="utf-8")


def _said(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _said(v) for key, v in value.items()}
    if isinstance(value, list):
        return [_said(v) for v in value]
    if isinstance(value, bool):
        return "是" if value else "否"
    return value.isoformat() if isinstance(value, date) else value

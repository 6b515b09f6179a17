"""The records of the sample units that must agree with their ledgers: exams, random checks, hotline, monthly sums.

Whatever can be counted is counted from the ledgers, so that no cross-check finds a slip that nobody thought up.
"""

from __future__ import annotations

import random
from calendar import monthrange
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sample_maker.ledgers import City, Row


def exam_results(people: Sequence[Row], failed: Mapping[str, Sequence[str]]) -> list[Row]:
    """Return the result of everyone on duty in each exam; ``failed`` names, exam by exam, who did not reach 60."""
    dice = random.Random("考试成绩")
    return [
        {
            "id": f"{exam}-{person['id']}",
            "exam": exam,
            "person": person["id"],
            "name": person["name"],
            "score": str(dice.randint(41, 58) if person["id"] in short else dice.randint(62, 97)),
            "passed": "否" if person["id"] in short else "是",
        }
        for exam, short in failed.items()
        for person in people
        if person["on_duty"] == "是"
    ]


@dataclass(frozen=True)
class Campaign:
    """One round of random checks: what is checked, at which venues, from which month to which."""

    content: str
    categories: tuple[str, ...]
    first: int
    last: int


def random_checks(venues: Sequence[Row], inspections: Sequence[Row], campaigns: Sequence[Campaign]) -> list[Row]:
    """Return the statistics of random checks, counted from the ledger of inspections."""
    rows: list[Row] = []
    for number, one in enumerate(campaigns, 1):
        base = [venue["id"] for venue in venues if venue["category"] in one.categories]
        seen: dict[str, str] = {}  # venue → what the last random check of the round found
        for check in inspections:
            if check["type"] == "双随机抽查" and check["venue"] in base and one.first <= _month(check) <= one.last:
                seen[check["venue"]] = check["result"]
        share = f"{len(seen) / len(base):g}"
        assert len(share) <= 4, f"{one.content}：抽查比例除不尽，换几个月"
        rows.append(
            {
                "id": f"SJ{number:02}",
                "content": one.content,
                "type": "定向抽查",
                "target": "、".join(one.categories) + "经营单位",
                "base": str(len(base)),
                "ratio": share,
                "sampled": str(len(seen)),
                "published": str(len(seen)),
                "unpublished": "0",
                "completion": "1",
                "result": "，".join(f"{result}{found}家" for result, found in Counter(seen.values()).most_common()),
                "date": f"2017-{one.last:02}-{monthrange(2017, one.last)[1]}",
            }
        )
    return rows


def _month(row: Row) -> int:
    return int(row["date"][5:7])


def hotlines(number: int, unit: City) -> list[Row]:
    """Return the reports that came in by 12318 from January to November."""
    dice = random.Random("12318")
    kinds = ("网吧", "歌舞娱乐", "出版物", "游艺娱乐", "网络游戏", "电影", "版权", "营业性演出")
    rows: list[Row] = []
    for index in range(1, number + 1):
        month = 1 + (index - 1) * 11 // number
        day = dice.randint(2, 27)
        channel, category = dice.choice(["电话", "电话", "信息网络", "来访"]), dice.choice(kinds)
        rows.append(
            {
                "id": f"JB{index:03}",
                "title": f"反映{category}方面的问题",
                "region": dice.choice(unit.counties or [unit.region]),
                "channel": channel,
                "category": category,
                "date": f"2017-{month:02}-{day:02}",
                "result": dice.choice(["查实，责令改正", "查实，立案处罚", "未查实", "不属本部门职责，已移送"]),
                "reply": f"{dice.randint(2, 9)}日内回复",
            }
        )
    return rows


def with_sums(months: Sequence[Row], cases: Sequence[Row], inspections: Sequence[Row]) -> list[Row]:
    """Return the monthly reports, those of 执法数据 with the cases closed and the checks made in the month."""
    closed = Counter(case["closed"][:7] for case in cases)
    checked = Counter(check["date"][:7] for check in inspections)
    return [
        {name: row[name] for name in ("id", "month", "channel")}
        | {"cases": str(closed[row["month"]]), "checks": str(checked[row["month"]])}
        | row
        if row["channel"] == "执法数据"
        else row
        for row in months
    ]

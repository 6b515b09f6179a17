"""The contest of the sample city, and how far its officers and the county's came in the drills before it."""

from __future__ import annotations

import random
from collections.abc import Sequence

from sample_maker.ledgers import Row

SUBJECTS = ("政策法规考试", "文书制作（案卷纠错）", "平台应用及网络案件证据固定")
# 执法证号、性别、出生年月、三科成绩。并列的一处在二等奖以内；缺考一科的一人，总成绩怎么算已有裁定
CONTESTANTS = (
    ("R004", "女", "1988-04", "95 91 90.5"),
    ("R003", "男", "1986-11", "90 93.5 94"),
    ("R009", "男", "1979-02", "88.5 86 89"),
    ("R005", "男", "1984-07", "84 87.5 88"),
    ("R013", "男", "1981-09", "92 89.5 85"),
    ("R015", "女", "1990-05", "92 90 91"),
    ("R012", "男", "1976-12", "81 78 80"),
    ("R018", "男", "1985-03", "89 94.5 86.5"),
    ("R021", "男", "1983-08", "86 84 87"),
    ("R020", "男", "1987-01", "83 80 缺考"),
    ("R024", "男", "1980-06", "79.5 82 83.5"),
    ("R026", "女", "1989-10", "87 85 92.5"),
    ("R027", "男", "1982-04", "90.5 88 84"),
    ("R028", "男", "1978-03", "82 81 86"),
    ("R033", "男", "1991-02", "85 83 82"),
    ("R035", "男", "1986-05", "78 86.5 81.5"),
)


def contestants(people: Sequence[Row]) -> list[Row]:
    """Return who took part, by the register of officers."""
    register = {person["id"]: person for person in people}
    return [
        {
            "id": f"CS{number:02}",
            "name": register[who]["name"],
            "team": register[who]["body"],
            "sex": sex,
            "birth": birth,
            "person": who,
        }
        for number, (who, sex, birth, _) in enumerate(CONTESTANTS, 1)
    ]


def scores() -> list[Row]:
    """Return everybody's score in each subject; a word in its place is the state."""
    rows: list[Row] = []
    for number, (*_, marks) in enumerate(CONTESTANTS, 1):
        for place, (subject, mark) in enumerate(zip(SUBJECTS, marks.split(), strict=True), 1):
            row = {"id": f"CS{number:02}-{place}", "contestant": f"CS{number:02}", "subject": subject}
            sat = mark[0].isdigit()
            rows.append(row | ({"state": "到考", "score": mark} if sat else {"state": mark}))
    return rows


def drill_people(people: Sequence[Row]) -> list[Row]:
    """Return what everybody on duty reached on the platform: who is short of the training is short here too."""
    dice = random.Random("练兵达标")
    return [
        {
            "id": f"DB{number:03}",
            "name": person["name"],
            "body": person["body"],
            "person": person["id"],
            "credits": str(dice.randint(80, 110) if person["qualified"] == "是" else dice.randint(35, 70)),
            "self_test": str(dice.randint(62, 98) if person["qualified"] == "是" else dice.randint(40, 75)),
        }
        for number, person in enumerate((p for p in people if p["on_duty"] == "是"), 1)
    ]

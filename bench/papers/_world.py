"""An invented city with its offices, people and days: one for each paper, from its own dice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

_DIGITS = "〇一二三四五六七八九"
_TENS = "十"


@cache
def words() -> Mapping[str, Any]:
    """Return ``words.yaml``."""
    data: Mapping[str, Any] = yaml.safe_load((Path(__file__).parent / "words.yaml").read_text(encoding="utf-8"))
    return data


@dataclass(frozen=True)
class Office:
    """An office: its name, and the code that its numbers begin with."""

    name: str
    code: str


class World:
    """What a paper is written about."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.city: str = rng.choice(words()["cities"])
        self.province: str = rng.choice(words()["provinces"])
        self.year = 2017
        self.day = date(2017, 1, 6) + timedelta(days=rng.randrange(340))

    def office(self, which: str = "offices") -> Office:
        it = words()[which]
        it = it if isinstance(it, dict) else self.rng.choice(it)
        names = {"c": self.city, "p": self.province, "s": self.city[0], "q": self.province[0]}
        return Office(it["name"].format(**names), it["code"].format(**names))

    def person(self) -> str:
        return str(self.rng.choice(words()["surnames"]) + self.rng.choice(words()["given"]))

    def county(self) -> str:
        return str(self.rng.choice(words()["counties"]))

    def matter(self, *among: str) -> tuple[str, list[str]]:
        """Return a matter's words, and the lines that it could be held against."""
        matters = words()["matters"]
        it = matters[self.rng.choice(among or tuple(matters))]
        return self.rng.choice(it["words"]), list(it["lines"])

    def sentence(self) -> str:
        rng = self.rng
        template: str = rng.choice(words()["sentences"])
        return template.format(
            n1=rng.randrange(120, 4000), n2=rng.randrange(40, 900), n3=rng.randrange(5, 80),
            d1=f"{rng.randrange(1, 13)}月{rng.randrange(1, 29)}日", d2=f"2017年{rng.randrange(1, 12)}月底",
            who=self.person(), tel=f"{rng.randrange(500, 999)}-{rng.randrange(2000000, 8999999)}",
        )  # fmt: skip

    def prose(self, paragraphs: int, *, headings: bool = False) -> list[str]:
        """Return paragraphs, some of them headings (marked with #)."""
        rng, out = self.rng, []
        names = rng.sample(words()["headings"], k=min(6, len(words()["headings"])))
        for number in range(paragraphs):
            if headings and number % 2 == 0 and number // 2 < len(names):
                out.append(f"#{'一二三四五六'[number // 2]}、{names[number // 2]}")
            out.append("".join(self.sentence() for _ in range(rng.randrange(1, 4))))
        return out

    def number(self, code: str, year: int = 0) -> str:
        """Return a 发文字号 as offices write it: its brackets, and the year's, differ."""
        rng = self.rng
        number, year = rng.randrange(1, 180), year or self.year
        form = rng.choices(
            ["{c}〔{y}〕{n}号", "{c}发〔{y}〕{n}号", "{c}字〔{y}〕{n}号", "{c}函〔{y}〕{n}号", "{c}[{y}]{n}号"],
            weights=[8, 4, 2, 2, 1],
        )[0]
        return form.format(c=code, y=year, n=number)


def written(day: date, how: str) -> str:
    """Return a day as papers write it: cn 二〇一七年三月五日, ar 2017年3月5日, dot 2017.3.5, dash 2017-03-05."""
    if how == "cn":
        year = "".join(_DIGITS[int(digit)] for digit in str(day.year))
        return f"{year}年{_spoken(day.month)}月{_spoken(day.day)}日"
    if how == "dot":
        return f"{day.year}.{day.month}.{day.day}"
    if how == "dash":
        return day.isoformat()
    return f"{day.year}年{day.month}月{day.day}日"


def _spoken(number: int) -> str:
    tens, ones = divmod(number, 10)
    return (_DIGITS[tens] if tens > 1 else "") + (_TENS if tens else "") + (_DIGITS[ones] if ones or not tens else "")

"""The points of each line, by the second scorer and by what the unit decided on lines that the text leaves open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path

import yaml

from kaoping.core import resources
from second_scorer import scorer, team
from second_scorer.spans import Span, span, total

from .samples import Told

SOURCE = (Path(__file__).parent.parent / "data" / "rubric-2017.txt").read_text("utf-8")
TITLE = SOURCE.split("\n")[0].strip()
#: Section → its lines.
SECTIONS = {
    "Ⅰ": ("1", "6"), "Ⅱ": tuple(map(str, range(7, 13))), "Ⅲ": tuple(map(str, range(13, 20))),
    "Ⅳ": tuple(map(str, range(20, 26))), "Ⅴ": ("26",), "Ⅵ": tuple(map(str, range(27, 38))),
    "Ⅶ": ("38", "39", "40a", "40b"),
}  # fmt: skip
BONUS = ("26+", "B1", "B2", "B3", "B4", "B5", "B6", "B7")
#: Line → what it may bring, as the source's 分值 column has it.
FULL = {
    "1": 20, "6": 10, "7": 2, "8": 1, "9": 1, "10": 2, "11": 1, "12": 1, "13": 2, "14": 2, "15": 2, "16": 2, "17": 1,
    "18": 2, "19": 1, "20": 2, "21": 2, "22": 1, "23": 2, "24": 2, "25": 1, "26": 20, "27": 1, "28": 2, "29": 1,
    "30": 2, "31": 1, "32": 1, "33": 1, "34": 1, "35": 2, "36": 1, "37": 1, "38": 1, "39": 2, "40a": 1, "40b": 2,
}  # fmt: skip


@cache
def headings() -> Mapping[str, tuple[str, int]]:
    """Section → its name and its points, as the source has them."""
    found = re.findall(r"([ⅠⅡⅢⅣⅤⅥⅦ])\s*\n(\S+)\n(?:\(.*?\)\n)?（(\d+)分）", SOURCE)
    assert len(found) == len(SECTIONS) and sum(int(points) for *_, points in found) == 100
    return {section: (name, int(points)) for section, name, points in found}


@cache
def titles() -> Mapping[str, str]:
    """Line → what the documents call it. A label: nothing is counted by it."""
    raw = yaml.safe_load(resources.schema("packs", "culture-2017", "rubric.yaml").read_text("utf-8"))
    return {line["line"]: line["title"] for section in raw["sections"] for line in section["lines"]}


def points(told: Told) -> dict[str, Span]:
    """Return the points of each line; what the unit decided stands where the text leaves it open."""
    unit = told.unit
    found = scorer.points(unit)
    halves = {"7a": team.line_7a(unit), "7b": team.line_7b(unit)}
    for row in told.rows("decision") if told.decided else ():
        among, its = (halves, row["part"]) if "part" in row else (found, row["line"])
        if not among[its].single:
            among[its] = span(Fraction(row["points"]))
    if not unit.is_city:  # what 设区市 means for a county is left to whoever tells it: an open reading of second_scorer
        found |= {"B3": span(0, 2), "B4": span(0, 5)}
    return {**found, "7": total(halves.values()), **told.by_eye}


def base(told: Told) -> Span:
    return total(its for line, its in points(told).items() if line in FULL)


def bonus(told: Told) -> Span:
    return total(points(told)[line] for line in BONUS)


def whole(told: Told) -> Span:
    return total([base(told), bonus(told), points(told)["B8"]])

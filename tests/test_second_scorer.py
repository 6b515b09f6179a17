"""The program's points against those of a second scorer that was written from the source text without a look at rubric.yaml.

Each unit's number makes it anew: `unit_of(17)` is the unit of a message that names 17.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterable
from pathlib import Path

import pytest

from examples import sampled
from kaoping import api
from second_scorer.differences import KNOWN_DIFFERENCES, OPEN_READINGS, Difference, OpenReading, Shown
from second_scorer.facts import Unit
from second_scorer.scorer import LINES
from second_scorer.spans import Span
from second_scorer.units import changed, city, county, unit_of, write

SOURCE = (Path(__file__).parent / "data" / "rubric-2017.txt").read_text("utf-8")
WITHOUT_POINTS = {"2", "3", "4", "5"}  # their 20 points stand with line 1
CHUNK = 50
CHUNKS = [range(start, start + CHUNK) for start in range(0, 1000, CHUNK)]


def program(unit: Unit, folder: Path) -> dict[str, Span]:
    """The program's points of each line."""
    write(unit, folder)
    card = api.assess(folder).card
    return {score.line: Span(score.low, score.high) for score in card.lines if score.line not in WITHOUT_POINTS}


def excused(unit: Unit, line: str, points: Span) -> bool:
    """Whether what the program gives a line is what both give it, once the known differences are seen as the program does."""
    faults = [fault.as_seen for fault in KNOWN_DIFFERENCES if line in {shown.line for shown in fault.shown}]
    readings = [r for r in OPEN_READINGS if line in {shown.line for shown in r.shown} and r.applies(unit)]
    for number in range(len(faults) + 1):
        for some in itertools.combinations(faults, number):
            seen = copy.deepcopy(unit)
            for change in some:
                change(seen)
            second = LINES[line](seen)
            if points == second or (readings and points.holds(second)):
                return True
    return False


def told(number: int, unit: Unit, points: dict[str, Span]) -> Iterable[str]:
    """What the two scorers do not agree about, and nobody has explained."""
    for line, score in LINES.items():
        second = score(unit)
        if points[line] != second and not excused(unit, line, points[line]):
            yield f"unit_of({number}) line {line}: the program {points[line]}, the second scorer {second}"


def test_the_second_scorer_knows_each_line(tmp_path: Path) -> None:
    assert list(program(city(), tmp_path)) == list(LINES)


@pytest.mark.parametrize("numbers", sampled(2, CHUNKS), ids=lambda numbers: f"{numbers[0]}-{numbers[-1]}")
def test_both_scorers_give_the_same(numbers: range, tmp_path: Path) -> None:
    units = [(number, unit_of(number)) for number in numbers]
    assert [line for number, unit in units for line in told(number, unit, program(unit, tmp_path))] == []


@pytest.mark.parametrize("unit", [city(), county()], ids=["city", "county"])
def test_both_give_the_good_unit_the_same(unit: Unit, tmp_path: Path) -> None:
    assert list(told(-1, unit, program(unit, tmp_path))) == []


SHOWN = [(fault, shown) for fault in KNOWN_DIFFERENCES for shown in fault.shown]
WIDER = [(reading, shown) for reading in OPEN_READINGS for shown in reading.shown]


@pytest.mark.parametrize(("fault", "shown"), SHOWN, ids=lambda it: getattr(it, "name", None) or it.line)
def test_a_known_difference_is_still_there(fault: Difference, shown: Shown, tmp_path: Path) -> None:
    unit = changed(city(), shown.change)
    points, second = program(unit, tmp_path)[shown.line], LINES[shown.line](unit)
    assert points != second, f"line {shown.line} does not differ any more: take it out of “{fault.name}”"
    assert (str(points), str(second)) == (shown.program, shown.second)
    assert LINES[shown.line](changed(unit, fault.as_seen)) == points


@pytest.mark.parametrize(("reading", "shown"), WIDER, ids=lambda it: getattr(it, "name", None) or it.line)
def test_an_open_reading_is_still_wider(reading: OpenReading, shown: Shown, tmp_path: Path) -> None:
    unit = changed(city(), shown.change)
    points, second = program(unit, tmp_path)[shown.line], LINES[shown.line](unit)
    assert points != second, f"line {shown.line} does not differ any more: take it out of “{reading.name}”"
    assert points.holds(second)
    assert reading.applies(unit)
    assert (str(points), str(second)) == (shown.program, shown.second)


@pytest.mark.parametrize("shown", [shown for _, shown in SHOWN + WIDER], ids=lambda shown: shown.line)
def test_a_difference_quotes_the_source(shown: Shown) -> None:
    assert shown.words in SOURCE.replace("\n", "")

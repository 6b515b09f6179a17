"""The program's points against those of a second scorer, which was written from the source text without rubric.yaml.

Each unit's number makes it anew: `unit_of(17)` is the unit of a message that names 17.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from examples import sampled, seldom
from kaoping import api
from second_scorer.differences import MENDED, OPEN_READINGS, Fault, OpenReading, Shown
from second_scorer.facts import Unit
from second_scorer.scorer import LINES
from second_scorer.spans import Span
from second_scorer.units import changed, city, county, unit_of, write

SOURCE = (Path(__file__).parent / "data" / "rubric-2017.txt").read_text("utf-8").replace("\n", "")
WITHOUT_POINTS = {"2", "3", "4", "5"}  # their 20 points stand with line 1
CHUNK = 50
CHUNKS = [range(start, start + CHUNK) for start in range(0, 1000, CHUNK)]


def program(unit: Unit, folder: Path) -> dict[str, Span]:
    """The program's points of each line."""
    write(unit, folder)
    card = api.assess(folder).card
    return {score.line: Span(score.low, score.high) for score in card.lines if score.line not in WITHOUT_POINTS}


def excused(unit: Unit, line: str, points: Span) -> bool:
    """Whether the program leaves the line wider for a reason that somebody wrote down."""
    readings = [r for r in OPEN_READINGS if line in {shown.line for shown in r.shown} and r.applies(unit)]
    return bool(readings) and points.holds(LINES[line](unit))


def told(number: int, unit: Unit, points: dict[str, Span]) -> Iterable[str]:
    """What the two scorers do not agree about, and nobody has explained."""
    for line, score in LINES.items():
        second = score(unit)
        if points[line] != second and not excused(unit, line, points[line]):
            yield f"unit_of({number}) line {line}: the program {points[line]}, the second scorer {second}"


def test_the_second_scorer_knows_each_line(tmp_path: Path) -> None:
    assert list(program(city(), tmp_path)) == list(LINES)


@pytest.mark.parametrize(
    "numbers", [CHUNKS[0], *seldom(5, CHUNKS[1:])], ids=lambda numbers: f"{numbers[0]}-{numbers[-1]}"
)
def test_both_scorers_give_the_same(numbers: range, tmp_path: Path) -> None:
    units = [(number, unit_of(number)) for number in numbers]
    assert [line for number, unit in units for line in told(number, unit, program(unit, tmp_path))] == []


@pytest.mark.parametrize("unit", [city(), county()], ids=["city", "county"])
def test_both_give_the_good_unit_the_same(unit: Unit, tmp_path: Path) -> None:
    assert list(told(-1, unit, program(unit, tmp_path))) == []


def each_shown(table: Iterable[Fault | OpenReading]) -> list[Any]:
    """Each entry with each line that shows it; where it shows on several, all but the first are slow."""
    return [case for entry in table for case in sampled(1, [(entry, shown) for shown in entry.shown])]


def named(part: Fault | OpenReading | Shown) -> str:
    return part.line if isinstance(part, Shown) else part.name


@pytest.mark.parametrize(("fault", "shown"), each_shown(MENDED), ids=named)
def test_what_was_wrong_is_right(fault: Fault, shown: Shown, tmp_path: Path) -> None:
    unit = changed(city(), shown.change)
    points, second = program(unit, tmp_path)[shown.line], LINES[shown.line](unit)
    assert (str(points), str(second)) == (shown.second, shown.second), f"{fault.name}: it was {shown.program}"


@pytest.mark.parametrize(("reading", "shown"), each_shown(OPEN_READINGS), ids=named)
def test_an_open_reading_is_still_wider(reading: OpenReading, shown: Shown, tmp_path: Path) -> None:
    unit = changed(city(), shown.change)
    points, second = program(unit, tmp_path)[shown.line], LINES[shown.line](unit)
    assert points != second, f"line {shown.line} does not differ any more: take it out of “{reading.name}”"
    assert points.holds(second)
    assert reading.applies(unit)
    assert (str(points), str(second)) == (shown.program, shown.second)


@pytest.mark.parametrize("entry", [*MENDED, *OPEN_READINGS], ids=named)
def test_a_difference_quotes_the_source(entry: Fault | OpenReading) -> None:
    assert [shown.words for shown in entry.shown if shown.words not in SOURCE] == []

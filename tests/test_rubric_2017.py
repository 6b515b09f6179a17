"""The 2017 rubric: its words are the source's, its points add up, and every worked case comes out as thought up."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from culture import CULTURE, RUBRIC
from kaoping.core.findings import Findings
from kaoping.core.model import Dossier, Record
from kaoping.rubric.nodes import Line, Row
from kaoping.rubric.rules._tiers import Tiers
from kaoping.rubric.rules.choices import choices
from kaoping.rubric.rules.conditions import Compare
from kaoping.rubric.rules.evaluation import Measure
from kaoping.rubric.rules.params import ByLevel, Literal, as_number
from kaoping.scoring import cases as worked
from kaoping.scoring import score
from kaoping.scoring.cases import Case

SOURCE = Path(__file__).parent / "data" / "rubric-2017.txt"
CASES = worked.read(CULTURE)
MOST = {("6", 1), ("33", 1), ("37", 12)}  # edges that nothing can pass: all of the counties, all calls, twelve months
CELLS = 6  # 项目、内容、依据、分值、标准、自评分


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.line} {case.name}")
def test_worked_case(case: Case) -> None:
    (result,) = worked.run(RUBRIC, [case])
    assert result.difference == ""


# -- the words ---------------------------------------------------------------------------------------------------------


def _source() -> tuple[str, list[list[str]]]:
    """The source's title and its rows: a cell starts at a tab; the last row stops after its fourth cell."""
    title, *cells = SOURCE.read_text("utf-8").split("\t")
    texts = [cell.strip() for cell in cells]
    rows = [texts[start : start + CELLS] for start in range(0, len(texts), CELLS)]
    assert [len(row) for row in rows] == [CELLS] * (len(rows) - 1) + [4]
    return title.strip(), rows


def test_title_and_headings_are_the_source_s() -> None:
    title, (names, *rows) = _source()
    assert RUBRIC.title == title
    assert names == ["项目", "内容", "依据", "分值", "标准", "自评分"]
    assert [section.heading for section in RUBRIC.sections] == [row[0] for row in rows if row[0]]


def test_every_cell_is_the_source_s_letter_by_letter() -> None:
    _, (_, *rows) = _source()
    own = [line.row for line in RUBRIC.lines if not line.shares_row_with]
    wanted = [Row(*(row + [""] * CELLS)[1:5]) for row in rows]
    assert own == wanted
    assert all(row[5] == "" for row in rows[:-1]), "the 自评分 column of the source is empty"


def test_each_section_has_the_source_s_lines() -> None:
    _, (_, *rows) = _source()
    sizes: list[int] = []
    for row in rows:
        if row[0]:
            sizes.append(0)
        sizes[-1] += 1
    assert sizes == [sum(not line.shares_row_with for line in section.lines) for section in RUBRIC.sections]


# -- the points --------------------------------------------------------------------------------------------------------


def test_base_points_add_up_to_100() -> None:
    found = [
        sum((line.of or Fraction(0) for line in section.lines if line.role == "base"), Fraction(0))
        for section in RUBRIC.sections
    ]
    assert found == [30, 8, 12, 10, 20, 14, 6, 0]
    assert sum(found) == 100
    assert [section.points for section in RUBRIC.sections] == [30, 8, 12, 10, 20, 14, 6, None]


def test_the_points_of_a_line_are_those_of_its_cell() -> None:
    for line in RUBRIC.lines:
        cell = line.row.points.split("\n")[0].replace("－", "-")
        if cell:
            assert line.of == Fraction(cell), line.id
    assert [line.id for line in RUBRIC.lines if not line.row.points and not line.shares_row_with] == [*"2345", "B5"]


def test_lines_are_named_as_the_contract_says() -> None:
    names = [*map(str, range(1, 27)), "26+", *map(str, range(27, 40)), "40a", "40b", *(f"B{n}" for n in range(1, 9))]
    assert [line.id for line in RUBRIC.lines] == names
    roles = {line.id: line.role for line in RUBRIC.lines}
    assert [name for name, role in roles.items() if role == "bonus"] == ["26+", *(f"B{n}" for n in range(1, 8))]
    assert [name for name, role in roles.items() if role == "deduction"] == ["B8"]


def test_a_unit_that_recorded_nothing() -> None:
    """Nothing is guessed: all of the base is open, no bonus is claimed."""
    unit = Record("unit", "unit", {"name": "某市", "level": "设区市", "year": 2017}, CASES[0].at)
    card = score(RUBRIC, Dossier(Path(), unit, 2017, "设区市", {}, {}, CULTURE), Findings())
    assert (card.base.low, card.base.high, card.base.of) == (0, 100, 100)
    assert (card.bonus.low, card.bonus.high) == (0, 0)
    assert (card.deduction.low, card.deduction.high) == (-5, 0)
    assert (card.total.low, card.total.high) == (-5, 100)
    scored = [line.line for line in card.lines if line.status == "scored"]
    assert scored == ["26+", *(f"B{n}" for n in range(1, 8))]
    assert {line.status for line in card.lines} == {"scored", "missing"}


# -- the cases are enough ----------------------------------------------------------------------------------------------


def test_there_are_many_cases_each_with_a_name_of_its_own() -> None:
    assert len(CASES) >= 200
    assert [name for name, number in Counter(case.name for case in CASES).items() if number > 1] == []


@pytest.mark.parametrize("line", RUBRIC.lines, ids=lambda line: line.id)
def test_every_line_is_seen_missing_or_unclaimed_decided_and_open(line: Line) -> None:
    own = [case.expect for case in CASES if case.line == line.id]
    if line.of == 0:  # 2–5: their points stand on 1
        assert own
        return
    assert any("points" in expect for expect in own), "no case in which it is decided"
    if line.role == "base" and line.id != "32":
        assert any(expect.get("status") == "missing" for expect in own), "no case without any record"
    points = {Fraction(expect["points"]) for expect in own if "points" in expect}
    assert len(points) > 1 or line.id == "26+", "every case gives the same points"


def _edges(line: Line) -> dict[Fraction, list[Measure]]:
    """The numbers at which the line's points change, each with the measures that are compared with it."""
    found: dict[Fraction, list[Measure]] = {}
    for node in line.nodes:
        if isinstance(node, Tiers):
            edges = [edge for step in node.steps for _, edge in step.sides]
        elif isinstance(node, Compare):
            edges = [param for _, param in node.edges]
        else:
            continue
        for edge in edges:
            for param in edge.values.values() if isinstance(edge, ByLevel) else [edge]:
                number = as_number(param.value) if isinstance(param, Literal) else None
                if number is not None and (isinstance(node, Tiers) or number not in (0, 1)):  # 0, 1: some or none, all
                    found.setdefault(number, []).append(node.measure)
    return found


@pytest.mark.parametrize("line", [line for line in RUBRIC.lines if _edges(line)], ids=lambda line: line.id)
def test_every_edge_has_cases_below_on_and_above(line: Line) -> None:
    for edge, measures in _edges(line).items():
        seen: set[str] = set()
        for case in (case for case in CASES if case.line == line.id):
            for low, high in worked.measured(RUBRIC, case, measures):
                seen |= {"below"} if high < edge else {"above"} if low > edge else {"on"} if low == high else set()
        wanted = {"below", "on", "above"}
        wanted -= {"above"} if (line.id, edge) in MOST else set()
        wanted -= {"below"} if edge == 0 else set()
        assert wanted <= seen, f"{line.id}: {edge}"


def test_every_choice_of_a_judgement_has_a_case() -> None:
    for line in RUBRIC.lines:
        chosen = {
            str(node.mapping()["choice"].text())
            for case in CASES
            for table in (case.records.get("judgement"),)
            for node in (table.items() if table is not None else ())
            if node.mapping()["line"].text() == line.id
        }
        assert set(choices(line.rule)) == chosen, line.id


def test_every_answer_to_every_question_has_a_case() -> None:
    seen = {(name, answer) for case in CASES for name, answer in case.answers.items()}
    assert {(name, option) for name, q in RUBRIC.questions.items() for option in q.options} == seen


@pytest.mark.parametrize("name", ["1", "26", "B3", "B4"])
def test_lines_that_differ_by_level_have_cases_of_both(name: str) -> None:
    assert {case.level for case in CASES if case.line == name} == {"设区市", "省管县"}

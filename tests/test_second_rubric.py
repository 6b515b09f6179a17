"""Another field's rubric, written as data alone, scored by the same engine: no Python knows of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from culture import CULTURE
from kaoping.core import packs
from kaoping.core.findings import Findings
from kaoping.core.model import Dossier, Record, Status
from kaoping.rubric import load
from kaoping.rubric.rules import _rule_kinds
from kaoping.rubric.rules._clauses import Clauses, Worst
from kaoping.rubric.rules._deduct import Deduct
from kaoping.rubric.rules._each import Each
from kaoping.rubric.rules._matters import PerMatter
from kaoping.rubric.rules._slope import Slope
from kaoping.rubric.rules._tiers import Tiers
from kaoping.rubric.rules.combine import Choice, Fixed, Met, Pick, Scale, Sum, Veto
from kaoping.scoring import cases as worked
from kaoping.scoring import score
from kaoping.scoring.cases import Case

ROOT = Path(__file__).parents[1]
PARKS = packs.find(str(Path(__file__).parent / "data" / "packs" / "parks-2024"))
RUBRIC = load.load(PARKS)
CASES = worked.read(PARKS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.line} {case.name}")
def test_worked_case(case: Case) -> None:
    (result,) = worked.run(RUBRIC, [case])
    assert result.difference == ""


def test_every_line_has_cases() -> None:
    assert {case.line for case in CASES} == {line.id for line in RUBRIC.lines}
    assert len(RUBRIC.lines) == 15


def test_no_python_knows_of_it() -> None:
    for room in ("src", "cli"):
        for path in (ROOT / room).rglob("*.py"):
            text = path.read_text("utf-8")
            assert "parks-2024" not in text and "公园" not in text, path


def test_the_rubrics_use_every_rule_kind() -> None:
    grid = load.load(packs.find(str(Path(__file__).parent / "data" / "packs" / "grid-2023")))
    found = {
        type(node) for rubric in (RUBRIC, load.load(CULTURE), grid) for line in rubric.lines for node in line.nodes
    }
    built = {Tiers, Clauses, Worst, Met, Sum, Each, Choice, Veto, Scale, Pick, Deduct, Slope, PerMatter}
    assert built <= found
    assert len(_rule_kinds.names()) == len(built | {Fixed}) + 1  # highest and lowest are one class


def test_a_vetoed_group_says_why_and_keeps_no_points() -> None:
    (case,) = [case for case in CASES if case.name == "按期报送但弄虚作假，整组否决"]
    (result,) = worked.run(RUBRIC, [case])
    assert result.score is not None
    assert (result.score.low, result.score.high, result.score.status) == (0, 0, Status.SCORED)
    assert "管理服务部分：查实的弄虚作假1起" in result.score.because


def test_a_line_that_does_not_apply_leaves_the_full_points() -> None:
    unit = Record("unit", "unit", {"name": "某县", "level": "省管县", "year": 2024}, CASES[0].at)
    card = score(RUBRIC, Dossier(Path(), unit, 2024, "省管县", {}, {}, PARKS), Findings())
    full = sum(line.of for line in RUBRIC.lines if line.role == "base" and line.of is not None)
    assert card.line("10").status is Status.NOT_APPLICABLE
    assert card.base.of == full - 10
    assert card.base.high <= card.base.of


def test_the_reasons_quote_the_rubric() -> None:
    (case,) = [case for case in CASES if case.name == "合格率85%"]
    (result,) = worked.run(RUBRIC, [case])
    assert result.score is not None
    assert result.score.because[:2] == ("绿地养护合格率85÷100＝85%", "“每低1个百分点扣0.2分”，得9分")

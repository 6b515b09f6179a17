"""The clauses of the hand-made rubrics, read by machine: bound to the same measures they give the same points, or none.

A number is that of the rubric's own measure; which of several words is true is told by the condition that the rubric
has for the clause with these words.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from kaoping.codification.clauses import Understood, understood
from kaoping.codification.clauses._bound import Bound
from kaoping.codification.clauses.tryout import reckoned
from kaoping.core import packs
from kaoping.core.findings import Findings
from kaoping.core.packs import Pack
from kaoping.rubric.load import load
from kaoping.rubric.nodes import Line, Rubric
from kaoping.rubric.rules._clauses import Clause
from kaoping.rubric.rules.combine import Choice
from kaoping.rubric.rules.conditions import judgement
from kaoping.rubric.rules.declared import bare
from kaoping.rubric.rules.evaluation import Context, walk
from kaoping.scoring import cases

TEST_PACKS = Path(__file__).parent / "data" / "packs"


def bound(its: Understood, line: Line, context: Context) -> dict[str, Bound] | None:
    """What the rubric's own measures and conditions say of each measure; None where they say nothing of one."""
    nodes = list(walk(line.rule))
    values: dict[str, Bound] = {}
    for measure in its.measures:
        if measure.options:
            option = chosen(measure.options, measure.otherwise, nodes, context)
            if option is None:
                return None
            values[measure.id] = Bound(option=option)
        else:
            wanted = {}
            for node in nodes:
                label = getattr(node, "label", "")
                is_measure = label and hasattr(node, "evaluate") and hasattr(node, "unit") and bare(node) is node
                if is_measure and bool(getattr(node, "as_percent", False)) == measure.percent:
                    wanted[label] = node
            if len(wanted) != 1:
                return None
            value = next(iter(wanted.values())).evaluate(context)
            if not value.known or value.low != value.high:
                return None
            values[measure.id] = Bound(number=value.low)
    return values


def chosen(options: tuple[str, ...], otherwise: str, nodes: list[Any], context: Context) -> str | None:
    """The option whose clause holds, by the rubric's own condition for its words."""
    holding, failing = [], []
    for option in options:
        plain = "".join(option.split())
        for node in nodes:
            if isinstance(node, Clause) and node.points is not None and plain in "".join(node.points.text.split()):
                (holding if (truth := node.when.evaluate(context).value) else failing).append(option)
                if truth is None:
                    return None
            elif isinstance(node, Choice):
                for word, points in node.outcomes.items():
                    if plain in "".join(points.text.split()):
                        choice, _, _ = judgement(context, node.part)
                        if choice is None:
                            return None
                        (holding if choice == word else failing).append(option)
    if len(set(holding)) == 1:
        return holding[0]
    return otherwise or None if not holding and set(failing) == set(options) else None


def verdicts(pack: Pack) -> Counter[str]:
    rubric = load(pack)
    counts: Counter[str] = Counter()
    for case in cases.read(pack):
        expect = case.expect
        line = next((its for its in rubric.lines if its.id == case.line), None)
        if line is None or line.of is None or expect.get("status", "scored") != "scored" or "points" not in expect:
            continue
        if "decision" in case.records or rubric.group_of(line.id) is not None:  # settled by people, or with other lines
            continue
        if any(getattr(node, "once_per_proof", False) for node in walk(line.rule)):  # what other lines counted before
            continue
        its = understood(line.row.standard, line.of, line.row.content)
        counts["cases"] += 1
        if its.rule is None:
            continue
        context = in_case(rubric, case, line)
        values = bound(its, line, context)
        if values is None:
            continue
        outcome = reckoned(its, line.of, values)
        if outcome.low == outcome.high:
            counts["decided"] += 1
            assert outcome.low == Fraction(expect["points"]), (case.line, case.name, outcome, its.rule)
    return counts


def in_case(rubric: Rubric, case: cases.Case, line: Line) -> Context:
    dossier = cases._dossier(rubric, case, Findings())
    notice = rubric.notice.with_values(case.notice)
    answers = {name: next(iter(question.options.values())) for name, question in rubric.questions.items()}
    answers |= {name: rubric.questions[name].options[option] for name, option in case.answers.items()}
    return replace(Context(dossier, case.line, line.of, answers, notice.get), role=line.role)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["culture-2017", "grid-2023", "safety-2018", "parks-2024"])
def test_the_worked_cases_of_a_hand_made_rubric_come_out_alike(name: str) -> None:
    folder = TEST_PACKS / name
    pack = packs.at(folder) if folder.is_dir() else packs.named(name)
    counts = verdicts(pack)
    assert counts["decided"] >= 0.2 * counts["cases"]

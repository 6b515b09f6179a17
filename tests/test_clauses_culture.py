"""The clauses of the hand-made rubrics, read by machine: bound to the same measures they give the same points, or none.

A number is that of the rubric's own measure; which of several words is true is told by the condition that the rubric
has for the clause with these words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

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
from kaoping.rubric.rules._tiers import Tiers
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
            wanted = counted(nodes, measure.percent)
            if len(wanted) != 1:  # that of the same words
                wanted = counted(quoting(nodes, set(quoted(its.rule, measure.id))), measure.percent)
            if len(wanted) != 1:
                return None
            value = next(iter(wanted.values())).evaluate(context)
            if not value.known or value.low != value.high:
                return None
            values[measure.id] = Bound(number=value.low)
    return values


def counted(nodes: list[Any], percent: bool) -> dict[str, Any]:
    """The measures among the nodes, by their labels."""
    wanted: dict[str, Any] = {}
    for node in nodes:
        if not hasattr(node, "evaluate"):
            continue
        its = bare(node)
        label = getattr(its, "label", "")
        is_measure = label and hasattr(its, "evaluate") and hasattr(its, "unit")
        if is_measure and bool(getattr(its, "as_percent", False)) == percent:
            wanted.setdefault(label, node)  # with the number that may be declared in its place
    return wanted


def quoted(rule: Any, id_: str) -> Iterator[str]:
    """The words that our rule quotes where it compares or counts a measure."""
    if isinstance(rule, list):
        for child in rule:
            yield from quoted(child, id_)
    elif isinstance(rule, Mapping):
        measure = rule.get("measure", rule)
        if isinstance(measure, Mapping) and measure.get("indicator") == id_:
            texts = [rule.get("text", ""), *(step.get("text", "") for step in rule.get("steps", ()))]
            yield from (squeezed(text) for text in texts if text)
        for child in rule.values():
            yield from quoted(child, id_)


def quoting(nodes: list[Any], texts: set[str]) -> list[Any]:
    """What the rubric's own rule measures or asks where it quotes the same words."""
    wanted: list[Any] = []
    for node in nodes:
        if isinstance(node, Tiers) and any(is_alike(step.points.text, texts) for step in node.steps):
            wanted.append(node.measure)
        elif isinstance(node, Clause) and node.points is not None and is_alike(node.points.text, texts):
            wanted += walk(node.when)
    return wanted


def squeezed(text: str) -> str:
    return "".join(text.split())


def is_alike(text: str, texts: set[str]) -> bool:
    return bool(text) and any(squeezed(text) in other or other in squeezed(text) for other in texts)


def chosen(options: tuple[str, ...], otherwise: str, nodes: list[Any], context: Context) -> str | None:
    """The option whose clause holds, by the rubric's own condition for its words."""
    holding, failing = [], []
    for option in options:
        for node in nodes:
            truth = holds(node, squeezed(option), context)
            if truth is None:
                return None
            if truth != "silent":
                (holding if truth else failing).append(option)
    if len(set(holding)) == 1:
        return holding[0]
    return otherwise or None if not holding and set(failing) == set(options) else None


def holds(node: Any, option: str, context: Context) -> bool | None | Literal["silent"]:
    """Whether a clause, a choice or a tier with the words of an option holds; ``silent`` of what has other words."""
    if isinstance(node, Clause) and node.points is not None and option in squeezed(node.points.text):
        return node.when.evaluate(context).value
    if isinstance(node, Choice):
        words = {squeezed(points.text): word for word, points in node.outcomes.items()}
        mine = [word for text, word in words.items() if option in text]
        choice, _, _ = judgement(context, node.part) if mine else (None, "", ())
        return "silent" if not mine else None if choice is None else choice in mine
    if isinstance(node, Tiers):
        for step in node.steps:
            if option in squeezed(step.points.text):
                value, alone = node.measure.evaluate(context), replace(node, steps=(step,)).evaluate(context)
                return None if not value.known or value.low != value.high else alone.low == alone.high
    return "silent"


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
@pytest.mark.parametrize(
    ("name", "share"),
    [
        ("culture-2017", Fraction(2, 5)),
        *((name, Fraction(1, 5)) for name in ("grid-2023", "safety-2018", "parks-2024")),
    ],
)
def test_the_worked_cases_of_a_hand_made_rubric_come_out_alike(name: str, share: Fraction) -> None:
    folder = TEST_PACKS / name
    pack = packs.at(folder) if folder.is_dir() else packs.named(name)
    counts = verdicts(pack)
    assert counts["decided"] >= share * counts["cases"]

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
from kaoping.codification.clauses._composed import EDGE, HIGHER
from kaoping.codification.clauses._tier_edges import shared_edges
from kaoping.codification.clauses.tryout import reckoned
from kaoping.codification.line_rules import _apply, _nodes, _number, _plain
from kaoping.core import packs
from kaoping.core.findings import Findings
from kaoping.core.packs import Pack
from kaoping.rubric.load import load
from kaoping.rubric.nodes import Line, Rubric
from kaoping.rubric.rules._clauses import Clause, Worst
from kaoping.rubric.rules._months import Months
from kaoping.rubric.rules._tiers import Tiers
from kaoping.rubric.rules.combine import Choice
from kaoping.rubric.rules.conditions import judgement
from kaoping.rubric.rules.declared import bare
from kaoping.rubric.rules.evaluation import Context, walk
from kaoping.rubric.rules.params import Literal as Stated
from kaoping.rubric.rules.select import match, select
from kaoping.scoring import cases

TEST_PACKS = Path(__file__).parent / "data" / "packs"


def bound(its: Understood, line: Line, context: Context) -> dict[str, Bound] | None:
    """What the rubric's own measures and conditions say of each measure; None where they say nothing of one."""
    nodes = list(walk(line.rule))
    values: dict[str, Bound] = {}
    for measure in its.measures:
        if measure.options:
            texts = {option: told_by(its.rule, option) for option in measure.options}
            option = chosen(texts, measure.otherwise, nodes, context)
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
        is_measure = label and hasattr(its, "evaluate") and (hasattr(its, "unit") or isinstance(its, Months))
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


def answered(its: Understood, line: Line) -> Understood:
    """Our rule with what it asks answered as the rubric does: whose a number is that two tiers share."""
    assert its.rule is not None, "looked at before"
    rule = _plain(its.rule)
    edges = {str(edge) for node in walk(line.rule) if isinstance(node, Tiers) for edge in edges_of(node)}
    for question in its.questions:
        if question.id == EDGE:
            shared = {edge for tiers in _nodes(rule, "tiers") for edge in shared_edges(tiers["steps"])}
            is_settled = {str(_number(edge)) for edge in shared} <= edges
            _apply(rule, EDGE, HIGHER if is_settled else "待定")
    return replace(its, rule=rule)


def edges_of(tiers: Tiers) -> Iterator[Fraction]:
    """The numbers that a step of the rubric's own takes in: where two do, the higher points stand (the engine)."""
    for step in tiers.steps:
        ends = [edge.value for op, edge in step.sides if op in ("at_least", "at_most") and isinstance(edge, Stated)]
        yield from filter(None, map(_number, ends))


def told_by(rule: Any, option: str) -> set[str]:
    """The words of an option, and those of the clause that our rule quotes for it."""
    texts = {squeezed(option)}
    for choice in choices(rule):
        if option in choice["outcomes"]:
            texts |= {squeezed(str(choice["outcomes"][option].get("text", "")))} - {""}
    return texts


def choices(rule: Any) -> Iterator[Mapping[str, Any]]:
    """Every choice of a rule."""
    children = rule.items() if isinstance(rule, Mapping) else ((None, child) for child in rule)
    for name, child in children:
        if name == "choice":
            yield child
        elif isinstance(child, Mapping | list):
            yield from choices(child)


def chosen(options: Mapping[str, set[str]], otherwise: str, nodes: list[Any], context: Context) -> str | None:
    """The option whose clause holds, by the rubric's own condition for its words."""
    holding, failing = [], []
    for option, texts in options.items():
        for node in nodes:
            truth = holds(node, texts, context)
            if truth is None:
                return None
            if truth != "silent":
                (holding if truth else failing).append(option)
    if len(set(holding)) == 1:
        return holding[0]
    return otherwise or None if not holding and set(failing) == set(options) else None


def holds(node: Any, texts: set[str], context: Context) -> bool | None | Literal["silent"]:
    """Whether a clause, a choice or a tier with the words of an option holds; ``silent`` of what has other words."""
    if isinstance(node, Clause) and node.points is not None and is_alike(node.points.text, texts):
        return node.when.evaluate(context).value
    if isinstance(node, Worst):
        return worst_is(node, texts, context)
    if isinstance(node, Choice):
        mine = [word for word, points in node.outcomes.items() if is_alike(points.text, texts)]
        choice, _, _ = judgement(context, node.part) if mine else (None, "", ())
        return "silent" if not mine else None if choice is None else choice in mine
    if isinstance(node, Tiers):
        for step in node.steps:
            if is_alike(step.points.text, texts):
                value, alone = node.measure.evaluate(context), replace(node, steps=(step,)).evaluate(context)
                return None if not value.known or value.low != value.high else alone.low == alone.high
    return "silent"


def worst_is(node: Worst, texts: set[str], context: Context) -> bool | None | Literal["silent"]:
    """Whether the worst of the records that are scored one by one is as the words say; of none, what none is called."""
    stated = [(clause.points.text, clause.points) for clause in node.clauses]
    none = [(node.none.text, node.none)] if node.none is not None else []
    if not any(is_alike(text, texts) for text, _ in (*stated, *none)):
        return "silent"
    table = context.dossier.table(node.kind.name)
    rows = select(table, node.where, context) if table is not None else None
    if table is None or rows is None or not (rows.sure or rows.maybe):
        return any(is_alike(text, texts) for text, _ in none) if none else None
    of_each = []
    for clause in node.clauses:
        truths = match(table, clause.when, context).each(len(table))
        of_each += [(clause.points, truths[row][0]) for row in rows.sure]
    if rows.maybe or any(truth is None for _, truth in of_each):
        return None
    holding = [points for points, truth in of_each if truth]
    worst = min((points.low for points in holding), default=None)
    return any(is_alike(points.text, texts) for points in holding if points.low == worst)


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
        its = understood(line.row.standard, line.of, line.row.content, is_bonus=line.role == "bonus")
        counts["cases"] += 1
        if its.rule is None:
            continue
        context = in_case(rubric, case, line)
        values = bound(its, line, context)
        if values is None:
            continue
        outcome = reckoned(answered(its, line), line.of, values)
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
        ("culture-2017", Fraction(3, 5)),
        *((name, Fraction(1, 5)) for name in ("grid-2023", "safety-2018", "parks-2024")),
    ],
)
def test_the_worked_cases_of_a_hand_made_rubric_come_out_alike(name: str, share: Fraction) -> None:
    folder = TEST_PACKS / name
    pack = packs.at(folder) if folder.is_dir() else packs.named(name)
    counts = verdicts(pack)
    assert counts["decided"] >= share * counts["cases"]

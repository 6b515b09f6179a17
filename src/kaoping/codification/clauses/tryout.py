"""A text tried on values: understood, and scored by the engine that scores units."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import kaoping.rubric.nodes  # noqa: F401  with it comes the reader of rules
from kaoping.codification.clauses._bound import Bound
from kaoping.codification.clauses._composed import CAP, Measured
from kaoping.codification.clauses._given_days import ANY_YEAR, is_day
from kaoping.codification.clauses._sentence_reading import read
from kaoping.codification.clauses._understanding import Understood, understood
from kaoping.codification.clauses._value_binding import bound_to
from kaoping.codification.clauses._wording import sentence
from kaoping.core import engine, resources, yamltree
from kaoping.core.decode import decode
from kaoping.core.figures import UNBOUNDED, date_text, number
from kaoping.core.findings import Findings
from kaoping.core.model import Dossier, Location, Record, Table
from kaoping.core.packs import Pack
from kaoping.core.schema import Vocabulary, parse_kind
from kaoping.core.yamltree import ExpectedError, Node
from kaoping.rubric.rules.evaluation import Context, Outcome, Rule

_LINE = "1"


@dataclass(frozen=True, slots=True)
class Tried:
    """What a text gives for values: all points between ``low`` and ``high`` are possible."""

    low: Fraction
    high: Fraction
    rule: str  # in words; "" where none was understood
    because: str

    @property
    def scored(self) -> bool:
        """Whether the points are settled."""
        return self.low == self.high


def tried(text: str, points: Fraction, given: Sequence[str], requirement: str = "", *, is_bonus: bool = False) -> Tried:
    """Return what ``text``, a line of ``points``, gives for the values ``given`` (72%, 3次, 未组织, 名称=值)."""
    return next(each_tried(text, points, [given], requirement, is_bonus=is_bonus))


def each_tried(
    text: str, points: Fraction, givens: Iterable[Sequence[str]], requirement: str = "", *, is_bonus: bool = False
) -> Iterator[Tried]:
    """Yield what ``text`` gives for each of several sets of values; it is understood once for all of them."""
    its = understood(text, points, requirement, is_bonus=is_bonus)
    if its.rule is None:
        anything = (min(Fraction(0), points), max(Fraction(0), points))
        yield from (Tried(*anything, "", its.because) for _ in givens)
        return
    words, rules, fault = sentence(its.rule, its.role), list[Rule](), ""
    try:
        rules = [_decoded(rule) for rule in (its.rule, its.other) if rule is not None]
    except ExpectedError as error:
        fault = f"读出的规则写不成计分方式：{error.what}"
    for given in givens:
        yield _tried(its, points, given, words, rules, fault)


def _tried(
    its: Understood, points: Fraction, given: Sequence[str], words: str, rules: Sequence[Rule], fault: str
) -> Tried:
    assert its.rule is not None, "nothing was understood"
    anything = (min(Fraction(0), points), max(Fraction(0), points))
    bound, whys = bound_to(its.measures, given)
    if whys:
        return Tried(*anything, words, "；".join(whys))
    year = next((day.year for value in given if (day := is_day(value.rpartition("=")[2]))), ANY_YEAR)
    if not rules:
        return Tried(*anything, words, fault)
    outcome, *others = (_reckoned(rule, its, points, bound, year) for rule in rules)
    low = max(min(each.low for each in (outcome, *others)), -UNBOUNDED)
    high = min(max(each.high for each in (outcome, *others)), UNBOUNDED)
    if low < anything[0] or high > anything[1]:
        return Tried(*anything, words, f"算出的分（{number(low)}～{number(high)}）不在本项的分以内")
    asked = [
        question.words
        for question in its.questions
        if question.id == CAP and (low, high) != (outcome.low, outcome.high)
    ]
    because = "；".join(text for text in (*_named(outcome.because, its.rule), *asked, its.because) if text)
    for measure in its.measures:  # a day is a number to the engine
        if (its_day := bound.get(measure.id)) and measure.day and not measure.unit and its_day.number is not None:
            because = because.replace(number(its_day.number), date_text(date.fromordinal(int(its_day.number))))
    return Tried(low, high, words, because)


def points_in(text: str) -> Fraction | None:
    """Return the points that a line has by its own words (本项5分); None where it says none, or several."""
    points = {worth for worth, _ in read(text).in_all}
    return points.pop() if len(points) == 1 else None


def _named(because: Sequence[str], rule: Mapping[str, Any]) -> list[str]:
    """What led to the points, with the words of each part of a sum in the place of the part's name."""
    its = rule.get("sum", [])
    parts = {part["part"]: _first_text(part["rule"]) for part in (its["parts"] if isinstance(its, Mapping) else its)}
    names = {text: parts.get(text.partition("：")[0], "") for text in because}
    return [f"“{names[text]}”：{text.partition('：')[2]}" if names[text] else text for text in because]


def _first_text(rule: Any) -> str:
    """The first words of the text that a rule has."""
    children = rule.values() if isinstance(rule, Mapping) else rule if isinstance(rule, list) else ()
    here = str(rule.get("text", "")) if isinstance(rule, Mapping) else ""
    return here or next((text for child in children if (text := _first_text(child))), "")


def _decoded(rule: Mapping[str, Any]) -> Rule:
    """Return the rule as the engine has it; raises ExpectedError where it is none."""
    return decode(_Ruled, _node({"rule": rule})).rule


def reckoned(its: Understood, points: Fraction, bound: Mapping[str, Bound], year: int = 0) -> Outcome:
    """Return what the engine gives for the rule where its measures come to ``bound``; measures without are unknown.

    Raises ExpectedError where the rule is none.
    """
    assert its.rule is not None, "nothing was understood"
    return _reckoned(_decoded(its.rule), its, points, bound, year)


def _reckoned(rule: Rule, its: Understood, points: Fraction, bound: Mapping[str, Bound], year: int) -> Outcome:
    """Return what the engine gives for the rule where its measures come to ``bound``; those without are unknown."""
    dossier = _dossier(its.measures, bound, year)
    return rule.evaluate(Context(dossier, _LINE, points, {}, lambda path: None, role=its.role))


@dataclass(frozen=True, slots=True)
class _Ruled:
    """What a line of a rubric has of a rule."""

    rule: Rule


@cache
def _pack() -> Pack:
    """A domain with nothing but the engine's own kinds."""
    findings = Findings()
    kinds = {}
    for name in engine.KINDS:
        path = resources.schema("engine", f"{name}.yaml")
        node = yamltree.read(path, path.name, findings)
        assert node is not None, "our own file"
        kinds[name] = parse_kind(name, node)
    return Pack("try", (), "", "", 0, (), (), (), (), Vocabulary(kinds, {}))


def _dossier(measures: Sequence[Measured], bound: Mapping[str, Bound], year: int) -> Dossier:
    numbers = [(its.id, value.number) for its in measures if (value := bound.get(its.id)) and value.number is not None]
    choices = [(its, value.option) for its in measures if (value := bound.get(its.id)) and value.option]
    tables = {}
    if numbers:
        ids = [id_ for id_, _ in numbers]
        columns: dict[str, Any] = {"id": ids, "numerator": [value for _, value in numbers]}
        tables[engine.INDICATOR] = Table(engine.INDICATOR, ids, columns, lambda row, field: Location())
    if choices:
        columns = {
            "id": [its.id for its, _ in choices],
            "line": [_LINE] * len(choices),
            "part": [its.part for its, _ in choices],
            "choice": [option for _, option in choices],
        }
        tables[engine.JUDGEMENT] = Table(engine.JUDGEMENT, columns["id"], columns, lambda row, field: Location())
    unit = Record(engine.UNIT, engine.UNIT, {}, Location())
    return Dossier(Path(), unit, year, "", tables, {}, _pack())


def _node(value: Any) -> Node:
    """A rule as its file would have it."""
    if isinstance(value, dict):
        return Node({name: _node(child) for name, child in value.items()}, Location(), _pack().vocabulary)
    if isinstance(value, list):
        return Node([_node(child) for child in value], Location(), _pack().vocabulary)
    return Node(str(value), Location(), _pack().vocabulary)

"""A line explained: what its rule may give in the text's own words, what it asks of the unit, what is left open.

Found in the rule without evaluating it, whatever its kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from kaoping.core.engine import INDICATOR, UNIT
from kaoping.core.figures import Lack
from kaoping.core.schema import Kind
from kaoping.rubric.nodes import AnswerGiven, Line, Question, Rubric
from kaoping.rubric.rules._points import Points
from kaoping.rubric.rules.combine import Choice, Part
from kaoping.rubric.rules.conditions import Judged
from kaoping.rubric.rules.declared import Indicator, UnitField
from kaoping.rubric.rules.evaluation import walk
from kaoping.rubric.rules.params import Answer
from kaoping.rubric.rules.where import Where

_READING = re.compile(r"^(按.*?“[^”]+”[^：]*)(?:：(.*))?$", re.DOTALL)
_QUOTED = re.compile("“([^“”]+)”")
#: Where the parts of rules say which records they look at, and where what these are to have.
_KINDS = {"kind": "where", "groups": "group_where", "records": "where"}


@dataclass(frozen=True, slots=True)
class Clause:
    """Points that the rubric's text gives, its words for that, and where they are a range what is open."""

    text: str
    because: str
    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class Option:
    """What a judgement may choose; without ``ends`` where its points depend on more than the choice."""

    name: str
    text: str = ""  # the rubric's words for it
    ends: tuple[Fraction, Fraction] | None = None  # the points that it gives


@dataclass(frozen=True, slots=True)
class Judging:
    """A judgement (主观评判) that the rule asks the unit for, on the line or one part of it."""

    part: str
    options: Sequence[Option]


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read what the text leaves open: by which answers, and what comes of it."""

    answers: str
    facts: str


def clauses(line: Line) -> list[Clause]:
    """Return what the line's rule may give, in the order of the rule, each once."""
    stated = [node for node in line.nodes if isinstance(node, Points)]
    return list(dict.fromkeys(Clause(its.text, its.because, its.low, its.high) for its in stated if its.text))


def judgings(line: Line) -> list[Judging]:
    """Return the judgements that the line's rule asks for."""
    options: dict[str, dict[str, Option]] = {}
    for node in line.nodes:
        if isinstance(node, Choice):
            its = options.setdefault(node.part, {})
            its.update({name: Option(name, p.text or p.because, (p.low, p.high)) for name, p in node.outcomes.items()})
        elif isinstance(node, Judged) and not node.line:
            its = options.setdefault(node.part, {})
            for name in node.wanted + node.others:
                its.setdefault(name, Option(name))
    return [Judging(part, list(its.values())) for part, its in options.items()]


def answered_questions(line: Line, rubric: Rubric) -> list[tuple[Question, str, AnswerGiven | None]]:
    """Return the questions that the line's rule asks and that are answered: how, and who said so if known."""
    asked = dict.fromkeys(node.question for node in line.nodes if isinstance(node, Answer))
    notice = rubric.notice
    return [
        (rubric.questions[name], notice.answers[name], notice.given(name)) for name in asked
        if notice.answers.get(name) in rubric.questions[name].options
    ]  # fmt: skip


def open_questions(line: Line, rubric: Rubric) -> list[Question]:
    """Return the questions (口径) that the line's rule asks and that nobody has answered."""
    asked = dict.fromkeys(node.question for node in line.nodes if isinstance(node, Answer))
    answered = rubric.notice.answers
    return [its for name in asked if answered.get(name) not in (its := rubric.questions[name]).options]


def kinds_asked(line: Line) -> list[Kind]:
    """Return the kinds of records that the line's rule looks at, in its order."""
    kinds: dict[str, Kind] = {}
    for node in line.nodes:
        kind = getattr(node, "kind", None)
        if isinstance(kind, Kind):
            kinds.setdefault(kind.name, kind)
    return list(kinds.values())


def records_of(line: Line, part: str = "", clause: str = "") -> list[Lack]:
    """Return the records that the line's rule looks at, in its order, with what each is to have: to enter one.

    Those of one ``part`` alone, or of what gives the points of ``clause`` (its text), where such is asked for.
    """
    nodes: list[Any] = list(line.nodes)
    if part:
        nodes = next((list(walk(node.rule)) for node in nodes if isinstance(node, Part) and node.id == part), nodes)
    if clause:
        holding = [list(walk(node)) for node in nodes if not isinstance(node, tuple | list | dict | Points)]
        holding = [its for its in holding if any(isinstance(n, Points) and n.text == clause for n in its)]
        nodes = next((its for its in reversed(holding) if lacks_of(its)), nodes)  # the least that holds it
    return lacks_of(nodes)


def lacks_of(nodes: Iterable[Any]) -> list[Lack]:
    """Return what is recorded for the parts ``nodes`` of a rule, each once."""
    lacks: dict[Lack, None] = {}
    for node in nodes:
        for name, condition in _KINDS.items():
            kind, where = getattr(node, name, None), getattr(node, condition, None)
            if isinstance(kind, Kind):
                lacks[Lack(kind.name, given=where.entries if isinstance(where, Where) else ())] = None
        if isinstance(node, UnitField):
            lacks[Lack(UNIT, node.field.name)] = None
        elif isinstance(node, Indicator):
            lacks[Lack(INDICATOR, "numerator", node.id)] = None
    return list(lacks)


def readings(because: Sequence[str]) -> list[Reading]:
    """Return the readings among a score's reasons: what comes of each answer to what is open."""
    matches = (_READING.match(text) for text in because)
    return [Reading(match[1], match[2] or "") for match in matches if match is not None]


def quoted(because: Sequence[str]) -> list[str]:
    """Return the words between quotation marks in a score's reasons, each once: the rubric's own among them."""
    return list(dict.fromkeys(words for text in because for words in _QUOTED.findall(text)))

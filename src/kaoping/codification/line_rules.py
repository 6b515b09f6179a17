"""What was understood of each line of a draft, and the rule that stands once what is left open is answered."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from kaoping.codification.clauses import Understood, understood
from kaoping.codification.clauses._composed import CAP, EDGE, HIGHER, LOWER, OF_ALL, OF_ITS_CLAUSE, Measured, Question
from kaoping.codification.clauses._tier_edges import shared_edges
from kaoping.codification.clauses._wording import sentence
from kaoping.codification.clauses.tryout import each_tried
from kaoping.codification.pack_files import Confirmed
from kaoping.codification.tables._table_words import table_words
from kaoping.codification.tables.draft import Draft, DraftLine
from kaoping.core.figures import number, span_text
from kaoping.core.schema import Kind

#: A reading that leaves the question open.
OPEN = "待定"
#: Readings of what is left over of a unit, as a rule has them.
_PARTIAL = {"不计": "ignore", "按比例": "proportional", "按一个计": "count"}
_TO_ZERO = "扣到0分为止"
#: A note about every line, as a clause says it of its own.
_ALL_TO_ZERO = "扣完为止"
_EDGES = ("at_least", "above", "at_most", "below", "equals", "at")
_MOST_VALUES = 14
_LONGEST_NAME = 24  # characters of an indicator's name, besides its line
#: What a title of a kind has besides the matter that its records are about.
_OF_RECORDS = re.compile(r"(?:记录|情况|清单|台账|名单|事项|办理)$")


@dataclass(frozen=True, slots=True)
class LineRule:
    """A line, what was understood of it, and how that is told to whoever confirms it."""

    line: DraftLine
    understood: Understood | None  # None where there is nothing to understand: it has no points of its own
    because: str  # why there is no rule, or what was assumed
    words: str = ""  # the rule in a sentence
    table: tuple[tuple[str, str], ...] = ()  # a value, what it gives

    @property
    def questions(self) -> tuple[Question, ...]:
        """What the text leaves open."""
        return self.understood.questions if self.understood is not None else ()

    @property
    def unread(self) -> tuple[str, ...]:
        """The words that no part of the rule explains."""
        return self.understood.unread if self.understood is not None else ()

    @property
    def numbers(self) -> list[Measured]:
        """The numbers that the rule asks for."""
        return [its for its in self.understood.measures if not its.options] if self.understood is not None else []


def line_rules(draft: Draft, *, tables: bool = True) -> list[LineRule]:
    """Return what is understood of every line of ``draft``, in order; ``tables`` of values cost most of the time."""
    return [_line_rule(line, tables=tables) for line in draft.lines]


def understood_line(line: DraftLine, text: str = "") -> Understood:
    """Return what is understood of a line with points, or of ``text`` in the place of its own words."""
    assert line.of is not None, "a line without points is scored by hand"
    notes = [_ALL_TO_ZERO for note in line.notes if table_words().takes_all_to_zero(note.text)][:1]
    return understood(text or line.text, line.of, line.requirement, notes, is_bonus=line.role == "bonus")


def _line_rule(line: DraftLine, *, tables: bool) -> LineRule:
    if line.of is None:
        return LineRule(line, None, "原文没有写这一项的分值")
    if line.of == 0:
        other = f"第{line.shares_points_with}项" if line.shares_points_with else "别的项"
        return LineRule(line, None, f"分值和{other}合用，分在那里打")
    its = understood_line(line)
    if its.rule is None:
        return LineRule(line, its, its.because or "没有读懂")
    if (its.role == "deduction") != (line.role == "deduction"):
        return LineRule(line, None, "读出的规则是加是扣，和这一项在表里的不一样")
    table = tuple(_values(line, its)) if tables else ()
    return LineRule(line, its, its.because, sentence(its.rule), table)


# -- a table of values ------------------------------------------------------------------------------------------------


def _values(line: DraftLine, its: Understood) -> Iterator[tuple[str, str]]:
    """Yield what the rule gives just under, at and just over each edge, for nothing and for all; or for each word."""
    assert line.of is not None and its.rule is not None
    numbers = [measure for measure in its.measures if not measure.options]
    if len(its.measures) != 1:
        return
    if not numbers:
        texts = [*its.measures[0].options, *filter(None, [its.measures[0].otherwise])]
    else:
        measure = numbers[0]
        step = Fraction(1, 100) if measure.percent else Fraction(1)
        edges = {edge for edge in (*_edges(its.rule), *_exhausted(its.rule, abs(line.of))) if edge is not None}
        near = {edge + by * step for edge in edges for by in (-1, 0, 1)}
        values = sorted(value for value in near | {Fraction(0), Fraction(1)} if _is_possible(value, measure))
        texts = [f"{number(value * 100)}%" if measure.percent else number(value) for value in values[:_MOST_VALUES]]
    givens = [[text] for text in texts]
    each = each_tried(line.text, line.of, givens, line.requirement, is_bonus=line.role == "bonus")
    for text, done in zip(texts, each, strict=True):
        yield text, f"{span_text(done.low, done.high)}分{'' if done.scored else '，待定'}"


def _is_possible(value: Fraction, measure: Measured) -> bool:
    return value >= 0 and (not measure.percent or value <= 1)


def _exhausted(rule: Mapping[str, Any], of: Fraction) -> Iterator[Fraction | None]:
    """Yield where what is given or taken for each unit comes to all points of the line."""
    for each in _nodes(rule, "each"):
        worth, per = _number(each.get("off", each.get("points"))), _number(each.get("per", "1"))
        if worth and per:
            units = -(-of // abs(worth)) * per
            below, above = _number(each.get("below")), _number(each.get("above"))
            yield below - units if below is not None else (above or Fraction(0)) + units


def _edges(node: Any) -> Iterator[Fraction | None]:
    if isinstance(node, Mapping):
        for name, child in node.items():
            if name == "between" and isinstance(child, Sequence):
                yield from map(_number, child)
            elif name in _EDGES and not isinstance(child, Mapping):
                yield _number(child)
            else:
                yield from _edges(child)
    elif isinstance(node, list | tuple):
        for child in node:
            yield from _edges(child)


def _number(value: Any) -> Fraction | None:
    text = str(value)
    try:
        return Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)
    except ValueError:
        return None


# -- a rule that stands -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answered:
    """What somebody said of a line: whether its rule stands, how the open questions are read, what its number is."""

    verdict: str = ""  # 确认, 改, 人工打分
    words: str = ""  # in the place of the line's own (改)
    answers: Mapping[str, str] = field(default_factory=dict)  # question → reading
    source: str = ""  # the kind of records that are counted, "" for a declared number
    who: str = ""
    when: str = ""

    @property
    def mark(self) -> str:
        """What tells one answer from another: eight characters, "" for none."""
        if self == Answered():
            return ""
        whole = (self.verdict, self.words, sorted(self.answers.items()), self.source, self.who, self.when)
        return hashlib.sha256(repr(whole).encode()).hexdigest()[:8]


def confirmed(line: DraftLine, answered: Answered) -> Confirmed | str:
    """Return the rule of ``line`` that stands by what was answered; where none does, why, in Chinese."""
    if line.of is None or line.of == 0:
        return "这一项没有自己的分值"
    its = understood_line(line, answered.words)
    if its.rule is None:
        return its.because or "没有读懂"
    if (its.role == "deduction") != (line.role == "deduction"):
        return "读出的规则是加是扣，和这一项在表里的不一样"
    is_other = its.other is not None and answered.answers.get(CAP) == OF_ALL
    rule = _plain(its.other if is_other else its.rule)
    for question in its.questions:
        answer = answered.answers.get(question.id, "")
        if why := _apply(rule, question.id, answer):
            return why
    _name_apart(rule, line, _names(its.measures), answered.source)
    _name_judged(rule, line)
    note = next((its.text for its in line.notes if table_words().takes_all_to_zero(its.text)), "")
    _quote_only(rule, "".join((line.content, line.requirement, line.basis, line.points, line.standard)), note)
    return Confirmed(rule)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(child) for name, child in value.items()}
    return [_plain(child) for child in value] if isinstance(value, list | tuple) else value


def _apply(rule: dict[str, Any], question: str, answer: str) -> str:
    """Put the answer to a question into the rule; why that leaves no rule, "" where it does not."""
    if question == "floor":
        return "" if answer == _TO_ZERO else "扣到几分为止还没有定，或可以扣成负分：由人打分"
    if question == "partial":
        if answer in _PARTIAL:
            for each in _nodes(rule, "each"):
                each.setdefault("partial", _PARTIAL[answer])
        return ""
    if question == "amount":
        if answer not in ("", OPEN):
            for each in (*_nodes(rule, "each"), *_nodes(rule, "fixed")):
                for name in ("off", "points"):
                    if isinstance(each.get(name), list) and answer in map(str, each[name]):
                        each[name] = answer
        return ""
    if question == EDGE:
        if answer in (HIGHER, LOWER):
            for tiers in _nodes(rule, "tiers"):
                _settle_edges(tiers["steps"], higher=answer == HIGHER)
        return ""
    if question == CAP:
        return "" if answer in (OF_ITS_CLAUSE, OF_ALL) else "限几句的合计还没有定：由人打分"
    return "" if answer else "还有一个问题没有答"


def _settle_edges(steps: list[dict[str, Any]], *, higher: bool) -> None:
    """Give each number that ends one step and begins another to the one with more points, or with fewer."""
    for edge, (over, under) in shared_edges(steps).items():
        worth = [_number(step["points"]) for step in (over, under)]
        if worth[0] is None or worth[1] is None or worth[0] == worth[1]:
            continue
        op, step = ("at_least", over) if (worth[0] > worth[1]) == higher else ("at_most", under)
        edges = step.get("between", step)
        del edges["above" if op == "at_least" else "below"]
        edges[op] = edge


def _nodes(value: Any, name: str) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for key, child in value.items():
            if key == name and isinstance(child, Mapping):
                yield child
            yield from _nodes(child, name)
    elif isinstance(value, list | tuple):
        for child in value:
            yield from _nodes(child, name)


def _names(measures: Sequence[Measured]) -> dict[str, str]:
    """Return what the numbers that a line asks for are called, by id: no two of them alike."""
    names: dict[str, str] = {}
    for measure in measures:
        name, count = measure.name[:_LONGEST_NAME], 2
        while name in names.values():
            name, count = f"{measure.name[:_LONGEST_NAME]}{count}", count + 1
        names[measure.id] = name
    return names


def _name_apart(rule: Any, line: DraftLine, names: Mapping[str, str], source: str) -> None:
    """Give indicators and parts names of this line's own; count the records of ``source`` where they are the number.

    What whoever fills it in chooses from bears the line too: 合格率 may be asked for by five lines.
    """
    if isinstance(rule, list):
        for child in rule:
            _name_apart(child, line, names, source)
    elif isinstance(rule, dict):
        if (name := names.get(str(rule.get("indicator")))) is not None:
            rule["indicator"] = f"{line.id}-{name}"
            rule["as"] = f"{name}（第{line.id}项）"
            if source:
                rule["count"] = source
        if "rule" in rule and isinstance(rule.get("part"), str):
            rule["part"] = f"{line.id}-{rule['part']}"
        for child in list(rule.values()):
            _name_apart(child, line, names, source)


def _name_judged(rule: dict[str, Any], line: DraftLine) -> None:
    """Name what is judged as parts of the line (1a, 1b); the line itself where that is one thing alone."""
    judging = [its for its in _mappings(rule) if ("judged" in its or "outcomes" in its) and "part" in its]
    parts = list(dict.fromkeys(its["part"] for its in judging))
    for its in judging:
        if len(parts) == 1:
            del its["part"]
        else:
            its["part"] = f"{line.id}{chr(ord('a') + parts.index(its['part']))}"


def _mappings(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    if isinstance(value, dict | list):
        for child in value.values() if isinstance(value, dict) else value:
            yield from _mappings(child)


def _quote_only(rule: Any, words: str, note: str) -> None:
    """Leave no quotation that stands neither in the line's own row nor in ``note``, which is about every line.

    A limit that only somebody's own words state (改成) is assumed: the paper does not say it.
    """
    bare = re.sub(r"\s", "", words)
    if isinstance(rule, list):
        for child in rule:
            _quote_only(child, words, note)
    elif isinstance(rule, dict):
        if isinstance(text := rule.get("text"), str) and re.sub(r"\s", "", text) not in bare:
            del rule["text"]
            if "said" in rule and note and rule["said"] in ("0", 0):
                rule["text"] = note
            elif "said" in rule:
                rule["assumed"] = rule.pop("said")
        for child in rule.values():
            _quote_only(child, words, note)


# -- records that may be the number -----------------------------------------------------------------------------------


def sources_for(rule: LineRule, kinds: Mapping[str, Kind]) -> list[Kind]:
    """Return the kinds of records that the line may count: those whose matter its name has, the longest first."""
    if len(rule.numbers) != 1 or rule.numbers[0].percent or rule.numbers[0].short:
        return []
    name = rule.numbers[0].name
    fit = [
        (len(matter), kind)
        for kind in kinds.values()
        if len(matter := _OF_RECORDS.sub("", kind.title)) > 1 and matter in name
    ]
    return [kind for _, kind in sorted(fit, key=lambda its: (-its[0], its[1].name))]

"""Parameters: a value in a rule that may depend on the unit's level, the notice, or the answer to an open question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from kaoping.core.decode import decode, reads
from kaoping.core.engine import known_until
from kaoping.core.yamltree import ExpectedError, Node
from kaoping.rubric.rules.evaluation import NOTHING, Context, Interval, Measure, Trace


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that stands in the rule itself: text, or a list of parameters."""

    value: Any

    def resolve(self, context: Context) -> Any:
        """Return the value; a list is flattened, so that an answer may give several or none.

        A list of which a part is not answered yet is not known as a whole: None.
        """
        if not isinstance(self.value, tuple):
            return self.value
        flat: list[Any] = []
        for item in self.value:
            value = item.resolve(context)
            if value is None:
                return None
            flat.extend(value if isinstance(value, list) else [value])
        return flat


@dataclass(frozen=True, slots=True)
class Answer:
    """The value that the answer to an open question (口径) gives."""

    question: str

    def resolve(self, context: Context) -> Any:
        """Return the chosen option's value."""
        return context.answers.get(self.question)


@dataclass(frozen=True, slots=True)
class FromNotice:
    """A value of the notice, e.g. a due date; None where the notice does not say."""

    path: str

    def resolve(self, context: Context) -> Any:
        """Return the notice's value."""
        return context.notice(self.path)


@dataclass(frozen=True, slots=True)
class ByLevel:
    """One value per unit level (设区市, 省管县)."""

    values: Mapping[str, Param]

    def resolve(self, context: Context) -> Any:
        """Return the value of the unit's level, None for a level that the rubric does not name."""
        param = self.values.get(context.dossier.level)
        return None if param is None else param.resolve(context)


@dataclass(frozen=True, slots=True)
class YearDay:
    """A day of the year that the unit reports on, whichever it is: a pack that extends another needs no other day."""

    month: int
    day: int

    def resolve(self, context: Context) -> date:
        """Return that day."""
        return date(context.dossier.year, self.month, self.day)


@dataclass(frozen=True, slots=True)
class DataEnd:
    """The day until which the unit's data go (数据截至日期); None where it has none: the year is over."""

    def resolve(self, context: Context) -> date | None:
        """Return the day."""
        return known_until(context.dossier)


Param = Literal | Answer | FromNotice | ByLevel | YearDay | DataEnd

#: What a parameter is named by that is no value of its own.
PARAMS = ("answer", "notice", "by_level", "day_of_year")


@reads(Param)
def parse_param(node: Node) -> Param:
    """Parse a scalar, a list, `{answer: …}`, `{notice: …}`, `{by_level: {…}}` or `{day_of_year: 12-31}`.

    Raises ExpectedError.
    """
    if isinstance(node.value, dict):
        entries = node.fields(optional=" ".join(PARAMS))
        if len(entries) != 1:
            raise ExpectedError(node, f"应为一个值，或 {'、'.join(PARAMS)} 之一")
        if "answer" in entries:
            return Answer(entries.text("answer"))
        if "notice" in entries:
            return FromNotice(entries.text("notice"))
        if "day_of_year" in entries:
            return _day_of_year(entries["day_of_year"])
        levels = entries["by_level"].mapping()
        for name, child in levels.items():
            check_level(child, name)
        return ByLevel({name: parse_param(child) for name, child in levels.items()})
    if isinstance(node.value, list):
        return Literal(tuple(parse_param(item) for item in node.value))
    return Literal(node.value)


def _day_of_year(node: Node) -> YearDay:
    try:
        day = date.fromisoformat(f"2001-{node.text()}")  # no leap year: each year has the day
    except ValueError:
        raise ExpectedError(node, "应为每年都有的一天，写作 月-日，如 12-31") from None
    return YearDay(day.month, day.day)


def parse_exact(node: Node) -> Param:
    """Parse a parameter that is a number (or a date), whichever case it is; raises ExpectedError where it is none."""
    param = parse_param(node)
    for literal in param.values.values() if isinstance(param, ByLevel) else (param,):
        try:
            if isinstance(literal, Literal):
                as_number(literal.value)
        except (ValueError, ZeroDivisionError):
            raise ExpectedError(node, f"应为数字（如 2、0.5、90%）或日期，也可以是 {'、'.join(PARAMS)}") from None
    return param


@dataclass(frozen=True, slots=True)
class MeasuredEdge:
    """An edge that is measured itself (全省平均, 上年的数): so many times it, and so much more."""

    measure: Measure
    times: Fraction = Fraction(1)
    plus: Fraction = Fraction(0)


#: What numbers are compared with.
EdgeParam = Param | MeasuredEdge


@reads(EdgeParam)
def parse_edge(node: Node) -> EdgeParam:
    """Parse what numbers (or dates) are compared with: a parameter, or `{measure: …, times: …, plus: …}`.

    Raises ExpectedError.
    """
    if isinstance(node.value, dict) and "measure" in node.value:
        return decode(MeasuredEdge, node)
    return parse_exact(node)


@dataclass(frozen=True, slots=True)
class Edge:
    """What numbers are compared with, as it came out: None where that is not settled; with what tells it."""

    ends: Interval | None
    texts: tuple[str, ...] = ()  # how a measured one was found
    trace: Trace = NOTHING

    @property
    def facing(self) -> tuple[Fraction, ...]:
        """The numbers that rounding must not reach."""
        return () if self.ends is None else (self.ends.low, self.ends.high)


def edge_of(param: EdgeParam, context: Context) -> Edge:
    """Return what ``param`` comes to in ``context``. What an edge was measured by proves nothing of the line."""
    if not isinstance(param, MeasuredEdge):
        exact = as_number(param.resolve(context))
        return Edge(None if exact is None else Interval(exact, exact))
    measured = param.measure.evaluate(replace(context, accepts=None))
    trace = measured.trace.unproving()
    if not (measured.known and measured.bounded):
        return Edge(None, (measured.text,), trace)
    low, high = sorted(end * param.times + param.plus for end in (measured.low, measured.high))
    return Edge(Interval(low, high, write=measured.write), (measured.text,), trace)


def level_named(node: Node) -> str:
    """Return the level of a unit that ``node`` names; raises ExpectedError where no unit has it."""
    check_level(node, node.text())
    return node.text()


def check_level(node: Node, level: str) -> None:
    """Raise ExpectedError at ``node`` for a level that no unit has: what is written for it would never be used."""
    levels = node.known().levels
    if level not in levels:
        raise ExpectedError(node, f"没有“{level}”这一级，可用：{'、'.join(levels)}")


def as_number(raw: Any) -> Fraction | None:
    """Return a parameter's number; a date counts as its ordinal, so that dates compare like numbers."""
    if raw is None:
        return None
    if isinstance(raw, date):
        return Fraction(raw.toordinal())
    text = str(raw)
    if len(text) == 10 and text[4] == "-" and text[7] == "-":
        return Fraction(date.fromisoformat(text).toordinal())
    return Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)


def possible_values(
    param: Param, notice: Callable[[str], Any], options: Mapping[str, Mapping[str, Any]]
) -> list[Fraction | None]:
    """Return every number that ``param`` may come to, by level and by answer; None for one that is not stated.

    ``options`` are those of the open questions.
    """
    match param:
        case ByLevel(values):
            return [number for its in values.values() for number in possible_values(its, notice, options)]
        case Answer(question):
            return [_number_or_none(value) for value in options.get(question, {}).values()]
        case FromNotice(path):
            return [_number_or_none(notice(path))]
        case Literal(value):
            return [_number_or_none(value)]
    return [None]


def _number_or_none(value: Any) -> Fraction | None:
    try:
        return as_number(value)
    except (ValueError, ZeroDivisionError):
        return None

"""Parameters: a value in a rule that may depend on the unit's level, the notice, or the answer to an open question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from kaoping.core.decode import reads
from kaoping.core.yamltree import ExpectedError, Node
from kaoping.rubric.rules.evaluation import Context


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


Param = Literal | Answer | FromNotice | ByLevel


@reads(Param)
def parse_param(node: Node) -> Param:
    """Parse a scalar, a list, `{answer: …}`, `{notice: …}` or `{by_level: {…}}`; raises ExpectedError."""
    if isinstance(node.value, dict):
        entries = node.fields(optional="answer notice by_level")
        if len(entries) != 1:
            raise ExpectedError(node, "应为一个值，或 answer、notice、by_level 之一")
        if "answer" in entries:
            return Answer(entries.text("answer"))
        if "notice" in entries:
            return FromNotice(entries.text("notice"))
        levels = entries["by_level"].mapping()
        for name, child in levels.items():
            check_level(child, name)
        return ByLevel({name: parse_param(child) for name, child in levels.items()})
    if isinstance(node.value, list):
        return Literal(tuple(parse_param(item) for item in node.value))
    return Literal(node.value)


def parse_edge(node: Node) -> Param:
    """Parse a parameter that numbers (or dates) are compared with; raises ExpectedError where it is none."""
    param = parse_param(node)
    for literal in param.values.values() if isinstance(param, ByLevel) else (param,):
        try:
            if isinstance(literal, Literal):
                as_number(literal.value)
        except (ValueError, ZeroDivisionError):
            raise ExpectedError(node, "应为数字（如 2、0.5、90%）或日期，也可以是 answer、notice、by_level") from None
    return param


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

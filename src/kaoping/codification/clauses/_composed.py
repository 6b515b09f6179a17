"""What is made of a text: the rule, what it asks for, what it leaves open; or that there is none."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

#: The question which clauses a limit is of, and its readings.
CAP, OF_ITS_CLAUSE, OF_ALL = "cap", "只限它所在的那一句", "限前面各句的合计"
#: The question whose a number is that ends one step and begins another, and its readings.
EDGE, HIGHER, LOWER = "edge", "按得分高的一档", "按得分低的一档"


@dataclass(frozen=True, slots=True)
class Measured:
    """Something that a rule asks for: a number, a share, or which of several words is true.

    ``short`` numbers count what is lacking or over, not what was done; ``edge`` is from where it is counted.
    """

    id: str
    name: str
    unit: str = ""
    percent: bool = False
    options: tuple[str, ...] = ()  # of a choice: the words of the text
    otherwise: str = ""  # the option for none of these
    counted: bool = False  # a fact that may be so several times
    short: str = ""  # fewer | more, where units are counted without an edge
    period: bool = False
    edge: Fraction | None = None
    day: str = ""  # until when: what is given may be a day
    full: str = ""  # of units that are lacking or bad: the words with which the text says that there are none
    listed: tuple[str, ...] = ()  # of units that are lacking: what there should be
    needs: str = ""  # unit | words, without which a number may be one that only says what is counted
    large: int = 0  # 万, 亿 where the text counts in them: a smaller number without them may mean either
    once: bool = False  # of a fact: what several of it give, nobody says
    bad: bool = False  # of a fact or units that points are taken for
    also: str = ""  # what is counted by the clause's own words, where the name is that of what there should be
    part: str = ""
    asked: str = ""  # what gives all points, of which the rest is taken: a value that affirms it says nothing else


@dataclass(frozen=True, slots=True)
class Question:
    """Something that the text does not say: its words, and the readings that it may have."""

    id: str
    words: str
    readings: tuple[str, ...]


class NotUnderstoodError(Exception):
    """No rule can be made of the text; the message says why, in Chinese."""


@dataclass(slots=True)
class Composed:
    """The rule, what it asks for, and what it had to assume."""

    rule: dict[str, Any] = field(default_factory=dict)
    role: str = "base"
    measures: list[Measured] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)
    large: int = 0
    derived: set[Fraction] = field(default_factory=set)  # numbers of the rule that follow from those of the text
    #: The rule as it is where a limit is of all clauses before it, which the text leaves open.
    other: dict[str, Any] | None = None
    unspoken: bool = False  # no sentence says just that: it is not read anew

    def declare(self, **values: Any) -> Measured:
        """Return a new measure."""
        id_ = f"m{len(self.measures) + 1}"
        part = f"f{len(self.measures) + 1}" if "options" in values else ""
        large = 0 if part or values.get("percent") else self.large
        self.measures.append(Measured(id_, part=part, large=large, **values))
        return self.measures[-1]

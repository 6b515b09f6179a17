"""A competition's rules: subjects, awards, honours, and what they leave open.

The engine knows what a subject, an award, an honour and a question are; which there are is data. Days are month and
day: the year is the unit's.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

TOTAL = "total"  # what an award may go by, and a tie be compared by, besides the subjects
SUBJECT = "subject"
PERSON, GROUP = "person", "team"
LEVELS = (PERSON, GROUP)
APPROVED, APPLIED = "核准", "申报"
TIES, ABSENT, TEAM = "ties", "absent", "team"
#: What each answer may say that the engine acts on: question → the rules that its options may name.
RULES: Mapping[str, tuple[str, ...]] = {
    TIES: ("share", "playoff", "compare"),
    ABSENT: ("zero", "unranked"),
    TEAM: ("sum", "best", "mean"),
}


@dataclass(frozen=True, slots=True)
class Day:
    """A day of any year."""

    month: int
    day: int

    def of(self, year: int) -> date:
        """Return the day in ``year``."""
        return date(year, self.month, self.day)


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase (阶段) of the activity, first and last day included."""

    title: str
    first: Day
    last: Day


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject (专业考试), and what else a clerk may call it."""

    id: str
    title: str
    also: tuple[str, ...]

    def is_called(self, name: str) -> bool:
        """Whether a clerk's ``name`` means this subject; brackets and spaces do not matter."""
        return bare(name) in {bare(text) for text in (self.id, self.title, *self.also)}


@dataclass(frozen=True, slots=True)
class Award:
    """An award (奖项): who is ranked, by what, and how many prizes of each class there are, the highest first."""

    id: str
    title: str
    level: str  # person | team
    by_total: bool
    prizes: Mapping[str, int]

    @property
    def number(self) -> int:
        """How many prizes there are of all classes."""
        return sum(self.prizes.values())

    def prize_of(self, place: int) -> str:
        """Return the prize for the 1-based ``place``; "" where there is none for it."""
        for title, last in zip(self.prizes, itertools.accumulate(self.prizes.values()), strict=True):
            if 0 < place <= last:
                return title
        return ""


@dataclass(frozen=True, slots=True)
class Ground:
    """What entitles to an honour: the first places of an award, or some of its prizes."""

    award: str
    first: int
    prizes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Honour:
    """An honour (称号) that somebody else gives: approved for winners, or to be applied for. Never passed down."""

    id: str
    title: str
    full: str  # with {region}
    grounds: tuple[Ground, ...]
    how: str  # 核准 | 申报
    by: str
    condition: str
    only: Mapping[str, str]  # field of the contestant → the value without which it is out of the question

    def is_called(self, name: str) -> bool:
        """Whether a clerk's ``name`` means this honour, with or without the name of the place before it."""
        return bare(name) == self.id or bare(name).endswith(bare(self.title))


@dataclass(frozen=True, slots=True)
class Delegation:
    """Who is sent to the next contest: how many in each role, and which awards make a candidate."""

    title: str
    roles: Mapping[str, int]
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """A possible answer to a question, and what the engine makes of it."""

    name: str
    rule: str
    means: str
    of: int = 0  # best: how many scores
    by: tuple[str, ...] = ()  # compare: subjects or the total, in this order


@dataclass(frozen=True, slots=True)
class Question:
    """What the rules leave open (待定事项). Without options an answer is only quoted."""

    id: str
    title: str
    about: str  # ties | absent | team, or "" where nothing is computed from it
    ask: str
    options: Mapping[str, Option]


@dataclass(frozen=True, slots=True)
class Standard:
    """What everybody has to reach in one thing (达标标准)."""

    field: str  # of the record that says how far somebody came
    title: str  # 自学
    least: Fraction
    unit: str  # 学分
    result: str  # what the field holds, in words: 学分


@dataclass(frozen=True, slots=True)
class Standards:
    """All that somebody has to reach, and what one is called who did."""

    called: str  # 双达标
    each: tuple[Standard, ...]

    @property
    def titles(self) -> str:
        """The things in which there is a standard: 自学、自测."""
        return "、".join(standard.title for standard in self.each)

    @property
    def results(self) -> str:
        """What may be lacking of somebody: 学分或自测分."""
        return "或".join(standard.result for standard in self.each)


@dataclass(frozen=True, slots=True)
class Competition:
    """All rules of one competition."""

    id: str
    title: str
    source: str
    phases: tuple[Phase, ...]
    latest: Day
    summary_due: Day
    drills: tuple[str, ...]
    standards: Standards
    subjects: tuple[Subject, ...]
    awards: tuple[Award, ...]
    honours: tuple[Honour, ...]
    delegation: Delegation
    questions: Mapping[str, Question]
    texts: tuple[str, ...]  # the source's own words that the rules quote
    drilled: str = ""  # what the drills are called in a report, where more is said than 岗位练兵

    def subject(self, name: str) -> Subject | None:
        """Return the subject that a clerk's ``name`` means, or None."""
        return next((subject for subject in self.subjects if subject.is_called(name)), None)

    def honour(self, name: str) -> Honour | None:
        """Return the honour that a clerk's ``name`` means, or None."""
        return next((honour for honour in self.honours if honour.is_called(name)), None)

    def question(self, name: str) -> Question | None:
        """Return the question that a clerk's ``name`` means, by its id or its title, or None."""
        wanted = bare(name)
        return next((q for q in self.questions.values() if wanted in (bare(q.id), bare(q.title))), None)

    def about(self, what: str) -> Question | None:
        """Return the question that decides ``what``, or None where the rules leave nothing open there."""
        return next((question for question in self.questions.values() if question.about == what), None)


def bare(text: str) -> str:
    """Return ``text`` without spaces, brackets and dots, as names are compared."""
    return re.sub(r"[\s()（）《》“”\"·]", "", text)

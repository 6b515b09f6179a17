"""A competition's rules: subjects, awards, honours, and what they leave open.

The engine knows what a subject, an award, an honour and a question are; which there are is data. Days are month and
day: the year is the unit's.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Annotated

from kaoping.core.decode import APART, Fallback, Key, MisfitError, Named, OneOf, Read, one_of, reads
from kaoping.core.yamltree import ExpectedError, Node

REACHED = "drill_person"  # the records that say how far somebody came
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


@reads(Day)
def _day(node: Node) -> Day:
    text = node.text()
    try:
        if re.fullmatch(r"[0-9]{2}-[0-9]{2}", text):
            day = date.fromisoformat(f"2001-{text}")  # no 29 February: it is not in every year
            return Day(day.month, day.day)
    except ValueError:
        pass
    raise ExpectedError(node, f"应为几月几日，如 09-30，现为“{text}”")


def _count(node: Node) -> int:
    count = node.number()
    if count.denominator != 1 or not 0 < count < 1000:
        raise ExpectedError(node, f"应为正整数，现为“{node.text()}”")
    return int(count)


Count = Annotated[int, Read(_count)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """What the source says in words of its own."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class Phase(Quoted):
    """A phase (阶段) of the activity, first and last day included."""

    title: str
    first: Annotated[Day, Key("from")]
    last: Annotated[Day, Key("to")]

    def __post_init__(self) -> None:
        if (self.first.month, self.first.day) > (self.last.month, self.last.day):
            raise MisfitError("阶段的 from 应不晚于 to")


@dataclass(frozen=True, slots=True)
class Drill(Quoted):
    """A field (方面) in which there are drills."""

    title: str


@dataclass(frozen=True, slots=True)
class Latest(Quoted):
    """Until when the contest must be held."""

    date: Day


@dataclass(frozen=True, slots=True)
class Summary(Quoted):
    """The summary (总结) of the drills, and when it is due."""

    due: Day


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject (专业考试), and what else a clerk may call it."""

    id: str
    title: str
    also: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.id == TOTAL:
            raise MisfitError(f"“{TOTAL}”是总成绩，科目不能用这个编号", "id")

    def is_called(self, name: str) -> bool:
        """Whether a clerk's ``name`` means this subject; brackets and spaces do not matter."""
        return bare(name) in {bare(text) for text in (self.id, self.title, *self.also)}


@dataclass(frozen=True, slots=True)
class Award(Quoted):
    """An award (奖项): who is ranked, by what, and how many prizes of each class there are, the highest first."""

    id: str
    title: str
    level: Annotated[str, OneOf(LEVELS)]
    by: Annotated[str, OneOf((SUBJECT, TOTAL))]
    prizes: Mapping[str, Count]

    @property
    def by_total(self) -> bool:
        """Whether it goes by the total, and not by each subject."""
        return self.by == TOTAL

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


def _personal(node: Node, awards: Sequence[Award]) -> str:
    return one_of(node, [award.id for award in awards if award.level == PERSON])


def _prize(node: Node, id_: str, awards: Sequence[Award]) -> str:
    return one_of(node, [prize for award in awards if award.id == id_ for prize in award.prizes])


@dataclass(frozen=True, slots=True)
class Ground:
    """What entitles to an honour: the first places of an award, or some of its prizes."""

    award: Annotated[str, Read(_personal, "awards")]
    first: Count = 0
    prizes: tuple[Annotated[str, Read(_prize, "award", "awards")], ...] = ()

    def __post_init__(self) -> None:
        if bool(self.first) == bool(self.prizes):
            raise MisfitError("写 first（前几名）或 prizes（哪几等奖）之一")


def _only(node: Node) -> dict[str, str]:
    for name, child in node.mapping().items():
        if child.known().kinds["contestant"].field(name) is None:
            raise ExpectedError(child, f"参赛人员没有“{name}”这一栏")
    return {name: child.text() for name, child in node.mapping().items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Honour(Quoted):
    """An honour (称号) that somebody else gives: approved for winners, or to be applied for."""

    id: str
    title: str
    full: str  # with {region}
    grounds: Annotated[tuple[Ground, ...], Key("from")]
    how: Annotated[str, OneOf((APPROVED, APPLIED))]
    by: str
    condition: str
    #: Field of the contestant → the value without which it is out of the question.
    only: Annotated[Mapping[str, str], Read(_only)] = field(default_factory=dict)
    passed_down: bool = False

    def __post_init__(self) -> None:
        if self.passed_down:
            raise MisfitError("只能写 false：称号递补的办法还没有做", "passed_down")
        if not self.grounds:
            raise MisfitError("至少要写一个奖项", "grounds")

    def is_called(self, name: str) -> bool:
        """Whether a clerk's ``name`` means this honour, with or without the name of the place before it."""
        return bare(name) == self.id or bare(name).endswith(bare(self.title))


@dataclass(frozen=True, slots=True)
class Delegation(Quoted):
    """Who is sent to the next contest: how many in each role, and which awards make a candidate."""

    title: str
    roles: Mapping[str, Count]
    candidates: tuple[Annotated[str, Read(_personal, "awards")], ...]


def _rule(node: Node, about: str) -> str:
    return one_of(node, RULES.get(about, ()))


def _no_rule(about: str) -> str:
    if about:
        raise MisfitError("缺少“rule”")
    return ""


def _compared(node: Node, subjects: Sequence[Subject]) -> str:
    return one_of(node, [TOTAL, *(subject.id for subject in subjects)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A possible answer to a question, and what the engine makes of it."""

    name: str
    rule: Annotated[str, Read(_rule, "about"), Fallback(_no_rule, "about")]
    means: str
    of: Count = 0  # best: how many scores
    by: tuple[Annotated[str, Read(_compared, "subjects")], ...] = ()  # compare: subjects or the total, in this order

    def __post_init__(self) -> None:
        for word, value, rule in (("of", self.of, "best"), ("by", self.by, "compare")):
            if bool(value) != (self.rule == rule):
                raise MisfitError(f"rule: {rule} 要写 {word}，别的不写")


@dataclass(frozen=True, slots=True)
class Question:
    """What the rules leave open (待定事项). Without options an answer is only quoted."""

    id: str
    title: str
    ask: str
    about: Annotated[str, OneOf(tuple(RULES))] = ""  # "" where nothing is computed from it
    options: Annotated[Mapping[str, Option], Named("name")] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.about and len(self.options) < 2:
            raise MisfitError("至少要有两个可选的答复", "options")


def _reached(node: Node) -> str:
    kind = node.known().kinds.get(REACHED)
    if kind is None or kind.field(node.text()) is None:
        raise ExpectedError(node, f"达标的记录没有“{node.text()}”这一栏")
    return node.text()


@dataclass(frozen=True, slots=True)
class Standard:
    """What everybody has to reach in one thing (达标标准)."""

    field: Annotated[str, Read(_reached)]  # of the record that says how far somebody came
    title: str  # 自学
    least: Annotated[Fraction, Key("at_least")]
    unit: str  # 学分
    result: str  # what the field holds, in words: 学分


@dataclass(frozen=True, slots=True)
class Standards(Quoted):
    """All that somebody has to reach, and what one is called who did."""

    called: str  # 双达标
    each: Annotated[tuple[Standard, ...], APART]

    @property
    def titles(self) -> str:
        """The things in which there is a standard: 自学、自测."""
        return "、".join(standard.title for standard in self.each)

    @property
    def results(self) -> str:
        """What may be lacking of somebody: 学分或自测分."""
        return "或".join(standard.result for standard in self.each)


@dataclass(frozen=True, slots=True, kw_only=True)
class Competition:
    """All rules of one competition."""

    id: str
    title: str
    source: str = ""
    phases: Annotated[tuple[Phase, ...], APART]
    latest: Latest
    summary: Summary
    drills: Annotated[tuple[Drill, ...], APART]
    standards: Standards
    subjects: Annotated[tuple[Subject, ...], APART]
    awards: Annotated[tuple[Award, ...], APART]
    honours: Annotated[tuple[Honour, ...], APART]
    delegation: Delegation
    questions: Annotated[Mapping[str, Question], Named("id"), APART]
    drilled: str = ""  # what the drills are called in a report, where more is said than 岗位练兵

    def __post_init__(self) -> None:
        names = {
            "subjects": [name for s in self.subjects for name in {bare(s.title), *map(bare, s.also)}],
            "awards": [award.id for award in self.awards],
            "questions": [question.about for question in self.questions.values() if question.about],
        }
        for attribute, written in names.items():
            if twice := next((name for name in written if written.count(name) > 1), ""):
                raise MisfitError(f"“{twice}”写了两次", attribute)

    @property
    def texts(self) -> tuple[str, ...]:
        """The source's own words that the rules quote."""
        parts: tuple[Quoted, ...] = (
            self.standards, self.latest, self.summary, *self.awards, *self.phases, *self.drills, *self.honours,
            self.delegation,
        )  # fmt: skip
        return tuple(part.text for part in parts if part.text)

    def subject(self, name: str) -> Subject | None:
        """Return the subject that a clerk's ``name`` means, or None."""
        return next((subject for subject in self.subjects if subject.is_called(name)), None)

    def behind(self, subject: Subject | None) -> Sequence[Subject]:
        """Return the subjects that a score rests on: ``subject`` alone, or all of them for the total (None)."""
        return self.subjects if subject is None else [subject]

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

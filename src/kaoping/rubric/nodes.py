"""What a rubric (考评细则) is made of: sections, groups, lines, the notice, and the questions it leaves open."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Annotated, Any, Literal

from kaoping.core.decode import APART, GIVEN, Beside, Fallback, Key, MisfitError, Named, OneOf, Read, decode, positive
from kaoping.core.model import Location
from kaoping.core.packs import Pack
from kaoping.core.schema import Field, Kind, evidence_type_id
from kaoping.core.yamltree import ExpectedError, Fields, Node
from kaoping.rubric.rules._counts import Count
from kaoping.rubric.rules._rule_kinds import parse_rule
from kaoping.rubric.rules.conditions import COMPARATORS
from kaoping.rubric.rules.evaluation import Condition, Context, Interval, Outcome, Possible, Rule, walk
from kaoping.rubric.rules.params import Param, level_named
from kaoping.rubric.rules.where import ALL, Where

Role = Literal["base", "bonus", "deduction"]

#: What a line gives to those to whom it does not apply.
THEN = {"full": "得满分", "leave-out": "不计入满分", "open": "原文没有写怎样计，待定"}

_OPEN, _ENDS = "为以按的和与或及、，", "。；：！？）)"
_BEGINS = re.compile(r"[（(〔【]|[一二三四五六七八九十0-9]+[、.．)）]")
_NUMBERED = re.compile(r"\s*（?([0-9]+)\s*[)）.．、]")


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of the rubric's own table for a line, letter by letter; "" where the cell above spans down."""

    content: str  # 内容
    basis: str  # 依据
    points: str  # 分值
    standard: str  # 标准

    def __post_init__(self) -> None:
        for name in ("content", "basis", "points", "standard"):  # a block of YAML ends with a line break
            object.__setattr__(self, name, getattr(self, name).strip("\n"))

    @property
    def printed(self) -> Row:
        """The cells as our sheets print them, :func:`reflowed`."""
        return Row(*map(reflowed, (self.content, self.basis, self.points, self.standard)))


def reflowed(text: str) -> str:
    """Return a cell's text without the line breaks that a column's width once made inside its sentences.

    A line that can't end where it does (以…为) goes on below, and so does one without a mark at its end before a line
    that ends as a sentence; what stands in brackets or has a number begins a line of its own.
    """
    lines: list[str] = []
    for line in filter(None, map(str.strip, text.split("\n"))):
        goes_on = bool(lines) and not _BEGINS.match(line)
        goes_on = goes_on and (lines[-1][-1] in _OPEN or (lines[-1][-1] not in _ENDS and line[-1] == "。"))
        lines[-1:] = [lines[-1] + line] if goes_on else [*lines[-1:], line]
    return "\n".join(lines)


#: The row of a line that stands in that of another.
NO_ROW = Row("", "", "", "")


def _basis(row: Row, above: str) -> str:
    return row.basis or above


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """Where a line does not apply, and what it then gives: to units of a level, or where a condition holds."""

    levels: tuple[Annotated[str, Read(level_named)], ...] = ()
    but: Annotated[tuple[Annotated[str, Read(level_named)], ...], Key("except")] = ()  # to all levels but these
    when: Condition | None = None
    then: Annotated[str, OneOf(THEN)]
    text: str = ""

    def __post_init__(self) -> None:
        if sum(map(bool, (self.levels, self.but, self.when))) != 1:
            raise MisfitError("levels（这几级）、except（这几级以外的）、when（什么情况）写一个")

    def names(self, level: str) -> bool:
        """Whether units of ``level`` are meant, whatever they record."""
        return level in self.levels or bool(self.but and level not in self.but)


@dataclass(frozen=True, slots=True)
class Exempted:
    """A line's rule beside a condition under which the line does not apply: what it gives where that is not known."""

    rule: Rule
    exemption: Exemption

    def evaluate(self, context: Context) -> Outcome:
        """Return all that is possible both ways."""
        inner = self.rule.evaluate(context)
        if self.exemption.when is None:
            return inner
        truth = self.exemption.when.evaluate(context)
        trace = inner.trace + truth.trace
        if truth.value is False:
            return replace(inner, trace=trace)
        of = context.of if context.of is not None else Fraction(0)
        ends = {"full": [of], "leave-out": [Fraction(0)], "open": [Fraction(0), of]}[self.exemption.then]
        if truth.value:
            return Outcome(min(ends), max(ends), (truth.text, THEN[self.exemption.then]), trace)
        because = (*inner.because, f"本项是不是不适用不清楚：{truth.text}")
        return Outcome(min(inner.low, *ends), max(inner.high, *ends), because, trace)

    def reach(self, possible: Possible) -> Interval:
        """Return the reach of the rule."""
        return self.rule.reach(possible)


def _exemptions(node: Node) -> tuple[Exemption, ...]:
    return tuple(decode(Exemption, item) for item in node.each())


#: Forms of earlier versions, each with the sentence that says how it is written now.
_FORMER = {
    "not_for": "“not_for”改写成 not_applicable: {{levels: [{names}], then: leave-out}}",
    "levels": "“levels”改写成 not_applicable: {{except: [{names}], then: open}}",
}


def _check_former(node: Node) -> None:
    for name, sentence in _FORMER.items():
        if (old := node.mapping().get(name)) is not None:
            raise ExpectedError(old, sentence.format(names="、".join(item.text() for item in old.each())))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One scored line (考评项)."""

    id: Annotated[str, Key("line")]
    section: Annotated[str, GIVEN]
    role: Annotated[Role, Fallback(str, "role_of_section")]
    title: str
    of: Fraction | None  # None where the rubric states no cap
    row: Row = NO_ROW
    shares_row_with: str = ""  # the line whose table row this one stands in ("" for a row of its own)
    rule: Annotated[Rule, Read(parse_rule)]
    at: Location
    #: Evidence types that the 依据 names; empty: any.
    accepts: tuple[Annotated[str, Read(evidence_type_id)], ...] = ()
    per_record: bool = False  # each counted record needs its own evidence, not just the line some
    not_applicable: Annotated[tuple[Exemption, ...], Read(_exemptions)] = ()  # to whom or when it does not apply
    beyond: str = ""  # the words by which its points may pass zero, or its own
    examiner: bool = False  # 考评方掌握
    visit: bool = False  # 实地查看
    #: The 依据 in force (of the cell above where this row's is merged).
    basis: Annotated[str, GIVEN, Fallback(_basis, "row", "basis_above")]
    nodes: tuple[Any, ...] = field(init=False, repr=False, compare=False)  # every part of the rule, found once
    exempted: Rule = field(init=False, repr=False, compare=False)  # the rule, where nobody knows if the line applies

    def __post_init__(self) -> None:
        if self.row is NO_ROW and not self.shares_row_with:
            raise MisfitError("缺少“row”（原表的各格），或用 shares_row_with 写明与哪一项同在一行")
        rule = self.rule
        for exemption in self.not_applicable:
            rule = Exempted(rule, exemption) if exemption.when is not None else rule
        object.__setattr__(self, "exempted", rule)
        object.__setattr__(self, "nodes", tuple(walk([self.rule, *(its.when for its in self.not_applicable)])))

    @property
    def shares_proofs(self) -> bool:
        """Whether the line counts a piece of evidence once only, with all other lines that do."""
        return any(isinstance(node, Count) and node.once_per_proof for node in self.nodes)


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that share something: one rule over all of them (their points stand on the first), or one cap."""

    id: str
    title: str
    lines: tuple[str, ...]
    of: Fraction | None = None
    all_met: bool = False  # every member's conditions met → of, any unmet → 0
    cap: Param | None = None  # the most that the members' points may add up to
    veto: Condition | None = None  # where it holds no member has points (一票否决)
    at: Location = field(default_factory=Location)


def _grade_edges(fields: Fields) -> tuple[tuple[str, Fraction], ...]:
    edges = tuple((op, fields[op].number()) for op in COMPARATORS if op in fields)
    if not edges:
        raise MisfitError("每一等写 at_least、above、at_most、below 中的一个或两个")
    return edges


def _lines(node: Node, section: str, role: str, tell: Callable[[ExpectedError], None] | None) -> tuple[Line, ...]:
    """The lines of a section; one that is wrong is told, and does not hide what is wrong with the others."""
    lines: list[Line] = []
    for item in node.items():
        above = lines[-1].basis if lines else ""
        try:
            _check_former(item)
            lines.append(decode(Line, item, section=section, role_of_section=role, basis_above=above))
        except ExpectedError as error:
            if tell is None:
                raise
            tell(error)
    return tuple(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the rubric (Ⅰ … Ⅷ)."""

    id: str
    title: str
    heading: str  # the 项目 cell, letter by letter
    points: Fraction | None = None  # declared base points; None for bonus and deduction
    role: Role = "base"  # of its lines that say no other
    lines: Annotated[tuple[Line, ...], Read(_lines, "id", "role", "tell")]


@dataclass(frozen=True, slots=True)
class Question:
    """Something the text leaves open and the notice or the examiner may answer (口径)."""

    id: str
    ask: str
    options: Mapping[str, Any]  # the answer's words → the value a rule gets
    at: Location

    def __post_init__(self) -> None:
        if len(self.options) < 2:
            raise MisfitError("至少要有两个可选的答复", "options")


@dataclass(frozen=True, slots=True, kw_only=True)
class SentBy:
    """The records that tell when something due was handed in: those of a kind, by the field that holds the day."""

    kind: Annotated[Kind, Key("of")]
    field: Field
    where: Where = ALL


@dataclass(frozen=True, slots=True)
class AnswerGiven:
    """Who answered an open question (口径) how, when and why, as somebody wrote it down."""

    answer: str
    who: str = ""
    when: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """What this year's notice (通知) asks: data beside the rubric, which a unit may override."""

    due: Mapping[str, date]  # what → by when
    due_titles: Mapping[str, str]
    answers: Mapping[str, str]  # question id → option
    values: Mapping[str, Any] = field(default_factory=dict)  # patterns, columns, limits
    sent: Mapping[str, SentBy] = field(default_factory=dict)  # what is due → which records tell that it was handed in
    unread: Mapping[str, str] = field(default_factory=dict)  # what is due → what stands for its day, and is none
    answered: Mapping[str, AnswerGiven] = field(default_factory=dict)  # question id → by whom, when and why

    def given(self, question: str) -> AnswerGiven | None:
        """Return who gave the answer that stands to ``question``; None where nobody wrote that down of this answer."""
        its = self.answered.get(question)
        return its if its is not None and its.answer == self.answers.get(question) else None

    def get(self, path: str, default: Any = None) -> Any:
        """Return the value at the dotted ``path`` of the notice, or ``default``."""
        value: Any = self.values
        for key in path.split("."):
            if not isinstance(value, Mapping) or key not in value:
                return default
            value = value[key]
        return value

    def due_lines(self, name: str) -> tuple[str, ...]:
        """Return the ids of the lines that the due date ``name`` is about; none where it is about no single line."""
        named = self.values["due"][name].get("lines") or ()
        return tuple(str(line) for line in ([named] if isinstance(named, str) else named))

    def with_values(self, over: Mapping[str, Any]) -> Notice:
        """Return the notice with ``over`` laid over its values, key by key."""
        return replace(self, values=_laid_over(self.values, over))


def _laid_over(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(under)
    for key, value in over.items():
        below = result.get(key)
        both = isinstance(value, Mapping) and isinstance(below, Mapping)
        result[key] = _laid_over(below, value) if both else value  # type: ignore[arg-type]
    return result


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """A grade (等次) by its edges: `{grade: 良好, at_least: 80, below: 90}`."""

    title: Annotated[str, Key("grade")]
    edges: Annotated[tuple[tuple[str, Fraction], ...], Beside(_grade_edges, "", " ".join(COMPARATORS))]

    def holds(self, points: Fraction) -> bool:
        """Whether ``points`` are of the grade."""
        return all(COMPARATORS[op](points, edge) for op, edge in self.edges)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grades:
    """Grades from the total: the first that holds. ``by`` says of which total, ``out_of`` what it is converted to."""

    by: Annotated[str, OneOf({"total": "总分", "base": "基础分"})] = "total"
    out_of: Annotated[Fraction | None, Read(positive)] = None  # 折算成百分制: times this, by the points that apply
    grades: Annotated[tuple[Grade, ...], Key("steps")]

    def __post_init__(self) -> None:
        if not self.grades:
            raise MisfitError("至少要有一等", "grades")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric:
    """A whole rubric, loaded and reconciled."""

    id: Annotated[str, Fallback(operator.attrgetter("id"), "pack")]
    title: str
    year: Annotated[int, GIVEN]
    sections: Annotated[tuple[Section, ...], APART]
    groups: Annotated[tuple[Group, ...], APART] = ()
    questions: Annotated[Mapping[str, Question], Named("id"), APART] = field(default_factory=dict)
    total: Fraction | None = None  # that the sections' points come to, as it declares
    grades: Grades | None = None
    notes: tuple[str, ...] = ()  # sentences about many lines, outside of their rows (扣完为止): rules may quote them
    source: str = ""  # the official text that it is read from
    notice: Annotated[Notice, GIVEN]
    sha256: Annotated[str, GIVEN]  # over its files: what a package says it was scored by
    pack: Annotated[Pack, GIVEN]  # the domain that it belongs to

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines in the rubric's order."""
        return tuple(line for section in self.sections for line in section.lines)

    def line(self, name: str) -> Line:
        """Return the line ``name``; raises KeyError."""
        for line in self.lines:
            if line.id == name:
                return line
        raise KeyError(name)

    def called(self, name: str) -> str:
        """Return what the rubric's own text calls the line ``name``: 第26项; 加减分项目第3项 where numbers begin anew.

        Ids (40a, B3) are ours alone; "" where the text gives its line no number.
        """
        line = self.line(name)
        number = self.number(line)
        sections = [section.id for section in self.sections]
        earlier = self.sections[: sections.index(line.section)]
        begun_anew = number in {self.number(its) for section in earlier for its in section.lines}
        return f"{self.section(line.section).title if begun_anew else ''}第{number}项" if number else ""

    def called_together(self, names: Sequence[str]) -> str:
        """Return what several lines are called together, each once: 第1、2、3项; their ids where the text has none."""
        known = {line.id for line in self.lines}
        called = list(dict.fromkeys((name in known and self.called(name)) or f"第{name}项" for name in names))
        plain = all(re.fullmatch("第[0-9]+项", word) for word in called)
        return f"第{'、'.join(word[1:-1] for word in called)}项" if called and plain else "、".join(called)

    def number(self, line: Line) -> str:
        """Return the number that the 内容 of the line begins with, or of the line whose cell spans down to it."""
        content = ""
        for other in self.section(line.section).lines:
            content = other.row.content or content
            if other.id == line.id:
                break
        number = _NUMBERED.match(content)
        return number[1] if number else ""

    def kinds(self) -> frozenset[str]:
        """Return the record kinds that its rules count."""
        nodes = (getattr(node, "kind", None) for line in self.lines for node in line.nodes)
        return frozenset(kind.name for kind in nodes if isinstance(kind, Kind))

    def section(self, name: str) -> Section:
        """Return the section ``name``; raises KeyError."""
        for section in self.sections:
            if section.id == name:
                return section
        raise KeyError(name)

    def group_of(self, line: str) -> Group | None:
        """Return the group the line belongs to, if any."""
        return next((group for group in self.groups if line in group.lines), None)

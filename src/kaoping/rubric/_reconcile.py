"""Whether a rubric agrees with itself and with its own words: points, ids, and every clause that a rule quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import partial

from kaoping.core.engine import INDICATOR
from kaoping.core.figures import UNBOUNDED, number
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.rubric.nodes import Line, Rubric
from kaoping.rubric.rules._bounds import Limit
from kaoping.rubric.rules._clauses import Clause
from kaoping.rubric.rules._deduct import Beyond, Defect, Forfeit, Ruled, Spent, Taken
from kaoping.rubric.rules._each import Each
from kaoping.rubric.rules._matters import PerMatter
from kaoping.rubric.rules._points import Points
from kaoping.rubric.rules._slope import Slope
from kaoping.rubric.rules.combine import Met, Scale, Sum
from kaoping.rubric.rules.declared import Indicator
from kaoping.rubric.rules.evaluation import Possible, Rule, walk
from kaoping.rubric.rules.params import Param, possible_values

#: What has words of the source.
_QUOTING = Points | Scale | Each | Clause | Taken | Defect | Forfeit | Beyond | Spent | Limit | Slope | PerMatter


def reconcile(rubric: Rubric, findings: Findings, complete: bool) -> None:
    """Check that points add up, that ids are unique and known, and that every quoted clause stands in the source.

    Where a line could not be read (not ``complete``) its points and its id are not missed once more.
    """

    def expect(at: Location, expected: str) -> None:
        findings.add("rubric.expected", at, path=at.path, expected=expected)

    seen: set[str] = set()
    for section in rubric.sections:
        total = sum((line.of or Fraction(0) for line in section.lines if line.role == "base"), Fraction(0))
        if complete and section.points is not None and total != section.points:
            at = section.lines[0].at if section.lines else Location()
            findings.add(
                "rubric.sum", at, section=f"第{section.id}部分", total=number(total), declared=number(section.points)
            )
        for line in section.lines:
            if line.id in seen:
                expect(line.at, f"考评项“{line.id}”写了两次")
            seen.add(line.id)
    for group in rubric.groups if complete else ():
        for name in group.lines:
            if name not in seen:
                expect(group.at, f"没有考评项“{name}”")
            elif group.all_met and not isinstance(rubric.line(name).rule, Met):
                expect(rubric.line(name).at, f"属于 all_met 的一组（{group.id}），规则应写成 met")
    for line in rubric.lines if complete else ():
        if line.shares_row_with and line.shares_row_with not in seen:
            expect(line.at, f"没有考评项“{line.shares_row_with}”")
            continue
        possible = partial(_possible, rubric)
        if isinstance(line.rule, Sum) and (total := _of_parts(line.rule, possible)) != line.of:
            stated = "没有写" if line.of is None else f"是{number(line.of)}分"
            limit = "，封顶以后" if line.rule.cap is not None else ""
            expect(line.at, f"各分项的 of 加起来{limit}是{number(total)}分，本项的 of {stated}")
        elif wrong := _out_of_reach(line, possible):
            expect(line.at, wrong)
        if any(isinstance(node, Indicator) and node.signed for node in line.nodes) and (why := _unsigned(rubric)):
            expect(line.at, why)
        words = _words(rubric, line)
        for quote in _quotes(line):
            if _bare(quote) not in words:
                findings.add("rubric.words", line.at, line=line.id, text=quote)


def _possible(rubric: Rubric, param: Param) -> list[Fraction | None]:
    options = {name: question.options for name, question in rubric.questions.items()}
    return possible_values(param, rubric.notice.get, options)


def _of_parts(rule: Sum, possible: Possible) -> Fraction:
    total = sum((part.of for part in rule.parts), Fraction(0))
    caps = [cap for cap in possible(rule.cap.value) if cap is not None] if rule.cap is not None else []
    return min(total, *caps) if caps else total


def _out_of_reach(line: Line, possible: Possible) -> str:
    """Say by how much the rule can pass zero or the line's points; "" where it can't, or the text says that it may."""
    if line.beyond or line.of is None:
        return ""
    named = [("本项", line.of, line.rule)]
    named += [(f"分项{part.id}", part.of, part.rule) for part in line.rule.parts] if isinstance(line.rule, Sum) else []
    for name, of, rule in named:
        reach = rule.reach(possible)
        for item in _items(rule):
            if (given := item.reach(possible)).high > 0:
                return f"扣分的一条写成了加分（最多{_points(given.high)}）；rule 里的分写负数"
        if line.role == "base" and reach.low < 0:
            lowest = _points(reach.low)
            return (
                f"{name}的规则能算到{lowest}，低于0分。写明最低几分：floor: {{assumed: 0}}（原文没有写），"
                "或 {said: 0, text: 原文的话}；原文写明可以扣成负分的，用 beyond 引原文的话"
            )
        if line.role != "deduction" and reach.high > max(of, Fraction(0)):
            return (
                f"{name}的规则能算到{_points(reach.high)}，比满分{number(of)}分多。写明最高几分（cap）；"
                "原文写明可以超过的，用 beyond 引原文的话"
            )
        if line.role == "deduction" and reach.low < min(of, Fraction(0)):
            return (
                f"{name}的规则能扣到{_points(reach.low)}，比最多扣的{number(of)}分多。写明最多扣几分（floor）；"
                "原文写明可以超过的，用 beyond 引原文的话"
            )
    return ""


def _points(points: Fraction) -> str:
    return "没有底的负分" if points <= -UNBOUNDED else "没有顶的分" if points >= UNBOUNDED else f"{number(points)}分"


def _items(rule: object) -> Iterator[Rule]:
    """The items of all deductions in ``rule`` that are rules of their own: what they give is taken off."""
    for node in walk(rule):
        if isinstance(node, Ruled):
            yield node.item


def _unsigned(rubric: Rubric) -> str:
    kind = rubric.pack.kinds[INDICATOR]
    field = kind.field("numerator")
    if field is None or field.minimum is None:
        return ""
    return (
        f"指标可以是负数（signed），但“{kind.title}”的“{field.title}”填不了负数；"
        f"在规则包的 records/{INDICATOR}.yaml 里照写这一栏，不写 minimum"
    )


def _quotes(line: Line) -> Iterator[str]:
    for part in line.nodes:
        if isinstance(part, _QUOTING) and part.text:
            yield part.text
    yield from filter(None, (line.beyond, *(its.text for its in line.not_applicable)))


def _words(rubric: Rubric, line: Line) -> str:
    """All words of the line's row, of the group's and section's cells that span over it, of notes about many lines."""
    home = rubric.line(line.shares_row_with) if line.shares_row_with else line
    group = rubric.group_of(line.id)
    rows = [
        home.row,
        *(rubric.line(name).row for name in (group.lines if group else ()) if name in {x.id for x in rubric.lines}),
    ]
    cells = [cell for row in rows for cell in (row.content, row.basis, row.points, row.standard)]
    return _bare("".join([*cells, *rubric.notes]))


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)

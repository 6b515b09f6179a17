"""Whether a rubric agrees with itself and with its own words: points, ids, and every clause that a rule quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from kaoping.core.figures import number
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.rubric.nodes import Line, Rubric
from kaoping.rubric.rules._each import Each
from kaoping.rubric.rules._points import Points
from kaoping.rubric.rules.combine import Met, Scale, Sum


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
        parts = line.rule.parts if isinstance(line.rule, Sum) else ()
        if parts and line.of != (total := sum((part.of for part in parts), Fraction(0))):
            stated = "没有写" if line.of is None else f"是{number(line.of)}分"
            expect(line.at, f"各分项的 of 加起来是{number(total)}分，本项的 of {stated}")
        words = _words(rubric, line)
        for quote in _quotes(line):
            if _bare(quote) not in words:
                findings.add("rubric.words", line.at, line=line.id, text=quote)


def _quotes(line: Line) -> Iterator[str]:
    for part in line.nodes:
        if isinstance(part, Points | Scale | Each) and part.text:
            yield part.text


def _words(rubric: Rubric, line: Line) -> str:
    """All words of the line's row, and of the group's and section's cells that span over it."""
    home = rubric.line(line.shares_row_with) if line.shares_row_with else line
    group = rubric.group_of(line.id)
    rows = [
        home.row,
        *(rubric.line(name).row for name in (group.lines if group else ()) if name in {x.id for x in rubric.lines}),
    ]
    cells = [cell for row in rows for cell in (row.content, row.basis, row.points, row.standard)]
    return _bare("".join(cells))


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)

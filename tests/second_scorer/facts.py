"""What can be asked of a unit's records: plain dicts, field by field as the record kinds have them.

A table that nobody filed is None (nobody said), one that was declared empty is ``[]`` (there is none); a field that was
left blank is absent from its row. Truth values are bool, dates are date, months are text (2017-03).
"""

from __future__ import annotations

import calendar
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from .spans import Span, span

Row = dict[str, Any]

#: What the notice may answer: question → options.
QUESTIONS = {
    "case-scope": ("本级", "全市"),
    "warning-and-fine": ("计入", "不计入"),
    "not-punished": ("计入", "不计入"),
    "withdrawn": ("计入", "不计入"),
    "transferred": ("计入", "不计入"),
    "exam-scope": ("只看省厅考试", "省市一起看"),
    "part-year-venues": ("计入", "不计入"),
    "both-channels-short": ("算一个月", "算两个月"),
    "same-matter": ("按事项算一件", "按篇各算一件"),
    "october-denominator": ("编制人数", "在岗人数"),
    "platform-scope": ("本级", "全市"),
    "platform-cases": ("只算办结", "立案都算"),
    "posts-bonus-cap": ("合计不超过5分", "不封顶"),
}


@dataclass
class Unit:
    """A unit's year: what it says of itself, its tables, and what the notice says."""

    facts: Row
    tables: dict[str, list[Row]]
    due: dict[str, date] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)

    def table(self, kind: str) -> list[Row] | None:
        return self.tables.get(kind)

    @property
    def is_city(self) -> bool:
        return bool(self.facts["level"] == "设区市")

    def readings(self, *questions: str) -> Iterator[dict[str, str]]:
        """Give each combination of answers to ``questions``; where the notice has answered, that answer alone."""
        options = [(self.answers[q],) if q in self.answers else QUESTIONS[q] for q in questions]
        for answers in itertools.product(*options):
            yield dict(zip(questions, answers, strict=True))

    def had_come(self, day: date | None) -> bool | None:
        """Tell whether a day had come when the records were closed.

        Nobody can have done what lies after 报送日期. Between 数据截至日期 and 报送日期 the day may have come or not
        when the record was written.
        """
        if day is None:
            return None
        if (submitted := self.facts.get("submit_date")) and day > submitted:
            return False
        if (closed := self.facts.get("as_of")) and day > closed:
            return None if submitted else False
        return True

    def in_year(self, day: date | None) -> bool | None:
        """Tell whether something of that day is the year's, and had come."""
        if day is None:
            return None
        return self.had_come(day) if day.year == self.facts["year"] else False

    def months(self) -> list[str]:
        """Return the year's months."""
        return [f"{self.facts['year']}-{month:02}" for month in range(1, 13)]

    def months_declared(self, indicator: str, per_month: int = 1) -> Span | None:
        """Return a declared number of months; those after its day may still come to it. More than were due is none."""
        row = self._indicator(indicator)
        if row is None or "numerator" not in row:
            return None
        day = row["as_of"]
        ends = [date(day.year, month, calendar.monthrange(day.year, month)[1]) for month in range(1, 13)]
        later = sum(end > day for end in ends)
        declared = Fraction(row["numerator"])
        return None if declared > (12 - later) * per_month else span(declared, declared + later * per_month)

    def months_due(self) -> list[str]:
        """Return the year's months that had ended on 数据截至日期（此后的月份视为未到期；不填按全年计）."""
        year, closed = self.facts["year"], self.facts.get("as_of")
        ends = [date(year, month, calendar.monthrange(year, month)[1]) for month in range(1, 13)]
        return [f"{end:%Y-%m}" for end in ends if closed is None or end <= closed]

    def places(self) -> set[str] | None:
        """Return the unit's own region and its counties; None where nobody recorded which counties there are."""
        counties = self.table("county")  # nobody recorded any: line 6 and 38 say that it lacks
        return {self.facts["region"], *(row["name"] for row in counties or [])}

    def covers(self, rows: list[Row]) -> bool | None:
        """Tell whether ``rows`` speak of the whole area: of the unit itself and of each county on file."""
        places = self.places()
        return None if places is None else places <= {name for row in rows for name in _regions(row)}

    def choice(self, line: str) -> str | None:
        """Return what the unit chose on a line that the text leaves to judgement."""
        judgements = self.table("judgement") or []
        chosen = [row["choice"] for row in judgements if row["line"] == line and self.had_come(row["when"])]
        return chosen[0] if chosen else None

    def declared(self, indicator: str) -> Fraction | None:
        """Return a number that was declared by itself; one of another year says nothing about this one."""
        row = self._indicator(indicator)
        return Fraction(row["numerator"]) if row and "numerator" in row else None

    def ratio(self, indicator: str) -> Span | None:
        """Return numerator ÷ denominator of what was declared, or (只有一个数、没有分母的留空) the number itself."""
        row = self._indicator(indicator)
        if row is None or "numerator" not in row or row.get("denominator") == 0:
            return None
        return span(Fraction(row["numerator"], row.get("denominator", 1)))

    def share(self, indicator: str) -> Span | None:
        """Return a ratio that is a part of a whole; more than the whole is none."""
        row, ratio = self._indicator(indicator), self.ratio(indicator)
        return ratio if row and "denominator" in row and ratio and ratio.high <= 1 else None

    def _indicator(self, indicator: str) -> Row | None:
        rows = [row for row in self.table("indicator") or [] if row["id"] == indicator]
        return rows[0] if rows and self.in_year(rows[0]["as_of"]) else None


def _regions(row: Row) -> list[str]:
    return [name for name in re.split("[、，；和及 ]", row["region"]) if name]

"""Days as somebody says them (2017-12-06, 12月6日)."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

from kaoping.codification.clauses._bound import Bound
from kaoping.codification.clauses._composed import Measured
from kaoping.codification.clauses._plain import plain

_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})[日号]?")
_YEARLESS = re.compile(r"([0-9]{1,2})月([0-9]{1,2})[日号]")
#: For days whose year nobody tells: a leap year, so that none is lost.
ANY_YEAR = 2024
_HALF = 6  # months


def is_day(value: str) -> date | None:
    """Return the day that a value is, without a year in ANY_YEAR; None for any other."""
    text = plain(value).text
    return day_of(with_year(text) or text)


def with_year(text: str) -> str:
    its = _YEARLESS.fullmatch(text)
    return f"{ANY_YEAR}-{its[1]}-{its[2]}" if its else ""


def day_of(text: str) -> date | None:
    match = _DAY.fullmatch(text)
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def until(measure: Measured, day: date) -> Bound:
    """The day itself, or how many days too late it is."""
    *year, month, last = map(int, measure.day.split("-"))
    try:
        limit = date(year[0] if year else day.year, month, last)
    except ValueError:
        return Bound(why=f"“{measure.day}”不是一天")
    if not year and limit.month - day.month > _HALF:  # the year after?
        return Bound(why="是不是同一年没有写")
    if not measure.unit:
        return Bound(Fraction(day.toordinal()))
    return Bound(why="到期那天算不算逾期没有写") if day == limit else Bound(Fraction(max(0, (day - limit).days)))

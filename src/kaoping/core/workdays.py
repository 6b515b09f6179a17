"""Working days (工作日) as the State Council's yearly notices have them: ``evidence_schema/workdays.yaml``.

A year that is not in the file is unknown: its weekdays may be holidays and its weekends worked (调休), so nothing is
said of it. Every answer here is None where a day of such a year matters.

Source: 国务院办公厅关于部分节假日安排的通知, one a year; 全国年节及纪念日放假办法 (国务院令第270号).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from kaoping.core import resources

_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of the years that are known, as far as they differ from Monday to Friday."""

    years: frozenset[int]
    rest: frozenset[date]
    work: frozenset[date]


@cache
def calendar() -> Calendar:
    """Return what the file says."""
    raw = resources.load_yaml(resources.schema("workdays.yaml"))

    def days(what: str) -> frozenset[date]:
        return frozenset(day for year in raw.values() for listed in year[what].values() for day in listed)

    return Calendar(frozenset(raw), days("rest"), days("work"))


def is_workday(day: date) -> bool | None:
    """Whether ``day`` is a working day; None where its year is unknown."""
    known = calendar()
    if day.year not in known.years:
        return None
    return day in known.work or (day.weekday() < _SATURDAY and day not in known.rest)


def workdays_between(start: date, end: date) -> int | None:
    """Return how many working days lie after ``start``, up to and including ``end``; 0 where ``end`` is not later.

    None where a year among those days is unknown.
    """
    days = (start + _DAY * n for n in range(1, (end - start).days + 1))
    count = 0
    for day in days:
        works = is_workday(day)
        if works is None:
            return None
        count += works
    return count


def last_workday(day: date) -> date | None:
    """Return the last working day up to and including ``day``; None where that takes a day of an unknown year."""
    while (works := is_workday(day)) is False:
        day -= _DAY
    return day if works else None


def unknown_years(start: date, end: date) -> list[int]:
    """Return the unknown years among the days from ``start`` to ``end``, both included."""
    return [year for year in range(start.year, end.year + 1) if year not in calendar().years]

"""What several documents count: who was trained, which cases were closed, what came to an office."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction

from second_scorer.cases import closed
from second_scorer.facts import Row
from second_scorer.spans import Span, count, every, span

from .samples import Told

Test = Callable[[Row], bool | None]


def happened(told: Told, row: Row, day: str = "date") -> bool | None:
    """Whether a record's day is one of the year's and had come."""
    return told.unit.in_year(row.get(day))


def number(told: Told, kind: str, test: Test = lambda _: True, day: str = "date") -> Span | None:
    """Count the records of a kind that had happened and pass a test; None where nobody filed any."""
    rows = told.unit.table(kind)
    return None if rows is None else count(every([happened(told, row, day), test(row)]) for row in rows)


def people_word(occasions: Span | None) -> str:
    """人 for the people of one occasion, 人次 for those of several."""
    return "人" if occasions is not None and occasions.low == occasions.high == 1 else "人次"


def total_of(told: Told, kind: str, field: str, test: Test = lambda _: True, day: str = "date") -> Span | None:
    """Add a field of those records; None where one of them lacks it, or where nobody filed any."""
    rows = told.unit.table(kind)
    if rows is None:
        return None
    sure = [row for row in rows if every([happened(told, row, day) if day else True, test(row)]) is True]
    perhaps = [row for row in rows if every([happened(told, row, day) if day else True, test(row)]) is None]
    if perhaps or any(field not in row for row in sure):
        return None
    return span(sum((Fraction(row[field]) for row in sure), Fraction(0)))


def share(part: Span | None, whole: Span | None) -> Fraction | None:
    """Return a part of its whole, where both are known."""
    if part is None or whole is None or not part.single or not whole.single or not whole.low:
        return None
    return part.low / whole.low


def first_words(rows: Iterable[Row], *fields: str) -> list[str]:
    """Return of each record the first of the fields that is filled in."""
    return [str(next((row[field] for field in fields if field in row), "")) for row in rows]


def closed_cases(told: Told, test: Test = lambda _: True) -> Span | None:
    rows = told.unit.table("case")
    return None if rows is None else count(every([closed(told.unit, row), test(row)]) for row in rows)


def days(rows: Iterable[Row], field: str) -> list[date]:
    return [row[field] for row in rows if field in row]

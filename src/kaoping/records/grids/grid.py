"""A spreadsheet as its readers see it: a grid of values from A1 on, and what a value alone does not tell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from operator import itemgetter

from kaoping.records.grids.number_display import display

_CELL_NAME = re.compile("([A-Za-z]{1,3})([1-9][0-9]{0,6})")

#: What a cell may hold; "" is an empty one.
GridCell = str | int | float | bool | date | datetime | time | timedelta


@dataclass(frozen=True, slots=True)
class Span:
    """A merged range: 0-based rows and columns, the last ones included."""

    top: int
    left: int
    bottom: int
    right: int

    def hides(self, row: int, column: int) -> bool:
        """Whether a cell is merged into another, the first: what stands in it is not shown."""
        inside = self.top <= row <= self.bottom and self.left <= column <= self.right
        return inside and (row, column) != (self.top, self.left)


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """A cell's number, and the format by which it is shown."""

    value: float
    code: str
    from_1904: bool = False  # days are counted from 1904 on

    @property
    def shown(self) -> str | None:
        """What the cell shows; None where that can't be told exactly."""
        return display(self.value, self.code, from_1904=self.from_1904)


@dataclass(frozen=True, slots=True)
class SavedLook:
    """What a cell with a number or a date showed when it was saved; None where nobody saved that."""

    shown: str | None


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet. ``rows[0][0]`` is A1; rows may differ in length, and what lies beyond them is empty."""

    name: str  # "" for a csv, which has no sheets
    rows: Sequence[Sequence[GridCell]]
    merged: tuple[Span, ...] = ()
    hidden: bool = False  # the whole sheet
    hidden_rows: tuple[int, ...] = ()  # 0-based
    struck_rows: tuple[int, ...] = ()  # with a line through all that stands in them
    struck_cells: tuple[tuple[int, int], ...] = ()  # (row, column) with a line through some of it, of other rows
    #: (row, column), 0-based → how a number is shown, where that says more than the number
    formats: Mapping[tuple[int, int], NumberFormat | SavedLook] = field(default_factory=dict)
    #: (row, column), 0-based → an error value ("#REF!"), or "" for a formula whose value was never saved
    faults: Mapping[tuple[int, int], str] = field(default_factory=dict)
    all_text: bool = False  # a csv: every number and date is text, and nobody is to blame

    def cell(self, row: int, column: int) -> GridCell:
        """Return the value at 0-based ``row`` and ``column``; "" beyond the grid."""
        if row < len(self.rows) and column < len(self.rows[row]):
            return self.rows[row][column]
        return ""


def column_values(rows: Sequence[Sequence[GridCell]], index: int) -> list[GridCell]:
    """Return the values that ``rows`` have at 0-based ``index``; "" where a row is too short."""
    try:
        return list(map(itemgetter(index), rows))
    except IndexError:  # rows of differing length
        return [row[index] if index < len(row) else "" for row in rows]


@dataclass(frozen=True, slots=True)
class Spreadsheet:
    """A file of sheets, read. ``notes`` are what its reader should know: (finding code, facts)."""

    grids: tuple[Grid, ...]
    notes: tuple[tuple[str, Mapping[str, str]], ...] = ()


class SpreadsheetError(Exception):
    """The file can't be read as a spreadsheet: the code of a finding, and the facts for its sentences."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def cell_name(row: int, column: int) -> str:
    """Return the A1 name of a 0-based ``row`` and ``column``.

    >>> cell_name(13, 3)
    'D14'
    """
    return f"{column_name(column)}{row + 1}"


def cell_place(name: str) -> tuple[int, int]:
    """Return the 0-based row and column of the cell with an A1 name; raises ValueError for what is none.

    >>> cell_place("D14")
    (13, 3)
    """
    match = _CELL_NAME.fullmatch(name)
    if match is None:
        raise ValueError(f"not the name of a cell: {name}")
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


def column_name(column: int) -> str:
    """Return the letters of a 0-based ``column``.

    >>> column_name(27)
    'AB'
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters

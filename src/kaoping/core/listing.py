"""A sheet that is one table: title, a line about it, heads that repeat on every page, rows as high as their texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from kaoping.core.figures import number
from kaoping.core.worksheets import HEAD_FONT, Book, height_of

FIRST = 3  # 0-based row of the first record
UPRIGHT = 100  # half-width characters that an upright A4 page takes without shrinking much


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, how wide it is (half-width characters), and whether its texts start at the left."""

    head: str
    width: float
    left: bool = False


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula and the value that it comes to."""

    text: str
    value: Fraction


Cell = str | Fraction | Formula


def listing(
    book: Book, title: str, note: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], name: str = ""
) -> Any:
    """Add a sheet (called ``name``, or as its title) with ``rows`` under their heads; returns it.

    Where there are no rows the sheet says 无. A narrow table stands on upright paper.
    """
    last, width = len(columns) - 1, sum(column.width for column in columns)
    sheet = book.sheet(name or title, [column.width for column in columns], portrait=width <= UPRIGHT)
    sheet.merge_range(0, 0, 0, last, title, book.format(border=0, align="center", font_name=HEAD_FONT, font_size=18))
    sheet.merge_range(1, 0, 1, last, note, book.format(border=0, align="left"))
    sheet.set_row(0, 34)
    sheet.set_row(1, height_of([(note, width)]))
    head_format = book.format(font_name=HEAD_FONT, align="center", bg_color="#F2F2F2")
    for index, column in enumerate(columns):
        sheet.write_string(2, index, column.head, head_format)
    sheet.set_row(2, height_of([(column.head, column.width) for column in columns], 24))
    sheet.repeat_rows(2)
    sheet.freeze_panes(FIRST, 0)
    formats = {left: book.format(align="left" if left else "center") for left in (True, False)}
    rounded = book.format(align="center", num_format="0.00")
    for index, row in enumerate(rows or [("无", *("" for _ in range(last)))], FIRST):
        for place, (cell, column) in enumerate(zip(row, columns, strict=True)):
            _write(sheet, index, place, cell, formats[column.left], rounded)
        texts = [(cell, column.width) for cell, column in zip(row, columns, strict=True) if isinstance(cell, str)]
        sheet.set_row(index, height_of(texts))
    if rows:
        sheet.autofilter(2, 0, 2 + len(rows), last)
    return sheet


def _write(sheet: Any, row: int, place: int, cell: Cell, shown: Any, rounded: Any) -> None:
    """Write a cell; a number without an exact short form shows two places and keeps the rest."""
    if isinstance(cell, str):
        sheet.write_string(row, place, cell, shown)
        return
    value = cell.value if isinstance(cell, Formula) else cell
    form = shown if Fraction(number(value)) == value else rounded
    if isinstance(cell, Formula):
        sheet.write_formula(row, place, cell.text, form, float(value))
    else:
        sheet.write_number(row, place, float(value), form)

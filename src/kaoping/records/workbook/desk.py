"""What every sheet of the workbook is written with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kaoping.core.schema import Kinds
from kaoping.core.worksheets import Book
from kaoping.records.grids.grid import cell_name
from kaoping.records.workbook.cells import Pen
from kaoping.records.workbook.limits import Limits
from kaoping.records.workbook.look import END, Look


@dataclass(frozen=True, slots=True)
class Desk:
    """The book, how it looks, what its cells may hold, and the pen."""

    book: Book
    look: Look
    limits: Limits
    pen: Pen
    year: int
    kinds: Kinds

    def link(self, sheet: Any, row: int, column: int, target: str, text: str, style: Any, cell: str = "A1") -> None:
        """Write a link to another sheet of the workbook."""
        name = target.replace("'", "''")
        sheet.write_url(row, column, f"internal:'{name}'!{cell}", style, text, f"到“{target}”")

    def allow_text_numbers(self, sheet: Any, first: int, columns: Iterable[int]) -> None:
        """Keep Excel from marking digits in text columns (考评项 10, a telephone number) as mistakes."""
        ranges = [f"{cell_name(first, column)}:{cell_name(END, column)}" for column in columns]
        sheet.ignore_errors({"number_stored_as_text": " ".join(ranges)})

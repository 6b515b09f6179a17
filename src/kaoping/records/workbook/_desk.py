"""What every sheet of the workbook is written with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kaoping.core.schema import Field, Kinds
from kaoping.core.worksheets import Book
from kaoping.records.grids.grid import cell_name
from kaoping.records.layout import REQUIRED_MARK, UNIT_SHEET
from kaoping.records.workbook._cell_writing import Pen
from kaoping.records.workbook._limits import Limits
from kaoping.records.workbook._look import Look
from kaoping.records.workbook._sheet import END, Sheet, quoted


@dataclass(frozen=True, slots=True)
class Desk:
    """The book, how it looks, what its cells may hold, and the pen."""

    book: Book
    look: Look
    limits: Limits
    pen: Pen
    year: int
    kinds: Kinds

    def page(self, sheet: Sheet, purpose: str) -> Any:
        """Add a sheet: its title and purpose in the first row, the way back below it, its head on each printed page."""
        look = self.look
        page = self.book.sheet(sheet.title, sheet.widths)
        page.write_rich_string(0, 0, look.title, sheet.title, look.note, f"　　{purpose}", look.title)
        page.set_row(0, 30)
        self.link(page, 1, 0, UNIT_SHEET, f"← {UNIT_SHEET}", look.link)
        page.set_row(1, 24)
        page.repeat_rows(sheet.head)
        return page

    def note(self, page: Any, column: int, text: str) -> None:
        """Say beside the way back how the sheet is filled in."""
        page.write_string(1, column, text, self.look.note)

    def head(self, page: Any, row: int, column: int, field: Field) -> None:
        """Write a field's heading, with the mark of a required one."""
        look = self.look
        if field.required:
            pieces = (look.black, field.heading, look.star, f" {REQUIRED_MARK}")
            page.write_rich_string(row, column, *pieces, look.input_head)
        else:
            page.write_string(row, column, field.heading, look.head)

    def limit(self, page: Any, row: int, column: int, limit: Mapping[str, Any] | None, last: int = -1) -> None:
        """Lay ``limit``, if there is one, over a cell, or over those down to the row ``last``."""
        if limit is not None:
            page.data_validation(row, column, max(row, last), column, dict(limit))

    def link(self, page: Any, row: int, column: int, target: str, text: str, style: Any, cell: str = "A1") -> None:
        """Write a link to another sheet of the workbook."""
        page.write_url(row, column, f"internal:{quoted(target)}!{cell}", style, text, f"到“{target}”")

    def allow_text_numbers(self, page: Any, first: int, columns: Iterable[int]) -> None:
        """Keep Excel from marking digits in text columns (考评项 10, a telephone number) as mistakes."""
        ranges = [f"{cell_name(first, column)}:{cell_name(END, column)}" for column in columns]
        page.ignore_errors({"number_stored_as_text": " ".join(ranges)})

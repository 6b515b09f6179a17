"""What all workbooks we write have in common: XlsxWriter with formulas and their values, fixed dates, A4 landscape.

XlsxWriter writes a formula together with its computed value, which openpyxl can't; so the totals are alive in Excel and
right in every viewer that does not calculate.
"""

from __future__ import annotations

import io
import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kaoping.core.zipbytes import NO_DATE, repack

FONT, HEAD_FONT = "宋体", "黑体"
LINE = 16.0  # points that a line of 10.5 pt text takes, in the roomiest of the usual fonts
TALLEST = 409.0  # points: Excel's limit for a row


@dataclass(slots=True)
class Book:
    """A workbook being written, with the formats that all sheets share."""

    workbook: Any
    stream: io.BytesIO
    dated: date | None

    def format(self, **properties: Any) -> Any:
        """Return a cell format: 宋体 10.5 pt, wrapped, bordered, centred vertically, unless told otherwise."""
        common = {"font_name": FONT, "font_size": 10.5, "text_wrap": True, "border": 1, "valign": "vcenter"}
        return self.workbook.add_format({**common, **properties})

    def sheet(self, name: str, widths: Sequence[float], *, portrait: bool = False) -> Any:
        """Add a sheet that prints on A4, one page wide, with page numbers at the foot."""
        sheet = self.workbook.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_paper(9)
        if not portrait:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.center_horizontally()
        sheet.set_footer("&C第 &P 页，共 &N 页")
        return sheet

    def close(self) -> bytes:
        """Return the file's bytes, the same for the same content."""
        self.workbook.close()
        return repack(self.stream.getvalue(), self.dated)


def new_book(title: str, author: str, dated: date | None) -> Book:
    """Start a workbook. Text stays text: nothing that starts with = becomes a formula, nothing a link."""
    import xlsxwriter

    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    workbook = xlsxwriter.Workbook(stream, options)
    day = dated or NO_DATE
    workbook.set_properties({"title": title, "author": author, "created": datetime(day.year, day.month, day.day)})
    workbook.set_calc_mode("auto")
    return Book(workbook, stream, dated)


def lines_of(text: str, width: float) -> int:
    """Return how many lines ``text`` takes in a column ``width`` (half-width characters) wide."""
    room = max(width - 1.5, 2)
    return sum(max(1, math.ceil(wide(line) / room)) for line in text.split("\n"))


def wide(text: str) -> int:
    """Return the width of ``text`` in half-width characters (UAX #11)."""
    return sum(2 if unicodedata.east_asian_width(ch) in "WFA" else 1 for ch in text)


def height_of(texts: Sequence[tuple[str, float]], least: float = 20.0) -> float:
    """Return the height in points that a row needs for its (text, column width) cells."""
    lines = max((lines_of(text, width) for text, width in texts), default=1)
    return min(max(lines * LINE + 6, least), TALLEST)

"""The cells of an OpenDocument spreadsheet, with their places and whether they are printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kaoping.evidence.convert._losses import HIDDEN_SHEETS, Losses, excerpt
from kaoping.evidence.convert.frozen._office_zip import attribute, elements, local
from kaoping.evidence.convert.frozen._workbook_parts import area, letters

_MOST = 2000  # times that a row or a cell with content is repeated
_HIDDEN_ROWS = "隐藏、被筛选掉的行没有显示：{}。"
_HIDDEN_COLUMNS = "隐藏的列没有显示：{}。"
_OUTSIDE = "打印区域以外的内容没有显示：{}。"


@dataclass(frozen=True, slots=True)
class OdfCell:
    """A cell that holds text: its place, its element, and why it is not printed: "" where it is."""

    sheet: str
    row: int
    column: int
    element: Any
    why: str = ""

    @property
    def place(self) -> str:
        """The name of its place: 表1!B3."""
        return f"{self.sheet}!{letters(self.column)}{self.row}"


def odf_cells(root: Any) -> Iterator[OdfCell]:
    """Yield the cells below ``root`` (a content.xml) that hold text, sheet by sheet."""
    unseen = {
        attribute(properties.getparent(), "name")
        for properties in elements(root, "table-properties")
        if attribute(properties, "display") == "false"
    }
    for table in elements(root, "table"):
        if local(table.getparent()) != "spreadsheet":
            continue
        name = attribute(table, "name")
        ranges = [area(part.rpartition(".")[2]) for part in _corners(attribute(table, "print-ranges"))]
        hidden = attribute(table, "style-name") in unseen
        columns = _hidden_columns(table)
        for row, element in _rows(table):
            is_hidden = attribute(element, "visibility", "visible") != "visible"
            for column, cell in _cells(element):
                why = ""
                if hidden:
                    why = HIDDEN_SHEETS
                elif is_hidden:
                    why = _HIDDEN_ROWS
                elif column in columns:
                    why = _HIDDEN_COLUMNS
                elif (
                    ranges
                    and None not in ranges
                    and not any(spot[0] <= row <= spot[2] and spot[1] <= column <= spot[3] for spot in ranges if spot)
                ):
                    why = _OUTSIDE
                yield OdfCell(name, row, column, cell, why)


def tell_not_printed(root: Any, losses: Losses) -> None:
    """Note the cells below ``root`` that no page shows."""
    for cell in odf_cells(root):
        if cell.why == HIDDEN_SHEETS:
            losses.add(cell.why, excerpt(cell.sheet))
        elif cell.why == _HIDDEN_ROWS:
            losses.add(cell.why, f"“{cell.sheet}”第{cell.row}行")
        elif cell.why == _HIDDEN_COLUMNS:
            losses.add(cell.why, f"“{cell.sheet}”{letters(cell.column)}列")
        elif cell.why:
            losses.add(cell.why, cell.place)


def _corners(ranges: str) -> list[str]:
    """Return the ranges $表1.$A$1:.$B$2, each as A1:B2."""
    parts = []
    for part in ranges.replace("$", "").split():
        first, _, last = part.partition(":")
        parts.append(f"{first.rpartition('.')[2]}:{last.rpartition('.')[2]}" if last else first)
    return parts


def _hidden_columns(table: Any) -> set[int]:
    hidden: set[int] = set()
    number = 0
    for column in elements(table, "table-column"):
        times = int(attribute(column, "number-columns-repeated", "1"))
        if attribute(column, "visibility", "visible") != "visible":
            hidden |= set(range(number + 1, number + min(times, 16384) + 1))
        number += times
    return hidden


def _rows(table: Any) -> Iterator[tuple[int, Any]]:
    number = 0
    for row in elements(table, "table-row"):
        times = int(attribute(row, "number-rows-repeated", "1"))
        has_text = any((text.text or "").strip() or len(text) for text in elements(row, "p"))
        for at in range(min(times, _MOST) if has_text else 0):
            yield number + at + 1, row
        number += times


def _cells(row: Any) -> Iterator[tuple[int, Any]]:
    number = 0
    for cell in row:
        if local(cell) not in ("table-cell", "covered-table-cell"):
            continue
        times = int(attribute(cell, "number-columns-repeated", "1"))
        has_text = cell.find("{*}p") is not None
        for at in range(min(times, _MOST) if has_text else 0):
            yield number + at + 1, cell
        number += times

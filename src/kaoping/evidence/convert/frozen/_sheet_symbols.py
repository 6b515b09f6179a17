"""Symbol characters in the cells of a workbook, by the font of a cell or of a part of its text, turned into Unicode."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kaoping.evidence.convert.frozen._office_zip import drop, elements
from kaoping.evidence.convert.frozen._workbook_parts import Cell, Workbook
from kaoping.records.grids import symbol_fonts


def map_rich_symbols(root: Any) -> bool:
    """Write the symbols in strings of several fonts below ``root`` as Unicode; returns whether there were any."""
    has_changed = False
    for run in elements(root, "r"):
        font = run.find("{*}rPr/{*}rFont")
        if font is not None and symbol_fonts.has(font.get("val", "")):
            for text in run.iterfind("{*}t"):
                text.text = symbol_fonts.in_unicode(font.get("val", ""), text.text or "")
            drop(font)
            has_changed = True
    return has_changed


def map_cell_symbols(cells: Sequence[Cell], book: Workbook) -> bool:
    """Write the texts of ``cells`` whose font is one of symbols as Unicode; returns whether there were any."""
    symbols = [cell for cell in cells if cell.kind == "s" and symbol_fonts.has(book.styles.of(cell.element).font)]
    for cell in symbols:
        font = book.styles.of(cell.element).font
        for inner in list(cell.element):
            drop(inner)
        value = cell.element.makeelement(cell.element.tag.replace("}c", "}v"))
        value.text = symbol_fonts.in_unicode(font, cell.value)
        cell.element.append(value)
        cell.element.set("t", "str")
        book.styles.copy(cell.element, "letters")
    return bool(symbols)

"""A workbook (xlsx, ECMA-376-1, 18) as it was saved: formulas are their saved values, nothing follows the day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from kaoping.evidence.convert._conversion import NotShownError
from kaoping.evidence.convert._losses import HIDDEN_SHEETS, Losses, excerpt
from kaoping.evidence.convert.frozen import _cell_pictures, _sheet_fit
from kaoping.evidence.convert.frozen._covered_cells import tell_covered
from kaoping.evidence.convert.frozen._drawn_fields import freeze_drawn
from kaoping.evidence.convert.frozen._office_zip import OfficeZip, drop, elements, relations_of
from kaoping.evidence.convert.frozen._print_codes import without_day
from kaoping.evidence.convert.frozen._sheet_symbols import map_cell_symbols, map_rich_symbols
from kaoping.evidence.convert.frozen._workbook_parts import (
    Cell,
    Sheet,
    Workbook,
    area,
    hidden_columns,
    hidden_rows,
    letters,
)

_COMPUTED = "没有保存结果的公式按转换时算出的显示：{}。"
_LINKED = "引用别的文件的公式按保存时的值显示：{}。"
_BY_DAY = "按当天日期变化的条件格式（颜色、图标）没有显示：{}。"
_HIDDEN_ROWS = "隐藏的行没有显示：{}。"
_FILTERED_ROWS = "被筛选掉的行没有显示：{}。"
_HIDDEN_COLUMNS = "隐藏的列没有显示：{}。"
_OUTSIDE = "打印区域以外的内容没有显示：{}。"
_WHITE = "白色的字印在白纸上，看不见：{}。"
_NO_DAY = "页眉页脚里的打印日期、时间没有印：{}。"
_STRAY = (
    "表格“{}”的 {} 有内容，离别的内容太远，照印会有成千上万张空白页。"
    "请打开文件，删去这一格（多半是误填的），保存后换掉。"
)
#: A sheet of so many rows, or columns, of which only one in so many holds anything.
_FAR_ROW, _FAR_COLUMN = (20_000, 100), (500, 20)
#: Functions whose result changes without any change of the file.
_VOLATILE = re.compile(r"\b(?:TODAY|NOW|RAND|RANDBETWEEN|RANDARRAY|CELL|INFO)\s*\(", re.I)
_ELSEWHERE = re.compile(r"\[\d+\]|\[[^\]]+\.xl\w+\]", re.I)
_AREA = re.compile(r"(?:^|,)(?:'(?:[^']|'')*'|[^',!]*)!((?:\$?[A-Z]+)?\$?\d*(?::(?:\$?[A-Z]+)?\$?\d*)?)")
_LONGEST = 4000  # characters of a print area
_RELATIONS = ("pivotTable", "queryTable")  # what LibreOffice would fill the cells from anew


def freeze_workbook(archive: OfficeZip, losses: Losses) -> bool:
    """Change what depends on the day, the file's name or others in ``archive``; returns whether NAME stands in it."""
    book = Workbook(archive)
    areas = book.print_areas()
    book.styles.pin_dates()
    if book.strings_part and map_rich_symbols(archive.tree(book.strings_part)):
        archive.changed(book.strings_part)
    pictures = _cell_pictures.CellPictures(book, losses)
    is_named = False
    for sheet in book.sheets:
        root = archive.tree(sheet.part)
        if root is None:
            continue
        archive.changed(sheet.part)
        _leave_relations(archive, sheet.part)
        pictures.show(sheet, root)
        _freeze_formulas(root, sheet, losses)
        _write_out_booleans(root)
        _drop_formats_by_day(root, sheet, losses)
        is_named = _freeze_print_codes(root, sheet, losses) or is_named
        map_rich_symbols(root)
        cells = list(book.cells(root))
        if map_cell_symbols(cells, book):
            cells = list(book.cells(root))
        if not sheet.is_hidden:
            _refuse_stray(sheet, cells)
            _tell_hidden(root, sheet, cells, losses)
            _tell_white(root, sheet, cells, book, losses)
            _tell_outside(areas.get(sheet.index, ""), sheet, cells, losses)
            tell_covered(archive, sheet, cells, losses)
        else:
            losses.add(HIDDEN_SHEETS, excerpt(sheet.name))
        _sheet_fit.fit_sheet(root, cells, book)
    if book.styles.is_changed:
        archive.changed(book.styles.part)
    freeze_drawn(archive, archive.typed("drawing+xml"), losses)
    return is_named


def _leave_relations(archive: OfficeZip, part: str) -> None:
    name = relations_of(part)
    relations = archive.tree(name)
    for relation in list(relations) if relations is not None else ():
        if relation.get("Type", "").rpartition("/")[2] in _RELATIONS:
            drop(relation)
            archive.changed(name)


def _freeze_formulas(root: Any, sheet: Sheet, losses: Losses) -> None:
    """Take out the formulas that have a saved value; those of a group stay together where a member has none."""
    formulas = list(elements(root, "f"))
    cells = [(formula, formula.getparent()) for formula in formulas]
    cells = [(formula, cell) for formula, cell in cells if cell.tag.endswith("}c")]
    unsaved = {id(cell) for _, cell in cells if not _has_result(cell)}
    groups = {
        formula.get("si") for formula, cell in cells if id(cell) in unsaved and formula.get("t", "") == "shared"
    } - {None}
    for formula, cell in cells:
        place = f"{sheet.name}!{cell.get('r', '')}"
        if id(cell) in unsaved or (formula.get("t", "") == "shared" and formula.get("si") in groups):
            losses.add(_COMPUTED, place)
            continue
        if _ELSEWHERE.search(formula.text or ""):
            losses.add(_LINKED, place)
        drop(formula)


def _refuse_stray(sheet: Sheet, cells: Sequence[Cell]) -> None:
    """Raise NotShownError for a lone cell far from all others: the sheet would be thousands of empty pages."""
    rows, columns = {cell.row: cell for cell in cells}, {cell.column: cell for cell in cells}
    for lines, (far, share) in ((rows, _FAR_ROW), (columns, _FAR_COLUMN)):
        last = max(lines, default=0)
        if last > far and len(lines) < last / share:
            raise NotShownError(_STRAY.format(sheet.name, lines[last].place))


def _has_result(cell: Any) -> bool:
    """Whether a formula's result was saved: an empty one is one of text alone, elsewhere nobody worked it out."""
    value = cell.find("{*}v")
    return value is not None and (bool(value.text) or cell.get("t") == "str")


def _write_out_booleans(root: Any) -> None:
    """Write TRUE for 1: without a formula beside it, LibreOffice shows the number."""
    for cell in root.iterfind("{*}sheetData/{*}row/{*}c[@t='b']"):
        value = cell.find("{*}v")
        if value is not None and cell.find("{*}f") is None:
            cell.set("t", "str")
            value.text = "TRUE" if (value.text or "").strip() in ("1", "true") else "FALSE"


def _drop_formats_by_day(root: Any, sheet: Sheet, losses: Losses) -> None:
    for rule in list(elements(root, "cfRule")):
        formulas = "".join(inner.text or "" for inner in elements(rule, "formula", "f"))
        if rule.get("type") == "timePeriod" or _VOLATILE.search(formulas):
            holder = rule.getparent()
            drop(rule)
            losses.add(_BY_DAY, f"“{sheet.name}”")
            if holder.find("{*}cfRule") is None:
                drop(holder)
    for holder in list(elements(root, "conditionalFormattings")):
        if len(holder) == 0:
            drop(holder)


def _freeze_print_codes(root: Any, sheet: Sheet, losses: Losses) -> bool:
    is_named = False
    for text in root.iterfind("{*}headerFooter/*"):
        codes = without_day(text.text or "")
        if codes.has_day:
            losses.add(_NO_DAY, f"“{sheet.name}”")
        is_named = is_named or codes.is_named
        text.text = codes.text
    return is_named


def _tell_hidden(root: Any, sheet: Sheet, cells: Sequence[Cell], losses: Losses) -> None:
    not_shown = hidden_rows(root)
    if lines := _ranges([cell.row for cell in cells if cell.row in not_shown], str):
        is_filtered = next(elements(root, "filterColumn"), None) is not None
        losses.add(_FILTERED_ROWS if is_filtered else _HIDDEN_ROWS, f"“{sheet.name}”第{lines}行")
    not_shown = hidden_columns(root)
    if columns := _ranges([cell.column for cell in cells if cell.column in not_shown], letters):
        losses.add(_HIDDEN_COLUMNS, f"“{sheet.name}”{columns}列")


def _tell_white(root: Any, sheet: Sheet, cells: Sequence[Cell], book: Workbook, losses: Losses) -> None:
    """Tell white letters, unless a table's style or a condition may lay a ground behind them."""
    if root.find("{*}tableParts") is not None or next(elements(root, "conditionalFormatting"), None) is not None:
        return
    for cell in cells:
        if book.styles.of(cell.element).is_white:
            losses.add(_WHITE, f"{sheet.name}!{cell.place}")


def _tell_outside(reference: str, sheet: Sheet, cells: Sequence[Cell], losses: Losses) -> None:
    for cell in cells:
        if not is_printed(reference, cell):
            losses.add(_OUTSIDE, f"{sheet.name}!{cell.place}")


def is_printed(reference: str, cell: Cell) -> bool:
    """Whether ``cell`` lies in the print area ``reference``; everything does where it is none, or can't be read."""
    areas = [_corners(part) for part in _AREA.findall(reference[:_LONGEST])]
    if not areas or None in areas:
        return True
    return any(
        corners[0] <= cell.row <= corners[2] and corners[1] <= cell.column <= corners[3]
        for corners in areas
        if corners is not None
    )


def _corners(reference: str) -> tuple[int, int, int, int] | None:
    """Return the corners of an area; whole columns (A:C) and whole rows (1:3) too."""
    plain = reference.replace("$", "")
    first, _, last = plain.partition(":")
    if last and first.isalpha() and last.isalpha():
        plain = f"{first}1:{last}1048576"
    elif last and first.isdigit() and last.isdigit():
        plain = f"A{first}:XFD{last}"
    return area(plain)


def _ranges(numbers: Sequence[int], name: Any) -> str:
    """Return ``numbers`` as a list of ranges: 3、5—7."""
    ranges: list[list[int]] = []
    for number in sorted(set(numbers)):
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    shown = [name(first) if first == last else f"{name(first)}—{name(last)}" for first, last in ranges]
    return "、".join(shown[:8]) + ("等" if len(shown) > 8 else "")

"""The cells of a workbook (xlsx), as its pages should show them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from kaoping.evidence.convert.frozen._office_zip import OfficeZip, elements
from kaoping.evidence.convert.frozen._print_codes import printed_texts
from kaoping.evidence.convert.frozen._sheet_copy import is_printed
from kaoping.evidence.convert.frozen._workbook_parts import Cell, Workbook, hidden_columns, hidden_rows, is_true
from kaoping.evidence.convert.shown._drawn_passages import chart_passages, drawn_passages
from kaoping.evidence.convert.shown._passages import Passage
from kaoping.records.grids.number_display import is_date, moment


def sheet_passages(archive: OfficeZip) -> Iterator[Passage]:
    """Yield what the workbook ``archive``, frozen, says in the cells that are printed, and in what is drawn there."""
    book = Workbook(archive)
    areas = book.print_areas()
    for sheet in book.sheets:
        root = archive.tree(sheet.part)
        if sheet.is_hidden or root is None:
            continue
        unseen_rows, unseen_columns = hidden_rows(root), hidden_columns(root)
        shows_zeros = all(
            is_true(view, "showZeros") or "showZeros" not in view.attrib for view in elements(root, "sheetView")
        )
        has_cells = False
        for cell in book.cells(root):
            if (
                cell.row in unseen_rows
                or cell.column in unseen_columns
                or not is_printed(areas.get(sheet.index, ""), cell)
            ):
                continue
            if cell.kind == "n" and not shows_zeros and float(cell.value or 0) == 0:
                continue
            has_cells = True
            yield _passage(book, cell, f"{sheet.name}!{cell.place}")
        if has_cells:
            for header in root.iterfind("{*}headerFooter/*"):
                first = "first" if is_true(header.getparent(), "differentFirst") else "odd"
                if header.tag.rpartition("}")[2] in (f"{first}Header", f"{first}Footer"):  # of the page that is sure
                    yield from (Passage(f"“{sheet.name}”的页眉页脚", text) for text in printed_texts(header.text or ""))
        for kind, target, _ in archive.related(sheet.part).values():
            if kind == "drawing":
                yield from drawn_passages(archive, target, f"“{sheet.name}”的图形")
                yield from chart_passages(archive, target, f"“{sheet.name}”的图表")


_TELLING = 3  # digits of a rounded number: fewer stand anywhere; a format may leave one less
_WEEKDAYS = "一二三四五六日"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SCALES = (1, 100, 1e-3, 1e-4, 1e-6, 1e-8)  # by which a format shows a number: percent, thousands, 万


def _passage(book: Workbook, cell: Cell, place: str) -> Passage:
    text = book.shown(cell)
    if text is not None:
        return Passage(place, text, is_number=cell.kind == "n")
    looks = guesses(float(cell.value), book.styles.of(cell.element).code, book.from_1904)
    return Passage(place, cell.value, looks, is_number=True)


def guesses(value: float, code: str, from_1904: bool) -> tuple[str, ...]:
    """Return what a number may look like in a format that can't be told exactly: all its digits, some, or rounded."""
    if is_date(code):
        hours, minutes = f"{int(value * 24)}", f"{int(value * 1440) % 60:02}"
        when = moment(value, from_1904=from_1904)
        if when is None:
            return hours, minutes
        days = (_WEEKDAYS[when.weekday()], _MONTHS[when.month - 1], f"{when.month}月")
        return (f"{when.year}", f"{when.year % 100:02}", hours, f"{when.day}", f"{when.hour}", minutes, *days)
    number = abs(value)
    telling = _TELLING if code.strip().lower() in ("", "general") else _TELLING - 1
    forms = {f"{number:.{places}e}".partition("e")[0] for places in range(2, 6)}
    for scale, places in product(_SCALES, range(11)):
        form = f"{number * scale:,.{places}f}"
        is_exact = abs(float(form.replace(",", "")) - number * scale) <= 1e-12 * number * scale
        if is_exact or sum(char.isdigit() for char in form.lstrip("0.,")) >= telling:
            forms |= {form, form.replace(",", "")}
    forms |= {form.rstrip("0").rstrip(".") for form in forms if "." in form}
    return tuple(sorted((form for form in forms if form.strip("0.")), key=lambda form: (-len(form), form))) or ("0",)

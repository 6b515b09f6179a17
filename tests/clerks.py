"""What a clerk does with a workbook: cells are found by the words on the sheet, as a person finds them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from bundles import pdf
from kaoping.records import layout
from kaoping.records.validate import MATERIALS
from kaoping.records.workbook import _notice_sheet, _rubric_sheet
from workbooks import cell_at, heads

Rows = Iterable[Mapping[str, object]]


@contextmanager
def opened(folder: Path) -> Iterator[Any]:
    """The unit's workbook, saved afterwards."""
    path = folder / layout.WORKBOOK
    book = load_workbook(path)
    yield book
    book.save(path)


def fill_unit(book: Any, facts: Mapping[str, object]) -> None:
    """Fill in the unit's own facts (本单位), each by its title."""
    sheet = book[layout.UNIT_SHEET]
    rows = {_words(row[0].value): row[1] for row in sheet.iter_rows()}
    for title, value in facts.items():
        rows[title].value = value


def fill(book: Any, sheet: str, rows: Rows) -> None:
    """Write records below the example of a sheet, each cell by the title of its column."""
    for number, row in enumerate(rows, 1):
        for title, value in row.items():
            cell_at(book[sheet], title, number).value = value


def judge(book: Any, line: str, **choice: object) -> None:
    """Choose on the rubric sheet, in the row of the line."""
    _in_row(book[layout.RUBRIC_SHEET], _rubric_sheet.LINE_HEAD, line, choice)


def answer(book: Any, code: str, text: object) -> None:
    """Answer a question, or give a date, on the notice sheet."""
    _in_row(book[layout.NOTICE_SHEET], _notice_sheet.CODE_HEAD, code, {_notice_sheet.ANSWER_HEAD: text})


def _in_row(sheet: Any, head: str, wanted: str, values: Mapping[str, object]) -> None:
    top, columns = heads(sheet)
    (row,) = [row for row in range(top + 1, sheet.max_row + 1) if sheet.cell(row, columns[head]).value == wanted]
    for title, value in values.items():
        sheet.cell(row, columns[title]).value = value


def _words(value: object) -> str:
    return str(value or "").removesuffix(layout.REQUIRED_MARK).strip()


def fill_in(folder: Path, said: Mapping[str, Any]) -> None:
    """Fill in the unit's year as ``said``: everything by the words on the sheets; each file named is put there."""
    rows = [row for sheet in said["records"].values() for row in sheet]
    named = [path for row in rows for path in str(row.get("佐证材料", "")).split("；") if path]
    for number, path in enumerate(dict.fromkeys(named), 1):
        pdf(folder / MATERIALS / path, [f"evidence {number}"])
    with opened(folder) as book:
        fill_unit(book, said["unit"])
        for code, text in said["answers"].items():
            answer(book, code, text)
        for sheet, records in said["records"].items():
            fill(book, sheet, records)
        for line, choice in said["judgements"].items():
            judge(book, line, **choice)

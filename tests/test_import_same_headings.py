"""Columns of one heading in a ledger (日期 of the opening, 日期 of the closing): each is asked, and neither is lost."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from kaoping import api
from kaoping.api import Request
from test_import import HEADS, ROWS, _take, _unit
from workbooks import tables_of, values

TWICE = ["日期" if head in ("立案时间", "结案时间") else head for head in HEADS]  # the columns I and J


def _ledger(path: Path, heads: list[str], rows: list[list[str]], merge: str = "") -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (heads, *rows):
        sheet.append(row)
    if merge:
        sheet.merge_cells(merge)
    book.save(path)
    return path


def test_each_of_two_columns_of_one_heading_is_asked_by_its_letter(tmp_path: Path) -> None:
    preview = api.preview(_unit(tmp_path), Request(_ledger(tmp_path / "台账.xlsx", TWICE, ROWS), "case"))
    assert preview.open_columns == ("日期", "日期（J列）")
    samples = {column.heading: preview.sheets[0].samples[column.index][0] for column in preview.sheets[0].columns}
    assert (samples["日期"], samples["日期（J列）"]) == ("2017-03-02", "2017-04-18")


def test_what_is_said_of_each_is_done(tmp_path: Path) -> None:
    folder, ledger = _unit(tmp_path), _ledger(tmp_path / "台账.xlsx", TWICE, ROWS)
    _take(folder, ledger, columns={"日期": "filed", "日期（J列）": "closed"})
    first = values(tables_of(folder)["case"])[0]
    assert (str(first["filed"]), str(first["closed"])) == ("2017-03-02", "2017-04-18")


def test_a_heading_merged_over_an_empty_column_stays_one(tmp_path: Path) -> None:
    heads, rows = [*HEADS, "备注", ""], [[*row, "无", ""] for row in ROWS]
    ledger = _ledger(tmp_path / "台账.xlsx", heads, rows, merge="L1:M1")
    assert api.preview(_unit(tmp_path), Request(ledger, "case")).open_columns == ("备注",)

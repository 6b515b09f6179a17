"""The sheets of 台账.xlsx as they are described: a cell is written and read where its description puts it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from culture import CULTURE, RUBRIC
from examples import examples
from kaoping.core import packs
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.schema import Kind
from kaoping.records import layout
from kaoping.records.grids.grid import cell_name
from kaoping.records.readers.raw import RawCell, RawTable
from kaoping.records.readers.sources import open_sources, read_filled
from kaoping.records.workbook import _notice_sheet
from kaoping.records.workbook._book import Filling, plan_workbook, write_workbook
from kaoping.records.workbook._workbook_reader import Filled
from kaoping.rubric.load import load
from kaoping.rubric.nodes import Rubric

PACKS = ["culture-2017", "culture-2018", "parks-2024", "safety-2018"]
TEST_PACKS = Path(__file__).parent / "data" / "packs"

#: (kind, field, sheet, cell) → what stands there.
Cells = dict[tuple[str, str, str, str], str]


@cache
def rubric_of(pack: str) -> Rubric:
    return RUBRIC if pack == CULTURE.id else load(packs.find(str(TEST_PACKS / pack)))


def read_back(data: bytes, rubric: Rubric) -> Filled:
    with TemporaryDirectory() as folder:
        (Path(folder) / layout.WORKBOOK).write_bytes(data)
        findings = Findings()
        return read_filled(open_sources(Path(folder), findings), rubric.pack.kinds, findings)


def filled_table(chance: Random, kind: Kind, rubric: Rubric) -> RawTable:
    """Records of what the examples say, some cells empty; a line is one of the rubric's, or one of nobody's.

    What is required is there: a row of one word is a remark, and is told as one.
    """
    rows = 1 if kind.single else chance.randrange(4)
    columns: dict[str, list[RawCell]] = {}
    for field in kind.fields:
        lines = [rubric.lines[0].id, rubric.lines[-1].id, "无此项"]
        texts = lines if field.name == "line" else [field.example or None]
        columns[field.name] = [chance.choice(texts if field.required else [*texts, None]) for _ in range(rows)]
    if not kind.single:  # an empty row is none, and one without its key gets one that is made
        columns[kind.key] = [f"甲{row + 1}" for row in range(rows)]
    return RawTable(kind.name, columns, rows, lambda row, field: Location(kind.file, field, row + 1))


def filling_of(chance: Random, rubric: Rubric) -> Filling:
    unit = rubric.pack.vocabulary.unit
    kinds = [unit, *(kind for kind in rubric.pack.kinds.values() if kind is not unit and chance.random() < 0.7)]
    return Filling({kind.name: filled_table(chance, kind, rubric) for kind in kinds})


def described(rubric: Rubric, filling: Filling) -> Cells:
    plan = plan_workbook(rubric, list(rubric.pack.kinds), filling)
    cells: Cells = {}
    for name, table in filling.tables.items():
        for field, texts in table.columns.items():
            for row, text in enumerate(texts):
                if text is not None:
                    place = plan.place(name, row, field)
                    assert place is not None
                    cells[name, field, place.sheet, place.cell] = str(text)
    return cells


def written(data: bytes, cells: Cells) -> Cells:
    """What a program that knows nothing of us finds in the cells."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {(kind, field, sheet, cell): shown(book[sheet][cell].value) for kind, field, sheet, cell in cells}


def shown(value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def read(tables: Mapping[str, RawTable]) -> Cells:
    cells: Cells = {}
    for kind, table in tables.items():
        for field, texts in table.columns.items():
            for row, text in enumerate(texts):
                if isinstance(text, str):
                    place = table.place(row, field)
                    cells[kind, field, place.sheet, place.cell] = text
    return cells


@pytest.mark.parametrize("pack", PACKS)
@given(seed=st.integers(0, 2**32))
@settings(max_examples=examples(10))
def test_a_cell_is_written_and_read_where_the_description_puts_it(pack: str, seed: int) -> None:
    rubric = rubric_of(pack)
    filling = filling_of(Random(seed), rubric)
    cells = described(rubric, filling)
    book = write_workbook(rubric, list(rubric.pack.kinds), filling)
    assert written(book, cells) == cells
    filled = read_back(book, rubric)
    assert read(filled.tables) == cells
    none = {name for name, table in filling.tables.items() if not table.rows}
    assert none <= {name for name, table in filled.tables.items() if not table.rows} | on_rubric(rubric)


def on_rubric(rubric: Rubric) -> set[str]:
    return {kind.name for kind in rubric.pack.kinds.values() if kind.on_rubric}


@pytest.mark.parametrize("pack", PACKS)
def test_an_answer_is_written_and_read_where_the_description_puts_it(pack: str) -> None:
    rubric = rubric_of(pack)
    answers = dict.fromkeys((*rubric.questions, "问"), "答")
    due = dict.fromkeys((*rubric.notice.due_titles, "别的"), "2017-12-20")
    filling = Filling(answers=answers, due=due)
    plan = plan_workbook(rubric, [], filling).notice
    places = {code: cell_name(*plan.place(_notice_sheet.QUESTION_SORT, code)) for code in answers}
    days = {code: cell_name(*plan.place(_notice_sheet.DUE_SORT, code)) for code in due}
    notice = read_back(write_workbook(rubric, [], filling), rubric).notice
    assert notice is not None
    told = {name: node.mapping() for name, node in notice.mapping().items()}
    assert {code: node.at.cell for code, node in told["answers"].items()} == places
    assert {code: node.mapping()["date"].at.cell for code, node in told["due"].items()} == days


def test_a_heading_and_the_order_of_columns_are_changed_in_the_description_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    columns = [
        replace(column, heading="识别码", field=replace(column.field, title="识别码"))
        if column.field is not None and column.name == "code"
        else column
        for column in _notice_sheet.SHEET.columns
    ]
    turned = replace(_notice_sheet.SHEET, columns=tuple(reversed(columns)))
    monkeypatch.setattr(_notice_sheet, "CODE_HEAD", "识别码")
    monkeypatch.setattr(_notice_sheet, "SHEET", turned)
    monkeypatch.setattr(_notice_sheet, "KIND", turned.as_kind("code"))
    due = dict.fromkeys(RUBRIC.notice.due_titles, "2017-12-20")
    book = write_workbook(RUBRIC, [], Filling(due=due))
    sheet = openpyxl.load_workbook(io.BytesIO(book))[layout.NOTICE_SHEET]
    assert [cell.value for cell in sheet[3]][:2] == ["识别码", _notice_sheet.ANSWER_HEAD]
    filled = read_back(book, RUBRIC)
    assert _notice_sheet.answers_of(filled.notice) == ({}, due)

"""What is read quickly is what would be read cell by cell: shortcuts for long ledgers change no result."""

from __future__ import annotations

import gc
import threading
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaoping.core.findings import Findings
from kaoping.core.model import Location, Unreadable
from kaoping.core.schema import Field, Kind
from kaoping.records import validate
from kaoping.records.grids.grid import GridCell, column_values
from kaoping.records.readers import _rows
from kaoping.records.readers._sheet_table import texts_of
from kaoping.records.readers.cells import Surroundings, reader
from kaoping.records.readers.raw import UNSAID, RawCell, RawTable
from kaoping.records.readers.uncollected import uncollected

BLANKS = st.text(" \t\n\u00a0\u2003\u3000\x1c\x85", max_size=2)
WORDS = st.one_of(
    st.text(max_size=6),
    st.sampled_from(
        ["是", "否", "√", "日常检查", "日常检査", "双随机", "2017年3月5日", "2017-03-05", "12", "１２", "1,000"]
    ),
)
TEXTS = st.tuples(BLANKS, WORDS, BLANKS).map("".join)
CELLS: st.SearchStrategy[GridCell] = st.one_of(
    TEXTS,
    st.booleans(),
    st.integers(-3, 3),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(date(1900, 1, 1)),
    st.datetimes(datetime(1900, 1, 1)),
)
FREE = st.builds(Field, st.just("field"), st.just("栏目"), st.just("string"), st.just(""), required=st.booleans())
FIELDS = FREE | st.builds(
    Field,
    st.just("field"),
    st.just("栏目"),
    st.sampled_from(["string", "integer", "number", "boolean", "date", "yearmonth"]),
    st.just(""),
    required=st.booleans(),
    options=st.sampled_from([(), ("日常检查", "双随机")]),
    minimum=st.sampled_from([None, Fraction(0)]),
    pattern=st.sampled_from(["", "[0-9]+"]),
    listed=st.booleans(),
    words=st.sampled_from([{}, {"日常": "日常检查"}]),
)


def _columns(cells: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    """Columns as ledgers have them: few values many times, one value all the way, or each another."""
    few = st.lists(cells, min_size=1, max_size=3).flatmap(lambda some: st.lists(st.sampled_from(some), max_size=12))
    one = st.tuples(cells, st.integers(0, 9)).map(lambda pair: [pair[0]] * pair[1])
    return st.one_of(st.lists(cells, max_size=8), few, one)


@given(_columns(TEXTS) | _columns(CELLS), FIELDS, st.sampled_from([{}, {"无": "双随机"}]), st.booleans())
def test_a_column_s_texts_are_those_of_its_cells(
    cells: list[GridCell], field: Field, words: dict[str, str], all_text: bool
) -> None:
    around = Surroundings(all_text)
    read = reader(field, around)
    meant = [words.get(cell.strip()) if isinstance(cell, str) else None for cell in cells]
    singly = [(word, "") if word is not None else read(cell) for cell, word in zip(cells, meant, strict=True)]
    texts, put_right = texts_of(cells, field, words, around)
    assert texts == [text for text, _ in singly]
    assert list(map(type, texts)) == [type(text) for text, _ in singly]
    noted = [(row, note) for row, (_, note) in enumerate(singly) if note]
    assert sorted((row, note) for note, rows in put_right.items() for row in rows) == noted
    assert list(put_right) == sorted({note for _, note in noted})


RAW: st.SearchStrategy[RawCell] = st.one_of(
    st.none(), TEXTS, st.just(UNSAID), st.builds(Unreadable, st.sampled_from(["#REF!", "1e20"]))
)


@given(_columns(TEXTS) | _columns(RAW), FIELDS, st.booleans(), st.booleans())
def test_a_column_is_typed_as_each_of_its_cells(
    cells: list[RawCell], field: Field, strict: bool, grouped: bool
) -> None:
    """Value by value; the slips in the order of their rows, or, in a ledger, with the number of those alike."""
    kind = Kind("kind", "种类", "kind.yaml", "", (field,), "field", ())
    raw = RawTable("kind", {"field": cells}, len(cells), lambda row, _: Location("x", line=row + 1), grouped)
    findings = Findings()
    values = validate.typed(raw, kind, findings, strict=strict).columns["field"]
    singly = [validate._parse(field, cell, strict) for cell in cells]
    assert values == [value for value, _ in singly]
    assert list(map(type, values)) == [type(value) for value, _ in singly]
    slips = [(slip, row) for row, (_, slip) in enumerate(singly, 1) if slip is not None]
    told = [(one.code, one.at.line) for one in findings if one.code in {"value.missing", "value.unfit"}]
    if grouped:
        firsts = {(slip, cells[row - 1]): row for slip, row in reversed(slips)}
        slips = sorted(((slip, row) for (slip, _), row in firsts.items()), key=lambda pair: pair[1])
    assert told == slips


ODD = st.one_of(
    st.from_regex(_rows._SUM, fullmatch=True),
    st.from_regex(_rows._REMARK, fullmatch=True),
    st.from_regex(_rows._EXAMPLE, fullmatch=True),
    st.just(""),
    st.just("检查编号"),
    st.text(max_size=4),
)


@given(st.lists(st.one_of(st.tuples(BLANKS, ODD, BLANKS).map("".join), CELLS), max_size=6))
def test_whatever_is_odd_is_suspected_at_first_sight(cells: list[GridCell]) -> None:
    texts = {at: cell for at, cell in enumerate(cells) if isinstance(cell, str)}
    odd = {at for at, text in texts.items() if _rows._is_odd(text.strip(), "检查编号")}
    suspects = _rows._suspects(cells, "检查编号")
    assert odd <= suspects.keys()
    assert suspects.items() <= texts.items()


def test_every_blank_of_unicode_is_a_first_character_of_something_odd() -> None:
    assert {chr(code) for code in range(0x110000) if chr(code).isspace()} == _rows._BLANKS


@given(st.lists(st.lists(st.integers(), max_size=4), max_size=5), st.integers(0, 4))
def test_rows_of_any_length_have_a_column(rows: list[list[int]], index: int) -> None:
    assert column_values(rows, index) == [row[index] if index < len(row) else "" for row in rows]


# -- no garbage collection while much is read ------------------------------------------------------------------------


def test_collection_is_put_off_and_comes_back() -> None:
    assert gc.isenabled()
    with uncollected():
        assert not gc.isenabled()
        with uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError), uncollected():
        raise ZeroDivisionError
    assert gc.isenabled()


def test_collection_comes_back_with_the_last_of_several_threads() -> None:
    inside, leave = threading.Event(), threading.Event()

    @uncollected()
    def read() -> None:
        inside.set()
        leave.wait(10)

    thread = threading.Thread(target=read)
    with uncollected():
        thread.start()
        assert inside.wait(10)
    assert not gc.isenabled()
    leave.set()
    thread.join()
    assert gc.isenabled()


def test_collection_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()

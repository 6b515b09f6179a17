"""What is typed into a form or pasted from Excel: read as a cell is, and what is wrong with it beside its field."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from culture import CULTURE
from kaoping.records.typed_in import About, Pasted, Typed, next_ids, read_pasted, read_typed
from kaoping.records.validate import Span

CASE, TRAINING = CULTURE.kinds["case"], CULTURE.kinds["training"]
SPAN = Span(2017, {"submit_date": ("报送日期", date(2017, 12, 20)), "as_of": ("数据截至日期", date(2017, 12, 20))})
ABOUT = About(SPAN, CULTURE.kinds, {}, {"培训/通知.pdf"}, {"P01"})
GOOD = {
    "id": "P02",
    "title": "班",
    "date": "5月16日",
    "mode": "线下",
    "scope": "全市",
    "host": "市级",
    "case_based": "√",
}


def typed(**more: str) -> Typed:
    return read_typed(TRAINING, {**GOOD, **more}, ABOUT)


def codes(its: Typed) -> set[tuple[str, str]]:
    return {(name, finding.code) for name, all_ in its.wrong.items() for finding in all_}


def test_it_is_read_as_a_clerk_means_it_and_that_is_told() -> None:
    its = typed(people="１２人", evidence="培训/通知.pdf")
    assert its.is_fit and not its.wrong and not its.lacking
    assert (its.values["date"], its.values["case_based"], its.values["people"]) == ("2017-05-16", "是", "12")
    assert "2017年" in its.notes["date"] and "是" in its.notes["case_based"] and "people" in its.notes


@pytest.mark.parametrize(
    ("fields", "code", "is_fit"),
    [
        ({"date": "2017-11-31"}, ("date", "value.unfit"), False),
        ({"mode": "线"}, ("mode", "value.unfit"), False),
        ({"people": "许多"}, ("people", "value.unfit"), False),
        ({"date": "2016-05-16"}, ("date", "value.out_of_year"), None),
        ({"date": "2017-12-25"}, ("date", "value.after_report"), None),
        ({"title": ""}, ("title", "value.missing"), True),
        ({"id": "P01"}, ("id", "record.id_twice"), False),
        ({"id": "合计"}, ("id", "entry.no_id"), False),
        ({"evidence": "没有.pdf"}, ("evidence", "evidence.missing"), True),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    fields: dict[str, str], code: tuple[str, str], is_fit: bool | None
) -> None:
    its = typed(**fields)
    assert code in codes(its)
    assert is_fit is None or its.is_fit is is_fit


def test_a_part_above_its_whole_is_wrong() -> None:
    kind, field = next((kind, f) for kind in CULTURE.kinds.values() for f in kind.fields if f.at_most)
    its = read_typed(kind, {field.name: "5", field.at_most: "3"}, ABOUT)
    assert (field.name, "value.exceeds") in codes(its) and not its.is_fit


def test_a_required_field_may_wait() -> None:
    assert typed(title="", host="").lacking == {"title", "host"}


def test_a_reference_that_names_no_record_is_wrong() -> None:
    key = CULTURE.kinds["exam_result"].foreign[0]
    its = read_typed(CULTURE.kinds["exam_result"], {key.field: "没有这一条"}, ABOUT)
    assert (key.field, "value.unknown_reference") in codes(its)


HEAD = "名称\t举办日期\t培训方式\t范围\t主办\t以案施训\t谁写的\n"
ROWS = '"甲\n班"\t2017.5.2\t线下\t全市\t市级\t是\t张三\n乙班\t2017-11-31\t线下\t全市\t市级\t否\t\n合计\t\t\t\t\t\t\n'


def pasted(text: str, columns: dict[int, str] | None = None) -> Pasted:
    return read_pasted(TRAINING, text, ABOUT, columns)


def test_rows_are_pasted_by_their_heads_in_any_order() -> None:
    its = pasted(HEAD + ROWS)
    fields = [column.field for column in its.columns]
    assert fields[0] == "title" and "date" in fields and fields[-1] == "" and its.has_head
    assert [row.values["title"] for row in its.rows] == ["甲\n班", "乙班"]
    assert its.rows[0].values["date"] == "2017-05-02" and its.rows[0].is_fit
    assert ("date", "value.unfit") in codes(its.rows[1]) and not its.rows[1].is_fit


def test_rows_without_a_head_are_pasted_when_somebody_says_what_is_what() -> None:
    bare = "甲班\t2017-05-02\n"
    assert not pasted(bare).rows and not pasted(bare).has_head
    (row,) = pasted(bare, {0: "title", 1: "date"}).rows
    assert (row.values["title"], row.values["date"], row.values["id"]) == ("甲班", "2017-05-02", "")


@given(
    st.text("\t\n\r\"',;ab甲编号名称日期2017-\x00\u2028", max_size=80),
    st.dictionaries(st.integers(0, 4), st.just("title")),
)
def test_nothing_that_is_pasted_breaks_it(text: str, columns: dict[int, str]) -> None:
    its = pasted(text, columns)
    assert all(isinstance(value, str) for row in its.rows for value in row.values.values())


@given(st.dictionaries(st.sampled_from([f.name for f in CASE.fields]), st.text(max_size=12)))
def test_nothing_that_is_typed_breaks_it(values: dict[str, str]) -> None:
    its = read_typed(CASE, values, ABOUT)
    assert its.values.keys() == {f.name for f in CASE.fields}


@pytest.mark.parametrize(
    ("ids", "example", "next_"),
    [
        (["AJ007", "AJ009"], "AJ001", "AJ010"),
        ([], "AJ001", "AJ001"),
        (["甲"], "", "01"),
        (["2017-9"], "", "2017-10"),
        (["AJ999"], "AJ001", "AJ1000"),
    ],
)
def test_the_next_id_goes_on(ids: list[str], example: str, next_: str) -> None:
    assert next_ids(ids, example, 1) == [next_]


@pytest.mark.parametrize(
    ("field", "text", "why"),
    [
        ("filed", "2017.2.30", "2017年2月没有30日"),
        ("filed", "2017年2月30日", "2017年2月没有30日"),
        ("filed", "20170230", "2017年2月没有30日"),
        ("filed", "2017/13/5", "一年里没有13月"),
        ("filed", "2月30日", "2月没有30日"),
        ("filed", "13月2日", "一年里没有13月"),
        ("filed", "0017-01-01", "没有0017年这样的年份"),
        ("filed", "2017年2月", "没有写是哪一天"),
        ("fine", "-5", "是负数，不应小于0"),
        ("fine", "－5元", "是负数，不应小于0"),
        ("month", "2017年13月", "一年里没有13月"),
        ("month", "2017-00", "一年里没有0月"),
    ],
)
def test_what_is_of_the_right_form_and_impossible_is_told_as_that(field: str, text: str, why: str) -> None:
    """Not that it should be written otherwise, nor which unit it is in: nothing would mend it that way."""
    kind = CULTURE.kinds["monthly_report" if field == "month" else "case"]
    wrong = read_typed(kind, {field: text}, ABOUT).wrong[field]
    assert [its.code for its in wrong] == ["value.unfit"] and why in wrong[0].problem
    assert not wrong[0].problem.endswith("写作 2017-03-05。")

"""How numbers, shares and dates are written, and when a figure has nothing to say."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaoping.core.figures import (
    Figure,
    Missing,
    bare,
    chinese,
    date_text,
    in_order,
    joined,
    number,
    percent,
    quotient,
    rounding,
    span_text,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(0), "0"),
        (Fraction(20), "20"),
        (Fraction(19, 2), "9.5"),
        (Fraction(-5), "-5"),
        (Fraction(-1, 10), "-0.1"),
        (Fraction(1, 3), "0.33"),
        (Fraction(-1, 1000000), "-0.000001"),
    ],
)
def test_a_number_is_written_exactly_where_decimals_can(value: Fraction, text: str) -> None:
    assert number(value) == text


@given(st.fractions())
def test_a_number_never_ends_on_idle_zeros_and_is_near(value: Fraction) -> None:
    text = number(value)
    assert "." not in text or text[-1] not in "0."
    assert abs(Fraction(text) - value) <= Fraction(1, 200)


@pytest.mark.parametrize(
    ("share", "text", "note"),
    [
        (Fraction(14, 15), "93.33%", "四舍五入，保留两位小数"),
        (Fraction(9, 10), "90%", ""),
        (Fraction(955, 1000), "95.5%", ""),
        (Fraction(89996, 100000), "89.996%", ""),
        (Fraction(8999999, 10000000), "89.99999%", ""),
        (Fraction(29999, 100001), "29.999%", "四舍五入，保留三位小数"),
        (Fraction(9, 1000), "0.9%", ""),
        (Fraction(0), "0%", ""),
    ],
)
def test_a_share_says_how_it_was_rounded(share: Fraction, text: str, note: str) -> None:
    shown = percent(share)
    assert (shown, rounding(shown, share)) == (text, note)


@pytest.mark.parametrize(
    ("value", "text", "note"),
    [
        (Fraction(45, 32), "1.41", "四舍五入，保留两位小数"),
        (Fraction(45, 12), "3.75", ""),
        (Fraction(2996, 1000), "2.996", ""),
        (Fraction(36), "36", ""),
        (Fraction(-45, 32), "-1.41", "四舍五入，保留两位小数"),
    ],
)
def test_a_quotient_is_rounded_however_many_decimals_it_has(value: Fraction, text: str, note: str) -> None:
    assert (quotient(value), rounding(text, value)) == (text, note)


def test_what_people_measured_is_written_as_it_is() -> None:
    assert number(Fraction("17.34567")) == "17.34567"


#: As rubrics write them: a third is no edge, and no decimal fraction either.
EDGES = st.decimals(0, 3, places=3).map(Fraction)


@given(st.integers(1, 2000), st.integers(1, 2000), EDGES)
def test_rounding_never_reaches_what_a_number_is_compared_with(part: int, whole: int, edge: Fraction) -> None:
    exact = Fraction(part, whole)
    shown = Fraction(quotient(exact, [edge]))
    assert (shown > edge, shown < edge) == (exact > edge, exact < edge)
    share = Fraction(percent(exact, [edge]).removesuffix("%")) / 100
    assert (share > edge, share < edge) == (exact > edge, exact < edge)


@given(st.integers(1, 2000), st.integers(1, 2000))
def test_a_displayed_share_is_never_rounded_across_a_tier(part: int, whole: int) -> None:
    share = Fraction(part, whole)
    shown = Fraction(percent(share).removesuffix("%")) / 100
    for edge in (Fraction(edge, 100) for edge in (50, 75, 80, 85, 90, 100)):
        assert (shown > edge, shown == edge) == (share > edge, share == edge)


def test_dates_and_lists_are_written_as_documents_do() -> None:
    assert date_text(date(2017, 12, 5)) == "2017年12月5日"
    assert joined(["甲", "", "乙"]) == "甲、乙"
    assert span_text(Fraction(0), Fraction(2)) == "0～2"
    assert span_text(Fraction(2), Fraction(2)) == "2"
    assert bare("占80%。；") == "占80%"


def test_evidence_is_named_in_the_order_that_it_is_bound_in() -> None:
    bound = {"佐证/b.pdf": "1-1", "佐证/a.pdf": "1-2", "佐证/c.pdf": "2-1"}
    assert in_order(["佐证/c.pdf", "佐证/a.pdf", "佐证/lost.pdf", "佐证/b.pdf", "佐证/a.pdf"], bound) == [
        "1-1",
        "1-2",
        "2-1",
    ]


def test_headings_count_in_chinese() -> None:
    assert [chinese(n) for n in (1, 10, 11, 20, 21, 99)] == ["一", "十", "十一", "二十", "二十一", "九十九"]
    assert [chinese(n) for n in (100, 101, 110, 112, 1001)] == [
        "一百",
        "一百零一",
        "一百一十",
        "一百一十二",
        "一千零一",
    ]
    for outside in (0, 10_000):
        with pytest.raises(ValueError, match="九十九"):
            chinese(outside)


def test_a_zero_says_nothing_and_a_blank_is_never_left_out() -> None:
    assert not Figure("0", "台账", Fraction(0))
    assert Figure("3", "台账", Fraction(3))
    assert Figure("有", "台账")
    assert Missing("会议次数")
    assert str(Missing("会议次数")) == "【待补：会议次数】"


def test_what_came_in_a_file_is_numbered_with_it() -> None:
    """A zip's own pieces were missing beside the score that they prove: only its listing stood there."""
    numbers = {"a.zip": "Ⅰ-1-01", "a.zip/1/b.pdf": "Ⅰ-1-02", "a.zipped.pdf": "Ⅰ-1-03", "c.pdf": "Ⅰ-1-04"}
    assert in_order(["c.pdf", "a.zip"], numbers) == ["Ⅰ-1-01", "Ⅰ-1-02", "Ⅰ-1-04"]
    assert in_order(["a.zip/1/b.pdf"], numbers) == ["Ⅰ-1-02"]

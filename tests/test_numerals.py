"""Numbers and days in Chinese numerals: what is written by the rules is read, what is not stays as it is."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from culture import CULTURE
from kaoping.core.numerals import days_in_digits, number_in_digits, whole
from kaoping.records.readers.cells import Surroundings, reader

_EVERYDAY, _CAPITAL = ("零一二三四五六七八九", "十百千"), ("零壹贰叁肆伍陆柒捌玖", "拾佰仟")


def _written(number: int, script: tuple[str, str]) -> str:
    """Write a number below 10**12 as a Chinese clerk does: by fours, 零 for each gap."""
    digits, places = script

    def by_four(value: int) -> str:
        out = ""
        for at, char in enumerate(f"{value:04}"):
            place = places[2 - at] if at < 3 else ""
            out += digits[int(char)] + place if char != "0" else digits[0]
        while digits[0] * 2 in out:
            out = out.replace(digits[0] * 2, digits[0])
        return out

    text = "".join(
        (by_four(part).rstrip(digits[0]) + unit) if (part := number // worth % 10**4) else digits[0]
        for worth, unit in ((10**8, "亿"), (10**4, "万"), (1, ""))
    )
    while digits[0] * 2 in text:
        text = text.replace(digits[0] * 2, digits[0])
    return text.strip(digits[0]) or digits[0]


@given(st.integers(0, 10**12 - 1) | st.integers(0, 20000), st.sampled_from([_EVERYDAY, _CAPITAL]))
def test_a_number_is_read_as_it_was_written(number: int, script: tuple[str, str]) -> None:
    assert whole(_written(number, script)) == number


@given(st.integers(0, 10**9), st.integers(0, 9), st.integers(0, 9), st.sampled_from(["", "人民币", "人民币（大写）："]))
def test_an_amount_is_read_as_it_was_written(yuan: int, tenths: int, hundredths: int, before: str) -> None:
    end = f"{_CAPITAL[0][tenths]}角" if tenths else "零" if hundredths else ""
    end += f"{_CAPITAL[0][hundredths]}分" if hundredths else "整"
    expected = f"{yuan}.{tenths}{hundredths}".rstrip("0").rstrip(".")
    assert number_in_digits(f"{before}{_written(yuan, _CAPITAL)}元{end}") == f"{expected}元"


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.sampled_from("〇零○O0"))
def test_a_day_is_read_as_it_was_written(day: date, zero: str) -> None:
    year = "".join(zero if char == "0" else _EVERYDAY[0][int(char)] for char in f"{day.year}")
    month, number = (
        _written(part, _EVERYDAY).removeprefix("一" if part in range(10, 20) else "") for part in (day.month, day.day)
    )
    for written in (f"{year}年{month}月{number}日", f"{day.year}年{month}月{number}号"):
        assert days_in_digits(written)[:-1] == f"{day.year}年{day.month}月{day.day}"
    field = CULTURE.kinds["case"].field("filed")
    assert field is not None
    assert reader(field)(f"{year}年{month}月{number}日") == (day.isoformat(), "用中文数字写的日期")


@pytest.mark.parametrize(
    "text", ["叁拾仟元整", "一万五", "一百五", "百", "二〇一七", "三四", "元", "整", "一万多", "伍分整"]
)
def test_what_is_not_written_by_the_rules_is_no_number(text: str) -> None:
    field = CULTURE.kinds["case"].field("fine")
    assert field is not None and reader(field)(text) == (text, "")


@pytest.mark.parametrize(
    ("text", "unit", "read"),
    [
        ("叁仟元整", "", ("0.3", "用中文数字写的数，按万元计")),
        ("三万元", "", ("3", "用中文数字写的数，按万元计")),
        ("三万", "", ("3", "用中文数字写的数，按万元计")),
        ("五千", "元", ("0.5", "用中文数字写的数，按万元计")),
        ("五千", "", ("五千", "")),  # 元 or 万元: nobody said
        ("三万五千", "", ("三万五千", "")),
        ("三万五千", "万元", ("三万五千", "")),
    ],
)
def test_money_is_in_the_unit_of_its_column(text: str, unit: str, read: tuple[str, str]) -> None:
    field = CULTURE.kinds["case"].field("fine")
    assert field is not None and field.unit == "万元"
    assert reader(field, Surroundings(unit=unit))(text) == read

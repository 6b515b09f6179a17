"""Numbers and days written in Chinese numerals (三千, 叁仟元整, 二〇一七年九月一日), in the digits that stand for them.

GB/T 15835-2011 has the everyday forms; the capital ones of money and where 零 stands, 票据 (人民银行: 正确填写票据和
结算凭证的基本规定). What is written otherwise (叁拾仟元, 一万五) may be meant in several ways, and stays as it is.
"""

from __future__ import annotations

import re
from fractions import Fraction

from kaoping.core import units

_WRITTEN = ("零〇○", "一壹", "二贰貳弍两", "三叁叄参弎", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
_DIGITS = {char: value for value, chars in enumerate(_WRITTEN) for char in chars}
_PLACES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_SECTIONS = {"亿億": 10**8, "万萬": 10**4}
_ZEROS = "零〇○"
_DIGIT, _LARGE = "".join(_DIGITS), "".join(_SECTIONS)
_NUMERAL = f"{_DIGIT}{''.join(_PLACES)}{_LARGE}"
_PLACED = re.compile(f"([{_ZEROS}]?)([{_DIGIT.strip(_ZEROS)}]?)([{''.join(_PLACES)}]|$)")

_ZERO_IN_YEAR = "0Oo"  # typed for 〇: 二O一七年
_YEAR = re.compile(f"([{_DIGIT}{_ZERO_IN_YEAR}]{{4}})(?=年)")
_TENS = {"廿": "二十", "卅": "三十"}
_MONTH = re.compile(f"([元{_DIGIT}十]{{1,3}})(?=月)")
_DAY = re.compile(f"(?<=[月至到~—–-])([{_DIGIT}十{''.join(_TENS)}]{{1,3}})(?=[日号])")

_SAID = re.compile(r"(?:[（(]?大写[)）]?)?[:：]?(?:人民币)?(?:[（(]?大写[)）]?)?[:：]?")
_MONEY = re.compile(f"(?:([{_NUMERAL}]+)[元圆圓])?零?(?:([{_DIGIT}])角)?零?(?:([{_DIGIT}])分)?([整正]?)")
_COUNTED = re.compile(f"([{_NUMERAL}]+)([^{_NUMERAL}0-9]*)")


def whole(numeral: str) -> int | None:
    """Return the whole number that a Chinese numeral is; None for what is none, or not written as one.

    >>> whole("三千零五十"), whole("壹万贰仟"), whole("一万五")
    (3050, 12000, None)
    """
    total, rest = 0, numeral
    for names, worth in _SECTIONS.items():
        match = re.fullmatch(f"([^{names}]+)[{names}](.*)", rest)
        if match is not None:
            section = _section(match[1].lstrip(_ZEROS) if total else match[1])
            if not section:
                return None
            total, rest = total + section * worth, match[2]
    if total and not rest:
        return total
    last = _section(rest.removeprefix("零") if total else rest)
    is_short = total and (not last or (last < 10 and not rest.startswith("零")))  # 一万五: 15000 or 10005
    return None if last is None or is_short else total + last


def _section(numeral: str) -> int | None:
    """Return the number below ten thousand; None for what is none."""
    if len(numeral) == 1 and numeral in _ZEROS:
        return 0
    value, place, at = 0, 10**4, 0
    while at < len(numeral):
        match = _PLACED.match(numeral, at)
        if match is None or not match[0]:
            return None
        zero, digit, name = match.groups()
        worth = _PLACES.get(name, 1)
        if not digit and not (name in ("十", "拾") and at == 0):
            return None
        is_gap = value > 0 and worth * 10 < place
        if worth >= place or (zero and not is_gap) or (worth == 1 and is_gap and not zero):
            return None
        value, place, at = value + (_DIGITS[digit] if digit else 1) * worth, worth, match.end()
    return value or None


def days_in_digits(text: str) -> str:
    """Return ``text`` with the years, months and days that stand in Chinese numerals in digits.

    >>> days_in_digits("二〇一七年九月一日至廿三日")
    '2017年9月1日至23日'
    """
    text = _YEAR.sub(lambda match: "".join(str(_DIGITS.get(char, 0)) for char in match[1]), text)
    text = _MONTH.sub(lambda match: "1" if match[1] == "元" else str(whole(match[1]) or match[1]), text)
    return _DAY.sub(lambda match: str(whole(_without_short_tens(match[1])) or match[1]), text)


def _without_short_tens(numeral: str) -> str:
    return "".join(_TENS.get(char, char) for char in numeral)


def number_in_digits(text: str) -> str:
    """Return a number in Chinese numerals in digits, with its unit; any other ``text`` as it is.

    A whole number of 万 or 亿 keeps that word, which is a unit where it is money: 三万 may stand in a column of 万元.

    >>> number_in_digits("人民币叁仟元整"), number_in_digits("伍佰元零伍分"), number_in_digits("十二场")
    ('3000元', '500.05元', '12场')
    """
    plain = text[_SAID.match(text).end() :]  # type: ignore[union-attr]  # it matches nothing, too
    if (match := _MONEY.fullmatch(plain)) and any(match.groups()[:2]):
        return _money(*match.groups()) or text
    match = _COUNTED.fullmatch(plain)
    if match is None:
        return text
    if not match[2] and match[1][-1] in _LARGE:
        head = whole(match[1][:-1])
        return text if head is None else f"{head}{match[1][-1]}"
    number = whole(match[1])
    return text if number is None else f"{number}{match[2]}"


def _money(yuan: str | None, tenths: str | None, hundredths: str | None, end: str) -> str:
    """Return an amount in 元; "" where it is not written as one (整 stands behind 元 and 角 alone)."""
    amount = whole(yuan) if yuan else 0
    if amount is None or (hundredths and end):
        return ""
    parts = Fraction(_DIGITS[tenths] if tenths else 0, 10) + Fraction(_DIGITS[hundredths] if hundredths else 0, 100)
    return f"{units.written(amount + parts)}元"

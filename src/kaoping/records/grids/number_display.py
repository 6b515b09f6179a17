"""How a cell shows a number (ECMA-376-1, 18.8.30): exactly, or not at all where that depends on more than the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

GENERAL = "General"
#: Codes that a workbook names by number alone; 27 to 58 as a Chinese system has them. 14 and 22 depend on the system.
BUILT_IN = {
    0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm", 27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"',
    30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 34: '上午/下午h"时"mm"分"',
    35: '上午/下午h"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"', 37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)",
    39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;(#,##0.00)", 41: '#,##0;-#,##0;"-"', 42: '"¥"#,##0;"¥"-#,##0;"¥-"',
    43: '#,##0.00;-#,##0.00;"-"', 44: '"¥"#,##0.00;"¥"-#,##0.00;"¥-"', 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0",
    48: "##0.0E+0", 49: "@", 50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"',
    54: 'm"月"d"日"', 55: '上午/下午h"时"mm"分"', 56: '上午/下午h"时"mm"分"ss"秒"', 57: 'yyyy"年"m"月"',
    58: 'm"月"d"日"',
}  # fmt: skip
_TOKEN = re.compile(r'"([^"]*)"|\\(.)|_(.)|\*(.)|(\[[^\]]*\])|(.)', re.S)
_CURRENCY = re.compile(r"\[\$([^-\]]*)(?:-[^\]]*)?\]")
_COLOUR = re.compile(
    r"\[(?:black|blue|cyan|green|magenta|red|white|yellow|color\s*\d+|[黑蓝青绿红白黄]色|洋红|颜色\s*\d+)\]", re.I
)
_DATE = re.compile(r"y+|m+|d+|h+|s+", re.I)
_NUMBER = re.compile(r"[#0?,]+(?:\.[#0?]*)?|\.[#0?]+")
_GENERAL = re.compile(r"general|g/通用格式", re.I)
_LETTERS = "ymdhs"
_ROUND_DAYS = 61  # before 1900-03-01 Excel counts a day that never was
_LONG = 10**11  # a whole number that General shows in full is smaller

_HALVES = re.compile(r"am/pm|a/p|上午/下午", re.I)
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.I)
#: A piece of a code: whether it is literal, and its text.
_Piece = tuple[bool, str]


def display(value: float, code: str, *, from_1904: bool = False) -> str | None:
    """Return what a cell with the number format ``code`` shows of ``value``; None where that can't be told exactly.

    "" where the format hides it.
    """
    if code.strip().lower() in ("", "general", "@", "g/通用格式"):
        return str(int(value)) if value == int(value) and abs(value) < _LONG else None
    if _HALVES.search(code):
        return None
    sections = _sections(_spelt_out(code))
    at = 0 if value > 0 or len(sections) < 2 else 1 if value < 0 else min(2, len(sections) - 1) * (len(sections) > 2)
    pieces = sections[at]
    if pieces is None:
        return None
    active = "".join(text for is_literal, text in pieces if not is_literal)
    if any(char in _LETTERS for char in active.lower()):
        return _date(value, pieces, from_1904)
    return _number(abs(value) if at == 1 else value, pieces)


def moment(value: float, *, from_1904: bool = False) -> datetime | None:
    """Return the point in time that a date cell holds; None where it is none, or before March 1900."""
    if not (0 <= value < 2_958_466) or (not from_1904 and value < _ROUND_DAYS):
        return None
    start = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30)
    try:
        return start + timedelta(days=int(value), seconds=round((value - int(value)) * 86400))
    except OverflowError:
        return None


def is_date(code: str) -> bool:
    """Whether a number format shows dates or times."""
    if _ELAPSED.search(code) or _HALVES.search(code):
        return True
    first = _sections(code)[0]
    active = "".join(text for is_literal, text in first or [] if not is_literal).lower()
    return "general" not in active and ("aaa" in active or any(letter in active for letter in _LETTERS))


def _spelt_out(code: str) -> str:
    """Return a code in which what General shows of usual numbers is spelt out, where it stands beside something."""
    return _GENERAL.sub("0.##########", code)


def is_telling(code: str) -> bool:
    """Whether a number format says more than its number: with words (第0号), leading zeros, or a part of a date alone.

    Thousands, decimals, per cent, money and whole dates are other ways of writing the same.
    """
    first = _sections(_spelt_out(code))[0]
    if first is None:  # more than these functions answer: whoever asks is told that it can't be told
        return any(mark in code for mark in '"\\')
    active = "".join(text for is_literal, text in first if not is_literal).lower()
    if is_date(code):
        return "y" not in active or "d" not in active
    literal = "".join(text for is_literal, text in first if is_literal)
    padded = re.search(r"0{2,}", active.partition(".")[0].replace(",", ""))
    return bool(padded) or any(char.isalnum() for char in literal)


def _sections(code: str) -> list[list[_Piece] | None]:
    """Return the sections of a code, each as pieces; None for one that asks more than these functions answer."""
    sections: list[list[_Piece] | None] = [[]]
    for quoted, escaped, blank, filled, bracket, plain in _TOKEN.findall(code):
        if plain == ";":
            sections.append([])
            continue
        pieces = sections[-1]
        if pieces is None or filled or _COLOUR.fullmatch(bracket):
            continue
        if blank:
            pieces.append((True, " "))
        elif currency := _CURRENCY.fullmatch(bracket):
            pieces.append((True, currency[1]))
        elif bracket:  # a condition, elapsed time, other digits
            sections[-1] = None
        elif plain:
            pieces.append((plain not in "#0?.,%ymdhsYMDHSeEgGaAbB/@", plain))
        else:
            pieces.append((True, quoted or escaped))
    return sections


def _runs(pieces: list[_Piece]) -> Iterator[_Piece]:
    """Yield ``pieces``, with what belongs together in one."""
    literal, text = True, ""
    for is_literal, part in pieces:
        if is_literal != literal and text:
            yield literal, text
            text = ""
        literal, text = is_literal, text + part
    if text:
        yield literal, text


def _number(value: float, pieces: list[_Piece]) -> str | None:
    runs = list(_runs(pieces))
    codes = [text for is_literal, text in runs if not is_literal]
    if not codes:
        return "".join(text for _, text in runs)
    if "".join(codes).lower() == "general":
        return None
    matches = [match for text in codes for match in [_NUMBER.search(text)] if match]
    if len(matches) != 1 or matches[0][0].rstrip().endswith(","):
        return None
    rest = "".join(codes).replace(matches[0][0], "", 1)
    if rest.strip("%"):
        return None
    try:  # no more than 15 digits are kept, the others show as 0
        number = Decimal(f"{value:.15g}") * 100 ** rest.count("%")
        shown = _digits(abs(number), matches[0][0])
    except InvalidOperation:
        return None
    sign = "-" if number < 0 and any(char in "123456789" for char in shown) else ""
    return sign + "".join(text if is_literal else text.replace(matches[0][0], shown, 1) for is_literal, text in runs)


def _digits(number: Decimal, code: str) -> str:
    whole, _, part = code.partition(".")
    rounded = number.quantize(Decimal(1).scaleb(-len(part)), ROUND_HALF_UP)
    before, _, after = f"{rounded:f}".partition(".")
    before = "" if before == "0" else before
    before = before.rjust(whole.count("0"), "0")
    if "," in whole:
        before = f"{int(before or 0):,}" if before else ""
    needed = len(part.rstrip("#?"))
    after = after[:needed] + after[needed:].rstrip("0")
    return f"{before}.{after}" if part and (after or needed) else before


def _date(value: float, pieces: list[_Piece], from_1904: bool) -> str | None:
    letters = {text[0].lower() for is_literal, text in pieces if not is_literal}
    is_time = letters & {"h", "s"} and not letters & {"y", "d"} and 0 <= value < _ROUND_DAYS
    when = moment(value + _ROUND_DAYS if is_time else value, from_1904=from_1904)
    if when is None:
        return None
    parts: list[tuple[bool, str]] = []
    for is_literal, text in _runs(pieces):
        if is_literal or text == "/":
            parts.append((True, text))
            continue
        if set(_DATE.sub("", text)) - set("/.,"):
            return None
        parts += [(not _DATE.fullmatch(part), part) for part in re.findall(r"y+|m+|d+|h+|s+|[/.,]", text, re.I)]
    shown = []
    for at, (is_literal, text) in enumerate(parts):
        part = text if is_literal else _part(when, text.lower(), _is_minute(parts, at))
        if part is None:
            return None
        shown.append(part)
    return "".join(shown)


def _is_minute(parts: list[tuple[bool, str]], at: int) -> bool:
    """Whether an m beside hours or seconds is one of minutes."""
    codes = [(index, text.lower()[0]) for index, (is_literal, text) in enumerate(parts) if not is_literal]
    place = next(number for number, (index, _) in enumerate(codes) if index == at)
    before = codes[place - 1][1] if place else ""
    after = codes[place + 1][1] if place + 1 < len(codes) else ""
    return before == "h" or after == "s"


def _part(when: datetime, code: str, is_minute: bool) -> str | None:
    if code[0] == "y":
        return f"{when.year}" if len(code) > 2 else f"{when.year % 100:02}"
    values = {"m": when.minute if is_minute else when.month, "d": when.day, "h": when.hour, "s": when.second}
    if len(code) > 2:  # names of months and weekdays
        return None
    return f"{values[code[0]]:0{len(code)}}"

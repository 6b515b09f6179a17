"""One cell of a spreadsheet to the text that its field takes, as its writer meant it; what was put right is told.

People write dates in a dozen ways, numbers as text, ticks for 是. What can be meant in one way only is read so, with a
word about it; what can't (a date without its year, 12人) stays as it is, and the schema refuses it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial

from kaoping.core.model import Unreadable
from kaoping.core.schema import FALSE, TRUE, CellError, Field
from kaoping.records.grids.grid import GridCell
from kaoping.records.readers.raw import RawCell

#: A cell read: its text, and what was put right ("" where it stood as it should).
Reading = tuple[RawCell, str]

_EPOCH = date(1899, 12, 30)  # of Excel's serial numbers, right from 1900-03-01 on (ECMA-376 Part 1, 18.17.4.1)
_SERIALS = range(20000, 80000)  # 1954 … 2119: a number below is more likely an amount
_EXACT = 10**15  # Excel keeps 15 digits; of a longer number the last ones are noise
_DATE = re.compile(
    r"([12][0-9]{3})\s*(?:年|[-./—–－])\s*([0-9]{1,2})\s*(?:月|[-./—–－])\s*([0-9]{1,2})\s*[日号]?"
    r"(?:\s+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.0+)?)?)?"
)
_COMPACT = re.compile(r"([12][0-9]{3})([01][0-9])([0-3][0-9])")
_MONTH = re.compile(r"([12][0-9]{3})\s*(?:年|[-./])\s*([0-9]{1,2})\s*月?份?")
_COMPACT_MONTH = re.compile(r"([12][0-9]{3})([01][0-9])")
_GROUPED = re.compile(r"[-+]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_YES = frozenset({"√", "✓", "✔", "☑", "对", "y", "yes", "true"})
_NO = frozenset({"×", "✗", "✘", "x", "n", "no", "false"})


def reader(field: Field, *, all_text: bool = False) -> Callable[[GridCell], Reading]:
    """Return the function that reads a cell of ``field``; in a csv (``all_text``) numbers as text are no slip."""
    return partial(_read, field, all_text)


def is_free(field: Field) -> bool:
    """Whether a text in a cell of ``field`` is taken as it stands, whatever it is; a blank one is an empty cell."""
    return field.type == "string" and (field.listed or not field.options)


def text_of(value: GridCell) -> str:
    """Return what a cell shows, for a heading or a note: 12 for 12.0, 2017-03-05 for a date."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return TRUE if value else FALSE
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d" if value.time() == time() else "%Y-%m-%d %H:%M")
    return str(value)


def folded(text: str) -> str:
    """Return ``text`` with full-width letters and digits made half-width (Unicode NFKC) and blanks at its ends gone."""
    return unicodedata.normalize("NFKC", text).strip()


def day_in(text: str, year: int) -> str:
    """Return a day as somebody typed it as 2017-12-18, one without its year as of ``year``; other words as they stand.

    For what is typed now, of a year that is known; in a table a date without its year stays what it is.

    >>> day_in("12月18日", 2017)
    '2017-12-18'
    """
    plain = folded(text)
    match = _DATE.fullmatch(plain) or _COMPACT.fullmatch(plain) or _DATE.fullmatch(f"{year}-{plain}")
    return (_calendar(match) if match else "") or text.strip()


def _read(field: Field, all_text: bool, value: GridCell) -> Reading:
    if value == "" or (isinstance(value, str) and not value.strip()):
        return None, ""
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= _EXACT:
        return Unreadable(str(value)), "超过15位的数，Excel 已经丢掉末几位，按读不出处理"
    return _READERS[field.type](field, value, all_text)


def _string(field: Field, value: GridCell, all_text: bool) -> Reading:
    text = text_of(value)
    if is_free(field) or text.strip() in field.options:
        return text, ""
    plain = folded(text)
    for option in field.options:
        if plain == folded(option):
            return option, "写法与选项略有不同"
    return _by_word(field, text)


def _by_word(field: Field, text: str) -> Reading:
    """What the schema says that another word means (x-values); the text as it stands where it says nothing."""
    plain = folded(text)
    meant = next((option for word, option in field.words.items() if folded(word) == plain), "")
    return (meant, f"“{text.strip()}”，按“{meant}”计") if meant else (text, "")


def _number(field: Field, value: GridCell, all_text: bool) -> Reading:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return text_of(value), ""
    if not isinstance(value, str):
        return _decimal(value), ""
    text = folded(value)
    if _GROUPED.fullmatch(text):
        return text.replace(",", ""), "带千位分隔号的文字"
    if not _takes(field, text):
        return value, ""
    if text != value.strip():
        return text, "全角数字"
    exact = sum(ch.isdigit() for ch in text) > 15 or "/" in text  # no number cell could hold it
    return text, "" if all_text or exact else "以文字形式存的数字"


def _decimal(value: int | float) -> str:
    """The number in the 15 digits that Excel keeps (so 0.3, not 0.30000000000000004), without an exponent."""
    return str(int(value)) if value == int(value) else format(Decimal(format(value, ".15g")), "f")


def _takes(field: Field, text: str) -> bool:
    try:
        field.parse(text)
    except CellError:
        return False
    return True


def _boolean(field: Field, value: GridCell, all_text: bool) -> Reading:
    if isinstance(value, bool):
        return (TRUE if value else FALSE), "用 TRUE/FALSE 写的是否"
    text = text_of(value)
    if text.strip() in (TRUE, FALSE):
        return text, ""
    plain = folded(text).lower()
    meant = TRUE if plain in _YES or plain == TRUE else FALSE if plain in _NO or plain == FALSE else ""
    return (meant, f"“{text.strip()}”，按“{meant}”计") if meant else _by_word(field, text)


def _date(field: Field, value: GridCell, all_text: bool) -> Reading:
    if isinstance(value, datetime):
        return value.date().isoformat(), "带时刻的日期" if value.time() != time() else ""
    if isinstance(value, date):
        return value.isoformat(), ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _numbered_date(value)
    text = text_of(value)
    plain = folded(text)
    match = _DATE.fullmatch(plain) or _COMPACT.fullmatch(plain)
    written = _calendar(match) if match else ""
    if not written:
        return text, ""
    return written, "" if written == text.strip() else "以文字形式写的日期"


def _numbered_date(value: int | float) -> Reading:
    number = int(value)
    if number == value:
        match = _COMPACT.fullmatch(str(number))
        if match and (written := _calendar(match)):
            return written, "写成八位数字的日期"
    if number in _SERIALS:
        return (_EPOCH + timedelta(days=number)).isoformat(), "没有设日期格式的日期序号"
    return text_of(value), ""


def _calendar(match: re.Match[str]) -> str:
    try:
        return date(*map(int, match.groups())).isoformat()
    except ValueError:
        return ""


def _month(field: Field, value: GridCell, all_text: bool) -> Reading:
    if isinstance(value, date):  # Excel makes 2017-01 the first of January
        return f"{value.year:04}-{value.month:02}", ""
    text = text_of(value)
    plain = folded(text)
    match = _MONTH.fullmatch(plain) or _COMPACT_MONTH.fullmatch(plain)
    if match is None or not 1 <= int(match[2]) <= 12:
        return text, ""
    written = f"{match[1]}-{int(match[2]):02}"
    return written, "" if written == text.strip() else "月份写作“2017年1月”之类的形式"


_READERS: dict[str, Callable[[Field, GridCell, bool], Reading]] = {
    "string": _string,
    "integer": _number,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "yearmonth": _month,
}

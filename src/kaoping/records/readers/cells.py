"""One cell of a spreadsheet to the text that its field takes, as its writer meant it; what was put right is told.

People write dates in a dozen ways, numbers as text or with their unit, ticks for 是. What can be meant in one way only
is read so, with a word about it; what can't stays as it is, and the schema refuses it. What a cell leaves out, its
surroundings may say: the unit of a number in the heading, the year of 3月5日 in the title of the table.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial

from kaoping.core import numerals, units
from kaoping.core.model import Unreadable
from kaoping.core.schema import FALSE, TRUE, CellError, Field
from kaoping.records.grids.grid import GridCell
from kaoping.records.readers.raw import RawCell

#: A cell read: its text, and what was put right ("" where it stood as it should).
Reading = tuple[RawCell, str]

_EPOCH = date(1899, 12, 30)  # of Excel's serial numbers, right from 1900-03-01 on (ECMA-376 Part 1, 18.17.4.1)
_SERIALS = range(20000, 80000)  # 1954 … 2119: a number below is more likely an amount
_DIGITS = 15  # that Excel keeps; of a longer number the last ones are noise
_EXACT = 10**_DIGITS
_DATE = re.compile(
    r"([12][0-9]{3})\s*(?:年|[-./—–－])\s*([0-9]{1,2})\s*(?:月|[-./—–－])\s*([0-9]{1,2})\s*[日号]?"
    r"(?:\s+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.0+)?)?)?"
)
_DAY = re.compile(r"([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*[日号]?")  # of a year that is said elsewhere
_DAYS = re.compile(r"\s*(?:至|到|~|--|—+|–|-)\s*")  # between the first and the last of several days
_SHORT = re.compile(
    r"(?:(?:([12][0-9]{3})[年./-])?([0-9]{1,2})[月./-])?([0-9]{1,2})[日号]?"
)  # the last of several days
_COMPACT = re.compile(r"([12][0-9]{3})([01][0-9])([0-3][0-9])")
_MONTH = re.compile(r"([12][0-9]{3})\s*(?:年|[-./])\s*([0-9]{1,2})\s*月?份?")
_COMPACT_MONTH = re.compile(r"([12][0-9]{3})([01][0-9])")
_YES = frozenset({"√", "✓", "✔", "☑", "对", "y", "yes", "true"})
_NO = frozenset({"×", "✗", "✘", "☒", "x", "n", "no", "false"})
_SPELLED_NUMBER, _SPELLED_DAY, _TYPED_DAY = "用中文数字写的数", "用中文数字写的日期", "以文字形式写的日期"
_DASHES = frozenset({"/", "-", "--", "—", "——", "–"})  # how a table says that nothing belongs here


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around a cell and is meant in it."""

    all_text: bool = False  # a csv: numbers as text are no slip
    unit: str = ""  # that the heading states
    year: int | None = None  # of days that are written without one


def reader(field: Field, around: Surroundings | None = None) -> Callable[[GridCell], Reading]:
    """Return the function that reads a cell of ``field`` with what stands around it."""
    return partial(_read, field, around or Surroundings())


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


def figure_of(value: GridCell) -> str:
    """Return what a cell holds as a number is read: in the digits that Excel keeps, without an exponent."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _decimal(value)
    return folded(text_of(value))


def is_shown(field: Field) -> bool:
    """Whether what a number's format shows may say more than the number in a cell of ``field``."""
    return field.type in ("string", "integer", "number")


def as_shown(field: Field, value: GridCell, shown: str) -> GridCell:
    """Return what is to be read of a cell whose number is shown as ``shown``, which says more than the number.

    A text is what is shown (云文综立字〔2017〕7号, 012); a number is the number, with the unit that is shown.
    """
    if field.type == "string":
        return shown
    quantity = units.quantity(shown) if field.unit else None
    has_unit = quantity is not None and bool(quantity.unit) and quantity.figure == figure_of(value)
    return shown if has_unit else value


def folded(text: str) -> str:
    """Return ``text`` with full-width letters and digits made half-width (Unicode NFKC) and blanks at its ends gone."""
    return unicodedata.normalize("NFKC", text).strip()


def day_in(text: str, year: int) -> str:
    """Return a day as somebody typed it as 2017-12-18, one without its year as of ``year``; other words as they stand.

    For what is typed now, of a year that is known; in a table a date without its year stays what it is.

    >>> day_in("12月18日", 2017)
    '2017-12-18'
    """
    plain = numerals.days_in_digits(folded(text))
    match = _DATE.fullmatch(plain) or _COMPACT.fullmatch(plain) or _DATE.fullmatch(f"{year}-{plain}")
    return (_calendar(*match.groups()) if match else "") or text.strip()


def _read(field: Field, around: Surroundings, value: GridCell) -> Reading:
    if value == "" or (isinstance(value, str) and not value.strip()):
        return None, ""
    if isinstance(value, str) and not is_free(field) and _says_nothing(field, folded(value)):
        return None, f"“{value.strip()}”，按空白计"
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= _EXACT:
        return Unreadable(str(value)), "超过15位的数，Excel 已经丢掉末几位，按读不出处理"
    return _READERS[field.type](field, value, around)


def _says_nothing(field: Field, plain: str) -> bool:
    if plain in field.options:
        return False
    return plain in _DASHES or plain in map(folded, field.empty)


def _string(field: Field, value: GridCell, around: Surroundings) -> Reading:
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


def _number(field: Field, value: GridCell, around: Surroundings) -> Reading:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return text_of(value), ""
    if not isinstance(value, str):
        return _in_unit(field, _decimal(value), "", around.unit) or (_decimal(value), "")
    written = folded(value)
    text = numerals.number_in_digits(written)
    if text == written:
        return _typed_number(field, value, text, around)
    unit = field.unit and (around.unit or field.unit)
    if text.isdecimal() and unit and units.alike(unit)[0] != unit:
        return value, ""  # 三万五千 under 万元: so many 元, or so many 万元
    digits, what = _typed_number(field, text, text, around)
    return (value, "") if digits == text and not _takes(field, text) else (digits, _SPELLED_NUMBER + _more(what))


def _more(what: str) -> str:
    """What was put right besides the numerals: the unit alone, for that it was a text goes without saying."""
    return f"，{what.partition('，')[2]}" if "，" in what else ""


def _typed_number(field: Field, value: str, text: str, around: Surroundings) -> Reading:
    """Read a number that is typed as ``text``; ``value`` is the cell, and what is read where it is none."""
    quantity = units.quantity(text)
    if (
        quantity is not None
        and field.unit
        and (measured := _in_unit(field, quantity.figure, quantity.unit, around.unit))
    ):
        return measured
    if quantity is not None and not field.unit and units.is_count(quantity.unit):
        return quantity.figure, f"带单位“{quantity.unit}”的数"
    if quantity is not None and not quantity.unit and "," in text:
        return quantity.figure, "带千位分隔号的文字"
    if not _takes(field, text):
        return value, ""
    if text != value.strip():
        return text, "全角数字"
    exact = sum(ch.isdigit() for ch in text) > _DIGITS or "/" in text  # no number cell could hold it
    return text, "" if around.all_text or exact else "以文字形式存的数字"


def _in_unit(field: Field, figure: str, written_unit: str, around: str) -> Reading | None:
    """A number whose unit stands with it or in the heading, in the field's; None where there is nothing to convert.

    One that is so large that it would be asked about keeps its unit with it: it was stated.
    """
    unit = written_unit or around
    if not field.unit or not unit:
        return None
    try:
        text = field.in_unit(figure, unit)
    except CellError:
        return f"{figure}{unit}", ""  # for the schema to refuse
    if field.is_unusual(text):
        return f"{text}{field.unit}", ""
    if written_unit and written_unit != field.unit:
        return text, f"带单位“{written_unit}”的数，按{field.unit}计"
    if written_unit:
        return text, f"带单位“{written_unit}”的数"
    return (text, f"按{around}写的数，按{field.unit}计") if text != figure else None


def _decimal(value: int | float) -> str:
    """The number in the 15 digits that Excel keeps (so 0.3, not 0.30000000000000004), without an exponent."""
    return str(int(value)) if value == int(value) else format(Decimal(format(value, ".15g")), "f")


def _takes(field: Field, text: str) -> bool:
    try:
        field.parse(text)
    except CellError:
        return False
    return True


def _boolean(field: Field, value: GridCell, around: Surroundings) -> Reading:
    if isinstance(value, bool):
        return (TRUE if value else FALSE), "用 TRUE/FALSE 写的是否"
    text = text_of(value)
    if text.strip() in (TRUE, FALSE):
        return text, ""
    plain = folded(text).lower()
    meant = TRUE if plain in _YES or plain == TRUE else FALSE if plain in _NO or plain == FALSE else ""
    return (meant, f"“{text.strip()}”，按“{meant}”计") if meant else _by_word(field, text)


def _date(field: Field, value: GridCell, around: Surroundings) -> Reading:
    if isinstance(value, datetime):
        return value.date().isoformat(), "带时刻的日期" if value.time() != time() else ""
    if isinstance(value, date):
        return value.isoformat(), ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _numbered_date(value)
    text = text_of(value)
    plain = folded(text)
    if (spelled := numerals.days_in_digits(plain)) != plain:
        day, what = _typed_date(spelled, spelled, around.year)
        return (text, "") if day == spelled else (day, _SPELLED_DAY + _more(f"，{what}" if what != _TYPED_DAY else ""))
    return _typed_date(text, plain, around.year)


def _typed_date(text: str, plain: str, year: int | None) -> Reading:
    if written := _whole_date(plain):
        return written, "" if written == text.strip() else _TYPED_DAY
    if year is not None and (day := _DAY.fullmatch(plain)) and (written := _calendar(year, day[1], day[2])):
        return written, f"没有写年份的日期，按{year}年计"
    return _first_day(plain, year) or (text, "")


def _whole_date(plain: str) -> str:
    match = _DATE.fullmatch(plain) or _COMPACT.fullmatch(plain)
    return _calendar(*match.groups()) if match else ""


def _first_day(plain: str, year: int | None) -> Reading | None:
    """The first of several days of one year (2017年3月5日至7日); None for anything else."""
    for between in _DAYS.finditer(plain):
        begin = plain[: between.start()]
        day = _DAY.fullmatch(begin)
        first = _whole_date(begin) or (_calendar(year, *day.groups()) if day and year is not None else "")
        end = _SHORT.fullmatch(plain[between.end() :])
        if not first or end is None:
            continue
        last = _calendar(end[1] or first[:4], end[2] or first[5:7], end[3])
        if first <= last and first[:4] == last[:4]:
            return first, f"几天的日期，按第一天计{f'（年份按{year}年）' if day else ''}"
    return None


def _numbered_date(value: int | float) -> Reading:
    number = int(value)
    if number == value and (written := _whole_date(str(number))):
        return written, "写成八位数字的日期"
    if number in _SERIALS:
        return (_EPOCH + timedelta(days=number)).isoformat(), "没有设日期格式的日期序号"
    return text_of(value), ""


def _calendar(*parts: int | str) -> str:
    """Year, month and day as 2017-03-05; "" where there is no such day."""
    try:
        return date(*map(int, parts)).isoformat()
    except ValueError:
        return ""


def _month(field: Field, value: GridCell, around: Surroundings) -> Reading:
    if isinstance(value, date):  # Excel makes 2017-01 the first of January
        return f"{value.year:04}-{value.month:02}", ""
    text = text_of(value)
    plain = numerals.days_in_digits(folded(text))
    match = _MONTH.fullmatch(plain) or _COMPACT_MONTH.fullmatch(plain)
    if match is None or not 1 <= int(match[2]) <= 12:
        return text, ""
    written = f"{match[1]}-{int(match[2]):02}"
    return written, "" if written == text.strip() else "月份写作“2017年1月”之类的形式"


_READERS: dict[str, Callable[[Field, GridCell, Surroundings], Reading]] = {
    "string": _string,
    "integer": _number,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "yearmonth": _month,
}

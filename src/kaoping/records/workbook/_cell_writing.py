"""One cell of the workbook: a text written as what its field is, where that loses nothing; as text otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from kaoping.core.model import Location
from kaoping.core.schema import CellError, Field
from kaoping.records.readers.raw import RawCell

MOST = 32_767  # UTF-16 units that an Excel cell holds
#: What stands escaped in the file (_x0001_); readers don't unescape it in rich text.
_ESCAPED = re.compile("_x[0-9A-Fa-f]{4}_|[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_MARK, _CONTROL = re.compile("_x[0-9A-Fa-f]{4}_"), re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_NONCHARACTER = re.compile("_xFFF[EF]_")  # written out: calamine can't tell it from the escape of the character itself
_FIRST_YEAR = 1904  # below, the two date systems of Excel and its invented 1900-02-29 make serials doubtful
_DIGITS = 15  # significant digits that an Excel number keeps


@dataclass(frozen=True, slots=True)
class Unwritten:
    """A text that no Excel cell can hold: where it stands, and why, in Chinese."""

    at: Location
    why: str


class UnwritableError(ValueError):
    """Some texts can't stand in a workbook; ``cells`` are all of them. Nothing is cut short in silence."""

    def __init__(self, cells: tuple[Unwritten, ...]) -> None:
        super().__init__("；".join(f"{cell.at}：{cell.why}" for cell in cells))
        self.cells = cells


class Pen:
    """Writes cells, and remembers what it could not write."""

    def __init__(self) -> None:
        self.unwritten: list[Unwritten] = []

    def write(
        self, sheet: Any, row: int, column: int, cell: RawCell, style: Any, *,
        field: Field | None = None, place: Callable[[], Location] = Location,
    ) -> None:  # fmt: skip
        """Write ``cell`` at 0-based ``row`` and ``column``; an empty one takes its format alone."""
        text = "" if cell is None else str(cell)
        if not text:
            sheet.write_blank(row, column, None, style)
            return
        value = exact(field, text) if field else None
        if isinstance(value, date):
            failed = sheet.write_datetime(row, column, value, style)
        elif value is not None:
            failed = sheet.write_number(row, column, value, style)
        elif why := unwritable(text):
            self.unwritten.append(Unwritten(place(), why))
            return
        else:
            failed = write_text(sheet, row, column, text, style)
        if failed:
            self.unwritten.append(Unwritten(place(), "超出一张工作表的行数或列数"))


def write_text(sheet: Any, row: int, column: int, text: str, style: Any) -> int:
    """Write ``text`` as text, whatever it looks like, and return XlsxWriter's code: 0 where it did.

    XlsxWriter takes what stands between <r> and </r> for rich text of its own making, and would not escape it; given
    in two pieces it is rich text of ours.
    """
    if _is_markup(text):
        return int(sheet.write_rich_string(row, column, text[:1], style, text[1:], style))
    return int(sheet.write_string(row, column, text, style))


def unwritable(text: str) -> str:
    """Return why no cell can hold ``text``, in Chinese; "" where one can."""
    try:
        units = len(text.encode("utf-16-le")) // 2
    except UnicodeEncodeError:
        return "含有不完整的字符（半个代理对），Excel 存不了"
    if units > MOST:
        return f"共{units}个字符，Excel 一格最多{MOST}个"
    if _is_markup(text) and _ESCAPED.search(text):
        return "以 <r> 开头、</r> 结尾，中间又有控制字符，存进去就读不回原样"
    if _NONCHARACTER.search(text) or not _comes_back(text):
        return "含有 _x0041_ 之类的 Excel 内部记号，存进去就读不回原样"
    return ""


def stored(text: str) -> str:
    """Return ``text`` as it stands in the file: what XML can't hold, and what looks like that, is escaped."""
    return _CONTROL.sub(lambda match: f"_x{ord(match[0]):04X}_", _MARK.sub(r"_x005F\g<0>", text))


def _comes_back(text: str) -> bool:
    """Whether the file format's escapes give ``text`` again: XlsxWriter misses marks that overlap (_x0041_x0042_)."""
    return _MARK.sub(lambda match: chr(int(match[0][2:6], 16)), stored(text)) == text


def _is_markup(text: str) -> bool:
    return text.startswith("<r>") and text.endswith("</r>")


def exact(field: Field, text: str) -> date | float | None:
    """Return the date or number that stands for ``text`` in a cell and reads as the same text again, or None."""
    if field.listed or field.type not in ("date", "integer", "number"):
        return None
    try:
        value = field.parse(text)
    except CellError:
        return None
    if isinstance(value, date):
        return value if value.isoformat() == text and value.year >= _FIRST_YEAR else None
    digits = text.lstrip("-").replace(".", "").strip("0")
    if len(digits) > _DIGITS or (text.startswith("-") and not digits):
        return None
    try:
        number = float(text)
    except (ValueError, OverflowError):  # 1/3, a number with separators
        return None
    return number if repr(number) in (text, f"{text}.0") and abs(number) < 10**_DIGITS else None

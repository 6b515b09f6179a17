"""Days as papers write them: 2017年5月2日, 二〇一七年五月二日, 2017-05-02."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

_DIGITS = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "○": 0,
    "Ｏ": 0,
    "O": 0,
    "0": 0,
}
_NUMERALS = "〇零○一二三四五六七八九十OＯ"
_DAYS = (
    re.compile(r"(?<!\d)((?:19|20)\d{2})年(\d{1,2})月(\d{1,2})[日号]"),
    re.compile(r"(?<!\d)((?:19|20)\d{2})[-./－．](\d{1,2})[-./－．](\d{1,2})(?!\d)"),
    # an engine leaves the space out before a time of day
    re.compile(r"(?<!\d)((?:19|20)\d{2})[-./－．](\d{2})[-./－．](\d{2})(?=(?:[01]\d|2[0-3])[:：]\d{2})"),
    re.compile(rf"([{_NUMERALS}]{{4}})年([{_NUMERALS}]{{1,3}})月([{_NUMERALS}]{{1,3}})日"),
)
_YEARS = range(1900, 2100)
_AROUND = re.compile(r"^[（(【\[]?|(?:[（(]?(?:盖?章|印章|公章)[）)]?)?[）)】\]]?[。.]?$")


def days_in(text: str) -> Iterator[tuple[date, str]]:
    """Yield each whole day that ``text`` names, with its words; one that no calendar has, or no paper of ours, is none.

    二〇一七 may be read as 〇二〇七.
    """
    for pattern in _DAYS:
        for match in pattern.finditer(text):
            year, month, day = (_number(part) for part in match.groups())
            try:
                if year in _YEARS:
                    yield date(year, month, day), match[0]
            except ValueError:
                continue


def day_alone(text: str) -> date | None:
    """Return the day where ``text`` says that and nothing else."""
    bare = _AROUND.sub("", text)
    return next((day for day, words in days_in(bare) if words == bare), None)


def _number(written: str) -> int:
    if written.isascii() and written.isdigit():
        return int(written)
    if len(written) == 4:
        return int("".join(str(_DIGITS[char]) for char in written if char in _DIGITS) or 0)
    tens, ten, units = written.rpartition("十")
    if not ten:
        return int("".join(str(_DIGITS.get(char, 0)) for char in written))
    return (_DIGITS.get(tens, 1) if tens else 1) * 10 + (_DIGITS.get(units, 0) if units else 0)

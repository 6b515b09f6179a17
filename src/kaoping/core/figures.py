"""Figures (数据) that stand in a document, with the source of each, and how numbers and dates are written in Chinese.

GB/T 15835-2011 (出版物上数字用法) and GB/T 9704-2012 7.3.5.4 (成文日期) say how: Arabic digits, no leading zeros.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from kaoping.core.model import Value

#: Decimal places of a figure that has no exact decimal form (保留两位小数).
PLACES = 2
_UNPROVEN = "没有细则“依据”所列类型的佐证材料"
_OF_POINTS = re.compile(rf"(?:（[0-9]+）)?(?:(?:这|其中)[0-9./]+分|第[^：；，]+项){_UNPROVEN}")
#: The upper end of a number of which only the least is known: of a sum, what could be added up.
UNBOUNDED = Fraction(10**15)
_MOST_PLACES = 12
_LINE = 60  # characters: about a line of a screen
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Lack:
    """What nobody recorded, as a place to record it in: a ``field`` of the record ``id`` of ``kind``.

    Where there is no such record it is to be entered, as is one without an ``id`` (but for the one record of its kind);
    of that the values ``given`` are known already (field → text). ``question`` is one of the notice's (口径), which
    nobody has answered; then there is no kind.
    """

    kind: str = ""
    field: str = ""
    id: str = ""
    given: tuple[tuple[str, str], ...] = ()
    question: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A value as it is written, and where it comes from.

    ``value`` is the exact value behind the text: a figure whose value is zero, empty or false is falsy, so that a
    template can leave its sentence out (no “共0次”). ``rounded`` says how the text was rounded, "" where it is exact.
    ``lack`` is where an empty one is recorded.
    """

    text: str
    source: str = ""
    value: Value = None
    rounded: str = ""
    lack: Lack | None = None

    def __bool__(self) -> bool:
        return bool(self.text) if self.value is None else bool(self.value)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact nobody recorded: it is written as a blank to fill in (待补), never left out. Truthy for that reason."""

    what: str
    source: str = ""  # why nobody knows, or where it belongs, in words
    lack: Lack | None = None

    def __str__(self) -> str:
        return f"【待补：{self.what}】"


Fact = Figure | Missing


def number(value: Fraction | Decimal | int) -> str:
    """Write a number as it is (points, what was recorded and sums of it): exactly, without trailing zeros.

    Where it has no decimal form it is rounded as :func:`quotient` does.
    """
    exact = Fraction(value)
    decimal = next((digits for digits in range(_MOST_PLACES) if 10**digits % exact.denominator == 0), None)
    digits = _places(exact) if decimal is None else decimal
    whole, rest = divmod(_half_up(exact, digits), 10**digits)
    text = f"{whole}.{rest:0{digits}d}".rstrip("0").rstrip(".") if digits else str(whole)
    return f"-{text}" if exact < 0 and text != "0" else text


def quotient(value: Fraction, edges: Collection[Fraction] = ()) -> str:
    """Write what a division came to (a mean, so many a head): rounded half up to PLACES, however many it has.

    The places grow rather than let rounding reach a whole number, or one of the ``edges`` that it will be compared
    with: 2.996 cases a head must not be read as 3.
    """
    return number(_rounded(value, _places(value, edges)))


def percent(share: Fraction, edges: Collection[Fraction] = ()) -> str:
    """Write a share as a percentage, e.g. ``93.33%``, rounded as :func:`quotient` does.

    The tiers of a rubric begin at whole percentages: 89.996% must not be read as 90%.
    """
    return f"{quotient(share * 100, [edge * 100 for edge in edges])}%"


def rounding(text: str, exact: Fraction) -> str:
    """Say how the number ``text`` was rounded (四舍五入，保留两位小数), or "" where it is ``exact``."""
    shown = text.removesuffix("%")
    if Fraction(shown) == exact * (100 if shown != text else 1):
        return ""
    digits = max(PLACES, len(shown.partition(".")[2]))  # a zero at the end is not written
    return f"四舍五入，保留{'两' if digits == 2 else chinese(digits)}位小数"


def date_text(day: date) -> str:
    """Write a date as documents do: 2017年12月5日, month and day without leading zeros (GB/T 9704-2012 7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


def days_text(first: date, last: date, year: int | None = None) -> str:
    """Write the days of one event: 2017年9月26日至27日; the ``year`` that the text is about is left out."""
    start = date_text(first)
    if first.year == year:
        start = start.removeprefix(f"{first.year}年")
    if last <= first:
        return start
    if last.year != first.year:
        return f"{start}至{date_text(last)}"
    return f"{start}至{last.day}日" if last.month == first.month else f"{start}至{last.month}月{last.day}日"


def span_text(low: Fraction, high: Fraction, write: Callable[[Fraction], str] = number) -> str:
    """Write a range with 浪纹线, e.g. ``0～2``; one number where both ends are the same (GB/T 15835-2011).

    Where only the least is known it is 至少2, where only the most 至多2.
    """
    if high >= UNBOUNDED:
        return f"至少{write(low)}" if low > -UNBOUNDED else "没有底也没有顶的数"
    if low <= -UNBOUNDED:
        return f"至多{write(high)}"
    return write(low) if low == high else f"{write(low)}～{write(high)}"


def given_text(low: Fraction, high: Fraction, role: str) -> str:
    """Say what a line of this ``role`` (base, bonus, deduction) gives: 得2分, 加0.5分, 不加分, 扣5分, 不扣分."""
    if role == "deduction":
        return "不扣分" if low == high == 0 else f"扣{span_text(-high, -low)}分"
    verb = "加" if role == "bonus" else "得"
    return "不加分" if role == "bonus" and low == high == 0 else f"{verb}{span_text(low, high)}分"


def open_text(low: Fraction, high: Fraction, role: str) -> str:
    """Say between which points a line is undecided: 得分待定（0～2分）, 加分待定（…）, 扣分待定（0～5分）."""
    if role == "deduction":
        return f"扣分待定（{span_text(-high, -low)}分）"
    return f"{'加' if role == 'bonus' else '得'}分待定（{span_text(low, high)}分）"


def unproven_text(points: Fraction | None, *, whole: bool) -> str:
    """Say that no acceptable evidence stands behind ``points``: the ``whole`` score or a part; None: behind a line."""
    which = "" if points is None else f"{'这' if whole else '其中'}{number(points)}分"
    return f"{which}{_UNPROVEN}"


def is_unproven(reason: str) -> bool:
    """Whether a reason of a score is what :func:`unproven_text` says of its points, whole lines or parts of them.

    It is a note to the office and decides nothing: a sheet that is handed in leaves it out, as it does 缺佐证.
    """
    return _OF_POINTS.fullmatch(reason) is not None


def joined(items: Iterable[object], mark: str = "、") -> str:
    """Join the non-empty items with ``mark``."""
    return mark.join(text for text in (str(item) for item in items) if text)


def in_order(paths: Iterable[str], numbers: Mapping[str, str]) -> list[str]:
    """Return the 编号 of evidence as the bundle has them, from ``numbers``: evidence path → 编号, in its order.

    What came in a file (a zip, a mail) goes with it: its path begins with that of the file.
    """
    wanted = set(paths)
    return [
        number for path, number in numbers.items() if any(path[:end] in wanted for end in (*_slashes(path), len(path)))
    ]


def _slashes(path: str) -> Iterator[int]:
    return (at for at, character in enumerate(path) if character == "/")


def in_a_line(value: object) -> str:
    """Return what somebody wrote as it is repeated in a sentence: on one line, and no more of it than goes on one.

    >>> in_a_line("网吧" * 50)[-11:]
    '网吧……（共100字）'
    """
    flat = " ".join(str(value).split())
    return flat if len(flat) <= _LINE else f"{flat[: _LINE - 10]}……（共{len(flat)}字）"


def bare(text: str) -> str:
    """Return a clause without the punctuation it ends on, so that the sentence around it can set its own."""
    return text.strip().rstrip("。；，、;,.：: \u3000")


def inner(text: str, marks: str) -> str:
    """Return ``text`` without the pair of ``marks`` around the whole of it, so that none is set twice."""
    opening, closing = marks[0], marks[1]
    whole = text[:1] == opening and text[-1:] == closing and closing not in text[1:-1]
    return text[1:-1] if whole else text


def nested(text: str, marks: str, within: str) -> str:
    """Return ``text`` as it stands inside the ``marks`` “” (《》): its own become the ``within`` ones ‘’ (〈〉).

    Marks alternate by level (GB/T 15834-2011): what stands in those of ``text`` becomes the outer ones again.
    """
    if not set(text) & set(marks):
        return text
    return text.translate(str.maketrans(marks + within, within + marks))


def aside(text: str) -> str:
    """Return ``text`` in brackets: （…）, around others 〔…（…）…〕, and after a colon where both are used.

    Brackets of one form don't stand within one another (GB/T 15834-2011 4.9.3.6).

    >>> aside("合格8件"), aside("区（县）8个"), aside("8件〔含区（县）的〕")
    ('（合格8件）', '〔区（县）8个〕', '：8件〔含区（县）的〕')
    """
    if "（" not in text:
        return f"（{text}）"
    return f"：{text}" if "〔" in text else f"〔{text}〕"


def em_width(text: str) -> float:
    """Return how many characters wide ``text`` is set: a Latin letter or digit is half of one."""
    return sum(1 if unicodedata.east_asian_width(char) in "WFA" else 0.5 for char in text)


def chinese(count: int) -> str:
    """Write 1…9999 in Chinese numerals, as headings are numbered (GB/T 9704-2012 7.3.3); ValueError for others."""
    if not 0 < count < 10_000:
        raise ValueError(f"层次序号只到九千九百九十九：{count}")
    written = ""
    for place, unit in zip(range(3, -1, -1), ("千", "百", "十", ""), strict=True):
        digit = count // 10**place % 10
        if digit:
            written += _DIGITS[digit] + unit
        elif written and count % 10**place and not written.endswith("零"):
            written += "零"  # one for all the empty places between
    return written.removeprefix("一") if 10 <= count < 20 else written


def _half_up(exact: Fraction, digits: int) -> int:
    """Return ``exact`` without its sign in units of ``10**-digits``, rounded half up."""
    unit: int = 10**digits
    return (2 * abs(exact.numerator) * unit + exact.denominator) // (2 * exact.denominator)


def _rounded(exact: Fraction, digits: int) -> Fraction:
    return Fraction(_half_up(exact, digits), 10**digits) * (-1 if exact < 0 else 1)


def _places(exact: Fraction, edges: Collection[Fraction] = ()) -> int:
    """Return how many places keep a number that is not whole from looking whole, and on its side of each edge."""
    if exact.denominator == 1:
        return 0
    return next((p for p in range(PLACES, _MOST_PLACES) if _keeps(exact, _rounded(exact, p), edges)), _MOST_PLACES)


def _keeps(exact: Fraction, shown: Fraction, edges: Collection[Fraction]) -> bool:
    sides = all((shown > edge, shown < edge) == (exact > edge, exact < edge) for edge in edges)
    return shown.denominator > 1 and sides

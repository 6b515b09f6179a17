"""Units of numbers (计量单位): told in a heading or beside a number, and converted exactly.

A unit is a text as people write it (万元). Which units are of one kind, and how many of one make another, is data:
``evidence_schema/units.yaml``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from kaoping.core import resources

_SIMPLE = frozenset({Fraction(1), Fraction(10_000)})  # how large the units are of what is counted by ones or 万
_NUMBER = r"[-+]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
_QUANTITY = re.compile(rf"([^0-9\s.,+-]*)\s*({_NUMBER})\s*([^0-9\s.,+-]*)")
_BRACKET = re.compile(r"[(（\[【〔]([^()（）\[\]【】〔〕]*)[)）\]】〕]")
_LABEL = re.compile(r"(?:计量|金额)?单位[:：]")  # （单位：元）
_BEHIND = re.compile(r"[/:：_\-—](\S+)$")  # 金额/元
_SIGN = re.compile(r"[%‰]$")  # 完成率%
_BETWEEN = re.compile(r"[、,，;；/\s]+")  # 单位：人、万元


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as somebody wrote it, and the unit beside it ("" where there is none)."""

    figure: str  # digits, sign and point alone
    unit: str


@cache
def _families() -> tuple[Mapping[str, Fraction], ...]:
    raw = resources.load_yaml(resources.schema("units.yaml"))
    return tuple({unit: Fraction(str(times)) for unit, times in family.items()} for family in raw)


@cache
def _known() -> frozenset[str]:
    return frozenset(unit for family in _families() for unit in family)


def is_known(unit: str) -> bool:
    """Whether ``unit`` is a unit at all."""
    return unit in _known()


@cache
def is_count(unit: str) -> bool:
    """Whether ``unit`` says only what is counted (26项, 3家), so that a number means the same without it."""
    families = [family for family in _families() if unit in family]
    return bool(families) and all(family[unit] == 1 and _SIMPLE.issuperset(family.values()) for family in families)


@cache
def ratio(unit: str, into: str) -> Fraction | None:
    """Return how many ``into`` one ``unit`` is; None where the one can't be converted to the other.

    >>> ratio("元", "万元")
    Fraction(1, 10000)
    """
    if unit == into:
        return Fraction(1)
    family = next((family for family in _families() if unit in family and into in family), None)
    return None if family is None else family[unit] / family[into]


def alike(unit: str) -> list[str]:
    """Return the units that ``unit`` is most likely mistaken for: one of each size, the smallest first."""
    family = next((family for family in _families() if unit in family), {unit: Fraction(1)})
    sizes = {family[other]: other for other in reversed(list(family))} | {family[unit]: unit}
    return [sizes[size] for size in sorted(sizes)]


def quantity(text: str) -> Quantity | None:
    """Return the number in ``text`` and the unit that stands with it; None where it is not one number.

    >>> quantity("15,000元")
    Quantity(figure='15000', unit='元')
    """
    match = _QUANTITY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if match is None or (match[1] and not is_known(match[1])):
        return None
    return Quantity(match[2].replace(",", ""), match[3] or match[1])


def converted(figure: str, times: Fraction) -> str:
    """Return a decimal ``figure`` times ``times``, exactly: 1/3 where it has no decimal form.

    >>> converted("15000", Fraction(1, 10000))
    '1.5'
    """
    if times == 1:
        return figure
    return written(Fraction(figure) * times)


def written(value: Fraction) -> str:
    """Return ``value`` in digits, exactly: 1.5, or 1/3 where there is no decimal form."""
    if value.denominator == 1:
        return str(value.numerator)
    places, rest = 0, value.denominator
    while rest % 10 == 0 or rest % 2 == 0 or rest % 5 == 0:
        rest //= 10 if rest % 10 == 0 else 2 if rest % 2 == 0 else 5
        places += 1
    if rest != 1:
        return str(value)
    digits = str(abs(value * 10**places).numerator).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}".rstrip("0").rstrip(".")
    return f"-{text}" if value < 0 else text


def stated(heading: str) -> str:
    """Return the unit that a heading states: 罚款金额（元）, 金额/万元, 完成率%; "" where it states none."""
    text = unicodedata.normalize("NFKC", heading).strip().rstrip("*").strip()
    for inside in reversed(_BRACKET.findall(text)):
        if is_known(unit := _LABEL.sub("", inside.strip()).strip()):
            return unit
    if (behind := _BEHIND.search(text)) and is_known(behind[1]):
        return behind[1]
    sign = _SIGN.search(text)
    return sign[0] if sign else ""


def bare(heading: str) -> str:
    """Return a heading without the unit that it states: 罚款金额."""
    if not stated(heading):
        return heading
    text = unicodedata.normalize("NFKC", heading).strip().rstrip("*").strip()
    without = _BRACKET.sub(lambda match: "" if is_known(_LABEL.sub("", match[1].strip()).strip()) else match[0], text)
    if without != text:
        return without.strip()
    if (behind := _BEHIND.search(text)) and is_known(behind[1]):
        return text[: behind.start()].strip()
    return _SIGN.sub("", text).strip()


def stated_above(text: str) -> list[str]:
    """Return the units that a line above a table states for all of it: 单位：万元; [] where it is no such line."""
    plain = unicodedata.normalize("NFKC", text).strip().strip("()[]【】").strip()
    match = _LABEL.match(plain)
    units = [unit for unit in _BETWEEN.split(plain[match.end() :].strip()) if unit] if match else []
    return units if all(map(is_known, units)) else []

"""Personal data in a text (个人信息): told by its shape and check digit, and never repeated in full.

What to look for is data (``evidence_schema/personal_data.yaml``); how a check digit is worked out stands here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from kaoping.core import resources

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999, appendix
_CHECK_CHARACTERS = "10X98765432"
_BROKEN = re.compile(r"(?<=\d)[ \u3000-](?=\d)")  # 138-1234-5678, 6222 0212 …


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: what it is, and enough of it to find it again."""

    title: str
    masked: str

    def __str__(self) -> str:
        return f"{self.title} {self.masked}"


def found(text: str) -> Iterator[Hit]:
    """Yield the personal data in ``text``, in its order for each kind."""
    plain = unicodedata.normalize("NFKC", text)
    joined = _BROKEN.sub("", plain)
    for kind in _kinds():
        for match in kind.pattern.finditer(joined if kind.is_number else plain):
            value = match[kind.pattern.groups and 1]
            if kind.takes(value):
                yield Hit(kind.title, kind.masked(value))


def is_identity_number(number: str) -> bool:
    """Whether an 18-character identity number has the check character that GB 11643-1999 (ISO 7064, MOD 11-2) asks."""
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return number[17].upper() == _CHECK_CHARACTERS[total % 11]


def is_card_number(number: str) -> bool:
    """Whether a card number has the check digit of ISO/IEC 7812-1, annex B (Luhn)."""
    digits = [int(digit) for digit in reversed(number)]
    doubled = (digit * 2 - 9 * (digit > 4) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


_CHECKS: Mapping[str, Callable[[str], bool]] = {"gb11643": is_identity_number, "luhn": is_card_number}


@dataclass(frozen=True, slots=True)
class _Kind:
    title: str
    pattern: re.Pattern[str]
    check: str
    excluded: tuple[str, ...]
    surnames: str
    keep: tuple[int, int]

    @property
    def is_number(self) -> bool:
        return not self.pattern.groups

    def takes(self, value: str) -> bool:
        if self.check and not _CHECKS[self.check](value):
            return False
        if self.surnames and value[0] not in self.surnames:
            return False
        return not any(word in value for word in self.excluded)

    def masked(self, value: str) -> str:
        first, last = self.keep
        end = value[len(value) - last :] if last else ""
        return value[:first] + "*" * (len(value) - first - last) + end


def _pattern(rule: str) -> re.Pattern[str]:
    """Return a rule as a pattern: a name is in a group of its own, a number stands whole, not within a longer one."""
    pattern = re.compile(rule)
    return pattern if pattern.groups else re.compile(rf"(?<![\dA-Za-z.])(?:{rule})(?![\dA-Za-z])")


@cache
def _kinds() -> tuple[_Kind, ...]:
    rules: Mapping[str, Any] = resources.load_yaml(resources.schema("personal_data.yaml"))
    return tuple(
        _Kind(
            title=rule["title"],
            pattern=_pattern(rule["pattern"]),
            check=rule.get("check", ""),
            excluded=tuple(rule.get("not", ())),
            surnames=rules["surnames"] if rule.get("surnames") else "",
            keep=(rule["keep"][0], rule["keep"][1]),
        )
        for name, rule in rules.items()
        if name != "surnames"
    )

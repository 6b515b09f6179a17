"""Personal data in a text (个人信息): told by its shape and check digit, and never repeated in full.

What to look for is data (``evidence_schema/personal_data.yaml``), to which a pack may add; how a check digit is worked
out stands here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from kaoping.core import resources

FILE = "personal_data.yaml"
#: The entry of the file that is no kind of personal data.
SURNAMES = "surnames"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999, appendix
_CHECK_CHARACTERS = "10X98765432"
_MOST_TOLD = 5  # of one file: the rest is found with them
_BEFORE, _BEHIND = 16, 8  # characters around a number that may say what it is
_SPACES = re.compile(r"\s+")
_REMARK = re.compile(r"[(（][^()（）]{0,8}[)）][:：]?$")  # 注册资本（元）：
_LEAD = " :：\t=（(【[“\"'为是"  # between a label and its number
#: What may follow a unit: 元整, 元以上, 元的; in 元旦, 次日, 人在 it is none.
_END_OF_UNIT = re.compile(r"[^\u4e00-\u9fffA-Za-z]|[整以左上多余等的]|$", re.M)
_UNSEEN = re.compile("[\xad\u200b-\u200d\u2060\ufeff]")  # where a long number may be broken at a line's end
_BROKEN = re.compile(r"(?<=\d)[ \u3000–—‐-](?=\d)")  # 138-1234-5678, 6222 0212 …
_COUNTRY = re.compile(r"(?:(?:\+|(?<!\d)00)86|[(]\+?86[)]|(?<![\d.])86(?=[ -]))[ -]?(?=1[3-9]\d)")
#: The blank that typesetters, and readers of PDFs, put between Chinese and digits.
_SET_APART = re.compile(r"(?<=[\u4e00-\u9fa5]) (?=\d)|(?<=\d) (?=[\u4e00-\u9fa5])")
#: Digits that go on in the next line.
_WRAPPED = re.compile(r"(?<![\dA-Za-z.])\d+[ \t]*\n[ \t]*(?:\d+[\dXx]?|[Xx])(?![\dA-Za-z])")
_PROVINCES = frozenset(
    (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66))
)  # GB/T 2260


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: what it is, and enough of it to find it again."""

    title: str
    masked: str
    is_added: bool = False  # of a kind that a pack added

    def __str__(self) -> str:
        return f"{self.title} {self.masked}"


def listed(
    on_pages: Iterable[tuple[Hit, str]], in_source: Iterable[tuple[Hit, str]] = (), others: Collection[str] = ()
) -> tuple[str, ...]:
    """Return what is told of a file's hits, each with its place; those in its source where its pages don't show them.

    ``others`` are the numbers, masked, that are something else in the source, where a label stands with each: what a
    page shows of them in a column is no hit. None that a pack added stands in another's place.
    """
    on_pages = [(hit, place) for hit, place in on_pages if hit.masked not in others]
    shown = {hit for hit, _ in on_pages}
    hits = [*on_pages, *((hit, place) for hit, place in in_source if hit not in shown)]
    distinct = list(dict.fromkeys(f"{hit}（{place}）" for hit, place in sorted(hits, key=lambda its: its[0].is_added)))
    more = (f"等共 {len(distinct)} 处",) if len(distinct) > _MOST_TOLD else ()
    return (*distinct[:_MOST_TOLD], *more)


class PersonalData:
    """The kinds of personal data that are looked for: the stock's, and the ``added`` ones.

    ``added`` is of the form of the file: id → kind. Its surnames are the stock's kinds' too, and its kinds have the
    stock's. What is found by something added comes last.
    """

    def __init__(self, added: Mapping[str, Any] | None = None) -> None:
        added = added or {}
        known, more = rules()[SURNAMES], added.get(SURNAMES, "")
        stock = [rule for id_, rule in rules().items() if id_ != SURNAMES]
        self._stock = [_kind(rule, known) for rule in stock]
        self._added = [_kind(rule, more) for rule in stock if more and rule.get(SURNAMES)]
        self._added += [_kind(rule, known + more) for id_, rule in added.items() if id_ != SURNAMES]

    def other_numbers(self, text: str) -> Iterator[str]:
        """Yield, masked, the numbers in ``text`` that only look like personal data: a label or a unit says so."""
        joined = _BROKEN.sub("", _plain(text))
        yield from (kind.masked(value) for kind in (*self._stock, *self._added) for value in kind.others(joined))

    def hits(self, text: str) -> Iterator[Hit]:
        """Yield the personal data in ``text``, in its order for each kind."""
        plain = _plain(text)
        joined = _BROKEN.sub("", plain)
        seen: set[tuple[str, str]] = set()
        for kinds, is_added in ((self._stock, False), (self._added, True)):
            for kind in kinds:
                for value in kind.values(plain, joined):
                    # Two kinds may see the same: an identity number may pass for a card, too.
                    key = ("" if kind.is_number and not is_added else kind.title, value)
                    if key not in seen:
                        seen.add(key)
                        yield Hit(kind.title, kind.masked(value), is_added)


def _plain(text: str) -> str:
    """Return ``text`` as it is looked through: half-width, without what nobody sees and without country codes."""
    plain = _UNSEEN.sub("", unicodedata.normalize("NFKC", text.replace("\r\n", "\n")))
    return _COUNTRY.sub(" ", _SET_APART.sub("", plain))


@cache
def rules() -> Mapping[str, Any]:
    """Return the stock's rules."""
    loaded: Mapping[str, Any] = resources.load_yaml(resources.schema(FILE))
    return loaded


def is_identity_number(number: str) -> bool:
    """Whether an 18-character identity number has the check character that GB 11643-1999 (ISO 7064, MOD 11-2) asks."""
    if len(number) != 18 or not number[:17].isdecimal():
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return number[17].upper() == _CHECK_CHARACTERS[total % 11]


def is_old_identity_number(number: str) -> bool:
    """Whether a number of 15 digits may be an identity number from before 1999: its province and its birthday are."""
    if len(number) != 15 or int(number[:2]) not in _PROVINCES:
        return False
    year, month, day = (int(number[at : at + 2]) for at in range(6, 12, 2))
    try:
        date(1900 + year, month, day)
    except ValueError:
        return False
    return True


def is_card_number(number: str) -> bool:
    """Whether a card number has the check digit of ISO/IEC 7812-1, annex B (Luhn)."""
    if not number.isdecimal():
        return False
    digits = [int(digit) for digit in reversed(number)]
    doubled = (digit * 2 - 9 * (digit > 4) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


#: By which standard a number may be checked.
CHECKS: Mapping[str, Callable[[str], bool]] = {
    "gb11643": is_identity_number,
    "gb11643-15": is_old_identity_number,
    "luhn": is_card_number,
}


@dataclass(frozen=True, slots=True)
class _Kind:
    title: str
    pattern: re.Pattern[str]
    check: str
    excluded: tuple[str, ...]
    not_after: tuple[str, ...]
    not_before: tuple[str, ...]
    sure_after: tuple[str, ...]
    surnames: str
    keep: tuple[int, int]

    @property
    def is_number(self) -> bool:
        return not self.pattern.groups

    def values(self, plain: str, joined: str) -> Iterator[str]:
        """Yield what is found in a text; a number is looked for in it without its gaps (``joined``), then with them.

        A gap may belong to what is looked for (0571-87654321), or stand between two numbers (3 13812345678).
        """
        if not self.is_number:
            yield from self._matches(plain)
            return
        whole = [*self._matches(joined), *self._wrapped(joined)]
        yield from whole
        if plain != joined:
            yield from (value for value in self._matches(plain) if _BROKEN.sub("", value) not in whole)

    def others(self, joined: str) -> Iterator[str]:
        """Yield the numbers of this kind's form that are something else by what stands around them."""
        if self.is_number and (self.not_after or self.not_before):
            matches = self.pattern.finditer(joined)
            yield from (match[0] for match in matches if self.takes(match[0]) and not self._is_it(joined, match))

    def _matches(self, text: str) -> Iterator[str]:
        for match in self.pattern.finditer(text):
            value = match[1] if self.pattern.groups else match[0]
            if value and self.takes(value) and self._is_it(text, match):  # an absent part is None
                yield value

    def _wrapped(self, joined: str) -> Iterator[str]:
        """Yield the numbers that a line's end breaks: in a column of numbers nothing stands before them."""
        for match in _WRAPPED.finditer(joined):
            if not joined[joined.rfind("\n", 0, match.start()) + 1 : match.start()].strip():
                continue
            value = _SPACES.sub("", match[0])
            if self.pattern.fullmatch(value) and self.takes(value) and self._is_it(joined, match):
                yield value

    def _is_it(self, text: str, match: re.Match[str]) -> bool:
        """Whether what stands around does not say that it is another number: a label before it, a unit behind."""
        before = text[max(0, match.start() - _BEFORE) : match.start()].rpartition("\n")[2]
        before = _SPACES.sub("", _REMARK.sub("", before.rstrip())).rstrip(_LEAD)
        if before.endswith(self.sure_after):
            return True
        return not before.endswith(self.not_after) and not self._has_unit(text[match.end() : match.end() + _BEHIND])

    def _has_unit(self, behind: str) -> bool:
        behind = behind.lstrip(" ")
        units = (unit for unit in self.not_before if behind.startswith(unit))
        return any(_END_OF_UNIT.match(behind, len(unit)) for unit in units)

    def takes(self, value: str) -> bool:
        if self.check and not CHECKS[self.check](value):
            return False
        if self.surnames and value[0] not in self.surnames:
            return False
        return not any(word in value for word in self.excluded)

    def masked(self, value: str) -> str:
        first, last = self.keep if sum(self.keep) < len(value) else (0, 0)
        end = value[len(value) - last :] if last else ""
        return value[:first] + "*" * (len(value) - first - last) + end


def pattern_of(rule: str) -> re.Pattern[str]:
    """Return a rule as a pattern: a name is in a group of its own, a number stands whole, not within a longer one.

    Raises re.error, OverflowError or RecursionError for what is none.
    """
    pattern = re.compile(rule)
    return pattern if pattern.groups else re.compile(rf"(?<![\dA-Za-z.])(?:{rule})(?![\dA-Za-z])")


def _kind(rule: Mapping[str, Any], surnames: str) -> _Kind:
    return _Kind(
        title=rule["title"],
        pattern=pattern_of(rule["pattern"]),
        check=rule.get("check", ""),
        excluded=tuple(rule.get("not", ())),
        not_after=tuple(rule.get("not_after", ())),
        not_before=tuple(rule.get("not_before", ())),
        sure_after=tuple(rule.get("sure_after", ())),
        surnames=surnames if rule.get(SURNAMES) else "",
        keep=(rule["keep"][0], rule["keep"][1]),
    )

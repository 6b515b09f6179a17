"""A clause in one way of writing (half width, simplified, without blanks), with the place of each character."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from kaoping.codification.clauses._clause_words import words

_ENDS = "。；;！!?？"  # of a sentence, whatever follows
_KEPT = 2048  # texts that are not written anew
_BREAK = "\n"
_MONEY = "元"
LARGE = {"万": 10**4, "亿": 10**8}
#: Slips of whoever typed the text, each written as what it can only be: 0。5分, 扣1分.2、未…, 好路率×60°.
_SLIPS = (
    (re.compile(r"(?<=[0-9])。(?=[0-9]+分)"), "."),
    (re.compile(r"(?<=[分的])\.(?=$|[^0-9]|[0-9]{1,2}[、.](?![0-9]))|(?<=[\u4e00-\u9fff])\.$|°$"), "。"),
)
_EACH = (re.compile("没(?=[缺少][一1][份个次项人处条张])"), "每")
#: Where a number of its own begins what follows with no mark before it: 不得分2.档案不全
_NUMBERED = re.compile(r"(?<=分)(?=[0-9]{1,2}[.、](?![0-9]))")
_BARE_LARGE = re.compile(r"(?<=[0-9])[万亿](?=[)(,;。至到—~以及不的得\-]|$)")


@dataclass(frozen=True, slots=True)
class Plain:
    """The text as it is read; ``places`` leads back from each of its characters to the source."""

    text: str
    places: tuple[int, ...]
    source: str

    def words(self, start: int, end: int) -> str:
        """Return what stands in the source between two places of the text."""
        return self.source[self.places[start] : self.places[end - 1] + 1] if start < end else ""


@lru_cache(maxsize=_KEPT)
def plain(source: str) -> Plain:
    """Return ``source`` as it is read. A line break ends a sentence only behind points or a mark."""
    chars: list[str] = []
    places: list[int] = []
    for place, char in enumerate(source):
        if char == _BREAK:
            if chars and chars[-1] not in _ENDS and chars[-1] in "分)，,":
                chars.append(";")
                places.append(place)
            continue
        if char.isspace():
            continue
        if unicodedata.category(char) == "No":  # ①
            chars.append(";")
            places.append(place)
            continue
        for part in unicodedata.normalize("NFKC", char).translate(words().simplified):
            if not part.isspace():
                chars.append(part)
                places.append(place)
    text = "".join(chars)
    for pattern, mark in (*_SLIPS, _EACH):
        text = pattern.sub(mark, text)
    chars = list(text)
    for at in [match.start() for match in _NUMBERED.finditer(text)][::-1]:
        chars.insert(at, ";")
        places.insert(at, places[at - 1])
    for at in _bare_amounts("".join(chars)):  # 5-10万, beside 万元
        chars.insert(at, _MONEY)
        places.insert(at, places[at - 1])
    return Plain("".join(chars), tuple(places), source)


def _bare_amounts(text: str) -> list[int]:
    """Where the 元 behind a number of 万 is left out, in a text that has it elsewhere; the last place first."""
    has_money = any(large + _MONEY in text for large in LARGE)
    return [match.end() for match in _BARE_LARGE.finditer(text)][::-1] if has_money else []

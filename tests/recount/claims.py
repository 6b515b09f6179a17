"""What may be said of a document's numbers: sentences with holes, rows of tables, words quoted from records."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from second_scorer.spans import Span

from .page import DIGITS, Page, plain

Known = int | Fraction | date | str
NUMBER = re.compile(r"\d+(?:\.\d+)?")
#: A count written in characters: 五个县, 三场. Not a part of a word (一般, 统一, 十九大), nor an order (一是, 第二).
COUNTED = re.compile(rf"(?<![第{DIGITS}])([{DIGITS}两百]+)(?=[个项条次件场名家轮批起份类册人部门])")
_HOLE = re.compile(r"\{(\w+)\}")
_SHAPES = {"day": r"(?:\d{4}年)?\d{1,2}月\d{1,2}日", "number": r"-?\d+(?:\.\d+)?%?", "text": r".+?"}
_DAY = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日")


@dataclass(frozen=True)
class Says:
    """A sentence with holes: wherever its words stand, the holes hold these values. ``words`` is a pattern.

    Where ``needed``, it must stand there at least once: a claim that covers nothing would let a figure go.
    """

    words: str
    values: Mapping[str, Known] = field(default_factory=dict)
    under: str = ""
    needed: bool = True


@dataclass(frozen=True)
class Quotes:
    """Words that somebody wrote (a record's text), as they stand: the numbers in them are his."""

    words: str
    under: str = ""
    needed: bool = True


@dataclass(frozen=True)
class Rows:
    """A table, known by its head: just these rows below it. "" is an empty cell, None one that may be blank."""

    head: Sequence[str]
    rows: Sequence[Sequence[Known | None]]


#: A check of its own: it marks what it claims, and yields what is wrong.
Check = Callable[[Page], Iterator[str]]
Claim = Says | Quotes | Rows | Check


def known(value: Span | Known | None) -> Known | None:
    """Return a value that is known for certain; None for a range, which no document may print as a number."""
    if isinstance(value, Span):
        return value.low if value.single else None
    return value


def says(words: str, under: str = "", needed: bool = True, **values: Span | Known | None) -> list[Claim]:
    """Return the claim that a sentence says ``values``; none where one of them is not known: it may not stand there."""
    certain = {name: known(value) for name, value in values.items()}
    if any(value is None for value in certain.values()):
        return []
    return [Says(words, {name: value for name, value in certain.items() if value is not None}, under, needed)]


def quotes(texts: Iterable[object], under: str = "", needed: bool = True) -> list[Claim]:
    """Return the claims that a document says each of ``texts`` as it stands."""
    words = (plain("".join(str(text).split())).rstrip("。；，") for text in texts)
    return [Quotes(text, under, needed) for text in words if text]


def wrong(page: Page, claims: Sequence[Claim]) -> Iterator[str]:
    """Yield what is wrong with the document: a claim that does not hold, and each number that nobody claims."""
    for claim in claims:
        yield from check(page, claim)
    yield from _numbering(page)
    for block in page.blocks:
        for pattern in (NUMBER, COUNTED):
            for match in pattern.finditer(block.text):
                if not any(start <= match.start() and match.end() <= end for start, end in block.told):
                    yield f"nobody claims {match[0]}: …{block.text[max(0, match.start() - 24) : match.end() + 12]}…"


def check(page: Page, claim: Claim) -> Iterator[str]:
    if isinstance(claim, Rows):
        yield from _check_rows(page, claim)
        return
    if not isinstance(claim, Says | Quotes):
        yield from claim(page)
        return
    pattern = re.escape(plain(claim.words)) if isinstance(claim, Quotes) else _pattern(claim)
    values = {} if isinstance(claim, Quotes) else {name: claim.values[name] for name in _HOLE.findall(claim.words)}
    found = False
    for block in page.under(claim.under):
        for match in re.finditer(pattern, block.text):
            found = True
            block.told += [match.span(name) for name in values] or [match.span()]
            for name, value in values.items():
                if not agrees(match[name], value):
                    yield f"{match[0]}: {name} is {_shown(value)} by the records"
    if claim.needed and not found:
        yield f"nowhere said{f' under {claim.under}' if claim.under else ''}: {claim.words} {_listed(values)}"


def _pattern(claim: Says) -> str:
    def hole(match: re.Match[str]) -> str:
        value = claim.values[match[1]]
        shape = "day" if isinstance(value, date) else "text" if isinstance(value, str) else "number"
        return f"(?P<{match[1]}>{_SHAPES[shape]})"

    return _HOLE.sub(hole, plain(claim.words))


def _listed(values: Mapping[str, Known]) -> str:
    return "，".join(f"{name}={_shown(value)}" for name, value in values.items())


def _shown(value: Known) -> str:
    return f"{float(value):g}" if isinstance(value, Fraction) else str(value)


def agrees(printed: str, value: Known) -> bool:
    """Whether what is printed is the value: exactly, or rounded half up where it does not divide."""
    if isinstance(value, date):
        match = _DAY.fullmatch(printed)
        return match is not None and (int(match[1] or value.year), int(match[2]), int(match[3])) == (
            value.year, value.month, value.day,
        )  # fmt: skip
    if isinstance(value, str):
        return printed == plain("".join(value.split()))
    whole, wanted = Fraction(printed.removesuffix("%")), Fraction(value) * (100 if printed.endswith("%") else 1)
    places = len(printed.removesuffix("%").partition(".")[2])
    if whole == wanted:
        return True
    exact = Decimal(wanted.numerator) / Decimal(wanted.denominator)
    places = max(places, 2)  # 93.10 is written 93.1
    return places <= 4 and Fraction(exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)) == whole


def _check_rows(page: Page, claim: Rows) -> Iterator[str]:
    tables = [block for block in page.blocks if block.rows and block.rows[0] == list(claim.head)]
    if len(tables) != 1:
        yield f"there are {len(tables)} tables headed {'、'.join(claim.head)}"
        return
    table = tables[0]
    table.told.append((0, len(table.text)))
    printed, wanted = list(table.rows[1:]), list(claim.rows)
    if len(printed) != len(wanted):
        yield f"the table {claim.head[0]} has {len(printed)} rows, the records give {len(wanted)}"
    for row, cells in zip(printed, wanted, strict=False):
        for cell, value in zip(row, cells, strict=True):
            is_blank = cell.startswith("【待补") or not cell
            if value is None and not is_blank:
                yield f"row {row}: {cell} is not known"
            elif value is not None and not (cell == value == "" or (not is_blank and agrees(cell, value))):
                yield f"row {row}: {cell} is {_shown(value)} by the records"


def _numbering(page: Page) -> Iterator[str]:
    """Take the numbers of headings and lists (一、（一）1. 附件：1.) where they count on from the one before."""
    counted: dict[tuple[object, ...], int] = {}
    for block in page.blocks:
        if block.rows:
            continue
        for level, pattern in enumerate((rf"([{DIGITS}]+)、", rf"（([{DIGITS}]+)）", r"(?:附件[:：])?(\d+)\.(?!\d)")):
            if not (match := re.match(pattern, block.text)):
                continue
            block.told.append(match.span())
            number = int(match[1]) if match[1].isdecimal() else count_of(match[1])
            place = (level, *block.under)
            if match[0].startswith("附件"):
                counted[place] = 0
            if number != counted.get(place, 0) + 1:
                yield f"numbered out of order: {block.text[:20]}"
            counted[place] = number


def count_of(characters: str) -> int:
    """Return the number that Chinese characters say, below a hundred."""
    tens, _, ones = characters.replace("两", "二").rpartition("十")
    return (DIGITS.index(tens) + 1 if tens else "十" in characters) * 10 + (DIGITS.index(ones) + 1 if ones else 0)

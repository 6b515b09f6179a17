"""Values as somebody says them (72%, 3次, 少2次, 未组织), for the measures of an understood text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from kaoping.codification.clauses._clause_words import words
from kaoping.codification.clauses._composer import Measured
from kaoping.codification.clauses._frames import RANK
from kaoping.codification.clauses._plain import plain
from kaoping.codification.clauses._tokens import number_of
from kaoping.core import units

_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_HALF = 6  # months
_ORDINAL = "第"
_HAVING, _NONE = "有", ("无", "没有")
_SHARE = re.compile(r"([0-9]+(?:\.[0-9]+)?)%")
_QUANTITY = re.compile(
    r"([^0-9一二三四五六七八九十百千万两零]*)([0-9]+(?:\.[0-9]+)?|[零一二三四五六七八九十百千万两]+)(.*)"
)


@dataclass(frozen=True, slots=True)
class Bound:
    """What a measure is given: a number, or one of its options; or why the value says nothing of it."""

    number: Fraction | None = None
    option: str = ""
    why: str = ""


def bind(measure: Measured, value: str) -> Bound:
    """Return what ``value`` is of ``measure``; ``why`` is set where that is not certain."""
    text = plain(value).text.strip("。,;")
    if measure.day and (day := _day(text)) is not None:
        return _until(measure, day)
    if not text:
        return Bound(why="没有给值")
    return _choice(measure, text) if measure.options else _number(measure, text)


def bind_named(measure: Measured, name: str, value: str) -> Bound:
    """Return what ``value`` is of ``measure``, which somebody called ``name``: 未报送=是."""
    text, called = plain(value).text, plain(name).text
    if len(measure.options) == 1 and _agrees(measure.options[0], called):
        (option,) = measure.options
        match = _QUANTITY.fullmatch(text)
        count = number_of(match[2]) if match and not match[1] else None
        if text in words().so or (count is not None and count == 1):
            return Bound(option=option)
        if (text in words().not_so or count == 0) and measure.otherwise:
            return Bound(option=measure.otherwise)
    return bind(measure, value)


def called(measures: Sequence[Measured], name: str) -> list[Measured]:
    """Return the measures that ``name`` may mean: the one of that name, else those that share most of it."""
    text = plain(name).text
    if exact := [its for its in measures if text in (its.name, *its.options)]:
        return exact
    short = next((text.removesuffix(word) for word in words().counted_as if text.endswith(word)), text) or text
    fitting = [its for its in measures if short in its.name or its.name in short]
    if fitting:
        return fitting
    shared = [(_shared(short, its.name), its) for its in measures]
    most = max((length for length, _ in shared), default=0)
    best = [its for length, its in shared if length == most]
    return best if most >= 2 and 2 * most >= len(short) else []


def _shared(first: str, second: str) -> int:
    return max((b - a for a in range(len(first)) for b in range(a, len(first) + 1) if first[a:b] in second), default=0)


def names(measure: Measured, text: str) -> bool:
    """Whether ``text`` is one of the measure's own words, so that it names it."""
    return bool(measure.options) and any(_bare(option) == _bare(plain(text).text) for option in measure.options)


def is_day(value: str) -> date | None:
    """Return the day that a value is; None for any other."""
    return _day(plain(value).text)


def _day(text: str) -> date | None:
    match = _DAY.fullmatch(text)
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def _until(measure: Measured, day: date) -> Bound:
    """The day itself, or how many days too late it is."""
    *year, month, last = map(int, measure.day.split("-"))
    try:
        limit = date(year[0] if year else day.year, month, last)
    except ValueError:
        return Bound(why=f"“{measure.day}”不是一天")
    if not year and limit.month - day.month > _HALF:  # the year after?
        return Bound(why="是不是同一年没有写")
    if not measure.unit:
        return Bound(Fraction(day.toordinal()))
    return Bound(why="到期那天算不算逾期没有写") if day == limit else Bound(Fraction(max(0, (day - limit).days)))


def _number(measure: Measured, text: str) -> Bound:
    if match := _SHARE.fullmatch(text):
        if not measure.percent:
            return Bound(why=f"{measure.name}不是比例，给的是{text}")
        if measure.short:
            return Bound(why=f"{measure.name}差几个百分点才好算，给的是{text}，没有写从多少算起")
        return Bound(Fraction(match[1]) / 100)
    match = _QUANTITY.fullmatch(text)
    if measure.day and not measure.unit:
        return Bound(why=f"“{text}”不是一天")
    if match is None:
        if measure.percent or measure.period or (measure.short == "fewer"):
            return Bound(why=f"“{text}”不是一个数")
        if text in words().nothing or _denies(text, measure.name):
            return Bound(Fraction(0))
        return Bound(why=f"“{text}”不是一个数")
    before, figure, unit = match.groups()
    if measure.unit == RANK:
        before = before.removeprefix(_ORDINAL)
    value = number_of(figure)
    if value is None:
        return Bound(why=f"“{text}”的数没有读懂")
    percent = unit in words().per_cent_units
    if percent != measure.percent or not (not unit or percent or _same(unit, measure.unit)):
        return Bound(why=f"{measure.name}按{'百分比' if measure.percent else measure.unit or '个'}计，给的是{text}")
    if measure.percent:
        value /= 100
    lacking, beyond = before in words().acts["fewer"], before in words().acts["more"]
    if before and not lacking and not beyond:
        return Bound(why=f"“{text}”没有读懂")
    if measure.edge is not None:
        if measure.percent and not before:
            return Bound(why=f"“{text}”是差几个百分点，还是达到百分之几，没有写")
        return Bound(measure.edge - value if lacking else measure.edge + value if beyond else value)
    if measure.short:
        wrong_side = (lacking and measure.short != "fewer") or (beyond and measure.short == "fewer")
        if wrong_side or (measure.period and not lacking):
            return Bound(why=f"“{text}”是做了几{measure.unit}还是差几{measure.unit}，没有写")
        return Bound(value)
    return Bound(why=f"“{text}”没有读懂") if before or measure.percent else Bound(value)


def _same(unit: str, other: str) -> bool:
    return unit == other or not other or units.ratio(unit, other) == 1 or {unit, other} <= set(words().days)


def _denies(text: str, subject: str) -> bool:
    denial = next((word for word in words().denials if text.startswith(word)), "")
    rest = _bare(text.removeprefix(denial)) if denial else ""
    return bool(rest) and rest in subject and not any(word in subject for word in words().denials)


def _choice(measure: Measured, text: str) -> Bound:
    match = _QUANTITY.fullmatch(text)
    if match and not match[1] and match[3] in ("", *words().units):
        return _count(measure, match)
    verdicts = [(option, _agrees(option, text)) for option in measure.options]
    yes = [option for option, verdict in verdicts if verdict]
    if len(yes) == 1:
        return Bound(option=yes[0])
    exact = [option for option in yes if _bare(option) == _bare(text)]
    if len(exact) == 1:
        return Bound(option=exact[0])
    if not yes and measure.otherwise and len(measure.options) == 1 and verdicts[0][1] is False:
        return Bound(option=measure.otherwise)
    return Bound(why=f"“{text}”是不是“{'”“'.join(measure.options)}”说的情形没有读懂")


def _count(measure: Measured, match: re.Match[str]) -> Bound:
    """Of what may happen several times a number says that it did; of nothing else."""
    value = number_of(match[2])
    (option, *others) = measure.options
    happens = measure.counted or option.startswith(words().happens)
    if value is None or value.denominator != 1 or others or not happens or match[3] not in ("", *words().units):
        return Bound(why=f"“{match[0]}”是不是“{option}”说的情形没有读懂")
    if value > 1 and measure.once:
        return Bound(why=f"“{option}”有{match[2]}次怎样计没有写")
    return Bound(option=option if value > 0 else measure.otherwise)


def _bare(text: str) -> str:
    for word in words().said_with:
        text = text.replace(word, "")
    return text.strip(",、。:;")


@dataclass(frozen=True, slots=True)
class _Around:
    """Words around their first denial: 台账｜不｜健全."""

    before: str
    denied: bool
    core: str
    whole: bool  # nothing else is denied in it


def _around(text: str) -> _Around:
    bare = _bare(text)
    places = [(bare.index(word), -len(word), word) for word in words().denials if word in bare]
    if not places:
        return _Around("", False, bare.removeprefix(_HAVING) or bare, True)
    at, _, word = min(places)
    rest = bare[at + len(word) :]
    return _Around(bare[:at], True, rest.removeprefix(_HAVING), not any(denial in rest for denial in words().denials))


def _agrees(option: str, text: str) -> bool | None:
    """Whether ``text`` says what ``option`` says (True), its opposite (False), or neither for certain (None)."""
    if _bare(option) == _bare(text):
        return True
    if any(word in option for word in words().either):
        parts = re.split("|".join(words().either), option)
        return True if any(_bare(part) == _bare(text) for part in parts) else None
    *earlier, last = option.split(",") if "," in option else option.split("，")
    theirs, mine = _around(last), _around(text)
    if not (theirs.whole and mine.whole) or any(word in _without_degrees(option) for word in words().both):
        return None
    if earlier and (not theirs.denied or any(_around(part).denied for part in earlier)):
        return None  # several things at once
    if not mine.core or text == _HAVING:
        is_there_not = theirs.denied and not theirs.before and _bare(option).startswith(_NONE)
        return None if not is_there_not else text in _NONE if text in (*_NONE, _HAVING) else None
    if theirs.denied == mine.denied:
        return _says_the_same(theirs, mine)
    denied, plainly = (theirs, mine) if theirs.denied else (mine, theirs)
    return _denies_it(denied, plainly)


def _without_degrees(text: str) -> str:
    for word in words().degrees:  # 及时 holds no 及
        text = text.replace(word, "")
    return text


def _says_the_same(theirs: _Around, mine: _Around) -> bool | None:
    if mine.before and mine.before not in theirs.before:
        return None
    if theirs.core == mine.core or _is_part(theirs.core, mine.core):
        return True
    for exclusive in words().exclusive:
        mine_is, theirs_is = (next((w for w in exclusive if text.endswith(w)), "") for text in (mine.core, theirs.core))
        if mine_is and theirs_is and mine_is == mine.core:
            return mine_is == theirs_is and not mine.denied
    is_degree = mine.core in words().degrees and not mine.before
    return True if is_degree and not theirs.denied and theirs.core.endswith(mine.core) else None


def _denies_it(denied: _Around, plainly: _Around) -> bool | None:
    """台账不健全 and 台账健全, 未建立台账 and 已建立: one of them is so, not both."""
    whole, core = plainly.core, denied.core
    if not core:
        return None
    if whole in (denied.before + core, core):
        return False
    if not denied.before and core in words().degrees and whole.endswith(core):
        return False
    if not denied.before and _is_part(whole, core) and not core.startswith(words().degrees):
        return False
    return None


def _is_part(first: str, second: str) -> bool:
    """Whether one says less than the other of the same: 组织 of 组织培训, but not of 组织到位."""
    shorter, longer = sorted((first, second), key=len)
    rest = longer[len(shorter) :]
    is_more = bool(rest) and (rest.startswith(words().degrees) or rest.endswith(words().degrees))
    return bool(shorter) and longer.startswith(shorter) and not is_more

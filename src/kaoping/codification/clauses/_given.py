"""Values as somebody says them (72%, 3次, 少2次, 未组织), for the measures of an understood text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from kaoping.codification.clauses._clause_words import words
from kaoping.codification.clauses._composer import Measured
from kaoping.codification.clauses._frames import RANK
from kaoping.codification.clauses._plain import plain
from kaoping.codification.clauses._tokens import BOUND_ACTS, LARGE, number_of
from kaoping.core import units

_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})[日号]?")
_YEARLESS = re.compile(r"([0-9]{1,2})月([0-9]{1,2})[日号]")
#: For days whose year nobody tells: a leap year, so that none is lost.
ANY_YEAR = 2024
_HALF = 6  # months
_UNDONE = ("未", "尚未", "没能")
_BY = "被"
_ORGANIZES = "组织"
_ORDINAL = "第"
_PLAINLY = ("是", "否")
_LACKING = ("缺少", "缺", "少")
_NAMING = 4  # characters that name one thing among several
_FEWEST = 2  # characters that say what is so
_HAVING, _NONE = "有", ("无", "没有")
_FIGURE = re.compile(
    r"([^0-9一二三四五六七八九十百千万两零]*)([0-9]+(?:\.[0-9]+)?[万亿]?|[零一二三四五六七八九十百千万两]+)(.*)"
)
_PER_CENT, _REACHED = "%", ("达到", "达", "完成", "实际", "共")
_QUANTITY = re.compile(
    r"([^0-9一二三四五六七八九十百千万两零]*)([0-9]+(?:\.[0-9]+)?[万亿]?|[零一二三四五六七八九十百千万两]+)(.*)"
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
    if measure.day and len(measure.day) == len("12-05"):
        text = _with_year(text) or text
    if measure.day and (day := _day(text)) is not None:
        return _until(measure, day)
    if not text:
        return Bound(why="没有给值")
    if measure.needs == "words" and not _says_which(text):
        return Bound(why=f"“{text}”数的是什么没有写：原文不止一个数")
    return _choice(measure, text) if measure.options else _number(measure, text)


def bind_named(measure: Measured, name: str, value: str) -> Bound:
    """Return what ``value`` is of ``measure``, which somebody called ``name``: 未报送=是."""
    text, called = plain(value).text, plain(name).text
    if not measure.options and _is_denied_in(called, measure.name):
        return Bound(why=f"“{name}”说的不是{measure.name}")
    if measure.needs == "words" and _says_which(called):
        measure = replace(measure, needs="unit")
    if len(measure.options) == 1 and _is_called(measure.options[0], called):
        (option,) = measure.options
        match = _QUANTITY.fullmatch(text)
        count = number_of(match[2]) if match and not match[1] else None
        if text in words().so or (count is not None and count == 1):
            return Bound(option=option)
        if (text in words().not_so or count == 0) and measure.otherwise:
            return Bound(option=measure.otherwise)
    if len(measure.options) == 1 and measure.otherwise:
        (option,) = measure.options
        holds = _holds_of(option, called, text)
        if holds is None and text in words().so + words().not_so and _tells(option, called):
            agrees = _agrees(option, called)
            holds = None if agrees is None else agrees == (text in words().so)  # 未持证上岗=否, the text says who
        holds = _state_of(option, called, text) if holds is None else holds
        if holds is not None:
            return Bound(option=option if holds else measure.otherwise)
    counts_bad = not measure.options and measure.short in ("units", "more") and text in words().not_so
    if counts_bad and not any(word in called + measure.name for word in words().denials):
        return Bound(Fraction(0))  # 投诉=无
    if len(measure.options) == 1 and text in words().not_so + words().so:
        (option,) = measure.options
        happens = next((word for word in words().happens if option.startswith(word)), "")
        is_named = bool(happens) and option.removeprefix(happens) == called and not _around(called).denied
        if is_named and measure.otherwise:
            return Bound(option=option if text in words().so else measure.otherwise)
    if measure.options and text in words().so + words().not_so:
        return Bound(why=f"“{name}={value}”是不是“{'”“'.join(measure.options)}”说的情形没有读懂")
    return bind(measure, value)


def bind_things(measure: Measured, values: Sequence[str]) -> Bound | None:
    """Return how many of the things that a text lists are lacking (制度=有, 台账=无); None where not all are told."""
    lacks: dict[str, bool] = {}
    for value in values:
        name, mark, its = value.rpartition("=")
        lack = {thing: _is_lacking(thing, plain(name).text, plain(its).text) for thing in measure.listed}
        meant = [thing for thing, its_lack in lack.items() if its_lack is not None]
        if not mark or len(meant) != 1 or meant[0] in lacks:
            return None
        lacks[meant[0]] = bool(lack[meant[0]])
    return Bound(Fraction(sum(lacks.values()))) if lacks and lacks.keys() == set(measure.listed) else None


def _is_lacking(thing: str, name: str, state: str) -> bool | None:
    """Whether a thing of a list is lacking, or not as it should be; None where a value is not of it."""
    bare, called = thing.removeprefix(_HAVING), name.removeprefix(_HAVING)
    is_it = bool(called) and (called in bare or bare in called)
    if not is_it:
        return None
    state = _bare(state)
    if state in (*words().not_so, *words().lacking, "缺"):
        return True
    if state in (*words().so, *words().well):
        return False
    if state.startswith(words().denials) and state[1:] in words().well:
        return True
    if name + state == bare or state == bare:
        return False
    about = _around(state)
    return True if about.denied and not about.before and about.core in bare and about.whole and about.core else None


def bind_one_of(measure: Measured, values: Sequence[str]) -> Bound | None:
    """Return whether one of the things that a text lists fails: one is enough, of none all must be told."""
    lacks: dict[str, bool] = {}
    for value in values:
        name, mark, its = value.rpartition("=")
        if mark:
            lack = {thing: _is_lacking(thing, plain(name).text, plain(its).text) for thing in measure.listed}
        else:
            agrees = {thing: _agrees(thing, plain(value).text) for thing in measure.listed}
            lack = {thing: None if agree is None else not agree for thing, agree in agrees.items()}
        meant = [thing for thing, its_lack in lack.items() if its_lack is not None]
        if len(meant) != 1 or meant[0] in lacks:
            return None
        lacks[meant[0]] = bool(lack[meant[0]])
    if any(lacks.values()):
        return Bound(option=measure.options[0])
    return Bound(option=measure.otherwise) if lacks and lacks.keys() == set(measure.listed) else None


def bind_ratio(measure: Measured, values: Sequence[str]) -> Bound | None:
    """Return the share that 完成数=80 and 计划数=100 are of 完成数/计划数; None where they are not its two halves."""
    halves = re.split("[/÷]", measure.name)
    numbers: dict[int, Fraction] = {}
    for value in values:
        name, mark, its = value.partition("=")
        places = [at for at, half in enumerate(halves) if plain(name).text == half]
        match = _QUANTITY.fullmatch(plain(its).text)
        number = number_of(match[2]) if match and not match[1] and match[3] in ("", *words().units) else None
        if not mark or len(places) != 1 or number is None:
            return None
        numbers[places[0]] = number
    is_share = measure.percent and len(halves) == 2 and numbers.keys() == {0, 1} and numbers[1] > 0
    return Bound(numbers[0] / numbers[1]) if is_share else None


def _holds_of(option: str, thing: str, state: str) -> bool | None:
    """Whether what ``option`` says of a thing is so (台账=未建立, 意见书=缺失); None where that is not certain."""
    bare, lacking = _bare(option), words().lacking
    is_there = True if state == _HAVING else False if state in (*_NONE, *lacking) else None
    if is_there is not None:
        if any(bare in (thing + word, word + thing) for word in lacking):
            return not is_there
        about = _around(option)
        made = next((word for word in words().makes if about.core.startswith(word)), "")
        if not about.before and made and about.core.removeprefix(made) == thing:
            return is_there != about.denied
        return None
    if state in words().so + words().not_so:
        return None
    verdicts = {_agrees(option, whole) for whole in (thing + state, state + thing)} - {None}
    return verdicts.pop() if len(verdicts) == 1 else None


def _says_which(text: str) -> bool:
    """Whether words around a number say that what is lacking or bad is counted."""
    return any(word in text for word in (*words().denials, *words().worse))


def _state_of(option: str, thing: str, state: str) -> bool | None:
    """Whether a thing's state (领导小组=已成立) is what an option says of it among more; None where it is not certain.

    A degree (按规定, 及时) that the option has and the state has not leaves it open.
    """
    bare, mine, about = _bare(option), _bare(state), _around(option)
    if (
        len(thing) < _FEWEST
        or thing not in bare
        or any(w in _without_degrees(bare) for w in (*words().both, *words().either))
    ):
        return None
    if not about.whole or _around(thing).denied or any(mark in bare for mark in ",，"):
        return None
    rest = about.core.replace(thing, "", 1)
    degree = any(word in rest and word not in mine for word in words().degrees)
    made = about.core.startswith((*words().makes, *words().does))
    if mine in (*words().so, *words().not_so):
        is_there = mine in words().so
        if not about.denied and made and about.core.endswith(thing):
            return None if is_there and degree else is_there
        is_object = about.denied and not about.before and made and about.core.endswith(thing) and not degree
        return not is_there if is_object and mine in (_HAVING, *_NONE) else None
    its = _around(mine)
    if its.before or not its.whole or len(its.core) < _FEWEST or its.core not in rest:
        return None
    if not about.denied:
        return False if its.denied else None if degree else True
    return None if degree else its.denied


def _tells(option: str, name: str) -> bool:
    """Whether a name says as much as an option (未持证上岗), not only what it is about (台账, of 台账混乱)."""
    theirs, mine = _around(option), _around(name)
    begins = theirs.core.startswith(mine.core) and theirs.core != mine.core
    lacks = any(word in option and word not in name for word in words().lacking)
    return not lacks and (not begins or mine.denied or name.startswith((*words().does, *words().occurs)))


def _is_called(option: str, name: str) -> bool:
    """Whether a name is the whole of an option (未报送, 有预案 or 预案), not a thing that it says something of."""
    theirs, mine = _around(option), _around(name)
    return _bare(option) == _bare(name) or (theirs == mine and bool(mine.core))


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
    its = plain(text).text
    return bool(measure.options) and any(
        _bare(option) == _bare(its) or (len(its) >= _NAMING and _of_all(option, its) is None and _agrees(option, its))
        for option in measure.options
    )


def is_day(value: str) -> date | None:
    """Return the day that a value is, without a year in ANY_YEAR; None for any other."""
    text = plain(value).text
    return _day(_with_year(text) or text)


def _with_year(text: str) -> str:
    its = _YEARLESS.fullmatch(text)
    return f"{ANY_YEAR}-{its[1]}-{its[2]}" if its else ""


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
    if measure.day and not measure.unit:
        return Bound(why=f"“{text}”不是一天")
    match = _FIGURE.fullmatch(text)
    if match is None:
        if measure.short == "fewer" and not measure.percent and _lacks_one(measure, text):
            return Bound(Fraction(1))
        if measure.percent and not measure.short and _bare(text) in map(_bare, words().all_done):
            return Bound(Fraction(1)) if "完成" in measure.name else Bound(why=f"“{text}”不是一个数")
        if measure.full and (
            _agrees(measure.full, text) or _bare(text) in words().all_so
        ):  # 资料齐全得2分，缺1份扣0.5分
            return Bound(Fraction(0))
        if measure.percent or measure.period or (measure.short == "fewer"):
            return Bound(why=f"“{text}”不是一个数")
        plainly_none = text in _NONE and not any(word in measure.name for word in words().denials)
        is_bad = measure.short == "units" and any(word in measure.name for word in words().denials)
        plainly_none = plainly_none or (is_bad and _bare(text) in words().all_so)
        is_none = text in words().nothing or plainly_none or _denies(text, measure.name)
        return Bound(Fraction(0)) if is_none else Bound(why=f"“{text}”不是一个数")
    before, figure, behind = match.groups()
    value, side = number_of(figure), _side(before)
    unit, what = _unit_of(behind)
    if measure.needs == "unit" and not unit and value:
        return Bound(why=f"“{text}”的单位没有写：原文不止一个数")
    plainly = not before or (not side and _is_of(before, measure)) or (measure.unit == RANK and before == _ORDINAL)
    if value is None or not (side or plainly) or (what and not _is_of(what, measure)):
        return Bound(why=f"“{text}”没有读懂")
    if not unit and 0 < value < measure.large and figure[-1] not in LARGE:
        return Bound(why=f"“{text}”的单位没有写：原文按万、亿计")
    if unit == _PER_CENT:
        if not measure.percent or measure.short or side:
            return Bound(why=f"{measure.name}的值“{text}”是差多少还是达到多少，没有写")
        return Bound(value / 100)
    in_points = unit in words().per_cent_units
    if in_points != measure.percent or not (not unit or in_points or _same(unit, measure.unit)):
        return Bound(why=f"{measure.name}按{'百分比' if measure.percent else measure.unit or '个'}计，给的是{text}")
    return _counted(measure, value / 100 if in_points else value, side, text)


def _counted(measure: Measured, value: Fraction, side: str, text: str) -> Bound:
    """What a count is of the measure: done, lacking or over."""
    unclear = Bound(why=f"“{text}”是做了多少还是差多少，没有写")
    is_ranking = not measure.name or any(word in measure.name for word in (*words().ranking, "前"))
    if measure.unit == RANK and is_ranking and value < 1:
        return Bound(why=f"没有第{text}名")
    if measure.edge is not None:
        if measure.percent and not side:
            return unclear
        return Bound(measure.edge + {"fewer": -value, "more": value, "": value - measure.edge}[side])
    if measure.short:
        is_wrong = side and measure.short != side and (measure.short, side) != ("units", "more")
        return unclear if is_wrong or (measure.period and not side) else Bound(value)
    return unclear if side or measure.percent else Bound(value)


def _side(before: str) -> str:
    """Whether a word before a number says that so many are lacking or over; a bound (不足3次) says neither."""
    bounds = {word for act in BOUND_ACTS for word in words().acts[act]}
    short = before[:1] if before.startswith(words().lacks) else before  # 少报2次
    return next((side for side in ("fewer", "more") if short in words().acts[side] and before not in bounds), "")


def _unit_of(behind: str) -> tuple[str, str]:
    """The unit that words behind a number begin with, and the rest of them (3处｜不符合)."""
    if behind.startswith(_PER_CENT):
        return _PER_CENT, behind[1:]
    unit = next((unit for unit in words().units if behind.startswith(unit)), "")
    return unit, behind.removeprefix(unit)


def _is_of(text: str, measure: Measured) -> bool:
    """Whether words around a number only say what is counted."""
    bare = _bare(text).strip(":为是")
    denied = any(word in bare for word in words().denials) and bare not in measure.name
    if denied or _is_denied_in(bare, measure.name):
        return False
    happens = any(bare == word for word in (*words().happens, *words().openings))
    return not bare or happens or bare in measure.name or measure.name in bare or bare in _REACHED


def _is_denied_in(word: str, name: str) -> bool:
    """Whether that is counted which is not so (满意, of 不满意), or of which something is not (隐患, of 隐患未整改)."""
    at = name.find(word) if word else -1
    if at < 0 or _around(word).denied:
        return False
    denial = next((name.find(its, at + len(word)) for its in words().denials if its in name[at + len(word) :]), -1)
    return name[:at].endswith(words().denials) or denial >= 0


def _same(unit: str, other: str) -> bool:
    return unit == other or not other or units.ratio(unit, other) == 1 or {unit, other} <= set(words().days)


def _lacks_one(measure: Measured, text: str) -> bool:
    """缺总结, of 有计划、有方案、有总结: one of what the text lists, and nothing else."""
    lack = next((word for word in (*_LACKING, *words().denials) if text.startswith(word)), "")
    thing = text.removeprefix(lack).removeprefix(_HAVING)
    return bool(lack) and measure.listed.count(thing) == 1


def _denies(text: str, subject: str) -> bool:
    denial = next((word for word in words().denials if text.startswith(word)), "")
    rest = _bare(text.removeprefix(denial)) if denial else ""
    return bool(rest) and rest in subject and not any(word in subject for word in words().denials)


def _choice(measure: Measured, text: str) -> Bound:
    match = _QUANTITY.fullmatch(text)
    if match and not match[1] and match[3] in ("", *words().units):
        return _count(measure, match)
    if len(measure.options) == 1 and text in _PLAINLY and not _around(measure.options[0]).denied:
        is_so = text == _PLAINLY[0]  # of a negative one nobody knows what a no denies
        return Bound(option=measure.options[0]) if is_so else _otherwise(measure, text)
    if text in (_HAVING, *_NONE) and len(measure.options) == 2:  # 设有投诉电话, and 未设
        denied = [option for option in measure.options if _around(option).denied and not _around(option).before]
        there = [option for option in measure.options if option.startswith((_HAVING, *words().makes))]
        if len(denied) == len(there) == 1 and denied != there:
            return Bound(option=there[0] if text == _HAVING else denied[0])
    verdicts = [(option, _agrees(option, text)) for option in measure.options]
    yes = [option for option, verdict in verdicts if verdict]
    if len(yes) == 1:
        return Bound(option=yes[0])
    if _bare(text) in words().levels:  # 省级, of 省级表彰加2分，市级表彰加1分
        yes = [option for option in measure.options if _bare(text) in option]
        if len(yes) == 1 and len(measure.options) > 1:
            return Bound(option=yes[0])
    exact = [option for option in yes if _bare(option) == _bare(text)]
    if len(exact) == 1:
        return Bound(option=exact[0])
    if not yes and measure.otherwise and len(measure.options) == 1 and verdicts[0][1] is False:
        return Bound(option=measure.otherwise)
    return Bound(why=f"“{text}”是不是“{'”“'.join(measure.options)}”说的情形没有读懂")


def _otherwise(measure: Measured, text: str) -> Bound:
    return Bound(option=measure.otherwise) if measure.otherwise else Bound(why=f"“{text}”是哪一种情形没有读懂")


def _count(measure: Measured, match: re.Match[str]) -> Bound:
    """Of what may happen several times a number says that it did; of nothing else."""
    value = number_of(match[2])
    its = _around(measure.options[0])
    is_none_of = its.denied and its.whole and not its.before and its.core.startswith(words().occurs)
    if is_none_of and len(measure.options) == 1 and value is not None and match[3] in ("", *words().units):
        return Bound(option=measure.options[0]) if value == 0 else _otherwise(measure, match[0])
    (option, *others) = measure.options
    happens = measure.counted or _bare(option).startswith(words().happens) or _happens_within(option)
    happens = happens or _is_event(option)
    if measure.needs == "unit" and not match[3]:
        return Bound(why=f"“{match[0]}”的单位没有写：原文不止一个数")
    if value is None or value.denominator != 1 or others or not happens or match[3] not in ("", *words().units):
        return Bound(why=f"“{match[0]}”是不是“{option}”说的情形没有读懂")
    if value > 1 and measure.once:
        return Bound(why=f"“{option}”有{match[2]}次怎样计没有写")
    return Bound(option=option if value > 0 else measure.otherwise)


def _has_happened(option: str, text: str) -> bool | None:
    """Whether 发生, 未发生, 无, 被通报 says that what an option tells has happened; None for other values."""
    bare, its, mine = _bare(option), _bare(text), _around(text)
    occurs = (*words().occurs, "存在", "发现")
    if _happens(option):
        if text in (*_NONE, *words().nothing) or (mine.denied and not mine.before and mine.core in occurs):
            return False
        if its in occurs or (text == _HAVING and bare.startswith(_HAVING)):
            return True
    by = mine.core.removeprefix(_BY)
    if bare.startswith(_BY) and mine.core.startswith(_BY) and not mine.before and by and bare.endswith(by):
        return None if not mine.denied and _has_level(bare, by) else not mine.denied
    return None


def _has_level(option: str, text: str) -> bool:
    """Whether an option is of a level that a value leaves open (被省级表彰, of 被表彰)."""
    return any(word in option and word not in text for word in words().levels)


def _happens(option: str) -> bool:
    """Whether it is of what is there or not, or happens."""
    begins = _bare(option).startswith((_HAVING, *words().occurs, "存在", "发现"))
    return begins or _is_event(option) or _happens_within(option)


def _is_event(option: str) -> bool:
    """安全事故一票否决: what can only happen."""
    return _bare(option).endswith(words().events) and not _around(option).denied


def _happens_within(option: str) -> bool:
    """学生发生溺水事故: somebody does, or it happens somewhere."""
    at = min((option.index(word) for word in words().occurs if word in option), default=-1)
    return at > 0 and not any(word in option[:at] for word in words().denials)


def bind_all(measure: Measured, values: Sequence[str]) -> Bound:
    """Return what several values say of one fact of several parts (成立小组、制定方案): all of them so, or none."""
    unclear = Bound(why=f"{'、'.join(values)}合起来是不是“{'”“'.join(measure.options)}”说的情形没有读懂")
    if len(measure.options) != 1 or not measure.otherwise:
        return unclear
    parts = _parts(measure.options[0])
    is_either = any(word in measure.options[0] for word in words().either)
    verdicts: dict[str, bool] = {}
    for value in values:
        name, mark, its = value.rpartition("=")
        answers = {}
        for part in parts:
            pseudo = replace(measure, name=part, options=(part,), counted=False)
            bound = bind_named(pseudo, name, its) if mark else bind(pseudo, value)
            if not bound.why:
                answers[part] = bound.option == part
        if len(answers) != 1 or answers.keys() & verdicts.keys():
            return unclear
        verdicts |= answers
    if is_either and any(verdicts.values()):  # 未召开或无记录: one is enough
        return Bound(option=measure.options[0])
    if len(parts) < 2 or verdicts.keys() != set(parts) or len(set(verdicts.values())) > 1:
        return unclear
    return Bound(option=measure.options[0] if all(verdicts.values()) else measure.otherwise)


def _parts(option: str) -> list[str]:
    hidden = option
    for word in words().degrees:  # 及时 holds no 及
        hidden = hidden.replace(word, "·" * len(word))
    ends = [
        match.span()
        for match in re.finditer("[,，]|" + "|".join(map(re.escape, (*words().either, *words().both))), hidden)
    ]
    starts = [0, *(end for _, end in ends)]
    stops = [*(start for start, _ in ends), len(option)]
    return [option[a:b] for a, b in zip(starts, stops, strict=True) if option[a:b]]


def _bare(text: str) -> str:
    """The text without what may be left unsaid: 已, 的, and at its head when and where (年内)."""
    for word in words().said_with:
        text = text.replace(word, "")
    text = text.strip(",，、。:;").replace("获得", "获")
    text = next((text.removesuffix(word) for word in words().trailing if text.endswith(word)), text) or text
    scope = next((word for word in words().scopes if text.startswith(word) and len(text) > len(word) + 1), "")
    return text.removeprefix(scope).lstrip(",，")


@dataclass(frozen=True, slots=True)
class _Around:
    """Words around their first denial: 台账｜不｜健全."""

    before: str
    denied: bool
    core: str
    whole: bool  # nothing else is denied in it
    of_deed: bool = False  # what is denied is something done (未公示), not something that is there (无台账)


def _around(text: str) -> _Around:
    bare = _bare(text)
    hidden = bare
    for compound in words().compounds:  # 无证 denies nothing
        hidden = hidden.replace(compound, "·" * len(compound))
    places = [(hidden.index(word), -len(word), word) for word in words().denials if word in hidden]
    if not places:
        return _Around("", False, bare.removeprefix(_HAVING) or bare, True)
    at, _, word = min(places)
    rest, hidden = bare[at + len(word) :], hidden[at + len(word) :]
    whole = not any(denial in hidden for denial in words().denials)
    return _Around(bare[:at], True, rest.removeprefix(_HAVING), whole, word.startswith(_UNDONE))


def _agrees(option: str, text: str) -> bool | None:
    """Whether ``text`` says what ``option`` says (True), its opposite (False), or neither for certain (None)."""
    if _bare(option) == _bare(text):
        return True
    if any(word in option for word in words().either):
        parts = re.split("|".join(words().either), option)
        return True if any(_bare(part) == _bare(text) for part in parts) else None
    if (whole := _of_all(option, text)) is not None:
        return whole
    *earlier, last = option.split(",") if "," in option else option.split("，")
    if earlier and _bare(last).startswith(words().one_of):  # 制度不全、责任不清，有一项不符合要求
        earlier = []
    theirs, mine = _around(last), _around(text)
    is_plain = theirs.whole and mine.whole
    if is_plain and not earlier and not theirs.denied and (happened := _has_happened(option, text)) is not None:
        return happened
    if not is_plain or any(word in _without_degrees(last) for word in words().both):
        return None
    if earlier and (not theirs.denied or any(_around(part).denied for part in earlier)):
        return None  # several things at once
    if not mine.core or text == _HAVING:
        is_place = not theirs.before or theirs.before.endswith(words().places)
        is_there_not = theirs.denied and is_place and _bare(last).removeprefix(theirs.before).startswith(_NONE)
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
    of_deed = mine.of_deed or mine.core.startswith((*words().does, *words().makes))
    if theirs.core == mine.core or (of_deed and _is_part(theirs.core, mine.core)):
        return True
    if theirs.core.startswith(_ORGANIZES) and mine.denied and mine.core:
        rest = theirs.core.removeprefix(_ORGANIZES)
        return True if rest.startswith(mine.core) and not rest.startswith(words().degrees) else None
    for exclusive in words().exclusive:
        mine_is, theirs_is = (next((w for w in exclusive if text.endswith(w)), "") for text in (mine.core, theirs.core))
        if mine_is and theirs_is and mine_is == mine.core:
            return mine_is == theirs_is and not mine.denied
    rest = theirs.core.removesuffix(mine.core)
    ends = not mine.before and not theirs.denied and _ends_with(theirs.core, mine.core)
    is_event = rest not in words().occurs and rest.startswith((_BY, *words().happens))
    is_event = is_event or rest.endswith(words().hedges)
    return True if ends and not is_event and not rest.endswith(words().denials) else None


def _denies_it(denied: _Around, plainly: _Around) -> bool | None:
    """台账不健全 and 台账健全, 未建立台账 and 已建立: one of them is so, not both."""
    whole, core = plainly.core, denied.core
    if not core:
        return None
    if whole in (denied.before + core, core):
        return False
    if not denied.before and _ends_with(whole, core):
        return False
    if not denied.before and core.startswith(_ORGANIZES) and _is_part(whole, core.removeprefix(_ORGANIZES)):
        return False
    if denied.before and denied.before.endswith(words().places) and _ends_with(core, whole):
        return False  # 场所内无宣传标语, 有标语
    is_degree_too = whole.startswith(words().degrees) or not core.startswith(words().degrees)
    is_deed = denied.of_deed or whole.startswith((*words().does, *words().makes))
    if not denied.before and _is_part(whole, core) and is_degree_too and is_deed:
        return False
    if not denied.before and _bare_made(core) == whole:  # 有台账, of 未建立台账
        return False
    return None


def _bare_made(core: str) -> str:
    made = next((word for word in words().makes if core.startswith(word)), "")
    return core.removeprefix(made) if made else ""


def _of_all(option: str, text: str) -> bool | None:
    """Whether a verdict on the whole (全部做到, 不符合) says that the option is so; None for any other value."""
    bare, its = _bare(text), _around(_bare(option))
    is_done = True if bare in words().all_so else False if bare in words().none_so else None
    if is_done is None or _bare(option) == bare:
        return None
    if its.denied and its.whole:
        counts = its.before.strip(",，") in ("", *words().one_of)
        return not is_done if counts else None
    happens = option.startswith(words().happens) and not option.startswith(_HAVING)
    happens = happens or bare in option  # 齐全, of 建立制度、台账齐全: of which?
    return None if its.denied or happens or not option.startswith(words().does) else is_done


def _ends_with(whole: str, end: str) -> bool:
    """Whether one only leaves out what the other is about (经费落实到位), and no word of degree (按时报送)."""
    rest = whole.removesuffix(end)
    if not whole.endswith(end) or len(end) < _FEWEST:
        return False
    return end in words().degrees or not (rest.endswith(words().degrees) or rest.startswith(words().degrees))


def _is_part(first: str, second: str) -> bool:
    """Whether one says less than the other of the same: 组织 of 组织培训, but not of 组织到位."""
    shorter, longer = sorted((first, second), key=len)
    rest = longer[len(shorter) :]
    is_more = bool(rest) and (rest.startswith(words().degrees) or rest.endswith(words().degrees))
    return bool(shorter) and longer.startswith(shorter) and not is_more

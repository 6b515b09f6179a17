"""Values as somebody says them (72%, 3次, 少2次, 未组织), for the measures of an understood text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from kaoping.codification.clauses._agreement import agrees, of_all
from kaoping.codification.clauses._bound import Bound
from kaoping.codification.clauses._called_states import holds_of, is_called, state_of, tells
from kaoping.codification.clauses._clause_words import words
from kaoping.codification.clauses._composed import Measured
from kaoping.codification.clauses._denials import around, bare_of, is_lack
from kaoping.codification.clauses._given_choices import choice_given
from kaoping.codification.clauses._given_days import day_of, until, with_year
from kaoping.codification.clauses._given_numbers import FIGURE, counts_lack, is_denied_in, number_given, says_which
from kaoping.codification.clauses._named_facts import tells_of
from kaoping.codification.clauses._plain import plain
from kaoping.codification.clauses._things_together import of_deeds, of_either
from kaoping.codification.clauses._tokens import number_of

_NAMING = 4  # characters that name one thing among several
_SEVERAL = 2
PARTLY = re.compile("(?:未|没有|没|不)(?:能)?(?:全部|全面|全都|完全|都|均)")


def bind(measure: Measured, value: str) -> Bound:
    """Return what ``value`` is of ``measure``; ``why`` is set where that is not certain."""
    text = plain(value).text.strip("。,;")
    if measure.day and len(measure.day) == len("12-05"):
        text = with_year(text) or text
    if measure.day and (day := day_of(text)) is not None:
        return until(measure, day)
    if not text:
        return Bound(why="没有给值")
    if measure.options and (partly := PARTLY.search(text)) and not any(partly[0] in its for its in measure.options):
        return Bound(why=f"“{text}”是做了一部分，还是都没有做，没有写")
    if measure.needs == "words" and not says_which(text):
        return Bound(why=f"“{text}”数的是什么没有写：原文不止一个数")
    return choice_given(measure, text) if measure.options else number_given(measure, text)


def bind_named(measure: Measured, name: str, value: str) -> Bound:
    """Return what ``value`` is of ``measure``, which somebody called ``name``: 未报送=是."""
    text, called = plain(value).text, plain(name).text
    if PARTLY.search(text):
        return bind(measure, value)
    lacks = FIGURE.fullmatch(text)
    is_short = measure.short == "fewer" or counts_lack(measure)
    says_lack = is_short and lacks is not None and lacks[1] in words().acts["fewer"]  # 记录=缺2次
    if not measure.options and not says_lack and is_denied_in(called, measure.name):
        return Bound(why=f"“{name}”说的不是{measure.name}")
    lack = next((word for word in words().lacks if word in called), "") if is_lack(called) else ""
    if lack and is_short and FIGURE.fullmatch(text):  # 少召开=2次
        return bind(measure, lack + text)
    if measure.short == "fewer" and not measure.percent and FIGURE.fullmatch(text) and not says_which(called + text):
        return Bound(why=f"“{name}={value}”是做了多少还是差多少，没有写")
    if measure.needs == "words" and says_which(called):
        measure = replace(measure, needs="unit")
    if len(measure.options) == 1 and is_called(measure.options[0], called):
        (option,) = measure.options
        match = FIGURE.fullmatch(text)
        count = number_of(match[2]) if match and not match[1] else None
        if text in words().so or (count is not None and count == 1):
            return Bound(option=option)
        if (text in words().not_so or count == 0) and measure.otherwise:
            return Bound(option=measure.otherwise)
    if len(measure.options) == 1 and measure.otherwise:
        (option,) = measure.options
        holds = holds_of(option, called, text)
        if holds is None and text in words().so + words().not_so and tells(option, called):
            its = agrees(option, called)
            holds = None if its is None else its == (text in words().so)  # 未持证上岗=否, the text says who
        holds = state_of(option, called, text) if holds is None else holds
        holds = told_of(option, called, text) if holds is None else holds
        if holds is not None:
            return Bound(option=option if holds else measure.otherwise)
    counts_bad = not measure.options and measure.short in ("units", "more") and text in words().not_so
    if counts_bad and not any(word in called + measure.name for word in words().denials):
        return Bound(Fraction(0))  # 投诉=无
    if len(measure.options) == 1 and text in words().not_so + words().so:
        (option,) = measure.options
        happens = next((word for word in words().happens if option.startswith(word)), "")
        is_named = bool(happens) and option.removeprefix(happens) == called and not around(called).denied
        if is_named and measure.otherwise:
            return Bound(option=option if text in words().so else measure.otherwise)
    leaves_out = any(its + called in option for its in words().qualities for option in measure.options)
    if leaves_out and not around(text).denied:  # 消防员=配备, of 未配备专职消防员
        return Bound(why=f"“{name}={value}”是哪一种，没有写")
    if measure.options and text in words().so + words().not_so:
        return Bound(why=f"“{name}={value}”是不是“{'”“'.join(measure.options)}”说的情形没有读懂")
    return bind(measure, value)


def told_of(option: str, name: str, state: str) -> bool | None:
    """Return whether what ``option`` says is so, by the state of what is called ``name``; None where it is open."""
    holds = tells_of(option, name, state)
    holds = of_either(option, name, state) if holds is None else holds
    return of_deeds(option, bare_of(name), state) if holds is None else holds


def with_name(measures: Sequence[Measured], value: str) -> str:
    """Write 传染病漏报1例 as 传染病漏报=1例, where several things are asked for and these words are of one."""
    match = FIGURE.fullmatch(plain(value).text)
    if len(measures) < _SEVERAL or match is None or not match[1] or "=" in value:
        return value
    about = match[1].strip(":为")
    lack = next((word for word in words().acts["fewer"] if about.endswith(word) and about != word), "")
    name = about.removesuffix(lack)
    fitting = called(measures, name) if len(name) >= _SEVERAL else []
    return f"{name}={lack}{match[2]}{match[3]}" if len(fitting) == 1 and not fitting[0].options else value


def called(measures: Sequence[Measured], name: str) -> list[Measured]:
    """Return the measures that ``name`` may mean: the one of that name, else those that share most of it."""
    text = plain(name).text
    if exact := [its for its in measures if text in (its.name, its.also, *its.options)]:
        return exact
    text = text.replace("、", "").replace(",", "")
    short = next((text.removesuffix(word) for word in words().counted_as if text.endswith(word)), text) or text
    fitting = [its for its in measures if short in its.name or its.name in short or (its.also and short in its.also)]
    if fitting:
        return fitting
    shared = [(_shared(short, its.name), its) for its in measures]
    most = max((len(words_) for words_, _ in shared), default=0)
    best = [(words_, its) for words_, its in shared if len(words_) == most]
    # 安全隐患 is not 安全生产事故: what a thing is, its last words say
    fitting = [its for _, its in best if most > _SEVERAL or short[-_SEVERAL:] in its.name]
    whole = [its for its in measures if not its.options and is_in(short, its.name)]
    if len(whole) == 1:  # 推荐先进典型, of 推荐“双百”等先进典型
        return whole
    return fitting if most >= _SEVERAL and 2 * most >= len(short) and len(fitting) == len(best) else []


def is_in(name: str, part: str) -> bool:
    """Whether the words of ``name`` stand in ``part``, one after the other, with something left out at most once."""
    bare, its = bare_of(part), bare_of(name)
    ends = (bare.partition(its[:at])[2].partition(its[at:])[1] for at in range(2, len(its) - 1) if its[:at] in bare)
    return its in bare or any(ends)


def _shared(first: str, second: str) -> str:
    """The longest words that both have."""
    runs = (first[a:b] for a in range(len(first)) for b in range(a + 1, len(first) + 1) if first[a:b] in second)
    return max(runs, key=len, default="")


def names(measure: Measured, text: str) -> bool:
    """Whether ``text`` is one of the measure's own words, so that it names it."""
    its = plain(text).text
    if len(its) >= _NAMING - around(its).denied and measure.options and not bind(measure, text).why:
        return True
    return bool(measure.options) and any(
        bare_of(option) == bare_of(its) or (len(its) >= _NAMING and of_all(option, its) is None and agrees(option, its))
        for option in measure.options
    )

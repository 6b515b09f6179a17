"""Which measure of an understood text each value is of, and what it comes to; or why that is not certain."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from kaoping.codification.clauses._agreement import agrees
from kaoping.codification.clauses._bound import Bound
from kaoping.codification.clauses._clause_words import words
from kaoping.codification.clauses._composed import Measured
from kaoping.codification.clauses._denials import HAVING, NONE, around, bare_of
from kaoping.codification.clauses._given import PARTLY, bind, bind_named, called, is_in, names, told_of, with_name
from kaoping.codification.clauses._given_days import is_day
from kaoping.codification.clauses._given_lists import (
    bind_all,
    bind_beside,
    bind_each,
    bind_one_of,
    bind_ratio,
    bind_things,
    parts_of,
)
from kaoping.codification.clauses._given_numbers import FIGURE
from kaoping.codification.clauses._named_facts import tells_of
from kaoping.codification.clauses._plain import plain
from kaoping.codification.clauses._things_together import of_either, of_listed, of_whole

Bounds = dict[str, Bound]
_EACH = "各"
_SAYING = 4  # characters of a state that say a deed, and how it was done
_FEWEST = 2  # characters of a deed
_MOST = 6  # parts of a fact that are looked through for a name


def bound_to(measures: Sequence[Measured], given: Sequence[str]) -> tuple[Bounds, list[str]]:
    """Return what each measure comes to by the values ``given``; and why, where a value's meaning is not certain."""
    if (others := _of_others(measures, given)) is not None:
        apart = [its for its in measures if its.id not in others[0]]
        bound, whys = bound_to(apart, others[1])
        return bound | others[0], whys
    if len(measures) == 1 and (together := _of_the_one(measures[0], given)) is not None:
        return together
    if len(given) == 1 and len(measures) > 1:
        if whole := bind_each(measures, given[0]):
            return whole, []
        if all_well := _all_well(measures, given[0]):
            return all_well, []
    its = _Binding(measures)
    for value in given:
        its.take_in(with_name(measures, value))
    its.take_in_parts()
    its.imply()
    return its.bound, its.whys


def _of_the_one(measure: Measured, given: Sequence[str]) -> tuple[Bounds, list[str]] | None:
    """What all values together say of the only measure; None where each is looked at by itself."""
    if measure.options and measure.listed and (failing := bind_one_of(measure, given)) is not None:
        return {measure.id: failing}, []
    parts = [value.strip() for value in re.split("且|、|，|,", given[0])] if len(given) == 1 else []
    if len(parts) > 1 and "=" not in given[0] and measure.options and not (its := bind_all(measure, parts)).why:
        return {measure.id: its}, []
    if len(given) == 1 and "=" not in given[0] and (whole := _verdict_on(measure, given[0])) is not None:
        return {measure.id: whole}, []
    if len(given) == 2 and measure.options and (beside := bind_beside(measure, given)) is not None:
        return {measure.id: beside}, []
    if len(given) > 1 and measure.options:
        its = _together(measure, given)
        return ({}, [its.why]) if its.why else ({measure.id: its}, [])
    if len(given) == 2 and (ratio := bind_ratio(measure, given)) is not None:
        return {measure.id: ratio}, []
    if len(given) > 1 and measure.listed and (lacking := bind_things(measure, given)) is not None:
        return {measure.id: lacking}, []
    return None


def _of_others(measures: Sequence[Measured], given: Sequence[str]) -> tuple[Bounds, list[str]] | None:
    """各区不少于10人…；各镇不少于4人…, with 考核对象=区: nothing is lacking of what is asked of the others.

    Returns that, and the values that are left; None where no value says who is assessed.
    """
    who = [value for value in given if value.partition("=")[0].strip() in words().who]
    apart = [its for its in measures if its.name.startswith(_EACH) and its.edge is not None]
    if len(who) != 1 or len(apart) != len(measures) or len(measures) < 2:
        return None
    text = plain(who[0].partition("=")[2].strip()).text
    mine = [its for its in apart if text and its.name.startswith(_EACH + text)]
    if len(mine) != 1:
        return None
    rest = [value for value in given if value != who[0]]
    return {its.id: Bound(its.edge) for its in apart if its is not mine[0]}, rest


def _verdict_on(measure: Measured, value: str) -> Bound | None:
    """What a bare verdict (已运用) says of the one fact; None where the value is to be looked at otherwise."""
    if len(measure.options) != 1 or not measure.otherwise or not bind(measure, value).why:
        return None
    (option,), text = measure.options, plain(value).text
    if PARTLY.search(text):
        return None
    holds = of_whole(option, text)
    holds = of_either(option, "", text, once=measure.once) if holds is None else holds
    return None if holds is None else Bound(option=option if holds else measure.otherwise)


def _together(measure: Measured, values: Sequence[str]) -> Bound:
    """What several values say of one fact of several parts."""
    its = bind_all(measure, values)
    if not its.why or len(measure.options) != 1 or not measure.otherwise or not all("=" in value for value in values):
        return its
    named = [(plain(name).text, plain(state).text) for name, _, state in (value.rpartition("=") for value in values)]
    (option,) = measure.options
    holds = of_listed(option, named, once=measure.once)
    if holds is None and measure.full:
        done = of_listed(measure.full, named, once=True)
        holds = None if done is None else not done
    return its if holds is None else Bound(option=option if holds else measure.otherwise)


def _all_well(measures: Sequence[Measured], value: str) -> Bounds:
    """What 各项均符合 says of each measure; nothing where it leaves one of them open."""
    if bare_of(plain(value).text) not in map(bare_of, words().all_well):
        return {}
    bound: Bounds = {}
    for its in measures:
        if its.bad and its.options:
            bound[its.id] = Bound(option=its.otherwise)
        elif its.bad:
            bound[its.id] = Bound(its.edge or Fraction(0))
        elif len(its.options) == 1 and its.otherwise and around(its.options[0]).whole:
            bound[its.id] = Bound(option=its.options[0])
        else:
            return {}
    return bound


class _Binding:
    """What the values so far are of."""

    def __init__(self, measures: Sequence[Measured]) -> None:
        self.measures = measures
        self.bound: Bounds = {}
        self.unclear: list[tuple[str, str]] = []  # a value, and why it is not certain what it says
        self.parts: dict[str, list[str]] = {}  # values that are each of one part of a fact
        self.things: dict[str, list[str]] = {}  # values that are each of one thing that is counted
        self.named: list[tuple[str, str, str]] = []
        self.done: list[Measured] = []  # of which the day is given on which it was done

    def take_in(self, value: str) -> None:
        """Bind a value, or say why it can't be."""
        name, mark, its_value = value.partition("=")
        if mark:
            name, its_value = _with_lack(plain(name.strip()).text, its_value)
            self.named.append((name, its_value, value))
            fitting = self._called(name, its_value)
            if not fitting and (late := _as_late(name, its_value)):  # 逾期=3: of the one thing that is late
                name, its_value, fitting = "", late, [its for its in self.measures if its.short == "more"]
        else:
            its_value = value
            measures = self.measures
            fitting = list(measures) if len(measures) == 1 else [its for its in measures if names(its, value)]
        if not fitting and is_day(its_value) is not None and (not mark or name.endswith(words().of_days)):
            fitting = [its for its in self.measures if its.day]
        if len(fitting) == 1 and fitting[0].id not in self.bound:
            (measure,) = fitting
            its = bind_named(measure, name, its_value) if mark else bind(measure, its_value)
            if not its.why:
                self.bound[measure.id] = its
                if measure.day and is_day(its_value) is not None:
                    self.done.append(measure)
                return
        if mark and (fact := self._fact_of(name, its_value)) is not None:
            self.bound[fact[0].id] = fact[1]
            return
        if mark and self._is_of_full(name, its_value):
            return
        if mark and (whole := self._lists(name)) is not None:
            self.things.setdefault(whole.id, []).append(value)
            return
        if mark and (whole := self._of_several_parts(name)) is not None:
            self.parts.setdefault(whole.id, []).append(value)
            return
        if len(fitting) == 1 and fitting[0].id not in self.bound:
            self.unclear.append((value, its.why))
            return
        asked = "、".join(f"“{its.name}”" for its in self.measures)
        why = f"“{value}”是哪一样的值没有写明：原文问的是{asked}，写作 名称=值"
        self.unclear.append((value, why))

    @property
    def whys(self) -> list[str]:
        """Why values are not certain."""
        return [why for _, why in self.unclear]

    def _called(self, name: str, value: str) -> list[Measured]:
        """The measures that a name may mean."""
        if not name:  # 缺=2: of the one thing that is lacking
            is_one = len(self.measures) == 1 and not self.measures[0].full
            return [its for its in self.measures if its.short == "fewer" and (its.listed or is_one)]
        fitting = called(self.measures, name)
        if not fitting and any(char.isdigit() for char in value):  # 责任书缺=1, of 签订责任书得2分，每缺一份扣0.5分
            fitting = [its for its in self.measures if name in its.full and not its.options]
        counts = [its for its in fitting if not its.options]
        if len(fitting) > 1 and len(counts) == 1 and FIGURE.fullmatch(plain(value).text):
            return counts  # 安全员少=1人: how many, not whether
        if len(fitting) != 1:
            meant = [its for its in fitting or self.measures if any(name in option for option in its.options)]
            fitting = [its for its in meant if not bind_named(its, name, value).why]
        return fitting

    def _fact_of(self, name: str, value: str) -> tuple[Measured, Bound] | None:
        """The one fact whose words have the name, and of which the state says whether it is so."""
        facts: list[tuple[Measured, Bound]] = []
        for its in self.measures:
            if len(its.options) != 1 or not its.otherwise or its.id in self.bound:
                continue
            (option,) = its.options
            holds = told_of(option, name, plain(value).text)
            if holds is not None:
                facts.append((its, Bound(option=option if holds else its.otherwise)))
        if not facts:  # 领导小组=成立, of 未成立: the requirement says what of
            left = [
                its for its in self.measures if its.id not in self.bound and len(its.options) == 1 and its.otherwise
            ]
            deeds = [its for its in left if around(its.options[0]).core in (*words().makes, *words().deeds)]
            answers = [(its, agrees(its.options[0], plain(value).text)) for its in deeds]
            facts = [
                (its, Bound(option=its.options[0] if so else its.otherwise)) for its, so in answers if so is not None
            ]
        return facts[0] if len(facts) == 1 else None

    def _is_of_full(self, name: str, value: str) -> bool:
        """Whether a value only affirms words with which the text says that nothing is lacking (防火日志=完整)."""
        state = plain(value).text
        parts = [
            part for its in self.measures for full in (its.full, its.asked) if full for part in (full, *parts_of(full))
        ]
        return any(tells_of(part, name, state) or agrees(part, name + state) for part in parts)

    def _lists(self, name: str) -> Measured | None:
        """The one measure that counts how many are lacking of a list, of which the name is one."""
        counting = [
            its
            for its in self.measures
            if its.id not in self.bound
            and not its.options
            and any(bare_of(thing).removeprefix(HAVING) == bare_of(name) for thing in its.listed)
        ]
        return counting[0] if len(counting) == 1 else None

    def _of_several_parts(self, name: str) -> Measured | None:
        """The one fact of several parts (无计划或总结) that has the name in its words."""
        parts = {its.id: parts_of(its.options[0]) for its in self.measures if len(its.options) == 1}
        having = [
            its
            for its in self.measures
            if its.id not in self.bound and any(is_in(name, part) for part in parts.get(its.id, [])[:_MOST])
        ]
        several = [its for its in having if len(parts[its.id]) > 1 and "且" not in its.options[0]]
        return several[0] if len(several) == 1 and several == having else None

    def take_in_parts(self) -> None:
        """Bind what several values together say of one fact, or of a list."""
        for its in self.measures:
            if values := self.things.get(its.id):
                lacking = bind_things(its, values)
                if lacking is None:
                    self.unclear.append(("", f"“{'、'.join(its.listed)}”里还差几样没有说"))
                else:
                    self.bound[its.id] = lacking
            if values := self.parts.get(its.id):
                whole = _together(its, values)
                if whole.why:
                    self.unclear.append(("", whole.why))
                else:
                    self.bound[its.id] = whole

    def imply(self) -> None:
        """What is like this or that is there: 档案管理=不规范 says that it is not so that 未实行档案管理."""
        for its in self.measures:
            if its.id in self.bound or len(its.options) != 1 or not its.otherwise:
                continue
            (option,) = its.options
            if self._is_done(option):
                self.bound[its.id] = Bound(option=its.otherwise)
                continue
            for name, value, whole in self.named:
                state = plain(value).text
                is_said = name not in option and self._follows_one_of(its, name)
                is_said = is_said and (len(state) >= _SAYING or around(state).core == around(option).core)
                so = agrees(option, state) if is_said else None
                is_there = state not in (*NONE, *words().not_so) and not around(state).of_deed
                if so is None and is_there and around(option).denied and tells_of(option, name, HAVING) is False:
                    so = False
                if so is not None:  # 党旗=悬挂规范, of 未悬挂党旗 and 悬挂不规范
                    self.bound[its.id] = Bound(option=option if so else its.otherwise)
                    if is_said or (not around(option).before and state not in words().so):
                        self.unclear = [each for each in self.unclear if each[0] != whole]
                    break

    def _is_done(self, option: str) -> bool:
        """Whether an option denies what a day is given of: 未报送, of what was sent on 2017-12-07."""
        its = around(option)
        denies = its.denied and its.whole and its.before in ("", *words().overdue) and len(its.core) >= _FEWEST
        return denies and any(its.core in measure.name for measure in self.done)

    def _follows_one_of(self, measure: Measured, name: str) -> bool:
        """Whether the fact before it is of what ``name`` calls, so that it needs no name of its own."""
        place = self.measures.index(measure)
        before = self.measures[place - 1] if place else measure
        return before.id in self.bound and any(name in option for option in before.options) and before is not measure


def _as_late(name: str, value: str) -> str:
    """Return 逾期天数=3 as 逾期3; "" for any other value."""
    late = next((name.removesuffix(word) for word in words().counted_as if name.endswith(word)), name)
    figure = plain(value).text
    return late + figure if late in words().overdue and late in words().acts["more"] and figure[:1].isdigit() else ""


def _with_lack(name: str, value: str) -> tuple[str, str]:
    """Return 许可证缺=1 as 许可证 and 缺1."""
    figure = plain(value).text
    lack = next((word for word in words().lacking_names if name.endswith(word)), "")
    is_lack = bool(lack) and figure[:1].isdigit() and not name.removesuffix(lack).endswith(words().denials)
    return (name.removesuffix(lack), lack + figure) if is_lack else (name, value)

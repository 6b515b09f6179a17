"""Several values that together are one: parts of a fact, things of a list, two halves of a share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from operator import eq, ge, gt, le, lt

from kaoping.codification.clauses._agreement import agrees
from kaoping.codification.clauses._bound import Bound
from kaoping.codification.clauses._clause_words import words
from kaoping.codification.clauses._composed import Measured
from kaoping.codification.clauses._denials import HAVING, around, bare_of, deeds_in, denies_on
from kaoping.codification.clauses._given import bind, bind_named
from kaoping.codification.clauses._given_numbers import FIGURE
from kaoping.codification.clauses._plain import plain
from kaoping.codification.clauses._tokens import BOUND_ACTS, number_of

#: One number beside another that has a name too: 补划面积｜达到｜占用面积.
_BESIDE = re.compile(
    r"(?P<left>[^,，0-9]{2,}?)(?P<bound>不低于|不少于|不小于|不高于|不超过|不大于|达到|高于|超过|大于|低于|少于|小于)(?P<right>[^,，0-9]{2,})"
)


def bind_things(measure: Measured, values: Sequence[str]) -> Bound | None:
    """Return how many of the things that a text lists are lacking (制度=有, 台账=无); None where not all are told.

    Where points are for each of them, how many there are.
    """
    lacks: dict[str, bool] = {}
    for value in values:
        name, mark, its = value.rpartition("=")
        lack = {thing: _is_lacking(thing, plain(name).text, plain(its).text) for thing in measure.listed}
        meant = [thing for thing, its_lack in lack.items() if its_lack is not None]
        if not mark or len(meant) != 1 or meant[0] in lacks:
            return None
        lacks[meant[0]] = bool(lack[meant[0]])
    if not lacks or lacks.keys() != set(measure.listed):
        return None
    lacking = sum(lacks.values())
    return Bound(Fraction(lacking if measure.bad or measure.short == "fewer" else len(lacks) - lacking))


def _is_lacking(thing: str, name: str, state: str) -> bool | None:
    """Whether a thing of a list is lacking, or not as it should be; None where a value is not of it."""
    bare, called = thing.removeprefix(HAVING), name.removeprefix(HAVING)
    is_it = bool(called) and (called in bare or bare in called)
    if not is_it:
        return None
    state = bare_of(state)
    if state in (*words().not_so, *words().lacking, "缺"):
        return True
    if state in (*words().so, *words().well):
        return False
    if state.startswith(words().denials) and state[1:] in words().well:
        return True
    if name + state == bare or state == bare:
        return False
    about = around(state)
    return True if about.denied and not about.before and about.core in bare and about.whole and about.core else None


def bind_one_of(measure: Measured, values: Sequence[str]) -> Bound | None:
    """Return whether one of the things that a text lists fails: one is enough, of none all must be told."""
    lacks: dict[str, bool] = {}
    for value in values:
        name, mark, its = value.rpartition("=")
        if mark:
            lack = {thing: _is_lacking(thing, plain(name).text, plain(its).text) for thing in measure.listed}
        else:
            verdicts = {thing: agrees(thing, plain(value).text) for thing in measure.listed}
            lack = {thing: None if verdict is None else not verdict for thing, verdict in verdicts.items()}
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
        match = FIGURE.fullmatch(plain(its).text)
        number = number_of(match[2]) if match and not match[1] and match[3] in ("", *words().units) else None
        if not mark or len(places) != 1 or number is None:
            return None
        numbers[places[0]] = number
    is_share = measure.percent and len(halves) == 2 and numbers.keys() == {0, 1} and numbers[1] > 0
    return Bound(numbers[0] / numbers[1]) if is_share else None


def bind_beside(measure: Measured, values: Sequence[str]) -> Bound | None:
    """Return whether 补划面积=300, 占用面积=280 are what 补划面积达到占用面积 says; None where they are not of it."""
    parts = [_BESIDE.fullmatch(option) for option in map(bare_of, measure.options)]
    (first, *others) = zip(measure.options, parts, strict=True)
    option, match = first
    fails = [its for its, its_match in others if its_match is None and bare_of(its) in map(bare_of, words().fails)]
    if match is None or len(fails) != len(others) or len(others) > 1 or not (others or measure.otherwise):
        return None
    sides = (match["left"], match["right"])
    numbers: dict[int, tuple[Fraction, str]] = {}
    for value in values:
        name, mark, its = value.partition("=")
        places = [at for at, side in enumerate(sides) if bare_of(plain(name).text) in side]
        figure = FIGURE.fullmatch(plain(its).text)
        number = number_of(figure[2]) if figure and not figure[1] and figure[3] in ("", "%", *words().units) else None
        if not mark or len(places) != 1 or number is None or figure is None:
            return None
        numbers[places[0]] = number, figure[3]
    if numbers.keys() != {0, 1} or numbers[0][1] != numbers[1][1]:
        return None
    act = next(act for act in BOUND_ACTS if match["bound"] in words().acts[act])
    holds = {"at_least": ge, "at_most": le, "above": gt, "below": lt, "equal": eq}[act](numbers[0][0], numbers[1][0])
    return Bound(option=option if holds else fails[0] if fails else measure.otherwise)


def bind_each(measures: Sequence[Measured], value: str) -> dict[str, Bound]:
    """Return what one value (已建立未公示) says of each of several facts; nothing where it leaves one of them open."""
    if "=" in value or not all(its.options for its in measures):
        return {}
    bound: dict[str, Bound] = {}
    for its in measures:
        whole = bind(its, value)
        parts = [part for part in map(partial(bind, its), deeds_in(plain(value).text)) if not part.why]
        if whole.why and len({part.option for part in parts}) != 1:
            return {}
        bound[its.id] = parts[0] if whole.why else whole
    so = {bound[its.id].option in its.options for its in measures}
    is_of_each = len(so) > 1 or len(deeds_in(plain(value).text)) >= len(measures)
    return bound if is_of_each else {}  # 未制定, of 未制定计划 and 未制定方案: which?


def bind_all(measure: Measured, values: Sequence[str]) -> Bound:
    """Return what several values say of one fact of several parts (成立小组、制定方案): all of them so, or none."""
    unclear = Bound(why=f"{'、'.join(values)}合起来是不是“{'”“'.join(measure.options)}”说的情形没有读懂")
    if len(measure.options) != 1 or not measure.otherwise:
        return unclear
    parts = parts_of(measure.options[0])
    is_either = any(word in measure.options[0] for word in words().either)
    if is_either and any(denies_on(parts[0], part) for part in parts[1:]):
        return unclear
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
    if is_either and any(verdicts.values()):  # 未召开或无记录: one is enough, and whether two are twice nobody says
        return unclear if measure.once and sum(verdicts.values()) > 1 else Bound(option=measure.options[0])
    if len(parts) < 2 or verdicts.keys() != set(parts) or len(set(verdicts.values())) > 1:
        return unclear
    return Bound(option=measure.options[0] if all(verdicts.values()) else measure.otherwise)


def parts_of(option: str) -> list[str]:
    """Return the parts of a fact that words list (无计划或总结: 无计划, 无总结)."""
    hidden = option
    for word in words().degrees:  # 及时 holds no 及
        hidden = hidden.replace(word, "·" * len(word))
    ends = [
        match.span()
        for match in re.finditer("[,，]|" + "|".join(map(re.escape, (*words().either, *words().both))), hidden)
    ]
    starts = [0, *(end for _, end in ends)]
    stops = [*(start for start, _ in ends), len(option)]
    parts = [option[a:b] for a, b in zip(starts, stops, strict=True) if option[a:b]]
    lack = next((word for word in words().spreads if parts and parts[0].startswith(word)), "")
    is_of_all = bool(lack) and not any(around(part).denied for part in parts[1:])  # 无实施计划或考核办法
    return [parts[0], *(lack + part for part in parts[1:])] if is_of_all else parts

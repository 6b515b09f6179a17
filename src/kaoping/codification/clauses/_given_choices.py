"""Words or a count as somebody says them (未组织, 3起), for a measure that is one of several words."""

from __future__ import annotations

import re

from kaoping.codification.clauses._agreement import agrees
from kaoping.codification.clauses._bound import Bound
from kaoping.codification.clauses._clause_words import words
from kaoping.codification.clauses._composed import Measured
from kaoping.codification.clauses._denials import HAVING, NONE, around, bare_of, happens_within, is_event
from kaoping.codification.clauses._given_numbers import FIGURE
from kaoping.codification.clauses._tokens import number_of

_PLAINLY = ("是", "否")
_WHOLE = 6  # characters that say a deed and what it is done to


def choice_given(measure: Measured, text: str) -> Bound:
    match = FIGURE.fullmatch(text)
    named = match[1] if match else ""
    is_named = bool(named) and measure.counted and named in re.split("[,，]", measure.options[0])[-1]  # 迟报1次
    if match and (not named or is_named) and match[3] in ("", *words().units):
        return _count(measure, match)
    if len(measure.options) == 1 and text in _PLAINLY and not around(measure.options[0]).denied:
        is_so = text == _PLAINLY[0]  # of a negative one nobody knows what a no denies
        return Bound(option=measure.options[0]) if is_so else _otherwise(measure, text)
    if len(measure.options) == 1 and text in (HAVING, *NONE) and _is_made(measure.options[0]):
        return Bound(option=measure.options[0]) if text == HAVING else _otherwise(measure, text)
    if text in (HAVING, *NONE) and len(measure.options) == 2:  # 设有投诉电话, and 未设
        denied = [option for option in measure.options if around(option).denied and not around(option).before]
        there = [option for option in measure.options if option.startswith((HAVING, *words().makes))]
        if len(denied) == len(there) == 1 and denied != there:
            return Bound(option=there[0] if text == HAVING else denied[0])
    labelled = any(bare_of(text) in its for its in words().exclusive)
    labels = [option for option in measure.options if labelled and _has_label(option, bare_of(text))]
    if len(labels) > 1:  # 优秀, of 连续两年优秀得5分，当年优秀得3分
        return Bound(why=f"“{text}”是不是“{'”“'.join(measure.options)}”说的情形没有读懂")
    verdicts = [(option, agrees(option, text)) for option in measure.options]
    yes = [option for option, verdict in verdicts if verdict]
    if len(yes) == 1:
        return Bound(option=yes[0])
    if bare_of(text) in words().levels:  # 省级, of 省级表彰加2分，市级表彰加1分
        yes = [option for option in measure.options if bare_of(text) in option]
        if len(yes) == 1 and len(measure.options) > 1:
            return Bound(option=yes[0])
    if not yes and len(measure.options) > 1 and labels:  # 优秀, of 被评为优秀案卷
        return Bound(option=labels[0])
    ends = [option for option in measure.options if bare_of(option).endswith(bare_of(text))]
    is_the_end = not yes and len(ends) == 1 and len(bare_of(text)) >= _WHOLE and len(measure.options) > 1
    if is_the_end and around(ends[0]).denied == around(text).denied:
        return Bound(option=ends[0])
    exact = [option for option in yes if bare_of(option) == bare_of(text)]
    if len(exact) == 1:
        return Bound(option=exact[0])
    if not yes and measure.otherwise and len(measure.options) == 1 and verdicts[0][1] is False:
        return Bound(option=measure.otherwise)
    if measure.full and measure.otherwise and (so := agrees(measure.full, text)) is not None:
        return Bound(option=measure.otherwise if so else measure.options[0])  # 已召开, of 召开动员会，未落实的
    return Bound(why=f"“{text}”是不是“{'”“'.join(measure.options)}”说的情形没有读懂")


def _has_label(option: str, label: str) -> bool:
    """Whether an option is of a label, and of no other one (不合格, 基本合格), nor of several."""
    before, mark, behind = option.partition(label)
    is_other = before.endswith((*words().denials, *words().hedges)) or any(word in option for word in words().either)
    return bool(mark) and not is_other and label not in behind


def _is_made(option: str) -> bool:
    """Whether an option says that one thing is there, and no more of it (设立绿色通道)."""
    more = (*words().degrees, *words().both, *words().either, ",", "，")
    made = option.startswith(words().makes) and not around(option).denied
    return made and not any(word in option for word in more)


def _otherwise(measure: Measured, text: str) -> Bound:
    return Bound(option=measure.otherwise) if measure.otherwise else Bound(why=f"“{text}”是哪一种情形没有读懂")


def _count(measure: Measured, match: re.Match[str]) -> Bound:
    """Of what may happen several times a number says that it did; of nothing else."""
    value = number_of(match[2])
    its = around(measure.options[0])
    is_none_of = its.denied and its.whole and not its.before and its.core.startswith(words().occurs)
    if is_none_of and len(measure.options) == 1 and value is not None and match[3] in ("", *words().units):
        return Bound(option=measure.options[0]) if value == 0 else _otherwise(measure, match[0])
    (option, *others) = measure.options
    happens = measure.counted or bare_of(option).startswith(words().happens) or happens_within(option)
    happens = happens or is_event(option)
    if measure.needs == "unit" and not match[3]:
        return Bound(why=f"“{match[0]}”的单位没有写：原文不止一个数")
    if value is None or value.denominator != 1 or others or not happens or match[3] not in ("", *words().units):
        return Bound(why=f"“{match[0]}”是不是“{option}”说的情形没有读懂")
    if value > 1 and measure.once:
        return Bound(why=f"“{option}”有{match[2]}次怎样计没有写")
    return Bound(option=option if value > 0 else measure.otherwise)

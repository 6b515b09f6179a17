"""Numbers as somebody says them (72%, 3次, 少2次), for a measure that is a number."""

from __future__ import annotations

import re
from fractions import Fraction

from kaoping.codification.clauses._agreement import agrees
from kaoping.codification.clauses._bound import Bound
from kaoping.codification.clauses._clause_words import words
from kaoping.codification.clauses._composed import Measured
from kaoping.codification.clauses._denials import HAVING, NONE, around, bare_of, is_lack
from kaoping.codification.clauses._frames import RANK
from kaoping.codification.clauses._implied import follows
from kaoping.codification.clauses._plain import LARGE
from kaoping.codification.clauses._tokens import BOUND_ACTS, number_of
from kaoping.codification.clauses._workbench import is_undone
from kaoping.core import units

_ORDINAL = "第"
_LACKING = ("缺少", "缺", "少")
_PER_CENT, _REACHED = "%", ("达到", "达", "完成", "实际", "共")
#: A number with what stands before and behind it.
FIGURE = re.compile(
    r"([^0-9一二三四五六七八九十百千万两零]*)([0-9]+(?:\.[0-9]+)?[万亿]?|[零一二三四五六七八九十百千万两]+)(.*)"
)


def number_given(measure: Measured, text: str) -> Bound:
    if measure.day and not measure.unit:
        return Bound(why=f"“{text}”不是一天")
    match = FIGURE.fullmatch(text)
    if match is None:
        if measure.short == "fewer" and not measure.percent and _lacks_one(measure, text):
            return Bound(Fraction(1))
        if measure.percent and not measure.short and bare_of(text) in map(bare_of, words().all_done):
            return Bound(Fraction(1)) if "完成" in measure.name else Bound(why=f"“{text}”不是一个数")
        if measure.full and (
            agrees(measure.full, text) or bare_of(text) in words().all_so
        ):  # 资料齐全得2分，缺1份扣0.5分
            return Bound(Fraction(0))
        if measure.percent or measure.period or (measure.short == "fewer"):
            return Bound(why=f"“{text}”不是一个数")
        plainly_none = text in NONE and not any(word in measure.name for word in words().denials)
        is_bad = measure.short == "units" and any(word in measure.name for word in words().denials)
        plainly_none = plainly_none or (is_bad and bare_of(text) in words().all_so)
        is_none = measure.edge is not None and is_undone(text)  # 未开展, of 每年不少于2次
        is_none = is_none or text in words().nothing or plainly_none or _denies(text, measure.name)
        never = measure.short == "units" and around(text).denied and follows(measure.name, text) is False
        is_none = is_none or never  # 未被通报, of 被上级通报批评
        return Bound(Fraction(0)) if is_none else Bound(why=f"“{text}”不是一个数")
    before, figure, behind = match.groups()
    value, side = number_of(figure), _side(before)
    unit, what = _unit_of(behind)
    if measure.needs == "unit" and not unit and value:
        return Bound(why=f"“{text}”的单位没有写：原文不止一个数")
    plainly = (
        not before or (not side and _is_of(before, measure)) or (measure.unit in (RANK, "次") and before == _ORDINAL)
    )
    if value is None or not (side or plainly) or (what and not _is_of(what, measure)):
        return Bound(why=f"“{text}”没有读懂")
    if plainly and measure.percent and sum(measure.name.count(word) for word in words().rates) > 1:
        return Bound(why=f"{measure.name}不止一个数，“{text}”是哪一个没有写")
    if not unit and 0 < value < measure.large and figure[-1] not in LARGE:
        return Bound(why=f"“{text}”的单位没有写：原文按万、亿计")
    if unit == _PER_CENT:
        if measure.percent and side and measure.short == side:  # 每低10%扣10分, at 低10%
            return Bound(value / 100)
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
        is_wrong = is_wrong and not (side == "fewer" and counts_lack(measure))
        is_bare = not side and (measure.period or (_compares(measure) and measure.unit not in words().days))
        return unclear if is_wrong or is_bare else Bound(value)
    return unclear if side or measure.percent else Bound(value)


def _compares(measure: Measured) -> bool:
    """Whether what is counted is how far something is from another (与上年相比, 超过控制指标), which isn't given."""
    return any(word in measure.name for word in words().compared)


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
    bare = bare_of(text).strip(":为是")
    denied = any(word in bare for word in words().denials) and bare not in measure.name
    if denied or is_denied_in(bare, measure.name):
        return False
    happens = any(bare == word for word in (*words().happens, *words().openings))
    return not bare or happens or bare in measure.name or measure.name in bare or bare in _REACHED


def is_denied_in(word: str, name: str) -> bool:
    """Whether that is counted which is not so (满意, of 不满意), or of which something is not (隐患, of 隐患未整改).

    What is missing or amiss of it is not so either: 信息=3条, of 信息少报送 or 信息迟报, may be what was done.
    """
    at = name.find(word) if word else -1
    if at < 0 or around(word).denied:
        return False
    if any(amiss in name[:at] + name[at + len(word) :] for amiss in (*words().lacks, *words().amiss)):
        return not says_which(word)
    denial = next((name.find(its, at + len(word)) for its in words().denials if its in name[at + len(word) :]), -1)
    return name[:at].endswith(words().denials) or denial >= 0


def _same(unit: str, other: str) -> bool:
    return unit == other or not other or units.ratio(unit, other) == 1 or {unit, other} <= set(words().days)


def _lacks_one(measure: Measured, text: str) -> bool:
    """缺总结, of 有计划、有方案、有总结: one of what the text lists, and nothing else."""
    lack = next((word for word in (*_LACKING, *words().denials) if text.startswith(word)), "")
    thing = text.removeprefix(lack).removeprefix(HAVING)
    return bool(lack) and measure.listed.count(thing) == 1


def _denies(text: str, subject: str) -> bool:
    denial = next((word for word in words().denials if text.startswith(word)), "")
    rest = bare_of(text.removeprefix(denial)) if denial else ""
    return bool(rest) and rest in subject and not any(word in subject for word in words().denials)


def says_which(text: str) -> bool:
    """Whether words around a number say that what is lacking or bad is counted."""
    return any(word in text for word in (*words().denials, *words().worse))


def counts_lack(measure: Measured) -> bool:
    """Whether units are counted of what the name says is lacking (少召开会议)."""
    return measure.short == "units" and is_lack(measure.name)

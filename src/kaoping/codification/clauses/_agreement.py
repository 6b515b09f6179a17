"""Whether what somebody says is what a clause says (台账健全, of 台账不健全): yes, no, or nobody knows."""

from __future__ import annotations

import re

from kaoping.codification.clauses._clause_words import words
from kaoping.codification.clauses._denials import HAVING, NONE, Around, around, bare_of, denies_on, happens, leaves_some
from kaoping.codification.clauses._implied import follows

_BY = "被"
_ORGANIZES = "组织"
_DONE = "已"
_TAKING = ("将", "把")
_BEING = "为"
_FEWEST = 2  # characters that say what is so


def agrees(option: str, text: str) -> bool | None:
    """Whether ``text`` says what ``option`` says (True), its opposite (False), or neither for certain (None)."""
    if leaves_some(option, text) and bare_of(option) != bare_of(text):
        return None
    verdict = _agrees(option, text)
    return follows(option, text) if verdict is None else verdict


def _agrees(option: str, text: str) -> bool | None:
    if bare_of(option) == bare_of(text):
        return True
    if bare_of(option).endswith(_BEING + bare_of(text)) and not around(option).denied and bare_of(text):
        return True  # 优, of 评价结果为优
    if any(word in option for word in words().either):
        first, *others = re.split("|".join(words().either), option)
        others = [its for its in others if not denies_on(first, its)]
        return True if any(bare_of(part) == bare_of(text) for part in (first, *others)) else None
    if (whole := of_all(option, text)) is not None:
        return whole
    *earlier, last = option.split(",") if "," in option else option.split("，")
    if earlier and bare_of(last).startswith(words().one_of):  # 制度不全、责任不清，有一项不符合要求
        earlier = []
    theirs, mine = around(last), around(text)
    is_plain = theirs.whole and mine.whole
    if is_plain and not earlier and not theirs.denied and (happened := _has_happened(option, text)) is not None:
        return happened
    if not is_plain or any(word in _without_degrees(last) for word in words().both):
        return None
    if earlier and (not theirs.denied or any(around(part).denied for part in earlier)):
        return None  # several things at once
    if not mine.core or text == HAVING:
        is_place = not theirs.before or theirs.before.endswith(words().places)
        is_there_not = theirs.denied and is_place and bare_of(last).removeprefix(theirs.before).startswith(NONE)
        return None if not is_there_not else text in NONE if text in (*NONE, HAVING) else None
    if not earlier and (does := _does_to(theirs, mine, text)) is not None:
        return does
    if theirs.denied == mine.denied:
        return _says_the_same(theirs, mine, is_deed=text.startswith(_DONE))
    denied, plainly = (theirs, mine) if theirs.denied else (mine, theirs)
    return _denies_it(denied, plainly)


def _without_degrees(text: str) -> str:
    for word in (*words().degrees, "及以上", "及以下"):  # 及时 holds no 及
        text = text.replace(word, "")
    return text


def _does_to(theirs: Around, mine: Around, text: str) -> bool | None:
    """已纳入 of 未将党建工作纳入计划: whether something was done to a thing, where a degree does not leave it open."""
    is_done = text.startswith(_DONE) or mine.of_deed
    if not theirs.core.startswith(_TAKING) or theirs.before or not is_done or mine.before or len(mine.core) < _FEWEST:
        return None
    rest = theirs.core[1:].partition(mine.core)
    if not rest[0] or not rest[1]:
        return None
    has_degree = any(word in rest[0] + rest[2] for word in words().degrees)
    return None if has_degree and not mine.denied else theirs.denied == mine.denied


def _says_the_same(theirs: Around, mine: Around, *, is_deed: bool) -> bool | None:
    if mine.before and mine.before not in theirs.before:
        return None
    of_deed = mine.of_deed or is_deed or mine.core.startswith((*words().does, *words().makes))
    if theirs.core == mine.core or (of_deed and _is_part(theirs.core, mine.core)):
        return True
    if theirs.core.startswith(_ORGANIZES) and mine.denied and mine.core:
        rest = theirs.core.removeprefix(_ORGANIZES)
        return True if rest.startswith(mine.core) and not rest.startswith(words().degrees) else None
    for exclusive in words().exclusive:
        mine_is, theirs_is = (
            next((w for w in sorted(exclusive, key=len, reverse=True) if text.endswith(w)), "")
            for text in (mine.core, theirs.core)
        )
        is_hedged = theirs.core.removesuffix(theirs_is).endswith(words().hedges)
        if mine_is and theirs_is and mine_is == mine.core and not is_hedged:
            return mine_is == theirs_is and not mine.denied
    rest = theirs.core.removesuffix(mine.core)
    ends = not mine.before and not theirs.denied and _ends_with(theirs.core, mine.core)
    is_event = rest not in words().occurs and rest.startswith((_BY, *words().happens))
    is_event = is_event or rest.endswith(words().hedges) or rest.startswith(words().misdeeds)
    return True if ends and not is_event and not rest.endswith(words().denials) else None


def _denies_it(denied: Around, plainly: Around) -> bool | None:
    """台账不健全 and 台账健全, 未建立台账 and 已建立: one of them is so, not both."""
    whole, core = plainly.core, denied.core
    if not core:
        return None
    if whole in (denied.before + core, core):
        return False
    if whole.startswith(words().misdeeds) and not denied.of_deed:
        return None  # 无操作规程, of 违反操作规程
    if not denied.before and _ends_with(whole, core):
        return False
    if not denied.before and core.startswith(_ORGANIZES) and _is_part(whole, core.removeprefix(_ORGANIZES)):
        return False
    if denied.before and denied.before.endswith(words().places) and _ends_with(core, whole):
        return False  # 场所内无宣传标语, 有标语
    is_degree_too = whole.startswith(words().degrees) or not core.startswith(words().degrees)
    if denied.of_deed and not denied.before and _is_part(_without_first_degrees(whole), core):
        return False  # 未缴纳, of 按时足额缴纳
    is_deed = denied.of_deed or whole.startswith((*words().does, *words().makes))
    if not denied.before and _is_part(whole, core) and is_degree_too and is_deed:
        return False
    if not denied.before and _bare_made(core) == whole:  # 有台账, of 未建立台账
        return False
    return None


def _without_first_degrees(text: str) -> str:
    while degree := next((word for word in words().degrees if text.startswith(word) and len(word) > 1), ""):
        text = text.removeprefix(degree)
    return text


def _bare_made(core: str) -> str:
    made = next((word for word in words().makes if core.startswith(word)), "")
    return core.removeprefix(made) if made else ""


def of_all(option: str, text: str) -> bool | None:
    """Whether a verdict on the whole (全部做到, 不符合) says that the option is so; None for any other value."""
    bare, its = bare_of(text), around(bare_of(option))
    is_done = True if bare in words().all_so else False if bare in words().none_so else None
    if is_done is None or bare_of(option) == bare:
        return None
    if its.denied and its.whole:
        counts = its.before.strip(",，") in ("", *words().one_of)
        return not is_done if counts else None
    happens = option.startswith(words().happens) and not option.startswith(HAVING)
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


def _has_happened(option: str, text: str) -> bool | None:
    """Whether 发生, 未发生, 无, 被通报 says that what an option tells has happened; None for other values."""
    bare, its, mine = bare_of(option), bare_of(text), around(text)
    occurs = (*words().occurs, "存在", "发现")
    if happens(option):
        if text in (*NONE, *words().nothing) or (mine.denied and not mine.before and mine.core in occurs):
            return False
        if its in occurs or (text == HAVING and bare.startswith((HAVING, *words().occurs))):
            return True
    by = mine.core.removeprefix(_BY)
    if bare.startswith(_BY) and mine.core.startswith(_BY) and not mine.before and by and bare.endswith(by):
        return None if not mine.denied and _has_level(bare, by) else not mine.denied
    return None


def _has_level(option: str, text: str) -> bool:
    """Whether an option is of a level that a value leaves open (被省级表彰, of 被表彰)."""
    return any(word in option and word not in text for word in words().levels)

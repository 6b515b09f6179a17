"""What follows from words that say more or less than a clause does: of 无事故, that there was no 责任事故."""

from __future__ import annotations

import re

from kaoping.codification.clauses._clause_words import words
from kaoping.codification.clauses._denials import HAVING, Around, around, bare_of, happens

_FEWEST = 2  # characters that name a deed, or what it is done to
_TAKING = ("将", "把")
_BY, _DONE = "被", "已"
#: Words that a positive answer may not leave out: with them the clause asks for more.
_MORE = ("全", "所有", "各", "每", "并", "多")


#: 对重点人员进行走访 is 走访重点人员.
_TO_WHOM = re.compile("^对(.+?)(?:进行|开展|实施)(.+)$")
_WITH_WHOM = re.compile("(未|没有)[与同和向](?!.*[、及]).+?(?=签订|签署|备案|公开|公示|报送|报告|通报)")
_TO_WHOM_DONE = re.compile("^(?:进行|开展|实施)(?=..)")


def follows(option: str, text: str) -> bool | None:
    """Whether ``text`` makes what ``option`` says so (True) or not (False); None where nothing follows for certain."""
    option = _WITH_WHOM.sub(r"\1", option)
    theirs, mine = around(option), around(text)
    if not theirs.whole or not mine.whole or not mine.core or any(mark in option for mark in ",，"):
        return None
    if any(word in _without(words().degrees, whole) for whole in (option, text) for word in _lists()):
        return None
    if option.endswith(words().lacking):
        return _of_lack(option, mine, text)
    if theirs.denied:
        return _of_denial(theirs, mine, text)
    return _of_event(option, mine, text) if happens(option) else _of_lateness(option, mine)


def _lists() -> tuple[str, ...]:
    return (*words().both, *words().either)


def _without(leaving: tuple[str, ...], text: str) -> str:
    for word in leaving:  # 及时 holds no 及
        text = text.replace(word, "")
    return text


def _of_denial(theirs: Around, mine: Around, text: str) -> bool | None:
    core = theirs.core[1:] if theirs.core.startswith(_TAKING) else theirs.core
    core = _TO_WHOM.sub(r"\2\1", core)
    if theirs.before:
        return _of_state(theirs, mine)
    if mine.denied:
        whole = {mine.core + mine.before, mine.before + mine.core}
        if core in whole:  # 整改不及时, of 未及时整改
            return True
        if mine.before:  # 责任书未签订, of 未签订年度责任书
            named = mine.core + mine.before
            return True if _is_shorter(named, core) and len(mine.core) >= _FEWEST else None
        deed = _TO_WHOM_DONE.sub("", mine.core)
        plainly = (theirs.of_deed or mine.by_no) and core.startswith(deed) and len(deed) >= _FEWEST
        is_thing = not (theirs.of_deed or theirs.by_no or mine.by_no)  # 无预案, of 无应急预案
        ends = len(mine.core) >= _FEWEST and is_thing and core.endswith(mine.core)
        return True if plainly or ends or _is_shorter(mine.core, core) else None
    late = next((word for word in words().overdue if bare_of(text).startswith(word)), "")
    if core.startswith(words().timely) and late and bare_of(text).removeprefix(late) in core:  # 逾期, of 未按时报送
        return True
    if not theirs.of_deed:
        return None
    if core != theirs.core and core.startswith(stripped := _TO_WHOM_DONE.sub("", mine.core)) and stripped != mine.core:
        return False  # 已进行检查, of 未对落实情况进行检查
    name, done, deed = bare_with_done(text).partition(_DONE)
    positives = (deed + name, name + deed) if done and deed else (mine.core, _TO_WHOM_DONE.sub("", mine.core))
    for positive in positives:
        if positive == core or (_is_shorter(positive, core) and not _asks_more(positive, core)):
            return False
    return None


def _of_lack(option: str, mine: Around, text: str) -> bool | None:
    """无台账, 有台账 and 台账完整, of 台账缺失."""
    thing = next(option.removesuffix(word) for word in words().lacking if option.endswith(word))
    if not thing or mine.before:
        return None
    if mine.denied:
        return True if mine.core == thing else None
    return False if bare_of(text) in (HAVING + thing, *(thing + word for word in words().well)) else None


def _of_state(theirs: Around, mine: Around) -> bool | None:
    """未整改到位 and 记录完整, of 整改不到位 and 会议记录不完整."""
    if mine.before:
        return None
    whole = theirs.before + theirs.core
    if (done := _by_somebody(theirs, mine)) is not None:
        return done
    if mine.denied:
        return True if mine.core == whole else None
    rest = mine.core.removesuffix(theirs.core)
    is_named = rest != mine.core and len(rest) >= _FEWEST and theirs.before.endswith(rest)
    return False if is_named else None


def _by_somebody(theirs: Around, mine: Around) -> bool | None:
    """参加 and 未参加, of 档案部门未参加相关活动: whoever should have done it."""
    is_deed = theirs.of_deed or theirs.by_no or theirs.core.startswith(words().makes)
    rest = theirs.core.removeprefix(mine.core)
    plainly = is_deed and len(mine.core) >= _FEWEST and rest not in ("", theirs.core) and mine.core not in theirs.before
    if not plainly:
        return None
    has_degree = any(word in rest for word in (*words().degrees, *words().hedges))
    return True if mine.denied else None if has_degree else False


def _of_event(option: str, mine: Around, text: str) -> bool | None:
    event = _without_first((*words().happens, *words().occurs), bare_of(option))
    if not mine.denied:
        bare = bare_of(text)
        rest = _without_first((*words().happens, *words().occurs), bare)
        return True if rest != bare and rest in (event, bare_of(option)) else None
    if mine.before:
        return None
    rest = _without_first((*words().happens, *words().occurs, _BY), mine.core)
    begins = bare_of(option).startswith((*words().occurs, HAVING, "存在", "发现", "收到", "受到"))
    if len(rest) >= _FEWEST and begins and event.endswith(rest):  # 未发生事故, of 发生责任事故
        return False
    if event != bare_of(option) and bare_of(option).startswith(_BY) and mine.core.startswith(_BY) and rest in event:
        return False  # 未被通报, of 被上级部门通报批评
    deed = _without_first(words().misdeeds, bare_of(option))
    deeds = {event, deed, bare_of(option)}
    is_deed = mine.of_deed and len(rest) >= _FEWEST
    return False if is_deed and any(its.startswith(rest) or _is_shorter(rest, its) for its in deeds if its) else None


def _of_lateness(option: str, mine: Around) -> bool | None:
    return False if option.startswith(words().overdue) and not mine.denied and mine.core.startswith("按时") else None


def bare_with_done(text: str) -> str:
    """The text as it is compared, but with its 已."""
    return _DONE.join(map(bare_of, re.split(_DONE, text)))


def _without_first(heads: tuple[str, ...], text: str) -> str:
    while head := next((word for word in heads if text.startswith(word) and text != word), ""):
        text = text.removeprefix(head)
    return text


def _is_shorter(text: str, whole: str) -> bool:
    """Whether ``text`` is ``whole`` without something in its middle: 签订｜责任书, of 签订年度责任书."""
    if len(text) < 2 * _FEWEST or len(text) >= len(whole):
        return False
    places = range(_FEWEST, len(text) - _FEWEST + 1)
    return any(whole.startswith(text[:at]) and whole.endswith(text[at:]) for at in places)


def _asks_more(text: str, whole: str) -> bool:
    """Whether what ``text`` leaves out of ``whole`` is more than of which kind the thing is."""
    cuts = [
        whole[at : len(whole) - len(text) + at]
        for at in range(_FEWEST, len(text) - _FEWEST + 1)
        if whole.startswith(text[:at]) and whole.endswith(text[at:])
    ]
    more = (*words().degrees, *words().hedges, *words().qualities, *_MORE)
    return any(re.search("[0-9一二三四五六七八九十两]", cut) or any(word in cut for word in more) for cut in cuts)

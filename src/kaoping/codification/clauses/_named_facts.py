"""What a named value (实施计划=无针对性) says of a fact whose words have that name: its deed, or what it is like."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kaoping.codification.clauses._clause_words import words
from kaoping.codification.clauses._denials import HAVING, NONE, Around, around, bare_of, leaves_some

_FEWEST = 2  # characters that name a thing, or say what is so
_AND_SO_ON, _BEING = "等", "是"
#: A deed and its degree that are one word: 建立健全制度 is no more than 建立制度.
_ONE_WORD = re.compile("(建立|制定|制订|修订)(?:健全|完善)|健全完善")

#: What stands in brackets only says it again, or closer.
_NOTE = re.compile(r"[(（][^()（）]*[)）]?")
#: To whom or of what something is done, before the deed: 对落实情况｜进行督促检查.
_OF_WHAT = re.compile("^(?:对于?|就)[^,，]+?(?=(?:进行|开展|实施|提出|作出|给予|予以|采取|组织).{2,})")
_TAKING = ("将", "把")
_LONG = 4  # characters of a name that tells a deed, not only a thing
_ACCORDING = re.compile("(未|没有)(?:根据|按照|依据|依照|按)《[^》]*》(?:要求|规定)?")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a name stands in the words of a fact: what is said before it, behind it, and in its middle."""

    before: str
    behind: str
    left_out: str = ""

    @property
    def rest(self) -> str:
        """All that is said around the name."""
        return f"{self.before}|{self.left_out}|{self.behind}"


def tells_of(option: str, name: str, state: str) -> bool | None:
    """Return whether what ``option`` says is so, by the ``state`` of what it calls ``name``; None where it is open."""
    lead = (
        "对" if name.startswith("对") and not option.startswith("对") else ""
    )  # which the text's clause is read without
    thing, mine = bare_of(name.removeprefix(lead)), bare_of(state)
    bare = _ACCORDING.sub(r"\1", _ONE_WORD.sub(r"\1", bare_of(_NOTE.sub("", option))))
    bare = re.sub("[,，](?=并)", "", bare)
    theirs = around(bare)
    if theirs.denied and thing in (deed := _OF_WHAT.sub("", theirs.core)):
        bare = bare.removesuffix(theirs.core) + deed
        theirs = around(bare)
    if not thing or not mine or len(thing) < _FEWEST or not theirs.whole or leaves_some(option, state):
        return None
    positive = bare if not theirs.denied else theirs.before + theirs.core.removeprefix(_BEING)
    is_yes_or_no = mine in (*words().so, *words().not_so)
    if is_yes_or_no and mine != HAVING and mine not in NONE and thing == positive:
        return (mine in words().so) != theirs.denied  # 主要负责人担任主任委员=否
    where = theirs.core if theirs.denied else bare
    if not theirs.denied and thing == positive and around(mine).core in words().makes and not around(mine).before:
        return not around(mine).denied  # 分类目录=编制, where the text has the deed before the first of a list
    if (place := _place_of(thing, where)) is not None:
        is_last = not theirs.denied and not place.behind and len(place.before) >= _FEWEST
        made = place.before.startswith((*words().makes, *words().does, HAVING)) or HAVING in place.before
        if is_last and not made and is_yes_or_no and mine not in (HAVING, *NONE) and not _has_degree(place.before):
            return mine in words().so  # 雷同=否, of 年度报告与往年或与其他单位雷同
        if _is_one_of_several(option, place, thing):
            return None
        if is_yes_or_no:
            return _by_word(theirs, place, thing, mine)
        return _by_state(theirs, place, thing, mine)
    if not is_yes_or_no and (how := _by_degree_within(theirs, thing, mine)) is not None:
        return how
    if theirs.denied and (place := _place_of(thing, theirs.before)) is not None and not is_yes_or_no:
        outside = _without_degrees(theirs.before.replace(thing, ""))
        is_listed = any(word in outside for word in (*words().both, *words().either))
        return None if place.behind or is_listed else _by_state(theirs, _Place("", theirs.core), thing, mine)
    return None


def _by_degree_within(theirs: Around, thing: str, mine: str) -> bool | None:
    """What 及时 says of 投诉查处, of which it is told that 投诉没有及时查处."""
    if not theirs.denied or not theirs.before:
        return None
    place, its = _place_of(thing, theirs.before + theirs.core), around(mine)
    if place is None or place.before or place.behind or its.before or not theirs.core.startswith(place.left_out):
        return None
    return its.denied if place.left_out and its.core == place.left_out else None


def _place_of(thing: str, text: str) -> _Place | None:
    """Where a name stands in a text, whole or with something left out in its middle; None where it is not clear."""
    if text.count(thing) == 1:
        before, _, behind = text.partition(thing)
        return _Place(before, behind)
    if thing in text or len(thing) < 2 * _FEWEST:
        return None
    for at in range(len(thing) - _FEWEST, _FEWEST - 1, -1):
        head, tail = thing[:at], thing[at:]
        before, found_head, rest = text.partition(head)
        left_out, found_tail, behind = rest.partition(tail)
        if found_head and found_tail and text.count(head) == 1:
            return _Place(before, behind, left_out)
    return None


def _is_one_of_several(option: str, place: _Place, thing: str) -> bool:
    """Whether a name is only one of the things that an option lists (计划, of 无计划、总结)."""
    joins = (*words().both, *words().either)
    before, behind = _without_degrees(place.before), _without_degrees(place.behind)
    if before.endswith(_AND_SO_ON):  # 没有办公室、活动室等场所
        before = ""
    if not before and place.behind and (around(option).of_deed or not around(option).denied):
        behind = behind.replace("、", "")  # 更新=及时, of 及时更新主任、副主任: of the deed, whatever it is done to
    at = option.find(thing)
    is_attribute = at > 0 and option[at - 1] == "的"  # 安全目标与指标的实施记录
    lists_before = not is_attribute and any(word in before for word in joins)
    return lists_before or any(word in behind for word in joins if word != "与") or any(m in place.rest for m in ",，")


def _without_degrees(text: str) -> str:
    for word in (*words().degrees, "及以上", "及以下"):  # 及时 holds no 及
        text = text.replace(word, "")
    return text


def _has_degree(text: str) -> bool:
    return any(word in text for word in (*words().degrees, *words().hedges, *words().rhythm, *words().qualities))


def _by_word(theirs: Around, place: _Place, thing: str, mine: str) -> bool | None:
    """What 是, 否, 有 or 无 says of a thing, or of a deed that the name tells."""
    is_so, deed = mine in words().so, place.before
    taking = deed.startswith(_TAKING) and len(thing) >= _LONG and mine not in (HAVING, *NONE)
    is_done_to = taking and theirs.of_deed and place.behind in ("", *words().places, "中", "里")
    if is_done_to and not _has_degree(place.left_out):  # 纳入年度计划=是, of 未将检查纳入年度计划
        return not is_so
    if is_so and _has_degree(place.rest):
        return None  # 培训=是, of 未按规定培训
    if theirs.denied and not (theirs.of_deed or theirs.by_no):  # 无使用台账
        return not is_so if not place.behind and not any(mark in theirs.before for mark in ",，、") else None
    made = deed.startswith((*words().makes, *words().deeds, *words().does, HAVING))
    begins = not deed or (mine not in (HAVING, *NONE) and (made or deed in words().deeds))
    if not theirs.denied and deed.endswith(HAVING) and not place.behind:  # 档案进出有登记手续
        return is_so
    is_thing = made and not place.behind and (theirs.denied or deed.startswith((*words().makes, HAVING)))
    if not (begins or is_thing):
        return None
    if begins and not is_thing and mine in (HAVING, *NONE):
        return None  # 定期培训=有
    if not theirs.denied and not made and not _is_misdeed(thing, deed):
        return None
    return is_so != theirs.denied


def _is_misdeed(thing: str, deed: str) -> bool:
    return not deed and thing.startswith((*words().makes, *words().does, *words().deeds))


def _by_state(theirs: Around, place: _Place, thing: str, mine: str) -> bool | None:
    """What a state (已成立, 不健全, 破旧) says, where it is in the words around the name."""
    its, deed = around(mine), place.before
    is_done = len(deed) >= _FEWEST and mine.startswith(deed) and mine != deed and not _has_degree(deed)
    if is_done and (not its.denied or its.before == deed):  # 悬挂规范 and 悬挂不规范, of 未悬挂党旗
        return not theirs.denied
    for words_ in words().exclusive:  # 比上年下降, of 比上年有上升
        ends = [next((w for w in words_ if text.endswith(w)), "") for text in (mine, place.rest.strip("|"))]
        same = mine.removesuffix(ends[0]) if ends[0] else ""
        if all(ends) and same and same in place.rest and not theirs.denied and not its.denied:
            return ends[0] == ends[1]
    core = its.core
    is_its_deed = not deed and len(core) >= _FEWEST and thing.startswith(core) and thing != core and not its.before
    if is_its_deed and its.whole and theirs.of_deed and not _has_degree(place.rest):
        return its.denied  # 组织检查=已组织, of 未组织检查
    around_it = [part for part in (place.before, place.behind, place.left_out) if core in part]
    if its.before or not its.whole or len(core) < _FEWEST or len(around_it) != 1:
        return None
    before = around_it[0].partition(core)[0]
    if before.endswith((*words().hedges, *words().denials)):
        return None  # 健全, of 基本健全
    if not its.denied:
        more = any(
            word in place.rest and word not in core for word in (*words().degrees, *words().rhythm, *words().qualities)
        )
        return None if more else not theirs.denied  # 培训, of 未按规定培训
    return True if theirs.denied else False if not before else None

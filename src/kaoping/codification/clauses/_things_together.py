"""What several values say of a fact that lists things or deeds (建立甲、乙、丙台账; 未开展或不达标), all together."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kaoping.codification.clauses._clause_words import words
from kaoping.codification.clauses._denials import HAVING, NONE, Around, around, bare_of, leaves_some

_FEWEST = 2  # characters that name a thing, or say a deed
_NOTE = re.compile(r"[(（][^()（）]*[)）]?")
_JOINS = "、|,|，|以及|并且|和|及|与|并|且|或者|或"
#: With whom, or for whom something is done: 与责任人｜签订.
_TO_WHOM = re.compile(
    "^(?:[与同和向]|对于?)[^,，]+?(?=签订|签署|备案|公开|公示|报送|报告|通报|进行|开展|实施|提出|组织)"
)
_ALL_AT_ONCE = re.compile("并|且")


def of_listed(option: str, named: Sequence[tuple[str, str]], *, once: bool) -> bool | None:
    """Return whether what ``option`` lists is so, where each value (name, state) is of one thing of it, none left out.

    Where some of it is done and some is not, it is open; and so is, of something that counts ``once``, what several
    of it give that would each be enough (或).
    """
    bare = _NOTE.sub("", bare_of(option))
    its = around(bare)
    if its.before or not its.whole or len(named) < _FEWEST:
        return None
    listed = its.core if its.denied else bare
    parts = [part for part in re.split(_JOINS, _hidden(listed)) if part]
    if len(parts) != len(named):
        return None
    done: dict[int, bool] = {}
    for name, state in named:
        thing = bare_of(name)
        places = [at for at, part in enumerate(parts) if len(thing) >= _FEWEST and _hidden(thing) in part]
        verdict = _is_done(bare_of(state), thing, parts, places[0], its) if len(places) == 1 else None
        if verdict is None or places[0] in done or leaves_some(option, state):
            return None
        done[places[0]] = verdict
    is_either = any(word in _hidden(listed) for word in words().either)
    if len(set(done.values())) > 1 or (once and is_either and done[0] != its.denied):
        return None
    return done[0] != its.denied


def _hidden(text: str) -> str:
    for word in words().degrees:  # 及时 holds no 及
        text = text.replace(word, "·" * len(word))
    return text


def _is_done(state: str, thing: str, parts: Sequence[str], at: int, whole: Around) -> bool | None:
    """Whether a state (已建立, 无) says that what is asked of a thing was done; a degree left out opens it."""
    about, part = around(state), parts[at]
    asked = parts[0].partition(_hidden(bare_of(thing)))[0] if at else ""
    around_it = part.replace(_hidden(thing), "", 1)
    if state in (HAVING, *NONE) or state in (*words().so, *words().not_so):
        made = (asked + around_it).startswith((*words().makes, *words().does, HAVING)) or whole.denied
        is_so = state in words().so
        return None if not made or (is_so and "·" in asked + around_it) else is_so
    if about.before or not about.whole or len(about.core) < _FEWEST:
        return None
    core = _hidden(about.core)
    if core not in (asked + "|" + around_it) or core == "·" * len(core):
        return None
    left = (asked + around_it).replace(core, "", 1)
    return None if "·" in left and not about.denied else not about.denied


def of_deeds(option: str, thing: str, state: str) -> bool | None:
    """Return whether 未编制预案并备案 is so by 已编制并备案 or 未编制, which is said of the thing."""
    its = around(bare_of(option))
    if not its.denied or its.before or not its.of_deed or not its.whole or thing not in its.core:
        return None
    asked = [part for part in re.split("并|且", its.core) if part]
    states = [part for part in re.split("并|且|和", bare_of(state)) if part]
    if len(asked) < _FEWEST or any(mark in _hidden(its.core) for mark in ("或", "、", ",", "，")):
        return None
    first = around(states[0])
    if first.denied and len(states) == 1 and first.core and asked[0].startswith(first.core):
        return True  # what was not made could not be handed in
    deeds = [part.replace(thing, "", 1) for part in asked]
    return False if states == deeds and not any(around(part).denied for part in states) else None


def of_either(option: str, name: str, state: str, *, once: bool = True) -> bool | None:
    """Return whether 标准化工作未开展或不达标 is so by 达标, or 隐患未排查或未整改 by 已排查未整改.

    What is like this or that was done, and is there.
    """
    if not any(word in _hidden(option) for word in words().either) or not state:
        return None
    parts = [bare_of(part) for part in re.split("|".join(words().either), option)]
    abouts = [around(part) for part in parts]
    subject = abouts[0].before
    is_plain = all(its.denied and its.whole and its.core for its in abouts)
    if not is_plain or any(its.before for its in abouts[1:]) or "、" in subject:
        return None
    thing = bare_of(name)
    cores = [its.core for its in abouts]
    if thing and thing != subject and not (not subject and all(core.endswith(thing) for core in cores[-1:])):
        return None
    if not subject and thing:
        cores = [core.removesuffix(thing) for core in cores]
    states = [around(part) for part in re.split("并且|并|且|但|和|[,，]|(?<=.)(?=未|没有|不)", bare_of(state)) if part]
    verdicts = {its.core: not its.denied for its in states if not its.before}
    if fails := [core for core in cores if verdicts.get(core) is False]:
        return None if once and len(fails) > 1 else True
    if all(verdicts.get(core) is True for core in cores):
        return False
    is_like = verdicts.get(cores[-1]) is True and not abouts[-1].of_deed
    is_there = all(its.of_deed or its.core == subject or not its.core.startswith("不") for its in abouts[:-1])
    exists = all(core in (*words().deeds, *words().makes) for core in cores[:-1])
    return False if is_like and is_there and exists and len(states) == 1 else None


def of_whole(option: str, text: str) -> bool | None:
    """Return whether a bare verdict on the one thing that is asked (已运用, 未运用) says that ``option`` is so.

    A degree (按规定), an 全部 or a second deed that the verdict leaves out leaves it open.
    """
    bare = _NOTE.sub("", bare_of(option))
    its, mine = around(bare), around(text)
    asked = _TO_WHOM.sub("", its.core)
    if not its.of_deed or its.before or mine.before or not mine.whole or len(mine.core) < _FEWEST:
        return None
    degrees = any(word in asked for word in (*words().degrees, *words().all_of, *words().hedges))
    if degrees or not its.whole or not asked.startswith(mine.core) or leaves_some(option, text):
        return None
    if mine.denied:
        return True if mine.of_deed else None
    more = _ALL_AT_ONCE.search(asked) or re.search("[0-9,，]|和|或", asked)
    return None if more else False

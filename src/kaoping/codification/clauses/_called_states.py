"""What a named value (台账=未建立, 领导小组=已成立) says of a fact that a clause tells."""

from __future__ import annotations

from kaoping.codification.clauses._agreement import _without_degrees, agrees
from kaoping.codification.clauses._clause_words import words
from kaoping.codification.clauses._denials import HAVING, LACK, NONE, around, bare_of, deeds_in, leaves_some

_FEWEST = 2  # characters that say what is so


def holds_of(option: str, thing: str, state: str) -> bool | None:
    """Whether what ``option`` says of a thing is so (台账=未建立, 意见书=缺失); None where that is not certain."""
    bare, lacking = bare_of(option), words().lacking
    is_there = True if state == HAVING else False if state in (*NONE, *lacking, LACK) else None
    if is_there is not None:
        if any(bare in (thing + word, word + thing) for word in lacking):
            return not is_there
        about = around(option)
        made = next((word for word in words().makes if about.core.startswith(word)), "")
        if not about.before and made and about.core.removeprefix(made) == thing:
            return is_there != about.denied
        return None
    if state in words().so + words().not_so:
        return None
    verdicts = {agrees(option, whole) for whole in (thing + state, state + thing)} - {None}
    return verdicts.pop() if len(verdicts) == 1 else None


def state_of(option: str, thing: str, state: str) -> bool | None:
    """Whether a thing's state (领导小组=已成立) is what an option says of it among more; None where it is not certain.

    A degree (按规定, 及时) that the option has and the state has not leaves it open.
    """
    if leaves_some(option, state):
        return None
    bare, mine, about = bare_of(option), bare_of(state), around(option)
    if len(thing) >= _FEWEST and thing in bare and (deeds := _of_deeds(option, state)) is not None:
        return deeds
    if (
        len(thing) < _FEWEST
        or thing not in bare
        or any(w in _without_degrees(bare) for w in (*words().both, *words().either))
    ):
        return None
    if not about.whole or around(thing).denied or any(mark in bare for mark in ",，"):
        return None
    rest = about.core.replace(thing, "", 1)
    degree = any(word in rest and word not in mine for word in (*words().degrees, *words().qualities))
    made = about.core.startswith((*words().makes, *words().does))
    if mine in (*words().so, *words().not_so):
        is_there = mine in words().so
        if not about.denied and made and about.core.endswith(thing):
            return None if is_there and degree else is_there
        is_object = about.denied and not about.before and made and about.core.endswith(thing) and not degree
        return not is_there if is_object and mine in (HAVING, *NONE) else None
    its = around(mine)
    if its.before or not its.whole or len(its.core) < _FEWEST or its.core not in rest:
        return None
    if not about.denied and rest[: rest.index(its.core)].endswith((*words().denials, *words().hedges)):
        return None  # 完善, of 制度基本完善
    if not about.denied:
        return False if its.denied else None if degree else True
    return None if degree else its.denied


def _of_deeds(option: str, state: str) -> bool | None:
    """Whether 已编制并备案, 已编制未备案 or 未编制 is what 编制应急预案并备案 says: all of its deeds, or not all."""
    if around(option).denied or any(word in _without_degrees(option) for word in words().either):
        return None
    asked = [bare_of(part) for part in deeds_in(option)]
    if len(asked) < _FEWEST or any(len(part) < _FEWEST for part in asked):
        return None
    done = set[int]()
    for part in deeds_in(state):
        about = around(part)
        places = [at for at, deed in enumerate(asked) if about.core in deed]
        if about.before or not about.whole or len(about.core) < _FEWEST or len(places) != 1:
            return None
        if about.denied:
            return False
        if any(word in asked[places[0]].replace(about.core, "", 1) for word in words().degrees):
            return None
        done.add(places[0])
    return True if len(done) == len(asked) else None


def tells(option: str, name: str) -> bool:
    """Whether a name says as much as an option (未持证上岗), not only what it is about (台账, of 台账混乱)."""
    theirs, mine = around(option), around(name)
    begins = theirs.core.startswith(mine.core) and theirs.core != mine.core
    lacks = any(word in option and word not in name for word in words().lacking)
    return not lacks and (not begins or mine.denied or name.startswith((*words().does, *words().occurs)))


def is_called(option: str, name: str) -> bool:
    """Whether a name is the whole of an option (未报送, 有预案 or 预案), not a thing that it says something of."""
    theirs, mine = around(option), around(name)
    return bare_of(option) == bare_of(name) or (theirs == mine and bool(mine.core))

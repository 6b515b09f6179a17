"""The case of one clause: what stands before its points, told apart by what its tokens are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from kaoping.codification.clauses._clause_words import words
from kaoping.codification.clauses._denials import around
from kaoping.codification.clauses._frames import RANK, ByDay, Case, Fact, Per, Rest, Several, Side, Tier
from kaoping.codification.clauses._plain import Plain
from kaoping.codification.clauses._tier_cases import FIRST, tier
from kaoping.codification.clauses._token_runs import BEHIND, BOUNDS, OPPOSITE, is_idle, plain_words, trimmed
from kaoping.codification.clauses._tokens import DATE, MARK, OTHER, PERIOD, QUANTITY, Token
from kaoping.codification.clauses._unit_cases import per_every, per_of

_EACH = ("各", "分别")
_OTHERS = ("其他", "其它")


def case_of(whole: Plain, its: list[Token], given: Token) -> Case | None:
    kinds = [token.kind for token in its]
    if DATE in kinds:
        return _by_day(whole, its, kinds, given)
    begins = len(its) > 1 and its[0].text in _OTHERS and given.kind == "take"
    counts_others = begins and (its[1].kind == QUANTITY or (its[1].kind == OTHER and "every" in kinds))
    if counts_others and kinds.count("other") == 1:  # 其他1处不符合要求扣1分
        return case_of(whole, [replace(its[0], kind=OTHER), *its[1:]], given)
    if "other" in kinds:
        return Rest() if all(kind in ("other", "idle", MARK) for kind in kinds) else None
    if (deed := _not_done(whole, its)) is not None:
        return deed
    if (behind := _undone(its)) and "every" not in kinds:
        return Fact(plain_words(whole, behind))
    if "every" in kinds:
        return per_every(its, kinds)
    directions = [place for place, kind in enumerate(kinds) if kind in ("fewer", "more")]
    if directions:
        place = directions[-1]
        if len(directions) == 1 and place + 1 < len(its) and its[place + 1].kind == QUANTITY:
            if place + 2 < len(its) and its[place + 2].kind in BEHIND:
                lacking = tier([*its[:place], *its[place + 1 :]])
                return None if lacking is None else replace(lacking, direction=kinds[place])
            quantity = its[place + 1]
            if quantity.low == (Fraction(1, 100) if quantity.percent else 1):
                return per_of(its[:place], kinds[place], quantity, its[place + 2 :])
            behind = its[place + 2 :]
            if given.kind == "take" and not quantity.percent and all(token.kind in (OTHER, "idle") for token in behind):
                lacking = tier([*its[:place], quantity, *behind])  # 逾期1天扣0.5分，逾期2天扣1分
                return replace(lacking, direction=kinds[place]) if lacking is not None and lacking.bare else None
        return None
    quantities = [token for token in its if token.kind == QUANTITY]
    if not quantities:
        if PERIOD in kinds and given.kind != "give":
            return None
        return Fact(plain_words(whole, its)) if its else Fact("")
    bounds = [kind for kind in kinds if kind in BOUNDS or kind in BEHIND or kind == "between"]
    last = quantities[-1]
    if given.kind in ("none", "veto") and (one_of := _one_of(whole, its)) is not None:
        return one_of
    if PERIOD in kinds and given.kind == "give" and len(quantities) == 1 and not last.percent:
        return Fact(plain_words(whole, its), rhythm=True)
    if not bounds and len(quantities) == 1 and last.low == 1 and not last.percent and not _is_rank(its, last):
        if given.kind in ("take", "extra"):
            place = its.index(last)
            return per_of(its[:place], "", last, its[place + 1 :])
        if given.kind in ("none", "veto") and not last.implicit:
            return Fact(plain_words(whole, its), counted=True)
    if given.kind in ("none", "take") and (missed := _missed_target(its)) is not None:
        return missed
    if given.kind == "give" and (met := _met_target(its)) is not None:
        return met
    several = _several(whole, its) if given.kind == "give" else None
    facts = [case.words for case in several.cases if isinstance(case, Fact)] if several else []
    is_more = any(text.startswith(("有", *words().makes)) for text in facts)  # 建立制度，配备3名以上: two things
    return several if is_more else tier(its) or several


def _is_rank(its: Sequence[Token], quantity: Token) -> bool:
    """Whether 名 is a place, not a person (一名工人未体检)."""
    place = its.index(quantity)
    is_person = not quantity.text.startswith("第") and place + 1 < len(its) and its[place + 1].kind == OTHER
    return quantity.unit == RANK and not (is_person and not (place and its[place - 1].text.endswith(FIRST)))


def _at_last_comma(its: Sequence[Token]) -> tuple[list[Token], list[Token]]:
    place = max((at for at, token in enumerate(its) if token.kind == MARK and token.text == ","), default=-1)
    return trimmed(its[: max(place, 0)]), trimmed(its[place + 1 :])


def _missed_target(its: Sequence[Token]) -> Tier | None:
    """设置率须达100%，低于100%: the other side of a number that is asked for before the last comma."""
    target, missed = (tier(part) if part else None for part in _at_last_comma(its))
    if target is None or missed is None or missed.subject or target.direction or not target.subject:
        return None
    if len(target.sides) != 1 or len(missed.sides) != 1 or not missed.amount.fits(target.amount):
        return None
    (asked,), (side,) = target.sides, missed.sides
    is_other_side = OPPOSITE.get(asked.op) == side.op and asked.edge == side.edge
    subject = next((target.subject.removesuffix(w) for w in words().asks if target.subject.endswith(w)), target.subject)
    return replace(missed, subject=subject) if is_other_side and subject else None


def _met_target(its: Sequence[Token]) -> Tier | None:
    """健康管理率目标值90%，达标: the number that the words behind the last comma say is reached."""
    before, behind = _at_last_comma(its)
    if "".join(token.text for token in behind) not in words().meets:
        return None
    target = tier(before)
    if target is None or len(target.sides) != 1 or target.amount.unit == RANK or target.direction:
        return None
    (side,) = target.sides
    subject = next((target.subject.removesuffix(w) for w in words().targets if target.subject.endswith(w)), "")
    if target.bare or side.op == "equals":
        if any(word in target.subject for word in words().worse):
            return None
        return replace(target, subject=subject or target.subject, sides=(Side("at_least", side.edge),), bare=False)
    return target


def _by_day(whole: Plain, its: list[Token], kinds: list[str], given: Token) -> Case | None:
    """12月5日前报送; before units of lateness a day is only what they are counted from."""
    place = kinds.index(DATE)
    rest = [*its[:place], *its[place + 1 :]]
    if kinds.count(DATE) > 1:
        return None
    plainly = all(token.kind in (OTHER, "idle", MARK) for token in rest)
    if given.kind in ("none", "veto", "take") and plainly and (behind := _undone(its)):
        asked = "".join(token.text for token in rest if token.kind == OTHER and token not in behind)
        return Fact(plain_words(whole, behind), by=ByDay(asked, its[place].unit))  # 12月5日前报送，未报送的不得分
    if given.kind == "take":
        late = case_of(whole, trimmed(rest), given)
        is_late = isinstance(late, Per) and late.target is None and late.amount.unit in words().days
        return (
            replace(late, day=its[place].unit)
            if isinstance(late, Per) and is_late and late.direction != "fewer"
            else None
        )
    subject = "".join(token.text for token in rest if token.kind == OTHER)
    return (
        ByDay(subject, its[place].unit, its[place].inside)
        if plainly and not any(w in subject for w in words().denials)
        else None
    )


def _one_of(whole: Plain, its: list[Token]) -> Fact | None:
    """培训不少于4次、覆盖率达到90%，一项不符合的不得分: one of what numbers ask for before the last comma."""
    place = max((at for at, token in enumerate(its) if token.kind == MARK and token.text == ","), default=-1)
    before, behind = its[: max(place, 0)], trimmed(its[place + 1 :])
    numbers = [token for token in behind if token.kind == QUANTITY]
    is_one = len(numbers) == 1 and numbers[0].low == 1 and not numbers[0].percent and not numbers[0].implicit
    plainly = all(token.kind in (OTHER, "idle", QUANTITY) for token in behind)
    denies = any(word in token.text for token in behind if token.kind == OTHER for word in words().denials)
    asks = [token.low for token in before if token.kind == QUANTITY]
    if not (asks and is_one and plainly and denies and numbers[0].unit in words().of_things):
        return None
    return Fact(plain_words(whole, behind), counted=True, topic=tuple(asks))


def _several(whole: Plain, its: Sequence[Token]) -> Several | None:
    """Conditions between marks, each a number of its own thing with one edge, or plain words; else None."""
    parts: list[list[Token]] = [[]]
    joins = []
    for token in its:
        join = next((word for word in words().joins if token.kind == OTHER and token.text.startswith(word)), "")
        if token.kind == MARK and token.text in ",、":
            parts.append([])
        elif join:
            joins.append(join)
            rest = token.text.removeprefix(join)
            parts.append([replace(token, start=token.start + len(join), text=rest)] if rest else [])
        else:
            parts[-1].append(token)
    parts = [part for each in parts if (part := trimmed(each))]
    cases: list[Tier | Fact] = []
    for part in parts:
        if any(token.kind == QUANTITY for token in part):
            its_tier = tier(part)
            if its_tier is None or len(its_tier.sides) != 1 or not its_tier.subject:
                return None
            if its_tier.amount.unit == RANK and any(word in its_tier.subject for word in (*words().ranking, FIRST)):
                return None
            if its_tier.bare:
                if any(word in its_tier.subject for word in words().worse):
                    return None
                its_tier = replace(its_tier, sides=(Side("at_least", its_tier.sides[0].edge),), bare=False)
            cases.append(its_tier)
        elif all(token.kind in (OTHER, "idle") for token in part):
            cases.append(Fact(plain_words(whole, part)))
        else:
            return None
    subjects = [case.subject if isinstance(case, Tier) else case.words for case in cases]
    is_plain = len(cases) > 1 and len(set(subjects)) == len(subjects) and any(isinstance(case, Tier) for case in cases)
    return Several(tuple(cases), bool(joins) and len(joins) == len(cases) - 1) if is_plain else None


def _not_done(whole: Plain, its: Sequence[Token]) -> Fact | None:
    """设立专人，落实报酬，未落实: what should be done, and that it is not."""
    before, behind = _at_last_comma(its)
    text = "".join(token.text for token in behind)
    plainly = bool(before) and all(token.kind in (OTHER, "idle", MARK) for token in its)
    if plainly and text in words().breaks:  # 严禁选拔考试，违反者
        return Fact(text)
    if not plainly or text not in (*words().none_so, *words().fails):
        return None
    asked = plain_words(whole, before)
    return None if any(word in asked for word in words().denials) else Fact(text, of=asked)


def _undone(its: Sequence[Token]) -> Sequence[Token]:
    """每年开展1次演练，未开展: what comes behind the last comma where it only denies what a number asks for before."""
    place = max((at for at, token in enumerate(its) if token.kind == MARK and token.text == ","), default=-1)
    before, behind = its[: max(place, 0)], trimmed(its[place + 1 :])
    asks = any(token.kind in (QUANTITY, PERIOD, DATE) for token in before)
    deed = around("".join(token.text for token in behind)).core
    asks = asks or (deed in words().deeds and any(deed in token.text for token in before))
    plainly = bool(behind) and all(token.kind in (OTHER, "idle", MARK) for token in behind)
    late = next((word for word in words().overdue if plainly and behind[0].text.startswith(word)), "")
    denies = plainly and behind[0].text.removeprefix(late).startswith(words().denials)  # 逾期未报送
    return behind if asks and denies and not any(token.text[:1] in words().denials for token in before) else []


def or_else(whole: Plain, its: Sequence[Token]) -> Fact | Tier | None:
    """The plain words before 否则, or the one number with one edge; None where there are none, or more."""
    kinds = [token.kind for token in its]
    if kinds.count("other") != 1 or its[kinds.index("other")].text not in words().or_else:
        return None
    before, behind = trimmed(its[: kinds.index("other")]), its[kinds.index("other") + 1 :]
    plainly = bool(before) and all(token.kind in (OTHER, "idle", MARK) for token in before)
    denied = any(token.text.startswith(words().denials) for token in before)
    if any(token.kind == QUANTITY for token in before) and is_idle(behind):  # 确保达到80%以上，否则不得分
        reached = tier(before) if all(token.kind != MARK for token in before) else None  # of several, nobody knows
        is_edge = reached is not None and len(reached.sides) == 1 and not (reached.bare or reached.direction)
        return reached if is_edge and reached is not None and reached.amount.unit != RANK else None
    return Fact(plain_words(whole, before)) if plainly and not denied and is_idle(behind) else None


def each_of(case: Case, act: str) -> list[Case]:
    """制定计划、总结各得1分: each of them; 各 that can't be spread stays, and is then not understood."""
    if not isinstance(case, Fact) or not case.words.endswith(_EACH) or case.counted:
        return [case]
    each = next(word for word in _EACH if case.words.endswith(word))
    listed = case.words.removesuffix(each).rstrip(",，的")
    apart = [part.strip("的") for part in re.split("[、，]", listed)]
    if act in ("take", "extra") and len(apart) > 1 and all(around(part).denied for part in apart):
        return [Fact(part) for part in apart]  # 工作无计划、无措施、无总结的，各扣1分
    parts = listed.split("、")
    lack = next((word for word in words().spreads if parts[0].startswith(word)), "")
    parts = [parts[0], *(part if part.startswith(lack) else lack + part for part in parts[1:])]
    denied = any(part.startswith(words().denials) for part in parts)
    is_clear = len(parts) > 1 and all(parts) and not any(word in case.words for word in ("和", "及", "或", "，"))
    return [Fact(part) for part in parts] if is_clear and (lack or (not denied and act in ("give", "add"))) else [case]

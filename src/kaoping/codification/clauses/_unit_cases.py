"""So many units of something (每少1次, 每超过1天), read off the tokens of a clause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from kaoping.codification.clauses._clause_words import words
from kaoping.codification.clauses._denials import is_lack
from kaoping.codification.clauses._frames import Amount, Per, Tier
from kaoping.codification.clauses._tier_cases import NTH, tier
from kaoping.codification.clauses._token_runs import BEHIND, BOUNDS, subject_of, trimmed
from kaoping.codification.clauses._tokens import MARK, OTHER, PERIOD, QUANTITY, Token


def per_every(its: list[Token], kinds: list[str]) -> Per | None:
    place = len(kinds) - 1 - kinds[::-1].index("every")
    if kinds.count("every") > 1 and kinds[place + 1 : place + 2] not in (["fewer"], ["more"]):
        return None
    behind = its[place + 1 :]
    direction, quantity, rest = "", None, list[Token]()
    for token in behind:
        if token.kind in ("fewer", "more") and not direction and (not rest or token.kind == "more"):
            direction = token.kind
        elif token.kind == QUANTITY and quantity is None:
            quantity = token
        elif token.kind in (OTHER, "idle", MARK):
            rest.append(token)
        else:
            return None
    if quantity is None and not direction:
        return _each_thing(its[:place], rest)
    per = per_of(its[:place], direction, quantity, rest) if quantity is not None else None
    if per is None and quantity is not None and not direction:
        per = _counted(its[:place], quantity, rest)
    return None if per is None else replace(per, every=True, full=its[place].text in words().acts["every_full"])


def either_units(its: Sequence[Token]) -> list[Per]:
    """每缺一项内容或少学一次: units of either are counted, each by itself; none where they are not two of a kind."""
    for place, token in enumerate(its):
        either = next((w for w in words().either if token.kind == OTHER and w in token.text), "")
        if not either:
            continue
        before, _, behind = token.text.partition(either)
        cut = token.start + len(before)
        first = [*its[:place], *([replace(token, end=cut, text=before)] if before else [])]
        second = [*([replace(token, start=cut + len(either), text=behind)] if behind else []), *its[place + 1 :]]
        every = next((part for part in first if part.kind == "every"), None)
        if every is None or not second:
            continue
        if not any(part.kind == "every" for part in second):
            second = [every, *second]
        pair = [per_every(part, [each.kind for each in part]) for part in (first, second)]
        lacks = [per for per in pair if per is not None and _is_lack(per)]
        if len(lacks) == 2 and not any(per.target or per.period or per.topic or per.targets for per in lacks):
            return lacks
    return []


def _is_lack(per: Per) -> bool:
    """Whether what is lacking of something that has a name is counted one by one: 缺一项内容, 少学一次."""
    is_short = per.direction == "fewer" or (not per.direction and is_lack(per.subject))
    return is_short and per.per == 1 and bool(per.subject)


def _each_thing(before: list[Token], behind: list[Token]) -> Per | None:
    """每点位扣1分: a noun that is no unit we know."""
    words_ = [token for token in behind if token.kind == OTHER]
    plainly = bool(words_) and all(token.kind in (OTHER, "idle", MARK) for token in [*before, *behind])
    measures = any(word in token.text for token in words_ for word in words().steps)
    if not plainly or measures or any(token.kind == MARK for token in behind):
        return None
    return Per(subject_of([*before, *behind]), "", Fraction(1), Amount("", False), every=True)


def _counted(before: list[Token], unit: Token, behind: list[Token]) -> Per | None:
    """少于2人的，每次扣1分: units that are counted, whatever numbers say which."""
    amount = Amount(unit.unit, unit.percent)
    numbers = [token for token in before if token.kind == QUANTITY]
    allowed = (OTHER, "idle", MARK, QUANTITY, PERIOD, "between", *BOUNDS, *BEHIND)
    if unit.low != 1 or unit.percent or not numbers or any(token.kind not in allowed for token in [*before, *behind]):
        return None
    alike = [at for at, token in enumerate(before) if token.kind == QUANTITY and Amount(token.unit, False).fits(amount)]
    subject = subject_of([*before, *behind])
    topic = tuple(token.low for token in numbers)
    if not alike:
        return Per(subject, "", unit.low, amount, topic=topic)
    rest = before[alike[-1] + 1 :]
    is_plain = not any(token.kind in (*BOUNDS, *BEHIND, "between") for token in before)
    says = any(word in token.text for token in [*rest, *behind] for word in (*words().denials, *words().worse))
    apart = any(token.kind == MARK for token in rest)
    return Per(subject, "", unit.low, amount, topic=topic, alike=True) if is_plain and apart and says else None


def per_of(before: list[Token], direction: str, unit: Token, behind: list[Token]) -> Per | None:
    if any(token.kind not in (OTHER, "idle", MARK) for token in behind) or unit.low <= 0:
        return None
    amount = Amount(unit.unit, unit.percent)
    subject = subject_of([*before, *behind])
    if before and behind and before[-1].text.endswith(NTH):  # 第一次违规
        subject = subject_of([*before[:-1], replace(before[-1], text=before[-1].text.removesuffix(NTH)), *behind])
    if not direction and before and before[-1].kind == PERIOD:  # 每季度每发生一起
        before = before[:-1]
    if not direction and (amiss := _amiss(before, behind)):
        before, behind, subject = amiss, [], subject_of(amiss)
    period = any(token.kind == PERIOD for token in before) and not any(t.kind in ("below", "above") for t in before)
    before = before if period else [token for token in before if token.kind != PERIOD]
    counted = [token for token in before if token.kind == QUANTITY]
    if not counted:
        if any(token.kind not in (OTHER, "idle", MARK, PERIOD) for token in before) or (period and not direction):
            return None
        return Per(subject, direction, unit.low, amount, None, "", period=period)
    if not direction:
        return None
    allowed = (OTHER, "idle", MARK, QUANTITY, PERIOD, "every", *BOUNDS, *BEHIND)
    if any(token.kind not in allowed for token in before):
        return None
    vague = Per(subject, direction, unit.low, amount, period=True, topic=tuple(token.low for token in counted))
    if period or any(token.kind == "every" for token in before):
        return vague
    target = tier(trimmed(before))
    if target is not None and fits_target(target, direction, amount):
        return Per(subject, direction, unit.low, amount, target)
    targets = _targets(before)
    fitting = [its for its in targets if fits_target(its, direction, amount)]
    names = {its.subject for its in fitting}
    if len(targets) > 1 and fitting == targets and len(names) == len(targets) and all(names):
        return Per(subject, direction, unit.low, amount, targets=tuple(targets))
    return vague


def _amiss(before: Sequence[Token], behind: Sequence[Token]) -> list[Token]:
    """每月5日前上报报表，迟报一次: what went amiss, behind words alone that say what should be done."""
    place = max((at for at, token in enumerate(before) if token.kind == MARK and token.text == ","), default=-1)
    asked, its = before[: max(place, 0)], trimmed([*before[place + 1 :], *behind])
    plainly = bool(its) and all(token.kind in (OTHER, "idle") for token in its)
    in_words = all(token.kind in (OTHER, "idle", MARK, PERIOD) for token in asked)
    amiss = (*words().amiss, *words().late, *(word for word in words().lacks if word not in words().acts["fewer"]))
    asks = in_words and any(token.kind == PERIOD for token in asked)
    return its if plainly and asks and its[0].text.startswith(amiss) else []


def _targets(before: Sequence[Token]) -> list[Tier]:
    """会议不少于4次、培训不少于2次: what each part says there should be; none if one is unclear."""
    parts: list[list[Token]] = [[]]
    for token in before:
        if token.kind == MARK and token.text in ",、":
            parts.append([])
        else:
            parts[-1].append(token)
    counted = [part for part in parts if any(token.kind == QUANTITY for token in part)]
    tiers = [its for part in counted if (its := tier(trimmed(part))) is not None]
    return tiers if len(tiers) == len(counted) else []


def fits_target(target: Tier, direction: str, amount: Amount) -> bool:
    """Whether units in ``direction`` can be counted from the one edge of ``target``."""
    if len(target.sides) != 1 or not target.amount.fits(amount):
        return False
    op = target.sides[0].op
    return target.bare or op in (("at_least", "below") if direction == "fewer" else ("at_most", "above"))

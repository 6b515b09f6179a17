"""A number between edges, read off the tokens of a clause (90%以上, 80%—90%); nothing where it is about more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kaoping.codification.clauses._clause_words import words
from kaoping.codification.clauses._frames import RANK, Amount, Side, Tier
from kaoping.codification.clauses._token_runs import BEHIND, BOUNDS, DOWN, UP
from kaoping.codification.clauses._tokens import MARK, OTHER, PERIOD, QUANTITY, Token

#: What stands before the first ranks (前3名).
FIRST = "前"
#: What stands before a number that says which one it is (第二次).
NTH, _TIMES = "第", "次"
_FLIPPED = {"at_most": "at_least", "below": "above", "at_least": "at_most", "above": "below"}


def tier(its: Sequence[Token]) -> Tier | None:
    """Return the number between edges that the tokens are about; None where they are about more, or less clear."""
    its = _turned(its)
    sides: list[Side] = []
    amount: Amount | None = None
    subject: list[str] = []
    at, bare, nth = 0, False, False
    joined = True  # only words that mean nothing themselves may stand between two edges
    while at < len(its):
        token = its[at]
        if token.kind in (OTHER, "idle", MARK):
            if token.kind == OTHER:
                if not sides and token.text.endswith(words().denials) and at + 1 < len(its):
                    return None
                is_label = at + 1 == len(its) and bool(sides) and token.text.startswith(words().labels)
                if is_label and not any(word in token.text for word in words().denials if word != "不"):
                    at += 1  # 85%以上为优秀
                    continue
                if sides and not _only_links(token.text):
                    joined = False
                if not (sides and _only_links(token.text)):
                    only = next((word for word in words().only if token.text.startswith(word)), "")
                    subject.append(token.text.removeprefix(only) if not sides else token.text)
            at += 1
            continue
        if sides and not joined:
            return None
        ops = [token.kind] if token.kind in BOUNDS else []
        at += len(ops)
        if at >= len(its) or its[at].kind != QUANTITY:
            return None
        quantity = its[at]
        mine = Amount(quantity.unit, quantity.percent)
        if amount is not None and not amount.fits(mine):
            return None
        if subject and subject[-1].endswith(NTH) and mine.unit == _TIMES:
            nth, subject[-1] = True, subject[-1].removesuffix(NTH)
        amount = mine if amount is None or not mine.unit.endswith("%") else amount
        at += 1
        if at < len(its) and its[at].kind in BEHIND:
            inside, outside = BEHIND[its[at].kind]
            if its[at].kind == "or_after" and mine.unit != RANK:
                return None
            ops.append(outside if its[at].outside else inside)
            at += 1
        spanning = at < len(its) and its[at].kind == "between"
        if spanning and (at + 1 < len(its) and its[at + 1].kind in (QUANTITY, *BOUNDS)):
            op = ops[0] if ops else "at_least"
            if len(ops) > 1 or op not in UP:
                return None
            sides.append(Side(_taking_in(op, quantity), quantity.low, 2 if quantity.inside else 1 if ops else 0))
            nxt = at + 1
            if its[nxt].kind == QUANTITY and not (nxt + 1 < len(its) and its[nxt + 1].kind in BEHIND):
                other = its[nxt]
                if not amount.fits(Amount(other.unit, other.percent)):
                    return None
                sides.append(Side("at_most", other.low, 2 if other.inside else 0))
                at = nxt + 1
            else:
                at = nxt
            continue
        if not ops and mine.unit == RANK and subject and subject[-1].endswith(FIRST):
            ops = ["at_most"]  # 前3名
        if not ops and mine.unit != RANK and subject and subject[-1].endswith(FIRST):
            return None  # 前两次: the first of them, not how many
        op_or_none = _agreed(ops)
        if op_or_none is None:
            return None
        if op_or_none == "":
            bare = True
        is_loose = any(token.kind == "or_after" for token in its[at - 1 : at])
        bounds = {token.text for token in its[max(at - 3, 0) : at] if token.kind in (*BOUNDS, *BEHIND)}
        is_certain = quantity.inside or (bool(bounds & set(words().certain)) and op_or_none in ("at_least", "at_most"))
        op = _taking_in(op_or_none or "equals", quantity)
        sides.append(Side(op, quantity.low, 2 if is_certain else 0 if is_loose else 1))
    if amount is None or not 1 <= len(sides) <= 2:
        return None
    if len(sides) == 2:
        ups, downs = [s for s in sides if s.op in UP], [s for s in sides if s.op in DOWN]
        if bare or len(ups) != 1 or len(downs) != 1:
            return None
        if ups[0].edge > downs[0].edge and not any(s.firm for s in sides):
            ups, downs = ([Side("at_least", downs[0].edge, 0)], [Side("at_most", ups[0].edge, 0)])
        if ups[0].edge >= downs[0].edge:
            return None
        sides = [ups[0], downs[0]]
    return Tier("".join(subject), tuple(sides), amount, "", bare, nth)


def _taking_in(op: str, quantity: Token) -> str:
    """Return how an edge compares: 超过98%（含） takes in 98%, whatever its word does without the note."""
    return {"above": "at_least", "below": "at_most"}.get(op, op) if quantity.inside else op


def _only_links(text: str) -> bool:
    """Whether a text is made of words that only join two edges (但在, of 超过30分钟但在60分钟以内)."""
    while text and (word := next((word for word in words().links if text.startswith(word)), "")):
        text = text.removeprefix(word)
    return not text


def _turned(its: Sequence[Token]) -> Sequence[Token]:
    """80%≤完成率<90% as 完成率≥80%<90%; anything else as it is."""
    kinds = [token.kind for token in its]
    if kinds[:3] != [QUANTITY, kinds[1] if len(kinds) > 1 and kinds[1] in _FLIPPED else "", OTHER]:
        return its
    return [its[2], replace(its[1], kind=_FLIPPED[its[1].kind]), its[0], *its[3:]]


def _agreed(ops: list[str]) -> str | None:
    """The one comparison that words around a number come to; "" where there is none, None where they differ."""
    if not ops:
        return ""
    names = ["equals" if op == "equal" else op for op in ops]
    if len(names) == 1 or names[0] == names[1]:
        return names[0]
    return "below" if names == ["below", "at_most"] else None


def tier_of_prose(its: Sequence[Token]) -> list[Tier]:
    """Return the number that a sentence without points says there should be; none where it says none, or several."""
    if any(token.kind == PERIOD for token in its) or not any(token.kind == QUANTITY for token in its):
        return []
    target = tier(its)
    if target is None:
        return []
    is_goal = any(target.subject.removesuffix("为").endswith(word) for word in words().targets)
    if is_goal and [side.op for side in target.sides] == ["equals"]:  # 年度目标为82%: the least of it, or the most
        return [replace(target, bare=True)]
    return [target]

"""Lists of points within a sentence: 分别得5分、4分、3分, and points that no word gives (优秀3分，良好2分)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from kaoping.codification.clauses._clause_words import words
from kaoping.codification.clauses._frames import RANK, Amount, Fact, Frame, Per, Reading, Side, Tier
from kaoping.codification.clauses._plain import Plain
from kaoping.codification.clauses._tier_cases import FIRST
from kaoping.codification.clauses._token_runs import BEHIND, BOUNDS, DOWN, GIVES, UP, subject_of, trimmed
from kaoping.codification.clauses._tokens import DISCRETION, LIMIT, MARK, OTHER, QUANTITY, UNREAD, Token

_POINT, _EACH_ITS, _LEVEL = "分", ("分别", "依次"), "级"
_BARE = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_SIGNED = tuple(act for act in GIVES if act not in ("give", "none"))


def spoken(whole: Plain, its: Sequence[Token]) -> Sequence[Token]:
    """优秀3分，良好2分 and 建立台账（1分）: points with no word before them are given, where no other word gives."""
    of_levels = not any(word in token.text for token in its for word in (*words().denials, *words().worse))
    of_levels = of_levels and all(any(level in token.text for level in words().levels) for token in _before_every(its))
    if any(token.kind in (*_SIGNED, UNREAD, LIMIT) for token in its) or not of_levels:
        return its
    spoken = []
    for place, token in enumerate(its):
        at_end = place + 1 == len(its) or its[place + 1].kind == MARK
        before = [other for other in its[:place] if other.kind not in (MARK, "idle")]
        after_case = bool(before) and before[-1].kind in (OTHER, *BEHIND, QUANTITY)
        is_points = token.kind == QUANTITY and token.unit == _POINT and not token.implicit
        spoken.append(
            replace(token, kind="give", high=token.low, unit="") if is_points and at_end and after_case else token
        )
    return spoken


def awarded(sentences: Sequence[Sequence[Token]], points: Fraction | None) -> Sequence[Sequence[Token]]:
    """资料齐全3分；无事故5分；按时上报2分: points without a word are given where all come to the line's."""
    bare, given, ends = list[tuple[int, int]](), Fraction(0), list[tuple[int, int]]()
    for number, its in enumerate(sentences):
        for place, token in enumerate(its):
            before = _of_clause(its[:place])
            at_end = place + 1 == len(its) or its[place + 1].kind == MARK
            is_points = token.kind == QUANTITY and token.unit == _POINT and not token.implicit
            is_case = bool(before) and before[-1].kind in (OTHER, *BEHIND, QUANTITY)
            if is_points and at_end and is_case and not any(other.kind == "every" for other in before):
                (bare if token.low > 0 else ends).append((number, place))
            elif token.kind == "give":
                given += token.low
    worth = sum((sentences[number][place].low for number, place in bare), given)
    is_ladder = _goes_down([sentences[number][place].low for number, place in (*bare, *ends)], points)
    others = any(token.kind in GIVES for its in sentences for token in its)
    if is_ladder and not others and sorted((*bare, *ends)) == [*bare, *ends]:  # 完整2分，基本完整1分，不完整0分
        bare += ends
    elif len(bare) == 1 and not given and not ends and sentences[bare[0][0]][bare[0][1]].low == points:
        its = sentences[bare[0][0]]
        if not any(token.kind in ("none", "take", DISCRETION) for token in its[bare[0][1] + 1 :]):
            return sentences
        if any(token.kind in GIVES for token in its[: bare[0][1]]):
            return sentences
    elif points is None or len(bare) < 2 or worth != points or worth == given or ends:
        return sentences
    out = [list(its) for its in sentences]
    for number, place in bare:
        token = out[number][place]
        out[number][place] = replace(token, kind="give" if token.low else "none", high=token.low, unit="")
    return out


def _goes_down(worth: Sequence[Fraction], points: Fraction | None) -> bool:
    """Whether points begin with all of the line's and go down to none."""
    return len(worth) > 1 and worth[0] == points and worth[-1] == 0 and all(a > b for a, b in pairwise(worth))


def _of_clause(its: Sequence[Token]) -> list[Token]:
    """The tokens behind the last points."""
    last = max((at for at, token in enumerate(its) if token.kind in GIVES), default=-1)
    return [token for token in its[last + 1 :] if token.kind not in (MARK, "idle")]


def _before_every(its: Sequence[Token]) -> list[Token]:
    """What is counted with each 每: 省级, of 省级每条0.5分."""
    return [its[place - 1] if place else token for place, token in enumerate(its) if token.kind == "every"]


def respectively(whole: Plain, its: Sequence[Token], number: int, reading: Reading) -> Sequence[Token]:
    """Take in 达到95%、90%、85%的，分别得5分、4分、3分; return the tokens that are left."""
    place = next((at for at, token in enumerate(its) if token.text in _EACH_ITS), -1)  # an open word elsewhere
    if place < 0 or place + 1 >= len(its) or its[place + 1].kind not in ("give", "take", "add"):
        return its
    act, rest = its[place + 1].kind, its[place + 2 :]
    worth = [its[place + 1].low]
    while len(rest) > 1 and rest[0].kind == MARK and (points := _points_of(rest[1], act)) is not None:
        worth.append(points)
        rest = rest[2:]
    before = [token for token in its[:place] if token.kind != "idle"]
    if len(worth) == 1 and all(token.kind in (OTHER, MARK) for token in before):  # 无计划、无总结的，分别扣1分
        return [*its[:place], replace(its[place], kind=OTHER), *its[place + 1 :]]
    if _by_rank(whole, its[:place], act, worth, number, reading):
        return rest
    if _by_level(whole, before, act, worth, number, reading):
        return rest
    edges = [token for token in before if token.kind == QUANTITY]
    around = [token for token in before if token.kind not in (QUANTITY, MARK, OTHER)]
    amounts = [Amount(token.unit, token.percent) for token in edges]
    if len(edges) != len(worth) or len(edges) < 2 or len(around) != 1 or not all(a.fits(amounts[0]) for a in amounts):
        return its
    op = around[0].kind if around[0].kind in BOUNDS else BEHIND.get(around[0].kind, ("",))[0]
    is_ends = around[0] is before[-1] if around[0].kind in BEHIND else around[0].end == edges[0].start
    if op not in (*UP, *DOWN) or not is_ends or around[0].outside:
        return its
    end = rest[0].start if rest else its[-1].end
    text = whole.words(its[0].start, end).rstrip("，,；;。")
    subject, firm = subject_of(before), 2 if around[0].text in words().certain else 1
    for edge, points in zip(edges, worth, strict=True):
        case = Tier(subject, (Side(op, edge.low, firm),), amounts[0])
        reading.frames.append(Frame(case, act, points, points, False, text, number, edge.start))
    return rest


def _points_of(token: Token, act: str) -> Fraction | None:
    """What one of a list of points gives, which may be a bare number (3、2、1分); None for anything else."""
    if token.kind == act or token.unit == _POINT:
        return token.low
    return Fraction(token.text) if token.kind == UNREAD and _BARE.fullmatch(token.text) else None


def _by_rank(
    whole: Plain, before: Sequence[Token], act: str, worth: Sequence[Fraction], number: int, reading: Reading
) -> bool:
    """Take in 排名第1—5名的，依次得5分、4分、3分、2分、1分: as many points as there are ranks."""
    its = [token for token in before if token.kind != "idle"]
    ranks = [token for token in its if token.kind == QUANTITY]
    plainly = all(token.kind in (OTHER, MARK, QUANTITY, "between") for token in its)
    first_of = len(ranks) == 1 and plainly and subject_of([t for t in its if t.start < ranks[0].start]).endswith(FIRST)
    if first_of and ranks[0].unit == RANK and ranks[0].low == len(worth) > 1:  # 排名前三名的分别得5分、4分、3分
        (end,) = ranks
        its = [*its[: its.index(end)], replace(end, low=Fraction(1)), replace(end, kind="between"), end]
        reading.derived |= set(map(Fraction, range(1, len(worth))))
        ranks = [token for token in its if token.kind == QUANTITY]
    if not plainly or len(ranks) != 2 or any(token.unit != RANK for token in ranks):
        return False
    first, last = (token.low for token in ranks)
    if last - first + 1 != len(worth) or len(worth) < 2 or not any(token.kind == "between" for token in its):
        return False
    subject = subject_of([token for token in its if token.start < ranks[0].start])
    text = whole.words(its[0].start, its[-1].end)
    for at, points in enumerate(worth):
        case = Tier(subject, (Side("equals", first + at),), Amount(RANK, False), "", True)
        reading.frames.append(Frame(case, act, points, points, False, text, number, ranks[0].start))
    return True


def _by_level(
    whole: Plain, before: Sequence[Token], act: str, worth: Sequence[Fraction], number: int, reading: Reading
) -> bool:
    """Take in 获得国家级、省级、市级表彰的，分别加3分、2分、1分, where the list is one of levels."""
    unit = before[-1] if len(before) > 2 and before[-1].implicit and before[-2].kind == "every" else None
    before = trimmed(before[:-2]) if unit is not None else before  # 省级、市级采用的，每篇分别加2分、1分
    if not before or any(token.kind not in (OTHER, MARK) for token in before):
        return False
    text = whole.text[before[0].start : before[-1].end].rstrip(",")
    parts = text.split("、")
    if _LEVEL in parts[-1]:  # 国家、省、市级
        parts = [part + _LEVEL if part.endswith(words().short_levels) else part for part in parts[:-1]] + parts[-1:]
    levels = [next((word for word in words().levels if word in part), "") for part in parts]
    if len(parts) != len(worth) or len(parts) < 2 or not all(levels) or len(set(levels)) < len(levels):
        return False
    head, tail = parts[0].partition(levels[0])[0], parts[-1].partition(levels[-1])[2]
    wanted = [head * (at == 0) + level + tail * (at == len(parts) - 1) for at, level in enumerate(levels)]
    if wanted != parts or "," in text:
        return False
    for level, points in zip(levels, worth, strict=True):
        its = whole.words(before[0].start, before[-1].end)
        case: Fact | Per = Fact(head + level + tail)
        if unit is not None:
            case = Per(head + level + tail, "", unit.low, Amount(unit.unit, False), every=True)
        reading.frames.append(Frame(case, act, points, points, False, its, number, before[0].start))
    return True

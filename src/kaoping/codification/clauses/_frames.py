"""Frames: what one clause says, a case and what it gives (每少一次｜扣1分), read off its tokens; nothing is guessed.

A frame's words are those of the source. What no part of a frame explains is *unread*: then nothing is made of the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from kaoping.codification.clauses._clause_words import words
from kaoping.codification.clauses._plain import Plain, plain
from kaoping.codification.clauses._tokens import (
    DATE,
    EACH_ITS,
    FORMULA,
    IN_ALL,
    LARGE,
    LESS,
    LIMIT,
    MARK,
    OTHER,
    PARTIAL,
    PERIOD,
    QUANTITY,
    UNREAD,
    Token,
    sentences,
    tokens,
)
from kaoping.core import units

_BOUNDS = ("at_least", "at_most", "above", "below", "equal")
_BEHIND = {"or_after": ("at_least", "above"), "or_more": ("at_least", "above"), "or_less": ("at_most", "below")}
_GIVES = ("take", "extra", "give", "add", "none", "veto", "keep", "in_proportion")
_POINT, _EACH_ITS, _EACH = "分", "分别", "各"
RANK, _FIRST = "名", "前"
_FLIPPED = {"at_most": "at_least", "below": "above", "at_least": "at_most", "above": "below"}
_SIGNED = tuple(act for act in _GIVES if act not in ("give", "none"))
_UP, _DOWN = ("at_least", "above"), ("at_most", "below")


@dataclass(frozen=True, slots=True)
class Side:
    """One edge: 95%以上."""

    op: str
    edge: Fraction
    firm: int = 1  # 0 where it only ends a span, 2 where its number is in so many words (含)


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity's unit, of which a share is told in hundredths."""

    unit: str
    percent: bool

    def fits(self, other: Amount) -> bool:
        """Whether both count the same."""
        if self.percent or other.percent:
            return self.percent and other.percent
        return self.unit == other.unit or units.ratio(self.unit, other.unit) == 1


@dataclass(frozen=True, slots=True)
class Tier:
    """A number between edges."""

    subject: str
    sides: tuple[Side, ...]
    amount: Amount
    direction: str = ""  # fewer | more: of what is lacking or over (缺三项以上)
    bare: bool = False  # no word says whether it is the least, the most or just that


@dataclass(frozen=True, slots=True)
class Per:
    """So many units: 每少1次. ``target`` is from where it is counted, where the text says."""

    subject: str
    direction: str  # fewer | more | ""
    per: Fraction
    amount: Amount
    target: Tier | None = None
    day: str = ""  # until when, where the text says
    every: bool = False  # 每 stands before it
    full: bool = False  # 每满: what is left over counts nothing
    period: bool = False  # how many there should be follows from a period (每季度1次), or from several numbers
    topic: tuple[Fraction, ...] = ()  # numbers that only say what is counted, or what there should be
    alike: bool = False  # a number of the topic has the unit that is counted
    targets: tuple[Tier, ...] = ()  # several, each counted for itself


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is so or not; ``counted``: it may be so several times (一项不合格)."""

    words: str
    counted: bool = False
    topic: tuple[Fraction, ...] = ()  # numbers that what it is one of asks for
    rhythm: bool = False  # so often in each period (每季度1次): how much that is, no number says


@dataclass(frozen=True, slots=True)
class ByDay:
    """Something that is done before a day: its month and day (12-05), with the year where the text says it."""

    subject: str
    day: str


@dataclass(frozen=True, slots=True)
class Rest:
    """Whatever no other clause is about (其余)."""


@dataclass(frozen=True, slots=True)
class Several:
    """Several conditions of one clause (藏书1万册以上、座位50个以上); ``joined``: it says that all must hold (且)."""

    cases: tuple[Tier | Fact, ...]
    joined: bool


Case = Tier | Per | Fact | ByDay | Rest | Several


@dataclass(frozen=True, slots=True)
class Frame:
    """A case, and what it gives."""

    case: Case
    act: str
    low: Fraction
    high: Fraction
    whole: bool  # all of the line's points (满分)
    text: str
    sentence: int
    start: int
    cap: Fraction | None = None
    cap_text: str = ""
    partial: str = ""
    by_formula: bool = False  # a share of the points, whose number or words stand in the formula


@dataclass(slots=True)
class Reading:
    """All that a text says."""

    frames: list[Frame] = field(default_factory=list)
    prose: list[tuple[str, list[Token]]] = field(default_factory=list)  # sentences that give nothing, and their tokens
    floor_text: str = ""
    full_text: str = ""
    large: int = 0  # 万 or 亿, where a number is told in them
    limits: list[tuple[Token, str, int]] = field(default_factory=list)  # those that belong to no one frame
    unread: list[str] = field(default_factory=list)
    in_all: list[tuple[Fraction, str]] = field(default_factory=list)  # how many points the line has, as the text says


def read(text: str) -> Reading:
    """Return what ``text`` says."""
    whole, reading = plain(text), Reading()
    for number, (start, end) in enumerate(sentences(whole)):
        its = tokens(whole, start, end)
        texts = [token.text for token in its if token.kind == QUANTITY]
        reading.large = max(
            [reading.large, *(worth for mark, worth in LARGE.items() for text in texts if mark in text)]
        )
        _sentence(whole, its, number, reading)
    return reading


def _sentence(whole: Plain, its: Sequence[Token], number: int, reading: Reading) -> None:
    waiting: list[Token] = []
    first = len(reading.frames)
    its = _respectively(whole, its, number, reading)
    its = _spoken(whole, its)
    for place, token in enumerate(its):
        if token.kind == EACH_ITS:
            continue
        if token.kind == IN_ALL:
            reading.in_all.append((token.low, whole.words(token.start, token.end)))
        elif token.kind == UNREAD:
            reading.unread.append(whole.words(token.start, token.end))
        elif token.kind == LIMIT:
            _limit(whole, token, number, first, reading)
        elif token.kind == PARTIAL:
            _partial(token, first, reading, whole)
        elif token.kind == "down_to_zero":
            reading.floor_text = reading.floor_text or whole.words(token.start, token.end)
        elif token.kind == "full_up":
            reading.full_text = reading.full_text or whole.words(token.start, token.end)
        elif token.kind == LESS and not _trimmed(waiting):  # 得分=5-超标次数×0.5
            if token.low:
                reading.in_all.append((token.low, whole.words(token.start, token.end)))
            counted = Per(token.unit, "", Fraction(1), Amount("", False))
            text = whole.words(token.start, token.end)
            reading.frames.append(Frame(counted, "take", token.high, token.high, False, text, number, token.start))
        elif token.kind == FORMULA and _trimmed(waiting) and not token.outside:
            rest_of = _case(whole, _trimmed(waiting), token)
            if not isinstance(rest_of, Fact | Rest):
                reading.unread.append(whole.words(token.start, token.end))
            else:  # 未达到的，得分=完成率×5
                text = whole.words(_trimmed(waiting)[0].start, token.end)
                share = Frame(rest_of, "in_proportion", token.low, token.low, not token.low, text, number, token.start)
                reading.frames.append(replace(share, by_formula=True))
            waiting = []
        elif token.kind == FORMULA:
            act = "complement" if token.outside else "formula"
            its_frame = Frame(Fact(token.unit), act, token.low, token.low, not token.low, token.text, number, 0)
            reading.frames.append(replace(its_frame, text=whole.words(token.start, token.end), start=token.start))
        elif token.kind in _GIVES:
            nxt = its[place + 1] if place + 1 < len(its) else token
            each = [replace(nxt, kind="every"), replace(nxt, kind=QUANTITY, implicit=True)]
            _close(whole, [*waiting, *each] if nxt.kind == EACH_ITS else waiting, token, number, first, reading)
            waiting = []
        else:
            waiting.append(token)
    rest = _trimmed(waiting)
    if len(reading.frames) > first and _is_aside(rest, waiting):
        rest = []  # （包括…）: what is counted, which whoever states the number knows
    if rest:
        words_ = whole.words(rest[0].start, rest[-1].end)
        if any(token.kind not in (OTHER, "idle", MARK, PERIOD, QUANTITY, *_BOUNDS, *_BEHIND) for token in rest) or (
            len(reading.frames) > first and not _is_idle(rest)
        ):
            reading.unread.append(words_)
        elif not _is_idle(rest):
            reading.prose.append((words_, list(rest)))


def _spoken(whole: Plain, its: Sequence[Token]) -> Sequence[Token]:
    """优秀3分，良好2分 and 建立台账（1分）: points with no word before them are given, where no other word gives."""
    if any(token.kind in (*_SIGNED, "every", UNREAD, LIMIT) for token in its):
        return its
    spoken = []
    for place, token in enumerate(its):
        at_end = place + 1 == len(its) or its[place + 1].kind == MARK
        before = [other for other in its[:place] if other.kind not in (MARK, "idle")]
        after_case = bool(before) and before[-1].kind in (OTHER, *_BEHIND, QUANTITY)
        is_points = token.kind == QUANTITY and token.unit == _POINT and not token.implicit
        spoken.append(
            replace(token, kind="give", high=token.low, unit="") if is_points and at_end and after_case else token
        )
    return spoken


def _respectively(whole: Plain, its: Sequence[Token], number: int, reading: Reading) -> Sequence[Token]:
    """Take in 达到95%、90%、85%的，分别得5分、4分、3分; return the tokens that are left."""
    place = next((at for at, token in enumerate(its) if token.text == _EACH_ITS), -1)  # an open word elsewhere
    if place < 0 or place + 1 >= len(its) or its[place + 1].kind not in ("give", "take", "add"):
        return its
    act, rest = its[place + 1].kind, its[place + 2 :]
    worth = [its[place + 1].low]
    while len(rest) > 1 and rest[0].kind == MARK and (rest[1].kind == act or rest[1].unit == _POINT):
        worth.append(rest[1].low)
        rest = rest[2:]
    before = [token for token in its[:place] if token.kind != "idle"]
    if _by_level(whole, before, act, worth, number, reading):
        return rest
    edges = [token for token in before if token.kind == QUANTITY]
    around = [token for token in before if token.kind not in (QUANTITY, MARK, OTHER)]
    amounts = [Amount(token.unit, token.percent) for token in edges]
    if len(edges) != len(worth) or len(edges) < 2 or len(around) != 1 or not all(a.fits(amounts[0]) for a in amounts):
        return its
    op = around[0].kind if around[0].kind in _BOUNDS else _BEHIND.get(around[0].kind, ("",))[0]
    is_ends = around[0] is before[-1] if around[0].kind in _BEHIND else around[0].end == edges[0].start
    if op not in (*_UP, *_DOWN) or not is_ends or around[0].outside:
        return its
    end = rest[0].start if rest else its[-1].end
    text = whole.words(its[0].start, end).rstrip("，,；;。")
    subject = _subject(before)
    for edge, points in zip(edges, worth, strict=True):
        case = Tier(subject, (Side(op, edge.low),), amounts[0])
        reading.frames.append(Frame(case, act, points, points, False, text, number, edge.start))
    return rest


def _by_level(
    whole: Plain, before: Sequence[Token], act: str, worth: Sequence[Fraction], number: int, reading: Reading
) -> bool:
    """Take in 获得国家级、省级、市级表彰的，分别加3分、2分、1分, where the list is one of levels."""
    if not before or any(token.kind not in (OTHER, MARK) for token in before):
        return False
    text = whole.text[before[0].start : before[-1].end].rstrip(",")
    parts = text.split("、")
    levels = [next((word for word in words().levels if word in part), "") for part in parts]
    if len(parts) != len(worth) or len(parts) < 2 or not all(levels) or len(set(levels)) < len(levels):
        return False
    head, tail = parts[0].partition(levels[0])[0], parts[-1].partition(levels[-1])[2]
    wanted = [head * (at == 0) + level + tail * (at == len(parts) - 1) for at, level in enumerate(levels)]
    if wanted != parts or "," in text:
        return False
    for level, points in zip(levels, worth, strict=True):
        its = whole.words(before[0].start, before[-1].end)
        reading.frames.append(
            Frame(Fact(head + level + tail), act, points, points, False, its, number, before[0].start)
        )
    return True


def _is_aside(rest: Sequence[Token], whole: Sequence[Token]) -> bool:
    """Whether words behind the last clause of a sentence stand in brackets, and are words alone."""
    marks = [token.text for token in whole if token.kind == MARK and token.text in "()"]
    return marks == ["(", ")"] and all(token.kind in (OTHER, "idle", MARK) for token in rest)


def _is_idle(its: Sequence[Token]) -> bool:
    return all(token.kind in ("idle", MARK) for token in its)


def _trimmed(its: Sequence[Token]) -> list[Token]:
    rest = list(its)
    while rest and rest[0].kind in (MARK, "idle"):
        rest.pop(0)
    while rest and rest[-1].kind in (MARK, "idle"):
        rest.pop()
    return rest


def _limit(whole: Plain, token: Token, number: int, first: int, reading: Reading) -> None:
    """A limit belongs to the one clause before it in its sentence; else to nobody that the text names."""
    takes = token.unit.startswith("扣")
    here = [
        place
        for place in range(first, len(reading.frames))
        if (reading.frames[place].act == "take") == takes or not token.unit
    ]
    adding = [place for place in here if reading.frames[place].act == "add"]
    if "加" in token.unit and len(adding) == 1:  # 达到80%得2分，每提高5个百分点加0.5分，最高加1分
        here = adding
    words_ = whole.words(token.start, token.end)
    if len(here) == 1 and not takes:  # 开展一次得1分，最高3分
        frame = reading.frames[here[0]]
        case = frame.case
        is_first = (
            isinstance(case, Tier) and case.bare and case.sides[0].edge == 1 and case.amount.unit not in (RANK, "%")
        )
        if isinstance(case, Tier) and is_first and token.low >= 2 * frame.high:
            reading.frames[here[0]] = replace(frame, case=Per(case.subject, "", Fraction(1), case.amount))
    if len(here) == 1 and reading.frames[here[0]].cap is None and isinstance(reading.frames[here[0]].case, Per):
        reading.frames[here[0]] = replace(reading.frames[here[0]], cap=token.low, cap_text=words_)
    else:
        reading.limits.append((token, words_, number))


def _partial(token: Token, first: int, reading: Reading, whole: Plain) -> None:
    here = [place for place in range(len(reading.frames)) if isinstance(reading.frames[place].case, Per)]
    here = [place for place in here if place >= first] or here
    if len(here) == 1 and not reading.frames[here[0]].partial:
        reading.frames[here[0]] = replace(reading.frames[here[0]], partial=token.unit)
    else:
        reading.unread.append(whole.words(token.start, token.end))


def _close(whole: Plain, waiting: list[Token], token: Token, number: int, first: int, reading: Reading) -> None:
    its = _trimmed(waiting)
    start = its[0].start if its else token.start
    last = reading.frames[-1] if reading.frames else None
    if not its and token.kind == "none" and last and last.sentence == number and last.act in ("veto", "none"):
        return  # 一票否决，该项不得分
    text = whole.words(start, token.end)
    if token.kind == "none" and (done := _or_else(whole, its)) is not None:  # 及时上报，否则不得分
        full = Frame(done, "give", Fraction(0), Fraction(0), True, text, number, start)
        reading.frames += [full, Frame(Rest(), "none", token.low, token.high, False, text, number, start)]
        return
    case = _case(whole, its, token)
    if case is None:
        reading.unread.append(text)
        return
    for each in _each_of(case, token.kind):
        frame = Frame(each, token.kind, token.low, token.high, token.unit == "whole", text, number, start)
        reading.frames.append(frame)


def _or_else(whole: Plain, its: Sequence[Token]) -> Fact | None:
    """The plain words before 否则; None where there are none, or numbers."""
    kinds = [token.kind for token in its]
    if kinds.count("other") != 1 or its[kinds.index("other")].text != "否则":
        return None
    before, behind = _trimmed(its[: kinds.index("other")]), its[kinds.index("other") + 1 :]
    plainly = bool(before) and all(token.kind in (OTHER, "idle", MARK) for token in before)
    denied = any(token.text.startswith(words().denials) for token in before)
    return Fact(_plainly(whole, before)) if plainly and not denied and _is_idle(behind) else None


def _each_of(case: Case, act: str) -> list[Case]:
    """制定计划、总结各得1分: each of them; 各 that can't be spread stays, and is then not understood."""
    if not isinstance(case, Fact) or not case.words.endswith(_EACH) or case.counted:
        return [case]
    parts = case.words.removesuffix(_EACH).rstrip(",，").split("、")
    lack = next((word for word in words().spreads if parts[0].startswith(word)), "")
    parts = [parts[0], *(part if part.startswith(lack) else lack + part for part in parts[1:])]
    denied = any(part.startswith(words().denials) for part in parts)
    is_clear = len(parts) > 1 and all(parts) and not any(word in case.words for word in ("和", "及", "或", "，"))
    return [Fact(part) for part in parts] if is_clear and (lack or (not denied and act in ("give", "add"))) else [case]


def _case(whole: Plain, its: list[Token], given: Token) -> Case | None:
    kinds = [token.kind for token in its]
    if DATE in kinds:
        return _by_day(whole, its, kinds, given)
    if "other" in kinds:
        return Rest() if all(kind in ("other", "idle", MARK) for kind in kinds) else None
    if (behind := _undone(its)) and "every" not in kinds:
        return Fact(_plainly(whole, behind))
    if "every" in kinds:
        return _per_every(whole, its, kinds)
    directions = [place for place, kind in enumerate(kinds) if kind in ("fewer", "more")]
    if directions:
        place = directions[-1]
        if len(directions) == 1 and place + 1 < len(its) and its[place + 1].kind == QUANTITY:
            if place + 2 < len(its) and its[place + 2].kind in _BEHIND:
                lacking = tier([*its[:place], *its[place + 1 :]])
                return None if lacking is None else replace(lacking, direction=kinds[place])
            quantity = its[place + 1]
            if quantity.low == (Fraction(1, 100) if quantity.percent else 1):
                return _per(whole, its[:place], kinds[place], quantity, its[place + 2 :])
        return None
    quantities = [token for token in its if token.kind == QUANTITY]
    if not quantities:
        if PERIOD in kinds and given.kind != "give":
            return None
        return Fact(_plainly(whole, its)) if its else Fact("")
    bounds = [kind for kind in kinds if kind in _BOUNDS or kind in _BEHIND or kind == "between"]
    last = quantities[-1]
    if given.kind in ("none", "veto") and (one_of := _one_of(whole, its)) is not None:
        return one_of
    if PERIOD in kinds and given.kind == "give" and len(quantities) == 1 and not last.percent:
        return Fact(_plainly(whole, its), rhythm=True)
    if not bounds and len(quantities) == 1 and last.low == 1 and not last.percent and last.unit != RANK:
        if given.kind in ("take", "extra"):
            place = its.index(last)
            return _per(whole, its[:place], "", last, its[place + 1 :])
        if given.kind in ("none", "veto") and not last.implicit:
            return Fact(_plainly(whole, its), counted=True)
    several = _several(whole, its) if given.kind == "give" else None
    facts = [case.words for case in several.cases if isinstance(case, Fact)] if several else []
    is_more = any(text.startswith(("有", *words().makes)) for text in facts)  # 建立制度，配备3名以上: two things
    return several if is_more else tier(its) or several


def _one_of(whole: Plain, its: list[Token]) -> Fact | None:
    """培训不少于4次、覆盖率达到90%，一项不符合的不得分: one of what numbers ask for before the last comma."""
    place = max((at for at, token in enumerate(its) if token.kind == MARK and token.text == ","), default=-1)
    before, behind = its[: max(place, 0)], _trimmed(its[place + 1 :])
    numbers = [token for token in behind if token.kind == QUANTITY]
    is_one = len(numbers) == 1 and numbers[0].low == 1 and not numbers[0].percent and not numbers[0].implicit
    plainly = all(token.kind in (OTHER, "idle", QUANTITY) for token in behind)
    denies = any(word in token.text for token in behind if token.kind == OTHER for word in words().denials)
    asks = [token.low for token in before if token.kind == QUANTITY]
    if not (asks and is_one and plainly and denies and numbers[0].unit in words().of_things):
        return None
    return Fact(_plainly(whole, behind), counted=True, topic=tuple(asks))


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
    parts = [part for each in parts if (part := _trimmed(each))]
    cases: list[Tier | Fact] = []
    for part in parts:
        if any(token.kind == QUANTITY for token in part):
            its_tier = tier(part)
            if its_tier is None or len(its_tier.sides) != 1 or not its_tier.subject:
                return None
            if its_tier.amount.unit == RANK and any(word in its_tier.subject for word in (*words().ranking, _FIRST)):
                return None
            if its_tier.bare:
                if any(word in its_tier.subject for word in words().worse):
                    return None
                its_tier = replace(its_tier, sides=(Side("at_least", its_tier.sides[0].edge),), bare=False)
            cases.append(its_tier)
        elif all(token.kind in (OTHER, "idle") for token in part):
            cases.append(Fact(_plainly(whole, part)))
        else:
            return None
    subjects = [case.subject if isinstance(case, Tier) else case.words for case in cases]
    is_plain = len(cases) > 1 and len(set(subjects)) == len(subjects) and any(isinstance(case, Tier) for case in cases)
    return Several(tuple(cases), bool(joins) and len(joins) == len(cases) - 1) if is_plain else None


def _undone(its: Sequence[Token]) -> Sequence[Token]:
    """每年开展1次演练，未开展: what comes behind the last comma where it only denies what a number asks for before."""
    place = max((at for at, token in enumerate(its) if token.kind == MARK and token.text == ","), default=-1)
    before, behind = its[: max(place, 0)], _trimmed(its[place + 1 :])
    asks = any(token.kind in (QUANTITY, PERIOD) for token in before)
    plainly = bool(behind) and all(token.kind in (OTHER, "idle", MARK) for token in behind)
    denies = plainly and behind[0].text.startswith(words().denials)
    return behind if asks and denies and not any(token.text[:1] in words().denials for token in before) else []


def _plainly(whole: Plain, its: Sequence[Token]) -> str:
    """The words as they are compared with others: simplified, in half width, but for the comma."""
    text = whole.text[its[0].start : its[-1].end].replace(",", "，")
    lead = next((word for word in words().leads if text.startswith(word) and len(text) > len(word) + 1), "")
    return text.removeprefix(lead)


def _by_day(whole: Plain, its: list[Token], kinds: list[str], given: Token) -> Case | None:
    """12月5日前报送; before units of lateness a day is only what they are counted from."""
    place = kinds.index(DATE)
    rest = [*its[:place], *its[place + 1 :]]
    if kinds.count(DATE) > 1:
        return None
    if given.kind == "take":
        late = _case(whole, _trimmed(rest), given)
        is_late = isinstance(late, Per) and late.target is None and late.amount.unit in words().days
        return (
            replace(late, day=its[place].unit)
            if isinstance(late, Per) and is_late and late.direction != "fewer"
            else None
        )
    subject = "".join(token.text for token in rest if token.kind == OTHER)
    plainly = all(token.kind in (OTHER, "idle", MARK) for token in rest)
    return ByDay(subject, its[place].unit) if plainly and not any(w in subject for w in words().denials) else None


def _per_every(whole: Plain, its: list[Token], kinds: list[str]) -> Per | None:
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
    per = _per(whole, its[:place], direction, quantity, rest) if quantity is not None else None
    if per is None and quantity is not None and not direction:
        per = _counted(its[:place], quantity, rest)
    return None if per is None else replace(per, every=True, full=its[place].text in words().acts["every_full"])


def _each_thing(before: list[Token], behind: list[Token]) -> Per | None:
    """每点位扣1分: a noun that is no unit we know."""
    words_ = [token for token in behind if token.kind == OTHER]
    plainly = bool(words_) and all(token.kind in (OTHER, "idle", MARK) for token in [*before, *behind])
    measures = any(word in token.text for token in words_ for word in words().steps)
    if not plainly or measures or any(token.kind == MARK for token in behind):
        return None
    return Per(_subject([*before, *behind]), "", Fraction(1), Amount("", False), every=True)


def _counted(before: list[Token], unit: Token, behind: list[Token]) -> Per | None:
    """少于2人的，每次扣1分: units that are counted, whatever numbers say which."""
    amount = Amount(unit.unit, unit.percent)
    numbers = [token for token in before if token.kind == QUANTITY]
    allowed = (OTHER, "idle", MARK, QUANTITY, PERIOD, "between", *_BOUNDS, *_BEHIND)
    if unit.low != 1 or unit.percent or not numbers or any(token.kind not in allowed for token in [*before, *behind]):
        return None
    alike = [at for at, token in enumerate(before) if token.kind == QUANTITY and Amount(token.unit, False).fits(amount)]
    subject = _subject([*before, *behind])
    topic = tuple(token.low for token in numbers)
    if not alike:
        return Per(subject, "", unit.low, amount, topic=topic)
    rest = before[alike[-1] + 1 :]
    is_plain = not any(token.kind in (*_BOUNDS, *_BEHIND, "between") for token in before)
    says = any(word in token.text for token in [*rest, *behind] for word in (*words().denials, *words().worse))
    apart = any(token.kind == MARK for token in rest)
    return Per(subject, "", unit.low, amount, topic=topic, alike=True) if is_plain and apart and says else None


def _per(whole: Plain, before: list[Token], direction: str, unit: Token, behind: list[Token]) -> Per | None:
    if any(token.kind not in (OTHER, "idle", MARK) for token in behind) or unit.low <= 0:
        return None
    amount = Amount(unit.unit, unit.percent)
    subject = _subject([*before, *behind])
    period = any(token.kind == PERIOD for token in before) and not any(t.kind in ("below", "above") for t in before)
    before = before if period else [token for token in before if token.kind != PERIOD]
    counted = [token for token in before if token.kind == QUANTITY]
    if not counted:
        if any(token.kind not in (OTHER, "idle", MARK, PERIOD) for token in before) or (period and not direction):
            return None
        return Per(subject, direction, unit.low, amount, None, "", period=period)
    if not direction:
        return None
    allowed = (OTHER, "idle", MARK, QUANTITY, PERIOD, "every", *_BOUNDS, *_BEHIND)
    if any(token.kind not in allowed for token in before):
        return None
    vague = Per(subject, direction, unit.low, amount, period=True, topic=tuple(token.low for token in counted))
    if period or any(token.kind == "every" for token in before):
        return vague
    target = tier(_trimmed(before))
    if target is not None and fits_target(target, direction, amount):
        return Per(subject, direction, unit.low, amount, target)
    targets = _targets(before)
    fitting = [its for its in targets if fits_target(its, direction, amount)]
    names = {its.subject for its in fitting}
    if len(targets) > 1 and fitting == targets and len(names) == len(targets) and all(names):
        return Per(subject, direction, unit.low, amount, targets=tuple(targets))
    return vague


def _targets(before: Sequence[Token]) -> list[Tier]:
    """会议不少于4次、培训不少于2次: what each part says there should be; none if one is unclear."""
    parts: list[list[Token]] = [[]]
    for token in before:
        if token.kind == MARK and token.text in ",、":
            parts.append([])
        else:
            parts[-1].append(token)
    counted = [part for part in parts if any(token.kind == QUANTITY for token in part)]
    tiers = [its for part in counted if (its := tier(_trimmed(part))) is not None]
    return tiers if len(tiers) == len(counted) else []


def fits_target(target: Tier, direction: str, amount: Amount) -> bool:
    """Whether units in ``direction`` can be counted from the one edge of ``target``."""
    if len(target.sides) != 1 or not target.amount.fits(amount):
        return False
    op = target.sides[0].op
    return target.bare or op in (("at_least", "below") if direction == "fewer" else ("at_most", "above"))


def _subject(its: Sequence[Token]) -> str:
    parts = [token.text for token in its if token.kind == OTHER]
    return "".join(parts)


def tier(its: Sequence[Token]) -> Tier | None:
    """Return the number between edges that the tokens are about; None where they are about more, or less clear."""
    its = _turned(its)
    sides: list[Side] = []
    amount: Amount | None = None
    subject: list[str] = []
    at, bare = 0, False
    joined = True  # only words that mean nothing themselves may stand between two edges
    while at < len(its):
        token = its[at]
        if token.kind in (OTHER, "idle", MARK):
            if token.kind == OTHER:
                if not sides and token.text.endswith(words().denials) and at + 1 < len(its):
                    return None
                if sides and token.text not in words().links:
                    joined = False
                if not (sides and token.text in words().links):
                    subject.append(token.text)
            at += 1
            continue
        if sides and not joined:
            return None
        ops = [token.kind] if token.kind in _BOUNDS else []
        at += len(ops)
        if at >= len(its) or its[at].kind != QUANTITY:
            return None
        quantity = its[at]
        mine = Amount(quantity.unit, quantity.percent)
        if amount is not None and not amount.fits(mine):
            return None
        amount = mine if amount is None or not mine.unit.endswith("%") else amount
        at += 1
        if at < len(its) and its[at].kind in _BEHIND:
            inside, outside = _BEHIND[its[at].kind]
            if its[at].kind == "or_after" and mine.unit != RANK:
                return None
            ops.append(outside if its[at].outside else inside)
            at += 1
        spanning = at < len(its) and its[at].kind == "between"
        if spanning and (at + 1 < len(its) and its[at + 1].kind in (QUANTITY, *_BOUNDS)):
            op = ops[0] if ops else "at_least"
            if len(ops) > 1 or op not in _UP:
                return None
            sides.append(Side(op, quantity.low, 2 if quantity.inside else 1 if ops else 0))
            nxt = at + 1
            if its[nxt].kind == QUANTITY and not (nxt + 1 < len(its) and its[nxt + 1].kind in _BEHIND):
                other = its[nxt]
                if not amount.fits(Amount(other.unit, other.percent)):
                    return None
                sides.append(Side("at_most", other.low, 2 if other.inside else 0))
                at = nxt + 1
            else:
                at = nxt
            continue
        if not ops and mine.unit == RANK and subject and subject[-1].endswith(_FIRST):
            ops = ["at_most"]  # 前3名
        op_or_none = _agreed(ops)
        if op_or_none is None:
            return None
        if op_or_none == "":
            bare = True
        is_loose = any(token.kind == "or_after" for token in its[at - 1 : at])
        bounds = {token.text for token in its[max(at - 3, 0) : at] if token.kind in (*_BOUNDS, *_BEHIND)}
        is_certain = quantity.inside or (bool(bounds & set(words().certain)) and op_or_none in ("at_least", "at_most"))
        sides.append(Side(op_or_none or "equals", quantity.low, 2 if is_certain else 0 if is_loose else 1))
    if amount is None or not 1 <= len(sides) <= 2:
        return None
    if len(sides) == 2:
        ups, downs = [s for s in sides if s.op in _UP], [s for s in sides if s.op in _DOWN]
        if bare or len(ups) != 1 or len(downs) != 1:
            return None
        if ups[0].edge > downs[0].edge and not any(s.firm for s in sides):
            ups, downs = ([Side("at_least", downs[0].edge, 0)], [Side("at_most", ups[0].edge, 0)])
        if ups[0].edge >= downs[0].edge:
            return None
        sides = [ups[0], downs[0]]
    return Tier("".join(subject), tuple(sides), amount, "", bare)


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
    return [target] if target is not None else []

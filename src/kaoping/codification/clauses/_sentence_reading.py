"""A text to frames, sentence by sentence. What no part of a frame explains is *unread*: then nothing is made of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from kaoping.codification.clauses._case_reading import case_of, each_of, or_else
from kaoping.codification.clauses._clause_words import words
from kaoping.codification.clauses._frames import RANK, Amount, Case, Fact, Frame, Per, Reading, Rest, Tier
from kaoping.codification.clauses._list_reading import awarded, respectively, spoken
from kaoping.codification.clauses._plain import LARGE, Plain, plain
from kaoping.codification.clauses._token_runs import BEHIND, BOUNDS, GIVES, plain_words, trimmed
from kaoping.codification.clauses._tokens import (
    AND_SO_ON,
    DISCRETION,
    EACH_ITS,
    FORMULA,
    HIGHEST,
    IN_ALL,
    LESS,
    LIMIT,
    LINEAR,
    MARK,
    OTHER,
    PARTIAL,
    PERIOD,
    QUANTITY,
    SCALED,
    SHARE,
    SPENT,
    UNREAD,
    WHOLE,
    WORTH,
    Token,
    is_numbered,
    sentences,
    tokens,
)
from kaoping.codification.clauses._unit_cases import either_units

#: What says that a list follows, one of which is enough.
_ONE_OF_LIST = re.compile("(?:有|存在|出现|发生|具有|属于)?(?:下列|以下|如下)(?:情形|情况|行为|问题|现象)之一[的者]*")
_OF_PROSE = (OTHER, "idle", MARK, PERIOD, QUANTITY, "every", *BOUNDS, *BEHIND)


def read(text: str, points: Fraction | None = None) -> Reading:
    """Return what ``text`` says, of a line of ``points`` where that is known."""
    whole, reading = plain(text), Reading()
    places = list(sentences(whole))
    in_points = [_in_points(tokens(whole, start, end), points, reading) for start, end in places]
    for number, its in enumerate(awarded(in_points, points)):
        if not its:
            continue
        start = places[number][0]
        marks = [mark for mark in LARGE if any(mark in token.text for token in its if token.kind == QUANTITY)]
        reading.large = max([reading.large, *(LARGE[mark] for mark in marks)])
        if is_numbered(whole, start):
            reading.numbered.add(number)
        _Sentence(whole, number, reading).read(its)
    _spread_lists(whole, reading)
    return reading


def _in_points(its: Sequence[Token], points: Fraction | None, reading: Reading) -> list[Token]:
    """得分值的60% as the points that it comes to; not read where nobody knows how many the line has."""
    out = []
    for token in its:
        if token.kind in WORTH and token.unit == SHARE:
            worth = abs(points or Fraction(0)) * token.low
            token = replace(token, low=worth, high=worth, unit="") if worth else replace(token, kind=UNREAD)
            reading.derived.add(worth)
        out.append(token)
    return out


def _spread_lists(whole: Plain, reading: Reading) -> None:
    """有下列情形之一的，不得分：（1）弄虚作假的；（2）发生事故的: each of them, or any of them."""
    frames = []
    for at, frame in enumerate(reading.frames):
        words_ = frame.case.words if isinstance(frame.case, Fact) else ""
        if not _ONE_OF_LIST.fullmatch(words_):
            frames.append(frame)
            continue
        end = reading.frames[at + 1].start if at + 1 < len(reading.frames) else len(whole.text)
        items = [its for its in reading.prose if frame.start < its[1][0].start < end]
        facts = [plain_words(whole, trimmed(its)).strip("的，:：") for _, its in items]
        plainly = all(token.kind in (OTHER, "idle", MARK) for _, its in items for token in its)
        if len(facts) < 2 or not plainly or not all(facts) or frame.act not in ("none", "veto", "take"):
            reading.unread.append(frame.text)
            continue
        reading.prose = [its for its in reading.prose if its not in items]
        if frame.act == "take":  # whether two of them are twice, nobody says
            facts = ["或者".join(facts)]
        frames += [replace(frame, case=Fact(words_)) for words_ in facts]
    reading.frames = frames


class _Sentence:
    """A sentence while it is read: tokens wait until one of them gives points, which closes a frame."""

    def __init__(self, whole: Plain, number: int, reading: Reading) -> None:
        self.whole, self.number, self.reading = whole, number, reading
        self.first = len(reading.frames)  # of this sentence
        self.waiting: list[Token] = []

    def read(self, its: Sequence[Token]) -> None:
        """Add to the reading what the tokens say."""
        its = spoken(self.whole, respectively(self.whole, its, self.number, self.reading))
        for place, token in enumerate(its):
            if token.kind in GIVES:
                self._give(token, its[place + 1] if place + 1 < len(its) else None)
            elif token.kind == DISCRETION:
                self._discretion(token)
            elif token.kind == FORMULA:
                self._formula(token)
            elif token.kind == LINEAR and not trimmed(self.waiting):
                its_frame = self._frame(Fact(token.unit), "linear", token.low, self._words(token), token.start)
                self.reading.frames.append(replace(its_frame, less=token.high))
            elif token.kind == SCALED and not trimmed(self.waiting):
                its_frame = self._frame(Fact(token.unit), "scaled", token.low, self._words(token), token.start)
                self.reading.frames.append(its_frame)
            elif token.kind == LESS and not trimmed(self.waiting):
                self._less(token)
            elif token.kind != EACH_ITS and not self._aside(token):
                self.waiting.append(token)
        self._rest()

    def _words(self, token: Token) -> str:
        return self.whole.words(token.start, token.end)

    def _frame(self, case: Case, act: str, worth: Fraction, text: str, start: int, *, whole: bool = False) -> Frame:
        return Frame(case, act, worth, worth, whole, text, self.number, start)

    def _aside(self, token: Token) -> bool:
        """Take in what is said of points and units beside the clauses; False where the token is none of that."""
        reading, text = self.reading, self._words(token)
        if token.kind == IN_ALL:
            reading.in_all.append((token.low, text))
        elif token.kind == UNREAD:
            reading.unread.append(text)
        elif token.kind == LIMIT:
            self._limit(token)
        elif token.kind == SPENT:
            reading.spent = reading.spent or (token.low, token.high, text)
        elif token.kind == HIGHEST:
            reading.highest = reading.highest or text
        elif token.kind == AND_SO_ON:
            self._and_so_on(token)
        elif token.kind == PARTIAL:
            self._partial(token)
        elif token.kind == "down_to_zero":
            reading.floor_text = reading.floor_text or text
        elif token.kind == "full_up":
            reading.full_text = reading.full_text or text
        else:
            return False
        return True

    def _less(self, token: Token) -> None:
        """得分=5-超标次数×0.5."""
        text = self._words(token)
        if token.low:
            self.reading.in_all.append((token.low, text))
        counted = Per(token.unit, "", Fraction(1), Amount("", False))
        self.reading.frames.append(self._frame(counted, "take", token.high, text, token.start))

    def _formula(self, token: Token) -> None:
        """得分=完成率×5; behind a case (未达到的) it gives the points of that case."""
        case, whole = trimmed(self.waiting), not token.low
        if not case or token.outside:
            act = "complement" if token.outside else "formula"
            its = self._frame(Fact(token.unit), act, token.low, self._words(token), token.start, whole=whole)
            self.reading.frames.append(its)
            return
        of, self.waiting = case_of(self.whole, case, token), []
        if not isinstance(of, Fact | Rest):
            self.reading.unread.append(self._words(token))
            return
        text = self.whole.words(case[0].start, token.end)
        share = self._frame(of, "in_proportion", token.low, text, token.start, whole=whole)
        self.reading.frames.append(replace(share, of_formula=token.unit))

    def _discretion(self, token: Token) -> None:
        """档案不全的酌情扣分: how much, whoever scores decides; where it is not so, nothing is taken off."""
        its, self.waiting = trimmed(self.waiting), []
        text = self.whole.words(its[0].start if its else token.start, token.end)
        act = "give" if token.unit == "give" else "take"
        case = case_of(self.whole, its, replace(token, kind=act)) if its else None
        fails = isinstance(case, Fact) and any(word in case.words for word in (*words().denials, *words().lacks))
        fails = fails or (isinstance(case, Fact) and token.unit == "more")  # 情节严重的，加倍扣分
        counts = isinstance(case, Per) and token.unit == "take"  # 每件次酌情扣2-5分
        if case is None or not (fails or counts):  # 根据完成情况酌情扣分
            self.reading.unread.append(text if act == "take" else self._words(token))
            return
        whole, start = not token.high, its[0].start
        frame = Frame(case, act, token.low, token.high, whole, text, self.number, start, free=True)
        self.reading.frames.append(frame)

    def _give(self, token: Token, behind: Token | None) -> None:
        """Close a frame: what waits is the case that the points are given for."""
        if behind is not None and behind.kind == EACH_ITS:  # 扣0.5分/次
            self.waiting += [replace(behind, kind="every"), replace(behind, kind=QUANTITY, implicit=True)]
        its, self.waiting = trimmed(self.waiting), []
        frames = self.reading.frames
        last = frames[-1] if frames else None
        is_said = last is not None and last.sentence == self.number and last.act in ("veto", "none")
        links = all(part.text in words().links for part in its)
        if links and token.kind in ("none", "veto") and is_said:
            return  # 一票否决，该项不得分
        if links and token.kind == "extra" and is_said:  # 不得分，并追加扣除10分
            assert last is not None, "looked at before"
            text = self.whole.words(last.start, token.end)
            frames.append(replace(last, act="extra", low=token.low, high=token.high, text=text))
            return
        start = its[0].start if its else token.start
        text = self.whole.words(start, token.end)
        whole = token.unit == WHOLE
        if token.kind == "none" and (done := or_else(self.whole, its)) is not None:  # 及时上报，否则不得分
            frames.append(self._frame(done, "give", Fraction(0), text, start, whole=True))
            frames.append(Frame(Rest(), "none", token.low, token.high, False, text, self.number, start))
            return
        cases: list[Case] = [*either_units(its)] if token.kind == "take" else []
        if not cases and (case := case_of(self.whole, its, token)) is not None:
            cases = each_of(case, token.kind)
        if not cases:
            self.reading.unread.append(text)
            return
        free = token.low == 0 < token.high  # 扣0-2分: how much, whoever scores decides
        for each in cases:
            frames.append(Frame(each, token.kind, token.low, token.high, whole, text, self.number, start, free=free))

    def _limit(self, token: Token) -> None:
        """A limit belongs to the one clause before it in its sentence; else to nobody that the text names."""
        frames, takes = self.reading.frames, token.unit.startswith("扣")
        here = list(range(self.first, len(frames)))
        here = [place for place in here if not token.unit or (frames[place].act == "take") == takes]
        adding = [place for place in here if frames[place].act == "add"]
        if "加" in token.unit and len(adding) == 1:  # 达到80%得2分，每提高5个百分点加0.5分，最高加1分
            here = adding
        if len(here) == 1 and not takes and _is_first_of_many(frames[here[0]], token.low):
            case = frames[here[0]].case
            assert isinstance(case, Tier), "looked at before"
            frames[here[0]] = replace(frames[here[0]], case=Per(case.subject, "", Fraction(1), case.amount))
        words_ = self._words(token)
        if not here and takes and self._is_of_last_or_all(token):
            return
        of_takes = takes or (not token.unit and any(frames[place].act == "take" for place in here))
        if here and of_takes and words_.startswith(words().together) and self._may_be_of_all():
            self.reading.may_be_of_all = (token.low, words_)
        if len(here) == 1 and frames[here[0]].cap is None and isinstance(frames[here[0]].case, Per):
            frames[here[0]] = replace(frames[here[0]], cap=token.low, cap_text=words_)
        else:
            self.reading.limits.append((token, words_, self.number))

    def _is_of_last_or_all(self, token: Token) -> bool:
        """未公开的，每家扣0.4分；不完整的，每家扣0.2分；最多扣2分: of the last, or of both."""
        frames, words_ = self.reading.frames, self._words(token)
        plainly = len(frames) > 1 and all(its.act == "take" and its.cap is None and not its.free for its in frames)
        is_open = (
            plainly
            and isinstance(frames[-1].case, Per)
            and not self.reading.numbered
            and not words_.startswith(words().together)
        )
        if not is_open or token.low <= frames[-1].high:
            return False
        frames[-1] = replace(frames[-1], cap=token.low, cap_text=words_)
        self.reading.may_be_of_all = (token.low, words_)
        return True

    def _may_be_of_all(self) -> bool:
        """未建立的扣1分；每少一次扣1分，累计扣分不超过3分: whether that is of the last alone, nobody says."""
        earlier = [frame for frame in self.reading.frames[: self.first] if frame.act == "take"]
        return bool(earlier) and self.number not in self.reading.numbered

    def _and_so_on(self, token: Token) -> None:
        """开展1次得3分，以此类推: as much for each; 第一名得10分，第二名得9分，以此类推: on, down to none."""
        if self._goes_on():
            return
        frame = self.reading.frames[-1] if len(self.reading.frames) == self.first + 1 else None
        case = frame.case if frame is not None else None
        is_one = isinstance(case, Tier) and case.bare and not case.amount.percent and case.sides[0].edge == 1
        if frame is None or not isinstance(case, Tier) or not is_one or case.amount.unit == RANK:
            self.reading.unread.append(self._words(token))
            return
        per = Per(case.subject, case.direction, Fraction(1), case.amount, every=True)
        self.reading.frames[-1] = replace(frame, case=per)

    def _goes_on(self) -> bool:
        """Go on as the numbers before do, one step like the other; False where they are not alike."""
        frames = self.reading.frames[self.first :]
        cases = [frame.case for frame in frames if isinstance(frame.case, Tier)]
        plainly = len(cases) == len(frames) > 1 and all(case.bare and not case.direction for case in cases)
        alike = plainly and len({(case.amount, case.subject or cases[0].subject) for case in cases}) == 1
        if not alike or len({frame.act for frame in frames}) > 1 or any(frame.whole for frame in frames):
            return False
        edges, worth = [case.sides[0].edge for case in cases], [frame.low for frame in frames]
        if cases[0].amount.unit == RANK:
            step = worth[0] - worth[1]
            downs = all(a - b == step for a, b in pairwise(worth)) and edges == list(range(1, len(edges) + 1))
            if not downs or step <= 0 or worth[0] % step:
                return False
            for rank in range(len(edges) + 1, int(worth[0] / step) + 2):
                its = replace(cases[0], sides=(replace(cases[0].sides[0], edge=Fraction(rank)),))
                left = worth[0] - (rank - 1) * step
                act = frames[0].act if left else "none"
                self.reading.frames.append(replace(frames[0], case=its, act=act, low=left, high=left))
                self.reading.derived |= {left, Fraction(rank)}
            return True
        places = range(1, len(edges) + 1)
        is_each = edges == [at * edges[0] for at in places] and worth == [at * worth[0] for at in places]
        if not is_each or cases[0].amount.percent:
            return False
        per = Per(cases[0].subject, "", edges[0], cases[0].amount, every=True)
        self.reading.frames[self.first :] = [replace(frames[0], case=per)]
        self.reading.derived |= {*edges[1:], *worth[1:]}
        return True

    def _partial(self, token: Token) -> None:
        frames = self.reading.frames
        here = [place for place, frame in enumerate(frames) if isinstance(frame.case, Per)]
        here = [place for place in here if place >= self.first] or here
        if len(here) == 1 and not frames[here[0]].partial:
            frames[here[0]] = replace(frames[here[0]], partial=token.unit)
        else:
            self.reading.unread.append(self._words(token))

    def _rest(self) -> None:
        """What gives nothing: a sentence that says what there should be, or words that nobody explains."""
        rest, has_frames = trimmed(self.waiting), len(self.reading.frames) > self.first
        if not rest or (has_frames and _is_aside(rest, self.waiting)):
            return  # （包括…）: what is counted, which whoever states the number knows
        text = self.whole.words(rest[0].start, rest[-1].end)
        is_prose = all(token.kind in _OF_PROSE for token in rest)
        if not is_prose or has_frames:
            self.reading.unread.append(text)
        else:
            self.reading.prose.append((text, rest))


def _is_first_of_many(frame: Frame, most: Fraction) -> bool:
    """Whether a clause is of one of many, by what it may give at most: 开展一次得1分，最高3分."""
    case = frame.case
    if not isinstance(case, Tier) or not case.bare or case.amount.unit in (RANK, "%"):
        return False
    return case.sides[0].edge == 1 and most >= 2 * frame.high


def _is_aside(rest: Sequence[Token], whole: Sequence[Token]) -> bool:
    """Whether words behind the last clause of a sentence stand in brackets, and are words alone."""
    marks = [token.text for token in whole if token.kind == MARK and token.text in "()"]
    return marks == ["(", ")"] and all(token.kind in (OTHER, "idle", MARK) for token in rest)

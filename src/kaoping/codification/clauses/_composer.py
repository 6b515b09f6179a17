"""Frames to one rule of the line: a pool that is deducted from, tiers, units, choices; or none, and why.

The rule is a mapping as rubric.yaml has it, over measures that it declares: numbers are indicators, facts judgements.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

from kaoping.codification.clauses._clause_words import words
from kaoping.codification.clauses._frames import (
    RANK,
    Amount,
    ByDay,
    Fact,
    Frame,
    Per,
    Reading,
    Rest,
    Several,
    Side,
    Tier,
    fits_target,
    tier_of_prose,
)
from kaoping.codification.clauses._tokens import PERIOD, QUANTITY
from kaoping.codification.clauses._wording import ABSENT
from kaoping.core.figures import number

_ELSE = "其他情况"
_UNNAMED = "所计的数"


@dataclass(frozen=True, slots=True)
class Measured:
    """Something that a rule asks for: a number, a share, or which of several words is true.

    ``short`` numbers count what is lacking or over, not what was done; ``edge`` is from where it is counted.
    """

    id: str
    name: str
    unit: str = ""
    percent: bool = False
    options: tuple[str, ...] = ()  # of a choice: the words of the text
    otherwise: str = ""  # the option for none of these
    counted: bool = False  # a fact that may be so several times
    short: str = ""  # fewer | more, where units are counted without an edge
    period: bool = False
    edge: Fraction | None = None
    day: str = ""  # until when: what is given may be a day
    full: str = ""  # of units that are lacking or bad: the words with which the text says that there are none
    listed: tuple[str, ...] = ()  # of units that are lacking: what there should be
    needs: str = ""  # unit | words, without which a number may be one that only says what is counted
    large: int = 0  # 万, 亿 where the text counts in them: a smaller number without them may mean either
    once: bool = False  # of a fact: what several of it give, nobody says
    part: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """Something that the text does not say: its words, and the readings that it may have."""

    id: str
    words: str
    readings: tuple[str, ...]


class NotUnderstoodError(Exception):
    """No rule can be made of the text; the message says why, in Chinese."""


@dataclass(slots=True)
class Composed:
    """The rule, what it asks for, and what it had to assume."""

    rule: dict[str, Any] = field(default_factory=dict)
    role: str = "base"
    measures: list[Measured] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)
    large: int = 0
    unspoken: bool = False  # no sentence says just that: it is not read anew

    def declare(self, **values: Any) -> Measured:
        """Return a new measure."""
        id_ = f"m{len(self.measures) + 1}"
        part = f"f{len(self.measures) + 1}" if "options" in values else ""
        large = 0 if part or values.get("percent") else self.large
        self.measures.append(Measured(id_, part=part, large=large, **values))
        return self.measures[-1]


def compose(reading: Reading, points: Fraction, requirement: Reading | None) -> Composed:
    """Return the rule that the frames make; raises NotUnderstoodError where they make none for certain."""
    if reading.unread:
        raise NotUnderstoodError("这些话没有读懂：" + "、".join(f"“{text}”" for text in reading.unread))
    if not reading.frames:
        raise NotUnderstoodError("没有读出怎样计分")
    if points == 0:
        raise NotUnderstoodError("分值是0，不知道从几分算起")
    return _Composer(reading, points, requirement).compose()


def _n(value: Fraction) -> str:
    return number(value)


class _Composer:
    def __init__(self, reading: Reading, points: Fraction, requirement: Reading | None) -> None:
        self.reading, self.points, self.out = reading, points, Composed()
        self.out.large = max(reading.large, requirement.large if requirement else 0)
        self.frames = list(reading.frames)
        self.requirement = requirement
        self.targets = self._targets()
        #: Something is said of how much there should be, but not so that it can be counted from.
        self.vague = bool(self._prose_with(PERIOD)) or bool(requirement and (requirement.unread or requirement.frames))
        self.vague = self.vague or len(self._prose_with(QUANTITY)) > len(self.targets)

    def compose(self) -> Composed:
        if any(worth != abs(self.points) for worth, _ in self.reading.in_all):
            raise NotUnderstoodError(f"“{self.reading.in_all[0][1]}”和本项的{_n(abs(self.points))}分对不上")
        acts = {frame.act for frame in self.frames}
        if self.points < 0:
            self.out.role = "deduction"
        elif "add" in acts and acts <= {"add", "none"}:
            self.out.role = "bonus"
        more = acts == {"add", "give"} and self._is_base_and_more()
        rhythms = [frame for frame in self.frames if isinstance(frame.case, Fact) and frame.case.rhythm]
        fewer = [frame for frame in self.frames if isinstance(frame.case, Per) and frame.case.direction == "fewer"]
        if rhythms and (rhythms != self.frames[:1] or not fewer):
            raise NotUnderstoodError(f"“{rhythms[0].text}”一共要做多少没有写")
        if "add" in acts and acts & {"take", "extra", "give", "in_proportion"} and not more:
            raise NotUnderstoodError("又加分又扣分（得分），不知道怎样合计")
        if self.frames[0].act == "keep" and isinstance(self.frames[0].case, Tier):
            acts.discard("keep")
        if "keep" in acts or any(frame.act == "keep" for frame in self.frames[1:]):
            raise NotUnderstoodError("“不扣分”的情形和别的话怎样合计没有读懂")
        if any(isinstance(frame.case, Several) for frame in self.frames):
            self._several()
        elif acts & {"formula", "complement"}:
            self._formula()
        elif self._base_and_more():
            pass
        elif "in_proportion" in acts:
            self._slope()
        elif acts & {"take", "extra"} or acts <= {"none", "veto"} or self._only_one_fails():
            self._pool()
        elif acts <= {"give", "none"} and self._sentences():
            pass
        elif any(isinstance(frame.case, ByDay) for frame in self.frames):
            self._by_day()
        elif any(isinstance(frame.case, Per) for frame in self.frames):
            self._units()
        elif any(isinstance(frame.case, Tier) for frame in self.frames):
            self._tiers()
        else:
            self._facts()
        self._leftover_limits()
        return self.out

    def _only_one_fails(self) -> bool:
        """未发生事故的得满分；发生一起的不得分: one condition, told twice."""
        if len(self.frames) != 2 or self.points < 0:
            return False
        full, fails = self.frames
        if not (isinstance(full.case, Fact) and isinstance(fails.case, Fact)):
            return False
        is_full = full.act == "give" and (full.whole or full.low == full.high == self.points)
        denial = next((word for word in words().denials if word in full.case.words), "")
        bare = full.case.words.replace(denial, "", 1)
        return is_full and fails.act == "none" and bool(denial) and (fails.case.counted or bare == fails.case.words)

    def _several(self) -> None:
        """藏书1万册以上、座位50个以上得3分: all of it gives all, nothing of it nothing; part of it, nobody says."""
        frame, *rest = self.frames
        otherwise = all(its.act == "none" and isinstance(its.case, Rest | Fact) for its in rest) and len(rest) == 1
        otherwise = otherwise and all(not isinstance(its.case, Fact) or its.case.words in words().fails for its in rest)
        is_full = frame.act == "give" and (frame.whole or frame.low == frame.high == self.points)
        if not isinstance(frame.case, Several) or not is_full or (rest and not otherwise):
            raise NotUnderstoodError("几个条件和别的话怎样合计没有读懂")
        fails = []
        for case in frame.case.cases:
            holds = self._compared(case) if isinstance(case, Tier) else self._judged(case)
            fails.append({"not": holds})
        self.out.unspoken = True
        none = {"zero": {"when": {"any" if otherwise or frame.case.joined else "all": fails}, "text": frame.text}}
        items: list[dict[str, Any]] = [none]
        if not (otherwise or frame.case.joined):
            part = {"when": {"any": deepcopy(fails)}, "off": ["0", _n(self.points)], "text": frame.text}
            items = [{"fixed": part | {"because": "只做到几样的得几分，原文没有写"}}, none]
        start = {"said": _n(self.points), "text": frame.text}
        self.out.rule = {"deduct": {"from": start, "floor": {"assumed": "0"}, "items": items}}

    # -- what was required ----------------------------------------------------------------------------------------

    def _targets(self) -> list[tuple[Tier, str]]:
        """Numbers that sentences without points, and the requirement cell, say there should be."""
        prose = [(its, text) for text, its in self.reading.prose]
        if self.requirement is not None and not self.requirement.unread:
            prose += [(its, text) for text, its in self.requirement.prose]
        return [(its, text) for tokens, text in prose for its in tier_of_prose(tokens)]

    def _prose_with(self, kind: str) -> list[str]:
        prose = [*self.reading.prose, *(self.requirement.prose if self.requirement is not None else ())]
        return [text for text, its in prose if any(token.kind == kind for token in its)]

    def _required(self, direction: str, amount: Amount) -> Tier | None:
        """The one target that units of ``amount`` can be counted from; raises where there are several."""
        fitting = [target for target, _ in self.targets if fits_target(target, direction, amount)]
        if len(fitting) > 1 and len({its.sides for its in fitting}) > 1:
            raise NotUnderstoodError("不知道按哪个目标数算")
        return fitting[0] if fitting else None

    # -- limits ---------------------------------------------------------------------------------------------------

    def _leftover_limits(self) -> None:
        """A limit that belongs to no one clause is the line's own, where it says no other number than its points."""
        for token, text, _ in self.reading.limits:
            if token.low != abs(self.points):
                raise NotUnderstoodError(f"“{text}”管哪几句没有读懂")

    def _floor(self) -> dict[str, Any]:
        if self.reading.floor_text:
            return {"said": "0", "text": self.reading.floor_text}
        words_ = "扣到几分为止没有写，按最低0分算（假定）"
        self.out.assumed.append(words_)
        self.out.questions.append(Question("floor", "扣到几分为止没有写", ("扣到0分为止", "可以扣成负分", "待定")))
        return {"assumed": "0"}

    # -- measures -------------------------------------------------------------------------------------------------

    def _named(self, subject: str, fallback: str) -> str:
        return subject or fallback

    def _indicator(self, measure: Measured) -> dict[str, Any]:
        its: dict[str, Any] = {"indicator": measure.id, "as": measure.name}
        if measure.percent:
            its |= {"percent": "true", "over_100": "true"}
        elif measure.unit:
            its["unit"] = measure.unit
        return its

    def _edge(self, value: Fraction, amount: Amount) -> str:
        return f"{number(value * 100)}%" if amount.percent else number(value)

    def _any_of(self, frame: Frame, case: Per) -> dict[str, Any]:
        """缺一项不得分: one is enough."""
        if (
            case.every
            or case.target is not None
            or case.period
            or case.day
            or case.topic
            or case.targets
            or case.per != 1
            or self.vague
        ):
            raise NotUnderstoodError(f"“{frame.text}”没有读懂")
        if self._required(case.direction, case.amount) is not None:
            raise NotUnderstoodError(f"“{frame.text}”没有读懂")
        name = self._named(case.subject, _UNNAMED)
        measure = self.out.declare(name=name, unit=case.amount.unit, short=case.direction or "units")
        return self._indicator(measure) | {"at_least": "1"}

    def _none_of(self, fact: Fact) -> dict[str, Any] | None:
        """未举办 beside 举办不少于10场: none of what is counted already."""
        for measure in self.out.measures:
            counts = measure.edge is not None and not measure.percent and not measure.options
            if counts and measure.name != _UNNAMED and _is_nothing_of(fact.words, measure.name):
                return self._indicator(measure) | {"equals": "0"}
        return None

    def _judged(self, fact: Fact, *, once: bool = False) -> dict[str, Any]:
        options = (fact.words,)
        listed = _things(fact.words) if fact.counted else ()
        declared: dict[str, Any] = {"name": fact.words, "options": options, "otherwise": ABSENT, "listed": listed}
        needs = "unit" if fact.topic else ""
        measure = self.out.declare(**declared, counted=fact.counted, once=once, needs=needs)
        return {"judged": [fact.words], "others": [ABSENT], "part": measure.part}

    # -- a pool that is deducted from -----------------------------------------------------------------------------

    def _pool(self) -> None:
        start: dict[str, Any] = {"assumed": _n(abs(self.points))}
        frames = self.frames
        given = [frame for frame in frames if frame.act == "give"]
        target: Tier | None = None
        due = ""  # 3月31日前完成得2分，每延迟1天扣0.1分
        if given:
            first, *others = given
            is_full = first.whole or first.low == first.high == self.points
            if others or frames[0] is not first or not is_full:
                raise NotUnderstoodError("又得分又扣分，从几分扣起没有读懂")
            frames = frames[1:]
            start = {"said": _n(self.points), "text": first.text}
            if isinstance(first.case, Tier):
                target = first.case
            elif isinstance(first.case, ByDay):
                due = first.case.day
            elif isinstance(first.case, Fact):
                self.vague = self.vague or first.case.rhythm
            else:
                raise NotUnderstoodError(f"“{first.text}”和后面的扣分怎样合计没有读懂")
        elif frames[0].act == "keep":  # 95%以上不扣分，每低1%扣0.5分
            assert isinstance(frames[0].case, Tier), "looked at before"
            target, frames = frames[0].case, frames[1:]
        if self.points < 0:
            if any(frame.act != "take" for frame in frames):
                raise NotUnderstoodError("扣分项里的“不得分”没有读懂")
            start = {"assumed": "0"}
        frames = _listed(frames)
        items: list[dict[str, Any]] = []
        used_target = target is None
        tiers: dict[str, list[Frame]] = {}
        for frame in frames:
            case = frame.case
            if isinstance(case, Rest | ByDay | Several):
                raise NotUnderstoodError(f"“{frame.text}”指哪些情形没有读懂")
            if frame.act == "take" and frame.whole:
                frame = replace(frame, act="none")
            if isinstance(case, Per) and due:
                if case.direction != "more" or case.day or case.target or case.amount.unit not in words().days:
                    raise NotUnderstoodError(f"“{frame.text}”从哪天算起没有读懂")
                case, due = replace(case, day=due), ""
            if isinstance(case, Per):
                if frame.act in ("none", "veto"):
                    items.append({"zero": {"when": self._any_of(frame, case), "text": frame.text}})
                    continue
                if target is not None and case.target is not None:
                    used_target = {side.edge for side in case.target.sides} == {side.edge for side in target.sides}
                elif target is not None:
                    is_counted = not case.direction and not case.amount.percent and case.per == 1
                    if is_counted and _is_whole(target):
                        used_target = True  # 合格率100%得3分，每发现一本不合格扣1分: the same, told twice
                    elif not case.direction or not fits_target(target, case.direction, case.amount):
                        raise NotUnderstoodError(f"“{frame.text}”从多少算起没有读懂")
                    else:
                        case, used_target = replace(case, target=target), True
                name = "each" if frame.act == "take" else "extra"
                if name == "extra" and case.direction:
                    raise NotUnderstoodError(f"“{frame.text}”从多少算起没有读懂")
                for part in [replace(case, target=its, targets=()) for its in case.targets] or [case]:
                    if case.targets and (frame.cap is not None or name == "extra"):
                        raise NotUnderstoodError(f"“{frame.text}”从多少算起没有读懂")
                    items.append({name: self._taken(frame, part)})
            elif isinstance(case, Tier):
                if frame.act == "take":
                    key = case.subject or next(reversed(tiers), "")
                    if key not in tiers:
                        tiers[key] = []
                        items.append({"tiers of": key})
                    tiers[key].append(frame)
                else:
                    case = replace(case, subject=case.subject or next(reversed(tiers), ""))
                    items.append({"zero": {"when": self._compared(case), "text": frame.text}})
            elif frame.act in ("take", "extra"):
                if not case.words:
                    raise NotUnderstoodError(f"“{frame.text}”说的是什么情形没有读懂")
                items.append(
                    {
                        "fixed" if frame.act == "take" else "extra": {
                            "when": self._judged(case, once=True),
                            "off": self._worth(frame),
                            "text": frame.text,
                        }
                        | self._why(frame)
                    }
                )
            else:
                if not case.words:
                    raise NotUnderstoodError(f"“{frame.text}”说的是什么情形没有读懂")
                if (target or self.targets or self.vague) and case.words in (*words().fails, *words().meets):
                    raise NotUnderstoodError(f"“{frame.text}”说的是哪个目标没有读懂")
                items.append({"zero": {"when": self._none_of(case) or self._judged(case), "text": frame.text}})
        if given and isinstance(given[0].case, Fact) and len(self.out.measures) == 1:
            its, full = self.out.measures[0], given[0].case.words
            listed = its.listed or _things(full)
            if its.short in ("units", "fewer") and not its.percent and not any(w in full for w in words().denials):
                of_things = its.short == "fewer" or its.unit in words().of_things
                self.out.measures[0] = replace(its, full=full, listed=listed if of_things else ())
        if not used_target or due:
            raise NotUnderstoodError("达到了目标得满分，没有达到的怎样扣没有读懂")
        items = [self._tier_items(tiers[item["tiers of"]]) if "tiers of" in item else item for item in items]
        floor = (
            {"assumed": _n(self.points)}
            if self.points < 0
            else self._floor()
            if self._takes(items)
            else {"assumed": "0"}
        )
        self.out.rule = {"deduct": {"from": start, "floor": floor, "items": items}}

    @staticmethod
    def _takes(items: Sequence[Mapping[str, Any]]) -> bool:
        return any("zero" not in item for item in items)

    def _why(self, frame: Frame) -> dict[str, Any]:
        if frame.low == frame.high:
            return {}
        self.out.questions.append(Question("amount", frame.text, (_n(frame.low), _n(frame.high), "待定")))
        return {"because": "每次几分由考评方酌情"}

    def _worth(self, frame: Frame) -> Any:
        if frame.low <= 0:
            raise NotUnderstoodError(f"“{frame.text}”的分没有读懂")
        return _n(frame.low) if frame.low == frame.high else [_n(frame.low), _n(frame.high)]

    def _unit_rule(self, frame: Frame, case: Per) -> dict[str, Any]:
        """The measure of units, from where they are counted, and what is left over of one."""
        target, period = case.target, case.period
        if target is None and case.direction and not period:
            target = self._required(case.direction, case.amount)
            in_rhythm = case.direction == "fewer" and any(word in case.subject for word in words().rhythm)
            period = target is None and (self.vague or in_rhythm)
        if case.subject.startswith(words().lacks) and target is None:  # 按月报送得2分，少报一次扣0.5分
            full = "".join(its.case.words for its in self.frames if isinstance(its.case, Fact) and its.act == "give")
            period = period or self.vague or bool(self.targets) or any(word in full for word in words().rhythm)
        subject = (target.subject if target is not None else "") or case.subject
        edge: Fraction | None = target.sides[0].edge if target is not None else None
        measure = self.out.declare(
            name=self._named(subject, _UNNAMED),
            unit="" if case.amount.percent else case.amount.unit,
            percent=case.amount.percent,
            short=case.direction or "units" if edge is None else "",
            period=period,
            day=case.day,
            edge=edge,
            needs="words" if case.alike else "unit" if case.topic and edge is None else "",
            listed=_things(frame.text) if edge is None and case.amount.unit in words().of_things else (),
        )
        its: dict[str, Any] = {"measure": self._indicator(measure)}
        if edge is not None:
            its["below" if case.direction == "fewer" else "above"] = self._edge(edge, case.amount)
        if case.per != 1 or case.amount.percent:
            its["per"] = self._edge(case.per, case.amount)
        if frame.partial or case.full:
            its["partial"] = frame.partial or "ignore"
        elif case.amount.percent or case.per != 1:
            unit = (
                f"{number(case.per * 100)}个百分点" if case.amount.percent else f"{number(case.per)}{case.amount.unit}"
            )
            self.out.questions.append(
                Question("partial", f"不足{unit}的部分怎样计没有写", ("不计", "按比例", "按一个计", "待定"))
            )
        return its

    def _taken(self, frame: Frame, case: Per) -> dict[str, Any]:
        its = self._unit_rule(frame, case) | {"off": self._worth(frame)}
        if frame.cap is not None:
            its["cap"] = {"said": _n(frame.cap), "text": frame.cap_text}
        return its | {"text": frame.text} | self._why(frame)

    def _compared(self, case: Tier) -> dict[str, Any]:
        if case.bare:
            raise NotUnderstoodError("一个数前后没有写以上、以下")
        measure = self._number_measure(case)
        return self._indicator(measure) | {side.op: self._edge(side.edge, case.amount) for side in case.sides}

    def _number_measure(self, case: Tier) -> Measured:
        """The measure of a tier: that of one that was declared for the same subject."""
        unit = "" if case.amount.percent else case.amount.unit
        name = self._named(case.subject, _UNNAMED)
        for its in reversed(self.out.measures):
            counts = case.direction or ("units" if its.short == "units" else "")
            alike = (its.unit, its.percent, its.options, its.short) == (unit, case.amount.percent, (), counts)
            if alike and (_opened(its.name) == _opened(name) or not _opened(case.subject)):
                return its
        if case.direction:
            return self.out.declare(name=name, unit=unit, percent=case.amount.percent, short=case.direction)
        return self.out.declare(name=name, unit=unit, percent=case.amount.percent)

    def _tier_items(self, frames: list[Frame]) -> dict[str, Any]:
        """What is taken off by tiers; what lies on the other side of all of them takes nothing."""
        cases = [frame.case for frame in frames if isinstance(frame.case, Tier)]
        #: 逾期3天以内扣1分: nothing for no day, and nobody says what for more.
        is_worse = any(word in case.subject for case in cases for word in words().worse)
        is_worse = is_worse or any(case.direction for case in cases)
        until = is_worse and any(side.op == "at_most" for case in cases for side in case.sides)
        if len(frames) == 1 and not until:
            (frame,), (case,) = frames, cases
            fixed = {"when": self._compared(case), "off": self._worth(frame), "text": frame.text}
            return {"fixed": fixed | self._why(frame)}
        steps, measure = self._steps(frames, taking=True)
        if until:
            none = "0%" if measure.percent else "0"
            for step in steps:
                if "at_most" in step:
                    step["between"] = {"above": none, "at_most": step.pop("at_most")}
            steps.append({"equals": none, "points": "0"})
            return {"rule": {"tiers": {"measure": self._indicator(measure), "steps": steps}}}
        settled = _settled(cases, len(cases))
        if any(case.bare for case in cases):
            has_none = any(_holds(its, Fraction(0)) for its in settled)
            steps += [] if has_none else [{"equals": "0", "points": "0"}]
            return {"rule": {"tiers": {"measure": self._indicator(measure), "steps": steps}}}
        sides = [side for its in settled for side in its]
        singles = [its[0] for its in settled if len(its) == 1]
        opposite = {"at_least": "below", "above": "at_most", "at_most": "above", "below": "at_least"}
        ups = [side for side in singles if side.op in ("at_least", "above")]
        downs = [side for side in singles if side.op in ("at_most", "below")]
        if bool(ups) != bool(downs):
            end = max(sides, key=lambda its: its.edge) if downs else min(sides, key=lambda its: its.edge)
            if end.op in (("at_most", "below") if downs else ("at_least", "above")):
                steps.append({opposite[end.op]: self._edge(end.edge, cases[0].amount), "points": "0"})
        return {"rule": {"tiers": {"measure": self._indicator(measure), "steps": steps}}}

    def _sentences(self) -> bool:
        """Several sentences, each with all that it gives, whose points add up to the line's: a sum of them."""
        groups: dict[int, list[Frame]] = {}
        for frame in self.frames:
            groups.setdefault(frame.sentence, []).append(frame)
        of = [max(frame.high for frame in frames) for frames in groups.values()]
        is_whole = any(frame.whole for frame in self.frames) or self.reading.limits or self.reading.prose
        numbers = any(isinstance(frame.case, Tier | Per) for frame in self.frames)
        if len(groups) < 2 or sum(of) != self.points or min(of) <= 0 or is_whole or not numbers:
            return False
        parts: list[dict[str, Any]] = []
        for worth, frames in zip(of, groups.values(), strict=True):
            inner = _Composer(Reading(frames, large=self.out.large), worth, None)
            inner.out.measures = self.out.measures
            its = inner.compose()
            self.out.questions += its.questions
            self.out.assumed += its.assumed
            parts.append({"part": f"p{len(parts) + 1}", "of": _n(worth), "rule": its.rule})
        self.out.rule = {"sum": parts}
        return True

    # -- tiers ----------------------------------------------------------------------------------------------------

    def _steps(self, frames: Sequence[Frame], *, taking: bool = False) -> tuple[list[dict[str, Any]], Measured]:
        cases = [frame.case for frame in frames if isinstance(frame.case, Tier)]
        subject = max((case.subject for case in cases), key=len)
        directions = {case.direction for case in cases if case.direction}
        if len(directions) > 1:
            raise NotUnderstoodError("几档说的是不是同一个数没有读懂")
        if any(case.subject not in subject for case in cases) or any(
            not case.amount.fits(cases[0].amount) for case in cases
        ):
            raise NotUnderstoodError("几档说的是不是同一个数没有读懂")
        direction = next(iter(directions), "")
        measure = self._number_measure(replace(cases[0], subject=subject, direction=direction))
        steps = []
        settled = _settled(cases, len(frames))
        for frame, sides in zip(frames, settled, strict=True):
            case = frame.case
            assert isinstance(case, Tier)
            low = self._given(frame)
            points: Any = low
            if taking:
                points = f"-{low}" if isinstance(low, str) else None
            if points is None:
                raise NotUnderstoodError("一档的扣分是一个范围")
            edges = {side.op: self._edge(side.edge, case.amount) for side in sides}
            step: dict[str, Any] = edges if len(edges) == 1 else {"between": edges}
            steps.append(step | {"points": points, "text": frame.text} | self._why(frame))
        return steps, measure

    def _given(self, frame: Frame) -> Any:
        """What a clause gives, as points."""
        if frame.whole:
            return _n(abs(self.points))
        if frame.act == "none":
            return "0"
        if frame.high > abs(self.points):
            raise NotUnderstoodError(f"“{frame.text}”多于本项的{_n(abs(self.points))}分")
        return _n(frame.low) if frame.low == frame.high else [_n(frame.low), _n(frame.high)]

    def _tiers(self) -> None:
        tiers = [frame for frame in self.frames if isinstance(frame.case, Tier)]
        facts = [frame for frame in self.frames if isinstance(frame.case, Fact)]
        rests = [frame for frame in self.frames if isinstance(frame.case, Rest)]
        steps, measure = self._steps(tiers)
        cases = [frame.case for frame in tiers if isinstance(frame.case, Tier)]
        amount, subject = cases[0].amount, measure.name
        for frame in facts:
            assert isinstance(frame.case, Fact)
            text = frame.case.words
            is_late = text in words().late and amount.unit in words().days
            if text in words().all_done and amount.percent and frame.act == "give" and _is_under_all(cases):
                steps.append({"at_least": "100%", "points": self._given(frame), "text": frame.text})
            elif (text in words().fails or is_late) and frame.act == "none" and len(facts) == 1 and not rests:
                rests.append(frame)
            elif frame.act in ("none", "give") and _is_nothing_of(text, subject) and not amount.percent:
                if any(_holds(side_set, Fraction(0)) for side_set in (case.sides for case in cases)):
                    raise NotUnderstoodError(f"“{frame.text}”和另一档怎样分没有读懂")
                steps.append({"equals": "0", "points": self._given(frame), "text": frame.text})
            else:
                raise NotUnderstoodError(f"“{frame.text}”和几档的数是什么关系没有读懂")
        if len(rests) > 1:
            raise NotUnderstoodError("“其余”指哪些情形没有读懂")
        if rests:
            steps.append(self._rest_step(cases, rests[0]))
        self.out.rule = {"tiers": {"measure": self._indicator(measure), "steps": steps}}

    def _rest_step(self, cases: Sequence[Tier], frame: Frame) -> dict[str, Any]:
        """Everything on the open side of tiers that go on without end on the other."""
        settled = _settled(cases, len(cases) + 1)
        sides = [side for its in settled for side in its]
        singles = [its[0] for its in settled if len(its) == 1]
        if _is_first_ranks(cases[0].amount, settled):
            edge = self._edge(max(side.edge for side in sides), cases[0].amount)
            return {"above": edge, "points": self._given(frame), "text": frame.text}
        ups = all(side.op in ("at_least", "above") for side in singles)
        downs = all(side.op in ("at_most", "below") for side in singles)
        if not singles or ups == downs:
            raise NotUnderstoodError("“其余”指哪些数没有读懂")
        end = min(sides, key=lambda s: s.edge) if ups else max(sides, key=lambda s: s.edge)
        opposite = {"at_least": "below", "above": "at_most", "at_most": "above", "below": "at_least"}
        if end.op not in opposite or (ups != (end.op in ("at_least", "above"))):
            raise NotUnderstoodError("“其余”指哪些数没有读懂")
        return {
            opposite[end.op]: self._edge(end.edge, cases[0].amount),
            "points": self._given(frame),
            "text": frame.text,
        }

    def _by_day(self) -> None:
        """12月5日前报送得2分，逾期不得分: the day itself is left open, for 前 may mean it or not."""
        (frame, *rest) = self.frames
        case = frame.case
        texts = [its.case.words for its in rest if isinstance(its.case, Fact)]
        is_late = all(text.startswith(words().late) for text in texts) and all(its.act == "none" for its in rest)
        if not isinstance(case, ByDay) or frame.act != "give" or len(rest) > 1 or not is_late:
            raise NotUnderstoodError("几个日期、几句话怎样合计没有读懂")
        if any(not isinstance(its.case, Fact | Rest) for its in rest):
            raise NotUnderstoodError("几个日期、几句话怎样合计没有读懂")
        measure = self.out.declare(name=self._named(case.subject, "日期"), day=case.day)
        day = {"day_of_year": case.day} if len(case.day) == len("12-05") else case.day
        steps: list[dict[str, Any]] = [{"below": day, "points": self._given(frame), "text": frame.text}]
        steps += [{"above": day, "points": "0", "text": its.text} for its in rest]
        self.out.rule = {"tiers": {"measure": {"indicator": measure.id, "as": measure.name}, "steps": steps}}

    # -- units ----------------------------------------------------------------------------------------------------

    def _units(self) -> None:
        if len(self.frames) > 1 and self._several_units():
            return
        if len(self.frames) != 1:
            raise NotUnderstoodError("每…得（加）分和别的话怎样合计没有读懂")
        (frame,) = self.frames
        case = frame.case
        assert isinstance(case, Per)
        if frame.act == "none" or frame.whole or case.direction == "fewer" or case.targets or case.topic:
            raise NotUnderstoodError(f"“{frame.text}”没有读懂")
        its = self._unit_rule(frame, case) | {"points": self._worth(frame)}
        cap = abs(self.points)
        if frame.cap is not None:
            if frame.cap > cap:
                raise NotUnderstoodError(f"“{frame.cap_text}”多于本项的分")
            its["cap"] = {"said": _n(frame.cap), "text": frame.cap_text}
        elif frame.high >= cap:
            raise NotUnderstoodError("每一个就有本项的全部分，封顶没有写")
        else:
            its["cap"] = {"assumed": _n(cap)}
            self.out.assumed.append(f"封顶没有写，按本项的{_n(cap)}分算（假定）")
        self.out.rule = {"each": its | {"text": frame.text} | self._why(frame)}

    def _is_base_and_more(self) -> bool:
        """覆盖率达到80%得2分，每提高5个百分点加0.5分，最高加1分: both together are the line."""
        if len(self.frames) != 2 or self.points < 0:
            return False
        base, more = self.frames
        if not (isinstance(base.case, Tier) and isinstance(more.case, Per)) or base.whole or base.act != "give":
            return False
        (side, *others) = base.case.sides
        is_least = not others and side.op in ("at_least", "equals") and not base.case.direction
        target, amount = more.case.target, more.case.amount
        same_edge = target is None or (target.sides[0].edge == side.edge and len(target.sides) == 1)
        goes_on = more.case.direction == "more" and same_edge and not more.case.period and amount.fits(base.case.amount)
        whole = base.low == base.high and more.cap is not None and base.low + more.cap == self.points
        return is_least and goes_on and whole and more.act in ("add", "give") and more.case.subject in base.case.subject

    def _base_and_more(self) -> bool:
        if not self._is_base_and_more():
            return False
        base, more = self.frames
        assert isinstance(base.case, Tier) and isinstance(more.case, Per) and more.cap is not None, "looked at before"
        edge = Side("at_least", base.case.sides[0].edge)
        steps, measure = self._steps([replace(base, case=replace(base.case, sides=(edge,), bare=False))])
        each = self._unit_rule(more, replace(more.case, target=replace(base.case, bare=True)))
        self.out.measures.pop()
        each |= {"measure": self._indicator(measure), "points": self._worth(more), "text": more.text}
        each |= {"cap": {"said": _n(more.cap), "text": more.cap_text}}
        tiers = {"tiers": {"measure": self._indicator(measure), "steps": steps}}
        self.out.rule = {
            "sum": [
                {"part": "p1", "of": _n(base.low), "rule": tiers},
                {"part": "p2", "of": _n(more.cap), "rule": {"each": each}},
            ]
        }
        return True

    def _several_units(self) -> bool:
        """省级每篇加2分，市级每篇加1分，最高加5分: each is counted by itself, together no more than the line."""
        names, parts = [], list[dict[str, Any]]()
        for frame in self.frames:
            case, cap = frame.case, frame.cap
            if (
                not isinstance(case, Per)
                or case.topic
                or case.direction
                or case.target is not None
                or case.period
                or frame.whole
            ):
                return False
            if frame.act not in ("give", "add") or not case.subject or frame.high > abs(self.points):
                return False
            if cap is not None and cap != abs(self.points):  # whether 最高3分 is of the last or of all, nobody says
                return False
            names.append(case.subject)
        if len(set(names)) < len(names) or any(a != b and a in b for a in names for b in names):
            return False
        of = _n(abs(self.points))
        for frame in self.frames:
            assert isinstance(frame.case, Per), "looked at before"
            its = self._unit_rule(frame, frame.case) | {"points": self._worth(frame), "cap": {"assumed": of}}
            rule = {"each": its | {"text": frame.text} | self._why(frame)}
            parts.append({"part": f"p{len(parts) + 1}", "of": of, "rule": rule})
        self.out.rule = {"sum": {"parts": parts, "cap": {"assumed": of}}}
        return True

    # -- facts ----------------------------------------------------------------------------------------------------

    def _facts(self) -> None:
        facts = [frame for frame in self.frames if isinstance(frame.case, Fact)]
        rests = [frame for frame in self.frames if isinstance(frame.case, Rest)]
        texts = [frame.case.words for frame in facts if isinstance(frame.case, Fact)]
        if not all(texts) or len(set(texts)) < len(texts) or len(rests) > 1:
            raise NotUnderstoodError("说的是什么情形没有读懂")
        if self._met_requirement(facts, rests):
            return
        if (self.targets or self.vague) and any(text in (*words().fails, *words().meets) for text in texts):
            raise NotUnderstoodError("说的是哪个目标没有读懂")
        values = [self._given(frame) for frame in facts]
        gives = [frame for frame in facts if frame.act in ("give", "add")]
        if len(gives) > 1 and not rests and len(gives) == len(facts):
            total = sum((frame.low for frame in gives), Fraction(0))
            top = max(frame.high for frame in gives)
            if total == self.points and top < self.points:
                self._sum(facts, values)
                return
            if top != self.points:
                raise NotUnderstoodError("几句的分是选一样还是加起来没有读懂")
        outcomes: dict[str, Any] = {}
        for frame, text, value in zip(facts, texts, values, strict=True):
            outcomes[text] = {"points": value, "text": frame.text} | self._why(frame)
        otherwise = ""
        if rests:
            otherwise = _ELSE
            outcomes[_ELSE] = {"points": self._given(rests[0]), "text": rests[0].text}
        elif len(facts) == 1:
            otherwise = ABSENT
            outcomes[ABSENT] = {"points": "0"}
            if texts[0].startswith(words().graded):  # some of it may have been done
                most = values[0] if isinstance(values[0], str) else values[0][1]
                outcomes[ABSENT] = {"points": ["0", most], "because": "没有做到的得几分，原文没有写"}
        measure = self.out.declare(name=texts[0], options=tuple(texts), otherwise=otherwise, once=True)
        self.out.rule = {"choice": {"outcomes": outcomes, "part": measure.part}}

    def _sum(self, facts: Sequence[Frame], values: Sequence[Any]) -> None:
        parts = []
        for frame, value in zip(facts, values, strict=True):
            assert isinstance(frame.case, Fact)
            text = frame.case.words
            measure = self.out.declare(name=text, options=(text,), otherwise=ABSENT, once=True)
            outcomes = {text: {"points": value, "text": frame.text} | self._why(frame), ABSENT: {"points": "0"}}
            rule = {"choice": {"outcomes": outcomes, "part": measure.part}}
            parts.append({"part": measure.part, "of": _n(frame.high), "rule": rule})
        self.out.rule = {"sum": parts}

    def _met_requirement(self, facts: Sequence[Frame], rests: Sequence[Frame]) -> bool:
        """达标得1分: the one number that is required is the edge."""
        gives = [f for f in facts if isinstance(f.case, Fact) and f.case.words in words().meets]
        fails = [f for f in facts if isinstance(f.case, Fact) and f.case.words in words().fails]
        if len(gives) != 1 or len(gives) + len(fails) != len(facts) or len(fails) + len(rests) > 1:
            return False
        if len(self.targets) != 1:
            return False
        ((target, _),) = self.targets
        if len(target.sides) != 1:
            return False
        if target.bare:
            target = replace(target, sides=(Side("at_least", target.sides[0].edge),), bare=False)
        frame = replace(gives[0], case=target)
        steps, measure = self._steps([frame])
        rest = [*fails, *rests]
        if rest:
            steps.append(self._rest_step([target], rest[0]))
        self.out.rule = {"tiers": {"measure": self._indicator(measure), "steps": steps}}
        return True

    # -- slopes ---------------------------------------------------------------------------------------------------

    def _slope(self) -> None:
        """完成100%得5分，未完成的按完成比例得分: in proportion up to the whole, which has all points."""
        unclear = NotUnderstoodError("按比例计分的两头没有读懂")
        (frame, *others) = [its for its in self.frames if its.act == "in_proportion"]
        fulls = [its for its in self.frames if its.act == "give"]
        if others or len(fulls) > 1 or len(fulls) + 1 != len(self.frames) or self.points < 0:
            raise unclear
        if frame.by_formula and not frame.whole and frame.low != self.points:
            raise unclear
        target = fulls[0].case if fulls and isinstance(fulls[0].case, Tier) else None
        if target is not None and not target.amount.percent:
            self._sloping_to(target, frame, fulls[0])
            return
        case = frame.case
        name = ""
        if isinstance(case, Fact):
            if case.words and case.words not in (*words().fails, *words().meets):
                raise unclear
        elif not isinstance(case, Rest):
            raise unclear
        if fulls:
            full = fulls[0]
            is_full = full.whole or full.low == full.high == self.points
            if not is_full:
                raise unclear
            if isinstance(full.case, Fact):  # 完成目标任务的得满分，未完成的按完成比例得分
                is_done = full.case.words in words().meets or full.case.words.startswith(words().done)
                if not is_done or any(word in full.case.words for word in words().denials):
                    raise unclear
            elif not isinstance(full.case, Tier) or not full.case.amount.percent or not _is_whole(full.case):
                raise unclear
            else:
                name = full.case.subject
        elif not any(word in frame.text for word in words().in_proportion_of):
            raise unclear
        self._sloping(name or "完成率", self.points, frame.text, beyond=bool(fulls))

    def _sloping_to(self, target: Tier, share: Frame, full: Frame) -> None:
        """10件以上得满分，不足10件的按比例得分: from 0 to the number that has all points."""
        unclear = NotUnderstoodError("按比例计分的两头没有读懂")
        (side, *more) = target.sides
        is_full = full.whole or full.low == full.high == self.points
        if more or side.edge <= 0 or side.op not in ("at_least", "equals") or not is_full or share.by_formula:
            raise unclear
        case = share.case
        if isinstance(case, Tier):
            (edge, *others) = case.sides
            if others or edge.op != "below" or edge.edge != side.edge or not case.amount.fits(target.amount):
                raise unclear
        elif not isinstance(case, Fact | Rest) or (isinstance(case, Fact) and case.words not in ("", *words().fails)):
            raise unclear
        measure = self.out.declare(name=self._named(target.subject, _UNNAMED), unit=target.amount.unit)
        last = {"at": self._edge(side.edge, target.amount), "points": _n(self.points), "beyond": "true"}
        first = {"at": "0", "points": "0"}
        self.out.rule = {"slope": {"measure": self._indicator(measure), "from": first, "to": last, "text": share.text}}

    def _formula(self) -> None:
        """得分=完成率×5."""
        (frame, *others) = self.frames
        assert isinstance(frame.case, Fact)
        worth = self.points if frame.whole else frame.low
        if others or worth != self.points:
            raise NotUnderstoodError(f"“{frame.text}”和本项的分对不上")
        if frame.act == "formula":
            self._sloping(frame.case.words, worth, frame.text, beyond=False)
            return
        measure = self.out.declare(name=frame.case.words, percent=True)  # 得分=（1-逾期率）×5
        ends = {"from": {"at": "0", "points": _n(worth)}, "to": {"at": "100%", "points": "0"}}
        self.out.rule = {"slope": {"measure": self._indicator(measure)} | ends | {"text": frame.text}}

    def _sloping(self, name: str, worth: Fraction, text: str, *, beyond: bool) -> None:
        measure = self.out.declare(name=name, percent=True)
        last: dict[str, Any] = {"at": "100%", "points": _n(worth)} | ({"beyond": "true"} if beyond else {})
        first = {"at": "0", "points": "0"}
        self.out.rule = {"slope": {"measure": self._indicator(measure), "from": first, "to": last, "text": text}}


def _holds(sides: Sequence[Side], value: Fraction) -> bool:
    tests = {
        "at_least": Fraction.__ge__,
        "above": Fraction.__gt__,
        "at_most": Fraction.__le__,
        "below": Fraction.__lt__,
        "equals": Fraction.__eq__,
    }
    return all(bool(tests[side.op](value, side.edge)) for side in sides)


def _things(text: str) -> tuple[str, ...]:
    """计划、方案、总结齐全: what a text lists, each without what is said of it."""
    parts = re.split("[、,，]", text)
    begins = re.compile("每|其中|[缺少]|有?(?:任意|任何|任)?一|发现|有不")
    lacking = next((at for at, part in enumerate(parts) if begins.match(part)), len(parts))
    listed = [part.removeprefix("有") for part in parts[:lacking]]
    if listed:
        listed[-1] = re.sub("(?:等)?(?:资料|材料)?(?:齐全|完整|完备|健全)?的?$", "", listed[-1])
    return tuple(listed) if len(listed) > 1 and all(listed) else ()


def _is_under_all(cases: Sequence[Tier]) -> bool:
    """Whether the tiers leave 100% to another: 全部完成得5分，完成80%以上得3分."""
    return not any(side.edge == 1 for case in cases for side in case.sides)


def _is_named(subject: str) -> bool:
    """Whether a subject says what a number is of, and holds no bound apart from it (高于上年的3次)."""
    bounds = [word for act in ("at_least", "at_most", "above", "below") for word in words().acts[act]]
    return bool(subject) and not any(word in subject for word in (*bounds, *words().worse))


def _is_whole(case: Tier) -> bool:
    """Whether it is all of it: 100%, or 100% and more."""
    (side, *more) = case.sides
    return not more and case.amount.percent and side.edge == 1 and side.op in ("at_least", "equals")


def _is_nothing_of(text: str, subject: str) -> bool:
    """Whether ``text`` says that there is none of ``subject``: 未组织 of 组织培训."""
    denial = next((word for word in words().denials if text.startswith(word)), "")
    rest = text.removeprefix(denial).strip("的") if denial else ""
    return text in (*words().nothing, *words().not_so) or (bool(rest) and rest in subject)


def _listed(frames: Sequence[Frame]) -> list[Frame]:
    """1次扣1分，2次扣2分，3次以上扣3分 is a list, not 1分 for each; 每次扣1分，3次以上扣3分 is nobody knows what."""
    tiers = [frame.case for frame in frames if isinstance(frame.case, Tier) and frame.act == "take"]
    out = []
    for frame in frames:
        case = frame.case
        if isinstance(case, Per) and any(_is_same(case, other) for other in tiers):
            if case.every or case.target is not None or case.period:
                raise NotUnderstoodError("每…扣和分档扣是不是扣同一样没有读懂")
            side = Side("equals", case.per)
            frame = replace(frame, case=Tier(case.subject, (side,), case.amount, case.direction, True))
        out.append(frame)
    return out


def _is_same(case: Per, other: Tier) -> bool:
    subjects = {_opened(case.subject), _opened(other.subject)}
    return case.amount.fits(other.amount) and (len(subjects) == 1 or "" in subjects)


def _opened(subject: str) -> str:
    """What a subject is about, without 发生, 累计 before it."""
    for word in words().openings:
        subject = subject.removeprefix(word)
    return subject


def _is_first_ranks(amount: Amount, tiers: Sequence[Sequence[Side]]) -> bool:
    """Whether the tiers are the first rank or ranks, the next, and so on without a gap."""
    spans = []
    for sides in tiers:
        edges = {side.op: side.edge for side in sides}
        if not edges.keys() <= {"equals", "at_least", "at_most"}:
            return False
        low = edges.get("equals", edges.get("at_least", Fraction(1)))
        high = edges.get("equals", edges.get("at_most"))
        if high is None:
            return False
        spans.append((low, high))
    spans.sort()
    return (
        amount.unit == RANK and bool(spans) and spans[0][0] == 1 and all(a[1] + 1 == b[0] for a, b in pairwise(spans))
    )


def _wins(side: Side, other: Side) -> bool:
    """Whether the number is the first tier's: where both take it in, only 含 says so."""
    return side.firm > other.firm and side.firm == 2


def _settled(cases: Sequence[Tier], frames: int) -> list[tuple[Side, ...]]:
    """Return each tier's sides with what two of them claim at one number settled, or left to neither.

    95%以上 and 90%—95% both take 95% in: nobody knows whose it is, and a gap is left there, which is undecided.
    """
    out: list[tuple[Side, ...]] = []
    for case in cases:
        sides = case.sides
        if case.bare:
            (side,) = sides
            if case.amount.percent and side.edge == 1:
                sides = (Side("at_least", side.edge),)
            elif case.amount.percent or (frames < 2 and case.amount.unit != RANK and not _is_named(case.subject)):
                raise NotUnderstoodError("一个数前后没有写以上、以下")
        out.append(sides)
    ends = [(place, side) for place, sides in enumerate(out) for side in sides]
    strict = {"at_least": "above", "at_most": "below"}
    result = []
    for place, sides in enumerate(out):
        mended = []
        for side in sides:
            others = [
                other for where, other in ends if where != place and other.edge == side.edge and other.op != side.op
            ]
            rivals = [other for other in others if {other.op, side.op} == {"at_least", "at_most"}]
            if rivals and not all(_wins(side, other) for other in rivals):
                side = replace(side, op=strict[side.op])
            mended.append(side)
        result.append(tuple(mended))
    return result

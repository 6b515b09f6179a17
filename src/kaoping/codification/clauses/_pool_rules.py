"""A pool of points that clauses take from: 每…扣, 扣定额, 不得分, 追加扣."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from fractions import Fraction
from typing import Any

from kaoping.codification.clauses._clause_words import words
from kaoping.codification.clauses._composed import CAP, OF_ALL, OF_ITS_CLAUSE, NotUnderstoodError, Question
from kaoping.codification.clauses._frames import ByDay, Fact, Frame, Per, Rest, Several, Side, Tier
from kaoping.codification.clauses._tier_cases import NTH
from kaoping.codification.clauses._tier_edges import is_whole
from kaoping.codification.clauses._tier_rules import taking_tiers
from kaoping.codification.clauses._unit_cases import fits_target
from kaoping.codification.clauses._unit_rules import taken
from kaoping.codification.clauses._workbench import Workbench, opened, things_in
from kaoping.core.figures import number


def pool(bench: Workbench) -> None:
    """Make the rule of a line that is deducted from."""
    its = _Pool(bench)
    for frame in _listed(its.opening()):
        its.take_in(frame)
    bench.out.rule = its.rule()


class _Pool:
    """What the clauses so far take, and what the first of them says the rest is counted from."""

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self.first = len(bench.out.measures)  # of those that are declared here
        self.start: dict[str, Any] = {"assumed": number(abs(bench.points))}
        self.full: Frame | None = None  # what gives all points
        self.target: Tier | None = None  # 达到95%得5分，每低1个百分点扣1分
        self.reaches_target = True
        self.due: ByDay | None = None  # 3月31日前完成得2分，每延迟1天扣0.1分
        #: What each clause takes; of tiers only what they are of, for several clauses are one item.
        self.items: list[dict[str, Any] | str] = []
        self.tiers: dict[str, list[Frame]] = {}
        self.judged: dict[str, dict[str, Any]] = {}  # by what is so: 不得分，并追加扣除10分 asks it once

    def opening(self) -> Sequence[Frame]:
        """Take in what gives all points, or takes none; return the clauses that take."""
        frames, points = self.bench.frames, self.bench.points
        given = [frame for frame in frames if frame.act == "give"]
        if given:
            first, *others = given
            if others or frames[0] is not first or not self.bench.is_full(first):
                raise NotUnderstoodError("又得分又扣分，从几分扣起没有读懂")
            self._open_with(first)
            frames = frames[1:]
        elif frames[0].act == "keep":
            assert isinstance(frames[0].case, Tier), "looked at before"
            self.target, frames = frames[0].case, frames[1:]  # 95%以上不扣分，每低1%扣0.5分
        if self.target is not None and self._is_ladder(frames):  # 95%以上不扣分，90%—95%扣1分，90%以下不得分
            frames = [replace(self.bench.frames[0], act="keep"), *frames]
            self.target = None
        if points < 0:
            if any(frame.act != "take" for frame in frames):
                raise NotUnderstoodError("扣分项里的“不得分”没有读懂")
            self.start = {"assumed": "0"}
        self.reaches_target = self.target is None
        return frames

    def _is_ladder(self, frames: Sequence[Frame]) -> bool:
        """Whether what takes points are tiers of the number that gives them all."""
        first = self.target
        cases = [frame.case for frame in frames if isinstance(frame.case, Tier)]
        is_ladder = len(cases) == len(frames) and all(frame.act in ("take", "none") for frame in frames)
        alike = all(case.amount.fits(first.amount) and _is_of(case, first) for case in cases) if first else False
        return is_ladder and alike and any(frame.act == "take" for frame in frames)

    def _open_with(self, first: Frame) -> None:
        self.full, self.start = first, {"said": number(self.bench.points), "text": first.text}
        case = first.case
        if isinstance(case, Tier):
            self.target = case
        elif isinstance(case, ByDay):
            self.due = case
        elif isinstance(case, Fact):
            self.bench.vague = self.bench.vague or case.rhythm
        else:
            raise NotUnderstoodError(f"“{first.text}”和后面的扣分怎样合计没有读懂")

    def take_in(self, frame: Frame) -> None:
        """Add what a clause takes."""
        case = frame.case
        if isinstance(case, Rest | ByDay | Several):
            raise NotUnderstoodError(f"“{frame.text}”指哪些情形没有读懂")
        if frame.act == "take" and frame.whole and not frame.free:
            frame = replace(frame, act="none")
        if isinstance(case, Per):
            self._take_units(frame, self._until_due(frame, case))
        elif isinstance(case, Tier):
            self._take_tier(frame, case)
        else:
            self._take_fact(frame, case)

    def _until_due(self, frame: Frame, case: Per) -> Per:
        """The units of lateness, counted from the day that gives all points."""
        if self.due is None:
            return case
        is_late = case.direction == "more" or any(word in case.subject for word in words().overdue)
        if not is_late or case.day or case.target or case.amount.unit not in words().days:
            raise NotUnderstoodError(f"“{frame.text}”从哪天算起没有读懂")
        asked = "" if self.due.subject in case.subject else self.due.subject
        case, self.due = replace(case, day=self.due.day, subject=asked + case.subject), None
        return case

    def _take_units(self, frame: Frame, case: Per) -> None:
        if frame.act in ("none", "veto"):
            self.items.append({"zero": {"when": self.bench.any_of(frame, case), "text": frame.text}})
            return
        frame = self._alone(frame, case)
        case = self._from_target(frame, case)
        unclear = NotUnderstoodError(f"“{frame.text}”从多少算起没有读懂")
        name = "each" if frame.act == "take" else "extra"
        if name == "extra" and case.direction:
            raise unclear
        if case.targets and (frame.cap is not None or name == "extra"):
            raise unclear
        for part in [replace(case, target=its, targets=()) for its in case.targets] or [case]:
            self.items.append({name: taken(self.bench, frame, part)})

    def _from_target(self, frame: Frame, case: Per) -> Per:
        """The units, counted from the number that gives all points where they do not say from which."""
        if self.target is None:
            return case
        if case.target is not None:
            self.reaches_target = {side.edge for side in case.target.sides} == {side.edge for side in self.target.sides}
            return case
        self.reaches_target = True
        if not case.direction and not case.amount.percent and case.per == 1 and is_whole(self.target):
            return case  # 合格率100%得3分，每发现一本不合格扣1分: the same, told twice
        if not case.direction or not fits_target(self.target, case.direction, case.amount):
            raise NotUnderstoodError(f"“{frame.text}”从多少算起没有读懂")
        return replace(case, target=self.target)

    def _take_tier(self, frame: Frame, case: Tier) -> None:
        subject = case.subject or next(reversed(self.tiers), "")
        begun = self.tiers.get(subject, [])
        goes_on = any(isinstance(its.case, Tier) and its.case.amount.fits(case.amount) for its in begun)
        if frame.act not in ("take", "keep") and not (frame.act == "none" and goes_on):
            when = self.bench.compared(replace(case, subject=subject))
            self.items.append({"zero": {"when": when, "text": frame.text}})
            return
        if subject not in self.tiers:
            self.tiers[subject] = []
            self.items.append(subject)
        self.tiers[subject].append(frame)

    def _take_fact(self, frame: Frame, case: Fact) -> None:
        bench = self.bench
        if not case.words:
            raise NotUnderstoodError(f"“{frame.text}”说的是什么情形没有读懂")
        frame = self._alone(frame, case)
        self.due = case.by or self.due
        if frame.act in ("take", "extra"):
            when = self.judged.get(case.words) if frame.act == "extra" else None
            item = {
                "when": deepcopy(when) or bench.judged(case, once=True, bad=True),
                "off": bench.worth(frame),
                "text": frame.text,
            }
            self.items.append({"fixed" if frame.act == "take" else "extra": item | bench.in_doubt(frame)})
            return
        is_of_target = case.words in (*words().fails, *words().meets)
        if (self.target or bench.targets or bench.vague) and is_of_target:
            raise NotUnderstoodError(f"“{frame.text}”说的是哪个目标没有读懂")
        full = self.full.case.words if self.full is not None and isinstance(self.full.case, Fact) else ""
        when = bench.none_of(case) or bench.judged(case, full=full, bad=True)
        self.judged[case.words] = when
        self.items.append({"zero": {"when": when, "text": frame.text}})

    def _alone(self, frame: Frame, case: Per | Fact) -> Frame:
        """Return the clause, in doubt where it may be the last one's event: once or twice, nobody says.

        Refused is what has no two readings to choose from.
        """
        frames = self.bench.frames
        at = next(place for place, its in enumerate(frames) if its.start == frame.start)
        last = frames[at - 1] if at else None
        if last is None or last.act != "take" or frame.act != "take" or frame.free or frame.doubt:
            return frame
        if not isinstance(last.case, Fact | Per) or not self._may_be_of(last, frame, case):
            return frame
        both = isinstance(last.case, Fact) and isinstance(case, Fact) and last.low == last.high < frame.low
        if not both or not _is_degree(case, last.case):
            raise NotUnderstoodError(f"“{frame.text}”是另一种情形，还是前一种情形扣得更多，没有读懂")
        self.bench.out.derived.add(frame.low - last.low)
        return replace(frame, low=frame.low - last.low, doubt="是不是和前一种情形的加起来扣，原文没有写")

    def _may_be_of(self, last: Frame, frame: Frame, case: Per | Fact) -> bool:
        """Whether it may be a case of the last: graver (每处扣1分，情节严重的扣2分), or not bad itself (纪委转来的)."""
        assert isinstance(last.case, Fact | Per), "looked at before"
        if _is_degree(case, last.case):
            return True
        mine, theirs = _about(case), _about(last.case)
        if last.high >= frame.low:
            return False
        if len(theirs) > 1 and theirs in mine and theirs != mine:  # 事故…，重大事故…
            return True
        if last.sentence != frame.sentence or not (isinstance(case, Fact) and isinstance(last.case, Fact)):
            return False
        bad = (*words().denials, *words().worse, *words().misdeeds, *words().lacks, *words().occurs, *words().lacking)
        return not any(word in mine for word in (*bad, "被", "弱", "乱", "低"))

    def rule(self) -> dict[str, Any]:
        """Return the rule that the clauses come to."""
        bench = self.bench
        self._name_full()
        if not self.reaches_target or self.due:
            raise NotUnderstoodError("达到了目标得满分，没有达到的怎样扣没有读懂")
        least = self._least()
        items = [taking_tiers(bench, self.tiers[its]) if isinstance(its, str) else its for its in self.items]
        if bench.points < 0:
            floor = {"assumed": number(bench.points)}
        else:
            floor = least or bench.floor() if any("zero" not in item for item in items) else {"assumed": "0"}
        if bench.reading.spent is not None:
            off, _, text = bench.reading.spent
            items.append({"spent": {"off": number(off), "text": text}})
        rule = {"deduct": {"from": self.start, "floor": floor, "items": items}}
        if bench.reading.may_be_of_all is not None:
            bench.out.other = self._limited_in_all(rule, *bench.reading.may_be_of_all)
        return rule

    def _limited_in_all(self, rule: dict[str, Any], most: Fraction, text: str) -> dict[str, Any]:
        """The rule where a limit of the last clause is of all of them: no more than that is taken at all."""
        bench, other = self.bench, deepcopy(rule)
        capped = [each for item in other["deduct"]["items"] for each in item.values() if "cap" in each]
        takes = all(item.keys() <= {"each", "fixed"} for item in other["deduct"]["items"])
        if not takes or len(capped) != 1 or bench.points < most or bench.reading.floor_text:
            raise NotUnderstoodError(f"“{text}”管哪几句没有读懂")
        del capped[0]["cap"]
        other["deduct"]["floor"] = {"said": number(bench.points - most), "text": text}
        bench.ask(Question(CAP, f"“{text}”限的是哪几句没有写清", (OF_ITS_CLAUSE, OF_ALL, "待定")))
        return other

    def _least(self) -> dict[str, Any] | None:
        """各项合计最多扣4分: what is left in any case. Where something takes all, nobody knows which of them holds."""
        bench = self.bench
        of_all = [
            its for its in bench.reading.limits if its[0].unit.startswith("扣") and its[1].startswith(words().together)
        ]
        takes = all(isinstance(item, dict) and item.keys() & {"each", "fixed"} for item in self.items)
        if len(of_all) != 1 or not takes or bench.points < 0 or bench.reading.floor_text:
            return None
        ((token, text, _),) = of_all
        if token.low >= bench.points:
            return None
        bench.reading.limits.remove(of_all[0])
        return {"said": number(bench.points - token.low), "text": text}

    def _name_full(self) -> None:
        """资料齐全得2分，缺1份扣0.5分: the words of the first say that none of what the second counts is lacking."""
        bench = self.bench
        if self.full is None or not isinstance(self.full.case, Fact) or len(bench.out.measures) <= self.first:
            return
        if not bench.is_part:
            bench.out.measures[self.first] = replace(bench.out.measures[self.first], asked=self.full.case.words)
        if len(bench.out.measures) != self.first + 1:
            return
        its, full = bench.out.measures[-1], self.full.case.words
        if its.short in ("units", "fewer") and not its.percent and not any(word in full for word in words().denials):
            of_things = its.short == "fewer" or its.unit in words().of_things
            listed = (its.listed or things_in(full)) if of_things else ()
            bench.out.measures[-1] = replace(its, full=full, listed=listed)


def _about(case: Per | Fact) -> str:
    return case.subject if isinstance(case, Per) else case.words


def _is_degree(case: Per | Fact, last: Per | Fact) -> bool:
    """Whether words only say how grave or how often something is, of which the last clause may be."""
    mine, theirs = _about(case), _about(last)
    is_degree = mine.startswith(words().graver) or mine.endswith(words().grave_ends)
    return is_degree and not theirs.startswith(words().graver) and not theirs.endswith(words().grave_ends)


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
            subject, nth = case.subject.removesuffix(NTH), case.subject.endswith(NTH)
            frame = replace(frame, case=Tier(subject, (side,), case.amount, case.direction, True, nth))
        out.append(frame)
    return out


def _is_of(case: Tier, first: Tier) -> bool:
    return case.subject in ("", first.subject) and case.direction == first.direction


def _is_same(case: Per, other: Tier) -> bool:
    subjects = {opened(case.subject), opened(other.subject)}
    return case.amount.fits(other.amount) and (len(subjects) == 1 or "" in subjects)

"""A line while its rule is made: what was read of it, what it requires, and the pieces that all rules are made of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from kaoping.codification.clauses._clause_words import words
from kaoping.codification.clauses._composed import Composed, Measured, NotUnderstoodError, Question
from kaoping.codification.clauses._denials import around
from kaoping.codification.clauses._frames import Amount, Fact, Frame, Per, Reading, Side, Tier
from kaoping.codification.clauses._plain import plain
from kaoping.codification.clauses._tier_cases import tier_of_prose
from kaoping.codification.clauses._tokens import MARK, OTHER, PERIOD, QUANTITY, Token, number_of
from kaoping.codification.clauses._unit_cases import fits_target
from kaoping.codification.clauses._wording import ABSENT
from kaoping.core.figures import number

#: How the words begin that say what is lacking of a list, how those end that say what all of it should be.
_LACKS = re.compile("每|其中|[缺少]|凡?有?(?:任意|任何|任)?一|发现|有不|以上|上述|[两二三四五六七八九十][者项]")
_ALL_SO = re.compile(
    "(?:等)?(?:[0-9两二三四五六七八九十]+[项者样类种个])?(?:制度|资料|材料)?(?:须|应当|应|均|都|全部)*"
    "(?:符合(?:规范|规定)?(?:要求|标准)?|齐全|完整|完备|健全|合规|落实|达标)?的?$"
)
_ONE_FAILS = re.compile("缺其一|缺一|缺项|有一[不未]|任[意何]?一[项个处样]")
_LISTED = re.compile("([^,;。:]+)等([0-9]+|[两三四五六七八九十]+)([项个种样件条])([^,;。:、()0-9]{1,8})")
#: What is counted where the text has no name for it.
UNNAMED = "所计的数"


class Workbench:
    """What is known of a line of ``points`` while its rule is made, and what is made of it (``out``).

    Where ``is_bonus``, the line stands among those that only add points: what is not earned of it is 0.
    """

    def __init__(
        self, reading: Reading, points: Fraction, requirement: Reading | None, *, is_bonus: bool = False
    ) -> None:
        self.reading, self.points, self.is_bonus, self.out = reading, points, is_bonus, Composed()
        self.out.large = max(reading.large, requirement.large if requirement else 0)
        self.is_part = False  # of a line that is the sum of several sentences
        self.frames = list(reading.frames)
        self.out.derived |= reading.derived
        self.requirement = requirement
        self.targets = self._targets()
        #: Something is said of how much there should be, but not so that it can be counted from.
        self.vague = bool(self.prose_with(PERIOD)) or bool(requirement and (requirement.unread or requirement.frames))
        self.vague = self.vague or len(self.prose_with(QUANTITY)) > len(self.targets)

    def _targets(self) -> list[tuple[Tier, str]]:
        """Numbers that sentences without points, and the requirement cell, say there should be."""
        prose = [(its, text) for text, its in self.reading.prose]
        if self.requirement is not None and not self.requirement.unread:
            prose += [(its, text) for text, its in self.requirement.prose]
        targets = [(its, text) for tokens, text in prose for its in tier_of_prose(tokens)]
        return targets + [(its, text) for _, text in prose for its in _counts_of_lists(text)]

    def _parts_required(self, amount: Amount, subject: str) -> list[Tier]:
        """Numbers of ``subject`` between commas (建立制度，每年研究不少于4次), where each of the unit is clear."""
        prose = [its for _, its in self.reading.prose]
        if self.requirement is not None and not self.requirement.unread:
            prose += [its for _, its in self.requirement.prose]
        targets = []
        for tokens in prose:
            for part in parted(tokens):
                if any(token.kind == QUANTITY and Amount(token.unit, token.percent).fits(amount) for token in part):
                    its = tier_of_prose(part)
                    if not its:
                        return []
                    targets += [target for target in its if has_in_common(target.subject, subject)]
        return targets

    def prose_with(self, kind: str) -> list[str]:
        prose = [*self.reading.prose, *(self.requirement.prose if self.requirement is not None else ())]
        return [text for text, its in prose if any(token.kind == kind for token in its)]

    def required(self, direction: str, amount: Amount, subject: str = "") -> Tier | None:
        """The one target that units of ``amount`` can be counted from; raises where there are several."""
        targets = [target for target, _ in self.targets] or (self._parts_required(amount, subject) if subject else [])
        fitting = [target for target in targets if fits_target(target, direction, amount)]
        if len(fitting) > 1 and subject:
            fitting = [target for target in fitting if has_in_common(target.subject, subject)] or fitting
        if len(fitting) > 1 and len({its.sides for its in fitting}) > 1:
            raise NotUnderstoodError("不知道按哪个目标数算")
        return fitting[0] if fitting else None

    def floor(self) -> dict[str, Any]:
        if self.reading.floor_text:
            return {"said": "0", "text": self.reading.floor_text}
        words_ = "扣到几分为止没有写，按最低0分算（假定）"
        self.out.assumed.append(words_)
        self.out.questions.append(Question("floor", "扣到几分为止没有写", ("扣到0分为止", "可以扣成负分", "待定")))
        return {"assumed": "0"}

    def ask(self, question: Question) -> None:
        """Leave a question open, once a line: one answer is for all that it asks of."""
        asked = self.out.questions
        for place, its in enumerate(asked):
            if its.id == question.id and its.readings == question.readings:
                words_ = its.words if question.words in its.words else f"{its.words}；{question.words}"
                asked[place] = replace(its, words=words_)
                return
        asked.append(question)

    def indicator(self, measure: Measured) -> dict[str, Any]:
        its: dict[str, Any] = {"indicator": measure.id, "as": measure.name}
        if measure.percent:
            its |= {"percent": "true", "over_100": "true"}
        elif measure.unit:
            its["unit"] = measure.unit
        return its

    def any_of(self, frame: Frame, case: Per) -> dict[str, Any]:
        """缺一项不得分: one is enough."""
        if (of_all := self._one_less(case)) is not None:
            return of_all
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
        if self.required(case.direction, case.amount) is not None:
            raise NotUnderstoodError(f"“{frame.text}”没有读懂")
        name = case.subject or UNNAMED
        measure = self.out.declare(name=name, unit=case.amount.unit, short=case.direction or "units")
        return self.indicator(measure) | {"at_least": "1"}

    def _one_less(self, case: Per) -> dict[str, Any] | None:
        """批复、合同等4类资料，缺一类不得分: less than all of them."""
        target = case.target
        if target is None or case.direction != "fewer" or case.per != 1 or case.every or case.day or not target.bare:
            return None
        edge, amount = target.sides[0].edge, case.amount
        measure = self.out.declare(name=target.subject or UNNAMED, unit=amount.unit, edge=edge, bad=True)
        return self.indicator(measure) | {"below": edge_text(edge, amount)}

    def none_of(self, fact: Fact) -> dict[str, Any] | None:
        """未举办 beside 举办不少于10场: none of what is counted already."""
        counted = [its for its in self.out.measures if its.edge is not None and not its.percent and not its.options]
        if len(counted) == 1 and is_undone(fact.words):  # 每年不少于2次，未开展的
            return self.indicator(counted[0]) | {"equals": "0"}
        for measure in self.out.measures:
            counts = measure.edge is not None and not measure.percent and not measure.options
            if counts and measure.name != UNNAMED and is_nothing_of(fact.words, measure.name):
                return self.indicator(measure) | {"equals": "0"}
        return None

    def judged(self, fact: Fact, *, once: bool = False, full: str = "", bad: bool = False) -> dict[str, Any]:
        """What asks whether a fact is so; ``full`` are the words with which the text says that all is as it should."""
        options = (fact.words,)
        listed = things_in(fact.words) or things_in(full) if fact.counted or of_one(fact.words) else ()
        declared: dict[str, Any] = {"name": fact.words, "options": options, "otherwise": ABSENT, "listed": listed}
        needs = "unit" if fact.topic else ""
        asked = fact.of or (self._asked() if fact.words in (*words().none_so, *words().fails) else "")
        measure = self.out.declare(**declared, counted=fact.counted, once=once, needs=needs, bad=bad, full=asked)
        return {"judged": [fact.words], "others": [ABSENT], "part": measure.part}

    def _asked(self) -> str:
        """The one thing that the requirement asks for, in plain words; "" where it asks for more, or for a number."""
        prose = self.requirement.prose if self.requirement is not None and not self.requirement.unread else []
        if len(prose) != 1 or self.reading.prose or not all(token.kind in (OTHER, "idle") for token in prose[0][1]):
            return ""
        return plain(prose[0][0]).text

    def in_doubt(self, frame: Frame) -> dict[str, Any]:
        if frame.doubt:
            self.out.unspoken = True
            return {"because": frame.doubt} if frame.low < frame.high else {}
        if frame.free:
            return {"because": f"{'得' if frame.act == 'give' else '扣'}几分由评分的人酌定"}
        if frame.low == frame.high:
            return {}
        self.out.questions.append(Question("amount", frame.text, (number(frame.low), number(frame.high), "待定")))
        return {"because": "每次几分由考评方酌情"}

    def worth(self, frame: Frame) -> Any:
        if frame.free:
            most = abs(self.points) if frame.whole else min(frame.high, abs(self.points))
            return [number(min(frame.low, most)), number(most)]
        if frame.low <= 0:
            raise NotUnderstoodError(f"“{frame.text}”的分没有读懂")
        return number(frame.low) if frame.low == frame.high else [number(frame.low), number(frame.high)]

    def given(self, frame: Frame) -> Any:
        """What a clause gives, as points."""
        if frame.free:
            return ["0", number(abs(self.points))]
        if frame.whole:
            return number(abs(self.points))
        if frame.act == "none":
            return "0"
        if frame.high > abs(self.points):
            raise NotUnderstoodError(f"“{frame.text}”多于本项的{number(abs(self.points))}分")
        return number(frame.low) if frame.low == frame.high else [number(frame.low), number(frame.high)]

    def is_full(self, frame: Frame) -> bool:
        """Whether a clause gives all points of the line."""
        return frame.whole or frame.low == frame.high == self.points

    def compared(self, case: Tier) -> dict[str, Any]:
        if case.bare:
            raise NotUnderstoodError("一个数前后没有写以上、以下")
        measure = self.measure_of(case)
        return self.indicator(measure) | {side.op: edge_text(side.edge, case.amount) for side in case.sides}

    def measure_of(self, case: Tier) -> Measured:
        """The measure of a tier: that of one that was declared for the same subject."""
        unit = "" if case.amount.percent else case.amount.unit
        name = case.subject or UNNAMED
        for its in reversed(self.out.measures):
            counts = case.direction or ("units" if its.short == "units" else "")
            alike = (its.unit, its.percent, its.options, its.short) == (unit, case.amount.percent, (), counts)
            if alike and (opened(its.name) == opened(name) or not opened(case.subject)):
                return its
        if case.direction:
            return self.out.declare(name=name, unit=unit, percent=case.amount.percent, short=case.direction)
        return self.out.declare(name=name, unit=unit, percent=case.amount.percent)


def edge_text(value: Fraction, amount: Amount) -> str:
    """Return an edge as a rule has it: 95%, 3."""
    return f"{number(value * 100)}%" if amount.percent else number(value)


def things_in(text: str) -> tuple[str, ...]:
    """计划、方案、总结齐全: what a text lists, each without what is said of it."""
    text, *counted = re.split("的?[,，]?每[1一]?[项个种样]", text)
    lack = next((word for word in words().spreads if text.startswith(word) and counted), "")
    if lack and not any(around(part).denied for part in re.split("、|和|及|与", text.removeprefix(lack))):
        return tuple(re.split("、|以及|和|及|与", text.removeprefix(lack)))  # 无计划、方案和总结的，每项扣1分
    first, mark, rest = text.replace(",", "，").partition("，")
    is_preamble = first.startswith(words().preambles) and "、" not in first and "、" in rest
    parts = re.split("[、,，]|并有|以及", rest if mark and is_preamble else text)
    lacking = next((at for at, part in enumerate(parts) if _LACKS.match(part)), len(parts))
    listed = [part.removeprefix("有") for part in parts[:lacking]]
    if listed:
        listed[0] = re.split("应?(?:包括|做到|实现)", listed[0])[-1]
        listed[-1] = _ALL_SO.sub("", listed[-1])
    is_plain = len(listed) > 1 and all(listed) and not any(re.search("[0-9]", part) for part in listed)
    is_plain = is_plain and len({around(part).denied for part in listed}) == 1  # 组织、制度不健全: of how many?
    return tuple(listed) if is_plain else ()


def _counts_of_lists(text: str) -> list[Tier]:
    """餐饮、饮用水、学校卫生等3个行业: how many a list has, which is as many as there should be."""
    match = _LISTED.search(plain(text).text)
    value = number_of(match[2]) if match else None
    if match is None or value is None or match[1].count("、") != value - 1:
        return []
    return [Tier(match[4], (Side("equals", value),), Amount(match[3], False), "", True)]


def parted(its: Sequence[Token]) -> list[list[Token]]:
    """The tokens between commas."""
    parts: list[list[Token]] = [[]]
    for token in its:
        if token.kind == MARK and token.text == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return [part for part in parts if part]


def has_in_common(first: str, second: str) -> bool:
    """Whether two names share two characters that stand side by side (每年专题研究, 少开专题会)."""
    return any(second[at : at + 2] in first for at in range(len(second) - 1))


def of_one(text: str) -> bool:
    """Whether ``text`` says that one of several things fails (三者缺其一, 任一项不符合)."""
    return bool(_ONE_FAILS.search(text))


def is_undone(text: str) -> bool:
    """Whether ``text`` says no more than that nothing was done (未开展)."""
    denial = next((word for word in words().denials if text.startswith(word)), "")
    return bool(denial) and text.removeprefix(denial).strip("的") in words().deeds


def is_nothing_of(text: str, subject: str) -> bool:
    """Whether ``text`` says that there is none of ``subject``: 未组织 of 组织培训."""
    denial = next((word for word in words().denials if text.startswith(word)), "")
    rest = text.removeprefix(denial).strip("的") if denial else ""
    return text in (*words().nothing, *words().not_so) or (bool(rest) and rest in subject)


def opened(subject: str) -> str:
    """What a subject is about, without 发生, 累计, 全年 before it."""
    scope = next((word for word in words().scopes if subject.startswith(word)), "")
    subject = subject.removeprefix(scope)
    for word in words().openings:
        subject = subject.removeprefix(word)
    return subject

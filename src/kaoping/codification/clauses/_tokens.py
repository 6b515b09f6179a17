"""A sentence cut into what its words do: quantities, points, bounds, and the rest, which is what it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, lru_cache

from kaoping.codification.clauses._clause_words import words
from kaoping.codification.clauses._plain import LARGE, Plain
from kaoping.codification.clauses._token_patterns import HAN, patterns
from kaoping.core import numerals

#: Kinds of tokens that are no act of a word.
QUANTITY, POINTS, LIMIT, PARTIAL, MARK, OTHER, UNREAD = (
    "quantity",
    "points",
    "limit",
    "partial",
    "mark",
    "text",
    "unread",
)
PERIOD, FORMULA, LESS, IN_ALL, EACH_ITS, DATE = "period", "formula", "less", "in_all", "each_its", "date"
DISCRETION, AND_SO_ON, SPENT, LINEAR = "discretion", "and_so_on", "spent", "linear"
SCALED, HIGHEST = "scaled", "highest"
#: Units of points that are told by the line's: all of them, or a share.
WHOLE, SHARE = "whole", "share"
_NUMBERING = re.compile(
    r"^(?:-(?![0-9])|\(?[0-9]{1,2}\)|[0-9]{1,2}[.、](?![0-9])|\(?[一二三四五六七八九十]{1,3}[)、])+"
)
BOUND_ACTS = ("at_least", "at_most", "above", "below", "equal")
_BEHIND_ACTS = ("or_more", "or_less", "or_after")
_DIRECTIONS = ("fewer", "more")
WORTH = ("take", "extra", "give", "add")
#: Beside a quantity they lack it; others compare with it.
_LACKS_ONE = ("缺任意", "缺任何", "缺任", "少任意", "少任何", "少", "缺", "缺少", "短少", "差")
_LAST_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
#: With which characters what is looked for at every place begins.
_BEGINS = {
    "arrow": "0123456789",
    "all_or_none": "方可才得计记",
    "discretion": "酌视适予给相扣加从可双翻",
    "each_of_each": "每",
    "first_time": "首初再",
    "highest": "按取计就",
    "period": "每",
    "spent": "扣",
}
_ZERO, _NTH = Fraction(0), "第"
_PLACE, _FOREMOST = "位", "前"
_EVERY = ("every", "every_full")
#: How a limit of several parts begins: of what they give, each part may have one of its own that is not stated.
_OF_PARTS = re.compile("(?:以上|上述)?(?:各项|[两二三四五六]项)")
_SIGNS = ("≤", "≦", "<=", "<", "≥", "≧", ">=", ">")
_STEPS = re.compile("每|少(?!于)|缺|(?<!不)低(?!于)|降|超(?!过)|增|提高|(?<!不)多(?!于)")
_LATE = ("逾期", "超期", "延期", "延迟", "推迟", "迟", "晚")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a sentence and what it does."""

    kind: str
    start: int  # in the plain text
    end: int
    text: str
    low: Fraction = Fraction(0)  # of a quantity or points; points may be a range
    high: Fraction = Fraction(0)
    unit: str = ""
    percent: bool = False
    implicit: bool = False  # a unit without a number: 每次
    outside: bool = False  # of a bound behind: its number is not in (不含)
    inside: bool = False  # of a number: it is in, in so many words (含)


def number_of(text: str) -> Fraction | None:
    """Return a number in digits or in Chinese numerals; None for what is none."""
    if text[0].isdigit():
        times = LARGE.get(text[-1], 1)
        return Fraction(text.rstrip("万亿")) * times
    if "点" in text:  # 零点五
        before, _, behind = text.partition("点")
        digits = [str("零一二三四五六七八九".index(char)) for char in behind]
        first = numerals.whole(before)
        return None if first is None else first + Fraction("0." + "".join(digits))
    whole = numerals.whole(text)
    return None if whole is None else Fraction(whole)


@cache
def _acts() -> dict[str, tuple[str, ...]]:
    its: dict[str, tuple[str, ...]] = {}
    for act, texts in words().acts.items():
        for text in texts:
            its[text] = (*its.get(text, ()), act)
    return its


def sentences(whole: Plain) -> Iterator[tuple[int, int]]:
    """Yield where each sentence of the text stands, without its number."""
    start = 0
    for end, char in enumerate((*whole.text, "。")):
        opens_list = char == ":" and _NUMBERING.match(whole.text[end + 1 :])
        if char not in "。;!?" and not opens_list:
            continue
        numbering = _NUMBERING.match(whole.text[start:end])
        first = start + (numbering.end() if numbering else 0)
        if first < end:
            yield first, end
        start = end + 1


def is_numbered(whole: Plain, start: int) -> bool:
    """Whether a sentence that begins at ``start`` stands behind a number of its own."""
    return start > 0 and whole.text[start - 1] in ".、)-"


def tokens(whole: Plain, start: int, end: int) -> list[Token]:
    """Return the tokens of the sentence between two places."""
    return list(_tokens(whole.text[:end], start))


@lru_cache(maxsize=512)
def _tokens(text: str, start: int) -> tuple[Token, ...]:
    return tuple(_Reader(text, start).all())  # a rule is held against its text: it is cut once more


class _Reader:
    def __init__(self, text: str, at: int) -> None:
        self.text, self.at, self.out = text, at, list[Token]()
        self.joined = -1  # where a note behind a number ends: what stands there stands behind the number
        self.taken = 0

    def all(self) -> list[Token]:
        while self.at < len(self.text):
            if not self._step():
                self._other()
        return self.out

    def _match(self, name: str) -> re.Match[str] | None:
        first = _BEGINS.get(name)
        if first is not None and self.text[self.at] not in first:
            return None
        return patterns()[name].match(self.text, self.at)

    def _add(
        self, kind: str, end: int, *, low: Fraction = _ZERO, high: Fraction = _ZERO, unit: str = "",
        percent: bool = False, implicit: bool = False, outside: bool = False, inside: bool = False,
    ) -> bool:  # fmt: skip
        text = self.text[self.at : end]
        self.out.append(Token(kind, self.at, end, text, low, high, unit, percent, implicit, outside, inside))
        self.at = end
        return True

    def _other(self) -> None:
        last = self.out[-1] if self.out else None
        if last is not None and last.kind == OTHER and last.end == self.at:
            self.out[-1] = Token(OTHER, last.start, self.at + 1, last.text + self.text[self.at])
            self.at += 1
        else:
            self._add(OTHER, self.at + 1)

    def _step(self) -> bool:
        char = self.text[self.at]
        if not self.out and char == "按" and (match := self._match("preface")):  # 按完成情况计分，…
            return self._add("idle", match.end())
        if char == "(" and (match := self._match("aside")):
            return self._add("idle", match.end())
        if char in ",、:()":
            if char == "(":
                for name in ("included", "excluded"):
                    if match := self._match(name):
                        return self._aside(match.end(), name == "excluded")
            return self._add(MARK, self.at + 1)
        if match := self._match("included"):
            return self._aside(match.end(), False)
        if match := self._match("aside"):
            return self._add("idle", match.end())
        if match := self._match("quote") or self._match("sample") or self._named_span():
            while self.at < match.end():
                self._other()
            return True
        if match := self._match("first_time"):  # 首次发生扣1分，再次发生扣2分
            self._add(OTHER, self.at + 1)
            self.out[-1] = replace(self.out[-1], text=_NTH)
            again = match[0].startswith("再")
            self._add(QUANTITY, match.end(), low=Fraction(2 if again else 1), unit="次")
            if again:
                self.out.append(Token("or_more", match.end(), match.end(), ""))
            return True
        if match := self._match("each_of_each"):  # 每人每例: as many as there are of both together
            self._add("every", self.at + 1)
            return self._add(QUANTITY, match.end(), low=Fraction(1), unit=match[1] + match[2], implicit=True)
        if match := self._match("period"):
            rest = self.text[match.end() :]
            if self.out and self.out[-1].text.endswith(words().average) and not _STEPS.search(rest):
                self._other()  # 平均每月检查4次以上: the number is that of a month
                return True
            return self._add(PERIOD, match.end())
        return self._numbers() or self._words()

    def _named_span(self) -> re.Match[str] | None:
        """24小时扑灭率: a span that only says which share is meant, where nothing before it compares or counts."""
        last = self.out[-1].kind if self.out else MARK
        return self._match("named_span") if last in (MARK, OTHER, "idle") else None

    def _aside(self, end: int, outside: bool) -> bool:
        """A note on whether a bound's own number is in."""
        if not outside:
            before = self.out[-1].kind if self.out else ""
            if before in (OTHER, "idle") and not re.search(f"[0-9{HAN}]", self.text[self.at : end]):
                self.at = end  # 档案不全的（含验收、登记等）: what is counted, which whoever states the number knows
                return True
            if before not in (QUANTITY, *_BEHIND_ACTS):
                return self._add(UNREAD, end)
            if (edge := self._match("included_edge")) is not None:
                return self._include(edge, end)
            self.out[-1] = replace(self.out[-1], inside=True)
            self.at = self.joined = end
            return True
        edge = self._match("excluded_edge")
        if edge and self.out[-2:] and self._says_again(edge):
            self.at = end  # 低于85%(不含85%)
            return True
        if self.out and self.out[-1].kind in _BEHIND_ACTS:
            last = self.out.pop()
            self.out.append(Token(last.kind, last.start, end, last.text, outside=True))
            self.at = end
            return True
        rest = self.text[end:]
        behind = next((word for act in _BEHIND_ACTS for word in words().acts[act] if rest.startswith(word)), "")
        if behind:
            act = next(act for act in _BEHIND_ACTS if behind in words().acts[act])
            return self._add(act, end + len(behind), outside=True)
        if re.search(f"[0-9{HAN}]", self.text[self.at : end]):
            return self._add(UNREAD, end)
        self.at = end  # （不含短讯）: what is counted, which whoever states the number knows
        return True

    def _include(self, edge: re.Match[str], end: int) -> bool:
        """5-10万(含5万): the number that is in is the one that the note names."""
        value = number_of(edge[1])
        assert value is not None, "digits"
        for place in range(len(self.out) - 1, max(len(self.out) - 6, -1), -1):
            token = self.out[place]
            if token.kind == QUANTITY and token.low == (value / 100 if token.percent else value):
                self.out[place] = replace(token, inside=True)
                self.at = self.joined = end
                return True
        return self._add(UNREAD, end)

    def _says_again(self, edge: re.Match[str]) -> bool:
        """Whether a note that a bound's own number is not in says no more than the bound (低于, 超过)."""
        if len(self.out) < 2:
            return False
        (bound, last), value = self.out[-2:], number_of(edge[1])
        is_of_it = last.kind == QUANTITY and last.percent == bool(edge[2]) and value is not None
        return is_of_it and bound.kind in ("below", "above") and last.low == (value or 0) / (100 if edge[2] else 1)

    def _is_ranking(self) -> bool:
        """Whether an ordinal without a noun (第一的得5分) can only be a rank."""
        return any(word in self.text[: self.at] for word in words().ranking)

    def _numbers(self) -> bool:
        if match := self._match("arrow"):  # 4000↑ 30, of a table of tiers
            value, worth = number_of(match[1]), number_of(match[4])
            if value is not None and worth is not None:
                (unit, percent), end = (match[2], bool(match[2])), match.end()
                self._add(QUANTITY, match.end(2), low=value / (100 if percent else 1), unit=unit, percent=percent)
                self._add("or_more" if match[3] == "↑" else "or_less", match.end(3))
                return self._add("give", end, low=worth, high=worth)
        if self._behind_quantity() and (match := self._match("both_ends")):  # 在90%和95%之间
            return self._add("between", match.end())
        if self._formulas() or self._rates() or self._limits() or self._days() or self._shares():
            return True
        rank = self._ranks()
        return self._quantities() if rank is None else rank

    def _behind_quantity(self) -> bool:
        return bool(self.out) and self.out[-1].kind == QUANTITY

    def _formulas(self) -> bool:
        is_open = not self.out or self.out[-1].kind == MARK
        for name in ("formula", "product", "complement"):
            match = self._match(name) if name != "product" or is_open else None
            factor = number_of(match[2]) if match and match[2] else Fraction(0)
            if match and factor is not None:
                return self._add(FORMULA, match.end(), low=factor, unit=match[1], outside=name == "complement")
        if is_open and (match := self._match("scaled")):  # 满意度测评得分×10%
            return self._add(SCALED, match.end(), low=Fraction(match[2]), unit=match[1])
        if match := self._match("linear"):
            slope, less = number_of(match[1]), number_of(match[3])
            if slope is not None and less is not None:
                return self._add(LINEAR, match.end(), low=slope, high=less, unit=match[2])
        if match := self._match("less"):
            first, each = number_of(match[1]) if match[1] else Fraction(0), number_of(match[3])
            if first is not None and each is not None:
                return self._add(LESS, match.end(), low=first, high=each, unit=match[2])
        return False

    def _rates(self) -> bool:
        """按0.5分/个扣分, or 按每个0.5分扣分: points for each."""
        match = self._match("rate")
        unit = (match["unit"] or match["unit2"]) if match else None
        value = number_of(match["points"]) if match else None
        if match is None or unit is None or value is None:
            return False
        at, end = self.at, match.end()
        act = "take" if match["take"] else "add" if match["give"] == "加分" else "give"
        self._add(act, end, low=value, high=value)
        self.out.append(Token(EACH_ITS, at, end, self.text[at:end], low=Fraction(1), unit=unit))
        return True

    def _limits(self) -> bool:
        """What is said of points in all, of a unit, of what is left over of one, or of the most."""
        if (match := self._match("spent")) and (off := number_of(match[2])) is not None:
            return self._add(SPENT, match.end(), low=off, high=(number_of(match[1]) if match[1] else None) or _ZERO)
        if match := self._match("and_so_on"):
            return self._add(AND_SO_ON, match.end())
        if match := self._match("discretion"):
            ends = [number_of(match[name]) for name in (1, 2) if match[name]]
            if None in ends:
                return self._add(UNREAD, match.end())
            low = min(filter(None, ends), default=_ZERO) if len(ends) > 1 else _ZERO
            most = max(filter(None, ends), default=_ZERO)
            act = "give" if match["give"] else "more" if match["more"] else "take"
            return self._add(DISCRETION, match.end(), low=low, high=most, unit=act)
        if self.out and (match := self._match("all_or_none")):  # 2000元以上得分，否则不得分
            return self._add("give", match.end(), unit=WHOLE)
        if match := self._match("highest"):
            return self._add(HIGHEST, match.end())
        match = self._match("in_all")
        if match and (value := number_of(match[1])) != 0:  # 本项0分 gives none
            return self._add(UNREAD if value is None else IN_ALL, match.end(), low=value or Fraction(0))
        behind_points = bool(self.out) and self.out[-1].end == self.at and self.out[-1].kind in WORTH
        if behind_points and (match := self._match("each_its")):  # 扣0.5分/次
            return self._add(EACH_ITS, match.end(), low=Fraction(1), unit=match[1])
        if match := self._match("partial"):
            its = "ignore" if match[3] else "count" if match[4] else "proportional"
            return self._add(PARTIAL, match.end(), unit=its)
        if match := self._match("limit"):
            numbers = [match[name] for name in ("low2", "low3", "low4", "low5") if match[name]] or [
                group for group in match.groups() if group and group[0] in "0123456789" + HAN
            ]
            value = number_of(numbers[0]) if numbers else None
            verb = match["verb"] or match["verb2"] or ""
            is_of_parts = bool(_OF_PARTS.match(match[0])) and not verb.startswith("扣")
            if value is not None and len(numbers) == 1 and not is_of_parts:
                return self._add(LIMIT, match.end(), low=value, unit=verb)
            return self._add(UNREAD, match.end())
        return False

    def _days(self) -> bool:
        if match := self._match("by_day"):
            month, is_end = int(match[2]), match[3] in ("底", "末")
            day = _LAST_DAYS[month - 1] if is_end and month <= 12 else int((match[3] or "0").strip("日号") or 0)
            if 1 <= month <= 12 and 1 <= day <= 31:
                year = f"{match[1]}-" if match[1] else ""
                is_in = bool(match[4] or match[5])
                return self._add(DATE, match.end(), unit=f"{year}{month:02}-{day:02}", inside=is_in)
        match = self._match("date")
        return match is not None and self._add(UNREAD, match.end())

    def _shares(self) -> bool:
        if match := self._match("tenths"):  # 九成
            tenths = Fraction("一二三四五六七八九".index(match[1]) + 1, 10)
            return self._add(QUANTITY, match.end(), low=tenths, unit="%", percent=True)
        match = self._match("percent")
        value = number_of(match[1] or match[2]) if match else None
        if match is None or value is None:
            return False
        return self._add(QUANTITY, match.end(), low=value / 100, unit="%", percent=True)

    def _ranks(self) -> bool | None:
        """Whether a rank was read; None where no ordinal stands here."""
        if (match := self._match("ranked")) and (match[1] or self._is_ranking()):
            first = number_of(match[1] or match[2])
            if first is not None:
                return self._add(QUANTITY, match.end(), low=first, unit="名")
        match = self._match("rank")
        if match is None:
            return None
        first = number_of(match[1]) if match[1] else None
        if first is None or match[2]:
            return self._add(UNREAD, match.end())
        return match[0].endswith(("名", "位")) and self._add(QUANTITY, match.end(), low=first, unit="名")

    def _quantities(self) -> bool:
        if match := self._match("begins"):  # 80-89分: the first number has the unit of the second
            value = number_of(match[1])
            if value is not None:
                large = LARGE.get(match[2][-1], 1) if match[1][-1] not in LARGE else 1  # 5—10万人次: 5万
                return self._quantity(value * large, match[3], self.at + len(match[1]))
        if match := self._match("quantity"):
            value = number_of(match[1])  # None of 每百人: a number, but of what
            if value is not None and self._is_count_of_list(value, match[2]):
                while self.at < match.end():
                    self._other()
                return True
            return self._add(UNREAD, match.end()) if value is None else self._quantity(value, match[2], match.end())
        if match := self._match("points"):
            value = number_of(match[1])
            if value is not None:
                return self._add(UNREAD if match[2] else QUANTITY, match.end(), low=value, unit="分")
        match = self._match("number")
        if match and self.out and self.out[-1].kind in BOUND_ACTS and patterns()["given"].match(self.text, match.end()):
            return self._add(QUANTITY, match.end(), low=Fraction(match[0]))  # 不低于500得10分
        return match is not None and self._add(UNREAD, match.end())

    def _is_count_of_list(self, value: Fraction, unit: str) -> bool:
        """A、B、C三项: how many have just been named."""
        before = max(self.text.rfind(mark, 0, self.at) for mark in ",;。:!?")
        return value > 1 and unit in words().of_things and self.text.count("、", before + 1, self.at) == value - 1

    def _quantity(self, value: Fraction, unit: str, end: int) -> bool:
        if unit == _PLACE and self.text[: self.at].endswith(_FOREMOST) and self._is_ranking():
            unit = "名"  # 排名前三位
        percent = unit == "%" or unit in words().per_cent_units
        return self._add(QUANTITY, end, low=value / 100 if percent else value, unit=unit, percent=percent)

    def _words(self) -> bool:
        longer = self._match("act")
        if (match := self._match("open")) and not (longer and longer.end() >= match.end() and self._takes(longer[0])):
            return self._add(UNREAD, match.end())
        its = self._match("act")
        if its is None:
            return False
        word = its[0]
        while word:
            if word in _acts() and self._takes(word):
                return True if self.at >= self.taken else self._commit(word)
            word = word[:-1]
        return False

    def _commit(self, word: str) -> bool:
        act = self._act_of(word)
        end = self.at + len(word)
        if act in WORTH:
            match = patterns()["worth"].match(self.text, end)
            assert match is not None, "looked at before"
            if match["whole"]:
                return self._add(act, match.end(), unit=WHOLE)
            if share := match["share"] or match["share2"]:  # 得分值的60%
                return self._add(act, match.end(), low=Fraction(share) / 100, unit=SHARE)
            low = number_of(match[1] or match[3])
            high = number_of(match[2]) if match[2] else low
            if low is None or high is None:
                return self._add(UNREAD, match.end())
            return self._add(act, match.end(), low=min(low, high), high=max(low, high))
        self._add("every" if act in _EVERY else act, end)
        if act in _EVERY or (act in _DIRECTIONS and patterns()["unit"].match(self.text, self.at)):
            unit = self._match("unit")
            if unit and not self._match("quantity"):
                percent = unit[0] in words().per_cent_units
                its_one = Fraction(1, 100) if percent else Fraction(1)
                self._add(QUANTITY, unit.end(), low=its_one, unit=unit[0], percent=percent, implicit=True)
        return True

    def _takes(self, word: str) -> bool:
        self.taken = self.at + len(word)
        return bool(self._act_of(word))

    def _act_of(self, word: str) -> str:
        """What the word does here; "" where it is only a word."""
        end = self.at + len(word)
        acts = _acts().get(word, ())
        behind_every = self._behind_every()
        number_next = bool(patterns()["next"].match(self.text, end))
        for act in acts:
            if act in WORTH:
                if (worth := patterns()["worth"].match(self.text, end)) and self._is_given(word, worth.end()):
                    return act
            elif act in _DIRECTIONS:
                if behind_every and patterns()["one"].match(self.text, end):
                    return act
                if (word in _LACKS_ONE or word in _LATE) and number_next:
                    return act
                if patterns()["slip"].match(self.text, end):  # 下降1个百分点扣1分
                    return act
            elif act in BOUND_ACTS:
                if number_next and not behind_every:
                    return act
                if word in _SIGNS and self.out and self.out[-1].kind == QUANTITY and self.out[-1].end == self.at:
                    return act  # 80%≤完成率
            elif act in _BEHIND_ACTS:
                if self.out and self.out[-1].kind == QUANTITY and self.at in (self.out[-1].end, self.joined):
                    return act
            elif act == "between":
                is_behind = self.out and self.out[-1].kind in (QUANTITY, *_BEHIND_ACTS)
                if is_behind and patterns()["ends"].match(self.text, end):
                    return act
            elif act == "other":
                if not self.out or self.out[-1].kind == MARK:
                    return act
            elif act == "none_at_end":
                if patterns()["ends_there"].match(self.text, end):
                    return "none"
            elif act == "most":
                return UNREAD
            elif act == "whole":
                continue
            else:
                return act
        return ""

    def _is_given(self, word: str, end: int) -> bool:
        """Whether points are given: 扣分2分, but not 累计扣分2分以上, of a word that may also be a noun."""
        return word not in words().open or bool(patterns()["ends_there"].match(self.text, end))

    def _behind_every(self) -> bool:
        """Whether a 每 stands before, with nothing but words between."""
        for token in reversed(self.out):
            if token.kind in _EVERY:
                return True
            if token.kind not in (OTHER, "idle"):
                return False
        return False

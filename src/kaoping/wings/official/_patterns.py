"""How the elements of an official document are written, right or wrong: patterns that tell one where it stands.

A pattern takes the wrong ways too (半角括号, 补零 …), for what is not recognised can't be put right.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_CHINESE = "〇零一二三四五六七八九十百"
#: What stands for a character that is still to be filled in.
_OPEN = "×xXＸｘ*＊_＿…"
_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {"零": 0}

#: 发文字号: 机关代字、年份、序号; groups: code, opening, year, closing, 第, number, 号.
DOC_NUMBER = re.compile(
    rf"(?P<code>[\u4e00-\u9fffA-Za-z{_OPEN}]{{1,16}})\s*(?P<open>[〔\[【（(﹝［<《])\s*(?P<year>[\d{_OPEN}]{{2,4}})\s*年?\s*"
    rf"(?P<close>[〕\]】）)﹞］>》])\s*(?P<nth>第?)\s*(?P<number>\d+|[\d{_OPEN}\s\u3000]*)\s*(?P<end>号?)"
)
_COUNT = rf"[\d{_CHINESE}{_OPEN}\s]{{1,6}}"
_YEAR = rf"(?:[〔\[（(【]?\s*[\d{_CHINESE}{_OPEN}]{{4}}\s*[〕\]）)】]?\s*年?\s*)"
#: A number without 机关代字, on a line of its own: of an order (第15号), a 公告 (〔2021〕第15号), a 纪要 (2021年第3期).
SERIAL = re.compile(
    rf"[（(]?{_YEAR}?(?:总?第{_COUNT}[号期次]|(?<=[〕\]）)】]){_COUNT}号)([（(]总第{_COUNT}期[）)])?[）)]?"
)
#: A 发文字号 that is left blank until the document is signed.
BLANK_NUMBER = re.compile(r"[〔\[【（(][\s\u3000_]*[〕\]】）)][\s\u3000_]*号")
#: 签发人, with what follows.
SIGNER = re.compile(r"签\s*发\s*人\s*(?P<colon>[：:]?)\s*(?P<name>[\u4e00-\u9fff·\s\u3000]*)")
HEAD_LINE = re.compile(r"\d{6}|(绝密|机密|秘密)(★.*)?|特\s*急|加\s*急|平\s*急")
#: 附件说明.
ATTACHMENT_NOTE = re.compile(r"附\s*件\s*(?P<number>\d{0,2})\s*(?P<colon>[：:])\s*(?P<rest>.*)", re.S)
NOTE_ITEM = re.compile(
    r"(?P<number>\d{1,2})\s*(?:(?P<mark>[.．、，,)）:：])\s*|(?=[^\d年月日个号份季]))(?P<name>.+)", re.S
)
#: 附件标记: on a line of its own, at the head of an attachment.
MARKER = re.compile(
    r"附\s*件\s*(?P<number>[0-9０-９]{0,2}|[一二三四五六七八九十]{0,2})(?P<part>[-－—–.．]\d{1,2})?\s*"
    r"(?P<remark>[（(][^（）()]{1,12}[）)])?\s*(?P<end>[：:.、。]?)"
)
_BLANK = rf"[\s\u3000{_OPEN}]"
#: 成文日期, in all the ways that it is written; groups year, month, day.
_SOME = rf"[\d{_CHINESE}{_OPEN}]{{1,3}}|{_BLANK}*"
DATE = re.compile(
    rf"(?P<year>[\d{_CHINESE}○ＯO{_OPEN}]{{2,4}}|{_BLANK}{{0,8}})\s*年\s*(?P<month>{_SOME})\s*月(?:\s*(?P<day>{_SOME})\s*[日号])?"
)
#: A draft's blank where the date will stand, or the signature.
DATE_BLANK = re.compile(r"【[^】]*日期】|[（(〔\[][^）)〕\]]*日期[）)〕\]]|(成文|发文)日期")
SIGNATURE_BLANK = re.compile(r"【[^】]*】|[^：:，。；]{0,8}(署名|名称|单位|机关|印章|公章|盖章)[^，。；]{0,12}")
#: What our drafts print where something lacks; they highlight it.
DRAFT_BLANK = re.compile("【待补：[^】]*】")
#: Where the seal goes.
SEAL = re.compile(r"[（(〔\[][^（）()]{0,8}章[）)〕\]]")
DATE_MARKS = re.compile(r"(?P<year>\d{4})\s*[-./．—]\s*(?P<month>\d{1,2})\s*[-./．—]\s*(?P<day>\d{1,2})")
#: 附注.
NOTE = re.compile(r"(?P<open>[（(]?)\s*(联\s*系\s*人|联系电话|此件)[\s\S]*?(?P<close>[）)]?)")
COPY_TO = re.compile(r"抄\s*送\s*(?P<colon>[：:])\s*(?P<rest>.*)", re.S)
PRINTED = re.compile(
    rf"(?P<office>.*?)\s*(?P<date>(?:\d{{2,4}}|{_BLANK}*)\s*年\s*(?:\d{{1,2}}|{_BLANK}*)\s*月\s*(?:\d{{1,2}}|{_BLANK}*)\s*日)\s*(?P<word>印发|印)",
    re.S,
)
_OPEN_PART = re.compile(_BLANK)


def is_open(part: str | None) -> bool:
    """Whether a part of a number or a date is still to be filled in, all of it or a character (20××)."""
    return part is not None and (not part or _OPEN_PART.search(part) is not None)


_HEADINGS = (
    (1, re.compile(rf"(?P<number>[{_CHINESE}]{{1,3}})(?P<mark>[、.．，])(?!\d)")),
    (2, re.compile(rf"(?P<open>[（(])(?P<number>[{_CHINESE}]{{1,3}})(?P<close>[）)])(?P<mark>[、.．，,]?)")),
    (3, re.compile(r"(?P<number>\d{1,2})(?P<mark>[.．、，])(?![\d年月日])")),
    (4, re.compile(r"(?P<open>[（(])(?P<number>\d{1,2})(?P<close>[）)])(?P<mark>[、.．，,]?)")),
)
RIGHT = {1: "一、", 2: "（一）", 3: "1.", 4: "（1）"}


@dataclass(frozen=True, slots=True)
class Number:
    """The number that a heading begins with (7.3.3)."""

    level: int
    count: int
    written: str

    @property
    def is_well_written(self) -> bool:
        """Whether its marks are those of its level."""
        return {
            1: self.written.endswith("、"),
            2: self.written.startswith("（") and self.written.endswith("）"),
            3: self.written.endswith((".", "．")),
            4: self.written.startswith("（") and self.written.endswith("）"),
        }[self.level]


def heading_number(text: str) -> Number | None:
    """Return the number that ``text`` begins with; None where it begins with none."""
    text = text.lstrip()
    for level, pattern in _HEADINGS:
        match = pattern.match(text)
        if match:
            count = int(match["number"]) if level > 2 else from_chinese(match["number"])
            return Number(level, count, match[0]) if count else None
    return None


def digit(char: str) -> str:
    """Return the digit that a character is, in whatever script; "" for none."""
    value = 0 if char in "○ＯO" else _DIGITS.get(char, int(char) if char.isdigit() else None)
    return "" if value is None else str(value)


def from_chinese(numeral: str) -> int:
    """Return 1…99 of a Chinese numeral (一, 十二, 二十); 0 for anything else."""
    tens, ten, units = numeral.rpartition("十")
    if any(char not in _DIGITS for char in tens + units) or len(tens) > 1 or len(units) > 1:
        return 0
    return (_DIGITS[tens] if tens else 1 if ten else 0) * 10 * bool(ten) + (_DIGITS[units] if units else 0)


_OPENING, _CLOSING = "“‘《（", "”’》）"


def first_sentence(text: str) -> int:
    """Return how many characters the first sentence has: a heading may go on with its text (一、总体情况。…).

    What is quoted ends no sentence: 关于“抓整改。促发展”问题.
    """
    depth = 0
    for at, char in enumerate(text):
        depth += (char in _OPENING) - (char in _CLOSING and depth > 0)
        if depth == 0 and char in "。：:？！":
            return at + 1
    return len(text)

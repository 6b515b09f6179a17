"""Words around their first denial (台账｜不｜健全), and words for what happens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from kaoping.codification.clauses._clause_words import words

_KEPT = 4096  # texts whose words are not looked through again
_SHORT = 2  # characters of a compound that may also end what is told (影响不良)
_DEED = 2  # characters of a deed at the end of a name (少召开)
_QUOTES = str.maketrans("", "", '“”‘’"')
_NO, _SUFFERED = "不", ("受到", "被")
_THIS = ("该项", "此项", "本项")  # 无该项制度
_UNDONE = ("未", "尚未", "没能")
#: That something is there, or is not.
HAVING, NONE, LACK = "有", ("无", "没有"), "缺"


@lru_cache(maxsize=_KEPT)
def bare_of(text: str) -> str:
    """The text without what may be left unsaid: 已, 的, and at its head when and where (年内)."""
    for word in words().said_with:
        text = text.replace(word, "")
    text = text.strip(",，、。:;").replace("获得", "获").translate(_QUOTES)
    for first, *others in words().same:
        for word in others:
            text = text.replace(word, first)
    text = next((text.removesuffix(word) for word in words().trailing if text.endswith(word)), text) or text
    for first, *others in words().same_at_end:
        text = next((text.removesuffix(word) + first for word in others if text.endswith(word)), text)
    for word in _THIS:
        text = text.replace(word, "")
    scope = next((word for word in words().scopes if text.startswith(word) and len(text) > len(word) + 1), "")
    return text.removeprefix(scope).lstrip(",，")


@dataclass(frozen=True, slots=True)
class Around:
    """Words around their first denial: 台账｜不｜健全."""

    before: str
    denied: bool
    core: str
    whole: bool  # nothing else is denied in it
    by_no: bool = False  # 不配合
    of_deed: bool = False  # what is denied is something done (未公示), not something that is there (无台账)


@lru_cache(maxsize=_KEPT)
def around(text: str) -> Around:
    bare = bare_of(text)
    hidden = bare
    for compound in words().compounds:  # 无证 denies nothing, nor does 不文明 in 不文明行为; in 行为不文明 it does
        end = r"(?=[^确显晰朗了])" if len(compound) > _SHORT else "(?![确显晰朗了论])"
        hidden = re.sub(re.escape(compound) + end, "·" * len(compound), hidden)
    lacking = next((word for word in words().lacking_heads if hidden.startswith(word) and bare != word), "")
    if lacking:  # 缺少总结
        rest = bare.removeprefix(lacking)
        return Around("", True, rest, not any(word in hidden for word in words().denials))
    places = [(hidden.index(word), -len(word), word) for word in words().denials if word in hidden]
    if not places:
        is_one_word = any(bare in its for its in words().exclusive)  # 有序
        return Around("", False, bare if is_one_word else bare.removeprefix(HAVING) or bare, True)
    at, _, word = min(places)
    rest, hidden = bare[at + len(word) :], hidden[at + len(word) :]
    whole = not any(denial in hidden for denial in words().denials)
    return Around(bare[:at], True, rest.removeprefix(HAVING), whole, word == _NO, word.startswith(_UNDONE))


def leaves_some(option: str, text: str) -> bool:
    """Whether an option is of all of something (未签订全部责任书), and words that affirm it do not say so."""
    wide = (*words().all_of, "均", "都")
    is_of_all = any(word in option for word in words().all_of)
    return is_of_all and not around(text).denied and not any(word in text for word in wide)


def deeds_in(text: str) -> list[str]:
    """The deeds that words tell one after the other: 已制定｜未公布."""
    parts = re.split("并且|(?<![合一兼])并(?![发列购行])|且|但|[,，]|(?<=.)(?=未|没有|已)", text)
    return [part for part in parts if part]


def happens(option: str) -> bool:
    """Whether it is of what is there or not, or happens."""
    begins = bare_of(option).startswith((HAVING, *words().occurs, "存在", "发现"))
    begins = begins or (bare_of(option).startswith((*words().misdeeds, *_SUFFERED)) and not around(option).denied)
    return begins or is_event(option) or happens_within(option)


def is_event(option: str) -> bool:
    """安全事故一票否决: what can only happen."""
    return bare_of(option).endswith(words().events) and not around(option).denied


def happens_within(option: str) -> bool:
    """学生发生溺水事故: somebody does, or it happens somewhere."""
    at = min((option.index(word) for word in (*words().occurs, *_SUFFERED) if word in option), default=-1)
    return at > 0 and not any(word in option[:at] for word in words().denials)


def denies_on(first: str, other: str) -> bool:
    """Whether what ``first`` denies may be denied of ``other`` too: 未设立 of 指定联络员, as in 未设立或指定联络员.

    Not of what is denied by itself, or is done amiss (弄虚作假).
    """
    its = around(first)
    is_bad = around(other).denied or other.startswith(words().misdeeds) or any(word in other for word in words().worse)
    return its.denied and not its.before and not is_bad


def is_lack(name: str) -> bool:
    """Whether a name is of how much less than it should be was done: 少召开会议, 会议少召开, 信息漏报."""
    lacks = "".join(words().lacks)
    return name.startswith(words().lacks) or bool(re.search(f".(?<![减至])[{lacks}].{{1,{_DEED}}}$", name))

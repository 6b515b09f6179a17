"""What a pack adds to the words by which state secrets and personal data are told, read from its files.

A pack's folder may hold a ``secrecy.yaml`` and a ``personal_data.yaml`` of the same form as the stock's. They add, and
can do nothing else: whatever the stock finds is found with every pack. What all layers of a pack add holds together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from kaoping.core.errors import KaopingError
from kaoping.core.findings import Findings
from kaoping.core.packs import Pack
from kaoping.core.packs.description import tell
from kaoping.core.yamltree import ExpectedError, Node
from kaoping.evidence import _personal, _secrecy
from kaoping.evidence.words import STOCK, Words


def words_of(pack: Pack) -> Words:
    """Return the words of ``pack``; raises KaopingError with all that is wrong with what it adds."""
    return pack.part("words", _words)


def additions(pack: Pack) -> list[str]:
    """Return, in Chinese, what ``pack`` adds, a text for each of its files; raises as :func:`words_of` does."""
    added = words_of(pack).added
    texts: list[str] = []
    if lists := added.get(_secrecy.FILE):
        texts.append(f"密级标志 {'、'.join(word for words in lists.values() for word in words)}")
    if kinds := added.get(_personal.FILE):
        titles = [f"姓{rule}" if id_ == _personal.SURNAMES else rule["title"] for id_, rule in kinds.items()]
        texts.append(f"个人信息 {'、'.join(titles)}")
    return texts


def _words(pack: Pack) -> Words:
    findings = Findings()
    added: dict[str, dict[str, Any]] = {}
    for name, add in _ADDERS.items():
        entries: dict[str, Any] = {}
        for layer in pack.layers:
            node = layer.read(name, findings)
            if node is not None:
                _each(node, entries, add, findings)
        if entries:
            added[name] = entries
    if findings.errors:
        raise KaopingError(findings.sorted())
    return Words(added) if added else STOCK


_Adder = Callable[[str, Node, dict[str, Any]], None]


def _each(node: Node, added: dict[str, Any], add: _Adder, findings: Findings) -> None:
    """Add each entry of a file; one that is wrong does not hide the next."""
    try:
        entries = node.mapping()
    except ExpectedError as error:
        tell(error, findings)
        return
    for name, entry in entries.items():
        try:
            add(name, entry, added)
        except ExpectedError as error:
            tell(error, findings)


def _add_marking(name: str, node: Node, added: dict[str, Any]) -> None:
    """Add to one of the lists of words and signs."""
    if name not in _secrecy.LISTS:
        known = "是随程序的规定，改不了" if name in _secrecy.rules() else "不认识"
        raise ExpectedError(node, f"“{name}”{known}；规则包只能增加要查的：{'、'.join(_secrecy.LISTS)}")
    if node.value is None:
        return
    if isinstance(_secrecy.rules()[name], str):
        added[name] = added.get(name, "") + _word(node)
        return
    words = [_word(child) for child in node.each()]
    if name == "brackets":
        for word, child in zip(words, node.each(), strict=True):
            if len(word) != 2:
                raise ExpectedError(child, f"应为一对括号，两个字，如 〈〉，现为“{word}”")
    added[name] = added.get(name, []) + words


def _add_kind(name: str, node: Node, added: dict[str, Any]) -> None:
    """Add a kind of personal data, or surnames."""
    if name == _personal.SURNAMES:
        if node.value is not None:
            added[name] = added.get(name, "") + _word(node)
    elif name in added or name in _personal.rules():
        raise ExpectedError(node, f"“{name}”已经有了，不能改，只能增加：换一个编号")
    else:
        added[name] = _kind(node)


_ADDERS: Mapping[str, _Adder] = {_secrecy.FILE: _add_marking, _personal.FILE: _add_kind}


def _kind(node: Node) -> dict[str, Any]:
    f = node.fields("title pattern keep", "check not not_after not_before sure_after surnames")
    check = f.text("check")
    if check and check not in _personal.CHECKS:
        raise ExpectedError(f["check"], f"应为 {'、'.join(_personal.CHECKS)} 之一，现为“{check}”")

    def words(name: str) -> list[str]:
        return [_filled(child) for child in f[name].each()] if name in f and f[name].value is not None else []

    return {
        "title": _filled(f["title"]),
        "pattern": _pattern(f["pattern"]),
        "check": check,
        "not": words("not"),
        "not_after": words("not_after"),
        "not_before": words("not_before"),
        "sure_after": words("sure_after"),
        "surnames": f.truth("surnames"),
        "keep": _ends(f["keep"]),
    }


def _pattern(node: Node) -> str:
    """A pattern that can be used: one that finds an empty text would find it everywhere."""
    rule = node.text()
    try:
        pattern = _personal.pattern_of(rule)
    except (re.error, OverflowError, RecursionError) as error:
        position = error.pos if isinstance(error, re.error) else None
        where = f"，大约在第{min(position + 1, len(rule))}个字" if position is not None else ""
        raise ExpectedError(node, f"正则表达式“{rule}”有错{where}") from None
    if pattern.groups > 1:
        raise ExpectedError(node, "最多一对圆括号，括住名字；别处的括号写成 (?:…)")
    if pattern.search(""):
        raise ExpectedError(node, f"正则表达式“{rule}”什么都没有也算找到")
    return rule


def _ends(node: Node) -> list[int]:
    numbers = [child.number() for child in node.items()]
    if len(numbers) != 2 or any(number < 0 or number.denominator != 1 for number in numbers):
        raise ExpectedError(node, "应为开头、结尾各露出几位，如 [1, 0]")
    return [int(number) for number in numbers]


def _word(node: Node) -> str:
    """A word, or signs, without blanks: between the characters of a level there may be any, or none."""
    word = _filled(node)
    if any(character.isspace() for character in word):
        raise ExpectedError(node, "不能有空格、换行")
    return word


def _filled(node: Node) -> str:
    """A text that is not empty: an empty one stands everywhere."""
    text = node.text()
    if not text.strip():
        raise ExpectedError(node, "不能是空的")
    return text

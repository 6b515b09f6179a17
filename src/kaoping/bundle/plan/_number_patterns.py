"""How numbers and stamps are written: the notice's patterns, refused where they can't be used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from string import Formatter

from kaoping.core.model import Piece
from kaoping.rubric.nodes import Notice

EVIDENCE_NUMBER = "patterns.evidence_number"
#: What the bundle looks like where the notice says nothing; each may be set there under ``patterns`` or ``bundle``.
DEFAULTS: Mapping[str, str] = {
    EVIDENCE_NUMBER: "{section}-{line}-{seq:02}",
    "patterns.other_number": "其他-{seq:02}",
    "patterns.stamp": "佐证 {number}（{page}/{pages}）　第{n}页",
    "patterns.divider_stamp": "第{n}页",
    "bundle.title": "佐证材料汇编",
    "bundle.tail": "未计入得分的材料",
}

#: What each pattern is called, and what may stand in it.
_PATTERNS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    EVIDENCE_NUMBER: ("佐证编号", ("section", "line", "seq")),
    "patterns.other_number": ("其他材料编号", ("section", "line", "seq")),
    "patterns.stamp": ("页脚", ("number", "page", "pages", "n", "volume")),
    "patterns.divider_stamp": ("隔页页脚", ("n", "volume")),
}
_WIDTH = re.compile(r"(0?[1-9]\d?)?")


class PatternError(ValueError):
    """A pattern of the notice can't be used; the message says in Chinese which one and why."""


def patterns(notice: Notice) -> dict[str, str]:
    """Return the patterns and titles in force; raises PatternError where one can't be used."""
    in_force = {key: str(notice.get(key, default)) for key, default in DEFAULTS.items()}
    for key in _PATTERNS:
        _check_pattern(key, in_force[key])
    return in_force


def in_volumes(pattern: str, prefix: str) -> str:
    """Return a stamp's pattern for one volume of several: it says which, where the notice's pattern does not.

    >>> in_volumes("佐证 {number}　第{n}页", "")
    '佐证 {number}\u3000第{volume}册第{n}页'
    """
    return pattern if "{volume" in pattern else re.sub(r"第?\{n(?=[:}])", f"{prefix}第{{volume}}册第{{n", pattern)


def _check_pattern(key: str, pattern: str) -> None:
    """Refuse what can't be filled in, or what verify, which never runs a pattern as a format, would read otherwise."""
    title, fields = _PATTERNS[key]
    try:
        parts = list(Formatter().parse(pattern))
    except ValueError:
        parts = [("", None, "", "!")]
    for words, name, width, conversion in parts:
        unfit = name is not None and (name not in fields or not _WIDTH.fullmatch(width or ""))
        if unfit or conversion or set(words) & {*"{}"}:
            usable = "、".join(f"{{{field}}}" for field in fields)
            why = f"花括号里只能是 {usable}，数字可以写明位数，如 {{{fields[-1]}:02}}"
            raise PatternError(f"通知里的{title}写法“{pattern}”不能用：{why}")
    if not pattern.strip():
        raise PatternError(f"通知里的{title}写法是空的")


def refuse_twins(patterns: Mapping[str, str], pieces: Iterable[Piece]) -> None:
    """Raise PatternError where two pieces came out with the same number."""
    seen: dict[str, Piece] = {}
    for piece in pieces:
        other = seen.setdefault(piece.number, piece)
        if other is not piece:
            raise PatternError(
                f"按通知里的佐证编号写法“{patterns[EVIDENCE_NUMBER]}”，"
                f"“{other.evidence.path}”和“{piece.evidence.path}”都编成了“{piece.number}”"
            )

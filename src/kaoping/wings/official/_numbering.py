"""Word's automatic numbers (w:numPr): the number that is printed before a paragraph, which its text does not hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from kaoping.core.figures import chinese
from kaoping.wings.official._parts import W
from kaoping.wings.official._styles import value

#: The number formats (ECMA-376 part 1, 17.18.59) that official documents use, by how they are written.
_FORMATS: Mapping[str, Callable[[int], str]] = {
    **dict.fromkeys(("decimal", "decimalHalfWidth", "decimalFullWidth"), str),
    **dict.fromkeys(
        ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCountingThousand"), chinese
    ),
    **dict.fromkeys(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"), lambda count: "①②③④⑤⑥⑦⑧⑨⑩"[count - 1]),
}
_UNNUMBERED = ("bullet", "none")
_MOST_LEVELS = 9


class Numbering:
    """The lists of a document and how far each has counted. Paragraphs are asked for in the document's order."""

    def __init__(self, root: Any) -> None:
        self._lists: dict[str, Any] = {}  # numId → w:num
        self._shapes: dict[str, Any] = {}  # abstractNumId → w:abstractNum
        self._counts: dict[str, list[int | None]] = {}
        self._restarted: set[tuple[str, int]] = set()
        if root is not None:
            self._lists = {value(num, "numId"): num for num in root.iter(f"{W}num")}
            self._shapes = {value(shape, "abstractNumId"): shape for shape in root.iter(f"{W}abstractNum")}

    def next(self, num: str, level_text: str) -> str | None:
        """Return the number that list ``num`` prints next at a level: "" for none, None where it can't be told."""
        if num in ("", "0"):
            return ""
        level = int(level_text) if level_text.isdigit() and int(level_text) < _MOST_LEVELS else 0
        key = value(self._lists[num].find(f"{W}abstractNumId"), "val") if num in self._lists else ""
        if key not in self._shapes:
            return None
        counts = self._counts.setdefault(key, [None] * _MOST_LEVELS)
        override = self._override(num, level)
        start = whole_number(override, "startOverride")
        if start is not None and (num, level) not in self._restarted:
            self._restarted.add((num, level))
            counts[level] = None
        elif start is None:
            start = whole_number(self._shape(num, key, level), "start")
        before = counts[level]
        counts[level] = before + 1 if before is not None else 1 if start is None else start
        counts[level + 1 :] = [None] * (_MOST_LEVELS - level - 1)
        return self._printed(num, key, level, counts)

    def _override(self, num: str, level: int) -> Any:
        overrides = self._lists[num].iterchildren(f"{W}lvlOverride")
        return next((override for override in overrides if value(override, "ilvl") == str(level)), None)

    def _shape(self, num: str, key: str, level: int) -> Any:
        override = self._override(num, level)
        overriding = override.find(f"{W}lvl") if override is not None else None
        if overriding is not None:
            return overriding
        shape = self._shapes[key]
        link = value(shape.find(f"{W}numStyleLink"), "val")
        if link:  # the levels stand where the list style is defined
            shape = next((s for s in self._shapes.values() if value(s.find(f"{W}styleLink"), "val") == link), shape)
        return next((its for its in shape.iterchildren(f"{W}lvl") if value(its, "ilvl") == str(level)), None)

    def _printed(self, num: str, key: str, level: int, counts: list[int | None]) -> str | None:
        shape = self._shape(num, key, level)
        if shape is None:
            return None
        if value(shape.find(f"{W}numFmt"), "val") in _UNNUMBERED:
            return ""
        pattern = value(shape.find(f"{W}lvlText"), "val")
        try:
            return re.sub(r"%([1-9])", lambda match: self._number(num, key, int(match[1]) - 1, counts), pattern)
        except (LookupError, ValueError):
            return None  # a format or a number that official documents do not have

    def _number(self, num: str, key: str, level: int, counts: list[int | None]) -> str:
        shape = self._shape(num, key, level)
        count = counts[level]
        written = _FORMATS[value(shape.find(f"{W}numFmt"), "val") or "decimal" if shape is not None else ""]
        return written(1 if count is None else count)


def whole_number(element: Any, name: str) -> int | None:
    """Return the whole number that a child of ``element`` holds; None where there is none."""
    text = value(element.find(f"{W}{name}"), "val") if element is not None else ""
    return int(text) if text.isdigit() else None

"""What people call the indicators, lines and sections of a rubric: by Chinese names, however they number them."""

from __future__ import annotations

import re
import unicodedata

from kaoping.rubric.nodes import Rubric
from kaoping.rubric.rules.declared import Indicator

_DIGITS = "零一二三四五六七八九十"
_MARKS = re.compile(r"[\s、.．:：（）()第]+|部分")


def indicators(rubric: Rubric) -> dict[str, str]:
    """Return the declared numbers (数据指标) that the rubric asks for: id → what it is called."""
    return {node.id: node.label for line in rubric.lines for node in line.nodes if isinstance(node, Indicator)}


def sections(rubric: Rubric) -> list[str]:
    """Return the sections as a list to choose from shows them: Ⅲ 市场秩序."""
    return [f"{section.id} {section.title}" for section in rubric.sections]


def section_meant(rubric: Rubric, text: str) -> str:
    """Return the id of the section that Ⅲ, III, 三, 3, 市场秩序 or Ⅲ 市场秩序 means; "" where none is meant."""
    name = _plain(text)
    for number, section in enumerate(rubric.sections, 1):
        title = _plain(section.title)
        numbers = {_plain(section.id), str(number), *([_DIGITS[number]] if number < len(_DIGITS) else [])}
        if name == title or name in numbers or name in {f"{its}{title}" for its in numbers}:
            return section.id
    return ""


def line_meant(rubric: Rubric, text: str) -> str:
    """Return the id of the line that 第30项, 30） or b1 means; "" where none is meant."""
    name = _plain(text).removesuffix("项")
    return next((line.id for line in rubric.lines if line.id.upper() == name), "")


def _plain(text: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKC", text)).upper()

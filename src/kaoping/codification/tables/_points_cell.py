"""What stands in a cell of points: a number, however it is typed, and what had to be put right to read it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from kaoping.codification.tables._table_words import narrow
from kaoping.core import numerals
from kaoping.core.yamltree import exact_number

#: 0-5, 0～5分
_RANGE = re.compile(
    r"\s*(?P<low>[0-9]+(?:\.[0-9]+)?)\s*分?\s*[-~～至到]+\s*(?P<points>[0-9]+(?:\.[0-9]+)?)\s*分?\s*(?P<rest>.*)",
    re.DOTALL,
)
#: 20, 5分, 10（其中…）, -5, ≤5, 最多3
_SINGLE = re.compile(
    r"\s*(?:≤|<=|最高|最多|不超过|上限)?\s*(?P<sign>[-+]?)\s*(?P<points>[0-9]+(?:\.[0-9]+)?)\s*分?\s*(?P<rest>.*)",
    re.DOTALL,
)
_CHINESE = re.compile(r"\s*([一二三四五六七八九十百两]+)\s*分?\s*")


@dataclass(frozen=True, slots=True)
class StatedPoints:
    """The number that a cell states; ``corrected`` where it was typed in another way than a number is."""

    points: Fraction | None
    corrected: str = ""  # as it is read, "" where it was typed so
    unclear: str = ""  # why not, or what else it says


def read_points(text: str) -> StatedPoints:
    """Return what a cell of points says; without a number and without a reason where it is empty."""
    if not text.strip() or text.strip() in ("/", "-", "—", "——", "－", "\\"):
        return StatedPoints(None)
    plain = narrow(text)
    if (chinese := _CHINESE.fullmatch(plain)) is not None and (whole := numerals.whole(chinese[1])) is not None:
        return StatedPoints(Fraction(whole), str(whole))
    single = _SINGLE.fullmatch(plain)
    if single is not None and not re.match(r"[0-9.%+*/×-]|[~～至到]\s*[0-9]", single["rest"]):
        value = exact_number(single["sign"].replace("+", "") + single["points"])
        changed = narrow(text[: single.end("points")]) != text[: single.end("points")]
        return StatedPoints(value, f"{single['sign'].replace('+', '')}{single['points']}" if changed else "")
    ranged = _RANGE.fullmatch(plain)
    if ranged is not None and not re.match(r"[0-9.%+*/×-]", ranged["rest"]):
        value = exact_number(ranged["points"])
        return StatedPoints(value, "", f"写的是一个范围，按上限{ranged['points']}分读")
    return StatedPoints(None, "", "认不出是几分")

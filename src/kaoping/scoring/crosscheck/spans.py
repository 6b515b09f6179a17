"""Comparing what is not known exactly: two values contradict each other only where no truth would fit both."""

from __future__ import annotations

import operator
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, TypeGuard

from kaoping.core.figures import span_text
from kaoping.core.model import Value
from kaoping.core.yamltree import ExpectedError, Fields, Node
from kaoping.rubric.rules.where import comparable

COMPARISONS = ("equals", "at_least", "at_most")
ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Span:
    """A number that lies between ``low`` and ``high``."""

    low: Fraction
    high: Fraction

    def __str__(self) -> str:
        return span_text(self.low, self.high)


Cell = Value | Span


def contradicts(left: Cell, op: str, right: Cell, within: Fraction = ZERO) -> bool:
    """Return whether ``left op right`` is certainly false; a difference less than ``within`` is none.

    Never where a side is empty or unreadable. Texts can only be equal, and spaces or widths do not tell them apart.
    """
    if isinstance(left, str) and isinstance(right, str):
        return op == "equals" and squeezed(left) != squeezed(right)
    one, other = _span(left), _span(right)
    if one is None or other is None:
        return False
    above, below = one.low - other.high, other.low - one.high
    gap = {"at_most": above, "at_least": below}.get(op, max(above, below))
    return gap >= within if within else gap > 0


def _span(cell: Cell) -> Span | None:
    if isinstance(cell, Span):
        return cell
    exact = comparable(cell)
    return None if exact is None else Span(exact, exact)


def squeezed(text: str) -> str:
    """Return ``text`` as it is compared: full-width is half-width, spaces and letter case do not matter."""
    plain = text if unicodedata.is_normalized("NFKC", text) else unicodedata.normalize("NFKC", text)
    return "".join(plain.split()).casefold()


def judge(op: str, within: Fraction) -> Callable[[Cell, Cell], bool]:
    """Return :func:`contradicts` for ``op``, quick where a ledger asks: what is alike is compared as it stands."""
    memo: dict[tuple[Cell, Cell], bool] = {}
    plain, exact = _PLAIN[op], not within

    def judged(left: Cell, right: Cell) -> bool:
        if left is None or right is None:
            return False
        if exact and type(left) is type(right) and isinstance(left, int | date):
            return plain(left, right)
        found = memo.get((left, right))
        if found is None:
            found = memo[left, right] = contradicts(left, op, right, within)
        return found

    return judged


_PLAIN: Mapping[str, Callable[[Any, Any], bool]] = {
    "equals": operator.ne,
    "at_least": operator.lt,
    "at_most": operator.gt,
}


def tolerance(f: Fields) -> Fraction:
    """Return the `within` of a comparison, 0 where there is none; raises ExpectedError for one below 0."""
    within = f.number("within") or ZERO
    if within < 0:
        raise ExpectedError(f["within"], "不应小于 0")
    return within


def bounds(node: Node, f: Fields) -> list[tuple[str, Node]]:
    """Return the comparisons that ``f`` has, at least one; raises ExpectedError."""
    found = [(op, f[op]) for op in COMPARISONS if op in f]
    if not found:
        raise ExpectedError(node, f"缺少比较：{'、'.join(COMPARISONS)} 至少写一个")
    return found


def is_number(cell: Cell) -> TypeGuard[int | Fraction]:
    """Whether ``cell`` is one exact number that can be reckoned with (a date or a yes is not)."""
    return isinstance(cell, int | Fraction) and not isinstance(cell, bool)

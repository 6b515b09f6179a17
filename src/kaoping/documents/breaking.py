"""Titles broken by sense (词意完整，排列对称，GB/T 9704-2012 7.3.1): never inside a word, lines as even as can be."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from kaoping.core import resources
from kaoping.core.figures import em_width

if TYPE_CHECKING:
    from budoux import Parser

_MOST_LINES = 4


def broken(line: str, fits: float) -> list[str]:
    """Return ``line`` as the fewest lines at most ``fits`` characters wide each; one word that is wider stays whole."""
    if em_width(line) <= fits:
        return [line]
    parts = _phrases(line)
    for number in range(math.ceil(em_width(line) / fits), min(len(parts), _MOST_LINES) + 1):
        breaks = itertools.combinations(range(1, len(parts)), number - 1)
        ways = [["".join(parts[a:b]) for a, b in itertools.pairwise((0, *at, len(parts)))] for at in breaks]
        best = min(ways, key=_unevenness)
        if max(map(em_width, best)) <= fits:
            return best
    return _filled(parts, fits)


def _filled(parts: Sequence[str], fits: float) -> list[str]:
    """Return lines each as long as it can be: what is no title any more, and has too many ways to be broken."""
    lines = [""]
    for part in parts:
        if lines[-1] and em_width(lines[-1] + part) > fits:
            lines.append("")
        lines[-1] += part
    return lines


def _unevenness(lines: Sequence[str]) -> tuple[float, float]:
    """Return how wide the widest line is, and by how much the lines get shorter downwards (梯形)."""
    widths = [em_width(line) for line in lines]
    return (max(widths), sum(above - below for above, below in itertools.pairwise(widths)))


def _phrases(line: str) -> list[str]:
    """Return the words of ``line``, those in one that belong together."""
    words = _parser().parse(line)
    ends = set(itertools.accumulate(map(len, words)))
    for kept in _kept():
        start = line.find(kept)
        while start >= 0:
            ends -= set(range(start + 1, start + len(kept)))
            start = line.find(kept, start + 1)
    places = [0, *sorted(ends)]
    return [line[a:b] for a, b in itertools.pairwise(places)]


@cache
def _parser() -> Parser:
    import budoux

    return budoux.load_default_simplified_chinese_parser()


@cache
def _kept() -> tuple[str, ...]:
    """Return the words that a parser of everyday language would take apart."""
    return tuple(resources.load_yaml(resources.schema("official_format.yaml"))["kept_together"])

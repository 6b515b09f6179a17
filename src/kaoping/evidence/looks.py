"""What a photo looks like, kept in its verdict: whether two files show one and the same shot.

A copy may have been saved anew, made smaller, or lost a strip at its edges; another shot of the same room is another
photo. So a small grey picture is kept, not a hash alone: hashes say quickly which pairs can't be one, then the two are
laid upon one another, and the place where they differ most decides: somebody stands there, or nobody does. Thresholds
were chosen by measuring (bench/README.md). Libraries for this need numpy and scipy, which the page does not come with.
"""

from __future__ import annotations

import base64
import itertools
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

_SIDE = 48  # pixels of the picture that is kept
_GRID = 24  # of the pictures that are compared
_LOST = (0.0, 0.0125, 0.025, 0.0375, 0.05, 0.0625)  # of a side: what may be lost at each edge
_ROUNDS = 3  # in which each edge is moved to where the two fit best
_MOST_BITS = 14  # of 64, by which the hashes of one shot may differ
_MOST_APART = 18.0  # grey levels, in the place where the two differ most
_PLACES = 12  # a side
_WHOLE = (0.0, 0.0, 0.0, 0.0)
#: With which edges a look is hashed: whole, and as copies lose them.
_HASHED = (
    _WHOLE,
    (0.025, 0.025, 0.025, 0.025),
    (0.05, 0.05, 0.0, 0.0),
    (0.0, 0.0, 0.05, 0.05),
    (0.05, 0.0, 0.0, 0.05),
    (0.0, 0.05, 0.05, 0.0),
)

Edges = tuple[float, ...]  # what is lost at the left, upper, right and lower edge, as shares of the sides


def look_of(picture: Any) -> str:
    """Return what ``picture`` (PIL's, upright) looks like, in letters."""
    small = picture.convert("L").resize((_SIDE, _SIDE), _box(), reducing_gap=2.0)
    return base64.b85encode(small.tobytes()).decode("ascii")


def alike(looks: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of ``looks``, by their places, that are one and the same shot."""
    yield from _alike(looks, itertools.combinations(range(len(looks)), 2))


def copies_of(look: str, looks: Sequence[str]) -> Iterator[int]:
    """Yield those of ``looks``, by their places, that are the same shot as ``look``."""
    yield from (at - 1 for _, at in _alike([look, *looks], ((0, at) for at in range(1, len(looks) + 1))))


def _alike(looks: Sequence[str], pairs: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    pictures = [_picture(look) for look in looks]
    hashes = [tuple(_hash(_shown(picture, edges)) for edges in _HASHED) for picture in pictures]
    for first, other in pairs:
        if looks[first] == looks[other] or (
            min(_bits(hashes[first][0], hashes[other]), _bits(hashes[other][0], hashes[first])) <= _MOST_BITS
            and apart(pictures[first], pictures[other]) <= _MOST_APART
        ):
            yield first, other


def apart(first: Any, other: Any) -> float:
    """Return by how many grey levels two looks (pictures) differ where they differ most, laid on one another."""
    return min(_apart(first, other), _apart(other, first))


def _apart(whole: Any, part: Any) -> float:
    """Return the same for a ``part``: edges of ``whole`` are taken away one after the other, as far as that helps."""
    from PIL import ImageChops

    shown = _shown(part, _WHOLE)

    @cache
    def difference(edges: Edges) -> tuple[float, Any]:
        their = ImageChops.difference(shown, _shown(whole, edges))
        return _mean(their), their

    edges: Edges = _WHOLE
    for _ in range(_ROUNDS):
        before = edges
        for at in range(4):
            moved = [(*edges[:at], lost, *edges[at + 1 :]) for lost in _LOST]
            edges = min(moved, key=lambda its: difference(its)[0])
        if edges == before:
            break
    _, worst = difference(edges)[1].resize((_PLACES, _PLACES), _box()).getextrema()
    return float(worst)


def _mean(picture: Any) -> float:
    return float(picture.convert("F").resize((1, 1), _box()).getpixel((0, 0)))


@cache
def _box() -> Any:
    from PIL import Image

    return Image.Resampling.BOX


def _picture(look: str) -> Any:
    from PIL import Image

    return Image.frombytes("L", (_SIDE, _SIDE), base64.b85decode(look))


def _shown(picture: Any, edges: Edges) -> Any:
    """Return a look, as a picture, without what is lost at its ``edges``."""
    from PIL import Image

    left, top, right, bottom = edges
    box = left * _SIDE, top * _SIDE, (1 - right) * _SIDE, (1 - bottom) * _SIDE
    return picture.resize((_GRID, _GRID), Image.Resampling.BILINEAR, box=box)


def _hash(picture: Any) -> int:
    """Return whether each of 8 × 8 places is darker than that to its right (a difference hash)."""
    row = picture.resize((9, 8), _box()).tobytes()
    value = 0
    for at in range(72):
        if at % 9 < 8:
            value = value << 1 | (row[at] < row[at + 1])
    return value


def _bits(whole: int, parts: Iterable[int]) -> int:
    return min((whole ^ part).bit_count() for part in parts)

"""What a photo looks like, kept in its verdict: whether two files show one and the same shot.

A copy may have been saved anew, made smaller, or lost a strip at its edges; another shot of the same room is another
photo. So a small grey picture is kept, not a hash alone: hashes say quickly which pairs can't be one, then the two are
laid upon one another, and the place where they differ most decides: somebody stands there, or nobody does. Thresholds
were chosen by measuring (bench/README.md). Libraries for this need numpy and scipy, which the page does not come with.
"""

from __future__ import annotations

import base64
import itertools
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

_SIDE = 48  # pixels of the picture that is kept
_GRID = 24  # of the pictures that are compared
_STRIPS = (0.0, 0.025, 0.05)  # of a side: what may be lost at each edge
_MOST_BITS = 20  # of 64, by which the hashes of one shot may differ
_MOST_APART = 26.0  # grey levels, where the two differ most
_BLOCKS = 8  # a side: in which places they are compared


def look_of(picture: Any) -> str:
    """Return what ``picture`` (PIL's, upright) looks like, in letters."""
    small = picture.convert("L").resize((_SIDE, _SIDE), _box(), reducing_gap=2.0)
    return base64.b85encode(small.tobytes()).decode("ascii")


def alike(looks: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of ``looks``, by their places, that are one and the same shot."""
    hashes = [_hashes(look) for look in looks]
    for (one, (whole, parts)), (other, (whole_, parts_)) in itertools.combinations(enumerate(hashes), 2):
        near = min((whole ^ part).bit_count() for part in parts_) <= _MOST_BITS
        if (near or min((whole_ ^ part).bit_count() for part in parts) <= _MOST_BITS) and are_one(
            looks[one], looks[other]
        ):
            yield one, other


def are_one(look: str, other: str) -> bool:
    """Whether two looks are of one and the same shot, whole or with a strip lost at its edges."""
    return look == other or apart(look, other) <= _MOST_APART


def apart(look: str, other: str) -> float:
    """Return by how many grey levels two looks differ where they differ most, laid upon one another as well as can be.

    255 where they are so little alike that nobody need look closer.
    """
    return min(_apart(look, other), _apart(other, look))


def _apart(whole: str, part: str) -> float:
    from PIL import ImageChops

    shown = _shown(part, (0.0, 0.0, 0.0, 0.0))
    best = min(
        (
            ImageChops.difference(shown, _shown(whole, (left, top, right, bottom)))
            for left, top, right, bottom in itertools.product(_STRIPS, repeat=4)
        ),
        key=_mean,
    )
    worst: Any = best.resize((_BLOCKS, _BLOCKS), _box()).getextrema()[1]
    return float(worst)


def _mean(picture: Any) -> float:
    histogram = picture.histogram()
    return float(sum(level * count for level, count in enumerate(histogram)))


@cache
def _box() -> Any:
    from PIL import Image

    return Image.Resampling.BOX


def _picture(look: str) -> Any:
    from PIL import Image

    return Image.frombytes("L", (_SIDE, _SIDE), base64.b85decode(look))


def _shown(look: str, edges: tuple[float, float, float, float]) -> Any:
    """Return a look without a strip of its left, upper, right and lower edge."""
    from PIL import Image

    left, top, right, bottom = edges
    box = left * _SIDE, top * _SIDE, (1 - right) * _SIDE, (1 - bottom) * _SIDE
    return _picture(look).resize((_GRID, _GRID), Image.Resampling.BILINEAR, box=box)


def _hashes(look: str) -> tuple[int, tuple[int, ...]]:
    """Return the hash (of 64 bits) of the whole look, and those of it with strips lost, the whole first."""
    cut = _STRIPS[-1]
    edges = [
        (0.0, 0.0, 0.0, 0.0),
        (cut / 2,) * 4,
        (cut, cut, 0.0, 0.0),
        (0.0, 0.0, cut, cut),
        (cut, 0.0, 0.0, cut),
        (0.0, cut, cut, 0.0),
    ]
    parts = tuple(_hash(_shown(look, its)) for its in edges)
    return parts[0], parts


def _hash(picture: Any) -> int:
    """Return whether each of 8 × 8 places is darker than that to its right (a difference hash)."""
    row = picture.resize((9, 8), _box()).tobytes()
    value = 0
    for at in range(72):
        if at % 9 < 8:
            value = value << 1 | (row[at] < row[at + 1])
    return value

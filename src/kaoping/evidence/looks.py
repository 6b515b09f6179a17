"""What a photo looks like, kept in its verdict: whether two files show one and the same shot.

A copy may have been saved anew, made smaller, or lost a strip at its edges; another shot of the same room is another
photo. So a small grey picture is kept, not a hash alone: hashes say quickly which pairs can't be one, then the two are
laid upon one another, and the place where they differ most decides: somebody stands there, or nobody does. Thresholds
were chosen by measuring (bench/README.md). Libraries for this need numpy and scipy, which the page does not come with.
"""

from __future__ import annotations

import base64
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
    """Yield the pairs of ``looks``, by their places and in their order, that are one and the same shot."""

    @cache
    def bounds(at: int) -> _Bounds:
        return _bounds(_picture(looks[at]))

    for first, other in _near([_hashes(_picture(look)) for look in looks]):
        its, theirs = bounds(first), bounds(other)
        if (_may_be_part(its, theirs) or _may_be_part(theirs, its)) and (
            apart(_picture(looks[first]), _picture(looks[other])) <= _MOST_APART
        ):
            yield first, other


def copies_of(look: str, looks: Sequence[str]) -> Iterator[int]:
    """Yield those of ``looks``, by their places, that are the same shot as ``look``."""
    picture = _picture(look)
    hashes = _hashes(picture)
    for at, other in enumerate(map(_picture, looks)):
        theirs = _hashes(other)
        near = min(_bits(hashes[0], theirs), _bits(theirs[0], hashes)) <= _MOST_BITS
        if near and apart(picture, other) <= _MOST_APART:
            yield at


def _near(hashes: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Return the pairs whose hashes differ by few enough bits, in order.

    All whole ones stand side by side in one number, 64 bits each, so that a hash is held against all of them in a few
    operations: with 20,000 photos there are 2,400,000,000 pairs of hashes, too many for Python one by one.
    """
    count = len(hashes)
    ones = int.from_bytes(b"\1\0\0\0\0\0\0\0" * count, "little")
    odd, pairs, nibbles = (ones * its for its in (0x5555555555555555, 0x3333333333333333, 0x0F0F0F0F0F0F0F0F))
    limit, flags, sums = (ones * its for its in (0x80 + _MOST_BITS, 0x80, 0x7F))
    wholes = int.from_bytes(b"".join(its[0].to_bytes(8, "little") for its in hashes), "little")
    near: set[tuple[int, int]] = set()
    for at, parts in enumerate(hashes):
        for part in set(parts):
            bits = wholes ^ ones * part
            bits -= bits >> 1 & odd
            bits = (bits & pairs) + (bits >> 2 & pairs)
            bits = bits + (bits >> 4) & nibbles
            bits += bits >> 8
            bits += bits >> 16
            bits += bits >> 32
            within = limit - (bits & sums) & flags  # a flag stays where no more differ than may
            row = within.to_bytes(8 * count, "little")
            place = row.find(b"\x80")
            while place >= 0:
                if (other := place // 8) != at:
                    near.add((min(at, other), max(at, other)))
                place = row.find(b"\x80", place + 1)
    return sorted(near)


#: Of a look in 12 × 12 places: the least and the most that may be there, whatever is lost at its edges; what is there.
_Bounds = tuple[Any, Any, Any]
_REACH = 9  # pixels of a look, of which one that is compared may be made, whatever is lost at the edges
_ROUNDED = 2.0  # grey levels, by which rounding may change what is compared with what bounds it


def _bounds(picture: Any) -> _Bounds:
    from PIL import Image, ImageFilter

    edge = max(_LOST) * _SIDE / 2
    box = edge, edge, _SIDE - edge, _SIDE - edge

    def places(its: Any) -> Any:
        middles = its.resize((_GRID, _GRID), Image.Resampling.NEAREST, box=box)
        return middles.resize((_PLACES, _PLACES), _box())

    least, most = (places(picture.filter(its(_REACH))) for its in (ImageFilter.MinFilter, ImageFilter.MaxFilter))
    return least, most, _shown(picture, _WHOLE).resize((_PLACES, _PLACES), _box())


def _may_be_part(whole: _Bounds, part: _Bounds) -> bool:
    """Whether ``part`` may be ``whole`` without its edges: quickly told, and never denied of one that is."""
    from PIL import ImageChops

    over = (ImageChops.subtract(whole[0], part[2]), ImageChops.subtract(part[2], whole[1]))
    return not any(any(its.histogram()[int(_MOST_APART + _ROUNDED) + 1 :]) for its in over)


def _hashes(picture: Any) -> tuple[int, ...]:
    return tuple(_hash(_shown(picture, edges)) for edges in _HASHED)


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

"""Looks are compared all at once, and no pair that comparing them one by one finds is lost."""

from __future__ import annotations

import itertools
from random import Random

import pytest
from bench.near_photos import copy_of
from bench.scenes import scene
from PIL import Image

from kaoping.evidence import looks
from kaoping.evidence.looks import alike, copies_of, look_of


def _drawn(first: int, places: int) -> list[str]:
    rng, drawn = Random(first), list[str]()
    for place in range(first, first + places):
        shot = scene(place, still=True, size=(512, 384))
        others = scene(place, 1, still=True, size=(512, 384)), scene(place, 2, size=(512, 384))
        drawn += [look_of(its) for its in (shot, copy_of(shot, rng), copy_of(shot, rng), *others)]
    return drawn


def _one_by_one(drawn: list[str]) -> list[tuple[int, int]]:
    """The plain way: each pair's hashes, then the two laid on one another."""
    pictures = [looks._picture(look) for look in drawn]
    hashes = [looks._hashes(picture) for picture in pictures]
    return [
        (first, other)
        for first, other in itertools.combinations(range(len(drawn)), 2)
        if min(looks._bits(hashes[first][0], hashes[other]), looks._bits(hashes[other][0], hashes[first])) <= 14
        and looks.apart(pictures[first], pictures[other]) <= 18
    ]


@pytest.mark.parametrize("first", [3000, pytest.param(4000, marks=pytest.mark.slow)])
def test_no_pair_is_lost_by_what_tells_quickly(first: int) -> None:
    drawn = _drawn(first, 12 if first == 3000 else 60)
    pairs = list(alike(drawn))
    assert pairs == _one_by_one(drawn) and len(pairs) > len(drawn) // 3
    its = drawn[1]
    assert list(copies_of(its, drawn)) == sorted({1} | {at for pair in pairs if 1 in pair for at in pair})


def test_hashes_side_by_side_are_held_against_one_another_as_one_by_one() -> None:
    rng = Random(5)
    base = [rng.getrandbits(64) for _ in range(4)] + [0, 2**64 - 1]
    hashes = []
    for _ in range(150):
        near = rng.choice(base)
        for at in rng.sample(range(64), rng.randrange(12)):
            near ^= 1 << at
        hashes.append(tuple(near ^ 1 << rng.randrange(64) for _ in range(6)))
    expected = [
        (first, other)
        for first, other in itertools.combinations(range(len(hashes)), 2)
        if min(looks._bits(hashes[first][0], hashes[other]), looks._bits(hashes[other][0], hashes[first])) <= 14
    ]
    assert looks._near(hashes) == expected and 0 < len(expected) < 150 * 149 // 2
    assert looks._near([]) == [] == looks._near(hashes[:1])


def test_a_part_is_within_the_bounds_whatever_its_edges_lost() -> None:
    """Of noise, where what lies beside a place says nothing of it, and at every edge."""
    rng = Random(6)
    for _ in range(40):
        whole = Image.frombytes("L", (48, 48), rng.randbytes(48 * 48))
        part = looks._shown(whole, tuple(rng.choice(looks._LOST) for _ in range(4)))
        least, most, _ = looks._bounds(whole)
        shown = part.resize((12, 12), Image.Resampling.BOX).tobytes()
        low, high = least.tobytes(), most.tobytes()
        assert all(low[at] - 1 <= value <= high[at] + 1 for at, value in enumerate(shown))

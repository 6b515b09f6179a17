"""Places among units with ranges of points: against every way in which the ranges may come out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from kaoping.batch._ranking import Span, Standing, rank
from kaoping.core.figures import UNBOUNDED

ENDS = st.integers(0, 2).map(lambda n: Fraction(n, 2))
SPANS = st.tuples(ENDS, ENDS).map(lambda ends: Span(min(ends), max(ends)))
UNKNOWN = Span(-UNBOUNDED, UNBOUNDED)


def _values(span: Span) -> Iterator[Fraction]:
    """Every value of a span on a grid finer than its ends; of one that nobody knows, beyond all others too."""
    low, high = max(span.low, Fraction(-1)), min(span.high, Fraction(2))
    return (low + Fraction(step, 4) for step in range(int((high - low) * 4) + 1))


def _by_all_ways(spans: Sequence[Span]) -> list[Standing]:
    places: list[set[int]] = [set() for _ in spans]
    alone: list[bool] = [False for _ in spans]
    for points in product(*map(_values, spans)):
        for index, mine in enumerate(points):
            places[index].add(1 + sum(other > mine for other in points))
            alone[index] |= points.count(mine) == 1
    return [Standing(min(its), max(its), not by_itself) for its, by_itself in zip(places, alone, strict=True)]


@given(st.lists(st.one_of(SPANS, st.just(UNKNOWN)), min_size=1, max_size=3))
def test_places_are_those_of_all_ways_in_which_ranges_come_out(spans: list[Span]) -> None:
    assert rank(spans) == _by_all_ways(spans)


@given(st.lists(ENDS, min_size=1, max_size=12))
def test_settled_points_are_ranked_as_everybody_ranks(points: list[Fraction]) -> None:
    standings = rank([Span(value, value) for value in points])
    assert all(its.best == its.worst for its in standings)
    assert [its.best for its in standings] == [1 + sum(other > value for other in points) for value in points]
    assert [its.shared for its in standings] == [points.count(value) > 1 for value in points]


@given(st.lists(SPANS, min_size=1, max_size=8), st.randoms())
def test_order_does_not_matter(spans: list[Span], random: object) -> None:
    order = list(range(len(spans)))
    random.shuffle(order)  # type: ignore[attr-defined]
    assert rank([spans[index] for index in order]) == [rank(spans)[index] for index in order]


def test_ranges_that_touch_decide_nothing_and_those_apart_do() -> None:
    high, middle, low = Span(Fraction(8), Fraction(9)), Span(Fraction(5), Fraction(8)), Span(Fraction(1), Fraction(4))
    assert rank([low, high, middle]) == [Standing(3, 3, False), Standing(1, 1, False), Standing(1, 2, False)]
    # high may be shared with middle at 8, but is never after it; middle may be first, both at 8


def test_a_unit_without_points_may_have_any_place_and_opens_those_of_the_others() -> None:
    sure = Span(Fraction(8), Fraction(8))
    assert rank([sure, UNKNOWN]) == [Standing(1, 2, False), Standing(1, 2, False)]

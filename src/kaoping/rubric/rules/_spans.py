"""How far a measure can go, whatever is recorded: a share ends at 100 %, a year has twelve months, a count no end."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from kaoping.core.figures import UNBOUNDED
from kaoping.rubric.rules._counts import Total
from kaoping.rubric.rules._months import Months
from kaoping.rubric.rules._shares import Share
from kaoping.rubric.rules.declared import Constant, Indicator, Otherwise, StandIn
from kaoping.rubric.rules.evaluation import Interval, Measure
from kaoping.rubric.rules.params import Literal

_COUNTED = Interval(Fraction(0), UNBOUNDED)
_SIGNED = Interval(-UNBOUNDED, UNBOUNDED)


def span_of(measure: Measure) -> Interval:
    """Return the least and the most that ``measure`` can come to."""
    match measure:
        case Constant():
            return Interval(measure.value, measure.value)
        case Otherwise():
            inner = span_of(measure.measure)
            return Interval(min(inner.low, measure.value), max(inner.high, measure.value))
        case StandIn():
            return span_of(measure.ledger)
        case Months():
            return Interval(Fraction(0), Fraction(12 * (len(measure.channels) if measure.count_by else 1)))
        case Indicator() if measure.signed:
            return _SIGNED
        case Indicator() | Share() if measure.as_percent and not measure.over_100:
            return Interval(Fraction(0), Fraction(1))
        case Total() if isinstance(measure.field, Literal):
            field = measure.kind.field(str(measure.field.value))
            return _COUNTED if field is not None and field.minimum is not None and field.minimum >= 0 else _SIGNED
    return _COUNTED


def scaled(left: Interval, right: Interval) -> Interval:
    """Return all products of the two."""
    return _hull([_times(a, b) for a in (left.low, left.high) for b in (right.low, right.high)])


def plus(left: Interval, right: Interval) -> Interval:
    """Return all sums of the two."""
    return Interval(_sum(left.low, right.low), _sum(left.high, right.high))


def hull_of(*parts: Interval) -> Interval:
    """Return what holds all of ``parts``."""
    return _hull([end for part in parts for end in (part.low, part.high)])


def endless(value: Fraction) -> bool:
    """Whether ``value`` stands for what has no end."""
    return abs(value) >= UNBOUNDED


def _times(a: Fraction, b: Fraction) -> Fraction:
    if (endless(a) or endless(b)) and a and b:
        return UNBOUNDED if (a > 0) == (b > 0) else -UNBOUNDED
    return a * b


def _sum(a: Fraction, b: Fraction) -> Fraction:
    return next((end for end in (a, b) if endless(end)), a + b)


def _hull(ends: Sequence[Fraction]) -> Interval:
    return Interval(min(ends), max(ends))

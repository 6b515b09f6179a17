"""Whether a number's unit must be asked about, and what it would be in each.

5000 under 罚款金额 may be 5000元 or 5000万元; 0.944 under 完成率（%） may be a cell that Excel shows as 94.4%.
"""

from __future__ import annotations

from fractions import Fraction

from kaoping.core import units
from kaoping.core.schema import CellError, Field

_FAR = 10  # times the largest usual number: no more just a large one


def is_doubtful(field: Field, figure: str, stated: str) -> bool:
    """Whether a number without a unit of its own, ``stated`` in its heading ("" where none is), must be asked about.

    What a heading states holds, except for a number that was most likely written in another unit all the same: too
    small in the smaller unit, or far too large in the field's own and usual in a smaller one (5000 under 万元).
    """
    converted = _unusual(field, figure, stated)
    if not converted or not stated:
        return bool(converted)
    return _is_below(field, converted) if stated != field.unit else _is_far_above(field, converted)


def is_large(field: Field, figure: str, stated: str) -> bool:
    """Whether a number in the unit that its heading states is larger than usual: to be looked at, not asked about."""
    converted = _unusual(field, figure, stated)
    return bool(converted and stated) and not _is_below(field, converted) and not is_doubtful(field, figure, stated)


def _unusual(field: Field, figure: str, stated: str) -> str:
    """The number in the field's own unit, where it is unusual; "" otherwise."""
    try:
        converted = field.in_unit(figure, stated)
    except CellError:
        return ""
    return converted if field.is_unusual(converted) else ""


def _is_below(field: Field, converted: str) -> bool:
    return field.usual is not None and Fraction(converted) < field.usual[0]


def _is_far_above(field: Field, converted: str) -> bool:
    if field.usual is None or Fraction(converted) <= _FAR * field.usual[1]:
        return False
    smaller = [unit for unit in units.alike(field.unit) if (units.ratio(unit, field.unit) or 1) < 1]
    return any(not field.is_unusual(field.in_unit(converted, unit)) for unit in smaller)


def question(field: Field, figure: str, stated: str = "") -> dict[str, str]:
    """Return the words of the question: the number, what it is in each likely unit, and how to write it."""
    unit, known = stated or field.unit, units.alike(field.unit)
    in_each = [(other, field.in_unit(figure, other)) for other in known]
    likely = [
        (o, converted)
        for o, converted in in_each
        if o in (known[0], unit, field.unit) or not field.is_unusual(converted)
    ]
    means = "；".join(f"按{other}计是{converted}{field.unit}" for other, converted in likely)
    ways = "或".join(f"“{figure}{other}”" for other, _ in likely)
    return {"text": figure, "unit": unit, "means": means, "ways": ways, "other": likely[0][0]}

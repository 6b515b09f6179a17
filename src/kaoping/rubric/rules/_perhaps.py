"""Records that count perhaps, looked at one by one: where two measures share a doubt, it is one doubt and not two."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Protocol, runtime_checkable

from kaoping.core.model import Table, Value
from kaoping.rubric.rules.evaluation import Context, Interval
from kaoping.rubric.rules.select import asked_of, match
from kaoping.rubric.rules.where import Where

#: A record, and what is not known about it: the tests that its cells leave open, and whether the record counts at all.
Doubt = tuple[str, int, frozenset[tuple[str, str, str]]]


@runtime_checkable
class Additive(Protocol):
    """A measure that is the sum of what its records come to."""

    def perhaps(self, context: Context) -> Mapping[Doubt, Fraction]:
        """Return what each record that counts perhaps would add; those that can't be told apart are left out."""
        ...


def doubts_about(table: Table, where: Where, context: Context) -> Mapping[int, Doubt]:
    """Return the rows of ``table`` that match ``where`` perhaps, each with what is not known about it."""
    return context.once(table.kind, ("doubts", asked_of(where, context)), lambda: _doubts(table, where, context))


def _doubts(table: Table, where: Where, context: Context) -> Mapping[int, Doubt]:
    """Rows that agree in all the fields that are asked for are open in the same way: each way is looked for once."""
    wanted = where.wanted(context)
    columns = [table.columns.get(test.field.name, [None] * len(table)) for test in where.tests]
    open_in: dict[tuple[Value, ...], frozenset[tuple[str, str, str]]] = {}
    doubts: dict[int, Doubt] = {}
    for row in match(table, where, context).possible:
        cells = tuple(column[row] for column in columns)
        if cells not in open_in:
            open_in[cells] = frozenset(
                (test.field.name, test.op, repr(asked))
                for test, cell, asked in zip(where.tests, cells, wanted, strict=True)
                if test.check(cell, asked) is None
            )
        open_tests = open_in[cells] | {("", "", "")} if row in table.standing else open_in[cells]
        doubts[row] = (table.kind, row, open_tests)
    return doubts


def divided(
    part: Interval, whole: Interval, in_part: Mapping[Doubt, Fraction], in_whole: Mapping[Doubt, Fraction]
) -> Interval:
    """Return part ÷ whole, where a record that both may hold is held by both or by neither.

    ``whole`` is above 0 even without those records. The least (the most) is reached by adding the records of the
    least (the greatest) quotients of their own for as long as they pull.
    """
    shared = [(in_part[doubt], in_whole[doubt]) for doubt in in_part.keys() & in_whole.keys() if in_whole[doubt] > 0]
    shared.sort(key=lambda pair: pair[0] / pair[1])
    parts, wholes = sum(p for p, _ in shared), sum(w for _, w in shared)
    low, low_whole = part.low, whole.high - wholes
    for p, w in shared:
        if p * low_whole >= low * w:
            break
        low, low_whole = low + p, low_whole + w
    high, high_whole = part.high - parts, whole.low
    for p, w in reversed(shared):
        if p * high_whole <= high * w:
            break
        high, high_whole = high + p, high_whole + w
    return Interval(low / low_whole, high / high_whole)

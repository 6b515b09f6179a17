"""`agree`: two numbers that the unit's whole year comes to, each a measure of the rubric's own language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from kaoping.core.engine import INDICATOR
from kaoping.core.model import Location
from kaoping.core.schema import Kind
from kaoping.core.yamltree import Node
from kaoping.rubric.rules.base import Context, Measure, Measured, walk
from kaoping.rubric.rules.declared import Indicator
from kaoping.rubric.rules.measures import parse_measure
from kaoping.scoring.crosscheck.base import Facts, Slip, settled
from kaoping.scoring.crosscheck.spans import COMPARISONS, Span, bounds, contradicts, tolerance


@dataclass(frozen=True, slots=True)
class Agree:
    """A measure and what it may be: a slip only where neither range leaves room for the other."""

    measure: Measure
    bounds: tuple[tuple[str, Measure], ...]
    within: Fraction

    @property
    def names(self) -> frozenset[str]:
        """Both numbers, and how each was come by."""
        return frozenset({"value", "limit", "this", "that"})

    def find(self, context: Context) -> Iterator[Slip]:
        """Yield the first comparison that can't hold; nothing where a side was not recorded or gives no number."""
        for op, measure in self.bounds:
            other = measure.evaluate(context)
            if not other.known:  # most often a number that nobody declared: the ledger need not be counted
                continue
            one = self.measure.evaluate(context)
            if one.known and contradicts(_span(one), op, _span(other), self.within):
                yield self._slip(measure, one, other, context)
                return

    def _slip(self, measure: Measure, one: Measured, other: Measured, context: Context) -> Slip:
        def facts() -> Facts:
            return {"value": str(_span(one)), "limit": str(_span(other)), "this": one.text, "that": other.text}

        return Slip("", lambda: _place((self.measure, measure), context), facts)


def _span(measured: Measured) -> Span:
    return Span(measured.low, measured.high)


def _place(sides: tuple[Measure, Measure], context: Context) -> Location:
    """The declared number where there is one, for it is a single cell; else the first table that was counted."""
    parts = [part for side in sides for part in walk(side)]
    declared = context.dossier.table(INDICATOR)
    for part in parts:
        if isinstance(part, Indicator) and declared is not None and part.id in declared.ids:
            return declared.places(list(declared.ids).index(part.id), "numerator")
    for part in parts:
        table = context.dossier.table(part.name) if isinstance(part, Kind) else None
        if table is not None and len(table):
            at = table.places(0, "")
            return Location(at.file, sheet=at.sheet)
    return Location()


def parse_agree(node: Node) -> list[Agree]:
    """Parse `{measure, equals | at_least | at_most, within}`; raises ExpectedError."""
    f = node.fields("measure", f"within {' '.join(COMPARISONS)}")
    found = [(op, child, parse_measure(child)) for op, child in bounds(node, f)]
    agree = Agree(parse_measure(f["measure"]), tuple((op, side) for op, _, side in found), tolerance(f))
    settled(f["measure"], agree.measure)
    for _, child, side in found:
        settled(child, side)
    return [agree]

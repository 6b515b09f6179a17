"""`added`: several measures as one number (达到甲条件的和达到乙条件的，合计)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from kaoping.core.figures import span_text
from kaoping.core.yamltree import ExpectedError, Node
from kaoping.rubric.rules.base import Context, Measure, Measured, State, joined
from kaoping.rubric.rules.counts import COMMON


@dataclass(frozen=True, slots=True)
class Added:
    """`added`: the sum of measures, each of other records: what must be met differs from one sort to the other."""

    parts: tuple[Measure, ...]
    label: str
    unit: str

    def evaluate(self, context: Context) -> Measured:
        """Return the sum; ABSENT or VOID where a part is."""
        parts = [part.evaluate(context) for part in self.parts]
        trace = joined(part.trace for part in parts)
        for state in (State.ABSENT, State.VOID):
            for part in parts:
                if part.state is state:
                    return Measured(Fraction(0), Fraction(0), state, part.text, trace)
        low, high = sum((part.low for part in parts), Fraction(0)), sum((part.high for part in parts), Fraction(0))
        shown = "，".join(part.text for part in parts if part.high > 0)
        text = f"{self.label}{span_text(low, high)}{self.unit}" + (f"（{shown}）" if low < high else "")
        return Measured(low, high, State.KNOWN, text, trace, all(part.whole for part in parts))


def parse_added(node: Node, parse: Callable[[Node], Measure]) -> Added:
    """Parse `{added: [measure, …], as, unit}`; raises ExpectedError."""
    f = node.fields("added as", COMMON)
    parts = tuple(parse(item) for item in f["added"].items())
    if len(parts) < 2:
        raise ExpectedError(f["added"], "至少要有两项")
    return Added(parts, f.text("as"), f.text("unit"))

"""`added`: several measures as one number (达到甲条件的和达到乙条件的，合计)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated

from kaoping.core.decode import Key, MisfitError
from kaoping.core.figures import aside, span_text
from kaoping.rubric.rules._perhaps import Additive, Doubt
from kaoping.rubric.rules.evaluation import Context, Measure, Measured, State, joined, unit_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """`added`: the sum of measures, each of other records: what must be met differs from one sort to the other."""

    parts: Annotated[tuple[Measure, ...], Key("added")]
    label: Annotated[str, Key("as")]
    unit: str = ""
    of_one: str = ""  # the unit where it is of one record

    def __post_init__(self) -> None:
        if len(self.parts) < 2:
            raise MisfitError("至少要有两项", "parts")

    def evaluate(self, context: Context) -> Measured:
        """Return the sum; ABSENT or VOID where a part is."""
        parts = [part.evaluate(context) for part in self.parts]
        trace = joined(part.trace for part in parts)
        for state in (State.ABSENT, State.VOID):
            for part in parts:
                if part.state is state:
                    return Measured(Fraction(0), Fraction(0), state, part.text, trace)
        low, high = sum((part.low for part in parts), Fraction(0)), sum((part.high for part in parts), Fraction(0))
        unit = unit_of(trace.tallies, self.unit, self.of_one)
        shown = "，".join(part.text for part in parts if part.high > 0)
        text = f"{self.label}{span_text(low, high)}{unit}" + (aside(shown) if low < high else "")
        return Measured(low, high, State.KNOWN, text, trace, all(part.whole for part in parts))

    def perhaps(self, context: Context) -> Mapping[Doubt, Fraction]:
        """Return what each record that counts perhaps adds, in whichever part; nothing where a part can't say."""
        if not all(isinstance(part, Additive) for part in self.parts):
            return {}
        added: dict[Doubt, Fraction] = defaultdict(Fraction)
        for part in self.parts:
            for doubt, number in part.perhaps(context).items() if isinstance(part, Additive) else ():
                added[doubt] += number
        return added

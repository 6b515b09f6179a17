"""Points (得分): what a clause gives, in whose words, and what stays possible where nothing is settled."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated

from kaoping.core.decode import Beside, reads
from kaoping.core.figures import given_text, open_text
from kaoping.core.yamltree import ExpectedError, Fields, Node
from kaoping.rubric.rules.evaluation import Context, Outcome, Trace

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Points:
    """What a clause gives: a number, or a range where the clause itself is not clear, with the words it came from."""

    low: Fraction
    high: Fraction
    text: str  # the clause, letter by letter ("" for what the rubric leaves to its reader)
    because: str  # why a range

    def outcome(self, context: Context, trace: Trace, *why: str) -> Outcome:
        """Return the outcome of this clause, with its reasons, in the words of the line that ``context`` is about."""
        quote = f"“{self.text}”" if self.text else ""
        if self.low == self.high:
            given = given_text(self.low, self.high, context.role)
            verdict = f"{quote}，{given}" if quote else given
        else:
            open_ = open_text(self.low, self.high, context.role)
            verdict = f"{quote}{'：' if quote else ''}{self.because}，{open_}"
        return Outcome(self.low, self.high, (*(w for w in why if w), verdict), trace)


def anything(context: Context, because: str) -> Points:
    """Return what a silence can reach: from nothing to the line's points (to a deduction's, below zero)."""
    of = context.of if context.of is not None else ZERO
    return Points(min(ZERO, of), max(ZERO, of), "", because)


def unearned(context: Context, because: str) -> Points:
    """Return what a clause that is about nothing gives: no bonus that was not earned, else :func:`anything`."""
    if context.role == "bonus":
        return Points(ZERO, ZERO, "", "")
    return anything(context, because)


def hull(outcomes: list[Outcome], trace: Trace, *because: str) -> Outcome:
    """Return the outcome that leaves every one of ``outcomes`` possible."""
    low, high = min(o.low for o in outcomes), max(o.high for o in outcomes)
    return Outcome(low, high, because, trace)


def parse_points(node: Node, words: str = "", because: str = "") -> Points:
    """Parse `2` or `[0, 2]`; a range asks for a `because`. Raises ExpectedError."""
    if isinstance(node.value, list):
        ends = [item.number() for item in node.value]
        if len(ends) != 2 or ends[0] > ends[1]:
            raise ExpectedError(node, "范围应写作 [最低, 最高]")
        if not because:
            raise ExpectedError(node, "得分是一个范围时，要用 because 写明原因")
        return Points(ends[0], ends[1], words, because)
    number = node.number()
    return Points(number, number, words, because)


def _points_of(fields: Fields) -> Points:
    return parse_points(fields["points"], fields.text("text"), fields.text("because"))


#: The `points`, `text` and `because` of a clause.
Stated = Annotated[Points, Beside(_points_of, "points", "text because")]


@reads(Points)
def _stated(node: Node) -> Points:
    return _points_of(node.fields("points", "text because"))

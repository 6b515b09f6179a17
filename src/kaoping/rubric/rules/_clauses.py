"""`clauses` and `worst`: points by conditions, once over the whole dossier or for every record by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Annotated

from kaoping.core import schema
from kaoping.core.decode import WHOLE, Beside, Key, MisfitError, Read, decode
from kaoping.core.figures import open_text
from kaoping.core.yamltree import Fields, Node
from kaoping.rubric.rules._points import ZERO, Points, Stated, anything, parse_points, unearned
from kaoping.rubric.rules._spans import hull_of
from kaoping.rubric.rules.evaluation import Condition, Context, Interval, Outcome, Possible, Rule, Trace, Truth, joined
from kaoping.rubric.rules.naming import names
from kaoping.rubric.rules.select import absent, match, select
from kaoping.rubric.rules.where import ALL, Where

#: A trace is read by a person: of many alike reasons the first few are enough.
_MOST_REASONS = 6


def _points_if_any(fields: Fields) -> Points | None:
    return parse_points(fields["points"], fields.text("text"), fields.text("because")) if "points" in fields else None


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: `{when: condition, points: 1}`, or with a rule of its own: `{when: condition, rule: …}`."""

    when: Condition
    points: Annotated[Points | None, Beside(_points_if_any, "", "points text because")] = None
    rule: Rule | None = None
    text: str = ""

    def __post_init__(self) -> None:
        if (self.points is None) == (self.rule is None):
            raise MisfitError("写 points，或者写 rule，二者选一")

    def offer(self, context: Context, truth: Truth) -> Offer:
        """Return what the clause gives where it holds."""
        if self.points is not None:
            return self.points
        assert self.rule is not None, "checked when it was read"
        return Ruled(self.rule.evaluate(context), self.text) if truth.value is not False else _NOT_ASKED


@dataclass(frozen=True, slots=True)
class Ruled:
    """What a clause gives by a rule of its own."""

    given: Outcome
    text: str

    @property
    def low(self) -> Fraction:
        """The fewest points."""
        return self.given.low

    @property
    def high(self) -> Fraction:
        """The most points."""
        return self.given.high

    @property
    def because(self) -> str:
        """Why that is a range."""
        return "；".join(self.given.because) if self.low < self.high else ""

    def outcome(self, context: Context, trace: Trace, *why: str) -> Outcome:
        """Return the rule's outcome, with what let it apply before its own reasons."""
        return replace(self.given, because=(*(w for w in why if w), *self.given.because), trace=trace)


#: What a clause gives: stated, or by a rule.
Offer = Points | Ruled
_NOT_ASKED = Ruled(Outcome(ZERO, ZERO), "")


def _spoken(node: Node) -> tuple[Clause, ...]:
    return tuple(decode(Clause, item) for item in node.items() if "silent" not in item.mapping())


@dataclass(frozen=True, slots=True)
class Namely:
    """What it is, where it is so, that the rubric says nothing of: for the words alone, no points hang on it."""

    when: Condition
    because: str


@dataclass(frozen=True, slots=True)
class Silence:
    """A silence that the rubric's reader has thought about: `{silent: [0, 1], because: …}`, and what it is `namely`."""

    points: Points
    namely: tuple[Namely, ...] = ()

    def in_words(self, context: Context) -> Points:
        """Return the points with the words of the first case that is so; what is looked at for that decides nothing."""
        cases = (its.because for its in self.namely if its.when.evaluate(context).value)
        return replace(self.points, because=next(cases, self.points.because))


def _silent(node: Node) -> Silence | None:
    silent: Silence | None = None
    for item in node.items():
        if "silent" in item.mapping():
            s = item.fields("silent because", "namely")
            namely = tuple(decode(Namely, its) for its in s["namely"].items()) if "namely" in s else ()
            silent = Silence(parse_points(s["silent"], "", s.text("because")), namely)
    return silent


@dataclass(frozen=True, slots=True)
class Clauses:
    """`clauses`: points by conditions.

    A clause that holds gives its points; several that differ overlap; where none holds the rubric is silent.
    """

    clauses: Annotated[tuple[Clause, ...], WHOLE, Read(_spoken)]
    silent: Annotated[Silence | None, WHOLE, Read(_silent)]

    def __post_init__(self) -> None:
        if not self.clauses:
            raise MisfitError("至少要有一条 when、points")

    def evaluate(self, context: Context) -> Outcome:
        """Return the points of the clauses that hold or may hold."""
        truths = [(clause, clause.when.evaluate(context)) for clause in self.clauses]
        offers = [(clause.offer(context, truth), truth) for clause, truth in truths]
        given = [offer.given.trace for offer, _ in offers if isinstance(offer, Ruled)]
        trace = joined([*(truth.trace for _, truth in truths), *given])
        nothing = unearned(context, "细则没有写明这种情形如何计分")
        if self.silent is not None:
            is_silent = all(truth.value is False for _, truth in truths)
            nothing = self.silent.in_words(context) if is_silent else self.silent.points
        # Clauses of different points are taken to leave no case out; one that alone may hold may fail as well.
        alone = {(offer.low, offer.high) for offer, truth in offers if truth.value is not False}
        decides = len(alone) == 1 and all(low == high for low, high in alone)
        may_be_silent = self.silent is not None or context.role == "bonus" or decides
        return settle(offers, nothing, may_be_silent, context, trace)

    def reach(self, possible: Possible) -> Interval:
        """Return the points of all clauses."""
        given = [its.points for its in self.clauses if its.points is not None]
        given += [self.silent.points] if self.silent is not None else []
        rules = [its.rule.reach(possible) for its in self.clauses if its.rule is not None]
        return hull_of(*(Interval(its.low, its.high) for its in given), *rules)


def settle(
    clauses: Sequence[tuple[Offer, Truth]], nothing: Points, may_be_silent: bool, context: Context, trace: Trace
) -> Outcome:
    """Return what clauses give together: one, an overlap, a silence, or all that an unknown leaves open."""
    hold = [(points, truth) for points, truth in clauses if truth.value]
    open_ = [(points, truth) for points, truth in clauses if truth.value is None]
    if not hold and not open_:
        return nothing.outcome(context, trace, *_texts([truth for _, truth in clauses]))
    possible: list[Offer] = [points for points, _ in hold + open_]
    if not hold and may_be_silent:
        possible.append(nothing)
    low, high = min(p.low for p in possible), max(p.high for p in possible)
    if open_ and low < high:
        texts = _texts([truth for _, truth in open_])
        return Outcome(low, high, (*texts, f"以上情况不明，{open_text(low, high, context.role)}"), trace)
    chosen = hold or open_
    if low == high or len(chosen) == 1:
        return chosen[0][0].outcome(context, trace, *chosen[0][1].texts)
    ranged = [points for points, _ in chosen if points.because]
    because = ranged[0].because if ranged else "与".join(f"“{p.text}”" for p, _ in chosen) + "同时适用"
    return Points(low, high, "", because).outcome(context, trace, *_texts([truth for _, truth in chosen]))


def _texts(truths: list[Truth]) -> list[str]:
    """What the conditions found, once each: many clauses look at the same fact."""
    return list(dict.fromkeys(text for truth in truths for text in truth.texts if text))


@dataclass(frozen=True, slots=True)
class WorstClause:
    """One clause of `worst`: which records it is about."""

    when: Where
    points: Stated


@dataclass(frozen=True, slots=True)
class Worst:
    """`worst`: every record of a kind is scored by itself, and the worst one decides."""

    kind: Annotated[schema.Kind, Key("of")]
    clauses: tuple[WorstClause, ...]
    label: Annotated[str, Key("as")]
    where: Where = ALL
    none: Points | None = None  # what no record gives; None: nobody looked, so nothing is known
    absent: Points | None = None  # what it gives where nobody filled in the kind at all
    unit: str = "次"  # in which its records are counted

    def evaluate(self, context: Context) -> Outcome:
        """Return the least points over the records."""
        table = context.dossier.table(self.kind.name)
        chosen = select(table, self.where, context) if table is not None else None
        everything = anything(context, "细则没有写明这种情形如何计分")
        if table is None or chosen is None or not (chosen.sure or chosen.maybe):
            stated = self.absent if table is None else self.none
            if stated:
                trace = Trace((chosen.tally,) if chosen else (), ("none",), 1)
                return stated.outcome(context, trace, f"没有登记{self.label}")
            gap = f"没有填报{self.label}的记录（没有查到问题不等于没有检查）"
            trace = absent(self.kind, self.label).trace if table is None else Trace((chosen.tally,) if chosen else ())
            return Outcome(everything.low, everything.high, (gap,), replace(trace, gaps=(gap,)))
        outcomes: list[Outcome] = []
        results = [(match(table, clause.when, context).each(len(table)), clause.points) for clause in self.clauses]
        trace = Trace((chosen.tally,), (f"{self.kind.name}:{','.join(chosen.tally.counted)}",), 1)
        sure, looked_at = set(chosen.sure), chosen.sure + chosen.maybe
        called = [f"{name}：" if len(looked_at) > 1 else "" for name in names(table, context)]
        for row in looked_at:
            truths = [
                (points, Truth(rows[row][0], (f"{called[row]}{rows[row][1]}" if rows[row][1] else "",)))
                for rows, points in results
            ]
            outcome = settle(truths, everything, False, context, trace)
            if row not in sure:  # it may not count at all
                outcome = replace(outcome, high=max(outcome.high, everything.high))
            if all(truth.value is not None for _, truth in truths):
                outcome = replace(outcome, because=(f"{called[row]}{outcome.because[-1]}",))
            outcomes.append(outcome)
        merged = Outcome(min(o.low for o in outcomes), min(o.high for o in outcomes), (), trace)
        deciding = [o for o in outcomes if o.low == merged.low]
        texts = list(dict.fromkeys(text for o in deciding[:1] for text in o.because))
        number = f"{self.label}{len(outcomes)}{self.unit}" + ("，以最差的一次为准" if len(outcomes) > 1 else "")
        facts = tuple(f"{o.low}..{o.high}" for o in outcomes)
        because: tuple[str, ...] = (number, *texts[:_MOST_REASONS])
        if not chosen.sure:
            nothing = self.none or everything  # if none of them counts, nobody looked
            low, high = min(merged.low, nothing.low), max(merged.high, nothing.high)
            if (low, high) != (merged.low, merged.high):
                merged = replace(merged, low=low, high=high)
                because += (f"这些{self.label}都不能确定计不计，{open_text(low, high, context.role)}",)
        return replace(merged, because=because, trace=replace(trace, facts=trace.facts + facts))

    def reach(self, possible: Possible) -> Interval:
        """Return the points of all clauses."""
        given = [clause.points for clause in self.clauses]
        given += [its for its in (self.none, self.absent) if its is not None]
        return hull_of(*(Interval(its.low, its.high) for its in given))

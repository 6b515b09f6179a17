"""`deduct` (从满分里扣): what is wrong is taken off one pool of points, matter by matter, down to a floor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Annotated

from kaoping.core.decode import Key, MisfitError, OneOf, Read, decode, positive, reads
from kaoping.core.figures import UNBOUNDED, given_text, number
from kaoping.core.yamltree import ExpectedError, Node
from kaoping.rubric.rules._bounds import Limit, limited, parse_limit, parse_marked, reach_within
from kaoping.rubric.rules._each import PARTIAL, Distance, Each, ended, parse_amount
from kaoping.rubric.rules._points import ZERO, Points, anything
from kaoping.rubric.rules._spans import hull_of, plus
from kaoping.rubric.rules.declared import bare
from kaoping.rubric.rules.evaluation import (
    Condition,
    Context,
    Interval,
    Measure,
    Outcome,
    Possible,
    Rule,
    Truth,
    joined,
)
from kaoping.rubric.rules.params import Literal, as_number

_NOTHING = Interval(ZERO, ZERO)


def _off(node: Node) -> Interval:
    """What is taken off, told as it is said (扣2分: 2): points below zero."""
    off = parse_amount(node)
    if off.low < 0:
        raise ExpectedError(node, "扣多少写正数：扣2分写 2")
    return Interval(-off.high, -off.low)


def _most_off(node: Node) -> Limit:
    """A cap on what an item takes off is a floor under its points."""
    limit = parse_limit(node)
    most = as_number(limit.value.value) if isinstance(limit.value, Literal) else None
    if most is None or most <= 0:
        raise ExpectedError(node, "这一条最多扣多少，写一个大于0的数")
    return replace(limit, value=Literal(str(-most)))


@dataclass(frozen=True, slots=True)
class Taken:
    """`each` of a deduction: so many points off for every unit of a measure."""

    measure: Measure
    off: Annotated[Interval, Read(_off)]
    per: Annotated[Fraction, Read(positive)] = Fraction(1)
    cap: Annotated[Limit | None, Read(_most_off)] = None
    partial: Annotated[str, OneOf(PARTIAL)] = ""
    edge: Distance = None
    text: str = ""
    because: str = ""

    @property
    def rule(self) -> Rule:
        """The item as the rule that gives as many points below zero."""
        return Each(
            self.measure, self.off, self.per, ZERO, None, self.cap, self.partial, self.edge, self.text, self.because
        )

    def __post_init__(self) -> None:
        if self.off.low < self.off.high and not self.because:
            raise MisfitError("扣分是一个范围时，要用 because 写明原因", "off")

    def evaluate(self, context: Context) -> Outcome:
        """Return what is taken off, as points below zero."""
        outcome = self.rule.evaluate(context)
        label, (first, *rest) = getattr(bare(self.measure), "label", ""), outcome.because
        # Beside others a reason says what it is about (未申报: what?).
        return replace(outcome, because=(first if label in first else f"{label}：{first}", *rest))

    def reach(self, possible: Possible) -> Interval:
        """Return how much can be taken off, as points below zero."""
        return self.rule.reach(possible)


@dataclass(frozen=True, slots=True)
class Defect:
    """`fixed` of a deduction: so many points off where something is wrong."""

    when: Condition
    off: Annotated[Interval, Read(_off)]
    text: str = ""
    because: str = ""

    def __post_init__(self) -> None:
        if self.off.low < self.off.high and not self.because:
            raise MisfitError("扣分是一个范围时，要用 because 写明原因", "off")

    def evaluate(self, context: Context) -> Outcome:
        """Return what is taken off, as points below zero; nothing where the condition does not hold."""
        truth = self.when.evaluate(context)
        if truth.value is False:
            return Outcome(ZERO, ZERO, (truth.text,), truth.trace)
        if truth.value:
            return Points(self.off.low, self.off.high, self.text, self.because).outcome(
                context, truth.trace, truth.text
            )
        open_ = Points(self.off.low, ZERO, self.text, "是不是这样不清楚")
        return open_.outcome(context, truth.trace, truth.text)

    def reach(self, possible: Possible) -> Interval:
        """Return how much can be taken off, as points below zero."""
        return hull_of(_NOTHING, self.off)


@dataclass(frozen=True, slots=True)
class Forfeit:
    """`zero` of a deduction: where it holds the line has no points at all (不得分)."""

    when: Condition
    text: str = ""

    def after(self, points: Interval, truth: Truth) -> Interval:
        """Return the ``points`` that are left."""
        return points if truth.value is False else _NOTHING if truth.value else hull_of(_NOTHING, points)


@dataclass(frozen=True, slots=True)
class Beyond:
    """`extra` of a deduction (追加扣分): taken off besides, however little is left: the floor does not hold it."""

    item: Rule
    text: str


@dataclass(frozen=True, slots=True)
class Spent:
    """`spent` of a deduction (扣满的，追加扣除10分): taken off besides once nothing of the pool is left."""

    off: Annotated[Interval, Read(_off)]
    text: str

    def after(self, points: Interval) -> Interval:
        """Return the ``points`` that are left."""
        if points.low > 0:
            return points
        taken = plus(points, self.off)
        return taken if points.high <= 0 else Interval(taken.low, points.high)


@dataclass(frozen=True, slots=True)
class Ruled:
    """`rule` of a deduction: what another rule takes off, written as points below zero (分档扣分)."""

    item: Annotated[Rule, Key("rule")]


Item = Taken | Defect | Forfeit | Beyond | Spent | Ruled


def _extra(node: Node) -> Beyond:
    item: Taken | Defect = decode(Taken, node) if "measure" in node.mapping() else decode(Defect, node)
    if not item.text:
        raise ExpectedError(node, "追加扣分不受扣完为止的限制，要用 text 引原文的话")
    return Beyond(item, item.text)


_ITEMS: Mapping[str, Callable[[Node], Item]] = {
    "each": lambda node: decode(Taken, node),
    "fixed": lambda node: decode(Defect, node),
    "zero": lambda node: decode(Forfeit, node),
    "extra": _extra,
    "spent": lambda node: decode(Spent, node),
    "rule": lambda node: decode(Ruled, replace(node, value={"rule": node})),
}


@reads(Item)
def _item(node: Node) -> Item:
    entries = list(node.mapping().items())
    if len(entries) != 1 or entries[0][0] not in _ITEMS:
        raise ExpectedError(node, f"每一条写一样：{'、'.join(_ITEMS)}")
    ((name, child),) = entries
    return _ITEMS[name](child)


@dataclass(frozen=True, slots=True)
class Deduct:
    """`deduct`: all that its items take off one pool, and no more than down to the floor.

    What an item takes off is not known where nobody recorded what it is about: it may be anything up to the floor.
    """

    start: Annotated[Limit, Key("from"), Read(parse_marked)]
    floor: Annotated[Limit, Read(parse_marked)]
    items: tuple[Item, ...]

    def __post_init__(self) -> None:
        if not self.items:
            raise MisfitError("至少要有一条", "items")

    def evaluate(self, context: Context) -> Outcome:
        """Return what is left of the pool."""
        start, floor = self.start.edge(context), self.floor.edge(context)
        if start is None:
            return anything(context, "从几分扣起没有定").outcome(context, joined(()))
        deepest = -UNBOUNDED if floor is None else min(ZERO, floor - start)
        inside = replace(context, role="deduction", of=deepest)
        taken = [(its, its.evaluate(inside)) for its in self._taken()]
        forfeits = [(its, its.when.evaluate(context)) for its in self.items if isinstance(its, Forfeit)]
        beyond = [its.item.evaluate(replace(inside, of=-UNBOUNDED)) for its in self.items if isinstance(its, Beyond)]
        off = _added(outcome for _, outcome in taken)
        left, cuts = limited(plus(Interval(start, start), off), None, self.floor, context, "扣下来是")
        points = left
        for forfeit, truth in forfeits:
            points = forfeit.after(points, truth)
        spent = [its for its in self.items if isinstance(its, Spent) and points.low <= 0]
        for its in spent:
            points = its.after(points)
        points = ended(plus(points, _added(beyond)), context)
        outcomes = [*(outcome for _, outcome in taken), *beyond]
        trace = joined([*(its.trace for its in outcomes), *(truth.trace for _, truth in forfeits)])
        because = [
            *(_sentence(outcome) for _, outcome in taken),
            *(_forfeit_text(forfeit, truth) for forfeit, truth in forfeits),
            *(f"已经扣满：“{its.text}”" if left.high <= 0 else f"“{its.text}”：是不是扣满不清楚" for its in spent),
            *(f"追加：{_sentence(outcome)}" for outcome in beyond if outcome.low < 0),
            f"{self._start_text(start)}，{given_text(off.low, off.high, 'deduction')}",
            *cuts,
        ]
        return Outcome(points.low, points.high, tuple(because), trace)

    def _taken(self) -> list[Rule]:
        rules: list[Rule] = []
        for its in self.items:
            if isinstance(its, Ruled):
                rules.append(its.item)
            elif isinstance(its, Taken | Defect):
                rules.append(its)
        return rules

    def _start_text(self, start: Fraction) -> str:
        if self.start.assumed:
            return f"原文没有写从几分扣起，按{number(start)}分起扣"
        quote = f"“{self.start.text}”，" if self.start.text else ""
        return f"{quote}从{number(start)}分扣起"

    def reach(self, possible: Possible) -> Interval:
        """Return what can be left of the pool; what is taken off beyond the floor has its own words for that."""
        starts = [start for start in possible(self.start.value) if start is not None] or [ZERO]
        off = _NOTHING
        for rule in self._taken():
            off = plus(off, rule.reach(possible))
        left = hull_of(*(plus(Interval(start, start), off) for start in starts))
        left = reach_within(left, None, self.floor, possible)
        return hull_of(left, _NOTHING) if any(isinstance(its, Forfeit) for its in self.items) else left


def _added(outcomes: Iterable[Outcome]) -> Interval:
    total = _NOTHING
    for its in outcomes:
        total = plus(total, Interval(its.low, its.high))
    return total


def _sentence(outcome: Outcome) -> str:
    """What an item found, in one sentence; where nothing is taken off its clause is not quoted."""
    if outcome.low == outcome.high == 0:
        return outcome.because[0] if outcome.because else ""
    return "：".join(text for text in outcome.because if text)


def _forfeit_text(forfeit: Forfeit, truth: Truth) -> str:
    if truth.value is False:
        return truth.text
    quote = f"“{forfeit.text}”，" if forfeit.text else ""
    return f"{truth.text}：{quote}" + ("不得分" if truth.value else "是否不得分不明")

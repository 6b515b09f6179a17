"""Conditions (条件): true, false, or not known. A clause applies only where its condition is known to be true."""

from __future__ import annotations

import dataclasses
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Annotated, Any

from kaoping.core import schema
from kaoping.core.decode import Key, MisfitError, Read, decode, reads
from kaoping.core.engine import JUDGEMENT, judgements
from kaoping.core.figures import aside
from kaoping.core.model import Table, Unreadable
from kaoping.core.schema import unit_field
from kaoping.core.yamltree import ExpectedError, Node
from kaoping.rubric.rules.declared import stated
from kaoping.rubric.rules.evaluation import Condition, Context, Interval, Measure, Tally, Trace, Truth, joined
from kaoping.rubric.rules.measures import parse_measure
from kaoping.rubric.rules.params import EdgeParam, Literal, Param, as_number, edge_of, level_named, parse_edge
from kaoping.rubric.rules.select import ZERO, absent, match, unrecorded
from kaoping.rubric.rules.where import ALL, Where, fault, lacking, show_value

#: A yes: the label is what it says yes to.
_HOLDS = "是"
#: The comparisons, as they are between two values that are known exactly.
COMPARATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "at_least": operator.ge,
    "at_most": operator.le,
    "above": operator.gt,
    "below": operator.lt,
    "equals": operator.eq,
}


def compare(left: Interval, op: str, right: Interval, within: Fraction = ZERO) -> bool | None:
    """Return whether ``left op right`` holds for certain, fails for certain, or None where both are still possible.

    What falls short by less than ``within`` holds all the same.
    """
    below = (right.low - left.high, right.high - left.low)  # by how much ``left`` lies below, at least and at most
    above = (left.low - right.high, left.high - right.low)
    apart = (max(below[0], above[0]), max(below[1], above[1]))
    least, most = {"at_least": below, "above": below, "at_most": above, "below": above, "equals": apart}[op]
    strict = op in ("above", "below")

    def fails(gap: Fraction) -> bool:
        return gap >= within and (gap > 0 or strict)

    return True if not fails(most) else False if fails(least) else None


@dataclass(frozen=True, slots=True)
class Compare:
    """A measure against one or more edges."""

    measure: Measure
    edges: tuple[tuple[str, EdgeParam], ...]

    def evaluate(self, context: Context) -> Truth:
        """Return whether all comparisons hold."""
        edges = [(op, edge_of(param, context)) for op, param in self.edges]
        measured = self.measure.evaluate(context.facing(end for _, edge in edges for end in edge.facing))
        texts = (measured.text, *(text for _, edge in edges for text in edge.texts))
        trace = joined([measured.trace, *(edge.trace for _, edge in edges)])
        if not measured.known:
            return Truth(None, texts, trace)
        results = [None if edge.ends is None else compare(measured, op, edge.ends) for op, edge in edges]
        return Truth(conjunction(results), texts, trace)


def conjunction(values: list[bool | None]) -> bool | None:
    """Return Kleene's and: false wins, then unknown."""
    return False if False in values else None if None in values else True


@dataclass(frozen=True, slots=True)
class All:
    """`all`: every condition holds."""

    conditions: Annotated[tuple[Condition, ...], Key("all")]

    def evaluate(self, context: Context) -> Truth:
        """Return Kleene's and of the conditions, with the texts of those that decide."""
        return conjoined(self.conditions, context)


def conjoined(conditions: Sequence[Condition], context: Context) -> Truth:
    """Return Kleene's and of ``conditions``, with the texts of those that decide."""
    truths = [condition.evaluate(context) for condition in conditions]
    value = conjunction([truth.value for truth in truths])
    texts = tuple(text for truth in truths if value is True or truth.value is value for text in truth.texts)
    return Truth(value, texts, joined(truth.trace for truth in truths))


@dataclass(frozen=True, slots=True)
class AnyOf:
    """`any`: at least one condition holds."""

    conditions: Annotated[tuple[Condition, ...], Key("any")]

    def evaluate(self, context: Context) -> Truth:
        """Return Kleene's or."""
        truths = [condition.evaluate(context) for condition in self.conditions]
        values = [truth.value for truth in truths]
        value = True if True in values else None if None in values else False
        texts = tuple(text for truth in truths if truth.value is value for text in truth.texts)
        return Truth(value, texts, joined(truth.trace for truth in truths))


@dataclass(frozen=True, slots=True)
class Not:
    """`not`: the condition does not hold."""

    condition: Annotated[Condition, Key("not")]

    def evaluate(self, context: Context) -> Truth:
        """Return the negation; unknown stays unknown."""
        truth = self.condition.evaluate(context)
        return Truth(None if truth.value is None else not truth.value, truth.texts, truth.trace)


@dataclass(frozen=True, slots=True)
class Recorded:
    """`recorded`: what the records state about a fact. No record is not a no: nobody looked.

    ``silent_on``: states for which the clause has no word (e.g. nobody was newly hired, so nobody could be trained).
    ``says``: state → the sentence that tells it (已完成 → 已出台《实施方案》); one without is told after the label.
    """

    kind: Annotated[schema.Kind, Key("recorded")]
    label: Annotated[str, Key("as")]
    where: Where = ALL
    field: schema.Field | None = None
    wanted: Annotated[Param | None, Key("is")] = None
    meets: Where | None = None  # instead of ``field`` and ``wanted``: what each matching record must be like
    silent_on: tuple[str, ...] = ()
    any: bool = False  # one record with the wanted value is enough
    levels: tuple[Annotated[str, Read(level_named)], ...] = ()  # of units that have such records (县市区); () for all
    says: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        if (self.field is None) != (self.wanted is None) or (self.field is None) == (self.meets is None):
            raise MisfitError("写 field 和 is，或者写 meets")
        if self.field is not None:
            _check_states(self.field, self.says)

    def evaluate(self, context: Context) -> Truth:
        """Return true where every matching record has the wanted value, false where one has another."""
        table = context.dossier.table(self.kind.name)
        level = context.dossier.level
        if not table and level and self.levels and level not in self.levels:
            return Truth(True, ())  # nothing that could be otherwise
        if table is None:
            missing = absent(self.kind, self.label)
            return Truth(None, (missing.text,), missing.trace)
        selected = match(table, self.where, context).each(len(table))
        rows = [row for row, (matches, _) in enumerate(selected) if matches is not False]
        if not rows:
            gap = unrecorded(self.kind, self.where, self.label, context)
            return Truth(None, (gap,), Trace(gaps=(gap,)))
        states = self._states(table, context)
        results: list[bool | None] = []
        for row in rows:
            # In doubt are two records of one fact, or a record whose field is empty.
            silent = selected[row][0] is None or states[row][1] in self.silent_on
            if context.accepts and not context.accepts(table.record(row).evidence):
                silent = True
            results.append(None if silent else states[row][0])
        # Of two records of one fact that says nothing makes the other doubtful: they may well differ.
        all_of = None if None in results and len(results) > 1 else conjunction(results)
        value = True if self.any and True in results else all_of
        shown = "、".join(dict.fromkeys(states[row][1] for row in rows))
        doubts = "".join(aside(why) for matches, why in [selected[rows[0]]] if matches is None and why not in shown)
        text = f"{_sentence(self.label, shown, self.says)}{doubts}" + (
            "（细则对此没有规定）" if any(states[row][1] in self.silent_on for row in rows) else ""
        )
        ids = tuple(table.ids[row] for row in rows)
        proofs = {table.ids[row]: table.record(row).evidence for row in rows}
        facts = (f"{self.label}={shown}", f"{self.kind.name}:{','.join(sorted(ids))}")
        return Truth(value, (text,), Trace((Tally(self.kind.name, ids, (), proofs),), facts, 1))

    def _states(self, table: Table, context: Context) -> list[tuple[bool | None, str]]:
        """Whether each record is as wanted (None: it does not say), and what it states."""
        if self.meets is not None:
            met = match(table, self.meets, context).each(len(table))
            return [(matches, "是" if matches else why) for matches, why in met]
        assert self.field is not None and self.wanted is not None, "checked when it was read"
        wanted = self.wanted.resolve(context)
        values = [self.field.parse(str(each)) for each in (wanted if isinstance(wanted, list) else [wanted])]
        column = table.columns.get(self.field.name, [None] * len(table))
        field = self.field
        return [
            (None, lacking(field, cell)) if isinstance(cell, Unreadable | None) else (cell in values, show_value(cell))
            for cell in column
        ]


def _sentence(label: str, state: str, says: Mapping[str, str]) -> str:
    """Return the sentence that tells a state: its own, the label where that holds (平台已上线), else both."""
    return says.get(state) or (label if state == _HOLDS else f"{label}：{state}")


def _check_states(field: schema.Field, states: Iterable[str]) -> None:
    """A sentence for a state that the field can't have would never be told."""
    for state in states:
        try:
            field.parse(state)
        except schema.CellError as error:
            raise MisfitError(f"“{field.title}”不会是“{state}”：{error}", "says") from None


@dataclass(frozen=True, slots=True)
class Judged:
    """`judged`: the clerk's recorded choice (主观评判) for this line (or ``line``) is one of the named outcomes.

    ``others`` are the further options that the clerk has; ``default`` is the choice where none is recorded
    (未申报的加分项).
    """

    wanted: Annotated[tuple[str, ...], Key("judged")]
    line: str = ""  # another one than that which is scored
    part: str = ""
    others: tuple[str, ...] = ()
    default: str = ""

    def evaluate(self, context: Context) -> Truth:
        """Return whether the choice is one of the wanted; unknown where none is recorded."""
        choice, text, trace = judgement(replace(context, line=self.line or context.line), self.part)
        if choice is None and not trace.inputs and self.default:
            choice, text, trace = self.default, self.default, Trace(facts=(self.default,), inputs=1)
        if self.line:  # another line's judgement is no input to this one, and proves nothing of it
            trace = replace(trace.unproving(), inputs=0, gaps=())
        return Truth(None if choice is None else choice in self.wanted, (text,), trace)


def judgement(context: Context, part: str = "") -> tuple[str | None, str, Trace]:
    """Return the recorded choice for the context's line, its text and trace.

    The choice is None where nobody chose, or where two records disagree.
    """
    made = [record for record in judgements(context.dossier) if (record.line, record.part) == (context.line, part)]
    if not made:
        gap = "没有作出主观评判"
        return None, gap, Trace(gaps=(gap,))
    choices = list(dict.fromkeys(record.written for record in made))
    tally = Tally(JUDGEMENT, tuple(record.id for record in made), (), {record.id: record.evidence for record in made})
    trace = Trace((tally,), (f"judged={'/'.join(choices)}",), 1)
    if any(record.choice is None for record in made):  # empty, or none of the line's options
        wrong = next(record.written for record in made if record.choice is None)
        return None, f"评判“{wrong}”不在可选项之内" if wrong else "评判未填", trace
    if len(choices) > 1:
        return None, f"评判互相矛盾：{'、'.join(choices)}", trace
    record = made[0]
    by = "，".join(text for text in (record.who, record.when) if text)
    text = f"单位评判为“{choices[0]}”" + (aside(by) if by else "") + (f"：{record.reason}" if record.reason else "")
    return choices[0], text, trace


@dataclass(frozen=True, slots=True)
class UnitIs:
    """`unit`: a fact that the unit states about itself; ``says`` as in :class:`Recorded`."""

    field: Annotated[schema.Field, Key("unit"), Read(unit_field)]
    wanted: Annotated[Param, Key("is")]
    says: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_states(self.field, self.says)

    def evaluate(self, context: Context) -> Truth:
        """Return whether the unit's field has the wanted value; unknown where it is empty."""
        value = context.dossier.unit[self.field.name]
        if value is None or isinstance(value, Unreadable):
            gap = f"单位情况的“{self.field.title}”{fault(value)}"
            return Truth(None, (gap,), Trace(gaps=(gap,)))
        wanted = self.field.parse(str(self.wanted.resolve(context)))
        fact = f"{self.field.title}：{show_value(value)}"
        text = _sentence(self.field.title, show_value(value), self.says)
        return Truth(value == wanted, (text,), Trace((stated(self.field, context),), (fact,), 1))


@dataclass(frozen=True, slots=True)
class Always:
    """`always`: for the clause that holds in any case."""

    def evaluate(self, context: Context) -> Truth:
        """Return true."""
        return Truth(True, ())


@reads(Condition)
def parse_condition(node: Node) -> Condition:
    """Parse a condition; raises ExpectedError."""
    entries = node.mapping()
    if entries.keys() & set(COMPARATORS):  # first: `unit` is also what a measure is counted in
        return _compare(node)
    for name, kind in _CONDITIONS.items():
        if name in entries:
            return decode(kind, node, also=() if kind is not Always else (name,))
    raise ExpectedError(node, f"应为一个条件：{'、'.join(_CONDITIONS)}，或一种计量加 {'、'.join(COMPARATORS)}")


def split_edges(node: Node) -> tuple[Node, list[tuple[str, Node]]]:
    """Return the node without its comparators, and the comparators."""
    entries = node.mapping()
    rest = {name: child for name, child in entries.items() if name not in COMPARATORS}
    return replace(node, value=rest), [(name, child) for name, child in entries.items() if name in COMPARATORS]


def _compare(node: Node) -> Condition:
    rest, nodes = split_edges(node)
    edges = tuple((op, parse_edge(child)) for op, child in nodes)
    _check_edges(node, edges)
    return Compare(parse_measure(rest), edges)


def _check_edges(node: Node, edges: tuple[tuple[str, EdgeParam], ...]) -> None:
    """Edges that no number can meet come from a merged condition that brought its own: the clause would never hold."""
    stated = [(op, as_number(param.value)) for op, param in edges if isinstance(param, Literal)]
    low = max((edge for op, edge in stated if edge is not None and op in ("at_least", "above", "equals")), default=None)
    high = min((edge for op, edge in stated if edge is not None and op in ("at_most", "below", "equals")), default=None)
    if low is not None and high is not None and low > high:
        raise ExpectedError(node, "这几个界限不能同时成立")


_CONDITIONS: Mapping[str, type[Condition]] = {
    "recorded": Recorded,  # first: it may have an `any` of its own
    "all": All,
    "any": AnyOf,
    "not": Not,
    "judged": Judged,
    "unit": UnitIs,
    "always": Always,
}

"""Numbers that somebody states: a declared indicator, the unit's own fields, constants; and what stands in for what."""

from __future__ import annotations

import operator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Annotated

from kaoping.core import schema
from kaoping.core.decode import GIVEN, Fallback, Key, Read
from kaoping.core.engine import INDICATOR, LEVEL, UNIT
from kaoping.core.figures import aside, number, rounding
from kaoping.core.model import Unreadable, Value
from kaoping.core.schema import months_after, unit_field
from kaoping.rubric.rules._months import Months
from kaoping.rubric.rules._shares import written_as
from kaoping.rubric.rules.evaluation import Context, Measure, Measured, State, Tally, Trace
from kaoping.rubric.rules.select import absent, known, void
from kaoping.rubric.rules.where import comparable, fault, lacking, show_value

#: A share over 100 % that is declared as it is (120%) is no more than this: 120 is a number whose whole was left out.
_MOST_TIMES = 10


@dataclass(frozen=True, slots=True)
class Indicator:
    """`indicator`: a declared number (数据指标), with its source and as-of date."""

    id: Annotated[str, Key("indicator")]
    label: Annotated[str, Key("as"), Fallback(str, "id")]
    unit: str = ""
    as_percent: Annotated[bool, Key("percent")] = False
    signed: bool = False  # it may be below zero (增长率)
    over_100: bool = False  # as a share of more than the whole (超额完成)
    quotient: Annotated[bool, GIVEN] = False  # it stands for a quotient: a number without its denominator is none
    months: Annotated[Months | None, GIVEN] = (
        None  # it stands for a number of months: those after its day are still open
    )

    def evaluate(self, context: Context) -> Measured:
        """Return numerator ÷ denominator, or the numerator alone where it is declared as it is (a count, 95%)."""
        kind = context.dossier.pack.kinds[INDICATOR]
        table = context.dossier.table(kind.name)
        row = list(table.ids).index(self.id) if table is not None and self.id in table.ids else None
        if table is None or row is None:
            return absent(kind, self.label, f"没有填报{kind.title}“{self.label}”")
        stands, why = table.standing.get(row, (True, ""))
        if stands is False:
            return absent(kind, self.label, f"{kind.title}“{self.label}”不计：{why}")
        if stands is None:
            return void(f"{self.label}：{why}")
        record = table.record(row)
        if context.accepts and not context.accepts(record.evidence):
            return absent(kind, self.label, f"{kind.title}“{self.label}”没有细则“依据”所列类型的佐证材料")
        top, bottom = comparable(record["numerator"]), comparable(record["denominator"])
        tally = Tally(kind.name, (self.id,), (), {self.id: record.evidence} if record.evidence else {})
        if top is None or _is_wrong(record["denominator"]):
            field = kind.field("numerator" if top is None else "denominator")
            assert field is not None, "the engine's own kind has it"
            return void(f"{self.label}：{lacking(field, record[field.name])}", tally)
        if top < 0 and not self.signed:
            return void(f"{self.label}：填了负数{number(top)}，这个指标没有负的", tally)
        if bottom == 0:
            return void(f"{self.label}：分母为0，算不出比例", tally)
        most = _MOST_TIMES if self.over_100 else 1
        if bottom is None and (abs(top) > most if self.as_percent else self.quotient):
            return void(f"{self.label}：只有分子{number(top)}，没有分母，算不出比例", tally)
        if self.as_percent and not self.over_100 and top > (1 if bottom is None else bottom):
            return void(f"{self.label}：分子{number(top)}比分母还多，不是比例", tally)
        sources = [str(show_value(record["source"]))] if record["source"] else []
        sources += [f"截至{record['as_of']}"] if record["as_of"] else []
        source = aside("，".join(sources)) if sources else ""
        if bottom is None:
            later = months_after(record["as_of"]) if self.months else 0
            per_month = self.months.per_month(context) if self.months else 0
            if self.months and top > (due := 12 - later) * per_month:
                day = f"截至{record['as_of']}" if record["as_of"] else "全年"
                return void(f"{self.label}：填了{number(top)}，{day}只有{due}个月到期，填得不对", tally)
            source += f"（其后{later}个月未到期）" if later else ""
            write = written_as(True, context) if self.as_percent else number
            text = f"{self.label}{write(top)}{self.unit}{source}"
            return known(top, top + later * per_month, text, self.label, tally, whole=top.denominator == 1, write=write)
        value, write = top / bottom, written_as(self.as_percent, context)
        equals = "≈" if rounding(write(value), value) else "＝"
        unit = "" if self.as_percent else self.unit
        text = f"{self.label}{number(top)}÷{number(bottom)}{equals}{write(value)}{unit}{source}"
        return known(value, value, text, self.label, tally, write=write)


def _is_wrong(cell: Value) -> bool:
    """Whether something stands in the cell that can't be read: a whole that was stated, whatever it is."""
    return isinstance(cell, Unreadable) and bool(cell.text)


@dataclass(frozen=True, slots=True)
class IndicatorSide:
    """`{numerator: id}`, `{denominator: id}`: one side of a declared quotient (108÷118: 108 of the 118 have passed)."""

    indicator: Indicator
    side: str  # numerator | denominator

    def evaluate(self, context: Context) -> Measured:
        """Return the side as it was declared; ABSENT or VOID where the quotient is."""
        whole = self.indicator.evaluate(context)
        record = next((its for its in context.dossier.records(INDICATOR) if its.id == self.indicator.id), None)
        value = comparable(record[self.side]) if record is not None else None
        if not whole.known:
            return whole
        if value is None:
            return void(f"{self.indicator.label}：没有填报分母", *whole.trace.tallies)
        text = f"{self.indicator.label}{number(value)}{self.indicator.unit}{aside(whole.text)}"
        return replace(whole, low=value, high=value, text=text, whole=value.denominator == 1, write=number)


@dataclass(frozen=True, slots=True)
class StandIn:
    """A measure with a declared indicator beside it: it stands in where there is no ledger.

    Where both are given and disagree, both stay possible; the finding about it is made by the validation. Where they
    agree, the evidence of both proves the number.
    """

    ledger: Measure
    indicator: Indicator | IndicatorSide

    def evaluate(self, context: Context) -> Measured:
        """Return the ledger's number, or the indicator's, or the interval of both."""
        counted, declared = self.ledger.evaluate(context), self.indicator.evaluate(context)
        is_empty = counted.state is State.VOID or (counted.known and not counted.bounded)
        if is_empty and declared.known and counted.low <= declared.low:
            # An empty ledger beside a declared number is the usual case of an office without ledgers.
            return _beside(replace(declared, text=f"{counted.text}，按申报的指标计：{declared.text}"), counted)
        if not counted.known:
            return _beside(declared, counted) if declared.state is not State.ABSENT else _beside(counted, declared)
        if not declared.known or (counted.low <= declared.low and declared.high <= counted.high):
            return _beside(counted, declared)
        text = f"台账与申报指标不一致：{counted.text}；{declared.text}"
        low, high = min(counted.low, declared.low), max(counted.high, declared.high)
        whole, trace = counted.whole and declared.whole, counted.trace + declared.trace
        return Measured(low, high, State.KNOWN, text, trace, whole, write=counted.write)

    def disagreement(self, context: Context) -> tuple[Measured, Measured] | None:
        """Return both numbers where both are known and the declared one can't be the ledger's."""
        counted, declared = self.ledger.evaluate(context), self.indicator.evaluate(context)
        possible = counted.low <= declared.low and declared.high <= counted.high
        return None if possible or not (counted.known and declared.known) else (counted, declared)


def _beside(taken: Measured, other: Measured) -> Measured:
    """Return the number that is taken, with the records that the other one read.

    Their facts decide nothing; they prove the number only where they give one.
    """
    tallies = other.trace.tallies
    if not (other.known and other.bounded):
        tallies = tuple(tally.doubted() for tally in tallies)
    return replace(taken, trace=replace(taken.trace, tallies=taken.trace.tallies + tallies))


@dataclass(frozen=True, slots=True)
class Otherwise:
    """`absent: n`: what a measure gives where nobody recorded anything (未申报的加分项得 0 分)."""

    measure: Measure
    value: Fraction
    text: str

    def evaluate(self, context: Context) -> Measured:
        """Return the measure, or the stated number where it is absent."""
        measured = self.measure.evaluate(context)
        if measured.state is not State.ABSENT:
            return measured
        return Measured(self.value, self.value, State.KNOWN, self.text, Trace(facts=("absent",), inputs=1))


def bare(measure: Measure) -> Measure:
    """Return the measure that counts, without what stands in for it or for its absence: it has the label and unit."""
    while isinstance(measure, Otherwise | StandIn):
        measure = measure.measure if isinstance(measure, Otherwise) else measure.ledger
    return measure


@dataclass(frozen=True, slots=True)
class UnitField:
    """`field`: a number that the unit states about itself."""

    field: Annotated[schema.Field, Read(unit_field)]
    label: Annotated[str, Key("as"), Fallback(operator.attrgetter("title"), "field")]
    unit: str = ""

    def evaluate(self, context: Context) -> Measured:
        """Return the number; ABSENT where it is empty."""
        cell = context.dossier.unit[self.field.name]
        value = comparable(cell)
        if value is None:
            gap = f"单位情况的“{self.field.title}”{fault(cell)}"
            return absent(context.dossier.pack.vocabulary.unit, self.label, gap)
        measured = known(value, value, f"{self.label}{number(value)}{self.unit}", self.label)
        tally = stated(self.field, context)
        return replace(measured, trace=replace(measured.trace, tallies=(tally,)))


def stated(field: schema.Field, context: Context) -> Tally:
    """Return that the unit's record was read for ``field``; its level says which words apply, and proves nothing."""
    unit = context.dossier.unit
    return Tally(UNIT, (unit.id,), (), {unit.id: unit.evidence} if unit.evidence else {}, proving=field.name != LEVEL)


@dataclass(frozen=True, slots=True)
class Constant:
    """A number that stands in the rubric itself."""

    value: Annotated[Fraction, Key("constant")]
    label: Annotated[str, Key("as")] = ""

    def evaluate(self, context: Context) -> Measured:
        """Return the number."""
        return Measured(self.value, self.value, State.KNOWN, self.label or number(self.value))

"""Measures (计量): what a rule counts. Each gives an interval and the trace of what it took and left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from kaoping import schema
from kaoping.model import Table
from kaoping.rules.base import Context, Measure, Measured, State, Tally, Trace, percent, show, span
from kaoping.rules.params import Answer, Literal, Param, parse_param
from kaoping.rules.where import Where, comparable, field_named, kind_named, parse_where
from kaoping.yamltree import ExpectedError, Fields, Node

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Maybe:
    """Rows that nobody can be sure about: the text is open-ended here, so they count in the maximum only."""

    where: Where
    because: str


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows of a table count for sure, which may, and the tally for the trace."""

    sure: tuple[int, ...]
    maybe: tuple[int, ...]
    tally: Tally
    doubts: tuple[str, ...]


def select(
    table: Table, where: Where, context: Context, maybes: tuple[Maybe, ...] = (), once_per_proof: bool = False
) -> Selection:
    """Apply ``where`` to ``table``; a row that an empty field leaves open, or that a ``maybe`` names, is in doubt."""
    results = where.select(table, context)
    evidence = table.columns.get("evidence", ())
    sure: list[int] = []
    maybe: list[int] = []
    left: list[tuple[str, str]] = []
    doubts: list[str] = []
    open_rows: dict[int, str] = {}
    for item in maybes:
        for row, (matches, _) in enumerate(item.where.select(table, context)):
            if matches is not False:
                open_rows[row] = item.because
    for row, (matches, why) in enumerate(results):
        id_ = table.ids[row]
        paths = evidence[row] if evidence else ()
        if row in open_rows:
            matches, why = None, open_rows[row]
        if matches is not False and context.accepts and not (isinstance(paths, tuple) and context.accepts(paths)):
            matches, why = False, "没有细则“依据”所列类型的佐证材料"
        if matches and once_per_proof and isinstance(paths, tuple) and paths:
            owner = next((context.proofs[path] for path in paths if path in context.proofs), None)
            if owner is not None and owner != f"{table.kind}:{id_}":
                matches, why = False, f"佐证材料已用于{owner.split(':')[1]}，同一材料不重复计分"
            else:
                context.proofs.update((path, f"{table.kind}:{id_}") for path in paths)
        if matches:
            sure.append(row)
        else:
            left.append((id_, why))
            if matches is None:
                maybe.append(row)
                doubts.append(f"{id_}：{why}")
    counted = tuple(table.ids[row] for row in sure)
    proofs = {table.ids[row]: cell for row, cell in enumerate(evidence) if isinstance(cell, tuple) and cell}
    return Selection(tuple(sure), tuple(maybe), Tally(table.kind, counted, tuple(left), proofs), tuple(doubts))


def absent(kind: schema.Kind, label: str) -> Measured:
    """Return what a measure gives where nobody recorded any ``kind``."""
    gap = f"没有填报“{kind.title}”"
    return Measured(ZERO, ZERO, State.ABSENT, f"{label}：{gap}", Trace(gaps=(gap,)))


def _known(low: Fraction, high: Fraction, text: str, tally: Tally | None, label: str) -> Measured:
    tallies = (tally,) if tally else ()
    facts = (f"{label}={low}..{high}", *(f"{t.kind}:{','.join(sorted(t.counted))}" for t in tallies))
    return Measured(low, high, State.KNOWN, text, Trace(tallies, facts, inputs=1))


def _doubt(doubts: tuple[str, ...]) -> str:
    return f"（另有{len(doubts)}条不能确定：{'；'.join(doubts[:3])}{'…' if len(doubts) > 3 else ''}）" if doubts else ""


@dataclass(frozen=True, slots=True)
class Count:
    """`count`: how many records match; with `distinct`, how many different values of a field they have."""

    kind: schema.Kind
    where: Where
    maybes: tuple[Maybe, ...]
    distinct: Param | None
    once_per_proof: bool
    label: str
    unit: str

    def evaluate(self, context: Context) -> Measured:
        """Return the number of matching records (an interval where rows are in doubt)."""
        table = context.dossier.table(self.kind.name)
        if table is None:
            return absent(self.kind, self.label)
        chosen = select(table, self.where, context, self.maybes, self.once_per_proof)
        low, high = self._number(table, chosen.sure, context), self._number(table, chosen.sure + chosen.maybe, context)
        text = f"{self.label}{span(low, high)}{self.unit}{_doubt(chosen.doubts)}"
        return _known(low, high, text, chosen.tally, self.label)

    def _number(self, table: Table, rows: tuple[int, ...], context: Context) -> Fraction:
        name = self.distinct.resolve(context) if self.distinct else None
        if not isinstance(name, str) or name == self.kind.key:
            return Fraction(len(rows))
        column = table.columns.get(name, [None] * len(table))
        # A record whose field is empty is a matter of its own: merging the unnamed would lose some.
        return Fraction(len({column[row] if column[row] is not None else table.ids[row] for row in rows}))


@dataclass(frozen=True, slots=True)
class Total:
    """`total`: the sum of a field over the matching records."""

    kind: schema.Kind
    field: Param  # an open question may ask which field
    where: Where
    label: str
    unit: str

    def evaluate(self, context: Context) -> Measured:
        """Return the sum; VOID where a counted record leaves the field empty."""
        table = context.dossier.table(self.kind.name)
        if table is None:
            return absent(self.kind, self.label)
        chosen = select(table, self.where, context)
        name = str(self.field.resolve(context))
        column = table.columns.get(name, [None] * len(table))
        blank = [table.ids[row] for row in chosen.sure if comparable(column[row]) is None]
        if blank:
            field = self.kind.field(name)
            text = f"{self.label}：{'、'.join(blank[:3])}的“{field.title if field else name}”未填，合计不出"
            return Measured(ZERO, ZERO, State.VOID, text, Trace((chosen.tally,), (text,), 1))
        low = sum((comparable(column[row]) or ZERO for row in chosen.sure), ZERO)
        high = low + sum((comparable(column[row]) or ZERO for row in chosen.maybe), ZERO)
        return _known(
            low, high, f"{self.label}{span(low, high)}{self.unit}{_doubt(chosen.doubts)}", chosen.tally, self.label
        )


@dataclass(frozen=True, slots=True)
class Share:
    """`share` (a percentage) and `ratio` (so many times): part ÷ whole. A share of zero is no number."""

    part: Measure
    whole: Measure
    label: str
    as_percent: bool

    def evaluate(self, context: Context) -> Measured:
        """Return the quotient as an exact fraction; ABSENT where a side is, VOID where the whole is or may be 0."""
        part, whole = self.part.evaluate(context), self.whole.evaluate(context)
        trace = part.trace + whole.trace
        for side in (part, whole):
            if side.state is State.ABSENT:
                return Measured(ZERO, ZERO, State.ABSENT, f"{self.label}：{side.text}", trace)
        for side in (part, whole):
            if side.state is State.VOID:
                return Measured(ZERO, ZERO, State.VOID, f"{self.label}：{side.text}", trace)
        if whole.low <= 0:
            return Measured(ZERO, ZERO, State.VOID, f"{self.label}：{whole.text}，分母为0，算不出比例", trace)
        low, high = part.low / whole.high, part.high / whole.low
        text = f"{self.label}{show_quotient(low, high, self.as_percent)}（{part.text}，{whole.text}）"
        trace = replace(trace, facts=(*trace.facts, f"{self.label}={low}..{high}"))
        return Measured(low, high, State.KNOWN, text, trace)


def show_quotient(low: Fraction, high: Fraction, as_percent: bool) -> str:
    """Return `89.93…%` or `3.2`, or the two ends of a range."""
    say = percent if as_percent else show
    return say(low) if low == high else f"{say(low)}～{say(high)}"


@dataclass(frozen=True, slots=True)
class PerGroup:
    """`per_group`: how many records each group has, and of these numbers the least or the mean.

    A group with no record counts as 0: a venue that nobody checked is what the clause is about.
    """

    groups: schema.Kind
    group_where: Where
    records: schema.Kind
    by: schema.Field
    where: Where
    take: str  # min | mean
    label: str
    unit: str

    def evaluate(self, context: Context) -> Measured:
        """Return the least or mean number over the groups; VOID where there is no group."""
        groups, records = context.dossier.table(self.groups.name), context.dossier.table(self.records.name)
        if groups is None:
            return absent(self.groups, self.label)
        if records is None:
            return absent(self.records, self.label)
        chosen_groups = select(groups, self.group_where, context)
        ids = [groups.ids[row] for row in chosen_groups.sure]
        if not ids:
            text = f"{self.label}：没有可比的{self.groups.title}"
            return Measured(ZERO, ZERO, State.VOID, text, Trace((chosen_groups.tally,), (text,), 1))
        chosen = select(records, self.where, context)
        counts = dict.fromkeys(ids, 0)
        column = records.columns.get(self.by.name, [None] * len(records))
        for row in chosen.sure:
            key = column[row]
            if isinstance(key, str) and key in counts:
                counts[key] += 1
        value = Fraction(sum(counts.values()), len(ids)) if self.take == "mean" else Fraction(min(counts.values()))
        least = [id_ for id_, number in counts.items() if number == value][:3]
        detail = f"，最少的是{'、'.join(least)}" if self.take == "min" else f"，共{sum(counts.values())}次"
        text = f"{self.label}{show(value)}{self.unit}（{self.groups.title}{len(ids)}家{detail}）"
        measured = _known(value, value, text, chosen_groups.tally, self.label)
        return replace(measured, trace=replace(measured.trace, tallies=(chosen_groups.tally, chosen.tally)))


@dataclass(frozen=True, slots=True)
class Channel:
    """One of the things that a month must show."""

    title: str
    where: Where
    field: schema.Field | None  # summed; None: a matching record is enough
    at_least: Fraction


@dataclass(frozen=True, slots=True)
class Months:
    """`months_short`: in how many months that were due the requirements were not met; `months_met` = 12 − those.

    Months after the assessment date are not yet due, so they are not short.
    """

    kind: schema.Kind
    month: schema.Field
    channels: tuple[Channel, ...]
    count_by: Param | None  # "month": a month is short once; "channel": once per channel
    met: bool
    label: str

    def evaluate(self, context: Context) -> Measured:
        """Return the number of months (or shortfalls)."""
        table = context.dossier.table(self.kind.name)
        if table is None:
            return absent(self.kind, self.label)
        as_of = context.dossier.unit["as_of"]
        months = schema.month_range(context.dossier.year)
        due = [m for m in months if not hasattr(as_of, "toordinal") or schema.month_end(m) <= as_of]  # type: ignore[operator]
        short: dict[str, list[str]] = {}
        tallies: list[Tally] = []
        doubts: tuple[str, ...] = ()
        column = table.columns.get(self.month.name, [None] * len(table))
        for channel in self.channels:
            chosen = select(table, channel.where, context)
            tallies.append(chosen.tally)
            doubts += chosen.doubts
            sums = dict.fromkeys(due, ZERO)
            values = table.columns.get(channel.field.name, []) if channel.field else []
            for row in chosen.sure:
                month = column[row]
                if isinstance(month, str) and month in sums:
                    sums[month] += (comparable(values[row]) or ZERO) if channel.field else Fraction(1)
            for month, number in sums.items():
                if number < channel.at_least:
                    short.setdefault(month, []).append(channel.title)
        per_channel = self.count_by is not None and self.count_by.resolve(context) == "channel"
        shortfalls = sum(len(titles) for titles in short.values()) if per_channel else len(short)
        value = Fraction(len(months) - shortfalls if self.met else shortfalls)
        names = "、".join(f"{int(m[5:])}月" for m in sorted(short))
        later = f"，{len(months) - len(due)}个月未到期不计" if len(due) < len(months) else ""
        text = f"{self.label}{show(value)}个月（{f'不足的月份：{names}' if names else '到期月份均达到要求'}{later}）"
        return Measured(
            value, value, State.KNOWN, text + _doubt(doubts),
            Trace(tuple(tallies), (f"{self.label}={value}:{names}",), 1),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class GroupsMeeting:
    """`groups_meeting`: for how many groups the sum of a field reaches a number (每有一地区符合条件的…)."""

    kind: schema.Kind
    by: schema.Field
    field: schema.Field
    where: Where
    at_least: Fraction
    label: str
    unit: str

    def evaluate(self, context: Context) -> Measured:
        """Return the number of groups that reach it."""
        table = context.dossier.table(self.kind.name)
        if table is None:
            return absent(self.kind, self.label)
        chosen = select(table, self.where, context)
        sums: dict[str, Fraction] = {}
        for row in chosen.sure:
            group = str(table.columns[self.by.name][row])
            sums[group] = sums.get(group, ZERO) + (comparable(table.columns[self.field.name][row]) or ZERO)
        names = [group for group, number in sums.items() if number >= self.at_least]
        text = f"{self.label}{len(names)}{self.unit}" + (f"（{'、'.join(names)}）" if names else "")
        return _known(Fraction(len(names)), Fraction(len(names)), text, chosen.tally, self.label)


@dataclass(frozen=True, slots=True)
class Indicator:
    """`indicator`: a declared number (数据指标), with its source and as-of date."""

    id: str
    label: str
    unit: str
    as_percent: bool

    def evaluate(self, context: Context) -> Measured:
        """Return numerator ÷ denominator, or the numerator alone where there is no denominator."""
        kind = schema.kinds()["indicator"]
        table = context.dossier.table("indicator")
        row = list(table.ids).index(self.id) if table is not None and self.id in table.ids else None
        if table is None or row is None:
            gap = f"没有填报{kind.title}“{self.label}”（编号 {self.id}）"
            return Measured(ZERO, ZERO, State.ABSENT, gap, Trace(gaps=(gap,)))
        record = table.record(row)
        top, bottom = comparable(record["numerator"]), comparable(record["denominator"])
        tally = Tally("indicator", (self.id,), (), {self.id: record.evidence} if record.evidence else {})
        if top is None or bottom == 0:
            text = f"{self.label}：" + ("分子未填" if top is None else "分母为0，算不出比例")
            return Measured(ZERO, ZERO, State.VOID, text, Trace((tally,), (text,), 1))
        source = f"{record['source']}，截至{record['as_of']}"
        if bottom is None:
            return _known(top, top, f"{self.label}{show(top)}{self.unit}（{source}）", tally, self.label)
        value = top / bottom
        quotient = show_quotient(value, value, self.as_percent)
        text = f"{self.label}{show(top)}÷{show(bottom)}＝{quotient}（{source}）"
        return _known(value, value, text, tally, self.label)


@dataclass(frozen=True, slots=True)
class StandIn:
    """A measure with a declared indicator beside it: it stands in where there is no ledger.

    Where both are given and disagree, both stay possible; the finding about it is made by the validation.
    """

    ledger: Measure
    indicator: Indicator

    def evaluate(self, context: Context) -> Measured:
        """Return the ledger's number, or the indicator's, or the interval of both."""
        counted, declared = self.ledger.evaluate(context), self.indicator.evaluate(context)
        if not counted.known:
            # An empty ledger beside a declared number is the usual case of an office without ledgers.
            return declared if declared.state is not State.ABSENT else counted
        if not declared.known or (declared.low, declared.high) == (counted.low, counted.high):
            return counted
        text = f"台账与申报指标不一致：{counted.text}；{declared.text}"
        low, high = min(counted.low, declared.low), max(counted.high, declared.high)
        return Measured(low, high, State.KNOWN, text, counted.trace + declared.trace)

    def disagreement(self, context: Context) -> tuple[Measured, Measured] | None:
        """Return both numbers where both are known and differ."""
        counted, declared = self.ledger.evaluate(context), self.indicator.evaluate(context)
        same = (declared.low, declared.high) == (counted.low, counted.high)
        return None if same or not (counted.known and declared.known) else (counted, declared)


@dataclass(frozen=True, slots=True)
class Otherwise:
    """`absent: n`: what a measure gives where nobody recorded anything (未申报的加分项得 0 分)."""

    measure: Measure
    value: Fraction
    text: str

    def evaluate(self, context: Context) -> Measured:
        """Return the measure, or the stated number where it is absent."""
        found = self.measure.evaluate(context)
        if found.state is not State.ABSENT:
            return found
        return Measured(self.value, self.value, State.KNOWN, self.text, Trace(facts=("absent",), inputs=1))


@dataclass(frozen=True, slots=True)
class UnitField:
    """`unit`: a number that the unit states about itself."""

    field: schema.Field
    label: str
    unit: str

    def evaluate(self, context: Context) -> Measured:
        """Return the number; ABSENT where it is empty."""
        value = comparable(context.dossier.unit[self.field.name])
        if value is None:
            gap = f"单位情况的“{self.field.title}”未填"
            return Measured(ZERO, ZERO, State.ABSENT, gap, Trace(gaps=(gap,)))
        return _known(value, value, f"{self.label}{show(value)}{self.unit}", None, self.label)


@dataclass(frozen=True, slots=True)
class Constant:
    """A number that stands in the rubric itself."""

    value: Fraction
    label: str

    def evaluate(self, context: Context) -> Measured:
        """Return the number."""
        return Measured(self.value, self.value, State.KNOWN, self.label or show(self.value))


_COMMON = "as unit absent absent_text indicator"


def parse_measure(node: Node) -> Measure:
    """Parse a measure; raises ExpectedError. The key that names it comes first: count, total, share, ratio …"""
    entries = node.mapping()
    for name, parse in _PARSERS.items():
        if name in entries:
            return _wrapped(node, entries, parse(node))
    raise ExpectedError(node, f"应为一种计量：{'、'.join(_PARSERS)}")


def _wrapped(node: Node, entries: dict[str, Node], measure: Measure) -> Measure:
    fields = Fields(entries)
    if "indicator" in entries and not isinstance(measure, Indicator):
        is_share = isinstance(measure, Share) and measure.as_percent
        label = fields.text("as")
        measure = StandIn(measure, Indicator(fields.text("indicator"), label, fields.text("unit"), is_share))
    value = fields.number("absent")
    return measure if value is None else Otherwise(measure, value, fields.text("absent_text", "未申报"))


def _count(node: Node) -> Measure:
    f = node.fields("count", f"where maybe distinct once_per_proof {_COMMON}")
    kind = kind_named(f["count"])
    maybes: list[Maybe] = []
    for item in f["maybe"].items() if "maybe" in f else ():
        entry = item.fields("where because")
        maybes.append(Maybe(parse_where(entry["where"], kind), entry.text("because")))
    distinct = parse_param(f["distinct"]) if "distinct" in f else None
    if isinstance(distinct, Literal):
        field_named(f["distinct"], kind)
    return Count(
        kind, parse_where(f.get("where"), kind), tuple(maybes), distinct, f.truth("once_per_proof"),
        f.text("as", kind.title), f.text("unit", "条"),
    )  # fmt: skip


def _total(node: Node) -> Measure:
    f = node.fields("total field", f"where {_COMMON}")
    kind = kind_named(f["total"])
    param = parse_param(f["field"])
    label = kind.title if isinstance(param, Answer) else field_named(f["field"], kind).title
    return Total(kind, param, parse_where(f.get("where"), kind), f.text("as", label), f.text("unit"))


def _quotient(key: str) -> Callable[[Node], Measure]:
    def parse(node: Node) -> Measure:
        f = node.fields(key, _COMMON)
        sides = f[key].fields("part whole")
        return Share(parse_measure(sides["part"]), parse_measure(sides["whole"]), f.text("as"), key == "share")

    return parse


def _per_group(node: Node) -> Measure:
    f = node.fields("per_group", _COMMON)
    g = f["per_group"].fields("groups records by take", "group_where where")
    groups, records = kind_named(g["groups"]), kind_named(g["records"])
    if g.text("take") not in ("min", "mean"):
        raise ExpectedError(g["take"], "应为 min（最少的一家）或 mean（平均）")
    return PerGroup(
        groups, parse_where(g.get("group_where"), groups), records, field_named(g["by"], records),
        parse_where(g.get("where"), records), g.text("take"), f.text("as"), f.text("unit"),
    )  # fmt: skip


def _months(key: str) -> Callable[[Node], Measure]:
    def parse(node: Node) -> Measure:
        f = node.fields(key, _COMMON)
        m = f[key].fields("kind month need", "count_by")
        kind = kind_named(m["kind"])
        channels = []
        for item in m["need"].items():
            c = item.fields("title where", "field at_least")
            field = field_named(c["field"], kind) if "field" in c else None
            least = c.number("at_least")
            channels.append(
                Channel(c.text("title"), parse_where(c["where"], kind), field, Fraction(1) if least is None else least)
            )
        count_by = parse_param(m["count_by"]) if "count_by" in m else None
        month = field_named(m["month"], kind)
        return Months(kind, month, tuple(channels), count_by, key == "months_met", f.text("as"))

    return parse


def _groups_meeting(node: Node) -> Measure:
    f = node.fields("groups_meeting", _COMMON)
    g = f["groups_meeting"].fields("of by field at_least", "where")
    kind = kind_named(g["of"])
    return GroupsMeeting(
        kind, field_named(g["by"], kind), field_named(g["field"], kind), parse_where(g.get("where"), kind),
        g["at_least"].number(), f.text("as"), f.text("unit"),
    )  # fmt: skip


def _indicator(node: Node) -> Measure:
    f = node.fields("indicator", "as unit percent absent absent_text")
    return Indicator(f.text("indicator"), f.text("as", f.text("indicator")), f.text("unit"), f.truth("percent"))


def _unit(node: Node) -> Measure:
    f = node.fields("field", _COMMON)
    field = field_named(f["field"], schema.kinds()["unit"])
    return UnitField(field, f.text("as", field.title), f.text("unit"))


def _constant(node: Node) -> Measure:
    f = node.fields("constant", "as")
    return Constant(f["constant"].number(), f.text("as"))


_PARSERS: dict[str, Callable[[Node], Measure]] = {
    "count": _count,
    "total": _total,
    "share": _quotient("share"),
    "ratio": _quotient("ratio"),
    "per_group": _per_group,
    "months_short": _months("months_short"),
    "months_met": _months("months_met"),
    "groups_meeting": _groups_meeting,
    "field": _unit,
    "constant": _constant,
    "indicator": _indicator,  # last: it also stands beside other measures
}

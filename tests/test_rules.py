"""The rule engine by itself: intervals that hold whatever is not known, logic with three values, exact numbers."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from culture import CULTURE, RUBRIC
from kaoping.core import yamltree
from kaoping.core.figures import number, percent
from kaoping.core.findings import Findings
from kaoping.core.model import Dossier, Location, Record, Status, Unreadable
from kaoping.core.schema import month_range
from kaoping.core.yamltree import ExpectedError, Node
from kaoping.records.readers.yaml_records import table_of
from kaoping.records.validate import typed
from kaoping.rubric.rules._bounds import Limit
from kaoping.rubric.rules._each import Each
from kaoping.rubric.rules._points import Points
from kaoping.rubric.rules._rule_kinds import parse_rule
from kaoping.rubric.rules._tiers import Step, Tiers
from kaoping.rubric.rules.columns import parse_column
from kaoping.rubric.rules.combine import Fixed, Part, Pick, Scale, Sum, Veto
from kaoping.rubric.rules.conditions import All, AnyOf, Not, compare, conjunction, parse_condition
from kaoping.rubric.rules.evaluation import (
    Condition,
    Context,
    Interval,
    Measured,
    Outcome,
    Rule,
    State,
    Trace,
    Truth,
    walk,
)
from kaoping.rubric.rules.measures import parse_measure
from kaoping.rubric.rules.params import Literal
from kaoping.rubric.rules.select import match, select
from kaoping.rubric.rules.where import parse_where
from kaoping.scoring import score

NUMBERS = st.fractions(min_value=-50, max_value=50, max_denominator=40)
COUNTS = st.integers(0, 30)


# -- small tools -------------------------------------------------------------------------------------------------------


def tree(text: str) -> Node:
    findings = Findings()
    node = yamltree.parse(text, "试.yaml", findings, CULTURE.vocabulary)
    assert node is not None and not list(findings)
    return node


def dossier(records: str = "{}", level: str = "设区市", **unit: Any) -> Dossier:
    findings = Findings()
    tables = {}
    for name, node in tree(records).mapping().items():
        kind = CULTURE.kinds[name]
        raw = table_of(node, kind, findings)
        assert raw is not None
        tables[name] = typed(raw, kind, findings, strict=False)
    assert not findings.errors
    values = {"name": "某市", "level": level, "year": 2017, **unit}
    return Dossier(Path(), Record("unit", "unit", values, Location()), 2017, level, tables, {}, CULTURE)


def context(records: str = "{}", of: int | None = 10, answers: Mapping[str, Any] | None = None, **unit: Any) -> Context:
    own = dossier(records, **unit)
    return Context(own, "x", None if of is None else Fraction(of), answers or {}, lambda path: None)


def measure(text: str, records: str, **more: Any) -> Measured:
    return parse_measure(tree(text)).evaluate(context(records, **more))


def rule(text: str, records: str = "{}", **more: Any) -> Outcome:
    return parse_rule(tree(text)).evaluate(context(records, **more))


def holds(text: str, records: str = "{}", **more: Any) -> bool | None:
    return parse_condition(tree(text)).evaluate(context(records, **more)).value


NOWHERE = context()


@dataclass(frozen=True)
class Said:
    """A measure, condition and rule that gives what it is told."""

    low: Fraction = Fraction(0)
    high: Fraction = Fraction(0)
    whole: bool = False
    truth: bool | None = None

    def evaluate(self, context: Context) -> Any:
        return Measured(self.low, self.high, State.KNOWN, "数", Trace(inputs=1), self.whole)


@dataclass(frozen=True)
class Says:
    value: bool | None

    def evaluate(self, context: Context) -> Truth:
        return Truth(self.value, ("话",))


@dataclass(frozen=True)
class Gives:
    low: Fraction
    high: Fraction

    def evaluate(self, context: Context) -> Outcome:
        return Outcome(self.low, self.high, ("因",))


TRUTHS = st.sampled_from([True, False, None])
POINTS = st.builds(
    lambda a, b: Points(min(a, b), max(a, b), "条文", "不明"),
    st.integers(-5, 20).map(Fraction),
    st.integers(-5, 20).map(Fraction),
)
STEPS = st.lists(
    st.builds(
        lambda op, edge, points: Step(((op, Literal(str(edge))),), points),
        st.sampled_from(["at_least", "above", "at_most", "below", "equals"]),
        st.integers(-3, 12),
        POINTS,
    ),
    min_size=1,
    max_size=5,
).map(tuple)
RANGES = st.tuples(NUMBERS, NUMBERS).map(sorted)
OUTCOMES = st.builds(lambda ends: Gives(*sorted(ends)), st.tuples(NUMBERS, NUMBERS))


# -- intervals ---------------------------------------------------------------------------------------------------------


@given(STEPS, RANGES, st.data())
def test_tiers_keep_every_number_of_the_range_possible(steps: Any, ends: list[Fraction], data: st.DataObject) -> None:
    spot = data.draw(st.fractions(min_value=ends[0], max_value=ends[1], max_denominator=100))
    over_range = Tiers(Said(*ends), steps).evaluate(NOWHERE)
    at_spot = Tiers(Said(spot, spot), steps).evaluate(NOWHERE)
    assert over_range.low <= at_spot.low <= at_spot.high <= over_range.high


@given(STEPS, st.integers(-4, 14), st.integers(0, 6))
def test_tiers_over_whole_numbers_are_just_those_of_the_numbers(steps: Any, start: int, length: int) -> None:
    """A count of 1～2 is 1 or 2: what would be between them makes nothing possible, and nothing possible is lost."""
    ends = Fraction(start), Fraction(start + length)
    over_range = Tiers(Said(*ends, whole=True), steps).evaluate(NOWHERE)
    each = [Tiers(Said(Fraction(n), Fraction(n)), steps).evaluate(NOWHERE) for n in range(start, start + length + 1)]
    assert (over_range.low, over_range.high) == (min(o.low for o in each), max(o.high for o in each))


@pytest.mark.parametrize(
    ("signed", "step", "gives"),
    [
        ("", "at_least: 1", (0, 10)),  # below 1 nothing is said: it may be anything
        (", signed: true", "at_least: 0", (0, 10)),
        ("", "at_least: 0", (2, 2)),  # whatever it is
    ],
)
def test_a_number_that_nobody_knows_may_lie_outside_all_tiers(signed: str, step: str, gives: tuple[int, int]) -> None:
    indicator = f"{{indicator: 甲, as: 甲, unit: 个{signed}}}"
    outcome = rule(f"{{tiers: {{measure: {indicator}, steps: [{{{step}, points: 2}}]}}}}", indicator="[]")
    assert (outcome.low, outcome.high) == gives


@given(STEPS, NUMBERS, st.booleans())
def test_a_known_number_is_a_range_of_one(steps: Any, value: Fraction, whole: bool) -> None:
    one = Tiers(Said(value, value, whole=whole and value.denominator == 1), steps).evaluate(NOWHERE)
    assert one.low <= one.high
    assert one == Tiers(Said(value, value), steps).evaluate(NOWHERE)


@given(st.lists(st.integers(1, 20), min_size=1, max_size=4, unique=True), COUNTS, COUNTS)
def test_more_cases_never_lower_a_rising_scale(edges: list[int], one: int, more: int) -> None:
    """…以上得…分, the higher the more: as every scale of 办案数、场次、件数 is."""
    steps = [
        Step((("at_least", Literal(str(edge))),), Points(Fraction(n), Fraction(n), "", ""))
        for n, edge in enumerate(sorted(edges), 1)
    ]
    steps.append(Step((("below", Literal(str(min(edges)))),), Points(Fraction(0), Fraction(0), "", "")))
    fewer = Tiers(Said(Fraction(one), Fraction(one)), tuple(steps)).evaluate(NOWHERE)
    greater = Tiers(Said(Fraction(one + more), Fraction(one + more)), tuple(steps)).evaluate(NOWHERE)
    assert fewer.low == fewer.high <= greater.low


@given(OUTCOMES, OUTCOMES, TRUTHS, st.booleans())
def test_rules_of_rules_keep_low_below_high(one: Gives, two: Gives, truth: bool | None, highest: bool) -> None:
    rules: list[Rule] = [
        Sum((Part("a", Fraction(1), one), Part("b", Fraction(1), two))),
        Pick((one, two), highest),
        Veto(Says(truth), Points(Fraction(0), Fraction(0), "", ""), one),
        Scale(Says(truth), Fraction(1, 2), one, "减半"),
        Scale(Says(truth), Fraction(-1), one, "倒扣"),
    ]
    for built in rules:
        found = built.evaluate(NOWHERE)
        assert found.low <= found.high
    total = rules[0].evaluate(NOWHERE)
    assert (total.low, total.high) == (one.low + two.low, one.high + two.high)


@given(OUTCOMES, st.sampled_from([Fraction(0), Fraction(1, 2)]))
def test_an_unknown_condition_leaves_both_ways_open(inner: Gives, times: Fraction) -> None:
    for make in (
        lambda truth: Veto(Says(truth), Points(times, times, "", ""), inner),
        lambda truth: Scale(Says(truth), times, inner, "减半"),
    ):
        yes, no, unknown = (make(truth).evaluate(NOWHERE) for truth in (True, False, None))
        assert (unknown.low, unknown.high) == (min(yes.low, no.low), max(yes.high, no.high))


@given(
    RANGES,
    st.sampled_from(["ignore", "count", "proportional"]),
    st.sampled_from([None, ("below", Literal("90")), ("above", Literal("10"))]),
    st.integers(-3, 3),
    st.data(),
)
def test_each_keeps_every_number_of_the_range_possible(
    ends: list[Fraction], partial: str, edge: Any, points: int, data: st.DataObject
) -> None:
    spot = data.draw(st.fractions(min_value=ends[0], max_value=ends[1], max_denominator=100))

    def at(low: Fraction, high: Fraction) -> Outcome:
        built = Each(
            Said(low, high), Interval(Fraction(points), Fraction(points)), per=Fraction(2), start=Fraction(5),
            cap=Limit(Literal("8")), floor=Limit(Literal("0")), partial=partial, edge=edge,
        )  # fmt: skip
        return built.evaluate(NOWHERE)

    over_range, at_spot = at(*ends), at(spot, spot)
    assert 0 <= over_range.low <= at_spot.low == at_spot.high <= over_range.high <= 8


# -- each, with numbers one can check by hand --------------------------------------------------------------------------

TWO_AND_A_HALF = "{constant: 2.5}"


@pytest.mark.parametrize(
    ("each", "points"),
    [
        ("{measure: {constant: 3}, points: 0.5}", "1.5"),
        ("{measure: {constant: 3}, points: 0.5, cap: 1}", "1"),
        ("{measure: {constant: 3}, start: 1, points: -0.1}", "0.7"),
        ("{measure: {constant: 30}, start: 1, points: -0.1, floor: 0}", "0"),
        ("{measure: {constant: 2.5}, points: 1, partial: ignore}", "2"),
        ("{measure: {constant: 2.5}, points: 1, partial: count}", "3"),
        ("{measure: {constant: 2.5}, points: 1, partial: proportional}", "2.5"),
        ("{measure: {constant: 25}, per: 10, points: 1, partial: ignore}", "2"),
        # 每低于90%一个百分点扣0.2分，扣完为止
        ("{measure: {constant: 85%}, per: 1%, below: 90%, start: 2, points: -0.2, floor: 0}", "1"),
        ("{measure: {constant: 89.5%}, per: 1%, below: 90%, start: 2, points: -0.2, floor: 0, partial: ignore}", "2"),
        ("{measure: {constant: 89.5%}, per: 1%, below: 90%, start: 2, points: -0.2, partial: count}", "1.8"),
        ("{measure: {constant: 89.5%}, per: 1%, below: 90%, start: 2, points: -0.2, partial: proportional}", "1.9"),
        ("{measure: {constant: 90%}, per: 1%, below: 90%, start: 2, points: -0.2}", "2"),
        ("{measure: {constant: 95%}, per: 1%, below: 90%, start: 2, points: -0.2}", "2"),
        ("{measure: {constant: 50%}, per: 1%, below: 90%, start: 2, points: -0.2, floor: 0}", "0"),
        # 每超过3起扣0.5分
        ("{measure: {constant: 5}, above: 3, start: 2, points: -0.5}", "1"),
        ("{measure: {constant: 2}, above: 3, start: 2, points: -0.5}", "2"),
    ],
)
def test_each(each: str, points: str) -> None:
    found = rule(f"each: {each}")
    assert found.low == found.high == Fraction(points)


def test_a_slope_s_edge_may_differ_by_level() -> None:
    edge = "{by_level: {设区市: 90%, 省管县: 80%}}"
    text = f"each: {{measure: {{constant: 85%}}, per: 1%, below: {edge}, start: 2, points: -0.2}}"
    assert rule(text, level="设区市").low == 1
    assert rule(text, level="省管县").low == 2
    unknown = rule(text, level="另一级", of=2)
    assert (unknown.low, unknown.high) == (0, 2)


# -- three values ------------------------------------------------------------------------------------------------------


@given(st.lists(TRUTHS, min_size=1, max_size=4))
def test_kleene(values: list[bool | None]) -> None:
    conditions: tuple[Condition, ...] = tuple(Says(value) for value in values)
    completions = [
        [c if v is None else v for v, c in zip(values, chosen, strict=True)]
        for chosen in itertools.product([True, False], repeat=len(values))
    ]
    every, some = {all(c) for c in completions}, {any(c) for c in completions}
    assert All(conditions).evaluate(NOWHERE).value == (every.pop() if len(every) == 1 else None)
    assert AnyOf(conditions).evaluate(NOWHERE).value == (some.pop() if len(some) == 1 else None)
    negated = AnyOf(tuple(Not(c) for c in conditions)).evaluate(NOWHERE).value
    assert Not(All(conditions)).evaluate(NOWHERE).value == negated
    assert conjunction(values) == All(conditions).evaluate(NOWHERE).value


@given(RANGES, NUMBERS, st.sampled_from(["at_least", "at_most", "above", "below", "equals"]))
def test_a_comparison_is_sure_only_where_both_ends_agree(ends: list[Fraction], edge: Fraction, op: str) -> None:
    exact = Interval(edge, edge)
    sure = compare(Interval(ends[0], ends[1]), op, exact)
    at = [compare(Interval(x, x), op, exact) for x in (*ends, sum(ends, Fraction(0)) / 2)]
    if sure is not None:
        assert set(at) == {sure}
    else:
        assert op == "equals" or len(set(at[:2])) == 2


# -- numbers for people ------------------------------------------------------------------------------------------------


@given(st.integers(1, 10_000), st.integers(1, 10_000), st.integers(0, 100))
def test_a_share_below_an_edge_is_never_shown_as_the_edge(part: int, whole: int, edge: int) -> None:
    share, shown = Fraction(part, whole), percent(Fraction(part, whole))
    if share != Fraction(edge, 100):
        assert shown != f"{edge}%"
        assert (share < Fraction(edge, 100)) == (Fraction(shown.removesuffix("%")) < edge)


@given(st.integers(1, 10_000), st.integers(1, 10_000), st.integers(0, 20))
def test_a_ratio_below_an_edge_is_never_shown_as_the_edge(part: int, whole: int, edge: int) -> None:
    ratio, shown = Fraction(part, whole), number(Fraction(part, whole))
    if ratio != edge:
        assert (ratio < edge) == (Fraction(shown) < edge) and Fraction(shown) != edge


# -- what an empty cell leaves open: every way of filling it in is within the interval ---------------------------------

BLANK = "{}"
STAFF = [{"on_duty": a, "qualified": b} for a in ("是", "否", None) for b in ("是", "否", None)]
MONTHS = [
    {"month": m, "channel": c, "items": i, "on_time": t}
    for m in ("2017-01", "2017-02", None)
    for c in ("平台执法信息", "直报点信息")
    for i in ("1", "3", "8", None)
    for t in ("是",)
]
CHANGES = [
    {"level": "县级", "county": c, "added": a, "nature": n}
    for c in ("甲县", "乙县", None)
    for a in ("2", "5", None)
    for n in ("新增执法编制", "合同制用工", None)
]
VENUES = [{"operation": o} for o in ("全年营业", "部分时段营业", None)]
VISITS = [{"venue": v, "type": t} for v in ("一", "二") for t in ("日常检查", "专项检查", None)]
FILL = {
    "on_duty": ("是", "否"),
    "qualified": ("是", "否"),
    "month": ("2017-01", "2017-02", "2017-12"),
    "items": ("0", "2", "9"),
    "county": ("甲县", "乙县"),
    "added": ("0", "4", "9"),
    "nature": ("新增执法编制", "合同制用工"),
    "operation": ("全年营业", "部分时段营业"),
    "type": ("日常检查", "专项检查"),
}
Row = Mapping[str, str | None]


def written(tables: Mapping[str, list[Row]]) -> str:
    def row(cells: Row) -> str:
        return "{" + ", ".join(f"{name}: {cell}" for name, cell in cells.items() if cell is not None) + "}"

    return "{" + ", ".join(f"{name}: [{', '.join(map(row, rows))}]" for name, rows in tables.items()) + "}"


def filled(tables: Mapping[str, list[Row]], data: st.DataObject) -> dict[str, list[Row]]:
    return {
        name: [{k: data.draw(st.sampled_from(FILL[k])) if v is None else v for k, v in row.items()} for row in rows]
        for name, rows in tables.items()
    }


def keeps_open(text: str, tables: Mapping[str, list[Row]], data: st.DataObject, **more: Any) -> None:
    open_ = measure(text, written(tables), **more)
    closed = measure(text, written(filled(tables, data)), **more)
    if open_.known and closed.known:
        assert open_.low <= closed.low <= closed.high <= open_.high, (text, open_.text, closed.text)
    elif closed.known:
        assert open_.state is not State.KNOWN  # an open total is no number at all
    assert closed.low == closed.high


def rows(kind: list[Any], most: int = 5) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(kind), max_size=most)


@given(rows(STAFF), st.data())
def test_a_count_with_empty_cells(staff: list[Row], data: st.DataObject) -> None:
    keeps_open("{count: staff, where: {on_duty: 是, qualified: 是}}", {"staff": staff}, data)


@given(rows(STAFF), st.data())
def test_a_share_with_empty_cells(staff: list[Row], data: st.DataObject) -> None:
    share = "{share: {part: {count: staff, where: {on_duty: 是, qualified: 是}}, whole: {count: staff}}, as: 比例}"
    keeps_open(share, {"staff": staff}, data)


@given(rows(CHANGES), st.data())
def test_groups_with_empty_cells(changes: list[Row], data: st.DataObject) -> None:
    text = (
        "{groups_meeting: {of: establishment_change, by: county, field: added, "
        "where: {level: 县级, nature: 新增执法编制}, at_least: 5}, as: 县}"
    )
    named = [row if row["county"] else {**row, "id": f"无名{n}"} for n, row in enumerate(changes)]
    keeps_open(text, {"establishment_change": named}, data)


@given(rows(VENUES, 3), rows(VISITS), st.sampled_from(["min", "mean"]), st.data())
def test_visits_per_venue_with_empty_cells(
    venues: list[Row], visits: list[Row], take: str, data: st.DataObject
) -> None:
    text = (
        "{per_group: {groups: venue, group_where: {operation: 全年营业}, records: inspection, by: venue, "
        f"where: {{type: 日常检查}}, take: {take}}}, as: 检查}}"
    )
    others: list[Row] = [{"operation": "部分时段营业"}] * (3 - len(venues))  # so that every visit's venue is known
    named = [{"id": name, **row} for name, row in zip("一二三", [*venues, *others], strict=True)]
    keeps_open(text, {"venue": named, "inspection": visits}, data)


@given(
    rows(MONTHS, 6), st.sampled_from(["months_short", "months_met"]), st.sampled_from(["month", "channel"]), st.data()
)
def test_months_with_empty_cells(reports: list[Row], key: str, count_by: str, data: st.DataObject) -> None:
    text = (
        f"{{{key}: {{kind: monthly_report, month: month, count_by: {count_by}, need: ["
        "{title: 平台, where: {channel: 平台执法信息}, field: items, at_least: 3}, "
        "{title: 直报点, where: {channel: 直报点信息}, field: items, at_least: 8}]}, as: 月份}"
    )
    recorded = {(row["month"], row["channel"]) for row in reports}
    others: list[Row] = [  # so that every month is recorded
        {"month": month, "channel": channel, "items": "0"}
        for month in month_range(2017)
        for channel in ("平台执法信息", "直报点信息")
        if (month, channel) not in recorded
    ]
    keeps_open(text, {"monthly_report": [*reports, *others]}, data)


@given(st.sets(st.integers(1, 12)), st.sets(st.integers(1, 12)), st.sampled_from(["months_short", "months_met"]))
def test_months_that_nobody_recorded_are_neither_short_nor_met(good: set[int], bad: set[int], key: str) -> None:
    need = "{title: 甲, where: {}, field: items, at_least: 3}"
    text = f"{{{key}: {{kind: monthly_report, month: month, need: [{need}]}}, as: 月}}"
    rows = [{"month": f"2017-{n:02}", "items": "3" if n in good else "0"} for n in sorted(good | bad)]
    found = measure(text, written({"monthly_report": rows}))
    short, unknown = len(bad - good), 12 - len(good | bad)
    low, high = (len(good), len(good) + unknown) if key == "months_met" else (short, short + unknown)
    assert not rows or (found.low, found.high) == (low, high)


WHERES = [
    "{}",
    "{on_duty: 是}",
    "{on_duty: 是, qualified: {unless: 否}}",
    "{qualified: {blank: 是}}",
    "{qualified: {blank: 否, is: 否}}",
]


@given(rows(STAFF, 8), st.sampled_from(WHERES))
def test_rows_judged_together_are_judged_as_one_by_one(staff: list[Row], where: str) -> None:
    own = context(written({"staff": staff}))
    table = own.dossier.tables["staff"]
    built = parse_where(tree(where), CULTURE.kinds["staff"])
    columns = [table.columns[test.field.name] for test in built.tests]
    singly = [built.checking(built.wanted(own))([column[row] for column in columns]) for row in range(len(table))]
    assert match(table, built, own).each(len(table)) == singly
    found = select(table, built, own)
    assert list(found.sure) == [row for row, (matches, _) in enumerate(singly) if matches]
    assert list(found.maybe) == [row for row, (matches, _) in enumerate(singly) if matches is None]
    assert list(found.tally.left) == [(table.ids[row], why) for row, (matches, why) in enumerate(singly) if not matches]


# -- measures ----------------------------------------------------------------------------------------------------------


def test_absent_is_not_none() -> None:
    assert measure("{count: staff}", "{}").state is State.ABSENT
    assert measure("{count: staff}", "{staff: []}").low == 0
    assert measure("{count: staff}", "{staff: []}").known
    assert measure("{count: staff, absent: 0}", "{}").known


def test_a_total_may_ask_for_a_record() -> None:
    checks = "{spot_check: [{area: 文物经营, sampled: 3}]}"
    total = "{total: spot_check, field: sampled, where: {area: 审批案卷}, as: 案卷"
    assert measure(total + "}", checks).low == 0
    assert measure(total + "}", checks).known
    missing = measure(total + ", none: missing}", checks)
    assert missing.state is State.ABSENT and "案卷" in missing.text


def test_a_count_may_ask_for_a_record() -> None:
    count = "{count: spot_check, where: {area: 审批案卷}, as: 案卷"
    assert measure(count + "}", "{spot_check: [{area: 文物经营}]}").known
    missing = measure(count + ", none: missing}", "{spot_check: [{area: 文物经营}]}")
    assert missing.state is State.ABSENT and "案卷" in missing.text
    assert measure(count + ", none: missing}", "{spot_check: [{area: 审批案卷}]}").low == 1


def test_of_a_total_over_an_empty_cell_the_least_is_known() -> None:
    found = measure("{total: approval, field: total, as: 审批}", "{approval: [{total: 3}, {region: 甲县}]}")
    assert (found.low, found.bounded) == (3, False)
    assert found.text == "审批至少3（第2条的实际审批数未填）"


def test_what_differs_is_counted_and_the_unnamed_by_themselves() -> None:
    reports = "{media_report: [{matter: 甲}, {matter: 甲}, {matter: 乙}, {level: 省级}, {level: 省级}]}"
    found = measure("{count: media_report, distinct: matter}", reports)
    assert (found.low, found.high) == (2, 4)  # the unnamed may be the same as another
    assert measure("{count: media_report, distinct: id}", reports).low == 5


def test_the_same_proof_counts_once_and_says_for_what() -> None:
    reports = "{media_report: [{id: A, evidence: 报.pdf}, {id: B, evidence: 报.pdf}, {id: C}]}"
    found = measure("{count: media_report, once_per_proof: true}", reports)
    assert found.low == 2
    assert [(use.id, use.why) for t in found.trace.tallies for use in t.uses() if not use.counted] == [
        ("B", "佐证材料已用于A，同一材料不重复计分")
    ]


@pytest.mark.parametrize(
    ("where", "counted"),
    [
        ("{recognized: 否}", (1, 2)),
        ("{recognized: {unless: 否}}", (2, 2)),
        ("{recognized: {stated: 否}}", (1, 1)),
        ("{recognized: {not: 否}}", (1, 2)),
        ("{recognized: {blank: 是}}", (1, 1)),
        ("{recognized: {blank: 否}}", (2, 2)),
        ("{date: {before: 2017-05-02}}", (1, 1)),
        ("{date: {by: 2017-05-02}}", (2, 2)),
        ("{date: {from: 2017-05-02, to: 2017-05-03}}", (2, 2)),
        ("{date: {after: 2017-05-02}}", (1, 1)),
        ("{level: [国家级, 省级]}", (2, 2)),
    ],
)
def test_where(where: str, counted: tuple[int, int]) -> None:
    records = (
        "{commendation: [{level: 国家级, recognized: 是, date: 2017-05-01}, "
        "{level: 省级, recognized: 否, date: 2017-05-02}, {level: 市级, date: 2017-05-03}]}"
    )
    found = measure(f"{{count: commendation, where: {where}}}", records)
    assert (found.low, found.high) == counted


def unread(kind: str, records: str, field: str, row: int, text: str = "？") -> Context:
    """The context of the records, one cell of which holds something that its field can't take."""
    own = context(records)
    table = own.dossier.tables[kind]
    cells = list(table.columns[field])
    cells[row] = Unreadable(text)
    table = replace(table, columns={**table.columns, field: cells})
    return replace(own, dossier=replace(own.dossier, tables={**own.dossier.tables, kind: table}))


def test_a_month_that_can_t_be_read_may_be_any() -> None:
    months = ", ".join(f"{{id: M{n}, month: 2017-{n:02}, channel: 平台执法信息, items: 9}}" for n in range(1, 13))
    text = "{months_met: {kind: monthly_report, month: month, need: [{title: 平台, where: {channel: 平台执法信息}}]}}"
    found = parse_measure(tree(text)).evaluate(unread("monthly_report", f"{{monthly_report: [{months}]}}", "month", 1))
    assert (found.low, found.high) == (11, 12)
    assert "M2：月份填得不对" in found.text
    unsaid = unread("monthly_report", f"{{monthly_report: [{months}]}}", "month", 1, "")
    assert "M2：没有写月份" in parse_measure(tree(text)).evaluate(unsaid).text


def test_a_group_that_can_t_be_read_may_be_any() -> None:
    changes = "{establishment_change: [{id: A, county: 甲县, added: 5}, {id: B, county: 乙县, added: 5}]}"
    text = "{groups_meeting: {of: establishment_change, by: county, field: added, at_least: 5}, as: 县}"
    found = parse_measure(tree(text)).evaluate(unread("establishment_change", changes, "county", 1))
    assert (found.low, found.high) == (1, 2)
    assert found.text == "县1～2（甲县）〔另有1条不能确定，B：县（市、区）填得不对〕"


def test_many_doubts_are_counted_and_the_first_three_told() -> None:
    staff = ", ".join(f"{{id: R{n}}}" for n in range(1, 6))
    found = measure("{count: staff, where: {on_duty: 是}, as: 在岗}", f"{{staff: [{staff}]}}")
    assert found.text == "在岗0～5条（另有5条不能确定，如R1、R2、R3：在岗未填）"


# -- columns -----------------------------------------------------------------------------------------------------------

EXAMS = "exam: [{id: K1, expected: 3, passed: 2}, {id: K2, expected: 1, passed: 0}]"


def column(text: str, records: str, kind: str = "exam") -> list[Any]:
    own = context(records)
    built = parse_column(tree(text), CULTURE.kinds[kind])
    return [str(cell) if isinstance(cell, Interval) else cell for cell in built.column(own.dossier.tables[kind], own)]


def test_each_record_has_what_belongs_to_it() -> None:
    results = "exam_result: [{exam: K1, passed: 是}, {exam: K1, passed: 否}, {exam: K1}]"
    assert column("{count: exam_result, by: exam}", f"{{{EXAMS}, {results}}}") == ["3", "0"]
    assert column("{count: exam_result, where: {passed: 是}, by: exam}", f"{{{EXAMS}, {results}}}") == ["1～2", "0"]
    assert column("{count: exam_result, by: exam, none: missing}", f"{{{EXAMS}, {results}}}") == ["3", None]
    assert column("{count: exam_result, by: exam}", f"{{{EXAMS}}}") == [None, None], "nobody recorded any"


@pytest.mark.parametrize("exam", ["", "exam: K9, "])
def test_a_record_of_nobody_s_may_be_anybody_s(exam: str) -> None:
    results = f"exam_result: [{{exam: K1, passed: 是}}, {{{exam}passed: 是}}]"
    assert column("{count: exam_result, by: exam}", f"{{{EXAMS}, {results}}}") == ["1～2", "0～1"]


def test_a_total_of_each_record_is_no_number_where_one_lacks() -> None:
    results = "exam_result: [{exam: K1, score: 60.5}, {exam: K1, score: 80}, {exam: K2}]"
    assert column("{total: exam_result, field: score, by: exam}", f"{{{EXAMS}, {results}}}") == ["140.5", None]


def test_by_a_date_is_counted_in_its_month() -> None:
    records = (
        "{monthly_report: [{month: 2017-03}, {month: 2017-04}], case: [{closed: 2017-03-31}, {closed: 2017-03-01}]}"
    )
    assert column("{count: case, by: closed, key: month}", records, "monthly_report") == ["2", "0"]


@given(st.lists(st.sampled_from(["K1", "K2", "K9", None]), max_size=8), st.lists(st.booleans(), min_size=8, max_size=8))
def test_what_belongs_to_each_is_within_what_is_counted(exams: list[str | None], passed: list[bool]) -> None:
    """With every record's place known the numbers are exact, and lie within what is said without it."""
    rows: list[Row] = [{"exam": exam, "passed": "是" if ok else "否"} for exam, ok in zip(exams, passed, strict=False)]
    text = "{count: exam_result, where: {passed: 是}, by: exam}"
    found = column(text, f"{{{EXAMS}, {written({'exam_result': rows})[1:-1]}}}")
    lost = sum(row["passed"] == "是" and row["exam"] not in ("K1", "K2") for row in rows)
    own = [sum(row["passed"] == "是" and row["exam"] == name for row in rows) for name in ("K1", "K2")]
    assert found == [str(Interval(Fraction(number), Fraction(number + lost))) for number in own]


def test_reckonings_keep_what_is_not_known() -> None:
    results = "exam_result: [{exam: K1, passed: 是}, {exam: K1}]"
    passed = "{count: exam_result, where: {passed: 是}, by: exam}"
    for text, expected in (
        (f"{{sum: [passed, {passed}]}}", ["3～4", "0"]),
        (f"{{difference: [{passed}, passed]}}", ["-1～0", "0"]),
        (f"{{product: [{passed}, -2]}}", ["-4～-2", "0"]),
        (f"{{quotient: [passed, {passed}]}}", ["1～2", None]),
        ("{sum: [passed, {count: staff}]}", [None, None]),
    ):
        assert column(text, f"{{{EXAMS}, {results}}}") == expected, text


def test_an_indicator_stands_in_and_a_disagreement_stays_open() -> None:
    share = "{share: {part: {count: staff, where: {qualified: 是}}, whole: {count: staff}}, as: 达标比例, indicator: d}"
    declared = "indicator: [{id: d, numerator: 8, denominator: 10}]"
    assert measure(share, f"{{{declared}}}").low == Fraction(8, 10)
    found = measure(share, f"{{staff: [{{qualified: 是}}], {declared}}}")
    assert (found.low, found.high) == (Fraction(8, 10), 1)
    assert "不一致" in found.text


def test_a_ratio_names_its_unit_and_a_share_its_percent() -> None:
    one = "{establishment: [{posts: 2, in_post: 3}]}"
    sides = "{part: {total: establishment, field: in_post}, whole: {total: establishment, field: posts}}"
    assert measure(f"{{ratio: {sides}, as: 人均, unit: 件}}", one).text.startswith("人均1.5件（")
    three_of_four = "{establishment: [{posts: 4, in_post: 3}]}"
    assert measure(f"{{share: {sides}, as: 占比}}", three_of_four).text.startswith("占比75%（")
    more_than_all = measure(f"{{share: {sides}, as: 占比}}", one)
    assert more_than_all.state is State.VOID and "数据有误" in more_than_all.text


# -- clauses -----------------------------------------------------------------------------------------------------------

OVERLAP = """
clauses:
- {when: {constant: 1, at_least: 1}, points: 2, text: 甲}
- {when: {constant: 1, equals: 1}, points: 0, text: 乙}
"""


def test_clauses_that_both_hold_are_undecided() -> None:
    found = rule(OVERLAP)
    assert (found.low, found.high) == (0, 2)
    assert "“甲”与“乙”同时适用" in found.because[-1]


def test_no_clause_is_silence_up_to_the_line_s_points() -> None:
    text = "clauses: [{when: {constant: 1, at_least: 2}, points: 2}]"
    assert (rule(text, of=3).low, rule(text, of=3).high) == (0, 3)
    assert (rule(text, of=-5).low, rule(text, of=-5).high) == (-5, 0)
    thought_of = rule("clauses: [{when: {constant: 1, at_least: 2}, points: 2}, {silent: [1, 2], because: 没有写}]")
    assert (thought_of.low, thought_of.high) == (1, 2)


@pytest.mark.parametrize(("amount", "words"), [(1, "只有一份"), (2, "有两份"), (0, "没有写")])
def test_a_silence_says_which_it_is(amount: int, words: str) -> None:
    """Only the words: a decision rests on the facts that the rule looked at, and stands whatever they are called."""
    plain = f"{{when: {{constant: {amount}, at_least: 3}}, points: 2}}, {{silent: [0, 2], because: 没有写"
    edges = {"equals: 1": "只有一份", "at_least: 1": "有两份"}
    cases = ", ".join(f"{{when: {{constant: {amount}, {edge}}}, because: {its}}}" for edge, its in edges.items())
    before, now = rule(f"clauses: [{plain}}}]"), rule(f"clauses: [{plain}, namely: [{cases}]}}]")
    assert (now.low, now.high, now.trace) == (before.low, before.high, before.trace)
    assert words in now.because[-1] and "没有写" in before.because[-1]


@given(st.lists(st.tuples(TRUTHS, st.integers(0, 5)), min_size=1, max_size=4))
def test_what_an_unknown_clause_may_give_stays_possible(clauses: list[tuple[bool | None, int]]) -> None:
    from kaoping.rubric.rules._clauses import Clause, Clauses, Silence

    silent = Silence(Points(Fraction(0), Fraction(5), "", "没有写"))

    def at(truths: tuple[bool | None, ...]) -> Outcome:
        made = tuple(
            Clause(Says(truth), Points(Fraction(points), Fraction(points), str(points), ""))
            for truth, (_, points) in zip(truths, clauses, strict=True)
        )
        return Clauses(made, silent).evaluate(NOWHERE)

    whole = at(tuple(truth for truth, _ in clauses))
    assert whole.low <= whole.high
    for chosen in itertools.product([True, False], repeat=len(clauses)):
        world = at(tuple(c if t is None else t for c, (t, _) in zip(chosen, clauses, strict=True)))
        assert whole.low <= world.low <= world.high <= whole.high


CHECKS = st.lists(
    st.sampled_from(["{found: 否}", "{found: 是, fixed: 及时解决}", "{found: 是}", "{fixed: 未及时解决}"]), min_size=1
)
WORST = """
worst:
  of: spot_check
  as: 抽查
  clauses:
  - {when: {found: 否}, points: 2, text: 甲}
  - {when: {found: 是, fixed: 及时解决}, points: 1, text: 乙}
  - {when: {found: 是, fixed: 未及时解决}, points: 0, text: 丙}
"""


@given(CHECKS)
def test_the_worst_record_decides_in_any_order(checks: list[str]) -> None:
    together = rule(WORST, f"{{spot_check: [{', '.join(checks)}]}}", of=2)
    backwards = rule(WORST, f"{{spot_check: [{', '.join(reversed(checks))}]}}", of=2)
    alone = [rule(WORST, f"{{spot_check: [{check}]}}", of=2) for check in checks]
    assert (together.low, together.high) == (backwards.low, backwards.high)
    assert (together.low, together.high) == (min(o.low for o in alone), min(o.high for o in alone))


# -- a line under open questions, decisions, caps ----------------------------------------------------------------------


def line_of(name: str, own: Dossier, answers: Mapping[str, str] | None = None, findings: Findings | None = None) -> Any:
    rubric = replace(RUBRIC, notice=replace(RUBRIC.notice, answers=dict(answers or {})))
    group = rubric.group_of(name)
    only = {name, *(group.lines if group else ())}
    return score(rubric, own, Findings() if findings is None else findings, only).line(name)


CASE_ROWS = st.lists(
    st.tuples(
        st.sampled_from(["本级", "县级"]),
        st.sampled_from(["罚款", "警告并罚款", "撤案"]),
        st.sampled_from(["是", "否"]),
    ),
    min_size=1,
    max_size=6,
)


@given(CASE_ROWS)
def test_an_open_question_leaves_just_what_its_answers_give(cases: list[tuple[str, str, str]]) -> None:
    listed = ", ".join(
        f"{{level: {level}, outcome: {outcome}, procedure: 一般程序, category: 网络文化, prohibited: {prohibited}, "
        "closed: 2017-05-01}"
        for level, outcome, prohibited in cases
    )
    own = dossier(f"{{establishment: [{{level: 本级, posts: 1}}, {{level: 县级, posts: 1}}], case: [{listed}]}}")
    names = ("case-scope", "warning-and-fine", "withdrawn")
    open_ = line_of("26", own)
    each = [
        line_of("26", own, dict(zip(names, chosen, strict=True)))
        for chosen in itertools.product(*(RUBRIC.questions[name].options for name in names))
    ]
    assert (open_.low, open_.high) == (min(s.low for s in each), max(s.high for s in each))
    asked = [q for name, q in RUBRIC.questions.items() if any(q.ask in text for text in open_.because)]
    assert all(q.id in names for q in asked), "a question that changes nothing is not asked"


UNPLANNED = "{id: H1, topic: 综治平安创建, in_plan: 否}"


def decided(meetings: str, digest: str, points: str = "1") -> tuple[Any, list[str]]:
    decision = (
        f"decision: [{{line: '13', points: {points}, reason: 说明, who: 办公会, when: 2017-12-01"
        + (f", facts_digest: '{digest}'" if digest else "")
        + "}]"
    )
    findings = Findings()
    found = line_of("13", dossier(f"{{meeting: [{meetings}], {decision}}}"), findings=findings)
    return found, [finding.code for finding in findings]


def test_a_decision_holds_for_the_facts_it_was_made_on() -> None:
    digest = line_of("13", dossier(f"{{meeting: [{UNPLANNED}]}}")).digest
    found, codes = decided(UNPLANNED, digest)
    assert (found.low, found.high, found.status, found.decided_by) == (1, 1, Status.SCORED, "办公会")
    assert codes == []
    for meetings, why, code in [
        (UNPLANNED + ", {id: H2, topic: 综治平安创建, in_plan: 否}", digest, "decision.reopened"),
        (UNPLANNED, "deadbeef", "decision.reopened"),
        (UNPLANNED, "", "decision.unconfirmed"),
    ]:
        found, codes = decided(meetings, why)
        assert (found.low, found.high, found.status) == (0, 2, Status.UNDECIDED)
        assert codes == [code]
    assert decided(UNPLANNED, digest, "3")[1] == ["decision.out_of_range"]
    assert decided("{topic: 综治平安创建, in_plan: 是}", digest)[1] == ["decision.not_needed"]


def test_a_decision_remembers_what_was_found_under_every_answer() -> None:
    """The county's cases matter under one answer only: they are facts all the same."""
    base = "establishment: [{level: 本级, posts: 1}, {level: 县级, posts: 9}]"
    web = "procedure: 一般程序, outcome: 罚款, category: 网络文化, prohibited: 是, closed: 2017-05-01"
    own = f"{{id: A, level: 本级, {web}}}, {{id: B, level: 本级, {web}}}, {{id: C, level: 本级, {web}}}"
    one = line_of("26", dossier(f"{{{base}, case: [{own}]}}"))
    two = line_of("26", dossier(f"{{{base}, case: [{own}, {{id: D, level: 县级, {web}}}]}}"))
    assert (one.low, one.high) == (two.low, two.high) == (0, 20)
    assert one.digest != two.digest


def test_the_digest_is_of_facts_not_of_words() -> None:
    one = line_of("13", dossier(f"{{meeting: [{UNPLANNED}]}}"))
    two = line_of("13", dossier("{meeting: [{id: H1, title: 另一个名称, topic: 综治平安创建, in_plan: 否}]}"))
    assert one.digest == two.digest


def test_judgements_that_disagree_are_found_and_leave_the_line_open() -> None:
    findings = Findings()
    own = dossier("{judgement: [{id: A, line: '20', choice: 良好}, {id: B, line: '20', choice: 一般}]}")
    found = line_of("20", own, findings=findings)
    assert (found.low, found.high, found.status) == (0, 2, Status.UNDECIDED)
    assert [finding.code for finding in findings] == ["judgement.twice"]


def test_a_judgement_or_decision_on_a_line_of_parts_names_the_part() -> None:
    findings = Findings()
    line_of(
        "7", dossier("{decision: [{line: '7', points: 1, reason: 说明, who: 甲, when: 2017-12-01}]}"), None, findings
    )
    assert [finding.code for finding in findings] == ["judgement.unknown_line"]


@given(st.integers(0, 12), st.lists(st.integers(0, 8), max_size=4), st.sampled_from(["合计不超过5分", "不封顶", None]))
def test_the_group_s_cap(city: int, counties: list[int], answer: str | None) -> None:
    rows = [f"{{level: 本级, added: {city}, nature: 新增执法编制}}"]
    rows += [
        f"{{level: 县级, county: 县{n}, added: {added}, nature: 新增执法编制}}" for n, added in enumerate(counties)
    ]
    own = dossier(f"{{establishment_change: [{', '.join(rows)}]}}")
    answers = {} if answer is None else {"posts-bonus-cap": answer}
    b4, b5 = (line_of(name, own, answers) for name in ("B4", "B5"))
    four, five = 5 if city >= 10 else 0, 2 * sum(added >= 5 for added in counties)
    capped = min(5 - four, five)
    assert (b4.low, b4.high) == (four, four)
    low, high = {"合计不超过5分": (capped, capped), "不封顶": (five, five), None: (capped, five)}[answer]
    assert (b5.low, b5.high) == (low, high)


# -- reading rules -----------------------------------------------------------------------------------------------------


def test_walk_finds_every_part_of_a_rule() -> None:
    built = parse_rule(tree("highest: [{points: {points: 1}}, {points: {points: 2}}]"))
    assert sum(isinstance(node, Fixed) for node in walk(built)) == 2


def test_where_any_is_said_one_record_with_the_value_is_enough() -> None:
    records = "{reform_item: [{id: a, item: 印发实施方案, state: 已完成}, {id: b, item: 同城一支队伍, state: 未完成}]}"
    asked = "recorded: reform_item, field: state, is: 已完成, as: 改革"
    assert holds(f"{{{asked}}}", records) is False
    assert holds(f"{{{asked}, any: true}}", records) is True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{staircase: {}}", "应为一种计分方式"),
        ("{tiers: {measure: {count: staff}, steps: []}}", "至少要有一档"),
        ("{tiers: {measure: {count: staff}, steps: [{points: 1}]}}", "每一档写一个"),
        ("{tiers: {measure: {number: staff}, steps: [{at_least: 1, points: 1}]}}", "应为一种计量"),
        ("{clauses: []}", "至少要有一条"),
        ("{clauses: [{when: {perhaps: 是}, points: 1}]}", "应为一个条件"),
        ("{clauses: [{when: {constant: 1, at_least: 100%, at_most: 0}, points: 1}]}", "不能同时成立"),
        ("{each: {measure: {constant: 1}, points: 1, partial: half}}", "不足一个单位不计"),
        ("{each: {measure: {constant: 1}, points: 1, cap: 很多}}", "应为数字"),
        ("{each: {measure: {constant: 1}, points: 1, below: [1]}}", "应为数字"),
        ("{tiers: {measure: {constant: 1}, steps: [{at_least: 两个, points: 1}]}}", "应为数字"),
        ("{tiers: {measure: {constant: 1}, steps: [{at_least: {by_level: {设区市: 两个}}, points: 1}]}}", "应为数字"),
        ("{clauses: [{when: {constant: 1, at_least: 1/0}, points: 1}]}", "应为数字"),
        ("{each: {measure: {constant: 1}, points: 1, below: 1, above: 2}}", "只能写一个"),
        ("{each: {measure: {constant: 1}, points: 1, per: 0}}", "应大于 0"),
        ("{choice: {outcomes: {好: {points: 1}}}}", "至少要有两个"),
        ("{points: {points: [2, 1], because: 不明}}", "[最低, 最高]"),
        ("{points: {points: [1, 2]}}", "用 because 写明原因"),
        (
            "{tiers: {measure: {total: spot_check, field: sampled, none: zero}, steps: [{at_least: 1, points: 1}]}}",
            "应为 missing",
        ),
        (
            "{tiers: {measure: {per_group: {groups: venue, records: inspection, by: venue, take: most}}, "
            "steps: [{at_least: 1, points: 1}]}}",
            "应为 min（最少的一家）",
        ),
    ],
)
def test_a_mistaken_rule_says_what_was_expected(text: str, expected: str) -> None:
    with pytest.raises(ExpectedError) as error:
        parse_rule(tree(text))
    assert expected in error.value.what
    assert error.value.node.at.line == 1

"""The forms in which real rubrics give and take points: from one pool, up to a cap, by edges that are measured.

``data/packs/grid-2023`` is a rubric that uses them all, with its worked cases; what holds whatever the numbers are is
tried on numbers at random.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kaoping.core import packs
from kaoping.core.errors import KaopingError
from kaoping.core.figures import UNBOUNDED
from kaoping.core.findings import Findings
from kaoping.core.model import DRAFT, Dossier, Graded, Record, Status
from kaoping.pipeline import contract
from kaoping.rubric import load
from kaoping.rubric.nodes import Rubric
from kaoping.rubric.rules._between import months_between
from kaoping.rubric.rules._bounds import Limit
from kaoping.rubric.rules._clauses import Clause, Clauses
from kaoping.rubric.rules._deduct import Deduct, Defect, Forfeit, Spent, Taken
from kaoping.rubric.rules._each import Each
from kaoping.rubric.rules._points import Points
from kaoping.rubric.rules._slope import End, Slope
from kaoping.rubric.rules._tiers import Step, Tiers
from kaoping.rubric.rules.combine import Part, Sum
from kaoping.rubric.rules.evaluation import Context, Interval, Measured, Outcome, State, Trace
from kaoping.rubric.rules.params import Literal, MeasuredEdge
from kaoping.rubric.terms import terms
from kaoping.scoring import cases as worked
from kaoping.scoring import score
from kaoping.scoring._card import added_up
from kaoping.scoring.cases import Case
from kaoping.sheets.score_table import build_rows
from test_rules import NOWHERE, Says, measure, rule, written

GRID = packs.find(str(Path(__file__).parent / "data" / "packs" / "grid-2023"))
RUBRIC = load.load(GRID)
CASES = worked.read(GRID)
MISTAKES = yaml.load((Path(__file__).parent / "data" / "grid_mistakes.yaml").read_text("utf-8"), yaml.CSafeLoader)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.line} {case.name}")
def test_worked_case(case: Case) -> None:
    (result,) = worked.run(RUBRIC, [case])
    assert result.difference == ""


def test_every_line_has_cases() -> None:
    assert {case.line for case in CASES} == {line.id for line in RUBRIC.lines}


def reasons(name: str) -> tuple[str, ...]:
    (case,) = [case for case in CASES if case.name == name]
    (result,) = worked.run(RUBRIC, [case])
    assert result.score is not None
    return result.score.because


# -- what the trace says of limits -------------------------------------------------------------------------------------


def test_an_assumed_floor_is_told_where_it_matters() -> None:
    because = reasons("漏报17件，没有专人值班，原文没有写扣完为止，按最低0分算")
    assert "原文没有写扣完为止，按最低0分算（扣下来是-0.5分）" in because
    assert "原文没有写从几分扣起，按10分起扣，扣10.5分" in because
    assert not any("扣完为止" in text for text in reasons("漏报1件"))


def test_a_floor_and_a_cap_of_the_text_are_told_in_its_words() -> None:
    assert "“扣完为止”：扣下来是-3分，按最低0分算" in reasons("逾期5件、退回3件，扣完为止")
    item, *_ = reasons("逾期5件，这一条最多扣4分")
    assert item == "逾期办结的事件5件：“最多扣4分”，封顶：算得扣5分，按最高扣4分算：“逾期办结的每件扣1分”，扣4分"
    assert "“两项合计最高10分”，封顶：各分项合计11分，按最高10分算" in reasons("持证率90%、走访400户，最高10分")
    assert any(
        "原文没有写封顶，按最高5分算（算得10分）" in text
        for text in reasons("走访2000户，这一分项原文没有写最高几分，按5分算")
    )


def test_what_is_taken_off_besides_is_told_apart() -> None:
    because = reasons("扣完以后还追加扣5分")
    assert "追加：造成人员死亡的事故1起：“因此造成人员死亡的，每起追加扣5分”，扣5分" in because


def test_a_fraction_of_a_unit_that_nobody_speaks_of_is_told() -> None:
    (item, *_) = reasons("上报率89.5%，不足1个百分点的怎样扣没有写")
    assert "不足1个百分点的部分怎样计，原文没有写，扣分待定（5～6分）" in item
    assert any("不足100户的部分怎样计，原文没有写" in text for text in reasons("走访250户，不足100户的怎样计没有写"))


def test_a_measured_edge_is_told_beside_the_number() -> None:
    assert reasons("满意度80%，全市平均80%")[1].startswith("全市平均满意度800÷1000＝80%")


# -- whatever the numbers are ------------------------------------------------------------------------------------------

SMALL = st.fractions(min_value=0, max_value=20, max_denominator=4)
RANGES = st.tuples(SMALL, SMALL).map(sorted)
TRUTHS = st.sampled_from([True, False, None])
OFFS = st.fractions(min_value=0, max_value=5, max_denominator=4)
PARTIAL = st.sampled_from(["", "ignore", "count", "proportional"])


@dataclass(frozen=True)
class Told:
    """A measure that comes to what it is told; None for nothing known."""

    ends: tuple[Fraction, Fraction] | None

    def evaluate(self, context: Context) -> Measured:
        if self.ends is None:
            return Measured(Fraction(0), Fraction(0), State.ABSENT, "没有填报", Trace(gaps=("没有填报",)))
        return Measured(*self.ends, State.KNOWN, "数", Trace(inputs=1))


def limit(number: Fraction | int, **more: Any) -> Limit:
    return Limit(Literal(str(number)), **more)


def off(points: Fraction) -> Interval:
    return Interval(-points, -points)


@st.composite
def deductions(draw: st.DrawFn) -> tuple[Deduct, Deduct]:
    """A deduction with what is not known, and the same with one way in which that may turn out."""
    open_items: list[Any] = []
    closed_items: list[Any] = []
    for _ in range(draw(st.integers(1, 3))):
        points, cap, partial = draw(OFFS), draw(st.none() | OFFS.filter(bool)), draw(PARTIAL)
        if draw(st.booleans()):
            low, high = draw(RANGES)
            at = draw(st.fractions(min_value=low, max_value=high, max_denominator=8))
            unknown = draw(st.booleans())
            for items, ends in ((open_items, None if unknown else (low, high)), (closed_items, (at, at))):
                floor = limit(-cap) if cap else None
                items.append(Taken(Told(ends), off(points), cap=floor, partial=partial))
        else:
            truth = draw(TRUTHS)
            settled = draw(st.booleans()) if truth is None else truth
            fixed = draw(st.booleans())
            for items, value in ((open_items, truth), (closed_items, settled)):
                items.append(Defect(Says(value), off(points)) if fixed else Forfeit(Says(value)))
    start, floor = limit(10), limit(draw(st.sampled_from([0, 4, -3])), assumed=True)
    return Deduct(start, floor, tuple(open_items)), Deduct(start, floor, tuple(closed_items))


@given(deductions())
def test_a_deduction_stays_between_its_floor_and_its_base(pair: tuple[Deduct, Deduct]) -> None:
    for built in pair:
        outcome = built.evaluate(NOWHERE)
        floor = built.floor.edge(NOWHERE)
        assert floor is not None and min(Fraction(0), floor) <= outcome.low <= outcome.high <= 10


@given(deductions())
def test_what_is_not_known_of_a_deduction_leaves_open_whatever_it_may_be(pair: tuple[Deduct, Deduct]) -> None:
    unknown, known = (built.evaluate(NOWHERE) for built in pair)
    assert unknown.low <= known.low <= known.high <= unknown.high


@given(deductions(), OFFS.filter(bool))
def test_what_is_taken_once_all_is_gone_is_taken_then_and_never_before(
    pair: tuple[Deduct, Deduct], more: Fraction
) -> None:
    spent = Spent(off(more), "扣满的，追加扣除")
    unknown, known = (replace(its, items=(*its.items, spent)).evaluate(NOWHERE) for its in pair)
    assert unknown.low <= known.low <= known.high <= unknown.high
    before = pair[1].evaluate(NOWHERE)
    if before.low == before.high:
        assert known.low == known.high == before.low - (more if before.low <= 0 else 0)
        assert any("扣满" in text for text in known.because) == (before.low <= 0)


@given(RANGES | st.none(), OFFS, PARTIAL, st.sampled_from([1, 2, Fraction(1, 10)]), st.sampled_from([0, 3]))
def test_one_item_taken_off_is_each_with_a_start(
    ends: Any, points: Fraction, partial: str, per: Any, floor: int
) -> None:
    measure, per = Told(tuple(ends) if ends else None), Fraction(per)
    deduct = Deduct(limit(10), limit(floor), (Taken(measure, off(points), per, partial=partial),))
    each = Each(measure, off(points), per, Fraction(10), floor=limit(floor), partial=partial)
    ours, theirs = deduct.evaluate(NOWHERE), each.evaluate(NOWHERE)
    assert (ours.low, ours.high) == (theirs.low, theirs.high)


@given(st.lists(RANGES, min_size=1, max_size=3), st.integers(0, 30), st.data())
def test_a_sum_stays_below_its_cap(parts: list[Any], cap: int, data: st.DataObject) -> None:
    def summed(ends: list[Any]) -> Outcome:
        made = tuple(Part(str(n), Fraction(20), _Gives(*its)) for n, its in enumerate(ends))
        return Sum(made, limit(cap), limit(0)).evaluate(NOWHERE)

    spots = [data.draw(st.fractions(min_value=low, max_value=high, max_denominator=8)) for low, high in parts]
    over, at = summed(parts), summed([(spot, spot) for spot in spots])
    assert 0 <= over.low <= at.low == at.high <= over.high <= cap


@dataclass(frozen=True)
class _Gives:
    low: Fraction
    high: Fraction

    def evaluate(self, context: Context) -> Outcome:
        return Outcome(self.low, self.high, ("因",))


@given(RANGES, RANGES, st.booleans(), st.booleans(), st.data())
def test_a_slope_keeps_every_number_and_every_end_possible(
    value: Any, last: Any, rising: bool, beyond: bool, data: st.DataObject
) -> None:
    def at(measured: Any, end: Any) -> Outcome:
        first = End(Literal("-1"), Fraction(0 if rising else 10), beyond)
        to = End(MeasuredEdge(Told(tuple(end))), Fraction(10 if rising else 0), beyond)
        return Slope(measure=Told(tuple(measured)), first=first, last=to).evaluate(NOWHERE)

    spot, edge = (
        data.draw(st.fractions(min_value=low, max_value=high, max_denominator=8)) for low, high in (value, last)
    )
    over, exact = at(value, last), at((spot, spot), (edge, edge))
    assert 0 <= over.low <= exact.low <= exact.high <= over.high <= 10


@given(RANGES, RANGES, RANGES, st.data())
def test_tiers_by_measured_edges_keep_every_way_they_may_lie_possible(
    value: Any, one_edge: Any, another: Any, data: st.DataObject
) -> None:
    def at(measured: Any, first: Any, second: Any) -> Outcome:
        edges = [MeasuredEdge(Told(tuple(ends))) for ends in (first, second)]
        steps = (
            Step((("above", edges[0]),), Points(Fraction(5), Fraction(5), "", "")),
            Step((("at_least", edges[1]), ("at_most", edges[0])), Points(Fraction(3), Fraction(3), "", "")),
            Step((("below", edges[1]),), Points(Fraction(0), Fraction(0), "", "")),
        )
        return Tiers(Told(tuple(measured)), steps).evaluate(NOWHERE)

    ends = (value, one_edge, another)
    spots = [data.draw(st.fractions(min_value=low, max_value=high, max_denominator=8)) for low, high in ends]
    over, exact = at(*ends), at(*((spot, spot) for spot in spots))
    assert over.low <= exact.low <= exact.high <= over.high


HONOURS = [{"title": m, "level": v, "date": d} for m in ("甲", "乙", None) for v in ("国家级", "省级", "市级", None)
           for d in ("2017-03-01", None)]  # fmt: skip
HONOUR_CELLS = {"title": ("甲", "乙", "丙"), "level": ("国家级", "省级", "市级"), "date": ("2017-02-28", "2017-11-30")}


def filled_in(rows: list[Any], data: st.DataObject) -> list[Any]:
    return [
        {name: data.draw(st.sampled_from(HONOUR_CELLS[name])) if cell is None else cell for name, cell in row.items()}
        for row in rows
    ]


@given(st.lists(st.sampled_from(HONOURS), max_size=5), st.sampled_from([1, -1]), st.data())
def test_matters_with_empty_cells_leave_open_whatever_they_may_be(
    rows: list[Any], sign: int, data: st.DataObject
) -> None:
    points = f"{{国家级: {3 * sign}, 省级: {2 * sign}}}"
    text = f"per_matter: {{of: commendation, matter: title, level: level, points: {points}, as: 表彰}}"
    unknown = rule(text, written({"commendation": rows}))
    known = rule(text, written({"commendation": filled_in(rows, data)}))
    assert unknown.low <= known.low == known.high <= unknown.high


@given(st.lists(st.sampled_from(HONOURS), max_size=4), st.sampled_from(["sum", "max"]), PARTIAL, st.data())
def test_months_between_with_empty_cells_leave_open_whatever_they_may_be(
    rows: list[Any], take: str, partial: str, data: st.DataObject
) -> None:
    how = f"take: {take}" + (f", partial: {partial}" if partial else "")
    text = f"{{months_between: {{of: commendation, from: date, to: {{day_of_year: 12-31}}, {how}}}, as: 月}}"
    unknown = measure(text, written({"commendation": rows}))
    known = measure(text, written({"commendation": filled_in(rows, data)}))
    assert unknown.low <= known.low == known.high <= unknown.high


@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(0, 900), st.integers(0, 60))
def test_a_later_day_is_never_fewer_months(first: date, days: int, more: int) -> None:
    near, far = (first + timedelta(days=number) for number in (days, days + more))
    assert months_between(first, near) <= months_between(first, far)
    assert months_between(near, first) == 0 if days else True


# -- the reach of a rule -----------------------------------------------------------------------------------------------


@given(deductions())
def test_no_deduction_passes_its_reach(pair: tuple[Deduct, Deduct]) -> None:
    for built in pair:
        outcome = built.evaluate(replace(NOWHERE, beyond=True))
        reach = built.reach(lambda param: [Fraction(param.value)])
        assert reach.low <= outcome.low <= outcome.high <= reach.high


def test_what_has_no_end_reaches_without_end() -> None:
    each = Each(Told(None), off(Fraction(1)), start=Fraction(10))
    assert each.reach(lambda param: []) == Interval(-UNBOUNDED, Fraction(10))


def loaded(tmp_path: Path, old: str, new: str) -> Rubric:
    """Load the rubric with some words of it changed."""
    folder = tmp_path / "grid-2023"
    shutil.copytree(GRID.folder, folder)
    text = (folder / "rubric.yaml").read_text("utf-8")
    assert old in text
    (folder / "rubric.yaml").write_text(text.replace(old, new), encoding="utf-8")
    return load.load(packs.find(str(folder)))


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.get("problem") or mistake["new"])
def test_a_mistake_is_told_with_how_to_mend_it(tmp_path: Path, mistake: Mapping[str, str]) -> None:
    if "problem" not in mistake:
        loaded(tmp_path, mistake["old"], mistake["new"])
        return
    with pytest.raises(KaopingError) as error:
        loaded(tmp_path, mistake["old"], mistake["new"])
    assert mistake["problem"] in "".join(finding.problem for finding in error.value.findings)
    assert all(finding.at.line and finding.mend for finding in error.value.findings)


def test_an_indicator_below_zero_needs_a_field_that_takes_it(tmp_path: Path) -> None:
    folder = tmp_path / "grid-2023"
    shutil.copytree(GRID.folder, folder)
    (folder / "records" / "indicator.yaml").unlink()
    with pytest.raises(KaopingError) as error:
        load.load(packs.find(str(folder)))
    assert "在规则包的 records/indicator.yaml 里照写这一栏，不写 minimum" in error.value.findings[0].problem


# -- grades ------------------------------------------------------------------------------------------------------------


def graded(low: str, high: str, **more: Any) -> Graded:
    card = score(RUBRIC, _dossier(), Findings())
    assert RUBRIC.grades is not None
    line = replace(card.lines[0], low=Fraction(low), high=Fraction(high), of=Fraction(100), status=Status.UNDECIDED)
    found = added_up(replace(RUBRIC, grades=replace(RUBRIC.grades, **more)), _dossier(), (line,)).graded
    assert found is not None
    return found


def _dossier() -> Dossier:
    unit = Record("unit", "unit", {"name": "某街道", "level": "街道", "year": 2023}, CASES[0].at)
    return Dossier(Path(), unit, 2023, "街道", {}, {}, GRID)


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        ("90", "100", "优秀"), ("89.99", "89.99", "良好"), ("89.99", "90", "待定（优秀、良好）"),
        ("80", "89.9", "良好"),
        ("79", "80", "待定（良好、合格）"), ("60", "60", "合格"), ("59.9", "59.9", "不合格"),
        ("0", "100", "待定（优秀、良好、合格、不合格）"),
    ],
)  # fmt: skip
def test_a_grade_is_decided_where_the_whole_range_has_it(low: str, high: str, text: str) -> None:
    assert graded(low, high).text == text


def test_a_total_may_be_converted_by_the_points_that_apply() -> None:
    assert graded("45", "45").grade == "不合格"
    assert graded("45", "45", out_of=Fraction(200)).grade == "优秀"


def test_a_rubric_without_grades_has_none() -> None:
    card = added_up(replace(RUBRIC, grades=None), _dossier(), ())
    assert card.graded is None


def test_the_grade_stands_below_the_total() -> None:
    card = score(RUBRIC, _dossier(), Findings())
    *_, total, last = build_rows(RUBRIC, card, {}, {}, DRAFT)
    assert (total.total, last.kind) == ("total", "grade")
    assert card.graded is not None
    assert (last.cells["section"].words, last.cells["score"].text) == ("等　次", card.graded.text)
    assert contract.scorecard(card, {})["grade"] == {"grade": None, "possible": ["优秀", "良好", "合格", "不合格"]}


def test_a_clause_that_alone_may_hold_decides_nothing() -> None:
    clauses = Clauses((Clause(Says(None), Points(Fraction(2), Fraction(2), "", "")),), None)
    outcome = clauses.evaluate(NOWHERE)
    assert (outcome.low, outcome.high) == (0, 10)


def test_a_bonus_that_no_clause_gives_is_not_earned() -> None:
    clause = Clause(Says(False), Points(Fraction(2), Fraction(2), "", ""))
    assert Clauses((clause,), None).evaluate(replace(NOWHERE, role="bonus")).high == 0
    maybe = Clause(Says(None), Points(Fraction(2), Fraction(2), "", ""))
    unknown = Clauses((maybe,), None).evaluate(replace(NOWHERE, role="bonus"))
    assert (unknown.low, unknown.high) == (0, 2)


@given(st.lists(st.tuples(TRUTHS, st.integers(0, 5), RANGES), min_size=1, max_size=3), st.data())
def test_clauses_with_rules_of_their_own_keep_every_completion_of_what_holds(rows: Any, data: st.DataObject) -> None:
    """Where one clause holds in the completion, its points were possible before."""
    clauses = tuple(Clause(Says(truth), rule=_Gives(*ends)) for truth, _, ends in rows)
    settled = [data.draw(st.booleans()) if truth is None else truth for truth, _, _ in rows]
    closed = tuple(Clause(Says(truth), rule=_Gives(*ends)) for truth, (_, _, ends) in zip(settled, rows, strict=True))
    over, at = Clauses(clauses, None).evaluate(NOWHERE), Clauses(closed, None).evaluate(NOWHERE)
    if any(settled):
        assert over.low <= at.low <= at.high <= over.high


# -- in words ----------------------------------------------------------------------------------------------------------


def said_of(line: str) -> str:
    return "\n".join(terms(RUBRIC.line(line)))


def test_a_line_says_how_it_is_reckoned() -> None:
    assert "从10分扣起（原文没有写，这样假定）" in said_of("1") and "扣到0分为止（原文没有写，这样假定）" in said_of(
        "1"
    )
    assert "从10分扣起（“基础分10分”）" in said_of("2") and "扣到0分为止（“扣完为止”）" in said_of("2")
    assert "这一条最多扣4分（“最多扣4分”）" in said_of("2") and "追加" in said_of("2")
    assert "扣到几分为止，口径未定" in said_of("4")
    assert "不足1个百分点的部分，原文没有写怎样计" in said_of("4")
    assert "按比例" in said_of("6") and "保留2位小数" in said_of("6")
    assert "最高10分（“两项合计最高10分”）" in said_of("10")
    assert "没有重点场所的得满分" in said_of("11") and "不计入满分" in said_of("12")
    assert "同一事项" in said_of("J1")

"""Tables that went wrong on their way: cells dropped, rows shifted, heads merged, two tables: told, and no row lost."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaoping.codification.tables._table_words import squeezed
from kaoping.codification.tables.draft import Draft
from kaoping.codification.tables.drafting import draft_of
from kaoping.codification.tables.paper import Paper, Passage, Table, paper_of
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.records.grids.grid import Grid, Span
from rubric_papers import SEED, seed_rows

TITLE, ROWS = seed_rows()
#: A part of it that has all that is odd in it: shared points, a line in two rows, a bonus, a penalty.
SOME = [*ROWS[:8], *ROWS[25:28], *ROWS[38:]]
#: A few in every run; more with FUZZ=400.
FUZZ = settings(
    max_examples=int(os.environ.get("FUZZ", "8")), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def _read(*tables: tuple[list[list[str]], tuple[Span, ...]]) -> tuple[Draft, Findings]:
    blocks = [Table("细则.docx", Grid(f"第{at}个表格", rows, spans)) for at, (rows, spans) in enumerate(tables, 1)]
    findings = Findings()
    return draft_of(
        Paper("细则.docx", (Passage(TITLE, Location("细则.docx", paragraph=1)), *blocks)), findings
    ), findings


def _check(draft: Draft, findings: Findings, *tables: list[list[str]]) -> None:
    """Every row has its fate, and every word of the tables stands in the draft or in what was told."""
    assert len(draft.rows) == sum(map(len, tables))
    kept = [
        text
        for line in draft.lines
        for text in (line.content, line.requirement, line.basis, line.points, line.standard, line.number, *line.under,
                     *line.others.values(), *line.others)
    ]  # fmt: skip
    kept += [section.heading for section in draft.sections] + [row.text for row in draft.rows]
    everything = squeezed("\n".join(kept))
    for table in tables:
        for row in table:
            for cell in row:
                assert squeezed(cell) in everything, cell
    for finding in findings:
        assert "{" not in finding.problem


_place = st.tuples(st.integers(0, len(SOME) - 1), st.integers(0, 5))


@FUZZ
@given(dropped=st.lists(_place, max_size=12), seed=st.integers(0, 3))
def test_dropped_cells(dropped: list[tuple[int, int]], seed: int) -> None:
    rows = [list(row) for row in SOME]
    for row, column in dropped:
        rows[row][column] = ""
    _check(*_read((rows, ())), rows)


@FUZZ
@given(shifted=st.lists(st.tuples(st.integers(0, len(SOME) - 1), st.integers(-2, 2)), max_size=8))
def test_shifted_rows(shifted: list[tuple[int, int]]) -> None:
    rows = [list(row) for row in SOME]
    for row, by in shifted:
        rows[row] = [""] * by + rows[row] if by > 0 else rows[row][-by:]
    _check(*_read((rows, ())), rows)


@FUZZ
@given(spans=st.lists(st.tuples(_place, st.integers(0, 3), st.integers(0, 3)), max_size=6))
def test_merged_cells_and_heads(spans: list[tuple[tuple[int, int], int, int]]) -> None:
    rows = [list(row) for row in SOME]
    merged = []
    for (top, left), down, right in spans:
        span = Span(top, left, min(top + down, len(rows) - 1), min(left + right, 5))
        merged.append(span)
        for row in range(span.top, span.bottom + 1):
            for column in range(span.left, span.right + 1):
                if span.hides(row, column):
                    rows[row][column] = ""
    _check(*_read((rows, tuple(merged))), rows)


@FUZZ
@given(cut=st.integers(2, len(SOME) - 2), head=st.booleans(), other=st.booleans())
def test_two_tables(cut: int, head: bool, other: bool) -> None:
    first, second = [list(row) for row in SOME[:cut]], [list(row) for row in SOME[cut:]]
    if head:
        second = [list(SOME[0]), *second]
    tables = [first, *([[["单位", "联系人"], ["甲市", "某某"]]] if other else []), second]
    draft, findings = _read(*((rows, ()) for rows in tables))
    _check(draft, findings, *tables)
    if head:
        whole, _ = _read((SOME, ()))
        assert [line.content for line in draft.lines] == [line.content for line in whole.lines]


@FUZZ
@given(
    dropped=st.lists(_place, max_size=8),
    shifted=st.lists(st.tuples(st.integers(0, len(SOME) - 1), st.integers(-2, 2)), max_size=4),
    twice=st.lists(st.integers(0, len(SOME) - 1), max_size=3),
    spans=st.lists(st.tuples(_place, st.integers(0, 3), st.integers(0, 3)), max_size=4),
    cut=st.integers(2, len(SOME) - 2),
    headless=st.booleans(),
)
def test_all_of_it_at_once(
    dropped: list[tuple[int, int]], shifted: list[tuple[int, int]], twice: list[int],
    spans: list[tuple[tuple[int, int], int, int]], cut: int, headless: bool,
) -> None:  # fmt: skip
    """Cells lost, rows shifted and copied twice, merged at random, cut into two tables, without a head."""
    rows = [list(row) for row in SOME]
    for row, column in dropped:
        rows[row][column] = ""
    for row, by in shifted:
        rows[row] = [""] * by + rows[row] if by > 0 else rows[row][-by:]
    for row in twice:
        rows.insert(row, list(rows[row]))
    first, second = rows[headless:cut], [list(SOME[0]), *rows[cut:]]
    merged = []
    for (top, left), down, right in spans:
        span = Span(min(top, len(first) - 1), left, min(top + down, len(first) - 1), min(left + right, 5))
        merged.append(span)
        for row in range(span.top, span.bottom + 1):
            for column in range(span.left, min(span.right + 1, len(first[row]))):
                if span.hides(row, column):
                    first[row][column] = ""
    draft, findings = _read((first, tuple(merged)), (second, ()))
    _check(draft, findings, first, second)


@FUZZ
@given(dropped=st.lists(st.integers(0, 290), max_size=6))
def test_flattened_text_that_lost_lines(dropped: list[int]) -> None:
    lines = SEED.read_text("utf-8").split("\n")
    kept = [line for at, line in enumerate(lines) if at not in dropped]
    paper = paper_of("细则.txt", "\n".join(kept).encode())
    findings = Findings()
    draft = draft_of(paper, findings)
    _check(draft, findings, *([[str(cell) for cell in row] for row in table.grid.rows] for table in paper.tables))


#: What stands in rubrics, and what makes them hard to read.
CELLS = [
    "", "", "", "项目", "内容", "分值", "标准", "序号", "备注", "得分", "一、组织（10分）", "二、加分项",
    "三、扣分项（最多扣5分）", "合计", "总分", "10", "－5", "０", "1-3", "1.5", "若干", "不限", "1.会议",
    "2.培训", "（一）子项", "注：扣完为止", "①", "（5分）", "每少1次扣1分。", "达到90%以上的得5分",
    "未开展的不得分", "x（3分）y（2分）", "\n", "第一部分 领导", "2024年", "同一事项不重复计分", "\t|",
]  # fmt: skip


@FUZZ
@given(
    body=st.lists(st.lists(st.sampled_from(CELLS), min_size=2, max_size=7), min_size=1, max_size=12),
    head=st.lists(st.sampled_from(["项目", "内容", "分值", "标准", "序号", "备注", "得分"]), min_size=2, max_size=7),
)
def test_tables_of_anything(body: list[list[str]], head: list[str]) -> None:
    rows = [head, *body]
    _check(*_read((rows, ())), rows)

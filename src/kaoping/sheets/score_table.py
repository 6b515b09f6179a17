"""The filled score table (自评分表) as plain data, drawn by both the workbook and the Word document.

The cells are the rubric's own, letter by letter, merged as in its source; what the unit scored stands in 自评分.
An undecided line shows its minimum as a number, and apart from it a note that says how far it may still reach.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from kaoping.core.figures import UNBOUNDED, date_text, in_order, is_unproven, joined, number, span_text
from kaoping.core.model import DRAFT, Graded, LineScore, ScoreCard, Status, Total
from kaoping.core.supplement import REVISED, Supplement
from kaoping.rubric.nodes import Line, Rubric, Section


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: its key in a row's cells, its head, and its share of the table's width."""

    key: str
    title: str
    width: int
    summed: bool = False  # somebody else fills in points: subtotals and totals add them up


#: The columns of the rubric's own table.
RUBRIC_COLUMNS = (
    Column("section", "项目", 13),
    Column("content", "内容", 29),
    Column("basis", "依据", 15),
    Column("points", "分值", 10),
    Column("standard", "标准", 32),
    Column("score", "自评分", 13),
)
#: Before the points of a sheet that takes the place of one handed in: those that stood there.
BEFORE_COLUMN = Column("before", "原自评分", 10)
#: What the office sees besides while it works on the 送审稿.
WORKING_COLUMNS = (
    Column("high", "可得上限", 8),
    Column("evidence", "佐证编号", 13),
    Column("because", "得分理由", 50),
    Column("department", "责任科室", 11),
)
#: What stands beside each score where it is handed in: how it came about, and what proves it.
ACCOUNT_COLUMNS = (
    Column("account", "自评说明", 50),
    Column("evidence", "佐证编号", 13),
)
_MERGING = ("content", "basis", "points")
_SHARED = (*_MERGING, "standard")
_ISO_DAY = re.compile(r"(?<![0-9-])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9-])")
_PART = re.compile("（[0-9]+）")  # of a line that has parts, each with reasons of its own
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_STATUS_WORDS = {Status.UNDECIDED: "待定", Status.MISSING: "缺项"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; ``span`` rows down and ``across`` columns belong to it, 0 where another cell covers it."""

    words: str = ""
    number: Fraction | None = None
    note: str = ""  # what to know about the number, e.g. 待定，0～2
    span: int = 1
    across: int = 1
    sums: tuple[str, ...] = ()  # the lines whose cells it adds up: a workbook writes a formula, "" while all are empty

    @property
    def text(self) -> str:
        """The cell as Word shows it: its words, or its number with the note in brackets."""
        if self.number is None:
            return self.words
        return f"{number(self.number)}（{self.note}）" if self.note else number(self.number)


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: ``kind`` is line, subtotal, total or grade; ``line`` and ``section`` say whose."""

    kind: str
    section: str
    line: str
    cells: Mapping[str, Cell] = field(default_factory=dict)
    total: str = ""  # which total the row tells: base, bonus, deduction or total


def columns(rubric: Rubric, form: str, *, revised: bool = False) -> tuple[Column, ...]:
    """Return the table's columns for ``form``; one that is ``revised`` also has the points handed in before.

    A 送审稿 adds the working columns; a 报送稿 how each score came about, its evidence, and the columns that the notice
    asks for (``columns.extra``: heads, such as 核查分). A head that is one of the working columns is filled in, any
    other is left empty; those of ``columns.sums`` are added up.
    """
    table = (*RUBRIC_COLUMNS[:-1], BEFORE_COLUMN, RUBRIC_COLUMNS[-1]) if revised else RUBRIC_COLUMNS
    if form == DRAFT:
        return table + WORKING_COLUMNS
    known = {column.title: column for column in WORKING_COLUMNS}
    asked = [str(head) for head in rubric.notice.get("columns.extra", [])]
    sums = [str(head) for head in rubric.notice.get("columns.sums", [])]
    more = (known.get(head, Column(head, head, 13, head in sums)) for head in asked)
    return tuple(dict.fromkeys((*table, *ACCOUNT_COLUMNS, *more)))


def title_of(rubric: Rubric, form: str, supplement: Supplement | None) -> str:
    """Return the table's title: whether it is a working paper, or takes the place of one handed in before."""
    notes = [form] * (form == DRAFT) + [REVISED] * (supplement is not None)
    return f"{rubric.title}自评分表" + (f"（{'，'.join(notes)}）" if notes else "")


def days_of(dated: date | None, supplement: Supplement | None) -> Iterator[str]:
    """Yield when the table is handed in; of a revised one, when the earlier one was, and when it was revised."""
    if supplement is not None and supplement.last_dated is not None:
        yield f"原报送日期：{date_text(supplement.last_dated)}"
    if dated is not None:
        yield f"{'修订' if supplement is not None else '报送'}日期：{date_text(dated)}"


def build_rows(
    rubric: Rubric,
    card: ScoreCard,
    numbers: Mapping[str, str],
    departments: Mapping[str, str],
    form: str,
    supplement: Supplement | None = None,
) -> list[TableRow]:
    """Lay out the whole table: the lines section by section, each section's subtotal, then the totals.

    ``numbers`` gives each evidence path its 编号, ``departments`` each line its 责任科室. Every row has a cell for
    each of :func:`columns`; a covered cell has ``span`` or ``across`` 0. The table of a ``supplement`` is revised: the
    points that stood there before stand beside each, and those that moved are marked. Raises KeyError where ``card``
    lacks a line.
    """
    heads = columns(rubric, form, revised=supplement is not None)
    rows: list[TableRow] = []
    for section in rubric.sections:
        drawn = [
            _line_row(line, card.line(line.id), list(_marks(rubric, line, card)), numbers, departments, heads)
            for line in section.lines
        ]
        rows += _merge(rubric, section, drawn, heads)
        rows.append(_subtotal(section, card, rows, heads))
    rows += _totals(card, rows, heads)
    if card.graded is not None:
        rows.append(_grade_row(card.graded, heads))
    return rows if supplement is None else [_revised(row, supplement) for row in rows]


def _revised(row: TableRow, supplement: Supplement) -> TableRow:
    """Return the row with the points handed in before, those that moved marked."""
    if row.cells["score"].span == 0 or row.kind == "grade":
        return row
    if row.line:
        before, moved = supplement.before.get(row.line, ""), row.line in {its.line for its in supplement.rescored}
    elif row.total:
        before, moved = supplement.totals.get(row.total, ""), False
    else:
        lines = [supplement.before.get(line, "") for line in row.cells["score"].sums]
        before, moved = _sum_of(lines), False
    score = row.cells["score"]
    if moved:
        score = replace(score, note="，".join(filter(None, (score.note, REVISED))))
    shown = _as_number(before)
    cell = Cell("" if shown is not None else before, shown, span=score.span)
    return replace(row, cells={**row.cells, "before": cell, "score": score})


def _as_number(text: str) -> Fraction | None:
    return Fraction(text) if _NUMBER.fullmatch(text) else None


def _sum_of(texts: Sequence[str]) -> str:
    """Return the sum of points as they are written; "" where one of them is a range."""
    values = [_as_number(text or "0") for text in texts]
    return "" if None in values else number(sum((value for value in values if value is not None), Fraction(0)))


def _marks(rubric: Rubric, line: Line, card: ScoreCard) -> Iterator[str]:
    """Yield what else a reader of the line must know; a line that tells of its whole group says whose it is."""
    group = rubric.group_of(line.id)
    if group is None or not group.all_met:
        yield from (f"〔{mark}〕" for mark in card.line(line.id).marks)
    elif not _scored_by_group(rubric, line):
        yield from (f"第{name}项〔{mark}〕" for name in group.lines for mark in card.line(name).marks)


def _line_row(
    line: Line,
    score: LineScore,
    marks: Sequence[str],
    numbers: Mapping[str, str],
    departments: Mapping[str, str],
    heads: Sequence[Column],
) -> TableRow:
    row = line.row.printed
    texts = {
        "content": row.content,
        "basis": row.basis,
        "points": row.points,
        "standard": row.standard,
        "account": "\n".join(account(score)),
        "evidence": joined(in_order(score.evidence, numbers), "\n"),
        "because": "\n".join([*map(in_words, score.because), *marks]),
        "department": departments.get(line.id, ""),
    }
    cells = {head.key: Cell(texts.get(head.key, "")) for head in heads}
    draft = any(head.key == "because" for head in heads)
    cells["score"] = _score_cell(score, draft)
    if "high" in cells and score.status is not Status.NOT_APPLICABLE:
        cells["high"] = _highest(score.high)
    return TableRow("line", line.section, line.id, cells)


def account(score: LineScore) -> Iterator[str]:
    """Yield how a score came about, for whoever checks it: without our records' ids, and what only the office is told.

    A figure that is a range stays one, with what leaves it open: the score is settled, the fact is not (12月未到期).
    """
    ids = {use.id for use in score.uses}
    for reason in score.because:
        if is_unproven(reason):
            continue
        part = _PART.match(reason)
        start = part[0] if part and score.parts else ""
        head, mark, rest = reason.removeprefix(start).partition("：")
        yield in_words(start + rest if mark and head in ids else reason)


def in_words(text: str) -> str:
    """Return a reason with its days as people write them."""
    return _ISO_DAY.sub(_day, text)


def _day(written: re.Match[str]) -> str:
    try:
        return date_text(date.fromisoformat(written[0]))
    except ValueError:  # somebody's words, and no such day
        return written[0]


def _score_cell(score: LineScore, draft: bool) -> Cell:
    if score.status is Status.NOT_APPLICABLE:
        return Cell("不适用")
    word = _STATUS_WORDS.get(score.status)
    if word:
        note = f"{word}，{span_text(score.low, score.high)}"
    else:
        note = f"缺佐证{number(score.unsupported)}" if draft and score.unsupported else ""
    return Cell(number=score.low, note=note)


def _highest(points: Fraction, sums: tuple[str, ...] = ()) -> Cell:
    return Cell("没有上限") if points >= UNBOUNDED else Cell(number=points, sums=sums)


def _merge(rubric: Rubric, section: Section, rows: list[TableRow], heads: Sequence[Column]) -> list[TableRow]:
    """Give the cells of a section's line rows their spans."""
    heading = [Cell(section.heading if index == 0 else "") for index in range(len(rows))]
    rows = [replace(row, cells={**row.cells, "section": cell}) for row, cell in zip(rows, heading, strict=True)]
    covered: dict[str, list[bool]] = {"section": [index > 0 for index in range(len(rows))]}
    for key in _SHARED:
        # A standard belongs to its line alone: an empty one is an empty cell, not a part of the one above.
        covered[key] = [
            index > 0 and bool(line.shares_row_with or (key in _MERGING and not getattr(line.row, key)))
            for index, line in enumerate(section.lines)
        ]
    for key in ("before", "score", "high", "because", "account", *(head.key for head in heads if head.summed)):
        covered[key] = [index > 0 and _scored_by_group(rubric, line) for index, line in enumerate(section.lines)]
    for key, flags in covered.items():
        if rows and key in rows[0].cells:
            rows = _span(rows, key, flags)
    return rows


def _scored_by_group(rubric: Rubric, line: Line) -> bool:
    """Whether the line's points stand on the first line of its group."""
    group = rubric.group_of(line.id)
    return group is not None and group.all_met and line.id != group.lines[0]


def _span(rows: list[TableRow], key: str, covered: Sequence[bool]) -> list[TableRow]:
    result = []
    for index, row in enumerate(rows):
        below = index + 1
        while below < len(rows) and covered[below]:
            below += 1
        cell = Cell(span=0) if covered[index] else replace(row.cells[key], span=below - index)
        result.append(replace(row, cells={**row.cells, key: cell}))
    return result


def _subtotal(section: Section, card: ScoreCard, rows: Sequence[TableRow], heads: Sequence[Column]) -> TableRow:
    title = f"{section.id}　{section.title}　小计"
    lines = _summed_lines(rows, _lines_of(section))
    return _sum_row("subtotal", section.id, title, section_total(section, card), lines, heads)


def section_total(section: Section, card: ScoreCard) -> Total:
    """Add up a section: its base lines, or all of its lines where it has none (加减分项目)."""
    scores = [card.line(name) for name in _lines_of(section)]
    low, high = sum((its.low for its in scores), Fraction(0)), sum((its.high for its in scores), Fraction(0))
    return Total(low, high, section.points)


def _lines_of(section: Section) -> list[str]:
    roles = {"base"} if any(line.role == "base" for line in section.lines) else {"bonus", "deduction"}
    return [line.id for line in section.lines if line.role in roles]


def _totals(card: ScoreCard, rows: Sequence[TableRow], heads: Sequence[Column]) -> Iterator[TableRow]:
    roles = {score.line: score.role for score in card.lines}
    for title, total, role in (
        ("基础分", card.base, "base"),
        ("加分", card.bonus, "bonus"),
        ("扣分", card.deduction, "deduction"),
    ):
        mine = [line for line, its in roles.items() if its == role]
        if mine:
            yield replace(_sum_row("total", "", f"{title}合计", total, _summed_lines(rows, mine), heads), total=role)
    yield replace(_sum_row("total", "", "总　计", card.total, _summed_lines(rows, list(roles)), heads), total="total")


def _grade_row(graded: Graded, heads: Sequence[Column]) -> TableRow:
    cells = {head.key: Cell() for head in heads}
    cells |= {"section": Cell("等　次", across=3), "content": Cell(across=0), "basis": Cell(across=0)}
    cells["score"] = Cell(graded.text)
    return TableRow("grade", "", "", cells)


def _summed_lines(rows: Sequence[TableRow], lines: Sequence[str]) -> tuple[str, ...]:
    """Return those of ``lines`` that have a 自评分 cell with a number of their own."""
    return tuple(
        row.line for row in rows if row.line in lines and row.kind == "line" and row.cells["score"].number is not None
    )


def _sum_row(
    kind: str, section: str, title: str, total: Total, sums: tuple[str, ...], heads: Sequence[Column]
) -> TableRow:
    cells = {head.key: Cell() for head in heads}
    cells |= {"section": Cell(title, across=3), "content": Cell(across=0), "basis": Cell(across=0)}
    if total.of is not None:
        cells["points"] = Cell(number=total.of)
    note = f"待定，{span_text(total.low, total.high)}" if total.low != total.high else ""
    cells["score"] = Cell(number=total.low, note=note, sums=sums)
    cells |= {head.key: Cell(sums=sums) for head in heads if head.summed}
    if "high" in cells:
        cells["high"] = _highest(total.high, sums)
    return TableRow(kind, section, "", cells)

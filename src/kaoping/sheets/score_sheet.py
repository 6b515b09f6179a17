"""自评分表.xlsx: the rubric's own table with the unit's scores, and the evidence indexed both ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kaoping.core.figures import date_text
from kaoping.core.model import DRAFT, BundlePlan, EvidenceFile, ScoreCard, Verdict
from kaoping.core.worksheets import HEAD_FONT, LINE, TALLEST, Book, height_of, lines_of, new_book
from kaoping.rubric.nodes import Rubric
from kaoping.sheets.score_table import Cell, Column, TableRow, columns

SHEET, INDEX = "自评分表", "佐证索引"
#: Excel column widths by column key (half-width characters); what is not named is an extra column of the notice.
WIDTHS = {
    "section": 11, "content": 30, "basis": 18, "points": 9, "standard": 36, "score": 15,
    "high": 9, "evidence": 13, "because": 42, "department": 11,
}  # fmt: skip
EXTRA = 12
_LEFT = {"content", "basis", "standard", "because"}
_FIRST = 3  # 0-based row of the first line: title, note and heads stand above


@dataclass(slots=True)
class Written:
    """The workbook and where in it each number stands, for the manifest that `verify` reads."""

    data: bytes
    lines: dict[str, str] = field(default_factory=dict)  # line → "自评分表!F12"
    totals: dict[str, str] = field(default_factory=dict)  # base, bonus, deduction, total → cell


def score_sheet(
    rubric: Rubric, card: ScoreCard, rows: Sequence[TableRow], plan: BundlePlan, *, form: str, dated: date | None
) -> Written:
    """Write the workbook for ``rows`` (of ``score_table.build_rows``); totals are formulas with their values."""
    heads = columns(rubric, form)
    title = f"{rubric.title}自评分表"
    book = new_book(title, card.unit, dated)
    widths = [float(WIDTHS.get(head.key, EXTRA)) for head in heads]
    sheet = book.sheet(SHEET, widths)
    last = len(heads) - 1
    plain = {"border": 0, "align": "center"}
    sheet.merge_range(0, 0, 0, last, title + (f"（{form}）" if form == DRAFT else ""), book.format(
        **plain, font_name=HEAD_FONT, font_size=18))  # fmt: skip
    note = f"单位：{card.unit}" + (f"　　　报送日期：{date_text(dated)}" if dated else "")
    sheet.merge_range(1, 0, 1, last, note, book.format(**(plain | {"align": "left"})))
    sheet.set_row(0, 34)
    head_format = book.format(font_name=HEAD_FONT, align="center", bg_color="#F2F2F2")
    for column, head in enumerate(heads):
        sheet.write_string(_FIRST - 1, column, head.title, head_format)
    sheet.set_row(_FIRST - 1, 24)
    sheet.repeat_rows(_FIRST - 1)
    sheet.freeze_panes(_FIRST, 2)
    written = Written(b"")
    drawer = _Drawer(book, sheet, heads, widths, rows, form == DRAFT)
    drawer.draw(written)
    sheet.print_area(0, 0, _FIRST + len(rows) - 1, last)
    _index(book, rubric, plan)
    written.data = book.close()
    return written


class _Drawer:
    """Draws the table's cells: merges, formats, formulas."""

    def __init__(
        self,
        book: Book,
        sheet: Any,
        heads: Sequence[Column],
        widths: Sequence[float],
        rows: Sequence[TableRow],
        draft: bool,
    ) -> None:
        self.book, self.sheet, self.heads, self.widths, self.rows, self.draft = book, sheet, heads, widths, rows, draft
        self.formats: dict[tuple[Any, ...], Any] = {}
        self.at = {row.line: _FIRST + i for i, row in enumerate(rows) if row.line}

    def draw(self, written: Written) -> None:
        score_column = next(i for i, head in enumerate(self.heads) if head.key == "score")
        for index, (row, height) in enumerate(zip(self.rows, self._heights(), strict=True)):
            at = _FIRST + index
            self.sheet.set_row(at, height)
            for column, head in enumerate(self.heads):
                cell = row.cells[head.key]
                if cell.span and cell.across:
                    self._cell(at, column, head, cell, row)
            place = f"{SHEET}!{_name(at, score_column)}"
            if row.line and row.cells["score"].span:
                written.lines[row.line] = place
            elif row.total:
                written.totals[row.total] = place

    def _cell(self, row: int, column: int, head: Column, cell: Cell, of: TableRow) -> None:
        style = self._format(head, cell, of)
        if cell.span > 1 or cell.across > 1:
            self.sheet.merge_range(row, column, row + cell.span - 1, column + cell.across - 1, "", style)
        if cell.number is None:
            self.sheet.write_string(row, column, cell.words, style)
        elif cell.sums:
            formula = "=" + "+".join(_name(self.at[line], column) for line in cell.sums)
            self.sheet.write_formula(row, column, formula, style, float(cell.number))
        else:
            self.sheet.write_number(row, column, float(cell.number), style)

    def _format(self, head: Column, cell: Cell, of: TableRow) -> Any:
        """A number keeps being a number: what is to be said about it stands in its number format."""
        note = cell.note.replace('"', "")
        key = (head.key in _LEFT, of.kind, note if cell.number is not None else None)
        if key not in self.formats:
            extra: dict[str, Any] = {"align": "left" if head.key in _LEFT and of.kind == "line" else "center"}
            if cell.number is not None:
                extra |= {
                    "num_format": f'General"（{note}）"' if note else "General",
                    "shrink": bool(note),
                    "text_wrap": not note,
                }
            if note:
                extra["bg_color"] = "#FFF2CC"
            if of.kind != "line":
                extra |= {"font_name": HEAD_FONT, "bg_color": "#F2F2F2"}
            self.formats[key] = self.book.format(**extra)
        return self.formats[key]

    def _heights(self) -> list[float]:
        """Row heights: no program grows a row for merged cells, so each spanning cell makes room in its last row."""
        heights = [
            height_of([
                (cell.text, self._width(column, cell))
                for column, head in enumerate(self.heads)
                if (cell := row.cells[head.key]).span == 1 and cell.across and cell.number is None
            ])
            for row in self.rows
        ]  # fmt: skip
        for index, row in enumerate(self.rows):
            for column, head in enumerate(self.heads):
                cell = row.cells[head.key]
                if cell.span > 1:
                    need = lines_of(cell.text, self._width(column, cell)) * LINE + 6
                    lack = need - sum(heights[index : index + cell.span])
                    if lack > 0:
                        last = index + cell.span - 1
                        heights[last] = min(heights[last] + lack, TALLEST)
        return heights

    def _width(self, column: int, cell: Cell) -> float:
        return sum(self.widths[column : column + max(cell.across, 1)])


def _name(row: int, column: int) -> str:
    return f"{chr(ord('A') + column)}{row + 1}"


def _index(book: Book, rubric: Rubric, plan: BundlePlan) -> None:
    """The second sheet: line → pieces on the left, piece → lines on the right."""
    heads = [
        "考评项",
        "内容",
        "佐证编号",
        "页号",
        "",
        "佐证编号",
        "题名",
        "页号",
        "证明的考评项",
        "处理",
        "原件校验值（SHA-256）",
    ]
    widths = [9.0, 34.0, 24.0, 16.0, 2.0, 14.0, 42.0, 14.0, 20.0, 26.0, 34.0]
    sheet = book.sheet(INDEX, widths)
    title = book.format(border=0, align="center", font_name=HEAD_FONT, font_size=14)
    sheet.merge_range(0, 0, 0, 3, "考评项 → 佐证", title)
    sheet.merge_range(0, 5, 0, 10, "佐证 → 考评项", title)
    sheet.set_row(0, 26)
    head_format = book.format(font_name=HEAD_FONT, align="center", bg_color="#F2F2F2")
    for column, head in enumerate(heads):
        if head:
            sheet.write_string(1, column, head, head_format)
    sheet.repeat_rows(0, 1)
    sheet.freeze_panes(2, 0)
    left, centre = book.format(align="left"), book.format(align="center")
    by_line = _by_line(plan)
    one = [
        (
            line.id,
            line.title,
            "\n".join(n for n, _ in by_line.get(line.id, [])),
            "\n".join(p for _, p in by_line.get(line.id, [])),
        )
        for line in rubric.lines
    ]
    other = [
        (
            p.number,
            p.evidence.title,
            plan.folio(p.volume, p.first),
            "、".join(filter(None, (p.line, *p.also))) or "未计入",
            _treatment(p.evidence),
            p.evidence.sha256,
        )
        for p in plan.pieces
    ]
    for index in range(max(len(one), len(other))):
        row = 2 + index
        cells: list[tuple[int, str]] = []
        if index < len(one):
            cells += list(enumerate(one[index]))
        if index < len(other):
            cells += list(enumerate(other[index], 5))
        for column, text in cells:
            sheet.write_string(row, column, text, left if column in (1, 6, 9) else centre)
        sheet.set_row(row, height_of([(text, widths[column]) for column, text in cells]))


def _treatment(file: EvidenceFile) -> str:
    """Say what became of a file, in a few words."""
    words = {
        Verdict.READY: "原样收入",
        Verdict.CONVERTED: f"转换收入：{file.how}",
        Verdict.REPAIRED: f"修复后收入：{file.how}",
        Verdict.UNPACKED: "压缩包，已展开",
        Verdict.SLIP_SHEET: "以说明页代替",
    }[file.verdict]
    return words + ("，原件见附件" if file.sha256 and (file.keep or file.verdict is Verdict.SLIP_SHEET) else "")


def _by_line(plan: BundlePlan) -> Mapping[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for piece in plan.pieces:
        for line in filter(None, (piece.line, *piece.also)):
            found.setdefault(line, []).append((piece.number, plan.folio(piece.volume, piece.first)))
    return found

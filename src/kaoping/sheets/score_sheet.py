"""自评分表.xlsx: the rubric's own table with the unit's scores, and the evidence indexed both ways."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kaoping.core.model import DRAFT, BundlePlan, EvidenceFile, ScoreCard, Verdict
from kaoping.core.supplement import Supplement
from kaoping.core.worksheets import HEAD_FONT, LINE, TALLEST, Book, height_of, lines_of, new_book
from kaoping.rubric.nodes import Rubric
from kaoping.sheets.score_table import Cell, Column, TableRow, columns, days_of, title_of

SHEET, INDEX, LINES = "自评分表", "佐证索引", "考评项索引"
_READ = {
    "题名",
    "内容",
    "文件",
    "处理",
    "佐证编号（页号）",
}  # columns of the indexes that are read along, not looked up
#: Excel column widths by column key (half-width characters); what is not named is an extra column of the notice.
WIDTHS = {
    "section": 11, "content": 30, "basis": 18, "points": 9, "standard": 36, "before": 10, "score": 15,
    "high": 9, "evidence": 13, "because": 42, "department": 11, "account": 36,
}  # fmt: skip
EXTRA = 12
_LEFT = {"content", "basis", "standard", "because", "account"}
_FIRST = 3  # 0-based row of the first line: title, note and heads stand above


@dataclass(slots=True)
class Written:
    """The workbook and where in it each number stands, for the manifest that `verify` reads."""

    data: bytes
    lines: dict[str, str] = field(default_factory=dict)  # line → "自评分表!F12"
    totals: dict[str, str] = field(default_factory=dict)  # base, bonus, deduction, total → cell


def score_sheet(
    rubric: Rubric,
    card: ScoreCard,
    rows: Sequence[TableRow],
    plan: BundlePlan,
    *,
    form: str,
    dated: date | None,
    supplement: Supplement | None = None,
) -> Written:
    """Write the workbook for ``rows`` (of ``score_table.build_rows``); totals are formulas with their values.

    With a ``supplement`` it says when it was revised, and its indexes hold all that was ever handed in.
    """
    heads = columns(rubric, form, revised=supplement is not None)
    book = new_book(f"{rubric.title}自评分表", card.unit, dated)
    widths = [float(WIDTHS.get(head.key, EXTRA)) for head in heads]
    sheet = book.sheet(SHEET, widths)
    last = len(heads) - 1
    plain = {"border": 0, "align": "center"}
    title = book.format(**plain, font_name=HEAD_FONT, font_size=18)
    sheet.merge_range(0, 0, 0, last, title_of(rubric, form, supplement), title)
    note = "　　　".join([f"单位：{card.unit}", *days_of(dated, supplement)])
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
    _index(book, rubric, plan, supplement)
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
        cells = [_name(self.at[line], column) for line in cell.sums]
        if cell.number is None and cells:
            listed = ",".join(cells)
            self.sheet.write_formula(row, column, f'=IF(COUNT({listed})=0,"",SUM({listed}))', style, "")
        elif cell.number is None:
            self.sheet.write_string(row, column, cell.words, style)
        elif cells:
            self.sheet.write_formula(row, column, "=" + "+".join(cells), style, float(cell.number))
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


def _index(book: Book, rubric: Rubric, plan: BundlePlan, supplement: Supplement | None) -> None:
    """The other sheets, one for each way to look: a piece with its file, what became of it and its lines; a line.

    Those of a supplement hold what was handed in before too.
    """
    called = {line.id: rubric.called(line.id) or line.id for line in rubric.lines}
    by_line: dict[str, list[tuple[str, str]]] = {}
    pieces: list[tuple[str, ...]] = []

    def add(number: str, title: str, folio: str, lines: Iterable[str], *rest: str) -> None:
        named = list(filter(None, lines))
        for line in named:
            by_line.setdefault(line, []).append((number, folio))
        pieces.append((number, title, folio, "、".join(called[line] for line in named if line in called), *rest))

    for old in supplement.pieces if supplement is not None else ():
        lines = () if old.fate or supplement is None else supplement.lines.get(old.number, ())
        look = _TREATMENTS.get(old.verdict, "").format(how=old.how)
        add(old.number, old.title, old.folio, lines, old.path, old.fate or look, old.sha256)
    for piece in plan.pieces:
        look = ("" if not piece.replaces else f"替换{piece.replaces}，") + _treatment(piece.evidence)
        folio = plan.folio(piece.volume, piece.first)
        lines, original = (piece.line, *piece.also), "" if piece.evidence.hides else piece.evidence.sha256
        add(piece.number, piece.evidence.title, folio, lines, piece.evidence.path, look, original)
    listed = [
        (called[line.id], line.title, "、".join(f"{number}（{folio}）" for number, folio in by_line.get(line.id, [])))
        for line in rubric.lines
    ]
    heads = {"佐证编号": 14.0, "题名": 42.0, "页号": 14.0, "证明的考评项": 20.0, "文件": 34.0, "处理": 22.0}
    rows = [(*row[:3], row[3] or "未计入", *row[4:]) for row in pieces]
    _listing(book, INDEX, heads | {"原件校验值（SHA-256）": 36.0}, rows)
    _listing(book, LINES, {"考评项": 18.0, "内容": 48.0, "佐证编号（页号）": 90.0}, listed)


def _listing(book: Book, name: str, widths: Mapping[str, float], rows: Sequence[Sequence[str]]) -> None:
    sheet = book.sheet(name, list(widths.values()))
    title = book.format(border=0, align="center", font_name=HEAD_FONT, font_size=14)
    sheet.merge_range(0, 0, 0, len(widths) - 1, name, title)
    sheet.set_row(0, 26)
    head_format = book.format(font_name=HEAD_FONT, align="center", bg_color="#F2F2F2")
    for column, head in enumerate(widths):
        sheet.write_string(1, column, head, head_format)
    sheet.repeat_rows(0, 1)
    sheet.freeze_panes(2, 0)
    left, centre = book.format(align="left"), book.format(align="center")
    looks = [left if head in _READ else centre for head in widths]
    for index, row in enumerate(rows, 2):
        for column, (text, look) in enumerate(zip(row, looks, strict=True)):
            sheet.write_string(index, column, text, look)
        sheet.set_row(index, height_of(list(zip(row, widths.values(), strict=True))))


#: What became of a file, in a few words.
_TREATMENTS: Mapping[str, str] = {
    Verdict.READY: "原样收入",
    Verdict.CONVERTED: "转换收入：{how}",
    Verdict.REPAIRED: "修复后收入：{how}",
    Verdict.UNPACKED: "压缩包，已展开",
    Verdict.SLIP_SHEET: "以说明页代替",
}


def _treatment(file: EvidenceFile) -> str:
    look = _TREATMENTS[file.verdict].format(how=file.how)
    return look + ("，原件见附件" if file.is_attached else "，原件没有附" if file.is_needed else "")

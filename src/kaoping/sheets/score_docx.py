"""自评分表.docx: the filled score table on turned A4 pages, with the rubric's own merged cells."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Length, Pt
from docx.table import _Cell

from kaoping.core import resources
from kaoping.core.figures import date_text, em_width, number
from kaoping.core.forms import DRAFT
from kaoping.core.model import ScoreCard
from kaoping.documents.borders import bordered
from kaoping.documents.marks import clean
from kaoping.documents.word import to_bytes
from kaoping.rubric.nodes import Rubric
from kaoping.sheets.score_table import Cell, Column, TableRow, columns

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table

#: Columns that read better centred; the others are running text.
_CENTRED = frozenset({"section", "points", "score", "high", "evidence", "department"})
#: A row whose cells have no more lines than this stays on one page.
_SHORT = 14
_SIZE, _SMALLER = 10.5, 9  # points; the smaller where the working columns make the table crowded


def score_docx(
    rubric: Rubric, card: ScoreCard, rows: Sequence[TableRow], *, form: str, dated: date | None, unit: str = ""
) -> bytes:
    """Draw ``rows`` (of :func:`kaoping.sheets.score_table.build_rows`) and return the docx, always the same bytes.

    The head row repeats on every page; merged cells are real merges, so that WPS and Word can edit them. The table
    turns its head to the 订口 (GB/T 9704-2012 7.6). ``unit`` stands under the title; the card's name where it is empty.
    """
    document = docx.Document(str(resources.template("word", "landscape.docx")))
    heads = columns(rubric, form)
    title = f"{rubric.title}自评分表"
    document.add_paragraph(clean(title) + (f"（{form}）" if form == DRAFT else ""), style="表题")
    note = f"单位：{unit or card.unit}" + (f"　　　　报送日期：{date_text(dated)}" if dated else "")
    document.add_paragraph(clean(note), style="表注")
    _table(document, heads, rows, form)
    return to_bytes(document, dated=dated, title=title, author=unit or card.unit)


def _table(document: Document, heads: Sequence[Column], rows: Sequence[TableRow], form: str) -> None:
    section = document.sections[0]
    sides = (section.page_width, section.left_margin, section.right_margin)
    width = Emu((sides[0] or 0) - (sides[1] or 0) - (sides[2] or 0))
    table = document.add_table(rows=0, cols=len(heads))
    table._tbl.replace(table._tbl.tblPr, bordered(width))
    widths = _widths(heads, width)
    for grid, column in zip(table._tbl.tblGrid.gridCol_lst, widths, strict=True):
        grid.w = column
    # Ids, for python-docx looks through all styles for each paragraph's name.
    head_style, text_style = (str(document.styles[name].style_id) for name in ("表头", "表格文字"))
    _add_row(table, [(Cell(head.title), head_style, True) for head in heads], widths, form, head=True, hold=True)
    for row in rows:
        bold = row.kind != "line"
        cells = [
            (row.cells[head.key], head_style if bold else text_style, head.key in _CENTRED or bold) for head in heads
        ]
        # Lines that share one row of the rubric stay together, for a page's end would tear the cell across them; so do
        # the totals.
        hold = row.cells["content"].span > 1 or (row.kind == "total" and row is not rows[-1])
        _add_row(table, cells, widths, form, hold=hold)


def _widths(heads: Sequence[Column], width: Length) -> list[Length]:
    whole = sum(head.width for head in heads)
    return [Emu(int(width * head.width / whole)) for head in heads]


def _add_row(
    table: Table,
    cells: Sequence[tuple[Cell, str, bool]],
    widths: Sequence[Length],
    form: str,
    *,
    head: bool = False,
    hold: bool = False,
) -> None:
    """Append a row; built on the XML, for asking python-docx for cells of a long table takes minutes."""
    row: Any = OxmlElement("w:tr")
    properties = OxmlElement("w:trPr")
    size = _SMALLER if form == DRAFT else _SIZE
    if head or all(_lines(cell, width, size) <= _SHORT for (cell, _, _), width in zip(cells, widths, strict=True)):
        properties.append(OxmlElement("w:cantSplit"))
    if head:
        properties.append(OxmlElement("w:tblHeader"))
    row.append(properties)
    for index, (cell, style, centred) in enumerate(cells):
        if cell.across == 0:
            continue
        row.append(_cell(table, cell, sum(widths[index : index + cell.across]), style, centred, form, hold))
    table._tbl.append(row)


def _cell(table: Table, cell: Cell, width: int, style: str, centred: bool, form: str, hold: bool) -> Any:
    element: Any = OxmlElement("w:tc")
    properties = element.get_or_add_tcPr()
    properties.width = Emu(width)
    if cell.across > 1:
        properties.grid_span = cell.across
    if cell.span != 1:
        merge = OxmlElement("w:vMerge")
        merge.set(qn("w:val"), "restart" if cell.span > 1 else "continue")
        properties.append(merge)
    align: Any = OxmlElement("w:vAlign")
    align.set(qn("w:val"), "center")
    properties.append(align)
    element.append(OxmlElement("w:p"))
    paragraph = _Cell(element, table).paragraphs[0]
    paragraph._p.style = style
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.keep_with_next = hold or None
    run = paragraph.add_run(_words(cell))
    if form == DRAFT:
        run.font.size = Pt(_SMALLER)
        paragraph.paragraph_format.line_spacing = Pt(_SMALLER + 3)
    return element


def _words(cell: Cell) -> str:
    """Return the cell's text; a note goes below its number, for the column is narrow."""
    if cell.number is None or not cell.note:
        return clean(cell.text)
    note = cell.note.replace("，", "，\n")
    return clean(f"{number(cell.number)}\n（{note}）")


def _lines(cell: Cell, width: Length, size: float) -> int:
    """Return about how many lines the cell's text takes; what is merged over several rows may grow into them."""
    fits = max((width.pt - 6) / size, 1)
    lines = sum(max(math.ceil(em_width(line) / fits), 1) for line in _words(cell).split("\n"))
    return math.ceil(lines / cell.span) if cell.span else 0

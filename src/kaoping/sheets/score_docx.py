"""自评分表.docx: the filled score table on turned A4 pages, with the rubric's own merged cells."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Emu, Length

from kaoping.core import resources
from kaoping.core.figures import em_width, number
from kaoping.core.model import ScoreCard
from kaoping.core.supplement import Supplement
from kaoping.documents.borders import bordered
from kaoping.documents.breaking import broken
from kaoping.documents.figure_marks import clean
from kaoping.documents.word import to_bytes
from kaoping.rubric.nodes import Rubric
from kaoping.sheets.score_table import Cell, Column, TableRow, columns, days_of, title_of

if TYPE_CHECKING:
    from docx.document import Document

#: Columns that read better centred; the others are running text.
_CENTRED = frozenset({"section", "points", "before", "score", "high", "evidence", "department"})
#: Columns of names, which are broken between their words.
_NAMES = frozenset({"section", "department"})
#: A row whose cells have no more lines than this stays on one page.
_SHORT = 6
_SIZE, _SMALLER = 10.5, 9  # points; the smaller where more columns than these make the table crowded
_MOST_COLUMNS = 8
_PADDING = 6  # points, on both sides of a cell's text
_MARKS = {"\n": "<w:br/>", "\t": "<w:tab/>"}


def score_docx(
    rubric: Rubric,
    card: ScoreCard,
    rows: Sequence[TableRow],
    *,
    form: str,
    dated: date | None,
    unit: str = "",
    supplement: Supplement | None = None,
) -> bytes:
    """Draw ``rows`` (of :func:`kaoping.sheets.score_table.build_rows`) and return the docx, always the same bytes.

    The head row repeats on every page; merged cells are real merges, so that WPS and Word can edit them. The table
    turns its head to the 订口 (GB/T 9704-2012 7.6). ``unit`` stands under the title; the card's name where it is empty.
    With a ``supplement`` it says when it was revised.
    """
    document = docx.Document(str(resources.template("word", "landscape.docx")))
    heads = columns(rubric, form, revised=supplement is not None)
    title = title_of(rubric, form, supplement)
    document.add_paragraph(clean(title), style="表题")
    note = "　　　　".join([f"单位：{unit or card.unit}", *days_of(dated, supplement)])
    document.add_paragraph(clean(note), style="表注")
    _table(document, heads, rows)
    return to_bytes(document, dated=dated, title=title, author=unit or card.unit)


def _table(document: Document, heads: Sequence[Column], rows: Sequence[TableRow]) -> None:
    crowded = len(heads) > _MOST_COLUMNS
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
    fits = [_fits(column, crowded) for column in widths]
    titles = [_by_sense(Cell(head.title), wide) for head, wide in zip(heads, fits, strict=True)]
    drawn = [_row([(title, head_style, True) for title in titles], widths, crowded, head=True, hold=True)]
    for row in rows:
        bold = row.kind != "line"
        cells = [
            (
                _by_sense(row.cells[head.key], wide) if head.key in _NAMES and not bold else row.cells[head.key],
                head_style if bold else text_style,
                head.key in _CENTRED or bold,
            )
            for head, wide in zip(heads, fits, strict=True)
        ]
        # Lines that share one row of the rubric stay together, for a page's end would tear the cell across them; so do
        # the totals.
        hold = row.cells["content"].span > 1 or (row.kind in ("total", "grade") and row is not rows[-1])
        drawn.append(_row(cells, widths, crowded, hold=hold))
    # As text: making some ten thousand elements by python-docx takes longer than all else in the sheet.
    table._tbl.extend(list(parse_xml(f"<w:tbl {nsdecls('w')}>{''.join(drawn)}</w:tbl>")))


def _widths(heads: Sequence[Column], width: Length) -> list[Length]:
    whole = sum(head.width for head in heads)
    return [Emu(int(width * head.width / whole)) for head in heads]


def _fits(width: Length, crowded: bool) -> float:
    """Return how many characters go into a line of a cell."""
    return max((float(width.pt) - _PADDING) / (_SMALLER if crowded else _SIZE), 1)


def _by_sense(cell: Cell, fits: float) -> Cell:
    return replace(cell, words="\n".join(part for line in cell.words.split("\n") for part in broken(line, fits)))


def _row(
    cells: Sequence[tuple[Cell, str, bool]],
    widths: Sequence[Length],
    crowded: bool,
    *,
    head: bool = False,
    hold: bool = False,
) -> str:
    """Return a row as WordprocessingML; ``cells`` are each with its style's id, and whether it is centred."""
    is_short = all(
        _lines(cell, _fits(width, crowded)) <= _SHORT for (cell, _, _), width in zip(cells, widths, strict=True)
    )
    properties = "<w:cantSplit/>" if head or is_short else ""
    properties += "<w:tblHeader/>" if head else ""
    drawn = [
        _cell(cell, sum(widths[index : index + cell.across]), style, centred, crowded, hold)
        for index, (cell, style, centred) in enumerate(cells)
        if cell.across
    ]
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(drawn)}</w:tr>"


def _cell(cell: Cell, width: int, style: str, centred: bool, crowded: bool, hold: bool) -> str:
    spans = f'<w:gridSpan w:val="{cell.across}"/>' if cell.across > 1 else ""
    if cell.span != 1:
        spans += f'<w:vMerge w:val="{"restart" if cell.span > 1 else "continue"}"/>'
    look = f"<w:pStyle w:val={quoteattr(style)}/>"
    look += "<w:keepNext/>" if hold else ""
    look += f'<w:spacing w:line="{20 * (_SMALLER + 3)}" w:lineRule="exact"/>' if crowded else ""
    look += '<w:jc w:val="center"/>' if centred else ""
    size = f'<w:rPr><w:sz w:val="{2 * _SMALLER}"/></w:rPr>' if crowded else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:type="dxa" w:w="{round(Emu(width).twips)}"/>{spans}<w:vAlign w:val="center"/></w:tcPr>'
        f"<w:p><w:pPr>{look}</w:pPr><w:r>{size}{''.join(_run(_words(cell)))}</w:r></w:p></w:tc>"
    )


def _run(text: str) -> Iterator[str]:
    """Yield what a run of ``text`` consists of; blanks at an edge would be lost without a word about them."""
    for part in re.split("([\n\t])", text):
        if part in _MARKS:
            yield _MARKS[part]
        elif part:
            kept = ' xml:space="preserve"' if part.strip() != part else ""
            yield f"<w:t{kept}>{escape(part)}</w:t>"


def _words(cell: Cell) -> str:
    """Return the cell's text; a note goes below its number, for the column is narrow."""
    if cell.number is None or not cell.note:
        return clean(cell.text)
    note = cell.note.replace("，", "，\n")
    return clean(f"{number(cell.number)}\n（{note}）")


def _lines(cell: Cell, fits: float) -> int:
    """Return about how many lines the cell's text takes; what is merged over several rows may grow into them."""
    lines = sum(max(math.ceil(em_width(line) / fits), 1) for line in _words(cell).split("\n"))
    return math.ceil(lines / cell.span) if cell.span else 0

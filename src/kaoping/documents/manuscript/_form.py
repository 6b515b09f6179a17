"""Tables of the Word templates: forms to fill in by hand and wide tables, with real borders and repeated heads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Length, Pt

from kaoping.documents.borders import bordered
from kaoping.documents.breaking import broken
from kaoping.documents.manuscript._markup import Row
from kaoping.documents.manuscript._page import STYLES

if TYPE_CHECKING:
    from docx.document import Document

#: A form of few wide columns is written large; a wide table of many columns in the size of the score table.
_FEW = 5
_LARGE = ("表单表头", "表单文字")
_SMALL = ("表头", "表格文字")
_SIZES = {style.name: style.size for style in STYLES}
_PADDING = 6  # points, on both sides of a cell's text


class Form:
    """A table at the end of ``document``, with columns of the given ``shares`` of the page's width."""

    def __init__(self, document: Document, shares: Sequence[float]) -> None:
        if document.element.body[-2:][0].tag == qn("w:tbl"):
            document.add_paragraph(style="表注")  # two tables that touch become one
        section = document.sections[-1]
        page, left, right = (int(side or 0) for side in (section.page_width, section.left_margin, section.right_margin))
        width = page - left - right
        self._widths: list[Length] = [Emu(int(width * share / sum(shares))) for share in shares]
        # A narrow column holds a word or a number.
        self._centred = [share * len(shares) < sum(shares) for share in shares]
        self._styles = _LARGE if len(shares) <= _FEW else _SMALL
        self._table = document.add_table(rows=0, cols=len(shares))
        self._table._tbl.replace(self._table._tbl.tblPr, bordered(Emu(width)))
        for grid, column in zip(self._table._tbl.tblGrid.gridCol_lst, self._widths, strict=True):
            grid.w = column

    def add(self, written: Row) -> None:
        """Append a row; where it has fewer cells than there are columns, the last one spans the rest."""
        row: Any = self._table.add_row()
        if written.height:
            row.height = Pt(written.height)
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if written.head:
            properties.append(OxmlElement("w:tblHeader"))
        cells, columns = written.cells, row.cells
        if len(cells) < len(columns):
            columns[len(cells) - 1].merge(columns[-1])
        for index, (words, width) in enumerate(zip(cells, self._widths, strict=False)):
            cell = columns[index]
            is_last = index + 1 == len(cells)
            fits = (Emu(sum(self._widths[index:]) if is_last else width).pt - _PADDING) / _SIZES[self._styles[0]]
            if len(cells) == len(columns):
                cell.width = width
            align: Any = OxmlElement("w:vAlign")
            align.set(qn("w:val"), "center")
            cell._tc.get_or_add_tcPr().append(align)
            for number, line in enumerate(written.lines_of(words)):
                paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
                paragraph.style = self._styles[0 if written.head else 1]
                if self._centred[index] and len(cells) == len(columns):
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
                paragraph.add_run(_by_sense(line, fits))
                if len(cells) < len(columns):  # a heading within the table goes with what is below it
                    paragraph.paragraph_format.keep_with_next = True


def _by_sense(words: str, fits: float) -> str:
    """Break a label that is wider than its column between its words; what a template fills in is not known yet."""
    return words if "{" in words else "\n".join(broken(words, fits))

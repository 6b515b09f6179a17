"""Tables of the Word templates: forms to fill in (审签页) and wide tables, with real borders and repeated heads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Length, Pt

from kaoping.sheets.score_docx import bordered

if TYPE_CHECKING:
    from docx.document import Document

#: A form of few wide columns is written large; a wide table of many columns in the size of the score table.
_FEW = 5
_LARGE = ("表单表头", "表单文字")
_SMALL = ("表头", "表格文字")


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

    def add(self, cells: Sequence[str], *, head: bool, height: float) -> None:
        """Append a row of ``cells``, at least ``height`` points high; fewer cells than columns: the last one spans."""
        row: Any = self._table.add_row()
        if height:
            row.height = Pt(height)
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if head:
            properties.append(OxmlElement("w:tblHeader"))
        columns = row.cells
        if len(cells) < len(columns):
            columns[len(cells) - 1].merge(columns[-1])
        for index, (words, width) in enumerate(zip(cells, self._widths, strict=False)):
            cell = columns[index]
            if len(cells) == len(columns):
                cell.width = width
            align: Any = OxmlElement("w:vAlign")
            align.set(qn("w:val"), "center")
            cell._tc.get_or_add_tcPr().append(align)
            lines = words.split("\n") if not head else [words]
            for number, line in enumerate(lines):
                paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
                paragraph.style = self._styles[0 if head else 1]
                if self._centred[index] and len(cells) == len(columns):
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
                paragraph.add_run(line)
                if len(cells) < len(columns):  # a heading within the table goes with what is below it
                    paragraph.paragraph_format.keep_with_next = True

"""The red head (版头) and the imprint (版记) of GB/T 9704-2012 7.2 and 7.4: printed where the unit asks for them.

Number, signer and date stay blank until the document is signed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from kaoping.documents.manuscript._page import KAI

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.run import Run

_RED = RGBColor(0xFF, 0, 0)
_TEXT_WIDTH = Mm(156)
#: 7.2.7: the red line stands 4 mm below the number. It is as heavy as printers make it; the standard names no measure.
_LINE_BELOW, _LINE_HEAVY = 11, 18  # points; eighths of a point
#: 7.4.1: thick lines of 0.35 mm first and last, thin ones of 0.25 mm between.
_IMPRINT_TOP, _IMPRINT_LINE = Mm(297 - 35 - 20), Mm(10)  # its two lines end at the lower edge of the 版心
_THICK, _THIN = 8, 6  # eighths of a point


def letterhead(document: Document) -> None:
    """Add the red head, between the tags that leave it out."""
    document.add_paragraph("{%p if unit.letterhead %}", style="公文正文")
    mark = document.add_paragraph(style="发文机关标志")
    mark.paragraph_format.space_before = Mm(35)  # 7.2.4: below the upper edge of the 版心
    mark.add_run("{{ unit.name }}文件").font.color.rgb = _RED
    for _ in range(2):
        document.add_paragraph(style="空行")
    number = document.add_paragraph(style="发文字号")
    number.paragraph_format.tab_stops.add_tab_stop(_TEXT_WIDTH - Pt(16), WD_TAB_ALIGNMENT.RIGHT)
    number.add_run("　{{ unit.doc_no or '　　　　〔　　　　〕　　号' }}")
    # Who signs it out is named in documents that go upwards alone (7.2.6).
    number.add_run("{% if document.upward %}\t签发人：")
    _kai(number.add_run("{{ unit.signer or '　　　' }}"))
    number.add_run("{% endif %}")
    line = f'w:val="single" w:sz="{_LINE_HEAVY}" w:space="{_LINE_BELOW}" w:color="FF0000"'
    properties: Any = number._p.get_or_add_pPr()
    _insert(properties, parse_xml(f"<w:pBdr {nsdecls('w')}><w:bottom {line}/></w:pBdr>"))
    for _ in range(2):  # 7.3.1: the title stands two lines below the red line
        document.add_paragraph(style="空行")
    document.add_paragraph("{%p endif %}", style="公文正文")


def imprint(document: Document) -> None:
    """Add the imprint at the foot of the page that the document ends on, between the tags that leave it out.

    Each line is a frame of its own: LibreOffice lays a floating table as wide as the text into it, and drops a frame
    whose paragraphs have unlike borders.
    """
    document.add_paragraph("{%p if unit.letterhead %}", style="公文正文")
    document.add_paragraph("{%p if unit.copies_to %}", style="公文正文")
    copies = document.add_paragraph("　抄送：{{ unit.copies_to | joined('，') }}。", style="版记")
    document.add_paragraph("{%p endif %}", style="公文正文")
    printed = document.add_paragraph(style="版记")
    printed.paragraph_format.tab_stops.add_tab_stop(_TEXT_WIDTH - Pt(14), WD_TAB_ALIGNMENT.RIGHT)
    printed.add_run("　{{ unit.printer or unit.name }}\t{{ unit.submit_date or '　　年　月　日' }}印发")
    lines = ({"top": _THICK}, {"top": _THIN, "bottom": _THICK})
    for row, (paragraph, borders) in enumerate(zip((copies, printed), lines, strict=True)):
        properties: Any = paragraph._p.get_or_add_pPr()
        drawn = "".join(f'<w:{side} w:val="single" w:sz="{wide}" w:space="1"/>' for side, wide in borders.items())
        frame = (
            f'<w:framePr {nsdecls("w")} w:w="{round(_TEXT_WIDTH.twips)}" w:wrap="around" w:vAnchor="page" '
            f'w:hAnchor="margin" w:xAlign="center" w:y="{round(_IMPRINT_TOP.twips + row * _IMPRINT_LINE.twips)}"/>'
        )
        _insert(properties, parse_xml(frame))
        _insert(properties, parse_xml(f"<w:pBdr {nsdecls('w')}>{drawn}</w:pBdr>"))
    document.add_paragraph(style="表注")  # what the frame hangs on
    document.add_paragraph("{%p endif %}", style="公文正文")


def _kai(run: Run) -> None:
    """Set the signer's name in 楷体 (7.2.6)."""
    fonts: Any = run._r.get_or_add_rPr().get_or_add_rFonts()
    for slot in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{slot}"), KAI)


def _insert(properties: Any, element: Any) -> None:
    """Put a frame or border where the schema wants it: before tabs and indents (ECMA-376 17.3.1.26)."""
    before = {qn("w:pStyle"), qn("w:keepNext"), qn("w:keepLines"), qn("w:pageBreakBefore"), qn("w:framePr")}
    before |= {qn("w:widowControl")} if element.tag == qn("w:pBdr") else set()
    place = sum(child.tag in before for child in properties)
    properties.insert(place, element)

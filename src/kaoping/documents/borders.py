"""The look that all tables of our Word documents share: thin lines around every cell, and a little room in it."""

from __future__ import annotations

from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Length

_BORDER = 4  # eighths of a point
_PADDING = {"top": 30, "left": 60, "bottom": 30, "right": 60}  # twentieths of a point


def bordered(width: Length) -> Any:
    """Return the table's properties, with real borders: LibreOffice does not draw those of a table style."""
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = "".join(f'<w:{side} w:val="single" w:sz="{_BORDER}" w:space="0" w:color="000000"/>' for side in sides)
    margins = "".join(f'<w:{side} w:w="{wide}" w:type="dxa"/>' for side, wide in _PADDING.items())
    return parse_xml(
        f'<w:tblPr {nsdecls("w")}><w:tblW w:w="{round(width.twips)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar>'
        "</w:tblPr>"
    )

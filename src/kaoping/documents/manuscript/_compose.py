"""What a source says, as a Word document: paragraphs in the styles of the base, tables, red head and imprint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from docx.enum.section import WD_SECTION

from kaoping.documents.manuscript._form import Form
from kaoping.documents.manuscript._letterhead import imprint, letterhead
from kaoping.documents.manuscript._markup import (
    IMPRINT,
    LANDSCAPE,
    LETTERHEAD,
    UPRIGHT,
    Element,
    Keyword,
    Paragraph,
    Table,
)
from kaoping.documents.manuscript._page import base_document, turn

if TYPE_CHECKING:
    from docx.document import Document

_READY_MADE = {LETTERHEAD: letterhead, IMPRINT: imprint}
_IS_LANDSCAPE = {LANDSCAPE: True, UPRIGHT: False}


def compose(elements: Sequence[Element]) -> Document:
    """Return the document that consists of the ``elements``, which are without fault."""
    first = elements[0].text if elements and isinstance(elements[0], Keyword) else ""
    # A document that is turned from its first page on has no upright one before it.
    document = base_document(landscape=_IS_LANDSCAPE.get(first, False))
    for element in elements[1:] if first in _IS_LANDSCAPE else elements:
        _add(element, document)
    return document


def _add(element: Element, document: Document) -> None:
    match element:
        case Paragraph():
            document.add_paragraph(element.text, style=element.style)
        case Table():
            form = Form(document, element.shares)
            for row in element.rows:
                form.add(row)
        case Keyword(text) if text in _IS_LANDSCAPE:
            turn(document.add_section(WD_SECTION.NEW_PAGE), landscape=_IS_LANDSCAPE[text])
        case Keyword(text):
            _READY_MADE[text](document)

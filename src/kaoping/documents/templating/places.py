"""The paragraphs of a docx, each with its place in a clerk's words, and the pieces that its text consists of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from docx.oxml import parse_xml
from docx.oxml.ns import qn

if TYPE_CHECKING:
    from docx.document import Document

_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_CELL, _ROW, _TABLE, _BOX, _PARAGRAPH = qn("w:tc"), qn("w:tr"), qn("w:tbl"), qn("w:txbxContent"), qn("w:p")
#: What a template engine sees as text: also what a revision took away, and the instructions of fields.
_TEXTS = (qn("w:t"), qn("w:delText"), qn("w:instrText"))
#: Parts that docxtpl does not fill in, or where no mark of a figure can be resolved afterwards.
_LEFT_ALONE = {"/footnotes": "脚注", "/endnotes": "尾注", "/comments": "批注"}


@dataclass(frozen=True, slots=True, eq=False)
class Paragraph:
    """A paragraph: its element, where it stands (正文第3段), and in which part of the file."""

    element: Any
    place: str
    part: str
    filled: bool = True  # whether tags in it are filled in

    @property
    def pieces(self) -> list[Any]:
        """The elements that hold its text, in order; not those of a text box that hangs on it."""
        own = self.element.iter(*_TEXTS)
        return [node for node in own if next(node.iterancestors(_PARAGRAPH)) is self.element]

    @property
    def text(self) -> str:
        """Its words, as the template engine reads them."""
        return "".join(node.text or "" for node in self.pieces)

    @property
    def container(self) -> Any:
        """What holds the paragraph: the body, a cell, a text box, a header."""
        kinds = (_CELL, _BOX)
        return next(self.element.iterancestors(*kinds), None)

    @property
    def row(self) -> Any:
        """The table row that it stands in, or None."""
        return next(self.element.iterancestors(_ROW), None)


def paragraphs(document: Document) -> list[Paragraph]:
    """Return every paragraph of the document, its headers and footers, text boxes, notes and comments."""
    found = list(_of_part(document.element.body, "", "正文"))
    told = {"/header": "页眉", "/footer": "页脚"}
    counts = dict.fromkeys(told, 0)
    for key, rel in document.part.rels.items():
        kind = next((kind for kind in told if rel.reltype.endswith(kind)), None)
        if kind is not None:
            counts[kind] += 1
            name = told[kind] + (str(counts[kind]) if counts[kind] > 1 else "")
            found += _of_part(rel.target_part.element, name, name, key)
        other = next((word for end, word in _LEFT_ALONE.items() if rel.reltype.endswith(end)), None)
        if other is not None and not rel.is_external:
            found += _of_part(parse_xml(rel.target_part.blob), other, other, key, filled=False)
    return found


def _of_part(root: Any, inside: str, top: str, part: str = "body", *, filled: bool = True) -> Iterator[Paragraph]:
    tables = {table: number for number, table in enumerate(root.iter(_TABLE), 1)}
    numbers: dict[Any, int] = {}
    for element in root.iter(_PARAGRAPH):
        if next(element.iterancestors(_FALLBACK), None) is not None:
            continue  # the same text box again, for old programs
        holder = next(element.iterancestors(_CELL, _BOX), None)
        numbers[holder] = numbers.get(holder, 0) + 1
        place = f"{_holder(holder, tables, inside) or top}第{numbers[holder]}段"
        yield Paragraph(element, place, part, filled)


def _holder(holder: Any, tables: dict[Any, int], inside: str) -> str:
    if holder is None:
        return ""
    if holder.tag == _BOX:
        return f"{inside}文本框里"
    row = next(holder.iterancestors(_ROW))
    table = next(holder.iterancestors(_TABLE))
    line = list(table.iter(_ROW)).index(row) + 1
    column = row.findall(_CELL).index(holder) + 1 if holder in row.findall(_CELL) else 1
    return f"{inside}第{tables[table]}个表格第{line}行第{column}格"

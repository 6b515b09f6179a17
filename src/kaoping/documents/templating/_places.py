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
_MARGINS = {"header": "页眉", "footer": "页脚"}
#: Parts that docxtpl does not fill in, or where no mark of a figure can be resolved afterwards.
_LEFT_ALONE = {"footnotes": "脚注", "endnotes": "尾注", "comments": "批注"}


@dataclass(frozen=True, slots=True, eq=False)
class Paragraph:
    """A paragraph: its element, where it stands (正文第3段), and in which part of the file."""

    element: Any
    place: str
    part: str
    filled: bool  # whether tags in it are filled in

    @property
    def pieces(self) -> list[Any]:
        """The elements that hold its text, in order; not those of a text box that hangs on it."""
        nodes = self.element.iter(*_TEXTS)
        return [node for node in nodes if next(node.iterancestors(_PARAGRAPH)) is self.element]

    @property
    def text(self) -> str:
        """Its words, as the template engine reads them."""
        return "".join(node.text or "" for node in self.pieces)

    def within(self, *kinds: str) -> Any:
        """Return the nearest element of ``kinds`` (tc, tr, tbl, txbxContent) that it stands in, or None."""
        return next(self.element.iterancestors(*(qn(f"w:{kind}") for kind in kinds)), None)

    @property
    def holder(self) -> Any:
        """The cell or text box that it stands in; None in the body or a margin."""
        return self.within("tc", "txbxContent")


def paragraphs(document: Document) -> list[Paragraph]:
    """Return every paragraph of the document, its headers and footers, text boxes, notes and comments."""
    all_paragraphs = list(_of_part(document.element.body, "正文", "body"))
    counts = dict.fromkeys(_MARGINS, 0)
    for key, rel in document.part.rels.items():
        kind = "" if rel.is_external else rel.reltype.rpartition("/")[2]
        if kind in _MARGINS:
            counts[kind] += 1
            name = _MARGINS[kind] + (str(counts[kind]) if counts[kind] > 1 else "")
            all_paragraphs += _of_part(rel.target_part.element, name, key)
        elif kind in _LEFT_ALONE:
            all_paragraphs += _of_part(parse_xml(rel.target_part.blob), _LEFT_ALONE[kind], key, filled=False)
    return all_paragraphs


def _of_part(root: Any, name: str, part: str, *, filled: bool = True) -> Iterator[Paragraph]:
    tables = {table: number for number, table in enumerate(root.iter(_TABLE), 1)}
    numbers: dict[Any, int] = {}
    for element in root.iter(_PARAGRAPH):
        if next(element.iterancestors(_FALLBACK), None) is not None:
            continue  # the same text box again, for old programs
        holder = next(element.iterancestors(_CELL, _BOX), None)
        numbers[holder] = numbers.get(holder, 0) + 1
        inside = "" if name == "正文" else name
        where = name if holder is None else inside + _holder(holder, tables)
        yield Paragraph(element, f"{where}第{numbers[holder]}段", part, filled)


def _holder(holder: Any, tables: dict[Any, int]) -> str:
    if holder.tag == _BOX:
        return "文本框里"
    row, table = next(holder.iterancestors(_ROW)), next(holder.iterancestors(_TABLE))
    line = list(table.iter(_ROW)).index(row) + 1
    cells = row.findall(_CELL)
    column = cells.index(holder) + 1 if holder in cells else 1
    return f"第{tables[table]}个表格第{line}行第{column}格"

"""A Word document as blocks: its paragraphs with their levels, its tables by cells, and what stands in its margins.

Tracked changes count as accepted. What Word, WPS and LibreOffice write between the words (ids, proofing marks, runs cut
anywhere) is not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn

from kaoping.core.figures import Fact
from kaoping.documents._notes import AUTHOR
from kaoping.documents.edits.phrases import Words, holes, told_apart

if TYPE_CHECKING:
    from docx.comments import Comment
    from docx.document import Document

_GONE = (qn("w:del"), qn("w:moveFrom"))
_WRAPPERS = tuple(map(qn, ("w:sdt", "w:sdtContent", "w:customXml", "w:ins", "w:moveTo", "w:smartTag")))
_FIXED = tuple(map(qn, ("w:drawing", "w:pict", "w:object", "w:fldChar", "w:fldSimple")))
_EXTRAS = {
    "图片": ("{http://schemas.openxmlformats.org/drawingml/2006/main}blip", "{urn:schemas-microsoft-com:vml}imagedata"),
    "脚注、尾注": (qn("w:footnoteReference"), qn("w:endnoteReference")),
}
_LEVEL = re.compile(r"(?:heading|标题) ?([1-4])")
#: The numbers that headings are given (7.3.3); what somebody inserts is numbered anew with the others.
_HEADING_NUMBER = re.compile(r"(?:[一二三四五六七八九十百]+、|（[一二三四五六七八九十百]+）|[0-9]+[.．]|（[0-9]+）)\s*")
_DIGITS = re.compile("[0-9]+")


@dataclass(slots=True)
class Block:
    """A paragraph: its element, its words, its level as a heading (0 for running text)."""

    element: Any
    words: Words
    text: str
    level: int = 0
    carriers: Sequence[Any] = ()  # the run of each figure in ``words``; None where it stands within other text

    @property
    def is_fixed(self) -> bool:
        """Whether it holds more than words: a picture, a field."""
        return next(self.element.iter(*_FIXED), None) is not None


@dataclass(slots=True)
class CellBlocks:
    """A table cell and its paragraphs."""

    element: Any
    blocks: list[Block]

    @property
    def text(self) -> str:
        """Its paragraphs, a line each."""
        return "\n".join(block.text for block in self.blocks)


@dataclass(slots=True)
class Reading:
    """What stands in a document."""

    blocks: list[Block]
    tables: list[list[list[CellBlocks]]]
    margins: list[str]
    extras: dict[str, int]  # pictures and notes, by what they are called
    comments: list[tuple[str, str, str]]
    tracked: int


def read(document: Document, facts: Mapping[Any, Fact] | None = None) -> Reading:
    """Read a document; ``facts`` says which runs are figures, in one that is being made."""
    names = {style.style_id: style.name or "" for style in document.styles}
    known = facts or {}
    blocks: list[Block] = []
    tables: list[list[list[CellBlocks]]] = []
    for element in _content(document.element.body):
        if element.tag == qn("w:tbl"):
            tables.append([[_cell(cell, known, names) for cell in row] for row in _rows(element)])
        else:
            blocks.append(_block(element, known, names))
    body = document.element.body
    extras = {what: sum(1 for _ in body.iter(*tags)) for what, tags in _EXTRAS.items()}
    return Reading(_accepted(blocks), tables, _margins(document), extras, _comments(document), _tracked(document))


def unnumbered(text: str) -> str:
    """Return a heading without its number."""
    return _HEADING_NUMBER.sub("", text, count=1) if _HEADING_NUMBER.match(text) else text


def runs(paragraph: Any) -> Iterator[Any]:
    """Yield the runs of a paragraph that are there once its tracked changes are accepted."""
    for run in paragraph.iter(qn("w:r")):
        above = next(run.iterancestors(qn("w:p"), *_GONE), None)
        if above is paragraph:
            yield run


def text_of(run: Any) -> str:
    """Return the words of a run, with its line breaks."""
    words = ""
    for node in run:
        if node.tag == qn("w:t"):
            words += node.text or ""
        elif node.tag == qn("w:cr") or (node.tag == qn("w:br") and node.get(qn("w:type")) in (None, "textWrapping")):
            words += "\n"
        elif node.tag in (qn("w:tab"), qn("w:ptab")):
            words += "\t"
        elif node.tag == qn("w:noBreakHyphen"):
            words += "-"
    return words


def _content(holder: Any) -> Iterator[Any]:
    """Yield paragraphs and tables in their order, those within content controls too."""
    for child in holder:
        if child.tag in (qn("w:p"), qn("w:tbl")):
            yield child
        elif child.tag in _WRAPPERS:
            yield from _content(child)


def _rows(table: Any) -> Iterator[list[Any]]:
    rows = [row for holder in (table, *table.iterchildren(*_WRAPPERS)) for row in holder.iterchildren(qn("w:tr"))]
    for row in rows:
        if row.find(f"{qn('w:trPr')}/{qn('w:del')}") is None:
            yield [cell for holder in (row, *row.iter(qn("w:sdtContent"))) for cell in holder.iterchildren(qn("w:tc"))]


def _cell(element: Any, facts: Mapping[Any, Fact], names: Mapping[str, str]) -> CellBlocks:
    blocks = [_block(child, facts, names) for child in _content(element) if child.tag == qn("w:p")]
    return CellBlocks(element, _accepted(blocks))


def _block(element: Any, facts: Mapping[Any, Fact], names: Mapping[str, str]) -> Block:
    segments: list[tuple[str, Fact | None]] = []
    carriers: list[Any] = []
    for is_fact, group in groupby(runs(element), lambda run: run in facts):
        if not is_fact:  # a number may be cut into several runs
            segments.append(("".join(map(text_of, group)), None))
            carriers += [None] * len(holes([told_apart(segments[-1:])]))
            continue
        for run in group:
            segments.append((text_of(run), facts[run]))
            carriers += [run] * len(holes([told_apart(segments[-1:])]))
    style = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    name = names.get(style.get(qn("w:val")), "") if style is not None else ""
    match = _LEVEL.fullmatch(name.lower())
    level = int(match[1]) if match else 0
    return Block(element, told_apart(segments), "".join(text for text, _ in segments), level, carriers)


def _accepted(blocks: Iterable[Block]) -> list[Block]:
    """Return blocks as they are when tracked changes are accepted: one whose end is deleted goes on with the next."""
    result: list[Block] = []
    begun = ""
    for block in blocks:
        block.text = begun + block.text
        if block.element.find(f"{qn('w:pPr')}/{qn('w:rPr')}/{qn('w:del')}") is not None:
            begun = block.text
            continue
        begun = ""
        result.append(block)
    return result


def _margins(document: Document) -> list[str]:
    parts = [rel.target_part for rel in document.part.rels.values() if not rel.is_external]
    margins = [p for p in parts if p.content_type.endswith(("header+xml", "footer+xml")) and hasattr(p, "element")]
    margins.sort(key=lambda part: str(part.partname))
    holders = [part.element for part in margins] + list(document.element.body.iter(qn("w:txbxContent")))
    texts = ["".join(text_of(run) for run in runs(p)).strip() for holder in holders for p in holder.iter(qn("w:p"))]
    return sorted({_DIGITS.sub("#", text) for text in texts if text})  # page numbers are whatever they were when saved


def comments_of(document: Document) -> list[Comment]:
    """Return the comments of a document; one that has none stays without the part that python-docx makes for them."""
    has_part = any(relation.reltype == RELATIONSHIP_TYPE.COMMENTS for relation in document.part.rels.values())
    return list(document.comments) if has_part else []


def _comments(document: Document) -> list[tuple[str, str, str]]:
    """Return which comments people made: who, what, and on which words. Ours, on figures, are none."""
    comments: list[tuple[str, str, str]] = []
    for comment in comments_of(document):
        if comment.author != AUTHOR:
            comments.append((comment.author, comment.text.strip(), _commented(document, str(comment.comment_id))))
    return comments


def _commented(document: Document, number: str) -> str:
    starts = document.element.body.iter(qn("w:commentRangeStart"))
    start = next((start for start in starts if start.get(qn("w:id")) == number), None)
    words = ""
    for node in () if start is None else start.itersiblings():
        if node.tag == qn("w:commentRangeEnd") and node.get(qn("w:id")) == number:
            break
        words += "".join(text_of(run) for run in ([node] if node.tag == qn("w:r") else node.iter(qn("w:r"))))
    return words.strip()


def _tracked(document: Document) -> int:
    tags = ("w:ins", "w:del", "w:moveFrom", "w:moveTo")
    return sum(1 for _ in document.element.body.iter(*map(qn, tags)))

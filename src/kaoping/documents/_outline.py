"""The outline of a rendered document: what came out empty goes, headings are counted, the signature finds its place.

Numbers are given last (GB/T 9704-2012 7.3.3: 一、 （一） 1. （1）), so that a section without content leaves no gap.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Pt
from docx.text.paragraph import Paragraph

from kaoping.core.figures import chinese, em_width
from kaoping.documents.breaking import broken

if TYPE_CHECKING:
    from docx.document import Document

_LEVELS = {"Heading 1": 1, "Heading 2": 2, "Heading 3": 3, "Heading 4": 4}
_BODY, _SIGNATURE, _ENCLOSURE, _MARK = "公文正文", "落款", "附件标记", "发文机关标志"
_OF_TABLE = ("表题", "表注")
_TITLES = ("公文标题", "表题")
_LEAST_MARK, _MARK_LINE = 26, 1.5  # points: 1 号; lines of the style's own proportion
#: The styles that a rendered document is put in order by, and what each is for.
STYLES = dict.fromkeys(_LEVELS, "标题编号") | {_BODY: "去掉空段落", _SIGNATURE: "落款的位置"}
_CHARACTER = 16  # points: 3 号


def tidy(document: Document, change: Callable[[], object] | None = None) -> None:
    """Remove empty body paragraphs and headings that nothing follows, number the others, place signature and date.

    ``change`` is called in between: with what is empty gone, and nothing numbered yet.
    """
    outline = _Outline(document)
    outline.clear()
    if change is not None:
        change()
    outline.number()
    outline.sign()
    outline.fit()
    for root in (document.element.body, *(part.element for part in _margins(document))):
        _close_cells(root)


def _margins(document: Document) -> list[Any]:
    rels = document.part.rels.values()
    return [rel.target_part for rel in rels if rel.reltype.endswith(("/header", "/footer"))]


def _close_cells(root: Any) -> None:
    """Take out tables that have no row left, and end each cell on a paragraph: Word opens no file that lacks it.

    ECMA-376 17.4.65: a cell that does not end on a paragraph makes the document corrupt.
    """
    for table in list(root.iter(qn("w:tbl"))):
        if table.find(qn("w:tr")) is None and table.find(qn("w:sdt")) is None:
            table.getparent().remove(table)
    for holder in (root, *root.iter(qn("w:tc"), qn("w:txbxContent"))):
        ends = [child for child in holder if child.tag not in (qn("w:sectPr"), qn("w:tcPr"))]
        if not ends or (holder.tag == qn("w:tc") and ends[-1].tag != qn("w:p")):
            empty = OxmlElement("w:p")
            last = holder.find(qn("w:sectPr"))
            holder.append(empty) if last is None else last.addprevious(empty)


def heading_number(level: int, count: int) -> str:
    """Return the number of the ``count``-th heading of ``level`` 1…4 (7.3.3); ValueError beyond 九十九."""
    forms = {1: "{}、", 2: "（{}）", 3: "{}.", 4: "（{}）"}
    return forms[level].format(chinese(count) if level < 3 else count)


def _number(beside: dict[int, list[Paragraph]], above: int) -> None:
    """Number the headings of the levels below ``above``, which end here, and forget them."""
    for level in [level for level in beside if level > above]:
        headings = beside.pop(level)
        for count, heading in enumerate(headings if len(headings) > 1 else (), 1):
            first = heading.runs[0]
            first.text = heading_number(level, count) + first.text


class _Outline:
    """The paragraphs of one document by their styles; python-docx looks a style up for each paragraph anew."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._names = {style.style_id: style.name or "" for style in document.styles}

    def _style(self, paragraph: Paragraph) -> str:
        element: Any = paragraph._p
        return self._names.get(element.style or "", "")

    def clear(self) -> None:
        """Remove empty body paragraphs, and headings that nothing follows."""
        for paragraph in self.document.paragraphs:
            if self._style(paragraph) == _BODY and not paragraph.text.strip() and not _holds_more(paragraph):
                self._remove(paragraph)
        for paragraph in reversed(self.document.paragraphs):
            if self._style(paragraph) in _LEVELS and (not paragraph.text.strip() or self._is_bare(paragraph)):
                self._remove(paragraph)

    def number(self) -> None:
        """Number the headings, an attachment's from the beginning; one that has no other beside it is left without."""
        beside: dict[int, list[Paragraph]] = {}  # level → the headings of one parent, so far
        for paragraph in self.document.paragraphs:
            style = self._style(paragraph)
            if style == _ENCLOSURE:  # an attachment counts its own
                _number(beside, 0)
            elif style in _LEVELS:
                _number(beside, _LEVELS[style])
                beside.setdefault(_LEVELS[style], []).append(paragraph)
        _number(beside, 0)

    def _is_bare(self, heading: Paragraph) -> bool:
        """Whether nothing stands under the heading: the next thing is one of its own level or above, or the end."""
        level = _LEVELS[self._style(heading)]
        below: Any = heading._p.getnext()
        while below is not None and below.tag == qn("w:p") and self._is_of_table(below):
            below = below.getnext()
        if below is None or below.tag == qn("w:sectPr"):
            return True
        if below.tag != qn("w:p"):
            return False
        name = self._style(Paragraph(below, self.document._body))
        return name not in (_BODY, *_LEVELS) or _LEVELS.get(name, level + 1) <= level

    def _is_of_table(self, element: Any) -> bool:
        """Whether a paragraph is the title of the table below it, or stands between the two."""
        return self._style(Paragraph(element, self.document._body)) in _OF_TABLE

    def sign(self) -> None:
        """Set the indents of an unsealed signature (7.3.5.2).

        The name stands two characters in from the right, the date below begins two characters after it; where the date
        is the longer one, it stands two characters in, and the name moves.
        """
        for name, day in pairwise(self.document.paragraphs):
            if self._style(name) != _SIGNATURE or self._style(day) != _SIGNATURE:
                continue
            wide, long = em_width(name.text), em_width(day.text)
            indents = (4 + long - wide, 2) if long > wide else (2, max(wide - long, 0))
            self._hold(name)
            for paragraph, indent in zip((name, day), indents, strict=True):
                paragraph.paragraph_format.right_indent = Pt(indent * _CHARACTER)
                properties: Any = paragraph._p.get_or_add_pPr()
                properties.find(qn("w:ind")).set(qn("w:rightChars"), str(round(indent * 100)))

    def _hold(self, name: Paragraph) -> None:
        """Keep the signature on the page of the last lines of text: a date is not to stand alone on one."""
        name.paragraph_format.keep_with_next = True
        above: Any = name._p.getprevious()
        while above is not None and above.tag == qn("w:p"):
            paragraph = Paragraph(above, self.document._body)
            paragraph.paragraph_format.keep_with_next = True
            if self._style(paragraph) == _BODY:
                break
            above = above.getprevious()

    def fit(self) -> None:
        """Break by sense what does not go into one line: titles (7.3.1), and the office's name in the red head.

        The head is set as large as its longest line holds, at most as its style has it (7.2.4); it takes a second line
        before it gets too small to be a head.
        """
        section = self.document.sections[0]
        width = Emu((section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)).pt
        for paragraph in self.document.paragraphs:
            name = self._style(paragraph)
            style = paragraph.style if name in (_MARK, *_TITLES) else None
            size = style.font.size if style is not None else None
            if size is None:
                continue
            least = _LEAST_MARK if name == _MARK else size.pt
            lines = [part for line in paragraph.text.split("\n") for part in broken(line, width / least)]
            if len(lines) > len(paragraph.text.split("\n")):
                _break(paragraph, lines)
            if (fits := int(width / max(*map(em_width, lines), 1))) < size.pt and name == _MARK:
                for run in paragraph.runs:
                    run.font.size = Pt(fits)
                paragraph.paragraph_format.line_spacing = Pt(round(fits * _MARK_LINE))

    def _remove(self, paragraph: Paragraph) -> None:
        """Take a paragraph out, and the comments on its figures with it."""
        element: Any = paragraph._p
        marked = {reference.get(qn("w:id")) for reference in element.iter(qn("w:commentReference"))}
        if marked:
            for comment in list(self.document.comments):
                if str(comment.comment_id) in marked:
                    note: Any = comment._comment_elm
                    note.getparent().remove(note)
        element.getparent().remove(element)


def _break(paragraph: Paragraph, lines: Sequence[str]) -> None:
    """Break the paragraph into ``lines``, run by run: figures keep their comments."""
    ends = set(accumulate(len(line) for line in lines[:-1]))  # counted without the breaks
    done = 0
    for run in paragraph.runs:
        text = ""
        for character in run.text:
            if character != "\n" and done in ends:
                text += "\n"
            ends.discard(done)
            text += character
            done += character != "\n"
        if text != run.text:
            run.text = text


def _holds_more(paragraph: Paragraph) -> bool:
    """Whether the paragraph carries something besides text: a picture, or the end of a section."""
    return any(paragraph._p.iter(qn("w:drawing"), qn("w:pict"), qn("w:sectPr"), qn("w:object")))

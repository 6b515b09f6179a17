"""Marks around the figures in a Word document while it is rendered, and what becomes of them afterwards.

A template engine gives back text; which words of it are a figure, and where that came from, would be lost. So every
figure goes in with private-use characters around it and comes out as a run of its own: with a Word comment in the
送审稿, as plain text in the 报送稿.
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from docx.enum.text import WD_COLOR_INDEX
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from kaoping.core.figures import Fact, Missing
from kaoping.core.model import FINAL
from kaoping.core.zipbytes import NO_DATE
from kaoping.documents._notes import Notes

if TYPE_CHECKING:
    from docx.document import Document

# Plane 16 is private use that no Chinese encoding maps rare name characters to (the private use area at U+E000 is).
_OPEN, _MIDDLE, _CLOSE = "\U0010f000", "\U0010f001", "\U0010f002"
_GUARDED = {"{": "\U0010f010", "}": "\U0010f011", "\n": "\U0010f012", "\t": "\U0010f013"}
_UNGUARD = {ord(guard): char for char, guard in _GUARDED.items()}
_OURS = re.compile("[\U0010f000-\U0010ffff]")
#: What XML 1.0 can't hold (2.2 Char).
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FIGURE = re.compile(f"{_OPEN}([0-9]+){_MIDDLE}(.*?){_CLOSE}")
_BLANK = re.compile("【待补[^】]*】?")


def clean(text: str) -> str:
    """Return ``text`` as XML can hold it: one kind of line break, other control characters left out."""
    breaks = text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n").replace("\u2028", "\n")
    return _OURS.sub("", _UNWRITABLE.sub("", breaks))


def guard(text: str) -> str:
    """Return ``text`` so that a template engine passes it through letter by letter, braces and line breaks too."""
    return clean(text).translate({ord(char): guarded for char, guarded in _GUARDED.items()})


def plain(text: str) -> str:
    """Return what a template made of guarded text and marked figures, without guards and marks."""
    return _OURS.sub("", _FIGURE.sub(lambda marked: marked[2], text).translate(_UNGUARD))


@dataclass(slots=True)
class Marks:
    """The facts marked in one document, in the order they were met; once resolved, their runs and its comments."""

    facts: list[Fact] = field(default_factory=list)
    runs: dict[Any, Fact] = field(default_factory=dict)
    notes: Notes | None = None  # of a 送审稿

    def mark(self, fact: Fact) -> str:
        """Return the fact's text with marks around it."""
        self.facts.append(fact)
        return f"{_OPEN}{len(self.facts) - 1}{_MIDDLE}{guard(str(fact))}{_CLOSE}"

    def resolve(self, document: Document, *, form: str, dated: date | None) -> None:
        """Turn all marks into runs, comments and highlights.

        Comments can stand in the body alone (ECMA-376 17.13.4), and Word takes none in a text box: in a header, footer
        or text box a figure is plain text. Raises
        ValueError where a template cut a figure in two, so that its end can't be found.
        """
        moment = datetime.combine(dated or NO_DATE, datetime.min.time(), UTC)
        self.notes = Notes(document, moment) if form != FINAL else None
        for element, in_body in _paragraphs(document):
            for run in element.findall(qn("w:r")) + element.findall(f"{qn('w:hyperlink')}/{qn('w:r')}"):
                text = Run(run, Paragraph(element, document._body)).text
                if _OURS.search(text):
                    self._split(run, text, element, self.notes if in_body else None)
            if _OURS.search(words := _own_words(element)):
                raise ValueError(f"模板把一个数据截断了：{_OURS.sub('', words)[:40]}")

    def _split(self, run: Any, text: str, paragraph: Any, notes: Notes | None) -> None:
        """Replace ``run`` by runs of plain text and of one figure each."""
        pieces: list[tuple[str, Fact | None]] = []
        start = 0
        for match in _FIGURE.finditer(text):
            pieces += [(text[start : match.start()], None), (match[2], self.facts[int(match[1])])]
            start = match.end()
        pieces.append((text[start:], None))
        last = run
        for words, fact in pieces:
            if not words:
                continue
            element = copy.deepcopy(run)
            last.addnext(element)
            last = element
            piece = Run(element, paragraph)
            piece.text = words.translate(_UNGUARD)
            if fact is not None:
                self.runs[element] = fact
            if isinstance(fact, Missing):
                piece.font.highlight_color = WD_COLOR_INDEX.YELLOW
            if notes is not None and (note := _note(fact)):
                notes.add(piece, note)
                last = element.getnext().getnext()  # after the end of the range and its reference
        run.getparent().remove(run)


def _note(fact: Fact | None) -> str:
    if fact is None:
        return ""
    if isinstance(fact, Missing):
        return clean("\n".join(part for part in (f"待补：{fact.what}", fact.source) if part))
    return clean(fact.source)


def blanks(document: Document) -> list[str]:
    """Return the blanks (待补) that are left to fill in."""
    texts = (blank for element, _ in _paragraphs(document) for blank in _BLANK.findall(_own_words(element)))
    return list(dict.fromkeys(texts))


def _own_words(paragraph: Any) -> str:
    """Return the words of a paragraph without those of a text box in it."""
    nodes = (node for node in paragraph.iter(qn("w:t")) if next(node.iterancestors(qn("w:p"))) is paragraph)
    return "".join(node.text or "" for node in nodes)


def _paragraphs(document: Document) -> list[tuple[Any, bool]]:
    """Return every paragraph element, those in tables and text boxes too, with whether it can take a comment."""
    body = document.element.body.iter(qn("w:p"))
    paragraphs = [(element, next(element.iterancestors(qn("w:txbxContent")), None) is None) for element in body]
    for rel in document.part.rels.values():
        if rel.reltype.endswith(("/header", "/footer")):
            paragraphs += [(element, False) for element in rel.target_part.element.iter(qn("w:p"))]
    return paragraphs

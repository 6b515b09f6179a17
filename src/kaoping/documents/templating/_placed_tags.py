"""The tags of a template in its paragraphs, and what keeps words from becoming a tag.

docxtpl works on the file's XML; here the same tags are read from each paragraph's text, so that whatever is wrong with
one has a place that a person can find in Word.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import Any

from docx.oxml.ns import qn

from kaoping.documents._dialect import HALF, TAG, WIDE, Tag
from kaoping.documents.templating._places import Paragraph

_OPENED, _CLOSED = "template.open_tag", "template.lone_closer"
_HALVES = {"{{": _OPENED, "{%": _OPENED, "{#": _OPENED, "}}": _CLOSED, "%}": _CLOSED}
#: Half tags; of the slips that look like one another, the plainest first.
BROKEN = ("template.full_width", "template.miswritten", _OPENED, _CLOSED)
_PLAIN = (qn("w:t"), qn("w:r"), qn("w:hyperlink"))
_WORDS = {
    "tab": "制表符", "br": "换行", "cr": "换行", "drawing": "图片", "pict": "图片", "object": "嵌入的对象",
    "AlternateContent": "图片或文本框", "fldChar": "域", "instrText": "域", "fldSimple": "域", "hyperlink": "超链接",
    "bookmarkStart": "书签", "bookmarkEnd": "书签", "commentRangeStart": "批注", "commentRangeEnd": "批注",
    "commentReference": "批注", "ins": "修订", "del": "修订", "delText": "修订", "moveFrom": "修订", "moveTo": "修订",
    "sdt": "内容控件", "footnoteReference": "脚注", "endnoteReference": "尾注",
    "noBreakHyphen": "连字符", "sym": "符号",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something wrong with a template: a code, the words that show it, and more for the finding's sentences."""

    code: str
    paragraph: Paragraph
    words: str
    why: str = ""
    near: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class PlacedTag(Tag):
    """A tag where it stands; ``pieces`` are the elements of text that it lies on."""

    pieces: Sequence[Any]
    paragraph: Paragraph

    def flaw(self, code: str, why: str = "", near: str = "") -> Flaw:
        """Say what is wrong with it."""
        return Flaw(code, self.paragraph, self.text, why, near)


@dataclass(frozen=True, slots=True)
class Reading:
    """The tags and the flaws of a paragraph; ``broken`` is the one that is half a tag."""

    paragraph: Paragraph
    tags: Sequence[PlacedTag]
    broken: Flaw | None
    flaws: Sequence[Flaw]


def read(paragraph: Paragraph) -> Reading:
    """Read the tags of one paragraph."""
    pieces = [node for node in paragraph.pieces for _ in node.text or ""]  # of each character
    text = paragraph.text
    tags: list[PlacedTag] = []
    halves: list[tuple[int, int]] = []  # how plain the slip is, and where
    gap = 0
    for match in [*TAG.finditer(text), None]:
        until = match.start() if match else len(text)
        halves += [(BROKEN.index(_half(half[0])), half.start()) for half in HALF.finditer(text, gap, until)]
        if match:
            tags.append(PlacedTag(match[0], list(dict.fromkeys(pieces[until : match.end()])), paragraph))
            gap = match.end()
    flaws: list[Flaw] = []
    for tag in tags:
        flaws += _strangers(tag)
        if tag.has_wide_quotes:
            flaws.append(tag.flaw("template.quotes"))
    there = [tag for tag in tags if all(node.tag != qn("w:delText") for node in tag.pieces)]
    return Reading(paragraph, there, _broken(halves, text, paragraph), flaws)


def _half(signs: str) -> str:
    return "template.full_width" if WIDE.search(signs) else _HALVES.get(signs, "template.miswritten")


def _broken(halves: list[tuple[int, int]], text: str, paragraph: Paragraph) -> Flaw | None:
    """One slip often looks like two (an opener without closer, a closer without opener): the plainest is told."""
    if not halves:
        return None
    rank, start = min(halves)
    words = text[max(0, start - 18) : start + 2] if BROKEN[rank] == _CLOSED else text[start : start + 24]
    return Flaw(BROKEN[rank], paragraph, words)


def broken(readings: Sequence[Reading]) -> Iterator[Flaw]:
    """Yield the half tags; where one ends in the paragraph below, both are one flaw."""
    halves = {reading.paragraph: reading.broken for reading in readings if reading.broken}
    for above, below in pairwise(readings):
        here, there = halves.get(above.paragraph), halves.get(below.paragraph)
        together = above.paragraph.holder is below.paragraph.holder and above.paragraph.part == below.paragraph.part
        if together and here and there and (here.code, there.code) == (_OPENED, _CLOSED):
            del halves[below.paragraph]
            halves[above.paragraph] = Flaw("template.cut_tag", above.paragraph, here.words)
    yield from halves.values()


def _strangers(tag: PlacedTag) -> Iterator[Flaw]:
    """Yield what stands around a tag, besides runs and links, or inside it, and is no text."""
    paragraph, pieces = tag.paragraph.element, tag.pieces
    chains = ([node, *takewhile(lambda above: above is not paragraph, node.iterancestors())] for node in pieces)
    around = [element for chain in chains for element in chain if element.tag not in _PLAIN]
    if around:
        yield tag.flaw("template.wrapped", next(filter(None, map(_word, around)), "域"))
        return
    every = list(paragraph.iter())
    inside = every[every.index(pieces[0]) + 1 : every.index(pieces[-1])]
    words = [word for element in inside if (word := _word(element)) and not _is_harmless(element)]
    if len({node.getparent().getparent() for node in pieces}) > 1:
        words.append("超链接")
    if words:
        yield tag.flaw("template.split", words[0])


def _word(element: Any) -> str:
    return _WORDS.get(str(element.tag).rpartition("}")[2], "")


def _is_harmless(element: Any) -> bool:
    """Whether it belongs to a run's look, or to the bookmark that Word keeps where the last edit was."""
    if element.getparent().tag == qn("w:rPr"):
        return True
    marks = element.getroottree().getroot().iter(qn("w:bookmarkStart"))
    last = {mark.get(qn("w:id")) for mark in marks if mark.get(qn("w:name")) == "_GoBack"}
    return element.tag in (qn("w:bookmarkStart"), qn("w:bookmarkEnd")) and element.get(qn("w:id")) in last

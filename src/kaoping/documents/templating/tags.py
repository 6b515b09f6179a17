"""The tags of a template (docxtpl's dialect of Jinja) in its paragraphs, and what is wrong with their writing.

docxtpl works on the file's XML; here the same tags are read from each paragraph's text, so that whatever is wrong with
one has a place that a person can find in Word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

from kaoping.documents.templating.places import Paragraph

_CLOSER = {"{{": "}}", "{%": "%}", "{#": "#}"}
_OPENER = re.compile(r"\{[{%#]")
#: Braces as they come out of an input method, or with a space between them.
_MISWRITTEN = re.compile(r"[{｛]\s*[{｛%％]|[}｝%％]\s*[}｝]")
_WIDE = re.compile("[｛｝％]")
#: `{%p …`, `{{r …`: the tag stands for the whole paragraph, row, cell or run that it is in.
_PREFIX = re.compile(r"(p|tr|tc|r)(?=\s)")
#: docxtpl writes these quotes as straight ones inside a tag.
STRAIGHT = str.maketrans("“”‘’", "\"\"''")
#: Of the slips that look like one another, the plainest first.
_BROKEN = ("template.full_width", "template.miswritten", "template.open_tag", "template.lone_closer")
_HARMLESS = {qn(f"w:{name}") for name in ("r", "t", "proofErr", "lastRenderedPageBreak", "softHyphen")}
_WORDS = {
    "tab": "制表符", "br": "换行", "cr": "换行", "drawing": "图片", "pict": "图片", "object": "嵌入的对象",
    "AlternateContent": "图片或文本框", "fldChar": "域", "instrText": "域", "fldSimple": "域", "hyperlink": "超链接",
    "bookmarkStart": "书签", "bookmarkEnd": "书签", "commentRangeStart": "批注", "commentRangeEnd": "批注",
    "commentReference": "批注", "ins": "修订", "del": "修订", "delText": "修订", "moveFrom": "修订", "moveTo": "修订",
    "sdt": "内容控件", "footnoteReference": "脚注", "endnoteReference": "尾注",
    "noBreakHyphen": "连字符", "sym": "符号",
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Tag:
    """A tag as it stands in its paragraph; ``unit`` is what it stands for: "" itself, p, tr, tc or r."""

    opener: str  # {{ {% {#
    unit: str
    body: str
    text: str
    start: int
    paragraph: Paragraph

    @property
    def keyword(self) -> str:
        """The first word of a ``{% %}``."""
        found = re.match(r"\w+", self.body)
        return found[0] if found and self.opener == "{%" else ""

    @property
    def jinja(self) -> str:
        """The tag in plain Jinja, on one line; what docxtpl makes of its own tags for cells."""
        body = self.body.replace("\n", " ")
        if self.keyword in ("colspan", "cellbg"):
            return f"{{{{ {body.removeprefix(self.keyword)} }}}}"
        if self.opener == "{#" or self.keyword in ("vm", "hm"):
            return ""
        return f"{self.opener} {body} {_CLOSER[self.opener]}"


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something wrong with the writing: a code, the words that show it, and more for its sentences."""

    code: str
    paragraph: Paragraph
    words: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """The tags and the flaws of a paragraph."""

    tags: list[Tag]
    flaws: list[Flaw]

    @property
    def broken(self) -> list[Flaw]:
        """The flaws that are half a tag, or none."""
        return [flaw for flaw in self.flaws if flaw.code in _BROKEN]


def read(paragraph: Paragraph) -> Reading:
    """Read the tags of one paragraph."""
    text = paragraph.text
    tags: list[Tag] = []
    broken: list[tuple[int, str]] = []
    outside: list[tuple[int, str]] = []
    position = 0
    while opener := _OPENER.search(text, position):
        outside.append((position, text[position : opener.start()]))
        close = text.find(_CLOSER[opener[0]], opener.end())
        following = _OPENER.search(text, opener.end())
        if close < 0 or (following is not None and following.start() < close):
            if opener[0] != "{#":
                broken.append((opener.start(), "template.open_tag"))
            position = opener.end()
            continue
        position = close + 2
        tags.append(_tag(opener[0], text, opener.start(), position, paragraph))
    outside.append((position, text[position:]))
    for start, words in outside:
        if found := _MISWRITTEN.search(words):
            code = "template.lone_closer" if found[0] in ("}}", "%}") else "template.miswritten"
            code = "template.full_width" if _WIDE.search(found[0]) else code
            broken.append((start + found.start(), code))
    flaws = [_first(broken, text, paragraph)] if broken else []
    gone = [tag for tag in tags if any(node.tag == qn("w:delText") for node in _touched(tag))]
    for tag in tags:
        flaws += _split(tag)
        if tag.body != tag.body.translate(STRAIGHT) and tag.opener != "{#":
            flaws.append(Flaw("template.quotes", paragraph, tag.text))
    return Reading([tag for tag in tags if tag not in gone], flaws)


def _tag(opener: str, text: str, start: int, end: int, paragraph: Paragraph) -> Tag:
    inner = text[start + 2 : end - 2]
    unit = _PREFIX.match(inner)
    body = inner[unit.end() :] if unit else inner
    return Tag(opener, unit[0] if unit else "", body.strip().strip("-+").strip(), text[start:end], start, paragraph)


def _first(broken: list[tuple[int, str]], text: str, paragraph: Paragraph) -> Flaw:
    """One slip often looks like two (an opener without closer, a closer without opener): the plainest is told."""
    start, code = min(broken, key=lambda item: (_BROKEN.index(item[1]), item[0]))
    if code == "template.lone_closer":
        return Flaw(code, paragraph, text[max(0, start - 18) : start + 2])
    return Flaw(code, paragraph, text[start : start + 24])


def is_cut(here: Reading, there: Reading) -> bool:
    """Whether a tag begins in one paragraph and ends in the next."""
    codes = [flaw.code for flaw in (*here.broken, *there.broken)]
    return codes == ["template.open_tag", "template.lone_closer"]


def _touched(tag: Tag) -> list[Any]:
    """Return the pieces of text that the tag lies on."""
    offset, touched = 0, []
    for node in tag.paragraph.pieces:
        length = len(node.text or "")
        if offset < tag.start + len(tag.text) and offset + length > tag.start:
            touched.append(node)
        offset += length
    return touched


def _split(tag: Tag) -> Iterator[Flaw]:
    """Yield what stands inside a tag and is no text, or that the tag itself stands in."""
    touched = _touched(tag)
    wrapped = [word for node in touched if (word := _wrapper(node, tag.paragraph.element))]
    if wrapped:
        yield Flaw("template.wrapped", tag.paragraph, tag.text, wrapped[0])
        return
    parents = {node.getparent().getparent() for node in touched}
    between = [word for element in _between(tag.paragraph.element, touched) if (word := _strange(element))]
    if between or len(parents) > 1:
        yield Flaw("template.split", tag.paragraph, tag.text, between[0] if between else "超链接")


def _wrapper(node: Any, paragraph: Any) -> str:
    """Say what a text stands in, besides a run of the paragraph or of a hyperlink in it: a revision, a control."""
    if node.tag != qn("w:t"):
        return _WORDS[_local(node)]
    inner = node.getparent().getparent()
    while inner is not paragraph:
        if inner.tag != qn("w:hyperlink"):
            return next((_WORDS[_local(e)] for e in (inner, *inner.iterancestors()) if _local(e) in _WORDS), "域")
        inner = inner.getparent()
    return ""


def _between(paragraph: Any, touched: list[Any]) -> Iterator[Any]:
    """Yield the elements from the first to the last of ``touched``, in the order of the file."""
    inside = False
    for element in paragraph.iter():
        if element is touched[-1]:
            return
        if inside:
            yield element
        inside = inside or element is touched[0]


def _strange(element: Any) -> str:
    if not isinstance(element.tag, str) or element.tag in _HARMLESS:
        return ""
    if element.tag == qn("w:rPr") or next(element.iterancestors(qn("w:rPr")), None) is not None:
        return ""
    if element.tag in (qn("w:bookmarkStart"), qn("w:bookmarkEnd")) and _is_words_own(element):
        return ""
    return _WORDS.get(_local(element), "")


def _is_words_own(bookmark: Any) -> bool:
    """Whether the bookmark is the one that Word keeps where the last edit was, and nobody sees."""
    id_ = bookmark.get(qn("w:id"))
    starts = bookmark.getroottree().getroot().iter(qn("w:bookmarkStart"))
    return any(start.get(qn("w:id")) == id_ and start.get(qn("w:name")) == "_GoBack" for start in starts)


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]

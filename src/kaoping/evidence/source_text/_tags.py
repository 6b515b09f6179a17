"""Markup: what stands between tags, in their attributes, in comments; cells under their heads; codes of fields."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from kaoping.evidence.source_text._passage import Passage, remark

_TITLE = 16  # characters of a column's title
_LINE = re.compile(
    r"</(?:w:p|w:tr|a:p|a:tr|si|is|c|row|text:p|text:h|table:table-row|comment|ofd:TextCode|TextCode)>|</?[\w:]*br\b[^>]*>|"
    r"<(?:w:br|w:cr|text:line-break)\b[^>]*>|</(?:p|div|tr|li|h\d|title|dt|dd|(?:ss:)?Row|\w+:段落|text)>|"
    r"</(?:dc|cp|dcterms|vt|meta|ofd|Properties)?:?(?:title|subject|creator|keywords|description|category|lpwstr)>",
    re.I,
)
#: A cell and the last paragraph in it.
_TAB = re.compile(
    r"(?:</(?:w:p|a:p|a:txBody|text:p|p)>\s*)*</(?:w:tc|a:tc|table:table-cell|td|th|(?:ss:)?Cell)>|<(?:w:tab|text:tab|text:s)\b[^>]*>",
    re.I,
)
_TAG = re.compile(r"<[^>]{0,2000}>")
_COMMENT = re.compile(r"<!--(.{2,20000}?)-->", re.S)
_VALUE = re.compile(r"=\s*(?:\"([^\"<>]{2,4000})\"|'([^'<>]{2,4000})'|([^\s\"'<>=]{2,400}))")
#: A field of Word, and what it is given: QUOTE "…", TITLE …, FILLIN "…".
_FIELD = re.compile(
    r"\b(?:QUOTE|TITLE|SUBJECT|COMMENTS|KEYWORDS|AUTHOR|SET|ASK|FILLIN|DOCVARIABLE|DOCPROPERTY|MACROBUTTON|IF|TC|XE)\s"
    r"([^\n]{1,400})"
)
_ARGUMENT = re.compile(r"\"([^\"\n]{2,400})\"|([^\s\"\\]{2,80})")


def of_markup(text: str, place: str = "", *, is_first: bool = True) -> Iterator[Passage]:
    """Yield what stands between tags, in comments, and each value of an attribute: what a sheet is called, a prompt."""
    written = html.unescape(without_tags(_LINE.sub("\n", _TAB.sub("\t", text))))
    headed = "\n".join(_headed(written))
    is_plain = headed == written
    yield Passage(written, place if is_plain else "", is_first=is_first)
    if not is_plain:  # persons are looked for here: each number stands with its label
        yield Passage(headed, place, is_first=False)
    yield from field_arguments(written)
    for comment in _COMMENT.finditer(text):
        yield from remark(html.unescape(without_tags(comment[1])))
    for tag in _TAG.finditer(text):
        if not tag[0].isascii() or "&#" in tag[0]:
            for match in _VALUE.finditer(tag[0]):
                value = html.unescape(match[1] or match[2] or match[3])
                yield Passage(value, is_name=True)
                yield from field_arguments(value)


def of_xml_lines(text: str) -> Iterator[Passage]:
    """Yield each text and each value of an attribute of a description (XMP) as a name."""
    for line in html.unescape(_TAG.sub("\n", text)).splitlines():
        yield from remark(line)
    for match in _VALUE.finditer(text):
        yield from remark(html.unescape(match[1] or match[2] or match[3]))


def without_tags(text: str) -> str:
    """Return ``text`` without tags, and without the comments in it."""
    return _TAG.sub("", _COMMENT.sub("", text))


def field_arguments(text: str) -> Iterator[Passage]:
    """Yield what the codes of fields in ``text`` are given: Word shows it, wherever it wants."""
    for field in _FIELD.finditer(text):
        for argument in _ARGUMENT.finditer(field[1]):
            yield Passage(argument[1] or argument[2], is_name=True)


def is_head(row: Sequence[str]) -> bool:
    """Whether the row seems to say what stands in the columns below: two titles at least, and no number."""
    cells = [cell for cell in row if cell]
    return len(cells) > 1 and all(len(cell) < _TITLE and not any(map(str.isdigit, cell)) for cell in cells)


def _headed(text: str) -> Iterator[str]:
    """Yield the lines, the cells of tables below a head each after its title: 密级：机密."""
    head: list[str] | None = None
    for line in text.split("\n"):
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) < 2:
            head = None
        elif head is None:
            head = cells if is_head(cells) else []
        elif head:
            line = "\t".join(
                f"{title}：{cell}" if title and cell else cell
                for title, cell in zip_longest(head, cells, fillvalue="")
                if cell
            )
        yield line

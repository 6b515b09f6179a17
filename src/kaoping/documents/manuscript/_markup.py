r"""The marks of a source: what each line is to become. docs/word-templates.md explains them to those who write sources.

One line is one paragraph, and its first mark says the style (:data:`STYLES`); a line without one is body text. ``|``
begins a row of a table, a word in brackets stands for something ready-made. ``\n`` breaks a line inside a paragraph.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.documents.manuscript._source_file import REMARK, TAKE_IN, Line

BODY = "公文正文"
STYLES = {
    "=": "公文标题",
    "@": "主送机关",
    "#": "Heading 1",
    "##": "Heading 2",
    "###": "Heading 3",
    "####": "Heading 4",
    "+": "附件",
    "++": "附件续",
    ">": "落款",
    "~": "空行",
    "^": "附件标记",
    "==": "表题",
    "--": "表注",
}
EMPTY = "~"
LETTERHEAD, IMPRINT = "[版头]", "[版记]"
LANDSCAPE, UPRIGHT = "[横排]", "[竖排]"
KEYWORDS = (LETTERHEAD, IMPRINT, LANDSCAPE, UPRIGHT)
COLUMNS, HEAD_ROW, ROW = "|%", "|*", "|"

_KNOWN = {*STYLES, TAKE_IN, REMARK, COLUMNS, HEAD_ROW, ROW}
#: What may be meant as a mark: those above as they come out of an input method too.
_MARKS = re.compile(r"[=@#+>~^|<*/\-＝＠＃＋＞～＾｜＜＊／－]+")
_BRACKETED = re.compile(r"[\[［【](.+?)[\]］】]")
_OUTSIDE = r"(?![^{}]*[}%]})"  # of a tag
_BETWEEN = re.compile(rf" \|(?: |$){_OUTSIDE}")  # cells, not the filters of a tag
_BAR = re.compile(rf"[|｜]{_OUTSIDE}")
_BREAK = re.compile(rf"\\n{_OUTSIDE}")
_ROW = re.compile(r"\|(?:(\*|%)|([0-9]+) \|)?(?: |$)")
_SHARE = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,4})?")
_MOST_COLUMNS = 63  # that Word takes
_HIGHEST = 600  # points: what a page holds


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a style; where a line ends inside it, its text has a line break."""

    style: str
    text: str
    at: Location


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, at least ``height`` points high; a ``head`` comes again on each page."""

    cells: tuple[str, ...]
    head: bool
    height: int
    at: Location

    def lines_of(self, cell: str) -> list[str]:
        """Return the paragraphs of one of its cells: a head's lines are one paragraph."""
        return [cell] if self.head else cell.split("\n")


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the columns have ``shares`` of the page's width."""

    shares: tuple[float, ...]
    at: Location
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word in brackets, one of :data:`KEYWORDS`."""

    text: str
    at: Location


Element = Paragraph | Table | Keyword


def elements_of(lines: Iterable[Line], findings: Findings) -> list[Element]:
    """Return what the lines are to become, in order; what is wrong with one is told."""
    elements: list[Element] = []
    for line in lines:
        if line.text in KEYWORDS:
            elements.append(Keyword(line.text, line.at))
        elif row := _ROW.match(line.text):
            _add_row(row, line, elements, findings)
        else:
            if why := _mistaken(line.text):
                findings.add("manuscript.mark", line.at, words=_start(line.text), why=why)
            if line.text[0] in "|｜" and elements and isinstance(elements[-1], Table):
                elements[-1].rows.append(Row((line.text,), head=False, height=0, at=line.at))  # meant to be one
            else:
                elements.append(_paragraph(line))
    for element in elements:
        if isinstance(element, Table) and element.shares and not element.rows:
            findings.add("manuscript.table", element.at, words=COLUMNS, why="后面没有一行表格")
    return elements


def _paragraph(line: Line) -> Paragraph:
    mark = _mark(line.text)
    style, text = (STYLES[mark], line.text[len(mark) :].strip()) if mark in STYLES else (BODY, line.text)
    return Paragraph(style, _broken(text), line.at)


def _mark(text: str) -> str:
    """Return what the line begins with and may be a mark; "" for none."""
    match = _MARKS.match(text)
    return match[0] if match else ""


def _mistaken(text: str) -> str:
    """Say why the line's beginning looks like a mark and is none; "" where nothing is wrong with it."""
    bracketed = _BRACKETED.fullmatch(text)
    if bracketed and f"[{bracketed[1].strip()}]" in KEYWORDS:
        return f"要写成 [{bracketed[1].strip()}]，用半角的方括号，中间没有空格"
    if bracketed and text[0] == "[":
        return f"方括号里只能是 {' '.join(KEYWORDS)}"
    mark = _mark(text)
    rest = text[len(mark) :]
    if mark in STYLES and (not rest or rest[0] == " "):
        if mark == EMPTY:
            return "这个记号是一个空行，后面不写文字" if rest else ""
        return "" if rest.strip() else "记号后面没有文字"
    if mark in _KNOWN:
        return "记号和后面的文字之间要空一格（半角）"
    if mark and unicodedata.normalize("NFKC", mark) in _KNOWN:
        return "记号要用半角的"
    if mark and (not rest or rest[0].isspace()):
        return "没有这种记号"
    return ""


def _add_row(match: re.Match[str], line: Line, elements: list[Element], findings: Findings) -> None:
    """Begin a table where the line does, or add a row to the one that stands last."""
    kind, height, rest = match[1], int(match[2] or 0), line.text[match.end() :]
    if kind == "%":
        elements.append(Table(_shares(rest, line, findings), line.at))
        return
    table = elements[-1] if elements else None
    if not isinstance(table, Table):
        findings.add("manuscript.table", line.at, words=_start(line.text), why=f"前面没有用 {COLUMNS} 写各列的宽度")
        table = Table((), line.at)
        elements.append(table)
    if height > _HIGHEST or (match[2] and not height):
        findings.add("manuscript.table", line.at, words=f"|{match[2]} |", why=f"行高要在1到{_HIGHEST}磅之间")
    texts = [part.strip() for part in _BETWEEN.split(rest)]
    for text in texts:
        if _BAR.search(text):
            findings.add("manuscript.bar", line.at, words=_start(text))
    if table.shares and len(texts) > len(table.shares):
        findings.add("manuscript.cells", line.at, number=len(texts), columns=len(table.shares), last=_start(texts[-1]))
    table.rows.append(Row(tuple(map(_broken, texts)), kind == "*", height, line.at))


def _shares(text: str, line: Line, findings: Findings) -> tuple[float, ...]:
    """Return the shares of the columns; (), and a finding, where they are none."""
    parts = text.split()
    wrong = [part for part in parts if not _SHARE.fullmatch(part) or not float(part)]
    why = ""
    if wrong:
        why = f"“{wrong[0]}”不是列宽"
    elif not parts:
        why = "后面没有列宽"
    elif len(parts) > _MOST_COLUMNS:
        why = f"有{len(parts)}列，Word 的表最多{_MOST_COLUMNS}列"
    if why:
        findings.add("manuscript.table", line.at, words=COLUMNS, why=why)
        return ()
    return tuple(map(float, parts))


def _broken(text: str) -> str:
    r"""Return the text with a line break for each ``\n`` outside of a tag."""
    return _BREAK.sub("\n", text)


def _start(text: str) -> str:
    return text[:24]

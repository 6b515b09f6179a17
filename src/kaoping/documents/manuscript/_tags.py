"""The tags of a source (docxtpl's dialect of Jinja): whole, in their place, and their blocks closed where they began.

Whether the names in them are known depends on the document that they are for: `kaoping template check` tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.documents.manuscript._markup import Element, Paragraph, Table

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_OPENER = re.compile(r"\{[{%#]")
#: Braces as they come out of an input method, with a space between them, or without their other half.
_HALF = re.compile(r"[{｛]\s*[{｛%％]|[%％}｝]\s*[}｝]|\{#")
_WIDE = re.compile("[｛｝％]")
_QUOTES = re.compile("[“”‘’]")  # docxtpl makes straight ones of them
#: `{%p …`, `{{r …`: the tag stands for the whole paragraph, row, cell or run that it is in.
_UNIT = re.compile(r"(p|tr|tc|r)(?=\s)")
_BLOCKS = ("for", "if", "with", "filter", "macro", "call", "set")
_MIDDLE = {"elif": ("if",), "else": ("if", "for")}
#: docxtpl's own, for cells; Jinja does not know them.
_CELL_TAGS = ("colspan", "cellbg", "vm", "hm")
_KEYWORDS = {*_BLOCKS, *(f"end{word}" for word in _BLOCKS), *_MIDDLE, *_CELL_TAGS}


@dataclass(frozen=True, slots=True)
class Piece:
    """The text of one paragraph; ``cell``, ``row`` and ``table`` number what it stands in, 0 outside of tables."""

    text: str
    at: Location
    number: int
    cell: int = 0
    row: int = 0
    table: int = 0
    cell_text: str = ""
    row_text: str = ""


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag in its paragraph; ``unit`` is what it stands for: "" itself, p, tr, tc or r."""

    text: str
    unit: str
    body: str
    piece: Piece

    @property
    def keyword(self) -> str:
        """The first word of a ``{% %}``, "" for other tags."""
        found = re.match(r"\w+", self.body)
        return found[0] if found and self.text.startswith("{%") else ""

    @property
    def opens(self) -> bool:
        """Whether a block begins with it; ``set`` is one only where it assigns nothing."""
        return self.keyword in _BLOCKS and not (self.keyword == "set" and "=" in self.body)

    @property
    def place(self) -> tuple[str, int]:
        """What the whole of its block has to stand in."""
        piece = self.piece
        return {"p": ("cell", piece.cell), "tr": ("table", piece.table), "tc": ("row", piece.row)}.get(
            self.unit, ("paragraph", piece.number)
        )


def check_tags(elements: Iterable[Element], findings: Findings) -> None:
    """Tell what is wrong with the tags, each at its line."""
    tags: list[Tag] = []
    can_match = True
    for piece in _pieces(elements):
        found = _TAG.findall(piece.text)
        half = _HALF.search(_TAG.sub(_hidden, piece.text))
        if half is None and not any(_OPENER.search(text, 2) for text in found):
            tags += [_tag(text, piece) for text in found if not text.startswith("{#")]
        else:
            _tell_half(half, piece, findings)
            # Half a statement leaves the other half of its block alone.
            can_match = can_match and not set(piece.text) & set("%％")
    for tag in tags:
        if why := _flaw(tag):
            findings.add("manuscript.tag", tag.piece.at, words=tag.text, why=why)
        if why := _beside(tag):
            findings.add("manuscript.not_alone", tag.piece.at, words=tag.text, why=why)
    if can_match:
        _check_blocks(tags, findings)


def _pieces(elements: Iterable[Element]) -> Iterator[Piece]:
    paragraphs = cells = rows = tables = 0
    for element in elements:
        if isinstance(element, Paragraph):
            paragraphs += 1
            yield Piece(element.text, element.at, paragraphs)
        elif isinstance(element, Table):
            tables += 1
            for row in element.rows:
                rows += 1
                for cell in row.cells:
                    cells += 1
                    for line in row.lines_of(cell):
                        paragraphs += 1
                        yield Piece(line, row.at, paragraphs, cells, rows, tables, cell, "".join(row.cells))


def _tag(text: str, piece: Piece) -> Tag:
    inner = text[2:-2]
    unit = _UNIT.match(inner)
    body = inner[unit.end() :] if unit else inner
    return Tag(text, unit[0] if unit else "", body.strip().strip("-+").strip(), piece)


def _hidden(tag: re.Match[str]) -> str:
    return "□" * len(tag[0])


def _tell_half(half: re.Match[str] | None, piece: Piece, findings: Findings) -> None:
    """Tell of half a tag; where ``half`` is None, of one that has the beginning of another inside."""
    half = half or _OPENER.search(piece.text)
    assert half is not None
    if _WIDE.search(half[0]):
        why = "花括号、百分号要用半角的"
    elif len(half[0]) > 2:
        why = "两个括号（括号和百分号）要连着写，中间没有空格"
    else:
        why = "只有一半，另一半没有写，或在另一行"
    start = half.start() if half[0][0] in "{｛" else max(0, half.start() - 18)
    findings.add("manuscript.tag", piece.at, words=piece.text[start : half.start() + 24], why=why)


def _flaw(tag: Tag) -> str:
    """Say what is wrong with one tag, taken alone; "" where nothing is."""
    if "\t" in tag.text:
        return "标签里不能有制表符"
    if _QUOTES.search(tag.text):
        return "标签里的引号用半角的单引号；要印出来的中文引号写在标签外面"
    if tag.text.startswith("{%") and tag.keyword not in _KEYWORDS:
        spaced = tag.keyword in ("p", "tr", "tc", "r")
        return f"要写成 {{%{tag.keyword} …，% 后面不空格" if spaced else f"没有“{tag.keyword}”这种标签"
    if tag.unit and set(tag.body) & set("%{}"):
        return f"{tag.text[: 2 + len(tag.unit)]} 开头的标签里不能用百分号和花括号"
    return _syntax(tag)


def _syntax(tag: Tag) -> str:
    """Say what Jinja's parser says of the tag, with what it needs to be parsed alone."""
    from jinja2 import Environment, TemplateSyntaxError

    word = tag.keyword
    text = f"{tag.text[:2]} {tag.body} {tag.text[-2:]}"
    if word in _CELL_TAGS or word.startswith("end"):
        return ""
    if tag.opens:
        text += f"{{% end{word} %}}"
    elif word in _MIDDLE:
        text = f"{{% if 1 %}}{text}{{% endif %}}"
    try:
        Environment(autoescape=True).parse(text)
    except TemplateSyntaxError as error:
        return _in_chinese(str(error.message))
    except RecursionError:
        return "括号套得太深"
    return ""


def _in_chinese(said: str) -> str:
    if found := re.search(r"unexpected char ['\"](.+)['\"] at", said):
        return f"不认识“{found[1]}”" + ("，要用半角的" if found[1] > "\u2000" else "")
    if found := re.search(r"(?:got|unexpected) '(.+?)'", said):
        what = "标签的结尾" if found[1].startswith(("end of", "begin of")) else f"“{found[1]}”"
        return f"{what}不应出现在这里"
    return "缺少内容" if "Expected an expression" in said else "写法不对"


def _beside(tag: Tag) -> str:
    """Say what stands beside a tag that takes away the whole paragraph, row or cell; "" where nothing does."""
    piece = tag.piece
    if tag.unit in ("tr", "tc") and not piece.table:
        return "它只能在表格的行里"
    whole = {"p": piece.text, "tr": piece.row_text, "tc": piece.cell_text}.get(tag.unit, tag.text)
    beside = whole.replace(tag.text, "", 1).strip()
    what = {"p": "段", "tr": "行", "tc": "格"}.get(tag.unit, "")
    return f"它占一整{what}，旁边还有“{beside[:20]}”" if beside else ""


def _check_blocks(tags: Iterable[Tag], findings: Findings) -> None:
    """Tell blocks that are not closed, ends without a beginning, and ends that stand elsewhere than their beginning."""
    open_: list[Tag] = []

    def tell(code: str, tag: Tag, **facts: Any) -> None:
        findings.add(code, tag.piece.at, words=tag.text, **facts)

    for tag in tags:
        word = tag.keyword
        if tag.opens:
            open_.append(tag)
        elif word in _MIDDLE:
            if open_ and open_[-1].keyword in _MIDDLE[word]:
                _tell_apart(open_[-1], tag, findings)
            else:
                tell("manuscript.extra_end", tag, begins=" 或 ".join(_MIDDLE[word]))
        elif word.startswith("end") and word in _KEYWORDS:
            begins = word.removeprefix("end")
            if begins not in [other.keyword for other in open_]:
                tell("manuscript.extra_end", tag, begins=begins)
                continue
            while (last := open_.pop()).keyword != begins:
                tell("manuscript.unclosed", last, end=_end(last))
            _tell_apart(last, tag, findings)
    for tag in open_:
        tell("manuscript.unclosed", tag, end=_end(tag))


def _end(tag: Tag) -> str:
    return f"{{%{tag.unit} end{tag.keyword} %}}"


def _tell_apart(first: Tag, second: Tag, findings: Findings) -> None:
    if first.unit != second.unit:
        why = "两个标签不是同一种"
    elif first.place != second.place:
        where = {"p": "格（或同在表外）", "tr": "张表", "tc": "行"}.get(first.unit, "段")
        why = f"它们要在同一{where}里"
    else:
        return
    findings.add(
        "manuscript.apart", second.piece.at, words=second.text, first=first.text, number=first.piece.at.line, why=why
    )

"""A Word document as its reader sees it: its paragraphs and tables in order, each under the headings above it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docx
from docx.oxml.ns import qn

DIGITS = "一二三四五六七八九十"
_LISTED = 2  # the level of 1. 2., which may be a list as well as headings
_LONG = 90  # characters of a paragraph that is no heading, though it begins like one
_HEADINGS = (
    re.compile(rf"附件$|([{DIGITS}]+)、"), re.compile(rf"（([{DIGITS}]+)）"), re.compile(r"(\d+)\.(?!\d)"),
)  # fmt: skip


@dataclass
class Block:
    """A paragraph, or a table with its rows of cells; ``under``: the headings above, from the first level on."""

    text: str
    under: tuple[str, ...]
    rows: Sequence[Sequence[str]] = ()
    told: list[tuple[int, int]] = field(default_factory=list)  # spans of ``text`` that somebody claimed
    lines: Sequence[Sequence[list[str]]] = ()  # of a table: each cell's lines


@dataclass
class Page:
    """A document."""

    blocks: list[Block]

    @property
    def text(self) -> str:
        return "\n".join(block.text for block in self.blocks)

    def under(self, heading: str) -> list[Block]:
        """Return the blocks below a heading that holds the words ``heading``; all of them for ""."""
        return [b for b in self.blocks if not heading or any(heading in its for its in b.under)]


def read(path: Path) -> Page:
    """Return the document at ``path``; blanks between its words are nobody's."""
    return Page(list(_blocks(docx.Document(str(path)).element.body)))


def _blocks(body: Any) -> Iterator[Block]:
    above: dict[int, str] = {}
    for element in body:
        if element.tag == qn("w:tbl"):
            rows = [[_words(cell) for cell in row.iter(qn("w:tc"))] for row in element.iter(qn("w:tr"))]
            lines = [[_lines(cell) for cell in row.iter(qn("w:tc"))] for row in element.iter(qn("w:tr"))]
            yield Block("\n".join("｜".join(row) for row in rows), tuple(above.values()), rows, lines=lines)
        elif element.tag == qn("w:p") and (text := _words(element)):
            level = next((n for n, heading in enumerate(_HEADINGS) if heading.match(text)), len(_HEADINGS))
            if level < len(_HEADINGS):
                above = {n: its for n, its in above.items() if n < level}
            yield Block(text, tuple(above.values()))
            if level < _LISTED or (level == _LISTED and len(text) < _LONG):
                above[level] = text


def _words(element: Any) -> str:
    return plain("".join("".join(t.text or "" for t in element.iter(qn("w:t"))).split()))


def _lines(cell: Any) -> list[str]:
    parts = ("\n" if node.tag == qn("w:br") else node.text or "" for node in cell.iter(qn("w:t"), qn("w:br")))
    return "".join(parts).split("\n")


def plain(text: str) -> str:
    """Return the text with all quotation marks alike: within others they are single ones."""
    return text.translate({ord(mark): "'" for mark in "“”‘’"})

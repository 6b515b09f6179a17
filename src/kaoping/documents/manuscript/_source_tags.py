"""The tags of a source (docxtpl's dialect of Jinja): whole, in their place, and their blocks closed where they began.

Whether the names in them are known depends on the document that they are for: `kaoping template check` tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.documents._dialect import HALF, TAG, WIDE, Tag, paired
from kaoping.documents.manuscript._markup import Element, Paragraph, Table


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


@dataclass(frozen=True, slots=True, eq=False)
class SourceTag(Tag):
    """A tag in its paragraph."""

    piece: Piece

    @property
    def place(self) -> tuple[str, int]:
        """What the whole of its block has to stand in."""
        piece = self.piece
        return {"p": ("cell", piece.cell), "tr": ("table", piece.table), "tc": ("row", piece.row)}.get(
            self.unit, ("paragraph", piece.number)
        )


def check_tags(elements: Iterable[Element], findings: Findings) -> None:
    """Tell what is wrong with the tags, each at its line."""
    tags: list[SourceTag] = []
    can_match = True
    for piece in _pieces(elements):
        half = HALF.search(TAG.sub(lambda tag: "□" * len(tag[0]), piece.text))
        if half is None:
            tags += [SourceTag(text, piece) for text in TAG.findall(piece.text) if not text.startswith("{#")]
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


def _tell_half(half: re.Match[str], piece: Piece, findings: Findings) -> None:
    if WIDE.search(half[0]):
        why = "花括号、百分号要用半角的"
    elif len(half[0]) > 2:
        why = "两个括号（括号和百分号）要连着写，中间没有空格"
    else:
        why = "只有一半，另一半没有写，或在另一行"
    start = half.start() if half[0][0] in "{｛" else max(0, half.start() - 18)
    findings.add("manuscript.tag", piece.at, words=piece.text[start : half.start() + 24], why=why)


def _flaw(tag: SourceTag) -> str:
    """Say what is wrong with one tag, taken alone; "" where nothing is."""
    if "\t" in tag.text:
        return "标签里不能有制表符"
    if tag.has_wide_quotes:
        return "标签里的引号用半角的单引号；要印出来的中文引号写在标签外面"
    return f"没有“{tag.forbidden}”这种标签" if tag.forbidden else tag.misspelling()


def _beside(tag: SourceTag) -> str:
    """Say what stands beside a tag that takes away the whole paragraph, row or cell; "" where nothing does."""
    piece = tag.piece
    if tag.unit in ("tr", "tc") and not piece.table:
        return "它只能在表格的行里"
    whole = {"p": piece.text, "tr": piece.row_text, "tc": piece.cell_text}.get(tag.unit, tag.text)
    beside = whole.replace(tag.text, "", 1).strip()
    what = {"p": "段", "tr": "行", "tc": "格"}.get(tag.unit, "")
    return f"它占一整{what}，旁边还有“{beside[:20]}”" if beside else ""


def _check_blocks(tags: Sequence[SourceTag], findings: Findings) -> None:
    """Tell blocks that are not closed, ends without a beginning, and ends that stand elsewhere than their beginning."""
    for first, second, _ in paired(tags):
        if first is None and second is not None:
            begins = " 或 ".join(second.belongs)
            findings.add("manuscript.extra_end", second.piece.at, words=second.text, begins=begins)
        elif first is not None and second is None:
            findings.add("manuscript.unclosed", first.piece.at, words=first.text, end=first.end)
        elif first is not None and second is not None:
            _tell_apart(first, second, findings)


def _tell_apart(first: SourceTag, second: SourceTag, findings: Findings) -> None:
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

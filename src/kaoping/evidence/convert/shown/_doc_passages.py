"""The paragraphs of binary Word files (doc, wps: MS-DOC) as they were saved: no copy of them can be written."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from kaoping.evidence.convert._losses import Losses
from kaoping.evidence.convert.frozen._word_fields import LAID_OUT_FIELDS, kind_of
from kaoping.evidence.convert.shown._page_sides import (
    EVEN,
    FIRST,
    ON_A_PAGE,
    ON_AN_EVEN_PAGE,
    ON_AN_ODD_PAGE,
    ON_THE_SAME_PAGE,
    OTHERS,
    TITLES,
    Section,
    sure_sides,
)
from kaoping.evidence.convert.shown._passages import Passage

_MARK, _TABLE_FLAG = 0xA5EC, 0x0200  # FibBase.wIdent, fWhichTblStm (2.5.2)
_OLDEST = 0x00C1  # nFib of Word 97
_COUNTS, _CLX = 0x4C, 0x1A2  # FibRgLw97.ccpText, FibRgFcLcb97.fcClx (2.5.4, 2.5.6)
_SECTIONS, _SIDES, _SETTINGS = 0xCA, 0xF2, 0x192  # FibRgFcLcb97.fcPlcfSed, fcPlcfHdd, fcDop
#: The stories of a section's headers and footers, behind six of notes (2.8.2): which side, of which pages.
_SIDE_STORIES = (
    ("header", EVEN), ("header", OTHERS), ("footer", EVEN), ("footer", OTHERS), ("header", FIRST), ("footer", FIRST),
)  # fmt: skip
_TITLE_PAGE, _BREAK = 0x300A, 0x3009  # sprmSFTitlePage, sprmSBkc (2.6.4)
_BEGINNINGS = {0: ON_THE_SAME_PAGE, 3: ON_AN_EVEN_PAGE, 4: ON_AN_ODD_PAGE}
_COMPRESSED, _OFFSET = 0x40000000, 0x3FFFFFFF  # FcCompressed (2.9.73)
_FORMATS, _PAGE = 0xFA, 512  # FibRgFcLcb97.fcPlcfBteChpx; bytes
#: What is set for characters (2.6.1): sprmCFRMarkDel and sprmCFRMarkIns; sprmCFVanish; sprmCSymbol.
_TRACKED, _HIDDEN, _SYMBOL = frozenset((0x0800, 0x0801)), frozenset((0x083C,)), frozenset((0x6A09,))
_SIZES = (1, 1, 2, 4, 2, 2, 0, 3)  # bytes of what follows a sprm, by its kind; 0 where the first byte says it (2.2.5.1)
_KEPT_ENDS = re.compile("[^\r\x07\x0c\x0e\x13-\x15]")
_HIDDEN_TEXT = "隐藏的文字没有显示。"
_CHANGES = "修订没有接受，页面上是带着修订标记的样子。"
#: The stories behind each other in the text (2.3), with what a reader calls those that pages show.
_STORIES = ("", "脚注", None, None, None, "尾注", "文本框", None)
_SIDES_STORY = 2
_SILENT = ("XE", "TC", "TA", "RD", "SET", "ASK")
_ENDS = re.compile("[\r\x07\x0c\x0e]")
_SIGNS = str.maketrans({"\x0b": " ", "\t": " ", "\x1e": "-", "\x1f": "", "\xa0": " "})
_APART = re.compile("[\x00-\x08\x0f-\x12\x16-\x1d]")


def doc_passages(given: Path, pages: int, losses: Losses) -> Iterator[Passage]:
    """Yield what the Word file ``given`` says on its ``pages``; changes and hidden text are noted.

    Raises ValueError, OSError or struct.error where it can't be read.
    """
    document, table = _streams(given)
    text, counts = _read(document, table, losses)
    at = number = 0
    for index, (title, count) in enumerate(zip(_STORIES, counts, strict=True)):
        story, at = text[at : at + count], at + count
        if index == _SIDES_STORY:
            yield from _sides(document, table, story, pages)
        if title is None:
            continue
        for pieces in _paragraphs(story):
            number += bool(pieces) and not title
            yield from (Passage(title or f"第{number}段", piece) for piece in pieces)


def _paragraphs(story: str) -> Iterator[list[str]]:
    """Yield the pieces of each paragraph of a story, between what layout fills."""
    for paragraph in _ENDS.split(_saved(story)):
        yield [piece for part in _APART.split(paragraph) if (piece := part.translate(_SIGNS).strip())]


def _sides(document: bytes, table: bytes, story: str, pages: int) -> Iterator[Passage]:
    """Yield the headers and footers that a page surely has."""
    places = _numbers(document, table, _SIDES)
    texts = [story[begin:end] for begin, end in pairwise(places[:-1])][len(_SIDE_STORIES) :]
    looks = list(_sections(document, table))
    (settings,) = struct.unpack_from("<I", document, _SETTINGS)
    even_differs = bool(table[settings] & 1)  # fFacingPages (2.7.2)
    for side in ("header", "footer"):
        beside = [
            {kind: text for (its, kind), text in zip(_SIDE_STORIES, of_section, strict=False) if its == side and text}
            for of_section in (texts[at : at + len(_SIDE_STORIES)] for at in range(0, len(texts), len(_SIDE_STORIES)))
        ]
        sections = [Section(*look, has) for look, has in zip(looks, beside, strict=False)]
        for index, kind in sure_sides(sections, pages, even_differs=even_differs):
            for pieces in _paragraphs(beside[index][kind]):
                yield from (Passage(TITLES[side, kind], piece) for piece in pieces)


def _numbers(document: bytes, table: bytes, at: int) -> tuple[int, ...]:
    """Return the numbers of the table that the header of the file names ``at`` a place."""
    start, size = struct.unpack_from("<II", document, at)
    return struct.unpack_from(f"<{size // 4}i", table, start)


def _sections(document: bytes, table: bytes) -> Iterator[tuple[str, bool]]:
    """Yield how each section begins, and whether its first page differs (PlcfSed, Sepx: 2.8.26, 2.9.245)."""
    start, size = struct.unpack_from("<II", document, _SECTIONS)
    count = max(size - 4, 0) // 16
    for number in range(count):
        (place,) = struct.unpack_from("<i", table, start + 4 * (count + 1) + 12 * number + 2)
        begins, first_differs = ON_A_PAGE, False
        if place >= 0:
            (length,) = struct.unpack_from("<h", document, place)
            for name, value in _settings(document[place + 2 : place + 2 + length]):
                if name == _TITLE_PAGE:
                    first_differs = bool(value)
                elif name == _BREAK:
                    begins = _BEGINNINGS.get(value, ON_A_PAGE)
        yield begins, first_differs


def _settings(held: bytes) -> Iterator[tuple[int, int]]:
    """Yield what is set, by name, with the first byte of its value (Prl, 2.9.214)."""
    at = 0
    while at + 3 <= len(held):
        (name,) = struct.unpack_from("<H", held, at)
        yield name, held[at + 2]
        size = _SIZES[name >> 13]
        at += 2 + (size if size else 1 + held[at + 2])


def _saved(text: str) -> str:
    """Return ``text`` with the saved results of its fields; a control character stands for what layout fills."""
    shown: list[str] = []
    fields: list[list[str]] = []  # of each open one: its code so far, and "" once its result has begun
    for part in re.split("([\x13\x14\x15])", text):
        if part == "\x13":
            fields.append([""])
        elif part == "\x14" and fields:
            fields[-1].append("")
        elif part == "\x15" and fields:
            fields.pop()
            shown.append("\x01" if any(kind_of(field[0]) in LAID_OUT_FIELDS for field in fields) else "")
        elif fields and len(fields[-1]) == 1:
            fields[-1][0] += part
        elif not any(len(field) == 1 or kind_of(field[0]) in (*LAID_OUT_FIELDS, *_SILENT) for field in fields):
            shown.append(part)
        else:
            shown.append("\x01")
    return "".join(shown)


def _streams(given: Path) -> tuple[bytes, bytes]:
    """Return the document's stream and its table's."""
    import olefile

    with olefile.OleFileIO(given) as compound:
        document = compound.openstream("WordDocument").read()
        mark, version, _, _, _, flags = struct.unpack_from("<6H", document)
        if mark != _MARK or version < _OLDEST:
            raise ValueError("no Word 97 file")
        return document, compound.openstream("1Table" if flags & _TABLE_FLAG else "0Table").read()


def _read(document: bytes, table: bytes, losses: Losses) -> tuple[str, tuple[int, ...]]:
    """Return all text of the file, and how many characters of it each story has; what is marked in it is noted."""
    counts = struct.unpack_from("<8i", document, _COUNTS)
    start, size = struct.unpack_from("<II", document, _CLX)
    first, long = struct.unpack_from("<II", document, _FORMATS)
    unread: list[tuple[int, int]] = []
    for page in _format_pages(table[first : first + long]):
        for begin, end, formats in _formats(document, page):
            if formats & _TRACKED:
                losses.add(_CHANGES)
            if formats & _HIDDEN:
                losses.add(_HIDDEN_TEXT)
            if formats & (_HIDDEN | _SYMBOL):
                unread.append((begin, end))
    return "".join(_pieces(document, table[start : start + size], unread)), counts


def _format_pages(index: bytes) -> tuple[int, ...]:
    """Return the pages that hold the formats of characters (PlcBteChpx, 2.8.5)."""
    count = max(len(index) - 4, 0) // 8
    return struct.unpack_from(f"<{count}I", index, 4 * (count + 1))


def _formats(document: bytes, page: int) -> Iterator[tuple[int, int, frozenset[int]]]:
    """Yield the runs of characters on a page of formats (ChpxFkp, 2.9.33): where they lie, what is set for them."""
    fkp = document[page * _PAGE : (page + 1) * _PAGE]
    if len(fkp) < _PAGE:
        return
    count = fkp[-1]
    places = struct.unpack_from(f"<{count + 1}I", fkp)
    for number, place in enumerate(fkp[4 * (count + 1) : 4 * (count + 1) + count]):
        held = fkp[2 * place + 1 : min(2 * place + 1 + fkp[2 * place], _PAGE)] if place else b""
        names = {name for name, value in _settings(held) if value}
        yield places[number], places[number + 1], frozenset(names)


def _pieces(document: bytes, clx: bytes, unread: list[tuple[int, int]]) -> Iterator[str]:
    """Yield the pieces of text (2.4.1): each somewhere in the file, as UTF-16 or in one byte a character.

    What lies in the ranges ``unread`` becomes a control character: it is hidden, or a symbol that stands elsewhere.
    """
    at = 0
    while clx[at : at + 1] == b"\x01":  # what formats pieces
        at += 3 + int(struct.unpack_from("<H", clx, at + 1)[0])
    if clx[at : at + 1] != b"\x02":
        raise ValueError("no pieces")
    (size,) = struct.unpack_from("<I", clx, at + 1)
    count = (size - 4) // 12
    ends = struct.unpack_from(f"<{count + 1}I", clx, at + 5)
    for number in range(count):
        (place,) = struct.unpack_from("<I", clx, at + 5 + 4 * (count + 1) + 8 * number + 2)
        width = 1 if place & _COMPRESSED else 2
        offset = (place & _OFFSET) * width // 2
        end = offset + (ends[number + 1] - ends[number]) * width
        text = document[offset:end].decode("cp1252" if width == 1 else "utf-16-le", "replace")
        for begin, stop in unread:
            first, last = (max(begin, offset) - offset) // width, (min(stop, end) - offset) // width
            if first < last:
                text = text[:first] + _KEPT_ENDS.sub("\x01", text[first:last]) + text[last:]
        yield text

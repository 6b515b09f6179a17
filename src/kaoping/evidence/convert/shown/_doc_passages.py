"""The paragraphs of binary Word files (doc, wps: MS-DOC) as they were saved: no copy of them can be written."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path

from kaoping.evidence.convert._losses import Losses
from kaoping.evidence.convert.frozen._word_fields import kind_of
from kaoping.evidence.convert.shown._passages import Passage

_MARK, _TABLE_FLAG = 0xA5EC, 0x0200  # FibBase.wIdent, fWhichTblStm (2.5.2)
_OLDEST = 0x00C1  # nFib of Word 97
_COUNTS, _CLX = 0x4C, 0x1A2  # FibRgLw97.ccpText, FibRgFcLcb97.fcClx (2.5.4, 2.5.6)
_COMPRESSED, _OFFSET = 0x40000000, 0x3FFFFFFF  # FcCompressed (2.9.73)
_FORMATS, _PAGE = 0xFA, 512  # FibRgFcLcb97.fcPlcfBteChpx; bytes
_TRACKED = (0x0800, 0x0801)  # sprmCFRMarkDel, sprmCFRMarkIns (2.6.1)
_SIZES = (1, 1, 2, 4, 2, 2, 0, 3)  # bytes of what follows a sprm, by its kind; 0 where the first byte says it (2.2.5.1)
_CHANGES = "修订没有接受，页面上是带着修订标记的样子。"
#: The stories behind each other in the text (2.3), with what a reader calls those that pages show.
_STORIES = ("", "脚注", None, None, None, "尾注", "文本框", None)
_LAID_OUT = ("PAGE", "NUMPAGES", "SECTIONPAGES", "SECTION")
_SILENT = ("XE", "TC", "TA", "RD", "SET", "ASK")
_ENDS = re.compile("[\r\x07\x0c\x0e]")
_SIGNS = str.maketrans({"\x0b": " ", "\t": " ", "\x1e": "-", "\x1f": "", "\xa0": " "})
_APART = re.compile("[\x00-\x08\x0f-\x12\x16-\x1d]")


def doc_passages(given: Path, losses: Losses) -> Iterator[Passage]:
    """Yield what the Word file ``given`` says; that it has tracked changes is noted.

    Raises ValueError, OSError or struct.error where it can't be read.
    """
    text, counts, is_tracked = _read(given)
    if is_tracked:
        losses.add(_CHANGES)
    at = number = 0
    for title, count in zip(_STORIES, counts, strict=True):
        story, at = text[at : at + count], at + count
        if title is None:
            continue
        for paragraph in _ENDS.split(_saved(story)):
            pieces = [piece for part in _APART.split(paragraph) if (piece := part.translate(_SIGNS).strip())]
            number += bool(pieces) and not title
            yield from (Passage(title or f"第{number}段", piece) for piece in pieces)


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
            shown.append("\x01" if any(kind_of(field[0]) in _LAID_OUT for field in fields) else "")
        elif fields and len(fields[-1]) == 1:
            fields[-1][0] += part
        elif not any(len(field) == 1 or kind_of(field[0]) in (*_LAID_OUT, *_SILENT) for field in fields):
            shown.append(part)
        else:
            shown.append("\x01")
    return "".join(shown)


def _read(given: Path) -> tuple[str, tuple[int, ...], bool]:
    """Return all text of the file, how many characters of it each story has, and whether changes are tracked in it."""
    import olefile

    with olefile.OleFileIO(given) as compound:
        document = compound.openstream("WordDocument").read()
        mark, version, _, _, _, flags = struct.unpack_from("<6H", document)
        if mark != _MARK or version < _OLDEST:
            raise ValueError("no Word 97 file")
        table = compound.openstream("1Table" if flags & _TABLE_FLAG else "0Table").read()
    counts = struct.unpack_from("<8i", document, _COUNTS)
    start, size = struct.unpack_from("<II", document, _CLX)
    first, long = struct.unpack_from("<II", document, _FORMATS)
    is_tracked = any(_has_change(document, page) for page in _format_pages(table[first : first + long]))
    return "".join(_pieces(document, table[start : start + size])), counts, is_tracked


def _format_pages(index: bytes) -> tuple[int, ...]:
    """Return the pages that hold the formats of characters (PlcBteChpx, 2.8.5)."""
    count = max(len(index) - 4, 0) // 8
    return struct.unpack_from(f"<{count}I", index, 4 * (count + 1))


def _has_change(document: bytes, page: int) -> bool:
    """Whether characters on a page of formats (ChpxFkp, 2.9.33) were put in or struck out by a tracked change."""
    fkp = document[page * _PAGE : (page + 1) * _PAGE]
    if len(fkp) < _PAGE:
        return False
    count = fkp[-1]
    for place in fkp[4 * (count + 1) : 4 * (count + 1) + count]:
        at, end = 2 * place + 1, 2 * place + 1 + fkp[2 * place]
        while place and at + 3 <= end:
            (name,) = struct.unpack_from("<H", fkp, at)
            if name in _TRACKED and fkp[at + 2]:
                return True
            size = _SIZES[name >> 13]
            at += 2 + (size if size else 1 + fkp[at + 2])
    return False


def _pieces(document: bytes, clx: bytes) -> Iterator[str]:
    """Yield the pieces of text (2.4.1): each somewhere in the file, as UTF-16 or in one byte a character."""
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
        length = ends[number + 1] - ends[number]
        offset = place & _OFFSET
        if place & _COMPRESSED:
            yield document[offset // 2 : offset // 2 + length].decode("cp1252", "replace")
        else:
            yield document[offset : offset + 2 * length].decode("utf-16-le", "replace")

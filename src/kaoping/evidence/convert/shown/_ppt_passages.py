"""The text of binary slides (ppt, dps: MS-PPT) as they were saved: no copy of them can be written."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from kaoping.evidence.convert._losses import Losses
from kaoping.evidence.convert.shown._passages import Passage

_SLIDES, _SLIDE_AT = 0x0FF0, 0x03F3  # SlideListWithTextContainer, SlidePersistAtom
_CHARS, _BYTES = 0x0FA0, 0x0FA8  # TextCharsAtom, TextBytesAtom
_EDIT, _DIRECTORY = 0x0FF5, 0x1772  # UserEditAtom, PersistDirectoryAtom
_DATES = (0x0FF7, 0x0FF8)  # DateTimeMCAtom, GenericDateMCAtom
_HEADERS, _TODAY = 0x0FDA, 0x0003  # HeadersFootersAtom: fHasDate and fHasTodayDate
_CONTAINER = 0xF
_TODAYS = "幻灯片上的自动日期显示的是转换当天的日期：{}。"

#: A record: its instance, its kind, where its content starts and ends.
_Record = tuple[int, int, int, int]


def ppt_passages(given: Path, losses: Losses) -> Iterator[Passage]:
    """Yield what the slides of ``given`` say. Raises ValueError, OSError or struct.error where they can't be read."""
    import olefile

    with olefile.OleFileIO(given) as compound:
        data = compound.openstream("PowerPoint Document").read()
        (edit,) = struct.unpack_from("<I", compound.openstream("Current User").read(), 16)
    yield from slides_in(data, edit, losses)


def slides_in(data: bytes, edit: int, losses: Losses) -> Iterator[Passage]:
    """Yield what the slides in the stream ``data`` say, whose last edit (UserEditAtom) lies at ``edit``."""
    document, places = _directory(data, edit)
    number = 0
    for instance, kind, start, end in _records(data, *_content(data, places[document])):
        if kind != _SLIDES or instance != 0:
            continue
        for _, its, first, last in _records(data, start, end):
            if its == _SLIDE_AT:
                number += 1
                (slide,) = struct.unpack_from("<I", data, first)
                if slide in places:
                    yield from _slide(data, *_content(data, places[slide]), f"第{number}张", losses)
            elif its in (_CHARS, _BYTES):
                yield from _texts(data, its, first, last, f"第{number}张")


def _slide(data: bytes, start: int, end: int, place: str, losses: Losses) -> Iterator[Passage]:
    for _, kind, first, last in _all_records(data, start, end):
        if kind in _DATES or (kind == _HEADERS and struct.unpack_from("<H", data, first + 2)[0] & _TODAY == _TODAY):
            losses.add(_TODAYS, place)
        elif kind in (_CHARS, _BYTES):
            yield from _texts(data, kind, first, last, place)


def _texts(data: bytes, kind: int, start: int, end: int, place: str) -> Iterator[Passage]:
    """Yield the paragraphs of a text; a * stands for what is filled in: numbers, dates."""
    text = data[start:end].decode("utf-16-le" if kind == _CHARS else "latin-1", "replace")
    for paragraph in text.replace("\x0b", " ").split("\r"):
        yield from (Passage(place, piece) for piece in paragraph.split("*") if piece.strip())


def _directory(data: bytes, edit: int) -> tuple[int, dict[int, int]]:
    """Return the number of the document, and where each numbered object lies; what was edited last counts."""
    places: dict[int, int] = {}
    document = -1
    seen: set[int] = set()
    while edit and edit not in seen:
        seen.add(edit)
        start, _ = _content(data, edit, _EDIT)
        before, directory, number = struct.unpack_from("<III", data, start + 8)
        document = number if document < 0 else document
        at, end = _content(data, directory, _DIRECTORY)
        while at + 4 <= end:
            (entry,) = struct.unpack_from("<I", data, at)
            first, count = entry & 0xFFFFF, entry >> 20
            for offset, place in enumerate(struct.unpack_from(f"<{count}I", data, at + 4)):
                places.setdefault(first + offset, place)
            at += 4 + 4 * count
        edit = before
    return document, places


def _content(data: bytes, at: int, wanted: int = 0) -> tuple[int, int]:
    """Return where the content of the record at ``at`` starts and ends."""
    _, kind, size = struct.unpack_from("<HHI", data, at)
    if wanted and kind != wanted:
        raise ValueError(f"no record {wanted:#x} at {at}")
    return at + 8, at + 8 + size


def _records(data: bytes, start: int, end: int) -> Iterator[_Record]:
    while start + 8 <= end:
        head, kind, size = struct.unpack_from("<HHI", data, start)
        yield head >> 4, kind, start + 8, min(start + 8 + size, end)
        start += 8 + size


def _all_records(data: bytes, start: int, end: int, depth: int = 0) -> Iterator[_Record]:
    """Yield the records and those in them."""
    for record in _records(data, start, end):
        yield record
        _, _, first, last = record
        if struct.unpack_from("<H", data, first - 8)[0] & 0xF == _CONTAINER and depth < 40:
            yield from _all_records(data, first, last, depth + 1)

"""An .xls as a system of the nineties writes it: one sheet, BIFF8 in an OLE compound file."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def workbook(name: str, rows: Sequence[Sequence[str | int | float]]) -> bytes:
    """Return a workbook with the one sheet ``name``."""
    sheet = b"".join(
        [_record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0x0DBB, 1996, 0, 6)), *_cells(rows), _record(0x0A)]
    )
    head = _record(0x809, struct.pack("<HHHHII", 0x600, 0x05, 0x0DBB, 1996, 0, 6))
    head += _record(0x42, struct.pack("<H", 1200))
    font = struct.pack("<HHHHHBBBB", 220, 0, 0x7FFF, 400, 0, 0, 0, 0x86, 0) + _text("宋体", 1)
    head += _record(0x31, font) * 4
    # One format for a style, fifteen that the format asks for, one for cells.
    head += _record(0xE0, struct.pack("<HHHBBBBIIH", 0, 0, 0xFFF5, 0x20, 0, 0, 0, 0, 0, 0x20C0)) * 15
    head += _record(0xE0, struct.pack("<HHHBBBBIIH", 0, 0, 1, 0x20, 0, 0, 0, 0, 0, 0x20C0))
    head += _record(0x293, struct.pack("<HBB", 0x8000, 0, 0xFF))
    title = _text(name, 1)
    start = len(head) + 4 + 6 + len(title) + 4
    stream = head + _record(0x85, struct.pack("<IBB", start, 0, 0) + title) + _record(0x0A) + sheet
    return _compound(stream)


def _record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _text(text: str, length: int) -> bytes:
    return struct.pack("<B" if length == 1 else "<H", len(text)) + b"\x01" + text.encode("utf-16-le")


def _cells(rows: Sequence[Sequence[str | int | float]]) -> Iterator[bytes]:
    yield _record(0x200, struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0))
    for row, cells in enumerate(rows):
        for column, value in enumerate(cells):
            at = struct.pack("<HHH", row, column, 15)
            if isinstance(value, str):
                if value:
                    yield _record(0x204, at + _text(value, 2))
            else:
                yield _record(0x203, at + struct.pack("<d", value))
    yield _record(0x23E, struct.pack("<HHHIHHI", 0x06B6, 0, 0, 64, 0, 0, 0))


def _compound(stream: bytes) -> bytes:
    """Return the stream as the Workbook of a compound file: a table of sectors, a directory, the stream itself."""
    stream = stream.ljust(max(4096, -(-len(stream) // SECTOR) * SECTOR), b"\0")  # below 4096 it would be a small one
    size = len(stream) // SECTOR
    tables = -(-(size + 2) // (SECTOR // 4))
    while (tables + 1 + size) > tables * SECTOR // 4:
        tables += 1
    table = [FAT] * tables + [END] + [*range(tables + 2, tables + 1 + size), END]
    table += [FREE] * (tables * SECTOR // 4 - len(table))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, tables, tables, 0, 4096, END, 0, END, 0)
    head += struct.pack("<109I", *range(tables), *[FREE] * (109 - tables))
    entries = [_entry("Root Entry", 5, 1, END, 0), _entry("Workbook", 2, FREE, tables + 1, len(stream))]
    directory = b"".join(entries).ljust(SECTOR, b"\0")
    return head + struct.pack(f"<{len(table)}I", *table) + directory + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    spelt = (name + "\0").encode("utf-16-le")
    data = spelt.ljust(64, b"\0") + struct.pack("<HBBIII", len(spelt), kind, 1, FREE, FREE, child)
    return data + bytes(36) + struct.pack("<IQ", start, size)

"""Outlook mails (.msg) for tests: a compound file ([MS-CFB]) with a mail's properties ([MS-OXMSG]) in it."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_TEXT, _BINARY, _LONG, _TIME = 0x001F, 0x0102, 0x0003, 0x0040
_SECTOR, _SMALL, _CUTOFF = 512, 64, 4096

Storage = Mapping[str, "bytes | Storage"]


@dataclass
class _Entry:
    name: str
    kind: int  # 1 storage, 2 stream, 5 root
    content: bytes = b""
    below: list[int] = field(default_factory=list)
    start: int = _END


def mail(
    subject: str, sender: str, to: Sequence[str], body: str, attachments: Mapping[str, bytes], sent: int = 0
) -> bytes:
    """Return a mail as Outlook saves it; ``sent`` is a FILETIME (100 ns since 1601)."""
    top: dict[str, bytes | Storage] = {"__nameid_version1.0": {"__substg1.0_00020102": b""}}
    texts = {0x001A: "IPM.Note", 0x0037: subject, 0x0C1A: sender, 0x1000: body}
    fixed = [struct.pack("<HHIQ", _TIME, 0x0039, 6, sent)] if sent else []
    top |= _properties(
        texts,
        {},
        bytes(8) + struct.pack("<IIII", len(to), len(attachments), len(to), len(attachments)) + bytes(8),
        fixed,
    )
    for number, name in enumerate(to):
        shown, _, address = name.partition(" <")
        words = {0x3001: shown, 0x3003: address.rstrip(">"), 0x39FE: address.rstrip(">")}
        top[f"__recip_version1.0_#{number:08X}"] = _properties(words, {}, bytes(8), [])
    for number, (name, content) in enumerate(attachments.items()):
        method = struct.pack("<HHIIi", _LONG, 0x3705, 6, 1, 0)
        top[f"__attach_version1.0_#{number:08X}"] = _properties({0x3707: name}, {0x3701: content}, bytes(8), [method])
    return compound(top)


def _properties(
    texts: Mapping[int, str], binaries: Mapping[int, bytes], head: bytes, fixed: Sequence[bytes]
) -> dict[str, bytes]:
    streams = {(id_, _TEXT): text.encode("utf-16-le") for id_, text in texts.items()}
    streams |= {(id_, _BINARY): content for id_, content in binaries.items()}
    rows = [
        struct.pack("<HHIII", type_, id_, 6, len(data) + 2 * (type_ == _TEXT), 0)
        for (id_, type_), data in streams.items()
    ]
    found = {f"__substg1.0_{id_:04X}{type_:04X}": data for (id_, type_), data in streams.items()}
    return {**found, "__properties_version1.0": head + b"".join([*fixed, *rows])}


def compound(storage: Storage) -> bytes:
    """Return a compound file that holds ``storage``."""
    entries = [_Entry("Root Entry", 5)]
    _enter(storage, 0, entries)
    small = b""
    sectors: list[bytes] = []
    chains: list[int] = []  # the FAT
    short: list[int] = []  # the mini FAT
    for entry in entries[1:]:
        if entry.kind != 2 or not entry.content:
            continue
        if len(entry.content) < _CUTOFF:
            entry.start = len(small) // _SMALL
            count = -(-len(entry.content) // _SMALL)
            short += [*range(entry.start + 1, entry.start + count), _END]
            small += entry.content.ljust(count * _SMALL, b"\0")
        else:
            entry.start = _lay(entry.content, sectors, chains)
    entries[0].content, entries[0].start = small, _lay(small, sectors, chains)
    short_start = _lay(struct.pack(f"<{len(short)}I", *short), sectors, chains, b"\xff")
    directory = b"".join(_row(number, entries) for number in range(len(entries)))
    directory_start = _lay(directory, sectors, chains)
    fats = 1
    while fats * 128 < len(chains) + fats:
        fats += 1
    first = len(sectors)
    chains += [_FAT] * fats
    table = struct.pack(f"<{len(chains)}I", *chains).ljust(fats * _SECTOR, b"\xff")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIII", 0, fats, directory_start, 0, _CUTOFF)
    header += struct.pack("<IIII", short_start, -(-len(short) * 4 // _SECTOR), _END, 0)
    header += struct.pack(f"<{fats}I", *range(first, first + fats)).ljust(436, b"\xff")
    return header + b"".join(sectors) + table


def _enter(storage: Storage, parent: int, entries: list[_Entry]) -> None:
    for name in sorted(storage, key=lambda name: (len(name), name.upper())):
        content = storage[name]
        entries[parent].below.append(len(entries))
        if isinstance(content, bytes):
            entries.append(_Entry(name, 2, content))
        else:
            entries.append(_Entry(name, 1))
            _enter(content, len(entries) - 1, entries)


def _row(number: int, entries: Sequence[_Entry]) -> bytes:
    """One entry of the directory; those of a storage stand to the right of one another."""
    entry = entries[number]
    beside = next((its.below for its in entries if number in its.below), [number])
    at = beside.index(number)
    right = beside[at + 1] if at + 1 < len(beside) else _FREE
    raw = entry.name.encode("utf-16-le") + b"\0\0"
    row = raw.ljust(64, b"\0") + struct.pack(
        "<HBBIII", len(raw), entry.kind, 1, _FREE, right, (entry.below or [_FREE])[0]
    )
    return row + bytes(36) + struct.pack("<IQ", entry.start if entry.content else _END, len(entry.content))


def _lay(content: bytes, sectors: list[bytes], chains: list[int], fill: bytes = b"\0") -> int:
    """Lay ``content`` into sectors of its own; return the first."""
    if not content:
        return _END
    start = len(sectors)
    count = -(-len(content) // _SECTOR)
    padded = content.ljust(count * _SECTOR, fill)
    sectors += [padded[at : at + _SECTOR] for at in range(0, len(padded), _SECTOR)]
    chains += [*range(start + 1, start + count), _END]
    return start

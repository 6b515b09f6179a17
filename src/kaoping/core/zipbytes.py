"""Rewriting a zip (docx, xlsx): the same content gives the same bytes, or all but a part keeps its bytes."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from datetime import date
from typing import Any

#: What stands for a date nobody gave.
NO_DATE = date(2000, 1, 1)
_CORE = "docProps/core.xml"
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_FIRST = ("[Content_Types].xml", "_rels/.rels")

#: APPNOTE 6.3.10: the headers before a member (4.3.7), in the central directory (4.3.12) and at its end (4.3.16).
_LOCAL, _CENTRAL, _END = struct.Struct("<4s5H3L2H"), struct.Struct("<4s6H3L5H2L"), struct.Struct("<4s4H2LH")
_LOCAL_MARK, _CENTRAL_MARK, _END_MARK = b"PK\3\4", b"PK\1\2", b"PK\5\6"
_DESCRIBED_BEHIND = 0x0008  # flag: sizes and checksum stand behind the member's bytes
_ZIP64 = 0xFFFF_FFFF  # instead of a size or offset: it stands elsewhere


def repack(data: bytes, dated: date | None = None) -> bytes:
    """Return the zip ``data`` with sorted names, one fixed time and the same two dates in its core properties.

    ``[Content_Types].xml`` stands first, as readers of Office Open XML expect (ECMA-376 Part 2). ``dated`` is the only
    date that may enter; without it 2000-01-01 stands. Raises zipfile.BadZipFile for anything but a zip.
    """
    day = dated or NO_DATE
    stamp = f"{day.isoformat()}T00:00:00Z".encode()
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w") as result:
        names = source.namelist()
        for name in sorted(names, key=lambda n: (_FIRST.index(n) if n in _FIRST else len(_FIRST), n)):
            body = source.read(name)
            if name == _CORE:
                body = _STAMP.sub(rb"\g<1>" + stamp, body)
            entry = zipfile.ZipInfo(name, (max(day.year, 1980), day.month, day.day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            entry.create_system = 0
            result.writestr(entry, body, compresslevel=6)
    return target.getvalue()


def replaced(data: bytes, bodies: Mapping[str, bytes]) -> bytes:
    """Return the zip ``data`` with other ``bodies`` for some of its members, by name; all else keeps its very bytes.

    The other members keep their compressed streams, the directory its order, dates and comments: zipfile can only write
    them anew. Raises KeyError for a member that is not there, zipfile.BadZipFile for anything but a plain zip (damaged,
    encrypted, in volumes, zip64).
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
    if missing := bodies.keys() - {info.filename for info in infos}:
        raise KeyError(*missing)
    end = data.rfind(_END_MARK)
    _, *disks, size, start, _ = _END.unpack_from(data, end)
    if disks != [0, 0, len(infos), len(infos)] or start + size != end or _ZIP64 in (size, start):
        raise zipfile.BadZipFile("not a plain zip")
    entries: list[tuple[list[Any], bytes]] = []  # of the central directory: the fixed fields, and what follows them
    at = start
    for _ in infos:
        fields = list(_CENTRAL.unpack_from(data, at))
        after = at + _CENTRAL.size
        at = after + sum(fields[10:13])
        if fields[0] != _CENTRAL_MARK or fields[3] & 1 or _ZIP64 in (*fields[8:10], fields[16]):
            raise zipfile.BadZipFile("not a plain zip")
        entries.append((fields, data[after:at]))
    offsets = sorted(fields[16] for fields, _ in entries)
    ends = dict(zip(offsets, [*offsets[1:], start], strict=True))
    if len(ends) < len(entries) or any(data[offset : offset + 4] != _LOCAL_MARK for offset in offsets):
        raise zipfile.BadZipFile("not a plain zip")
    written = bytearray(data[: offsets[0]] if offsets else data[:start])
    moved: dict[int, int] = {}
    bodies_at = {
        fields[16]: (fields, bodies.get(info.filename)) for info, (fields, _) in zip(infos, entries, strict=True)
    }
    for offset in offsets:
        moved[offset] = len(written)
        fields, body = bodies_at[offset]
        written += data[offset : ends[offset]] if body is None else _member(data, fields, body)
    directory = len(written)
    for fields, rest in entries:
        written += _CENTRAL.pack(*fields[:16], moved[fields[16]]) + rest
    return (
        bytes(written)
        + _END.pack(_END_MARK, *disks, len(written) - directory, directory, len(data) - end - _END.size)
        + data[end + _END.size :]
    )


def _member(data: bytes, fields: list[Any], body: bytes) -> bytes:
    """Return a member with another ``body``, its header before it; its ``fields`` in the directory are set to fit."""
    method = fields[4]
    if method not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile("a method of compression that is not ours")
    packing = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    stream = body if method == zipfile.ZIP_STORED else packing.compress(body) + packing.flush()
    local = _LOCAL.unpack_from(data, fields[16])
    name_at = fields[16] + _LOCAL.size
    name = data[name_at : name_at + local[9]]
    fields[3] &= ~_DESCRIBED_BEHIND
    fields[7:10] = zlib.crc32(body), len(stream), len(body)
    return _LOCAL.pack(_LOCAL_MARK, *local[1:2], *fields[3:10], len(name), 0) + name + stream

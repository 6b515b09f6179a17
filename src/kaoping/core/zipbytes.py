"""Rewriting a zip (docx, xlsx): the same content gives the same bytes, or all but a part keeps its bytes."""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

#: What zipfile raises for an archive or a member that is damaged, locked or packed in a way that it does not know.
#: OSError is not among them: it may be the machine's.
BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, struct.error, RuntimeError, ValueError)
#: What stands for a date nobody gave.
NO_DATE = date(2000, 1, 1)
_CORE = "docProps/core.xml"
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_FIRST = ("[Content_Types].xml", "_rels/.rels")

#: APPNOTE 6.3.10: the headers before a member (4.3.7), in the central directory (4.3.12) and at its end (4.3.16).
_LOCAL, _CENTRAL, _END = struct.Struct("<4s5H3L2H"), struct.Struct("<4s6H3L5H2L"), struct.Struct("<4s4H2LH")
_LOCAL_MARK, _CENTRAL_MARK, _END_MARK = b"PK\3\4", b"PK\1\2", b"PK\5\6"
_ENCRYPTED, _DESCRIBED_BEHIND = 0x0001, 0x0008  # flags; the second: sizes and checksum stand behind the stream
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


class _Header(NamedTuple):
    """A member's header in the central directory; ``name``, ``extra`` and ``comment`` are lengths in bytes."""

    mark: bytes
    made_by: int
    needs: int
    flags: int
    method: int
    time: int
    day: int
    checksum: int
    packed: int
    size: int
    name: int
    extra: int
    comment: int
    disk: int
    inner: int
    outer: int
    offset: int  # of the member


def replaced(data: bytes, bodies: Mapping[str, bytes]) -> bytes:
    """Return the zip ``data`` with other ``bodies`` for some of its members, by name; all else keeps its very bytes.

    The other members keep their compressed streams, the directory its order, dates and comments: zipfile can only write
    them anew. Raises KeyError for a member that is not there, zipfile.BadZipFile for anything but a plain zip (damaged,
    encrypted, in volumes, zip64).
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [info.filename for info in archive.infolist()]
    if missing := bodies.keys() - set(names):
        raise KeyError(*missing)
    end = data.rfind(_END_MARK)
    if len(data) - end < _END.size:
        raise zipfile.BadZipFile("not a plain zip")
    _, *disks, size, start, _ = _END.unpack_from(data, end)
    if disks != [0, 0, len(names), len(names)] or start + size != end:
        raise zipfile.BadZipFile("not a plain zip")
    headers: list[_Header] = []
    tails: list[bytes] = []  # the name, extra fields and comment behind each header
    at = start
    for _ in names:
        header = _Header._make(_CENTRAL.unpack_from(data, at))
        behind = at + _CENTRAL.size
        at = behind + header.name + header.extra + header.comment
        headers.append(header)
        tails.append(data[behind:at])
    if not all(map(_is_plain, headers)) or len({header.offset for header in headers}) < len(headers):
        raise zipfile.BadZipFile("not a plain zip")
    members = sorted(zip(headers, names, strict=True), key=lambda member: member[0].offset)
    ends = [*(header.offset for header, _ in members[1:]), start]
    written = bytearray(data[: members[0][0].offset] if members else data[:start])
    moved: dict[int, _Header] = {}
    for (header, name), after in zip(members, ends, strict=True):
        old = data[header.offset : after]
        if not old.startswith(_LOCAL_MARK):
            raise zipfile.BadZipFile("not a plain zip")
        new, member = (header, old) if name not in bodies else _member(old, header, bodies[name])
        moved[header.offset] = new._replace(offset=len(written))
        written += member
    directory = len(written)
    for header, tail in zip(headers, tails, strict=True):
        written += _CENTRAL.pack(*moved[header.offset]) + tail
    written += _END.pack(_END_MARK, *disks, len(written) - directory, directory, len(data) - end - _END.size)
    return bytes(written) + data[end + _END.size :]


def _is_plain(header: _Header) -> bool:
    is_64 = _ZIP64 in (header.packed, header.size, header.offset)
    return header.mark == _CENTRAL_MARK and not header.flags & _ENCRYPTED and not is_64


def _member(old: bytes, header: _Header, body: bytes) -> tuple[_Header, bytes]:
    """Return the ``old`` member with another ``body``: its header in the directory, and its bytes."""
    if header.method not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile("a method of compression that is not ours")
    packing = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    stream = body if header.method == zipfile.ZIP_STORED else packing.compress(body) + packing.flush()
    flags, lengths = header.flags & ~_DESCRIBED_BEHIND, (zlib.crc32(body), len(stream), len(body))
    new = header._replace(flags=flags, checksum=lengths[0], packed=lengths[1], size=lengths[2])
    _, needs, *_, name_length, _ = _LOCAL.unpack_from(old)
    name = old[_LOCAL.size : _LOCAL.size + name_length]
    local = (_LOCAL_MARK, needs, flags, header.method, header.time, header.day, *lengths, len(name), 0)
    return new, _LOCAL.pack(*local) + name + stream

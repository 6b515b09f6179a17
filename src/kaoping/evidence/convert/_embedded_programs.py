"""Programs that an Office file carries as embedded objects: whoever opens them there runs them.

Their names and beginnings are looked at, never more: in zips (ECMA-376, ODF), OLE files and RTF, each in the others.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from kaoping.core.zipbytes import BROKEN
from kaoping.evidence.media import opens_as_program, runs

_MOST = 20_000_000  # bytes read of one object
_DEEPEST = 3
_HEAD = 8192
_OLE, _ZIP, _RTF = b"\xd0\xcf\x11\xe0", b"PK\x03\x04", rb"{\rtf"
_NATIVE = "\x01Ole10Native"  # what Windows' Object Packager wraps a file in (MS-OLEDS, 2.3.6)
_SLIDES = "PowerPoint Document"
_SLIDE_OBJECT = re.compile(rb"\x10\x00\x11\x10(....)....", re.S)  # MS-PPT, 2.10.34: compressed
_RTF_OBJECT = re.compile(rb"\\objdata\b([0-9a-fA-F\s]+)")
_PACKAGE = b"Package\0"
#: What holds no object, whatever it is called.
_PLAIN = frozenset({".xml", ".rels", ".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf", ".vml", ".ttf", ".odttf"})
_UNNAMED = "没有名称的程序"


@dataclass(frozen=True, slots=True)
class _Object:
    """Something embedded: the name that it has there, and its first bytes, all of them where it may hold more."""

    name: str
    content: bytes


def programs_in(source: Path) -> tuple[str, ...]:
    """Return the names of the programs that the Office file at ``source`` carries, each once."""
    with source.open("rb") as stream:
        return tuple(dict.fromkeys(_programs(stream, 0)))


def _programs(stream: IO[bytes], depth: int) -> Iterator[str]:
    head = stream.read(len(_RTF))
    stream.seek(0)
    try:
        objects = list(_objects(stream, head))
    except Exception:  # olefile and zipfile raise what they like; whether it can be shown is LibreOffice's to say
        return
    for each in objects:
        if opens_as_program(each.content[:_HEAD]) or runs(each.name):
            yield each.name or _UNNAMED
        elif depth < _DEEPEST and each.content.startswith((_OLE, _ZIP, _RTF)):
            yield from _programs(io.BytesIO(each.content), depth + 1)


def _objects(stream: IO[bytes], head: bytes) -> Iterator[_Object]:
    if head.startswith(_ZIP):
        yield from _in_zip(stream)
    elif head.startswith(_OLE):
        yield from _in_ole(stream)
    elif head == _RTF:
        yield from _in_rtf(stream.read(_MOST * 4))


def _in_zip(stream: IO[bytes]) -> Iterator[_Object]:
    with zipfile.ZipFile(stream) as archive:
        for entry in archive.infolist():
            name = PurePosixPath(entry.filename)
            if entry.is_dir() or name.suffix.lower() in _PLAIN:
                continue
            try:
                with archive.open(entry) as part:
                    yield _Object(name.name, part.read(_MOST))
            except BROKEN:
                yield _Object(name.name, b"")


def _in_ole(stream: IO[bytes]) -> Iterator[_Object]:
    import olefile

    with olefile.OleFileIO(stream) as ole:
        for path in ole.listdir():
            if path[-1] == _NATIVE:
                yield _unwrapped(ole.openstream(path).read(_MOST)[4:])
            elif path[-1] == _SLIDES:
                yield from _in_slides(ole.openstream(path).read(_MOST * 4))
            elif path[-1] in ("CONTENTS", "Package"):
                yield _Object("", ole.openstream(path).read(_MOST))


def _in_slides(document: bytes) -> Iterator[_Object]:
    for record in _SLIDE_OBJECT.finditer(document):
        (size,) = struct.unpack("<I", record[1])
        try:
            packed = document[record.end() : record.start() + 8 + size]
            yield _Object("", zlib.decompressobj().decompress(packed, _MOST))
        except zlib.error:
            continue


def _in_rtf(text: bytes) -> Iterator[_Object]:
    for written in _RTF_OBJECT.finditer(text):
        digits = b"".join(written[1].split())
        content = bytes.fromhex(digits[: len(digits) // 2 * 2].decode())
        if (at := content.find(_OLE)) >= 0:
            yield _Object("", content[at:])
        elif (at := content.find(_PACKAGE)) >= 0:  # MS-OLEDS, 2.2.5: two empty names and the size come first
            yield _unwrapped(content[at + len(_PACKAGE) + 12 :])


def _unwrapped(wrapped: bytes) -> _Object:
    """Return the file that the Object Packager wrapped: a mark, two names, a third that is counted, then the file."""
    label, _, rest = wrapped[2:].partition(b"\0")
    _, _, rest = rest.partition(b"\0")
    (size,) = struct.unpack_from("<I", rest, 4)
    content = rest[8 + size + 4 :]
    return _Object(_decoded(label), content)


def _decoded(name: bytes) -> str:
    try:
        text = name.decode("gb18030")
    except UnicodeDecodeError:
        text = name.decode("latin-1")
    return text.replace("\\", "/").rpartition("/")[2]

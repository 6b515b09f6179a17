"""Whether an Office file is locked by a password, as it says itself: LibreOffice, asked for one, only fails.

A locked .docx is an OLE file without any of a .docx (MS-OFFCRYPTO, 2.3.4.4) and is told by what it is.
"""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path
from typing import Any

_WORD_LOCKED = 0x0100  # of the flags at offset 10 (MS-DOC, 2.5.2: fEncrypted)
_FILE_PASS = 0x2F  # the record that only a locked workbook has (MS-XLS, 2.4.117)
_FIRST_RECORDS = 20
_SLIDES_LOCKED = b"\xdf\xc4\xd1\xf3"  # at offset 12 of the stream “Current User” (MS-PPT, 2.3.2: headerToken)
_MOST = 1_000_000  # bytes of a manifest


def is_locked(source: Path) -> bool:
    """Whether the Office file at ``source`` is locked; no where that can't be told."""
    try:
        if zipfile.is_zipfile(source):
            return _is_locked_package(source)
        return _is_locked_ole(source)
    except Exception:  # zipfile and olefile raise what they like; whether it can be shown is LibreOffice's to say
        return False


def _is_locked_package(source: Path) -> bool:
    """Whether a part of an OpenDocument is encrypted (ODF 1.2 part 3, 4.8.3)."""
    with zipfile.ZipFile(source) as archive, archive.open("META-INF/manifest.xml") as stream:
        return b"encryption-data" in stream.read(_MOST)


def _is_locked_ole(source: Path) -> bool:
    import olefile

    with olefile.OleFileIO(source) as ole:
        if ole.exists("WordDocument"):
            (flags,) = struct.unpack_from("<H", ole.openstream("WordDocument").read(12), 10)
            return bool(flags & _WORD_LOCKED)
        if ole.exists("Current User"):
            return bool(ole.openstream("Current User").read(16)[12:] == _SLIDES_LOCKED)
        name = next((name for name in ("Workbook", "Book") if ole.exists(name)), "")
        return bool(name) and _has_file_pass(ole.openstream(name))


def _has_file_pass(stream: Any) -> bool:
    for _ in range(_FIRST_RECORDS):
        head = stream.read(4)
        if len(head) < 4:
            return False
        kind, size = struct.unpack("<HH", head)
        if kind == _FILE_PASS:
            return True
        stream.seek(size, 1)
    return False

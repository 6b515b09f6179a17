"""The BagIt format (RFC 8493, version 1.0): the tag files of a bag, written and read. No swapping, no judging.

Written here and not by bagit-python: its ``make_bag`` changes the process's working directory, moves the payload about
in place, stamps today's date and does not encode ``%`` (section 2.1.3). bagit-python still validates what we write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kaoping import __version__
from kaoping.core import fs

PAYLOAD = "data"
DECLARATION = "bagit.txt"
INFO = "bag-info.txt"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
AGENT = f"kaoping {__version__}"

_ESCAPES = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_ESCAPED = re.compile(r"%(25|0[AaDd])")
_ENTRY = re.compile(r"([0-9A-Fa-f]{64})[ \t]+\*?(.+)")


@dataclass(frozen=True, slots=True)
class BagInfo:
    """What bag-info.txt says about a bag (RFC 8493 section 2.2.2)."""

    organization: str  # Source-Organization
    description: str  # External-Description
    dated: date | None = None  # Bagging-Date: the 报送日期, never today


def encode_path(path: str) -> str:
    """Encode CR, LF and ``%``, and those only, as a manifest wants them (RFC 8493 section 2.1.3)."""
    return re.sub(r"[%\r\n]", lambda match: _ESCAPES[match[0]], path)


def decode_path(path: str) -> str:
    """Undo :func:`encode_path`."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), path)


def manifest_bytes(digests: Mapping[str, str]) -> bytes:
    """Return a manifest for path → sha256, sorted by path, UTF-8 with LF (RFC 8493 section 2.1.3)."""
    return "".join(f"{digests[path]}  {encode_path(path)}\n" for path in sorted(digests)).encode()


def declaration_bytes() -> bytes:
    """Return bagit.txt: exactly these two lines, without a byte-order mark (RFC 8493 section 2.1.1)."""
    return b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def info_bytes(info: BagInfo, octets: int, streams: int) -> bytes:
    """Return bag-info.txt for a payload of ``streams`` files with ``octets`` bytes together."""
    rows = {
        "Source-Organization": info.organization,
        "External-Description": info.description,
        "Bagging-Date": info.dated.isoformat() if info.dated else "",
        "Bag-Software-Agent": AGENT,
        "Payload-Oxum": f"{octets}.{streams}",
    }
    return "".join(f"{label}: {' '.join(text.split())}\n" for label, text in rows.items() if text).encode()


def read_manifest(path: Path) -> dict[str, str]:
    """Read a manifest of ours as path → sha256; the paths are not judged.

    Raises OSError where it can't be read and ValueError where a line is no entry or a path stands there twice.
    """
    entries: dict[str, str] = {}
    for number, row in enumerate(fs.read(path).decode().split("\n"), 1):
        if not row.strip():
            continue
        entry = _ENTRY.fullmatch(row.rstrip("\r"))
        name = decode_path(entry[2]) if entry else ""
        if not entry or name in entries:
            raise ValueError(f"{path.name} 第{number}行不是一条清单：{row[:80]}")
        entries[name] = entry[1].lower()
    return entries


def files(package: Path) -> Iterator[str]:
    """Yield the paths of all files below ``package``, with ``/``, sorted; links count as files and are not followed."""
    paths: list[str] = []
    folders = [package]
    while folders:
        for entry in folders.pop().iterdir():
            if entry.is_dir() and not entry.is_symlink():
                folders.append(entry)
            else:
                paths.append(entry.relative_to(package).as_posix())
    yield from sorted(paths)

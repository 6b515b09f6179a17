"""What a file is, by its content and not by its name; the kinds are data (``evidence_schema/media.yaml``).

A few KB are read, the directory of a zip or of an OLE file: enough to choose who judges it. Libraries that do this
(filetype, puremagic) tell no WPS, OFD or locked Office file, and no text; the table is ours to change.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kaoping.core import fs, resources

_HEAD = 8192  # bytes
_PDF_WITHIN = 1024  # bytes that may stand before %PDF- (ISO 32000-1, Annex H, note 13)
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MOST_TYPES = 1_000_000  # bytes of a [Content_Types].xml
_HTML = re.compile(
    rb"\A[\s\xef\xbb\xbf]*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b",
    re.I | re.S,
)
_FLAT = re.compile(rb"<(?:\w+:)?document\b[^>]*?\boffice:mimetype=[\"']([^\"']*)", re.S)
_MAIL = re.compile(rb"^(?:from|received|return-path|date|subject|message-id|mime-version):[ \t]", re.I | re.M)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True, slots=True)
class Media:
    """A kind of file (see media.yaml)."""

    id: str
    title: str
    family: str
    suffixes: tuple[str, ...]
    advice: str = ""  # for what can't be shown: what to do instead, a whole Chinese sentence
    wordless: bool = False  # it holds nothing that could be read: a picture, a recording

    @property
    def suffix(self) -> str:
        """The extension that fits the content."""
        return self.suffixes[0] if self.suffixes else ""


UNKNOWN = Media("unknown", "认不出的文件", "other", ())


def sniff(path: Path) -> Media:
    """Return what the file at ``path`` is; UNKNOWN where nothing fits. Raises OSError where it can't be read."""
    with fs.open_file(path) as stream:
        head = stream.read(_HEAD)
    suffix = path.suffix.lower()
    if head.startswith(_ZIP):  # before PDF: a PDF may stand unpacked at its beginning
        return _of_zip(path)
    if head.startswith(_OLE):
        return _of_ole(path, suffix)
    if b"%PDF-" in head[:_PDF_WITHIN]:
        return kinds()["pdf"]
    if head[4:8] == b"ftyp":
        return _of_brand(head[8:64])
    for media, pattern in _magic():
        if pattern.match(head):
            return media
    return _of_text(head, suffix)


@cache
def kinds() -> Mapping[str, Media]:
    """Return all kinds by id."""
    return {
        id_: Media(id_, row["title"], row["family"], tuple(row["suffixes"]), row.get("advice", ""), _is_wordless(row))
        for id_, row in _rows().items()
    }


def _is_wordless(row: Mapping[str, Any]) -> bool:
    return row["family"] == "picture" or bool(row.get("wordless", False))


def by_suffix(suffix: str) -> Media:
    """Return the kind that a file with ``suffix`` claims to be; UNKNOWN where there is none."""
    return next((media for media in kinds().values() if suffix.lower() in media.suffixes), UNKNOWN)


@cache
def _rows() -> Mapping[str, Mapping[str, Any]]:
    rows: Mapping[str, Mapping[str, Any]] = resources.load_yaml(resources.schema("media.yaml"))
    return rows


@cache
def _magic() -> tuple[tuple[Media, re.Pattern[bytes]], ...]:
    signatures = []
    for id_, row in _rows().items():
        for signature in row.get("magic", ()):
            before, _, digits = str(signature).rpartition("+")
            pairs = (digits[at : at + 2] for at in range(0, len(digits), 2))
            pattern = b"".join(b"." if pair == "??" else re.escape(bytes.fromhex(pair)) for pair in pairs)
            pattern = b".{%d}" % int(before or 0) + pattern
            signatures.append((kinds()[id_], re.compile(pattern, re.S)))
    return tuple(signatures)


def _where(key: str) -> Iterator[tuple[Media, str]]:
    """Yield the kinds that are told by ``key``, and what it says."""
    for id_, row in _rows().items():
        if key in row:
            yield kinds()[id_], row[key]


def _of_zip(path: Path) -> Media:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = {name.replace("\\", "/").lstrip("/").lower() for name in archive.namelist()}
            types = "".join(_part(archive, name) for name in ("[Content_Types].xml", "mimetype"))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return kinds()["zip"]
    for media, part in _where("part"):
        if part.lower() in parts:
            return media
    return next((media for media, names in _where("type") if any(name in types for name in names)), kinds()["zip"])


def _part(archive: zipfile.ZipFile, name: str) -> str:
    try:
        with archive.open(name) as stream:
            return stream.read(_MOST_TYPES).decode(errors="replace")
    except (KeyError, OSError, RuntimeError, ValueError, NotImplementedError, zipfile.BadZipFile, zlib.error):
        return ""


def _of_ole(path: Path, suffix: str) -> Media:
    """Tell an OLE file by its streams; Word's and WPS's have the same, and there the name decides."""
    import olefile

    try:
        with olefile.OleFileIO(path) as ole:
            streams = {"/".join(entry) for entry in ole.listdir()}
    except Exception:  # olefile raises what it likes on a broken directory
        return by_suffix(suffix) if by_suffix(suffix).family == "office" else UNKNOWN
    candidates = [media for media, names in _where("stream") if any(name in streams for name in names)]
    return next((media for media in candidates if suffix in media.suffixes), candidates[0] if candidates else UNKNOWN)


def _of_brand(brands: bytes) -> Media:
    """Tell an ISO media file (ISO/IEC 14496-12, 4.3) by its major brand, else by a compatible one."""
    codes = [brands[at : at + 4].decode("latin-1") for at in range(0, len(brands) - 3, 4)]
    for brand in codes[:1] + codes[2:]:
        for media, known in _where("brand"):
            if brand in known:
                return media
    return kinds()["mp4"]


def _of_text(head: bytes, suffix: str) -> Media:
    if not head or _text(head) is None:
        return UNKNOWN
    if flat := _FLAT.search(head):
        return next((media for media, name in _where("flat") if name.encode() in flat[1]), UNKNOWN)
    if _HTML.match(head):
        return kinds()["html"]
    claimed = by_suffix(suffix)
    if claimed.family in ("mail", "web") or claimed.id in ("csv", "mhtml"):
        return claimed if claimed.id != "eml" or _MAIL.search(head) else kinds()["txt"]
    top = head.partition(b"\n\n")[0].partition(b"\r\n\r\n")[0]
    return kinds()["eml"] if len(_MAIL.findall(top)) >= 3 else kinds()["txt"]


def _text(head: bytes) -> str | None:
    """Return ``head`` as text; None where it is none. Its last character may be cut."""
    encodings = ["utf-16"] if head.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        for cut in range(4):
            try:
                text = head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return None if _CONTROL.search(text) else text
    return None

"""What a file is, by its content and not by its name; the kinds are data (``evidence_schema/media.yaml``).

A few KB are read, the directory of a zip or of an OLE file: enough to choose who judges it. Libraries that do this
(filetype, puremagic) tell no WPS, OFD or locked Office file, and no text; the table is ours to change.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from kaoping.core import fs, resources
from kaoping.core.zipbytes import BROKEN

_HEAD = 8192  # bytes
_PDF_WITHIN = 1024  # bytes that may stand before %PDF- (ISO 32000-1, Annex H, note 13)
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MOST_TYPES = 1_000_000  # bytes of a [Content_Types].xml
_XML_START = r"\A\ufeff?\s*(?:<\?.{0,2000}?\?>\s*|<!--.{0,4000}?-->\s*)*"  # what may stand before the first element
_HTML = re.compile(_XML_START + r"<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
#: What web systems write who call their tables a workbook, or a document.
_HTML_PIECE = re.compile(_XML_START + r"<(?:table|meta|style|title|div|p|center)\b", re.I | re.S)
_ROOT = re.compile(
    _XML_START + r"(?:<!DOCTYPE\b[^\[>]*(?:\[.{0,4000}?\]\s*)?>\s*)?<(?:([^\s<>/:]+):)?([^\s<>/:!?]+)([^<>]*)", re.S
)
_DECLARED = re.compile(r"\A\ufeff?\s*<\?xml\b")
_FLAT = re.compile(r"<(?:\w+:)?document\b[^>]*?\boffice:mimetype=[\"']([^\"']*)", re.S)
_MAIL = re.compile(r"^(?:from|received|return-path|date|subject|message-id|mime-version):[ \t]", re.I | re.M)
_SENT = re.compile(r"^(?:received|return-path|delivered-to|to|cc|bcc):[ \t]", re.I | re.M)  # what only a mail has
_RELATED = re.compile(r"^content-type:[ \t]*multipart/related\b", re.I | re.M)  # a page with its pictures (RFC 2557)
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
    def is_program(self) -> bool:
        """Whether opening it runs something: it is copied nowhere."""
        return self.family == "program"

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
    if (program := _program(head)) is not None:
        return program  # before all others: a program may hold anything at its end
    text = _text(head)
    if head.startswith(_ZIP):  # before PDF: a PDF may stand unpacked at its beginning
        return _of_zip(path)
    if head.startswith(_OLE):
        return _of_ole(path, suffix)
    if by_suffix(suffix).is_program and text is not None and _named(suffix) is not None:
        return by_suffix(suffix)
    if b"%PDF-" in head[:_PDF_WITHIN]:
        return kinds()["pdf"]
    if head[4:8] == b"ftyp":
        return _of_brand(head[8:64])
    known = _by_magic(head)
    if known is not None and not known.is_program:
        return known
    return _of_text(text, suffix) if head and text is not None else UNKNOWN


def contradiction(media: str, suffix: str) -> str:
    """Return what a file of the kind ``media`` (an id) is, in Chinese, where its ``suffix`` says that it is another.

    "" where they agree, where the suffix says nothing, and between pictures, of which each program opens all.
    """
    kind, claimed = kinds().get(media, UNKNOWN), by_suffix(suffix)
    if UNKNOWN in (kind, claimed) or suffix.lower() in kind.suffixes:
        return ""
    if kind.family == claimed.family == "picture":
        return ""
    return f"{kind.title}（{kind.suffix}）"


def opens_as_program(head: bytes) -> bool:
    """Whether a file that begins with ``head`` is a program by its content, whatever it is called."""
    text = _text(head)
    return _program(head) is not None or (bool(text) and _of_text(text or "", "").is_program)


def runs(name: str) -> bool:
    """Whether a file called ``name`` is started where somebody opens it."""
    return by_suffix(PurePosixPath(name.rstrip(". ")).suffix).is_program


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


def _program(head: bytes) -> Media | None:
    """Return the sort of program that begins with ``head``; a text that begins with the same letters is none."""
    known = _by_magic(head)
    return known if known is not None and known.is_program and _text(head) is None else None


def _by_magic(head: bytes) -> Media | None:
    return next((media for media, pattern in _magic() if pattern.match(head)), None)


def _named(suffix: str) -> Media | None:
    """Return the kind of text that is told by its ``suffix`` alone; None where there is none."""
    return next((media for media, is_named in _where("named") if is_named and suffix in media.suffixes), None)


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
    except (*BROKEN, OSError):
        return kinds()["zip"]
    if known := next((media for media, names in _where("type") if any(name in types for name in names)), None):
        return known
    held = [media for media, part in _where("part") if part.lower() in parts]
    return min(held, key=lambda media: media.is_program, default=kinds()["zip"])  # Java's tools pack documents too


def _part(archive: zipfile.ZipFile, name: str) -> str:
    try:
        with archive.open(name) as stream:
            return stream.read(_MOST_TYPES).decode(errors="replace")
    except (*BROKEN, KeyError, OSError):
        return ""


def _of_ole(path: Path, suffix: str) -> Media:
    """Tell an OLE file by its streams; Word's and WPS's have the same, and there the name decides."""
    import olefile

    try:
        with olefile.OleFileIO(path) as ole:
            streams = {"/".join(entry) for entry in ole.listdir()}
            class_id = str(ole.root.clsid).upper()
    except Exception:  # olefile raises what it likes on a broken directory
        return by_suffix(suffix) if by_suffix(suffix).family == "office" else UNKNOWN
    if installs := next((media for media, ids in _where("class") if class_id in ids), None):
        return installs
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


def _of_text(text: str, suffix: str) -> Media:
    """Tell a file that is text by how it begins; it is no more than text where nothing else fits."""
    for media, beginnings in _where("begins"):
        if text.lstrip("\ufeff \r\n").lower().startswith(tuple(words.lower() for words in beginnings)):
            return media
    claimed = by_suffix(suffix)
    if flat := _FLAT.search(text):
        return next((media for media, name in _where("flat") if name in flat[1]), UNKNOWN)
    if _HTML.match(text) or (claimed.family in ("office", "web") and _HTML_PIECE.match(text)):
        return kinds()["html"]
    if (known := _of_root(text, suffix)) is not None:
        return known
    if (mail := _of_mail(text, claimed)) is not None:
        return mail
    if claimed.id == "csv" or (claimed.title == kinds()["csv"].title and "\t" in text.partition("\n")[0]):
        return kinds()["csv"]  # many a system calls its lists .xls
    return claimed if claimed.id == "html" else kinds()["txt"]


def _of_root(text: str, suffix: str) -> Media | None:
    """Tell an XML file by its root element; None where it is none."""
    root = _ROOT.match(text)
    if root is None:
        return None
    prefix, name, attributes = root.groups()
    spelt = rf"xmlns:{re.escape(prefix)}" if prefix else "xmlns"
    space = re.search(rf"""(?<!\S){spelt}\s*=\s*(?:"([^"]*)"|'([^']*)')""", attributes)
    whole = f"{{{space[1] or space[2] or ''}}}{name}" if space else name
    if known := next((media for media, roots in _where("root") if whole in roots), None):
        return known
    return kinds()["xml"] if _DECLARED.match(text) or suffix in kinds()["xml"].suffixes or space else None


def _of_mail(text: str, claimed: Media) -> Media | None:
    top = text.replace("\r\n", "\n").lstrip("\ufeff\n").partition("\n\n")[0]
    heads = len(_MAIL.findall(top))
    if heads and _RELATED.search(top) and (claimed.id == "mhtml" or not _SENT.search(top)):
        return kinds()["mhtml"]
    if claimed.id in ("mhtml", "eml"):
        return claimed if heads else None
    return kinds()["eml"] if heads >= 3 else None


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

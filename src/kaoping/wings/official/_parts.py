"""Opening a Word file: its XML parts, no more of them than the check needs and no larger than memory bears.

python-docx is not used here: it refuses files that Word and WPS open (a picture that is gone, macros, ISO 29500
Strict), and inflates every part before anybody can look at its size.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any, BinaryIO

from lxml import etree

from kaoping.core.errors import why_not_read
from kaoping.core.zipbytes import BROKEN
from kaoping.evidence.media import sniff

#: Bytes of XML that one part, and all that are opened, may come to. A novel of a million characters is 20 MB.
MOST_PART, MOST_BYTES = 48 << 20, 96 << 20
#: Bytes that a copy's other files, pictures above all, may come to when they are inflated.
MOST_COPIED = 1 << 30
MOST_MEMBERS = 20_000
_PIECE = 1 << 20
#: ISO/IEC 29500 Strict names the same things differently; nothing that is looked at here means anything else there.
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_LOOSE = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_DOCTYPES = tuple("<!DOCTYPE".encode(code) for code in ("ascii", "utf-16-le", "utf-16-be"))
_SINGLE = ("styles", "numbering", "settings", "theme")

W = "{" + _LOOSE.decode() + "}"


class UnreadableError(Exception):
    """The file can't be checked: ``code`` of the finding that says so, and its words."""

    def __init__(self, code: str, **facts: str) -> None:
        self.code, self.facts = code, facts
        super().__init__(code)


@dataclass(slots=True)
class Parts:
    """The XML roots of a Word file; those that it lacks are None."""

    main: Any
    styles: Any = None
    numbering: Any = None
    settings: Any = None
    theme: Any = None
    linked: dict[str, Any] = field(default_factory=dict)  # headers and footers by relationship id
    files: dict[str, Any] = field(default_factory=dict)  # the roots of all that were opened, by the key of their file
    is_strict: bool = False  # written as ISO/IEC 29500 Strict
    is_signed: bool = False  # somebody signed it electronically


def open_parts(path: Path) -> Parts:
    """Open the Word file at ``path``; raises UnreadableError for anything else, and for what would not fit."""
    try:
        media = sniff(path)
        if media.id == "locked":
            raise UnreadableError("format.unreadable", why="设了打开密码")
        if media.id not in ("docx", "docm", "zip"):
            raise UnreadableError(
                "format.not_docx", what=f"{media.title}（{media.suffix}）" if media.suffix else media.title
            )
        with zipfile.ZipFile(path) as archive:
            return _Opened(archive).parts()
    except OSError as error:
        raise UnreadableError("format.unreadable", why=f"读不出来：{why_not_read(error)}") from error
    except BROKEN as error:
        raise UnreadableError("format.unreadable", why="已经损坏，或没有下载、复制完整") from error
    except etree.XMLSyntaxError as error:
        raise UnreadableError("format.unreadable", why="内部的 XML 读不通") from error


class _Opened:
    """One archive, and what of it may still be inflated."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        if len(archive.infolist()) > MOST_MEMBERS:
            raise UnreadableError("format.too_big")
        self.archive = archive
        self.members = {_key(info.filename): info for info in archive.infolist()}
        self.left = MOST_BYTES
        self.files: dict[str, Any] = {}
        self.is_strict = False

    def parts(self) -> Parts:
        """Return the parts, found through their relationships as OPC (ISO/IEC 29500-2) has it."""
        starts = [target for kind, _, target in self._links("") if kind == "officeDocument"]
        main = starts[0] if starts else "word/document.xml"
        root = self._root(main)
        if root is None or root.tag != f"{W}document":
            raise UnreadableError("format.not_docx", what="别的压缩文件")
        parts = Parts(root)
        for kind, id_, target in self._links(main):
            if kind in _SINGLE:
                setattr(parts, kind, self._root(target))
            elif kind in ("footer", "header"):
                part = self._root(target)
                if part is not None:
                    parts.linked[id_] = part
        parts.files, parts.is_strict = self.files, self.is_strict
        parts.is_signed = any(name.startswith("_xmlsignatures/") for name in self.members)
        return parts

    def _links(self, source: str) -> list[tuple[str, str, str]]:
        """Return (kind, id, target) of the relationships of ``source``; those that lead outside are left out."""
        folder = dirname(source)
        root = self._root(join(folder, "_rels", source.removeprefix(folder).lstrip("/") + ".rels"))
        if root is None:
            return []
        links = []
        for link in root.iter("{*}Relationship"):
            target = str(link.get("Target", ""))
            whole = target if target.startswith("/") else join(folder, target)
            if link.get("TargetMode") != "External":
                links.append((str(link.get("Type", "")).rsplit("/", 1)[-1], str(link.get("Id", "")), normpath(whole)))
        return links

    def _root(self, name: str) -> Any:
        """Return a part's root; None where there is no such part. Entities and outside files are never resolved."""
        info = self.members.get(_key(name))
        if info is None:
            return None
        data = self._inflated(info)
        if any(mark in data for mark in _DOCTYPES):  # no writer of Word files declares anything: this is an attack
            raise UnreadableError("format.unreadable", why="内部的 XML 不是文字软件的写法")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
        self.is_strict = self.is_strict or _STRICT in data
        self.files[_key(name)] = etree.fromstring(data.replace(_STRICT, _LOOSE), parser)
        return self.files[_key(name)]

    def _inflated(self, info: zipfile.ZipInfo) -> bytes:
        """Return a member. Headers lie about sizes, so it is the stream that says when it is too much."""
        whole = bytearray()
        info.file_size = MOST_BYTES + 1
        with self.archive.open(info) as stream:
            while piece := stream.read(_PIECE):
                whole += piece
                self.left -= len(piece)
                if len(whole) > MOST_PART or self.left < 0:
                    raise UnreadableError("format.too_big")
        return bytes(whole)


def copy_with(source: Path, changed: Mapping[str, Any], stream: BinaryIO) -> None:
    """Write the Word file at ``source`` to ``stream`` with other roots for some of its files; all else byte for byte.

    Raises UnreadableError where what is copied would come to more than a document does.
    """
    left = MOST_COPIED
    with zipfile.ZipFile(source) as archive, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for info in archive.infolist():
            member = zipfile.ZipInfo(info.filename, info.date_time)
            member.external_attr, member.create_system = info.external_attr, info.create_system
            member.compress_type = (
                zipfile.ZIP_STORED if info.compress_type == zipfile.ZIP_STORED else zipfile.ZIP_DEFLATED
            )
            root = changed.get(_key(info.filename))
            if root is not None:
                target.writestr(member, etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
                continue
            with archive.open(info) as origin, target.open(member, "w") as copy:
                while piece := origin.read(_PIECE):
                    left -= len(piece)
                    if left < 0:
                        raise UnreadableError("format.too_big")
                    copy.write(piece)


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()

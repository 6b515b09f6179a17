"""Office packages, OFD and binary Office files: their formats' parts are read as text, not understood."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator

from kaoping.core.zipbytes import BROKEN
from kaoping.evidence.source_text._passage import Passage, SourceText, decoded_text
from kaoping.evidence.source_text._picture_tags import of_picture
from kaoping.evidence.source_text._tags import of_markup

_PACKAGES = ("word/embeddings/", "xl/embeddings/", "ppt/embeddings/")
_READ = (".xml", ".rels", ".vml", ".bin", ".txt", ".htm", ".html")
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".tif", ".tiff", ".webp")
_MOST = 300_000_000  # bytes of all parts of a file
_DEEPEST = 3  # files embedded in files
_TAG = re.compile(r"<[^>]{0,2000}>")
_OF_FACTS = re.compile(r"docprops/|meta\.xml|ofd\.xml")
_PRINT_CODE = re.compile(r"&(?:[A-Z]|\"[^\"]*\"|\d{1,3})")  # of a sheet's printed head (ECMA-376-1, 18.3.1.46)
_PRINTED = re.compile(r"<(?:odd|even|first)(?:Header|Footer)>([^<]*)<")
_NOT_FIRST = re.compile(r"slides/slide(?!1\.)|pages/page_(?!0/)|sharedstrings|worksheets/sheet")
_OF_TEXT = re.compile(r"word/document|ppt/slides/slide|content\.xml|doc_\d+/pages/page_")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\ufffd]+")


def read_package(data: bytes, source: SourceText, *, is_archive: bool = False, depth: int = 0) -> None:
    """Read an archive's names and comments; of a package of an Office program (or OFD), its parts."""
    left = _MOST
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            source.names(*_comments(archive))
            if is_archive:
                return  # what is in it is judged by itself, by its name too
            for entry in archive.infolist():
                name = entry.filename.lower()
                if not name.startswith(_PACKAGES) and not name.endswith(_READ + _PICTURES):
                    continue
                with archive.open(entry) as part:
                    content = part.read(left + 1)
                left -= len(content)
                if left < 0:
                    source.whole = False
                    return
                _part(name, content, source, depth)
    except (*BROKEN, OSError):
        source.whole = False  # whoever judges the file says what is wrong with it


def _part(name: str, content: bytes, source: SourceText, depth: int) -> None:
    if content.startswith(b"PK\x03\x04"):
        if depth < _DEEPEST:
            read_package(content, source, depth=depth + 1)
        else:
            source.whole = False
    elif name.endswith(_PICTURES):
        source.passages += of_picture(content)
    elif name.endswith(".bin") or name.startswith(_PACKAGES):
        source.passages += _of_bytes(content)
    else:
        text = decoded_text(content)
        if _OF_FACTS.match(name):
            source.names(*filter(None, map(str.strip, html.unescape(_TAG.sub("\n", text)).splitlines())))
        source.names(*(_PRINT_CODE.sub("", html.unescape(head)).strip() for head in _PRINTED.findall(text)))
        place = "原件里" if _OF_TEXT.match(name) else ""
        source.passages += of_markup(text, place, is_first=not _NOT_FIRST.search(name))


def _comments(archive: zipfile.ZipFile) -> Iterator[str]:
    for comment in (archive.comment, *(entry.comment for entry in archive.infolist())):
        if comment:
            yield decoded_text(comment)


def read_compound(data: bytes, source: SourceText) -> None:
    """Read the streams of an OLE file: its sectors lie anywhere in it."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            for entry in ole.listdir():
                source.passages += _of_bytes(ole.openstream(entry).read(_MOST))
    except Exception:  # olefile raises what it likes
        source.whole = False
        source.passages += _of_bytes(data)


def _of_bytes(data: bytes) -> Iterator[Passage]:
    """Yield what binary data say as text: UTF-16 from either byte on, and in the encoding of older programs."""
    for text in (data.decode("utf-16-le", "replace"), data[1:].decode("utf-16-le", "replace")):
        yield Passage(_CONTROL.sub("\n", text))
    yield Passage(_CONTROL.sub("\n", data.decode("gb18030", "replace")))

"""What came in a file: a zip's members, a mail's attachments, a PDF's embedded files. Each becomes evidence itself.

Whoever made the file need not be trusted: names lead nowhere but into it, and what it unpacks to has limits, which are
counted while it unpacks, for what its headers say may be a lie.
"""

from __future__ import annotations

import io
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any

from kaoping.core import file_names, seam
from kaoping.core.file_names import is_left_behind
from kaoping.core.zipbytes import BROKEN
from kaoping.evidence import _archives
from kaoping.evidence.convert import NotShownError
from kaoping.evidence.media import kinds
from kaoping.pdf.content import decoded
from kaoping.pdf.interactive import page_notes
from kaoping.pdf.plain_text import text_of

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

_BLOCK = 1 << 20
_UTF8 = 0x800  # general purpose flag: the name is UTF-8 (APPNOTE 4.4.4)
_LOCKED = 0x1
_UNICODE_PATH = 0x7075  # Info-ZIP's extra field (APPNOTE 4.6.9)
_LINK = 0o120000
_BOMB = "{}，疑似压缩炸弹，没有展开。请解压后把需要的文件放进材料文件夹。"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may come out of one file."""

    members: int = 2000
    size: int = 500_000_000  # bytes of one member
    total: int = 2_000_000_000  # bytes of all
    ratio: int = 200  # times the packed size, for a member over 1 MB


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Member:
    """A file that came in another: its path inside, fit for any system and unlike every other; and where it is now."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class Unpacking:
    """What came out, in the order it was in; and what did not, each with the reason, a Chinese sentence."""

    members: tuple[Member, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()


def unpack(source: Path, media: str, folder: Path, limits: Limits = LIMITS) -> Unpacking:
    """Write what is in the file at ``source`` into ``folder``, each under a number: 0001.pdf, 0002.jpg.

    ``media`` says what it is: an archive, a mail or a pdf; others hold nothing. Raises NotShownError where it can't be
    opened, or is over a limit; OSError as the disk gives it.
    """
    takes: dict[str, Callable[[Path, Taker], None]] = {
        "zip": _zip,
        "tar": _archives.tar,
        "gz": _archives.packed("gz"),
        "bz2": _archives.packed("bz2"),
        "xz": _archives.packed("xz"),
        "7z": _archives.seven_zip,
        "eml": _mail,
        "msg": _mail,
        "pdf": _pdf,
    }
    taker = Taker(folder, limits)
    if media in takes:
        takes[media](source, taker)
    elif (carried := seam.carried(kinds()[media].family)) is not None:
        _take_all(carried(source), taker)
    return Unpacking(tuple(taker.members), tuple(taker.skipped))


class Taker:
    """Takes members in, one after the other, and counts. Whatever is over a limit raises NotShownError."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self.folder, self.limits = folder, limits
        self.members: list[Member] = []
        self.skipped: list[tuple[str, str]] = []
        self._taken: set[str] = set()
        self._total = 0

    def take(self, name: str, stream: IO[bytes], packed: int = 0) -> None:
        """Write one member; ``packed`` are its bytes in the file, where it was packed. Litter is left out."""
        inside = self._fit(name)
        if is_left_behind(PurePosixPath(inside).name) or inside.startswith("__MACOSX/"):
            return
        self.refuse_many(len(self.members) + 1)
        suffix = PurePosixPath(inside).suffix[:12].rstrip(". ")  # Windows lets no name end in these
        path = self.folder / f"{len(self.members) + 1:04}{suffix}"
        with path.open("wb") as out:
            size = 0
            while block := stream.read(_BLOCK):
                size += len(block)
                self._total += len(block)
                self._refuse(inside, size, packed)
                out.write(block)
        self._taken.add(inside.casefold())
        self.members.append(Member(inside, path))

    def skip(self, name: str, why: str) -> None:
        """Note a member that does not come out."""
        self.skipped.append((_readable(name), why))

    def refuse_many(self, members: int) -> None:
        """Raise NotShownError where so many files are too many."""
        if members > self.limits.members:
            raise NotShownError(_BOMB.format(f"里面的文件超过{self.limits.members}个"))

    def too_large(self) -> str:
        """Say that all files together are too large."""
        return _BOMB.format(f"里面的文件加起来超过{self.limits.total // 1_000_000}MB")

    def drop(self) -> None:
        """Remove what a member that failed half-way left."""
        for path in self.folder.glob(f"{len(self.members) + 1:04}*"):
            path.unlink()

    def _refuse(self, name: str, size: int, packed: int) -> None:
        limits = self.limits
        if size > limits.size:
            raise NotShownError(_BOMB.format(f"里面的“{name}”超过{limits.size // 1_000_000}MB"))
        if self._total > limits.total:
            raise NotShownError(self.too_large())
        if packed and size > 1_000_000 and size > packed * limits.ratio:
            raise NotShownError(_BOMB.format(f"里面的“{name}”展开后是原来的{limits.ratio}倍以上"))

    def _fit(self, name: str) -> str:
        """Return ``name`` as a path below the file that it came in, unlike those taken before."""
        parts = [part for part in _readable(name).replace("\\", "/").split("/") if part not in ("", ".", "..")]
        parts = [file_names.portable(file_names.portable(part)[:120]) for part in parts] or ["无名文件"]
        path = PurePosixPath(*parts)
        numbered = (path.with_name(f"{path.stem}（{number}）{path.suffix}") for number in count(2))
        return next(
            fit for candidate in chain([path], numbered) if (fit := candidate.as_posix()).casefold() not in self._taken
        )


def _readable(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _zip(source: Path, taker: Taker) -> None:
    try:
        archive = zipfile.ZipFile(source)
    except BROKEN as error:
        raise NotShownError("压缩包已损坏，打不开。请重新压缩，或解压后把里面的文件放进材料文件夹。") from error
    with archive:
        entries = [entry for entry in archive.infolist() if not entry.filename.endswith(("/", "\\"))]
        if not entries:
            raise NotShownError("压缩包是空的。")
        if all(entry.flag_bits & _LOCKED for entry in entries):
            raise NotShownError("压缩包设了密码，打不开。请解压后把里面的文件放进材料文件夹。")
        taker.refuse_many(len(entries))
        for entry in entries:
            name = _zip_name(entry)
            if entry.flag_bits & _LOCKED:
                taker.skip(name, "它设了密码。")
            elif (entry.external_attr >> 16) & 0o170000 == _LINK:
                taker.skip(name, "它是指向别处的链接，不是文件。")
            else:
                _take_entry(archive, entry, name, taker)
    if not taker.members and taker.skipped:
        raise NotShownError(f"压缩包里的文件都取不出来：{taker.skipped[0][1]}")


def _take_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, taker: Taker) -> None:
    try:
        with archive.open(entry) as stream:
            taker.take(name, stream, max(entry.compress_size, 1))
    except NotImplementedError:
        taker.skip(name, "它的压缩方法本工具不认识。")
    except BROKEN:
        taker.drop()
        taker.skip(name, "它已损坏，解压出错。")


def _zip_name(entry: zipfile.ZipInfo) -> str:
    """Return the name of an entry. Chinese Windows writes GBK without saying so, and zipfile reads it as cp437."""
    if entry.flag_bits & _UTF8:
        return entry.filename
    raw = entry.orig_filename.encode("cp437", "replace")
    for kind, data in _extras(entry.extra):
        if kind == _UNICODE_PATH and len(data) > 5 and struct.unpack_from("<I", data, 1)[0] == zlib.crc32(raw):
            return data[5:].decode(errors="replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _extras(extra: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        yield kind, extra[at + 4 : at + 4 + size]
        at += 4 + size


def _mail(source: Path, taker: Taker) -> None:
    from kaoping.evidence.convert._mail import attachments

    _take_all(attachments(source), taker)


def _take_all(files: Iterable[tuple[str, bytes | None]], taker: Taker) -> None:
    for name, content in files:
        if content is None:
            taker.skip(name, "它已损坏，或只是一个链接，取不出来。请打开原件把它另存出来。")
        else:
            taker.take(name, io.BytesIO(content))


def _pdf(source: Path, taker: Taker) -> None:
    import pikepdf

    with pikepdf.open(source) as pdf:
        for name, stream in _embedded(pdf):
            content = _bounded(stream, taker.limits.size)
            if content is None:
                taker.skip(name, "它已损坏，取不出来。")
            else:
                taker.take(name, io.BytesIO(content))


def _bounded(stream: Object, most: int) -> bytes | None:
    """Return what stands in a stream, a little more than ``most`` bytes at most; None where it can't be decoded."""
    if stream.get("/Filter") != "/FlateDecode" or "/DecodeParms" in stream:
        return decoded(stream)
    packer = zlib.decompressobj()
    try:
        content = packer.decompress(stream.read_raw_bytes(), most + 1)
    except zlib.error:
        return decoded(stream)
    return content if packer.eof or len(content) > most else decoded(stream)


def _embedded(pdf: Pdf) -> Iterator[tuple[str, Object]]:
    """Yield name and stream of the files in a PDF: those of the document (ISO 32000-1, 7.11.4), then of its notes."""
    import pikepdf

    seen: set[Any] = set()
    specs: list[tuple[str, Any]] = []
    tree = pdf.Root.get("/Names", pikepdf.Dictionary()).get("/EmbeddedFiles")
    if isinstance(tree, pikepdf.Dictionary):
        specs += [(str(name), spec) for name, spec in pikepdf.NameTree(tree).items()]
    specs += [("", spec) for spec in pdf.Root.get("/AF", [])]
    for page in pdf.pages:
        attached = (note for note in page_notes(page.obj) if note.get("/Subtype") == "/FileAttachment")
        specs += [("", note.get("/FS")) for note in attached]
    for name, spec in specs:
        if not isinstance(spec, pikepdf.Dictionary) or not isinstance(spec.get("/EF"), pikepdf.Dictionary):
            continue
        stream = spec.EF.get("/UF", spec.EF.get("/F"))
        if not isinstance(stream, pikepdf.Stream) or stream.objgen in seen:
            continue
        seen.add(stream.objgen)
        title = text_of(spec.get("/UF", spec.get("/F"))) or name or "附件"
        yield title, stream

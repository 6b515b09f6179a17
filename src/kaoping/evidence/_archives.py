"""Archives that are no zip: a tar, packed or not; a file packed alone; 7z. What comes out is counted."""

from __future__ import annotations

import bz2
import gzip
import lzma
import shutil
import tarfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING

from kaoping.evidence.convert import NotShownError

if TYPE_CHECKING:
    import py7zr

    from kaoping.evidence._unpack import Taker

_DAMAGED = "压缩包已损坏，打不开。请重新压缩，或解压后把里面的文件放进材料文件夹。"
_UNKNOWN = "压缩包的压缩方法本工具不认识。请解压后把里面的文件放进材料文件夹。"
_LOCKED = "压缩包设了密码，打不开。请解压后把里面的文件放进材料文件夹。"
_EMPTY = "压缩包是空的。"
_BROKEN = (tarfile.TarError, EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile, ValueError)
_OPENERS: dict[str, Callable[[Path], IO[bytes]]] = {"gz": gzip.open, "bz2": bz2.open, "xz": lzma.open}  # type: ignore[dict-item]


def tar(source: Path, taker: Taker) -> None:
    """Hand what is in a tar, packed or not, to ``taker``. Raises NotShownError where it can't be read."""
    try:
        # As a stream: it is read once from its beginning to its end, wherever its entries point.
        with tarfile.open(source, "r|*") as archive:
            for entry in archive:
                _take_entry(archive, entry, taker)
    except _BROKEN as error:
        raise NotShownError(_DAMAGED) from error
    _refuse_nothing(taker)


def packed(packing: str) -> Callable[[Path, Taker], None]:
    """Return what hands over a file that was packed alone (``packing``: gz, bz2 or xz), or the tar that it was."""

    def unpack(source: Path, taker: Taker) -> None:
        if _is_tar(source):
            tar(source, taker)
            return
        name = source.stem if source.suffix.lower() == f".{packing}" else source.name
        try:
            with _OPENERS[packing](source) as stream:
                taker.take(name, stream, source.stat().st_size)
        except _BROKEN as error:
            raise NotShownError(_DAMAGED) from error

    return unpack


def seven_zip(source: Path, taker: Taker) -> None:
    """Hand what is in a 7z to ``taker``. Raises NotShownError where it can't be read."""
    import py7zr
    from py7zr.exceptions import DecompressionBombError, UnsupportedCompressionMethodError

    beside = taker.folder / "7z"
    try:
        with py7zr.SevenZipFile(source, max_extract_size=taker.limits.total) as archive:
            if archive.needs_password():
                raise NotShownError(_LOCKED)
            names = _numbered(archive)
            taker.refuse_many(sum(entry.is_file for entry, _ in names))
            # Links are left where they are: to make some takes rights on Windows that clerks don't have.
            archive.extract(beside, [number for entry, number in names if entry.is_file])
        for entry, number in names:
            path = beside / number
            if entry.is_directory:
                continue
            if path.is_symlink() or not path.is_file():
                taker.skip(entry.filename, "它是指向别处的链接，不是文件。")
            else:
                with path.open("rb") as stream:
                    taker.take(entry.filename, stream)
    except UnsupportedCompressionMethodError as error:
        raise NotShownError(_UNKNOWN) from error
    except DecompressionBombError as error:
        raise NotShownError(taker.too_large()) from error
    except (NotShownError, MemoryError):
        raise
    except Exception as error:  # py7zr raises what it likes on a broken head
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk's doing
        raise NotShownError(_DAMAGED) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    _refuse_nothing(taker)


def _numbered(archive: py7zr.SevenZipFile) -> list[tuple[py7zr.FileInfo, str]]:
    """Have all that is in the archive come out under numbers; return what is in it, each with its number.

    Its own names may be devices on Windows, or streams of another file, and two of them may be one there.
    """
    entries = archive.list()
    for number, properties in enumerate(archive.files.files_list):
        properties["filename"] = f"{number}"
    return [(entry, f"{number}") for number, entry in enumerate(entries)]


def _is_tar(source: Path) -> bool:
    try:
        with tarfile.open(source, "r|*") as archive:
            return archive.next() is not None
    except _BROKEN:
        return False


def _take_entry(archive: tarfile.TarFile, entry: tarfile.TarInfo, taker: Taker) -> None:
    name = _name(entry)
    if entry.isdir():
        return
    stream = archive.extractfile(entry) if entry.isfile() else None
    if stream is None:
        taker.skip(name, "它是指向别处的链接，不是文件。")
        return
    with stream:
        taker.take(name, stream)


def _name(entry: tarfile.TarInfo) -> str:
    """Return an entry's name. Chinese systems of before wrote GBK, which tarfile reads as broken UTF-8."""
    raw = entry.name.encode("utf-8", "surrogateescape")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def _refuse_nothing(taker: Taker) -> None:
    if not taker.members:
        raise NotShownError(f"压缩包里的文件都取不出来：{taker.skipped[0][1]}" if taker.skipped else _EMPTY)

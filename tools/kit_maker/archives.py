"""A folder as one archive whose bytes depend on nothing but what is in it: the same kit twice is the same file."""

from __future__ import annotations

import gzip
import tarfile
import zipfile
from pathlib import Path

#: The time that all files in a kit bear (local time is what zip knows).
_MOMENT = (2026, 1, 1, 0, 0, 0)
_SECONDS = 1_767_225_600  # the same in UTC
_LEVEL = 9


def zip_folder(folder: Path, target: Path) -> None:
    """Write ``folder``, with its own name, to the zip ``target``."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for path in _files(folder):
            about = zipfile.ZipInfo(path.relative_to(folder.parent).as_posix(), _MOMENT)
            about.compress_type = zipfile.ZIP_DEFLATED
            about.external_attr = 0o644 << 16
            about.create_system = 3
            archive.writestr(about, path.read_bytes())


def tar_folder(folder: Path, target: Path) -> None:
    """Write ``folder``, with its own name, to the tar.gz ``target``; programs stay programs."""
    with (
        target.open("wb") as file,
        gzip.GzipFile("", "wb", _LEVEL, file, mtime=_SECONDS) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for path in _files(folder, links=True):
            about = archive.gettarinfo(path, path.relative_to(folder.parent).as_posix())
            about.uid = about.gid = 0
            about.uname = about.gname = ""
            about.mtime = _SECONDS
            about.mode = 0o755 if about.mode & 0o100 else 0o644
            if about.issym():
                archive.addfile(about)
                continue
            with path.open("rb") as stream:
                archive.addfile(about, stream)


def _files(folder: Path, *, links: bool = False) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() or (links and path.is_symlink()))

"""The handful of file operations a package is made with: one small room, so that a test can make any step of it fail.

Every function raises :class:`OSError` as the system gives it; :mod:`kaoping.package.staging` turns that into a finding.
What has to survive a power cut (the files of a package, before it is swapped in) is flushed to the disk here.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import queue
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Any

#: How often and how long apart a rename is tried on Windows, where a virus scanner holds files that were just written.
_TRIES, _PAUSE = 6, 0.25
#: Of a file that is being made: how many blocks may wait for the disk, and how many bytes may wait to be flushed.
_WAITING, _FLUSHED = 8, 32 << 20


def mkdir(path: Path) -> None:
    """Make the folder ``path`` and those above it; fine where it is there already."""
    path.mkdir(parents=True, exist_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path``, through to the disk."""
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


class _Lane:
    """A thread that does one thing with each block of a file, in their order, while the next are still being made.

    It never fails and never stops: its first error is kept, and what comes after it is let go.
    """

    def __init__(self, work: Callable[[bytes], object]) -> None:
        self.error: BaseException | None = None
        self._work = work
        self._blocks: queue.Queue[bytes | None] = queue.Queue(_WAITING)
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> _Lane:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Let the thread do what it was handed, and end."""
        self._blocks.put(None)
        self._thread.join()

    def put(self, block: bytes) -> None:
        """Hand over the next block; waits where too many are waiting already."""
        self._blocks.put(block)

    def _run(self) -> None:
        while (block := self._blocks.get()) is not None:
            if self.error is None:
                try:
                    self._work(block)
                except BaseException as error:
                    self.error = error


class _Lanes(io.RawIOBase):
    """A file to write to whose blocks go down several lanes."""

    def __init__(self, lanes: Sequence[_Lane]) -> None:
        self._lanes = lanes

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        block = bytes(content)
        for lane in self._lanes:
            lane.put(block)
        return len(block)


class _Flushing:
    """Has the disk take what was written, each time that it is much: at the end there is little left to wait for."""

    def __init__(self, file: io.FileIO) -> None:
        self._file = file
        self._waiting = 0  # bytes

    def __call__(self, block: bytes) -> None:
        self._waiting += len(block)
        if self._waiting >= _FLUSHED:
            self._waiting = 0
            os.fsync(self._file.fileno())


def save(path: Path, write: Callable[[Any], object], *, lasting: bool = True) -> str:
    """Let a library ``write`` the file at ``path`` through a raw stream of ours; return its sha256, in hex.

    qpdf ends the process where its last bytes find the disk full, be it in a file of its own or in one of Python's. So
    it is told nothing; the error is raised when it has done. Writing to the disk, hashing and (``lasting``) flushing go
    on beside: ``write`` should give large blocks, and has the time of one core to itself.
    """
    digest = hashlib.sha256()
    with path.open("wb", buffering=0) as file:
        works: list[Callable[[bytes], object]] = [partial(_write_whole, file), digest.update]
        if lasting:
            works.append(_Flushing(file))
        with ExitStack() as running:
            lanes = [running.enter_context(_Lane(work)) for work in works]
            write(_Lanes(lanes))
        if error := next((lane.error for lane in lanes if lane.error is not None), None):
            raise error
        if lasting:
            os.fsync(file.fileno())
    return digest.hexdigest()


def _write_whole(file: io.FileIO, block: bytes) -> None:
    rest = memoryview(block)
    while len(rest):
        rest = rest[file.write(rest) :]  # a disk that fills up may take a part


def copy(source: Path, target: Path) -> None:
    """Copy the content of ``source`` (not its times or rights: they are this machine's) to ``target``."""
    with source.open("rb") as origin, target.open("wb") as stream:
        shutil.copyfileobj(origin, stream, 1 << 20)


def settle(path: Path, known: str = "") -> tuple[int, str]:
    """Flush the file at ``path``, whoever wrote it, through to the disk; return its size and sha256.

    Where its writer told the sha256 (``known``), it is not read again.
    """
    with path.open("rb") as stream:
        digest = known or hashlib.file_digest(stream, "sha256").hexdigest()
        size = stream.seek(0, os.SEEK_END)
        if os.name != "nt":
            os.fsync(stream.fileno())
    if os.name == "nt":  # there it takes a handle with the right to write, which a read-only file does not give
        with suppress(OSError), path.open("rb+") as stream:
            os.fsync(stream.fileno())
    return size, digest


def sha256(path: Path) -> str:
    """Return the sha256 of the file at ``path``, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def replace(source: Path, target: Path) -> None:
    """Put the file ``source`` in the place of the file ``target``, which may be there."""
    source.replace(target)


def rename(source: Path, target: Path) -> None:
    """Rename a folder within one volume, then flush the folder it stands in. ``target`` must not be there."""
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, "已经有同名的文件夹", str(target))
    for left in reversed(range(_TRIES)):
        try:
            source.rename(target)
            break
        except PermissionError:
            if os.name != "nt" or not left:
                raise
            time.sleep(_PAUSE)
    _flush_folder(target.parent)


def rmtree(path: Path) -> None:
    """Remove the folder ``path`` with all it holds, file by file; links are removed, never followed."""
    for entry in sorted(path.iterdir()):
        if entry.is_dir() and not entry.is_symlink():
            rmtree(entry)
        else:
            unlink(entry)
    rmdir(path)


def remove(path: Path) -> None:
    """Remove the file or folder ``path`` as far as that goes: the way back from a failure, which has been told."""
    with suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            rmtree(path)
        else:
            unlink(path)


def unlink(path: Path) -> None:
    """Remove the file ``path``; on Windows one marked read-only too."""
    if os.name == "nt":
        with suppress(OSError):
            path.chmod(0o666)
    path.unlink()


def rmdir(path: Path) -> None:
    """Remove the empty folder ``path``."""
    path.rmdir()


def _flush_folder(path: Path) -> None:
    """Make a rename last through a power cut; Windows has no such call and does it by its journal."""
    if os.name == "nt":
        return
    with suppress(OSError):  # some network file systems refuse; the rename itself has happened
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

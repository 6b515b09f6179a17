"""The handful of file operations a package is made with: one small room, so that a test can make any step of it fail.

Every function raises :class:`OSError` as the system gives it; :mod:`kaoping.package.staging` turns that into a finding.
What has to survive a power cut (the files of a package, before it is swapped in) is flushed to the disk here.
"""

from __future__ import annotations

import errno
import hashlib
import io
import mmap
import os
import queue
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Literal, TypeVar

_T = TypeVar("_T")

#: How often and how long apart a step is tried on Windows, where a virus scanner holds files that were just written.
_TRIES, _PAUSE = 8, 0.25
#: What Windows says of a file that another program holds: ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION; to whoever
#: wants more than to read it, also ERROR_ACCESS_DENIED (it is going) and ERROR_DIR_NOT_EMPTY (something in it is).
_IN_USE, _HELD = frozenset({32, 33}), frozenset({5, 32, 33, 145})
_JUNCTION = 0xA0000003  # Windows: IO_REPARSE_TAG_MOUNT_POINT, a folder that stands for another
#: A folder's path of so many characters, and any of a file that is longer still, Windows opens in its long form alone.
_LONG = 248
_ROOM = 100  # characters of the longest that the program itself has or makes in a unit's folder, or a pack's
#: Of a file that is being made: how many blocks may wait for the disk, and how many bytes may wait to be flushed.
_WAITING, _FLUSHED = 8, 32 << 20
_BLOCK = 1 << 20  # bytes read at a time


#: What is no file to be read, and what it is called: a pipe or a device may never end, and never begin.
_SPECIAL = (
    (stat.S_ISFIFO, "管道"),
    (stat.S_ISSOCK, "套接字"),
    (stat.S_ISCHR, "设备"),
    (stat.S_ISBLK, "设备"),
)


def why_not_regular(path: Path) -> str:
    """Say in Chinese what the thing at ``path`` is, where it must not be opened: a pipe, a socket, a device.

    "" for a file and for a folder, links followed; and where nothing can be found out: whoever opens it is told why.
    """
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return ""
    title = next((title for is_special, title in _SPECIAL if is_special(mode)), "")
    return f"是{title}，不是文件，没有打开" if title else ""


def of_user(kind: Literal["cache", "data"]) -> Path | None:
    """Return where the system keeps this program's ``kind`` of files for the user; None for a user without a home."""
    import platformdirs

    find = {"cache": platformdirs.user_cache_path, "data": platformdirs.user_data_path}[kind]
    try:
        path = find("kaoping", appauthor=False)
    except (RuntimeError, KeyError, OSError):  # no home, no entry for the user, a profile that can't be asked
        return None
    return path if path.is_absolute() else None  # “~/.cache” is what is left where nobody knows whose home it is


def is_link(entry: Path | os.DirEntry[str]) -> bool:
    """Whether what stands there leads elsewhere: a symbolic link, on Windows a junction too; false for nothing."""
    if entry.is_symlink():
        return True
    if os.name != "nt":
        return False
    try:
        return getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0) == _JUNCTION
    except OSError:
        return False


def reachable(path: Path) -> Path:
    """Return ``path`` as Windows opens it however long it is; a shorter one, and any other system's, as it is."""
    return _reachable(path, 0)


def reachable_below(folder: Path) -> Path:
    """Return ``folder`` as :func:`reachable` does, so that what the program has and makes in it can be opened too."""
    return _reachable(folder, _ROOM)


def reachable_at_any_depth(folder: Path) -> Path:
    """Return ``folder`` so that all that anybody has in it can be opened, however deep it lies."""
    return _reachable(folder, _LONG)


def _reachable(path: Path, room: int) -> Path:
    if os.name != "nt":
        return path
    whole = os.path.abspath(path)  # noqa: PTH100 - follows no link
    opened = in_long_form(whole, room)
    return path if opened == whole else Path(opened)


def in_long_form(path: str, room: int = 0) -> str:
    r"""Return an absolute path of Windows in the form that it takes of any length (\\?\C:\…), where it is too long.

    ``room`` is how many characters what is opened below it may add.
    """
    if len(path) + room < _LONG or path.startswith("\\\\?\\"):
        return path
    return "\\\\?\\UNC" + path[1:] if path.startswith("\\\\") else "\\\\?\\" + path


def as_written(text: str) -> str:
    """Return ``text`` with the paths in it as people write them, however they are opened."""
    return text.replace("\\\\?\\UNC\\", "\\\\").replace("\\\\?\\", "")


def _patiently(step: Callable[[], _T], held: frozenset[int] = _HELD) -> _T:
    """Return what ``step`` gives; on Windows it is tried again for two seconds where another program is in its way."""
    for _ in range(_TRIES - 1):
        try:
            return step()
        except OSError as error:
            if not _is_held(error, held):
                raise
        time.sleep(_PAUSE)
    return step()


def _is_held(error: OSError, held: frozenset[int]) -> bool:
    number = getattr(error, "winerror", -1)  # no other system's errors have one; what C's library says lacks its number
    return number in held or (number is None and error.errno == errno.EACCES)


def open_file(path: Path) -> io.BufferedReader:
    """Open the file at ``path`` for reading. Raises OSError, also for what is no file: see :func:`why_not_regular`."""
    path = reachable(path)
    if why := why_not_regular(path):
        raise OSError(errno.EINVAL, why, str(path))
    handle = _patiently(lambda: _descriptor(path), _IN_USE)
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        os.close(handle)
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        raise OSError(errno.EINVAL, "不是文件，没有打开", str(path))
    stream: io.BufferedReader = os.fdopen(handle, "rb")
    return stream


def _descriptor(path: Path) -> int:
    if sys.platform == "win32":
        from kaoping.core._shared_file import open_shared

        return open_shared(path)
    # What was a file may be a pipe by now: it is opened without waiting for whoever writes into it.
    return os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)


def read(path: Path) -> bytes:
    """Return what is in the file at ``path``, also of one that is locked. Raises as :func:`open_file`."""
    with open_file(path) as stream:
        try:
            return stream.read()
        except PermissionError:
            stream.seek(0)
            return b"".join(_blocks(stream))


def _blocks(stream: io.BufferedReader) -> Iterator[bytes]:
    """Yield what is in a file. A program may have locked parts of it (Windows): a map of the file is not kept from."""
    read = 0  # bytes; to ask the stream is too late: on Windows a map is made from a file's begin, and moves it there
    try:
        while block := stream.read(_BLOCK):
            read += len(block)
            yield block
    except PermissionError:
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            for start in range(read, len(mapped), _BLOCK):
                yield mapped[start : start + _BLOCK]


def open_to_hold(path: Path) -> int:
    """Return a descriptor of the file at ``path`` for reading and writing, made where there is none."""
    return _patiently(lambda: os.open(reachable(path), os.O_RDWR | os.O_CREAT, 0o644))


def for_libraries(path: Path, copied: Path) -> Path:
    """Return ``path``, or where only we can open it, as another program has it open too (Windows), a copy of it.

    Raises OSError where we can't either.
    """
    try:
        with path.open("rb") as stream:
            stream.read(1)
    except PermissionError:
        mkdir(copied.parent)
        copy(path, copied)
        return copied
    return path


def mkdir(path: Path) -> None:
    """Make the folder ``path`` and those above it; fine where it is there already."""
    reachable(path).mkdir(parents=True, exist_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path``, through to the disk."""
    with _patiently(lambda: reachable(path).open("wb")) as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def write_whole(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path``, whole or not at all: what stands there stays until all of it is on the disk."""
    beside = path.with_name(f".{path.name}.新")
    try:
        write_bytes(beside, content)
        replace(beside, path)
    except OSError:
        remove(beside)
        raise


class _Aside:
    """A thread that does ``work`` with each block that it is handed, in their order, while the next are being made.

    It never fails and never stops: its first error is kept, and what comes after it is let go.
    """

    def __init__(self, work: Callable[[bytes], object]) -> None:
        self.error: BaseException | None = None
        self._work = work
        self._blocks: queue.Queue[bytes | None] = queue.Queue(_WAITING)
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> _Aside:
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


class _Handed(io.RawIOBase):
    """A stream whose blocks are handed to threads: to write to it never fails."""

    def __init__(self, *asides: _Aside) -> None:
        self._asides = asides

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        block = bytes(content)
        for aside in self._asides:
            aside.put(block)
        return len(block)


class _Writing:
    """Writes blocks to a file; ``flush`` is called each time that much was written."""

    def __init__(self, file: io.FileIO, flush: Callable[[], object]) -> None:
        self._file, self._flush = file, flush
        self._unflushed = 0  # bytes

    def __call__(self, block: bytes) -> None:
        rest = memoryview(block)
        while len(rest):
            rest = rest[self._file.write(rest) :]  # a disk that fills up may take a part
        self._unflushed += len(block)
        if self._unflushed >= _FLUSHED:
            self._unflushed = 0
            self._flush()


def save(path: Path, write: Callable[[Any], object], *, lasting: bool = True) -> str:
    """Let a library ``write`` the file at ``path`` through a raw stream of ours; return its sha256, in hex.

    qpdf ends the process where its last bytes find the disk full, be it in a file of its own or in one of Python's. So
    it is told nothing; the error is raised when it has done. One thread writes the blocks that ``write`` gives, which
    should be large, another hashes them, a third has the disk take them (``lasting``): at the end there is little to
    wait for.
    """
    with _patiently(lambda: reachable(path).open("wb", buffering=0)) as file:

        def flush(_: bytes = b"") -> None:
            if lasting:
                os.fsync(file.fileno())

        digest, flushing = hashlib.sha256(), _Aside(flush)
        with flushing, _Aside(digest.update) as hashing, _Aside(_Writing(file, lambda: flushing.put(b""))) as writing:
            write(_Handed(writing, hashing))
        if error := writing.error or flushing.error or hashing.error:
            raise error
        flush()
    return digest.hexdigest()


def copy(source: Path, target: Path) -> None:
    """Copy the content of ``source`` (not its times or rights: they are this machine's) to ``target``."""
    with open_file(source) as origin, _patiently(lambda: reachable(target).open("wb")) as stream:
        stream.writelines(_blocks(origin))


def settle(path: Path, known: str = "") -> tuple[int, str]:
    """Flush the file at ``path``, whoever wrote it, through to the disk; return its size and sha256.

    Where its writer told the sha256 (``known``), it is not read again.
    """
    with open_file(path) as stream:
        digest = known or hashlib.file_digest(stream, "sha256").hexdigest()
        size = stream.seek(0, os.SEEK_END)
        if os.name != "nt":
            os.fsync(stream.fileno())
    if os.name == "nt":  # there it takes a handle with the right to write, which a read-only file does not give
        with suppress(OSError), reachable(path).open("rb+") as stream:
            os.fsync(stream.fileno())
    return size, digest


def sha256(path: Path) -> str:
    """Return the sha256 of the file at ``path``, in hex."""
    with open_file(path) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def replace(source: Path, target: Path) -> None:
    """Put the file ``source`` in the place of the file ``target``, which may be there; or a folder where none is."""
    _patiently(lambda: reachable(source).replace(reachable(target)))


def rename(source: Path, target: Path) -> None:
    """Rename a folder within one volume, then flush the folder it stands in. ``target`` must not be there."""
    if os.path.lexists(reachable(target)):
        raise FileExistsError(errno.EEXIST, "已经有同名的文件夹", str(target))
    _patiently(lambda: reachable(source).rename(reachable(target)))
    _flush_folder(target.parent)


def rmtree(path: Path) -> None:
    """Remove the folder ``path`` with all it holds, file by file; links are removed, never followed."""
    path = reachable(path)
    for entry in sorted(path.iterdir()):
        if entry.is_dir() and not entry.is_symlink():
            rmtree(entry)
        else:
            unlink(entry)
    rmdir(path)


@contextmanager
def temporary_folder(within: Path | None = None) -> Iterator[Path]:
    """Yield a new folder below ``within``, or where the system keeps such; it is removed at the end.

    What keeps it from being removed is an error only where nothing else went wrong.
    """
    folder = Path(mkdtemp(prefix=".", dir=within))
    try:
        yield folder
    except BaseException:
        remove(folder)
        raise
    rmtree(folder)


def remove(path: Path) -> None:
    """Remove the file or folder ``path`` as far as that goes: the way back from a failure, which has been told."""
    with suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            rmtree(path)
        else:
            unlink(path)


def unlink(path: Path) -> None:
    """Remove the file ``path``; on Windows one marked read-only too."""
    path = reachable(path)
    if os.name == "nt":
        with suppress(OSError):
            path.chmod(0o666)
    _patiently(path.unlink)


def rmdir(path: Path) -> None:
    """Remove the empty folder ``path``."""
    _patiently(reachable(path).rmdir)


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

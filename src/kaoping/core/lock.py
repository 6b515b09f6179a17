"""A lock on a folder, so that two builds never work on one package; the system frees it when its holder dies."""

from __future__ import annotations

import getpass
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kaoping.core import fs

#: The byte that is locked. On Windows nobody else can read a locked one, and the holder's name is to be read.
_FAR = 1 << 30
_LOCKED = 33  # ERROR_LOCK_VIOLATION; C's library gives no number that tells it from others
_LONGEST = 400  # bytes of a holder's name


@dataclass(frozen=True, slots=True)
class Hold:
    """What came of asking for a lock: ``free`` where the work may go on, else ``holder`` says who works there."""

    free: bool
    holder: str = ""  # in Chinese: which computer, who, since when; "" where that can't be told
    certain: bool = True  # False where the file system knows no locks: nobody can say whether another works there too


@contextmanager
def held(path: Path) -> Iterator[Hold]:
    """Hold the lock file ``path``, which names its holder while it stands, and yield what came of it.

    Where the file system knows no locks (some network shares) the work goes on without: a build by one person must not
    fail there. Raises OSError where the file can't be made at all.
    """
    hold, handle = _take(path)
    try:
        yield hold
    finally:
        if handle is not None:
            _free(path, handle)


def _take(path: Path) -> tuple[Hold, int | None]:
    while True:
        handle = fs.open_to_hold(path)
        locked = _lock(handle)
        if locked is False:
            holder = os.pread(handle, _LONGEST, 0) if hasattr(os, "pread") else os.read(handle, _LONGEST)
            os.close(handle)
            return Hold(free=False, holder=holder.decode("utf-8", "replace").strip("\0 \n")), None
        with suppress(FileNotFoundError):
            # The holder before us may have removed the very file we opened: then ours locks nothing. Again.
            if os.path.samestat(os.fstat(handle), fs.reachable(path).stat()):
                _sign(handle)
                return Hold(free=True, certain=locked is not None), handle
        os.close(handle)


def _sign(handle: int) -> None:
    """Write into the lock file who holds it; whoever finds it taken reads that."""
    with suppress(OSError):
        since = datetime.now().strftime("%m月%d日 %H:%M")
        words = f"电脑 {platform.node() or '不详'}，用户 {_user()}，{since} 开始，进程 {os.getpid()}"
        os.truncate(handle, 0)
        os.lseek(handle, 0, os.SEEK_SET)
        os.write(handle, words.encode("utf-8", "replace")[:_LONGEST])


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # no entry for this user
        return "不详"


def _free(path: Path, handle: int) -> None:
    if sys.platform == "win32":  # an open file can't be removed there; whoever comes in between keeps it
        os.close(handle)
        with suppress(OSError):
            fs.reachable(path).unlink()
        return
    with suppress(OSError):
        path.unlink()
    os.close(handle)


def _lock(handle: int) -> bool | None:
    """Lock the file; False where another holds it, None where there are no locks."""
    if sys.platform == "win32":
        import ctypes
        import msvcrt

        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        if kernel.LockFile(ctypes.c_void_p(msvcrt.get_osfhandle(handle)), _FAR, 0, 1, 0):
            return True
        return False if ctypes.get_last_error() == _LOCKED else None
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # ENOLCK, EOPNOTSUPP: no locks here
        return None
    return True

"""A lock on a folder, so that two builds never work on one package; the system frees it when its holder dies."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def held(path: Path) -> Iterator[bool]:
    """Hold the lock file ``path`` and yield True; yield False where another process holds it. Removed at the end.

    Where the file system knows no locks (some network shares) the work goes on without: a build by one person must not
    fail there. Raises OSError where the file can't be made at all.
    """
    handle = _take(path)
    try:
        yield handle is not None
    finally:
        if handle is not None:
            _free(path, handle)


def _take(path: Path) -> int | None:
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        if not _lock(handle):
            os.close(handle)
            return None
        with suppress(FileNotFoundError):
            # The holder before us may have removed the very file we opened: then ours locks nothing. Again.
            if os.path.samestat(os.fstat(handle), path.stat()):
                return handle
        os.close(handle)


def _free(path: Path, handle: int) -> None:
    if sys.platform == "win32":  # an open file can't be removed there; whoever comes in between keeps it
        os.close(handle)
        with suppress(OSError):
            path.unlink()
        return
    with suppress(OSError):
        path.unlink()
    os.close(handle)


def _lock(handle: int) -> bool:
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # ENOLCK, EOPNOTSUPP: no locks here
        return True
    return True

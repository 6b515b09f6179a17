"""No garbage collection while much is read.

Reading makes millions of objects and hardly a cycle among them. Python's collector would look through all of them,
again and again as they become more, and find nothing.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_readers = 0
_was_on = False


@contextmanager
def uncollected() -> Iterator[None]:
    """Put garbage collection off, in the whole process, until the block ends: the last one where several overlap.

    Also a decorator. Where somebody had switched collection off already, it stays so.
    """
    global _readers, _was_on
    with _lock:
        if not _readers:
            _was_on = gc.isenabled()
            gc.disable()
        _readers += 1
    try:
        yield
    finally:
        with _lock:
            _readers -= 1
            if not _readers and _was_on:
                gc.enable()

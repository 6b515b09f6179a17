"""Waiting so that Ctrl-C is heard: on Windows Python hears of it between two steps of its own, not while it waits."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import TypeVar

_T = TypeVar("_T")
LOOK = 0.2  # seconds that a wait may take without a look at what else there is


def awaited(future: Future[_T]) -> _T:
    """Return what comes of ``future``, or raise it; whoever presses Ctrl-C meanwhile is heard."""
    while not future.done():
        wait([future], timeout=LOOK)
    return future.result()


def interruptible(call: Callable[[], _T]) -> _T:
    """Return what comes of ``call``, which waits for another process; whoever presses Ctrl-C meanwhile is heard.

    Where that takes a thread, ``call`` goes on in it after Ctrl-C, until what it waits for is ended.
    """
    if sys.platform != "win32" or threading.current_thread() is not threading.main_thread():
        return call()
    return _aside(call)


def _aside(call: Callable[[], _T]) -> _T:
    future: Future[_T] = Future()

    def work() -> None:
        try:
            future.set_result(call())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=work, daemon=True).start()
    return awaited(future)

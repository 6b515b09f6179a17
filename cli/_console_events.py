"""Windows: whoever closes the console, or signs out, leaves the program five seconds to take back what is half done.

What C's library makes of these events is a signal and nothing more: the process is gone before anybody has seen to it.
"""

from __future__ import annotations

import _thread
import signal
import sys
import time
from typing import Any

#: CTRL_BREAK_EVENT: not every library of C makes a signal of it. Ctrl-C's wakes who waits, and is left to Python.
_BREAK = 1
#: CTRL_CLOSE_EVENT, CTRL_LOGOFF_EVENT, CTRL_SHUTDOWN_EVENT
_ENDS = frozenset({2, 5, 6})
_LONGEST = 60.0  # seconds: longer than any system lets a program go on
_kept: list[Any] = []  # what the system calls must not be cleared away


def listen_to_console() -> None:
    """Have whoever closes the console, or presses Ctrl-Break, interrupt the program as Ctrl-C does."""
    if sys.platform == "win32":
        import ctypes

        handler = ctypes.WINFUNCTYPE(ctypes.c_int, ctypes.c_uint32)(hear)
        if ctypes.windll.kernel32.SetConsoleCtrlHandler(handler, True):
            _kept.append(handler)


def hear(event: int) -> bool:
    """Interrupt the main thread; return only once it has ended where the process is ended with this call.

    Called by the system, in a thread of its own, and returns whether that was all; False for what others see to.
    """
    if event not in _ENDS | {_BREAK}:
        return False
    _thread.interrupt_main(signal.SIGINT)
    if event in _ENDS:
        time.sleep(_LONGEST)
    return True

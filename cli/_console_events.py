"""Windows: whoever closes the console, or signs out, leaves the program five seconds to take back what is half done.

What C's library makes of these events is a signal and nothing more: the process is gone before anybody has seen to it.
"""

from __future__ import annotations

import _thread
import signal
import sys
import time
from typing import Any

#: CTRL_CLOSE_EVENT, CTRL_LOGOFF_EVENT, CTRL_SHUTDOWN_EVENT. Ctrl-C and Ctrl-Break are signals, and need nobody to wait.
_ENDS = frozenset({2, 5, 6})
_LONGEST = 60.0  # seconds: longer than any system lets a program go on
_kept: list[Any] = []  # what the system calls must not be cleared away


def listen_to_console() -> None:
    """Have whoever closes the console interrupt the program as Ctrl-C does."""
    if sys.platform == "win32":
        import ctypes

        handler = ctypes.WINFUNCTYPE(ctypes.c_int, ctypes.c_uint32)(hear)
        if ctypes.windll.kernel32.SetConsoleCtrlHandler(handler, True):
            _kept.append(handler)


def hear(event: int) -> bool:
    """Interrupt the main thread, and return only once it has ended: the process is ended with this call.

    Called by the system, in a thread of its own, and returns whether that was all; False for what others see to.
    """
    if event not in _ENDS:
        return False
    _thread.interrupt_main(signal.SIGINT)
    time.sleep(_LONGEST)
    return True

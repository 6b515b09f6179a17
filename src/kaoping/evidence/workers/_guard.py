"""A program of others, run for a time and ended with all that it started: also when we are gone ourselves.

Our process may be killed, and what it started would go on. So a guard stands between: it ends the program when its own
input ends, which it does with us, on any system.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress

_OVER_TIME = 3  # the guard's exit status


def run_watched(command: Sequence[str], seconds: float) -> bool:
    """Run ``command``, silently, for at most ``seconds``; whether it ended by itself, however it went.

    Raises OSError where no process can be started.
    """
    guard = [sys.executable, "-P", "-m", __name__, str(seconds), *command]
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    silent = subprocess.DEVNULL
    process = subprocess.Popen(guard, stdin=subprocess.PIPE, stdout=silent, stderr=silent, creationflags=flags)
    try:
        return process.wait() != _OVER_TIME
    finally:  # Ctrl-C too
        assert process.stdin is not None
        process.stdin.close()
        process.wait()


def main() -> int:
    """Guard the command in the arguments; return the exit status."""
    seconds, *command = sys.argv[1:]
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    silent = subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=silent, stdout=silent, stderr=silent, creationflags=flags)
    threading.Thread(target=_end_with_input, args=(process,), daemon=True).start()
    try:
        process.wait(timeout=float(seconds))
    except subprocess.TimeoutExpired:
        return _OVER_TIME
    finally:  # the command may be a launcher: the program itself is its child, and stays where only that is ended
        _end(process)
    return 0


def _end_with_input(process: subprocess.Popen[bytes]) -> None:
    sys.stdin.buffer.read()
    _end(process)
    os._exit(0)


def _end(process: subprocess.Popen[bytes]) -> None:
    import psutil

    with suppress(psutil.Error):
        for child in psutil.Process(process.pid).children(recursive=True):
            with suppress(psutil.Error):
                child.kill()
    if process.poll() is None:
        process.kill()


if __name__ == "__main__":
    sys.exit(main())

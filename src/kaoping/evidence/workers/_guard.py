"""A program of others, run for a time and ended with all that it started: also when we are gone ourselves.

Our process may be killed, and what it started would go on. So a guard stands between: it ends the program when its own
input ends, which it does with us, on any system.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kaoping.evidence.workers._interruptible import interruptible
from kaoping.evidence.workers._job_object import JobObject
from kaoping.evidence.workers._pool import WAITING

if TYPE_CHECKING:
    import psutil

_CLOCKS = 1.0  # seconds by which the system's clocks may differ
_LOOK = 0.2  # seconds between two looks at what the program has taken
_IDLE, _STIR = 90.0, 0.5  # seconds by the clock in which a program that has not hung takes so much of a processor


@dataclass(frozen=True, slots=True)
class Watched:
    """How a program ended: by itself (however it went) or over its time; and the processor seconds that it took."""

    in_time: bool
    seconds: float


def run_watched(
    command: Sequence[str], seconds: float, temporary: Path | None = None, served_by: Iterable[str] = ()
) -> Watched:
    """Run ``command``, silently, for at most ``seconds`` of a processor, and ten times as long by the clock.

    ``served_by`` names programs (winword.exe) that the system starts on its behalf, and not below it: those that it
    started meanwhile for other programs' use count, and end, with it.

    Its temporary files go to ``temporary``, where that is given: to a full or locked place of the system's it would
    fail as if what it reads were damaged.

    One that does next to nothing for a minute and a half waits for an answer that nobody gives, and is ended then.
    Raises OSError where no process can be started.
    """
    guard = [sys.executable, "-P", "-m", __name__, str(seconds), "/".join(served_by), *command]
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    pipe, silent = subprocess.PIPE, subprocess.DEVNULL
    places = dict.fromkeys(("TMPDIR", "TMP", "TEMP"), str(temporary.absolute())) if temporary is not None else {}
    around = {**os.environ, **places}
    process = subprocess.Popen(guard, stdin=pipe, stdout=pipe, stderr=silent, creationflags=flags, env=around)
    assert process.stdin is not None and process.stdout is not None
    try:
        words = interruptible(process.stdout.read).split()
        return Watched(words[0] == b"ended", float(words[1])) if len(words) == 2 else Watched(True, 0.0)
    finally:  # Ctrl-C too
        process.stdin.close()
        process.wait()
        process.stdout.close()


def main() -> int:
    """Guard the command in the arguments, and print how it ended."""
    seconds, served_by, *command = sys.argv[1:]
    tree = _Tree(frozenset(served_by.split("/")) - {""})
    silent = subprocess.DEVNULL
    job = JobObject()
    process = job.start(command, stdin=silent, stdout=silent, stderr=silent)
    threading.Thread(target=_end_with_input, args=(process, tree), daemon=True).start()
    try:
        in_time, taken = _wait(process, tree, float(seconds))
    finally:  # the command may be a launcher: the program itself is its child, and stays where only that is ended
        _end(process, tree)
    sys.stdout.write(f"{'ended' if in_time else 'stopped'} {taken:.2f}\n")
    return 0


@dataclass(frozen=True, slots=True)
class _Tree:
    """A process and all that belongs to it: what is below it, and what the system started for it."""

    served_by: frozenset[str]
    since: float = field(default_factory=time.time)

    def below(self, pid: int) -> list[psutil.Process]:
        """Return all processes that belong to ``pid``, without it."""
        import psutil

        processes = []
        with suppress(psutil.Error):
            processes += psutil.Process(pid).children(recursive=True)
        if self.served_by:
            processes += [process for process in psutil.process_iter() if self._serves(process)]
        return processes

    def _serves(self, process: psutil.Process) -> bool:
        """Whether the system started the process meanwhile, for programs that drive it: it says so to it."""
        import psutil

        with suppress(psutil.Error):
            return (
                process.name().lower() in self.served_by
                and process.create_time() >= self.since - _CLOCKS
                and any("embedding" in word.lower() for word in process.cmdline())
            )
        return False


def _wait(process: subprocess.Popen[bytes], tree: _Tree, seconds: float) -> tuple[bool, float]:
    """Wait for the program's end or for that of its time; return whether it ended, and the seconds that it took."""
    by_process: dict[int, float] = {}  # what one took that has ended counts on
    taken, stirred, at_stir = 0.0, time.monotonic(), 0.0
    until = stirred + seconds * WAITING
    while taken <= seconds and time.monotonic() <= min(until, stirred + _IDLE):
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=_LOOK)
            return True, taken
        by_process |= _seconds(process.pid, tree)
        taken = sum(by_process.values())
        if taken - at_stir >= _STIR:
            stirred, at_stir = time.monotonic(), taken
    return False, taken


def _seconds(pid: int, tree: _Tree) -> dict[int, float]:
    """Return the processor seconds of a process and of all below it."""
    import psutil

    seconds: dict[int, float] = {}
    with suppress(psutil.Error):
        for process in [psutil.Process(pid), *tree.below(pid)]:
            with suppress(psutil.Error):
                times = process.cpu_times()
                seconds[process.pid] = times.user + times.system
    return seconds


def _end_with_input(process: subprocess.Popen[bytes], tree: _Tree) -> None:
    sys.stdin.buffer.read()
    _end(process, tree)
    os._exit(0)


def _end(process: subprocess.Popen[bytes], tree: _Tree) -> None:
    import psutil

    for each in tree.below(process.pid):
        with suppress(psutil.Error):
            each.kill()
    if process.poll() is None:
        process.kill()


if __name__ == "__main__":
    sys.exit(main())

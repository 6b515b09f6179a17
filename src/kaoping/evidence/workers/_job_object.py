"""Windows: a process and all below it as one job, with limits that hold, and that ends when its holder is gone.

The system ends what is in a job as soon as nobody holds it: also where its holder was killed, and could end nothing.
Where there are no such jobs (other systems, or one that refuses) what is asked for here is done without: whoever waits
for the process looks at its time and memory all the same.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_NO_WINDOW, _SUSPENDED = getattr(subprocess, "CREATE_NO_WINDOW", 0), 0x4
_EXTENDED_LIMITS = 9  # JobObjectExtendedLimitInformation
#: JOB_OBJECT_LIMIT_PROCESS_TIME, JOB_OBJECT_LIMIT_PROCESS_MEMORY, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
_TIME, _MEMORY, _END_WITH_HOLDER = 0x2, 0x100, 0x2000
_TICKS = 10_000_000  # in a second


@dataclass(slots=True)
class JobObject:
    """A job that processes are started in; ``memory`` (bytes) is the most that each of them may ask for, 0 for any."""

    memory: int = 0
    _handle: int = field(default=0, init=False)  # 0: there is none

    def start(
        self, command: Sequence[str], *, around: Mapping[str, str] | None = None, **streams: Any
    ) -> subprocess.Popen[bytes]:
        """Start ``command`` in the job, without a window; ``around`` are its environment. Raises as Popen."""
        if sys.platform != "win32":
            return subprocess.Popen(command, env=around, **streams)
        import psutil

        # It waits till it is in the job: what it starts before that would not be.
        process = subprocess.Popen(command, env=around, creationflags=_NO_WINDOW | _SUSPENDED, **streams)
        try:
            self._take(int(process._handle))
            psutil.Process(process.pid).resume()
        except BaseException:
            process.kill()
            raise
        return process

    def allow(self, seconds: float) -> None:
        """Let each process in the job take so many seconds of a processor in all, counted from its start."""
        if self._handle:
            self._limit(seconds)

    def end(self) -> None:
        """End all that is in the job."""
        if sys.platform == "win32" and self._handle:
            import ctypes

            handle, self._handle = self._handle, 0
            ctypes.windll.kernel32.CloseHandle(ctypes.c_void_p(handle))

    def _take(self, process: int) -> None:
        """Take a process into the job, which is made for it; nothing where the system refuses."""
        if sys.platform == "win32":
            import ctypes

            kernel = ctypes.windll.kernel32
            kernel.CreateJobObjectW.restype = ctypes.c_void_p
            self._handle = kernel.CreateJobObjectW(None, None) or 0
            its, given = ctypes.c_void_p(self._handle), ctypes.c_void_p(process)
            if not (self._handle and self._limit(0.0) and kernel.AssignProcessToJobObject(its, given)):
                self.end()

    def _limit(self, seconds: float) -> bool:
        """Set the job's limits; no ``seconds`` mean any time. Returns whether the system did."""
        if sys.platform != "win32":
            return False
        import ctypes

        limits = _limits_type()()
        limits.flags = _END_WITH_HOLDER | (_MEMORY if self.memory else 0) | (_TIME if seconds else 0)
        limits.process_memory, limits.process_time = self.memory, round(seconds * _TICKS)
        done = ctypes.windll.kernel32.SetInformationJobObject(
            ctypes.c_void_p(self._handle), _EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits)
        )
        return bool(done)


def _limits_type() -> Any:
    """Return the structure JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""
    import ctypes

    class Limits(ctypes.Structure):
        _fields_ = (
            ("process_time", ctypes.c_int64),
            ("job_time", ctypes.c_int64),
            ("flags", ctypes.c_uint32),
            ("least_resident", ctypes.c_size_t),
            ("most_resident", ctypes.c_size_t),
            ("processes", ctypes.c_uint32),
            ("affinity", ctypes.c_size_t),
            ("priority", ctypes.c_uint32),
            ("scheduling", ctypes.c_uint32),
            ("io_counters", ctypes.c_uint64 * 6),
            ("process_memory", ctypes.c_size_t),
            ("job_memory", ctypes.c_size_t),
            ("peak_process_memory", ctypes.c_size_t),
            ("peak_job_memory", ctypes.c_size_t),
        )

    return Limits

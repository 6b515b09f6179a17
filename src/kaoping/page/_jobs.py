"""What takes long and the page asks for, a build or a reading: in a process of its own, told step by step, stopped.

A process and not a thread: the views go on answering, and it can be stopped wherever it is, as Ctrl-C stops a command.
It reads the folder as it is when it begins, and what it writes is put in place whole. It ends with its input: when the
page's own process dies, nothing goes on unseen.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from kaoping import api

#: Seconds that a process which was stopped may take to put away what is half done.
_GRACE = 20.0
#: The form of a job that builds nothing: it reads the pages that are pictures.
READING = "识别扫描页"
# -P: a file named json.py in the clerk's folder must not become ours.
_COMMAND = (sys.executable, "-P", "-m", "kaoping.page._job_process")
State = Literal["running", "stopping", "done", "refused", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class Step:
    """What is being done, and how many of how many are done of it; 0 of 0 where nobody counts."""

    what: str
    done: int = 0
    of: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a build: where the package stands, what was found on the way, how many things keep it back."""

    package: Path
    notes: Sequence[api.Finding]
    held: int
    changes: api.Changes | None  # from the package that stood there before, where there was one


@dataclass(frozen=True, slots=True)
class Read:
    """What came of a reading: how many pages are pictures, how many nothing could read."""

    pages: int
    unread: int


@dataclass(frozen=True, slots=True)
class Job:
    """A build or a reading as it is now; ``version`` grows with each change."""

    form: str  # 送审稿, 报送稿, 补充材料 or READING
    state: State = "running"
    steps: tuple[Step, ...] = (Step("读记录和材料"),)
    outcome: Outcome | None = None  # of a build
    read: Read | None = None  # of a reading
    findings: Sequence[api.Finding] = ()  # of one that was refused
    detail: str = ""  # of one that failed: for those who mend the program
    version: int = 1
    begun: float = field(default_factory=time.monotonic)
    ended: float = 0.0

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes of it."""
        return self.state not in ("running", "stopping")

    @property
    def seconds(self) -> int:
        """How long it has taken so far."""
        return round((self.ended or time.monotonic()) - self.begun)


class Jobs:
    """The jobs of one sort of the unit in ``folder``, one at a time; may be asked from any thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._listening: threading.Thread | None = None
        self.latest: Job | None = None
        self._ended = 0  # the version of the last one that is over, and was followed by another

    @property
    def ended(self) -> int:
        """Return what grows with each job that comes to its end, at the very moment when :attr:`latest` is over."""
        latest = self.latest
        return latest.version if latest is not None and latest.is_over else self._ended

    @property
    def is_running(self) -> bool:
        """Whether a job is under way."""
        return self.latest is not None and not self.latest.is_over

    def start(self, form: str) -> bool:
        """Begin with ``form``; False where another job is still under way. Raises OSError for no process."""
        with self._lock:
            if self.is_running:
                return False
            flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # a console's Ctrl-C is for the server
            process = subprocess.Popen(
                _COMMAND,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                creationflags=flags,
                start_new_session=sys.platform != "win32",
            )
            self._ended = self.ended
            version = self.latest.version + 1 if self.latest is not None else 1
            self._process, self.latest = process, Job(form, version=version)
        assert process.stdin is not None
        with suppress(OSError):  # it is gone already: who listens hears so
            pickle.dump((self._folder, form), process.stdin)
            process.stdin.flush()
        self._listening = threading.Thread(target=self._listen, args=(process,), daemon=True)
        self._listening.start()
        return True

    def stop(self) -> None:
        """Have the job under way stop; what it has half done is put away. Nothing where there is none."""
        with self._lock:
            process = self._process
            if process is None or self.latest is None or self.latest.is_over:
                return
            self.latest = replace(self.latest, state="stopping", version=self.latest.version + 1)
        assert process.stdin is not None
        with suppress(OSError):
            process.stdin.close()
        timer = threading.Timer(_GRACE, process.kill)
        timer.daemon = True
        timer.start()

    def close(self) -> None:
        """Stop, and wait until the job has put away what was half done."""
        self.stop()
        if self._listening is not None:
            self._listening.join(_GRACE + 5)

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        answer: dict[str, Any] = {"state": "failed"}
        try:
            answer = self._answer_of(process)
        except Exception as error:  # whatever it was: the job is over, and somebody has to hear of it
            answer = {"state": "failed", "detail": repr(error)}
        finally:
            self._change(**answer, ended=time.monotonic())

    def _answer_of(self, process: subprocess.Popen[bytes]) -> dict[str, Any]:
        """Take in what the process tells until it ends; returns how the job changes with that."""
        assert process.stdout is not None and process.stdin is not None
        answer: dict[str, Any] = {}
        with suppress(EOFError, pickle.UnpicklingError, OSError):
            while not answer:
                message = pickle.load(process.stdout)
                if isinstance(message, Step):
                    self._change(steps=_on(self.latest.steps if self.latest is not None else (), message))
                else:
                    answer = message
        process.stdout.close()
        with suppress(OSError):
            process.stdin.close()
        process.wait()
        if not answer:  # it was taken down, by us where it did not stop in time
            stopping = self.latest is not None and self.latest.state == "stopping"
            answer = {"state": "stopped" if stopping else "failed"}
        if answer["state"] in ("stopped", "failed"):
            api.mend_results(self._folder)  # one that had to be killed left its leavings
        return answer

    def _change(self, **changed: Any) -> None:
        with self._lock:
            if self.latest is not None:
                self.latest = replace(self.latest, **changed, version=self.latest.version + 1)


def _on(steps: tuple[Step, ...], step: Step) -> tuple[Step, ...]:
    """Return the steps with what came last: of the same work the latest alone."""
    return (*steps[:-1], step) if steps and steps[-1].what == step.what else (*steps, step)

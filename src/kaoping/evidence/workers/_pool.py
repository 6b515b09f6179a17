"""A pool of workers. A job that runs over its time or memory, or takes its process down, has that as its outcome.

Time is the processor's: a busy computer makes no job fail. What merely waits may wait ten times as long by the clock.

Processes and not threads: a library that hangs in C can't be stopped in any other way. A worker does one job after the
other; one that was killed is replaced. When the pool's own process dies, its workers end with their input, or by their
own timer. Nothing is left behind on any system.
"""

from __future__ import annotations

import json
import math
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from kaoping.evidence.workers._interruptible import LOOK, interruptible
from kaoping.evidence.workers._job_object import JobObject

_LOOK = 0.05  # seconds between two looks at a worker's memory
_MOST = 4  # workers: more gain little where one disk feeds them all
WAITING = 10  # times its processor time, by the clock, that a job may take
GRACE = 5.0  # seconds: the pool kills first; the system does where the pool is no longer there
_FRESH = 0.25  # of the memory that a worker may hold: with more than that it is not kept for other work
_ROOM = 1.5  # times the memory in use that a worker may ask the system for: not all of it is in use
Failure = Literal["", "time", "memory", "crash", "error", "budget"]


@dataclass(frozen=True, slots=True)
class Job:
    """A call of ``function`` ("module:name") with JSON arguments, that may take ``seconds`` of a processor."""

    function: str
    arguments: Mapping[str, Any]
    seconds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job: its result, or how it failed; an exception is an ``error``, with its words in ``detail``.

    One that was not even begun, since the others had used up what there was for all, is a ``budget``.
    """

    result: Any = None
    failure: Failure = ""
    detail: str = ""
    errno: int = 0  # of an OSError
    seconds: float = 0.0  # of a processor that it took


@dataclass(slots=True)
class Budget:
    """The processor seconds that many jobs may take together."""

    left: float = math.inf


def run(
    jobs: Sequence[Job],
    *,
    memory: int,
    first: Worker | None = None,
    most: int = _MOST,
    budget: Budget | None = None,
    on_done: Callable[[int, Outcome], None] | None = None,
) -> list[Outcome]:
    """Do all ``jobs``, on as many workers as there are cores (at most 4, or ``most``); return their outcomes in order.

    ``memory`` (bytes) is the most that a worker may hold; ``first`` is one that is ready, and stays its owner's. What
    the jobs take goes off ``budget``, and once that is used up no other is begun. ``on_done`` is called with each job's
    number and outcome as soon as there is one. Raises OSError where no process can be started at all.
    """
    budget = budget or Budget()
    count = min(len(jobs), os.cpu_count() or 1, _idle.most, most)
    staff = ([first] if first is not None else [])[:count]
    staff += [_hire(memory) for _ in range(count - len(staff))]
    todo = iter(range(len(jobs)))
    turn = threading.Lock()
    outcomes: dict[int, Outcome] = {}
    done: queue.SimpleQueue[int | BaseException] = queue.SimpleQueue()

    def work(worker: Worker) -> None:
        try:
            while True:
                with turn:
                    index = next(todo, None)
                if index is None:
                    return
                outcome = worker.do(jobs[index]) if budget.left > 0 else Outcome(failure="budget")
                with turn:
                    budget.left -= outcome.seconds
                outcomes[index] = outcome
                done.put(index)
        except BaseException as error:
            done.put(error)

    threads = [threading.Thread(target=work, args=(worker,), daemon=True) for worker in staff]
    for thread in threads:
        thread.start()
    is_over = False
    try:
        for _ in jobs:
            index = _next(done)
            if isinstance(index, BaseException):
                raise index
            if on_done is not None:
                on_done(index, outcomes[index])
        is_over = True
    finally:
        todo = iter(())
        if not is_over:  # something failed, or somebody pressed Ctrl-C, in the middle of the work
            for worker in staff:
                worker.end()
        for thread in threads:
            thread.join()
        for worker in staff:
            if worker is not first:
                _let_go(worker)
    return [outcomes[index] for index in range(len(jobs))]


@contextmanager
def standing_by(most: int = _MOST) -> Iterator[None]:
    """Keep workers that have nothing to do for who needs some next: a batch has many short pieces of work.

    Starting one takes as long as looking at twenty files. They end with the outermost of such blocks. No more than
    ``most`` work at a time, where several processes like this one share the cores.
    """
    with _idle_lock:
        _idle.blocks += 1
        _idle.most = min(_idle.most, most)
    try:
        yield
    finally:
        with _idle_lock:
            _idle.blocks -= 1
            if not _idle.blocks:
                _idle.most = _MOST
            gone = [] if _idle.blocks else _idle.workers[:]
            if gone:
                _idle.workers.clear()
        for worker in gone:
            worker.end()


@contextmanager
def hired(memory: int) -> Iterator[Worker]:
    """Give a worker that may hold ``memory`` bytes, for as long as the block."""
    worker = _hire(memory)
    try:
        yield worker
    except BaseException:
        worker.end()
        raise
    _let_go(worker)


@dataclass(slots=True)
class _Idle:
    workers: list[Worker] = field(default_factory=list)
    blocks: int = 0  # of those that want them kept
    most: int = _MOST


_idle, _idle_lock = _Idle(), threading.Lock()


def _hire(memory: int) -> Worker:
    with _idle_lock:
        at = next((at for at, worker in enumerate(_idle.workers) if worker.memory == memory), None)
        return Worker(memory) if at is None else _idle.workers.pop(at)


def _let_go(worker: Worker) -> None:
    with _idle_lock:
        if _idle.blocks and worker.is_fresh():
            _idle.workers.append(worker)
            return
    worker.end()


def _next(done: queue.SimpleQueue[int | BaseException]) -> int | BaseException:
    while True:
        with suppress(queue.Empty):
            return done.get(timeout=LOOK)


@dataclass(slots=True)
class Worker:
    """One process, started when it is first needed, or beforehand (:meth:`start`): it takes a third of a second."""

    memory: int
    process: subprocess.Popen[bytes] | None = None
    pid: int = 0
    _killed: Failure = field(default="", init=False)
    _job: JobObject = field(default_factory=JobObject, init=False)

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def start(self, *modules: str) -> Worker:
        """Let the process start, and import ``modules``; doesn't wait for it."""
        # -P: a file named json.py in the clerk's folder must not become ours.
        command = [sys.executable, "-P", "-m", __package__, *modules]
        pipe = subprocess.PIPE
        self._job = JobObject(round(self.memory * _ROOM))
        self.process = self._job.start(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
        return self

    def do(self, job: Job) -> Outcome:
        """Do one job; where the process dies of it, or has to be killed, that is the outcome."""
        return interruptible(lambda: self._do(job))

    def _do(self, job: Job) -> Outcome:
        process = self._started()
        assert process.stdin is not None and process.stdout is not None
        self._killed = ""
        over, before = threading.Event(), self._seconds()
        watch = threading.Thread(target=self._watch, args=(job.seconds, before, over), daemon=True)
        watch.start()
        self._job.allow(before + job.seconds + GRACE)
        line = json.dumps({"call": job.function, "arguments": job.arguments, "seconds": job.seconds}).encode() + b"\n"
        answer = b""
        with suppress(OSError):
            process.stdin.write(line)
            process.stdin.flush()
            answer = process.stdout.readline()
        over.set()
        watch.join()
        took = max(0.0, self._seconds() - before)
        if not answer.endswith(b"\n"):  # it died on the way
            self.end()
            return Outcome(failure=self._killed or "crash", seconds=took or (job.seconds if self._killed else 0.0))
        return Outcome(**json.loads(answer), seconds=took)

    def _started(self) -> subprocess.Popen[bytes]:
        if self.process is None:
            self.start()
        assert self.process is not None and self.process.stdout is not None
        if not self.pid:
            hello = self.process.stdout.readline()
            if not hello:
                self.end()
                raise OSError("a worker process did not start")
            self.pid = json.loads(hello)["pid"]  # on Windows the process started may be a launcher of the real one
        return self.process

    def _seconds(self) -> float:
        """Return the processor seconds that the worker has taken so far; 0 where it is no longer there."""
        import psutil

        with suppress(psutil.Error):
            times = psutil.Process(self.pid).cpu_times()
            return float(times.user + times.system)
        return 0.0

    def _watch(self, seconds: float, before: float, over: threading.Event) -> None:
        import psutil

        until = time.monotonic() + seconds * WAITING
        with suppress(psutil.Error):
            process = psutil.Process(self.pid)
            while True:  # the first look comes before the first wait: a job may be short
                if self._seconds() - before > seconds or time.monotonic() > until:
                    self._killed = "time"
                elif process.memory_info().rss > self.memory:
                    self._killed = "memory"
                elif over.wait(_LOOK):
                    return
                else:
                    continue
                process.kill()
                return

    def is_fresh(self) -> bool:
        """Whether it may go on to other work: it runs, and holds so little that this has the room that it is due."""
        import psutil

        with suppress(psutil.Error):
            if self.process is not None and self.process.poll() is None and self.pid:
                return psutil.Process(self.pid).memory_info().rss < self.memory * _FRESH
        return False

    def end(self) -> None:
        """Let the worker go. It holds nothing that its last answer did not hand over: there is nothing to wait for."""
        process, self.process, self.pid = self.process, None, 0
        if process is None:
            return
        assert process.stdin is not None and process.stdout is not None
        with suppress(OSError):
            process.stdin.close()  # the real one, where what was started is a launcher, ends with its input
        process.kill()
        self._job.end()
        process.wait()
        process.stdout.close()

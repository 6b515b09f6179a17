"""Units built on Dask (the extra ``kaoping[cluster]``): by processes of this computer, or by a scheduler that is there.

Dask hands out the tasks, notices workers that die and gives their task to another; we add none of that. Nothing else of
the program imports it.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any
from uuid import uuid4

from kaoping.batch._unit_task import Outcome, fault, tidily, units_in_a_row
from kaoping.core.errors import refused
from kaoping.core.findings import Finding, Findings
from kaoping.core.model import Location
from kaoping.evidence.store import place_in_common

#: Keys of files of a unit, which may be judged apart from its others; all of its files in such shares.
Share = Sequence[str]
Shares = Callable[[Path], Sequence[Share]]
#: Told at once of what keeps all units waiting.
Tell = Callable[[Finding], None]

#: How often a worker may die of a task, or beside it, where we say so: after that it is tried by itself.
_DEATHS = 3
_MEMORY = "distributed.worker.memory"
#: Of our own cluster. A worker over its memory is ended, and that is all: its tasks leave nothing with Dask that could
#: go to the disk, and one that paused might wait for ever until it holds less. One that dies is always started anew:
#: Dask gives up those that are gone again when it looks, some time after their death, and the last would be among them.
#: What Dask measures of itself for its dashboard, which nobody sees here, took a tenth of the processor's time. Its
#: workers are not to give memory back to the system as soon as 64 kB of it are free: they ask for it again at once.
_SETTINGS: Mapping[str, object] = {
    "distributed.scheduler.allowed-failures": _DEATHS - 1,
    "distributed.deploy.lost-worker-timeout": "365 days",
    **{f"{_MEMORY}.{step}": False for step in ("target", "spill", "pause")},
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "1 s",
    "distributed.admin.system-monitor.interval": "5 s",
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": None,
}
_PATIENCE = 15  # seconds until a scheduler that does not answer is not there
_LOOK = 5.0  # seconds between two looks at whether anybody works there


@contextmanager
def on_cluster(
    folder: Path,
    task: Callable[..., Outcome],
    judge: Callable[..., int],
    shares: Shares,
    workers: int,
    scheduler: str,
    tell: Tell,
) -> Iterator[Callable[[Sequence[str]], Iterator[tuple[str, Outcome]]]]:
    """Yield what has ``task`` done for units below ``folder``, by ``workers`` processes or at the ``scheduler``.

    Of units whose evidence has several ``shares``, these are handed to ``judge`` first: a unit of many files does not
    keep the others waiting. A process does one task at a time. Whoever works at a scheduler must see the folder under
    the same path, and have the same program; where nobody does, that is told at once, and waited for somebody to come.
    Raises KaopingError where Dask is not installed, or nobody answers at that address.
    """
    try:
        dask, distributed = import_module("dask"), _distributed()
    except ImportError:
        raise refused("batch.no_cluster") from None
    with ExitStack() as stack:
        stack.enter_context(dask.config.set(_SETTINGS))
        address: object = scheduler
        if not scheduler:
            with _unheard_by_workers():
                address = stack.enter_context(
                    distributed.LocalCluster(
                        n_workers=workers,
                        threads_per_worker=1,
                        memory_limit=_memory_of(workers),
                        dashboard_address="127.0.0.1:0",  # any port: on Dask's own another batch may listen and say so
                        scheduler_kwargs={"dashboard": False},
                        silence_logs=logging.CRITICAL,
                    )
                )
        try:
            client = stack.enter_context(distributed.Client(address, timeout=_PATIENCE, set_as_default=False))
        except (OSError, ValueError, TypeError) as error:  # the last for tls:// without Dask's settings for it
            raise refused("batch.no_scheduler", Location(), address=scheduler, why=str(error)) from None
        root = folder.absolute()
        stack.enter_context(_standing_by_at(client, workers))

        def run(names: Sequence[str]) -> Iterator[tuple[str, Outcome]]:
            waiting = set(names)
            try:
                for name, outcome in done(names):
                    waiting.remove(name)
                    yield name, outcome
            except distributed.client.ClosedClientError as error:  # it has given the scheduler up
                yield from ((name, fault("batch.cut_off", str(error))) for name in names if name in waiting)

        def done(names: Sequence[str]) -> Iterator[tuple[str, Outcome]]:
            if scheduler:
                stack.enter_context(_seeing_that_somebody_works(client, scheduler, tell))
            # What one worker finds out ahead is of use where whoever builds the unit finds it.
            ahead = len(set(client.run(place_in_common).values())) == 1
            job = _Job(client, root, task, judge, uuid4().hex)  # the same unit of another batch is another task
            blamed: dict[str, Sequence[Share]] = {}
            for name, outcome in job.done({name: shares(root / name) if ahead else () for name in names}):
                if isinstance(outcome, _Blamed):
                    blamed[name] = outcome.shares
                else:
                    yield name, outcome
            # Dask blames all that waited at a worker that died: by itself a unit, and a file, shows whose doing it was.
            for name, suspects in blamed.items():
                yield name, job.alone(name, suspects or shares(root / name))

        yield run


@contextmanager
def _seeing_that_somebody_works(client: Any, scheduler: str, tell: Tell) -> Iterator[None]:
    """Wait until somebody works at the ``scheduler``; tell where nobody does, then and later, each time anew.

    Whoever starts a cluster may start its workers last, and one that is out of work may end them: nobody is missing for
    good. What is done there now is not begun here as well.
    """
    over = threading.Event()

    def announce() -> None:
        findings = Findings()
        findings.add("batch.no_workers", Location(), address=scheduler)
        tell(*findings)

    def watch() -> None:
        looks = 0  # in a row that showed nobody: a worker that is started anew is away for a moment
        with suppress(Exception):  # of a scheduler that is gone the batch itself hears
            while not over.wait(_LOOK):
                looks = 0 if client.nthreads() else looks + 1
                if looks == 2:
                    announce()

    try:
        if not client.nthreads():
            announce()
        while not client.nthreads():
            time.sleep(_LOOK / 10)
    except OSError as error:
        raise _distributed().client.ClosedClientError(str(error)) from error
    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(_LOOK)


@dataclass(frozen=True, slots=True)
class _Blamed:
    """A unit that was not built, since workers died of it, or beside it: of these ``shares``, or of its building."""

    shares: Sequence[Share] = ()


@dataclass(frozen=True, slots=True)
class _Job:
    """The tasks of a batch at a client's scheduler."""

    client: Any
    root: Path
    task: Callable[..., Outcome]
    judge: Callable[..., int]
    batch: str

    def done(self, units: Mapping[str, Sequence[Share]]) -> Iterator[tuple[str, Outcome | _Blamed]]:
        """Yield units with what came of them, as they end.

        A unit of several shares is built when each has ended, however it did, unless a worker died of it: the build
        looks at what is left.
        """
        ended = _distributed().as_completed(loop=self.client.loop)
        shares: dict[Any, tuple[str, Share]] = {}
        builds: dict[Any, str] = {}
        left = {name: len(its) if len(its) > 1 else 0 for name, its in units.items()}
        deadly: dict[str, list[Share]] = {}

        def build(name: str) -> None:
            future = self._submit(name, "", self.task, priority=1)  # before any share: somebody waits for it
            builds[future] = name
            ended.add(future)

        try:
            for name in sorted(units, key=lambda name: left[name]):  # small ones first
                for number, share in enumerate(units[name][: left[name]], 1):
                    future = self._submit(name, f"-{number}", self.judge, share)
                    shares[future] = name, share
                    ended.add(future)
                if not left[name]:
                    build(name)
            for future in ended:
                if future in shares:
                    name, share = shares.pop(future)
                    left[name] -= 1
                    if _deaths_of(future):
                        deadly.setdefault(name, []).extend((key,) for key in share)
                    if not left[name] and name in deadly:
                        yield name, _Blamed(deadly[name])
                    elif not left[name]:
                        build(name)
                else:
                    name = builds.pop(future)
                    yield name, _Blamed() if _deaths_of(future) else _outcome_of(future)
                future.release()  # what is known here need not be made once more where its worker dies
        finally:
            with suppress(Exception):  # where the scheduler is out of reach, nobody works for us any more
                self.client.cancel([*shares, *builds])

    def alone(self, name: str, suspects: Sequence[Share]) -> Outcome:
        """Build a unit while nothing else of the batch is done, without those files that take their worker down.

        Those are looked for in ``suspects``, share by share, and file by file in one of which a worker dies again.
        """
        deadly = [share for share in suspects if self._kills(name, share)]
        unopened = [key for share in deadly for key in share if len(share) == 1 or self._kills(name, (key,))]
        future = self._submit(name, "-alone", partial(self.task, unopened=unopened))
        if deaths := _deaths_of(future):
            return fault("batch.worker_died", str(deaths))
        return _outcome_of(future)

    def _kills(self, name: str, share: Share) -> bool:
        """Whether workers die of judging ``share``, and of nothing else."""
        return bool(_deaths_of(self._submit(name, f"-{uuid4().hex}", self.judge, share)))

    def _submit(self, name: str, part: str, act: Callable[..., object], *more: object, priority: int = 0) -> Any:
        key = f"kaoping-{self.batch}-{name}{part}"
        return self.client.submit(tidily, act, str(self.root / name), *more, key=key, pure=False, priority=priority)


def _memory_of(workers: int) -> int:
    """Return the bytes that each of so many workers may hold: its share of what this computer, or its job, has.

    It is that of Dask's process, where packages are made and scans are handed out. Those that open files have a limit
    of their own (``kaoping.evidence.survey.MEMORY``), which is the same wherever they are: what a file comes to is not
    to depend on who looks at it.
    """
    return int(import_module("distributed.system").MEMORY_LIMIT) // workers


@contextmanager
def _standing_by_at(client: Any, workers: int) -> Iterator[None]:
    """Keep ready what tasks need from one to the next, in each of the processes at that scheduler.

    On this computer ``workers`` share its cores: two with two helpers each would be in each other's way. It is for
    speed alone: a scheduler that is gone by the end, or that knows no plugins, costs no batch its outcome.
    """
    stack = ExitStack()
    about = {"most": max(1, (os.cpu_count() or 1) // workers)} if workers else {}

    def setup(self: Any, worker: Any) -> None:
        if workers:
            _hear_no_ctrl_c()
        stack.enter_context(units_in_a_row(**about))

    acts = {"setup": setup, "teardown": lambda self, worker: stack.close()}
    name = f"kaoping-standby-{uuid4().hex}"  # another batch at this scheduler has its own, and ends its own
    with suppress(Exception):
        client.register_plugin(type("Standby", (_distributed().WorkerPlugin,), acts)(), name=name)
    try:
        yield
    finally:
        with suppress(Exception):
            client.unregister_worker_plugin(name)


@contextmanager
def _unheard_by_workers() -> Iterator[None]:
    """Let no process that this block's threads start, nor any of theirs, hear Ctrl-C: the batch does, and ends all.

    A terminal sends it to everybody. In the middle of a unit it would end the processes that look at files, which reads
    like a file that takes its reader down. Pressed meanwhile, it is heard at the block's end.
    """
    if sys.platform == "win32":  # there a worker says so itself
        yield
        return
    resource_tracker.ensure_running()  # who starts it later on, with the first process, hears Ctrl-C again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _hear_no_ctrl_c() -> None:
    if sys.platform == "win32":
        import ctypes

        signal.signal(signal.SIGINT, signal.SIG_IGN)
        ctypes.windll.kernel32.SetConsoleCtrlHandler(None, True)


def _distributed() -> Any:
    return import_module("distributed")  # an extra: where it is not installed, this module is still checked


def _deaths_of(future: Any) -> int:
    """Wait for the task's end; return how many workers died of it, or beside it: 0 where it ended in any other way.

    Who runs the scheduler decides how many may.
    """
    try:
        future.result()
    except _distributed().KilledWorker as error:
        return int(error.allowed_failures) + 1
    except (Exception, CancelledError):  # whoever asks for the outcome hears of it
        return 0
    return 0


def _outcome_of(future: Any) -> Outcome:
    try:
        outcome: Outcome = future.result()
    except CancelledError as error:
        return fault("batch.cut_off", str(error))
    except Exception as error:  # raised on the way to the task or back: what it does itself is in its outcome
        return fault("batch.fault", f"{type(error).__name__}: {error}")
    return outcome

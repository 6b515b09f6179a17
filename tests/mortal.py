"""Work that dies for real at a step of its own: in a process, so that no handler runs and no ``finally``.

Run as a program it does each of the jobs on its standard input in a fork of itself: what they import is imported once.
Where the system can't fork (Windows), every job gets a program of its own.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import subprocess
import sys
import traceback
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import kaoping
from kaoping.core import fs
from packages import NEW, Saboteur, build_plain

DEAD = 9


@dataclass(frozen=True)
class Job:
    """A build that is struck: of a plain package in the folder ``build``, or the command line with its arguments."""

    build: str | Sequence[str]
    step: int = 0  # the file operation at which it dies, 1-based; 0: at none
    after: bool = False  # its work is done first
    limit: int = 0  # bytes that a file may have, as a full disk sets it


@dataclass(frozen=True)
class Ended:
    """How a job ended: its exit status, and all that it printed."""

    status: int
    said: str


def run(jobs: Iterable[Job]) -> Iterator[Ended]:
    """Do the jobs one after the other, each in a process of its own."""
    together = [[*jobs]] if hasattr(os, "fork") else [[job] for job in jobs]
    for group in together:
        given = json.dumps([vars(job) for job in group])
        command = [sys.executable, str(Path(__file__))]
        done = subprocess.run(command, input=given.encode(), capture_output=True, check=False, timeout=600)
        if hasattr(os, "fork"):
            assert done.returncode == 0, done.stderr.decode()
            yield from (Ended(**ended) for ended in json.loads(done.stdout))
        else:
            yield Ended(done.returncode, (done.stdout + done.stderr).decode())


def _forked(job: Job) -> dict[str, Any]:
    reads, writes = os.pipe()  # a file would come under the limit, too
    child = os.fork()
    if child == 0:
        os.dup2(writes, 1)
        os.dup2(writes, 2)
        os.close(reads)
        os.close(writes)
        try:
            status = _do(job)
        except BaseException:
            status = 1
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    os.close(writes)
    with os.fdopen(reads, "rb") as stream:
        said = stream.read().decode()
    return {"status": os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), "said": said}


def _do(job: Job) -> int:
    if job.limit:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (job.limit, job.limit))
    Saboteur(job.step, lambda _: os._exit(DEAD), job.after).install(lambda name, fn: setattr(fs, name, fn))
    if isinstance(job.build, str):
        build_plain(Path(job.build), NEW)
        return 0
    from kaoping.cli.main import run as command_line

    return command_line(list(job.build))


def _import_everything() -> None:
    """Import the whole program once, before the forks: otherwise each of them does."""
    for module in pkgutil.walk_packages(kaoping.__path__, "kaoping."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


if __name__ == "__main__":
    todo = [Job(**job) for job in json.load(sys.stdin.buffer)]
    if not hasattr(os, "fork"):
        sys.exit(_do(todo[0]))
    if len(todo) > 2 and not all(isinstance(job.build, str) for job in todo):
        _import_everything()
    print(json.dumps([_forked(job) for job in todo]))  # noqa: T201

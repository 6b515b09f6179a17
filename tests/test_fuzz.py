"""Each reader is fed spoiled files: a finding, a slip sheet or a result comes of each, never a crash or a hang.

A few of each by default, more in `.ci/run`, ten minutes of a processor each with `just long`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest

import fuzzing
from kaoping.evidence.workers import Job, Worker

SECONDS, MEMORY = 30.0, 1_500_000_000  # of one file
FEW, MORE, MINUTES = 3, 20, 10


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    """A process that may die of a file without taking the tests along; it finds the targets beside this file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parent))
        patch.setenv("KAOPING_SOFFICE", "none")
        with Worker(MEMORY) as staff:
            yield staff


@cache
def _whole(name: str) -> bytes:
    """The file that the target ``name`` begins with: made once, since making one may take longer than reading many."""
    with TemporaryDirectory() as folder:
        return fuzzing.TARGETS[name][1](Path(folder))


def _feed(worker: Worker, name: str, seed: int) -> None:
    """Feed the target ``name`` the file that ``seed`` spoils; the failure names both."""
    function, _, suffix = fuzzing.TARGETS[name]
    with TemporaryDirectory() as folder:
        source, place = Path(folder, f"spoiled{suffix}"), Path(folder, "made")
        source.write_bytes(fuzzing.spoiled(_whole(name), seed))
        place.mkdir()
        outcome = worker.do(Job(f"fuzzing:{function}", {"path": str(source), "folder": str(place)}, SECONDS))
    assert not outcome.failure, (name, seed, outcome.failure, outcome.detail)


@pytest.mark.parametrize("name", fuzzing.TARGETS)
def test_a_spoiled_file_is_refused_or_read(worker: Worker, name: str) -> None:
    for seed in range(FEW):
        _feed(worker, name, seed)


@pytest.mark.slow
@pytest.mark.parametrize("name", fuzzing.TARGETS)
def test_many_spoiled_files_are_refused_or_read(worker: Worker, name: str) -> None:
    for seed in range(FEW, MORE):
        _feed(worker, name, seed)


@pytest.mark.long
@pytest.mark.parametrize("name", fuzzing.TARGETS)
def test_spoiled_files_for_ten_minutes(worker: Worker, name: str) -> None:
    spent, before = 0.0, _processor_time()
    while spent < 60 * MINUTES:
        for _ in range(20):  # looking through the machine's processes takes longer than reading a small file
            _feed(worker, name, random.randrange(MORE, 2**63))
        now = _processor_time()
        spent += now - before if now >= before else now  # a new process begins at nothing
        before = now


def _processor_time() -> float:
    """Return the seconds of the processor that the worker took: a busy machine makes no minutes of it."""
    spent = 0.0
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            spent += times.user + times.system
    return spent

"""Workers that stand by between pieces of work: fewer are started, none is left, and none harms what comes next."""

from __future__ import annotations

import shutil
from pathlib import Path

import psutil
import pytest

from kaoping import api
from kaoping.evidence import store, workers
from kaoping.evidence.workers import Job, _pool

pytestmark = pytest.mark.slow  # starting a process takes a third of a second

MEMORY = 1_000_000_000
WHO = Job("os:getpid", {}, 5)


def who(jobs: int = 1, **about: int) -> list[int]:
    """The processes that do so many jobs."""
    return [outcome.result for outcome in workers.run([WHO] * jobs, **{"memory": MEMORY} | about)]


def test_who_has_nothing_to_do_does_what_comes_next() -> None:
    with workers.standing_by():
        first = who()
        assert who(0) == [] and who() == first
        with workers.hired(MEMORY) as hired:
            assert hired.do(WHO).result == first[0]
        assert who() == first
    assert not psutil.pid_exists(first[0])
    assert who() != first


def test_they_end_with_the_outermost_block() -> None:
    with workers.standing_by():
        with workers.standing_by():
            first = who()
        assert who() == first
    assert not psutil.pid_exists(first[0])


def test_another_limit_is_another_process() -> None:
    with workers.standing_by():
        assert who() != who(memory=MEMORY // 2)


def test_who_died_or_holds_much_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    with workers.standing_by():
        first = who()
        workers.run([Job("os:abort", {}, 5)], memory=MEMORY)
        second = who()
        assert second != first
        held = Job("sys:setrecursionlimit", {}, 5)  # an error of the job's own harms nobody
        assert workers.run([held], memory=MEMORY)[0].failure == "error"
        assert who() == second
        monkeypatch.setattr(_pool, "_FRESH", 1_000_000 / MEMORY)
        assert who() == second != who(), "it was hired before it held too much"


def test_no_more_work_at_a_time_than_may() -> None:
    with workers.standing_by(1):
        assert len(set(who(6))) == 1


def test_who_stands_by_holds_no_file_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows nobody could rename or remove it, nor a folder above it."""
    monkeypatch.setenv(store.PLACE, str(tmp_path / "store"))
    unit = tmp_path / "甲市"
    shutil.copytree(Path(__file__).parents[1] / "samples/clerk-2017", unit, copy_function=shutil.copyfile)
    for path in [path for path in (unit / "材料").rglob("*") if path.is_file()]:
        path.with_name(f"截断{path.name}").write_bytes(path.read_bytes()[:900])
    with workers.standing_by():
        api.check(unit)
        idle = [its.pid for its in _pool._idle.workers]
        assert idle
        assert [file.path for pid in idle for file in psutil.Process(pid).open_files()] == []


def test_what_is_stopped_in_the_middle_leaves_nobody() -> None:
    before = {child.pid for child in psutil.Process().children(recursive=True)}

    def stop(index: int, outcome: object) -> None:
        raise KeyboardInterrupt

    endless = Job("re:match", {"pattern": "(a+)+$", "string": "a" * 64 + "b"}, 60)
    with workers.standing_by(), pytest.raises(KeyboardInterrupt):
        workers.run([WHO, endless, endless], memory=MEMORY, on_done=stop)
    left = {child.pid for child in psutil.Process().children(recursive=True)} - before
    assert not left

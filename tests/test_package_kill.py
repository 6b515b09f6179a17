"""A build is stopped at every single file operation, by an error and by death: nothing may ever be lost or mixed."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import bagit
import pytest

from kaoping.core import fs
from kaoping.core.errors import DeliveryError
from kaoping.package.staging import edits, recover, staging
from mortal import DEAD, Job, run
from packages import NEW, OLD, Saboteur, build_plain, listing, tree

pytestmark = pytest.mark.slow  # a package at every step of its making


def steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Count the operations of a build that replaces a package."""
    results = tmp_path / "count" / "成果"
    build_plain(results / "送审稿", OLD)
    counter = Saboteur(-1, lambda _: None)
    with monkeypatch.context() as patch:
        counter.install(lambda name, fn: patch.setattr(fs, name, fn))
        build_plain(results / "送审稿", NEW)
    return counter.calls


def whole(package: Path, old: dict[str, bytes], new: dict[str, bytes]) -> str:
    """Return which of the two packages stands there, whole and valid."""
    found = tree(package)
    assert found in (old, new), "a mixture"
    bagit.Bag(str(package)).validate()
    assert edits(package) == []
    return "old" if found == old else "new"


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], dict[str, bytes]]:
    root = tmp_path_factory.mktemp("both")
    build_plain(root / "a" / "送审稿", OLD)
    build_plain(root / "b" / "送审稿", NEW)
    return tree(root / "a" / "送审稿"), tree(root / "b" / "送审稿")


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "package.no_space"),
        (errno.EACCES, "package.in_use"),
        (errno.EROFS, "package.read_only"),
        (errno.EIO, "package.disk_failed"),
        (errno.ENAMETOOLONG, "package.path_too_long"),
    ],
)
def test_an_error_at_every_step_leaves_one_whole_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, both: tuple[Any, Any], number: int, code: str
) -> None:
    old, new = both
    total = steps(tmp_path, monkeypatch)
    assert total > 20
    outcomes = set()
    for step in range(1, total + 1):
        results = tmp_path / f"{step}" / "成果"
        build_plain(results / "送审稿", OLD)

        def strike(path: str) -> None:
            raise OSError(number, os.strerror(number), path)

        saboteur = Saboteur(step, strike)
        with monkeypatch.context() as patch:
            saboteur.install(lambda name, fn: patch.setattr(fs, name, fn))
            try:
                build_plain(results / "送审稿", NEW)
            except DeliveryError as error:
                assert [found.code for found in error.findings] == [code], (step, saboteur.hit)
                assert str(tmp_path) not in str(error)
                stands = whole(results / "送审稿", old, new)
                assert stands == "old", f"step {step} ({saboteur.hit}): said it failed, but replaced the package"
            else:  # only the clearing up failed: the new one is in place
                stands = whole(results / "送审稿", old, new)
                assert stands == "new"
        assert saboteur.hit
        recover(results)
        assert whole(results / "送审稿", old, new) == stands
        kept = [name for name in listing(results) if name != "送审稿"]
        assert all(name.startswith("送审稿（改过") for name in kept), f"step {step}: leftovers {kept}"
        outcomes.add(stands)
    assert outcomes == {"old", "new"}


@pytest.mark.parametrize("when", ["before", "after"])
def test_death_at_every_step_then_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, both: tuple[Any, Any], when: str
) -> None:
    """The builder dies for real, in a process of its own: no handler runs, no ``finally``."""
    old, new = both
    folders = [tmp_path / f"{step}" / "成果" for step in range(1, steps(tmp_path, monkeypatch) + 1)]
    for results in folders:
        build_plain(results / "送审稿", OLD)
    jobs = [Job(str(results / "送审稿"), step, when == "after") for step, results in enumerate(folders, 1)]
    outcomes = set()
    for results, ended in zip(folders, run(jobs), strict=True):
        assert ended.status == DEAD, ended.said
        found = recover(results)
        assert "package.leftover" not in {finding.code for finding in found}
        outcomes.add(whole(results / "送审稿", old, new))
        assert listing(results) == ["送审稿"], results
        assert len(recover(results)) == 0
    assert outcomes == {"old", "new"}


def test_death_in_a_first_build_leaves_nothing(tmp_path: Path) -> None:
    results = tmp_path / "成果"
    for step in (1, 4, 9):
        [ended] = run([Job(str(results / "送审稿"), step, after=True)])
        assert ended.status == DEAD, ended.said
        recover(results)
        assert listing(results) == []


def test_a_start_while_another_process_builds_leaves_it_alone(tmp_path: Path) -> None:
    results = tmp_path / "成果"
    build_plain(results / "送审稿", OLD)
    code = "import sys\nfrom pathlib import Path\nfrom kaoping.package.staging import staging\n" + (
        "with staging(Path(sys.argv[1])) as stage:\n    print('up', flush=True)\n    sys.stdin.readline()\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(results / "送审稿")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with child:
        assert child.stdout is not None
        child.stdout.readline()
        before = listing(results)
        assert ".送审稿.新" in before
        assert len(recover(results)) == 0
        assert listing(results) == before
        with pytest.raises(DeliveryError) as refused, staging(results / "送审稿"):
            pass
        assert [found.code for found in refused.value.findings] == ["package.busy"]
        child.kill()
    assert [found.code for found in recover(results)] == ["package.cleaned"]
    assert listing(results) == ["送审稿"]

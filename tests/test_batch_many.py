"""Thirty units on a real scheduler, with what goes wrong there: each ends whole or told, a second run ends the rest.

A third of the units has an error in a record, two have files that are hostile.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

import tiny
from kaoping import api
from kaoping.batch import _cluster, batches
from kaoping.batch._unit_task import SCHEMA, Outcome
from kaoping.core.errors import KaopingError
from kaoping.evidence import store
from kaoping.pipeline import contract, evidence_shares

SUMMARY = "汇总/汇总表.json"

OnUnit = Callable[[str, Outcome, bool, int, int], None]


def _province(folder: Path, number: int) -> Path:
    """Lay out so many units: every third with a word that is none of its field's, two with files that are hostile."""
    tiny.lay_out_pack(folder)
    for index in range(number):
        name = f"第{index:02}市"
        wrong = {"trainings": tiny.TRAININGS.replace("线下", "面授")} if index % 3 == 2 else {}
        tiny.lay_out(folder / name, name, **wrong)
        (folder / name / "材料/说明.txt").write_text(f"{name}的说明\n", "utf-8")
    with zipfile.ZipFile(folder / "第01市/材料/炸弹.zip", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("零.txt", bytes(300_000_000))
    (folder / "第03市/材料/坏的.pdf").write_bytes(
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj\n" + b"[" * 200_000
    )
    return folder


def _files(folder: Path) -> dict[str, bytes]:
    """Every file but what came of each unit: times of files stand in its digests.

    That something half done was cleaned up is a matter of the run, so that the summary is compared without that note.
    """
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file() and batches.OUTCOMES not in path.parts)
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    summary = json.loads(files[SUMMARY])
    for unit in (unit for group in summary["groups"] for unit in group["rows"]):
        findings = unit["findings"]["findings"]
        cleaned = [its for its in findings if its["code"] == "package.cleaned"]
        unit["findings"]["findings"] = [its for its in findings if its not in cleaned]
        unit["findings"]["counts"]["note"] -= len(cleaned)
    return files | {SUMMARY: json.dumps(summary, ensure_ascii=False).encode("utf-8")}


def _workers(of: psutil.Process) -> list[psutil.Process]:
    return [its for its in of.children(recursive=True) if "spawn_main" in " ".join(_words(its))]


def _words(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


def _after(units: int, act: Callable[[], None]) -> OnUnit:
    """Return what does ``act`` once so many units have ended."""

    def on_unit(name: str, outcome: Outcome, stood: bool, done: int, of: int) -> None:
        if done == units:
            act()

    return on_unit


def _kill_one(of: psutil.Process) -> None:
    worker = _workers(of)[0]
    worker.kill()
    worker.wait(10)


@contextmanager
def _scheduler(cache: Path, protocol: str = "tcp://", **around: str) -> Iterator[tuple[psutil.Process, str]]:
    """Yield a scheduler of its own process, with two workers in theirs, and its address."""
    code = (
        "import sys, time; from distributed import LocalCluster\n"
        "if __name__ == '__main__':\n"
        "    cluster = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, protocol=sys.argv[1])\n"
        "    print(cluster.scheduler_address, flush=True); sys.stdin.read()\n"
    )
    script = cache.parent / "scheduler.py"
    script.write_text(code, "utf-8")
    environment = {**os.environ, store.PLACE: str(cache), "PYTHONPATH": str(Path(__file__).parent), **around}
    process = psutil.Popen(
        [sys.executable, str(script), protocol], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, env=environment, text=True,
    )  # fmt: skip
    family: list[psutil.Process] = [process]
    try:
        address = process.stdout.readline().strip()
        family += process.children(recursive=True)
        yield process, address
    finally:
        for its in reversed(family):
            if its.is_running():
                its.kill()
        process.wait(20)
        process.stdin.close()
        process.stdout.close()


class _Line:
    """A connection to a scheduler that can be cut while both ends go on."""

    def __init__(self, address: str) -> None:
        host, _, port = address.rpartition("/")[2].partition(":")
        self._to, self._ends, self._cut = (host, int(port)), list[socket.socket](), False
        self._door = socket.create_server(("127.0.0.1", 0))
        self.address = f"tcp://127.0.0.1:{self._door.getsockname()[1]}"
        threading.Thread(target=self._take, daemon=True).start()

    def cut(self, *, for_good: bool) -> None:
        """End all connections, and take no new ones ``for_good``."""
        self._cut = for_good
        if for_good:
            with suppress(OSError):
                self._door.shutdown(socket.SHUT_RDWR)
            self._door.close()
        for end in self._ends[:]:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _take(self) -> None:
        with suppress(OSError):
            while not self._cut:
                ends = (self._door.accept()[0], socket.create_connection(self._to))
                self._ends += ends
                for one, other in (ends, ends[::-1]):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    @staticmethod
    def _carry(one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        with suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)


def _played(folder: str, **_: Any) -> Outcome:
    """A task of tests: it takes a moment, and leaves a package that is made of nothing but its folder."""
    unit = Path(folder)
    time.sleep(0.3)
    (unit / "成果").mkdir(exist_ok=True)
    (unit / "成果/一份.txt").write_text(unit.name, "utf-8")
    return {"schema": SCHEMA, "status": "built", "exit": 0, "findings": contract.findings([])}


@pytest.mark.long  # Dask takes its time until it has a worker again
def test_a_worker_that_is_killed_loses_no_unit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(batches, "build_unit", _played)
    for index in range(6):
        (tmp_path / f"第{index}市/records").mkdir(parents=True)
    batch = api.run_batch(tmp_path, workers=2, on_unit=_after(2, lambda: _kill_one(psutil.Process())))
    assert {its["status"] for its in batch.outcomes.values()} == {"built"} and len(batch.outcomes) == 6
    assert all((tmp_path / name / "成果/一份.txt").read_text("utf-8") == name for name in batch.outcomes)


@pytest.mark.slow
def test_a_full_disk_is_told_by_the_units_that_it_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny.lay_out_pack(tmp_path)
    tiny.lay_out(tmp_path / "甲市")
    monkeypatch.setenv(store.PLACE, str(tmp_path / "store"))
    real = store.Store.put

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "store")

    monkeypatch.setattr(store.Store, "put", full)
    batch = api.run_batch(tmp_path)
    for outcome in batch.outcomes.values():
        assert outcome["status"] == "refused"
        assert "evidence.no_room" in {its["code"] for its in outcome["findings"]["findings"]}
    assert not list(tmp_path.glob("*/成果/送审稿"))
    monkeypatch.setattr(store.Store, "put", real)
    monkeypatch.setattr(batches, "build_unit", _played)  # that it is done again is enough
    assert {its["status"] for its in api.run_batch(tmp_path).outcomes.values()} == {"built"}


@pytest.mark.long
def test_thirty_units_by_two_workers_are_those_built_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of the workers is killed in the middle."""
    pytest.importorskip("distributed")
    folder = _province(tmp_path / "省", 30)
    alone = shutil.copytree(folder, tmp_path / "单独")
    monkeypatch.setenv(store.PLACE, str(tmp_path / "store"))
    batch = api.run_batch(folder, workers=2, on_unit=_after(8, lambda: _kill_one(psutil.Process())))
    assert len(batch.outcomes) == 30 and {its["status"] for its in batch.outcomes.values()} == {"built"}
    assert sum(bool(its["findings"]["counts"]["error"]) for its in batch.outcomes.values()) >= 10
    monkeypatch.setenv(store.PLACE, str(tmp_path / "another store"))
    api.run_batch(alone)
    assert _files(folder) == _files(alone)


@pytest.mark.long
def test_a_scheduler_that_goes_leaves_units_whole_or_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    folder = _province(tmp_path / "省", 9)
    alone = shutil.copytree(folder, tmp_path / "单独")
    monkeypatch.setenv(store.PLACE, str(tmp_path / "store"))
    with _scheduler(tmp_path / "store") as (process, address):
        batch = api.run_batch(folder, scheduler=address, on_unit=_after(3, process.kill))
    told = {name for name, its in batch.outcomes.items() if its["status"] == "failed"}
    assert len(batch.outcomes) == 9 and 0 < len(told) <= 6
    for name in told:
        assert [its["code"] for its in batch.outcomes[name]["findings"]["findings"]] == ["batch.cut_off"]
    again = api.run_batch(folder)
    assert {its["status"] for its in again.outcomes.values()} == {"built"}
    assert not told & set(again.untouched)
    api.run_batch(alone)
    assert _files(folder) == _files(alone)


@pytest.mark.long
@pytest.mark.parametrize("for_good", [True, False], ids=["for good", "for a moment"])
def test_a_connection_that_is_cut_leaves_units_whole_or_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, for_good: bool
) -> None:
    """Scheduler and workers go on, and so does the batch: what it did not hear of is told, and done by the next one."""
    pytest.importorskip("distributed")
    monkeypatch.setattr(batches, "build_unit", _played)
    monkeypatch.setattr(_cluster, "_PATIENCE", 4)
    monkeypatch.setattr(evidence_shares, "_FILES", 1)  # shares are on their way, too
    folder = _province(tmp_path / "省", 9)
    with _scheduler(tmp_path / "store") as (_, address):
        line = _Line(address)
        monkeypatch.setenv(store.PLACE, str(tmp_path / "store"))
        batch = api.run_batch(folder, scheduler=line.address, on_unit=_after(2, lambda: line.cut(for_good=for_good)))
        cut = {name for name, its in batch.outcomes.items() if its["status"] == "failed"}
        assert len(batch.outcomes) == 9 and 0 < len(cut) <= 7
        for name in cut:
            assert [its["code"] for its in batch.outcomes[name]["findings"]["findings"]] == ["batch.cut_off"]
        again = api.run_batch(folder, scheduler=address)
    assert {its["status"] for its in again.outcomes.values()} == {"built"}
    assert all((folder / name / "成果/一份.txt").read_text("utf-8") == name for name in again.outcomes)


@pytest.mark.long
@pytest.mark.skipif(shutil.which("openssl") is None, reason="the certificate is made by openssl")
def test_a_batch_over_tls_ends_as_any(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dask = pytest.importorskip("dask")
    pytest.importorskip("distributed")
    paper, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-keyout", str(key), "-out", str(paper)],
        check=True, capture_output=True,
    )  # fmt: skip
    places = {"ca-file": str(paper)} | {
        f"{who}.{what}": str(path) for who in ("scheduler", "worker", "client") for what, path in
        (("cert", paper), ("key", key))
    }  # fmt: skip
    folder = _province(tmp_path / "省", 4)
    alone = shutil.copytree(folder, tmp_path / "单独")
    monkeypatch.setenv(store.PLACE, str(tmp_path / "store"))
    around = {f"DASK_DISTRIBUTED__COMM__TLS__{its.replace('.', '__').replace('-', '_').upper()}": path
              for its, path in places.items()}  # fmt: skip
    around["DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION"] = "true"
    with _scheduler(tmp_path / "store", "tls://", **around) as (_, address):
        assert address.startswith("tls://")
        with pytest.raises(KaopingError) as caught:  # without the certificate
            api.run_batch(folder, scheduler=address)
        assert {its.code for its in caught.value.findings} == {"batch.no_scheduler"}
        settings = {f"distributed.comm.tls.{its}": path for its, path in places.items()}
        with dask.config.set({"distributed.comm.require-encryption": True, **settings}):
            batch = api.run_batch(folder, scheduler=address)
    assert {its["status"] for its in batch.outcomes.values()} == {"built"}
    api.run_batch(alone)
    assert _files(folder) == _files(alone)


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C goes to a group of processes there is none of")
def test_ctrl_c_ends_workers_without_a_word_of_theirs_and_no_unit_is_half_done(tmp_path: Path) -> None:
    """It goes to every process of the terminal: workers, and those that look at files, too."""
    pytest.importorskip("distributed")
    folder = _province(tmp_path / "省", 12)
    alone = shutil.copytree(folder, tmp_path / "单独")
    environment = {**os.environ, store.PLACE: str(tmp_path / "store")}
    code = "import sys; from kaoping.cli.main import main; main(sys.argv[1:])"
    process = psutil.Popen(
        [sys.executable, "-c", code, "batch", str(folder), "--workers", "2"], env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", start_new_session=True,
    )  # fmt: skip
    ended = [next(process.stdout) for _ in range(3)]
    family = process.children(recursive=True)
    os.killpg(process.pid, signal.SIGINT)
    out, told = process.communicate(timeout=60)
    done = len([line for line in [*ended, *out.splitlines()] if line.startswith("[")])
    assert process.returncode == 1
    assert told.splitlines()[-1].startswith(f"已中止：做完了 {done} 个单位") and "Traceback" not in told
    assert not [its for its in psutil.wait_procs(family, 20)[1] if its.is_running()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(store.PLACE, str(tmp_path / "store"))
        again = api.run_batch(folder)
        assert len(again.untouched) == done
        assert {its["status"] for its in again.outcomes.values()} == {"built"}
        patch.setenv(store.PLACE, str(tmp_path / "another store"))
        api.run_batch(alone)
    assert _files(folder) == _files(alone)


@pytest.mark.long
def test_two_batches_at_once_share_a_store(tmp_path: Path) -> None:
    folders = [_province(tmp_path / "东", 30)]
    folders += [shutil.copytree(folders[0], tmp_path / name) for name in ("西", "单独")]
    command = [
        sys.executable,
        "-c",
        "import sys; from kaoping.cli.main import run; sys.exit(run(sys.argv[1:]))",
        "batch",
    ]

    def begun(folder: Path, cache: str) -> subprocess.Popen[bytes]:
        environment = {**os.environ, store.PLACE: str(tmp_path / cache)}
        return subprocess.Popen([*command, str(folder)], env=environment, stdout=subprocess.DEVNULL)

    both = [begun(folder, "store") for folder in folders[:2]]
    assert [its.wait(1800) for its in both] == [1, 1], "a unit has an error"
    assert begun(folders[2], "another store").wait(1800) == 1
    assert _files(folders[0]) == _files(folders[1]) == _files(folders[2])


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="a small disk is a tmpfs")
def test_a_store_on_a_disk_that_is_full_stops_nobody_for_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    folder, small = _province(tmp_path / "省", 30), tmp_path / "small"
    alone = shutil.copytree(folder, tmp_path / "单独")
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(small)], check=False).returncode:
        pytest.skip("nobody but root mounts")
    try:
        monkeypatch.setenv(store.PLACE, str(small))
        batch = api.run_batch(folder, workers=2)
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)
    assert len(batch.outcomes) == 30
    told = {name for name, its in batch.outcomes.items() if its["status"] != "built"}
    assert told
    for name in told:
        codes = {its["code"] for its in batch.outcomes[name]["findings"]["findings"]}
        assert "evidence.no_room" in codes, codes
    monkeypatch.setenv(store.PLACE, str(tmp_path / "store"))
    assert {its["status"] for its in api.run_batch(folder).outcomes.values()} == {"built"}
    api.run_batch(alone)
    assert _files(folder) == _files(alone)

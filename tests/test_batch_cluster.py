"""Units built on Dask: what its workers do to a unit is that unit's, and nothing of Dask is there without need."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

import tiny
from kaoping import api
from kaoping.batch import _cluster, _unit_task, batches
from kaoping.batch._unit_task import SCHEMA, Outcome
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Finding, Severity
from kaoping.evidence import store
from kaoping.pipeline import contract, evidence_shares
from units import only


def _ends(folder: str, **_: Any) -> Outcome:
    """A task of tests: it takes its worker down for one unit, and ends well for all others."""
    if Path(folder).name == "乙市":
        os._exit(1)
    return {"schema": SCHEMA, "status": "built", "exit": 0, "findings": contract.findings([]), "worker": os.getpid()}


def _units(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name / "records").mkdir(parents=True)
    return folder


def _nobody_at_work(distributed: Any) -> Any:
    """Return a cluster of this process without workers.

    Dask waits ten seconds for its own thread, more than which it may need on a machine starved by other tests.
    """
    options = {"n_workers": 0, "threads_per_worker": 1, "processes": False, "dashboard_address": None}
    for _ in range(2):
        try:
            return distributed.LocalCluster(**options)
        except AssertionError:
            time.sleep(5)
    return distributed.LocalCluster(**options)


def test_without_dask_the_options_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(KaopingError) as caught:
        api.run_batch(_units(tmp_path, "甲市"), workers=2)
    assert "kaoping[cluster]" in only(caught.value.findings, "batch.no_cluster").mend


@pytest.mark.slow
def test_a_build_and_a_batch_in_one_process_import_nothing_of_dask(tmp_path: Path) -> None:
    code = (
        "import sys; from kaoping import api; from kaoping.cli.main import run; api.build, api.run_batch\n"
        f"run(['batch', {str(_units(tmp_path, '甲市'))!r}]); run(['build', {str(tmp_path / '甲市')!r}])\n"
        "sys.exit(str([name for name in sys.modules if name.split('.')[0] in ('dask', 'distributed', 'tornado')]))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", timeout=60)
    assert ended.stderr.splitlines()[-1] == "[]"
    assert (tmp_path / "汇总/汇总表.json").is_file()


@pytest.mark.slow
def test_a_scheduler_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(_cluster, "_PATIENCE", 0.2)
    with pytest.raises(KaopingError) as caught:
        api.run_batch(_units(tmp_path, "甲市"), scheduler="tcp://127.0.0.1:9")
    assert "tcp://127.0.0.1:9" in only(caught.value.findings, "batch.no_scheduler").problem
    with pytest.raises(KaopingError) as caught:  # without a certificate in Dask's settings
        api.run_batch(_units(tmp_path, "乙市"), scheduler="tls://127.0.0.1:9")
    assert "TLS" in only(caught.value.findings, "batch.no_scheduler").problem


@pytest.mark.slow
def test_a_scheduler_at_which_nobody_works_is_told_at_once_and_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(batches, "build_unit", _ends)
    happened: list[str] = []
    with _nobody_at_work(distributed) as cluster:
        address = cluster.scheduler_address

        def on_finding(finding: Finding) -> None:
            happened.append(finding.code)
            assert address in finding.problem and finding.severity == Severity.WARNING
            cluster.scale(1)

        def on_unit(name: str, *_: object) -> None:
            happened.append(name)

        folder = _units(tmp_path, "甲市", "丙市")
        batch = api.run_batch(folder, scheduler=address, on_finding=on_finding, on_unit=on_unit)
    assert happened[0] == "batch.no_workers" and sorted(happened[1:]) == ["丙市", "甲市"]
    assert {its["status"] for its in batch.outcomes.values()} == {"built"}
    only(batch.findings, "batch.no_workers")


def test_workers_that_are_gone_in_the_middle_are_told_once_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_cluster, "_LOOK", 0.01)
    somebody = {"tcp://10.0.0.6:1": 1}
    looks = [somebody, {}, somebody, {}, {}, {}, {}, somebody, {}, {}]
    ended = threading.Event()

    class Client:
        def nthreads(self) -> dict[str, int]:
            if not looks:
                ended.set()
                raise OSError("the scheduler is gone")
            return looks.pop(0)

    told: list[Finding] = []
    with _cluster._seeing_that_somebody_works(Client(), "tcp://10.0.0.5:8786", told.append):
        assert ended.wait(10)
    assert [finding.code for finding in told] == ["batch.no_workers"] * 2


@pytest.mark.slow
def test_a_connection_that_is_cut_is_the_failure_of_what_was_not_heard_of() -> None:
    pytest.importorskip("distributed")

    class Cut:
        def result(self) -> Outcome:
            from distributed.client import FutureCancelledError

            raise FutureCancelledError("key", "scheduler-connection-lost")

    outcome = _cluster._outcome_of(Cut())
    assert outcome is not None
    assert outcome["exit"] == 4
    assert [its["code"] for its in outcome["findings"]["findings"]] == ["batch.cut_off"]


@pytest.mark.slow
def test_a_scheduler_without_standby_costs_no_batch_its_outcome() -> None:
    pytest.importorskip("distributed")

    class Gone:
        """A client whose scheduler ended meanwhile, or lets nobody set its workers up."""

        asked: ClassVar[list[str]] = []

        def register_plugin(self, plugin: object, name: str) -> None:
            self.asked.append(name)
            raise OSError("closed")

        def unregister_worker_plugin(self, name: str) -> None:
            self.asked.append(name)
            raise ValueError(f"The worker plugin {name} does not exist")

    ended = []
    for _ in range(2):
        with _cluster._standing_by_at(Gone(), 2):
            ended.append(True)
    first, second = Gone.asked[:2], Gone.asked[2:]
    assert ended == [True, True]
    assert first[0] == first[1] != second[0] == second[1], "what another batch set up is its own"
    with pytest.raises(KeyError), _cluster._standing_by_at(Gone(), 2):
        raise KeyError("a fault of the batch's own is not kept back")


@pytest.mark.long  # Dask takes its time until it has a worker again: a minute
def test_a_unit_that_takes_its_workers_down_is_told_and_the_others_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(batches, "build_unit", _ends)
    batch = api.run_batch(_units(tmp_path, "甲市", "乙市", "丙市", "丁市"), workers=2)
    assert {name for name, its in batch.outcomes.items() if its["exit"]} == {"乙市"}
    assert [its["code"] for its in batch.outcomes["乙市"]["findings"]["findings"]] == ["batch.worker_died"]
    assert os.getpid() not in {its.get("worker") for its in batch.outcomes.values()}


_DEADLY = "毒.txt"


def _eats(folder: str, share: Sequence[str], **more: Any) -> int:
    """Judge a share of tests: one file takes more memory than Dask's process may hold."""
    if _DEADLY in share:
        _eat()
    return _unit_task.judge_files(folder, share, **more)


def _builds_greedily(folder: str, *, unopened: Sequence[str] = (), **more: Any) -> Outcome:
    """Build a unit of tests: that file takes too much here, too, and the package of one unit does by itself."""
    unit = Path(folder)
    if unit.name == "丙市" or ((unit / "材料" / _DEADLY).exists() and _DEADLY not in unopened):
        _eat()
    return _unit_task.build_unit(folder, unopened=unopened, **more)


def _eat() -> None:
    held = []
    for _ in range(300):  # 6 GB, were nobody to end it
        held.append(b"\1" * 20_000_000)
        time.sleep(0.02)
    raise AssertionError("nobody ends what eats")


@pytest.mark.long  # Dask takes its time until it has a worker again
def test_what_eats_memory_is_a_files_or_a_units_end_and_no_other_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(batches, "build_unit", _builds_greedily)
    monkeypatch.setattr(batches, "judge_files", _eats)
    monkeypatch.setattr(_cluster, "_memory_of", lambda workers: 1_200_000_000 // workers)
    monkeypatch.setenv(store.PLACE, str(tmp_path / "store"))
    folder = tmp_path / "省"
    tiny.lay_out_pack(folder)
    for name in ("甲市", "乙市", "丙市", "丁市"):
        tiny.lay_out(folder / name, name)
    (folder / "乙市/材料" / _DEADLY).write_text("谁打开谁倒\n", "utf-8")
    batch = api.run_batch(folder, workers=2)
    findings = {name: its["findings"]["findings"] for name, its in batch.outcomes.items()}
    assert {name for name, its in batch.outcomes.items() if its["status"] == "built"} == {"甲市", "乙市", "丁市"}
    assert [its["code"] for its in findings["丙市"]] == ["batch.worker_died"]
    assert ("evidence.not_shown", f"材料/{_DEADLY}") in {(its["code"], its["at"]["file"]) for its in findings["乙市"]}


@pytest.mark.slow
def test_workers_of_this_computer_share_its_memory() -> None:
    system = pytest.importorskip("distributed.system")
    assert _cluster._memory_of(1) == system.MEMORY_LIMIT
    assert 8 * _cluster._memory_of(8) <= system.MEMORY_LIMIT


@pytest.mark.slow
def test_how_often_workers_died_is_what_the_scheduler_allows() -> None:
    distributed = pytest.importorskip("distributed")

    class Killed:
        def result(self) -> Outcome:
            raise distributed.KilledWorker("key", None, 3)  # as Dask has it where nobody says otherwise

    class Client:
        def submit(self, *_: object, **__: object) -> Killed:
            return Killed()

    job = _cluster._Job(Client(), Path(), _ends, _judges, "1")
    findings = job.alone("甲市", ())["findings"]["findings"]
    assert "死了4次" in findings[0]["problem"]


def _opens(folder: str, share: Sequence[str], **more: Any) -> int:
    """Judge a share of tests: one file takes down the very process of Dask's that judges it."""
    if _DEADLY in share:
        os._exit(1)
    return _unit_task.judge_files(folder, share, **more)


def _builds(folder: str, *, unopened: Sequence[str] = (), **more: Any) -> Outcome:
    """Build a unit of tests: whoever opens that file goes down with it."""
    if (Path(folder) / "材料" / _DEADLY).exists() and _DEADLY not in unopened:
        os._exit(1)
    return _unit_task.build_unit(folder, unopened=unopened, **more)


@pytest.mark.long  # Dask takes its time until it has a worker again
@pytest.mark.parametrize("files", [1, 40], ids=["shares", "one share"])
def test_a_file_that_takes_its_workers_down_is_a_slip_sheet_of_its_unit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: int
) -> None:
    """It is found in a share that is judged ahead, and where a unit of one share is built at once."""
    pytest.importorskip("distributed")
    monkeypatch.setattr(batches, "build_unit", _builds)
    monkeypatch.setattr(batches, "judge_files", _opens)
    monkeypatch.setattr(evidence_shares, "_FILES", files)
    monkeypatch.setenv(store.PLACE, str(tmp_path / "store"))
    folder = tmp_path / "省"
    tiny.lay_out_pack(folder)
    for name in ("甲市", "乙市", "丙市"):
        tiny.lay_out(folder / name, name)
    (folder / "乙市/材料" / _DEADLY).write_text("谁打开谁倒\n", "utf-8")
    batch = api.run_batch(folder, workers=2)
    assert {its["status"] for its in batch.outcomes.values()} == {"built"}
    findings = {name: its["findings"]["findings"] for name, its in batch.outcomes.items()}
    slips = [(name, its["at"]["file"]) for name in findings for its in findings[name]
             if its["code"] == "evidence.not_shown"]  # fmt: skip
    assert slips == [("乙市", f"材料/{_DEADLY}")]
    assert batch.outcomes["乙市"]["may_change"], "the next run tries it again: it may be the machine's doing"
    assert not batch.outcomes["甲市"]["may_change"]


def _judges(folder: str, share: Sequence[str], **more: Any) -> int:
    """Judge a share of tests, and leave word of it."""
    unit = Path(folder)
    with (unit.parent / "先看的.txt").open("a", encoding="utf-8") as stream:
        stream.write("".join(f"{unit.name} {key}\n" for key in share))
    return _unit_task.judge_files(folder, share, **more)


@pytest.mark.slow
def test_packages_of_a_cluster_are_those_built_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(batches, "judge_files", _judges)
    monkeypatch.setattr(evidence_shares, "_FILES", 1)
    folder = tmp_path / "省"
    tiny.lay_out_pack(folder)
    for name in ("甲市", "乙市"):
        tiny.lay_out(folder / name, name)
    (folder / "甲市/材料/另一份.txt").write_text("会议纪要\n", "utf-8")
    one_by_one = shutil.copytree(folder, tmp_path / "单独")
    api.run_batch(folder, workers=2)
    seen = Counter(line.split()[0] for line in (folder / "先看的.txt").read_text("utf-8").splitlines())
    assert {name: seen[name] for name in ("甲市", "乙市")} == {
        name: len(list((folder / name / "材料").rglob("*.*"))) for name in ("甲市", "乙市")
    }
    (folder / "先看的.txt").unlink()
    again = api.run_batch(one_by_one)
    assert not again.untouched
    assert _files(folder) == _files(one_by_one)
    assert set(api.run_batch(folder).untouched) == {"甲市", "乙市"}


def _files(folder: Path) -> dict[str, bytes]:
    """Every file but what came of each unit: times of files stand in its digests."""
    paths: Iterator[Path] = (path for path in folder.rglob("*") if path.is_file())
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in paths if batches.OUTCOMES not in p.parts}

"""Units built on Dask: what its workers do to a unit is that unit's, and nothing of Dask is there without need."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
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

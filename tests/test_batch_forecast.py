"""How much a batch would have to do: counted where files are known, a range where they are not, and nothing opened."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from kaoping.cli.main import run

import reading_stand_in
import tiny
from kaoping import api
from kaoping.batch import batches
from kaoping.evidence import rates
from kaoping.evidence.store import PLACE


@pytest.fixture(autouse=True)
def _store_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What other tests looked at, and how long it took them, is nothing that is known here."""
    monkeypatch.setenv("KAOPING_CACHE", str(tmp_path / "store"))


def _province(folder: Path) -> Path:
    tiny.lay_out_pack(folder)
    for name in ("甲市", "乙市"):
        tiny.lay_out(folder / name, name)
    tiny.lay_out(folder / "丙市", "丙市", unit=tiny.UNIT.replace("tiny-2017", "another-2017"))
    return folder


def test_of_files_that_nobody_looked_at_names_and_sizes_are_all_that_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = _province(tmp_path / "省")
    (folder / "甲市/材料/照片.jpg").write_bytes(b"x" * 1000)
    (folder / "甲市/材料/扫描.pdf").write_bytes(b"x" * 900_000)
    (folder / "甲市/材料/机密★10年.pdf").write_bytes(b"x")
    for path in (folder / "甲市/材料").iterdir():
        path.chmod(0)  # whoever opens one (and is not root) is seen
    before = sorted(p.as_posix() for p in folder.rglob("*"))
    monkeypatch.setattr("kaoping.pipeline._intake.engine_of_readings", reading_stand_in.installed)
    document, findings = api.batch_forecast(folder)
    assert not len(findings)
    by_folder = {its["folder"]: its for its in document["units"]}
    first = by_folder["甲市"]
    small = len(tiny.FILES)
    assert (first["files"], first["look"], first["packages"]) == (small + 2, small + 2, 1), (
        "a secret one is not looked at"
    )
    assert first["pages"] == {"min": small + 1 + 3, "max": small + 1 + 23}
    assert first["read"] == {"min": 1, "max": small + 1 + 23}, "a photo is a picture; a PDF may be one"
    assert by_folder["丙市"]["refused"] and by_folder["丙市"]["cpu_hours"] == {"min": 0, "max": 0}
    assert document["total"]["packages"] == 2
    assert all(its["measured"] == 0 for its in document["rates"].values())
    assert sorted(p.as_posix() for p in folder.rglob("*")) == before


def test_a_forecast_is_told_in_words_and_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = _province(tmp_path / "省")
    assert run(["batch", str(folder), "--dry-run", "--workers", "2"]) == 0
    told = capsys.readouterr().out
    assert "甲市　材料 3 个文件，还没有看过的 3 个" in told and "丙市　现在生成不了" in told
    assert "要做 2 个" in told and "没有量过，按自带的" in told and "2 个进程" in told
    assert run(["batch", str(folder), "--dry-run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["schema"] == "kaoping.batch-forecast/1"
    assert run(["batch", str(folder), "--json"]) == 2
    assert not (folder / "汇总").exists()


def test_rates_are_those_of_this_machine_once_they_were_measured(tmp_path: Path) -> None:
    assert rates.rates(tmp_path)["read"] == rates.Rate(rates.figures()["seconds"]["read"])
    rates.add(tmp_path, {"read": (3, 12.0), "look": (1, 0.5)})
    rates.add(tmp_path, {"read": (1, 2.0)})
    assert rates.rates(tmp_path)["read"] == rates.Rate(3.5, 4)
    rates.add(tmp_path, {"read": (6000, 6000.0)})
    rates.add(tmp_path, {"read": (3002, 9006.0)})
    assert rates.rates(tmp_path)["read"].seconds > 1.8, "what was measured lately weighs more"
    (tmp_path / "rates.json").write_text("[]")
    assert rates.rates(tmp_path)["read"].measured == 0


@pytest.mark.slow
def test_what_is_known_is_counted_and_is_no_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = _province(tmp_path / "省")
    monkeypatch.setenv(PLACE, str(tmp_path / "store"))
    for path in (folder / "甲市/材料").iterdir():
        os.utime(path, ns=(10**18, 10**18))  # not changed within the tick of a clock
    api.build(folder / "甲市")
    first = api.batch_forecast(folder)[0]
    known, unknown = (next(its for its in first["units"] if its["folder"] == name) for name in ("甲市", "乙市"))
    assert (known["look"], known["packages"]) == (0, 1) and known["pages"] == {"min": 3, "max": 3}
    assert unknown["look"] == 3 and unknown["cpu_hours"]["max"] > known["cpu_hours"]["max"]
    assert first["rates"]["look"]["measured"] == 3
    assert first["rates"]["package"]["measured"] == 1 and first["rates"]["package"]["seconds"] > 0.05
    (folder / "甲市/材料/纪要.pdf").write_bytes(b"%PDF-1.4 another one")
    changed = api.batch_forecast(folder)[0]
    assert next(its for its in changed["units"] if its["folder"] == "甲市")["look"] == 1


def test_a_unit_that_stands_is_no_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = _province(tmp_path / "省")
    monkeypatch.setattr(batches, "_stands", lambda unit, *_, **__: unit.name == "甲市")
    monkeypatch.setattr(batches, "_kept", lambda folder, form, names: {name: {} for name in names})
    first = next(its for its in api.batch_forecast(folder)[0]["units"] if its["folder"] == "甲市")
    assert first["stands"] and first["packages"] == first["look"] == 0 and first["cpu_hours"] == {"min": 0, "max": 0}

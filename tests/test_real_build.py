"""The real `kaoping build`, killed and failed for real: a full disk, a file that can't be moved, a power cut."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from kaoping.cli.main import run

from kaoping import api
from kaoping.core import fs
from kaoping.evidence.store import PLACE
from kaoping.package.staging import recover
from mortal import DEAD, Job
from mortal import run as run_jobs
from packages import Saboteur, Watcher, listing, tree
from units import small_unit

pytestmark = pytest.mark.slow  # a real build at every step; test_package has the rules


@dataclass(frozen=True)
class Unit:
    """A unit with a good package, and a change since: the next build makes another one."""

    folder: Path
    old: dict[str, bytes]
    new: dict[str, bytes]
    steps: list[str]  # the operations of that next build

    def copy(self, target: Path) -> Path:
        shutil.copytree(self.folder, target)
        return target


@pytest.fixture(scope="module")
def unit(tmp_path_factory: pytest.TempPathFactory) -> Unit:
    folder = small_unit(tmp_path_factory.mktemp("real") / "甲市")
    old = tree(api.build(folder).package)
    records = folder / "records" / "unit.yaml"
    records.write_text(
        re.sub("submit_date: .*", "submit_date: 2017-12-19", records.read_text("utf-8")), encoding="utf-8"
    )
    again = shutil.copytree(folder, folder.with_name("又"))
    counter = Saboteur(-1, lambda _: None)
    with pytest.MonkeyPatch.context() as patch:
        counter.install(lambda name, fn: patch.setattr(fs, name, fn))
        new = tree(api.build(again).package)
    assert old != new
    return Unit(folder, old, new, counter.names)


def findings(err: str) -> int:
    return err.count("【错误】")


def whole(unit: Unit, results: Path) -> str:
    found = tree(results / "送审稿")
    assert found in (unit.old, unit.new), "a mixture"
    return "old" if found == unit.old else "new"


def spread(steps: Sequence[str], count: int) -> set[int]:
    """Return ``count`` steps evenly spread; 1-based."""
    return {1 + index * (len(steps) - 1) // (count - 1) for index in range(count)}


def moves(steps: Sequence[str], *names: str) -> set[int]:
    """Return every step that moves something; 1-based."""
    return {index for index, name in enumerate(steps, 1) if name in names}


def mended(unit: Unit, results: Path) -> str:
    """Start as the next command does after a power cut; return which package stands there then."""
    if (results / "送审稿").exists():
        whole(unit, results)
    else:  # between the two renames: the old one waits beside its place
        assert tree(results / ".送审稿.旧") == unit.old
    recover(results)
    assert listing(results) == ["送审稿"]
    return whole(unit, results)


def test_a_power_cut_at_every_step_of_a_real_build(unit: Unit, tmp_path: Path) -> None:
    """What lies on the disk before each of its file operations is all that a power cut leaves."""
    folder = unit.copy(tmp_path / "甲市")
    left: list[Path] = []
    watched = Watcher(lambda: left.append(shutil.copytree(folder / "成果", tmp_path / f"{len(left)}")))
    with pytest.MonkeyPatch.context() as patch:
        watched.install(lambda name, fn: patch.setattr(fs, name, fn))
        api.build(folder)
    assert watched.names == unit.steps
    outcomes = [mended(unit, results) for results in left]
    replaced = outcomes.index("new")
    assert 0 < replaced < len(left) - 1
    assert set(outcomes[:replaced]) == {"old"} and set(outcomes[replaced:]) == {"new"}


def died(unit: Unit, tmp_path: Path, steps: set[int]) -> set[str]:
    """Let a build die for real at each of the steps; return what stood there after the next start."""
    folders = [unit.copy(tmp_path / f"{step}") for step in sorted(steps)]
    jobs = [Job(("build", str(folder)), step) for step, folder in zip(sorted(steps), folders, strict=True)]
    outcomes = set()
    for folder, ended in zip(folders, run_jobs(jobs), strict=True):
        assert ended.status == DEAD, ended.said
        outcomes.add(mended(unit, folder / "成果"))
    api.build(folders[0])
    assert whole(unit, folders[0] / "成果") == "new"
    return outcomes


def test_a_power_cut_in_a_real_build(unit: Unit, tmp_path: Path) -> None:
    assert died(unit, tmp_path, moves(unit.steps, "rename")) == {"old", "new"}


@pytest.mark.slow
def test_a_power_cut_at_many_steps_of_a_real_build(unit: Unit, tmp_path: Path) -> None:
    steps = spread(unit.steps, 6) | moves(unit.steps, "rename", "replace", "save")
    assert died(unit, tmp_path, steps) == {"old", "new"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows 没有文件大小限额（RLIMIT_FSIZE）")
def test_a_full_disk_ends_in_one_finding(unit: Unit, tmp_path: Path) -> None:
    """The limit strikes in the temporary pages, in the middle of the bundle, and at its very end."""
    bundle = len(unit.new["data/佐证材料汇编.pdf"])
    limits = (1, 5_000, 60_000, bundle // 2, bundle - 1)
    folders = [unit.copy(tmp_path / f"{limit}") for limit in limits]
    jobs = [Job(("build", str(folder)), limit=limit) for limit, folder in zip(limits, folders, strict=True)]
    for folder, ended in zip(folders, run_jobs(jobs), strict=True):
        assert (ended.status, findings(ended.said)) == (1, 1), ended.said
        assert "磁盘空间不够" in ended.said
        assert whole(unit, folder / "成果") == "old"
        assert listing(folder / "成果") == ["送审稿"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows 没有文件大小限额（RLIMIT_FSIZE）")
@pytest.mark.parametrize("limit", [1, 2_000])
def test_a_full_disk_while_the_evidence_is_looked_at(
    unit: Unit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    """No file is called damaged for it: neither now nor when there is room again."""
    from PIL import Image

    monkeypatch.setenv(PLACE, str(tmp_path / "store"))
    folder = unit.copy(tmp_path / "县")
    Image.effect_noise((600, 800), 90).save(folder / "材料" / "照片.png")
    checked, built = run_jobs(
        Job((*command, str(folder)), limit=limit) for command in (("check", "--json"), ("build",))
    )
    [told] = json.loads(checked.said)["findings"]
    assert (checked.status, told["code"]) == (1, "evidence.no_room")
    assert "磁盘空间不够" in told["problem"] and "KAOPING_CACHE" in told["mend"]
    assert (built.status, findings(built.said)) == (1, 1), built.said
    assert tree(folder / "成果" / "送审稿") == unit.old
    assert all(not piece.evidence.why for piece in api.assess(folder).plan.pieces if "照片" in piece.evidence.path)


def strike(path: str) -> None:
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)


def refused(arguments: Sequence[str], step: int, capsys: pytest.CaptureFixture[str]) -> str:
    """Run a command in which one file operation is refused; return which."""
    saboteur = Saboteur(step, strike)
    capsys.readouterr()
    with pytest.MonkeyPatch.context() as patch:
        saboteur.install(lambda name, fn: patch.setattr(fs, name, fn))
        status = run(arguments)
    said = capsys.readouterr().err
    if saboteur.hit and status:
        assert (status, findings(said)) == (1, 1), (step, saboteur.hit, said)
    return saboteur.hit


@pytest.mark.parametrize(
    ("count", "names"),
    [(2, ("rename",)), pytest.param(6, ("rename", "replace", "save"), marks=pytest.mark.slow)],
    ids=["the swap", "many"],
)
def test_a_refusal_at_any_step_of_a_real_build(
    unit: Unit, tmp_path: Path, capsys: pytest.CaptureFixture[str], count: int, names: tuple[str, ...]
) -> None:
    folder = unit.copy(tmp_path / "县")
    good = shutil.copytree(folder / "成果", tmp_path / "成果")
    _, new_one_in, _ = sorted(moves(unit.steps, "rename"))  # after that only clearing up is left
    for step in sorted(spread(unit.steps, count) | moves(unit.steps, *names)):
        if step > new_one_in:
            break
        assert refused(["build", str(folder)], step, capsys)
        assert tree(good) == tree(folder / "成果")


@pytest.mark.parametrize("command", ["only", "decide", "init", "demo"])
def test_a_refusal_at_any_step_of_the_other_commands(
    command: str, unit: Unit, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = api.copy_sample
    monkeypatch.setattr(api, "copy_sample", lambda target: real(target, "county-2017"))
    folder = unit.copy(tmp_path / "县")
    drafts = folder / "成果" / "单独文稿"
    arguments: dict[str, Callable[[int], list[str]]] = {
        "only": lambda _: ["build", str(folder), "--only", "缺项清单", "--only", "自评分表.xlsx"],
        "decide": lambda _: decision(folder),
        "init": lambda step: ["init", str(tmp_path / f"新{step}")],
        "demo": lambda step: ["demo", str(tmp_path / f"样例{step}")],
    }
    before = tree(folder / "records")
    most = {"demo": 8}.get(command, 60)
    for step in range(1, most):
        if not refused(arguments[command](step), step, capsys):
            break
        if command == "init":
            assert not any((tmp_path / f"新{step}").glob("*"))
        if command == "decide" and step < 3:
            assert tree(folder / "records") == before
    if command == "only":  # what a refused clearing up left is gone by now
        assert listing(drafts) == ["缺项清单.xlsx", "自评分表.xlsx"]


def decision(folder: Path) -> list[str]:
    score = next(s for s in api.assess(folder).card.lines if s.status == "undecided" and not s.parts)
    points = f"{float(score.low):g}"
    return ["decide", str(folder), score.line, points, "--reason", "研究过", "--who", "办公会", "--when", "2017-12-18"]

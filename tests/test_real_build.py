"""The real `kaoping build`, killed and failed for real: a full disk, a file that can't be moved, a power cut."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from kaoping.cli.main import run

from kaoping import api
from kaoping.core import fs
from kaoping.evidence.store import PLACE
from kaoping.package.staging import recover
from packages import Saboteur, listing, tree

#: Run the command line with a limit on every file it writes, as a full disk sets it, or dying at a step of its own.
CHILD = """
import os, sys
tests, limit, step, *arguments = sys.argv[1:]
sys.path.insert(0, tests)
from kaoping import fs
from kaoping.cli.main import run
from packages import Saboteur
if int(limit):
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
Saboteur(int(step), lambda path: os._exit(9)).install(lambda name, fn: setattr(fs, name, fn))
sys.exit(run(arguments))
"""


def start(arguments: Sequence[str], *, limit: int = 0, step: int = 0) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", CHILD, str(Path(__file__).parent), str(limit), str(step), *arguments]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, text=True, encoding="utf-8", **streams)  # type: ignore[call-overload, no-any-return]


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
    folder = tmp_path_factory.mktemp("real") / "县"
    api.copy_sample(folder, "county-2017")
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


def whole(unit: Unit, folder: Path) -> str:
    found = tree(folder / "成果" / "送审稿")
    assert found in (unit.old, unit.new), "a mixture"
    return "old" if found == unit.old else "new"


def sample(steps: Sequence[str], count: int) -> list[int]:
    """Return ``count`` steps evenly spread, and every one that moves something; 1-based."""
    spread = {1 + index * (len(steps) - 1) // (count - 1) for index in range(count)}
    moves = {index for index, name in enumerate(steps, 1) if name in ("rename", "replace", "save")}
    return sorted(spread | moves)


def in_pairs(children: Iterator[tuple[Path, subprocess.Popen[str]]]) -> Iterator[tuple[Path, int, str]]:
    """Let two run at a time; yield each as it ends: folder, exit status, what it said."""
    running: list[tuple[Path, subprocess.Popen[str]]] = []
    for child in children:
        running.append(child)
        if len(running) == 2:
            yield _ended(*running.pop(0))
    for child in running:
        yield _ended(*child)


def _ended(folder: Path, child: subprocess.Popen[str]) -> tuple[Path, int, str]:
    said = child.communicate(timeout=60)[1]
    return folder, child.returncode, said


def test_a_power_cut_in_a_real_build(unit: Unit, tmp_path: Path) -> None:
    steps = sample(unit.steps, 6)
    children = ((copy, start(["build", str(copy)], step=s)) for s in steps for copy in [unit.copy(tmp_path / f"{s}")])
    outcomes = []
    for folder, status, said in in_pairs(children):
        assert status == 9, said
        results = folder / "成果"
        if (results / "送审稿").exists():
            outcomes.append(whole(unit, folder))
        else:  # between the two renames: the old one waits beside its place
            assert tree(results / ".送审稿.旧") == unit.old
        recover(results)
        stands = whole(unit, folder)
        if len(outcomes) % 4 == 0:
            api.build(folder)
            stands = whole(unit, folder)
            assert stands == "new"
        assert listing(results) == ["送审稿"]
    assert set(outcomes) == {"old", "new"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows 没有文件大小限额（RLIMIT_FSIZE）")
def test_a_full_disk_ends_in_one_finding(unit: Unit, tmp_path: Path) -> None:
    """The limit strikes in the temporary pages, in the middle of the bundle, and at its very end."""
    bundle = len(unit.new["data/佐证材料汇编.pdf"])
    limits = (1, 5_000, 60_000, bundle // 2, bundle - 1)
    children = ((copy, start(["build", str(copy)], limit=n)) for n in limits for copy in [unit.copy(tmp_path / f"{n}")])
    for folder, status, said in in_pairs(children):
        assert (status, findings(said)) == (1, 1), said
        assert "磁盘空间不够" in said
        assert whole(unit, folder) == "old"
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
    said = start(["check", "--json", str(folder)], limit=limit)
    out, err = said.communicate(timeout=60)
    [told] = json.loads(out)["findings"]
    assert (said.returncode, told["code"], err) == (1, "evidence.no_room", "")
    assert "磁盘空间不够" in told["problem"] and "KAOPING_CACHE" in told["mend"]
    said = start(["build", str(folder)], limit=limit)
    out, err = said.communicate(timeout=60)
    assert (said.returncode, findings(err)) == (1, 1), err
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


def test_a_refusal_at_any_step_of_a_real_build(unit: Unit, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = unit.copy(tmp_path / "县")
    good = shutil.copytree(folder / "成果", tmp_path / "成果")
    moves = [step for step, name in enumerate(unit.steps, 1) if name == "rename"]
    assert len(moves) == 3  # the old one aside, the new one in; after that only clearing up is left
    for step in (s for s in sample(unit.steps, 6) if s <= moves[1]):
        assert refused(["build", str(folder)], step, capsys)
        assert tree(good) == tree(folder / "成果")


@pytest.mark.parametrize("command", ["only", "decide", "init", "demo"])
def test_a_refusal_at_any_step_of_the_other_commands(
    command: str, unit: Unit, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "SAMPLE", "county-2017")
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

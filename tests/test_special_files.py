"""Pipes, sockets, devices and links: nothing is opened that is no file, nobody waits for what never comes."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest
from kaoping.cli.main import run

from bundles import pdf, surveyed
from examples import sampled
from kaoping import api
from kaoping.core import fs
from kaoping.core.findings import Findings
from kaoping.core.model import Verdict
from kaoping.evidence._walk import walk
from kaoping.evidence.store import open_store
from kaoping.evidence.survey import survey
from units import good_unit, only

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows 没有 mkfifo")


@contextmanager
def _within(seconds: int) -> Iterator[None]:
    """Fail where the block hangs: whoever opens a pipe that nobody writes into waits for ever."""

    def hangs(_: int, __: FrameType | None) -> None:
        raise AssertionError("it hangs")

    before = signal.signal(signal.SIGALRM, hangs)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _pipe(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    return path


def _codes(findings: Findings) -> set[str]:
    return {finding.code for finding in findings}


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder beside the unit's, with a file in it."""
    pdf(tmp_path / "别处/外.pdf", ["outside"])
    return tmp_path / "别处"


@pytest.fixture
def unit(tmp_path: Path, outside: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A unit whose evidence is pipes and links, of each kind."""
    unit = good_unit(tmp_path / "甲市")
    materials = unit / "材料"
    pdf(materials / "真.pdf", ["a file"])
    _pipe(materials / "管道.pdf")
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(materials)  # the name of a socket is short
        server.bind("套接字.pdf")
    (materials / "设备.pdf").symlink_to("/dev/zero")
    (materials / "到管道.pdf").symlink_to(materials / "管道.pdf")
    (materials / "到里面.pdf").symlink_to("真.pdf")
    (materials / "到外面.pdf").symlink_to(outside / "外.pdf")
    (materials / "断了.pdf").symlink_to(outside / "没有.pdf")
    (materials / "外面的文件夹").symlink_to(outside, target_is_directory=True)
    (materials / "往上").symlink_to(unit, target_is_directory=True)
    return unit


def test_what_is_no_file_is_told_and_has_a_page(unit: Path) -> None:
    with _within(60):
        made = api.build(unit)
    files = made.assessment.dossier.evidence
    says = {
        "管道.pdf": "管道",
        "套接字.pdf": "套接字",
        "设备.pdf": "以外",
        "到管道.pdf": "管道",
        "到外面.pdf": "以外",
        "断了.pdf": "不在",
    }
    for name, why in says.items():
        assert files[name].verdict is Verdict.SLIP_SHEET and why in files[name].why and not files[name].sha256, name
        assert name in {piece.evidence.path for piece in made.assessment.plan.pieces}
    assert files["到里面.pdf"].verdict is Verdict.READY
    told = {finding.at.file for finding in made.findings if finding.code == "evidence.not_opened"}
    assert told == {f"材料/{name}" for name in says}
    (links,) = (finding for finding in made.findings if finding.code == "evidence.links_left")
    assert "4个链接" in links.problem and "“到外面.pdf”、“外面的文件夹”、“往上”、“设备.pdf”" in links.problem
    assert not api.verify(made.package).errors


def test_links_are_followed_where_somebody_asks_for_it(unit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with _within(60):
        found = {entry.key: entry for entry in walk(unit / "材料", follow_links=True)}
        assert found["到外面.pdf"].why == "" and found["外面的文件夹/外.pdf"].why == ""
        assert "设备" in found["设备.pdf"].why and "管道" in found["到管道.pdf"].why, "these are opened by nobody"
        assert len([key for key in found if key.endswith("真.pdf")]) == 1, "a link upwards is entered once"
        with open_store() as store:
            assert survey(unit / "材料", store, follow_links=True).files["到外面.pdf"].verdict is Verdict.READY
        assert run(["check", str(unit), "--follow-links"]) == 0
    said = capsys.readouterr().out
    assert "到外面.pdf”没有打开" not in said and "断了.pdf”没有打开" in said and "没有进去看" not in said


def test_a_folder_of_links_and_a_linked_folder_of_materials(tmp_path: Path) -> None:
    """Whoever keeps the evidence elsewhere links the folder 材料 itself: what lies in it lies within."""
    pdf(tmp_path / "盘/材料/a.pdf", ["a"])
    (tmp_path / "甲市").mkdir()
    (tmp_path / "甲市/材料").symlink_to(tmp_path / "盘/材料", target_is_directory=True)
    assert [(entry.key, entry.why) for entry in walk(tmp_path / "甲市/材料")] == [("a.pdf", "")]


def test_a_folder_that_can_t_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pdf(tmp_path / "锁着/a.pdf", ["a"])
    real = os.scandir

    def refuse(path: Path) -> object:
        if Path(path).name == "锁着":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    [entry] = walk(tmp_path)
    assert entry.key == "锁着" and entry.is_folder and "打不开" in entry.why


def test_a_name_that_is_no_utf8(tmp_path: Path) -> None:
    """A zip from a Chinese Windows, unpacked on Linux."""
    (tmp_path / "材料").mkdir()
    made = pdf(tmp_path / "a.pdf", ["a"])
    shutil.copyfile(made, os.fsdecode(os.fsencode(tmp_path / "材料") + b"/" + "检查记录.pdf".encode("gbk")))
    assert surveyed(tmp_path / "材料")["检查记录.pdf"].verdict is Verdict.READY


PLACES = [
    "records/培训.yaml",
    "records/unit.yaml",
    "台账.xlsx",
    "外部台账/导入登记.yaml",
    "外部台账/a.xlsx",
    "notice.yaml",
    "模板/自评报告.docx",
    "修改/自评报告.yaml",
    "修改/底稿/a.json",
    "规则包/a/pack.yaml",
    "成果/单独文稿/自评报告.docx",
    "成果/送审稿/kaoping.json",
    "成果/送审稿/manifest-sha256.txt",
    "成果/送审稿/data/a.docx",
]


@pytest.mark.slow
@pytest.mark.parametrize("place", sampled(5, PLACES))
def test_a_pipe_anywhere_in_a_unit_keeps_nobody_waiting(tmp_path: Path, place: str) -> None:
    unit = good_unit(tmp_path / "甲市")
    if place.startswith("成果/送审稿"):
        api.build(unit)
    _pipe(unit / place)
    with _within(60):
        for command in (["check"], ["score"], ["build"]):
            assert run([*command, str(unit)]) in (0, 1)
        assert run(["verify", str(unit / "成果/送审稿")]) in (0, 1)


@pytest.mark.parametrize(
    "command",
    [
        lambda path, unit: ["lint", path],
        lambda path, unit: ["import", path, "--as", "training", "--unit", unit, "--dry-run"],
        lambda path, unit: ["format", path],
        lambda path, unit: ["template", "check", path],
        lambda path, unit: ["edits", unit, path],
        lambda path, unit: ["verify", path],
        lambda path, unit: ["compare", path, path],
    ],
)
@pytest.mark.parametrize("special", ["pipe", "device"])
def test_a_pipe_or_device_given_to_a_command_is_refused(
    tmp_path: Path, command: Callable[[str, str], list[str]], special: str, capsys: pytest.CaptureFixture[str]
) -> None:
    unit = good_unit(tmp_path / "甲市")
    path = _pipe(tmp_path / "a.docx") if special == "pipe" else Path("/dev/zero")
    with _within(60):
        assert run(command(str(path), str(unit))) in (1, 2)
    said = capsys.readouterr()
    assert said.out + said.err and "Traceback" not in said.err


def test_a_package_with_a_pipe_in_it_is_not_opened(tmp_path: Path) -> None:
    made = api.build(good_unit(tmp_path / "甲市"))
    _pipe(made.package / "data" / "b.pdf")
    with _within(60):
        finding = only(api.verify(made.package), "verify.unsafe_name")
    assert "管道" in finding.problem


def test_what_becomes_a_pipe_at_the_last_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look at it and the opening of it: nobody waits even then."""
    pipe = _pipe(tmp_path / "a")
    monkeypatch.setattr(fs, "why_not_regular", lambda _: "")
    with _within(20), pytest.raises(OSError, match="不是文件"):
        fs.read(pipe)
    with _within(20), pytest.raises(IsADirectoryError):
        fs.read(tmp_path)

"""The wheel holds what git holds: a sub-package or data file that is not listed would be missing without a word."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = {
    "src/kaoping": "kaoping",
    "cli": "kaoping/cli",
    "evidence_schema": "kaoping/evidence_schema",
    "samples": "kaoping/samples",
    "templates": "kaoping/templates",
}


@pytest.fixture(scope="module")
def tracked() -> list[str]:
    """What git would commit: tracked files and new ones that it does not ignore."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("git 不在或这里不是 git 仓库，无法对照文件清单")
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, check=True, capture_output=True).stdout.decode().split("\0")
    return sorted(name for name in listed if name and (ROOT / name).is_file())


def test_every_checkout_holds_the_same_bytes(tracked: list[str]) -> None:
    """No git setting of anybody's turns a sample's or a broken input's line ends, or takes a PDF for text."""
    command = ["git", "-C", str(ROOT), "check-attr", "-z", "--stdin", "text", "eol"]
    told = subprocess.run(command, check=True, capture_output=True, input="\0".join(tracked).encode()).stdout
    fields = told.decode().split("\0")
    found = {(name, key): value for name, key, value in zip(fields[::3], fields[1::3], fields[2::3], strict=False)}
    for name in tracked:
        is_text = b"\0" not in (content := (ROOT / name).read_bytes()) and not content.startswith(
            (b"%PDF", b"\xff\xd8")
        )
        fixed = found[name, "text"] == "unset"
        assert fixed or (is_text and found[name, "eol"] == "lf"), name
        assert fixed or b"\r\n" not in content, name


@pytest.fixture(scope="module")
def wheel(tracked: list[str], tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names in a wheel that is built from exactly those files, so that no stale build/ can creep in."""
    tree = tmp_path_factory.mktemp("tree")
    for name in tracked:
        target = tree / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, target)
    (tree / "templates" / "~$lock.docx").write_bytes(b"an Office lock file")
    script = "from setuptools.build_meta import build_wheel; print(build_wheel('dist'))"
    (tree / "dist").mkdir()
    environment = os.environ | {"PYTHONUTF8": "1"}
    subprocess.run([sys.executable, "-c", script], cwd=tree, check=True, capture_output=True, env=environment)
    (found,) = (tree / "dist").glob("*.whl")
    with zipfile.ZipFile(found) as archive:
        return archive.namelist()


def test_everything_tracked_is_in_the_wheel(tracked: list[str], wheel: list[str]) -> None:
    for folder, package in FOLDERS.items():
        wanted = {package + name.removeprefix(folder) for name in tracked if name.startswith(f"{folder}/")}
        assert wanted - set(wheel) == set()


def test_nothing_else_is_in_the_wheel(tracked: list[str], wheel: list[str]) -> None:
    wanted = {
        package + name.removeprefix(folder)
        for folder, package in FOLDERS.items()
        for name in tracked
        if name.startswith(f"{folder}/")
    }
    others = {name for name in wheel if ".dist-info/" not in name} - wanted
    assert others == set()

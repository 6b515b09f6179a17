"""What several tests share: sample units, built once per worker, and LibreOffice as a second pair of eyes."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import examples
from kaoping import api

examples.register()
#: No pack of the developer's own takes part: it might hide one of those that the tests are about.
os.environ["KAOPING_PACKS"] = str(Path(__file__).parent / "data" / "no-packs")


@pytest.fixture(scope="session", autouse=True)
def _own_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep verdicts on evidence in a folder of the tests', shared by their workers, and not in the user's own."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if os.environ.get("PYTEST_XDIST_WORKER") else shared
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KAOPING_CACHE", str(shared / "store"))
        yield


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fictional city's unit folder, as `kaoping demo` copies it. Tests that change it copy it first."""
    folder = tmp_path_factory.mktemp("city") / "unit"
    api.copy_sample(folder, "city-2017")
    return folder


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The city's later state, with everything settled."""
    folder = tmp_path_factory.mktemp("settled") / "unit"
    api.copy_sample(folder, "city-2017-settled")
    return folder


@pytest.fixture(scope="session")
def draft(city: Path, tmp_path_factory: pytest.TempPathFactory) -> api.Built:
    """The city's 送审稿."""
    return api.build(city, out=tmp_path_factory.mktemp("draft") / "送审稿")


@pytest.fixture(scope="session")
def final(settled: Path, tmp_path_factory: pytest.TempPathFactory) -> api.Built:
    """The settled city's 报送稿."""
    return api.build(settled, final=True, out=tmp_path_factory.mktemp("final") / "报送稿")


@pytest.fixture(scope="session")
def to_pdf(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., dict[str, Path]]:
    """Convert Office files with LibreOffice, in one call: file name → PDF (or another format).

    Skips where it is not installed.
    """
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("没有安装 LibreOffice（soffice），看不了 Word 和 Excel 排出来的样子")
    home = tmp_path_factory.mktemp("libreoffice")

    def convert(*paths: Path, to: str = "pdf") -> dict[str, Path]:
        out = tmp_path_factory.mktemp(to)
        profile = f"-env:UserInstallation={(home / 'profile').as_uri()}"
        command = [soffice, profile, "--headless", "--convert-to", to, "--outdir", str(out), *map(str, paths)]
        subprocess.run(command, check=True, capture_output=True, timeout=240)
        return {path.name: out / f"{path.stem}.{to}" for path in paths}

    return convert

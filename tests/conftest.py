"""What several tests share: sample units, built once for all workers, and LibreOffice as a second pair of eyes."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import examples
from kaoping import api
from kaoping.core import lock, packs, resources
from kaoping.core.packs import _search
from kaoping.core.yamltree import Node
from units import without_libreoffice

examples.register()
#: The tests start the program some hundred times: it is compiled once, whatever the machine says of byte code.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
#: No pack of the developer's own takes part: it might hide one of those that the tests are about.
#: Reading scans takes long, and its tests have it done; to all others it is not installed.
os.environ["KAOPING_OCR"] = "0"
os.environ["KAOPING_PACKS"] = str(Path(__file__).parent / "data" / "no-packs")


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the workers share. Whoever makes something in it does so :func:`alone`."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock file ``path``, waiting for whichever worker holds it."""
    while True:
        with lock.held(path) as hold:
            if hold.free:
                yield
                return
        time.sleep(0.1)


@pytest.fixture(scope="session", autouse=True)
def _own_store(shared: Path) -> Iterator[None]:
    """Keep verdicts on evidence in a folder of the tests', shared by their workers, and not in the user's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KAOPING_CACHE", str(shared / "store"))
        yield


@pytest.fixture(scope="session", autouse=True)
def _stock_packs_once() -> Iterator[None]:
    """Load each pack that comes with the program once for all tests, as a session does; all others every time."""
    loaded: dict[Path, packs.Pack] = {}

    def load(place: Path, find: Callable[[Node, Path], Path | None]) -> packs.Pack:
        if place.parent != resources.schema("packs"):
            return packs.load(place, find)
        if place not in loaded:
            loaded[place] = packs.load(place, find)
        return loaded[place]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_search, "load", load)
        yield


def _sample(name: str, shared: Path) -> Path:
    folder = shared / name / "unit"
    with alone(shared / f"{name}.lock"):
        if not folder.exists():
            api.copy_sample(folder, name)
    return folder


@pytest.fixture(scope="session")
def city(shared: Path) -> Path:
    """The fictional city's unit folder, as `kaoping demo` copies it. Tests that change it copy it first."""
    return _sample("city-2017", shared)


@pytest.fixture(scope="session")
def settled(shared: Path) -> Path:
    """The city's later state, with everything settled."""
    return _sample("city-2017-settled", shared)


def _built(unit: Path, package: Path, *, final: bool) -> api.Built:
    """Build the unit's package, unless another worker did: then only what that found is read."""
    told = package.with_name(f"{package.name}.findings")
    with alone(package.with_name(f"{package.name}.lock")):
        if told.exists():
            found, notes = pickle.loads(told.read_bytes())
            return api.Built(package, api.assess(unit, final=final), found, notes)
        built = api.build(unit, final=final, out=package)
        told.write_bytes(pickle.dumps((built.findings, built.notes)))
        return built


@pytest.fixture(scope="session")
def draft(city: Path, shared: Path) -> api.Built:
    """The city's 送审稿."""
    return _built(city, shared / "送审稿", final=False)


@pytest.fixture(scope="session")
def final(settled: Path, shared: Path) -> api.Built:
    """The settled city's 报送稿."""
    return _built(settled, shared / "报送稿", final=True)


@pytest.fixture(scope="session")
def clerk(shared: Path) -> api.Built:
    """The 送审稿 of 汀兰市, the unit as a real clerk hands it on; built without LibreOffice."""
    unit = _sample("clerk-2017", shared)
    with without_libreoffice():
        return _built(unit, shared / "办事人员的送审稿", final=False)


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

"""Kits made and run: the one for Windows under Wine, the one for Linux with a stand-in for a CPython that moves."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROGRAMS = ("wine", "x86_64-w64-mingw32-gcc", "uv")
#: A console of a Chinese Windows; Wine takes its code page from the locale.
LOCALE = "zh_CN.UTF-8"
#: Wine 8 lacks a function that the libraries written in Rust ask for; what it calls is the same system call.
_MISSING_CALL = """\
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T size) { return SystemFunction036(data, (ULONG)size); }
"""
#: Wine 8 ends at the first question about the machine that is asked by WMI.
_NO_WMI = 'import sys\n\nsys.modules["_wmi"] = None\n'


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str
    raw: bytes = field(repr=False, default=b"")


def lacking() -> str:
    """Say what is missing for running the kit under Wine; "" where all is there."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    missing = [name for name in PROGRAMS if shutil.which(name, path=path) is None]
    known = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout.lower().split()
    if "zh_cn.utf8" not in known:
        missing.append(f"locale {LOCALE}")
    return f"没有 {'、'.join(missing)}，考评包文件夹没有在 Wine 里试" if missing else ""


def skip_without_wine() -> None:
    """Skip where Wine can't be had; where it has to be there (`.ci/run`), fail."""
    if why := lacking():
        (pytest.fail if os.environ.get("KAOPING_TEST_WINE") else pytest.skip)(why)


def skip_without_uv() -> None:
    """Skip where nothing can be installed for another system."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    if shutil.which("uv", path=path) is None:
        pytest.skip("没有 uv，做不了考评包文件夹")


def make(kind: str, out: Path, *more: str, umask: int = -1, **around: str) -> subprocess.CompletedProcess[str]:
    """Run tools/``kind``_kit.py as a releaser does, whose environment says ``around``."""
    command = [sys.executable, str(ROOT / "tools" / f"{kind}_kit.py"), "--out", str(out), *more]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, umask=umask, env=os.environ | around, cwd=out.parent
    )


# -- Windows -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wine:
    """The kit on a Windows of its own: C:\\用户 甲\\考评包-…"""

    prefix: Path
    kit: Path

    @property
    def home(self) -> Path:
        """The folder beside the kit, where a clerk's units lie."""
        return self.kit.parent

    def environment(self, **more: str) -> dict[str, str]:
        ours = {key: value for key, value in os.environ.items() if not key.startswith(("KAOPING_", "PYTHON", "XDG_"))}
        wine = {"WINEPREFIX": str(self.prefix), "WINEDEBUG": "-all", "LC_ALL": LOCALE}
        return ours | wine | {"KAOPING_SOFFICE": "none"} | more

    def start(self, *command: str, cwd: Path | None = None, **more: str) -> subprocess.Popen[bytes]:
        """Start a program; a console's streams are pipes here, since Wine takes no others without a screen."""
        pipe = subprocess.PIPE
        return subprocess.Popen(
            ["wine", *command], cwd=cwd or self.home, env=self.environment(**more), stdin=pipe, stdout=pipe, stderr=pipe
        )

    def run(self, *command: str, typed: str = "", cwd: Path | None = None, **more: str) -> Ran:
        """Run a program of Windows to its end."""
        process = self.start(*command, cwd=cwd, **more)
        out, err = process.communicate(typed.encode("gbk"), timeout=300)
        return Ran(process.returncode, _text(out), _text(err), out)

    def kaoping(self, *arguments: str, cwd: Path | None = None, **more: str) -> Ran:
        """Run a command as 命令行.bat offers it."""
        return self.run(str(self.kit / "app" / "python" / "python.exe"), "-m", "kaoping", *arguments, cwd=cwd, **more)


def _text(printed: bytes) -> str:
    return printed.decode("gbk", "replace").replace("\r\n", "\n")


def unpack_for_wine(archive: Path, prefix: Path) -> Wine:
    """Make a Windows at ``prefix`` and unpack the kit where a clerk might."""
    environment = os.environ | {"WINEPREFIX": str(prefix), "WINEDEBUG": "-all", "LC_ALL": LOCALE}
    started = subprocess.run(["wine", "wineboot", "-i"], env=environment, capture_output=True, check=False, timeout=300)
    assert (prefix / "drive_c").is_dir(), started.stderr
    home = prefix / "drive_c" / "用户 甲"
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(home)
    (kit,) = home.iterdir()
    stand_in_for_windows(kit / "app" / "python", kit / "app" / "site")
    return Wine(prefix, kit)


def stand_in_for_windows(python: Path, site: Path) -> None:
    """Give this Wine what a Windows has: in the tests' copy alone, never in what is delivered."""
    source = python / "bcryptprimitives.c"
    source.write_text(_MISSING_CALL, encoding="ascii")
    library = source.with_suffix(".dll")
    subprocess.run(["x86_64-w64-mingw32-gcc", "-shared", "-o", library, source, "-ladvapi32"], check=True)
    source.unlink()
    (site / "sitecustomize.py").write_text(_NO_WMI, encoding="ascii")


# -- Linux -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Linux:
    """The kit for Linux, unpacked."""

    kit: Path
    home: Path

    def kaoping(self, *arguments: str, cwd: Path | None = None, typed: str = "") -> Ran:
        """Run a command as 考评包.sh does."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("KAOPING_")}
        ours = {"HOME": str(self.home), "XDG_CACHE_HOME": str(self.home / ".cache"), "KAOPING_SOFFICE": "none"}
        done = subprocess.run(
            [str(self.kit / "考评包.sh"), *arguments], cwd=cwd or self.home, env=kept | ours, input=typed.encode(),
            capture_output=True, check=False, timeout=300,
        )  # fmt: skip
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode(), done.stdout)

    def with_environment(self, *arguments: str, **more: str) -> Ran:
        """Run a command where the environment says ``more``."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in more.items():
                patch.setenv(name, value)
            return self.kaoping(*arguments)


def stand_in_python(folder: Path) -> tuple[Path, str]:
    """Pack the Python that runs the tests as one that moves is packed; returns the archive and its sha256.

    It may ask for a library of its old place. That a kit made with it starts elsewhere is seen all the same.
    """
    base = Path(sys.base_prefix)
    version = sysconfig.get_python_version()
    library = Path(sysconfig.get_path("stdlib"))
    archive = folder / "cpython.tar.gz"
    with tarfile.open(archive, "w:gz", compresslevel=1) as packed:
        packed.add((base / "bin" / f"python{version}").resolve(), "python/bin/python3")
        packed.add(library, f"python/lib/python{version}", filter=_needed)
    return archive, hashlib.sha256(archive.read_bytes()).hexdigest()


def _needed(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    parts = member.name.split("/")[3:]
    left_out = (
        "test",
        "site-packages",
        "dist-packages",
        "__pycache__",
        "idlelib",
        "ensurepip",
        "lib2to3",
        "EXTERNALLY-MANAGED",
    )
    return None if any(part in left_out or part.startswith("config-") for part in parts) else member


def unpack_for_linux(archive: Path, home: Path) -> Linux:
    """Unpack the kit where a clerk might."""
    with tarfile.open(archive) as packed:
        packed.extractall(home, filter="tar")
    (kit,) = [path for path in home.iterdir() if path.name.startswith("考评包")]
    return Linux(kit, home)


def names(folder: Path) -> Sequence[str]:
    """Return all files below ``folder``, in order."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())

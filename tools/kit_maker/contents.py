"""What a kit holds, put together in one folder: the same for every system but for Python and what is double-clicked.

考评包-0.3.0/ is what a clerk sees: a file to double-click, half a page to read, a sample. In its app/ stand python/
(CPython as its makers ship it), site/ (libraries of constraints.txt, for that system and that Python, and kaoping),
and licences/ (of everything inside).
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kaoping import __version__
from kaoping.pipeline.demo import copy_sample
from kit_maker import licences, uv
from kit_maker.uv import KitError

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
CONSTRAINTS = HERE / "constraints.txt"
NAME = f"考评包-{__version__}"
APP = "app"
SAMPLE = "示例单位"
#: Libraries of which the index has no wheel: they are pure Python, and a wheel is made of their source.
_FROM_SOURCE = ("bagit",)
#: What an installer leaves in a folder for itself: it says nothing to who uses the kit, and not the same twice.
_INSTALLERS = ("RECORD", "INSTALLER", "REQUESTED", "WHEEL", "direct_url.json", "uv_cache.json", "uv_build.json")
#: What libraries carry for their makers alone.
_NEEDLESS = ("bin", "share")


@dataclass(frozen=True, slots=True)
class Target:
    """A system that a kit is for: how uv calls it (https://docs.astral.sh/uv/), and the Python in the kit ("3.12")."""

    platform: str
    python: str


def digest(path: Path) -> str:
    """Return the sha256 of the file at ``path``, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def assemble(folder: Path, target: Target) -> Path:
    """Put libraries, program, sample and licences into ``folder``/app; return that. Raises KitError.

    Python itself and what is double-clicked come from whoever makes the kit of a system.
    """
    app = folder / APP
    site = app / "site"
    _install(site, target, ["--requirements", str(CONSTRAINTS)])
    _install(site, target, [str(_source_tree(folder.parent / "source"))])
    _tidy(site)
    licences.collect(site, app / "python", app / "licences")
    copy_sample(folder / SAMPLE, "city-2017-workbook")
    return app


def keep_compiled_elsewhere(folder: Path, paths: Path, *above: str) -> None:
    """Write the file ``paths``, which Python reads at each start: lines ``above``, and where compiled modules are kept.

    That is the user's cache: the kit may lie on a stick or on a share. Each kit has a folder of its own there, named by
    the digest of all that is in it: its files all bear one time, and a module of another kit could be taken for theirs.
    """
    seal = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        seal.update(f"{path.relative_to(folder).as_posix()}\0{digest(path)}\n".encode())
    line = (HERE / "kit.pth").read_text(encoding="ascii").replace("{kit}", f"{__version__}-{seal.hexdigest()[:12]}")
    paths.write_text("".join(f"{its}\n" for its in above) + line, encoding="ascii")


def check_digest(given: Path, sha256: str) -> None:
    """Raise KitError where the file that the releaser gives is not the one that they looked at."""
    if digest(given) != sha256.strip().lower():
        raise KitError(f"{given} 的 sha256 是 {digest(given)}，不是 --sha256 写的“{sha256}”。没有用它。")


def write_texts(
    folder: Path, sources: Iterable[Path], *, newline: str = "\n", encoding: str = "utf-8", machine: str = ""
) -> None:
    """Copy texts into the kit's ``folder`` as their system reads them, the release (and the machine) filled in."""
    for source in sources:
        text = source.read_text(encoding="utf-8").replace("{version}", __version__).replace("{machine}", machine)
        (folder / source.name).write_text(text, encoding=encoding, newline=newline)


def _source_tree(folder: Path) -> Path:
    """Copy what git holds, so that nothing else of a checkout gets into the kit."""
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, check=True)
    for name in filter(None, listed.stdout.decode().split("\0")):
        source, copy = ROOT / name, folder / name
        if source.is_file() and not name.startswith(("tests/", "bench/", "docs/")):
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)
    return folder


def _install(site: Path, target: Target, what: list[str]) -> None:
    built = [word for name in (*_FROM_SOURCE, "kaoping") for word in ("--no-binary", name)]
    system = ["--python-platform", target.platform, "--python-version", target.python, "--only-binary", ":all:"]
    uv.install(site, [*system, *built, "--no-deps", *what])


def _tidy(site: Path) -> None:
    for name in _NEEDLESS:
        shutil.rmtree(site / name, ignore_errors=True)
    for info in site.glob("*.dist-info"):
        for name in _INSTALLERS:
            (info / name).unlink(missing_ok=True)

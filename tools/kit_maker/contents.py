"""What a kit holds, put together in one folder: the same for every system but for Python and what is double-clicked.

考评包-0.4.0/ is what a clerk sees: a file to double-click, half a page to read, a sample. In its app/ stand python/
(CPython as its makers ship it), site/ (libraries of constraints.txt, for that system and that Python, and kaoping),
licences/ (of everything inside) and kit.txt (which release and commit this is of).
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from kaoping import __version__
from kaoping.pipeline.demo import copy_sample
from kit_maker import licences, uv
from kit_maker.uv import KitError

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
CONSTRAINTS = HERE / "constraints.txt"
#: What reading scans takes besides: a second archive, unpacked over the kit.
OCR_CONSTRAINTS = HERE / "ocr.txt"
BUILD_CONSTRAINTS = HERE / "build.txt"
NAME = f"考评包-{__version__}"
APP = "app"
SAMPLE = "示例单位"
#: Libraries of which the index has no wheel: they are pure Python, and a wheel is made of their source.
_FROM_SOURCE = ("bagit",)
#: What an installer leaves in a folder for itself: it says nothing to who uses the kit, and not the same twice.
_INSTALLERS = ("RECORD", "INSTALLER", "REQUESTED", "WHEEL", "direct_url.json", "uv_cache.json", "uv_build.json")
#: What libraries carry for their makers alone: commands, manual pages, tests of their own.
_NEEDLESS = ("bin", "share", "locale", "icalendar/tests", "Cryptodome/SelfTest", "shapely/tests")
#: Films are read by nobody here: a third of OpenCV, under another licence than the rest of it.
_OF_FILMS = "cv2/opencv_videoio_ffmpeg*"
#: Folders of the repository, and what they are called where the program is installed.
_INSTALLED = {"src/kaoping": "", "cli": "cli", "evidence_schema": "evidence_schema", "templates": "templates"}


@dataclass(frozen=True, slots=True)
class Target:
    """A system that a kit is for: how uv calls it (https://docs.astral.sh/uv/), and the Python in the kit ("3.12")."""

    platform: str
    python: str
    about_python: str  # a row of the list of licences


def digest(path: Path) -> str:
    """Return the sha256 of the file at ``path``, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def assemble(folder: Path, target: Target) -> Path:
    """Put libraries, program, sample and licences into ``folder``/app; return that. Raises KitError.

    The program is that of the last commit. Python itself and what is double-clicked come from whoever makes the kit of
    a system.
    """
    app = folder / APP
    site, source = app / "site", folder.parent / "source"
    commit = _source_tree(source)
    _install(site, target, ["--requirements", str(CONSTRAINTS)])
    _install(site, target, [str(source)])
    _refuse_missing(source, site / "kaoping")
    _tidy(site)
    licences.collect(site, app / "python", app / "licences", about_python=target.about_python)
    copy_sample(folder / SAMPLE, "city-2017-workbook")
    (app / "kit.txt").write_text(f"kaoping {__version__} {commit}\n", encoding="ascii", newline="\n")
    return app


def assemble_reading(folder: Path, target: Target) -> None:
    """Put into ``folder``/app what reads scans (the extra ``ocr``), and its licences: to be unpacked over the kit.

    Raises KitError.
    """
    app = folder / APP
    _install(app / "site", target, ["--require-hashes", "--requirements", str(OCR_CONSTRAINTS)])
    _tidy(app / "site")
    licences.collect(app / "site", None, app / "licences", about_python="", name="许可一览（文字识别）.txt")


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


def _source_tree(folder: Path) -> str:
    """Lay out the last commit, so that nothing else of a checkout gets into the kit; return its name."""
    git = ["git", "-C", str(ROOT)]
    try:
        commit = subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, check=True, text=True).stdout.strip()
        wanted = ["src", "cli", "evidence_schema", "templates", "samples", "pyproject.toml", "README.md", "LICENSE"]
        packed = subprocess.run([*git, "archive", "--format=tar", "HEAD", *wanted], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise KitError(f"要在 git 的检出里做，按最后一次提交：{error}") from None
    with tarfile.open(fileobj=BytesIO(packed.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return commit


def _refuse_missing(source: Path, installed: Path) -> None:
    """Raise KitError where a file of the program did not get into the kit: a package that nobody listed, say."""
    missing = [
        f"{folder}/{inside}"
        for folder, package in _INSTALLED.items()
        for path in sorted((source / folder).rglob("*"))
        if path.is_file() and not (installed / package / (inside := path.relative_to(source / folder))).is_file()
    ]
    if missing:
        raise KitError(f"有 {len(missing)} 个文件没有装进去（pyproject.toml 里没有列？）：{'、'.join(missing[:5])}")


def _install(site: Path, target: Target, what: list[str]) -> None:
    built = [word for name in (*_FROM_SOURCE, "kaoping") for word in ("--no-binary", name)]
    system = ["--python-platform", target.platform, "--python-version", target.python, "--only-binary", ":all:"]
    uv.install(site, [*system, *built, "--build-constraints", str(BUILD_CONSTRAINTS), "--no-deps", *what])


def _tidy(site: Path) -> None:
    for name in _NEEDLESS:
        shutil.rmtree(site / name, ignore_errors=True)
    for needless in [*site.glob("fontTools/**/*.c"), *site.glob(_OF_FILMS)]:
        needless.unlink()
    for info in site.glob("*.dist-info"):
        for name in _INSTALLERS:
            (info / name).unlink(missing_ok=True)

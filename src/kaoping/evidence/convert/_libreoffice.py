"""LibreOffice, in a profile of its own, with all that is active turned off."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kaoping.core import resources
from kaoping.evidence import workers
from kaoping.evidence.convert import _registry
from kaoping.evidence.convert._office_program import OfficeFile, OfficeProgram
from kaoping.evidence.workers import Watched

#: Where LibreOffice is, instead of the usual places; “none” means that there is none.
PLACE = "KAOPING_SOFFICE"
#: What its installer says to Windows' registry: its folder, or its program; releases stand below the second.
_UNO, _RELEASES = r"SOFTWARE\LibreOffice\UNO\InstallPath", r"SOFTWARE\LibreOffice\LibreOffice"
_PROGRAM_FILES = ("ProgramW6432", "ProgramFiles", "ProgramFiles(x86)")
#: What a folder is called that needs no installing, with what leads to the program in it.
_PORTABLE = ("LibreOfficePortable/App/libreoffice/program/soffice.exe", "LibreOffice/program/soffice.exe")
_MAC = Path("/Applications/LibreOffice.app/Contents/MacOS/soffice")
#: What a profile must say (officecfg paths), so that nothing runs, nothing is fetched and nobody is asked.
_SETTINGS: Mapping[str, Mapping[str, str]] = {
    "/org.openoffice.Office.Common/Security/Scripting": {
        "MacroSecurityLevel": "3",
        "DisableMacrosExecution": "true",
        "BlockUntrustedRefererLinks": "true",
        "DisableActiveContent": "true",
    },
    "/org.openoffice.Office.Common/Misc": {"FirstRun": "false", "UseLocking": "false"},
    "/org.openoffice.Office.Recovery/AutoSave": {"Enabled": "false"},
    "/org.openoffice.Office.Recovery/RecoveryInfo": {"Enabled": "false"},
    "/org.openoffice.Office.Writer/Content/Update": {"Link": "0", "Field": "false", "Chart": "false"},
    "/org.openoffice.Office.Calc/Content/Update": {"Link": "2"},
    # A proxy that nobody answers at: whatever still asks for an address gets none.
    # Dates and fonts that a file leaves to the system are those of the clerks' systems, whatever this one is.
    "/org.openoffice.Setup/L10N": {"ooSetupSystemLocale": "zh-CN"},
    "/org.openoffice.Inet/Settings": {
        "ooInetProxyType": "2",
        "ooInetHTTPProxyName": "127.0.0.1",
        "ooInetHTTPProxyPort": "9",
        "ooInetHTTPSProxyName": "127.0.0.1",
        "ooInetHTTPSProxyPort": "9",
        "ooInetNoProxy": "",
    },
}
_XML = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n{}</oor:items>\n'
)


@dataclass(frozen=True)
class LibreOffice(OfficeProgram):
    """A LibreOffice: the program that starts it."""

    soffice: Path

    @property
    def how(self) -> str:
        """What a package says of each file that it converted."""
        return "由 LibreOffice 转换"

    @property
    def version(self) -> str:
        """What tells it from another, from the file beside it: starting it takes a second."""
        return f"{version(self.soffice)} {components(self.soffice)}"

    @property
    def title(self) -> str:
        """It as people name it: LibreOffice 7 (40(Build:2))."""
        return title(self.soffice)

    def kind(self, file: OfficeFile) -> str:
        """Return whether ``file`` is a web page: these need a filter of their own, which holds for a whole call."""
        return "web" if file.suffix == ".html" else ""

    def why_not(self, file: OfficeFile) -> str:
        """Say in Chinese what to do about a file that it made no pages of."""
        if file.suffix in (".pptx", ".ppt", ".odp", ".fodp", ".dps"):
            return "LibreOffice 没能把它变成页面：可能没有安装演示组件（Impress）。请另存为 PDF 后换掉。"
        return "LibreOffice 没能把它变成页面。请用生成它的程序打开后另存为 PDF，换掉它。"

    def prepare(self, work: Path) -> None:
        """Make a profile, in the place of one in which something may have been left half-written."""
        shutil.rmtree(work / "profile", ignore_errors=True)
        _profile(work / "profile")

    def run(self, names: Sequence[Path], into: Path, work: Path, seconds: float) -> Watched:
        """Turn the files at ``names`` into PDFs in the folder ``into``. Raises OSError where it can't be started."""
        # Left to itself, LibreOffice opens a web page in an editor whose PDF is blank (7.4).
        if names[0].suffix == ".html":
            web = ["--infilter=HTML (StarWriter)"]
            return self.save_as("pdf:writer_pdf_Export", names, into, work, seconds, web)
        return self.save_as("pdf", names, into, work, seconds)

    def save_as(
        self, form: str, names: Sequence[Path], into: Path, work: Path, seconds: float, more: Sequence[str] = ()
    ) -> Watched:
        """Save the files at ``names`` in another ``form``, as LibreOffice calls it. Raises OSError as `run` does."""
        profile = (work / "profile").absolute().as_uri()
        command = [
            str(self.soffice), f"-env:UserInstallation={profile}", "--headless", "--norestore", "--nologo",
            "--nodefault", "--nolockcheck", *more, "--convert-to", form, "--outdir", str(into), *map(str, names),
        ]  # fmt: skip
        return workers.run_watched(command, seconds, names[0].parent)


@cache
def find() -> Path | None:
    """Return LibreOffice's program, None where there is none: beside the kit, on the PATH, or where it is installed."""
    named = os.environ.get(PLACE)
    if named:
        return None if named == "none" else Path(named)
    if sys.platform == "win32":
        return next(map(_waiting, filter(Path.is_file, _places_on_windows())), None)
    if program := shutil.which("soffice") or shutil.which("libreoffice"):
        return Path(program)
    return _MAC if _MAC.is_file() else None


def _places_on_windows() -> Iterator[Path]:
    """Yield where LibreOffice may stand, what somebody chose first."""
    kit = resources.kit()
    for folder in (kit, kit.parent) if kit is not None else ():
        yield from (folder / portable for portable in _PORTABLE)
    if program := shutil.which("soffice.exe"):
        yield Path(program)
    yield from (Path(its, "soffice.exe") for its in _registry.values(_UNO))
    for release in _registry.below(_RELEASES):
        yield from map(Path, _registry.values(rf"{_RELEASES}\{release}", "Path"))
    for name in _PROGRAM_FILES:
        if files := os.environ.get(name):
            yield Path(files, "LibreOffice", "program", "soffice.exe")


def _waiting(program: Path) -> Path:
    """Return what is started: beside the launcher stands one for consoles, which is done when LibreOffice is."""
    beside = program.with_suffix(".com")
    return beside if beside.is_file() else program


@cache
def components(soffice: Path) -> str:
    """Return which of the parts are there that may be installed apart: slides (sd), formulas (sm)."""
    beside = soffice.resolve().parent
    return " ".join(part for part in ("sd", "sm") if any(beside.glob(f"*{part}lo.*")))


@cache
def version(soffice: Path) -> str:
    """Return what tells this LibreOffice from another, from the file beside it: starting it takes a second."""
    if build := re.search(r"^buildid=(\S+)", _versions(soffice), re.M):
        return build[1]
    with suppress(OSError):
        stat = soffice.resolve().stat()
        return f"{stat.st_size} {stat.st_mtime_ns}"
    return ""


def title(soffice: Path) -> str:
    """Return this LibreOffice as people name it, with what tells it from another: LibreOffice 7 (40(Build:2))."""
    release = re.search(r"^UpdateID=LibreOffice_([\d.]+)", _versions(soffice), re.M)
    return " ".join(["LibreOffice", *([release[1]] if release else []), f"({version(soffice)})"])


def _versions(soffice: Path) -> str:
    """Return what the file beside the program says of it; "" where there is none."""
    with suppress(OSError):
        beside = soffice.resolve().with_name("versionrc")
        return (beside if beside.is_file() else beside.with_name("version.ini")).read_text(errors="replace")
    return ""


def _profile(folder: Path) -> Path:
    items = (
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>\n'
        for path, properties in _SETTINGS.items()
        for name, value in properties.items()
    )
    (folder / "user").mkdir(parents=True, exist_ok=True)  # on Windows what a program still held is still there
    (folder / "user" / "registrymodifications.xcu").write_text(_XML.format("".join(items)), encoding="utf-8")
    return folder

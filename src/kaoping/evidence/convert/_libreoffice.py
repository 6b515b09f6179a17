"""Office files to PDF by LibreOffice: many in one call, in a profile of its own, with all that is active turned off.

LibreOffice says 0 for what it could not do and makes pages of random bytes: what it is given was recognised by content,
and what comes out is opened again. A file that a call hangs or dies on is tried alone, so that it takes no other along.
"""

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

from kaoping.core import fs
from kaoping.evidence import workers
from kaoping.evidence._appraisal import NOT_REACHED
from kaoping.evidence.convert._conversion import Conversion
from kaoping.evidence.workers import Budget

#: Where LibreOffice is, instead of the usual places; “none” means that there is none.
PLACE = "KAOPING_SOFFICE"
_USUAL = {
    "win32": (
        r"%ProgramFiles%\LibreOffice\program\soffice.exe",
        r"%ProgramFiles(x86)%\LibreOffice\program\soffice.exe",
    ),
    "darwin": ("/Applications/LibreOffice.app/Contents/MacOS/soffice",),
}
_HOW = "由 LibreOffice 转换"
_BATCH = 12  # files in one call: one that hangs costs no more than these a second try
#: Seconds of a processor: to start LibreOffice, for a file of usual size, for a large one.
_START, _EACH, _PER_MB = 60.0, 5.0, 2.0
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


@dataclass(frozen=True, slots=True)
class OfficeFile:
    """A file to convert: what it is by content decides the suffix under which LibreOffice gets to see it."""

    source: Path
    suffix: str
    target: Path


@dataclass(frozen=True, slots=True)
class ConversionFailure:
    """Why a file was not converted, in Chinese; ``final`` where another try would come to the same."""

    why: str
    final: bool


@cache
def find() -> Path | None:
    """Return LibreOffice's program, None where there is none: on the PATH, or where its installer puts it."""
    named = os.environ.get(PLACE)
    if named:
        return None if named == "none" else Path(named)
    if program := shutil.which("soffice") or shutil.which("libreoffice"):
        return Path(program)
    usual = (Path(os.path.expandvars(path)) for path in _USUAL.get(sys.platform, ()))
    return next((path for path in usual if path.is_file()), None)


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


def convert(
    files: Sequence[OfficeFile], work: Path, soffice: Path, budget: Budget
) -> Iterator[tuple[OfficeFile, Conversion | ConversionFailure]]:
    """Convert ``files``, each to its target, and yield what came of each; ``work`` is an empty folder to work in.

    What LibreOffice takes goes off ``budget``; once that is used up the rest is not begun.
    Raises OSError where LibreOffice can't be started.
    """
    profile = _profile(work / "profile")
    for start, batch in enumerate(_batches(files)):
        done = _call(batch, work / f"{start}", profile, soffice, budget)
        for at, file in enumerate(batch):
            outcome = done[at]
            if outcome is None and len(batch) > 1:
                shutil.rmtree(profile, ignore_errors=True)  # whatever was left half-written in it
                profile = _profile(work / "profile")
                outcome = _call([file], work / f"{start}-{at}", profile, soffice, budget)[0]
            yield file, outcome or ConversionFailure(_why(file), final=True)


def _batches(files: Sequence[OfficeFile]) -> Iterator[Sequence[OfficeFile]]:
    """Yield what goes into one call: web pages need a filter of their own, which holds for the whole of it."""
    for is_web in (False, True):
        alike = [file for file in files if (file.suffix == ".html") is is_web]
        for start in range(0, len(alike), _BATCH):
            yield alike[start : start + _BATCH]


def _call(
    files: Sequence[OfficeFile], folder: Path, profile: Path, soffice: Path, budget: Budget
) -> list[Conversion | ConversionFailure | None]:
    """Convert ``files`` in one call; None for each that did not come out."""
    if budget.left <= 0:
        return [ConversionFailure(NOT_REACHED, final=False)] * len(files)
    into = folder / "pdf"
    into.mkdir(parents=True)
    names = []
    for at, file in enumerate(files):
        names.append(folder / f"{at:03}{file.suffix}")  # the clerk's own names have made LibreOffice stumble
        fs.copy(file.source, names[-1])
    size = sum(file.source.stat().st_size for file in files) / 1e6
    # Left to itself, LibreOffice opens a web page in an editor whose PDF is blank (7.4).
    web = ["--infilter=HTML (StarWriter)"] if files[0].suffix == ".html" else []
    command = [
        str(soffice), f"-env:UserInstallation={profile.absolute().as_uri()}", "--headless", "--norestore", "--nologo",
        "--nodefault", "--nolockcheck", *web, "--convert-to", "pdf:writer_pdf_Export" if web else "pdf",
        "--outdir", str(into), *map(str, names),
    ]  # fmt: skip
    watched = workers.run_watched(command, _START + _EACH * len(files) + _PER_MB * size, folder)
    budget.left -= watched.seconds
    outcomes: list[Conversion | ConversionFailure | None] = []
    for name, file in zip(names, files, strict=True):
        made = into / f"{name.stem}.pdf"
        pages = _pages(made)
        if pages:
            shutil.move(made, file.target)
            outcomes.append(Conversion(pages, _HOW))
        elif len(files) == 1 and not watched.in_time:
            outcomes.append(
                ConversionFailure("转换用时太久，中途停下了。请用生成它的程序另存为 PDF 后换掉。", final=False)
            )
        else:
            outcomes.append(None)
    shutil.rmtree(folder, ignore_errors=True)
    return outcomes


def _pages(path: Path) -> int:
    """Return the pages of a PDF that came out; 0 where it did not."""
    import pikepdf

    try:
        with pikepdf.open(path) as pdf:
            return len(pdf.pages)
    except Exception:  # not there, or what pikepdf raises for what it can't read
        return 0


def _why(file: OfficeFile) -> str:
    if file.suffix in (".pptx", ".ppt", ".odp", ".fodp", ".dps"):
        return "LibreOffice 没能把它变成页面：可能没有安装演示组件（Impress）。请另存为 PDF 后换掉。"
    return "LibreOffice 没能把它变成页面。请用生成它的程序打开后另存为 PDF，换掉它。"


def _profile(folder: Path) -> Path:
    items = (
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>\n'
        for path, properties in _SETTINGS.items()
        for name, value in properties.items()
    )
    (folder / "user").mkdir(parents=True)
    (folder / "user" / "registrymodifications.xcu").write_text(_XML.format("".join(items)), encoding="utf-8")
    return folder

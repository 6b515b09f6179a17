"""Microsoft Office and WPS as converters: their own programs, driven by a script that every Windows can run.

They are somebody's, who may be at work in them: one that runs is used and left as it is, one that was started for us
ends with us. No macro runs (AutomationSecurity), no window asks, nothing is saved. Not tried on a real one: what the
script does is tried under Wine with stand-ins, what calls it with a stand-in for the script's host.
"""

from __future__ import annotations

import hashlib
import re
import sys
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kaoping.core import fs, resources
from kaoping.evidence import workers
from kaoping.evidence.convert import _registry
from kaoping.evidence.convert._office_program import OfficeFile, OfficeProgram
from kaoping.evidence.convert.frozen._office_zip import OfficeZip, TooLargeError, attribute, elements
from kaoping.evidence.workers import Watched

_HOST = ("cscript.exe", "//NoLogo", "//B", "//E:jscript")
_SCRIPT = "office_automation.js"
_CLASSES = r"SOFTWARE\Classes"
#: What a file is by its suffix; the suffixes of those that can hold no macros.
_KINDS: Mapping[str, frozenset[str]] = {
    "text": frozenset({".docx", ".docm", ".doc", ".wps", ".rtf", ".odt", ".fodt", ".html"}),
    "sheets": frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".et", ".ods", ".fods"}),
    "slides": frozenset({".pptx", ".ppt", ".dps", ".odp", ".fodp"}),
}
_OUTSIDE = "里面的模板、图片或对象在别处，打开它就会去取，所以没有打开。请断开这些链接后另存，或另存为 PDF，换掉它。"
_UNSEEN = "里面有读不出的部分，不知道打开它会取什么，所以没有打开。请用生成它的程序打开后另存为 PDF，换掉它。"
_WITHOUT_MACROS = frozenset({".docx", ".xlsx", ".rtf", ".html"})


@dataclass(frozen=True, slots=True)
class _Suite:
    """Programs that belong together: how Windows knows them, by what a file is, and their files' names."""

    title: str
    by_kind: Mapping[str, Sequence[str]]
    executables: frozenset[str]


_OFFICE = _Suite(
    "Microsoft Office",
    {"text": ("Word.Application",), "sheets": ("Excel.Application",), "slides": ("PowerPoint.Application",)},
    frozenset({"winword.exe", "excel.exe", "powerpnt.exe"}),
)
_WPS = _Suite(
    "WPS Office",
    {
        "text": ("KWPS.Application", "WPS.Application"),
        "sheets": ("KET.Application", "ET.Application"),
        "slides": ("KWPP.Application", "WPP.Application"),
    },
    frozenset({"wps.exe", "et.exe", "wpp.exe", "wpsoffice.exe"}),
)


@dataclass(frozen=True)
class Automated(OfficeProgram):
    """A suite that is installed: its programs by what a file is."""

    suite: str
    release: str
    programs: tuple[tuple[str, str], ...]  # what a file is, the name that Windows knows the program by
    executables: frozenset[str]

    @property
    def how(self) -> str:
        """What a package says of each file: 由 WPS Office 转换."""
        return f"由 {self.suite} 转换"

    @property
    def version(self) -> str:
        """What tells it from another; the script that drives it is a part of that."""
        script = hashlib.sha256(resources.schema(_SCRIPT).read_bytes().replace(b"\r\n", b"\n"))
        return f"{self.title} {script.hexdigest()[:12]}"

    @property
    def title(self) -> str:
        """It as people name it: WPS Office (12.1.0.16929)."""
        return f"{self.suite} ({self.release})"

    def kind(self, file: OfficeFile) -> str:
        """Return what the file is: text, sheets or slides; "" where no program of it opens such."""
        kind = next((kind for kind, suffixes in _KINDS.items() if file.suffix in suffixes), "")
        return kind if kind in dict(self.programs) else ""

    def refuses(self, file: OfficeFile) -> str:
        """Say why the file is not to be given to it: nothing of it opens such, or opening it would fetch something."""
        if not self.kind(file):
            return f"{self.suite} 打不开这种文件。请用生成它的程序另存为 PDF，换掉它。"
        try:
            return _OUTSIDE if _leads_outside(file.source) else ""
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, KeyError, TooLargeError):
            return _UNSEEN

    def why_not(self, file: OfficeFile) -> str:
        """Say in Chinese what to do about a file that it made no pages of."""
        return f"{self.suite} 没能把它变成页面。请用生成它的程序打开后另存为 PDF，换掉它。"

    def prepare(self, work: Path) -> None:
        """Nothing: it has its own settings, which are not ours."""

    def run(self, names: Sequence[Path], into: Path, work: Path, seconds: float) -> Watched:
        """Turn the files at ``names`` into PDFs in the folder ``into``. Raises OSError where it can't be started."""
        kind = self.kind(OfficeFile(names[0], names[0].suffix, into))
        program = dict(self.programs)[kind]
        rows = [
            (kind, program, "" if name.suffix in _WITHOUT_MACROS else "macros", name, into / f"{name.stem}.pdf")
            for name in names
        ]
        listed = into.parent / "list.txt"
        lines = ["\t".join([*words, str(name.absolute()), str(pdf.absolute())]) for *words, name, pdf in rows]
        listed.write_text("\r\n".join(lines) + "\r\n", encoding="utf-16", newline="")
        command = [*_HOST, str(resources.schema(_SCRIPT)), str(listed.absolute())]
        watched = workers.run_watched(command, seconds, into.parent, self.executables)
        for pdf in into.glob("*.pdf"):
            _without_clock(pdf)
        return watched


@cache
def find(title: str) -> Automated | None:
    """Return the suite called ``title`` ("Microsoft Office", "WPS Office"), None where it is not installed."""
    suite = next(suite for suite in (_OFFICE, _WPS) if suite.title == title)
    programs: dict[str, str] = {}
    releases: list[str] = []
    for kind, names in suite.by_kind.items():
        for name in names:
            executable = _executable(name)
            # WPS takes Word's name too where it is told to open Word's files: whose it is, its program says.
            if executable is not None and executable.name.lower() in suite.executables and kind not in programs:
                programs[kind] = name
                releases.append(_release(executable))
    return Automated(title, releases[0], tuple(programs.items()), suite.executables) if programs else None


def _executable(program: str) -> Path | None:
    """Return the file that Windows starts for the program of that name; None where there is none."""
    for identity in _registry.values(rf"{_CLASSES}\{program}\CLSID"):
        for command in _registry.values(rf"{_CLASSES}\CLSID\{identity}\LocalServer32"):
            if match := re.match(r'"([^"]+)"|(.+?\.exe)(?:\s|$)', command, re.IGNORECASE):
                return Path((match[1] or match[2]).replace("\\", "/"))
    return None


def _release(executable: Path) -> str:
    """Return the version that a program's file names; where it names none, what tells the file from another."""
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        library = ctypes.windll.version
        size = library.GetFileVersionInfoSizeW(str(executable), None)
        data, fixed, length = ctypes.create_string_buffer(size), ctypes.c_void_p(), wintypes.UINT()
        if size and library.GetFileVersionInfoW(str(executable), 0, size, data):
            library.VerQueryValueW(data, "\\", ctypes.byref(fixed), ctypes.byref(length))
            numbers = ctypes.cast(fixed, ctypes.POINTER(wintypes.DWORD * 4)).contents
            return ".".join(f"{part}" for number in numbers[2:] for part in (number >> 16, number & 0xFFFF))
    with suppress(OSError):
        stat = executable.stat()
        return f"{stat.st_size} {stat.st_mtime_ns}"
    return "?"


def _leads_outside(source: Path) -> bool:
    """Whether a file says that its template, a picture or an object lies elsewhere: its program would go and fetch it.

    Told of Office Open XML and OpenDocument, whose parts can be looked through; of older kinds nothing is told.
    """
    if not zipfile.is_zipfile(source):
        return False
    with OfficeZip(source) as archive:
        relations = [archive.tree(name) for name in archive.names if name.endswith(".rels")]
        links = [link for root in relations if root is not None for link in root.iterfind("{*}Relationship")]
        content = archive.tree("content.xml")
        if archive.has_unread:
            raise zipfile.BadZipFile(source.name)
    shown = elements(content, "image", "object", "section-source", "plugin") if content is not None else ()
    return any(
        link.get("TargetMode") == "External" and not link.get("Type", "").endswith("hyperlink") for link in links
    ) or any("://" in attribute(element, "href") for element in shown)


def _without_clock(path: Path) -> None:
    """Take out of a PDF when it was made, and by whom: the same pages are the same bytes."""
    import pikepdf

    settled = path.with_suffix(".settled")
    with suppress(pikepdf.PdfError):
        with pikepdf.open(path) as pdf:
            for holder, name in ((pdf.trailer, "/Info"), (pdf.Root, "/Metadata")):
                if name in holder:
                    del holder[name]
            pdf.save(settled, deterministic_id=True)
        fs.replace(settled, path)

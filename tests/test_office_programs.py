"""Which program turns Office files into pages on a clerk's computer, and how: LibreOffice, Microsoft Office, WPS.

Windows' registry and the script's host are stood in for here; the script itself runs under Wine (test_wine.py). Nothing
of this was tried on a real Word or WPS.
"""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pikepdf
import psutil
import pytest

from bundles import pdf
from kaoping import api
from kaoping.evidence.convert import Conversion, _automation, _chosen_program, _libreoffice, _registry
from kaoping.evidence.convert._office_program import ConversionFailure, OfficeFile, OfficeProgram
from kaoping.evidence.workers import Budget, run_watched
from units import good_unit

pytestmark = pytest.mark.slow  # other suites than LibreOffice, by stand-ins that wait

WORD, WPS, EXCEL = "{000209FF}", "{000209FF-K}", "{00024500}"
OFFICE_INSTALLED = {
    r"SOFTWARE\Classes\Word.Application\CLSID": WORD,
    rf"SOFTWARE\Classes\CLSID\{WORD}\LocalServer32": r"C:\Program Files\Office16\WINWORD.EXE /Automation",
    r"SOFTWARE\Classes\Excel.Application\CLSID": EXCEL,
    rf"SOFTWARE\Classes\CLSID\{EXCEL}\LocalServer32": r'"C:\Program Files\Office16\EXCEL.EXE" /automation',
}
WPS_INSTALLED = {
    r"SOFTWARE\Classes\KWPS.Application\CLSID": WPS,
    rf"SOFTWARE\Classes\CLSID\{WPS}\LocalServer32": r'"C:\WPS Office\12.1\office6\wps.exe" /Automation',
    # Told to open Word's files, WPS answers to Word's name too.
    r"SOFTWARE\Classes\Word.Application\CLSID": WPS,
}


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(_libreoffice.PLACE, "none")
    monkeypatch.delenv(_chosen_program.CHOICE, raising=False)
    for cached in (_libreoffice.find, _automation.find):
        cached.cache_clear()
    yield
    monkeypatch.undo()
    for cached in (_libreoffice.find, _automation.find):
        cached.cache_clear()


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A registry: what stands in it by its key, or by key and name."""
    registry: dict[str, str] = {}

    def values(key: str, name: str = "") -> Iterator[str]:
        if found := registry.get(f"{key}:{name}" if name else key):
            yield found

    monkeypatch.setattr(_registry, "values", values)
    monkeypatch.setattr(_automation, "_release", lambda path: f"16.0 of {path.name}")
    return registry


# -- which -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("registry", "choice", "title"),
    [
        ({}, "", None),
        (OFFICE_INSTALLED, "", "Microsoft Office (16.0 of WINWORD.EXE)"),
        (WPS_INSTALLED, "", "WPS Office (16.0 of wps.exe)"),
        (OFFICE_INSTALLED | WPS_INSTALLED, "", "Microsoft Office (16.0 of EXCEL.EXE)"),
        (WPS_INSTALLED | OFFICE_INSTALLED, "WPS", "WPS Office (16.0 of wps.exe)"),
        (OFFICE_INSTALLED, "wps", None),
        (OFFICE_INSTALLED, "none", None),
        (OFFICE_INSTALLED, "libreoffice", None),
    ],
)
def test_the_suite_that_is_installed_is_used(
    installed: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    registry: Mapping[str, str],
    choice: str,
    title: str | None,
) -> None:
    installed |= registry
    monkeypatch.setenv(_chosen_program.CHOICE, choice)
    program = _chosen_program.find()
    assert (program.title if program is not None else None) == title


def test_libreoffice_comes_first_and_a_choice_before_it(
    installed: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    installed |= WPS_INSTALLED
    monkeypatch.setattr(_libreoffice, "find", lambda: Path("soffice"))
    assert isinstance(_chosen_program.find(), _libreoffice.LibreOffice)
    monkeypatch.setenv(_chosen_program.CHOICE, "wps")
    chosen = _chosen_program.find()
    assert chosen is not None and chosen.title.startswith("WPS Office") and chosen.title in chosen.version
    assert chosen.version != chosen.title, "the script that drives it is a part of the key"


def _program(path: Path, *suffixes: str) -> Path:
    path.parent.mkdir(parents=True)
    for suffix in suffixes:
        path.with_suffix(suffix).write_bytes(b"")
    return path


@pytest.mark.parametrize("where", ["beside", "within", "path", "uno", "release", "files", "none"])
def test_libreoffice_is_found_where_windows_has_it(
    tmp_path: Path, installed: dict[str, str], monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """In this order: beside the kit, within it, on the PATH, what the installer wrote, Program Files."""
    kit = tmp_path / "用户 甲" / "考评包"
    places = {
        "within": kit / "LibreOfficePortable/App/libreoffice/program/soffice.exe",
        "beside": kit.parent / "LibreOfficePortable/App/libreoffice/program/soffice.exe",
        "path": tmp_path / "bin/soffice.exe",
        "uno": tmp_path / "LO/program/soffice.exe",
        "release": tmp_path / "LO 24/program/soffice.exe",
        "files": tmp_path / "Program Files/LibreOffice/program/soffice.exe",
    }
    later = list(places).index(where) if where in places else len(places)
    for name in list(places)[later:]:
        _program(places[name], ".exe", ".com")
    installed |= {r"SOFTWARE\LibreOffice\UNO\InstallPath": str(places["uno"].parent)}
    installed |= {r"SOFTWARE\LibreOffice\LibreOffice\24.8:Path": str(places["release"])}
    monkeypatch.delenv(_libreoffice.PLACE)
    monkeypatch.setattr(_registry, "below", lambda key: ["24.8", "7.4"] if key.endswith("LibreOffice") else [])
    monkeypatch.setattr(_libreoffice.sys, "platform", "win32")
    monkeypatch.setattr(_libreoffice.sys, "prefix", str(kit / "app" / "python"))
    on_path = str(places["path"]) if places["path"].exists() else None
    monkeypatch.setattr(_libreoffice.shutil, "which", lambda _: on_path)
    for name in ("ProgramW6432", "ProgramFiles", "ProgramFiles(x86)"):
        monkeypatch.setenv(name, str(tmp_path / "Program Files"))
    # What is started is the launcher for consoles: it is done when LibreOffice is.
    assert _libreoffice.find() == (places[where].with_suffix(".com") if where in places else None)


# -- how ---------------------------------------------------------------------------------------------------------------

#: Stands in for cscript: does what the script is to do, as far as the list goes; a file called “hang” hangs it.
_HOST = r"""
import json, shutil, sys, time
from pathlib import Path
listed = Path(sys.argv[2])
rows = [line.split("\t") for line in listed.read_text(encoding="utf-16").splitlines()]
with Path(sys.argv[0]).with_name("rows.json").open("a", encoding="utf-8") as log:
    log.write(json.dumps([row[:3] for row in rows]) + "\n")
for row in rows:
    source = Path(row[3])
    if b"hang" in source.read_bytes():
        time.sleep(60)
    if b"bad" not in source.read_bytes():
        shutil.copyfile(Path(sys.argv[0]).with_name("page.pdf"), row[4])
"""


@pytest.fixture
def word(tmp_path: Path, installed: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> OfficeProgram:
    installed |= OFFICE_INSTALLED
    host = tmp_path / "host.py"
    host.write_text(_HOST, encoding="utf-8")
    pdf(tmp_path / "page.pdf", ["第一页"])
    with pikepdf.open(tmp_path / "page.pdf", allow_overwriting_input=True) as page:
        page.docinfo["/CreationDate"] = "D:20260101000000"
        page.docinfo["/Author"] = "某人"
        page.save(tmp_path / "page.pdf")
    monkeypatch.setattr(_automation, "_HOST", (sys.executable, str(host)))
    program = _automation.find("Microsoft Office")
    assert program is not None
    return program


def _converted(program: OfficeProgram, folder: Path, contents: Mapping[str, bytes]) -> dict[str, Any]:
    (folder / "work").mkdir()
    files = []
    for name, content in contents.items():
        (folder / name).write_bytes(content)
        files.append(OfficeFile(folder / name, Path(name).suffix, folder / f"{name}.pdf"))
    return {file.source.name: outcome for file, outcome in program.convert(files, folder / "work", Budget())}


def test_each_kind_goes_to_its_program_in_one_call(word: OfficeProgram, tmp_path: Path) -> None:
    contents = dict.fromkeys(["甲.docx", "乙.xlsx", "丙.doc", "丁.pptx", "戊.html"], b"x") | {"坏.docx": b"bad"}
    outcomes = _converted(word, tmp_path, contents)
    good = Conversion(1, "由 Microsoft Office 转换")
    assert {name: outcomes[name] for name in ("甲.docx", "乙.xlsx", "丙.doc", "戊.html")} == dict.fromkeys(
        ("甲.docx", "乙.xlsx", "丙.doc", "戊.html"), good
    )
    for name in ("坏.docx", "丁.pptx"):  # PowerPoint is not installed
        assert isinstance(outcomes[name], ConversionFailure) and outcomes[name].final
        assert outcomes[name].why.startswith("Microsoft Office ")
    calls = [json.loads(line) for line in (tmp_path / "rows.json").read_text(encoding="utf-8").splitlines()]
    texts = [["text", "Word.Application", mark] for mark in ("", "macros", "", "")]
    assert calls == [[["sheets", "Excel.Application", ""]], texts, [texts[0]]], (
        "what failed among others is tried alone"
    )


_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" '
    'TargetMode="External" Target="http://x/y" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/{}"/></Relationships>'
)


@pytest.mark.parametrize(
    ("part", "content", "is_given"),
    [
        ("word/_rels/settings.xml.rels", _RELATIONS.format("attachedTemplate"), False),
        ("word/_rels/document.xml.rels", _RELATIONS.format("image"), False),
        ("word/_rels/document.xml.rels", _RELATIONS.format("hyperlink"), True),
        ("content.xml", '<a xmlns:l="http://l"><image l:href="https://x/y.png"/></a>', False),
        ("word/_rels/document.xml.rels", "no XML", False),
        ("content.xml", '<a xmlns:l="http://l"><image l:href="Pictures/1.png"/><p l:href="https://x"/></a>', True),
    ],
)
def test_what_would_be_fetched_is_not_opened(
    word: OfficeProgram, tmp_path: Path, part: str, content: str, is_given: bool
) -> None:
    """LibreOffice is told to fetch nothing; Word and WPS have nobody to tell them."""
    with zipfile.ZipFile(tmp_path / "made.docx", "w") as archive:
        archive.writestr(part, content)
    outcomes = _converted(word, tmp_path, {"a.docx": (tmp_path / "made.docx").read_bytes()})
    outcome = outcomes["a.docx"]
    assert isinstance(outcome, Conversion) is is_given
    assert is_given or ("所以没有打开" in outcome.why and not (tmp_path / "rows.json").exists())


def test_two_runs_make_the_same_bytes_without_a_clock_or_a_name(word: OfficeProgram, tmp_path: Path) -> None:
    made = []
    for run in "12":
        (tmp_path / run).mkdir()
        _converted(word, tmp_path / run, {"a.docx": b"x"})
        made.append((tmp_path / run / "a.docx.pdf").read_bytes())
    assert made[0] == made[1]
    with pikepdf.open(tmp_path / "1" / "a.docx.pdf") as page:
        assert not page.docinfo and "/Metadata" not in page.Root


def test_a_program_that_waits_for_an_answer_is_ended(
    word: OfficeProgram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kaoping.evidence.convert import _office_program

    for name in ("_START", "_EACH", "_PER_MB"):
        monkeypatch.setattr(_office_program, name, 0.05)
    outcome = _converted(word, tmp_path, {"a.docx": b"hang"})["a.docx"]
    assert isinstance(outcome, ConversionFailure) and "用时太久" in outcome.why and not outcome.final


@pytest.mark.skipif(sys.platform == "win32", reason="what it starts is a shell's")
def test_what_the_system_starts_for_a_command_ends_with_it(tmp_path: Path) -> None:
    """Word is started by Windows and not by the script: it stands below neither. One that somebody works in stays."""
    server = tmp_path / "winword.exe"
    server.symlink_to(sys.executable)
    wait = [str(server), "-c", "import time; time.sleep(60)"]
    theirs = subprocess.Popen(wait)
    # What starts it is gone at once: then it is a child of the system's.
    away = ["sh", "-c", f"({shlex.join(wait)} -Embedding) >/dev/null 2>&1 &"]
    detached = f"import subprocess, time; subprocess.run({away!r}); time.sleep(60)"
    try:
        watched = run_watched([sys.executable, "-c", detached], 0.5, served_by=["winword.exe"])
        assert not watched.in_time
        assert theirs.poll() is None
        named = [its for its in psutil.process_iter(["name", "status"]) if its.info["name"] == "winword.exe"]
        assert [its.pid for its in named if its.info["status"] != psutil.STATUS_ZOMBIE] == [theirs.pid]
    finally:
        theirs.kill()
        theirs.wait()


# -- what a package says -----------------------------------------------------------------------------------------------


def test_a_package_names_the_suite_and_its_release(
    word: OfficeProgram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from docx import Document

    unit = good_unit(tmp_path / "县")
    document = Document()
    document.add_paragraph("第一页")
    document.save(unit / "材料" / "培训" / "名单.docx")
    records = unit / "records" / "trainings.yaml"
    records.write_text(records.read_text(encoding="utf-8").replace("培训/通知.pdf", "培训/名单.docx"), encoding="utf-8")
    package = api.build(unit).package
    said = json.loads((package / "kaoping.json").read_text(encoding="utf-8"))
    assert said["programs"] == ["Microsoft Office (16.0 of WINWORD.EXE)"]
    assert said["pieces"][0]["how"] == "由 Microsoft Office 转换"
    assert "Microsoft Office (16.0 of WINWORD.EXE)" in (package / "打开说明.txt").read_text(encoding="utf-8-sig")

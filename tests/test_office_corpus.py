"""The corpus of Office files: each text is on the pages or told, nothing is told without reason, on any day alike."""

from __future__ import annotations

import os
import shutil
import subprocess
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from bundles import surveyed
from kaoping.core.model import EvidenceFile
from kaoping.evidence.store import PLACE
from known_files import Known
from office_corpus import corpus, write

_SOFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(_SOFFICE is None, reason="没有安装 LibreOffice（soffice）"),
]
_SLIDES = (".pptx", ".ppt", ".odp")
#: Files that a later day would change, were they not frozen; of the binary ones it is told.
DAILY = ("w03.docx", "w04.docx", "w05.docx", "w06.docx", "s02.xlsx", "s06 甲&乙.xlsx", "o01.odt", "o05.ods", "r02.rtf")
DAILY_BINARY = ("b05.xls", "b07.doc")
LATER = 40 * 86400  # seconds
_CLOCK = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/time.h>
#include <time.h>
static time_t later = %d;
time_t time(time_t *to) {
    time_t now = ((time_t (*)(time_t *))dlsym(RTLD_NEXT, "time"))(0) + later;
    if (to) *to = now;
    return now;
}
int gettimeofday(struct timeval *now, void *zone) {
    int done = ((int (*)(struct timeval *, void *))dlsym(RTLD_NEXT, "gettimeofday"))(now, zone);
    now->tv_sec += later;
    return done;
}
int clock_gettime(clockid_t clock, struct timespec *now) {
    int done = ((int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime"))(clock, now);
    if (clock == CLOCK_REALTIME) now->tv_sec += later;
    return done;
}
"""


def _files() -> list[Known]:
    """Return the corpus; slides where this LibreOffice has the part that shows them."""
    assert _SOFFICE is not None
    beside = Path(_SOFFICE).resolve().parent
    shows_slides = os.name == "nt" or (beside / "libsdlo.so").exists() or (beside / "libsdlo.dylib").exists()
    return [file for file in corpus() if shows_slides or Path(file.name).suffix not in _SLIDES]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files, as clerks have them."""
    made = tmp_path_factory.mktemp("corpus") / "材料"
    made.mkdir()
    write(_files(), made, tmp_path_factory.mktemp("work"))
    return made


@pytest.fixture(scope="module")
def found(folder: Path) -> dict[str, EvidenceFile]:
    """What became of them."""
    return dict(surveyed(folder))


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _text(file: EvidenceFile) -> str:
    assert file.sheets is not None, (file.path, file.why)
    with pypdfium2.PdfDocument(file.sheets.path) as pages:
        return _plain("".join(page.get_textpage().get_text_bounded() for page in pages))


def test_there_are_sixty_and_each_kind_is_among_them() -> None:
    files = corpus()
    assert len(files) >= 60 and len({file.name for file in files}) == len(files)
    kinds = "docx dotx docm xlsx pptx odt fodt ods odp rtf doc xls ppt"
    assert {Path(file.name).suffix[1:] for file in files} == set(kinds.split())


def test_no_text_is_lost_without_a_word(found: dict[str, EvidenceFile]) -> None:
    """What a file shows is on its pages; what is on none is told; and nothing else is told."""
    wrong = {}
    for file in _files():
        text, lost = _text(found[file.name]), "".join(found[file.name].lost)
        wrong[file.name] = [
            *(f"not shown: {words}" for words in file.shown if _plain(words) not in text),
            *(f"not told: {words}" for words in (*file.told, *file.remarks) if words not in lost),
            *(["told without reason: " + lost] if len(found[file.name].lost) > len(file.told + file.remarks) else []),
        ]
    assert {name: slips for name, slips in wrong.items() if slips} == {}


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A clock that is forty days ahead, for LibreOffice and all others that ask the system."""
    compiler = shutil.which("cc")
    if compiler is None or os.name == "nt":
        pytest.skip("没有 C 编译器，换不了时钟")
    source, library = tmp_path / "later.c", tmp_path / "later.so"
    source.write_text(_CLOCK % LATER)
    command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl"]
    subprocess.run(command, check=True, capture_output=True)
    monkeypatch.setenv("LD_PRELOAD", str(library))
    monkeypatch.setenv(PLACE, str(tmp_path / "store"))  # what was made today is not to be found again
    yield


def _drawn(file: EvidenceFile) -> list[bytes]:
    """What the pages of a file draw; when the PDF was made stands elsewhere in it."""
    assert file.sheets is not None
    with pikepdf.open(file.sheets.path) as pdf:
        return [pikepdf.unparse_content_stream(pikepdf.parse_content_stream(page)) for page in pdf.pages]


def test_another_day_gives_the_same_pages_or_is_told(
    folder: Path, found: dict[str, EvidenceFile], later: None, tmp_path: Path
) -> None:
    again = tmp_path / "材料"
    again.mkdir()
    for name in (*DAILY, *DAILY_BINARY):
        shutil.copyfile(folder / name, again / name)
    dates = subprocess.run(["date", "+%s"], check=True, capture_output=True, text=True)
    assert int(dates.stdout) > (folder / DAILY[0]).stat().st_mtime + LATER / 2, "the clock is ahead"
    anew = surveyed(again)
    for name in DAILY:
        assert _drawn(anew[name]) == _drawn(found[name]) and anew[name].lost == found[name].lost, name
    for name in DAILY_BINARY:
        assert any("找不到" in lost for lost in anew[name].lost), name

"""What Windows does differently, as far as any system can play it: files that others hold, names, long paths, Ctrl-C.

The rest is in test_wine.py, which runs the kit's Python under Wine.
"""

from __future__ import annotations

import ctypes
import io
import locale
import mmap
import os
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import py7zr
import pytest

from bundles import pdf, surveyed
from kaoping import __main__, api
from kaoping.bundle.writing import write_bundle
from kaoping.core import file_names, fs
from kaoping.core.errors import DeliveryError, NotMergedError
from kaoping.evidence import _judge
from kaoping.evidence._unpack import unpack
from kaoping.evidence.workers import _interruptible
from kaoping.evidence.workers._job_object import JobObject
from kaoping.package import staging
from kaoping.pdf import merge
from kaoping.records import layout
from test_bundle import _plan
from test_decide_workbook import LATE, RECORDS
from units import SMALL, good_unit, only
from workbooks import book_unit

IN_USE, DENIED, LOCKED, NOT_EMPTY = 32, 5, 33, 145


def windows_error(number: int, path: Path | str = "") -> PermissionError:
    """The error that Windows gives; other systems' have no such number."""
    error = PermissionError(13, "另一个程序正在使用此文件，进程无法访问。", str(path))
    error.winerror = number  # type: ignore[attr-defined, unused-ignore]
    return error


class Scanner:
    """A virus scanner: it holds what ``method`` of a path is for, and lets go after so many tries."""

    def __init__(self, patch: pytest.MonkeyPatch, method: str, number: int, tries: int) -> None:
        self.tries, self.waited = tries, 0.0
        real: Callable[..., Any] = getattr(Path, method)

        def held(path: Path, *arguments: Any, **options: Any) -> Any:
            if self.tries:
                self.tries -= 1
                raise windows_error(number, path)
            return real(path, *arguments, **options)

        patch.setattr(Path, method, held)
        patch.setattr(time, "sleep", self._wait)

    def _wait(self, seconds: float) -> None:
        self.waited += seconds


# -- files that others hold ------------------------------------------------------------------------------------------

STEPS: dict[str, Callable[[Path], object]] = {
    "replace": lambda folder: fs.replace(folder / "a", folder / "b"),
    "rename": lambda folder: fs.rename(folder / "a", folder / "c"),
    "unlink": lambda folder: fs.unlink(folder / "a"),
    "rmdir": lambda folder: fs.rmdir(folder / "空"),
    "open": lambda folder: fs.write_bytes(folder / "a", b"new"),
}


@pytest.fixture
def held(tmp_path: Path) -> Path:
    (tmp_path / "空").mkdir()
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(b"old")
    return tmp_path


@pytest.mark.parametrize("number", [IN_USE, DENIED, LOCKED, NOT_EMPTY])
@pytest.mark.parametrize("step", STEPS)
def test_what_a_scanner_holds_for_a_second_is_waited_for(
    held: Path, monkeypatch: pytest.MonkeyPatch, step: str, number: int
) -> None:
    scanner = Scanner(monkeypatch, step, number, tries=4)
    STEPS[step](held)
    assert scanner.tries == 0 and scanner.waited == 1.0


@pytest.mark.parametrize("step", STEPS)
def test_what_is_held_for_good_is_an_error_after_two_seconds(
    held: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    scanner = Scanner(monkeypatch, step, IN_USE, tries=99)
    with pytest.raises(PermissionError):
        STEPS[step](held)
    assert scanner.waited < 2
    monkeypatch.undo()
    assert sorted(path.name for path in held.iterdir()) == ["a", "b", "空"]


@pytest.mark.parametrize("step", STEPS)
def test_other_errors_and_other_systems_wait_for_nothing(
    held: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    scanner = Scanner(monkeypatch, step, 112, tries=1)  # ERROR_DISK_FULL
    with pytest.raises(PermissionError):
        STEPS[step](held)
    assert scanner.waited == 0
    monkeypatch.setattr(Path, step, lambda *_, **__: (_ for _ in ()).throw(PermissionError(13, "Permission denied")))
    with pytest.raises(PermissionError):
        STEPS[step](held)
    assert (scanner.waited > 0) == (os.name == "nt"), "C's library says there no more than this"


def test_reading_waits_for_who_holds_a_file_and_not_for_rights(held: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    errors = [windows_error(IN_USE), windows_error(LOCKED)]
    real = fs._descriptor
    monkeypatch.setattr(
        fs, "_descriptor", lambda path: real(path) if not errors else (_ for _ in ()).throw(errors.pop())
    )
    assert fs.read(held / "a") == b"old" and len(waited) == 2
    errors.append(windows_error(DENIED))
    with pytest.raises(PermissionError):
        fs.read(held / "a")
    assert len(waited) == 2


class _PartlyLocked(io.BufferedReader):
    """A file in which another program has locked a range: its first block can be read, and no more."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0 or self.tell():
            raise PermissionError(13, "Permission denied")
        return super().read(size)


def _map_as_windows_does(number: int, length: int, **options: Any) -> mmap.mmap:
    """Map a file. There, whoever has it open stands at its begin afterwards."""
    os.lseek(number, 0, os.SEEK_SET)
    return mmap.mmap(number, length, **options)


def test_a_file_that_is_partly_locked_is_read_and_copied_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Excel, WPS and databases lock ranges; a map of the file is not kept from them."""
    content = os.urandom(3 << 20) + b"end"
    monkeypatch.setattr(fs, "mmap", SimpleNamespace(mmap=_map_as_windows_does, ACCESS_READ=mmap.ACCESS_READ))
    (tmp_path / "台账.xlsx").write_bytes(content)
    monkeypatch.setattr(fs, "open_file", lambda path: _PartlyLocked(io.FileIO(path)))
    assert fs.read(tmp_path / "台账.xlsx") == content
    fs.copy(tmp_path / "台账.xlsx", tmp_path / "副本.xlsx")
    assert (tmp_path / "副本.xlsx").read_bytes() == content


def test_evidence_that_only_we_can_open_is_judged_by_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "通知.txt"
    source.write_text("通知", encoding="utf-8")
    (tmp_path / "判").mkdir()
    real = Path.open

    def opened(path: Path, *arguments: Any, **options: Any) -> Any:
        if path == source:
            raise windows_error(IN_USE, path)
        return real(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", opened)
    verdict = _judge.judge(str(source), str(tmp_path / "判"), {})
    assert verdict["media"] == "txt" and verdict["pages"] == 1
    assert [path.name for path in (tmp_path / "判").iterdir()] == ["pages.pdf"], "the copy is gone"


def test_a_workbook_that_excel_holds_stays_and_the_record_stands_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also without the file that Excel puts beside what it has open: not every folder lets it."""
    unit = book_unit(tmp_path / "甲市", {"training_summaries.yaml": LATE}, offered=["decision"])
    before = (unit / layout.WORKBOOK).read_bytes()
    real = Path.replace

    def refused(path: Path, target: Path) -> Path:
        if target.name == layout.WORKBOOK:
            raise windows_error(DENIED, path)
        return real(path, target)

    monkeypatch.setattr(Path, "replace", refused)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    done = api.decide(unit, "7b", "0.5", reason="逾期三天", who="办公会", when="2017-12-18")
    assert [str(at) for at in done.places] == [RECORDS]
    assert "正被别的程序占用" in only(done.findings, "entry.beside").problem
    assert (unit / layout.WORKBOOK).read_bytes() == before
    assert sorted(path.name for path in unit.iterdir()) == ["records", "台账.xlsx", "材料"]


def _open_files() -> list[str]:
    paths = []
    for number in os.listdir("/proc/self/fd"):  # noqa: PTH208
        with suppress(OSError):
            paths.append(os.readlink(f"/proc/self/fd/{number}"))  # noqa: PTH115
    return paths


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="这个系统说不出开着哪些文件")
@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), KeyboardInterrupt(), RuntimeError("qpdf")])
def test_a_bundle_that_breaks_off_holds_none_of_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException
) -> None:
    """Windows removes nothing that is open: the folder with the drawn sheets would stay, and its error hide ours."""
    pdf(tmp_path / "材料/a.pdf", ["a1"])
    plan = _plan(surveyed(tmp_path / "材料"), {"1": ["a.pdf"]})
    held: list[str] = []
    real = fs.remove

    def leave(folder: Path) -> None:
        held.extend(path for path in _open_files() if path.startswith(str(folder)))
        real(folder)

    def save(*_: Any, **__: Any) -> None:
        raise failure

    monkeypatch.setattr(merge, "save", save)
    monkeypatch.setattr(fs, "remove", leave)
    with pytest.raises((type(failure), NotMergedError)):
        write_bundle(plan, tmp_path / "汇编.pdf")
    assert held == [] and sorted(path.name for path in tmp_path.iterdir()) == ["材料"]
    failure.__traceback__ = None
    assert not [path for path in _open_files() if path.startswith(str(tmp_path))]


def test_a_profile_of_which_something_is_still_held_is_used_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LibreOffice was ended, and Windows has not let go of its profile yet."""
    from kaoping.evidence.convert import _libreoffice

    monkeypatch.setattr(_libreoffice.shutil, "rmtree", lambda *_, **__: None)
    for _ in range(2):
        _libreoffice.LibreOffice(Path("soffice")).prepare(tmp_path)
    assert (tmp_path / "profile/user/registrymodifications.xcu").is_file()


# -- names and paths -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "opened"),
    [
        ("C:\\" + "a" * 244, "C:\\" + "a" * 244),
        ("C:\\" + "a" * 245, "\\\\?\\C:\\" + "a" * 245),
        ("\\\\server\\单位\\" + "a" * 245, "\\\\?\\UNC\\server\\单位\\" + "a" * 245),
        ("\\\\?\\C:\\" + "a" * 245, "\\\\?\\C:\\" + "a" * 245),
    ],
)
def test_long_paths_take_their_long_form(path: str, opened: str) -> None:
    assert fs.in_long_form(path) == opened
    assert fs.in_long_form(path[:-60], room=60) == opened[:-60], "what is below a folder counts too"
    assert fs.as_written(f"已生成：{opened}") == f"已生成：{path.removeprefix(chr(92) * 2 + '?' + chr(92))}"


#: Names that Windows can't hold, or takes for something else: devices, a stream of another file, ends that it drops.
ODD = ["CON.txt", "com1.txt", "a:b.txt", "子/NUL.txt", "尾 .txt ", "a.txt", "A.TXT", "x" * 119 + "..txt"]


@pytest.mark.parametrize("media", ["zip", "7z"])
def test_whatever_comes_out_of_archives_has_names_of_its_own(tmp_path: Path, media: str) -> None:
    source = tmp_path / f"a.{media}"
    if media == "zip":
        with zipfile.ZipFile(source, "w") as archive:
            for name in ODD:
                archive.writestr(name, name)
    else:
        with py7zr.SevenZipFile(source, "w") as packed:
            for name in ODD:
                packed.writestr(name, name)
    (tmp_path / "out").mkdir()
    unpacked = unpack(source, media, tmp_path / "out")
    assert [member.path.read_text(encoding="utf-8") for member in unpacked.members] == ODD and not unpacked.skipped
    for member in unpacked.members:
        assert not file_names.why_not_portable(member.path.name)
        assert not any(map(file_names.why_not_portable, member.name.split("/"))), member.name
    assert list(file_names.collisions(member.name for member in unpacked.members)) == []


@pytest.mark.parametrize(
    "pair", [("报告.txt", "报告.TXT"), ("A/1.txt", "a/2.txt"), ("é.txt", "e\u0301.txt"), ("Ａ", "ａ")]
)
def test_of_two_names_that_are_one_the_second_is_refused_before_it_is_written(
    tmp_path: Path, pair: tuple[str, str]
) -> None:
    """On a disk where they are one, the second would be written over the first, and nobody could tell afterwards."""
    with pytest.raises(DeliveryError) as refused, staging.staging(tmp_path / "送审稿") as stage:
        stage.write(pair[0], b"1")
        stage.write(pair[0], b"1")  # again is no clash
        stage.path(pair[1])
    assert only(refused.value.findings, "package.name_collision")


# -- Ctrl-C, and a window that is closed -----------------------------------------------------------------------------


def test_a_wait_in_a_thread_gives_what_comes_of_it() -> None:
    assert _interruptible._aside(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        _interruptible._aside(lambda: 1 // 0)


def test_a_wait_looks_up_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows Ctrl-C is heard between two waits, and not in one without an end."""
    waits: list[float | None] = []
    future: Future[int] = Future()

    def wait(_: Any, timeout: float | None = None) -> None:
        waits.append(timeout)
        if len(waits) == 3:
            future.set_result(7)

    monkeypatch.setattr(_interruptible, "wait", wait)
    assert _interruptible.awaited(future) == 7
    assert waits == [_interruptible.LOOK] * 3 and _interruptible.LOOK <= 0.5


_CLOSED = """
import sys, threading, time
from kaoping.cli import _console_events
from kaoping.pipeline import _packing
def wait(*_, **__):
    threading.Thread(target=_console_events.hear, args=(int(sys.argv[2]),), daemon=True).start()
    for _ in range(300):  # as all waits of ours do: what interrupts them does not wake them
        time.sleep(0.1)
_packing.read_back = wait
from kaoping.cli import main
main.main(["build", sys.argv[1]])
"""


@pytest.mark.parametrize("event", [1, 2, 5])  # Ctrl-Break, a window that is closed, a user who signs out
def test_whoever_closes_the_window_leaves_nothing_half_done(tmp_path: Path, event: int) -> None:
    unit = good_unit(tmp_path / "县")
    command = [sys.executable, "-c", _CLOSED, str(unit), str(event)]
    began = time.monotonic()
    done = subprocess.run(command, capture_output=True, timeout=60)
    assert done.returncode == 1 and "已中止" in done.stderr.decode(locale.getpreferredencoding(False))
    assert list((unit / "成果").iterdir()) == []
    assert time.monotonic() - began < 30


def test_ctrl_c_is_left_to_python() -> None:
    from kaoping.cli import _console_events

    before = threading.active_count()
    assert not _console_events.hear(0)
    assert threading.active_count() == before


@pytest.mark.skipif(
    sys.platform != "win32" or hasattr(ctypes.windll.ntdll, "wine_get_version"),
    reason="只有真的 Windows 管着作业里的进程用多少内存和时间：Wine 8 收下限额，不执行；别的系统没有作业对象",
)
@pytest.mark.parametrize(
    ("memory", "seconds", "code"),
    [(200_000_000, 0.0, "b'x' * 600_000_000"), (0, 2.0, "while True: pass")],
)
def test_the_limits_of_a_job_end_who_goes_beyond_them(memory: int, seconds: float, code: str) -> None:
    """Without anybody who looks on: the pool that does may be gone."""
    job = JobObject(memory)
    silent = subprocess.DEVNULL
    process = job.start([sys.executable, "-c", code], stdin=silent, stdout=silent, stderr=silent)
    if seconds:
        job.allow(seconds)
    assert process.wait(60) != 0


# -- consoles, line ends, time zones ---------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])  # code pages 936 and 65001
def test_a_character_that_the_console_lacks_stops_nothing(tmp_path: Path, encoding: str) -> None:
    unit = good_unit(tmp_path / "县")
    (unit / "材料" / "表情😀和㊀.txt").write_text("x", encoding="utf-8")
    around = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "FORCE_COLOR": "1"}
    done = subprocess.run([sys.executable, "-m", "kaoping", "check", str(unit)], capture_output=True, env=around)
    text = (done.stdout + done.stderr).decode(encoding)
    assert done.returncode in (0, 1) and "表情" in text and "Traceback" not in text
    assert "\x1b" not in text, "no colours: cmd.exe before Windows 10 prints them as they are"


def test_line_ends_and_marks_of_windows_change_nothing(tmp_path: Path) -> None:
    """Notepad saves YAML with CRLF, and with a byte-order mark in front."""
    plain, saved = good_unit(tmp_path / "a/县"), good_unit(tmp_path / "b/县")
    for path in [*saved.rglob("*.yaml"), *saved.rglob("*.yml")]:
        text = path.read_text(encoding="utf-8")
        path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    one, other = (api.build(unit).package for unit in (plain, saved))
    assert (one / "manifest-sha256.txt").read_bytes() == (other / "manifest-sha256.txt").read_bytes()


_NO_ZONES = """
import sys, zoneinfo
zoneinfo.reset_tzpath(())
sys.modules["tzdata"] = None
from kaoping.cli import main
main.main(["calendar", sys.argv[1]])
"""


def test_the_calendar_needs_no_data_of_time_zones(tmp_path: Path) -> None:
    """Windows has none; the days are days wherever they are read."""
    import shutil

    shutil.copytree(SMALL, tmp_path / "县", copy_function=shutil.copyfile)
    command = [sys.executable, "-c", _NO_ZONES, str(tmp_path / "县")]
    done = subprocess.run(command, capture_output=True, env={**os.environ, "PYTHONTZPATH": ""})
    assert done.returncode == 0, done.stderr.decode()
    assert list((tmp_path / "县").rglob("*.ics"))


# -- the kit -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prefix", "platform", "words"),
    [
        ("用户 甲/考评包/app/python", "win32", "重新解压"),
        ("Python312", "win32", "py -m pip install"),
        (".venv", "linux", "：pip install"),
    ],
)
def test_how_to_install_anew_fits_how_it_was_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prefix: str, platform: str, words: str
) -> None:
    from kaoping.cli import main

    monkeypatch.setattr(sys, "prefix", str(tmp_path / prefix))
    monkeypatch.setattr(sys, "platform", platform)
    assert words in main._reinstalling()


@pytest.mark.parametrize(
    ("prefix", "said"),
    [
        ("D:/" + "深" * 157 + "/app/python", ""),
        ("D:/" + "深" * 158 + "/app/python", "路径有 161 个字"),
        ("D:/" + "深" * 300 + "/python", ""),  # no kit
    ],
)
def test_a_kit_that_lies_too_deep_is_told_so_and_not_that_it_is_damaged(prefix: str, said: str) -> None:
    why = __main__.too_deep(prefix)
    assert said in why and bool(said) == bool(why)


def test_a_folder_that_is_needed_for_a_while_hides_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def held(path: Path) -> None:
        raise windows_error(IN_USE, path)

    monkeypatch.setattr(fs, "rmdir", held)
    with pytest.raises(ZeroDivisionError), fs.temporary_folder(tmp_path):
        raise ZeroDivisionError
    with pytest.raises(PermissionError), fs.temporary_folder(tmp_path) as folder:
        (folder / "a").write_bytes(b"x")

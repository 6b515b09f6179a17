"""What a machine does to a run: locks, no home, no room for temporary files, an end from outside, a poor console."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kaoping import api
from kaoping.core import fs, lock
from kaoping.core.errors import KaopingError
from kaoping.evidence import store
from kaoping.package import bag
from kaoping.package.staging import staging
from units import good_unit, only

posix = pytest.mark.skipif(sys.platform == "win32", reason="there Ctrl-C is the console's")


@contextmanager
def _other(code: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that runs ``code`` up to its first line of output."""
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code, *arguments], stdin=pipe, stdout=pipe, stderr=pipe) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            yield process
        finally:
            process.kill()


# -- locks ------------------------------------------------------------------------------------------------------------

_HOLD = """
import sys
from pathlib import Path
from kaoping.core import lock
with lock.held(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_lock_names_its_holder(tmp_path: Path) -> None:
    with _other(_HOLD, str(tmp_path / ".送审稿.锁")) as process:
        with pytest.raises(KaopingError) as refused, staging(tmp_path / "送审稿"):
            pass
        told = only(refused.value.findings, "package.busy")
        assert f"进程 {process.pid}" in told.problem and "用户" in told.problem and "电脑" in told.problem


def test_a_lock_of_somebody_who_is_gone_holds_nobody_back(tmp_path: Path) -> None:
    with _other(_HOLD, str(tmp_path / "锁")):
        pass
    assert (tmp_path / "锁").exists(), "it was killed"
    with lock.held(tmp_path / "锁") as hold:
        assert hold == lock.Hold(free=True)
        assert f"进程 {os.getpid()}" in (tmp_path / "锁").read_text("utf-8")
    assert not (tmp_path / "锁").exists()


def test_where_there_are_no_locks_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "_lock", lambda _: None)
    made = api.build(good_unit(tmp_path / "县"))
    assert "共享盘" in only(made.notes, "package.no_locks").problem


# -- places -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("home", ["~/.cache/kaoping", RuntimeError("no home"), KeyError("getpwuid(): uid not found")])
def test_a_user_without_a_home_works_without_a_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: str | Exception
) -> None:
    def nowhere(*_: object, **__: object) -> Path:
        if isinstance(home, str):
            return Path(home)
        raise home

    import platformdirs

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(store.PLACE)
    for name in ("user_cache_path", "user_data_path"):
        monkeypatch.setattr(platformdirs, name, nowhere)
    unit = good_unit(tmp_path / "县")
    assert api.build(unit).package.is_dir()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["县"], "no folder named ~"


def test_a_package_that_can_not_be_read_is_no_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "送审稿").mkdir()
    (tmp_path / "送审稿" / bag.DECLARATION).write_bytes(b"x")

    def closed(_: Path) -> Iterator[str]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(bag, "files", closed)
    told = only(api.verify(tmp_path / "送审稿"), "verify.not_readable")
    assert "没有读取权限" in told.problem


# -- an end from outside ----------------------------------------------------------------------------------------------

_SLOW = """
import sys, time
from pathlib import Path
from kaoping.pipeline import _packing
def wait(*_, **__):
    print("begun", flush=True)
    time.sleep(30)
_packing.read_back = wait
from kaoping.cli import main
main.main(["build", sys.argv[1]])
"""


@pytest.mark.slow
@posix
@pytest.mark.parametrize("number", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_whoever_ends_it_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: str) -> None:
    monkeypatch.setenv(store.PLACE, str(tmp_path / "store"))
    unit = good_unit(tmp_path / "县")
    with _other(_SLOW, str(unit)) as process:
        assert list((tmp_path / "store").glob("work-*")) and list((unit / "成果").iterdir())
        process.send_signal(signal.Signals[number])
        assert process.wait(10) == 1
        assert process.stderr is not None and "已中止" in process.stderr.read().decode()
    assert not list((tmp_path / "store").glob("work-*")) and list((unit / "成果").iterdir()) == []


@posix
def test_ctrl_c_before_anything_was_begun_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text("print('loading', flush=True)\nimport time\ntime.sleep(30)\n")
    code = "import sys; sys.path.insert(0, sys.argv[1]); from kaoping.__main__ import main; main()"
    with _other(code, str(tmp_path)) as process:
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 1
        assert process.stderr is not None
        assert process.stderr.read().decode() == "已中止，还没有开始做任何事。\n"


def test_what_a_killed_run_left_goes_at_the_next_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(store.PLACE, str(tmp_path))
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    ours, other = tmp_path / f"work-{gone.stdout.decode().strip()}-a", tmp_path / f"work-{os.getppid()}-b"
    for folder in (ours, other):
        folder.mkdir()
    for _ in range(2):  # the first start of a day removes more
        ours.mkdir(exist_ok=True)
        with store.open_store():
            assert not ours.exists() and other.exists()


# -- a demo that was interrupted --------------------------------------------------------------------------------------


def test_a_demo_that_was_interrupted_starts_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copied, copy = [], fs.copy

    def interrupted(source: Path, target: Path) -> None:
        copied.append(target)
        copy(source, target)
        if len(copied) == 5:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(fs, "copy", interrupted)
        api.copy_sample(tmp_path / "样例", "county-2017")
    assert list(tmp_path.iterdir()) == []
    api.copy_sample(tmp_path / "样例", "county-2017")
    (tmp_path / "样例/成果").mkdir()
    api.copy_sample(tmp_path / "样例", "county-2017")  # as after a build that was broken off
    (tmp_path / "样例/材料/新.txt").write_text("x")
    with pytest.raises(KaopingError) as refused:
        api.copy_sample(tmp_path / "样例", "county-2017")
    assert only(refused.value.findings, "demo.target_not_empty")


# -- consoles ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["cp437", "cp1252", "latin-1"])
def test_a_console_without_chinese_gets_a_sentence_that_it_can_show(tmp_path: Path, encoding: str) -> None:
    around = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    done = subprocess.run([sys.executable, "-m", "kaoping", "check", str(tmp_path)], capture_output=True, env=around)
    assert (done.returncode, done.stdout) == (3, b"")
    assert b"cannot show Chinese" in done.stderr and b"?" not in done.stderr

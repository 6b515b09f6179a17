"""What Windows does differently, under Wine: open files, long and shared paths, job objects, consoles, the registry.

Wine is not Windows. What it plays as Windows does is tried here; what it does not (limits of a job, ranges that are
locked) is stood in for in test_windows.py.
"""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from kits import Wine
from test_kit import archive, windows
from tiny import PACK, RUBRIC, put
from units import SMALL, good_unit

pytestmark = pytest.mark.slow

__all__ = ["archive", "windows"]

_HEAD = """\
import json, os, subprocess, sys, threading, time
from pathlib import Path
def tell(**what):
    Path("answer.json").write_text(json.dumps(what))
"""


def told(windows: Wine, folder: Path, code: str, *arguments: str) -> dict[str, Any]:
    """Run ``code`` in the kit's Python and return what it hands to ``tell``."""
    (folder / "script.py").write_text(_HEAD + code, encoding="utf-8")
    python = str(windows.kit / "app" / "python" / "python.exe")
    ran = windows.run(python, "script.py", *arguments, cwd=folder)
    assert ran.code == 0, ran.out + ran.err
    answer: dict[str, Any] = json.loads((folder / "answer.json").read_text())
    return answer


# -- open files --------------------------------------------------------------------------------------------------------


def test_what_another_holds_for_a_second_is_waited_for(windows: Wine, tmp_path: Path) -> None:
    answer = told(
        windows,
        tmp_path,
        """
from kaoping.core import fs
def held_for(seconds, step):
    Path("a").write_bytes(b"old"); Path("b").write_bytes(b"new")
    stream = open("a", "r+b")
    threading.Timer(seconds, stream.close).start()
    try:
        step()
        return "done"
    except OSError as error:
        return error.winerror
    finally:
        stream.close()
Path("f").mkdir(); Path("f/x").write_bytes(b"x")
tell(
    replace=held_for(0.6, lambda: fs.replace(Path("b"), Path("a"))),
    replaced=Path("a").read_bytes().decode(),
    unlink=held_for(0.6, lambda: fs.unlink(Path("a"))),
    rename=held_for(0.6, lambda: fs.rename(Path("a"), Path("c"))),
    too_long=held_for(9, lambda: fs.unlink(Path("a"))),
)
""",
    )
    assert answer == {"replace": "done", "replaced": "new", "unlink": "done", "rename": "done", "too_long": 32}


def test_what_we_read_keeps_nobody_from_it_and_what_others_may_remove_we_can_read(
    windows: Wine, tmp_path: Path
) -> None:
    """C's library can't open what another has opened with the right to remove it: Office programs do."""
    answer = told(
        windows,
        tmp_path,
        """
import ctypes
from kaoping.core import fs
Path("a").write_bytes(b"content")
with fs.open_file(Path("a")) as stream:
    Path("a").rename("b")
    seen = stream.read().decode()
create = ctypes.WinDLL("kernel32").CreateFileW
create.restype = ctypes.c_void_p
everything, delete, existing = 7, 0x80000000 | 0x00010000, 3
handle = create("b", delete, everything, None, existing, 0x80, None)
try:
    open("b", "rb").close()
    plain = "opened"
except PermissionError:
    plain = "refused"
given = fs.for_libraries(Path("b"), Path("copied/b"))
tell(seen=seen, plain=plain, ours=fs.read(Path("b")).decode(), given=given.as_posix())
""",
    )
    assert answer["seen"] == answer["ours"] == "content"
    assert answer["given"] == ("copied/b" if answer["plain"] == "refused" else "b")
    assert answer["plain"] == "refused", "the stand-in for Office holds nothing"


def test_a_lock_is_seen_by_another_process_and_names_its_holder(windows: Wine, tmp_path: Path) -> None:
    answer = told(
        windows,
        tmp_path,
        """
from kaoping.core import lock
code = "from pathlib import Path; from kaoping.core import lock; import sys\\n" \\
    "with lock.held(Path('x')) as hold: print('held', flush=True); sys.stdin.read()"
other = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
other.stdout.readline()
with lock.held(Path("x")) as hold:
    taken = [hold.free, f"进程 {other.pid}" in hold.holder]
other.kill(); other.wait()
with lock.held(Path("x")) as hold:
    after = [hold.free, hold.certain]
tell(taken=taken, after=after, left=Path("x").exists())
""",
    )
    assert answer == {"taken": [False, True], "after": [True, True], "left": False}


# -- long paths, shares, names -----------------------------------------------------------------------------------------


@pytest.fixture
def share(windows: Wine) -> Path:
    r"""A shared folder: \\server\单位."""
    folder = windows.prefix / "dosdevices" / "unc" / "server" / "单位"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def test_paths_of_any_length_are_written_read_and_removed(windows: Wine, share: Path, tmp_path: Path) -> None:
    answer = told(
        windows,
        tmp_path,
        r"""
from kaoping.core import fs
from kaoping.evidence._walk import walk
def there_and_back(root):
    root = Path(root)
    deep = root / "材料" / ("很长的文件夹名" * 8) / ("又一层" * 20) / ("再一层" * 20) / ("最后" * 45)
    fs.mkdir(deep)
    fs.write_bytes(deep / "a.new", b"content")
    fs.replace(deep / "a.new", deep / "a.txt")
    fs.copy(deep / "a.txt", deep / "b.txt")
    fs.write_whole(deep / "b.txt", b"other")
    entries = [(entry.key[-5:], entry.why, fs.read(entry.path).decode()) for entry in walk(root / "材料")]
    size = fs.settle(deep / "a.txt")[0]
    fs.rmtree(root / "材料")
    return [len(str(deep.absolute())) > 260, entries, size, (root / "材料").exists()]
tell(drive=there_and_back("."), share=there_and_back(r"\\server\单位"))
""",
    )
    expected = [True, [["a.txt", "", "content"], ["b.txt", "", "other"]], 7, False]
    assert answer == {"drive": expected, "share": expected}


#: Wine opens a path of any length; Windows only in its long form. What asks for another is written down.
_NO_LONG_PATHS = r"""
import traceback
from kaoping.core import fs, memory
refused = []
def watch(event, arguments):
    for its in arguments:
        if event.split(".")[0] in ("open", "os", "shutil", "pathlib", "tempfile") and isinstance(its, (str, Path)):
            path = os.path.abspath(its)
            if len(path) >= 260 and path[:4] != "\\\\?\\":
                refused.append([event, traceback.format_stack(limit=6)[0]])
def copied(source, target):
    fs.mkdir(target)
    for entry in source.iterdir():
        (copied if entry.is_dir() else fs.copy)(entry, target / entry.name)
from kaoping.cli.main import run
"""


def test_the_command_line_opens_what_lies_deep(windows: Wine, tmp_path: Path) -> None:
    """A unit whose own path is short enough, and those of its files are not; and one whose own is too long."""
    good_unit(tmp_path / "县")
    put(tmp_path / "包" / "tiny-2017", {"pack.yaml": PACK, "rubric.yaml": RUBRIC})
    (tmp_path / "案件.csv").write_bytes("案号,案件名称,立案日期\r\nA1,某网吧案,2017-03-05\r\n".encode("gbk"))
    answer = told(
        windows,
        tmp_path,
        _NO_LONG_PATHS
        + r"""
ended = {}
for length in (242, 300):
    root = Path(os.getcwd(), "长")
    while len(str(root / "县")) < length:
        root /= "长" * min(50, max(1, length - len(str(root / "县")) - 1))
    copied(Path("县"), root / "县")
    copied(Path("县", "材料"), root / "县" / "材料" / ("深" * 60) / ("层" * 60))
    copied(Path("包"), root / "规则包")
    fs.copy(Path("案件.csv"), root / "案件.csv")
    sys.addaudithook(watch) if length == 242 else None
    unit, fresh, pack = str(root / "县"), str(root / "新"), str(root / "规则包" / "tiny-2017")
    commands = {
        "check": [unit], "score": [unit], "gaps": [unit], "calendar": [unit], "init": [fresh],
        "import": [str(root / "案件.csv"), "--as", "案件", "--unit", fresh], "export": [fresh],
        "pack": ["check", pack], "build": [unit, "--out", f"{length}"], "verify": [f"{length}"],
        "lint": [str(root / "县" / "材料" / "培训" / "通知.pdf")],
    }
    ended[length] = {name: run([name, *words]) for name, words in commands.items()}
    ended[length]["deep"] = len(memory.below(root / "县" / "材料"))
    ended[length]["whole"] = len(unit)
tell(ended=ended, refused=refused)
""",
    )
    assert answer["refused"] == []
    for ended in answer["ended"].values():
        assert ended.pop("deep") == 6, "each file twice, and three folders"
        assert ended.pop("whole") in range(238, 303)
        assert {name: code for name, code in ended.items() if code not in (0, 1)} == {}
        assert ended["pack"] == ended["init"] == ended["build"] == ended["verify"] == 0, ended


def test_a_unit_on_a_share_is_checked_and_built_there(windows: Wine, share: Path) -> None:
    shutil.rmtree(share / "某县", ignore_errors=True)
    good_unit(share / "某县")
    ran = windows.kaoping("build", r"\\server\单位\某县")
    assert ran.code in (0, 1) and "Traceback" not in ran.out + ran.err, ran.out + ran.err
    assert (share / "某县" / "成果" / "送审稿" / "manifest-sha256.txt").is_file(), ran.out + ran.err
    assert windows.kaoping("verify", r"\\server\单位\某县\成果\送审稿").code == 0


# -- processes ---------------------------------------------------------------------------------------------------------


_TWO = """\
import os, subprocess, sys, time
below = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(99)"])
open("pids", "w").write(f"{os.getpid()} {below.pid}")
time.sleep(99)
"""


def test_no_worker_and_no_program_outlives_us(windows: Wine, tmp_path: Path) -> None:
    """The one that started them is ended from outside, so that it can end nothing itself."""
    (tmp_path / "two.py").write_text(_TWO, encoding="ascii")
    answer = told(
        windows,
        tmp_path,
        r"""
import psutil
code = '''
import sys, threading, time
from kaoping.evidence import workers
worker = workers.Worker(10**9).start()
worker._started()
print(worker.pid, flush=True)
workers.run_watched([sys.executable, "two.py"], 60)
'''
ours = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
worker = int(ours.stdout.readline())
until = time.monotonic() + 60
while not (Path("pids").exists() and len(Path("pids").read_text().split()) == 2):
    assert time.monotonic() < until
    time.sleep(0.1)
all = [worker, *map(int, Path("pids").read_text().split())]
before = [psutil.pid_exists(pid) for pid in all]
ours.kill(); ours.wait()
until = time.monotonic() + 20
while any(map(psutil.pid_exists, all)) and time.monotonic() < until:
    time.sleep(0.1)
tell(before=before, after=[psutil.pid_exists(pid) for pid in all])
""",
    )
    assert answer == {"before": [True] * 3, "after": [False] * 3}


def test_a_worker_is_in_a_job_of_its_own_and_ended_where_it_takes_too_much(windows: Wine, tmp_path: Path) -> None:
    """Wine takes a job's limits and holds nobody to them (test_windows.py): who looks on, as everywhere, does."""
    answer = told(
        windows,
        tmp_path,
        """
import ctypes
from kaoping.evidence.workers import Job, Worker, _job_object
kernel = ctypes.windll.kernel32
with Worker(10**9) as worker:
    outcome = worker.do(Job("builtins:len", {}, 5.0))
    job = worker._job
    inside = ctypes.c_int()
    its, process = ctypes.c_void_p(job._handle), ctypes.c_void_p(int(worker.process._handle))
    kernel.IsProcessInJob(process, its, ctypes.byref(inside))
    given = dict(inside=inside.value, memory=job.memory, limited=bool(job._limit(7.0)), failed=outcome.failure)
def ended(memory, seconds, statement):
    with Worker(memory) as worker:
        return worker.do(Job("timeit:timeit", {"stmt": statement}, seconds)).failure
tell(
    given=given,
    spins=ended(10**9, 1.0, "while True: pass"),
    takes=ended(200_000_000, 60.0, "x = b'x' * 600_000_000\\nwhile True: pass"),
)
""",
    )
    assert answer["given"] == {"inside": 1, "memory": 1_500_000_000, "limited": True, "failed": "error"}
    assert (answer["spins"], answer["takes"]) == ("time", "memory")


# -- consoles ----------------------------------------------------------------------------------------------------------


class Console:
    """A console window: what is shown in it, without what moves the cursor."""

    def __init__(self, windows: Wine, *command: str, cwd: Path) -> None:
        self._ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            ["wine", *command],
            cwd=cwd,
            env=windows.environment(TERM="xterm"),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self._shown = b""

    def shows(self, words: str, seconds: float = 60) -> str:
        """Wait until the console shows ``words``, without blanks; "" is its end. Returns all that it showed."""
        until = time.monotonic() + seconds
        while not (words and words in self.text):
            assert time.monotonic() < until, self.text
            if select.select([self._ours], [], [], 0.2)[0]:
                try:
                    self._shown += os.read(self._ours, 65536)
                except OSError:
                    break
            elif self.process.poll() is not None:
                break
        return self.text

    @property
    def text(self) -> str:
        text = self._shown.decode("utf-8", "replace")
        return re.sub(r"\s", "", re.sub(r"\x1b\[[?0-9;]*[A-Za-z]", "", text))

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)


_WAITING = """
import ctypes, sys, threading
from kaoping.evidence import workers
from kaoping.evidence.workers import Job
from kaoping.pipeline import _packing
def press_ctrl_c():
    ctypes.windll.kernel32.GenerateConsoleCtrlEvent(0, 0)
def wait(*_, **__):
    print("begun", flush=True)
    threading.Timer(2, press_ctrl_c).start()
    doze = [sys.executable, "-c", "import time; time.sleep(60)"]
    if sys.argv[2] == "pool":
        workers.run([Job("subprocess:run", {"args": doze}, 90.0)], memory=10**9)
    workers.run_watched(doze, 90.0)
_packing.read_back = wait
from kaoping.cli import main
main.main(["build", sys.argv[1]])
"""


@pytest.mark.parametrize("waits_for", ["pool", "program"])
def test_ctrl_c_is_heard_while_others_work_and_leaves_nothing(windows: Wine, tmp_path: Path, waits_for: str) -> None:
    unit = good_unit(tmp_path / "县")
    (tmp_path / "wait.py").write_text(_WAITING, encoding="utf-8")
    python = str(windows.kit / "app" / "python" / "python.exe")
    console = Console(windows, python, "wait.py", "县", waits_for, cwd=tmp_path)
    try:
        console.shows("begun")
        assert "已中止" in console.shows("已中止", 30)
        console.process.wait(20)
    finally:
        console.close()
    assert list((unit / "成果").iterdir()) == []


_CLOSED = """
import ctypes, sys, threading, time
from kaoping.pipeline import _packing
def wait(*_, **__):
    print("begun", flush=True)
    timer = threading.Timer(1, ctypes.WinDLL("kernelbase").CtrlRoutine, [ctypes.c_void_p(int(sys.argv[2]))])
    timer.daemon = True  # as the system's own: nobody waits for it at the end
    timer.start()
    for _ in range(600):  # as all waits of ours do: what interrupts them does not wake them
        time.sleep(0.1)
_packing.read_back = wait
from kaoping.cli import main
main.main(["build", sys.argv[1]])
"""


@pytest.mark.parametrize("event", [1, 2])
def test_ctrl_break_and_a_closed_window_leave_nothing_half_done(windows: Wine, tmp_path: Path, event: int) -> None:
    """The system calls all that listen, in a thread that it starts in our process with this call."""
    unit = good_unit(tmp_path / "县")
    (tmp_path / "wait.py").write_text(_CLOSED, encoding="utf-8")
    python = str(windows.kit / "app" / "python" / "python.exe")
    console = Console(windows, python, "wait.py", "县", str(event), cwd=tmp_path)
    try:
        console.shows("begun")
        assert "已中止" in console.shows("已中止", 30)
        console.process.wait(20)
    finally:
        console.close()
    assert list((unit / "成果").iterdir()) == []


@pytest.mark.parametrize("page", [936, 65001])
def test_a_console_shows_chinese_in_either_code_page(windows: Wine, tmp_path: Path, page: int) -> None:
    unit = good_unit(tmp_path / "县")
    (unit / "材料" / "表情😀.txt").write_text("x", encoding="utf-8")
    code = (
        "import ctypes; k = ctypes.windll.kernel32; "
        f"k.SetConsoleCP({page}); k.SetConsoleOutputCP({page}); "
        "from kaoping.cli import main; main.main(['check', '县'])"
    )
    python = str(windows.kit / "app" / "python" / "python.exe")
    console = Console(windows, python, "-c", code, cwd=tmp_path)
    try:
        text = console.shows("")
    finally:
        console.close()
    assert "表情" in text and "怎么改" in text and "Traceback" not in text


# -- programs that are installed ---------------------------------------------------------------------------------------


def test_libreoffice_is_found_in_the_registry(windows: Wine, tmp_path: Path) -> None:
    program = windows.prefix / "drive_c" / "LO 24" / "program"
    program.mkdir(parents=True, exist_ok=True)
    for name in ("soffice.exe", "soffice.com"):
        (program / name).write_bytes(b"")
    (program / "version.ini").write_text("[Version]\nbuildid=abc123\nUpdateID=LibreOffice_24.8_zh\n")
    answer = told(
        windows,
        tmp_path,
        r"""
import winreg
os.environ.pop("KAOPING_SOFFICE")
from kaoping.evidence.convert import _automation, _chosen_program, _libreoffice, _registry
before = _libreoffice.find() is None and _chosen_program.find() is None
_libreoffice.find.cache_clear()
uno = r"SOFTWARE\LibreOffice\UNO\InstallPath"
with winreg.CreateKeyEx(winreg.HKEY_LOCAL_MACHINE, uno, 0, winreg.KEY_WRITE | winreg.KEY_WOW64_32KEY) as key:
    winreg.SetValueEx(key, "", 0, winreg.REG_SZ, r"C:\LO 24\program")
found = _libreoffice.find()
title = _chosen_program.find().title
winreg.DeleteKeyEx(winreg.HKEY_LOCAL_MACHINE, uno, winreg.KEY_WOW64_32KEY)
kernel = _automation._release(Path(r"C:\windows\system32\kernel32.dll"))
tell(before=before, found=str(found), title=title, kernel=kernel)
""",
    )
    assert answer["before"] and answer["found"] == r"C:\LO 24\program\soffice.com"
    assert answer["title"] == "LibreOffice 24.8 (abc123)"
    assert re.fullmatch(r"\d+\.\d+\.\d+\.\d+", answer["kernel"]), "the version that a program's file names"


#: Stands in for Word, Excel and PowerPoint where the script asks Windows for them; says what was asked of them.
_PRELUDE = """\
var LOG = [];
var System = ActiveXObject;
function Documents(name, count) {
  this.Count = count;
  this.Open = function (file) {
    LOG.push(name + " open " + [].slice.call(arguments, 1).join(","));
    if (file.indexOf("bad") >= 0) { throw new Error("damaged"); }
    return {
      ExportAsFixedFormat: function (a, b) { write(name === "Excel" ? b : a); },
      SaveAs: function (pdf, kind) { write(pdf); },
      Close: function (kept) { LOG.push(name + " close " + kept); }
    };
  };
}
function write(path) {
  var stream = new System("Scripting.FileSystemObject").CreateTextFile(path, true);
  stream.Write("%PDF"); stream.Close();
}
ActiveXObject = function (name) {
  if (name === "Scripting.FileSystemObject") { return new System(name); }
  if (name === "None.Application") { throw new Error("not installed"); }
  var short_ = name.split(".")[0];
  LOG.push("start " + short_);
  this.Documents = this.Workbooks = this.Presentations = new Documents(short_, short_ === "PowerPoint" ? 1 : 0);
  if (short_ === "Old") { this.AutomationSecurity = {}; }
  this.Quit = function () { LOG.push(short_ + " quit"); };
};
"""
_EPILOGUE = """
var log = new System("Scripting.FileSystemObject").CreateTextFile("log.txt", true);
log.Write(LOG.join("\\r\\n")); log.Close();
"""


def test_the_script_drives_the_programs_and_leaves_alone_what_somebody_works_in(windows: Wine, tmp_path: Path) -> None:
    from kaoping.core import resources

    script = resources.schema("office_automation.js").read_text(encoding="utf-8")
    (tmp_path / "all.js").write_text(_PRELUDE + script + _EPILOGUE, encoding="ascii", errors="strict")
    rows = [
        ("text", "Word.Application", "", "甲.docx"),
        ("text", "Word.Application", "macros", "bad.doc"),
        ("text", "Word.Application", "", "乙.docx"),
        ("text", "None.Application", "", "丙.docx"),
        ("sheets", "Excel.Application", "", "丁.xlsx"),
        ("slides", "PowerPoint.Application", "", "戊.pptx"),
    ]
    lines = ["\t".join([*row, f"{Path(row[3]).stem}.pdf"]) for row in rows]
    (tmp_path / "list.txt").write_text("\r\n".join(lines) + "\r\n", encoding="utf-16", newline="")
    # Wine's host takes no //E:jscript, which says what the script is written in whatever .js stands for.
    ran = windows.run("cscript.exe", "//NoLogo", "//B", "all.js", "list.txt", cwd=tmp_path)
    assert ran.code == 0, ran.out + ran.err
    assert sorted(path.stem for path in tmp_path.glob("*.pdf")) == sorted(["甲", "乙", "丁", "戊"])
    log = (tmp_path / "log.txt").read_text(encoding="ascii").splitlines()
    assert [line for line in log if "open" not in line] == [
        "start Word", "Word close 0", "Word quit", "start Word", "Word close 0", "Word quit", "start Excel",
        "Excel close false", "Excel quit", "start PowerPoint", "PowerPoint close undefined",
    ]  # fmt: skip
    assert next(line for line in log if line.startswith("Word open")).startswith("Word open false,true,false,")


# -- the bundle that breaks off ----------------------------------------------------------------------------------------


def test_a_build_that_breaks_off_tells_why_and_leaves_nothing(windows: Wine, tmp_path: Path) -> None:
    shutil.copytree(SMALL, tmp_path / "县", copy_function=shutil.copyfile)
    answer = told(
        windows,
        tmp_path,
        """
from kaoping.core import fs
from kaoping.pdf import merge
from kaoping import api
from kaoping.core.errors import KaopingError
def full(*_, **__):
    raise OSError(28, "No space left on device")
merge.save = full
try:
    api.build(Path("县"))
    codes = ["built"]
except KaopingError as error:
    codes = [finding.code for finding in error.findings]
tell(codes=codes, left=[path.name for path in Path("县/成果").iterdir()])
""",
    )
    assert answer == {"codes": ["package.no_space"], "left": []}

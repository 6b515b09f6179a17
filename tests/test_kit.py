"""The kit: a folder to unpack and double-click, on Windows (under Wine) and on Linux; the same packages from both."""

from __future__ import annotations

import hashlib
import http.client
import importlib
import json
import os
import re
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import docx
import pytest

import kits
from bundles import pdf
from conftest import alone
from kaoping import __version__
from kaoping.__main__ import DEEPEST
from kits import Linux, Ran, Wine
from test_older_units import UNIT as OLD_UNIT
from tiny import MEETINGS, PACK, RUBRIC, SECOND, TRAININGS, UNIT, put
from units import good_unit

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
LARGEST = 120_000_000  # bytes
LEDGER = "案号,案件名称,立案日期\r\nA1,某网吧接纳未成年人案,2017-03-05\r\n"
#: Names that Windows has for itself, whatever follows the dot.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


@pytest.fixture(scope="session")
def archive(shared: Path) -> Path:
    """The kit for Windows as it is handed out."""
    kits.skip_without_wine()
    target = shared / "考评包.zip"
    with alone(shared / "kit.lock"):
        if not target.exists():
            made = kits.make("windows", target.with_suffix(".part"))
            assert made.returncode == 0, made.stderr
            target.with_suffix(".part").rename(target)
    return target


@pytest.fixture(scope="module")
def windows(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Wine:
    return kits.unpack_for_wine(archive, tmp_path_factory.mktemp("wine") / "prefix")


@pytest.fixture(scope="module")
def linux(tmp_path_factory: pytest.TempPathFactory) -> Linux:
    """The kit for Linux, of the same libraries, moved to another place than where it was made."""
    kits.skip_without_uv()
    folder = tmp_path_factory.mktemp("linux")
    python, digest = kits.stand_in_python(folder)
    made = kits.make("linux", folder / "考评包.tar.gz", "--python", str(python), "--sha256", digest)
    assert made.returncode == 0, made.stderr
    return kits.unpack_for_linux(folder / "考评包.tar.gz", folder / "用户 甲")


# -- what is handed out ------------------------------------------------------------------------------------------------


def test_two_runs_give_the_same_bytes(archive: Path, tmp_path: Path) -> None:
    again = kits.make("windows", tmp_path / "又.zip", umask=0o077, TZ="Asia/Shanghai", LC_ALL="C.UTF-8")
    assert again.returncode == 0, again.stderr
    assert (tmp_path / "又.zip").read_bytes() == archive.read_bytes()


def test_what_is_in_it(archive: Path) -> None:
    assert archive.stat().st_size <= LARGEST
    with zipfile.ZipFile(archive) as packed:
        inside = packed.namelist()
        top = f"考评包-{__version__}/"
        assert all(name.startswith(top) for name in inside)
        assert {name.split("/")[1] for name in inside} == {"考评包.bat", "命令行.bat", "先看我.txt", "示例单位", "app"}
        assert {name.split("/")[2] for name in inside if name.startswith(f"{top}app/")} == {
            "python", "site", "licences", "kit.txt", "kaoping.bat",
        }  # fmt: skip
        assert max(map(len, inside)) < 150, "260 characters are what a path may have, the clerk's own folders included"
        rarely = ("app/licences/", ".dist-info/", "app/site/lxml/isoschematron/")  # opened by nobody who runs it
        needed = [name.removeprefix(top) for name in inside if not any(part in name for part in rarely)]
        assert DEEPEST + 1 + max(map(len, needed)) <= 259, "what the program needs can be opened wherever it starts"
        for name in inside:
            assert not re.search(r'[<>:"|?*\\]', name) and not any(
                _RESERVED.fullmatch(part) or part.endswith((" ", ".")) for part in name.split("/")
            ), name
        for name in ("考评包.bat", "命令行.bat", "app/kaoping.bat"):
            text = packed.read(top + name)
            assert text.isascii() and text.count(b"\r\n") == text.count(b"\n") > 0, "cmd.exe reads it in any code page"
        guide = packed.read(top + "先看我.txt")
        assert guide.startswith(b"\xef\xbb\xbf") and b"\r\n" in guide and __version__ in guide.decode()
        assert f"{top}示例单位/台账.xlsx" in inside and any(name.startswith(f"{top}示例单位/材料/") for name in inside)
        listed = packed.read(top + "app/licences/许可一览.txt").decode("utf-8-sig").partition("\n\n")[2].splitlines()
        libraries = {name.split("/")[3].removesuffix(".dist-info") for name in inside if ".dist-info/" in name}
        assert len(listed) == len(libraries) + 1, "each library, and CPython"
        for row in listed:
            name, licence = row.split("　")[:2]
            texts = f"{top}app/licences/{'CPython' if name.startswith('CPython-') else name}/"
            assert licence and any(inner.startswith(texts) and packed.read(inner) for inner in inside), row
        ours = [name for name in inside if name.startswith(f"{top}app/site/kaoping/") and name.endswith(".py")]
        assert not [name for name in ours if str(ROOT).encode() in packed.read(name)]
        assert not [name for name in inside if "__pycache__" in name or name.endswith((".pyc", "/RECORD"))]


def test_a_python_that_is_not_the_one_named_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "python.zip"
    with zipfile.ZipFile(other, "w") as packed:
        packed.writestr("python312.dll", b"")
    made = kits.make("windows", tmp_path / "k.zip", "--python", str(other), "--sha256", "0" * 64)
    assert made.returncode == 1 and "sha256" in made.stderr and not (tmp_path / "k.zip").exists()
    with zipfile.ZipFile(other, "w") as packed:
        packed.writestr("readme.txt", b"")
    made = kits.make("windows", tmp_path / "k.zip", "--python", str(other), "--sha256", contents_digest(other))
    assert made.returncode == 1 and "嵌入式 Python" in made.stderr
    with zipfile.ZipFile(other, "w") as packed:
        for name in ("python312.dll", "python312.zip", "python.exe"):
            packed.writestr(name, b"MZ, and no program")
    made = kits.make("windows", tmp_path / "k.zip", "--python", str(other), "--sha256", contents_digest(other))
    assert made.returncode == 1 and "嵌入式 Python" in made.stderr and not (tmp_path / "k.zip").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--sha256", "0" * 64], "--python"), (["--python", str(Path(__file__))], "sha256")],
)
def test_a_releaser_s_slip_is_a_sentence(arguments: list[str], said: str, tmp_path: Path) -> None:
    made = kits.make("windows", tmp_path / "k.zip", *arguments)
    assert made.returncode in (1, 2) and said in made.stderr and "Traceback" not in made.stderr


def test_a_file_of_the_program_that_did_not_get_in_stops_the_kit(tmp_path: Path) -> None:
    """A package that nobody listed was missing in a kit, and nothing was said."""
    contents = _contents()
    source, installed = tmp_path / "source", tmp_path / "kaoping"
    for folder in ("src/kaoping/new", "cli", "evidence_schema", "templates"):
        (source / folder).mkdir(parents=True)
    (source / "src/kaoping/new/_there.py").touch()
    (source / "cli/main.py").touch()
    (installed / "cli").mkdir(parents=True)
    (installed / "cli/main.py").touch()
    with pytest.raises(Exception, match=r"有 1 个文件没有装进去.*src/kaoping/new/_there\.py"):
        contents._refuse_missing(source, installed)
    (installed / "new").mkdir()
    (installed / "new/_there.py").touch()
    contents._refuse_missing(source, installed)


def test_no_kit_for_linux_without_a_python_that_can_be_moved(tmp_path: Path) -> None:
    made = kits.make("linux", tmp_path / "k.tar.gz")
    assert made.returncode == 1 and "--python" in made.stderr and not (tmp_path / "k.tar.gz").exists()


def contents_digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _contents() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "tools"))
        return importlib.import_module("kit_maker.contents")


# -- as a clerk uses it ------------------------------------------------------------------------------------------------


_ENDED_BY_A_CLOSED_WINDOW = """
import _thread, threading
from kaoping import page
serve = page.serve
def served(*unit, on_ready, **more):
    def ready(*addresses):
        on_ready(*addresses)
        threading.Timer(1, _thread.interrupt_main).start()  # as whoever hears of a closed window
    serve(*unit, on_ready=ready, **more)
page.serve = served
from kaoping.cli import main
main.main(["serve", "--no-open"])
"""


def test_a_double_click_opens_the_page(windows: Wine, tmp_path: Path) -> None:
    """It answers its browser alone; the next launch notices a page that was killed, and ends with its window."""
    process = windows.start("cmd", "/c", "考评包.bat", "--no-open", cwd=windows.kit)
    assert process.stdout is not None
    shown = b""
    while b"http://" not in shown:
        shown = process.stdout.readline()
        assert shown, process.communicate()
    address = urlsplit(shown.decode("gbk").split("：", 1)[1].strip())
    statuses = []
    for path in (f"{address.path}?{address.query}", "/"):
        connection = http.client.HTTPConnection("127.0.0.1", address.port or 0, timeout=60)
        with closing(connection):
            connection.request("GET", path)
            statuses.append(connection.getresponse().status)
    assert statuses == [303, 401]
    windows.run("taskkill", "/f", "/im", "python.exe")
    process.communicate(b"\r\n", timeout=60)
    (tmp_path / "served.py").write_text(_ENDED_BY_A_CLOSED_WINDOW, encoding="ascii")
    again = windows.run(str(windows.kit / "app" / "python" / "python.exe"), "served.py", cwd=tmp_path)
    assert again.code == 0 and "页面开着" in again.out, again.err


def test_the_menu_by_numbers(windows: Wine) -> None:
    """The window asks for a unit, makes one, and ends when it is told to."""
    at = "C:\\用户 甲\\单位"
    typed = "\r\n".join(["1", "甲市2017", at, "4", "", "6", "", "0"]) + "\r\n"
    ran = windows.run("cmd", "/c", "考评包.bat", "menu", typed=typed, cwd=windows.kit)
    assert ran.code == 0, ran.err
    assert f"考评包 {__version__}" in ran.out and (windows.home / "单位" / "甲市2017" / "台账.xlsx").is_file()
    assert "“单位名称”没有填" in ran.out + ran.err, "the check was run"
    again = windows.run("cmd", "/c", "考评包.bat", "menu", typed="0\r\n", cwd=windows.kit)
    assert "最近用过：甲市2017" in again.out, "it is remembered"


def _moved(windows: Wine, *folders: str) -> Path:
    """Put the kit below other folders of its drive. A link would not do: whoever starts there starts where it leads."""
    place = windows.prefix.joinpath("drive_c", *folders)
    shutil.copytree(windows.kit, place, copy_function=os.link)
    return place


def _at_depth(length: int) -> list[str]:
    """Folders whose path has ``length`` characters."""
    return ["深" * 75, "处" * (length - len("C:\\") - 75 - 1)]


def test_a_kit_in_an_odd_place(windows: Wine) -> None:
    odd = _moved(
        windows, "a & b 100％ (1)^!"
    )  # not %: of a line that it has put a folder in, Wine's cmd expands it again
    ran = windows.run("cmd", "/c", "考评包.bat", "menu", typed="0\r\n", cwd=odd)
    assert ran.code == 0 and "新建一个单位文件夹" in ran.out, ran.err


@pytest.mark.long
def test_a_kit_that_is_read_only_in_a_deep_place_and_started_twice_at_once(windows: Wine) -> None:
    """For the first time, too: both make the user's cache."""
    deep = _moved(windows, *_at_depth(DEEPEST))
    shutil.rmtree(
        next(windows.prefix.glob("drive_c/users/*/AppData/Local/kaoping"), deep / "nowhere"), ignore_errors=True
    )
    places = [windows.home / "同时一", windows.home / "同时二"]
    for place in places:
        good_unit(place / "县")
    command = [str(deep / "app" / "python" / "python.exe"), "-E", "-m", "kaoping", "build", "县"]
    for path in [*deep.rglob("*"), deep]:
        path.chmod(0o555)
    try:
        started = [windows.start(*command, cwd=place) for place in places]
        ended = [process.communicate(timeout=300) for process in started]
    finally:
        for path in [deep, *deep.rglob("*")]:
            path.chmod(0o755)
    assert [process.returncode for process in started] == [0, 0], ended
    manifests = [(place / "县/成果/送审稿/manifest-sha256.txt").read_bytes() for place in places]
    assert manifests[0] == manifests[1] != b""


def test_a_kit_that_lies_too_deep_says_so(windows: Wine) -> None:
    ran = windows.run("cmd", "/c", "考评包.bat", typed="\r\n", cwd=_moved(windows, *_at_depth(DEEPEST + 1)))
    assert ran.code != 0 and "考评包放得太深" in ran.err and "组件" not in ran.err
    assert ran.out.strip(), "pause has its word"


def test_what_went_wrong_stands_in_the_window(windows: Wine) -> None:
    """A virus scanner took a file away: the window says so and waits."""
    taken = windows.kit / "app" / "site" / "click"
    taken.rename(windows.home / "隔离区")
    try:
        ran = windows.run("cmd", "/c", "考评包.bat", typed="\r\n", cwd=windows.kit)
    finally:
        (windows.home / "隔离区").rename(taken)
    assert "缺少运行所需的组件“click”" in ran.err and "重新解压缩" in ran.err
    assert ran.out.strip(), "pause has its word"


def test_nothing_of_another_python_s_has_a_say(windows: Wine, linux: Linux) -> None:
    """Files of the clerk's that are called like modules, and what the environment says of another Python."""
    strange = {"PYTHONPATH": "/tmp", "PYTHONHOME": "/tmp", "PYTHONINSPECT": "1", "PYTHONIOENCODING": "latin-1"}
    for home in (windows.home, linux.home):
        for name in ("click.py", "json.py", "kaoping.py", "sitecustomize.py"):
            (home / name).write_text("raise SystemExit('it was run')", encoding="ascii")
    bat = str(windows.kit / "app" / "kaoping.bat")
    by_wine = windows.run("cmd", "/c", bat, "--version", cwd=windows.home, **strange)
    by_linux = linux.with_environment("--version", **strange)
    for home in (windows.home, linux.home):
        for name in ("click.py", "json.py", "kaoping.py", "sitecustomize.py"):
            (home / name).unlink()
    for ran in (by_wine, by_linux):
        assert (ran.code, ran.out.strip(), ran.err.strip()) == (0, f"kaoping {__version__}", "")


@pytest.mark.parametrize("page", ["936", "65001"])
def test_the_command_line(page: str, windows: Wine) -> None:
    ran = windows.run("cmd", "/c", f"chcp {page} >nul & app\\kaoping.bat --version", cwd=windows.kit)
    assert (ran.code, ran.out.strip()) == (0, f"kaoping {__version__}")


@pytest.mark.long
def test_nothing_is_written_into_the_kit(windows: Wine, archive: Path) -> None:
    """It may lie on a stick or on a share: compiled modules, too, go to the user's cache."""
    unit = windows.home / "只读"
    assert windows.kaoping("demo", str(unit.name)).code == 0
    with zipfile.ZipFile(archive) as packed:
        delivered = {name.partition("/")[2] for name in packed.namelist()}
    stand_ins = {"app/python/bcryptprimitives.dll", "app/site/sitecustomize.py"}
    assert set(kits.names(windows.kit)) - delivered == stand_ins
    cached = windows.prefix / "drive_c" / "users"
    compiled = list(cached.rglob("AppData/Local/kaoping/Cache/compiled/*"))
    assert len(compiled) == 1 and compiled[0].name.startswith(__version__)


def test_nothing_is_written_into_the_kit_for_linux(linux: Linux) -> None:
    before = kits.names(linux.kit)
    assert linux.kaoping("init", "丁市").code == 0
    assert kits.names(linux.kit) == before
    assert list((linux.home / ".cache/kaoping/compiled").iterdir())


# -- the same on both --------------------------------------------------------------------------------------------------


class Both:
    """One clerk's folder on Windows and on Linux, and each command on both."""

    def __init__(self, windows: Wine, linux: Linux) -> None:
        self.windows, self.linux = windows, linux

    def run(self, *arguments: str, code: int | None = 0) -> tuple[Ran, Ran]:
        ran = self.windows.kaoping(*arguments), self.linux.kaoping(*arguments)
        assert ran[0].code == ran[1].code, (arguments, ran)
        assert ran[0].code in ((0, 1) if code is None else (code,)), (arguments, ran[0].out, ran[0].err)
        return ran

    def same(self, inside: str) -> bytes:
        contents = [(its.home / inside).read_bytes() for its in (self.windows, self.linux)]
        assert contents[0] == contents[1], inside
        return contents[0]

    @property
    def homes(self) -> Iterator[Path]:
        yield from (self.windows.home, self.linux.home)


@pytest.fixture(scope="module")
def both(windows: Wine, linux: Linux) -> Both:
    return Both(windows, linux)


def test_a_years_work_is_the_same_on_both(both: Both) -> None:
    """Check, score, draft, 报送稿, verify, supplement, lint, format: what they say, and every byte that they make."""
    for home in both.homes:
        put(home / "甲市/规则包/tiny-2017", {"pack.yaml": PACK, "rubric.yaml": RUBRIC})
        put(home / "甲市", {"notice.yaml": "documents: [covering-letter]\n"})
        put(home / "甲市/records", {"unit.yaml": UNIT, "trainings.yaml": TRAININGS, "meetings.yaml": MEETINGS})
    first = next(both.homes)
    for name, text in {"甲班通知.pdf": "first", "纪要.pdf": "minutes", "签到表.pdf": "signed"}.items():
        pdf(first / "甲市/材料" / name, [text])
    shutil.copytree(first / "甲市/材料", both.linux.home / "甲市/材料")

    for command in ("check", "score"):
        windows, linux = both.run(command, "甲市", "--json")
        assert json.loads(windows.raw) == json.loads(linux.raw)
    both.run("build", "甲市")
    both.same("甲市/成果/送审稿/manifest-sha256.txt")
    both.run("build", "甲市", "--final")
    both.same("甲市/成果/报送稿/manifest-sha256.txt")
    for package in ("送审稿", "报送稿"):
        both.run("verify", f"甲市/成果/{package}")

    for home in both.homes:
        unit = home / "甲市/records/unit.yaml"
        unit.write_text(UNIT.replace("2017-12-22", "2017-12-28"), encoding="utf-8")
        put(home / "甲市/records", {"trainings.yaml": TRAININGS + SECOND})
    pdf(first / "甲市/材料/乙班通知.pdf", ["second"])
    shutil.copyfile(first / "甲市/材料/乙班通知.pdf", both.linux.home / "甲市/材料/乙班通知.pdf")
    both.run("build", "甲市", "--supplement")
    (supplement,) = [path.name for path in (first / "甲市/成果").iterdir() if path.name.startswith("补充")]
    both.same(f"甲市/成果/{supplement}/manifest-sha256.txt")

    windows, linux = both.run("lint", "甲市/成果/报送稿/data/佐证材料汇编.pdf", code=None)
    assert windows.out == linux.out
    letter = "甲市/成果/报送稿/data/报送报告.docx"
    windows, linux = both.run("format", letter, code=None)
    assert windows.out.replace("\\", "/") == linux.out
    document = docx.Document(str(first / letter))
    for run in [run for paragraph in document.paragraphs for run in paragraph.runs]:
        run.font.size = docx.shared.Pt(9)
    for home in both.homes:
        document.save(str(home / "稿.docx"))
    both.run("format", "稿.docx", "--fix", code=None)
    both.same("稿（已改格式）.docx")


def test_a_new_unit_is_the_same_on_both(both: Both) -> None:
    both.run("init", "乙市")
    both.same("乙市/台账.xlsx")
    for home in both.homes:
        (home / "案件.csv").write_bytes(LEDGER.encode("gbk"))
    windows, linux = both.run("import", "案件.csv", "--as", "案件", "--unit", "乙市", code=None)
    assert windows.out.replace("\\", "/") == linux.out
    both.same("乙市/外部台账/导入登记.yaml")


def test_a_unit_of_an_older_release_opens(both: Both) -> None:
    for home in both.homes:
        shutil.copytree(OLD_UNIT, home / "杉泊市支队", copy_function=shutil.copyfile)
    windows, linux = both.run("score", "杉泊市支队", "--json")
    assert json.loads(windows.raw) == json.loads(linux.raw)


def test_the_city_is_the_same_on_both(both: Both) -> None:
    both.run("demo", "澜川市")
    manifest = both.same("澜川市/成果/送审稿/manifest-sha256.txt")
    assert manifest.count(b"\n") > 10

"""The command line as its users meet it: Chinese to the last word, a status to rely on, JSON and nothing else."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from kaoping.cli.chinese import Argument
from kaoping.cli.console import Progress
from kaoping.cli.main import cli, run

from kaoping import __version__, api
from kaoping.core.errors import DeliveryError, FaultError
from kaoping.core.findings import Findings
from units import PROOF, TRAINING, good_unit

#: The stable part of the command line. Options beside these may come and go.
CONTRACT = {
    "init": ["--rubric"], "demo": [], "check": ["--json"], "score": ["--json"], "gaps": ["--json"], "decide": [],
    "calendar": ["--out"],
    "build": ["--final", "--out", "--only"], "verify": ["--json"],
    "rubric list": [], "rubric show": [], "rubric test": [],
}  # fmt: skip
HEAVY = (
    "pikepdf", "typst", "docx", "docxtpl", "openpyxl", "xlsxwriter", "PIL", "fontTools", "pypdf", "lxml", "jinja2",
    "icalendar",
)  # fmt: skip
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def _walk(
    command: click.Command, name: str, parent: click.Context | None = None
) -> Iterator[tuple[str, click.Context]]:
    context = click.Context(command, parent, name, **command.context_settings)
    yield context.command_path.removeprefix("kaoping").strip(), context
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            assert found is not None
            yield from _walk(found, inner, context)


COMMANDS = dict(_walk(cli, "kaoping"))


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    return good_unit(tmp_path / "甲市")


@pytest.fixture
def flawed(tmp_path: Path) -> Path:
    """A unit with an error, in a file whose name no Chinese Windows console can show."""
    folder = good_unit(tmp_path / "甲市", {"trainings.yaml": TRAINING.replace("线下", "面授") + PROOF})
    (folder / "材料/😀合影.txt").write_text("", encoding="utf-8")
    return folder


def _script(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the installed `kaoping`, as a terminal would."""
    script = shutil.which("kaoping", path=sysconfig.get_path("scripts"))
    assert script is not None, "kaoping 没有装好"
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "LC_", "LANG"))}
    return subprocess.run([script, *arguments], capture_output=True, env=clean | environment, timeout=120, check=False)


# -- what there is ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CONTRACT)
def test_the_commands_that_others_rely_on_are_there(name: str) -> None:
    options = {spelling for param in COMMANDS[name].command.params for spelling in param.opts}
    assert set(CONTRACT[name]) <= options


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_argument_and_option_is_explained(name: str) -> None:
    command = COMMANDS[name].command
    assert command.help and CHINESE.search(command.help) and command.help.endswith("。")
    for param in command.get_params(COMMANDS[name]):
        told = param.explained if isinstance(param, Argument) else param.help if isinstance(param, click.Option) else ""
        assert told and CHINESE.search(told) and told.endswith("。"), f"{name}: {param.name} 没有说明"


@pytest.mark.parametrize("name", COMMANDS)
def test_help_pages_are_in_chinese(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*name.split(), "--help"]) == 0
    out, err = capsys.readouterr()
    assert err == "" and out.startswith(f"用法：{f'kaoping {name}'.strip()} ")
    for word in ("Usage", "Options", "OPTIONS", "COMMAND", "Show this", "required", "default", "Commands"):
        assert word not in out


def test_the_first_page_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    run(["-h"])
    out = capsys.readouterr().out
    for name in COMMANDS:
        if name and " " not in name:
            assert re.search(rf"^  {name}  +\S*[\u4e00-\u9fff]", out, re.MULTILINE)


def test_help_comes_without_loading_what_makes_documents() -> None:
    code = "import sys; from kaoping.cli.main import run; assert run(['--help']) == 0; "
    code += f"print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, check=True)
    assert done.stdout.decode().splitlines()[-1] == "[]"


def test_a_score_comes_without_loading_what_it_does_not_ask_for(tmp_path: Path) -> None:
    unit = good_unit(tmp_path / "甲市")
    names = (
        *HEAVY,
        "xlrd",
        "olefile",
        "python_calamine",
        "importlib.metadata",
        "kaoping.records.imports",
        "kaoping.scoring.cases",
    )
    code = f"import sys; from kaoping.cli.main import run; assert run(['score', {str(unit)!r}]) == 0; "
    code += f"print([name for name in {names} if name in sys.modules])"
    environment = {**os.environ, "PYTHONUTF8": "1"}
    for _ in range(2):  # the first looks at the materials
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, timeout=60, check=True, env=environment
        )
    assert done.stdout.decode().splitlines()[-1] == "[]"


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"kaoping {__version__}\n"


# -- wrong usage -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("foo", "用法不对：没有命令 foo\n说明：kaoping --help\n"),
        ("rubric foo", "用法不对：没有命令 foo\n说明：kaoping rubric --help\n"),
        ("check", "用法不对：缺少 单位文件夹\n说明：kaoping check --help\n"),
        ("check a b", "用法不对：多出了内容：b\n说明：kaoping check --help\n"),
        ("check a --jsn", "用法不对：没有选项 --jsn，是不是 --json？\n说明：kaoping check --help\n"),
        ("check a -x", "用法不对：没有选项 -x\n说明：kaoping check --help\n"),
        ("build a --out", "用法不对：选项 --out 后面缺了内容\n说明：kaoping build --help\n"),
        ("build a --final=1", "用法不对：选项 --final 后面不带内容\n说明：kaoping build --help\n"),
        ("decide a 9", "用法不对：缺少 分值\n说明：kaoping decide --help\n"),
        ("decide a 9 1", "用法不对：缺少 --reason\n说明：kaoping decide --help\n"),
        (
            "decide a 9 --undo --who 我",
            "用法不对：撤销裁定只写单位文件夹、考评项和 --undo\n说明：kaoping decide --help\n",
        ),
        ("rubric show --line 99", "用法不对：“--line”的值不对：细则里没有第99项\n说明：kaoping rubric show --help\n"),
    ],
)
def test_wrong_usage_is_status_2_and_says_how(arguments: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments.split()) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert _same(err, told)


def _same(err: str, told: str) -> bool:
    """Newer versions of click name the command where older ones do not: the last line may be missing."""
    return err in (told, told.splitlines()[0] + "\n")


@pytest.mark.parametrize("arguments", [[], ["rubric"]])
def test_no_command_shows_what_there_is(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("用法：kaoping") and "命令:" in err


# -- exit status -----------------------------------------------------------------------------------------------------


def _printed(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    status = run([str(argument) for argument in arguments])
    return status, *capsys.readouterr()


def test_nothing_wrong_is_0(unit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _printed(capsys, "check", unit) == (0, "没有发现问题。\n", "")


def test_warnings_alone_are_0(unit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (unit / "材料/另一份.mp4").write_bytes(b"\0\0\0\x20ftypisom")
    status, out, err = _printed(capsys, "check", unit)
    assert (status, err) == (0, "")
    assert out.startswith("【提醒】材料/另一份.mp4\n  问题：") and out.endswith("共 2 条：提醒 2 条。\n")


@pytest.mark.parametrize("verb", ["check", "score", "gaps"])
def test_an_error_is_1(verb: str, flawed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = _printed(capsys, verb, flawed)
    assert (status, err) == (1, "") and out


def test_a_folder_that_is_none_is_1_and_says_where_to_begin(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = _printed(capsys, "score", tmp_path / "没有")
    assert (status, out) == (1, "")
    assert err.startswith("【错误】没有\n") and "kaoping init" in err


def test_a_refused_final_is_1_with_the_list(unit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = _printed(capsys, "build", unit, "--final")
    assert (status, out) == (1, "")
    assert "【错误】" in err and "第8项“" in err and not (unit / "成果/报送稿").exists()


def test_a_failed_verify_is_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = _printed(capsys, "verify", tmp_path)
    assert status == 1 and "不是一个成果包" in out


def test_what_the_machine_lacks_is_3(
    unit: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def lacking(*_: Any, **__: Any) -> None:
        raise ModuleNotFoundError("No module named 'typst'", name="typst")

    monkeypatch.setattr(api, "build", lacking)
    status, out, err = _printed(capsys, "build", unit)
    assert (status, out) == (3, "")
    assert "缺少运行所需的组件“typst”" in err and "pip install" in err and "Traceback" not in err


def test_a_full_disk_is_1(unit: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        findings = Findings()
        findings.add("package.no_space", name="送审稿")
        raise DeliveryError(findings)

    monkeypatch.setattr(api, "build", full)
    assert _printed(capsys, "build", unit)[0] == 1


def test_ctrl_c_is_1_without_a_trace(
    unit: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(api, "check", stopped)
    status, out, err = _printed(capsys, "check", unit)
    assert (status, out) == (1, "")
    assert err.strip() == "已中止，没有改动任何成果。"


def test_a_fault_of_ours_is_4_and_the_last_package_stands(
    unit: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    status, out, err = _printed(capsys, "build", unit)
    assert (status, err) == (0, ""), "and no progress where nobody watches"
    assert out.startswith("送审稿已生成：") and "打开说明.txt" in out
    results = unit / "成果"
    before = {path: path.read_bytes() for path in results.rglob("*") if path.is_file()}

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("mark of this fault")

    monkeypatch.setattr("kaoping.sheets.score_docx.score_docx", broken)
    (unit / "records/trainings.yaml").write_text(TRAINING, encoding="utf-8")
    status, out, err = _printed(capsys, "build", unit)
    assert (status, out) == (4, "")
    assert err.startswith("程序内部出错了，这不是您的问题；没有换上新的成果，上一次的成果原样保留。\n")
    assert "反馈给维护者" in err and "mark of this fault" in err
    assert {path: path.read_bytes() for path in results.rglob("*") if path.is_file()} == before


def test_a_package_that_we_can_not_read_back_is_our_fault_too(
    unit: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(*_: Any, **__: Any) -> None:
        findings = Findings()
        findings.add("verify.bag_missing", name="data/自评报告.docx")
        raise FaultError(findings)

    monkeypatch.setattr(api, "build", wrong)
    status, out, err = _printed(capsys, "build", unit)
    assert (status, out) == (4, "") and "程序内部出错了" in err and "自评报告.docx" in err


# -- what is printed -------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_json_is_utf8_and_nothing_else_on_any_console(flawed: Path) -> None:
    for verb in ("check", "score", "gaps"):
        plain = _script(verb, str(flawed), "--json", PYTHONIOENCODING="utf-8")
        gbk = _script(verb, str(flawed), "--json", PYTHONIOENCODING="gbk:strict")
        assert gbk.returncode == plain.returncode == 1
        assert gbk.stdout == plain.stdout and gbk.stderr == plain.stderr == b""
        assert isinstance(json.loads(gbk.stdout.decode("utf-8")), dict)
        assert gbk.stdout.count(b"\n}\n") == 1 and gbk.stdout.endswith(b"\n}\n")


@pytest.mark.parametrize("encoding", ["gbk:strict", "ascii:strict", "utf-8:strict"])
def test_people_get_their_lines_on_any_console(flawed: Path, encoding: str) -> None:
    done = _script("check", str(flawed), PYTHONIOENCODING=encoding)
    # Where a console claims to be ASCII nobody set it up: click then writes UTF-8.
    text = done.stdout.decode("gbk" if encoding.startswith("gbk") else "utf-8")
    assert (done.returncode, done.stderr) == (1, b"")
    assert len(text.splitlines()) == 17 and "【错误】" in text, "four findings of four lines, and their count"
    assert ("材料/😀合影.txt" in text) != ("材料/?合影.txt" in text)


def test_usage_errors_reach_a_console_without_chinese(tmp_path: Path) -> None:
    done = _script("check", PYTHONIOENCODING="ascii:strict")
    assert (done.returncode, done.stdout) == (2, b"") and b"kaoping check --help" in done.stderr


def test_progress_is_for_terminals(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    Progress()(1, 2, "自评报告.docx")
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    progress = Progress()
    progress(1, 2, "自评报告.docx")
    progress(2, 2, "完成")
    out, err = capsys.readouterr()
    assert out == "" and "1/2 自评报告.docx" in err and err.endswith("\n")


def test_score_tells_points_reasons_and_totals(unit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = _printed(capsys, "score", unit)
    assert status == 0 and out.startswith("甲市文化市场综合执法支队　2017年度（设区市）\n")
    line = out.split("Ⅱ  10  ")[1].split("\n\n")[0]
    assert "1 / 2 分" in line and "组织1场的得1分" in line and "佐证：Ⅱ-10-01" in line
    assert re.search(r"^总计：", out, re.MULTILINE) and "缺项" in out


def test_gaps_are_grouped_by_department(unit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (unit / "records/assignments.yaml").write_text(
        "- id: F01\n  line: '8'\n  department: 政策法规科\n  person: 周敏\n", encoding="utf-8"
    )
    out = _printed(capsys, "gaps", unit)[1]
    assert "\n== 政策法规科\n第8项 " in out and "　周敏" in out.split("== 政策法规科\n")[1].splitlines()[0]
    assert "== （未分解到科室）" in out and re.search(r"共 \d+ 项，其中缺项和待定 \d+ 项；涉及 [\d.]+ 分。\n$", out)


def test_single_drafts(unit: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = _printed(capsys, "build", unit, "--only", "缺项清单", "--out", tmp_path / "看")
    assert (status, out) == (0, f"已生成：{tmp_path / '看' / '缺项清单.xlsx'}\n")
    assert [path.name for path in (tmp_path / "看").iterdir()] == ["缺项清单.xlsx"] and not (unit / "成果").exists()


def test_init_then_decide_say_what_they_did(tmp_path: Path, unit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = _printed(capsys, "init", tmp_path / "乙市")
    assert status == 0 and out.startswith(f"已建：{tmp_path / '乙市' / '台账.xlsx'}\n") and "第一张表" in out
    late = "- id: ZJ01\n  title: 年度培训总结\n  submitted: 2017-12-08\n  covers_outline: 是\n"
    (unit / "records/training_summaries.yaml").write_text(late, encoding="utf-8")
    said = ["--reason", "内容齐全", "--who", "办公会", "--when", "2017-12-18"]
    status, out, _ = _printed(capsys, "decide", unit, "7b", "1", *said)
    assert status == 0 and out.startswith("已记入 records/decisions.yaml（编号 CD01）。\n")
    assert f"kaoping decide {unit} 7b --undo\n" in out
    status, out, _ = _printed(capsys, "decide", unit, "7b", "--undo")
    assert (status, out) == (0, "已撤销第7b项的裁定 CD01（原在 records/decisions.yaml 第1行 （[1]））。\n")


def test_a_negative_decision_is_a_number_and_no_option(unit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """B8 takes points off: `-2` must not be taken for an option."""
    said = ["--reason", "内容齐全", "--who", "办公会", "--when", "2017-12-18"]
    status, _, err = _printed(capsys, "decide", unit, "B8", "-2", *said)
    assert status == 1 and "第B8项" in err, "refused for what it says, not for how it is typed"


@pytest.mark.slow
def test_demo_copies_builds_and_says_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(api, "copy_sample", lambda target: good_unit(target))
    status, out, err = _printed(capsys, "demo", tmp_path / "看看")
    assert (status, err) == (0, "")
    assert out.startswith(f"样例单位已复制到：{tmp_path / '看看'}\n") and "打开说明.txt" in out
    assert api.verify(tmp_path / "看看" / "成果" / "送审稿").errors == []


def test_the_rubric_can_be_listed_and_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert "province-2017  2017年全省文化市场管理执法考评细则" in _printed(capsys, "rubric", "list")[1]
    out = _printed(capsys, "rubric", "show", "--line", "10")[1]
    assert "标准：各市组织2场及以上线下培训的得2分" in out and "口径" not in out
    whole = _printed(capsys, "rubric", "show")[1]
    assert all(f"  {line.id}  {line.title}（" in whole for line in api.rubric().lines) and "未答复" in whole
    assert _printed(capsys, "rubric", "show", "province-1999")[0] == 1

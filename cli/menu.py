"""`kaoping menu`: the year's job by numbers, for who double-clicks and types no commands."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import click

from kaoping import __version__, api
from kaoping.core.named_commands import pieces

from . import console
from .chinese import Command, argument
from .options import PATH

_SAMPLE = "city-2017-workbook"
_WORKBOOK = "台账.xlsx"
_RESULTS = "成果"


@click.command("menu", cls=Command)
@argument("folder", "单位文件夹", "不写就在窗口里选，或者新建。", required=False, type=PATH)
def command(folder: Path | None) -> int:
    """按数字一步一步做：选单位文件夹，检查、评分、生成、核对。双击“考评包”打开的就是它。"""
    _forget_other_kits()
    console.say(f"考评包 {__version__}　　输数字，按回车；随时可以关掉窗口，做好的都在单位文件夹里。")
    while True:
        with console.commands_spelt(_by_numbers):
            unit, folder = folder or _choose(), None
        if unit is None or not _work_on(unit):
            return 0


def _forget_other_kits() -> None:
    """Remove what other kits' Python compiled: each kit keeps it in a folder of its own, side by side (kit.pth)."""
    kept = Path(sys.pycache_prefix) if sys.pycache_prefix else None
    if kept is not None and kept.parent.name == "compiled" and kept.parent.is_dir():
        for folder in kept.parent.iterdir():
            if folder.name != kept.name:
                shutil.rmtree(folder, ignore_errors=True)


# -- which unit ----------------------------------------------------------------------------------------------------


def _choose() -> Path | None:
    """Return the folder of the unit to work on; None where nobody wants to."""
    ways = (
        ("新建一个单位文件夹", _make),
        ("打开已有的单位文件夹", _open),
        ("看看样例（虚构的澜川市）", _lay_out_sample),
    )
    while True:
        recent = api.recent_units()
        console.say("\n单位文件夹")
        for number, (title, _) in enumerate(ways, 1):  # first, so that their numbers stay the same
            console.say(f"  {number:>2}  {title}")
        for number, unit in enumerate(recent, len(ways) + 1):
            console.say(f"  {number:>2}  最近用过：{unit.name}　（{unit.parent}）")
        console.say("   0  退出")
        answer = _number(len(ways) + len(recent))
        if answer == 0:
            return None
        if answer > len(ways):
            return recent[answer - len(ways) - 1]
        if chosen := ways[answer - 1][1]():
            return chosen


def _make() -> Path | None:
    name = _text("单位和年度，作文件夹的名称（如 澜川市支队2017）；不建了直接回车")
    if not name:
        return None
    home = str(api.units_home())
    try:
        api.folder_for_unit(home, name)  # a name that won't do anywhere is refused before the place is asked for
        parent = _text(f"放在哪个文件夹里，把它拖进来；直接回车就放在 {home}")
        folder = api.folder_for_unit(parent or home, name)
    except api.KaopingError as error:
        console.show_findings(error.findings, err=True)
        return None
    return folder if _run(["init", str(folder)]) == 0 else None


def _open() -> Path | None:
    text = _text("把单位文件夹拖到这个窗口里，按回车（也可以粘贴它的路径）；不开了直接回车")
    if not text:
        return None
    try:
        return api.unit_at(text)
    except api.KaopingError as error:
        console.show_findings(error.findings, err=True)
        return None


def _lay_out_sample() -> Path | None:
    folder = api.units_home() / "考评包样例"
    if api.is_unit(folder):
        console.say(f"样例在 {folder}，上次改过的还在；要新的，删掉这个文件夹再来。")
        return folder
    try:
        api.copy_sample(folder, _SAMPLE)
    except api.KaopingError as error:
        console.show_findings(error.findings, err=True)
        return None
    console.say(f"样例放在 {folder}")
    return folder


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that is too long
        return False


# -- what to do with it --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Step:
    title: str
    named: str  # the command that it runs, for who reads its name on paper
    do: Callable[[Path], object]
    alike: tuple[str, ...] = ()  # other forms of the command, in whose place this step will do

    @property
    def short(self) -> str:
        return re.split("[：，、（]", self.title)[0]


def _work_on(unit: Path) -> bool:
    """Offer the steps until somebody wants another unit, or this one is gone (True), or nothing more (False)."""
    while api.is_unit(unit):
        api.remember_unit(unit)
        console.say(f"\n单位文件夹：{unit}")
        console.say(f"  {_standing(unit)}")
        for number, step in enumerate(_STEPS, 1):
            console.say(f"  {number:>2}  {step.title}{f'　　（{step.named}）' if step.named else ''}")
        console.say(f"  {len(_STEPS) + 1:>2}  换一个单位\n   0  退出")
        answer = _number(len(_STEPS) + 1)
        if answer in (0, len(_STEPS) + 1):
            return answer != 0
        with console.commands_spelt(partial(_by_numbers, unit=unit)):
            _STEPS[answer - 1].do(unit)
        _text("按回车回到上一页")
    console.say(f"“{unit}”不在了，或者不是单位文件夹。")
    return True


def _standing(unit: Path) -> str:
    """Say in one line how far the unit is, by the times of its files."""
    moments = {
        name: datetime.fromtimestamp(path.stat().st_mtime)
        for name, path in (
            ("台账", unit / _WORKBOOK),
            ("送审稿", unit / _RESULTS / "送审稿" / "bagit.txt"),
            ("报送稿", unit / _RESULTS / "报送稿" / "bagit.txt"),
        )
        if path.is_file()
    }
    words = [f"{name} {moment:%m月%d日 %H:%M}" for name, moment in moments.items()]
    words += [f"还没有{name}" for name in ("送审稿", "报送稿") if name not in moments]
    draft, book = moments.get("送审稿"), moments.get("台账")
    return "　".join(words) + ("　（台账在那以后改过）" if draft and book and book > draft else "")


def _check(unit: Path) -> None:
    marked = ["--mark"] if (unit / _WORKBOOK).is_file() else []
    _run(["check", str(unit), *marked])


def _import(unit: Path) -> None:
    text = _text("把系统导出的台账文件拖到这个窗口里，按回车；不导了直接回车")
    if not text:
        return
    ledger = _path(text).absolute()
    if not _is_there(ledger) or not ledger.is_file():
        console.say(f"没有这个文件：{ledger}")
        return
    while not (kind := _text("它是哪一种记录，写中文名；直接回车看有哪几种，输 0 不导了")):
        _run(["import", str(ledger), "--as", "?", "--unit", str(unit)])  # the refusal names them all
    if _is_zero(kind):
        return
    asked = ["import", str(ledger), "--as", kind, "--unit", str(unit)]
    while True:
        fine = _run([*asked, "--dry-run"]) == 0
        question = "照这样导入吗" if fine else "上面列了有问题的地方。照样导入吗"
        answer = _text(f"{question}（是／否；提示要“加上 --…”的，把那一段打在这里）")
        if not answer.startswith("--"):
            break
        asked += _words(answer)
    if _is_yes(answer):
        _run(asked)


def _verify(unit: Path) -> None:
    packages = [path.parent for path in sorted((unit / _RESULTS).glob("*/bagit.txt"))]
    if not packages:
        console.say("还没有成果。先生成送审稿。")
    for package in packages:
        console.say(f"\n{package.name}")
        _run(["verify", str(package)])


def _launch(path: Path) -> None:
    if not path.exists():
        console.say(f"还没有：{path}")
    elif (sys.platform == "linux" and shutil.which("xdg-open") is None) or click.launch(str(path)):
        console.say(f"没有打开，请自己打开：{path}")


def _other(unit: Path) -> None:
    """Run a command as the messages spell it (kaoping decide 我的单位2017 22 1 …)."""
    console.say("照提示里的写法打一行，“单位文件夹”就是这一个，如：")
    console.say("  decide 单位文件夹 22 1 --reason 理由 --who 支队长办公会 --when 12月18日")
    text = _text("命令")
    words = _words(text)
    if words and words[0] == "kaoping":
        words = words[1:]
    if words:
        _run([str(unit) if word in ("单位文件夹", "单位", unit.name) else word for word in words])


_STEPS = (
    _Step("打开台账，接着填", "", lambda unit: _launch(unit / _WORKBOOK)),
    _Step("打开材料文件夹，放佐证", "", lambda unit: _launch(unit / "材料")),
    _Step("导入系统导出的台账", "kaoping import", _import, alike=("kaoping import 文件 --as 种类",)),
    _Step("检查：哪里不对、怎么改", "kaoping check", _check, alike=("kaoping check --mark",)),
    _Step("评分：每一项得几分、为什么", "kaoping score", lambda unit: _run(["score", str(unit)])),
    _Step("还缺什么、什么时候之前、归谁", "kaoping gaps", lambda unit: _run(["gaps", str(unit)])),
    _Step("生成送审稿，给领导看", "kaoping build", lambda unit: _run(["build", str(unit)])),
    _Step("生成报送稿", "kaoping build --final", lambda unit: _run(["build", str(unit), "--final"])),
    _Step("核对成果", "kaoping verify", _verify),
    _Step("打开成果文件夹", "", lambda unit: _launch(unit / _RESULTS)),
    _Step("别的命令（裁定、认可、补充材料……）", "kaoping --help", _other),
)

_OTHER = len(_STEPS)  # the step in which any command is typed
_NUMBERS = {form: number for number, step in enumerate(_STEPS[:-1], 1) for form in (*step.alike, step.named) if form}


def _by_numbers(message: str, unit: Path | None = None) -> str:
    """Name the commands of a message by the numbers that stand here; those without one, with where they are typed."""
    spelt = ""
    for piece in pieces(message, list(_NUMBERS)):
        if isinstance(piece, str):
            spelt += piece.removeprefix(" ") if spelt.endswith("）") else piece
        elif number := _NUMBERS.get(piece.form):
            spelt += f"选 {number}（{_STEPS[number - 1].short}）"
        else:
            spelt += f"在 {_OTHER} 里{piece.ask or '打 '}{piece.words}"
    return spelt.replace(f" {console.typed(unit)} ", " 单位文件夹 ") if unit else spelt


# -- asking --------------------------------------------------------------------------------------------------------


def _run(arguments: Sequence[str]) -> int:
    """Run a command of the program as if it had been typed; its messages are the same."""
    from .main import run

    console.say()
    return run(list(arguments))


def _text(question: str) -> str:
    answer: str = click.prompt(question, default="", show_default=False, prompt_suffix="：")
    return answer.strip()


def _number(last: int) -> int:
    """Ask until one of the numbers offered is given, in whatever width it was typed."""
    while True:
        answer = _text("输数字")
        if re.fullmatch(r"\d{1,2}", answer) and int(answer) <= last:
            return int(answer)
        console.say(f"请输 0 到 {last} 的一个数字。")


def _is_yes(answer: str) -> bool:
    return answer.lower() in ("是", "y", "yes", "1")


def _is_zero(answer: str) -> bool:
    return answer in ("0", "０")


def _words(text: str) -> list[str]:
    """Return the words of a command as somebody types them, without the quotation marks that they stand in."""
    quoted = r"\"([^\"]*)\"|“([^”]*)”|'([^']*)'|(\S+)"
    return ["".join(its) for its in re.findall(rf"(?:{quoted})(?!\S)", text)] if text else []


def _path(text: str) -> Path:
    """Return the path that was dragged or pasted: Windows puts quotes around one with spaces."""
    return Path(text.strip().strip("\"'“”‘’").strip()).expanduser()

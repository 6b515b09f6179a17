"""`kaoping`: the group of commands, and what becomes of an exception.

Exit status: 0 fine, 1 findings, 2 usage, 3 the environment lacks something, 4 an internal fault.
"""

from __future__ import annotations

import gc
import signal
import sys
from typing import TYPE_CHECKING

import click

from kaoping import __version__
from kaoping.core import resources, seam

from . import console
from .chinese import Command, Group, usage_message
from .console import complain, prepare

if TYPE_CHECKING:
    from kaoping.core.errors import KaopingError

COMMANDS = {
    "serve": ("serve", "在浏览器里做，不用命令（双击打开的就是它）。"),
    "menu": ("menu", "按数字一步一步做，在黑窗口里。"),
    "demo": ("demo", "复制样例单位并生成它的送审稿，看看能做出什么。"),
    "init": ("init", "新建一个单位文件夹。"),
    "new-year": ("new_year", "接着去年的建新一年的文件夹。"),
    "import": ("import_", "把系统导出的台账（案件、检查……）导入单位文件夹。"),
    "check": ("check", "检查记录和材料，列出全部问题。"),
    "score": ("score", "按考评细则评分，写明每一分的理由。"),
    "gaps": ("gaps", "缺什么、值几分、什么时候之前、归谁办。"),
    "calendar": ("calendar_", "把各个期限写成日历文件（.ics），到时候提醒。"),
    "decide": ("decide", "为一个待定的考评项记下裁定。"),
    "accept": ("accept", "认可一处照样报送（个人信息、没有佐证、说明页）。"),
    "evidence": ("evidence", "材料：登记题名、文号、日期，挂到记录；列出来。"),
    "register": ("register", "材料：从材料上读出题名、文号、日期、类型，列成登记建议；登记采用了的。"),
    "pages": ("pages", "材料的页：转正、不收、遮盖；列出、撤销。"),
    "read": ("read", "识别扫描件、照片、截图上的文字（要装识别组件）。"),
    "order": ("order", "同一考评项的材料，排定先后。"),
    "build": ("build", "生成考评包：送审稿，或（--final）报送稿。"),
    "batch": ("batch", "一个文件夹下的许多单位一次做完，出汇总表和名次。"),
    "edits": ("edits", "收进在 Word 里改过的文稿；查看、选定、撤销修改。"),
    "export": ("export", "把台账.xlsx 转成 YAML，或把 YAML 转成台账.xlsx。"),
    "history": ("history", "台账和记录文件以前的版本：列出、对照、换回来。"),
    "verify": ("verify", "核对一个考评包是否完好、前后一致。"),
    "compare": ("compare", "对比两份成果：分数、佐证、文字有什么变动。"),
    "template": ("template", "检查文稿的 Word 模板，或由源文件生成。"),
    "rubric": ("rubric", "查看、核对考评细则。"),
    "pack": ("pack", "规则包：查看、新建、检查；换一个考评领域。"),
}


@click.group(cls=Group, lazy={**COMMANDS, **seam.commands()}, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kaoping", message="%(prog)s %(version)s", help="显示版本。")
def cli() -> None:
    """考评包：把一个单位一年的记录和材料，整理成自评考评的全套成果。"""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its status."""
    listen()
    if foreign := prepare():
        complain(foreign)
        sys.exit(3)
    gc.set_threshold(300_000)  # a run is short and makes much that stays: looking for rubbish takes a tenth of it
    status = run(arguments)
    gc.freeze()  # what is left goes with the process: looking through it takes longer than to end
    sys.exit(status)


def listen() -> None:
    """Take whatever asks the program to end (Ctrl-C, a closed window, a system that shuts down) for the same request.

    What is half done is then taken back on the way out, as it is for Ctrl-C.
    """
    for name in ("SIGINT", "SIGTERM", "SIGBREAK", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:  # nohup: it is to go on
            signal.signal(number, signal.default_int_handler)
    if sys.platform == "win32":
        from ._console_events import listen_to_console

        listen_to_console()


def run(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    try:
        status = cli.main(arguments, prog_name="kaoping", standalone_mode=False)
    except click.exceptions.Exit as error:
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        complain("已中止，没有改动任何成果。")
        return 1
    except click.UsageError as error:
        if error.ctx is not None and isinstance(error.ctx.command, Group) and error.message == "Missing command.":
            complain(error.ctx.get_help())
            return 2
        complain(f"用法不对：{usage_message(error)}")
        if error.ctx is not None:
            complain(f"说明：{error.ctx.command_path} --help")
        return 2
    except click.ClickException as error:
        complain(usage_message(error))
        return 2
    except Exception as error:  # the outermost place: nothing may end in a bare traceback
        return _explain(error, as_json="--json" in (sys.argv[1:] if arguments is None else arguments))
    return status if isinstance(status, int) else 0


def _explain(error: Exception, *, as_json: bool) -> int:
    from kaoping.core.errors import FaultError, KaopingError

    if isinstance(error, KaopingError) and not isinstance(error, FaultError):
        _show(error, as_json=as_json)
        return 1
    if isinstance(error, ImportError):
        complain(f"本机缺少运行所需的组件“{error.name}”，没有生成任何成果。")
        complain(_reinstalling())
        return 3
    import traceback

    trace = "".join(traceback.format_exception(error))
    complain("程序内部出错了，这不是您的问题；没有换上新的成果，上一次的成果原样保留。")
    complain("请把下面的内容连同所用的命令一起反馈给维护者：")
    complain(trace)
    return 4


def _reinstalling() -> str:
    """Say how the program is installed anew: as it was installed."""
    if resources.kit() is not None:
        again = "请把“考评包”的压缩包重新解压一遍，换掉这个文件夹；单位文件夹不用动。"
        return again + "是杀毒软件隔离了文件的，先恢复、加入信任。"
    python = "py -m pip" if sys.platform == "win32" else "pip"  # there, python may be the shop's
    return f"请在安装考评包的环境里重新安装：{python} install --force-reinstall kaoping"


def _show(error: KaopingError, *, as_json: bool) -> None:
    from kaoping.core.errors import HeldBackError

    if as_json:
        from kaoping.pipeline import contract

        console.as_json(contract.findings(error.findings))
    elif isinstance(error, HeldBackError):
        console.show_refusal(error)
    else:
        console.show_findings(error.findings, err=True)


__all__ = ["Command", "cli", "main", "run"]

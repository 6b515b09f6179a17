"""The program's start, as `kaoping` and as `python -m kaoping`; whoever breaks off while it loads is told so."""

from __future__ import annotations

import os
import signal
import sys

_AGAIN = (
    "双击考评包用的：请把压缩包重新解压缩一次；文件被杀毒软件隔离了的，先恢复、加入信任。\n"
    "用 pip 安装的：pip install --force-reinstall kaoping\n"
)


def main() -> None:
    """Load the command line and run it. Who breaks off meanwhile hears that nothing was begun."""
    signal.signal(signal.SIGINT, _leave)
    try:
        from kaoping.cli.main import main as run
    except ImportError as error:  # what says so in other cases is among what is missing
        _say(f"本机缺少运行所需的组件“{error.name}”，没有生成任何成果。\n{_AGAIN}")
        sys.exit(3)
    run()


def _leave(*_: object) -> None:
    _say("已中止，还没有开始做任何事。\n")
    os._exit(1)


def _say(sentence: str) -> None:
    os.write(2, sentence.encode(getattr(sys.stderr, "encoding", None) or "utf-8", "replace"))


if __name__ == "__main__":
    main()

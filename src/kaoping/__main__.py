"""The program's start, as `kaoping` and as `python -m kaoping`; whoever breaks off while it loads is told so."""

from __future__ import annotations

import os
import signal
import sys

_AGAIN = (
    "双击考评包用的：请把压缩包重新解压缩一次；文件被杀毒软件隔离了的，先恢复、加入信任。\n"
    "用 pip 安装的：pip install --force-reinstall kaoping\n"
)
#: Characters of the folder that the kit was unpacked in. Its own files' paths take 98 more, and Windows opens 259.
DEEPEST = 160


def main() -> None:
    """Load the command line and run it. Who breaks off meanwhile hears that nothing was begun."""
    signal.signal(signal.SIGINT, _leave)
    if os.name == "nt" and (why := too_deep(sys.prefix)) and not _opens_long_paths():
        _say(why)
        sys.exit(3)
    try:
        from kaoping.cli.main import main as run
    except ImportError as error:  # what says so in other cases is among what is missing
        _say(f"本机缺少运行所需的组件“{error.name}”，没有生成任何成果。\n{_AGAIN}")
        sys.exit(3)
    run()


def too_deep(python: str) -> str:
    """Say why the kit with its Python in the folder ``python`` (…/app/python) can't be used there; "" where it can.

    What lies too deep for Windows would be taken for missing, and be unpacked again in the same place.
    """
    app, name = os.path.split(python)
    kit, above = os.path.split(app)
    if (above, name) != ("app", "python") or len(kit) <= DEEPEST:
        return ""
    return (
        f"考评包放得太深：它所在文件夹的路径有 {len(kit)} 个字，Windows 打不开里面的文件。没有做任何事。\n"
        f"请把整个文件夹移到浅一点的地方（路径在 {DEEPEST} 个字以内，如 D:\\考评包），再双击。\n"
    )


def _opens_long_paths() -> bool:
    """Whether this Windows was set up to open paths of any length, as few are."""
    if sys.platform != "win32":
        return True
    import ctypes

    asked = getattr(ctypes.windll.ntdll, "RtlAreLongPathsEnabled", None)
    return bool(asked and asked())


def _leave(*_: object) -> None:
    _say("已中止，还没有开始做任何事。\n")
    os._exit(1)


def _say(sentence: str) -> None:
    os.write(2, sentence.encode(getattr(sys.stderr, "encoding", None) or "utf-8", "replace"))


if __name__ == "__main__":
    main()

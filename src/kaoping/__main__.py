"""The program's start, as `kaoping` and as `python -m kaoping`; whoever breaks off while it loads is told so."""

from __future__ import annotations

import os
import signal
import sys


def main() -> None:
    """Load the command line and run it. Who breaks off meanwhile hears that nothing was begun."""
    signal.signal(signal.SIGINT, _leave)
    from kaoping.cli.main import main as run

    run()


def _leave(*_: object) -> None:
    sentence = "已中止，还没有开始做任何事。\n"
    os.write(2, sentence.encode(getattr(sys.stderr, "encoding", None) or "utf-8", "replace"))
    os._exit(1)


if __name__ == "__main__":
    main()

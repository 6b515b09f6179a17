"""A worker: reads a job from a line of its input, does it, writes the answer as a line; ends with its input."""

from __future__ import annotations

import faulthandler
import importlib
import json
import os
import signal
import sys
from typing import Any, BinaryIO

from kaoping.evidence.workers._pool import GRACE, WAITING


def main() -> None:
    """Answer jobs until the input ends."""
    answers, silence = _output_for_answers()
    for module in sys.argv[1:]:
        importlib.import_module(module)
    _say(answers, _written({"pid": os.getpid()}))
    for line in sys.stdin.buffer:
        job = json.loads(line)
        # The timers are C code and need no interpreter: they end even a worker that is stuck inside a library.
        faulthandler.dump_traceback_later(job["seconds"] * WAITING + GRACE, exit=True, file=silence)
        _end_after(job["seconds"] + GRACE)
        _say(answers, _answer(job["call"], job["arguments"]))
        _end_after(0)
        faulthandler.cancel_dump_traceback_later()


def _end_after(seconds: float) -> None:
    """Let the system end this process once it has taken so much of a processor; 0 for never. Windows' job does."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _answer(call: str, arguments: dict[str, Any]) -> bytes:
    module, _, name = call.partition(":")
    try:
        return _written({"result": getattr(importlib.import_module(module), name)(**arguments)})
    except MemoryError:
        return _written({"failure": "memory"})
    except Exception as error:
        number = error.errno if isinstance(error, OSError) else None
        return _written({"failure": "error", "detail": f"{type(error).__name__}: {error}"[:500], "errno": number or 0})


def _written(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer).encode() + b"\n"  # ASCII: a lone surrogate in a file's name comes through


def _output_for_answers() -> tuple[BinaryIO, int]:
    """Keep standard output for answers: what C libraries print there must not be taken for one."""
    answers = os.fdopen(os.dup(1), "wb")
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    return answers, silence


def _say(answers: BinaryIO, line: bytes) -> None:
    answers.write(line)
    answers.flush()


if __name__ == "__main__":
    main()

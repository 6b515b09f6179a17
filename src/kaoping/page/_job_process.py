"""The process of one job: reads what is asked for, tells each step, and stops as for Ctrl-C when its input ends."""

from __future__ import annotations

import _thread
import os
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from kaoping import api
from kaoping.page._jobs import READING, Outcome, Read, Step


def main() -> None:
    """Build or read what the input names, and tell what comes of it."""
    answers = _output_for_answers()
    folder, form = pickle.load(sys.stdin.buffer)
    over = threading.Event()
    threading.Thread(target=_stop_with_input, args=(over,), daemon=True).start()

    def tell(message: object) -> None:
        pickle.dump(message, answers)
        answers.flush()

    try:
        message = done(folder, form, tell)
        over.set()
        tell(message)
    except KeyboardInterrupt:
        tell({"state": "stopped"})
    except OSError:
        sys.exit(1)  # nobody listens any more


def done(folder: Path, form: str, tell: Callable[[object], None]) -> dict[str, Any]:
    """Do the job ``form``, telling each step; return how it changes with what came of it."""

    def progress(done: int, of: int, what: str) -> None:
        tell(Step(what, done, of))

    try:
        if form == READING:
            scans = api.read_scans(folder, progress=progress)
            return {"state": "done", "read": Read(scans.pages, scans.unread)}
        if form == api.SUPPLEMENT:
            built = api.build_supplement(folder, progress=progress)
        else:
            built = api.build(folder, final=form == api.FINAL, with_changes=True, progress=progress)
    except api.FaultError as error:
        return {"state": "failed", "detail": str(error)}
    except api.KaopingError as error:
        return {"state": "refused", "findings": error.findings}
    except Exception:
        return {"state": "failed", "detail": traceback.format_exc()}
    return {"state": "done", "outcome": Outcome(built.package, list(built.notes), built.held, built.changes)}


def _stop_with_input(over: threading.Event) -> None:
    while os.read(0, 1):
        pass
    if over.is_set():
        return
    if sys.platform == "win32":
        _thread.interrupt_main()
    else:  # wakes it from a call of the system, too
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)


def _output_for_answers() -> BinaryIO:
    """Keep standard output for answers: what C libraries print there must not be taken for one."""
    answers = os.fdopen(os.dup(1), "wb")
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    return answers


if __name__ == "__main__":
    main()

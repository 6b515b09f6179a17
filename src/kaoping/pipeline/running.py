"""The local page that runs: where a second launch finds the first, in a file that only its user can read."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from kaoping import __version__
from kaoping.core import fs, lock

_PATIENCE = 15.0  # seconds that a launch waits for another that is about to serve


@dataclass(frozen=True, slots=True)
class RunningPage:
    """A page as it said of itself when it began; who asks it hears whether it still runs."""

    port: int
    launch: str = field(repr=False)
    pid: int


def running_page() -> RunningPage | None:
    """Return the page of this release that began last; None where there is none, or nobody can tell."""
    place = _place()
    try:
        said_of_itself = json.loads(place.read_text(encoding="utf-8")) if place is not None else None
    except (OSError, ValueError):
        return None
    match said_of_itself:
        case {"release": str(release), "port": int(port), "launch": str(launch), "pid": int(pid)}:
            return RunningPage(port, launch, pid) if release == __version__ and 0 < port < 1 << 16 else None
    return None


@contextmanager
def announced_page(port: int, launch: str) -> Iterator[None]:
    """Let later launches find the page on ``port``, which opens with the key ``launch``, until the context ends.

    Where nothing can be kept, a later launch opens a page of its own.
    """
    place, page = _place(), RunningPage(port, launch, os.getpid())
    if place is not None:
        with suppress(OSError):
            _write(place, page)
    try:
        yield
    finally:
        if place is not None and running_page() == page:
            with suppress(OSError):
                fs.unlink(place)


@contextmanager
def launching_page() -> Iterator[None]:
    """Hold up launches of the same moment: each finds the page of the one before it. Waits, but not for ever."""
    place = _place()
    if place is None:
        yield
        return
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            fs.mkdir(place.parent)
            holding = lock.held(place.with_name(f"{place.name}.lock"))
            hold = holding.__enter__()
        except OSError:
            yield
            return
        if hold.free or time.monotonic() > until:
            break
        holding.__exit__(None, None, None)
        time.sleep(0.1)
    try:
        yield
    finally:
        holding.__exit__(None, None, None)


def _write(place: Path, page: RunningPage) -> None:
    content = {"release": __version__, "port": page.port, "launch": page.launch, "pid": page.pid}
    beside = place.with_name(f"{place.name}.{page.pid}")
    fs.mkdir(place.parent)
    fs.remove(beside)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)  # nobody else's to read, at no moment
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        json.dump(content, stream)
    fs.replace(beside, place)


def _place() -> Path | None:
    """Return the file; another copy of the program has another: its page would answer with other code."""
    folder = fs.of_user("cache")
    program = sha256(os.fsencode(Path(__file__).resolve())).hexdigest()[:8]
    return None if folder is None else folder / f"正在运行的页面-{program}.json"

"""The server: on this computer alone; it ends itself when the page has been closed for a while."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from kaoping import api
from kaoping.page._doors import Doors, listen
from kaoping.page._presence import Presence
from kaoping.page._second_launch import reopened

_LOOK = 0.25  # seconds between two looks for a signal
_SIGNALS = ("SIGINT", "SIGTERM", "SIGBREAK", "SIGHUP")


def serve(
    folder: Path | None,
    *,
    on_ready: Callable[[str, str], None],
    port: int = 0,
    presence: Presence | None = None,
) -> None:
    """Serve the page of the unit in ``folder`` (None: the start page) until nobody has it open any more, or Ctrl-C.

    ``on_ready`` is told an address for the browser, good for once, and one for people, good as long as the page runs;
    both hold keys and are for no log. Where a page runs already, that one opens the unit: the second address is
    "" then, and this returns at once. ``port`` is the start page's, 0 any that is free.

    Raises OSError where there is no such port.
    """
    with ExitStack() as until_ready:
        until_ready.enter_context(api.launching_page())
        if address := reopened(folder):
            on_ready(address, "")
            return
        with listen(port) as listening:
            asyncio.run(_run(folder, listening, presence or Presence(), on_ready, until_ready))


async def _run(
    folder: Path | None,
    listening: socket.socket,
    presence: Presence,
    on_ready: Callable[[str, str], None],
    until_ready: ExitStack,
) -> None:
    doors = Doors(presence, listening)
    with _asked_to_end() as ending, api.announced_page(doors.keys.port, doors.keys.launch):
        try:
            keys = await doors.open(folder)
            until_ready.close()
            on_ready(keys.ticket(), keys.address)
            while not ending.is_set() and (doors.are_busy or not presence.is_over):
                await asyncio.sleep(_LOOK)
        finally:
            await doors.close()


@contextmanager
def _asked_to_end() -> Iterator[threading.Event]:
    """Take whatever asks the program to end (Ctrl-C, a closed window) for a request: what is under way is finished."""
    ending = threading.Event()
    before = {}
    if threading.current_thread() is threading.main_thread():
        for name in _SIGNALS:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, lambda *_: ending.set())
    try:
        yield ending
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

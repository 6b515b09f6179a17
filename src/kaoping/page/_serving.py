"""The server: on this computer alone, on a free port; it ends itself when the page has been closed for a while."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import uvicorn

from kaoping.page._admission import Keys
from kaoping.page._app import application
from kaoping.page._open_unit import OpenUnit

_CLOSED = 600.0  # seconds without a word from the browser (an open page speaks every half minute)
_LOOK = 5.0


def serve(folder: Path, *, on_ready: Callable[[str], None], closed: float = _CLOSED) -> None:
    """Serve the page of the unit in ``folder`` until it is closed for ``closed`` seconds, or Ctrl-C.

    ``on_ready`` is told the address to open, which holds a key: it is for the browser, and for no log. Raises
    KaopingError where the store of verdicts can't be opened, OSError where there is no port.
    """
    with OpenUnit(folder) as unit, socket.create_server(("127.0.0.1", 0)) as listening:
        keys = Keys(listening.getsockname()[1])
        heard = _Heard()
        config = uvicorn.Config(
            application(unit, keys, heard.now),
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=5,
        )
        server = uvicorn.Server(config)

        async def run() -> None:
            async with asyncio.TaskGroup() as tasks:
                watching = tasks.create_task(_end_when_closed(server, unit, heard, closed))
                on_ready(keys.address)
                await server.serve([listening])
                watching.cancel()

        with suppress(KeyboardInterrupt):
            asyncio.run(run())


class _Heard:
    """When the browser spoke last."""

    def __init__(self) -> None:
        self.now()

    def now(self) -> None:
        self.at = time.monotonic()


async def _end_when_closed(server: uvicorn.Server, unit: OpenUnit, heard: _Heard, closed: float) -> None:
    while time.monotonic() - heard.at < closed or unit.jobs.is_running:
        await asyncio.sleep(min(_LOOK, closed))
    server.should_exit = True

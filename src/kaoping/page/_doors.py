"""The ports that are open: the start page's, and for each unit its own, so that no old tab reaches another unit."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from kaoping import api
from kaoping.page._admission import Guard, Keys
from kaoping.page._app import application, start_application
from kaoping.page._open_unit import OpenUnit
from kaoping.page._presence import Presence
from kaoping.page.views._start import what_is_offered

_HERE = "127.0.0.1"
_FINISH = 1  # seconds that answers under way may take once the page ends


class _Server(uvicorn.Server):
    """One port's server; whoever serves all of them listens to signals."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass(frozen=True, slots=True)
class _Door:
    keys: Keys
    server: _Server
    serving: asyncio.Task[None]


class Doors:
    """All that one process serves; of one event loop."""

    def __init__(self, presence: Presence, start: socket.socket) -> None:
        """Serve the start page on the socket ``start``."""
        self._presence = presence
        self._units: dict[Path, tuple[OpenUnit, _Door]] = {}
        self._stack = ExitStack()
        self._opening = asyncio.Lock()
        self.keys = _keys(start)
        application_ = start_application(self.keys, self.open, presence)
        self._start = self._serve(self.keys, start, application_)
        self._ahead: asyncio.Task[object] | None = None

    async def open(self, folder: Path | None) -> Keys:
        """Return the keys to the page of the unit in ``folder``; to the start page for None.

        Raises OSError where there is no port; where its store can't be opened the page says so.
        """
        if folder is None:
            # While the browser is being started; who opens a unit need not wait for it.
            self._ahead = self._ahead or asyncio.create_task(asyncio.to_thread(what_is_offered))
            return self.keys
        async with self._opening:
            place = await asyncio.to_thread(folder.resolve)
            if place not in self._units:
                self._units[place] = await self._open(folder.absolute())
            await asyncio.to_thread(api.remember_unit, folder)
            return self._units[place][1].keys

    @property
    def are_busy(self) -> bool:
        """Whether something is being built or read: that goes on when nobody looks."""
        return any(unit.is_busy for unit, _ in self._units.values())

    async def close(self) -> None:
        """Let answers under way be finished, then close all."""
        doors = [self._start, *(door for _, door in self._units.values())]
        for door in doors:
            door.server.should_exit = True
        await asyncio.gather(*(door.serving for door in doors), return_exceptions=True)
        for unit, _ in self._units.values():
            await asyncio.to_thread(unit.remember)
        await asyncio.to_thread(self._stack.close)

    async def _open(self, folder: Path) -> tuple[OpenUnit, _Door]:
        unit = OpenUnit(folder)
        await asyncio.to_thread(self._stack.enter_context, unit)
        listening = listen(0)
        keys = _keys(listening)

        def start() -> str:
            unit.remember()
            return self.keys.ticket()

        return unit, self._serve(keys, listening, application(unit, keys, self._presence, start))

    def _serve(self, keys: Keys, listening: socket.socket, app: Guard) -> _Door:
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,  # addresses hold keys
            server_header=False,
            timeout_graceful_shutdown=_FINISH,
        )
        server = _Server(config)
        return _Door(keys, server, asyncio.create_task(server.serve([listening])))


def listen(port: int) -> socket.socket:
    """Return a socket that this computer alone reaches, on ``port`` or (0) any that is free; raises OSError."""
    return socket.create_server((_HERE, port))


def _keys(listening: socket.socket) -> Keys:
    return Keys(listening.getsockname()[1])

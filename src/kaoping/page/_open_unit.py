"""The unit that the page shows: its assessment, made anew only where a file of its folder has changed."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeVar

from kaoping import api

P = ParamSpec("P")
T = TypeVar("T")

#: What a build writes is none of the inputs, nor are files on their way into 材料/.
_NO_INPUTS = ("成果", api.ARRIVING)


class OpenUnit:
    """The unit in ``folder``, as a context; one thread does its work, since a session is for one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._session = api.Session(folder)
        self._thread = ThreadPoolExecutor(1, "unit")
        self._known: tuple[object, api.Assessment] | None = None

    def __enter__(self) -> OpenUnit:
        """Open the store; raises KaopingError where the disk that it is on stands in the way."""
        api.clear_arrivals(self.folder)
        self._thread.submit(self._session.__enter__).result()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.submit(self._session.__exit__, None, None, None).result()
        self._thread.shutdown()

    async def assessment(self) -> api.Assessment:
        """Return the assessment of the folder as it is now. Raises KaopingError where it can't be scored at all."""
        return await self.do(self._assess)

    async def do(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Have the unit's thread do ``work``, after all that it was given before; raises what that raises."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, partial(work, *args, **kwargs))

    def _assess(self) -> api.Assessment:
        state = (date.today(), tuple(_state(self.folder)))
        if self._known is None or self._known[0] != state:
            self._known = state, self._session.assess()
        return self._known[1]


def _state(folder: Path) -> Iterator[tuple[str, int, int]]:
    """Yield name, size and time of each file that the assessment may depend on."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield str(error), 0, 0
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in _NO_INPUTS:
                yield from _state(Path(entry.path))
        elif entry.is_file():
            stat = entry.stat()
            yield entry.path, stat.st_size, stat.st_mtime_ns

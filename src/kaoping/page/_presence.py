"""Whether anybody still has the page open: what browsers say of it, by time that this computer was awake."""

from __future__ import annotations

import time
from collections.abc import Callable

#: Seconds after the last page said that it goes, and after the last word of one that said nothing: a browser puts
#: tabs to sleep that nobody looks at, and the clerk comes back to them after lunch.
GONE = 300.0
SILENT = 6 * 3600.0
_LONGEST_LOOK = 30.0  # seconds: what passed more between two looks, this computer slept through


class Presence:
    """Counts down to the end; each word of a browser begins anew."""

    def __init__(self, gone: float = GONE, silent: float = SILENT, clock: Callable[[], float] = time.monotonic) -> None:
        """``gone`` and ``silent`` in seconds, for a page that said it goes and one that says nothing any more."""
        self._gone, self._silent, self._clock = gone, silent, clock
        self._left = 2 * gone  # the browser is only being started
        self._at = clock()

    def here(self) -> None:
        """A browser asked for something."""
        self._left = self._silent

    def gone(self) -> None:
        """A page was closed, or left for another that will speak for itself."""
        self._left = min(self._left, self._gone)

    def end(self) -> None:
        """Nobody is waited for any more."""
        self._left, self._silent, self._gone = 0.0, 0.0, 0.0

    @property
    def is_over(self) -> bool:
        """Whether everybody has been away long enough; looked at every few seconds."""
        now = self._clock()
        self._left -= min(now - self._at, _LONGEST_LOOK)
        self._at = now
        return self._left <= 0

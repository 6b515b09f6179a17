"""Packs that are kept from one unit to the next, where many are done in one process: most of them have the same."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kaoping.core.memory import Stamp, below, stamp_of

if TYPE_CHECKING:
    from kaoping.core.packs.pack import Pack

_MOST = 4  # packs: units of one batch have few, and each takes some MB


@dataclass(slots=True)
class _Kept:
    packs: dict[tuple[tuple[Path, ...], Stamp], Pack] = field(default_factory=dict)  # the one used last comes last
    blocks: int = 0  # of those that want them kept


_kept, _lock = _Kept(), threading.Lock()


@contextmanager
def keeping() -> Iterator[None]:
    """Keep packs for who loads them next, for as long as their files stay as they are.

    What other rooms make of a pack is kept with it. They are let go with the outermost of such blocks.
    """
    with _lock:
        _kept.blocks += 1
    try:
        yield
    finally:
        with _lock:
            _kept.blocks -= 1
            if not _kept.blocks:
                _kept.packs.clear()


def kept(folders: Sequence[Path], make: Callable[[], Pack | None]) -> Pack | None:
    """Return the pack that lies in ``folders``, as it is kept, or what ``make`` gives."""
    if not _kept.blocks:
        return make()
    key = tuple(folders), stamp_of(below(*folders))
    with _lock:
        pack = _kept.packs.pop(key, None)
    if pack is None:
        pack = make()
    with _lock:
        if pack is not None and _kept.blocks:
            _kept.packs[key] = pack
            for oldest in list(_kept.packs)[:-_MOST]:
                del _kept.packs[oldest]
    return pack

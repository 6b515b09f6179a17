"""Records written from a view by the unit's thread: remembered, so that they can be undone; their effect is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request

from kaoping import api
from kaoping.page._journal import Effect, Entry, Journal, effect
from kaoping.page._site import Site


async def written_by(site: Site, name: str | Callable[[Any], str], work: Callable[[], Any]) -> Entry:
    """Have the unit's thread do ``work``, remembered as ``name``, which may say what came of it; tell its effect too.

    Raises KaopingError.
    """
    entries: list[Entry] = []
    its_effect = await effect_of(site, lambda: entries.append(site.journal.write(site.unit.folder, name, work)))
    entries[0].effect = its_effect
    return entries[0]


async def effect_of(site: Site, work: Callable[[], Any]) -> Effect:
    """Have the unit's thread do ``work``; return what became of the points by it. Raises what it raises."""
    before = await _assessed(site)
    await site.unit.do(work)
    after = await _assessed(site)
    return effect(before, after) if before is not None and after is not None else Effect.unknown()


async def _assessed(site: Site) -> api.Assessment | None:
    try:
        return await site.unit.assessment()
    except api.KaopingError:
        return None


async def step_back(site: Site, act: Callable[[Journal, Path], Entry | None]) -> bool:
    """Undo the last write, or do it again (``act``), and remember what became of the points. Raises KaopingError.

    Returns whether there was one.
    """
    entries: list[Entry | None] = []
    its_effect = await effect_of(site, lambda: entries.append(act(site.journal, site.unit.folder)))
    if (entry := entries[0]) is not None:
        entry.effect, entry.notices = its_effect, ()
    return entry is not None


#: What an address says was just done → its word, and whether it is the last that was undone, not that was written.
_DONE = {"done": ("已存", False), "redone": ("已恢复", False), "undone": ("已撤销", True)}


def steps(journal: Journal, request: Request) -> dict[str, Any]:
    """Return what the head of a view shows of undoing; what was just done, in which word, where the address says so."""
    last = journal.done[-1] if journal.done else None
    back = journal.undone[-1] if journal.undone else None
    did, is_back = next((its for name, its in _DONE.items() if request.query_params.get(name) == "1"), ("", False))
    query = urlencode([its for its in request.query_params.multi_items() if its[0] not in (*_DONE, "put")])
    return {
        "undo": last.step.title if last is not None else "",
        "redo": back.step.title if back is not None else "",
        "just_done": (back if is_back else last) if did else None,
        "did": did,
        "return_to": f"{request.url.path}?{query}" if query else request.url.path,
    }


def saying(address: str, what: str = "done") -> str:
    """Return an address that says what was just done there."""
    place, mark, anchor = address.partition("#")
    return f"{place}{'&' if '?' in place else '?'}{what}=1{mark}{anchor}"

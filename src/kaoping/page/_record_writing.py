"""Records written from a view by the unit's thread: remembered, so that they can be undone; their effect is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.requests import Request

from kaoping import api
from kaoping.page._journal import Entry, Journal, effect
from kaoping.page._site import Site


async def written_by(site: Site, name: str, work: Callable[[], Any]) -> Entry:
    """Have the unit's thread do ``work``, remembered as ``name``; its effect is told too. Raises KaopingError."""
    entries: list[Entry] = []
    its_effect = await effect_of(site, lambda: entries.append(site.journal.write(site.unit.folder, name, work)))
    entries[0].effect = its_effect
    return entries[0]


async def effect_of(site: Site, work: Callable[[], Any]) -> str:
    """Have the unit's thread do ``work``; return what became of the points by it. Raises what it raises."""
    before = await _assessed(site)
    await site.unit.do(work)
    after = await _assessed(site)
    return effect(before, after) if before is not None and after is not None else "现在还不能评分"


async def _assessed(site: Site) -> api.Assessment | None:
    try:
        return await site.unit.assessment()
    except api.KaopingError:
        return None


def steps(journal: Journal, request: Request) -> dict[str, Any]:
    """Return what the head of a view of records shows of undoing; what was just done where the address says so."""
    last = journal.done[-1] if journal.done else None
    return {
        "undo": last.step.title if last is not None else "",
        "redo": journal.undone[-1].step.title if journal.undone else "",
        "just_done": last if request.query_params.get("done") == "1" else None,
        "return_to": request.url.path,
    }

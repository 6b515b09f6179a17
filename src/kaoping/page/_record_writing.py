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
    before = await _assessed(site)
    entry = await site.unit.do(site.journal.write, site.unit.folder, name, work)
    after = await _assessed(site)
    entry.effect = effect(before, after) if before is not None and after is not None else "现在还不能评分"
    return entry


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

"""Word 里的改动: what people changed in the drafts, taken in, and chosen between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kaoping import api
from kaoping.page._mend_link import link_of
from kaoping.page._site import Site, back


def routes(site: Site) -> list[BaseRoute]:
    """Return the addresses of this view."""
    unit = site.unit
    latest: dict[str, Sequence[api.Finding]] = {}  # what the last taking in told, for the page that follows it

    async def view(request: Request, wrong: Sequence[api.Finding] = ()) -> Response:
        def facts(assessment: api.Assessment, listed: Sequence[Any]) -> Mapping[str, Any]:
            taken = latest.pop("taken", ())
            return {
                "edits": listed,
                "refusals": wrong,
                "taken": [(its, link_of(its, site.records(assessment))) for its in taken],
                "waiting": api.waiting_edits(unit.folder),
            }

        return await site.shown(request, "build_edits", api.edits_of, facts, 422 if wrong else 200)

    async def take_in(request: Request) -> Response:
        try:
            latest["taken"] = list(await unit.do(api.take_in, unit.folder))
        except api.KaopingError as error:
            return await view(request, error.findings)
        return back("build", "edits")

    async def choose(request: Request) -> Response:
        given = await site.fields(request, ("keep", "drop"))
        keep, drop = ([given[key]] if given[key] else [] for key in ("keep", "drop"))
        try:
            latest["taken"] = list(await unit.do(api.choose, unit.folder, keep, drop))
        except api.KaopingError as error:
            return await view(request, error.findings)
        return back("build", "edits")

    return [
        Route("/build/edits", view),
        Route("/build/edits/take", take_in, methods=["POST"]),
        Route("/build/edits/choose", choose, methods=["POST"]),
    ]

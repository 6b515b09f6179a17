"""The addresses of the page, and which view answers each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from kaoping import api
from kaoping.page import _appearance
from kaoping.page._admission import Guard, Keys
from kaoping.page._open_unit import OpenUnit
from kaoping.page.views import _line, _overview

Answer = Callable[[Request], Awaitable[Response]]


def application(unit: OpenUnit, keys: Keys, heard: Callable[[], None] = lambda: None) -> Guard:
    """Return the page of ``unit``; ``heard`` is called for each request of the browser."""

    async def show(request: Request, name: str, say: Callable[[api.Assessment], dict[str, Any]]) -> Response:
        """Answer with the view ``name``; where the unit can't be scored at all, with what is wrong."""
        try:
            assessment = await unit.assessment()
            frame = _frame(assessment, unit, keys, request)
            return _appearance.page(name, frame | say(assessment))
        except api.KaopingError as error:
            return _appearance.page("refused", {"findings": error.findings, "folder": unit.folder})

    async def overview_(request: Request) -> Response:
        return await show(request, "overview", lambda assessment: _overview.facts(assessment, date.today()))

    async def line_(request: Request) -> Response:
        name = request.path_params["line"]
        try:
            return await show(request, "line", lambda assessment: _line.facts(assessment, name))
        except KeyError:
            return PlainTextResponse("考评细则里没有这一项。", 404)

    async def alive(_: Request) -> Response:
        return Response(status_code=204)

    routes = [
        Route("/", overview_),
        Route("/lines/{line}", line_),
        Route("/alive", alive),
        Mount("/static", StaticFiles(directory=_appearance.static())),
    ]
    return Guard(Starlette(routes=routes), keys, heard)


def _frame(assessment: api.Assessment, unit: OpenUnit, keys: Keys, request: Request) -> dict[str, Any]:
    """What stands around every view: the unit, the total, where one is."""
    gaps = [gap for gap in assessment.gaps if gap.kind != "short"]
    return {
        "unit": assessment.card.unit,
        "year": assessment.card.year,
        "folder": unit.folder,
        "total": assessment.card.total,
        "to_do": len(gaps),
        "wrong": len(assessment.findings.errors),
        "first_line": assessment.rubric.lines[0].id,
        "at": request.url.path,
        "csrf": keys.csrf,
    }

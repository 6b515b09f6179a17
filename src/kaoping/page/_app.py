"""The addresses of the page, and which view answers each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any
from urllib.parse import parse_qs, quote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from kaoping import api
from kaoping.page import _appearance
from kaoping.page._admission import Guard, Keys
from kaoping.page._open_unit import OpenUnit
from kaoping.page.views import _line, _overview

Answer = Callable[[Request], Awaitable[Response]]
_LONGEST = 1 << 20  # bytes of a form without files


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

    async def line_(request: Request, tried: _line.Tried | None = None) -> Response:
        name = request.path_params["line"]
        try:
            return await show(request, "line", lambda assessment: _line.facts(assessment, name, date.today(), tried))
        except KeyError:
            return PlainTextResponse("考评细则里没有这一项。", 404)

    async def decide(request: Request) -> Response:
        """Record a decision, and show its line anew; where it can't stand, the line with what is wrong."""
        given = await _given(request, _line.FIELDS)
        name, points = given["name"], given["points"]
        words = {key: given[key] for key in ("reason", "who", "when")}
        try:
            await unit.do(api.decide, unit.folder, name, points, **words)
        except api.KaopingError as error:
            answer = await line_(request, _line.Tried(given, error.findings))
            answer.status_code = 422
            return answer
        return _back(request)

    async def undecide(request: Request) -> Response:
        """Take a decision back."""
        given = await _given(request, ("name",))
        try:
            await unit.do(api.undecide, unit.folder, given["name"])
        except api.KaopingError as error:
            answer = await line_(request, _line.Tried(given, error.findings))
            answer.status_code = 422
            return answer
        return _back(request)

    async def alive(_: Request) -> Response:
        return Response(status_code=204)

    routes = [
        Route("/", overview_),
        Route("/lines/{line}", line_),
        Route("/lines/{line}/decision", decide, methods=["POST"]),
        Route("/lines/{line}/decision/undo", undecide, methods=["POST"]),
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


async def _given(request: Request, names: Sequence[str]) -> dict[str, str]:
    """Return what a form says of ``names``, "" where it says nothing. Raises HTTPException where it is too long."""
    body = b""
    async for block in request.stream():
        body += block
        if len(body) > _LONGEST:
            raise HTTPException(413, "填的内容太长。")
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: fields.get(name, [""])[0].strip() for name in names}


def _back(request: Request) -> Response:
    """Return to the line, so that to load the page anew sends nothing again."""
    return RedirectResponse(f"/lines/{quote(request.path_params['line'])}", 303)

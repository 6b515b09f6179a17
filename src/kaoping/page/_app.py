"""The addresses of the page: each view brings its own."""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from kaoping.page import _appearance
from kaoping.page._admission import Guard, Keys
from kaoping.page._open_unit import OpenUnit
from kaoping.page._site import Site
from kaoping.page.views import _bringing, _builds, _line, _overview

#: A new view is a module with `routes`, a template, and its name here.
VIEWS = (
    _overview,
    _line,
    _bringing,
    _builds,
)


def application(unit: OpenUnit, keys: Keys, heard: Callable[[], None] = lambda: None) -> Guard:
    """Return the page of ``unit``; ``heard`` is called for each request of the browser."""
    site = Site(unit, keys)
    routes: list[BaseRoute] = [route for view in VIEWS for route in view.routes(site)]
    routes += [Route("/alive", _alive), Mount("/static", StaticFiles(directory=_appearance.static()))]
    return Guard(Starlette(routes=routes), keys, heard)


async def _alive(_: Request) -> Response:
    """A page that is open says so, and the server stays."""
    return Response(status_code=204)

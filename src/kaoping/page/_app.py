"""The addresses of the page: each view brings its own."""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from kaoping.page import _appearance
from kaoping.page._admission import Guard, Keys
from kaoping.page._open_unit import OpenUnit
from kaoping.page._presence import Presence
from kaoping.page._site import Site
from kaoping.page.views import (
    _any_file,
    _bringing,
    _builds,
    _evidence,
    _evidence_file,
    _evidence_proposals,
    _evidence_reading,
    _ledger_imports,
    _line,
    _notice_form,
    _overview,
    _package_viewer,
    _record_paste,
    _record_versions,
    _records,
    _rule_review,
    _start,
    _word_edits,
)

#: What is said of an answer that is none, by its status.
_WORDS = {404: "没有这一页：可能是旧的地址，或者那条记录、那个文件不在了。", 405: "这个地址不能这样打开。"}
#: A new view is a module with `routes`, a template, and its name here.
VIEWS = (
    _overview,
    _line,
    _bringing,
    _evidence,
    _evidence_file,
    _evidence_proposals,
    _evidence_reading,
    _builds,
    _ledger_imports,
    _package_viewer,
    _word_edits,
    _any_file,
    _notice_form,
    _rule_review,
    _record_versions,
    _record_paste,
    _records,  # after them: its addresses take what is left
)


def application(unit: OpenUnit, keys: Keys, presence: Presence, start: Callable[[], str] = lambda: "/") -> Guard:
    """Return the page of ``unit``; ``presence`` hears of its browser, ``start`` gives an address of the start page."""
    site = Site(unit, keys)

    async def units(_: Request) -> Response:
        return RedirectResponse(start(), 303)

    routes: list[BaseRoute] = [route for view in VIEWS for route in view.routes(site)]
    return _guarded([*routes, Route("/units", units)], keys, presence)


def start_application(keys: Keys, open_unit: Callable[[Path | None], Awaitable[Keys]], presence: Presence) -> Guard:
    """Return the start page, on which units are chosen and made; ``open_unit`` gives the keys to a unit's page."""
    return _guarded(_start.routes(keys, open_unit), keys, presence)


def _guarded(routes: list[BaseRoute], keys: Keys, presence: Presence) -> Guard:
    async def gone(_: Request) -> Response:
        presence.gone()
        return Response(status_code=204)

    common = [
        Route("/alive", _alive),
        Route("/gone", gone, methods=["POST"]),
        Mount("/static", StaticFiles(directory=_appearance.static())),
    ]
    app = Starlette(routes=[*routes, *common], exception_handlers={HTTPException: _no_page, Exception: _fault})
    return Guard(app, keys, presence.here)


async def _no_page(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    words = _WORDS.get(error.status_code, str(error.detail))
    return _appearance.page("failed", {"words": words, "detail": ""}, error.status_code)


async def _fault(request: Request, error: Exception) -> Response:
    """What nobody thought of; the page says what to hand on, and what was there stays."""
    detail = "".join(traceback.format_exception(error))
    return _appearance.page("failed", {"words": "程序内部出错了，这不是您的问题。", "detail": detail}, 500)


async def _alive(_: Request) -> Response:
    """A page that is open says so, and the server stays."""
    return Response(status_code=204)

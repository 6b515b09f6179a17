"""以前的版本: what the files of records were before each write; looked at, handed out, brought back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kaoping import api
from kaoping.page._record_writing import steps, written_by
from kaoping.page._site import Site

_MOST = 200  # records that differ and are shown
_AT = "/records/-/versions"


def routes(site: Site) -> list[BaseRoute]:
    """Return the addresses of this view."""

    async def versions(request: Request) -> Response:
        """List what is kept; with ``look`` also how one differs from what is there now."""
        name = request.query_params.get("look", "")
        differences: Sequence[Any] = ()
        kept = await site.unit.do(api.versions, site.unit.folder)
        if name:
            try:
                differences = await site.unit.do(api.compare_version, site.unit.folder, name)
            except api.KaopingError as error:
                return await _refused(site, request, error)
        facts = {
            "kept": [_shown(its) for its in kept],
            "look": next((_shown(its) for its in kept if its.path.name == name), None),
            "differences": differences[:_MOST],
            "number": len(differences),
            "has_book": any(path.suffix.lower() == ".xlsx" for path in site.unit.folder.iterdir()),
            **steps(site.journal, request),
        }
        return await site.show(request, "record_versions", lambda _: facts, bare=facts)

    async def bring_back(request: Request) -> Response:
        """Put a version in the place of its file."""
        name = (await site.fields(request, ("name",)))["name"]
        try:
            await written_by(site, f"换回 {name}", partial(api.bring_back, site.unit.folder, name))
        except api.KaopingError as error:
            return await _refused(site, request, error)
        return RedirectResponse(f"{_AT}?done=1", 303)

    async def file(request: Request) -> Response:
        """Hand out a version, to be opened in Excel."""
        try:
            version = await site.unit.do(api.version_named, site.unit.folder, request.query_params.get("name", ""))
            data = await site.unit.do(version.path.read_bytes)
        except (api.KaopingError, OSError):
            return PlainTextResponse("没有这一份。", 404)
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(version.path.name)}"}
        return Response(data, media_type="application/octet-stream", headers=headers)

    async def renew(request: Request) -> Response:
        """Make the workbook anew in the form that it has now, with all that was filled in."""
        try:
            await written_by(site, "重做台账", partial(api.renew, site.unit.folder))
        except api.KaopingError as error:
            return await _refused(site, request, error)
        return RedirectResponse(f"{_AT}?done=1", 303)

    return [
        Route("/records/-/renewal", renew, methods=["POST"]),
        Route(_AT, versions),
        Route(_AT, bring_back, methods=["POST"]),
        Route(f"{_AT}/file", file),
    ]


async def _refused(site: Site, request: Request, error: api.KaopingError) -> Response:
    facts = {"findings": error.findings, "return_to": _AT}
    return await site.show(request, "record_conflict", lambda _: facts, 409, bare=facts)


def _shown(version: Any) -> dict[str, Any]:
    name = version.path.name
    address = quote(name)
    return {
        "name": name,
        "file": version.file,
        "saved": f"{version.saved:%Y-%m-%d %H:%M:%S}",
        "look": f"{_AT}?look={address}",
        "href": f"{_AT}/file?name={address}",
    }

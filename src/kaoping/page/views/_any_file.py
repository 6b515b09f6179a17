"""查别的文件: any Word file against the norms of official documents, any PDF as reviewers find it; nothing is kept."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from kaoping import api
from kaoping.page._site import Site
from kaoping.page._uploads import Upload, received

_LARGEST = 500_000_000  # bytes of a file
_MOST = 20  # files at a time


@dataclass(frozen=True, slots=True)
class Looked:
    """What was seen of a file: its findings, and where it was mended what became of it."""

    name: str
    findings: list[api.Finding]
    mended: Any = None
    copy: str = ""  # the address of the mended copy, until the next files come


def routes(site: Site) -> list[BaseRoute]:
    """Return the addresses of this view."""
    copies: dict[str, tuple[str, bytes]] = {}  # of the files that came last, in memory alone

    async def view(request: Request) -> Response:
        return await site.show(request, "build_tools", lambda _: _facts([], []))

    async def look(request: Request) -> Response:
        errors: list[api.Finding] = []
        looked: list[Looked] = []
        copies.clear()
        try:
            async with received(request, site.unit.folder, _LARGEST) as form:
                mend, text = bool(form.text("fix")), bool(form.text("text"))
                for upload in [its for its in form.files if its.name][:_MOST]:
                    looked.append(await run_in_threadpool(_looked, upload, copies, mend=mend, text=text))
        except api.KaopingError as error:
            errors = list(error.findings)
        return await site.show(request, "build_tools", lambda _: _facts(looked, errors), 422 if errors else 200)

    async def copy(request: Request) -> Response:
        name, data = copies.get(request.path_params["key"], ("", b""))
        if not name:
            return PlainTextResponse("这份副本没有留着：请把文件再放一次。", 404)
        headers = {"Content-Disposition": f"attachment; filename*=utf-8''{quote(name)}"}
        return Response(data, media_type="application/octet-stream", headers=headers)

    return [
        Route("/build/tools", view),
        Route("/build/tools", look, methods=["POST"]),
        Route("/build/tools/copy/{key}", copy),
    ]


def _facts(looked: list[Looked], errors: list[api.Finding]) -> Mapping[str, Any]:
    return {"looked": looked, "errors": errors}


def _looked(upload: Upload, copies: dict[str, tuple[str, bytes]], *, mend: bool, text: bool) -> Looked:
    name, path = PurePosixPath(upload.name).name, upload.arrival.path
    suffix = PurePosixPath(name).suffix.lower()
    if upload.error is not None:
        return Looked(name, list(upload.error.findings))
    if suffix == ".pdf":
        return Looked(name, api.look_through_bundle(name, path).sorted())
    if not mend:
        return Looked(name, api.check_paper(path, name).sorted())
    target = path.with_name(f"{path.name}.mended")
    mended = api.mend_paper(path, target, name, text=text)
    if mended.copy is None:
        return Looked(name, mended.left.sorted(), mended)
    key = secrets.token_urlsafe(16)
    copies[key] = f"{PurePosixPath(name).stem}（已改格式）{suffix}", target.read_bytes()
    target.unlink()
    return Looked(name, mended.left.sorted(), mended, f"/build/tools/copy/{key}")

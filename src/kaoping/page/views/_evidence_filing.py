"""改名、替换、删除、找回: done to a file of 材料 itself; the records that name it follow, all of it can be undone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kaoping import api
from kaoping.page._record_writing import steps, written_by
from kaoping.page._site import Site
from kaoping.page._uploads import LARGEST, received
from kaoping.page.views._evidence import Tried, file_address

#: Answers with the file's page and what could not be done.
Shown = Callable[[Request, Tried, str], Awaitable[Response]]
_AT = "/evidence/kept"


def routes(site: Site, show: Shown) -> list[BaseRoute]:
    """Return the addresses of this view; ``show`` answers with the file's page and what could not be done."""

    async def done(request: Request, path: str, title: str, given: dict[str, str], work: Callable[[], Any]) -> Response:
        filed: list[api.Filed] = []

        def filing() -> api.Filed:
            filed.append(work())
            return filed[0]

        try:
            await written_by(site, title, filing)
        except api.KaopingError as error:
            beside = {"name": "".join(its.problem + its.mend for its in error.findings)}
            return await show(request, Tried({"": given}, {"": beside}, error.findings), path)
        here = filed[0].path
        return RedirectResponse(f"{file_address(here) if here else '/evidence'}?done=1", 303)

    async def rename(request: Request) -> Response:
        given = await site.fields(request, ("path", "name"))
        path, name = given["path"], given["name"]
        assessment = await site.unit.assessment()
        work = partial(api.rename_file, assessment, path, name)
        return await done(request, path, f"{path} 改名", given | {"act": "rename"}, work)

    async def remove(request: Request) -> Response:
        path = (await site.fields(request, ("path",)))["path"]
        assessment = await site.unit.assessment()
        return await done(request, path, f"删除 {path}", {}, partial(api.take_out_file, assessment, path))

    async def replace(request: Request) -> Response:
        async with received(request, site.unit.folder, LARGEST) as form:
            path, upload = form.text("path"), next(iter(form.files), None)
            if upload is None or upload.error is not None:
                findings = upload.error.findings if upload is not None and upload.error is not None else []
                beside = {"file": "".join(its.problem + its.mend for its in findings) or "没有选文件。"}
                return await show(request, Tried({"": {"act": "replace"}}, {"": beside}, findings), path)
            assessment = await site.unit.assessment()
            work = partial(api.replace_file, assessment, path, upload.arrival.path, upload.name)
            return await done(request, path, f"替换 {path}", {"act": "replace"}, work)

    async def kept(request: Request, findings: Any = ()) -> Response:
        files = await site.unit.do(api.kept_files, site.unit.folder)
        facts = {"kept": files, "findings": findings, **steps(site.journal, request)}
        return await site.show(request, "evidence_kept", lambda _: facts, 422 if findings else 200)

    async def bring_back(request: Request) -> Response:
        name = (await site.fields(request, ("name",)))["name"]
        try:
            await written_by(site, f"找回 {name}", partial(api.bring_back_file, site.unit.folder, name))
        except api.KaopingError as error:
            return await kept(request, error.findings)
        return RedirectResponse(f"{_AT}?done=1", 303)

    return [
        Route("/evidence/file-name", rename, methods=["POST"]),
        Route("/evidence/file-removal", remove, methods=["POST"]),
        Route("/evidence/file-replacement", replace, methods=["POST"]),
        Route(_AT, kept),
        Route(_AT, bring_back, methods=["POST"]),
    ]

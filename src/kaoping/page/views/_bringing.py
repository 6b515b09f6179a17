"""材料放进来: files that are dropped or chosen, each put under 材料/ as it is, or told why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kaoping import api
from kaoping.page import _appearance
from kaoping.page._record_writing import written_by
from kaoping.page._site import Site
from kaoping.page._uploads import LARGEST, Received, Upload, received
from kaoping.page.views._hanging import hang


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of a file that came in: where it lies, or why it does not."""

    name: str
    put: api.Put | None = None
    findings: Sequence[api.Finding] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it for the script that sent the file."""
        return {
            "name": self.name,
            "path": self.put.path if self.put else "",
            "new": bool(self.put and self.put.is_new),
            "code": "".join(finding.code for finding in self.findings[:1]),
            "problem": "".join(_appearance.here(finding.problem) for finding in self.findings),
            "mend": "".join(map(_appearance.mend, self.findings)),
        }


def routes(site: Site) -> list[BaseRoute]:
    """Return the addresses of this view."""

    async def bring(request: Request) -> Response:
        """Put what came under 材料/; where something could not be, say what and why."""
        wants_json = "application/json" in request.headers.get("accept", "")
        form_record = type_ = back = ""
        try:
            async with received(request, site.unit.folder, LARGEST) as form:
                form_record, type_, back = form.text("record"), form.text("type"), form.text("back")
                done = [await site.unit.do(_put, site, form, upload) for upload in form.files]
        except api.KaopingError as error:
            done = [Brought("", findings=error.findings)]
        failed = [its for its in done if its.put is None]
        if not wants_json and form_record and (refused := await _hang(site, form_record, done, type_)):
            failed.append(refused)
        if wants_json:
            return JSONResponse({"files": [its.as_json() for its in done]}, 422 if failed else 200)
        if failed or not done:
            return await site.show(request, "evidence_brought", lambda _: {"done": done, "failed": failed}, 422)
        if back and form_record:
            return RedirectResponse(f"/lines/{quote(back, safe='')}?done=1", 303)
        return RedirectResponse(f"/evidence?put={len(done)}", 303)

    return [Route("/evidence/files", bring, methods=["POST"])]


async def _hang(site: Site, record: str, done: Sequence[Brought], type_: str) -> Brought | None:
    """Have the record (kind/id) name what was put, of the type that was said; return why that can't be."""
    id_ = record.partition("/")[2]
    paths = [its.put.path for its in done if its.put is not None]
    try:
        assessment = await site.unit.assessment()
        if paths:
            await written_by(site, f"把材料挂到 {id_}", lambda: hang(assessment, record, paths, type_))
    except api.KaopingError as error:
        return Brought("", findings=error.findings)
    return None


def _put(site: Site, form: Received, upload: Upload) -> Brought:
    """Put a file where the form says: under a name of its own (``as``), or in a ``folder`` as it is called."""
    folder = form.text("folder").strip("/")
    path = form.text("as") or (f"{folder}/{upload.name}" if folder else upload.name)
    if upload.error is not None:
        return Brought(path, findings=upload.error.findings)
    try:
        rename = form.text("same_name") == "rename"
        return Brought(path, api.put_under_materials(site.unit.folder, upload.arrival.path, path, rename=rename))
    except api.KaopingError as error:
        return Brought(path, findings=error.findings)

"""一件材料: its pages as pictures, what is to be known of it, what it proves, what is registered of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kaoping import api
from kaoping.page._open_unit import StillWorkingError
from kaoping.page._record_writing import steps, written_by
from kaoping.page._site import Site
from kaoping.page.views import _evidence_filing, _evidence_pages, _hanging
from kaoping.page.views._evidence import VERDICTS, Tried, checked, file_address, picture_address, row

_ON_PAGE = re.compile(r"第([0-9]+)页")
_WIDE = 1280  # pixels of the page that is looked at
#: What says that pages were changed for another content, and that somebody has to look again.
_STALE = ("pages.unconfirmed", "pages.other_content")
_GONE = "材料里没有这个文件：可能改了名、移走了。请回到“材料”再找。"


def routes(site: Site) -> list[BaseRoute]:
    """Return the addresses of this view."""

    async def file(request: Request, tried: Tried | None = None, path: str = "") -> Response:
        path = path or request.path_params.get("path", "")
        given = tried.values.get("", {}) if tried is not None else {}
        number = given.get("page") or request.query_params.get("page", "1")
        page = int(number) if number.isdecimal() and len(number) < 6 else 1
        came = "came" in request.query_params
        drawn = None
        try:
            its = (await site.unit.made(api.holdings, site.patience(request))).files.get(path)
        except (api.KaopingError, StillWorkingError):
            its = None
        if its is not None:
            drawn = await site.unit.picture(as_it_came(its.file), page, _WIDE)

        def show(assessment: api.Assessment, held: api.Holdings) -> dict[str, Any]:
            its_facts = facts(assessment, held, path, page, drawn, tried, came=came)
            return its_facts | steps(site.journal, request) | {"return_to": file_address(path)}

        try:
            return await site.shown(request, "evidence_file", api.holdings, show, 200 if tried is None else 422)
        except KeyError:
            what = next((name for name in ("undone", "redone") if name in request.query_params), "")
            return RedirectResponse(f"/evidence?{what}=1", 303) if what else PlainTextResponse(_GONE, 404)

    async def picture(request: Request) -> Response:
        """Answer with a page as a picture; 404 where it shows none."""
        its = await holding(site, request.path_params["path"], latest=True)
        page, width = (request.query_params.get(name, "") for name in ("page", "width"))
        if its is None or not all(text.isdecimal() and len(text) < 6 for text in (page, width)):
            return PlainTextResponse(_GONE, 404)
        shown = as_it_came(its.file) if "came" in request.query_params else its.file
        drawn = await site.unit.picture(shown, int(page), int(width))
        if drawn is None:
            return PlainTextResponse("这一页没有图。", 404)
        return Response(drawn.jpeg, media_type="image/jpeg")

    async def original(request: Request) -> Response:
        """Hand out a file of 材料 itself, to be saved and never to be shown by the browser."""
        its = await holding(site, request.path_params["path"])
        if its is None or its.file.within or not its.file.may_be_copied:
            return PlainTextResponse(_GONE, 404)
        name = its.path.rpartition("/")[2]
        return FileResponse(its.file.source, media_type="application/octet-stream", filename=name)

    async def register(request: Request) -> Response:
        """Write down what the form says of a file, or show it with what is wrong."""
        form = await site.form(request)
        sent = {name: values[0].strip() for name, values in form.items()}
        path = sent.pop("path", "")
        row_sent = {"seal": "", **sent}
        try:
            assessment, held = await site.unit.assessed(api.holdings)
            if path not in held.files:
                return PlainTextResponse(_GONE, 404)
            changed, errors, overtaken = checked(assessment, held, {path: row_sent})
            if not errors and not overtaken:
                if changed:
                    title = f"登记材料 {held.files[path].file.title}"
                    await written_by(site, title, lambda: api.register_files(assessment.dossier, changed))
                return RedirectResponse(f"{file_address(path)}{'?done=1' if changed else ''}", 303)
            tried = Tried({path: row_sent}, errors, (), overtaken)
        except api.KaopingError as error:
            tried = Tried({path: row_sent}, {}, error.findings)
        return await file(request, tried, path)

    async def attach(request: Request) -> Response:
        """Have a record name files as its evidence, or (``undo``) name one no more; then ``back`` to a line, or on."""
        form = await site.form(request)
        given = {name: form.get(name, [""])[0].strip() for name in ("undo", "back", "record", "type")}
        paths = [path for path in form.get("path", []) if path]
        first = "".join(paths[:1])
        try:
            assessment = await site.unit.assessment()
            all_ = _hanging.Bearers(assessment)
            if wrong := _hanging.wrong_with(all_, given["record"], given["type"]):
                return await file(request, Tried({"": given}, {"": wrong}), first)
            record = all_.meant(given["record"])
            of = record.value if record is not None else ""
            kind, _, id_ = of.partition("/")
            if given["undo"]:
                await written_by(site, f"从 {id_} 取下材料", lambda: api.detach(assessment.dossier, kind, id_, first))
            else:
                await written_by(site, f"把材料挂到 {id_}", lambda: _hanging.hang(assessment, of, paths, given["type"]))
        except api.KaopingError as error:
            return await file(request, Tried({"": given}, {}, error.findings), first)
        is_line = any(line.id == given["back"] for line in assessment.rubric.lines)
        here = f"{file_address(first)}?done=1"
        return RedirectResponse(f"/lines/{quote(given['back'])}?done=1#h-proofs" if is_line else here, 303)

    return [
        *_evidence_pages.routes(site, file),
        *_evidence_filing.routes(site, file),
        Route("/evidence/file/{path:path}", file),
        Route("/evidence/picture/{path:path}", picture),
        Route("/evidence/original/{path:path}", original),
        Route("/evidence/file-registration", register, methods=["POST"]),
        Route("/evidence/attachment", attach, methods=["POST"]),
    ]


async def holding(site: Site, path: str, *, latest: bool = False) -> api.Holding | None:
    """Return the file at ``path`` (``latest``: as it was last looked at); None where none is, or may be shown."""
    held = site.unit.latest(api.holdings) if latest else None
    try:
        if held is None:
            held = await site.unit.made(api.holdings)
    except api.KaopingError:
        return None
    return held.files.get(path)


def as_it_came(file: Any) -> Any:
    """Return a file as it was before its pages were changed: what is turned, left out and masked by hand."""
    return file.unchanged or file


def facts(
    assessment: api.Assessment,
    held: api.Holdings,
    path: str,
    page: int,
    drawn: api.PagePicture | None,
    tried: Tried | None = None,
    *,
    came: bool = False,
) -> dict[str, Any]:
    """Return what the template evidence_file.html shows; raises KeyError for a file that is not there.

    Pages are numbered, and ``drawn`` is, as the file came; what is shown of them is what goes into the bundle, unless
    they are asked for as they ``came``.
    """
    its, all_ = held.files[path], _hanging.Bearers(assessment)
    names, at = list(held.files), held.order[path]
    fields = [field.name for field in api.registrable(assessment.dossier)]
    whole = as_it_came(its.file)
    pages = 0 if whole.verdict.has_sheet else whole.pages
    page = min(max(page, 1), max(pages, 1))
    is_changed = whole is not its.file and not its.file.verdict.has_sheet
    states = _evidence_pages.states(assessment, path, pages)

    def look(n: int, width: int) -> str:
        """The address of the picture of a page: as it goes into the bundle, of one that does not as it came."""
        if came or not is_changed or not states[n - 1].at:
            return picture_address(path, n, width, came=True)
        return picture_address(path, states[n - 1].at, width)

    siblings = held.of_line(its.piece.line) if its.piece is not None and its.piece.line else []
    return {
        "its": its,
        "row": row(assessment, its, fields, tried),
        "verdict": VERDICTS[its.file.verdict],
        "page": page,
        "pages": pages,
        "drawn": drawn,
        "states": states,
        "state": states[page - 1] if pages and states else None,
        "came": came,
        "hidden": whole is not its.file and its.file.verdict.has_sheet,
        "look": look,
        "changes": api.page_changes(assessment, path),
        "personal": [(words, _address_of(its.file, words, states)) for words in its.file.personal],
        "needs_confirming": any(finding.code in _STALE for finding in its.findings),
        "reasons": _evidence_pages.REASONS,
        "given": tried.values.get("", {}) if tried is not None else {},
        "siblings": siblings,
        "before": names[at - 1] if at else "",
        "after": names[at + 1] if at + 1 < len(names) else "",
        "bearers": all_.shown,
        "types": all_.types,
        "amiss": defaultdict(str, tried.errors.get("", {}) if tried is not None else {}),
        "tried": tried,
        "called": assessment.rubric.called,
        "file_address": file_address,
        "picture": picture_address,
        "hints": {field.name: field.hint for field in api.registrable(assessment.dossier)},
    }


def _address_of(file: Any, words: str, states: Sequence[_evidence_pages.PageState]) -> str:
    """Return where personal data are seen: ``words`` end with the page, of those that go into the bundle."""
    page = _ON_PAGE.search(words)
    if page is None:
        return ""
    number = next((its.number for its in states if its.at == int(page[1])), int(page[1]))
    return f"{file_address(file.path)}?page={number}#h-page"
